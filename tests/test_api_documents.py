"""GraphQL documents of a program's own, or of other releases: what the server says beyond what the Api's objects ask.

Only a server can answer; fields and mutations are those that clients of 0.19 to 0.31 send. What is expected is what
the program did, and what the objects of ``wandb.Api`` say of it.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from wandb_testkit import NotModelled, Recorder, patch_wandb

Ask = Callable[..., Any]


@pytest.fixture
def patched(options: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Any, Recorder]]:
    """The patched module and the recorder."""
    monkeypatch.chdir(tmp_path)
    with patch_wandb(**options) as recorder:
        import wandb

        yield wandb, recorder


@pytest.fixture
def ask(patched: tuple[Any, Recorder]) -> Ask:
    """Ask the server one thing: `ask(what, **variables)` with an operation in front, and the variables' names in it."""
    wandb, _ = patched

    def asked(document: str, **variables: Any) -> Any:
        return wandb.Api()._service_api.execute_graphql(document, variables)

    return asked


@pytest.fixture
def change(ask: Ask) -> Ask:
    """Ask for a mutation: `change(name, answer, **input)`."""

    def asked(mutation: str, answer: str, /, **given: Any) -> Any:
        return ask(f"mutation($input: Input!) {{ {mutation}(input: $input) {{ {answer} }} }}", input=given)[mutation]

    return asked


def logged(wandb: Any, text: str = "1", name: str = "data", **options: Any) -> Any:
    """An artifact of one file that a run has logged."""
    artifact = wandb.Artifact(name, "dataset")
    with artifact.new_file("a.txt") as file:
        file.write(text)
    with wandb.init(project="p", entity="e") as run:
        return run.log_artifact(artifact, **options).wait()


# --------------------------------------------------------------------------- artifacts


def test_an_artifact_by_each_of_its_names(patched: tuple[Any, Recorder], ask: Ask) -> None:
    artifact = logged(patched[0])
    project = ask(
        """query { project(name: "p", entityName: "e") {
            artifact(name: "data:latest") { id } none: artifact(name: "data:v9") { id }
            right: artifactType(name: "dataset") {
                artifact(name: "data:v0") { id } artifactSequence(name: "data") { name }
                none: artifactSequence(name: "other") { name } }
            wrong: artifactType(name: "model") { artifact(name: "data:v0") { id } }
            artifactCollection(name: "data") {
                artifacts { edges { version } } artifactMembership(aliasName: "v9") { id } }
        } }"""
    )["project"]
    assert project == {
        "artifact": {"id": artifact.id},
        "none": None,
        "right": {"artifact": {"id": artifact.id}, "artifactSequence": {"name": "data"}, "none": None},
        # There is no such type in the project.
        "wrong": None,
        "artifactCollection": {"artifacts": {"edges": [{"version": "v0"}]}, "artifactMembership": None},
    }


def test_a_type_has_its_own_artifacts_only(patched: tuple[Any, Recorder], ask: Ask) -> None:
    wandb, _ = patched
    logged(wandb)
    with wandb.init(project="p", entity="e") as run:
        run.log_artifact(wandb.Artifact("net", "model")).wait()
    document = """query { project(name: "p", entityName: "e") {
        artifactType(name: "model") {
            data: artifact(name: "data:v0") { id } net: artifact(name: "net:v0") { state } } } }"""
    assert ask(document)["project"]["artifactType"] == {"data": None, "net": {"state": "COMMITTED"}}


def test_an_artifact_by_the_id_that_its_program_gave_it(patched: tuple[Any, Recorder], ask: Ask) -> None:
    wandb, _ = patched
    artifact = wandb.Artifact("data", "dataset")
    with wandb.init(project="p", entity="e") as run:
        run.log_artifact(artifact).wait()
    document = "query($c: ID!) { clientIDMapping(clientID: $c) { serverID } }"
    assert ask(document, c=artifact._client_id) == {"clientIDMapping": {"serverID": artifact.id}}
    assert ask(document, c="unknown") == {"clientIDMapping": None}


def test_nothing_is_found_by_an_id_that_is_none(patched: tuple[Any, Recorder], ask: Ask) -> None:
    artifact = logged(patched[0])
    document = "query($id: ID!) { artifact(id: $id) { id } artifactCollection(id: $id) { id } }"
    assert ask(document, id="nothing") == {"artifact": None, "artifactCollection": None}
    assert ask(document, id=artifact.id) == {"artifact": {"id": artifact.id}, "artifactCollection": None}


def test_all_aliases_at_once_as_older_clients_send_them(patched: tuple[Any, Recorder], change: Ask) -> None:
    wandb, _ = patched
    artifact = logged(wandb, aliases=["latest", "old"])
    artifact.link("e/p/chosen", aliases=["best"])
    assert wandb.Api().artifact_exists("e/p/chosen:best")
    aliases = [{"artifactCollectionName": "data", "alias": alias} for alias in ("latest", "new")]
    change("updateArtifact", "artifact { id }", artifactID=artifact.id, aliases=aliases)
    assert sorted(wandb.Api().artifact("e/p/data:v0").aliases) == ["latest", "new"]
    # Those in the other collection were not among them.
    assert not wandb.Api().artifact_exists("e/p/chosen:best")


def test_a_draft_is_linked_by_the_id_that_its_program_gave_it(patched: tuple[Any, Recorder], change: Ask) -> None:
    wandb, _ = patched
    artifact = wandb.Artifact("data", "dataset")
    with wandb.init(project="p", entity="e") as run:
        run.log_artifact(artifact).wait()
    where = {"entityName": "e", "projectName": "q", "artifactPortfolioName": "chosen"}
    found = change("linkArtifact", "versionIndex", clientID=artifact._client_id, aliases=[{"alias": "best"}], **where)
    assert found == {"versionIndex": 0}
    assert wandb.Api().artifact("e/q/chosen:best").digest == artifact.digest
    with pytest.raises(Exception, match="artifact not found: unknown"):
        change("linkArtifact", "versionIndex", clientID="unknown", **where)


def test_what_is_not_finished_cannot_be_linked(patched: tuple[Any, Recorder], ask: Ask, change: Ask) -> None:
    wandb, _ = patched
    with wandb.init(project="p", entity="e", group="g") as run:
        artifact = wandb.Artifact("data", "dataset")
        run.upsert_artifact(artifact)
    found = ask("query($c: ID!) { clientIDMapping(clientID: $c) { serverID } }", c=artifact._client_id)
    identity = found["clientIDMapping"]["serverID"]
    where = {"entityName": "e", "projectName": "q", "artifactPortfolioName": "chosen"}
    with pytest.raises(Exception, match="is not committed"):
        change("linkArtifact", "versionIndex", artifactID=identity, **where)


def test_a_collection_of_links_is_renamed_and_described(patched: tuple[Any, Recorder], ask: Ask, change: Ask) -> None:
    wandb, _ = patched
    logged(wandb).link("e/p/chosen")
    document = """query($n: String!) {
        project(name: "p", entityName: "e") { artifactCollection(name: $n) { id __typename description } } }"""
    there = ask(document, n="chosen")["project"]["artifactCollection"]
    assert there["__typename"] == "ArtifactPortfolio"
    answer = "artifactCollection { name description }"
    given = {"artifactPortfolioID": there["id"]}
    found = change("updateArtifactPortfolio", answer, description="of links", **given)
    assert found["artifactCollection"] == {"name": "chosen", "description": "of links"}
    found = change("updateArtifactPortfolio", answer, name="renamed", **given)
    assert found["artifactCollection"] == {"name": "renamed", "description": "of links"}
    assert ask(document, n="chosen")["project"]["artifactCollection"] is None


def test_a_link_is_made_anew_from_what_is_there(patched: tuple[Any, Recorder], change: Ask) -> None:
    wandb, _ = patched
    artifact = logged(wandb)
    given = {"entityName": "e", "projectName": "p", "artifactTypeName": "dataset", "artifactCollectionName": "data"}
    found = change("createArtifact", "artifact { id }", digest=artifact.digest, aliases=[{"alias": "x"}], **given)
    assert found == {"artifact": {"id": artifact.id}}
    assert "x" in wandb.Api().artifact("e/p/data:v0").aliases
    for missing in ({"artifactCollectionName": "other", "digest": artifact.digest}, {"digest": "unknown"}):
        with pytest.raises(Exception, match=r"with digest .* not found"):
            change("createArtifact", "artifact { id }", **{**given, **missing})


@pytest.mark.parametrize(
    ("name", "given", "refusal"),
    [
        ("updateArtifact", {"artifactID": "x"}, "artifact not found: x"),
        ("deleteArtifact", {"artifactID": "x"}, "artifact not found: x"),
        ("updateArtifactSequence", {"artifactSequenceID": "x"}, "artifact collection not found: x"),
        (
            "createArtifactCollectionTagAssignments",
            {"entityName": "e", "projectName": "p", "artifactCollectionName": "x", "tags": [{"tagName": "t"}]},
            "artifact collection not found: e/p/x",
        ),
    ],
)
def test_what_is_not_there_cannot_be_changed(name: str, given: dict[str, Any], refusal: str, change: Ask) -> None:
    with pytest.raises(Exception, match=refusal):
        change(name, "clientMutationId", **given)


def test_versions_are_in_an_order_that_there_is(patched: tuple[Any, Recorder], ask: Ask) -> None:
    for text in "12":
        logged(patched[0], text)
    document = """query($o: String) { project(name: "p", entityName: "e") { artifactCollection(name: "data") {
        artifacts(order: $o) { edges { version } } } } }"""
    for order, versions in ((None, ["v1", "v0"]), ("+versionIndex", ["v0", "v1"])):
        edges = ask(document, o=order)["project"]["artifactCollection"]["artifacts"]["edges"]
        assert [edge["version"] for edge in edges] == versions
    with pytest.raises(Exception, match="invalid order: nothing"):
        ask(document, o="nothing")


def test_what_is_said_of_an_entry_stays(patched: tuple[Any, Recorder]) -> None:
    wandb, _ = patched
    artifact = wandb.Artifact("data", "dataset")
    with artifact.new_file("a.txt") as file:
        file.write("1")
    artifact.manifest.entries["a.txt"].extra["etag"] = "x"
    with wandb.init(project="p", entity="e") as run:
        run.log_artifact(artifact).wait()
    assert wandb.Api().artifact("e/p/data:v0").manifest.entries["a.txt"].extra == {"etag": "x"}


def test_an_artifact_leads_to_another_that_was_not_logged_yet(patched: tuple[Any, Recorder]) -> None:
    wandb, _ = patched
    table = wandb.Table(["a"], [[1]])
    first, second = (wandb.Artifact(name, "dataset") for name in ("first", "second"))
    first.add(table, "t")
    first.finalize()
    second.add(table, "u")
    with wandb.init(project="p", entity="e") as run:
        with pytest.raises(Exception, match="could not resolve client id"):
            run.log_artifact(second).wait()
        run.log_artifact(first).wait()
        run.log_artifact(second).wait()
    assert wandb.Api().artifact("e/p/second:v0").get("u").data == [[1]]


def test_nothing_is_behind_an_address_of_nothing(patched: tuple[Any, Recorder]) -> None:
    wandb, recorder = patched
    logged(wandb)
    session = recorder._session
    known = session.artifacts.manifest_address(next(session.artifacts.store.versions()))
    assert json.loads(session.server.download(known))["version"] == 1
    for unknown in (known.replace("/wandb_manifest", "0/wandb_manifest"), f"{known}/{'0' * 32}", f"{known}/{'x' * 32}"):
        with pytest.raises(Exception, match="404 Not Found"):
            session.server.download(unknown)


# --------------------------------------------------------------------------- runs, projects, the schema


def test_a_file_that_nobody_may_read_is_none(patched: tuple[Any, Recorder], monkeypatch: pytest.MonkeyPatch) -> None:
    wandb, _ = patched
    Path("a.txt").write_text("1")
    with wandb.init(project="p", id="r") as run:
        run.save("a.txt")
    assert [file.name for file in wandb.Api().run("p/r").files(["a.txt"]) if file.size] == ["a.txt"]
    look = os.access
    monkeypatch.setattr(os, "access", lambda path, mode: not str(path).endswith("a.txt") and look(path, mode))
    assert [file.name for file in wandb.Api().run("p/r").files(["a.txt"]) if file.size] == []


def test_a_run_of_a_sweep_has_the_state_that_its_agent_says(patched: tuple[Any, Recorder], change: Ask) -> None:
    wandb, recorder = patched
    sweep_id = wandb.sweep({"method": "grid", "parameters": {"a": {"values": [1]}}}, project="p")
    wandb.agent(sweep_id, lambda: wandb.init().finish(), project="p")
    run = wandb.Api().run(f"p/{recorder.runs[0].id}")
    with pytest.raises(Exception, match="cannot update the state of a sweep run"):
        change("updateRunState", "success", id=run.storage_id, state="pending")


def test_a_run_that_was_deleted_cannot_be_resumed(patched: tuple[Any, Recorder]) -> None:
    wandb, _ = patched
    for run_id in ("kept", "gone"):
        wandb.init(project="p", id=run_id).finish()
    wandb.Api().run("p/gone").delete()
    with wandb.init(project="p", id="kept", resume="must") as run:
        assert run.resumed
    with pytest.raises(wandb.errors.UsageError, match="gone"):
        wandb.init(project="p", id="gone", resume="must")


def test_keys_of_a_history_have_the_kinds_of_their_values(patched: tuple[Any, Recorder], ask: Ask) -> None:
    wandb, _ = patched
    histogram = wandb.Histogram(np_histogram=([1], [0, 1]))
    with wandb.init(project="p", id="r") as run:
        for row in (
            {"x": 1, "b": True, "l": [1, "a"]},
            {"x": "a"},
            {"x": "b", "n": None, "d": {"e": 2.5}},
            {"h": histogram},
        ):
            run.log(row)
    keys = ask('query { project(name: "p") { run(name: "r") { historyKeys } } }')["project"]["run"]["historyKeys"][
        "keys"
    ]
    found = {key: {each["type"]: each["count"] for each in keys[key]["typeCounts"]} for key in keys if key[0] != "_"}
    assert found == {
        "x": {"number": 1, "string": 2},
        "b": {"boolean": 1},
        "l": {"list": 1},
        "n": {"nil": 1},
        "d.e": {"number": 1},
        "h": {"histogram": 1},
    }


def test_a_run_is_changed_by_its_id_or_made_by_its_name(patched: tuple[Any, Recorder], change: Ask) -> None:
    wandb, recorder = patched
    answer = "inserted bucket { id name displayName }"
    made = change("upsertBucket", answer, name="r", modelName="p", displayName="first")
    assert (made["inserted"], made["bucket"]["displayName"]) == (True, "first")
    assert change("upsertBucket", answer, name="r", modelName="p") == {**made, "inserted": False}
    changed = change("upsertBucket", answer, id=made["bucket"]["id"], displayName="second")
    assert (changed["inserted"], changed["bucket"]["displayName"]) == (False, "second")
    assert wandb.Api().run("p/r").name == "second"
    assert [call[0] for call in recorder.calls if call[0].startswith("server.")] == [
        "server.create_run",
        "server.update_run",
        "server.update_run",
    ]
    with pytest.raises(NotModelled):
        change("upsertBucket", answer, modelName="p")
    with pytest.raises(Exception, match="run not found"):
        change("upsertBucket", answer, id="unknown", displayName="x")


def test_a_run_of_the_program_is_described(patched: tuple[Any, Recorder], change: Ask) -> None:
    wandb, _ = patched
    wandb.init(project="p", id="r").finish()
    change("upsertBucket", "inserted", name="r", modelName="p", description="said by others")
    assert wandb.Api().run("p/r").description == "said by others"
    # Two ways to name the same: the user is a thing of its own, and a run is itself.
    filters = {"$and": [{"user.username": wandb.Api().viewer.username}, {"run.name": "r"}]}
    assert [run.id for run in wandb.Api().runs("p", filters)] == ["r"]


def test_a_run_is_asked_to_stop(patched: tuple[Any, Recorder], change: Ask) -> None:
    _, recorder = patched
    made = change("upsertBucket", "bucket { id }", name="r", modelName="p")
    assert change("stopRun", "success", id=made["bucket"]["id"]) == {"success": True}
    assert [call[:2] for call in recorder.calls][-1] == ("server.stop_run", ("test-entity/p/r",))


def test_a_project_needs_a_name(change: Ask) -> None:
    assert change("upsertModel", "inserted model { name }", name="new") == {"inserted": True, "model": {"name": "new"}}
    with pytest.raises(NotModelled):
        change("upsertModel", "inserted", description="x")


def test_files_are_made_of_a_run_that_is_there(change: Ask) -> None:
    with pytest.raises(Exception, match="run not found during createRunFiles"):
        change("createRunFiles", "runID", entityName="e", projectName="p", runName="r", files=["a"])


@pytest.mark.parametrize(
    ("filters", "count"), [(None, 1), ("", 1), ("{}", 1), ('{"display_name": "x"}', 0), ({"state": "running"}, 1)]
)
def test_filters_are_json_of_an_object(filters: Any, count: int, ask: Ask, change: Ask) -> None:
    change("upsertBucket", "inserted", name="r", modelName="p")
    document = 'query($f: JSONString) { project(name: "p") { runCount(filters: $f) } }'
    assert ask(document, f=filters) == {"project": {"runCount": count}}


def test_filters_that_are_no_json_are_refused(ask: Ask, change: Ask) -> None:
    change("upsertBucket", "inserted", name="r", modelName="p")
    with pytest.raises(Exception, match="invalid JSON"):
        ask('query { project(name: "p") { runCount(filters: "{") } }')


def test_the_schema_says_which_fields_there_are(ask: Ask) -> None:
    document = "query($n: String!) { __type(name: $n) { name fields { name } inputFields { name } } }"
    run = ask(document, n="Run")["__type"]
    # Releases before 0.27 ask for this field before they ask for a run's project.
    assert {"name": "projectId"} in run["fields"] and run["inputFields"] == []
    tags = ask(document, n="CreateArtifactInput")["__type"]
    assert {"name": "tags"} in tags["inputFields"] and tags["fields"] == []
    assert ask(document, n="Nothing") == {"__type": None}


def test_a_row_without_a_time_has_none_on_the_server(patched: tuple[Any, Recorder]) -> None:
    wandb, _ = patched
    with wandb.init(project="p", id="r") as run:
        # The client lets the row's own time be replaced by nothing.
        run.log({"a": 1, "_timestamp": {}})
    assert ["_timestamp" in row for row in wandb.Api().run("p/r").scan_history()] == [False]


# --------------------------------------------------------------------------- sweeps

GRID = {"method": "grid", "parameters": {"a": {"values": [1, 2, 3]}}}


def heartbeat(change: Ask, agent: str, **states: bool) -> list[Any]:
    """What an agent is told to do next."""
    found = change("agentHeartbeat", "commands", id=agent, metrics="{}", runState=json.dumps(states))
    commands: list[Any] = json.loads(found["commands"])
    return commands


def test_a_sweep_is_paused_resumed_and_cancelled(patched: tuple[Any, Recorder], ask: Ask, change: Ask) -> None:
    wandb, recorder = patched
    sweep_id = wandb.sweep(GRID, project="p")
    document = 'query($s: String!) { project(name: "p") { sweep(sweepName: $s) { id } } }'
    identity = ask(document, s=sweep_id)["project"]["sweep"]["id"]
    agent = change("createAgent", "agent { id }", host="h", projectName="p", sweep=sweep_id)["agent"]["id"]
    assert [each["type"] for each in heartbeat(change, agent)] == ["run"]
    # One that runs something is told nothing.
    assert heartbeat(change, agent, someone=True) == []
    for state, told in (("PAUSED", []), ("RUNNING", ["run"]), ("CANCELED", ["exit"])):
        change("upsertSweep", "sweep { state }", id=identity, state=state)
        assert recorder.sweeps[0].state == state
        assert [each["type"] for each in heartbeat(change, agent)] == told
    assert recorder.sweeps[0].state == "CANCELED"
    with pytest.raises(Exception, match="is not running"):
        change("createAgent", "agent { id }", host="h", projectName="p", sweep=sweep_id)
    for given in ({"id": "unknown"}, {"id": identity, "state": "ASLEEP"}):
        with pytest.raises(Exception, match=r"sweep not found|invalid sweep state"):
            change("upsertSweep", "sweep { state }", **given)
    with pytest.raises(Exception, match="agent not found"):
        heartbeat(change, "unknown")


def test_a_sweep_goes_on_with_another_config(patched: tuple[Any, Recorder], ask: Ask, change: Ask) -> None:
    _, recorder = patched
    text = json.dumps(GRID)
    made = change("upsertSweep", "sweep { id name }", config=text, projectName="p", displayName="mine")["sweep"]
    agent = change("createAgent", "agent { id }", host="h", projectName="p", sweep=made["name"])["agent"]["id"]
    [first] = heartbeat(change, agent)
    more = {"method": "grid", "parameters": {"a": {"values": [1, 2, 5]}}}
    change("upsertSweep", "sweep { id }", id=made["id"], config=json.dumps(more))
    found = [first, *(command for _ in range(3) for command in heartbeat(change, agent))]
    assert [command.get("args") for command in found] == [{"a": {"value": value}} for value in (1, 2, 5)] + [None]
    assert (recorder.sweeps[0].state, recorder.sweeps[0].config) == ("FINISHED", more)
    # What is given again changes nothing.
    change("upsertSweep", "sweep { id }", id=made["id"], config=json.dumps(more), displayName="other")
    assert recorder.sweeps[0].config == more


@pytest.mark.parametrize("config", ["[1]", "", "{method: grid, parameters: 3}", "{parameters: {a: {value: 1}}}"])
def test_a_config_that_is_none_is_refused(config: str, change: Ask) -> None:
    made = change("upsertSweep", "sweep { id }", config=json.dumps(GRID), projectName="p")["sweep"]
    for identity in ({}, {"id": made["id"]}) if config else ({},):
        with pytest.raises(Exception, match="Invalid sweep config"):
            change("upsertSweep", "sweep { id }", config=config, projectName="p", **identity)


def test_what_a_sweep_says_of_its_runs(patched: tuple[Any, Recorder], ask: Ask) -> None:
    wandb, recorder = patched

    def train() -> None:
        with wandb.init() as run:
            run.log({"loss": 1})
            if run.config.a == 2:
                raise ValueError

    wandb.agent(wandb.sweep(GRID, project="p"), train, project="p")
    document = """query { project(name: "p") { sweeps(filters: "{\\"method\\": \\"grid\\"}") { edges { node {
        runs { edges { node { name failed running shouldStop } } } } } }
        none: sweeps(filters: "{\\"method\\": \\"x\\"}") { edges { node { id } } } } }"""
    project = ask(document)["project"]
    [sweep] = [edge["node"] for edge in project["sweeps"]["edges"]]
    assert [edge["node"] for edge in sweep["runs"]["edges"]] == [
        {"name": run.id, "failed": run.exit_code != 0, "running": False, "shouldStop": False} for run in recorder.runs
    ]
    assert project["none"] == {"edges": []}
    with pytest.raises(Exception, match="invalid filter"):
        ask('query { project(name: "p") { sweeps(filters: "{\\"$bad\\": 1}") { edges { node { id } } } } }')
