"""Stable-Baselines3 with the callback that wandb has for it, and with its TensorBoard logs synchronised."""

from __future__ import annotations

import os
from typing import Any

from tests.clients import Client
from tests.scenarios import Observer

CLIENT = Client(
    "stable-baselines3",
    imports=("stable_baselines3", "wandb.integration.sb3"),
    basis=("torch", "numpy", "gymnasium", "tensorboard", "torch.utils.tensorboard"),
    distributions=("stable-baselines3", "gymnasium", "torch", "tensorboard"),
)

# How fast it was, and when.
_TIMED = ("time/fps", "time/time_elapsed", "rollout/ep_time", "start_time")


def _model(**options: Any) -> Any:
    import torch
    from stable_baselines3 import PPO

    torch.set_num_threads(1)
    settings = {"n_steps": 32, "batch_size": 16, "n_epochs": 2, "policy_kwargs": {"net_arch": [4]}}
    return PPO("MlpPolicy", "CartPole-v1", seed=0, device="cpu", **{**settings, **options})


@CLIENT.job(timed=_TIMED)
def learns_with_its_tensorboard_log(wandb: Any, obs: Observer) -> None:
    from wandb.integration.sb3 import WandbCallback

    config = {"policy_type": "MlpPolicy", "total_timesteps": 96, "env_name": "CartPole-v1"}
    run = wandb.init(project="sb3", id="sync", config=config, sync_tensorboard=True, save_code=False)
    model = _model(tensorboard_log=f"runs/{run.id}")
    model.learn(config["total_timesteps"], callback=WandbCallback(model_save_path=None, verbose=2))
    run.finish()
    obs.read("config", sorted(run.config.keys()))


@CLIENT.job(timed=_TIMED)
def learns_without_tensorboard(wandb: Any, obs: Observer) -> None:
    from stable_baselines3 import DQN
    from wandb.integration.sb3 import WandbCallback

    with obs.raises("before init"):
        WandbCallback()
    with wandb.init(project="sb3", config={"learning_rate": 0.5}) as run:
        model = DQN(
            "MlpPolicy",
            "CartPole-v1",
            seed=0,
            device="cpu",
            learning_starts=8,
            buffer_size=50,
            policy_kwargs={"net_arch": [4]},
        )
        callback = WandbCallback(gradient_save_freq=10, log="gradients")
        model.learn(40, callback=callback)
        obs.read("kept", run.config["learning_rate"])
        with obs.raises("no path"):
            WandbCallback(model_save_freq=5)


@CLIENT.job(timed=_TIMED)
def saves_the_model(wandb: Any, obs: Observer) -> None:
    from stable_baselines3 import A2C
    from wandb.integration.sb3 import WandbCallback

    with wandb.init(project="sb3") as run:
        model = A2C("MlpPolicy", "CartPole-v1", seed=0, device="cpu", policy_kwargs={"net_arch": [4]})
        model.learn(20, callback=WandbCallback(model_save_path="models", model_save_freq=10, log="no such"))
        obs.read("saved", os.path.exists("models/model.zip"))
        obs.read("in the run's folder", os.path.exists(os.path.join(run.dir, "model.zip")))


@CLIENT.job(timed=_TIMED)
def logs_by_an_output_of_its_own(wandb: Any, obs: Observer) -> None:
    from stable_baselines3.common.logger import KVWriter, Logger

    class Writer(KVWriter):
        def write(self, key_values: dict[str, Any], key_excluded: dict[str, Any], step: int = 0) -> None:
            wandb.log(dict(key_values), step=step)

        def close(self) -> None:
            pass

    with wandb.init(project="sb3"):
        model = _model()
        model.set_logger(Logger(folder=None, output_formats=[Writer()]))
        model.learn(64)


@CLIENT.job
def logs_in_a_callback(wandb: Any, obs: Observer) -> None:
    import gymnasium
    from stable_baselines3.common.callbacks import BaseCallback, EvalCallback
    from stable_baselines3.common.monitor import Monitor

    class Log(BaseCallback):  # type: ignore[misc]
        def _on_step(self) -> bool:
            wandb.log({"reward": self.locals["rewards"][0], "step": self.num_timesteps, "done": self.locals["dones"]})
            return True

    with wandb.init(project="sb3", job_type="train") as run:
        arena = Monitor(gymnasium.make("CartPole-v1"))
        arena.reset(seed=0)
        evaluation = EvalCallback(arena, n_eval_episodes=2, eval_freq=16, log_path="logs", verbose=0)
        model = _model()
        model.learn(32, callback=[Log(), evaluation])
        run.log({"eval/mean_reward": evaluation.last_mean_reward})
        run.save("logs/*", policy="end")


test_equal = CLIENT.test()
