"""How a new interpreter takes part: nothing happens before it imports wandb.

It is run by its path, in interpreters that may not find this library themselves.
"""

from __future__ import annotations

import importlib
import importlib.util
import os
import sys
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

_PACKAGE = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def start(family: str) -> None:
    """Patch wandb as soon as it is imported, at once where it is already.

    Args:
        family: The family's folder.
    """
    sys.meta_path[:] = [finder for finder in sys.meta_path if not getattr(finder, "is_of_wandb_testkit", False)]
    sys.meta_path.insert(0, _Library())
    # Where wandb is absent, whoever asks whether it is there must not make it be.
    if "wandb" in sys.modules or family == "absent":
        _join(family)
    else:
        sys.meta_path.insert(0, _Finder(family))


def guard(folder: str) -> None:
    """Refuse, as soon as wandb is imported, what an unpatched wandb would do outside.

    Args:
        folder: Where the test looks for what was refused.
    """
    sys.meta_path[:0] = [_Guarding(folder), _Library()]


def _join(family: str) -> None:
    importlib.import_module("wandb_testkit.children.joining").join(family)


class _Library(MetaPathFinder):
    """Finds this library, the parent's own, once somebody imports it: pytest wants to do that itself."""

    is_of_wandb_testkit = True

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        if name != "wandb_testkit":
            return None
        init = os.path.join(_PACKAGE, "__init__.py")
        return importlib.util.spec_from_file_location(name, init, submodule_search_locations=[_PACKAGE])


class _Guarding(MetaPathFinder):
    """Installs the guard when wandb is looked for, and lets others find it."""

    guards_wandb = True

    def __init__(self, folder: str) -> None:
        self._folder = folder

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        if name == "wandb":
            sys.meta_path[:] = [finder for finder in sys.meta_path if finder is not self]
            importlib.import_module("wandb_testkit.guarding").of_child(self._folder)
        return None


class _Finder(MetaPathFinder):
    """Patches wandb when it is looked for, and finds what is there then."""

    is_of_wandb_testkit = True

    def __init__(self, family: str) -> None:
        self._family = family

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        if name != "wandb":
            return None
        sys.meta_path[:] = [finder for finder in sys.meta_path if finder is not self]
        _join(self._family)
        found = sys.modules.get("wandb")
        if found is None:
            # There is no wandb, or the patch shows it by a finder of its own.
            return importlib.util.find_spec(name)
        return _Loaded(found).spec


class _Loaded(Loader):
    """Loads a module that is there already.

    Args:
        module: The module.
    """

    def __init__(self, module: ModuleType) -> None:
        self._module = module
        self._own = module.__spec__
        self.spec = ModuleSpec(module.__name__, self, origin=getattr(module, "__file__", None), is_package=True)
        self.spec.submodule_search_locations = list(getattr(module, "__path__", ()))
        # The import that goes on asks the module itself, now that there is one, and would load it once more.
        module.__spec__ = self.spec

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        return self._module

    def exec_module(self, module: ModuleType) -> None:
        module.__spec__ = self._own
