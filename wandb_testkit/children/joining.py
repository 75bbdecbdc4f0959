"""In a child: the patch that makes it part of the family."""

from __future__ import annotations

import atexit
import contextlib
import os
import tempfile
from collections.abc import Iterator
from typing import Any

from wandb_testkit import guard
from wandb_testkit.children import launching, portable

# The family that this process takes part in, and its patch.
_current: dict[str, Any] = {}


def join(family: str) -> None:
    """Patch wandb in this process, with what it records for the parent.

    A process that takes part in another family, whose patch is over, leaves that one.

    Args:
        family: The family's folder.
    """
    from wandb_testkit.patching import WandbPatch, patch_wandb

    if _current.get("family") == family:
        return
    leave()
    if os.environ.get(guard.VARIABLE) == guard.TEXT:
        del os.environ[guard.VARIABLE]
    if family == launching.ABSENT:
        patch = patch_wandb(absent=True)
    elif os.path.isdir(family):
        with open(os.path.join(family, "options"), "rb") as file:
            options = portable.loads(file.read())
        patch = WandbPatch({**patch_wandb()._options, **options, "subprocesses": family})
    else:
        # A server of processes may outlive the patch in which it was started.
        return
    # What the parent's program has set for its children, the machine's own is not among it.
    variables = {name: value for name, value in os.environ.items() if name.startswith("WANDB_")}
    with _temporary_files_in(family):
        recorder = patch.start()
    os.environ.update(variables)
    _current.update(family=family, patch=patch, session=recorder._session, process=os.getpid())
    atexit.register(leave)


@contextlib.contextmanager
def _temporary_files_in(folder: str) -> Iterator[None]:
    """Have temporary files in a folder, if it is there.

    The client makes some when it is imported, which workers that end without a word would leave behind.
    """
    before = tempfile.tempdir
    if os.path.isdir(folder):
        tempfile.tempdir = folder
    try:
        yield
    finally:
        tempfile.tempdir = before


def leave() -> None:
    """End as a process does that used wandb: runs that go on are finished."""
    found = dict(_current)
    _current.clear()
    atexit.unregister(leave)
    if not found or found["process"] != os.getpid():
        return
    session = found["session"]
    if session is not None and session.active:
        with session.quiet():
            session.do_teardown(session.exit_code)
    found["patch"].stop()
