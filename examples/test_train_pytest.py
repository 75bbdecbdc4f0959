"""The training program tested with pytest.

python3 -m pytest examples/test_train_pytest.py
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from wandb_testkit import Recorder, patch_wandb


@pytest.mark.parametrize("epochs", [1, 4])
@patch_wandb
def test_one_row_an_epoch(recorder: Recorder, epochs: int) -> None:
    from examples import train

    train.train(epochs=epochs)
    assert recorder.values("epoch") == list(range(1, epochs + 1))
    recorder.assert_logged({"epoch": epochs, "val/accuracy": pytest.approx(0.95, abs=0.05)}, step=epochs - 1)


@patch_wandb
def test_the_command_line_reaches_the_config(recorder: Recorder) -> None:
    from examples import train

    train.main(["--epochs", "2", "--learning-rate", "0.25"])
    recorder.assert_config(epochs=2, learning_rate=0.25, patience=3)
    recorder.assert_finished()


@patch_wandb
def test_the_same_seed_gives_the_same_run(recorder: Recorder) -> None:
    from examples import train

    for seed in (1, 1, 2):
        train.train(epochs=2, seed=seed)
    first, second, third = (run.history() for run in recorder.runs)
    assert first == second != third


def test_the_record_can_be_kept(tmp_path: Path) -> None:
    with patch_wandb() as recorder:
        from examples import train

        train.train(epochs=2)
    path = tmp_path / "record.json"
    path.write_text(recorder.to_json())
    [run] = json.loads(path.read_text())["runs"]
    assert run["project"] == "penguins"
    assert [row["epoch"] for row in run["history"]] == [1, 2]
