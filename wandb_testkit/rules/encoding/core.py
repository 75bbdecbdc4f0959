"""What wandb-core, the client's service process, makes of JSON."""

from __future__ import annotations

import math
from typing import Any

INT64_MIN, INT64_MAX = -(2**63), 2**63 - 1
PLAIN = frozenset({type(None), bool, int, float, str})
# The reader refuses the 502nd level.
_CORE_DEPTH = 500


class Unreadable(ValueError):
    """A value that wandb-core cannot decode; it drops the key and keeps the rest of the row."""


def as_core_reads(value: Any) -> Any:
    """Decoded JSON with exact integers as wandb-core's reader decodes it.

    Args:
        value: for instance what `summary_wire` returned.

    Returns:
        A fresh value: integers outside int64 as floats (infinite where too large), lone surrogates as U+FFFD.

    Raises:
        Unreadable: more than 500 levels deep.
    """
    # Without recursion, since the reader goes deeper than Python's recursion limit lets us be sure of.
    top: list[Any] = [None]
    todo: list[tuple[Any, Any, Any, int]] = [(top, 0, value, 0)]
    for target, key, item, depth in todo:
        if depth > _CORE_DEPTH:
            raise Unreadable("maximum nesting depth exceeded")
        kind = type(item)
        if kind is int and not INT64_MIN <= item <= INT64_MAX:
            item = big_int(item)
        elif kind is str:
            item = valid_text(item)
        elif kind is dict:
            source, item = item, dict.fromkeys(map(valid_text, item))
            todo.extend((item, valid_text(name), inner, depth + 1) for name, inner in source.items())
        elif kind is list:
            source, item = item, [None] * len(item)
            todo.extend((item, place, inner, depth + 1) for place, inner in enumerate(source))
        target[key] = item
    return top[0]


def big_int(value: int) -> float:
    """An integer outside int64 as the float that it is read as."""
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf


def checked(text: str) -> str:
    """The text, refused where UTF-8 cannot have it."""
    text.encode()
    return text


def valid_text(text: str) -> str:
    """Pairs of surrogates are joined, lone ones become U+FFFD."""
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text
