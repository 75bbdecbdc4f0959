"""The benchmarks measure what they say: every subject's result is checked, and only wrong results fail."""

from __future__ import annotations

import contextlib
import importlib.util
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from benchmarks import __main__ as command
from benchmarks import measure, report, tasks
from benchmarks.measure import Result
from benchmarks.subjects import SUBJECTS, WORLDS, Stub, StubRun

ROOT = Path(__file__).resolve().parent.parent

needs_wandb = pytest.mark.skipif(importlib.util.find_spec("wandb") is None, reason="the subject patches the real wandb")

IN_PROCESS = [
    "stub",
    pytest.param("testkit", marks=needs_wandb),
    pytest.param("patch", marks=needs_wandb),
    "magicmock",
]


def result(subject: str, best: float | None, task: str = "enter", world: str = "bare", **more: Any) -> Result:
    return Result(world, task, more.pop("measure", ""), subject, best, best, "s", 1, **more)


# ---- subjects and tasks


@pytest.mark.parametrize("name", IN_PROCESS)
@pytest.mark.parametrize("task", ["enter", "typical", "wide", "nested"])
def test_a_subject_that_keeps_what_is_logged_passes_the_checks(name: str, task: str) -> None:
    tasks.TASKS[task].check(SUBJECTS[name])


@pytest.mark.parametrize("task", ["typical", "history", "suite", "wide", "nested", "log-1e3"])
def test_a_subject_that_loses_a_row_is_caught(task: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(StubRun, "log", lambda run, data: None if run.rows else run.rows.append(dict(data)))
    with pytest.raises(tasks.WrongResult, match="rows were logged"):
        tasks.TASKS[task].check(Stub())


def test_a_subject_that_keeps_another_value_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(StubRun, "log", lambda run, data: run.rows.append({**data, "loss": 7.0}))
    with pytest.raises(tasks.WrongResult, match="row 0 is"):
        tasks.TASKS["typical"].check(Stub())


def test_a_row_at_another_step_is_caught() -> None:
    with pytest.raises(tasks.WrongResult, match="another step"):
        tasks.check_rows([{"_step": 1, "loss": 0.5}], [{"loss": 0.5}])


def test_a_subject_that_does_not_restore_wandb_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    class Leaking(Stub):
        @contextlib.contextmanager
        def _opened(self) -> Iterator[Any]:
            with Stub.open(self) as opened:
                yield opened
            monkeypatch.setitem(sys.modules, "wandb", opened)

        def open(self) -> Any:
            return self._opened()

    # What the leak covers comes back when the test ends.
    monkeypatch.setitem(sys.modules, "wandb", sys.modules.get("wandb"))
    with pytest.raises(tasks.WrongResult, match="did not restore"):
        tasks.TASKS["enter"].check(Leaking())


def test_a_mock_does_not_know_summary_and_step() -> None:
    with pytest.raises(tasks.WrongResult, match="summary and step"):
        tasks.TASKS["follow-1e3"].check(SUBJECTS["magicmock"])


@pytest.mark.parametrize("task", [task for task in tasks.TASKS.values() if task.kind == "warm"], ids=lambda t: t.name)
def test_every_warm_task_gives_a_number_for_each_measure(task: tasks.Task) -> None:
    numbers = task.run(SUBJECTS["stub"], 16)
    assert len(numbers) == len(task.measures)
    assert all(number >= 0 for number in numbers)


def test_limits_name_what_there_is() -> None:
    for task in tasks.TASKS.values():
        assert set(task.worlds) <= set(WORLDS)
        for limit in task.limits:
            assert limit.measure in task.measures
            assert limit.against in ("", "own", "stub", "peer", *SUBJECTS)
            if limit.against == "own":
                assert limit.of in (*task.measures, *tasks.TASKS)


# ---- measuring


def test_what_is_measured_has_a_number_or_says_why_not() -> None:
    plan = measure.QUICK._replace(rounds=1, seconds=0.001)
    turns = measure._interleaved(plan, tasks.TASKS["follow-1e3"], "bare", [SUBJECTS["stub"], SUBJECTS["magicmock"]])
    stub, mocked = turns
    assert stub.best is not None
    assert stub.median is not None
    assert 0 < stub.best <= stub.median
    assert mocked.best is None
    assert "summary and step" in mocked.wrong


def test_a_subject_that_would_take_too_long_is_left_out() -> None:
    plan = measure.QUICK._replace(rounds=1, patience=-1.0)
    [left_out] = measure._interleaved(plan, tasks.TASKS["log-1e4"], "bare", [SUBJECTS["stub"]])
    assert left_out.best is None
    assert left_out.note.startswith("would take")


def test_the_memory_of_the_first_tests_is_no_leak() -> None:
    _, objects = tasks.TASKS["suite-left"].run(SUBJECTS["stub"], 100)
    assert objects < 0.05


def test_only_the_real_client_is_measured_with_variables_of_wandb(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WANDB_MODE", "offline")
    assert not [name for name in measure._environment("bare", "there") if name.startswith("WANDB_")]
    assert measure._environment("client", "there")["WANDB_DIR"] == "there"


# ---- reporting


def test_ratios_are_to_the_stub_of_the_same_world() -> None:
    results = report.Results(
        [
            result("stub", 1e-6),
            result("standin", 3e-5),
            result("magicmock", 1e-4),
            result("stub", 1e-3, world="installed"),
        ]
    )
    told = report.text(results)
    assert f"30.0 {report.TIMES} (30.0 µs)" in told
    assert f"100 {report.TIMES} (100 µs)" in told
    verdicts = {verdict.what: verdict for verdict in results.verdicts()}
    assert verdicts[f"{report.TIMES} stub"].value == pytest.approx(30)
    assert verdicts[f"{report.TIMES} best peer"].value == pytest.approx(0.3)
    assert all(verdict.holds for verdict in verdicts.values())


def test_a_wrong_peer_is_no_best_peer_and_does_not_fail() -> None:
    results = report.Results([result("stub", 1e-6), result("standin", 3e-5), result("magicmock", 1e-9, wrong="lost")])
    assert f"{report.TIMES} best peer" in [verdict.what for verdict in results.verdicts() if verdict.value is None]
    assert results.wrong() == []


def test_the_json_has_every_result_and_every_limit() -> None:
    results = report.Results([result("stub", 1e-6), result("standin", 1e-3)])
    told = json.loads(report.as_json(results, measure.QUICK))
    assert len(told["results"]) == 2
    assert {limit["holds"] for limit in told["limits"]} == {False, None}
    assert told["about"]["python"]


@pytest.mark.parametrize(("wrong", "code"), [("", 0), ("a row is lost", 1)])
def test_the_command_fails_only_for_a_wrong_result(
    wrong: str, code: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    far_too_slow = [result("stub", 1e-6), result("standin", 100.0, wrong=wrong)]
    monkeypatch.setattr(command, "measured", lambda *_: far_too_slow)
    written = tmp_path / "results.json"
    assert command.main(["--quick", "--json", str(written)]) == code
    assert json.loads(written.read_text(encoding="utf-8"))["results"]


def test_the_command_measures_in_processes_of_its_own(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    written = tmp_path / "results.json"
    arguments = ["--quick", "--rounds", "1", "--task", "log-1e3", "--task", "row-bytes", "--task", "first-patch"]
    assert command.main([*arguments, "--subject", "standin", "--json", str(written)]) == 0
    found = {(r["task"], r["subject"]): r for r in json.loads(written.read_text(encoding="utf-8"))["results"]}
    for task in ("log-1e3", "row-bytes", "first-patch"):
        for subject in ("stub", "standin"):
            assert found[task, subject]["best"] > 0, found[task, subject]
    assert "stand-in" in capsys.readouterr().out


def test_the_page_explains_every_task() -> None:
    page = (ROOT / "docs" / "benchmarks.rst").read_text(encoding="utf-8")
    assert [name for name in tasks.TASKS if f"``{name}``" not in page and not name.startswith("log-")] == []
