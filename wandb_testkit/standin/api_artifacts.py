"""Artifacts as the public API lists them: versions, those of a run, their files, as in wandb 0.31.0."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal

from wandb_testkit.standin import api_artifact_queries as queries
from wandb_testkit.standin.api_base import SizedRelayPaginator, inside, public
from wandb_testkit.standin.api_collections import variables
from wandb_testkit.standin.api_files import File
from wandb_testkit.standin.artifact import Artifact
from wandb_testkit.standin.artifact_paths import ArtifactPath


def artifact_object(service_api: Any, entity: str, project: str, name: str) -> Any:
    """The artifact of a name.

    Args:
        service_api: where to ask.
        entity: who owns the project.
        project: the project's name.
        name: the artifact's name with a version or alias.

    Returns:
        A ``wandb.Artifact``.

    Raises:
        ValueError: there is none.
    """
    path = ArtifactPath(name, project, entity)
    return Artifact._from_name(path=path, service_api=service_api)


@public("wandb.apis.public.Artifacts", "wandb.apis.public.artifacts")
class Artifacts(SizedRelayPaginator[Any]):
    """The versions of a collection.

    Args:
        service_api: where to ask.
        entity: who owns the project.
        project: the project's name.
        collection_name: the collection.
        type: its type.
        filters: in MongoDB's manner.
        order: a field with "+" or "-" before it.
        per_page: how many a page has.
        tags: only versions that have all of these.
        start: the cursor of an earlier paginator.
    """

    def __init__(
        self,
        service_api: Any,
        entity: str,
        project: str,
        collection_name: str,
        type: str,
        filters: Mapping[str, Any] | None = None,
        order: str | None = None,
        per_page: int = 50,
        tags: str | list[str] | None = None,
        start: str | None = None,
    ) -> None:
        self.QUERY = queries.VERSIONS
        self.filters = {"state": "COMMITTED"} if filters is None else filters
        sent = variables(
            entity=entity,
            project=project,
            collection=collection_name,
            type=type,
            filters=self.filters,
            order=order,
        )
        self.entity = entity
        self.collection_name = collection_name
        self.type = type
        self.project = project
        self.order = sent.get("order")
        self.tags = [tags] if isinstance(tags, str) else list(tags or [])
        super().__init__(service_api, variables=sent, per_page=per_page, start=start)

    def _connection(self, data: Any) -> Any:
        return inside(data, "project", "artifactType", "artifactCollection", "artifacts")

    def _convert(self, node: Any) -> Any:
        name = f"{self.collection_name}:{node['version']}"
        return artifact_object(self._service_api, self.entity, self.project, name)

    def convert_objects(self) -> Iterable[Any]:
        """The versions of the page that was asked for last."""
        edges = [] if self.last_response is None else self.last_response["edges"]
        found = [self._convert(edge) for edge in edges if edge["node"]]
        return [artifact for artifact in found if set(self.tags) <= set(artifact.tags)]


@public("wandb.apis.public.RunArtifacts", "wandb.apis.public.artifacts")
class RunArtifacts(SizedRelayPaginator[Any]):
    """The artifacts that a run logged, or used.

    Args:
        service_api: where to ask.
        run: the run.
        mode: which of the two.
        per_page: how many a page has.
        start: the cursor of an earlier paginator.

    Raises:
        ValueError: it is neither.
    """

    def __init__(
        self,
        service_api: Any,
        run: Any,
        mode: Literal["logged", "used"] = "logged",
        per_page: int = 50,
        start: str | None = None,
    ) -> None:
        field = {"logged": "outputArtifacts", "used": "inputArtifacts"}.get(mode)
        if field is None:
            raise ValueError("mode must be logged or used")
        self.QUERY = queries.OF_RUN % field
        self.run = run
        sent = {"entity": run.entity, "project": run.project, "run": run.id}
        super().__init__(service_api, variables=sent, per_page=per_page, start=start)

    def _connection(self, data: Any) -> Any:
        return data["project"]["run"]["artifacts"]

    def _convert(self, node: Any) -> Any:
        sequence = node["artifactSequence"]
        project = sequence["project"]
        if project is None:
            return None
        name = f"{sequence['name']}:v{node['versionIndex']}"
        return artifact_object(self._service_api, project["entity"]["name"], project["name"], name)


@public("wandb.apis.public.ArtifactFiles", "wandb.apis.public.artifacts")
class ArtifactFiles(SizedRelayPaginator[File]):
    """The files of an artifact.

    Args:
        service_api: where to ask.
        artifact: the artifact.
        names: only these.
        per_page: how many a page has.
        start: the cursor of an earlier paginator.
    """

    def __init__(
        self,
        service_api: Any,
        artifact: Any,
        names: Sequence[str] | None = None,
        per_page: int = 50,
        start: str | None = None,
    ) -> None:
        self.QUERY = queries.FILES
        self.artifact = artifact
        sent = variables(
            entity=artifact.entity,
            project=artifact.project,
            collection=artifact.name.split(":")[0],
            alias=artifact.version,
            fileNames=names,
        )
        super().__init__(service_api, variables=sent, per_page=per_page, start=start)

    def _connection(self, data: Any) -> Any:
        return inside(data, "project", "artifactCollection", "artifactMembership", "files")

    @property
    def path(self) -> list[str]:
        """Entity, project and name of the artifact."""
        return [self.artifact.entity, self.artifact.project, self.artifact.name]

    def _convert(self, node: Any) -> File:
        return File(self._service_api, attrs=node)

    def __repr__(self) -> str:
        return f"<ArtifactFiles {'/'.join(self.path)} ({len(self)})>"


def record_use(service_api: Any, run: Any, artifact: Any, used_as: str) -> None:
    """Tell the server that a run used an artifact.

    Args:
        service_api: where to tell.
        run: the run of the public API.
        artifact: a logged artifact.
        used_as: what for.
    """
    sent = {
        "entityName": run.entity,
        "projectName": run.project,
        "runName": run.id,
        "artifactID": artifact.id,
        "usedAs": used_as,
        "artifactEntityName": artifact.entity,
        "artifactProjectName": artifact.project,
    }
    service_api.execute_graphql(queries.USE, sent)


def record_log(service_api: Any, run: Any, artifact: Any, aliases: list[str], tags: list[str]) -> None:
    """Tell the server that a run logged an artifact that is there already.

    Args:
        service_api: where to tell.
        run: the run of the public API.
        artifact: a logged artifact.
        aliases: what it is called besides.
        tags: its tags.
    """
    collection = artifact.source_name.split(":")[0]
    algorithm = getattr(artifact.digest_algorithm, "value", artifact.digest_algorithm)
    sent = {
        "entityName": run.entity,
        "projectName": run.project,
        "runName": run.id,
        "artifactTypeName": artifact.type,
        "artifactCollectionNames": [collection],
        "digest": artifact.digest,
        "digestAlgorithm": algorithm,
        "aliases": [{"artifactCollectionName": collection, "alias": alias} for alias in aliases],
        "tags": [{"tagName": tag} for tag in tags],
    }
    service_api.execute_graphql(queries.LOG, sent)
