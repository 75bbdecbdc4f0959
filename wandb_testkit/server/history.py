"""A run's history as the server gives it back: all rows, some of them, those with certain keys.

What is sampled only the server decides.  wandb documents that ``Run.history`` returns at most
``samples`` rows of the whole run, and ``scan_history`` all of them, "only rows that have all of
the keys" where keys are given (https://docs.wandb.ai/ref/python/public-api/run).  Here the rows
of a sample are spread evenly and hold the first and the last, so that two readers see the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from wandb_testkit.comparing import values_at

#: What the client adds to rows and summary.
INTERNAL = ("_timestamp", "_runtime", "_wandb")


def sampled(rows: Sequence[dict[str, Any]], samples: int | None) -> list[dict[str, Any]]:
    """Return at most `samples` rows, spread evenly.

    Args:
        rows: All rows.
        samples: How many; None or a number below 0 for all.
    """
    count = len(rows)
    if samples is None or samples < 0 or count <= samples:
        return list(rows)
    if samples < 2:
        return list(rows[:samples])
    return [rows[index * (count - 1) // (samples - 1)] for index in range(samples)]


def with_keys(rows: Iterable[dict[str, Any]], keys: Sequence[str]) -> list[dict[str, Any]]:
    """Return the rows that have all of the keys, reduced to them.

    Args:
        rows: The rows.
        keys: The keys; a dotted one reaches into nested dicts.
    """
    wanted = list(dict.fromkeys(keys))
    found = ({key: value for key in wanted for value in values_at(row, key)} for row in rows)
    return [row for row in found if len(row) == len(wanted)]


def between(rows: Iterable[dict[str, Any]], first: int | None, last: int | None) -> list[dict[str, Any]]:
    """Return the rows of steps from `first` to below `last`."""
    return [row for row in rows if (first is None or row["_step"] >= first) and (last is None or row["_step"] < last)]


def by_spec(rows: Sequence[dict[str, Any]], spec: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return what one specification of a sampled history asks for.

    Args:
        rows: All rows.
        spec: ``keys``, ``samples``, ``minStep`` and ``maxStep`` (which is part of the range).
    """
    last = spec.get("maxStep")
    rows = between(rows, spec.get("minStep"), None if last is None else last + 1)
    keys = list(spec.get("keys") or ())
    return sampled(with_keys(rows, keys) if keys else rows, spec.get("samples"))


def scanned(
    rows: Iterable[dict[str, Any]], keys: Sequence[str], first: int | None, last: int | None
) -> list[dict[str, Any]]:
    """Return what a scan reads: all rows of a range of steps, or those with all of the keys, with their step.

    Args:
        rows: All rows.
        keys: The keys; none for whole rows.
        first: The first step.
        last: The step after the last one.
    """
    found = between(rows, first, last)
    return with_keys(found, ["_step", *keys]) if keys else found


def keys_of(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any] | None:
    """Return what the server knows of the keys that were logged; None for an empty history."""
    if not rows:
        return None
    counts: dict[str, dict[str, Any]] = {}
    for row in rows:
        for key, value in _flat(row):
            kinds = counts.setdefault(key, {"typeCounts": [], "monotonic": False, "previousValue": None})
            kinds["previousValue"] = value if isinstance(value, (int, float)) else kinds["previousValue"]
            _count(kinds["typeCounts"], _kind(value))
    steps = [row["_step"] for row in rows if isinstance(row.get("_step"), int)]
    return {"sets": [], "keys": counts, "lastStep": max(steps, default=-1)}


def _flat(row: Mapping[str, Any], prefix: str = "") -> Iterable[tuple[str, Any]]:
    for key, value in row.items():
        if isinstance(value, Mapping) and "_type" not in value:
            yield from _flat(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value


def _count(counts: list[dict[str, Any]], kind: str) -> None:
    for each in counts:
        if each["type"] == kind:
            each["count"] += 1
            return
    counts.append({"type": kind, "count": 1})


def _kind(value: Any) -> str:
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, (int, float)):
        return "number"
    if isinstance(value, Mapping):
        return str(value.get("_type", "map"))
    return "string" if isinstance(value, str) else "list" if isinstance(value, list) else "nil"


def seeded_rows(rows: Sequence[Mapping[str, Any]], began: float) -> list[dict[str, Any]]:
    """Return rows of a seed as the server has them; those without times are a second apart.

    Args:
        rows: The rows, with steps.
        began: When the run began, in seconds since the epoch.
    """
    found: list[dict[str, Any]] = []
    for index, given in enumerate(rows):
        runtime = given.get("_runtime", float(index))
        row = dict(given)
        row.setdefault("_timestamp", began + float(runtime))
        row.setdefault("_runtime", runtime)
        found.append(row)
    return found


def seeded_summary(summary: Mapping[str, Any] | None, rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the summary of a seed: its own, or the last value of each key.

    Args:
        summary: The seed's; None where it has none.
        rows: The history.
    """
    found: dict[str, Any] = {}
    if summary is None:
        for row in rows:
            found.update(row)
    else:
        from wandb_testkit.rules.encoding import jsonable

        found.update(jsonable(dict(summary)))
        if rows:
            for key in ("_step", "_timestamp", "_runtime"):
                found.setdefault(key, rows[-1][key])
    if rows:
        found.setdefault("_wandb", {"runtime": int(rows[-1]["_runtime"])})
    return found
