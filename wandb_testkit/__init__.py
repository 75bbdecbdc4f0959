"""Test code that uses Weights & Biases: mocks that keep every promise of the real client.

``patch_wandb()`` puts autospecced mocks in place of every wandb entry point; its
`Recorder` tells what the real client would have sent.
"""

from __future__ import annotations

# Type checkers know this name; importing it would import `typing`.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from wandb_testkit.errors import NoRun, NotModelled, PatchNotStarted
    from wandb_testkit.fake_module import MockWandB
    from wandb_testkit.patching import patch_wandb
    from wandb_testkit.recorded_sweep import RecordedSweep
    from wandb_testkit.recorder import RecordedRun, Recorder
    from wandb_testkit.testcase import IsolatedAsyncioWandbTestCase, WandbTestCase

__version__ = "0.1.0"

__all__ = [
    "IsolatedAsyncioWandbTestCase",
    "MockWandB",
    "NoRun",
    "NotModelled",
    "PatchNotStarted",
    "RecordedRun",
    "RecordedSweep",
    "Recorder",
    "WandbTestCase",
    "patch_wandb",
]

_HOMES = {
    "IsolatedAsyncioWandbTestCase": "testcase",
    "MockWandB": "fake_module",
    "NoRun": "errors",
    "NotModelled": "errors",
    "PatchNotStarted": "errors",
    "RecordedRun": "recorder",
    "RecordedSweep": "recorded_sweep",
    "Recorder": "recorder",
    "WandbTestCase": "testcase",
    "patch_wandb": "patching",
}


def __getattr__(name: str) -> Any:
    # `unittest.mock` alone takes longer to import than all the rest of a test run's start:
    # nothing is imported before it is asked for.
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    import importlib

    value = getattr(importlib.import_module(f"{__name__}.{home}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
