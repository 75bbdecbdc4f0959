"""The folder that a run's files are put under."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from wandb_testkit.rules.settings.warned import Warn


def usable_root(root_dir: str | None, cwd: str, warn: Warn) -> str:
    """The folder that the client puts the run under: the one asked for, or the system's temporary folder.

    Nothing is created; it is looked whether the client could.

    Args:
        root_dir: The folder asked for, if any was.
        cwd: The working directory when the session began, which is used if none was.
        warn: Receives the text of warnings.

    Returns:
        The folder.

    Raises:
        ValueError: Neither is usable.
    """
    readable = os.W_OK | os.R_OK
    if root_dir is None:
        if os.access(cwd, readable):
            return cwd
        root_dir = cwd
    if "\0" in root_dir:
        # It makes nothing, and what it raises instead depends on the interpreter.
        os.mkdir(root_dir)
    if os.path.isdir(root_dir):
        if os.access(root_dir, readable):
            return root_dir
        warn(f"Path {root_dir} wasn't read/writable")
    else:
        parent = os.path.abspath(root_dir)
        while not os.path.lexists(parent):
            parent = os.path.dirname(parent)
        if root_dir and os.path.isdir(parent) and os.access(parent, os.W_OK | os.X_OK):
            return root_dir
        warn(f"Unable to create root directory {root_dir}")
    import tempfile  # slow to import, and seldom needed

    fallback = tempfile.gettempdir()
    if not os.access(fallback, readable):
        raise ValueError(
            f"System temp directory ({fallback}) is not writable/readable, please set the `dir` argument in"
            " `wandb.init()` to a writable/readable directory."
        )
    warn(f"Falling back to temporary directory {fallback}.")
    return fallback


def warn_of_git_root(fields: Mapping[str, Any], warn: Warn) -> None:
    """The client looks for a git repository in the folder asked for before it makes the folder."""
    root = fields.get("root_dir")
    if not root or fields.get("git_root") is not None or fields.get("disable_git") or os.path.isdir(root):
        return
    import shutil  # slow to import, and seldom needed

    if shutil.which("git"):
        warn(f"git root {root} does not exist")
