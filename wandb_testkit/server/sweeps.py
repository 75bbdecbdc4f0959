"""The server's GraphQL fields about sweeps and their agents, over `sweep_store.Sweeps`.

Names of types, fields and arguments are those that the documents of client 0.31 ask for.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from wandb_testkit.comparing import values_at
from wandb_testkit.rules import filters as filter_rules
from wandb_testkit.rules import sweeps as rules
from wandb_testkit.rules.tree import MISSING
from wandb_testkit.server.graphql import GraphQLError, connection
from wandb_testkit.server.runs import ServerRun, iso
from wandb_testkit.server.sweep_store import Agent, Refused, Sweep

if TYPE_CHECKING:
    from wandb_testkit.server.core import Server


def projects(server: Server) -> Iterator[tuple[str, str]]:
    """Yield the projects that have sweeps, as (entity, project)."""
    for sweep in server.session.sweeps.all:
        yield sweep.entity, sweep.project


def project_fields(server: Server, entity: str, project: str) -> dict[str, Any]:
    """Return the fields of a project."""
    store = server.session.sweeps

    def sweep(sweepName: str | None = None, **_: Any) -> Any:
        found = store.find(entity, project, sweepName or "")
        return None if found is None else sweep_node(server, found)

    def sweeps(first: int | None = None, after: str | None = None, filters: Any = None, **_: Any) -> Any:
        wanted = json.loads(filters or "{}")
        try:
            found = [each for each in store.of_project(entity, project) if filter_rules.matches(wanted, _reader(each))]
        except filter_rules.FilterError as error:
            raise GraphQLError(str(error), 400) from None
        return connection(found, lambda each: sweep_node(server, each), first, after)

    return {"sweep": sweep, "sweeps": sweeps, "totalSweeps": lambda: len(store.of_project(entity, project))}


def _reader(sweep: Sweep) -> Callable[[str], Any]:
    """Return what tells a filter the fields of a sweep, by the names that filters of runs have."""
    fields = {
        "name": sweep.id,
        "displayName": sweep.display_name or sweep.config.get("name"),
        "state": sweep.state,
        "method": sweep.method,
        "description": sweep.description,
        "createdAt": iso(sweep.created_at),
        "config": sweep.config,
    }
    snake = {re.sub("[A-Z]", lambda found: f"_{found[0].lower()}", name): value for name, value in fields.items()}
    known = {**fields, **snake}
    return lambda key: next(iter(values_at(known, key)), MISSING)


def _runs(server: Server, sweep: Sweep) -> list[ServerRun]:
    return [
        run
        for run in server.runs(sweep.entity, sweep.project)
        if run.sweep_name == sweep.id or run.id in sweep.prior_runs
    ]


def sweep_node(server: Server, sweep: Sweep) -> dict[str, Any]:
    """Return the node of a sweep.

    Args:
        server: The server.
        sweep: The sweep.
    """
    from wandb_testkit.server.nodes import project_node, run_node

    def runs(first: int | None = None, after: str | None = None, **_: Any) -> Any:
        return connection(_runs(server, sweep), lambda run: _run_node(run_node(server, run), run), first, after)

    def agent(agentName: str, **_: Any) -> Any:
        return next((_agent_node(server, each) for each in sweep.agents if each.name == agentName), None)

    return {
        "__typename": "Sweep",
        "id": sweep.storage_id,
        "name": sweep.id,
        "displayName": sweep.display_name,
        "method": sweep.method,
        "state": sweep.state,
        "description": sweep.description,
        "bestLoss": lambda: server.session.sweeps.best_value(sweep),
        "config": rules.as_yaml(sweep.config),
        "createdAt": iso(sweep.created_at),
        "updatedAt": iso(sweep.updated_at),
        "heartbeatAt": iso(sweep.updated_at),
        "earlyStopJobRunning": False,
        "controller": None,
        "scheduler": None,
        "runCount": lambda: len(_runs(server, sweep)),
        "runCountExpected": rules.size(sweep.config),
        "runs": runs,
        "agent": agent,
        "agents": lambda **_: connection(sweep.agents, lambda each: _agent_node(server, each)),
        "project": lambda **_: project_node(server, sweep.entity, sweep.project),
    }


def _run_node(node: dict[str, Any], run: ServerRun) -> dict[str, Any]:
    over = run.state not in ("pending", "running")
    more = {"exitcode": None, "shouldStop": False, "failed": run.state == "failed", "running": not over}
    return {**node, **more}


def _agent_node(server: Server, agent: Agent) -> dict[str, Any]:
    def runs(first: int | None = None, after: str | None = None, **_: Any) -> Any:
        from wandb_testkit.server.nodes import run_node

        ids = {trial.run_id for trial in agent.trials}
        found = [run for run in _runs(server, agent.sweep) if run.id in ids]
        return connection(found, lambda run: run_node(server, run), first, after)

    return {
        "__typename": "Agent",
        "id": agent.id,
        "name": agent.name,
        "host": agent.host,
        "state": agent.state,
        "totalRuns": len(agent.trials),
        "createdAt": iso(agent.created_at),
        "heartbeatAt": iso(agent.heartbeat_at),
        "metrics": None,
        "runs": runs,
    }


def mutations(server: Server) -> dict[str, Any]:
    """Return the fields of a mutation."""
    store = server.session.sweeps

    def upsert(input: Any, **_: Any) -> Any:
        entity = input.get("entityName") or server.default_entity
        project = input.get("projectName") or "uncategorized"
        warnings: list[str] = []
        if input.get("id"):
            sweep = store.stored(input["id"])
            store.change(sweep, _config(input["config"]) if input.get("config") else None, input.get("displayName"))
        else:
            config = _config(input.get("config"))
            filters = json.loads(input.get("priorRunsFilters") or "{}")
            prior = [each["name"] for each in filters.get("$or", ())]
            sweep, warnings = store.create(config, entity, project, prior, input.get("displayName"))
        if input.get("state"):
            store.change_state(sweep, input["state"])
        return {"sweep": sweep_node(server, sweep), "configValidationWarnings": warnings}

    def create_agent(input: Any, **_: Any) -> Any:
        entity = input.get("entityName") or server.default_entity
        project = input.get("projectName") or "uncategorized"
        agent = store.register(input["host"], entity, project, input["sweep"])
        return {"agent": _agent_node(server, agent)}

    def heartbeat(input: Any, **_: Any) -> Any:
        agent = store.agent(input["id"])
        # An agent that runs something is told nothing.
        running = any(json.loads(input.get("runState") or "{}").values())
        command = None if running else store.command(agent)
        commands = [] if command is None else [command]
        return {"agent": _agent_node(server, agent), "commands": json.dumps(commands)}

    made = {"upsertSweep": upsert, "createAgent": create_agent, "agentHeartbeat": heartbeat}
    return {name: _answering(field) for name, field in made.items()}


def _answering(field: Any) -> Any:
    def answer(**arguments: Any) -> Any:
        try:
            return field(**arguments)
        except Refused as error:
            raise GraphQLError(error.message, error.status) from None

    return answer


def _config(text: str | None) -> dict[str, Any]:
    """Read the YAML that the client sends."""
    try:
        import yaml  # type: ignore[import-untyped,unused-ignore]
    except ImportError:
        raise ImportError("reading the config of a sweep needs PyYAML, which comes with wandb") from None
    found = yaml.safe_load(text or "")
    if not isinstance(found, dict):
        raise Refused("Invalid sweep config: Sweep config must be parsable as a JSON object.", 400)
    return found
