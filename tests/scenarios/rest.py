"""The rest of what a run and the module can do: settings, login, attaching, pickling, the terminal, small helpers."""

from __future__ import annotations

import copy
import os
import pickle
import queue
import types
from typing import Any

from tests.scenarios import Observer, scenario

# ---- the run


@scenario
def rest_methods_of_a_run(wandb: Any, obs: Observer) -> None:
    with wandb.init(project="p", id="run-a", entity="e") as run:
        obs.ask("status", lambda: type(run.status()).__name__)
        obs.ask("status fields", lambda: vars(run.status()))
        obs.ask("status with argument", lambda: run.status(1))
        obs.ask("to_html", lambda: run.to_html())
        obs.ask("to_html hidden", lambda: run.to_html(100, hidden=True))
        obs.ask("to_html keyword", lambda: run.to_html(width=1))
        obs.ask("display", lambda: run.display(100, True))
        obs.ask("write_logs", lambda: run.write_logs("text"))
        obs.ask("write_logs without", lambda: run.write_logs())
        obs.ask("write_logs number", lambda: run.write_logs(3))
        obs.ask("mark_preempting", lambda: run.mark_preempting(1))
        obs.ask("repr_mimebundle", lambda: sorted(run._repr_mimebundle_()))
    for name in ("status", "to_html", "display", "mark_preempting"):
        obs.ask(f"finished {name}", lambda: type(getattr(run, name)()).__name__)
    obs.ask("finished write_logs", lambda: run.write_logs("late"))


@scenario
def rest_pinned_config_keys(wandb: Any, obs: Observer) -> None:
    with wandb.init(config={"a": 1}) as run:
        obs.ask("list", lambda: run.pin_config_keys(["a", "b"]))
        obs.ask("nothing", lambda: run.pin_config_keys())
        obs.ask("text", lambda: run.pin_config_keys("ab"))
        obs.ask("numbers", lambda: run.pin_config_keys([1]))
        obs.ask("none", lambda: run.pin_config_keys(None))
        obs.ask("module", lambda: wandb.pin_config_keys(["a"]))
        obs.read("config", dict(run.config))
    obs.ask("finished", lambda: run.pin_config_keys(["a"]))


@scenario
def rest_config_static(wandb: Any, obs: Observer) -> None:
    with wandb.init(config={"a": 1, "b": {"c": 2}}) as run:
        static = run.config_static
        obs.read("repr", repr(static))
        obs.read("values", [static.a, static["b"], "a" in static, sorted(static.keys())])
        obs.ask("missing", lambda: static.nonsense)
        obs.ask("missing item", lambda: static["nonsense"])
        with obs.raises("assign"):
            static.a = 2
        with obs.raises("assign item"):
            static["a"] = 2
        run.config.d = 3
        obs.ask("later", lambda: static.d)
        obs.ask("dict", lambda: dict(static))


@scenario
def rest_parts_copied_and_pickled(wandb: Any, obs: Observer) -> None:
    with wandb.init(id="run-a", config={"a": 1, "b": {"c": [2]}}) as run:
        run.log({"loss": 0.5})
        run.summary["best"] = {"x": 1}
        obs.ask("copied run", lambda: copy.copy(run) is run)
        obs.ask("deep copied run", lambda: copy.deepcopy(run) is run)
        obs.ask("in a dict", lambda: copy.deepcopy({"run": run})["run"] is run)
        for name, part in (
            ("config", run.config),
            ("summary", run.summary),
            ("nested summary", run.summary["best"]),
            ("config method", run.config.update),
            ("static", run.config_static),
        ):
            obs.ask(f"{name} copied", lambda: type(copy.copy(part)).__name__)
            obs.ask(f"{name} deep copied", lambda: type(copy.deepcopy(part)).__name__)
            obs.ask(f"{name} dumped", lambda: type(pickle.dumps(part)).__name__)
            obs.ask(f"{name} loaded", lambda: type(pickle.loads(pickle.dumps(part))).__name__)
        obs.ask("deep copied dict", lambda: copy.deepcopy(dict(run.config)))
        obs.ask("pickled settings", lambda: pickle.loads(pickle.dumps(run.settings)).run_id)
        obs.ask("deep copied settings", lambda: copy.deepcopy(run.settings) == run.settings)


@scenario
def rest_attaching(wandb: Any, obs: Observer) -> None:
    with wandb.init(project="p", id="run-a", name="n", config={"a": 1}) as run:
        run.log({"x": 1})
        run.summary["s"] = 1
        attached = wandb.attach("run-a")
        obs.read("same", [attached is run, wandb.run is attached, type(attached) is type(run)])
        obs.read("identity", [attached.id, attached.project, attached.name, attached.offline, attached.resumed])
        obs.ask("config", lambda: dict(attached.config))
        obs.ask("summary", lambda: attached.summary.get("s"))
        attached.config.b = 2
        obs.ask("config there", lambda: dict(attached.config))
        attached.log({"x": 2})
        run.log({"x": 3})
        wandb.log({"x": 4})
        attached.log({"x": 5}, step=9)
        attached.define_metric("x", summary="max")
        attached.summary["t"] = 2
        obs.ask("run id", lambda: wandb.attach(run_id="run-a").id)
        obs.ask("unknown", lambda: wandb.attach("nonsense"))
        obs.ask("run", lambda: wandb.attach(run=run).id)
        obs.ask("private", lambda: wandb._attach("run-a").id)
    obs.read("run", wandb.run is None)


@scenario
def rest_attached_run_that_is_finished(wandb: Any, obs: Observer) -> None:
    run = wandb.init(project="p", id="run-a")
    attached = wandb.attach("run-a")
    attached.log({"x": 1})
    attached.finish()
    obs.read("run", wandb.run is None)
    obs.ask("finished", lambda: attached.log({"x": 2}))
    obs.ask("id", lambda: run.id)


# ---- the module


@scenario
def rest_login(wandb: Any, obs: Observer) -> None:
    before = set(os.environ)
    obs.ask("plain", lambda: wandb.login())
    obs.ask("key", lambda: wandb.login(key="0123456789" * 4))
    obs.ask("short key", lambda: wandb.login(key="short"))
    obs.ask("positional", lambda: wandb.login("0123456789" * 4, True, "https://example.com", True, 3))
    obs.ask("host", lambda: wandb.login(host="nonsense"))
    obs.ask("keyword", lambda: wandb.login(password="x"))
    obs.ask("anonymous", lambda: wandb.login(anonymous="must"))
    obs.ask("prompt", lambda: wandb.login(prompt=False))
    obs.read("environment", sorted(set(os.environ) - before))
    obs.read("netrc", os.path.exists(os.path.expanduser("~/.netrc")))
    with wandb.init():
        obs.ask("in a run", lambda: wandb.login())


@scenario
def rest_require(wandb: Any, obs: Observer) -> None:
    for label, arguments, keywords in (
        ("none", (), {}),
        ("core", ("core",), {}),
        ("service", ("service",), {}),
        ("several", (["core", "require"],), {}),
        ("experiment", (), {"experiment": "core"}),
        ("version", ("core@beta",), {}),
        ("unknown", ("nonsense",), {}),
        ("dashes", ("wandb-service@beta",), {}),
        ("number", (3,), {}),
        ("keyword", (), {"feature": "x"}),
    ):
        obs.ask(label, lambda: wandb.require(*arguments, **keywords))


@scenario
def rest_ensure_configured(wandb: Any, obs: Observer) -> None:
    obs.ask("first", lambda: wandb.ensure_configured())
    obs.ask("again", lambda: wandb.ensure_configured())
    obs.ask("argument", lambda: wandb.ensure_configured(1))
    obs.ask("api key", lambda: wandb.api.api_key)


@scenario
def rest_helper(wandb: Any, obs: Observer) -> None:
    parse = wandb.helper.parse_config
    obs.ask("dict", lambda: parse({"a": 1, "b": 2}, exclude=["a"]))
    obs.ask("include", lambda: parse({"a": 1, "b": 2}, include=["a"]))
    obs.ask("both", lambda: parse({"a": 1}, include=["a"], exclude=["a"]))
    obs.ask("namespace", lambda: parse(types.SimpleNamespace(a=1)))
    obs.ask("number", lambda: parse(3))
    obs.ask("file", lambda: parse("nonsense.yaml"))
    obs.ask("before init", lambda: parse(wandb.config))
    with wandb.init(config={"a": 1}) as run:
        obs.ask("config", lambda: parse(run.config))


@scenario
def rest_setup_and_teardown(wandb: Any, obs: Observer) -> None:
    setup = wandb.setup()
    obs.read("same", wandb.setup() is setup)
    obs.ask("settings", lambda: type(setup.settings).__name__)
    obs.ask("project", lambda: wandb.setup(wandb.Settings(project="q")).settings.project)
    obs.ask("run", lambda: setup.most_recent_active_run)
    obs.ask("bad settings", lambda: type(wandb.setup(settings=3)).__name__)
    obs.ask("keyword", lambda: wandb.setup(nonsense=1))
    run = wandb.init()
    obs.read("project", run.project)
    obs.read("active", wandb.setup().most_recent_active_run is run)
    obs.ask("teardown", lambda: wandb.teardown())
    obs.ask("teardown again", lambda: wandb.teardown(exit_code=3))
    obs.ask("bad exit code", lambda: wandb.teardown("x"))
    obs.ask("after", lambda: wandb.setup().settings.project)


@scenario
def rest_terminal(wandb: Any, obs: Observer) -> None:
    wandb.termwarn("first")
    wandb.termwarn("first")
    wandb.termwarn("once", repeat=False)
    wandb.termwarn("once", repeat=False)
    wandb.termerror("error")
    wandb.termerror("no line", newline=False)
    wandb.termlog("log")
    wandb.termlog()
    for label, call in (
        ("no text", lambda: wandb.termwarn()),
        ("keyword", lambda: wandb.termwarn("x", colour=1)),
        ("prefix", lambda: wandb.termlog("x", prefix=False)),
        ("number", lambda: wandb.termwarn(3)),
        ("list", lambda: wandb.termerror(["x"])),
        ("none", lambda: wandb.termlog(None)),
        ("lines", lambda: wandb.termwarn("a\nb")),
    ):
        obs.ask(label, call)
    wandb.util.logger.debug("nothing")


@scenario
def rest_deprecated_api(wandb: Any, obs: Observer) -> None:
    obs.read("type", type(wandb.api).__name__)
    obs.ask("key", lambda: wandb.api.api_key)
    obs.ask("unknown", lambda: wandb.api.nonsense)
    os.environ["WANDB_API_KEY"] = "0123456789" * 4
    obs.ask("key of the environment", lambda: wandb.api.api_key)


@scenario
def rest_errors(wandb: Any, obs: Observer) -> None:
    names = sorted(name for name in dir(wandb.errors) if name[0].isupper())
    obs.read("names", names)
    for name in names:
        kind = getattr(wandb.errors, name)
        obs.read(name, [kind.__module__, [base.__name__ for base in kind.__mro__]])
        obs.ask(f"{name} made", lambda: str(kind("text")))
        obs.ask(f"{name} repr", lambda: repr(kind("text")))
        obs.ask(f"{name} pickled", lambda: repr(pickle.loads(pickle.dumps(kind("text")))))
        obs.ask(f"{name} empty", lambda: repr(kind()))
        obs.ask(f"{name} two", lambda: repr(kind("a", 1)))
    obs.read("message", getattr(wandb.errors.Error("text"), "message", None))
    obs.read("context", getattr(wandb.errors.Error("text"), "context", "none"))
    obs.read("top", [wandb.Error is wandb.errors.Error, wandb.CommError is wandb.errors.CommError])
    obs.ask("cause", lambda: wandb.errors.CommError("x", ValueError("y")).exc)


@scenario
def rest_names_of_the_environment(wandb: Any, obs: Observer) -> None:
    names = sorted(name for name in dir(wandb.env) if name.isupper())
    obs.read("names", {name: getattr(wandb.env, name) for name in names if isinstance(getattr(wandb.env, name), str)})
    for name in ("get_project", "get_entity", "get_base_url", "is_debug", "get_silent", "should_save_code"):
        obs.ask(name, lambda: getattr(wandb.env, name)())
        obs.ask(f"{name} of a dict", lambda: getattr(wandb.env, name)(env={"WANDB_PROJECT": "p", "WANDB_DEBUG": "1"}))
    obs.ask("is_offline", lambda: wandb.env.is_offline({"WANDB_MODE": "offline"}))
    obs.ask("strtobool", lambda: [wandb.env.strtobool(text) for text in ("yes", "0", "on")])
    obs.ask("strtobool of nonsense", lambda: wandb.env.strtobool("perhaps"))
    obs.ask("get_dir", lambda: wandb.env.get_dir("x"))
    obs.ask("immutable keys", lambda: sorted(wandb.env.immutable_keys()))
    obs.ask("disable_git", lambda: wandb.env.disable_git())


@scenario
def rest_seldom_used_names_of_util(wandb: Any, obs: Observer) -> None:
    util = wandb.util
    for address in ("https://api.wandb.ai", "http://api.mine.org/", "http://localhost:8080", "https://api.wandb.test"):
        obs.ask(f"app_url {address}", lambda: [util.app_url(address), util.api_to_app_url(address)])
    os.environ["WANDB_APP_URL"] = "https://mine/"
    obs.ask("app_url told", lambda: util.app_url("https://api.wandb.ai"))
    obs.ask("class_colors", lambda: util.class_colors(4))
    obs.ask("class_colors of one", lambda: util.class_colors(1))
    obs.ask("find_runner", lambda: util.find_runner("nowhere"))
    obs.ask("tfjob", lambda: util.parse_tfjob_config())
    os.environ["TF_CONFIG"] = "{"
    obs.ask("broken tfjob", lambda: util.parse_tfjob_config())
    os.environ["TF_CONFIG"] = '{"a": 1}'
    obs.ask("good tfjob", lambda: util.parse_tfjob_config())
    del os.environ["TF_CONFIG"]
    numbers: queue.Queue[int] = queue.Queue()
    for number in range(5):
        numbers.put(number)
    obs.ask("some of a queue", lambda: util.read_many_from_queue(numbers, 2, 0.1))
    obs.ask("the rest of a queue", lambda: util.read_many_from_queue(numbers, 9, 0.1))
    obs.ask("an empty queue", lambda: util.read_many_from_queue(numbers, 2, 0.01))
    obs.ask("async_call", lambda: util.async_call(lambda a: a + 1, 5)(1)[0])
    obs.ask("async_call that fails", lambda: util.async_call(lambda a: a + 1, 5)("x"))
    obs.ask("rand_alphanumeric", lambda: len(util.rand_alphanumeric(5)))
    obs.ask("old files", lambda: [util.check_and_warn_old([]), util.check_and_warn_old(["wandb-metadata.json"])])


# ---- settings


def _settings(obs: Observer, label: str, question: Any) -> None:
    obs.ask(label, question)


@scenario
def rest_settings_methods(wandb: Any, obs: Observer) -> None:
    settings = wandb.Settings(project="p", run_id="run-a", mode="offline")
    obs.ask("set", lambda: sorted(settings.model_fields_set))
    obs.ask("dump", lambda: sorted(settings.model_dump(exclude_unset=True)))
    obs.ask("dump of some", lambda: settings.model_dump(include={"project", "run_id"}))
    obs.ask("old dump", lambda: settings.dict(include={"project"}))
    obs.ask("copy", lambda: settings.copy(update={"project": "q"}).project)
    obs.ask("model copy", lambda: settings.model_copy(update={"project": "q"}).project)
    obs.ask("json", lambda: settings.model_dump_json(include={"project", "run_id"}))
    obs.ask("fields", lambda: len(wandb.Settings.model_fields))
    obs.ask("validate", lambda: wandb.Settings.model_validate({"project": "p"}).project)
    obs.ask("validate nonsense", lambda: wandb.Settings.model_validate({"project": 3}))
    obs.ask("construct", lambda: wandb.Settings.model_construct(project="p").project)
    obs.ask("iterate", lambda: dict(settings)["project"])
    obs.ask("deep copy", lambda: copy.deepcopy(settings) == settings)
    obs.ask("pickle", lambda: pickle.loads(pickle.dumps(settings)) == settings)
    obs.ask("in a set", lambda: {settings})
    obs.ask("item", lambda: settings["project"])
    obs.ask("keys", lambda: settings.keys())
    obs.ask("update", lambda: settings.update(project="q"))
    obs.ask("positional", lambda: wandb.Settings({"project": "p"}))
    obs.ask("update_from_dict", lambda: settings.update_from_dict({"project": "r", "run_name": None}))
    obs.ask("updated", lambda: settings.project)
    obs.ask("update_from_dict unknown", lambda: settings.update_from_dict({"nonsense": 1}))
    obs.ask("update_from_dict wrong", lambda: settings.update_from_dict({"project": 3}))
    obs.ask("update_from_settings", lambda: settings.update_from_settings(wandb.Settings(run_name="n")))
    obs.ask("name", lambda: settings.run_name)
    obs.ask("update_from_env_vars", lambda: settings.update_from_env_vars({"WANDB_NOTES": "t", "WANDB_TAGS": "a,b"}))
    obs.ask("of variables", lambda: [settings.run_notes, settings.run_tags])
    obs.ask("update_from_env_vars wrong", lambda: settings.update_from_env_vars({"WANDB_MODE": "sideways"}))


@scenario
def rest_settings_properties(wandb: Any, obs: Observer) -> None:
    for label, given in (
        ("offline", {"mode": "offline", "project": "p", "entity": "e", "run_id": "run-a"}),
        ("online", {"mode": "online", "project": "p q", "entity": "e", "run_id": "run-a", "sweep_id": "s"}),
        ("elsewhere", {"base_url": "http://localhost:8080", "project": "p", "entity": "e", "run_id": "run-a"}),
        ("shared", {"mode": "shared"}),
        ("disabled", {"mode": "disabled"}),
        ("nothing", {}),
    ):
        settings = wandb.Settings(**given)
        names = (
            "app_url deployment is_local project_url run_url sweep_url run_mode files_dir log_dir sync_dir sync_file"
            " wandb_dir resume_fname settings_workspace colab_url _offline _noop _shared _jupyter log_user log_internal"
        )
        for name in names.split():
            obs.ask(f"{label} {name}", lambda: getattr(settings, name))


@scenario
def rest_settings_that_are_checked(wandb: Any, obs: Observer) -> None:
    for given in (
        {"project": "a/b"},
        {"project": "x" * 129},
        {"project": None},
        {"entity": 3},
        {"run_id": ""},
        {"run_id": " x"},
        {"run_id": "x" * 129},
        {"run_tags": "a"},
        {"run_tags": ["a", "a"]},
        {"run_tags": [""]},
        {"run_tags": [1]},
        {"run_group": 3},
        {"run_name": "x" * 129},
        {"base_url": "nonsense"},
        {"base_url": "https://app.wandb.ai"},
        {"base_url": "http://api.wandb.ai"},
        {"api_key": "short"},
        {"api_key": "x" * 39},
        {"api_key": " "},
        {"console": "sideways"},
        {"console": "off"},
        {"init_timeout": -1},
        {"init_timeout": "7"},
        {"init_timeout": 1.5},
        {"x_stats_sampling_interval": 0.01},
        {"x_stats_sampling_interval": "x"},
        {"_stats_sampling_interval": 10.0},
        {"resume": "perhaps"},
        {"resume": True},
        {"resume_from": "nonsense"},
        {"fork_from": "abc?_step=x"},
        {"fork_from": "abc?_step=3", "resume": "must"},
        {"fork_from": "abc?_step=3", "resume_from": "abc?_step=3"},
        {"reinit": 3},
        {"ignore_globs": "a"},
        {"ignore_globs": ["a"]},
        {"program": 3},
        {"root_dir": "nowhere"},
        {"root_dir": 3},
        {"sweep_id": ""},
        {"sweep_param_path": 3},
        {"http_proxy": "nonsense"},
        {"save_code": "yes"},
        {"save_code": "perhaps"},
        {"silent": 2},
        {"anonymous": "allow"},
        {"nonsense": 1, "project": 3},
        {"x_extra_http_headers": {"a": 1}},
        {"service_wait": 1},
        {"max_end_of_run_history_metrics": 1.0},
    ):
        name = next(iter(given))
        obs.ask(
            f"Settings({given})",
            lambda: getattr(wandb.Settings(**given), name.replace("_stats", "x_stats", 1) if name[0] == "_" else name),
        )


@scenario
def rest_setup_and_attach_misused(wandb: Any, obs: Observer) -> None:
    with obs.raises("setup with a dict"):
        wandb.setup({"project": "p"})
    wandb.setup()
    with obs.raises("setup again with a dict"):
        wandb.setup({"project": "p"})
    with obs.raises("attach with an unknown keyword"):
        wandb.attach(unknown=1)
    with obs.raises("attach with too many"):
        wandb.attach(1, 2, 3)
    obs.read("what setup returns", type(wandb.setup(wandb.Settings(project="q"))).__name__)
    with wandb.init() as run:
        obs.read("project", run.project)
