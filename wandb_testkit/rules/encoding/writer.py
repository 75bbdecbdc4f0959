"""The two stages that write JSON.

The client first lets pydantic-core write it, which knows far more types than the standard library; if anything at all
goes wrong there, the whole value is written again by `json.dumps`, which knows fewer and has other ideas about enums.
"""

from __future__ import annotations

import dataclasses
import enum
import importlib
import json
from collections.abc import Callable, Iterator
from typing import Any, cast

from wandb_testkit.rules.encoding.core import Unreadable
from wandb_testkit.rules.encoding.shapes import SCALARS, SEQUENCES, Shape, shape_of
from wandb_testkit.rules.encoding.texts import checked

_Default = Callable[[Any], Any]
PLAIN = frozenset({type(None), bool, int, float, str})

# pydantic-core refuses the 256th level.
_PYDANTIC_DEPTH = 255


def encode(value: Any, default: _Default) -> Any:
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
        if type(value) in PLAIN:
            return checked(value) if type(value) is str else value
        if id(value) in self.open:
            raise ValueError("Circular reference detected (id repeated)")
        self.open.add(id(value))
        try:
            shape = shape_of(value)
            if shape in SCALARS:
                return SCALARS[shape](value)
            if shape in SEQUENCES:
                items = []
                for item in SEQUENCES[shape](value):
                    items.append(self.value(item, depth + 1))
                return items
            if shape is dict or shape is Shape.DATACLASS:
                fields: dict[str, Any] = {}
                for key, item in dict.items(value) if shape is dict else _fields_of(value):
                    key = self._key(key)
                    fields[key] = self.value(item, depth + 1)
                return fields
            if shape is Shape.PYDANTIC:
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
            return checked(key)
        if key is None or isinstance(key, bool):
            return "None" if key is None else "true" if key else "false"
        shape = shape_of(key)
        if shape in (int, float):
            return str(key)
        if shape in SCALARS:
            return cast(str, SCALARS[shape](key))
        if shape is tuple:
            return ",".join(self._key(item) for item in tuple.__iter__(key))
        if shape is enum.Enum:
            return self._key(key.value)
        if shape is Shape.DATACLASS:
            hash(key)
            return str(key)
        if shape is Shape.UNKNOWN:
            return self._key(self.default(key))
        raise TypeError(f"`{type(key).__name__}` not valid as object key")


def _fields_of(value: Any) -> Iterator[tuple[str, Any]]:
    for field in value.__dataclass_fields__.values():
        if field._field_type is dataclasses._FIELD:  # type: ignore[attr-defined]
            yield field.name, getattr(value, field.name)
