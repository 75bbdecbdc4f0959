"""The guard in the processes that a test starts: what it refuses there, the test is told of.

Processes inherit the place of a folder, the test's name, and a path on which they find this library's `sitecustomize`;
`os.environ` has none of it, so that the program's own view of its environment stays as it is.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Mapping
from typing import Any

from wandb_testkit.children.launching import STARTUP

FOLDER = "_WANDB_TESTKIT_GUARD"
TEST = "_WANDB_TESTKIT_TEST"
_PATH = "PYTHONPATH"

_SUFFIX = ".txt"
_MOST_OF_COMMAND = 120


class Reports:
    """What the guard refuses in the processes that are started from now on."""

    def __init__(self) -> None:
        self.folder = tempfile.mkdtemp(prefix="wandb-testkit-guard-")
        self._process = os.getpid()
        self._variables: dict[str, str] = {}

    def announce(self, test: str | None) -> None:
        """Let the processes that are started from now on be guarded.

        Args:
            test: Which test starts them; None outside of any.
        """
        self._variables = {FOLDER: self.folder, TEST: (test or "").encode("ascii", "backslashreplace").decode("ascii")}
        self.renew()

    def renew(self) -> None:
        """Say it again: whoever changes such a variable in `os.environ` says something else."""
        if self._variables:
            joined = self.joined({_PATH: os.environ.get(_PATH, "")})
            for name, value in joined.items():
                os.putenv(name, value)

    def withdraw(self) -> None:
        """Let the processes that are started from now on do as they please."""
        self._variables = {}
        for name in (FOLDER, TEST, _PATH):
            own = os.environ.get(name)
            if own is None:
                os.unsetenv(name)
            else:
                os.putenv(name, own)

    def joined(self, env: Mapping[Any, Any]) -> dict[Any, Any]:
        """Return the environment of a process with what makes it guarded.

        Args:
            env: The environment that the program gives it.
        """
        found = dict(env)
        if self._variables:
            path = [part for part in str(found.get(_PATH) or "").split(os.pathsep) if part and part != STARTUP]
            found.update({**self._variables, _PATH: os.pathsep.join([STARTUP, *path])})
        return found

    def taken(self) -> list[str]:
        """Return what was refused since this was last asked."""
        found: list[str] = []
        # A test may have removed whatever is temporary.
        os.makedirs(self.folder, mode=0o700, exist_ok=True)
        for name in sorted(name for name in os.listdir(self.folder) if name.endswith(_SUFFIX)):
            path = os.path.join(self.folder, name)
            with open(path, encoding="utf-8") as file:
                found.append(file.read())
            os.remove(path)
        return found

    def remove(self) -> None:
        """Take it back."""
        self.withdraw()
        if os.getpid() == self._process:
            # A fork of a test that comes to the end of the tests leaves it to its parent.
            shutil.rmtree(self.folder, ignore_errors=True)


def tell(folder: str, text: str) -> None:
    """Tell the test of something that was refused in this process.

    Args:
        folder: That of its `Reports`.
        text: What was refused.
    """
    try:
        descriptor, path = tempfile.mkstemp(dir=folder, prefix=f"{os.getpid()}-")
    except FileNotFoundError:
        # The tests are over.
        return
    with os.fdopen(descriptor, "w", encoding="utf-8", errors="backslashreplace") as file:
        file.write(text)
    os.rename(path, path + _SUFFIX)


def command() -> str:
    """Return the command line of this process, for a message."""
    words = [" ".join(word.split()) for word in sys.orig_argv[1:]]
    shown = " ".join(["python", *(word if " " not in word else repr(word) for word in words)])
    return shown if len(shown) <= _MOST_OF_COMMAND else f"{shown[: _MOST_OF_COMMAND - 3]}..."


def forget() -> None:
    """Leave the guarding to another guard, that of this process's own tests."""
    for name in (FOLDER, TEST):
        os.environ.pop(name, None)
    sys.meta_path[:] = [finder for finder in sys.meta_path if not getattr(finder, "guards_wandb", False)]
    guarding = sys.modules.get("wandb_testkit.guarding")
    if guarding is not None:
        guarding.release()
