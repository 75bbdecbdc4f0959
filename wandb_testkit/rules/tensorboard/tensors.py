"""Tensors in event files: of rank 2 at most, and of four types of numbers."""

from __future__ import annotations

import math
import struct
from typing import NamedTuple

from wandb_testkit.rules.tensorboard import wire

# DT_FLOAT, DT_DOUBLE, DT_INT32, DT_INT64: the format of the raw content, and where and how values stand one by one.
_TYPES = {
    1: ("f", wire.floats, 5),
    2: ("d", wire.doubles, 6),
    3: ("i", wire.integers, 7),
    9: ("q", wire.integers, 10),
}


class Tensor(NamedTuple):
    """Numbers in the order of their rows, and the size of each dimension."""

    values: list[float]
    shape: list[int]

    def row(self, index: int) -> list[float] | None:
        """Return a row of a tensor of rank 2, from the end where `index` is negative; None where there is none."""
        if len(self.shape) != 2:
            return None
        index += self.shape[0] if index < 0 else 0
        size = self.shape[1]
        found = self.values[index * size : (index + 1) * size] if index >= 0 else []
        return found if found and len(found) == size else None

    def column(self, index: int) -> list[float] | None:
        """Return a column of a tensor of rank 2; None where there is none."""
        if len(self.shape) != 2 or self.shape[1] * (self.shape[0] - 1) + index >= len(self.values):
            return None
        return [self.values[row * self.shape[1] + index] for row in range(self.shape[0])]


def tensor(found: wire.Fields) -> Tensor | None:
    """Return a tensor; None where it is of a kind that the client does not read.

    Args:
        found: The fields of a ``TensorProto``.
    """
    known = _TYPES.get(wire.last(found, 1, 0))
    if known is None:
        return None
    sizes = wire.fields(wire.last(found, 2, b"")).get(2, ())
    shape = [wire.integer(wire.fields(size), 1) for size in sizes]
    kind, read, number = known
    content = wire.last(found, 4, b"")
    if -1 in shape or len(content) % struct.calcsize(kind):
        return None
    if not content:
        return Tensor(read(found, number), shape)
    return Tensor([float(each[0]) for each in struct.iter_unpack(f"={kind}", content)], shape)


def as_single(value: float) -> float:
    """Return a float of 32 bits as the client prints it: with the fewest digits that tell it from its neighbours.

    Args:
        value: The very value, in 64 bits.
    """
    if not math.isfinite(value):
        return value
    shorter = (float(f"{value:.{digits}g}") for digits in range(1, 10))
    return next(short for short in shorter if struct.unpack("f", struct.pack("f", short))[0] == value)
