"""What was measured, as a table of ratios, as reStructuredText and as JSON, with the limits beside it."""

from __future__ import annotations

import importlib
import importlib.util
import json
import os
import platform
import statistics
import sys
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from benchmarks.measure import Plan, Result
from benchmarks.subjects import SUBJECTS, WORLDS
from benchmarks.tasks import TASKS, Limit

TIMES = "\N{MULTIPLICATION SIGN}"

_TITLES = {
    "installed": "wandb is installed and loaded",
    "bare": "wandb is not loaded",
    "client": "the real client (times on the wall: it waits for its service)",
}


class Verdict(NamedTuple):
    """One limit and what was measured.

    Attributes:
        world: See `subjects.WORLDS`.
        task: The task's name.
        measure: The task's measure.
        subject: "testkit" or "standin".
        what: What the number is.
        value: The ratio or the number; None when it could not be measured.
        most: The limit.
    """

    world: str
    task: str
    measure: str
    subject: str
    what: str
    value: float | None
    most: float

    @property
    def holds(self) -> bool | None:
        """Whether the limit is kept."""
        return None if self.value is None else self.value <= self.most


class Results:
    """All results of one run of the command.

    Args:
        results: The results.
    """

    def __init__(self, results: Iterable[Result]) -> None:
        self.all = list(results)
        self._by_key = {(r.world, r.task, r.measure, r.subject): r for r in self.all}

    def number(self, world: str, task: str, measure: str, subject: str) -> float | None:
        """Return the best number, None when it was not measured or is of a wrong result."""
        found = self._by_key.get((world, task, measure, subject))
        return None if found is None or found.wrong else found.best

    def find(self, world: str, task: str, measure: str, subject: str) -> Result | None:
        """Return a result."""
        return self._by_key.get((world, task, measure, subject))

    def wrong(self) -> list[Result]:
        """Return the results that must be right and are not: the library's and the stub's."""
        return [r for r in self.all if r.wrong and SUBJECTS[r.subject].role != "peer"]

    def rows(self, world: str) -> list[tuple[str, str]]:
        """Return the tasks and measures of a world, in the order of measuring."""
        return list(dict.fromkeys((r.task, r.measure) for r in self.all if r.world == world))

    def verdicts(self) -> list[Verdict]:
        """Return what became of each limit."""
        found = []
        for result in self.all:
            if SUBJECTS[result.subject].role != "own":
                continue
            for limit in TASKS[result.task].limits:
                if limit.measure == result.measure and limit.only in ("", result.subject):
                    what, other = self._other(result, limit)
                    mine = self.number(*result[:4])
                    value = None if mine is None or not other else mine / other
                    found.append(Verdict(*result[:4], what, value, limit.most))
        return found

    def _other(self, result: Result, limit: Limit) -> tuple[str, float | None]:
        """Return what a limit compares with, in words and as a number."""
        world, task, measure, subject = result[:4]
        if not limit.against:
            return result.unit, 1.0
        if limit.against == "own":
            if limit.of in TASKS:
                return f"{TIMES} {limit.of}", self.number(world, limit.of, measure, subject)
            return f"{TIMES} {limit.of}", self.number(world, task, limit.of, subject)
        if limit.against == "peer":
            peers = [name for name in WORLDS[world] if SUBJECTS[name].role == "peer" and SUBJECTS[name].readable]
            numbers = [self.number(world, task, measure, name) for name in peers]
            return f"{TIMES} best peer", min((number for number in numbers if number is not None), default=None)
        return f"{TIMES} {limit.against}", self.number(world, task, measure, limit.against)


# --------------------------------------------------------------------------- numbers as text


def _amount(value: float, unit: str) -> str:
    """Return a number with its unit, in three digits."""
    if unit != "s":
        return f"{value:,.0f} B" if unit == "bytes" else f"{value:.3g}"
    for scale, name in ((1.0, "s"), (1e-3, "ms"), (1e-6, "µs")):
        if value >= scale:
            return f"{_three(value / scale)} {name}"
    return f"{_three(value * 1e9)} ns"


def _three(value: float) -> str:
    if value >= 100 or value == 0:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def _cell(results: Results, world: str, task: str, measure: str, subject: str) -> str:
    result = results.find(world, task, measure, subject)
    if result is None:
        return ""
    if result.wrong:
        return "wrong"
    if result.best is None:
        return "too slow"
    amount = _amount(result.best, result.unit)
    stub = results.number(world, task, measure, "stub")
    if subject == "stub" or not stub or stub <= 0 or result.best <= 0:
        return amount
    return f"{_three(result.best / stub)} {TIMES} ({amount})"


def _lines(results: Results, world: str) -> list[list[str]]:
    """Return the table of one world, its heading first."""
    measured = {r.subject for r in results.all if r.world == world}
    names = [name for name in WORLDS[world] if name in measured]
    lines = [["task", *(SUBJECTS[name].title for name in names)]]
    for task, measure in results.rows(world):
        title = TASKS[task].title + (f": {measure}" if measure else "")
        lines.append([title, *(_cell(results, world, task, measure, name) for name in names)])
    return lines


def _verdict_lines(verdicts: Sequence[Verdict]) -> list[list[str]]:
    lines = [["limit", "of", "value", "at most", ""]]
    for verdict in verdicts:
        title = TASKS[verdict.task].title + (f": {verdict.measure}" if verdict.measure else "")
        value = "not measured" if verdict.value is None else _value(verdict.value, verdict.what)
        answer = {True: "kept", False: "MISSED", None: ""}[verdict.holds]
        lines.append(
            [title, SUBJECTS[verdict.subject].title, value, _value(verdict.most, verdict.what), answer]
        )
    return lines


def _value(value: float, what: str) -> str:
    return f"{_three(value)} {what}" if what.startswith(TIMES) else _amount(value, what)


# --------------------------------------------------------------------------- forms


def text(results: Results) -> str:
    """Return the tables for the terminal."""
    parts = []
    for world in WORLDS:
        if results.rows(world):
            parts += [f"{_TITLES[world]}:", _columns(_lines(results, world)), ""]
    verdicts = results.verdicts()
    if verdicts:
        parts += ["limits:", _columns(_verdict_lines(verdicts)), ""]
    reasons = {f"{SUBJECTS[r.subject].title} in {r.task} ({r.world}): {r.wrong}" for r in results.all if r.wrong}
    if reasons:
        parts += ["wrong, so that the time does not count:", *(f"  {reason:.200}" for reason in sorted(reasons)), ""]
    return "\n".join(parts)


def _columns(lines: list[list[str]]) -> str:
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(f"  {_padded(line, widths)}" for line in lines)


def _padded(line: list[str], widths: list[int]) -> str:
    return "  ".join(f"{cell:<{width}}" for cell, width in zip(line, widths, strict=True)).rstrip()


def rst(results: Results, plan: Plan) -> str:
    """Return the tables for the documentation."""
    machine = about()
    where = (
        f"{machine['implementation']} {machine['python']}, wandb {machine['wandb']}, {machine['cpus']} cores"
        f" (load {machine['load']}), {plan.rounds} rounds."
    )
    parts = [where, ""]
    for world in WORLDS:
        if results.rows(world):
            parts += [f"Where {_TITLES[world]}:" if world != "client" else "And t" + _TITLES[world][1:] + ":", ""]
            parts += [_grid(_lines(results, world)), ""]
    verdicts = results.verdicts()
    if verdicts:
        parts += ["The limits that were set, and what was reached:", "", _grid(_verdict_lines(verdicts)), ""]
    return "\n".join(parts)


def _grid(lines: list[list[str]]) -> str:
    """Return a simple table; an empty first cell would join two rows, and there is none."""
    widths = [max(2, *map(len, column)) for column in zip(*lines, strict=True)]
    rule = "  ".join("=" * width for width in widths)
    rows = [_padded([cell or ".." for cell in line], widths) for line in lines]
    return "\n".join([rule, rows[0], rule, *rows[1:], rule])


def about() -> dict[str, Any]:
    """Return what the numbers depend on."""
    found = {name: _version(name) for name in ("wandb_testkit", "wandb", "numpy")}
    load = f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    return {
        "python": platform.python_version(),
        "implementation": platform.python_implementation(),
        "free_threaded": not getattr(sys, "_is_gil_enabled", lambda: True)(),
        "platform": platform.platform(),
        "cpus": os.cpu_count(),
        "load": load,
        **found,
    }


def _version(name: str) -> str | None:
    if importlib.util.find_spec(name) is None:
        return None
    if name == "wandb_testkit":
        return str(importlib.import_module(name).__version__)
    from importlib.metadata import version

    return version(name)


def as_json(results: Results, plan: Plan) -> str:
    """Return everything, for machines."""
    verdicts = [{**verdict._asdict(), "holds": verdict.holds} for verdict in results.verdicts()]
    ratios = [verdict.value / verdict.most for verdict in results.verdicts() if verdict.value and verdict.most]
    whole = {
        "about": about(),
        "plan": plan._asdict(),
        "results": [result._asdict() for result in results.all],
        "limits": verdicts,
        "median_of_limit": statistics.median(ratios) if ratios else None,
    }
    return json.dumps(whole, indent=1, sort_keys=True) + "\n"
