"""``log``, the reading half: what a snapshot of a row is on the wire and to readers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from wandb_testkit.rules.encoded import Encoded, fresh
from wandb_testkit.rules.encoding import arrays
from wandb_testkit.rules.encoding.core import INT64_MAX, INT64_MIN, big_int, valid_text


def history_row(row: Mapping[str, Any]) -> dict[str, Any]:
    """The row of a snapshot for the replay: the decoded JSON as wandb-core sees it.

    Args:
        row: what `snapshot_row` returned, or a flat row of plain values.

    Returns:
        Nested dicts and lists of None, bool, int within int64, float (may be NaN or infinite) and str; but media stay
        `Encoded`, so that readers find them. Without ``_step``, which the client removes, and without the empty key,
        which wandb-core refuses.
    """
    return {key: _row_value(value) for key, value in row.items() if key and key != "_step"}


def _row_value(value: Any) -> Any:
    if type(value) is dict:
        return {valid_text(key): _row_value(item) for key, item in value.items()}
    if type(value) is Encoded and value.is_media:
        return value
    return history_value(value)


def history_value(value: Any) -> Any:
    """One value of a snapshot as wandb-core sees it, media too."""
    kind = type(value)
    if kind is float or value is None or kind is bool:
        return value
    if kind is int:
        return value if INT64_MIN <= value <= INT64_MAX else big_int(value)
    if kind is str:
        return value if value.isascii() else valid_text(value)
    if kind is dict:
        return {valid_text(key): history_value(item) for key, item in value.items()}
    if kind is list:
        return [history_value(item) for item in value]
    # Nothing else is in a snapshot than simple values of numpy.
    return fresh(value.wire) if kind is Encoded else arrays.simple_wire(value)
