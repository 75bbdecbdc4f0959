"""How code of the stand-in says where in wandb it stands, and finds wandb's names at the moment of a call."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FunctionType
from typing import Any, TypeVar

_Named = TypeVar("_Named", bound=Callable[..., Any])


def at(module: str, qualname: str | None = None) -> Callable[[_Named], _Named]:
    """Make a class or function say that it is from a module of wandb, as pickles, tracebacks and ``repr`` show it.

    Args:
        module: such as ``wandb.errors.errors``.
        qualname: its qualified name there, where it differs.

    Returns:
        A decorator.
    """

    def decorate(thing: _Named) -> _Named:
        thing.__module__ = module
        for member in vars(thing).values() if isinstance(thing, type) else ():
            # CPython names the module of a method in some of its own messages.
            if isinstance(member, FunctionType):
                member.__module__ = module
        if qualname is not None:
            thing.__qualname__ = qualname
        return thing

    return decorate


def wandb(name: str) -> Any:
    """A top-level name of the ``wandb`` that is in use now.

    A test may have replaced ``wandb.termwarn`` or ``wandb.Run``; the client looks such names up at the call, too.

    Args:
        name: such as ``termwarn``.

    Returns:
        The object; the stand-in's own while no ``wandb`` has been imported.

    Raises:
        AttributeError: there is no such name.
    """
    module = sys.modules.get("wandb")
    if module is None:
        from wandb_testkit.standin.modules import build

        module = build()["wandb"]
    return getattr(module, name)


def termwarn(text: str, *, repeat: bool = True) -> None:
    """Warn through ``wandb.termwarn``.

    Args:
        text: the warning.
        repeat: False to show the same text once only.
    """
    if repeat:
        wandb("termwarn")(text)
    else:
        wandb("termwarn")(text, repeat=False)
