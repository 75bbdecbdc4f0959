"""Nothing is left, wherever a `KeyboardInterrupt` strikes while a patch is entered or left."""

from __future__ import annotations

import inspect
import linecache
import os
import sys
from collections.abc import Callable
from types import FrameType
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
            # The end of a `with` block is its first line once more, and a line ``try:`` is no instruction that any
            # handler covers. The interpreter looks for no signal at either, so that locks are always let go of.
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
