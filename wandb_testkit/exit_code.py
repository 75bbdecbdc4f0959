"""The exit code of a process, as the client sees it coming."""

from __future__ import annotations

import sys
from types import TracebackType
from typing import Any


class ExitWatch:
    """Watches ``sys.exit`` and ``sys.excepthook``, which the client replaces when its first run begins.

    Attributes:
        code: 0, or what `sys.exit` was called with; 1 after an exception that nobody caught, 255 after Control-C.
            A bare ``raise SystemExit`` is not seen, as it is not by the client (wandb.sdk.lib.exit_hooks).
    """

    def __init__(self) -> None:
        self.code = 0
        self._exit: Any = sys.exit
        self._excepthook = sys.excepthook
        sys.exit = self.exit
        sys.excepthook = self.excepthook

    def exit(self, code: Any = None, /) -> Any:
        """Stand for `sys.exit`."""
        self.code = 0 if code is None else code if isinstance(code, int) else 1
        self._exit(code)

    def excepthook(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        """Stand for `sys.excepthook`."""
        self.code = 255 if isinstance(error, KeyboardInterrupt) else 1
        self._excepthook(kind, error, trace)

    def end(self) -> None:
        """Put back what others have not replaced meanwhile."""
        if sys.exit == self.exit:
            sys.exit = self._exit
        if sys.excepthook == self.excepthook:
            sys.excepthook = self._excepthook
