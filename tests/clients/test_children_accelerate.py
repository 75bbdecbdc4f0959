"""`accelerate launch`: the main process's tracker arrives at the parent's recorder."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.clients import Client
from tests.clients.programs import accelerated
from tests.scenarios import Observer

SCRIPT = str(Path(__file__).resolve().parent / "programs" / "accelerated.py")
CLIENT = Client(
    "accelerate launch",
    imports=("accelerate",),
    distributions=("accelerate", "torch"),
    seconds=600,
    options={"subprocesses": True},
)


def _launch(obs: Observer, *options: str) -> None:
    command = [sys.executable, "-m", "accelerate.commands.accelerate_cli", "launch", "--cpu", *options, SCRIPT]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=600)
    assert done.returncode == 0, done.stderr
    obs.read("end", done.returncode)


@CLIENT.job
def in_one_process(wandb: Any, obs: Observer) -> None:
    _launch(obs, "--num_processes", "1", "--num_machines", "1", "--mixed_precision", "no", "--dynamo_backend", "no")


@CLIENT.job
def in_two_processes(wandb: Any, obs: Observer) -> None:
    _launch(obs, "--num_processes", "2", "--num_machines", "1", "--mixed_precision", "no", "--dynamo_backend", "no")


@CLIENT.job
def from_a_notebook(wandb: Any, obs: Observer) -> None:
    from accelerate import debug_launcher

    debug_launcher(accelerated.main, ("debugged",), num_processes=2)


test_equal = CLIENT.test()
