"""The base classes for tests of unittest."""

from __future__ import annotations

import asyncio
import io
import sys
import unittest
from typing import Any, ClassVar

import pytest

import wandb_testkit
from wandb_testkit import IsolatedAsyncioWandbTestCase, Recorder, WandbTestCase, patch_wandb


def run(cls: type[unittest.TestCase]) -> unittest.TestResult:
    """Run the tests of a class."""
    suite = unittest.defaultTestLoader.loadTestsFromTestCase(cls)
    return unittest.TextTestRunner(stream=io.StringIO()).run(suite)


def assert_passes(cls: type[unittest.TestCase], tests: int) -> None:
    result = run(cls)
    assert not result.errors + result.failures
    assert result.testsRun == tests


def test_each_test_has_a_recorder_of_its_own_from_set_up_to_the_cleanups(options: dict[str, Any]) -> None:
    seen: list[Recorder] = []
    cleaned: list[str] = []

    class Case(WandbTestCase):
        wandb_options: ClassVar[dict[str, Any]] = options

        def setUp(self) -> None:
            import wandb

            self.wandb = wandb
            self.addCleanup(lambda: cleaned.append(self.recorder.run.state))
            self.addCleanup(lambda: wandb.finish())
            wandb.init(project=self.id().rpartition(".")[2])
            seen.append(self.recorder)

        def tearDown(self) -> None:
            self.wandb.log({"down": 1})

        def test_one(self) -> None:
            self.wandb.log({"loss": 1.0})
            self.assertEqual(self.recorder.history(), [{"_step": 0, "loss": 1.0}])
            self.recorder.assert_init(project="test_one")

        def test_two(self) -> None:
            self.recorder.assert_row_count(0)
            for number in range(2):
                with self.subTest(number=number):
                    self.wandb.log({"number": number})

    assert_passes(Case, 2)
    assert [recorder.values("down") for recorder in seen] == [[1], [1]]
    assert [recorder.run.project for recorder in seen] == ["test_one", "test_two"]
    assert cleaned == ["finished", "finished"]


def test_coroutines(options: dict[str, Any]) -> None:
    class Case(IsolatedAsyncioWandbTestCase):
        wandb_options: ClassVar[dict[str, Any]] = options

        async def asyncSetUp(self) -> None:
            import wandb

            self.run_of_test = wandb.init()

        async def asyncTearDown(self) -> None:
            self.run_of_test.finish()
            self.recorder.assert_finished()

        async def test_tasks(self) -> None:
            await asyncio.gather(*(asyncio.to_thread(self.run_of_test.log, {"n": n}) for n in range(3)))
            self.assertEqual(sorted(self.recorder.values("n")), [0, 1, 2])

    assert_passes(Case, 1)


def test_options_are_inherited() -> None:
    class Base(WandbTestCase):
        wandb_options: ClassVar[dict[str, Any]] = {"entity": "team", "stub": True}

    class Case(Base):
        wandb_options: ClassVar[dict[str, Any]] = {"entity": "other"}

        def test_options(self) -> None:
            import wandb

            self.assertEqual(wandb.init().entity, "other")
            self.assertIs(sys.modules["wandb"], wandb)
            self.assertIn("stand-in", repr(wandb))

    assert_passes(Case, 1)


def test_a_wrong_option_fails_the_test() -> None:
    class Case(WandbTestCase):
        wandb_options: ClassVar[dict[str, Any]] = {"entty": "team"}

        def test_nothing(self) -> None:
            """Nothing."""

    with pytest.raises(TypeError, match=r"Case\.wandb_options: there is no option 'entty'; did you mean 'entity'\?"):
        run(Case)


def test_a_decorator_says_the_options_and_passes_the_same_recorder() -> None:
    @patch_wandb(entity="decorated", stub=True)
    class Case(WandbTestCase):
        def test_recorder(self, recorder: Recorder) -> None:
            import wandb

            self.assertIs(recorder, self.recorder)
            self.assertEqual(wandb.init().entity, "decorated")
            self.recorder.assert_init(entity="decorated")

    assert_passes(Case, 1)


def test_a_decorated_method_has_a_patch_within_the_patch() -> None:
    class Case(WandbTestCase):
        wandb_options: ClassVar[dict[str, Any]] = {"stub": True}

        @patch_wandb(stub=True, entity="inner")
        def test_recorder(self, recorder: Recorder) -> None:
            import wandb

            wandb.init()
            recorder.assert_init(entity="inner")
            self.recorder.assert_no_runs()

    assert_passes(Case, 1)


@pytest.mark.parametrize("how", ["fail", "error", "setUp", "skip"])
def test_nothing_is_left_of_a_test_that_fails(how: str) -> None:
    class Case(WandbTestCase):
        wandb_options: ClassVar[dict[str, Any]] = {"stub": True}

        def setUp(self) -> None:
            if how == "setUp":
                raise OSError(how)

        def test_fails(self) -> None:
            import wandb

            wandb.init()
            if how == "skip":
                self.skipTest(how)
            if how == "error":
                raise KeyError(how)
            self.recorder.assert_finished()

    before = sys.modules.get("wandb")
    result = run(Case)
    assert (len(result.failures), len(result.errors), len(result.skipped)) == {
        "fail": (1, 0, 0),
        "error": (0, 1, 0),
        "setUp": (0, 1, 0),
        "skip": (0, 0, 1),
    }[how]
    assert sys.modules.get("wandb") is before
    if how == "fail":
        # The frames of the library are not shown.
        assert "assertions.py" not in result.failures[0][1]


def test_debug_raises_and_is_patched() -> None:
    class Case(WandbTestCase):
        wandb_options: ClassVar[dict[str, Any]] = {"stub": True}

        def test_fails(self) -> None:
            import wandb

            wandb.init(project="debugged")
            raise KeyError(self.recorder.run.project)

    with pytest.raises(KeyError, match="debugged"):
        Case("test_fails").debug()


def test_they_are_public() -> None:
    assert wandb_testkit.WandbTestCase is WandbTestCase
    assert issubclass(IsolatedAsyncioWandbTestCase, unittest.IsolatedAsyncioTestCase)
