"""Which keys were logged, and no others."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from wandb_testkit.reasons import NO_RUN, name_of, pending
from wandb_testkit.wording import brief, did_you_mean, join, listing

if TYPE_CHECKING:
    from wandb_testkit.recorder import RecordedRun

# unittest shows no frames of modules that say this.
__unittest = True

_MOST = 20


def check(runs: Sequence[RecordedRun], keys: Any, each_row: bool) -> None:
    """Raise the AssertionError of `assert_logged_keys` where keys are missing, or others are there."""
    __tracebackhide__ = True
    wanted = _question(keys)
    if not runs:
        raise AssertionError(NO_RUN)
    rows = [(run, row, set(_paths(row, wanted))) for run in runs for row in run.history()]
    logged = {key: row for _, row, found in reversed(rows) for key in found}
    lines = list(_differences(wanted, logged))
    if not lines and each_row:
        for run, row, found in rows:
            if found != set(wanted):
                of = f" of run {name_of(run)}" if len(runs) > 1 else ""
                lines = [f"  row{of} at step {row.get('_step')}:", *_differences(wanted, dict.fromkeys(found, row))]
                break
    if not lines:
        return
    late = [pending(run) for run in runs if run.pending is not None and set(_paths(run.pending, wanted)) - set(logged)]
    raise AssertionError(
        join(
            f"The keys that were logged{' in each row' if each_row else ''} differ (- expected, + recorded):",
            *lines[:_MOST],
            f"  ... and {len(lines) - _MOST} more" if len(lines) > _MOST else "",
            *late,
            listing(sorted(logged), "keys"),
        )
    )


def _question(keys: Any) -> list[str]:
    __tracebackhide__ = True
    if isinstance(keys, (str, Mapping)) or not isinstance(keys, Iterable):
        raise TypeError(f"assert_logged_keys() takes keys, such as {{'loss', 'accuracy'}}, not {brief(keys, 80)}")
    found = list(dict.fromkeys(keys))
    for key in found:
        if not isinstance(key, str):
            raise TypeError(f"assert_logged_keys() takes keys that are strings, not {brief(key, 80)}")
    return [key for key in found if key != "_step"]


def _paths(row: Mapping[str, Any], known: Collection[str], prefix: str = "") -> Iterator[str]:
    """Yield the keys of a row: those of nested dicts with dots, unless their own is among those that are known."""
    for key, value in row.items():
        path = f"{prefix}{key}"
        if path == "_step":
            continue
        if isinstance(value, Mapping) and value and path not in known:
            yield from _paths(value, known, f"{path}.")
        else:
            yield path


def _differences(wanted: Sequence[str], logged: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    others = [key for key in logged if key not in wanted]
    for key in wanted:
        if key not in logged:
            yield f"  - {key!r} (not there{did_you_mean(key, others)})"
    for key in sorted(others):
        yield f"  + {key!r} (not expected; first at step {logged[key].get('_step')})"
