"""pytorch-ignite: `WandBLogger` with its handlers, and checkpoints saved to the run's folder."""

from __future__ import annotations

import os
from typing import Any

from tests.clients import Client
from tests.scenarios import Observer

CLIENT = Client(
    "ignite",
    imports=("ignite.engine", "ignite.handlers"),
    basis=("torch", "numpy"),
    distributions=("pytorch-ignite", "torch"),
)


def _trainer() -> tuple[Any, Any, Any, Any]:
    import torch
    from ignite.engine import create_supervised_evaluator, create_supervised_trainer
    from ignite.metrics import MeanSquaredError

    torch.manual_seed(0)
    model = torch.nn.Sequential(torch.nn.Linear(2, 3), torch.nn.Tanh(), torch.nn.Linear(3, 1))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.5)
    trainer = create_supervised_trainer(model, optimizer, torch.nn.MSELoss())
    evaluator = create_supervised_evaluator(model, metrics={"mse": MeanSquaredError()})
    return model, optimizer, trainer, evaluator


def _data() -> Any:
    import torch

    inputs = torch.linspace(-1, 1, 24).reshape(12, 2)
    return torch.utils.data.DataLoader(torch.utils.data.TensorDataset(inputs, inputs.sum(1, keepdim=True)), 4)


def _logger(**options: Any) -> Any:
    from ignite.handlers.wandb_logger import WandBLogger

    return WandBLogger(**options)


@CLIENT.job
def logs_outputs_and_metrics(wandb: Any, obs: Observer) -> None:
    from ignite.engine import Events
    from ignite.handlers import global_step_from_engine

    _, optimizer, trainer, evaluator = _trainer()
    logger = _logger(project="ignite", name="first", config={"lr": 0.1}, tags=["ci"])
    logger.attach_output_handler(
        trainer, Events.ITERATION_COMPLETED(every=2), tag="training", output_transform=lambda loss: {"loss": loss}
    )
    logger.attach_output_handler(
        evaluator,
        Events.EPOCH_COMPLETED,
        tag="validation",
        metric_names=["mse"],
        global_step_transform=global_step_from_engine(trainer, Events.ITERATION_COMPLETED),
    )
    logger.attach_opt_params_handler(trainer, Events.EPOCH_STARTED, optimizer=optimizer, param_name="lr")
    trainer.add_event_handler(Events.EPOCH_COMPLETED, lambda _: evaluator.run(_data()))
    trainer.run(_data(), max_epochs=3)
    logger.close()
    obs.read("over", wandb.run is None)


@CLIENT.job
def steps_that_cross_are_dropped(wandb: Any, obs: Observer) -> None:
    from ignite.engine import Events

    _, _, trainer, evaluator = _trainer()
    logger = _logger(project="ignite", id="crossing")
    logger.attach_output_handler(
        trainer, Events.ITERATION_COMPLETED, tag="train", output_transform=lambda loss: {"l": loss}
    )
    logger.attach_output_handler(evaluator, Events.EPOCH_COMPLETED, tag="val", metric_names="all")
    trainer.add_event_handler(Events.EPOCH_COMPLETED, lambda _: evaluator.run(_data()))
    trainer.run(_data(), max_epochs=2)
    logger.close()


@CLIENT.job
def an_evaluator_of_its_own_and_no_sync(wandb: Any, obs: Observer) -> None:
    from ignite.engine import Events

    _, _, trainer, evaluator = _trainer()
    logger = _logger(project="ignite", id="unsynced")
    logger.attach_output_handler(
        trainer, Events.ITERATION_COMPLETED, tag="t", output_transform=lambda loss: {"loss": loss}, sync=False
    )
    logger.attach_output_handler(evaluator, Events.EPOCH_COMPLETED, tag="v", metric_names=["mse"], sync=True)
    trainer.add_event_handler(Events.EPOCH_COMPLETED, lambda _: evaluator.run(_data()))
    with obs.raises("run"):
        trainer.run(_data(), max_epochs=2)
    logger.close()


@CLIENT.job
def watches_the_model(wandb: Any, obs: Observer) -> None:
    from ignite.engine import Events

    model, _, trainer, _ = _trainer()
    with _logger(project="ignite", id="watched") as logger:
        logger.watch(model, log="all", log_freq=2)
        logger.attach_output_handler(trainer, Events.ITERATION_COMPLETED, tag="train", output_transform=float)
        trainer.run(_data(), max_epochs=2)


@CLIENT.job
def saves_checkpoints_in_the_folder_of_the_run(wandb: Any, obs: Observer) -> None:
    from ignite.engine import Events
    from ignite.handlers import Checkpoint, ModelCheckpoint

    model, _, trainer, evaluator = _trainer()
    logger = _logger(project="ignite", id="saving")
    saving = ModelCheckpoint(
        logger.run.dir, n_saved=1, filename_prefix="best", require_empty=False, score_name="mse",
        score_function=lambda engine: -engine.state.metrics["mse"],
        global_step_transform=lambda *_: trainer.state.epoch,
    )  # fmt: skip
    evaluator.add_event_handler(Events.COMPLETED, saving, {"model": model})
    trainer.add_event_handler(Events.EPOCH_COMPLETED, lambda _: evaluator.run(_data()))
    trainer.run(_data(), max_epochs=2)
    obs.read("kind", isinstance(saving, Checkpoint))
    obs.read("saved", sorted(name for name in os.listdir(logger.run.dir) if name.endswith(".pt")))
    logger.save("*.pt")
    artifact = wandb.Artifact("model", "model")
    artifact.add_file(str(saving.last_checkpoint), "model.pt")
    logger.log_artifact(artifact)
    logger.summary["best"] = 1
    obs.read("config", dict(logger.config))
    logger.close()


test_equal = CLIENT.test()
