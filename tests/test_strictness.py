"""What is refused at once and says so: old steps on request, config files without PyYAML."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import WITH_WANDB
from wandb_testkit import patch_wandb

WORLDS = [pytest.param({"stub": True}, id="stand-in")]
if WITH_WANDB:
    WORLDS.append(pytest.param({"stub": False}, id="real wandb"))


@pytest.mark.parametrize("options", WORLDS)
def test_an_old_step_is_dropped_by_default_and_raises_on_request(options: dict[str, Any]) -> None:
    for strict in (False, True):
        with patch_wandb(strict_steps=strict, **options) as recorder:
            import wandb

            with wandb.init() as run:
                run.log({"x": 1}, step=5)
                if strict:
                    with pytest.raises(wandb.errors.UsageError, match="step 3 that is less than the current step 5"):
                        run.log({"x": 2}, step=3)
                else:
                    run.log({"x": 2}, step=3)
                run.log({"y": 3}, step=5)
                run.log({"x": 4}, step=6)
        assert recorder.history() == [{"_step": 5, "x": 1, "y": 3}, {"_step": 6, "x": 4}]
        assert [dropped.step for dropped in recorder.run.dropped] == ([] if strict else [3])


@pytest.mark.parametrize("options", WORLDS)
def test_a_resumed_run_is_strict_from_its_first_row(options: dict[str, Any]) -> None:
    seed = {"id": "old", "project": "p", "summary": {"_step": 4}, "history": [{"_step": 4}]}
    with patch_wandb(strict_steps=True, runs=[seed], **options) as recorder:
        import wandb

        run = wandb.init(project="p", id="old", resume="must")
        with pytest.raises(wandb.errors.UsageError, match="step 3 that is less than the current step 5"):
            run.log({"x": 1}, step=3)
        run.log({"x": 2}, step=5)
        run.finish()
    assert recorder.history() == [{"_step": 5, "x": 2}]


def test_a_config_file_without_pyyaml_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "config.yaml"
    path.write_text("lr:\n  value: 0.1\n")
    monkeypatch.setitem(sys.modules, "yaml", None)
    with patch_wandb(stub=True) as recorder:
        import wandb

        with pytest.raises(ImportError, match="needs PyYAML"):
            wandb.init(config=str(path))
        assert wandb.run is None
    recorder.assert_no_runs()
