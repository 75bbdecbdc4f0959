"""``wandb.Api``: reading and changing what a server has, as in wandb 0.31.0.

Registries, automations, launch, reports and the integrations' administration refuse by name.
"""

from __future__ import annotations

from typing import Any, ClassVar, Literal

from wandb_testkit.standin import api_paths as paths
from wandb_testkit.standin import env, signatures
from wandb_testkit.standin.api_artifact_part import ApiArtifactPart
from wandb_testkit.standin.api_base import inside, normalize_exceptions, public
from wandb_testkit.standin.api_rest import ApiRestPart
from wandb_testkit.standin.errors import AuthenticationError, Error
from wandb_testkit.standin.place import termwarn

_NO_ENTITY = "entity must be passed as a parameter, or set in settings"


@public("wandb.Api", "wandb.apis.public.api")
class Api(ApiArtifactPart, ApiRestPart):
    """What a server has.

    Args:
        overrides: "base_url", and defaults for "entity", "project" and "run".
        timeout: without effect: the server in memory answers at once.
        api_key: the account's key; any of the right form will do.

    Raises:
        AuthenticationError: The key is too short, or has characters that none has.
        ValidationError, ValueError: The address is none.
    """

    _HTTP_TIMEOUT: ClassVar[int] = env.get_http_timeout(19)

    def __init__(
        self,
        overrides: dict[str, Any] | None = None,
        timeout: int | None = None,
        api_key: str | None = None,
    ) -> None:
        from wandb_testkit.credentials import KEY
        from wandb_testkit.standin.api_service import ServiceApi, session_at_work, settings_of

        # A patch that makes one says whose it is.
        session = vars(self).get("_testkit_session") or session_at_work()
        variables = env.names()
        given = settings_of(session)
        self.settings: dict[str, Any] = {
            "base_url": variables["get_base_url"](given.base_url),
            "entity": variables["get_entity"](given.entity),
            "project": variables["get_project"](given.project),
            "organization": variables["get_organization"](given.organization),
        }
        self.settings.update(overrides or {})
        self.settings["base_url"] = self.settings["base_url"].rstrip("/")
        self.api_key = api_key or session.session_fields().get("api_key") or KEY
        self._check_login()
        self._viewer: Any = None
        self._projects: dict[str, Any] = {}
        self._runs: dict[str, Any] = {}
        self._sweeps: dict[str, Any] = {}
        self._reports: dict[str, Any] = {}
        self._default_entity: str | None = None
        self._timeout = timeout if timeout is not None else self._HTTP_TIMEOUT
        own = settings_of(session, base_url=self.settings["base_url"])
        self._service_api = ServiceApi(settings=own, timeout=self._timeout, session=session)

    def _check_login(self) -> None:
        """Refuse an address and a key that have the wrong form, as the client does before it asks a server."""
        from wandb_testkit.rules import login

        login.check_host(self.settings["base_url"])
        problem = login.problem_of_key(self.api_key)
        if problem:
            raise AuthenticationError(problem)

    # ---- the account

    @property
    def user_agent(self) -> str:
        """What the client calls itself."""
        return f"W&B Public Client {signatures.WANDB_VERSION}"

    @property
    def default_entity(self) -> str | None:
        """The account's default entity."""
        from wandb_testkit.standin.api_queries import DEFAULT_ENTITY

        if self._default_entity is None:
            self._default_entity = inside(self._service_api.execute_graphql(DEFAULT_ENTITY), "viewer", "entity") or None
        return self._default_entity

    @property
    def viewer(self) -> Any:
        """The account's user."""
        from wandb_testkit.standin.api_queries import VIEWER
        from wandb_testkit.standin.api_users import User

        if self._viewer is None:
            found = inside(self._service_api.execute_graphql(VIEWER), "viewer")
            if found is None:
                raise ValueError("Unable to fetch user data from W&B, please verify your API key is valid.")
            self._viewer = User(self._service_api, found, api_key=self.api_key)
            self._default_entity = self._viewer.entity
        return self._viewer

    def _users(self, text: str) -> list[Any]:
        from wandb_testkit.standin.api_queries import USERS
        from wandb_testkit.standin.api_users import User

        edges = inside(self._service_api.execute_graphql(USERS, {"query": text}), "users", "edges") or []
        return [User(self._service_api, edge["node"], api_key=self.api_key) for edge in edges]

    def user(self, username_or_email: str) -> Any:
        """The user of a name or address; None where there is none."""
        found = self._users(username_or_email)
        if len(found) > 1:
            termwarn(f"Found multiple users, returning the first user matching {username_or_email!r}")
        return found[0] if found else None

    def users(self, username_or_email: str) -> list[Any]:
        """The users whose names or addresses are like this."""
        return self._users(username_or_email)

    def create_user(self, email: str, admin: bool | None = False) -> Any:
        """Make a user."""
        from wandb_testkit.standin.api_users import User

        return User.create(self, email, admin)

    def team(self, team: str) -> Any:
        """The team of a name."""
        from wandb_testkit.standin.api_users import Team

        return Team(self._service_api, team)

    def create_team(self, team: str, admin_username: str | None = None) -> Any:
        """Make a team."""
        from wandb_testkit.standin.api_users import Team

        return Team.create(self, team, admin_username)

    # ---- paths

    def _entity(self) -> str | None:
        return self.settings["entity"] or self.default_entity

    def _owner(self, entity: Any, project: str, organization: str | None) -> Any:
        """Who owns a project: where it is a registry's, that is an organization.

        Args:
            entity: who owns it otherwise.
            project: the project's name.
            organization: the one that the program names.
        """
        if not paths.is_registry(project):
            return entity
        return self._service_api.organization(self._entity(), organization)

    def _parse_project_path(self, path: str | None) -> Any:
        project, entity = self.settings["project"] or "uncategorized", self._entity()
        if path is None:
            return entity, project
        parts = path.split("/", 1)
        return (entity, path) if len(parts) == 1 else parts

    def _parse_path(self, path: str) -> tuple[str, str, str]:
        return paths.run_path(path, self._entity(), self.settings["project"])

    def _parse_artifact_path(self, path: str | None) -> tuple[Any, ...]:
        project, entity = self.settings["project"] or "uncategorized", self._entity()
        if path is None:
            return entity, project
        from wandb_testkit.standin.artifact_paths import ArtifactPath

        found = ArtifactPath.from_str(path).with_defaults(prefix=entity, project=project)
        return found.prefix, found.project, found.name

    def from_path(self, path: str) -> Any:
        """The project, run or sweep of a path.

        Raises:
            wandb.Error: the path is none.
        """
        parts = path.strip("/ ").split("/")
        if len(parts) == 1:
            return self.project(path)
        if len(parts) == 2:
            return self.project(parts[1], parts[0])
        if len(parts) == 3 or (len(parts) == 4 and parts[2].startswith("run")):
            return self.run(path)
        if len(parts) == 4 and parts[2].startswith("sweep"):
            return self.sweep(path)
        if len(parts) == 4 and parts[2].startswith("report"):
            return self._report(*parts)
        raise Error("Invalid path, should be TEAM/PROJECT/TYPE/ID where TYPE is runs, sweeps, or reports")

    def _report(self, entity: str, project: str, _: str, text: str) -> Any:
        from urllib.parse import unquote

        from wandb_testkit.standin.api_reports import BetaReport

        if "-" in text and "--" not in text:
            raise Error("Invalid report path, should be team/project/reports/Name--XXXX")
        name, number = (text if "--" in text else f"--{text}").split("--")
        attrs = {"displayName": unquote(name.replace("-", " ")), "id": number, "spec": "{}"}
        return BetaReport(self._service_api, attrs, entity, project)

    # ---- projects

    def projects(self, entity: str | None = None, per_page: int = 200) -> Any:
        """The projects of an entity, the default one unless given.

        Raises:
            ValueError: there is no default entity.
        """
        from wandb_testkit.standin.api_projects import Projects

        if entity is None:
            entity = self._entity()
            if entity is None:
                raise ValueError(_NO_ENTITY)
        if entity not in self._projects:
            self._projects[entity] = Projects(self._service_api, entity, per_page=per_page)
        return self._projects[entity]

    def project(self, name: str, entity: str | None = None) -> Any:
        """The project of a name; whether it exists shows when something of it is read."""
        from wandb_testkit.standin.api_projects import Project

        owner = self._entity() if entity is None else entity
        return Project(self._service_api, self._owner(owner, name, entity), name, {})

    def create_project(self, name: str, entity: str) -> None:
        """Make a project."""
        from wandb_testkit.standin.api_queries import CREATE_PROJECT

        self._service_api.execute_graphql(CREATE_PROJECT, {"input": {"name": name, "entityName": entity}})

    # ---- runs

    def flush(self) -> None:
        """Forget the runs that were asked for: they are asked for anew."""
        self._runs = {}

    def runs(
        self,
        path: str | None = None,
        filters: dict[str, Any] | None = None,
        order: str = "+created_at",
        per_page: int = 50,
        include_sweeps: bool = False,
        lazy: bool = True,
    ) -> Any:
        """The runs of a project.

        Args:
            path: ``entity/project``.
            filters: in MongoDB's manner.
            order: a field with "+" or "-" before it.
            per_page: how many runs a page has.
            include_sweeps: whether to ask for each run's sweep at once.
            lazy: whether to do without config and summary until they are read.
        """
        from wandb_testkit.standin.api_runs import Runs

        entity, project = self._parse_project_path(path)
        filters = filters or {}
        key = (path or "") + str(filters) + str(order)
        there = self._runs.get(key)
        # No page with runs in it is as good as nothing, as for any sized object.
        if there:
            if not lazy and there._lazy:
                there.upgrade_to_full()
            return there
        self._runs[key] = Runs(
            self._service_api,
            entity,
            project,
            filters=filters,
            order=order,
            per_page=per_page,
            include_sweeps=include_sweeps,
            lazy=lazy,
            api_key=self.api_key,
        )
        return self._runs[key]

    @normalize_exceptions
    def run(self, path: str = "") -> Any:
        """The run of a path.

        Args:
            path: ``entity/project/id``, or less where the settings say the rest.

        Raises:
            CommError: there is none, or the path is none.
        """
        from wandb_testkit.standin.api_run import Run

        entity, project, run_id = self._parse_path(path)
        if not self._runs.get(path):
            self._runs[path] = Run(self._service_api, entity, project, run_id, lazy=False, api_key=self.api_key)
        return self._runs[path]

    def create_run(self, *, run_id: str | None = None, project: str | None = None, entity: str | None = None) -> Any:
        """Make a run.

        Args:
            run_id: its id; a random one by default.
            project: its project; "uncategorized" by default.
            entity: who owns the project.
        """
        if entity is None:
            entity = self.default_entity
        return self._create_run(run_id=run_id, project=project, entity=entity)

    def _create_run(
        self,
        *,
        run_id: str | None = None,
        project: str | None = None,
        entity: str | None = None,
        state: Literal["running", "pending"] = "running",
    ) -> Any:
        from wandb_testkit.standin.api_queries import CREATE_RUN
        from wandb_testkit.standin.api_run import Run
        from wandb_testkit.standin.lib import generate_id

        sent = {
            "entity": entity,
            "project": project or self.settings.get("project") or "uncategorized",
            "name": run_id or generate_id(),
            "state": state,
        }
        made = self._service_api.execute_graphql(CREATE_RUN, sent)["upsertBucket"]["bucket"]
        known = {
            "id": made["id"],
            "config": "{}",
            "systemMetrics": "{}",
            "summaryMetrics": "{}",
            "tags": [],
            "description": None,
            "notes": None,
            "state": state,
        }
        owner = made["project"]["entity"]["name"]
        return Run(
            self._service_api,
            owner,
            made["project"]["name"],
            made["name"],
            known,
            lazy=False,
            api_key=self.api_key,
        )

    # ---- sweeps

    @normalize_exceptions
    def sweep(self, path: str = "") -> Any:
        """The sweep of a path.

        Args:
            path: ``entity/project/id``, or less where the settings say the rest.

        Raises:
            CommError: there is none, or the path is none.
        """
        from wandb_testkit.standin.api_sweeps import Sweep

        entity, project, sweep_id = self._parse_path(path)
        if not self._sweeps.get(path):
            self._sweeps[path] = Sweep(self._service_api, entity, project, sweep_id)
        return self._sweeps[path]

    def _get_sweep(
        self,
        entity: str | None = None,
        project: str | None = None,
        sweep_id: str | None = None,
        order: str | None = None,
        query: Any = None,
        **kwargs: Any,
    ) -> Any:
        from wandb_testkit.standin.api_sweeps import get_sweep

        return get_sweep(self._service_api, entity, project, sweep_id, order=order, query=query, **kwargs)
