"""CatBoost with the callback that wandb has for it."""

from __future__ import annotations

from typing import Any

from tests.clients import Client
from tests.scenarios import Observer

CLIENT = Client("catboost", imports=("catboost", "wandb.integration.catboost"), basis=("numpy", "pandas"))


def _pool(seed: int = 0, rows: int = 60, *, classes: bool = False) -> Any:
    import catboost
    import numpy as np

    rng = np.random.default_rng(seed)
    inputs = rng.normal(size=(rows, 3))
    target = inputs[:, 0] * 2 - inputs[:, 1]
    return catboost.Pool(inputs, (target > 0).astype(int) if classes else target, feature_names=["a", "b", "c"])


_QUIET = {"iterations": 6, "depth": 2, "random_seed": 0, "thread_count": 1, "verbose": False}


# The file of a model holds the moment of its making and a random number: only that there is one can be equal.
@CLIENT.job
def fits_a_regressor_and_logs_a_summary(wandb: Any, obs: Observer) -> None:
    import catboost
    from wandb.integration.catboost import WandbCallback, log_summary

    run = wandb.init(project="boosters", id="cat")
    model = catboost.CatBoostRegressor(**_QUIET, allow_writing_files=False)
    model.fit(_pool(), eval_set=_pool(1), callbacks=[WandbCallback()])
    log_summary(model)
    obs.read("best", run.summary["best_score"])
    obs.read("keys", sorted(run.summary.keys()))
    run.finish()


@CLIENT.job
def fits_a_classifier_each_second_iteration(wandb: Any, obs: Observer) -> None:
    import catboost
    from wandb.integration.catboost import WandbCallback, log_summary

    with obs.raises("before init"):
        WandbCallback()
    with wandb.init(project="boosters", id="classes", config={"classes": 2}) as run:
        model = catboost.CatBoostClassifier(
            **_QUIET, custom_metric=["AUC", "Accuracy"], train_dir="info", metric_period=2
        )
        model.fit(_pool(classes=True), eval_set=[_pool(1, classes=True)], callbacks=[WandbCallback(metric_period=2)])
        log_summary(model, log_all_params=False, log_feature_importance=True)
        run.log({"accuracy": model.score(_pool(2, classes=True))})


@CLIENT.job
def saves_a_model(wandb: Any, obs: Observer) -> None:
    import catboost

    run = wandb.init(project="boosters")
    model = catboost.CatBoostRegressor(**_QUIET, allow_writing_files=False).fit(_pool())
    artifact = wandb.Artifact("trees", "model", metadata=model.get_all_params())
    with artifact.new_file("predictions.json") as file:
        file.write(str(model.predict(_pool(1)).tolist()))
    run.log_artifact(artifact, aliases=["last"])
    run.summary["trees"] = model.tree_count_
    run.finish()


test_equal = CLIENT.test()
