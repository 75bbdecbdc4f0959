"""The state of the process that a patch may not change: taken before, and compared afterwards."""

from __future__ import annotations

import builtins
import ctypes
import gc
import logging
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import warnings
from collections.abc import Iterator
from inspect import ismethod
from pathlib import Path
from typing import Any
from unittest import mock

from tests import namespaces

_WRITTEN_BY_TEST_TOOLS = (".coverage", ".hypothesis", ".mypy_cache", ".pytest_cache", ".ruff_cache", "__pycache__")
_READ_ONCE = ("/dev/urandom", "/dev/null")
# Where the client keeps keys and settings. What it keeps of artifacts and logs is also other processes' at work at the
# same time: the tests of isolation look for that in a home of their own.
_OF_HOME = (".netrc", "_netrc", ".config/wandb")


class Snapshot:
    """The state of the process, by identity."""

    def __init__(self) -> None:
        self.modules: dict[str, Any] = dict(sys.modules)
        self.names = namespaces.copies()
        self.environ = _environ()
        self.threads = set(threading.enumerate())
        self.active_patches = list(mock._patch._active_patches)  # type: ignore[attr-defined]
        self.hooks = _hooks()
        self.importing = _importing()
        self.settings = _settings()
        self.temporary_folder = tempfile.gettempdir()
        self.folder = os.getcwd()
        self.files = _files(self.folder)
        self.home = _home()
        self.temporary = _temporary()
        self.descriptors = _descriptors()
        self.children = _children()

    def renew_what_pytest_changes(self) -> Snapshot:
        """Take once more what pytest has back after each test, filters of warnings among it."""
        self.settings = _settings()
        return self

    def check(self) -> Snapshot:
        """Compare with the state now, and return that."""
        __tracebackhide__ = True
        now = Snapshot()
        found = self.problems(now)
        if any("descriptor" in problem for problem in found):
            # What only waits for the garbage collector is not kept by anybody.
            gc.collect()
            now = Snapshot()
            found = self.problems(now)
        assert not found, "left behind:\n" + "\n".join(found)
        return now

    def problems(self, now: Snapshot | None = None) -> list[str]:
        """Return what is different now."""
        return [problem for problem in self._problems(now or Snapshot()) if problem]

    def _problems(self, now: Snapshot) -> Iterator[str]:
        yield changes("environment", self.environ, now.environ)
        yield _unseen_environment()
        yield from _module_problems(self.modules, now.modules)
        yield from namespaces.changes(self.names, now.names)
        yield from namespaces.mocks_elsewhere()
        if now.active_patches != self.active_patches:
            yield "patches that were started"
        yield changes("hooks", self.hooks, now.hooks, by_identity=True)
        yield changes("import", self.importing, now.importing)
        if self.modules.keys() == now.modules.keys():
            # What a module does to these that is imported is its own affair.
            yield changes("settings", self.settings, now.settings)
        yield _added("thread", self.threads, now.threads)
        if now.temporary_folder != self.temporary_folder:
            yield f"temporary folder: {now.temporary_folder}"
        if now.folder != self.folder:
            yield f"current folder: {now.folder}"
        files = now.files if now.folder == self.folder else _files(self.folder)
        yield _added(f"file in {self.folder}", self.files, files)
        yield _added("file of the home folder", self.home, now.home)
        yield _added("temporary file", self.temporary, now.temporary)
        yield _added("descriptor", self.descriptors, now.descriptors)
        yield _added("process", self.children, now.children)


# --------------------------------------------------------------------------- the interpreter


def _hooks() -> dict[str, Any]:
    """Return what is called when something happens, and what the last guard stands in place of."""
    found: dict[str, Any] = {
        "sys.excepthook": sys.excepthook,
        "sys.unraisablehook": _whichever_phase(sys.unraisablehook),
        "sys.displayhook": sys.displayhook,
        "threading.excepthook": _whichever_phase(threading.excepthook),
        "builtins.__import__": builtins.__import__,
        "socket.getaddrinfo": socket.getaddrinfo,
        "subprocess.Popen": subprocess.Popen,
        "Popen.__init__": vars(subprocess.Popen).get("__init__"),
        "os.environ": os.environ,
        "logging.Logger": logging.getLoggerClass(),
    }
    for name in ("connect", "connect_ex"):
        found[f"socket.socket.{name}"] = vars(socket.socket).get(name)
    for number in signal.valid_signals():
        found[f"signal {number}"] = signal.getsignal(number)
    return found


def _whichever_phase(hook: Any) -> Any:
    # Before 8.4, pytest's are other objects in each phase of a test.
    return hook.__func__ if str(getattr(hook, "__module__", "")).startswith("_pytest.") and ismethod(hook) else hook


def _importing() -> dict[str, Any]:
    return {"sys.meta_path": list(sys.meta_path), "sys.path_hooks": list(sys.path_hooks), "sys.path": list(sys.path)}


def _settings() -> dict[str, Any]:
    found: dict[str, Any] = {"warnings.filters": list(warnings.filters)}
    for name in ("wandb", "wandb_testkit", "urllib3"):
        logger = logging.getLogger(name)
        # pytest's are others in each phase of a test.
        handlers = [each for each in logger.handlers if not type(each).__module__.startswith("_pytest")]
        found[f"logger {name}"] = (handlers, list(logger.filters), logger.level, logger.propagate)
    return found


def _environ() -> dict[str, Any]:
    return {name: value for name, value in os.environ.items() if name != "PYTEST_CURRENT_TEST"}


def _unseen_environment() -> str:
    """Return whether children would inherit an address of the server that `os.environ` does not have."""
    if os.name == "nt":
        return ""
    getenv = ctypes.CDLL(None).getenv
    getenv.restype = ctypes.c_char_p
    inherited = getenv(b"WANDB_BASE_URL")
    # A test may have put a plain dict in the place of the real one.
    own = os.environb.get(b"WANDB_BASE_URL") if os.supports_bytes_environ else None
    return "" if inherited == own else f"environment that children inherit: WANDB_BASE_URL={inherited!r}"


def _module_problems(before: dict[str, Any], now: dict[str, Any]) -> Iterator[str]:
    names = list(now)
    kept = [name for name in names if name in before]
    if kept != list(before):
        gone = [name for name in before if name not in now]
        yield f"sys.modules: {gone} gone" if gone else "sys.modules: another order"
    yield changes("sys.modules", before, {name: now.get(name) for name in before}, by_identity=True)
    for name in names[len(kept) :]:
        if name == "wandb" or name.startswith("wandb."):
            module = now[name]
            if module is None or type(module).__module__.startswith("wandb_testkit"):
                yield f"sys.modules: {name} is {module!r}"


# --------------------------------------------------------------------------- outside


def _files(folder: str) -> set[str]:
    return {name for name in os.listdir(folder) if not name.startswith(_WRITTEN_BY_TEST_TOOLS)}


def _home() -> set[str]:
    found = set()
    for name in _OF_HOME:
        path = Path.home() / name
        for each in (path, *path.rglob("*")) if path.exists() else ():
            is_file = each.is_file()
            found.add(f"{each} {each.stat().st_size if is_file else ''} {each.stat().st_mtime_ns if is_file else ''}")
    return found


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


# --------------------------------------------------------------------------- comparing


def changes(what: str, before: dict[str, Any], now: dict[str, Any], *, by_identity: bool = False) -> str:
    """Return what is different, or an empty text.

    Args:
        what: What is compared.
        before: Its names then.
        now: Its names now.
        by_identity: Whether an equal object is not enough.
    """
    missing = object()
    different = [
        name
        for name in {**before, **now}
        if before.get(name, missing) is not now.get(name, missing)
        and (by_identity or before.get(name, missing) != now.get(name, missing))
    ]
    return f"{what}: " + ", ".join(f"{n}: {before.get(n)!r} -> {now.get(n)!r}" for n in different) if different else ""


def _added(what: str, before: set[Any], now: set[Any]) -> str:
    added = now - before
    return f"{what}: {sorted(map(repr, added))}" if added else ""
