"""Files of runs: `save`, `restore`, what the recorder and another patch can read of them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from wandb_testkit import Recorder, patch_wandb


@pytest.fixture
def patched(options: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Any, Recorder]]:
    """The patched module and the recorder, in an empty folder."""
    monkeypatch.chdir(tmp_path)
    with patch_wandb(**options) as recorder:
        import wandb

        yield wandb, recorder


def write(name: str, content: str) -> str:
    """Write a file and return its path."""
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content)
    return name


def text_of(stream: Any) -> str:
    """Return what is in an open file, and close it."""
    with stream:
        return str(stream.read())


# --------------------------------------------------------------------------- reading


def test_saved_files_can_be_read(patched: tuple[Any, Recorder]) -> None:
    wandb, recorder = patched
    run = wandb.init()
    run.save(write("sub/model.txt", "weights"))
    run.log({"page": wandb.Html("<p>", inject=False)})
    media = recorder.history()[0]
    assert media["page"].html == "<p>"
    assert recorder.run.files[0] == "sub/model.txt"
    assert recorder.run.file("sub/model.txt") == b"weights"
    assert recorder.run.file(recorder.run.files[1]) == b"<p>"
    with pytest.raises(FileNotFoundError, match=r"no file 'model.txt'; its files: 'sub/model.txt'"):
        recorder.run.file("model.txt")


def test_a_live_file_follows_its_original(patched: tuple[Any, Recorder]) -> None:
    wandb, recorder = patched
    run = wandb.init()
    run.save(write("a.txt", "one"))
    write("a.txt", "two")
    assert recorder.run.file("a.txt") == b"two"


def test_a_live_file_that_is_deleted_stays_on_the_server(patched: tuple[Any, Recorder]) -> None:
    """The client's uploader (core/internal/runfiles) asks for an upload at `save`, at changes and at the end.

    What it does not find then it skips with a line in its log: nothing takes from the server what is there.
    """
    wandb, recorder = patched
    run = wandb.init()
    run.save(write("a.txt", "one"))
    write("a.txt", "two")
    os.remove("a.txt")
    assert recorder.run.file("a.txt") == b"two"
    run.finish()
    assert recorder.run.file("a.txt") == b"two"
    assert recorder.run.files == ["a.txt"]


def test_what_waits_for_the_end_must_be_there_then(patched: tuple[Any, Recorder]) -> None:
    wandb, recorder = patched
    run = wandb.init()
    run.save(write("a.txt", "one"), policy="end")
    os.remove("a.txt")
    with pytest.raises(FileNotFoundError, match="not there any more"):
        recorder.run.file("a.txt")
    write("a.txt", "two")
    run.finish()
    os.remove("a.txt")
    assert recorder.run.file("a.txt") == b"two"


def test_small_files_outlive_the_patch(
    options: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with patch_wandb(**options) as recorder:
        import wandb

        with wandb.init() as run:
            run.save(write("small.txt", "small"))
            run.save(write("large.txt", "x" * (1 << 20) + "y"))
        folder = run.dir
    assert not os.path.exists(folder)
    os.remove("small.txt")
    assert recorder.run.files == ["small.txt", "large.txt"]
    assert recorder.run.file("small.txt") == b"small"
    with pytest.raises(FileNotFoundError, match="1 MiB"):
        recorder.run.file("large.txt")


# --------------------------------------------------------------------------- restoring


def test_restore_from_another_run(patched: tuple[Any, Recorder]) -> None:
    wandb, _ = patched
    with wandb.init(project="p", id="first") as run:
        run.save(write("model.txt", "weights"))
        path = run.path
    with wandb.init(project="p") as run:
        stream = run.restore("model.txt", run_path=path)
        assert stream.name == os.path.join(run.dir, "model.txt")
        assert text_of(stream) == "weights"
        assert text_of(wandb.restore("model.txt", path, root="there")) == "weights"
        assert Path("there/model.txt").read_text() == "weights"


def test_restore_what_is_there_already(patched: tuple[Any, Recorder]) -> None:
    wandb, _ = patched
    run = wandb.init(project="p", id="first")
    run.save(write("a.txt", "uploaded"), policy="now")
    write("there/a.txt", "local")
    assert text_of(run.restore("a.txt", root="there")) == "local"
    assert text_of(run.restore("a.txt", root="there", replace=True)) == "uploaded"
    assert Path("there/a.txt").read_text() == "uploaded"


def test_restore_before_init(options: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("kept.txt").write_text("from a path")
    seed = {"id": "old", "project": "p", "files": {"a.txt": "text", "sub/b.bin": b"bytes", "c": Path("kept.txt")}}
    with patch_wandb(runs=[seed], **options):
        import wandb

        assert text_of(wandb.restore("a.txt", "test-entity/p/old")) == "text"
        assert text_of(wandb.restore("sub/b.bin", run_path="p/old")) == "bytes"
        assert text_of(wandb.restore("c", run_path="p/old")) == "from a path"
        assert Path("sub/b.bin").read_bytes() == b"bytes"
        with pytest.raises(ValueError, match=r"run_path required when calling wandb.restore before wandb.init"):
            wandb.restore("a.txt")


def test_restore_what_is_not_there(patched: tuple[Any, Recorder]) -> None:
    wandb, _ = patched
    run = wandb.init(project="p", id="one")
    with pytest.raises(ValueError, match=r"File no_file.h5 not found in test-entity/p/one\."):
        run.restore("no_file.h5")
    with pytest.raises((ValueError, wandb.errors.CommError), match=r"[Cc]ould not find run"):
        run.restore("a.txt", run_path="test-entity/p/nowhere")
    with pytest.raises(TypeError):
        run.restore()
    with pytest.raises(TypeError):
        run.restore("a.txt", overwrite=True)


def test_restore_from_a_run_of_another_patch(
    options: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with patch_wandb(**options) as first:
        import wandb

        with wandb.init(project="p", id="abc") as run:
            run.save(write("model.txt", "weights"))
    os.remove("model.txt")
    with patch_wandb(runs=first.runs, **options):
        import wandb

        with wandb.init(project="p", id="abc", resume="must") as run:
            assert text_of(wandb.restore("model.txt")) == "weights"
            assert os.path.exists(os.path.join(run.dir, "model.txt"))


def test_restore_into_a_disabled_run(patched: tuple[Any, Recorder]) -> None:
    wandb, _ = patched
    with wandb.init(mode="disabled") as run:
        run.restore()
        run.save("whatever")


def test_restore_is_recorded(patched: tuple[Any, Recorder]) -> None:
    wandb, recorder = patched
    run = wandb.init()
    run.save(write("a.txt", "x"))
    recorder.mocks.restore.return_value = "mine"
    assert run.restore("b.txt") == "mine"
    recorder.mocks.restore.assert_called_once_with("b.txt")
    assert [call[0] for call in recorder.calls] == ["init", "save", "restore"]
