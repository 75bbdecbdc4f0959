"""Every scenario sends, shows and raises under the patch exactly what it does on the real client in offline mode."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import Any

import pytest

from tests import scenarios
from tests.comparison import differences, observe_patched, observe_real, observe_together, runnable, scenario_task
from tests.normalise import KNOWN_DIFFERENCES, KNOWN_STUB_DIFFERENCES
from tests.older_releases import DIFFERENCES, follows_installed, known_differences
from tests.oracle import RealClient
from tests.worlds import Observation

pytest.importorskip("wandb")
pytestmark = pytest.mark.needs_wandb

ALL = scenarios.load()
KNOWN = {**KNOWN_DIFFERENCES, **known_differences()}
# Those that need nothing that is not installed.
HERE = runnable()
# The stand-in does as one release does, whatever is installed.
STUB = [name for name in HERE if ALL[name].stub] if follows_installed() else []
_OF_EVERY_INSTALLATION = {"numpy", "PIL"}


@pytest.fixture(scope="module")
def real(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Observation]:
    """What the real client does in the scenarios that were selected, observed in one go."""
    wanted = {_scenario_of(item) for item in request.session.items}
    names = [name for name in HERE if name in wanted]
    tasks = [scenario_task(name) for name in names]
    with RealClient() as client:
        if "PYTEST_XDIST_WORKER" in os.environ:
            # The folder of all processes of these tests is above that of each.
            folder = tmp_path_factory.getbasetemp().parent / "scenarios"
            folder.mkdir(exist_ok=True)
            found = observe_together(client, tasks, folder)
        else:
            found = observe_real(client, tasks)
    return dict(zip(names, found, strict=True))


def _scenario_of(item: pytest.Item) -> str | None:
    parameters = getattr(getattr(item, "callspec", None), "params", {})
    name = parameters.get("name")
    return name if item.path.samefile(__file__) and isinstance(name, str) else None


def _each(names: Iterable[str]) -> list[Any]:
    """Return the parameters of a test; `-m extras` selects those that need more than the tests do otherwise."""
    extras = {name for name in names if not _OF_EVERY_INSTALLATION.issuperset(ALL[name].needs)}
    return [pytest.param(name, marks=[pytest.mark.extras] if name in extras else []) for name in names]


def _check(name: str, real: dict[str, Observation], known: str | None, stub: bool | None) -> None:
    text = differences(real[name], observe_patched(scenario_task(name), stub=stub))
    if known is None:
        assert not text, f"the patch differs from the real client in {name}:\n{text}"
    else:
        assert text, f"{name} no longer differs, so its entry among the known differences can go: {known}"


@pytest.mark.parametrize("name", _each(HERE))
def test_patched_wandb_agrees_with_the_real_client(name: str, real: dict[str, Observation]) -> None:
    _check(name, real, KNOWN.get(name), stub=None)


@pytest.mark.parametrize("name", _each(STUB))
def test_stand_in_agrees_with_the_real_client(name: str, real: dict[str, Observation]) -> None:
    _check(name, real, KNOWN_STUB_DIFFERENCES.get(name, KNOWN_DIFFERENCES.get(name)), stub=True)


@pytest.mark.extras
def test_no_scenario_is_left_out() -> None:
    missing = {module for scenario in ALL.values() for module in scenario.missing()}
    if missing:
        left_out = len(ALL) - len(HERE)
        remedy = "pip install -e '.[test,scenarios,torch,tensorboard]'"
        pytest.skip(f"{left_out} of {len(ALL)} need {', '.join(sorted(missing))}: {remedy}")
    assert list(ALL) == HERE


def test_known_differences_are_about_scenarios_that_exist() -> None:
    assert set(KNOWN_DIFFERENCES) | set(KNOWN_STUB_DIFFERENCES) | set(DIFFERENCES) <= set(ALL)


def test_oracle_leaves_the_process_as_it_was() -> None:
    before, folder = dict(os.environ), os.getcwd()
    with RealClient() as client:
        client.observe(scenario_task("log_steps_by_itself"))
    assert dict(os.environ) == before
    assert os.getcwd() == folder
