"""What is done to an artifact on the server: saved, linked, deleted, asked for its runs, as in wandb 0.31.0."""

from __future__ import annotations

import copy
import functools
from collections.abc import Callable, Iterable
from typing import Any, TypeVar, cast
from urllib.parse import quote, urljoin

from wandb_testkit.rules.artifacts import Collection, Membership, StoreError
from wandb_testkit.standin import artifact_checks as checks
from wandb_testkit.standin import env
from wandb_testkit.standin.artifact_checks import logged_only
from wandb_testkit.standin.artifact_contents import ArtifactContents
from wandb_testkit.standin.artifact_paths import ArtifactPath
from wandb_testkit.standin.artifact_saved import REGISTRY, ArtifactState
from wandb_testkit.standin.errors import WandbApiFailedError
from wandb_testkit.standin.place import termwarn

_Method = TypeVar("_Method", bound=Callable[..., Any])


def _normalized(method: _Method) -> _Method:
    """Make what a method raises an error of wandb's; the module for that comes with the public API, when needed."""

    @functools.wraps(method)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        from wandb_testkit.standin.api_base import normalize_exceptions

        return normalize_exceptions(method)(*args, **kwargs)

    return cast(_Method, wrapper)


class ChangedArtifact(ArtifactContents):
    """Changing an artifact that the server has."""

    save: Callable[..., None]

    def _asked(self, question: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """What the server answers.

        Raises:
            WandbApiFailedError: it refuses.
        """
        try:
            return question(*args, **kwargs)
        except StoreError as error:
            raise WandbApiFailedError(str(error)) from None

    def _here(self) -> Collection:
        """The collection that it was found in.

        Raises:
            WandbApiFailedError: it is gone.
        """
        name = self._name.split(":")[0]
        found = self._artifacts().collection(self._entity, self._project, name)
        if found is None:
            raise WandbApiFailedError(f"artifact collection not found: {self._entity}/{self._project}/{name}")
        return found  # type: ignore[no-any-return]

    # ---- where it is

    def _collection(self, entity: str, project: str, name: str) -> Any:
        from wandb_testkit.standin.api_collections import ArtifactCollection

        return ArtifactCollection(self._get_service_api(), entity, project, name.split(":")[0], self.type)

    @property
    @logged_only
    def collection(self) -> Any:
        """The collection that it was found in."""
        return self._collection(self.entity, self.project, self.name)

    @property
    @logged_only
    def source_collection(self) -> Any:
        """The collection that it was logged to."""
        return self._collection(self.source_entity, self.source_project, self.source_name)

    @property
    @logged_only
    def source_artifact(self) -> Any:
        """The artifact that this is a link to; itself where it is none."""
        if not self.is_link:
            return self
        if self._source_artifact is None:
            path = ArtifactPath(prefix=self.source_entity, project=self.source_project, name=self.source_name)
            try:
                self._source_artifact = self._from_name(path=path, service_api=self._get_service_api())
            except Exception as error:
                raise ValueError(f"Unable to fetch source artifact for linked artifact {self.name}") from error
        return self._source_artifact

    @classmethod
    def _from_name(cls, *, path: Any, service_api: Any) -> Any:
        raise NotImplementedError

    @property
    @logged_only
    def linked_artifacts(self) -> list[Any]:
        """The links to it; none where it is a link itself."""
        if self.is_link:
            return []
        store = self._artifacts().store
        return [self._as_link(member) for member in store.links(store.version(self._id)) if member.is_link]

    def _as_link(self, member: Membership) -> Any:
        made = copy.copy(self)
        collection = member.collection
        made._entity, made._project, made._name = collection.entity, collection.project, member.name
        made._version = f"v{member.index}"
        made._aliases = [*member.aliases, made._version]
        made._saved_aliases = list(made._aliases)
        made._is_link, made._linked_at = True, member.created_at
        return made

    @property
    @logged_only
    def url(self) -> str:
        """Its page in the web interface."""
        base = str(self._get_service_api().app_url)
        collection = self.name.split(":")[0]
        if not self.is_link:
            return self._page(base, collection)
        if self.project.startswith(REGISTRY) and self.project != REGISTRY:
            # The client has to ask for the organization's own name.
            return ""
        if self.type == "model" or self.project == "model-registry":
            selection = quote(f"{self.entity}/{self.project}/{collection}", safe="")
            page = f"{self.entity}/registry/model?selectionPath={selection}&view=membership&version={self.version}"
            return urljoin(base, page)
        return self._page(base, collection)

    def _page(self, base: str, collection: str) -> str:
        page = f"{self.entity}/{self.project}/artifacts/{quote(self.type)}/{quote(collection)}/{self.version}"
        return urljoin(base, page)

    # ---- its runs

    @logged_only
    def logged_by(self) -> Any:
        """The run that logged it."""
        from wandb_testkit.standin.api_run import Run

        creator = self._artifacts().store.version(self._id).created_by
        return None if creator is None else Run(self._get_service_api(), *creator)

    @logged_only
    def used_by(self) -> list[Any]:
        """The runs that used it."""
        from wandb_testkit.standin.api_run import Run

        return [Run(self._get_service_api(), *run) for run in self._artifacts().store.version(self._id).used_by]

    # ---- changing it

    @_normalized
    def _update(self) -> None:
        """Tell the server what was changed."""
        artifacts = self._artifacts()
        store, version = artifacts.store, artifacts.store.version(self._id)
        old, new = set(self._saved_aliases), set(self.aliases)
        if old != new:
            here = self._here()
            self._asked(store.add_aliases, version, here, [alias for alias in self.aliases if alias not in old])
            self._asked(store.remove_aliases, version, here, old - new)
        self._saved_aliases = list(self.aliases)
        old, new = set(self._saved_tags), set(self.tags)
        self._asked(
            store.update,
            version,
            description=self.description,
            metadata=checks.check_metadata(self.metadata),
            ttl_seconds=self._ttl_duration_seconds_to_gql(),
            add_tags=checks.check_tags([tag for tag in self.tags if tag not in old]),
            remove_tags=checks.check_tags(old - new),
        )
        self._assign(version, None if not self.is_link else self._here().member_of(version))
        self._ttl_changed = False

    @logged_only
    def delete(self, delete_aliases: bool = False) -> None:
        """Delete it on the server; of a link, the link only.

        Args:
            delete_aliases: whether it may have aliases.

        Raises:
            CommError: it has aliases.
        """
        if self.is_link:
            termwarn(
                "Deleting a link artifact will only unlink the artifact from the source artifact and not delete the"
                " source artifact and the data of the source artifact."
            )
            self._unlink()
        else:
            self._delete(delete_aliases)

    @_normalized
    def _delete(self, delete_aliases: bool = False) -> None:
        store = self._artifacts().store
        self._asked(store.delete, store.version(self._id), delete_aliases=delete_aliases)

    @logged_only
    def unlink(self) -> None:
        """Take it out of the collection that it was linked to.

        Raises:
            ValueError: it is no link.
        """
        if not self.is_link:
            raise ValueError(
                f"Artifact {self.qualified_name!r} is not a linked artifact and cannot be unlinked.  To delete it, use"
                " 'Artifact.delete' instead."
            )
        self._unlink()

    @_normalized
    def _unlink(self) -> None:
        store = self._artifacts().store
        self._asked(store.unlink, store.version(self._id), self._here())

    @_normalized
    def link(self, target_path: str, aliases: Iterable[str] | None = None) -> Any:
        """Put it into a collection, too.

        Args:
            target_path: the collection: its name, with project and entity before it where they are others.
            aliases: of the link.

        Returns:
            The linked artifact.

        Raises:
            CommError: it was logged offline, or the server refuses.
        """
        if self.is_link:
            termwarn(
                "Linking to a link artifact will result in directly linking to the source artifact of that link"
                " artifact."
            )
        if self._state is ArtifactState.PENDING:
            if not self._is_draft_save_started():
                self.save(project=self._source_project)
            self.wait()
        target = self._link_target(target_path)
        store = self._artifacts().store
        member = self._asked(
            store.link,
            store.version(self._id),
            target.prefix,
            target.project,
            target.name,
            checks.check_aliases(aliases or []),
        )
        return self._from_membership(member, name=target.name, session=self._session, service_api=self._service_api)

    def _link_target(self, target_path: str) -> Any:
        session = self._session or self._get_service_api()._session
        project = env.names()["get_project"](session.session_fields().get("project"))
        target = ArtifactPath.from_str(target_path).with_defaults(project=project or "uncategorized")
        if target.is_registry_path():
            return target.with_prefix(self._artifacts().organization(self.source_entity, target.prefix))
        return target.with_defaults(prefix=self.source_entity)

    @classmethod
    def _from_membership(cls, member: Membership, **options: Any) -> Any:
        raise NotImplementedError
