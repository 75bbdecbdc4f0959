"""The oracle: run a program on the real client in offline mode and read back what it wrote.

`RealClient` keeps one worker process.  The worker imports wandb once and forks a child for every program, each in a
folder of its own and with a `wandb-core` of its own, so that no program can see another.

From the command line (with a Python that has wandb):

    python -m tests.oracle NAME...          print what the real client does in these scenarios
    python -m tests.oracle --diff NAME...   print where the patch differs
    python -m tests.oracle --diff           the same for all scenarios
"""

from __future__ import annotations

import argparse
import contextlib
import faulthandler
import importlib
import json
import os
import selectors
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Any

from tests.scenarios import Observer
from tests.worlds import Observation, Task, play, surroundings, terminal
from wandb_testkit.checking.offline_log import read_records, run_to_dict, start_time

__all__ = ["Observation", "OracleError", "RealClient", "Task", "read_records", "run_to_dict"]

ROOT = Path(__file__).resolve().parent.parent
PROGRAM_SECONDS = 60
CHILDREN = max(2, os.cpu_count() or 1)
# How the answer of a program begins whose process the interpreter or a library of the client has crashed.
_CRASHED = f"no answer (status {-signal.SIGSEGV})"


class OracleError(Exception):
    """The real client could not be observed: the program hung, or the harness is broken."""


class RealClient:
    """Runs programs on the real client; a context manager that leaves no process behind."""

    def __init__(self, seconds: float = PROGRAM_SECONDS, python: str = sys.executable) -> None:
        self._seconds = seconds
        self._python = python
        self._worker: subprocess.Popen[str] | None = None
        self._folder = ""

    def __enter__(self) -> RealClient:
        self._started()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def observe(self, task: Task) -> Observation:
        """Run one program and return what was observed."""
        return self.observe_all([task])[0]

    def observe_all(self, tasks: Sequence[Task]) -> list[Observation]:
        """Run programs side by side and return what was observed, in the order of the programs.

        Raises:
            OracleError: a program did not end, crashed the client twice, or its log could not be read.
        """
        found = self.try_all(tasks)
        # Release 0.27.2 crashes in one of a hundred runs of a program whose `init` fails: what it does, it tells when
        # it is asked again, and a program that crashes it each time is an error still.
        crashed = [
            number for number, each in enumerate(found) if isinstance(each, OracleError) and _CRASHED in str(each)
        ]
        again = self.try_all([tasks[number] for number in crashed]) if crashed else []
        for number, each in zip(crashed, again, strict=True):
            found[number] = each
        for each in found:
            if isinstance(each, OracleError):
                raise each
        return [each for each in found if isinstance(each, Observation)]

    def try_all(self, tasks: Sequence[Task]) -> list[Observation | OracleError]:
        """As `observe_all`, with the error in the place of a program that could not be observed.

        Older releases of the client hang in a few programs that the newest one plays to their end.
        """
        worker = self._started()
        assert worker.stdin is not None and worker.stdout is not None
        lines = [json.dumps([number, task.function, list(task.arguments)]) for number, task in enumerate(tasks)]
        worker.stdin.write("\n".join([str(len(lines)), *lines, ""]))
        worker.stdin.flush()
        answers: dict[int, Any] = {}
        for _ in tasks:
            line = worker.stdout.readline()
            if not line:
                raise OracleError(f"the worker ended with {worker.wait()}")
            number, answer = json.loads(line)
            answers[number] = answer
        return [
            OracleError(f"{task}: {answer}") if isinstance(answer, str) else Observation(**answer)
            for task, answer in ((task, answers[number]) for number, task in enumerate(tasks))
        ]

    def close(self) -> None:
        """End the worker; it ends its children."""
        worker, self._worker = self._worker, None
        if worker is None:
            return
        assert worker.stdin is not None and worker.stdout is not None
        worker.stdin.close()
        try:
            worker.wait(10)
        except subprocess.TimeoutExpired:
            worker.kill()
            worker.wait()
        worker.stdout.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _started(self) -> subprocess.Popen[str]:
        if self._worker is None or self._worker.poll() is not None:
            # The real client's process has nothing of the library in it whose coverage could be measured.
            left_out = ("COVERAGE_", "WANDB_")
            environment = {key: value for key, value in os.environ.items() if not key.startswith(left_out)}
            # Below one folder, so that nothing is left of programs whose worker was killed.
            self._folder = environment["TMPDIR"] = tempfile.mkdtemp(prefix="oracle-")
            self._worker = subprocess.Popen(
                [self._python, "-m", "tests.oracle", "--worker", str(self._seconds)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                cwd=ROOT,
                env=environment,
            )
        return self._worker


@dataclass
class _Child:
    """A forked process that runs one program, and the pipe that its answer comes through."""

    number: int
    pid: int
    pipe: IO[bytes]
    folder: str
    deadline: float
    answer: bytes = b""


def work(requests: IO[str], answers: IO[str], seconds: float) -> None:
    """The worker: read batches of programs, run each in a fork, write what was observed."""
    _warm_up()
    while header := requests.readline():
        waiting = [json.loads(requests.readline()) for _ in range(int(header))]
        for number, answer in _run_batch(waiting, seconds):
            answers.write(json.dumps([number, answer]) + "\n")
            answers.flush()


def _warm_up() -> None:
    """Pay once for what does not change what is observed: imports, and polls that wait longer than they need to."""
    import wandb

    from tests import scenarios

    # Releases before 0.21 have no such module, and just take longer.
    with contextlib.suppress(ModuleNotFoundError):
        port_file = importlib.import_module("wandb.sdk.lib.service.service_port_file")
        vars(port_file)["_SLEEP"] = lambda seconds: time.sleep(0.005)
    # The list of installed packages goes to a file of the run, which no observation contains.
    wandb.util.working_set = list
    scenarios.load()
    fresh = dict(vars(wandb))
    folder = tempfile.mkdtemp(prefix="run-")
    with terminal(), surroundings(folder):
        with wandb.init() as run:
            run.log({"a": 1})
            run.summary["b"] = 1
            run.define_metric("c")
        wandb.teardown()
    # Some functions of the module stay bound to a run that has finished.
    vars(wandb).update(fresh)
    for said in ("_printed_messages", "PRINTED_MESSAGES"):
        vars(wandb.errors.term).get(said, set()).clear()
    shutil.rmtree(folder)


def _run_batch(waiting: list[Any], seconds: float) -> Iterable[tuple[int, Any]]:
    """Run the programs, a few at a time, and yield each answer when it comes."""
    waiting = waiting[::-1]
    selector = selectors.DefaultSelector()
    children: dict[int, _Child] = {}
    while waiting or children:
        while waiting and len(children) < CHILDREN:
            child = _fork(waiting.pop(), seconds)
            children[child.pid] = child
            selector.register(child.pipe, selectors.EVENT_READ, child)
        for key, _ in selector.select(timeout=0.5):
            child = key.data
            data = os.read(child.pipe.fileno(), 1 << 16)
            if data:
                child.answer += data
                continue
            selector.unregister(child.pipe)
            del children[child.pid]
            yield child.number, _reap(child)
        for child in children.values():
            if time.monotonic() > child.deadline:
                child.answer = b""
                child.deadline = float("inf")
                os.killpg(child.pid, signal.SIGKILL)


def _reap(child: _Child) -> Any:
    child.pipe.close()
    _, status = os.waitpid(child.pid, 0)
    stacks = Path(child.folder, "stacks").read_text()
    shutil.rmtree(child.folder, ignore_errors=True)
    if not child.answer:
        return f"no answer (status {os.waitstatus_to_exitcode(status)})\n{stacks}"
    return json.loads(child.answer)


def _fork(request: list[Any], seconds: float) -> _Child:
    number, function, arguments = request
    folder = os.path.realpath(tempfile.mkdtemp(prefix="run-"))
    reader, writer = os.pipe()
    stacks = open(os.path.join(folder, "stacks"), "w")  # noqa: SIM115 - it outlives the fork
    pid = os.fork()
    if pid == 0:
        os.setpgid(0, 0)
        os.close(reader)
        # wandb-core writes to the streams that it inherits, where it speaks for runs that nobody finished.
        for stream in (1, 2):
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream)
        # Where it hangs, if it does, shortly before it is killed.
        faulthandler.dump_traceback_later(seconds * 0.9, file=stacks)
        try:
            answer: Any = _observe_here(Task(function, arguments), folder).to_json()
        except BaseException as error:
            answer = f"{type(error).__name__}: {error}"
        with os.fdopen(writer, "wb") as pipe:
            pipe.write(json.dumps(answer).encode())
        os._exit(0)
    os.close(writer)
    stacks.close()
    return _Child(number, pid, os.fdopen(reader, "rb"), folder, time.monotonic() + seconds)


def _observe_here(task: Task, folder: str) -> Observation:
    """Run the program in this process, which is a fork made for it."""
    import wandb

    obs = Observer()
    with terminal() as printed, surroundings(folder):
        play(task, wandb, obs)
    logs = [read_records(path) for path in _logs_in(folder)]
    begun = {number: begin for number, log in enumerate(logs) if (begin := start_time(log)) is not None}
    runs = [run_to_dict(logs[number]) for number in sorted(begun, key=begun.__getitem__)]
    return Observation.make(runs, obs, printed.getvalue(), os.path.join(folder, "work"))


def _logs_in(folder: str) -> list[str]:
    """Return the offline logs below the folder, without going through the client's links to the latest one."""
    return [
        os.path.join(parent, name) for parent, _, names in os.walk(folder) for name in names if name.endswith(".wandb")
    ]


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.oracle", description=__doc__.split("\n")[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help="scenarios (all of them without any)")
    parser.add_argument("--diff", action="store_true", help="print where the patch differs from the real client")
    parser.add_argument("--stub", action="store_true", help="with --diff: compare the stand-in")
    parser.add_argument("--worker", type=float, metavar="SECONDS", help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.worker is not None:
        # Whatever else prints must not get between the answers.
        answers = os.fdopen(os.dup(1), "w")
        os.dup2(2, 1)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        work(sys.stdin, answers, options.worker)
        return 0
    from tests.comparison import compare_scenarios, print_scenarios

    if options.diff:
        return compare_scenarios(options.names, stub=options.stub)
    return print_scenarios(options.names)


if __name__ == "__main__":
    # Import this module under its name, so that there is one copy of its classes.
    from tests import oracle

    sys.exit(oracle.main())
