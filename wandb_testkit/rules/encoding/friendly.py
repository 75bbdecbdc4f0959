"""One step towards JSON: the conversion that every way to the wire shares, and what each of them adds to it."""

from __future__ import annotations

import datetime
import enum
import math
import sys
from typing import Any

from wandb_testkit.rules.encoding import arrays
from wandb_testkit.rules.encoding.tensors import from_tensor, get_h5_typename

_WARN_ABOVE_BYTES = 100_000


def json_friendly(obj: Any, *, preserve_numpy_nan: bool = False) -> tuple[Any, bool]:
    """A value that JSON may know.

    Args:
        obj: any value.
        preserve_numpy_nan: keep a numpy scalar that is no number as a float; None otherwise.

    Returns:
        The value, and whether it is another than before.

    Rule: ``wandb.util.json_friendly`` of wandb 0.31.0.
    """
    obj, scalar = from_tensor(obj)
    if scalar:
        return obj, True
    changed = True
    if arrays.is_array(obj):
        if obj.size == 1:
            obj = obj.flatten()[0]
        elif obj.size <= arrays.SMALL:
            obj = obj.tolist()
    elif arrays.is_scalar(obj):
        obj = arrays.plain_scalar(obj, preserve_numpy_nan)
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


def _without_numpy_keys(tree: dict[Any, Any], seen: dict[int, dict[Any, Any]]) -> tuple[dict[Any, Any], bool]:
    if id(tree) in seen:
        return seen[id(tree)], False
    out = seen[id(tree)] = {}
    changed = False
    for key, value in tree.items():
        if isinstance(value, dict):
            value, inner = _without_numpy_keys(value, seen)
            changed |= inner
        if arrays.is_scalar(key):
            key = arrays.plain_scalar(key)
            changed = True
        out[key] = value
    return out, changed


def _warn_of_size(obj: Any) -> None:
    wandb = sys.modules.get("wandb")
    if wandb is not None:
        wandb.termwarn(f"Serializing object of type {type(obj).__name__} that is {sys.getsizeof(obj)} bytes")


# What the three encoders of the client do with a value that their stage does not know.


def history_default(obj: Any) -> Any:
    """``log``: a large array becomes a histogram."""
    friendly, changed = json_friendly(obj, preserve_numpy_nan=True)
    if arrays.is_large(friendly):
        friendly = arrays.histogram(friendly)
    return friendly if changed else _refuse(friendly)


def config_default(obj: Any) -> Any:
    """``config``: an object may encode itself."""
    if hasattr(obj, "json_encode"):
        return obj.json_encode()
    friendly, changed = json_friendly(obj, preserve_numpy_nan=True)
    return friendly if changed else _refuse(obj)


def summary_default(obj: Any) -> Any:
    """``summary``: a large array becomes its statistics."""
    friendly, changed = summary_friendly(obj, obj)
    return friendly if changed else _refuse(friendly)


def summary_friendly(obj: Any, original: Any) -> tuple[Any, bool]:
    """As `json_friendly`, and a large array as its statistics, named after what it originally was."""
    friendly, changed = json_friendly(obj)
    if arrays.is_large(friendly):
        friendly = arrays.statistics(friendly, get_h5_typename(original))
    return friendly, changed


def _refuse(obj: Any) -> Any:
    raise TypeError(f"Object of type {obj.__class__.__name__} is not JSON serializable")
