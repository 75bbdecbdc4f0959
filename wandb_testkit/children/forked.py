"""In a forked child, which has the patch already: what happens when it uses wandb for the first time."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from wandb_testkit.client.run import RunClient
    from wandb_testkit.client.session import Session

_TEXT = "forked inside of patch_wandb(): nothing that this process does with wandb is recorded: use subprocesses=True"


# What logs rows, and what else a run can be told to do.
_USES = ("accept_row", "act")


def when_used(client: RunClient, do: Callable[[], object], names: tuple[str, ...] = _USES) -> None:
    """Do something before a run that a fork inherits is used for the first time.

    Args:
        client: The run's client.
        do: What to do.
        names: The methods that use it.
    """

    def hooked(name: str) -> Callable[..., Any]:
        def use(*args: Any, **kwargs: Any) -> Any:
            settle(client, names)
            do()
            return getattr(client, name)(*args, **kwargs)

        return use

    # The fast path would pass this by.
    vars(client.live.log)["_fast"] = None
    vars(client).update({name: hooked(name) for name in names})


def settle(client: RunClient, names: tuple[str, ...] = _USES) -> None:
    """Let a run that a fork inherits be used from now on as any other.

    Args:
        client: The run's client.
        names: As for `when_used`.
    """
    for name in names:
        vars(client).pop(name, None)
    client.live_log_settle()


def warn_when_used(session: Session) -> None:
    """Say that nothing of this process is recorded, once it begins a run or uses one.

    Args:
        session: That of a patch without ``subprocesses=True``.
    """

    def start(*args: Any, **kwargs: Any) -> Any:
        vars(session).pop("start_run", None)
        _warn()
        return session.start_run(*args, **kwargs)

    vars(session)["start_run"] = start
    for client in session.running:
        # Whatever is sent of it.
        when_used(client, _warn, (*_USES, "_effect"))


def _warn() -> None:
    warnings.warn(_TEXT, RuntimeWarning, stacklevel=2)
