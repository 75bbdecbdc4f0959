"""The two stages that write JSON.

The client first lets pydantic-core write it, which knows far more types than the standard library; if anything at all
goes wrong there, the whole value is written again by `json.dumps`, which knows fewer and has other ideas about enums.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from wandb_testkit.rules.encoding.core import PLAIN

_Default = Callable[[Any], Any]


def encode(value: Any, default: _Default, *, plain_json: bool = False) -> Any:
    """Encode to JSON as the client does and decode again; integers stay exact.

    Args:
        value: Any value.
        default: What the client does with a value that its stage does not know.
        plain_json: As releases before 0.27, which have the standard library's stage only.
    """
    kind = type(value)
    if kind in PLAIN and (kind is not str or value.isascii()):
        return value
    if plain_json:
        return _by_the_library(value, default)
    # Most programs log and configure plain values only: what is below is imported for the others.
    from wandb_testkit.rules.encoding.inference import Inference

    try:
        return Inference(default).value(value, 0)
    except Exception:
        # The client, too, forgets whatever went wrong in pydantic-core and lets the standard library decide.
        return _by_the_library(value, default)


def _by_the_library(value: Any, default: _Default) -> Any:
    import json  # few values need it

    # What it writes it reads: both stop at the same depth.
    return json.loads(json.dumps(value, default=default))
