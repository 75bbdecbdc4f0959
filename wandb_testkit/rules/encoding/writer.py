"""The two stages that write JSON.

The client first lets pydantic-core write it, which knows far more types than the standard library; if anything at all
goes wrong there, the whole value is written again by `json.dumps`, which knows fewer and has other ideas about enums.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from wandb_testkit.rules.encoding.core import PLAIN, Unreadable

_Default = Callable[[Any], Any]


def encode(value: Any, default: _Default) -> Any:
    """Encode to JSON as the client does and decode again; integers stay exact."""
    kind = type(value)
    if kind in PLAIN and (kind is not str or value.isascii()):
        return value
    # Most programs log and configure plain values only: what is below is imported for the others.
    from wandb_testkit.rules.encoding.inference import Inference

    try:
        return Inference(default).value(value, 0)
    except Exception:
        import json

        # The client, too, forgets whatever went wrong in pydantic-core and lets the standard library decide.
        text = json.dumps(value, default=default)
    try:
        return json.loads(text)
    except RecursionError:
        raise Unreadable("maximum nesting depth exceeded") from None
