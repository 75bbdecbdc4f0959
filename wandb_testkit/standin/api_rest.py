"""The rarer calls of ``wandb.Api``: what is checked before the server is asked, as in wandb 0.31.0.

The server in memory has no launch, no organizations and no charts: where these are asked for, it refuses by name.
"""

from __future__ import annotations

import json
from typing import Any, Literal

from wandb_testkit.errors import NotModelled
from wandb_testkit.standin.api_base import inside, normalize_exceptions
from wandb_testkit.standin.errors import WandbApiFailedError
from wandb_testkit.standin.place import wandb

#: The project that wandb keeps launch queues in.
_LAUNCH_PROJECT = "model-registry"
_RESOURCES = ("local-container", "local-process", "kubernetes", "sagemaker", "gcp-vertex")
_NO_RESOURCE = (
    "resource_type must be one of 'local-container', 'local-process', 'kubernetes', 'sagemaker', or 'gcp-vertex'"
)

_JOBS = """
query ArtifactOfType($entityName: String!, $projectName: String!, $artifactTypeName: String!) {
    project(name: $projectName, entityName: $entityName) { artifactType(name: $artifactTypeName) {
        artifactCollections { edges { node { artifacts { edges { node {
            id state aliases { alias } artifactSequence { name }
        } } } } } }
    } }
}
"""
_ORGANIZATIONS = """
query FetchOrgInfoFromEntity($entity: String!) { entity(name: $entity) {
    organization { name orgEntity { name } } user { organizations { name orgEntity { name } } }
} }
"""


class ApiRestPart:
    """The rarer calls."""

    settings: dict[str, Any]
    default_entity: Any
    create_project: Any
    _service_api: Any
    _entity: Any

    @normalize_exceptions
    def list_jobs(self, entity: str, project: str) -> list[dict[str, Any]]:
        """The jobs in a project.

        Raises:
            ValueError: entity or project is missing (as ``CommError``).
        """
        for what, given in (("an entity", entity), ("a project", project)):
            if given is None:
                raise ValueError(f"Specify {what} when listing jobs")
        sent = {"projectName": project, "entityName": entity, "artifactTypeName": "job"}
        try:
            found = inside(self._service_api.execute_graphql(_JOBS, sent), "project")
        except WandbApiFailedError:
            return []
        if not found:
            wandb("termerror")(f"Project: '{project}' not found in entity: '{entity}' or access denied.")
            return []
        edges = inside(found, "artifactType", "artifactCollections", "edges") or []
        return [edge["node"]["artifacts"] for edge in edges]

    @normalize_exceptions
    def organization(self, name: str | None = None) -> Any:
        """Refuse: the server in memory has no organizations.

        Raises:
            ValueError: the account belongs to none (as ``CommError``).
        """
        if not (name or self.settings.get("organization")):
            entity = self.settings.get("entity") or self.default_entity
            if not entity:
                raise ValueError("Entity name is required to resolve org entity name.")
            found = inside(self._service_api.execute_graphql(_ORGANIZATIONS, {"entity": entity}), "entity")
            if not inside(found, "organization") and not inside(found, "user", "organizations"):
                raise ValueError(f"Unable to find organization for entity {entity!r}.")
        raise NotModelled("wandb.Api().organization")

    def _checked_queue(self, name: str, entity: str | None) -> None:
        """Check a queue's name, and whose it is.

        Raises:
            ValueError: it is nobody's, or its name is too long or too short.
        """
        if entity is None and self._entity() is None:
            raise ValueError("entity must be passed as a parameter, or set in settings")
        if len(name) == 0:
            raise ValueError("name must be non-empty")
        if len(name) > 64:
            raise ValueError("name must be less than 64 characters")

    def create_run_queue(
        self,
        name: str,
        type: Any,
        entity: str | None = None,
        prioritization_mode: Any = None,
        config: dict[str, Any] | None = None,
        template_variables: dict[str, Any] | None = None,
    ) -> Any:
        """Refuse: the server in memory has no launch.

        Raises:
            ValueError: an argument is none.
        """
        self._checked_queue(name, entity)
        if type not in _RESOURCES:
            raise ValueError(_NO_RESOURCE)
        if prioritization_mode and prioritization_mode.upper() != "V0":
            raise ValueError("prioritization_mode must be 'V0' if present")
        self.create_project(_LAUNCH_PROJECT, self._entity() if entity is None else entity)
        raise NotModelled("wandb.Api().create_run_queue")

    def upsert_run_queue(
        self,
        name: str,
        resource_config: dict[str, Any],
        resource_type: Any,
        entity: str | None = None,
        template_variables: dict[str, Any] | None = None,
        external_links: dict[str, Any] | None = None,
        prioritization_mode: Any = None,
    ) -> Any:
        """Refuse: the server in memory has no launch.

        Raises:
            ValueError: an argument is none.
        """
        self._checked_queue(name, entity)
        if (prioritization_mode or "DISABLED").upper() not in ("V0", "DISABLED"):
            raise ValueError("prioritization_mode must be 'V0' or 'DISABLED' if present")
        if resource_type not in _RESOURCES:
            raise ValueError(_NO_RESOURCE)
        self.create_project(_LAUNCH_PROJECT, self._entity() if entity is None else entity)
        raise NotModelled("wandb.Api().upsert_run_queue")

    def create_custom_chart(
        self,
        entity: str,
        name: str,
        display_name: str,
        spec_type: Literal["vega2"],
        access: Literal["private", "public"],
        spec: str | dict[str, Any],
    ) -> str:
        """Refuse: the server in memory keeps no charts."""
        access.upper()
        if not isinstance(spec, str):
            json.dumps(spec)
        raise NotModelled("wandb.Api().create_custom_chart")
