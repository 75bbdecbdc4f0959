"""Event files as TensorBoard writes them, made by hand: a few fields of protocol buffers, and checksums.

The formats: https://github.com/tensorflow/tensorboard/tree/master/tensorboard/compat/proto (event, summary, tensor).
"""

from __future__ import annotations

import os
import socket
import struct
import time
import zlib
from collections.abc import Sequence
from pathlib import Path

PNG_HEAD = b"\x89PNG\r\n\x1a\n"


def crc(data: bytes) -> int:
    """Return the masked checksum (CRC-32C) of data, bit by bit."""
    value = 0xFFFFFFFF
    for byte in data:
        value ^= byte
        for _ in range(8):
            value = (value >> 1) ^ (0x82F63B78 if value & 1 else 0)
    value ^= 0xFFFFFFFF
    return ((value >> 15 | value << 17) + 0xA282EAD8) & 0xFFFFFFFF


def record(data: bytes) -> bytes:
    """Return a record with its length and checksums."""
    head = struct.pack("<Q", len(data))
    return head + struct.pack("<I", crc(head)) + data + struct.pack("<I", crc(data))


def varint(value: int) -> bytes:
    """Return an integer as protocol buffers have it."""
    value &= 2**64 - 1
    found = bytearray()
    while value > 0x7F:
        found.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*found, value])


def field(number: int, value: bytes | str | int | float, kind: str = "d") -> bytes:
    """Return a field: an integer, bytes or text, or a float (`kind` "d" or "f")."""
    if isinstance(value, float):
        return varint(number << 3 | (1 if kind == "d" else 5)) + struct.pack(f"<{kind}", value)
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    data = value.encode() if isinstance(value, str) else value
    return varint(number << 3 | 2) + varint(len(data)) + data


def packed(number: int, values: Sequence[float], kind: str) -> bytes:
    """Return a repeated field of numbers: "d", "f", or "v" for integers."""
    data = b"".join(varint(int(v)) if kind == "v" else struct.pack(f"<{kind}", v) for v in values)
    return field(number, data)


def plugin(name: str) -> bytes:
    """Return the metadata that say which plugin a value is of."""
    return field(9, field(1, field(1, name)))


def scalar(tag: str, value: float) -> bytes:
    """Return a value of a summary as torch and tensorboardX write scalars."""
    return field(1, field(1, tag) + field(2, float(value), "f"))


def histogram(tag: str, limits: Sequence[float], counts: Sequence[float], smallest: float = 0.0) -> bytes:
    """Return a histogram as torch and tensorboardX write them."""
    return field(1, field(1, tag) + field(5, field(1, smallest) + packed(6, limits, "d") + packed(7, counts, "d")))


def image(tag: str, width: int, height: int, data: bytes) -> bytes:
    """Return an image as torch and tensorboardX write them."""
    return field(1, field(1, tag) + field(4, field(1, height) + field(2, width) + field(4, data)))


def tensor(tag: str, kind: int, shape: Sequence[int], content: bytes, name: str | None) -> bytes:
    """Return a tensor as TensorFlow 2 writes values; `content` are the fields that hold the numbers."""
    dims = b"".join(field(2, field(1, size)) for size in shape)
    proto = field(1, kind) + field(2, dims) + content
    return field(1, field(1, tag) + field(8, proto) + (plugin(name) if name else b""))


def png(width: int, height: int) -> bytes:
    """Return a black PNG image."""
    lines = (b"\0" + bytes(3 * width)) * height
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return PNG_HEAD + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in ((b"IHDR", head), (b"IDAT", zlib.compress(lines)), (b"IEND", b""))
    )


def gif(width: int, height: int) -> bytes:
    """Return the smallest GIF image of a size."""
    screen = b"GIF89a" + struct.pack("<HH", width, height) + b"\x80\0\0" + bytes(6)
    return screen + b"\x2c" + struct.pack("<HHHHB", 0, 0, width, height, 0) + b"\x02\x02\x44\x01\0;"


def event(step: int, *values: bytes, at: float = 1.5) -> bytes:
    """Return an event with a summary of these values."""
    return field(1, at) + field(2, step) + field(5, b"".join(values))


def version() -> bytes:
    """Return the event that every file begins with."""
    return field(1, 1.5) + field(3, "brain.Event:2")


def write(folder: str, *events: bytes, number: int = 0, when: float | None = None, host: str | None = None) -> str:
    """Write a file of events as a writer would name it, and return its path."""
    os.makedirs(folder, exist_ok=True)
    stamp = int(time.time() if when is None else when)
    name = f"events.out.tfevents.{stamp:010d}.{socket.gethostname() if host is None else host}.1.{number}"
    path = Path(folder, name)
    path.write_bytes(b"".join(map(record, events)))
    return str(path)
