"""What is in an artifact: ``ArtifactManifestEntry`` and ``ArtifactManifestV1``.

Paths, digests and JSON are as wandb 0.31.0 writes them.
"""

from __future__ import annotations

import base64
import errno
import os
import shutil
from typing import Any
from urllib.parse import urlparse

from wandb_testkit.errors import NotModelled
from wandb_testkit.links import settle
from wandb_testkit.rules import validation
from wandb_testkit.standin.digests import ArtifactDigestAlgorithm, file_digest, hasher, hex_id
from wandb_testkit.standin.paths import LogicalPath, validate_fspath, validate_relpath
from wandb_testkit.standin.place import at, termwarn

_HEADER = b"wandb-artifact-manifest-v1\n"
#: Schemes of addresses that a download would have to leave this machine for.
_ON_A_NETWORK = ("http", "https", "s3", "gs")
_OPTIONAL = ("ref", "birth_artifact_id", "size", "extra")


def validate_artifact_path(path: Any) -> LogicalPath:
    """A path that stays inside an artifact.

    Args:
        path: a relative path.

    Raises:
        ValueError: it is absolute, empty or leads upwards.
    """
    try:
        return validate_relpath(path)
    except ValueError:
        raise ValueError(f"Invalid artifact path: {path!r}") from None


def _boolean(name: str, value: Any) -> bool:
    """Check a field of an entry, which is a model of pydantic's in the client."""
    try:
        return validation.boolean(value)
    except validation.Invalid as error:
        problems = [problem.under(name) for problem in error.problems]
        raise validation.ValidationError(problems, title="ArtifactManifestEntry") from None


@at("wandb.sdk.artifacts.artifact_manifest_entry")
class ArtifactManifestEntry:
    """One file or reference in an artifact.

    Args:
        path: its name there.
        digest: what changes with its content.
        ref: the address it points to, for a reference.
        birth_artifact_id: the artifact that it was first in.
        size: in bytes; that of the file at ``local_path``, unless given.
        extra: what else is known.
        local_path: where the file lies.
        skip_cache: keep no copy after the upload.
    """

    def __init__(
        self,
        *,
        path: Any,
        digest: str,
        ref: str | None = None,
        birth_artifact_id: str | None = None,
        size: int | None = None,
        extra: dict[str, Any] | None = None,
        local_path: Any = None,
        skip_cache: bool | None = False,
    ) -> None:
        self.path = LogicalPath(path)
        self.digest = digest
        self.ref = ref
        self.birth_artifact_id = birth_artifact_id
        self.local_path = str(local_path) if local_path else None
        self.size = os.path.getsize(self.local_path) if size is None and self.local_path else size
        self.extra = extra or {}
        self.skip_cache = _boolean("skip_cache", skip_cache)
        self._parent_artifact: Any = None

    def __repr__(self) -> str:
        names = ("path", "digest", "ref", "birth_artifact_id", "size", "extra", "local_path", "skip_cache")
        fields = {name: getattr(self, name) for name in names if name != "extra" or self.extra}
        # The client shows its paths as the plain texts they are.
        shown = (f"{key}={value!r}" for key, value in fields.items() if value is not None)
        return f"ArtifactManifestEntry({', '.join(shown)})"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, ArtifactManifestEntry):
            return NotImplemented
        return self._fields() == other._fields()

    __hash__ = None  # type: ignore[assignment]

    def _fields(self) -> dict[str, Any]:
        return {name: value for name, value in vars(self).items() if name != "_parent_artifact"}

    @property
    def name(self) -> LogicalPath:
        """The path, under its name of old."""
        termwarn("ArtifactManifestEntry.name is deprecated, use .path instead.", repeat=False)
        return self.path

    def parent_artifact(self) -> Any:
        """The artifact that it was asked of.

        Raises:
            NotImplementedError: it was asked of none.
        """
        if self._parent_artifact is None:
            raise NotImplementedError
        return self._parent_artifact

    def digest_algorithm(self) -> ArtifactDigestAlgorithm:
        """How the file is hashed."""
        if self.extra.get("alg") == "XXH128":
            return ArtifactDigestAlgorithm.MANIFEST_XXH128
        return ArtifactDigestAlgorithm.MANIFEST_MD5

    def download(self, root: str | None = None, skip_cache: bool | None = None, executor: Any = None) -> str:
        """Copy the file to where a download puts it.

        Args:
            root: the folder; the artifact's own, unless given.
            skip_cache: whether a folder in the file's place is an error; there is no cache.
            executor: without effect.

        Returns:
            The path of the copy.

        Raises:
            IsADirectoryError: there is a folder in its place, and ``skip_cache``.
            NotADirectoryError: there is a file in the place of a folder above it.
            ValueError: it is a reference that leads to nothing, or to something else by now.
            NotModelled: the file is somewhere on a network.
        """
        artifact = self.parent_artifact()
        folder = artifact._add_download_root(root)
        target = settle(validate_fspath(folder, self.path), folder)
        try:
            if file_digest(target, self.digest_algorithm()) == self.digest:
                return target
        except (FileNotFoundError, IsADirectoryError):
            pass
        elsewhere = self._target()
        # The name in the client's cache, under which a file comes to lie in a folder that is in its place.
        name = hex_id(self.digest)[2:] if self.ref is None else ""
        if elsewhere is not None:
            other, path = elsewhere
            source = other.get_entry(path).download()
        else:
            source = None if self.ref is None else self._referenced(local=True)
        os.makedirs(os.path.dirname(target) or ".", exist_ok=True)
        if skip_cache and os.path.isdir(target):
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), target)
        place = os.path.join(target, name or os.path.basename(str(source))) if os.path.isdir(target) else target
        if source is not None:
            shutil.copyfile(source, place)
        else:
            artifact._artifacts().blobs.copy(self.digest, place)
        return target

    def _target(self) -> tuple[Any, str] | None:
        """The artifact, and the path in it, that a reference to an entry of another leads to; None for no such."""
        parsed = urlparse(self.ref or "")
        if parsed.scheme != "wandb-artifact":
            return None
        from wandb_testkit.standin.artifact import Artifact

        parent = self.parent_artifact()
        identity = base64.standard_b64encode(bytes.fromhex(parsed.netloc)).decode("ascii")
        found = Artifact._from_id(identity, parent._get_service_api())
        assert found is not None
        return found, parsed.path.removeprefix("/")

    def _referenced(self, *, local: bool) -> str:
        """Where a reference leads; for one to a file, a copy of it.

        Args:
            local: whether the content is wanted.

        Raises:
            ValueError: there is no such file, another content in it, or no way to get there.
            NotModelled: it is somewhere on a network.
        """
        ref = str(self.ref)
        scheme = urlparse(ref).scheme
        if scheme == "file":
            from wandb_testkit.standin.util import local_file_uri_to_path

            path = local_file_uri_to_path(ref)
            if not os.path.exists(path):
                raise ValueError(f"Local file reference: Failed to find file at path {path!r}")
            # The client looks into its cache before it looks at the file.
            known = self.parent_artifact()._artifacts().blobs
            if known.has(self.digest):
                return known.path(self.digest)  # type: ignore[no-any-return]
            digest = file_digest(path)
            if digest == self.digest:
                known.put(digest, path)
            else:
                raise ValueError(
                    f"Local file reference: Digest mismatch for path {path!r}: expected {self.digest!r} but found"
                    f" {digest!r}"
                )
            return str(path)
        if scheme in _ON_A_NETWORK:
            if not local:
                return ref
            raise NotModelled("the download of a reference to somewhere else")
        if local:
            raise ValueError(f"Cannot download file at path {ref}, scheme {scheme} not recognized")
        return str(self.path)

    def ref_target(self) -> str:
        """The address that it points to.

        Raises:
            ValueError: it is a file.
        """
        if self.ref is None:
            raise ValueError("Only reference entries support ref_target().")
        if self._parent_artifact is None:
            return self.ref
        elsewhere = self._target()
        if elsewhere is not None:
            other, path = elsewhere
            return other.get_entry(path).ref_target()  # type: ignore[no-any-return]
        return self._referenced(local=False)

    def ref_url(self) -> str:
        """The address of the entry itself.

        Raises:
            ValueError: its artifact has no id yet.
            NotImplementedError: it was asked of no artifact.
        """
        identity = self.parent_artifact().id
        if identity is None:
            raise ValueError("Parent artifact ID is not set")
        return f"wandb-artifact://{hex_id(identity)}/{self.path}"

    def to_json(self) -> dict[str, Any]:
        """The entry as JSON, its place on this machine included."""
        return {name: value for name, value in self._fields().items() if value is not None}

    def _in_manifest(self) -> dict[str, Any]:
        found: dict[str, Any] = {"digest": self.digest}
        for name in _OPTIONAL:
            value = getattr(self, name)
            if value not in (None, {}):
                found["birthArtifactID" if name == "birth_artifact_id" else name] = value
        return found


@at("wandb.sdk.artifacts.artifact_manifests.artifact_manifest_v1")
class ArtifactManifestV1:
    """The entries of an artifact by path.

    Args:
        entries: what is there already.
        digest_algorithm: how files are hashed.
        storage_region: where the server is to keep them.
    """

    manifest_version = 1

    def __init__(
        self,
        entries: dict[str, ArtifactManifestEntry] | None = None,
        digest_algorithm: ArtifactDigestAlgorithm = ArtifactDigestAlgorithm.MANIFEST_MD5,
        storage_region: str | None = None,
    ) -> None:
        self.entries: dict[str, ArtifactManifestEntry] = entries or {}
        self.digest_algorithm = digest_algorithm
        self._storage_region = storage_region

    def __repr__(self) -> str:
        return f"ArtifactManifestV1(entries={self.entries!r})"

    def __len__(self) -> int:
        return len(self.entries)

    @classmethod
    def from_manifest_json(
        cls,
        manifest_json: dict[str, Any],
        digest_algorithm: ArtifactDigestAlgorithm = ArtifactDigestAlgorithm.MANIFEST_MD5,
    ) -> ArtifactManifestV1:
        """The manifest that JSON of ``to_manifest_json`` tells of.

        Args:
            manifest_json: the JSON.
            digest_algorithm: how files are hashed.
        """
        entries = {}
        for path, fields in manifest_json["contents"].items():
            known = {name: fields[name] for name in ("digest", "ref", "size", "extra", "local_path") if name in fields}
            entries[path] = ArtifactManifestEntry(path=path, birth_artifact_id=fields.get("birthArtifactID"), **known)
        return cls(entries, digest_algorithm, manifest_json["storagePolicyConfig"].get("storageRegion"))

    @classmethod
    def version(cls) -> int:
        """The version of the format."""
        return cls.manifest_version

    def to_manifest_json(self) -> dict[str, Any]:
        """What ``wandb_manifest.json`` of the artifact holds."""
        config = {"storageLayout": "V2"}
        if self._storage_region is not None:
            config["storageRegion"] = self._storage_region
        return {
            "version": self.manifest_version,
            "storagePolicy": "wandb-storage-policy-v1",
            "storagePolicyConfig": config,
            "contents": {path: entry._in_manifest() for path, entry in self.entries.items()},
        }

    def digest(self) -> str:
        """The digest of all that is in the artifact, as hexadecimal digits."""
        made = hasher(self.digest_algorithm, _HEADER)
        for path, entry in sorted(self.entries.items(), key=lambda item: item[0]):
            made.update(f"{path}:{entry.digest}\n".encode())
        digest: str = made.hexdigest()
        return digest

    def hash_contents_with_md5(self) -> None:
        """Hash again, with MD5, the files that are hashed otherwise."""
        for entry in self.entries.values():
            if entry.local_path and entry.digest_algorithm() is not ArtifactDigestAlgorithm.MANIFEST_MD5:
                entry.digest = file_digest(entry.local_path)
                del entry.extra["alg"]

    def size(self) -> int:
        """The size of all files and references in bytes."""
        return sum(entry.size for entry in self.entries.values() if entry.size)

    def add_entry(self, entry: ArtifactManifestEntry, overwrite: bool = False) -> None:
        """Add an entry.

        Args:
            entry: the entry.
            overwrite: that another of its path is there is no error.

        Raises:
            ValueError: another of its path is there, or the path leads out of the artifact.
        """
        entry.path = validate_artifact_path(entry.path)
        old = self.entries.get(entry.path)
        if not overwrite and old is not None and old.digest != entry.digest:
            raise ValueError(f"Cannot add the same path twice: {entry.path!r}")
        self.entries[entry.path] = entry

    def remove_entry(self, entry: ArtifactManifestEntry) -> None:
        """Take an entry out.

        Args:
            entry: the entry.

        Raises:
            FileNotFoundError: none of its path is there.
        """
        if entry.path not in self.entries:
            raise FileNotFoundError(f"Cannot remove missing entry: {entry.path!r}")
        del self.entries[entry.path]

    def get_entry_by_path(self, path: str) -> ArtifactManifestEntry | None:
        """The entry of a path, or None."""
        return self.entries.get(path)

    def get_entries_in_directory(self, directory: str) -> list[ArtifactManifestEntry]:
        """The entries below a folder."""
        return [entry for path, entry in self.entries.items() if path.startswith(f"{directory}/")]
