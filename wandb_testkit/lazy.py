"""Mocks that are made when somebody looks at them.

Most tests touch three of the thirty entry points that a patch replaces.  What it puts in
place is an empty object of a subclass of the mock's class; its first attribute access,
call or configuration makes it the mock, in place, so that whoever holds it holds the mock.
"""

from __future__ import annotations

import threading
from typing import Any

from wandb_testkit.mocks import EntryMock

_making = threading.RLock()
_asleep: set[type[Any]] = set()
_new = object.__new__
_set = object.__setattr__
_get = object.__getattribute__
# `mock` gives its classes a `__class__` property of their own.
_set_class = object.__dict__["__class__"].__set__


def lazy_class(made: type[EntryMock]) -> type[EntryMock]:
    """Return the class of objects that become a mock of the class `made` when they are touched."""

    def __getattribute__(self: Any, name: str) -> Any:
        _wake(self, made)
        return getattr(self, name)

    cls = type(f"Lazy{made.__name__}", (made,), {"__getattribute__": __getattribute__})
    _asleep.add(cls)
    return cls


def sleeping(classes: list[tuple[str, type[EntryMock]]], target: Any) -> dict[str, Any]:
    """Return an untouched mock for each of `classes`, by name.

    Args:
        classes: Names, and what `lazy_class` returned.
        target: What the mocks act on; its ``tape`` takes their calls.
    """
    # They share one dict until they are touched.
    shared = {"target": target}
    found: dict[str, Any] = {}
    for name, cls in classes:
        found[name] = mock = _new(cls)
        _set(mock, "__dict__", shared)
    return found


def is_awake(mock: Any) -> bool:
    """Say whether somebody has touched `mock`, without touching it."""
    return type(mock) not in _asleep


def touched(mocks: dict[str, Any]) -> dict[str, Any]:
    """Return those of `mocks` that somebody has touched."""
    return {name: mock for name, mock in mocks.items() if type(mock) not in _asleep}


def _wake(mock: Any, made: type[EntryMock]) -> None:
    with _making:
        if is_awake(mock):
            return
        target = _get(mock, "__dict__")["target"]
        made.make(target.tape, target, into=mock)
        _set_class(mock, made)
