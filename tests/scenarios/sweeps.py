"""Sweeps and their agents.

The real client talks to a service that answers from memory here: it hands out the configs that the program names, in
their order.  All else (checks, messages, threads, variables, what becomes of the runs) is the client's own.  Under the
patch nothing stands in for the service: there the sweep itself has to find the same configs.
"""

from __future__ import annotations

import contextlib
import io
import itertools
import json
import os
import re
import threading
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any
from unittest import mock

from tests.scenarios import Observer, scenario

# The real client gets its answers from what takes the place of its service, which older releases do not ask.
ANSWERS = (0, 27, 2)
# Earlier, the agent never ends where nobody answers.
ENDS = (0, 30, 0)

GRID = {"method": "grid", "parameters": {"a": {"values": [1, 2, 3, 4, 5]}}}
CONFIGS = [{"a": value} for value in (1, 2, 3, 4, 5)]
_SWEEP_ID = "abcd1234"
_numbers = itertools.count()
# How often an agent without a trial asks before it gets one.
_PATIENCE = 4
# What agents say; runs print besides, about where their files are.
_OF_AGENTS = ("Agent ", "Sweep ", "Job ", "Run ", "Detected ", "To disable ", "To change ", "Expected ", "\t")


class _Service:
    """What answers the real client's questions about sweeps."""

    def __init__(self, configs: list[dict[str, Any]], warnings: list[str]) -> None:
        self._configs = configs
        self._warnings = warnings
        self._given = 0
        self._asked: dict[str, int] = {}

    def __call__(
        self, api: Any, query: str, variables: Any = None, timeout: Any = None, *, parse: Any = json.loads, **_: Any
    ) -> Any:
        operation = re.findall(r"(?:mutation|query)\s+(\w+)", query)[0]
        return parse(json.dumps(getattr(self, operation)(variables or {})))

    def GetDefaultEntity(self, _: Any) -> Any:
        return {"viewer": {"id": "v", "entity": "test-entity"}}

    def UpsertSweep(self, asked: Any) -> Any:
        entity = {"id": "e", "name": asked["entityName"] or "test-entity"}
        project = {"id": "p", "name": asked["projectName"] or "uncategorized", "entity": entity}
        sweep = {"name": _SWEEP_ID, "project": project}
        return {"upsertSweep": {"sweep": sweep, "configValidationWarnings": self._warnings}}

    def CreateAgent(self, asked: Any) -> Any:
        if asked["sweep"] != _SWEEP_ID:
            path = "/".join((asked["entityName"] or "test-entity", asked["projectName"], asked["sweep"]))
            raise _refusal(f"could not find sweep {path} during createAgent", 404)
        return {"createAgent": {"agent": {"id": f"agent{next(_numbers)}"}}}

    def Heartbeat(self, asked: Any) -> Any:
        # An agent that is about to leave shall not take a config along: only one that goes on asks that often.
        agent = asked["id"]
        self._asked[agent] = 0 if json.loads(asked["runState"]) else self._asked.get(agent, 0) + 1
        commands: list[Any] = []
        if self._asked[agent] == _PATIENCE:
            self._asked[agent] = 0
            commands = [self._next()]
        return {"agentHeartbeat": {"agent": {"id": "agent"}, "commands": json.dumps(commands)}}

    def _next(self) -> Any:
        if self._given == len(self._configs):
            return {"type": "exit"}
        values = self._configs[self._given]
        self._given += 1
        arguments = {name: {"value": value} for name, value in values.items()}
        return {"type": "run", "run_id": f"trial{next(_numbers):03}", "args": arguments, "program": ""}


def _refusal(message: str, status: int) -> Exception:
    from wandb.proto import wandb_api_pb2
    from wandb.sdk.lib.service.service_connection import WandbApiFailedError

    response = wandb_api_pb2.ApiErrorResponse(message=message, http_status=status)
    error: Exception = WandbApiFailedError(message, response=response)
    return error


def _serve(wandb: Any, configs: list[dict[str, Any]], warnings: list[str]) -> None:
    """Put the service behind the real client; every program has a process of its own there."""
    # The client wants some key before it asks anything.
    os.environ["WANDB_API_KEY"] = "0" * 40
    if isinstance(wandb.sweep, mock.NonCallableMock):
        return
    from wandb.agents import pyagent
    from wandb.apis.public.service_api import ServiceApi

    service = _Service(configs, warnings)
    setattr(ServiceApi, "execute_graphql", lambda api, *args, **kwargs: service(api, *args, **kwargs))  # noqa: B010
    setattr(ServiceApi, "authenticate", lambda *args, **kwargs: None)  # noqa: B010
    setattr(pyagent.Agent, "HEARTBEAT_SLEEP_SECONDS", 0.01)  # noqa: B010


def begin(
    wandb: Any,
    obs: Observer,
    config: Any = GRID,
    *args: Any,
    given: list[dict[str, Any]] = CONFIGS,
    warnings: list[str] | None = None,
    **options: Any,
) -> str:
    """Make a sweep and note what is printed."""
    _serve(wandb, given, warnings or [])
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        sweep_id: str = wandb.sweep(config, *args, **options)
    obs.generated(sweep_id)
    obs.read("printed", printed.getvalue().replace(sweep_id, "SWEEP").splitlines())
    return sweep_id


@contextlib.contextmanager
def said(wandb: Any, obs: Observer) -> Iterator[None]:
    """Note what the client tells the terminal while the block runs, in order."""
    texts: list[str] = []
    before = {name: getattr(wandb, name) for name in ("termlog", "termerror")}

    def spy(name: str) -> Callable[..., Any]:
        def note(text: str = "", *args: Any, **kwargs: Any) -> None:
            if text.startswith(_OF_AGENTS):
                texts.append(re.sub(r"(Run:?) [a-z0-9]{8}\b", r"\1 ID", f"{name} {text}"))

        return note

    for name in before:
        setattr(wandb, name, spy(name))
    try:
        yield
    finally:
        for name, function in before.items():
            setattr(wandb, name, function)
        obs.read("said", texts)


def variables() -> list[str]:
    """Return the variables that the agent sets, and those that were there; one is the client's service's own."""
    return sorted(name for name in os.environ if name.startswith("WANDB_") and name != "WANDB_SERVICE")


@scenario(since=ENDS)
def sweep_of_all_its_configs(wandb: Any, obs: Observer) -> None:
    sweep_id = begin(wandb, obs, project="p")

    def train() -> None:
        with wandb.init(config={"a": 9, "b": 2}) as run:
            thread = threading.current_thread()
            obs.read("thread", [thread is threading.main_thread(), thread.daemon, re.sub(r"\d+", "N", thread.name)])
            obs.read("run", [run.id == os.environ["WANDB_RUN_ID"], run.sweep_id == sweep_id, run.project, run.entity])
            obs.read("config", [dict(run.config), str(run.config_static)])
            obs.read("variables", variables())
            run.log({"loss": run.config.a * 2})

    with said(wandb, obs):
        obs.read("returns", wandb.agent(sweep_id, train))
    obs.read("left", variables())
    obs.read("project", [os.environ["WANDB_PROJECT"], os.environ["WANDB_ENTITY"]])
    obs.read("wandb.run", wandb.run)


@scenario(since=ENDS)
def sweep_with_a_count(wandb: Any, obs: Observer) -> None:
    sweep_id = begin(wandb, obs, project="p")
    seen: list[int] = []

    def train() -> None:
        with wandb.init() as run:
            seen.append(run.config["a"])

    for count in (2, 1.0, 0):
        with said(wandb, obs):
            wandb.agent(sweep_id, function=train, count=count)
        obs.read(f"count {count}", list(seen))


@scenario(since=ANSWERS)
def sweep_config_is_locked(wandb: Any, obs: Observer) -> None:
    config = {
        "method": "grid",
        "parameters": {"a": {"value": 1}, "n": {"parameters": {"x": {"values": [0.1]}, "y": {"value": "t"}}}},
    }
    sweep_id = begin(wandb, obs, config, given=[{"a": 1, "n": {"x": 0.1, "y": "t"}}], project="p")

    def train() -> None:
        run = wandb.init(config={"a": 7, "n": {"x": 5, "z": 6}, "other": 1})
        obs.read("at first", dict(run.config))
        run.config.a = 2
        run.config.update({"a": 3, "new": 1})
        run.config.update({"a": 4}, allow_val_change=True)
        run.config.setdefaults({"a": 5, "default": 1})
        wandb.config.n = 3
        obs.read("then", dict(run.config))

    wandb.agent(sweep_id, train)


@scenario(since=ANSWERS)
def sweep_ignores_the_path_of_a_trial(wandb: Any, obs: Observer) -> None:
    sweep_id = begin(wandb, obs, project="p", entity="team")

    def train() -> None:
        run = wandb.init(project="other", entity="somebody", id="mine", name="named", group="g")
        obs.read("run", [run.project, run.entity, run.id == "mine", run.name, run.group])

    wandb.agent(sweep_id, train, count=1)
    run = wandb.init(project="other", id="after")
    obs.read("after", [run.project, run.id, run.sweep_id, dict(run.config)])
    run.finish()


@scenario(since=ENDS)
def sweep_whose_trials_fail(wandb: Any, obs: Observer) -> None:
    sweep_id = begin(wandb, obs, project="p")

    def train() -> None:
        with wandb.init() as run:
            run.log({"x": 1})
            raise ValueError(f"no {run.config.a}")

    with said(wandb, obs):
        wandb.agent(sweep_id, train)


@scenario(since=ENDS)
def sweep_with_one_failure(wandb: Any, obs: Observer) -> None:
    sweep_id = begin(wandb, obs, project="p")

    def train() -> None:
        run = wandb.init()
        run.log({"x": run.config.a})
        if run.config.a == 2:
            raise ValueError

    with said(wandb, obs):
        wandb.agent(sweep_id, train)


@scenario(since=ANSWERS)
def sweep_that_gives_up(wandb: Any, obs: Observer) -> None:
    def train() -> None:
        wandb.init()
        raise RuntimeError("out of memory")

    # A sweep for each, with more configs than are tried: agents that leave may have asked for another.
    sweep_id = begin(wandb, obs, project="p")
    with said(wandb, obs):
        wandb.agent(sweep_id, train, max_consecutive_failed_runs=2)
    sweep_id = begin(wandb, obs, project="p")
    os.environ["WANDB_AGENT_MAX_INITIAL_FAILURES"] = "1"
    with said(wandb, obs):
        wandb.agent(sweep_id, train)
    del os.environ["WANDB_AGENT_MAX_INITIAL_FAILURES"]
    sweep_id = begin(wandb, obs, project="p")
    os.environ["WANDB_AGENT_DISABLE_FLAPPING"] = "true"
    with said(wandb, obs):
        wandb.agent(sweep_id, train)
    del os.environ["WANDB_AGENT_DISABLE_FLAPPING"]


@scenario(since=ANSWERS)
def sweep_trials_that_leave_their_run_open(wandb: Any, obs: Observer) -> None:
    sweep_id = begin(wandb, obs, project="p")
    runs: list[Any] = []

    def train() -> None:
        runs.append(wandb.init(reinit="create_new"))
        runs[-1].log({"x": len(runs)})

    with said(wandb, obs):
        wandb.agent(sweep_id, train, count=2)
    with obs.raises("log"):
        runs[0].log({"x": 9})
    with obs.raises("finish"):
        runs[0].finish()
    obs.read("wandb.run", wandb.run)


@scenario(since=ANSWERS)
def sweep_trials_without_a_run(wandb: Any, obs: Observer) -> None:
    sweep_id = begin(wandb, obs, project="p")
    seen: list[Any] = []
    with said(wandb, obs):
        wandb.agent(sweep_id, lambda: seen.append(wandb.run), count=2)
    obs.read("seen", seen)


@scenario(since=ANSWERS)
def sweep_trial_with_two_runs(wandb: Any, obs: Observer) -> None:
    sweep_id = begin(wandb, obs, project="p")

    def train() -> None:
        for number in (1, 2):
            with wandb.init() as run:
                run.log({"x": number})
                obs.read("same id", [run.id == os.environ["WANDB_RUN_ID"], dict(run.config)])

    wandb.agent(sweep_id, train, count=1)


@scenario(since=ANSWERS)
def sweep_ends_the_run_that_was_open(wandb: Any, obs: Observer) -> None:
    outer = wandb.init(project="outer", id="outer-run")
    outer.log({"x": 1})
    sweep_id = begin(wandb, obs, project="p")

    def train() -> None:
        obs.read("still there", wandb.run is outer)
        with wandb.init() as run:
            obs.read("another", run is not outer)

    wandb.agent(sweep_id, train, count=1)
    with obs.raises("log"):
        outer.log({"x": 2})
    with obs.raises("step"):
        outer.step  # noqa: B018
    with obs.raises("summary"):
        outer.summary["x"]
    with obs.raises("config"):
        outer.config.update({"b": 1})
    with obs.raises("finish"):
        outer.finish()


@scenario(since=ANSWERS)
def sweep_agent_inside_a_trial(wandb: Any, obs: Observer) -> None:
    sweep_id = begin(wandb, obs, project="p")

    def inner() -> None:
        with wandb.init() as run:
            obs.read("inner", [dict(run.config), run.sweep_id == sweep_id])

    def outer() -> None:
        run = wandb.init()
        obs.read("outer", dict(run.config))
        wandb.agent(sweep_id, inner, count=1)
        obs.read("variables", variables())
        with obs.raises("log"):
            run.log({"x": 1})

    wandb.agent(sweep_id, outer, count=1)


@scenario(since=ANSWERS)
def sweep_as_transformers_makes_it(wandb: Any, obs: Observer) -> None:
    config = {"method": "grid", "parameters": {"lr": {"values": [0.1, 0.2]}}, "metric": {"name": "eval/loss"}}
    sweep_id = begin(wandb, obs, config, given=[{"lr": 0.1}, {"lr": 0.2}], project="p", entity=None)

    def objective() -> None:
        run = wandb.run if wandb.run else wandb.init()
        run.config.update({"assignments": {}, "metric": "eval/loss"})
        items = vars(wandb.config)["_items"]
        obs.read("items", {key: items[key] for key in items if key != "_wandb"})
        run.log({"eval/loss": items["lr"] * 2})

    wandb.env.set_entity("team")
    wandb.agent(sweep_id, function=objective, count=2, entity="test-entity")


@scenario(since=ANSWERS)
def sweep_of_disabled_runs(wandb: Any, obs: Observer) -> None:
    sweep_id = begin(wandb, obs, project="p")

    def train() -> None:
        run = wandb.init(mode="disabled", config={"b": 2})
        obs.read("run", [dict(run.config), run.sweep_id == sweep_id, run.project, run.entity])
        run.finish()

    wandb.agent(sweep_id, train, count=2)


@scenario(since=ANSWERS)
def sweep_agent_of_bad_arguments(wandb: Any, obs: Observer) -> None:
    sweep_id = begin(wandb, obs, project="p")
    obs.ask("function", lambda: wandb.agent(sweep_id, 3))
    for most in (0, -1, True, 1.5, "2"):
        obs.ask(f"failures {most!r}", partial(wandb.agent, sweep_id, print, max_consecutive_failed_runs=most))
    obs.ask("unknown", lambda: wandb.agent("nope", print))
    obs.ask("unknown path", lambda: wandb.agent("x/y/nope", print))
    obs.ask("project path", lambda: wandb.agent("y2/nope", print, entity="x2"))
    obs.read("project", [os.environ["WANDB_PROJECT"], os.environ["WANDB_ENTITY"]])
    with said(wandb, obs):
        obs.ask("no function, long path", lambda: wandb.agent("a/b/c/d"))
        obs.ask("no function, no text", lambda: wandb.agent(3))
    obs.ask("keyword", lambda: wandb.agent(sweep_id, print, foo=1))
    obs.ask("nothing", lambda: wandb.agent())
    obs.read("left", variables())


@scenario(since=ANSWERS)
def sweep_of_bad_configs(wandb: Any, obs: Observer) -> None:
    begin(wandb, obs)
    for config in (
        None,
        "abc",
        3,
        {"parameters": {"x": {"min": 1, "max": 2.5}}},
        {"parameters": {"x": {"min": 0.0, "max": "1"}}},
        {"method": "grid", "parameters": [1]},
        {"method": "grid", "parameters": {"x": 3}},
        {"method": "grid", "parameters": {"x": {"values": [object]}}},
        {"method": "grid", "parameters": {"x": {"values": {1, 2}}}},
        lambda: {"method": "grid", "parameters": {"x": {"min": True, "max": 2.0}}},
    ):
        obs.ask(str(config).split(" at ")[0], partial(wandb.sweep, config))
    obs.ask("too many", lambda: wandb.sweep(GRID, "e", "p", None, "more"))
    obs.ask("keyword", lambda: wandb.sweep(GRID, foo=1))
    obs.ask("nothing", lambda: wandb.sweep())
    obs.ask("that needs an argument", lambda: wandb.sweep(lambda config: config))


@scenario(since=ANSWERS)
def sweep_and_the_project(wandb: Any, obs: Observer) -> None:
    def path() -> list[str | None]:
        return [os.environ.get("WANDB_PROJECT"), os.environ.get("WANDB_ENTITY")]

    begin(wandb, obs)
    obs.read("none given", path())
    begin(wandb, obs, {**GRID, "project": "of-config", "entity": "not-of-config"})
    obs.read("of the config", path())
    begin(wandb, obs, lambda: {**GRID, "project": "of-function"}, entity="somebody")
    obs.read("of a function", path())
    begin(wandb, obs, {**GRID, "project": "of-config"}, "team", "given")
    obs.read("given", path())
    run = wandb.init()
    obs.read("a run", [run.project, run.entity, run.sweep_id])
    run.finish()


@scenario(since=ANSWERS)
def sweep_in_an_environment(wandb: Any, obs: Observer) -> None:
    os.environ.update(WANDB_PROJECT="environment", WANDB_ENTITY="somebody")
    sweep_id = begin(wandb, obs)
    wandb.agent(f"environment/{sweep_id}", lambda: wandb.init(), count=1)
    wandb.agent(f"somebody/environment/{sweep_id}", lambda: wandb.init(), count=1)
    obs.ask("elsewhere", lambda: wandb.agent(f"{sweep_id}x", print, project="elsewhere"))


@scenario(since=ANSWERS)
def sweep_whose_config_is_malformed(wandb: Any, obs: Observer) -> None:
    config = {**GRID, "colour": "red", "run_cap": "5"}
    violations = [
        "Additional properties are not allowed ('colour' was unexpected)",
        "'5' is not of type 'integer'",
    ]
    begin(wandb, obs, config, project="p", warnings=violations)
