"""What every test is checked for, and the worlds that tests run in."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from typing import Any

import pytest

from tests.pristine import Snapshot

if importlib.util.find_spec("hypothesis") is not None:
    from hypothesis import settings

    # How long an example takes says more of what else the machine does.
    settings.register_profile("tests", deadline=None)
    settings.load_profile("tests")

WITH_WANDB = importlib.util.find_spec("wandb") is not None


# The state after the last test is that before the next one, unless another fixture was set up or ended between them.
_kept: list[Snapshot] = []
_CHANGING_NOTHING = {"assert_pristine", "_wandb_testkit"}


@pytest.fixture(autouse=True)
def assert_pristine() -> Iterator[None]:
    """Fail a test that leaves anything behind; a module that must may override this fixture."""
    before = _kept.pop().renew_what_pytest_changes() if _kept else Snapshot()
    yield
    _kept[:] = [before.check()]


@pytest.hookimpl(tryfirst=True)
def pytest_fixture_setup(fixturedef: pytest.FixtureDef[Any]) -> None:
    """Note that what follows may find another state than the last test left."""
    if fixturedef.argname not in _CHANGING_NOTHING:
        _kept.clear()


def pytest_fixture_post_finalizer(fixturedef: pytest.FixtureDef[Any]) -> None:
    """Note the same of what ends."""
    if fixturedef.argname not in _CHANGING_NOTHING:
        _kept.clear()


# --------------------------------------------------------------------------- worlds


@pytest.fixture(params=["installed", "stand-in"] if WITH_WANDB else ["stand-in"])
def options(request: pytest.FixtureRequest) -> dict[str, Any]:
    """The options of a patch of the installed wandb, and of one of the stand-in."""
    return {"stub": True} if request.param == "stand-in" else {}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what needs the real client where it is not installed; what takes minutes comes first.

    At the end, one process would be busy with it, and the others done.
    """
    items.sort(key=lambda item: not item.path.name.startswith("test_trust_interrupts"))
    for item in items:
        if item.get_closest_marker("needs_wandb") and not WITH_WANDB:
            item.add_marker(pytest.mark.skip(reason="wandb is not installed"))
