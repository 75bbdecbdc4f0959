"""The members of ``wandb.Artifact`` that need a server to have it.

On an artifact that none has they refuse with ``ArtifactNotLoggedError``, as wandb 0.31.0 does; that is always so
offline.
"""

from __future__ import annotations

import enum
import json
import os
from collections.abc import Callable, Iterable
from typing import Any

from wandb_testkit.errors import NotModelled
from wandb_testkit.standin import artifact_checks as checks
from wandb_testkit.standin import env
from wandb_testkit.standin.artifact_checks import logged_only
from wandb_testkit.standin.base import WBValue
from wandb_testkit.standin.digests import file_digest
from wandb_testkit.standin.errors import ArtifactNotLoggedError, CommError, Error
from wandb_testkit.standin.manifest import ArtifactManifestEntry, ArtifactManifestV1, validate_artifact_path
from wandb_testkit.standin.paths import LogicalPath
from wandb_testkit.standin.place import at, termwarn

_Kind = type[WBValue]


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


def _server_only(name: str) -> Callable[..., Any]:
    """A method that asks the server."""

    def ask(self: Any, *args: Any, **kwargs: Any) -> Any:
        raise NotModelled(f"Artifact.{name}")

    ask.__name__ = name
    return logged_only(ask)


class SavedArtifact:
    """What an artifact is to a server."""

    name: str
    type: str
    source_name: str
    manifest: ArtifactManifestV1
    is_draft: Callable[[], bool]
    save: Callable[..., None]

    def __init__(self) -> None:
        self._id: str | None = None
        self._state = ArtifactState.PENDING
        self._save_handle: Any = None
        self._entity: str | None = None
        self._project: str | None = None
        self._version: str | None = None
        self._source_entity: str | None = None
        self._source_project: str | None = None
        self._source_version: str | None = None
        self._aliases: list[str] = []
        self._tags: list[str] = []
        self._commit_hash: str | None = None
        self._created_at: str | None = None
        self._updated_at: str | None = None
        self._linked_at: str | None = None
        self._history_step: int | None = None
        self._distributed_id: str | None = None
        self._ttl_duration_seconds: int | None = None
        self._ttl_is_inherited = True
        self._ttl_changed = False
        self._download_roots: set[str] = set()

    entity = _known("entity", "The entity that it belongs to.")
    project = _known("project", "The project that it belongs to.")
    version = _known("version", "Its version, such as ``v0``.")
    source_entity = _known("source_entity", "The entity that it was logged to.")
    source_project = _known("source_project", "The project that it was logged to.")
    source_version = _known("source_version", "The version that it was logged as.")
    commit_hash = _known("commit_hash", "What the server gave it.")
    created_at = _known("created_at", "When it was logged.")
    linked_at = _known("linked_at", "When it was linked; None.")
    history_step = _known("history_step", "The step of its run at that time.")

    collection = property(_server_only("collection"))
    source_collection = property(_server_only("source_collection"))
    linked_artifacts = property(_server_only("linked_artifacts"))
    url = property(_server_only("url"))

    @logged_only
    def delete(self, delete_aliases: bool = False) -> None:
        """Delete it on the server."""
        raise NotModelled("Artifact.delete")

    @logged_only
    def files(self, names: list[str] | None = None, per_page: int = 50, start: str | None = None) -> Any:
        """The files that the server has of it."""
        raise NotModelled("Artifact.files")

    @logged_only
    def logged_by(self) -> Any:
        """The run that logged it."""
        raise NotModelled("Artifact.logged_by")

    @logged_only
    def unlink(self) -> None:
        """Take it out of the collection that it was linked to."""
        raise NotModelled("Artifact.unlink")

    @logged_only
    def used_by(self) -> list[Any]:
        """The runs that used it."""
        raise NotModelled("Artifact.used_by")

    @property
    def id(self) -> str | None:
        """The server's id; None before."""
        return None if self.is_draft() else self._id

    @property
    def qualified_name(self) -> str:
        """Entity, project and name."""
        return f"{self.entity}/{self.project}/{self.name}"

    @property
    def source_qualified_name(self) -> str:
        """Entity, project and name that it was logged under."""
        return f"{self.source_entity}/{self.source_project}/{self.source_name}"

    @property
    def is_link(self) -> bool:
        """Whether it is a link to another."""
        return False

    @property
    @logged_only
    def source_artifact(self) -> Any:
        """The artifact itself, as it is no link."""
        return self

    @property
    @logged_only
    def updated_at(self) -> str | None:
        """When it was changed, or logged."""
        return self._updated_at or self._created_at

    @property
    @logged_only
    def file_count(self) -> int:
        """How many files and references are in it."""
        return len(self.manifest.entries)

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
        self._tags = checks.check_tags(tags)

    @property
    def distributed_id(self) -> str | None:
        """What the jobs share that write to it together."""
        return self._distributed_id

    @distributed_id.setter
    def distributed_id(self, distributed_id: str | None) -> None:
        self._distributed_id = distributed_id

    def _is_draft_save_started(self) -> bool:
        return self._save_handle is not None

    def _set_save_handle(self, save_handle: Any, service_api: Any) -> None:
        self._save_handle = save_handle

    def wait(self, timeout: int | None = None) -> Any:
        """Wait until the server has it.

        Args:
            timeout: in seconds.

        Returns:
            The artifact.

        Raises:
            ArtifactNotLoggedError: it was not logged, or offline.
        """
        if self.is_draft():
            if self._save_handle is None:
                raise ArtifactNotLoggedError("Artifact.wait", self)
            self._save_handle.wait_or(timeout=timeout)
        return self

    def _link(self, target_path: str, aliases: Iterable[str] | None) -> Any:
        try:
            if self.is_draft():
                if not self._is_draft_save_started():
                    self.save(project=self._source_project)
                self.wait()
        except (Error, NotModelled):
            raise
        except Exception as error:
            # The client wraps whatever goes wrong here.
            raise CommError(str(error), error) from error
        raise NotModelled("Artifact.link")

    # ---- getting things out

    def get_path(self, name: Any) -> ArtifactManifestEntry:
        """An entry, by the method's name of old."""
        termwarn("Artifact.get_path(name) is deprecated, use Artifact.get_entry(name) instead.", repeat=False)
        return self.get_entry(name)

    @logged_only
    def get_entry(self, name: Any) -> ArtifactManifestEntry:
        """An entry.

        Args:
            name: its path, or the name that an object was added under.

        Raises:
            KeyError: there is none.
            ArtifactNotLoggedError: no server has the artifact.
        """
        path = LogicalPath(name)
        entry = self.manifest.entries.get(path) or self._get_obj_entry(path)[0]
        if entry is None:
            raise KeyError(f"Path not contained in artifact: {path}")
        entry._parent_artifact = self
        return entry

    @logged_only
    def get(self, name: str) -> Any:
        """A table or media.

        Args:
            name: what it was added under.

        Returns:
            None where there is none.

        Raises:
            ArtifactNotLoggedError: no server has the artifact.
        """
        entry, kind = self._get_obj_entry(name)
        if entry is None or kind is None:
            return None
        with open(self.get_entry(entry.path).download(), encoding="utf-8") as stream:
            content = json.load(stream)
        value = kind.from_json(content, self)
        value._set_artifact_source(self, name)
        return value

    def __getitem__(self, name: str) -> Any:
        return self.get(name)

    def _get_obj_entry(self, name: str) -> tuple[ArtifactManifestEntry, _Kind] | tuple[None, None]:
        for kind in WBValue.type_mapping().values():
            entry = self.manifest.entries.get(kind.with_suffix(name))
            if entry is not None:
                return entry, kind
        return None, None

    @logged_only
    def download(
        self,
        root: Any | None = None,
        allow_missing_references: bool = False,
        skip_cache: bool | None = None,
        path_prefix: Any | None = None,
        multipart: bool | None = None,
    ) -> str:
        """Copy all that is in it into a folder.

        Args:
            root: the folder; ``artifacts/`` and its name, unless given.
            allow_missing_references: that a reference leads nowhere is no error.
            skip_cache: without effect.
            path_prefix: copy only what begins so.
            multipart: without effect.

        Returns:
            The folder.

        Raises:
            ArtifactNotLoggedError: no server has it.
        """
        folder = self._add_download_root(root)
        os.makedirs(folder, exist_ok=True)
        for path in list(self.manifest.entries):
            if path_prefix is None or path.startswith(str(path_prefix)):
                self.get_entry(path).download(folder)
        return folder

    @logged_only
    def checkout(self, root: str | None = None) -> str:
        """Make a folder hold what is in it and nothing else.

        Args:
            root: the folder.

        Returns:
            The folder.
        """
        root = root or self._default_root(include_version=False)
        for folder, _, files in os.walk(root):
            for file in files:
                place = os.path.join(folder, file)
                if os.path.relpath(place, start=root) not in self.manifest.entries:
                    os.remove(place)
        downloaded: str = self.download(root=root)
        return downloaded

    @logged_only
    def verify(self, root: str | None = None) -> None:
        """Check that a folder holds what is in it.

        Args:
            root: the folder.

        Raises:
            ValueError: it holds something else.
        """
        root = root or self._default_root()
        for folder, _, files in os.walk(root):
            for file in files:
                place = os.path.join(folder, file)
                if os.path.relpath(place, start=root) not in self.manifest.entries:
                    raise ValueError(f"Found file {place} which is not a member of artifact {self.name}")
        references = 0
        for entry in self.manifest.entries.values():
            if entry.ref is not None:
                references += 1
            elif file_digest(os.path.join(root, entry.path), entry.digest_algorithm()) != entry.digest:
                raise ValueError(f"Digest mismatch for file: {entry.path}")
        if references:
            termwarn(f"skipped verification of {references} refs")

    @logged_only
    def file(self, root: str | None = None) -> Any:
        """Copy its only file.

        Args:
            root: the folder to copy it to.

        Returns:
            The path of the copy.

        Raises:
            ValueError: there are several.
        """
        if root is None:
            root = os.path.join(".", "artifacts", self.name)
        if len(self.manifest.entries) > 1:
            raise ValueError(
                "This artifact contains more than one file, call `.download()` to get all files or call "
                '.get_entry("filename").download()'
            )
        return self.get_entry(next(iter(self.manifest.entries))).download(root)

    def _default_root(self, include_version: bool = True) -> str:
        name = self.source_name if include_version else self.source_name.split(":")[0]
        validate_artifact_path(name)
        return os.path.join(env.get_artifact_dir(), name)

    def _add_download_root(self, dir_path: Any | None) -> str:
        root = str(dir_path or self._default_root())
        self._download_roots.add(os.path.abspath(root))
        return root
