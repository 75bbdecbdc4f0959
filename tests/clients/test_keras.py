"""Keras on TensorFlow: wandb's own callbacks for metrics, checkpoints and evaluation."""

from __future__ import annotations

from typing import Any

from tests.clients import Client
from tests.scenarios import Observer

CLIENT = Client("keras", imports=("keras",), basis=("numpy",), distributions=("keras", "tensorflow-cpu"))


def _model() -> Any:
    import keras

    keras.utils.set_random_seed(1)
    model = keras.Sequential(
        [keras.layers.Input((4,)), keras.layers.Dense(5, activation="relu"), keras.layers.Dense(1)]
    )
    model.compile(optimizer=keras.optimizers.SGD(0.05), loss="mse", metrics=["mae"])
    return model


def _data() -> Any:
    import numpy as np

    inputs = np.random.default_rng(0).normal(size=(24, 4)).astype("float32")
    return inputs, inputs.sum(1, keepdims=True)


def _fit(callbacks: list[Any], model: Any = None, **options: Any) -> Any:
    given = {"epochs": 3, "batch_size": 8, "verbose": 0, "validation_split": 0.25}
    return (model or _model()).fit(*_data(), callbacks=callbacks, **given | options)


@CLIENT.job
def logs_metrics(wandb: Any, obs: Observer) -> None:
    from wandb.integration.keras import WandbMetricsLogger

    for frequency in ("epoch", "batch", 2):
        with wandb.init(project="keras", id=f"by-{frequency}", config={"lr": 0.05}) as run:
            _fit([WandbMetricsLogger(log_freq=frequency)])
            obs.read("summary", sorted(run.summary.keys()))


@CLIENT.job
def a_schedule_and_a_later_start(wandb: Any, obs: Observer) -> None:
    import keras
    from wandb.integration.keras import WandbMetricsLogger

    with wandb.init(project="keras", id="schedule"):
        schedule = keras.optimizers.schedules.ExponentialDecay(0.1, 2, 0.9)
        model = _model()
        model.compile(optimizer=keras.optimizers.SGD(schedule), loss="mse")
        _fit([WandbMetricsLogger(log_freq="batch", initial_global_step=10)], model)


@CLIENT.job(varying=(".keras", ".h5"))
def logs_checkpoints(wandb: Any, obs: Observer) -> None:
    from wandb.integration.keras import WandbMetricsLogger, WandbModelCheckpoint

    with wandb.init(project="keras", id="checkpoints"):
        _fit([WandbMetricsLogger(), WandbModelCheckpoint("model-{epoch:02d}.keras", monitor="val_loss")], epochs=2)
    with wandb.init(project="keras", id="weights"), obs.raises("weights"):
        checkpoint = WandbModelCheckpoint("best.weights.h5", save_weights_only=True, save_best_only=True)
        _fit([checkpoint], epochs=2)


@CLIENT.job
def evaluates_into_tables(wandb: Any, obs: Observer) -> None:
    from wandb.integration.keras import WandbEvalCallback, WandbMetricsLogger

    class Predictions(WandbEvalCallback):  # type: ignore[misc]
        def add_ground_truth(self, logs: Any = None) -> None:
            _inputs, targets = _data()
            for number in range(3):
                self.data_table.add_data(number, float(targets[number, 0]))

        def add_model_predictions(self, epoch: int, logs: Any = None) -> None:
            predicted = self.model.predict(_data()[0][:3], verbose=0)
            table = self.data_table_ref
            for index in table.get_index():
                self.pred_table.add_data(
                    epoch, table.data[index][0], table.data[index][1], round(float(predicted[index, 0]), 3)
                )

    with wandb.init(project="keras", id="tables"), obs.raises("evaluating"):
        callback = Predictions(["n", "target"], ["epoch", "n", "target", "predicted"])
        _fit([WandbMetricsLogger(), callback], epochs=2)


@CLIENT.job
def before_there_is_a_run(wandb: Any, obs: Observer) -> None:
    from wandb.integration.keras import WandbEvalCallback, WandbMetricsLogger, WandbModelCheckpoint

    for made in (WandbMetricsLogger, lambda: WandbModelCheckpoint("a.keras"), lambda: WandbEvalCallback([], [])):
        with obs.raises("no run"):
            made()


test_equal = CLIENT.test()
