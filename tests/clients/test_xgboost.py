"""XGBoost with the callbacks that wandb has for it."""

from __future__ import annotations

from typing import Any

from tests.clients import Client
from tests.scenarios import Observer
from wandb_testkit.releases import numbers

CLIENT = Client(
    "xgboost",
    imports=("xgboost", "wandb.integration.xgboost"),
    basis=("numpy", "pandas"),
    distributions=("xgboost-cpu",),
)


def _data(seed: int = 0, rows: int = 60) -> tuple[Any, Any]:
    import numpy as np

    rng = np.random.default_rng(seed)
    inputs = rng.normal(size=(rows, 4))
    return inputs, inputs[:, 0] * 2 - inputs[:, 1] + rng.normal(scale=0.1, size=rows)


def _classes(seed: int = 0) -> tuple[Any, Any]:
    inputs, targets = _data(seed)
    return inputs, (targets > 0).astype(int)


@CLIENT.job
def fits_a_regressor_and_logs_the_model(wandb: Any, obs: Observer) -> None:
    import xgboost
    from wandb.integration.xgboost import WandbCallback

    run = wandb.init(project="boosters", id="xgb1", config={"seed": 0})
    model = xgboost.XGBRegressor(
        n_estimators=5, max_depth=2, n_jobs=1, random_state=0, callbacks=[WandbCallback(log_model=True)]
    )
    model.fit(*_data(), eval_set=[_data(), _data(1)], verbose=False)
    obs.read("epoch", run.summary["epoch"])
    obs.read("config", sorted(run.config.keys()))
    run.finish()


@CLIENT.job
def trains_with_early_stopping(wandb: Any, obs: Observer) -> None:
    import xgboost
    from wandb.integration.xgboost import WandbCallback

    # Until 3.1 the callbacks are a set: whether this one or that which stops is asked first is chance.
    rounds = None if numbers(xgboost.__version__) < (3, 2, 0) else 2
    with wandb.init(project="boosters", id="stopping") as run:
        data = {seed: xgboost.DMatrix(*_classes(seed), feature_names=list("abcd")) for seed in (0, 1)}
        xgboost.train(
            {"objective": "binary:logistic", "eval_metric": ["logloss", "auc", "error"], "nthread": 1, "seed": 0},
            data[0],
            num_boost_round=12,
            evals=[(data[0], "train"), (data[1], "valid")],
            early_stopping_rounds=rounds,
            verbose_eval=False,
            callbacks=[WandbCallback(importance_type="weight")],
        )
        obs.ask("best", lambda: run.summary.get("best_score"))
        obs.ask("logloss", lambda: run.summary["valid-logloss"])


@CLIENT.job
def trains_without_metrics_or_importance(wandb: Any, obs: Observer) -> None:
    import xgboost
    from wandb.integration.xgboost import WandbCallback

    with obs.raises("before init"):
        WandbCallback()
    with wandb.init(project="boosters"):
        xgboost.train(
            {"objective": "reg:squarederror", "nthread": 1},
            xgboost.DMatrix(*_data()),
            num_boost_round=3,
            evals=[(xgboost.DMatrix(*_data(1)), "eval")],
            verbose_eval=False,
            callbacks=[WandbCallback(define_metric=False, log_feature_importance=False)],
        )


@CLIENT.job
def tells_classes_apart_and_ranks(wandb: Any, obs: Observer) -> None:
    import numpy as np
    import xgboost
    from wandb.integration.xgboost import WandbCallback

    inputs, targets = _data()
    data = xgboost.DMatrix(inputs, np.digitize(targets, [-1, 1]))
    with wandb.init(project="boosters", id="classes") as run:
        model = xgboost.train(
            {"objective": "multi:softprob", "num_class": 3, "eval_metric": ["mlogloss", "merror"], "nthread": 1},
            data,
            num_boost_round=3,
            evals=[(data, "train")],
            verbose_eval=False,
            callbacks=[WandbCallback(log_model=True, importance_type="cover")],
        )
        truth = data.get_label().astype(int).tolist()
        run.log({"confusion": wandb.plot.confusion_matrix(probs=model.predict(data), y_true=truth)})
    with wandb.init(project="boosters", id="ranks"):
        data = xgboost.DMatrix(*_classes())
        data.set_group([20, 20, 20])
        xgboost.train(
            {"objective": "rank:ndcg", "eval_metric": ["ndcg@3", "map", "aucpr", "ndcg"], "nthread": 1},
            data,
            num_boost_round=3,
            evals=[(data, "ranks")],
            verbose_eval=False,
            callbacks=[WandbCallback()],
        )


@CLIENT.job
def cross_validates(wandb: Any, obs: Observer) -> None:
    import xgboost

    with wandb.init(project="boosters", id="cv", job_type="cv") as run:
        found = xgboost.cv(
            {"objective": "reg:squarederror", "nthread": 1, "seed": 0},
            xgboost.DMatrix(*_data()),
            num_boost_round=4,
            nfold=3,
            metrics=["rmse", "mae"],
            seed=0,
            shuffle=False,
        )
        for row in found.to_dict("records"):
            run.log(row)
        run.log({"cv": wandb.Table(dataframe=found)})
        run.summary.update({"best": found["test-rmse-mean"].min()})


test_equal = CLIENT.test()
