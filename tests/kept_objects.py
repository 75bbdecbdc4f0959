"""A program that keeps everything that it can from inside a patch, and uses it all afterwards.

    python -m tests.kept_objects patched|stub

It prints one JSON object: for each use its name, what came of it, and what it did to the machine.  At its end, as the
positive control, it uses an artifact that was made outside.
"""

from __future__ import annotations

import inspect
import json
import os
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from tests import egress

#: What stands for an argument of this name; the others get a text.
_GIVEN: dict[str, Any] = {
    "artifact": None,
    "artifact_or_name": "data:latest",
    "artifact_or_path": "a.txt",
    "config": {"a": 1},
    "d": {"z": 1},
    "data": {"x": 1},
    "dir_path": ".",
    "exc_tb": None,
    "exc_type": None,
    "exc_val": None,
    "glob_str": "a.txt",
    "keys": ["x"],
    "local_path": "a.txt",
    "obj": None,
    "path": "a.txt",
    "root": "down",
    "type_name": "dataset",
    "uri": "a.txt",
}
_DUNDERS = ("__enter__", "__exit__", "__getitem__", "__setitem__", "__iter__", "__len__", "__call__")
# Longer than any answer of an object that is over, shorter than the client tries to reach a server.
_PATIENCE = 20


def keep(wandb: Any) -> dict[str, Any]:
    """Return objects of every kind that a program gets."""
    Path("a.txt").write_text("a")
    run = wandb.init(project="p", config={"a": 1})
    run.log({"x": 1})
    kept: dict[str, Any] = {}

    def artifact(name: str) -> Any:
        made = kept[name] = wandb.Artifact(name, "dataset")
        made.add_file("a.txt")
        return made

    artifact("draft")
    kept["empty draft"] = wandb.Artifact("empty", "dataset")
    run.log_artifact(artifact("logged"))
    data = artifact("data")
    data.add(wandb.Table(columns=["a"], data=[[1]]), "table")
    run.log_artifact(data).wait()
    referring = wandb.Artifact("referring", "dataset")
    referring.add_reference("http://localhost:9/x", name="reference", checksum=False)
    run.log_artifact(referring).wait()
    kept["used"] = run.use_artifact("data:latest")
    table, html = wandb.Table(columns=["a", "b"], data=[[1, 2]]), wandb.Html("<p>")
    run.log({"table": table, "html": html})
    run.save("a.txt")
    sweep = wandb.sweep({"method": "grid", "parameters": {"a": {"values": [1]}}}, project="p")
    api = wandb.Api()
    found, recorded = api.artifact("test-entity/p/data:latest"), api.run(f"test-entity/p/{run.id}")
    files = recorded.files()
    kept |= {
        "run": run,
        "config": run.config,
        "summary": run.summary,
        "metric": run.define_metric("z"),
        "table": table,
        "html": html,
        "library": wandb.setup(),
        "wandb.api": getattr(wandb, "api", None),
        "Api": api,
        "found": found,
        "new draft": found.new_draft(),
        "table of an artifact": found.get("table"),
        "manifest": found.manifest,
        "entry": found.get_entry("a.txt"),
        "reference": referring.get_entry("reference"),
        "run of the Api": recorded,
        "summary of the Api": recorded.summary,
        "history of the Api": recorded.scan_history(),
        "runs": api.runs("test-entity/p"),
        "files": files,
        "file": next(iter(files)),
        "logged artifacts": recorded.logged_artifacts(),
        "used artifacts": recorded.used_artifacts(),
        "sweep": api.sweep(f"test-entity/p/{sweep}"),
        "projects": api.projects("test-entity"),
        "project": api.project("p", "test-entity"),
        "viewer": api.viewer,
        "user": next(iter(api.users("test")), None),
        "type": api.artifact_type("dataset", "test-entity/p"),
        "types": api.artifact_types("test-entity/p"),
        "collection": api.artifact_collection("dataset", "test-entity/p/data"),
        "collections": api.artifact_collections("test-entity/p", "dataset"),
        "artifacts": api.artifacts("dataset", "test-entity/p/data"),
    }
    return {name: value for name, value in kept.items() if value is not None}


def names_of(kept: Any) -> list[str]:
    """Return the names of what an object offers."""
    return [name for name in sorted(set(dir(kept))) if not name.startswith("_") or name in _DUNDERS]


def bound(kept: dict[str, Any]) -> dict[str, Any]:
    """Return the methods of what is kept, taken while the patch is there."""
    return {
        f"{label}.{name}, bound before": getattr(value, name)
        for label, value in kept.items()
        for name in names_of(value)
        if inspect.isfunction(inspect.getattr_static(type(value), name, None))
    }


def called(function: Any) -> Any:
    """Call it with something for each argument that it must have; use up what it yields."""
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        parameters = ()  # type: ignore[assignment]
    needed = (each for each in parameters if each.kind not in (each.VAR_KEYWORD, each.VAR_POSITIONAL))
    given = [
        (each, _GIVEN.get(each.name, "x")) for each in needed if each.default is each.empty or each.name == "root"
    ]
    # What has to be given by its place comes first.
    args = [value for each, value in given if each.kind is each.POSITIONAL_ONLY]
    answer = function(*args, **{each.name: value for each, value in given if each.kind is not each.POSITIONAL_ONLY})
    return list(answer) if inspect.isgenerator(answer) else answer


def uses(kept: dict[str, Any], methods: dict[str, Any]) -> Iterator[tuple[str, Callable[[], Any]]]:
    """Yield every use of everything, each with its name."""
    for label, value in kept.items():
        for name in names_of(value):

            def use(value: Any = value, name: str = name) -> Any:
                found = getattr(value, name)
                return called(found) if callable(found) else found

            yield f"{label}.{name}", use
    for label, method in methods.items():
        yield label, lambda method=method: called(method)


def told(name: str, use: Callable[[], Any]) -> list[Any]:
    """Use it, and return what came of it."""
    del egress._events[:]
    answers = []

    def work() -> None:
        try:
            answers.append(f"returned {type(use()).__name__}")
        except BaseException as error:
            answers.append(f"{type(error).__name__}: {' '.join(str(error).split())}"[:300])

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    thread.join(_PATIENCE)
    return [name, answers[0] if answers else "hangs", list(egress._events)]


def main(how: str) -> None:
    if how != "stub":
        import wandb
    from wandb_testkit import patch_wandb

    with patch_wandb(stub=how == "stub"):
        import wandb

        kept = keep(wandb)
        methods = bound(kept)
        methods |= {f"wandb.{name}": getattr(wandb, name) for name in ("init", "log", "finish", "Api", "save", "sweep")}
    sys.addaudithook(egress._watch)
    found = [told(name, use) for name, use in uses(kept, methods)]
    control = []
    if how != "stub":
        fresh = wandb.Artifact("fresh", "dataset")
        control = told("fresh.save", lambda: fresh.save("p"))
    os.write(egress._OUT, (json.dumps({"uses": found, "control": control}) + "\n").encode())
    # Nothing that hangs keeps the process.
    os._exit(0)


if __name__ == "__main__":
    egress._OUT = os.dup(1)
    main(*sys.argv[1:])
