"""``log``, the writing half: a copy of the row that later changes cannot reach."""

from __future__ import annotations

import enum
from collections import Counter, OrderedDict, defaultdict
from collections.abc import Mapping
from typing import Any

from wandb_testkit.rules.encoding import arrays
from wandb_testkit.rules.encoding.core import INT64_MAX, INT64_MIN, Unreadable, as_core_reads
from wandb_testkit.rules.encoding.encoded import Encoded
from wandb_testkit.rules.encoding.friendly import history_default
from wandb_testkit.rules.encoding.history import history_value
from wandb_testkit.rules.encoding.media import MediaHook, Path, replace_media
from wandb_testkit.rules.encoding.writer import PLAIN, encode

_PLAIN_DICTS = frozenset({dict, OrderedDict, defaultdict, Counter})
# Deeper values take the slow path, which has the exact limits.
_COPY_DEPTH = 100


class _Marker(enum.Enum):
    ODD = "not copyable without encoding it"


def snapshot_row(data: Mapping[str, Any], media: MediaHook | None = None) -> dict[str, Any]:
    """Copy a row so that later changes of its values cannot reach it.

    Args:
        data: what was passed to ``log``.
        media: gives the wire form of media, plots and data frames; asked for every value that is not a scalar or an
            array, in dicts at any depth, and for whole lists, as the client looks there only.

    Returns:
        A row of plain values, numeric numpy values of at most 32 elements, dicts, lists and tuples of those, and
        `Encoded` for everything else. Keys whose value wandb-core cannot decode are left out.

    Raises:
        TypeError: ``data`` is no mapping, a key is no string, or a value cannot be encoded.
        Exception: whatever else the client's encoding raises for one of the values.

    Rule: ``Run._log``, ``InterfaceBase.publish_partial_history`` of wandb 0.31.0.
    """
    if not isinstance(data, Mapping):
        raise TypeError("wandb.log must be passed a dictionary")
    for key in data:
        if not isinstance(key, str):
            raise TypeError("Key values passed to `wandb.log` must be strings.")
    payload: Any = data if type(data) is dict else data.copy()  # type: ignore[attr-defined]
    row: dict[str, Any] = {}
    easy = type(payload) in _PLAIN_DICTS
    for key, value in payload.items():
        copied = value if type(value) in PLAIN else _copy(value, 0)
        easy = easy and copied is not _Marker.ODD and type(key) is str and key.isascii()
        row[key] = copied
    return row if easy else _snapshot_odd_row(dict(data) if type(data) is dict else payload, row, media)


def _snapshot_odd_row(payload: Any, copies: dict[str, Any], media: MediaHook | None) -> dict[str, Any]:
    found: dict[Path, Any] = {}
    replace_media(payload, (), media, found)
    payload.pop("_step", None)
    row: dict[str, Any] = {}
    for key, value in payload.items():
        str(key).encode()  # protobuf refuses lone surrogates in a field that is a string
        copied = copies.get(key, _Marker.ODD)
        if copied is _Marker.ODD:
            try:
                copied = _annotate(value, _wire_of(value), (key,), found)
            except Unreadable:
                continue
        row[str(key)] = copied
    return row


def _copy(value: Any, depth: int) -> Any:
    """Copy a value whose encoding cannot fail and is the same in both stages; ODD for all others."""
    kind = type(value)
    if kind in _PLAIN_DICTS:
        if depth > _COPY_DEPTH:
            return _Marker.ODD
        out: dict[str, Any] = {}
        for key, item in value.items():
            if type(key) is not str:
                if type(key) is not int or not INT64_MIN <= key <= INT64_MAX:
                    return _Marker.ODD
                key = str(key)
            if type(item) not in PLAIN:
                item = _copy(item, depth + 1)
                if item is _Marker.ODD:
                    return item
            out[key] = item
        return out
    if kind is list or kind is tuple:
        if depth > _COPY_DEPTH:
            return _Marker.ODD
        if PLAIN.issuperset(map(type, value)):
            return list(value)
        items = [item if type(item) in PLAIN else _copy(item, depth + 1) for item in value]
        return _Marker.ODD if any(item is _Marker.ODD for item in items) else items
    if kind.__module__ == "numpy":
        return _copy_numpy(value)
    return _Marker.ODD


def _copy_numpy(value: Any) -> Any:
    if not arrays.is_simple(value):
        return _Marker.ODD
    return value.copy() if type(value).__name__ == "ndarray" else value


def _wire_of(value: Any) -> Any:
    copied = _copy(value, 0)
    if copied is not _Marker.ODD:
        return history_value(copied)
    return as_core_reads(encode(value, history_default))


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
