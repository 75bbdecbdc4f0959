"""The runs that the server knows: those that were there before, and those recorded in this patch."""

from __future__ import annotations

import base64
import copy
import platform
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from datetime import datetime, timezone
from typing import Any

from wandb_testkit.rules import encoding, naming
from wandb_testkit.rules.lifecycle import Edited, RunState
from wandb_testkit.rules.tree import as_read
from wandb_testkit.server import history, run_keys


class ServerRun(ABC):
    """One run as the server has it; everything is read at the moment of asking.

    Attributes:
        entity: The user or team.
        project: The project's name.
        id: The run's id, which the server calls its name.
        created_at: When it began, in seconds since the epoch.
    """

    entity: str
    project: str
    id: str
    created_at: float
    _keys: tuple[int, dict[str, Any] | None] | None = None

    @property
    def path(self) -> tuple[str, str, str]:
        """Entity, project and id."""
        return self.entity, self.project, self.id

    @property
    def storage_id(self) -> str:
        """The id that no other thing of the server has."""
        return base64.b64encode(f"Run:v1:{self.id}:{self.project}:{self.entity}".encode()).decode()

    display_name: Any
    description: Any
    notes: Any
    group: Any
    job_type: Any
    sweep_name: Any
    commit: Any
    state: Any

    @property
    @abstractmethod
    def heartbeat_at(self) -> float:
        """When it was last heard of, in seconds since the epoch."""

    @property
    @abstractmethod
    def tags(self) -> list[str]:
        """The tags."""

    @property
    @abstractmethod
    def config(self) -> dict[str, Any]:
        """The config, with the client's own ``_wandb``."""

    @property
    @abstractmethod
    def summary(self) -> dict[str, Any]:
        """The summary, with ``_step``, ``_timestamp``, ``_runtime`` and ``_wandb``."""

    @abstractmethod
    def rows(self) -> list[dict[str, Any]]:
        """Return the history, which others only read: JSON-able, with ``_step``, ``_timestamp`` and ``_runtime``."""

    @abstractmethod
    def edit(self, changes: Mapping[str, Any]) -> None:
        """Change config, summary, display_name, description, notes, tags, group, job_type or state."""

    @property
    @abstractmethod
    def own_files(self) -> dict[str, Any]:
        """Return the files that belong to the run: contents, or paths as `PathLike`, by name."""

    #: The username of whoever began it.
    user: str

    @property
    def system_metrics(self) -> dict[str, Any]:
        """Nothing measures the machine in a test."""
        return {}

    @property
    def metadata(self) -> dict[str, Any]:
        """What the client's service says of the machine and the program, as far as it matters in a test."""
        return {"python": f"CPython {platform.python_version()}", "program": "<python with no main file>"}

    @property
    def line_count(self) -> int:
        """How many rows the history has."""
        return len(self.rows())

    @property
    def history_keys(self) -> dict[str, Any] | None:
        """What the server knows of the keys that were logged."""
        rows = self.rows()
        if self._keys is None or self._keys[0] != len(rows):
            self._keys = len(rows), history.keys_of(rows)
        return self._keys[1]

    def read(self, key: str) -> Any:
        """Return what a filter or an order means by `key`; MISSING where there is nothing."""
        return run_keys.read(self, key)


class SeededRun(ServerRun):
    """A run that was there before, or that the Api made.

    Args:
        fields: As `RecordedRun.to_dict` writes them; further ones are ``state``, ``created_at`` (seconds or ISO 8601),
            ``heartbeat_at``, ``display_name``, ``description``, ``user``, ``sweep``, ``files`` (contents by name),
            ``metadata`` and ``system_metrics``.
        entity: The account's name: the entity and the user where the fields tell none.
        number: Which of the server's runs it is, from 1.
        now: When it was created, if the fields do not say.
    """

    def __init__(self, fields: Mapping[str, Any], *, entity: str, number: int, now: float) -> None:
        self.fields = dict(fields)
        self.entity = fields.get("entity") or entity
        self.project = fields.get("project") or "uncategorized"
        self.id = str(fields.get("id") or naming.generate_id())
        self.created_at = _seconds(fields.get("created_at"), now)
        self.display_name = fields.get("display_name") or fields.get("name") or naming.display_name(number)
        self.description = fields.get("description")
        self.notes = fields.get("notes")
        self.group = fields.get("group")
        self.job_type = fields.get("job_type")
        self.sweep_name = fields.get("sweep")
        self.commit = fields.get("commit")
        self.user = str(fields.get("user") or entity)
        self.state = fields.get("state") or ("failed" if fields.get("exit_code") else "finished")
        self._tags = list(fields.get("tags") or ())
        self._config: dict[str, Any] = {"_wandb": {}, **encoding.jsonable(fields.get("config") or {})}
        self._rows = history.seeded_rows(encoding.jsonable(list(fields.get("history") or ())), self.created_at)
        self._summary = history.seeded_summary(fields.get("summary"), self._rows)

    @property
    def heartbeat_at(self) -> float:
        """When it was last heard of, in seconds since the epoch."""
        last = self._rows[-1]["_timestamp"] if self._rows else self.created_at
        return _seconds(self.fields.get("heartbeat_at"), last)

    @property
    def tags(self) -> list[str]:
        """The tags."""
        return list(self._tags)

    @property
    def config(self) -> dict[str, Any]:
        """The config, with the client's own ``_wandb``."""
        return copy.deepcopy(self._config)

    @property
    def summary(self) -> dict[str, Any]:
        """The summary, with what the client says of time."""
        return copy.deepcopy(self._summary)

    def rows(self) -> list[dict[str, Any]]:
        """Return the history, which others only read."""
        return self._rows

    @property
    def system_metrics(self) -> dict[str, Any]:
        """What the seed says of the machine."""
        return dict(self.fields.get("system_metrics") or {})

    @property
    def own_files(self) -> dict[str, Any]:
        """The files that belong to the run, by name."""
        return dict(self.fields.get("files") or {})

    @property
    def metadata(self) -> dict[str, Any]:
        """What is said of the machine and the program."""
        return {**super().metadata, **(self.fields.get("metadata") or {})}

    def edit(self, changes: Mapping[str, Any]) -> None:
        """As for `ServerRun`."""
        for name, value in changes.items():
            setattr(self, f"_{name}" if name in ("config", "summary", "tags") else name, value)

    def to_dict(self) -> dict[str, Any]:
        """Return the run as the rules of resuming take it."""
        return {
            **self.fields,
            "id": self.id,
            "project": self.project,
            "entity": self.entity,
            "name": self.display_name,
            "notes": self.notes,
            "group": self.group,
            "job_type": self.job_type,
            "tags": self.tags,
            "config": {key: value for key, value in self.config.items() if key != "_wandb"},
            "summary": {key: value for key, value in self.summary.items() if key not in history.INTERNAL},
            "history": [
                {key: value for key, value in row.items() if key not in history.INTERNAL} for row in self._rows
            ],
        }


class SessionRun(ServerRun):
    """A run that is recorded in this patch.

    Args:
        state: What its calls add up to.
        client: The client behind it.
        entity: The account's name: the user, and the entity where the run has none of its own.
        base: The run that it goes on with: itself earlier, or the one that it forks from.
        send: Takes an event of the run.
    """

    def __init__(
        self,
        state: RunState,
        client: Any,
        entity: str,
        base: ServerRun | None,
        send: Callable[[object], None],
    ) -> None:
        settings = state.settings
        self._state = state
        self.client = client
        self._base = base
        self._send = send
        self._rows: list[dict[str, Any]] | None = None
        self._first = 0
        self.entity = settings.entity or entity
        self.project = settings.project
        self.id = settings.run_id
        self.sweep_name = settings.sweep_id
        self.commit = settings.fields.get("git_commit")
        self.user = entity
        goes_on = base is not None and settings.fork_from is None
        self.created_at = base.created_at if base is not None and goes_on else state.start_time

    @property
    def display_name(self) -> Any:
        """The name that the program gave, else the server."""
        name = self._state.identity["run_name"]
        return self.client.display_name if name is None else name

    @property
    def description(self) -> Any:
        """What the Api alone can give a run."""
        return self._state.description

    @property
    def notes(self) -> Any:
        """The notes."""
        return self._state.identity["run_notes"]

    @property
    def group(self) -> Any:
        """The group."""
        return self._state.identity["run_group"]

    @property
    def job_type(self) -> Any:
        """The job type."""
        return self._state.identity["run_job_type"]

    @property
    def state(self) -> Any:
        """How the run goes on or ended."""
        return self._state.state

    @property
    def heartbeat_at(self) -> float:
        """When it was last heard of, in seconds since the epoch."""
        times = [time for time in self._state.history.times[-1:] if isinstance(time, (int, float))]
        return max([self._state.start_time, *times])

    @property
    def tags(self) -> list[str]:
        """The tags."""
        return list(self._state.identity["run_tags"] or ())

    @property
    def config(self) -> dict[str, Any]:
        """The config, with the client's own ``_wandb``."""
        return {"_wandb": {}, **encoding.jsonable(dict(self._state.sent))}

    @property
    def summary(self) -> dict[str, Any]:
        """The summary, with what the client says of time."""
        # What the log tells, and what the client says of time in the summary.
        told = self._state.history.summary()
        live = self._state.history.live_summary()
        told.update((key, live[key]) for key in history.INTERNAL if key in live)
        found: dict[str, Any] = encoding.jsonable(told)
        return found

    def rows(self) -> list[dict[str, Any]]:
        """Return the history, which others only read: it grows with the run."""
        own, found = self._state.history, self._rows
        if found is None:
            found = self._rows = self._earlier_rows()
            self._first = len(found)
        done = len(found) - self._first
        times, runtimes = own.times[done:], own.runtimes[done:]
        for index, (row, stamp, runtime) in enumerate(zip(own.rows_since(done), times, runtimes, strict=False), done):
            # In shared mode the server numbers the rows.
            row = {"_step": self._first + index, **as_read(row)}
            if index not in own.untimed:
                row["_timestamp"] = as_read(stamp)
            row["_runtime"] = as_read(runtime)
            found.append(encoding.jsonable(row))
        return found

    def _earlier_rows(self) -> list[dict[str, Any]]:
        state = self._state
        earlier = [] if self._base is None else list(self._base.rows())
        if state.starting_step or not state.settings.resumed:
            return [row for row in earlier if row["_step"] < state.starting_step]
        return earlier

    @property
    def own_files(self) -> dict[str, Any]:
        """The files that belong to the run, by name."""
        from pathlib import Path

        from wandb_testkit import recorded_files

        found = {} if self._base is None or self._state.settings.fork_from else self._base.own_files
        names = (str(entry["path"]) for entry in self._state.files)
        found.update((name, Path(recorded_files.path_of(self.client, name))) for name in names)
        return found

    def edit(self, changes: Mapping[str, Any]) -> None:
        """As for `ServerRun`."""
        self._send(Edited(dict(changes)))


def _seconds(value: Any, default: float) -> float:
    """Return a time in seconds since the epoch."""
    if value is None:
        return default
    if isinstance(value, (int, float)):
        return float(value)
    found = value if isinstance(value, datetime) else datetime.fromisoformat(str(value).replace("Z", "+00:00"))
    return (found if found.tzinfo else found.replace(tzinfo=timezone.utc)).timestamp()


def iso(seconds: float) -> str:
    """Return a time as the server writes it.

    Args:
        seconds: Since the epoch.
    """
    return datetime.fromtimestamp(seconds, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
