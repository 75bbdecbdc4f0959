"""Artifacts offline: what goes into them, and what a draft says to everything that needs a server."""

from __future__ import annotations

import os
from typing import Any

from tests.scenarios import Observer, scenario
from tests.scenarios.media import write


def draft(wandb: Any, name: str = "data", type: str = "dataset") -> Any:
    """An artifact with one file."""
    artifact = wandb.Artifact(name, type)
    with artifact.new_file("a.txt") as stream:
        stream.write("a")
    return artifact


@scenario
def artifact_drafts_have_no_place(wandb: Any, obs: Observer) -> None:
    artifact = draft(wandb)
    for label, call in (
        ("link", lambda: artifact.link("c")),
        ("link path", lambda: artifact.link("p/c")),
        ("link registry", lambda: artifact.link("wandb-registry-model/c")),
        ("delete all", lambda: artifact.delete(delete_aliases=True)),
        ("new draft", artifact.new_draft),
        ("download", lambda: artifact.download("x", path_prefix="a")),
        ("checkout", lambda: artifact.checkout("x")),
        ("verify", lambda: artifact.verify("x")),
        ("file", lambda: artifact.file("x")),
        ("files", lambda: artifact.files(["a.txt"])),
        ("entry", lambda: artifact.get_entry("a.txt")),
        ("wait", lambda: artifact.wait(timeout=0)),
        ("parent", lambda: artifact.manifest.entries["a.txt"].parent_artifact()),
        ("entry download", lambda: artifact.manifest.entries["a.txt"].download()),
        ("ref url", lambda: artifact.manifest.entries["a.txt"].ref_url()),
        ("ref target", lambda: artifact.manifest.entries["a.txt"].ref_target()),
        ("added", lambda: artifact.get_added_local_path_name("nowhere")),
    ):
        obs.ask(label, call)


@scenario(since=(0, 22, 0))  # earlier, the client asks the server even offline
def artifact_used_offline(wandb: Any, obs: Observer) -> None:
    artifact = draft(wandb)
    write("m.bin", b"m")
    with wandb.init(project="p") as run:
        for label, call in (
            ("name", lambda: run.use_artifact("data:latest")),
            ("draft", lambda: run.use_artifact(artifact)),
            ("nothing", lambda: run.use_artifact(None)),
            ("number", lambda: run.use_artifact(3)),
            ("type", lambda: run.use_artifact("data:latest", type="x", use_as="y")),
            ("module", lambda: wandb.use_artifact("data:latest")),
            ("model", lambda: run.use_model("m:latest")),
            ("no name", lambda: run.use_model()),
            ("link", lambda: run.link_artifact(draft(wandb, "linked"), "c")),
            ("link model", lambda: run.link_model("m.bin", "c")),
            ("link model path", lambda: run.link_model("m.bin", "a/c")),
            ("link nothing", lambda: run.link_artifact(None, "c")),
            ("config", lambda: run.config.update({"a": artifact})),
            ("config text", lambda: run.config.update({"a": "wandb-artifact://e/p/data:latest"})),
            ("config dict", lambda: run.config.update({"a": {"_type": "artifactVersion", "id": "x"}})),
        ):
            obs.ask(label, call)


@scenario
def artifact_manifests(wandb: Any, obs: Observer) -> None:
    artifact = draft(wandb)
    os.makedirs("folder")
    write("folder/b.txt", b"b")
    artifact.add_dir("folder", name="all")
    manifest = artifact.manifest
    obs.read("length", len(manifest))
    obs.read("version", manifest.version())
    obs.read("json", manifest.to_manifest_json())
    obs.read("in a folder", [entry.path for entry in manifest.get_entries_in_directory("all")])
    obs.read("none", manifest.get_entry_by_path("nothing"))
    entry = manifest.entries["a.txt"]
    obs.read("entry", [entry.path, entry.digest, entry.size, entry.extra, entry.ref, entry.birth_artifact_id])
    obs.read("algorithm", entry.digest_algorithm().value)
    obs.ask("remove", lambda: manifest.remove_entry(entry))
    obs.ask("remove again", lambda: manifest.remove_entry(entry))
    obs.read("digest", artifact.digest)


@scenario
def artifact_logged_twice(wandb: Any, obs: Observer) -> None:
    with wandb.init(project="p") as run:
        artifact = draft(wandb)
        run.log_artifact(artifact, aliases=["one"])
        artifact.metadata = {"later": 1}
        artifact.description = "later"
        run.log_artifact(artifact, aliases=["two"], tags=["t"])
        obs.ask("other type", lambda: run.log_artifact(draft(wandb, type="model")).type)
        obs.ask("save", artifact.save)
        obs.read("draft", artifact.is_draft())


@scenario
def artifact_arguments_that_are_refused(wandb: Any, obs: Observer) -> None:
    for metadata in ("x", '{"a": 1} 2', "{'a': 1}", '{"a" 1}', "[1]", '{"a": 1}', ""):
        obs.ask(
            f"metadata {metadata!r}",
            lambda metadata=metadata: wandb.Artifact("n", "t", metadata=metadata).metadata,  # type: ignore[misc]
        )
    for region in ("", " ", 3, b"x", " here "):
        with obs.raises(f"region {region!r}"):
            wandb.Artifact("n", "t", storage_region=region)
    artifact = wandb.Artifact("n", "t")
    for value in (3, "text", wandb.Histogram(np_histogram=([1], [0, 1]))):
        with obs.raises(f"add {type(value).__name__}"):
            artifact.add(value, "name")
    for name in ("get_path", "wait", "link"):
        with obs.raises(name):
            getattr(artifact, name)(unknown=1)
    with obs.raises("get_path of nothing"):
        artifact.get_path()
