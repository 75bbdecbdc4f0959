"""The frameworks that log to wandb, run unmodified: under the patch they record what the real client writes offline.

Each file is about one framework.  Its jobs are small, seeded programs `def job(wandb, obs)`, as a user would write
them, run in three worlds: on the real client in offline mode, on the installed wandb under `patch_wandb()`, and on
the stand-in, `patch_wandb(stub=True)`.

    CLIENT = Client("lightning", imports=("lightning.pytorch",))

    @CLIENT.job(timed=("train_runtime",))
    def trains(wandb, obs): ...

    test_equal = CLIENT.test()

Without the framework such a file is left out of a run of all tests; named on the command line, it fails.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.scenarios import Observer

Program = Callable[[Any, Observer], None]

#: The worlds that are compared with the real client.
WORLDS = ("installed", "stand-in")


@dataclass(frozen=True)
class Job:
    """A program that uses a framework.

    Attributes:
        name: Its name.
        program: The program.
        timed: Keys of rows, summary and metadata whose numbers are times that it took.
        varying: Ends of paths of files in artifacts whose content differs each time, for example by times in them.
        unordered: Whether its rows have no fixed order, such as those of several folders of TensorBoard's.
        concurrent: Whether its runs begin at the same time, so that only their ids tell which is which.
        beyond_standin: Why the stand-in cannot run it; "" where it must.
    """

    name: str
    program: Program
    timed: tuple[str, ...] = ()
    varying: tuple[str, ...] = ()
    unordered: bool = False
    concurrent: bool = False
    beyond_standin: str = ""


@dataclass
class Client:
    """A framework and its jobs.

    Attributes:
        name: What it is called in ``docs/clients.rst`` and on the command line.
        imports: What is imported before the programs run, as a test file does that imports the code under test; on
            the stand-in, which is there inside of the patch only, each program imports it itself.
        basis: What is imported before in any world: large packages that have nothing to do with wandb.
        distributions: The packages whose versions are told; those of `imports` by default.
        seconds: How long a program may take.
        options: What `patch_wandb` is given.
    """

    name: str
    imports: tuple[str, ...]
    basis: tuple[str, ...] = ()
    distributions: tuple[str, ...] = ()
    seconds: float = 180
    options: Mapping[str, Any] = field(default_factory=dict)
    jobs: dict[str, Job] = field(default_factory=dict)

    def job(
        self,
        program: Program | None = None,
        *,
        timed: Sequence[str] = (),
        varying: Sequence[str] = (),
        unordered: bool = False,
        concurrent: bool = False,
        beyond_standin: str = "",
    ) -> Any:
        """Register a program under the name of its function; see `Job` for the rest."""

        def register(function: Program) -> Program:
            assert function.__name__ not in self.jobs, f"there are two jobs called {function.__name__}"
            self.jobs[function.__name__] = Job(
                function.__name__, function, tuple(timed), tuple(varying), unordered, concurrent, beyond_standin
            )
            return function

        return register if program is None else register(program)

    def missing(self) -> list[str]:
        """Return the top-level packages that are needed and not installed, wandb among them."""
        needed = dict.fromkeys(name.partition(".")[0] for name in (*self.basis, *self.imports, "wandb"))
        return [name for name in needed if importlib.util.find_spec(name) is None]

    def versions(self) -> list[str]:
        """Return what is compared: the packages, each with its version."""
        names = self.distributions or tuple(dict.fromkeys(name.partition(".")[0] for name in self.imports))
        return [f"{name} {importlib.metadata.version(name)}" for name in names]

    def test(self) -> Any:
        """Return the test of the file: each job in each world."""

        @pytest.mark.clients
        @pytest.mark.needs_wandb
        @pytest.mark.parametrize("world", WORLDS)
        @pytest.mark.parametrize("job", list(self.jobs))
        def test_records_what_the_real_client_writes(job: str, world: str, observed: Any) -> None:
            from tests.clients.playing import differences

            why = self.jobs[job].beyond_standin if world == "stand-in" else ""
            if why:
                pytest.skip(f"not on the stand-in: {why}")
            text = differences(observed["real"][job], observed[world][job])
            assert not text, f"{self.name}, {job}: under the patch it differs from the real client:\n{text}"

        return test_records_what_the_real_client_writes
