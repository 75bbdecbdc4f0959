"""Videos of gymnasium's recorders, which the client is asked to log."""

from __future__ import annotations

import sys
import types
from typing import Any

from tests.scenarios import Observer, scenario


def _library(wandb: Any, version: str) -> types.ModuleType:
    """Put a library of gymnasium's shape in place: its recorders know nothing but a path."""
    _forget(wandb)

    class Recorder:
        enabled = True

        def __init__(self, path: str) -> None:
            self.path = self.output_path = path
            self.closed = 0

        def close(self) -> None:
            self.closed += 1

    made = {}
    for name in ("", ".wrappers", ".wrappers.monitoring", ".wrappers.monitoring.video_recorder"):
        made[name] = types.ModuleType(f"gymnasium{name}")
        made[name].__path__ = []
        sys.modules[f"gymnasium{name}"] = made[name]
    made[""].__version__ = version
    made[""].wrappers = made[".wrappers"]
    made[".wrappers"].RecordVideo = Recorder
    made[".wrappers"].monitoring = made[".wrappers.monitoring"]
    made[".wrappers.monitoring"].video_recorder = made[".wrappers.monitoring.video_recorder"]
    made[".wrappers.monitoring.video_recorder"].VideoRecorder = Recorder
    return made[""]


def _forget(wandb: Any) -> None:
    for name in [name for name in sys.modules if name.partition(".")[0] == "gymnasium"]:
        del sys.modules[name]
    # The client remembers for as long as the process lasts.
    wandb.util._not_importable.difference_update({"gymnasium", "gym"})
    integration = sys.modules.get("wandb.integration.gym")
    if integration is not None:
        integration._gym_version_lt_0_26 = integration._gymnasium_version_lt_1_0_0 = None  # type: ignore[attr-defined]


def _video(path: str) -> str:
    with open(path, "wb") as file:
        file.write(b"video")
    return path


@scenario
def gym_videos_are_logged_when_they_are_closed(wandb: Any, obs: Observer) -> None:
    gymnasium = _library(wandb, "0.29.1")
    try:
        recorder = gymnasium.wrappers.monitoring.video_recorder.VideoRecorder
        with wandb.init(monitor_gym=True):
            obs.read("patched", list(wandb.patched["gym"]))
            first = recorder(_video("a.video.1.mp4"))
            first.close()
            recorder(_video("rl-video-episode-0.mp4")).close()
            disabled = recorder(_video("b.mp4"))
            disabled.enabled = False
            disabled.close()
        obs.read("closed", first.closed)
        wandb.init(monitor_gym=True).finish()
        obs.read("patched once", len(wandb.patched["gym"]))
        recorder(_video("c.mp4")).close()
    finally:
        wandb.patched["gym"].clear()
        _forget(wandb)


@scenario
def gym_of_today(wandb: Any, obs: Observer) -> None:
    gymnasium = _library(wandb, "1.2.0")
    try:
        with wandb.init(monitor_gym=True):
            obs.read("patched", list(wandb.patched["gym"]))
            recorder = gymnasium.wrappers.RecordVideo(_video("video.000001.mp4"))
            recorder.close()
            recorder.enabled = False
    finally:
        wandb.patched["gym"].clear()
        _forget(wandb)


@scenario
def gym_that_is_not_there(wandb: Any, obs: Observer) -> None:
    _forget(wandb)
    hidden: dict[str, Any] = {"gymnasium": None, "gym": None}
    sys.modules.update(hidden)
    try:
        obs.ask("monitor", lambda: wandb.gym.monitor())
        obs.ask("init", lambda: wandb.init(monitor_gym=True).finish())
        obs.ask("disabled", lambda: wandb.init(monitor_gym=True, mode="disabled").finish())
    finally:
        del sys.modules["gymnasium"], sys.modules["gym"]
        _forget(wandb)
