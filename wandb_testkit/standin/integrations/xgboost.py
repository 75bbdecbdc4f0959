"""``wandb.integration.xgboost``: the callbacks for XGBoost.  As wandb 0.31.0 has them."""

from __future__ import annotations

import json
import warnings
from collections.abc import Callable
from typing import Any

import xgboost.callback

from wandb_testkit.standin import place
from wandb_testkit.standin.integrations import boosting

_AT = "wandb.integration.xgboost.xgboost"
_GOALS = boosting.Goals("rmse rmsle mae mape mphe error error@t merror", "auc aucpr ndcg map ndcg@n map@n")


@place.at(_AT)
def wandb_callback() -> Callable[..., Any]:
    """The callback for releases of XGBoost of old.

    Returns:
        A function that logs each iteration.
    """
    text = "wandb_callback will be deprecated in favor of WandbCallback. Please use WandbCallback for more features."
    warnings.warn(text, UserWarning, stacklevel=2)

    def callback(env: Any) -> None:
        log = place.wandb("log")
        for name, value in env.evaluation_result_list:
            log({name: value}, commit=False)
        log({})

    return callback


@place.at(_AT)
class WandbCallback(xgboost.callback.TrainingCallback):  # type: ignore[misc]
    """Logs a training's metrics, the model's settings, and what it has learnt.

    Args:
        log_model: log the model as an artifact.
        log_feature_importance: log bars of how much each feature matters.
        importance_type: by which measure.
        define_metric: have the summary keep the best value of each metric.

    Raises:
        wandb.Error: no run goes on.
    """

    def __init__(
        self,
        log_model: bool = False,
        log_feature_importance: bool = True,
        importance_type: str = "gain",
        define_metric: bool = True,
    ) -> None:
        super().__init__()
        self.log_model = log_model
        self.log_feature_importance = log_feature_importance
        self.importance_type = importance_type
        self.define_metric = define_metric
        boosting.needs_run("You must call wandb.init() before WandbCallback()")

    def before_training(self, model: Any) -> Any:
        """Note the model's settings in the config."""
        place.wandb("config").update(json.loads(model.save_config()))
        return model

    def after_training(self, model: Any) -> Any:
        """Log what the model has learnt."""
        if self.log_model:
            name = f"{place.wandb('run').id}_model.json"
            boosting.log_model(model, str(boosting.in_folder(name)), name)
        if self.log_feature_importance:
            boosting.log_importance(model.get_score(importance_type=self.importance_type).items())
        score = model.attr("best_score")
        if score is not None:
            best = {"best_score": float(score), "best_iteration": int(model.attr("best_iteration"))}
            place.wandb("log")(best)
        return model

    def after_iteration(self, model: Any, epoch: int, evals_log: Any) -> bool:
        """Log the metrics of an iteration.

        Returns:
            False: the training goes on.
        """
        for data, metrics in evals_log.items():
            for metric, values in metrics.items():
                key = f"{data}-{metric}"
                if self.define_metric:
                    _GOALS.define(key, metric)
                place.wandb("log")({key: values[-1]}, commit=False)
        place.wandb("log")({"epoch": epoch})
        self.define_metric = False
        return False
