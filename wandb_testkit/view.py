"""Which wandb ``import wandb`` gives: the installed one, the stand-in, or none.

While the stand-in shows although the real package is loaded, modules and classes of the
real one that others hold (``import wandb as wb``, ``from wandb.errors import UsageError``)
are exchanged too, so that the program sees one wandb only.
"""

from __future__ import annotations

import importlib
import sys
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import repeat
from types import FunctionType, ModuleType
from typing import Any, NamedTuple

from wandb_testkit import world
from wandb_testkit.holders import Place, everything, namespace_of, places_in
from wandb_testkit.world import World

_MISSING: Any = object()


_NO_WANDB: dict[str, Any] = {"wandb": None}

# What the latest modules were shown in place of, when that was nothing at all.
_blank: tuple[dict[str, Any], dict[str, Any]] = ({}, {})


def _nothing_below(shown: dict[str, Any]) -> dict[str, Any]:
    """Return what is hidden where there is no other wandb: the same dict for the same modules."""
    global _blank
    if _blank[0] is not shown:
        _blank = shown, dict.fromkeys(shown, _MISSING)
    return _blank[1]


class Twin(NamedTuple):
    """A module of both packages, or a class or function in it."""

    module: str
    name: str | None


class View:
    """What is in ``sys.modules`` for wandb, and its finder of package metadata."""

    def __init__(self) -> None:
        #: The names of the real package's modules that are loaded.
        self.loaded: dict[str, None] = {}
        self.hides = False
        self._target: World | None = None
        self._places: list[Place] = []
        self._known: dict[int, Twin] | None = None
        self._finder: Any = None
        self._shown_in_places: Any = None
        # What hiding has put in and covered; a name is in one of the two.
        self._added: Iterable[str] = ()
        self._covered: dict[str, Any] = {}
        # Of each place the real value and the stand-in's; None while some are not to be had.
        self._pairs: list[tuple[Place, Any, Any]] | None = None

    def show(self, target: World | None, *, hides: bool) -> None:
        """Change what ``import wandb`` gives.

        Args:
            target: The stand-in; None for no wandb.
            hides: False to show what is there without a patch.
        """
        if hides == self.hides and target is self._target:
            return
        if self.hides:
            self._reveal()
        if hides:
            self._hide(target)

    def _hide(self, target: World | None) -> None:
        shown: dict[str, Any] = _NO_WANDB if target is None else target.modules
        if self.loaded:
            shown = {**dict.fromkeys(sys.modules.keys() & self.loaded.keys()), **shown}
        there = sys.modules.keys() & shown.keys()
        self._covered = dict(zip(there, map(sys.modules.get, there), strict=True))
        self._added = [name for name in shown if name not in there] if there else shown.keys()
        world.hidden = {**dict.fromkeys(self._added, _MISSING), **self._covered} if there else _nothing_below(shown)
        # First, so that a show that was interrupted is taken back whole.
        self.hides, self._target = True, target
        sys.modules.update(shown)
        if target is not None:
            self._finder = _MetadataFinder(target.wandb.__version__)
            sys.meta_path.insert(0, self._finder)
            self._exchange(target)

    def _reveal(self) -> None:
        if self._finder in sys.meta_path:
            sys.meta_path.remove(self._finder)
        self._finder = None
        # More than a hundred names: `map` goes through them in C.
        deque(map(sys.modules.pop, self._added, repeat(None)), 0)
        sys.modules.update(self._covered)
        self._exchange(None)
        world.hidden = {}
        # Last, so that a removal that was interrupted can be done again.
        self.hides, self._target = False, None
        self._added, self._covered = (), {}

    @contextmanager
    def revealed(self) -> Iterator[None]:
        """For a while, show what is there without a patch."""
        hides, target = self.hides, self._target
        self.show(None, hides=False)
        try:
            yield
        finally:
            self.show(target, hides=hides)

    # ---- what others hold

    def look(self, modules: list[tuple[str, ModuleType]]) -> None:
        """Take in what new modules hold of either package."""
        if not self.hides:
            for name, _ in modules:
                if name == "wandb" or name.startswith("wandb."):
                    self.loaded[name] = None
        standin = world.built_standin()
        if standin is None or (not self.loaded and self._known is None):
            # Without a second package there is nothing to exchange.
            return
        if self._known is None:
            self._known = _real_twins(standin)
            modules = everything()
        self._places = [place for place in self._places if place.is_alive]
        twins = {**self._known, **_standin_twins(standin)}
        outside = [(name, module) for name, module in modules if not _is_of_wandb(name)]
        known = {(id(place.namespace), place.attribute) for place in self._places}
        for _, place in places_in(outside, twins.keys(), lambda value: _meaning(twins, value)):
            # A module that may have grown is looked at again.
            if (id(place.namespace), place.attribute) not in known:
                self._places.append(place)
        self._exchange(self._target, again=True)

    def _exchange(self, target: World | None, *, again: bool = False) -> None:
        """Put the stand-in's modules and classes where the real ones are held, or back."""
        if target is self._shown_in_places and not again:
            return
        self._shown_in_places = _MISSING
        pairs = self._resolved() if again or self._pairs is None else self._pairs
        for place, real, standin in pairs:
            wanted, other = (real, standin) if target is None else (standin, real)
            if place.namespace.get(place.attribute) is other:
                place.namespace[place.attribute] = wanted
        self._shown_in_places = target

    def _resolved(self) -> list[tuple[Place, Any, Any]]:
        """Return each place with both of its values, and keep them once all are known."""
        package = world.built_standin()
        found = [(place, _resolve(place.means, None), _resolve(place.means, package)) for place in self._places]
        known = [each for each in found if each[1] is not _MISSING and each[2] is not _MISSING]
        self._pairs = known if len(known) == len(found) else None
        return known


def _is_of_wandb(name: str) -> bool:
    return name == "wandb" or name.startswith(("wandb.", "wandb_testkit."))


def _meaning(twins: dict[int, Twin], value: Any) -> tuple[None, Twin] | None:
    found = twins.get(id(value))
    return None if found is None else (None, found)


def _real_module(name: str) -> Any:
    module = world.hidden.get(name, _MISSING)
    return sys.modules.get(name) if module is _MISSING else module


def _real_twins(standin: World) -> dict[int, Twin]:
    """Return the real package's modules, classes and functions that the stand-in has too, by identity."""
    found: dict[int, Twin] = {}
    for name, module in standin.modules.items():
        real = _real_module(name)
        if real is None or real is module or not isinstance(real, ModuleType):
            continue
        found.setdefault(id(real), Twin(name, None))
        offered = {*vars(module), *vars(module).get("__makers__", ())}
        for attribute, value in list(namespace_of(real).items()):
            if attribute in offered and isinstance(value, (type, FunctionType)) and _is_wandbs(value):
                found.setdefault(id(value), Twin(name, attribute))
    return found


def _standin_twins(standin: World) -> dict[int, Twin]:
    """Return the stand-in's modules, and the classes and functions that it has made so far."""
    found: dict[int, Twin] = {}
    for name, module in standin.modules.items():
        found.setdefault(id(module), Twin(name, None))
        for attribute, value in list(vars(module).items()):
            if isinstance(value, (type, FunctionType)) and _is_wandbs(value):
                found.setdefault(id(value), Twin(name, attribute))
    return found


def _is_wandbs(value: Any) -> bool:
    return str(value.__module__).partition(".")[0] == "wandb"


def _resolve(twin: Twin, package: World | None) -> Any:
    module = _real_module(twin.module) if package is None else package.modules.get(twin.module)
    if module is None or (package is None and not world.is_package(_real_module("wandb"))):
        return _MISSING
    if twin.name is None:
        return module
    if package is None:
        return namespace_of(module).get(twin.name, _MISSING)
    return getattr(module, twin.name, _MISSING)


class _MetadataFinder:
    """Tells `importlib.metadata` of the stand-in, for code that asks which wandb is installed.

    Args:
        version: The stand-in's version.
    """

    def __init__(self, version: str) -> None:
        self._version = version

    def find_spec(self, *_: Any) -> None:
        """The stand-in's modules are in ``sys.modules`` already."""
        return

    def find_distributions(self, context: Any = None) -> list[Any]:
        """Return the stand-in's metadata when wandb's is asked for."""
        if getattr(context, "name", None) not in (None, "wandb"):
            return []
        metadata = importlib.import_module("importlib.metadata")
        version = self._version

        def read_text(self: Any, filename: str) -> str | None:
            return f"Metadata-Version: 2.1\nName: wandb\nVersion: {version}\n" if filename == "METADATA" else None

        members = {"read_text": read_text, "locate_file": lambda self, path: path}
        return [type("StandinDistribution", (metadata.Distribution,), members)()]
