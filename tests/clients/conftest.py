"""Runs the jobs of each framework once in each world, and keeps the table of what was compared."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from tests.clients import WORLDS, Client, table

HERE = Path(__file__).resolve().parent


@pytest.fixture(scope="module")
def observed(request: pytest.FixtureRequest) -> dict[str, dict[str, Any]]:
    """What the jobs that were selected do in each world."""
    from tests.clients.playing import observe

    client: Client = request.module.CLIENT
    chosen: dict[str, dict[str, None]] = {world: {} for world in ("real", *WORLDS)}
    for item in request.session.items:
        if isinstance(item, pytest.Function) and item.module is request.module and "job" in item.fixturenames:
            job, world = item.callspec.params["job"], item.callspec.params["world"]
            if not (world == "stand-in" and client.jobs[job].beyond_standin):
                chosen["real"][job] = chosen[world][job] = None
    name = request.module.__name__
    return {world: observe(name, world, list(jobs)) if jobs else {} for world, jobs in chosen.items()}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out frameworks that are not installed, but for files that are named."""
    named = {Path(argument.partition("::")[0]).resolve() for argument in config.args}
    out = [item for item in items if _client(item) and item.path not in named and _client(item).missing()]
    if out:
        config.hook.pytest_deselected(items=out)
        items[:] = [item for item in items if item not in out]


def _client(item: pytest.Item) -> Any:
    return getattr(getattr(item, "module", None), "CLIENT", None) if item.path.parent == HERE else None


@pytest.hookimpl(trylast=True)
def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Write what was compared into the table that CLIENTS_TABLE names, as the oldest releases with CLIENTS_OLDEST."""
    path = os.environ.get("CLIENTS_TABLE")
    if not path:
        return
    outcomes: dict[str, dict[str, dict[str, str]]] = {}
    for outcome in ("passed", "failed", "skipped", "error"):
        for report in terminalreporter.stats.get(outcome, ()):
            for key, value in getattr(report, "user_properties", ()):
                if key == "client":
                    module, job, world = value
                    outcomes.setdefault(module, {}).setdefault(world, {})[job] = outcome
    table.update(Path(path), outcomes, oldest=bool(os.environ.get("CLIENTS_OLDEST")))


@pytest.fixture(autouse=True)
def _noted(request: pytest.FixtureRequest, record_property: Any) -> None:
    parameters = getattr(getattr(request.node, "callspec", None), "params", {})
    if "world" in parameters and "job" in parameters:
        record_property("client", (request.module.__name__, parameters["job"], parameters["world"]))
