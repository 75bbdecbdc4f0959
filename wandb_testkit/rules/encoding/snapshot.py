"""``log``, the writing half: a copy of the row that later changes cannot reach."""

from __future__ import annotations

import enum
from collections import Counter, OrderedDict, defaultdict
from collections.abc import Mapping
from typing import Any

from wandb_testkit.rules.encoded import Encoded
from wandb_testkit.rules.encoding import arrays
from wandb_testkit.rules.encoding.core import INT64_MAX, INT64_MIN, PLAIN, Unreadable, as_core_reads
from wandb_testkit.rules.encoding.friendly import history_default
from wandb_testkit.rules.encoding.history import history_value
from wandb_testkit.rules.encoding.media import MediaHook, Path, replace_media
from wandb_testkit.rules.encoding.writer import encode

_PLAIN_DICTS = frozenset({dict, OrderedDict, defaultdict, Counter})
# Deeper values take the slow path, which has the exact limits.
_COPY_DEPTH = 100


class _Marker(enum.Enum):
    ODD = "not copyable without encoding it"


# Reading a member of an enum takes a call.
_ODD = _Marker.ODD

_TEXT = frozenset({str})

# Types whose values are kept as they are. numpy's scalar types join them when the first value of theirs is met: what
# is simple about a scalar is so for all of its type. Arrays are simple or not one by one.
_KEPT: set[type[Any]] = set(PLAIN)
_ARRAYS: set[type[Any]] = set()


def plain_row(data: dict[str, Any]) -> dict[str, Any] | None:
    """Copy a row of values whose encoding cannot fail, or return None.

    Such a row holds no chart, no media and no key that needs a closer look, at any depth: nothing else that the client
    does with a row can change it.

    Args:
        data: what was passed to ``log``, if that is exactly a dict.

    Returns:
        What `snapshot_row` would return; None for a row that it has to look at.
    """
    row: dict[str, Any] = {}
    try:
        for key, value in data.copy().items():
            if type(key) is not str or not key.isascii():
                return None
            if type(value) not in _KEPT:
                value = _copy(value, 0)
                if value is _ODD:
                    return None
            row[key] = value
    except RecursionError:
        # Hardly any stack is left: the closer look fails as the client does.
        return None
    return row


def snapshot_row(
    data: Mapping[str, Any], media: MediaHook | None = None, *, plain_json: bool = False
) -> dict[str, Any]:
    """Copy a row so that later changes of its values cannot reach it.

    Args:
        data: what was passed to ``log``.
        media: gives the wire form of media, plots and data frames; asked for every value that is not a scalar or an
            array, in dicts at any depth, and for whole lists, as the client looks there only.
        plain_json: as for `encode`.

    Returns:
        A row of plain values, numeric numpy values of at most 32 elements, dicts, lists and tuples of those, and
        `Encoded` for everything else. Keys whose value wandb-core cannot decode are left out.

    Raises:
        TypeError: ``data`` is no mapping, a key is no string, or a value cannot be encoded.
        Exception: whatever else the client's encoding raises for one of the values.

    Rule: ``Run._log``, ``InterfaceBase.publish_partial_history`` of wandb 0.31.0.
    """
    # Exact types are asked for first: `isinstance` of an abstract class takes longer than copying a value.
    if type(data) is not dict and not isinstance(data, Mapping):
        raise TypeError("wandb.log must be passed a dictionary")
    if not _TEXT.issuperset(map(type, data)) and not all(isinstance(key, str) for key in data):
        raise TypeError("Key values passed to `wandb.log` must be strings.")
    payload: Any = data if type(data) is dict else data.copy()  # type: ignore[attr-defined]
    row: dict[str, Any] = {}
    easy = type(payload) in _PLAIN_DICTS
    for key, value in payload.items():
        copied = row[key] = value if type(value) in _KEPT else _copy(value, 0)
        if copied is _ODD or type(key) is not str or not key.isascii():
            easy = False
    return row if easy else _snapshot_odd_row(dict(data) if type(data) is dict else payload, row, media, plain_json)


def _snapshot_odd_row(
    payload: Any, copies: dict[str, Any], media: MediaHook | None, plain_json: bool
) -> dict[str, Any]:
    found: dict[Path, Any] = {}
    replace_media(payload, (), media, found)
    payload.pop("_step", None)
    row: dict[str, Any] = {}
    for key, value in payload.items():
        # What a subclass of str calls itself does not matter: protobuf takes its characters, and no lone surrogates.
        name = str.__str__(key)
        name.encode()
        copied = copies.get(key, _ODD)
        if copied is _ODD:
            try:
                copied = _annotate(value, _wire_of(value, plain_json), (key,), found)
            except Unreadable:
                continue
        row[name] = copied
    return row


def _copy(value: Any, depth: int) -> Any:
    """Copy a value that cannot be kept, whose encoding cannot fail and is the same in both stages; ODD for others."""
    kind = type(value)
    if kind in _ARRAYS:
        return value.copy() if arrays.is_simple_array(value) else _ODD
    if kind in _PLAIN_DICTS:
        if depth > _COPY_DEPTH:
            return _ODD
        out: dict[str, Any] = {}
        for key, item in value.items():
            if type(key) is not str:
                if type(key) is not int or not INT64_MIN <= key <= INT64_MAX:
                    return _ODD
                key = str(key)
            if type(item) not in _KEPT:
                item = _copy(item, depth + 1)
                if item is _ODD:
                    return item
            out[key] = item
        return out
    if kind is list or kind is tuple:
        if depth > _COPY_DEPTH:
            return _ODD
        if _KEPT.issuperset(map(type, value)):
            return list(value)
        items = [item if type(item) in _KEPT else _copy(item, depth + 1) for item in value]
        return _ODD if any(item is _ODD for item in items) else items
    if kind.__module__ == "numpy":
        return _copy_numpy(value)
    return _ODD


def _copy_numpy(value: Any) -> Any:
    if not arrays.is_simple(value):
        return _ODD
    is_array = type(value).__name__ == "ndarray"
    (_ARRAYS if is_array else _KEPT).add(type(value))
    return value.copy() if is_array else value


def _wire_of(value: Any, plain_json: bool) -> Any:
    copied = _copy(value, 0)
    if copied is not _ODD:
        return history_value(copied)
    return as_core_reads(encode(value, history_default, plain_json=plain_json))


def _annotate(value: Any, wire: Any, path: Path, found: dict[Path, Any]) -> Any:
    """Join an odd value with its wire form, as deep as dicts reach, so that media in them stay visible."""
    if path in found:
        return Encoded(found[path], wire, True)
    if type(value) in PLAIN:
        return value
    if isinstance(value, dict) and len(path) <= _COPY_DEPTH and type(wire) is dict and list(value) == list(wire):
        return {key: _annotate(value[key], wire[key], (*path, key), found) for key in wire}
    return Encoded(wire if _pins_memory(value) else value, wire)


def _pins_memory(value: Any) -> bool:
    return hasattr(type(value), "dtype") or hasattr(type(value), "__next__")
