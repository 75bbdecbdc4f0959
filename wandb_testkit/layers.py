"""What a patch puts where, and how it is taken back.

Active patches are layers on one stack.  Every place that a layer changes (an attribute of
a module, an entry of ``sys.modules``) shows the value of the topmost layer that has it, or
what was there before the first one.  A layer is removed by identity, from wherever it is
in the stack, so that contexts may overlap in threads or stop out of order.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterable
from types import ModuleType
from typing import Any
from unittest import mock

from wandb_testkit.client import Session
from wandb_testkit.mocks import EntryMock
from wandb_testkit.world import World

_MISSING: Any = object()


class Slot:
    """One attribute of a module; put in place and taken back by `unittest.mock.patch`."""

    __slots__ = ("_patcher", "holder", "layers", "name")

    def __init__(self, holder: Any, name: str) -> None:
        self.holder = holder
        self.name = name
        self.layers: list[Layer] = []
        self._patcher: Any = mock.patch.object(holder, name, None, create=True)

    def push(self, layer: Layer, value: Any) -> None:
        if self.layers:
            vars(self.holder)[self.name] = value
        else:
            self._patcher.new = value
            self._patcher.__enter__()
        self.layers.append(layer)

    def remove(self, layer: Layer) -> None:
        top = self.layers[-1] is layer
        self.layers.remove(layer)
        if not self.layers:
            self._patcher.new = None
            self._patcher.__exit__(None, None, None)
        elif top:
            vars(self.holder)[self.name] = self.layers[-1].value(self)


class ModuleSlot:
    """One entry of ``sys.modules``."""

    __slots__ = ("_before", "layers", "name")

    def __init__(self, name: str) -> None:
        self.name = name
        self.layers: list[Layer] = []
        self._before: Any = _MISSING

    def push(self, layer: Layer, value: Any) -> None:
        if not self.layers:
            self._before = sys.modules.get(self.name, _MISSING)
        self.layers.append(layer)
        sys.modules[self.name] = value

    def remove(self, layer: Layer) -> None:
        top = self.layers[-1] is layer
        self.layers.remove(layer)
        if not self.layers:
            if self._before is _MISSING:
                sys.modules.pop(self.name, None)
            else:
                sys.modules[self.name] = self._before
            self._before = _MISSING
        elif top:
            sys.modules[self.name] = self.layers[-1].value(self)


class Holders:
    """Who else holds names of the real wandb: ``from wandb import init``.

    Modules are looked through once, when they are new; what was found is kept.
    """

    def __init__(self, targets: dict[str, Any]) -> None:
        self._names = {id(value): name for name, value in targets.items()}
        self._originals = targets
        self._seen: dict[str, int] = {}
        self._last: tuple[int, str] | None = None
        self._found: list[tuple[Slot, str]] = []

    def found(self) -> list[tuple[Slot, str]]:
        """Return the attributes of other modules that hold a target, each with the target's name."""
        if self._state() != self._last:
            self._look()
        return self._found

    @staticmethod
    def _state() -> tuple[int, str]:
        return len(sys.modules), next(reversed(sys.modules), "")

    def _new_modules(self) -> list[tuple[str, ModuleType]]:
        return [
            (name, module)
            for name, module in list(sys.modules.items())
            if module is not None and self._seen.get(name) != id(module)
        ]

    def _look(self) -> None:
        state = self._state()
        names = self._names
        for name, module in self._new_modules():
            self._seen[name] = id(module)
            namespace = getattr(module, "__dict__", None)
            if type(namespace) is not dict:
                continue
            for attribute, value in list(namespace.items()):
                target = names.get(id(value))
                if target is not None and not (name == "wandb" or attribute == "_"):
                    self._found.append((Slot(module, attribute), target))
        self._last = state

    def give_back(self) -> None:
        """Put the real names into modules that were imported while mocks were in place."""
        if self._state() == self._last:
            return
        for _, module in self._new_modules():
            namespace = getattr(module, "__dict__", None)
            if type(namespace) is not dict:
                continue
            for attribute, value in list(namespace.items()):
                if isinstance(value, EntryMock) and value._name in self._originals:
                    namespace[attribute] = self._originals[value._name]


class Layer:
    """One entry of a patch.

    Args:
        world: Whose names are patched; None makes wandb absent.
        session: The client behind the names.
        hide: Whether the real wandb is out of sight.
    """

    def __init__(self, world: World | None, session: Session | None, *, hide: bool) -> None:
        self.world = world
        self.session = session
        self.hide = hide
        self._places: list[tuple[Slot | ModuleSlot, Any]] = []
        self._names: dict[Slot | ModuleSlot, Any] = {}
        self._environ: dict[str, str] = {}

    def value(self, slot: Slot | ModuleSlot) -> Any:
        """Return what `slot` shows while this layer is the topmost one that has it."""
        name = self._names[slot]
        if isinstance(slot, ModuleSlot):
            return name
        if isinstance(name, str):
            assert self.session is not None
            return self.session.globals[name]
        return name

    def _push(self, slot: Slot | ModuleSlot, name: Any) -> None:
        self._names[slot] = name
        slot.push(self, self.value(slot))

    def enter(self) -> None:
        """Put everything in place; undone when it fails half-way."""
        try:
            self._take_environment()
            if self.hide:
                for module_slot, module in _hidden_modules(self.world):
                    self._push(module_slot, module)
            if self.world is not None and self.session is not None:
                self.session.module_values()
                for slot, name in _slots(self.world, self.session):
                    self._push(slot, name)
                for slot, name in _elsewhere(self.world):
                    if name in self.session.globals:
                        self._push(slot, name)
        except BaseException:
            self.leave()
            raise

    def leave(self) -> None:
        """Take everything back, wherever in the stack this layer is."""
        for slot in reversed(list(self._names)):
            if self in slot.layers:
                slot.remove(self)
        self._names.clear()
        if self.world is not None and self.world.real and _holders is not None:
            _holders.give_back()
        self._return_environment()

    # ---- the environment: the machine's own WANDB_* variables do not matter inside

    def _take_environment(self) -> None:
        self._environ = _wandb_variables()
        for name in self._environ:
            del os.environ[name]
        if self.world is not None and self.world.real and self.session is not None:
            folder = self.session.folder_path
            for name in ("WANDB_DATA_DIR", "WANDB_CACHE_DIR", "WANDB_CONFIG_DIR"):
                os.environ[name] = os.path.join(folder, name[6:-4].lower())

    def _return_environment(self) -> None:
        above = _above(self)
        if above is not None:
            above._environ = self._environ
            return
        for name in _wandb_variables():
            del os.environ[name]
        os.environ.update(self._environ)


def _wandb_variables() -> dict[str, str]:
    return {name: os.environ[name] for name in list(os.environ) if name.startswith("WANDB_")}


_lock = threading.RLock()
_layers: list[Layer] = []
_holders: Holders | None = None
_module_slots: dict[str, ModuleSlot] = {}
_name_slots: dict[tuple[int, str], Slot] = {}


def push(layer: Layer) -> None:
    """Make `layer` the topmost one."""
    with _lock:
        _layers.append(layer)
        try:
            layer.enter()
        except BaseException:
            _layers.remove(layer)
            raise


def remove(layer: Layer) -> None:
    """Take `layer` out of the stack."""
    with _lock:
        layer.leave()
        _layers.remove(layer)
        if layer.session is not None:
            layer.session.close()


def top() -> Layer | None:
    """Return the topmost layer."""
    return _layers[-1] if _layers else None


def is_shown(session: Session) -> bool:
    """Say whether the module's names are those of `session`."""
    for layer in reversed(_layers):
        if layer.world is session.world:
            return layer.session is session
    return False


def _above(layer: Layer) -> Layer | None:
    index = _layers.index(layer) + 1
    return _layers[index] if index < len(_layers) else None


def _slots(world: World, session: Session) -> Iterable[tuple[Slot, str]]:
    holder = world.wandb
    for name in session.globals:
        key = (id(holder), name)
        slot = _name_slots.get(key)
        if slot is None:
            slot = _name_slots[key] = Slot(holder, name)
        yield slot, name


def _elsewhere(world: World) -> list[tuple[Slot, str]]:
    """Return who else holds names of the installed wandb.

    Args:
        world: The stand-in's names are held by nobody else.
    """
    global _holders
    if not world.real:
        return []
    if _holders is None:
        held = vars(world.wandb)
        names = {*world.names(), "config", "summary"}
        _holders = Holders({name: held[name] for name in names if name in held and not _is_mock(held[name])})
    return _holders.found()


def _is_mock(value: Any) -> bool:
    return isinstance(value, EntryMock)


def _hidden_modules(world: World | None) -> Iterable[tuple[ModuleSlot, Any]]:
    """Return the entries of ``sys.modules`` that show the stand-in (or nothing) instead of wandb."""
    shown: dict[str, Any] = dict(world.modules) if world is not None else {"wandb": None}
    for name in list(sys.modules):
        if name.startswith("wandb.") and name not in shown:
            shown[name] = None
    for name, module in shown.items():
        slot = _module_slots.get(name)
        if slot is None:
            slot = _module_slots[name] = ModuleSlot(name)
        yield slot, module
