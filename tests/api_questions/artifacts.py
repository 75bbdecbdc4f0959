"""Questions to ``wandb.Api`` about artifacts."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from tests.api_questions.asking import Here, Question, attributes, outcomes


def logged(here: Here) -> Any:
    """Log two versions of an artifact and use one."""
    wandb = here.wandb
    Path("data.txt").write_text("hello")
    with wandb.init(project="demo", entity="team", id="maker") as run:
        first = wandb.Artifact("data", "dataset", description="what", metadata={"rows": 3})
        first.add_file("data.txt")
        run.log_artifact(first, aliases=["best"], tags=["clean"]).wait()
        second = wandb.Artifact("data", "dataset")
        with second.new_file("more.txt") as stream:
            stream.write("more")
        run.log_artifact(second).wait()
        model = wandb.Artifact("net", "model")
        model.add_reference("https://example.com/weights.bin", checksum=False)
        run.log_artifact(model).wait()
    with wandb.init(project="demo", entity="team", id="user") as run:
        run.use_artifact("data:best")
    return here.api


def of_artifact(artifact: Any) -> Any:
    names = "name type version aliases tags metadata description qualified_name state size digest entity project"
    return attributes(artifact, *names.split())


def with_artifacts(question: Question) -> Question:
    return lambda w: question(logged(w))


_OF_A_COLLECTION = """
    name type entity project description tags aliases id created_at updated_at project_id project_internal_id nope
""".split()  # noqa: SIM905 (names read better as words)


def closed(stream: Any) -> str:
    """What is in a file, which is closed then."""
    with stream:
        return str(stream.read())


def collection_changed(api: Any) -> Any:
    collection = api.artifact_collection("dataset", "team/demo/data")
    collection.description = "all of it"
    collection.tags = ["one", "two"]
    found = [collection.save()]
    collection.tags = ["two"]
    collection.name = "renamed"
    found += outcomes(collection.save)
    again = api.artifact_collection("dataset", "team/demo/renamed")
    found += [attributes(again, "name", "description", "tags", "type"), again, again.is_sequence()]
    again.type = "job"
    found += outcomes(again.save)
    again.type = "table"
    found += outcomes(again.save, lambda: api.artifact_collection("table", "team/demo/renamed").type)
    return [*found, *outcomes(again.delete, lambda: api.artifact_collection("table", "team/demo/renamed"))]


def run_and_artifacts(api: Any) -> Any:
    run, artifact = api.run("team/demo/run-a"), api.artifact("team/demo/data:v0")
    draft = __import__("wandb").Artifact("draft", "dataset")
    return outcomes(
        lambda: run.use_artifact(artifact),
        lambda: list(run.used_artifacts()),
        lambda: [used.id for used in artifact.used_by()],
        lambda: run.use_artifact(draft),
        lambda: run.use_artifact("data:v0"),
        lambda: run.log_artifact(draft),
        lambda: run.log_artifact("data:v0"),
        lambda: api.run("private/mine").log_artifact(artifact),
        lambda: run.log_artifact(artifact, aliases=["again"]),
        lambda: list(run.logged_artifacts()),
        lambda: api.artifact("team/demo/data:again").name,
    )


def resumed_pages(api: Any) -> Any:
    first = api.artifacts("dataset", "team/demo/data", per_page=1)
    newest = first[0].version
    rest = api.artifacts("dataset", "team/demo/data", per_page=1, start=first.cursor)
    return [newest, [artifact.version for artifact in rest], first.more, rest.more, len(rest)]


ARTIFACTS: dict[str, Question] = {
    "one": with_artifacts(lambda api: of_artifact(api.artifact("team/demo/data:best"))),
    "latest": with_artifacts(lambda api: of_artifact(api.artifact("team/demo/data:latest"))),
    "no alias": with_artifacts(lambda api: api.artifact("team/demo/data").version),
    "type": with_artifacts(lambda api: api.artifact("team/demo/data:v0", type="dataset").name),
    "unknown": with_artifacts(
        lambda api: outcomes(
            lambda: api.artifact("team/demo/data:nope"),
            lambda: api.artifact("team/demo/nope:latest"),
            lambda: api.artifact("team/nope/data:latest"),
            lambda: api.artifact("data:latest"),
            lambda: api.artifact("a/b/c/d"),
            lambda: api.artifact(None),
            lambda: api.artifact("team/demo/data:v0", type="model"),
            lambda: api.artifact(""),
        )
    ),
    "exists": with_artifacts(
        lambda api: outcomes(
            lambda: api.artifact_exists("team/demo/data:v0"),
            lambda: api.artifact_exists("team/demo/data:v0", "dataset"),
            lambda: api.artifact_exists("team/demo/data:v0", "model"),
            lambda: api.artifact_exists("team/demo/data:v9"),
            lambda: api.artifact_exists("a/b/c/d"),
            lambda: api.artifact_collection_exists("team/demo/data", "dataset"),
            lambda: api.artifact_collection_exists("team/demo/data", "model"),
            lambda: api.artifact_collection_exists("team/demo/nope", "dataset"),
        )
    ),
    "versions": with_artifacts(
        lambda api: [
            [artifact.name for artifact in api.artifacts("dataset", "team/demo/data")],
            len(api.artifacts("dataset", "team/demo/data")),
            [artifact.name for artifact in api.artifacts("dataset", "team/demo/data", tags=["clean"])],
            [artifact.name for artifact in api.artifacts("dataset", "team/demo/data", order="+createdAt")],
            [artifact.name for artifact in api.artifacts("dataset", "team/demo/data", order="-createdAt")],
            [artifact.name for artifact in api.artifact_versions("dataset", "team/demo/data")],
            *outcomes(
                lambda: list(api.artifacts("model", "team/demo/data")),
                lambda: list(api.artifacts("dataset", "team/demo/nope")),
                lambda: api.artifacts("dataset", "team/demo/data")[0].version,
                lambda: api.artifacts("dataset", "team/demo/data")[:1],
            ),
        ]
    ),
    "resumed pages": with_artifacts(resumed_pages),
    "types": with_artifacts(
        lambda api: [
            list(api.artifact_types("team/demo")),
            attributes(api.artifact_type("dataset", "team/demo"), "name", "type", "id", "entity", "project"),
            list(api.artifact_type("dataset", "team/demo").collections()),
            api.artifact_type("dataset", "team/demo").collection("data"),
            *outcomes(
                lambda: api.artifact_type("nope", "team/demo"),
                lambda: list(api.artifact_types("team/nope")),
                lambda: list(api.artifact_types("team/second")),
                lambda: api.artifact_type("dataset", "team/demo").collection("nope"),
            ),
        ]
    ),
    "collections": with_artifacts(
        lambda api: [
            list(api.artifact_collections("team/demo", "dataset")),
            len(api.artifact_collections("team/demo", "dataset")),
            sorted(c.name for c in api.project("demo", "team").collections() if not c.name.startswith("run-")),
            list(api.project("demo", "team").collections(filters={"name": "net"})),
            list(api.project("demo", "team").artifacts_types()),
            attributes(api.artifact_collection("dataset", "team/demo/data"), *_OF_A_COLLECTION),
            list(api.artifact_collection("dataset", "team/demo/data").artifacts()),
            *outcomes(lambda: list(api.artifact_collections("team/demo", "nope"))),
        ]
    ),
    "collection changed": with_artifacts(collection_changed),
    "of a run": with_artifacts(
        lambda api: [
            [artifact.name for artifact in api.run("team/demo/maker").logged_artifacts()],
            len(api.run("team/demo/maker").logged_artifacts()),
            [artifact.name for artifact in api.run("team/demo/user").used_artifacts()],
            list(api.run("team/demo/run-a").logged_artifacts()),
            api.run("team/demo/maker").logged_artifacts(per_page=1)[1].name,
            api.artifact("team/demo/data:v0").logged_by(),
            api.artifact("team/demo/data:v0").used_by(),
        ]
    ),
    "run and artifacts": with_artifacts(run_and_artifacts),
    "files": with_artifacts(
        lambda api: [
            [attributes(file, "name", "size", "mimetype") for file in api.artifact("team/demo/data:v0").files()],
            api.artifact("team/demo/data:v0").files(),
            list(api.artifact("team/demo/data:v0").files(names=["nope"])),
            closed(api.artifact("team/demo/data:v0").files()[0].download("files")),
        ]
    ),
    "downloaded": with_artifacts(
        lambda api: [
            folder := api.artifact("team/demo/data:best").download(),
            sorted(os.listdir(folder)),
            Path(folder, "data.txt").read_text(),
        ]
    ),
    "registry": with_artifacts(
        lambda api: outcomes(
            lambda: api.artifact("wandb-registry-model/net:v0"),
            lambda: api.artifact("org/wandb-registry-model/net:v0"),
            lambda: api.artifact("team/demo/net:v0").link("wandb-registry-model/linked"),
            lambda: api.artifact("wandb-registry-model/linked:latest").name,
            lambda: api.artifact("test-entity-org/wandb-registry-model/linked:latest").qualified_name,
            lambda: list(api.artifact_types("wandb-registry-model")),
            lambda: list(api.artifact_collections("wandb-registry-model", "model")),
            lambda: api.artifact_collection("model", "wandb-registry-model/linked").is_sequence(),
            lambda: api.project("wandb-registry-model"),
        )
    ),
}
