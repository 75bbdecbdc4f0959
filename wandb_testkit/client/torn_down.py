"""A run that ``wandb.teardown`` ended while it was open: its service is gone, so whatever would ask it raises.

Source: client 0.31, where the error comes from the thread that speaks with the service.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    from wandb_testkit.client.run import RunClient

_TEXT = "Cannot schedule tasks after join(). Did you call wandb.teardown()?"


def tear_down(client: RunClient) -> None:
    """Let a run's client refuse from now on; what only reads what the program has itself goes on.

    Args:
        client: The client of a run that was open.
    """
    try:
        kind = client.world.module("wandb.sdk.lib.asyncio_manager").AlreadyJoinedError
    except (ImportError, AttributeError):  # pragma: no cover - wandb before 0.21
        # Releases that speak with their service in another way.
        return
    error = client.torn_down = kind(_TEXT)

    def refuse(*args: Any, **kwargs: Any) -> NoReturn:
        raise error.with_traceback(None)

    def refuse_row(*args: Any, **kwargs: Any) -> NoReturn:
        # What is no row is found out before.
        type(client).accept_row(client, *args, **kwargs)
        refuse()

    # In the object, where they hide the methods of the class: a run that goes on has nothing to look at.
    vars(client).update(dict.fromkeys(("act", "_effect", "do_finish", "summary_items", "summary_item"), refuse))
    vars(client)["accept_row"] = refuse_row
    client.live_log_settle()
