"""How values and differences are shown in messages: short, whatever was recorded."""

from __future__ import annotations

import re
import reprlib
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from wandb_testkit import comparing

_MOST_ROWS = 8
_MOST_LINES = 20
_MOST_CHARACTERS = 400


class _Brief(reprlib.Repr):
    """Like `repr`, with an end to it; dicts keep their order."""

    def __init__(self) -> None:
        super().__init__()
        self.maxlevel = 6
        self.maxdict = 16
        self.maxlist = self.maxtuple = self.maxset = self.maxfrozenset = 12
        self.maxstring = self.maxother = 120
        self.maxlong = 60

    def repr_dict(self, x: dict[Any, Any], level: int) -> str:
        """Return the first items."""
        if not x:
            return "{}"
        if level <= 0:
            return "{...}"
        parts = [
            f"{self.repr1(key, level - 1)}: {self.repr1(value, level - 1)}"
            for key, value in islice(x.items(), self.maxdict)
        ]
        if len(x) > self.maxdict:
            parts.append(f"... {len(x) - self.maxdict} more")
        return "{" + ", ".join(parts) + "}"


_brief = _Brief()


def brief(value: Any, most: int = _MOST_CHARACTERS) -> str:
    """Return one line that shows `value`.

    Args:
        value: Anything.
        most: How many characters the line may have.
    """
    text = re.sub(r"\s*\n\s*", " ", _brief.repr(value))
    return text if len(text) <= most else text[: most - 4] + " ..."


def join(*parts: str) -> str:
    """Return the parts that say something, each on its own line."""
    return "\n".join(part for part in parts if part)


def difference(
    expected: Mapping[str, Any], recorded: Mapping[str, Any], known: Sequence[str] = (), of: str = ""
) -> str:
    """Return the lines in which the expected part of `recorded` differs.

    Args:
        expected: Keys (or paths) and values.
        recorded: What was recorded; more keys are no difference.
        known: Keys that may have been meant by those that are not there.
        of: What the keys are shown to begin with.
    """
    lines = list(islice(_differences(expected, recorded, known, of), _MOST_LINES + 1))
    if len(lines) > _MOST_LINES:
        lines[_MOST_LINES:] = ["  ..."]
    return "\n".join(lines)


def _differences(
    expected: Mapping[str, Any], recorded: Mapping[str, Any], known: Sequence[str], of: str
) -> Iterator[str]:
    for key, item in expected.items():
        found = list(comparing.values_at(recorded, key))
        if not found:
            yield f"  - {of + key!r}: {brief(item)} (not there{did_you_mean(key, known)})"
        elif not comparing.same(found[0], item):
            yield from _unlike(of + key, item, found[0])


def _unlike(path: str, expected: Any, recorded: Any) -> Iterator[str]:
    """Yield where two values differ, down to the innermost key."""
    if isinstance(expected, Mapping) and isinstance(recorded, Mapping):
        for key, item in expected.items():
            if key not in recorded:
                yield f"  - '{path}.{key}': {brief(item)} (not there)"
            elif not comparing.same(recorded[key], item):
                yield from _unlike(f"{path}.{key}", item, recorded[key])
        for key in recorded:
            if key not in expected:
                yield f"  + '{path}.{key}': {brief(recorded[key])} (not expected)"
        return
    lists = isinstance(expected, (list, tuple)) and isinstance(recorded, (list, tuple))
    if lists and len(expected) == len(recorded) > 4:
        for index, (left, right) in enumerate(zip(expected, recorded, strict=True)):
            if not comparing.same(right, left):
                yield from _unlike(f"{path}[{index}]", left, right)
        return
    left, right = brief(expected), brief(recorded)
    if left == right:
        # What looks the same differs in its kind.
        left, right = (f"{text} ({type(value).__name__})" for text, value in ((left, expected), (right, recorded)))
    if lists and len(expected) != len(recorded):
        left, right = f"{left} ({len(expected)} items)", f"{right} ({len(recorded)} items)"
    yield f"  - {path!r}: {left}"
    yield f"  + {path!r}: {right}"


def did_you_mean(key: str, known: Sequence[str]) -> str:
    """Return "; did you mean 'x'?" where there is such an x."""
    meant = comparing.suggestion(key, known)
    return "" if meant is None else f"; did you mean {meant!r}?"


def listing(items: Sequence[Any], what: str, around: int | None = None) -> str:
    """Return some of the items, one a line, and how many there are.

    Args:
        items: Rows, runs or artifacts.
        what: Their name in the plural.
        around: The index of the one to have in the middle.
    """
    if not items:
        return f"No {what} were recorded."
    first = 0 if around is None else max(0, min(around - _MOST_ROWS // 2, len(items) - _MOST_ROWS))
    shown = items[first : first + _MOST_ROWS]
    lines = [f"  {item if isinstance(item, str) else brief(item, 200)}" for item in shown]
    if len(shown) == len(items):
        head = f"All {what} ({len(items)}):"
    else:
        head = f"{what.capitalize()} {first + 1} to {first + len(shown)} of {len(items)}:"
    return "\n".join([head, *lines])
