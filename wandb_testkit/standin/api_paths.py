"""The paths that the public API takes for runs and sweeps, as in wandb 0.31.0."""

from __future__ import annotations

_REGISTRY = "wandb-registry-"


def run_path(path: str, entity: str | None, project: str | None) -> tuple[str, str, str]:
    """Entity, project and id of ``entity/project/runs/id``, ``entity/project:id``, ``project/id`` and the like.

    Args:
        path: the path.
        entity: where it does not say.
        project: where it does not say.

    Raises:
        ValueError: something is missing.
    """
    found_id: str | None = None
    parts = path.replace("/runs/", "/").replace("/sweeps/", "/").strip("/ ").split("/")
    if len(parts) == 4 and parts[2] == "runs":
        entity, project, found_id = parts[0], parts[1], parts[3]
    elif len(parts) == 3:
        entity, project, found_id = parts
    elif len(parts) == 2 and ":" in parts[1]:
        entity = parts[0]
        project, found_id = parts[1].split(":", maxsplit=1)
    elif len(parts) == 2:
        project, found_id = parts
    elif len(parts) == 1 and ":" in parts[0]:
        project, found_id = parts[0].split(":", maxsplit=1)
    elif len(parts) == 1 and parts[0]:
        found_id = parts[0]
    entity, project, found_id = (part and part.strip() for part in (entity, project, found_id))
    if not entity:
        raise ValueError(f"Invalid path: {path!r} (missing entity)")
    if not project:
        raise ValueError(f"Invalid path: {path!r} (missing project)")
    if not found_id:
        raise ValueError(f"Invalid path: {path!r}")
    return entity, project, found_id


def is_registry(project: str) -> bool:
    """Whether a project is one of a registry's."""
    return project.startswith(_REGISTRY) and project != _REGISTRY


def organization_in(path: str | None, parts: int) -> str:
    """The organization that a registry's path begins with; empty where it names none.

    Args:
        path: such as ``org/wandb-registry-model/name``.
        parts: how many parts one with an organization has.
    """
    found = (path or "").split("/")
    return found[0] if len(found) >= parts and is_registry(found[1]) else ""
