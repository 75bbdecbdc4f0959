"""The server's GraphQL mutations of runs, projects and files."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from wandb_testkit.errors import NotModelled
from wandb_testkit.server import nodes
from wandb_testkit.server.graphql import GraphQLError

if TYPE_CHECKING:
    from wandb_testkit.server.core import Server


def _taking_input(change: Callable[[Server, Mapping[str, Any]], Any], server: Server) -> Callable[..., Any]:
    return lambda input: change(server, input)


def mutations(server: Server) -> dict[str, Any]:
    """Return the mutations by name; each takes its ``input``."""
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
    return {"__typename": "UpsertBucketPayload", "bucket": nodes.run_node(server, run), "inserted": inserted}


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
        config = nodes.json_of(given["config"])
        changes["config"] = {
            key: item["value"] if isinstance(item, dict) and "value" in item else item for key, item in config.items()
        }
        changes["config"].setdefault("_wandb", {})
    if given.get("summaryMetrics") is not None:
        changes["summary"] = nodes.json_of(given["summaryMetrics"])
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
    node = nodes.project_node(server, entity, name)
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
