"""``wandb.tensorflow``: the hook of TensorFlow's old sessions.  As wandb 0.31.0 has it; it needs TensorFlow."""

from __future__ import annotations

from typing import Any

import tensorflow as tf

from wandb_testkit.standin import place
from wandb_testkit.standin.errors import Error
from wandb_testkit.standin.tensorboard import _log


class WandbHook(tf.compat.v1.train.SessionRunHook):  # type: ignore[misc]
    """Logs a session's summaries.

    Args:
        summary_op: what makes the summary; all of them merged by default.
        steps_per_log: at which steps.
        history: what to log into; the run by default.
    """

    def __init__(self, summary_op: Any = None, steps_per_log: int = 1000, history: Any = None) -> None:
        self._summary_op = summary_op
        self._steps_per_log = steps_per_log
        self._history = history

    def begin(self) -> None:
        """The session begins."""
        if place.wandb("run") is None:
            raise Error("You must call `wandb.init()` before calling `WandbHook`")
        if self._summary_op is None:
            self._summary_op = tf.compat.v1.summary.merge_all()
        self._step = -1

    def before_run(self, run_context: Any) -> Any:
        """Ask for the summary and the step."""
        step = tf.compat.v1.train.get_global_step()
        return tf.compat.v1.train.SessionRunArgs({"summary": self._summary_op, "global_step": step})

    def after_run(self, run_context: Any, run_values: Any) -> None:
        """Log the summary, at every so many steps."""
        step = run_values.results["global_step"]
        if step % self._steps_per_log == 0:
            _log(run_values.results["summary"], history=self._history, step=step)
