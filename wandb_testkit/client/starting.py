"""How a run begins: what ``wandb.init`` and ``wandb.attach`` do.

Nothing of it, and none of the rules that it needs, is imported before the first run begins: many tests begin none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from wandb_testkit.client.attached import AttachedClient
from wandb_testkit.client.disabled import DisabledClient
from wandb_testkit.client.run import RunClient
from wandb_testkit.client.run_config import config_argument
from wandb_testkit.rules import config as config_rules
from wandb_testkit.rules import resuming
from wandb_testkit.rules import settings as settings_rules
from wandb_testkit.world import PLACEHOLDERS

if TYPE_CHECKING:
    from wandb_testkit.client.session import Session

# What `init` binds to the run; `pin_config_keys` is not among them in any release.
_SET_AT_INIT = tuple(name for name in PLACEHOLDERS if name != "pin_config_keys")

_SET_AT_INIT_DISABLED = (
    "log",
    "save",
    "use_artifact",
    "log_artifact",
    "define_metric",
    "alert",
    "watch",
    "unwatch",
)


def init(session: Session, arguments: dict[str, Any]) -> Any:
    """What ``wandb.init`` does.

    Args:
        session: The recorder's client.
        arguments: What was given, by name.

    Returns:
        The run, as the program has it.
    """
    config = arguments.pop("config", None)
    exclude = arguments.pop("config_exclude_keys", None)
    include = arguments.pop("config_include_keys", None)
    changed = session.environment_has_changed()
    chosen = {"config_exclude_keys": exclude, "config_include_keys": include} if exclude or include else {}
    settings = _resolve(session, {**arguments, **chosen})
    if changed:
        session.warn(settings_rules.ENVIRONMENT_CHANGED)
    base = config_argument(session, config or {}, include, exclude)
    _read_sweep_file(session)
    # The client goes through the items, which a class of dicts may have made its own.
    base = dict(base.items()) if isinstance(base, dict) else {}
    if settings.mode == "disabled":
        return _start_disabled(session, settings, base)
    if settings.fields.get("sync_tensorboard") or arguments.get("monitor_gym"):
        _patch_libraries(session, settings.fields.get("sync_tensorboard"), arguments.get("monitor_gym"))
    previous = session.running[-1] if session.running else None
    if previous is not None:
        if settings.reinit in (True, "finish_previous"):
            for client in list(session.running):
                client.do_finish()
        elif settings.reinit == "create_new":
            pass
        elif settings.resume == "must":
            raise session.world.Error(
                "Cannot resume a run while another run is active. You must either finish it using"
                " run.finish(), or use reinit='create_new' when calling wandb.init()."
            )
        else:
            return previous.live
    return session.start_run(settings, base)


def _resolve(session: Session, arguments: dict[str, Any]) -> Any:
    """Resolve the settings of a new run; errors are of the world's own types."""

    def warn(text: str) -> None:
        session.warn(text, **({"repeat": False} if settings_rules.warned_once(text) else {}))

    try:
        return settings_rules.resolve(
            arguments,
            session.environ,
            session.fields_given,
            session.entity,
            session.new_id,
            warn,
            cwd=session.cwd,
            previous_id=session.unfinished_id,
        )
    except settings_rules.Usage as error:
        raise session.world.UsageError(str(error)) from None
    except settings_rules.ValidationError as error:
        raise session.world.validation_error(error) from None


def _read_sweep_file(session: Session) -> None:
    """Take a sweep's values from the file that the session's settings name, as an agent's child does."""
    path = session.session_fields().get("sweep_param_path") if session.environ or session.given_to_setup else None
    known = session.sweep_files.get(path) if path else None
    if known is not None:
        import json

        session.sweep_config = json.loads(known)
    elif path:
        session.sweep_config = config_rules.read_file(
            path, must_exist=True, error=session.world.ConfigError, warn=session.warn
        )


def start(session: Session, settings: Any, base: dict[str, Any]) -> Any:
    """Begin a run, and return what the program has of it."""
    if settings.run_id in session.kept_ids or any(c.settings.run_id == settings.run_id for c in session.running):
        raise session.world.ServerResponseError(f"run ID {settings.run_id} is in use")
    settings.check_sendable()
    client = RunClient(session, settings)
    moment = resuming.start(
        settings,
        session.earlier_runs(),
        usage_error=session.world.UsageError,
        comm_error=session.world.CommError,
        begins_anew=session.world.behaviour.branches_begin_anew,
    )
    if settings.resume and settings.mode == "offline" and session.world.behaviour.resume_is_ignored_aloud:
        session.warn(
            "`resume` will be ignored since W&B syncing is set to `offline`."
            f" Starting a new run with run id {settings.run_id}."
        )
    client.start(base, moment)
    for text in settings.deprecations:
        session.warn(text, **({} if text.startswith("The `shared`") else {"repeat": False}))
    session.clients[client.key] = client
    session.running.append(client)
    # What the client keeps in the file wandb-resume.json.
    if settings.resume is None:
        session.unfinished_id = None
    elif settings.resume == "auto":
        session.unfinished_id = settings.run_id
    if settings.reinit != "create_new":
        session.bind(client, _SET_AT_INIT)
    if settings.fields.get("save_code") and settings.fields.get("code_dir") is not None:
        client.act("log_code", {"root": settings.fields["code_dir"]})
    return client.live


def _start_disabled(session: Session, settings: Any, base: dict[str, Any]) -> Any:
    if session.world.behaviour.nameless_disabled_runs:
        settings = settings_rules.nameless(session.new_id())
    client = DisabledClient(session, settings)
    client.start(base)
    session.clients[client.key] = client
    session.bind(client, _SET_AT_INIT_DISABLED)
    return client.live


def attach(session: Session, attach_id: str | None, run_id: str | None, run: Any) -> Any:
    """What ``wandb.attach`` does."""
    attach_id = attach_id or run_id
    if (attach_id is None) == (run is None):
        raise session.world.UsageError("Either (`attach_id` or `run_id`) or `run` must be specified")
    attach_id = attach_id or run.id
    for client in session.running:
        if client.settings.run_id == attach_id:
            attached = AttachedClient(client)
            client.attached = (*client.attached, attached)
            session.bind(attached, _SET_AT_INIT)
            return attached.live
    raise session.world.UsageError(f"Unable to attach to run {attach_id}")


def _patch_libraries(session: Session, tensorboard: Any, gym: Any) -> None:
    patched = session.namespace.get("patched")
    if patched is None:
        # Nothing is patched where there is a module-shaped object only.
        return
    if gym and not patched["gym"]:
        session.world.module("wandb.integration.gym").monitor()
    if tensorboard and not patched["tensorboard"]:
        session.world.module("wandb.integration.tensorboard").patch()
