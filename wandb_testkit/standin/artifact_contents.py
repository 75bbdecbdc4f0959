"""What an artifact gives out: its files, tables and media, as ``wandb.Artifact`` of wandb 0.31.0 does."""

from __future__ import annotations

import json
import os
from typing import Any

from wandb_testkit.standin import env
from wandb_testkit.standin.artifact_checks import logged_only
from wandb_testkit.standin.artifact_saved import SavedArtifact
from wandb_testkit.standin.base import WBValue
from wandb_testkit.standin.digests import file_digest
from wandb_testkit.standin.manifest import ArtifactManifestEntry
from wandb_testkit.standin.paths import LogicalPath, validate_fspath, validate_relpath
from wandb_testkit.standin.place import termwarn, wandb

_Kind = type[WBValue]

#: From so many files or MiB on the client tells what it downloads.
_MANY_FILES, _MANY_MIB = 5000, 50


class ArtifactContents(SavedArtifact):
    """Getting things out of an artifact."""

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
        from wandb_testkit.standin.table import Table

        entry, kind = self._get_obj_entry(name)
        if entry is None or kind is None:
            return None
        entry._parent_artifact = self
        elsewhere = entry._target()
        if elsewhere is not None:
            other, path = elsewhere
            return other.get(path)
        if kind is Table:
            # A table may need other files besides its own.
            self.download()
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
            skip_cache: whether a file is left out that a folder is in the place of; there is no cache.
            path_prefix: copy only what begins so.
            multipart: without effect.

        Returns:
            The folder.

        Raises:
            ArtifactNotLoggedError: no server has it.
        """
        folder = self._add_download_root(root)
        count, mib = len(self.manifest.entries), self.size / 2**20
        is_large = count > _MANY_FILES or mib > _MANY_MIB
        if is_large:
            wandb("termlog")(f"Downloading large artifact {self.name!r}, {mib:.2f}MB. {count!r} files...")
        wanted = [path for path in list(self.manifest.entries) if not path_prefix or path.startswith(str(path_prefix))]
        done = sum(self._download(path, folder, allow_missing_references, skip_cache) for path in wanted)
        if done and done == count:
            # It ends in spaces, as the client's own, which wipe out what was there before.
            wandb("termlog")(f"  {count} of {count} files downloaded.  ", newline=True)
        if is_large:
            wandb("termlog")("Done. 00:00:00.0", prefix=False)
        return folder

    def _download(self, path: str, folder: str, allow_missing: bool, skip_cache: bool | None) -> bool:
        """Copy one file; say whether that was done."""
        entry = self.get_entry(path)
        try:
            entry.download(folder, skip_cache)
            return True
        except FileNotFoundError as error:
            if not allow_missing:
                raise
            termwarn(str(error))
        except IsADirectoryError:
            termwarn(f"Unable to download file {entry.path!r} as there is a directory with the same path, skipping.")
        except NotADirectoryError:
            termwarn(
                f"Unable to download file {entry.path!r} as there is a file with the same path as a directory this file"
                " is expected to be in, skipping."
            )
        return False

    @logged_only
    def checkout(self, root: str | None = None) -> str:
        """Make a folder hold what is in it and nothing else.

        Args:
            root: the folder.

        Returns:
            The folder.
        """
        root = root or self._default_root(include_version=False)
        for path, below in _files_below(root):
            try:
                self.get_entry(below)
            except KeyError:
                os.remove(path)
        return self.download(root=root)

    @logged_only
    def verify(self, root: str | None = None) -> None:
        """Check that a folder holds what is in it.

        Args:
            root: the folder.

        Raises:
            ValueError: it holds something else.
        """
        root = root or self._default_root()
        for path, below in _files_below(root):
            try:
                self.get_entry(below)
            except KeyError:
                raise ValueError(f"Found file {path} which is not a member of artifact {self.name}") from None
        references = 0
        for entry in self.manifest.entries.values():
            if entry.ref is not None:
                references += 1
            elif file_digest(validate_fspath(root, entry.path), entry.digest_algorithm()) != entry.digest:
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
            root = os.path.join(".", "artifacts", _checked_root_name(self.name))
        if len(self.manifest.entries) > 1:
            raise ValueError(
                "This artifact contains more than one file, call `.download()` to get all files or call "
                '.get_entry("filename").download()'
            )
        return self.get_entry(list(self.manifest.entries)[0]).download(root)  # noqa: RUF015 (of none: an IndexError)

    @logged_only
    def files(self, names: list[str] | None = None, per_page: int = 50, start: str | None = None) -> Any:
        """The files that the server has of it.

        Args:
            names: only these.
            per_page: how many are asked for at a time.
            start: the cursor of an earlier paginator.
        """
        from wandb_testkit.standin.api_artifacts import ArtifactFiles

        return ArtifactFiles(self._get_service_api(), self, names, per_page, start=start)

    def _default_root(self, include_version: bool = True) -> str:
        name = self.source_name if include_version else self.source_name.split(":")[0]
        return os.path.join(env.get_artifact_dir(), _checked_root_name(name))

    def _add_download_root(self, dir_path: Any | None) -> str:
        root = str(dir_path or self._default_root())
        self._download_roots.add(os.path.abspath(root))
        return root

    def _local_path_to_name(self, file_path: str) -> str | None:
        """The path in the artifact of a file that was downloaded."""
        parts = os.path.abspath(file_path).split(os.sep)
        for length in range(len(parts) + 1):
            if os.path.join(os.sep, *parts[:length]) in self._download_roots:
                return os.path.join(*parts[length:])
        return None


def _files_below(root: str) -> list[tuple[str, str]]:
    """The files below a folder, each with its path from there."""
    found = [os.path.join(folder, file) for folder, _, files in os.walk(root) for file in files]
    return [(path, os.path.relpath(path, start=root)) for path in found]


def _checked_root_name(name: str) -> str:
    relative = name[2:] if len(name) > 1 and name[1] == ":" else name
    try:
        validate_relpath(relative)
    except ValueError:
        raise ValueError(f"Invalid artifact name: {name!r}") from None
    return name
