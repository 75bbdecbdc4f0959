"""Whether what was recorded is what a test expects, and which row comes nearest."""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

# Keys of many rows are looked at for a misspelt one, but not without end.
_MOST_KEYS = 2000

# So many of the expected keys tell well enough which row is near.
_MOST_EXPECTED = 50


def values_at(row: Mapping[str, Any], key: str) -> Iterator[Any]:
    """Yield the value of `key` in `row`: the key itself, else the path that its dots spell."""
    if key in row:
        yield row[key]
        return
    value: Any = row
    for part in key.split("."):
        if not isinstance(value, Mapping) or part not in value:
            return
        value = value[part]
    yield value


def same(recorded: Any, expected: Any) -> bool:
    """Compare one value; the expected side decides (`mock.ANY`, `pytest.approx`, numpy)."""
    if recorded is expected:
        return True
    if isinstance(expected, Mapping) and isinstance(recorded, Mapping):
        return recorded.keys() == expected.keys() and all(same(recorded[k], v) for k, v in expected.items())
    if isinstance(expected, (list, tuple)) and isinstance(recorded, (list, tuple)):
        return len(recorded) == len(expected) and all(map(same, recorded, expected))
    if isinstance(expected, float) and isinstance(recorded, float) and expected != expected:
        return recorded != recorded
    tolist = getattr(expected, "tolist", None)
    if tolist is not None and not isinstance(recorded, type(expected)):
        return same(recorded, tolist())
    answer = expected == recorded
    # Arrays answer item by item, data frames column by column.
    for _ in range(2):
        everything = getattr(answer, "all", None)
        if callable(everything):
            answer = everything()
    return bool(answer)


def contains(recorded: Mapping[str, Any], expected: Mapping[str, Any]) -> bool:
    """Say whether `recorded` has all that is expected, and perhaps more."""
    return all(any(same(value, item) for value in values_at(recorded, key)) for key, item in expected.items())


def nearest(rows: Sequence[Mapping[str, Any]], expected: Mapping[str, Any]) -> int | None:
    """Return the index of the row that agrees best; None where no row has any of the keys."""
    some = list(islice(expected.items(), _MOST_EXPECTED))
    best, most = None, 0.0
    for index, row in enumerate(rows):
        score = sum(_agreement(value, item) for key, item in some for value in values_at(row, key))
        if score > most:
            best, most = index, score
    return best


def _agreement(recorded: Any, expected: Any) -> float:
    """Return 2 for the same value, and from 1 to below 2 for another one."""
    if same(recorded, expected):
        return 2.0
    if not isinstance(recorded, (int, float)) or not isinstance(expected, (int, float)):
        return 1.0
    try:
        distance = abs(recorded - expected) / (abs(recorded) + abs(expected))
    except (ArithmeticError, ValueError):
        return 1.0
    return 1.0 if math.isnan(distance) else 1.9 - 0.9 * min(distance, 1.0)


def is_rounding(recorded: Any, expected: Any) -> bool:
    """Say whether two numbers differ by no more than floating point arithmetic makes them differ."""
    return (
        isinstance(recorded, float)
        and isinstance(expected, (int, float))
        and math.isclose(recorded, expected, rel_tol=1e-5, abs_tol=1e-9)
    )


def key_paths(rows: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return all keys of all rows, nested ones as paths with dots."""
    found: dict[str, None] = {}
    for row in rows:
        for path in _paths(row, ""):
            found[path] = None
        if len(found) > _MOST_KEYS:
            break
    return list(found)


def _paths(row: Mapping[str, Any], prefix: str) -> Iterator[str]:
    for key, value in row.items():
        path = f"{prefix}{key}"
        yield path
        if isinstance(value, Mapping):
            yield from _paths(value, f"{path}.")


def suggestion(key: str, known: Sequence[str]) -> str | None:
    """Return the key that was probably meant: nested, spelt with another separator, or misspelt."""
    plain = _plain(key)
    for candidate in known:
        if _plain(candidate) == plain:
            return candidate
    for candidate in known:
        if candidate.rpartition(".")[2] == key or candidate.rpartition("/")[2] == key:
            return candidate
    close = difflib.get_close_matches(key, known, 1, 0.6)
    return close[0] if close else None


def _plain(key: str) -> str:
    return re.sub(r"[^0-9a-z]", "", key.lower()) or key
