"""Put a changed module's code into a process that has imported the module: for mutate_rules.py."""

from __future__ import annotations

import functools
import gc
import importlib
import sys
import types
from collections.abc import Collection, Iterator
from types import CodeType, FunctionType
from typing import Any

_CONTAINERS = (dict, list, set)
_CACHE: Any = type(functools.cache(int))
_IDENTITY: Any = object.__eq__


class NotPlaced(Exception):
    """No function there is has been made of the code that was changed."""


class Installer:
    """Puts code in the place of what some files define.

    Args:
        files: The paths of the files. What they define must be there already.
    """

    def __init__(self, files: Collection[str]) -> None:
        self._functions: dict[str, list[FunctionType]] = {file: [] for file in files}
        self._caches: list[Any] = []
        for each in gc.get_objects():
            if type(each) is FunctionType and each.__code__.co_filename in self._functions:
                self._functions[each.__code__.co_filename].append(each)
            elif type(each) is _CACHE and (each.__module__ or "").startswith("wandb_testkit."):
                self._caches.append(each)

    def install(self, name: str, code: CodeType, *, at_import: bool) -> None:
        """Make the functions of a module, and what it made when it was imported, those of other code for it.

        Args:
            name: The module.
            code: What to run instead of its source; lines and names are the same.
            at_import: Whether the code also does something else when it is imported.

        Raises:
            NotPlaced: Nothing has changed.
        """
        new = {_key(each): each for each in _codes(code)}
        placed = at_import
        for function in self._functions[code.co_filename]:
            other = new.get(_key(function.__code__))
            if other is not None and other != function.__code__:
                _exchange(function, other)
                placed = True
        if not placed:
            raise NotPlaced(name)
        if at_import:
            module = importlib.import_module(name)
            fresh = types.ModuleType(name)
            fresh.__dict__.update(__file__=module.__file__, __package__=module.__package__)
            exec(code, fresh.__dict__)
            for label, value in list(vars(fresh).items()):
                if not label.startswith("__"):
                    _take_over(module, label, value)
        # What was computed by the right rules is forgotten.
        for cache in self._caches:
            cache.cache_clear()


def _codes(code: CodeType) -> Iterator[CodeType]:
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _codes(constant)


def _key(code: CodeType) -> tuple[Any, ...]:
    """Where the code stands in the source, which a change leaves as it is."""
    columns = [column for *_, column, _ in code.co_positions() if column] if code.co_name == "<lambda>" else []
    return code.co_qualname, code.co_firstlineno, min(columns, default=0)


def _exchange(function: FunctionType, code: CodeType) -> None:
    if code.co_freevars == function.__code__.co_freevars:
        function.__code__ = code
        return
    # The change has taken a name of a function around it away, so another function has to take this one's place.
    cells = dict(zip(function.__code__.co_freevars, function.__closure__ or (), strict=True))
    closure = tuple(cells[name] for name in code.co_freevars)
    other = FunctionType(code, function.__globals__, function.__name__, function.__defaults__, closure)
    other.__kwdefaults__ = function.__kwdefaults__
    for holder in gc.get_referrers(function):
        if type(holder) is dict:
            holder.update({label: other for label, value in list(holder.items()) if value is function})
    sys._clear_type_cache()


def _take_over(owner: Any, name: str, new: Any) -> None:
    """Let a name of a module or class mean what it means in the other one, keeping functions and classes themselves."""
    missing = object()
    old = vars(owner).get(name, missing)
    while isinstance(new, (staticmethod, classmethod)) and type(old) is type(new):
        old, new = old.__func__, new.__func__
    if isinstance(new, FunctionType) and isinstance(old, FunctionType):
        if new.__code__.co_filename == old.__code__.co_filename and not _same(old.__defaults__, new.__defaults__):
            old.__defaults__ = new.__defaults__
        if not _same(old.__kwdefaults__, new.__kwdefaults__):
            old.__kwdefaults__ = new.__kwdefaults__
        if not _same(_closure(old), _closure(new)):
            for cell, other in zip(old.__closure__ or (), new.__closure__ or (), strict=True):
                if not isinstance(other.cell_contents, type):
                    cell.cell_contents = other.cell_contents
    elif isinstance(new, type) and isinstance(old, type):
        if new.__module__ == owner.__name__ if isinstance(owner, types.ModuleType) else True:
            _take_over_class(old, new)
    elif not _same(old, new):
        if isinstance(new, _CONTAINERS) and type(old) is type(new):
            old.clear()
            old.extend(new) if isinstance(old, list) else old.update(new)
            return
        setattr(owner, name, new)
        if isinstance(owner, types.ModuleType):
            for module in list(sys.modules.values()):
                if getattr(module, "__name__", "").startswith("wandb_testkit.") and vars(module).get(name) is old:
                    setattr(module, name, new)


def _take_over_class(old: type, new: type) -> None:
    kept = ("__dict__", "__weakref__", "__doc__", "__module__", "__slots__")
    for label, value in list(vars(new).items()):
        if label in kept or isinstance(value, (types.MemberDescriptorType, types.GetSetDescriptorType)):
            continue
        _take_over(old, label, value)


def _closure(function: FunctionType) -> list[Any]:
    return [cell.cell_contents for cell in function.__closure__ or ()]


def _same(old: Any, new: Any) -> bool:
    """Whether two values mean the same, functions and classes by what they are called."""
    if type(old) is not type(new):
        return False
    if isinstance(old, (list, tuple)):
        return len(old) == len(new) and all(map(_same, old, new))
    if isinstance(old, dict):
        return list(old) == list(new) and all(_same(old[key], new[key]) for key in old)
    if isinstance(old, FunctionType):
        return (
            old.__code__ == new.__code__
            and _same(old.__defaults__, new.__defaults__)
            and _same(_closure(old), _closure(new))
        )
    if isinstance(old, type):
        return bool(old.__qualname__ == new.__qualname__)
    if getattr(type(old), "__eq__", None) == _IDENTITY:
        return not hasattr(old, "__dict__") or _same(vars(old), vars(new))
    return bool(old == new)
