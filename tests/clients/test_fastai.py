"""fastai: `WandbCallback` with a tabular learner."""

from __future__ import annotations

from typing import Any

from tests.clients import Client
from tests.scenarios import Observer

CLIENT = Client(
    "fastai",
    imports=("fastai.tabular.all", "fastai.callback.wandb"),
    basis=("torch", "numpy", "pandas"),
    distributions=("fastai", "torch"),
)


def _learner(**options: Any) -> Any:
    import numpy as np
    import pandas as pd
    from fastai.tabular import all as tabular

    tabular.set_seed(0)
    random = np.random.default_rng(0)
    frame = pd.DataFrame({"a": random.normal(size=40), "b": random.normal(size=40), "kind": list("xyzx") * 10})
    frame["target"] = np.where(frame["a"] + frame["b"] > 0, "yes", "no")
    loaders = tabular.TabularDataLoaders.from_df(
        frame, ".", procs=[tabular.Categorify, tabular.Normalize], cat_names=["kind"], cont_names=["a", "b"],
        y_names="target", y_block=tabular.CategoryBlock(), valid_idx=list(range(30, 40)), bs=8, num_workers=0,
    )  # fmt: skip
    return tabular.tabular_learner(loaders, layers=[6], metrics=tabular.accuracy, **options)


def _fit(learner: Any, epochs: int = 2, **options: Any) -> None:
    from fastai.callback.wandb import WandbCallback

    with learner.no_bar(), learner.no_logging():
        learner.fit_one_cycle(epochs, 1e-2, cbs=WandbCallback(**{"log_model": False, "n_preds": 4} | options))


@CLIENT.job(timed=("train_samples_per_sec",))
def fits(wandb: Any, obs: Observer) -> None:
    with wandb.init(project="fastai", config={"mine": 1}) as run:
        _fit(_learner())
        obs.read("step", run.step)


@CLIENT.job(timed=("train_samples_per_sec",))
def fits_without_predictions_but_with_parameters(wandb: Any, obs: Observer) -> None:
    with wandb.init(project="fastai", id="all"):
        _fit(_learner(), log="all", log_preds=False)


@CLIENT.job(timed=("train_samples_per_sec",))
def fits_twice_in_one_run(wandb: Any, obs: Observer) -> None:
    with wandb.init(project="fastai", id="twice"):
        learner = _learner()
        _fit(learner, 1, log_preds=False)
        _fit(learner, 1, log_preds=False)


@CLIENT.job
def before_there_is_a_run(wandb: Any, obs: Observer) -> None:
    with obs.raises("no run"):
        _fit(_learner())


test_equal = CLIENT.test()
