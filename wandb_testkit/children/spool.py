"""The file that one process of a family writes: frames, each with its length before it.

A frame is written by one call of the system, so that a process that is killed leaves whole frames, and at most one
piece of a frame at the end, which nobody reads.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from wandb_testkit.children import portable
from wandb_testkit.children.frames import framed, whole_frames

SUFFIX = ".spool"

# What a frame's first value says: what the others are.
HEAD = 0  # a dict about the process
SOURCE = 1  # name, run key, kind: the next source of its tape
RECORD = 2  # a record of its tape
MESSAGE = 3  # level, text
ORIGIN = 4  # run key, the run as the family knows it


class Spool:
    """Where a process writes.

    The file is made by the first frame: most children never touch wandb.

    Args:
        folder: Where the files of the family are.
        token: The file's name, which no other process has.
        head: What the first frame says of the process.
    """

    def __init__(self, folder: str, token: str, head: dict[str, Any]) -> None:
        self.token = token
        self._path = os.path.join(folder, token + SUFFIX)
        self._head: dict[str, Any] | None = head
        self._descriptor: int | None = None

    def write(self, frame: tuple[Any, ...]) -> None:
        """Append a frame.

        Args:
            frame: Its kind and values.
        """
        if self._head is not None:
            head, self._head = self._head, None
            self._open()
            self._append((HEAD, head))
        self._append(frame)

    def _open(self) -> None:
        # Under its own name the others see the file, and take it for that of a dead process if nobody holds it.
        hidden = self._path + ".new"
        try:
            descriptor = os.open(hidden, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o600)
        except FileNotFoundError:
            # The parent's patch is over, and nobody is there to read.
            return
        hold(descriptor)
        try:
            os.rename(hidden, self._path)
        except FileNotFoundError:
            os.close(descriptor)
        else:
            self._descriptor = descriptor

    def _append(self, frame: tuple[Any, ...]) -> None:
        if self._descriptor is None:
            return
        left = memoryview(framed(portable.dumps(frame)))
        while left:
            left = left[os.write(self._descriptor, left) :]

    def close(self) -> None:
        """Close the file; what is written later goes nowhere."""
        self._head = None
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


def hold(descriptor: int) -> None:
    """Hold a file as long as this process lives: no child inherits this kind of hold.

    Args:
        descriptor: The file, open for writing.
    """
    with contextlib.suppress(ImportError, OSError):
        import fcntl  # POSIX only

        fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


def is_dead(path: str) -> bool:
    """Say whether the process that writes a file is no more; False where the system cannot tell.

    Args:
        path: The file.
    """
    try:
        import fcntl
    except ImportError:
        return False
    descriptor = os.open(path, os.O_RDWR)
    try:
        fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    finally:
        os.close(descriptor)
    return True


class SpoolFile:
    """A file that another process writes, as far as it was read.

    Args:
        path: The file.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.head: dict[str, Any] = {}
        self.sources: list[tuple[str, int | None, str]] = []
        #: Whether the process has ended and all that it wrote was read.
        self.over = False
        self._offset = 0

    def has_ended(self) -> bool:
        """Say whether there was a process, which has ended, and all that it wrote was read."""
        return self.over and bool(self.head)

    def read(self) -> Iterator[tuple[Any, ...]]:
        """Yield the frames that are new, heads and sources excepted, and take note of those."""
        if self.over:
            return
        # In this order: what a process wrote before its end is then read.
        dead = is_dead(str(self.path))
        with open(self.path, "rb") as file:
            file.seek(self._offset)
            data = file.read()
        already = self._offset
        for frame, end in whole_frames(data):
            kind, *values = portable.loads(frame)
            self._offset = already + end
            if kind == HEAD:
                self.head = values[0]
                self.sources = list(self.head["sources"])
            elif kind == SOURCE:
                self.sources.append((values[0], values[1], values[2]))
            elif kind == ORIGIN:
                self.head["origins"][values[0]] = values[1]
            else:
                yield (kind, *values)
        self.over = dead


def files(folder: str, known: dict[str, SpoolFile], *, but: str) -> list[SpoolFile]:
    """Return the files of the family.

    Args:
        folder: Where they are.
        known: Those that were found before, by name; new ones are added.
        but: The token of the process that asks.
    """
    with contextlib.suppress(FileNotFoundError), os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.endswith(SUFFIX) and entry.name not in known and entry.name != but + SUFFIX:
                known[entry.name] = SpoolFile(Path(entry.path))
    return list(known.values())
