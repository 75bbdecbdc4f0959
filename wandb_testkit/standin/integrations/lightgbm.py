"""``wandb.integration.lightgbm``: the callback for LightGBM.  As wandb 0.31.0 has it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import lightgbm

from wandb_testkit.standin import place
from wandb_testkit.standin.errors import Error
from wandb_testkit.standin.integrations import boosting

_AT = "wandb.integration.lightgbm"
_GOALS = boosting.Goals("l1 l2 rmse mape huber fair poisson gamma", "map auc average_precision")


def _named(result: Any) -> Iterator[tuple[str, str, Any]]:
    """Yield (key, metric, value) of a result: of one training, or the mean and deviation of several."""
    if len(result) == 4:
        data, metric, value = result[:3]
        yield f"{data}_{metric}", metric, value
    else:
        data, metric = result[1].split()
        for kind, value in (("mean", result[2]), ("stdv", result[4])):
            yield f"{data}_{metric}-{kind}", f"{metric}-{kind}", value


@place.at(_AT, "_WandbCallback")
class _Callback:
    """Logs each iteration.

    Args:
        log_params: note the training's parameters in the config.
        define_metric: have the summary keep the best value of each metric.
    """

    def __init__(self, log_params: bool = True, define_metric: bool = True) -> None:
        # LightGBM asks for these two.
        self.order = 20
        self.before_iteration = False
        self.log_params = log_params
        self.define_metric_bool = define_metric

    def __call__(self, env: Any) -> None:
        if env.iteration == env.begin_iteration:
            self._begin(env)
        for result in env.evaluation_result_list:
            place.wandb("log")({key: value for key, _, value in _named(result)}, commit=False)
        place.wandb("log")({"iteration": env.iteration}, commit=True)

    def _begin(self, env: Any) -> None:
        if self.log_params:
            place.wandb("config").update(env.params)
        for result in env.evaluation_result_list if self.define_metric_bool else ():
            for key, metric, _ in _named(result):
                _GOALS.define(key, metric)


@place.at(_AT)
def wandb_callback(log_params: bool = True, define_metric: bool = True) -> Callable[..., Any]:
    """The callback.

    Args:
        log_params: note the training's parameters in the config.
        define_metric: have the summary keep the best value of each metric.

    Returns:
        What LightGBM is to call.
    """
    return _Callback(log_params, define_metric)


@place.at(_AT)
def log_summary(model: Any, feature_importance: bool = True, save_model_checkpoint: bool = False) -> None:
    """Log what a model has learnt.

    Args:
        model: the booster.
        feature_importance: log bars of how much each feature matters.
        save_model_checkpoint: log the model as an artifact.

    Raises:
        wandb.Error: no run goes on, or it is no booster.
    """
    boosting.needs_run("You must call wandb.init() before WandbCallback()")
    if not isinstance(model, lightgbm.Booster):
        raise Error("Model should be an instance of lightgbm.basic.Booster")
    summary = place.wandb("run").summary
    summary["best_iteration"] = model.best_iteration
    summary["best_score"] = model.best_score
    if feature_importance:
        pairs = zip(model.feature_name(), model.feature_importance(), strict=True)
        boosting.log_importance(pairs, commit=False)
    if save_model_checkpoint:
        best = model.best_iteration
        path, name = boosting.in_folder(f"model_ckpt_{best}.txt"), f"model_{place.wandb('run').id}"
        boosting.log_model(model, path, name, aliases=["best"], num_iteration=best)
