"""The names of every loaded module of wandb and of every class that it defines, kept to be compared by identity."""

from __future__ import annotations

import operator
import sys
from collections.abc import Iterator, Mapping
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


def copies() -> dict[str, dict[str, Any]]:
    """Return the names of each module and class as they are now."""
    found: dict[str, dict[str, Any]] = {}
    for module, own in _modules():
        kept = _latest.get(module)
        if kept is None or not _same(kept, own):
            kept = dict(own)
            _classes[module] = _defined(module, own)
        found[module] = kept
        for name, cls in _classes[module]:
            before = _latest.get(name)
            found[name] = before if before is not None and _same(before, vars(cls)) else dict(vars(cls))
    _latest.clear()
    _latest.update(found)
    return found


def changes(before: dict[str, dict[str, Any]]) -> Iterator[str]:
    """Yield what is another object than it was.

    Args:
        before: What `copies` returned; what was imported since may not hold any mock.
    """
    now = copies()
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
    for name, module in list(sys.modules.items()):
        if not isinstance(module, ModuleType) or name.partition(".")[0] in _NOT_LOOKED_AT:
            continue
        if _may_hold_mocks(vars(module)):
            left = [own for own, value in list(vars(module).items()) if _is_mock(value)]
            if left:
                yield f"{name}: mocks {left}"


# The packages that hold many names, none of which is wandb's.
_NOT_LOOKED_AT = sys.stdlib_module_names | {"wandb", "wandb_testkit", "numpy", "torch", "pydantic", "google", "pytest"}


# Types of the standard library, of which no mock is.
_others: set[type] = set()


def _may_hold_mocks(names: Names) -> bool:
    # After each test a hundred thousand values are looked at, nearly all of the same few types.
    new = set(map(type, list(names.values()))) - _others
    _others.update(kind for kind in new if kind.__module__ in sys.stdlib_module_names)
    return any(issubclass(kind, EntryMock) for kind in new)


def _modules() -> Iterator[tuple[str, dict[str, Any]]]:
    for name, module in list(sys.modules.items()):
        if (name == "wandb" or name.startswith("wandb.")) and type(module) is not type(None):
            yield name, vars(module)


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
