"""The client of a run that was attached to: a second object of one run, with a config of its own."""

from __future__ import annotations

from typing import Any

from wandb_testkit.client.run import RunClient
from wandb_testkit.rules.lifecycle import ConfigSet

_STEP_ELSEWHERE = (
    "Note that setting step in multiprocessing can result in data loss. Please use `run.define_metric(...)` to define"
    " a custom metric to log your step values."
)


class AttachedClient(RunClient):
    """The client behind what ``wandb.attach`` returns.

    It logs into the run like the first object.  Of the run's config it knows what was set through itself.

    Args:
        original: The client of the run.
    """

    may_log_fast = False
    is_attached = True

    def __init__(self, original: RunClient) -> None:
        own = {"interface", "_step_reader", "live", "config", "finished"}
        self.__dict__.update((name, value) for name, value in vars(original).items() if name not in own)
        self._original = original
        self._items: dict[str, Any] = {}
        self._sources = {}
        self.config = None
        self.live = self._make_live()

    @property
    def finished(self) -> bool:  # type: ignore[override]
        """Whether the run is finished, through whichever object."""
        return self._original.finished

    @property
    def config_items(self) -> dict[str, Any]:
        return self._items

    def _effect(self, event: object) -> None:
        if isinstance(event, ConfigSet):
            self._items.update(event.items)
        else:
            super()._effect(event)

    def accept_row(
        self, data: Any, step: Any = None, commit: Any = None, **rest: Any
    ) -> tuple[dict[str, Any], int | None, bool | None]:
        accepted = super().accept_row(data, step, commit, **rest)
        if step is not None:
            self.session.warn(_STEP_ELSEWHERE, repeat=False)
        return accepted

    def do_finish(self, exit_code: Any = None, **rest: Any) -> None:
        if self.finished:
            return
        try:
            self._original.do_finish(exit_code, **rest)
        finally:
            if self.session.global_run is self.live:
                self.session.unbind()
