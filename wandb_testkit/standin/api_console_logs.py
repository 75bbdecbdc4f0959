"""What a run's program printed, through the public API, as in wandb 0.31.0."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from wandb_testkit.errors import NotModelled
from wandb_testkit.standin.api_base import Paginator, normalize_exceptions, public


@public("wandb.apis.public.ConsoleLogLine", "wandb.apis.public.console_logs")
@dataclass(frozen=True)
class ConsoleLogLine:
    """A line that a run's program printed."""

    number: int
    timestamp: datetime | None
    level: str
    label: str
    content: str


@public("wandb.apis.public.ConsoleLogs", "wandb.apis.public.console_logs")
class ConsoleLogs(Paginator[ConsoleLogLine]):
    """The lines that a run's program printed, the oldest first.

    Args:
        service_api: where to ask.
        run: the run.
        per_page: how many lines a page has.
        last: only so many, from the end.
    """

    def __init__(self, service_api: Any, run: Any, per_page: int = 1000, last: int | None = None) -> None:
        self.run = run
        self._tail = last
        super().__init__(service_api, variables={}, per_page=per_page)

    @property
    def more(self) -> bool:
        """Whether there are more pages."""
        return self.last_response is None

    @property
    def cursor(self) -> str | None:
        """Where the next page begins."""
        return None

    def update_variables(self) -> None:
        """Do nothing: there are none."""

    @normalize_exceptions
    def _update_response(self) -> None:
        raise NotModelled("wandb.Api().run(...).console_logs")

    def convert_objects(self) -> list[ConsoleLogLine]:
        """The lines of the page that was asked for last: what a program prints is not recorded."""
        return []

    def __repr__(self) -> str:
        return f"<ConsoleLogs {self.run.entity}/{self.run.project}/{self.run.id}>"
