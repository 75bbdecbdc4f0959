"""Mocks that are made when somebody looks at them.

Most tests touch three of the thirty entry points that a patch replaces.  What it puts in
place, and what ``init`` binds to a run, is an empty object; its first attribute access, call
or configuration makes it the mock, in place, so that whoever holds it holds the mock.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Mapping
from itertools import repeat
from typing import Any, Protocol

from wandb_testkit.mocks import EntryMock, set_fields

_making = threading.RLock()
_asleep: set[type[Any]] = set()
_new = object.__new__
_get = object.__getattribute__
# `mock` gives its classes a `__class__` property of their own.
_set_class = object.__dict__["__class__"].__set__


class Target(Protocol):
    """What the mocks act on."""

    def make_mock(self, made: type[EntryMock]) -> EntryMock:
        """Return a new mock of the class `made`."""


def lazy_class(name: str, made: Callable[[], type[EntryMock]]) -> type[EntryMock]:
    """Return the class of objects that become mocks when they are touched.

    Args:
        name: The entry point's name.
        made: Returns the mocks' class; first asked when one of the objects is touched.
    """

    def __getattribute__(self: Any, attribute: str) -> Any:
        _wake(self, made)
        return getattr(self, attribute)

    def __call__(self: Any, /, *args: Any, **kwargs: Any) -> Any:
        _wake(self, made)
        return self(*args, **kwargs)

    members = {"__getattribute__": __getattribute__, "__call__": __call__}
    cls = type(f"LazyEntryMock[{name}]", (EntryMock,), members)
    _asleep.add(cls)
    return cls


def sleeping(classes: Mapping[str, type[EntryMock]], target: Target) -> dict[str, Any]:
    """Return an untouched mock for each of `classes`, by name.

    Args:
        classes: What `lazy_class` returned, by name.
        target: What the mocks act on.
    """
    mocks = list(map(_new, classes.values()))
    # They share one dict until they are touched.
    deque(map(set_fields, mocks, repeat({"target": target})), 0)
    return dict(zip(classes, mocks, strict=True))


def is_awake(mock: Any) -> bool:
    """Say whether somebody has touched `mock`, without touching it."""
    return type(mock) not in _asleep


def _wake(mock: Any, made: Callable[[], type[EntryMock]]) -> None:
    with _making:
        if is_awake(mock):
            return
        cls = made()
        whole = _get(mock, "__dict__")["target"].make_mock(cls)
        fields = whole.__dict__
        entry = fields["_entry"]
        if entry is whole:
            fields["_entry"] = mock
        else:
            bound = entry.__dict__["_bound"]
            bound[bound.index(whole)] = mock
        # The class last: until then other threads wait for the lock.
        set_fields(mock, fields)
        _set_class(mock, cls)
