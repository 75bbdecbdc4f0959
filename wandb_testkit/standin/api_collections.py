"""Collections of artifacts, through the public API, as in wandb 0.31.0."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping
from typing import Any

from wandb_testkit.standin import api_artifact_queries as queries
from wandb_testkit.standin import artifact_checks as checks
from wandb_testkit.standin.api_base import RelayPaginator, SizedRelayPaginator, inside, normalize_exceptions, public
from wandb_testkit.standin.place import at, termwarn, wandb

_ORDER = re.compile(r"\A([+-])?([a-zA-Z_]\w*)\Z", re.ASCII)


def variables(**given: Any) -> dict[str, Any]:
    """Variables of a query: filters as JSON, an order with its sign, nothing that was not given.

    Raises:
        ValueError: the order is none.
    """
    order = given.get("order")
    if order is not None:
        match = _ORDER.match(order)
        if match is None:
            raise ValueError(f"Invalid order string: {order!r}")
        given["order"] = f"{match[1] or '+'}{match[2]}"
    if given.get("filters") is not None:
        given["filters"] = json.dumps(given["filters"])
    return {name: value for name, value in given.items() if value is not None}


def _checked_name(name: str) -> str:
    """A name that a collection may have.

    Raises:
        ValueError: it has a slash in it, or is too long.
    """
    if "/" in checks.check_length(name):
        raise ValueError(f"Artifact names must not contain any of the following characters: '/'.  Got: {name!r}")
    return name


@public("wandb.apis.public.ArtifactCollection", "wandb.apis.public.artifacts")
class ArtifactCollection:
    """A collection: the versions of an artifact, or what was linked under one name.

    Args:
        service_api: where to ask.
        entity: who owns the project.
        project: the project's name.
        name: its name.
        type: the type of its artifacts.
        organization: without effect.
        attrs: what the server says of it.

    Raises:
        ValueError: there is none.
    """

    def __init__(
        self,
        service_api: Any,
        entity: str,
        project: str,
        name: str,
        type: str,
        organization: str | None = None,
        attrs: Any = None,
    ) -> None:
        self._service_api = service_api
        found = attrs or self.load(entity, project, type, name)
        if found["project"] is None:
            raise ValueError("Missing project info in 'ArtifactCollectionFragment' data")
        self._node = found
        self._saved = {
            "name": found["name"],
            "type": found["type"]["name"],
            "description": found["description"],
            "tags": [edge["node"]["name"] for edge in found["tags"]["edges"] if edge["node"]],
        }
        self._current = {**self._saved, "tags": list(self._saved["tags"])}
        self._aliases: tuple[str, ...] | None = None
        self.organization = organization

    def load(self, entity: str, project: str, type_: str, name: str) -> Any:
        """Ask for a collection.

        Raises:
            ValueError: there is none.
        """
        sent = {"entity": entity, "project": project, "type": type_, "name": name}
        answer = self._service_api.execute_graphql(queries.ONE_COLLECTION, sent)
        found = inside(answer, "project", "artifactType", "artifactCollection")
        if not found:
            raise ValueError(f"Could not find artifact type {type_!r}")
        return found

    # ---- what it is

    @property
    def id(self) -> str:
        """The server's id."""
        return str(self._node["id"])

    @property
    def entity(self) -> str:
        """Who owns its project."""
        return str(self._node["project"]["entity"]["name"])

    @property
    def project(self) -> str:
        """Its project's name."""
        return str(self._node["project"]["name"])

    @property
    def project_id(self) -> str:
        """The server's id of its project."""
        return str(self._node["project"]["id"])

    @property
    def project_internal_id(self) -> str | None:
        """The server's other id of its project."""
        found: str | None = self._node["project"]["internalId"]
        return found

    @property
    def created_at(self) -> str:
        """When it was made."""
        return str(self._node["createdAt"])

    @property
    def updated_at(self) -> str | None:
        """When it was changed last."""
        found: str | None = self._node["updatedAt"]
        return found

    @property
    def aliases(self) -> list[str]:
        """The aliases of all its versions."""
        if self._aliases is None:
            self._aliases = tuple(_Aliases(self._service_api, self.id))
        return list(self._aliases)

    def is_sequence(self) -> bool:
        """Whether its versions were logged to it, not linked."""
        return bool(self._node["__typename"] == "ArtifactSequence")

    @property
    def name(self) -> str:
        """Its name; a new one is sent by ``save``."""
        return self._current["name"]  # type: ignore[no-any-return]

    @name.setter
    def name(self, name: str) -> None:
        self._current["name"] = _checked_name(name)

    @property
    def description(self) -> str | None:
        """What it is; a new text is sent by ``save``."""
        return self._current["description"]  # type: ignore[no-any-return]

    @description.setter
    def description(self, description: str | None) -> None:
        self._current["description"] = description

    @property
    def tags(self) -> list[str]:
        """Its tags; new ones are sent by ``save``."""
        return self._current["tags"]  # type: ignore[no-any-return]

    @tags.setter
    def tags(self, tags: Collection[str]) -> None:
        self._current["tags"] = checks.check_tags(tags)

    @property
    def type(self) -> Any:
        """The type of its artifacts; a new one is sent by ``save``."""
        return self._current["type"]

    @type.setter
    def type(self, type: str) -> None:
        if not self.is_sequence():
            raise ValueError("Type can only be changed if the artifact collection is a sequence.")
        self._current["type"] = type

    @normalize_exceptions
    def artifacts(self, per_page: int = 50, start: str | None = None) -> Any:
        """Its versions."""
        from wandb_testkit.standin.api_artifacts import Artifacts

        return Artifacts(
            service_api=self._service_api,
            entity=self.entity,
            project=self.project,
            collection_name=self._saved["name"],
            type=self._saved["type"],
            per_page=per_page,
            start=start,
        )

    # ---- changing it

    def _send(self, query: str, **fields: Any) -> None:
        sent = {name: value for name, value in fields.items() if value is not None}
        self._service_api.execute_graphql(query, {"input": sent})

    @normalize_exceptions
    def change_type(self, new_type: str) -> None:
        """Deprecated: set ``type`` and ``save``."""
        termwarn(
            "ArtifactCollection.change_type(type) is deprecated, use ArtifactCollection.save() instead.", repeat=False
        )
        old_type = self._saved["type"]
        if old_type != new_type:
            try:
                checks.check_type(old_type, self.name)
            except ValueError as error:
                raise ValueError(f"The current type {old_type!r} is an internal type and cannot be changed.") from error
        checks.check_type(new_type, self.name)
        if not self.is_sequence():
            raise ValueError("Artifact collection needs to be a sequence")
        wandb("termlog")(f"Changing artifact collection type of {old_type!r} to {new_type!r}")
        self._move(new_type)
        self._current["type"] = new_type

    def _move(self, new_type: str) -> None:
        self._send(queries.MOVE_SEQUENCE, artifactSequenceID=self.id, destinationArtifactTypeName=new_type)
        self._saved["type"] = new_type

    @normalize_exceptions
    def delete(self) -> None:
        """Delete the collection with all that is in it."""
        query = queries.DELETE_SEQUENCE if self.is_sequence() else queries.DELETE_PORTFOLIO
        self._service_api.execute_graphql(query, {"id": self.id})

    @normalize_exceptions
    def save(self) -> None:
        """Send what was changed.

        Raises:
            ValueError: the type is one of the client's own (as ``CommError``).
        """
        old_type, new_type = self._saved["type"], self.type
        if old_type != new_type:
            self._check_types(old_type, new_type)
        self._save_texts()
        if self.is_sequence() and old_type != new_type:
            self._move(new_type)
        self._save_tags()

    def _check_types(self, old_type: str, new_type: str) -> None:
        said = f"Failed to save artifact collection {self.name!r}: "
        try:
            checks.check_type(new_type, self.name)
        except ValueError as error:
            raise ValueError(f"{said}{error}") from error
        try:
            checks.check_type(old_type, self.name)
        except ValueError as error:
            reason = f"The current type {old_type!r} is an internal type and cannot be changed."
            raise ValueError(f"{said}{reason}") from error

    def _save_texts(self) -> None:
        texts = {"name": self.name, "description": self.description}
        if self.is_sequence():
            self._send(queries.UPDATE_SEQUENCE, artifactSequenceID=self.id, **texts)
        else:
            self._send(queries.UPDATE_PORTFOLIO, artifactPortfolioID=self.id, **texts)
        self._saved.update(texts)

    def _save_tags(self) -> None:
        new, old = set(self._current["tags"]), set(self._saved["tags"])
        for query, tags in ((queries.ADD_TAGS, new - old), (queries.DELETE_TAGS, old - new)):
            if tags:
                self._send(
                    query,
                    entityName=self.entity,
                    projectName=self.project,
                    artifactCollectionName=self._saved["name"],
                    tags=[{"tagName": tag} for tag in sorted(tags)],
                )
        self._saved["tags"] = list(self._current["tags"])

    def __repr__(self) -> str:
        return f"<ArtifactCollection {self.name} ({self.type})>"


@at("wandb.apis.public.artifacts", "_ArtifactCollectionAliases")
class _Aliases(RelayPaginator[str]):
    """The aliases in a collection."""

    def __init__(self, service_api: Any, collection_id: str, per_page: int = 1_000, start: str | None = None) -> None:
        self.QUERY = queries.ALIASES
        super().__init__(service_api, {"id": collection_id}, per_page, start)

    def _connection(self, data: Any) -> Any:
        return inside(data, "artifactCollection", "aliases")

    def _convert(self, node: Any) -> str:
        return str(node["alias"])


@at("wandb.apis.public.artifacts")
class _CollectionsPaginator(SizedRelayPaginator[ArtifactCollection]):
    """Collections, a page at a time."""

    def _convert(self, node: Any) -> ArtifactCollection | None:
        project = node["project"]
        if not project:
            return None
        return ArtifactCollection(
            service_api=self._service_api,
            entity=project["entity"]["name"],
            project=project["name"],
            name=node["name"],
            type=node["type"]["name"],
            attrs=node,
        )


@public("wandb.apis.public.ArtifactCollections", "wandb.apis.public.artifacts")
class ArtifactCollections(_CollectionsPaginator):
    """The collections of one type in a project.

    Args:
        service_api: where to ask.
        entity: who owns the project.
        project: the project's name.
        type_name: the type.
        filters: in MongoDB's manner.
        order: a field with "+" or "-" before it.
        per_page: how many a page has.
        start: the cursor of an earlier paginator.
    """

    def __init__(
        self,
        service_api: Any,
        entity: str,
        project: str,
        type_name: str,
        filters: Mapping[str, Any] | None = None,
        order: str | None = None,
        per_page: int = 50,
        start: str | None = None,
    ) -> None:
        self.QUERY = queries.COLLECTIONS_OF_TYPE
        sent = variables(entity=entity, project=project, type=type_name, filters=filters, order=order)
        self.entity = entity
        self.project = project
        self.type_name = type_name
        self.filters = filters
        self.order = sent.get("order")
        super().__init__(service_api, variables=sent, per_page=per_page, start=start)

    def _connection(self, data: Any) -> Any:
        return inside(data, "project", "artifactType", "artifactCollections")


@public("wandb.apis.public.ProjectArtifactCollections", "wandb.apis.public.artifacts")
class ProjectArtifactCollections(_CollectionsPaginator):
    """All collections in a project.

    Args:
        service_api: where to ask.
        entity: who owns the project.
        project: the project's name.
        filters: in MongoDB's manner.
        order: a field with "+" or "-" before it.
        per_page: how many a page has.
        start: the cursor of an earlier paginator.
    """

    def __init__(
        self,
        service_api: Any,
        entity: str,
        project: str,
        filters: Mapping[str, Any] | None = None,
        order: str | None = None,
        per_page: int = 50,
        start: str | None = None,
    ) -> None:
        self.QUERY = queries.COLLECTIONS
        sent = variables(entity=entity, project=project, filters=filters, order=order)
        self.entity = entity
        self.project = project
        self.filters = filters
        self.order = sent.get("order")
        super().__init__(service_api, variables=sent, per_page=per_page, start=start)

    def _connection(self, data: Any) -> Any:
        return inside(data, "project", "artifactCollections")
