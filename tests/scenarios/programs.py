"""Programs as people write them, after the patterns found in public code."""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
from typing import Any

from tests.scenarios import Observer, scenario


@scenario
def program_guarded_init(wandb: Any, obs: Observer) -> None:
    def fit(epochs: int) -> None:
        owner = wandb.run is None
        run = wandb.init(project="guarded", config={"epochs": epochs}) if owner else wandb.run
        for epoch in range(epochs):
            run.log({"epoch": epoch, "loss": 1 / (epoch + 1)})
        if owner:
            run.finish()

    fit(2)
    obs.read("after the first", wandb.run is None)
    with wandb.init(project="outer") as run:
        fit(1)
        obs.read("still running", wandb.run is run)
        run.log({"last": True})


@scenario
def program_several_callbacks_at_one_step(wandb: Any, obs: Observer) -> None:
    with wandb.init() as run:
        for epoch in range(3):
            run.log({"train/loss": 1.0 / (epoch + 1)}, step=epoch)
            run.log({"val/loss": 2.0 / (epoch + 1)}, step=epoch)
            run.log({"lr": 0.1 * 0.5**epoch}, step=epoch)
        run.log({"late": 1}, step=1)
        obs.read("open row", run.summary.get("lr"))


@scenario
def program_commit_false_in_a_loop(wandb: Any, obs: Observer) -> None:
    wandb.init()
    for batch in range(6):
        wandb.log({"batch": batch}, commit=False)
        if batch % 2:
            wandb.log({"eval": batch * 10})
    obs.read("step", wandb.run.step)
    wandb.finish()


@scenario(needs=("numpy",))
def program_reused_dict(wandb: Any, obs: Observer) -> None:
    import numpy as np

    metrics: dict[str, Any] = {"weights": np.zeros(2), "seen": []}
    with wandb.init() as run:
        for epoch in range(3):
            metrics["loss"] = 1 / (epoch + 1)
            metrics["weights"] += 1
            metrics["seen"].append(epoch)
            run.log(metrics)


@scenario
def program_custom_axis(wandb: Any, obs: Observer) -> None:
    with wandb.init() as run:
        run.define_metric("train/step")
        run.define_metric("train/*", step_metric="train/step")
        run.define_metric("val/epoch")
        run.define_metric("val/*", step_metric="val/epoch")
        run.define_metric("val/acc", summary="max", step_metric="val/epoch")
        step = 0
        for epoch in range(2):
            for _ in range(3):
                run.log({"train/step": step, "train/loss": 1 / (step + 1)})
                step += 1
            run.log({"val/epoch": epoch, "val/acc": 0.5 - epoch / 10, "val/loss": 1})
        obs.read("best", run.summary["val/acc"]["max"])


@scenario
def program_config_negotiation(wandb: Any, obs: Observer) -> None:
    run = wandb.init(config={"lr": 0.1, "bs": 32, "model": {"depth": 3}})
    config = wandb.config
    obs.read("values", [config.lr, config["bs"], config.get("x"), config.get("x", 1), config.model["depth"]])
    config.update({"bs": 64, "seed": 1}, allow_val_change=True)
    with obs.raises("overwrite"):
        config.lr = 0.2
    config.setdefaults({"lr": 9, "warmup": 10})
    obs.read("as a dict", dict(config))
    run.finish()


@scenario
def program_argparse(wandb: Any, obs: Observer) -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--lr", type=float, default=0.1)
    parser.add_argument("--name", default=None)
    parser.add_argument("--layers", nargs="*", type=int, default=[1, 2])
    arguments = parser.parse_args(["--lr", "0.3"])
    run = wandb.init(project="p", config=vars(arguments))
    run.config.update(arguments)
    run.log({"lr": run.config.lr})
    run.finish()


@scenario
def program_optional_dependency(wandb: Any, obs: Observer) -> None:
    obs.read("spec", importlib.util.find_spec("wandb") is not None)
    obs.read("version", wandb.__version__)
    from wandb.errors import CommError, Error, UsageError
    from wandb.sdk.wandb_run import Run

    obs.read("errors", [issubclass(CommError, Error), issubclass(UsageError, Error), Error is wandb.Error])
    obs.read("Run", Run is wandb.Run)

    class Logger:
        def __init__(self, **keywords: Any) -> None:
            self._wandb = wandb
            if wandb.run is None:
                wandb.init(**keywords)

        def __getattr__(self, name: str) -> Any:
            return getattr(self._wandb, name)

    logger = Logger(project="delegated")
    logger.log({"a": 1})
    logger.config.update({"b": 2})
    logger.finish()


@scenario
def program_resilient_logger(wandb: Any, obs: Observer) -> None:
    failures = 0

    def safe_log(row: Any) -> None:
        nonlocal failures
        try:
            wandb.log(row)
        except Exception:
            failures += 1

    safe_log({"before": 1})
    wandb.init()
    safe_log({"good": 1})
    safe_log({"bad": object()})
    safe_log({3: 1})
    safe_log({"good": 2})
    wandb.finish()
    safe_log({"after": 1})
    obs.read("failures", failures)


@scenario
def program_trials(wandb: Any, obs: Observer) -> None:
    def objective(trial: int) -> float:
        with wandb.init(
            project="study", group="optuna", job_type="trial", name=f"trial-{trial}", config={"x": trial}, reinit=True
        ) as run:
            for step in range(2):
                run.log({"value": trial * 10 + step})
            if trial == 1:
                raise RuntimeError("diverged")
            run.summary["objective"] = trial
            return float(trial)

    for trial in range(3):
        obs.ask(f"trial {trial}", lambda: objective(trial))
    obs.read("run", wandb.run)


@scenario
def program_ranks(wandb: Any, obs: Observer) -> None:
    for rank in range(2):
        run = wandb.init(project="ddp", mode="offline" if rank == 0 else "disabled", group="job")
        run.log({"rank": rank})
        obs.read("url", run.url)
        obs.read("disabled", run.disabled)
        run.finish()


@scenario
def program_checkpoint_and_resume(wandb: Any, obs: Observer) -> None:
    run = wandb.init(project="p", id="checkpointed")
    run.log({"loss": 1})
    with open("checkpoint.json", "w") as file:
        json.dump({"run": run.id, "step": run.step}, file)
    with open(os.path.join(run.dir, "weights.bin"), "wb") as binary:
        binary.write(b"123")
    run.save(os.path.join(run.dir, "weights.bin"), base_path=run.dir)
    run.finish()
    with open("checkpoint.json") as file:
        checkpoint = json.load(file)
    run = wandb.init(project="p", id=checkpoint["run"], resume="allow")
    obs.read("resumed", [run.resumed, run.step])
    run.log({"loss": 0.5}, step=checkpoint["step"])
    run.finish()


@scenario
def program_early_stopping(wandb: Any, obs: Observer) -> None:
    best = float("inf")
    with wandb.init(config={"patience": 2}) as run:
        bad = 0
        for epoch, loss in enumerate((0.9, 0.5, 0.6, 0.7, 0.1)):
            run.log({"epoch": epoch, "val_loss": loss})
            if loss < best:
                best, bad = loss, 0
                run.summary["best_loss"] = best
                run.summary["best_epoch"] = epoch
            else:
                bad += 1
            if bad >= run.config.patience:
                run.summary["stopped_early"] = True
                break
        obs.read("best", [run.summary["best_loss"], run.summary["best_epoch"]])


@scenario
def program_nested_metrics(wandb: Any, obs: Observer) -> None:
    with wandb.init() as run:
        for epoch in range(2):
            run.log({"train": {"loss": {"cls": 1 / (epoch + 1), "box": 2.0}, "acc": epoch}, "val": {"acc": epoch / 2}})
        obs.read("box", run.summary["train"]["loss"]["box"])
        obs.read("attribute", run.summary.train.loss.cls)


@scenario
def program_logger_object(wandb: Any, obs: Observer) -> None:
    class WandbLogger:
        def __init__(self, **keywords: Any) -> None:
            self._keywords = keywords
            self._run: Any = None

        @property
        def experiment(self) -> Any:
            if self._run is None:
                self._run = wandb.run or wandb.init(**self._keywords)
                if getattr(self._run, "define_metric", None):
                    self._run.define_metric("trainer/global_step")
                    self._run.define_metric("*", step_metric="trainer/global_step", step_sync=True)
            return self._run

        def log_metrics(self, metrics: dict[str, float], step: int | None = None) -> None:
            row: dict[str, float] = dict(metrics)
            if step is not None:
                row["trainer/global_step"] = step
            self.experiment.log(row)

    logger = WandbLogger(project="lightning", config={"seed": 1})
    for step in (0, 10, 20):
        logger.log_metrics({"loss": 1.0 / (step + 1)}, step)
    logger.log_metrics({"test": 1.0})
    logger.experiment.config.update({"late": 1}, allow_val_change=True)
    obs.read("isinstance", isinstance(logger.experiment, wandb.sdk.wandb_run.Run))
    wandb.finish()


@scenario
def program_two_phases(wandb: Any, obs: Observer) -> None:
    for phase in ("pretrain", "finetune"):
        run = wandb.init(project="phases", job_type=phase, tags=[phase])
        run.name = f"{phase}-run"
        for n in range(2):
            wandb.log({f"{phase}/loss": n})
        wandb.run.summary["done"] = True
        wandb.finish()


@scenario
def program_rl_episode_returns(wandb: Any, obs: Observer) -> None:
    with wandb.init(config={"gamma": 0.9}) as run:
        steps = 0
        for episode in range(3):
            steps += 7 * (episode + 1)
            run.log({"episode": episode, "return": -episode}, step=steps)
            run.log({"length": 7}, step=steps)
        obs.read("step", run.step)


@scenario
def program_misuse_is_reported(wandb: Any, obs: Observer) -> None:
    obs.ask("log first", lambda: wandb.log({"a": 1}))
    obs.ask("misspelt", lambda: wandb.init(projct="p"))
    run = wandb.init(project="p", config={"lr": 1})
    obs.ask("not a dict", lambda: wandb.log("loss", 1))
    obs.ask("locked", lambda: setattr(wandb.config, "lr", 2))
    obs.ask("metric", lambda: run.define_metric("a", summary="maximum"))
    run.log({"a": 1}, step=10)
    run.log({"a": 2}, step=3)
    run.finish()
    obs.ask("late", lambda: run.log({"a": 3}))


@scenario
def program_async(wandb: Any, obs: Observer) -> None:
    import asyncio

    async def train() -> None:
        run = wandb.init()
        for n in range(3):
            await asyncio.sleep(0)
            run.log({"n": n})
        run.finish()

    asyncio.run(train())
    obs.read("run", wandb.run)
