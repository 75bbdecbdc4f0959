"""Media under the patch: the objects in the history, the files in one temporary folder, patches apart."""

from __future__ import annotations

import gc
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from wandb_testkit import NotModelled, patch_wandb


def kinds(wandb: Any, folder: Path) -> dict[str, Callable[[], Any]]:
    """Return how each kind of media is made that needs no third-party library."""
    for name in ("v.mp4", "s.wav", "m.pdb", "o.obj"):
        (folder / name).write_bytes(b"content")
    return {
        "Html": lambda: wandb.Html("<p>"),
        "Histogram": lambda: wandb.Histogram(np_histogram=([1], [0, 1])),
        "Table": lambda: wandb.Table(columns=["a"], data=[[1]]),
        "Video": lambda: wandb.Video(str(folder / "v.mp4")),
        "Audio": lambda: wandb.Audio(str(folder / "s.wav")),
        "Molecule": lambda: wandb.Molecule(str(folder / "m.pdb")),
        "Object3D": lambda: wandb.Object3D(str(folder / "o.obj")),
        "Graph": lambda: wandb.Graph(),
        "WBTraceTree": lambda: wandb.data_types.WBTraceTree(
            __import__("wandb.sdk.data_types.trace_tree", fromlist=["Span"]).Span(name="s")
        ),
    }


def test_history_has_the_very_objects(options: dict[str, Any], tmp_path: Path) -> None:
    with patch_wandb(**options) as recorder:
        import wandb

        run = wandb.init()
        for name, make in kinds(wandb, tmp_path).items():
            alone, nested = make(), make()
            run.log({name: alone, "deep": {name: nested}})
            row = recorder.history()[-1]
            assert row[name] is alone
            assert row["deep"][name] is nested
            recorder.assert_logged({name: alone})
        pages = [wandb.Html("a"), wandb.Html("b")]
        run.log({"list": pages})
        logged = recorder.history()[-1]["list"]
        assert all(left is right for left, right in zip(logged, pages, strict=True))
        wire = recorder.to_dict()["runs"][0]["history"]
    assert {row[name]["_type"] for row, name in zip(wire, kinds(wandb, tmp_path), strict=False)} == {
        *("html-file", "histogram", "table-file", "video-file", "audio-file", "molecule-file", "object3D-file"),
        *("graph-file", "wb_trace_tree"),
    }


def test_files_are_where_the_wire_says(options: dict[str, Any], tmp_path: Path) -> None:
    with patch_wandb(**options) as recorder:
        import wandb

        run = wandb.init()
        for name, make in kinds(wandb, tmp_path).items():
            run.log({name: make()})
        for row in recorder.to_dict()["runs"][0]["history"]:
            [entry] = [value for key, value in row.items() if key != "_step"]
            if "path" in entry:
                assert os.path.getsize(os.path.join(run.dir, entry["path"])) == entry["size"]
                assert entry["path"] in recorder.run.files
                assert len(recorder.run.file(entry["path"])) == entry["size"]


_watching: list[str] | None = None


def _audit(event: str, arguments: tuple[Any, ...]) -> None:
    if _watching is None or event not in ("open", "os.mkdir", "os.rename", "os.link", "os.symlink"):
        return
    path = arguments[-1] if event in ("os.link", "os.symlink") else arguments[0]
    if event == "open" and not (isinstance(arguments[2], int) and arguments[2] & (os.O_WRONLY | os.O_RDWR)):
        return
    if isinstance(path, (str, bytes, os.PathLike)):
        _watching.append(os.path.abspath(os.fsdecode(path)))


def test_nothing_is_written_outside_the_temporary_folder(
    options: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    global _watching
    with patch_wandb(**options):
        import wandb

        # The client's own folders for media and artifacts last as long as the process.
        wandb.Artifact("data", "dataset")["page"] = wandb.Html("a")
    work, temporary = tmp_path / "work", tmp_path / "temporary"
    work.mkdir()
    temporary.mkdir()
    monkeypatch.chdir(work)
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    sys.addaudithook(_audit)
    with patch_wandb(**options):
        import wandb

        making = kinds(wandb, tmp_path)
        _watching = []
        try:
            with wandb.init() as run:
                for name, make in making.items():
                    run.log({name: make(), "list": [make(), make()]} if name != "Audio" else {name: make()})
                    run.summary[name] = make()
                run.log({"chart": wandb.plot.line(wandb.Table(columns=["x", "y"], data=[[1, 2]]), "x", "y")})
                run.save(str(tmp_path / "v.mp4"), base_path=str(tmp_path))
                artifact = wandb.Artifact("data", "dataset")
                artifact.add(wandb.Table(columns=["page"], data=[[wandb.Html("a")]]), "t")
                run.log_artifact(artifact)
            touched = _watching
        finally:
            _watching = None
    outside = [path for path in touched if not os.path.realpath(os.path.dirname(path)).startswith(str(temporary))]
    assert len(touched) > 20
    # Compiled modules are no files of wandb's.
    assert [path for path in outside if "__pycache__" not in path and path != "/dev/null"] == []
    assert os.listdir(work) == []
    # The client leaves the folders of its artifacts to the garbage collector.
    del run, artifact, making, make
    gc.collect()
    assert os.listdir(temporary) == []


@pytest.mark.extras
def test_patches_count_watched_models_for_themselves(options: dict[str, Any]) -> None:
    torch = pytest.importorskip("torch")
    for _ in range(2):
        with patch_wandb(**options) as recorder:
            import wandb

            run = wandb.init()
            for _ in range(2):
                model = torch.nn.Linear(1, 1, bias=False)
                run.watch(model, log="gradients", log_freq=1)
                model(torch.ones(1, 1)).sum().backward()
            run.log({"n": 1})
            assert sorted(recorder.history()[0]) == ["_step", "gradients/graph_1weight", "gradients/weight", "n"]


@pytest.mark.extras
def test_a_module_of_figures_stands_for_its_figure(options: dict[str, Any]) -> None:
    pytest.importorskip("plotly")
    matplotlib = pytest.importorskip("matplotlib")
    matplotlib.use("Agg")
    from matplotlib import pyplot

    with patch_wandb(**options) as recorder:
        import wandb

        pyplot.plot([1, 2])
        wandb.init().log({"plot": pyplot})
        pyplot.close("all")
        assert recorder.to_dict()["runs"][0]["history"][0]["plot"]["_type"] == "plotly-file"


def test_evaluation_tables_of_online_runs_are_refused(options: dict[str, Any]) -> None:
    with patch_wandb(**options) as recorder:
        import wandb

        if not hasattr(wandb, "EvalTable"):
            pytest.skip("this wandb has none")
        table = wandb.EvalTable(columns=["a"], data=[["x"]], backend="ces")
        with wandb.init() as run:
            with pytest.raises(NotModelled, match="EvalTable"):
                run.log({"t": table})
            with pytest.raises(NotModelled, match="EvalTable"):
                run.log({"t": [table]})
        assert recorder.history() == []


def test_code_is_logged_where_the_settings_say_so(
    options: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "model.py").write_text("x")
    with patch_wandb(**options) as recorder:
        import wandb

        with wandb.init(save_code=True, settings=wandb.Settings(code_dir=str(tmp_path))):
            pass
        with wandb.init(save_code=False, settings=wandb.Settings(code_dir=str(tmp_path))):
            pass
        assert [sorted(artifact.manifest.entries) for artifact in recorder.runs[0].artifacts] == [["model.py"]]
        assert recorder.runs[1].artifacts == []
        assert [call[0] for call in recorder.calls if call[0] == "log_code"] == []
