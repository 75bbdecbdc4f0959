"""The bases of wandb's data types: ``WBValue``, ``Media``, ``BatchableMedia``.

What they write, where they put files and what they refuse is as in wandb 0.31.0.

Its ``assert`` statements are the client's: they fail in the client's words (PYTEST_DONT_REWRITE).
"""

from __future__ import annotations

import atexit
import hashlib
import importlib
import os
import pathlib
import re
import shutil
import tempfile
from collections.abc import Sequence
from typing import Any, ClassVar

from wandb_testkit.standin import place, util, util_json
from wandb_testkit.standin.lib import generate_id
from wandb_testkit.standin.paths import LogicalPath, mkdir_exists_ok
from wandb_testkit.standin.place import at, wandb


class _MediaFolder:
    """The folder for files that no run has taken yet; made at first need, gone at exit."""

    _name: str | None = None

    @property
    def name(self) -> str:
        """Its path."""
        if place.session_folder is not None:
            path = os.path.join(place.session_folder(), "media")
            os.makedirs(path, exist_ok=True)
            return path
        if self._name is None or not os.path.isdir(self._name):
            self._name = tempfile.mkdtemp("wandb-media")
            atexit.register(self.cleanup)
        return self._name

    def cleanup(self) -> None:
        """Remove it."""
        if self._name is not None:
            shutil.rmtree(self._name, ignore_errors=True)
            self._name = None


MEDIA_TMP = _MediaFolder()


def temporary_path(extension: str) -> str:
    """A new path in the folder for files that no run has taken yet.

    Args:
        extension: with its dot.

    Returns:
        The path; there is no file yet.
    """
    return os.path.join(MEDIA_TMP.name, generate_id() + extension)


class _Location:
    """An artifact and the name of an entry in it."""

    def __init__(self, artifact: Any, name: str | None = None) -> None:
        self.artifact = artifact
        self.name = name


#: The modules that have types of values.
_HOMES = ("bokeh", "graph", "histogram", "images", "joined", "media", "object3d", "plots", "table", "traces")

@at("wandb.sdk.data_types.base_types.wb_value")
class WBValue:
    """A value that is more than JSON: the base of all data types."""

    _type_mapping: ClassVar[dict[str, type[WBValue]] | None] = None
    _log_type: ClassVar[str | None] = None

    def __init__(self) -> None:
        self._artifact_source: _Location | None = None
        self._artifact_target: _Location | None = None

    def to_json(self, run_or_artifact: Any) -> Any:
        """The value as JSON.

        Args:
            run_or_artifact: what it is written for.
        """
        raise NotImplementedError

    @classmethod
    def from_json(cls, json_obj: dict[str, Any], source_artifact: Any) -> Any:
        """The value from JSON.

        Args:
            json_obj: what ``to_json`` gave.
            source_artifact: the artifact that it lies in.
        """
        raise NotImplementedError

    @classmethod
    def with_suffix(cls, name: str, filetype: str = "json") -> str:
        """The name of its entry in an artifact.

        Args:
            name: what the user calls it.
            filetype: the last part of the name.

        Returns:
            The name with the type's suffix.
        """
        suffix = filetype if cls._log_type is None else f"{cls._log_type}.{filetype}"
        return name if name.endswith(suffix) else f"{name}.{suffix}"

    @staticmethod
    def init_from_json(json_obj: dict[str, Any], source_artifact: Any) -> WBValue | None:
        """The value of whichever type the JSON says.

        Args:
            json_obj: what ``to_json`` gave.
            source_artifact: the artifact that it lies in.

        Returns:
            The value; None for an unknown type.
        """
        found = WBValue.type_mapping().get(json_obj["_type"])
        if found is None:
            return None
        value: WBValue = found.from_json(json_obj, source_artifact)
        value._set_artifact_source(source_artifact)
        return value

    @staticmethod
    def type_mapping() -> dict[str, type[WBValue]]:
        """The types by the name that they have in JSON."""
        if WBValue._type_mapping is None:
            for home in _HOMES:
                importlib.import_module(f"wandb_testkit.standin.{home}")
            mapping: dict[str, type[WBValue]] = {}
            waiting: list[type[WBValue]] = [WBValue]
            while waiting:
                current = waiting.pop()
                if current._log_type is not None:
                    mapping[current._log_type] = current
                waiting += current.__subclasses__()
            WBValue._type_mapping = mapping
        return WBValue._type_mapping

    def __eq__(self, other: object) -> bool:
        return self is other

    def __ne__(self, other: object) -> bool:
        return not self.__eq__(other)

    __hash__ = None  # type: ignore[assignment]

    def to_data_array(self) -> list[Any]:
        """The value as lists of plain values."""
        raise NotImplementedError

    def _set_artifact_source(self, artifact: Any, name: str | None = None) -> None:
        old = self._artifact_source
        assert old is None, f"Cannot update artifact_source. Existing source: {old.artifact}/{old.name}"
        self._artifact_source = _Location(artifact, name)

    def _set_artifact_target(self, artifact: Any, name: str | None = None) -> None:
        old = self._artifact_target
        assert old is None, f"Cannot update artifact_target. Existing target: {old.artifact}/{old.name}"
        self._artifact_target = _Location(artifact, name)

    def _get_artifact_entry_ref_url(self) -> str | None:
        source, target = self._artifact_source, self._artifact_target
        if source is not None and source.name:
            url: str = source.artifact.get_entry(self.with_suffix(source.name)).ref_url()
            return url
        return self._client_url(target, "_client_id", "")

    def _get_artifact_entry_latest_ref_url(self) -> str | None:
        return self._client_url(self._artifact_target, "_sequence_client_id", ":latest")

    def _client_url(self, target: _Location | None, attribute: str, alias: str) -> str | None:
        """The address of the entry by the id that the client gave its artifact, where the server would know it."""
        if target is None or not target.name:
            return None
        client_id = getattr(target.artifact, attribute)
        if client_id is None or not target.artifact._final or not _client_ids_allowed():
            return None
        return f"wandb-client-artifact://{client_id}{alias}/{self.with_suffix(target.name)}"


def _client_ids_allowed() -> bool:
    """Whether a run may point to artifacts that have no id of the server yet."""
    run = wandb("run")
    if run is None or not run.offline:
        return True
    return bool(run._settings.allow_offline_artifacts)


def file_name(key: object, step: object, identity: object, extension: str) -> str:
    """The name of a media file in a run.

    Args:
        key: the key it was logged under; slashes in it make folders.
        step: the row's step.
        identity: the beginning of the file's digest.
        extension: with its dot.

    Returns:
        A relative path.

    Raises:
        ValueError: on Windows, where the key has forbidden characters.
    """
    return f"{util.make_file_path_upload_safe(str(key))}_{step}_{identity}{extension}"


@at("wandb.sdk.data_types.base_types.media")
class Media(WBValue):
    """A value that is a file.

    Args:
        caption: what is shown with it.
    """

    def __init__(self, caption: str | None = None) -> None:
        super().__init__()
        self._path: str | None = None
        self._run: Any = None
        self._caption = caption

    _is_tmp: bool | None
    _extension: str | None
    _sha256: str | None
    _size: int | None

    def _set_file(self, path: str, is_tmp: bool = False, extension: str | None = None) -> None:
        self._path = path
        self._is_tmp = is_tmp
        self._extension = extension
        assert extension is None or path.endswith(extension), (
            f'Media file extension "{extension}" must occur at the end of path "{path}".'
        )
        with open(path, "rb") as stream:
            self._sha256 = hashlib.sha256(stream.read()).hexdigest()
        self._size = os.path.getsize(path)

    @classmethod
    def get_media_subdir(cls) -> str:
        """The folder in a run for this type's files."""
        raise NotImplementedError

    @staticmethod
    def captions(media_items: Any) -> Any:
        """The captions of a list; False where the first has none."""
        return False if media_items[0]._caption is None else [item._caption for item in media_items]

    def is_bound(self) -> bool:
        """Whether a run has it."""
        return self._run is not None

    def file_is_set(self) -> bool:
        """Whether its file is there."""
        return self._path is not None and self._sha256 is not None

    def bind_to_run(
        self,
        run: Any,
        key: int | str,
        step: int | str,
        id_: int | str | None = None,
        ignore_copy_err: bool | None = None,
    ) -> None:
        """Put the file into a run's folder.

        Args:
            run: the run.
            key: the key it is logged under.
            step: the row's step.
            id_: what tells it from others; the beginning of its digest, unless given.
            ignore_copy_err: that it is there already is no error.

        Raises:
            AssertionError: it has no file, or there is no run.
            shutil.SameFileError: the file lies where it is to go.
        """
        assert self.file_is_set(), "bind_to_run called before _set_file"
        assert self._path is not None
        assert self._sha256 is not None
        assert run is not None, 'Argument "run" must not be None.'
        self._run = run
        extension = os.path.splitext(os.path.basename(self._path))[1] if self._extension is None else self._extension
        name = file_name(key, step, self._sha256[:20] if id_ is None else id_, extension)
        media_path = os.path.join(self.get_media_subdir(), name)
        self._move(os.path.join(run.dir, media_path), ignore_copy_err)
        run._publish_file(media_path)

    def _move(self, new_path: str, ignore_copy_err: bool | None) -> None:
        """Move, link or copy the file."""
        assert self._path is not None
        mkdir_exists_ok(os.path.dirname(new_path))
        if self._is_tmp:
            shutil.move(self._path, new_path)
            self._is_tmp = False
        elif self._run._settings.allow_media_symlink:
            if os.path.lexists(new_path):
                os.unlink(new_path)
            os.symlink(pathlib.Path(self._path).resolve(), new_path)
        else:
            try:
                shutil.copy(self._path, new_path)
            except shutil.SameFileError:
                if not ignore_copy_err:
                    raise
        self._path = new_path

    def to_json(self, run: Any) -> Any:
        """The file as JSON.

        Args:
            run: the run that it is bound to, or an artifact to add it to.

        Returns:
            Its path, digest and size.

        Raises:
            AssertionError: it is not bound, or bound to another run.
        """
        found: dict[str, Any] = {}
        if self._caption is not None:
            found["caption"] = self._caption
        if isinstance(run, wandb("Run")):
            found.update(self._in_run(run))
        elif isinstance(run, wandb("Artifact")):
            if self.file_is_set():
                found.update(path=self._in_artifact(run), sha256=self._sha256)
            found["_type"] = self._log_type
        return found

    def _in_run(self, run: Any) -> dict[str, Any]:
        """What a run's row holds of the file."""
        found: dict[str, Any] = {
            "_type": "file",
            "sha256": getattr(self, "_sha256", None),
            "size": getattr(self, "_size", None),
        }
        url = self._get_artifact_entry_ref_url()
        if url is not None:
            found["artifact_path"] = url
        latest = self._get_artifact_entry_latest_ref_url()
        if latest is not None:
            found["_latest_artifact_path"] = latest
        if url is None or self.is_bound():
            assert self.is_bound(), (
                f"Value of type {type(self).__name__} must be bound to a run with bind_to_run() "
                "before being serialized to JSON."
            )
            assert self._run is run, "We don't support referring to media files across runs."
            assert self._path is not None
            found["path"] = LogicalPath(os.path.relpath(self._path, self._run.dir))
        return found

    def _in_artifact(self, artifact: Any) -> Any:
        """The name of the file's entry in an artifact, which is added where it is not there."""
        assert self._path is not None
        assert self._sha256 is not None
        name = artifact.get_added_local_path_name(self._path)
        if name is not None:
            return name
        own_folder = [] if self._is_tmp else [self._sha256[:20]]
        name = os.path.join(self.get_media_subdir(), *own_folder, os.path.basename(self._path))
        if self._artifact_source is not None:
            source = self._artifact_source.artifact
            root = source._default_root()
            if self._path.startswith(root):
                name = self._path[len(root) :].lstrip(os.sep)
            artifact.add_reference(source.get_entry(name).ref_url(), name=name)
            return name
        if Media.path_is_reference(self._path) and self._may_be_reference:
            artifact.add_reference(self._path, name=name)
            return name
        return artifact.add_file(self._path, name=name, is_tmp=self._is_tmp).path

    #: Only images and sounds may be addresses rather than files.
    _may_be_reference: ClassVar[bool] = False

    @classmethod
    def from_json(cls, json_obj: dict[str, Any], source_artifact: Any) -> Any:
        """The value from JSON.

        Args:
            json_obj: what ``to_json`` gave.
            source_artifact: the artifact that it lies in.
        """
        return cls(source_artifact.get_entry(json_obj["path"]).download())

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, self.__class__)
            and hasattr(self, "_sha256")
            and hasattr(other, "_sha256")
            and self._sha256 == other._sha256
        )

    __hash__ = None

    @staticmethod
    def path_is_reference(path: Any) -> bool:
        """Whether a path is an address on a bucket or the web.

        Args:
            path: a path.
        """
        if path is None or isinstance(path, pathlib.Path):
            return False
        return bool(path and re.match(r"^(gs|s3|https?)://", path))


@at("wandb.sdk.data_types.base_types.media")
class BatchableMedia(Media):
    """A file of which many may be logged under one key.

    Args:
        caption: what is shown with it.
    """

    def __init__(self, caption: str | None = None) -> None:
        super().__init__(caption=caption)

    @classmethod
    def seq_to_json(cls, seq: Sequence[Any], run: Any, key: str, step: int | str) -> dict[str, Any]:
        """A list as JSON.

        Args:
            seq: files of this type.
            run: the run that they are bound to.
            key: the key they are logged under.
            step: the row's step.
        """
        raise NotImplementedError


@at("wandb.sdk.data_types.base_types.json_metadata")
class JSONMetadata(Media):
    """JSON in a file beside other media.

    Args:
        val: the JSON.
    """

    def __init__(self, val: dict[str, Any]) -> None:
        super().__init__()
        self.validate(val)
        self._val: Any = val
        extension = f".{self.type_name()}.json"
        path = temporary_path(extension)
        with open(path, "w", encoding="utf-8") as stream:
            util_json.json_dump_uncompressed(val, stream)
        self._set_file(path, is_tmp=True, extension=extension)

    @classmethod
    def get_media_subdir(cls) -> str:
        """The folder in a run for this type's files."""
        return os.path.join("media", "metadata", cls.type_name())

    def to_json(self, run_or_artifact: Any) -> Any:
        """The file as JSON."""
        return {**super().to_json(run_or_artifact), "_type": self.type_name()}

    @classmethod
    def type_name(cls) -> str:
        """The type's name in JSON."""
        return "metadata"

    def validate(self, val: dict[str, Any]) -> bool:
        """Check the JSON; here anything goes."""
        return True


def plain_lists(payload: Any) -> Any:
    """Arrays as lists and media as the names of their types, all through lists and dicts.

    Args:
        payload: JSON with arrays in it.

    Returns:
        JSON.
    """
    if isinstance(payload, dict):
        return {key: plain_lists(value) for key, value in payload.items()}
    if isinstance(payload, Sequence) and not isinstance(payload, str):
        return [plain_lists(value) for value in payload]
    if util.is_numpy_array(payload):
        values = payload.tolist() if payload.ndim > 0 else [payload.tolist()]
        return [plain_lists(value) for value in values]
    return payload.__class__.__name__ if isinstance(payload, Media) else payload
