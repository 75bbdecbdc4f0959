"""Nothing is left, however a patch is left; what was there before goes on, and what is kept from inside is inert."""

from __future__ import annotations

import asyncio
import gc
import json
import os
import subprocess
import sys
import types
import unittest
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.test_isolation import watched
from wandb_testkit import Recorder, patch_wandb

ROOT = Path(__file__).resolve().parents[1]

# Every test here is one of these too: `assert_pristine` compares the process before and after it.


# --------------------------------------------------------------------------- ways of leaving


def test_an_abandoned_generator(options: dict[str, Any]) -> None:
    def program() -> Iterator[int]:
        with patch_wandb(**options):
            import wandb

            wandb.init(project="p").log({"x": 1})
            yield 1

    made = program()
    next(made)
    del made
    gc.collect()


def test_an_abandoned_decorated_generator(options: dict[str, Any]) -> None:
    @patch_wandb(**options)
    def program(recorder: Recorder) -> Iterator[int]:
        import wandb

        wandb.init(project="p").log({"x": 1})
        yield from range(3)

    made = program()
    next(made)
    del made
    gc.collect()


def test_an_abandoned_async_generator(options: dict[str, Any]) -> None:
    @patch_wandb(**options)
    async def program(recorder: Recorder) -> AsyncIterator[int]:
        import wandb

        wandb.init(project="p").log({"x": 1})
        for number in range(3):
            yield number

    async def use() -> None:
        made = program()
        await made.__anext__()

    # Leaving the loop closes what was abandoned in it.
    asyncio.run(use())


def test_a_generator_that_is_thrown_into_and_goes_on(options: dict[str, Any]) -> None:
    def program() -> Iterator[str]:
        try:
            with patch_wandb(**options):
                yield "inside"
        except KeyboardInterrupt:
            yield "after"

    made = program()
    assert next(made) == "inside"
    assert made.throw(KeyboardInterrupt) == "after"  # type: ignore[attr-defined]


@pytest.mark.parametrize("shield", [False, True])
def test_a_task_that_is_cancelled_while_others_go_on(options: dict[str, Any], shield: bool) -> None:
    recorders: list[Recorder] = []

    async def work() -> None:
        with patch_wandb(**options) as recorder:
            recorders.append(recorder)
            import wandb

            run = wandb.init(project="p")
            try:
                await asyncio.sleep(60)
            finally:
                run.log({"x": 1})
                if shield:
                    await asyncio.sleep(0)

    async def use() -> None:
        tasks = [asyncio.create_task(work()) for _ in range(3)]
        await asyncio.sleep(0)
        for task in tasks[::-1]:
            task.cancel()
        done = await asyncio.gather(*tasks, return_exceptions=True)
        assert [type(answer) for answer in done] == [asyncio.CancelledError] * 3

    asyncio.run(use())
    assert len(recorders) == 3


@pytest.mark.parametrize("error", [ValueError, unittest.SkipTest, SystemExit, KeyboardInterrupt])
@pytest.mark.parametrize("where", ["setUpModule", "setUpClass", "setUp", "test_one", "tearDown", "tearDownClass"])
def test_a_fixture_of_unittests_that_fails(options: dict[str, Any], where: str, error: type[BaseException]) -> None:
    module = types.ModuleType("program_of_trust")

    def fail(place: str) -> None:
        if place == where:
            raise error("x")

    def set_up_module() -> None:
        patch = patch_wandb(**options)
        patch.start()
        unittest.addModuleCleanup(patch.stop)
        fail("setUpModule")

    class Tests(unittest.TestCase):
        @classmethod
        def setUpClass(cls) -> None:
            patch = patch_wandb(**options)
            patch.start()
            cls.addClassCleanup(patch.stop)
            fail("setUpClass")

        @classmethod
        def tearDownClass(cls) -> None:
            fail("tearDownClass")

        def setUp(self) -> None:
            patch = patch_wandb(**options)
            patch.start()
            self.addCleanup(patch.stop)
            fail("setUp")

        def tearDown(self) -> None:
            fail("tearDown")

        def test_one(self) -> None:
            import wandb

            wandb.init(project="p").log({"x": 1})
            fail("test_one")

        def test_two(self) -> None:
            import wandb

            wandb.init(project="p").finish()

    Tests.__module__ = module.__name__
    module.setUpModule = set_up_module  # type: ignore[attr-defined]
    sys.modules[module.__name__] = module
    suite = unittest.TestSuite(map(Tests, ("test_one", "test_two")))
    result = unittest.TestResult()
    try:
        suite.run(result)
    except (KeyboardInterrupt, SystemExit):
        # They end the process, before which unittest cleans nothing up: that is left to `stopall`.
        unittest.mock.patch.stopall()
        unittest.case._module_cleanups.clear()  # type: ignore[attr-defined]
    finally:
        del sys.modules[module.__name__]
        result._mirrorOutput = False  # type: ignore[attr-defined]


# --------------------------------------------------------------------------- the interpreter's end

_AT_EXIT = """
import atexit, json, sys, weakref
from wandb_testkit import patch_wandb
from tests import egress

weakref.finalize(patch_wandb, int)  # the first of a process registers one for all
options = json.loads(sys.argv[1])
if not options:
    import wandb
registered, register = [], atexit.register
atexit.register = lambda function, *args, **kwargs: registered.append(function) or register(function, *args, **kwargs)


def play():
    before, runs = atexit._ncallbacks(), []
    for name in ("run", "unfinished", "sweep", "artifacts", "media"):
        with patch_wandb(**options) as recorder:
            import wandb

            getattr(egress, name)(wandb)
        runs.append(len(recorder.runs))
    with patch_wandb(subprocesses=True, **options):
        import wandb

        kept = wandb.init(project="p")
    return runs, atexit._ncallbacks() - before


(runs, _), first = play(), [getattr(each, "__module__", None) for each in registered]
print(json.dumps({"first": first, "runs": runs, "growth": [play()[1] for _ in range(3)]}))
"""


def test_nothing_more_is_done_at_the_interpreters_end(options: dict[str, Any], tmp_path: Path) -> None:
    environ = {key: value for key, value in os.environ.items() if not key.startswith(("WANDB", "XDG"))}
    environ |= {"HOME": str(tmp_path), "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-c", _AT_EXIT, json.dumps(options)]
    done = subprocess.run(command, cwd=tmp_path, env=environ, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout.splitlines()[-1])
    assert told["runs"] == [1, 1, 2, 1, 1], "the programs were played"
    # Libraries register something when they are first imported.
    assert [module for module in told["first"] if str(module).startswith("wandb")] == []
    assert told["growth"] == [0, 0, 0]


# --------------------------------------------------------------------------- what was there before

_OUTER = """
import json, sys
import wandb
from wandb_testkit import patch_wandb

run = wandb.init(project="outer", mode="offline", config={"a": 1}, settings=wandb.Settings(console="off"))
names = {name: getattr(wandb, name) for name in ("run", "config", "summary", "log", "init", "finish", "alert", "save")}
bound = run.log
kinds = dict(vars(wandb.Run))
run.log({"x": 1})
with patch_wandb(**json.loads(sys.argv[1])) as recorder:
    import wandb as inside

    assert inside.run is None
    run.log({"x": 2})
    bound({"x": 3})
    run.config.update({"b": 2})
    with inside.init(project="inner") as inner:
        inner.log({"y": 1})
        inside.log({"y": 2})
    run.summary["best"] = 5
import wandb
assert wandb.run is run and all(getattr(wandb, name) is value for name, value in names.items())
assert dict(vars(wandb.Run)) == kinds
wandb.log({"x": 4})
wandb.config.update({"c": 3})
run.finish()
assert wandb.run is None
wandb.teardown()
print(json.dumps([recorder.values("y"), [each.project for each in recorder.runs], run.settings.sync_file]))
"""


@pytest.mark.needs_wandb
def test_a_real_run_that_is_active_outside_goes_on(options: dict[str, Any], tmp_path: Path) -> None:
    from wandb_testkit.checking.offline_log import read_records

    environment = {key: value for key, value in os.environ.items() if not key.startswith("WANDB")}
    environment |= {"HOME": str(tmp_path), "WANDB_DIR": str(tmp_path), "WANDB_SILENT": "true", "PYTHONPATH": str(ROOT)}
    environment |= {"WANDB_ERROR_REPORTING": "false", "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-c", _OUTER, json.dumps(options)]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    values, projects, log = json.loads(done.stdout.splitlines()[-1])
    assert (values, projects) == ([1, 2], ["inner"])
    records = read_records(log)
    rows = [
        {item.key or ".".join(item.nested_key): json.loads(item.value_json) for item in record.history.item}
        for record in records
        if record.WhichOneof("record_type") == "history"
    ]
    assert [row["x"] for row in rows] == [1, 2, 3, 4] and not any("y" in row for row in rows)
    config = [item.key for record in records for item in record.config.update]
    assert {"b", "c"} <= set(config)


# --------------------------------------------------------------------------- what is kept from inside


def _kept(wandb: Any, folder: Path) -> dict[str, Any]:
    """Return everything that a program may keep, each as a call."""
    (folder / "a.txt").write_text("a")
    run = wandb.init(project="p", config={"a": 1})
    run.log({"x": 1})
    artifact = wandb.Artifact("data", "dataset")
    artifact.add_file(str(folder / "a.txt"))
    run.log_artifact(artifact).wait()
    api = wandb.Api()
    found = api.run(f"test-entity/p/{run.id}")
    sweep = wandb.sweep({"method": "grid", "parameters": {"a": {"values": [1]}}}, project="p")
    calls: dict[str, Any] = {
        "run.log": lambda: run.log({"x": 2}),
        "run.finish": run.finish,
        "run.alert": lambda: run.alert("title", "text"),
        "run.save": lambda: run.save(str(folder / "a.txt")),
        "run.define_metric": lambda: run.define_metric("x"),
        "run.log_artifact": lambda: run.log_artifact(wandb.Artifact("b", "dataset")),
        "run.use_artifact": lambda: run.use_artifact("data:latest"),
        "run.link_artifact": lambda: run.link_artifact(artifact, "chosen"),
        "run.log_code": lambda: run.log_code(str(folder)),
        "run.restore": lambda: run.restore("a.txt"),
        "run.mark_preempting": run.mark_preempting,
        "run.watch": lambda: run.watch(object()),
        "run.tags": lambda: setattr(run, "tags", ("a",)),
        "run.name": lambda: setattr(run, "name", "a"),
        "run.config": lambda: run.config.update({"b": 1}),
        "run.config attribute": lambda: setattr(run.config, "c", 1),
        "run.summary": lambda: run.summary.update({"b": 1}),
        "with run": lambda: run.__exit__(None, None, None),
        "api.runs": lambda: list(api.runs("test-entity/p")),
        "api.artifact": lambda: api.artifact("test-entity/p/data:latest"),
        "a run of the Api's, updated": lambda: found.update(),
        "a run of the Api's, read": lambda: found.history(),
        "a run of the Api's, deleted": lambda: found.delete(),
        "artifact.download": lambda: artifact.download(root=str(folder / "down")),
        "artifact.delete": lambda: artifact.delete(),
        "a new Api": lambda: api_class().runs("test-entity/p"),
        "sweep": lambda: kept["sweep"]({"method": "grid", "parameters": {"a": {"values": [1]}}}, project="p"),
        "agent": lambda: kept["agent"](sweep, print, count=1),
        "controller": lambda: kept["controller"](sweep),
    }
    api_class = wandb.Api
    arguments: dict[str, tuple[Any, ...]] = {
        "log": ({"x": 1},),
        "alert": ("title", "text"),
        "define_metric": ("x",),
        "save": ("x",),
        "log_artifact": (artifact,),
        "use_artifact": ("data:latest",),
        "watch": (object(),),
    }
    names = (*arguments, "init", "finish", "login", "sweep", "agent", "controller")
    kept = {name: getattr(wandb, name) for name in names}
    for name, given in {**arguments, "init": (), "finish": (), "login": ()}.items():
        calls[f"wandb.{name}"] = lambda name=name, given=given: kept[name](*given)
    return calls


def test_what_is_kept_from_inside_is_inert_and_says_so(
    options: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with patch_wandb(**options) as recorder:
        import wandb

        calls = _kept(wandb, tmp_path)
    before = recorder.to_dict(), list(recorder.calls)
    answers = {}
    with watched() as events:
        for name, call in calls.items():
            try:
                call()
                answers[name] = "nothing is raised"
            except Exception as error:
                answers[name] = f"{type(error).__name__}: {error}"
    unclear = {name: text for name, text in answers.items() if "that is over" not in " ".join(text.split())}
    assert unclear == {}
    reached = [event for event in events if event[0].startswith(("socket", "subprocess", "os.fork", "os.posix"))]
    assert reached == [], "the real client is never reached"
    assert (recorder.to_dict(), list(recorder.calls)) == before
