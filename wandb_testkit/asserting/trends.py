"""Metrics that only rise or only fall."""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from wandb_testkit.comparing import key_paths, values_at
from wandb_testkit.reasons import NO_RUN, disabled, name_of, pending
from wandb_testkit.wording import brief, did_you_mean, join, listing

if TYPE_CHECKING:
    from wandb_testkit.recorder import RecordedRun

# unittest shows no frames of modules that say this.
__unittest = True


class Trend(NamedTuple):
    """In which direction values may go."""

    name: str
    loosely: Callable[[Any, Any], bool]
    strictly: Callable[[Any, Any], bool]
    wrong: str


RISING = Trend("increase", operator.le, operator.lt, "fell")
FALLING = Trend("decrease", operator.ge, operator.gt, "rose")


def check(runs: Sequence[RecordedRun], key: str, trend: Trend, strictly: bool) -> None:
    """Raise the AssertionError of `assert_increasing` and `assert_decreasing`."""
    __tracebackhide__ = True
    if not isinstance(key, str) or not key:
        raise TypeError(f"assert_{trend.name[:-1]}ing() takes a key, not {brief(key, 80)}")
    if not runs:
        raise AssertionError(NO_RUN)
    series = [(run, [(row["_step"], value) for row in run.history() for value in values_at(row, key)]) for run in runs]
    told = [(run, values) for run, values in series if len(values) > 1]
    if not told:
        raise AssertionError(_too_few(runs, key, max(len(values) for _, values in series)))
    agrees = trend.strictly if strictly else trend.loosely
    for run, values in told:
        for index in range(len(values) - 1):
            _check_pair(run, key, values, index, trend, agrees)


def _check_pair(
    run: RecordedRun,
    key: str,
    values: Sequence[tuple[int, Any]],
    index: int,
    trend: Trend,
    agrees: Callable[[Any, Any], bool],
) -> None:
    __tracebackhide__ = True
    (before, left), (step, right) = values[index : index + 2]
    try:
        fine = bool(agrees(left, right))
    except (TypeError, ValueError):
        fine = False
    if fine:
        return
    if left == right:
        how = f"stayed at {brief(right)} from step {before} to step {step}; strictly=False allows that"
    elif right != right or left != left:
        how = f"is NaN at step {step if right != right else before}"
    elif trend.strictly(1, 2) == _greater(left, right):
        how = f"{trend.wrong} from {brief(left)} at step {before} to {brief(right)} at step {step}"
    else:
        how = f"cannot be compared: {brief(left)} at step {before}, {brief(right)} at step {step}"
    shown = [f"step {at}: {brief(value, 160)}" for at, value in values]
    text = f"{key!r} of run {name_of(run)} does not {trend.name}: it {how}."
    raise AssertionError(join(text, listing(shown, "values", index)))


def _greater(left: Any, right: Any) -> bool | None:
    try:
        return bool(left > right)
    except (TypeError, ValueError):
        return None


def _too_few(runs: Sequence[RecordedRun], key: str, most: int) -> str:
    known = key_paths([row for run in runs for row in run.history()])
    head = f"{key!r} has one value only: nobody can tell where it goes." if most else f"No row has {key!r}"
    hints = [disabled(run) for run in runs[:3] if run.mode == "disabled"]
    hints += [
        pending(run) for run in runs if run.pending is not None and any(True for _ in values_at(run.pending, key))
    ]
    rows = [row for run in runs for row in run.history()]
    return join(head if most else head + (did_you_mean(key, known) or "."), *hints, listing(rows, "rows"))
