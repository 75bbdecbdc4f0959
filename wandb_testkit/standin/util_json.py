"""The part of ``wandb.util`` that makes values fit for JSON.

What becomes of a value is a matter of the rules; here are wandb's names for it.
"""

from __future__ import annotations

import json
import math
import os
import re
import sys
from collections.abc import Mapping, Sequence
from typing import IO, Any

from wandb_testkit.rules.encoding import arrays, config_value, friendly
from wandb_testkit.rules.encoding.inference import Inference
from wandb_testkit.standin import util

# A string, so that it is skipped, or a float with a small negative exponent.
_SMALL_FLOATS = re.compile(r'"(?:[^"\\]|\\.)*"|(-?)(\d(?:\.\d+)?)e-0(\d)')


def json_friendly(obj: Any, *, preserve_numpy_nan: bool = False) -> tuple[Any, bool]:
    """A value that JSON may know, and whether it is another than before; see the rules."""
    return friendly.json_friendly(obj, preserve_numpy_nan=preserve_numpy_nan)


def json_friendly_val(val: Any) -> Any:
    """A value, with all that is in it, that JSON knows: what a config keeps."""
    return config_value(val)


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
    return (arrays.histogram(obj), True) if arrays.is_large(obj) else (obj, False)


def maybe_compress_summary(obj: Any, h5_typename: str) -> tuple[Any, bool]:
    """A large array as its statistics, and whether it was one."""
    return (arrays.statistics(obj, h5_typename), True) if arrays.is_large(obj) else (obj, False)


class WandBJSONEncoder(json.JSONEncoder):
    """Encodes what ``json_friendly`` converts."""

    def default(self, obj: Any) -> Any:
        return friendly.config_default(obj)


class WandBJSONEncoderOld(json.JSONEncoder):
    """Encodes for summaries: large arrays as their statistics."""

    def default(self, obj: Any) -> Any:
        return friendly.summary_default(obj)


class WandBHistoryJSONEncoder(json.JSONEncoder):
    """Encodes for history: large arrays as histograms."""

    def default(self, obj: Any) -> Any:
        return friendly.history_default(obj)


class JSONEncoderUncompressed(json.JSONEncoder):
    """Encodes arrays in full."""

    def default(self, obj: Any) -> Any:
        if arrays.is_array(obj):
            return obj.tolist()
        if arrays.is_scalar(obj):
            plain = obj.item()
            if isinstance(obj, sys.modules["numpy"].number):
                return plain
            obj = plain
        return super().default(obj)


def dumps(obj: Any, **kwargs: Any) -> str:
    """JSON as wandb writes it: with pydantic-core, or where that gives up with the standard library.

    Args:
        obj: any value.
        kwargs: ``indent``, and what encodes the unknown: ``default`` or ``cls``; the standard library gets the others.
    """
    indent = kwargs.get("indent")
    try:
        plain = Inference(_default(**kwargs)).value(obj, 0)
        text = json.dumps(plain, ensure_ascii=False, indent=indent, separators=None if indent else (",", ":"))
    except Exception:
        return json.dumps(obj, **kwargs)
    return _SMALL_FLOATS.sub(_small_float, text) if "e-0" in text else text


def _default(default: Any = None, cls: Any = None, **_: Any) -> Any:
    return default or (cls or json.JSONEncoder)().default


def _small_float(found: re.Match[str]) -> str:
    sign, digits, exponent = found.groups()
    if exponent is None:
        return found.group()
    # pydantic-core spells out what Python writes with e-05, and writes no zero before the other exponents.
    return f"{sign}0.0000{digits.replace('.', '')}" if exponent == "5" else f"{sign}{digits}e-{exponent}"


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
