"""The mocks for test files as pytest fixtures."""

from __future__ import annotations

import importlib
from collections.abc import Iterator

import pytest

from tests.mocks.wandb_mock import MockWandB, wandb_mock, wandb_recorder  # noqa: F401
from tests.pristine import Snapshot
from wandb_testkit import Recorder


@pytest.fixture(autouse=True, scope="module")
def assert_pristine() -> Iterator[None]:
    """Compare around all tests of this module: the plugin enters its fixture before all others of a test."""
    before = Snapshot()
    yield
    before.check()


def test_the_mock_as_an_argument(wandb_mock: MockWandB) -> None:  # noqa: F811
    with wandb_mock.init(project="mnist") as run:
        run.log({"loss": 0.5})
    wandb_mock.recorder.assert_logged({"loss": 0.5})


def test_the_mock_behind_an_import(wandb_recorder: Recorder) -> None:  # noqa: F811
    wandb = importlib.import_module("wandb")
    with wandb.init(project="mnist") as run:
        run.log({"loss": 0.5})
    wandb_recorder.assert_logged({"loss": 0.5})
    wandb_recorder.assert_finished()
