"""The real client's own code at work on a live run.

With wandb installed, its data types, artifacts, charts and the rarer methods of `Run` are
not imitated: they run, of whatever release is there, on top of the live run.  What they
would hand to the service arrives at `Interface` and becomes events of the run.
"""

from __future__ import annotations

import contextlib
import functools
import sys
import weakref
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import TYPE_CHECKING, Any

from wandb_testkit import uploads
from wandb_testkit.errors import NotModelled
from wandb_testkit.rules import config as config_rules
from wandb_testkit.rules import definitions

if TYPE_CHECKING:
    from wandb_testkit.client.run import RunClient

# Methods of Run whose real code needs no server.
_RUN_AS_THEY_ARE = frozenset(
    {
        "finish_artifact",
        "link_artifact",
        "link_model",
        "log_artifact",
        "log_code",
        "log_model",
        "save",
        "status",
        "to_html",
        "unwatch",
        "upsert_artifact",
        "use_artifact",
        "use_model",
        "watch",
    }
)
_FIGURES = ("matplotlib.", "plotly.")


def act(client: RunClient, name: str, arguments: dict[str, Any]) -> Any:
    """Call the real method `name` on the run of `client`.

    Raises:
        NotModelled: The method needs a server.
    """
    if name not in _RUN_AS_THEY_ARE:
        raise NotModelled(f"run.{name}", name)
    counted = _counting_models(client) if name == "watch" else contextlib.nullcontext()
    with client.session.quiet(), counted:
        return getattr(client.world.Run, name)(client.live, **arguments)


@contextlib.contextmanager
def _counting_models(client: RunClient) -> Iterator[None]:
    """Let the client count the models that are watched from where this patch left off, not the process."""
    module, session = client.world.module("wandb.sdk.wandb_watch"), client.session
    before = module._global_watch_idx
    module._global_watch_idx = session.watched
    try:
        yield
    finally:
        session.watched, module._global_watch_idx = module._global_watch_idx, before


def is_media(client: RunClient, value: Any) -> bool:
    """Say whether the client turns `value` into media or a table when it is logged."""
    media = client.world.WBValue
    if isinstance(value, media):
        return True
    if isinstance(value, (list, tuple)):
        return bool(value) and all(isinstance(item, media) for item in value)
    # The client takes a module for what is in it: `pyplot` stands for its current figure.
    home = f"{value.__name__ if isinstance(value, ModuleType) else type(value).__module__}."
    if home.startswith(_FIGURES):
        return True
    return home.startswith("pandas.") and type(value).__name__ == "DataFrame"


def refuse_evaluations(client: RunClient, value: Any) -> None:
    """Refuse evaluation tables of an online run: they would go to a service of their own, Weave or CES.

    Raises:
        NotModelled: One is logged.
    """
    if client.settings.mode == "offline":
        return
    for item in value if isinstance(value, (list, tuple)) else [value]:
        if getattr(item, "_log_type", None) == "eval-table":
            raise NotModelled("run.log of a wandb.EvalTable", "log")


def media_wire(client: RunClient, key: str, value: Any, namespace: Any = None) -> Any:
    """Return what the client sends for a media value, or NotImplemented when it is none.

    Files that it writes go to the run's folder.
    """
    if not is_media(client, value):
        return NotImplemented
    refuse_evaluations(client, value)
    world = client.world
    # In a row, unlike in the summary, a file that lies where it is to go is no error.
    in_place = namespace is None
    if in_place:
        namespace = client.local_step
    utils = world.module("wandb.sdk.data_types.utils")
    with client.session.quiet():
        sent = utils.val_to_json(client.live, key, value, namespace=namespace, ignore_copy_err=in_place or None)
    import json  # only media need it

    wire = json.loads(world.module("wandb.util").json_dumps_safer_history(sent))
    from wandb_testkit import tables  # only media need it

    tables.keep(client, value, wire)
    return wire


def expand_charts(client: RunClient, data: dict[str, Any]) -> dict[str, Any]:
    """Replace custom charts by their tables, as the client does before it encodes a row."""
    if "wandb.plot.custom_chart" not in sys.modules and "wandb.plot" not in sys.modules:
        return data
    # The second is what releases before 0.18 call it.
    for name in ("_serialize_custom_charts", "_visualization_hack"):
        serialize = getattr(client.live, name, None)
        if serialize is not None:
            return serialize(data)  # type: ignore[no-any-return]
    return data


class Interface:
    """What the client's own code takes for its connection to the service."""

    def __init__(self, client: RunClient) -> None:
        self._client = client

    def publish_files(self, files_dict: Any) -> None:
        self._client.publish_files(files_dict["files"])

    def publish_artifact(self, run: Any, artifact: Any, aliases: Any = None, tags: Any = None, **options: Any) -> None:
        aliases, tags = self._sent(aliases), self._sent(tags)
        uploads.note(self._client, artifact, aliases, tags, **options)

    def deliver_artifact(
        self, run: Any, artifact: Any, aliases: Any, tags: Any = None, step: Any = None, **options: Any
    ) -> Any:
        aliases, tags = self._sent(aliases), self._sent(tags)
        return uploads.deliver(self._client, artifact, aliases, tags, options.pop("history_step", step), **options)

    def communicate_artifact(self, run: Any, artifact: Any, aliases: Any, *rest: Any, **options: Any) -> Any:
        """The same for clients before 0.19; the oldest give no tags, only the step."""
        tags, step = rest if len(rest) > 1 else (None, *rest)
        return self.deliver_artifact(run, artifact, aliases, tags, step, **options)

    def _sent(self, texts: Any) -> list[str]:
        """Return aliases or tags as they are sent."""
        # The client sends the whole run along: a config value that cannot be sent spoils that.
        config_rules.sent(self._client.config_items.items())
        return [definitions.text(text) for text in texts or ()]

    def publish_use_artifact(self, artifact: Any) -> None:
        uploads.use(self._client, artifact)

    def deliver_link_artifact(self, artifact: Any, *args: Any, **kwargs: Any) -> Any:
        return uploads.link(self._client, artifact, *args, **kwargs)

    def publish_config(self, data: Any = None, key: Any = None, val: Any = None) -> None:
        self._client.send_config_item(key, val, data)

    def publish_preempting(self) -> None:
        """The service would tell the server; nothing of the run changes."""

    def deliver_request_run_status(self) -> Any:
        return _Answer(self._client.world.module("wandb.proto.wandb_internal_pb2").Result())

    def __getattr__(self, name: str) -> Any:
        raise NotModelled(f"run._interface.{name}")


class _Answer:
    """The handle of a request that is answered already."""

    def __init__(self, answer: Any) -> None:
        self._answer = answer

    def wait_or(self, timeout: Any = None) -> Any:
        return self._answer


def public_api(client: RunClient) -> Any:
    """Return the public Api that the client's own code asks on behalf of a run; the same one each time."""
    found = vars(client).get("_api")
    if found is None:
        found = vars(client)["_api"] = RunApi(client)
    return found


class RunApi:
    """The public Api of a run, made when something is asked of it: to log artifacts there is no need.

    Args:
        client: The run.
    """

    def __init__(self, client: RunClient) -> None:
        self._client = client

    def _set_artifact_save_handle(self, artifact: Any, handle: Any) -> None:
        artifact._set_save_handle(handle, self._later("_service_api"))

    @property
    def client(self) -> Any:
        """What older releases reach the server through."""
        return self._later("client")

    def _later(self, name: str) -> _Later:
        # An artifact that somebody keeps does not keep the patch's client.
        itself = weakref.ref(self)

        def find() -> Any:
            api = itself()
            if api is None:
                raise RuntimeError("wandb_testkit: the artifact was kept from inside a patch_wandb() that is over")
            return getattr(api._made, name)

        return _Later(find)

    @functools.cached_property
    def _made(self) -> Any:
        from wandb_testkit import api_calls

        client = self._client
        if client.world.real and client.session.is_alone:
            # Only a patch can keep the client's own Api from the network.
            raise NotModelled("MockWandB(stub=False).Api", "Api")
        settings = client.world_settings()
        overrides: dict[str, Any] = {"run": settings.run_id}
        if client.settings.mode != "offline":
            overrides.update(entity=settings.entity or "", project=settings.project or "", base_url=settings.base_url)
        with client.session.quiet():
            return api_calls.make(client.session, (overrides,), {"api_key": settings.api_key})

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(self._made, name)


class _Later:
    """An object that is made when something is asked of it.

    Args:
        make: Makes it.
    """

    def __init__(self, make: Callable[[], Any]) -> None:
        self._testkit_make = make

    @functools.cached_property
    def _testkit_made(self) -> Any:
        return self._testkit_make()

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(self._testkit_made, name)
