"""The project of a run that names none."""

from __future__ import annotations

import os
import sys


def main_program() -> str:
    """The program that runs, as the client names it."""
    main = sys.modules.get("__main__")
    try:
        spec = main.__spec__  # type: ignore[union-attr]
        return f"-m {spec.name}" if spec is not None else str(main.__file__)  # type: ignore[union-attr]
    except AttributeError:
        return "<python with no main file>"


def auto_project_name(program: str, cwd: str) -> str:
    """The project of a run that names none: the git repository's name and the program's folder in it.

    Args:
        program: The script; a relative one is sought in the working directory.
        cwd: The working directory.

    Returns:
        The name; "uncategorized" outside a repository.
    """
    folder = cwd
    while not os.path.exists(os.path.join(folder, ".git")):
        parent = os.path.dirname(folder)
        if parent == folder:
            return "uncategorized"
        folder = parent
    name = os.path.basename(folder)
    inside = os.path.dirname(os.path.abspath(os.path.join(cwd, program)))
    if not inside.startswith(folder):
        return name
    below = os.path.relpath(inside, folder)
    return (name if below == "." else f"{name}-{below}").replace(os.sep, "_")
