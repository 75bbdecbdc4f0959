"""Logged tables: their content as it was when they were logged, and `assert_table`.

A table is a live object: it may change after it was logged, and its file goes with the patch.
So its columns and rows are kept when it is logged, known by the path that is on the wire.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from wandb_testkit.comparing import key_paths, same, values_at
from wandb_testkit.reasons import NO_RUN, disabled, dropped, name_of, pending
from wandb_testkit.rules.encoding import Encoded
from wandb_testkit.wording import brief, did_you_mean, join, listing

if TYPE_CHECKING:
    from wandb_testkit.client.run import RunClient
    from wandb_testkit.recorder import RecordedRun

# unittest shows no frames of modules that say this.
__unittest = True

_MOST_LINES = 20
_KINDS = ("table-file", "incremental-table-file")


class Content(NamedTuple):
    """What a table held when it was logged."""

    columns: list[Any]
    rows: list[list[Any]]

    def __repr__(self) -> str:
        count = len(self.rows)
        return f"columns {brief(self.columns, 120)}, {count} row{'' if count == 1 else 's'}: {brief(self.rows, 160)}"


class Logged(NamedTuple):
    """A table where it was logged."""

    run: RecordedRun
    step: int | None
    content: Content

    @property
    def place(self) -> str:
        """What a message calls the place."""
        return "in the summary" if self.step is None else f"at step {self.step}"


# ---- when a table is logged


def keep(client: RunClient, value: Any, wire: Any) -> None:
    """Keep the content of the tables in a value that is logged.

    Args:
        client: The run's client.
        value: A table, a data frame, or a list of media.
        wire: What the client sends for it.
    """
    if isinstance(wire, list):
        for item, sent in zip(value, wire, strict=False):
            keep(client, item, sent)
        return
    if not isinstance(wire, dict) or wire.get("_type") not in _KINDS:
        return
    # A table that is logged again without being written anew is what it was when it was written.
    client.tables.setdefault(_known_by(wire), _content(value))


def _known_by(wire: Mapping[str, Any]) -> str:
    """Return what tells two tables apart: the file, and which increment of a growing table it is."""
    return f"{wire.get('path') or wire.get('artifact_path')} {wire.get('increment_num')}"


def _content(value: Any) -> Content:
    if hasattr(value, "iloc"):  # a data frame
        columns = list(value.columns)
        parts = [value[column].values for column in columns]
        return Content(columns, [[_kept(part[index]) for part in parts] for index in range(len(value))])
    return Content(list(value.columns), [[_kept(cell) for cell in row] for row in value.data])


def _kept(cell: Any) -> Any:
    """Copy what a program may change in place; media stay the objects that they are."""
    kind = type(cell)
    if kind is dict:
        return {key: _kept(item) for key, item in cell.items()}
    if kind is list or kind is tuple:
        return kind(map(_kept, cell))
    return cell.copy() if kind.__module__ == "numpy" and hasattr(cell, "copy") else cell


# ---- reading


def tables_of(run: RecordedRun, key: str) -> Iterator[Logged]:
    """Yield the tables that a run logged under `key`, row by row, then what is in the summary alone.

    Args:
        run: The run.
        key: The key; a dotted one reaches into nested dicts.
    """
    client = run._client
    seen: set[str] = set()
    for row in client.state.history.rows_since(run._since):
        for value in values_at(row, key):
            for wire in _wires(value):
                seen.add(_known_by(wire))
                yield from _found(run, wire, row.get("_step"))
    for value in values_at(client.state.history.summary(), key):
        for wire in _wires(value):
            if _known_by(wire) not in seen:
                yield from _found(run, wire, None)


def _wires(value: Any) -> Iterator[dict[str, Any]]:
    if type(value) is Encoded:
        value = value.wire
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, dict) and item.get("_type") in _KINDS:
            yield item


def _found(run: RecordedRun, wire: Mapping[str, Any], step: int | None) -> Iterator[Logged]:
    content = run._client.tables.get(_known_by(wire))
    if content is not None:
        yield Logged(run, step, content)


# ---- asserting


def check(
    runs: Sequence[RecordedRun],
    key: str,
    columns: Sequence[Any] | None,
    rows: Sequence[Sequence[Any]] | None,
    step: int | None,
) -> None:
    """Raise the AssertionError of `assert_table` where no table under `key` is as expected."""
    __tracebackhide__ = True
    _check_question(key, columns, rows)
    found = [table for run in runs for table in tables_of(run, key)]
    if any(_agrees(table, columns, rows, step) for table in found):
        return
    wanted = {"columns": columns, "rows": rows, "step": step}
    stated = ", ".join(f"{name}={brief(item, 200)}" for name, item in wanted.items() if item is not None)
    head = f"No table was logged under {key!r}{f' with {stated}' if stated else ''}."
    if not found:
        raise AssertionError(join(head, *_why_none(runs, key)))
    best = max(range(len(found)), key=lambda index: _nearness(found[index], columns, rows, step))
    near = found[best]
    shown = [f"{name_of(table.run)} " * (len(runs) > 1) + f"{table.place}: {table.content!r}" for table in found]
    raise AssertionError(
        join(
            head,
            f"The nearest one, {near.place}, differs (- expected, + recorded):",
            *_shortened(_differences(near, columns, rows, step)),
            listing(shown, "tables", best),
        )
    )


def _check_question(key: Any, columns: Any, rows: Any) -> None:
    __tracebackhide__ = True
    if not isinstance(key, str):
        raise TypeError(f"assert_table() takes the key of a table, not {type(key).__name__}")
    if columns is not None and (isinstance(columns, str) or not isinstance(columns, Sequence)):
        raise TypeError(f"assert_table(columns=...) takes a list of names, not {brief(columns, 80)}")
    if rows is None:
        return
    listed = rows.tolist() if hasattr(rows, "tolist") else rows
    if not isinstance(listed, Sequence) or isinstance(listed, str) or any(isinstance(row, str) for row in listed):
        raise TypeError(f"assert_table(rows=...) takes a list of rows, not {brief(rows, 80)}")


def _agrees(table: Logged, columns: Any, rows: Any, step: int | None) -> bool:
    return (
        (step is None or step == table.step)
        and (columns is None or same(table.content.columns, list(columns)))
        and (rows is None or same(table.content.rows, rows))
    )


def _nearness(table: Logged, columns: Any, rows: Any, step: int | None) -> tuple[int, ...]:
    """Return what is the greater, the more of a table is as expected; the later one of two that are as near."""
    pairs = [] if rows is None else list(zip(table.content.rows, rows, strict=False))
    return (
        int(step is not None and step == table.step),
        int(columns is not None and same(table.content.columns, list(columns))),
        sum(same(row, wanted) for row, wanted in pairs),
        -abs(len(table.content.rows) - (0 if rows is None else len(rows))),
    )


def _differences(table: Logged, columns: Any, rows: Any, step: int | None) -> Iterator[str]:
    if step is not None and step != table.step:
        yield f"  - at step {step}"
        yield f"  + {table.place}"
    content = table.content
    if columns is not None and not same(content.columns, list(columns)):
        yield f"  - columns: {brief(list(columns))}"
        yield f"  + columns: {brief(content.columns)}"
    if rows is None:
        return
    if len(rows) != len(content.rows):
        yield f"  - {len(rows)} rows"
        yield f"  + {len(content.rows)} rows"
    for index in range(max(len(rows), len(content.rows))):
        if index >= len(content.rows):
            yield f"  - row {index}: {brief(rows[index])} (not there)"
        elif index >= len(rows):
            yield f"  + row {index}: {brief(content.rows[index])} (not expected)"
        elif not same(content.rows[index], rows[index]):
            yield from _unlike(index, rows[index], content.rows[index])


def _unlike(index: int, expected: Any, recorded: list[Any]) -> Iterator[str]:
    left, right = brief(expected), brief(recorded)
    if left == right:
        # What looks the same differs in its kind.
        left, right = (f"{text} ({_kinds(row)})" for text, row in ((left, expected), (right, recorded)))
    yield f"  - row {index}: {left}"
    yield f"  + row {index}: {right}"


def _kinds(row: Any) -> str:
    cells = row if isinstance(row, (list, tuple)) else [row]
    return ", ".join(type(cell).__name__ for cell in cells)


def _shortened(lines: Iterator[str]) -> list[str]:
    found: list[str] = []
    for line in lines:
        if len(found) == _MOST_LINES:
            return [*found, "  ..."]
        found.append(line)
    return found


def _why_none(runs: Sequence[RecordedRun], key: str) -> list[str]:
    """Say what is under the key instead, or which key was meant."""
    if not runs:
        return [NO_RUN]
    hints = [disabled(run) for run in runs[:3] if run.mode == "disabled"]
    for run in runs:
        hints += [
            f"{key!r} was logged at step {row.get('_step')}, but as no table: {brief(value, 120)}"
            for row in run.history()
            for value in values_at(row, key)
        ][:1]
        if run.pending is not None and any(True for _ in values_at(run.pending, key)):
            hints.append(pending(run))
        hints += [dropped(each) for each in run.dropped if any(True for _ in values_at(each.row, key))][:1]
    known = _keys_of_tables(runs)
    if known:
        meant = did_you_mean(key, known)
        hints.append(f"Tables were logged under: {', '.join(map(repr, known[:20]))}{meant}")
    elif not hints:
        hints.append("No tables were logged.")
    return hints


def _keys_of_tables(runs: Sequence[RecordedRun]) -> list[str]:
    paths: dict[str, None] = {}
    for run in runs:
        rows = [*run._client.state.history.rows_since(run._since), run._client.state.history.summary()]
        for path in key_paths(rows):
            if path not in paths and any(True for row in rows for value in values_at(row, path) for _ in _wires(value)):
                paths[path] = None
    return list(paths)
