"""What pydantic-core infers from the types of values that are more than plain."""

from __future__ import annotations

import dataclasses
import enum
import importlib
import json
from collections.abc import Callable, Iterator
from typing import Any, cast

from wandb_testkit.rules.encoding.core import PLAIN, checked
from wandb_testkit.rules.encoding.shapes import SEQUENCES, Shape, scalar, shape_of

# pydantic-core refuses the 256th level.
_PYDANTIC_DEPTH = 255


class Inference:
    """What ``pydantic_core.to_json`` infers from types, as decoded JSON. Any exception means that it gives up."""

    def __init__(self, default: Callable[[Any], Any]) -> None:
        self.default = default
        self.open: set[int] = set()

    def value(self, value: Any, depth: int) -> Any:
        """The decoded JSON of a value that is so many levels deep."""
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
            write = scalar(shape)
            if write is not None:
                return write(value)
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
        write = scalar(shape)
        if write is not None:
            return cast(str, write(key))
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
