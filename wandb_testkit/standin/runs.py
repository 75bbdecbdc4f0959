"""What the methods of a run give back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from wandb_testkit.standin.place import at


@at("wandb.sdk.wandb_run")
@dataclass
class RunStatus:
    """How far a run's data have got to the server."""

    sync_items_total: int = 0
    sync_items_pending: int = 0
    sync_time: datetime | None = None
