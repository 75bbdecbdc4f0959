"""``config``: what ``run.config`` keeps of a value and what is sent of that."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

from wandb_testkit.rules.encoding.friendly import config_default, json_friendly
from wandb_testkit.rules.encoding.writer import encode


def config_value(value: Any) -> Any:
    """What ``run.config[key] = value`` stores and gives back.

    Args:
        value: any value; artifacts and media are not dealt with here.

    Returns:
        Fresh dicts and lists; slices and dataclasses as dicts, enums as their names, NaN as None, objects of other
        modules than builtins as their ``str``.

    Raises:
        RecursionError: the value contains itself.
        Exception: whatever the conversion of an array, a tensor or bytes raises.

    Rule: ``wandb.util.json_friendly_val`` of wandb 0.31.0.
    """
    # Loops, not comprehensions: a value that contains itself then fails at the same depth, with the same message.
    if isinstance(value, dict):
        tree = {}
        for key, item in value.items():
            tree[key] = config_value(item)
        return tree
    if isinstance(value, slice):
        return {"slice_start": value.start, "slice_step": value.step, "slice_stop": value.stop}
    value, _ = json_friendly(value)
    if isinstance(value, Sequence) and not isinstance(value, str):
        items = []
        for item in value:
            items.append(config_value(item))
        return items
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return config_value(dataclasses.asdict(value))
    if value.__class__.__module__ not in ("builtins", "__builtin__"):
        return str(value)
    return value


def config_wire(value: Any, *, plain_json: bool = False) -> Any:
    """What the ``value_json`` of a config update decodes to.

    Args:
        value: what `config_value` returned. An iterator in it is used up, as the client uses it up.
        plain_json: as for `encode`.

    Returns:
        Decoded JSON; integers are exact, floats in lists may be NaN.

    Raises:
        TypeError: a value that cannot be encoded.

    Rule: ``InterfaceBase._make_config`` of wandb 0.31.0.
    """
    return encode(json_friendly(value)[0], config_default, plain_json=plain_json)
