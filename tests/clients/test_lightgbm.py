"""LightGBM with the callback that wandb has for it."""

from __future__ import annotations

from typing import Any

from tests.clients import Client
from tests.scenarios import Observer

CLIENT = Client("lightgbm", imports=("lightgbm", "wandb.integration.lightgbm"), basis=("numpy", "pandas", "sklearn"))

_QUIET = {"verbosity": -1, "num_threads": 1, "deterministic": True, "seed": 0, "min_data_in_leaf": 2}


def _data(seed: int = 0, rows: int = 80) -> Any:
    import lightgbm
    import numpy as np

    rng = np.random.default_rng(seed)
    inputs = rng.normal(size=(rows, 4))
    return lightgbm.Dataset(inputs, (inputs[:, 0] - inputs[:, 1] > 0).astype(int), free_raw_data=False)


@CLIENT.job
def trains_and_logs_a_summary(wandb: Any, obs: Observer) -> None:
    import lightgbm
    from wandb.integration.lightgbm import log_summary, wandb_callback

    run = wandb.init(project="boosters", id="lgbm", config={"seed": 0})
    params = {**_QUIET, "objective": "binary", "metric": ["auc", "binary_logloss"], "num_leaves": 4}
    model = lightgbm.train(
        params,
        _data(),
        num_boost_round=8,
        valid_sets=[_data(), _data(1)],
        valid_names=["train", "valid"],
        callbacks=[wandb_callback(), lightgbm.early_stopping(3, verbose=False)],
    )
    log_summary(model, save_model_checkpoint=True)
    obs.read("best", run.summary["best_score"])
    obs.read("keys", sorted(run.summary.keys()))
    run.finish()


@CLIENT.job
def cross_validates_with_its_callback(wandb: Any, obs: Observer) -> None:
    import lightgbm
    from wandb.integration.lightgbm import wandb_callback

    # The client's callback expects results as LightGBM gave them before 4.7.
    with wandb.init(project="boosters", tags=["cv"]), obs.raises("cross validation"):
        lightgbm.cv(
            {**_QUIET, "objective": "binary", "metric": "binary_logloss"},
            _data(),
            num_boost_round=4,
            nfold=2,
            shuffle=False,
            stratified=False,
            eval_train_metric=True,
            callbacks=[wandb_callback(log_params=False)],
        )


@CLIENT.job
def fits_scikit_learns_interface(wandb: Any, obs: Observer) -> None:
    import lightgbm
    import numpy as np
    import pandas as pd
    from wandb.integration.lightgbm import log_summary, wandb_callback

    rng = np.random.default_rng(0)
    frame = pd.DataFrame(rng.normal(size=(60, 3)), columns=["wide", "narrow", "deep"])
    target = frame["wide"] * 2 + frame["deep"]
    with wandb.init(project="boosters", id="scikit"):
        model = lightgbm.LGBMRegressor(
            n_estimators=5, n_jobs=1, random_state=0, verbosity=-1, min_child_samples=2, deterministic=True
        )
        model.fit(frame, target, eval_set=[(frame, target)], callbacks=[wandb_callback(define_metric=False)])
        with obs.raises("a model of scikit-learn's"):
            log_summary(model)
        log_summary(model.booster_, feature_importance=True)


@CLIENT.job
def ranks_and_tells_classes_apart(wandb: Any, obs: Observer) -> None:
    import lightgbm
    import numpy as np
    from wandb.integration.lightgbm import log_summary, wandb_callback

    inputs = np.random.default_rng(0).normal(size=(60, 3))
    targets = (inputs[:, 0] > 0).astype(int) + (inputs[:, 1] > 0)
    with obs.raises("no run"):
        wandb_callback()
    with wandb.init(project="boosters", id="ranks"):
        data = lightgbm.Dataset(inputs, targets, group=[20, 20, 20], feature_name=["a", "b", "c"], free_raw_data=False)
        params = {**_QUIET, "objective": "lambdarank", "metric": ["ndcg", "map"], "eval_at": [1, 3]}
        model = lightgbm.train(params, data, 3, valid_sets=[data], callbacks=[wandb_callback()])
        log_summary(model, feature_importance=False, save_model_checkpoint=True)
    with wandb.init(project="boosters", id="classes") as run:
        data = lightgbm.Dataset(inputs, targets, free_raw_data=False)
        params = {**_QUIET, "objective": "multiclass", "num_class": 3, "boosting": "dart", "metric": "multi_logloss"}
        model = lightgbm.train(
            params,
            data,
            4,
            valid_sets=[data, lightgbm.Dataset(inputs, targets, reference=data)],
            valid_names=["train", "held out"],
            feval=lambda predicted, dataset: ("my_score", 0.5, True),
            callbacks=[wandb_callback(False, True), lightgbm.record_evaluation({})],
        )
        log_summary(model)
        obs.read("summary", sorted(run.summary.keys()))


test_equal = CLIENT.test()
