"""What a test can do with every release of wandb that can be patched, from 0.16 on: tox runs the oldest ones too."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from wandb_testkit import patch_wandb

wandb: Any = pytest.importorskip("wandb")
numpy = pytest.importorskip("numpy")

pytestmark = pytest.mark.needs_wandb


def test_rows_config_and_summary_are_recorded() -> None:
    with patch_wandb() as recorder:
        run = wandb.init(project="p", name="n", tags=["a"], config={"lr": 0.1})
        wandb.config.epochs = 2
        run.define_metric("val/*", step_metric="epoch", summary="min")
        for epoch in range(2):
            wandb.log({"loss": 1 / (epoch + 1), "val/loss": 2 - epoch, "epoch": epoch})
        run.log({"a": 1}, commit=False)
        run.log({"b": 2}, step=5)
        run.summary["best"] = 0.5
        wandb.finish()
    recorder.assert_init(project="p", name="n", tags=["a"])
    assert recorder.config == {"lr": 0.1, "epochs": 2}
    assert recorder.history() == [
        {"_step": 0, "loss": 1.0, "val/loss": 2, "epoch": 0},
        {"_step": 1, "loss": 0.5, "val/loss": 1, "epoch": 1},
        {"_step": 2, "a": 1},
        {"_step": 5, "b": 2},
    ]
    assert recorder.summary["val/loss"] == {"min": 1}
    assert recorder.summary["best"] == 0.5
    recorder.assert_finished()


def test_settings_objects_say_what_was_set() -> None:
    with patch_wandb() as recorder:
        run = wandb.init(settings=wandb.Settings(run_group="g", silent=True), job_type="train")
        assert run.settings.run_group == "g"
        assert run.settings.silent is True
        assert Path(run.dir).is_dir()
        run.finish()
    recorder.assert_init(group="g", job_type="train")


def test_media_and_charts_are_logged(tmp_path: Path) -> None:
    pytest.importorskip("PIL")
    with patch_wandb() as recorder:
        run = wandb.init()
        table = wandb.Table(columns=["x", "y"], data=[[1, 2], [3, 4]])
        run.log({"image": wandb.Image(numpy.zeros((4, 5, 3), dtype="uint8")), "table": table})
        run.log({"chart": wandb.plot.line(wandb.Table(columns=["x", "y"], data=[[1, 2]]), "x", "y")})
        [first, second] = recorder.run.to_dict()["history"]
        assert (first["image"]["_type"], first["image"]["width"], first["image"]["height"]) == ("image-file", 5, 4)
        assert (first["table"]["_type"], first["table"]["nrows"]) == ("table-file", 2)
        assert second["chart_table"]["_type"] == "table-file"
        for media in (first["image"], first["table"], second["chart_table"]):
            assert os.path.isfile(os.path.join(run.dir, media["path"]))
        run.finish()


def test_artifacts_are_logged_and_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with patch_wandb() as recorder:
        run = wandb.init(project="p")
        artifact = wandb.Artifact("numbers", "dataset")
        with artifact.new_file("a.txt") as file:
            file.write("1 2 3")
        run.log_artifact(artifact)
        artifact.wait()
        used = run.use_artifact("numbers:latest")
        assert used.version == artifact.version == "v0"
        assert Path(used.download(), "a.txt").read_text(encoding="utf-8") == "1 2 3"
        run.finish()
    recorder.assert_artifact_logged("numbers", files=["a.txt"])


def test_the_api_finds_runs() -> None:
    seed = {"id": "earlier", "project": "p", "history": [{"_step": 0, "loss": 0.5}], "config": {"lr": 0.1}}
    with patch_wandb(runs=[seed]):
        [run] = wandb.Api().runs("test-entity/p")
        assert (run.id, run.config, run.summary["loss"]) == ("earlier", {"lr": 0.1}, 0.5)
        assert wandb.Api().run("test-entity/p/earlier").state == "finished"


def test_files_alerts_and_sweeps_are_recorded(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("kept", encoding="utf-8")
    with patch_wandb() as recorder:
        with wandb.init() as run:
            run.save(str(tmp_path / "notes.txt"), base_path=str(tmp_path))
            run.alert("slow", "very")
        assert [alert["title"] for alert in recorder.run.alerts] == ["slow"]
        assert "notes.txt" in recorder.run.files

        def trial() -> None:
            with wandb.init() as run:
                run.log({"loss": run.config.lr})

        sweep = wandb.sweep({"method": "grid", "parameters": {"lr": {"values": [1, 2]}}}, project="p")
        wandb.agent(sweep, trial)
        assert [run.config["lr"] for run in recorder.runs[1:]] == [1, 2]


def test_mistakes_are_punished() -> None:
    with patch_wandb():
        with pytest.raises(wandb.Error, match=r"You must call wandb.init\(\) before wandb.log\(\)"):
            wandb.log({"a": 1})
        run = wandb.init()
        with pytest.raises(TypeError, match="unexpected keyword argument 'setp'"):
            run.log({"a": 1}, setp=1)
        run.finish()
