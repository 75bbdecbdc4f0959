"""What workers of a program do that is spread over processes."""

from __future__ import annotations

import os
from typing import Any


def trial(number: int) -> float:
    """Train in a run of its own."""
    import wandb

    with wandb.init(project="pool", group="trials", id=f"trial-{number}", config={"number": number}) as run:
        for step in range(3):
            run.log({"score": number * step})
        run.summary["best"] = number
    return float(number)


def into(run: Any, name: str) -> None:
    """Log into a run that was handed over."""
    run.log({name: 1, "id": run.id})
    run.config.update({name: "seen"})
    run.summary[f"last {name}"] = 2


def attached(attach_id: str, name: str) -> None:
    """Log into a run whose id was handed over, as frameworks do whose loggers are pickled."""
    import wandb

    run = wandb._attach(attach_id)
    into(run, name)
    wandb.log({"current": run is wandb.run})


def by_module(name: str) -> None:
    """Log by the module, which the parent's run is current in when this process is a fork."""
    import wandb

    try:
        wandb.log({name: 1})
    except wandb.Error:
        os._exit(7)


def shared(number: int) -> None:
    """Log into a run that several processes write."""
    import wandb

    settings = wandb.Settings(mode="offline", x_label=f"rank-{number}")
    with wandb.init(project="pool", id="shared", settings=settings) as run:
        run.log({f"rank {number}": number})


def fails(number: int) -> None:
    """Fail in the middle of a run."""
    import wandb

    wandb.init(project="pool", id=f"failing-{number}").log({"number": number})
    raise ValueError(number)
