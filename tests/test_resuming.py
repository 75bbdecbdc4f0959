"""Resuming, forking and rewinding runs that the patch has seen or was given.

Only a server can answer here, so what is expected comes from wandb's documentation
(https://docs.wandb.ai/guides/runs/resuming, forking, rewind) and the client's source
(core/internal/runbranch), not from offline mode.
"""

from __future__ import annotations

from typing import Any

import pytest

from wandb_testkit import patch_wandb

SEED: dict[str, Any] = {
    "id": "old",
    "name": "the old one",
    "project": "p",
    "entity": "test-entity",
    "notes": "old notes",
    "tags": ["old"],
    "config": {"lr": 0.1, "epochs": 3},
    "summary": {"_step": 4, "loss": 0.5},
    "history": [{"_step": step, "loss": 1.0 / (step + 1)} for step in range(5)],
}


def test_a_seeded_run_goes_on_at_the_next_step_with_its_config_summary_and_tags() -> None:
    with patch_wandb(stub=True, runs=[SEED]) as recorder:
        import wandb

        run = wandb.init(project="p", id="old", resume="must", config={"lr": 0.2})
        assert run.resumed
        assert run.starting_step == 5
        assert dict(run.config) == {"lr": 0.2, "epochs": 3}
        assert run.summary["loss"] == 0.5
        assert (run.name, run.notes, run.tags) == ("the old one", "old notes", ("old",))
        run.log({"loss": 0.1})
        run.finish()
    assert recorder.history() == [{"_step": 5, "loss": 0.1}]
    assert recorder.run.resumed
    assert recorder.config == {"lr": 0.2, "epochs": 3}
    assert recorder.summary == {"_step": 5, "loss": 0.1}


def test_tags_and_notes_of_the_program_replace_the_old_ones() -> None:
    with patch_wandb(stub=True, runs=[SEED]) as recorder:
        import wandb

        wandb.init(project="p", id="old", resume="allow", tags=["new"], notes="new notes").finish()
    assert (recorder.run.tags, recorder.run.notes) == (["new"], "new notes")


def test_a_run_of_the_same_patch_is_resumed() -> None:
    with patch_wandb(stub=True) as recorder:
        import wandb

        with wandb.init(project="p", id="x", config={"a": 1}) as run:
            run.log({"loss": 1})
            run.log({"loss": 2})
        with wandb.init(project="p", id="x", resume="allow") as run:
            assert run.resumed
            assert run.config["a"] == 1
            run.log({"loss": 3})
    assert [run.history() for run in recorder.runs] == [
        [{"_step": 0, "loss": 1}, {"_step": 1, "loss": 2}],
        [{"_step": 2, "loss": 3}],
    ]


def test_a_recorded_run_seeds_another_patch() -> None:
    with patch_wandb(stub=True) as first:
        import wandb

        with wandb.init(project="p", id="x") as run:
            run.log({"loss": 1}, step=7)
    with patch_wandb(stub=True, runs=first.runs):
        import wandb

        assert wandb.init(project="p", id="x", resume="must").starting_step == 8


def test_must_needs_a_run_and_never_needs_none() -> None:
    with patch_wandb(stub=True, runs=[SEED]) as recorder:
        import wandb

        with pytest.raises(wandb.errors.UsageError, match=r"The value 'must' is not a valid option .*new"):
            wandb.init(project="p", id="new", resume="must")
        with pytest.raises(wandb.errors.UsageError, match=r"The value 'never' is not a valid option .*old"):
            wandb.init(project="p", id="old", resume="never")
        assert not wandb.init(project="p", id="new", resume="never").resumed
    assert [run.id for run in recorder.runs] == ["new"]


def test_allow_starts_a_run_where_there_is_none() -> None:
    with patch_wandb(stub=True, runs=[SEED]):
        import wandb

        run = wandb.init(project="another", id="old", resume="allow")
        assert (run.resumed, run.starting_step) == (False, 0)


def test_without_resume_a_known_id_begins_anew() -> None:
    with patch_wandb(stub=True, runs=[SEED]) as recorder:
        import wandb

        with wandb.init(project="p", id="old") as run:
            assert not run.resumed
            run.log({"a": 1})
    assert recorder.history() == [{"_step": 0, "a": 1}]


def test_auto_goes_on_with_the_run_that_did_not_finish() -> None:
    with patch_wandb(stub=True) as recorder:
        import wandb

        wandb.init(project="p", resume="auto").finish(exit_code=1)
        crashed = recorder.run.id
        assert wandb.init(project="p", resume="auto").id == crashed
        wandb.finish()
        assert wandb.init(project="p", resume="auto").id != crashed


def test_a_fork_begins_after_the_step_it_names() -> None:
    with patch_wandb(stub=True, runs=[SEED]) as recorder:
        import wandb

        with wandb.init(project="p", fork_from="old?_step=2") as run:
            assert run.id != "old"
            run.log({"loss": 9})
    assert recorder.history() == [{"_step": 3, "loss": 9}]
    assert recorder.summary == {"_step": 3, "loss": 9}


def test_a_rewound_run_begins_after_the_step_it_names() -> None:
    with patch_wandb(stub=True, runs=[SEED]) as recorder:
        import wandb

        with wandb.init(project="p", resume_from="old?_step=1") as run:
            assert run.id == "old"
            assert run.config["epochs"] == 3
            run.log({"loss": 9})
    assert recorder.history() == [{"_step": 2, "loss": 9}]


@pytest.mark.parametrize("argument", ["fork_from", "resume_from"])
def test_a_branch_of_an_unknown_run_is_a_communication_error(argument: str) -> None:
    with patch_wandb(stub=True) as recorder:
        import wandb

        with pytest.raises(wandb.errors.CommError, match="run not found"):
            wandb.init(project="p", **{argument: "nobody?_step=1"})
        assert wandb.run is None
    recorder.assert_no_runs()
