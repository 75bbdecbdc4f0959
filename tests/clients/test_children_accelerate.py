"""`accelerate launch`: the main process's tracker arrives at the parent's recorder."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.clients import Client
from tests.scenarios import Observer
from wandb_testkit import patch_wandb

SCRIPT = str(Path(__file__).resolve().parent / "programs" / "accelerated.py")
CLIENT = Client(
    "accelerate launch",
    imports=("accelerate",),
    distributions=("accelerate", "torch"),
    seconds=600,
    options={"subprocesses": True},
)


def _launch(processes: int) -> Any:
    options = f"--cpu --num_processes {processes} --num_machines 1 --mixed_precision no --dynamo_backend no".split()
    command = [sys.executable, "-m", "accelerate.commands.accelerate_cli", "launch", *options, SCRIPT]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=600)


@CLIENT.job
def in_one_process(wandb: Any, obs: Observer) -> None:
    done = _launch(1)
    assert done.returncode == 0, done.stderr
    obs.read("end", done.returncode)


@CLIENT.job
def in_two_processes(wandb: Any, obs: Observer) -> None:
    done = _launch(2)
    assert done.returncode == 0, done.stderr
    obs.read("end", done.returncode)


@CLIENT.job
def from_a_notebook(wandb: Any, obs: Observer) -> None:
    from accelerate import debug_launcher

    from tests.clients.programs import accelerated

    debug_launcher(accelerated.main, ("debugged",), num_processes=2)


test_equal = CLIENT.test()


@pytest.mark.clients
@pytest.mark.needs_wandb
def test_without_the_option_the_launched_are_kept_from_the_network() -> None:
    with patch_wandb() as recorder:
        done = _launch(1)
    assert done.returncode != 0
    assert "use subprocesses=True" in done.stderr
    assert recorder.runs == []
