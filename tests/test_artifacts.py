"""Artifacts: logged, versioned, used and linked within a patch, in both worlds.

Only a server could say what happens to a logged artifact.  What is expected here is what wandb's documentation of
artifacts says (https://docs.wandb.ai/models/artifacts), what the client's source does with the server's answers, and
what wandb's own system tests of artifacts expect of a server.
"""

from __future__ import annotations

import gc
import os
import pickle
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from wandb_testkit import MockWandB, NotModelled, Recorder, patch_wandb


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to work in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def patched(options: dict[str, Any]) -> Iterator[tuple[Any, Recorder]]:
    """The patched module and the recorder."""
    with patch_wandb(**options) as recorder:
        import wandb

        yield wandb, recorder


def artifact_of(wandb: Any, name: str = "data", type: str = "dataset", **contents: str) -> Any:
    """An artifact of text files: ``a="..."`` is the file ``a.txt``."""
    artifact = wandb.Artifact(name, type)
    for file, text in contents.items():
        with artifact.new_file(f"{file}.txt") as stream:
            stream.write(text)
    return artifact


def read(folder: Any) -> dict[str, str]:
    """All text files below a folder."""
    return {str(path.relative_to(folder)): path.read_text() for path in Path(folder).rglob("*") if path.is_file()}


# ---- versions and aliases


def test_a_logged_artifact_is_a_draft_until_it_is_waited_for(patched: Any) -> None:
    wandb, _ = patched
    with wandb.init(project="p") as run:
        artifact = run.log_artifact(artifact_of(wandb, a="1"), aliases=["best"], tags=["blue"])
        assert artifact.is_draft()
        assert artifact.state == "PENDING"
        with pytest.raises(AttributeError, match=r"Call Artifact\.wait\(\) before"):
            artifact.version  # noqa: B018
        assert artifact.wait() is artifact
    assert artifact.state == "COMMITTED"
    assert (artifact.name, artifact.version, artifact.source_version) == ("data:v0", "v0", "v0")
    assert artifact.qualified_name == artifact.source_qualified_name == "test-entity/p/data:v0"
    assert artifact.aliases == ["best", "latest"]
    assert artifact.tags == ["blue"]
    assert (artifact.type, artifact.file_count, artifact.size) == ("dataset", 1, 1)
    assert artifact.id and artifact.commit_hash and artifact.created_at == artifact.updated_at
    assert artifact.url.endswith("/test-entity/p/artifacts/dataset/data/v0")
    assert not artifact.is_link and artifact.linked_at is None
    assert artifact.ttl is None
    assert artifact.wait() is artifact


def test_a_wait_of_no_time_is_too_short_at_first(patched: Any) -> None:
    wandb, _ = patched
    with wandb.init() as run:
        artifact = run.log_artifact(artifact_of(wandb, a="1"))
        with pytest.raises(wandb.Error, match="timed out") as caught:
            artifact.wait(timeout=0)
        assert type(caught.value).__name__ == "WaitTimeoutError"
        assert artifact.wait(timeout=60).version == "v0"


def test_versions_count_up_and_aliases_move(patched: Any) -> None:
    wandb, _ = patched
    with wandb.init(project="p") as run:
        first = run.log_artifact(artifact_of(wandb, a="1"), aliases=["best", "old"]).wait()
        second = run.log_artifact(artifact_of(wandb, a="2"), aliases=["best"]).wait()
        found = {alias: run.use_artifact(f"data:{alias}") for alias in ("v0", "v1", "latest", "best", "old")}
    assert (first.version, second.version) == ("v0", "v1")
    expected = {"v0": "v0", "v1": "v1", "latest": "v1", "best": "v1", "old": "v0"}
    assert {alias: artifact.version for alias, artifact in found.items()} == expected
    assert found["v0"].aliases == ["old"]
    assert found["v1"].aliases == ["best", "latest"]


def test_the_same_content_makes_no_new_version(patched: Any) -> None:
    wandb, recorder = patched
    with wandb.init(project="p") as run:
        first = run.log_artifact(artifact_of(wandb, a="1")).wait()
        other = run.log_artifact(artifact_of(wandb, a="2")).wait()
        again = run.log_artifact(artifact_of(wandb, a="1"), aliases=["back"]).wait()
        fourth = run.log_artifact(artifact_of(wandb, a="4")).wait()
    assert (first.version, other.version, again.version, fourth.version) == ("v0", "v1", "v0", "v2")
    assert again.id == first.id
    assert again.aliases == ["back", "latest"]
    assert recorder.warnings == [
        'Artifact "data" already exists with the same content. No new version will be created.'
    ]


def test_names_are_apart_in_projects_and_entities(patched: Any) -> None:
    wandb, _ = patched
    with wandb.init(project="p") as run:
        run.log_artifact(artifact_of(wandb, a="1")).wait()
    with wandb.init(project="q", entity="team") as run:
        assert run.log_artifact(artifact_of(wandb, a="2")).wait().qualified_name == "team/q/data:v0"
        assert read(run.use_artifact("test-entity/p/data:latest").download("there")) == {"a.txt": "1"}
        with pytest.raises(wandb.errors.CommError, match=r"^project 'r' not found under entity 'team'$"):
            run.use_artifact("r/data:latest")


def test_another_type_under_the_name_is_refused(patched: Any) -> None:
    wandb, _ = patched
    with wandb.init() as run:
        run.log_artifact(artifact_of(wandb, a="1"))
        with pytest.raises(ValueError, match=r"^Artifact data already exists with type 'dataset'; cannot create"):
            run.log_artifact(artifact_of(wandb, type="model", a="1"))


def test_what_is_said_of_an_artifact_arrives(patched: Any) -> None:
    wandb, _ = patched
    artifact = wandb.Artifact("data", "dataset", description="d", metadata={"n": 1, "nan": float("nan")})
    artifact.ttl = timedelta(days=3)
    with wandb.init() as run:
        run.log({"loss": 1})
        run.log({"loss": 2})
        run.log_artifact(artifact)
        found = run.use_artifact("data:latest")
    assert (found.description, found.metadata) == ("d", {"n": 1, "nan": None})
    assert found.ttl == timedelta(days=3)
    assert found.history_step == 1


def test_a_version_is_changed_by_saving(patched: Any) -> None:
    wandb, _ = patched
    with wandb.init() as run:
        artifact = run.log_artifact(artifact_of(wandb, a="1"), aliases=["old"], tags=["x"]).wait()
        artifact.aliases.append("new")
        artifact.aliases.remove("old")
        artifact.tags = ["y", "z"]
        artifact.description = "said later"
        artifact.metadata["k"] = 1
        artifact.ttl = timedelta(hours=1)
        found = run.use_artifact("data:v0")
        assert (found.aliases, found.tags, found.metadata) == (["latest", "old"], ["x"], {})
        artifact.save()
        assert artifact.aliases == ["latest", "new"]
        for name in ("data:v0", "data:new"):
            found = wandb.Api().artifact(f"uncategorized/{name}")
            assert (sorted(found.aliases), found.tags) == (["latest", "new"], ["y", "z"])
            assert (found.description, found.metadata, found.ttl) == ("said later", {"k": 1}, timedelta(hours=1))
        with pytest.raises(wandb.errors.CommError, match="not found"):
            run.use_artifact("data:old")
        artifact.tags = ["fine"]
        artifact.tags.append("not/fine")
        with pytest.raises(wandb.errors.CommError, match="Invalid tag"):
            artifact.save()


def test_saving_a_draft_logs_it_to_the_running_run_or_to_one_of_its_own(patched: Any) -> None:
    wandb, recorder = patched
    with wandb.init() as run:
        artifact_of(wandb, a="1").save()
        assert run.use_artifact("data:latest").logged_by().id == run.id
    artifact = artifact_of(wandb, "other", a="1")
    artifact.save(project="elsewhere")
    assert artifact.wait().qualified_name == "test-entity/elsewhere/other:v0"
    assert (recorder.run.project, recorder.run.job_type, recorder.run.state) == ("elsewhere", "auto", "finished")


def test_a_new_draft_begins_with_what_was_there(patched: Any) -> None:
    wandb, _ = patched
    with wandb.init() as run:
        old = run.log_artifact(artifact_of(wandb, a="1", b="2")).wait()
        draft = old.new_draft()
        assert (draft.name, draft.type, draft.is_draft()) == ("data", "dataset", True)
        draft.remove("a.txt")
        with draft.new_file("c.txt") as stream:
            stream.write("3")
        new = run.log_artifact(draft).wait()
        assert new.version == "v1"
        assert read(new.download()) == {"b.txt": "2", "c.txt": "3"}
        assert read(old.download()) == {"a.txt": "1", "b.txt": "2"}


def test_an_incremental_artifact_adds_to_the_version_before(patched: Any) -> None:
    wandb, _ = patched
    with wandb.init() as run:
        run.log_artifact(artifact_of(wandb, a="1", b="2"))
        more = wandb.Artifact("data", "dataset", incremental=True)
        with more.new_file("a.txt") as stream:
            stream.write("new")
        assert read(run.log_artifact(more).wait().download()) == {"a.txt": "new", "b.txt": "2"}


def test_runs_of_a_group_write_to_one_version(patched: Any) -> None:
    wandb, _ = patched
    for file in "ab":
        with wandb.init(group="g", project="p") as run:
            assert run.upsert_artifact(artifact_of(wandb, **{file: file})).wait().is_draft()
            with pytest.raises(wandb.errors.CommError, match="not found"):
                run.use_artifact("data:latest")
    with wandb.init(group="g", project="p") as run:
        artifact = run.finish_artifact(artifact_of(wandb, c="c"), aliases=["all"]).wait()
        assert (artifact.version, artifact.aliases) == ("v0", ["all", "latest"])
        assert read(artifact.download()) == {"a.txt": "a", "b.txt": "b", "c.txt": "c"}


def test_a_version_is_deleted_and_its_number_is_gone(patched: Any) -> None:
    wandb, _ = patched
    with wandb.init() as run:
        first = run.log_artifact(artifact_of(wandb, a="1")).wait()
        with pytest.raises(wandb.errors.CommError, match="alias"):
            first.delete()
        first.delete(delete_aliases=True)
        with pytest.raises(wandb.errors.CommError, match="not found"):
            run.use_artifact("data:v0")
        assert run.log_artifact(artifact_of(wandb, a="1")).wait().version == "v1"


# ---- what goes in comes out


def test_files_come_back_as_they_were_when_they_were_added(patched: Any) -> None:
    wandb, _ = patched
    Path("a.txt").write_text("before")
    Path("sub").mkdir()
    Path("sub/b.bin").write_bytes(bytes(range(256)))
    artifact = wandb.Artifact("data", "dataset")
    artifact.add_file("a.txt")
    artifact.add_dir("sub", name="all")
    Path("a.txt").write_text("after")
    with wandb.init() as run:
        run.log_artifact(artifact)
        os.remove("sub/b.bin")
        found = run.use_artifact("data:latest")
        folder = found.download()
        assert folder == os.path.abspath("artifacts/data:v0")
        assert Path(folder, "a.txt").read_text() == "before"
        assert Path(folder, "all/b.bin").read_bytes() == bytes(range(256))
        found.verify()
        Path(folder, "a.txt").write_text("spoilt")
        with pytest.raises(ValueError, match=r"^Digest mismatch for file: a.txt$"):
            found.verify()
        found.download()
        assert Path(folder, "a.txt").read_text() == "before"
        Path(folder, "stray").write_text("")
        with pytest.raises(ValueError, match="which is not a member of artifact data:"):
            found.verify()


def test_a_large_file_comes_back_too(patched: Any) -> None:
    wandb, _ = patched
    content = os.urandom((1 << 20) + 1)
    Path("large.bin").write_bytes(content)
    with wandb.init() as run:
        run.log_artifact("large.bin", name="large", type="model")
        os.remove("large.bin")
        assert Path(run.use_model("large:latest")).read_bytes() == content


@pytest.mark.parametrize(("prefix", "expected"), [("x", ["x-b.txt", "x/a.txt"]), ("x/", ["x/a.txt"]), ("", None)])
def test_part_of_an_artifact_is_downloaded(patched: Any, prefix: str, expected: list[str] | None) -> None:
    wandb, _ = patched
    everything = ["x-b.txt", "x/a.txt", "y.txt"]
    with wandb.init() as run:
        run.log_artifact(artifact_of(wandb, **{name.removesuffix(".txt"): name for name in everything}))
        folder = run.use_artifact("data:latest").download(root="there", path_prefix=prefix)
    assert folder == "there"
    assert sorted(read(folder)) == (everything if expected is None else expected)


def test_the_folder_of_downloads_can_be_set(patched: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    wandb, _ = patched
    with wandb.init() as run:
        artifact = run.log_artifact(artifact_of(wandb, a="1")).wait()
        monkeypatch.setenv("WANDB_ARTIFACT_DIR", "kept")
        assert artifact.download() == os.path.abspath("kept/data:v0")
        assert artifact.get_entry("a.txt").download() == os.path.abspath("kept/data:v0/a.txt")
        assert artifact.file() == os.path.join(".", "artifacts", "data:v0", "a.txt")


def test_checkout_removes_what_is_not_in_it(patched: Any) -> None:
    wandb, _ = patched
    with wandb.init() as run:
        artifact = run.log_artifact(artifact_of(wandb, a="1", b="2")).wait()
        Path("there").mkdir()
        Path("there/stray").write_text("x")
        Path("there/b.txt").write_text("old")
        assert artifact.checkout("there") == "there"
        assert read("there") == {"a.txt": "1", "b.txt": "2"}
        assert artifact.checkout() == os.path.abspath("artifacts/data")
        with pytest.raises(ValueError, match="contains more than one file"):
            artifact.file()


def test_entries_are_asked_for_by_path(patched: Any) -> None:
    wandb, _ = patched
    with wandb.init() as run:
        artifact = run.log_artifact(artifact_of(wandb, a="1")).wait()
        entry = artifact.get_entry("a.txt")
        assert (entry.path, entry.size, entry.digest) == ("a.txt", 1, "xMpCOKC5I4INzFCab3WEmw==")
        assert entry.parent_artifact() is artifact
        assert entry.birth_artifact_id == artifact.id
        assert Path(entry.download("there")).read_text() == "1"
        with pytest.raises(KeyError, match=r"Path not contained in artifact: b\.txt"):
            artifact.get_entry("b.txt")
        with pytest.raises(ValueError, match="Only reference entries"):
            entry.ref_target()
        assert artifact.get("nothing") is None
        assert [file.name for file in artifact.files()] == ["a.txt"]
        assert [file.size for file in artifact.files(names=["a.txt"])] == [1]
        assert len(artifact.files(names=["b.txt"])) == 0


def test_tables_and_media_come_back(patched: Any) -> None:
    wandb, _ = patched
    table = wandb.Table(columns=["n", "text"], data=[[1, "a"], [2, None]])
    artifact = wandb.Artifact("data", "dataset")
    artifact.add(table, "t")
    artifact["page"] = wandb.Html("<p>x</p>")
    with wandb.init() as run:
        run.log_artifact(artifact)
        found = run.use_artifact("data:latest")
        assert found.get("t").data == [[1, "a"], [2, None]]
        assert found["t"].columns == ["n", "text"]
        assert type(found["page"]).__name__ == "Html"
        # A table of another artifact is put in by reference.
        other = wandb.Artifact("other", "dataset")
        other.add(found.get("t"), "again")
        entry = other.manifest.entries["again.table.json"]
        assert entry.ref.startswith("wandb-artifact://")
        run.log_artifact(other)
        assert run.use_artifact("other:latest").get("again").data == [[1, "a"], [2, None]]


def test_a_table_that_a_run_logs_is_an_artifact(patched: Any) -> None:
    wandb, _ = patched
    with wandb.init(id="fixed") as run:
        run.log({"t": wandb.Table(columns=["n"], data=[[1]])})
        found = run.use_artifact("run-fixed-t:latest")
        assert (found.type, found.get("t").data) == ("run_table", [[1]])


def test_references_keep_their_address(patched: Any) -> None:
    wandb, _ = patched
    Path("a.txt").write_text("1")
    address = Path("a.txt").resolve().as_uri()
    artifact = wandb.Artifact("data", "dataset")
    artifact.add_reference(address)
    artifact.add_reference("https://example.com/b.txt", checksum=False)
    artifact.add_reference("own://host/c", name="c")
    with wandb.init() as run:
        run.log_artifact(artifact)
        found = run.use_artifact("data:latest")
        refs = {path: entry.ref for path, entry in found.manifest.entries.items()}
        assert refs == {"a.txt": address, "b.txt": "https://example.com/b.txt", "c": "own://host/c"}
        assert found.get_entry("b.txt").ref_target() == "https://example.com/b.txt"
        assert Path(found.get_entry("a.txt").download()).read_text() == "1"
        with pytest.raises(ValueError, match="Cannot download file at path own://host/c, scheme own not recognized"):
            found.get_entry("c").download()
        Path("a.txt").write_text("2")
        # The client has it in its cache.
        assert Path(found.get_entry("a.txt").download("elsewhere")).read_text() == "1"
        os.remove("elsewhere/a.txt")
        os.remove("a.txt")
        with pytest.raises(ValueError, match="Failed to find file at path"):
            found.get_entry("a.txt").download("elsewhere")


def test_a_reference_to_what_has_changed_is_refused(patched: Any) -> None:
    wandb, _ = patched
    Path("a.txt").write_text("1")
    artifact = wandb.Artifact("data", "dataset")
    artifact.add_reference(Path("a.txt").resolve().as_uri())
    Path("a.txt").write_text("2")
    with wandb.init() as run:
        run.log_artifact(artifact)
        with pytest.raises(ValueError, match=r"^Local file reference: Digest mismatch for path"):
            run.use_artifact("data:latest").download()


def test_an_entry_of_another_artifact_is_a_reference(patched: Any) -> None:
    wandb, _ = patched
    with wandb.init() as run:
        first = run.log_artifact(artifact_of(wandb, a="1")).wait()
        second = wandb.Artifact("second", "dataset")
        [entry] = second.add_reference(first.get_entry("a.txt"), name="from first.txt")
        assert entry.digest == first.get_entry("a.txt").digest
        run.log_artifact(second)
        assert read(run.use_artifact("second:latest").download()) == {"from first.txt": "1"}


def test_code_and_models(patched: Any) -> None:
    wandb, _ = patched
    Path("train.py").write_text("x = 1")
    Path("weights.bin").write_text("w")
    with wandb.init(id="fixed") as run:
        code = run.log_code(".", name="code-of-it").wait()
        assert (code.type, read(code.download("there"))) == ("code", {"train.py": "x = 1"})
        run.log_model("weights.bin", "m", aliases=["best"])
        assert run.use_model("m:best") == os.path.abspath("artifacts/m:v0/weights.bin")
        run.log_model("weights.bin")
        assert run.use_artifact("run-fixed-weights.bin:latest").type == "model"
        run.log_artifact(artifact_of(wandb, a="1"))
        with pytest.raises(AssertionError, match="You can only use this method for 'model' artifacts"):
            run.use_model("data:latest")


# ---- using


def test_runs_that_logged_and_used_are_known(patched: Any) -> None:
    wandb, recorder = patched
    with wandb.init(project="p") as first:
        first.log_artifact(artifact_of(wandb, a="1"))
    with wandb.init(project="p") as second:
        used = second.use_artifact("data:latest")
        wandb.use_artifact("data:v0", type="dataset")
    assert used.logged_by().id == first.id
    assert [run.id for run in used.used_by()] == [second.id]
    assert recorder.runs[0].used_artifacts == []
    assert {artifact.id for artifact in recorder.run.used_artifacts} == {used.id}
    assert [artifact.name for artifact in wandb.Api().run(f"p/{first.id}").logged_artifacts()] == ["data:v0"]
    assert [artifact.name for artifact in wandb.Api().run(f"p/{second.id}").used_artifacts()] == ["data:v0"]


def test_a_draft_is_logged_when_it_is_used(patched: Any) -> None:
    wandb, recorder = patched
    with wandb.init() as run:
        artifact = run.use_artifact(artifact_of(wandb, a="1"), aliases="mine")
        assert (artifact.version, artifact.aliases) == ("v0", ["latest", "mine"])
        # It is an input of the run, no output.
        assert artifact.logged_by() is None
        assert [each.id for each in artifact.used_by()] == [run.id]
        assert run.use_artifact(artifact) is artifact
    assert recorder.run.used_artifacts == [artifact]
    assert list(wandb.Api().run(f"uncategorized/{run.id}").logged_artifacts()) == []


@pytest.mark.parametrize(
    ("name", "type_", "error", "message"),
    [
        ("nope:latest", None, "CommError", "artifact membership 'nope:latest' not found in 'test-entity/p'"),
        ("data:v7", None, "CommError", "artifact membership 'data:v7' not found in 'test-entity/p'"),
        ("data", None, "CommError", "artifact membership 'data' not found in 'test-entity/p'"),
        ("x/data:v0", None, "CommError", "project 'x' not found under entity 'test-entity'"),
        ("x/y/data:v0", None, "CommError", "project 'y' not found under entity 'x'"),
        ("a/b/c/data:v0", None, "CommError", "Invalid artifact path: 'a/b/c/data:v0'"),
        ("data:v0", "model", "CommError", "type 'model' specified but this artifact is of type 'dataset'"),
        (3, None, "ValueError", None),
        (None, None, "ValueError", None),
    ],
)
def test_an_artifact_that_is_not_there(patched: Any, name: Any, type_: Any, error: str, message: str | None) -> None:
    wandb, recorder = patched
    with wandb.init(project="p") as run:
        run.log_artifact(artifact_of(wandb, a="1"))
        with pytest.raises(Exception) as caught:  # noqa: PT011 (the type is checked below)
            run.use_artifact(name, type=type_)
        assert type(caught.value).__name__ == error
        if message is not None:
            assert str(caught.value) == message
    assert recorder.run.used_artifacts == []


def test_offline_nothing_is_used_and_nothing_gets_a_version(patched: Any) -> None:
    wandb, _ = patched
    with wandb.init(mode="offline") as run:
        artifact = run.log_artifact(artifact_of(wandb, a="1"))
        with pytest.raises(AttributeError, match=r"'Artifact\.wait' used prior to logging artifact or while in off"):
            artifact.wait()
        with pytest.raises(TypeError, match="Cannot use artifact when in offline mode"):
            run.use_artifact("data:latest")
        with pytest.raises(RuntimeError, match="`use_model` not supported in offline mode"):
            run.use_model("data:latest")
        with pytest.raises(NotImplementedError):
            run.link_artifact(artifact, "c")
    with wandb.init() as run, pytest.raises(wandb.errors.CommError, match="not found"):
        run.use_artifact("data:latest")


def test_shared_runs_log_artifacts_too(patched: Any) -> None:
    wandb, _ = patched
    with wandb.init(mode="shared") as run:
        assert run.log_artifact(artifact_of(wandb, a="1")).wait().version == "v0"


# ---- links


def test_a_link_has_numbers_and_aliases_of_its_own(patched: Any) -> None:
    wandb, _ = patched
    with wandb.init(project="p") as run:
        run.log_artifact(artifact_of(wandb, a="1"))
        source = run.log_artifact(artifact_of(wandb, a="2"), aliases=["mine"]).wait()
        link = run.link_artifact(source, "chosen", aliases=["prod"])
        assert (link.name, link.version, link.qualified_name) == ("chosen:v0", "v0", "test-entity/p/chosen:v0")
        assert (link.source_name, link.source_version, link.is_link) == ("data:v1", "v1", True)
        assert (link.aliases, link.id, link.linked_at is None) == (["latest", "prod"], source.id, False)
        assert link.source_artifact.qualified_name == "test-entity/p/data:v1"
        assert [each.name for each in source.linked_artifacts] == ["chosen:v0"]
        assert link.linked_artifacts == []
        assert run.use_artifact("chosen:prod").source_name == "data:v1"
        link.aliases = ["prod", "other"]
        link.save()
        assert run.use_artifact("chosen:other").id == source.id
        assert wandb.Api().artifact("p/data:v1").aliases == ["latest", "mine"]
        again = run.link_artifact(artifact_of(wandb, a="3"), "q/chosen")
        assert again.qualified_name == "test-entity/q/chosen:v0"
        link.unlink()
        with pytest.raises(wandb.errors.CommError, match="not found"):
            run.use_artifact("chosen:prod")
        assert run.use_artifact("data:mine").id == source.id
        with pytest.raises(ValueError, match="is not a linked artifact and cannot be unlinked"):
            source.unlink()


def test_registries_take_links(patched: Any) -> None:
    wandb, _ = patched
    with wandb.init(project="p") as run:
        artifact = run.log_artifact(artifact_of(wandb, type="model", a="1")).wait()
        link = run.link_artifact(artifact, "wandb-registry-model/Chosen", aliases=["prod"])
        assert link.qualified_name == "test-entity-org/wandb-registry-model/Chosen:v0"
        link = artifact.link("acme/wandb-registry-model/Chosen")
        assert link.qualified_name == "acme/wandb-registry-model/Chosen:v0"
        assert run.use_artifact("wandb-registry-model/Chosen:prod").source_name == "data:v0"
        assert run.use_artifact("acme/wandb-registry-model/Chosen:latest").id == artifact.id


def test_models_are_logged_and_linked_in_one(patched: Any) -> None:
    wandb, _ = patched
    Path("weights.bin").write_text("w")
    with wandb.init(project="p") as run:
        link = run.link_model("weights.bin", "Registered", name="m", aliases=["staging"])
        assert link.qualified_name == "test-entity/model-registry/Registered:v0"
        assert (link.aliases, link.source_name) == (["latest", "staging"], "m:v0")
        with pytest.raises(AssertionError, match="Please provide only the name of the registered model"):
            run.link_model("weights.bin", "a/b")


@pytest.mark.parametrize("target", ["data", "a/b/c/d"])
def test_a_link_that_cannot_be(patched: Any, target: str) -> None:
    wandb, _ = patched
    with wandb.init(project="p") as run:
        artifact = run.log_artifact(artifact_of(wandb, a="1")).wait()
        with pytest.raises((wandb.errors.CommError, ValueError)):
            run.link_artifact(artifact, target)


# ---- config


def test_a_config_may_hold_artifacts(patched: Any) -> None:
    wandb, recorder = patched
    with wandb.init(project="p") as run:
        run.log_artifact(artifact_of(wandb, a="1"))
    name = "wandb-artifact://test-entity/p/data:v0"
    with wandb.init(project="p", config={"init": name}) as run:
        artifact = run.use_artifact("data:v0")
        run.config.object = artifact
        run.config.update({"by_id": f"wandb-artifact://_id/{artifact.id}"})
        assert run.config.init.id == run.config.object.id == run.config.by_id.id == artifact.id
        with pytest.raises(ValueError, match="can only be top level keys"):
            run.config.nested = {"x": artifact}
        with pytest.raises(wandb.errors.CommError, match="not found"):
            run.config.missing = "wandb-artifact://test-entity/p/nope:v0"
    kept = {"_type": "artifactVersion", "_version": "v0", "id": artifact.id, "version": "v0"}
    kept.update(sequenceName="data", usedAs=None)
    assert recorder.run.to_dict()["config"] == {"init": kept, "object": kept, "by_id": kept}


# ---- reading


def test_assertions_about_artifacts(patched: Any) -> None:
    wandb, recorder = patched
    with wandb.init(id="one") as run:
        artifact = artifact_of(wandb, a="1", b="2")
        artifact.metadata = {"n": 1, "deep": {"x": 2}}
        run.log_artifact(artifact, aliases=["best"], tags=["blue"]).wait()
    with wandb.init(id="two", mode="offline") as run:
        run.log_artifact(artifact_of(wandb, "off", a="9"))
    assert_logged = recorder.assert_artifact_logged
    assert_logged("data", type="dataset", aliases=["best"], tags=["blue"], run="one")
    assert_logged("data", files=["a.txt"], metadata={"n": 1, "deep.x": 2})
    assert_logged("data", files={"a.txt": "1", "b.txt": b"2"})
    assert_logged("off", files={"a.txt": "9"}, aliases="latest", run="two")
    assert_logged(type="dataset")
    for arguments, told in (
        ({"name": "data", "files": ["c.txt"]}, "files.c.txt"),
        ({"name": "data", "files": {"a.txt": "2"}}, "files.a.txt"),
        ({"name": "data", "metadata": {"n": 2}}, "metadata.n"),
        ({"name": "data", "tags": ["red"]}, "tags"),
        ({"name": "data", "run": "two"}, "name"),
        ({"name": "dato"}, "'data'"),
    ):
        with pytest.raises(AssertionError, match="No artifact was logged as") as caught:
            assert_logged(**arguments)
        assert told in str(caught.value)
    for arguments in ({}, {"aliases": []}, {"files": {}}):
        with pytest.raises(ValueError, match="could not fail"):
            assert_logged(**arguments)


def test_a_question_after_the_patch_is_refused(options: dict[str, Any]) -> None:
    with patch_wandb(**options):
        import wandb

        with wandb.init() as run:
            artifact = run.log_artifact(artifact_of(wandb, a="1")).wait()
    assert artifact.version == "v0"
    with pytest.raises(Exception, match=r"over|inside"):
        artifact.used_by()


def test_patches_know_nothing_of_each_other(patched: Any, options: dict[str, Any]) -> None:
    wandb, _ = patched
    with wandb.init(project="p") as run:
        run.log_artifact(artifact_of(wandb, a="1"))
    with patch_wandb(**options), wandb.init(project="p") as run:
        with pytest.raises(wandb.errors.CommError, match="not found"):
            run.use_artifact("data:latest")
        assert run.log_artifact(artifact_of(wandb, a="2")).wait().version == "v0"
    with wandb.init(project="p") as run:
        assert read(run.use_artifact("data:latest").download()) == {"a.txt": "1"}


def test_a_mock_wandb_has_artifacts() -> None:
    mock = MockWandB()
    with mock.init(project="p") as run:
        artifact = mock.Artifact("data", "dataset")
        with artifact.new_file("a.txt") as stream:
            stream.write("1")
        run.log_artifact(artifact).wait()
        assert read(run.use_artifact("data:latest").download()) == {"a.txt": "1"}
    mock.recorder.assert_artifact_logged("data", files={"a.txt": "1"})


@pytest.mark.needs_wandb
def test_a_mock_of_the_installed_wandb_logs_artifacts_and_asks_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The client keeps copies of what is added where this says; a key must not tempt it.
    monkeypatch.setenv("WANDB_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("WANDB_API_KEY", "k" * 40)
    _log_without_a_patch()
    # What it wrote goes with it.
    gc.collect()


def _log_without_a_patch() -> None:
    mock = MockWandB(stub=False)
    with mock.init(project="p") as run:
        artifact = run.log_artifact(artifact_of(mock, a="1"))
        with pytest.raises(NotModelled):
            artifact.wait()
        with pytest.raises(NotModelled):
            run.use_artifact("data:latest")
    mock.recorder.assert_artifact_logged("data", files={"a.txt": "1"})


def test_an_error_of_an_artifact_can_be_pickled(patched: Any) -> None:
    wandb, _ = patched
    with wandb.init() as run, pytest.raises(wandb.errors.CommError) as caught:
        run.use_artifact("nope:latest")
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)
