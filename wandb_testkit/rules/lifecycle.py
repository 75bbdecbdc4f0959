"""A run from its start to its end: the events of a run and the state they add up to.

The client turns an accepted call into something it sends: a config update, a metric
definition, an exit record.  Those are the events below.  `RunState` is what a run's
events and logged rows amount to; `to_dict` is what the backend would hold of it.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from wandb_testkit.rules import config, encoding
from wandb_testkit.rules.encoded import originals
from wandb_testkit.rules.history import RunReplay
from wandb_testkit.rules.metrics import Definition
from wandb_testkit.rules.settings import RunSettings
from wandb_testkit.rules.tree import as_read
from wandb_testkit.rules.turns import at_once

_IDENTITY = ("run_name", "project", "entity", "run_group", "run_job_type", "run_notes", "run_tags")


class Started(NamedTuple):
    """The run began: settings as resolved, config as read and as sent; whether dicts in open rows join."""

    settings: RunSettings
    config: dict[str, Any]
    sent: dict[str, Any]
    time: float
    starting_step: int
    summary: dict[str, Any]
    joins_dicts: bool = True


class ConfigSet(NamedTuple):
    """Values that `run.config` reads from now on."""

    items: dict[str, Any]


class ConfigSent(NamedTuple):
    """Values of the config as the backend gets them."""

    items: dict[str, Any]


class ConfigLocked(NamedTuple):
    """Keys that ordinary updates are ignored for, and who locked them."""

    keys: tuple[str, ...]
    user: str


class SummarySet(NamedTuple):
    """Explicit summary values by path."""

    items: list[tuple[tuple[str, ...], Any]]


class SummaryRemoved(NamedTuple):
    """A summary value that was deleted."""

    path: tuple[str, ...]


class Defined(NamedTuple):
    """A metric definition."""

    definition: Definition


class Assigned(NamedTuple):
    """An attribute of the run that was assigned: name, notes or tags."""

    field: str
    value: Any


class Noted(NamedTuple):
    """Something kept in a list of the run: alerts, artifacts, used_artifacts or files."""

    kind: str
    value: Any


class Edited(NamedTuple):
    """What somebody changed of the run on the server, through the public Api."""

    changes: dict[str, Any]


class Synced(NamedTuple):
    """A row that the client made of another library's log, with the time that log tells."""

    row: dict[str, Any]
    time: float


class StepsIgnored(NamedTuple):
    """Whether the steps that are given to `log` count for nothing from now on."""

    ignored: bool


class Finished(NamedTuple):
    """The run ended."""

    exit_code: int


class Crashed(NamedTuple):
    """The run's process went away without finishing it."""


Event = (
    Started
    | ConfigSet
    | ConfigSent
    | ConfigLocked
    | SummarySet
    | SummaryRemoved
    | Defined
    | Assigned
    | Noted
    | Synced
    | StepsIgnored
    | Edited
    | Finished
    | Crashed
)


class RunState:
    """What the calls on one run add up to so far.

    Attributes:
        settings: The run's resolved settings; name, notes and tags change.
        config: What `run.config` reads; nested values are the live objects.
        sent: The config as the backend has it.
        locked: Who locked a config key, by key.
        history: Rows, steps, metrics and summary.
        exit_code: None while the run goes on.
        state: "running", "finished", "failed" or "crashed".
    """

    def __init__(self, started: Started) -> None:
        self.settings = started.settings
        self.config = started.config
        self.sent: dict[str, Any] = {}
        config.merge_sent(self.sent, started.sent)
        self._identity: dict[str, Any | None] | None = None
        self.locked: dict[str, str] = {}
        self.start_time = started.time
        self.starting_step = started.starting_step
        self.history = RunReplay(
            started.starting_step,
            start_time=started.time,
            shared=started.settings.mode == "shared",
            joins_dicts=started.joins_dicts,
        )
        if started.summary:
            self.history.update_summary([((key,), value) for key, value in started.summary.items()])
        self.exit_code: int | None = None
        self.state = "running"
        self.alerts: list[Any] = []
        self.artifacts: list[Any] = []
        self.used_artifacts: list[Any] = []
        self.files: list[Any] = []

    @property
    def identity(self) -> dict[str, Any | None]:
        """Name, project and what else tells the run from others, as the backend has them."""
        if self._identity is None:
            self._identity = {field: getattr(self.settings, field) or None for field in _IDENTITY}
        return self._identity

    def log_plain(self, row: dict[str, Any], step: int | None, commit: bool | None, time: float) -> None:
        """Log a row of plain values under plain keys, as `mocks` tells them: nothing changes on the way."""
        self.history.log(row, step, commit, time, plain=True)

    def log_encoded(self, row: dict[str, Any], step: int | None, commit: bool | None, time: float) -> None:
        """Log a row as `encoding.snapshot_row` made it."""
        self.history.log(encoding.history_row(row), step, commit, time)

    @at_once
    def apply(self, event: Event) -> None:
        """Add one event."""
        match event:
            case ConfigSet(items):
                self.config.update(items)
            case ConfigSent(items):
                config.merge_sent(self.sent, items)
            case SummarySet(items):
                self.history.update_summary(items)
            case SummaryRemoved(path):
                self.history.remove_summary(path)
            case Defined(definition):
                self.history.define(definition)
            case Assigned(field, value):
                # An empty value says nothing to the backend: it keeps the one before.
                self.identity[field] = value or self.identity[field]
                setattr(self.settings, field, value)
            case ConfigLocked(keys, user):
                self.locked.update(dict.fromkeys(keys, user))
            case Noted(kind, value):
                getattr(self, kind).append(value)
            case Edited(changes):
                self._edit(changes)
            case Synced(row, time):
                self.history.log(row, None, True, time)
            case StepsIgnored(ignored):
                self.history.ignores_steps = ignored
            case Finished(exit_code):
                self.history.finish()
                self.exit_code = exit_code
                self.state = "failed" if exit_code else "finished"
            case Crashed():
                self.state = "crashed"
            case _:
                raise TypeError(f"not an event of a run: {event!r}")

    @at_once
    def config_sent(self) -> dict[str, Any]:
        """The config as the backend has it, with what was given in place of what was sent."""
        return {key: originals(value) for key, value in self.sent.items() if key != "_wandb"}

    # What the Api alone can give a run.
    description: str | None = None

    def _edit(self, changes: dict[str, Any]) -> None:
        """Change what the server holds; the running program's own view of name, notes and tags stays."""
        fields = {"display_name": "run_name", "notes": "run_notes", "tags": "run_tags"}
        fields.update(group="run_group", job_type="run_job_type")
        for name, value in changes.items():
            if name in fields:
                self.identity[fields[name]] = value
            elif name == "config":
                self.sent = value
            elif name == "summary":
                self.history.replace_summary(value)
            else:
                setattr(self, name, value)

    @at_once
    def to_dict(self) -> dict[str, Any]:
        """Return what the backend would have received, JSON-able."""
        identity = self.identity
        history = self.history
        return {
            "id": self.settings.run_id,
            "name": identity["run_name"],
            "project": identity["project"],
            "entity": identity["entity"],
            "group": identity["run_group"],
            "job_type": identity["run_job_type"],
            "notes": identity["run_notes"],
            "tags": list(identity["run_tags"] or ()),
            "config": encoding.jsonable({k: v for k, v in self.sent.items() if k != "_wandb"}),
            "summary": encoding.jsonable(history.summary()),
            "history": [encoding.jsonable(as_read(row)) for row in history.rows],
            "metrics": history.metrics.as_list(),
            "exit_code": self.exit_code,
        }
