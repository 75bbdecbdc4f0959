"""Whoever holds wandb gets the mocks, and afterwards everything is as it was."""

from __future__ import annotations

import gc
import importlib
import importlib.metadata
import importlib.util
import inspect
import os
import pickle
import sys
import time
import timeit
import weakref
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any
from unittest import mock

import pytest

from tests.conftest import WITH_WANDB
from wandb_testkit import Recorder, patch_wandb

needs_wandb = pytest.mark.needs_wandb


@pytest.fixture
def make_module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Any]]:
    """Returns a function that imports a module of a given text."""
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    made: list[str] = []

    def make(source: str, name: str = "program") -> ModuleType:
        (tmp_path / f"{name}.py").write_text(source)
        importlib.invalidate_caches()
        sys.modules.pop(name, None)
        made.append(name)
        return importlib.import_module(name)

    yield make
    for name in made:
        sys.modules.pop(name, None)


def use(module: Any, value: Any) -> None:
    """Run the program of a module that holds ``wandb``."""
    run = module.wandb.init(project="p")
    assert isinstance(run, module.wandb.Run)
    module.wandb.log({"x": value})
    module.wandb.finish()


# --------------------------------------------------------------------------- the installed package

HOLDER = """
import wandb
import wandb as wb
from wandb import init, finish, log, login, termwarn
from wandb.sdk.wandb_init import init as deep_init
from wandb.errors import UsageError
from wandb import Table, Settings
from wandb import errors

def lazily():
    from wandb import init
    import wandb
    run = init(project="p")
    wandb.log({"x": "lazily"})
    run.finish()
"""


@needs_wandb
def test_names_that_others_imported_before_are_mocks_inside(make_module: Any) -> None:
    program = make_module(HOLDER)
    before = dict(vars(program))
    with patch_wandb() as recorder:
        assert program.wb is program.wandb is sys.modules["wandb"] is before["wandb"], "the module stays the real one"
        for name in ("init", "finish", "log", "login", "termwarn", "deep_init"):
            assert isinstance(vars(program)[name], mock.MagicMock), name
        assert program.init is program.deep_init is program.wb.init is recorder.mocks.init
        for name in ("UsageError", "Table", "Settings", "errors"):
            assert vars(program)[name] is before[name], name
        with pytest.raises(program.wandb.Error, match=r"You must call wandb.init\(\) before wandb.log"):
            program.log({"x": 1})
        run = program.init(project="p")
        with pytest.raises(program.wandb.Error, match=r"You must call wandb.init\(\) before wandb.log"):
            program.log({"x": 1})
        program.wb.log({"x": 2})
        program.finish()
        program.lazily()
        assert type(run).__mro__[2:] == program.wandb.Run.__mro__ or isinstance(run, program.wandb.Run)
    assert recorder.values("x") == [2, "lazily"]
    assert all(value is before[name] for name, value in vars(program).items())


@needs_wandb
def test_names_imported_inside_are_given_back(make_module: Any) -> None:
    import wandb

    with patch_wandb() as outer:
        with patch_wandb() as recorder:
            program = make_module("from wandb import init\nimport wandb\n")
            assert program.init is recorder.mocks.init
        assert program.init is outer.mocks.init
        program.init(project="p")
        other = make_module("from wandb import log, init\nimport wandb\n", "other")
        other.log({"x": 1})
        with patch_wandb(), pytest.raises(wandb.Error):
            other.log({"x": 2})
        other.log({"x": 3})
    assert outer.values("x") == [1, 3]
    assert program.init is other.init is wandb.init
    assert other.log is wandb.log
    with patch_wandb() as again:
        assert program.init is other.init is again.mocks.init
    assert program.init is wandb.init


@needs_wandb
def test_modules_that_are_imported_again_or_gone(make_module: Any) -> None:
    from wandb_testkit import layers

    for _ in range(30):
        program = make_module("from wandb import init\n")
        with patch_wandb() as recorder:
            assert program.init is recorder.mocks.init
        assert not isinstance(program.init, mock.Mock)
    del program
    sys.modules.pop("program")
    gc.collect()
    make_module("pass", "another")
    with patch_wandb():
        pass
    import wandb

    (surface,) = [s for w, s in layers._surfaces.items() if w.wandb is wandb]
    held = [place for place in surface._places.all if place.namespace.get("__name__") == "program"]
    assert held == [], "modules that are gone are not kept"


@needs_wandb
def test_module_that_enters_a_patch_while_it_is_imported(make_module: Any) -> None:
    program = make_module("from wandb_testkit import patch_wandb\nwith patch_wandb(): pass\nfrom wandb import init\n")
    with patch_wandb() as recorder:
        assert program.init is recorder.mocks.init


@needs_wandb
def test_what_the_user_has_put_in_place_of_a_name_comes_back(monkeypatch: pytest.MonkeyPatch) -> None:
    import wandb

    monkeypatch.setattr(wandb, "run", "a run of before")
    monkeypatch.setattr(wandb, "log", "a log of before")
    with patch_wandb():
        assert wandb.run is None
        wandb.init(project="p")
        wandb.finish = "left so"
    assert (wandb.run, wandb.log) == ("a run of before", "a log of before")
    assert callable(wandb.finish)


@needs_wandb
def test_the_public_api_is_not_imported_for_nothing(tmp_path: Path) -> None:
    source = (
        "import sys, wandb\nfrom wandb_testkit import patch_wandb\nbefore = 'wandb.apis.public' in sys.modules\n"
        "with patch_wandb():\n    wandb.init(project='p').finish()\n"
        "assert before or 'wandb.apis.public' not in sys.modules"
    )
    _run_python(source, tmp_path)


def _run_python(source: str, folder: Path) -> None:
    import subprocess

    root = str(Path(__file__).resolve().parent.parent)
    environment = {**os.environ, "PYTHONPATH": root, "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-c", source]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


# --------------------------------------------------------------------------- the stand-in


def test_stand_in_is_importable_inside_and_gone_afterwards() -> None:
    before = sys.modules.get("wandb")
    with patch_wandb(stub=True) as recorder:
        import wandb
        import wandb.errors
        from wandb.sdk.wandb_run import Run

        assert wandb is not before
        assert wandb.__spec__ is not None and wandb.__spec__.name == "wandb"
        assert importlib.util.find_spec("wandb") is wandb.__spec__
        assert wandb.__version__ == importlib.metadata.version("wandb")
        assert wandb.Run is Run and issubclass(wandb.errors.UsageError, wandb.Error)
        for name in ("Settings", "Table", "Image", "util", "sdk", "errors", "Artifact", "Html"):
            assert hasattr(wandb, name), name
        use(type("Program", (), {"wandb": wandb}), 1)
        with pytest.raises(AttributeError, match="module 'wandb' has no attribute 'no_such_name'"):
            wandb.no_such_name  # noqa: B018
        with pytest.raises(ModuleNotFoundError, match=r"wandb\.no_such_module"):
            importlib.import_module("wandb.no_such_module")
    assert recorder.values("x") == [1]
    assert sys.modules.get("wandb") is before
    with pytest.raises(RuntimeError, match="outside of patch_wandb"):
        wandb.init()


def test_module_imported_inside_the_stand_in_works_again_in_the_next_patch(make_module: Any) -> None:
    with patch_wandb(stub=True) as first:
        program = make_module("import wandb\nfrom wandb import init\n")
        use(program, 1)
    assert not isinstance(program.init, mock.Mock)
    with patch_wandb(stub=True) as second:
        assert program.init is second.mocks.init
        use(program, 2)
    assert (first.values("x"), second.values("x")) == ([1], [2])
    if WITH_WANDB:
        import wandb

        assert program.wandb is wandb, "what came from the stand-in is the real package afterwards"
        assert program.init is wandb.init


@needs_wandb
def test_stand_in_reaches_those_who_hold_the_real_package(make_module: Any) -> None:
    program = make_module(HOLDER)
    hidden = type("Hidden", (), {"wandb": program.wandb, "init": staticmethod(program.init)})
    before = dict(vars(program))
    with patch_wandb(stub=True) as recorder:
        import wandb

        assert wandb is not before["wandb"]
        assert program.wandb is program.wb is wandb
        assert program.UsageError is wandb.errors.UsageError is not before["UsageError"]
        assert program.Table is wandb.Table and program.Settings is wandb.Settings and program.errors is wandb.errors
        assert program.init is program.deep_init is wandb.init
        use(program, 1)
        program.lazily()
        run = hidden.wandb.init(project="p")
        assert hidden.wandb.run is run is wandb.run, "also those that nobody could find"
        hidden.wandb.log({"x": 2})
        hidden.wandb.finish()
        assert hidden.wandb.run is None
        run = wandb.init(project="p")
        run.finish()
        with pytest.raises(program.UsageError):
            run.log({"x": 3})
    assert recorder.values("x") == [1, "lazily", 2]
    assert all(value is before[name] for name, value in vars(program).items())


@needs_wandb
def test_real_patch_inside_a_stand_in_patch(make_module: Any) -> None:
    program = make_module(HOLDER)
    real = program.wandb
    with patch_wandb(stub=True) as outer:
        use(program, 1)
        with patch_wandb(stub=False) as inner:
            assert program.wandb is real is sys.modules["wandb"]
            use(program, 2)
        assert program.wandb is not real
        use(program, 3)
    assert (outer.values("x"), inner.values("x")) == ([1, 3], [2])
    assert program.wandb is real


def test_a_fake_of_the_users_own_is_not_taken_for_the_package(monkeypatch: pytest.MonkeyPatch) -> None:
    fake = mock.MagicMock()
    monkeypatch.setitem(sys.modules, "wandb", fake)
    with patch_wandb() as recorder:
        import wandb

        wandb.init(project="p").finish()
    assert len(recorder.runs) == 1
    assert sys.modules["wandb"] is fake and not fake.init.called


# --------------------------------------------------------------------------- no wandb


def test_absent() -> None:
    before = sys.modules.get("wandb")
    with patch_wandb(absent=True) as recorder:
        with pytest.raises(ModuleNotFoundError) as missing:
            import wandb  # noqa: F401
        assert missing.value.name == "wandb"
        assert importlib.util.find_spec("wandb") is None
        with pytest.raises(ModuleNotFoundError):
            from wandb.sdk import wandb_run  # noqa: F401
        assert recorder.runs == []
        recorder.assert_no_runs()
    assert sys.modules.get("wandb") is before


@needs_wandb
def test_absent_for_those_who_hold_the_package(make_module: Any) -> None:
    program = make_module(HOLDER)
    before = dict(vars(program))
    with patch_wandb(absent=True):
        for call in (program.wandb.init, program.init, program.wb.finish):
            with pytest.raises(ModuleNotFoundError, match="absent=True"):
                call()
    assert all(value is before[name] for name, value in vars(program).items())


def test_stub_false_insists_on_the_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "wandb", None)
    with pytest.raises(ModuleNotFoundError):
        patch_wandb(stub=False).start()
    with patch_wandb() as recorder:
        import wandb

        wandb.init(project="p").finish()
    assert len(recorder.runs) == 1
    assert sys.modules["wandb"] is None


# --------------------------------------------------------------------------- environment


def _variables() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name.startswith("WANDB_") and "_DIR" not in name}


def test_the_environment_of_before_does_not_matter_and_comes_back(
    options: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WANDB_MODE", "disabled")
    monkeypatch.setenv("WANDB_PROJECT", "of the machine")
    monkeypatch.setenv("WANDB_API_KEY", "secret")
    monkeypatch.setenv("WANDB_TAGS", "")
    monkeypatch.setenv("WANDB_DATA_DIR", "/of/the/machine")
    before = dict(os.environ)
    with patch_wandb(**options) as recorder:
        assert _variables() == {}
        assert os.environ.get("WANDB_DATA_DIR") != "/of/the/machine"
        os.environ["WANDB_PROJECT"] = "inside"
        os.environ["WANDB_NOTES"] = "inside"
        import wandb

        wandb.init().finish()
        del os.environ["WANDB_PROJECT"]
    assert dict(os.environ) == before
    assert recorder.run.project == "inside" and recorder.run.notes == "inside" and recorder.run.mode == "online"


def test_environment_of_nested_and_overlapping_patches(
    options: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WANDB_MODE", "of the machine")
    before = dict(os.environ)
    first, second = patch_wandb(**options), patch_wandb(**options)
    first.start()
    os.environ["WANDB_NAME"] = "first"
    second.start()
    assert _variables() == {}
    os.environ["WANDB_NAME"] = "second"
    first.stop()
    assert _variables() == {"WANDB_NAME": "second"}
    second.stop()
    assert dict(os.environ) == before
    with first:
        os.environ["WANDB_NAME"] = "first"
        with second:
            assert _variables() == {}
        assert _variables() == {"WANDB_NAME": "first"}
    assert dict(os.environ) == before


def test_environment_that_the_program_replaces(options: dict[str, Any]) -> None:
    with mock.patch.dict("os.environ", {"WANDB_MODE": "disabled"}), patch_wandb(**options):
        assert _variables() == {}
    with mock.patch("os.environ", {"WANDB_MODE": "disabled", "PATH": "x"}):
        with patch_wandb(**options):
            assert _variables() == {}
        assert os.environ == {"WANDB_MODE": "disabled", "PATH": "x"}


# --------------------------------------------------------------------------- kept objects


def test_objects_kept_from_inside_are_inert(options: dict[str, Any]) -> None:
    with patch_wandb(**options) as recorder:
        import wandb

        run = wandb.init(project="p", config={"a": 1})
        init, log, run_log, config, summary = wandb.init, wandb.log, run.log, run.config, run.summary
        untouched = wandb.alert
    calls = recorder.calls
    for kept in (
        lambda: init(project="q"),
        lambda: log({"x": 1}),
        lambda: run_log({"x": 1}),
        lambda: run.log({"x": 1}),
        lambda: untouched("title", "text"),
        lambda: run.finish(),
        lambda: config.update({"b": 1}),
        lambda: config.__setitem__("b", 1),
        lambda: summary.update({"b": 1}),
        lambda: setattr(run, "notes", "x"),
        lambda: run.define_metric("x"),
        lambda: run.alert("title", "text"),
    ):
        with pytest.raises(Exception, match=r"patch_wandb\(\) that is\s+over"):
            kept()
    assert recorder.run.config == {"a": 1}
    assert recorder.calls == calls
    assert recorder.history() == []


def test_untouched_mocks_are_mocks_for_whoever_looks(options: dict[str, Any]) -> None:
    with patch_wandb(**options) as recorder:
        import wandb

        save = wandb.save
        assert isinstance(save, mock.MagicMock) and callable(save)
        assert wandb.save is recorder.mocks.save is save
        assert "data" in inspect.signature(wandb.log).parameters
        assert "save" in repr(wandb.save)
        assert wandb.login.__name__ == "login"
        recorder.mocks.login.return_value = "answer"
        assert wandb.login() == "answer"
        recorder.mocks.login.assert_called_once_with()
        assert hash(wandb.teardown) == hash(wandb.teardown) and wandb.setup == wandb.setup
        with pytest.raises(TypeError):
            wandb.login(no_such_argument=1)
    assert recorder.mocks.login.call_count >= 1


# --------------------------------------------------------------------------- growth and cost


def test_a_thousand_entries_leave_no_growth(options: dict[str, Any]) -> None:
    patch = patch_wandb(**options)

    def enter(times: int) -> int:
        for _ in range(times):
            with patch:
                import wandb

                wandb.init(project="p").log({"x": 1})
            patch_wandb(**options).start()
            mock.patch.stopall()
        gc.collect()
        return len(gc.get_objects())

    enter(20)
    before = enter(10)
    after = enter(500)
    assert after - before < 100, f"{after - before} objects more"


def test_an_entry_needs_no_garbage_collector(options: dict[str, Any]) -> None:
    with patch_wandb(**options):
        pass
    gc.collect()
    gc.disable()
    try:
        before = len(gc.get_objects())
        for _ in range(50):
            with patch_wandb(**options):
                pass
        assert len(gc.get_objects()) - before < 50
    finally:
        gc.enable()


def test_recorder_and_logged_objects_can_be_collected(options: dict[str, Any]) -> None:
    class Value:
        pass

    with patch_wandb(**options) as recorder:
        import wandb

        value = Value()
        run = wandb.init(project="p", config={"value": 1})
        wandb.login(key=value)  # type: ignore[arg-type]
    gone = [weakref.ref(recorder), weakref.ref(value)]
    del recorder, value, run
    gc.collect()
    assert [reference() for reference in gone] == [None, None]


def _microseconds(function: Callable[[], Any], number: int = 50) -> float:
    return min(timeit.repeat(function, number=number, repeat=15, timer=time.process_time)) / number * 1e6


def test_cost_of_an_entry_does_not_depend_on_how_many_modules_there_are(
    options: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    patch = patch_wandb(**options)

    def enter() -> None:
        with patch:
            pass

    enter()
    few = _microseconds(enter)
    for number in range(5000):
        monkeypatch.setitem(sys.modules, f"loaded_{number}", ModuleType(f"loaded_{number}"))
    enter()
    many = _microseconds(enter)
    assert many < 2 * few + 20, (few, many)


def test_an_entry_costs_little(options: dict[str, Any]) -> None:
    patch = patch_wandb(**options)

    def enter() -> None:
        with patch:
            pass

    kept: list[Any] = []
    row = {"loss": 0.1, "acc": 0.5, "lr": 0.01}
    unit = _microseconds(lambda: kept.append(dict(row)), 5000)
    enter()
    outermost = _microseconds(enter) / unit
    with patch:
        nested = _microseconds(enter) / unit
    # The unit is a plain append of a row: a tenth to a quarter of a microsecond.  The
    # stand-in costs more where it has to hide some hundred modules of the real package.
    most = 6000 if options and WITH_WANDB else 1500
    assert outermost < most and nested < most, (outermost, nested)


def test_errors_of_the_patch_can_be_pickled() -> None:
    from wandb_testkit import PatchNotStarted

    assert str(pickle.loads(pickle.dumps(PatchNotStarted("x")))) == "x"
    assert isinstance(Recorder(), Recorder)


@pytest.mark.needs_wandb
def test_what_the_library_shows_in_a_patch_stays_its_own() -> None:
    """An interrupted patch has all modules looked through again, its own among them."""
    from wandb_testkit import credentials, layers, surfaces

    def own() -> list[object]:
        return [surfaces._DISABLED, surfaces.never, credentials.never, surfaces._DISABLED.is_set()]

    with patch_wandb(stub=False):
        before = own()
        layers._watch.forget()
    with patch_wandb(stub=False):
        assert own() == before
    assert own() == before
