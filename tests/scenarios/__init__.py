"""Small programs over wandb's public interface, each run on the real client and under the patch.

A scenario is a function `def name(wandb, obs)`.  It uses only what a user's program could use; what it sees on the
way it notes in `obs`.  What was sent is compared without its help.
"""

from __future__ import annotations

import contextlib
import functools
import importlib
import importlib.metadata
import importlib.util
import pkgutil
import re
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Any, overload

from tests.normalise import describe, message_of
from wandb_testkit.releases import Release, numbers
from wandb_testkit.standin import _signatures

Program = Callable[[Any, "Observer"], None]


@dataclass(frozen=True)
class Scenario:
    """A program that every world runs, and what it needs.

    `stub` says whether the stand-in must agree too: it cannot where the program asks for a part of the client that
    the stand-in does not promise.  `since` is the first release of the client that the program is written for: with an
    earlier one it hangs, or reads what is random there.
    """

    name: str
    program: Program
    needs: tuple[str, ...] = ()
    stub: bool = True
    since: Release = (0, 0, 0)

    def missing(self) -> list[str]:
        """Return what the scenario needs and what is not installed: modules, or a later release of wandb."""
        lacking = [module for module in self.needs if importlib.util.find_spec(module) is None]
        if installed() < self.since:
            lacking.append(f"wandb {'.'.join(map(str, self.since))}")
        return lacking


@functools.cache
def installed() -> Release:
    """Return the release of wandb that is installed; that of the stand-in where none is."""
    try:
        return numbers(importlib.metadata.version("wandb"))
    except importlib.metadata.PackageNotFoundError:
        return numbers(_signatures.WANDB_VERSION)


SCENARIOS: dict[str, Scenario] = {}


@overload
def scenario(program: Program, /) -> Program: ...
@overload
def scenario(
    *, needs: tuple[str, ...] = (), stub: bool = True, since: Release = (0, 0, 0)
) -> Callable[[Program], Program]: ...
def scenario(
    program: Program | None = None,
    *,
    needs: tuple[str, ...] = (),
    stub: bool = True,
    since: Release = (0, 0, 0),
) -> Callable[[Program], Program] | Program:
    """Register a scenario under the name of its function."""

    def register(function: Program) -> Program:
        name = function.__name__
        if name in SCENARIOS:
            raise ValueError(f"there are two scenarios called {name}")
        SCENARIOS[name] = Scenario(name, function, needs, stub, since)
        return function

    return register if program is None else register(program)


def load() -> dict[str, Scenario]:
    """Import every group of scenarios and return them all by name."""
    for module in pkgutil.iter_modules(__path__):
        importlib.import_module(f"{__name__}.{module.name}")
    return SCENARIOS


class Observer:
    """What a program saw while it ran: values it read and errors that were raised at it."""

    def __init__(self) -> None:
        self.seen: list[list[Any]] = []
        self.raised: list[list[Any]] = []
        self.generated_ids: list[str] = []

    def read(self, label: str, value: Any) -> None:
        """Note a value that the program read."""
        self.seen.append([label, describe(value)])

    def ask(self, label: str, question: Callable[[], Any]) -> None:
        """Note what a question answers, or the error that it raises instead."""
        try:
            answer = question()
        except Exception as error:
            self.raised.append([label, type(error).__name__, message_of(error)])
        else:
            self.read(label, answer)

    def raises(self, label: str) -> contextlib.AbstractContextManager[None, bool]:
        """Note the error that the block raises, or that it raised nothing, and go on."""
        return _Raises(self, label)

    def uncaught(self, error: BaseException) -> None:
        """Note the error that ended the program."""
        self.raised.append(["uncaught", type(error).__name__, message_of(error)])

    def generated(self, run_id: str) -> None:
        """Say that this id was made up by the client: it has the usual form, and its value does not matter."""
        if not re.fullmatch(r"[a-z0-9]{8}", run_id):
            raise AssertionError(f"not an id as the client makes them: {run_id!r}")
        self.generated_ids.append(run_id)


class _Raises(contextlib.AbstractContextManager[None, bool]):
    """A context manager whose type says that it swallows errors."""

    def __init__(self, obs: Observer, label: str) -> None:
        self._obs = obs
        self._label = label

    def __enter__(self) -> None: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> bool:
        if error is None:
            self._obs.raised.append([self._label, "nothing raised", ""])
        elif isinstance(error, Exception):
            self._obs.raised.append([self._label, type(error).__name__, message_of(error)])
        return error is None or isinstance(error, Exception)
