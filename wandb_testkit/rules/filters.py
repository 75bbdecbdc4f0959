"""Filters and orders as the server understands them: a part of MongoDB's query language over runs and other things.

Only the server knows these rules.  They follow wandb's documentation of ``Api.runs``
(https://docs.wandb.ai/ref/python/public-api/api), which lists the operators that are
supported and names RE2 for regular expressions, and MongoDB's own of these operators: a
comparison holds between values of one kind only, an equality with a list holds when the
list has the value, and what is missing equals None.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timezone
from typing import Any, Final, TypeVar

from wandb_testkit.rules.tree import MISSING

_Item = TypeVar("_Item")

#: Says what an item has under a key, or MISSING.
Reader = Callable[[str], Any]


class FilterError(ValueError):
    """A filter or an order that the server does not understand."""


def matches(filters: Any, read: Reader) -> bool:
    """Say whether something passes a filter.

    Args:
        filters: The filter, such as ``{"config.lr": {"$gt": 0.1}, "tags": "ci"}``; empty or None for no filter.
        read: What the thing has under a key.

    Raises:
        FilterError: The filter is none.
    """
    if not filters:
        return True
    if not isinstance(filters, Mapping):
        raise FilterError(f"invalid filter: {filters!r} is no object")
    # A mistake in any clause is one, whatever the others say.
    found = [_clause(key, wanted, read) for key, wanted in filters.items()]
    return all(found)


def _clause(key: str, wanted: Any, read: Reader) -> bool:
    if key in _JOINED:
        if not isinstance(wanted, Sequence) or isinstance(wanted, str):
            raise FilterError(f"invalid filter: {key} needs a list")
        return _JOINED[key]([matches(part, read) for part in wanted])
    if key.startswith("$"):
        raise FilterError(f"invalid filter: unknown operator {key}")
    return _holds(read(key), wanted)


_JOINED: Final[Mapping[str, Callable[[list[bool]], bool]]] = {
    "$and": all,
    "$or": any,
    "$nor": lambda found: not any(found),
}


def _holds(value: Any, wanted: Any) -> bool:
    """Say whether a value is as a condition wants it: another value, or operators."""
    if not (isinstance(wanted, Mapping) and any(str(key).startswith("$") for key in wanted)):
        return _equal(value, wanted)
    for operator in wanted:
        if operator not in _OPERATORS:
            raise FilterError(f"invalid filter: unknown operator {operator}")
    found = [_OPERATORS[operator](value, operand) for operator, operand in wanted.items()]
    return all(found)


def _equal(value: Any, wanted: Any) -> bool:
    if value is MISSING or value is None:
        return wanted is None
    if isinstance(value, (list, tuple)) and not isinstance(wanted, (list, tuple)):
        return any(_same(item, wanted) for item in value)
    return _same(value, wanted)


def _same(value: Any, wanted: Any) -> bool:
    if isinstance(value, datetime):
        return value == moment(wanted)
    if isinstance(value, bool) or isinstance(wanted, bool):
        return value is wanted
    if isinstance(value, tuple):
        value = list(value)
    return bool(value == wanted)


def _compared(test: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    """Return the operator of a comparison, which holds between values of one kind only."""

    def operator(value: Any, wanted: Any) -> bool:
        if isinstance(value, (list, tuple)):
            return any(operator(item, wanted) for item in value)
        if isinstance(value, datetime):
            wanted = moment(wanted)
        kinds = _kind(value), _kind(wanted)
        return kinds[0] is not None and kinds[0] == kinds[1] and test(value, wanted)

    return operator


def _kind(value: Any) -> str | None:
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, (int, float)):
        return "number"
    if isinstance(value, str):
        return "text"
    return "time" if isinstance(value, datetime) else None


def _in(value: Any, wanted: Any) -> bool:
    if not isinstance(wanted, Sequence) or isinstance(wanted, str):
        raise FilterError("invalid filter: $in and $nin need a list")
    return any(_equal(value, item) for item in wanted)


# What Python's expressions have and RE2's have not: looking around and back.
_NOT_RE2 = re.compile(r"(?<!\\)(?:\\\\)*(?:\\[1-9]|\(\?(?:=|!|<=|<!|P=|\())")


def _regex(value: Any, wanted: Any) -> bool:
    try:
        expression = re.compile(wanted)
    except (re.error, TypeError) as error:
        raise FilterError(f"invalid filter: $regex: {error}") from None
    if _NOT_RE2.search(wanted):
        raise FilterError(f"invalid filter: $regex: {wanted!r} is not of RE2's syntax")
    values = value if isinstance(value, (list, tuple)) else (value,)
    return any(isinstance(item, str) and expression.search(item) is not None for item in values)


_OPERATORS: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    "$eq": _equal,
    "$ne": lambda value, wanted: not _equal(value, wanted),
    "$gt": _compared(lambda value, wanted: value > wanted),
    "$gte": _compared(lambda value, wanted: value >= wanted),
    "$lt": _compared(lambda value, wanted: value < wanted),
    "$lte": _compared(lambda value, wanted: value <= wanted),
    "$in": _in,
    "$nin": lambda value, wanted: not _in(value, wanted),
    "$exists": lambda value, wanted: (value is not MISSING) == bool(wanted),
    "$regex": _regex,
}


def moment(value: Any) -> datetime | None:
    """Return the time that a filter means: a date or time in ISO 8601, UTC where it does not say.

    Args:
        value: The text.
    """
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=timezone.utc)
    if not isinstance(value, str):
        return None
    try:
        found = datetime.fromisoformat(value.strip().replace("Z", "+00:00"))
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=timezone.utc)


def ordered(items: Iterable[_Item], order: str | None, read: Callable[[_Item, str], Any]) -> list[_Item]:
    """Return items in an order; those that lack the key come last.

    Args:
        items: The items, in the order of their making.
        order: Keys with commas between; ``+`` (or nothing) before one for ascending, ``-`` for descending.
        read: What an item has under a key, or MISSING.
    """
    found = list(items)
    # Sorting is stable, so the first key is sorted by last.
    for part in reversed([part.strip() for part in (order or "").split(",") if part.strip()]):
        descending = part.startswith("-")
        key = part.lstrip("+-")
        there = [item for item in found if read(item, key) not in (MISSING, None)]
        lacking = [item for item in found if read(item, key) in (MISSING, None)]
        there.sort(key=lambda item, key=key: _rank(read(item, key)), reverse=descending)  # type: ignore[misc]
        found = there + lacking
    return found


def _rank(value: Any) -> tuple[Any, ...]:
    """Return what values of all kinds can be sorted by: numbers, then text, then truth, then times, then the rest."""
    kind = _kind(value)
    if kind == "number":
        return (0, value if value == value else float("-inf"))
    if kind == "text":
        return (1, value)
    if kind == "boolean":
        return (2, value)
    return (3, value.timestamp()) if kind == "time" else (4, str(value))
