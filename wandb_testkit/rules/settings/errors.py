"""What a wrong setting raises."""

from __future__ import annotations

from wandb_testkit.rules.validation import ValidationError

__all__ = ["Usage", "ValidationError"]


class Usage(Exception):
    """What the client raises as ``wandb.errors.UsageError``; the caller raises that with the same message."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message
