"""``wandb.Artifact``: named, versioned files.

What it takes, refuses, hashes and writes is as in wandb 0.31.0. What only a server knows is in ``artifact_saved``.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import stat
import tempfile
import time
import weakref
from collections.abc import Generator, Sequence
from pathlib import Path, PurePosixPath
from typing import IO, Any, ClassVar, Literal
from urllib.parse import urlparse

from wandb_testkit.rules.artifacts import Membership, Version
from wandb_testkit.standin import artifact_checks as checks
from wandb_testkit.standin import place
from wandb_testkit.standin.artifact_changes import ChangedArtifact
from wandb_testkit.standin.artifact_checks import logged_only, unfinished_only
from wandb_testkit.standin.artifact_saved import ArtifactState
from wandb_testkit.standin.digests import ALGORITHMS, ArtifactDigestAlgorithm, file_digest, hex_id
from wandb_testkit.standin.lib import generate_fast_id
from wandb_testkit.standin.manifest import ArtifactManifestEntry, ArtifactManifestV1, validate_artifact_path
from wandb_testkit.standin.paths import LogicalPath
from wandb_testkit.standin.place import at, most_recent_run, take_over, termwarn, wandb, working_for
from wandb_testkit.standin.references import entries_for
from wandb_testkit.standin.util import fsync_open

#: Artifacts by the id that the client gives them, so that references among them are found; the oldest go first.
by_client_id: dict[str, Artifact] = {}
_REMEMBERED = 100

_Policy = Literal["mutable", "immutable"]


class _Folder:
    """A temporary folder, made at first need and gone at exit."""

    def __init__(self) -> None:
        self._path: str | None = None

    @property
    def path(self) -> str:
        if place.session_folder is not None:
            path = os.path.join(place.session_folder(), "artifacts")
            os.makedirs(path, exist_ok=True)
            return path
        if self._path is None or not os.path.isdir(self._path):
            self._path = tempfile.mkdtemp("wandb-artifacts")
            weakref.finalize(self, shutil.rmtree, self._path, ignore_errors=True)
        return self._path


@at("wandb.sdk.artifacts.artifact")
class Artifact(ChangedArtifact):
    """Files, references and media under one name.

    Args:
        name: letters, digits, dashes, underscores and dots, at most 128.
        type: what kind of thing it is.
        description: free text.
        metadata: JSON with at most 100 keys.
        incremental: adds to the version before.
        use_as: without effect.
        storage_region: where the server is to keep it.
        digest_algorithm: how its files are hashed.

    Raises:
        ValueError: the name, the type or the metadata is none.
        TypeError: the metadata is no dict.
    """

    #: Where files wait that the program may change after it added them.
    _staging: ClassVar[_Folder] = _Folder()

    def __init__(
        self,
        name: str,
        type: str,
        description: str | None = None,
        metadata: dict[str, Any] | None = None,
        incremental: bool = False,
        use_as: str | None = None,
        storage_region: str | None = None,
        digest_algorithm: Literal["MD5", "XXH128"] = "MD5",
    ) -> None:
        super().__init__()
        checks.check_characters(name)
        if incremental and not isinstance(self, InternalArtifact):
            termwarn("Using experimental arg `incremental`")
        self._name = checks.check_length(name)
        self._source_name: str = name
        self._type: str = checks.check_type(type, name)
        self._description = description
        self._metadata: dict[str, Any] = checks.check_metadata(metadata)
        self._incremental = incremental
        if use_as is not None:
            termwarn(
                "`use_as` argument is deprecated and does not affect the behaviour of `wandb.Artifact()`", repeat=False
            )
        self._digest_algorithm = ALGORITHMS.get(digest_algorithm, ArtifactDigestAlgorithm.MANIFEST_MD5)
        if self._digest_algorithm is ArtifactDigestAlgorithm.MANIFEST_XXH128:
            termwarn(
                "Creating an artifact with the XXH128 digest algorithm. Calling `artifact.verify()` for this artifact "
                "on wandb versions before 0.29.0 will fail."
            )
        self._manifest: ArtifactManifestV1 | None = ArtifactManifestV1(
            digest_algorithm=self._digest_algorithm,
            storage_region=checks.check_region(storage_region),
        )
        self._added_objs: dict[int, tuple[Any, ArtifactManifestEntry]] = {}
        self._added_local_paths: dict[str, ArtifactManifestEntry] = {}
        self._tmp_dir: str | None = None
        self._final = False
        self._remember()

    def _remember(self) -> None:
        self._client_id = generate_fast_id(128)
        self._sequence_client_id = generate_fast_id(128)
        by_client_id[self._client_id] = self
        while len(by_client_id) > _REMEMBERED:
            del by_client_id[next(iter(by_client_id))]

    def __repr__(self) -> str:
        return f"<Artifact {self.id or self.name}>"

    @property
    def incremental(self) -> bool:
        """Whether it adds to the version before."""
        return self._incremental

    @property
    def use_as(self) -> str | None:
        """Nothing, since long."""
        termwarn("The use_as property of Artifact is deprecated.", repeat=False)
        return None

    # ---- putting things in

    def finalize(self) -> None:
        """Let nothing more be added."""
        self._final = True

    @contextlib.contextmanager
    @unfinished_only
    def new_file(
        self, name: str, mode: str = "x", encoding: str | None = None, policy: _Policy = "mutable"
    ) -> Generator[IO[Any]]:
        """Write a new file; it is added when the block ends.

        Args:
            name: its path in the artifact.
            mode: as for ``open``.
            encoding: as for ``open``.
            policy: "mutable" to keep a copy.

        Yields:
            The open file.

        Raises:
            ValueError: there is a file of that name.
        """
        validate_artifact_path(name)
        if self._tmp_dir is None:
            self._tmp_dir = tempfile.mkdtemp()
            # It goes with the artifact, and not with a warning, as one of `TemporaryDirectory` would.
            weakref.finalize(self, shutil.rmtree, self._tmp_dir, True)
        path = os.path.join(self._tmp_dir, name.lstrip("/"))
        os.makedirs(os.path.dirname(path), exist_ok=True)
        try:
            with fsync_open(path, mode, encoding) as stream:
                yield stream
        except FileExistsError:
            raise ValueError(f"File with name {name!r} already exists at {path!r}") from None
        except UnicodeEncodeError as error:
            text = (
                f"Failed to open the provided file (UnicodeEncodeError: {error}). Please provide the proper encoding."
            )
            wandb("termerror")(text)
            raise
        self.add_file(path, name=name, policy=policy, skip_cache=True, overwrite="x" not in mode)

    @unfinished_only
    def add_file(
        self,
        local_path: str,
        name: str | None = None,
        is_tmp: bool | None = False,
        skip_cache: bool | None = False,
        policy: _Policy | None = "mutable",
        overwrite: bool = False,
    ) -> ArtifactManifestEntry:
        """Add a file.

        Args:
            local_path: where it lies.
            name: its path in the artifact; its last part, unless given.
            is_tmp: name it by its digest.
            skip_cache: keep no copy after the upload.
            policy: "mutable" to copy it now.
            overwrite: that there is another of its name is no error.

        Returns:
            Its entry.

        Raises:
            ValueError: there is no such file, or another of its name in the artifact.
            ArtifactFinalizedError: the artifact was logged.
        """
        if not os.path.isfile(local_path):
            raise ValueError(f"Path is not a file: {local_path!r}")
        path: str = LogicalPath(name or os.path.basename(local_path))
        digest = file_digest(local_path, self.digest_algorithm)
        if is_tmp:
            folder, last = os.path.split(path)
            path = os.path.join(folder, ".".join([hex_id(digest)[:20], *last.split(".")[1:]]))
        return self._add_local_file(path, local_path, skip_cache, policy, overwrite, digest)

    @unfinished_only
    def add_dir(
        self,
        local_path: str,
        name: str | None = None,
        skip_cache: bool | None = False,
        policy: _Policy | None = "mutable",
        merge: bool = False,
    ) -> None:
        """Add all files of a folder.

        Args:
            local_path: the folder.
            name: a folder in the artifact; its top, unless given.
            skip_cache: keep no copies after the upload.
            policy: "mutable" to copy them now.
            merge: that there are others of their names is no error.

        Raises:
            ValueError: there is no such folder, or another file of one's name in the artifact.
            ArtifactFinalizedError: the artifact was logged.
        """
        if not os.path.isdir(local_path):
            raise ValueError(f"Path is not a directory: {local_path!r}")
        wandb("termlog")(f"Adding directory to artifact ({Path('.', local_path)})... ", newline=False)
        began = time.monotonic()
        for folder, _, files in os.walk(local_path, followlinks=True):
            for file in files:
                place = os.path.join(folder, file)
                path = os.path.join(name or "", os.path.relpath(place, start=local_path))
                self._add_local_file(path, place, skip_cache, policy, overwrite=merge)
        wandb("termlog")(f"Done. {time.monotonic() - began:.1f}s", prefix=False)

    def _add_local_file(
        self, name: Any, path: Any, skip_cache: Any, policy: Any, overwrite: bool, digest: str | None = None
    ) -> ArtifactManifestEntry:
        policy = policy or "mutable"
        if policy not in ("mutable", "immutable"):
            raise ValueError(f"Invalid policy {policy!r}. Policy may only be `mutable` or `immutable`.")
        kept = path
        if policy == "mutable":
            with tempfile.NamedTemporaryFile(dir=self._staging.path, delete=False) as stream:
                kept = stream.name
            shutil.copyfile(path, kept)
            os.chmod(kept, stat.S_IRUSR)
        tagged = self.digest_algorithm is ArtifactDigestAlgorithm.MANIFEST_XXH128
        entry = ArtifactManifestEntry(
            path=name,
            digest=digest or file_digest(kept, self.digest_algorithm),
            size=os.path.getsize(kept),
            local_path=kept,
            skip_cache=skip_cache,
            extra={"alg": "XXH128"} if tagged else {},
        )
        self.manifest.add_entry(entry, overwrite=overwrite)
        self._added_local_paths[os.fspath(path)] = entry
        return entry

    @unfinished_only
    def add_reference(
        self,
        uri: ArtifactManifestEntry | str,
        name: Any | None = None,
        checksum: bool = True,
        max_objects: int | None = None,
    ) -> Sequence[ArtifactManifestEntry]:
        """Add the address of something elsewhere.

        Args:
            uri: the address, or an entry of another artifact.
            name: its path in the artifact.
            checksum: hash the content, rather than the address.
            max_objects: how many files of a folder are allowed.

        Returns:
            Its entries.

        Raises:
            ValueError: it is no address, or of nothing that exists.
            ArtifactFinalizedError: the artifact was logged.
        """
        if name is not None:
            name = LogicalPath(name)
        # What is neither has no address at all: the client, too, then fails for want of the variable.
        if isinstance(uri, ArtifactManifestEntry):
            uri_str = uri.ref_url()
        elif isinstance(uri, str):
            uri_str = uri
        if not urlparse(str(uri_str)).scheme:
            raise ValueError("References must be URIs. To reference a local file, use file://")
        entries = entries_for(self, uri_str, name, checksum, max_objects)
        for entry in entries:
            self.manifest.add_entry(entry)
        return entries

    @unfinished_only
    def add(self, obj: Any, name: Any, overwrite: bool = False) -> ArtifactManifestEntry:
        """Add a table or media.

        Args:
            obj: the value.
            name: its path in the artifact, without the suffix of its type.
            overwrite: put it in place of another of its name.

        Returns:
            Its entry.

        Raises:
            TypeError: it is no such value.
            ArtifactFinalizedError: the artifact was logged.
        """
        path = LogicalPath(name)
        named_by_digest = path.startswith("media/tables")
        allowed = _addable()
        if not isinstance(obj, allowed):
            # Models, too, can be added to the client's artifacts.
            listed = f"{str(allowed)[:-1]}, <class 'wandb.sdk.data_types.saved_model._SavedModel'>)"
            raise TypeError(f"Found object of type {obj.__class__}, expected one of: {listed}")
        if id(obj) in self._added_objs:
            return self._added_objs[id(obj)][1]
        elsewhere = obj._get_artifact_entry_ref_url()
        if elsewhere is not None:
            entry: ArtifactManifestEntry = self.add_reference(elsewhere, type(obj).with_suffix(path))[0]
            return entry
        with working_for({}):
            content = obj.to_json(self)
        full = obj.with_suffix(path)
        there = self.manifest.get_entry_by_path(full)
        if there is not None and not overwrite:
            return there
        entry = self._add_json(content, full, named_by_digest, overwrite)
        # The object is kept, so that no other gets its id.
        self._added_objs[id(obj)] = (obj, entry)
        if obj._artifact_target is None:
            obj._set_artifact_target(self, entry.path)
        return entry

    def _add_json(self, content: Any, name: str, named_by_digest: bool, overwrite: bool) -> ArtifactManifestEntry:
        if not named_by_digest:
            with self.new_file(name, mode="w" if overwrite else "x", encoding="utf-8") as stream:
                json.dump(content, stream, sort_keys=True)
            added: ArtifactManifestEntry = self.add_file(stream.name, name, False)
            return added
        with tempfile.TemporaryDirectory(dir=self._staging.path) as folder:
            path = os.path.join(folder, os.path.basename(name))
            with open(path, "w", encoding="utf-8") as stream:
                json.dump(content, stream, sort_keys=True)
            return self.add_file(path, name, True)

    def __setitem__(self, name: str, item: Any) -> ArtifactManifestEntry:
        entry: ArtifactManifestEntry = self.add(item, name)
        return entry

    @unfinished_only
    def remove(self, item: Any) -> None:
        """Take something out.

        Args:
            item: an entry, or the path of one or of a folder.

        Raises:
            FileNotFoundError: it is not there.
            ArtifactFinalizedError: the artifact was logged.
        """
        if isinstance(item, ArtifactManifestEntry):
            self.manifest.remove_entry(item)
            return
        path = str(PurePosixPath(item))
        there = self.manifest.get_entry_by_path(path)
        entries = [there] if there else self.manifest.get_entries_in_directory(path)
        if not entries:
            raise FileNotFoundError(f"No such file or directory: {path}")
        for entry in entries:
            self.manifest.remove_entry(entry)

    def get_added_local_path_name(self, local_path: str) -> str | None:
        """The path in the artifact of a file that was added.

        Args:
            local_path: where it lay.

        Returns:
            None for one that was not.
        """
        entry = self._added_local_paths.get(local_path)
        return entry.path if entry else None

    # ---- giving it to a run

    def is_draft(self) -> bool:
        """Whether no server has it."""
        return self._state is ArtifactState.PENDING

    def save(self, project: str | None = None, settings: Any = None) -> None:
        """Log it to the run that was begun last, or to one that is begun for it; of a logged one, send what changed.

        Args:
            project: of that run.
            settings: of that run.
        """
        if not self.is_draft():
            self._update()
            return
        run = most_recent_run()
        if run is not None:
            run.log_artifact(self)
            return
        if settings is None:
            settings = wandb("Settings")(silent="true")
        with wandb("init")(
            entity=self._source_entity, project=project or self._source_project, job_type="auto", settings=settings
        ) as run:
            run.log_artifact(self)

    @logged_only
    def json_encode(self) -> dict[str, Any]:
        """What a config says of it.

        Raises:
            ArtifactNotLoggedError: no server has it.
        """
        from wandb_testkit.standin.util import artifact_to_json

        return artifact_to_json(self)

    @logged_only
    def new_draft(self) -> Artifact:
        """A new artifact that begins with all that is in this one.

        Raises:
            ArtifactNotLoggedError: no server has this one.
        """
        made = Artifact(self.source_name.split(":")[0], self.type)
        made._entity = made._source_entity = self._source_entity
        made._project = made._source_project = self._source_project
        made._base_id = self.id
        made._service_api, made._session = self._service_api, self._session
        made._description, made._metadata = self.description, self.metadata
        made._digest_algorithm = self.digest_algorithm
        made._manifest = ArtifactManifestV1.from_manifest_json(self.manifest.to_manifest_json(), self.digest_algorithm)
        return made

    # ---- found on the server

    @classmethod
    def _from_version(
        cls, version: Version, member: Membership | None, entity: str, project: str, name: str, **where: Any
    ) -> Artifact:
        """The object for what the server has.

        Args:
            version: what it has.
            member: its place in a collection.
            entity: of that collection.
            project: of that collection.
            name: of that collection, perhaps with a version or alias.
            **where: the ``session`` or the ``service_api`` that it was found through.
        """
        made = cls("placeholder", type="placeholder")
        made._session, made._service_api = where.get("session"), where.get("service_api")
        made._entity, made._project, made._name = entity, project, name
        made._assign(version, member)
        made.finalize()
        return made

    @classmethod
    def _from_membership(cls, member: Membership, *, name: str | None = None, **where: Any) -> Artifact:
        collection = member.collection
        return cls._from_version(
            member.version, member, collection.entity, collection.project, name or member.name, **where
        )

    @classmethod
    def _from_id(cls, artifact_id: str, service_api: Any) -> Artifact | None:
        version = _artifacts_of(service_api).store.version(artifact_id)
        if version is None:
            return None
        there = version.sequence
        return cls._from_version(version, None, there.entity, there.project, version.name, service_api=service_api)

    @classmethod
    def _from_name(cls, *, path: Any, service_api: Any) -> Artifact:
        """The artifact of a name.

        Args:
            path: with ``prefix``, ``project`` and ``name``.
            service_api: where to ask.

        Raises:
            ValueError: there is no such project, or no such artifact in it.
        """
        session = service_api._session
        member = _artifacts_of(service_api).member(path.prefix, path.project, path.name)
        if member is None:
            if not session.server.has_project(path.prefix, path.project):
                raise ValueError(f"project {path.project!r} not found under entity {path.prefix!r}")
            where = f"{path.prefix}/{path.project}"
            raise ValueError(f"artifact membership {path.name!r} not found in {where!r}")
        return cls._from_membership(member, name=path.name, service_api=service_api)


def _artifacts_of(service_api: Any) -> Any:
    session = service_api._session
    if not session.active:
        raise session.left("wandb.Api")
    return session.artifacts


def _addable() -> tuple[type[Any], ...]:
    from wandb_testkit.standin import bokeh, images, joined, media, object3d, table

    return (
        bokeh.Bokeh,
        joined.JoinedTable,
        joined.PartitionedTable,
        table.Table,
        images.Classes,
        images.ImageMask,
        images.BoundingBoxes2D,
        media.Audio,
        images.Image,
        media.Video,
        media.Html,
        object3d.Object3D,
        media.Molecule,
    )


for _part in Artifact.__mro__[1:-1]:
    take_over(_part, "Artifact", Artifact.__module__)


@at("wandb.sdk.artifacts._internal_artifact")
class InternalArtifact(Artifact):
    """An artifact of the client's own, which may have any type and name.

    Args:
        name: forbidden characters in it are replaced.
        type: any.
        description: free text.
        metadata: JSON.
        incremental: adds to the version before.
        use_as: without effect.
        digest_algorithm: how its files are hashed.
    """

    def __init__(
        self,
        name: str,
        type: str,
        description: str | None = None,
        metadata: dict[str, Any] | None = None,
        incremental: bool = False,
        use_as: str | None = None,
        digest_algorithm: Literal["MD5", "XXH128"] = "MD5",
    ) -> None:
        super().__init__(
            checks.internal_name(name),
            "PLACEHOLDER",
            description,
            metadata,
            incremental,
            use_as,
            digest_algorithm="MD5" if type == "job" else digest_algorithm,
        )
        self._type = type
