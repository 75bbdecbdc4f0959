"""Histograms of TensorBoard as the client logs them: with 512 bins at most."""

from __future__ import annotations

from typing import Any

from wandb_testkit.rules.tensorboard import wire
from wandb_testkit.rules.tensorboard.tensors import Tensor

MOST_BINS = 512


def of_tensor(numbers: Tensor) -> dict[str, Any] | None:
    """Return the histogram of a tensor: left and right edge and weight of each bin in a row.

    Args:
        numbers: The tensor.
    """
    left, right, weights = numbers.column(0), numbers.column(1), numbers.column(2)
    if not left or not right or not weights:
        return None
    return _logged([*left, right[-1]], weights)


def of_proto(histogram: wire.Fields) -> dict[str, Any] | None:
    """Return the histogram of a ``HistogramProto``.

    Its leftmost bin reaches to minus infinity: it is left out where it is empty, else it begins at the smallest value.

    Args:
        histogram: The message's fields.
    """
    right, weights = wire.doubles(histogram, 6), wire.doubles(histogram, 7)
    if not right or len(right) != len(weights):
        return None
    if weights[0] == 0:
        return _logged(right, weights[1:])
    smallest = wire.double(histogram, 1)
    return _logged([smallest, *right], weights) if smallest < right[0] else None


def _logged(edges: list[float], weights: list[float]) -> dict[str, Any] | None:
    if len(weights) > MOST_BINS:
        fewer = _fewer_edges(edges)
        edges, weights = fewer, _spread(edges, weights, fewer)
    # The client's encoder has no word for these, and so logs nothing.
    if any(value - value != 0.0 for value in (*edges, *weights)):
        return None
    return {"_type": "histogram", "values": weights, "bins": edges}


def _fewer_edges(edges: list[float]) -> list[float]:
    """Return edges that part the old ones evenly, by their number."""
    bins = len(edges) - 1
    found = []
    for index in range(1, MOST_BINS):
        place, fraction = divmod(index * bins, MOST_BINS)
        found.append(edges[place] + (edges[place + 1] - edges[place]) * (fraction / MOST_BINS))
    return [edges[0], *found, edges[-1]]


def _spread(edges: list[float], weights: list[float], fewer: list[float]) -> list[float]:
    """Give each new bin its share of the old ones."""
    found = [0.0] * MOST_BINS
    old = 0
    for index in range(MOST_BINS):
        end = fewer[index + 1]
        while edges[old + 1] < end:
            found[index] += weights[old]
            old += 1
        left, right = edges[old], edges[old + 1]
        if end <= right:
            share = (end - left) / (right - left)
            found[index] += share * weights[old]
            found[min(index + 1, MOST_BINS - 1)] += (1 - share) * weights[old]
            old += 1
    return found
