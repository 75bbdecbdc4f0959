"""The pytest plugin: fixtures, marker, modes, and what a failing test's report shows."""

from __future__ import annotations

import importlib.util
import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from wandb_testkit import patch_wandb

pytest_plugins = ("pytester",)

PLUGIN = "wandb_testkit.pytest_plugin"
needs_wandb = pytest.mark.needs_wandb


class Keeper:
    """Keeps the modules that an inner run in this process imports: pytester takes away all that are new.

    What is written in C cannot be imported a second time.
    """

    def __init__(self) -> None:
        self.modules: dict[str, ModuleType] = {}

    def pytest_unconfigure(self) -> None:
        new = {name: module for name, module in sys.modules.items() if not name.startswith(("test_", "wandb."))}
        # What stands for wandb goes with its patch.
        new.pop("wandb", None)
        self.modules.update(new)


_keeper = Keeper()


@pytest.fixture
def kept() -> Iterator[None]:
    """Bring the modules back when pytester has ended."""
    yield
    sys.modules.update(_keeper.modules)


@pytest.fixture(autouse=True)
def inner(kept: None, pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let runs of pytest within the tests have no plugins but those that they name."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parent.parent))
    monkeypatch.delenv("PYTEST_ADDOPTS", raising=False)


def run_inside(pytester: pytest.Pytester, *arguments: str) -> pytest.RunResult:
    """Run pytest in this process."""
    result = pytester.runpytest_inprocess("-p", "no:cacheprovider", "-p", PLUGIN, *arguments, plugins=[_keeper])
    sys.modules.update(_keeper.modules)
    return result


def run(pytester: pytest.Pytester, *arguments: str) -> pytest.RunResult:
    """Run pytest in a process of its own."""
    return pytester.runpytest_subprocess("-p", "no:cacheprovider", "-p", PLUGIN, *arguments)


def text_of(result: pytest.RunResult) -> str:
    return result.stdout.str()


# --------------------------------------------------------------------------- loading


def test_loading_it_imports_nothing_that_takes_long() -> None:
    program = (
        "import sys, pytest; before = set(sys.modules); import wandb_testkit.pytest_plugin;"
        " print(sorted(set(sys.modules) - before))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "['wandb_testkit', 'wandb_testkit.pytest_plugin']"


def test_tests_that_do_not_ask_pay_nothing(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import sys

        def test_nothing():
            assert "wandb" not in sys.modules
            assert "unittest.mock" not in sys.modules
            assert [name for name in sys.modules if name.startswith("wandb_testkit.")] == [
                "wandb_testkit.pytest_plugin"
            ]
        """
    )
    run(pytester).assert_outcomes(passed=1)


def test_the_package_registers_it() -> None:
    lines = (Path(__file__).parent.parent / "setup.cfg").read_text()
    assert "[options.entry_points]\npytest11 =\n    wandb_testkit = wandb_testkit.pytest_plugin\n" in lines


def test_it_can_be_left_out(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("def test_fixture(wandb_recorder): pass")
    result = pytester.runpytest_subprocess("-p", "no:cacheprovider", "-p", f"no:{PLUGIN}", "-p", "no:wandb_testkit")
    result.assert_outcomes(errors=1)
    assert "fixture 'wandb_recorder' not found" in text_of(result)


# --------------------------------------------------------------------------- fixtures


def test_the_fixture_is_fresh_for_each_test(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import pytest

        pytestmark = pytest.mark.wandb(stub=True)

        @pytest.mark.parametrize("number", [1, 2])
        def test_run(wandb_recorder, number):
            import wandb

            assert wandb_recorder.runs == []
            with wandb.init(project="p") as run:
                run.log({"number": number})
            wandb_recorder.assert_logged({"number": number})

        class TestPlain:
            def test_method(self, wandb_recorder):
                wandb_recorder.assert_no_runs()

        async def coroutine(recorder):
            import wandb

            wandb.init().log({"a": 1})
            return recorder.values("a")

        def test_async(wandb_recorder):
            import asyncio

            assert asyncio.run(coroutine(wandb_recorder)) == [1]
        """
    )
    run(pytester).assert_outcomes(passed=4)


def test_other_fixtures_of_a_test_find_wandb_patched_whatever_the_order(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import pytest

        @pytest.fixture
        def trained():
            import wandb

            with wandb.init(project="in-fixture") as run:
                yield run

        @pytest.mark.wandb(stub=True)
        def test_run(trained, wandb_recorder):
            wandb_recorder.assert_init(project="in-fixture")
        """
    )
    run(pytester).assert_outcomes(passed=1)


@pytest.mark.parametrize("scope", ["class", "module", "session"])
def test_wider_scopes(pytester: pytest.Pytester, scope: str) -> None:
    options = "" if scope == "session" else "pytestmark = pytest.mark.wandb(stub=True, entity='team')"
    pytester.makepyfile(
        f"""
        import sys
        import pytest
        import wandb_testkit

        {options}
        if {scope!r} == "session":
            sys.modules.pop("wandb", None)

        @pytest.fixture(scope={scope!r})
        def model(wandb_recorder_{scope}):
            import wandb

            return wandb.init(project="shared")

        class TestAll:
            def test_one(self, model, wandb_recorder_{scope}):
                model.log({{"one": 1}})
                wandb_recorder_{scope}.assert_row_count(1)

            def test_two(self, model, wandb_recorder_{scope}):
                model.log({{"two": 2}})
                assert wandb_recorder_{scope}.run.entity == {"test-entity" if scope == "session" else "team"!r}
                wandb_recorder_{scope}.assert_history([{{"one": 1}}, {{"two": 2}}])
        """
    )
    run(pytester, "--strict-markers").assert_outcomes(passed=2)


# --------------------------------------------------------------------------- marker


def test_the_marker_alone_patches_and_the_nearest_one_wins(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import pytest

        pytestmark = pytest.mark.wandb(stub=True, entity="of-module")

        def entity():
            import wandb

            return wandb.init().entity

        def test_module():
            assert entity() == "of-module"

        @pytest.mark.wandb(entity="of-class", strict_steps=True)
        class TestClass:
            def test_class(self):
                assert entity() == "of-class"

            @pytest.mark.wandb(entity="of-test")
            def test_test(self, wandb_recorder):
                assert entity() == "of-test"
                wandb_recorder.assert_init(entity="of-test")
                import wandb

                wandb.log({"a": 1}, step=3)
                with pytest.raises(wandb.errors.UsageError, match="strict_steps"):
                    wandb.log({"a": 1}, step=1)

        @pytest.mark.wandb(absent=True)
        def test_absent():
            with pytest.raises(ImportError):
                import wandb
        """
    )
    run(pytester, "--strict-markers").assert_outcomes(passed=4)


def test_the_marker_passes_a_recorder_of_ones_own(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import pytest
        from wandb_testkit import Recorder

        mine = Recorder()

        @pytest.mark.wandb(stub=True, recorder=mine)
        def test_mine(wandb_recorder):
            assert wandb_recorder is mine
        """
    )
    run(pytester).assert_outcomes(passed=1)


def test_a_test_case_may_be_marked(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import unittest
        import pytest

        @pytest.mark.wandb(stub=True)
        class Case(unittest.TestCase):
            def setUp(self):
                import wandb

                wandb.init(project="p")

            def test_run(self):
                import wandb

                assert wandb.run.project == "p"
        """
    )
    run(pytester).assert_outcomes(passed=1)


@pytest.mark.parametrize(
    ("marker", "expected"),
    [
        ("entty='x'", "there is no option 'entty'; did you mean 'entity'?"),
        ("target=None", "there is no option 'target'"),
        ("'x'", "its options are given by keyword, not as 'x'"),
    ],
)
def test_the_options_are_those_of_the_patch(pytester: pytest.Pytester, marker: str, expected: str) -> None:
    pytester.makepyfile(f"import pytest\n@pytest.mark.wandb({marker})\ndef test_nothing(): pass")
    result = run(pytester)
    result.assert_outcomes(errors=1)
    assert expected in text_of(result)
    # One line and no traceback.
    assert "marking.py" not in text_of(result)
    assert "It takes what patch_wandb takes: recorder, stub, absent, entity," in text_of(result)


def test_a_marker_that_would_do_nothing_fails(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import pytest

        @pytest.mark.wandb(entity="mine")
        def test_run(wandb_recorder_module): pass
        """
    )
    result = run(pytester)
    result.assert_outcomes(errors=1)
    assert "uses wandb_recorder_module, which takes the options of wider scopes" in text_of(result)


# --------------------------------------------------------------------------- the report


FAILING = """
    import unittest
    import pytest
    from wandb_testkit import Recorder, patch_wandb

    mine = Recorder()

    def train():
        import wandb

        with wandb.init(project="mnist", id="abc", config={"lr": 0.1}) as run:
            for epoch in range(8):
                run.log({"loss": 8 - epoch})
            run.log({"loss": 1}, step=2)

    @pytest.mark.wandb(stub=True)
    def test_fixture(wandb_recorder):
        train()
        assert False

    @patch_wandb(stub=True)
    def test_decorated(recorder):
        train()
        assert False

    def test_block():
        with patch_wandb(stub=True) as recorder:
            train()
            assert False

    @patch_wandb(stub=True, recorder=mine)
    def test_of_ones_own():
        train()
        assert False

    @patch_wandb(stub=True)
    class CaseTest(unittest.TestCase):
        def test_case(self, recorder):
            train()
            assert False

    @pytest.mark.wandb(stub=True)
    @pytest.fixture
    def broken(wandb_recorder):
        train()
        raise OSError("in the fixture")
"""

SECTION = """\
run mnist/abc (online): finished, exit code 0
  config: {'lr': 0.1}
  summary: {'_step': 7, 'loss': 1}
  history, the last 5 of 8 rows:
    {'_step': 3, 'loss': 5}
    {'_step': 4, 'loss': 4}
    {'_step': 5, 'loss': 3}
    {'_step': 6, 'loss': 2}
    {'_step': 7, 'loss': 1}
  dropped: 1, the last at step 2 after step 8
"""


@pytest.mark.parametrize("style", ["--tb=short", "--assert=plain", "--tb=native"])
def test_a_failing_test_shows_what_was_recorded(pytester: pytest.Pytester, style: str) -> None:
    pytester.makepyfile(
        FAILING.replace("    @pytest.mark.wandb(stub=True)\n    @pytest.fixture", "    @pytest.fixture")
    )
    result = run(pytester, style)
    result.assert_outcomes(failed=5)
    assert text_of(result).count(SECTION) == 5
    assert len(re.findall(r"^-+ wandb -+$", text_of(result), re.MULTILINE)) == 5


def test_a_failing_set_up_and_clean_up_show_it_too(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import pytest

        pytestmark = pytest.mark.wandb(stub=True)

        def train(project):
            import wandb

            wandb.init(project=project)

        @pytest.fixture
        def broken(wandb_recorder):
            train("before")
            raise OSError

        @pytest.fixture
        def breaking(wandb_recorder):
            yield
            train("after")
            raise OSError

        def test_broken(broken): pass
        def test_breaking(breaking): pass
        """
    )
    result = run(pytester)
    result.assert_outcomes(passed=1, errors=2)
    assert "run before/" in text_of(result)
    assert "run after/" in text_of(result)


def test_a_patch_in_which_nothing_ran_says_so(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import pytest

        @pytest.mark.wandb(stub=True)
        def test_early_log():
            import wandb

            wandb.log({"loss": 1})
        """
    )
    result = run(pytester)
    result.assert_outcomes(failed=1)
    assert "No run was recorded. Calls: [call.log({'loss': 1})]" in text_of(result)


def test_tests_that_pass_or_have_no_patch_show_nothing(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import pytest

        def test_unpatched():
            assert False

        @pytest.mark.wandb(stub=True)
        def test_passes():
            import wandb

            wandb.init()
        """
    )
    result = run(pytester, "-rA")
    result.assert_outcomes(passed=1, failed=1)
    assert not re.search(r"^-+ wandb -+$", text_of(result), re.MULTILINE)


def test_a_long_history_has_an_end(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import pytest

        @pytest.mark.wandb(stub=True)
        def test_long():
            import wandb

            for number in range(10):
                with wandb.init(config={f"key-{n}": "x" * 1000 for n in range(500)}) as run:
                    for _ in range(100):
                        run.log({f"metric-{n}": n for n in range(500)})
            assert False
        """
    )
    result = run(pytester)
    section = text_of(result).partition(" wandb ---")[2].partition("=====")[0]
    assert section.count("run ") == 3
    assert "7 earlier runs" in section
    assert len(section) < 6000


# --------------------------------------------------------------------------- guard


UNGUARDED = """
    import os
    import pytest
    import wandb

    def train(**options):
        with wandb.init(project="real", **options) as run:
            run.log({"loss": 1})

    def swallow():
        try:
            train(mode="offline")
        except Exception:
            pass
"""


@needs_wandb
def test_the_guard_fails_what_would_start_the_clients_process(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        UNGUARDED
        + """
    def test_offline():
        train(mode="offline")

    def test_swallowed():
        swallow()
        assert True

    def test_online(monkeypatch):
        monkeypatch.setenv("WANDB_API_KEY", "a" * 40)
        train()

    def test_api(monkeypatch):
        monkeypatch.setenv("WANDB_API_KEY", "a" * 40)
        wandb.Api().run("a/b/c")

    @pytest.fixture(scope="module")
    def trained():
        train(mode="offline")

    def test_fixture(trained): pass

    def test_disabled():
        train(mode="disabled")

    @pytest.mark.wandb
    def test_patched():
        train()

    def test_with_the_fixture(wandb_recorder):
        train()
        wandb_recorder.assert_finished()
        """
    )
    result = run(pytester, "--wandb-testkit=guard", "--tb=short")
    result.assert_outcomes(failed=4, errors=1, passed=3)
    text = text_of(result)
    assert "wandb_testkit: guard" in text
    name = "test_the_guard_fails_what_would_start_the_clients_process.py"
    for test in ("test_offline", "test_swallowed", "test_online", "test_api", "test_fixture"):
        # Older releases ask over the network themselves.
        assert re.search(rf"Unpatched wandb would have .*(, wandb-core|\(\S+\)): {name}::{test}\n", text)
    assert f"{name}:6: in train\n" in text
    assert f'{name}:28: in test_api\nE       wandb.Api().run("a/b/c")' in text
    assert "Use the fixture wandb_recorder, @pytest.mark.wandb or @patch_wandb" in text


@needs_wandb
def test_the_guard_lets_disabled_runs_alone(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WANDB_MODE", "disabled")
    pytester.makepyfile(UNGUARDED + "    def test_disabled():\n        train()\n")
    run(pytester, "--wandb-testkit=guard").assert_outcomes(passed=1)


@needs_wandb
def test_the_guard_is_a_setting_of_the_project_too(pytester: pytest.Pytester) -> None:
    pytester.makeini("[pytest]\nwandb_testkit = guard\n")
    pytester.makepyfile(UNGUARDED + "    def test_swallowed():\n        swallow()\n")
    run(pytester).assert_outcomes(failed=1)
    run(pytester, "--wandb-testkit=on").assert_outcomes(passed=1)


@needs_wandb
def test_the_guard_knows_a_process_that_runs_already(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        UNGUARDED
        + """
    @pytest.mark.wandb_unpatched
    def test_first():
        train(mode="offline")

    def test_second():
        train(mode="offline")
        """
    )
    result = run(pytester, "--wandb-testkit=guard", "--tb=short", "-p", "no:randomly")
    result.assert_outcomes(passed=1, failed=1)
    assert "started or used its process, wandb-core: " in text_of(result)


@needs_wandb
def test_the_guard_is_there_while_tests_are_collected(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(UNGUARDED + "    swallow()\n    def test_nothing(): pass\n")
    result = run(pytester, "--wandb-testkit=guard")
    result.assert_outcomes(errors=1)
    assert "outside of any test\n" in text_of(result)


WANDB_LIKE = """
    import socket
    import subprocess
    import sys
    import threading
    import types

    # Stands for a release of the client that no test here has installed.
    wandb = types.ModuleType("wandb")
    wandb.library = types.SimpleNamespace(start=lambda args: subprocess.run(args, check=True))
    code = (
        "def sync(*args): return library.connect(*args)\\n"
        "def start(*args): return library.start(*args)\\n"
    )

    def connect(what):
        if what == "look up":
            return socket.getaddrinfo("nowhere.invalid", 443)
        with socket.socket() as sock:
            return getattr(sock, what)(("127.0.0.1", 9))

    wandb.library.connect = connect
    exec(compile(code, "wandb/__init__.py", "exec"), vars(wandb))
"""


@pytest.mark.parametrize("what", ["look up", "connect", "connect_ex"])
def test_the_guard_stands_before_any_connection_of_wandbs(pytester: pytest.Pytester, what: str) -> None:
    pytester.makepyfile(
        WANDB_LIKE
        + f"""
    def test_wandb():
        wandb.sync({what!r})

    def test_in_a_thread():
        failures = []

        def target():
            try:
                wandb.sync({what!r})
            except Exception as error:
                failures.append(error)

        thread = threading.Thread(target=target)
        thread.start()
        thread.join()

    def test_others():
        try:
            connect({what!r})
        except OSError:
            pass
        """
    )
    result = run(pytester, "--wandb-testkit=guard", "--tb=short")
    result.assert_outcomes(failed=2, passed=1)
    assert "Unpatched wandb would have reached the network (" in text_of(result)


def test_the_guard_knows_wandbs_process_from_others(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        WANDB_LIKE
        + """
    import pytest

    @pytest.mark.parametrize("args", [["/somewhere/wandb-core", "--pid", "1"], "/somewhere/wandb-core --pid 1",
                                      [sys.executable, "-m", "wandb", "service"]])
    def test_service(args):
        wandb.start(args)

    def test_git():
        wandb.start([sys.executable, "-c", "print('wandb')"])
        """
    )
    result = run(pytester, "--wandb-testkit=guard", "--tb=short")
    result.assert_outcomes(failed=3, passed=1)
    assert "Unpatched wandb would have started its process, wandb-core: " in text_of(result)


def test_what_the_guard_says_is_shown_where_the_client_makes_something_else_of_it(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        WANDB_LIKE
        + """
    def test_wandb():
        try:
            wandb.sync("connect")
        except Exception:
            raise KeyError("a failure that tells nothing") from None
        """
    )
    result = run(pytester, "--wandb-testkit=guard", "--tb=short")
    result.assert_outcomes(failed=1)
    assert re.search(r"^-+ wandb guard -+\nUnpatched wandb would have reached", text_of(result), re.MULTILINE)


def test_the_guard_lets_a_patch_alone(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        WANDB_LIKE
        + """
    import pytest

    @pytest.mark.wandb(stub=True)
    def test_wandb():
        with pytest.raises(OSError):
            wandb.sync("connect")
        """
    )
    run(pytester, "--wandb-testkit=guard").assert_outcomes(passed=1)


def test_the_guard_goes_without_a_trace(pytester: pytest.Pytester) -> None:
    before = [dict(vars(each)) for each in (socket, socket.socket, subprocess.Popen)]
    pytester.makepyfile("def test_nothing(): pass")
    run_inside(pytester, "--wandb-testkit=guard").assert_outcomes(passed=1)
    assert [dict(vars(each)) for each in (socket, socket.socket, subprocess.Popen)] == before
    assert "WANDB_ERROR_REPORTING" not in os.environ


# --------------------------------------------------------------------------- on


@pytest.mark.parametrize("with_wandb", [pytest.param(True, marks=needs_wandb), False])
def test_every_test_is_patched(pytester: pytest.Pytester, with_wandb: bool) -> None:
    if not with_wandb and importlib.util.find_spec("wandb") is not None:
        # As on a machine without it.
        pytester.makeconftest("import sys\nassert 'wandb' in sys.modules")
    pytester.makepyfile(
        UNGUARDED
        + """
    import unittest
    from wandb_testkit import patch_wandb

    @pytest.fixture(scope="module")
    def of_module():
        run = wandb.init(project="of-module")
        yield run
        run.finish()

    def test_plain():
        train()
        assert wandb.run is None

    def test_recorder(wandb_recorder, of_module):
        train()
        of_module.log({"a": 1})
        wandb_recorder.assert_row_count(1)
        assert [run.project for run in wandb_recorder.runs] == ["real"]

    def test_module(wandb_recorder_module):
        train()
        wandb_recorder_module.assert_finished()

    @patch_wandb(entity="decorated")
    def test_decorated(recorder):
        train()
        recorder.assert_init(entity="decorated")

    class Case(unittest.TestCase):
        def test_case(self):
            train()
        """
    )
    result = run(pytester, "--wandb-testkit=on", "--doctest-modules")
    result.assert_outcomes(passed=5)
    assert "wandb_testkit: on" in text_of(result)
    assert not list(pytester.path.glob("wandb"))


@needs_wandb
def test_one_test_may_use_the_real_wandb(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        UNGUARDED
        + """
    from unittest import mock

    def test_patched():
        assert isinstance(wandb.init, mock.Mock)

    @pytest.mark.wandb_unpatched
    def test_real():
        assert not isinstance(wandb.init, mock.Mock)

    def test_patched_again():
        assert isinstance(wandb.init, mock.Mock)
        """
    )
    run(pytester, "--wandb-testkit=on").assert_outcomes(passed=3)


def test_a_mode_that_there_is_not(pytester: pytest.Pytester) -> None:
    result = run(pytester, "--wandb-testkit=maybe")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    pytester.makeini("[pytest]\nwandb_testkit = maybe\n")
    result = run(pytester)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert "wandb_testkit = maybe: it is one of off, guard, on" in result.stderr.str()


# --------------------------------------------------------------------------- beside other plugins


@pytest.mark.skipif(importlib.util.find_spec("xdist") is None, reason="pytest-xdist is not installed")
@pytest.mark.parametrize("mode", ["off", "guard", "on"])
def test_with_xdist(pytester: pytest.Pytester, mode: str) -> None:
    pytester.makepyfile(
        """
        import pytest

        @pytest.mark.parametrize("number", range(4))
        @pytest.mark.wandb(stub=True)
        def test_run(wandb_recorder, number):
            import wandb

            wandb.init(project=f"p{number}")
            assert number != 3
        """
    )
    result = run(pytester, "-p", "xdist.plugin", "-n", "2", f"--wandb-testkit={mode}")
    result.assert_outcomes(passed=3, failed=1)
    assert "warning" not in text_of(result)
    assert re.search(r"^-+ wandb -+\nrun p3/", text_of(result), re.MULTILINE)


@pytest.mark.skipif(importlib.util.find_spec("hypothesis") is None, reason="hypothesis is not installed")
def test_with_hypothesis(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import pytest
        from hypothesis import given, settings, strategies

        @pytest.mark.wandb(stub=True)
        @settings(max_examples=3, database=None, deadline=None)
        @given(strategies.integers())
        def test_run(number):
            import wandb

            wandb.init(reinit=True).log({"number": number})
        """
    )
    run(pytester, "-p", "_hypothesis_pytestplugin").assert_outcomes(passed=1)


def test_a_patch_around_the_whole_run_is_not_disturbed(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import pytest

        @pytest.mark.wandb(stub=True)
        def test_run():
            import wandb

            wandb.init()
        """
    )
    with patch_wandb(stub=True) as recorder:
        run_inside(pytester).assert_outcomes(passed=1)
        recorder.assert_no_runs()
