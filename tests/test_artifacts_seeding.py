"""Artifacts that are there before the patch: ``patch_wandb(artifacts=...)``."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from wandb_testkit import MockWandB, patch_wandb


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to work in, with a file and a folder of data."""
    monkeypatch.chdir(tmp_path)
    Path("my data.csv").write_text("1,2")
    Path("mnist/raw").mkdir(parents=True)
    Path("mnist/labels.txt").write_text("7")
    Path("mnist/raw/0.bin").write_bytes(b"\0\1")
    return tmp_path


def read(folder: Any) -> dict[str, bytes]:
    """All files below a folder."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in Path(folder).rglob("*") if path.is_file()}


def test_paths_are_artifacts_of_their_names_in_every_project(options: dict[str, Any], tmp_path: Path) -> None:
    with patch_wandb(artifacts=["my data.csv", tmp_path / "mnist"], **options):
        import wandb

        for project in ("p", "q"):
            with wandb.init(project=project) as run:
                file = run.use_artifact("my_data.csv:latest")
                assert (file.type, file.version, file.qualified_name) == (
                    *("dataset", "v0"),
                    f"test-entity/{project}/my_data.csv:latest",
                )
                assert read(file.download(f"{project}/file")) == {"my data.csv": b"1,2"}
                folder = run.use_artifact("mnist:v0", type="dataset")
                assert read(folder.download(f"{project}/folder")) == {"labels.txt": b"7", "raw/0.bin": b"\0\1"}
                assert folder.logged_by() is None
        assert wandb.Api().artifact("never/mnist:latest").project == "never"
        assert wandb.Api().artifact("mnist:latest").project == "uncategorized"


def test_dicts_say_more(options: dict[str, Any]) -> None:
    seeds = [
        {"name": "data", "files": {"a.txt": "1"}, "aliases": "old"},
        {"name": "data", "files": {"a.txt": b"2"}, "metadata": {"n": 1}, "description": "d", "tags": ["t"]},
        {"path": "mnist", "type": "images", "project": "p", "entity": "team"},
    ]
    with patch_wandb(artifacts=seeds, **options):
        import wandb

        with wandb.init(project="mine") as run:
            old, new = run.use_artifact("data:old"), run.use_artifact("data:latest")
            assert (old.version, old.aliases, new.version, new.aliases) == ("v0", ["old"], "v1", ["latest"])
            assert (new.metadata, new.description, new.tags) == ({"n": 1}, "d", ["t"])
            assert (read(old.download("0")), read(new.download("1"))) == ({"a.txt": b"1"}, {"a.txt": b"2"})
            assert run.use_artifact("team/p/mnist:latest").type == "images"
            with pytest.raises(wandb.errors.CommError, match="not found"):
                run.use_artifact("mnist:latest")
            # What the program logs goes on from there.
            third = wandb.Artifact("data", "dataset")
            assert run.log_artifact(third).wait().version == "v2"


def test_drafts_of_the_client_are_seeds(
    options: dict[str, Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    # The client keeps copies of what is added where this says.
    monkeypatch.setenv("WANDB_DATA_DIR", str(tmp_path / "data"))
    draft = MockWandB(stub="stub" in options).Artifact("model", "model", metadata={"k": 1})
    draft.add_file("mnist/labels.txt")
    with patch_wandb(artifacts=[draft], **options):
        os.remove("mnist/labels.txt")
        import wandb

        with wandb.init() as run:
            found = run.use_artifact("model:latest")
            assert (found.type, found.metadata, sorted(found.manifest.entries)) == ("model", {"k": 1}, ["labels.txt"])
            assert Path(found.get_entry("labels.txt").download("there")).read_bytes() == b"7"
    assert draft.is_draft()
    del draft, found
    gc.collect()


@pytest.mark.parametrize("wait", [True, False])
def test_what_another_patch_logged_is_a_seed(options: dict[str, Any], wait: bool) -> None:
    with patch_wandb(**options) as first:
        import wandb

        with wandb.init(project="p") as run:
            for text in ("1", "2"):
                artifact = wandb.Artifact("data", "dataset")
                with artifact.new_file("a.txt") as stream:
                    stream.write(text)
                run.log_artifact(artifact, aliases=[f"number-{text}"], tags=["t"])
                if wait:
                    artifact.wait()
    with patch_wandb(artifacts=first.run.artifacts, **options) as second:
        import wandb

        with wandb.init(project="p") as run:
            found = run.use_artifact("data:number-2")
            assert (found.version, found.aliases, found.tags) == ("v1", ["latest", "number-2"], ["t"])
            assert read(found.download("there")) == {"a.txt": b"2"}
            assert read(run.use_artifact("data:v0").download("other")) == {"a.txt": b"1"}
            found.aliases.append("more")
            found.save()
        with wandb.init(project="q") as run, pytest.raises(wandb.errors.CommError, match="not found"):
            run.use_artifact("data:v0")
    # Neither patch changes the other: seeds are there as they were.
    with patch_wandb(artifacts=first.run.artifacts, **options):
        import wandb

        with wandb.init(project="p") as run:
            assert run.use_artifact("data:v1").aliases == ["latest", "number-2"]
    used = [artifact for artifact in second.runs[0].used_artifacts if artifact.version == "v1"]
    with patch_wandb(artifacts=used, **options):
        import wandb

        with wandb.init(project="p") as run:
            assert read(run.use_artifact("data:v1").download("third")) == {"a.txt": b"2"}
            with pytest.raises(wandb.errors.CommError, match="not found"):
                run.use_artifact("data:v0")


def test_links_and_deleted_versions_are_no_seeds_of_their_own(options: dict[str, Any]) -> None:
    with patch_wandb(**options) as first:
        import wandb

        with wandb.init(project="p") as run:
            artifact = wandb.Artifact("data", "dataset")
            with artifact.new_file("a.txt") as stream:
                stream.write("1")
            link = run.link_artifact(artifact, "chosen")
            gone = run.log_artifact(wandb.Artifact("gone", "dataset")).wait()
            gone.delete(delete_aliases=True)
    with patch_wandb(artifacts=[*first.run.artifacts, link], **options):
        import wandb

        with wandb.init(project="p") as run:
            assert read(run.use_artifact("data:latest").download("there")) == {"a.txt": b"1"}
            for name in ("gone:v0", "chosen:v0"):
                with pytest.raises(wandb.errors.CommError, match="not found"):
                    run.use_artifact(name)


def test_a_large_file_goes_with_its_patch(options: dict[str, Any]) -> None:
    Path("large.bin").write_bytes(bytes((1 << 20) + 1))
    with patch_wandb(**options) as first:
        import wandb

        with wandb.init() as run:
            run.log_artifact("large.bin", name="large", type="model").wait()
        with patch_wandb(artifacts=first.run.artifacts, **options), wandb.init() as run:
            assert os.path.getsize(run.use_artifact("large:latest").file("inner")) == (1 << 20) + 1
    with pytest.raises(ValueError, match="only files of up to 1 MiB outlive it"):
        patch_wandb(artifacts=first.run.artifacts, **options).start()
    first.assert_artifact_logged("large", files=["large.bin"])
    with pytest.raises(AssertionError, match=r"large\.bin"):
        first.assert_artifact_logged("large", files={"large.bin": bytes((1 << 20) + 1)})


def test_references_and_files_that_others_have_too_are_seeds(options: dict[str, Any]) -> None:
    with patch_wandb(**options) as first:
        import wandb

        with wandb.init() as run:
            for name in ("one", "two"):
                artifact = wandb.Artifact(name, "dataset")
                artifact.add_file("mnist/labels.txt")
                artifact.add_reference(Path("my data.csv").resolve().as_uri(), name=f"{name}.csv")
                run.log_artifact(artifact).wait()
    with patch_wandb(artifacts=first.run.artifacts, **options):
        for name in ("one", "two"):
            there = read(wandb.Api().artifact(f"uncategorized/{name}:v0").download(name))
            assert there == {"labels.txt": b"7", f"{name}.csv": b"1,2"}


def test_an_artifact_of_a_real_server_is_no_seed(options: dict[str, Any]) -> None:
    class Fetched:
        manifest = None
        name = "data:v3"

        def is_draft(self) -> bool:
            return False

    with pytest.raises(ValueError, match="'data:v3' was not logged inside a patch: download it and give the path"):
        patch_wandb(artifacts=[Fetched()], **options).start()


def test_a_draft_of_another_patch_went_with_it(options: dict[str, Any]) -> None:
    with patch_wandb(**options):
        import wandb

        draft = wandb.Artifact("data", "dataset")
        draft.add_file("mnist/labels.txt")
        reference = wandb.Artifact("ref", "dataset")
        reference.add_reference(Path("mnist/labels.txt").resolve().as_uri())
        with patch_wandb(artifacts=[draft, reference], **options), wandb.init() as run:
            assert read(run.use_artifact("data:latest").download("there")) == {"labels.txt": b"7"}
            assert read(run.use_artifact("ref:latest").download("ref")) == {"labels.txt": b"7"}
    with pytest.raises(ValueError, match=r"'labels\.txt' of the draft 'data' went with the patch"):
        patch_wandb(artifacts=[draft], **options).start()


@pytest.mark.parametrize(
    ("seeds", "error", "message"),
    [
        (["nowhere.csv"], FileNotFoundError, "there is no '.*nowhere.csv'"),
        ([{"path": "nowhere"}], FileNotFoundError, "there is no"),
        ([3], TypeError, "takes paths, dicts and wandb.Artifact objects, not int"),
        ([None], TypeError, "not NoneType"),
        ("mnist", TypeError, "takes a list"),
        ({"name": "x"}, TypeError, "takes a list"),
        ([{"type": "x"}], ValueError, "needs a 'name' or a 'path'"),
        ([{"name": "x", "alias": "y"}], ValueError, "a dict has no 'alias'"),
        ([{"name": "x", "files": {"a.txt": 3}}], TypeError, "'files' takes text or bytes, not int"),
    ],
)
def test_a_seed_that_is_none_is_told_when_the_patch_begins(
    options: dict[str, Any], seeds: Any, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message), patch_wandb(artifacts=seeds, **options):
        raise AssertionError("the patch began")


def test_seeds_are_read_relative_to_where_the_patch_began(
    options: dict[str, Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with patch_wandb(artifacts=["mnist"], **options):
        import wandb

        (tmp_path / "work").mkdir()
        monkeypatch.chdir(tmp_path / "work")
        with wandb.init() as run:
            assert sorted(os.listdir(run.use_artifact("mnist:latest").download())) == ["labels.txt", "raw"]


def test_a_mock_wandb_takes_seeds() -> None:
    mock = MockWandB(artifacts=["mnist"])
    with mock.init() as run:
        assert read(run.use_artifact("mnist:latest").download("there")) == {"labels.txt": b"7", "raw/0.bin": b"\0\1"}


def test_a_decorated_function_has_its_seeds(options: dict[str, Any]) -> None:
    @patch_wandb(artifacts=["mnist"], **options)
    def program(recorder: Any) -> Any:
        import wandb

        with wandb.init() as run:
            run.use_artifact("mnist:latest")
        return recorder.run.used_artifacts

    assert [artifact.version for artifact in program()] == ["v0"]


_PLAIN_PROGRAM = """
import sys
from wandb_testkit import patch_wandb

with patch_wandb(**{options!r}):
    import wandb

    with wandb.init() as run:
        run.log({{"a": 1}})
print([name for name in sys.modules if name.startswith("wandb_testkit.server")])
"""


def test_neither_a_patch_nor_a_run_asks_for_artifacts(options: dict[str, Any]) -> None:
    program = _PLAIN_PROGRAM.format(options=options)
    found = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True, env=_environ())
    assert found.stdout == "[]\n"


def _environ() -> dict[str, str]:
    """The environment of a process that finds this package wherever it is run."""
    root = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    return {**os.environ, "PYTHONPATH": root}
