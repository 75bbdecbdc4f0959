"""What was recorded as text: for the terminal, for notebooks, and for `python -m wandb_testkit`.

It shows what the client prints at the end of a run, a sparkline for each metric and the last values, and besides it
the config, the artifacts, the alerts and the rows that were lost.  Everything is made of plain dicts, so that a
recording that was read from a file looks the same.
"""

from __future__ import annotations

import json
import math
import os
import shutil
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TextIO

if TYPE_CHECKING:
    from wandb_testkit.recorder import RecordedRun

_BLOCKS = "▁▂▃▄▅▆▇█"
# How long the client's sparklines are, and how few columns are worth one.
_SPARKS = 40
_FEWEST_SPARKS = 8
_INDENT = "  "

#: Of each section, at most so many lines are shown: a config of hundreds of values would hide the rest.
MOST_LINES = 40
_MOST_RUNS = 50
_NARROWEST = 20

_IDENTITY = ("name", "entity", "group", "job_type", "notes", "tags")
_CODES = {"title": "1", "key": "2", "spark": "36", "good": "32", "bad": "31", "warning": "33"}
_STATE_STYLES = {"finished": "good", "failed": "bad", "crashed": "bad"}
_WITHOUT_UNICODE = str.maketrans(dict(zip(_BLOCKS, "_.-=+*#@", strict=True)) | {"…": "~", "·": "-"})
_NUMBERS = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}

# Text and its style, line by line.
_Line = list[tuple[str, str]]


def facts(run: RecordedRun) -> dict[str, Any]:
    """Return what the report tells of a run: `RecordedRun.to_dict` and what the backend has no part in.

    Args:
        run: The run.
    """
    return {
        **run.to_dict(),
        "state": run.state,
        "mode": run.mode,
        "alerts": [alert["title"] for alert in run.alerts],
        "artifacts": [_artifact(artifact) for artifact in run.artifacts],
        "files": run.files,
        "dropped": [dropped.reason for dropped in run.dropped],
        "pending": 0 if run.pending is None else 1,
    }


def _artifact(artifact: Any) -> str:
    # Until the server has answered, an artifact of the client's own raises where it is asked for its name.
    name = getattr(artifact, "name", None) or getattr(artifact, "_name", None) or "?"
    return f"{name} ({artifact.type})"


def text(
    runs: Iterable[Mapping[str, Any]], *, warnings: Sequence[str] = (), width: int = 80, colour: bool = False
) -> str:
    """Return the report.

    Args:
        runs: Each as `facts` or `RecordedRun.to_dict` returns it.
        warnings: What the client warned of.
        width: How many columns there are.
        colour: Whether to use a terminal's colours.
    """
    width = max(width, _NARROWEST)
    runs = list(runs)
    lines: list[_Line] = [[(_count(len(runs), "run"), "title")]]
    for run in runs[:_MOST_RUNS]:
        lines += [[], *_run_lines(run, width)]
    if len(runs) > _MOST_RUNS:
        lines += [[], [(f"+{len(runs) - _MOST_RUNS:,} runs", "key")]]
    # Each row that was dropped is told with its run.
    told = {reason for run in runs for reason in run.get("dropped") or ()}
    warnings = [warning for warning in warnings if warning not in told]
    if warnings:
        lines += [[], [("Warnings:", "title")], *_wrapped(warnings, width, _INDENT, "warning")]
    return "\n".join(_shown(line, width, colour) for line in lines) + "\n"


def html(runs: Iterable[Mapping[str, Any]], *, warnings: Sequence[str] = (), width: int = 100) -> str:
    """Return the report for a notebook: the same text, escaped.

    Args:
        runs: As for `text`.
        warnings: As for `text`.
        width: How many columns there are.
    """
    from html import escape

    return f'<pre style="white-space: pre; overflow-x: auto">{escape(text(runs, warnings=warnings, width=width))}</pre>'


def write(
    stream: TextIO, runs: Iterable[Mapping[str, Any]], *, warnings: Sequence[str] = (), environ: Mapping[str, str]
) -> None:
    """Write the report as it suits the stream: colours on a terminal only, as wide as the terminal is.

    Args:
        stream: Where to.
        runs: As for `text`.
        warnings: As for `text`.
        environ: The environment: ``NO_COLOR`` takes the colours away, ``COLUMNS`` says how wide it is.
    """
    is_terminal = stream.isatty()
    colour = is_terminal and not environ.get("NO_COLOR") and environ.get("TERM") != "dumb"
    stream.write(encodable(text(runs, warnings=warnings, width=_width(stream, environ), colour=colour), stream))
    stream.flush()


def encodable(shown: str, stream: TextIO) -> str:
    """Return the text with what the stream can encode: not every terminal has blocks.

    Args:
        shown: The text.
        stream: Where it goes.
    """
    encoding = getattr(stream, "encoding", None) or "utf-8"
    try:
        shown.encode(encoding)
    except UnicodeEncodeError:
        return shown.translate(_WITHOUT_UNICODE).encode(encoding, "replace").decode(encoding)
    return shown


def _width(stream: TextIO, environ: Mapping[str, str]) -> int:
    columns = environ.get("COLUMNS", "")
    if columns.isdecimal() and int(columns):
        return int(columns)
    if stream.isatty():
        try:
            return os.get_terminal_size(stream.fileno()).columns or 80
        except (OSError, ValueError):
            return shutil.get_terminal_size().columns
    return 80


# --------------------------------------------------------------------------- one run


def _run_lines(run: Mapping[str, Any], width: int) -> Iterator[_Line]:
    yield _heading(run)
    identity = [(key, _identity(run[key])) for key in _IDENTITY if run.get(key)]
    yield from _section("", identity, width)
    config = flattened(run.get("config") or {})
    yield from _section("Run config:", [(key, value(item)) for key, item in config], width)
    yield from _section("Run history:", _sparklines(run.get("history") or [], width), width, style="spark")
    summary = flattened(run.get("summary") or {})
    yield from _section("Run summary:", [(key, value(item)) for key, item in summary if key[0] != "_"], width)
    metrics = [_definition(metric) for metric in run.get("metrics") or ()]
    yield from _section("Metric definitions:", metrics, width)
    for title, key in (("Artifacts:", "artifacts"), ("Alerts:", "alerts"), ("Files:", "files")):
        yield from _list(title, run.get(key) or (), width)
    yield from _list("Rows that the client drops:", run.get("dropped") or (), width, style="warning")


def _heading(run: Mapping[str, Any]) -> _Line:
    state = run.get("state")
    if state is None:
        code = run.get("exit_code")
        state = "running" if code is None else "failed" if code else "finished"
    line = [(f"{run.get('project')}/{run.get('id')}", "title"), (" · ", "key"), (state, _STATE_STYLES.get(state, ""))]
    if run.get("exit_code"):
        line.append((f" with exit code {run['exit_code']}", "bad"))
    said = [] if run.get("mode") in (None, "online") else [run["mode"]]
    said.append(_count(len(run.get("history") or ()), "row"))
    if run.get("pending"):
        said.append("1 pending")
    return [*line, *((f" · {part}", "key") for part in said)]


def _section(title: str, rows: Sequence[tuple[str, str]], width: int, *, style: str = "") -> Iterator[_Line]:
    """Yield a title and the rows, the keys flush right as the client has them."""
    if not rows:
        return
    if title:
        yield [(_INDENT, ""), (title, "title")]
    indent = 2 * _INDENT if title else _INDENT
    most = _key_width(width)
    keys = [shortened(printable(key), most) for key, _ in rows]
    room = max(map(columns, keys[:MOST_LINES]))
    lines = [
        [(indent + " " * (room - columns(key)), ""), (key, "key"), (" ", ""), (printable(shown), style)]
        for key, (_, shown) in zip(keys, rows, strict=True)
    ]
    yield from _bounded(lines, indent)


def _list(title: str, items: Sequence[Any], width: int, *, style: str = "") -> Iterator[_Line]:
    if items:
        yield [(_INDENT, ""), (title, "title")]
        yield from _wrapped(items, width, 2 * _INDENT, style)


def _wrapped(items: Sequence[Any], width: int, indent: str, style: str) -> list[_Line]:
    """Return the lines of texts, each broken where the width ends."""
    import textwrap

    lines: list[_Line] = []
    for item in items[:MOST_LINES]:
        broken = textwrap.wrap(printable(str(item)), width - len(indent), subsequent_indent=_INDENT) or [""]
        lines += [[(indent, ""), (part, style)] for part in broken]
    if len(items) > MOST_LINES:
        lines.append([(f"{indent}+{len(items) - MOST_LINES:,} more", "key")])
    return lines


def _bounded(lines: list[_Line], indent: str = "") -> list[_Line]:
    if len(lines) <= MOST_LINES:
        return lines
    return [*lines[: MOST_LINES - 1], [(f"{indent}+{len(lines) - MOST_LINES + 1:,} more", "key")]]


def _key_width(width: int) -> int:
    return max(width * 2 // 5, 8)


def _identity(given: Any) -> str:
    return ", ".join(map(str, given)) if isinstance(given, list) else str(given)


def _definition(metric: Mapping[str, Any]) -> tuple[str, str]:
    rest = {key: item for key, item in metric.items() if key not in ("name", "glob_name")}
    said = [f"{key} {'+'.join(item) if isinstance(item, list) else item}" for key, item in rest.items()]
    return str(metric.get("name") or metric.get("glob_name")), ", ".join(said)


# --------------------------------------------------------------------------- values


def flattened(tree: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """Return the leaves of nested dicts, sorted by their dotted keys, as the client shows a summary.

    Args:
        tree: The dict; what has a ``_type`` is one value.
    """
    found: list[tuple[str, Any]] = []
    waiting: list[tuple[str, Any]] = [(str(key), item) for key, item in tree.items()]
    for key, item in waiting:
        if isinstance(item, Mapping) and item and "_type" not in item:
            waiting.extend((f"{key}.{inner}", value) for inner, value in item.items())
        elif key:
            found.append((key, item))
    return sorted(found, key=lambda pair: pair[0])


def value(item: Any) -> str:
    """Return a value as text: floats with five digits after the point, media by their type.

    Args:
        item: A value of `RecordedRun.to_dict`.
    """
    if isinstance(item, str):
        return item
    if isinstance(item, float) and math.isfinite(item):
        rounded = round(item, 5)
        return str(rounded) if rounded or not item else f"{item:.5g}"
    if isinstance(item, Mapping) and "_type" in item:
        return f"<{item['_type']}>"
    return json.dumps(item, ensure_ascii=False, default=str)


def _sparklines(history: Sequence[Mapping[str, Any]], width: int) -> list[tuple[str, str]]:
    series: dict[str, list[float]] = {}
    for row in history:
        for key, item in flattened(row):
            number = _number(item)
            if number is not None and not key.startswith("_"):
                series.setdefault(key, []).append(number)
    if not series:
        return []
    keys = min(max(columns(printable(key)) for key in series), _key_width(width))
    room = min(max(width - keys - 2 * len(_INDENT) - 1, _FEWEST_SPARKS), _SPARKS)
    found = [(key, sparkline(numbers, room)) for key, numbers in sorted(series.items())]
    return [(key, line) for key, line in found if line.strip()]


def _number(item: Any) -> float | None:
    if isinstance(item, str):
        return _NUMBERS.get(item)
    if isinstance(item, bool) or not isinstance(item, (int, float)):
        return None
    try:
        return float(item)
    except OverflowError:
        return math.inf if item > 0 else -math.inf


def sparkline(numbers: Sequence[float], length: int = _SPARKS) -> str:
    """Return a line of blocks, the lowest number the lowest block; no block where it is not finite.

    Args:
        numbers: The numbers in order.
        length: How many blocks at most: of more numbers some are left out evenly, never the first or the last.
    """
    if len(numbers) > length > 1:
        numbers = [numbers[index * (len(numbers) - 1) // (length - 1)] for index in range(length)]
    finite = [number for number in numbers if math.isfinite(number)]
    if not finite:
        return ""
    low, high = min(finite), max(finite)
    # Halves, because the difference of two floats may be too large for one.
    half = high / 2 - low / 2
    top = len(_BLOCKS) - 1

    def block(number: float) -> str:
        if not math.isfinite(number):
            return " "
        share = (number / 2 - low / 2) / half if half else 0.0
        return _BLOCKS[round(share * top)]

    return "".join(map(block, numbers))


# --------------------------------------------------------------------------- lines


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def printable(shown: str) -> str:
    """Return the text on one line and without what would steer the terminal.

    Args:
        shown: Text of the program's.
    """
    if shown.isprintable():
        return shown
    return "".join(
        one if one.isprintable() else one.encode("unicode_escape", "backslashreplace").decode() for one in shown
    )


def columns(shown: str) -> int:
    """Return how many columns of a terminal the text takes.

    Args:
        shown: The text.
    """
    return len(shown) if shown.isascii() else sum(map(_columns_of, shown))


def _columns_of(one: str) -> int:
    if unicodedata.combining(one):
        return 0
    return 2 if unicodedata.east_asian_width(one) in "WF" else 1


def shortened(shown: str, most: int) -> str:
    """Return the text, cut where it takes more columns than `most`.

    Args:
        shown: The text.
        most: How many columns there are.
    """
    if columns(shown) <= most:
        return shown
    kept, room = [], most - 1
    for one in shown:
        room -= _columns_of(one)
        if room < 0:
            break
        kept.append(one)
    return "".join(kept) + "…"


def _shown(line: _Line, width: int, colour: bool) -> str:
    paint: Callable[[str, str], str] = _painted if colour else _unpainted
    parts, room = [], width
    for part, style in line:
        if room <= 0:
            break
        cut = shortened(printable(part), room)
        room -= columns(cut)
        parts.append(paint(cut, style))
    return "".join(parts).rstrip()


def _painted(shown: str, style: str) -> str:
    return f"\x1b[{_CODES[style]}m{shown}\x1b[0m" if style else shown


def _unpainted(shown: str, style: str) -> str:
    return shown
