"""Lightning over several processes: `ddp_spawn` and `ddp_fork`, whose workers log."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.clients import Client
from tests.scenarios import Observer
from wandb_testkit import patch_wandb

ROOT = Path(__file__).resolve().parent.parent.parent
CLIENT = Client(
    "lightning ddp",
    imports=("lightning.pytorch", "lightning.pytorch.loggers"),
    basis=("torch", "numpy", "torchmetrics"),
    distributions=("lightning", "torch"),
    seconds=600,
    options={"subprocesses": True},
)


def _fit(logger: Any, strategy: str = "ddp_spawn", **options: Any) -> Any:
    import lightning.pytorch as pl

    from tests.clients.programs import spawned

    pl.seed_everything(5)
    quiet = {"enable_progress_bar": False, "enable_model_summary": False, "enable_checkpointing": False}
    given = {"accelerator": "cpu", "devices": 2, "max_epochs": 2, "log_every_n_steps": 1, **quiet, **options}
    trainer = pl.Trainer(logger=logger, strategy=strategy, **given)
    trainer.fit(spawned.Regression(), spawned.data(), spawned.data())
    return trainer


@CLIENT.job
def workers_begin_the_run(wandb: Any, obs: Observer) -> None:
    from lightning.pytorch.loggers import WandbLogger

    _fit(WandbLogger(project="spawned", id="workers", config={"given": 1}))
    obs.read("run", wandb.run)


@CLIENT.job
def workers_go_on_in_the_loggers_run(wandb: Any, obs: Observer) -> None:
    from lightning.pytorch.loggers import WandbLogger

    logger = WandbLogger(project="spawned", id="logger")
    logger.experiment.config["early"] = 1
    trainer = _fit(logger)
    obs.read("metrics", sorted(trainer.callback_metrics))
    wandb.log({"after": 1})
    wandb.finish()


@CLIENT.job
def workers_are_forked(wandb: Any, obs: Observer) -> None:
    from lightning.pytorch.loggers import WandbLogger

    logger = WandbLogger(project="spawned", id="forked")
    obs.read("id", logger.experiment.id)
    _fit(logger, "ddp_fork")
    wandb.finish()


test_equal = CLIENT.test()


def kept() -> None:
    """Fit without the option, and print the rows of the parent's runs."""
    from lightning.pytorch.loggers import WandbLogger

    with patch_wandb() as recorder:
        try:
            _fit(WandbLogger(project="spawned", id="kept"))
        finally:
            sys.stdout.write(f"rows: {[run.history() for run in recorder.runs]}\n")


@pytest.mark.clients
@pytest.mark.needs_wandb
def test_without_the_option_workers_are_kept_from_the_network() -> None:
    # In a process of its own, since Lightning leaves variables and processes behind.
    command = [sys.executable, "-c", f"from {__name__} import kept; kept()"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=600)
    assert done.returncode == 1
    assert "use subprocesses=True" in done.stderr
    assert "rows: [[]]\n" in done.stdout
