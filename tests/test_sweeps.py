"""Sweeps and agents under the patch, in both worlds: what is recorded, and what the service alone decides.

What the client itself does is compared with it in ``tests/scenarios/sweeps.py``. Sources of the rest: wandb's search
engine (see ``test_sweeps_rules``), https://docs.wandb.ai/models/sweeps/sweep-config-keys, and the client's source.
"""

from __future__ import annotations

import importlib.util
import os
import re
import signal
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from wandb_testkit import MockWandB, NotModelled, Recorder, patch_wandb
from wandb_testkit.client import agent as agents

GRID = {"method": "grid", "parameters": {"a": {"values": [1, 2, 3]}}}
RANDOM = {"method": "random", "parameters": {"lr": {"min": 0.0, "max": 1.0}, "units": {"values": [8, 16, 32]}}}


@pytest.fixture
def patched(options: dict[str, Any]) -> Iterator[tuple[Any, Recorder]]:
    """The patched module and the recorder."""
    with patch_wandb(**options) as recorder:
        import wandb

        yield wandb, recorder


def trainer(wandb: Any, metric: Callable[[Any], float] = lambda config: float(config["a"])) -> Callable[[], None]:
    """A trial that logs one value of its config."""

    def train() -> None:
        with wandb.init() as run:
            run.log({"loss": metric(run.config)})

    return train


# --------------------------------------------------------------------------- recorded


def test_sweep_is_recorded(patched: tuple[Any, Recorder]) -> None:
    wandb, recorder = patched
    sweep_id = wandb.sweep({**RANDOM, "name": "mine", "run_cap": 2}, project="p", entity="team")
    assert re.fullmatch("[a-z0-9]{8}", sweep_id)
    [sweep] = recorder.sweeps
    assert (sweep.id, sweep.project, sweep.entity, sweep.name) == (sweep_id, "p", "team", "mine")
    assert (sweep.method, sweep.state, sweep.runs, sweep.trials) == ("random", "PENDING", [], [])
    assert sweep.config == {
        "method": "random",
        "name": "mine",
        "run_cap": 2,
        "parameters": {
            "lr": {"distribution": "uniform", "min": 0.0, "max": 1.0},
            "units": {"values": [8, 16, 32]},
        },
    }
    assert recorder.calls == [mock.call.sweep({**RANDOM, "name": "mine", "run_cap": 2}, project="p", entity="team")]


def test_runs_of_a_sweep(patched: tuple[Any, Recorder]) -> None:
    wandb, recorder = patched
    wandb.init(project="p").finish()
    sweep_id = wandb.sweep({**GRID, "metric": {"name": "loss", "goal": "maximize"}}, project="p")
    wandb.agent(sweep_id, trainer(wandb, lambda config: -abs(config["a"] - 2)))
    wandb.init(project="p").finish()
    [sweep] = recorder.sweeps
    assert [run.config for run in sweep.runs] == [{"a": 1}, {"a": 2}, {"a": 3}] == sweep.trials
    assert sweep.runs == recorder.runs[1:4]
    assert [run.sweep_id for run in recorder.runs] == [None, sweep_id, sweep_id, sweep_id, None]
    assert {run.state for run in sweep.runs} == {"finished"}
    assert sweep.best_run == recorder.runs[2]
    assert sweep.state == "FINISHED"
    assert sweep.to_dict()["runs"] == [run.id for run in sweep.runs]
    assert repr(sweep).startswith(f"<RecordedSweep p/{sweep_id} FINISHED: 3 runs, config {{")


def test_answers_about_a_sweep_are_copies(patched: tuple[Any, Recorder]) -> None:
    wandb, recorder = patched
    config = {"method": "grid", "parameters": {"a": {"values": [[1]]}}}
    wandb.agent(wandb.sweep(config), lambda: wandb.config.a.append("changed") if wandb.run else None, count=1)
    sweep = recorder.sweeps[0]
    sweep.config["parameters"]["a"]["values"].append("changed")
    sweep.trials[0]["a"].append("changed")
    assert sweep.config == config
    assert sweep.trials == [{"a": [1]}]
    assert recorder.sweeps[0] == sweep
    assert hash(recorder.sweeps[0]) == hash(sweep)


def test_no_sweep_costs_nothing(patched: tuple[Any, Recorder]) -> None:
    wandb, recorder = patched
    wandb.init().finish()
    assert recorder.sweeps == []
    assert "sweeps" not in vars(recorder._session)


def test_sweeps_of_several_patches(options: dict[str, Any]) -> None:
    recorder = Recorder()
    ids = []
    for _ in range(2):
        with patch_wandb(recorder=recorder, **options):
            import wandb

            ids.append(wandb.sweep(GRID))
            wandb.agent(ids[-1], trainer(wandb), count=1)
    assert [sweep.id for sweep in recorder.sweeps] == ids
    assert [len(sweep.runs) for sweep in recorder.sweeps] == [1, 1]


def test_calls_of_the_trials_alone_are_recorded(patched: tuple[Any, Recorder]) -> None:
    wandb, recorder = patched
    sweep_id = wandb.sweep(GRID)
    train = trainer(wandb)
    wandb.agent(sweep_id, function=train, count=1)
    assert recorder.calls[1:] == [
        mock.call.agent(sweep_id, function=train, count=1),
        mock.call.init(),
        mock.call.log({"loss": 1.0}),
    ]


def test_what_is_printed(patched: tuple[Any, Recorder], capsys: pytest.CaptureFixture[str]) -> None:
    wandb, recorder = patched
    sweep_id = wandb.sweep(GRID, project="p q")
    address = f"https://forge.coreweave.com/wandb/test-entity/p%20q/sweeps/{sweep_id}"
    lines = [f"Create sweep with ID: {sweep_id}", f"Sweep URL: {address}"]
    assert capsys.readouterr().out.splitlines() == lines
    assert recorder.messages == [("info", line) for line in lines]
    wandb.agent(sweep_id, lambda: None, count=1)
    assert recorder.messages[3:] == [("info", "\ta: 1")]
    assert re.fullmatch("Agent Starting Run: [a-z0-9]{8} with config:", recorder.messages[2][1])


# --------------------------------------------------------------------------- which configs


def test_random_search_repeats_in_every_test(options: dict[str, Any]) -> None:
    def tried(number: int) -> list[dict[str, Any]]:
        with patch_wandb(**options) as recorder:
            import wandb

            for _ in range(number):
                sweep_id = wandb.sweep(RANDOM)
            wandb.agent(sweep_id, lambda: None, count=4)
            return recorder.sweeps[-1].trials

    first = tried(1)
    assert first == tried(1)
    assert first != tried(2)
    assert all(0 <= each["lr"] <= 1 and each["units"] in (8, 16, 32) for each in first)
    assert len({each["lr"] for each in first}) == 4


def test_bayesian_search_says_that_it_is_random(patched: tuple[Any, Recorder]) -> None:
    wandb, recorder = patched
    config = {**RANDOM, "method": "bayes", "metric": {"name": "loss"}}
    wandb.agent(wandb.sweep(config), lambda: None, count=3)
    assert len(recorder.sweeps[0].trials) == 3
    [warning] = recorder.warnings
    assert "drawn at random" in warning


def test_agents_share_the_progress_of_a_sweep(patched: tuple[Any, Recorder]) -> None:
    wandb, recorder = patched
    sweep_id = wandb.sweep(GRID)
    train = trainer(wandb)
    wandb.agent(sweep_id, train, count=1)
    assert recorder.sweeps[0].state == "RUNNING"
    wandb.agent(sweep_id, train, count=2)
    wandb.agent(sweep_id, train)
    assert recorder.sweeps[0].trials == [{"a": 1}, {"a": 2}, {"a": 3}]
    with pytest.raises(wandb.errors.CommError, match=f"^Sweep {sweep_id} is not running$"):
        wandb.agent(sweep_id, train)


def test_run_cap(patched: tuple[Any, Recorder]) -> None:
    wandb, recorder = patched
    sweep_id = wandb.sweep({**RANDOM, "run_cap": 3})
    wandb.agent(sweep_id, lambda: None, count=2)
    wandb.agent(sweep_id, lambda: None)
    assert len(recorder.sweeps[0].trials) == 3
    assert recorder.sweeps[0].state == "FINISHED"


@pytest.mark.parametrize(("goal", "target", "expected"), [("maximize", 2, 2), ("minimize", -3, 3), ("maximize", 9, 3)])
def test_target_of_the_metric(patched: tuple[Any, Recorder], goal: str, target: float, expected: int) -> None:
    wandb, recorder = patched
    sign = 1 if goal == "maximize" else -1
    config = {**GRID, "metric": {"name": "loss", "goal": goal, "target": target}}
    wandb.agent(wandb.sweep(config), trainer(wandb, lambda config: sign * config["a"]))
    assert len(recorder.sweeps[0].runs) == expected


def test_prior_runs_belong_to_the_sweep(patched: tuple[Any, Recorder]) -> None:
    wandb, recorder = patched
    with wandb.init(project="p", id="earlier", config={"a": 2}) as run:
        run.log({"loss": 0})
    sweep_id = wandb.sweep(GRID, project="p", prior_runs=["earlier"])
    wandb.agent(sweep_id, trainer(wandb))
    [sweep] = recorder.sweeps
    assert sweep.prior_runs == ["earlier"]
    assert [run.config["a"] for run in sweep.runs] == [2, 1, 3]


def test_prior_runs_of_another_test(options: dict[str, Any]) -> None:
    seed = {"id": "earlier", "project": "p", "entity": "test-entity", "config": {"a": 1}, "history": [], "summary": {}}
    with patch_wandb(runs=[seed], **options) as recorder:
        import wandb

        wandb.agent(wandb.sweep(GRID, project="p", prior_runs=["earlier"]), lambda: None)
        assert recorder.sweeps[0].trials == [{"a": 2}, {"a": 3}]


def test_run_that_names_its_sweep(patched: tuple[Any, Recorder]) -> None:
    wandb, recorder = patched
    sweep_id = wandb.sweep(GRID, project="p")
    with wandb.init(settings={"sweep_id": sweep_id}) as run:
        assert run.sweep_id == sweep_id
    assert recorder.sweeps[0].runs == recorder.runs


def test_early_terminate_is_checked_and_stops_nothing(patched: tuple[Any, Recorder]) -> None:
    wandb, recorder = patched
    config = {**GRID, "metric": {"name": "loss"}, "early_terminate": {"type": "hyperband", "min_iter": 1}}

    def train() -> None:
        with wandb.init() as run:
            for _ in range(20):
                run.log({"loss": run.config.a})

    wandb.agent(wandb.sweep(config), train)
    assert recorder.warnings == []
    assert [len(run.history()) for run in recorder.sweeps[0].runs] == [20, 20, 20]
    wandb.sweep({**config, "early_terminate": {"type": "envelope"}})
    assert "{'type': 'envelope'} is not valid under any of the given schemas" in recorder.warnings[0]


def test_sweep_without_an_end_is_stopped(patched: tuple[Any, Recorder], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(agents, "MOST_TRIALS", 5)
    wandb, recorder = patched
    with pytest.raises(RuntimeError, match=r"never ends.*Pass count="):
        wandb.agent(wandb.sweep(RANDOM), lambda: None)
    assert len(recorder.sweeps[0].trials) == 6
    wandb.agent(wandb.sweep({**RANDOM, "run_cap": 8}), lambda: None)
    wandb.agent(wandb.sweep(RANDOM), lambda: None, count=9)
    assert [len(sweep.trials) for sweep in recorder.sweeps[1:]] == [8, 9]


# --------------------------------------------------------------------------- bad input


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ({"parameters": {"a": {"value": 1}}}, "Invalid sweep config: Sweep config must contain method section"),
        ({"method": "grid"}, "Invalid sweep config: Sweep config must contain parameters section"),
        (
            {"method": "grid", "parameters": {"c": {"values:": [1]}}},
            "Invalid sweep config: invalid hyperparameter configuration: c",
        ),
        (
            {"method": "random", "parameters": {"x": {"min": 2, "max": 1}}},
            "Invalid sweep config: x: min 2 is not less than max 1",
        ),
    ],
)
def test_service_refuses(patched: tuple[Any, Recorder], config: dict[str, Any], message: str) -> None:
    wandb, recorder = patched
    with pytest.raises(wandb.errors.CommError) as caught:
        wandb.sweep(config)
    assert str(caught.value) == message
    assert recorder.sweeps == []


def test_malformed_config_is_warned_of(patched: tuple[Any, Recorder]) -> None:
    wandb, recorder = patched
    wandb.sweep({**GRID, "colour": "red", "run_cap": "5"})
    assert recorder.warnings == [
        (
            "Malformed sweep config detected! This may cause your sweep to behave in unexpected ways.\n"
            "To avoid this, please fix the sweep config schema violations below:\n"
            "  Violation 1. Additional properties are not allowed ('colour' was unexpected)\n"
            "  Violation 2. '5' is not of type 'integer'"
        )
    ]


def test_debugging_shows_the_error_itself(patched: tuple[Any, Recorder]) -> None:
    wandb, _ = patched
    os.environ["WANDB_DEBUG"] = "true"
    with pytest.raises(ValueError, match="Parameter x is ambiguous"):
        wandb.sweep({"method": "random", "parameters": {"x": {"min": 0, "max": 0.5}}})


def test_agent_of_another_project_finds_nothing(patched: tuple[Any, Recorder]) -> None:
    wandb, _ = patched
    first = wandb.sweep(GRID, project="one")
    wandb.sweep(GRID, project="two")
    with pytest.raises(wandb.errors.CommError, match=f"could not find sweep test-entity/two/{first} during"):
        wandb.agent(first, lambda: None)
    wandb.agent(first, lambda: None, project="one")
    with pytest.raises(wandb.errors.CommError, match=f"could not find sweep team/one/{first} during"):
        wandb.agent(f"team/one/{first}", lambda: None)


def test_sweep_id_that_is_none(patched: tuple[Any, Recorder]) -> None:
    wandb, recorder = patched
    for bad, text in ((None, "Expected string sweep_id"), ("a/b/c/d", "Expected sweep_id in form of sweep,")):
        # The client prints this, and then waits for ever.
        with pytest.raises(ValueError, match="unregistered agent"):
            wandb.agent(bad, lambda: None)
        assert recorder.messages[-1][0] == "error"
        assert recorder.messages[-1][1].startswith(text)
    assert recorder.runs == []


def test_what_is_not_modelled_says_so(patched: tuple[Any, Recorder]) -> None:
    wandb, recorder = patched
    with pytest.raises(NotModelled, match=r"agent without a function.*recorder\.mocks\.agent"):
        wandb.agent(wandb.sweep({**GRID, "program": "train.py"}))
    with pytest.raises(NotModelled, match="custom"):
        wandb.sweep({"method": "custom", "scheduler": {"engine": "optuna"}, "parameters": {"a": {"value": 1}}})
    recorder.mocks.agent.return_value = "nothing"
    assert wandb.agent("any") == "nothing"


def test_controller_needs_its_package(patched: tuple[Any, Recorder]) -> None:
    wandb, _ = patched
    assert importlib.util.find_spec("sweeps") is None, "the tests are not made for an environment with wandb[sweeps]"
    with pytest.raises(wandb.Error, match=r"wandb\[sweeps\] is required to use the local controller"):
        wandb.controller()


def test_mocks_of_sweep_and_agent_can_be_configured(patched: tuple[Any, Recorder]) -> None:
    wandb, recorder = patched
    recorder.mocks.sweep.side_effect = wandb.errors.CommError("down")
    with pytest.raises(wandb.errors.CommError, match="down"):
        wandb.sweep(GRID)
    recorder.mocks.sweep.side_effect = None
    recorder.mocks.sweep.return_value = "mine0000"
    assert wandb.sweep(GRID) == "mine0000"
    assert recorder.sweeps == []


# --------------------------------------------------------------------------- trials


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
@pytest.mark.parametrize("error", [SystemExit(3), KeyboardInterrupt()])
def test_trial_that_ends_its_thread(patched: tuple[Any, Recorder], error: BaseException) -> None:
    """Neither is an Exception: the client takes the trial for done, and its run ends with the next teardown."""
    wandb, recorder = patched

    def train() -> None:
        run = wandb.init()
        run.log({"x": 1})
        if run.config.a == 1:
            raise error

    wandb.agent(wandb.sweep(GRID), train, count=2)
    assert [(run.state, run.exit_code) for run in recorder.runs] == [("finished", 0), ("finished", 0)]


@pytest.fixture
def heard() -> Iterator[None]:
    """Let Ctrl + C interrupt: a shell has processes ignore it that it runs in the background."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("heard")
def test_ctrl_c_stops_the_trial_and_the_agent(patched: tuple[Any, Recorder]) -> None:
    wandb, recorder = patched
    begun = threading.Event()

    def train() -> None:
        wandb.init().log({"x": 1})
        begun.set()
        for _ in range(500):
            time.sleep(0.01)
        raise AssertionError("nobody stopped the trial")

    def interrupt() -> None:
        begun.wait(10)
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)

    interrupter = threading.Thread(target=interrupt)
    interrupter.start()
    wandb.agent(wandb.sweep(GRID), train)
    interrupter.join()
    assert ("info", "Ctrl + C detected. Stopping sweep.") in recorder.messages
    [run] = recorder.runs
    assert (run.state, run.exit_code) == ("failed", 1)
    assert wandb.run is None


def test_failed_trials_count_over_the_agents_first_minute(
    patched: tuple[Any, Recorder], monkeypatch: pytest.MonkeyPatch
) -> None:
    wandb, recorder = patched
    now = [1000.0]
    monkeypatch.setattr("wandb_testkit.client.agent.time.time", lambda: now[0])
    config = {"method": "grid", "parameters": {"a": {"min": 1, "max": 20}}}

    def train() -> None:
        now[0] += 40
        wandb.init()
        raise ValueError

    wandb.agent(wandb.sweep(config), train)
    # The first two fail within a minute, which is not enough; then more than five of all have to.
    assert len(recorder.runs) == 6
    assert recorder.messages[-2] == ("error", "Detected 5 failed runs in a row at start, killing sweep.")


def test_failure_of_a_mock_is_a_failed_trial(patched: tuple[Any, Recorder]) -> None:
    wandb, recorder = patched
    recorder.fail("log", wandb.errors.CommError("down"), after=1, times=1)
    wandb.agent(wandb.sweep(GRID), trainer(wandb))
    assert [run.state for run in recorder.sweeps[0].runs] == ["finished", "failed", "finished"]
    assert [text for level, text in recorder.messages if level == "error"] == [
        f"Run {recorder.runs[1].id} errored: down"
    ]


def test_modules_that_tell_of_agents(patched: tuple[Any, Recorder]) -> None:
    wandb, _ = patched
    from wandb.agents import pyagent
    from wandb.wandb_agent import _is_running

    seen: list[Any] = [_is_running(), pyagent.is_running()]
    sweep_id = wandb.sweep(GRID, project="p")
    wandb.agent(sweep_id, lambda: seen.extend([_is_running(), pyagent.is_running()]), count=1)
    assert [*seen, _is_running(), pyagent.is_running()] == [False, False, True, True, False, False]
    with pytest.raises(TypeError, match="must be callable"):
        pyagent.pyagent(sweep_id, None)


def test_file_of_the_trials_config(patched: tuple[Any, Recorder]) -> None:
    wandb, _ = patched
    yaml = pytest.importorskip("yaml")
    values = {"a": 1e-05, "b": [True, None, "né"], "c": {"x": 1.5, "y": "1e5"}, "d": "two words", "e": 1e22}
    config = {"method": "grid", "parameters": {name: {"value": value} for name, value in values.items()}}
    seen: list[Any] = []

    def train() -> None:
        with open(os.environ["WANDB_SWEEP_PARAM_PATH"], encoding="utf-8") as file:
            seen.append(yaml.safe_load(file))
        seen.append(os.path.relpath(os.environ["WANDB_SWEEP_PARAM_PATH"]).startswith(os.pardir))
        seen.append(dict(wandb.init().config))

    wandb.agent(wandb.sweep(config), train)
    assert seen == [{"wandb_version": 1, **{name: {"value": value} for name, value in values.items()}}, True, values]


def test_environment_is_put_back_after_the_patch(options: dict[str, Any]) -> None:
    before = dict(os.environ)
    with patch_wandb(**options):
        import wandb

        wandb.agent(wandb.sweep(GRID, project="p"), trainer(wandb), count=1)
        assert {name for name in os.environ if name.startswith("WANDB_")} == {
            "WANDB_DIR",
            "WANDB_ENTITY",
            "WANDB_PROJECT",
        }
    assert dict(os.environ) == before


def test_agent_of_an_object_leaves_the_environment_alone() -> None:
    before = dict(os.environ)
    wandb = MockWandB()
    sweep_id = wandb.sweep(GRID, project="p")
    seen: list[Any] = []

    def train() -> None:
        with wandb.init(project="ignored") as run:
            seen.append((run.project, run.sweep_id, dict(run.config), dict(os.environ) == before))

    wandb.agent(sweep_id, train, count=2)
    assert seen == [("p", sweep_id, {"a": 1}, True), ("p", sweep_id, {"a": 2}, True)]
    assert dict(os.environ) == before
    assert [run.state for run in wandb.recorder.sweeps[0].runs] == ["finished", "finished"]


# --------------------------------------------------------------------------- through the Api


def test_api_reads_the_sweep(patched: tuple[Any, Recorder]) -> None:
    wandb, recorder = patched
    section = {"a": {"values": [1, 2, 3]}, "small": {"value": 1e-05}}
    config = {"method": "grid", "name": "mine", "metric": {"name": "loss", "goal": "maximize"}, "parameters": section}
    sweep_id = wandb.sweep(config, project="p")
    wandb.agent(sweep_id, trainer(wandb), count=2)
    sweep = wandb.Api().sweep(f"p/{sweep_id}")
    assert (sweep.id, sweep.name, sweep.state, sweep.expected_run_count) == (sweep_id, "mine", "RUNNING", 3)
    assert sweep.config == config
    assert [run.config for run in sweep.runs] == [{"a": 1, "small": 1e-05}, {"a": 2, "small": 1e-05}]
    assert sweep.best_run().id == recorder.runs[1].id
    [agent] = sweep.agents()
    assert [run.id for run in agent.runs()] == [run.id for run in recorder.runs]
    assert [each.id for each in wandb.Api().project("p").sweeps()] == [sweep_id]
    assert wandb.Api().run(f"p/{recorder.runs[0].id}").sweep_name == sweep_id
    with pytest.raises((ValueError, wandb.errors.CommError), match="Could not find sweep"):
        wandb.Api().sweep("p/nope")


def test_loop_of_the_stand_in_by_its_other_name() -> None:
    with patch_wandb(stub=True) as recorder:
        import wandb
        from wandb.agents.pyagent import pyagent

        pyagent(wandb.sweep(GRID, project="p"), trainer(wandb), count=2)
        assert [run.config for run in recorder.sweeps[0].runs] == [{"a": 1}, {"a": 2}]


@pytest.mark.needs_wandb
def test_clients_own_loop_works_on_the_server_in_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever calls the client's agent past ``wandb.agent`` gets the same trials, and the client's files."""
    monkeypatch.chdir(tmp_path)
    with patch_wandb(stub=False) as recorder:
        import wandb
        from wandb.agents import pyagent

        with (
            mock.patch.object(pyagent.Agent, "HEARTBEAT_SLEEP_SECONDS", 0.01),
            mock.patch.object(pyagent.time, "sleep"),
        ):
            pyagent.pyagent(wandb.sweep(GRID, project="p"), trainer(wandb), count=2)
            # Its thread ends by itself, once it sees that the loop is over.
            for thread in threading.enumerate():
                if "_heartbeat" in thread.name:
                    thread.join(timeout=30)
        assert [run.config for run in recorder.sweeps[0].runs] == [{"a": 1}, {"a": 2}]
