"""What an artifact is once the server has it: ``wandb.Artifact`` after it was logged, or found by name.

On an artifact that no server has, the members here refuse with ``ArtifactNotLoggedError``, as wandb 0.31.0 does; that
is always so offline.
"""

from __future__ import annotations

import enum
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from wandb_testkit.rules.artifacts import Membership, Version
from wandb_testkit.standin import artifact_checks as checks
from wandb_testkit.standin import place
from wandb_testkit.standin.artifact_checks import logged_only
from wandb_testkit.standin.digests import ArtifactDigestAlgorithm
from wandb_testkit.standin.errors import ArtifactNotLoggedError, WaitTimeoutError
from wandb_testkit.standin.manifest import ArtifactManifestV1
from wandb_testkit.standin.place import at, termwarn

#: Prefix of the projects that hold a registry's collections.
REGISTRY = "wandb-registry-"


@at("wandb.sdk.artifacts.artifact_state")
class ArtifactState(enum.Enum):
    """What has become of an artifact."""

    PENDING = "PENDING"
    COMMITTED = "COMMITTED"
    DELETED = "DELETED"
    GARBAGE_COLLECTED = "GARBAGE_COLLECTED"
    PENDING_DELETION = "PENDING_DELETION"


def _known(name: str, doc: str, field: str | None = None) -> property:
    """A property that a saved artifact has."""

    def get(self: Any) -> Any:
        return getattr(self, field or f"_{name}")

    get.__name__ = name
    get.__doc__ = doc
    return property(logged_only(get), doc=doc)


class SavedArtifact:
    """What an artifact is to a server."""

    is_draft: Callable[[], bool]
    _name: str
    _type: str
    _source_name: str
    _description: str | None
    _metadata: dict[str, Any]
    _manifest: ArtifactManifestV1 | None
    _digest_algorithm: ArtifactDigestAlgorithm

    def __init__(self) -> None:
        self._service_api: Any = None
        self._session: Any = None
        self._testkit_version: Version | None = None
        self._id: str | None = None
        self._base_id: str | None = None
        self._state = ArtifactState.PENDING
        self._save_handle: Any = None
        self._entity: str | None = None
        self._project: str | None = None
        self._version: str | None = None
        self._source_entity: str | None = None
        self._source_project: str | None = None
        self._source_version: str | None = None
        self._source_artifact: Any = None
        self._is_link = False
        self._aliases: list[str] = []
        self._saved_aliases: list[str] = []
        self._tags: list[str] = []
        self._saved_tags: list[str] = []
        self._commit_hash: str | None = None
        self._file_count: int | None = None
        self._created_at: str | None = None
        self._updated_at: str | None = None
        self._linked_at: str | None = None
        self._history_step: int | None = None
        self._distributed_id: str | None = None
        self._ttl_duration_seconds: int | None = None
        self._ttl_is_inherited = True
        self._ttl_changed = False
        self._size: int | None = None
        self._digest: str | None = None
        self._download_roots: set[str] = set()

    # ---- from the server

    def _artifacts(self) -> Any:
        """The artifacts of the patch that it was logged or found in.

        Raises:
            wandb.errors.UsageError: the patch is over.
        """
        session = self._session or getattr(self._service_api, "_session", None) or place.session()
        if session is None:
            raise RuntimeError("ServiceApi not initialized")
        if not session.active:
            raise session.left("Artifact")
        return session.artifacts

    def _get_service_api(self) -> Any:
        """What the public API's objects ask the server through."""
        if self._service_api is None:
            from wandb_testkit.standin.api_service import ServiceApi

            self._artifacts()
            settings = place.wandb("Settings")()
            self._service_api = ServiceApi(settings)
            if self._session is not None:
                self._service_api._session = self._session
        return self._service_api

    def _assign(self, version: Version, member: Membership | None, is_link: bool | None = None) -> None:
        """Take what the server says of it.

        Args:
            version: the version.
            member: its place in the collection that it was asked of.
            is_link: whether that is another's; to be found out, unless given.
        """
        sequence = version.sequence
        self._testkit_version = version
        self._id = version.id
        self._source_entity, self._source_project = sequence.entity, sequence.project
        self._source_version = f"v{version.index}"
        self._source_name = version.name
        self._entity = self._entity or sequence.entity
        self._project = self._project or sequence.project
        collection = self._name.split(":")[0]
        here = (self._entity, self._project, collection)
        origin = (sequence.entity, sequence.project, sequence.name)
        self._is_link = here != origin if is_link is None else is_link
        if member is None and here == origin:
            member = sequence.member_of(version)
        self._type = version.type
        self._description = version.description
        aliases = [] if member is None else member.aliases
        self._version = f"v{version.index if member is None else member.index}"
        self._name = self._name if ":" in self._name else f"{self._name}:{self._version}"
        self._aliases, self._saved_aliases = list(aliases), list(aliases)
        self._tags, self._saved_tags = list(version.tags), list(version.tags)
        self._metadata = checks.check_metadata(version.metadata)
        self._ttl_duration_seconds = version.ttl_seconds if version.ttl_seconds > 0 else None
        self._ttl_is_inherited = version.ttl_is_inherited
        self._state = ArtifactState(version.state)
        self._size, self._digest = version.size, version.digest
        self._digest_algorithm = ArtifactDigestAlgorithm(version.digest_algorithm)
        self._manifest = None
        self._commit_hash = version.commit_hash
        self._file_count = len(version.entries)
        self._created_at, self._updated_at = version.created_at, version.updated_at
        if member is not None and self._is_link:
            self._linked_at = member.created_at
        self._history_step = version.history_step

    # ---- what it is

    entity = _known("entity", "The entity that its collection belongs to.")
    project = _known("project", "The project that its collection belongs to.")
    version = _known("version", "Its version in its collection, such as ``v0``.")
    source_entity = _known("source_entity", "The entity that it was logged to.")
    source_project = _known("source_project", "The project that it was logged to.")
    source_version = _known("source_version", "The version that it was logged as.")
    commit_hash = _known("commit_hash", "What the server gave it.")
    created_at = _known("created_at", "When it was logged.")
    linked_at = _known("linked_at", "When it was linked; None where it is no link.")
    file_count = _known("file_count", "How many files and references are in it.")

    @property
    def id(self) -> str | None:
        """The server's id; None before."""
        return None if self.is_draft() else self._id

    @property
    def name(self) -> str:
        """Its name, with the version once a server has it."""
        return self._name

    @property
    def qualified_name(self) -> str:
        """Entity, project and name."""
        return f"{self.entity}/{self.project}/{self.name}"

    @property
    def type(self) -> str:
        """What kind of thing it is."""
        return self._type

    @property
    def source_name(self) -> str:
        """The name that it was logged under."""
        return self._source_name

    @property
    def source_qualified_name(self) -> str:
        """Entity, project and name that it was logged under."""
        return f"{self.source_entity}/{self.source_project}/{self.source_name}"

    @property
    def is_link(self) -> bool:
        """Whether it is a link to another."""
        return self._is_link

    @property
    @logged_only
    def updated_at(self) -> str | None:
        """When it was changed, or logged."""
        return self._updated_at or self._created_at

    @property
    @logged_only
    def history_step(self) -> int | None:
        """The step of the run's row that was logged before it; None where there was none."""
        return None if self._history_step is None else max(0, self._history_step - 1)

    @property
    def state(self) -> str:
        """``PENDING`` before a server has it, ``COMMITTED`` then."""
        return self._state.value

    @property
    def manifest(self) -> ArtifactManifestV1:
        """What is in it."""
        if self._manifest is None:
            assert self._testkit_version is not None
            self._manifest = ArtifactManifestV1.from_manifest_json(
                self._testkit_version.manifest(), self._digest_algorithm
            )
        return self._manifest

    @property
    def digest(self) -> str:
        """The digest of all that is in it."""
        return self._digest if self._manifest is None and self._digest is not None else self.manifest.digest()

    @property
    def digest_algorithm(self) -> ArtifactDigestAlgorithm:
        """How its files are hashed."""
        return self._digest_algorithm

    @property
    def size(self) -> int:
        """The size of all that is in it, in bytes."""
        return self._size if self._manifest is None and self._size is not None else self.manifest.size()

    # ---- what may be said of it

    @property
    def description(self) -> str | None:
        """Free text."""
        return self._description

    @description.setter
    def description(self, description: str | None) -> None:
        self._warn_of_link("description", "description for the")
        self._description = description

    @property
    def metadata(self) -> dict[str, Any]:
        """JSON that describes it."""
        return self._metadata

    @metadata.setter
    def metadata(self, metadata: dict[str, Any]) -> None:
        self._warn_of_link("metadata", "metadata for the")
        self._metadata = checks.check_metadata(metadata)

    def _warn_of_link(self, what: str, where: str) -> None:
        if self._is_link:
            termwarn(
                f"Editing the {what} of this linked artifact will edit the {where} source artifact and it's linked"
                " artifacts as well."
            )

    @property
    def ttl(self) -> timedelta | None:
        """How long the server keeps it.

        Raises:
            ArtifactNotLoggedError: it is the team's own time, which only a server knows.
        """
        if self._ttl_is_inherited and (self.is_draft() or self._ttl_changed):
            raise ArtifactNotLoggedError("Artifact.ttl", self)
        return None if self._ttl_duration_seconds is None else timedelta(seconds=self._ttl_duration_seconds)

    @ttl.setter
    def ttl(self, ttl: Any) -> None:
        from wandb_testkit.standin.lib import ArtifactTTL

        if self.type == "wandb-history":
            raise ValueError("Cannot set artifact TTL for type wandb-history")
        if self._is_link:
            raise ValueError(
                "Cannot set TTL for link artifact. Unlink the artifact first then set the TTL for the source artifact"
            )
        self._ttl_changed = True
        if isinstance(ttl, ArtifactTTL):
            self._ttl_is_inherited = True
            return
        self._ttl_is_inherited = False
        if ttl is None:
            self._ttl_duration_seconds = None
            return
        seconds = ttl.total_seconds()
        if seconds <= 0:
            raise ValueError(f"Artifact TTL Duration has to be positive. ttl: {seconds}")
        self._ttl_duration_seconds = int(seconds)

    def _ttl_duration_seconds_to_gql(self) -> int | None:
        """What the server is told: None for nothing, -1 for the team's own time, -2 for no end."""
        if not self._ttl_changed:
            return None
        return -1 if self._ttl_is_inherited else self._ttl_duration_seconds or -2

    @property
    @logged_only
    def aliases(self) -> list[str]:
        """Names for the version."""
        return self._aliases

    @aliases.setter
    @logged_only
    def aliases(self, aliases: list[str]) -> None:
        self._aliases = checks.check_aliases(aliases)

    @property
    @logged_only
    def tags(self) -> list[str]:
        """Tags of the version."""
        return self._tags

    @tags.setter
    @logged_only
    def tags(self, tags: list[str]) -> None:
        if self._is_link:
            termwarn(
                "Editing tags will apply the changes to the source artifact and all linked artifacts associated with"
                " it."
            )
        self._tags = checks.check_tags(tags)

    @property
    def distributed_id(self) -> str | None:
        """What the jobs share that write to it together."""
        return self._distributed_id

    @distributed_id.setter
    def distributed_id(self, distributed_id: str | None) -> None:
        self._distributed_id = distributed_id

    # ---- waiting for the server

    def _is_draft_save_started(self) -> bool:
        return self._save_handle is not None

    def _set_save_handle(self, save_handle: Any, session: Any) -> None:
        self._save_handle = save_handle
        self._session = session

    def wait(self, timeout: int | None = None) -> Any:
        """Wait until the server has it.

        Args:
            timeout: in seconds.

        Returns:
            The artifact.

        Raises:
            ArtifactNotLoggedError: it was not logged, or offline.
            WaitTimeoutError: the time was too short.
            ValueError: the server refused it.
        """
        if self.is_draft():
            if self._save_handle is None:
                raise ArtifactNotLoggedError("Artifact.wait", self)
            try:
                result = self._save_handle.wait_or(timeout=timeout)
            except TimeoutError as error:
                raise WaitTimeoutError("Artifact upload wait timed out, failed to fetch Artifact response") from error
            response = result.response.log_artifact_response
            if response.error_message:
                raise ValueError(response.error_message)
            version = self._artifacts().store.version(response.artifact_id)
            if version is None:
                raise ValueError(f"Unable to fetch artifact with id: {response.artifact_id!r}")
            self._assign(version, None, is_link=False)
        return self
