"""What a client may change of artifacts: GraphQL mutations over `Artifacts`.

The mutations are those that clients 0.19 to 0.31 send; what logs an artifact in a run does
not go this way, but straight to `Artifacts.log`.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from wandb_testkit.rules.artifacts import COMMITTED, Collection, Draft, RunRef, StoreError, Version
from wandb_testkit.server.artifact_nodes import collection_node, membership_node, tag_node, version_node
from wandb_testkit.server.graphql import GraphQLError

if TYPE_CHECKING:
    from wandb_testkit.server.artifacts import Artifacts

Input = Mapping[str, Any]


def mutation_fields(artifacts: Artifacts) -> dict[str, Callable[..., Any]]:
    """Return the mutations about artifacts."""
    changes = Changes(artifacts)
    names = [name for name in vars(Changes) if not name.startswith("_")]
    return {name: _refusing(getattr(changes, name)) for name in names}


def _refusing(mutation: Callable[[Input], Any]) -> Callable[..., Any]:
    """Turn what the store refuses into the server's answer."""

    @functools.wraps(mutation)
    def answered(input: Input, **rest: Any) -> Any:
        try:
            return {"clientMutationId": input.get("clientMutationId"), **mutation(input)}
        except StoreError as error:
            raise GraphQLError(str(error), 400) from None

    return answered


class Changes:
    """The mutations, by their names.

    Args:
        artifacts: What they change.
    """

    def __init__(self, artifacts: Artifacts) -> None:
        self._artifacts = artifacts
        self._store = artifacts.store

    def _version(self, input: Input) -> Version:
        found = self._store.version(input["artifactID"])
        if found is None:
            raise GraphQLError(f"artifact not found: {input['artifactID']}", 404)
        return found

    def _collection(self, identity: str) -> Collection:
        found = self._store.collection_by_id(identity)
        if found is None:
            raise GraphQLError(f"artifact collection not found: {identity}", 404)
        return found

    def _named(self, entity: str, project: str, name: str) -> Collection:
        found = self._artifacts.collection(entity, project, name)
        if found is None:
            raise GraphQLError(f"artifact collection not found: {entity}/{project}/{name}", 404)
        return found

    def _answer(self, version: Version) -> dict[str, Any]:
        return {"artifact": version_node(self._artifacts, version)}

    # ---- versions

    def createArtifact(self, input: Input) -> dict[str, Any]:
        """Log an artifact that is there already, to a run of the Api's."""
        names = input.get("artifactCollectionNames") or [input.get("artifactCollectionName")]
        name = names[0].partition(":")[0]
        entity, project = input["entityName"], input["projectName"]
        run = None if input.get("runName") is None else RunRef(entity, project, input["runName"])
        collection = self._artifacts.collection(entity, project, name)
        members = [] if collection is None else collection.members
        same = [member.version for member in members if member.version.digest == input["digest"]]
        if not same:
            raise GraphQLError(f"artifact {name} with digest {input['digest']} not found", 404)
        draft = Draft(
            entity,
            project,
            name,
            input["artifactTypeName"],
            input["digest"],
            same[0].entries,
            # Older clients send the names alone.
            aliases=[alias if isinstance(alias, str) else alias["alias"] for alias in input.get("aliases") or ()],
            tags=[tag["tagName"] for tag in input.get("tags") or ()],
            run=run,
            client_id=input.get("clientID"),
        )
        return self._answer(self._store.save(draft))

    def useArtifact(self, input: Input) -> dict[str, Any]:
        """Note that a run uses an artifact."""
        version = self._version(input)
        self._store.use(version, RunRef(input["entityName"], input["projectName"], input["runName"]))
        return self._answer(version)

    def updateArtifact(self, input: Input) -> dict[str, Any]:
        """Change what is said of a version."""
        version = self._version(input)
        metadata = input.get("metadata")
        self._store.update(
            version,
            description=input.get("description"),
            metadata=json.loads(metadata) if isinstance(metadata, str) else metadata,
            ttl_seconds=input.get("ttlDurationSeconds"),
            add_tags=[tag["tagName"] for tag in input.get("tagsToAdd") or ()],
            remove_tags=[tag["tagName"] for tag in input.get("tagsToDelete") or ()],
        )
        if input.get("aliases") is not None:
            # Older clients send all aliases that a version is to have.
            self._set_aliases(version, input["aliases"])
        return self._answer(version)

    def _set_aliases(self, version: Version, aliases: list[Mapping[str, str]]) -> None:
        for member in self._store.links(version):
            wanted = [each["alias"] for each in aliases if each["artifactCollectionName"] == member.collection.name]
            gone = [alias for alias in member.aliases if alias not in wanted]
            self._store.remove_aliases(version, member.collection, gone)
            self._store.add_aliases(version, member.collection, wanted)

    def deleteArtifact(self, input: Input) -> dict[str, Any]:
        """Delete a version."""
        version = self._version(input)
        self._store.delete(version, delete_aliases=bool(input.get("deleteAliases")))
        return self._answer(version)

    # ---- aliases

    def addAliases(self, input: Input) -> dict[str, Any]:
        """Point aliases at a version."""
        version = self._version(input)
        for alias in input["aliases"]:
            collection = self._named(alias["entityName"], alias["projectName"], alias["artifactCollectionName"])
            self._store.add_aliases(version, collection, [alias["alias"]])
        return {"success": True}

    def deleteAliases(self, input: Input) -> dict[str, Any]:
        """Take aliases away from a version."""
        version = self._version(input)
        for alias in input["aliases"]:
            collection = self._named(alias["entityName"], alias["projectName"], alias["artifactCollectionName"])
            self._store.remove_aliases(version, collection, [alias["alias"]])
        return {"success": True}

    # ---- links

    def linkArtifact(self, input: Input) -> dict[str, Any]:
        """Put a version into another collection."""
        version = self._linked(input)
        member = self._store.link(
            version,
            input["entityName"],
            input["projectName"],
            input["artifactPortfolioName"],
            [alias["alias"] for alias in input.get("aliases") or ()],
        )
        return {"versionIndex": member.index, "artifactMembership": membership_node(self._artifacts, member)}

    def _linked(self, input: Input) -> Version:
        if input.get("artifactID") is None:
            found = self._store.version_by_client_id(input.get("clientID") or "")
            if found is None:
                raise GraphQLError(f"artifact not found: {input.get('clientID')}", 404)
            return found
        version = self._version(input)
        if version.state != COMMITTED:
            raise GraphQLError(f"artifact {version.id} is not committed", 400)
        return version

    def unlinkArtifact(self, input: Input) -> dict[str, Any]:
        """Take a version out of another collection."""
        version = self._version(input)
        self._store.unlink(version, self._collection(input["artifactPortfolioID"]))
        return {"success": True, "artifactID": version.id}

    # ---- collections

    def updateArtifactSequence(self, input: Input) -> dict[str, Any]:
        """Rename or describe a collection that artifacts are logged to."""
        return self._update_collection(input["artifactSequenceID"], input)

    def updateArtifactPortfolio(self, input: Input) -> dict[str, Any]:
        """Rename or describe a collection that artifacts are linked to."""
        return self._update_collection(input["artifactPortfolioID"], input)

    def _update_collection(self, identity: str, input: Input) -> dict[str, Any]:
        collection = self._collection(identity)
        if input.get("name"):
            self._store.rename_collection(collection, input["name"])
        self._store.describe_collection(collection, input.get("description"))
        return {"artifactCollection": collection_node(self._artifacts, collection)}

    def moveArtifactSequence(self, input: Input) -> dict[str, Any]:
        """Give a collection another type."""
        collection = self._collection(input["artifactSequenceID"])
        self._store.move_collection(collection, input["destinationArtifactTypeName"])
        return {"artifactCollection": collection_node(self._artifacts, collection)}

    def deleteArtifactSequence(self, input: Input) -> dict[str, Any]:
        """Delete a collection with its versions."""
        return self._delete_collection(input["artifactSequenceID"])

    def deleteArtifactPortfolio(self, input: Input) -> dict[str, Any]:
        """Delete a collection of links."""
        return self._delete_collection(input["artifactPortfolioID"])

    def _delete_collection(self, identity: str) -> dict[str, Any]:
        collection = self._collection(identity)
        self._store.delete_collection(collection)
        return {"artifactCollection": {**collection_node(self._artifacts, collection), "state": "DELETED"}}

    def createArtifactCollectionTagAssignments(self, input: Input) -> dict[str, Any]:
        """Give a collection tags."""
        collection = self._named(input["entityName"], input["projectName"], input["artifactCollectionName"])
        names = [tag["tagName"] for tag in input["tags"]]
        self._store.describe_collection(collection, add_tags=names)
        return {"tags": [tag_node(name) for name in names]}

    def deleteArtifactCollectionTagAssignments(self, input: Input) -> dict[str, Any]:
        """Take tags away from a collection."""
        collection = self._named(input["entityName"], input["projectName"], input["artifactCollectionName"])
        self._store.describe_collection(collection, remove_tags=[tag["tagName"] for tag in input["tags"]])
        return {"success": True}
