"""The guard: it refuses what would take an unpatched wandb to the network or make it start its process.

It stands where any release has to pass: at the functions of the standard library that connect a socket, look up a
host and start a process, and asks there whether wandb is at work.  So it holds in releases to come, it needs no
import of wandb, and ``mode="disabled"`` and code inside a patch, which do none of this, never notice it.

The processes that a test starts have a guard too, which tells the test's.
"""

from __future__ import annotations

import contextlib
import linecache
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from types import FrameType
from typing import Any

from wandb_testkit.children import guarded

_Original = Callable[..., Any]

_REMEDY = (
    "With wandb_testkit = guard, nothing of an unpatched wandb leaves the tests. Use the fixture wandb_recorder,"
    " @pytest.mark.wandb or @patch_wandb, or WANDB_MODE=disabled where nothing is asserted; wandb_testkit = on"
    " patches every test, and @pytest.mark.wandb_unpatched lets one through."
)

_REMEDY_OF_CHILDREN = (
    "With wandb_testkit = guard, nothing of an unpatched wandb leaves the tests, nor the processes that they start. Use"
    " @pytest.mark.wandb(subprocesses=True) or patch_wandb(subprocesses=True), or WANDB_MODE=disabled where nothing is"
    " asserted; @pytest.mark.wandb_unpatched lets one through."
)

# How far the text of a line of code is shown.
_MOST_OF_LINE = 120


class WandbReached(RuntimeError):
    """Unpatched wandb would have reached the network, or started its process."""


class Guard:
    """Refuses what unpatched wandb would do outside, and remembers it: the program may catch the error.

    Args:
        reports_to: In a process that a test has started, the folder where the test looks for it.
    """

    def __init__(self, reports_to: str | None = None) -> None:
        self._put_back: list[Callable[[], None]] = []
        self._where: str | None = None
        self._allows = False
        self._found: list[str] = []
        self._reports: guarded.Reports | None = None
        self._reports_to = reports_to
        self._process = os.getpid()

    # ---- in and out

    def install(self) -> None:
        """Stand in the way."""
        self._replace(socket.socket, "connect", self._connecting)
        self._replace(socket.socket, "connect_ex", self._connecting)
        self._replace(socket, "getaddrinfo", self._looking_up)
        self._replace(subprocess.Popen, "__init__", self._starting)
        # The client reports what is raised inside of it to its makers, from a thread of its own.
        if "WANDB_ERROR_REPORTING" not in os.environ:
            os.environ["WANDB_ERROR_REPORTING"] = "false"
            self._put_back.append(_report_errors_again)
        if self._reports_to is None:
            self._reports = guarded.Reports()
            self._put_back.append(self._reports.remove)
            self._reports.announce(None)

    def remove(self) -> None:
        """Take everything back."""
        while self._put_back:
            self._put_back.pop()()

    def _replace(self, owner: Any, name: str, make: Callable[[_Original], _Original]) -> None:
        own = vars(owner).get(name)
        replaced = make(getattr(owner, name))
        setattr(owner, name, replaced)

        def put_back() -> None:
            if vars(owner).get(name) is not replaced:
                # Somebody has replaced it since, and may hold ours: it lets everything through from now on.
                return
            if own is None:
                delattr(owner, name)
            else:
                setattr(owner, name, own)

        self._put_back.append(put_back)

    def enter(self, where: str, *, allows: bool) -> None:
        """Note which test runs.

        Args:
            where: Its id.
            allows: Whether it may use the real wandb.
        """
        self._where = where
        self._allows = allows
        self._guard_service()
        if self._reports is not None:
            if allows:
                self._reports.withdraw()
            else:
                self._reports.announce(where)

    def leave(self) -> None:
        """No test runs."""
        self._where = None
        self._allows = False
        if self._reports is not None:
            self._reports.announce(None)

    def taken(self) -> list[str]:
        """Return what was refused since this was last asked, in the processes that were started too."""
        found, self._found = self._found, []
        return found if self._reports is None else [*found, *self._reports.taken()]

    # ---- where wandb has to pass

    def _connecting(self, original: _Original) -> _Original:
        def connect(sock: Any, address: Any, *args: Any) -> Any:
            __tracebackhide__ = True
            self._check("reached the network", address)
            return original(sock, address, *args)

        return connect

    def _looking_up(self, original: _Original) -> _Original:
        def getaddrinfo(*args: Any, **kwargs: Any) -> Any:
            __tracebackhide__ = True
            self._check("reached the network", args[0] if args else kwargs.get("host"))
            return original(*args, **kwargs)

        return getaddrinfo

    def _starting(self, original: _Original) -> _Original:
        def __init__(process: Any, args: Any, *rest: Any, **options: Any) -> None:
            __tracebackhide__ = True
            if is_service(args):
                self._check("started its process, wandb-core", None)
            if self._reports is not None:
                self._reports.renew()
                if options.get("env") is not None:
                    options["env"] = self._reports.joined(options["env"])
            original(process, args, *rest, **options)

        return __init__

    def _guard_service(self) -> None:
        """Stand before a service that runs already: it needs neither a new process nor a new connection.

        It can only have been started by a test that may, after which the module is loaded.
        """
        module = sys.modules.get("wandb.sdk.wandb_setup")
        for cls in vars(module).values() if module is not None else ():
            method = vars(cls).get("ensure_service") if isinstance(cls, type) else None
            if method is not None and not hasattr(method, "_wandb_testkit_guard"):
                self._replace(cls, "ensure_service", self._asking)

    def _asking(self, original: _Original) -> _Original:
        def ensure_service(setup: Any) -> Any:
            __tracebackhide__ = True
            self._check("started or used its process, wandb-core", None)
            return original(setup)

        ensure_service._wandb_testkit_guard = True  # type: ignore[attr-defined]
        return ensure_service

    # ---- the decision

    def _check(self, what: str, address: Any) -> None:
        __tracebackhide__ = True
        if self._allows or not self._put_back or _is_patched():
            return
        frames = list(_frames())
        if not any(map(_is_wandb, frames)):
            return
        text = self._text(what, address, frames)
        folder = self._reports_to if self._reports is None else self._reports.folder
        if folder is not None and (self._reports is None or os.getpid() != self._process):
            guarded.tell(folder, text)
        else:
            self._found.append(text)
        raise WandbReached(text)

    def _text(self, what: str, address: Any, frames: list[FrameType]) -> str:
        to = "" if address is None else f" ({_shown(address)})"
        test, remedy = self._where or "outside of any test", _REMEDY
        if os.getpid() != self._process or self._reports_to is not None:
            test, remedy = f"{test}, in a process that it started: {guarded.command()}", _REMEDY_OF_CHILDREN
        return f"Unpatched wandb would have {what}{to}: {test}{_place(frames)}\n{remedy}"


_of_child: list[Guard] = []


def of_child(folder: str) -> None:
    """Guard this process, which a test has started.

    Args:
        folder: Where the test looks for what is refused.
    """
    guard = Guard(folder)
    guard.install()
    guard.enter(os.environ.get(guarded.TEST, ""), allows=False)
    _of_child.append(guard)


def release() -> None:
    """Take back what `of_child` did."""
    while _of_child:
        _of_child.pop().remove()


def _report_errors_again() -> None:
    os.environ.pop("WANDB_ERROR_REPORTING", None)


def _is_patched() -> bool:
    # Inside a patch wandb reaches nothing; what its code does with files and folders is its own affair.
    layers = sys.modules.get("wandb_testkit.layers")
    return layers is not None and layers.depth() > 0


def is_service(args: Any) -> bool:
    """Say whether a process that is started is wandb's own: ``wandb-core``, or ``python -m wandb service``."""
    words = [args] if isinstance(args, (str, bytes, os.PathLike)) else list(args)
    texts = [os.fsdecode(word) for word in words if isinstance(word, (str, bytes, os.PathLike))]
    return bool(texts) and (
        os.path.basename(texts[0].partition(" ")[0]).startswith("wandb-core") or {"wandb", "service"} <= set(texts)
    )


def _frames() -> Iterator[FrameType]:
    """Yield the frames of this thread, innermost first; where it is one of wandb's, those of the main thread too."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        yield frame
        frame = frame.f_back
    if threading.current_thread() is threading.main_thread():
        return
    frame = sys._current_frames().get(threading.main_thread().ident or 0)
    while frame is not None:
        yield frame
        frame = frame.f_back


def _is_wandb(frame: FrameType) -> bool:
    name = str(frame.f_globals.get("__name__"))
    return name == "wandb" or name.startswith("wandb.")


def _place(frames: list[FrameType]) -> str:
    """Return the line that called wandb: the innermost one outside of it."""
    outermost = max(index for index, frame in enumerate(frames) if _is_wandb(frame))
    for frame in frames[outermost + 1 :]:
        code = frame.f_code
        if code.co_filename.startswith("<") or code.co_filename in (contextlib.__file__, threading.__file__):
            continue
        line = linecache.getline(code.co_filename, frame.f_lineno).strip()
        return f"\n{os.path.relpath(code.co_filename)}:{frame.f_lineno}: in {code.co_name}\n    {line[:_MOST_OF_LINE]}"
    return ""


def _shown(address: Any) -> str:
    return ":".join(map(str, address[:2])) if isinstance(address, tuple) else str(address)
