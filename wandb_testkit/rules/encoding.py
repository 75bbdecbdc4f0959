"""How values become what the client sends: the encoding rules of wandb 0.31.0.

Four ways lead to the wire, each with its own function here: ``log`` (`snapshot_row`, `history_wire`),
``config`` (`config_value`, `config_wire`), ``summary`` (`summary_wire`) and the text form of ``to_dict``
(`jsonable`). Behind all of them stands one two-stage encoder. The client first lets pydantic-core write
the JSON, which knows far more types than the standard library; if anything at all goes wrong there, the
whole value is written again by `json.dumps`, which knows fewer and has other ideas about enums. Both stages
call back into the same conversion of arrays, tensors, dates and callables.

numpy, torch, jax, tensorflow and pandas are known by their type names only and never imported for the purpose.
"""

from __future__ import annotations

import contextlib
import dataclasses
import datetime
import enum
import fractions
import importlib
import ipaddress
import json
import math
import pathlib
import pickle
import re
import sys
import types
import uuid
from collections import Counter, OrderedDict, defaultdict, deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, cast

MediaHook = Callable[[str, Any], Any]
_Default = Callable[[Any], Any]
_Path = tuple[Any, ...]

_PLAIN = frozenset({type(None), bool, int, float, str})
_PLAIN_DICTS = frozenset({dict, OrderedDict, defaultdict, Counter})
_INT64_MIN, _INT64_MAX = -(2**63), 2**63 - 1
_HISTOGRAM_ABOVE = 32
_HISTOGRAM_BINS = 32
_SIMPLE_KINDS = frozenset("biuf")
_WARN_ABOVE_BYTES = 100_000
# pydantic-core refuses the 256th level, wandb-core's JSON reader the 502nd.
_PYDANTIC_DEPTH = 255
_CORE_DEPTH = 500
# Deeper values take the slow path, which has the exact limits.
_COPY_DEPTH = 100


class _Marker(enum.Enum):
    ODD = "not copyable without encoding it"


class Unreadable(ValueError):
    """A value that wandb-core cannot decode; it drops the key and keeps the rest of the row."""


class MediaKey(str):
    """The dotted path of a value; ``leaf`` is its last key, which the client names media files by."""

    leaf: str

    def __new__(cls, path: Sequence[Any]) -> MediaKey:
        """Make the key of the value at a path of keys."""
        key = super().__new__(cls, ".".join(map(str, path)))
        key.leaf = path[-1]
        return key


class Encoded:
    """A value whose form on the wire is not itself.

    Args:
        original: what was logged (for arrays and tensors the wire form, so that no memory is pinned).
        wire: the decoded JSON that wandb-core sees.
        is_media: whether a media hook gave the wire form.
    """

    __slots__ = ("is_media", "original", "wire")

    original: Any
    wire: Any
    is_media: bool

    def __init__(self, original: Any, wire: Any, is_media: bool = False) -> None:
        self.original = original
        self.wire = wire
        self.is_media = is_media

    def __repr__(self) -> str:
        return f"Encoded({self.original!r}, wire={self.wire!r}, is_media={self.is_media})"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Encoded):
            return NotImplemented
        # Compared as text so that NaN equals NaN.
        return self.is_media == other.is_media and jsonable(self.wire) == jsonable(other.wire)

    __hash__ = None  # type: ignore[assignment]

    def __copy__(self) -> Encoded:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> Encoded:
        # The original may be a live object (a figure, a tensor) that cannot or should not be copied.
        return Encoded(self.original, _fresh(self.wire), self.is_media)

    def __reduce__(self) -> tuple[Any, ...]:
        original = self.original
        try:
            pickle.dumps(original)
        except (pickle.PicklingError, TypeError, AttributeError, RecursionError):
            original = self.wire
        return Encoded, (original, self.wire, self.is_media)


# --- rows of history -------------------------------------------------------------------------------------------------


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
        copied = value if type(value) in _PLAIN else _copy(value, 0)
        easy = easy and copied is not _Marker.ODD and type(key) is str and key.isascii()
        row[key] = copied
    return row if easy else _snapshot_odd_row(dict(data) if type(data) is dict else payload, row, media)


def _snapshot_odd_row(payload: Any, copies: dict[str, Any], media: MediaHook | None) -> dict[str, Any]:
    found: dict[_Path, Any] = {}
    _replace_media(payload, (), media, found)
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
                if type(key) is not int or not _INT64_MIN <= key <= _INT64_MAX:
                    return _Marker.ODD
                key = str(key)
            if type(item) not in _PLAIN:
                item = _copy(item, depth + 1)
                if item is _Marker.ODD:
                    return item
            out[key] = item
        return out
    if kind is list or kind is tuple:
        if depth > _COPY_DEPTH:
            return _Marker.ODD
        if _PLAIN.issuperset(map(type, value)):
            return list(value)
        items = [item if type(item) in _PLAIN else _copy(item, depth + 1) for item in value]
        return _Marker.ODD if any(item is _Marker.ODD for item in items) else items
    if kind.__module__ == "numpy":
        return _copy_numpy(value)
    return _Marker.ODD


def _copy_numpy(value: Any) -> Any:
    if not _is_simple_numpy(value):
        return _Marker.ODD
    return value.copy() if type(value).__name__ == "ndarray" else value


def _is_simple_numpy(value: Any) -> bool:
    """Whether a value is a bool, int or float scalar of numpy's, or an array of few of them."""
    dtype = getattr(value, "dtype", None)
    if dtype is None or dtype.kind not in _SIMPLE_KINDS or dtype.itemsize > 8:
        return False
    if type(value).__name__ == "ndarray":
        return bool(value.size <= _HISTOGRAM_ABOVE)
    return isinstance(value, sys.modules["numpy"].generic)


def _numpy_wire(value: Any) -> Any:
    plain = value.item() if value.size == 1 else value.tolist()
    return as_core_reads(plain) if value.dtype.kind == "u" else plain


def _replace_media(payload: Any, path: _Path, media: MediaHook | None, found: dict[_Path, Any]) -> None:
    """Put the wire form of media where it stands; nested dicts are changed in place, as the client does."""
    for key in list(payload):
        value = payload[key]
        place = (*path, key)
        if isinstance(value, dict):
            _replace_media(value, place, media, found)
            payload[key] = value
            continue
        wire = _media_wire(place, value, media)
        if wire is not NotImplemented:
            found[place] = value
            payload[key] = wire
        elif isinstance(value, (list, tuple, range)) and not len(value):
            payload[key] = []  # an empty sequence counts as one of media
        else:
            payload[key] = value


def _media_wire(path: Sequence[Any], value: Any, media: MediaHook | None) -> Any:
    if media is None or value is None or isinstance(value, (int, float, str)):
        return NotImplemented
    if type(value) in (list, tuple) and (not value or isinstance(value[0], (int, float, str))):
        return NotImplemented
    if type(value).__module__ == "numpy":
        return NotImplemented
    return media(MediaKey(path), value)


def _wire_of(value: Any) -> Any:
    copied = _copy(value, 0)
    if copied is not _Marker.ODD:
        return history_value(copied)
    return as_core_reads(_encode(value, _history_default))


def _annotate(value: Any, wire: Any, path: _Path, found: dict[_Path, Any]) -> Any:
    """Join an odd value with its wire form, as deep as dicts reach, so that media in them stay visible."""
    if path in found:
        return Encoded(found[path], wire, True)
    if type(value) in _PLAIN:
        return value
    if isinstance(value, dict) and len(path) <= _COPY_DEPTH and type(wire) is dict and list(value) == list(wire):
        return {key: _annotate(value[key], wire[key], (*path, key), found) for key in wire}
    return Encoded(wire if _pins_memory(value) else value, wire)


def _pins_memory(value: Any) -> bool:
    return hasattr(type(value), "dtype") or hasattr(type(value), "__next__")


def originals(value: Any) -> Any:
    """Put the logged objects back in place of what a snapshot keeps of them.

    Args:
        value: A snapshot, or a part of one; not changed.
    """
    if type(value) is Encoded:
        return value.original
    if type(value) is dict:
        return {key: originals(item) for key, item in value.items()}
    if type(value) in (list, tuple):
        return type(value)([originals(item) for item in value])
    return value


def history_wire(row: Mapping[str, Any]) -> dict[str, Any]:
    """The decoded JSON of a snapshot, as wandb-core sees it.

    Args:
        row: what `snapshot_row` returned, or a flat row of plain values.

    Returns:
        Nested dicts and lists of None, bool, int within int64, float (may be NaN or infinite) and str. Without
        ``_step``, which the client removes, and without the empty key, which wandb-core refuses.
    """
    return {key: history_value(value) for key, value in row.items() if key and key != "_step"}


def history_row(row: Mapping[str, Any]) -> dict[str, Any]:
    """The row of a snapshot for the replay: as `history_wire`, but media stay `Encoded` so that readers find them."""
    return {key: _row_value(value) for key, value in row.items() if key and key != "_step"}


def _row_value(value: Any) -> Any:
    if type(value) is dict:
        return {_valid_text(key): _row_value(item) for key, item in value.items()}
    if type(value) is Encoded and value.is_media:
        return value
    return history_value(value)


def history_value(value: Any) -> Any:
    """One value of a snapshot as wandb-core sees it; see `history_wire`."""
    kind = type(value)
    if kind is float or value is None or kind is bool:
        return value
    if kind is int:
        return value if _INT64_MIN <= value <= _INT64_MAX else _big_int(value)
    if kind is str:
        return value if value.isascii() else _valid_text(value)
    if kind is dict:
        return {_valid_text(key): history_value(item) for key, item in value.items()}
    if kind is list:
        return [history_value(item) for item in value]
    if kind is Encoded:
        return _fresh(value.wire)
    if kind.__module__ == "numpy" and _is_simple_numpy(value):
        return _numpy_wire(value)
    return as_core_reads(_encode(value, _history_default))


def readable_value(value: Any) -> Any:
    """One value of a snapshot as a reader of history sees it: media as the object, all else as on the wire."""
    kind = type(value)
    if kind is Encoded:
        return value.original if value.is_media else _fresh(value.wire)
    if kind is dict:
        return {_valid_text(key): readable_value(item) for key, item in value.items()}
    return history_value(value)


# --- config and summary ----------------------------------------------------------------------------------------------


def config_value(value: Any) -> Any:
    """What ``run.config[key] = value`` stores and gives back.

    Args:
        value: any value; artifacts and media are not dealt with here.

    Returns:
        Fresh dicts and lists; slices and dataclasses as dicts, enums as their names, NaN as None, objects of other
        modules than builtins as their ``str``.

    Raises:
        RecursionError: the value contains itself.
        Exception: whatever the conversion of an array, a tensor or bytes raises.

    Rule: ``wandb.util.json_friendly_val`` of wandb 0.31.0.
    """
    # Loops, not comprehensions: a value that contains itself then fails at the same depth, with the same message.
    if isinstance(value, dict):
        tree = {}
        for key, item in value.items():
            tree[key] = config_value(item)
        return tree
    if isinstance(value, slice):
        return {"slice_start": value.start, "slice_step": value.step, "slice_stop": value.stop}
    value, _ = _friendly(value)
    if isinstance(value, Sequence) and not isinstance(value, str):
        items = []
        for item in value:
            items.append(config_value(item))
        return items
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return config_value(dataclasses.asdict(value))
    if value.__class__.__module__ not in ("builtins", "__builtin__"):
        return str(value)
    return value


def config_wire(value: Any) -> Any:
    """What the ``value_json`` of a config update decodes to.

    Args:
        value: what `config_value` returned. An iterator in it is used up, as the client uses it up.

    Returns:
        Decoded JSON; integers are exact, floats in lists may be NaN.

    Raises:
        TypeError: a value that cannot be encoded.

    Rule: ``InterfaceBase._make_config`` of wandb 0.31.0.
    """
    return _encode(_friendly(value)[0], _config_default)


def summary_wire(value: Any, path: str, media: MediaHook | None = None) -> Any:
    """What the ``value_json`` of ``run.summary[key] = value`` decodes to.

    Args:
        value: the value assigned.
        path: the dotted key from the top of the summary.
        media: as for `snapshot_row`.

    Returns:
        Decoded JSON; integers are exact. An array of more than 32 elements becomes its statistics.

    Raises:
        TypeError: a value that cannot be encoded, or a dict with keys that are no strings.

    Rule: ``InterfaceBase._make_summary`` of wandb 0.31.0.
    """
    return _encode(_friendly(_summary_tree(value, (path,), media))[0], _summary_default)


def _summary_tree(value: Any, path: tuple[str, ...], media: MediaHook | None) -> Any:
    if isinstance(value, dict):
        tree = {}
        for key, item in value.items():
            "." + key  # the client joins the path like this, so other keys are a TypeError
            tree[key] = _summary_tree(item, (*path, key), media)
        return tree
    sent = _media_wire(path, value, media)
    if sent is NotImplemented:
        sent = [] if isinstance(value, (list, tuple, range)) and not len(value) else value
    friendly, _ = _friendly(sent)
    return _statistics(friendly, value)


def jsonable(value: Any) -> Any:
    """The final form of ``to_dict``: fresh containers, NaN and the infinities as the strings the backend stores."""
    kind = type(value)
    if kind is float:
        if value - value == 0.0:
            return value
        return "NaN" if value != value else "Infinity" if value > 0 else "-Infinity"
    if kind is dict:
        return {key: jsonable(item) for key, item in value.items()}
    if kind is list or kind is tuple:
        return [jsonable(item) for item in value]
    return jsonable(value.wire) if kind is Encoded else value


# --- what wandb-core makes of JSON -----------------------------------------------------------------------------------


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
        if kind is int and not _INT64_MIN <= item <= _INT64_MAX:
            item = _big_int(item)
        elif kind is str:
            item = _valid_text(item)
        elif kind is dict:
            source, item = item, dict.fromkeys(map(_valid_text, item))
            todo.extend((item, _valid_text(name), inner, depth + 1) for name, inner in source.items())
        elif kind is list:
            source, item = item, [None] * len(item)
            todo.extend((item, place, inner, depth + 1) for place, inner in enumerate(source))
        target[key] = item
    return top[0]


def _big_int(value: int) -> float:
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf


def _valid_text(text: str) -> str:
    """Pairs of surrogates are joined, lone ones become U+FFFD."""
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text


def _fresh(wire: Any) -> Any:
    kind = type(wire)
    if kind is dict:
        return {key: _fresh(item) for key, item in wire.items()}
    return [_fresh(item) for item in wire] if kind is list else wire


# --- the conversion that both stages share ---------------------------------------------------------------------------


def _friendly(obj: Any, keep_nan: bool = False) -> tuple[Any, bool]:
    """One step towards JSON, and whether it changed anything. Rule: ``wandb.util.json_friendly``."""
    numpy = sys.modules.get("numpy")
    obj, scalar = _from_tensor(obj, _typename(obj))
    if scalar:
        return obj, True
    changed = True
    if numpy is not None and isinstance(obj, numpy.ndarray):
        if obj.size == 1:
            obj = obj.flatten()[0]
        elif obj.size <= _HISTOGRAM_ABOVE:
            obj = obj.tolist()
    elif numpy is not None and isinstance(obj, numpy.generic):
        obj = _from_numpy_scalar(obj, keep_nan)
    elif isinstance(obj, bytes):
        obj = obj.decode("utf-8")
    elif isinstance(obj, (datetime.datetime, datetime.date)):
        obj = obj.isoformat()
    elif callable(obj):
        named = hasattr(obj, "__qualname__") and hasattr(obj, "__module__")
        obj = f"{obj.__module__}.{obj.__qualname__}" if named else str(obj)
    elif isinstance(obj, float) and math.isnan(obj):
        obj = None
    elif isinstance(obj, dict):
        obj, changed = _without_numpy_keys(obj, {})
    elif isinstance(obj, set):
        obj = tuple(obj)
    elif isinstance(obj, enum.Enum):
        obj = obj.name
    else:
        changed = False
    if sys.getsizeof(obj) > _WARN_ABOVE_BYTES:
        _warn_of_size(obj)
    return obj, changed


def _from_tensor(obj: Any, typename: str) -> tuple[Any, bool]:
    """A framework's tensor as numpy, or as a Python scalar and True; anything else as it is."""
    if typename.startswith("tensorflow."):
        if "EagerTensor" in typename:
            return obj.numpy(), False
        if "Tensor" in typename or "Variable" in typename:
            try:
                return obj.eval(), False
            except RuntimeError:
                return obj.numpy(), False
    is_torch = typename.startswith("torch.") and ("Tensor" in typename or "Variable" in typename)
    if is_torch or (typename.startswith("fastai.") and "Tensor" in typename):
        return _from_torch(obj)
    if typename.startswith("jaxlib.") and "Array" in typename:
        return importlib.import_module("jax").device_get(obj), False
    return obj, False


def _from_torch(obj: Any) -> tuple[Any, bool]:
    with contextlib.suppress(AttributeError):  # releases before 0.4 have it on variables only
        if obj.requires_grad:
            obj = obj.detach()
    with contextlib.suppress(RuntimeError):  # releases before 0.4 refuse it on tensors
        obj = obj.data
    return (obj.cpu().detach().numpy(), False) if obj.size() else (obj.item(), True)


def _typename(obj: Any) -> str:
    name = cast(str, obj.__class__.__module__ + "." + obj.__class__.__name__)
    # Modules count by their own name, since pyplot itself can be logged as the current figure.
    return obj.__name__ if name in ("builtins.module", "__builtin__.module") else name


def _from_numpy_scalar(obj: Any, keep_nan: bool) -> Any:
    obj = obj.item()
    if isinstance(obj, float) and math.isnan(obj) and not keep_nan:
        return None
    # longdouble and bfloat16 stay numpy objects in item().
    if isinstance(obj, sys.modules["numpy"].generic) and (obj.dtype.kind == "f" or obj.dtype == "bfloat16"):
        return float(obj)
    return obj


def _without_numpy_keys(tree: dict[Any, Any], seen: dict[int, dict[Any, Any]]) -> tuple[dict[Any, Any], bool]:
    if id(tree) in seen:
        return seen[id(tree)], False
    out = seen[id(tree)] = {}
    changed = False
    numpy = sys.modules.get("numpy")
    for key, value in tree.items():
        if isinstance(value, dict):
            value, inner = _without_numpy_keys(value, seen)
            changed |= inner
        if numpy is not None and isinstance(key, numpy.generic):
            key = _from_numpy_scalar(key, False)
            changed = True
        out[key] = value
    return out, changed


def _warn_of_size(obj: Any) -> None:
    wandb = sys.modules.get("wandb")
    if wandb is not None:
        wandb.termwarn(f"Serializing object of type {type(obj).__name__} that is {sys.getsizeof(obj)} bytes")


def _history_default(obj: Any) -> Any:
    friendly, changed = _friendly(obj, keep_nan=True)
    if _is_large_array(friendly):
        counts, edges = sys.modules["numpy"].histogram(friendly, bins=_HISTOGRAM_BINS)
        friendly = {"_type": "histogram", "values": counts.tolist(), "bins": edges.tolist()}
    return friendly if changed else _refuse(friendly)


def _config_default(obj: Any) -> Any:
    if hasattr(obj, "json_encode"):
        return obj.json_encode()
    friendly, changed = _friendly(obj, keep_nan=True)
    return friendly if changed else _refuse(obj)


def _summary_default(obj: Any) -> Any:
    friendly, changed = _friendly(obj)
    friendly = _statistics(friendly, obj)
    return friendly if changed else _refuse(friendly)


def _refuse(obj: Any) -> Any:
    raise TypeError(f"Object of type {obj.__class__.__name__} is not JSON serializable")


def _is_large_array(obj: Any) -> bool:
    numpy = sys.modules.get("numpy")
    return numpy is not None and isinstance(obj, numpy.ndarray) and obj.size > _HISTOGRAM_ABOVE


def _statistics(obj: Any, original: Any) -> Any:
    """A large array as the statistics that the summary keeps of it; anything else as it is."""
    if not _is_large_array(obj):
        return obj
    numpy = sys.modules["numpy"]
    return {
        "_type": _summary_typename(original),
        "var": numpy.var(obj).item(),
        "mean": numpy.mean(obj).item(),
        "min": numpy.amin(obj).item(),
        "max": numpy.amax(obj).item(),
        "10%": numpy.percentile(obj, 10),
        "25%": numpy.percentile(obj, 25),
        "75%": numpy.percentile(obj, 75),
        "90%": numpy.percentile(obj, 90),
        "size": obj.size,
    }


def _summary_typename(obj: Any) -> str:
    typename = _typename(obj)
    if "Tensor" in typename or "Variable" in typename:
        if typename.startswith("tensorflow."):
            return "tensorflow.Tensor"
        if typename.startswith("torch."):
            return "torch.Tensor"
    return cast(str, obj.__class__.__module__.split(".")[0] + "." + obj.__class__.__name__)


# --- the two stages --------------------------------------------------------------------------------------------------


def _encode(value: Any, default: _Default) -> Any:
    """Encode to JSON as the client does and decode again; integers stay exact."""
    try:
        return _Inference(default).value(value, 0)
    except Exception:
        # The client, too, forgets whatever went wrong in pydantic-core and lets the standard library decide.
        text = json.dumps(value, default=default)
    try:
        return json.loads(text)
    except RecursionError:
        raise Unreadable("maximum nesting depth exceeded") from None


class _Inference:
    """What ``pydantic_core.to_json`` infers from types, as decoded JSON. Any exception means that it gives up."""

    def __init__(self, default: _Default) -> None:
        self.default = default
        self.open: set[int] = set()

    def value(self, value: Any, depth: int) -> Any:
        # One frame a level: Python's own recursion limit must not be met before pydantic-core's.
        if depth >= _PYDANTIC_DEPTH:
            raise ValueError("Circular reference detected (depth exceeded)")
        if type(value) in _PLAIN:
            return _checked(value) if type(value) is str else value
        if id(value) in self.open:
            raise ValueError("Circular reference detected (id repeated)")
        self.open.add(id(value))
        try:
            shape = _shape_of(value)
            if shape in _TEXTS:
                return _TEXTS[shape](value)
            if shape in _SEQUENCES:
                items = []
                for item in _SEQUENCES[shape](value):
                    items.append(self.value(item, depth + 1))
                return items
            if shape is dict or shape is _Shape.DATACLASS:
                fields: dict[str, Any] = {}
                for key, item in dict.items(value) if shape is dict else _fields_of(value):
                    key = self._key(key)
                    fields[key] = self.value(item, depth + 1)
                return fields
            if shape is _Shape.PYDANTIC:
                return self._pydantic(value)
            inner = value.value if shape is enum.Enum else self.default(value)
            return self.value(inner, depth + 1)
        finally:
            self.open.discard(id(value))

    def _pydantic(self, value: Any) -> Any:
        core = importlib.import_module("pydantic_core")
        return json.loads(core.to_json(value, inf_nan_mode="constants", fallback=self.default))

    def _key(self, key: Any) -> str:
        if type(key) is str:
            return _checked(key)
        if key is None or isinstance(key, bool):
            return "None" if key is None else "true" if key else "false"
        shape = _shape_of(key)
        if shape in (int, float):
            return str(key)
        if shape in _TEXTS:
            return cast(str, _TEXTS[shape](key))
        if shape is tuple:
            return ",".join(self._key(item) for item in tuple.__iter__(key))
        if shape is enum.Enum:
            return self._key(key.value)
        if shape is _Shape.DATACLASS:
            hash(key)
            return str(key)
        if shape is _Shape.UNKNOWN:
            return self._key(self.default(key))
        raise TypeError(f"`{type(key).__name__}` not valid as object key")


class _Shape(enum.Enum):
    PYDANTIC = 1
    DATACLASS = 2
    ITERATOR = 3
    URL = 4
    UNKNOWN = 5


def _shape_of(value: Any) -> Any:
    """Which of pydantic-core's types a value counts as: its own type, what it can do, then its bases."""
    kind: Any = type(value)
    if kind in _SHAPES:
        return kind
    if not isinstance(value, type):
        if hasattr(value, "__pydantic_serializer__"):
            return _Shape.PYDANTIC
        if hasattr(value, "__dataclass_fields__"):
            return _Shape.DATACLASS
    if isinstance(kind, enum.EnumMeta):
        return enum.Enum
    base = kind
    while base is not None:
        if base in _SHAPES:
            return base
        if base is kind and hasattr(kind, "__next__"):
            return _Shape.ITERATOR
        base = base.__base__
    if kind.__module__.startswith("pydantic_core") and kind.__name__ in ("Url", "MultiHostUrl"):
        return _Shape.URL
    # numpy's float64 and str_ get here: their first base is numpy's, float and str are their second.
    inherited = (shape for shape in _BY_INHERITANCE if shape in kind.__mro__)
    return next(inherited, None) or next((shape for shape in _BY_INSTANCE if isinstance(value, shape)), _Shape.UNKNOWN)


def _fields_of(value: Any) -> Iterator[tuple[str, Any]]:
    for field in value.__dataclass_fields__.values():
        if field._field_type is dataclasses._FIELD:  # type: ignore[attr-defined]
            yield field.name, getattr(value, field.name)


def _checked(text: str) -> str:
    text.encode()
    return text


def _offset(value: datetime.datetime | datetime.time) -> str:
    offset = value.utcoffset()
    if offset is None:
        return ""
    if not offset:
        return "Z"
    minutes = abs(offset).days * 1440 + abs(offset).seconds // 60
    return f"{'-' if offset.days < 0 else '+'}{minutes // 60:02}:{minutes % 60:02}"


def _clock(value: datetime.datetime | datetime.time) -> str:
    text = f"{value.hour:02}:{value.minute:02}:{value.second:02}"
    return (f"{text}.{value.microsecond:06}" if value.microsecond else text) + _offset(value)


def _date(value: datetime.date) -> str:
    return f"{value.year:04}-{value.month:02}-{value.day:02}"


def _duration(value: datetime.timedelta) -> str:
    if type(value) is not datetime.timedelta:
        value = datetime.timedelta(seconds=value.total_seconds())
    sign, value = ("-", -value) if value.days < 0 else ("", value)
    years, days = divmod(value.days, 365)
    minutes, seconds = divmod(value.seconds, 60)
    hours, minutes = divmod(minutes, 60)
    fraction = f".{value.microseconds:06}".rstrip("0") if value.microseconds else ""
    date = (f"{years}Y" if years else "") + (f"{days}D" if days else "")
    time = (f"{hours}H" if hours else "") + (f"{minutes}M" if minutes else "")
    time += f"{seconds}{fraction}S" if seconds or fraction or not (date or time) else ""
    return f"{sign}P{date}{'T' if time else ''}{time}"


def _decimal_digits(number: float) -> str:
    if not math.isfinite(number):
        return "NaN" if math.isnan(number) else "inf" if number > 0 else "-inf"
    text = format(Decimal(repr(number)), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _complex(value: complex) -> str:
    real, imag = float(value.real), _decimal_digits(value.imag)
    if real == 0:
        return f"{imag}j"
    return f"{_decimal_digits(real)}{'' if imag.startswith('-') else '+'}{imag}j"


def _utf8(value: bytes | bytearray) -> str:
    return bytes(value).decode("utf-8") if type(value) is bytearray else bytes.decode(cast(bytes, value), "utf-8")


def _as_text(value: Any) -> str:
    return _checked(str(value))


_TEXTS: dict[Any, Callable[[Any], Any]] = {
    type(None): lambda value: None,
    int: int.__int__,
    bool: bool,
    float: float.__float__,
    str: lambda value: _checked(str.__str__(value)),
    bytes: _utf8,
    bytearray: _utf8,
    complex: _complex,
    datetime.datetime: lambda value: f"{_date(value)}T{_clock(value)}",
    datetime.date: _date,
    datetime.time: _clock,
    datetime.timedelta: _duration,
    re.Pattern: lambda value: _as_text(value.pattern),
    uuid.UUID: uuid.UUID.__str__,
    Decimal: _as_text,
    fractions.Fraction: _as_text,
    pathlib.Path: _as_text,
    ipaddress.IPv4Address: _as_text,
    ipaddress.IPv6Address: _as_text,
    ipaddress.IPv4Network: _as_text,
    ipaddress.IPv6Network: _as_text,
    _Shape.URL: _as_text,
}
_SEQUENCES: dict[Any, Callable[[Any], Iterator[Any]]] = {
    list: list.__iter__,
    tuple: tuple.__iter__,
    set: iter,
    frozenset: iter,
    deque: iter,
    types.GeneratorType: iter,
    _Shape.ITERATOR: iter,
}
_SHAPES = frozenset([*_TEXTS, *_SEQUENCES, dict]) - {_Shape.ITERATOR, _Shape.URL}
_BY_INHERITANCE: tuple[type, ...] = (
    int, float, str, bytes, bytearray, tuple, list, set, frozenset, dict,
    datetime.datetime, datetime.date, datetime.time, datetime.timedelta,
)  # fmt: skip
_BY_INSTANCE: tuple[type, ...] = (
    Decimal, uuid.UUID, enum.Enum, pathlib.Path, re.Pattern, fractions.Fraction,
    ipaddress.IPv4Address, ipaddress.IPv6Address, ipaddress.IPv4Network, ipaddress.IPv6Network,
)  # fmt: skip
