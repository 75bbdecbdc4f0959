"""How the client gets at the server: nobody has to be logged in, and the machine's keys do not matter."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

from wandb_testkit.refusals import refuse_launch

if TYPE_CHECKING:
    from wandb_testkit.client.session import Session

#: A key of the form that the client accepts, where the program sets none.
KEY = "testkit".ljust(40, "0")


def at_work(session: Any) -> Session:
    """Return the session itself, where what is at hand only leads to the one that is at work."""
    found: Session = session.act.__self__
    return found


def authenticate(session: Session, *, host: Any, **options: Any) -> Any:
    """Return credentials for a server, in place of the client's own search and prompt for them.

    Args:
        session: The patch's session; a key that the program set in it counts.
        host: The server's address.
        options: What the client's function takes besides.
    """
    refuse_launch()
    auth = session.world.module("wandb.sdk.lib.wbauth")
    host = host if isinstance(host, auth.HostUrl) else auth.HostUrl(host)
    # What the program itself has told the client comes first.
    told = auth.session_credentials(host=host)
    return told or auth.AuthApiKey(host=host, api_key=session.session_fields().get("api_key") or KEY)


def authenticating(session: Session) -> Any:
    """Return the function that stands for the client's ``authenticate_session`` in a patch."""
    return functools.partial(authenticate, session)


def older(name: str, needed: Any) -> Any:
    """Return what stands for something that only releases before 0.30 have; see `older_api`."""
    from wandb_testkit import older_api

    return getattr(older_api, name)(needed)


def never(*args: Any, **kwargs: Any) -> bool:
    """Answer that nobody is to be told of errors in the client: that would be over the network."""
    return False
