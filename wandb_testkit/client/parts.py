"""What every part of a run's client stands on."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable
from time import time
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from wandb_testkit.rules.history import RunReplay
from wandb_testkit.rules.lifecycle import RunState
from wandb_testkit.tape import CALL, safe_snapshot

if TYPE_CHECKING:
    from wandb_testkit.client.session import Session

_P = ParamSpec("_P")
_R = TypeVar("_R")

# Where the client's own functions recurse, the interpreter says this; where ours do, what it
# says depends on how deep the stack happened to be.
_TOO_DEEP = "maximum recursion depth exceeded"
if sys.version_info < (3, 12):  # pragma: no branch - what is below runs with Python 3.10 and 3.11
    _TOO_DEEP += " while calling a Python object"


def recursing(method: Callable[_P, _R]) -> Callable[_P, _R]:
    """Let a structure that is too deep or circular fail with the client's message."""

    @functools.wraps(method)
    def wrapper(*args: _P.args, **kwargs: _P.kwargs) -> _R:
        try:
            return method(*args, **kwargs)
        except RecursionError:
            raise RecursionError(_TOO_DEEP) from None

    return wrapper


class Part:
    """A part of the client of one run.

    Attributes:
        session: The recorder's session.
        key: The run's number on the tape.
        settings: The run's resolved settings.
        finished: Whether the run is finished.
        torn_down: What a run raises that a teardown ended while it was open; else None.
        live: The run that the program holds.
    """

    settings: Any
    live: Any
    torn_down: Exception | None = None

    def __init__(self, session: Session, key: int) -> None:
        self.session = session
        self.world = session.world
        self.tape = session.tape
        self.key = key
        self._replay = session.replay
        self.finished = False
        self._sources: dict[str, int] = {}

    @property
    def is_quiet(self) -> bool:
        """Whether what happens now in this thread is the client's own doing, no call of the program."""
        return self.session.is_quiet

    @property
    def state(self) -> RunState:
        """What the calls on this run add up to."""
        return self._replay[self.key]

    def history(self) -> RunReplay:
        """Return what was logged; a method, because the interpreter calls one at less cost than a property."""
        return self._replay.history(self.key)

    def _effect(self, event: object) -> None:
        self.tape.effect(self.key, event)

    def note_call(self, name: str, *args: Any, **kwargs: Any) -> None:
        """Record a call of something that is no mock, such as ``config.update``."""
        if not self.session.active:
            raise self.session.left(f"run.{name}")
        if self.is_quiet:
            return
        index = self._sources.get(name)
        if index is None:
            index = self._sources[name] = self.tape.source(name, self.key, CALL)
        self.tape.append((index, time(), safe_snapshot(args), safe_snapshot(kwargs), None))

    def is_finished(self, name: str) -> Exception:
        """Return the error for a call on a finished run."""
        return self.world.UsageError(
            f"Run ({self.settings.run_id}) is finished. The call to `{name}` will be ignored."
            " Please make sure that you are using an active run."
        )
