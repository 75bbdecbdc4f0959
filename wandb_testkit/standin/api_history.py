"""Reading the whole history of a run through the public API, as in wandb 0.31.0."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from wandb_testkit.standin.api_base import public


@public("wandb.apis.public.HistoryScan", "wandb.apis.public.history")
class HistoryScan(Iterator[dict[str, Any]]):
    """All rows of a run's history.

    Args:
        run: the run.
        service_api: where to ask.
        min_step: the first step.
        max_step: the step before which to stop.
        keys: only rows that have all of these.
        page_size: how many steps a page has.
        use_cache: without effect.
    """

    def __init__(
        self,
        run: Any,
        *,
        service_api: Any,
        min_step: int,
        max_step: int,
        keys: list[str] | None = None,
        page_size: int = 1_000,
        use_cache: bool = True,
    ) -> None:
        self.run = run
        self.min_step = min_step
        self._stop_step = max_step
        self.keys = keys
        self.page_size = page_size
        self._service_api = service_api
        self._scanned: list[dict[str, Any]] = service_api.scan_history(run, keys)
        self.scan_offset = 0
        self.page_offset = min_step
        self.rows: list[dict[str, Any]] = []

    @property
    def max_step(self) -> int:
        """The last step that may come."""
        return self._stop_step - 1

    def __iter__(self) -> HistoryScan:
        self.scan_offset = 0
        self.page_offset = self.min_step
        self.rows = []
        return self

    def __next__(self) -> dict[str, Any]:
        while self.scan_offset >= len(self.rows):
            if self.page_offset >= self._stop_step:
                raise StopIteration
            self._load_next()
        row = self.rows[self.scan_offset]
        self.scan_offset += 1
        return row

    def _load_next(self) -> None:
        stop = min(self.page_offset + self.page_size, self._stop_step)
        self.rows = [row for row in self._scanned if self.page_offset <= row["_step"] < stop]
        self.page_offset += self.page_size
        self.scan_offset = 0
