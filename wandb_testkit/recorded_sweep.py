"""`RecordedSweep`: reading what was recorded of a sweep."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from wandb_testkit.tape import snapshot
from wandb_testkit.wording import brief

if TYPE_CHECKING:
    from wandb_testkit.client.session import Session
    from wandb_testkit.recorder import RecordedRun
    from wandb_testkit.server.sweep_store import Sweep

# What a `repr` shows.
_MOST_SHOWN = 200


class RecordedSweep:
    """One sweep as it was recorded; read at the moment it is asked, and two of the same sweep are equal.

    Random and Bayesian search draw from the sweep's config and its number in the patch: the same test draws the same
    configs each time.
    """

    def __init__(self, sweep: Sweep, session: Session, runs: Iterable[RecordedRun]) -> None:
        self._sweep = sweep
        self._session = session
        self._all_runs = list(runs)

    def __eq__(self, other: object) -> bool:
        return self._sweep is other._sweep if isinstance(other, RecordedSweep) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._sweep.id)

    @property
    def id(self) -> str:
        """The id that ``wandb.sweep`` returned."""
        return self._sweep.id

    @property
    def entity(self) -> str:
        """The entity: a user or a team."""
        return self._sweep.entity

    @property
    def project(self) -> str:
        """The project."""
        return self._sweep.project

    @property
    def config(self) -> dict[str, Any]:
        """The config as the client sent it: JSON, with the distribution of bare ranges filled in."""
        found: dict[str, Any] = snapshot(self._sweep.config)
        return found

    @property
    def name(self) -> str | None:
        """The name that the config gives it, else None."""
        return self._sweep.config.get("name")

    @property
    def method(self) -> str:
        """How it searches: "grid", "random" or "bayes"."""
        return self._sweep.method

    @property
    def prior_runs(self) -> list[str]:
        """The ids of runs that it was made with."""
        return list(self._sweep.prior_runs)

    @property
    def trials(self) -> list[dict[str, Any]]:
        """The configs that agents were given, in order, also those of trials that started no run."""
        return [snapshot(trial.config) for trial in self._sweep.trials]

    @property
    def runs(self) -> list[RecordedRun]:
        """The runs that belong to it, in the order in which they were started."""
        mine = {client.key for client in self._session.sweeps.runs(self._sweep)}
        return [run for run in self._all_runs if run._client.key in mine]

    @property
    def best_run(self) -> RecordedRun | None:
        """The run whose summary is the best by the config's metric; None where no run has that."""
        from wandb_testkit.comparing import values_at

        best, best_value = None, None
        name = self._sweep.metric.get("name")
        for run in self.runs if isinstance(name, str) else ():
            for value in values_at(run.summary, str(name)):
                if isinstance(value, (int, float)) and (best_value is None or self._sweep.is_better(value, best_value)):
                    best, best_value = run, value
        return best

    @property
    def state(self) -> str:
        """One of "PENDING" (no trial yet), "RUNNING", "PAUSED", "FINISHED" and "CANCELED".

        It is finished once an agent asked for another config and there was none.
        """
        return self._sweep.state

    def to_dict(self) -> dict[str, Any]:
        """Return what the backend would know of it, JSON-able."""
        names = ("id", "name", "project", "entity", "config", "state", "prior_runs", "trials")
        return {**{name: getattr(self, name) for name in names}, "runs": [run.id for run in self.runs]}

    def __repr__(self) -> str:
        count = len(self.runs)
        return (
            f"<RecordedSweep {self.project}/{self.id} {self.state}: {count} run{'' if count == 1 else 's'},"
            f" config {brief(self.config, _MOST_SHOWN)}>"
        )


def recorded(sessions: Iterable[Session], runs: Iterable[RecordedRun]) -> list[RecordedSweep]:
    """Return the sweeps of some sessions, in the order in which they were made.

    Args:
        sessions: The sessions; those that were never asked for a sweep are not now, either.
        runs: The runs that can be seen.
    """
    seen = list(runs)
    found = [
        RecordedSweep(sweep, session, seen)
        for session in sessions
        if "sweeps" in vars(session)
        for sweep in session.sweeps.all
    ]
    return sorted(found, key=lambda each: each._sweep.created_at)
