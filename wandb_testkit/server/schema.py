"""The server's GraphQL schema over `Server`, as far as it is imitated: nodes of users, projects, runs and files.

Names of types, fields and arguments are those that the client's documents ask for, of releases 0.19 to 0.31.
"""

from __future__ import annotations

import base64
import functools
import importlib
import json
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from wandb_testkit.errors import NotModelled
from wandb_testkit.server import history
from wandb_testkit.server.graphql import GraphQLError, connection
from wandb_testkit.server.introspection import type_node
from wandb_testkit.server.runs import ServerRun, iso

if TYPE_CHECKING:
    from wandb_testkit.server.core import Server
    from wandb_testkit.server.files import RunFile

#: Modules with fields of their own; see the package's docstring.
PARTS = ("wandb_testkit.server.artifact_nodes", "wandb_testkit.server.sweeps")


@functools.cache
def _parts() -> tuple[Any, ...]:
    found = []
    for name in PARTS:
        try:
            found.append(importlib.import_module(name))
        except ModuleNotFoundError as error:
            if error.name != name:
                raise
    return tuple(found)


def _of_parts(function: str, *args: Any) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for part in _parts():
        made = getattr(part, function, None)
        if made is not None:
            found.update(made(*args))
    return found


def projects_of_parts(server: Server) -> Iterator[tuple[str, str]]:
    """Yield the projects that hold nothing but things of other parts, as (entity, project)."""
    for part in _parts():
        made = getattr(part, "projects", None)
        if made is not None:
            yield from made(server)


def root(server: Server, kind: str) -> dict[str, Any]:
    """Return the node that an operation begins at.

    Args:
        server: The server.
        kind: "query" or "mutation".
    """
    if kind == "query":
        return {"__typename": "Query", **_queries(server), **_of_parts("queries", server)}
    return {"__typename": "Mutation", **_mutations(server), **_of_parts("mutations", server)}


# ---- queries


def _queries(server: Server) -> dict[str, Any]:
    def project(name: str | None = None, entityName: str | None = None, **_: Any) -> Any:
        entity = entityName or server.default_entity
        if name is None or not server.has_project(entity, name):
            return None
        return project_node(server, entity, name)

    def models(entityName: str | None = None, first: int | None = None, after: str | None = None, **_: Any) -> Any:
        found = server.projects(entityName or server.default_entity)
        return connection(found, lambda path: project_node(server, *path), first, after)

    def users(query: str = "", **_: Any) -> Any:
        viewer = server.viewer
        return connection([viewer] if query in (viewer["username"], viewer["email"]) else [], _user_node)

    def entity(name: str, **_: Any) -> Any:
        return _entity_node(server, name)

    return {
        "viewer": lambda **_: _user_node(server.viewer),
        "project": project,
        "model": project,
        "models": models,
        "users": users,
        "entity": entity,
        "serverInfo": _server_info,
        "__type": type_node,
    }


def _server_info() -> dict[str, Any]:
    local = {"outOfDate": False, "latestVersionString": "0.0.0", "versionOnThisInstanceString": "0.0.0"}
    return {
        "__typename": "ServerInfo",
        "cliVersionInfo": {"min_cli_version": "0.0.0", "max_cli_version": "999.0.0"},
        "latestLocalVersionInfo": local,
        # The client lists an artifact's files with their number only where the server says that it can tell it.
        "features": [{"__typename": "ServerFeature", "name": "TOTAL_COUNT_IN_FILE_CONNECTION", "isEnabled": True}],
    }


def _user_node(user: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "__typename": "User",
        "id": base64.b64encode(f"User:{user['username']}".encode()).decode(),
        "name": user["name"],
        "username": user["username"],
        "email": user["email"],
        "entity": user["entity"],
        "admin": user["admin"],
        "flags": "{}",
        "deletedAt": None,
        "photoUrl": None,
        "apiKeys": lambda **_: connection([user["username"]], _key_node),
        "teams": lambda **_: connection(user["teams"], lambda team: {"__typename": "Entity", "name": team}),
    }


def _key_node(name: str) -> dict[str, Any]:
    return {
        "__typename": "ApiKey",
        "id": base64.b64encode(f"ApiKey:{name}".encode()).decode(),
        "name": name,
        "description": None,
    }


def _entity_node(server: Server, name: str) -> dict[str, Any] | None:
    viewer = server.viewer
    if name not in (*viewer["teams"], viewer["username"]):
        return None
    member = {**_user_node(viewer), "accountType": "USER", "apiKey": None, "pending": False}
    return {
        "__typename": "Entity",
        "id": base64.b64encode(f"Entity:{name}".encode()).decode(),
        "name": name,
        "available": False,
        "photoUrl": None,
        "readOnly": False,
        "readOnlyAdmin": False,
        "isTeam": name != viewer["username"],
        "entityType": "TEAM" if name != viewer["username"] else "PERSONAL",
        "privateOnly": False,
        "storageBytes": 0,
        "codeSavingEnabled": True,
        "defaultAccess": "PRIVATE",
        "isPaid": False,
        "members": [member],
        "organization": None,
        "user": None,
        "limits": None,
    }


# ---- projects


def project_number(entity: str, project: str) -> int:
    """Return the number that the server knows a project by."""
    return zlib.crc32(f"{entity}/{project}".encode())


def project_node(server: Server, entity: str, name: str) -> dict[str, Any]:
    """Return the node of a project.

    Args:
        server: The server.
        entity: The project's user or team.
        name: The project's name.
    """
    known = server.project_fields(entity, name)

    def runs(
        filters: Any = None, order: str | None = None, first: int | None = None, after: str | None = None, **_: Any
    ) -> Any:
        found = server.runs(entity, name, filters=_json(filters), order=order)
        return connection(found, lambda run: run_node(server, run), first, after)

    def run(name: str | None = None, **_: Any) -> Any:
        found = server.run(entity, project, name or "")
        return None if found is None else run_node(server, found)

    project = name
    number = project_number(entity, name)
    return {
        "__typename": "Project",
        "id": base64.b64encode(f"Project:v1:{name}:{entity}".encode()).decode(),
        "internalId": base64.b64encode(f"ProjectInternalId:{number}".encode()).decode(),
        "name": name,
        "entityName": entity,
        "entity": lambda: _entity_node(server, entity) or {"__typename": "Entity", "name": entity},
        "createdAt": iso(known["created_at"]),
        "description": known.get("description"),
        "access": known.get("access", "PRIVATE"),
        "views": known.get("views"),
        "isBenchmark": False,
        "isPublic": False,
        "readOnly": False,
        "user": lambda: _user_node(server.viewer),
        "runCount": lambda filters=None: len(server.runs(entity, name, filters=_json(filters))),
        "runs": runs,
        "run": run,
        "bucket": run,
        **_of_parts("project_fields", server, entity, name),
    }


def _json(text: Any) -> Any:
    """Return what a ``JSONString`` says.

    Raises:
        GraphQLError: It is none.
    """
    if not isinstance(text, str):
        return text
    try:
        return json.loads(text) if text else None
    except ValueError as error:
        raise GraphQLError(f"invalid JSON: {error}", 400) from None


# ---- runs


def run_node(server: Server, run: ServerRun) -> dict[str, Any]:
    """Return the node of a run.

    Args:
        server: The server.
        run: The run.
    """

    def user(**_: Any) -> Any:
        viewer = server.viewer
        return _user_node(
            viewer if run.user == viewer["username"] else {**viewer, "username": run.user, "name": run.user}
        )

    return {
        "__typename": "Run",
        "id": run.storage_id,
        "projectId": project_number(run.entity, run.project),
        "name": run.id,
        "displayName": run.display_name,
        "description": run.description,
        "notes": run.notes,
        "tags": run.tags,
        "state": run.state,
        "group": run.group,
        "jobType": run.job_type,
        "sweepName": run.sweep_name,
        "commit": run.commit,
        "host": None,
        "readOnly": False,
        "stopped": False,
        "createdAt": iso(run.created_at),
        "heartbeatAt": iso(run.heartbeat_at),
        "updatedAt": iso(run.heartbeat_at),
        "user": user,
        "project": lambda: project_node(server, run.entity, run.project),
        "config": lambda **_: json.dumps(wire_config(run.config)),
        "summaryMetrics": lambda **_: json.dumps(run.summary),
        "systemMetrics": lambda **_: json.dumps(run.system_metrics),
        "historyLineCount": lambda: run.line_count,
        "eventsLineCount": 0,
        "logLineCount": 0,
        **_history_fields(run),
        **_file_fields(server, run),
        **_of_parts("run_fields", server, run),
    }


def wire_config(config: Mapping[str, Any]) -> dict[str, Any]:
    """Return a config as the server keeps it: each value in a dict of its own."""
    return {key: {"value": value, "desc": None} for key, value in config.items()}


def _history_fields(run: ServerRun) -> dict[str, Any]:
    def rows(samples: int | None = None, minStep: int | None = None, maxStep: int | None = None, **_: Any) -> list[str]:
        found = history.between(run.rows(), minStep, maxStep)
        return [json.dumps(row) for row in history.sampled(found, samples)]

    def sampled(specs: Iterable[Any] = (), **_: Any) -> list[Any]:
        everything = run.rows()
        return [history.by_spec(everything, _json(spec)) for spec in specs]

    return {
        "history": rows,
        "sampledHistory": sampled,
        # Nothing measures the machine in a test.
        "events": lambda **_: [],
        "historyKeys": lambda **_: run.history_keys,
        "historyTail": lambda **_: json.dumps([json.dumps(row) for row in run.rows()[-1:]]),
        "eventsTail": "[]",
        "parquetHistory": lambda **_: {"__typename": "ParquetHistory", "parquetUrls": [], "liveData": run.rows()},
    }


# ---- files


def _file_fields(server: Server, run: ServerRun) -> dict[str, Any]:
    def files(
        names: list[str] | None = None,
        first: int | None = None,
        after: str | None = None,
        pattern: str | None = None,
        **_: Any,
    ) -> Any:
        found = server.files.matching(run, names, pattern)
        return connection(found, _file_node, first, after)

    return {"files": files, "fileCount": lambda **_: len(server.files.of(run))}


def _file_node(file: RunFile) -> dict[str, Any]:
    return {
        "__typename": "File",
        "id": file.id,
        "name": file.name,
        "url": lambda **_: file.url,
        "directUrl": file.url,
        "sizeBytes": file.size,
        "mimetype": file.mimetype,
        "updatedAt": None if file.updated_at is None else iso(file.updated_at),
        "md5": file.md5,
        "digest": file.md5,
    }


# ---- mutations


def _taking_input(change: Callable[[Server, Mapping[str, Any]], Any], server: Server) -> Callable[..., Any]:
    return lambda input: change(server, input)


def _mutations(server: Server) -> dict[str, Any]:
    changes: dict[str, Callable[[Server, Mapping[str, Any]], Any]] = {
        "upsertBucket": _upsert_run,
        "deleteRun": _delete_run,
        "updateRunState": _update_state,
        "upsertModel": _upsert_project,
        "createRunFiles": _create_files,
        "deleteFiles": _delete_files,
        "stopRun": _stop_run,
    }
    return {name: _taking_input(change, server) for name, change in changes.items()}


def _upsert_run(server: Server, given: Mapping[str, Any]) -> dict[str, Any]:
    """Change the run of an id, or make the one of a project and a name."""
    inserted = False
    if given.get("id"):
        run = server.stored(given["id"])
    else:
        entity, project = given.get("entityName") or server.default_entity, given.get("modelName")
        if not given.get("name"):
            raise NotModelled("the server's upsertBucket without id and name")
        inserted = server.run(entity, project or "uncategorized", given["name"]) is None
        run = server.create_run(given["name"], project, entity, state=given.get("state") or "running")
    changes = _changes(given)
    if not inserted or changes:
        server.update_run(run, **changes)
    return {"__typename": "UpsertBucketPayload", "bucket": run_node(server, run), "inserted": inserted}


def _changes(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return what an upsert changes; None says nothing."""
    names = {
        "displayName": "display_name",
        "description": "description",
        "notes": "notes",
        "tags": "tags",
        "groupName": "group",
        "jobType": "job_type",
    }
    changes = {name: given[key] for key, name in names.items() if given.get(key) is not None}
    if given.get("config") is not None:
        config = _json(given["config"])
        changes["config"] = {
            key: item["value"] if isinstance(item, dict) and "value" in item else item for key, item in config.items()
        }
        changes["config"].setdefault("_wandb", {})
    if given.get("summaryMetrics") is not None:
        changes["summary"] = _json(given["summaryMetrics"])
    return changes


def _delete_run(server: Server, given: Mapping[str, Any]) -> dict[str, Any]:
    # To delete it once more is no mistake.
    if given["id"] not in server.gone:
        server.delete_run(server.stored(given["id"]), bool(given.get("deleteArtifacts")))
    return {"__typename": "DeleteRunPayload", "clientMutationId": None, "success": True}


def _update_state(server: Server, given: Mapping[str, Any]) -> dict[str, Any]:
    server.update_state(server.stored(given["id"]), given["state"])
    return {"__typename": "UpdateRunStatePayload", "success": True}


def _stop_run(server: Server, given: Mapping[str, Any]) -> dict[str, Any]:
    server.stop_run(server.stored(given["id"]))
    return {"__typename": "StopRunPayload", "clientMutationId": None, "success": True}


def _upsert_project(server: Server, given: Mapping[str, Any]) -> dict[str, Any]:
    name, entity = given.get("name"), given.get("entityName") or server.default_entity
    if not name:
        raise NotModelled("the server's upsertModel without a name")
    fields = {key: given[key] for key in ("description", "access", "views") if given.get(key) is not None}
    inserted = server.create_project(name, entity, **fields)
    node = project_node(server, entity, name)
    return {"__typename": "UpsertModelPayload", "project": node, "model": node, "inserted": inserted}


def _create_files(server: Server, given: Mapping[str, Any]) -> dict[str, Any]:
    run = server.run(given["entityName"], given["projectName"], given["runName"])
    if run is None:
        raise GraphQLError("run not found during createRunFiles", 404)
    files = [
        {"__typename": "File", "name": name, "uploadUrl": server.files.upload_url(run, name)} for name in given["files"]
    ]
    return {"__typename": "CreateRunFilesPayload", "runID": run.storage_id, "uploadHeaders": [], "files": files}


def _delete_files(server: Server, given: Mapping[str, Any]) -> dict[str, Any]:
    server.files.delete(given["files"])
    return {"__typename": "DeleteFilesPayload", "success": True}
