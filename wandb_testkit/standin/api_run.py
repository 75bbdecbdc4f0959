"""A run as the public API shows it, as in wandb 0.31.0."""

from __future__ import annotations

import contextlib
import json
import os
import pathlib
import time
import urllib.parse
from collections.abc import Mapping
from typing import Any, Literal

from wandb_testkit.errors import NotModelled
from wandb_testkit.standin import api_queries as queries
from wandb_testkit.standin.api_base import Attrs, frame, inside, normalize_exceptions, public
from wandb_testkit.standin.api_run_parts import RunArtifactPart, RunFilesPart, RunHistoryPart, folder_of_runs
from wandb_testkit.standin.api_users import User
from wandb_testkit.standin.errors import RunNotFoundError
from wandb_testkit.standin.place import termwarn

#: Keys of the config that are wandb's own.
_INTERNAL_KEYS = ("_wandb", "wandb_version")
_OVER = ("finished", "crashed", "failed")


@normalize_exceptions
def _as_dict(value: Any) -> dict[str, Any]:
    """A dict, from JSON if need be."""
    if value is None:
        return {}
    if isinstance(value, dict):
        return value
    if isinstance(value, (str, bytes, bytearray)):
        # Control characters that do not belong into JSON are let through.
        return json.loads(value, strict=False)  # type: ignore[no-any-return]
    raise TypeError(f"Unable to convert {value} to a dict")


@public("wandb.apis.public.Run", "wandb.apis.public.runs")
class Run(RunHistoryPart, RunFilesPart, RunArtifactPart, Attrs):
    """A run, as the server has it.

    Args:
        service_api: where to ask.
        entity: who owns the project.
        project: the project's name.
        run_id: the run's id.
        attrs: what is known of it already.
        include_sweeps: whether to ask for its sweep at once.
        lazy: whether to do without config and summary until they are read.
        api_key: the account's key.

    Raises:
        RunNotFoundError: there is no such run.
    """

    def __init__(
        self,
        service_api: Any,
        entity: str,
        project: str,
        run_id: str,
        attrs: Mapping[str, Any] | None = None,
        include_sweeps: bool = False,
        lazy: bool = True,
        api_key: str | None = None,
    ) -> None:
        given = attrs or {}
        super().__init__(dict(given))
        self._entity = entity
        self.project = project
        self._files: dict[str, Any] = {}
        self._service_api = service_api
        self.id = run_id
        self._sweep: Any = None
        self._include_sweeps = include_sweeps
        self._lazy = lazy
        self._full_data_loaded = False
        self._summary: Any = None
        self._metadata: dict[str, Any] | None = None
        self._state: str = given.get("state", "not found")
        self.server_provides_internal_id_field: bool | None = None
        self._is_loaded = False
        self._api_key = api_key
        self.load(force=not given)
        if include_sweeps:
            self._load_sweep()

    def __getattr__(self, name: str) -> Any:
        # Few ask for the folder, and a patch would have to remove it.
        if name == "dir":
            self._base_dir = folder_of_runs(self._service_api)
            self.dir = os.path.join(self._base_dir, *self.path)
            with contextlib.suppress(OSError):
                os.makedirs(self.dir)
            return self.dir
        return super().__getattr__(name)

    # ---- what it is

    @property
    def state(self) -> str:
        """Such as "running", "finished", "failed" or "crashed"."""
        return self._state

    @property
    def entity(self) -> str:
        """Who owns the project."""
        return self._entity

    @property
    def username(self) -> str:
        """Deprecated: the entity."""
        termwarn("Run.username is deprecated. Please use Run.entity instead.")
        return self._entity

    @property
    def storage_id(self) -> str:
        """The server's own id of the run."""
        return self._attrs["id"]  # type: ignore[no-any-return]

    @property
    def id(self) -> str:
        """The run's id."""
        return self._attrs["name"]  # type: ignore[no-any-return]

    @id.setter
    def id(self, new_id: str) -> None:
        self._attrs["name"] = new_id

    @property
    def name(self) -> str | None:
        """The display name."""
        return self._attrs.get("displayName")

    @name.setter
    def name(self, new_name: str) -> None:
        self._attrs["displayName"] = new_name

    @property
    def sweep_name(self) -> str | None:
        """The id of its sweep."""
        return self._attrs.get("sweepName")

    @property
    def path(self) -> list[str]:
        """Entity, project and id, quoted for an address."""
        return [urllib.parse.quote(str(part), safe="") for part in (self.entity, self.project, self.id)]

    @property
    def url(self) -> str:
        """Its page."""
        entity, project, run_id = self.path
        return f"{self._service_api.app_url}{entity}/{project}/runs/{run_id}"

    def to_html(self, height: int = 420, hidden: bool = False) -> str:
        """HTML that shows its page."""
        return frame(self.url, height, hidden, "run")

    def _repr_html_(self) -> str:
        return self.to_html()

    def __repr__(self) -> str:
        return self._string_representation()

    def _string_representation(self) -> str:
        return f"<{type(self).__name__} {'/'.join(self.path)} ({self.state})>"

    # ---- asking for it

    @classmethod
    def create(
        cls,
        api: Any,
        run_id: str | None = None,
        project: str | None = None,
        entity: str | None = None,
        state: Literal["running", "pending"] = "running",
    ) -> Run:
        """Make a run on the server."""
        return api._create_run(run_id=run_id, project=project, entity=entity, state=state)  # type: ignore[no-any-return]

    def _exec(self, query: str, **kwargs: Any) -> Any:
        variables = {"entity": self.entity, "project": self.project, "name": self.id, **kwargs}
        return self._service_api.execute_graphql(query, variables)

    def load(self, force: bool = False) -> dict[str, Any]:
        """Ask for the run, without config and summary where it is lazy.

        Args:
            force: also where it is known already.

        Returns:
            What the server says of it.

        Raises:
            RunNotFoundError: there is no such run.
        """
        if self._attrs:
            self._load_from_attrs()
        return self._load_fields(full=not self._lazy, force=force)

    def load_full_data(self, force: bool = False) -> dict[str, Any]:
        """Ask for all of the run.

        Args:
            force: also where it is known already.

        Returns:
            What the server says of it.
        """
        if not self._lazy and not force:
            return self._attrs
        found = self._load_fields(full=True, force=True)
        self._full_data_loaded = True
        return found

    def _load_fields(self, full: bool, force: bool) -> dict[str, Any]:
        if force or not self._attrs:
            fields = queries.RUN_FULL if full else queries.RUN_SHORT
            found = inside(self._exec(queries.run("projectId " + fields)), "project", "run")
            if found is None:
                raise RunNotFoundError(f"Could not find run {self}")
            self._attrs = found
            self._state = found["state"]
            if found.get("user"):
                self.user = User(self._service_api, found["user"])
        if force or not self._is_loaded:
            project_id = self._attrs.get("projectId")
            self._project_internal_id = None if project_id is None else int(project_id)
            if full or not {"config", "summaryMetrics", "systemMetrics"}.isdisjoint(self._attrs):
                self._load_from_attrs()
            if not full:
                self._is_loaded = True
        return self._attrs

    def _load_from_attrs(self) -> dict[str, Any]:
        attrs = self._attrs
        self._state = attrs.get("state", self._state)
        for field in {"config", "summaryMetrics", "systemMetrics"} & attrs.keys():
            attrs[field] = _as_dict(attrs[field])
        if "config" in attrs:
            own: dict[str, Any] = {}
            given: dict[str, Any] = {}
            for key, value in attrs["config"].items():
                bare = value["value"] if isinstance(value, dict) and "value" in value else value
                (own if key in _INTERNAL_KEYS else given)[key] = bare
            attrs["config"], attrs["rawconfig"] = given, {**own, **given}
        if "user" in attrs:
            self.user = User(self._service_api, attrs["user"])
        return attrs

    def _field(self, name: str) -> Any:
        """A field that a lazy run asks for when it is read."""
        if self._lazy and not self._full_data_loaded and name not in self._attrs:
            self.load_full_data()
        return self._attrs.get(name, {})

    def _dict_field(self, name: str) -> dict[str, Any]:
        found = self._attrs[name] = _as_dict(self._field(name))
        return found

    @property
    def config(self) -> dict[str, Any]:
        """The config; changes of it are sent by ``update``."""
        return self._dict_field("config")

    @property
    def rawconfig(self) -> dict[str, Any]:
        """The config with wandb's own keys."""
        return self._field("rawconfig")  # type: ignore[no-any-return]

    @property
    def json_config(self) -> str:
        """The config in the server's form, as JSON."""
        values = {"_wandb": self.rawconfig["_wandb"]} if "_wandb" in self.rawconfig else {}
        values.update(self.config)
        return json.dumps({key: {"value": value, "desc": None} for key, value in values.items()})

    @property
    def system_metrics(self) -> dict[str, Any]:
        """The machine's latest metrics."""
        return self._dict_field("systemMetrics")

    @property
    def summary_metrics(self) -> dict[str, Any]:
        """The summary as a plain dict."""
        return self._dict_field("summaryMetrics")

    @property
    def summary(self) -> Any:
        """The summary; ``update`` of it sends its changes."""
        if self._lazy and not self._full_data_loaded and "summaryMetrics" not in self._attrs:
            self.load_full_data()
        if self._summary is None:
            from wandb_testkit.standin.api_summary import HTTPSummary

            self._summary = HTTPSummary(self, self._service_api, summary=self.summary_metrics)
        return self._summary

    @property
    def sweep(self) -> Any:
        """Its sweep; None where it has none."""
        if self._sweep is None and self.sweep_name:
            self._load_sweep()
        return self._sweep

    def _load_sweep(self) -> None:
        if self.sweep_name:
            from wandb_testkit.standin.api_sweeps import get_sweep

            self._sweep = get_sweep(self._service_api, self.entity, self.project, self.sweep_name)

    # ---- changing it

    @normalize_exceptions
    def wait_until_finished(self) -> None:
        """Return once the run is over."""
        while True:
            state = self._exec(queries.run("state"))["project"]["run"]["state"]
            if state in _OVER:
                self._attrs["state"] = self._state = state
                return
            time.sleep(5)

    @normalize_exceptions
    def update(self) -> None:
        """Send what was changed: name, notes, tags, config, group, job type and summary."""
        self._exec(
            queries.UPDATE_RUN,
            id=self.storage_id,
            tags=self.tags,
            description=self.description,
            notes=self.notes,
            display_name=self.display_name,
            config=self.json_config,
            groupName=self.group,
            jobType=self.job_type,
        )
        self.summary.update()

    def save(self) -> None:
        """Send what was changed."""
        self.update()

    @normalize_exceptions
    def update_state(self, state: str) -> bool:
        """Ask for another state: "pending" or "failed".

        Args:
            state: the state.

        Returns:
            Whether the run has it now.

        Raises:
            CommError: the run cannot get there.
        """
        sent = {"input": {"id": self.storage_id, "state": state}}
        answer = self._service_api.execute_graphql(queries.UPDATE_STATE, sent)
        if not answer.get("updateRunState", {}).get("success"):
            return False
        self._attrs["state"] = self._state = state
        return True

    @normalize_exceptions
    def stop(self) -> None:
        """Ask the program that the run is of to stop."""
        self._service_api.stop_run(self.storage_id)

    @normalize_exceptions
    def delete(self, delete_artifacts: bool = False) -> None:
        """Delete the run.

        Args:
            delete_artifacts: and the artifacts that it logged.
        """
        query = queries.DELETE_RUN_AND_ARTIFACTS if delete_artifacts else queries.DELETE_RUN
        self._service_api.execute_graphql(query, {"id": self.storage_id, "deleteArtifacts": delete_artifacts})

    def download_history_exports(
        self,
        download_dir: pathlib.Path | str,
        require_complete_history: bool = True,
    ) -> Any:
        """Refuse: files of a run's history are made by the service."""
        raise NotModelled("wandb.Api().run(...).download_history_exports")
