"""The sweeps that the server has, and what it tells their agents.

What a sweep's config may be and which configs it tries is in `rules.sweeps`; when it has no more of them is here:
after all of a grid, after ``run_cap`` runs, and once a run has reached the ``target`` of the metric
(https://docs.wandb.ai/models/sweeps/sweep-config-keys).  Hyperband (``early_terminate``) is checked, but it stops no
run: the service tells an agent to stop one in answer to a heartbeat, of which the client sends one in five seconds.
"""

from __future__ import annotations

import base64
import threading
import weakref
from collections.abc import Iterator, Mapping, Sequence
from time import time
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from wandb_testkit.comparing import values_at
from wandb_testkit.errors import NotModelled
from wandb_testkit.rules import naming
from wandb_testkit.rules import sweeps as rules

if TYPE_CHECKING:
    from wandb_testkit.client.run import RunClient
    from wandb_testkit.client.session import Session

PENDING, RUNNING, PAUSED, FINISHED, CANCELED = "PENDING", "RUNNING", "PAUSED", "FINISHED", "CANCELED"
_LIVE = (PENDING, RUNNING, PAUSED)


class Refused(Exception):
    """The server refuses a request about a sweep.

    Args:
        message: The server's words.
        status: The HTTP status that comes with it.
    """

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.message = message
        self.status = status


class Trial(NamedTuple):
    """A run that the server told an agent to make: the id that it shall have, its config, the agent's id."""

    run_id: str
    config: dict[str, Any]
    agent: str


class Agent:
    """One that asked for runs of a sweep.

    Attributes:
        id: The id that no other thing of the server has.
        name: Its id among the agents of the sweep.
        host: The machine's name, as the agent says it.
    """

    def __init__(self, sweep: Sweep, host: str) -> None:
        self.sweep = sweep
        self.host = host
        self.name = naming.generate_id()
        self.id = base64.b64encode(f"Agent:v1:{self.name}".encode()).decode()
        self.created_at = self.heartbeat_at = time()
        self.state = "RUNNING"

    @property
    def trials(self) -> list[Trial]:
        """What it was told to run."""
        return [trial for trial in self.sweep.trials if trial.agent == self.id]


class Sweep:
    """One sweep.

    Attributes:
        id: Eight lower-case letters and digits; the server calls it the sweep's name.
        entity: The user or team.
        project: The project.
        config: The config as the client sent it.
        state: "PENDING" before the first run, then "RUNNING", "PAUSED", "FINISHED" or "CANCELED".
        prior_runs: Ids of runs that were added when the sweep was made.
        trials: What agents were told to run so far.
        agents: The agents, in the order in which they came.
        created_at: When it was made, in seconds since the epoch.
    """

    def __init__(
        self, entity: str, project: str, config: dict[str, Any], prior_runs: Sequence[str], display_name: str | None
    ) -> None:
        self.id = naming.generate_id()
        self.entity = entity
        self.project = project
        self.config = config
        self.prior_runs = list(prior_runs)
        self.display_name = display_name
        self.description = config.get("description")
        self.state = PENDING
        self.trials: list[Trial] = []
        self.agents: list[Agent] = []
        self.created_at = self.updated_at = time()
        self.configs: Iterator[rules.Values] = iter(())

    @property
    def storage_id(self) -> str:
        """The id that no other thing of the server has."""
        return base64.b64encode(f"Sweep:v1:{self.id}:{self.project}:{self.entity}".encode()).decode()

    @property
    def method(self) -> str:
        """How it searches."""
        return str(self.config["method"])

    @property
    def metric(self) -> Mapping[str, Any]:
        """The metric of the config; empty where it has none."""
        found = self.config.get("metric")
        return found if isinstance(found, dict) else {}

    def is_better(self, value: float, other: float) -> bool:
        """Say whether a value of the metric is nearer to the goal than another."""
        return value > other if self.metric.get("goal") == "maximize" else value < other


class Sweeps:
    """The sweeps of one session.

    Args:
        session: The session; its record says which runs belong to a sweep.
    """

    def __init__(self, session: Session) -> None:
        # The session holds this.
        self._session = weakref.ref(session)
        self._lock = threading.RLock()
        self.all: list[Sweep] = []

    @property
    def session(self) -> Session:
        """The session."""
        # Nobody but the session has this.
        return cast("Session", self._session())

    def create(
        self,
        config: dict[str, Any],
        entity: str,
        project: str,
        prior_runs: Sequence[str] = (),
        display_name: str | None = None,
    ) -> tuple[Sweep, list[str]]:
        """Make a sweep.

        Args:
            config: Its config, as JSON has it.
            entity: The user or team.
            project: The project.
            prior_runs: Ids of runs of that project that shall belong to it.
            display_name: What the web interface calls it.

        Returns:
            The sweep, and what is wrong with its config.

        Raises:
            Refused: The service cannot search with that config.
            NotModelled: A scheduler of the program's own shall search.
        """
        if config.get("method") == "custom":
            raise NotModelled("wandb.sweep with the method 'custom' (whose scheduler is a program of its own)", "sweep")
        try:
            warnings = rules.warnings(config)
            made = Sweep(entity, project, config, prior_runs, display_name)
            # The same sweep of the same test draws the same configs each time.
            seed = str(len(self.all))
            tried = [dict(client.state.config) for client in self.runs(made)]
            tried += [seed.get("config") or {} for seed in self.session.seeds if seed.get("id") in made.prior_runs]
            made.configs = rules.configs(config, seed, tried)
        except rules.Invalid as error:
            raise Refused(f"Invalid sweep config: {error}", 400) from None
        self.all.append(made)
        return made, warnings

    def find(self, entity: str | None, project: str | None, sweep_id: str) -> Sweep | None:
        """Return a sweep by its id; None where there is none in that project."""
        wanted = (entity, project, sweep_id)
        return next((each for each in self.all if (each.entity, each.project, each.id) == wanted), None)

    def stored(self, storage_id: str) -> Sweep:
        """Return the sweep that the server stores under an id.

        Raises:
            Refused: There is none.
        """
        for each in self.all:
            if each.storage_id == storage_id:
                return each
        raise Refused(f"sweep not found: {storage_id}", 404)

    def of_project(self, entity: str, project: str) -> list[Sweep]:
        """Return the sweeps of a project, oldest first."""
        return [each for each in self.all if (each.entity, each.project) == (entity, project)]

    def runs(self, sweep: Sweep) -> list[RunClient]:
        """Return the recorded runs that belong to a sweep, in the order in which they began.

        These are the runs that were begun with its id (an agent sees to that), and those that it was made with.
        """
        return [
            client
            for client in self.session.clients.values()
            if client.settings.sweep_id == sweep.id or client.settings.run_id in sweep.prior_runs
        ]

    def best_value(self, sweep: Sweep) -> float | None:
        """Return the best value of the sweep's metric that a run of it ended with; None where there is none."""
        best = None
        for value in self._values(sweep):
            if best is None or sweep.is_better(value, best):
                best = value
        return best

    def _values(self, sweep: Sweep) -> Iterator[float]:
        name = sweep.metric.get("name")
        for client in self.runs(sweep) if isinstance(name, str) else ():
            for value in values_at(client.state.history.summary(), str(name)):
                if isinstance(value, (int, float)) and not isinstance(value, bool) and value == value:
                    yield value

    # ---- agents

    def register(self, host: str, entity: str | None, project: str | None, sweep_id: str) -> Agent:
        """Have a new agent for a sweep.

        Args:
            host: The machine's name.
            entity: The user or team of the sweep.
            project: The project of the sweep.
            sweep_id: Its id.

        Raises:
            Refused: There is no such sweep, or it is over.
        """
        sweep = self.find(entity, project, sweep_id)
        if sweep is None:
            raise Refused(f"could not find sweep {entity}/{project}/{sweep_id} during createAgent", 404)
        if sweep.state not in _LIVE:
            raise Refused(f"Sweep {sweep_id} is not running", 400)
        agent = Agent(sweep, host)
        sweep.agents.append(agent)
        return agent

    def agent(self, agent_id: str) -> Agent:
        """Return an agent by its id.

        Raises:
            Refused: There is none.
        """
        for sweep in self.all:
            for agent in sweep.agents:
                if agent.id == agent_id:
                    return agent
        raise Refused("agent not found", 404)

    def command(self, agent: Agent) -> dict[str, Any] | None:
        """Return what an agent that runs nothing shall do next: a run, or exit; None where it shall wait."""
        with self._lock:
            sweep = agent.sweep
            agent.heartbeat_at = sweep.updated_at = time()
            if sweep.state == PAUSED:
                return None
            values = None if sweep.state not in _LIVE or self._is_done(sweep) else next(sweep.configs, None)
            if values is None:
                if sweep.state in _LIVE:
                    sweep.state = FINISHED
                agent.state = "FINISHED"
                return {"type": "exit"}
            sweep.state = RUNNING
            trial = Trial(naming.generate_id(), values, agent.id)
            sweep.trials.append(trial)
        return {
            "type": "run",
            "run_id": trial.run_id,
            "args": {name: {"value": value} for name, value in values.items()},
            "program": sweep.config.get("program", ""),
        }

    def _is_done(self, sweep: Sweep) -> bool:
        cap, target = sweep.config.get("run_cap"), sweep.metric.get("target")
        if isinstance(cap, int) and len(sweep.trials) >= cap:
            return True
        if not isinstance(target, (int, float)):
            return False
        best = self.best_value(sweep)
        return best is not None and not sweep.is_better(target, best)

    def change(self, sweep: Sweep, config: dict[str, Any] | None, display_name: str | None) -> None:
        """Change the config of a sweep, which then goes on with that, or what the web interface calls it.

        Raises:
            Refused: The service cannot search with that config.
        """
        if config is not None and config != sweep.config:
            tried = [trial.config for trial in sweep.trials]
            try:
                sweep.configs = rules.configs(config, sweep.id, tried)
            except rules.Invalid as error:
                raise Refused(f"Invalid sweep config: {error}", 400) from None
            sweep.config = config
        sweep.display_name = display_name or sweep.display_name
        sweep.updated_at = time()

    def change_state(self, sweep: Sweep, state: str) -> None:
        """Pause, resume, finish or cancel a sweep.

        Raises:
            Refused: There is no such state.
        """
        if state not in (*_LIVE, FINISHED, CANCELED):
            raise Refused(f"invalid sweep state: {state}", 400)
        sweep.state = state
        sweep.updated_at = time()
