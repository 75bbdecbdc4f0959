"""Suites as people write them, in every style at once: in any order, in processes, in every mode of the plugin."""

from __future__ import annotations

import importlib.util

import pytest

from tests.test_pytest_plugin import inner, kept, run, text_of

pytest_plugins = ("pytester",)

__all__ = ["inner", "kept"]  # fixtures

TRAINING = """
    def train(epochs=3, lr=0.1):
        import wandb

        with wandb.init(project="mnist", tags=["ci"], config={"lr": lr}) as run:
            for epoch in range(epochs):
                run.log({"loss": 0.5**epoch})
"""

UNITTEST = """
    import asyncio
    import unittest

    from training import train
    from wandb_testkit import IsolatedAsyncioWandbTestCase, WandbTestCase, patch_wandb


    class Base(WandbTestCase):
        wandb_options = {"entity": "me"}

        def test_one(self):
            train()
            self.recorder.assert_init(entity="me")


    @patch_wandb
    class Decorated(unittest.TestCase):
        def setUp(self):
            train()

        def test_one(self, recorder):
            recorder.assert_finished()
            self.assertIs(recorder, self.recorder)

        def test_parts(self, recorder):
            for number in range(3):
                with self.subTest(number=number):
                    train(epochs=number)
                    self.assertEqual(len(recorder.runs), number + 2)


    class OnceForAll(unittest.TestCase):
        @classmethod
        def setUpClass(cls):
            patch = patch_wandb()
            cls.recorder = patch.start()
            cls.addClassCleanup(patch.stop)
            train(2)

        def test_a(self):
            self.recorder.assert_row_count(2)

        def test_b(self):
            self.assertEqual(self.recorder.values("loss"), [1.0, 0.5])


    class Coroutines(IsolatedAsyncioWandbTestCase):
        async def test_a(self):
            await asyncio.to_thread(train, 2)
            self.recorder.assert_row_count(2)
"""

PYTEST = """
    import asyncio

    import pytest
    from training import train
    from wandb_testkit import failures, patch_wandb


    @pytest.fixture(scope="session")
    def trained(wandb_recorder_session):
        train(4)
        return wandb_recorder_session


    def test_session_a(trained):
        trained.assert_row_count(4)


    def test_session_b(trained):
        trained.assert_finished()


    @pytest.mark.parametrize("epochs", [1, 2])
    @patch_wandb
    def test_decorated(recorder, epochs, tmp_path):
        train(epochs)
        recorder.assert_row_count(epochs)


    @pytest.mark.parametrize("epochs", [1, 2])
    @pytest.mark.wandb(strict_steps=True)
    def test_marked(epochs, wandb_recorder):
        train(epochs)
        wandb_recorder.assert_row_count(epochs)


    @pytest.fixture
    def offline(monkeypatch):
        monkeypatch.setenv("WANDB_MODE", "offline")


    def test_environment(wandb_recorder, offline):
        train()
        assert wandb_recorder.run.mode == "offline"


    @pytest.fixture(scope="class")
    def once(wandb_recorder_class):
        train(1)


    @pytest.mark.usefixtures("once")
    class TestClass:
        def test_a(self, wandb_recorder_class):
            wandb_recorder_class.assert_row_count(1)

        def test_b(self, wandb_recorder_class):
            wandb_recorder_class.assert_finished()


    @patch_wandb
    class TestDecorated:
        def test_a(self, recorder):
            train(1)
            recorder.assert_finished()

        @pytest.mark.parametrize("epochs", [1, 2])
        def test_b(self, recorder, epochs):
            train(epochs)
            recorder.assert_row_count(epochs)


    @patch_wandb
    async def coroutine(recorder):
        await asyncio.to_thread(train)
        return recorder.values("loss")


    def test_coroutine():
        assert asyncio.run(coroutine()) == [1.0, 0.5, 0.25]


    @pytest.fixture
    def own():
        with patch_wandb() as recorder:
            yield recorder


    def test_own_fixture(own):
        train()
        own.assert_finished()


    def test_outage(wandb_recorder):
        wandb_recorder.fail(failures.no_network(), times=1)
        with pytest.raises(Exception, match="no such host"):
            train()
        train()
        wandb_recorder.assert_finished()
"""

SHUFFLED = """
    import random

    def pytest_collection_modifyitems(items):
        random.Random({seed}).shuffle(items)
"""

needs_xdist = pytest.mark.skipif(importlib.util.find_spec("xdist") is None, reason="pytest-xdist is not installed")


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param(["--assert=plain"], id="plain"),
        pytest.param(["--wandb-testkit=on"], id="on"),
        pytest.param(["--wandb-testkit=guard", "-W", "error"], id="guard"),
        pytest.param(["-p", "xdist.plugin", "-n", "2", "--wandb-testkit=guard"], id="xdist", marks=needs_xdist),
    ],
)
@pytest.mark.parametrize("seed", [0, 1])
def test_all_pass(pytester: pytest.Pytester, arguments: list[str], seed: int) -> None:
    pytester.makepyfile(training=TRAINING, test_of_unittest=UNITTEST, test_of_pytest=PYTEST)
    pytester.makeconftest(SHUFFLED.format(seed=seed))
    result = run(pytester, "-q", *arguments)
    assert "warning" not in text_of(result)
    # A runner that knows parts of tests counts them otherwise.
    outcomes = result.parseoutcomes()
    assert {name: number for name, number in outcomes.items() if not name.startswith("subtest")} == {"passed": 21}
