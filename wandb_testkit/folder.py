"""Where the real client's own code may write: a temporary folder that goes with the patch.

The client asks two functions for its folders of data and of caches.  Nothing is decided
before somebody asks, so that a test that touches no files pays for none.  The folder stays
the same from patch to patch, since the client keeps objects that know it.
"""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, MutableMapping
from typing import Any

from wandb_testkit.rules import naming

# A test may patch `os.getpid`.
_getpid = os.getpid

# The process that decided on the folder, and its path; empty while nobody has asked.
_decided: dict[str, tuple[int, str]] = {}


def path() -> str:
    """Return the folder's path; whoever writes makes the folder."""
    if "folder" not in _decided:
        import tempfile  # slow to import; where wandb is installed, it is there

        name = f"wandb-testkit-{_getpid()}-{naming.generate_id(12)}"
        # Two threads that ask at once get the same answer.
        _decided.setdefault("folder", (_getpid(), os.path.join(tempfile.gettempdir(), name)))
    return _decided["folder"][1]


def begin() -> None:
    """Let the next one who asks decide anew, where the folder is another process's or at another place."""
    if not _decided:
        return
    import tempfile

    owner, folder = _decided["folder"]
    if owner != _getpid() or os.path.dirname(folder) != tempfile.gettempdir():
        _decided.clear()


def remove() -> None:
    """Remove the folder, which a forked child leaves to its parent."""
    if not _decided:
        return
    owner, folder = _decided["folder"]
    if owner == _getpid() and os.path.isdir(folder):
        import shutil

        shutil.rmtree(folder, ignore_errors=True)


@functools.cache
def in_place_of(original: Callable[[Any], Any], variable: str, use: str) -> Callable[..., Any]:
    """Return what answers in place of one of the client's functions.

    Args:
        original: The client's function; it takes the environment.
        variable: The variable that it looks at; what the program sets inside the patch counts.
        use: The name of the folder below.
    """

    @functools.wraps(original)
    def answer(env: MutableMapping[str, str] | None = None) -> Any:
        given = env or os.environ
        return original(given if variable in given else {variable: os.path.join(path(), use)})

    return answer


@functools.cache
def in_place_of_temporary(original: Callable[..., Any]) -> Callable[..., Any]:
    """Return what answers in place of the client's function for its folder: for the machine's temporary one, ours.

    Args:
        original: The client's function; it takes what to return where the program has set no folder.
    """

    @functools.wraps(original)
    def answer(default: str | None = None, env: MutableMapping[str, str] | None = None) -> Any:
        import tempfile

        return original(os.path.join(path(), "api") if default == tempfile.gettempdir() else default, env)

    return answer
