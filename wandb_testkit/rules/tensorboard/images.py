"""What the head of an image's bytes says of it: as much as the client looks at."""

from __future__ import annotations

import struct
from typing import NamedTuple


class Head(NamedTuple):
    """An image's format and its size in pixels."""

    format: str
    width: int
    height: int


def head(data: bytes) -> Head | None:
    """Return what an image is; None where it is of no kind that the client knows.

    Args:
        data: A PNG, JPEG or GIF.
    """
    if data.startswith(b"\x89PNG\r\n\x1a\n") and data[12:16] == b"IHDR" and len(data) >= 24:
        return Head("png", *struct.unpack(">II", data[16:24]))
    if data[:6] in (b"GIF87a", b"GIF89a") and len(data) >= 10:
        return Head("gif", *struct.unpack("<HH", data[6:10]))
    if data.startswith(b"\xff\xd8"):
        return _jpeg(data)
    return None


def _jpeg(data: bytes) -> Head | None:
    place = 2
    while place + 9 <= len(data) and data[place] == 0xFF:
        marker = data[place + 1]
        if marker == 0xFF:
            place += 1
            continue
        if marker in (0xC0, 0xC1, 0xC2):
            height, width = struct.unpack(">HH", data[place + 5 : place + 9])
            return Head("jpeg", width, height)
        place += 2 + int.from_bytes(data[place + 2 : place + 4], "big")
    return None
