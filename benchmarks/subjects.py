"""What is compared: each subject is a way to run a program that uses wandb in a test.

A subject is entered as its users write it (``with subject.open() as opened``), hands the
program a ``wandb``, and reads back what was logged.  This module imports next to nothing:
a subject's imports are part of what the cold tasks measure.
"""

from __future__ import annotations

import sys
from contextlib import contextmanager

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager
    from typing import Any

    Row = dict[str, Any]


class Subject:
    """One way to stand for wandb.

    Attributes:
        name: What the command line calls it.
        title: What the table calls it.
        role: "stub" is the measure of all ratios, "own" this library, "peer" any other.
        readable: Whether a test can read back from it what was logged.
    """

    name = ""
    title = ""
    role = "peer"
    readable = True

    def open(self) -> AbstractContextManager[Any]:
        """Return the context manager that a test would enter."""
        raise NotImplementedError

    def wandb(self, opened: Any) -> Any:
        """Return what the program uses as ``wandb``.

        Args:
            opened: What entering gave.
        """
        return opened

    def rows(self, opened: Any) -> list[Row]:
        """Return what was logged in the first run, as a test would read it; fresh copies.

        Args:
            opened: What entering gave.
        """
        raise NotImplementedError

    def verified_rows(self, opened: Any) -> list[Row]:
        """Return what was logged, for a check that costs what it will."""
        return self.rows(opened)


# --------------------------------------------------------------------------- the physical limit


class StubRun:
    """A run as people write it by hand: the cheapest thing that keeps the data."""

    def __init__(self, config: Any) -> None:
        self.config = dict(config or {})
        self.rows: list[Row] = []
        self.exit_code: int | None = None

    def log(self, data: Row, step: int | None = None, commit: bool | None = None) -> None:
        """Keep a copy of the row."""
        self.rows.append(dict(data))

    @property
    def summary(self) -> Row:
        """The last row: right as long as all rows have the same keys."""
        return self.rows[-1]

    @property
    def step(self) -> int:
        """The step of the next row."""
        return len(self.rows)

    def finish(self, exit_code: int = 0) -> None:
        """Keep the exit code."""
        self.exit_code = exit_code


class StubWandb:
    """A module as people write it by hand."""

    def __init__(self) -> None:
        self.runs: list[StubRun] = []

    def init(self, project: str | None = None, config: Any = None) -> StubRun:
        """Begin a run."""
        run = StubRun(config)
        self.runs.append(run)
        return run


@contextmanager
def _stubbed() -> Iterator[StubWandb]:
    saved = sys.modules.get("wandb")
    stub: Any = StubWandb()
    sys.modules["wandb"] = stub
    try:
        yield stub
    finally:
        if saved is None:
            del sys.modules["wandb"]
        else:
            sys.modules["wandb"] = saved


class Stub(Subject):
    """A hand-written stub: ``rows.append(dict(data))``."""

    name = "stub"
    title = "stub"
    role = "stub"

    def open(self) -> AbstractContextManager[Any]:
        return _stubbed()

    def rows(self, opened: Any) -> list[Row]:
        return [dict(row) for row in opened.runs[0].rows]


# --------------------------------------------------------------------------- this library


class Testkit(Subject):
    """This library over the installed wandb."""

    name = "testkit"
    title = "wandb_testkit"
    role = "own"
    stub: bool | None = None

    def open(self) -> AbstractContextManager[Any]:
        from wandb_testkit import patch_wandb

        return patch_wandb(stub=self.stub)

    def wandb(self, opened: Any) -> Any:
        import wandb

        return wandb

    def rows(self, opened: Any) -> list[Row]:
        found: list[Row] = opened.history()
        return found


class Standin(Testkit):
    """This library's stand-in, for when wandb is not loaded."""

    name = "standin"
    title = "stand-in"
    stub = True


# --------------------------------------------------------------------------- plain mocks


class Mocked(Subject):
    """What all plain mocks have in common."""

    def rows(self, opened: Any) -> list[Row]:
        return [dict(call.args[0]) for call in opened.init.return_value.log.call_args_list]


@contextmanager
def _patched() -> Iterator[Any]:
    from unittest.mock import patch

    with patch("wandb.init"), patch("wandb.log"), patch("wandb.finish"):
        yield sys.modules["wandb"]


class Patched(Mocked):
    """Three plain ``patch``es, as most suites have them."""

    name = "patch"
    title = "patch"

    def open(self) -> AbstractContextManager[Any]:
        import wandb  # noqa: F401  (patch would import it in the first entry)

        return _patched()


@contextmanager
def _autospecced() -> Iterator[Any]:
    from unittest.mock import create_autospec, patch

    wandb: Any = sys.modules["wandb"]
    run = create_autospec(wandb.sdk.wandb_run.Run, instance=True)
    with (
        patch("wandb.init", autospec=True) as init,
        patch("wandb.log", autospec=True),
        patch("wandb.finish", autospec=True),
    ):
        init.return_value = run
        yield wandb


class Autospecced(Mocked):
    """The same three with ``autospec=True``, and an autospecced run."""

    name = "autospec"
    title = "autospec"

    def open(self) -> AbstractContextManager[Any]:
        import wandb  # noqa: F401

        return _autospecced()


class MagicModule(Mocked):
    """A ``MagicMock()`` in ``sys.modules``."""

    name = "magicmock"
    title = "MagicMock()"

    def open(self) -> AbstractContextManager[Any]:
        from unittest.mock import MagicMock, patch

        return patch.dict(sys.modules, {"wandb": MagicMock()})

    def wandb(self, opened: Any) -> Any:
        return opened["wandb"]

    def rows(self, opened: Any) -> list[Row]:
        return super().rows(opened["wandb"])


# --------------------------------------------------------------------------- the real client


class _Client:
    """The real client in one mode."""

    def __init__(self, mode: str) -> None:
        import wandb

        self.mode = mode
        self.runs: list[Any] = []
        self._init = wandb.init

    def init(self, project: str | None = None, config: Any = None) -> Any:
        run = self._init(project=project, config=config, mode=self.mode, reinit="finish_previous")
        self.runs.append(run)
        return run


class Real(Subject):
    """The real client; nothing is patched."""

    readable = False

    @contextmanager
    def _opened(self) -> Iterator[_Client]:
        client = _Client(self.name)
        try:
            yield client
        finally:
            # Keeps the service from holding every run of the measurement.
            client.runs.clear()

    def open(self) -> AbstractContextManager[Any]:
        return self._opened()

    def rows(self, opened: Any) -> list[Row]:
        return []


class Disabled(Real):
    """``mode="disabled"``: what is logged is gone."""

    name = "disabled"
    title = "disabled"


class Offline(Real):
    """``mode="offline"``: wandb-core writes a binary log, which is read only to check it."""

    name = "offline"
    title = "offline"

    def verified_rows(self, opened: Any) -> list[Row]:
        import glob
        import os

        import wandb

        from wandb_testkit.checking.offline_log import read_records, run_to_dict

        folder = os.path.dirname(opened.runs[0].dir)
        wandb.teardown()
        [log] = glob.glob(os.path.join(folder, "*.wandb"))
        rows: list[Row] = run_to_dict(read_records(log))["history"]
        return rows


SUBJECTS: dict[str, Subject] = {
    subject.name: subject
    for subject in (
        Stub(),
        Testkit(),
        Standin(),
        Patched(),
        Autospecced(),
        MagicModule(),
        Disabled(),
        Offline(),
    )
}

# Who is measured in one process, interleaved; the ratios of a world are those to its own stub.
WORLDS: dict[str, tuple[str, ...]] = {
    "installed": ("stub", "testkit", "patch", "autospec", "magicmock"),
    "bare": ("stub", "standin", "magicmock"),
    "client": ("stub", "disabled", "offline"),
}
