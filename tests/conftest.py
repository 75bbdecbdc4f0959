"""What every test is checked for: nothing that a patch did is left behind."""

from __future__ import annotations

import gc
import importlib.util
import os
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any
from unittest import mock

import pytest

WITH_WANDB = importlib.util.find_spec("wandb") is not None

if importlib.util.find_spec("hypothesis") is not None:
    from hypothesis import settings

    # How long an example takes says more of what else the machine does.
    settings.register_profile("tests", deadline=None)
    settings.load_profile("tests")

# Where a patch, or the client's own code at work in it, could leave something.
_MODULES = (
    "wandb",
    "wandb.data_types",
    "wandb.env",
    "wandb.errors",
    "wandb.errors.term",
    "wandb.plot",
    "wandb.sdk",
    "wandb.sdk.artifacts.artifact",
    "wandb.sdk.wandb_config",
    "wandb.sdk.wandb_init",
    "wandb.sdk.wandb_login",
    "wandb.sdk.wandb_require",
    "wandb.sdk.wandb_run",
    "wandb.sdk.wandb_settings",
    "wandb.sdk.wandb_setup",
    "wandb.sdk.wandb_summary",
    "wandb.sdk.wandb_sweep",
    "wandb.util",
    "wandb.wandb_agent",
)
_CLASSES = ("Run", "Config", "Summary", "Settings", "Table", "Image", "Artifact", "Error")
_WRITTEN_BY_TEST_TOOLS = (".coverage", ".hypothesis", ".mypy_cache", ".pytest_cache", ".ruff_cache", "__pycache__")
_READ_ONCE = ("/dev/urandom", "/dev/null")


@pytest.fixture(autouse=True)
def assert_pristine() -> Iterator[None]:
    """Fail a test that leaves anything behind; a module that must may override this fixture."""
    before = Snapshot()
    yield
    before.check()


class Snapshot:
    """The state of the process, by identity."""

    def __init__(self) -> None:
        self.modules: dict[str, Any] = dict(sys.modules)
        self.names = _names()
        self.environ = _environ()
        self.threads = set(threading.enumerate())
        self.active_patches = list(mock._patch._active_patches)  # type: ignore[attr-defined]
        self.meta_path = list(sys.meta_path)
        self.folder = os.getcwd()
        self.files = _files(self.folder)
        self.temporary = _temporary()
        self.descriptors = _descriptors()
        self.children = _children()

    def check(self) -> None:
        """Compare with the state now."""
        __tracebackhide__ = True
        found = [problem for problem in self._problems() if problem]
        if any("descriptor" in problem for problem in found):
            # What only waits for the garbage collector is not kept by anybody.
            gc.collect()
            found = [problem for problem in self._problems() if problem]
        assert not found, "left behind:\n" + "\n".join(found)

    def _problems(self) -> Iterator[str]:
        yield _changes("environment", self.environ, _environ())
        yield from _module_problems(self.modules)
        now = _names()
        for key, names in self.names.items():
            yield _changes(key, names, now.get(key, {}), may_grow=True)
        if list(mock._patch._active_patches) != self.active_patches:  # type: ignore[attr-defined]
            yield "patches that were started"
        if list(sys.meta_path) != self.meta_path:
            yield f"import finders: {sys.meta_path}"
        yield _added("thread", self.threads, set(threading.enumerate()))
        if os.getcwd() != self.folder:
            yield f"current folder: {os.getcwd()}"
        yield _added(f"file in {self.folder}", self.files, _files(self.folder))
        yield _added("temporary file", self.temporary, _temporary())
        yield _added("descriptor", self.descriptors, _descriptors())
        yield _added("process", self.children, _children())


def _environ() -> dict[str, Any]:
    return {name: value for name, value in os.environ.items() if name != "PYTEST_CURRENT_TEST"}


def _names() -> dict[str, dict[str, Any]]:
    wandb = sys.modules.get("wandb")
    if not isinstance(wandb, ModuleType):
        return {}
    found = {name: dict(vars(sys.modules[name])) for name in _MODULES if name in sys.modules}
    for name in _CLASSES:
        if name in vars(wandb):
            found[f"wandb.{name} (class)"] = dict(vars(vars(wandb)[name]))
            # What `copy` notes in a class when it first copies an object of it.
            found[f"wandb.{name} (class)"].pop("__slotnames__", None)
    return found


def _changes(what: str, before: dict[str, Any], now: dict[str, Any], *, may_grow: bool = False) -> str:
    # The client's own code imports more of itself when it is used.
    missing = object()
    different = [
        name
        for name in {**before, **now}
        if before.get(name, missing) is not now.get(name, missing)
        and before.get(name, missing) != now.get(name, missing)
        and not (may_grow and name not in before and isinstance(now[name], ModuleType))
    ]
    return f"{what}: " + ", ".join(f"{n}: {before.get(n)!r} -> {now.get(n)!r}" for n in different) if different else ""


def _module_problems(before: dict[str, Any]) -> Iterator[str]:
    now = list(sys.modules)
    kept = [name for name in now if name in before]
    if kept != list(before):
        gone = [name for name in before if name not in sys.modules]
        yield f"sys.modules: {gone} gone" if gone else "sys.modules: another order"
    yield _changes("sys.modules", before, {name: sys.modules.get(name) for name in before})
    for name in now[len(kept) :]:
        if name == "wandb" or name.startswith("wandb."):
            module = sys.modules[name]
            if module is None or type(module).__module__.startswith("wandb_testkit"):
                yield f"sys.modules: {name} is {module!r}"


def _files(folder: str) -> set[str]:
    return {name for name in os.listdir(folder) if not name.startswith(_WRITTEN_BY_TEST_TOOLS)}


def _temporary() -> set[str]:
    # Other processes test at the same time.
    prefix = f"wandb-testkit-{os.getpid()}-"
    return {name for name in os.listdir(tempfile.gettempdir()) if name.startswith(prefix)}


def _descriptors() -> set[str]:
    folder = Path("/proc/self/fd")
    found = set()
    for link in folder.iterdir() if folder.is_dir() else ():
        try:
            target = os.readlink(link)
        except OSError:  # the one that listed the folder
            continue
        # matplotlib keeps the fonts open that it drew with.
        if target not in _READ_ONCE and not target.endswith(".ttf"):
            found.add(f"{link.name} -> {target}")
    return found


def _children() -> set[str]:
    found: set[str] = set()
    for task in Path("/proc/self/task").glob("*/children"):
        try:
            found.update(task.read_text().split())
        except OSError:  # a thread that ended meanwhile has no children any more
            continue
    return found


def _added(what: str, before: set[Any], now: set[Any]) -> str:
    added = now - before
    return f"{what}: {sorted(map(repr, added))}" if added else ""


# --------------------------------------------------------------------------- worlds


@pytest.fixture(params=["installed", "stand-in"] if WITH_WANDB else ["stand-in"])
def options(request: pytest.FixtureRequest) -> dict[str, Any]:
    """The options of a patch of the installed wandb, and of one of the stand-in."""
    return {"stub": True} if request.param == "stand-in" else {}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what needs the real client where it is not installed."""
    for item in items:
        if item.get_closest_marker("needs_wandb") and not WITH_WANDB:
            item.add_marker(pytest.mark.skip(reason="wandb is not installed"))
