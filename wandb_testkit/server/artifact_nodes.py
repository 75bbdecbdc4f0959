"""What the server answers about artifacts: GraphQL nodes over `Artifacts`.

The fields are those that clients 0.19 to 0.31 ask for.
"""

from __future__ import annotations

import base64
import json
import mimetypes
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from wandb_testkit.rules.artifacts import Collection, Membership, RunRef, Version
from wandb_testkit.server.blobs import hex_digest
from wandb_testkit.server.graphql import GraphQLError, connection

if TYPE_CHECKING:
    from wandb_testkit.server.artifacts import Artifacts
    from wandb_testkit.server.core import Server

Node = dict[str, Any]


def queries(server: Server) -> Node:
    """Return the fields about artifacts that a query may begin with."""
    return query_fields(server.session.artifacts)


def mutations(server: Server) -> Node:
    """Return the mutations about artifacts."""
    from wandb_testkit.server.artifact_changes import mutation_fields

    return dict(mutation_fields(server.session.artifacts))


def projects(server: Server) -> list[tuple[str, str]]:
    """Return the projects that have artifacts, each with its entity."""
    return server.session.artifacts.store.projects()


def project_fields(server: Server, entity: str, project: str) -> Node:
    """Return the fields about artifacts of a project."""
    return _project_fields(server.session.artifacts, entity, project)


def run_fields(server: Server, run: Any) -> Node:
    """Return the fields about artifacts of a run."""
    return _run_fields(server.session.artifacts, RunRef(run.entity, run.project, run.id))


# ---- fields


def _project_fields(artifacts: Artifacts, entity: str, project: str) -> Node:

    def type_named(name: str) -> Node | None:
        return type_node(artifacts, entity, project, name) if name in artifacts.types(entity, project) else None

    def types(first: int | None = None, after: str | None = None, **rest: Any) -> Node:
        names = artifacts.types(entity, project)
        return connection(names, lambda name: type_node(artifacts, entity, project, name), first, after)

    def member(name: str) -> Node | None:
        found = artifacts.member(entity, project, name)
        return None if found is None else membership_node(artifacts, found)

    def version(name: str, **rest: Any) -> Node | None:
        found = artifacts.member(entity, project, name)
        return None if found is None else version_node(artifacts, found.version)

    def collection(name: str) -> Node | None:
        found = artifacts.collection(entity, project, name)
        return None if found is None else collection_node(artifacts, found)

    def collections(**arguments: Any) -> Node:
        return _collections(artifacts, artifacts.collections(entity, project), **arguments)

    return {
        "artifact": version,
        "artifactType": type_named,
        "artifactTypes": types,
        "artifactCollection": collection,
        "artifactCollections": collections,
        "artifactCollectionMembership": member,
    }


def _run_fields(artifacts: Artifacts, run: RunRef) -> Node:

    def outputs(first: int | None = None, after: str | None = None, **rest: Any) -> Node:
        return connection(artifacts.store.logged_by(run), lambda each: version_node(artifacts, each), first, after)

    def inputs(first: int | None = None, after: str | None = None, **rest: Any) -> Node:
        return connection(artifacts.store.used_by(run), lambda each: version_node(artifacts, each), first, after)

    return {"outputArtifacts": outputs, "inputArtifacts": inputs}


def query_fields(artifacts: Artifacts) -> Node:
    """Return the fields about artifacts that a query may begin with."""

    def version(id: str) -> Node | None:
        found = artifacts.store.version(id)
        return None if found is None else version_node(artifacts, found)

    def collection(id: str) -> Node | None:
        found = artifacts.store.collection_by_id(id)
        return None if found is None else collection_node(artifacts, found)

    def mapping(clientID: str) -> Node | None:
        found = artifacts.store.version_by_client_id(clientID)
        return None if found is None else {"__typename": "ClientIDMapping", "serverID": found.id}

    return {"artifact": version, "artifactCollection": collection, "clientIDMapping": mapping}


# ---- nodes


def project_node(artifacts: Artifacts, entity: str, project: str) -> Node:
    """Return what an artifact says of its project."""
    identity = base64.b64encode(f"Project:v1:{project}:{entity}".encode()).decode()
    return {
        "__typename": "Project",
        "id": identity,
        "internalId": base64.b64encode(f"ProjectInternalId:{project}".encode()).decode(),
        "name": project,
        "entityName": entity,
        "entity": {"__typename": "Entity", "name": entity},
        **_project_fields(artifacts, entity, project),
    }


def type_node(artifacts: Artifacts, entity: str, project: str, name: str) -> Node:
    """Return a type of artifacts."""

    def known() -> list[Collection]:
        return artifacts.collections(entity, project, name)

    def collection(name: str) -> Node | None:
        return next((collection_node(artifacts, each) for each in known() if each.name == name), None)

    def collections(**arguments: Any) -> Node:
        return _collections(artifacts, known(), **arguments)

    def sequence(name: str) -> Node | None:
        found = next((each for each in known() if each.name == name and each.is_sequence), None)
        return None if found is None else collection_node(artifacts, found)

    def version(name: str) -> Node | None:
        found = artifacts.member(entity, project, name)
        return None if found is None or found.version.type != type_name else version_node(artifacts, found.version)

    type_name = name
    return {
        "__typename": "ArtifactType",
        "artifact": version,
        "id": base64.b64encode(f"ArtifactType:{name}:{project}:{entity}".encode()).decode(),
        "name": name,
        "description": None,
        "createdAt": min((each.created_at for each in known()), default=None),
        "artifactCollection": collection,
        "artifactCollections": collections,
        "artifactSequence": sequence,
    }


def _collections(
    artifacts: Artifacts,
    found: list[Collection],
    first: int | None = None,
    after: str | None = None,
    filters: Any = None,
    order: str | None = None,
    **rest: Any,
) -> Node:
    found = selected(found, collection_facts, filters, order)
    return connection(found, lambda each: collection_node(artifacts, each), first, after)


def collection_node(artifacts: Artifacts, collection: Collection) -> Node:
    """Return a collection."""

    def versions(
        first: int | None = None, after: str | None = None, filters: Any = None, order: str | None = None, **rest: Any
    ) -> Node:
        found = selected(collection.members, version_facts, filters, order or "-versionIndex")
        page = connection(found, lambda each: version_node(artifacts, each.version), first, after)
        start = found.index(_at(found, page, 0)) if page["edges"] else 0
        for index, edge in enumerate(page["edges"]):
            edge["version"] = f"v{found[start + index].index}"
        return page

    def membership(aliasName: str) -> Node | None:
        found = collection.member(aliasName)
        return None if found is None else membership_node(artifacts, found)

    def aliases(first: int | None = None, after: str | None = None, **rest: Any) -> Node:
        names = sorted(collection.aliases)
        return connection(names, lambda name: alias_node(artifacts, collection, name), first, after)

    def latest() -> Node | None:
        found = collection.member("latest")
        return None if found is None else version_node(artifacts, found.version)

    return {
        "__typename": "ArtifactSequence" if collection.is_sequence else "ArtifactPortfolio",
        "__types": ("ArtifactCollection",),
        "id": collection.id,
        "name": collection.name,
        "description": collection.description,
        "createdAt": collection.created_at,
        "updatedAt": collection.updated_at,
        "state": "READY",
        "project": lambda: project_node(artifacts, collection.entity, collection.project),
        "defaultArtifactType": lambda: type_node(artifacts, collection.entity, collection.project, collection.type),
        "artifactType": lambda: type_node(artifacts, collection.entity, collection.project, collection.type),
        "tags": lambda **rest: connection(collection.tags, tag_node),
        "artifacts": versions,
        "artifactMembership": membership,
        "aliases": aliases,
        "latestArtifact": latest,
    }


def _at(found: list[Membership], page: Mapping[str, Any], index: int) -> Membership:
    """Return the member that an edge of a page stands for."""
    return found[int(page["edges"][index]["cursor"].rpartition(":")[2])]


def tag_node(name: str) -> Node:
    """Return a tag."""
    identity = base64.b64encode(f"Tag:{name}".encode()).decode()
    return {"__typename": "Tag", "id": identity, "name": name, "tagCategoryName": None}


def alias_node(artifacts: Artifacts, collection: Collection, alias: str) -> Node:
    """Return an alias of a collection."""
    return {
        "__typename": "ArtifactAlias",
        "id": base64.b64encode(f"ArtifactAlias:{collection.id}:{alias}".encode()).decode(),
        "alias": alias,
        "artifactCollectionName": collection.name,
        "artifactCollection": lambda: collection_node(artifacts, collection),
    }


def _alias_nodes(artifacts: Artifacts, member: Membership) -> list[Node]:
    """Return a member's aliases; clients read its number off the one of the form ``v3``."""
    return [alias_node(artifacts, member.collection, each) for each in (*member.aliases, f"v{member.index}")]


def membership_node(artifacts: Artifacts, member: Membership) -> Node:
    """Return a version's place in a collection."""
    return {
        "__typename": "ArtifactCollectionMembership",
        "id": member.id,
        "versionIndex": member.index,
        "createdAt": member.created_at,
        "aliases": lambda **rest: _alias_nodes(artifacts, member),
        "artifactCollection": lambda: collection_node(artifacts, member.collection),
        "artifact": lambda: version_node(artifacts, member.version),
        "files": lambda **arguments: _files(artifacts, member.version, **arguments),
    }


def version_node(artifacts: Artifacts, version: Version) -> Node:
    """Return a version of an artifact."""
    sequence = version.sequence
    store = artifacts.store

    def aliases(**rest: Any) -> list[Node]:
        return [node for member in store.links(version) for node in _alias_nodes(artifacts, member)]

    def memberships(first: int | None = None, after: str | None = None, **rest: Any) -> Node:
        return connection(store.links(version), lambda each: membership_node(artifacts, each), first, after)

    return {
        "__typename": "Artifact",
        "id": version.id,
        "artifactSequence": lambda: collection_node(artifacts, sequence),
        "versionIndex": version.index,
        "artifactType": lambda: type_node(artifacts, sequence.entity, sequence.project, version.type),
        "description": version.description,
        "metadata": json.dumps(version.metadata),
        "ttlDurationSeconds": version.ttl_seconds,
        "ttlIsInherited": version.ttl_is_inherited,
        "tags": lambda **rest: [tag_node(tag) for tag in version.tags],
        "historyStep": version.history_step,
        "state": version.state,
        "size": version.size,
        "storageBytes": sum(entry.get("size") or 0 for entry in version.entries.values() if "ref" not in entry),
        "digest": version.digest,
        "digestAlgorithm": version.digest_algorithm,
        "commitHash": version.commit_hash,
        "fileCount": len(version.entries),
        "createdAt": version.created_at,
        "updatedAt": version.updated_at,
        "usedCount": len(version.used_by),
        "aliases": aliases,
        "artifactMemberships": memberships,
        "currentManifest": lambda **rest: _manifest(artifacts, version),
        "files": lambda **arguments: _files(artifacts, version, **arguments),
        "createdBy": lambda: None if version.created_by is None else run_node(artifacts, version.created_by),
        "usedBy": lambda **rest: connection(version.used_by, lambda run: run_node(artifacts, run)),
    }


def run_node(artifacts: Artifacts, run: RunRef) -> Node:
    """Return what an artifact says of a run."""
    identity = base64.b64encode(f"Run:v1:{run.id}:{run.project}:{run.entity}".encode()).decode()
    return {
        "__typename": "Run",
        "id": identity,
        "name": run.id,
        "project": lambda: project_node(artifacts, run.entity, run.project),
    }


def _manifest(artifacts: Artifacts, version: Version) -> Node:
    address = artifacts.manifest_address(version)
    file = {
        "__typename": "File",
        "id": base64.b64encode(f"File:{version.id}".encode()).decode(),
        "name": "wandb_manifest.json",
        "directUrl": address,
        "url": address,
    }
    return {"__typename": "ArtifactManifest", "id": f"{version.id}", "file": file}


def _files(
    artifacts: Artifacts,
    version: Version,
    names: list[str] | None = None,
    first: int | None = None,
    after: str | None = None,
    **rest: Any,
) -> Node:
    paths = [path for path in sorted(version.entries) if names is None or path in names]
    return connection(paths, lambda path: file_node(artifacts, version, path), first, after)


def file_node(artifacts: Artifacts, version: Version, path: str) -> Node:
    """Return a file of a version."""
    entry = version.entries[path]
    address = artifacts.address(version, path)
    stored = None if "ref" in entry else f"wandb_artifacts/{hex_digest(version.id)}/{hex_digest(entry['digest'])}"
    return {
        "__typename": "File",
        "id": base64.b64encode(f"File:{version.id}:{path}".encode()).decode(),
        "name": path,
        "displayName": path,
        "url": address,
        "directUrl": address,
        "sizeBytes": entry.get("size") or 0,
        "storagePath": stored,
        "mimetype": mimetypes.guess_type(path)[0],
        "updatedAt": None,
        "digest": entry["digest"],
        "md5": entry["digest"],
    }


# ---- filters and orders


def collection_facts(collection: Collection) -> Node:
    """Return what a filter or an order may ask of a collection."""
    return {
        "id": collection.id,
        "name": collection.name,
        "description": collection.description,
        "tag": list(collection.tags),
        "tags": list(collection.tags),
        "createdAt": collection.created_at,
        "created_at": collection.created_at,
        "updatedAt": collection.updated_at,
        "updated_at": collection.updated_at,
        "type": collection.type,
    }


def version_facts(member: Membership) -> Node:
    """Return what a filter or an order may ask of a version in a collection."""
    version = member.version
    return {
        "id": version.id,
        "state": version.state,
        "version_index": member.index,
        "versionIndex": member.index,
        "digest": version.digest,
        "description": version.description,
        "metadata": version.metadata,
        "size": version.size,
        "createdAt": version.created_at,
        "created_at": version.created_at,
        "updatedAt": version.updated_at,
        "updated_at": version.updated_at,
        "alias": member.aliases,
        "aliases": member.aliases,
        "tag": list(version.tags),
        "tags": list(version.tags),
    }


def selected(found: list[Any], facts: Callable[[Any], Node], filters: Any, order: str | None) -> list[Any]:
    """Return what a filter lets through, in the order that is asked for.

    Args:
        found: All there is, in the order of its making, which counts where the keys are equal: times have no fractions.
        facts: What can be asked of one.
        filters: As MongoDB has it, or JSON of it.
        order: A key, with a minus to begin with the greatest.

    Raises:
        GraphQLError: The order's key means nothing.
    """
    if isinstance(filters, str):
        filters = json.loads(filters) if filters else None
    if filters:
        from wandb_testkit.rules import filters as rules

        found = [each for each in found if rules.matches(filters, _reader(facts(each)))]
    if order:
        key, backwards = order.lstrip("+-"), order.startswith("-")
        if found and key not in facts(found[0]):
            raise GraphQLError(f"invalid order: {order}")
        found = sorted(found, key=lambda each: _sortable(facts(each)[key]))
        if backwards:
            found.reverse()
    return found


def _sortable(value: Any) -> tuple[int, Any]:
    return (0, 0) if value is None else (1, value)


def _reader(facts: Node) -> Callable[[str], Any]:
    from wandb_testkit.rules.tree import MISSING

    def read(key: str) -> Any:
        value: Any = facts
        for part in key.split("."):
            value = value.get(part, MISSING) if isinstance(value, Mapping) else MISSING
        return value

    return read
