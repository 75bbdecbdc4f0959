"""Gymnasium: environments, their recorders of videos, and `wandb.gym.monitor`."""

from __future__ import annotations

import os
from typing import Any

from tests.clients import Client
from tests.scenarios import Observer

CLIENT = Client(
    "gymnasium",
    imports=("gymnasium",),
    basis=("numpy", "pygame", "moviepy", "PIL"),
    distributions=("gymnasium", "moviepy"),
    seconds=240,
)


def _episode(environment: Any, run: Any, seed: int = 0) -> None:
    environment.reset(seed=seed)
    environment.action_space.seed(seed)
    total, ended = 0.0, False
    while not ended:
        state, reward, terminated, truncated, _ = environment.step(environment.action_space.sample())
        ended = terminated or truncated
        total += float(reward)
        run.log({"state": state, "reward": reward, "terminated": terminated}, commit=not ended)
    run.log({"return": total})


@CLIENT.job
def episodes_with_their_statistics(wandb: Any, obs: Observer) -> None:
    import gymnasium

    environment = gymnasium.wrappers.RecordEpisodeStatistics(gymnasium.make("CartPole-v1", max_episode_steps=10))
    with wandb.init(project="gymnasium", config={"env": "CartPole-v1", "spec": str(environment.spec)}) as run:
        for episode in range(2):
            _episode(environment, run, episode)
        lengths = list(environment.length_queue)
        run.summary["lengths"] = lengths
        run.log({"lengths": wandb.Histogram(lengths, num_bins=4)})


@CLIENT.job
def videos_of_episodes(wandb: Any, obs: Observer) -> None:
    import gymnasium

    with wandb.init(project="gymnasium", id="video") as run:
        environment = gymnasium.make("CartPole-v1", render_mode="rgb_array", max_episode_steps=5)
        environment = gymnasium.wrappers.RecordVideo(environment, "videos", episode_trigger=lambda number: True)
        _episode(environment, run)
        environment.close()
        names = sorted(name for name in os.listdir("videos") if name.endswith(".mp4"))
        obs.read("videos", names)
        run.log({"video": wandb.Video(os.path.join("videos", names[0]), caption="first", format="mp4")})


@CLIENT.job
def frames_as_pictures_and_films(wandb: Any, obs: Observer) -> None:
    import gymnasium
    import numpy as np

    environment = gymnasium.make("CartPole-v1", render_mode="rgb_array", max_episode_steps=4)
    with wandb.init(project="gymnasium") as run:
        environment.reset(seed=0)
        frames = []
        for action in (0, 1, 1):
            environment.step(action)
            frames.append(environment.render())
        environment.close()
        run.log({"frame": wandb.Image(frames[0], caption="first"), "frames": [wandb.Image(each) for each in frames]})
        film = np.stack(frames).transpose(0, 3, 1, 2)[:, :, ::8, ::8]
        run.log({"film": wandb.Video(film, fps=4, format="gif")})


@CLIENT.job
def a_monitored_recorder(wandb: Any, obs: Observer) -> None:
    import gymnasium

    with wandb.init(project="gymnasium", monitor_gym=True) as run:
        environment = gymnasium.make("CartPole-v1", render_mode="rgb_array", max_episode_steps=3)
        with obs.raises("closed"):
            environment = gymnasium.wrappers.RecordVideo(environment, "videos", episode_trigger=lambda number: True)
            _episode(environment, run)
            environment.close()
    obs.read("patched", list(wandb.patched["gym"]))


@CLIENT.job
def monitoring_by_the_module(wandb: Any, obs: Observer) -> None:
    import gymnasium

    with obs.raises("monitor"):
        wandb.gym.monitor()
    run = wandb.init(project="gymnasium")
    environment = gymnasium.make("CartPole-v1", max_episode_steps=3)
    _episode(environment, run)
    run.finish()


test_equal = CLIENT.test()
