"""``wandb.integration.keras``: the callbacks for Keras on TensorFlow.  As wandb 0.31.0 has them."""

from __future__ import annotations

import abc
import os
import string
from typing import Any, Literal

import tensorflow
from tensorflow.keras import callbacks

from wandb_testkit.standin import place
from wandb_testkit.standin.integrations import boosting

_AT = "wandb.integration.keras"
_NO_PLACEHOLDER = (
    "When using `save_best_only`, ensure that the `filepath` argument contains formatting placeholders like "
    "`{epoch:02d}` or `{batch:02d}`. This ensures correct interpretation of the logged artifacts."
)

#: When to log: each epoch or each batch.
LogStrategy = Literal["epoch", "batch"]


@place.at(f"{_AT}.keras")
def patch_tf_keras() -> None:
    """Do nothing, as in the client: releases of old replaced functions of TensorFlow's."""


@place.at(f"{_AT}.callbacks.metrics_logger")
class WandbMetricsLogger(callbacks.Callback):  # type: ignore[misc]
    """Logs the metrics and the learning rate of a training.

    Args:
        log_freq: "epoch", "batch", or each how many batches.
        initial_global_step: the step that a schedule of the learning rate begins at.
        args: those of Keras's callback.
        kwargs: those of Keras's callback.

    Raises:
        wandb.Error: no run goes on.
    """

    def __init__(
        self, log_freq: LogStrategy | int = "epoch", initial_global_step: int = 0, *args: Any, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        boosting.needs_run("You must call `wandb.init()` before WandbMetricsLogger()")
        if log_freq == "batch":
            log_freq = 1
        self.logging_batch_wise = isinstance(log_freq, int)
        self.log_freq: Any = log_freq if self.logging_batch_wise else None
        self.global_batch = 0
        self.global_step = initial_global_step
        axis = "batch/batch_step" if self.logging_batch_wise else "epoch/epoch"
        place.wandb("define_metric")(axis)
        place.wandb("define_metric")(f"{axis.partition('/')[0]}/*", step_metric=axis)

    def _get_lr(self) -> float | None:
        rate = self.model.optimizer.learning_rate
        if isinstance(rate, (tensorflow.Variable, tensorflow.Tensor)) or getattr(rate, "shape", None) == ():
            return float(rate.numpy().item())
        try:
            return float(rate(step=self.global_step).numpy().item())
        except Exception as error:
            place.wandb("termerror")(f"Unable to log learning rate: {error}", repeat=False)
            return None

    def _log(self, prefix: str, logs: dict[str, Any] | None, axis: str, position: int) -> None:
        row = {f"{prefix}/{name}": value for name, value in (logs or {}).items()} | {f"{prefix}/{axis}": position}
        rate = self._get_lr()
        place.wandb("log")(row if rate is None else {**row, f"{prefix}/learning_rate": rate})

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Log the metrics of an epoch."""
        self._log("epoch", logs, "epoch", epoch)

    def on_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """Log the metrics of a batch, where it is one that is logged."""
        self.global_step += 1
        if self.logging_batch_wise and batch % self.log_freq == 0:
            self._log("batch", logs, "batch_step", self.global_batch)
            self.global_batch += self.log_freq

    def on_train_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """Log the metrics of a batch."""
        self.on_batch_end(batch, logs or {})


@place.at(f"{_AT}.callbacks.model_checkpoint")
class WandbModelCheckpoint(callbacks.ModelCheckpoint):  # type: ignore[misc]
    """Saves a model, or its weights, as Keras's own callback does, and logs each as an artifact.

    Args:
        filepath: the file; may have places for the epoch and for metrics.
        monitor: the metric that tells which model is the best.
        verbose: 1 to say when a file is saved.
        save_best_only: save a model only if it is better than those before.
        save_weights_only: save the weights only.
        mode: whether "min" or "max" of the metric is best; "auto" by its name.
        save_freq: "epoch", or each how many batches.
        initial_value_threshold: the value that the first model must be better than.
        kwargs: further options of Keras's callback.

    Raises:
        wandb.Error: no run goes on.
    """

    def __init__(
        self,
        filepath: str | os.PathLike[str],
        monitor: str = "val_loss",
        verbose: int = 0,
        save_best_only: bool = False,
        save_weights_only: bool = False,
        mode: Literal["auto", "min", "max"] = "auto",
        save_freq: Literal["epoch"] | int = "epoch",
        initial_value_threshold: float | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(
            filepath=filepath,
            monitor=monitor,
            verbose=verbose,
            save_best_only=save_best_only,
            save_weights_only=save_weights_only,
            mode=mode,
            save_freq=save_freq,
            initial_value_threshold=initial_value_threshold,
            **kwargs,
        )
        boosting.needs_run("You must call `wandb.init()` before `WandbModelCheckpoint()`")
        self.save_weights_only = save_weights_only
        if self.save_best_only:
            self._check_filepath()

    def on_train_batch_end(self, batch: int, logs: dict[str, float] | None = None) -> None:
        """Save the model after a batch, where it is one after which it is saved."""
        if self._should_save_on_batch(batch):
            self._save_model(epoch=self._current_epoch, batch=batch, logs=logs)
            path = self._get_file_path(epoch=self._current_epoch, batch=batch, logs=logs)
            self._log_ckpt_as_artifact(path, aliases=["latest", f"epoch_{self._current_epoch}_batch_{batch}"])

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Save the model after an epoch."""
        super().on_epoch_end(epoch, logs)
        if self.save_freq == "epoch":
            path = self._get_file_path(epoch=epoch, batch=None, logs=logs)
            self._log_ckpt_as_artifact(path, aliases=["latest", f"epoch_{epoch}"])

    def _log_ckpt_as_artifact(self, filepath: str, aliases: list[str] | None = None) -> None:
        run = place.wandb("run")
        if run is None:
            raise AssertionError
        try:
            artifact = place.wandb("Artifact")(f"run_{run.id}_model", type="model")
            if os.path.isfile(filepath):
                artifact.add_file(filepath)
            elif os.path.isdir(filepath):
                artifact.add_dir(filepath)
            else:
                raise FileNotFoundError(f"No such file or directory {filepath}")
            place.wandb("log_artifact")(artifact, aliases=aliases or [])
        except ValueError:
            # The client takes it for a model that was not saved since another was better.
            return

    def _check_filepath(self) -> None:
        if all(name is None for _text, name, _format, _conversion in string.Formatter().parse(self.filepath)):
            place.termwarn(_NO_PLACEHOLDER, repeat=False)

    @property
    def is_old_tf_keras_version(self) -> bool:
        """Whether Keras is older than 2.6, which no TensorFlow for Python 3.10 and later has."""
        return False


@place.at(f"{_AT}.callbacks.tables_builder")
class WandbEvalCallback(callbacks.Callback, abc.ABC):  # type: ignore[misc]
    """A base for callbacks that log a model's predictions as tables.

    Args:
        data_table_columns: the columns of the table of what is to be predicted.
        pred_table_columns: the columns of the tables of predictions.
        args: those of Keras's callback.
        kwargs: those of Keras's callback.

    Raises:
        wandb.Error: no run goes on.
    """

    def __init__(
        self, data_table_columns: list[str], pred_table_columns: list[str], *args: Any, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        boosting.needs_run("You must call `wandb.init()` first before using this callback.")
        self.data_table_columns = data_table_columns
        self.pred_table_columns = pred_table_columns

    def on_train_begin(self, logs: dict[str, float] | None = None) -> None:
        """Log the table of what is to be predicted."""
        self.init_data_table(column_names=self.data_table_columns)
        self.add_ground_truth(logs)
        self.log_data_table()

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Log a table of predictions."""
        self.init_pred_table(column_names=self.pred_table_columns)
        self.add_model_predictions(epoch, logs)
        self.log_pred_table()

    @abc.abstractmethod
    def add_ground_truth(self, logs: dict[str, float] | None = None) -> None:
        """Fill `data_table`; for the subclass to say how."""
        raise NotImplementedError(f"{type(self).__name__}.add_ground_truth")

    @abc.abstractmethod
    def add_model_predictions(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Fill `pred_table`; for the subclass to say how."""
        raise NotImplementedError(f"{type(self).__name__}.add_model_predictions")

    def init_data_table(self, column_names: list[str]) -> None:
        """Make an empty `data_table`."""
        self.data_table = place.wandb("Table")(columns=column_names, allow_mixed_types=True)

    def init_pred_table(self, column_names: list[str]) -> None:
        """Make an empty `pred_table`."""
        self.pred_table = place.wandb("Table")(columns=column_names)

    def log_data_table(self, name: str = "val", type: str = "dataset", table_name: str = "val_data") -> None:
        """Log `data_table` as an artifact that the run uses, and keep it as `data_table_ref`.

        Args:
            name: the artifact's.
            type: the artifact's.
            table_name: the table's within it.
        """
        artifact = place.wandb("Artifact")(name, type=type)
        artifact.add(self.data_table, table_name)
        run = place.wandb("run")
        if run is None:
            raise AssertionError
        run.use_artifact(artifact)
        artifact.wait()
        self.data_table_ref = artifact.get(table_name)

    def log_pred_table(
        self, type: str = "evaluation", table_name: str = "eval_data", aliases: list[str] | None = None
    ) -> None:
        """Log `pred_table` as a new version of an artifact.

        Args:
            type: the artifact's.
            table_name: the table's within it.
            aliases: the artifact's; "latest" by default.
        """
        run = place.wandb("run")
        if run is None:
            raise AssertionError
        artifact = place.wandb("Artifact")(f"run_{run.id}_pred", type=type)
        artifact.add(self.pred_table, table_name)
        run.log_artifact(artifact, aliases=aliases or ["latest"])
