"""Frames in a file that grows: a length, then as many bytes. The last one may still be in pieces, or stay so."""

from __future__ import annotations

import struct
from collections.abc import Iterator

_LENGTH = struct.Struct("<I")


def framed(content: bytes) -> bytes:
    """Return a frame.

    Args:
        content: What it says.
    """
    return _LENGTH.pack(len(content)) + content


def whole_frames(data: bytes) -> Iterator[tuple[bytes, int]]:
    """Yield what each whole frame says, and where the next one starts.

    Args:
        data: Frames, of which the last may be a piece.
    """
    start = 0
    while start + _LENGTH.size <= len(data):
        (length,) = _LENGTH.unpack_from(data, start)
        content, start = start + _LENGTH.size, start + _LENGTH.size + length
        if start > len(data):
            return
        yield data[content:start], start
