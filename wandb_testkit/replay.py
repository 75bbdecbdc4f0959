"""Replay of a tape: each record is applied once, whoever reads.

The reader keeps its place, so that reading after every call stays linear.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from wandb_testkit.rules import turns
from wandb_testkit.rules.history import RunReplay
from wandb_testkit.rules.lifecycle import RunState, Started
from wandb_testkit.tape import ABSENT, ENCODED, ROW, WIDTH, Tape

# From how many waiting records on it pays to look for a stretch of plain rows, and how many are looked at at once: runs
# that log in turn must not copy the tape each time.
_FEW = 8 * WIDTH
_MANY = 4096 * WIDTH


class Replay:
    """The state of every run of a tape, as of now."""

    def __init__(self, tape: Tape) -> None:
        self._tape = tape
        self._parts = tape.parts
        # Of the next record's first part.
        self._position = 0
        # How far all is applied. A record that one thread is at must not look done to another one, which does not take
        # the lock where there is nothing left to do.
        self._done = 0
        self._loggers: dict[int, Callable[..., None]] = {}
        # The histories of those sources whose rows are plain.
        self._plain: dict[int, RunReplay] = {}
        self._states: dict[int, RunState] = {}

    def states(self) -> dict[int, RunState]:
        """Return the runs' states by key, in the order in which the runs started."""
        if self._done != len(self._parts):
            self._advance()
        return self._states

    def __getitem__(self, run: int) -> RunState:
        return self.states()[run]

    def history(self, run: int) -> RunReplay:
        """Return the history of a run.

        Args:
            run: Its key.
        """
        # In one step, because programs read a run after every log.
        if self._done != len(self._parts):
            self._advance()
        return self._states[run].history

    def _advance(self) -> None:
        parts = self._parts
        with turns.lock:
            # What is appended meanwhile waits for the next reader.
            end = len(parts)
            while (position := self._position) < end:
                index, time, a, b, c = parts[position : position + WIDTH]
                if b is ABSENT and c is ABSENT:
                    history = self._plain.get(index)
                    if history is not None and history.can_take_many():
                        if end - position > _FEW and parts[position + WIDTH] == index:
                            self._take_many(index, history, end)
                        else:
                            self._position = position + WIDTH
                            history.log_one(a, time)
                        continue
                self._position = position + WIDTH
                log = self._loggers.get(index) or self._logger(index)
                if log is not None:
                    log(a, None if b is ABSENT else b, None if c is ABSENT else c, time)
                elif index == 0:
                    self._apply(a, b)
            self._done = self._position

    def _take_many(self, index: int, history: RunReplay, end: int) -> None:
        """Apply a stretch of plain rows without step and commit at once."""
        first = self._position
        stretch = self._parts[first : min(end, first + _MANY)]
        # In columns, the interpreter does all the work in C.
        sources, times, rows, steps, commits = [stretch[column::WIDTH] for column in range(WIDTH)]
        count = len(sources)
        if not sources.count(index) == steps.count(ABSENT) == commits.count(ABSENT) == count:
            alike = (s == index and b is c is ABSENT for s, b, c in zip(sources, steps, commits, strict=True))
            count = next(position for position, same in enumerate(alike) if not same)
        history.log_many(rows[:count], times[:count])
        self._position = first + count * WIDTH

    def _apply(self, run: int, event: Any) -> None:
        """Take what an accepted call made the client send."""
        if type(event) is Started:
            self._states[run] = RunState(event)
        else:
            self._states[run].apply(event)

    def _logger(self, index: int) -> Callable[..., None] | None:
        """Return what takes the rows of a source; None where no rows come from it."""
        source = self._tape.sources[index]
        if source.run is None or source.kind not in (ROW, ENCODED):
            return None
        state = self._states[source.run]
        if source.kind == ROW:
            self._plain[index] = state.history
        log = self._loggers[index] = state.log_plain if source.kind == ROW else state.log_encoded
        return log
