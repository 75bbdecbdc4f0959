"""Questions to ``wandb.Api`` about one run, its history and its summary."""

from __future__ import annotations

from typing import Any

from tests.api_questions.asking import Here, Question, a, attributes, outcomes

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
