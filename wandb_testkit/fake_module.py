"""`MockWandB`: the mocks as one object, for code that takes wandb as an argument."""

from __future__ import annotations

import contextlib
import os
import shutil
import threading
import weakref
from collections.abc import Iterable, Iterator
from types import ModuleType
from typing import Any

from wandb_testkit import world
from wandb_testkit.client.session import Session
from wandb_testkit.client.setup import Setup
from wandb_testkit.recorder import Recorder
from wandb_testkit.seeding import seed

_working = threading.RLock()


class _Session(Session):
    """A session that no patch ends: its folder goes with it, or with the process."""

    is_alone = True

    def make_folder(self) -> str:
        is_new = self._folder is None
        folder = super().make_folder()
        if is_new:
            weakref.finalize(self, _remove, os.getpid(), folder)
        return folder

    @contextlib.contextmanager
    def quiet(self) -> Iterator[None]:
        """As for any session; the installed client's own code, at work on data types, starts no service."""
        with super().quiet(), self._library() if self.world.real else contextlib.nullcontext():
            yield

    @contextlib.contextmanager
    def _library(self) -> Iterator[None]:
        setup = self.world.module("wandb.sdk.wandb_setup")
        with _working:
            before, setup._singleton = setup._singleton, Setup(self)
            try:
                yield
            finally:
                setup._singleton = before


def _remove(process: int, folder: str) -> None:
    # A forked child leaves the folder to its parent.
    if os.getpid() == process:
        shutil.rmtree(folder, ignore_errors=True)


class MockWandB(ModuleType):
    """An object shaped like the ``wandb`` module, on which everything is recorded.

    Nothing is patched: ``train(wandb=MockWandB())``.  What it records is at `recorder`.

    Args:
        stub: True: of the stand-in, also where wandb is installed; False: of the installed
            wandb, with its own data types.
        entity: The account's default entity.
        runs: Runs that exist already, as for `patch_wandb`.
        artifacts: Artifacts that exist already, as for `patch_wandb`.
        strict_steps: A step that the client would drop raises.
    """

    recorder: Recorder

    def __init__(
        self,
        *,
        stub: bool = True,
        entity: str = "test-entity",
        runs: Iterable[Any] = (),
        artifacts: Iterable[Any] = (),
        strict_steps: bool = False,
    ) -> None:
        super().__init__("wandb")
        chosen = world.standin() if stub else world.real()
        namespace = vars(self)
        namespace.update(_source=chosen.wandb, __version__=chosen.wandb.__version__, __spec__=chosen.wandb.__spec__)
        session = _Session(
            chosen,
            namespace,
            entity=entity,
            strict_steps=strict_steps,
            seeds=[seed(run) for run in runs],
        )
        if artifacts:
            session.seed_artifacts(artifacts)
        session.ignore_environment()
        session.begin_alone()
        self.recorder = Recorder()
        self.recorder._attach(session)

    def __getattr__(self, name: str) -> Any:
        # The stand-in makes its names at their first use.
        if name.startswith("__") or "_source" not in vars(self):
            raise AttributeError(f"module 'wandb' has no attribute {name!r}")
        return getattr(self._source, name)

    def __dir__(self) -> Iterable[str]:
        return sorted({*dir(self._source), *vars(self)} - {"_source"})

    def __repr__(self) -> str:
        return f"<MockWandB: {self.recorder!r}>"
