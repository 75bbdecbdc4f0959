"""TensorBoard: torch's and tensorboardX's writers with ``sync_tensorboard=True`` and `wandb.tensorboard.patch`."""

from __future__ import annotations

from typing import Any

from tests.clients import Client
from tests.scenarios import Observer

CLIENT = Client(
    "tensorboard",
    imports=("torch.utils.tensorboard", "tensorboardX", "lightning.pytorch.loggers"),
    basis=("torch", "numpy"),
    distributions=("tensorboard", "tensorboardX", "torch"),
)


def _train(writer: Any, steps: int = 4) -> None:
    import torch

    torch.manual_seed(0)
    model = torch.nn.Linear(3, 1)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    inputs = torch.randn(8, 3)
    for step in range(steps):
        loss = model(inputs).square().mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        writer.add_scalar("train/loss", loss.item(), step)
        writer.add_scalar("lr", 0.1 / (step + 1), step)
        writer.add_histogram("weights", model.weight.detach(), step)


@CLIENT.job
def torch_writes_scalars_and_histograms(wandb: Any, obs: Observer) -> None:
    from torch.utils.tensorboard import SummaryWriter

    with wandb.init(project="tb", sync_tensorboard=True):
        writer = SummaryWriter("logs")
        _train(writer)
        writer.close()


@CLIENT.job(unordered=True)
def torch_writes_more_kinds(wandb: Any, obs: Observer) -> None:
    import numpy as np
    from torch.utils.tensorboard import SummaryWriter

    with wandb.init(project="tb", sync_tensorboard=True, id="kinds"), SummaryWriter("logs/kinds") as writer:
        image = np.linspace(0, 1, 48).reshape(3, 4, 4)
        for step in range(2):
            writer.add_image("image", image, step)
            writer.add_images("images", np.stack([image, image / 2]), step)
            writer.add_text("text", f"step {step}", step)
            writer.add_scalars("group", {"a": step, "b": 2 * step}, step)
            writer.add_pr_curve("pr", np.array([0, 1, 1, 0]), np.array([0.1, 0.8, 0.6, 0.3]), step)
        writer.add_hparams({"lr": 0.1, "layers": 2}, {"score": 0.5})


@CLIENT.job
def rows_of_its_own_go_between(wandb: Any, obs: Observer) -> None:
    from torch.utils.tensorboard import SummaryWriter

    run = wandb.init(project="tb", sync_tensorboard=True, id="between", config={"a": 1})
    writer = SummaryWriter("logs")
    writer.add_scalar("loss", 1.0, 0)
    writer.add_scalar("loss", 0.5, 10)
    writer.close()
    run.summary["mine"] = 3
    run.finish()


@CLIENT.job(unordered=True)
def patched_by_hand(wandb: Any, obs: Observer) -> None:
    from torch.utils.tensorboard import SummaryWriter

    wandb.tensorboard.patch(root_logdir="logs")
    with wandb.init(project="tb", id="patched"):
        writer = SummaryWriter("logs/train")
        other = SummaryWriter("logs/validation")
        for step in range(3):
            writer.add_scalar("loss", 1.0 / (step + 1), step)
            other.add_scalar("loss", 2.0 / (step + 1), step)
        writer.close()
        other.close()
    wandb.tensorboard.unpatch()


@CLIENT.job
def tensorboard_x_writes(wandb: Any, obs: Observer) -> None:
    import tensorboardX

    with wandb.init(project="tb", sync_tensorboard=True, id="x"):
        writer = tensorboardX.SummaryWriter("runs/x")
        for step in range(3):
            writer.add_scalar("loss", 1.0 / (step + 1), step)
        writer.close()


@CLIENT.job
def lightning_writes(wandb: Any, obs: Observer) -> None:
    from lightning.pytorch.loggers import TensorBoardLogger

    with wandb.init(project="tb", sync_tensorboard=True, id="lightning"):
        logger = TensorBoardLogger("logs", name="net", version=0)
        logger.log_hyperparams({"lr": 0.1})
        for step in range(3):
            logger.log_metrics({"loss": 1.0 / (step + 1)}, step)
        logger.finalize("success")


test_equal = CLIENT.test()
