"""``wandb.api``, an object of old: it tells the account's key."""

from __future__ import annotations

from typing import Any

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
    found = session._variables().get("WANDB_API_KEY") or session.session_fields().get("api_key")
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
        made: Any = type(kind.__name__, (_Key, kind), members)
        found = _made[id(original)] = made()
    return found


_made: dict[int, Any] = {}


class _Key:
    @property
    def api_key(self) -> str | None:
        """The account's key."""
        from wandb_testkit.standin import place

        session = place.session()
        return super().api_key if session is None else api_key(session)  # type: ignore[misc]
