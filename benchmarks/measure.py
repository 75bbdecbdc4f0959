"""How it is measured: interleaved, the smallest of many, each result checked before its time counts.

The warm tasks of a world run in one process, subject after subject, round after round, so
that a machine that is busy for a while is so for all of them.  What a process pays once,
and memory, is measured in processes of their own, also subject after subject.
"""

from __future__ import annotations

import gc
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable
from contextlib import contextmanager, nullcontext
from time import perf_counter
from typing import TYPE_CHECKING, NamedTuple

from benchmarks import tasks
from benchmarks.subjects import SUBJECTS, WORLDS, Subject
from benchmarks.tasks import TASKS, Numbers, Task

if TYPE_CHECKING:
    from collections.abc import Iterator


class Plan(NamedTuple):
    """How thoroughly it is measured.

    Attributes:
        quick: Whether the tasks' small counts are used.
        rounds: How often each subject's turn comes.
        seconds: How long one turn takes, where the work can be repeated.
        patience: A subject whose turn would take longer than this many seconds is left out.
    """

    quick: bool
    rounds: int
    seconds: float
    patience: float


THOROUGH = Plan(False, 7, 0.1, 30.0)
QUICK = Plan(True, 3, 0.01, 2.0)


class Result(NamedTuple):
    """One number of one subject.

    Attributes:
        world: See `subjects.WORLDS`.
        task: The task's name.
        measure: The task's measure; "" where it has one only.
        subject: The subject's name.
        best: The smallest of all rounds; None when it was not measured.
        median: The median of all rounds.
        unit: "s", "bytes" or "objects".
        rounds: How many rounds there were.
        wrong: Why the result is wrong; "" when it is right.
        note: Why it was not measured.
    """

    world: str
    task: str
    measure: str
    subject: str
    best: float | None
    median: float | None
    unit: str
    rounds: int
    wrong: str = ""
    note: str = ""


def measured(
    plan: Plan, names: Iterable[str], subjects: Iterable[str], say: Callable[[str], None]
) -> Iterator[Result]:
    """Measure and yield the results, task by task.

    Args:
        plan: How thoroughly.
        names: Names of the tasks.
        subjects: Names of the subjects.
        say: Is told what is being measured.
    """
    wanted = set(subjects)
    with _scratch() as scratch:
        for task in map(TASKS.__getitem__, names):
            if plan.quick and task.quick == 0:
                continue
            for world in task.worlds:
                found = [subject for subject in WORLDS[world] if subject in wanted and _is_there(world)]
                if not _is_worthwhile(found, wanted):
                    continue
                say(f"{task.name}: {', '.join(found)}")
                yield from _WAYS[task.kind](plan, task, world, found, scratch)


def is_installed() -> bool:
    """Say whether the real wandb is there."""
    from importlib.util import find_spec

    return find_spec("wandb") is not None


def _is_there(world: str) -> bool:
    return world == "bare" or is_installed()


def _is_worthwhile(names: list[str], wanted: set[str]) -> bool:
    """A world with nothing but its stub is measured only if nothing else was asked for."""
    return bool(names) and (names != ["stub"] or wanted == {"stub"})


@contextmanager
def _scratch() -> Iterator[str]:
    # The service of the real client may still write while it ends.
    with tempfile.TemporaryDirectory(prefix="benchmarks-", ignore_cleanup_errors=True) as folder:
        yield folder


# --------------------------------------------------------------------------- processes


def _environment(world: str, scratch: str) -> dict[str, str]:
    """Return the environment of a measuring process; only the real client gets WANDB_* variables."""
    found = {name: value for name, value in os.environ.items() if not name.startswith("WANDB_")}
    root = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    found["PYTHONPATH"] = os.pathsep.join([root, *filter(None, [found.get("PYTHONPATH")])])
    found["PYTHONHASHSEED"] = "0"
    # An installed package has its bytecode beside it; the first process, which does not count, writes ours.
    found.pop("PYTHONDONTWRITEBYTECODE", None)
    if world == "client":
        found.update({f"WANDB_{use}DIR": scratch for use in ("", "CACHE_", "CONFIG_", "DATA_", "ARTIFACT_")})
        found.update(WANDB_SILENT="true", WANDB_ERROR_REPORTING="false", WANDB_API_KEY="0" * 40)
    return found


def _spawn(arguments: list[str], world: str, scratch: str, text: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments],
        input=text,
        capture_output=True,
        text=True,
        cwd=scratch,
        env=_environment(world, scratch),
        check=False,
    )


def _failure(done: subprocess.CompletedProcess[str]) -> str:
    lines = done.stderr.strip().splitlines()
    return lines[-1] if lines else f"the process ended with {done.returncode}"


def _in_worker(plan: Plan, task: Task, world: str, names: list[str], scratch: str) -> list[Result]:
    order = {"plan": plan, "task": task.name, "world": world, "subjects": names}
    done = _spawn(["-c", "from benchmarks.measure import work; work()"], world, scratch, json.dumps(order))
    if done.returncode:
        why = _failure(done)
        return [_missing(task, measure, world, name, wrong=why) for name in names for measure in task.measures]
    return [Result(*fields) for fields in json.loads(done.stdout.splitlines()[-1])]


def _alone(plan: Plan, task: Task, world: str, names: list[str], scratch: str) -> list[Result]:
    once = plan._replace(rounds=1)
    results: dict[tuple[str, str], list[Result]] = {}
    for _ in range(1 if plan.quick else min(plan.rounds, 3)):
        for name in names:
            for result in _in_worker(once, task, world, [name], scratch):
                results.setdefault((name, result.measure), []).append(result)
    return [_together(found) for found in results.values()]


def _together(results: list[Result]) -> Result:
    wrong = next((result for result in results if result.wrong or result.best is None), None)
    if wrong is not None:
        return wrong
    numbers = [result.best for result in results if result.best is not None]
    return results[0]._replace(best=min(numbers), median=statistics.median(numbers), rounds=len(numbers))


def _time_of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


_IMPORTS = {"testkit": "wandb_testkit", "patch": "unittest.mock", "disabled": "wandb"}


def _cold(plan: Plan, task: Task, world: str, names: list[str], scratch: str) -> list[Result]:
    """Measure in fresh interpreters; the first process of each subject fills the caches and does not count."""
    commands = {}
    for name in names:
        if task.name != "import":
            function = "test_seconds" if task.kind == "process" else "first_patch_seconds"
            commands[name] = f"{function}({name!r})"
        elif name in _IMPORTS:
            commands[name] = f"import_seconds({_IMPORTS[name]!r})"
    numbers: dict[str, list[float]] = {name: [] for name in commands}
    wrong: dict[str, str] = {}
    for turn in range(1 + (1 if plan.quick else plan.rounds)):
        for name, command in commands.items():
            if name in wrong:
                continue
            code = f"import benchmarks.cold as cold; print(cold.{command})"
            clock = perf_counter if world == "client" else _time_of_children
            begun = clock()
            done = _spawn(["-c", code], world, scratch)
            spent = clock() - begun
            if done.returncode:
                wrong[name] = _failure(done)
            elif turn:
                numbers[name].append(spent if task.kind == "process" else float(done.stdout.splitlines()[-1]))
    return [_result(task, "", world, name, numbers[name], wrong.get(name, "")) for name in commands]


def _result(task: Task, measure: str, world: str, name: str, numbers: list[float], wrong: str) -> Result:
    unit = task.units[task.measures.index(measure)]
    if not numbers:
        return _missing(task, measure, world, name, wrong=wrong)
    return Result(
        world, task.name, measure, name, min(numbers), statistics.median(numbers), unit, len(numbers), wrong
    )


def _missing(task: Task, measure: str, world: str, name: str, *, wrong: str = "", note: str = "") -> Result:
    unit = task.units[task.measures.index(measure)]
    return Result(world, task.name, measure, name, None, None, unit, 0, wrong, note)


_WAYS: dict[str, Callable[[Plan, Task, str, list[str], str], list[Result]]] = {
    "warm": _in_worker,
    "alone": _alone,
    "cold": _cold,
    "process": _cold,
}


# --------------------------------------------------------------------------- in the measuring process


def work() -> None:
    """Do what the order on standard input says and print the results as JSON."""
    order = json.load(sys.stdin)
    plan, task = Plan(*order["plan"]), TASKS[order["task"]]
    if order["world"] == "client":
        tasks.use_wall_clock()
    if order["world"] != "bare":
        import wandb  # noqa: F401  (the first subject must not pay for all)
    results = _interleaved(plan, task, order["world"], [SUBJECTS[name] for name in order["subjects"]])
    print("\n" + json.dumps(results))


class _Turns:
    """One subject's part of a task.

    Args:
        plan: How thoroughly.
        task: The task.
        subject: The subject.
    """

    def __init__(self, plan: Plan, task: Task, subject: Subject) -> None:
        self.subject = subject
        self.numbers: list[Numbers] = []
        self.wrong = self.note = ""
        self.left = plan.rounds
        self._plan, self._task = plan, task
        self._fixed = task.quick if plan.quick and task.quick is not None else task.count
        self._count = self._repeats = 1
        try:
            task.check(subject)
        except Exception as error:
            # A peer may not be able to do it at all; whoever it is, the table says so.
            self.wrong = f"{type(error).__name__}: {error}"
        else:
            self._prepare()

    def _prepare(self) -> None:
        """Find out how much work fills a turn."""
        count, spent = 1 if self._fixed is None else min(self._fixed, 500), 0.0
        while True:
            spent = self._seconds(count)
            if self._fixed is not None or spent > self._plan.seconds / 4:
                break
            count *= 4
        if self._fixed is None:
            self._count = max(1, round(count * self._plan.seconds / spent))
            return
        whole = spent * self._fixed / count
        if whole > 1:
            # With so much work in a turn a few are enough.
            self.left = min(self.left, 2)
        self._count, self._repeats = self._fixed, max(1, min(200, round(self._plan.seconds / whole)))
        if whole > self._plan.patience:
            self.note = f"would take {whole:.0f} s"

    def _seconds(self, count: int) -> float:
        begun = tasks.clock()
        self._task.run(self.subject, count)
        return tasks.clock() - begun

    @property
    def is_on(self) -> bool:
        """Whether it takes part."""
        return not self.wrong and not self.note and self.left > 0

    def take(self) -> None:
        """Take one turn."""
        self.left -= 1
        for _ in range(self._repeats):
            gc.collect()
            with nullcontext() if self._task.collects else _no_collection():
                try:
                    self.numbers.append(self._task.run(self.subject, self._count))
                except Exception as error:
                    self.wrong = f"{type(error).__name__}: {error}"
                    return

    def results(self, world: str) -> list[Result]:
        """Return what was found out."""
        task, name = self._task, self.subject.name
        if self.note:
            return [_missing(task, measure, world, name, note=self.note) for measure in task.measures]
        columns = list(zip(*self.numbers, strict=True)) or [()] * len(task.measures)
        return [
            _result(task, measure, world, name, list(column), self.wrong)
            for measure, column in zip(task.measures, columns, strict=True)
        ]


@contextmanager
def _no_collection() -> Iterator[None]:
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _interleaved(plan: Plan, task: Task, world: str, subjects: list[Subject]) -> list[Result]:
    turns = [_Turns(plan, task, subject) for subject in subjects]
    for turn in range(plan.rounds):
        # Whoever comes first in one round comes last in the next: no one is always after the slowest.
        for subject in turns if turn % 2 == 0 else reversed(turns):
            if subject.is_on:
                subject.take()
    return [result for subject in turns for result in subject.results(world)]

