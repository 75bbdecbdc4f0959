"""Links in a folder that something is downloaded to: nothing is written through them to elsewhere.

Here the patch is stricter than the client, which follows them: a test's download must not change files that are not its
own.  The folder itself may be a link, or be below one: that is where the program has asked for it.
"""

from __future__ import annotations

import functools
import os
from collections.abc import Callable
from typing import Any


def settle(path: str, root: Any) -> str:
    """Make sure that what is written to a path comes to be in its folder; a link in its place goes.

    Args:
        path: Where a file is to be written.
        root: The folder that was asked for, above it.

    Returns:
        The path.

    Raises:
        ValueError: A link on the way leads out of the folder.
    """
    # Neither needs to exist yet.
    parent, whole = os.path.realpath(os.path.dirname(path) or "."), os.path.realpath(os.fspath(root) or ".")
    if os.path.commonpath([parent, whole]) != whole:
        raise ValueError(
            f"wandb_testkit: the download would write {path!r} through a link to {parent!r}, outside of {whole!r}:"
            " remove the link, or download to another folder."
        )
    if os.path.islink(path):
        os.unlink(path)
    return path


def settle_named(path: str, name: str) -> str:
    """Do as `settle`, where the folder that was asked for is not known, but how the file's name ends.

    Args:
        path: Where a file is to be written.
        name: Its name below that folder; where it is another one, only a link in the file's own place goes.
    """
    return settle(path, path.removesuffix(name) if name and path.endswith(name) else os.path.dirname(path))


@functools.cache
def settling(validate: Callable[..., Any]) -> Callable[..., Any]:
    """Return what stands for the client's check of where a file of an artifact goes.

    Args:
        validate: The client's, of the folder and the path below it.
    """

    @functools.wraps(validate)
    def validate_fspath(root: Any, relpath: Any) -> Any:
        return settle(validate(root, relpath), root)

    return validate_fspath
