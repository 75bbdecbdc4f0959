"""How `log` calls become history rows: steps, open rows, merging, dropping, and what follows for the summary.

The rules are those of the client, release 0.31.0: a row is open until a call commits it or a larger step begins.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final, NamedTuple

from wandb_testkit.rules import turns
from wandb_testkit.rules.encoding import Encoded
from wandb_testkit.rules.encoding.core import INT64_MAX, INT64_MIN
from wandb_testkit.rules.metrics import Definition, Metrics, summary_path
from wandb_testkit.rules.naming import SPECIAL_KEYS
from wandb_testkit.rules.summary import RunSummary
from wandb_testkit.rules.tree import MISSING, Path, as_read, opened, row_tree
from wandb_testkit.rules.turns import at_once

# Rows of nothing but these need no tree: the summary they leave is the last value of each key.
_SCALARS: Final = frozenset((int, float, str, bool))

# Keys that the client sets itself, whatever is logged under them, and the one that it refuses.
_SET_BY_CLIENT: Final = frozenset(("", "_step", "_timestamp", "_runtime"))

_INTERNAL: Final = ("_timestamp", "_runtime", "_wandb")


class Dropped(NamedTuple):
    """A `log` call whose step was over already; the client warns with `reason` and forgets the row."""

    row: dict[str, Any]
    step: int
    current_step: int
    reason: str


class RunReplay:
    """The history, summary and metric definitions of one run, as its calls arrive.

    Args:
        starting_step: The step of the first row, above 0 for a resumed run.
        start_time: When the run began, in seconds since the epoch; runtimes count from it.
        shared: Whether the run is in shared mode, where the server numbers the rows.
        joins_dicts: Whether a dict that is logged to an open row joins the one that is there.

    Attributes:
        rows: The committed rows: nested dicts nested, keys as logged, `_step` first (absent in shared mode), without
            `_timestamp` and `_runtime`. Values are as logged: `tree.as_read` gives them as the log is read.
        times: The `_timestamp` of each row, which is the last call's time, or whatever was logged under that name.
        runtimes: The `_runtime` of each row, in seconds.
        untimed: The indices of rows that have no `_timestamp`, because `{}` was logged under that name.
        pending: The open row, None when there is none.
        step: What `run.step` reads; it means nothing in shared mode, where the client refuses to answer.
        dropped: The calls that came for a step already over.
        metrics: The metric definitions.
        ignores_steps: Whether each row takes the next step, whatever step it is logged with.
    """

    def __init__(
        self, starting_step: int = 0, *, start_time: float = 0.0, shared: bool = False, joins_dicts: bool = True
    ) -> None:
        # The committed rows in columns: a row that was logged plainly is the very dict that the call recorded.
        self._rows: list[dict[str, Any]] = []
        self._steps: list[int] = []
        self.times: list[float] = []
        self._flushed: list[float] = []
        # Whether a row holds anything but plain scalars, so that a copy of it must go deeper.
        self.nested = False
        self.untimed: set[int] = set()
        self._open: dict[str, Any] | None = None
        self.step = 0
        self.dropped: list[Dropped] = []
        self.metrics = Metrics()
        self.ignores_steps = False
        self._shared = shared
        self._join_rows = merge if joins_dicts else dict.update
        # Before its first row even a resumed run says that it is at step 0.
        self._first_step = None if shared else starting_step
        # Rows have a step, the first one has begun, and no definition changes what is logged.
        self._simple = False
        self._start_time = start_time
        self._timestamp: Any = MISSING  # of the open row
        self._now = start_time
        # Of the rows before _summarised the summary is known: in _latest while all of them are flat, else in _summary.
        self._flat = True
        self._latest: dict[str, Any] = {}
        self._summary: RunSummary | None = None
        self._summarised = 0

    @at_once
    def log(
        self, row: dict[str, Any], step: int | None, commit: bool | None, time: float, *, plain: bool = False
    ) -> None:
        """Take one `log` call.

        Args:
            row: The data, encoded; not changed and not kept open to change.
            step: As passed by the caller.
            commit: As passed by the caller.
            time: When the call was made, in seconds since the epoch.
            plain: Whether it is known that there are only scalars, under keys without a rule of their own.
        """
        self._now = time
        if step is not None and self.ignores_steps:
            step = None
        scalars = plain or (_SCALARS.issuperset(map(type, row.values())) and SPECIAL_KEYS.isdisjoint(row))
        if self._first_step is not None:
            self._begin()
        if step is not None and not self._shared and step != self.step and not self._go_to(step, row):
            return
        if scalars:
            self._join(row, time)
        else:
            self._merge(row, time)
        if commit if commit is not None else self._shared or step is None:
            self._flush(self.step + 1)

    def _begin(self) -> None:
        """Begin the first row."""
        assert self._first_step is not None
        self.step = self._first_step
        self._first_step = None
        self._simple = not self.metrics

    def can_take_many(self) -> bool:
        """Say whether `log_many` and `log_one` can take the rows that come now: none is open, nothing is defined."""
        if self._first_step is not None:
            self._begin()
        return self._simple and self._open is None

    def log_many(self, rows: Sequence[dict[str, Any]], times: Sequence[float]) -> None:
        """Take many `log` calls in a row without step and commit, of nothing but scalars under usual keys.

        The way of nearly all calls, so it costs next to nothing; whoever calls it holds `turns.lock`.

        Args:
            rows: The data of each call; kept as they are.
            times: When the calls were made, in seconds since the epoch.
        """
        count = len(rows)
        self._rows.extend(rows)
        self._steps.extend(range(self.step, self.step + count))
        self.times.extend(times)
        self._flushed.extend(times)
        self.step += count
        self._now = times[-1]

    def log_one(self, row: dict[str, Any], time: float) -> None:
        """Take one `log` call like those of `log_many`, as whoever reads after each row needs it: with the summary.

        Args:
            row: The data; kept as it is.
            time: When the call was made, in seconds since the epoch.
        """
        self._rows.append(row)
        step = self.step
        self._steps.append(step)
        self.times.append(time)
        self._flushed.append(time)
        if self._flat and self._summarised == len(self._rows) - 1:
            self._latest.update(row)
            self._summarised += 1
        self.step = step + 1
        self._now = time

    @property
    def pending(self) -> dict[str, Any] | None:
        """The open row, with its step; None when there is none."""
        return None if self._open is None else self._with_step(self._open, self.step)

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The committed rows, each a new dict with its step first; nested values are the record's own."""
        return self.rows_since(0)

    @at_once
    def rows_since(self, index: int) -> list[dict[str, Any]]:
        """Return the committed rows from `index` on; see `rows`."""
        if self._shared:
            return [dict(row) for row in self._rows[index:]]
        if index:
            return [{"_step": step, **row} for step, row in zip(self._steps[index:], self._rows[index:], strict=True)]
        return [{"_step": step, **row} for step, row in zip(self._steps, self._rows, strict=True)]

    @property
    def runtimes(self) -> list[float]:
        """The `_runtime` of each committed row: seconds from the run's start until it was committed."""
        return [flushed - self._start_time for flushed in self._flushed]

    def __len__(self) -> int:
        """Return how many rows are committed."""
        return len(self._rows)

    def _with_step(self, row: dict[str, Any], step: int) -> dict[str, Any]:
        return dict(row) if self._shared else {"_step": step, **row}

    @at_once
    def define(self, definition: Definition) -> None:
        """Take one `define_metric` call.

        Args:
            definition: Its arguments.
        """
        self._simple = False
        self.metrics.define(definition)
        if not definition.name.endswith("*"):
            self._configure(definition.name)

    @at_once
    def update_summary(self, items: Iterable[tuple[Path, Any]]) -> None:
        """Take one explicit assignment to the summary.

        Args:
            items: Paths and values, on the wire.
        """
        summary = self._full_summary()
        for path, value in items:
            summary.assign(path, value)

    @at_once
    def remove_summary(self, path: Path) -> None:
        """Take one deletion from the summary.

        Args:
            path: The key, or the keys that lead to it.
        """
        self._full_summary().remove(path)

    @at_once
    def replace_summary(self, items: dict[str, Any]) -> None:
        """Take a whole summary that somebody wrote on the server.

        Args:
            items: The values by key; what is not among them goes.
        """
        there = self.live_summary()
        changed = [key for key in there if key not in items or items[key] != there[key]]
        for key in changed:
            self.remove_summary((key,))
        self.update_summary([((key,), value) for key, value in items.items() if key in changed or key not in there])

    @at_once
    def finish(self, time: float | None = None) -> None:
        """Write the open row, as the end of the run does.

        Args:
            time: When the run ended, in seconds since the epoch; by default, when it last logged.
        """
        if time is not None:
            self._now = time
        self._flush(self.step + 1)

    @at_once
    def summary(self) -> dict[str, Any]:
        """The final summary that the log tells, with `_step` and without `_timestamp`, `_runtime` and `_wandb`."""
        self._catch_up()
        if self._summary is None:
            told = {"_step": self._steps[-1]} if self._rows and not self._shared else {}
            told.update((key, as_read(value)) for key, value in self._latest.items())
            return told
        told = self._summary.logged()
        for key in _INTERNAL:
            told.pop(key, None)
        return told

    @at_once
    def live_summary(self) -> dict[str, Any]:
        """What `run.summary` reads at this moment, with `_step`, `_timestamp`, `_runtime` and `_wandb`."""
        self._catch_up()
        if self._summary is not None:
            return self._summary.live()
        shown = {key: as_read(value) for key, value in self._latest.items()}
        if self._rows:
            if not self._shared:
                shown["_step"] = self._steps[-1]
            runtime = self._flushed[-1] - self._start_time
            shown.update(
                _timestamp=as_read(self.times[-1]), _runtime=as_read(runtime), _wandb={"runtime": int(runtime)}
            )
        return shown

    def live_value(self, key: str) -> Any:
        """What `run.summary[key]` reads; MISSING where there is none.

        Args:
            key: The key; its value alone is made, not the whole summary.
        """
        # Nobody has to wait for a turn where the summary is known up to the last row.
        if self._summarised != len(self._rows):
            with turns.lock:
                self._catch_up()
        # It only grows, until it is given up for good.
        latest = self._latest
        if self._flat and key in latest:
            return as_read(latest[key])
        return self.live_summary().get(key, MISSING)

    def _go_to(self, step: int, row: dict[str, Any]) -> bool:
        """Begin a later step; False, and the row is dropped, where it is an earlier one."""
        if step > self.step:
            self._flush(step)
            return True
        reason = (
            f"Tried to log to step {step} that is less than the current step {self.step}."
            " Steps must be monotonically increasing, so this data will be ignored."
            " See https://wandb.me/define-metric to log data out of order."
        )
        self.dropped.append(Dropped(row, step, self.step, reason))
        return False

    def _join(self, row: dict[str, Any], time: float) -> None:
        """Log scalars under keys without a rule of their own into the open row."""
        if self._open is not None:
            self._open.update(row)
        else:
            self._open = dict(row)
        self._timestamp = time

    def _merge(self, row: dict[str, Any], time: float) -> None:
        self._flat = False
        self.nested = True
        pending = self._open
        if pending is None:
            pending = {}
            self._timestamp = MISSING
        stamp: dict[str, Any] = {} if self._timestamp is MISSING else {"_timestamp": self._timestamp}
        merge(stamp, {"_timestamp": row.get("_timestamp", time), "_runtime": row.get("_runtime", {})})
        self._timestamp = opened(stamp.get("_timestamp", MISSING))
        self._join_rows(pending, {key: value for key, value in row.items() if key not in _SET_BY_CLIENT})
        if self._open is not None or stamp or pending:
            self._open = pending

    def _flush(self, next_step: int) -> None:
        row = self._open
        if row is not None:
            self._open = None
            if self.metrics:
                row = self._defined(row)
            if self._timestamp is MISSING:
                self.untimed.add(len(self._rows))
                self._timestamp = self._now
            self._rows.append(row)
            self._steps.append(self.step)
            self.times.append(self._timestamp)
            self._flushed.append(self._now)
        if not self._shared:
            # wandb-core counts in 64 bits.
            self.step = next_step if next_step <= INT64_MAX else INT64_MIN

    def _defined(self, row: dict[str, Any]) -> dict[str, Any]:
        """Apply the metric definitions to a row, which then has the step metrics that it lacked."""
        row = self._with_step(row, self.step)
        if self._timestamp is not MISSING:
            row["_timestamp"] = self._timestamp
        row["_runtime"] = self._now - self._start_time
        self.metrics.observe(row)
        for name in self.metrics.expand(row):
            self._configure(name)
        self.metrics.insert_steps(row)
        del row["_runtime"]
        stamp = row.pop("_timestamp", MISSING)
        if self._timestamp is MISSING:
            # A step metric can give a row the time that it lacked.
            self._timestamp = stamp
        # A step metric below `_step` has put a subtree there, which then hides the step. In shared mode the row has a
        # `_step` only if a definition gave it one.
        if not self._shared and row.get("_step") == self.step:
            del row["_step"]
        return row

    def _configure(self, name: str) -> None:
        path = summary_path(name)
        if path:
            self._full_summary().configure(path, self.metrics[name])

    def _full_summary(self) -> RunSummary:
        self._flat = False
        self._catch_up()
        assert self._summary is not None
        return self._summary

    def _catch_up(self) -> None:
        """Bring the summary up to the last row; from the first one when flat rows are no longer enough."""
        rows = self._rows
        if self._flat:
            if self._summarised != len(rows):
                for row in rows[self._summarised :]:
                    self._latest.update(row)
                self._summarised = len(rows)
            return
        if self._summary is None:
            self._summary = RunSummary()
            self._latest = {}
            self._summarised = 0
        for index in range(self._summarised, len(rows)):
            self._summarise(self._summary, index)
        self._summarised = len(rows)

    def _summarise(self, summary: RunSummary, index: int) -> None:
        runtime = self._flushed[index] - self._start_time
        summary.assign(("_wandb", "runtime"), int(runtime))
        summary.assign(("_runtime",), int(runtime))
        stamp = {} if index in self.untimed else {"_timestamp": self.times[index]}
        summary.update({**self._with_step(self._rows[index], self._steps[index]), **stamp, "_runtime": runtime})


def merge(row: dict[str, Any], more: dict[str, Any]) -> None:
    """Log `more` into an open row: leaves replace, dicts join, empty dicts vanish.

    Args:
        row: The open row, changed in place.
        more: The new data; not changed and shared with nothing afterwards but its leaves.
    """
    for key, value in more.items():
        new = opened(value)
        if type(new) is not dict:
            row[key] = value
            continue
        old = opened(row.get(key))
        joined = row_tree(old) if type(old) is dict else {}
        merge(joined, new)
        if joined:
            # An encoded value that covers all of what was there is still itself.
            row[key] = value if type(value) is Encoded and joined == row_tree(new) else joined
