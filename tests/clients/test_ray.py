"""Ray's integration: `setup_wandb`, and what Tune's logger does in the process that it logs from.

Tune starts a process for each trial's logger; here its code runs in this one, as Ray's own tests run it.
"""

from __future__ import annotations

import os
from typing import Any

from tests.clients import Client
from tests.scenarios import Observer

CLIENT = Client(
    "ray", imports=("ray.air.integrations.wandb",), basis=("numpy", "pandas", "pyarrow"), distributions=("ray",)
)


@CLIENT.job
def sets_up_a_run(wandb: Any, obs: Observer) -> None:
    from ray.air.integrations.wandb import setup_wandb

    run = setup_wandb(
        {"lr": 0.1, "layers": [4, 8], "nested": {"act": "relu"}, "callable": print},
        project="ray",
        trial_id="trial_1",
        trial_name="first",
        group="tune",
        rank_zero_only=False,
        tags=["a"],
    )
    for step in range(3):
        run.log({"loss": 1 / (step + 1)})
    with obs.raises("no dict"):
        setup_wandb(3, project="ray", rank_zero_only=False)
    run.finish()


def _log(folder: str, results: list[dict[str, Any]], *, checkpoint: str = "", **options: Any) -> None:
    import queue

    from ray.air.integrations import wandb as integration

    os.makedirs(folder, exist_ok=True)
    items: queue.Queue[Any] = queue.Queue()
    for result in results:
        items.put((integration._QueueItem.RESULT, result))
    if checkpoint:
        items.put((integration._QueueItem.CHECKPOINT, checkpoint))
    items.put((integration._QueueItem.END, None))
    before = os.getcwd()
    try:
        integration._WandbLoggingActor(
            logdir=folder, queue=items, exclude=["secret"], to_config=["config_key"], **options
        ).run()
    finally:
        os.chdir(before)


@CLIENT.job
def logs_the_results_of_trials(wandb: Any, obs: Observer) -> None:
    for number in range(2):
        results = [
            {
                "training_iteration": step + 1,
                "loss": 1 / (step + 1),
                "info": {"lr": 0.1, "deep": {"x": step}},
                "secret": 1,
                "config_key": number,
                "time_total_s": 2.0,
                "text": "t",
                "none": None,
                "flag": True,
            }
            for step in range(3)
        ]
        _log(
            os.path.abspath("logs"),
            results,
            id=f"trial_{number}",
            name=f"trial {number}",
            resume=False,
            reinit=True,
            allow_val_change=True,
            group="tune",
            project="ray",
            config={"lr": number},
        )


@CLIENT.job
def logs_pictures_and_checkpoints(wandb: Any, obs: Observer) -> None:
    import numpy as np

    os.makedirs("checkpoint")
    with open("checkpoint/weights.json", "w") as file:
        file.write("[1, 2]")
    rng = np.random.default_rng(0)
    results = [
        {"training_iteration": 1, "image": rng.integers(0, 255, (4, 4, 3), dtype=np.uint8), "number": np.float32(0.5)},
        {"training_iteration": 2, "images": rng.integers(0, 255, (2, 4, 4, 3), dtype=np.uint8), "array": np.arange(3)},
        {"training_iteration": 3, "nan": float("nan"), "object": object, "one": np.array([2.5])},
    ]
    _log(
        os.path.abspath("logs"),
        results,
        checkpoint=os.path.abspath("checkpoint"),
        id="pictures",
        name="pictures",
        project="ray",
        config={},
    )


test_equal = CLIENT.test()
