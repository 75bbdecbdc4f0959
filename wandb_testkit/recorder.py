"""Reading what was recorded: `Recorder` and `RecordedRun`.

Everything here is derived from the ordered calls, when it is asked for.  Answers are exact
``list`` and ``dict`` objects, fresh ones each time: a reader cannot change the record.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from wandb_testkit import assertions, pickling
from wandb_testkit.comparing import values_at
from wandb_testkit.errors import NoRun
from wandb_testkit.mocks import named_call
from wandb_testkit.rules.encoded import originals
from wandb_testkit.tape import safe_snapshot
from wandb_testkit.wording import brief
from wandb_testkit.world import RUN_METHODS

if TYPE_CHECKING:
    from wandb_testkit.client.run import RunClient
    from wandb_testkit.client.session import Session
    from wandb_testkit.failures import Failing, Failure
    from wandb_testkit.recorded_sweep import RecordedSweep
    from wandb_testkit.rules.history import Dropped
    from wandb_testkit.rules.lifecycle import RunState

# What a `repr` shows.
_MOST_SHOWN = 200
_MOST_RUNS = 3

_PLAIN = frozenset({type(None), bool, int, float, str}).issuperset


class RecordedRun(pickling.Reader):
    """One run as it was recorded.

    Attributes read the record at the moment they are asked for, so a run in progress can
    be read as well as a finished one.  Two of the same run are equal.
    """

    def __init__(self, client: RunClient, forgotten: _Rows | None = None) -> None:
        self._client = client
        # How many of the rows a `reset()` has put out of sight.
        self._since, self._dropped_since = forgotten or _Rows(0, 0)

    def __eq__(self, other: object) -> bool:
        return self._client is other._client if isinstance(other, RecordedRun) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._client.key)

    @property
    def _state(self) -> RunState:
        return self._client.state

    @property
    def id(self) -> str:
        """The run's id."""
        return self._state.settings.run_id

    @property
    def name(self) -> str | None:
        """The display name that the program gave, else None."""
        return self._state.identity["run_name"]

    @property
    def project(self) -> str | None:
        """The project."""
        return self._state.identity["project"]

    @property
    def entity(self) -> str | None:
        """The entity: a user or a team."""
        return self._state.identity["entity"]

    @property
    def group(self) -> str | None:
        """The group."""
        return self._state.identity["run_group"]

    @property
    def job_type(self) -> str | None:
        """The job type."""
        return self._state.identity["run_job_type"]

    @property
    def notes(self) -> str | None:
        """The notes."""
        return self._state.identity["run_notes"]

    @property
    def tags(self) -> list[str]:
        """The tags."""
        return list(self._state.identity["run_tags"] or ())

    @property
    def mode(self) -> str:
        """One of "online", "offline", "shared" and "disabled"."""
        return self._state.settings.mode

    @property
    def sweep_id(self) -> str | None:
        """The id of the sweep that the run belongs to, else None."""
        return self._state.settings.sweep_id

    @property
    def process(self) -> int:
        """The id of the process that began the run: this one's, or a child's with ``subprocesses=True``."""
        import os

        return getattr(self._client, "process", None) or os.getpid()

    @property
    def resumed(self) -> bool:
        """Whether the run goes on with an earlier one."""
        return self._state.settings.resumed

    @property
    def config(self) -> dict[str, Any]:
        """The config as the backend has it."""
        return self._state.config_sent()

    @property
    def summary(self) -> dict[str, Any]:
        """The summary as the backend has it, with ``_step`` and without times."""
        return self._state.history.summary()

    @property
    def metrics(self) -> list[dict[str, Any]]:
        """The metric definitions, merged."""
        return self._state.history.metrics.as_list()

    @property
    def artifacts(self) -> list[Any]:
        """The artifacts that the run logged, in order."""
        return [entry["artifact"] for entry in self._state.artifacts]

    @property
    def used_artifacts(self) -> list[Any]:
        """The artifacts that the run used, in order."""
        return [entry["artifact"] for entry in self._state.used_artifacts]

    @property
    def alerts(self) -> list[dict[str, Any]]:
        """The alerts: ``title``, ``text``, ``level`` and ``wait_duration`` in milliseconds."""
        return [dict(alert) for alert in self._state.alerts]

    @property
    def files(self) -> list[str]:
        """The files in `run.dir` that the client would have uploaded, relative to it."""
        return list(dict.fromkeys(entry["path"] for entry in self._state.files))

    def file(self, name: str) -> bytes:
        """Return what is in one of `files`: media, what was saved.

        After the patch only files of up to 1 MiB (64 MiB altogether) can be read.

        Args:
            name: Its name, relative to ``run.dir``, with slashes.

        Raises:
            FileNotFoundError: There is no such file, or not any more.
        """
        from wandb_testkit import recorded_files

        return recorded_files.read(self._client, name)

    @property
    def exit_code(self) -> int | None:
        """The exit code; None while the run goes on."""
        return self._state.exit_code

    @property
    def state(self) -> str:
        """One of "running", "finished", "failed" and "crashed"."""
        return self._state.state

    @property
    def pending(self) -> dict[str, Any] | None:
        """The row that is logged but not committed, with its step; None when there is none."""
        pending = self._state.history.pending
        return None if pending is None else originals(pending)

    @property
    def dropped(self) -> list[Dropped]:
        """The rows that the client drops because their step is over, each with the reason."""
        dropped = self._state.history.dropped[self._dropped_since :]
        return [each._replace(row=originals(each.row)) for each in dropped]

    @property
    def _unprinted(self) -> list[Dropped]:
        """The dropped rows of which the client has not yet warned: it does at the end."""
        return self._state.history.dropped[max(self._dropped_since, self._client.drops_printed) :]

    def history(self, keys: Sequence[str] | None = None, *, timestamps: bool = False) -> list[dict[str, Any]]:
        """Return the committed rows in order, each with its ``_step``.

        Args:
            keys: Only rows that have all of these keys, reduced to them and ``_step``; a dotted key reaches into
                nested dicts, and is then the row's key as it stands.
            timestamps: Whether rows have ``_timestamp`` (seconds since the epoch) and
                ``_runtime`` (seconds since the run began).
        """
        history = self._state.history
        rows = history.rows_since(self._since)
        if history.nested:
            rows = [row if _PLAIN(map(type, row.values())) else originals(row) for row in rows]
        if timestamps:
            times = zip(rows, history.times[self._since :], history.runtimes[self._since :], strict=False)
            for row, stamp, runtime in times:
                row["_timestamp"] = stamp
                row["_runtime"] = runtime
        if keys is None:
            return rows
        always = ("_step", "_timestamp", "_runtime") if timestamps else ("_step",)
        return list(_reduced(rows, [keys] if isinstance(keys, str) else list(keys), always))

    def values(self, key: str) -> list[Any]:
        """Return the values of one key, row by row; a dotted key reaches into nested dicts."""
        return [value for row in self.history() for value in values_at(row, key)]

    def to_dict(self) -> dict[str, Any]:
        """Return what the backend would have received, JSON-able."""
        return self._state.to_dict()

    def _repr_html_(self) -> str:
        from wandb_testkit import report

        return report.html([report.facts(self)])

    def __repr__(self) -> str:
        history = self._state.history
        count = len(history) - self._since
        parts = [f"{count} row{'' if count == 1 else 's'}"]
        parts += [] if history.pending is None else ["1 pending"]
        parts += [f"{len(self.dropped)} dropped"] if self.dropped else []
        return (
            f"<RecordedRun {self.project}/{self.id} {self.state}: {', '.join(parts)},"
            f" config {brief(self.config, _MOST_SHOWN)}, summary {brief(self.summary, _MOST_SHOWN)}>"
        )


def _reduced(rows: Iterable[dict[str, Any]], keys: Sequence[str], always: Sequence[str]) -> Iterator[dict[str, Any]]:
    """Yield the rows that have all of the keys, with nothing but them and what each has."""
    for row in rows:
        found = {key: value for key in keys for value in values_at(row, key)}
        if len(found) == len(set(keys)):
            yield {**{key: row[key] for key in always if key in row}, **found}


class _Rows(NamedTuple):
    """How many rows of a run are out of sight: committed and dropped ones."""

    committed: int
    dropped: int


class _Forgotten(NamedTuple):
    """What `Recorder.reset` has put out of sight, by session or run; None for a whole run."""

    calls: dict[int, int]
    messages: dict[int, int]
    rows: dict[int, _Rows | None]


class Mocks(pickling.NotPickled):
    """The recorder's mocks by entry point: ``recorder.mocks.log.call_args_list``."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder

    def __getattr__(self, name: str) -> Any:
        # Before there is anything, such as in a copy that is being made, that would ask for itself.
        session = None if name.startswith("_") else self._recorder._session
        if session is None:
            raise AttributeError(f"no mock {name!r}: the recorder is not in use by a patch that shows wandb")
        shown = session.stage.gate(name) if session.active else None
        return session.entry(name) if shown is None else shown

    def __dir__(self) -> Iterable[str]:
        session = self._recorder._session
        return [] if session is None else sorted({*session.world.names(), *RUN_METHODS})


class Recorder(pickling.NotPickled, assertions.Assertions):
    """What the program under test did with wandb.

    ``patch_wandb()`` makes one for each entry.  A recorder that is made first and passed as
    ``patch_wandb(recorder=...)`` collects over several entries.
    """

    def __init__(self) -> None:
        self._sessions: list[Session] = []
        self._forgotten = _Forgotten({}, {}, {})

    def _attach(self, session: Session | None) -> None:
        if session is not None:
            self._sessions.append(session)

    @property
    def _session(self) -> Session | None:
        """The session of the innermost patch that is live; the last one when all are over."""
        found = [session for session in self._sessions if session.active] or self._sessions
        return found[-1] if found else None

    # ---- runs

    @property
    def runs(self) -> list[RecordedRun]:  # type: ignore[override]
        """The runs, in the order in which they were started."""
        rows = self._forgotten.rows
        clients = [client for session in self._sessions for client in session.clients.values()]
        if len(self._sessions) > 1:
            # Entries that share a recorder may overlap.
            clients.sort(key=lambda client: client.key)
        found = [(client, rows.get(client.key, _Rows(0, 0))) for client in clients]
        return [RecordedRun(client, forgotten) for client, forgotten in found if forgotten is not None]

    @property
    def run(self) -> RecordedRun:
        """The latest run.

        Raises:
            NoRun: No run was started.
        """
        runs = self.runs
        if not runs:
            raise NoRun("no run was recorded: wandb.init() was not called inside the patch, or it raised")
        return runs[-1]

    @property
    def sweeps(self) -> list[RecordedSweep]:
        """The sweeps, in the order in which they were made, each with its runs."""
        from wandb_testkit import recorded_sweep

        return recorded_sweep.recorded(self._sessions, self.runs)

    # ---- reading over all runs

    def history(self, keys: Sequence[str] | None = None, *, timestamps: bool = False) -> list[dict[str, Any]]:
        """Return the committed rows of all runs, one run after the other.

        Args:
            keys: Only rows that have all of these keys, reduced to them and ``_step``.
            timestamps: Whether rows have ``_timestamp`` and ``_runtime``.
        """
        found: list[dict[str, Any]] = []
        for run in self.runs:
            found += run.history(keys, timestamps=timestamps)
        return found

    def values(self, key: str) -> list[Any]:
        """Return the values of one key over all runs, row by row."""
        return [value for run in self.runs for value in run.values(key)]

    @property
    def config(self) -> dict[str, Any]:
        """The config of the latest run; empty when there was none."""
        runs = self.runs
        return runs[-1].config if runs else {}

    @property
    def summary(self) -> dict[str, Any]:
        """The summary of the latest run; empty when there was none."""
        runs = self.runs
        return runs[-1].summary if runs else {}

    # ---- calls

    @property
    def calls(self) -> list[Any]:
        """Every call in order, as ``mock.call`` objects: ``call.log({...}, step=1)``.

        Those that failed are among them; those that the client's own code makes are not.
        """
        found = [
            (session.tape[position][1], named_call(source.name, safe_snapshot(args), safe_snapshot(kwargs)))
            for session in self._sessions
            for source, position, args, kwargs in session.tape.calls()
            if position >= self._forgotten.calls.get(id(session), 0) and not source.name.startswith("term")
        ]
        if len(self._sessions) > 1:
            found.sort(key=lambda call: call[0])
        return [call for _, call in found]

    @property
    def mocks(self) -> Mocks:
        """The mocks of the entry points."""
        return Mocks(self)

    @property
    def messages(self) -> list[tuple[str, str]]:
        """What the client printed, each as (level, text)."""
        return [
            message
            for session in self._sessions
            for message in session.messages[self._forgotten.messages.get(id(session), 0) :]
        ]

    @property
    def warnings(self) -> list[str]:
        """The client's warnings, those about dropped rows included."""
        printed = [text for level, text in self.messages if level == "warning"]
        unprinted = [dropped.reason for run in self.runs for dropped in run._unprinted]
        return printed + unprinted

    def fail(self, what: str | Failure, error: Any = None, *, after: int = 0, times: int | None = None) -> Failing:
        """Make an entry point fail from a certain call on, and then recover.

        The attempts are in `calls`; only what succeeded is in the history. What is said of one entry point several
        times holds together, and takes the place of a ``side_effect`` that its mock had.

        Args:
            what: The entry point, such as "log", "init" or "Api.run"; or a ready-made failure such as
                ``wandb_testkit.failures.no_network()``, which knows its entry points and errors.
            error: The exception (or class) that the calls raise; none with a ready-made failure.
            after: How many calls succeed first.
            times: How many calls fail; None: all further ones.

        Returns:
            The failure at work: it ends with ``stop()``, or as a context manager with the block.

        Raises:
            AttributeError: There is no such entry point, or no patch that shows wandb.
            TypeError: The error is no exception.
            ValueError: No call could ever fail.
        """
        __tracebackhide__ = True
        from wandb_testkit import failures

        return failures.begin(self, what, error, after, times)

    def crash(self) -> None:
        """Let the program's process die now: the runs that go on are "crashed", and nothing of them is sent any more.

        `wandb_testkit.failures.crash` does it in the middle of a call, which the program does not survive.
        """
        from wandb_testkit import failures

        for session in self._sessions:
            failures.crash_now(session)

    def reset(self) -> None:
        """Forget calls, messages, finished runs and the rows logged so far.

        A run in progress goes on: its steps, config and summary are what they were.
        """
        for session in self._sessions:
            # First, because what other processes have recorded comes with them.
            clients = list(session.clients.values())
            self._forgotten.calls[id(session)] = len(session.tape)
            self._forgotten.messages[id(session)] = len(session.messages)
            for client in clients:
                state = client.state
                over = state.state != "running" or client.settings.mode == "disabled"
                rows = _Rows(len(state.history), len(state.history.dropped))
                self._forgotten.rows[client.key] = None if over else rows
            for name in {*session.world.names(), *session._entries}:
                session.entry(name).reset_mock()

    @classmethod
    def from_calls(cls, calls: Iterable[Any]) -> Recorder:
        """Return a recorder of any list of ``unittest.mock.call`` objects.

        So a plain ``MagicMock`` that stood for wandb is explained too:
        ``Recorder.from_calls(fake_wandb.mock_calls).history()``.

        Args:
            calls: Calls of ``init``, ``log``, ``config.update`` and so on, in order; what
                was called on the result of ``init`` counts as called on the run.

        Raises:
            TypeError: These are no calls.
        """
        from wandb_testkit.from_calls import recorded

        return recorded(cls(), calls)

    # ---- the wire

    def to_dict(self, *, stable: bool = False) -> dict[str, Any]:
        """Return ``{"runs": [...]}``, each run as `RecordedRun.to_dict` says.

        Args:
            stable: For snapshots: whether run ids that the client made up are "run-1", "run-2" and so on, and media
                are without the names, sizes and digests of their files.
        """
        found = {"runs": [run.to_dict() for run in self.runs]}
        if not stable:
            return found
        from wandb_testkit import snapshots

        made_up = {each for session in self._sessions for each in session.generated_ids}
        ids = dict.fromkeys(run.id for run in self.runs if run.id in made_up)
        return snapshots.stable(found, list(ids))  # type: ignore[no-any-return]

    def to_json(self, *, indent: int | None = 2, stable: bool = False) -> str:
        """Return `to_dict` as JSON with sorted keys.

        Args:
            indent: As for `json.dumps`.
            stable: As for `to_dict`.
        """
        import json  # slow to import, and few ask

        return json.dumps(self.to_dict(stable=stable), indent=indent, sort_keys=True)

    def _repr_html_(self) -> str:
        from wandb_testkit import report

        return report.html(map(report.facts, self.runs), warnings=self.warnings)

    def __repr__(self) -> str:
        runs = self.runs
        if not runs:
            return "<Recorder: no runs>"
        shown = [repr(run) for run in runs[-_MOST_RUNS:]]
        if len(runs) > _MOST_RUNS:
            shown.insert(0, f"{len(runs) - _MOST_RUNS} earlier ones")
        return f"<Recorder: {len(runs)} run{'s' if len(runs) > 1 else ''}: {', '.join(shown)}>"
