"""``patch_wandb(subprocesses=True)``: what child processes do with wandb arrives at the parent's recorder."""

from __future__ import annotations

import collections
import json
import os
import pickle
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.conftest import WITH_WANDB
from wandb_testkit import guard, patch_wandb
from wandb_testkit.children import portable, spool
from wandb_testkit.children.launching import STARTUP, VARIABLE

ROOT = Path(__file__).resolve().parent.parent

TRAIN = """
import sys
import wandb
with wandb.init(project="child", name=sys.argv[1], config={"n": 3}) as run:
    for step in range(3):
        run.log({"loss": 1.0 / (step + 1)})
"""


def python(source: str, *arguments: str, **options: Any) -> subprocess.CompletedProcess[str]:
    """Run a child; its output comes with the failure."""
    command = [sys.executable, "-c", textwrap.dedent(source), *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, **options)


def script(tmp_path: Path, source: str, *arguments: str) -> Any:
    """Run a program of its own, so that no process is left to this one, and return the JSON that it prints last."""
    path = tmp_path / "script.py"
    path.write_text(textwrap.dedent(source))
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, str(path), *arguments]
    done = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout.splitlines()[-1])


# --------------------------------------------------------------------------- subprocess


def test_a_childs_run_is_recorded(options: dict[str, Any]) -> None:
    with patch_wandb(subprocesses=True, **options) as recorder:
        done = python(TRAIN, "first")
        assert (done.returncode, done.stderr) == (0, "")
        assert [run.name for run in recorder.runs] == ["first"], "inside the patch"
    run = recorder.run
    assert (run.name, run.project, run.state, run.config) == ("first", "child", "finished", {"n": 3})
    assert run.history() == [{"_step": step, "loss": 1.0 / (step + 1)} for step in range(3)]
    assert run.process != os.getpid()
    assert [call[0] for call in recorder.calls] == ["init", "log", "log", "log"]
    assert recorder.mocks.log.call_count == 3
    recorder.assert_logged({"loss": 0.5}, step=1)
    recorder.assert_finished()


def test_runs_of_both_processes_are_told_apart_and_ordered_by_time(options: dict[str, Any]) -> None:
    with patch_wandb(subprocesses=True, **options) as recorder:
        import wandb

        with wandb.init(name="before") as run:
            run.log({"a": 1})
        python(TRAIN, "child")
        with wandb.init(name="after") as run:
            run.log({"b": 1})
    assert [run.name for run in recorder.runs] == ["before", "child", "after"]
    own = [run.process == os.getpid() for run in recorder.runs]
    assert own == [True, False, True]
    assert [call[0] for call in recorder.calls].count("init") == 3
    assert recorder.values("b") == [1]


def test_the_childs_environment_may_be_another(options: dict[str, Any]) -> None:
    with patch_wandb(subprocesses=True, **options) as recorder:
        done = python(TRAIN, "bare", env={"PATH": os.environ["PATH"]})
        assert (done.returncode, done.stderr) == (0, "")
    assert [run.name for run in recorder.runs] == ["bare"]


def test_what_the_program_sets_for_its_child_counts(options: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WANDB_PROJECT", "of-the-machine")
    with patch_wandb(subprocesses=True, entity="team", **options) as recorder:
        python("import wandb; wandb.init().finish()")
        os.environ["WANDB_PROJECT"] = "of-the-program"
        python("import wandb; wandb.init().finish()")
    first, second = (run.project for run in recorder.runs)
    assert (first != "of-the-machine", second) == (True, "of-the-program")
    assert {run.entity for run in recorder.runs} == {"team"}


@pytest.mark.parametrize(
    ("end", "code", "state", "exit_code"),
    [
        ("", 0, "finished", 0),
        ("import sys; sys.exit(3)", 3, "failed", 3),
        ("raise ValueError('x')", 1, "failed", 1),
        ("import os; os._exit(0)", 0, "crashed", None),
        ("import os; os.kill(os.getpid(), 9)", -9, "crashed", None),
    ],
)
def test_the_end_of_a_child_is_the_end_of_its_run(
    options: dict[str, Any], end: str, code: int, state: str, exit_code: int | None
) -> None:
    with patch_wandb(subprocesses=True, **options) as recorder:
        done = python(f"import wandb\nrun = wandb.init()\nrun.log({{'x': 1}})\n{end}")
        assert done.returncode == code, done.stderr
        assert (recorder.run.state, recorder.run.exit_code) == (state, exit_code)
    assert recorder.run.history() == [{"_step": 0, "x": 1}]


@pytest.mark.parametrize("end", ["raise ValueError('x')", "import os; os.kill(os.getpid(), 9)"])
def test_a_run_that_a_child_leaves_ends_with_the_service_that_it_shares(options: dict[str, Any], end: str) -> None:
    # Seen with client 0.31: the child uses the service that its parent started, which goes on without it.
    source = f"import wandb\nrun = wandb.init(name='left')\nrun.log({{'x': 1}})\n{end}"
    with patch_wandb(subprocesses=True, **options) as recorder:
        import wandb

        with wandb.init(name="own"):
            python(source)
            assert [run.state for run in recorder.runs] == ["running", "running"]
            python(source, env={"PATH": os.environ["PATH"]})
            alone = recorder.runs[2]
            assert alone.state in ("failed", "crashed"), "without the variable it has a service of its own"
            ended = alone.to_dict()
        assert [run.state for run in recorder.runs] == ["finished", "running", alone.state]
        wandb.teardown()
        assert [run.state for run in recorder.runs] == ["finished", "finished", alone.state]
        assert alone.to_dict() == ended


def test_a_killed_childs_rows_are_whole(options: dict[str, Any]) -> None:
    # It rests now and then: one that logs faster than the test reads would have written gigabytes by its end.
    source = """
        import time
        import wandb
        run = wandb.init()
        print("ready", flush=True)
        step = 0
        while True:
            run.log({"a": step, "b": [step] * 50})
            step += 1
            if step % 100 == 0:
                time.sleep(0.02)
    """
    with patch_wandb(subprocesses=True, **options) as recorder:
        child = subprocess.Popen([sys.executable, "-c", textwrap.dedent(source)], stdout=subprocess.PIPE, text=True)
        assert child.stdout is not None
        with child.stdout:
            assert child.stdout.readline() == "ready\n"
            deadline = time.monotonic() + 30
            while not recorder.history() and time.monotonic() < deadline:
                time.sleep(0.01)
            assert recorder.run.state == "running"
            child.kill()
            child.wait()
        rows = recorder.history()
        assert recorder.run.state == "crashed"
    assert rows
    assert rows == [{"_step": step, "a": step, "b": [step] * 50} for step in range(len(rows))]


def test_grandchildren(options: dict[str, Any]) -> None:
    source = f"import subprocess, sys\nsubprocess.run([sys.executable, '-c', {TRAIN!r}, 'grandchild'], check=True)"
    with patch_wandb(subprocesses=True, **options) as recorder:
        done = python(source)
        assert (done.returncode, done.stderr) == (0, "")
    assert [run.name for run in recorder.runs] == ["grandchild"]


def test_files_tables_and_artifacts_of_a_child(options: dict[str, Any]) -> None:
    source = """
        import os
        import wandb
        with wandb.init(project="p") as run:
            with open(os.path.join(run.dir, "notes.txt"), "w") as file:
                file.write("of the child")
            run.save(os.path.join(run.dir, "notes.txt"), base_path=run.dir)
            run.log({"table": wandb.Table(columns=["a"], data=[[1]]), "x": 1})
            artifact = wandb.Artifact("model", type="model", metadata={"layers": 2})
            with artifact.new_file("weights.txt") as file:
                file.write("1 2 3")
            run.log_artifact(artifact, aliases=["best"])
    """
    with patch_wandb(subprocesses=True, **options) as recorder:
        done = python(source)
        assert (done.returncode, done.stderr) == (0, "")
        assert recorder.run.file("notes.txt") == b"of the child"
    run = recorder.run
    assert run.file("notes.txt") == b"of the child", "after the patch"
    [row] = run.history()
    assert row["table"]["_type"] == "table-file"
    assert (row["table"]["nrows"], row["x"]) == (1, 1)
    artifact = next(artifact for artifact in run.artifacts if artifact.type == "model")
    assert (artifact.type, artifact.metadata, artifact.files) == ("model", {"layers": 2}, ["weights.txt"])
    json.dumps(recorder.to_dict())


@pytest.mark.parametrize("mode", ["online", "offline"])
def test_the_files_of_a_childs_artifact_are_known(options: dict[str, Any], mode: str) -> None:
    source = f"""
        import wandb
        with wandb.init(mode={mode!r}) as run:
            artifact = wandb.Artifact("model", type="model")
            with artifact.new_file("weights.txt") as file:
                file.write("1 2 3")
            artifact.add_reference("ours://bucket/more", "more")
            run.log_artifact(artifact)
    """
    with patch_wandb(subprocesses=True, **options) as recorder:
        done = python(source)
        assert done.returncode == 0, done.stderr
    recorder.assert_artifact_logged("model", files=["weights.txt", "more"])
    [artifact] = recorder.run.artifacts
    assert {path: (entry.size, entry.ref) for path, entry in artifact.manifest.entries.items()} == {
        "weights.txt": (5, None),
        "more": (None, "ours://bucket/more"),
    }


def test_what_one_process_says_of_a_shared_run_the_other_does_not_see(options: dict[str, Any], tmp_path: Path) -> None:
    source = """
        import os, json
        from wandb_testkit import patch_wandb

        with patch_wandb(subprocesses=True, stub=True) as recorder:
            import wandb
            run = wandb.init(name="first", notes="kept", config={"a": 1})
            child = os.fork()
            if not child:
                run.config.b = 2
                run.name = "second"
                os._exit(0)
            os.waitpid(child, 0)
            seen = [dict(run.config), run.name, run.notes]
            run.finish()
        print(json.dumps([seen, recorder.run.config, recorder.run.name, recorder.run.notes]))
    """
    if options and hasattr(os, "fork"):
        assert script(tmp_path, source) == [[{"a": 1}, "first", "kept"], {"a": 1, "b": 2}, "second", "kept"]


def test_warnings_of_a_child_are_the_recorders(options: dict[str, Any]) -> None:
    with patch_wandb(subprocesses=True, **options) as recorder:
        python("import wandb\nrun = wandb.init()\nrun.log({'x': 1}, step=5)\nrun.log({'x': 2}, step=1)\nrun.finish()")
    assert len(recorder.warnings) == 1
    assert "less than the current step 5" in recorder.warnings[0]
    assert len(recorder.run.dropped) == 1


def test_a_child_resumes_the_parents_run(options: dict[str, Any]) -> None:
    with patch_wandb(subprocesses=True, **options) as recorder:
        import wandb

        with wandb.init(id="abc", project="p", config={"lr": 0.1}) as run:
            run.log({"x": 1})
        done = python(
            "import wandb\nwith wandb.init(id='abc', project='p', resume='must') as run:\n    run.log({'x': 2})\n"
        )
        assert (done.returncode, done.stderr) == (0, "")
    _, resumed = recorder.runs
    assert resumed.resumed
    assert resumed.history() == [{"_step": 1, "x": 2}]


def test_a_child_finds_the_seeded_runs(options: dict[str, Any]) -> None:
    with patch_wandb() as earlier:
        import wandb

        with wandb.init(id="abc", project="p") as run:
            run.log({"x": 1})
    with patch_wandb(subprocesses=True, runs=earlier.runs, **options) as recorder:
        done = python("import wandb\nwandb.init(id='abc', project='p', resume='must').finish()")
        assert (done.returncode, done.stderr) == (0, "")
    assert recorder.run.resumed


def test_wandb_is_absent_in_children_too() -> None:
    with patch_wandb(subprocesses=True, absent=True):
        done = python("import wandb")
    assert done.returncode == 1
    assert "ModuleNotFoundError" in done.stderr
    assert VARIABLE not in os.environ


def test_a_child_that_uses_no_wandb_imports_neither_wandb_nor_mock(options: dict[str, Any]) -> None:
    source = "import sys; print(*sorted({'unittest', 'wandb', 'wandb_testkit.patching'} & set(sys.modules)))"
    with patch_wandb(subprocesses=True, **options):
        assert python(source).stdout.strip() == ""


def test_the_childs_own_sitecustomize_is_imported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "sitecustomize.py").write_text("import builtins\nbuiltins.customized = __name__\n")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    source = "import sys; print(customized, sys.modules['sitecustomize'].__file__, len(sys.path))"
    plain = python(source).stdout
    with patch_wandb(subprocesses=True, stub=True):
        assert python(source).stdout == plain
        assert python("import sys; print(sys.path)").stdout.count("startup") == 0
    assert plain.startswith("sitecustomize ")
    assert os.environ["PYTHONPATH"] == str(tmp_path)


def test_nothing_of_it_is_left_in_the_environment() -> None:
    before = dict(os.environ)
    with patch_wandb(subprocesses=True, stub=True):
        assert os.environ[VARIABLE]
        assert os.environ["PYTHONPATH"].split(os.pathsep)[0] == STARTUP
    assert dict(os.environ) == before


def test_a_child_that_outlives_the_patch_is_no_trouble(options: dict[str, Any]) -> None:
    source = """
        import sys
        import wandb
        run = wandb.init()
        print("ready", flush=True)
        sys.stdin.readline()
        run.log({"late": 1})
        run.finish()
        print("done", wandb.run)
    """
    with patch_wandb(subprocesses=True, **options) as recorder:
        child = subprocess.Popen(
            [sys.executable, "-c", textwrap.dedent(source)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n"
    assert recorder.run.state == "running"
    out, err = child.communicate("go\n", timeout=60)
    assert (child.returncode, out, err) == (0, "done None\n", "")
    assert recorder.history() == []


def test_reset_forgets_what_children_recorded(options: dict[str, Any]) -> None:
    with patch_wandb(subprocesses=True, **options) as recorder:
        python(TRAIN, "first")
        recorder.reset()
        assert (recorder.runs, recorder.calls, recorder.mocks.log.call_count) == ([], [], 0)
        python(TRAIN, "second")
        assert [run.name for run in recorder.runs] == ["second"]


# --------------------------------------------------------------------------- multiprocessing

POOLS = """
    import concurrent.futures, json, multiprocessing, os, sys
    from wandb_testkit import patch_wandb

    def train(n):
        import wandb
        with wandb.init(project="pool", name=f"run-{n}") as run:
            for step in range(3):
                run.log({"x": n * step})
        return n

    def log_into(run):
        run.log({"child": 1})

    def kill_self():
        import wandb
        wandb.init(name="killed").log({"x": 1})
        os.kill(os.getpid(), 9)

    if __name__ == "__main__":
        context = multiprocessing.get_context(sys.argv[1])
        with patch_wandb(subprocesses=True, stub=sys.argv[2] == "stub" or None) as recorder:
            import wandb
            process = context.Process(target=train, args=(1,))
            process.start()
            process.join()
            with concurrent.futures.ProcessPoolExecutor(2, mp_context=context) as pool:
                assert list(pool.map(train, [2, 3])) == [2, 3]
            process = context.Process(target=kill_self)
            process.start()
            process.join()
            with wandb.init(name="parent") as run:
                run.log({"parent": 1})
                process = context.Process(target=log_into, args=(run,))
                process.start()
                process.join()
                assert process.exitcode == 0, process.exitcode
                run.log({"parent": 2})
        with patch_wandb(subprocesses=True, stub=sys.argv[2] == "stub" or None) as again:
            process = context.Process(target=train, args=(4,))
            process.start()
            process.join()
        told = [[run.name, run.state, run.process == os.getpid(), run.history()] for run in recorder.runs]
        print(json.dumps([sorted(told), [run.name for run in again.runs]]))
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="forks")
@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
def test_multiprocessing(options: dict[str, Any], method: str, tmp_path: Path) -> None:
    runs, again = script(tmp_path, POOLS, method, "stub" if options else "installed")
    assert again == ["run-4"], "a server of processes outlives its patch"
    killed, parent, *trained = runs
    assert killed == ["killed", "crashed", False, [{"_step": 0, "x": 1}]]
    rows = [{"_step": 0, "parent": 1}, {"_step": 1, "child": 1}, {"_step": 2, "parent": 2}]
    assert parent == ["parent", "finished", True, rows]
    for number, run in enumerate(trained, start=1):
        history = [{"_step": step, "x": number * step} for step in range(3)]
        assert run == [f"run-{number}", "finished", False, history]
    assert len(trained) == 3


FORKS = """
    import json, os
    from wandb_testkit import patch_wandb

    with patch_wandb(subprocesses=True, stub=True) as recorder:
        import wandb
        run = wandb.init(name="parent")
        run.log({"a": 1})
        child = os.fork()
        if not child:
            own = wandb.init(name="child")
            seen = [own is not run, wandb.run is run]
            own.log({"x": 1})
            own.finish()
            seen.append(wandb.run is run)
            wandb.log({"from child": seen == [True, True, True]})
            os._exit(0)
        os.waitpid(child, 0)
        run.log({"b": 2})
        used = os.fork()
        if not used:
            run.log({"used": 1})
            os._exit(0 if wandb.init() is run else 1)
        assert os.waitpid(used, 0)[1] == 0
        run.finish()
    print(json.dumps([[run.name, run.state, run.history()] for run in recorder.runs]))
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="forks")
def test_a_fork_begins_a_run_of_its_own_and_may_log_into_the_inherited_one(tmp_path: Path) -> None:
    # Seen with client 0.31: `init` begins another run until the inherited one was used; `wandb.run` stays the latter.
    parent, child = script(tmp_path, FORKS)
    rows = [{"_step": 0, "a": 1}, {"_step": 1, "from child": True}, {"_step": 2, "b": 2}, {"_step": 3, "used": 1}]
    assert parent == ["parent", "finished", rows]
    assert child == ["child", "finished", [{"_step": 0, "x": 1}]]


# --------------------------------------------------------------------------- without the option


@pytest.mark.needs_wandb
@pytest.mark.parametrize("use", ["wandb.init(mode='offline')", "wandb.Api().runs('a/b')[0]", "wandb.sweep({})"])
@pytest.mark.parametrize("env", [None, {"PATH": os.environ["PATH"], "WANDB_API_KEY": "k" * 40}])
def test_a_child_is_kept_from_the_network_all_the_same(use: str, env: dict[str, str] | None) -> None:
    with patch_wandb() as recorder:
        done = python(f"import wandb; {use}", env=env)
        assert guard.VARIABLE not in os.environ
    assert done.returncode == 1
    assert "child of patch_wandb()" in done.stderr
    assert "use subprocesses=True" in done.stderr
    assert recorder.runs == []


FORKED = """
    import json, os, sys, warnings
    from wandb_testkit import patch_wandb

    def forked(use):
        reader, writer = os.pipe()
        child = os.fork()
        if not child:
            with warnings.catch_warnings(record=True) as caught:
                warnings.simplefilter("always")
                use()
            os.write(writer, json.dumps([str(each.message) for each in caught]).encode())
            os._exit(0)
        os.close(writer)
        os.waitpid(child, 0)
        with os.fdopen(reader) as pipe:
            return json.load(pipe)

    with patch_wandb(stub=True) as recorder:
        import wandb
        told = [forked(lambda: None), forked(lambda: [wandb.init(), wandb.init()])]
        with wandb.init() as run:
            run.log({"a": 1})
            told += [forked(lambda: [run.log({"b": 1}), run.log({"c": 1})])]
            told += [forked(lambda: run.config.update({"c": 1})), forked(wandb.finish)]
            run.log({"a": 2})
    print(json.dumps([told, [run.to_dict()["history"] for run in recorder.runs]]))
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="forks")
def test_a_fork_says_that_nothing_of_it_is_recorded(tmp_path: Path) -> None:
    told, histories = script(tmp_path, FORKED)
    assert [len(each) for each in told] == [0, 1, 1, 1, 1]
    assert all("use subprocesses=True" in text for each in told for text in each)
    assert histories == [[{"_step": 0, "a": 1}, {"_step": 1, "a": 2}]]


def test_the_guard_goes_with_the_patch(monkeypatch: pytest.MonkeyPatch) -> None:
    source = f"import os; print(os.environ.get({guard.VARIABLE!r}))"
    with patch_wandb(stub=True):
        with patch_wandb(stub=True):
            assert python(source).stdout.strip() == guard.TEXT
        assert python(source).stdout.strip() == guard.TEXT
        assert python(source, env={"PATH": os.environ["PATH"]}).stdout.strip() == guard.TEXT
        assert python(source, env={guard.VARIABLE: "http://own"}).stdout.strip() == "http://own"
    assert python(source).stdout.strip() == "None"
    monkeypatch.setenv(guard.VARIABLE, "http://machine")
    init = subprocess.Popen.__init__
    with patch_wandb(stub=True):
        assert python(source).stdout.strip() == guard.TEXT
        assert subprocess.Popen.__init__ is not init
    assert python(source).stdout.strip() == "http://machine"
    assert subprocess.Popen.__init__ is init


@pytest.mark.needs_wandb
def test_an_interpreter_that_ignores_its_environment_is_guarded() -> None:
    with patch_wandb(subprocesses=True):
        command = [sys.executable, "-S", "-c", f"import sys; sys.path += {sys.path!r}; import wandb; wandb.init()"]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1
    assert "child of patch_wandb()" in done.stderr


# --------------------------------------------------------------------------- on the way


class Foreign:
    def __repr__(self) -> str:
        return "<foreign>"


class Text(str):
    pass


class Config(collections.OrderedDict[str, int]):
    pass


class Pair(NamedTuple):
    a: int
    b: int


def test_values_of_the_programs_own_classes_arrive_as_the_plain_ones() -> None:
    sent = [Text("a"), Config(b=1), Pair(1, 2), signal.SIGTERM]
    got = portable.loads(portable.dumps(sent))
    assert got == ["a", {"b": 1}, (1, 2), 15]
    assert [type(item) for item in got] == [str, dict, tuple, int]


class Broken:
    def __repr__(self) -> str:
        raise RuntimeError("no text either")


@pytest.mark.parametrize(
    "value",
    [None, True, 3, 2.5, "text", b"bytes", 1 + 2j, [1, (2, {"a": {3}})], float("inf"), Path("a/b"), range(3)],
    ids=repr,
)
def test_plain_values_arrive_as_they_are(value: Any) -> None:
    assert portable.loads(portable.dumps(value)) == value


def test_other_values_arrive_as_text() -> None:
    told = portable.loads(portable.dumps([Foreign(), lambda: None, Foreign, sys]))
    assert repr(told[0]) == "<foreign>"
    assert [type(item) for item in told] == [portable.Told] * 4
    assert "Broken object at" in repr(portable.loads(portable.dumps(Broken())))


def test_what_cannot_be_pickled_does_not_hide_the_rest() -> None:
    deep: list[Any] = []
    for _ in range(100_000):
        deep = [deep]
    number, told = portable.loads(portable.dumps((1, deep)))
    assert number == 1
    assert isinstance(told, (list, portable.Told))


@pytest.mark.parametrize("value", [os.getcwd, eval, subprocess.Popen, Foreign(), pytest.raises, getattr])
def test_nothing_else_is_ever_made(value: Any) -> None:
    with pytest.raises(pickle.UnpicklingError, match="does not pass"):
        portable.loads(pickle.dumps(value))


def test_numpys_values_arrive() -> None:
    numpy = pytest.importorskip("numpy")
    array, scalar = portable.loads(portable.dumps((numpy.arange(3.0), numpy.float32(0.5))))
    assert array.tolist() == [0.0, 1.0, 2.0]
    assert type(scalar) is numpy.float32


def test_a_frame_that_was_cut_off_is_not_read(tmp_path: Path) -> None:
    writer = spool.Spool(str(tmp_path), "token", {"token": "token", "sources": [], "origins": {}})
    assert list(tmp_path.iterdir()) == [], "nothing is written before there is something to say"
    writer.write((spool.MESSAGE, "warning", "first"))
    writer.write((spool.MESSAGE, "warning", "second"))
    [path] = tmp_path.iterdir()
    whole = path.read_bytes()
    assert path.stat().st_mode & 0o077 == 0
    path.write_bytes(whole[:-3])
    reader = spool.SpoolFile(path)
    assert list(reader.read()) == [(spool.MESSAGE, "warning", "first")]
    assert list(reader.read()) == []
    path.write_bytes(whole)
    reader.over = False
    assert list(reader.read()) == [(spool.MESSAGE, "warning", "second")]
    writer.close()
    writer.write((spool.MESSAGE, "warning", "late"))
    assert path.read_bytes() == whole


def test_nobody_sees_a_file_that_its_process_does_not_hold_yet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[list[spool.SpoolFile]] = []
    monkeypatch.setattr(spool, "hold", lambda _: seen.append(spool.files(str(tmp_path), {}, but="")))
    writer = spool.Spool(str(tmp_path), "token", {"token": "token", "sources": [], "origins": {}})
    writer.write((spool.MESSAGE, "warning", "first"))
    writer.close()
    assert seen == [[]]
    assert len(spool.files(str(tmp_path), {}, but="")) == 1
    assert spool.files(str(tmp_path), {}, but="token") == []


def test_the_folder_is_the_users_alone() -> None:
    with patch_wandb(subprocesses=True, stub=True):
        family = Path(os.environ[VARIABLE])
        assert family.stat().st_mode & 0o077 == 0
        assert family.parent.stat().st_mode & 0o077 == 0
    assert not family.exists()


def test_the_child_of_a_patch_of_the_stand_in_has_the_stand_in() -> None:
    with patch_wandb(subprocesses=True, stub=True):
        done = python("import wandb; print(type(wandb).__module__)")
    assert done.stdout.startswith("wandb_testkit"), done.stderr
    if WITH_WANDB:
        with patch_wandb(subprocesses=True):
            done = python("import wandb; print(type(wandb).__module__, wandb.__spec__.origin)")
        assert done.stdout.startswith("builtins ") and "site-packages" in done.stdout
