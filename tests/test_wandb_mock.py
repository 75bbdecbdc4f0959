"""The mock of wandb does what tests of training code need, with nothing but the standard library.

python3 -m unittest tests.test_wandb_mock
"""

from __future__ import annotations

import argparse
import contextlib
import importlib
import socket
import subprocess
import threading
import unittest
from typing import Any
from unittest import mock

from tests.mocks.wandb_mock import MockWandB, mock_wandb
from wandb_testkit import Recorder


class Scenarios(unittest.TestCase):
    """The scenarios; each class below runs them on one kind of mock."""

    def setUp(self) -> None:
        # Whatever would reach out of the process fails the test.
        stack = contextlib.ExitStack()
        self.addCleanup(stack.close)
        for owner, name in ((socket.socket, "connect"), (subprocess, "Popen"), (threading.Thread, "start")):
            refusal = mock.Mock(side_effect=AssertionError(f"{name} was called: the mock must not connect"))
            stack.enter_context(mock.patch.object(owner, name, refusal))

    def open_mock(self, **options: Any) -> tuple[Any, Recorder]:
        """Return a fresh mock and its recorder."""
        mocked = MockWandB(**options)
        return mocked, mocked.recorder


class InitialisationTest(Scenarios):
    """Runs start with all kinds of configuration, without connecting to anything."""

    def test_without_any_argument(self) -> None:
        wandb, recorder = self.open_mock()
        run = wandb.init()
        self.assertIs(wandb.run, run)
        self.assertRegex(run.id, r"\A[a-z0-9]{8}\Z")
        self.assertTrue(recorder.run.project)
        self.assertEqual(recorder.config, {})

    def test_configurations(self) -> None:
        for given, expected in (
            ({}, {}),
            ({"lr": 0.1, "layers": [64, 32], "optimiser": {"name": "adam"}},) * 2,
            (argparse.Namespace(lr=0.1, debug=False), {"lr": 0.1, "debug": False}),
        ):
            with self.subTest(given=given):
                wandb, recorder = self.open_mock()
                run = wandb.init(project="mnist", config=given)
                self.assertEqual(recorder.config, expected)
                self.assertEqual(dict(run.config), expected)

    def test_the_configuration_can_be_extended_but_not_changed_by_accident(self) -> None:
        wandb, recorder = self.open_mock()
        wandb.init(config={"lr": 0.1})
        wandb.config.update({"epochs": 3})
        wandb.config.seed = 7
        with self.assertRaisesRegex(Exception, "allow_val_change"):
            wandb.config.lr = 0.2
        wandb.config.update({"lr": 0.3}, allow_val_change=True)
        self.assertEqual(recorder.config, {"lr": 0.3, "epochs": 3, "seed": 7})

    def test_a_misspelt_argument_is_refused(self) -> None:
        wandb, recorder = self.open_mock()
        with self.assertRaisesRegex(TypeError, "projcet"):
            wandb.init(projcet="mnist")
        recorder.assert_no_runs()

    def test_two_mocks_know_nothing_of_each_other(self) -> None:
        first, second = MockWandB(), MockWandB()
        first.init(project="one")
        self.assertIsNone(second.run)
        second.init(project="two")
        self.assertEqual([first.recorder.run.project, second.recorder.run.project], ["one", "two"])
        self.assertEqual([len(first.recorder.runs), len(second.recorder.runs)], [1, 1])


class LogTest(Scenarios):
    """What is logged is captured."""

    def test_values_are_captured(self) -> None:
        wandb, recorder = self.open_mock()
        wandb.init()
        wandb.log({"loss": 0.5, "accuracy": 0.8, "note": "first"})
        self.assertEqual(recorder.history(), [{"_step": 0, "loss": 0.5, "accuracy": 0.8, "note": "first"}])
        recorder.assert_logged({"loss": 0.5})
        recorder.mocks.log.assert_called_once_with({"loss": 0.5, "accuracy": 0.8, "note": "first"})

    def test_values_are_taken_at_the_call(self) -> None:
        wandb, recorder = self.open_mock()
        wandb.init()
        row = {"loss": 0.5}
        wandb.log(row)
        row["loss"] = 0.0
        self.assertEqual(recorder.values("loss"), [0.5])

    def test_the_step_is_captured(self) -> None:
        wandb, recorder = self.open_mock()
        run = wandb.init()
        run.log({"loss": 0.5}, step=7)
        run.finish()
        recorder.assert_logged({"loss": 0.5}, step=7)

    def test_logging_needs_a_run(self) -> None:
        wandb, recorder = self.open_mock()
        with self.assertRaisesRegex(wandb.Error, r"You must call wandb\.init\(\) before wandb\.log\(\)"):
            wandb.log({"loss": 0.5})
        recorder.assert_no_runs()


class FinishTest(Scenarios):
    """Runs end gracefully."""

    def test_finish(self) -> None:
        wandb, recorder = self.open_mock()
        run = wandb.init()
        run.log({"loss": 0.5})
        self.assertEqual(recorder.run.state, "running")
        run.finish()
        self.assertIsNone(wandb.run)
        self.assertEqual((recorder.run.state, recorder.run.exit_code), ("finished", 0))
        recorder.assert_finished()

    def test_finish_without_a_run_and_twice(self) -> None:
        wandb, recorder = self.open_mock()
        wandb.finish()
        run = wandb.init()
        run.finish()
        run.finish()
        wandb.finish()
        recorder.assert_finished()
        self.assertEqual(len(recorder.runs), 1)

    def test_the_end_of_a_with_block_finishes(self) -> None:
        wandb, recorder = self.open_mock()
        with wandb.init() as run:
            run.log({"loss": 0.5})
        recorder.assert_finished()

    def test_an_error_in_a_with_block_fails_the_run_and_goes_on(self) -> None:
        wandb, recorder = self.open_mock()
        with mock.patch("traceback.print_exception"), self.assertRaises(ZeroDivisionError), wandb.init():
            raise ZeroDivisionError
        recorder.assert_finished(exit_code=1)
        self.assertEqual(recorder.run.state, "failed")

    def test_what_is_pending_is_written(self) -> None:
        wandb, recorder = self.open_mock()
        run = wandb.init()
        run.log({"loss": 0.5}, commit=False)
        self.assertEqual((recorder.history(), recorder.run.pending), ([], {"_step": 0, "loss": 0.5}))
        run.finish()
        self.assertEqual(recorder.history(), [{"_step": 0, "loss": 0.5}])


class IdentityTest(Scenarios):
    """Project, entity, tags and the like are captured."""

    def test_identity(self) -> None:
        wandb, recorder = self.open_mock()
        run = wandb.init(
            project="mnist",
            entity="my-team",
            tags=["ci", "small"],
            name="first",
            group="sweep",
            job_type="train",
            notes="a try",
        )
        expected = {
            "project": "mnist",
            "entity": "my-team",
            "name": "first",
            "group": "sweep",
            "job_type": "train",
            "notes": "a try",
        }
        self.assertEqual({key: getattr(run, key) for key in expected}, expected)
        self.assertEqual({key: getattr(recorder.run, key) for key in expected}, expected)
        self.assertEqual(run.tags, ("ci", "small"))
        self.assertEqual(recorder.run.tags, ["ci", "small"])
        recorder.assert_init(tags=["ci", "small"], **expected)

    def test_a_wrong_expectation_fails(self) -> None:
        wandb, recorder = self.open_mock()
        wandb.init(project="mnist")
        with self.assertRaisesRegex(AssertionError, "cifar"):
            recorder.assert_init(project="cifar")

    def test_the_default_entity(self) -> None:
        wandb, recorder = self.open_mock(entity="someone")
        wandb.init()
        recorder.assert_init(entity="someone")


class AccumulationTest(Scenarios):
    """Several calls of log add up."""

    def test_rows_accumulate_in_order(self) -> None:
        wandb, recorder = self.open_mock()
        run = wandb.init()
        for epoch in range(4):
            run.log({"loss": 2.0**-epoch, "epoch": epoch})
        self.assertEqual([row["_step"] for row in recorder.history()], [0, 1, 2, 3])
        self.assertEqual(recorder.values("loss"), [1.0, 0.5, 0.25, 0.125])
        self.assertEqual(recorder.summary, {"_step": 3, "loss": 0.125, "epoch": 3})
        self.assertEqual(recorder.mocks.log.call_count, 4)

    def test_calls_on_one_step_make_one_row(self) -> None:
        wandb, recorder = self.open_mock()
        run = wandb.init()
        run.log({"train/loss": 1.0}, commit=False)
        run.log({"val/loss": 2.0})
        run.log({"train/loss": 0.5}, step=1)
        run.log({"val/loss": 1.5}, step=1)
        run.finish()
        self.assertEqual(
            recorder.history(),
            [
                {"_step": 0, "train/loss": 1.0, "val/loss": 2.0},
                {"_step": 1, "train/loss": 0.5, "val/loss": 1.5},
            ],
        )

    def test_runs_accumulate(self) -> None:
        wandb, recorder = self.open_mock()
        for lr in (0.1, 0.2):
            with wandb.init(config={"lr": lr}) as run:
                run.log({"loss": 1 - lr})
        self.assertEqual([run.config["lr"] for run in recorder.runs], [0.1, 0.2])
        self.assertEqual(recorder.values("loss"), [0.9, 0.8])


class Imported:
    """Mixed in, the scenarios run on the wandb that ``import wandb`` finds."""

    def open_mock(self: Any, **options: Any) -> tuple[Any, Recorder]:
        # Left by a cleanup, so that the scenarios need no block of their own.
        block = mock_wandb(stub=True, **options)
        recorder = block.__enter__()
        self.addCleanup(block.__exit__, None, None, None)
        return importlib.import_module("wandb"), recorder


class ImportedInitialisationTest(Imported, InitialisationTest):
    """As above, for code that imports wandb itself."""


class ImportedLogTest(Imported, LogTest):
    """As above, for code that imports wandb itself."""


class ImportedFinishTest(Imported, FinishTest):
    """As above, for code that imports wandb itself."""


class ImportedIdentityTest(Imported, IdentityTest):
    """As above, for code that imports wandb itself."""


class ImportedAccumulationTest(Imported, AccumulationTest):
    """As above, for code that imports wandb itself."""


if __name__ == "__main__":
    unittest.main()
