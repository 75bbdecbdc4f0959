"""The mocks stay mocks: what `unittest.mock` promises holds for every entry point."""

from __future__ import annotations

import copy
import inspect
from collections.abc import Iterator
from typing import Any
from unittest import mock

import pytest

from wandb_testkit import Recorder, patch_wandb


@pytest.fixture
def patched(options: dict[str, Any]) -> Iterator[tuple[Any, Recorder]]:
    """The patched module and the recorder."""
    with patch_wandb(**options) as recorder:
        import wandb

        yield wandb, recorder


# --------------------------------------------------------------------------- what was called


def test_every_entry_point_is_a_magic_mock(patched: tuple[Any, Recorder]) -> None:
    wandb, recorder = patched
    run = wandb.init()
    for entry in (wandb.init, wandb.log, wandb.finish, run.log, run.finish, recorder.mocks.log, recorder.mocks.init):
        assert isinstance(entry, mock.MagicMock)
    assert {"init", "log", "finish", "login", "log_artifact", "log_code"} <= set(dir(recorder.mocks))
    for name in dir(recorder.mocks):
        assert isinstance(getattr(recorder.mocks, name), mock.MagicMock), name


def test_calls_are_read_as_on_any_mock(patched: tuple[Any, Recorder]) -> None:
    wandb, recorder = patched
    run = wandb.init(project="p")
    wandb.log({"a": 1}, step=2)
    run.log({"b": [1]}, commit=True)
    log = recorder.mocks.log
    assert log.call_args_list == log.mock_calls == [mock.call({"a": 1}, step=2), mock.call({"b": [1]}, commit=True)]
    assert (log.call_count, log.called) == (2, True)
    assert (log.call_args.args, log.call_args.kwargs) == (({"b": [1]},), {"commit": True})
    log.assert_called()
    log.assert_called_with({"b": [1]}, commit=True)
    log.assert_any_call({"a": 1}, step=2)
    log.assert_has_calls([mock.call({"a": 1}, step=2), mock.call({"b": [1]}, commit=True)])
    recorder.mocks.init.assert_called_once()
    recorder.mocks.init.assert_called_once_with(project="p")
    recorder.mocks.finish.assert_not_called()
    assert recorder.mocks.finish.call_args is None
    for wrong in (
        lambda: log.assert_called_once(),
        lambda: log.assert_not_called(),
        lambda: log.assert_any_call({"c": 1}),
        lambda: log.assert_called_with({"a": 1}, step=2),
        lambda: log.assert_has_calls([mock.call({"b": [1]}, commit=True), mock.call({"a": 1}, step=2)]),
        lambda: recorder.mocks.finish.assert_called(),
    ):
        with pytest.raises(AssertionError):
            wrong()


def test_positional_and_keyword_are_one_by_the_signature(patched: tuple[Any, Recorder]) -> None:
    wandb, recorder = patched
    run = wandb.init("team", "p")
    recorder.mocks.init.assert_called_once_with(entity="team", project="p")
    run.log({"a": 1}, 3)
    recorder.mocks.log.assert_called_once_with(data={"a": 1}, step=3)
    run.log.assert_called_once_with({"a": 1}, 3)
    run.define_metric("loss", "epoch")
    recorder.mocks.define_metric.assert_called_once_with(name="loss", step_metric="epoch")


def test_arguments_are_those_of_the_moment_of_the_call(patched: tuple[Any, Recorder]) -> None:
    wandb, recorder = patched
    run = wandb.init()
    row: dict[str, Any] = {"a": [1]}
    for value in (2, 3):
        run.log(row)
        row["a"].append(value)
        row["later"] = value
    assert [call.args[0] for call in recorder.mocks.log.call_args_list] == [{"a": [1]}, {"a": [1, 2], "later": 2}]


def test_a_runs_own_mock_counts_its_own_calls(patched: tuple[Any, Recorder]) -> None:
    wandb, recorder = patched
    first = wandb.init()
    second = wandb.init(reinit="create_new")
    first.log({"a": 1})
    second.log({"a": 2})
    second.log({"a": 3})
    assert (first.log.call_count, second.log.call_count, recorder.mocks.log.call_count) == (1, 2, 3)
    assert second.log.call_args_list == [mock.call({"a": 2}), mock.call({"a": 3})]


def test_reset_mock_forgets_the_calls_and_the_recorder_does_not(patched: tuple[Any, Recorder]) -> None:
    wandb, recorder = patched
    run = wandb.init()
    run.log({"a": 1})
    recorder.mocks.log.reset_mock()
    for log in (recorder.mocks.log, wandb.log, run.log):
        assert (log.called, log.call_count, log.call_args, log.call_args_list, log.mock_calls) == (
            False,
            0,
            None,
            [],
            [],
        )
    run.log({"a": 2})
    recorder.mocks.log.assert_called_once_with({"a": 2})
    assert recorder.values("a") == [1, 2]
    assert recorder.calls == [mock.call.init(), mock.call.log({"a": 1}), mock.call.log({"a": 2})]


# --------------------------------------------------------------------------- side effects


class Down(Exception):
    """An outage."""


@pytest.mark.parametrize("effect", [Down("now"), Down, [Down, Down("x")], lambda *args, **kwargs: _raise(Down)])
def test_a_side_effect_that_raises(patched: tuple[Any, Recorder], effect: Any) -> None:
    wandb, recorder = patched
    run = wandb.init()
    run.log({"a": 1})
    recorder.mocks.log.side_effect = effect
    with pytest.raises(Down):
        run.log({"a": 2})
    with pytest.raises(Down):
        wandb.log({"a": [3]})
    recorder.mocks.log.side_effect = None
    run.log({"a": 4})
    assert recorder.values("a") == [1, 4]
    assert recorder.mocks.log.call_count == 4, "attempts that failed are calls"


def _raise(error: type[Exception]) -> None:
    raise error


@pytest.mark.parametrize("name", ["init", "log"])
def test_a_function_is_asked_once_a_call_and_may_answer_default(patched: tuple[Any, Recorder], name: str) -> None:
    wandb, recorder = patched
    run = wandb.init()
    asked: list[Any] = []

    def effect(*args: Any, **kwargs: Any) -> Any:
        asked.append((args, kwargs))
        return mock.DEFAULT

    getattr(recorder.mocks, name).side_effect = effect
    result = wandb.init(project="p") if name == "init" else wandb.log({"project": "p"})
    assert asked == ([((), {"project": "p"})] if name == "init" else [(({"project": "p"},), {})])
    assert result is (run if name == "init" else None)
    assert recorder.values("project") == ([] if name == "init" else ["p"])


@pytest.mark.parametrize("name", ["init", "log"])
def test_an_iterable_is_taken_one_by_one(patched: tuple[Any, Recorder], name: str) -> None:
    wandb, recorder = patched
    run = wandb.init()
    getattr(recorder.mocks, name).side_effect = [Down("first"), mock.DEFAULT, "third"]

    def call() -> Any:
        return wandb.init() if name == "init" else run.log({"a": 1})

    with pytest.raises(Down, match="first"):
        call()
    assert call() is (run if name == "init" else None)
    assert call() == "third"
    with pytest.raises(StopIteration):
        call()
    assert recorder.values("a") == ([] if name == "init" else [1])


def test_a_return_value_takes_the_place_of_the_client(patched: tuple[Any, Recorder]) -> None:
    wandb, recorder = patched
    recorder.mocks.Api.return_value = "an api"
    assert wandb.Api() == "an api"
    recorder.mocks.init.return_value = "a run"
    assert wandb.init(project="p") == "a run" and recorder.runs == [] and wandb.run is None
    recorder.mocks.init.reset_mock(return_value=True)
    assert wandb.init(project="p") is wandb.run
    recorder.mocks.init.assert_called_once_with(project="p")


def test_a_runs_own_mock_can_be_configured_alone(patched: tuple[Any, Recorder]) -> None:
    wandb, recorder = patched
    first = wandb.init()
    second = wandb.init(reinit="create_new")
    first.log.side_effect = Down
    with pytest.raises(Down):
        first.log({"a": 1})
    second.log({"a": 2})
    first.log.side_effect = None
    first.log({"a": 3})
    assert [run.values("a") for run in recorder.runs] == [[3], [2]]


@pytest.mark.parametrize("name", ["finish", "define_metric", "alert", "log_artifact", "save"])
def test_side_effects_reach_the_other_methods_of_a_run(patched: tuple[Any, Recorder], name: str) -> None:
    wandb, recorder = patched
    run = wandb.init()
    getattr(run, name)
    getattr(recorder.mocks, name).side_effect = Down
    for holder in (run, wandb):
        with pytest.raises(Down):
            getattr(holder, name)(*{"alert": ("a", "b")}.get(name, () if name == "finish" else ("x",)))
    assert recorder.run.state == "running" and recorder.run.alerts == []


# --------------------------------------------------------------------------- fail


def test_fail_after_some_calls_and_then_recover(patched: tuple[Any, Recorder]) -> None:
    wandb, recorder = patched
    run = wandb.init()
    recorder.fail("log", wandb.errors.CommError("down"), after=1, times=2)
    failed = []
    for value in range(5):
        try:
            run.log({"a": value})
        except wandb.errors.CommError as error:
            failed.append((value, str(error)))
    assert failed == [(1, "down"), (2, "down")]
    assert recorder.values("a") == [0, 3, 4]
    assert [call.args[0]["a"] for call in recorder.calls[1:]] == [0, 1, 2, 3, 4]


def test_fail_of_each_kind_of_entry_point(patched: tuple[Any, Recorder]) -> None:
    wandb, recorder = patched
    recorder.fail("login", Down, times=1)
    recorder.fail("init", Down("no network"), after=1, times=1)
    recorder.fail("log_artifact", Down, times=1)
    recorder.fail("finish", Down, times=1)
    with pytest.raises(Down):
        wandb.login()
    assert wandb.login() is True
    run = wandb.init(mode="offline")
    with pytest.raises(Down, match="no network"):
        wandb.init(reinit="create_new")
    assert wandb.init(reinit="create_new", mode="offline") is not run
    artifact = wandb.Artifact("a", "t")
    with pytest.raises(Down):
        run.log_artifact(artifact)
    run.log_artifact(artifact)
    recorder.assert_artifact_logged("a")
    with pytest.raises(Down):
        run.finish()
    assert recorder.runs[0].state == "running"
    run.finish()
    assert [run.state for run in recorder.runs] == ["finished", "running"]


def test_fail_for_ever(patched: tuple[Any, Recorder]) -> None:
    wandb, recorder = patched
    recorder.fail("init", Down)
    for _ in range(3):
        with pytest.raises(Down):
            wandb.init()
    assert recorder.runs == [] and recorder.mocks.init.call_count == 3


def test_fail_refuses_what_makes_no_sense(patched: tuple[Any, Recorder]) -> None:
    wandb, recorder = patched
    with pytest.raises(AttributeError, match="lgo"):
        recorder.fail("lgo", Down)
    for wrong in ("down", 3, int):
        with pytest.raises(TypeError, match="takes an exception"):
            recorder.fail("log", wrong)
    for options in ({"times": 0}, {"after": -1}):
        with pytest.raises(ValueError, match="would never fail"):
            recorder.fail("log", Down, **options)
    wandb.init().log({"a": 1})
    assert recorder.values("a") == [1]


# --------------------------------------------------------------------------- the spec


def test_signatures_names_and_docs_are_the_clients(patched: tuple[Any, Recorder], options: dict[str, Any]) -> None:
    wandb, _ = patched
    run = wandb.init()
    for log in (wandb.log, run.log):
        assert list(inspect.signature(log).parameters) == ["data", "step", "commit"]
        assert log.__name__ == "log"
    init = inspect.signature(wandb.init).parameters
    assert {"entity", "project", "config", "mode", "settings"} <= init.keys() and "self" not in init
    assert wandb.init.__name__ == "init"
    if not options:
        assert wandb.init.__doc__.startswith("Start a new run") and "Upload run data" in run.log.__doc__


def test_the_placeholders_have_no_self(patched: tuple[Any, Recorder]) -> None:
    wandb, _ = patched
    assert list(inspect.signature(wandb.log).parameters) == ["data", "step", "commit"]


def test_what_wandb_lacks_is_lacking(patched: tuple[Any, Recorder]) -> None:
    wandb, recorder = patched
    run = wandb.init()
    for holder, name in [
        (wandb, "nonsense"),
        (run, "nonsense"),
        (run, "get_url"),
        (run, "join"),
        (wandb.log, "nonsense"),
        (recorder.mocks, "nonsense"),
        (recorder.mocks.log, "assrt_called"),
        (recorder.mocks.log, "assert_caled"),
    ]:
        with pytest.raises(AttributeError):
            getattr(holder, name)
    with pytest.raises(AttributeError, match="has no entry point 'nonsense'"):
        _ = recorder.mocks.nonsense


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (lambda wandb: wandb.init(colour="p"), "init() got an unexpected keyword argument 'colour'"),
        (lambda wandb: wandb.init().log({"a": 1}, sync=True), "Run.log() got an unexpected keyword argument 'sync'"),
        (lambda wandb: wandb.init() and wandb.log({}, sync=1), "Run.log() got an unexpected keyword argument 'sync'"),
        (lambda wandb: wandb.init().log(), "Run.log() missing 1 required positional argument: 'data'"),
        (
            lambda wandb: wandb.init().log({}, 1, True, 4),
            "Run.log() takes from 2 to 4 positional arguments but 5 were given",
        ),
        (lambda wandb: wandb.init().finish(quiet=True), "Run.finish() got an unexpected keyword argument 'quiet'"),
        (
            lambda wandb: wandb.init().define_metric("a", goal="max"),
            "Run.define_metric() got an unexpected keyword argument 'goal'",
        ),
    ],
)
def test_a_wrong_call_gets_the_clients_message(patched: tuple[Any, Recorder], call: Any, text: str) -> None:
    wandb, recorder = patched
    with pytest.raises(TypeError) as failure:
        call(wandb)
    assert str(failure.value) == text
    assert recorder.history() == []


def test_bad_input_keeps_what_was_recorded(patched: tuple[Any, Recorder]) -> None:
    wandb, recorder = patched
    run = wandb.init(config={"lr": 0.1})
    run.log({"a": 1}, commit=False)
    before = recorder.to_dict(), recorder.run.pending
    for wrong in (
        lambda: run.log("text"),
        lambda: run.log({1: 2}),
        lambda: run.log({"a": object()}),
        lambda: run.log({"a": 2}, step="3"),
        lambda: run.log({"a": 2}, sync=True),
        lambda: run.config.update({"lr": 0.2}),
        lambda: run.define_metric("a", summary="nonsense"),
        lambda: wandb.init(project=3),
    ):
        with pytest.raises(Exception, match=r"."):
            wrong()
    assert (recorder.to_dict(), recorder.run.pending) == before
    run.log({"b": 2})
    assert recorder.history() == [{"_step": 0, "a": 1, "b": 2}]


def test_a_mock_that_is_attached_to_another_one_tells_it_of_its_calls(options: dict[str, Any]) -> None:
    manager = mock.Mock()
    with patch_wandb(**options) as recorder:
        import wandb

        for name in ("init", "log", "finish"):
            manager.attach_mock(getattr(recorder.mocks, name), name)
        run = wandb.init(project="p")
        run.log({"a": 1})
        wandb.log({"a": [2]})
        wandb.finish()
    expected = [mock.call.init(project="p"), mock.call.log({"a": 1}), mock.call.log({"a": [2]}), mock.call.finish()]
    assert manager.mock_calls == manager.method_calls == expected
    assert recorder.values("a") == [1, [2]]


def test_mocks_are_copied_as_functions_are(options: dict[str, Any]) -> None:
    with patch_wandb(**options):
        import wandb

        assert copy.copy(wandb.init) is wandb.init
        held = copy.deepcopy({"init": wandb.init, "log": wandb.init().log})
        assert held == {"init": wandb.init, "log": wandb.run.log}
