"""One thread reads a run while another applies what was logged: the lock by which they take turns."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

_P = ParamSpec("_P")
_R = TypeVar("_R")

#: One for all runs, so that a fork can renew it; to be looked up here each time.
lock = threading.RLock()


def _renew() -> None:
    # Another thread of the parent may have held it.
    global lock
    lock = threading.RLock()  # pragma: no cover - within the fork, before anything is measured: test_rules_replay


if hasattr(os, "register_at_fork"):  # pragma: no branch - Windows has no forks
    os.register_at_fork(after_in_child=_renew)


def at_once(method: Callable[_P, _R]) -> Callable[_P, _R]:
    """Let a method read or change the state of a run while no other thread changes it."""

    @wraps(method)
    def alone(*args: _P.args, **kwargs: _P.kwargs) -> _R:
        with lock:
            return method(*args, **kwargs)

    return alone
