"""What is measured, how each result is checked, and the limits that were set.

A task's `run` does the work once and returns seconds a unit, one number for each of its
measures; `check` does a little of the same work and compares what was kept with what was
logged.
"""

from __future__ import annotations

import gc
import resource
import sys
import threading
import tracemalloc
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import cycle, islice
from time import perf_counter, process_time
from types import ModuleType
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from benchmarks.subjects import Row, Subject

Numbers = tuple[float, ...]

# The processor's time of this process: what other programs do meanwhile does not count.
clock: Callable[[], float] = process_time


def use_wall_clock() -> None:
    """Let waiting count too, as it must for a client that has a service in another process."""
    global clock
    clock = perf_counter


class WrongResult(Exception):
    """A subject did not keep, or did not answer, what it should."""


class Limit(NamedTuple):
    """What this library must reach in one measure.

    Attributes:
        measure: The measure's name.
        against: "stub" or "peer" (the best one that can be read back) of the same run; the
            name of a subject; "own" (`of` is another of the same task's measures or
            another task's name); "" for an absolute number.
        most: The largest ratio or number.
        of: See `against`.
        only: The one subject that it is for; "" for both of the library's.
    """

    measure: str
    against: str
    most: float
    of: str = ""
    only: str = ""


class Task:
    """One thing that is measured.

    Args:
        name: What the command line calls it.
        title: What the table calls it.
        run: ``run(subject, count)`` does the work for `count` units and returns seconds a
            unit (or what `unit` says), one number for each measure.
        check: Raises `WrongResult`.
        measures: Names of the numbers; one unnamed by default.
        count: How many units one run does; None lets the measurement choose.
        quick: The same for ``--quick``; the task is left out there if it is 0.
        collects: Whether the garbage collector is on.
        unit: Of the numbers: "s", "bytes" or "objects", for each measure or for all.
        kind: "warm" in one process, interleaved; "alone" each in a process of its own;
            "cold" in a fresh interpreter; "process" the same, measured from outside.
        worlds: Where it makes sense; everywhere by default.
        limits: What this library must reach.
    """

    def __init__(
        self,
        name: str,
        title: str,
        run: Callable[[Subject, int], Numbers],
        check: Callable[[Subject], None],
        *,
        measures: tuple[str, ...] = ("",),
        count: int | None = None,
        quick: int | None = None,
        collects: bool = True,
        unit: str | tuple[str, ...] = "s",
        kind: str = "warm",
        worlds: tuple[str, ...] = ("installed", "bare", "client"),
        limits: tuple[Limit, ...] = (),
    ) -> None:
        self.name = name
        self.title = title
        self.run = run
        self.check = check
        self.measures = measures
        self.count = count
        self.quick = quick
        self.collects = collects
        self.units = (unit,) * len(measures) if isinstance(unit, str) else unit
        self.kind = kind
        self.worlds = worlds
        self.limits = limits


# --------------------------------------------------------------------------- checking


def plain(value: Any) -> Any:
    """Return a value as the backend has it: arrays as lists, numpy's scalars as numbers."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    tolist = getattr(value, "tolist", None)
    return value if tolist is None else tolist()


def check_rows(found: Iterable[Row], logged: Iterable[Row]) -> None:
    """Compare what was kept with what was logged.

    Args:
        found: Rows as read back, with ``_step`` or without.
        logged: What the program logged.

    Raises:
        WrongResult: They differ.
    """
    found, logged = list(found), list(logged)
    if len(found) != len(logged):
        raise WrongResult(f"{len(logged)} rows were logged, {len(found)} are there")
    for index, (row, expected) in enumerate(zip(found, logged, strict=True)):
        row = {key: value for key, value in row.items() if key not in ("_timestamp", "_runtime")}
        if row.pop("_step", index) != index:
            raise WrongResult(f"row {index} has another step: {found[index]}")
        if plain(row) != plain(expected):
            raise WrongResult(f"row {index} is {row}, logged was {expected}")


ROWS: list[Row] = [{"loss": 1 / (index + 1), "accuracy": index / 1000, "epoch": index} for index in range(1000)]


def rows_of(count: int) -> Iterator[Row]:
    """Return `count` rows of three keys; they are made before, so that only logging costs."""
    return islice(cycle(ROWS), count)


@contextmanager
def started(subject: Subject) -> Iterator[tuple[Any, Any]]:
    """Enter `subject`, begin a run and finish it; gives ``(opened, run)``."""
    with subject.open() as opened:
        run = subject.wandb(opened).init(project="benchmark", config={"lr": 0.1})
        yield opened, run
        run.finish()


def _checks(rows: list[Row]) -> Callable[[Subject], None]:
    """Return the check that what is logged is kept."""

    def check(subject: Subject) -> None:
        with subject.open() as opened:
            run = subject.wandb(opened).init(project="benchmark", config={"lr": 0.1})
            for row in rows:
                run.log(row)
            run.finish()
            if subject.name != "disabled":
                check_rows(subject.verified_rows(opened), rows)

    return check


check_logging = _checks(ROWS[:50])


# --------------------------------------------------------------------------- in and out


def _enter(subject: Subject, count: int) -> Numbers:
    begun = clock()
    for _ in range(count):
        with subject.open():
            pass
    return ((clock() - begun) / count,)


def _enter_nested(subject: Subject, count: int) -> Numbers:
    with subject.open():
        return _enter(subject, count)


def _check_restored(subject: Subject) -> None:
    def names() -> dict[str, Any]:
        module: Any = sys.modules.get("wandb")
        return {} if module is None else {name: vars(module).get(name) for name in ("init", "log", "finish", "run")}

    check_logging(subject)
    loaded, before = sys.modules.get("wandb"), names()
    with subject.open():
        pass
    if sys.modules.get("wandb") is not loaded or names() != before:
        raise WrongResult("leaving did not restore wandb")


def _check_nested(subject: Subject) -> None:
    with subject.open() as outer:
        _check_restored(subject)
        with subject.open() as inner:
            _run_of(subject, inner).log(ROWS[1])
        _run_of(subject, outer).log(ROWS[2])
        check_rows(subject.rows(outer), ROWS[2:3])


def _run_of(subject: Subject, opened: Any) -> Any:
    return subject.wandb(opened).init(project="benchmark")


_MODULES = 5000


def _many_modules() -> dict[str, ModuleType]:
    found = {}
    for number in range(_MODULES):
        name = f"wandb_testkit_benchmark_{number}"
        found[name] = module = ModuleType(name)
        vars(module).update({f"name_{index}": index for index in range(20)})
    return found


def _with_modules(subject: Subject, count: int) -> Numbers:
    _enter(subject, 5)
    [few] = _enter(subject, count)
    more = _many_modules()
    sys.modules.update(more)
    try:
        # What is new is looked at once; the limit is for the entries after that.
        _enter(subject, 5)
        [many] = _enter(subject, count)
    finally:
        for name in more:
            del sys.modules[name]
    return few, many


# --------------------------------------------------------------------------- whole tests


def _test(subject: Subject, rows: list[Row]) -> list[Row]:
    with subject.open() as opened:
        run = subject.wandb(opened).init(project="benchmark", config={"lr": 0.1, "epochs": 3})
        for row in rows:
            run.log(row)
        run.finish()
        return subject.rows(opened)


def _typical(subject: Subject, count: int) -> Numbers:
    rows = ROWS[:100]
    begun = clock()
    for _ in range(count):
        _test(subject, rows)
    return ((clock() - begun) / count,)


def _suite(subject: Subject, count: int) -> Numbers:
    rows = ROWS[:3]
    begun = clock()
    for _ in range(count):
        _test(subject, rows)
    return ((clock() - begun) / count,)


def _resident() -> int:
    try:
        with open("/proc/self/statm", encoding="ascii") as file:
            return int(file.read().split()[1]) * resource.getpagesize()
    except OSError:  # no Linux: the largest so far, which grows alike
        scale = 1 if sys.platform == "darwin" else 1024
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * scale


def _left_by_suite(subject: Subject, count: int) -> Numbers:
    # What the first tests and the first look at the memory make once is no leak.
    _suite(subject, 200)
    _resident()
    gc.collect()
    before, resident = len(gc.get_objects()), _resident()
    _suite(subject, count)
    grown = _resident() - resident
    gc.collect()
    return grown / count, (len(gc.get_objects()) - before) / count


# --------------------------------------------------------------------------- logging


def _log(subject: Subject, count: int) -> Numbers:
    with started(subject) as (_, run):
        rows = rows_of(count)
        begun = clock()
        for row in rows:
            run.log(row)
        spent = clock() - begun
    return (spent / count,)


def _history(subject: Subject, count: int) -> Numbers:
    with started(subject) as (opened, run):
        for row in rows_of(count):
            run.log(row)
        times = [clock()]
        for _ in range(2):
            rows = subject.rows(opened)
            times.append(clock())
            del rows
    return (times[1] - times[0]) / count, (times[2] - times[1]) / count


def _follow(subject: Subject, count: int) -> Numbers:
    with started(subject) as (_, run):
        rows = rows_of(count)
        begun = clock()
        for row in rows:
            run.log(row)
            run.summary["loss"]
            run.step  # noqa: B018
        spent = clock() - begun
    return (spent / count,)


def _check_follow(subject: Subject) -> None:
    with started(subject) as (_, run):
        for index, row in enumerate(ROWS[:20]):
            run.log(row)
            found = run.summary["loss"], run.step
            if found != (row["loss"], index + 1):
                raise WrongResult(f"after {index + 1} rows summary and step are {found!r:.60}")


def _row_bytes(subject: Subject, count: int) -> Numbers:
    with started(subject) as (_, run):
        run.log({"loss": 0.0, "accuracy": 0.0, "epoch": 0})
        tracemalloc.start()
        for index in range(count):
            run.log({"loss": 1 / (index + 1), "accuracy": index / count, "epoch": index})
        kept, _ = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    return (kept / count,)


WIDE: list[Row] = [{f"metric_{number}": number / (index + 1) for number in range(1000)} for index in range(3)]


def _log_all(rows: list[Row]) -> Callable[[Subject, int], Numbers]:
    def run(subject: Subject, count: int) -> Numbers:
        with started(subject) as (_, run):
            waiting = islice(cycle(rows), count)
            begun = clock()
            for row in waiting:
                run.log(row)
            spent = clock() - begun
        return (spent / count,)

    return run


def nested_rows() -> list[Row]:
    """Return rows of nested dicts and lists, with numpy's values where it is installed."""
    try:
        import numpy
    except ModuleNotFoundError:
        array: Callable[[list[float]], Any] = list
        scalar: Callable[[float], Any] = float
    else:
        array, scalar = numpy.array, numpy.float32
    return [
        {
            "train": {"loss": scalar(0.5 / (1 + index % 2)), "parts": {"first": 0.25, "second": index}},
            "weights": array([0.0, 0.5, float(index), 1.0]),
            "epoch": index,
        }
        for index in range(10)
    ]


NESTED: list[Row] = nested_rows()

_THREADS = 8


def _log_in_threads(subject: Subject, each: int, threads: int) -> tuple[float, int]:
    """Return seconds a call, and how many rows are there afterwards."""
    with started(subject) as (opened, run):
        ready = threading.Barrier(threads + 1)

        def work() -> None:
            rows = rows_of(each)
            ready.wait()
            for row in rows:
                run.log(row)

        workers = [threading.Thread(target=work) for _ in range(threads)]
        for worker in workers:
            worker.start()
        begun = perf_counter()
        ready.wait()
        for worker in workers:
            worker.join()
        spent = perf_counter() - begun
        kept = len(subject.rows(opened)) if subject.readable else each * threads
    return spent / (each * threads), kept


def _threads(subject: Subject, count: int) -> Numbers:
    one, _ = _log_in_threads(subject, count, 1)
    many, kept = _log_in_threads(subject, count // _THREADS, _THREADS)
    if kept != count // _THREADS * _THREADS:
        raise WrongResult(f"{_THREADS} threads logged {count} rows, {kept} are there")
    return one, many


# --------------------------------------------------------------------------- the list


def _outside(subject: Subject, count: int) -> Numbers:
    raise AssertionError("a cold task runs in a process of its own: see measure.py")


def _nothing(subject: Subject) -> None:
    """A cold task checks itself, in its own process."""


def _log_tasks() -> Iterator[Task]:
    for count in (1_000, 10_000, 100_000, 1_000_000):
        for collects in (True, False):
            limits = [Limit("", "stub", 4.0 if count < 1_000_000 else 4.5), Limit("", "peer", 0.2)]
            if count == 1_000_000:
                limits = limits[:1] if collects else []
            if count >= 100_000 and collects:
                limits.append(Limit("", "own", 1.2, of="log-1e3"))
            yield Task(
                f"log-1e{len(str(count)) - 1}{'' if collects else '-nogc'}",
                f"one log, {count:,} in a run{'' if collects else ', gc off'}",
                _log,
                check_logging,
                count=count,
                quick=count if count <= 10_000 else 0,
                collects=collects,
                limits=tuple(limits),
            )


_PATCHED = ("installed", "bare")

TASKS: dict[str, Task] = {
    task.name: task
    for task in (
        Task(
            "import",
            "import of the package",
            _outside,
            _nothing,
            kind="cold",
            limits=(Limit("", "", 0.005),),
        ),
        Task(
            "first-patch",
            "first entry and exit in a process, imports included",
            _outside,
            _nothing,
            kind="cold",
            worlds=_PATCHED,
            limits=(Limit("", "patch", 1.2, only="testkit"), Limit("", "magicmock", 1.6, only="standin")),
        ),
        Task("cold-test", "one small test in a new process, all of it", _outside, _nothing, kind="process"),
        Task(
            "enter",
            "enter and exit",
            _enter,
            _check_restored,
            worlds=_PATCHED,
            limits=(Limit("", "stub", 45), Limit("", "peer", 0.5)),
        ),
        Task(
            "enter-nested",
            "enter and exit inside another",
            _enter_nested,
            _check_nested,
            worlds=_PATCHED,
            limits=(Limit("", "stub", 15), Limit("", "own", 1 / 3, of="enter")),
        ),
        Task(
            "enter-5000",
            "enter and exit with 5,000 modules loaded",
            _with_modules,
            _check_restored,
            measures=("few modules", "5,000 more"),
            worlds=_PATCHED,
            limits=(Limit("5,000 more", "own", 1.75, of="few modules"),),
        ),
        Task(
            "typical",
            "typical test: init, 100 rows of 3 keys, finish, read",
            _typical,
            check_logging,
            limits=(Limit("", "stub", 8), Limit("", "peer", 0.25)),
        ),
        Task(
            "suite",
            "suite of small tests, each",
            _suite,
            check_logging,
            limits=(Limit("", "stub", 25), Limit("", "peer", 0.15)),
        ),
        Task(
            "suite-left",
            "left by each of 1,000 small tests",
            _left_by_suite,
            check_logging,
            measures=("resident", "objects"),
            unit=("bytes", "objects"),
            count=1000,
            quick=200,
            kind="alone",
            worlds=_PATCHED,
            limits=(Limit("resident", "", 2048), Limit("objects", "", 0.05)),
        ),
        *_log_tasks(),
        Task(
            "history",
            "reading history, a row of 10,000",
            _history,
            check_logging,
            measures=("first read", "again"),
            count=10_000,
            quick=2_000,
            worlds=_PATCHED,
            limits=(Limit("first read", "stub", 4), Limit("again", "stub", 2)),
        ),
        Task(
            "follow-1e3",
            "log, summary and step each round, 1,000 rounds",
            _follow,
            _check_follow,
            count=1_000,
            limits=(Limit("", "stub", 10),),
        ),
        Task(
            "follow-1e4",
            "log, summary and step each round, 10,000 rounds",
            _follow,
            _check_follow,
            count=10_000,
            quick=0,
            limits=(Limit("", "stub", 10), Limit("", "own", 1.2, of="follow-1e3")),
        ),
        Task(
            "row-bytes",
            "memory of a row of 3 keys",
            _row_bytes,
            check_logging,
            count=10_000,
            quick=2_000,
            unit="bytes",
            kind="alone",
            worlds=_PATCHED,
            limits=(Limit("", "stub", 1.6),),
        ),
        Task(
            "wide",
            "one log of 1,000 keys",
            _log_all(WIDE),
            _checks(WIDE),
            count=200,
            limits=(Limit("", "stub", 22),),
        ),
        Task(
            "nested",
            "one log of nested and numpy values",
            _log_all(NESTED),
            _checks(NESTED),
            count=1_000,
            limits=(Limit("", "stub", 40), Limit("", "peer", 1.0)),
        ),
        Task(
            "threads",
            "one log, in 8 threads at once",
            _threads,
            check_logging,
            measures=("one thread", "8 threads"),
            count=40_000,
            quick=8_000,
            limits=(Limit("8 threads", "own", 1.5, of="one thread"),),
        ),
    )
}
