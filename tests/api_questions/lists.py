"""Questions to ``wandb.Api`` about lists of runs."""

from __future__ import annotations

from typing import Any

from tests.api_questions.asking import Here, Question, outcomes


def of_demo(**options: Any) -> Question:
    return lambda w: [run.id for run in w.api.runs("team/demo", **options)]


FILTERS: dict[str, dict[str, Any]] = {
    "none": {},
    "state": {"state": "finished"},
    "config": {"config.lr": 0.1},
    "config value": {"config.lr.value": 0.1},
    "nested config": {"config.model.depth": {"$gte": 4}},
    "dotted key": {"config.a.b": 1},
    "summary": {"summary_metrics.loss": {"$lt": 0.4}},
    "nested summary": {"summary_metrics.nested.f1": {"$gt": 0.5}},
    "tag": {"tags": "good"},
    "tags in": {"tags": {"$in": ["good", "bad"]}},
    "tags all": {"tags": {"$all": ["base", "good"]}},
    "display name": {"display_name": "beta"},
    "camel case": {"displayName": {"$regex": "^a"}},
    "regex": {"display_name": {"$regex": "ta$"}},
    "bad regex": {"display_name": {"$regex": "("}},
    "name": {"name": "run-a"},
    "group": {"group": "g1"},
    "job type": {"jobType": {"$ne": "train"}},
    "user": {"username": "alice"},
    "created": {"createdAt": {"$gt": "2024-01-15T00:00:00Z"}},
    "created and": {"created_at": {"$gt": "2024-01-15", "$lt": "2024-02-15"}},
    "and": {"$and": [{"group": "g1"}, {"config.lr": {"$lt": 0.05}}]},
    "or": {"$or": [{"config.lr": 0.1}, {"config.lr": 0.5}]},
    "nor": {"$nor": [{"group": "g1"}]},
    "exists": {"config.model": {"$exists": True}},
    "not": {"group": {"$not": {"$eq": "g1"}}},
    "nin": {"name": {"$nin": ["run-a", "run-b"]}},
    "unknown operator": {"config.lr": {"$near": 1}},
    "unknown key": {"nope": 1},
    "null": {"notes": None},
}

ORDERS = (
    "+created_at",
    "-created_at",
    "+summary_metrics.loss",
    "-summary_metrics.loss",
    "+config.lr.value",
    "-config.lr",
    "created_at",
    "-display_name",
    "",
    "+nope",
)


def paging(here: Here) -> Any:
    runs = here.api.runs("team/demo", per_page=2)
    found: list[Any] = [len(runs.objects), runs.more, runs.cursor, runs.index]
    found += [runs[0].id, len(runs.objects), runs[2].id, len(runs.objects), runs.more]
    found += [next(runs).id, runs.next().id, [run.id for run in runs], len(runs), runs.cursor]
    return found


def indexing(here: Here) -> Any:
    def runs() -> Any:
        return here.wandb.Api().runs("team/demo", per_page=2)

    return outcomes(
        lambda: runs()[1].id,
        lambda: runs()[-1].id,
        lambda: runs()[99],
        lambda: [run.id for run in runs()[:2]],
        lambda: [run.id for run in runs()[1:3]],
        lambda: [run.id for run in runs()[0:9:2]],
        lambda: runs()[1:],
        lambda: runs()["x"],
        lambda: len(runs()),
        lambda: bool(runs()),
        lambda: list(reversed([run.id for run in runs()])),
        lambda: "x" in runs(),
    )


def iterated_twice(here: Here) -> Any:
    runs = here.api.runs("team/demo")
    return [[run.id for run in runs], [run.id for run in runs], list(runs) == list(runs), runs[0] is next(iter(runs))]


def cached(here: Here) -> Any:
    api = here.api
    first = api.runs("team/demo")
    same = api.runs("team/demo") is first
    other = api.runs("team/demo", order="-created_at") is first
    api.flush()
    return [same, other, api.runs("team/demo") is first]


def lazy_then_full(here: Here) -> Any:
    runs = here.api.runs("team/demo")
    run = runs[0]
    before = [run._lazy, "config" in run._attrs, run._full_data_loaded]
    config = dict(run.config)
    after = ["config" in run._attrs, run._full_data_loaded]
    full = here.api.runs("team/demo", lazy=False)
    return [before, config, after, full is runs, full._lazy, [r.summary["loss"] for r in full[:2]]]


def unknown_project(here: Here) -> Any:
    return outcomes(
        lambda: here.api.runs("team/nope"),
        lambda: len(here.api.runs("team/nope")),
        lambda: here.api.runs("team/nope"),
        lambda: here.api.runs("team/nope2")[0],
        lambda: list(here.api.runs("nobody/demo")),
        lambda: here.api.runs("team/a/b"),
        lambda: here.api.runs(3),
    )


def histories(here: Here) -> Any:
    runs = here.api.runs("team/demo")
    return [
        runs.histories(samples=2),
        runs.histories(keys=["acc"]),
        *outcomes(lambda: runs.histories(format="csv"), lambda: runs.histories(keys="acc")),
    ]


RUNS: dict[str, Question] = {
    "repr": lambda w: [w.api.runs("team/demo"), w.api.runs("team/demo").entity, w.api.runs("team/demo").project],
    "of the default entity": lambda w: [run.id for run in w.api.runs("private")],
    "paging": paging,
    "indexing": indexing,
    "twice": iterated_twice,
    "cached": cached,
    "lazy": lazy_then_full,
    "unknown project": unknown_project,
    "histories": histories,
    "variables": lambda w: w.api.runs("team/demo", {"state": "finished"}, "-created_at", 7).variables,
    "no match": lambda w: [
        len(w.api.runs("team/demo", {"config.lr": 77})),
        list(w.api.runs("team/demo", {"config.lr": 77})),
        *outcomes(lambda: w.api.runs("team/demo", {"config.lr": 77})[0]),
    ],
    "unserializable filter": lambda w: w.api.runs("team/demo", {"a": object()}),
    "include sweeps": lambda w: [run.sweep for run in w.api.runs("team/demo", include_sweeps=True)],
    "upgrade": lambda w: (
        runs := w.api.runs("team/demo"),
        list(runs),
        runs.upgrade_to_full(),
        [r.config for r in runs],
    ),
    **{f"filter {name}": of_demo(filters=filters) for name, filters in FILTERS.items()},
    **{f"order {order!r}": of_demo(order=order) for order in ORDERS},
}
