"""The options that ``@pytest.mark.wandb(...)`` gives to the patch of a test."""

from __future__ import annotations

import inspect
from typing import Any

import pytest

from wandb_testkit.patching import patch_wandb
from wandb_testkit.wording import did_you_mean


def options(node: Any) -> dict[str, Any]:
    """Return the keywords for `patch_wandb`, each from the nearest marker that gives it.

    Args:
        node: The test, class or module.

    Raises:
        pytest.fail.Exception: A marker has what `patch_wandb` does not take.
    """
    found: dict[str, Any] = {}
    for marker in node.iter_markers("wandb"):
        _check(marker)
        found = {**marker.kwargs, **found}
    return found


def known() -> tuple[str, ...]:
    """Return the names of the options of `patch_wandb`."""
    parameters = inspect.signature(patch_wandb).parameters.values()
    return tuple(parameter.name for parameter in parameters if parameter.kind is parameter.KEYWORD_ONLY)


def _check(marker: pytest.Mark) -> None:
    __tracebackhide__ = True
    names = known()
    if marker.args:
        given = ", ".join(map(repr, marker.args))
        problem = f"its options are given by keyword, not as {given}"
    else:
        unknown = [name for name in marker.kwargs if name not in names]
        if not unknown:
            return
        problem = f"there is no option {unknown[0]!r}{did_you_mean(unknown[0], names)}"
    pytest.fail(
        f"@pytest.mark.wandb(...): {problem}. It takes what patch_wandb takes: {', '.join(names)}.", pytrace=False
    )
