"""The things that wandb's server keeps of artifacts: versions, collections, memberships; see `rules.artifacts`."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import itertools
import threading
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Any, NamedTuple

LATEST = "latest"

PENDING = "PENDING"
COMMITTED = "COMMITTED"
DELETED = "DELETED"

#: What the server says of a version that nobody gave a time to live.
NO_TTL = -2
INHERIT = -1

_MD5_HEADER = b"wandb-artifact-manifest-v1\n"

_numbers = itertools.count(100_000_001)

# What the ids and times of this thread are made of, where something is done again as it was done elsewhere.
_again = threading.local()

Entries = dict[str, dict[str, Any]]


class StoreError(Exception):
    """The server refuses; its text is what the client shows."""


class RunRef(NamedTuple):
    """A run by where it is."""

    entity: str
    project: str
    id: str


def new_id(kind: str) -> str:
    """Return an id as the server makes them: base64 of the kind and a number."""
    number = next(getattr(_again, "numbers", None) or _numbers)
    return base64.b64encode(f"{kind}:{number}".encode()).decode("ascii")


def now() -> str:
    """Return the time as the server writes it."""
    return getattr(_again, "moment", None) or datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


@contextlib.contextmanager
def dated(numbers: Iterator[int], moment: str) -> Iterator[None]:
    """Let this thread's ids and times be those that something had when it was done elsewhere.

    Args:
        numbers: What ids are made of.
        moment: The time.
    """
    _again.numbers, _again.moment = numbers, moment
    try:
        yield
    finally:
        _again.numbers = _again.moment = None


@dataclass
class Draft:
    """What is handed to the server when an artifact is logged.

    Attributes:
        entries: What is in it, by path, as in ``wandb_manifest.json``: ``digest``, ``size`` and perhaps ``ref``,
            ``birthArtifactID`` and ``extra``.
        ttl_seconds: A positive number of seconds, -2 for never, None where nothing was said.
        base_id: The version that it adds to, where it is incremental; the latest one, unless given.
        distributed_id: What the runs share that write to one version together.
        finalize: False while more of them are to come.
    """

    entity: str
    project: str
    name: str
    type: str
    digest: str
    entries: Entries
    digest_algorithm: str = "MANIFEST_MD5"
    description: str | None = None
    metadata: dict[str, Any] = field(default_factory=dict)
    aliases: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    ttl_seconds: int | None = None
    history_step: int | None = None
    run: RunRef | None = None
    incremental: bool = False
    base_id: str | None = None
    distributed_id: str | None = None
    finalize: bool = True
    client_id: str | None = None
    storage_region: str | None = None


@dataclass(eq=False)
class Version:
    """One version of an artifact, as the server has it."""

    id: str
    sequence: Collection
    type: str
    digest: str
    digest_algorithm: str
    entries: Entries
    description: str | None
    metadata: dict[str, Any]
    tags: list[str]
    ttl_seconds: int
    ttl_is_inherited: bool
    history_step: int | None
    state: str
    commit_hash: str
    created_at: str
    updated_at: str | None = None
    index: int | None = None
    created_by: RunRef | None = None
    logged_by: list[RunRef] = field(default_factory=list)
    used_by: list[RunRef] = field(default_factory=list)
    distributed_id: str | None = None
    client_ids: list[str] = field(default_factory=list)
    storage_region: str | None = None
    # What the aliases will be when a version that several runs write to is committed.
    waiting_aliases: list[str] = field(default_factory=list)

    @property
    def size(self) -> int:
        """The size of all files and references in bytes."""
        return sum(entry.get("size") or 0 for entry in self.entries.values())

    @property
    def name(self) -> str:
        """The name that it was logged under, with its number."""
        return f"{self.sequence.name}:v{self.index}"

    def within(self, sequence: Collection) -> Version:
        """Return a copy that belongs to another collection; changes of the one do not reach the other."""
        fields = dict(vars(self))
        for name in ("tags", "logged_by", "used_by", "client_ids", "waiting_aliases"):
            fields[name] = list(fields[name])
        fields["metadata"] = dict(self.metadata)
        fields["entries"] = {path: dict(entry) for path, entry in self.entries.items()}
        fields["sequence"] = sequence
        return Version(**fields)

    def manifest(self) -> dict[str, Any]:
        """Return ``wandb_manifest.json``."""
        config = {"storageLayout": "V2"}
        if self.storage_region is not None:
            config["storageRegion"] = self.storage_region
        return {
            "version": 1,
            "storagePolicy": "wandb-storage-policy-v1",
            "storagePolicyConfig": config,
            "contents": {path: dict(entry) for path, entry in sorted(self.entries.items())},
        }


@dataclass(eq=False)
class Membership:
    """A version's place in a collection."""

    collection: Collection
    version: Version
    index: int
    id: str = field(default_factory=lambda: new_id("ArtifactCollectionMembership"))
    created_at: str = field(default_factory=now)

    @property
    def aliases(self) -> list[str]:
        """The aliases that point here in alphabetical order, its number not among them."""
        return sorted(alias for alias, there in self.collection.aliases.items() if there is self)

    @property
    def name(self) -> str:
        """The collection's name with the number."""
        return f"{self.collection.name}:v{self.index}"

    @property
    def is_link(self) -> bool:
        """Whether the version was logged under another name."""
        return self.collection is not self.version.sequence


@dataclass(eq=False)
class Collection:
    """The versions under one name: those logged under it, or those linked to it."""

    entity: str
    project: str
    name: str
    type: str
    is_sequence: bool
    id: str
    description: str | None = None
    tags: list[str] = field(default_factory=list)
    created_at: str = field(default_factory=now)
    updated_at: str | None = None
    members: list[Membership] = field(default_factory=list)
    aliases: dict[str, Membership] = field(default_factory=dict)
    next_index: int = 0

    def member(self, alias: str) -> Membership | None:
        """Return what an alias or a number such as ``v3`` means."""
        found = self.aliases.get(alias)
        if found is None:
            found = next((member for member in self.members if f"v{member.index}" == alias), None)
        return found

    def member_of(self, version: Version) -> Membership | None:
        """Return the place of a version here."""
        return next((member for member in self.members if member.version is version), None)

    def add(self, version: Version) -> Membership:
        """Give a version the next number."""
        member = Membership(self, version, self.next_index)
        self.next_index += 1
        self.members.append(member)
        return member

    def point(self, aliases: Iterable[str], member: Membership) -> None:
        """Move aliases to a member."""
        for alias in aliases:
            # A number is no alias that could be moved.
            if not is_number(alias):
                self.aliases[alias] = member

    def drop(self, member: Membership) -> None:
        """Take a member out, with its aliases."""
        self.members.remove(member)
        for alias in member.aliases:
            del self.aliases[alias]


def is_number(alias: str) -> bool:
    """Say whether an alias is the number of a version."""
    return alias[:1] == "v" and alias[1:].isdecimal()


def manifest_digest(entries: Mapping[str, Mapping[str, Any]]) -> str:
    """Return the digest of all that is in an artifact, with MD5, as the client computes it."""
    made = hashlib.md5(_MD5_HEADER, usedforsecurity=False)
    for path, entry in sorted(entries.items()):
        made.update(f"{path}:{entry['digest']}\n".encode())
    return made.hexdigest()
