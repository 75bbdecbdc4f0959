"""``python -m wandb_testkit doctor``: is the installed wandb one that this release was checked against?

It compares names and signatures with those that the stand-in was made from, runs a short program under the patch once
with the installed wandb and once with the stand-in, and gives a verdict.
"""

from __future__ import annotations

import importlib
import inspect
import io
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from typing import Any, NamedTuple, TextIO

from wandb_testkit.standin import _signatures, signatures

#: The oldest release of wandb that the tests have been run with.
OLDEST = (0, 19)
#: How many lines of each kind are shown.
_SHOWN = 8
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
        problems: What went wrong in the short program.
    """

    version: str
    removed: list[str]
    added: list[str]
    changed: list[str]
    problems: list[str]


def examine() -> Findings:
    """Look at the installed wandb; without one, at the stand-in only."""
    try:
        wandb = importlib.import_module("wandb")
    except ImportError:
        return Findings("", [], [], [], list(_problems(real=False)))
    removed, changed = [], []
    for name in sorted(signatures.names()):
        found = _resolve(name)
        if found is _MISSING:
            removed.append(name)
            continue
        difference = _difference(name, found)
        if difference:
            changed.append(f"{name}: {difference}")
    return Findings(wandb.__version__, removed, sorted(_added(wandb)), changed, list(_problems(real=True)))


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
        if inner is _MISSING and part in getattr(found, "__annotations__", ()):
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


# ---- the short program


def _problems(*, real: bool) -> Iterator[str]:
    results = {}
    for stub in (False, True) if real else (True,):
        try:
            results[stub] = _played(stub=stub)
        except Exception as error:
            yield f"under the patch{' with the stand-in' if stub else ''}: {type(error).__name__}: {error}"
    if len(results) == 2 and results[False] != results[True]:
        differing = sorted(key for key in results[True] if results[True][key] != results[False].get(key))
        yield f"the installed wandb and the stand-in record different things: {', '.join(differing)}"


def _played(*, stub: bool) -> dict[str, Any]:
    from wandb_testkit.patching import patch_wandb

    with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
        with patch_wandb(stub=stub) as recorder:
            _program(importlib.import_module("wandb"))
        run = recorder.run
        told = run.to_dict()
    told.pop("id", None)
    return {**told, "state": run.state, "artifacts": [artifact.name for artifact in run.artifacts]}


def _program(wandb: Any) -> None:
    with wandb.init(project="doctor", config={"lr": 0.1}, tags=["a"]) as run:
        run.define_metric("loss", summary="min")
        for step in range(3):
            run.log({"loss": 1 / (step + 1), "nested": {"a": step}})
        run.log({"x": 1}, step=10)
        run.summary["best"] = 1
        run.alert("title", "text")
        artifact = wandb.Artifact("data", "dataset")
        with artifact.new_file("a.txt") as file:
            file.write("a")
        run.log_artifact(artifact)
    for wrong in ("wandb.log before init", "a project with a slash"):
        try:
            wandb.log({}) if wrong.startswith("wandb.log") else wandb.init(project="a/b")
        except wandb.Error:
            continue
        raise AssertionError(f"{wrong} was let through")


# ---- the verdict


def verdict(findings: Findings) -> tuple[str, int]:
    """Return the verdict in one sentence, and the exit code: 0 for good, 1 for what needs a look, 2 for broken."""
    if findings.problems:
        return "This wandb does not work under the patch as it should.", 2
    if not findings.version:
        return "wandb is not installed: the stand-in takes its place.", 0
    if findings.version == _signatures.WANDB_VERSION and not (findings.removed or findings.changed):
        return "This is the wandb that this release was checked against.", 0
    if tuple(int(part) for part in findings.version.split(".")[:2] if part.isdigit()) < OLDEST:
        return f"This wandb is older than any that is supported ({'.'.join(map(str, OLDEST))}).", 1
    if findings.removed or findings.changed:
        return (
            "This is another wandb: the patch works on it; the stand-in shows the names and signatures of its own.",
            1,
        )
    return "This is another wandb, with the same names and signatures.", 0


def tell(stream: TextIO) -> int:
    """Examine, write what was found in one screen, and return the exit code."""
    findings = examine()
    lines = [f"wandb installed: {findings.version or 'no'}; checked against: {_signatures.WANDB_VERSION}"]
    for title, found in (
        ("gone", findings.removed),
        ("new", findings.added),
        ("changed", findings.changed),
        ("problems", findings.problems),
    ):
        lines.append(f"{title}: {len(found) or 'none'}")
        lines += [f"  {each[:150]}" for each in found[:_SHOWN]]
        if len(found) > _SHOWN:
            lines.append(f"  ... and {len(found) - _SHOWN} more")
    text, code = verdict(findings)
    print("\n".join([*lines, text]), file=stream)
    return code
