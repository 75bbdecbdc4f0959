"""What other processes recorded, put into one tape in the order of time."""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable, Iterable, Iterator
from time import time
from typing import Any, cast

from wandb_testkit.children.spool import MESSAGE, SpoolFile, files
from wandb_testkit.replay import Replay
from wandb_testkit.rules import turns
from wandb_testkit.rules.lifecycle import (
    Assigned,
    ConfigLocked,
    ConfigSet,
    Crashed,
    Edited,
    Finished,
    RunState,
    Started,
)
from wandb_testkit.tape import ABSENT, CALL, EFFECT, Record, Tape

# A run as the whole family knows it: the process that began it, and its number there.
Origin = tuple[str, int]

# Stands for a step or a commit that was not given while a row is on its way; neither can be text.
_GAP = ""


def to_send(record: Record, kind: str) -> Record:
    """Return a record as it is written: the sentinel of arguments not given is another one elsewhere.

    Args:
        record: A record of a tape.
        kind: That of its source.
    """
    if kind in (CALL, EFFECT):
        return record
    index, moment, row, step, commit = record
    return index, moment, row, _GAP if step is ABSENT else step, _GAP if commit is ABSENT else commit


def received(record: Record) -> Record:
    """Undo `to_send`.

    Args:
        record: A record that was read.
    """
    index, moment, a, b, c = record
    return index, moment, a, ABSENT if type(b) is str else b, ABSENT if type(c) is str else c


class RestartingReplay(Replay):
    """A replay that can start anew, when something comes before what it has seen."""

    def __init__(self, tape: Tape) -> None:
        super().__init__(tape)
        self._former: dict[int, RunState] = {}

    def restart(self) -> None:
        """Apply the tape from its beginning when somebody reads next."""
        with turns.lock:
            self._former.update(self._states)
            self._position = self._done = 0
            self._loggers = {}
            self._plain = {}
            self._states = {}

    def _apply(self, run: int, event: Any) -> None:
        former = self._former.get(run) if type(event) is Started else None
        if former is None:
            super()._apply(run, event)
        else:
            # Whoever holds the state of the run sees it grow on.
            RunState.__init__(former, event)
            self._states[run] = former


class Merger:
    """Reads the files of the others and puts what is new into a tape.

    Args:
        folder: Where the files are.
        token: That of the process that reads.
        tape: Where the records go; its own lock is not taken.
        begin: Makes the run's key for a process's head, the run's origin and the event that began it.
        tell: Takes a message: level and text.
    """

    def __init__(
        self,
        folder: str,
        token: str,
        tape: Tape,
        begin: Callable[[dict[str, Any], Origin, Started], int],
        tell: Callable[[str, str], None],
    ) -> None:
        self._folder = folder
        self._token = token
        self._tape = tape
        self._begin = begin
        self._tell = tell
        self._files: dict[str, SpoolFile] = {}
        self._waiting: list[tuple[SpoolFile, Record]] = []
        self._sources: dict[tuple[str, int | None, str], int] = {}
        #: The tape's key of each run of another process.
        self.keys: dict[Origin, int] = {}
        self._over: set[int] = set()
        # The processes that have ended, each with the one whose service it used.
        self._gone: dict[str, str] = {}

    def merge(self, replay: RestartingReplay) -> bool:
        """Put in what is new; True if there was anything.

        Args:
            replay: The tape's replay: it starts anew where something comes before what it has seen.
        """
        found = self._waiting
        self._waiting = []
        ended: list[SpoolFile] = []
        for file in files(self._folder, self._files, but=self._token):
            if file.over:
                continue
            self._take(file, found)
            ended += [file] if file.has_ended() else []
        found.sort(key=lambda pair: pair[1][1])
        new = [record for file, sent in found if (record := self._translated(file, sent)) is not None]
        new += self._crashes(ended)
        if new:
            self._put(new, replay)
        return bool(new)

    def _take(self, file: SpoolFile, found: list[tuple[SpoolFile, Record]]) -> None:
        for frame in file.read():
            if frame[0] == MESSAGE:
                self._tell(frame[1], frame[2])
            else:
                found.append((file, received(frame[1])))

    def _translated(self, file: SpoolFile, sent: Record) -> Record | None:
        index, moment, a, b, c = sent
        name, run, kind = file.sources[index]
        number = a if kind == EFFECT else run
        if number is None:
            key = None
        else:
            origin = self._origin(file, number)
            if kind == EFFECT and type(b) is Started and origin not in self.keys and origin[0] != self._token:
                self.keys[origin] = self._begin(file.head, origin, b)
            found = origin[1] if origin[0] == self._token else self.keys.get(origin)
            if found is None:
                # It was begun by a process whose file was read a moment too early.
                self._waiting.append((file, sent))
                return None
            key = found
            self._note_end(key, b)
            if origin[0] != file.head["token"]:
                # What only the program that says it sees, or what it sees otherwise, is none of the run's own process.
                if type(b) in (ConfigSet, ConfigLocked):
                    return None
                b = _edited(b) if type(b) is Assigned else b
        if kind == EFFECT:
            return 0, moment, key, b, c
        return self._source(name, key, kind), moment, a, b, c

    @staticmethod
    def _origin(file: SpoolFile, number: int) -> Origin:
        return cast("Origin", file.head["origins"].get(number) or (file.head["token"], number))

    def _source(self, name: str, run: int | None, kind: str) -> int:
        found = self._sources.get((name, run, kind))
        if found is None:
            found = self._sources[name, run, kind] = self._tape.source(name, run, kind)
        return found

    def _note_end(self, key: int, event: object) -> None:
        if type(event) is Finished:
            self.end(key)

    def end(self, key: int) -> None:
        """Take note that a run is over.

        Args:
            key: The tape's key of it.
        """
        self._over.add(key)

    def _crashes(self, ended: Iterable[SpoolFile]) -> Iterator[Record]:
        """Yield the end of runs whose process went away, and with it the service that they had."""
        self._gone.update((file.head["token"], file.head["service"]) for file in ended)
        for (token, _), key in self.keys.items():
            service = self._gone.get(token)
            if service is not None and (service == token or service in self._gone) and key not in self._over:
                self._over.add(key)
                yield 0, time(), key, Crashed(), None

    def _put(self, new: list[Record], replay: RestartingReplay) -> None:
        tape = self._tape
        if not len(tape) or tape[len(tape) - 1][1] <= new[0][1]:
            tape.extend(new)
            return
        merged = heapq.merge(_dated(tape.records()), _dated(new), key=lambda pair: pair[0])
        tape.replace([record for _, record in merged])
        replay.restart()


# What the server calls the attributes of a run.
_ON_SERVER = {"run_name": "display_name", "run_notes": "notes", "run_tags": "tags"}


def _edited(event: Assigned) -> Edited:
    """Return what an assignment does where it is not seen by the program: an empty value says nothing to the server."""
    return Edited({_ON_SERVER[event.field]: event.value} if event.value else {})


def _dated(records: Iterable[Record]) -> Iterator[tuple[float, Record]]:
    """Yield the records, each with a time that never goes back: nor does their order, whatever the clock did."""
    records = list(records)
    return zip(itertools.accumulate((record[1] for record in records), max), records, strict=True)
