"""Which of the types that pydantic-core knows a value counts as."""

from __future__ import annotations

import datetime
import enum
import re
import types
from collections import deque
from collections.abc import Callable, Iterator
from typing import Any

from wandb_testkit.rules.encoding.texts import TEXTS, as_text, rare_texts


class Shape(enum.Enum):
    """What a value counts as where that is none of the standard library's types."""

    PYDANTIC = 1
    DATACLASS = 2
    ITERATOR = 3
    URL = 4
    UNKNOWN = 5


def shape_of(value: Any) -> Any:
    """Which of pydantic-core's types a value counts as: its own type, what it can do, then its bases."""
    kind: Any = type(value)
    if kind in _SHAPES:
        return kind
    if not isinstance(value, type):
        if hasattr(value, "__pydantic_serializer__"):
            return Shape.PYDANTIC
        if hasattr(value, "__dataclass_fields__"):
            return Shape.DATACLASS
    if isinstance(kind, enum.EnumMeta):
        return enum.Enum
    rare = rare_texts()
    base = kind
    while base is not None:
        if base in _SHAPES or base in rare:
            return base
        if base is kind and hasattr(kind, "__next__"):
            return Shape.ITERATOR
        base = base.__base__
    if kind.__module__.startswith("pydantic_core") and kind.__name__ in ("Url", "MultiHostUrl"):
        return Shape.URL
    # numpy's float64 and str_ get here: their first base is numpy's, float and str are their second.
    inherited = (shape for shape in _BY_INHERITANCE if shape in kind.__mro__)
    by_instance = (shape for shape in (*rare, enum.Enum, re.Pattern) if isinstance(value, shape))
    return next(inherited, None) or next(by_instance, Shape.UNKNOWN)


def scalar(shape: Any) -> Callable[[Any], Any] | None:
    """What writes a value of a shape that is none of containers; None for all others."""
    return SCALARS.get(shape) or rare_texts().get(shape)


SCALARS: dict[Any, Callable[[Any], Any]] = {**TEXTS, Shape.URL: as_text}
SEQUENCES: dict[Any, Callable[[Any], Iterator[Any]]] = {
    list: list.__iter__,
    tuple: tuple.__iter__,
    set: iter,
    frozenset: iter,
    deque: iter,
    types.GeneratorType: iter,
    Shape.ITERATOR: iter,
}
_SHAPES = frozenset([*SCALARS, *SEQUENCES, dict]) - {Shape.ITERATOR, Shape.URL}
_BY_INHERITANCE: tuple[type, ...] = (
    int, float, str, bytes, bytearray, tuple, list, set, frozenset, dict,
    datetime.datetime, datetime.date, datetime.time, datetime.timedelta,
)  # fmt: skip
