"""What older releases do otherwise is named in one place, by release."""

from __future__ import annotations

from typing import Any

import pytest

from wandb_testkit import live, patch_wandb, releases, world
from wandb_testkit.rules import definitions, encoding, settings


@pytest.mark.parametrize(
    ("version", "expected"),
    [
        ("0.31.0", (0, 31, 0)),
        ("0.31.1rc1", (0, 31, 1)),
        ("1.2", (1, 2, 0)),
        ("0.28.2.dev1", (0, 28, 2)),
        ("", (0, 0, 0)),
    ],
)
def test_a_version_is_three_numbers(version: str, expected: releases.Release) -> None:
    assert releases.numbers(version) == expected


def test_what_is_newest_is_the_rule() -> None:
    assert releases.behaviour_of("0.31.0") == releases.behaviour_of("99.0") == releases.NEWEST
    assert not any(releases.NEWEST)


def test_an_old_release_does_all_of_it_otherwise() -> None:
    assert all(releases.behaviour_of("0.17.9"))
    assert set(releases._UNTIL) == set(releases.Behaviour._fields)


@pytest.mark.parametrize("name", releases._UNTIL)
def test_a_behaviour_ends_with_the_release_that_is_named(name: str) -> None:
    major, minor, patch = until = releases._UNTIL[name]
    before = (major, minor, patch - 1) if patch else (major, minor - 1, 99)
    assert getattr(releases.behaviour_of(".".join(map(str, before))), name)
    assert not getattr(releases.behaviour_of(".".join(map(str, until))), name)


def test_the_stand_in_does_as_the_newest() -> None:
    assert world.standin().behaviour == releases.NEWEST


# ---- each behaviour, on the stand-in made to do so: the comparison with real releases is in test_scenarios


@pytest.fixture
def older(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(world.standin(), "behaviour", releases.behaviour_of("0.19.11"))
    monkeypatch.setattr(world.standin(), "Metric", dict)


@pytest.mark.usefixtures("older")
def test_goals_and_quiet_are_taken_and_deprecated() -> None:
    with patch_wandb(stub=True) as recorder:
        import wandb

        run = wandb.init()
        client: Any = run._testkit
        client.do_define_metric("loss", summary="best", goal="maximize")
        client.do_finish(quiet=True)
    assert recorder.run.metrics == [{"name": "loss", "summary": ["best"], "goal": "maximize"}]
    assert ["quiet" in text or "best" in text for text in recorder.warnings] == [True, True]


@pytest.mark.usefixtures("older")
def test_a_goal_is_one_of_two() -> None:
    class Refused(Exception):
        """Stands for wandb.Error."""

    with pytest.raises(Refused, match="arg: goal: best"):
        definitions.validate("loss", None, {"goal": "best"}, error=Refused)


@pytest.mark.usefixtures("older")
def test_first_is_no_summary_kind_of_old() -> None:
    with patch_wandb(stub=True) as recorder:
        import wandb

        run = wandb.init()
        with pytest.raises(wandb.Error, match=r"^Unhandled define_metric\(\) arg: summary op: first$"):
            run.define_metric("loss", summary="min,first")
        run.define_metric("loss", summary="min")
    assert recorder.run.metrics == [{"name": "loss", "summary": ["min"]}]


@pytest.mark.usefixtures("older")
@pytest.mark.parametrize("branch", [{"fork_from": "x?_step=3"}, {"id": "x", "resume_from": "x?_step=3"}])
def test_an_offline_branch_of_old_begins_with_step_0(branch: dict[str, str]) -> None:
    with patch_wandb(stub=True) as recorder:
        import wandb

        with wandb.init(mode="offline", **branch) as run:
            run.log({"a": 1})
    assert [row["_step"] for row in recorder.history()] == [0]


@pytest.mark.usefixtures("older")
def test_disabled_runs_have_no_names_and_no_class_of_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(world.standin(), "live_classes", live.classes_for(world.standin()), raising=False)
    with patch_wandb(stub=True):
        import wandb

        run = wandb.init(mode="disabled", project="p", name="n", id="given")
        assert (run.project, run.entity, run.name) == ("dummy", "dummy", f"dummy-{run.id}")
        assert type(run).__name__ == "Run"
        assert type(run.log_artifact("a").wait()).__name__ == "_ChainableNoOp"
        run.log({"a": 1})
        assert run.summary["a"] == 1
        with pytest.raises(TypeError, match=r"make_disabled_run\.<locals>\.<lambda>\(\) missing 1 required"):
            run.log()


@pytest.mark.usefixtures("older")
def test_a_resumed_run_that_is_offline_says_that_it_begins_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    with patch_wandb(stub=True) as recorder:
        import wandb

        run = wandb.init(id="again", resume="allow", mode="offline")
        run.log({"a": 1}, step=5)
        run.log({"late": 1}, step=4)
        assert run.step == 5
        wandb.ensure_configured()
    assert [text for text in recorder.warnings if "resume" in text or "deprecated" in text] == [
        "`resume` will be ignored since W&B syncing is set to `offline`. Starting a new run with run id again."
    ]


def test_a_sweep_of_old_is_at_wandb_ai(older: None, capsys: pytest.CaptureFixture[str]) -> None:
    with patch_wandb(stub=True):
        import wandb

        wandb.sweep({"method": "grid", "parameters": {"a": {"values": [1]}}}, project="p")
    assert "https://wandb.ai/test-entity/p/sweeps/" in capsys.readouterr().out


def test_the_standard_library_alone_refuses_what_pydantic_knows() -> None:
    for encode in (
        lambda: encoding.snapshot_row({"a": 1j}, plain_json=True),
        lambda: encoding.config_wire([1j], plain_json=True),
        lambda: encoding.summary_wire(1j, "a", plain_json=True),
    ):
        with pytest.raises(TypeError, match="complex is not JSON serializable"):
            encode()
    assert encoding.history_row(encoding.snapshot_row({"a": 1j}))


@pytest.mark.parametrize(("version", "takes"), [("6.33.6", True), ("7.36.2", False)])
def test_whether_a_boolean_is_a_number_is_up_to_protobuf(
    version: str, takes: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Protobuf:
        __version__ = version

    monkeypatch.setitem(definitions.sys.modules, "google.protobuf", Protobuf)
    if takes:
        assert definitions.int32("RunExitRecord.exit_code", True) == 1
    else:
        with pytest.raises(TypeError, match="Expected an int, got a boolean"):
            definitions.int32("RunExitRecord.exit_code", True)


def test_a_disabled_run_without_names_keeps_its_id() -> None:
    assert settings.nameless("abc").run_id == "abc"


def test_a_dict_is_taken_for_settings_before_they_were_a_model(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(world.standin(), "behaviour", releases.behaviour_of("0.18.7"))
    with patch_wandb(stub=True) as recorder:
        import wandb

        wandb.setup({"project": "p"})
        wandb.init().finish()
    assert recorder.run.project == "p"
