"""How code of the stand-in says where in wandb it stands, and finds wandb's names at the moment of a call."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator, Mapping
from contextvars import ContextVar
from types import FunctionType
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from wandb_testkit.client.session import Session

#: The names of the module whose client is at work in this thread; None while none is.
_at_work: ContextVar[Mapping[str, Any] | None] = ContextVar("wandb_testkit_at_work", default=None)

#: The temporary folder of the patch that shows the stand-in; None outside of patches.
session_folder: Callable[[], str] | None = None

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


def take_over(part: type, owner: str, module: str) -> None:
    """Have the functions of a part of a class say that they are the class's: CPython's own messages name it.

    Args:
        part: the part, a base of the class.
        owner: the class's name.
        module: its module.
    """
    for name, value in vars(part).items():
        found: Any = value.fget if isinstance(value, property) else value
        while callable(found) and hasattr(found, "__qualname__"):
            found.__qualname__, found.__module__ = f"{owner}.{name}", module
            found = getattr(found, "__wrapped__", None)


@contextlib.contextmanager
def working_for(names: Mapping[str, Any]) -> Iterator[None]:
    """While the block runs, `wandb` answers for one module, such as a `MockWandB` that nobody can import.

    Args:
        names: the module's names.
    """
    token = _at_work.set(names)
    try:
        yield
    finally:
        _at_work.reset(token)


def wandb(name: str) -> Any:
    """A top-level name of the ``wandb`` that is in use now.

    A test may have replaced ``wandb.termwarn`` or ``wandb.Run``; the client looks such names up at the call, too.

    Args:
        name: such as ``termwarn``.

    Returns:
        The object; the stand-in's own while it is at work, or while no ``wandb`` is imported.

    Raises:
        AttributeError: there is no such name.
    """
    names = _at_work.get()
    if names is not None and name in names:
        return names[name]
    module = sys.modules.get("wandb")
    # An installed wandb beside a stand-in that is at work has classes of its own.
    if module is None or names is not None:
        from wandb_testkit.standin.modules import build

        module = build()["wandb"]
    return getattr(module, name)


def session() -> Session | None:
    """The session behind the ``wandb`` that is in use now; None outside of patches."""
    from wandb_testkit.client.session import Session

    found = getattr(wandb("init"), "_target", None)
    return found if isinstance(found, Session) else None


def most_recent_run() -> Any:
    """The run that goes on and was begun last, whichever is ``wandb.run``; None where there is none."""
    found = session()
    return wandb("run") if found is None else found.most_recent_run


def forget_patched(library: str, entry: list[str]) -> None:
    """Take a replaced function out of ``wandb.patched``, when it is put back.

    Args:
        library: such as ``tensorboard``.
        entry: what was added.
    """
    from wandb_testkit.standin.modules import build

    entries = vars(build()["wandb"])["patched"][library]
    if entry in entries:
        entries.remove(entry)


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
