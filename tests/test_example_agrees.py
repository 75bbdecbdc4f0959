"""The example training program sends under the patch what it sends for real."""

from __future__ import annotations

import importlib.util
import runpy
import sys
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from tests.comparison import differences, observe_patched
from tests.oracle import RealClient
from tests.scenarios import Observer
from tests.worlds import Observation, Task

pytestmark = [
    pytest.mark.needs_wandb,
    pytest.mark.skipif(importlib.util.find_spec("wandb") is None, reason="the real client is not installed"),
]

PROGRAM = str(Path(__file__).resolve().parent.parent / "examples" / "train.py")


def train_example(wandb: Any, obs: Observer, *arguments: str) -> None:
    """Run the example as its command line does; it imports wandb itself."""
    with mock.patch.object(sys, "argv", ["train", *arguments]):
        runpy.run_path(PROGRAM, run_name="__main__")
    obs.read("run after the training", wandb.run)


TASKS = {
    "early stop": Task(f"{__name__}:train_example"),
    "all epochs": Task(f"{__name__}:train_example", ["--epochs", "12", "--learning-rate", "0.2"]),
}


@pytest.fixture(scope="module")
def real() -> dict[str, Observation]:
    with RealClient() as client:
        return dict(zip(TASKS, client.observe_all(list(TASKS.values())), strict=True))


@pytest.mark.parametrize("name", TASKS)
@pytest.mark.parametrize("options", [{"stub": False}, {"stub": True}], ids=["patched", "stand-in"])
def test_the_example_sends_the_same(real: dict[str, Observation], name: str, options: dict[str, Any]) -> None:
    assert differences(real[name], observe_patched(TASKS[name], **options)) == ""


@pytest.mark.parametrize("name", TASKS)
def test_the_example_is_worth_comparing(real: dict[str, Observation], name: str) -> None:
    assert real[name].raised == []
    [run] = real[name].runs
    assert len(run["history"]) > 5
    assert {"max", "min"} <= {kind for metric in run["metrics"] for kind in metric.get("summary", [])}
