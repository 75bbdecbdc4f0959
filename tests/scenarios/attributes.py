"""What a run tells about itself, and what can be assigned to it."""

from __future__ import annotations

import copy
import enum
import json
import os
import pickle
import time
from typing import Any

from tests.scenarios import Observer, scenario


@scenario
def attribute_values(wandb: Any, obs: Observer) -> None:
    with wandb.init(project="p", id="run-a", name="n", group="g", job_type="j", notes="t", tags=["x"]) as run:
        for name in (
            "id", "name", "project", "entity", "group", "job_type", "notes", "tags", "path", "step", "starting_step",
            "resumed", "offline", "disabled", "url", "project_url", "sweep_id", "sweep_url",
        ):  # fmt: skip
            obs.ask(name, lambda: getattr(run, name))


@scenario
def attribute_defaults(wandb: Any, obs: Observer) -> None:
    with wandb.init() as run:
        for name in ("name", "project", "entity", "group", "job_type", "notes", "tags", "step", "sweep_id"):
            obs.ask(name, lambda: getattr(run, name))
        obs.read("path", run.path.split("/")[:-1])


@scenario
def attribute_start_time(wandb: Any, obs: Observer) -> None:
    before = time.time()
    with wandb.init() as run:
        obs.read("type", type(run.start_time).__name__)
        obs.read("in range", before - 1 <= run.start_time <= time.time() + 1)


@scenario
def attribute_dir(wandb: Any, obs: Observer) -> None:
    run = wandb.init()
    obs.read("dir", [type(run.dir).__name__, os.path.isabs(run.dir), os.path.isdir(run.dir), os.path.basename(run.dir)])
    with open(os.path.join(run.dir, "model.txt"), "w") as file:
        file.write("weights")
    obs.read("listed", "model.txt" in os.listdir(run.dir))
    obs.read("sync_dir", os.path.dirname(run.dir) == run.sync_dir)
    run.finish()


@scenario
def attribute_unknown(wandb: Any, obs: Observer) -> None:
    with wandb.init() as run:
        gone = ("get_url", "project_name", "join", "plot_table", "mode", "get_project_url")
        for name in (*gone, "nonsense", "_nonsense"):
            obs.ask(name, lambda: getattr(run, name))
    obs.ask("module", lambda: wandb.nonsense)


@scenario
def attribute_assigning_the_name(wandb: Any, obs: Observer) -> None:
    with wandb.init(name="old") as run:
        run.name = "new"
        obs.read("name", run.name)
        run.log({"a": 1})
        run.name = "newest"
        obs.read("name", run.name)


@scenario
def attribute_clearing_the_name(wandb: Any, obs: Observer) -> None:
    with wandb.init(name="old", notes="notes") as run:
        run.name = ""
        obs.read("empty", run.name)
        run.name = None
        obs.read("none", run.name)
        run.notes = ""
        obs.read("notes", run.notes)


@scenario
def attribute_assigning_bad_values(wandb: Any, obs: Observer) -> None:
    with wandb.init(name="old", notes="old") as run:
        for name in ("name", "notes"):
            for value in (3, ["a"], True, b"x", 1.5):
                with obs.raises(f"{name}={value!r}"):
                    setattr(run, name, value)
        obs.read("values", [run.name, run.notes])


@scenario
def attribute_assigning_notes_and_tags(wandb: Any, obs: Observer) -> None:
    with wandb.init(tags=["a"]) as run:
        run.notes = "some\nnotes"
        run.tags += ("b",)
        obs.read("tags", run.tags)
        run.tags = ["c", "d", "c"]
        obs.read("tags", run.tags)
        run.tags = "ef"
        obs.read("text", run.tags)


@scenario
def attribute_clearing_the_tags(wandb: Any, obs: Observer) -> None:
    with wandb.init(tags=["a"]) as run:
        run.tags = ()
        obs.read("tags", run.tags)


@scenario
def attribute_assigning_bad_tags(wandb: Any, obs: Observer) -> None:
    with wandb.init(tags=["a"]) as run:
        for value in (None, 3, [1], [""], ["x" * 65], [None], {"k": 1}):
            with obs.raises(f"tags={value!r}"[:40]):
                run.tags = value
            obs.read("tags", run.tags)


@scenario
def attribute_read_only(wandb: Any, obs: Observer) -> None:
    with wandb.init(id="run-a") as run:
        for name in (
            "id", "project", "entity", "group", "job_type", "path", "step", "dir", "url", "resumed", "offline",
            "disabled", "start_time", "settings", "config",
        ):  # fmt: skip
            with obs.raises(name):
                setattr(run, name, "x")


@scenario
def attribute_of_ones_own(wandb: Any, obs: Observer) -> None:
    with wandb.init() as run:
        with obs.raises("new attribute"):
            run.my_attribute = 5
        obs.ask("read", lambda: run.my_attribute)


@scenario
def attribute_wrapping_a_method(wandb: Any, obs: Observer) -> None:
    seen: list[Any] = []
    with wandb.init() as run:
        log = run.log

        def spy(*arguments: Any, **keywords: Any) -> Any:
            seen.append(arguments)
            return log(*arguments, **keywords)

        with obs.raises("assign"):
            run.log = spy
        run.log({"a": 1})
        obs.read("seen", len(seen))


@scenario
def attribute_truth_and_equality(wandb: Any, obs: Observer) -> None:
    run = wandb.init()
    obs.read("truth", bool(run))
    obs.read("equal", [run == wandb.run, run != wandb.run, run == object()])
    obs.read("hashable", len({run, wandb.run}))
    obs.read("type", type(run).__name__)
    obs.read("repr", repr(run))
    run.finish()
    obs.read("truth after", bool(run))


@scenario
def attribute_copies(wandb: Any, obs: Observer) -> None:
    with wandb.init() as run:
        obs.read("deepcopy", copy.deepcopy(run) is run)
        obs.read("in a dict", copy.deepcopy({"run": run})["run"] is run)


@scenario
def attribute_pickling(wandb: Any, obs: Observer) -> None:
    with wandb.init(id="run-a") as run:
        obs.ask("dumps", lambda: type(pickle.dumps(run)).__name__)
        with obs.raises("loads in the same process"):
            pickle.loads(pickle.dumps(run))
        obs.ask("dumps of a method", lambda: type(pickle.dumps(run.log)).__name__)
        obs.ask("dumps of another method", lambda: type(pickle.dumps(run.define_metric)).__name__)
        with obs.raises("loads of a method in the same process"):
            pickle.loads(pickle.dumps(run.log))


@scenario
def attribute_json(wandb: Any, obs: Observer) -> None:
    with wandb.init(project="p", id="run-a", tags=["t"], config={"a": [1]}) as run:
        text = json.dumps(
            {"id": run.id, "project": run.project, "tags": run.tags, "step": run.step, "config": dict(run.config)}
        )
        obs.read("json", text)


@scenario
def attribute_settings(wandb: Any, obs: Observer) -> None:
    with wandb.init(project="p", id="run-a", name="n", tags=["t"]) as run:
        settings = run.settings
        identity = ("project", "run_id", "run_name", "run_tags", "entity")
        for name in (*identity, "mode", "run_group", "run_notes", "silent", "quiet"):
            obs.ask(name, lambda: getattr(settings, name))
        obs.read("type", type(settings).__name__)


@scenario
def attribute_methods_return_nothing(wandb: Any, obs: Observer) -> None:
    with wandb.init() as run:
        obs.read("log", run.log({"a": 1}))
        obs.read("alert", run.alert("title", "text"))
        obs.read("mark_preempting", run.mark_preempting())
        obs.read("display", run.display())
        obs.read("write_logs", run.write_logs("text"))


@scenario
def attribute_alerts(wandb: Any, obs: Observer) -> None:
    with wandb.init() as run:
        run.alert("title", "text")
        run.alert(title="t", text="x", level="WARN", wait_duration=5)
        run.alert("t", "x", wandb.AlertLevel.ERROR)
        for label, call in (
            ("no text", lambda: run.alert("t")),
            ("bad level", lambda: run.alert("t", "x", "LOUD")),
            ("number level", lambda: run.alert("t", "x", 3)),
            ("bad duration", lambda: run.alert("t", "x", wait_duration="soon")),
            ("delta", lambda: run.alert("t", "x", wait_duration=__import__("datetime").timedelta(1))),
            ("number title", lambda: run.alert(1, "x")),
            ("keyword", lambda: run.alert("t", "x", colour=1)),
        ):
            obs.ask(label, call)


@scenario
def attribute_save_files(wandb: Any, obs: Observer) -> None:
    with open("a.txt", "w") as file:
        file.write("a")
    with wandb.init() as run:
        saved = run.save("a.txt")
        obs.read("saved", [os.path.basename(path) for path in saved])
        obs.read("in dir", os.path.exists(os.path.join(run.dir, "a.txt")))
        obs.ask("nothing", lambda: run.save("nothing-*.txt"))
        obs.ask("bad policy", lambda: run.save("a.txt", policy="never"))
        obs.ask("number", lambda: run.save(3))
        obs.ask("cloud", lambda: run.save("s3://bucket/x"))


@scenario
def attribute_use_artifact_offline(wandb: Any, obs: Observer) -> None:
    with wandb.init() as run, obs.raises("use_artifact"):
        run.use_artifact("name:latest")


@scenario
def attribute_alerts_that_cannot_be_sent(wandb: Any, obs: Observer) -> None:
    class Level(enum.Enum):
        INFO = "INFO"

    with wandb.init() as run:
        for arguments in (
            {"title": "\ud800"},
            {"text": "\ud800"},
            {"title": b"bytes"},
            {"title": b"\xff"},
            {"level": Level.INFO},
            {"level": ["INFO"]},
            {"level": {"INFO": 1}},
            {"wait_duration": 1e20},
            {"wait_duration": float("nan")},
        ):
            with obs.raises(repr(arguments)):
                run.alert(**{"title": "t", "text": "x", **arguments})
