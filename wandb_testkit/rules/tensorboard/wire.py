"""TensorBoard's files, bytes to fields: records with checksums, and protocol buffers without their schema.

The formats: https://github.com/tensorflow/tensorboard/blob/master/tensorboard/summary/writer/record_writer.py and
https://protobuf.dev/programming-guides/encoding.
"""

from __future__ import annotations

import functools
import struct
from collections.abc import Callable, Iterator
from typing import Any

_CASTAGNOLI = 0x82F63B78
_MASK = 0xA282EAD8

# Fields of a message by number, each with its values in order: integers, or the bytes of everything else.
Fields = dict[int, list[Any]]


class Malformed(ValueError):
    """Bytes that are no protocol buffer."""


@functools.cache
def _table() -> tuple[int, ...]:
    table = []
    for value in range(256):
        for _ in range(8):
            value = (value >> 1) ^ (_CASTAGNOLI if value & 1 else 0)
        table.append(value)
    return tuple(table)


def masked_crc(data: bytes) -> int:
    """Return the checksum that stands behind a record's length and behind its data.

    Args:
        data: What it is of.
    """
    table, crc = _table(), 0xFFFFFFFF
    for byte in data:
        crc = table[(crc ^ byte) & 0xFF] ^ (crc >> 8)
    crc ^= 0xFFFFFFFF
    return (((crc >> 15) | (crc << 17)) + _MASK) & 0xFFFFFFFF


class Records:
    """The records of one file so far.

    Args:
        data: The file's bytes.

    Attributes:
        complete: After reading: whether the file ended with a record, so that the client goes on to the next file.
    """

    def __init__(self, data: bytes) -> None:
        self._data = data
        self.complete = False

    def __iter__(self) -> Iterator[bytes]:
        """Yield the records up to the first that is cut off or whose checksum is wrong."""
        data, place = self._data, 0
        while place + 12 <= len(data):
            head = data[place : place + 8]
            size = struct.unpack("<Q", head)[0]
            start, end = place + 12, place + 12 + size
            if not _is_checked(head, data[place + 8 : start]) or end + 4 > len(data):
                return
            record = data[start:end]
            if not _is_checked(record, data[end : end + 4]):
                return
            yield record
            place = end + 4
        self.complete = place == len(data)


def _is_checked(data: bytes, checksum: bytes) -> bool:
    return masked_crc(data) == int.from_bytes(checksum, "little")


def fields(message: bytes) -> Fields:
    """Return the fields of a protocol buffer.

    Args:
        message: Its bytes.

    Raises:
        Malformed: It is none.
    """
    found: Fields = {}
    place = 0
    try:
        while place < len(message):
            tag, place = _varint(message, place)
            kind = tag & 7
            value: int | bytes
            if kind == 0:
                value, place = _varint(message, place)
            elif kind in (1, 2, 5):
                size, place = _varint(message, place) if kind == 2 else (8 if kind == 1 else 4, place)
                value, place = message[place : place + size], place + size
                if place > len(message):
                    raise Malformed("cut off")
            else:
                raise Malformed(f"wire type {kind}")
            found.setdefault(tag >> 3, []).append(value)
    except IndexError:
        raise Malformed("cut off") from None
    return found


def _varint(data: bytes, place: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[place]
        place += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value & 0xFFFFFFFFFFFFFFFF, place
        shift += 7


def _signed(value: int) -> int:
    return value - 2**64 if value >= 2**63 else value


def last(found: Fields, number: int, default: Any) -> Any:
    """Return a field that is there once at most: of several the last one counts.

    Args:
        found: The fields of a message.
        number: The field's number.
        default: Its value where it is not there.
    """
    return found.get(number, (default,))[-1]


def text(found: Fields, number: int) -> str:
    """Return a field of text; "" where it is not there."""
    return str(last(found, number, b""), "utf-8", "replace")


def integer(found: Fields, number: int) -> int:
    """Return a field that is a signed integer; 0 where it is not there."""
    return _signed(last(found, number, 0))


def double(found: Fields, number: int) -> float:
    """Return a field that is a double; 0 where it is not there."""
    return float(struct.unpack("<d", last(found, number, bytes(8)))[0])


def _numbers(kind: str) -> Callable[[Fields, int], list[float]]:
    def numbers(found: Fields, number: int) -> list[float]:
        data = b"".join(found.get(number, ()))
        return [float(each[0]) for each in struct.iter_unpack(f"<{kind}", data)]

    numbers.__doc__ = f"Return a repeated field of numbers (format {kind!r}), packed or not."
    return numbers


doubles = _numbers("d")
floats = _numbers("f")


def integers(found: Fields, number: int) -> list[float]:
    """Return a repeated field of signed integers, packed or not, as floats."""
    values: list[float] = []
    for item in found.get(number, ()):
        if isinstance(item, int):
            values.append(float(_signed(item)))
            continue
        place = 0
        while place < len(item):
            value, place = _varint(item, place)
            values.append(float(_signed(value)))
    return values
