"""Snapshots of what was recorded: the same on every machine and in every run."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from wandb_testkit import Recorder, patch_wandb


def train(wandb: Any, **options: Any) -> None:
    with wandb.init(
        project="p", name="n", config={"z": 1, "a": {"y": [1.5, float("nan")], "b": None}}, **options
    ) as run:
        run.define_metric("acc", summary="max")
        for number in range(3):
            run.log({"loss": 1 / (number + 3), "acc": number})
        run.log({"table": wandb.Table(columns=["a"], data=[[1]]), "html": wandb.Html("<b>")})


def recorded(options: dict[str, Any], **given: Any) -> Recorder:
    with patch_wandb(**options) as recorder:
        import wandb

        train(wandb, **given)
        train(wandb, **given, reinit=True)
    return recorder


def test_two_runs_of_a_program_give_the_same(options: dict[str, Any]) -> None:
    first, second = recorded(options), recorded(options)
    assert first.to_json() != second.to_json()
    assert first.to_json(stable=True) == second.to_json(stable=True)
    assert first.to_dict(stable=True) == second.to_dict(stable=True)
    assert [run["id"] for run in first.to_dict(stable=True)["runs"]] == ["run-1", "run-2"]
    assert [run["id"] for run in first.to_dict()["runs"]] == [run.id for run in first.runs]


@pytest.mark.needs_wandb
def test_both_worlds_give_the_same() -> None:
    assert recorded({}).to_json(stable=True) == recorded({"stub": True}).to_json(stable=True)


def test_ids_that_were_given_stay(options: dict[str, Any]) -> None:
    recorder = recorded(options, id="baseline", resume="allow")
    assert {run["id"] for run in recorder.to_dict(stable=True)["runs"]} == {"baseline"}


def test_media_are_what_they_are_without_their_files(options: dict[str, Any]) -> None:
    row = recorded(options).to_dict(stable=True)["runs"][0]["history"][-1]
    assert row["html"] == {"_type": "html-file"}
    assert (row["table"]["_type"], row["table"]["ncols"], row["table"]["nrows"]) == ("table-file", 1, 1)
    assert "path" not in row["table"]


def test_the_record_is_not_changed_by_it(options: dict[str, Any]) -> None:
    recorder = recorded(options)
    before = recorder.to_json()
    recorder.to_dict(stable=True)["runs"].clear()
    assert recorder.to_json() == before
    assert json.loads(before) == recorder.to_dict()


def test_keys_are_sorted_and_the_text_is_that_of_any_process() -> None:
    program = (
        "import random, sys\n"
        "from tests.test_snapshots import recorded\n"
        "print(recorded({'stub': True}).to_json(stable=True))\n"
    )
    texts = set()
    for seed in ("0", "1"):
        done = subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(Path(__file__).parent.parent)},
            capture_output=True,
            text=True,
            check=True,
        )
        texts.add(done.stdout.strip())
    [text] = texts
    keys = list(json.loads(text)["runs"][0])
    assert keys == sorted(keys)
    assert text == recorded({"stub": True}).to_json(stable=True)


def test_the_whole_text_is_what_it_was() -> None:
    """The form of the text is promised: a change of it breaks the snapshots that people keep."""
    with patch_wandb(stub=True) as recorder:
        import wandb

        with wandb.init(project="p", config={"b": 1, "a": float("inf")}) as run:
            run.log({"loss": 0.1, "nan": float("nan")})
    assert recorder.to_json(stable=True, indent=None) == (
        '{"runs": [{"config": {"a": "Infinity", "b": 1}, "entity": "test-entity", "exit_code": 0, "group": null,'
        ' "history": [{"_step": 0, "loss": 0.1, "nan": "NaN"}], "id": "run-1", "job_type": null, "metrics": [],'
        ' "name": null, "notes": null, "project": "p",'
        ' "summary": {"_step": 0, "loss": 0.1, "nan": "NaN"}, "tags": []}]}'
    )


# --------------------------------------------------------------------------- with the tools for it

PROGRAM = """
from wandb_testkit import patch_wandb

def train():
    import wandb

    with wandb.init(project="p") as run:
        run.log({{"loss": {loss}}})

@patch_wandb(stub=True)
def test_snapshot(recorder, {argument}):
    train()
    assert recorder.to_dict(stable=True) == {expected}
"""


def _run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent), "PYTEST_ADDOPTS": ""},
        capture_output=True,
        text=True,
        check=False,
    )


def _in_turn(write: Callable[[float], None], folder: Path, option: str) -> None:
    """Make a snapshot, meet it, and miss it."""
    write(0.5)
    _run(folder, option)
    assert _run(folder).returncode == 0
    write(0.25)
    failed = _run(folder)
    assert failed.returncode == 1
    assert "0.25" in failed.stdout


@pytest.mark.skipif(importlib.util.find_spec("syrupy") is None, reason="syrupy is not installed")
def test_with_syrupy(tmp_path: Path) -> None:
    def write(loss: float) -> None:
        text = PROGRAM.format(loss=loss, argument="snapshot", expected="snapshot")
        (tmp_path / "test_it.py").write_text(text)

    _in_turn(write, tmp_path, "--snapshot-update")


@pytest.mark.skipif(importlib.util.find_spec("inline_snapshot") is None, reason="inline-snapshot is not installed")
def test_with_inline_snapshot(tmp_path: Path) -> None:
    path = tmp_path / "test_it.py"

    def write(loss: float) -> None:
        if not path.exists():
            text = PROGRAM.format(loss=loss, argument="tmp_path", expected="snapshot()")
            path.write_text("from inline_snapshot import snapshot\n" + text)
        else:
            path.write_text(path.read_text().replace('run.log({"loss": 0.5})', f'run.log({{"loss": {loss}}})'))

    _in_turn(write, tmp_path, "--inline-snapshot=create")
    assert "run-1" in path.read_text()
