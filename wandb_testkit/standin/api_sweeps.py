"""Sweeps of the public API, as in wandb 0.31.0."""

from __future__ import annotations

import json
import urllib.parse
from collections.abc import Mapping
from typing import Any

from wandb_testkit.standin import api_queries as queries
from wandb_testkit.standin import util
from wandb_testkit.standin.api_base import Attrs, SizedPaginator, frame, inside, public
from wandb_testkit.standin.api_query_generator import QueryGenerator
from wandb_testkit.standin.errors import Error, UnsupportedError
from wandb_testkit.standin.place import at, termwarn, wandb


def get_sweep(
    service_api: Any,
    entity: str | None = None,
    project: str | None = None,
    sid: str | None = None,
    order: str | None = None,
    query: str | None = None,
    **kwargs: Any,
) -> Sweep | None:
    """Ask for a sweep.

    Args:
        service_api: where to ask.
        entity: who owns the project.
        project: the project's name.
        sid: the sweep's id.
        order: of its runs.
        query: another GraphQL document to ask with.
        **kwargs: further variables of it.

    Returns:
        The sweep; None where there is none.
    """
    variables = {"entity": entity, "project": project, "name": sid, **kwargs}
    found = inside(service_api.execute_graphql(query or queries.ONE_SWEEP, variables), "project", "sweep")
    if not found:
        return None
    sweep = Sweep(service_api, entity, project, sid, attrs=found)  # type: ignore[arg-type]
    sweep.runs = _runs(service_api, entity, project, sweep.id, order or "+created_at", 10)
    return sweep


def _runs(service_api: Any, entity: Any, project: Any, sweep_id: str, order: Any, per_page: int) -> Any:
    from wandb_testkit.standin.api_runs import Runs

    filters = {"$and": [{"sweep": sweep_id}]}
    return Runs(service_api, entity, project, order=order, per_page=per_page, filters=filters)


@public("wandb.apis.public.Sweep", "wandb.apis.public.sweeps")
class Sweep(Attrs):
    """A sweep.

    Args:
        service_api: where to ask.
        entity: who owns the project.
        project: the project's name.
        sweep_id: the sweep's id.
        attrs: what the server says of it.

    Raises:
        ValueError: there is no such sweep.
    """

    def __init__(
        self, service_api: Any, entity: str, project: str, sweep_id: str, attrs: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__(dict(attrs or {}))
        self._entity = entity
        self.project = project
        self.id = sweep_id
        self._service_api = service_api
        self.runs: Any = []
        self.load(force=not attrs)

    @property
    def entity(self) -> str:
        """Who owns the project."""
        return self._entity

    @property
    def username(self) -> str:
        """Deprecated: the entity."""
        termwarn("Sweep.username is deprecated. please use Sweep.entity instead.")
        return self._entity

    @property
    def config(self) -> Any:
        """What the sweep was made with."""
        text = self._attrs["config"]
        try:
            # JSON is what the server in memory answers; YAML, which wandb reads it as, need not be installed.
            return json.loads(text)
        except ValueError:
            return util.load_yaml(text)

    def load(self, force: bool = False) -> Any:
        """Ask for the sweep.

        Args:
            force: also where it is known already.

        Returns:
            What the server says of it.

        Raises:
            ValueError: there is no such sweep.
        """
        if force or not self._attrs:
            sweep = get_sweep(self._service_api, self.entity, self.project, self.id)
            if not sweep:
                raise ValueError(f"Could not find sweep {self!r}")
            self._attrs = sweep._attrs
            self.runs = sweep.runs
        return self._attrs

    @property
    def order(self) -> str | None:
        """How its runs are ordered from the best on; None where its config has no metric."""
        metric = self.config.get("metric") if self._attrs.get("config") else None
        if not metric:
            return None
        sign = "+" if metric.get("goal", "minimize") == "minimize" else "-"
        return QueryGenerator.format_order_key(sign + metric["name"])

    def best_run(self, order: str | None = None) -> Any:
        """The best of its runs.

        Args:
            order: a field with "+" or "-" before it; that of the sweep's metric by default.

        Returns:
            A ``Run``; None where there is none.
        """
        order = self.order if order is None else QueryGenerator.format_order_key(order)
        if order is None:
            termwarn("No order specified and couldn't find metric in sweep config, returning most recent run")
        else:
            wandb("termlog")(f"Sorting runs by {order}")
        try:
            return _runs(self._service_api, self.entity, self.project, self.id, order, 1)[0]
        except IndexError:
            return None

    @property
    def expected_run_count(self) -> int | None:
        """How many runs it will have; None where that is not known."""
        return self._attrs.get("runCountExpected")

    @property
    def path(self) -> list[str]:
        """Entity, project and id, quoted for an address."""
        return [urllib.parse.quote_plus(part) for part in (self.entity, self.project, self.id)]

    @property
    def url(self) -> str:
        """Its page."""
        entity, project, sweep_id = self.path
        return f"{self._service_api.app_url}{entity}/{project}/sweeps/{sweep_id}"

    @property
    def name(self) -> Any:
        """Its display name, the name in its config, or its id."""
        return self._attrs.get("displayName") or self.config.get("name") or self.id

    @classmethod
    def get(
        cls,
        api: Any,
        entity: str | None = None,
        project: str | None = None,
        sid: str | None = None,
        order: str | None = None,
        query: str | None = None,
        **kwargs: Any,
    ) -> Any:
        """Ask for a sweep."""
        return api._get_sweep(entity, project, sid, order=order, query=query, **kwargs)

    def _make_sweep_agent(self, attrs: Any) -> Agent:
        try:
            return Agent(self._service_api, attrs=attrs, entity=self.entity, project=self.project, sweep_id=self.id)
        except ValueError as error:
            raise Error(
                "Sweep agent data from the W&B API was incomplete or invalid.", context={"details": str(error)}
            ) from error

    def agent(self, agent_id: str) -> Agent:
        """The agent of a name."""
        sent = {"agentID": agent_id, "sweep": self.id, "entity": self.entity, "project": self.project}
        answer = self._service_api.execute_graphql(queries.SWEEP_AGENT, sent)
        return self._make_sweep_agent(answer["project"]["sweep"]["agent"])

    def agents(self) -> list[Agent]:
        """All its agents."""
        sent = {"sweep": self.id, "entity": self.entity, "project": self.project}
        answer = self._service_api.execute_graphql(queries.SWEEP_AGENTS, sent)
        edges = inside(answer, "project", "sweep", "agents", "edges") or []
        return [self._make_sweep_agent(edge["node"]) for edge in edges]

    def enqueue_run(self, config: dict[str, Any], display_name: str | None = None) -> str:
        """Ask for a run with a certain config.

        Args:
            config: the run's config.
            display_name: the run's display name.

        Returns:
            The run's id.

        Raises:
            UnsupportedError: the server has no scheduler of its own.
        """
        if not self._service_api.feature_enabled("SWEEPS_LOCAL_SCHEDULER"):
            raise UnsupportedError(
                "Enqueuing sweep runs is not supported on this wandb server version. Please upgrade your server "
                "version or contact support at support@wandb.com."
            )
        sent = {"id": self._attrs["id"], "config": json.dumps(config), "displayName": display_name}
        answer = self._service_api.execute_graphql(queries.ENQUEUE_RUN, sent)
        return str(answer["enqueueSweepRun"]["id"])

    def to_html(self, height: int = 420, hidden: bool = False) -> str:
        """HTML that shows its page."""
        return frame(self.url, height, hidden, "sweep")

    def _repr_html_(self) -> str:
        return self.to_html()

    def __repr__(self) -> str:
        return f"<Sweep {'/'.join(self.path)} ({self._attrs.get('state', 'Unknown State')})>"


@at("wandb.apis.public.sweeps")
class Agent(Attrs):
    """An agent of a sweep.

    Args:
        service_api: where to ask.
        attrs: what the server says of it.
        entity: who owns the project.
        project: the project's name.
        sweep_id: the sweep's id.

    Raises:
        ValueError: something of it is not known.
    """

    def __init__(self, service_api: Any, attrs: Mapping[str, Any], entity: str, project: str, sweep_id: str) -> None:
        super().__init__(dict(attrs or {}))
        self._entity = entity
        self._project = project
        self._sweep_id = sweep_id
        self._service_api = service_api
        for name, value in (("entity", entity), ("project", project), ("sweep_id", sweep_id)):
            if value is None:
                raise ValueError(
                    f"Agent requires {name}. Use an Agent returned from sweep.agent(...) or sweep.agents()."
                )
        self._agent_key = self._attrs.get("name") or self._attrs.get("id")
        if not self._agent_key:
            missing = [name for name in ("name", "id") if self._attrs.get(name) is None]
            raise ValueError(f"Agent is missing {missing[0] if missing else 'a usable name or id'}.")

    def runs(self, per_page: int = 50) -> Any:
        """The runs that it made."""
        from wandb_testkit.standin.api_runs import AgentRuns

        return AgentRuns(
            self._service_api,
            entity=self._entity,
            project=self._project,
            sweep_id=self._sweep_id,
            agent_key=self._agent_key or "",
            total_runs=int(self._attrs.get("totalRuns") or 0),
            order="+created_at",
            per_page=per_page,
        )

    def __repr__(self) -> str:
        return f"<Agent {self._attrs.get('id', 'Unknown')} ({self._attrs.get('state', 'Unknown State')})>"


@public("wandb.apis.public.Sweeps", "wandb.apis.public.sweeps")
class Sweeps(SizedPaginator[Sweep]):
    """The sweeps of a project, a page at a time.

    Args:
        service_api: where to ask.
        entity: who owns the project.
        project: the project's name.
        per_page: how many sweeps a page has.
        filters: in MongoDB's manner.
    """

    def __init__(
        self,
        service_api: Any,
        entity: str,
        project: str,
        per_page: int = 50,
        filters: dict[str, Any] | None = None,
    ) -> None:
        self.QUERY = queries.SWEEPS
        self.entity = entity
        self.project = project
        self._supports_filtering = service_api.feature_enabled("SWEEPS_QUERY_FILTERING")
        variables = {"project": project, "entity": entity, "filters": json.dumps(filters or {})}
        super().__init__(service_api, variables, per_page)

    @property
    def _length(self) -> int:
        if not self.last_response:
            self._load_page()
        found = inside(self.last_response, "project")
        return int(found["totalSweeps"]) if found else 0

    def _page_info(self) -> Any:
        return inside(self.last_response, "project", "sweeps", "pageInfo")

    @property
    def more(self) -> bool:
        """Whether there are more pages."""
        info = self._page_info()
        return bool(info["hasNextPage"]) if info else True

    @property
    def cursor(self) -> str | None:
        """Where the next page begins."""
        info = self._page_info()
        return info["endCursor"] if info else None

    def convert_objects(self) -> list[Sweep]:
        """The sweeps of the page that was asked for last.

        Raises:
            ValueError: there is no such project.
        """
        project = inside(self.last_response, "project")
        if project is None:
            raise ValueError(f"Could not find project {self.project!r}")
        if project["totalSweeps"] < 1:
            return []
        names = [edge["node"]["name"] for edge in project["sweeps"]["edges"] if edge["node"]]
        return [Sweep(self._service_api, self.entity, self.project, name) for name in names]

    def __repr__(self) -> str:
        return f"<Sweeps {self.entity}/{self.project}>"
