"""How a process comes to take part: what the one that starts it leaves for it.

- A forked child has the patch already.
- A new interpreter finds the folder `startup` in front of its path, and in it a module that Python itself imports.
- What `multiprocessing` starts is told by the data that it prepares, because its server of processes may be older than
  the patch.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from wandb_testkit import guard

VARIABLE = "_WANDB_TESTKIT_FAMILY"
#: Says which process of the family has the service that the client would use.
SERVICE = "_WANDB_TESTKIT_SERVICE"
STARTUP = str(Path(__file__).resolve().parent / "startup")

#: What the variable says where wandb is absent.
ABSENT = "absent"

_prepared: list[str] = []
_plain: Callable[..., dict[str, Any]] | None = None


class Launching:
    """Lets the processes that are started from now on take part.

    Args:
        family: The family's folder.
    """

    def __init__(self, family: str) -> None:
        self._family = family
        self._before = {name: os.environ.get(name) for name in (VARIABLE, "PYTHONPATH")}
        path = self._before["PYTHONPATH"]
        inherited = [] if path is None else [part for part in path.split(os.pathsep) if part != STARTUP]
        self._now = {VARIABLE: family, "PYTHONPATH": os.pathsep.join([STARTUP, *inherited])}
        os.environ.update(self._now)
        guard.add(self._now)
        _prepare(family)

    def end(self) -> None:
        """Take it back; what the program itself has changed meanwhile stays."""
        guard.remove(self._now)
        for name, before in self._before.items():
            if os.environ.get(name) != self._now[name]:
                continue
            if before is None:
                del os.environ[name]
            else:
                os.environ[name] = before
        _unprepare(self._family)


class _Stowaway:
    """Part of what `multiprocessing` prepares for a child, which takes part as soon as it reads it.

    Args:
        family: The family's folder.
    """

    def __init__(self, family: str) -> None:
        self._family = family

    def __reduce__(self) -> Any:
        start = os.path.join(STARTUP, "wandb_testkit_start.py")
        return exec, (f"import runpy; runpy.run_path({start!r})['start']({self._family!r})",)


def _prepare(family: str) -> None:
    global _plain
    from multiprocessing import spawn

    _prepared.append(family)
    if _plain is None:
        _plain = spawn.get_preparation_data
        spawn.get_preparation_data = _preparation_data


def _unprepare(family: str) -> None:
    global _plain
    from multiprocessing import spawn

    _prepared.remove(family)
    if not _prepared and spawn.get_preparation_data is _preparation_data:
        assert _plain is not None
        spawn.get_preparation_data = _plain
        _plain = None


def _preparation_data(name: str) -> dict[str, Any]:
    assert _plain is not None
    prepared = _plain(name)
    if _prepared:
        prepared["wandb_testkit"] = _Stowaway(_prepared[-1])
    return prepared
