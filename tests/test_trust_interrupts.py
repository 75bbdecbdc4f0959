"""Nothing is left, wherever a `KeyboardInterrupt` strikes while a patch is entered or left."""

from __future__ import annotations

import inspect
import linecache
import os
import random
import signal
import sys
import time
from collections.abc import Callable, Iterator
from types import FrameType, TracebackType
from typing import Any
from unittest import mock

import pytest

import wandb_testkit
from tests.conftest import WITH_WANDB
from tests.pristine import Snapshot
from wandb_testkit import layers, patch_wandb
from wandb_testkit.patching import WandbPatch

_FOLDER = os.path.dirname(wandb_testkit.__file__)


class Striking:
    """Raises at the n-th line of the library's that is executed while it is at work.

    Args:
        number: The line's number; 0 only counts.
    """

    def __init__(self, number: int) -> None:
        self.number = number
        self.seen = 0
        self.where = ""

    def __enter__(self) -> Striking:
        sys.settrace(self._call)
        return self

    def __exit__(self, *_: Any) -> None:
        sys.settrace(None)

    def _call(self, frame: FrameType, event: str, _: Any) -> Callable[..., Any] | None:
        if not frame.f_code.co_filename.startswith(_FOLDER):
            return None
        begun: set[int] = set()

        def line(frame: FrameType, event: str, _: Any) -> Callable[..., Any]:
            # Tracing stops at places where no signal is ever handled. CPython looks for signals when a function is
            # entered or called and when a loop goes back, and at nothing else (3.10: nor before SETUP_FINALLY and
            # SETUP_WITH). A line ``try:`` holds none of these, and no handler of its own covers it; the end of a
            # `with` block, which is traced as its first line once more, goes straight to the call of `__exit__`,
            # which for a lock is C. So these two are left out here, and the timer below strikes wherever it is.
            text = linecache.getline(frame.f_code.co_filename, frame.f_lineno).strip()
            if event == "line" and text != "try:" and frame.f_lineno not in begun:
                if text.startswith("with "):
                    begun.add(frame.f_lineno)
                self._strike(frame)
            return line

        return line

    def _strike(self, frame: FrameType) -> None:
        self.seen += 1
        if self.seen == self.number:
            self.where = f"{os.path.relpath(frame.f_code.co_filename, _FOLDER)}:{frame.f_lineno}"
            raise KeyboardInterrupt(self.where)


def with_block(options: dict[str, Any], strikes: Striking) -> None:
    patch = patch_wandb(**options)
    with strikes, patch:
        pass


def nested(options: dict[str, Any], strikes: Striking) -> None:
    with patch_wandb(**options), strikes, patch_wandb(**options):
        pass


def started(options: dict[str, Any], strikes: Striking) -> None:
    patch = patch_wandb(**options)
    try:
        with strikes:
            patch.start()
            patch.stop()
    except KeyboardInterrupt:
        # Whoever was interrupted in `start` or `stop` cleans up as unittest does.
        mock.patch.stopall()
        raise


def decorated(options: dict[str, Any], strikes: Striking) -> None:
    @patch_wandb(**options)
    def function(recorder: Any) -> None:
        pass

    with strikes:
        function()


def with_run(options: dict[str, Any], strikes: Striking) -> None:
    patch = patch_wandb(**options)
    with patch:
        import wandb

        run = wandb.init(project="p")
        run.log({"x": 1})
        (folder := run.dir) and os.makedirs(folder, exist_ok=True)
        os.environ["WANDB_NAME"] = "inside"
        strikes.__enter__()


FORMS = [with_block, nested, started, decorated, with_run]


def _not_begun() -> list[str]:
    """Return the lines before the protected part of what leaves.

    No code of Python's can protect them: whoever leaves with `unittest.mock.patch` has them too.
    """
    found = []
    for function in (WandbPatch.__exit__, WandbPatch.stop, WandbPatch._stop):
        lines, first = inspect.getsourcelines(function)
        tries = [number for number, line in enumerate(lines) if line.strip() == "try:"]
        begin = tries[0] if tries else len(lines) - 1
        found += [f"patching.py:{number}" for number in range(first, first + begin + 1)]
    return found


def _strike(form: Callable[..., None], options: dict[str, Any], number: int) -> Striking:
    strikes = Striking(number)
    try:
        form(options, strikes)
    except KeyboardInterrupt:
        pass
    finally:
        sys.settrace(None)
    return strikes


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.__name__)
def test_a_keyboard_interrupt_at_any_line_leaves_nothing(
    form: Callable[..., None], options: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WANDB_PROJECT", "of the machine")
    if WITH_WANDB:
        import wandb  # noqa: F401
    tracing = sys.gettrace()
    for _ in range(5):
        _strike(form, options, 0)
    count = _strike(form, options, 0).seen
    assert count > 10, "the harness sees lines"
    failures: list[str] = []
    struck = again = 0
    for number in range(1, count + 1):
        # What was learnt before an interruption is learnt again: the lines are to be the same each time.
        while _strike(form, options, 0).seen != count:
            again += 1
            assert again < 10, "an interruption makes later entries do more"
        again = 0
        before = Snapshot()
        strikes = _strike(form, options, number)
        struck += bool(strikes.where)
        if layers.depth() and strikes.where in _not_begun():
            # It is as if the block had not been left yet.
            layers.remove(layers._layers[-1])
        problems = before.problems()
        if layers._lock._is_owned():  # type: ignore[attr-defined]
            problems.append("the lock is held")
            layers._lock.release()
        if layers.depth():
            problems.append(f"{layers.depth()} layers")
            while layers._layers:
                layers.remove(layers._layers[-1])
        if problems:
            failures.append(f"{number} at {strikes.where}: {problems}"[:300])
        assert strikes.where, "the lines are the same each time"
        if len(failures) > 3:
            break
    sys.settrace(tracing)
    assert struck > 10, "the harness strikes"
    assert not failures, f"{len(failures)} of {count}\n" + "\n".join(failures)


def _innermost(traceback: TracebackType | None) -> str:
    """Return the line that was interrupted."""
    found = ""
    while traceback is not None:
        file = traceback.tb_frame.f_code.co_filename
        inside = file.startswith(_FOLDER)
        found = f"{os.path.relpath(file, _FOLDER) if inside else os.path.basename(file)}:{traceback.tb_lineno}"
        traceback = traceback.tb_next
    return found


def _interrupted(form: Callable[[], None], seconds: float) -> str | None:
    """Call `form`, which is interrupted after some time; return the line, or None where it was done before."""
    try:
        signal.setitimer(signal.ITIMER_REAL, seconds)
        try:
            form()
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
    except KeyboardInterrupt as interrupt:
        return _innermost(interrupt.__traceback__)
    return None


@pytest.fixture
def alarm(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A timer's signal is handled as Ctrl-C is, by Python itself between two instructions."""
    before = signal.signal(signal.SIGALRM, signal.default_int_handler)
    # What strikes in a callback of the garbage collector is told, and goes no further.
    monkeypatch.setattr(sys, "unraisablehook", lambda _: None)
    yield
    signal.setitimer(signal.ITIMER_REAL, 0)
    signal.signal(signal.SIGALRM, before)


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="no timers")
@pytest.mark.parametrize("form", ["started", "with"])
def test_an_interrupt_at_any_moment_leaves_nothing(form: str, options: dict[str, Any], alarm: None) -> None:
    patch = patch_wandb(**options)

    def started() -> None:
        patch.start()
        patch.stop()

    def with_block() -> None:
        with patch:
            pass

    function = {"started": started, "with": with_block}[form]
    for _ in range(5):
        function()
    begin = time.perf_counter()
    function()
    length = time.perf_counter() - begin
    draw = random.Random(1)
    before = Snapshot()
    lines: list[str] = []
    until = time.perf_counter() + 10
    while len(lines) < 100 and time.perf_counter() < until:
        where = _interrupted(function, draw.uniform(1e-6, 2 * length))
        if where is None:
            continue
        lines.append(where)
        if form == "started":
            # Whoever was interrupted in `start` or `stop` cleans up as unittest does.
            mock.patch.stopall()
            patch._stopped_by_all = 0
        elif layers.depth() and (where in _not_begun() or where.startswith("test_trust_interrupts.py")):
            # It is as if the block had not been left yet: the interruption came before `__exit__` had begun.
            layers.remove(layers._layers[-1])
        assert layers.depth() == 0, where
        assert not layers._lock._is_owned(), where  # type: ignore[attr-defined]
        # To look at everything takes long.
        problems = before.problems() if len(lines) % 10 == 0 else []
        assert not problems, f"{lines[-10:]}: {problems}"
    assert not before.problems()
    assert len(lines) > 20 and len(set(lines)) > 3, f"the timer strikes, and at many places: {lines}"
