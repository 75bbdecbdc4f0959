"""What an artifact holds of files elsewhere: ``Artifact.add_reference``.

Files on this machine are hashed, addresses on the web are taken as they are; everything else is as wandb 0.31.0 has
it. Buckets need their vendors' libraries, and asking a server for a checksum is not modelled.
"""

from __future__ import annotations

import base64
import importlib.util
import os
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlparse

from wandb_testkit.errors import NotModelled
from wandb_testkit.standin import util
from wandb_testkit.standin.digests import file_digest, text_digest
from wandb_testkit.standin.errors import Error
from wandb_testkit.standin.manifest import ArtifactManifestEntry
from wandb_testkit.standin.place import termwarn, wandb

#: How many files of a folder one reference may stand for.
_MAX_OBJECTS = 10_000_000

#: What the client says where the library for a kind of bucket is missing, and that library.
_BUCKETS = {
    "s3": ("boto3", "s3:// references requires the boto3 library, run pip install wandb[aws]"),
    "gs": (
        "google.cloud.storage",
        "gs:// references require the google-cloud-storage library, run pip install wandb[gcp]",
    ),
}


def entries_for(
    artifact: Any, uri: str, name: Any, checksum: bool, max_objects: int | None
) -> list[ArtifactManifestEntry]:
    """The entries that a reference stands for.

    Args:
        artifact: the artifact that it is added to.
        uri: the address.
        name: what to call it there; made from the address, unless given.
        checksum: hash the content, rather than the address.
        max_objects: how many files of a folder are allowed.

    Raises:
        ValueError: there is no such file, there are too many, or the address needs a name.
        wandb.Error: a library is missing.
        NotModelled: a server would have to be asked.
    """
    scheme = urlparse(uri).scheme
    if scheme in _BUCKETS:
        library, text = _BUCKETS[scheme]
        if not _importable(library):
            raise Error(text)
        raise NotModelled("Artifact.add_reference")
    if scheme == "https" and urlparse(uri).netloc.endswith(".blob.core.windows.net"):
        return _of_azure(uri, name, checksum)
    if scheme in ("http", "https"):
        if checksum:
            raise NotModelled("Artifact.add_reference")
        return [ArtifactManifestEntry(path=name or os.path.basename(uri), ref=uri, digest=uri)]
    if scheme == "wandb-artifact":
        return _of_logged_artifact(artifact, uri, name)
    if scheme == "wandb-client-artifact":
        return _of_artifact(uri, name)
    if scheme == "file":
        return _of_files(uri, name, checksum, max_objects or _MAX_OBJECTS)
    return _of_unknown(uri, name)


def _of_azure(uri: str, name: Any, checksum: bool) -> list[ArtifactManifestEntry]:
    """A reference to a blob: its address without the query."""
    parsed = urlparse(uri)
    _, container, blob = parsed.path.split("/", 2)
    if checksum:
        if not _importable("azure.storage.blob"):
            raise Error("Azure references require the azure library, run pip install wandb[azure]")
        raise NotModelled("Artifact.add_reference")
    address = f"https://{parsed.netloc}/{container}/{blob}"
    return [ArtifactManifestEntry(path=name or blob, digest=address, ref=address)]


def _importable(library: str) -> bool:
    try:
        return importlib.util.find_spec(library) is not None
    except ModuleNotFoundError:
        return False


def _of_unknown(uri: str, name: Any) -> list[ArtifactManifestEntry]:
    if name is None:
        raise ValueError(f'You must pass name="<entry_name>" when tracking references with unknown schemes. ref: {uri}')
    termwarn(f"Artifact references with unsupported schemes cannot be checksummed: {uri}")
    return [ArtifactManifestEntry(path=name or urlparse(uri).path[1:], ref=uri, digest=uri)]


def _of_artifact(uri: str, name: Any) -> list[ArtifactManifestEntry]:
    """A reference to an entry of an artifact that this process made."""
    from wandb_testkit.standin.artifact import by_client_id

    parsed = urlparse(uri)
    other = by_client_id.get(parsed.netloc)
    if other is None:
        raise TypeError("Artifact passed to store_path() must be a wandb.Artifact.")
    target = other.manifest.entries[parsed.path.lstrip("/")]
    return [ArtifactManifestEntry(path=name or os.path.basename(uri), ref=uri, size=0, digest=target.digest)]


def _of_logged_artifact(artifact: Any, uri: str, name: Any) -> list[ArtifactManifestEntry]:
    """A reference to an entry of a logged artifact; one that is a reference itself is followed."""
    from wandb_testkit.standin.digests import hex_id

    here: str | None = uri
    while here and urlparse(here).scheme == "wandb-artifact":
        parsed = urlparse(here)
        identity = base64.standard_b64encode(bytes.fromhex(parsed.netloc)).decode("ascii")
        other = type(artifact)._from_id(identity, artifact._get_service_api())
        assert other is not None
        path = parsed.path.removeprefix("/")
        entry = other.manifest.get_entry_by_path(path)
        assert entry is not None
        here = entry.ref
    target = f"wandb-artifact://{hex_id(identity)}/{path}"
    return [ArtifactManifestEntry(path=name or os.path.basename(target), ref=target, size=0, digest=entry.digest)]


def _of_files(uri: str, name: Any, checksum: bool, max_objects: int) -> list[ArtifactManifestEntry]:
    local = util.local_file_uri_to_path(uri)

    def digest(path: str) -> str:
        return file_digest(path) if checksum else text_digest(Path(path).resolve().as_uri())

    def entry(path: Any, ref: str, place: str) -> ArtifactManifestEntry:
        return ArtifactManifestEntry(path=path, ref=ref, size=os.path.getsize(place), digest=digest(place))

    if os.path.isdir(local):
        if checksum:
            wandb("termlog")(f"Generating checksum for up to {max_objects!r} files in {local!r}... ", newline=False)
        began = time.monotonic()
        try:
            places = [os.path.join(folder, file) for folder, _, files in os.walk(local) for file in files]
            if len(places) > max_objects:
                raise ValueError(f"Exceeded {max_objects!r} objects tracked, pass max_objects to add_reference")
            below = [os.path.relpath(place, start=local) for place in places]
            return [
                entry(os.path.join(name or "", path), os.path.join(uri, path), place)
                for path, place in zip(below, places, strict=True)
            ]
        finally:
            if checksum:
                wandb("termlog")(f"Done. {time.monotonic() - began:.1f}s", prefix=False)
    if os.path.isfile(local):
        return [entry(name or os.path.basename(local), uri, local)]
    raise ValueError(f"Path {uri!r} must be a valid file or directory path")
