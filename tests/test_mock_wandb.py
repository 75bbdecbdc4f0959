"""`MockWandB` on its own: wandb as an argument, with nothing patched."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import tempfile
import threading
import types
import warnings
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import WITH_WANDB
from wandb_testkit import MockWandB, Recorder


@pytest.fixture(params=["stand-in", "installed"])
def kind(request: pytest.FixtureRequest) -> dict[str, Any]:
    if request.param == "installed" and not WITH_WANDB:
        pytest.skip("wandb is not installed")
    return {"stub": request.param == "stand-in"}


def collected(use: Callable[[], None]) -> None:
    """Use artifacts; the client leaves the removal of their folders, with a warning, to the garbage collector."""
    use()
    # The client remembers its artifacts, whose runs are the mock's.
    import_module("wandb.sdk.artifacts.artifact_instance_cache").artifact_instance_cache_by_client_id.clear()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()


def train(wandb: Any, project: str = "p") -> None:
    with wandb.init(project=project, config={"lr": 0.1}) as run:
        run.log({"train/loss": 1.0}, commit=False)
        run.log({"val/loss": 2.0})


def test_it_is_shaped_like_the_module(kind: dict[str, Any]) -> None:
    wandb = MockWandB(**kind)
    assert isinstance(wandb, types.ModuleType)
    assert (wandb.__name__, wandb.run, bool(wandb.run)) == ("wandb", None, False)
    assert wandb.__version__ and wandb.__spec__.name == "wandb"
    assert issubclass(wandb.errors.CommError, wandb.Error)
    assert wandb.sdk.wandb_run.Run is wandb.Run
    assert {"init", "log", "Table", "Artifact", "errors", "plot", "recorder"} <= set(dir(wandb))
    with pytest.raises(AttributeError, match="module 'wandb' has no attribute 'nonsense'"):
        _ = wandb.nonsense
    with pytest.raises(wandb.Error, match=r"You must call wandb.init\(\) before wandb.log\(\)"):
        wandb.log({"a": 1})


def test_it_records_and_patches_nothing(kind: dict[str, Any]) -> None:
    before = {name: module for name, module in sys.modules.items() if name.partition(".")[0] == "wandb"}
    wandb = MockWandB(**kind)
    train(wandb)
    assert wandb.recorder.history() == [{"_step": 0, "train/loss": 1.0, "val/loss": 2.0}]
    wandb.recorder.assert_init(project="p", config={"lr": 0.1})
    wandb.recorder.assert_finished()
    assert isinstance(wandb.recorder, Recorder)
    assert all(sys.modules.get(name) is module for name, module in before.items())
    real = sys.modules.get("wandb")
    assert real is None or real is not wandb


def test_the_modules_names_follow_the_run(kind: dict[str, Any]) -> None:
    wandb = MockWandB(**kind)
    run = wandb.init()
    assert wandb.run is run and isinstance(run, wandb.Run) and wandb.config is run.config
    wandb.log({"a": 1})
    wandb.config.lr = 3
    wandb.summary["best"] = 2
    wandb.finish()
    assert wandb.run is None
    assert wandb.recorder.config == {"lr": 3}
    assert wandb.recorder.summary == {"_step": 0, "a": 1, "best": 2}


def test_several_are_independent(kind: dict[str, Any]) -> None:
    first, second = MockWandB(**kind), MockWandB(**kind)
    run = first.init(project="first")
    assert second.run is None
    second.init(project="second", mode="offline")
    run.log({"a": 1})
    second.log({"a": 2})
    assert [fake.recorder.values("a") for fake in (first, second)] == [[1], [2]]
    assert [fake.recorder.mocks.log.call_count for fake in (first, second)] == [1, 1]
    first.recorder.mocks.log.side_effect = ValueError
    second.log({"a": 3})
    first.finish()
    assert [fake.recorder.run.state for fake in (first, second)] == ["finished", "running"]


def test_many_threads_each_with_its_own() -> None:
    fakes = [MockWandB() for _ in range(8)]

    def work(fake: Any, number: int) -> None:
        run = fake.init(project=f"p{number}")
        for value in range(50):
            run.log({"a": value, "thread": number})
        fake.finish()

    threads = [threading.Thread(target=work, args=(fake, number)) for number, fake in enumerate(fakes)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for number, fake in enumerate(fakes):
        assert fake.recorder.values("a") == list(range(50))
        assert set(fake.recorder.values("thread")) == {number}


def test_many_threads_on_one_run() -> None:
    fake = MockWandB()
    run = fake.init()

    def work() -> None:
        for _ in range(200):
            run.log({"a": 1})

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [row["_step"] for row in fake.recorder.history()] == list(range(800))


@pytest.mark.needs_wandb
def test_the_installed_wandb_gives_its_own_data_types() -> None:
    collected(use_real_data_types)


def use_real_data_types() -> None:
    import wandb as real

    threads = threading.active_count()
    wandb = MockWandB(stub=False)
    assert wandb.Table is real.Table and wandb.errors is real.errors and wandb.Run is real.Run
    run = wandb.init(mode="offline")
    table = real.Table(columns=["a"], data=[[1]])
    run.log({"table": table})
    assert wandb.recorder.values("table") == [table]
    assert isinstance(run, real.Run) and real.run is None
    run.log_artifact(real.Artifact("model", "weights"))
    wandb.recorder.assert_artifact_logged("model", type="weights")
    assert threading.active_count() == threads


def test_options(kind: dict[str, Any]) -> None:
    earlier = MockWandB(entity="team", **kind)
    with earlier.init(id="r", project="p") as run:
        run.log({"a": 1})
    wandb = MockWandB(entity="team", runs=earlier.recorder.runs, strict_steps=True, **kind)
    run = wandb.init(id="r", project="p", resume="must")
    assert wandb.recorder.run.resumed
    wandb.recorder.assert_init(entity="team")
    run.log({"a": 2}, step=5)
    with pytest.raises(wandb.errors.UsageError, match="less than the current step 5"):
        run.log({"a": 3}, step=4)
    with pytest.raises(TypeError):
        MockWandB(nonsense=True)  # type: ignore[call-arg]


def test_its_repr_is_that_of_its_recorder() -> None:
    wandb = MockWandB()
    assert repr(wandb) == "<MockWandB: <Recorder: no runs>>"
    wandb.init(project="p", id="r")
    assert repr(wandb) == "<MockWandB: <Recorder: 1 run: <RecordedRun p/r running: 0 rows, config {}, summary {}>>>"


def test_the_machines_variables_do_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WANDB_MODE", "disabled")
    monkeypatch.setenv("WANDB_PROJECT", "of the machine")
    wandb = MockWandB()
    monkeypatch.setenv("WANDB_NAME", "of the program")
    wandb.init()
    # The default project is the folder's name in a checkout.
    assert wandb.recorder.run.mode == "online" and wandb.recorder.run.project != "of the machine"
    assert wandb.recorder.run.name == "of the program"


def test_its_folder_goes_with_it_and_with_the_process(tmp_path: Path) -> None:
    def folders() -> set[str]:
        prefix = f"wandb-testkit-{os.getpid()}-"
        return {name for name in os.listdir(tempfile.gettempdir()) if name.startswith(prefix)}

    before = folders()
    wandb = MockWandB()
    directory = wandb.init(mode="offline").dir
    assert os.path.isdir(directory)
    [folder] = folders() - before
    del wandb
    gc.collect()
    assert folder not in folders() and not os.path.exists(directory)
    program = "from wandb_testkit import MockWandB\nfake = MockWandB()\nprint(fake.init(mode='offline').dir)\n"
    root = Path(__file__).resolve().parent.parent
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "PYTHONPATH": str(root), "TMPDIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.startswith(str(tmp_path))
    assert os.listdir(tmp_path) == []
