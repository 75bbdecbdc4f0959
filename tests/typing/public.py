"""The public interface as a type checker sees it; never run, but read by mypy and pyright."""

from __future__ import annotations

import unittest
from collections.abc import AsyncIterator, Iterator
from typing import Any

from typing_extensions import assert_type

from wandb_testkit import MockWandB, RecordedRun, Recorder, WandbTestCase, failures, patch_wandb
from wandb_testkit.patching import WandbPatch


@patch_wandb
def bare(recorder: Recorder, number: int) -> str:
    return str(recorder.values("x")[number])


@patch_wandb(entity="team", strict_steps=True, subprocesses=True)
def with_options(recorder: Recorder, *, text: str = "") -> list[str]:
    return [text]


@patch_wandb
async def coroutine(recorder: Recorder) -> float:
    return 1.0


@patch_wandb
def generator(recorder: Recorder) -> Iterator[int]:
    yield 1


@patch_wandb
async def async_generator(recorder: Recorder) -> AsyncIterator[int]:
    yield 1


@patch_wandb
class Case(unittest.TestCase):
    recorder: Recorder

    def test(self, recorder: Recorder) -> None: ...


class Based(WandbTestCase):
    def test(self) -> None:
        assert_type(self.recorder, Recorder)


def calls(recorder: Recorder) -> None:
    assert_type(bare(recorder, 1), str)
    assert_type(with_options(recorder, text="x"), list[str])
    assert_type(generator(recorder), Iterator[int])
    assert_type(async_generator(recorder), AsyncIterator[int])
    assert_type(Case("test"), Case)


def contexts() -> None:
    with patch_wandb() as recorder:
        assert_type(recorder, Recorder)
    patcher = patch_wandb(stub=True, runs=[], artifacts=["folder"])
    assert_type(patcher, WandbPatch)
    assert_type(patcher.start(), Recorder)
    assert_type(patcher.stop(), None)


async def async_context() -> None:
    async with patch_wandb() as recorder:
        assert_type(recorder, Recorder)
        assert_type(await coroutine(recorder), float)


def reading(recorder: Recorder) -> None:
    assert_type(recorder.run, RecordedRun)
    assert_type(recorder.runs, list[RecordedRun])
    assert_type(recorder.history(), list[dict[str, Any]])
    assert_type(recorder.history(["a"], timestamps=True), list[dict[str, Any]])
    assert_type(recorder.values("a"), list[Any])
    assert_type(recorder.config, dict[str, Any])
    assert_type(recorder.to_dict(), dict[str, Any])
    assert_type(recorder.to_json(indent=None), str)
    assert_type(recorder.warnings, list[str])
    assert_type(recorder.run.exit_code, int | None)
    assert_type(recorder.run.process, int)
    assert_type(recorder.run.file("a"), bytes)
    assert_type(Recorder.from_calls([]), Recorder)
    assert_type(MockWandB().recorder, Recorder)
    recorder.fail(failures.no_network(), times=1)
    recorder.fail("log", ValueError("x"), after=1)
