"""Artifacts through ``wandb.Api()``: collections, versions, types, and changes to them, in both worlds.

What the server answers follows wandb's documentation of the public Api and wandb's own system tests of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from wandb_testkit import Recorder, patch_wandb

SEEDS: list[dict[str, Any]] = [
    *({"name": "mnist", "project": "p", "files": {"a.txt": str(number)}} for number in range(4)),
    {"name": "cifar", "project": "p", "files": {"b.txt": "b"}, "aliases": ["best"]},
    {"name": "net", "project": "p", "type": "model", "files": {"w.bin": b"\0", "more/c.txt": "c", "d.txt": "d"}},
]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty folder to work in."""
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def patched(options: dict[str, Any]) -> Iterator[tuple[Any, Recorder]]:
    """The patched module and the recorder; there are artifacts already."""
    with patch_wandb(artifacts=SEEDS, **options) as recorder:
        import wandb

        yield wandb, recorder


def names(found: Any) -> list[str]:
    """The names of what the Api lists."""
    return [each.name for each in found]


def test_one_artifact(patched: Any) -> None:
    wandb, _ = patched
    api = wandb.Api()
    found = api.artifact("p/mnist:v2", type="dataset")
    assert (found.name, found.version, found.qualified_name) == ("mnist:v2", "v2", "test-entity/p/mnist:v2")
    assert Path(found.file()).read_text() == "2"
    assert api.artifact_exists("p/mnist:latest") and api.artifact_exists("test-entity/p/cifar:best")
    assert not api.artifact_exists("p/mnist:v9") and not api.artifact_exists("q/mnist:v0")
    assert not api.artifact_exists("p/mnist:v0", type="model")
    for name, message in (
        ("p/mnist:v9", "artifact membership 'mnist:v9' not found in 'test-entity/p'"),
        ("p/mnist", "artifact membership 'mnist' not found in 'test-entity/p'"),
        ("q/mnist:v0", "project 'q' not found under entity 'test-entity'"),
        ("a/b/c/d", "Invalid artifact path: 'a/b/c/d'"),
    ):
        with pytest.raises(wandb.errors.CommError) as caught:
            api.artifact(name)
        assert str(caught.value) == message
    with pytest.raises(wandb.errors.CommError, match="You must specify name= to fetch an artifact"):
        api.artifact(None)


def test_versions_of_a_collection(patched: Any) -> None:
    wandb, _ = patched
    api = wandb.Api()
    everything = ["mnist:v3", "mnist:v2", "mnist:v1", "mnist:v0"]
    versions = api.artifacts("dataset", "p/mnist")
    assert (len(versions), names(versions)) == (4, everything)
    assert names(api.artifacts("dataset", "p/mnist", order="version_index")) == everything[::-1]
    assert names(api.artifacts("dataset", "p/mnist", order="-version_index", per_page=1)) == everything
    assert names(api.artifact_versions("dataset", "p/mnist"))[0] == "mnist:v3"
    for version in versions:
        if version.version in ("v0", "v2"):
            version.tags = ["even", "all"]
            version.save()
    assert names(api.artifacts("dataset", "p/mnist", tags=["even", "all"])) == ["mnist:v2", "mnist:v0"]
    assert names(api.artifacts("dataset", "p/mnist", tags="odd")) == []
    paged = api.artifacts("dataset", "p/mnist", per_page=2)
    assert next(paged).name == "mnist:v3"
    assert names(api.artifacts("dataset", "p/mnist", start=paged.cursor)) == everything[2:]
    assert paged[1:3][0].name == "mnist:v2"
    with pytest.raises((ValueError, wandb.errors.CommError)):
        list(api.artifacts("dataset", "p/nothing"))


def test_types_and_collections(patched: Any) -> None:
    wandb, _ = patched
    api = wandb.Api()
    assert names(api.artifact_types("p")) == ["dataset", "model"]
    kind = api.artifact_type("dataset", "p")
    assert (kind.name, repr(kind)) == ("dataset", "<ArtifactType dataset>")
    assert names(kind.collections()) == ["cifar", "mnist"]
    assert names(kind.collections(order="-name")) == ["mnist", "cifar"]
    assert names(kind.collections(filters={"name": "mnist"})) == ["mnist"]
    assert len(api.artifact_collections("p", "model")) == 1
    assert api.artifact_collection_exists("p/mnist", "dataset")
    assert not api.artifact_collection_exists("p/mnist", "model")
    collection = api.artifact_collection("dataset", "p/cifar")
    assert (collection.name, collection.type, collection.is_sequence()) == ("cifar", "dataset", True)
    assert collection.aliases == ["best", "latest"]
    assert names(collection.artifacts()) == ["cifar:v0"]
    with pytest.raises((ValueError, wandb.errors.CommError), match="Could not find artifact type 'nothing'"):
        api.artifact_type("nothing", "p")


def test_collections_are_changed(patched: Any) -> None:
    wandb, _ = patched
    api = wandb.Api()
    collection = api.artifact_collection("dataset", "p/cifar")
    collection.name, collection.description, collection.tags = "renamed", "d", ["x"]
    collection.save()
    again = api.artifact_collection("dataset", "p/renamed")
    assert (again.id, again.description, list(again.tags)) == (collection.id, "d", ["x"])
    again.type = "images"
    again.save()
    assert api.artifact("p/renamed:latest").type == "images"
    assert not api.artifact_exists("p/cifar:latest")
    again.delete()
    assert not api.artifact_exists("p/renamed:latest")
    link = api.artifact("p/mnist:v1").link("p/chosen")
    portfolio = link.collection
    assert (portfolio.name, portfolio.is_sequence(), link.source_collection.name) == ("chosen", False, "mnist")
    with pytest.raises(ValueError, match="Type can only be changed if the artifact collection is a sequence"):
        portfolio.type = "x"
    portfolio.delete()
    assert not api.artifact_exists("p/chosen:latest") and api.artifact_exists("p/mnist:v1")


def test_files(patched: Any) -> None:
    wandb, _ = patched
    found = wandb.Api().artifact("p/net:latest")
    files = found.files()
    assert names(files) == ["d.txt", "more/c.txt", "w.bin"]
    assert (len(files), files[0].size) == (3, 1)
    assert names(found.files(names=["w.bin", "nothing"])) == ["w.bin"]
    assert names(found.files(per_page=1)) == names(files)
    with files[1].download("there") as stream:
        assert stream.read() == "c"
    assert Path("there/more/c.txt").read_text() == "c"
    assert str(files) == "<ArtifactFiles test-entity/p/net:latest (3)>"


def test_runs_of_the_api_log_and_use(patched: Any) -> None:
    wandb, _ = patched
    with wandb.init(project="p") as run:
        pass
    api = wandb.Api()
    found = api.artifact("p/mnist:v0")
    of_api = api.run(f"p/{run.id}")
    assert of_api.use_artifact(found) is found
    assert of_api.log_artifact(found, aliases=["again"]) is found
    assert names(of_api.used_artifacts()) == names(of_api.logged_artifacts()) == ["mnist:v0"]
    assert [each.id for each in found.used_by()] == [run.id]
    assert api.artifact("p/mnist:again").id == found.id
    with pytest.raises(wandb.errors.CommError):
        of_api.log_artifact(wandb.Artifact("draft", "dataset"))
    with pytest.raises(wandb.errors.CommError):
        of_api.use_artifact("p/mnist:v0")


def test_a_run_is_deleted_with_its_artifacts(patched: Any) -> None:
    wandb, _ = patched
    with wandb.init(project="p") as run:
        run.log_artifact(wandb.Artifact("own", "dataset"))
        run.use_artifact("mnist:v0")
    api = wandb.Api()
    assert api.artifact_exists("p/own:v0")
    api.run(f"p/{run.id}").delete(delete_artifacts=True)
    assert not api.artifact_exists("p/own:v0") and api.artifact_exists("p/mnist:v0")


def test_a_version_is_deleted(patched: Any) -> None:
    wandb, _ = patched
    api = wandb.Api()
    found = api.artifact("p/mnist:v0")
    found.delete()
    assert not api.artifact_exists("p/mnist:v0")
    with pytest.raises(wandb.errors.CommError, match="alias"):
        api.artifact("p/mnist:v3").delete()
    assert names(api.artifacts("dataset", "p/mnist")) == ["mnist:v3", "mnist:v2", "mnist:v1"]
