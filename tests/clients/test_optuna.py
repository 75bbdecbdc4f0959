"""Optuna with its `WeightsAndBiasesCallback`: one run for a study, or one for each trial."""

from __future__ import annotations

from typing import Any

from tests.clients import Client
from tests.scenarios import Observer

CLIENT = Client(
    "optuna",
    imports=("optuna", "optuna_integration.wandb"),
    basis=("numpy",),
    distributions=("optuna", "optuna-integration"),
)


def _study(**options: Any) -> Any:
    import optuna

    optuna.logging.set_verbosity(optuna.logging.ERROR)
    return optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=0), study_name="study", **options)


def _objective(trial: Any) -> float:
    x = trial.suggest_float("x", -10, 10)
    kind = trial.suggest_categorical("kind", ["plain", "square", None])
    depth = trial.suggest_int("depth", 1, 8, log=True)
    return float((x - 2) ** 2 if kind == "square" else abs(x) + depth)


@CLIENT.job
def one_run_for_a_study(wandb: Any, obs: Observer) -> None:
    from optuna_integration.wandb import WeightsAndBiasesCallback

    callback = WeightsAndBiasesCallback(
        metric_name="loss", wandb_kwargs={"project": "optuna", "config": {"trials": 5}, "tags": ["study"]}
    )
    study = _study(direction="minimize")
    study.optimize(_objective, n_trials=5, callbacks=[callback])
    obs.read("step", wandb.run.step)
    wandb.run.summary["best"] = study.best_params
    wandb.finish()


@CLIENT.job
def a_run_for_each_trial(wandb: Any, obs: Observer) -> None:
    from optuna_integration.wandb import WeightsAndBiasesCallback

    callback = WeightsAndBiasesCallback(
        wandb_kwargs={"project": "optuna", "group": "many", "tags": ["trial"], "name": "named"}, as_multirun=True
    )

    @callback.track_in_wandb()  # type: ignore[untyped-decorator]
    def objective(trial: Any) -> float:
        value = _objective(trial)
        for epoch in range(3):
            wandb.log({"epoch": epoch, "loss": value / (epoch + 1)})
        return value

    _study().optimize(objective, n_trials=3, callbacks=[callback])
    obs.read("run", wandb.run)


@CLIENT.job
def runs_without_the_decorator(wandb: Any, obs: Observer) -> None:
    from optuna_integration.wandb import WeightsAndBiasesCallback

    callback = WeightsAndBiasesCallback(
        metric_name=["f0", "f1"], wandb_kwargs={"project": "optuna", "name": "n"}, as_multirun=True
    )

    def objective(trial: Any) -> tuple[float, float]:
        value = _objective(trial)
        return value, -value

    _study(directions=["minimize", "maximize"]).optimize(objective, n_trials=2, callbacks=[callback])


@CLIENT.job
def several_values_pruned_and_failed_trials(wandb: Any, obs: Observer) -> None:
    import optuna
    from optuna_integration.wandb import WeightsAndBiasesCallback

    callback = WeightsAndBiasesCallback(wandb_kwargs={"project": "optuna", "id": "pruned"})

    def objective(trial: Any) -> float:
        value = _objective(trial)
        if trial.number == 1:
            raise optuna.TrialPruned
        if trial.number == 2:
            raise ValueError("a failed trial")
        return value

    study = _study()
    # Before release 5 the callback cannot do with a trial that has no values.
    with obs.raises("no values"):
        study.optimize(objective, n_trials=4, callbacks=[callback], catch=(ValueError,))
    frame = study.trials_dataframe(attrs=("number", "value", "params", "state"))
    wandb.log({"trials": wandb.Table(dataframe=frame)})
    with obs.raises("a second study"):
        _study(directions=["minimize", "maximize"]).optimize(
            lambda trial: (trial.suggest_float("y", 0, 1), 1.0), n_trials=1, callbacks=[callback]
        )
    wandb.finish()


@CLIENT.job
def a_loop_of_its_own(wandb: Any, obs: Observer) -> None:
    import optuna

    def objective(trial: Any) -> float:
        params = {"lr": trial.suggest_float("lr", 1e-5, 1e-1, log=True), "layers": trial.suggest_int("layers", 1, 3)}
        with wandb.init(
            project="optuna", config=params, group="study", name=f"trial-{trial.number}", reinit=True
        ) as run:
            for step in range(4):
                value = params["lr"] * (4 - step) * params["layers"]
                trial.report(value, step)
                run.log({"value": value}, step=step)
                if trial.should_prune():
                    run.summary["state"] = "pruned"
                    raise optuna.TrialPruned
            run.summary["state"] = "completed"
        return value

    study = _study(pruner=optuna.pruners.MedianPruner(n_startup_trials=1, n_warmup_steps=1))
    study.optimize(objective, n_trials=4)
    obs.read("states", [trial.state.name for trial in study.trials])


@CLIENT.job
def what_the_callback_refuses(wandb: Any, obs: Observer) -> None:
    from optuna_integration.wandb import WeightsAndBiasesCallback

    with obs.raises("no name"):
        WeightsAndBiasesCallback(metric_name=3)
    with obs.raises("keyword"):
        WeightsAndBiasesCallback(wandb_kwargs={"projekt": 1})
    callback = WeightsAndBiasesCallback(metric_name=["a", "b", "c"], wandb_kwargs={"project": "optuna"})
    study = _study(directions=["minimize", "maximize"])
    with obs.raises("too many names"):
        study.optimize(lambda trial: (trial.suggest_float("x", 0, 1), 0.0), n_trials=1, callbacks=[callback])
    wandb.finish()
    callback = WeightsAndBiasesCallback(wandb_kwargs={"project": "optuna", "config": {"direction": "mine"}})
    with obs.raises("another value"):
        _study().optimize(_objective, n_trials=2, callbacks=[callback])
    wandb.finish()
    callback = WeightsAndBiasesCallback(wandb_kwargs={"mode": "disabled"})
    _study().optimize(_objective, n_trials=2, callbacks=[callback])
    wandb.finish()


test_equal = CLIENT.test()
