"""Runs as the public API lists them: ``Runs`` and ``AgentRuns``, as in wandb 0.31.0."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, Literal

from wandb_testkit.standin import api_queries as queries
from wandb_testkit.standin import util
from wandb_testkit.standin.api_base import SizedPaginator, inside, normalize_exceptions, public
from wandb_testkit.standin.api_run import Run


def _module(name: str) -> Any:
    """A library that an export needs."""
    return util.get_module(name, required=f"Exporting {name} DataFrame requires {name}")


@public("wandb.apis.public.Runs", "wandb.apis.public.runs")
class Runs(SizedPaginator[Run]):
    """The runs of a project, a page at a time.

    Args:
        service_api: where to ask.
        entity: who owns the project.
        project: the project's name.
        filters: in MongoDB's manner.
        order: a field with "+" or "-" before it.
        per_page: how many runs a page has.
        include_sweeps: whether to ask for each run's sweep at once.
        lazy: whether to do without config and summary until they are read.
        api_key: the account's key.
    """

    def __init__(
        self,
        service_api: Any,
        entity: str,
        project: str,
        filters: dict[str, Any] | None = None,
        order: str = "+created_at",
        per_page: int = 50,
        include_sweeps: bool = False,
        lazy: bool = True,
        api_key: str | None = None,
    ) -> None:
        self.QUERY = queries.runs(queries.RUN_SHORT if lazy else queries.RUN_FULL)
        self.entity = entity
        self.project = project
        self._project_internal_id = None
        self.filters = filters or {}
        self.order = order or "+created_at"
        self._sweeps: dict[str, Any] = {}
        self._include_sweeps = include_sweeps
        self._lazy = lazy
        self._service_api = service_api
        self._api_key = api_key
        variables = {
            "project": project,
            "entity": entity,
            "order": self.order,
            "filters": json.dumps(self.filters),
        }
        super().__init__(service_api, variables, per_page)

    @property
    def _length(self) -> int:
        if not self.last_response:
            self._load_page()
        return int((inside(self.last_response, "project") or {}).get("runCount", 0))

    @property
    def more(self) -> bool:
        """Whether there are more pages."""
        if not self.last_response:
            return True
        return bool(inside(self.last_response, "project", "runs", "pageInfo", "hasNextPage"))

    @property
    def cursor(self) -> str | None:
        """Where the next page begins."""
        edges = inside(self.last_response, "project", "runs", "edges")
        return edges[-1].get("cursor") if edges else None

    def convert_objects(self) -> list[Run]:
        """The runs of the page that was asked for last.

        Raises:
            ValueError: there is no such project.
        """
        if inside(self.last_response, "project") is None:
            raise ValueError(f"Could not find project {self.project}")
        edges = inside(self.last_response, "project", "runs", "edges") or []
        return [self._run_of(edge["node"]) for edge in edges]

    def _run_of(self, node: dict[str, Any]) -> Run:
        run = Run(
            self._service_api,
            self.entity,
            self.project,
            node["name"],
            node,
            include_sweeps=self._include_sweeps,
            lazy=self._lazy,
            api_key=self._api_key,
        )
        if self._include_sweeps and run.sweep_name:
            if run.sweep_name not in self._sweeps:
                from wandb_testkit.standin.api_sweeps import get_sweep

                self._sweeps[run.sweep_name] = get_sweep(self._service_api, self.entity, self.project, run.sweep_name)
            if self._sweeps[run.sweep_name] is not None:
                run._sweep = self._sweeps[run.sweep_name]
        return run

    @normalize_exceptions
    def histories(
        self,
        samples: int = 500,
        keys: list[str] | None = None,
        x_axis: str = "_step",
        format: Literal["default", "pandas", "polars"] = "default",
        stream: Literal["default", "system"] = "default",
    ) -> Any:
        """The sampled histories of all these runs.

        Args:
            samples: how many rows a run.
            keys: rows that have all of these.
            x_axis: a key that each row has besides.
            format: what to return: a list, or a data frame of pandas or polars.
            stream: "system" for the machine's metrics.

        Returns:
            Rows with the run's id as ``run_id``.

        Raises:
            ValueError: there is no such format (as ``CommError``).
        """
        if format not in ("default", "pandas", "polars"):
            raise ValueError(f"Invalid format: {format}. Must be one of 'default', 'pandas', 'polars'")
        combine = {"default": _rows, "pandas": _pandas_frame, "polars": _polars_frame}[format]

        def found() -> Any:
            for run in self:
                rows = run.history(samples=samples, keys=keys, x_axis=x_axis, pandas=False, stream=stream)
                if rows:
                    yield run.id, rows

        return combine(found)

    def upgrade_to_full(self) -> None:
        """Ask for config and summary of all runs, those listed already included."""
        if not self._lazy:
            return
        self._lazy = False
        self.QUERY = queries.runs(queries.RUN_FULL)
        for run in self.objects:
            if run._lazy:
                run.load_full_data()

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.entity}/{self.project}>"


def _rows(found: Callable[[], Any]) -> list[dict[str, Any]]:
    return [{**row, "run_id": run_id} for run_id, rows in found() for row in rows]


def _pandas_frame(found: Callable[[], Any]) -> Any:
    pandas = _module("pandas")
    frames = []
    for run_id, rows in found():
        frame = pandas.DataFrame.from_records(rows)
        frame["run_id"] = run_id
        frames.append(frame)
    if not frames:
        return pandas.DataFrame()
    whole = pandas.concat(frames).reset_index(drop=True)
    return whole[sorted(whole.columns)]


def _polars_frame(found: Callable[[], Any]) -> Any:
    polars = _module("polars")
    frames = [polars.from_records(rows).with_columns(polars.lit(run_id).alias("run_id")) for run_id, rows in found()]
    if not frames:
        return polars.DataFrame()
    whole = polars.concat(frames, how="vertical")
    return whole.select(sorted(whole.columns))


@public("wandb.apis.public.AgentRuns", "wandb.apis.public.runs")
class AgentRuns(SizedPaginator[Run]):
    """The runs of one agent of a sweep.

    Args:
        service_api: where to ask.
        entity: who owns the project.
        project: the project's name.
        sweep_id: the sweep.
        agent_key: the agent's name.
        total_runs: how many there are.
        order: a field with "+" or "-" before it.
        per_page: how many runs a page has.
    """

    def __init__(
        self,
        service_api: Any,
        entity: str,
        project: str,
        sweep_id: str,
        agent_key: str,
        *,
        total_runs: int,
        order: str = "+created_at",
        per_page: int = 50,
    ) -> None:
        self.QUERY = queries.AGENT_RUNS
        self.entity = entity
        self.project = project
        self._sweep_id = sweep_id
        self._agent_key = agent_key
        self.order = order
        self._total_runs = total_runs
        variables = {
            "project": project,
            "entity": entity,
            "order": order,
            "agentID": agent_key,
            "sweep": sweep_id,
            "after": None,
            "before": None,
            "first": per_page,
            "last": None,
        }
        super().__init__(service_api, variables, per_page)

    def update_variables(self) -> None:
        """Set the variables for the next page."""
        self.variables.update(first=self.per_page, after=self.cursor, before=None, last=None)

    @property
    def _length(self) -> int:
        return self._total_runs

    def _connection(self) -> Any:
        wanted = (("project", self.project), ("sweep", self._sweep_id), ("agent", self._agent_key))
        data = self.last_response
        for what, name in wanted:
            data = data.get(what)
            if not data:
                raise ValueError(f"Could not find {what} {name!r} for agent runs.")
        return data["runs"]

    @property
    def more(self) -> bool:
        """Whether there are more pages."""
        return self.last_response is None or bool(self._connection()["pageInfo"]["hasNextPage"])

    @property
    def cursor(self) -> str | None:
        """Where the next page begins."""
        if not self.last_response:
            return None
        edges = self._connection()["edges"]
        return edges[-1]["cursor"] if edges else None

    def convert_objects(self) -> list[Run]:
        """The runs of the page that was asked for last."""
        nodes = [edge["node"] for edge in self._connection()["edges"]]
        return [Run(self._service_api, self.entity, self.project, node["name"], node, lazy=True) for node in nodes]

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.entity}/{self.project} agent={self._agent_key!r}>"
