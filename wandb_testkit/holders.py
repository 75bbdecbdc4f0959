"""Who holds names of wandb: ``from wandb import init``, ``import wandb as wb``.

A patch must reach every module that took a name before.  Modules are looked through once,
when they are new, and what was found is kept: what entering a patch costs does not depend
on how many modules are loaded.
"""

from __future__ import annotations

import sys
import weakref
from collections.abc import Callable, Container, Iterator, KeysView
from types import ModuleType
from typing import Any

Namespace = dict[str, Any]


class Place:
    """One attribute of a module, and what it stands for.

    Attributes:
        namespace: The module's names.
        attribute: The name there.
        means: What is shown there: an entry point's name, or a `Meaning` of its own.
    """

    __slots__ = ("_module", "attribute", "means", "namespace")

    def __init__(self, module: ModuleType, attribute: str, means: Any) -> None:
        self._module = weakref.ref(module)
        self.namespace: Namespace = namespace_of(module)
        self.attribute = attribute
        self.means = means

    @property
    def is_alive(self) -> bool:
        """Whether the module is still there."""
        return self._module() is not None


def namespace_of(module: ModuleType) -> Namespace:
    """Return a module's names, without waking a module that is loaded lazily."""
    found: Namespace = object.__getattribute__(module, "__dict__")
    return found


def _is_module(name: Any, module: Any) -> bool:
    # `isinstance` would ask an object of any kind for its `__class__`.
    return isinstance(name, str) and issubclass(type(module), ModuleType)


def _reference(module: Any) -> Callable[[], Any]:
    try:
        return weakref.ref(module)
    except TypeError:
        return lambda: module


def _nothing() -> None: ...


_NEVER: tuple[int, str, Callable[[], Any]] = (0, "", _nothing)


def _is_unfinished(module: ModuleType) -> bool:
    """Say whether names may still appear: the module is being imported, or is loaded lazily."""
    if type(module).__module__ == "importlib.util":
        return True
    return bool(getattr(namespace_of(module).get("__spec__"), "_initializing", False))


class ModuleWatch:
    """Sees which modules are new in ``sys.modules``."""

    def __init__(self) -> None:
        self._seen: dict[str, Callable[[], Any]] = {}
        # How many modules there were and which was the last: usual, and while some are hidden.
        self._known: dict[bool, tuple[int, str, Callable[[], Any]]] = {}
        self._unfinished: list[tuple[str, ModuleType]] = []
        # An interactive session imports names one by one: the main module, its names, and how many there were.
        self._main: tuple[Any, Namespace, int] = (None, {}, -1)

    def forget(self) -> None:
        """Let every module be new to the next look."""
        self._seen.clear()
        self._known.clear()

    @property
    def has_looked(self) -> bool:
        """Whether `new` was ever asked."""
        return bool(self._known)

    def new(self, hidden: Container[str]) -> list[tuple[str, ModuleType]]:
        """Return the modules that came since the last look, and those that may have grown.

        Args:
            hidden: Names that show something else at the moment; they are passed over.
        """
        # Every test asks twice, and nearly always there is nothing new: no function is called to see that.
        modules = sys.modules
        count, last, module = self._known.get(bool(hidden), _NEVER)
        main, names, size = self._main
        try:
            is_known = len(modules) == count and next(reversed(modules), "") == last and modules.get(last) is module()
        except RuntimeError:  # another thread imports something
            is_known = False
        if is_known and not self._unfinished and len(names) == size and modules.get("__main__") is main:
            return []
        return [*(() if is_known else self._walk(hidden)), *self._grown()]

    def _walk(self, hidden: Container[str]) -> list[tuple[str, ModuleType]]:
        names = list(sys.modules)
        count, last, reference = self._known.get(bool(hidden), _NEVER)
        found: list[tuple[str, ModuleType]] = []
        for position in range(len(names), 0, -1):
            name = names[position - 1]
            module: Any = sys.modules.get(name)
            if position == count and name == last and module is reference():
                # New modules come at the end: before this one nothing has changed.
                break
            if name in hidden or self._is_seen(name, module):
                continue
            self._seen[name] = _reference(module)
            if _is_module(name, module):
                found.append((name, module))
                if _is_unfinished(module):
                    self._unfinished.append((name, module))
        self._known[bool(hidden)] = len(names), names[-1], _reference(sys.modules.get(names[-1]))
        return found

    def _is_seen(self, name: str, module: Any) -> bool:
        seen = self._seen.get(name)
        return seen is not None and seen() is module

    def _grown(self) -> Iterator[tuple[str, ModuleType]]:
        waiting, self._unfinished = self._unfinished, []
        for name, module in waiting:
            yield name, module
            if _is_unfinished(module):
                self._unfinished.append((name, module))
        main = sys.modules.get("__main__")
        names = {} if main is None else namespace_of(main)
        if (main, len(names)) != (self._main[0], self._main[2]):
            self._main = main, names, len(names)
            if main is not None:
                yield "__main__", main


def _holds(values: list[Any], kind: type[Any], others: set[type[Any]]) -> bool:
    """Say whether one of `values` is of a type; `others` are types that are known not to be."""
    new = set(map(type, values)) - others
    if any(issubclass(found, kind) for found in new):
        return True
    others |= new
    return False


def everything() -> list[tuple[str, ModuleType]]:
    """Return all modules that are loaded."""
    return [(name, module) for name, module in list(sys.modules.items()) if _is_module(name, module)]


def places_in(
    modules: list[tuple[str, ModuleType]],
    ids: KeysView[int],
    meaning: Callable[[Any], Any],
    kind: type[Any] | None = None,
) -> Iterator[tuple[Any, Place]]:
    """Yield the attributes of `modules` that mean something.

    Args:
        modules: Names and modules to look through.
        ids: The identities of all that can mean something.
        meaning: Returns ``(owner, meaning)`` of a value, or None.
        kind: Of this type, other values may mean something too.

    Yields:
        The owner and the place.
    """
    # Nearly all modules hold nothing that means anything: for those the interpreter does all the work in C.
    others: set[type[Any]] = set()
    for _, module in modules:
        values = list(namespace_of(module).values())
        if ids.isdisjoint(map(id, values)) and not (kind is not None and _holds(values, kind, others)):
            continue
        for attribute, value in list(namespace_of(module).items()):
            found = meaning(value)
            # The interactive interpreter's last result is no name that anybody took.
            if found is not None and attribute != "_":
                yield found[0], Place(module, attribute, found[1])
