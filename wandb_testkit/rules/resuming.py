"""Where a run begins that continues, forks or rewinds an earlier one.

The client asks the server about earlier runs, so offline mode cannot answer here.  The
rules are those of wandb's documentation of `resume`, `fork_from` and `resume_from`
(https://docs.wandb.ai/guides/runs/resuming, .../forking, .../rewind) and of the client's
source (core/internal/runbranch): a resumed run goes on at the step after its last one,
with its config where the program sets none, its summary, and its tags and notes where the
program gives none; a forked or rewound run goes on after the step that is named.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple


class Moment(NamedTuple):
    """What a new run takes over.

    Attributes:
        step: The first step that it logs to.
        config: The earlier run's config.
        summary: The earlier run's summary.
    """

    step: int
    config: dict[str, Any]
    summary: dict[str, Any]


FRESH = Moment(0, {}, {})


def start(
    settings: Any,
    earlier: Iterable[Mapping[str, Any]],
    *,
    usage_error: type[Exception],
    comm_error: type[Exception],
    begins_anew: bool = False,
) -> Moment:
    """Return where a run with `settings` begins; settings change as the server's answer changes them.

    Args:
        settings: The run's settings.
        earlier: The runs that exist, as `to_dict` writes them.
        usage_error: Raised for a run that "must" be there or "never" be there and is not so.
        comm_error: Raised when there is no run to fork from or to rewind.
        begins_anew: Whether this release takes no step from the arguments where it is offline.
    """
    if settings.mode != "online":
        # No server is asked: the client only takes the step from the arguments.
        branch = settings.fork_from or settings.resume_from
        return FRESH if branch is None or begins_anew else Moment(int(branch[2]) + 1, {}, {})
    if settings.resume is settings.fork_from is settings.resume_from is None:
        return FRESH
    runs = [run for run in earlier if run.get("project") == settings.project and _same_entity(run, settings)]
    if settings.fork_from is not None or settings.resume_from is not None:
        return _branch(settings, runs, comm_error)
    found = _last(runs, settings.run_id)
    if settings.resume == "must" and found is None:
        raise usage_error(
            "You provided an invalid value for the `resume` argument. The value 'must' is not a valid option for"
            f" resuming the run ({settings.run_id}) that has not been initialized. Please check your inputs and try"
            " again with a valid run ID. If you are trying to start a new run, please omit the `resume` argument or"
            " use `resume='allow'`."
        )
    if settings.resume == "never" and found is not None:
        raise usage_error(
            "You provided an invalid value for the `resume` argument.  The value 'never' is not a valid option for"
            f" resuming a run ({settings.run_id}) that already exists.  Please check your inputs and try again with a"
            " valid value for the `resume` argument."
        )
    if found is None or settings.resume not in ("allow", "must", "auto"):
        return FRESH
    settings.resumed = True
    _take_identity(settings, found)
    return Moment(_next_step(found), dict(found.get("config") or {}), dict(found.get("summary") or {}))


def _same_entity(run: Mapping[str, Any], settings: Any) -> bool:
    return bool((run.get("entity") or settings.entity) == settings.entity)


def _last(runs: Iterable[Mapping[str, Any]], run_id: str) -> Mapping[str, Any] | None:
    found = None
    for run in runs:
        if run.get("id") == run_id:
            found = run
    return found


def _next_step(run: Mapping[str, Any]) -> int:
    history = run.get("history") or ()
    last = (run.get("summary") or {}).get("_step")
    if last is None and history:
        last = history[-1].get("_step")
    return 0 if last is None else int(last) + 1


def _take_identity(settings: Any, run: Mapping[str, Any]) -> None:
    """What the program gave stays; what it left out is as the earlier run has it."""
    settings.run_name = settings.run_name or run.get("name")
    settings.run_notes = settings.run_notes or run.get("notes")
    settings.run_group = settings.run_group or run.get("group")
    settings.run_job_type = settings.run_job_type or run.get("job_type")
    settings.run_tags = settings.run_tags or (tuple(run["tags"]) if run.get("tags") else None)


def _branch(settings: Any, runs: Iterable[Mapping[str, Any]], error: type[Exception]) -> Moment:
    """Begin after a step of another run, or of this run's own past; the server keeps the summary to itself."""
    forks = settings.fork_from is not None
    run_id, _, step = settings.fork_from if forks else settings.resume_from
    origin = _last(runs, run_id)
    if origin is None:
        raise error(f"failed to {'fork' if forks else 'rewind'} run: run not found")
    return Moment(int(step) + 1, {} if forks else dict(origin.get("config") or {}), {})
