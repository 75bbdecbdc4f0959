"""How pydantic-core spells values that JSON has no form for: dates, durations, complex numbers and their like."""

from __future__ import annotations

import datetime
import math
import re
import sys
from collections.abc import Callable
from typing import Any, cast

from wandb_testkit.rules.encoding.core import checked


def as_text(value: Any) -> str:
    """The ``str`` of a value."""
    return checked(str(value))


def _utf8(value: bytes | bytearray) -> str:
    return bytes(value).decode("utf-8") if type(value) is bytearray else bytes.decode(cast(bytes, value), "utf-8")


def _date(value: datetime.date) -> str:
    return f"{value.year:04}-{value.month:02}-{value.day:02}"


def _clock(value: datetime.datetime | datetime.time) -> str:
    text = f"{value.hour:02}:{value.minute:02}:{value.second:02}"
    return (f"{text}.{value.microsecond:06}" if value.microsecond else text) + _offset(value)


def _offset(value: datetime.datetime | datetime.time) -> str:
    offset = value.utcoffset()
    if offset is None:
        return ""
    if not offset:
        return "Z"
    minutes = abs(offset).days * 1440 + abs(offset).seconds // 60
    return f"{'-' if offset.days < 0 else '+'}{minutes // 60:02}:{minutes % 60:02}"


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
    from decimal import Decimal  # slow to import, only complex numbers need it

    text = format(Decimal(repr(number)), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _complex(value: complex) -> str:
    real, imag = float(value.real), _decimal_digits(value.imag)
    if real == 0:
        return f"{imag}j"
    return f"{_decimal_digits(real)}{'' if imag.startswith('-') else '+'}{imag}j"


TEXTS: dict[Any, Callable[[Any], Any]] = {
    type(None): lambda value: None,
    int: int.__int__,
    bool: bool,
    float: float.__float__,
    str: lambda value: checked(str.__str__(value)),
    bytes: _utf8,
    bytearray: _utf8,
    complex: _complex,
    datetime.datetime: lambda value: f"{_date(value)}T{_clock(value)}",
    datetime.date: _date,
    datetime.time: _clock,
    datetime.timedelta: _duration,
    re.Pattern: lambda value: as_text(value.pattern),
}

_RARE: tuple[tuple[str, str, Callable[[Any], Any]], ...] = (
    ("decimal", "Decimal", as_text),
    ("uuid", "UUID", lambda value: sys.modules["uuid"].UUID.__str__(value)),
    ("pathlib", "Path", as_text),
    ("fractions", "Fraction", as_text),
    ("ipaddress", "IPv4Address", as_text),
    ("ipaddress", "IPv6Address", as_text),
    ("ipaddress", "IPv4Network", as_text),
    ("ipaddress", "IPv6Network", as_text),
)


def rare_texts() -> dict[Any, Callable[[Any], Any]]:
    """The types that only a program which imported their module can have values of."""
    # Importing those modules for the purpose would take longer than all the rest of the package.
    found = ((getattr(sys.modules.get(home), name, None), text) for home, name, text in _RARE)
    return {kind: text for kind, text in found if isinstance(kind, type)}
