"""The settings of the run that one call of ``wandb.init`` starts."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import Any

from wandb_testkit.rules import validation as v
from wandb_testkit.rules.settings.arguments import given_fields
from wandb_testkit.rules.settings.errors import Usage, ValidationError
from wandb_testkit.rules.settings.field_rules import BEFORE
from wandb_testkit.rules.settings.model import refuse_contradiction
from wandb_testkit.rules.settings.project_name import auto_project_name, main_program
from wandb_testkit.rules.settings.root_dir import usable_root, warn_of_git_root
from wandb_testkit.rules.settings.run_settings import RunSettings, run_settings_of
from wandb_testkit.rules.settings.session import session_fields
from wandb_testkit.rules.settings.warned import Warn


def resolve(
    arguments: Mapping[str, Any],
    environ: Mapping[str, str],
    base: Mapping[str, Any],
    entity: str | None,
    new_id: Callable[[], str],
    warn: Warn,
    *,
    cwd: str | None = None,
    previous_id: str | None = None,
) -> RunSettings:
    """The settings of the run that this call of ``wandb.init`` starts.

    From weakest to strongest: defaults, the environment, ``wandb.setup(settings=...)``, ``wandb.init(settings=...)``,
    the arguments of ``wandb.init``. A None sets nothing.

    Args:
        arguments: The keyword arguments of ``wandb.init`` as given. A settings object among them takes the other
            arguments by assignment, as the client's does.
        environ: The environment of the session.
        base: The fields given to ``wandb.setup``.
        entity: The account's default entity.
        new_id: Makes the id of a run that is given none.
        warn: Receives the text of each warning that the client prints at once (see `RunSettings.deprecations`).
        cwd: The working directory when the session began; now, if not given.
        previous_id: The id that ``resume="auto"`` finds of a run that did not finish.

    Returns:
        The settings.

    Raises:
        ValidationError: What pydantic refuses in the client.
        Usage: What the client raises as UsageError.
        TypeError, ValueError: As the client, past pydantic.
    """
    given, target = given_fields(arguments, warn)
    session = session_fields(environ, base, warn)
    ignored = _ignored_path(session, given, target) if session else []
    fields = _merged(session, given)
    if fields.get("project") is None:
        fields["project"] = auto_project_name(fields.get("program") or main_program(), os.getcwd())
    _set_run_id(fields, new_id, warn, previous_id)
    warn_of_git_root(fields, warn)
    fields["root_dir"] = usable_root(fields.get("root_dir"), os.getcwd() if cwd is None else cwd, warn)
    if not fields.get("silent"):
        for text in ignored:
            warn(text)
    deprecations = _deprecations(arguments, fields)
    _set_account(fields, entity)
    return run_settings_of(fields, deprecations)


def _ignored_path(session: Mapping[str, Any], given: dict[str, Any], target: Any) -> list[str]:
    """In a sweep or a launched job the path comes from there: drop it from what the call gave, and say so."""
    if session.get("sweep_id"):
        reason = "when running a sweep"
    elif session.get("launch"):
        reason = "when running from a wandb launch context"
    else:
        return []
    ignored = []
    for name in ("project", "entity", "run_id"):
        value = given.pop(name, None)
        if value is not None:
            ignored.append(f"Ignoring {name} {value!r} {reason}.")
            if target is not None:
                setattr(target, name, None)
    return ignored


def _merged(session: dict[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """The session's settings with the call's on top, refused where they contradict each other."""
    fields = {**session, **given}
    if None in given.values():
        fields = session | {name: value for name, value in given.items() if value is not None}
    for name in ("fork_from", "resume_from"):
        if given.get(name) is not None:
            try:
                BEFORE[name](given[name], fields)
            except ValueError as error:
                raise ValidationError([v.Problem("value_error", given[name], (name,), {"error": error})]) from None
    refuse_contradiction(fields)
    return fields


def _set_run_id(fields: dict[str, Any], new_id: Callable[[], str], warn: Warn, previous_id: str | None) -> None:
    run_id = fields.get("run_id")
    if fields.get("resume") == "auto" and previous_id:
        if run_id is None:
            run_id = previous_id
        elif run_id != previous_id:
            warn(f"Ignoring ID {previous_id} loaded due to resume='auto' because the run ID is set to {run_id}.")
    if run_id is None:
        moment = fields.get("resume_from")
        run_id = moment.run if moment is not None else new_id()
    fields["run_id"] = run_id


def _set_account(fields: dict[str, Any], entity: str | None) -> None:
    """What the server answers, or what takes its place where there is none."""
    mode = fields.get("mode", "online")
    if mode == "disabled":
        fields["entity"] = fields.get("entity") or "dummy"
        fields["run_name"] = fields.get("run_name") or f"dummy-{fields['run_id']}"
        import tempfile  # slow to import

        fields["root_dir"] = tempfile.gettempdir()
        if fields["project"] == "uncategorized":
            fields["project"] = "dummy"
    elif mode not in ("offline", "dryrun"):
        fields["entity"] = fields.get("entity") or entity


_DEPRECATED_FIELDS = frozenset(("mode", "reinit"))
_DEPRECATED_ARGUMENTS = frozenset(("config_exclude_keys", "config_include_keys"))


def _deprecations(arguments: Mapping[str, Any], fields: Mapping[str, Any]) -> tuple[str, ...]:
    if _DEPRECATED_FIELDS.isdisjoint(fields) and _DEPRECATED_ARGUMENTS.isdisjoint(arguments):
        return ()
    texts = []
    if fields.get("mode") == "shared":
        texts.append(
            "The `shared` mode feature is experimental and may change. Please contact support@wandb.com for guidance"
            " and to report any issues."
        )
    if isinstance(fields.get("reinit"), bool):
        texts.append(
            "Using a boolean value for 'reinit' is deprecated. Use 'return_previous' or 'finish_previous' instead."
        )
    for kind in ("exclude", "include"):
        if arguments.get(f"config_{kind}_keys"):
            texts.append(
                f"config_{kind}_keys is deprecated. Use `config=wandb.helper.parse_config(config_object,"
                f" {kind}=('key',))` instead."
            )
    if arguments.get("config_exclude_keys") and arguments.get("config_include_keys"):
        raise Usage("Expected at most only one of exclude or include")
    return tuple(texts)
