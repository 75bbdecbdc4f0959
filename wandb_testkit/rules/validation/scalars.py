"""Pydantic's lax coercion of single values.

Numbers are read from text, text from bytes, and both from an Enum where pydantic does so.
"""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Callable
from enum import Enum
from typing import Any

from wandb_testkit.rules.validation.errors import fail

Check = Callable[[Any], Any]
# Texts, which `re` compiles at their first use: numbers are hardly ever given as text.
_INTEGER = r"(?a:[+-]?\d+(?:_\d+)*(?:\.0+)?)"
_FLOAT = r"(?ai:[+-]?(?:inf|infinity|nan|(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?))"
_BOOLEANS = dict.fromkeys(("1", "t", "true", "on", "y", "yes"), True) | dict.fromkeys(
    ("0", "f", "false", "off", "n", "no"), False
)
# Unicode's white space; str.strip() would also take the separators U+001C to U+001F.
_SPACE = "\t\n\x0b\x0c\r \x85\xa0\u1680" + "".join(map(chr, range(0x2000, 0x200B))) + "\u2028\u2029\u202f\u205f\u3000"
INT64 = range(-(2**63), 2**63)
_LONGEST_INTEGER = 4300


def encodable(value: str) -> str:
    """The text as a plain str, refused where UTF-8 cannot have it."""
    try:
        value.encode()
    except UnicodeEncodeError:
        fail("string_unicode", value)
    return str.__str__(value)


def _text(value: Any, unreadable: str) -> str | None:
    """The text that a number may be read from; None where the value is no text."""
    if isinstance(value, str):
        return encodable(value)
    if isinstance(value, bytes):
        try:
            return value.decode()
        except UnicodeDecodeError:
            fail(unreadable, value)
    return None


def _double(value: Any) -> float | None:
    """The value as C code reads a double from it (``__float__``, ``__index__``; no text); None where it cannot."""
    try:
        return math.ldexp(value, 0)
    except Exception:  # any failure of a foreign __float__ means "not a number" to pydantic
        return None


def boolean(value: Any) -> bool:
    """A bool, or 0, 1 and the usual words for them."""
    if value is True or value is False:
        return bool(value)
    text = _text(value, "bool_parsing")
    if text is not None:
        answer = _BOOLEANS.get(text.lower())
        return fail("bool_parsing", value) if answer is None else answer
    number = _small_integer(value)
    if number is None:
        fail("bool_type", value)
    if number not in (0, 1):
        fail("bool_parsing", value)
    return bool(number)


def _small_integer(value: Any) -> int | None:
    try:
        whole = operator.index(value)
    except Exception:  # pydantic then tries to read a double
        number = _double(value)
    else:
        return whole if whole in INT64 else None
    if number is None or not number.is_integer() or int(number) not in INT64:
        return None
    return int(number)


def integer(value: Any) -> Any:
    """An int, or text or a number without a fraction; an Enum's value passes unchecked, as it does in pydantic."""
    if isinstance(value, int):
        return int(value)
    text = _text(value, "int_parsing")
    if text is not None:
        if len(text) > _LONGEST_INTEGER:
            fail("int_parsing_size", value)
        text = text.strip(_SPACE)
        if not re.fullmatch(_INTEGER, text):
            fail("int_parsing", value)
        return int(text.partition(".")[0])
    number = _double(value)
    if number is None:
        return value.value if isinstance(value, Enum) else fail("int_type", value)
    if not math.isfinite(number):
        fail("finite_number", value)
    if not number.is_integer():
        fail("int_from_float", value)
    if int(number) not in INT64:
        fail("int_parsing_size", value)
    return int(number)


def floating(value: Any) -> float:
    """A float, or any number, or text that spells one."""
    text = _text(value, "float_parsing")
    if text is not None:
        text = text.strip(_SPACE)
        if text.startswith("_") or text.endswith("_") or "__" in text:
            fail("float_parsing", value)
        text = text.replace("_", "")
        return float(text) if re.fullmatch(_FLOAT, text) else fail("float_parsing", value)
    number = _double(value)
    return fail("float_type", value) if number is None else number


def string(value: Any) -> str:
    """A str, or bytes in UTF-8, or the value of an Enum."""
    if type(value) is str:
        return value
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, (bytes, bytearray)):
        try:
            return value.decode()
        except UnicodeDecodeError:
            fail("string_unicode", value)
    return str(value.value) if isinstance(value, Enum) else fail("string_type", value)


def anything(value: Any) -> Any:
    """Whatever it is."""
    return value


def function(value: Any) -> Any:
    """Something that can be called."""
    return value if callable(value) else fail("callable_type", value)
