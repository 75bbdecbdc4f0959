"""``wandb.agent`` with a function: one trial after the other, each in a thread of its own.

Source: ``wandb/agents/pyagent.py`` and ``wandb/wandb_agent.py`` of client 0.31.  What differs: the client asks the
service every five seconds for something to do, from a thread of its own; here the answer is there at once.
"""

from __future__ import annotations

import ctypes
import json
import math
import os
import socket
import sys
import threading
import time
import traceback
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from wandb_testkit.client.sweeps import account, variables
from wandb_testkit.errors import NotModelled
from wandb_testkit.rules import sweeps as rules
from wandb_testkit.server import sweep_store
from wandb_testkit.server.sweep_store import Refused

if TYPE_CHECKING:
    from wandb_testkit.client.session import Session

_FLAPPING_SECONDS = 60
_FLAPPING_FAILURES = 3
_INITIAL_FAILURES = 5

# Of a sweep that has no end, the client would run trials until somebody stops it.
MOST_TRIALS = 1_000
_PAUSE_SECONDS = 0.05

# The modules that say whether an agent is at work, if somebody has asked for them.
_MODULES = {True: ("wandb.wandb_agent", "wandb.agents.pyagent"), False: ("wandb_testkit.standin.agents",)}


def run(
    session: Session,
    sweep_id: Any,
    function: Any = None,
    entity: Any = None,
    project: Any = None,
    count: Any = None,
    *,
    most_failures: Any = None,
) -> None:
    """Do what ``wandb.agent`` does.

    Args:
        session: The session.
        sweep_id: The sweep's id, maybe with its project and entity before it.
        function: The trial.
        entity: The user or team.
        project: The project.
        count: How many trials; all that the sweep has where it is None.
        most_failures: After how many failed trials in a row to give up.

    Raises:
        TypeError, ValueError: As the client, for arguments that are none.
        CommError: There is no such sweep, or it is over.
        NotModelled: There is no function: the client would start the sweep's program in a process.
    """
    if most_failures is not None:
        if isinstance(most_failures, bool) or not isinstance(most_failures, int):
            raise TypeError("max_consecutive_failed_runs must be an integer or None")
        if most_failures < 1:
            raise ValueError("max_consecutive_failed_runs must be at least 1")
    session.environ  # noqa: B018  (the session begins: the client logs in)
    running = [module for module in _MODULES[session.world.real] if module in sys.modules]
    for module in running:
        vars(sys.modules[module])["_INSTANCES"] += 1
    try:
        if not function:
            _refuse_program(session, sweep_id)
        elif not callable(function):
            raise TypeError("function parameter must be callable!")
        else:
            AgentLoop(session, sweep_id, function, entity, project, count, most_failures).run()
    finally:
        for module in running:
            vars(sys.modules[module])["_INSTANCES"] -= 1
        session.leave_sweep()


def _refuse_program(session: Session, sweep_id: Any) -> None:
    parts = rules.path_parts(sweep_id)
    if isinstance(parts, str):
        session.namespace["termerror"](parts)
        return
    raise NotModelled("wandb.agent without a function (which starts the program that the sweep names)", "agent")


class _JobError(Exception):
    """The trial itself failed, and not what is around it."""


class AgentLoop:
    """An agent at work; see `run` for the arguments."""

    def __init__(
        self, session: Session, sweep_id: Any, function: Callable[[], Any], entity: Any, project: Any, count: Any,
        most_failures: int | None,
    ) -> None:  # fmt: skip
        self._session = session
        self._path = sweep_id
        self._function = function
        self._entity = entity
        self._project = project
        self._count = count
        self._most_failures = math.inf if most_failures is None else most_failures
        self._environ = variables(session)
        self._initial_failures = _number(self._environ.get("WANDB_AGENT_MAX_INITIAL_FAILURES"), _INITIAL_FAILURES)
        if self._environ.get("WANDB_DIR") is None:
            # The client's is the working folder; what is written there shall go with the patch.
            self._environ["WANDB_DIR"] = session.folder if session.owns_environment else os.getcwd()
        self._threads: dict[str, threading.Thread] = {}
        self._stopped: set[str] = set()
        self._errors: dict[str, Exception] = {}
        self._failed: set[str] = set()
        self._in_a_row = 0
        self._began = time.time()
        self._sweep_id = ""

    def _say(self, function: str, text: str) -> None:
        self._session.namespace[function](text)

    # ---- the loop

    def run(self) -> None:
        """Run trials until the sweep or the count is over, or too many have failed."""
        try:
            self._loop(self._registered())
        finally:
            self._environ.pop("WANDB_SWEEP_ID", None)
            self._end_last_session()

    def _registered(self) -> sweep_store.Agent:
        parts = rules.path_parts(self._path)
        if isinstance(parts, str):
            self._say("termerror", parts)
            # The client goes on without a sweep: its thread dies of this, and it waits for ever.
            raise ValueError("Cannot call heartbeat with an unregistered agent.")
        entity, project, self._sweep_id = parts
        self._entity, self._project = entity or self._entity, project or self._project
        if self._sweep_id:
            self._environ["WANDB_SWEEP_ID"] = self._sweep_id
        before = account(self._session)
        if self._entity:
            self._environ["WANDB_ENTITY"] = self._entity
        if self._project:
            self._environ["WANDB_PROJECT"] = self._project
        entity = self._entity or before[0] or self._session.entity
        project = self._project or before[1] or "uncategorized"
        try:
            return self._session.sweeps.register(socket.gethostname(), entity, project, self._sweep_id)
        except Refused as error:
            raise self._session.world.CommError(error.message) from error

    def _loop(self, agent: sweep_store.Agent) -> None:
        done = 0
        waiting = False
        while True:
            try:
                command = self._session.sweeps.command(agent)
                if command is None or command["type"] == "exit":
                    if not waiting:
                        self._say("termlog", "Sweep Agent: Waiting for job.")
                        waiting = True
                    if command is not None:
                        self._say("termlog", "Sweep Agent: Exiting.")
                        return
                    time.sleep(_PAUSE_SECONDS)
                    continue
                if waiting:
                    self._say("termlog", "Job received.")
                    waiting = False
                self._refuse_endless(done, agent)
                done += 1
                if not self._run_trial(command, done) or (self._count and self._count == done):
                    return
            except KeyboardInterrupt:
                self._say("termlog", "Ctrl + C detected. Stopping sweep.")
                self._stop_all()
                return

    def _refuse_endless(self, done: int, agent: sweep_store.Agent) -> None:
        if done >= MOST_TRIALS and not self._count and rules.size(agent.sweep.config) is None:
            raise RuntimeError(
                f"wandb_testkit: wandb.agent() has run {done} trials of a sweep that never ends: its method is"
                f" {agent.sweep.method!r}, and nothing says how many runs it has. Pass count= to wandb.agent, or put"
                " run_cap into the config of the sweep."
            )

    def _run_trial(self, command: Mapping[str, Any], done: int) -> bool:
        """Run one trial; return whether to go on."""
        run_id = command["run_id"]
        over = threading.Event()
        thread = threading.Thread(target=self._run_job, args=(run_id, command["args"], over))
        self._threads[run_id] = thread
        thread.start()
        # A thread that is joined takes no Ctrl-C in Python 3.12 and older.
        over.wait()
        thread.join()
        if run_id in self._failed:
            return self._goes_on(run_id, done)
        if run_id not in self._stopped:
            self._in_a_row = 0
        return True

    def _stop_all(self) -> None:
        for run_id, thread in self._threads.items():
            self._stopped.add(run_id)
            if thread.is_alive() and thread.ident is not None:
                # The client's own way to end a trial.
                ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_long(thread.ident), ctypes.py_object(Exception))

    def _end_last_session(self) -> None:
        if not self._threads:
            return
        for thread in self._threads.values():
            thread.join()
        with self._session.quiet():
            self._session.namespace["teardown"]()

    # ---- one trial

    def _run_job(self, run_id: str, args: Mapping[str, Any], over: threading.Event) -> None:
        """Run the function; the body of a trial's thread."""
        session = self._session
        try:
            self._prepare(run_id, args)
            try:
                self._function()
            except Exception as error:
                print(_report(error), file=sys.stderr)
                raise _JobError(f"Run threw exception: {error}") from error
            with session.quiet():
                session.namespace["finish"]()
        except Exception as error:
            with session.quiet():
                session.namespace["finish"](exit_code=1)
            if run_id not in self._stopped:
                self._failed.add(run_id)
                self._errors[run_id] = error
        finally:
            for name in ("WANDB_RUN_ID", "WANDB_SWEEP_ID", "WANDB_SWEEP_PARAM_PATH"):
                self._environ.pop(name, None)
            over.set()

    def _prepare(self, run_id: str, args: Mapping[str, Any]) -> None:
        """Tell the trial's ``wandb.init`` what to start, as the client does: by the environment and a file."""
        session = self._session
        self._environ["WANDB_RUN_ID"] = run_id
        folder = session.folder if session.owns_environment else self._environ["WANDB_DIR"]
        path = os.path.join(folder, "wandb", f"sweep-{self._sweep_id}", f"config-{run_id}.yaml")
        self._environ["WANDB_SWEEP_PARAM_PATH"] = path
        if session.owns_environment:
            _write(path, args)
        values = {name: each["value"] for name, each in args.items()}
        session.sweep_files = {path: json.dumps(values)}
        self._environ["WANDB_SWEEP_ID"] = self._sweep_id
        with session.quiet():
            session.namespace["teardown"]()
        self._say("termlog", f"Agent Starting Run: {run_id} with config:")
        for name, each in args.items():
            self._say("termlog", f"\t{name}: {each['value']}")

    # ---- failures

    def _goes_on(self, run_id: str, done: int) -> bool:
        """Tell of a failed trial; return whether there shall be more."""
        self._say("termerror", f"Run {run_id} errored:{_told(self._errors[run_id])}")
        self._in_a_row += 1
        failures = len(self._errors)
        if self._in_a_row >= self._most_failures:
            self._say("termerror", f"Detected {self._in_a_row} consecutive failed runs, killing sweep.")
            return False
        if self._environ.get("WANDB_AGENT_DISABLE_FLAPPING") == "true":
            # Whatever the name says: with this the client stops after the first failure.
            return False
        if time.time() - self._began < _FLAPPING_SECONDS and failures >= _FLAPPING_FAILURES:
            self._say(
                "termerror",
                f"Detected {_FLAPPING_FAILURES} failed runs in the first {_FLAPPING_SECONDS} seconds, killing sweep.",
            )
            self._say("termlog", "To disable this check set WANDB_AGENT_DISABLE_FLAPPING=true")
            return False
        if self._initial_failures < failures and failures >= done:
            self._say("termerror", f"Detected {self._initial_failures} failed runs in a row at start, killing sweep.")
            self._say("termlog", "To change this value set WANDB_AGENT_MAX_INITIAL_FAILURES=val")
            return False
        return True


def _number(text: str | None, default: int) -> int:
    try:
        return default if text is None else int(text)
    except ValueError:
        return default


def _report(error: BaseException) -> str:
    return "".join(traceback.format_exception(type(error), error, error.__traceback__))


def _told(error: Exception) -> str:
    """Return what the terminal is told of an error; of the trial's own, standard error has the traceback already."""
    cause = error.__cause__
    return f" {cause}" if isinstance(error, _JobError) and cause else f"\n{_report(error)}"


def _write(path: str, args: Mapping[str, Any]) -> None:
    """Write the config of a trial as YAML, for whoever looks at the file."""
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write("wandb_version: 1")
        file.writelines(
            f"{separator}{json.dumps(name, ensure_ascii=False)}:\n  value: {rules.as_yaml(each['value'])}\n"
            for separator, (name, each) in zip(["\n\n", *[""] * len(args)], args.items(), strict=False)
        )
