"""``wandb.Histogram``."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from wandb_testkit.standin import util
from wandb_testkit.standin.base import WBValue
from wandb_testkit.standin.place import at


@at("wandb.sdk.data_types.histogram")
class Histogram(WBValue):
    """How many values lie in each of a row of bins.

    Args:
        sequence: the values.
        np_histogram: counts and edges, as ``numpy.histogram`` gives them, instead.
        num_bins: how many bins of equal width.

    Raises:
        ValueError: more than 512 bins, or counts and edges that do not fit.
    """

    MAX_LENGTH: int = 512
    _log_type = "histogram"

    def __init__(
        self,
        sequence: Sequence[Any] | None = None,
        np_histogram: tuple[Any, Any] | None = None,
        num_bins: int = 64,
    ) -> None:
        if np_histogram:
            if len(np_histogram) != 2:
                raise ValueError(
                    "Expected np_histogram to be a tuple of (values, bin_edges) or sequence to be specified"
                )
            # By their places: not everything that has a length can be gone through.
            counts, edges = np_histogram[0], np_histogram[1]
        else:
            counts, edges = _count(sequence, num_bins)
        self.histogram = counts.tolist() if hasattr(counts, "tolist") else counts
        self.bins = edges.tolist() if hasattr(edges, "tolist") else edges
        if len(self.histogram) > self.MAX_LENGTH:
            raise ValueError(f"The maximum length of a histogram is {self.MAX_LENGTH}")
        if len(self.histogram) + 1 != len(self.bins):
            raise ValueError("len(bins) must be len(histogram) + 1")

    def to_json(self, run: Any = None) -> dict[str, Any]:
        """The histogram as JSON."""
        return {"_type": self._log_type, "values": self.histogram, "bins": self.bins}


def _count(sequence: Any, num_bins: int) -> tuple[Any, Any]:
    """Counts and edges: numpy's own where it is installed, else the same by hand."""
    np = util.numpy()
    return np.histogram(sequence, bins=num_bins) if np else count_plain(sequence, num_bins)


def count_plain(sequence: Any, num_bins: int) -> tuple[list[int], list[float]]:
    """What ``numpy.histogram`` gives for plain numbers, without numpy.

    Args:
        sequence: numbers, or lists of numbers.
        num_bins: how many bins of equal width.

    Returns:
        Counts and edges.

    Raises:
        ValueError: no bins, or values that are not finite.
        TypeError: values that are no numbers.
    """
    if num_bins < 1:
        raise ValueError("`bins` must be positive, when an integer")
    values = [float(value) for value in _flat(sequence)]
    first, last = _range(values)
    edges = [index * ((last - first) / num_bins) + first for index in range(num_bins)] + [last]
    counts = [0] * num_bins
    for value in values:
        index = min(int((value - first) / (last - first) * num_bins), num_bins - 1)
        # Rounding may have put the value beside its bin: the edges decide.
        if value < edges[index]:
            index -= 1
        elif index != num_bins - 1 and value >= edges[index + 1]:
            index += 1
        counts[index] += 1
    return counts, edges


def _range(values: list[float]) -> tuple[float, float]:
    """The outer edges."""
    if not values:
        return 0.0, 1.0
    if any(math.isnan(value) for value in values):
        raise ValueError("autodetected range of [nan, nan] is not finite")
    first, last = min(values), max(values)
    if not (math.isfinite(first) and math.isfinite(last)):
        raise ValueError(f"autodetected range of [{first}, {last}] is not finite")
    return (first - 0.5, last + 0.5) if first == last else (first, last)


def _flat(sequence: Any) -> Any:
    """The numbers in lists of lists."""
    if isinstance(sequence, (str, bytes)) or not hasattr(sequence, "__iter__"):
        yield sequence
        return
    for item in sequence:
        yield from _flat(item)
