"""What a program tried to log and the server never got."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from wandb_testkit.reasons import NO_RUN, name_of
from wandb_testkit.rules.lifecycle import Crashed, Finished
from wandb_testkit.tape import CALL, EFFECT, Source
from wandb_testkit.wording import brief, join, listing

if TYPE_CHECKING:
    from wandb_testkit.client.session import Session
    from wandb_testkit.recorder import RecordedRun

# unittest shows no frames of modules that say this.
__unittest = True

# What sends something of a run.
_SENDING = frozenset(
    {
        "log",
        "log_artifact",
        "log_code",
        "log_model",
        "save",
        "alert",
        "define_metric",
        "use_artifact",
        "use_model",
        "link_artifact",
        "link_model",
        "upsert_artifact",
        "finish_artifact",
    }
)


def check_dropped(runs: Sequence[RecordedRun]) -> None:
    """Raise the AssertionError of `assert_nothing_dropped` where a row did not arrive."""
    __tracebackhide__ = True
    if not runs:
        raise AssertionError(NO_RUN)
    lost = [(run, each) for run in runs for each in run.dropped]
    # Of a run that goes on, the row may still be committed.
    waiting = [run for run in runs if run.pending is not None and run.state == "crashed"]
    if not lost and not waiting:
        return
    shown = [
        f"step {each.step} after step {each.current_step} in run {name_of(run)}: {brief(each.row, 120)}"
        for run, each in lost
    ]
    raise AssertionError(
        join(
            f"The client dropped {len(lost)} row{'' if len(lost) == 1 else 's'}, whose step was over." if lost else "",
            listing(shown, "dropped rows") if lost else "",
            "Log steps in increasing order, or give the metric an axis of its own with run.define_metric();"
            " patch_wandb(strict_steps=True) shows the line that does it."
            if lost
            else "",
            *(
                f"Run {name_of(run)} crashed before this row was committed: {brief(run.pending, 120)}"
                for run in waiting
            ),
        )
    )


def check_finished(runs: Sequence[RecordedRun], *, everywhere: bool) -> None:
    """Raise the AssertionError of `assert_nothing_after_finish` where something came too late."""
    __tracebackhide__ = True
    if not runs:
        raise AssertionError(NO_RUN)
    by_key = {run._client.key: run for run in runs}
    sessions = {id(run._client.session): run._client.session for run in runs}
    late = [
        (by_key.get(-1 if key is None else key), name, args)
        for session in sessions.values()
        for key, name, args in _late_calls(session)
        if key in by_key or (key is None and everywhere)
    ]
    if not late:
        return
    shown = [
        f"{'wandb' if run is None else f'run {name_of(run)}'}: {name}({', '.join(brief(each, 100) for each in args)})"
        for run, name, args in late
    ]
    raise AssertionError(
        join(
            f"{len(late)} call{'' if len(late) == 1 else 's'} came when the run was finished; the client raises there,"
            " and sends nothing.",
            listing(shown, "late calls"),
            "Finish the run last: run.finish() after the last log, or `with wandb.init() as run:` around all of them.",
        )
    )


def _late_calls(session: Session) -> Iterator[tuple[int | None, str, tuple[Any, ...]]]:
    """Yield what was called on runs that were over, and on the module while no run went on but one had."""
    over: set[int] = set()
    going: set[int] = set()
    for index, _, first, second, _ in session.tape.records():
        source = session.tape.sources[index]
        if source.kind == EFFECT:
            if type(second) in (Finished, Crashed):
                over.add(first)
                going.discard(first)
            elif first not in over:
                going.add(first)
        elif source.kind == CALL and source.name in _SENDING and (source.run in over or _on_none(source, over, going)):
            yield source.run, source.name, first


def _on_none(source: Source, over: set[int], going: set[int]) -> bool:
    return source.run is None and bool(over) and not going
