"""The part of ``wandb.util`` that makes values fit for JSON.

The conversions are those of wandb 0.31.0; numpy is asked only about values that are numpy's.
"""

from __future__ import annotations

import enum
import importlib.util
import json
import math
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, is_dataclass
from datetime import date
from functools import lru_cache
from typing import IO, Any

from wandb_testkit.standin import util
from wandb_testkit.standin.place import termwarn

#: Arrays of more elements than this are not written out.
_SMALL = 32


@lru_cache(maxsize=1)
def _numpy_installed() -> bool:
    """Whether numpy could be imported; importing it only to learn so would cost a tenth of a second."""
    return importlib.util.find_spec("numpy") is not None


def _is_numpy_scalar(value: Any) -> bool:
    module = sys.modules.get("numpy")
    return module is not None and isinstance(value, module.generic)


def _plain_scalar(value: Any, preserve_nan: bool = False) -> Any:
    """A numpy scalar as Python's own."""
    kind, name = value.dtype.kind, str(value.dtype)
    value = value.item()
    if isinstance(value, float) and math.isnan(value) and not preserve_nan:
        return None
    if _is_numpy_scalar(value) and (kind == "f" or name == "bfloat16"):
        return float(value)
    return value


def _plain_keys(d: dict[Any, Any], seen: dict[int, Any]) -> tuple[dict[Any, Any], bool]:
    """A dict whose keys are no numpy scalars, and whether any were; one that holds itself keeps doing so."""
    if id(d) in seen:
        return seen[id(d)], False
    plain: dict[Any, Any] = {}
    seen[id(d)] = plain
    changed = False
    for key, value in d.items():
        if isinstance(value, dict):
            value, inner = _plain_keys(value, seen)
            changed |= inner
        if _is_numpy_scalar(key):
            key, changed = _plain_scalar(key), True
        plain[key] = value
    return plain, changed


def _tensor_to_array(obj: Any, typename: str) -> Any:
    """A tensor of any library as an array of numpy, or as a number where it has no dimension."""
    if util.is_tf_eager_tensor_typename(typename):
        return obj.numpy()
    if util.is_tf_tensor_typename(typename):
        try:
            return obj.eval()
        except RuntimeError:
            return obj.numpy()
    if util.is_jax_tensor_typename(typename):
        return util.get_jax_tensor(obj)
    if util.is_pytorch_tensor_typename(typename) or util.is_fastai_tensor_typename(typename):
        if getattr(obj, "requires_grad", False):
            obj = obj.detach()
        obj = obj.data
        return obj.cpu().detach().numpy() if obj.size() else obj.item()
    return obj


def json_friendly(obj: Any, *, preserve_numpy_nan: bool = False) -> tuple[Any, bool]:
    """A value that JSON may know.

    Args:
        obj: any value.
        preserve_numpy_nan: keep a numpy scalar that is no number as a float; None otherwise.

    Returns:
        The value, and whether it is another than before.
    """
    typename = util.get_full_typename(obj)
    plain = _tensor_to_array(obj, typename)
    if (typename.startswith(("torch.", "fastai."))) and plain is not obj and not util.is_numpy_array(plain):
        return plain, True
    converted, obj = True, plain
    if util.is_numpy_array(obj):
        if obj.size == 1:
            obj = obj.flatten()[0]
        elif obj.size <= _SMALL:
            obj = obj.tolist()
    elif _is_numpy_scalar(obj):
        obj = _plain_scalar(obj, preserve_nan=preserve_numpy_nan)
    elif isinstance(obj, bytes):
        obj = obj.decode("utf-8")
    elif isinstance(obj, date):
        obj = obj.isoformat()
    elif callable(obj):
        named = hasattr(obj, "__qualname__") and hasattr(obj, "__module__")
        obj = f"{obj.__module__}.{obj.__qualname__}" if named else str(obj)
    elif isinstance(obj, float) and math.isnan(obj):
        obj = None
    elif isinstance(obj, dict) and _numpy_installed():
        obj, converted = _plain_keys(obj, {})
    elif isinstance(obj, set):
        obj = tuple(obj)
    elif isinstance(obj, enum.Enum):
        obj = obj.name
    else:
        converted = False
    size = sys.getsizeof(obj)
    if size > util.VALUE_BYTES_LIMIT:
        termwarn(f"Serializing object of type {type(obj).__name__} that is {size} bytes")
    return obj, converted


def json_friendly_val(val: Any) -> Any:
    """A value, with all that is in it, that JSON knows: what a config keeps.

    Args:
        val: any value.

    Returns:
        Dicts, lists and plain values; the text of what is none of these.
    """
    if isinstance(val, dict):
        return {key: json_friendly_val(value) for key, value in val.items()}
    if isinstance(val, slice):
        return {"slice_start": val.start, "slice_step": val.step, "slice_stop": val.stop}
    val, _ = json_friendly(val)
    if isinstance(val, Sequence) and not isinstance(val, str):
        return [json_friendly_val(value) for value in val]
    if is_dataclass(val) and not isinstance(val, type):
        return json_friendly_val(asdict(val))
    return val if val.__class__.__module__ in ("builtins", "__builtin__") else str(val)


def make_safe_for_json(obj: Any) -> Any:
    """Lists and dicts without floats that JSON lacks."""
    if isinstance(obj, Mapping):
        return {key: make_safe_for_json(value) for key, value in obj.items()}
    if isinstance(obj, str):
        return obj
    if isinstance(obj, Sequence):
        return [make_safe_for_json(value) for value in obj]
    if isinstance(obj, float) and not math.isfinite(obj):
        return "NaN" if math.isnan(obj) else "Infinity" if obj > 0 else "-Infinity"
    return obj


def maybe_compress_history(obj: Any) -> tuple[Any, bool]:
    """A large array as a histogram, and whether it was one."""
    if util.is_numpy_array(obj) and obj.size > _SMALL:
        from wandb_testkit.standin.histogram import Histogram

        return Histogram(obj, num_bins=32).to_json(), True
    return obj, False


def maybe_compress_summary(obj: Any, h5_typename: str) -> tuple[Any, bool]:
    """A large array as its statistics, and whether it was one."""
    if not (util.is_numpy_array(obj) and obj.size > _SMALL):
        return obj, False
    np = util.numpy()
    return {
        "_type": h5_typename,
        "var": np.var(obj).item(),
        "mean": np.mean(obj).item(),
        "min": np.amin(obj).item(),
        "max": np.amax(obj).item(),
        "10%": np.percentile(obj, 10),
        "25%": np.percentile(obj, 25),
        "75%": np.percentile(obj, 75),
        "90%": np.percentile(obj, 90),
        "size": obj.size,
    }, True


class WandBJSONEncoder(json.JSONEncoder):
    """Encodes what ``json_friendly`` converts."""

    def default(self, obj: Any) -> Any:
        if hasattr(obj, "json_encode"):
            return obj.json_encode()
        plain, converted = json_friendly(obj, preserve_numpy_nan=True)
        return plain if converted else super().default(obj)


class WandBJSONEncoderOld(json.JSONEncoder):
    """Encodes for summaries: large arrays as their statistics."""

    def default(self, obj: Any) -> Any:
        plain, converted = json_friendly(obj)
        plain, _ = maybe_compress_summary(plain, util.get_h5_typename(obj))
        return plain if converted else super().default(plain)


class WandBHistoryJSONEncoder(json.JSONEncoder):
    """Encodes for history: large arrays as histograms."""

    def default(self, obj: Any) -> Any:
        plain, converted = json_friendly(obj, preserve_numpy_nan=True)
        plain, _ = maybe_compress_history(plain)
        return plain if converted else super().default(plain)


class JSONEncoderUncompressed(json.JSONEncoder):
    """Encodes arrays in full."""

    def default(self, obj: Any) -> Any:
        if util.is_numpy_array(obj):
            return obj.tolist()
        if _is_numpy_scalar(obj):
            plain = obj.item()
            if isinstance(obj, sys.modules["numpy"].number):
                return plain
            obj = plain
        return super().default(obj)


def dumps(obj: Any, **kwargs: Any) -> str:
    """JSON without spaces, as wandb writes it."""
    if kwargs.get("indent") is None:
        kwargs.setdefault("separators", (",", ":"))
    return json.dumps(obj, ensure_ascii=False, **kwargs)


def dump(obj: Any, fp: IO[str], **kwargs: Any) -> None:
    """The same into a file."""
    fp.write(dumps(obj, **kwargs))


def loads(s: str | bytes | bytearray, **kwargs: Any) -> Any:
    """Read JSON."""
    return json.loads(s, **kwargs)


def load(fp: IO[str], **kwargs: Any) -> Any:
    """Read JSON from a file."""
    return loads(fp.read(), **kwargs)


def json_dump_safer(obj: Any, fp: IO[str], **kwargs: Any) -> None:
    """Write JSON with ``WandBJSONEncoder``."""
    dump(obj, fp, cls=WandBJSONEncoder, **kwargs)


def json_dumps_safer(obj: Any, **kwargs: Any) -> str:
    """JSON with ``WandBJSONEncoder``."""
    return dumps(obj, cls=WandBJSONEncoder, **kwargs)


def json_dumps_safer_history(obj: Any, **kwargs: Any) -> str:
    """JSON with ``WandBHistoryJSONEncoder``."""
    return dumps(obj, cls=WandBHistoryJSONEncoder, **kwargs)


def json_dump_uncompressed(obj: Any, fp: IO[str], **kwargs: Any) -> None:
    """Write JSON with ``JSONEncoderUncompressed``."""
    dump(obj, fp, cls=JSONEncoderUncompressed, **kwargs)


def make_json_if_not_number(v: Any) -> int | float | str:
    """A number as it is; anything else as JSON."""
    return v if isinstance(v, (float, int)) else json_dumps_safer(v)


def load_json_yaml_dict(config: str) -> Any:
    """Read a ``.json`` or ``.yaml`` file, or JSON itself; None where it is neither."""
    extension = os.path.splitext(config)[-1]
    if extension in (".json", ".yaml"):
        with open(config) as stream:
            return load(stream) if extension == ".json" else util.load_yaml(stream)
    try:
        return loads(config)
    except ValueError:
        return None
