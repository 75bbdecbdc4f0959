"""What a program does to the machine: connections, processes and files that a patch must not let happen."""

from __future__ import annotations

import importlib.machinery
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests import namespaces
from tests.pristine import Snapshot, changes

_LOCAL = ("127.0.0.1", "::1", "localhost", "0.0.0.0")
_PROCESSES = ("subprocess.Popen", "os.posix_spawn", "os.exec", "os.spawn", "os.system")


class Watch:
    """Notes what must not happen from now on until the end of the process.

    Args:
        folder: Where the program runs.
        standin: Whether the installed wandb must not be read either.
    """

    def __init__(self, folder: str, *, standin: bool) -> None:
        self._folder = folder
        self._found: list[str] = []
        spec = (
            importlib.machinery.PathFinder.find_spec("wandb", [path for path in sys.path if path]) if standin else None
        )
        self._installed = os.path.dirname(spec.origin) + os.sep if spec is not None and spec.origin else None
        self._before = Snapshot()
        sys.addaudithook(self._hear)

    def _hear(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event == "socket.connect":
            address = arguments[1]
            if isinstance(address, tuple) and address[0] not in _LOCAL:
                self._found.append(f"connected to {address}")
        elif event in ("socket.getaddrinfo", "socket.gethostbyname"):
            if arguments[0] and str(arguments[0]) not in _LOCAL:
                self._found.append(f"asked for the address of {arguments[0]}")
        elif event in _PROCESSES:
            more = arguments[1] if len(arguments) > 1 and isinstance(arguments[1], (list, tuple)) else ()
            words = " ".join(map(str, [arguments[0], *more])).split()
            # A folder's name may have it too.
            if any(os.path.basename(word).startswith("wandb") for word in words):
                self._found.append(f"started {arguments[:2]}")
        elif event == "open" and self._installed and str(arguments[0]).startswith(self._installed):
            self._found.append(f"read {arguments[0]}")

    def violations(self) -> list[str]:
        """Return what happened, and what is left behind."""
        return sorted({*self._found, *filter(None, self._left())})

    def _left(self) -> Iterator[str]:
        before = self._before
        for name, module in {**before.modules, **sys.modules}.items():
            if name.partition(".")[0] == "wandb":
                if type(sys.modules.get(name)).__module__.startswith("wandb_testkit"):
                    yield f"sys.modules: the stand-in's {name}"
                elif name in before.modules and sys.modules.get(name) is not module:
                    yield f"sys.modules: {name} is another"
        yield from namespaces.changes(before.names)
        environ = {name: value for name, value in os.environ.items() if name.startswith("WANDB_")}
        yield changes("environment", {n: v for n, v in before.environ.items() if n.startswith("WANDB_")}, environ)
        for parent in (os.path.join(self._folder, "work"), os.path.join(self._folder, "home")):
            for path in Path(parent).rglob("*wandb*"):
                yield f"file {path.relative_to(self._folder)}"
        prefix = f"wandb-testkit-{os.getpid()}-"
        yield from (f"file {name}" for name in os.listdir(tempfile.gettempdir()) if name.startswith(prefix))
