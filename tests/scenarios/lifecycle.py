"""Runs begin and end: before `init`, after `finish`, several at once, `with` blocks and exit codes."""

from __future__ import annotations

import os
from typing import Any

from tests.scenarios import Observer, scenario


@scenario
def before_init(wandb: Any, obs: Observer) -> None:
    obs.read("run", wandb.run)
    for label, call in (
        ("log", lambda: wandb.log({"a": 1})),
        ("log without data", lambda: wandb.log()),
        ("define_metric", lambda: wandb.define_metric("a")),
        ("save", lambda: wandb.save("x")),
        ("alert", lambda: wandb.alert("t", "x")),
        ("watch", lambda: wandb.watch(None)),
        ("unwatch", lambda: wandb.unwatch()),
        ("log_artifact", lambda: wandb.log_artifact("x")),
        ("use_artifact", lambda: wandb.use_artifact("x")),
        ("mark_preempting", lambda: wandb.mark_preempting()),
        ("log_model", lambda: wandb.log_model("x")),
        ("use_model", lambda: wandb.use_model("x")),
        ("link_model", lambda: wandb.link_model("x", "y")),
    ):
        obs.ask(label, call)


@scenario
def before_init_config_and_summary(wandb: Any, obs: Observer) -> None:
    for label, call in (
        ("config attribute", lambda: wandb.config.lr),
        ("config item", lambda: wandb.config["lr"]),
        ("config get", lambda: wandb.config.get("lr")),
        ("config in", lambda: "lr" in wandb.config),
        ("config dict", lambda: dict(wandb.config)),
        ("config update", lambda: wandb.config.update({"a": 1})),
        ("summary item", lambda: wandb.summary["a"]),
        ("summary attribute", lambda: wandb.summary.a),
        ("summary update", lambda: wandb.summary.update({"a": 1})),
        ("summary keys", lambda: wandb.summary.keys()),
    ):
        obs.ask(label, call)
    with obs.raises("config set attribute"):
        wandb.config.lr = 1
    with obs.raises("config set item"):
        wandb.config["lr"] = 1
    with obs.raises("summary set item"):
        wandb.summary["lr"] = 1
    with obs.raises("summary set attribute"):
        wandb.summary.lr = 1
    with obs.raises("config delete"):
        del wandb.config["lr"]


@scenario
def before_init_finish_and_teardown(wandb: Any, obs: Observer) -> None:
    obs.ask("finish", lambda: wandb.finish())
    obs.ask("finish with code", lambda: wandb.finish(exit_code=1))
    obs.ask("teardown", lambda: wandb.teardown())
    obs.ask("teardown again", lambda: wandb.teardown())


@scenario
def after_finish_on_the_module(wandb: Any, obs: Observer) -> None:
    wandb.init().finish()
    obs.read("run", wandb.run)
    for label, call in (
        ("log", lambda: wandb.log({"a": 1})),
        ("define_metric", lambda: wandb.define_metric("a")),
        ("save", lambda: wandb.save("x")),
        ("watch", lambda: wandb.watch(None)),
        ("config", lambda: wandb.config.lr),
        ("summary", lambda: wandb.summary["a"]),
        ("log_artifact", lambda: wandb.log_artifact("x")),
        ("alert", lambda: wandb.alert("t", "x")),
        ("mark_preempting", lambda: wandb.mark_preempting()),
        ("finish", lambda: wandb.finish()),
    ):
        obs.ask(label, call)


@scenario
def after_finish_on_the_run(wandb: Any, obs: Observer) -> None:
    run = wandb.init(project="p", name="n", id="run-x", config={"lr": 1}, tags=["t"])
    run.log({"a": 1})
    run.finish()
    for label, call in (
        ("log", lambda: run.log({"a": 2})),
        ("log bad", lambda: run.log(3)),
        ("define_metric", lambda: run.define_metric("a")),
        ("save", lambda: run.save("x")),
        ("alert", lambda: run.alert("t", "x")),
        ("watch", lambda: run.watch(None)),
        ("unwatch", lambda: run.unwatch()),
        ("log_code", lambda: run.log_code()),
        ("mark_preempting", lambda: run.mark_preempting()),
        ("status", lambda: run.status()),
        ("log_artifact", lambda: run.log_artifact("x")),
        ("use_artifact", lambda: run.use_artifact("x")),
        ("finish", lambda: run.finish()),
        ("finish with code", lambda: run.finish(3)),
    ):
        obs.ask(label, call)


@scenario
def after_finish_reading_the_run(wandb: Any, obs: Observer) -> None:
    run = wandb.init(project="p", name="n", id="run-x", config={"lr": 1}, tags=["t"])
    run.log({"a": 1})
    run.finish()
    identity = ("id", "name", "project", "entity", "tags", "notes", "group", "job_type")
    for name in (*identity, "path", "resumed", "offline", "disabled", "url"):
        obs.ask(name, lambda: getattr(run, name))
    obs.ask("config", lambda: dict(run.config))
    obs.ask("summary get", lambda: run.summary.get("a"))
    obs.ask("summary item", lambda: run.summary["a"])
    obs.ask("summary keys", lambda: run.summary.keys())
    obs.read("start_time", type(run.start_time).__name__)


@scenario
def after_finish_assigning(wandb: Any, obs: Observer) -> None:
    run = wandb.init(id="run-x", config={"lr": 1})
    run.finish()
    for name, value in (("name", "new"), ("notes", "new"), ("tags", ["new"])):
        with obs.raises(name):
            setattr(run, name, value)
    with obs.raises("config"):
        run.config["new"] = 1
    obs.read("config changed", dict(run.config))
    with obs.raises("config update"):
        run.config.update({"other": 2})
    obs.read("config updated", dict(run.config))
    with obs.raises("summary"):
        run.summary["new"] = 1
    with obs.raises("summary update"):
        run.summary.update({"new": 1})
    with obs.raises("summary delete"):
        del run.summary["new"]


@scenario
def after_finish_kept_functions(wandb: Any, obs: Observer) -> None:
    run = wandb.init(id="run-x")
    log, define_metric, save, config, summary = wandb.log, wandb.define_metric, wandb.save, wandb.config, wandb.summary
    log({"a": 1})
    run.finish()
    for label, call in (
        ("log", lambda: log({"a": 2})),
        ("define_metric", lambda: define_metric("a")),
        ("save", lambda: save("x")),
        ("config", lambda: dict(config)),
        ("summary", lambda: summary.get("a")),
    ):
        obs.ask(label, call)


@scenario
def names_imported_before_init(wandb: Any, obs: Observer) -> None:
    log, config, summary, run_before = wandb.log, wandb.config, wandb.summary, wandb.run
    run = wandb.init(config={"lr": 1})
    with obs.raises("log"):
        log({"a": 1})
    obs.ask("config", lambda: config.lr)
    obs.ask("summary", lambda: summary.keys())
    obs.read("run", run_before)
    run.finish()


@scenario
def finish_twice(wandb: Any, obs: Observer) -> None:
    run = wandb.init()
    obs.read("first", run.finish(exit_code=1))
    obs.read("second", run.finish(exit_code=0))
    obs.ask("module", lambda: wandb.finish())


@scenario
def finish_exit_codes(wandb: Any, obs: Observer) -> None:
    for code in (0, 1, 255, 256, -1, None):
        wandb.init().finish(exit_code=code)
    for code in (2, 0):
        wandb.init()
        wandb.finish(code)


@scenario
def finish_bad_exit_codes(wandb: Any, obs: Observer) -> None:
    for code in (True, 1.0, "1", [1], 2**31, -(2**31) - 1, 2**40):
        run = wandb.init()
        with obs.raises(f"exit_code={code!r}"):
            run.finish(exit_code=code)
        obs.read("run is gone", wandb.run is None)
        with obs.raises("again"):
            run.finish()


@scenario
def finish_unknown_keywords(wandb: Any, obs: Observer) -> None:
    run = wandb.init()
    with obs.raises("run.finish(quiet)"):
        run.finish(quiet=True)
    with obs.raises("wandb.finish(quiet)"):
        wandb.finish(quiet=True)
    with obs.raises("too many"):
        run.finish(0, True)
    run.finish()


@scenario
def join_is_finish(wandb: Any, obs: Observer) -> None:
    run = wandb.init()
    obs.read("run has join", hasattr(run, "join"))
    obs.ask("join", lambda: wandb.join())
    obs.read("run", wandb.run)


@scenario
def with_block(wandb: Any, obs: Observer) -> None:
    with wandb.init(project="p") as run:
        obs.read("inside", wandb.run is run)
        run.log({"a": 1})
    obs.read("after", wandb.run)


@scenario
def with_block_that_raises(wandb: Any, obs: Observer) -> None:
    with obs.raises("passes through"), wandb.init() as run:
        run.log({"a": 1})
        raise ValueError("inside")
    obs.read("after", wandb.run)


@scenario
def with_block_and_system_exit(wandb: Any, obs: Observer) -> None:
    for code in (0, 3, None, "text"):
        try:
            with wandb.init() as run:
                run.log({"a": 1})
                raise SystemExit(code)
        except SystemExit as error:
            obs.read("exit", error.code)


@scenario
def with_block_and_keyboard_interrupt(wandb: Any, obs: Observer) -> None:
    try:
        with wandb.init():
            raise KeyboardInterrupt
    except KeyboardInterrupt:
        obs.read("interrupted", wandb.run)


@scenario
def with_block_finished_inside(wandb: Any, obs: Observer) -> None:
    with wandb.init() as run:
        run.log({"a": 1})
        run.finish(exit_code=4)
    with obs.raises("and raises"), wandb.init() as run:
        run.finish()
        raise ValueError("late")


@scenario
def with_block_on_the_same_run_again(wandb: Any, obs: Observer) -> None:
    with wandb.init() as outer:
        outer.log({"a": 1})
        with wandb.init() as inner:
            obs.read("same", inner is outer)
            inner.log({"b": 1})
        with obs.raises("the outer run is over"):
            outer.log({"c": 1})
        obs.read("run", wandb.run)


@scenario
def with_block_around_a_finished_run(wandb: Any, obs: Observer) -> None:
    run = wandb.init()
    run.finish()
    with obs.raises("enter"), run:
        obs.read("entered", True)


@scenario
def second_init_returns_the_run(wandb: Any, obs: Observer) -> None:
    first = wandb.init(project="one", name="first", config={"a": 1})
    second = wandb.init(project="two", name="second", config={"b": 2}, tags=["x"])
    obs.read("same", first is second)
    obs.read("project", [second.project, second.name, second.tags])
    obs.read("config", dict(second.config))
    second.finish()
    obs.read("finished", wandb.run)


@scenario
def second_init_still_checks_its_arguments(wandb: Any, obs: Observer) -> None:
    run = wandb.init()
    with obs.raises("wrong type"):
        wandb.init(project=3)
    with obs.raises("bad project"):
        wandb.init(project="a/b")
    with obs.raises("config"):
        wandb.init(config=3)
    with obs.raises("keyword"):
        wandb.init(nonsense=1)
    with obs.raises("must"):
        wandb.init(resume="must", id="other-run")
    obs.read("still", wandb.run is run)
    run.finish()


@scenario
def runs_one_after_another(wandb: Any, obs: Observer) -> None:
    for n in range(3):
        run = wandb.init(name=f"run {n}", config={"n": n})
        obs.read("step", run.step)
        run.log({"n": n})
        run.finish()


@scenario
def reinit_true(wandb: Any, obs: Observer) -> None:
    first = wandb.init(name="first", reinit=True)
    first.log({"a": 1}, commit=False)
    second = wandb.init(name="second", reinit=True)
    obs.read("same", first is second)
    obs.read("current", wandb.run is second)
    with obs.raises("first is over"):
        first.log({"b": 1})
    second.finish()


@scenario
def reinit_finish_previous(wandb: Any, obs: Observer) -> None:
    first = wandb.init(name="first")
    second = wandb.init(name="second", reinit="finish_previous")
    obs.read("same", first is second)
    third = wandb.init(name="third", reinit="create_new")
    fourth = wandb.init(name="fourth", reinit="finish_previous")
    for label, run in (("second", second), ("third", third), ("fourth", fourth)):
        with obs.raises(label):
            run.log({"a": 1})
    fourth.finish()


@scenario
def reinit_return_previous(wandb: Any, obs: Observer) -> None:
    first = wandb.init(name="first", reinit="return_previous")
    second = wandb.init(name="second", reinit="return_previous")
    obs.read("same", first is second)
    third = wandb.init(name="third", reinit="create_new")
    latest = wandb.init(reinit="return_previous")
    obs.read("latest", [latest is third, wandb.run is first])
    third.finish()
    obs.read("back", wandb.init(reinit="return_previous") is first)
    first.finish()


@scenario
def reinit_false_and_default(wandb: Any, obs: Observer) -> None:
    first = wandb.init(reinit=False)
    obs.read("false", wandb.init(reinit=False) is first)
    obs.read("default", wandb.init(reinit="default") is first)
    first.finish()


@scenario
def reinit_create_new(wandb: Any, obs: Observer) -> None:
    one = wandb.init(name="one", reinit="create_new")
    two = wandb.init(name="two", reinit="create_new")
    obs.read("different", one is not two)
    obs.read("no global run", wandb.run)
    one.log({"a": 1})
    two.log({"a": 10})
    one.log({"a": 2})
    with obs.raises("wandb.log"):
        wandb.log({"a": 3})
    obs.read("steps", [one.step, two.step])
    two.finish()
    one.log({"a": 3})
    one.finish()


@scenario
def reinit_create_new_beside_a_global_run(wandb: Any, obs: Observer) -> None:
    main = wandb.init(name="main")
    side = wandb.init(name="side", reinit="create_new", config={"side": True})
    obs.read("global", wandb.run is main)
    wandb.log({"a": 1})
    side.log({"b": 1})
    obs.read("config", [dict(wandb.config), dict(side.config)])
    main.finish()
    obs.read("after", wandb.run)
    with obs.raises("wandb.log"):
        wandb.log({"a": 2})
    side.log({"b": 2})
    side.finish()


@scenario(since=(0, 22, 0))  # earlier, runs of one id and one second share a log
def reinit_same_id(wandb: Any, obs: Observer) -> None:
    for n in range(2):
        run = wandb.init(id="same-id", project="p")
        obs.read("step", run.step)
        run.log({"n": n})
        run.finish()


@scenario(since=(0, 27, 0))  # earlier, the client waits for ever
def reinit_same_id_while_running(wandb: Any, obs: Observer) -> None:
    first = wandb.init(id="same-id", reinit="create_new")
    with obs.raises("again"):
        wandb.init(id="same-id", reinit="create_new")
    first.finish()


@scenario
def module_finish_with_several_runs(wandb: Any, obs: Observer) -> None:
    one = wandb.init(name="one")
    two = wandb.init(name="two", reinit="create_new")
    wandb.finish()
    obs.read("run", wandb.run)
    with obs.raises("one"):
        one.log({"a": 1})
    with obs.raises("two"):
        two.log({"a": 1})
    two.finish()


@scenario
def teardown_ends_an_open_run(wandb: Any, obs: Observer) -> None:
    run = wandb.init(id="open-run")
    run.log({"a": 1})
    run.log({"b": 1}, commit=False)
    obs.read("returns", wandb.teardown())


@scenario
def teardown_with_exit_code(wandb: Any, obs: Observer) -> None:
    run = wandb.init(id="open-run")
    run.log({"a": 1})
    with obs.raises("teardown"):
        wandb.teardown(exit_code=0)


@scenario
def teardown_and_begin_again(wandb: Any, obs: Observer) -> None:
    wandb.init(name="first").finish()
    wandb.teardown()
    run = wandb.init(name="second")
    run.log({"a": 1})
    run.finish()
    obs.read("run", wandb.run)


@scenario
def program_that_never_finishes(wandb: Any, obs: Observer) -> None:
    run = wandb.init(id="never-finished", config={"a": 1})
    run.log({"a": 1})
    run.summary["b"] = 2


@scenario
def program_that_crashes(wandb: Any, obs: Observer) -> None:
    with wandb.init() as run:
        run.log({"a": 1})
        run.log({"b": 1}, commit=False)
        raise RuntimeError("out of memory")


@scenario
def setup_returns_something_usable(wandb: Any, obs: Observer) -> None:
    wandb.setup()
    obs.read("run", wandb.run)
    run = wandb.init()
    run.finish()


@scenario
def init_in_another_folder(wandb: Any, obs: Observer) -> None:
    os.makedirs("sub/folder")
    os.chdir("sub/folder")
    run = wandb.init()
    obs.read("dir", os.path.isdir(run.dir))
    run.finish()


@scenario
def login_offline(wandb: Any, obs: Observer) -> None:
    obs.ask("login", lambda: wandb.login())
    obs.ask("short key", lambda: wandb.login(key="too-short"))
    obs.ask("bad keyword", lambda: wandb.login(kee="x"))
    wandb.init().finish()


@scenario(since=(0, 27, 0))  # earlier, the client waits for ever
def finish_that_fails_keeps_the_id(wandb: Any, obs: Observer) -> None:
    run = wandb.init(id="kept")
    with obs.raises("finish"):
        run.finish(exit_code="x")  # type: ignore[arg-type]
    with obs.raises("init"):
        wandb.init(id="kept")
    with obs.raises("another"):
        wandb.init(id="other").finish()
    wandb.teardown()
    with obs.raises("after teardown"):
        wandb.init(id="kept").finish()


@scenario
def attach_in_the_same_process(wandb: Any, obs: Observer) -> None:
    with obs.raises("nothing to attach to"):
        wandb.attach()
    with obs.raises("both"):
        wandb.attach("run-a", run=object())
    with wandb.init(project="p", id="run-a", config={"a": 1}) as run:
        run.log({"x": 1})
        attached = wandb.attach("run-a")
        obs.read("identity", [attached.id, attached.project, attached.step, wandb.run is attached])
        attached.log({"x": 2})
        run.log({"x": 3})
