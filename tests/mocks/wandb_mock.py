"""What a test file needs to test code that uses wandb, in one import.

::

    from tests.mocks.wandb_mock import MockWandB, mock_wandb

- ``MockWandB()`` is handed to code that takes wandb as an argument; what it records is at ``.recorder``.
- ``with mock_wandb() as recorder:`` is for code that imports wandb itself.
- ``wandb_mock`` and ``wandb_recorder`` are the same two as pytest fixtures, where pytest is installed.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

from wandb_testkit import MockWandB, Recorder, patch_wandb

__all__ = ["MockWandB", "mock_wandb"]


@contextlib.contextmanager
def mock_wandb(**options: Any) -> Iterator[Recorder]:
    """Mock wandb for the block: whoever imports or holds it gets the mocks.

    Args:
        options: Those of `patch_wandb`.

    Yields:
        The recorder.
    """
    with patch_wandb(**options) as recorder:
        yield recorder


try:
    import pytest
except ModuleNotFoundError:
    # The standard library is enough for all of the above.
    pass
else:
    __all__ += ["wandb_mock", "wandb_recorder"]

    @pytest.fixture
    def wandb_mock() -> MockWandB:
        """A new `MockWandB`."""
        return MockWandB()

    @pytest.fixture
    def wandb_recorder() -> Iterator[Recorder]:
        """The recorder of a patch that is live for the whole test."""
        with mock_wandb() as recorder:
            yield recorder
