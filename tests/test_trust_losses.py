"""Nothing is lost: rows of many threads, readers meanwhile, patches of several threads, forks, and no growth."""

from __future__ import annotations

import asyncio
import gc
import os
import subprocess
import sys
import threading
import weakref
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import WITH_WANDB
from wandb_testkit import patch_wandb
from wandb_testkit.replay import Replay

ROOT = Path(__file__).resolve().parents[1]
THREADS, ROWS = 32, 1000


def _in_threads(count: int, work: Any) -> None:
    """Run `work(number)` in threads that begin together; raise what one raises."""
    barrier = threading.Barrier(count)

    def begin(number: int) -> None:
        barrier.wait()
        work(number)

    with ThreadPoolExecutor(count) as pool:
        for done in [pool.submit(begin, number) for number in range(count)]:
            done.result()


def test_rows_of_32_threads_on_one_run(options: dict[str, Any]) -> None:
    with patch_wandb(**options) as recorder:
        import wandb

        run = wandb.init(project="p")

        def work(number: int) -> None:
            for row in range(ROWS):
                run.log({"thread": number, "row": row, "pair": [number, row]})

        _in_threads(THREADS, work)
        run.finish()
    history = recorder.history()
    assert len(history) == THREADS * ROWS
    assert [row["_step"] for row in history] == list(range(THREADS * ROWS))
    assert all(row["pair"] == [row["thread"], row["row"]] for row in history), "every row is whole"
    for number in range(THREADS):
        assert [row["row"] for row in history if row["thread"] == number] == list(range(ROWS))


@pytest.fixture
def hasty() -> Iterator[None]:
    """Let threads take turns as often as the interpreter can."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


@pytest.mark.usefixtures("hasty")
@pytest.mark.parametrize("defines", [False, True], ids=["as they are", "with statistics"])
def test_readers_while_threads_write(options: dict[str, Any], defines: bool) -> None:
    with patch_wandb(**options) as recorder:
        import wandb

        run = wandb.init(project="p")
        if defines:
            # Of rows that two readers take in at once, it would tell another mean.
            run.define_metric("a", summary="mean,last")
        over = threading.Event()

        def read() -> None:
            while not over.is_set():
                history = recorder.history()
                assert [row["_step"] for row in history] == list(range(len(history)))
                assert all(row[key] == row["a"] for row in history for key in row if key != "_step")
                recorder.to_dict()
                assert all(value >= 0 for value in recorder.config.values())
                run.summary.get("a", 0)

        def write(number: int) -> None:
            for row in range(150):
                run.log({"a": row, f"of {number}, {row}": row})
                run.config.update({f"{number}-{row}": row})

        with ThreadPoolExecutor(4) as pool:
            readers = [pool.submit(read) for _ in range(4)]
            try:
                _in_threads(4, write)
            finally:
                over.set()
            for reader in readers:
                reader.result()
        assert len(recorder.history()) == len(recorder.config) == 600
        if defines:
            assert recorder.summary["a"]["mean"] == 74.5


def test_a_reader_waits_for_what_another_one_is_at(options: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    begun, go_on = threading.Event(), threading.Event()
    real = Replay._apply

    def slowly(self: Replay, run: int, event: Any) -> None:
        begun.set()
        assert go_on.wait(10)
        real(self, run, event)

    with patch_wandb(**options) as recorder:
        import wandb

        monkeypatch.setattr(Replay, "_apply", slowly)
        # Nobody has read yet that there is a run.
        run = wandb.init(project="p")
        with ThreadPoolExecutor(2) as pool:
            first = pool.submit(lambda: run.step)
            assert begun.wait(10)
            second = pool.submit(recorder.history)
            early = wait([second], timeout=0.1).done
            go_on.set()
            assert not early
            assert (first.result(), second.result()) == (0, [])


def test_a_dict_that_another_thread_changes_meanwhile(options: dict[str, Any]) -> None:
    with patch_wandb(**options) as recorder:
        import wandb

        run = wandb.init(project="p")
        shared: dict[str, Any] = {f"k{number}": number for number in range(200)}
        over = threading.Event()

        def change() -> None:
            number = 200
            while not over.is_set():
                shared[f"k{number}"] = number
                del shared[f"k{number - 200}"]
                number += 1

        accepted = 0
        refused: list[str] = []
        with ThreadPoolExecutor(1) as pool:
            changing = pool.submit(change)
            try:
                for row in range(300):
                    run.log({"row": row, "before": row})
                    try:
                        run.log({"shared": shared})
                        accepted += 1
                    except RuntimeError as error:
                        refused.append(str(error))
            finally:
                over.set()
            changing.result()
        run.finish()
    rows = recorder.history()
    assert [row["row"] for row in rows if "row" in row] == list(range(300)), "what comes before and after is there"
    assert sum("shared" in row for row in rows) == accepted and accepted + len(refused) == 300
    assert all("changed" in text for text in refused), "as `dict` itself says, and so the client"
    for row in rows:
        for name, number in row.get("shared", {}).items():
            assert name == f"k{number}", "no value is torn"


def test_runs_in_threads_and_tasks(options: dict[str, Any]) -> None:
    with patch_wandb(**options) as recorder:
        import wandb

        settings = wandb.Settings(reinit="create_new")

        def train(number: int) -> None:
            with wandb.init(project="p", name=str(number), settings=settings) as run:
                for step in range(50):
                    run.log({"x": number * 1000 + step})

        async def train_task(number: int) -> None:
            with wandb.init(project="p", name=str(number), settings=settings) as run:
                for step in range(50):
                    run.log({"x": number * 1000 + step})
                    await asyncio.sleep(0)

        async def all_tasks() -> None:
            await asyncio.gather(*(train_task(number) for number in range(8, 16)))
            await asyncio.gather(*(asyncio.to_thread(train, number) for number in range(16, 24)))

        _in_threads(8, train)
        asyncio.run(all_tasks())
    assert sorted(int(run.name) for run in recorder.runs) == list(range(24))
    for run in recorder.runs:
        assert run.values("x") == [int(run.name) * 1000 + step for step in range(50)]
        assert run.state == "finished"


def test_8_threads_enter_and_leave_at_once(options: dict[str, Any]) -> None:
    if not options:
        import wandb

        before = dict(vars(wandb))

    def work(number: int) -> None:
        for _ in range(50):
            with patch_wandb(**options) as recorder:
                assert recorder.runs is not None

    _in_threads(8, work)
    if not options:
        assert all(vars(wandb).get(name) is value for name, value in before.items())


@pytest.mark.skipif(not hasattr(os, "fork"), reason="forks")
@pytest.mark.filterwarnings("ignore:.*multi-threaded, use of fork:DeprecationWarning")
def test_fork_in_the_middle(options: dict[str, Any]) -> None:
    with patch_wandb(**options) as recorder:
        import wandb

        run = wandb.init(project="p")
        run.log({"x": 0})
        child = os.fork()
        if not child:
            status = 1
            try:
                run.log({"x": "child"})
                status = 0 if recorder.values("x")[-1] == "child" else 2
            finally:
                os._exit(status)
        killed = os.fork()
        if not killed:
            while True:
                run.log({"x": "killed"})
        os.kill(killed, 9)
        statuses = [os.waitstatus_to_exitcode(os.waitpid(each, 0)[1]) for each in (child, killed)]
        run.log({"x": 1})
        run.finish()
    assert statuses == [0, -9]
    assert recorder.values("x") == [0, 1]


def test_what_was_logged_and_the_recorder_can_be_collected(options: dict[str, Any]) -> None:
    class Value:
        def __repr__(self) -> str:
            return "value"

    with patch_wandb(**options) as recorder:
        import wandb

        value = Value()
        run = wandb.init(project="p")
        run.config.update({"value": "x"})
        run.log({"x": 1})
        recorder.mocks.login.return_value = value
        run.finish()
        recorder.history()
    references = [weakref.ref(each) for each in (recorder, recorder.run, value)]
    del recorder, value, run
    gc.collect()
    assert [reference() for reference in references] == [None] * 3


def test_a_run_around_a_patch_can_be_collected(options: dict[str, Any]) -> None:
    patch = patch_wandb(**options)
    with patch as recorder:
        import wandb

        run = wandb.init(project="p")
        with patch:
            pass
        run.finish()
    references = [weakref.ref(recorder), weakref.ref(run)]
    del recorder, run
    gc.collect()
    assert [reference() for reference in references] == [None] * 2


def test_artifacts_can_be_collected_after_nested_patches(options: dict[str, Any]) -> None:
    patch = patch_wandb(**options)
    with patch, patch:
        pass
    with patch:
        import wandb

        artifact = wandb.Artifact("data", "dataset")
        with artifact.new_file("a.txt") as file:
            file.write("x")
        with wandb.init(project="p") as run:
            run.log_artifact(artifact).wait()
    gone = weakref.ref(artifact)
    del artifact, run
    gc.collect()
    assert gone() is None


def test_ten_thousand_entries_leave_no_growth(options: dict[str, Any]) -> None:
    patch = patch_wandb(**options)

    def enter(times: int) -> int:
        for _ in range(times):
            with patch:
                pass
        gc.collect()
        return len(gc.get_objects())

    enter(20)
    before = enter(10)
    assert enter(10_000) - before < 50


_PROGRAM = """
import wandb_testkit, threading
from wandb_testkit import patch_wandb
from wandb_testkit.replay import Replay
for _ in range(3):
    with patch_wandb(stub={stub}) as recorder:
        import wandb
        with wandb.init(project="p", config={{"a": 1}}) as run:
            run.define_metric("x", summary="max")
            thread = threading.Thread(target=run.log, args=({{"x": 1}},))
            thread.start()
            thread.join()
            run.log({{"table": wandb.Table(columns=["a"], data=[[1]])}})
            artifact = wandb.Artifact("a", "t")
            with artifact.new_file("f.txt") as file:
                file.write("x")
            run.log_artifact(artifact).wait()
            artifact = None
    assert recorder.values("x") == [1], recorder.history()
print("done")
"""


@pytest.mark.parametrize("stub", [False, True])
def test_python_in_development_mode_has_nothing_to_warn_of(stub: bool, tmp_path: Path) -> None:
    if not (stub or WITH_WANDB):
        pytest.skip("wandb is not installed")
    options = ["-X", "dev", "-W", "error"]
    if not stub:
        # What the real package itself does when it is imported and with its temporary folders is not ours to mend.
        options = ["-X", "dev", "-W", "error:::wandb_testkit", "-W", "ignore::ResourceWarning:tempfile"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1", "WANDB_SILENT": "true"}
    command = [sys.executable, *options, "-c", _PROGRAM.format(stub=stub)]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "done\n"), done.stderr
    assert [line for line in done.stderr.splitlines() if not line.startswith("wandb:")] == []
