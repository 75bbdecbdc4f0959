"""What ``wandb.login`` refuses before it asks a server: keys and addresses of the wrong form.

The rules are those of the client, release 0.31.0.
"""

from __future__ import annotations

import re
from typing import Any

from wandb_testkit.rules import validation as v
from wandb_testkit.rules.settings import servers
from wandb_testkit.rules.settings.errors import ValidationError

_SHORTEST = 40


def problem_of_key(key: str) -> str | None:
    """Return what is wrong with an API key; None where nothing is.

    Args:
        key: The key; not empty.
    """
    # A token in three parts is let through as it is.
    if re.fullmatch(r"[\w-]+\.[\w-]+\.[\w-]+", key):
        return None
    # The servers of others put something before it.
    secret = key.partition("-")[2] if "-" in key else key
    if not re.fullmatch(r"[\w-]+", secret):
        return "API key may only contain the letters A-Z, digits and underscores."
    if len(secret) < _SHORTEST:
        return f"API key must have {_SHORTEST}+ characters, has {len(secret)}."
    return None


def check_host(host: Any) -> None:
    """Refuse what is no address of a server.

    Args:
        host: The address as given.

    Raises:
        TypeError: It is no text.
        ValidationError: It is no address.
        ValueError: It is none of the addresses that wandb's own servers have.
    """
    if not isinstance(host, str):
        raise TypeError(f"Expected a string, got {type(host)}")
    try:
        v.http_url(host)
    except v.Invalid as invalid:
        raise ValidationError(invalid.problems, "url['http','https']") from None
    try:
        servers.base_url(host)
    except ValueError as error:
        # The client quotes the address here, and not where it checks settings.
        raise ValueError(str(error).replace(f"{host} is not", f"{host!r} is not", 1)) from None
