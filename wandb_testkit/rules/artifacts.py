"""What wandb's server keeps of artifacts: collections, versions, aliases, links, uses.

Only a server could tell, so there is no oracle.  The rules are those of wandb's public
documentation of artifacts and of what client 0.31.0, its service and its own system tests
expect of a server:

* a collection is named once in a project and has one type; the versions logged under one
  name are its ``v0``, ``v1``, ... and a deleted one's number is not used again;
* content that the collection has already makes no new version: the aliases move to the
  version that is there;
* an alias is at one version of a collection only; ``latest`` goes to what was logged or
  linked last;
* a link is a membership in another collection, with a number and aliases of its own.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from wandb_testkit.rules.artifact_model import COMMITTED as COMMITTED
from wandb_testkit.rules.artifact_model import DELETED as DELETED
from wandb_testkit.rules.artifact_model import INHERIT, NO_TTL, PENDING, new_id, now
from wandb_testkit.rules.artifact_model import LATEST as LATEST
from wandb_testkit.rules.artifact_model import Collection as Collection
from wandb_testkit.rules.artifact_model import Draft as Draft
from wandb_testkit.rules.artifact_model import Entries as Entries
from wandb_testkit.rules.artifact_model import Membership as Membership
from wandb_testkit.rules.artifact_model import RunRef as RunRef
from wandb_testkit.rules.artifact_model import StoreError as StoreError
from wandb_testkit.rules.artifact_model import Version as Version
from wandb_testkit.rules.artifact_model import manifest_digest as manifest_digest


class Store:
    """All artifacts of one server."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._collections: dict[tuple[str, str, str], Collection] = {}
        self._versions: dict[str, Version] = {}
        self._floating: list[Draft] = []
        self._settled: set[tuple[str, str]] = set()

    # ---- finding

    def collection(self, entity: str, project: str, name: str) -> Collection | None:
        """Return a collection by name."""
        return self._collections.get((entity, project, name))

    def collection_by_id(self, collection_id: str) -> Collection | None:
        """Return a collection by id."""
        return next((found for found in self._collections.values() if found.id == collection_id), None)

    def collections(
        self, entity: str | None = None, project: str | None = None, type_: str | None = None
    ) -> list[Collection]:
        """Return the collections of a project, the newest first."""
        found = [
            each
            for each in self._collections.values()
            if entity in (None, each.entity) and project in (None, each.project) and type_ in (None, each.type)
        ]
        return found[::-1]

    def types(self, entity: str, project: str) -> list[str]:
        """Return the types that there are in a project."""
        return list(dict.fromkeys(each.type for each in reversed(self.collections(entity, project))))

    def projects(self) -> list[tuple[str, str]]:
        """Return the projects that have artifacts, each with its entity."""
        return list(dict.fromkeys((each.entity, each.project) for each in self._collections.values()))

    def member(self, entity: str, project: str, name: str) -> Membership | None:
        """Return what ``name:alias`` means in a project; a name alone means nothing."""
        base, _, alias = name.partition(":")
        collection = self.collection(entity, project, base)
        return None if collection is None else collection.member(alias)

    def version(self, version_id: str) -> Version | None:
        """Return a version by id."""
        return self._versions.get(version_id)

    def version_by_client_id(self, client_id: str) -> Version | None:
        """Return a version by the id that a client gave it before it was logged."""
        return next((found for found in self._versions.values() if client_id in found.client_ids), None)

    def versions(self) -> Iterator[Version]:
        """Yield all versions, in the order in which they were made."""
        yield from self._versions.values()

    def logged_by(self, run: RunRef) -> list[Version]:
        """Return what a run logged."""
        return [version for version in self._committed() if run in version.logged_by]

    def used_by(self, run: RunRef) -> list[Version]:
        """Return what a run used."""
        return [version for version in self._committed() if run in version.used_by]

    def _committed(self) -> list[Version]:
        return [version for version in self._versions.values() if version.state == COMMITTED]

    def links(self, version: Version) -> list[Membership]:
        """Return the memberships of a version, its own first."""
        return [member for each in self._collections.values() for member in each.members if member.version is version]

    # ---- logging

    def save(self, draft: Draft, warn: Callable[[str], None] = lambda text: None) -> Version:
        """Log an artifact.

        Args:
            draft: What it is.
            warn: Told that there is nothing new.

        Returns:
            The version, new or not.

        Raises:
            StoreError: The name is taken by something else.
        """
        with self._lock:
            sequence = self._sequence(draft)
            there = self._there(sequence, draft)
            if there is not None and there.state == COMMITTED:
                name = _quoted(draft.name)
                warn(f"Artifact {name} already exists with the same content. No new version will be created.")
                self._take_aliases(there, draft.aliases)
                _add(there.tags, draft.tags)
            else:
                there = self._continue(there, draft) if there is not None else self._create(sequence, draft)
            _add(there.client_ids, [draft.client_id] if draft.client_id else [])
            _add(there.logged_by, [draft.run] if draft.run else [])
            return there

    def _sequence(self, draft: Draft) -> Collection:
        key = draft.entity, draft.project, draft.name
        found = self._collections.get(key)
        if found is None:
            found = self._collections[key] = Collection(*key, draft.type, True, new_id("ArtifactCollection"))
        elif not found.is_sequence:
            raise StoreError(f"collection {draft.name!r} holds links: nothing can be logged to it")
        elif found.type != draft.type:
            raise StoreError(
                f"Artifact {draft.name} already exists with type '{found.type}'; cannot create another with type"
                f" '{draft.type}'"
            )
        return found

    def _there(self, sequence: Collection, draft: Draft) -> Version | None:
        """Return the version that this one is already, or goes on with."""
        if draft.distributed_id:
            waiting = (each for each in self._versions.values() if each.state == PENDING and each.sequence is sequence)
            return next((each for each in waiting if each.distributed_id == draft.distributed_id), None)
        same = (member.version for member in sequence.members if member.version.digest == draft.digest)
        return next(same, None)

    def _create(self, sequence: Collection, draft: Draft) -> Version:
        entries = {path: dict(entry) for path, entry in draft.entries.items()}
        if draft.incremental:
            base = self._base(sequence, draft)
            entries = {**({} if base is None else base.entries), **entries}
        identity = new_id("Artifact")
        for entry in entries.values():
            if "ref" not in entry:
                entry.setdefault("birthArtifactID", identity)
        ttl = draft.ttl_seconds
        version = Version(
            id=identity,
            sequence=sequence,
            type=draft.type,
            digest=draft.digest,
            digest_algorithm=draft.digest_algorithm,
            entries=entries,
            description=draft.description,
            metadata=dict(draft.metadata),
            tags=list(draft.tags),
            ttl_seconds=NO_TTL if ttl in (None, 0, INHERIT) else int(ttl or 0),
            ttl_is_inherited=ttl in (None, 0, INHERIT),
            history_step=draft.history_step or None,
            state=PENDING,
            commit_hash=hashlib.md5(identity.encode()).hexdigest()[:20],
            created_at=now(),
            created_by=draft.run,
            distributed_id=draft.distributed_id,
            storage_region=draft.storage_region,
            waiting_aliases=list(draft.aliases),
        )
        self._versions[identity] = version
        if draft.finalize:
            self._commit(version)
        return version

    def _base(self, sequence: Collection, draft: Draft) -> Version | None:
        if draft.base_id:
            return self._versions.get(draft.base_id)
        latest = sequence.aliases.get(LATEST)
        return latest.version if latest else None

    def _continue(self, version: Version, draft: Draft) -> Version:
        """Add what another run has to a version that several write to."""
        version.entries.update((path, dict(entry)) for path, entry in draft.entries.items())
        for entry in version.entries.values():
            if "ref" not in entry:
                entry.setdefault("birthArtifactID", version.id)
        _add(version.waiting_aliases, draft.aliases)
        if draft.finalize:
            version.digest = manifest_digest(version.entries)
            self._commit(version)
        return version

    def _commit(self, version: Version) -> None:
        version.state = COMMITTED
        member = version.sequence.add(version)
        version.index = member.index
        self._take_aliases(version, version.waiting_aliases)
        version.waiting_aliases = []

    def _take_aliases(self, version: Version, aliases: Iterable[str]) -> None:
        member = version.sequence.member_of(version)
        assert member is not None, "only a version that is committed takes aliases"
        version.sequence.point(aliases, member)

    def add(self, version: Version, aliases: Iterable[str]) -> Version:
        """Take in a version of another store, as it is there; changes here do not reach it.

        Args:
            version: The version.
            aliases: What points to it here.
        """
        with self._lock:
            there = version.sequence
            key = there.entity, there.project, there.name
            sequence = self._collections.get(key)
            if sequence is None:
                sequence = Collection(*key, there.type, True, there.id, there.description, list(there.tags))
                self._collections[key] = sequence
            copied = version.within(sequence)
            if sequence.member(f"v{version.index}") is not None:
                raise StoreError(f"there is a version {version.name} already")
            sequence.next_index = max(sequence.next_index, (version.index or 0) + 1)
            member = Membership(sequence, copied, version.index or 0)
            sequence.members.append(member)
            sequence.members.sort(key=lambda each: each.index)
            sequence.point(aliases, member)
            self._versions[copied.id] = copied
            return copied

    # ---- what is in every project

    @property
    def has_everywhere(self) -> bool:
        """Whether there are artifacts in every project."""
        return bool(self._floating)

    def float(self, draft: Draft) -> None:
        """Have an artifact in whichever project asks first."""
        with self._lock:
            self._floating.append(draft)

    def settle(self, entity: str, project: str) -> list[Version]:
        """Put the artifacts that name no project into this one; return those that were not there yet."""
        with self._lock:
            if not self._floating or (entity, project) in self._settled:
                return []
            self._settled.add((entity, project))
            return [self.save(replace(draft, entity=entity, project=project)) for draft in self._floating]

    # ---- changing

    def update(
        self,
        version: Version,
        *,
        description: str | None = None,
        metadata: Mapping[str, Any] | None = None,
        ttl_seconds: int | None = None,
        add_tags: Iterable[str] = (),
        remove_tags: Iterable[str] = (),
    ) -> None:
        """Change what is said of a version; None leaves a thing as it is."""
        with self._lock:
            if description is not None:
                version.description = description
            if metadata is not None:
                version.metadata = dict(metadata)
            if ttl_seconds is not None:
                version.ttl_is_inherited = ttl_seconds == INHERIT
                version.ttl_seconds = NO_TTL if ttl_seconds == INHERIT else ttl_seconds
            gone = set(remove_tags)
            version.tags = [tag for tag in version.tags if tag not in gone]
            # Clients send them in any order.
            _add(version.tags, sorted(add_tags))
            version.updated_at = now()

    def add_aliases(self, version: Version, collection: Collection, aliases: Iterable[str]) -> None:
        """Point aliases of a collection at a version.

        Raises:
            StoreError: The version is not in the collection.
        """
        with self._lock:
            collection.point(aliases, self._member(version, collection))

    def remove_aliases(self, version: Version, collection: Collection, aliases: Iterable[str]) -> None:
        """Take aliases of a collection away from a version.

        Raises:
            StoreError: The version is not in the collection.
        """
        with self._lock:
            member = self._member(version, collection)
            for alias in aliases:
                if collection.aliases.get(alias) is member:
                    del collection.aliases[alias]

    def _member(self, version: Version, collection: Collection) -> Membership:
        member = collection.member_of(version)
        if member is None:
            raise StoreError(f"artifact {version.name!r} is not in collection {collection.name!r}")
        return member

    def delete(self, version: Version, *, delete_aliases: bool = False) -> None:
        """Delete a version and its links.

        Args:
            version: The version.
            delete_aliases: Whether it may have aliases.

        Raises:
            StoreError: It has aliases.
        """
        with self._lock:
            places = self.links(version)
            if not delete_aliases and any(member.aliases for member in places):
                raise StoreError("cannot delete artifact with aliases: set delete_aliases to delete them too")
            for member in places:
                member.collection.drop(member)
            version.state = DELETED

    def link(self, version: Version, entity: str, project: str, name: str, aliases: Iterable[str]) -> Membership:
        """Link a version to a collection, which is made when it is not there.

        Raises:
            StoreError: The collection is of another type, or holds versions of its own.
        """
        with self._lock:
            key = entity, project, name
            target = self._collections.get(key)
            if target is None:
                target = Collection(*key, version.type, False, new_id("ArtifactCollection"))
                self._collections[key] = target
            if target.is_sequence:
                raise StoreError(f"cannot link to {name!r}: it is a collection that artifacts are logged to")
            if target.type != version.type:
                raise StoreError(
                    f"cannot link an artifact of type {version.type!r} to collection {name!r} of type {target.type!r}"
                )
            member = target.member_of(version)
            if member is None:
                member = target.add(version)
                target.point([LATEST], member)
            target.point(aliases, member)
            return member

    def unlink(self, version: Version, collection: Collection) -> None:
        """Take a version out of a collection that it was linked to.

        Raises:
            StoreError: It is not there, or was logged there.
        """
        with self._lock:
            if collection.is_sequence:
                raise StoreError(f"collection {collection.name!r} holds no links")
            collection.drop(self._member(version, collection))

    def delete_collection(self, collection: Collection) -> None:
        """Delete a collection; with one that artifacts are logged to, they go too."""
        with self._lock:
            for member in list(collection.members):
                if collection.is_sequence:
                    self.delete(member.version, delete_aliases=True)
                else:
                    collection.drop(member)
            del self._collections[collection.entity, collection.project, collection.name]

    def rename_collection(self, collection: Collection, name: str) -> None:
        """Give a collection another name.

        Raises:
            StoreError: The name is taken.
        """
        with self._lock:
            if name == collection.name:
                return
            key = collection.entity, collection.project, name
            if key in self._collections:
                raise StoreError(f"collection {name!r} already exists")
            del self._collections[collection.entity, collection.project, collection.name]
            collection.name = name
            self._collections[key] = collection

    def move_collection(self, collection: Collection, type_: str) -> None:
        """Give a collection and its versions another type."""
        with self._lock:
            collection.type = type_
            for member in collection.members:
                member.version.type = type_

    def describe_collection(
        self,
        collection: Collection,
        description: str | None = None,
        add_tags: Iterable[str] = (),
        remove_tags: Iterable[str] = (),
    ) -> None:
        """Change what is said of a collection; None leaves its description as it is."""
        with self._lock:
            if description is not None:
                collection.description = description
            gone = set(remove_tags)
            collection.tags = [tag for tag in collection.tags if tag not in gone]
            _add(collection.tags, add_tags)

    def use(self, version: Version, run: RunRef) -> None:
        """Note that a run used a version."""
        with self._lock:
            _add(version.used_by, [run])


def _add(there: list[Any], more: Iterable[Any]) -> None:
    """Add what is not there."""
    there += [each for each in dict.fromkeys(more) if each not in there]


def _quoted(text: str) -> str:
    """Quote a text as the client's service does."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
