"""Parts of the server with GraphQL fields of their own; see the package's docstring."""

from __future__ import annotations

import functools
import importlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from wandb_testkit.server.core import Server

#: The modules.
PARTS = ("wandb_testkit.server.artifact_nodes", "wandb_testkit.server.sweeps")


@functools.cache
def _parts() -> tuple[Any, ...]:
    return tuple(map(importlib.import_module, PARTS))


def fields(function: str, *args: Any) -> dict[str, Any]:
    """Return the fields that one function of the parts gives.

    Args:
        function: Its name.
        args: Its arguments.
    """
    found: dict[str, Any] = {}
    for part in _parts():
        made = getattr(part, function, None)
        if made is not None:
            found.update(made(*args))
    return found


def projects(server: Server) -> Iterator[tuple[str, str]]:
    """Yield the projects that hold nothing but things of other parts, as (entity, project)."""
    for part in _parts():
        yield from part.projects(server)
