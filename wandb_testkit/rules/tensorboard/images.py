"""What the head of an image's bytes says of it: as much as the client looks at."""

from __future__ import annotations

import struct
from typing import NamedTuple


class Head(NamedTuple):
    """An image's format and its size in pixels."""

    format: str
    width: int
    height: int


#: The formats of images that the newest release knows.
FORMATS = frozenset({"png", "jpeg", "gif", "bmp", "tiff", "webp"})
#: Those that releases before 0.28 know.
OLDER_FORMATS = frozenset({"png", "jpeg", "gif"})


def head(data: bytes) -> Head | None:
    """Return what an image is; None where it is of no kind that the client knows.

    Args:
        data: A PNG, JPEG, GIF, BMP, TIFF or WebP image.
    """
    try:
        if data.startswith(b"\x89PNG\r\n\x1a\n") and data[12:16] == b"IHDR":
            return Head("png", *struct.unpack_from(">II", data, 16))
        if data[:6] in (b"GIF87a", b"GIF89a"):
            return Head("gif", *struct.unpack_from("<HH", data, 6))
        if data.startswith(b"BM"):
            width, height = struct.unpack_from("<ii", data, 18)
            return Head("bmp", width, abs(height))
        if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
            return _webp(data)
        if data[:4] in (b"II*\0", b"MM\0*"):
            return _tiff(data, "<" if data.startswith(b"II") else ">")
        return _jpeg(data) if data.startswith(b"\xff\xd8") else None
    except struct.error:  # it is cut off
        return None


def _webp(data: bytes) -> Head | None:
    kind = data[12:16]
    if kind == b"VP8 ":
        width, height = struct.unpack_from("<HH", data, 26)
        return Head("webp", width & 0x3FFF, height & 0x3FFF)
    if kind == b"VP8L":
        [bits] = struct.unpack_from("<I", data, 21)
        return Head("webp", (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1)
    if kind == b"VP8X" and len(data) >= 30:
        return Head("webp", int.from_bytes(data[24:27], "little") + 1, int.from_bytes(data[27:30], "little") + 1)
    return None


def _tiff(data: bytes, order: str) -> Head | None:
    [place] = struct.unpack_from(f"{order}I", data, 4)
    [count] = struct.unpack_from(f"{order}H", data, place)
    sizes: dict[int, int] = {}
    for index in range(count):
        tag, kind = struct.unpack_from(f"{order}HH", data, place + 2 + 12 * index)
        # Of 16 or of 32 bits.
        [sizes[tag]] = struct.unpack_from(f"{order}H" if kind == 3 else f"{order}I", data, place + 10 + 12 * index)
    return Head("tiff", sizes[256], sizes[257]) if 256 in sizes and 257 in sizes else None


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
