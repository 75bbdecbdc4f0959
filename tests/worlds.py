"""The worlds that run a program: what they have in common.

A program is named by `module:function` so that another process can find it, and gets its arguments as JSON.
"""

from __future__ import annotations

import contextlib
import dataclasses
import importlib
import io
import os
import re
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from tests.normalise import ID, everywhere, text_normaliser
from tests.scenarios import Observer

# What a program gets to see of the machine: nothing of wandb's, and a home of its own.
HOME_VARIABLES = ("HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME", "TMPDIR", "NETRC")


@dataclass(frozen=True)
class Task:
    """A program to run: `function(wandb, obs, *arguments)`."""

    function: str
    arguments: Sequence[Any] = ()

    def load(self) -> Callable[..., None]:
        module, _, name = self.function.partition(":")
        function: Callable[..., None] = getattr(importlib.import_module(module), name)
        return function


@dataclass
class Observation:
    """What the backend would have received, what the program saw, and what was printed."""

    runs: list[dict[str, Any]] = field(default_factory=list)
    read: list[list[Any]] = field(default_factory=list)
    raised: list[list[Any]] = field(default_factory=list)
    warned: list[str] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def make(cls, runs: list[dict[str, Any]], obs: Observer, terminal: str, cwd: str) -> Observation:
        """Return the observation with all that is random in it replaced."""
        generated = [run["id"] for run in runs if ID.fullmatch(run["id"])] + obs.generated_ids
        normalise = text_normaliser(cwd, generated)
        raw = cls(runs, obs.seen, obs.raised, warnings_in(terminal))
        made = cls(**everywhere(raw.to_json(), normalise))
        # Sorted once more: before, it was by random ids.
        return dataclasses.replace(made, warned=sorted(made.warned))


def warnings_in(terminal: str) -> list[str]:
    """Return the warnings and errors that were printed, sorted.

    The client prints some of them from a thread, so their order among the others is not fixed.
    """
    plain = re.sub(r"\x1b\[[0-9;]*m", "", terminal)
    return sorted(line for line in plain.splitlines() if line.startswith(("wandb: WARNING ", "wandb: ERROR ")))


@contextlib.contextmanager
def surroundings(folder: str, mode: str | None = "offline") -> Iterator[None]:
    """Run the block in an empty folder, with nothing of wandb's in the environment but the mode."""
    before, cwd = dict(os.environ), os.getcwd()
    work, home = os.path.join(folder, "work"), os.path.join(folder, "home")
    for path in (work, home):
        os.makedirs(path)
    for name in list(os.environ):
        if name.startswith("WANDB_") or name in HOME_VARIABLES:
            del os.environ[name]
    os.environ.update(HOME=home, TMPDIR=home)
    if mode is not None:
        os.environ["WANDB_MODE"] = mode
    os.chdir(work)
    tempfile.tempdir = None
    try:
        yield
    finally:
        os.chdir(cwd)
        os.environ.clear()
        os.environ.update(before)
        tempfile.tempdir = None


@contextlib.contextmanager
def terminal() -> Iterator[io.StringIO]:
    """Catch what is printed; neither stream looks like a terminal."""
    caught = io.StringIO()
    streams = sys.stdout, sys.stderr
    sys.stdout = sys.stderr = caught
    try:
        yield caught
    finally:
        sys.stdout, sys.stderr = streams


def play(task: Task, wandb: Any, obs: Observer) -> None:
    """Run the program to the end of its session, as the end of a script does."""
    program = task.load()
    try:
        program(wandb, obs, *task.arguments)
    except Exception as error:
        obs.uncaught(error)
    wandb.teardown()
