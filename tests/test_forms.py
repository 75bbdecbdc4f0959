"""Every form of `patch_wandb`, and what stays as it was: kind, signature, name and docs."""

from __future__ import annotations

import asyncio
import functools
import inspect
import io
import os
import subprocess
import sys
import textwrap
import threading
import unittest
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from tests.conftest import WITH_WANDB
from wandb_testkit import PatchNotStarted, Recorder, patch_wandb

ROOT = Path(__file__).resolve().parent.parent


def log_one(value: Any) -> None:
    """What a program under test does."""
    import wandb

    run = wandb.init(project="p")
    run.log({"x": value})
    run.finish()


def xs(recorder: Recorder) -> list[Any]:
    return recorder.values("x")


def patched() -> bool:
    """Whether wandb is patched now."""
    module = sys.modules.get("wandb")
    return module is not None and isinstance(vars(module).get("init"), mock.MagicMock)


@pytest.fixture(params=["bare", "called", "stand-in", *["installed"][: int(WITH_WANDB)]])
def decorator(request: pytest.FixtureRequest) -> Any:
    """``@patch_wandb``, ``@patch_wandb()`` and ``@patch_wandb(stub=...)``."""
    forms = {"bare": patch_wandb, "called": patch_wandb()}
    return forms.get(request.param) or patch_wandb(stub=request.param == "stand-in")


# --------------------------------------------------------------------------- functions


def test_function(decorator: Any) -> None:
    @decorator
    def test(a: int, recorder: Recorder, *, b: int = 0) -> list[Any]:
        """Docs."""
        assert patched()
        log_one(a + b)
        return xs(recorder)

    assert test(1, b=2) == [3]
    assert not patched()
    assert test(5) == [5], "each call has a recorder of its own"
    assert (test.__name__, test.__doc__, test.__module__) == ("test", "Docs.", __name__)
    assert test.__qualname__.endswith("test_function.<locals>.test")
    assert list(inspect.signature(test).parameters) == ["a", "recorder", "b"]
    assert inspect.isfunction(test) and not inspect.iscoroutinefunction(test)


def test_method_static_method_and_class_method(decorator: Any) -> None:
    class Tests:
        @decorator
        def method(self, value: int, recorder: Recorder) -> Any:
            log_one(value)
            return type(self), xs(recorder)

        @decorator
        @staticmethod
        def static(value: int, recorder: Recorder) -> Any:
            log_one(value)
            return xs(recorder)

        @decorator
        @classmethod
        def of_class(cls, value: int, recorder: Recorder) -> Any:
            log_one(value)
            return cls, xs(recorder)

        @staticmethod
        @decorator
        def inner_static(value: int, recorder: Recorder) -> Any:
            log_one(value)
            return xs(recorder)

        @classmethod
        @decorator
        def inner_of_class(cls, value: int, recorder: Recorder) -> Any:
            log_one(value)
            return cls, xs(recorder)

    assert Tests().method(1) == (Tests, [1])
    assert Tests.static(2) == [2] and Tests().static(2) == [2]
    assert Tests.of_class(3) == (Tests, [3])
    assert Tests.inner_static(4) == [4]
    assert Tests().inner_of_class(5) == (Tests, [5])
    assert isinstance(inspect.getattr_static(Tests, "static"), staticmethod)
    assert isinstance(inspect.getattr_static(Tests, "of_class"), classmethod)


def test_coroutine_function(decorator: Any) -> None:
    @decorator
    async def test(value: int, recorder: Recorder) -> list[Any]:
        await asyncio.sleep(0)
        assert patched()
        log_one(value)
        await asyncio.sleep(0)
        return xs(recorder)

    assert inspect.iscoroutinefunction(test)
    coroutine = test(1)
    assert not patched(), "a coroutine that does not run yet is not inside the patch"
    assert asyncio.run(coroutine) == [1]
    assert not patched()


def test_generator_function(decorator: Any) -> None:
    @decorator
    def test(value: int, recorder: Recorder) -> Iterator[Any]:
        assert patched()
        sent = yield value
        log_one(sent)
        yield xs(recorder)
        return "returned"

    assert inspect.isgeneratorfunction(test)
    generator = test(1)
    assert not patched()
    assert next(generator) == 1
    assert generator.send(7) == [7]
    with pytest.raises(StopIteration) as stop:
        next(generator)
    assert stop.value.value == "returned"
    assert not patched()


def test_generator_that_is_closed_early_or_thrown_into(decorator: Any) -> None:
    seen: list[str] = []

    @decorator
    def test(recorder: Recorder) -> Iterator[Any]:
        try:
            yield 1
        except ValueError:
            seen.append("ValueError")
            yield 2
        finally:
            seen.append(f"patched {patched()}")

    generator = test()
    next(generator)
    generator.close()
    assert seen == ["patched True"] and not patched()
    generator = test()
    next(generator)
    assert generator.throw(ValueError("x")) == 2
    with pytest.raises(KeyError):
        generator.throw(KeyError("y"))
    assert seen == ["patched True", "ValueError", "patched True"] and not patched()
    generator = test()
    next(generator)
    del generator
    assert len(seen) == 4 and not patched()


def test_async_generator_function(decorator: Any) -> None:
    seen: list[str] = []

    @decorator
    async def test(value: int, recorder: Recorder) -> AsyncIterator[Any]:
        try:
            sent = yield value
            log_one(sent)
            try:
                yield xs(recorder)
            except ValueError:
                seen.append("ValueError")
                yield "caught"
        finally:
            await asyncio.sleep(0)
            seen.append(f"patched {patched()}")

    async def use() -> None:
        generator: Any = test(1)
        assert not patched()
        assert await generator.__anext__() == 1
        assert await generator.asend(7) == [7]
        assert await generator.athrow(ValueError("x")) == "caught"
        with pytest.raises(StopAsyncIteration):
            await generator.__anext__()
        assert not patched()
        generator = test(2)
        assert [item async for item in _first(generator)] == [2]
        await generator.aclose()
        assert not patched()
        generator = test(3)
        await generator.__anext__()
        with pytest.raises(KeyError):
            await generator.athrow(KeyError("y"))
        assert not patched()

    assert inspect.isasyncgenfunction(test)
    asyncio.run(use())
    assert seen == ["ValueError", "patched True", "patched True", "patched True"]


async def _first(generator: AsyncIterator[Any]) -> AsyncIterator[Any]:
    yield await generator.__anext__()


def test_decorator_in_between_keeps_its_kind() -> None:
    def run_it(function: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(function)
        def wrapper(*args: Any) -> Any:
            return asyncio.run(function(*args))

        return wrapper

    @patch_wandb
    @run_it
    async def test(recorder: Recorder) -> list[Any]:
        log_one(1)
        return xs(recorder)

    assert not inspect.iscoroutinefunction(test)
    assert test() == [1]


def test_recorder_of_ones_own_is_not_passed(options: dict[str, Any]) -> None:
    own = Recorder()

    @patch_wandb(recorder=own, **options)
    def test(a: int) -> None:
        log_one(a)

    test(1)
    test(2)
    assert xs(own) == [1, 2]
    with patch_wandb(recorder=own, **options) as entered:
        assert entered is own


def test_function_without_room_for_the_recorder_is_refused_at_decoration() -> None:
    with pytest.raises(TypeError, match=r"test\(\) takes 0 where 1 would be passed") as refused:

        @patch_wandb
        def test() -> None: ...

    assert "recorder=Recorder()" in str(refused.value)
    with pytest.raises(TypeError, match="takes 1 where 2 would be passed"):

        @patch_wandb
        @mock.patch("os.getloadavg")
        def test_two(self: Any, only: Any) -> None: ...

    with pytest.raises(TypeError, match="takes 0 where 1"):

        @patch_wandb
        def test_keyword_only(*, recorder: Any) -> None: ...


@pytest.mark.parametrize("target", ["wandb", 3, property(lambda self: None), None.__class__()])
def test_what_is_no_function_or_class_is_refused(target: Any) -> None:
    if target is None:
        assert patch_wandb(target), "None is the default: a patch to be called"
        return
    with pytest.raises(TypeError, match=r"@patch_wandb\(stub=True\)"):
        patch_wandb(target)


# --------------------------------------------------------------------------- beside mock.patch


def test_stacked_above_and_below_other_patches(decorator: Any) -> None:
    @mock.patch("os.getlogin")
    @decorator
    @mock.patch("os.getloadavg")
    def test(first: Any, getcwd: Any, recorder: Any, getpid: Any) -> Any:
        assert os.getloadavg is getcwd and os.getlogin is getpid
        log_one(1)
        return first, xs(recorder)

    assert test("x") == ("x", [1])
    assert not isinstance(os.getlogin, mock.Mock)


def _three() -> int:
    return 3


def test_stacked_with_keyword_patches(decorator: Any) -> None:
    @mock.patch.multiple("os", getloadavg=mock.DEFAULT)
    @decorator
    @mock.patch.dict("os.environ", {"SOME_NAME": "x"})
    @mock.patch("os.getppid", new=_three)
    def test(recorder: Any, getloadavg: Any) -> Any:
        assert os.getloadavg is getloadavg and os.getppid() == 3 and os.environ["SOME_NAME"] == "x"
        log_one(1)
        return xs(recorder)

    assert test() == [1]


@pytest.mark.parametrize("kind", ["coroutine", "generator", "async generator"])
def test_stacked_on_other_kinds(decorator: Any, kind: str) -> None:
    if kind == "coroutine":

        @mock.patch("os.getlogin")
        @decorator
        @mock.patch("os.getloadavg")
        async def coroutine(getcwd: Any, recorder: Any, getpid: Any) -> Any:
            log_one(1)
            return os.getloadavg is getcwd, os.getlogin is getpid, xs(recorder)

        assert asyncio.run(coroutine()) == (True, True, [1])
    elif kind == "generator":

        @mock.patch("os.getlogin")
        @decorator
        @mock.patch("os.getloadavg")
        def generator(getcwd: Any, recorder: Any, getpid: Any) -> Any:
            log_one(1)
            yield os.getloadavg is getcwd, os.getlogin is getpid, xs(recorder)

        assert list(generator()) == [(True, True, [1])]
    else:

        @mock.patch("os.getlogin")
        @decorator
        @mock.patch("os.getloadavg")
        async def async_generator(getcwd: Any, recorder: Any, getpid: Any) -> Any:
            log_one(1)
            yield os.getloadavg is getcwd, os.getlogin is getpid, xs(recorder)

        async def collect() -> list[Any]:
            return [item async for item in async_generator()]

        assert asyncio.run(collect()) == [(True, True, [1])]


def test_two_patches_of_wandb_on_one_function(options: dict[str, Any]) -> None:
    @patch_wandb(**options)
    @patch_wandb(**options)
    def test(inner: Recorder, outer: Recorder) -> Any:
        log_one(1)
        return xs(inner), xs(outer)

    assert test() == ([], [1]), "the decorator that is entered last is on top"


@pytest.mark.needs_wandb
def test_patch_of_a_single_name_around_and_inside() -> None:
    with mock.patch("wandb.init") as around:
        with patch_wandb() as recorder:
            log_one(1)
            with mock.patch("wandb.init") as inside:
                import wandb

                assert wandb.init is inside
                with patch_wandb() as nested:
                    log_one(2)
                assert wandb.init is inside, "what an inner patch covered comes back"
            log_one(3)
        assert wandb.init is around
    assert not around.called and not inside.called
    assert (xs(recorder), xs(nested)) == ([1, 3], [2])


# --------------------------------------------------------------------------- classes


def test_plain_class(decorator: Any) -> None:
    class Base:
        def test_inherited(self, recorder: Recorder) -> Any:
            log_one("inherited")
            return xs(recorder)

    @decorator
    class Tests(Base):
        def test_one(self, recorder: Recorder) -> Any:
            log_one(1)
            return xs(recorder)

        @staticmethod
        def test_static(recorder: Recorder) -> Any:
            log_one(2)
            return xs(recorder)

        @classmethod
        def test_class(cls, recorder: Recorder) -> Any:
            log_one(cls.__name__)
            return xs(recorder)

        async def test_async(self, recorder: Recorder) -> Any:
            log_one(3)
            return xs(recorder)

        def helper(self) -> bool:
            return patched()

        class test_nested:
            pass

    tests = Tests()
    assert isinstance(Tests, type) and Tests.__name__ == "Tests"
    assert tests.test_one() == [1]
    assert tests.test_static() == Tests.test_static() == [2]
    assert tests.test_class() == ["Tests"]
    assert asyncio.run(tests.test_async()) == [3]
    assert tests.test_inherited() == ["inherited"]
    assert not tests.helper()
    assert isinstance(Tests.test_nested, type)
    assert "patchings" not in vars(Base.test_inherited), "the base class is left as it was"


def test_test_prefix_is_that_of_mock() -> None:
    with mock.patch.object(mock.patch, "TEST_PREFIX", "check"):

        @patch_wandb
        class Checks:
            def check_one(self, recorder: Recorder) -> Any:
                return recorder.runs

            def test_one(self) -> bool:
                return patched()

    assert Checks().check_one() == []
    assert not Checks().test_one()


def test_subclass_decorated_again_takes_its_own_options() -> None:
    own = Recorder()

    @patch_wandb
    class Base:
        def test_one(self, *recorders: Recorder) -> Any:
            log_one(1)
            return len(recorders)

    @patch_wandb(recorder=own)
    class Tests(Base):
        pass

    @patch_wandb
    class Again(Base):
        def test_two(self, recorder: Recorder) -> Any:
            return recorder.runs

    assert Base().test_one() == 1
    assert Tests().test_one() == 0 and xs(own) == [1]
    assert Again().test_one() == 1 and Again().test_two() == []


def test_method_decorated_in_a_decorated_class(decorator: Any) -> None:
    @decorator
    class Tests:
        @patch_wandb
        @mock.patch("os.getlogin")
        def test_one(self, getpid: Any, own: Recorder, of_class: Recorder) -> Any:
            log_one(1)
            return os.getlogin is getpid, xs(own), xs(of_class)

    assert Tests().test_one() == (True, [], [1])


def run_case(case: type[unittest.TestCase]) -> unittest.TestResult:
    """Run the tests of a class as `unittest` does."""
    suite = unittest.defaultTestLoader.loadTestsFromTestCase(case)
    return unittest.TextTestRunner(stream=io.StringIO()).run(suite)


def test_test_case_is_patched_from_before_set_up_until_after_the_cleanups(decorator: Any) -> None:
    seen: list[Any] = []

    class Base(unittest.TestCase):
        def test_inherited(self, recorder: Recorder) -> None:
            log_one("inherited")
            seen.append(xs(recorder))

    @decorator
    class Tests(Base):
        recorder: Recorder

        @classmethod
        def setUpClass(cls) -> None:
            assert not patched()

        def setUp(self) -> None:
            assert patched()
            self.addCleanup(self.cleaned_up)
            log_one("set up")

        def tearDown(self) -> None:
            log_one("tear down")

        def cleaned_up(self) -> None:
            log_one("cleanup")
            seen.append((self.id().rpartition(".")[2], xs(self.recorder)))

        def test_one(self, recorder: Recorder) -> None:
            assert recorder is self.recorder
            log_one(1)

        @mock.patch("os.getlogin")
        def test_stacked(self, getpid: Any, recorder: Recorder) -> None:
            assert os.getlogin is getpid and recorder is self.recorder

    assert isinstance(Tests, type) and issubclass(Tests, Base)
    result = run_case(Tests)
    assert result.wasSuccessful(), result.errors + result.failures
    assert result.testsRun == 3
    assert seen == [
        ["set up", "inherited"],
        ("test_inherited", ["set up", "inherited", "tear down", "cleanup"]),
        ("test_one", ["set up", 1, "tear down", "cleanup"]),
        ("test_stacked", ["set up", "tear down", "cleanup"]),
    ]
    assert not patched()
    Tests("test_one").debug()
    assert seen[-1] == ("test_one", ["set up", 1, "tear down", "cleanup"])
    assert not patched()


@pytest.mark.parametrize("error", [ValueError, unittest.SkipTest, AssertionError])
@pytest.mark.parametrize("where", ["setUp", "test_one", "tearDown", "cleanup"])
def test_test_case_that_raises(decorator: Any, where: str, error: type[Exception]) -> None:
    after: list[bool] = []

    @decorator
    class Tests(unittest.TestCase):
        def setUp(self) -> None:
            self.addCleanup(self.step, "cleanup")
            self.step("setUp")

        def step(self, name: str) -> None:
            after.append(patched())
            if name == where:
                raise error("x")

        def test_one(self, recorder: Recorder) -> None:
            self.step("test_one")

        def tearDown(self) -> None:
            self.step("tearDown")

    result = run_case(Tests)
    assert result.testsRun == 1
    assert all(after) and not patched()


def test_test_case_keyboard_interrupt() -> None:
    @patch_wandb
    class Tests(unittest.TestCase):
        def test_one(self, recorder: Recorder) -> None:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_case(Tests)
    assert not patched()


def test_isolated_asyncio_test_case(decorator: Any) -> None:
    seen: list[Any] = []

    @decorator
    class Tests(unittest.IsolatedAsyncioTestCase):
        recorder: Recorder

        def setUp(self) -> None:
            log_one("set up")

        async def asyncSetUp(self) -> None:
            self.addAsyncCleanup(self.cleaned_up)
            await asyncio.sleep(0)
            log_one("async set up")

        async def asyncTearDown(self) -> None:
            log_one("async tear down")

        async def cleaned_up(self) -> None:
            log_one("cleanup")
            seen.append(xs(self.recorder))

        async def test_one(self, recorder: Recorder) -> None:
            await asyncio.sleep(0)
            assert recorder is self.recorder
            log_one(1)

        @mock.patch("os.getlogin")
        async def test_stacked(self, getpid: Any, recorder: Recorder) -> None:
            assert os.getlogin is getpid and recorder is self.recorder
            log_one(2)

        def test_sync(self, recorder: Recorder) -> None:
            log_one(3)

    result = run_case(Tests)
    assert result.wasSuccessful(), result.errors + result.failures
    assert seen == [["set up", "async set up", n, "async tear down", "cleanup"] for n in (1, 2, 3)]
    assert not patched()


def test_test_case_with_a_recorder_of_its_own() -> None:
    own = Recorder()

    @patch_wandb(recorder=own)
    class Tests(unittest.TestCase):
        def test_one(self) -> None:
            log_one(1)
            assert vars(self)["recorder"] is own

    assert run_case(Tests).wasSuccessful()
    assert xs(own) == [1]


def test_test_case_whose_tests_cannot_take_the_recorder_is_told_at_decoration() -> None:
    with pytest.raises(TypeError, match=r"Tests\.test_one\(\) takes 0 where 1 would be passed"):

        @patch_wandb
        class Tests(unittest.TestCase):
            def test_one(self) -> None: ...

    assert not hasattr(unittest.TestCase.run, "__wrapped__")


def test_subclass_of_a_decorated_test_case(options: dict[str, Any]) -> None:
    seen: list[Any] = []

    @patch_wandb(**options)
    class Base(unittest.TestCase):
        recorder: Recorder

        def test_base(self, recorder: Recorder) -> None:
            log_one("base")
            seen.append(xs(recorder))

    class Plain(Base):
        def test_more(self) -> None:
            log_one("more")
            seen.append(xs(self.recorder))

    @patch_wandb(entity="another", **options)
    class Again(Base):
        def test_again(self, recorder: Recorder) -> None:
            log_one("again")
            seen.append((xs(recorder), recorder.run.entity))

    for case in (Plain, Again, Base):
        result = run_case(case)
        assert result.wasSuccessful(), result.errors + result.failures
    assert seen == [["base"], ["more"], (["again"], "another"), ["base"], ["base"]]


def test_test_case_that_has_a_recorder_attribute_keeps_it() -> None:
    @patch_wandb
    class Tests(unittest.TestCase):
        def recorder(self) -> str:
            return "mine"

        def test_one(self, recorder: Recorder) -> None:
            assert self.recorder() == "mine" and recorder.runs == []

    assert run_case(Tests).wasSuccessful()


# --------------------------------------------------------------------------- with, start and stop


def test_with(options: dict[str, Any]) -> None:
    patch = patch_wandb(**options)
    with patch as recorder:
        assert patched()
        log_one(1)
    assert not patched()
    assert xs(recorder) == [1], "the record can be read afterwards"
    with patch as another:
        log_one(2)
    assert (xs(recorder), xs(another)) == ([1], [2])


def test_async_with(options: dict[str, Any]) -> None:
    async def use() -> Any:
        async with patch_wandb(**options) as recorder:
            await asyncio.sleep(0)
            log_one(1)
            return xs(recorder)

    assert asyncio.run(use()) == [1]
    assert not patched()


def test_start_and_stop(options: dict[str, Any]) -> None:
    patch = patch_wandb(**options)
    recorder = patch.start()
    log_one(1)
    patch.stop()
    assert not patched() and xs(recorder) == [1]
    again = patch.start()
    assert again is not recorder
    patch.stop()


def test_stop_without_start() -> None:
    patch = patch_wandb()
    with pytest.raises(PatchNotStarted, match="call start"):
        patch.stop()
    patch.start()
    patch.stop()
    with pytest.raises(PatchNotStarted):
        patch.stop()
    with pytest.raises(PatchNotStarted):
        patch.__exit__(None, None, None)


def test_start_twice_needs_two_stops(options: dict[str, Any]) -> None:
    patch = patch_wandb(**options)
    first, second = patch.start(), patch.start()
    log_one(2)
    patch.stop()
    assert patched()
    log_one(1)
    patch.stop()
    assert not patched()
    assert (xs(first), xs(second)) == ([1], [2])


def test_stopall_stops_everything_that_was_started(options: dict[str, Any]) -> None:
    patch, other = patch_wandb(**options), patch_wandb(**options)
    patch.start()
    other.start()
    patch.start()
    mock.patch("os.getloadavg").start()
    mock.patch.stopall()
    assert not patched() and not isinstance(os.getloadavg, mock.Mock)
    patch.stop()
    patch.stop()
    with pytest.raises(PatchNotStarted):
        patch.stop()
    recorder = patch.start()
    log_one(1)
    patch.stop()
    with pytest.raises(PatchNotStarted):
        patch.stop()
    assert xs(recorder) == [1]


def test_stop_as_cleanup_of_a_test_case() -> None:
    class Tests(unittest.TestCase):
        def setUp(self) -> None:
            patch = patch_wandb()
            self.wandb = patch.start()
            self.addCleanup(patch.stop)

        def test_one(self) -> None:
            log_one(1)
            assert xs(self.wandb) == [1]

    assert run_case(Tests).wasSuccessful() and not patched()


# --------------------------------------------------------------------------- overlapping


def test_recursion(decorator: Any) -> None:
    @decorator
    def test(depth: int, recorder: Recorder) -> list[Any]:
        log_one(depth)
        deeper = test(depth - 1) if depth else []
        log_one(-depth)
        return [xs(recorder), *deeper]

    assert test(2) == [[2, -2], [1, -1], [0, 0]]
    assert not patched()


def test_same_object_entered_again_while_active(options: dict[str, Any]) -> None:
    patch = patch_wandb(**options)
    with patch as outer:
        log_one(1)
        with patch as inner:
            log_one(2)
        log_one(3)
    assert (xs(outer), xs(inner)) == ([1, 3], [2])
    assert not patched()


@pytest.mark.parametrize("outer", [{}, {"stub": True}, {"absent": True}])
@pytest.mark.parametrize(
    "inner", [{}, {"stub": True}, {"absent": True}, pytest.param({"stub": False}, marks=pytest.mark.needs_wandb)]
)
def test_nesting_of_all_worlds(outer: dict[str, Any], inner: dict[str, Any]) -> None:
    def use(recorder: Recorder, options: dict[str, Any], value: int) -> None:
        if "absent" in options:
            with pytest.raises(ModuleNotFoundError):
                import wandb
            with pytest.raises(ModuleNotFoundError):
                import wandb.errors  # noqa: F401
        else:
            log_one(value)

    with patch_wandb(**outer) as one:
        use(one, outer, 1)
        with patch_wandb(**inner) as two:
            use(two, inner, 2)
        use(one, outer, 3)
    assert xs(one) == ([] if "absent" in outer else [1, 3])
    assert xs(two) == ([] if "absent" in inner else [2])
    assert not patched()


def test_nested_bare_patch_is_of_the_world_around_it() -> None:
    with patch_wandb(stub=True), patch_wandb():
        import wandb

        assert "stand-in" in repr(wandb)


@pytest.mark.parametrize("order", [(0, 1, 2), (1, 0, 2), (2, 0, 1), (0, 2, 1), (1, 2, 0)])
@pytest.mark.parametrize("mixed", [False, True])
def test_stops_in_any_order(options: dict[str, Any], order: tuple[int, ...], mixed: bool) -> None:
    patches = [patch_wandb(**({"stub": True} if mixed and n == 1 else options)) for n in range(3)]
    recorders = [patch.start() for patch in patches]
    left = [0, 1, 2]
    expected: list[list[Any]] = [[], [], []]
    for n in order:
        patches[n].stop()
        left.remove(n)
        if left:
            log_one(n)
            expected[left[-1]].append(n)
    assert not patched()
    assert [xs(recorder) for recorder in recorders] == expected, "the topmost one that is left records"


def test_a_run_goes_on_while_another_patch_is_on_top(options: dict[str, Any]) -> None:
    with patch_wandb(**options) as outer:
        import wandb

        run = wandb.init(project="p")
        with patch_wandb(**options) as inner:
            assert wandb.run is None
            run.log({"x": 1})
            log_one(2)
        assert wandb.run is run
        wandb.log({"x": 3})
        with patch_wandb(**options):
            run.finish()
        assert wandb.run is None, "it finished meanwhile"
    assert (xs(outer), xs(inner)) == ([1, 3], [2])


def test_threads_enter_and_leave_at_once(options: dict[str, Any]) -> None:
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    errors: list[BaseException] = []
    patch = patch_wandb(**options)

    def work() -> None:
        try:
            for _ in range(25):
                with patch as recorder, patch_wandb(**options) as inner:
                    assert recorder is not inner
                patch_wandb(**options).start()
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=work) for _ in range(8)]
    try:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(before)
        mock.patch.stopall()
    assert not errors
    assert not patched()


def test_each_thread_leaves_its_own_entry(options: dict[str, Any]) -> None:
    patch = patch_wandb(**options)
    entered, left = threading.Event(), threading.Event()
    found: list[Any] = []

    def other() -> None:
        with patch as recorder:
            found.append(recorder)
            entered.set()
            left.wait(10)
            log_one("other")

    thread = threading.Thread(target=other)
    with patch as mine:
        thread.start()
        entered.wait(10)
    left.set()
    thread.join()
    assert xs(mine) == [] and xs(found[0]) == ["other"]
    assert not patched()


def test_tasks_that_overlap_each_leave_their_own_entry(options: dict[str, Any]) -> None:
    patch = patch_wandb(**options)

    async def one(first: asyncio.Event, second: asyncio.Event) -> Any:
        async with patch as recorder:
            first.set()
            await second.wait()
            log_one("in one")
            return xs(recorder)

    async def two(first: asyncio.Event, second: asyncio.Event) -> Any:
        await first.wait()
        async with patch as recorder:
            second.set()
            for _ in range(5):
                await asyncio.sleep(0)
            log_one("in two")
            return xs(recorder)

    async def both() -> Any:
        first, second = asyncio.Event(), asyncio.Event()
        return await asyncio.gather(one(first, second), two(first, second))

    # There is one wandb in a process: what is logged goes to the patch on top.
    assert asyncio.run(both()) == [[], ["in one", "in two"]]
    assert not patched()


def test_entered_in_one_task_and_left_in_another(options: dict[str, Any]) -> None:
    """As the two halves of an async fixture are."""
    patch = patch_wandb(**options)

    async def use() -> None:
        await asyncio.create_task(_enter(patch))
        assert patched()
        await asyncio.create_task(_leave(patch))

    asyncio.run(use())
    assert not patched()


async def _enter(patch: Any) -> None:
    await patch.__aenter__()


async def _leave(patch: Any) -> None:
    await patch.__aexit__(None, None, None)


def test_cancelled_task(decorator: Any) -> None:
    @decorator
    async def test(recorder: Recorder) -> None:
        await asyncio.sleep(60)

    async def use() -> None:
        task = asyncio.create_task(test())
        await asyncio.sleep(0.01)
        assert patched()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert not patched()

    asyncio.run(use())


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, SystemExit, unittest.SkipTest, GeneratorExit])
def test_left_by_an_exception(decorator: Any, options: dict[str, Any], error: type[BaseException]) -> None:
    @decorator
    def test(recorder: Recorder) -> None:
        raise error

    with pytest.raises(error):
        test()
    assert not patched()
    with pytest.raises(error), patch_wandb(**options):
        raise error
    assert not patched()


# --------------------------------------------------------------------------- pytest itself

PYTEST_FILE = """
import os, unittest
from unittest import mock
import pytest
from wandb_testkit import patch_wandb


def log_one(value):
    import wandb
    with wandb.init(project="p") as run:
        run.log({"x": value})


@pytest.fixture
def number():
    return 7


@pytest.fixture
def patched_number():
    with patch_wandb(OPTIONS) as recorder:
        yield recorder


@pytest.fixture
@patch_wandb(OPTIONS)
def decorated_fixture(recorder, number):
    log_one(number)
    yield recorder


@patch_wandb(OPTIONS)
def test_alone(recorder):
    log_one(1)
    assert recorder.values("x") == [1]


@patch_wandb(OPTIONS)
def test_fixtures(recorder, tmp_path, number):
    log_one(number)
    assert recorder.values("x") == [7] and tmp_path.is_dir()


@pytest.mark.parametrize("a, b", [(1, 2), (3, 4)])
@mock.patch("os.getlogin")
@patch_wandb(OPTIONS)
@mock.patch("os.getloadavg")
def test_everything(getcwd, recorder, getpid, a, number, b):
    log_one(a + b + number)
    assert recorder.values("x") == [a + b + 7] and os.getloadavg is getcwd and os.getlogin is getpid


@patch_wandb(OPTIONS)
@pytest.mark.parametrize("a", [1, 2])
def test_parametrize_below(recorder, a):
    log_one(a)
    assert recorder.values("x") == [a]


def test_with_fixture(patched_number):
    log_one(1)
    assert patched_number.values("x") == [1]


def test_decorated_fixture(decorated_fixture):
    log_one(1)
    assert decorated_fixture.values("x") == [7, 1]


@patch_wandb(OPTIONS)
class TestPlain:
    @pytest.fixture
    def own(self):
        return "own"

    def test_one(self, recorder, own, number):
        log_one(number)
        assert recorder.values("x") == [7] and own == "own"

    @pytest.mark.parametrize("a", [1, 2])
    @mock.patch("os.getlogin")
    def test_two(self, getpid, recorder, a):
        log_one(a)
        assert recorder.values("x") == [a] and os.getlogin is getpid

    @staticmethod
    def test_static(recorder, number):
        log_one(number)
        assert recorder.values("x") == [7]


class TestInherited(TestPlain):
    pass


class TestMethods:
    @patch_wandb(OPTIONS)
    def test_one(self, recorder, number):
        log_one(number)
        assert recorder.values("x") == [7]


@patch_wandb(OPTIONS)
class Case(unittest.TestCase):
    def setUp(self):
        log_one("set up")

    def test_one(self, recorder):
        log_one(1)
        self.assertEqual(self.recorder.values("x"), ["set up", 1])

    @mock.patch("os.getlogin")
    def test_two(self, getpid, recorder):
        self.assertEqual(recorder.values("x"), ["set up"])


@patch_wandb(OPTIONS)
class AsyncCase(unittest.IsolatedAsyncioTestCase):
    async def asyncSetUp(self):
        log_one("set up")

    async def test_one(self, recorder):
        log_one(1)
        self.assertEqual(recorder.values("x"), ["set up", 1])


class MethodsOfCase(unittest.TestCase):
    @patch_wandb(OPTIONS)
    def test_one(self, recorder):
        log_one(1)
        self.assertEqual(recorder.values("x"), [1])


@patch_wandb(OPTIONS)
def test_last(recorder):
    assert recorder.runs == []
"""


def test_under_pytest_beside_fixtures_parametrize_and_patches(options: dict[str, Any], tmp_path: Path) -> None:
    given = ", ".join(f"{name}={value!r}" for name, value in options.items())
    file = tmp_path / "test_all_forms.py"
    file.write_text(textwrap.dedent(PYTEST_FILE).replace("OPTIONS", given))
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(file)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert "22 passed" in done.stdout, done.stdout + done.stderr
