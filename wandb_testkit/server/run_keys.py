"""What filters and orders mean by a key of a run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

from wandb_testkit.rules.tree import MISSING

if TYPE_CHECKING:
    from wandb_testkit.server.runs import ServerRun

# What filters and orders call the properties of a run, as the server's documentation and the client's own
# QueryGenerator name them.
_PROPERTIES: Mapping[str, Callable[[ServerRun], Any]] = {
    "name": lambda run: run.id,
    "id": lambda run: run.storage_id,
    "displayname": lambda run: run.display_name,
    "state": lambda run: run.state,
    "tags": lambda run: run.tags,
    "group": lambda run: run.group,
    "jobtype": lambda run: run.job_type,
    "notes": lambda run: run.notes,
    "description": lambda run: run.description,
    "sweep": lambda run: run.sweep_name,
    "sweepname": lambda run: run.sweep_name,
    "commit": lambda run: run.commit,
    "username": lambda run: run.user,
    "user": lambda run: run.user,
    "entity": lambda run: run.entity,
    "project": lambda run: run.project,
    "createdat": lambda run: datetime.fromtimestamp(run.created_at, timezone.utc),
    "heartbeatat": lambda run: datetime.fromtimestamp(run.heartbeat_at, timezone.utc),
    "updatedat": lambda run: datetime.fromtimestamp(run.heartbeat_at, timezone.utc),
    "duration": lambda run: run.heartbeat_at - run.created_at,
    "historylinecount": lambda run: run.line_count,
}


def read(run: ServerRun, key: str) -> Any:
    """Return what a run has under a key; MISSING where there is nothing.

    Args:
        run: The run.
        key: A property, or a path below ``config`` or ``summary_metrics``.
    """
    head, _, rest = key.partition(".")
    section = head.replace("_", "").lower()
    if section == "config" and rest:
        return _inside(run.config, rest, value="value")
    if section in ("summarymetrics", "summary") and rest:
        return _inside(run.summary, rest)
    if section in ("user", "run") and rest:
        return read(run, rest if section == "run" else "username")
    found = _PROPERTIES.get(key.replace("_", "").lower())
    if found is None:
        return MISSING
    value = found(run)
    return MISSING if value is None else value


def _inside(tree: Any, path: str, value: str | None = None) -> Any:
    """Return what is in nested dicts at a dotted path; keys may hold dots themselves.

    Args:
        tree: The dicts.
        path: The path.
        value: A last label that means the very value, as in ``config.lr.value``.
    """
    if not isinstance(tree, Mapping):
        return tree if path == value else MISSING
    if path in tree:
        return tree[path]
    parts = path.split(".")
    for length in range(len(parts) - 1, 0, -1):
        head, rest = ".".join(parts[:length]), ".".join(parts[length:])
        if head in tree:
            found = _inside(tree[head], rest, value)
            if found is MISSING and value is not None and (rest == value or rest.startswith(f"{value}.")):
                # The server keeps each value of the config as {"value": ...}.
                found = tree[head] if rest == value else _inside(tree[head], rest[len(value) + 1 :])
            if found is not MISSING:
                return found
    return MISSING
