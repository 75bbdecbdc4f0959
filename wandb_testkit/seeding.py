"""Runs that exist before a patch begins: what ``patch_wandb(runs=...)`` takes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

#: What a dict may say of a run: the keys of `RecordedRun.to_dict`, and what the server knows besides.
KEYS = (
    "id",
    "name",
    "project",
    "entity",
    "group",
    "job_type",
    "notes",
    "tags",
    "config",
    "summary",
    "history",
    "metrics",
    "exit_code",
    "state",
    "created_at",
    "heartbeat_at",
    "display_name",
    "description",
    "user",
    "sweep",
    "commit",
    "files",
    "metadata",
    "system_metrics",
)

_KINDS: dict[str, tuple[type, str]] = {
    **dict.fromkeys(("config", "summary", "files", "metadata", "system_metrics"), (Mapping, "a dict")),
    **dict.fromkeys(("history", "metrics", "tags"), (Iterable, "a list")),
}


def seed(run: Any) -> dict[str, Any]:
    """Return a run that exists already as a dict.

    Args:
        run: A dict, or a `RecordedRun` of another patch, with the times, state and (small) files that it has.

    Raises:
        TypeError: It is neither, or a value of the dict is of the wrong kind.
        ValueError: The dict has a key that means nothing.
    """
    if isinstance(run, Mapping):
        return _checked(run)
    if not hasattr(run, "to_dict"):
        raise TypeError(f"patch_wandb(runs=...) takes dicts and RecordedRuns, not {type(run).__name__}")
    found: dict[str, Any] = run.to_dict()
    client = getattr(run, "_client", None)
    if client is None:
        return found
    state = client.state
    found.update(
        state=state.state,
        created_at=state.start_time,
        display_name=found["name"] or client.display_name,
        description=state.description,
        sweep=state.settings.sweep_id,
        files=_files(client),
    )
    timed = zip(found["history"], state.history.times, state.history.runtimes, strict=False)
    for row, stamp, runtime in timed:
        if isinstance(stamp, (int, float)):
            row.update(_timestamp=stamp, _runtime=runtime)
    return found


def _checked(run: Mapping[str, Any]) -> dict[str, Any]:
    unknown = [key for key in run if key not in KEYS]
    if unknown:
        import difflib  # slow to import, and few need it

        near = difflib.get_close_matches(str(unknown[0]), KEYS, 1)
        hint = f" Did you mean {near[0]!r}?" if near else f" There are {', '.join(KEYS)}."
        raise ValueError(f"patch_wandb(runs=...): a run has no {unknown[0]!r}.{hint}")
    for key, (kind, said) in _KINDS.items():
        if not isinstance(run.get(key), (kind, type(None))) or isinstance(run.get(key), str):
            raise TypeError(f"patch_wandb(runs=...): {key!r} of a run is {said}, not {type(run[key]).__name__}")
    found = dict(run)
    if found.get("history") is not None:
        found["history"] = _numbered(found["history"])
    return found


def _numbered(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return rows with steps: one without has the step after that of the row before."""
    found: list[dict[str, Any]] = []
    for row in rows:
        if not isinstance(row, Mapping):
            raise TypeError(f"patch_wandb(runs=...): a row of the history of a run is a dict, not {type(row).__name__}")
        found.append({"_step": found[-1]["_step"] + 1 if found else 0, **row})
    return found


def _files(client: Any) -> dict[str, bytes]:
    """Return what is in a run's files, as far as it outlived the run's patch."""
    from wandb_testkit import recorded_files

    found = {name: recorded_files.content(client, name) for name in recorded_files.names(client)}
    return {name: content for name, content in found.items() if content is not None}
