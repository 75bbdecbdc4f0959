"""Child processes of a patch are kept from the network, also those that the patch does not reach.

While a patch is live, the environment that children inherit has an address of the server that is none: whatever wandb
they import refuses it at once, in ``init`` and ``Api`` alike, and its error shows the text.  `os.environ` does not have
it: the program's own view of its environment stays as it is.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from wandb_testkit import isolation

VARIABLE = "WANDB_BASE_URL"

#: The client's error shows the first and the last 24 characters.
TEXT = "child of patch_wandb(): no network here, and nothing is recorded: use subprocesses=True"

# As bytes nothing has to be encoded, which Windows does not take.
_NAME: Any = VARIABLE if os.name == "nt" else VARIABLE.encode()
_VALUE: Any = TEXT if os.name == "nt" else TEXT.encode()

# Below the outermost patch, what the child of `subprocess` gets besides.
_extra: list[Mapping[str, str]] = []
# What `subprocess.Popen` was when the patch began, and its own ``__init__``.
_guarded: Any = None
_plain_init: Any = None


def begin() -> None:
    """Begin to keep children from the network: the outermost patch is in place."""
    global _guarded, _plain_init
    import subprocess  # there since `unittest.mock` is

    os.putenv(_NAME, _VALUE)
    # A test may have put a mock in its place.
    if type(subprocess.Popen) is type and subprocess.Popen.__init__ is not _init:
        _guarded, _plain_init = subprocess.Popen, subprocess.Popen.__init__
        _guarded.__init__ = _init
    isolation.begin()


def end() -> None:
    """Let children do as they please: no patch is left."""
    isolation.end()

    own = os.environ.get(VARIABLE)
    if own is None:
        os.unsetenv(_NAME)
    else:
        os.putenv(VARIABLE, own)
    if _guarded is not None and _guarded.__init__ is _init:
        # Kept here too: another thread may be on its way through ours.
        _guarded.__init__ = _plain_init


def add(extra: Mapping[str, str]) -> None:
    """Give children that get an environment of their own these variables too.

    Args:
        extra: The variables.
    """
    _extra.append(extra)


def remove(extra: Mapping[str, str]) -> None:
    """Take back what `add` gave.

    Args:
        extra: The very object.
    """
    _extra[:] = [other for other in _extra if other is not extra]


def _init(self: Any, *args: Any, **kwargs: Any) -> None:
    """Stand for ``subprocess.Popen.__init__``; an environment that the program gives lacks ours."""
    if isolation.is_on():
        isolation.check_process(args[0] if args else kwargs.get("args", ()))
    # Its place among the positional arguments, `self` not counted.
    place = 10
    if kwargs.get("env") is not None:
        kwargs["env"] = _with_ours(kwargs["env"])
    elif len(args) > place and args[place] is not None:
        args = (*args[:place], _with_ours(args[place]), *args[place + 1 :])
    _plain_init(self, *args, **kwargs)


def _with_ours(env: Mapping[Any, Any]) -> dict[Any, Any]:
    found = dict(env)
    # Both kinds of names may be there on POSIX.
    if VARIABLE not in found and _NAME not in found:
        found[VARIABLE] = TEXT
    for name, value in _extra[-1].items() if _extra else ():
        if name == "PYTHONPATH" and found.get(name):
            first = value.split(os.pathsep)[0]
            if first not in found[name].split(os.pathsep):
                found[name] = first + os.pathsep + found[name]
        else:
            found[name] = value
    return found
