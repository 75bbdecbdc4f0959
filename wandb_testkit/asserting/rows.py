"""Rows in order, and how many there are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any

from wandb_testkit.comparing import contains, key_paths, nearest, values_at
from wandb_testkit.reasons import NO_RUN, disabled, dropped, likely_mistakes, name_of, pending
from wandb_testkit.wording import brief, did_you_mean, difference, join, listing

if TYPE_CHECKING:
    from wandb_testkit.recorder import RecordedRun

# unittest shows no frames of modules that say this.
__unittest = True

_MOST_DIFFERENT = 4
_TIMES = ("_step", "_timestamp", "_runtime")

Rows = Sequence[Mapping[str, Any]]


def _all(runs: Sequence[RecordedRun]) -> list[dict[str, Any]]:
    return [row for run in runs for row in run.history()]


def _shown(runs: Sequence[RecordedRun], around: int | None = None) -> str:
    rows = [f"{name_of(run)}: {brief(row, 160)}" if len(runs) > 1 else row for run in runs for row in run.history()]
    return listing(rows, "rows", around)


def _question(name: str, rows: Any) -> list[Mapping[str, Any]]:
    __tracebackhide__ = True
    if isinstance(rows, (str, Mapping)) or not isinstance(rows, Sequence):
        raise TypeError(f"{name}() takes a list of rows, not {brief(rows, 80)}")
    for row in rows:
        if not isinstance(row, Mapping):
            raise TypeError(f"{name}() takes rows that are dicts, not {brief(row, 80)}")
    return list(rows)


# ---- all rows


def check_history(runs: Sequence[RecordedRun], rows: Any, partial: bool) -> None:
    """Raise the AssertionError of `assert_history` where the rows are others."""
    __tracebackhide__ = True
    wanted = _question("assert_history", rows)
    recorded = _all(runs)
    unlike = [index for index in range(max(len(wanted), len(recorded))) if not _agree(wanted, recorded, index, partial)]
    if not unlike:
        if not runs and not wanted:
            # No rows of no run: it may be what was meant, and it may be that nothing was recorded at all.
            raise AssertionError(NO_RUN)
        return
    counts = "" if len(wanted) == len(recorded) else f" {len(wanted)} rows were expected, {len(recorded)} recorded."
    lines = [line for index in unlike[:_MOST_DIFFERENT] for line in _differences(wanted, recorded, index, partial)]
    more = f"  ... and {len(unlike) - _MOST_DIFFERENT} more rows" if len(unlike) > _MOST_DIFFERENT else ""
    first = wanted[unlike[0]] if unlike[0] < len(wanted) else None
    raise AssertionError(
        join(
            f"The history differs (- expected, + recorded).{counts}",
            *lines,
            more,
            *_why(runs, recorded, first),
            _others_between(wanted, recorded),
            _shown(runs, unlike[0] if recorded else None),
        )
    )


def _agree(wanted: Rows, recorded: Rows, index: int, partial: bool) -> bool:
    if index >= len(wanted) or index >= len(recorded) or not contains(recorded[index], wanted[index]):
        return False
    return partial or not _not_expected(wanted[index], recorded[index])


def _not_expected(wanted: Mapping[str, Any], recorded: Mapping[str, Any]) -> list[str]:
    known = {*wanted, *(key.partition(".")[0] for key in wanted)}
    return [key for key in recorded if key not in known and key not in _TIMES]


def _differences(wanted: Rows, recorded: Rows, index: int, partial: bool) -> Iterator[str]:
    if index >= len(recorded):
        yield f"  - row {index}: {brief(wanted[index], 160)} (not there)"
    elif index >= len(wanted):
        yield f"  + row {index}: {brief(recorded[index], 160)} (not expected)"
    else:
        row = recorded[index]
        yield f"  row {index}, at step {row.get('_step')}:"
        unlike = difference(wanted[index], row, key_paths([row]))
        if unlike:
            yield unlike
        for key in () if partial else _not_expected(wanted[index], row):
            yield f"  + {key!r}: {brief(row[key])} (not expected)"


def _others_between(wanted: Rows, recorded: Rows) -> str:
    if len(wanted) >= len(recorded) or not wanted or _first_missing(wanted, recorded) is not None:
        return ""
    return "All of the expected rows are there in this order, with others between: assert_logged_in_order() allows it."


def _why(runs: Sequence[RecordedRun], recorded: Rows, row: Mapping[str, Any] | None) -> list[str]:
    if row:
        return likely_mistakes(runs, (), recorded, row, None)
    return [] if runs else [NO_RUN]


# ---- some rows


def check_order(runs: Sequence[RecordedRun], rows: Any) -> None:
    """Raise the AssertionError of `assert_logged_in_order` where one of the rows is not there, or not after another."""
    __tracebackhide__ = True
    wanted = _question("assert_logged_in_order", rows)
    if not wanted or not all(wanted):
        raise ValueError("assert_logged_in_order() could not fail: name rows, each with at least one key")
    recorded = _all(runs)
    missing = _first_missing(wanted, recorded)
    if missing is None:
        return
    index, start = missing
    row, rest = wanted[index], recorded[start:]
    after = f" after the row at step {recorded[start - 1].get('_step')}" if start else ""
    best = nearest(rest, row)
    near = [] if best is None else _near(row, rest[best])
    earlier = [candidate for candidate in recorded[:start] if contains(candidate, row)]
    hints = [f"It was logged before, at step {earlier[0].get('_step')}: the order is another one."] if earlier else []
    raise AssertionError(
        join(
            f"Row {index} of the {len(wanted)} expected ones, {brief(dict(row))}, was not logged{after}.",
            *near,
            *(hints or _why(runs, recorded, row)),
            _shown(runs, None if best is None else start + best),
        )
    )


def _near(wanted: Mapping[str, Any], recorded: Mapping[str, Any]) -> list[str]:
    head = f"The nearest row from there on, at step {recorded.get('_step')}, differs (- expected, + recorded):"
    return [head, difference(wanted, recorded, key_paths([recorded]))]


def _first_missing(wanted: Rows, recorded: Rows) -> tuple[int, int] | None:
    """Return the index of the first row that does not follow, and from where on it was looked for."""
    start = 0
    for index, row in enumerate(wanted):
        found = next((at for at in range(start, len(recorded)) if contains(recorded[at], row)), None)
        if found is None:
            return index, start
        start = found + 1
    return None


# ---- how many


def check_count(
    runs: Sequence[RecordedRun], key: str | None, count: int | None, at_least: int | None, at_most: int | None
) -> None:
    """Raise the AssertionError of `assert_row_count` where there are fewer rows, or more."""
    __tracebackhide__ = True
    wanted = _bounds(count, at_least, at_most)
    if not runs:
        raise AssertionError(NO_RUN)
    rows = [row for row in _all(runs) if key is None or any(True for _ in values_at(row, key))]
    least, most, text = wanted
    if least <= len(rows) and (most is None or len(rows) <= most):
        return
    one = len(rows) == 1
    what = f"row{' was' if one else 's were'} logged" if key is None else f"row{' has' if one else 's have'} {key!r}"
    raise AssertionError(
        join(
            f"{len(rows)} {what}, not {text}.",
            *_uncounted(runs, key, fewer=len(rows) < least),
            _counted_otherwise(rows, count) if key is None else _not_there(runs, key, rows),
            _shown(runs),
        )
    )


def _counted_otherwise(rows: Rows, count: int | None) -> str:
    """Say which keys are in as many rows as were expected."""
    paths = key_paths(rows) if count else []
    found = [key for key in paths if sum(any(True for _ in values_at(row, key)) for row in rows) == count]
    named = ", ".join(map(repr, [key for key in found if key not in _TIMES][:3]))
    return f"Of these, {count} have {named}: key= counts the rows that have a key." if named else ""


def _not_there(runs: Sequence[RecordedRun], key: str, rows: Rows) -> str:
    return "" if rows else f"No row has {key!r}{did_you_mean(key, key_paths(_all(runs))) or '.'}"


def _bounds(count: Any, at_least: Any, at_most: Any) -> tuple[int, int | None, str]:
    __tracebackhide__ = True
    given = {"count": count, "at_least": at_least, "at_most": at_most}
    for name, number in given.items():
        if number is not None and (not isinstance(number, int) or isinstance(number, bool)):
            raise TypeError(f"assert_row_count({name}=...) takes a number, not {brief(number, 80)}")
    if count is not None:
        if at_least is not None or at_most is not None:
            raise ValueError("assert_row_count() takes a count, or at_least and at_most")
        return count, count, str(count)
    if at_most is None and not at_least:
        raise ValueError("assert_row_count() could not fail: give a count, at_least or at_most")
    words = [f"at least {at_least}"] if at_least is not None else []
    words += [f"at most {at_most}"] if at_most is not None else []
    return at_least or 0, at_most, " and ".join(words)


def _uncounted(runs: Sequence[RecordedRun], key: str | None, *, fewer: bool) -> Iterator[str]:
    """Say which rows were not committed."""
    for run in runs if fewer else ():
        if run.mode == "disabled":
            yield disabled(run)
        if run.pending is not None and (key is None or any(True for _ in values_at(run.pending, key))):
            yield pending(run)
        lost = (each for each in run.dropped if key is None or any(True for _ in values_at(each.row, key)))
        yield from map(dropped, islice(lost, 3))
