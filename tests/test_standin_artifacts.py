"""Artifacts in the stand-in, in ways that are taken rarely, are as in the client's own code."""

from __future__ import annotations

import importlib
import os
from pathlib import Path
from typing import Any

import pytest

from tests.both_worlds import all_asked, check
from tests.test_standin_functions import asked

np = pytest.importorskip("numpy")
pytest.importorskip("wandb")
pytestmark = [pytest.mark.needs_wandb, pytest.mark.filterwarnings("ignore")]


def draft(wandb: Any, *files: str, name: str = "data", kind: str = "dataset") -> Any:
    """An artifact with files of small content."""
    artifact = wandb.Artifact(name, kind)
    for file in files:
        Path("content").write_text(file)
        artifact.add_file("content", file)
    return artifact


def test_entries_are_alike() -> None:
    def question(wandb: Any) -> Any:
        manifest = importlib.import_module("wandb.sdk.artifacts.artifact_manifest_entry")
        make = manifest.ArtifactManifestEntry
        Path("f").write_text("abc")
        artifact = draft(wandb, "a", "b/c")
        entry = artifact.manifest.entries["a"]
        one = make(path="x", digest="d", size=3)
        return [
            all_asked(
                shown=lambda: repr(one),
                shown_in_full=lambda: repr(
                    make(path="x", digest="d", ref="r", birth_artifact_id="b", size=1, extra={"e": 1}, skip_cache=True)
                ),
                shown_of_a_file=lambda: repr(make(path="x", digest="d", local_path="f")),
                equal=lambda: one == make(path="x", digest="d", size=3),
                unequal=lambda: [one == make(path="x", digest="d", size=4), one == 3, one != 3],
                name=lambda: one.name,
                url=lambda: one.ref_url(),
                url_of_a_draft=lambda: entry.ref_url(),
                target=lambda: one.ref_target(),
                target_of_a_draft=lambda: entry.ref_target(),
                reference=lambda: make(path="x", digest="d", ref="r").ref_target(),
                parent=lambda: one.parent_artifact(),
                json=lambda: make(path="x", digest="d", local_path="f", extra={"e": 1}).to_json(),
                cache=lambda: make(path="x", digest="d", skip_cache="maybe"),
                download=lambda: one.download(),
            ),
            all_asked(
                of_a_reference=lambda: artifact.get_entry(
                    artifact.add_reference("odd://a/b", name="o")[0].path
                ).ref_url(),
                manifest=lambda: type(artifact.manifest).__name__,
                folder=lambda: sorted(entry.path for entry in artifact.manifest.get_entries_in_directory("b")),
            ),
        ]

    check(question)


def test_files_that_cannot_be_put_down_are_alike() -> None:
    def question(wandb: Any) -> Any:
        with wandb.init(project="p") as run:
            run.log_artifact(draft(wandb, "a", "b", "c/d"))
            used = run.use_artifact("data:latest")
            for folder in ("one/a", "two"):
                os.makedirs(folder, exist_ok=True)
            Path("two/c").write_text("in the way")
            missing = wandb.Artifact("missing", "dataset")
            Path("gone").write_text("x")
            missing.add_reference(Path("gone").absolute().as_uri())
            Path("here").write_text("y")
            missing.add_reference(Path("here").absolute().as_uri())
            run.log_artifact(missing)
            os.unlink("gone")
            referring = run.use_artifact("missing:latest")
            found = all_asked(
                a_folder_in_the_way=lambda: sorted(os.listdir(used.download("one"))),
                a_file_in_the_way=lambda: sorted(os.listdir(used.download("two"))),
                into_the_folder=lambda: [os.listdir("one/a"), used.get_entry("a").download("one")],
                into_no_folder=lambda: used.get_entry("c/d").download("two"),
                verified=lambda: used.verify("one"),
                missing=lambda: sorted(os.listdir(referring.download("three"))),
                missing_allowed=lambda: sorted(os.listdir(referring.download("four", allow_missing_references=True))),
                references_verified=lambda: referring.verify("four"),
            )
            Path("here").write_text("another")
            found["changed"] = asked(lambda: referring.download("five"))
            # The client's cache is of no use any more after the first of them.
            found["all without a cache"] = asked(lambda: sorted(os.listdir(used.download("one", skip_cache=True))))
            return {key: str(value).replace(os.getcwd(), "CWD") for key, value in found.items()}

    check(question)


def test_links_are_alike() -> None:
    def question(wandb: Any) -> Any:
        with wandb.init(project="p", entity="e") as run:
            model = draft(wandb, "a", name="net", kind="model")
            run.log_artifact(model).wait()
            data = draft(wandb, "a")
            run.log_artifact(data).wait()
            found = []
            for artifact, target in (
                (model, "e/model-registry/nets"),
                (model, "e/other/nets"),
                (data, "e/other/sets"),
                (data, "wandb-registry-things/sets"),
                (data, "org/wandb-registry-things/sets"),
            ):
                link = asked(lambda artifact=artifact, target=target: run.link_artifact(artifact, target).url)
                found.append(link)
            link = run.link_artifact(data, "e/other/more")
            again = wandb.Api().artifact("e/other/more:latest")
            for each in (link, again):
                found.append(
                    all_asked(
                        linked=lambda each=each: [each.is_link, each.qualified_name, each.source_qualified_name],
                        source=lambda each=each: [each.source_artifact.qualified_name, each.source_artifact.is_link],
                        source_of_the_source=lambda: data.source_artifact.qualified_name,
                        twice=lambda each=each: each.source_artifact is each.source_artifact,
                        ttl=lambda each=each: setattr(each, "ttl", None),
                        tags=lambda each=each: setattr(each, "tags", ["t"]),
                        metadata=lambda each=each: setattr(each, "metadata", {"a": 1}),
                        description=lambda each=each: setattr(each, "description", "words"),
                        aliases=lambda each=each: setattr(each, "aliases", ["x"]),
                        save=lambda each=each: each.save(),
                        link_again=lambda each=each: each.link("e/other/further").qualified_name,
                        links=lambda each=each: [one.qualified_name for one in each.linked_artifacts],
                        used=lambda each=each: [one.id == run.id for one in each.used_by()],
                    )
                )
            found.append(asked(again.delete))
            found.append(sorted(one.qualified_name for one in data.linked_artifacts))
            found.append(asked(lambda: wandb.Api().artifact("e/other/more:latest")))
            return found

    check(question)


def test_a_draft_of_a_wrong_kind_is_alike() -> None:
    def question(wandb: Any) -> Any:
        artifact = draft(wandb, "a")
        os.makedirs("d/e")
        for path in ("text", "d/e/f"):
            Path(path).write_text("words")

        def write(name: str, text: str, **options: Any) -> Any:
            with artifact.new_file(name, **options) as stream:
                stream.write(text)
            return sorted(artifact.manifest.entries)

        with wandb.init(project="p") as run:
            return all_asked(
                use_as=lambda: wandb.Artifact("b", "dataset", use_as="x").use_as,
                algorithm=lambda: wandb.Artifact("b", "dataset", digest_algorithm="xxh128").digest,
                other_algorithm=lambda: wandb.Artifact("b", "dataset", digest_algorithm="crc"),
                new=lambda: write("new", "a"),
                new_again=lambda: str(asked(lambda: write("new", "b"))).split(" at ")[0],
                latin=lambda: write("latin", "ü", encoding="ascii"),
                used_as=lambda: run.use_artifact(draft(wandb, "a", name="used"), use_as="x").is_draft(),
                used_of_name=lambda: run.use_artifact("used:latest", use_as="x").name,
                used_of_type=lambda: run.use_artifact("used:latest", type="model"),
                nothing=lambda: run.use_artifact(None),
                number=lambda: run.use_artifact(3),
                unlinked=lambda: run.use_artifact("used:latest").unlink(),
                model_of_another_kind=lambda: run.link_model("text", "nets", name="used").name,
                model=lambda: run.link_model("text", "nets", name="net").qualified_name,
                model_again=lambda: run.link_model("text", "nets", name="net").qualified_name,
                model_elsewhere=lambda: run.link_model("text", "a/nets", name="net"),
                saved_without=lambda: draft(wandb, "a", name="saved").save(project="other"),
                absolute=lambda: artifact.get_entry("/a"),
                upward=lambda: artifact.new_file("../a").__enter__(),
                bare=lambda: wandb.Api().artifact("no"),
                named_nothing=lambda: wandb.Api().artifact(None),
                reference=lambda: artifact.add_reference("wandb-client-artifact://nothing/x"),
                bucket=lambda: artifact.add_reference("gs://bucket/x"),
                store=lambda: artifact.add_reference("s3://bucket/x"),
                azure=lambda: artifact.add_reference("https://account.blob.core.windows.net/c/b"),
                azure_unchecked=lambda: [
                    repr(artifact.add_reference(f"https://a.blob.core.windows.net/{path}", name, checksum=False))
                    for path, name in (("c/b/d?x=1#y", None), ("c/b", "n"))
                ],
                azure_without_a_blob=lambda: artifact.add_reference(
                    "https://a.blob.core.windows.net/c", checksum=False
                ),
                folder=lambda: [
                    each.path for each in artifact.add_reference(Path("d").absolute().as_uri(), checksum=False)
                ],
            )

    check(question)


def test_history_has_no_time_to_live_alike() -> None:
    def question(wandb: Any) -> Any:
        with wandb.init(project="p") as run:
            found = []
            for kind in ("wandb-history", "dataset"):
                artifact = asked(
                    lambda kind=kind: run.log_artifact(draft(wandb, "a", name="x" + kind, kind=kind)).wait().type
                )
                found.append(artifact)
                found.append(asked(lambda kind=kind: setattr(draft(wandb, "a", kind=kind), "ttl", None)))
            return found

    check(question)


def test_media_of_other_artifacts_are_passed_on_alike() -> None:
    def question(wandb: Any) -> Any:
        Path("x.png").write_bytes(b"")
        with wandb.init(project="p") as run:
            artifact = wandb.Artifact("all", "dataset")
            artifact.add(wandb.Html("<p>"), "page")
            artifact.add(wandb.Image(np.zeros((2, 2), dtype="uint8")), "image")
            run.log_artifact(artifact).wait()
            used = run.use_artifact("all:latest")
            again = wandb.Artifact("again", "dataset")
            found = {}
            for name in ("page", "image"):
                value = used.get(name)
                table = wandb.Table(columns=["a"], data=[[value]])
                found[name] = asked(lambda table=table, name=name: again.add(table, name).path)
                found[f"{name} logged"] = asked(lambda value=value, name=name: run.log({name: value}))
                other = wandb.Artifact("moved", "dataset")
                found[f"{name} moved"] = asked(lambda value=value, name=name, other=other: other.add(value, name).path)
                found[f"{name} entries"] = sorted(
                    (path, bool(entry.ref)) for path, entry in other.manifest.entries.items()
                )
            found["entries"] = sorted((path, bool(entry.ref)) for path, entry in again.manifest.entries.items())
            run.log_artifact(again).wait()
            third = run.use_artifact("again:latest")
            found["third"] = asked(lambda: sorted(os.listdir(third.download("third"))))
            found["targets"] = [
                asked(entry.ref_target) for _, entry in sorted(third.manifest.entries.items()) if entry.ref
            ]
            entry = next(path for path, entry in sorted(third.manifest.entries.items()) if entry.ref)
            found["of an entry"] = asked(lambda: third.get_entry(entry).ref_target())
            found["downloaded"] = asked(lambda: os.path.getsize(third.get_entry(entry).download()))
            found["known"] = asked(lambda: type(used.get_added_local_path_name("x")).__name__)
            return found

    check(question)


def test_media_are_linked_into_the_folder_of_a_run_alike() -> None:
    def question(wandb: Any) -> Any:
        Path("p.html").write_text("<p>")
        with wandb.init(project="p", settings=wandb.Settings(allow_media_symlink=True)) as run:
            for _ in range(2):
                run.log({"page": wandb.Html("p.html", inject=False)})
            folder = Path(run.dir, "media", "html")
            found = sorted((path.is_symlink(), os.path.basename(os.readlink(path))) for path in folder.iterdir())
            html = wandb.Html("p.html", inject=False)
            html.bind_to_run(run, "k", 0)
            again = wandb.Html("p.html", inject=False)
            again.bind_to_run(run, "k", 0)
        with wandb.init(project="p") as run:
            first = wandb.Html("p.html", inject=False)
            first.bind_to_run(run, "k", 0)
            same = wandb.Html(first._path, inject=False)
            return [
                found,
                all_asked(
                    same=lambda: asked(lambda: same.bind_to_run(run, "k", 0))[0],
                    ignored=lambda: same.bind_to_run(run, "k", 0, ignore_copy_err=True),
                ),
            ]

    check(question)


def test_the_bases_of_media_are_alike() -> None:
    def question(wandb: Any) -> Any:
        base = importlib.import_module("wandb.sdk.data_types.base_types.wb_value")
        media = importlib.import_module("wandb.sdk.data_types.base_types.media")
        metadata = importlib.import_module("wandb.sdk.data_types.base_types.json_metadata")
        value = base.WBValue()
        return all_asked(
            to_json=lambda: value.to_json(None),
            from_json=lambda: base.WBValue.from_json({}, None),
            unknown=lambda: base.WBValue.init_from_json({"_type": "no such"}, None),
            array=lambda: value.to_data_array(),
            folder=lambda: media.Media.get_media_subdir(),
            sequence=lambda: media.BatchableMedia.seq_to_json([], None, "k", 0),
            reference=lambda: [
                media.Media.path_is_reference(each) for each in (None, Path("a"), "a", "http://a", "s3://b")
            ],
            metadata=lambda: metadata.JSONMetadata({"a": 1}).to_json(None),
            metadata_name=lambda: metadata.JSONMetadata.type_name(),
            metadata_any=lambda: metadata.JSONMetadata({"a": 1}).validate({"b": 2}),
            metadata_wrong=lambda: metadata.JSONMetadata(3),
        )

    check(question)
