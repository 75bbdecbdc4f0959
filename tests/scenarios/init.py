"""`init`: what its arguments mean and which it refuses."""

from __future__ import annotations

import argparse
import os
import pathlib
import sys
import types
from typing import Any
from unittest import mock

from tests.scenarios import Observer, scenario


def identity(run: Any) -> list[Any]:
    """Return what names a run, for reading."""
    return [run.project, run.entity, run.name, run.group, run.job_type, run.notes, run.tags]


@scenario
def init_without_arguments(wandb: Any, obs: Observer) -> None:
    run = wandb.init()
    obs.read("identity", identity(run))
    obs.read("is wandb.run", run is wandb.run)
    obs.read("is a Run", isinstance(run, wandb.Run))
    obs.read("id", [len(run.id), run.id.isalnum(), run.id.lower() == run.id])
    run.finish()


@scenario
def init_with_everything(wandb: Any, obs: Observer) -> None:
    run = wandb.init(
        entity="team",
        project="proj",
        id="my-run",
        name="a name",
        notes="some\nnotes",
        tags=["b", "a"],
        config={"lr": 0.1},
        group="g",
        job_type="train",
        save_code=False,
    )
    obs.read("identity", identity(run))
    obs.read("id", run.id)
    obs.read("path", run.path)
    run.finish()


@scenario
def init_positional_arguments(wandb: Any, obs: Observer) -> None:
    run = wandb.init("team", "proj", None, "the-id", "name")
    obs.read("identity", identity(run))
    run.finish()


@scenario
def init_empty_strings(wandb: Any, obs: Observer) -> None:
    run = wandb.init(entity="", name="", notes="", group="", job_type="", tags=[])
    obs.read("identity", identity(run))
    run.finish()


@scenario
def init_empty_project(wandb: Any, obs: Observer) -> None:
    with obs.raises("empty project"):
        run = wandb.init(project="")
        obs.read("project", run.project)
        obs.read("path", run.path == f"{run.id}")
        run.finish()


@scenario
def init_explicit_nones(wandb: Any, obs: Observer) -> None:
    run = wandb.init(project=None, name=None, tags=None, config=None, settings=None, dir=None, reinit=None)
    obs.read("identity", identity(run))
    run.finish()


@scenario
def init_tags_of_other_types(wandb: Any, obs: Observer) -> None:
    for label, tags in (
        ("tuple", ("x", "y")),
        ("set of one", {"x"}),
        ("string", "abc"),
        ("duplicates", ["a", "b", "a"]),
        ("generator", (tag for tag in "xy")),
        ("number", 5),
        ("numbers", [1, 2]),
        ("empty tag", [""]),
        ("long tag", ["x" * 64]),
        ("too long tag", ["x" * 65]),
        ("spaces", [" a "]),
        ("dict", {"k": "v"}),
        ("none inside", ["a", None]),
    ):
        with obs.raises(label):
            run = wandb.init(tags=tags)
            obs.read(label, run.tags)
            run.finish()


@scenario
def init_notes_and_names_of_other_types(wandb: Any, obs: Observer) -> None:
    for keyword in ("project", "entity", "name", "notes", "group", "job_type", "id"):
        for value in (3, ["a"], b"bytes", 1.5, True, {"a": 1}):
            with obs.raises(f"{keyword}={value!r}"):
                wandb.init(**{keyword: value}).finish()


@scenario
def init_path_as_name(wandb: Any, obs: Observer) -> None:
    for keyword in ("project", "name", "id"):
        with obs.raises(f"{keyword}=Path"):
            wandb.init(**{keyword: pathlib.PurePosixPath("a-b-c")}).finish()


@scenario
def init_bad_ids(wandb: Any, obs: Observer) -> None:
    unusual = ("a/b", "a b", "", " ", "a\\b", "a#b", "a?b", "a%b", "a:b")
    for run_id in (*unusual, "x" * 129, "ünï-cödé", "dots.and_underscores-1", "-dash"):
        with obs.raises(f"id={run_id[:20]!r} of {len(run_id)}"):
            run = wandb.init(id=run_id)
            obs.read("id", run.id)
            run.finish()


@scenario
def init_long_id(wandb: Any, obs: Observer) -> None:
    with obs.raises("128"):
        run = wandb.init(id="y" * 128)
        obs.read("length", len(run.id))
        run.finish()


@scenario
def init_bad_projects(wandb: Any, obs: Observer) -> None:
    for project in ("a/b", "a\\b", "a#b", "a?b", "a%b", "a:b", "x" * 128, "x" * 129, " spaces ", "dots.fine", "ünï"):
        with obs.raises(f"project={project[:20]!r} of {len(project)}"):
            run = wandb.init(project=project)
            obs.read("project", run.project)
            run.finish()


@scenario
def init_misspelt_keywords(wandb: Any, obs: Observer) -> None:
    for keyword in ("projct", "run_id", "tag", "jobtype", "magic", "resumed", "finish", "quiet"):
        with obs.raises(keyword):
            wandb.init(**{keyword: "x"})
    obs.read("no run", wandb.run)


@scenario
def init_too_many_positionals(wandb: Any, obs: Observer) -> None:
    with obs.raises("30"):
        wandb.init(*[None] * 30)
    with obs.raises("twice"):
        wandb.init("team", entity="team")


@scenario
def init_bad_modes(wandb: Any, obs: Observer) -> None:
    for mode in ("onlin", "", 3, True, "dryrun"):
        with obs.raises(f"mode={mode!r}"):
            run = wandb.init(mode=mode)
            obs.read("offline", [run.offline, run.disabled])
            run.finish()


@scenario
def init_bad_resume(wandb: Any, obs: Observer) -> None:
    for resume in ("mustt", 3, "", "maybe"):
        with obs.raises(f"resume={resume!r}"):
            wandb.init(resume=resume).finish()


@scenario(since=(0, 22, 0))  # earlier, runs of one id and one second share a log
def init_resume_values(wandb: Any, obs: Observer) -> None:
    for resume in ("allow", "never", "auto", True, False):
        with obs.raises(f"resume={resume!r}"):
            run = wandb.init(id="resumed-run", resume=resume)
            obs.read("resumed", [run.resumed, run.starting_step, run.step])
            run.finish()


@scenario
def init_resume_must_offline(wandb: Any, obs: Observer) -> None:
    with obs.raises("must"):
        run = wandb.init(id="some-run", resume="must")
        obs.read("resumed", [run.resumed, run.step])
        run.finish()


@scenario
def init_resume_without_id(wandb: Any, obs: Observer) -> None:
    for resume in ("allow", "must", "never"):
        with obs.raises(resume):
            wandb.init(resume=resume).finish()


@scenario
def init_resume_from_and_fork_from(wandb: Any, obs: Observer) -> None:
    for keyword in ("resume_from", "fork_from"):
        for value in ("the-run?_step=3", "the-run", "the-run?_step=x", "the-run?_step=-1", "the-run?loss=3", 4):
            with obs.raises(f"{keyword}={value!r}"):
                run = wandb.init(**{keyword: value})
                obs.read("step", run.step)
                run.log({"a": 1})
                run.finish()


@scenario
def init_resume_and_fork_together(wandb: Any, obs: Observer) -> None:
    with obs.raises("resume and fork_from"):
        wandb.init(id="x-y", resume="allow", fork_from="the-run?_step=3").finish()
    with obs.raises("resume_from and fork_from"):
        wandb.init(resume_from="the-run?_step=3", fork_from="the-run?_step=3").finish()
    with obs.raises("fork of itself"):
        wandb.init(id="the-run", fork_from="the-run?_step=3").finish()


@scenario
def init_bad_reinit(wandb: Any, obs: Observer) -> None:
    for reinit in ("create", 3, ""):
        with obs.raises(f"reinit={reinit!r}"):
            wandb.init(reinit=reinit).finish()


@scenario
def init_config_dict(wandb: Any, obs: Observer) -> None:
    config: dict[str, Any] = {
        "lr": 0.1,
        "layers": [1, 2],
        "nested": {"a": {"b": 1}},
        "none": None,
        "flag": True,
        "t": (1, 2),
    }
    run = wandb.init(config=config)
    config["lr"] = 5
    config["layers"].append(3)
    obs.read("lr", run.config.lr)
    obs.read("layers", run.config["layers"])
    obs.read("tuple", run.config["t"])
    obs.read("same object", wandb.config is run.config)
    run.finish()
    obs.read("argument", config)


@scenario
def init_config_namespace(wandb: Any, obs: Observer) -> None:
    run = wandb.init(config=argparse.Namespace(lr=0.1, data=None, items=[1]))
    obs.read("config", dict(run.config))
    run.finish()


@scenario
def init_config_other_types(wandb: Any, obs: Observer) -> None:
    class WithItems:
        def items(self) -> list[Any]:
            return [("a", 1)]

    for label, config in (
        ("number", 3),
        ("list", [1]),
        ("pairs", [("a", 1)]),
        ("simple namespace", types.SimpleNamespace(a=1)),
        ("class", argparse.Namespace),
        ("true", True),
        ("zero", 0),
        ("empty list", []),
        ("empty string", ""),
        ("items", WithItems()),
        ("proxy", types.MappingProxyType({"a": 1})),
    ):
        with obs.raises(label):
            run = wandb.init(config=config)
            obs.read(label, dict(run.config))
            run.finish()


@scenario
def init_config_bad_keys(wandb: Any, obs: Observer) -> None:
    for key in (1, None, ("a",), "", "-dash-", "a.b", "_private", "--", "with space"):
        with obs.raises(f"key {key!r}"):
            run = wandb.init(config={key: 1})
            obs.read(f"{key!r}", dict(run.config))
            run.finish()


@scenario
def init_config_yaml_path(wandb: Any, obs: Observer) -> None:
    with open("config.yaml", "w") as file:
        file.write("lr:\n  value: 0.1\n  desc: rate\nbatch:\n  value: 32\nwandb_version: 1\n")
    run = wandb.init(config="config.yaml")
    obs.read("config", dict(run.config))
    run.finish()


@scenario
def init_config_missing_yaml(wandb: Any, obs: Observer) -> None:
    with obs.raises("missing file"):
        wandb.init(config="nowhere.yaml").finish()


@scenario
def init_config_plain_yaml(wandb: Any, obs: Observer) -> None:
    with open("config.yaml", "w") as file:
        file.write("lr: 0.1\nname: test\n")
    with obs.raises("plain"):
        run = wandb.init(config="config.yaml")
        obs.read("config", dict(run.config))
        run.finish()


@scenario
def init_config_odd_yaml(wandb: Any, obs: Observer) -> None:
    texts = {"empty": "", "broken": "a: [\n", "newer": "wandb_version: 2\na:\n  value: 1\n", "list": "- 1\n"}
    for name, text in texts.items():
        with open(f"{name}.yaml", "w") as file:
            file.write(text)
    os.mkdir("folder.yaml")
    for name in (*texts, "folder"):
        with obs.raises(name):
            run = wandb.init(config=f"{name}.yaml")
            obs.read(name, dict(run.config))
            run.finish()


@scenario
def init_config_of_flags(wandb: Any, obs: Observer) -> None:
    class Flags:
        __module__ = "absl.flags._flagvalues"

        def __dir__(self) -> list[str]:
            return ["lr", "name"]

        def __getitem__(self, name: str) -> Any:
            return types.SimpleNamespace(value=f"<{name}>")

    modules = {name: types.ModuleType(name) for name in ("absl.flags", "tensorflow.python.platform.flags")}
    modules["absl.flags._flagvalues"] = types.ModuleType("absl.flags._flagvalues")
    modules["absl.flags"].FLAGS = Flags()  # type: ignore[attr-defined]
    old = types.SimpleNamespace(FLAGS=argparse.Namespace(__flags={"lr": 0.1}))
    modules["tensorflow.python.platform.flags"].FLAGS = old.FLAGS  # type: ignore[attr-defined]
    with mock.patch.dict(sys.modules, modules):
        for label, config in (("values", Flags()), *modules.items()):
            with obs.raises(label):
                run = wandb.init(config=config)
                obs.read(label, dict(run.config))
                run.finish()


@scenario
def init_config_defaults_file(wandb: Any, obs: Observer) -> None:
    with open("config-defaults.yaml", "w") as file:
        file.write("lr:\n  value: 0.1\nbatch:\n  value: 32\n")
    run = wandb.init(config={"lr": 0.5})
    obs.read("config", dict(run.config))
    run.finish()


@scenario
def init_config_include_and_exclude(wandb: Any, obs: Observer) -> None:
    config = {"a": 1, "b": 2, "c": 3}
    for label, arguments in (
        ("include", {"config_include_keys": ["a", "missing"]}),
        ("exclude", {"config_exclude_keys": ["a"]}),
        ("both", {"config_include_keys": ["a"], "config_exclude_keys": ["b"]}),
    ):
        with obs.raises(label):
            run = wandb.init(config=config, **arguments)
            obs.read(label, dict(run.config))
            run.finish()


@scenario
def init_config_with_helper(wandb: Any, obs: Observer) -> None:
    parsed = wandb.helper.parse_config({"a": 1, "b": 2}, exclude=("b",))
    obs.read("parsed", parsed)
    run = wandb.init(config=parsed)
    run.finish()


@scenario
def init_settings_object(wandb: Any, obs: Observer) -> None:
    settings = wandb.Settings(project="from-settings", run_name="n", run_tags=("t",), run_group="g")
    run = wandb.init(settings=settings)
    obs.read("identity", identity(run))
    run.finish()


@scenario
def init_settings_dict(wandb: Any, obs: Observer) -> None:
    run = wandb.init(settings={"project": "p", "run_notes": "n", "run_job_type": "j", "entity": "e"})
    obs.read("identity", identity(run))
    run.finish()


@scenario
def init_keywords_beat_settings(wandb: Any, obs: Observer) -> None:
    run = wandb.init(project="keyword", settings=wandb.Settings(project="settings", run_name="settings"))
    obs.read("identity", identity(run))
    run.finish()


@scenario
def init_bad_settings(wandb: Any, obs: Observer) -> None:
    for label, settings in (
        ("unknown key", {"projct": "p"}),
        ("wrong type", {"project": 3}),
        ("number", 3),
        ("text", "x"),
        ("list", [1]),
    ):
        with obs.raises(label):
            run = wandb.init(settings=settings)
            obs.read(label, run.project)
            run.finish()


@scenario
def init_dir(wandb: Any, obs: Observer) -> None:
    os.mkdir("elsewhere")
    run = wandb.init(dir="elsewhere")
    obs.read("dir exists", os.path.isdir(run.dir))
    run.finish()
    with obs.raises("number"):
        wandb.init(dir=3).finish()
    with obs.raises("path"):
        wandb.init(dir=pathlib.Path("elsewhere")).finish()


@scenario
def init_force_offline(wandb: Any, obs: Observer) -> None:
    run = wandb.init(force=False)
    obs.read("offline", run.offline)
    run.finish()


@scenario
def init_anonymous(wandb: Any, obs: Observer) -> None:
    for value in ("allow", "must", True):
        with obs.raises(f"anonymous={value!r}"):
            wandb.init(anonymous=value).finish()


@scenario
def init_tensorboard_and_gym_off(wandb: Any, obs: Observer) -> None:
    run = wandb.init(tensorboard=False, sync_tensorboard=False, monitor_gym=False, save_code=False)
    run.log({"a": 1})
    run.finish()


@scenario
def init_allow_val_change(wandb: Any, obs: Observer) -> None:
    with wandb.init(config={"a": 1}, allow_val_change=True) as run:
        with obs.raises("change"):
            run.config["a"] = 2
        obs.read("a", run.config.a)


@scenario
def init_unusable_config_values(wandb: Any, obs: Observer) -> None:
    with obs.raises("object"):
        run = wandb.init(config={"o": object})
        obs.read("o", type(run.config.o).__name__)
        run.finish()
    with obs.raises("histogram"):
        wandb.init(config={"h": wandb.Histogram(np_histogram=([1], [0, 1]))}).finish()
    obs.read("run", wandb.run is None)


@scenario
def init_failure_leaves_no_run(wandb: Any, obs: Observer) -> None:
    with obs.raises("bad project"):
        wandb.init(project="a/b")
    obs.read("run", wandb.run)
    with obs.raises("log"):
        wandb.log({"a": 1})
    run = wandb.init(project="good")
    obs.read("project", wandb.run.project)
    run.finish()
