"""The server that the processes of a family have together: its artifacts, and the runs that its Api answers with."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tests.test_children import python
from wandb_testkit import patch_wandb
from wandb_testkit.children.artifacts import LOG
from wandb_testkit.children.session import FamilySession


@pytest.fixture(autouse=True)
def in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a program downloads goes into the folder where it runs."""
    monkeypatch.chdir(tmp_path)


PRODUCER = """
    import sys
    import wandb
    with wandb.init(project="p", name="producer") as run:
        for number in range(3):
            artifact = wandb.Artifact("model", type="model", metadata={"number": number})
            with artifact.new_file("weights.txt") as file:
                file.write(f"{sys.argv[1]} {number}")
            run.log_artifact(artifact, aliases=["best"]).wait()
"""

CONSUMER = """
    import wandb
    with wandb.init(project="p", name="consumer") as run:
        print(open(run.use_artifact("model:best").file()).read(), open(run.use_artifact("data:v0").file()).read())
"""

DATA = {"name": "data", "files": {"data.csv": "1,2"}}


def test_what_one_child_logs_another_uses(options: dict[str, Any], tmp_path: Path) -> None:
    with patch_wandb(subprocesses=True, artifacts=[DATA], **options) as recorder:
        assert python(PRODUCER, "a").returncode == 0
        done = python(CONSUMER)
        assert done.stdout == "a 2 1,2\n", done.stderr
        import wandb

        with wandb.init(project="p") as run:
            folder = run.use_artifact("model:v1").download(str(tmp_path / "down"))
            assert Path(folder, "weights.txt").read_text() == "a 1"
            more = wandb.Artifact("model", type="model", metadata={"number": 9})
            assert run.log_artifact(more).wait().version == "v3"
    producer, consumer, _ = recorder.runs
    assert [artifact.name for artifact in producer.artifacts] == ["model:v0", "model:v1", "model:v2"]
    assert [artifact.type for artifact in consumer.used_artifacts] == ["model", "dataset"]
    recorder.assert_artifact_logged("model", run=producer, aliases=["best"], files={"weights.txt": "a 2"})
    with pytest.raises(AssertionError, match="'a 2'"):
        recorder.assert_artifact_logged("model", run=producer, metadata={"number": 2}, files={"weights.txt": "b"})


def test_children_that_log_at_once_get_versions_of_their_own(options: dict[str, Any]) -> None:
    with patch_wandb(subprocesses=True, **options) as recorder:
        with ThreadPoolExecutor(3) as pool:
            done = list(pool.map(lambda name: python(PRODUCER, name), "abc"))
        assert [each.returncode for each in done] == [0, 0, 0], done
        import wandb

        names = [artifact.name for artifact in wandb.Api().artifacts("model", "p/model")]
        assert sorted(names) == [f"model:v{number}" for number in range(9)]
    contents = set()
    for name in "abc":
        for number in range(3):
            recorder.assert_artifact_logged("model", files={"weights.txt": f"{name} {number}"})
            contents.add(f"{name} {number}")
    assert len(contents) == sum(len(run.artifacts) for run in recorder.runs)


def test_what_a_child_logged_goes_into_the_next_patch(options: dict[str, Any]) -> None:
    with patch_wandb(subprocesses=True, **options) as recorder:
        assert python(PRODUCER, "a").returncode == 0
    with patch_wandb(artifacts=recorder.run.artifacts, **options):
        import wandb

        with wandb.init(project="p") as run:
            assert Path(run.use_artifact("model:best").file()).read_text() == "a 2"


def test_an_artifact_of_an_earlier_patch_is_there_for_children(options: dict[str, Any], tmp_path: Path) -> None:
    with patch_wandb(**options) as earlier:
        import wandb

        with wandb.init(project="p") as run:
            artifact = wandb.Artifact("model", type="model")
            with artifact.new_file("weights.txt") as file:
                file.write("earlier")
            run.log_artifact(artifact, aliases=["best"])
    with patch_wandb(subprocesses=True, artifacts=[*earlier.run.artifacts, DATA], **options):
        done = python(CONSUMER)
        assert done.stdout == "earlier 1,2\n", done.stderr


def test_changes_of_artifacts_are_everybodys(options: dict[str, Any]) -> None:
    change = """
        import wandb
        artifact = wandb.Api().artifact("p/model:v0")
        artifact.aliases.append("chosen")
        artifact.metadata["checked"] = True
        artifact.save()
        wandb.Api().artifact("p/model:v1").delete()
        wandb.Api().artifact("p/model:chosen").collection.name
        collection = wandb.Api().artifact_collection("model", "p/model")
        collection.description = "all of them"
        collection.save()
    """
    with patch_wandb(subprocesses=True, **options):
        assert python(PRODUCER, "a").returncode == 0
        done = python(change)
        assert done.returncode == 0, done.stderr
        import wandb

        assert wandb.Api().artifact("p/model:chosen").metadata == {"number": 0, "checked": True}
        assert [each.version for each in wandb.Api().artifacts("model", "p/model")] == ["v2", "v0"]
        assert wandb.Api().artifact_collection("model", "p/model").description == "all of them"


def test_a_process_that_dies_while_it_writes_leaves_the_others_alone(options: dict[str, Any]) -> None:
    with patch_wandb(subprocesses=True, **options) as recorder:
        assert python(PRODUCER, "a").returncode == 0
        session = recorder._session
        assert isinstance(session, FamilySession)
        with open(os.path.join(session.family, LOG), "ab") as file:
            file.write(b"\x40\x00\x00\x00piece")
        assert python(PRODUCER, "b").returncode == 0
        import wandb

        assert len(list(wandb.Api().artifacts("model", "p/model"))) == 6


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")
def test_a_fork_logs_artifacts_for_all(options: dict[str, Any]) -> None:
    with patch_wandb(subprocesses=True, **options) as recorder:
        assert python(PRODUCER, "a").returncode == 0
        import wandb

        assert wandb.Api().artifact("p/model:latest").version == "v2"
        child = os.fork()
        if child == 0:
            with wandb.init(project="p", name="forked") as run:
                run.log_artifact(wandb.Artifact("model", type="model", metadata={"forked": True})).wait()
            os._exit(0)
        assert os.waitpid(child, 0)[1] == 0
        assert wandb.Api().artifact("p/model:latest").metadata == {"forked": True}
    assert [run.name for run in recorder.runs] == ["producer", "forked"]


def test_a_child_asks_the_api_for_the_runs_of_others(options: dict[str, Any]) -> None:
    ask = """
        import wandb
        runs = wandb.Api().runs("p", order="+created_at")
        print([(run.name, run.state, run.config, run.summary["loss"]) for run in runs])
    """
    log = """
        import wandb, sys
        with wandb.init(project="p", name=sys.argv[1], config={"lr": 0.1}) as run:
            run.log({"loss": 0.5})
    """
    with patch_wandb(subprocesses=True, **options):
        import wandb

        run = wandb.init(project="p", name="parent")
        run.log({"loss": 1})
        assert python(log, "child").returncode == 0
        done = python(ask)
        assert done.stdout == "[('parent', 'running', {}, 1), ('child', 'finished', {'lr': 0.1}, 0.5)]\n", done
