"""The training program tested with nothing but the standard library.

python3 -m unittest examples.test_train_unittest
"""

from __future__ import annotations

import unittest
from unittest import mock

from wandb_testkit import Recorder, patch_wandb


@patch_wandb
class TrainTest(unittest.TestCase):
    recorder: Recorder

    def setUp(self) -> None:
        # The patch is live here already, so that the program's `import wandb` needs no wandb.
        from examples import train

        self.train = train.train

    def test_identity(self, recorder: Recorder) -> None:
        self.train(epochs=1)
        recorder.assert_init(project="penguins", job_type="train", tags=["softmax"])
        recorder.assert_finished()
        self.assertEqual(len(recorder.runs), 1)

    def test_defaults_fill_what_is_not_given(self, recorder: Recorder) -> None:
        self.train(epochs=1, learning_rate=0.1)
        recorder.assert_config(epochs=1, learning_rate=0.1, batch_size=32, seed=0)

    def test_one_row_an_epoch(self, recorder: Recorder) -> None:
        self.train(epochs=3)
        rows = recorder.history()
        self.assertEqual([row["_step"] for row in rows], [0, 1, 2])
        for epoch, row in enumerate(rows, start=1):
            keys = {"_step", "epoch", "train/loss", "train/accuracy", "val/loss", "val/accuracy"}
            self.assertEqual(row.keys(), keys)
            self.assertEqual(row["epoch"], epoch)

    def test_it_learns(self, recorder: Recorder) -> None:
        self.train(epochs=5)
        losses = recorder.values("train/loss")
        self.assertEqual(losses, sorted(losses, reverse=True))
        self.assertGreater(recorder.values("val/accuracy")[-1], 0.95)

    def test_the_summary_keeps_the_best(self, recorder: Recorder) -> None:
        self.train(epochs=5)
        recorder.assert_summary(
            {
                "val/loss": {"min": min(recorder.values("val/loss"))},
                "val/accuracy": {"max": max(recorder.values("val/accuracy"))},
            }
        )

    def test_the_epoch_is_the_axis(self, recorder: Recorder) -> None:
        self.train(epochs=1)
        axes = {metric.get("name") or metric["glob_name"]: metric.get("step_metric") for metric in recorder.run.metrics}
        self.assertEqual(axes, {"epoch": None, "train/*": "epoch", "val/loss": "epoch", "val/accuracy": "epoch"})

    def test_it_stops_when_nothing_improves(self, recorder: Recorder) -> None:
        self.train(epochs=20, learning_rate=0.0, patience=2)
        # The first epoch is the best, and two more are waited for.
        self.assertEqual(recorder.values("epoch"), [1, 2, 3])
        recorder.assert_summary(stopped_at_epoch=3)

    def test_the_model_is_logged(self, recorder: Recorder) -> None:
        self.train(epochs=1)
        recorder.assert_artifact_logged("penguin-model", type="model", aliases=["best"])

    def test_a_failed_upload_fails_the_run(self, recorder: Recorder) -> None:
        recorder.fail("log_artifact", OSError("disk full"))
        # The client prints the traceback of what ends the run.
        with mock.patch("traceback.print_exception"), self.assertRaises(OSError):
            self.train(epochs=1)
        recorder.assert_finished(exit_code=1)
        self.assertEqual(recorder.run.state, "failed")


if __name__ == "__main__":
    unittest.main()
