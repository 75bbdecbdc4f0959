"""accelerate: trackers with ``log_with="wandb"``, images and tables included."""

from __future__ import annotations

from typing import Any

from tests.clients import Client
from tests.scenarios import Observer

CLIENT = Client(
    "accelerate", imports=("accelerate", "accelerate.tracking"), basis=("torch", "numpy"),
    distributions=("accelerate", "torch"),
)  # fmt: skip


def _accelerator(**options: Any) -> Any:
    from accelerate import Accelerator

    return Accelerator(cpu=True, log_with="wandb", **options)


@CLIENT.job
def trains_and_logs(wandb: Any, obs: Observer) -> None:
    import torch
    from accelerate.utils import set_seed

    set_seed(1)
    accelerator = _accelerator()
    accelerator.init_trackers(
        "accelerated", config={"lr": 0.1, "layers": [1, 2]}, init_kwargs={"wandb": {"name": "one", "tags": ["ci"]}}
    )
    model = torch.nn.Linear(3, 1)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    inputs = torch.randn(16, 3)
    data = torch.utils.data.DataLoader(torch.utils.data.TensorDataset(inputs, inputs.sum(1, keepdim=True)), 4)
    model, optimizer, data = accelerator.prepare(model, optimizer, data)
    step = 0
    for epoch in range(2):
        for batch, target in data:
            loss = torch.nn.functional.mse_loss(model(batch), target)
            accelerator.backward(loss)
            optimizer.step()
            optimizer.zero_grad()
            accelerator.log({"loss": loss.item(), "epoch": epoch}, step=step)
            step += 1
    accelerator.end_training()


@CLIENT.job
def logs_images_and_tables(wandb: Any, obs: Observer) -> None:
    import numpy as np

    accelerator = _accelerator()
    accelerator.init_trackers("media")
    tracker = accelerator.get_tracker("wandb")
    images = np.linspace(0, 255, 2 * 4 * 5 * 3).reshape(2, 4, 5, 3).astype(np.uint8)
    tracker.log_images({"samples": images}, step=1)
    with obs.raises("caption"):
        tracker.log_images({"samples": images}, caption="sampled")
    tracker.log_table("texts", columns=["prompt", "answer"], data=[["a", "b"], ["c", "d"]], step=2)
    tracker.log_table("mixed", columns=["image", "n"], data=[[wandb.Image(images[0]), 1]])
    with obs.raises("no table"):
        tracker.log_table("none", columns=["a"], data=[[1, 2]])
    accelerator.log({"loss": 1.0}, step=3, log_kwargs={"wandb": {"commit": False}})
    accelerator.log({"more": 2.0})
    accelerator.end_training()


@CLIENT.job
def the_run_itself_is_at_hand(wandb: Any, obs: Observer) -> None:
    accelerator = _accelerator()
    accelerator.init_trackers("mine", config={"a": 1}, init_kwargs={"wandb": {"id": "mine", "config": {"b": 2}}})
    run = accelerator.get_tracker("wandb", unwrap=True)
    obs.read("the run", run is wandb.run)
    obs.read("id", run.id)
    run.define_metric("val/*", step_metric="epoch", summary="max")
    for epoch in range(3):
        accelerator.log({"val/accuracy": epoch / 4, "epoch": epoch})
    run.summary["done"] = True
    artifact = wandb.Artifact("notes", "text")
    with artifact.new_file("a.txt") as file:
        file.write("text")
    run.log_artifact(artifact)
    accelerator.end_training()
    obs.read("over", wandb.run is None)


@CLIENT.job
def wrong_calls(wandb: Any, obs: Observer) -> None:
    with obs.raises("keyword"):
        _accelerator().init_trackers("wrong", init_kwargs={"wandb": {"progect": "x"}})
    accelerator = _accelerator()
    accelerator.init_trackers("right", init_kwargs={"wandb": {"id": "right"}})
    with obs.raises("key"):
        accelerator.log({1: 2})
    with obs.raises("values"):
        accelerator.log([1, 2])
    accelerator.log({"late": 1}, step=5)
    accelerator.log({"late": 1}, step=2)
    accelerator.end_training()
    with obs.raises("over"):
        accelerator.log({"after": 1})


@CLIENT.job
def a_tracker_made_by_hand(wandb: Any, obs: Observer) -> None:
    from accelerate import Accelerator, PartialState
    from accelerate.tracking import WandBTracker

    # Before release 1 a tracker asked for it.
    PartialState(cpu=True)
    tracker = WandBTracker("by-hand", group="g")
    accelerator = Accelerator(cpu=True, log_with=tracker)
    accelerator.init_trackers("ignored", config={"x": 1})
    accelerator.log({"loss": 1}, step=0)
    accelerator.end_training()


test_equal = CLIENT.test()
