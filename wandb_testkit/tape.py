"""The one list that all calls of a recorder are written into, in order, and the copies of arguments that are kept.

Nothing in this module knows wandb, or mocks.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Iterator
from itertools import chain, count
from time import time
from typing import Any, Final, NamedTuple

# Stands for an argument that was not given; None may have been given.  A bare object is
# nothing for the garbage collector to follow: so a record of plain values is none either.
ABSENT: Final[Any] = object()

ROW: Final = "row"  # (data, step, commit): a log of plain values, kept as it is
ENCODED: Final = "encoded"  # (data, step, commit): a log whose values need encoding
CALL: Final = "call"  # (args, kwargs, None): any other call, or a log that was refused
EFFECT: Final = "effect"  # (run, event, None): what an accepted call made the client send


# A program whose keys are all different shall not fill the memory.
_MOST_KEYS = 10_000


#: What `Tape` describes.
Record = tuple[int, float, Any, Any, Any]
WIDTH: Final = 5


class Source(NamedTuple):
    """Where a record of the tape comes from."""

    name: str
    run: int | None
    kind: str


_EFFECTS: Final = Source("", None, EFFECT)


class Tape:
    """The ordered calls of one recorder, and what they made the client send.

    A record is ``(source, time, a, b, c)``: one of `sources`, seconds since the
    epoch, and three values whose meaning depends on the kind of the source.

    The records' parts lie one after the other in one list.  It takes the five of a record in
    one step, so that threads cannot mix them; no tuple outlives the call, so that a million
    rows give the garbage collector nothing to go through; and a reader gets columns by slicing.

    Args:
        restore: Turns what is kept of a logged value back into what was logged.
        special_keys: Keys of rows that have a meaning of their own.

    Attributes:
        append: Takes a record.
        parts: That list: `WIDTH` parts for each record.
        sources: Where records come from, by the index that they name.
        plain_keys: Keys that need no second look when they are logged again, each by itself.
    """

    __slots__ = ("_number", "append", "parts", "plain_keys", "restore", "sources", "special_keys")

    def __init__(self, restore: Callable[[Any], Any], special_keys: frozenset[str]) -> None:
        self.restore = restore
        self.special_keys = special_keys
        self.parts: list[Any] = []
        self.sources: dict[int, Source] = {0: _EFFECTS}
        self.append: Callable[[Record], None] = self.parts.extend
        self.plain_keys: dict[str, str] = {}
        # It counts for all threads in one step.
        self._number = count(1)

    def learn_keys(self, row: Any) -> bool:
        """Add the plain keys of `row` to those known; False when there was none to add."""
        known = self.plain_keys
        if row.__class__ is not dict or len(known) > _MOST_KEYS:
            return False
        new = [key for key in list(row) if key.__class__ is str and key.isascii() and key not in self.special_keys]
        before = len(known)
        known.update(zip(new, new, strict=True))
        return len(known) > before

    def source(self, name: str, run: int | None, kind: str) -> int:
        """Register where records come from and return its index."""
        index = next(self._number)
        self.sources[index] = Source(name, run, kind)
        return index

    def effect(self, run: int, event: object) -> None:
        """Record what an accepted call made the client send for `run`."""
        self.append((0, time(), run, event, None))

    def __len__(self) -> int:
        """Return how many records there are."""
        return len(self.parts) // WIDTH

    def __getitem__(self, position: int) -> Record:
        """Return one record."""
        first = position * WIDTH
        source, moment, a, b, c = self.parts[first : first + WIDTH]
        return source, moment, a, b, c

    def records(self, first: int = 0) -> Iterator[Record]:
        """Return the records from `first` on that there are by now."""
        parts = iter(self.parts[first * WIDTH :])
        return zip(parts, parts, parts, parts, parts, strict=True)

    def extend(self, records: Iterable[Record]) -> None:
        """Add records that are there already."""
        self.parts.extend(chain.from_iterable(records))

    def replace(self, records: Iterable[Record]) -> None:
        """Put other records in the place of all."""
        self.parts[:] = chain.from_iterable(records)

    def calls(self) -> Iterator[tuple[Source, int, tuple[Any, ...], dict[str, Any]]]:
        """Yield ``(source, position, args, kwargs)`` of each call, in order."""
        sources = self.sources
        for position, (index, _, a, b, c) in enumerate(self.records()):
            source = sources[index]
            if source.kind == CALL:
                yield source, position, a, b
            elif source.kind != EFFECT:
                kwargs = {} if b is ABSENT else {"step": b}
                if c is not ABSENT:
                    kwargs["commit"] = c
                yield source, position, (a if source.kind == ROW else self.restore(a),), kwargs


_LEAVES = frozenset({type(None), bool, int, float, complex, str, bytes, type, range})


def snapshot(value: Any) -> Any:
    """Return a copy of `value` that later changes of its containers cannot reach."""
    kind = type(value)
    if kind in _LEAVES:
        return value
    if kind is dict:
        return {key: snapshot(item) for key, item in value.items()}
    if kind is list:
        return [snapshot(item) for item in value]
    if kind is tuple:
        return tuple([snapshot(item) for item in value])
    if kind is set or kind is frozenset:
        return kind(value)
    if kind.__module__ == "numpy" and kind.__name__ == "ndarray":
        return value.copy()
    if kind.__module__ == "argparse" and kind.__name__ == "Namespace":
        return copy.copy(value)
    return value


def safe_snapshot(value: Any) -> Any:
    """Like `snapshot`, but a structure that cannot be copied (circular) is kept as it is."""
    try:
        return snapshot(value)
    except RecursionError:
        return value
