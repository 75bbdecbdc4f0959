"""What the client prints, and what is remembered of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from wandb_testkit.world import World


class Terminal:
    """The part of a session that prints: `messages` has everything, as (level, text)."""

    world: World
    namespace: Mapping[str, Any]

    def __init__(self) -> None:
        self.messages: list[tuple[str, str]] = []
        self._printed: set[str] = set()

    def shown_fields(self) -> Mapping[str, Any]:
        """Return the settings that say what is printed."""
        raise NotImplementedError

    def warn(self, text: str, **options: Any) -> None:
        """Print a warning as the client does: through ``wandb.termwarn`` as it is now."""
        self.namespace["termwarn"](text, **options)

    def do_termlog(self, string: str = "", **options: Any) -> None:
        self._message("info", "termlog", string, options)

    def do_termwarn(self, string: str, **options: Any) -> None:
        self._message("warning", "termwarn", string, options)

    def do_termerror(self, string: str, **options: Any) -> None:
        self._message("error", "termerror", string, options)

    def _message(self, level: str, function: str, text: str, options: dict[str, Any]) -> None:
        # The oldest releases take what else there is as one parameter.
        options = {**options, **options.get("kwargs", {})}
        options.pop("kwargs", None)
        # What was printed once is remembered by the recorder's session, not by the process.
        if not options.pop("repeat", True):
            if text in self._printed:
                return
            self._printed.add(text)
        self.messages.append((level, text))
        fields = self.shown_fields()
        shown = fields.get({"info": "show_info", "warning": "show_warnings", "error": "show_errors"}[level], True)
        if shown and not fields.get("silent"):
            self.world.original(function)(text, **options)
