"""``patch_wandb(artifacts=...)``: artifacts that are there before the patch.

Each seed is one of

* a path: a file, or a folder with all that is in it. The artifact has the last part of the
  path for a name, and the type "dataset";
* a dict with "name" and any of "type", "path" or "files" (a dict of names to text or bytes),
  "aliases", "metadata", "description", "tags", "project" and "entity";
* an artifact: a draft, or one that was logged in another patch, which keeps its project,
  version and aliases.

What names no project is in every project that the program looks into.  Whatever came last
under a name has the alias ``latest``; seeds of the same name are ``v0``, ``v1``, ...
"""

from __future__ import annotations

import base64
import hashlib
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from wandb_testkit.rules import artifacts as rules
from wandb_testkit.rules.artifacts import Draft
from wandb_testkit.server.artifacts import Logged, logged

if TYPE_CHECKING:
    from wandb_testkit.client.session import Session
    from wandb_testkit.server.artifacts import Artifacts

DEFAULT_TYPE = "dataset"

_KEYS = ("name", "type", "path", "files", "aliases", "metadata", "description", "tags", "project", "entity")


def checked(seeds: Iterable[Any]) -> list[Any]:
    """Return the seeds with absolute paths: the program may change its folder before it asks.

    Args:
        seeds: See this module.

    Raises:
        TypeError: A seed is nothing of the kind.
        ValueError: A dict has no name or keys that mean nothing, an artifact was logged outside of patches, or it had
            a large file that went with its patch.
        FileNotFoundError: There is no such path.
    """
    return [_checked(seed) for seed in seeds]


def _checked(seed: Any) -> Any:
    if isinstance(seed, (str, os.PathLike)):
        return _absolute(seed)
    if isinstance(seed, Mapping):
        unknown = sorted(set(seed) - set(_KEYS))
        if unknown:
            raise ValueError(
                f"patch_wandb(artifacts=...): a dict has no {unknown[0]!r}; it may have {', '.join(_KEYS)}"
            )
        if not seed.get("name") and seed.get("path") is None:
            raise ValueError("patch_wandb(artifacts=...): a dict needs a 'name' or a 'path'")
        for content in (seed.get("files") or {}).values():
            if not isinstance(content, (str, bytes, bytearray)):
                kind = type(content).__name__
                raise TypeError(f"patch_wandb(artifacts=...): 'files' takes text or bytes, not {kind}")
        return seed if seed.get("path") is None else {**seed, "path": _absolute(seed["path"])}
    known = logged(seed)
    if known is not None:
        _check_contents(known)
    elif not hasattr(type(seed), "manifest") or not hasattr(seed, "is_draft"):
        raise TypeError(
            f"patch_wandb(artifacts=...) takes paths, dicts and wandb.Artifact objects, not {type(seed).__name__}"
        )
    elif not seed.is_draft():
        raise ValueError(
            f"patch_wandb(artifacts=...): {seed.name!r} was not logged inside a patch: download it and give the path"
        )
    else:
        _check_files(seed)
    return seed


def _check_files(draft: Any) -> None:
    for path, entry in draft.manifest.entries.items():
        if entry.local_path and entry.ref is None and not os.path.exists(entry.local_path):
            raise ValueError(
                f"patch_wandb(artifacts=...): {path!r} of the draft {draft.name!r} went with the patch that it was"
                " added in: log the artifact there, in an online run, or give the path of the file."
            )


def _check_contents(known: Logged) -> None:
    version, blobs = known
    for path, entry in version.entries.items():
        if "ref" not in entry and not blobs.has(entry["digest"]):
            raise ValueError(
                f"patch_wandb(artifacts=...): {path!r} of {version.name!r} went with the patch that it was logged in:"
                " only files of up to 1 MiB outlive it. Give the path of the file instead."
            )


def _absolute(path: Any) -> str:
    found: str = os.path.abspath(os.fspath(path))
    if not os.path.exists(found):
        raise FileNotFoundError(f"patch_wandb(artifacts=...): there is no {found!r}")
    return found


def plant(artifacts: Artifacts, session: Session, seeds: Iterable[Any]) -> None:
    """Put the seeds into a patch's artifacts.

    Args:
        artifacts: Where they go.
        session: The patch's client.
        seeds: What `checked` returned.
    """
    for seed in seeds:
        known = None if isinstance(seed, (str, os.PathLike, Mapping)) else logged(seed)
        if known is not None:
            _take_over(artifacts, known)
            continue
        draft, aliases = _draft(artifacts, seed)
        aliases = [*dict.fromkeys([*aliases, rules.LATEST])]
        if draft.project:
            draft.entity, draft.aliases = draft.entity or session.entity, aliases
            artifacts.remember(artifacts.store.save(draft))
        else:
            draft.aliases = aliases
            artifacts.store.float(draft)


def _draft(artifacts: Artifacts, seed: Any) -> tuple[Draft, list[str]]:
    if isinstance(seed, (str, os.PathLike)):
        return _of_dict(artifacts, {"path": seed, "name": _name_of(seed)}), []
    if isinstance(seed, Mapping):
        aliases = seed.get("aliases") or []
        return _of_dict(artifacts, seed), [aliases] if isinstance(aliases, str) else list(aliases)
    artifacts.upload(seed)
    return artifacts.draft(seed, "", ""), []


def _take_over(artifacts: Artifacts, known: Logged) -> None:
    """Take a version of another patch; one that was deleted there is not there at all."""
    version, blobs = known
    if artifacts.store.version(version.id) is not None or version.state != rules.COMMITTED:
        return
    for entry in version.entries.values():
        if "ref" not in entry:
            artifacts.blobs.take_from(blobs, entry["digest"])
    member = version.sequence.member_of(version)
    artifacts.remember(artifacts.store.add(version, member.aliases if member else ()))


def _name_of(path: Any) -> str:
    """Return the name that a path gives an artifact: forbidden characters are replaced as the client does."""
    last = os.path.basename(os.path.abspath(os.fspath(path)))
    return re.sub(r"[^a-zA-Z0-9_\-.]", "_", last)


def _of_dict(artifacts: Artifacts, seed: Mapping[str, Any]) -> Draft:
    path = seed.get("path")
    name = seed.get("name") or _name_of(path)
    entries = {} if path is None else _files(artifacts, path)
    for inside, content in (seed.get("files") or {}).items():
        entries[inside] = _text(artifacts, content)
    return Draft(
        entity=seed.get("entity") or "",
        project=seed.get("project") or "",
        name=name,
        type=seed.get("type") or DEFAULT_TYPE,
        digest=rules.manifest_digest(entries),
        entries=entries,
        description=seed.get("description"),
        metadata=dict(seed.get("metadata") or {}),
        tags=list(seed.get("tags") or ()),
    )


def _files(artifacts: Artifacts, path: str) -> rules.Entries:
    found = {}
    for place in _walk(path):
        with open(place, "rb") as stream:
            digest = _digest(_md5(stream))
        artifacts.blobs.put(digest, place)
        inside = os.path.basename(path) if place == path else os.path.relpath(place, path).replace(os.sep, "/")
        found[inside] = {"digest": digest, "size": os.path.getsize(place)}
    return found


def _walk(path: str) -> Iterator[str]:
    if os.path.isfile(path):
        yield path
    for folder, _, names in os.walk(path, followlinks=True):
        for name in names:
            yield os.path.join(folder, name)


def _md5(stream: Any) -> Any:
    made = hashlib.md5(usedforsecurity=False)
    while part := stream.read(1 << 20):
        made.update(part)
    return made


def _digest(made: Any) -> str:
    return base64.standard_b64encode(made.digest()).decode("ascii")


def _text(artifacts: Artifacts, content: Any) -> dict[str, Any]:
    if isinstance(content, str):
        content = content.encode()
    digest = _digest(hashlib.md5(content, usedforsecurity=False))
    artifacts.blobs.keep(digest, bytes(content))
    return {"digest": digest, "size": len(content)}
