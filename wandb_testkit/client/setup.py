"""What ``wandb.setup()`` returns."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from wandb_testkit.errors import NotModelled

if TYPE_CHECKING:
    from wandb_testkit.client.session import Session


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
        """The session's settings, once a run read them."""
        return self.settings if self._session.clients else None

    @property
    def most_recent_active_run(self) -> Any:
        """The latest run that is not finished."""
        running = self._session.running
        return running[-1].live if running else None

    @property
    def _pid(self) -> int:
        # The client makes a new library object in another process.
        return os.getpid()

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        raise NotModelled(f"wandb.setup().{name}")
