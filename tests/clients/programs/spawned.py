"""A module of Lightning's that processes of their own can import."""

from __future__ import annotations

from typing import Any

import lightning.pytorch as pl
import torch


class Regression(pl.LightningModule):
    """A line through three inputs."""

    def __init__(self, lr: float = 0.05) -> None:
        super().__init__()
        self.save_hyperparameters()
        self.layer = torch.nn.Linear(3, 1)

    def training_step(self, batch: Any, index: int) -> Any:
        inputs, targets = batch
        loss = torch.nn.functional.mse_loss(self.layer(inputs), targets)
        self.log("train/loss", loss, on_step=True, on_epoch=True, sync_dist=True)
        return loss

    def validation_step(self, batch: Any, index: int) -> None:
        inputs, targets = batch
        self.log("val/loss", torch.nn.functional.mse_loss(self.layer(inputs), targets), sync_dist=True)

    def configure_optimizers(self) -> Any:
        return torch.optim.SGD(self.parameters(), lr=self.hparams["lr"])


def data() -> Any:
    """Return 32 rows of data, the same each time."""
    generator = torch.Generator().manual_seed(3)
    inputs = torch.randn(32, 3, generator=generator)
    return torch.utils.data.DataLoader(torch.utils.data.TensorDataset(inputs, inputs.sum(1, keepdim=True)), 8)
