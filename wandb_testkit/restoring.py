"""``restore``: a file that a run has on the server, put into a folder and opened.

The rules are those of client 0.31's ``wandb.restore``; the files are those of the server in
memory: saved in this patch, or in a run that was there before (``patch_wandb(runs=[{...,
"files": {"model.pt": b"..."}}])``).
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from wandb_testkit.client.run_files import FilesPart
    from wandb_testkit.client.session import Session


def of_module(session: Session, name: str, run_path: str | None, replace: bool, root: str | None) -> Any:
    """Do what ``wandb.restore`` does.

    Args:
        session: The patch's session.
        name: The file's name in the run.
        run_path: The run; the global one by default.
        replace: Whether to overwrite a file that is in the folder already.
        root: The folder; the global run's, or else the current one.

    Returns:
        The file, open for reading; None where the run has no such file.

    Raises:
        ValueError: There is no run to restore from.
        UsageError: The session is offline, and there is no key to ask the server with.
        CommError: There is no such run.
    """
    shown = session.global_run
    disabled = shown is not None and shown.disabled
    run = None if disabled else shown
    if run_path is None:
        if run is None:
            raise ValueError("run_path required when calling wandb.restore before wandb.init")
        run_path = run.path
    if root is None and run is not None:
        root = run.dir
    client = getattr(run, "_testkit", None)
    if client is not None:
        # An offline run has no server to ask, unless there is a key.
        client.public_api()
    return _restore(session, run_path, name, replace, os.getcwd() if root is None else root, disabled)


def of_run(client: FilesPart, name: str, run_path: str | None, replace: bool, root: str | None) -> Any:
    """Do what ``run.restore`` does; arguments as for `of_module`, with the run's own path and folder."""
    client.public_api()
    return of_module(client.session, name, run_path or client.live.path, replace, root or client.files_directory)


def _restore(session: Session, run_path: str, name: str, replace: bool, root: str, disabled: bool) -> Any:
    from wandb_testkit import api_calls

    with session.quiet():
        run = api_calls.make(session, (), {}).run(run_path)
        path = os.path.join(root, name)
        if os.path.exists(path) and replace is False:
            return open(path)
        if disabled:
            return None
        files = run.files([name])
        if len(files) == 0:
            return None
        if files[0].md5 == "0":
            raise ValueError(f"File {name} not found in {run_path or root}.")
        return files[0].download(root=root, replace=True)
