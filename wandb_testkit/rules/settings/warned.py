"""Warnings about settings: their texts, and which of them the client prints once a process only."""

from __future__ import annotations

from collections.abc import Callable

Warn = Callable[[str], None]

ANONYMOUS_WARNING = "The anonymous setting has no effect and will be removed in a future version."
ENVIRONMENT_CHANGED = (
    "Changes to your `wandb` environment variables will be ignored because your `wandb` session has already started."
    " For more information on how to modify your settings with `wandb.init()` arguments, please refer to"
    " https://wandb.me/wandb-init."
)
"""What the client warns where `environment_changed`; only the caller knows both environments."""

_WARNED_ONCE = (ANONYMOUS_WARNING, "Ignoring unsupported x_history_value_encoding", "Unable to create root directory")


def warned_once(text: str) -> bool:
    """Whether the client prints this warning only the first time in a process."""
    return text.startswith(_WARNED_ONCE) or text.endswith("wasn't read/writable") or "Falling back to temp" in text
