"""`torchrun` and torch's own workers: each rank's run arrives at the parent's recorder."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.clients import Client
from tests.clients.programs import workers
from tests.scenarios import Observer
from wandb_testkit import patch_wandb

SCRIPT = str(Path(__file__).resolve().parent / "programs" / "distributed.py")
COMMAND = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc_per_node", "2", SCRIPT]
CLIENT = Client("torchrun", imports=("torch",), distributions=("torch",), seconds=600, options={"subprocesses": True})


def _torchrun(obs: Observer, *arguments: str) -> None:
    done = subprocess.run([*COMMAND, *arguments], capture_output=True, text=True, check=False, timeout=600)
    assert done.returncode == 0, done.stderr
    obs.read("end", done.returncode)


@CLIENT.job
def the_first_rank_logs(wandb: Any, obs: Observer) -> None:
    _torchrun(obs)


@CLIENT.job(concurrent=True)
def each_rank_logs(wandb: Any, obs: Observer) -> None:
    _torchrun(obs, "--each")


@CLIENT.job(concurrent=True)
def processes_are_spawned(wandb: Any, obs: Observer) -> None:
    import torch.multiprocessing

    torch.multiprocessing.spawn(workers.trial, nprocs=2)


test_equal = CLIENT.test()


@pytest.mark.clients
@pytest.mark.needs_wandb
def test_without_the_option_ranks_are_kept_from_the_network() -> None:
    with patch_wandb() as recorder:
        done = subprocess.run(COMMAND, capture_output=True, text=True, check=False, timeout=600)
    assert done.returncode != 0
    assert "use subprocesses=True" in done.stderr
    assert recorder.runs == []
