"""Which event files belong to a run, and what their folder puts before their tags."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass

from wandb_testkit.rules.tensorboard import wire

# How long the client waits for a second folder, which tells what is common to both, in seconds.
PATIENCE = 10.0

_NOT_EVENTS = (".profile-empty", ".sagemaker-uploaded")


@dataclass
class Watched:
    """A folder of event files that a writer has begun to fill.

    Attributes:
        folder: Its absolute path.
        saved: Whether its files are the run's files too.
        root: The absolute path that the namespace does not count; "" where nobody said one.
        time: When the writer was made.
        first: The file that the client found when it began to read; None while it had not.
    """

    folder: str
    saved: bool
    root: str
    time: float
    first: str | None = None


def root_of(watched: list[Watched], index: int, cwd: str) -> tuple[str, bool]:
    """Return the root of a folder, and whether what is below it is a namespace.

    Args:
        watched: The run's folders, in the order in which they were begun.
        index: Which one is asked about.
        cwd: The working folder: the root where nothing tells another.
    """
    this = watched[index]
    if this.root:
        return this.root, True
    if len(watched) > 1 and watched[1].time < this.time + PATIENCE:
        return _common(watched[0].folder, watched[1].folder), True
    return cwd, False


def _common(one: str, other: str) -> str:
    """Return the longest path that both begin with, part by part."""
    shared = []
    for part, same in zip(one.split("/"), other.split("/"), strict=False):
        if part != same:
            break
        shared.append(part)
    return "/".join(shared)


def below(root: str, path: str) -> str | None:
    """Return what comes after `root` in a path; None where the path does not begin with it.

    Args:
        root: A path.
        path: Another.
    """
    if root and not path.startswith(root):
        return None
    return path[len(root) :].lstrip("/")


class Files:
    """The event files of a folder that belong to a run, and their records.

    Args:
        folder: The folder.
        began: When the run began, in seconds: files of before are another run's.
        hostname: The machine's name, which the files have in theirs.
        first: The file to begin with, where it is not the first one by name.

    Attributes:
        read: The files that were begun so far, as absolute paths.
    """

    def __init__(self, folder: str, began: float, hostname: str, first: str | None = None) -> None:
        self._folder = folder
        self._first = first
        self._began = int(began)
        self._name = re.compile(r"tfevents\.(\d+)" + (rf"\.{re.escape(hostname)}" if hostname else ""))
        self.read: list[str] = []

    def __iter__(self) -> Iterator[bytes]:
        """Yield the records of file after file; one that ends within a record, or cannot be read, is the last."""
        for name in self.names():
            path = os.path.join(self._folder, name)
            self.read.append(path)
            try:
                with open(path, "rb") as file:
                    records = wire.Records(file.read())
            except OSError:
                break
            yield from records
            if not records.complete:
                break

    def names(self) -> list[str]:
        """Return the files, those of folders below too, in the order in which they are read."""
        found = []
        for folder, _, names in os.walk(self._folder):
            place = os.path.relpath(folder, self._folder)
            found += [name if place == "." else f"{place}/{name}" for name in names]
        return sorted(name for name in found if self._is_ours(name) and name >= (self._first or ""))

    def _is_ours(self, name: str) -> bool:
        if name.endswith(_NOT_EVENTS):
            return False
        found = self._name.search(name)
        return found is not None and int(found[1]) >= self._began
