"""numpy's scalars and arrays; numpy is not imported here, for whoever made such a value has done that."""

from __future__ import annotations

import math
import sys
from typing import Any

from wandb_testkit.rules.encoding.core import as_core_reads

SMALL = 32
"""Arrays of more elements than this are not written out."""

_HISTOGRAM_BINS = 32
_SIMPLE_KINDS = frozenset("biuf")


def is_simple(value: Any) -> bool:
    """Whether a value of one of numpy's types is a bool, int or float, or an array of few of them."""
    dtype = getattr(value, "dtype", None)
    if dtype is None or dtype.kind not in _SIMPLE_KINDS or dtype.itemsize > 8:
        return False
    return is_simple_array(value) if type(value).__name__ == "ndarray" else is_scalar(value)


def is_simple_array(value: Any) -> bool:
    """Whether an array is one of few bools, ints or floats."""
    dtype = value.dtype
    return value.size <= SMALL and dtype.kind in _SIMPLE_KINDS and dtype.itemsize <= 8


def is_scalar(value: Any) -> bool:
    """Whether it is one of numpy's scalars."""
    numpy = sys.modules.get("numpy")
    return numpy is not None and isinstance(value, numpy.generic)


def is_array(value: Any) -> bool:
    """Whether it is an array."""
    numpy = sys.modules.get("numpy")
    return numpy is not None and isinstance(value, numpy.ndarray)


def is_large(value: Any) -> bool:
    """Whether it is an array that is not written out."""
    return is_array(value) and value.size > SMALL


def simple_wire(value: Any) -> Any:
    """The decoded JSON of a simple value."""
    plain = value.item() if value.size == 1 else value.tolist()
    return as_core_reads(plain) if value.dtype.kind == "u" else plain


def plain_scalar(value: Any, preserve_nan: bool = False) -> Any:
    """A scalar as Python's own."""
    plain = value.item()
    if isinstance(plain, float) and math.isnan(plain) and not preserve_nan:
        return None
    # longdouble and bfloat16 stay numpy objects in item().
    if is_scalar(plain) and (plain.dtype.kind == "f" or plain.dtype == "bfloat16"):
        return float(plain)
    return plain


def histogram(array: Any) -> dict[str, Any]:
    """What history keeps of a large array."""
    counts, edges = sys.modules["numpy"].histogram(array, bins=_HISTOGRAM_BINS)
    return {"_type": "histogram", "values": counts.tolist(), "bins": edges.tolist()}


def statistics(array: Any, typename: str) -> dict[str, Any]:
    """What the summary keeps of a large array, or of the tensor of that type that it was."""
    numpy = sys.modules["numpy"]
    return {
        "_type": typename,
        "var": numpy.var(array).item(),
        "mean": numpy.mean(array).item(),
        "min": numpy.amin(array).item(),
        "max": numpy.amax(array).item(),
        "10%": numpy.percentile(array, 10),
        "25%": numpy.percentile(array, 25),
        "75%": numpy.percentile(array, 75),
        "90%": numpy.percentile(array, 90),
        "size": array.size,
    }
