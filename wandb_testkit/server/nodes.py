"""Nodes of the server's GraphQL schema: users, projects, runs and files.

Names of types, fields and arguments are those that the client's documents ask for, of releases 0.19 to 0.31.
"""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from wandb_testkit.server import history, parts
from wandb_testkit.server.graphql import GraphQLError, connection
from wandb_testkit.server.runs import ServerRun, iso

if TYPE_CHECKING:
    from wandb_testkit.server.core import Server
    from wandb_testkit.server.files import RunFile


def user_node(user: Mapping[str, Any]) -> dict[str, Any]:
    """Return the node of a user.

    Args:
        user: See `Server.viewer`.
    """
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


def entity_node(server: Server, name: str) -> dict[str, Any] | None:
    """Return the node of a user or team; None where the account knows none of that name.

    Args:
        server: The server.
        name: The name.
    """
    viewer = server.viewer
    if name not in (*viewer["teams"], viewer["username"]):
        return None
    member = {**user_node(viewer), "accountType": "USER", "apiKey": None, "pending": False}
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
        found = server.runs(entity, name, filters=json_of(filters), order=order)
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
        "entity": lambda: entity_node(server, entity) or {"__typename": "Entity", "name": entity},
        "createdAt": iso(known["created_at"]),
        "description": known.get("description"),
        "access": known.get("access", "PRIVATE"),
        "views": known.get("views"),
        "isBenchmark": False,
        "isPublic": False,
        "readOnly": False,
        "user": lambda: user_node(server.viewer),
        "runCount": lambda filters=None: len(server.runs(entity, name, filters=json_of(filters))),
        "runs": runs,
        "run": run,
        "bucket": run,
        **parts.fields("project_fields", server, entity, name),
    }


def json_of(text: Any) -> Any:
    """Return what a ``JSONString`` says.

    Args:
        text: The text; anything else is returned as it is.

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
        return user_node(
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
        **parts.fields("run_fields", server, run),
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
        return [history.by_spec(everything, json_of(spec)) for spec in specs]

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
