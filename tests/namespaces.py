"""The names of every loaded module of wandb and of every class that it defines, kept to be compared by identity."""

from __future__ import annotations

import operator
import sys
from collections.abc import Iterator, Mapping
from itertools import chain
from types import ModuleType
from typing import Any

from wandb_testkit.mocks import EntryMock

Names = Mapping[str, Any]

_MISSING: Any = object()
# What `copy` notes in a class when it first copies an object of it.
_NOTED_LATE = {"__slotnames__"}
# A program may call the client's `reset_state`, which binds this anew, to what it is at import.
_STEPS = ("wandb.integration.tensorboard.log", "STEPS")
_STEPS_AT_IMPORT = {"": {"step": 0}, "global": {"step": 0, "last_log": None}}
# Much of the client's own is None until it is first asked for, and kept from then on; these are a run's or a patch's.
_NONE_BEFORE = {"run", "config", "summary", "_singleton", "_singleton_telemetry_proxy", "_artifact_file_cache"}

# The latest copies: what has not changed since is not copied again.
_latest: dict[str, dict[str, Any]] = {}
_classes: dict[str, list[tuple[str, type]]] = {}
# The same once more, to be compared in one go: the modules, theirs and their classes' names, and what these stand for.
_modules_then: list[tuple[str, Any]] = []
_spaces_then: list[Names] = []
_keys_then: list[str] = []
_values_then: list[Any] = []


def copies() -> dict[str, dict[str, Any]]:
    """Return the names of each module and class as they are now."""
    if _unchanged():
        return _latest.copy()
    found: dict[str, dict[str, Any]] = {}
    spaces: list[Names] = []
    modules = _modules()
    for module, own in ((name, vars(module)) for name, module in modules):
        spaces.append(own)
        kept = _latest.get(module)
        if kept is None or not _same(kept, own):
            kept = dict(own)
            _classes[module] = _defined(module, own)
        found[module] = kept
        for name, cls in _classes[module]:
            before = _latest.get(name)
            spaces.append(vars(cls))
            found[name] = before if before is not None and _same(before, vars(cls)) else dict(vars(cls))
    _latest.clear()
    _latest.update(found)
    _modules_then[:], _spaces_then[:] = modules, spaces
    _keys_then[:] = chain.from_iterable(spaces)
    _values_then[:] = chain.from_iterable(map(_VALUES, spaces))
    return found


_VALUES = operator.methodcaller("values")


def _unchanged() -> bool:
    """Say whether everything is the very object that it was when `copies` last looked closer."""
    now = _modules()
    return (
        len(now) == len(_modules_then)
        and all(name == then and module is was for (name, module), (then, was) in zip(now, _modules_then, strict=True))
        and list(chain.from_iterable(_spaces_then)) == _keys_then
        and all(map(operator.is_, chain.from_iterable(map(_VALUES, _spaces_then)), _values_then))
    )


def changes(before: dict[str, dict[str, Any]], now: dict[str, dict[str, Any]] | None = None) -> Iterator[str]:
    """Yield what is another object than it was.

    Args:
        before: What `copies` returned; what was imported since may not hold any mock.
        now: What `copies` returned later, if not at this moment.
    """
    now = copies() if now is None else now
    for place, names in before.items():
        if place not in now:
            yield f"{place} is gone"
        elif now[place] is not names:
            different = [
                name
                for name in {**names, **now[place]}
                if _differs(name, names, now[place]) and not _noted(place, name, names, now[place])
            ]
            if different:
                shown = (f"{n}: {_shown(names, n)} -> {_shown(now[place], n)}" for n in different)
                yield f"{place}: " + ", ".join(shown)
    for place in now.keys() - before.keys():
        left = [name for name, value in now[place].items() if _is_mock(value)]
        if left:
            yield f"{place}, imported inside: mocks {left}"


def mocks_elsewhere() -> Iterator[str]:
    """Yield mocks that a module outside of wandb and of this library still holds under a name."""
    looked_at = [
        (name, vars(module))
        for name, module in list(sys.modules.items())
        if isinstance(module, ModuleType) and name.partition(".")[0] not in _NOT_LOOKED_AT
    ]
    # After each test a hundred thousand values are looked at, nearly all of the same few types.
    if not any(issubclass(kind, EntryMock) for kind in _kinds([names for _, names in looked_at])):
        return
    for name, names in looked_at:
        left = [own for own, value in list(names.items()) if _is_mock(value)]
        if left:
            yield f"{name}: mocks {left}"


# The packages that hold many names, none of which is wandb's.
_NOT_LOOKED_AT = sys.stdlib_module_names | {"wandb", "wandb_testkit", "numpy", "torch", "pydantic", "google", "pytest"}


def _kinds(spaces: list[dict[str, Any]]) -> set[type]:
    try:
        return set(map(type, chain.from_iterable(map(dict.values, spaces))))
    except RuntimeError:  # a thread binds a name meanwhile
        return set(map(type, chain.from_iterable(list(names.values()) for names in spaces)))


def _modules() -> list[tuple[str, Any]]:
    return [
        (name, module)
        for name, module in list(sys.modules.items())
        if (name == "wandb" or name.startswith("wandb.")) and module is not None
    ]


def _defined(module: str, names: Names) -> list[tuple[str, type]]:
    return [
        (f"{module}.{name} (class)", value)
        for name, value in names.items()
        if isinstance(value, type) and value.__module__ == module
    ]


def _same(before: Names, now: Names) -> bool:
    return before.keys() == now.keys() and all(map(operator.is_, before.values(), now.values()))


def _differs(name: str, before: Names, now: Names) -> bool:
    if before.get(name, _MISSING) is now.get(name, _MISSING) or name in _NOTED_LATE:
        return False
    if name in before:
        return before[name] is not None or name in _NONE_BEFORE or name not in now or _is_ours(now[name])
    # The client's own code imports more of itself when it is used, and some of its modules find names when asked.
    return not isinstance(now[name], ModuleType) and ("__getattr__" not in now or _is_ours(now[name]))


def _noted(place: str, name: str, before: Names, now: Names) -> bool:
    """Say whether Python or the client has noted something that no patch has to take back."""
    if name == "__warningregistry__":
        # `warnings` makes it in the module that it first warns in the name of.
        return place in sys.modules and name not in before and type(now[name]) is dict
    return (place, name) == _STEPS and now.get(name) == _STEPS_AT_IMPORT


def _shown(names: Names, name: str) -> str:
    # Asked for their `repr`, the client's lazy modules would import what they stand for.
    return object.__repr__(names[name]) if name in names else "-"


def _is_ours(value: Any) -> bool:
    return any(str(vars(each).get("__module__")).startswith("wandb_testkit") for each in type(value).__mro__) or str(
        getattr(value, "__module__", "")
    ).startswith("wandb_testkit")


def _is_mock(value: Any) -> bool:
    return issubclass(type(value), EntryMock)
