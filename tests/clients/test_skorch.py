"""skorch: the callback `WandbLogger`."""

from __future__ import annotations

from typing import Any

from tests.clients import Client
from tests.scenarios import Observer

CLIENT = Client(
    "skorch", imports=("skorch", "skorch.callbacks"), basis=("torch", "numpy", "sklearn"),
    distributions=("skorch", "torch"),
)  # fmt: skip


def _data() -> Any:
    import numpy as np

    random = np.random.default_rng(0)
    inputs = random.normal(size=(40, 4)).astype(np.float32)
    return inputs, (inputs.sum(1) > 0).astype(np.int64)


def _net(**options: Any) -> Any:
    import torch
    from skorch import NeuralNetClassifier

    torch.manual_seed(0)
    layers = torch.nn.Sequential(torch.nn.Linear(4, 6), torch.nn.ReLU(), torch.nn.Linear(6, 2))
    given = {"max_epochs": 3, "lr": 0.1, "batch_size": 8, "verbose": 0, "criterion": torch.nn.CrossEntropyLoss}
    return NeuralNetClassifier(layers, **given | options)


@CLIENT.job(timed=("dur",))
def fits(wandb: Any, obs: Observer) -> None:
    from skorch.callbacks import WandbLogger

    run = wandb.init(project="skorch", config={"lr": 0.1})
    _net(callbacks=[WandbLogger(run)]).fit(*_data())
    run.finish()


@CLIENT.job(timed=("dur",))
def saves_the_model_and_more_scores(wandb: Any, obs: Observer) -> None:
    from skorch.callbacks import EpochScoring, LRScheduler, WandbLogger

    with wandb.init(project="skorch", id="scores") as run:
        callbacks = [
            EpochScoring("f1", lower_is_better=False, name="valid_f1"),
            LRScheduler("StepLR", step_size=1, gamma=0.5, monitor="train_loss"),
            WandbLogger(run, save_model=True, keys_ignored="train_loss"),
        ]
        net = _net(callbacks=callbacks, iterator_train__shuffle=False)
        net.fit(*_data())
        obs.read("files", "model_best.pth" in __import__("os").listdir(run.dir) or None)
        net.partial_fit(*_data())
        run.log({"score": net.score(*_data())})


@CLIENT.job(timed=("dur", "mean_fit_time"))
def searches_with_a_run_each(wandb: Any, obs: Observer) -> None:
    from skorch.callbacks import WandbLogger

    for rate in (0.01, 0.1):
        with wandb.init(project="skorch", group="search", id=f"rate-{rate}", config={"lr": rate}) as run:
            net = _net(lr=run.config.lr, callbacks=[WandbLogger(run, save_model=False)])
            net.fit(*_data())
            run.summary["rate"] = rate


test_equal = CLIENT.test()
