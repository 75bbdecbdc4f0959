"""`WANDB_*` and settings: what the program sets inside counts, and when it is read."""

from __future__ import annotations

import os
from typing import Any

from tests.scenarios import Observer, scenario
from tests.scenarios.init import identity


@scenario
def environment_names_the_run(wandb: Any, obs: Observer) -> None:
    os.environ.update(
        WANDB_PROJECT="env-project",
        WANDB_ENTITY="env-entity",
        WANDB_NAME="env-name",
        WANDB_RUN_GROUP="env-group",
        WANDB_JOB_TYPE="env-job",
        WANDB_NOTES="env notes",
        WANDB_TAGS="a,b",
        WANDB_RUN_ID="env-run-id",
    )
    run = wandb.init()
    obs.read("identity", identity(run))
    obs.read("id", run.id)
    run.finish()


@scenario
def environment_loses_to_arguments(wandb: Any, obs: Observer) -> None:
    os.environ.update(WANDB_PROJECT="env-project", WANDB_TAGS="a", WANDB_NAME="env-name")
    run = wandb.init(project="argument", tags=["b"])
    obs.read("identity", identity(run))
    run.finish()


@scenario
def environment_empty_values(wandb: Any, obs: Observer) -> None:
    os.environ.update(WANDB_PROJECT="", WANDB_NAME="", WANDB_TAGS="", WANDB_NOTES="", WANDB_RUN_GROUP="")
    with obs.raises("empty"):
        run = wandb.init()
        obs.read("identity", identity(run))
        run.finish()


@scenario
def environment_tags(wandb: Any, obs: Observer) -> None:
    for tags in ("one", "a,b,c", "a, b", "a,,b", " spaced ", "a,a"):
        os.environ["WANDB_TAGS"] = tags
        wandb.teardown()
        with obs.raises(f"{tags!r}"):
            run = wandb.init()
            obs.read(f"{tags!r}", run.tags)
            run.finish()


@scenario
def environment_is_read_once_a_session(wandb: Any, obs: Observer) -> None:
    os.environ["WANDB_PROJECT"] = "first"
    run = wandb.init()
    obs.read("first", run.project)
    run.finish()
    os.environ["WANDB_PROJECT"] = "second"
    run = wandb.init()
    obs.read("second", run.project)
    run.finish()


@scenario
def environment_is_read_again_after_teardown(wandb: Any, obs: Observer) -> None:
    os.environ["WANDB_PROJECT"] = "first"
    run = wandb.init()
    obs.read("first", run.project)
    run.finish()
    wandb.teardown()
    os.environ["WANDB_PROJECT"] = "second"
    run = wandb.init()
    obs.read("second", run.project)
    run.finish()


@scenario
def environment_is_read_by_setup(wandb: Any, obs: Observer) -> None:
    os.environ["WANDB_PROJECT"] = "at setup"
    wandb.setup()
    os.environ["WANDB_PROJECT"] = "after setup"
    run = wandb.init()
    obs.read("project", run.project)
    run.finish()


@scenario
def environment_mode_disabled(wandb: Any, obs: Observer) -> None:
    os.environ["WANDB_MODE"] = "disabled"
    run = wandb.init(project="p", config={"a": 1})
    obs.read("disabled", run.disabled)
    obs.read("config", dict(run.config))
    run.log({"a": 1})
    run.finish()


@scenario
def environment_mode_loses_to_argument(wandb: Any, obs: Observer) -> None:
    os.environ["WANDB_MODE"] = "disabled"
    run = wandb.init(mode="offline")
    obs.read("disabled", [run.disabled, run.offline])
    run.log({"a": 1})
    run.finish()


@scenario
def environment_bad_values(wandb: Any, obs: Observer) -> None:
    for name, value in (
        ("WANDB_MODE", "nonsense"),
        ("WANDB_RESUME", "nonsense"),
        ("WANDB_RUN_ID", "a/b"),
        ("WANDB_PROJECT", "a/b"),
        ("WANDB_SILENT", "maybe"),
    ):
        before = os.environ.get(name)
        os.environ[name] = value
        wandb.teardown()
        with obs.raises(f"{name}={value}"):
            wandb.init().finish()
        del os.environ[name]
        if before is not None:
            os.environ[name] = before
        wandb.teardown()


@scenario
def environment_unknown_variable(wandb: Any, obs: Observer) -> None:
    os.environ["WANDB_NO_SUCH_THING"] = "1"
    with obs.raises("unknown"):
        wandb.init().finish()


@scenario
def environment_silent(wandb: Any, obs: Observer) -> None:
    os.environ["WANDB_SILENT"] = "true"
    with wandb.init() as run:
        run.log({"a": 1}, step=3)
        run.log({"a": 1}, step=1)
        obs.read("silent", run.settings.silent)


@scenario
def environment_resume(wandb: Any, obs: Observer) -> None:
    os.environ.update(WANDB_RESUME="allow", WANDB_RUN_ID="env-resumed")
    run = wandb.init()
    obs.read("resumed", [run.id, run.resumed])
    run.finish()


@scenario
def environment_dir(wandb: Any, obs: Observer) -> None:
    os.mkdir("logs")
    os.environ["WANDB_DIR"] = "logs"
    run = wandb.init()
    obs.read("dir", os.path.isdir(run.dir))
    run.log({"a": 1})
    run.finish()


@scenario
def environment_wandb_disabled(wandb: Any, obs: Observer) -> None:
    os.environ["WANDB_DISABLED"] = "true"
    with obs.raises("disabled"):
        run = wandb.init()
        obs.read("disabled", run.disabled)
        run.finish()


@scenario
def setup_with_settings(wandb: Any, obs: Observer) -> None:
    wandb.setup(settings=wandb.Settings(project="from-setup", run_group="g"))
    run = wandb.init()
    obs.read("identity", identity(run))
    run.finish()
    run = wandb.init(project="argument")
    obs.read("identity", identity(run))
    run.finish()


@scenario
def setup_updates_settings(wandb: Any, obs: Observer) -> None:
    wandb.setup(wandb.Settings(project="one"))
    wandb.setup(wandb.Settings(run_group="two"))
    run = wandb.init()
    obs.read("identity", identity(run))
    run.finish()
    wandb.teardown()
    run = wandb.init()
    obs.read("after teardown", identity(run))
    run.finish()


@scenario
def settings_file_in_the_folder(wandb: Any, obs: Observer) -> None:
    os.mkdir("wandb")
    with open("wandb/settings", "w") as file:
        file.write("[default]\nproject = from-file\nentity = file-entity\n")
    run = wandb.init()
    obs.read("identity", identity(run))
    run.finish()


@scenario
def settings_object_is_checked(wandb: Any, obs: Observer) -> None:
    for arguments in (
        {"project": 3},
        {"no_such": 1},
        {"mode": "sideways"},
        {"run_id": "a/b"},
        {"run_tags": ("x" * 65,)},
        {"reinit": "x"},
        {"init_timeout": "long"},
        {"quiet": "perhaps"},
    ):
        with obs.raises(f"Settings({arguments})"):
            wandb.Settings(**arguments)


@scenario
def settings_object_attributes(wandb: Any, obs: Observer) -> None:
    settings = wandb.Settings(project="p")
    obs.read("project", settings.project)
    obs.read("entity", settings.entity)
    obs.read("mode", settings.mode)
    settings.run_name = "n"
    obs.read("run_name", settings.run_name)
    with obs.raises("wrong type"):
        settings.run_name = 3
    with obs.raises("unknown"):
        settings.no_such = 1
    obs.read("same", settings == wandb.Settings(project="p", run_name="n"))


@scenario
def settings_of_a_run_are_a_copy(wandb: Any, obs: Observer) -> None:
    with wandb.init(project="p") as run:
        settings = run.settings
        settings.project = "changed"
        obs.read("project", run.project)
        obs.read("settings", run.settings.project)
        obs.read("run id", run.settings.run_id == run.id)


@scenario
def environment_sweep_file(wandb: Any, obs: Observer) -> None:
    with open("params.yaml", "w") as file:
        file.write("wandb_version: 1\nlr:\n  value: 0.5\nn:\n  value:\n    a: 1\n")
    os.environ["WANDB_SWEEP_PARAM_PATH"] = "params.yaml"
    with wandb.init(config={"lr": 1, "n": {"b": 2}, "other": 3}) as run:
        obs.read("config", dict(run.config))
        run.config.lr = 3
        run.config.update({"lr": 7}, allow_val_change=True)
        obs.read("locked", dict(run.config))
    with wandb.init(config={"lr": 1}, mode="disabled") as run:
        obs.read("disabled", dict(run.config))
    wandb.teardown()
    os.environ["WANDB_SWEEP_PARAM_PATH"] = "missing.yaml"
    with obs.raises("missing"):
        wandb.init().finish()


@scenario
def environment_sweep_beats_a_settings_object(wandb: Any, obs: Observer) -> None:
    os.environ["WANDB_SWEEP_ID"] = "s"
    settings = wandb.Settings(project="mine", entity="me", run_id="i", run_name="n")
    with wandb.init(settings=settings) as run:
        obs.generated(run.id)
        obs.read("identity", identity(run))
    obs.read("object", [settings.project, settings.entity, settings.run_id, settings.run_name])
