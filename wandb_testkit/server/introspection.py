"""What releases before 0.27 ask the schema itself: which fields the server knows, before they use them."""

from __future__ import annotations

from typing import Any

# Only what those releases look for; everything else is no type that they know of.
_FIELDS = {
    "Query": ("viewer", "project", "models", "users", "entity", "serverInfo", "artifact"),
    "Mutation": ("upsertBucket", "deleteRun", "upsertModel", "deleteFiles", "createRunFiles"),
    "Project": ("internalId", "name", "run", "runs", "artifact", "artifactCollection", "artifactType", "sweep"),
    "Run": ("projectId", "name", "files", "history", "sampledHistory"),
    "Artifact": (
        *("id", "ttlDurationSeconds", "ttlIsInherited", "tags", "historyStep", "artifactType", "aliases", "fileCount"),
        *("commitHash", "updatedAt", "state", "size", "digest", "files", "artifactMemberships"),
    ),
    "ServerInfo": ("cliVersionInfo", "features"),
    "Organization": (),
}
_INPUTS = {
    "DeleteFilesInput": ("files", "projectId"),
    "UseArtifactInput": ("usedAs", "artifactEntityName", "artifactProjectName"),
    "AddAliasesInput": ("artifactID", "artifactCollectionName", "aliases"),
    "CreateArtifactInput": ("tags", "historyStep", "ttlDurationSeconds", "clientID", "sequenceClientID", "digest"),
    "CreateArtifactFileSpecInput": ("name", "md5", "artifactID", "storagePolicy", "uploadPartsInput"),
}


def type_node(name: str) -> dict[str, Any] | None:
    """Return what the schema says of a type; None where there is no such type.

    Args:
        name: The type's name.
    """
    if name not in _FIELDS and name not in _INPUTS:
        return None

    def listed(names: Any) -> Any:
        return [{"__typename": "__Field", "name": field, "args": []} for field in names]

    return {
        "__typename": "__Type",
        "name": name,
        "fields": lambda **_: listed(_FIELDS.get(name, ())),
        "inputFields": lambda **_: listed(_INPUTS.get(name, ())),
    }
