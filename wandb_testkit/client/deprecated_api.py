"""``wandb.api``, an object of old: it tells the account's key."""

from __future__ import annotations

import functools
from types import FunctionType
from typing import Any

from wandb_testkit.client.stage import over

MESSAGE = (
    "wandb.api and wandb.ensure_configured() are deprecated and will be removed in a future release. To check for"
    " credentials without prompting, use wandb.login(prompt=False)."
)


def api_key(session: Any) -> str | None:
    """Return the account's key as the program has set it: the machine's own never counts.

    Args:
        session: The session in use.
    """
    say(session)
    found = session.variables().get("WANDB_API_KEY") or session.session_fields().get("api_key")
    return None if found is None else str(found)


def say(session: Any) -> None:
    """Say that what was used is deprecated, as releases do since 0.30.

    Args:
        session: The session in use.
    """
    if not session.world.behaviour.ensure_configured_is_silent:
        session.warn(MESSAGE, repeat=False)


def in_place_of(original: Any) -> Any:
    """Return an object for a patch that is like ``wandb.api`` but for the key.

    Args:
        original: The installed client's object, or one of an outer patch.
    """
    if isinstance(original, _Key):
        return original
    found = _made.get(id(original))
    if found is None:
        kind = type(original)
        members = {"__module__": kind.__module__, "__qualname__": kind.__qualname__, "__doc__": kind.__doc__}
        methods = {name: _inside(value) for name, value in vars(kind).items() if _is_method(name, value)}
        made: Any = type(kind.__name__, (_Key, kind), {**methods, **members})
        found = _made[id(original)] = made()
    return found


_made: dict[int, Any] = {}


class _Key:
    def __getattribute__(self, name: str) -> Any:
        if not name.startswith("__") and _session() is None:
            raise _over(name)
        return super().__getattribute__(name)

    @property
    def api_key(self) -> str | None:
        """The account's key."""
        session = _session()
        return super().api_key if session is None else api_key(session)  # type: ignore[misc]


def _is_method(name: str, value: Any) -> bool:
    return isinstance(value, FunctionType) and not name.startswith("_")


def _inside(method: FunctionType) -> Any:
    """Return a method for inside of a patch: what it asks is the module's, whoever has kept it."""

    @functools.wraps(method)
    def call(*args: Any, **kwargs: Any) -> Any:
        if _session() is None:
            raise _over(method.__name__)
        return method(*args, **kwargs)

    return call


def _over(name: str) -> RuntimeError:
    return RuntimeError(over(f"wandb.api.{name}"))


def _session() -> Any:
    from wandb_testkit.standin import place

    return place.session()
