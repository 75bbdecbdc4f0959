"""``run.summary``: what is read, assigned and deleted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from wandb_testkit.client.parts import Part, recursing
from wandb_testkit.rules import definitions, encoding
from wandb_testkit.rules.lifecycle import SummaryRemoved, SummarySet
from wandb_testkit.rules.tree import MISSING


class SummaryPart(Part):
    """The part that stands behind ``run.summary``."""

    def summary_items(self) -> dict[str, Any]:
        if self.finished:
            self.session.warn("Summary data not available in finished run")
            return {}
        return self.history().live_summary()

    def summary_item(self, key: Any) -> Any:
        """Return one value of the summary; MISSING where there is none."""
        if self.finished:
            return self.summary_items().get(key, MISSING)
        return self.history().live_value(key)

    @recursing
    def summary_update(self, items: Sequence[tuple[tuple[str, ...], Any]]) -> None:
        """Explicit summary values, by path."""
        if self.finished:
            raise self.is_finished("_summary_update_callback")
        plain = self.world.behaviour.plain_json
        found = []
        for path, value in items:
            # One after the other, its name first: of several mistakes, the client finds the first.
            name = tuple(map(definitions.text, path))
            found.append((name, encoding.summary_wire(value, ".".join(path), self._summary_media, plain_json=plain)))
        self._effect(SummarySet(found))

    def summary_remove(self, path: tuple[str, ...]) -> None:
        if self.finished:
            raise self.is_finished("_summary_update_callback")
        self._effect(SummaryRemoved(tuple(map(definitions.text, path))))

    def _summary_media(self, key: encoding.MediaKey, value: Any) -> Any:
        return self.world.workshop.media_wire(self, str(key), value, "summary")
