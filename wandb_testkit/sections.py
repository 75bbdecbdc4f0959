"""The section "wandb" of a failing test's report: runs, config, summary and the last rows of history."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Any
from unittest import mock

from wandb_testkit.patching import WandbPatch
from wandb_testkit.recorder import Recorder
from wandb_testkit.wording import brief

if TYPE_CHECKING:
    from wandb_testkit.recorder import RecordedRun

_MOST_RUNS = 3
_MOST_ROWS = 5
_MOST_WARNINGS = 3
_WIDTH = 160


def of_failure(live: Sequence[Recorder], failure: Any) -> str:
    """Return the section's text; "" where nothing was recorded, or nobody knows where.

    Args:
        live: The recorders of the fixtures that are live.
        failure: pytest's ``ExceptionInfo`` of the failure, or None.
    """
    found = [*live, *_in_frames(None if failure is None else failure.tb)]
    recorders = [recorder for recorder in {id(recorder): recorder for recorder in found}.values() if recorder._sessions]
    # Of patches within patches, those that nothing was done in say nothing.
    told = [recorder for recorder in recorders if recorder.runs] or recorders[-1:]
    return "\n".join(map(text, told))


def _in_frames(traceback: TracebackType | None) -> Iterator[Recorder]:
    """Yield the recorders that the frames of a traceback hold: a test's argument, what `with` gave, ``self.recorder``.

    So nothing has to be noted when a patch is entered.
    """
    while traceback is not None:
        names = traceback.tb_frame.f_locals
        for value in list(names.values()):
            yield from _recorders_of(value)
        # Of a decorated function: with a recorder of the user's own, it gets none.
        for patching in names.get("patchings") or ():
            if isinstance(patching, WandbPatch) and patching.new is not mock.DEFAULT:
                yield patching.new
        traceback = traceback.tb_next


def _recorders_of(value: Any) -> Iterable[Recorder]:
    # Looked at by its type: other objects may do anything when they are asked for an attribute.
    if issubclass(type(value), Recorder):
        return [value]
    held = value if type(value) is tuple else ()
    own = getattr(value, "__dict__", None) if type(value).__module__ != "builtins" else None
    if type(own) is dict and issubclass(type(own.get("recorder")), Recorder):
        held = (own["recorder"],)
    return [item for item in held if issubclass(type(item), Recorder)]


def text(recorder: Recorder) -> str:
    """Return what was recorded, in bounds."""
    runs = recorder.runs
    if not runs:
        calls = len(recorder.calls)
        return "No run was recorded." + (f" Calls: {brief(recorder.calls[-5:], 400)}" if calls else "")
    lines = [f"{len(runs) - _MOST_RUNS} earlier runs"] if len(runs) > _MOST_RUNS else []
    for run in runs[-_MOST_RUNS:]:
        lines += _lines(run)
    warnings = recorder.warnings
    lines += [f"warning: {brief(warning, _WIDTH)}" for warning in warnings[-_MOST_WARNINGS:]]
    return "\n".join(lines)


def _lines(run: RecordedRun) -> Iterator[str]:
    code = "" if run.exit_code is None else f", exit code {run.exit_code}"
    name = "" if run.name is None else f" {run.name!r}"
    yield f"run {run.project}/{run.id}{name} ({run.mode}): {run.state}{code}"
    if run.config:
        yield f"  config: {brief(run.config, _WIDTH)}"
    if run.summary:
        yield f"  summary: {brief(run.summary, _WIDTH)}"
    rows = run.history()
    if len(rows) > _MOST_ROWS:
        yield f"  history, the last {_MOST_ROWS} of {len(rows)} rows:"
    else:
        yield f"  history, {len(rows)} row{'' if len(rows) == 1 else 's'}{':' if rows else ''}"
    for row in rows[-_MOST_ROWS:]:
        yield f"    {brief(row, _WIDTH)}"
    if run.pending is not None:
        yield f"  pending: {brief(run.pending, _WIDTH)}"
    dropped = run.dropped
    if dropped:
        last = dropped[-1]
        yield f"  dropped: {len(dropped)}, the last at step {last.step} after step {last.current_step}"
