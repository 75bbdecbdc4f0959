"""PyTorch Lightning: `WandbLogger` with metrics, hyperparameters, `watch`, checkpoints, tables and images."""

from __future__ import annotations

import argparse
import copy
import functools
import pickle
from typing import Any

from tests.clients import Client
from tests.scenarios import Observer

CLIENT = Client(
    "lightning",
    imports=("lightning.pytorch", "lightning.pytorch.loggers"),
    basis=("torch", "numpy", "torchmetrics"),
    distributions=("lightning", "torch"),
)


@functools.cache
def _module_class() -> Any:
    import lightning.pytorch as pl
    import torch

    class Regression(pl.LightningModule):  # type: ignore[misc]
        def __init__(self, width: int = 4, lr: float = 0.05, name: str = "net") -> None:
            super().__init__()
            self.save_hyperparameters()
            self.layers = torch.nn.Sequential(torch.nn.Linear(3, width), torch.nn.ReLU(), torch.nn.Linear(width, 1))

        def _loss(self, batch: Any) -> Any:
            inputs, targets = batch
            return torch.nn.functional.mse_loss(self.layers(inputs), targets)

        def training_step(self, batch: Any, index: int) -> Any:
            loss = self._loss(batch)
            self.log("train/loss", loss, on_step=True, on_epoch=True)
            self.log_dict({"train/twice": 2 * loss, "index": float(index)})
            return loss

        def validation_step(self, batch: Any, index: int) -> None:
            self.log("val/loss", self._loss(batch), prog_bar=True)

        def test_step(self, batch: Any, index: int) -> None:
            self.log("test/loss", self._loss(batch))

        def configure_optimizers(self) -> Any:
            optimizer = torch.optim.SGD(self.parameters(), lr=self.hparams["lr"])
            return [optimizer], [torch.optim.lr_scheduler.StepLR(optimizer, 1, 0.5)]

    Regression.__qualname__ = "Regression"
    return Regression


def _data() -> Any:
    import torch

    generator = torch.Generator().manual_seed(3)
    inputs = torch.randn(32, 3, generator=generator)
    targets = inputs.sum(1, keepdim=True)
    return torch.utils.data.DataLoader(torch.utils.data.TensorDataset(inputs, targets), batch_size=8)


def _trainer(logger: Any, **options: Any) -> Any:
    import lightning.pytorch as pl

    pl.seed_everything(5)
    quiet = {"enable_progress_bar": False, "enable_model_summary": False, "enable_checkpointing": False}
    return pl.Trainer(logger=logger, accelerator="cpu", devices=1, **{"max_epochs": 2, **quiet, **options})


def _logger(**options: Any) -> Any:
    from lightning.pytorch.loggers import WandbLogger

    return WandbLogger(**options)


@CLIENT.job
def logs_metrics_and_hyperparameters(wandb: Any, obs: Observer) -> None:
    logger = _logger(project="lightning", name="first", tags=["ci"], config={"given": 1})
    trainer = _trainer(logger, log_every_n_steps=1)
    trainer.fit(_module_class()(), _data(), _data())
    trainer.test(_module_class()(), _data())
    obs.read("name", logger.name)
    obs.read("experiment is the run", logger.experiment is wandb.run)
    obs.read("version", logger.version == wandb.run.id)
    wandb.finish()


@CLIENT.job
def watches_the_model(wandb: Any, obs: Observer) -> None:
    logger = _logger(project="lightning")
    model = _module_class()()
    logger.watch(model, log="all", log_freq=2)
    _trainer(logger, log_every_n_steps=2, max_epochs=1).fit(model, _data())
    logger.experiment.unwatch(model)
    logger.experiment.finish()


@CLIENT.job
def logs_checkpoints(wandb: Any, obs: Observer) -> None:
    from lightning.pytorch.callbacks import ModelCheckpoint

    for mode in (True, "all"):
        logger = _logger(project="lightning", id=f"model-{mode}", log_model=mode, checkpoint_name=None)
        checkpoint = ModelCheckpoint(monitor="val/loss", mode="min", save_top_k=2)
        trainer = _trainer(logger, enable_checkpointing=True, callbacks=[checkpoint], max_epochs=3)
        trainer.fit(_module_class()(), _data(), _data())
        wandb.finish()


@CLIENT.job
def logs_tables_and_media(wandb: Any, obs: Observer) -> None:
    import numpy as np
    import pandas as pd
    import torch

    logger = _logger(project="lightning", id="media", prefix="run")
    logger.log_table("plain", columns=["a", "b"], data=[[1, "x"], [2, "y"]])
    logger.log_table("frame", dataframe=pd.DataFrame({"n": [1, 2], "t": ["p", "q"]}), step=1)
    logger.log_text("text", columns=["input", "label"], data=[["cheese", "english"]])
    images = [np.full((4, 5, 3), 40 * number, dtype=np.uint8) for number in range(2)]
    logger.log_image("images", images, caption=["one", "two"])
    logger.log_image("tensors", [torch.linspace(0, 1, 48).reshape(3, 4, 4)], step=5)
    with obs.raises("captions"):
        logger.log_image("images", images, caption=["one"])
    with obs.raises("no list"):
        logger.log_image("images", images[0])
    logger.log_metrics({"loss": 1.5}, step=7)
    logger.log_hyperparams({"nested": {"list": [1, 2], "none": None}, "function": len})
    logger.log_hyperparams({"flat": 1})
    wandb.finish()


@CLIENT.job
def logs_audio_and_video(wandb: Any, obs: Observer) -> None:
    import numpy as np

    logger = _logger(project="lightning", id="sound")
    wave = np.sin(np.linspace(0, 30, 400)).astype(np.float32)
    logger.log_audio("audio", [wave, wave / 2], sample_rate=[8000, 8000], caption=["loud", "soft"])
    with obs.raises("video"):
        logger.log_video("video", [np.zeros((2, 3, 4, 4), dtype=np.uint8)], fps=[2], format=["gif"])
    wandb.finish()


@CLIENT.job
def goes_on_in_a_run_that_is_there(wandb: Any, obs: Observer) -> None:
    run = wandb.init(project="outer", config={"seed": 1})
    run.log({"before": 1})
    logger = _logger(project="inner", log_model=False)
    obs.read("same run", logger.experiment is run)
    _trainer(logger, max_epochs=1, log_every_n_steps=1).fit(_module_class()(), _data())
    run.log({"after": 1})
    run.finish()


@CLIENT.job
def given_an_experiment(wandb: Any, obs: Observer) -> None:
    run = wandb.init(project="given", group="g", job_type="train", id="given")
    logger = _logger(experiment=run)
    trainer = _trainer(logger, max_epochs=1, log_every_n_steps=2, val_check_interval=2)
    trainer.fit(_module_class()(width=2), _data(), _data())
    run.summary["best"] = 3
    logger.finalize("success")
    run.finish()


@CLIENT.job
def monitors_the_learning_rate(wandb: Any, obs: Observer) -> None:
    from lightning.pytorch.callbacks import EarlyStopping, LearningRateMonitor

    logger = _logger(project="lightning", id="rates")
    callbacks = [LearningRateMonitor(logging_interval="step"), EarlyStopping("val/loss", patience=1, min_delta=10.0)]
    trainer = _trainer(logger, max_epochs=5, log_every_n_steps=1, callbacks=callbacks, gradient_clip_val=0.1)
    trainer.fit(_module_class()(), _data(), _data())
    wandb.finish()


@CLIENT.job
def uses_artifacts_that_cannot_be_offline(wandb: Any, obs: Observer) -> None:
    logger = _logger(project="lightning", id="use")
    _ = logger.experiment
    with obs.raises("use"):
        logger.use_artifact("team/lightning/model:v0", artifact_type="model")
    with obs.raises("download"):
        type(logger).download_artifact("team/lightning/model:v0", artifact_type="model")
    wandb.finish()


@CLIENT.job
def an_offline_logger_and_a_wrong_one(wandb: Any, obs: Observer) -> None:
    logger = _logger(project="lightning", offline=True, id="off", notes="n", group="g")
    logger.log_metrics({"a": 1.0})
    logger.log_metrics({"a": 2.0}, step=3)
    wandb.finish()
    with obs.raises("both"):
        _logger(project="lightning", offline=True, log_model=True)
    with obs.raises("keyword"):
        _logger(project="lightning", id="wrong", progect="x").experiment  # noqa: B018


@CLIENT.job
def logs_to_a_sweep_like_config(wandb: Any, obs: Observer) -> None:
    wandb.init(project="lightning", id="sweep", config={"lr": 0.01, "width": 2})
    model = _module_class()(width=wandb.config.width, lr=wandb.config["lr"])
    logger = _logger()
    _trainer(logger, max_epochs=1, log_every_n_steps=4).fit(model, _data(), _data())
    obs.read("summary", sorted(dict(wandb.summary)))
    wandb.finish()


@CLIENT.job
def an_error_ends_the_training(wandb: Any, obs: Observer) -> None:
    base = _module_class()

    class Failing(base):  # type: ignore[misc]
        def on_train_epoch_end(self) -> None:
            raise RuntimeError("out of data")

    logger = _logger(project="lightning", id="fails")
    with obs.raises("training"), wandb.init(id="fails"):
        _trainer(logger, max_epochs=2, log_every_n_steps=1).fit(Failing(), _data())


@CLIENT.job
def copies_and_pickles_of_a_logger(wandb: Any, obs: Observer) -> None:
    logger = _logger(project="lightning", id="copies")
    copied = copy.deepcopy(logger)
    obs.read("the run", copied.experiment is wandb.run)
    copied.log_metrics({"a": 1}, 0)
    again = pickle.loads(pickle.dumps(logger))
    again.log_metrics({"a": 2}, 1)
    again.log_hyperparams(argparse.Namespace(lr=1, nested={"x": (1, 2)}, function=max, kind=dict, none=None))
    again.log_hyperparams({"lr": 3, "kind": object})
    again.save()
    again.finalize("success")
    obs.read("versions", [logger.version, copied.version, again.version, again.name])
    wandb.finish()


@CLIENT.job
def goes_on_from_a_checkpoint(wandb: Any, obs: Observer) -> None:
    from lightning.pytorch.callbacks import ModelCheckpoint

    for number, options in enumerate(({"id": "resumed"}, {"version": "resumed", "resume": "allow"})):
        saving = ModelCheckpoint(dirpath=f"saved-{number}", save_last=True)
        given = {"enable_checkpointing": True, "callbacks": [saving], "log_every_n_steps": 2}
        trainer = _trainer(_logger(project="lightning", **options), max_epochs=number + 1, **given)
        trainer.fit(_module_class()(), _data(), _data(), ckpt_path="saved-0/last.ckpt" if number else None)
        obs.read("resumed", wandb.run.resumed)
        wandb.finish()


test_equal = CLIENT.test()
