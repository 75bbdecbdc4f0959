"""``wandb.sdk.wandb_setup.singleton``: the library object, as the client's own code gets at it."""

from __future__ import annotations

from typing import Any

from wandb_testkit.standin import place


def singleton() -> Any:
    """Return what ``wandb.setup()`` returns.

    Raises:
        RuntimeError: there is no patch.
    """
    session = place.session()
    if session is None:
        raise RuntimeError("wandb_testkit's stand-in has no library object outside of patch_wandb")
    return session.do_setup()
