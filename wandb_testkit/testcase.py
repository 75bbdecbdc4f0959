"""Base classes for those who prefer one to a decorator: each test has wandb patched, and its recorder at hand."""

from __future__ import annotations

import unittest
from collections.abc import Callable, Mapping
from typing import Any, ClassVar, cast

from wandb_testkit.decorating import is_patched_by_decorator
from wandb_testkit.options import wrong_option
from wandb_testkit.patching import patch_wandb
from wandb_testkit.recorder import Recorder

# unittest shows no frames of modules that say this.
__unittest = True


class _Patched:
    """What the base classes have in common."""

    #: The options of `patch_wandb` for the tests of the class; those of base classes count too.
    wandb_options: ClassVar[Mapping[str, Any]] = {}

    #: What the running test did with wandb. It can be read until the next test begins.
    recorder: Recorder

    def run(self, result: unittest.TestResult | None = None) -> unittest.TestResult | None:
        """Run the test with wandb patched, from before ``setUp`` until after the cleanups."""
        return self._within(super().run, result)  # type: ignore[misc,no-any-return]

    def debug(self) -> None:
        """Run the test without collecting its outcome, as `unittest.TestCase.debug` does."""
        self._within(super().debug)  # type: ignore[misc]

    def _within(self, method: Callable[..., Any], *args: Any) -> Any:
        if is_patched_by_decorator(cast("unittest.TestCase", self)):
            # Of a class that is decorated besides, the decorator says the options.
            return method(*args)
        with patch_wandb(**_options(type(self))) as self.recorder:
            return method(*args)


def _options(cls: type[Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for base in reversed(cls.__mro__):
        found.update(vars(base).get("wandb_options", {}))
    problem = wrong_option(found)
    if problem:
        raise TypeError(f"{cls.__name__}.wandb_options: {problem}")
    return found


class WandbTestCase(_Patched, unittest.TestCase):
    """A `unittest.TestCase` in which wandb is patched; ``self.recorder`` tells what was done.

    Each test has a patch and a recorder of its own, live from before ``setUp`` until after the cleanups. Options stand
    in the class: ``wandb_options = {"entity": "my-team"}``.
    """


class IsolatedAsyncioWandbTestCase(_Patched, unittest.IsolatedAsyncioTestCase):
    """A `unittest.IsolatedAsyncioTestCase` in which wandb is patched; as `WandbTestCase`."""
