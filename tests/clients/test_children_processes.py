"""Child processes of plain Python: scripts, workers and pools, whose runs arrive at the parent's recorder."""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

from tests.clients import Client
from tests.clients.programs import workers
from tests.scenarios import Observer

SCRIPT = str(Path(__file__).resolve().parent / "programs" / "script.py")
CLIENT = Client("child processes", imports=("wandb",), options={"subprocesses": True})
METHODS = ("fork", "spawn", "forkserver")


def _script(obs: Observer, *arguments: str, **options: Any) -> None:
    """Run the script, and note what it printed and exited with."""
    command = [sys.executable, SCRIPT, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=100, **options)
    # The client's own warnings come with those of this process, where they are compared.
    sys.stderr.write(done.stderr)
    obs.read(f"end of {arguments}", [done.returncode, done.stdout])


@CLIENT.job
def scripts_one_after_the_other(wandb: Any, obs: Observer) -> None:
    _script(obs, "--name", "first")
    _script(obs, "--name", "second", "--lr", "0.5", env={**os.environ, "SEEN": "its own", "WANDB_TAGS": "a,b"})
    _script(obs, "--name", "third", "--fail")


@CLIENT.job
def a_script_while_a_run_goes_on(wandb: Any, obs: Observer) -> None:
    with wandb.init(project="parent", id="parent") as run:
        run.log({"before": 1})
        _script(obs, "--name", "inner")
        run.log({"after": 1})
        obs.read("step", run.step)


@CLIENT.job
def workers_with_runs_of_their_own(wandb: Any, obs: Observer) -> None:
    for number, method in enumerate(METHODS):
        process = multiprocessing.get_context(method).Process(target=workers.trial, args=(number,))
        process.start()
        process.join()
        obs.read(method, process.exitcode)


@CLIENT.job(concurrent=True)
def a_pool_of_workers(wandb: Any, obs: Observer) -> None:
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        obs.read("pool", pool.map(workers.trial, range(3)))
        pool.close()
        pool.join()
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("forkserver")) as executor:
        obs.read("executor", list(executor.map(workers.trial, range(10, 13))))


@CLIENT.job
def a_run_that_is_handed_over(wandb: Any, obs: Observer) -> None:
    for method in METHODS:
        with wandb.init(project="parent", id=f"to-{method}", config={"a": 1}) as run:
            run.log({"before": 1})
            process = multiprocessing.get_context(method).Process(target=workers.into, args=(run, "child"))
            process.start()
            process.join()
            obs.read(method, process.exitcode)
            run.log({"after": 1})
            obs.read("config", dict(run.config))


@CLIENT.job
def a_run_that_workers_attach_to(wandb: Any, obs: Observer) -> None:
    for method in METHODS:
        with wandb.init(project="parent", id=f"by-{method}", config={"a": 1}) as run:
            obs.read("attach id", run._attach_id)
            arguments = (run._attach_id, "child")
            process = multiprocessing.get_context(method).Process(target=workers.attached, args=arguments)
            process.start()
            process.join()
            obs.read(method, process.exitcode)
            run.log({"after": 1})
    obs.read("disabled", wandb.init(mode="disabled")._attach_id)
    wandb.finish()


@CLIENT.job
def the_current_run_of_a_fork(wandb: Any, obs: Observer) -> None:
    with wandb.init(project="parent", id="current") as run:
        run.log({"before": 1})
        process = multiprocessing.get_context("fork").Process(target=workers.by_module, args=("child",))
        process.start()
        process.join()
        obs.read("forked", process.exitcode)
        process = multiprocessing.get_context("spawn").Process(target=workers.by_module, args=("child",))
        process.start()
        process.join()
        obs.read("spawned", process.exitcode)
        run.log({"after": 1})


@CLIENT.job
def a_worker_that_fails(wandb: Any, obs: Observer) -> None:
    # What is forked ends without a word, so that its own log is cut off anywhere: see tests/test_children.py.
    process = multiprocessing.get_context("spawn").Process(target=workers.fails, args=(1,))
    process.start()
    process.join()
    obs.read("end", process.exitcode)


@CLIENT.job
def workers_that_fail_beside_a_run(wandb: Any, obs: Observer) -> None:
    with wandb.init(project="parent", id="beside") as run:
        for number, method in enumerate(METHODS):
            process = multiprocessing.get_context(method).Process(target=workers.fails, args=(number,))
            process.start()
            process.join()
            obs.read(method, process.exitcode)
        run.log({"after": 1})


test_equal = CLIENT.test()
