"""`mode="disabled"`: a run that accepts nearly anything and sends nothing."""

from __future__ import annotations

import os
from typing import Any

from tests.scenarios import Observer, scenario


@scenario
def disabled_basics(wandb: Any, obs: Observer) -> None:
    run = wandb.init(mode="disabled", config={"a": 1}, project="p")
    obs.read("disabled", [run.disabled, run.offline])
    obs.read("is wandb.run", wandb.run is run)
    obs.read("is a Run", isinstance(run, wandb.Run))
    obs.read("config", dict(run.config))
    obs.ask("log", lambda: run.log({"x": 1}))
    obs.ask("module log", lambda: wandb.log({"x": 2}))
    obs.ask("step", lambda: run.step)
    obs.ask("finish", lambda: run.finish())
    obs.read("after", wandb.run is None)


@scenario(since=(0, 28, 2))  # earlier, a disabled run has an id of its own
def disabled_attributes(wandb: Any, obs: Observer) -> None:
    run = wandb.init(mode="disabled", project="p", name="n", tags=["t"], id="run-d", group="g", notes="x", job_type="j")
    for name in (
        "id", "name", "project", "entity", "group", "job_type", "notes", "tags", "path", "resumed", "url",
        "project_url", "sweep_id", "sweep_url", "starting_step", "step",
    ):  # fmt: skip
        obs.ask(name, lambda: getattr(run, name))
    obs.ask("dir", lambda: [type(run.dir).__name__, os.path.isdir(run.dir)])
    obs.ask("start_time", lambda: type(run.start_time).__name__)
    run.finish()


@scenario
def disabled_generated_names(wandb: Any, obs: Observer) -> None:
    run = wandb.init(mode="disabled")
    obs.generated(run.id)
    for name in ("id", "name", "project", "entity", "path"):
        obs.ask(name, lambda: getattr(run, name))
    run.finish()


@scenario
def disabled_accepts_nearly_anything(wandb: Any, obs: Observer) -> None:
    run = wandb.init(mode="disabled")
    for label, call in (
        ("number", lambda: run.log(3)),
        ("int key", lambda: run.log({1: 2})),
        ("keyword", lambda: run.log({"a": 1}, sync=True)),
        ("nothing", lambda: run.log()),
        ("object", lambda: run.log({"o": object()})),
        ("float step", lambda: run.log({"a": 1}, step=1.5)),
        ("older step", lambda: (run.log({"a": 1}, step=5), run.log({"a": 1}, step=1))),
        ("define", lambda: type(run.define_metric("a", summary="nonsense")).__name__),
        ("define keyword", lambda: run.define_metric("a", goal="x") is None),
        ("alert", lambda: run.alert("t", "x", "LOUD")),
        ("watch", lambda: run.watch(None)),
        ("unwatch", lambda: run.unwatch()),
        ("mark_preempting", lambda: run.mark_preempting()),
        ("save", lambda: run.save("nothing")),
        ("log_code", lambda: run.log_code()),
        ("use_artifact", lambda: type(run.use_artifact("a:latest")).__name__),
        ("log_artifact", lambda: type(run.log_artifact("a")).__name__),
        ("status", lambda: type(run.status()).__name__),
        ("unknown", lambda: run.nonsense),
    ):
        obs.ask(label, call)
    run.finish()


@scenario(since=(0, 28, 2))  # earlier, a disabled run has an id of its own
def disabled_after_finish(wandb: Any, obs: Observer) -> None:
    run = wandb.init(mode="disabled", id="run-d")
    run.finish()
    obs.ask("log", lambda: run.log({"a": 1}))
    obs.ask("finish", lambda: run.finish(3))
    obs.ask("module log", lambda: wandb.log({"a": 1}))
    obs.ask("config", lambda: dict(run.config))
    obs.ask("id", lambda: run.id)


@scenario
def disabled_config(wandb: Any, obs: Observer) -> None:
    run = wandb.init(mode="disabled", config={"a": 1, "n": {"x": 1}})
    with obs.raises("change"):
        run.config["a"] = 2
    run.config.b = 3
    run.config.update({"c": (1, 2)})
    obs.read("config", dict(run.config))
    obs.ask("missing", lambda: run.config.missing)
    with obs.raises("int key"):
        run.config[3] = 1
    run.finish()


@scenario
def disabled_summary(wandb: Any, obs: Observer) -> None:
    run = wandb.init(mode="disabled")
    run.log({"a": 1, "n": {"x": 1}})
    obs.ask("a", lambda: run.summary["a"])
    obs.ask("attribute", lambda: run.summary.a)
    obs.ask("nested", lambda: run.summary["n"]["x"])
    run.summary["b"] = 2
    obs.ask("b", lambda: run.summary["b"])
    obs.ask("missing", lambda: run.summary["missing"])
    obs.ask("get", lambda: run.summary.get("missing", 3))
    obs.ask("keys", lambda: sorted(run.summary.keys()))
    run.finish()


@scenario
def disabled_with_block(wandb: Any, obs: Observer) -> None:
    with wandb.init(mode="disabled") as run:
        obs.read("entered", run.disabled)
    obs.read("after", wandb.run)
    with obs.raises("error"), wandb.init(mode="disabled"):
        raise ValueError("inside")
    obs.read("after error", wandb.run)


@scenario
def disabled_still_checks_init(wandb: Any, obs: Observer) -> None:
    for label, arguments in (
        ("type", {"project": 3}),
        ("project", {"project": "a/b"}),
        ("keyword", {"projct": "x"}),
        ("config", {"config": 3}),
        ("tags", {"tags": ["x" * 65]}),
    ):
        with obs.raises(label):
            wandb.init(mode="disabled", **arguments).finish()


@scenario
def disabled_assignments(wandb: Any, obs: Observer) -> None:
    run = wandb.init(mode="disabled", name="old", tags=["a"])
    obs.generated(run.id)
    for name, value in (("name", "new"), ("notes", "new"), ("tags", ["b"]), ("id", "x"), ("mine", 1)):
        with obs.raises(name):
            setattr(run, name, value)
        obs.ask(f"read {name}", lambda: getattr(run, name))
    run.finish()


@scenario
def disabled_then_offline(wandb: Any, obs: Observer) -> None:
    wandb.init(mode="disabled").finish()
    run = wandb.init(mode="offline")
    run.log({"a": 1})
    run.finish()


@scenario
def disabled_beside_a_real_run(wandb: Any, obs: Observer) -> None:
    real = wandb.init()
    off = wandb.init(mode="disabled")
    obs.read("same", off is real)
    obs.read("global", [wandb.run is real, wandb.run is off])
    off.log({"a": 1})
    wandb.log({"b": 1})
    off.finish()
    real.finish()


@scenario
def disabled_twice(wandb: Any, obs: Observer) -> None:
    first = wandb.init(mode="disabled", id="first-d")
    second = wandb.init(mode="disabled", id="second-d")
    obs.read("same", first is second)
    obs.read("current", wandb.run is second)
    first.finish()
    obs.read("after one", wandb.run is None)
    second.finish()


@scenario
def disabled_bool_and_chaining(wandb: Any, obs: Observer) -> None:
    run = wandb.init(mode="disabled")
    obs.read("truth", bool(run))
    obs.read("type", type(run).__name__)
    obs.ask("path", lambda: type(run.path).__name__)
    obs.ask("settings", lambda: run.settings.mode)
    obs.ask("class", lambda: type(wandb.config).__name__)
    run.finish()


@scenario(since=(0, 30, 0))  # older ones give a disabled run an id by chance
def disabled_run_in_a_notebook(wandb: Any, obs: Observer) -> None:
    run = wandb.init(mode="disabled", id="fixed", project="p", entity="e")
    obs.read("html", run.to_html())
    obs.read("hidden", run.to_html(100, hidden=True))
    obs.ask("unknown keyword", lambda: run.to_html(unknown=1))
    obs.ask("too many", lambda: run.to_html(1, 2, 3))
    obs.read("bundle", run._repr_mimebundle_())
    obs.read("display", run.display())
    for name in ("pin_config_keys", "write_logs", "status", "mark_preempting"):
        obs.ask(name, getattr(run, name))
