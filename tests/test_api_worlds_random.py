"""Programs that no one thought of: random calls of ``wandb.Api`` answer the same in both worlds."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.api_worlds import asked

pytestmark = pytest.mark.needs_wandb

_IDS = ("run-a", "run-b", "run-c", "live", "nope", "made")
_KEYS = ("loss", "acc", "deep.x", "nope", "_step", "nested.f1", "lr")
_VALUES: tuple[Any, ...] = (0.1, 0.5, 1, "g1", "train", None, True, [1], "2024-02-01", "^a", -1, float("nan"))
_FIELDS = (
    "config.lr", "config.model.depth", "summary_metrics.loss", "summary_metrics.nested.f1", "state", "tags", "group",
    "display_name", "displayName", "name", "createdAt", "jobType", "notes", "username", "sweep", "nope", "duration",
)  # fmt: skip
_OPERATORS = ("$eq", "$ne", "$gt", "$gte", "$lt", "$lte", "$in", "$nin", "$exists", "$regex")

Step = Callable[[SimpleNamespace, random.Random], Any]


def a_filter(rng: random.Random, depth: int = 0) -> Any:
    """A filter, as deep as chance has it."""
    if depth < 2 and rng.random() < 0.3:
        return {rng.choice(("$and", "$or", "$nor")): [a_filter(rng, depth + 1) for _ in range(rng.randint(1, 3))]}
    value = rng.choice(_VALUES)
    if rng.random() < 0.6:
        operator = rng.choice(_OPERATORS)
        value = {operator: [value] if operator in ("$in", "$nin") and rng.random() < 0.9 else value}
    return {rng.choice(_FIELDS): value}


def an_order(rng: random.Random) -> str:
    return rng.choice("+-") + rng.choice((*_FIELDS, "created_at", "heartbeat_at", "config.lr.value"))


def the_run(here: SimpleNamespace, rng: random.Random) -> Any:
    """A run, asked for in one way or another."""
    name = rng.choice(_IDS)
    if rng.random() < 0.5:
        return here.api.run(f"team/demo/{name}")
    return next(run for run in here.api.runs("team/demo", lazy=rng.random() < 0.7) if run.id == name)


def listed(here: SimpleNamespace, rng: random.Random) -> Any:
    runs = here.api.runs(
        "team/demo",
        a_filter(rng) if rng.random() < 0.7 else None,
        an_order(rng) if rng.random() < 0.6 else "+created_at",
        rng.choice((1, 2, 3, 50)),
        lazy=rng.random() < 0.7,
    )
    ways: tuple[Callable[[], Any], ...] = (
        lambda: [run.id for run in runs],
        lambda: len(runs),
        lambda: runs[rng.randint(-2, 5)].id,
        lambda: [run.name for run in runs[rng.randint(0, 2) : rng.randint(0, 5)]],
        lambda: [next(runs).id, next(runs).state],
        lambda: (runs.more, runs.cursor, len(runs.objects)),
    )
    return [rng.choice(ways)() for _ in range(3)]


def histories(here: SimpleNamespace, rng: random.Random) -> Any:
    run = the_run(here, rng)
    keys = rng.choice((None, [], [rng.choice(_KEYS)], rng.sample(_KEYS, 2)))
    if rng.random() < 0.5:
        return run.history(samples=rng.choice((0, 1, 2, 5, 500)), keys=keys, pandas=False)
    first, last = rng.choice((0, 2, 50)), rng.choice((None, 3, 9, 1000))
    return list(run.scan_history(keys=keys, page_size=rng.choice((1, 2, 1000)), min_step=first, max_step=last))


def changed(here: SimpleNamespace, rng: random.Random) -> Any:
    run = the_run(here, rng)
    for _ in range(rng.randint(1, 3)):
        what = rng.choice(("tags", "name", "notes", "group", "config", "summary", "description", "nested", "delete"))
        if what == "tags":
            run.tags = rng.sample(["a", "b", "c"], 2)
        elif what == "config":
            run.config[rng.choice(_KEYS)] = rng.choice(_VALUES)
        elif what == "summary":
            run.summary[rng.choice(_KEYS)] = rng.choice(_VALUES)
        elif what == "nested":
            run.summary.update({"nested": {rng.choice("xyz"): rng.choice(_VALUES)}}, overwrite=rng.random() < 0.5)
        elif what == "delete":
            del run.summary[rng.choice(_KEYS)]
        else:
            setattr(run, what, rng.choice(("one", "two", None)))
    if rng.random() < 0.8:
        run.update()
    return seen(run)


def seen(run: Any) -> Any:
    """What a run shows."""
    names = ("id", "name", "state", "tags", "notes", "group", "job_type", "description", "config", "summary", "path")
    return [getattr(run, name) for name in names]


def read(here: SimpleNamespace, rng: random.Random) -> Any:
    run = the_run(here, rng)
    ways: tuple[Callable[[], Any], ...] = (
        lambda: seen(run),
        lambda: run.lastHistoryStep,
        lambda: run.rawconfig,
        lambda: run.json_config,
        lambda: run.url,
        lambda: [file.name for file in run.files(per_page=rng.choice((1, 2, 50)))],
        lambda: run.file(rng.choice(("model.pt", "config.yaml", "nope"))).size,
        lambda: run.load(force=rng.random() < 0.5)["name"],
        lambda: run.load_full_data(force=rng.random() < 0.5).keys(),
        lambda: run.wait_until_finished() if run.state != "running" else None,
        lambda: run.update_state(rng.choice(("pending", "failed", "finished"))),
        lambda: getattr(run, rng.choice(("createdAt", "created_at", "nope", "sweepName", "user"))),
        lambda: dict(run.summary.items()),
    )
    return rng.choice(ways)()


def other(here: SimpleNamespace, rng: random.Random) -> Any:
    ways: tuple[Callable[[], Any], ...] = (
        here.api.flush,
        lambda: [project.name for project in here.api.projects("team", per_page=1)],
        lambda: here.api.project(rng.choice(("demo", "nope")), "team").id,
        lambda: here.api.create_project(rng.choice(("demo", "new")), "team"),
        lambda: seen(here.api.create_run(run_id="made", project="demo", entity="team")),
        lambda: here.api.run("team/demo/made").delete(),
        lambda: here.api.from_path(rng.choice(("team/demo", "team/demo/run-a", "team/demo/sweeps/x", "a/b/c/d"))),
        lambda: setattr(here, "api", here.wandb.Api()),
        lambda: [row.keys() for row in here.api.runs("team/demo").histories(samples=1)],
        lambda: more_rows(here, rng),
    )
    return rng.choice(ways)()


def more_rows(here: SimpleNamespace, rng: random.Random) -> Any:
    with here.wandb.init(project="demo", entity="team", id="live", resume="allow") as run:
        run.log({"loss": rng.random(), "acc": rng.choice((0.5, 1))})


STEPS: tuple[Step, ...] = (listed, listed, histories, changed, changed, read, read, other)


def program(seed: int) -> Callable[[SimpleNamespace], Any]:
    """A random program; what it reads and raises is its answer."""

    def run(here: SimpleNamespace) -> Any:
        rng = random.Random(seed)
        found: list[Any] = []
        for _ in range(12):
            step = rng.choice(STEPS)
            own = random.Random(rng.random())
            try:
                found.append([step.__name__, step(here, own)])
            except Exception as error:
                found.append([step.__name__, error])
        return found

    return run


@pytest.mark.parametrize("seed", range(20))
def test_random_programs_agree(seed: int, tmp_path: Path) -> None:
    real = asked(program(seed), stub=False, folder=str(tmp_path / "real"))
    standin = asked(program(seed), stub=True, folder=str(tmp_path / "standin"))
    for number, (ours, theirs) in enumerate(zip(standin[0], real[0], strict=True)):
        assert ours == theirs, f"step {number} of program {seed}"
    assert standin[1:] == real[1:]
