"""``wandb.Api`` answers the same in both worlds: wandb's own classes, and the stand-in's, on the same server.

The classes of the installed client are the measure: they get the server's answers as documents of their own asking.
"""

from __future__ import annotations

import copy
import os
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.api_worlds import asked

pytestmark = pytest.mark.needs_wandb

Here = SimpleNamespace
Question = Callable[[Any], Any]


def attributes(thing: Any, *names: str) -> dict[str, Any]:
    """Attributes of an object, errors included."""
    found: dict[str, Any] = {}
    for name in names:
        try:
            found[name] = getattr(thing, name)
        except Exception as error:
            found[name] = error
    return found


def outcomes(*calls: Callable[[], Any]) -> list[Any]:
    """What calls return or raise."""
    found: list[Any] = []
    for call in calls:
        try:
            found.append(call())
        except Exception as error:
            found.append(error)
    return found


def a(here: Here) -> Any:
    return here.api.run("team/demo/run-a")


# --------------------------------------------------------------------------- the Api itself


def with_settings(here: Here) -> Any:
    os.environ["WANDB_ENTITY"], os.environ["WANDB_PROJECT"] = "team", "demo"
    try:
        api = here.wandb.Api()
        return [api.settings, api.run("run-a"), len(api.runs()), api.runs("second"), api.default_entity]
    finally:
        del os.environ["WANDB_ENTITY"], os.environ["WANDB_PROJECT"]


def many_apis(here: Here) -> Any:
    first, second = here.wandb.Api(), here.wandb.Api()
    return [first is second, type(first), first.run("team/demo/run-a") is first.run("team/demo/run-a")]


def imported_class(here: Here) -> Any:
    from wandb.apis.public import Api
    from wandb.apis.public.api import Api as Same

    api = Api()
    return [
        Api is Same,
        isinstance(here.api, Api),
        Api.__module__,
        api.run("team/demo/run-a"),
        len(api.runs("team/demo")),
    ]


def imported_classes(here: Here) -> Any:
    from wandb.apis.public import File, Files, Project, Projects, Run, Runs, User

    api = here.api
    return [
        isinstance(a(here), Run),
        isinstance(api.runs("team/demo"), Runs),
        isinstance(a(here).files(), Files),
        isinstance(a(here).files()[0], File),
        isinstance(api.project("demo"), Project),
        isinstance(api.projects(), Projects),
        isinstance(api.viewer, User),
        issubclass(wandb_error(here), Exception),
    ]


def wandb_error(here: Here) -> Any:
    from wandb.apis.public.runs import RunNotFoundError

    return RunNotFoundError


def made_directly(here: Here) -> Any:
    from wandb.apis.public import Files, Run, Runs

    service = here.api._service_api
    run = Run(service, "team", "demo", "run-a")
    return [
        run,
        run.config,
        Runs(service, "team", "demo", {"tags": "good"})[0],
        Files(service, run, ["model.pt"])[0],
        *outcomes(lambda: Run(service, "team", "demo", "nope")),
    ]


API: dict[str, Question] = {
    "settings": lambda w: w.api.settings,
    "overrides": lambda w: w.wandb.Api(overrides={"entity": "team", "project": "demo"}).run("run-a"),
    "overrides of the address": lambda w: [
        w.wandb.Api(overrides={"base_url": "https://w.example.com/"}).settings,
        w.wandb.Api({"base_url": "https://api.example.com"}).run("team/demo/run-a").url,
    ],
    "settings of the environment": with_settings,
    "key": lambda w: w.wandb.Api(api_key="x" * 40).api_key,
    "timeout": lambda w: (w.wandb.Api(timeout=5)._timeout, w.api._timeout),
    "wrong argument": lambda w: w.wandb.Api(entitty="x"),
    "user agent": lambda w: w.api.user_agent,
    "default entity": lambda w: w.api.default_entity,
    "viewer": lambda w: attributes(
        w.api.viewer, "username", "name", "email", "entity", "teams", "api_keys", "admin", "id", "nope"
    ),
    "viewer is kept": lambda w: w.api.viewer is w.api.viewer,
    "user": lambda w: [w.api.user(w.api.viewer.username), w.api.user("nobody")],
    "users": lambda w: [w.api.users(w.api.viewer.email), w.api.users("x")],
    "team": lambda w: attributes(w.api.team("test-entity"), "name", "members", "id", "nope"),
    "unknown team": lambda w: w.api.team("nope"),
    "members of a team": lambda w: [
        attributes(m, "name", "email", "username") for m in w.api.team("test-entity").members
    ],
    "flush": lambda w: w.api.flush(),
    "several": many_apis,
    "imported class": imported_class,
    "imported classes": imported_classes,
    "made directly": made_directly,
    "unknown attribute": lambda w: w.api.rnus,
    "wrong call": lambda w: outcomes(
        lambda: w.api.run("a", "b"),
        lambda: w.api.runs(pth="x"),
        lambda: w.api.artifact(),
        lambda: w.api.flush(1),
        lambda: w.api.create_run("x"),
        lambda: w.api.projects(1, 2, 3),
    ),
}

# --------------------------------------------------------------------------- paths


def path_question(path: Any) -> Question:
    return lambda w: w.wandb.Api(overrides={"entity": "team", "project": "demo"}).run(path)


PATHS: dict[str, Question] = {
    f"run {path!r}": path_question(path)
    for path in (
        "run-a",
        "demo/run-a",
        "team/demo/run-a",
        "team/demo/runs/run-a",
        "/team/demo/runs/run-a",
        "team/demo:run-a",
        "demo:run-a",
        " team / demo / run-a ",
        "team/demo/run-a/",
        "team/demo/nope",
        "team/nope/run-a",
        "nobody/demo/run-a",
        "",
        "/",
        "a/b/c/d",
        "a/b/c/d/e",
        "team//run-a",
        ":x",
        "x:",
        3,
        None,
    )
} | {
    "no defaults": lambda w: outcomes(
        lambda: w.api.run("run-a"), lambda: w.api.run("private/mine"), lambda: w.api.run()
    ),
    "from_path": lambda w: outcomes(
        *(
            lambda path=path: w.api.from_path(path)
            for path in (
                "team/demo",
                "private",
                "team/demo/run-a",
                "team/demo/runs/run-a",
                "team/demo/things/run-a",
                "team/demo/reports/a-b",
                "a/b/c/d/e",
                "",
            )
        )
    ),
}

# --------------------------------------------------------------------------- lists of runs


def of_demo(**options: Any) -> Question:
    return lambda w: [run.id for run in w.api.runs("team/demo", **options)]


FILTERS: dict[str, dict[str, Any]] = {
    "none": {},
    "state": {"state": "finished"},
    "config": {"config.lr": 0.1},
    "config value": {"config.lr.value": 0.1},
    "nested config": {"config.model.depth": {"$gte": 4}},
    "dotted key": {"config.a.b": 1},
    "summary": {"summary_metrics.loss": {"$lt": 0.4}},
    "nested summary": {"summary_metrics.nested.f1": {"$gt": 0.5}},
    "tag": {"tags": "good"},
    "tags in": {"tags": {"$in": ["good", "bad"]}},
    "tags all": {"tags": {"$all": ["base", "good"]}},
    "display name": {"display_name": "beta"},
    "camel case": {"displayName": {"$regex": "^a"}},
    "regex": {"display_name": {"$regex": "ta$"}},
    "bad regex": {"display_name": {"$regex": "("}},
    "name": {"name": "run-a"},
    "group": {"group": "g1"},
    "job type": {"jobType": {"$ne": "train"}},
    "user": {"username": "alice"},
    "created": {"createdAt": {"$gt": "2024-01-15T00:00:00Z"}},
    "created and": {"created_at": {"$gt": "2024-01-15", "$lt": "2024-02-15"}},
    "and": {"$and": [{"group": "g1"}, {"config.lr": {"$lt": 0.05}}]},
    "or": {"$or": [{"config.lr": 0.1}, {"config.lr": 0.5}]},
    "nor": {"$nor": [{"group": "g1"}]},
    "exists": {"config.model": {"$exists": True}},
    "not": {"group": {"$not": {"$eq": "g1"}}},
    "nin": {"name": {"$nin": ["run-a", "run-b"]}},
    "unknown operator": {"config.lr": {"$near": 1}},
    "unknown key": {"nope": 1},
    "null": {"notes": None},
}

ORDERS = (
    "+created_at",
    "-created_at",
    "+summary_metrics.loss",
    "-summary_metrics.loss",
    "+config.lr.value",
    "-config.lr",
    "created_at",
    "-display_name",
    "",
    "+nope",
)


def paging(here: Here) -> Any:
    runs = here.api.runs("team/demo", per_page=2)
    found: list[Any] = [len(runs.objects), runs.more, runs.cursor, runs.index]
    found += [runs[0].id, len(runs.objects), runs[2].id, len(runs.objects), runs.more]
    found += [next(runs).id, runs.next().id, [run.id for run in runs], len(runs), runs.cursor]
    return found


def indexing(here: Here) -> Any:
    def runs() -> Any:
        return here.wandb.Api().runs("team/demo", per_page=2)

    return outcomes(
        lambda: runs()[1].id,
        lambda: runs()[-1].id,
        lambda: runs()[99],
        lambda: [run.id for run in runs()[:2]],
        lambda: [run.id for run in runs()[1:3]],
        lambda: [run.id for run in runs()[0:9:2]],
        lambda: runs()[1:],
        lambda: runs()["x"],
        lambda: len(runs()),
        lambda: bool(runs()),
        lambda: list(reversed([run.id for run in runs()])),
        lambda: "x" in runs(),
    )


def iterated_twice(here: Here) -> Any:
    runs = here.api.runs("team/demo")
    return [[run.id for run in runs], [run.id for run in runs], list(runs) == list(runs), runs[0] is next(iter(runs))]


def cached(here: Here) -> Any:
    api = here.api
    first = api.runs("team/demo")
    same = api.runs("team/demo") is first
    other = api.runs("team/demo", order="-created_at") is first
    api.flush()
    return [same, other, api.runs("team/demo") is first]


def lazy_then_full(here: Here) -> Any:
    runs = here.api.runs("team/demo")
    run = runs[0]
    before = [run._lazy, "config" in run._attrs, run._full_data_loaded]
    config = dict(run.config)
    after = ["config" in run._attrs, run._full_data_loaded]
    full = here.api.runs("team/demo", lazy=False)
    return [before, config, after, full is runs, full._lazy, [r.summary["loss"] for r in full[:2]]]


def unknown_project(here: Here) -> Any:
    return outcomes(
        lambda: here.api.runs("team/nope"),
        lambda: len(here.api.runs("team/nope")),
        lambda: here.api.runs("team/nope"),
        lambda: here.api.runs("team/nope2")[0],
        lambda: list(here.api.runs("nobody/demo")),
        lambda: here.api.runs("team/a/b"),
        lambda: here.api.runs(3),
    )


def histories(here: Here) -> Any:
    runs = here.api.runs("team/demo")
    return [
        runs.histories(samples=2),
        runs.histories(keys=["acc"]),
        *outcomes(lambda: runs.histories(format="csv"), lambda: runs.histories(keys="acc")),
    ]


RUNS: dict[str, Question] = {
    "repr": lambda w: [w.api.runs("team/demo"), w.api.runs("team/demo").entity, w.api.runs("team/demo").project],
    "of the default entity": lambda w: [run.id for run in w.api.runs("private")],
    "paging": paging,
    "indexing": indexing,
    "twice": iterated_twice,
    "cached": cached,
    "lazy": lazy_then_full,
    "unknown project": unknown_project,
    "histories": histories,
    "variables": lambda w: w.api.runs("team/demo", {"state": "finished"}, "-created_at", 7).variables,
    "no match": lambda w: [
        len(w.api.runs("team/demo", {"config.lr": 77})),
        list(w.api.runs("team/demo", {"config.lr": 77})),
        *outcomes(lambda: w.api.runs("team/demo", {"config.lr": 77})[0]),
    ],
    "unserializable filter": lambda w: w.api.runs("team/demo", {"a": object()}),
    "include sweeps": lambda w: [run.sweep for run in w.api.runs("team/demo", include_sweeps=True)],
    "upgrade": lambda w: (
        runs := w.api.runs("team/demo"),
        list(runs),
        runs.upgrade_to_full(),
        [r.config for r in runs],
    ),
    **{f"filter {name}": of_demo(filters=filters) for name, filters in FILTERS.items()},
    **{f"order {order!r}": of_demo(order=order) for order in ORDERS},
}

# --------------------------------------------------------------------------- one run

_ATTRIBUTES = """
    id name state entity project username storage_id path url tags notes description group job_type jobType
    created_at createdAt heartbeat_at sweep_name sweep commit read_only user config rawconfig json_config summary
    summary_metrics system_metrics history_keys historyLineCount history_line_count lastHistoryStep display_name
    displayName metadata project_internal_id _project_internal_id dir_ nope user_ _attrs_ user.name
""".split()  # noqa: SIM905 (names read better as words)


def changed(here: Here) -> Any:
    run = a(here)
    run.config["new"] = [1, {"x": 2}]
    del run.config["lr"]
    run.tags.append("later")
    run.notes = run.description = "noted"
    run.name = "renamed"
    run.group, run.job_type = "g2", "other"
    run.summary["best"] = 0.1
    run.summary["nested"]["f1"] = 0.8
    answer = run.update()
    here.api.flush()
    again = a(here)
    return [
        answer,
        attributes(
            again, "config", "tags", "notes", "description", "name", "group", "job_type", "summary", "rawconfig"
        ),
        [r.id for r in here.api.runs("team/demo", {"tags": "later"})],
    ]


def not_sent(here: Here) -> Any:
    run = a(here)
    run.config["new"] = 1
    run.summary["new"] = 1
    here.api.flush()
    return attributes(a(here), "config", "summary")


def live_run_changed(here: Here) -> Any:
    run = here.api.run("team/demo/live")
    run.tags = ["x"]
    run.config["batch"] = 3
    run.summary.update({"final": 1.5})
    run.save()
    recorded = here.recorder.run
    return [recorded.tags, recorded.config, recorded.summary.get("final"), len(recorded.history())]


def bad_changes(here: Here) -> Any:
    run = a(here)
    run.config["bad"] = object()
    found = outcomes(run.update)
    run = here.wandb.Api().run("team/demo/run-a")
    run.tags = "text"
    return found + outcomes(run.update)


def deleted(here: Here) -> Any:
    run = a(here)
    found = [run.delete(), run.id]
    here.api.flush()
    return found + outcomes(
        lambda: a(here),
        lambda: [r.id for r in here.api.runs("team/demo")],
        lambda: run.delete(),
        lambda: run.update(),
        lambda: here.api.run("team/demo/run-b").delete(delete_artifacts=True),
        lambda: len(here.wandb.Api().runs("team/demo")),
    )


def created(here: Here) -> Any:
    api = here.api
    made = api.create_run(run_id="made", project="fresh", entity="team")
    found = [made, *attributes(made, "id", "name", "state", "config", "summary", "tags", "storage_id").items()]
    made.config["lr"] = 1
    made.summary["loss"] = 2
    found += outcomes(lambda: made.update(), lambda: made.url)
    read = here.wandb.Api().run("team/fresh/made")
    found += [read, read.config, read.summary, read.state, [p.name for p in api.projects("team")]]
    unnamed = api.create_run()
    return [*found, unnamed.project, unnamed.entity, len(unnamed.id)]


def created_pending(here: Here) -> Any:
    from wandb.apis.public import Run

    run = Run.create(here.api, "waiting", "fresh", "team", state="pending")
    return [run, here.wandb.Api().run("team/fresh/waiting").state, run.state]


def states(here: Here) -> Any:
    live = here.api.create_run(run_id="live2", project="fresh", entity="team")
    return outcomes(
        lambda: live.update_state("failed"),
        lambda: live.state,
        lambda: live.update_state("pending"),
        lambda: here.wandb.Api().run("team/fresh/live2").state,
        lambda: live.update_state("nonsense"),
    )


def html(here: Here) -> Any:
    run, project = a(here), here.api.project("demo", "team")
    return [
        run.to_html(),
        run.to_html(height=10, hidden=True),
        run._repr_html_(),
        project.to_html(5, True),
        project._repr_html_(),
        run.display(),
        repr(run),
        str(run),
    ]


def reloaded(here: Here) -> Any:
    run = here.api.run("team/demo/live")
    before = dict(run.config)
    here.wandb.Api().run("team/demo/live")
    other = here.wandb.Api().run("team/demo/live")
    other.config["later"] = 1
    other.update()
    stale = dict(run.config)
    run.load(force=True)
    return [before, stale, run.config, run.load_full_data() is run._attrs]


def running(here: Here) -> Any:
    with here.wandb.init(project="demo", entity="team", id="going", name="going on") as run:
        run.log({"loss": 1.0})
        run.log({"loss": 0.5}, commit=False)
        api = here.wandb.Api()
        during = api.run("team/demo/going")
        found = [during.state, during.history(pandas=False), during.summary.get("loss"), during.lastHistoryStep]
    after = here.wandb.Api().run("team/demo/going")
    return [*found, during.state, after.state, len(after.history(pandas=False)), after.summary["loss"]]


def failed(here: Here) -> Any:
    run = here.wandb.init(project="demo", entity="team", id="bad")
    run.finish(exit_code=3)
    waited = here.wandb.Api().run("team/demo/bad")
    return [waited.state, waited.wait_until_finished(), waited.state, waited.config, waited.summary, waited.history()]


def offline(here: Here) -> Any:
    with here.wandb.init(project="demo", entity="team", id="off", mode="offline"):
        pass
    return outcomes(lambda: here.api.run("team/demo/off"))


RUN: dict[str, Question] = {
    "attributes": lambda w: attributes(a(w), *_ATTRIBUTES),
    "attributes of a recorded one": lambda w: attributes(w.api.run("team/demo/live"), *_ATTRIBUTES),
    "attributes of one without history": lambda w: attributes(w.api.run("team/demo/run-c"), *_ATTRIBUTES),
    "attributes of a listed one": lambda w: attributes(w.api.runs("team/demo")[1], *_ATTRIBUTES),
    "private attributes": lambda w: attributes(a(w), "_lazy", "_is_loaded", "_full_data_loaded", "_state", "_api_key"),
    "wait": lambda w: a(w).wait_until_finished(),
    "changed": changed,
    "not sent": not_sent,
    "recorded one changed": live_run_changed,
    "bad changes": bad_changes,
    "deleted": deleted,
    "created": created,
    "created pending": created_pending,
    "states": states,
    "stop": lambda w: a(w).stop(),
    "html": html,
    "reloaded": reloaded,
    "running": running,
    "failed": failed,
    "offline": offline,
    "run._public_api": lambda w: w.wandb.Api().run("team/demo/live").id,
    "snake to camel": lambda w: [a(w).snake_to_camel("created_at"), a(w).snake_to_camel("x")],
    "assigned": lambda w: (run := a(w), setattr(run, "thing", 3), run.thing),
    "no such setter": lambda w: setattr(a(w), "state", "x"),
    "exports": lambda w: a(w).download_history_exports("x"),
    # Where the client's own code stands between, what is not modelled comes out as the client's error.
    "console logs": lambda w: [a(w).console_logs(), *map(str, outcomes(lambda: list(a(w).console_logs(last=3))))],
}

# --------------------------------------------------------------------------- history


def scanned(here: Here) -> Any:
    scan = a(here).scan_history(page_size=3, min_step=2, max_step=8)
    found: list[Any] = [scan.min_step, scan.max_step, scan.page_size, scan.keys]
    found += [next(scan)["_step"], len(scan.rows), scan.page_offset]
    return [*found, [row["_step"] for row in scan], [row["_step"] for row in scan]]


HISTORY: dict[str, Question] = {
    "all": lambda w: a(w).history(pandas=False),
    "sampled": lambda w: a(w).history(samples=3, pandas=False),
    "one sample": lambda w: a(w).history(samples=1, pandas=False),
    "no samples": lambda w: a(w).history(samples=0, pandas=False),
    "keys": lambda w: a(w).history(keys=["loss"], pandas=False),
    "two keys": lambda w: a(w).history(keys=["loss", "acc"], samples=4, pandas=False),
    "x axis": lambda w: a(w).history(keys=["loss"], x_axis="acc", pandas=False),
    "missing key": lambda w: a(w).history(keys=["loss", "nope"], pandas=False),
    "keys of gaps": lambda w: w.api.run("team/demo/run-b").history(keys=["acc"], pandas=False),
    "nested key": lambda w: w.api.run("team/demo/live").history(keys=["deep.x"], pandas=False),
    "recorded": lambda w: w.api.run("team/demo/live").history(pandas=False),
    "empty": lambda w: w.api.run("team/demo/run-c").history(pandas=False),
    "system": lambda w: a(w).history(stream="system", pandas=False),
    "keys as text": lambda w: a(w).history(keys="loss"),
    "keys as numbers": lambda w: a(w).history(keys=[1]),
    "no keys": lambda w: len(a(w).history(keys=[], pandas=False)),
    "keys of the system": lambda w: a(w).history(keys=["loss"], stream="system"),
    "without pandas": lambda w: a(w).history(),
    "wrong call": lambda w: a(w).history(sample=3),
    "scan": lambda w: list(a(w).scan_history()),
    "scan keys": lambda w: list(a(w).scan_history(keys=["acc", "_step"])),
    "scan pages": scanned,
    "scan gaps": lambda w: [row["_step"] for row in w.api.run("team/demo/run-b").scan_history(page_size=1)],
    "scan steps": lambda w: [row["_step"] for row in w.api.run("team/demo/run-b").scan_history(min_step=3, max_step=7)],
    "scan beyond": lambda w: [row["_step"] for row in a(w).scan_history(max_step=500)],
    "scan empty": lambda w: list(w.api.run("team/demo/run-c").scan_history()),
    "scan bad keys": lambda w: outcomes(lambda: a(w).scan_history(keys="loss"), lambda: a(w).scan_history(keys=[1])),
    "beta scan": lambda w: len(list(a(w).beta_scan_history())),
    "last step": lambda w: [
        w.api.run(f"team/demo/{name}").lastHistoryStep for name in ("run-a", "run-b", "run-c", "live")
    ],
    "keys known": lambda w: a(w).history_keys["lastStep"],
}

# --------------------------------------------------------------------------- summary


def summary_changed(here: Here) -> Any:
    run = a(here)
    summary = run.summary
    summary["a"] = {"b": {"c": 1}}
    summary["a"]["b"]["d"] = 2
    summary.attribute = "set"
    summary[" spaced "] = 3
    summary.update({"many": 1, "dict": {"x": 1}}, overwrite=True)
    summary.update({"many": 2}, overwrite=False)
    found = [summary, summary.a, summary["a"]["b"], dict(summary.items()), list(summary.keys())]
    return [*found, summary.get("spaced"), here.wandb.Api().run("team/demo/run-a").summary]


SUMMARY: dict[str, Question] = {
    "read": lambda w: [a(w).summary["loss"], a(w).summary.get("acc"), a(w).summary.get("nope", 7), a(w).summary.loss],
    "nested": lambda w: [a(w).summary["nested"], a(w).summary["nested"]["f1"], a(w).summary.nested.f1],
    "contains": lambda w: ["loss" in a(w).summary, " loss " in a(w).summary, "x" in a(w).summary],
    "missing": lambda w: outcomes(
        lambda: a(w).summary["nope"], lambda: a(w).summary.nope, lambda: a(w).summary["nested"]["x"]
    ),
    "keys": lambda w: [sorted(a(w).summary.keys()), sorted(key for key, _ in a(w).summary.items())],
    "changed": summary_changed,
    "deleted": lambda w: (
        s := a(w).summary,
        s.__delitem__("loss"),
        "loss" in s,
        s.update(),
        w.wandb.Api().run("team/demo/run-a").summary,
    ),
    "deleted missing": lambda w: a(w).summary.__delitem__("nope"),
    "type": lambda w: [type(a(w).summary), type(a(w).summary["nested"]), a(w).summary is a(w).summary],
    "iterated": lambda w: list(a(w).summary),
    "length": lambda w: len(a(w).summary),
    "odd values": lambda w: (
        s := a(w).summary,
        s.update({"t": (1, 2), "s": {3}, "n": None, "nan": float("nan"), "b": b"x"}),
        w.wandb.Api().run("team/demo/run-a").summary,
    ),
    "no JSON": lambda w: a(w).summary.update({"x": object()}),
    "load": lambda w: a(w).summary.load(),
}

# --------------------------------------------------------------------------- files


def downloaded(here: Here) -> Any:
    file = a(here).file("logs/out.txt")
    with file.download() as stream:
        found: list[Any] = [stream.read(), stream.name, stream.mode]
    found += outcomes(lambda: file.download())
    with file.download(exist_ok=True) as stream:
        found.append(stream.read())
    Path("logs/out.txt").write_text("changed")
    with file.download(exist_ok=True) as stream:
        found.append(stream.read())
    with file.download(replace=True) as stream:
        found.append(stream.read())
    with file.download(root="elsewhere", api=here.wandb.Api()) as stream:
        found.append(stream.name)
    return [*found, sorted(str(path) for path in Path().rglob("*.txt"))]


def uploaded(here: Here) -> Any:
    Path("sub").mkdir()
    Path("sub/new.txt").write_text("fresh")
    run = a(here)
    found = [run.upload_file("sub/new.txt"), run.upload_file("sub/new.txt", root="sub")]
    names = [file.name for file in here.wandb.Api().run("team/demo/run-a").files()]
    os.remove("sub/new.txt")
    with run.file("new.txt").download() as stream:
        found.append(stream.read())
    return [*found, names]


def upload_missing(here: Here) -> Any:
    return a(here).upload_file("nowhere.txt")


def removed(here: Here) -> Any:
    run = a(here)
    found = [run.file("notes.json").delete(), len(run.files()), *outcomes(lambda: run.file("notes.json"))]
    return [*found, *outcomes(lambda: run.file("model.pt").delete())]


def saved(here: Here) -> Any:
    with here.wandb.init(project="demo", entity="team", id="saving") as run:
        Path(run.dir, "kept.txt").write_text("kept")
        run.save(os.path.join(run.dir, "kept.txt"), base_path=run.dir)
    read = here.api.run("team/demo/saving")
    with read.file("kept.txt").download() as stream:
        return [stream.read(), sorted(file.name for file in read.files())]


FILES: dict[str, Question] = {
    "list": lambda w: [a(w).files(), len(a(w).files()), [file.name for file in a(w).files()]],
    "one": lambda w: attributes(
        a(w).file("model.pt"), "name", "size", "sizeBytes", "mimetype", "md5", "url", "direct_url", "id", "run", "nope"
    ),
    "repr": lambda w: list(a(w).files()),
    "path uri": lambda w: a(w).file("model.pt").path_uri,
    "missing": lambda w: a(w).file("nope"),
    "names": lambda w: [file.name for file in a(w).files(names=["model.pt", "nope"])],
    "pattern": lambda w: [file.name for file in a(w).files(pattern="%.json")],
    "both": lambda w: a(w).files(names=["x"], pattern="y"),
    "pages": lambda w: (files := a(w).files(per_page=2), files[3].name, len(files.objects), files.more, files.cursor),
    "indexing": lambda w: outcomes(lambda: a(w).files()[0].name, lambda: a(w).files()[99], lambda: a(w).files()[:2]),
    "downloaded": downloaded,
    "uploaded": uploaded,
    "upload of nothing": upload_missing,
    "deleted": removed,
    "saved": saved,
    "metadata": lambda w: sorted(a(w).metadata),
    "of a recorded run": lambda w: sorted(file.name for file in w.api.run("team/demo/live").files()),
}

# --------------------------------------------------------------------------- projects


def made_project(here: Here) -> Any:
    api = here.api
    found = [api.create_project("brand-new", "team"), [p.name for p in here.wandb.Api().projects("team")]]
    return found + outcomes(
        lambda: list(here.wandb.Api().runs("team/brand-new")),
        lambda: len(here.wandb.Api().runs("team/brand-new")),
        lambda: api.project("brand-new", "team").id,
        lambda: api.create_project("demo", "team"),
    )


PROJECTS: dict[str, Question] = {
    "list": lambda w: [
        [p.name for p in w.api.projects("team")],
        w.api.projects(),
        w.api.projects() is w.api.projects(),
    ],
    "of the default entity": lambda w: [p.name for p in w.api.projects()],
    "unknown entity": lambda w: list(w.api.projects("nobody")),
    "no length": lambda w: outcomes(lambda: len(w.api.projects()), lambda: w.api.projects().length),
    "pages": lambda w: (
        ps := w.api.projects("team", per_page=1),
        ps[0].name,
        len(ps.objects),
        ps.more,
        ps.cursor,
        ps[1].name,
    ),
    "indexing": lambda w: outcomes(lambda: w.api.projects("team")[0], lambda: w.api.projects("team")[99]),
    "one": lambda w: attributes(
        w.api.project("demo", "team"),
        *("name", "entity", "path", "url", "id", "created_at", "is_benchmark", "isBenchmark", "owner", "entityName"),
        *("user", "nope"),
    ),
    "listed one": lambda w: attributes(w.api.projects("team")[0], "name", "id", "owner", "createdAt", "nope"),
    "unknown": lambda w: attributes(w.api.project("nope", "team"), "name", "path", "url", "id", "owner", "created_at"),
    "of the default entity by name": lambda w: w.api.project("private").id,
    "made": made_project,
    "sweeps": lambda w: outcomes(
        lambda: list(w.api.project("demo", "team").sweeps()),
        lambda: w.api.project("demo", "team").sweeps(),
        lambda: len(w.api.project("demo", "team").sweeps()),
        lambda: list(w.api.project("nope", "team").sweeps()),
    ),
    "snake to camel": lambda w: w.api.project("demo", "team").snake_to_camel("created_at"),
}

# --------------------------------------------------------------------------- sweeps


def sweep_of(here: Here, **config: Any) -> Any:
    """The path of a sweep that has run."""
    wandb = here.wandb
    config = {
        "method": "grid",
        "metric": {"name": "loss", "goal": "minimize"},
        "parameters": {"lr": {"values": [4, 2]}, "bias": {"value": 1}},
        **config,
    }

    def trial() -> None:
        with wandb.init() as run:
            run.log({"loss": run.config.lr + 1, "acc": 1 / run.config.lr})

    made = wandb.sweep(config, project="demo", entity="team")
    wandb.agent(made, trial, project="demo", entity="team")
    return f"team/demo/{made}"


def swept(question: Question, **config: Any) -> Question:
    return lambda w: question(w.api.sweep(sweep_of(w, **config)))


_OF_A_SWEEP = """
    id name state entity project username config order path url expected_run_count best_loss bestLoss method
    display_name description run_count runCountExpected nope
""".split()  # noqa: SIM905 (names read better as words)


def runs_of_a_sweep(here: Here) -> Any:
    path = sweep_of(here)
    runs = here.api.sweep(path).runs
    found = [runs, len(runs), [run.config for run in runs], [run.sweep_name for run in runs], runs[0].sweep]
    listed = here.api.runs("team/demo", include_sweeps=True)
    filtered = here.api.runs("team/demo", {"sweep": path.rpartition("/")[2]})
    return [*found, [run.sweep for run in listed], [run.config["lr"] for run in filtered]]


def agents(here: Here) -> Any:
    sweep = here.api.sweep(sweep_of(here))
    [agent] = sweep.agents()
    same = sweep.agent(agent.name)
    runs = agent.runs(per_page=1)
    shown = repr(runs).replace(agent.name, "...")
    found = [type(agent), agent.state, agent.total_runs, same.id == agent.id, shown, len(runs), list(runs), runs.more]
    return [*found, runs.cursor, runs[0].config]


SWEEPS: dict[str, Question] = {
    "attributes": swept(lambda sweep: attributes(sweep, *_OF_A_SWEEP)),
    "a name": swept(lambda sweep: [sweep.name, sweep.display_name], name="named"),
    "no metric": swept(lambda sweep: [sweep.order, sweep.best_run()], metric=None),
    "maximize": swept(lambda sweep: [sweep.order, sweep.best_run().config], metric={"name": "acc", "goal": "maximize"}),
    "best run": swept(lambda sweep: [sweep.best_run().config, sweep.best_run("+acc").config, sweep.best_run("loss")]),
    "html": swept(lambda sweep: [sweep, sweep.to_html(3, True), sweep._repr_html_(), sweep.load() is sweep._attrs]),
    "enqueue": swept(lambda sweep: sweep.enqueue_run({"lr": 1})),
    "runs": runs_of_a_sweep,
    "agents": agents,
    "unknown": lambda w: outcomes(
        lambda: w.api.sweep("team/demo/nope"),
        lambda: w.api.sweep("team/nope/nope"),
        lambda: w.api.sweep("nope"),
        lambda: w.api.sweep(),
        lambda: w.api.from_path("team/demo/sweeps/nope"),
    ),
    "of a project": lambda w: (
        sweep_of(w),
        sweep_of(w),
        sweeps := w.api.project("demo", "team").sweeps(per_page=1),
        len(sweeps),
        list(sweeps),
        sweeps.cursor,
        sweeps.more,
    ),
    "kept": lambda w: (path := sweep_of(w), w.api.sweep(path) is w.api.sweep(path)),
    "got": lambda w: __import__("wandb.apis.public").apis.public.Sweep.get(w.api, "team", "demo", "nope"),
}

# --------------------------------------------------------------------------- artifacts


def logged(here: Here) -> Any:
    """Log two versions of an artifact and use one."""
    wandb = here.wandb
    Path("data.txt").write_text("hello")
    with wandb.init(project="demo", entity="team", id="maker") as run:
        first = wandb.Artifact("data", "dataset", description="what", metadata={"rows": 3})
        first.add_file("data.txt")
        run.log_artifact(first, aliases=["best"], tags=["clean"]).wait()
        second = wandb.Artifact("data", "dataset")
        with second.new_file("more.txt") as stream:
            stream.write("more")
        run.log_artifact(second).wait()
        model = wandb.Artifact("net", "model")
        model.add_reference("https://example.com/weights.bin", checksum=False)
        run.log_artifact(model).wait()
    with wandb.init(project="demo", entity="team", id="user") as run:
        run.use_artifact("data:best")
    return here.api


def of_artifact(artifact: Any) -> Any:
    names = "name type version aliases tags metadata description qualified_name state size digest entity project"
    return attributes(artifact, *names.split())


def with_artifacts(question: Question) -> Question:
    return lambda w: question(logged(w))


_OF_A_COLLECTION = """
    name type entity project description tags aliases id created_at updated_at project_id project_internal_id nope
""".split()  # noqa: SIM905 (names read better as words)


def closed(stream: Any) -> str:
    """What is in a file, which is closed then."""
    with stream:
        return str(stream.read())


def collection_changed(api: Any) -> Any:
    collection = api.artifact_collection("dataset", "team/demo/data")
    collection.description = "all of it"
    collection.tags = ["one", "two"]
    found = [collection.save()]
    collection.tags = ["two"]
    collection.name = "renamed"
    found += outcomes(collection.save)
    again = api.artifact_collection("dataset", "team/demo/renamed")
    found += [attributes(again, "name", "description", "tags", "type"), again, again.is_sequence()]
    again.type = "job"
    found += outcomes(again.save)
    again.type = "table"
    found += outcomes(again.save, lambda: api.artifact_collection("table", "team/demo/renamed").type)
    return [*found, *outcomes(again.delete, lambda: api.artifact_collection("table", "team/demo/renamed"))]


def run_and_artifacts(api: Any) -> Any:
    run, artifact = api.run("team/demo/run-a"), api.artifact("team/demo/data:v0")
    draft = __import__("wandb").Artifact("draft", "dataset")
    return outcomes(
        lambda: run.use_artifact(artifact),
        lambda: list(run.used_artifacts()),
        lambda: [used.id for used in artifact.used_by()],
        lambda: run.use_artifact(draft),
        lambda: run.use_artifact("data:v0"),
        lambda: run.log_artifact(draft),
        lambda: run.log_artifact("data:v0"),
        lambda: api.run("private/mine").log_artifact(artifact),
        lambda: run.log_artifact(artifact, aliases=["again"]),
        lambda: list(run.logged_artifacts()),
        lambda: api.artifact("team/demo/data:again").name,
    )


def resumed_pages(api: Any) -> Any:
    first = api.artifacts("dataset", "team/demo/data", per_page=1)
    newest = first[0].version
    rest = api.artifacts("dataset", "team/demo/data", per_page=1, start=first.cursor)
    return [newest, [artifact.version for artifact in rest], first.more, rest.more, len(rest)]


ARTIFACTS: dict[str, Question] = {
    "one": with_artifacts(lambda api: of_artifact(api.artifact("team/demo/data:best"))),
    "latest": with_artifacts(lambda api: of_artifact(api.artifact("team/demo/data:latest"))),
    "no alias": with_artifacts(lambda api: api.artifact("team/demo/data").version),
    "type": with_artifacts(lambda api: api.artifact("team/demo/data:v0", type="dataset").name),
    "unknown": with_artifacts(
        lambda api: outcomes(
            lambda: api.artifact("team/demo/data:nope"),
            lambda: api.artifact("team/demo/nope:latest"),
            lambda: api.artifact("team/nope/data:latest"),
            lambda: api.artifact("data:latest"),
            lambda: api.artifact("a/b/c/d"),
            lambda: api.artifact(None),
            lambda: api.artifact("team/demo/data:v0", type="model"),
            lambda: api.artifact(""),
        )
    ),
    "exists": with_artifacts(
        lambda api: outcomes(
            lambda: api.artifact_exists("team/demo/data:v0"),
            lambda: api.artifact_exists("team/demo/data:v0", "dataset"),
            lambda: api.artifact_exists("team/demo/data:v0", "model"),
            lambda: api.artifact_exists("team/demo/data:v9"),
            lambda: api.artifact_exists("a/b/c/d"),
            lambda: api.artifact_collection_exists("team/demo/data", "dataset"),
            lambda: api.artifact_collection_exists("team/demo/data", "model"),
            lambda: api.artifact_collection_exists("team/demo/nope", "dataset"),
        )
    ),
    "versions": with_artifacts(
        lambda api: [
            [artifact.name for artifact in api.artifacts("dataset", "team/demo/data")],
            len(api.artifacts("dataset", "team/demo/data")),
            [artifact.name for artifact in api.artifacts("dataset", "team/demo/data", tags=["clean"])],
            [artifact.name for artifact in api.artifacts("dataset", "team/demo/data", order="+createdAt")],
            [artifact.name for artifact in api.artifact_versions("dataset", "team/demo/data")],
            *outcomes(
                lambda: list(api.artifacts("model", "team/demo/data")),
                lambda: list(api.artifacts("dataset", "team/demo/nope")),
                lambda: api.artifacts("dataset", "team/demo/data")[0].version,
                lambda: api.artifacts("dataset", "team/demo/data")[:1],
            ),
        ]
    ),
    "resumed pages": with_artifacts(resumed_pages),
    "types": with_artifacts(
        lambda api: [
            list(api.artifact_types("team/demo")),
            attributes(api.artifact_type("dataset", "team/demo"), "name", "type", "id", "entity", "project"),
            list(api.artifact_type("dataset", "team/demo").collections()),
            api.artifact_type("dataset", "team/demo").collection("data"),
            *outcomes(
                lambda: api.artifact_type("nope", "team/demo"),
                lambda: list(api.artifact_types("team/nope")),
                lambda: list(api.artifact_types("team/second")),
                lambda: api.artifact_type("dataset", "team/demo").collection("nope"),
            ),
        ]
    ),
    "collections": with_artifacts(
        lambda api: [
            list(api.artifact_collections("team/demo", "dataset")),
            len(api.artifact_collections("team/demo", "dataset")),
            sorted(c.name for c in api.project("demo", "team").collections() if not c.name.startswith("run-")),
            list(api.project("demo", "team").collections(filters={"name": "net"})),
            list(api.project("demo", "team").artifacts_types()),
            attributes(api.artifact_collection("dataset", "team/demo/data"), *_OF_A_COLLECTION),
            list(api.artifact_collection("dataset", "team/demo/data").artifacts()),
            *outcomes(lambda: list(api.artifact_collections("team/demo", "nope"))),
        ]
    ),
    "collection changed": with_artifacts(collection_changed),
    "of a run": with_artifacts(
        lambda api: [
            [artifact.name for artifact in api.run("team/demo/maker").logged_artifacts()],
            len(api.run("team/demo/maker").logged_artifacts()),
            [artifact.name for artifact in api.run("team/demo/user").used_artifacts()],
            list(api.run("team/demo/run-a").logged_artifacts()),
            api.run("team/demo/maker").logged_artifacts(per_page=1)[1].name,
            api.artifact("team/demo/data:v0").logged_by(),
            api.artifact("team/demo/data:v0").used_by(),
        ]
    ),
    "run and artifacts": with_artifacts(run_and_artifacts),
    "files": with_artifacts(
        lambda api: [
            [attributes(file, "name", "size", "mimetype") for file in api.artifact("team/demo/data:v0").files()],
            api.artifact("team/demo/data:v0").files(),
            list(api.artifact("team/demo/data:v0").files(names=["nope"])),
            closed(api.artifact("team/demo/data:v0").files()[0].download("files")),
        ]
    ),
    "downloaded": with_artifacts(
        lambda api: [
            folder := api.artifact("team/demo/data:best").download(),
            sorted(os.listdir(folder)),
            Path(folder, "data.txt").read_text(),
        ]
    ),
    "registry": with_artifacts(
        lambda api: outcomes(
            lambda: api.artifact("wandb-registry-model/net:v0"),
            lambda: api.artifact("org/wandb-registry-model/net:v0"),
            lambda: api.artifact("team/demo/net:v0").link("wandb-registry-model/linked"),
            lambda: api.artifact("wandb-registry-model/linked:latest").name,
            lambda: api.artifact("test-entity-org/wandb-registry-model/linked:latest").qualified_name,
            lambda: list(api.artifact_types("wandb-registry-model")),
            lambda: list(api.artifact_collections("wandb-registry-model", "model")),
            lambda: api.artifact_collection("model", "wandb-registry-model/linked").is_sequence(),
            lambda: api.project("wandb-registry-model"),
        )
    ),
}

# --------------------------------------------------------------------------- recorded, mocked, refused


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

#: Where the installed client prints by itself, not through ``wandb.termlog``.
PRINTED_OTHERWISE = frozenset({"downloaded"})


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
    return outcomes(
        lambda: copy.copy(run).id,
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

GROUPS: dict[str, dict[str, Question]] = {
    "api": API,
    "path": PATHS,
    "runs": RUNS,
    "run": RUN,
    "history": HISTORY,
    "summary": SUMMARY,
    "files": FILES,
    "projects": PROJECTS,
    "sweeps": SWEEPS,
    "artifacts": ARTIFACTS,
    "mocks": MOCKS,
    "rest": REST,
    "odd": ODD,
}


@pytest.mark.parametrize(
    ("group", "name"), [(group, name) for group, questions in GROUPS.items() for name in questions], ids=str
)
def test_both_worlds_answer_the_same(group: str, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    question = GROUPS[group][name]
    real = asked(question, stub=False, folder=str(tmp_path / "real"))
    standin = asked(question, stub=True, folder=str(tmp_path / "standin"))
    assert standin[0] == real[0]
    if name not in PRINTED_OTHERWISE:
        assert standin[1] == real[1]
    assert standin[2] == real[2]


def test_a_difference_would_be_seen(tmp_path: Path) -> None:
    first = asked(lambda w: w.api.run("team/demo/run-a").name, stub=False, folder=str(tmp_path / "a"))
    second = asked(lambda w: w.api.run("team/demo/run-b").name, stub=True, folder=str(tmp_path / "b"))
    assert (first[0], second[0]) == ("alpha", "beta")
    assert first[2] != second[2]
