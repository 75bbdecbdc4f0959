"""What the questions to ``wandb.Api`` have in common."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

Here = SimpleNamespace
Question = Callable[[Any], Any]


def attributes(thing: Any, *names: str) -> dict[str, Any]:
    """Attributes of an object, errors included."""
    found: dict[str, Any] = {}
    for name in names:
        try:
            found[name] = getattr(thing, name)
        except Exception as error:
            found[name] = error
    return found


def outcomes(*calls: Callable[[], Any]) -> list[Any]:
    """What calls return or raise."""
    found: list[Any] = []
    for call in calls:
        try:
            found.append(call())
        except Exception as error:
            found.append(error)
    return found


def a(here: Here) -> Any:
    return here.api.run("team/demo/run-a")
