"""The files of recorded runs: what is in them, and what of it outlives its original and the patch.

The client uploads a file with the policy "now" when it is saved, with "end" at the run's end, and with "live" at both
and whenever it sees that the file has changed (core/internal/runfiles of its source). A file that is not there at such
a moment is skipped, and nothing takes from the server what was uploaded before: so a run's saved files are linked once
more at the moments of the upload. When the client sees a change is a matter of its polling; here it is seen at once.

A run's folder goes with its patch.  Small files are then kept in memory, so that a test can
read them afterwards and another patch can have them from ``runs=[recorder.run]``.
"""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from wandb_testkit.client.run import RunClient

#: Files of up to so many bytes outlive the patch, and all files of a patch together up to the other number.
KEPT_IN_MEMORY = 1 << 20
KEPT_ALTOGETHER = 64 << 20


def names(client: RunClient) -> list[str]:
    """Return the files that the client would have uploaded, relative to the run's folder."""
    return list(dict.fromkeys(str(entry["path"]) for entry in client.state.files))


def upload(client: RunClient, files: Iterable[str]) -> None:
    """Have what is in files of a run even when their originals go, as the server would.

    Args:
        client: The run's client.
        files: Their names, relative to the run's folder.  Only links to elsewhere can lose what they stand for.
    """
    for name in files:
        path = os.path.join(client.files_directory, name)
        if not (os.path.islink(path) and os.path.isfile(path)):
            continue
        original, held = os.path.realpath(path), _held(client, name)
        if os.path.exists(held):
            if os.path.samefile(original, held):
                continue
            os.remove(held)
        os.makedirs(os.path.dirname(held), exist_ok=True)
        try:
            os.link(original, held)
        except OSError:
            # Another file system, or one without links. What cannot be read cannot be uploaded either.
            with contextlib.suppress(OSError):
                if os.path.getsize(original) <= KEPT_ALTOGETHER:
                    shutil.copyfile(original, held)


def _held(client: RunClient, name: str) -> str:
    return os.path.join(client.session.folder, "uploaded", os.path.basename(client.directory), name)


def path_of(client: RunClient, name: str) -> str:
    """Return where a file of a run can be read: its place in the run's folder, or what is left of it."""
    path = os.path.join(client.files_directory, name)
    if os.path.islink(path) and not os.path.exists(path):
        return _held(client, name)
    return path


def keep(clients: Iterable[RunClient]) -> None:
    """Keep what is in the files of runs whose folder is about to go.

    Args:
        clients: The clients of the runs.
    """
    left = KEPT_ALTOGETHER
    for client in clients:
        for name in names(client) if client.has_files else ():
            path = path_of(client, name)
            size = os.path.getsize(path) if os.path.isfile(path) else KEPT_IN_MEMORY + 1
            if size > min(KEPT_IN_MEMORY, left):
                continue
            left -= size
            with open(path, "rb") as file:
                client.kept_files[name] = file.read()


def content(client: RunClient, name: str) -> bytes | None:
    """Return what is in a file of a run; None for one that is not there, or not any more."""
    if name in client.kept_files:
        return client.kept_files[name]
    if not client.session.active or name not in names(client):
        return None
    path = path_of(client, name)
    if not os.path.isfile(path):
        return None
    with open(path, "rb") as file:
        return file.read()


def read(client: RunClient, name: str) -> bytes:
    """Return what is in a file of a run.

    Raises:
        FileNotFoundError: There is no such file, or it was too large to outlive the patch.
    """
    found = content(client, name)
    if found is not None:
        return found
    known = names(client)
    if name in known and not client.session.active:
        raise FileNotFoundError(
            f"{name!r} went with the patch: only files of up to 1 MiB (64 MiB altogether) outlive it. Read it inside"
            " the patch."
        )
    if name in known:
        raise FileNotFoundError(f"{name!r} was saved, but it is not there any more")
    listed = ", ".join(map(repr, known[:20])) or "none"
    raise FileNotFoundError(f"the run has no file {name!r}; its files: {listed}")
