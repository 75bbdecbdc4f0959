"""Questions to ``wandb.Api`` about the Api itself, and the paths that it takes."""

from __future__ import annotations

import os
from typing import Any

from tests.api_questions.asking import Here, Question, a, attributes, outcomes


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
