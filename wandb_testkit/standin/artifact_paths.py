"""Names of artifacts with project and entity before them: ``entity/project/name:alias``, as in wandb 0.31.0."""

from __future__ import annotations

from dataclasses import dataclass, replace

from wandb_testkit.standin.place import at

_REGISTRY = "wandb-registry-"


@at("wandb.sdk.artifacts._validators")
@dataclass
class ArtifactPath:
    """A name, and what is known of where it is.

    Args:
        name: of a collection, or of a version in it.
        project: the project.
        prefix: the entity, or the organization of a registry.
    """

    name: str
    project: str | None = None
    prefix: str | None = None

    @classmethod
    def from_str(cls, path: str) -> ArtifactPath:
        """Read a path.

        Raises:
            ValueError: it has too many parts.
        """
        collection, colon, alias = path.partition(":")
        parts = collection.split("/")
        if len(parts) > 3:
            raise ValueError(f"Invalid artifact path: {path!r}")
        *before, name = parts
        project = before[-1] if before else None
        prefix = before[0] if len(before) == 2 else None
        return cls(f"{name}{colon}{alias}", project, prefix)

    def to_str(self) -> str:
        """The path as text."""
        return "/".join(part for part in (self.prefix, self.project, self.name) if part)

    def with_defaults(self, *, prefix: str | None = None, project: str | None = None) -> ArtifactPath:
        """The same with what it lacks."""
        return replace(self, prefix=self.prefix or prefix, project=self.project or project)

    def with_prefix(self, prefix: str) -> ArtifactPath:
        """The same in another place."""
        return replace(self, prefix=prefix)

    def is_registry_path(self) -> bool:
        """Whether it is in a registry."""
        return bool(self.project and self.project.startswith(_REGISTRY) and self.project != _REGISTRY)
