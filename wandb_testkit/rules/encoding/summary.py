"""``summary``: what is sent of a value that was assigned."""

from __future__ import annotations

from typing import Any

from wandb_testkit.rules.encoding.friendly import json_friendly, summary_default, summary_friendly
from wandb_testkit.rules.encoding.media import MediaHook, media_wire
from wandb_testkit.rules.encoding.writer import encode


def summary_wire(value: Any, path: str, media: MediaHook | None = None, *, plain_json: bool = False) -> Any:
    """What the ``value_json`` of ``run.summary[key] = value`` decodes to.

    Args:
        value: the value assigned.
        path: the dotted key from the top of the summary.
        media: as for `snapshot_row`.
        plain_json: as for `encode`.

    Returns:
        Decoded JSON; integers are exact. An array of more than 32 elements becomes its statistics.

    Raises:
        TypeError: a value that cannot be encoded, or a dict with keys that are no strings.

    Rule: ``InterfaceBase._make_summary`` of wandb 0.31.0.
    """
    return encode(json_friendly(_summary_tree(value, (path,), media))[0], summary_default, plain_json=plain_json)


def _summary_tree(value: Any, path: tuple[str, ...], media: MediaHook | None) -> Any:
    if isinstance(value, dict):
        tree = {}
        for key, item in value.items():
            "." + key  # the client joins the path like this, so other keys are a TypeError
            tree[key] = _summary_tree(item, (*path, key), media)
        return tree
    sent = media_wire(path, value, media)
    if sent is NotImplemented:
        sent = [] if isinstance(value, (list, tuple, range)) and not len(value) else value
    return summary_friendly(sent, value)[0]
