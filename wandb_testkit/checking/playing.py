"""Play the programs in one of three worlds: the real client in offline mode, the patch of it, and the stand-in.

Each world is a process of its own, in a folder and an environment of its own, because the real client starts its
service and writes its log, and must find nothing of the user's::

    python -m wandb_testkit.checking offline|patched|stand-in
"""

from __future__ import annotations

import contextlib
import importlib
import io
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from wandb_testkit.checking import offline_log
from wandb_testkit.checking.programs import PROGRAMS, Notes

#: How long all programs together may take: they need seconds, more if the machine is busy.
SECONDS = 300
#: How much is told of what a process says that failed.
_LAST_LINES = 5
#: The name of an artifact that no server has is made up; pydantic points at the documentation of its own release.
_RANDOM = re.compile(r"(?<=wandb-client-artifact://)[a-z0-9]{128}|https://errors\.pydantic\.dev/[^/]+(?=/)")
_Played = dict[str, dict[str, Any]]


class CannotPlay(Exception):
    """A world's process did not answer."""


def played(world: str) -> _Played:
    """Play all programs in a process of their own.

    Args:
        world: "offline", "patched" or "stand-in".

    Returns:
        For each program ``runs``, as the backend would have received them, and ``saw``, what the program read and what
        was raised at it.

    Raises:
        CannotPlay: The process failed, or did not end in time.
    """
    with tempfile.TemporaryDirectory(prefix="wandb-testkit-doctor-") as folder:
        try:
            done = subprocess.run(
                [sys.executable, "-m", "wandb_testkit.checking", world],
                cwd=folder,
                env=_environment(folder),
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                timeout=SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise CannotPlay(f"{world}: no end after {SECONDS} s") from None
    if done.returncode:
        said = done.stderr.strip().splitlines()[-_LAST_LINES:]
        raise CannotPlay(f"{world}: exit code {done.returncode}: {' | '.join(said)}")
    found: _Played = json.loads(_RANDOM.sub("<random>", done.stdout))
    return found


def _environment(folder: str) -> dict[str, str]:
    """Return an environment that has nothing of wandb's, and the folder as home."""
    package = str(Path(__file__).resolve().parent.parent.parent)
    kept = {name: value for name, value in os.environ.items() if not name.startswith("WANDB_") and name != "NETRC"}
    paths = [package, *filter(None, [kept.get("PYTHONPATH")])]
    own = {"HOME": folder, "TMPDIR": folder, "PYTHONPATH": os.pathsep.join(paths)}
    for name in ("XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME"):
        kept.pop(name, None)
    # The client reports its own failures to its makers, unless it is told not to.
    return {**kept, **own, "WANDB_ERROR_REPORTING": "false"}


def play_here(world: str) -> _Played:
    """Play all programs in this process, whose current folder is theirs.

    Args:
        world: "offline", "patched" or "stand-in".
    """
    play = {"offline": _offline, "patched": _in_patch(stub=False), "stand-in": _in_patch(stub=True)}[world]
    found = {}
    for name, program in PROGRAMS.items():
        notes = Notes()
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            runs = play(program, notes)
        found[name] = {"runs": runs, "saw": notes.lines}
    return found


def _offline(program: Callable[[Any, Notes], None], notes: Notes) -> list[dict[str, Any]]:
    os.environ["WANDB_MODE"] = "offline"
    wandb = importlib.import_module("wandb")
    before = set(_logs())
    program(wandb, notes)
    # Only now the log is complete.
    wandb.teardown()
    records = [list(offline_log.read_records(path)) for path in set(_logs()) - before]
    begun = {offline_log.start_time(each) or 0.0: each for each in records}
    return [offline_log.run_to_dict(begun[moment]) for moment in sorted(begun) if moment]


def _logs() -> Iterator[str]:
    """Yield the offline logs, without those that are only links to the latest one."""
    for parent, _, names in os.walk("wandb"):
        yield from (os.path.join(parent, name) for name in names if name.endswith(".wandb"))


def _in_patch(*, stub: bool) -> Callable[[Callable[[Any, Notes], None], Notes], list[dict[str, Any]]]:
    def play(program: Callable[[Any, Notes], None], notes: Notes) -> list[dict[str, Any]]:
        from wandb_testkit.patching import patch_wandb

        with patch_wandb(stub=stub) as recorder:
            os.environ["WANDB_MODE"] = "offline"
            program(importlib.import_module("wandb"), notes)
        return [run.to_dict() for run in recorder.runs if run.mode != "disabled"]

    return play
