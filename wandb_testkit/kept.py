"""Objects of the installed package that a program keeps from inside a patch: what would reach the client refuses.

An artifact is of the package's own class, inside a patch and after it, and asks for the client when it is used:
``draft.save()`` would begin a run.  So those that were made inside are of a class of ours from the moment that no patch
is left.  What a method reads of itself first says whether it may go on, so that a bound method that was kept is no way
around.
"""

from __future__ import annotations

import functools
import sys
import types
import weakref
from types import CodeType
from typing import TYPE_CHECKING, Any

from wandb_testkit.client.stage import over

if TYPE_CHECKING:
    from wandb_testkit.world import World

#: The client's functions that write into its folders or ask its server, as they are called in its source.
REACHING = frozenset(
    {
        "_get_service_api",
        "add",
        "add_dir",
        "add_file",
        "add_reference",
        "checkout",
        "delete",
        "download",
        "files",
        "link",
        "logged_by",
        "new_draft",
        "new_file",
        "ref_target",
        "remove",
        "save",
        "unlink",
        "used_by",
        "user_api",
    }
)
_HOMES = ("wandb.sdk.artifacts.", "wandb.apis.public.")

# What was made inside the patches that there are now, by identity, with the world that it is of.
_made: dict[int, tuple[weakref.ref[Any], World]] = {}


def note(made: Any, world: World) -> None:
    """Take in what is to be inert when no patch is left.

    Args:
        made: An object of the package's own.
        world: The package.
    """
    key = id(made)
    _made[key] = weakref.ref(made, lambda _: _made.pop(key, None)), world


def let_go() -> None:
    """Make what was noted inert: the outermost patch is left."""
    for reference, world in list(_made.values()):
        made = reference()
        if made is not None and not issubclass(type(made), _Inert):
            kind: Any = type(made)
            made.__class__ = _inert(kind, world)
    _made.clear()


class _Inert:
    """What an object is besides when the patch that it is from is over."""

    _testkit_world: World

    def __init_subclass__(cls, **options: Any) -> None:
        """The program's own classes may ask for options; none of them is made here."""

    def __getattribute__(self, name: str) -> Any:
        frame = sys._getframe(1)
        if _reaches(frame.f_code, str(frame.f_globals.get("__name__"))) and not _is_patched():
            world: World = type(self)._testkit_world
            raise world.UsageError(over(f"{type(self).__name__}.{frame.f_code.co_name}"))
        return super().__getattribute__(name)


def _reaches(code: CodeType, module: str) -> bool:
    return code.co_name in REACHING and module.startswith(_HOMES)


def _is_patched() -> bool:
    # In another patch it is that one's.
    layers: Any = sys.modules["wandb_testkit.layers"]
    return bool(layers.depth())


@functools.cache
def _inert(cls: type[Any], world: World) -> type[Any]:
    members = {"__module__": cls.__module__, "__qualname__": cls.__qualname__, "__doc__": cls.__doc__}
    made: type[Any] = types.new_class(
        cls.__name__, (_Inert, cls), exec_body=lambda body: body.update(members, _testkit_world=world)
    )
    return made


# --------------------------------------------------------------------------- where artifacts are made


def remembering(session: Any, cache: Any) -> Any:
    """Return an empty cache for a patch that notes the artifacts that are put into it, as each is when it is made.

    Args:
        session: The session of the topmost layer.
        cache: The client's own, or an outer patch's.
    """
    kind: Any = type(cache)
    made = _remembering(kind)(cache.max_size)
    made.testkit_session = session
    return made


@functools.cache
def _remembering(cls: Any) -> Any:
    if hasattr(cls, "testkit_session"):
        return cls

    def __setitem__(self: Any, key: Any, value: Any) -> None:
        note(value, self.testkit_session.world)
        cls.__setitem__(self, key, value)

    return type(cls.__name__, (cls,), {"__setitem__": __setitem__, "testkit_session": None})
