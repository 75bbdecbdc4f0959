"""Why what a test expects often is not there: said at the end of an assertion's message."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from wandb_testkit.comparing import contains, is_rounding, key_paths, same, suggestion, values_at

if TYPE_CHECKING:
    from wandb_testkit.recorder import RecordedRun
    from wandb_testkit.rules.history import Dropped

NO_RUN = "No run was recorded: wandb.init() was not called inside the patch, or it raised."


def name_of(run: RecordedRun) -> str:
    """Return what a message calls a run."""
    return f"{run.project}/{run.id}"


def disabled(run: RecordedRun) -> str:
    """Say that nothing of a disabled run is sent."""
    return f"Run {name_of(run)} is disabled (mode 'disabled', WANDB_MODE or settings): nothing of it is sent."


def pending(run: RecordedRun) -> str:
    """Say that something is not committed yet."""
    at = (run.pending or {}).get("_step")
    return (
        f"It is in the row at step {at} that is still pending: no commit, no later step and"
        " no finish came after it (run.pending)."
    )


def dropped(row: Dropped) -> str:
    """Say that the client did not send a row."""
    return (
        f"The client dropped it: it was logged at step {row.step} after step {row.current_step} (run.dropped).\n"
        "Steps must increase; a metric may have an axis of its own with run.define_metric()."
    )


def likely_mistakes(
    runs: Sequence[RecordedRun],
    others: Sequence[RecordedRun],
    rows: Sequence[Mapping[str, Any]],
    expected: Mapping[str, Any],
    step: Any,
) -> list[str]:
    """Say what often is the reason that a row is not there."""
    hints = [] if runs else [NO_RUN]
    hints += [disabled(run) for run in runs[:3] if run.mode == "disabled"]
    if step is not None:
        steps = [row["_step"] for row in rows if "_step" in row and contains(row, expected)]
        if steps:
            more = " and others" if len(steps) > 5 else ""
            hints.append(f"It was logged at step {', '.join(map(str, steps[:5]))}{more}, not {step!r}.")
    for run in runs:
        if run.pending is not None and contains(run.pending, expected):
            hints.append(pending(run))
        hints += [dropped(each) for each in run.dropped if contains(each.row, expected)][:3]
    hints += [
        f"Run {name_of(other)} logged it: name that run, or none."
        for other in others
        if any(contains(row, expected) for row in other.history())
    ][:3]
    return [*hints, *_named_otherwise(rows, expected), *_scattered(rows, expected), *_rounded(rows, expected)]


def _named_otherwise(rows: Sequence[Mapping[str, Any]], expected: Mapping[str, Any]) -> list[str]:
    """Say so when the value was logged under a key that is much like the expected one."""
    if len(expected) > 20:
        return []
    hints = []
    known = [path for path in key_paths(rows) if path != "_step"]
    for key, item in expected.items():
        if any(True for row in rows for _ in values_at(row, key)):
            continue
        like = suggestion(key, known)
        if like is not None and any(same(value, item) for row in rows for value in values_at(row, like)):
            hints.append(f"It was logged as {like!r}, not {key!r}.")
    return hints


def _scattered(rows: Sequence[Mapping[str, Any]], expected: Mapping[str, Any]) -> list[str]:
    """Say so when each value was logged, but not in one row."""
    if not 1 < len(expected) < 20 or any(contains(row, expected) for row in rows):
        return []
    where = {key: next((row for row in rows if contains(row, {key: item})), None) for key, item in expected.items()}
    if any(row is None for row in where.values()):
        return []
    steps = ", ".join(f"{key!r} at step {row.get('_step')}" for key, row in where.items() if row is not None)
    return [f"No one row has all of it: {steps}. Rows of one step join: log(..., commit=False), or the same step=."]


def _rounded(rows: Sequence[Mapping[str, Any]], expected: Mapping[str, Any]) -> list[str]:
    """Say so when only the last digits differ."""
    if len(expected) > 20:
        return []
    for row in rows:
        pairs = [(value, item) for key, item in expected.items() for value in values_at(row, key)]
        close = all(same(value, item) or is_rounding(value, item) for value, item in pairs)
        if close and len(pairs) == len(expected) and not contains(row, expected):
            return ["Only the last digits differ: expect pytest.approx(...) of the number."]
    return []
