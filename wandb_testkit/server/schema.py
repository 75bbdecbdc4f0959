"""What a GraphQL operation on `Server` begins at: queries and mutations by name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from wandb_testkit.server import parts
from wandb_testkit.server.changes import mutations
from wandb_testkit.server.graphql import connection
from wandb_testkit.server.introspection import type_node
from wandb_testkit.server.nodes import entity_node, project_node, user_node

if TYPE_CHECKING:
    from wandb_testkit.server.core import Server


def root(server: Server, kind: str) -> dict[str, Any]:
    """Return the node that an operation begins at.

    Args:
        server: The server.
        kind: "query" or "mutation".
    """
    if kind == "query":
        return {"__typename": "Query", **_queries(server), **parts.fields("queries", server)}
    return {"__typename": "Mutation", **mutations(server), **parts.fields("mutations", server)}


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
        return connection([viewer] if query in (viewer["username"], viewer["email"]) else [], user_node)

    def entity(name: str, **_: Any) -> Any:
        return entity_node(server, name)

    return {
        "viewer": lambda **_: user_node(server.viewer),
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
