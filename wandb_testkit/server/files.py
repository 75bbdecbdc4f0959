"""The files of runs on the server, and what is behind its addresses."""

from __future__ import annotations

import base64
import fnmatch
import hashlib
import json
import mimetypes
import os
from collections.abc import Callable, Mapping
from time import time
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote

from wandb_testkit.server.graphql import GraphQLError
from wandb_testkit.server.runs import iso

if TYPE_CHECKING:
    from wandb_testkit.server.runs import ServerRun

#: Where files are, as far as a client can tell, and where they are uploaded to.  No such hosts can exist (RFC 2606).
STORAGE = "https://files.wandb-testkit.invalid"
_UPLOADS = "https://uploads.wandb-testkit.invalid"


class RunFile:
    """One file of a run.

    Args:
        run: The run.
        name: The file's name, with slashes.
        content: Its bytes or text, or the path that it lies at.
        updated_at: When it was last written, in seconds since the epoch.
    """

    def __init__(self, run: ServerRun, name: str, content: Any, updated_at: float | None) -> None:
        self.run = run
        self.name = name
        self._content = content
        self.updated_at = updated_at

    @property
    def id(self) -> str:
        """The file's id on the server."""
        return base64.b64encode("\0".join(["File:v1", *self.run.path, self.name]).encode()).decode()

    @property
    def url(self) -> str:
        """Where it can be downloaded from."""
        return "/".join([STORAGE, *(quote(part, safe="") for part in self.run.path), quote(self.name)])

    @property
    def content(self) -> bytes:
        """What is in it."""
        if isinstance(self._content, str):
            return self._content.encode()
        if isinstance(self._content, (bytes, bytearray)):
            return bytes(self._content)
        with open(self._content, "rb") as file:
            return file.read()

    @property
    def exists(self) -> bool:
        """Whether there is anything to read: a file that was saved may be gone before it was uploaded."""
        kept = isinstance(self._content, (str, bytes, bytearray))
        return kept or (os.path.isfile(self._content) and os.access(self._content, os.R_OK))

    @property
    def size(self) -> int:
        """How many bytes it has."""
        if isinstance(self._content, (str, bytes, bytearray)):
            return len(self.content)
        return os.path.getsize(self._content)

    @property
    def mimetype(self) -> str:
        """What the server takes it for."""
        return mimetypes.guess_type(self.name)[0] or ""

    @property
    def md5(self) -> str:
        """The digest of its content."""
        return base64.b64encode(hashlib.md5(self.content, usedforsecurity=False).digest()).decode()


class MissingFile(RunFile):
    """What the server answers for a name that no file of the run has: nothing, with "0" for its digest.

    Source: the review of wandb/client-ng#187, which quotes the server's resolver, and ``wandb.restore``, which asks for
    this digest.
    """

    def __init__(self, run: ServerRun, name: str) -> None:
        super().__init__(run, name, b"", None)

    @property
    def size(self) -> int:
        """How many bytes it has."""
        return 0

    @property
    def md5(self) -> str:
        """What says that it is not there."""
        return "0"


def file_name(url: str) -> str:
    """Return the name of the run's file that one of the server's addresses stands for."""
    return unquote("/".join(url.removeprefix(f"{STORAGE}/").split("/")[3:]))


class Files:
    """The files of all runs, and what is uploaded and downloaded."""

    def __init__(self) -> None:
        self._uploaded: dict[tuple[str, ...], dict[str, tuple[bytes, float]]] = {}
        self._deleted: dict[tuple[str, ...], set[str]] = {}
        #: Further answers for addresses: each returns the content, or None for an address that it does not know.
        self.sources: list[Callable[[str], bytes | None]] = []

    def of(self, run: ServerRun) -> dict[str, RunFile]:
        """Return a run's files by name: what the client itself uploads, what was saved, what the Api uploaded.

        Args:
            run: The run.
        """
        began = run.created_at
        found = {name: RunFile(run, name, content, began) for name, content in _written_by_client(run).items()}
        for name, content in run.own_files.items():
            found[name] = RunFile(run, name, content, run.heartbeat_at)
        for name, (content, stamp) in self._uploaded.get(run.path, {}).items():
            found[name] = RunFile(run, name, content, stamp)
        gone = self._deleted.get(run.path, set())
        return {name: file for name, file in sorted(found.items()) if name not in gone and file.exists}

    def matching(self, run: ServerRun, names: list[str] | None, pattern: str | None) -> list[RunFile]:
        """Return a run's files: all, those with the names, or those like the pattern.

        Args:
            run: The run.
            names: Names; None or none for all. For one that no file has, the server answers with a file all the same.
            pattern: A pattern of SQL's, where ``%`` stands for anything; ``*`` does too.
        """
        found = self.of(run)
        if names:
            return [found.get(name) or MissingFile(run, name) for name in names]
        if pattern:
            glob = pattern.replace("%", "*")
            return [file for name, file in found.items() if fnmatch.fnmatchcase(name, glob)]
        return list(found.values())

    def upload(self, run: ServerRun, name: str, content: bytes) -> None:
        """Keep an uploaded file.

        Args:
            run: The run.
            name: The file's name.
            content: What is in it.
        """
        self._uploaded.setdefault(run.path, {})[name] = (content, time())
        self._deleted.get(run.path, set()).discard(name)

    def delete(self, ids: list[str]) -> None:
        """Delete files.

        Args:
            ids: Their ids on the server.
        """
        for each in ids:
            kind, *path, name = base64.b64decode(each).decode().split("\0")
            assert kind == "File:v1"
            self._uploaded.get(tuple(path), {}).pop(name, None)
            self._deleted.setdefault(tuple(path), set()).add(name)

    # ---- addresses

    def upload_url(self, run: ServerRun, name: str) -> str:
        """Return the address that a file of a run is to be uploaded to."""
        return "/".join([_UPLOADS, *(quote(part, safe="") for part in run.path), quote(name, safe="")])

    def put(self, url: str, content: bytes, find: Callable[[str, str, str], ServerRun | None]) -> None:
        """Take an upload.

        Args:
            url: Where to; see `upload_url`.
            content: What is in the file.
            find: Returns a run by entity, project and id.

        Raises:
            GraphQLError: There is no such address.
        """
        run, name = _run_and_name(url, _UPLOADS, find)
        self.upload(run, name, content)

    def read(self, url: str, find: Callable[[str, str, str], ServerRun | None]) -> bytes:
        """Return what is behind an address.

        Args:
            url: The address.
            find: Returns a run by entity, project and id.

        Raises:
            GraphQLError: There is nothing.
        """
        for source in self.sources:
            content = source(url)
            if content is not None:
                return content
        run, name = _run_and_name(url, STORAGE, find)
        file = self.of(run).get(name)
        if file is None:
            raise GraphQLError(f"404 Not Found: {url}", 404)
        return file.content


def _run_and_name(url: str, prefix: str, find: Callable[[str, str, str], ServerRun | None]) -> tuple[ServerRun, str]:
    parts = url.partition("?")[0][len(prefix) + 1 :].split("/", 3)
    run = find(*map(unquote, parts[:3])) if url.startswith(f"{prefix}/") and len(parts) == 4 else None
    if run is None:
        raise GraphQLError(f"404 Not Found: {url}", 404)
    return run, unquote(parts[3])


def _written_by_client(run: ServerRun) -> Mapping[str, str]:
    """Return the files that the client writes for every run, as far as the record tells what is in them."""
    config = {key: {"desc": None, "value": value} for key, value in run.config.items()}
    metadata = {"startedAt": iso(run.created_at), **run.metadata}
    found = {"config.yaml": _yaml(config), "wandb-metadata.json": json.dumps(metadata)}
    if run.state != "running":
        found["wandb-summary.json"] = json.dumps(run.summary)
    return found


def _yaml(config: Mapping[str, Any]) -> str:
    """Return the config as YAML, whose flow style is JSON's."""
    return "".join(f"{key if key.isidentifier() else json.dumps(key)}: {json.dumps(config[key])}\n" for key in config)
