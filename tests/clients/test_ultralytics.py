"""Ultralytics, which logs a training by callbacks of its own."""

from __future__ import annotations

import os
import sys
from typing import Any

from tests.clients import Client
from tests.scenarios import Observer

CLIENT = Client(
    "ultralytics",
    # It looks for wandb when it trains, and for a network when it is imported.
    imports=("ultralytics",),
    basis=("torch", "numpy", "cv2", "PIL", "ultralytics"),
    seconds=240,
)

_TIMED = ("model/speed_PyTorch(ms)", "speed/inference", "speed/preprocess", "speed/postprocess", "time")


def _pictures(folder: str) -> str:
    import numpy as np
    import PIL.Image

    rng = np.random.default_rng(0)
    for part in ("train", "val"):
        for shade, name in ((40, "dark"), (200, "light")):
            os.makedirs(f"{folder}/{part}/{name}")
            for number in range(4):
                pixels = rng.integers(shade - 40, shade + 40, size=(32, 32, 3), dtype=np.uint8)
                PIL.Image.fromarray(pixels).save(f"{folder}/{part}/{name}/{number}.png")
    return os.path.abspath(folder)


def _boxes(folder: str) -> str:
    import numpy as np
    import PIL.Image

    rng = np.random.default_rng(0)
    for part in ("train", "val"):
        for kind in ("images", "labels"):
            os.makedirs(f"{folder}/{kind}/{part}")
        for number in range(4):
            pixels = rng.integers(0, 255, size=(32, 32, 3), dtype=np.uint8)
            PIL.Image.fromarray(pixels).save(f"{folder}/images/{part}/{number}.png")
            with open(f"{folder}/labels/{part}/{number}.txt", "w") as file:
                file.write(f"{number % 2} 0.5 0.5 0.25 0.5\n")
    with open(f"{folder}/data.yaml", "w") as file:
        file.write(f"path: {os.path.abspath(folder)}\ntrain: images/train\nval: images/val\nnames: [a, b]\n")
    return os.path.abspath(f"{folder}/data.yaml")


def _settings() -> None:
    """Turn logging on, which is off until somebody does, and off under pytest; and have no font fetched."""
    import torch
    import ultralytics.data.utils
    import ultralytics.utils

    torch.set_num_threads(1)
    # Not by its own `update`, which writes to the user's settings.
    dict.update(ultralytics.utils.SETTINGS, {"wandb": True, "sync": False})
    for module in [module for name, module in sys.modules.items() if name.partition(".")[0] == "ultralytics"]:
        if "TESTS_RUNNING" in vars(module):
            vars(module)["TESTS_RUNNING"] = False
    ultralytics.data.utils.check_font = lambda *_: None


def _train(kind: str, data: str, **options: Any) -> Any:
    _settings()
    from ultralytics import YOLO

    fixed = {
        "epochs": 2,
        "imgsz": 32,
        "batch": 4,
        "workers": 0,
        "device": "cpu",
        "seed": 0,
        "plots": False,
        "amp": False,
    }
    model = YOLO(f"{kind}.yaml", verbose=False)
    noted = options.pop("noted", None)
    if noted is not None:
        model.add_callback("on_train_epoch_end", lambda trainer: noted())
    model.train(data=data, verbose=False, save=False, **fixed, **options)
    return model


@CLIENT.job(timed=_TIMED)
def classifies_in_a_run_of_its_own(wandb: Any, obs: Observer) -> None:
    # The run's id holds the second in which it began.
    _train(
        "yolov8n-cls",
        _pictures("pictures"),
        project="shades",
        name="two",
        noted=lambda: obs.generated_ids.append(wandb.run.id),
    )
    obs.read("run", wandb.run)


@CLIENT.job(timed=_TIMED)
def classifies_in_the_programs_run(wandb: Any, obs: Observer) -> None:
    with wandb.init(project="shades", config={"epochs": 7, "mine": 1}, sync_tensorboard=False) as run:
        _train("yolov8n-cls", _pictures("pictures"))
        obs.read("kept", run.config["epochs"])


@CLIENT.job(timed=_TIMED)
def detects(wandb: Any, obs: Observer) -> None:
    with wandb.init(project="boxes", id="detect"):
        _train("yolov8n", _boxes("boxes"))


test_equal = CLIENT.test()
