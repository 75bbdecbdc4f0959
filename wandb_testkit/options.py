"""What the options of `patch_wandb` are, for those who pass them on: a marker, a class."""

from __future__ import annotations

import inspect
from collections.abc import Iterable

from wandb_testkit.patching import patch_wandb
from wandb_testkit.wording import did_you_mean


def known() -> tuple[str, ...]:
    """Return the names of the options of `patch_wandb`."""
    parameters = inspect.signature(patch_wandb).parameters.values()
    return tuple(parameter.name for parameter in parameters if parameter.kind is parameter.KEYWORD_ONLY)


def taken() -> str:
    """Return a sentence that names the options."""
    return f"It takes what patch_wandb takes: {', '.join(known())}."


def wrong_option(given: Iterable[str]) -> str:
    """Say which of the names is no option of `patch_wandb`, and what was probably meant; "" where all are.

    Args:
        given: The names.
    """
    names = known()
    unknown = next((name for name in given if name not in names), None)
    if unknown is None:
        return ""
    meant = did_you_mean(unknown, names) or "."
    return f"there is no option {unknown!r}{meant} {taken()}"
