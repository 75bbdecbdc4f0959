"""Types of artifacts, through the public API, as in wandb 0.31.0."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from wandb_testkit.standin import api_artifact_queries as queries
from wandb_testkit.standin.api_base import RelayPaginator, inside, normalize_exceptions, public
from wandb_testkit.standin.api_collections import ArtifactCollection, ArtifactCollections


@public("wandb.apis.public.ArtifactTypes", "wandb.apis.public.artifacts")
class ArtifactTypes(RelayPaginator[Any]):
    """The types of artifacts in a project.

    Args:
        service_api: where to ask.
        entity: who owns the project.
        project: the project's name.
        per_page: how many a page has.
        start: the cursor of an earlier paginator.
    """

    def __init__(
        self, service_api: Any, entity: str, project: str, per_page: int = 50, start: str | None = None
    ) -> None:
        self.QUERY = queries.TYPES
        self.entity = entity
        self.project = project
        sent = {"entity": entity, "project": project}
        super().__init__(service_api, variables=sent, per_page=per_page, start=start)

    def _connection(self, data: Any) -> Any:
        return inside(data, "project", "artifactTypes")

    def _convert(self, node: Any) -> ArtifactType:
        return ArtifactType(self._service_api, self.entity, self.project, node["name"], node)


@public("wandb.apis.public.ArtifactType", "wandb.apis.public.artifacts")
class ArtifactType:
    """A type of artifacts.

    Args:
        service_api: where to ask.
        entity: who owns the project.
        project: the project's name.
        type_name: the type.
        attrs: what the server says of it.

    Raises:
        ValueError: there is none.
    """

    def __init__(self, service_api: Any, entity: str, project: str, type_name: str, attrs: Any = None) -> None:
        self._service_api = service_api
        self.entity = entity
        self.project = project
        self.type = type_name
        self._attrs = attrs or self.load()

    def load(self) -> Any:
        """Ask for the type.

        Raises:
            ValueError: there is none.
        """
        sent = {"entity": self.entity, "project": self.project, "type": self.type}
        found = inside(self._service_api.execute_graphql(queries.ONE_TYPE, sent), "project", "artifactType")
        if not found:
            raise ValueError(f"Could not find artifact type {self.type!r}")
        return found

    @property
    def id(self) -> str:
        """The server's id."""
        return str(self._attrs["id"])

    @property
    def name(self) -> str:
        """The type."""
        return str(self._attrs["name"])

    @normalize_exceptions
    def collections(
        self,
        filters: Mapping[str, Any] | None = None,
        order: str | None = None,
        per_page: int = 50,
        start: str | None = None,
    ) -> ArtifactCollections:
        """The collections of this type."""
        return ArtifactCollections(
            self._service_api,
            entity=self.entity,
            project=self.project,
            filters=filters,
            order=order,
            type_name=self.type,
            per_page=per_page,
            start=start,
        )

    def collection(self, name: str) -> ArtifactCollection:
        """The collection of a name."""
        return ArtifactCollection(
            self._service_api, entity=self.entity, project=self.project, name=name, type=self.type
        )

    def __repr__(self) -> str:
        return f"<ArtifactType {self.type}>"
