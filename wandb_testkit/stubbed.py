"""The rarer methods of a run and media, where wandb is not installed.

The counterpart of `bridge`: the same interface, on the stand-in's own data types.  What is
checked, in which order, and what is sent is as in client 0.31.
"""

from __future__ import annotations

import contextlib
import inspect
import json
import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from wandb_testkit.bridge import Interface, public_api, refuse_evaluations
from wandb_testkit.errors import NotModelled

if TYPE_CHECKING:
    from wandb_testkit.client.run import RunClient

__all__ = ["Interface", "act", "expand_charts", "media_wire", "public_api"]

_TABLES = ("table", "partitioned-table", "joined-table")


def act(client: RunClient, name: str, arguments: dict[str, Any]) -> Any:
    """Do what the client's method `name` does on the run of `client`.

    Raises:
        NotModelled: The method needs a server.
    """
    method = _METHODS.get(name)
    if method is None:
        raise NotModelled(f"run.{name}", name)
    with _at_work(client):
        return method(client, **arguments)


@contextlib.contextmanager
def _at_work(client: RunClient) -> Iterator[None]:
    from wandb_testkit.standin import place

    with client.session.quiet(), place.working_for(client.session.namespace):
        yield


# ---- files


def _save(client: RunClient, glob_str: Any, base_path: Any = None, policy: Any = "live", glob: Any = True) -> Any:
    # Much of the standard library that most tests never need.
    from pathlib import Path

    from wandb_testkit.rules import files

    if isinstance(glob_str, bytes):
        glob_str = glob_str.decode("utf-8")
    if files.is_bucket(glob_str):
        client.session.namespace["termlog"](f"{glob_str} is a cloud storage url, can't save file to W&B.")
        return []
    warn = client.session.warn
    asked = files.request(glob_str, base_path, policy, expand=glob, warn=warn)
    root = Path(client.files_directory)
    root.mkdir(parents=True, exist_ok=True)
    saved = files.save(asked, root, symlink=client.world_settings().symlink, warn=warn)
    client.publish_files(saved)
    return [str(path) for path in sorted({root / file.path for file in saved})]


# ---- artifacts


def _log_artifact(
    client: RunClient, artifact_or_path: Any, name: Any = None, type: Any = None, aliases: Any = None, tags: Any = None
) -> Any:
    return log_artifact(client, artifact_or_path, name, type, aliases, tags)


def _log_model(client: RunClient, path: Any, name: Any = None, aliases: Any = None) -> None:
    log_artifact(client, path, name, "model", aliases)


def _upsert_artifact(client: RunClient, artifact_or_path: Any, **options: Any) -> Any:
    return _log_shared(client, "upsert", artifact_or_path, finalize=False, **options)


def _finish_artifact(client: RunClient, artifact_or_path: Any, **options: Any) -> Any:
    return _log_shared(client, "finish", artifact_or_path, finalize=True, **options)


def _log_shared(
    client: RunClient,
    what: str,
    artifact_or_path: Any,
    finalize: bool,
    name: Any = None,
    type: Any = None,
    aliases: Any = None,
    distributed_id: Any = None,
) -> Any:
    group = client.settings.run_group
    if group is None and distributed_id is None:
        raise TypeError(f"Cannot {what} artifact unless run is in a group or distributed_id is provided")
    if distributed_id is None:
        distributed_id = group or ""
    return log_artifact(client, artifact_or_path, name, type, aliases, distributed_id=distributed_id, finalize=finalize)


def log_artifact(
    client: RunClient,
    artifact_or_path: Any,
    name: Any = None,
    type: Any = None,
    aliases: Any = None,
    tags: Any = None,
    distributed_id: Any = None,
    finalize: bool = True,
    is_user_created: bool = False,
    use_after_commit: bool = False,
) -> Any:
    """Log an artifact, or make one of a path and log that."""
    from wandb_testkit.standin import artifact_checks as checks
    from wandb_testkit.standin import util

    if aliases is not None:
        aliases = checks.check_aliases(aliases)
    if tags is not None:
        tags = checks.check_tags(tags)
    artifact = _artifact_of(client, artifact_or_path, name, type)
    artifact.finalize()
    aliases = util._resolve_aliases(aliases)
    artifact.metadata = {**artifact.metadata}
    artifact.distributed_id = distributed_id
    client.live._assert_can_log_artifact(artifact)
    options = {"finalize": finalize, "is_user_created": is_user_created, "use_after_commit": use_after_commit}
    if client.settings.mode == "offline":
        client.interface.publish_artifact(client.live, artifact, aliases, tags, **options)
    else:
        step = 0 if client.settings.mode == "shared" else client.state.history.step
        handle = client.interface.deliver_artifact(client.live, artifact, aliases, tags, step, **options)
        artifact._set_save_handle(handle, client.session)
    return artifact


def _artifact_of(client: RunClient, artifact_or_path: Any, name: Any, type: Any) -> Any:
    artifact_class = client.world.wandb.Artifact
    if not isinstance(artifact_or_path, (str, os.PathLike)):
        if not isinstance(artifact_or_path, artifact_class):
            raise TypeError("You must pass an instance of wandb.Artifact or a valid file path to log_artifact")
        return artifact_or_path
    name = name or f"run-{client.settings.run_id}-{os.path.basename(artifact_or_path)}"
    artifact = artifact_class(name, type or "unspecified")
    if os.path.isfile(artifact_or_path):
        artifact.add_file(str(artifact_or_path))
    elif os.path.isdir(artifact_or_path):
        artifact.add_dir(str(artifact_or_path))
    elif "://" in str(artifact_or_path):
        artifact.add_reference(str(artifact_or_path))
    else:
        raise ValueError("path must be a file, directory or externalreference like s3://bucket/path")
    return artifact


def _use_artifact(client: RunClient, artifact_or_name: Any, **options: Any) -> Any:
    from wandb_testkit.standin import artifact_use

    return artifact_use.use_artifact(client, artifact_or_name, **options)


def _use_model(client: RunClient, name: Any) -> Any:
    from wandb_testkit.standin import artifact_use

    return artifact_use.use_model(client, name)


def _link_artifact(client: RunClient, artifact: Any, target_path: Any, aliases: Any = None) -> Any:
    from wandb_testkit.standin import artifact_use

    return artifact_use.link_artifact(client, artifact, target_path, aliases)


def _link_model(client: RunClient, path: Any, registered_model_name: Any, name: Any = None, aliases: Any = None) -> Any:
    from wandb_testkit.standin import artifact_use

    return artifact_use.link_model(client, path, registered_model_name, name, aliases)


# ---- code


def _is_code(path: str) -> bool:
    from wandb_testkit.standin import util

    return util._is_py_requirements_or_dockerfile(path)


def _is_wandbs(path: str, root: str) -> bool:
    below = os.path.relpath(path, root)
    return below.startswith(("wandb" + os.sep, ".wandb" + os.sep))


def _log_code(
    client: RunClient,
    root: Any = ".",
    name: Any = None,
    include_fn: Callable[..., Any] = _is_code,
    exclude_fn: Callable[..., Any] = _is_wandbs,
) -> Any:
    from wandb_testkit.standin import util
    from wandb_testkit.standin.artifact import InternalArtifact

    if name is None:
        settings = client.world_settings()
        name = util.make_artifact_name_safe(f"source-{settings.project}-{settings.program_relpath}")
    artifact = InternalArtifact(name, "code")
    found = False
    if root is not None:
        root = os.path.abspath(root)
        for path in _walk(root, include_fn, exclude_fn):
            found = True
            artifact.add_file(path, name=os.path.relpath(path, root))
    if not found:
        client.session.warn(
            "No relevant files were detected in the specified directory. No code will be logged to your run."
        )
        return None
    log_artifact(client, artifact)
    client.config_update({"_wandb": {"code_path": artifact.name}}, allow_val_change=True)
    return artifact


def _walk(root: str, include: Callable[..., Any], exclude: Callable[..., Any]) -> Iterator[str]:
    """Yield the files that one function wants and the other does not refuse."""

    def says(function: Callable[..., Any], path: str) -> Any:
        # Functions of old take no root.
        takes_root = len(inspect.signature(function).parameters) == 2
        return function(path, root) if takes_root else function(path)

    for folder, _, names in os.walk(root):
        for file in names:
            path = os.path.join(folder, file)
            if says(include, path) and not says(exclude, path):
                yield path


# ---- the rest


def _watch(
    client: RunClient,
    models: Any,
    criterion: Any = None,
    log: Any = "gradients",
    log_freq: int = 1000,
    idx: int | None = None,
    log_graph: bool = False,
) -> None:
    from wandb_testkit.standin import torch_history

    history = _torch_history(client)
    torch_history.watch(history, client.session, models, criterion, log, log_freq, idx, log_graph)


def _unwatch(client: RunClient, models: Any = None) -> None:
    from wandb_testkit.standin import torch_history

    torch_history.unwatch(_torch_history(client), models)


def _torch_history(client: RunClient) -> Callable[[], Any]:
    def history() -> Any:
        from wandb_testkit.standin.torch_history import TorchHistory

        if client.live._torch_history is None:
            client.live._torch_history = TorchHistory()
        return client.live._torch_history

    return history


def _status(client: RunClient) -> Any:
    return client.world.module("wandb.sdk.wandb_run").RunStatus()


def _to_html(client: RunClient, height: int = 420, hidden: bool = False) -> str:
    style = f"border:none;width:100%;height:{height}px;"
    button = ""
    if hidden:
        style += "display:none;"
        action = "this.nextSibling.style.display='block';this.style.display='none';"
        button = f'<button onClick="{action}">Display W&B run</button>'
    url = client.world_settings().run_url + "?jupyter=true"
    return f"{button}<iframe src={url!r} style={style!r}></iframe>"


_METHODS: dict[str, Callable[..., Any]] = {
    "finish_artifact": _finish_artifact,
    "link_artifact": _link_artifact,
    "link_model": _link_model,
    "log_artifact": _log_artifact,
    "log_code": _log_code,
    "log_model": _log_model,
    "save": _save,
    "status": _status,
    "to_html": _to_html,
    "unwatch": _unwatch,
    "upsert_artifact": _upsert_artifact,
    "use_artifact": _use_artifact,
    "use_model": _use_model,
    "watch": _watch,
}


# ---- media


def media_wire(client: RunClient, key: str, value: Any, namespace: Any = None) -> Any:
    """Return what the client sends for a media value, or NotImplemented when it is none.

    Args:
        client: The run's client.
        key: What its files are named by.
        value: Any value.
        namespace: The step, or "summary"; the client's own count of steps, unless given.
    """
    from wandb_testkit.standin import util
    from wandb_testkit.standin.util_json import json_dumps_safer_history

    base = sys.modules.get("wandb_testkit.standin.base")
    home = util.get_full_typename(value)
    is_figure = util.is_matplotlib_typename(home) or util.is_plotly_typename(home)
    is_value = is_figure or util.is_pandas_data_frame(value)
    if not is_value and (base is None or not _is_media(value, base.WBValue)):
        return NotImplemented
    refuse_evaluations(client, value)
    # In a row, unlike in the summary, a file that lies where it is to go is no error.
    in_place = namespace is None
    if in_place:
        namespace = client.local_step
    with _at_work(client):
        sent = _to_json(client, key, value, namespace, in_place)
    wire = json.loads(json_dumps_safer_history(sent))
    from wandb_testkit import tables  # only media need it

    tables.keep(client, value, wire)
    return wire


def _is_media(value: Any, media: type[Any]) -> bool:
    if isinstance(value, (list, tuple)):
        return bool(value) and all(isinstance(item, media) for item in value)
    return isinstance(value, media)


def _to_json(client: RunClient, key: str, value: Any, namespace: Any, in_place: bool) -> Any:
    from wandb_testkit.standin import base, util

    home = util.get_full_typename(value)
    if util.is_pandas_data_frame(value):
        value = client.world.wandb.Table(dataframe=value)
    elif util.is_matplotlib_typename(home) or util.is_plotly_typename(home):
        value = client.world.wandb.Plotly.make_plot_media(value)
    elif isinstance(value, (list, tuple)):
        return _list_to_json(client, key, value, namespace, in_place)
    if isinstance(value, base.Media) and not value.is_bound():
        kind = getattr(value, "_log_type", None)
        if kind in _TABLES:
            _log_table(client, key, value)
        # Tables of several tables have no file of their own.
        if kind not in _TABLES[1:]:
            value.bind_to_run(client.live, key, namespace)
    sent = value.to_json(client.live)
    if getattr(value, "log_mode", None) == "INCREMENTAL":
        value._last_logged_idx = len(value.data) - 1
    return sent


def _list_to_json(
    client: RunClient, key: str, values: Sequence[Any], namespace: Any, in_place: bool
) -> Any:
    from wandb_testkit.standin import base

    first = values[0]
    if not isinstance(first, base.BatchableMedia) or not all(isinstance(value, type(first)) for value in values):
        return [_to_json(client, key, value, namespace, in_place) for value in values]
    limit = getattr(first, "MAX_ITEMS", len(values))
    if limit < len(values):
        import logging

        logging.warning(f"Only {limit} {type(first).__name__} will be uploaded.")
        values = values[:limit]
    for value in values:
        value.bind_to_run(run=client.live, key=key, step=namespace, ignore_copy_err=in_place or None)
    return first.seq_to_json(values, client.live, key, namespace)


def _log_table(client: RunClient, key: str, table: Any) -> None:
    """Log the artifact that the client makes of a table."""
    from wandb_testkit.standin.artifact import InternalArtifact
    from wandb_testkit.standin.artifact_checks import internal_name

    run_id = client.settings.run_id
    if getattr(table, "log_mode", None) != "INCREMENTAL":
        artifact, entry = InternalArtifact(f"run-{run_id}-{key}", "run_table"), key
    else:
        fresh = table._previous_increments_paths is None and table._increment_num is None
        if client.live.resumed and fresh:
            table._load_incremental_table_state_from_resumed_run(client.live, key)
        else:
            table._set_incremental_table_run_target(client.live)
        name = internal_name(f"run-{run_id}-incr-{key}")
        artifact = InternalArtifact(name, "wandb-run-incremental-table", incremental=True)
        entry = f"{table._increment_num}-{time.time_ns() // 1_000_000}.{key}"
    artifact.add(table, entry)
    log_artifact(client, artifact)


# ---- charts


def expand_charts(client: RunClient, data: dict[str, Any]) -> dict[str, Any]:
    """Replace custom charts by their tables, as the client does before it encodes a row."""
    plots: Any = sys.modules.get("wandb_testkit.standin.plots")
    # The client goes through nested dicts in any case, and a class of dicts may have ways of its own.
    kinds = () if plots is None else (plots.CustomChart, plots.Visualize)
    for key, chart in _pop_charts(data, kinds, ""):
        chart.set_key(key)
        client.send_config_item(chart.spec.config_key, chart.spec.config_value, None)
        data[chart.spec.table_key if isinstance(chart, plots.CustomChart) else key] = chart.table
    return data


def _pop_charts(data: dict[str, Any], kinds: tuple[type[Any], ...], prefix: str) -> Iterable[tuple[str, Any]]:
    found: list[tuple[str, Any]] = []
    for key, value in list(data.items()):
        path = f"{prefix}{key}"
        if isinstance(value, kinds):
            del data[key]
            found.append((path, value))
        elif isinstance(value, dict):
            found += _pop_charts(value, kinds, f"{path}.")
    return found
