"""`Recorder.from_calls`: what a plain `MagicMock` that stood for wandb was told."""

from __future__ import annotations

from typing import Any
from unittest import mock

import pytest

from wandb_testkit import MockWandB, Recorder, patch_wandb


def by_module_functions(wandb: Any) -> None:
    wandb.init(project="p", config={"lr": 0.1})
    wandb.define_metric("acc", summary="max")
    wandb.log({"loss": 1.0}, commit=False)
    wandb.log({"acc": 0.5})
    wandb.log({"acc": 0.25}, step=4)
    wandb.config.update({"bs": 8})
    wandb.run.summary["best"] = 3
    wandb.finish()


def by_the_returned_run(wandb: Any) -> None:
    run = wandb.init(project="p", config={"lr": 0.1})
    run.define_metric("acc", summary="max")
    run.log({"loss": 1.0}, commit=False)
    run.log({"acc": 0.5})
    run.log({"acc": 0.25}, step=4)
    run.config.update({"bs": 8})
    run.summary["best"] = 3
    run.finish()


def by_a_with_block(wandb: Any) -> None:
    with wandb.init(project="p", config={"lr": 0.1}) as run:
        run.define_metric("acc", summary="max")
        run.log({"loss": 1.0}, commit=False)
        run.log({"acc": 0.5})
        run.log({"acc": 0.25}, step=4)
        run.config["bs"] = 8
        run.summary.update({"best": 3})


def by_the_global_run(wandb: Any) -> None:
    # Reading is noted by a mock too, and must not count as doing.
    if wandb.run:
        str(wandb.run.id), f"{wandb.run.url}", wandb.config["lr"], len(wandb.run.tags)
    wandb.init(project="p", config={"lr": 0.1})
    wandb.run.define_metric("acc", summary="max")
    wandb.run.log({"loss": 1.0}, commit=False)
    wandb.run.log({"acc": 0.5})
    wandb.run.log({"acc": 0.25}, step=4)
    wandb.run.config.setdefaults({"lr": 3, "bs": 8})
    wandb.summary["best"] = 3
    wandb.run.finish()


PROGRAMS = [by_module_functions, by_the_returned_run, by_a_with_block, by_the_global_run]


@pytest.mark.parametrize("program", PROGRAMS)
def test_a_magic_mock_says_what_the_client_would_have_sent(program: Any) -> None:
    fake, real = mock.MagicMock(), MockWandB()
    program(fake)
    by_module_functions(real)
    recorder = Recorder.from_calls(fake.mock_calls)
    assert recorder.messages == []
    [told], [expected] = recorder.to_dict()["runs"], real.recorder.to_dict()["runs"]
    assert {**told, "id": ""} == {**expected, "id": ""}
    assert recorder.history() == [{"_step": 0, "loss": 1.0, "acc": 0.5}, {"_step": 4, "acc": 0.25}]
    recorder.assert_finished()


# The end of a `with` block is no call.
@pytest.mark.parametrize("program", PROGRAMS[:2])
def test_the_recorders_own_calls_can_be_told_again(program: Any) -> None:
    with patch_wandb(stub=True) as recorder:
        import wandb

        program(wandb)
    again = Recorder.from_calls(recorder.calls)
    [told], [expected] = again.to_dict()["runs"], recorder.to_dict()["runs"]
    assert {**told, "id": ""} == {**expected, "id": ""}
    assert again.messages == []


def test_assigned_attributes_are_told_again() -> None:
    wandb = MockWandB()
    run = wandb.init()
    run.name, run.tags = "later", ("a",)
    again = Recorder.from_calls(wandb.recorder.calls)
    assert (again.run.name, again.run.tags, again.messages) == ("later", ["a"], [])


def test_the_calls_of_one_mock() -> None:
    fake = mock.MagicMock()
    fake.log({"a": 1})
    fake.log({"a": 2}, step=5)
    fake.log({"b": 3})
    for calls in (fake.log.call_args_list, fake.log.mock_calls, fake.mock_calls, iter(fake.log.call_args_list)):
        recorder = Recorder.from_calls(calls)
        assert recorder.history() == [{"_step": 0, "a": 1}, {"_step": 5, "a": 2, "b": 3}]
        assert len(recorder.runs) == 1 and recorder.messages == []


def test_the_calls_of_the_mock_of_init() -> None:
    with mock.patch.object(MockWandB(), "init") as init:
        run = init(project="p", name="n")
        run.log({"a": 1})
        run.finish(exit_code=3)
    recorder = Recorder.from_calls(init.mock_calls)
    assert (recorder.run.project, recorder.run.name, recorder.run.exit_code) == ("p", "n", 3)
    assert recorder.history() == [{"_step": 0, "a": 1}]
    assert Recorder.from_calls(init.return_value.mock_calls).history() == [{"_step": 0, "a": 1}]
    assert Recorder.from_calls(init.call_args_list).run.project == "p"


def test_several_runs() -> None:
    fake = mock.MagicMock()
    for project in ("first", "second"):
        with fake.init(project=project) as run:
            run.log({"a": project})
    recorder = Recorder.from_calls(fake.mock_calls)
    assert [run.project for run in recorder.runs] == ["first", "second"]
    assert recorder.values("a") == ["first", "second"]
    assert [run.state for run in recorder.runs] == ["finished"] * 2


def test_a_block_that_raised_makes_a_failed_run() -> None:
    fake = mock.MagicMock()
    fake.init.return_value.__exit__.return_value = False
    with pytest.raises(ValueError, match="x"), fake.init():
        raise ValueError("x")
    assert Recorder.from_calls(fake.mock_calls).run.state == "failed"


def test_what_the_client_would_refuse_is_noted() -> None:
    fake = mock.MagicMock()
    run = fake.init(project="p")
    run.log({"a": 1})
    run.log({1: 2})
    run.log({"a": 2}, sync=True)
    run.log({"a": 2}, step=0)
    run.finish()
    run.log({"late": 1})
    recorder = Recorder.from_calls(fake.mock_calls)
    assert recorder.history() == [{"_step": 0, "a": 1}]
    errors = [text for level, text in recorder.messages if level == "error"]
    assert errors[0] == "init().log: TypeError: Key values passed to `wandb.log` must be strings."
    assert errors[1] == "init().log: TypeError: Run.log() got an unexpected keyword argument 'sync'"
    assert "is finished" in errors[2] and len(errors) == 3
    assert len(recorder.runs) == 1, "a run that is over is not begun anew"
    assert recorder.run.dropped[0].row == {"a": 2}


def test_unknown_calls_are_noted_and_the_rest_is_told() -> None:
    fake = mock.MagicMock()
    fake.Table(columns=["a"])
    artifact = fake.Artifact("a", type="t")
    artifact.add_file("f")
    fake.Api().run("x")
    fake.nonsense(1)
    run = fake.init()
    run.get_url()
    run.log({"a": 1})
    recorder = Recorder.from_calls(fake.mock_calls)
    assert recorder.history() == [{"_step": 0, "a": 1}] and len(recorder.runs) == 1
    noted = [text.partition(":")[0] for level, text in recorder.messages if level == "error"]
    assert noted == ["Artifact().add_file", "Api().run", "nonsense", "init().get_url"]


@pytest.mark.parametrize("calls", [[1], ["init"], [("log",)], "log", mock.MagicMock(), [("a", "b", "c")]])
def test_what_is_no_list_of_calls_is_refused(calls: Any) -> None:
    with pytest.raises(TypeError, match=r"fake\.mock_calls"):
        Recorder.from_calls(calls)


def test_no_calls_are_no_runs() -> None:
    assert Recorder.from_calls([]).runs == []
