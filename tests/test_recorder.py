"""`Recorder` and `RecordedRun`: exact, fresh answers, at any moment of a run."""

from __future__ import annotations

import gc
import json
import math
import time
import warnings
from collections.abc import Callable, Iterator
from typing import Any
from unittest import mock

import pytest

from wandb_testkit import NoRun, RecordedRun, Recorder, patch_wandb


@pytest.fixture
def patched(options: dict[str, Any]) -> Iterator[tuple[Any, Recorder]]:
    """The patched module and the recorder."""
    with patch_wandb(**options) as recorder:
        import wandb

        yield wandb, recorder


def collected(use: Callable[[Any, Recorder], None], options: dict[str, Any]) -> None:
    """Use artifacts; the client leaves the removal of their folders, with a warning, to the garbage collector."""
    with patch_wandb(**options) as recorder:
        import wandb

        use(wandb, recorder)
    del recorder
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()


def everything(recorder: Recorder) -> dict[str, Any]:
    """All that can be read of a recorder."""
    run = recorder.run
    names = ("config", "summary", "metrics", "alerts", "files", "tags", "pending", "dropped")
    return {
        **{name: getattr(run, name) for name in names},
        "history": recorder.history(),
        "of keys": recorder.history(["n"]),
        "timed": recorder.history(timestamps=True),
        "values": recorder.values("n"),
        "to_dict": recorder.to_dict(),
        "warnings": recorder.warnings,
        "messages": recorder.messages,
        "calls": [(call[0], call.args, call.kwargs) for call in recorder.calls],
        "call_args_list": [(call.args, call.kwargs) for call in recorder.mocks.log.call_args_list],
        "mock_calls": [(call.args, call.kwargs) for call in recorder.mocks.log.mock_calls],
    }


def scribble(value: Any) -> None:
    """Change every container within."""
    if isinstance(value, dict):
        for item in list(value.values()):
            scribble(item)
        value["scribbled"] = 1
    elif isinstance(value, list):
        for item in value:
            scribble(item)
        value.append("scribbled")
    elif isinstance(value, tuple):
        for item in value:
            scribble(item)


def exact(value: Any) -> bool:
    """Whether all containers within are of the very types list, dict and tuple."""
    if isinstance(value, dict):
        return type(value) is dict and all(map(exact, value.values()))
    if isinstance(value, list):
        return type(value) is list and all(map(exact, value))
    return True


def test_answers_are_exact_lists_and_dicts_and_fresh_ones(patched: tuple[Any, Recorder]) -> None:
    wandb, recorder = patched
    run = wandb.init(config={"opt": {"betas": [1, 2]}}, tags=["a"])
    run.define_metric("m", summary="max,min")
    run.log({"plain": 1})
    run.log({"n": {"list": [1, {"x": 2}]}, "l": [[1]], "m": 3})
    run.summary["by hand"] = {"x": [1]}
    run.alert("title", "text")
    run.log({"late": {"x": [1]}}, step=0)
    run.log({"n": {"list": [3]}}, commit=False)
    before = everything(recorder)
    assert exact({name: before[name] for name in before if "call" not in name})
    assert before["history"] == [
        {"_step": 0, "plain": 1},
        {"_step": 1, "n": {"list": [1, {"x": 2}]}, "l": [[1]], "m": 3},
    ]
    kept = repr(before)
    scribble(before)
    assert repr(everything(recorder)) == kept


def test_a_run_in_progress(patched: tuple[Any, Recorder]) -> None:
    wandb, recorder = patched
    run = wandb.init(project="p", config={"lr": 0.1})
    recorded = recorder.run
    assert (recorded.state, recorded.exit_code, recorded.pending, recorded.history()) == ("running", None, None, [])
    run.log({"a": 1})
    run.log({"b": {"c": 2}}, commit=False)
    assert recorder.history() == [{"_step": 0, "a": 1}]
    assert recorded.pending == {"_step": 1, "b": {"c": 2}}
    assert recorder.summary == {"_step": 0, "a": 1}
    run.log({"late": 1}, step=0)
    [dropped] = recorded.dropped
    assert (dropped.row, dropped.step, dropped.current_step) == ({"late": 1}, 0, 1)
    assert dropped.reason.startswith("Tried to log to step 0 that is less than the current step 1.")
    assert recorder.warnings == [dropped.reason]
    assert recorder.to_dict()["runs"][0]["exit_code"] is None
    run.finish(exit_code=2)
    assert recorder.history() == [{"_step": 0, "a": 1}, {"_step": 1, "b": {"c": 2}}]
    assert (recorded.state, recorded.exit_code, recorded.pending) == ("failed", 2, None)
    assert recorder.warnings == [dropped.reason], "the warning is not told twice when the client prints it"


@pytest.mark.parametrize("mode", ["online", "offline", "disabled"])
def test_the_mode_is_the_runs_own(patched: tuple[Any, Recorder], mode: str) -> None:
    wandb, recorder = patched
    wandb.init(mode=mode)
    assert recorder.run.mode == mode


def test_identity_reads_what_the_backend_has(patched: tuple[Any, Recorder]) -> None:
    wandb, recorder = patched
    given = {"project": "p", "entity": "e", "id": "i", "name": "n", "group": "g", "job_type": "j", "notes": "t"}
    run = wandb.init(**given, tags=["x", "y"])
    assert {name: getattr(recorder.run, name) for name in given} == given
    assert recorder.run.tags == ["x", "y"] and recorder.run.resumed is False
    run.name, run.tags = "later", ("z",)
    assert (recorder.run.name, recorder.run.tags) == ("later", ["z"])
    wandb.finish()
    wandb.init()
    assert (recorder.run.name, recorder.run.group, recorder.run.tags) == (None, None, [])


def test_values_and_keys_reach_into_nested_dicts(patched: tuple[Any, Recorder]) -> None:
    wandb, recorder = patched
    run = wandb.init()
    run.log({"a": {"b": 1}, "c": 1})
    run.log({"c": 2})
    run.log({"a": {"b": 3}, "a.b": 4})
    assert recorder.values("a.b") == recorder.run.values("a.b") == [1, 4], "a key with a dot comes first"
    assert recorder.values("a") == [{"b": 1}, {"b": 3}]
    assert recorder.values("nothing") == recorder.values("c.d") == []
    assert recorder.history(["c"]) == recorder.history("c") == [{"_step": 0, "c": 1}, {"_step": 1, "c": 2}]
    assert recorder.history(["a.b", "c"]) == [{"_step": 0, "a.b": 1, "c": 1}]
    assert recorder.history(["c", "nothing"]) == []


def test_timestamps_are_in_range_and_monotonic(patched: tuple[Any, Recorder]) -> None:
    wandb, recorder = patched
    began = time.time()
    run = wandb.init()
    for value in range(5):
        run.log({"a": value})
    run.log({"a": 5}, commit=False)
    rows = recorder.history(timestamps=True)
    assert [{k: row[k] for k in ("_step", "a")} for row in rows] == recorder.history()
    stamps, runtimes = ([row[name] for row in rows] for name in ("_timestamp", "_runtime"))
    assert stamps == sorted(stamps) and began <= stamps[0] and stamps[-1] <= time.time()
    assert runtimes == sorted(runtimes) and runtimes[0] >= 0 and runtimes[-1] <= time.time() - began
    run.finish()
    assert len(recorder.history(timestamps=True)) == len(recorder.history()) == 6
    reduced = recorder.history(["a"], timestamps=True)
    assert [set(row) for row in reduced] == [{"_step", "a", "_timestamp", "_runtime"}] * 6


def test_media_are_the_objects_that_were_logged(options: dict[str, Any]) -> None:
    collected(read_media, options)


def read_media(wandb: Any, recorder: Recorder) -> None:
    table = wandb.Table(columns=["a"], data=[[1]])
    html = wandb.Html("<p>x</p>")
    run = wandb.init(mode="offline")
    run.log({"table": table, "nested": {"html": html}})
    [row] = recorder.history()
    assert row["table"] is table and row["nested"]["html"] is html
    assert recorder.values("nested.html") == [html]
    assert recorder.run.to_dict()["history"][0]["table"]["_type"] == "table-file"
    json.dumps(recorder.to_dict())
    assert sorted(name.partition("/")[0] for name in recorder.run.files) == ["media"] * len(recorder.run.files)
    assert any(name.startswith("media/table/table_0_") for name in recorder.run.files)
    assert [artifact.type for artifact in recorder.run.artifacts] == ["run_table"]


def test_arrays_are_taken_at_the_call(patched: tuple[Any, Recorder]) -> None:
    numpy = pytest.importorskip("numpy")
    wandb, recorder = patched
    run = wandb.init(config={"w": numpy.zeros(2)})
    array = numpy.zeros(3)
    run.log({"a": array, "n": {"a": array}})
    array[:] = 9
    assert recorder.history() == [{"_step": 0, "a": [0, 0, 0], "n": {"a": [0, 0, 0]}}]
    assert recorder.calls[-1].args[0]["a"].tolist() == [0, 0, 0]
    recorder.calls[-1].args[0]["a"][0] = 7
    recorder.history()[0]["a"][0] = 8
    assert recorder.values("a") == [[0, 0, 0]]
    assert recorder.calls[-1].args[0]["a"].tolist() == [0, 0, 0]


def test_files_alerts_and_artifacts(patched: tuple[Any, Recorder], tmp_path: Any, monkeypatch: Any) -> None:
    wandb, recorder = patched
    monkeypatch.chdir(tmp_path)
    (tmp_path / "model.txt").write_text("weights")
    run = wandb.init(mode="offline")
    run.save("model.txt")
    run.save("model.txt")
    run.alert("title", "text", level="WARN", wait_duration=3)
    artifact = run.log_artifact(wandb.Artifact("a", "t"))
    assert recorder.run.files == ["model.txt"]
    assert recorder.run.alerts == [{"title": "title", "text": "text", "level": "WARN", "wait_duration": 3000}]
    assert recorder.run.artifacts == [artifact]


def test_several_runs_are_read_in_order(patched: tuple[Any, Recorder]) -> None:
    wandb, recorder = patched
    for lr in (0.1, 0.2):
        with wandb.init(config={"lr": lr}) as run:
            run.log({"loss": lr})
    assert [run.config["lr"] for run in recorder.runs] == [0.1, 0.2]
    assert recorder.config == {"lr": 0.2} and recorder.summary["loss"] == 0.2
    assert recorder.history() == [{"_step": 0, "loss": 0.1}, {"_step": 0, "loss": 0.2}]
    assert recorder.run == recorder.runs[-1] != recorder.runs[0]
    assert len({*recorder.runs, *recorder.runs}) == 2


def test_without_a_run_there_is_nothing_to_read() -> None:
    recorder = Recorder()
    assert (recorder.runs, recorder.history(), recorder.values("a"), recorder.config, recorder.summary) == (
        [],
        [],
        [],
        {},
        {},
    )
    assert (recorder.calls, recorder.warnings, recorder.to_dict()) == ([], [], {"runs": []})
    with pytest.raises(NoRun, match=r"wandb.init\(\) was not called inside the patch"):
        _ = recorder.run
    with pytest.raises(AttributeError, match="not in use by a patch"):
        _ = recorder.mocks.log


def test_to_json_is_to_dict(patched: tuple[Any, Recorder]) -> None:
    wandb, recorder = patched
    wandb.init().log({"nan": math.nan, "inf": -math.inf, "a": 1})
    assert recorder.to_dict()["runs"][0]["history"] == [{"_step": 0, "nan": "NaN", "inf": "-Infinity", "a": 1}]
    assert json.loads(recorder.to_json()) == recorder.to_dict()
    assert "\n" not in recorder.to_json(indent=None)


def test_the_repr_tells_much_and_stays_short(patched: tuple[Any, Recorder]) -> None:
    wandb, recorder = patched
    assert repr(recorder) == "<Recorder: no runs>"
    run = wandb.init(project="p", id="r", config={"lr": 0.1})
    run.log({"a": 1})
    run.log({"b": 1}, commit=False)
    run.log({"c": 1}, step=0)
    assert repr(recorder) == (
        "<Recorder: 1 run: <RecordedRun p/r running: 1 row, 1 pending, 1 dropped,"
        " config {'lr': 0.1}, summary {'_step': 0, 'a': 1}>>"
    )
    run.config.update({f"key {i}": "x" * 10_000 for i in range(100)})
    for number in range(50):
        wandb.init(id=f"r{number}", reinit="create_new").log({f"key {i}": "x" * 10_000 for i in range(100)})
    assert len(repr(recorder)) < 3000 and repr(recorder).startswith("<Recorder: 51 runs: 48 earlier ones, <RecordedRun")


def test_calls_are_in_order_over_all_entry_points(patched: tuple[Any, Recorder]) -> None:
    wandb, recorder = patched
    config = {"lr": 0.1}
    run = wandb.init(project="p", config=config)
    config["lr"] = 9
    row = {"a": [1]}
    wandb.log(row)
    row["a"].append(2)
    row["b"] = 3
    run.log(row, step=4, commit=True)
    run.config.update({"x": 1})
    run.config.y = 2
    run.summary["best"] = 3
    run.define_metric("a", summary="max")
    with pytest.raises(TypeError, match="must be strings"):
        run.log({1: 2})
    run.log({"odd": {1}})
    wandb.finish()
    with pytest.raises(wandb.Error, match="You must call"):
        wandb.log({"late": 1})
    assert recorder.calls == [
        mock.call.init(project="p", config={"lr": 0.1}),
        mock.call.log({"a": [1]}),
        mock.call.log({"a": [1, 2], "b": 3}, step=4, commit=True),
        mock.call.config.update({"x": 1}),
        mock._Call(("config.__setitem__", ("y", 2), {})),
        mock._Call(("summary.__setitem__", ("best", 3), {})),
        mock.call.define_metric("a", summary="max"),
        mock.call.log({1: 2}),
        mock.call.log({"odd": {1}}),
        mock.call.finish(),
        mock.call.log({"late": 1}),
    ]


def test_calls_of_the_clients_own_code_are_not_the_programs(options: dict[str, Any]) -> None:
    collected(make_the_client_call, options)


def make_the_client_call(wandb: Any, recorder: Recorder) -> None:
    run = wandb.init(mode="offline")
    # The client logs an artifact for the table, sets the config for the plot and prints warnings.
    table = wandb.Table(columns=["x", "y"], data=[[1, 2]])
    run.log({"plot": wandb.plot.line(table, "x", "y")})
    run.log({"table": wandb.Table(columns=["a"])})
    assert run.url is None
    with run:
        pass
    assert [call[0] for call in recorder.calls] == ["init", "log", "log"]
    assert recorder.warnings == ["URL not available in offline run"]


# --------------------------------------------------------------------------- reset, sharing


def test_reset_forgets_what_was_and_lets_the_run_go_on(patched: tuple[Any, Recorder]) -> None:
    wandb, recorder = patched
    wandb.init(id="old").finish()
    run = wandb.init(id="new", config={"lr": 0.1})
    run.log({"a": 1}, step=3)
    run.log({"late": 1}, step=2)
    run.log({"a": 2})
    recorder.reset()
    assert (recorder.history(), recorder.calls, recorder.warnings) == ([], [], [])
    assert (recorder.run.dropped, recorder.mocks.log.call_count, wandb.log.call_count) == ([], 0, 0)
    wandb.log.assert_not_called()
    assert [run.id for run in recorder.runs] == ["new"]
    assert recorder.config == {"lr": 0.1} and recorder.summary["a"] == 2
    run.log({"a": 3})
    assert recorder.history() == [{"_step": 4, "a": 3}]
    assert recorder.calls == [mock.call.log({"a": 3})]
    recorder.mocks.log.assert_called_once_with({"a": 3})


def test_one_recorder_over_several_patches(options: dict[str, Any]) -> None:
    recorder = Recorder()
    for project in ("first", "second"):
        with patch_wandb(recorder=recorder, **options) as given:
            import wandb

            assert given is recorder
            with wandb.init(project=project) as run:
                run.log({"a": project})
    assert [run.project for run in recorder.runs] == ["first", "second"]
    assert recorder.values("a") == ["first", "second"]
    assert [call[0] for call in recorder.calls] == ["init", "log"] * 2


def test_nested_patches_with_the_same_recorder(options: dict[str, Any]) -> None:
    recorder = Recorder()
    with patch_wandb(recorder=recorder, **options):
        import wandb

        wandb.init(project="outer")
        wandb.log({"a": 1})
        with patch_wandb(recorder=recorder, **options):
            wandb.init(project="inner")
            wandb.log({"a": 2})
            recorder.mocks.log.assert_called_once_with({"a": 2})
        wandb.log({"a": 3})
        assert [call.args for call in recorder.mocks.log.call_args_list] == [({"a": 1},), ({"a": 3},)]
        recorder.fail("log", ValueError("down"))
        with pytest.raises(ValueError, match="down"):
            wandb.log({"a": 4})
    assert [run.project for run in recorder.runs] == ["outer", "inner"]
    assert recorder.calls == [
        mock.call.init(project="outer"),
        mock.call.log({"a": 1}),
        mock.call.init(project="inner"),
        mock.call.log({"a": 2}),
        mock.call.log({"a": 3}),
        mock.call.log({"a": 4}),
    ]


def test_recorded_runs_are_public() -> None:
    with patch_wandb(stub=True) as recorder:
        import wandb

        wandb.init()
    assert type(recorder.run) is RecordedRun
