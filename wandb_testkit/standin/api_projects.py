"""Projects of the public API, as in wandb 0.31.0."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from wandb_testkit.standin import api_queries as queries
from wandb_testkit.standin.api_base import Attrs, RelayPaginator, frame, inside, normalize_exceptions, public
from wandb_testkit.standin.api_users import User
from wandb_testkit.standin.errors import WandbApiFailedError


@public("wandb.apis.public.Project", "wandb.apis.public.projects")
class Project(Attrs):
    """A project; what it is not known by yet is asked for when it is read.

    Args:
        service_api: where to ask.
        entity: who owns it.
        project: its name.
        attrs: what the server says of it.
    """

    def __init__(self, service_api: Any, entity: str, project: str, attrs: Mapping[str, Any]) -> None:
        super().__init__(attrs)
        self._is_loaded = bool(attrs)
        self._service_api = service_api
        self.name = project
        self.entity = entity

    def _load(self) -> None:
        sent = {"name": self.name, "entity": self.entity}
        try:
            answer = self._service_api.execute_graphql(queries.ONE_PROJECT, sent)
        except WandbApiFailedError as error:
            raise ValueError(f"Unable to fetch project ID: {sent!r}") from error
        self._attrs = inside(answer, "project") or {}
        self._is_loaded = True

    def _loaded(self) -> dict[str, Any]:
        if not self._is_loaded:
            self._load()
        return self._attrs

    @property
    def owner(self) -> User:
        """The user who made it.

        Raises:
            ValueError: there is no such project.
        """
        if "user" not in self._loaded():
            raise ValueError(f"No user found for project {self.name}")
        return User(self._service_api, self._attrs["user"])

    @property
    def id(self) -> str:
        """The server's id.

        Raises:
            ValueError: there is no such project.
        """
        if "id" not in self._loaded():
            raise ValueError(f"Project {self.name} not found")
        return self._attrs["id"]  # type: ignore[no-any-return]

    @property
    def path(self) -> list[str]:
        """Entity and name."""
        return [self.entity, self.name]

    @property
    def url(self) -> str:
        """Its page."""
        return str(self._service_api.app_url) + "/".join([*self.path, "workspace"])

    def to_html(self, height: int = 420, hidden: bool = False) -> str:
        """HTML that shows its page."""
        return frame(self.url, height, hidden, "project")

    def _repr_html_(self) -> str:
        return self.to_html()

    def __repr__(self) -> str:
        return f"<Project {'/'.join(self.path)}>"

    @normalize_exceptions
    def artifacts_types(self, per_page: int = 50) -> Any:
        """The types of its artifacts."""
        from wandb_testkit.standin.api_artifact_types import ArtifactTypes

        return ArtifactTypes(self._service_api, self.entity, self.name)

    @normalize_exceptions
    def collections(
        self, filters: Mapping[str, Any] | None = None, order: str | None = None, per_page: int = 50
    ) -> Any:
        """Its collections of artifacts.

        Args:
            filters: in MongoDB's manner.
            order: a field with "+" or "-" before it.
            per_page: how many a page has.
        """
        from wandb_testkit.standin.api_collections import ProjectArtifactCollections

        return ProjectArtifactCollections(
            self._service_api, self.entity, self.name, filters=filters, order=order, per_page=per_page
        )

    @normalize_exceptions
    def sweeps(self, per_page: int = 50, filters: dict[str, Any] | None = None, order: str | None = None) -> Any:
        """Its sweeps.

        Args:
            per_page: how many a page has.
            filters: in MongoDB's manner.
            order: without effect.
        """
        from wandb_testkit.standin.api_sweeps import Sweeps

        return Sweeps(self._service_api, self.entity, self.name, per_page=per_page, filters=filters)

    def __getattr__(self, name: str) -> Any:
        self._loaded()
        return super().__getattr__(name)


@public("wandb.apis.public.Projects", "wandb.apis.public.projects")
class Projects(RelayPaginator[Project]):
    """The projects of an entity, a page at a time.

    Args:
        service_api: where to ask.
        entity: who owns them.
        per_page: how many projects a page has.
    """

    def __init__(self, service_api: Any, entity: str, per_page: int = 50) -> None:
        self.QUERY = queries.PROJECTS
        self.entity = entity
        super().__init__(service_api, variables={"entity": entity}, per_page=per_page)

    @property
    def length(self) -> None:
        """None: the server does not say how many there are."""

    def _connection(self, data: Any) -> Any:
        return data["models"]

    def _convert(self, node: Any) -> Project:
        return Project(self._service_api, self.entity, node["name"], node)

    def __repr__(self) -> str:
        return f"<Projects {self.entity}>"
