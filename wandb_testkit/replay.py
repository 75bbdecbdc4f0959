"""Replay of a tape: each record is applied once, whoever reads.

The reader keeps its place, so that reading after every call stays linear.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from wandb_testkit.mocks import ABSENT, EFFECT, ENCODED, ROW, Tape
from wandb_testkit.rules.lifecycle import RunState, Started


class Replay:
    """The state of every run of a tape, as of now."""

    def __init__(self, tape: Tape) -> None:
        self._tape = tape
        self._position = 0
        self._lock = threading.RLock()
        self._loggers: dict[int, Callable[..., None]] = {}
        self._states: dict[int, RunState] = {}

    def states(self) -> dict[int, RunState]:
        """Return the runs' states by key, in the order in which the runs started."""
        if self._position != len(self._tape.records):
            self._advance()
        return self._states

    def __getitem__(self, run: int) -> RunState:
        return self.states()[run]

    def _advance(self) -> None:
        records = self._tape.records
        loggers = self._loggers
        with self._lock:
            # What is appended meanwhile waits for the next reader.
            for position in range(self._position, len(records)):
                index, time, a, b, c = records[position]
                self._position = position + 1
                log = loggers.get(index)
                if log is not None:
                    log(a, None if b is ABSENT else b, None if c is ABSENT else c, time)
                else:
                    self._other(index, time, a, b, c)

    def _other(self, index: int, time: float, a: Any, b: Any, c: Any) -> None:
        source = self._tape.sources[index]
        if source.kind == EFFECT:
            if type(b) is Started:
                self._states[a] = RunState(b)
            else:
                self._states[a].apply(b)
        elif source.kind in (ROW, ENCODED):
            assert source.run is not None
            state = self._states[source.run]
            log = state.log_plain if source.kind == ROW else state.log_encoded
            self._loggers[index] = log
            log(a, None if b is ABSENT else b, None if c is ABSENT else c, time)
