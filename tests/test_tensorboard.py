"""TensorBoard's writers inside a patch: what is replaced is put back, and what they write is logged at the end.

The library is a small one of the same shape, so that these tests need none; the scenarios use the real ones.
"""

from __future__ import annotations

import importlib
import os
import sys
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests import event_files as files
from wandb_testkit import MockWandB, patch_wandb

WORLDS = [
    pytest.param({}, id="installed", marks=pytest.mark.needs_wandb),
    pytest.param({"stub": True}, id="stand-in"),
]
WRITER = "tensorboard.summary.writer.event_file_writer"


@pytest.fixture(params=WORLDS)
def options(request: pytest.FixtureRequest) -> dict[str, Any]:
    if not request.param:
        pytest.importorskip("wandb")
    found: dict[str, Any] = request.param
    return found


class EventFileWriter:
    """Writes each event at once."""

    def __init__(self, logdir: str) -> None:
        self.logdir = logdir
        self._events = [files.version()]

    def add(self, step: int, **values: float) -> None:
        self._events.append(files.event(step, *(files.scalar(tag, value) for tag, value in values.items())))
        files.write(self.logdir, *self._events)


@pytest.fixture(autouse=True)
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[types.ModuleType]:
    """A library of TensorBoard's shape, which no wandb has looked for before."""
    before = dict(sys.modules)
    for name in [name for name in before if _is_of_a_writer(name)]:
        del sys.modules[name]
    sys.modules.update(dict.fromkeys(("torch.utils.tensorboard.writer", "torch.utils.tensorboard", "tensorboardX")))
    parts = WRITER.split(".")
    for size in range(len(parts)):
        name = ".".join(parts[: size + 1])
        sys.modules[name] = types.ModuleType(name)
        sys.modules[name].__path__ = []
    library = sys.modules[WRITER]
    library.EventFileWriter = EventFileWriter  # type: ignore[attr-defined]
    _look_again()
    monkeypatch.chdir(tmp_path)
    yield library
    _look_again()
    # In the order of before, for the test of what is left behind.
    more = {name: found for name, found in sys.modules.items() if name not in before and not _is_of_a_writer(name)}
    sys.modules.clear()
    sys.modules.update({**before, **more})


def _is_of_a_writer(name: str) -> bool:
    return name.partition(".")[0] in ("tensorboard", "tensorboardX") or name.startswith("torch.utils.tensorboard")


def _look_again() -> None:
    """Have both worlds forget which modules they could not import."""
    for name in ("wandb.util", "wandb_testkit.standin.util"):
        if name in sys.modules:
            sys.modules[name]._not_importable.clear()


def test_scalars_are_logged_when_the_run_finishes(options: dict[str, Any], library: Any) -> None:
    with patch_wandb(**options) as recorder:
        wandb = importlib.import_module("wandb")
        with wandb.init(sync_tensorboard=True) as run:
            writer = library.EventFileWriter("logs")
            writer.add(1, loss=0.5, acc=1.0)
            run.log({"mine": 1})
            writer.add(2, loss=0.25)
            assert recorder.values("loss") == []
        assert recorder.history() == [
            {"_step": 0, "mine": 1},
            {"_step": 1, "loss": 0.5, "acc": 1.0, "global_step": 1},
            {"_step": 2, "loss": 0.25, "global_step": 2},
        ]
        assert recorder.history(timestamps=True)[1]["_timestamp"] == 1.5
        assert recorder.run.summary["loss"] == 0.25
        [name] = recorder.run.files
        assert name.startswith("logs/events.out.tfevents.")
        assert os.path.samefile(Path(run.dir, name), Path(name))


def test_the_librarys_own_writer_is_put_back(options: dict[str, Any], library: Any) -> None:
    with patch_wandb(**options):
        wandb = importlib.import_module("wandb")
        wandb.tensorboard.patch()
        assert library.EventFileWriter is not EventFileWriter
        assert [entry[0] for entry in wandb.patched["tensorboard"]] == [WRITER]
    assert library.EventFileWriter is EventFileWriter
    assert not hasattr(library, "orig_EventFileWriter")
    with patch_wandb(**options):
        assert not importlib.import_module("wandb").patched["tensorboard"]


def test_what_the_program_puts_back_itself_stays_so(options: dict[str, Any], library: Any) -> None:
    class Mine(EventFileWriter):
        pass

    with patch_wandb(**options):
        wandb = importlib.import_module("wandb")
        wandb.tensorboard.patch()
        wandb.tensorboard.unpatch()
        assert library.EventFileWriter is EventFileWriter
        library.EventFileWriter = Mine
    assert library.EventFileWriter is Mine


def test_a_nested_patch_goes_with_the_writers_of_the_outer_one(options: dict[str, Any], library: Any) -> None:
    with patch_wandb(**options) as outer:
        wandb = importlib.import_module("wandb")
        with wandb.init(sync_tensorboard=True):
            with patch_wandb(**options) as inner:
                assert len(wandb.patched["tensorboard"]) == 1
                with wandb.init(sync_tensorboard=True):
                    library.EventFileWriter("inner").add(1, loss=0.5)
            assert len(wandb.patched["tensorboard"]) == 1
            library.EventFileWriter("outer").add(1, loss=0.75)
    assert (inner.values("loss"), outer.values("loss")) == ([0.5], [0.75])
    assert library.EventFileWriter is EventFileWriter


def test_writers_replaced_in_a_nested_patch_are_put_back_by_it(options: dict[str, Any], library: Any) -> None:
    with patch_wandb(**options):
        wandb = importlib.import_module("wandb")
        with patch_wandb(**options), wandb.init(sync_tensorboard=True):
            assert library.EventFileWriter is not EventFileWriter
        assert library.EventFileWriter is EventFileWriter
        assert not wandb.patched["tensorboard"]


def test_steps_of_log_count_for_nothing(options: dict[str, Any], library: Any) -> None:
    with patch_wandb(**options) as recorder:
        wandb = importlib.import_module("wandb")
        with wandb.init() as run:
            run.log({"a": 1}, step=5)
            wandb.tensorboard.patch()
            run.log({"a": 2}, step=3)
            run.log({"a": 3}, step=9)
            wandb.tensorboard.unpatch()
            run.log({"a": 4}, step=9)
    # The row of step 5 was still open.
    assert recorder.history() == [{"_step": 5, "a": 2}, {"_step": 6, "a": 3}, {"_step": 9, "a": 4}]
    [warning] = recorder.warnings
    assert warning.startswith("Step cannot be set when using tensorboard syncing.")
    assert [call.kwargs for call in recorder.calls if call[0] == "log"] == [{"step": s} for s in (5, 3, 9, 9)]


def test_a_folder_of_a_run_that_nobody_syncs_is_left_alone(options: dict[str, Any], library: Any) -> None:
    with patch_wandb(**options) as recorder:
        wandb = importlib.import_module("wandb")
        with wandb.init():
            library.EventFileWriter("logs").add(1, loss=0.5)
    assert recorder.history() == []
    assert recorder.run.files == []


def test_a_library_that_is_missing(options: dict[str, Any]) -> None:
    sys.modules.update(dict.fromkeys(["tensorboard"]))
    with patch_wandb(**options) as recorder:
        wandb = importlib.import_module("wandb")
        with pytest.raises(wandb.Error, match="Please install tensorboard package"):
            wandb.init(sync_tensorboard=True)
    assert recorder.runs == []


@pytest.mark.parametrize("how", ["tensorboard", "sync_tensorboard", "settings"])
def test_ways_to_ask_for_it(options: dict[str, Any], library: Any, how: str) -> None:
    with patch_wandb(**options) as recorder:
        wandb = importlib.import_module("wandb")
        asked = {"settings": wandb.Settings(sync_tensorboard=True)} if how == "settings" else {how: True}
        with wandb.init(**asked):
            library.EventFileWriter("logs").add(1, loss=0.5)
    assert recorder.values("loss") == [0.5]


def test_a_run_that_nobody_finishes_has_its_rows_at_the_end_of_the_session(
    options: dict[str, Any], library: Any
) -> None:
    with patch_wandb(**options) as recorder:
        wandb = importlib.import_module("wandb")
        wandb.init(sync_tensorboard=True)
        library.EventFileWriter("logs").add(1, loss=0.5)
        wandb.teardown()
        assert recorder.values("loss") == [0.5]


def test_a_disabled_run_replaces_nothing(options: dict[str, Any], library: Any) -> None:
    with patch_wandb(**options):
        wandb = importlib.import_module("wandb")
        with wandb.init(mode="disabled", sync_tensorboard=True):
            assert library.EventFileWriter is EventFileWriter


def test_a_file_that_cannot_be_read_is_passed_over(options: dict[str, Any], library: Any, tmp_path: Path) -> None:
    with patch_wandb(**options) as recorder:
        wandb = importlib.import_module("wandb")
        with wandb.init(sync_tensorboard=True):
            library.EventFileWriter("logs").add(1, loss=0.5)
            [file] = (tmp_path / "logs").iterdir()
            target = file.rename(tmp_path / "elsewhere")
            file.symlink_to(tmp_path / "nowhere")
    assert target.exists()
    assert recorder.history() == []
    assert recorder.run.state == "finished"


def test_folders_in_a_cloud_are_not_asked_for(options: dict[str, Any]) -> None:
    with patch_wandb(**options) as recorder:
        wandb = importlib.import_module("wandb")
        with wandb.init() as run:
            run._tensorboard_callback("s3://bucket/logs")
    assert recorder.history() == []


def test_steps_of_summaries_are_counted_anew_in_each_patch(options: dict[str, Any]) -> None:
    class Summary:
        """Of the shape that the client looks at, and with one value."""

        def __init__(self, tag: str) -> None:
            self.tag, self.simple_value, self.value = tag, 1.0, [self]

        def WhichOneof(self, name: str) -> str:
            return "simple_value"

    for _ in range(2):
        with patch_wandb(**options) as recorder:
            wandb = importlib.import_module("wandb")
            with wandb.init():
                wandb.tensorboard._log(Summary("a"), step=1, namespace="n")
                wandb.tensorboard._log(Summary("b"), step=1, namespace="n")
                wandb.tensorboard._log(Summary("c"), step=2, namespace="n")
        # A larger step of its namespace ends a row: the first one ends a row in which nothing is yet.
        assert recorder.history() == [
            {"_step": 0},
            {"_step": 1, "n/a": 1.0, "global_step": 1, "n/b": 1.0},
            {"_step": 2, "n/c": 1.0, "global_step": 2},
        ]


def test_nothing_is_replaced_for_a_mock_of_the_module(library: Any) -> None:
    mock = MockWandB()
    mock.init(sync_tensorboard=True).finish()
    assert library.EventFileWriter is EventFileWriter
    assert mock.recorder.run.state == "finished"
