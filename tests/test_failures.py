"""Failures on purpose: which calls fail, what is recorded of them, and how it goes on afterwards."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterator
from typing import Any
from unittest import mock

import pytest

import wandb_testkit
from wandb_testkit import Recorder, failures, patch_wandb


@pytest.fixture
def recorder(options: dict[str, Any]) -> Iterator[Recorder]:
    with patch_wandb(**options) as recorder:
        yield recorder


@pytest.fixture
def wandb(recorder: Recorder) -> Any:
    import wandb

    return wandb


# --------------------------------------------------------------------------- one entry point


def test_attempts_are_calls_and_only_what_succeeded_is_history(wandb: Any, recorder: Recorder) -> None:
    run = wandb.init()
    error = wandb.errors.CommError("down")
    recorder.fail("log", error, after=2, times=3)
    outcomes = []
    for number in range(7):
        try:
            run.log({"n": number})
            outcomes.append("logged")
        except wandb.errors.CommError as caught:
            outcomes.append("down" if caught is error else repr(caught))
    assert outcomes == ["logged", "logged", "down", "down", "down", "logged", "logged"]
    assert recorder.values("n") == [0, 1, 5, 6]
    assert [row["_step"] for row in recorder.history()] == [0, 1, 2, 3]
    assert [call.args[0]["n"] for call in recorder.calls if call == mock.call.log(mock.ANY)] == list(range(7))


def test_calls_on_the_module_and_on_runs_count_together(wandb: Any, recorder: Recorder) -> None:
    run = wandb.init()
    recorder.fail("log", ValueError, after=1, times=2)
    wandb.log({"n": 0})
    for log in (run.log, wandb.log):
        with pytest.raises(ValueError):  # noqa: PT011  (it says nothing)
            log({"n": 1})
    run.log({"n": 2})
    assert recorder.values("n") == [0, 2]


ENTRIES: dict[str, Callable[[Any, Any], Any]] = {
    "init": lambda wandb, run: wandb.init(),
    "finish": lambda wandb, run: run.finish(),
    "log": lambda wandb, run: run.log({"a": 1}),
    "log_artifact": lambda wandb, run: run.log_artifact(wandb.Artifact("a", "dataset")),
    "use_artifact": lambda wandb, run: run.use_artifact("a:latest"),
    "login": lambda wandb, run: wandb.login(),
    "save": lambda wandb, run: run.save("*.txt"),
    "alert": lambda wandb, run: run.alert("title", "text"),
    "define_metric": lambda wandb, run: run.define_metric("a"),
    "watch": lambda wandb, run: run.watch(None),
    "sweep": lambda wandb, run: wandb.sweep({"method": "grid", "parameters": {"a": {"values": [1]}}}, project="p"),
    "Api": lambda wandb, run: wandb.Api(),
    "Api.run": lambda wandb, run: wandb.Api().run("test-entity/p/x"),
}


@pytest.mark.parametrize("name", list(ENTRIES))
def test_any_entry_point_may_fail(wandb: Any, recorder: Recorder, name: str) -> None:
    run = wandb.init(project="p", id="x")
    recorder.fail(name, wandb.errors.CommError("down"), times=1)
    with pytest.raises(wandb.errors.CommError, match="down"):
        ENTRIES[name](wandb, run)
    assert any(str(call).startswith(f"call.{name}(") for call in recorder.calls[1:])
    assert recorder.run.state == "running"
    if name not in ("use_artifact", "watch"):  # for which there is nothing to use and to watch
        ENTRIES[name](wandb, run)


def test_finish_fails_at_the_end_of_a_block_too(wandb: Any, recorder: Recorder) -> None:
    recorder.fail("finish", wandb.errors.CommError("down"), times=1)
    with pytest.raises(wandb.errors.CommError), wandb.init() as run:
        run.log({"a": 1})
    assert recorder.run.state == "running"
    run.finish()
    recorder.assert_finished()


def test_finish_of_the_module_is_one_attempt(wandb: Any, recorder: Recorder) -> None:
    wandb.init()
    recorder.fail("finish", ValueError("down"), times=2)
    for _ in range(2):
        with pytest.raises(ValueError, match="down"):
            wandb.finish()
    wandb.finish()
    recorder.assert_finished()


def test_what_is_said_twice_holds_together(wandb: Any, recorder: Recorder) -> None:
    run = wandb.init()
    recorder.fail("log", ValueError("first"), times=1)
    recorder.fail("log", KeyError("third"), after=2, times=1)
    outcomes = []
    for number in range(4):
        try:
            run.log({"n": number})
            outcomes.append("")
        except (ValueError, KeyError) as error:
            outcomes.append(error.args[0])
    assert outcomes == ["first", "", "third", ""]


def test_a_failure_ends_with_its_block(wandb: Any, recorder: Recorder) -> None:
    run = wandb.init()
    with recorder.fail("log", ValueError("down")), pytest.raises(ValueError, match="down"):
        run.log({"n": 0})
    run.log({"n": 1})
    assert recorder.values("n") == [1]
    assert recorder.mocks.log.side_effect is None


def test_a_failure_is_stopped_by_itself(wandb: Any, recorder: Recorder) -> None:
    run = wandb.init()
    failing = recorder.fail("log", ValueError("down"))
    recorder.fail("log", KeyError("other"), after=5)
    failing.stop()
    failing.stop()
    run.log({"n": 1})
    assert recorder.values("n") == [1]


def test_a_side_effect_of_the_tests_own_gives_way_and_takes_over(wandb: Any, recorder: Recorder) -> None:
    run = wandb.init()
    recorder.mocks.log.side_effect = KeyError("own")
    failing = recorder.fail("log", ValueError("down"))
    with pytest.raises(ValueError, match="down"):
        run.log({})
    recorder.mocks.log.side_effect = KeyError("own")
    with pytest.raises(KeyError):
        run.log({})
    failing.stop()
    with pytest.raises(KeyError):
        run.log({})


def test_a_return_value_acts_as_with_mock(wandb: Any, recorder: Recorder) -> None:
    recorder.mocks.init.return_value = mock.sentinel.run
    assert wandb.init() is mock.sentinel.run
    recorder.mocks.init.side_effect = [ValueError("one"), mock.sentinel.two]
    with pytest.raises(ValueError, match="one"):
        wandb.init()
    assert wandb.init() is mock.sentinel.two
    with pytest.raises(StopIteration):
        wandb.init()
    assert recorder.runs == []


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (("log", "down"), TypeError),
        (("log",), TypeError),
        (("log", int), TypeError),
        ((failures.no_key(), ValueError()), TypeError),
        (("nothing", ValueError()), AttributeError),
        (("log", ValueError(), {"after": -1}), ValueError),
        (("log", ValueError(), {"times": 0}), ValueError),
        (("log", ValueError(), {"times": 1.5}), TypeError),
        (("log", ValueError(), {"after": None}), TypeError),
    ],
)
def test_what_cannot_fail(recorder: Recorder, arguments: tuple[Any, ...], error: type[Exception]) -> None:
    options = arguments[-1] if isinstance(arguments[-1], dict) else {}
    with pytest.raises(error):
        recorder.fail(*(each for each in arguments if not isinstance(each, dict)), **options)


def test_an_entry_point_that_was_probably_meant(recorder: Recorder) -> None:
    with pytest.raises(AttributeError, match=r"has no entry point 'log_artefact'; did you mean 'log_artifact'\?"):
        recorder.fail("log_artefact", ValueError())


def test_a_recorder_without_a_patch_has_nothing_to_fail() -> None:
    with pytest.raises(AttributeError, match="not in use by a patch"):
        Recorder().fail("log", ValueError())


# --------------------------------------------------------------------------- ready-made


@pytest.mark.parametrize(
    "failure",
    [
        failures.no_network,
        failures.no_key,
        failures.wrong_entity,
        failures.no_permission,
        failures.init_timeout,
        failures.over_quota,
    ],
)
def test_a_run_recovers_and_what_is_not_online_never_noticed(
    wandb: Any, recorder: Recorder, failure: Callable[[], failures.Failure], monkeypatch: pytest.MonkeyPatch
) -> None:
    recorder.fail(failure(), times=1)
    wandb.init(mode="offline").finish()
    wandb.init(mode="disabled").finish()
    wandb.init(settings=wandb.Settings(mode="offline")).finish()
    with pytest.raises(wandb.Error):
        wandb.init()
    assert [run.mode for run in recorder.runs] == ["offline", "disabled", "offline"]
    wandb.init().finish()
    assert recorder.run.mode == "online"


def test_the_environment_says_the_mode_too(wandb: Any, recorder: Recorder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WANDB_MODE", "offline")
    recorder.fail(failures.no_network())
    recorder.fail(failures.no_key())
    wandb.init().finish()
    assert wandb.login() is False


def test_a_run_that_goes_on_queues_what_it_logs(wandb: Any, recorder: Recorder) -> None:
    with wandb.init() as run:
        with recorder.fail(failures.no_network()):
            run.log({"a": 1})
            with pytest.raises(wandb.errors.AuthenticationError):
                run.use_artifact("a:latest")
        run.log({"a": 2})
    assert recorder.values("a") == [1, 2]
    recorder.assert_finished()


@pytest.mark.parametrize("arguments", [{"entity": "nobody"}, {"settings": {"entity": "nobody"}}])
def test_the_wrong_entity_is_named(wandb: Any, recorder: Recorder, arguments: dict[str, Any]) -> None:
    recorder.fail(failures.wrong_entity())
    with pytest.raises(wandb.errors.CommError, match=r"^entity nobody not found during upsertBucket$"):
        wandb.init(**arguments)
    with pytest.raises(wandb.errors.CommError, match=r"^entity nobody "):
        wandb.init("nobody")
    with pytest.raises(wandb.errors.CommError, match=r"^entity test-entity "):
        wandb.init()


def test_a_key_that_is_given_is_one(wandb: Any, recorder: Recorder) -> None:
    recorder.fail(failures.no_key())
    assert wandb.login(key="a" * 40)
    with pytest.raises(wandb.errors.UsageError, match="No API key configured"):
        wandb.login()


def test_a_failure_of_ones_own(wandb: Any, recorder: Recorder) -> None:
    def full(session: Any, args: Any, kwargs: Any) -> BaseException | None:
        return OSError("disk is full") if len(args[0]) > 1 else None

    recorder.fail(wandb_testkit.failures.Failure("full", {"log": full}), after=1)
    run = wandb.init()
    run.log({"a": 1, "b": 1})
    run.log({"a": 2})
    with pytest.raises(OSError, match="full"):
        run.log({"a": 3, "b": 3})
    run.log({"a": 4})
    assert recorder.values("a") == [1, 2, 4]


# --------------------------------------------------------------------------- the process dies


def train(wandb: Any, **options: Any) -> None:
    with wandb.init(project="p", id="abc", **options) as run:
        try:
            for epoch in range(run.starting_step, run.starting_step + 5):
                run.log({"epoch": epoch})
        except Exception:
            run.log({"handled": True})
        finally:
            run.summary["done"] = True


def test_a_crash_in_the_middle_of_a_run(wandb: Any, recorder: Recorder) -> None:
    recorder.fail(failures.crash(), after=3, times=1)
    with pytest.raises(failures.ProcessDied):
        train(wandb)
    assert recorder.run.state == "crashed"
    assert recorder.run.exit_code is None
    assert recorder.values("epoch") == [0, 1, 2]
    assert recorder.summary == {"_step": 2, "epoch": 2}
    assert recorder.run.to_dict()["exit_code"] is None
    assert wandb.run is None
    with pytest.raises(AssertionError, match=r"not finished .state 'crashed'"):
        recorder.assert_finished()

    assert wandb.Api().run("test-entity/p/abc").state == "crashed"
    train(wandb, resume="must")
    assert recorder.run.resumed
    assert recorder.run.values("epoch") == [3, 4, 5, 6, 7]
    assert recorder.run.state == "finished"


def test_the_process_may_die_in_any_call(wandb: Any, recorder: Recorder) -> None:
    recorder.fail(failures.crash("finish"))
    with pytest.raises(failures.ProcessDied, match="the process died in finish"):
        wandb.init().finish()
    assert recorder.run.state == "crashed"


def test_what_was_not_committed_is_lost(wandb: Any, recorder: Recorder) -> None:
    run = wandb.init()
    run.log({"a": 1})
    run.log({"a": 2}, commit=False)
    recorder.crash()
    assert recorder.history() == [{"_step": 0, "a": 1}]
    assert recorder.summary == {"_step": 0, "a": 1}
    assert recorder.run.pending == {"_step": 1, "a": 2}


def test_a_dead_process_does_nothing_more(wandb: Any, recorder: Recorder) -> None:
    first, second = wandb.init(), wandb.init(reinit="create_new")
    first.log({"a": 1})
    recorder.crash()
    calls: list[Callable[[], Any]] = [
        lambda: first.log({"a": 2}),
        lambda: first.alert("a", "b"),
        lambda: first.config.update({"a": 1}),
        lambda: second.summary.update({"a": 1}),
        lambda: second.log({"a": [object()]}),
    ]
    for call in calls:
        with pytest.raises(failures.ProcessDied):
            call()
    first.finish()
    second.finish()
    assert [run.state for run in recorder.runs] == ["crashed", "crashed"]
    assert recorder.history() == [{"_step": 0, "a": 1}]
    assert recorder.run.config == {}


def test_finished_runs_are_not_touched_by_a_crash(wandb: Any, recorder: Recorder) -> None:
    wandb.init().finish()
    recorder.crash()
    assert recorder.run.state == "finished"


def test_a_module_shaped_object_fails_too() -> None:
    fake = wandb_testkit.MockWandB()
    fake.recorder.fail(failures.no_network(), times=1)
    with pytest.raises(fake.errors.CommError):
        fake.init()
    fake.recorder.fail(failures.crash())
    with pytest.raises(failures.ProcessDied), fake.init() as run:
        run.log({"a": 1})
    assert fake.recorder.run.state == "crashed"
    assert fake.run is None


def test_what_died_is_told_in_another_process(recorder: Recorder) -> None:
    error = pickle.loads(pickle.dumps(failures.ProcessDied("the process died")))
    assert isinstance(error, failures.ProcessDied)
    assert not isinstance(error, Exception)
