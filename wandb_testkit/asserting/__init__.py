"""The assertions about whole histories; each one's check and message are in a module of their own.

The modules are imported when an assertion is used: most tests use few of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from wandb_testkit.recorder import RecordedRun

# unittest shows no frames of modules that say this.
__unittest = True


class HistoryAssertions:
    """The assertion helpers of `Recorder` that look at more than one row.

    As the others they raise `AssertionError`, and `ValueError` or `TypeError` for a question that cannot fail or
    makes no sense. ``run=`` takes a run's id or name; by default all runs count.
    """

    def _selected(self, run: Any) -> list[RecordedRun]:
        raise NotImplementedError

    def assert_history(
        self, rows: Sequence[Mapping[str, Any]], *, partial: bool = True, run: str | RecordedRun | None = None
    ) -> None:
        """Check all committed rows, in order.

        Args:
            rows: As many as were logged. Each has the keys and values that the recorded row has, and compares as in
                `assert_logged`.
            partial: Whether recorded rows may have more keys than the expected ones. False: no other than ``_step``.
            run: The run's id or name; by default all runs, one after the other.
        """
        __tracebackhide__ = True
        from wandb_testkit.asserting import rows as checks

        checks.check_history(self._selected(run), rows, partial)

    def assert_logged_in_order(
        self, rows: Sequence[Mapping[str, Any]], *, run: str | RecordedRun | None = None
    ) -> None:
        """Check that these rows were committed one after the other, perhaps with others between them.

        Args:
            rows: Keys and values as for `assert_logged`; recorded rows may have more keys. Each of them is another row.
            run: The run's id or name; by default all runs, one after the other.
        """
        __tracebackhide__ = True
        from wandb_testkit.asserting import rows as checks

        checks.check_order(self._selected(run), rows)

    def assert_row_count(
        self,
        count: int | None = None,
        *,
        key: str | None = None,
        at_least: int | None = None,
        at_most: int | None = None,
        run: str | RecordedRun | None = None,
    ) -> None:
        """Check how many rows were committed.

        Args:
            count: The number, exactly.
            key: Only rows that have this key count; a dotted one reaches into nested dicts.
            at_least: The least number, in place of `count`.
            at_most: The greatest number, in place of `count`.
            run: The run's id or name; by default all runs together.
        """
        __tracebackhide__ = True
        from wandb_testkit.asserting import rows as checks

        checks.check_count(self._selected(run), key, count, at_least, at_most)

    def assert_logged_keys(
        self, keys: Iterable[str], *, each_row: bool = False, run: str | RecordedRun | None = None
    ) -> None:
        """Check that these keys were logged and no others.

        Args:
            keys: The keys, without ``_step``; those of nested dicts with dots (``"train.loss"``), or the outer key
                for all that is in it.
            each_row: Whether every row has all of them, not only all rows together.
            run: The run's id or name; by default all runs together.
        """
        __tracebackhide__ = True
        from wandb_testkit.asserting import keys as checks

        checks.check(self._selected(run), keys, each_row)

    def assert_increasing(self, key: str, *, strictly: bool = False, run: str | RecordedRun | None = None) -> None:
        """Check that the values of a metric never fall, within each run that logged it.

        Args:
            key: The metric; a dotted key reaches into nested dicts.
            strictly: Whether each value must be greater than the one before.
            run: The run's id or name; by default all runs, each by itself.
        """
        __tracebackhide__ = True
        from wandb_testkit.asserting import trends

        trends.check(self._selected(run), key, trends.RISING, strictly)

    def assert_decreasing(self, key: str, *, strictly: bool = False, run: str | RecordedRun | None = None) -> None:
        """Check that the values of a metric never rise; as `assert_increasing`."""
        __tracebackhide__ = True
        from wandb_testkit.asserting import trends

        trends.check(self._selected(run), key, trends.FALLING, strictly)

    def assert_image(
        self,
        key: str,
        *,
        count: int | None = None,
        captions: str | Sequence[str | None] | None = None,
        size: tuple[int, int] | None = None,
        step: int | None = None,
        run: str | RecordedRun | None = None,
    ) -> None:
        """Check that an image, or a list of images, was logged.

        Args:
            key: The key; a dotted one reaches into nested dicts.
            count: How many images there are under it.
            captions: Their captions in order, None for one without; a single one may be given as it is.
            size: Width and height in pixels; of a list, those of its first image.
            step: The step of the row; by default any, or the summary.
            run: The run's id or name; by default any run will do.
        """
        __tracebackhide__ = True
        from wandb_testkit.asserting import images

        images.check(self._selected(run), key, count, captions, size, step)

    def assert_nothing_dropped(self, *, run: str | RecordedRun | None = None) -> None:
        """Check that every row arrives: the client drops one whose step is over, with a warning only.

        Args:
            run: The run's id or name; by default all runs.
        """
        __tracebackhide__ = True
        from wandb_testkit.asserting import losses

        losses.check_dropped(self._selected(run))

    def assert_nothing_after_finish(self, *, run: str | RecordedRun | None = None) -> None:
        """Check that nothing was logged, saved or alerted on a run that is finished, nor while there was none.

        The client raises there, which a program that catches everything does not show.

        Args:
            run: The run's id or name; by default all runs, and what was called on the module.
        """
        __tracebackhide__ = True
        from wandb_testkit.asserting import losses

        losses.check_finished(self._selected(run), everywhere=run is None)
