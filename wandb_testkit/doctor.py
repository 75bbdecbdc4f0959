"""``python -m wandb_testkit doctor``: is the installed wandb one that this release was checked against?

It compares names and signatures with those that the stand-in was made from, plays short programs on the installed
wandb in offline mode, in a patch of it and on the stand-in, and gives a verdict.
"""

from __future__ import annotations

import importlib
import inspect
import itertools
import reprlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple, TextIO

from wandb_testkit.checking import playing
from wandb_testkit.checking.programs import PROGRAMS
from wandb_testkit.standin import _signatures, signatures

#: The oldest release of wandb that the tests have been run with.
OLDEST = (0, 16)
#: How many lines of each kind are shown.
_SHOWN = 6
#: How much of each line.
_WIDTH = 150
#: Classes that the stand-in's table has under a shorter name.
_ELSEWHERE = {
    "wandb.Summary": "wandb.sdk.wandb_summary.Summary",
    "wandb.SummarySubDict": "wandb.sdk.wandb_summary.SummarySubDict",
}
_MISSING: Any = object()


class Findings(NamedTuple):
    """What was found.

    Attributes:
        version: The installed wandb's version; empty where there is none.
        removed: Names that the stand-in has and the installed wandb lacks.
        added: Public names that the installed wandb has and the stand-in's table lacks.
        changed: Names whose parameters differ, each with both signatures.
        problems: Where a patch of the installed wandb differs from its offline mode, and worlds that did not answer.
        standin: Where the stand-in differs from the installed wandb's offline mode.
    """

    version: str
    removed: list[str]
    added: list[str]
    changed: list[str]
    problems: list[str]
    standin: list[str]


def examine() -> Findings:
    """Look at the installed wandb; without one, at the stand-in only."""
    try:
        wandb = importlib.import_module("wandb")
    except ImportError:
        return Findings("", [], [], [], *_play(real=False))
    removed, changed = [], []
    for name in sorted(signatures.names()):
        found = _resolve(name)
        if found is _MISSING:
            removed.append(name)
            continue
        difference = _difference(name, found)
        if difference:
            changed.append(f"{name}: {difference}")
    return Findings(wandb.__version__, removed, sorted(_added(wandb)), changed, *_play(real=True))


def _resolve(name: str) -> Any:
    for short, place in _ELSEWHERE.items():
        if name == short or name.startswith(f"{short}."):
            name = place + name[len(short) :]
    parts = name.split(".")
    found: Any = importlib.import_module(parts[0])
    for position, part in enumerate(parts[1:], 1):
        inner = getattr(found, part, _MISSING)
        if inner is _MISSING and inspect.ismodule(found):
            try:
                inner = importlib.import_module(".".join(parts[: position + 1]))
            except ImportError:
                return _MISSING
        # Not by the attribute: asking for it gives one to a class that has none, before Python 3.14.
        if inner is _MISSING and part in getattr(found, "__dict__", {}).get("__annotations__", ()):
            # A field of a class of data has no value before there is an instance.
            return None
        if inner is _MISSING:
            return _MISSING
        found = inspect.getattr_static(found, part) if inspect.isclass(found) else inner
    return found


def _difference(name: str, found: Any) -> str:
    """Return both signatures where the parameters differ; annotations do not matter."""
    found = getattr(found, "__func__", found)
    if not inspect.isfunction(found):
        return ""
    try:
        expected, there = signatures.signature(name), inspect.signature(found)
    except (KeyError, TypeError, ValueError):
        return ""
    parameters = [each for each in there.parameters.values() if each.name not in ("self", "cls")]
    before, now = _shape(list(expected.parameters.values())), _shape(parameters)
    return "" if before == now else f"{before} -> {now}"


def _shape(parameters: list[inspect.Parameter]) -> str:
    stars: dict[Any, str] = {inspect.Parameter.VAR_POSITIONAL: "*", inspect.Parameter.VAR_KEYWORD: "**"}
    shown, keyword_only = [], False
    for each in parameters:
        if each.kind is inspect.Parameter.KEYWORD_ONLY and not keyword_only:
            keyword_only = True
            shown.append("*")
        keyword_only |= each.kind is inspect.Parameter.VAR_POSITIONAL
        default = "" if each.default is inspect.Parameter.empty else "=..."
        shown.append(stars.get(each.kind, "") + each.name + default)
    return f"({', '.join(shown)})"


def _added(wandb: Any) -> Iterator[str]:
    known = {name.split(".")[1] for name in signatures.names()}
    standin = importlib.import_module("wandb_testkit.world").standin().wandb
    for name in getattr(wandb, "__all__", ()):
        if name not in known and name not in dir(standin):
            yield f"wandb.{name}"
    for name, value in vars(importlib.import_module("wandb.sdk.wandb_run").Run).items():
        if not name.startswith("_") and inspect.isfunction(value) and f"wandb.Run.{name}" not in signatures.names():
            yield f"wandb.Run.{name}"


# ---- the short programs


def _agreeing(world: str, other: str, found: Mapping[str, Any]) -> Iterator[str]:
    """Yield what differs between two worlds, each difference in one line."""
    for name, expected in found[world].items():
        recorded = found[other][name]
        if recorded != expected:
            yield f"{name}: {other}: {_first_difference(expected, recorded)}"


def _first_difference(expected: Any, found: Any, place: str = "") -> str:
    """Say where two answers first differ, and how."""
    if isinstance(expected, dict) and isinstance(found, dict):
        for key in sorted({*expected, *found}):
            if expected.get(key, _MISSING) != found.get(key, _MISSING):
                return _first_difference(expected.get(key, _MISSING), found.get(key, _MISSING), f"{place}.{key}")
    if isinstance(expected, list) and isinstance(found, list):
        for position, (one, another) in enumerate(itertools.zip_longest(expected, found, fillvalue=_MISSING)):
            if one != another:
                return _first_difference(one, another, f"{place}[{position}]")
    return f"{place.lstrip('.')}: {_short(found)}, not {_short(expected)}"


def _short(value: Any) -> str:
    return "nothing" if value is _MISSING else reprlib.repr(value)


def _play(*, real: bool) -> tuple[list[str], list[str]]:
    """Play the programs; return what is wrong, and what only the stand-in does otherwise."""
    found: dict[str, Any] = {}
    problems = []
    for world in ("offline", "patched", "stand-in") if real else ("stand-in",):
        try:
            found[world] = playing.played(world)
        except playing.CannotPlay as error:
            problems.append(str(error))
    if not real or problems:
        return problems, []
    return list(_agreeing("offline", "patched", found)), list(_agreeing("offline", "stand-in", found))


# ---- the verdict


def verdict(findings: Findings) -> tuple[str, int]:
    """Return the verdict in one sentence, and the exit code: 0 for good, 1 for what needs a look, 2 for broken."""
    if findings.problems:
        return "A patch of this wandb does not do what this wandb does in offline mode.", 2
    if not findings.version:
        return "wandb is not installed: the stand-in takes its place.", 0
    same = findings.version == _signatures.WANDB_VERSION
    if same and findings.standin:
        return "The stand-in does not do what this wandb does in offline mode.", 2
    if same and not (findings.removed or findings.changed):
        return "This is the wandb that this release was checked against.", 0
    if tuple(int(part) for part in findings.version.split(".")[:2] if part.isdigit()) < OLDEST:
        return f"This wandb is older than any that is supported ({'.'.join(map(str, OLDEST))}).", 1
    if findings.removed or findings.changed or findings.standin:
        return "This is another wandb: a patch of it does what it does; the stand-in does what its own does.", 1
    return "This is another wandb, with the same names, signatures and behaviour.", 0


def tell(stream: TextIO) -> int:
    """Examine, write what was found in one screen, and return the exit code."""
    findings = examine()
    lines = [f"wandb installed: {findings.version or 'no'}; checked against: {_signatures.WANDB_VERSION}"]
    for title, found in (
        ("gone", findings.removed),
        ("new", findings.added),
        ("changed", findings.changed),
        (f"{len(PROGRAMS)} programs, {_against(findings)}: differences", findings.problems),
        ("differences of the stand-in", findings.standin),
    ):
        lines += _listed(title, found)
    text, code = verdict(findings)
    print("\n".join([*lines, text]), file=stream)
    return code


def _against(findings: Findings) -> str:
    return "offline mode and the patch" if findings.version else "the stand-in"


def _listed(title: str, found: Sequence[str]) -> Iterator[str]:
    yield f"{title}: {len(found) or 'none'}"
    yield from (f"  {each[:_WIDTH]}" for each in found[:_SHOWN])
    if len(found) > _SHOWN:
        yield f"  ... and {len(found) - _SHOWN} more"
