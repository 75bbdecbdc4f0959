"""Run a program under the patch, and show where it differs from the real client."""

from __future__ import annotations

import contextlib
import dataclasses
import difflib
import fcntl
import functools
import gc
import hashlib
import importlib
import importlib.metadata
import json
import os
import shutil
import sys
import tempfile
import traceback
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests import scenarios
from tests.normalise import KNOWN_DIFFERENCES, canonical
from tests.older_releases import known_differences
from tests.oracle import RealClient
from tests.scenarios import Observer
from tests.worlds import Observation, Task, play, surroundings, terminal
from wandb_testkit.checking import offline_log

# In these releases a thread asks every few seconds which rows were dropped: a short program may never be told.
_TELLS_LATE = (0, 27, 0), (0, 31, 0)

HERE = Path(__file__).resolve().parent


def scenario_task(name: str) -> Task:
    """Return the task that runs a scenario."""
    return Task("tests.comparison:run_scenario", (name,))


def run_scenario(wandb: Any, obs: Observer, name: str) -> None:
    """Run a scenario by its name."""
    scenarios.load()[name].program(wandb, obs)


def observe_patched(task: Task, **options: Any) -> Observation:
    """Run the program under `patch_wandb(**options)` in this process and return what was observed.

    A disabled run sends nothing, so it is not among the runs that are compared.
    """
    _settle_folders()
    folder = os.path.realpath(tempfile.mkdtemp(prefix="patched-"))
    try:
        return _observe_patched(task, folder, options)
    finally:
        _delete(folder)


def _observe_patched(task: Task, folder: str, options: dict[str, Any]) -> Observation:
    from wandb_testkit import patch_wandb

    obs = Observer()
    with (
        warnings.catch_warnings(),
        terminal() as printed,
        surroundings(folder, mode=None),
        patch_wandb(**options) as recorder,
    ):
        # The real client plays in an interpreter of its own; a warning that only the tests make an error is none there.
        warnings.simplefilter("ignore", DeprecationWarning)
        os.environ["WANDB_MODE"] = "offline"
        wandb = importlib.import_module("wandb")
        play(task, wandb, obs)
        runs = [run.to_dict() for run in recorder.runs if run.mode != "disabled"]
    return Observation.make(runs, obs, printed.getvalue(), os.path.join(folder, "work"))


def _delete(folder: str) -> None:
    """Delete the folder of a program, and with it what the client's artifacts leave to the garbage collector."""
    if any(name.startswith("tmp") for name in os.listdir(os.path.join(folder, "home"))):
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "Implicitly cleaning up", ResourceWarning)
            gc.collect()
    shutil.rmtree(folder, ignore_errors=True)


def _settle_folders() -> None:
    """Have the client make its folders for media, which last as long as the process, outside of the program's own."""
    with contextlib.suppress(ImportError):
        importlib.import_module("wandb.sdk.artifacts.artifact")
        importlib.import_module("wandb.sdk.data_types._private").MEDIA_TMP.name  # noqa: B018


def observe_real(client: RealClient, tasks: Sequence[Task]) -> list[Observation]:
    """Run programs on the real client.

    With the environment variable WANDB_TESTKIT_ORACLE_CACHE, which names a folder, what was observed is kept there
    for as long as neither the programs, the oracle nor the client change.  It is for work on the rules.
    """
    folder = os.environ.get("WANDB_TESTKIT_ORACLE_CACHE")
    if not folder:
        return client.observe_all(tasks)
    os.makedirs(folder, exist_ok=True)
    path = {task: os.path.join(folder, _fingerprint(task) + ".json") for task in tasks}
    missing = [task for task in path if not os.path.exists(path[task])]
    for task, observation in zip(missing, client.observe_all(missing) if missing else [], strict=True):
        with open(path[task], "w") as file:
            json.dump(observation.to_json(), file)
    kept = []
    for task in tasks:
        with open(path[task]) as file:
            kept.append(Observation(**json.load(file)))
    return kept


# So many programs are the work of one process of the tests at a time.
_SHARE = 24


def observe_together(client: RealClient, tasks: Sequence[Task], folder: Path) -> list[Observation]:
    """Run programs on the real client, those that another process of the same tests runs excepted.

    Each process begins with another share of the programs and goes round. What one has observed the others read; one
    that comes late finds most of it done, and none waits for another that is not at work.

    Args:
        client: The real client.
        tasks: The programs, the same in every process.
        folder: Where the processes leave what they observed; nobody else has anything there.
    """
    shares = [tasks[first : first + _SHARE] for first in range(0, len(tasks), _SHARE)]
    number = int(os.environ["PYTEST_XDIST_WORKER"].removeprefix("gw"))
    begin = len(shares) * number // int(os.environ["PYTEST_XDIST_WORKER_COUNT"])
    found: dict[Task, Observation] = {}
    for place in [*range(begin, len(shares)), *range(begin)]:
        with open(folder / f"share-{place}.json", "a+", encoding="utf-8") as file:
            # Another process that is at it holds this lock until it is done, or dead.
            fcntl.flock(file, fcntl.LOCK_EX)
            file.seek(0)
            text = file.read()
            if text:
                observed = [Observation(**each) for each in json.loads(text)]
            else:
                observed = observe_real(client, shares[place])
                file.write(json.dumps([each.to_json() for each in observed]))
        found.update(zip(shares[place], observed, strict=True))
    return [found[task] for task in tasks]


def _fingerprint(task: Task) -> str:
    """Return a text that changes with anything that can change what the real client does."""
    return hashlib.sha256(f"{task!r} {_surroundings_fingerprint()}".encode()).hexdigest()


@functools.cache
def _surroundings_fingerprint() -> str:
    installed = sorted(f"{found.name} {found.version}" for found in importlib.metadata.distributions())
    digest = hashlib.sha256(f"{installed} {sys.version}".encode())
    own = [HERE / f"{name}.py" for name in ("oracle", "worlds", "normalise")] + [Path(offline_log.__file__)]
    for source in sorted([*own, *HERE.glob("scenarios/*.py"), *HERE.glob("random_programs.py")]):
        digest.update(source.read_bytes())
    return digest.hexdigest()


def differences(real: Observation, patched: Observation) -> str:
    """Return a diff of two observations, or "" when they are equal."""
    if _TELLS_LATE[0] <= scenarios.installed() < _TELLS_LATE[1]:
        real, patched = _without_late_warnings(real), _without_late_warnings(patched)
    return "\n".join(
        difflib.unified_diff(
            canonical(real.to_json()).splitlines(),
            canonical(patched.to_json()).splitlines(),
            "real client",
            "patched",
            lineterm="",
            n=4,
        )
    )


def _without_late_warnings(observation: Observation) -> Observation:
    kept = [line for line in observation.warned if not line.startswith("wandb: WARNING Tried to log to step ")]
    return dataclasses.replace(observation, warned=kept)


def print_scenarios(names: Sequence[str]) -> int:
    """Print what the real client does in these scenarios."""
    names = names or runnable()
    with RealClient() as real:
        for name, observation in zip(names, observe_real(real, [scenario_task(name) for name in names]), strict=True):
            sys.stdout.write(f"== {name}\n{canonical(observation.to_json())}\n")
    return 0


def compare_scenarios(names: Sequence[str], *, stub: bool) -> int:
    """Print where the patch differs, and return 1 if it does where it must not."""
    names = names or runnable()
    found = []
    with RealClient() as client:
        real = observe_real(client, [scenario_task(name) for name in names])
    for name, observation in zip(names, real, strict=True):
        try:
            text = differences(observation, observe_patched(scenario_task(name), stub=stub or None))
        except Exception:
            text = traceback.format_exc()
        known = {**KNOWN_DIFFERENCES, **known_differences()}.get(name)
        if text or known:
            if bool(text) != bool(known):
                found.append(name)
            sys.stdout.write(f"== {name}{f' (known: {known})' if known else ''}\n{text}\n")
            sys.stdout.flush()
    sys.stdout.write(f"{len(found)} of {len(names)} scenarios differ: {' '.join(found)}\n")
    return 1 if found else 0


def runnable() -> list[str]:
    """Return the scenarios that need nothing that is not installed."""
    return [name for name, scenario in scenarios.load().items() if not scenario.missing()]
