"""The comparison with the real client would notice a value of another type, a broken log, a program that hangs."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path
from typing import Any

import pytest

from tests.comparison import scenario_task
from tests.normalise import canonical
from tests.oracle import OracleError, RealClient
from tests.scenarios import Observer
from tests.worlds import Task
from wandb_testkit.checking.offline_log import LogError, read_frames

pytest.importorskip("wandb")
pytestmark = pytest.mark.needs_wandb


@pytest.fixture(scope="module")
def client() -> Any:
    with RealClient() as real:
        yield real


@pytest.mark.parametrize(("left", "right"), [(1, 1.0), (1, True), (0, False), (None, "None"), ([1], [1.0]), ("", None)])
def test_equal_values_of_different_types_differ(left: Any, right: Any) -> None:
    assert canonical(left) != canonical(right)


def test_a_broken_log_is_not_read() -> None:
    whole = b":W&B\xe1\xbe\x00"
    assert list(read_frames(whole)) == []
    with pytest.raises(LogError, match="not an offline log"):
        list(read_frames(b"LEVELDB"))
    with pytest.raises(LogError, match="only 3 bytes"):
        list(read_frames(whole[:3]))
    with pytest.raises(LogError, match="within the header"):
        list(read_frames(whole + b"\x00"))
    with pytest.raises(LogError, match="within a fragment"):
        list(read_frames(whole + b"\x00\x00\x00\x00\x05\x00\x01"))
    with pytest.raises(LogError, match="checksum"):
        list(read_frames(whole + b"\x00\x00\x00\x00\x01\x00\x01x"))


def hang(wandb: Any, obs: Observer, note: str) -> None:
    """Begin a run and never come back."""
    wandb.init()
    Path(note).write_text(str(os.getpid()))
    time.sleep(600)


def test_a_program_that_hangs_is_reported_and_ended(tmp_path: Path) -> None:
    note = tmp_path / "pid"
    with RealClient(seconds=3) as impatient:
        with pytest.raises(OracleError, match=r"(?s)no answer.*in hang"):
            impatient.observe(Task("tests.test_harness_can_fail:hang", (str(note),)))
        assert not Path(f"/proc/{note.read_text()}").exists()
        assert impatient.observe(scenario_task("log_steps_by_itself")).runs


def crash(wandb: Any, obs: Observer, note: str, times: int) -> None:
    """Crash the interpreter, the first `times` times."""
    with open(note, "a+") as file:
        file.write("x")
        file.seek(0)
        before = len(file.read()) - 1
    if before < times:
        signal.signal(signal.SIGSEGV, signal.SIG_DFL)
        os.kill(os.getpid(), signal.SIGSEGV)


def test_a_program_that_crashed_the_client_is_asked_once_more(tmp_path: Path, client: RealClient) -> None:
    once, always = ([f"{tmp_path}/{times}", times] for times in (1, 9))
    client.observe(Task("tests.test_harness_can_fail:crash", tuple(once)))
    assert Path(once[0]).read_text() == "xx"
    with pytest.raises(OracleError, match="no answer"):
        client.observe(Task("tests.test_harness_can_fail:crash", tuple(always)))
    assert Path(always[0]).read_text() == "xx"


def test_an_oracle_that_breaks_is_no_observation(client: RealClient) -> None:
    with pytest.raises(OracleError, match="no_such_program"):
        client.observe(Task("tests.test_harness_can_fail:no_such_program"))
