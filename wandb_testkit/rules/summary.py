"""How a run's summary follows from its rows, its metric definitions and explicit assignments.

Two summaries are kept, as the client does: the live one, which `run.summary` reads, knows the definitions; the one
that the log tells is a plain succession of updates and removals. They differ where a value becomes None, where a
definition arrives after the value, and where a definition makes a leaf of what was logged as a subtree.
The rules are those of wandb-core, release 0.31.0.
"""

from __future__ import annotations

import math
from typing import Any

from wandb_testkit.rules.metrics import Metric
from wandb_testkit.rules.tree import MISSING, Node, Path, as_read, fresh, grow, leaf, leaves, put, remove, row_leaves

_NAN = float("nan")


class MetricSummary:
    """The summary of one metric: its latest value and the statistics that a definition may ask for."""

    __slots__ = ("count", "first", "has_data", "kinds", "latest", "max", "min", "none", "total")

    def __init__(self) -> None:
        self.latest: Any = None
        self.first: Any = None
        self.min = 0.0
        self.max = 0.0
        self.total = 0.0
        self.count = 0
        self.kinds: frozenset[str] = frozenset()
        self.none = False
        self.has_data = False

    def clear(self) -> None:
        """Forget the value, not the statistics: a deleted minimum goes on where it was."""
        self.latest = None
        self.has_data = False

    def assign(self, value: Any) -> None:
        """Take a value that was set by hand, which switches the statistics off.

        Args:
            value: The value on the wire.
        """
        self.latest = value
        self.kinds = frozenset()
        self.has_data = True

    def update(self, value: Any) -> None:
        """Take the value of a new row; booleans are not numbers.

        Args:
            value: The value on the wire.
        """
        self.latest = value
        if not self.has_data:
            self.first = value
            self.has_data = True
        if type(value) is not float and type(value) is not int:
            return
        number = float(value)
        if not self.count or math.isnan(number):
            self.min = self.max = number
        elif not math.isnan(self.min):
            self.min = min(self.min, number)
            self.max = max(self.max, number)
        self.total += number
        self.count += 1

    def value(self) -> Any:
        """What the summary says of this metric; None where it says nothing."""
        if self.none or not self.has_data:
            return None
        if not self.kinds:
            return self.latest
        every = {
            "min": self.min,
            "max": self.max,
            "mean": self.total / self.count if self.count else _NAN,
            "last": self.latest,
            "first": self.first,
        }
        return {kind: value for kind, value in every.items() if kind in self.kinds}


class RunSummary:
    """The live and the logged summary of one run, with everything in them."""

    def __init__(self) -> None:
        self._live = Node()
        self._logged = Node()

    def configure(self, path: Path, metric: Metric) -> None:
        """Make a definition hold for the metric at `path`, for what was logged before as well.

        Args:
            path: Where the definition's name leads in the summary.
            metric: The definition in force.
        """
        summary = self._metric(path)
        summary.none = metric.none
        summary.kinds = metric.tracked

    def assign(self, path: Path, value: Any) -> None:
        """Set a value by hand; a dict is one opaque value.

        Args:
            path: The key, or the keys that lead to it.
            value: The value on the wire.
        """
        self._metric(path).assign(value)
        put(self._logged, path, value)

    def remove(self, path: Path) -> None:
        """Delete a metric, or all metrics under a key that was logged as a dict.

        Args:
            path: The key, or the keys that lead to it.
        """
        summary = leaf(self._live, path)
        if summary is MISSING:
            remove(self._live, path)
        else:
            summary.clear()
        remove(self._logged, path)

    def update(self, row: dict[str, Any]) -> None:
        """Take a row as it is written.

        Args:
            row: The row, with `_step`, `_timestamp` and `_runtime`.
        """
        for path, value in row_leaves(row):
            summary = self._metric(path)
            summary.update(value)
            shown = summary.value()
            if shown is not None:
                put(self._logged, path, as_read(shown))

    def logged(self) -> dict[str, Any]:
        """The summary that the log tells, as nested dicts; a null that was assigned is no value for the sender."""
        told: dict[str, Any] = {}
        for path, value in leaves(self._logged):
            if value is not None:
                put(told, path, fresh(value))
        return told

    def live(self) -> dict[str, Any]:
        """The summary that `run.summary` reads, as nested dicts; metrics without a value are absent."""
        shown: dict[str, Any] = {}
        for path, summary in leaves(self._live):
            value = summary.value()
            if value is not None:
                put(shown, path, as_read(value))
        return shown

    def _metric(self, path: Path) -> MetricSummary:
        parent = grow(self._live, path[:-1])
        summary = parent.get(path[-1])
        if type(summary) is not MetricSummary:
            summary = parent[path[-1]] = MetricSummary()
        return summary
