"""The calls of ``wandb.Api`` about artifacts, as in wandb 0.31.0."""

from __future__ import annotations

from typing import Any

from wandb_testkit.standin import api_paths as paths
from wandb_testkit.standin.api_base import normalize_exceptions
from wandb_testkit.standin.errors import CommError
from wandb_testkit.standin.place import termwarn


class ApiArtifactPart:
    """Artifacts, their types and collections."""

    settings: dict[str, Any]
    _service_api: Any
    _owner: Any
    _parse_project_path: Any
    _parse_artifact_path: Any

    @normalize_exceptions
    def artifact_types(self, project: str | None = None, start: str | None = None) -> Any:
        """The types of artifacts in a project."""
        from wandb_testkit.standin.api_artifact_types import ArtifactTypes

        entity, name = self._parse_project_path(project)
        entity = self._owner(entity, name, paths.organization_in(project, 2))
        return ArtifactTypes(self._service_api, entity, name, start=start)

    @normalize_exceptions
    def artifact_type(self, type_name: str, project: str | None = None) -> Any:
        """A type of artifacts in a project.

        Raises:
            CommError: there is none.
        """
        from wandb_testkit.standin.api_artifact_types import ArtifactType

        entity, name = self._parse_project_path(project)
        entity = self._owner(entity, name, paths.organization_in(project, 2))
        return ArtifactType(self._service_api, entity, name, type_name)

    @normalize_exceptions
    def artifact_collections(
        self,
        project_name: str,
        type_name: str,
        order: str | None = None,
        per_page: int = 50,
        start: str | None = None,
    ) -> Any:
        """The collections of one type in a project."""
        from wandb_testkit.standin.api_collections import ArtifactCollections

        entity, name = self._parse_project_path(project_name)
        entity = self._owner(entity, name, paths.organization_in(project_name, 2))
        return ArtifactCollections(
            self._service_api, entity, name, type_name, order=order, per_page=per_page, start=start
        )

    @normalize_exceptions
    def artifact_collection(self, type_name: str, name: str) -> Any:
        """A collection.

        Raises:
            CommError: there is none.
        """
        from wandb_testkit.standin.api_collections import ArtifactCollection

        entity, project, collection = self._parse_artifact_path(name)
        entity = self._owner(entity, project, paths.organization_in(name, 3))
        if entity is None:
            raise ValueError(
                "Could not determine entity. Please include the entity as part of the collection name path."
            )
        return ArtifactCollection(self._service_api, entity, project, collection, type_name)

    @normalize_exceptions
    def artifact_versions(self, type_name: str, name: str, per_page: int = 50) -> Any:
        """Deprecated: ``artifacts``."""
        termwarn(
            "Api.artifact_versions(type_name, name) is deprecated, use Api.artifacts(type_name, name) instead.",
            repeat=False,
        )
        return self.artifacts(type_name, name, per_page=per_page)

    @normalize_exceptions
    def artifacts(
        self,
        type_name: str,
        name: str,
        order: str | None = None,
        per_page: int = 50,
        tags: list[str] | None = None,
        start: str | None = None,
    ) -> Any:
        """The versions of a collection.

        Args:
            type_name: its type.
            name: its name, with entity and project before it where they are not the default ones.
            order: a field with "+" or "-" before it.
            per_page: how many a page has.
            tags: only versions that have all of these.
            start: the cursor of an earlier paginator.
        """
        from wandb_testkit.standin.api_artifacts import Artifacts

        entity, project, collection = self._parse_artifact_path(name)
        entity = self._owner(entity, project, paths.organization_in(name, 3))
        return Artifacts(
            self._service_api,
            entity,
            project,
            collection,
            type_name,
            order=order,
            per_page=per_page,
            tags=tags,
            start=start,
        )

    @normalize_exceptions
    def artifact(self, name: str, type: str | None = None) -> Any:
        """An artifact.

        Args:
            name: with a version or alias, and entity and project before it where they are not the default ones.
            type: what its type has to be.

        Raises:
            CommError: there is none, or it is of another type.
        """
        return self._artifact(name=name, type=type)

    @normalize_exceptions
    def _artifact(self, name: str, type: str | None = None) -> Any:
        if name is None:
            raise ValueError("You must specify name= to fetch an artifact.")
        entity, project, artifact_name = self._parse_artifact_path(name)
        asked = name.split("/")[0] if name.count("/") == 2 else self.settings["organization"]
        entity = self._owner(entity, project, asked)
        if entity is None:
            raise ValueError("Could not determine entity. Please include the entity as part of the artifact name path.")
        from wandb_testkit.standin.api_artifacts import artifact_object

        found = artifact_object(self._service_api, entity, project, artifact_name)
        if type is not None and found.type != type:
            raise ValueError(f"type {type!r} specified but this artifact is of type {found.type!r}")
        return found

    @normalize_exceptions
    def artifact_exists(self, name: str, type: str | None = None) -> bool:
        """Whether there is an artifact of a name, and of a type where one is given."""
        try:
            self._artifact(name, type)
        except CommError:
            return False
        return True

    @normalize_exceptions
    def artifact_collection_exists(self, name: str, type: str) -> bool:
        """Whether there is a collection of a name and a type."""
        try:
            self.artifact_collection(type, name)
        except CommError:
            return False
        return True
