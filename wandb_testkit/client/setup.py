"""What ``wandb.setup()`` returns."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from wandb_testkit.errors import NotModelled

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from wandb_testkit.client.session import Session


class Asyncer:
    """Stands for the client's thread of coroutines: a thread that lasts as long as one of them."""

    def run(self, function: Callable[[], Awaitable[Any]]) -> Any:
        """Run a coroutine function to its end, wherever the caller is, and return its answer."""
        import asyncio
        from concurrent.futures import ThreadPoolExecutor

        async def awaited() -> Any:
            return await function()

        # The caller may be inside a loop of its own.
        with ThreadPoolExecutor(1) as thread:
            return thread.submit(asyncio.run, awaited()).result()


class Setup:
    """What ``wandb.setup()`` returns, and what the client's own code takes for its library object."""

    def __init__(self, session: Session) -> None:
        self._session = session

    @property
    def settings(self) -> Any:
        """The session's settings."""
        return self._session.world.settings(self._session.session_fields())

    @property
    def settings_if_loaded(self) -> Any:
        """The session's settings, once a run or ``wandb.setup`` read them."""
        return self.settings if self._session.clients or self._session.given_to_setup else None

    @property
    def most_recent_active_run(self) -> Any:
        """The latest run that is not finished."""
        running = self._session.running
        return running[-1].live if running else None

    @property
    def asyncer(self) -> Asyncer:
        """What runs the client's coroutines: a spinner beside a slow function, downloads."""
        return Asyncer()

    @property
    def _pid(self) -> int:
        # The client makes a new library object in another process.
        return os.getpid()

    def ensure_service(self) -> Any:
        """Return what the client's own code takes for the connection to its service."""
        from wandb_testkit.service import Connection

        return Connection(self._session)

    def _update(self, settings: Any = None) -> None:
        """What clients before 0.20 do when the library object is asked for again; `do_setup` has the settings."""

    def update_user_settings(self, settings: Any = None) -> None:
        """The account's settings are what they are."""

    def _get_username(self) -> str:
        return str(self._session.server.viewer["username"])

    def _get_entity(self) -> str:
        return str(self._session.server.default_entity)

    def _get_teams(self) -> list[str]:
        return list(self._session.server.viewer["teams"])

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        raise NotModelled(f"wandb.setup().{name}")


# The client has this name for it.
Setup.__name__ = Setup.__qualname__ = "_WandbSetup"
