"""``wandb.Api()`` over the runs of a patch: in both worlds, the real classes and the stand-in's.

Only a server can answer here, so what is expected comes from wandb's documentation of the public
Api (https://docs.wandb.ai/ref/python/public-api), from the client's source and from its tests.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from wandb_testkit import MockWandB, NotModelled, Recorder, patch_wandb

SEEDS: list[dict[str, Any]] = [
    {
        "id": f"r{number}",
        "project": "seeded",
        "name": f"seed {number}",
        "config": {"lr": 0.1 * number, "model": {"depth": number, "name": "resnet" if number % 2 else "vit"}},
        "summary": {"loss": 1.0 / number, "best": {"acc": number}},
        "tags": ["base", "odd" if number % 2 else "even"],
        "group": "g",
        "job_type": "train",
        "exit_code": 0 if number < 4 else 1,
        "created_at": f"2024-01-0{number}T00:00:00Z",
        "history": [{"loss": 1.0 / (step + number), "step_only": step} for step in range(number)],
    }
    for number in (1, 2, 3, 4)
]


@pytest.fixture
def patched(options: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Any, Recorder]]:
    """The patched module and the recorder, where four runs exist already."""
    monkeypatch.chdir(tmp_path)
    with patch_wandb(**options, runs=SEEDS) as recorder:
        import wandb

        yield wandb, recorder


def train(wandb: Any, **arguments: Any) -> Any:
    """A run of three rows."""
    with wandb.init(**{"project": "p", "id": "live", "name": "first", "config": {"lr": 0.5}, **arguments}) as run:
        for step in range(3):
            run.log({"loss": 1.0 / (step + 1), "train": {"acc": step}})
    return run


def ids(runs: Any) -> list[str]:
    return [run.id for run in runs]


# ---- one run


def test_a_run_of_this_patch_is_what_the_program_made_it(patched: tuple[Any, Recorder]) -> None:
    wandb, _ = patched
    live = train(wandb, tags=["ci"], notes="a note", group="g", job_type="train")
    run = wandb.Api().run("p/live")
    assert (run.entity, run.project, run.id, run.name) == ("test-entity", "p", "live", "first")
    assert (run.state, run.tags, run.notes, run.group, run.job_type) == ("finished", ["ci"], "a note", "g", "train")
    assert run.config == {"lr": 0.5}
    assert run.rawconfig["_wandb"] == {}
    summary = dict(run.summary.items())
    assert (summary["loss"], summary["_step"], summary["train"]["acc"]) == (1.0 / 3, 2, 2)
    assert {"_runtime", "_timestamp", "_wandb"} < summary.keys()
    assert run.url == live.url
    assert run.path == ["test-entity", "p", "live"]
    assert run.lastHistoryStep == 2
    assert repr(run) == "<Run test-entity/p/live (finished)>"


def test_the_display_name_is_the_one_that_the_live_run_shows(patched: tuple[Any, Recorder]) -> None:
    wandb, _ = patched
    with wandb.init(project="p", id="unnamed") as live:
        assert wandb.Api().run("p/unnamed").name == live.name is not None


@pytest.mark.parametrize("path", ["test-entity/p/live", "p/live", "test-entity/p/runs/live", "/p/live", "p:live"])
def test_paths_of_a_run(patched: tuple[Any, Recorder], path: str) -> None:
    wandb, _ = patched
    train(wandb)
    assert wandb.Api().run(path).id == "live"


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("p/none", "Could not find run <Run test-entity/p/none (not found)>"),
        ("none/live", "Could not find run <Run test-entity/none/live (not found)>"),
        ("nobody/p/live", "Could not find run <Run nobody/p/live (not found)>"),
        ("live", "Invalid path: 'live' (missing project)"),
        ("", "Invalid path: '' (missing project)"),
        ("p/", "Invalid path: 'p/' (missing project)"),
    ],
)
def test_unknown_paths_raise_what_the_client_raises(patched: tuple[Any, Recorder], path: str, text: str) -> None:
    wandb, _ = patched
    train(wandb)
    with pytest.raises(wandb.errors.CommError) as caught:
        wandb.Api().run(path)
    assert str(caught.value) == text


@pytest.mark.parametrize("mode", ["offline", "disabled"])
def test_runs_that_no_server_hears_of_are_not_there(patched: tuple[Any, Recorder], mode: str) -> None:
    wandb, _ = patched
    train(wandb, mode=mode)
    with pytest.raises(wandb.errors.CommError, match="Could not find run"):
        wandb.Api().run("p/live")
    with pytest.raises(ValueError, match="Could not find project p"):
        len(wandb.Api().runs("p"))


def test_a_run_in_progress_can_be_read(patched: tuple[Any, Recorder]) -> None:
    wandb, _ = patched
    run = wandb.init(project="p", id="x")
    run.log({"loss": 3})
    seen = wandb.Api().run("p/x")
    assert (seen.state, seen.summary["loss"]) == ("running", 3)
    run.log({"loss": 2})
    assert seen.summary["loss"] == 3, "what was loaded stays"
    assert [row["loss"] for row in seen.scan_history()] == [3, 2], "history is read anew"
    run.finish(exit_code=1)
    seen.load(force=True)
    assert seen.state == "failed"
    seen.wait_until_finished()


def test_not_a_number_is_read_as_the_server_writes_it(patched: tuple[Any, Recorder]) -> None:
    wandb, _ = patched
    with wandb.init(project="p", id="x") as run:
        run.log({"a": float("nan"), "b": float("-inf")})
    [row] = wandb.Api().run("p/x").history(pandas=False)
    assert (row["a"], row["b"]) == ("NaN", "-Infinity")


def test_the_entity_of_the_patch_is_the_default(options: dict[str, Any]) -> None:
    with patch_wandb(**options, entity="team"):
        import wandb

        wandb.init(project="p", id="x").finish()
        api = wandb.Api()
        assert api.default_entity == "team"
        assert api.viewer.username == "team"
        assert api.run("p/x").entity == "team"
        assert wandb.Api(overrides={"entity": "other"}).settings["entity"] == "other"


# ---- history


def test_history_has_all_rows_with_step_and_times(patched: tuple[Any, Recorder]) -> None:
    wandb, _ = patched
    train(wandb)
    rows = wandb.Api().run("p/live").history(pandas=False)
    assert [row.keys() for row in rows] == [{"_step", "_timestamp", "_runtime", "loss", "train"}] * 3
    assert [(row["_step"], row["train"]) for row in rows] == [(0, {"acc": 0}), (1, {"acc": 1}), (2, {"acc": 2})]
    assert rows[0]["_timestamp"] <= rows[2]["_timestamp"]


def test_history_of_some_keys_has_the_rows_with_all_of_them(patched: tuple[Any, Recorder]) -> None:
    wandb, _ = patched
    with wandb.init(project="p", id="x") as run:
        run.log({"a": 1})
        run.log({"a": 2, "b": 3})
        run.log({"b": 4})
    run = wandb.Api().run("p/x")
    assert run.history(keys=["a", "b"], pandas=False) == [{"_step": 1, "a": 2, "b": 3}]
    assert run.history(keys=["a"], x_axis="b", pandas=False) == [{"b": 3, "a": 2}]
    assert list(run.scan_history(keys=["b"])) == [{"_step": 1, "b": 3}, {"_step": 2, "b": 4}]
    assert list(run.scan_history(keys=["b", "none"])) == []


@pytest.mark.parametrize("samples", [1, 2, 7, 100, 1000])
def test_a_sample_has_no_more_rows_than_asked_for(patched: tuple[Any, Recorder], samples: int) -> None:
    wandb, _ = patched
    with wandb.init(project="p", id="x") as run:
        for step in range(100):
            run.log({"n": step})
    run = wandb.Api().run("p/x")
    for rows in (run.history(samples=samples, pandas=False), run.history(samples=samples, keys=["n"], pandas=False)):
        seen = [row["n"] for row in rows]
        assert len(seen) == min(samples, 100)
        assert seen == sorted(set(seen)) and seen[0] == 0
        assert samples == 1 or seen[-1] == 99


def test_scan_history_reads_page_after_page(patched: tuple[Any, Recorder]) -> None:
    wandb, _ = patched
    with wandb.init(project="p", id="x") as run:
        for step in range(0, 50, 2):
            run.log({"n": step}, step=step)
    run = wandb.Api().run("p/x")
    everything = list(range(0, 50, 2))
    for size in (1, 3, 1000):
        assert [row["n"] for row in run.scan_history(page_size=size)] == everything
    assert [row["_step"] for row in run.scan_history(min_step=10, max_step=15)] == [10, 12, 14]
    assert [row["_step"] for row in run.scan_history(max_step=1000)] == everything
    scan = run.scan_history(page_size=4)
    assert [next(scan)["n"], next(scan)["n"]] == [0, 2]
    assert len(list(scan)) == 25, "iterating begins anew"


def test_wrong_keys_are_told_as_the_client_tells_them(patched: tuple[Any, Recorder]) -> None:
    wandb, recorder = patched
    train(wandb)
    run = wandb.Api().run("p/live")
    assert run.history(keys="loss", pandas=False) == []
    assert run.history(keys=[["loss"]], pandas=False) == []
    assert run.history(keys=["loss"], stream="system", pandas=False) == []
    errors = [text for level, text in recorder.messages if level == "error"]
    assert errors == [
        "keys must be specified in a list",
        "keys argument must be a list of strings",
        "stream must be default when specifying keys",
    ]
    with pytest.raises(wandb.errors.CommError, match="keys must be specified in a list"):
        run.scan_history(keys="loss")


def test_nothing_measures_the_machine(patched: tuple[Any, Recorder]) -> None:
    wandb, _ = patched
    train(wandb)
    run = wandb.Api().run("p/live")
    assert run.history(stream="system", pandas=False) == []
    assert run.system_metrics == {}


def test_histories_of_all_runs(patched: tuple[Any, Recorder]) -> None:
    wandb, _ = patched
    found = wandb.Api().runs("seeded", order="+created_at").histories(keys=["loss"])
    assert [(row["run_id"], row["_step"]) for row in found][:3] == [("r1", 0), ("r2", 0), ("r2", 1)]
    assert len(found) == 10


# ---- many runs


def test_runs_are_a_sequence_that_loads_itself(patched: tuple[Any, Recorder]) -> None:
    wandb, _ = patched
    runs = wandb.Api().runs("seeded", per_page=2)
    assert len(runs) == 4
    assert runs[3].id == "r4"
    assert ids(runs) == ["r1", "r2", "r3", "r4"]
    assert ids(runs[1:3]) == ["r2", "r3"]
    assert runs[0].config["model"] == {"depth": 1, "name": "resnet"}, "loaded when asked for"
    assert runs[0].summary["loss"] == 1.0
    with pytest.raises(IndexError):
        runs[4]
    assert repr(runs) == "<Runs test-entity/seeded>"


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"config.lr": {"$gt": 0.25}}, "r3 r4"),
        ({"config.lr": 0.1}, "r1"),
        ({"config.lr.value": {"$lte": 0.2}}, "r1 r2"),
        ({"config.model.name": "vit"}, "r2 r4"),
        ({"config.model.value.depth": {"$in": [1, 3]}}, "r1 r3"),
        ({"config.none": {"$exists": False}}, "r1 r2 r3 r4"),
        ({"config.lr": {"$exists": True}}, "r1 r2 r3 r4"),
        ({"config.lr": "0.1"}, ""),
        ({"summary_metrics.loss": {"$lt": 0.5, "$gte": 0.3}}, "r3"),
        ({"summary_metrics.best.acc": {"$ne": 2}}, "r1 r3 r4"),
        ({"display_name": {"$regex": "^seed [12]$"}}, "r1 r2"),
        ({"displayName": "seed 3"}, "r3"),
        ({"name": "r2"}, "r2"),
        ({"name": {"$nin": ["r2", "r3"]}}, "r1 r4"),
        ({"state": "failed"}, "r4"),
        ({"state": {"$in": ["finished"]}}, "r1 r2 r3"),
        ({"tags": "odd"}, "r1 r3"),
        ({"tags": {"$in": ["even", "other"]}}, "r2 r4"),
        ({"tags": {"$nin": ["odd"]}}, "r2 r4"),
        ({"group": "g", "jobType": "train"}, "r1 r2 r3 r4"),
        ({"created_at": {"$gte": "2024-01-03"}}, "r3 r4"),
        ({"createdAt": {"$lt": "2024-01-02T12:00:00"}}, "r1 r2"),
        ({"$or": [{"name": "r1"}, {"config.lr": {"$gt": 0.35}}]}, "r1 r4"),
        ({"$and": [{"tags": "odd"}, {"$or": [{"state": "failed"}, {"name": "r3"}]}]}, "r3"),
        ({"$nor": [{"tags": "odd"}, {"name": "r2"}]}, "r4"),
        ({"notes": None}, "r1 r2 r3 r4"),
        ({"sweep": {"$exists": True}}, ""),
        ({"username": "test-entity"}, "r1 r2 r3 r4"),
        ({"duration": {"$gt": 0.5, "$lt": 1.5}}, "r2"),
        ({"config.lr": True}, ""),
        ({"tags": ["base", "odd"]}, "r1 r3"),
        ({"name": {"$gt": "r2", "$exists": True}}, "r3 r4"),
        ({"nothing": 1}, ""),
        ({"display_name": {"$regex": "\\d$"}}, "r1 r2 r3 r4"),
        ({}, "r1 r2 r3 r4"),
        (None, "r1 r2 r3 r4"),
    ],
)
def test_filters(patched: tuple[Any, Recorder], filters: Any, expected: str) -> None:
    wandb, _ = patched
    runs = wandb.Api().runs("seeded", filters=filters)
    assert len(runs) == len(expected.split())
    assert " ".join(ids(runs)) == expected


@pytest.mark.parametrize(
    ("filters", "text"),
    [
        ({"config.lr": {"$bigger": 1}}, "unknown operator \\$bigger"),
        ({"$xor": []}, "unknown operator \\$xor"),
        ({"$or": "a"}, "\\$or needs a list"),
        ({"tags": {"$in": "a"}}, "need a list"),
        ({"name": {"$regex": "("}}, "\\$regex"),
        ({"name": {"$regex": "r(?=1)"}}, "RE2"),
        ({"name": {"$regex": "(r)\\1"}}, "RE2"),
        ({"name": {"$regex": 1}}, "\\$regex"),
        ({"$not": {"tags": "odd"}}, "unknown operator \\$not"),
        ({"tags": {"$size": 2}}, "unknown operator \\$size"),
        ({"$and": [1]}, "1 is no object"),
    ],
)
def test_a_filter_that_is_none_raises(patched: tuple[Any, Recorder], filters: Any, text: str) -> None:
    wandb, _ = patched
    with pytest.raises(Exception, match=text):
        len(wandb.Api().runs("seeded", filters=filters))


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ("+created_at", "r1 r2 r3 r4"),
        ("-created_at", "r4 r3 r2 r1"),
        ("created_at", "r1 r2 r3 r4"),
        ("+summary_metrics.loss", "r4 r3 r2 r1"),
        ("-config.lr", "r4 r3 r2 r1"),
        ("-config.model.value.depth", "r4 r3 r2 r1"),
        ("-display_name", "r4 r3 r2 r1"),
        ("+state,-created_at", "r4 r3 r2 r1"),
        ("-summary_metrics.none", "r1 r2 r3 r4"),
        ("", "r1 r2 r3 r4"),
    ],
)
def test_orders(patched: tuple[Any, Recorder], order: str, expected: str) -> None:
    wandb, _ = patched
    assert " ".join(ids(wandb.Api().runs("seeded", order=order))) == expected


def test_an_unknown_project_is_found_out_when_the_runs_are_asked_for(patched: tuple[Any, Recorder]) -> None:
    wandb, _ = patched
    runs = wandb.Api().runs("nothing")
    with pytest.raises(ValueError, match="Could not find project nothing"):
        runs[0]


def test_runs_are_kept_until_flush(patched: tuple[Any, Recorder]) -> None:
    wandb, _ = patched
    api = wandb.Api()
    assert len(api.runs("seeded")) == 4
    train(wandb, project="seeded")
    assert len(api.runs("seeded")) == 4
    api.flush()
    assert ids(api.runs("seeded")) == ["r1", "r2", "r3", "r4", "live"]


# ---- projects and people


def test_projects_are_those_that_have_something(patched: tuple[Any, Recorder]) -> None:
    wandb, _ = patched
    train(wandb)
    api = wandb.Api()
    assert [project.name for project in api.projects()] == ["seeded", "p"]
    assert [project.name for project in api.projects("nobody")] == []
    project = api.project("p")
    assert (project.entity, project.name, project.path) == ("test-entity", "p", ["test-entity", "p"])
    assert project.id
    with pytest.raises(ValueError, match="Project nothing not found"):
        api.project("nothing").id  # noqa: B018
    api.create_project("made", "test-entity")
    assert "made" in [project.name for project in wandb.Api().projects()]


def test_the_account(patched: tuple[Any, Recorder]) -> None:
    wandb, _ = patched
    api = wandb.Api()
    assert (api.viewer.username, api.viewer.email, api.viewer.teams) == (
        "test-entity",
        "test-entity@example.com",
        ["test-entity"],
    )
    assert api.user("test-entity").username == "test-entity"
    assert api.user("nobody") is None
    assert api.users("nobody") == []
    assert api.team("test-entity").members[0].name == "test-entity"


def test_from_path(patched: tuple[Any, Recorder]) -> None:
    wandb, _ = patched
    api = wandb.Api()
    assert api.from_path("seeded").name == "seeded"
    assert api.from_path("test-entity/seeded").entity == "test-entity"
    assert api.from_path("test-entity/seeded/r1").id == "r1"
    assert api.from_path("test-entity/seeded/runs/r1").id == "r1"
    with pytest.raises(wandb.Error, match="Invalid path"):
        api.from_path("a/b/c/d")


# ---- writing


def test_an_update_is_seen_by_later_readers_and_by_the_recorder(patched: tuple[Any, Recorder]) -> None:
    wandb, recorder = patched
    train(wandb, tags=["ci"])
    run = wandb.Api().run("p/live")
    run.tags.append("best")
    run.config["lr"] = 7
    run.config["new"] = {"a": 1}
    run.name = "renamed"
    run.notes = "noted"
    run.summary["score"] = 1.5
    del run.summary["loss"]
    run.update()
    for seen in (wandb.Api().run("p/live"), recorder.run):
        assert seen.name == "renamed"
        assert seen.tags == ["ci", "best"]
        assert seen.notes == "noted"
        assert seen.config == {"lr": 7, "new": {"a": 1}}
        assert seen.summary["score"] == 1.5
        assert "loss" not in list(seen.summary.keys())
    assert recorder.to_dict()["runs"][0]["summary"] == {"_step": 2, "train": {"acc": 2}, "score": 1.5}


def test_a_seeded_run_is_updated_too(patched: tuple[Any, Recorder]) -> None:
    wandb, _ = patched
    run = wandb.Api().run("seeded/r1")
    run.summary.update({"loss": 0, "nested": {"deep": [1, 2]}})
    del run.config["lr"]
    run.update()
    seen = wandb.Api().run("seeded/r1")
    assert (seen.summary["loss"], seen.summary["nested"]["deep"]) == (0, [1, 2])
    assert list(seen.config) == ["model"]
    assert SEEDS[0]["config"]["lr"] == 0.1, "the test's own dict stays"


def test_writes_are_calls(patched: tuple[Any, Recorder]) -> None:
    wandb, recorder = patched
    api = wandb.Api()
    run = api.run("seeded/r1")
    run.tags = ["a"]
    run.update()
    api.create_run(project="seeded", run_id="made")
    run.delete()
    api.create_project("q", "test-entity")
    calls = recorder.calls
    assert calls[:2] == [mock.call.Api(), mock.call.Api.run("seeded/r1")]
    assert [call[0] for call in calls[2:]] == [
        "server.update_run",
        "server.update_run",
        "Api.create_run",
        "server.create_run",
        "server.delete_run",
        "Api.create_project",
        "server.create_project",
    ]
    assert recorder.mocks.Api.create_run.call_count == 1
    assert calls[2].args == ("test-entity/seeded/r1",)
    assert calls[2].kwargs["tags"] == ["a"]


def test_a_deleted_run_is_gone_for_the_api(patched: tuple[Any, Recorder]) -> None:
    wandb, recorder = patched
    train(wandb)
    wandb.Api().run("p/live").delete()
    wandb.Api().run("seeded/r2").delete(delete_artifacts=True)
    with pytest.raises(wandb.errors.CommError, match="Could not find run"):
        wandb.Api().run("p/live")
    assert ids(wandb.Api().runs("seeded")) == ["r1", "r3", "r4"]
    assert recorder.run.id == "live", "what was recorded stays"
    with pytest.raises(wandb.errors.UsageError):
        wandb.init(project="seeded", id="r2", resume="must")
    train(wandb)
    assert wandb.Api().run("p/live").lastHistoryStep == 2


def test_a_project_without_runs_stays(patched: tuple[Any, Recorder]) -> None:
    wandb, _ = patched
    train(wandb)
    wandb.Api().run("p/live").delete()
    assert len(wandb.Api().runs("p")) == 0
    assert list(wandb.Api().runs("p")) == []


def test_a_run_made_by_the_api(patched: tuple[Any, Recorder]) -> None:
    wandb, _ = patched
    made = wandb.Api().create_run(project="fresh")
    assert made.state == "running"
    made.summary.update({"cool": 1000})
    assert made.update_state("failed") is True
    seen = wandb.Api().run(f"fresh/{made.id}")
    assert (seen.state, seen.summary["cool"], seen.config) == ("failed", 1000, {})
    with pytest.raises(wandb.errors.CommError, match="invalid state transition"):
        seen.update_state("failed")
    with pytest.raises(wandb.errors.CommError, match="invalid state transition"):
        seen.update_state("finished")
    assert seen.update_state("pending") is True
    assert wandb.Api().run(f"fresh/{made.id}").state == "pending"


def test_a_resumed_run_is_one_run_on_the_server(patched: tuple[Any, Recorder]) -> None:
    wandb, _ = patched
    with wandb.init(project="seeded", id="r3", resume="must") as run:
        run.log({"loss": 9})
    seen = wandb.Api().run("seeded/r3")
    assert [row["loss"] for row in seen.history(pandas=False)] == [1 / 3, 1 / 4, 1 / 5, 9]
    assert seen.lastHistoryStep == 3
    assert seen.created_at == "2024-01-03T00:00:00Z"
    assert len(wandb.Api().runs("seeded")) == 4


def test_a_forked_run_has_the_history_of_both(patched: tuple[Any, Recorder]) -> None:
    wandb, _ = patched
    with wandb.init(project="seeded", id="fork", fork_from="r4?_step=1") as run:
        run.log({"loss": 9})
    assert [row["loss"] for row in wandb.Api().run("seeded/fork").history(pandas=False)] == [1 / 4, 1 / 5, 9]
    assert len(wandb.Api().run("seeded/r4").history(pandas=False)) == 4


def test_recorded_runs_of_another_patch_are_seeds(options: dict[str, Any], tmp_path: Path) -> None:
    with patch_wandb(**options) as first:
        import wandb

        train(wandb)
        unnamed = wandb.init(project="p", id="unnamed")
        Path(unnamed.dir, "model.txt").write_text("weights")
        unnamed.save(str(Path(unnamed.dir, "model.txt")), base_path=unnamed.dir)
        name = unnamed.name
    with patch_wandb(**options, runs=first.runs):
        run = wandb.Api().run("p/live")
        assert (run.state, run.config, run.summary["loss"]) == ("finished", {"lr": 0.5}, 1 / 3)
        assert [row["_timestamp"] for row in run.history(pandas=False)] == [
            row["_timestamp"] for row in first.runs[0].history(timestamps=True)
        ]
        run = wandb.Api().run("p/unnamed")
        assert (run.name, run.state) == (name, "running")
        with run.file("model.txt").download(root=str(tmp_path)) as file:
            assert file.read() == "weights"


@pytest.mark.parametrize(
    ("seed", "error", "text"),
    [
        ({"id": "x", "hisotry": []}, ValueError, "no 'hisotry'. Did you mean 'history'"),
        ("x", TypeError, "dicts and RecordedRuns, not str"),
    ],
)
def test_a_seed_that_is_none_raises(seed: Any, error: type[Exception], text: str) -> None:
    with pytest.raises(error, match=text), patch_wandb(stub=True, runs=[seed]):
        pass


# ---- files


def test_files_of_a_run(patched: tuple[Any, Recorder], tmp_path: Path) -> None:
    wandb, _ = patched
    with wandb.init(project="p", id="x", config={"lr": 1}) as run:
        Path(run.dir, "model.txt").write_text("weights")
        run.save(str(Path(run.dir, "model.txt")), base_path=run.dir)
        run.log({"loss": 2})
    run = wandb.Api().run("p/x")
    names = [file.name for file in run.files()]
    assert names == ["config.yaml", "model.txt", "wandb-metadata.json", "wandb-summary.json"]
    assert run.file("model.txt").size == 7
    with run.file("model.txt").download(root=str(tmp_path / "got")) as file:
        assert file.read() == "weights"
    with pytest.raises(wandb.errors.CommError, match="File already exists"):
        run.file("model.txt").download(root=str(tmp_path / "got"))
    run.file("model.txt").download(root=str(tmp_path / "got"), replace=True).close()
    assert [file.name for file in run.files(pattern="%.json")] == ["wandb-metadata.json", "wandb-summary.json"]
    assert run.metadata["python"].startswith("CPython")
    with run.file("wandb-summary.json").download(root=str(tmp_path)) as file:
        assert json.load(file)["loss"] == 2
    # The server answers for any name; nothing is behind what no file has.
    assert (run.file("none").size, run.file("none").md5) == (0, "0")
    with pytest.raises(wandb.errors.CommError):
        run.file("none").download(root=str(tmp_path))


def test_files_are_uploaded_and_deleted(patched: tuple[Any, Recorder], tmp_path: Path) -> None:
    wandb, _ = patched
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "x.bin").write_bytes(b"\0\1\2")
    run = wandb.Api().run("seeded/r1")
    file = run.upload_file(str(tmp_path / "sub" / "x.bin"), root=str(tmp_path))
    assert (file.name, file.size) == ("sub/x.bin", 3)
    assert "sub/x.bin" in [file.name for file in wandb.Api().run("seeded/r1").files()]
    file.download(root=str(tmp_path / "got")).close()
    assert (tmp_path / "got" / "sub" / "x.bin").read_bytes() == b"\0\1\2"
    file.delete()
    assert "sub/x.bin" not in [file.name for file in run.files()]


def test_files_of_a_seed(options: dict[str, Any], tmp_path: Path) -> None:
    seed = {"id": "x", "project": "p", "files": {"a/b.txt": "text", "c.bin": b"\xff"}}
    with patch_wandb(**options, runs=[seed]):
        import wandb

        run = wandb.Api().run("p/x")
        with run.file("a/b.txt").download(root=str(tmp_path)) as file:
            assert file.read() == "text"
        assert run.file("c.bin").size == 1


# ---- the mocks


def test_the_mocks_of_the_api_play_outages(patched: tuple[Any, Recorder]) -> None:
    wandb, recorder = patched
    recorder.mocks.Api.run.side_effect = wandb.errors.CommError("down")
    api = wandb.Api()
    with pytest.raises(wandb.errors.CommError, match="down"):
        api.run("seeded/r1")
    recorder.mocks.Api.run.side_effect = None
    assert api.run("seeded/r1").id == "r1"
    recorder.mocks.Api.runs.return_value = ["mine"]
    assert api.runs("whatever") == ["mine"]
    recorder.mocks.Api.run.assert_called_with("seeded/r1")
    assert recorder.mocks.Api.run.call_count == 2
    recorder.mocks.Api.side_effect = wandb.errors.UsageError("no key")
    with pytest.raises(wandb.errors.UsageError, match="no key"):
        wandb.Api()
    assert recorder.mocks.Api.call_count == 2


def test_the_name_in_the_module_can_be_asked_for_its_instances(patched: tuple[Any, Recorder]) -> None:
    wandb, _ = patched
    assert isinstance(wandb.Api(), wandb.Api)
    assert not isinstance(5, wandb.Api)
    with pytest.raises(TypeError):
        isinstance(5, wandb.init)


def test_wrong_calls_raise_as_the_client_does(patched: tuple[Any, Recorder]) -> None:
    wandb, recorder = patched
    with pytest.raises(TypeError, match=r"Api\.__init__\(\) got an unexpected keyword argument 'project'"):
        wandb.Api(project="p")
    api = wandb.Api()
    with pytest.raises(TypeError, match=r"Api\.run\(\) got an unexpected keyword argument 'id'"):
        api.run(id="x")
    with pytest.raises(AttributeError):
        api.nothing  # noqa: B018
    with pytest.raises(AttributeError):
        recorder.mocks.Api.nothing  # noqa: B018


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("reports", ("seeded",)),
        ("automations", ()),
        ("registries", ()),
        ("registry", ("r",)),
        ("integrations", ()),
        ("run_queue", ("e", "q")),
        ("create_team", ("t",)),
        ("create_user", ("a@example.com",)),
        ("create_run_queue", ("name", "local-process")),
        ("organization", ("o",)),
        ("job", ("e/p/j:v0",)),
        ("sync_tensorboard", ("dir",)),
    ],
)
def test_what_is_left_out_is_refused_by_name(patched: tuple[Any, Recorder], name: str, arguments: Any) -> None:
    wandb, recorder = patched
    api = wandb.Api()
    with pytest.raises(NotModelled, match=rf"wandb\.Api\(\)\.{name}\(\).*recorder\.mocks\.Api\.{name}\.return_value"):
        getattr(api, name)(*arguments)
    getattr(recorder.mocks.Api, name).return_value = 5
    assert getattr(api, name)(*arguments) == 5


def test_an_api_kept_from_a_patch_that_is_over_is_refused(options: dict[str, Any]) -> None:
    with patch_wandb(**options, runs=SEEDS):
        import wandb

        api = wandb.Api()
        run = api.run("seeded/r1")
        UsageError = wandb.errors.UsageError
    with pytest.raises(UsageError, match="kept from inside a patch_wandb"):
        api.run("seeded/r2")
    with pytest.raises(UsageError, match="kept from inside a patch_wandb"):
        run.update()


def test_patches_know_nothing_of_each_other(options: dict[str, Any]) -> None:
    with patch_wandb(**options):
        import wandb

        train(wandb)
        with patch_wandb(**options), pytest.raises(wandb.errors.CommError, match="Could not find run"):
            wandb.Api().run("p/live")
        assert wandb.Api().run("p/live").id == "live"


def test_a_module_shaped_object_has_an_api_of_its_own() -> None:
    fake = MockWandB(runs=SEEDS)
    train(fake)
    assert fake.Api().run("p/live").summary["loss"] == 1 / 3
    assert len(fake.Api().runs("seeded")) == 4
    fake.recorder.mocks.Api.run.return_value = "mine"
    assert fake.Api().run("p/live") == "mine"


def test_the_recorder_makes_a_method_of_the_api_fail(patched: tuple[Any, Recorder]) -> None:
    wandb, recorder = patched
    recorder.fail("Api.run", wandb.errors.CommError("down"), after=1, times=1)
    api = wandb.Api()
    assert api.run("seeded/r1").id == "r1"
    with pytest.raises(wandb.errors.CommError, match="down"):
        api.run("seeded/r1")
    assert api.run("seeded/r1").id == "r1"


# ---- the real package alone


@pytest.mark.needs_wandb
def test_the_real_package_has_an_api_in_a_patch_only() -> None:
    fake = MockWandB(stub=False)
    with pytest.raises(NotModelled, match="MockWandB"):
        fake.Api()
    fake.recorder.mocks.Api.return_value = "mine"
    assert fake.Api() == "mine"


@pytest.mark.needs_wandb
def test_the_real_classes_work_whichever_way_they_are_reached() -> None:
    with patch_wandb(stub=False, runs=SEEDS) as recorder:
        import wandb
        from wandb.apis.public import Api, Run, Runs

        api = wandb.Api()
        assert isinstance(api, Api)
        assert type(api).__name__ == "Api"
        assert isinstance(api.runs("seeded"), Runs)
        assert isinstance(api.run("seeded/r1"), Run)
        assert ids(Api().runs("seeded")) == ["r1", "r2", "r3", "r4"]
        assert [call[0] for call in recorder.calls] == ["Api", "Api.runs", "Api.run"]


@pytest.mark.needs_wandb
def test_no_key_and_no_login_are_needed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("NETRC", str(tmp_path / "none"))
    monkeypatch.setenv("WANDB_API_KEY", "")
    with patch_wandb(stub=False), mock.patch.object(sys, "stdin", None):
        import wandb

        assert wandb.Api().default_entity == "test-entity"
        assert wandb.Api(api_key="a" * 40).api_key == "a" * 40
        with pytest.raises(wandb.errors.AuthenticationError):
            wandb.Api(api_key="short")
    assert list(tmp_path.iterdir()) == []


_NOTHING_ELSE = """
import os, platform, requests, sys, tempfile, threading, wandb.apis.public
platform.platform()  # asks `uname` once, as the client's settings do
before = set(os.listdir(tempfile.gettempdir()))
events = []
sys.addaudithook(lambda event, args: events.append((event, args)) if event.startswith("socket.") or event in
    ("subprocess.Popen", "os.exec", "os.posix_spawn", "os.fork") else None)
from wandb_testkit import patch_wandb
with patch_wandb(stub=False, runs=[{"id": "x", "project": "p", "history": [{"a": 1}]}]):
    import wandb
    run = wandb.Api().run("p/x")
    list(run.scan_history())
    run.files()[0]
    run.update()
    wandb.Api().runs("p")[0].summary
print([event for event, args in events if event != "socket.__new__"], threading.active_count(),
    sorted(set(os.listdir(tempfile.gettempdir())) - before))
"""


@pytest.mark.needs_wandb
def test_no_process_no_network_no_file_is_left(tmp_path: Path) -> None:
    environment = {"PATH": "", "HOME": str(tmp_path), "TMPDIR": str(tmp_path), "PYTHONPATH": ":".join(sys.path)}
    done = subprocess.run([sys.executable, "-c", _NOTHING_ELSE], env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    last = done.stdout.splitlines()[-1]
    assert last == "[] 1 []", done.stdout


def test_the_server_is_not_there_before_it_is_asked(options: dict[str, Any]) -> None:
    code = (
        "import sys\nfrom wandb_testkit import patch_wandb\n"
        f"with patch_wandb(**{options!r}):\n import wandb\n wandb.init().log({{'a': 1}})\n wandb.finish()\n"
        "print([name for name in sys.modules if name.startswith('wandb_testkit.server')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout.splitlines()[-1:] == ["[]"], done.stdout + done.stderr


def test_the_library_object_knows_the_account(patched: tuple[Any, Recorder]) -> None:
    wandb, _ = patched
    library, viewer = wandb.setup(), wandb.Api().viewer
    assert (library._get_username(), library._get_entity()) == (viewer.username, viewer.entity)
    assert library._get_teams() == viewer.teams
    with pytest.raises(NotModelled, match=r"wandb\.setup\(\)\.nothing"):
        _ = library.nothing
    with pytest.raises(AttributeError, match="__nothing__"):
        _ = library.__nothing__
