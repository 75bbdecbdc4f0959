"""``wandb.Settings`` of the stand-in: the rules' settings with the stand-in's errors and warnings."""

from __future__ import annotations

from typing import Any

from wandb_testkit.rules import settings as rules
from wandb_testkit.standin.errors import UsageError
from wandb_testkit.standin.place import at, termwarn


def _warn(text: str, *args: Any, **options: Any) -> None:
    termwarn(text, repeat=not rules.warned_once(text))


@at("wandb.sdk.wandb_settings")
class Settings(rules.Settings):
    """The settings of a run, or of a session.

    Args:
        **data: fields by name.

    Raises:
        ValidationError: a field is unknown, or its value is none it takes.
        UsageError: a project, id or key that the client's own rules refuse.
    """

    __slots__ = ()

    _usage_error = UsageError  # type: ignore[assignment]
    _warn = _warn
