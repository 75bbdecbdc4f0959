"""Questions to ``wandb.Api`` about what is recorded, mocked, refused, or odd."""

from __future__ import annotations

import copy
import os
from pathlib import Path
from typing import Any

from tests.api_questions.asking import Here, Question, a, attributes, outcomes


def mocked(here: Here) -> Any:
    mocks = here.recorder.mocks
    mocks.Api.run.side_effect = here.wandb.errors.CommError("down")
    found = outcomes(lambda: a(here))
    mocks.Api.run.side_effect = None
    mocks.Api.runs.return_value = ["mine"]
    found += [a(here), here.api.runs("x"), mocks.Api.run.call_count, mocks.Api.runs.call_args_list]
    mocks.Api.return_value = 7
    return [*found, here.wandb.Api()]


MOCKS: dict[str, Question] = {
    "mocked": mocked,
    "an outage": lambda w: (
        setattr(w.recorder.mocks.Api, "side_effect", w.wandb.errors.CommError("down")),
        *outcomes(lambda: w.wandb.Api()),
    ),
    **{
        f"refused {name}": lambda w, name=name, arguments=arguments: getattr(w.api, name)(*arguments)
        for name, arguments in {
            "reports": ("team/demo",),
            "registries": (),
            "registry": ("x",),
            "automations": (),
            "automation": ("x",),
            "integrations": (),
            "job": ("a/b/c:v0",),
            "list_jobs": ("a", "b"),
            "run_queue": ("a", "b"),
            "queued_run": ("a", "b", "c", "d"),
            "create_run_queue": ("a", "local-process"),
            "organization": (),
            "create_team": ("x",),
            "create_user": ("x@example.com",),
            "sync_tensorboard": (".",),
            "create_custom_chart": ("a", "b", "c", "vega2", "private", {}),
        }.items()
    },
}


def debugging(here: Here) -> Any:
    os.environ["WANDB_DEBUG"] = "true"
    try:
        return outcomes(
            lambda: here.api.run("team/demo/nope"),
            lambda: a(here).scan_history(keys=3),
            lambda: a(here).file("nope"),
            lambda: here.api.artifact("team/demo/nope:v0"),
        )
    finally:
        del os.environ["WANDB_DEBUG"]


def causes(here: Here) -> Any:
    found = []
    calls = (
        lambda: here.api.run("team/demo/nope"),
        lambda: a(here).files(names=["x"], pattern="y"),
        lambda: list(here.api.runs("team/demo", {"a": {"$near": 1}})),
        lambda: a(here).update_state("nonsense"),
        lambda: here.api.create_run(run_id="x").update(),
    )
    for error in outcomes(*calls):
        told = getattr(error, "response", None)
        found.append([error, getattr(error, "exc", None), error.__cause__, error.__context__])
        found.append([getattr(told, name, None) for name in ("message", "http_status")])
    return found


def framed(here: Here) -> Any:
    """What pandas makes of histories, as lists; the client's error where pandas is not installed."""
    run, runs = a(here), here.api.runs("team/demo")

    def lists(frame: Any) -> Any:
        return frame if isinstance(frame, list) else frame.to_dict("list")

    return outcomes(
        lambda: lists(run.history()),
        lambda: lists(run.history(keys=["acc"], samples=2)),
        lambda: lists(runs.histories(format="pandas", samples=2)).keys(),
        lambda: lists(here.api.runs("team/demo", {"name": "run-c"}).histories(format="pandas")),
        lambda: lists(here.api.run("team/demo/run-c").history()),
        lambda: runs.histories(format="polars"),
        lambda: list(map(dict, runs.histories(format="default", keys=["acc"], x_axis="loss"))),
    )


def odd_lists(here: Here) -> Any:
    runs = here.api.runs
    filters = {"state": "finished"}
    listed = runs("team/demo", filters)
    filters["state"] = "running"
    return outcomes(
        lambda: [run.id for run in listed],
        lambda: [run.id for run in runs("team/demo", per_page=0)],
        lambda: [run.id for run in runs("team/demo", order="-state", per_page=-1)],
        lambda: [run.id for run in runs("team/demo", order=None)],
        lambda: [run.id for run in runs("team/demo", order="-name", per_page="x")],
        lambda: runs("team/demo", filters=[1]),
        lambda: len(runs("team/demo", filters=[1])),
        lambda: runs("team/demo", order=3)[0],
        lambda: runs(""),
        lambda: len(runs("")),
        lambda: [run.id for run in runs("team/demo", {"$or": [{"tags": "good"}, {"$and": [{"state": "running"}]}]})],
    )


def copied(here: Here) -> Any:
    run = a(here)
    # What a copy's missing attributes lead to is told in other words by each Python.
    kinds = [type(error) for error in outcomes(lambda: copy.copy(run).id)]
    return kinds + outcomes(
        lambda: copy.deepcopy(run.config),
        lambda: run == a(here),
        lambda: hash(run) == hash(run),
        lambda: run == here.wandb.Api().run("team/demo/run-a"),
        lambda: sorted(name for name in dir(run) if not name.startswith("_") and name != "dir"),
        lambda: sorted(name for name in dir(here.api) if not name.startswith("_")),
        lambda: hasattr(run, "nope"),
        lambda: getattr(run, "createdAt", None) == run.created_at,
        lambda: f"{run}",
    )


def folders(here: Here) -> Any:
    os.environ["WANDB_DIR"] = here.folder
    try:
        run = here.wandb.Api().run("team/demo/run-b")
        return [run.dir, os.path.isdir(run.dir)]
    finally:
        del os.environ["WANDB_DIR"]


def arrays(here: Here) -> Any:
    import numpy as np

    run = a(here)
    return outcomes(
        lambda: run.summary.update({"array": np.arange(3), "number": np.float32(0.5), "flag": np.bool_(True)}),
        lambda: here.wandb.Api().run("team/demo/run-a").summary,
        lambda: run.summary.update({"nan": np.nan, "inf": [float("inf")], "deep": {"x": np.int64(3)}}),
        lambda: here.wandb.Api().run("team/demo/run-a").summary["deep"]["x"],
        lambda: run.config.update(array=np.arange(2)),
        lambda: run.update(),
    )


def media(here: Here) -> Any:
    import numpy as np

    wandb, run = here.wandb, a(here)
    values = {
        "histogram": lambda: wandb.Histogram([1, 2]),
        "html": lambda: wandb.Html("<p>"),
        "image": lambda: wandb.Image(np.zeros((2, 2, 3), dtype=np.uint8)),
        "images": lambda: [wandb.Image(np.zeros((2, 2, 3), dtype=np.uint8))],
        "table": lambda: wandb.Table(columns=["a"], data=[[1]]),
        "list": lambda: [1, "a", None],
        "artifact": lambda: wandb.Artifact("x", "y"),
        "big": lambda: np.zeros(1_000_000),
    }
    found = outcomes(*(lambda key=key, made=made: run.summary.update({key: made()}) for key, made in values.items()))
    return [*found, sorted(run.summary.keys()), here.wandb.Api().run("team/demo/run-a").summary.get("histogram")]


def escaping(here: Here) -> Any:
    run = a(here)
    file = run.file("model.pt")
    names = ("../up.txt", "/etc/x", "a/../../b", "ok/../fine.pt")
    found = []
    for name in names:
        file._attrs["name"] = name
        found += outcomes(lambda: file.download("down").close())
    return [*found, sorted(str(path) for path in Path("down").rglob("*.pt"))]


_OF_A_REPORT = """
    id name display_name description user spec url entity project updated_at created_at sections nope
""".split()  # noqa: SIM905 (names read better as words)
_SECTION = {
    "openRunSet": 0,
    "runSets": [
        {
            "sort": {"key": {"section": "summary", "name": "loss"}, "ascending": True},
            "filters": {
                "op": "OR",
                "filters": [
                    {
                        "op": "AND",
                        "filters": [{"key": {"section": "run", "name": "group"}, "op": "=", "value": "g1"}],
                    }
                ],
            },
            "selections": {"tree": ["run-a", "run-b"]},
        }
    ],
}


def report(here: Here) -> Any:
    named = here.api.from_path("team/demo/reports/My-first-report--VmlldzoxMjM=")
    bare = here.api.from_path("team/demo/reports/VmlldzoxMjM")
    return [
        attributes(named, *_OF_A_REPORT),
        attributes(bare, *_OF_A_REPORT),
        named.to_html(3, True),
        bare.to_html(),
        bare._repr_html_(),
        *outcomes(
            lambda: [run.id for run in named.runs(_SECTION)],
            lambda: [run.id for run in named.runs(_SECTION, only_selected=False)],
            lambda: here.api.from_path("team/demo/reports/a--b--c"),
        ),
    ]


ODD: dict[str, Question] = {
    "report": report,
    "debugging": debugging,
    "causes": causes,
    "frames": framed,
    "lists": odd_lists,
    "copied": copied,
    "folders": folders,
    "arrays": arrays,
    "media": media,
    "escaping": escaping,
    "own api of a run": lambda w: attributes(
        w.wandb.init(project="p", id="x")._public_api(), "settings", "default_entity"
    ),
    "user api": lambda w: [w.api.viewer.user_api, w.api.viewer.user_api is w.api.viewer.user_api, a(w).user.user_api],
    "keys": lambda w: outcomes(
        lambda: w.api.viewer.delete_api_key("nope"),
        lambda: w.api.viewer.generate_api_key("x"),
        lambda: w.api.viewer.delete_api_key(w.api.viewer.api_keys[0]),
    ),
    "team changed": lambda w: outcomes(
        lambda: w.api.team("test-entity").invite("x@example.com"),
        lambda: w.api.team("test-entity").create_service_account("bot"),
        lambda: w.api.team("test-entity").members[0].delete(),
        lambda: w.api.create_team("fresh"),
        lambda: w.api.create_user("x@example.com"),
    ),
}


def jobs(here: Here) -> Any:
    api = here.api
    return outcomes(
        lambda: api.list_jobs("team", "demo"),
        lambda: api.list_jobs("team", "nope"),
        lambda: api.list_jobs(None, "demo"),
        lambda: api.list_jobs("team", None),
        lambda: api.job(None),
    )


REST: dict[str, Question] = {
    "jobs": jobs,
    **{
        f"{name} {index}": lambda w, name=name, kwargs=kwargs: getattr(w.api, name)(**kwargs)
        for name, cases in {
            "create_run_queue": (
                {"name": "", "type": "kubernetes"},
                {"name": "x" * 65, "type": "kubernetes"},
                {"name": "x", "type": "nope"},
                {"name": "x", "type": "kubernetes", "prioritization_mode": "v1"},
                {"name": "x", "type": "kubernetes", "entity": "team", "prioritization_mode": "v0"},
            ),
            "upsert_run_queue": (
                {"name": "", "resource_config": {}, "resource_type": "kubernetes"},
                {"name": "x", "resource_config": {}, "resource_type": "nope"},
                {"name": "x", "resource_config": {}, "resource_type": "kubernetes", "prioritization_mode": "x"},
                {"name": "x", "resource_config": {}, "resource_type": "kubernetes"},
            ),
            "organization": ({}, {"name": "org"}),
            "create_custom_chart": (
                {"entity": "a", "name": "b", "display_name": "c", "spec_type": "vega2", "access": 1, "spec": {}},
                {"entity": "a", "name": "b", "display_name": "c", "spec_type": "vega2", "access": "x", "spec": {1j: 1}},
            ),
        }.items()
        for index, kwargs in enumerate(cases)
    },
}
