"""The artifacts of one patch: what was logged in it, and what there was before.

`Artifacts` joins the rules of `rules.artifacts` to the contents and to the objects of both
worlds: the real client's `wandb.Artifact` and the stand-in's have the same attributes.
"""

from __future__ import annotations

import os
import weakref
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from wandb_testkit.rules import artifacts as rules
from wandb_testkit.rules.artifacts import Collection, Draft, Membership, RunRef, Store, Version
from wandb_testkit.server.blobs import Blobs, hex_digest

if TYPE_CHECKING:
    from wandb_testkit.client.run import RunClient
    from wandb_testkit.client.session import Session

#: Where contents are, as far as a client can tell.  No such host can exist (RFC 2606).
STORAGE = "https://storage.wandb-testkit.invalid"

_CLIENT_SCHEME = "wandb-client-artifact://"


class Logged(NamedTuple):
    """A version with what is in it: all that another patch needs of it."""

    version: Version
    blobs: Blobs


# What was logged in any patch of this process, by id, as long as somebody has it.
_logged: weakref.WeakValueDictionary[str, Version] = weakref.WeakValueDictionary()
_contents: weakref.WeakKeyDictionary[Version, Blobs] = weakref.WeakKeyDictionary()


def logged(artifact: Any) -> Logged | None:
    """Return what was logged of an artifact object, in whichever patch; None for one that was not."""
    version = getattr(artifact, "_testkit_version", None)
    version = _logged.get(getattr(artifact, "_id", None) or "") if version is None else known(version)
    blobs = None if version is None else _contents.get(version)
    return None if version is None or blobs is None else Logged(version, blobs)


def known(version: Version) -> Version:
    """Return the version itself where this is the copy that another process sent."""
    return version if version in _contents else _logged.get(version.id, version)


def content_of(version: Version, path: str) -> bytes | None:
    """Return the content of a file of a version; None for a reference, and for a large file whose patch is over."""
    version = known(version)
    blobs = _contents.get(version)
    entry = version.entries[path]
    if blobs is None or "ref" in entry or not blobs.has(entry["digest"]):
        return None
    return blobs.content(entry["digest"])


class Artifacts:
    """The artifacts that a patch knows.

    Args:
        session: The patch's client.
        seeds: What there is before: see `seeds.plant`.
        store: What the server keeps; by default nothing yet.
        blobs: Makes what keeps the contents, of what makes the patch's folder.
    """

    def __init__(
        self,
        session: Session,
        seeds: Iterable[Any] = (),
        *,
        store: Store | None = None,
        blobs: Callable[[Callable[[], str]], Blobs] = Blobs,
    ) -> None:
        self.store = Store() if store is None else store
        # What outlives the patch must not keep the patch's client alive.
        self.blobs = blobs(_folder_of(session))
        if session.world.real:
            from wandb_testkit import storage

            storage.begin(session)
            session.at_end(lambda: storage.end(session))
        if seeds:
            from wandb_testkit.server import seeds as seeding

            seeding.plant(self, session, seeds)

    # ---- logging

    def log(
        self,
        client: RunClient,
        artifact: Any,
        aliases: Iterable[str] | None = None,
        tags: Iterable[str] | None = None,
        history_step: int | None = None,
        *,
        finalize: bool = True,
        is_user_created: bool = False,
        use_after_commit: bool = False,
    ) -> Version:
        """Log an artifact, as the client's service does when it uploads one.

        Args:
            client: The run that logs it.
            artifact: A draft.
            aliases: What is to point to it, ``latest`` included.
            tags: Its tags.
            history_step: The run's step.
            finalize: False while others are to add to it.
            is_user_created: Whether it is no output of the run.
            use_after_commit: Whether the run uses it, too.

        Raises:
            StoreError: The server refuses.
        """
        settings = client.settings
        run = RunRef(settings.entity or "", settings.project or "uncategorized", settings.run_id)
        draft = self.draft(artifact, run.entity, run.project)
        draft.aliases, draft.tags = list(aliases or ()), list(tags or ())
        draft.history_step = history_step
        draft.finalize = finalize
        draft.run = None if is_user_created else run
        self.settle(run.entity, run.project)
        self.upload(artifact)
        version = self.store.save(draft, client.session.warn)
        if use_after_commit:
            self.store.use(version, run)
        self.remember(version)
        return version

    def draft(self, artifact: Any, entity: str, project: str) -> Draft:
        """Return what an artifact object is to the server."""
        algorithm = getattr(artifact, "digest_algorithm", None)
        manifest = artifact.manifest
        ttl = getattr(artifact, "_ttl_duration_seconds_to_gql", None)
        return Draft(
            entity=entity,
            project=project,
            name=artifact.name.partition(":")[0],
            type=artifact.type,
            digest=artifact.digest,
            entries={str(path): self._entry(entry) for path, entry in manifest.entries.items()},
            digest_algorithm=getattr(algorithm, "value", None) or "MANIFEST_MD5",
            description=artifact.description,
            metadata=dict(artifact.metadata),
            ttl_seconds=None if ttl is None else ttl(),
            incremental=bool(artifact.incremental),
            base_id=getattr(artifact, "_base_id", None),
            distributed_id=artifact.distributed_id,
            client_id=getattr(artifact, "_client_id", None),
            storage_region=_region(manifest),
        )

    def _entry(self, entry: Any) -> dict[str, Any]:
        found: dict[str, Any] = {"digest": entry.digest}
        # The client's service writes a size for everything.
        found["size"] = entry.size or 0
        if entry.ref is not None:
            found["ref"] = self._resolved(str(entry.ref))
        if entry.birth_artifact_id is not None:
            found["birthArtifactID"] = entry.birth_artifact_id
        if entry.extra:
            found["extra"] = dict(entry.extra)
        return found

    def _resolved(self, ref: str) -> str:
        """Say where a reference to an artifact leads that had no id when it was made."""
        if not ref.startswith(_CLIENT_SCHEME):
            return ref
        client_id, _, path = ref.removeprefix(_CLIENT_SCHEME).partition("/")
        version = self.store.version_by_client_id(client_id)
        if version is None:
            raise rules.StoreError(f"could not resolve client id {client_id}")
        return f"wandb-artifact://{hex_digest(version.id)}/{path}"

    def upload(self, artifact: Any) -> None:
        """Keep the contents of an artifact's files."""
        for entry in artifact.manifest.entries.values():
            if entry.local_path and entry.ref is None:
                self.blobs.put(entry.digest, os.fspath(entry.local_path))

    def remember(self, version: Version) -> None:
        """Let other patches find a version."""
        _logged.setdefault(version.id, version)
        _contents[version] = self.blobs

    def delete_of(self, path: tuple[str, str, str]) -> None:
        """Delete what a run logged.

        Args:
            path: The run's entity, project and id.
        """
        for version in self.store.logged_by(RunRef(*path)):
            self.store.delete(version, delete_aliases=True)

    # ---- what there was before

    @property
    def has_everywhere(self) -> bool:
        """Whether there are artifacts in every project."""
        return self.store.has_everywhere

    def settle(self, entity: str, project: str) -> None:
        """Put the artifacts that name no project into this one."""
        for version in self.store.settle(entity, project):
            self.remember(version)

    # ---- finding

    def member(self, entity: str, project: str, name: str) -> Membership | None:
        """Return what ``name:alias`` means in a project."""
        self.settle(entity, project)
        return self.store.member(entity, project, name)

    def collection(self, entity: str, project: str, name: str) -> Collection | None:
        """Return a collection by name."""
        self.settle(entity, project)
        return self.store.collection(entity, project, name)

    def collections(self, entity: str, project: str, type_: str | None = None) -> list[Collection]:
        """Return the collections of a project, the newest first."""
        self.settle(entity, project)
        return self.store.collections(entity, project, type_)

    def types(self, entity: str, project: str) -> list[str]:
        """Return the types that there are in a project."""
        self.settle(entity, project)
        return self.store.types(entity, project)

    def organization(self, entity: str, asked: str | None = None) -> str:
        """Return the organization that keeps an entity's registries: the account is in any that the program names."""
        return asked or f"{entity}-org"

    # ---- contents

    def address(self, version: Version, path: str) -> str:
        """Return where a file of a version can be fetched from; a reference's own address."""
        from urllib.parse import quote

        entry = version.entries[path]
        ref = entry.get("ref")
        return ref or f"{STORAGE}/wandb_artifacts/{hex_digest(entry['digest'])}/{quote(os.path.basename(path))}"

    def manifest_address(self, version: Version) -> str:
        """Return where a version's manifest can be fetched from."""
        return f"{STORAGE}/{hex_digest(version.id)}/wandb_manifest.json"

    def content_at(self, address: str) -> bytes | None:
        """Return what is at an address; None where there is nothing.

        Args:
            address: One of `address` or `manifest_address`, or one that a client made of a digest by itself.
        """
        import json
        from urllib.parse import urlsplit

        parts = urlsplit(address).path.split("/")
        if parts[-1] == "wandb_manifest.json":
            import base64

            try:
                version = self.store.version(base64.standard_b64encode(bytes.fromhex(parts[-2])).decode("ascii"))
            except ValueError:
                version = None
            if version is not None:
                return json.dumps(version.manifest()).encode()
        for part in reversed(parts):
            digest = self.blobs.digest_of(part) if len(part) == 32 else None
            if digest is not None:
                return self.blobs.content(digest)
        return None


def _folder_of(session: Session) -> Callable[[], str]:
    make = weakref.WeakMethod(session.make_folder)
    # What outlives the patch is in memory: nobody asks for its folder then.
    return lambda: cast("Callable[[], str]", make())()


def _region(manifest: Any) -> str | None:
    region = getattr(manifest, "_storage_region", None)
    if region is None and hasattr(manifest, "storage_policy"):
        region = manifest.storage_policy.config().get("storageRegion")
    return region
