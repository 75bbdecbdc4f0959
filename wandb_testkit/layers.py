"""The stack of active patches.

Each entry of a patch is a layer.  The topmost one decides what is seen: which wandb is
imported, whose mocks are in it, which WANDB_* variables there are.  A layer is removed by
identity, from wherever it is in the stack.
"""

from __future__ import annotations

import atexit
import os
import sys
import threading
import weakref
from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Any

from wandb_testkit import folder, guard, kept, world
from wandb_testkit.client.environment import wandb_variables
from wandb_testkit.client.session import Session
from wandb_testkit.gates import Gates, Over, behind, is_gate, name_of
from wandb_testkit.holders import ModuleWatch, everything, places_in
from wandb_testkit.mocks import EntryMock
from wandb_testkit.surfaces import Shown, Surface
from wandb_testkit.view import View
from wandb_testkit.world import World


def _nobody() -> None:
    """No layer has gone."""


_lock = threading.RLock()
_layers: list[Layer] = []
# Whose layer was the last to go.
_gone: Callable[[], Session | None] = _nobody
_surfaces: dict[World, Surface] = {}
_watch = ModuleWatch()
_view = View()


class Layer:
    """One entry of a patch.

    Args:
        chosen: Whose names are patched; None makes wandb absent.
        session: The client behind the names.
    """

    def __init__(self, chosen: World | None, session: Session | None) -> None:
        self.world = chosen
        self.session = session
        self.hides = chosen is None or not chosen.real
        self._shown: list[tuple[Surface, Shown]] = []
        self.environ: dict[str, str] | None = None

    # ---- in and out

    def enter(self) -> None:
        """Put everything in place."""
        session = self.session
        if session is not None:
            session.begin(self)
        surfaces = self._surfaces()
        _look()
        self._take_environment()
        for surface in surfaces:
            surface.push(session, self._shown)
        _view.show(self.world, hides=self.hides)

    def leave(self) -> None:
        """Take everything back, wherever in the stack this layer is."""
        for surface, shown in reversed(self._shown):
            if shown in surface.shown:
                surface.remove(shown)
        below = [layer for layer in _layers if layer is not self]
        top = below[-1] if below else None
        _view.show(top.world if top else None, hides=top is not None and top.hides)
        # What was imported inside the patch took its mocks along.
        _look()
        self._return_environment()

    def _surfaces(self) -> list[Surface]:
        """Return what this layer has to cover: nothing may reach a real client behind the stand-in."""
        chosen = self.world
        if not self.hides:
            assert chosen is not None
            return [_surface(chosen)]
        found = [] if chosen is None else [_surface(chosen)]
        real = loaded_world()
        if real is not None:
            found.append(_surface(real))
        return found

    def show(self, values: Mapping[str, Any], unbound: tuple[str, ...]) -> None:
        """Change names of the module, wherever this layer is the topmost one."""
        with _lock:
            for surface, shown in self._shown:
                if surface.shown and surface.shown[-1] is shown:
                    surface.show(values, unbound)

    def is_on_top(self) -> bool:
        """Say whether the module's names are those of this layer."""
        assert self.world is not None
        surface = _surfaces.get(self.world)
        return surface is not None and surface.top is self.session

    def gate(self, name: str) -> Any:
        """Return what the module holds for an entry point, if this layer is the topmost one; else None."""
        assert self.world is not None
        return _surface(self.world).gates.get(name) if self.is_on_top() else None

    # ---- the environment: the machine's own WANDB_* variables do not matter inside

    def _take_environment(self) -> None:
        self.environ = wandb_variables()
        _change_environment(self.environ, {})

    def _return_environment(self) -> None:
        if self.environ is None:
            return
        index = _layers.index(self) + 1
        if index < len(_layers):
            _layers[index].environ = self.environ
        else:
            _change_environment(wandb_variables(), self.environ)
        self.environ = None


def push(layer: Layer) -> None:
    """Make `layer` the topmost one; undone when it fails half-way."""
    with _lock:
        if not _layers:
            folder.begin()
        _layers.append(layer)
        try:
            layer.enter()
            if len(_layers) == 1:
                guard.begin()
        except BaseException:
            # The interpreter may be interrupted anywhere, and what was marked as seen not be looked at.
            _watch.forget()
            remove(layer)
            raise


def remove(layer: Layer) -> None:
    """Take `layer` out of the stack."""
    with _lock:
        if layer not in _layers:
            return
        try:
            _take_out(layer)
        except BaseException:
            # Each step can be done again: an interruption does not keep the patch in place.
            try:
                _watch.forget()
                # It may have been interrupted right after its last step.
                if layer in _layers:
                    _take_out(layer)
            finally:
                if layer in _layers:
                    _layers.remove(layer)
            raise


def _take_out(layer: Layer) -> None:
    global _gone
    layer.leave()
    _gone = _nobody
    if layer.session is not None:
        _gone = weakref.ref(layer.session)
        layer.session.close()
    if len(_layers) == 1:
        guard.end()
        kept.let_go()
        _remove_folder()
    _layers.remove(layer)


def choose(stub: bool | None) -> World:
    """Return the world that an entry with the option `stub` patches.

    Args:
        stub: True: the stand-in; False: the real package; None: as the patch around this
            one, else the real package if it can be imported.

    Raises:
        ModuleNotFoundError: The real package is insisted on and is not there.
    """
    if stub:
        return world.standin()
    with _lock:
        around = _layers[-1].world if _layers else None
        if stub is None and around is not None:
            return around
        if not _view.hides:
            return _installed(stub)
        with _view.revealed():
            return _installed(stub)


def _installed(stub: bool | None) -> World:
    known = world.known(sys.modules.get("wandb"))
    if known is not None:
        return known
    return world.standin() if stub is None and not world.is_installed() else world.real()


def loaded_world() -> World | None:
    """Return the world of the real wandb, when it is loaded."""
    module = world.hidden.get("wandb") or sys.modules.get("wandb")
    if not world.is_package(module):
        return None
    known = world.known(module)
    if known is not None:
        return known
    with _view.revealed():
        return world.real()


def _behind(name: str) -> Any:
    """Return what stands for an entry point now: the topmost layer's mock."""
    top = _layers[-1:]
    if top:
        return behind(name, top[0].session)
    session = _gone()
    return Over(name) if session is None else behind(name, session)


_gates = Gates(_behind)


def depth() -> int:
    """Return how many layers there are."""
    return len(_layers)


# --------------------------------------------------------------------------- who holds names


def _surface(of: World) -> Surface:
    found = _surfaces.get(of)
    if found is None:
        found = _surfaces[of] = Surface(of, _gates)
        if _watch.has_looked:
            _find_places(everything(), (found,))
        # Else all modules are new to the look that every entry takes next.
    return found


def _look() -> None:
    """Take in what modules that are new hold."""
    modules = _watch.new(world.hidden)
    if not modules:
        return
    for surface in _surfaces.values():
        surface.forget_dead_places()
    _find_places(modules, tuple(_surfaces.values()))
    _view.look(modules)


def _is_own(name: str) -> bool:
    """Say whether a module is this library's: what it holds for a patch is nobody's name of wandb."""
    return name.startswith("wandb_testkit.") and not name.startswith("wandb_testkit.standin")


def _find_places(modules: list[tuple[str, ModuleType]], surfaces: tuple[Surface, ...]) -> None:
    modules = [(name, module) for name, module in modules if not _is_own(name)]
    meant: dict[int, tuple[Surface, Any]] = {}
    for surface in surfaces:
        meant.update((key, (surface, name)) for key, name in surface.meanings().items())
    by_world = {surface.world: surface for surface in surfaces}

    def meaning(value: Any) -> tuple[Surface, Any] | None:
        found = meant.get(id(value))
        if found is not None or not issubclass(type(value), EntryMock):
            return found
        if is_gate(value):
            # All packages have the same gates: it was taken from the one that shows.
            of, name = _layers[-1].world if _layers else None, name_of(value)
        else:
            of, name = value.__dict__["_target"].world, value._name
        surface = None if of is None else by_world.get(of)
        return None if surface is None or name not in surface.entries else (surface, name)

    for surface, place in places_in(modules, meant.keys(), meaning, EntryMock):
        surface.add(place)


# --------------------------------------------------------------------------- environment


def _change_environment(found: Mapping[str, str], wanted: Mapping[str, str]) -> None:
    if found == wanted:
        return
    for name in found:
        if name not in wanted:
            del os.environ[name]
    for name, value in wanted.items():
        if found.get(name) != value:
            os.environ[name] = value


def _remove_folder() -> None:
    artifacts = sys.modules.get("wandb_testkit.standin.artifact")
    if artifacts is not None:
        # The stand-in remembers artifacts, and they their folders.
        artifacts.by_client_id.clear()
    folder.remove()


# --------------------------------------------------------------------------- process


def _leave_all() -> None:
    """A patch that was started and never stopped leaves no files either."""
    for layer in reversed(_layers[:]):
        remove(layer)


def _share_folder() -> None:
    # What a child writes inside the patch goes with the parent's.
    if _layers:
        folder.path()


def _after_fork() -> None:
    # Another thread of the parent may have held it.
    global _lock
    _lock = threading.RLock()
    for layer in _layers:
        if layer.session is not None:
            layer.session.become_child()


atexit.register(_leave_all)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=_share_folder, after_in_child=_after_fork)
