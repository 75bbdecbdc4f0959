"""The real client's own code at work on a live run.

With wandb installed, its data types, artifacts, charts and the rarer methods of `Run` are
not imitated: they run, of whatever release is there, on top of the live run.  What they
would hand to the service arrives at `Interface` and becomes events of the run.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

from wandb_testkit.errors import NotModelled
from wandb_testkit.rules.lifecycle import Noted

if TYPE_CHECKING:
    from wandb_testkit.client import RunClient

# Methods of Run whose real code needs no server.
_RUN_AS_THEY_ARE = frozenset(
    {
        "finish_artifact",
        "log_artifact",
        "log_code",
        "log_model",
        "save",
        "status",
        "to_html",
        "unwatch",
        "upsert_artifact",
        "watch",
    }
)
# Methods whose real code refuses an offline run before it asks a server.
_REFUSED_OFFLINE = frozenset({"link_artifact", "use_artifact", "use_model", "link_model"})

_FIGURES = ("matplotlib.", "plotly.")


def act(client: RunClient, name: str, arguments: dict[str, Any]) -> Any:
    """Call the real method `name` on the run of `client`.

    Raises:
        NotModelled: The method needs a server.
    """
    if name == "restore":
        client.public_api()
    if name not in _RUN_AS_THEY_ARE and not (name in _REFUSED_OFFLINE and client.settings.mode == "offline"):
        raise NotModelled(f"run.{name}", name)
    with client.session.quiet():
        return getattr(client.world.Run, name)(client.live, **arguments)


def is_media(client: RunClient, value: Any) -> bool:
    """Say whether the client turns `value` into media or a table when it is logged."""
    media = client.world.WBValue
    if isinstance(value, media):
        return True
    if isinstance(value, (list, tuple)):
        return bool(value) and all(isinstance(item, media) for item in value)
    home = f"{type(value).__module__}."
    if home.startswith(_FIGURES):
        return True
    return home.startswith("pandas.") and type(value).__name__ == "DataFrame"


def media_wire(client: RunClient, key: str, value: Any, namespace: Any = None) -> Any:
    """Return what the client sends for a media value, or NotImplemented when it is none.

    Files that it writes go to the run's folder.
    """
    if not is_media(client, value):
        return NotImplemented
    world = client.world
    if namespace is None:
        namespace = client.local_step
    utils = world.module("wandb.sdk.data_types.utils")
    with client.session.quiet():
        sent = utils.val_to_json(client.live, key, value, namespace=namespace)
    import json  # only media need it

    return json.loads(world.module("wandb.util").json_dumps_safer_history(sent))


def expand_charts(client: RunClient, data: dict[str, Any]) -> dict[str, Any]:
    """Replace custom charts by their tables, as the client does before it encodes a row."""
    if "wandb.plot.custom_chart" not in sys.modules and "wandb.plot" not in sys.modules:
        return data
    serialize = getattr(client.live, "_serialize_custom_charts", None)
    return data if serialize is None else serialize(data)


class Interface:
    """What the client's own code takes for its connection to the service."""

    def __init__(self, client: RunClient) -> None:
        self._client = client

    def publish_files(self, files_dict: Any) -> None:
        self._client.publish_files(files_dict["files"])

    def publish_artifact(self, run: Any, artifact: Any, aliases: Any = None, tags: Any = None, **options: Any) -> None:
        # What is in a logged artifact stays; what is said of it may be said otherwise at the next time.
        logged = {
            "artifact": artifact,
            "aliases": list(aliases or ()),
            "tags": list(tags or ()),
            "description": artifact.description,
            "metadata": dict(artifact.metadata),
            "distributed_id": artifact.distributed_id,
        }
        self._client.note(Noted("artifacts", {**logged, **options}))

    def deliver_artifact(self, run: Any, artifact: Any, aliases: Any, tags: Any, step: Any, **options: Any) -> Any:
        self.publish_artifact(run, artifact, aliases, tags, **options)
        return None

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


class PublicApi:
    """What `Run._public_api` gives the artifact code of an online run."""

    def _set_artifact_save_handle(self, artifact: Any, handle: Any) -> None:
        """The artifact is saved; there is nothing to wait for."""

    def __getattr__(self, name: str) -> Any:
        raise NotModelled(f"wandb.Api().{name}")


def folder_of(path: str) -> str:
    """Make the folder of `path` and return it."""
    os.makedirs(path, exist_ok=True)
    return path
