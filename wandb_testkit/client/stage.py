"""Where a session's names are seen: in a patched module, in a module-shaped object of its own, or nowhere."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol


def over(name: str) -> str:
    """Return what is said of a call on something that was kept from a patch that is over."""
    return (
        f"wandb_testkit: `{name}` was called on an object that was kept from inside a patch_wandb() that is"
        " over. Nothing was recorded. Keep the call inside the patch, or get the object anew."
    )


class Stage(Protocol):
    """Where the names of a session are seen: a layer of the patched module."""

    def show(self, values: Mapping[str, Any], unbound: tuple[str, ...]) -> None:
        """Change names, if the layer is on top.

        Args:
            values: The names' new values.
            unbound: Methods of a run that there is no more.
        """

    def is_on_top(self) -> bool:
        """Say whether the module's names are the session's."""
        ...

    def gate(self, name: str) -> Any:
        """Return what the module holds for an entry point, if the layer is on top; else None."""


class OwnStage:
    """The names of a module-shaped object of the session's own, or of none at all.

    Args:
        namespace: The names.
        unbound: What the methods of a run are there while there is none.
    """

    def __init__(self, namespace: dict[str, Any], unbound: Mapping[str, Any]) -> None:
        self._namespace = namespace
        self._unbound = unbound

    def show(self, values: Mapping[str, Any], unbound: tuple[str, ...]) -> None:
        self._namespace.update({**values, **{name: self._unbound.get(name) for name in unbound}})

    def is_on_top(self) -> bool:
        return True

    def gate(self, name: str) -> Any:
        return None


#: Where a session is seen that is over, or has not begun.
NOWHERE: Stage = OwnStage({}, {})
