"""The options that ``@pytest.mark.wandb(...)`` gives to the patch of a test."""

from __future__ import annotations

from typing import Any

import pytest

from wandb_testkit.options import taken, wrong_option


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


def _check(marker: pytest.Mark) -> None:
    __tracebackhide__ = True
    if marker.args:
        given = ", ".join(map(repr, marker.args))
        problem = f"its options are given by keyword, not as {given}. {taken()}"
    else:
        problem = wrong_option(marker.kwargs)
    if problem:
        pytest.fail(f"@pytest.mark.wandb(...): {problem}", pytrace=False)
