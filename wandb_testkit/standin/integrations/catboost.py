"""``wandb.integration.catboost``: the callback for CatBoost.  As wandb 0.31.0 has it."""

from __future__ import annotations

from typing import Any

import catboost

from wandb_testkit.standin import place
from wandb_testkit.standin.errors import Error
from wandb_testkit.standin.integrations import boosting

_AT = "wandb.integration.catboost.catboost"


@place.at(_AT)
class WandbCallback:
    """Logs a training's metrics whenever CatBoost has evaluated them.

    Args:
        metric_period: each how many iterations that is; only the key of the iteration tells it.

    Raises:
        wandb.Error: no run goes on.
    """

    def __init__(self, metric_period: int = 1) -> None:
        boosting.needs_run("You must call `wandb.init()` before `WandbCallback()`")
        self.metric_period = metric_period
        self._values = 0

    def after_iteration(self, info: Any) -> bool:
        """Log the last values, if there are new ones.

        Returns:
            True: the training goes on.
        """
        logs = {
            f"{data}-{metric}": values for data, metrics in info.metrics.items() for metric, values in metrics.items()
        }
        count = sum(map(len, logs.values()))
        if count > self._values:
            self._values = count
            for key, values in logs.items():
                place.wandb("log")({key: values[-1]}, commit=False)
            place.wandb("log")({f"iteration@metric-period-{self.metric_period}": info.iteration})
        return True


@place.at(_AT)
def log_summary(
    model: Any, log_all_params: bool = True, save_model_checkpoint: bool = False, log_feature_importance: bool = True
) -> None:
    """Log what a model has learnt.

    Args:
        model: a classifier or a regressor.
        log_all_params: note its parameters in the config.
        save_model_checkpoint: log the model as an artifact.
        log_feature_importance: log bars of how much each feature matters.

    Raises:
        wandb.Error: no run goes on, or it is another kind of model.
    """
    boosting.needs_run("You must call `wandb.init()` before `log_summary()`")
    if not isinstance(model, (catboost.CatBoostClassifier, catboost.CatBoostRegressor)):
        raise Error("Model should be an instance of CatBoostClassifier or CatBoostRegressor")
    params = model.get_all_params()
    if log_all_params:
        place.wandb("config").update(params)
    run = place.wandb("run")
    run.summary["best_iteration"] = model.get_best_iteration()
    run.summary["best_score"] = model.get_best_score()
    if save_model_checkpoint:
        aliases = ["best"] if params["use_best_model"] else ["last"]
        boosting.log_model(model, boosting.in_folder("model"), f"model_{run.id}", aliases=aliases)
    if log_feature_importance:
        frame = model.get_feature_importance(prettified=True)
        boosting.log_importance(zip(frame["Feature Id"], frame["Importances"], strict=False), commit=False)
