"""Rows, steps, summary and metric definitions: the replay says what the real client writes and reads.

Programs are lists of operations, played on `RunReplay` and by `tests.replay_client` on the real client offline.
"""

from __future__ import annotations

import json
import math
import multiprocessing
import os
import threading
import time as clock
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.replay_client import RealClient
from wandb_testkit import patch_wandb
from wandb_testkit.rules.encoding import Encoded
from wandb_testkit.rules.history import RunReplay, at_once
from wandb_testkit.rules.metrics import Definition, summary_path
from wandb_testkit.rules.tree import as_read

EXAMPLES = int(os.environ.get("WANDB_TESTKIT_EXAMPLES", "30"))


def program(*ops: list[Any], **options: Any) -> dict[str, Any]:
    """A program that reads step and summary after every operation."""
    read = ["read", options.get("shared", False)]
    return {"ops": [read, *(each for op in ops for each in (op, read))], **options}


def log(row: dict[str, Any], step: int | None = None, commit: bool | None = None) -> list[Any]:
    return ["log", row, step, commit]


def define(name: str, **options: Any) -> list[Any]:
    return ["define", name, options]


def assign(*path_and_value: Any) -> list[Any]:
    return ["assign", list(path_and_value[:-1]), path_and_value[-1]]


def remove(*path: str) -> list[Any]:
    return ["remove", list(path)]


def deep_row(levels: int) -> dict[str, Any]:
    """A row with one number under so many keys."""
    row: dict[str, Any] = {"a": 1.0}
    for _ in range(levels):
        row = {"a": row}
    return row


def replayed(program: dict[str, Any]) -> dict[str, Any]:
    """What the replay says of a program."""
    start = clock.time()
    replay = RunReplay(program.get("starting_step", 0), start_time=start, shared=program.get("shared", False))
    reads = [answer for op in program["ops"] if (answer := play(replay, op)) is not None]
    replay.finish()
    assert replay.pending is None
    assert len(replay.rows) == len(replay.times) == len(replay.runtimes)
    rows = [
        as_read({**row, "_timestamp": time, "_runtime": runtime})
        for row, time, runtime in zip(replay.rows, replay.times, replay.runtimes, strict=True)
    ]
    for index in replay.untimed:
        del rows[index]["_timestamp"]
    warnings = [dropped.reason for dropped in replay.dropped]
    metrics = replay.metrics.as_list()
    return {"reads": reads, "warnings": warnings, "rows": rows, "summary": replay.summary(), "metrics": metrics}


def play(replay: RunReplay, op: list[Any]) -> Any:
    """Play one operation on the replay, with the answers of `play_real`."""
    match op:
        case ["log", row, step, commit]:
            before = repr(row)
            replay.log(row, step, commit, clock.time())
            assert repr(row) == before
        case ["define", name, options]:
            kinds = options.get("summary")
            replay.define(Definition(name, **{**options, "summary": kinds and tuple(kinds.split(","))}))
        case ["read", shared]:
            return [None if shared else replay.step, replay.live_summary()]
        case ["assign", path, value]:
            if not reachable(replay, path):
                return "unreachable"
            replay.update_summary([(tuple(path), as_assigned(value))])
        case ["remove", path]:
            if not reachable(replay, path):
                return "unreachable"
            replay.remove_summary(tuple(path))
    return None


def as_assigned(value: Any) -> Any:
    """What the client sends for a value assigned to the summary: it has no NaN there."""
    if isinstance(value, dict):
        return {key: as_assigned(item) for key, item in value.items()}
    return None if isinstance(value, float) and math.isnan(value) else value


def reachable(replay: RunReplay, path: list[str]) -> bool:
    inner: Any = replay.live_summary()
    for label in path[:-1]:
        inner = inner.get(label)
        if not isinstance(inner, dict):
            return False
    return True


def comparable(value: Any, key: str = "") -> Any:
    """The value with the moments of this run made equal, and numbers that print differently made different."""
    if isinstance(value, dict):
        return {label: comparable(item, label if label[:1] == "_" else key) for label, item in value.items()}
    if isinstance(value, list):
        return [comparable(item, key) for item in value]
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        if key == "_timestamp" and value > NEAR_NOW:
            return "now"
        if key in ("_runtime", "_wandb") and 0 <= value < 60:
            return "elapsed"
        return repr(value)
    return {"NaN": "nan", "Infinity": "inf", "-Infinity": "-inf"}.get(value, value) if isinstance(value, str) else value


@pytest.fixture(scope="module")
def real_client() -> Iterator[RealClient]:
    pytest.importorskip("wandb")
    client = RealClient()
    yield client
    client.close()


def assert_same(program: dict[str, Any], real: dict[str, Any]) -> None:
    ours = replayed(program)
    for aspect in ("rows", "reads", "summary", "metrics", "warnings"):
        assert comparable(ours[aspect]) == comparable(real[aspect]), (aspect, program)


NEAR_NOW = 1e9  # seconds since the epoch

NAN = float("nan")
INF = float("inf")

PROGRAMS = {
    "nothing": program(),
    "plain rows": program(log({"a": 1.0, "b": 2}), log({"a": 0.5}), log({"b": True, "c": "x"})),
    "a step leaves the row open": program(log({"a": 1}, 5), log({"b": 2}), log({"a": 3})),
    "the same step joins": program(log({"a": 1}, 2), log({"a": 2, "b": 1}, 2), log({}, 3)),
    "older steps are dropped": program(log({"a": 1}, 5), log({"a": 2}, 3), log({"a": 3}, -1), log({"a": 4}, 5)),
    "an empty row is a row": program(log({}), log({"a": 1}), log({})),
    "an empty row flushes": program(log({"a": 1}, None, False), log({}), log({"b": 1})),
    "an empty row holds a step": program(log({}, 5), log({"a": 1}), log({"a": 2})),
    "pending row at the old step": program(log({"a": 1}, None, False), log({"b": 1}, 4), log({"c": 1}, 9, True)),
    "commit with a step": program(log({"a": 1}, 3, True), log({"a": 2}, 3, True), log({"a": 2}, 4, False), log({})),
    "nested dicts merge": program(
        log({"n": {"x": 1, "y": {"z": 2}}}, None, False),
        log({"n": {"y": {"w": 3}}}, None, False),
        log({"n": {"x": {"q": 1}}}),
        log({"n": 1}, None, False),
        log({"n": {}}),
    ),
    "empty dicts vanish": program(log({"a": {}, "b": {"c": {}}, "d": [{}]}), log({"b": {"c": {}, "d": 1}})),
    "keys of the client": program(
        log({"_step": 7, "a": 1}), log({"_timestamp": 5.0}), log({"_runtime": 9}), log({"_step": {"x": 1}, "": 2})
    ),
    "odd timestamps": program(
        log({"_timestamp": None}),
        log({"_timestamp": "x", "a": 1}),
        log({"_timestamp": {}}),
        log({"_timestamp": {"a": 1}}),
    ),
    "nothing to write moves the step": program(log({"_timestamp": {}}), log({"_timestamp": {}, "": 1}), log({"a": 1})),
    "open row without a time": program(
        log({"_timestamp": {}}, 4), log({"a": 1}), log({"_timestamp": {}, "b": 1}, 9), log({})
    ),
    "a defined row without a time": program(
        define("a", step_metric="_timestamp"), log({"_timestamp": {}, "a": 1}), log({"a": 2})
    ),
    "the client's corner": program(log({"_wandb": 5}), log({"_wandb": {"x": 1}}), log({"a": 1})),
    "None": program(log({"a": 1}), log({"a": None}), log({"a": None, "b": None}), log({"a": 2})),
    "odd numbers": program(
        log({"a": NAN, "b": INF, "c": -INF, "d": -0.0, "e": 1e6, "f": 999999.0, "g": 1e21, "h": 2**63 - 1, "i": 1e-7}),
        define("*", summary="min,max,mean,last,first"),
        log({"a": 1, "b": -INF, "c": 1, "d": 0, "e": 2_000_000, "h": -(2**63), "l": [1.0, 1e6, NAN, None, {"x": 2.0}]}),
        log({"a": 1, "b": 1, "c": INF, "d": -0.0, "e": 1, "h": 1.5, "i": True, "l": "x"}),
    ),
    "the last numbers without a point": program(
        log({"a": -1e6, "b": -999999.0, "c": 999999.0}), log({"a": {"b": [-1e6, 1e6]}, "c": -1e6})
    ),
    "lone surrogates": program(log({"a": "\ud800é", "b": ["é"]}), log({"é": {"ü": 1}})),
    "deletions further inside": program(
        log({"m": {"y": {"z": {"w": 1, "v": 2}, "u": 3}}}),
        remove("m", "y", "z", "w"),
        remove("m", "y", "z", "v"),
        log({"m": {"y": {"z": 4}}}),
        remove("m", "y", "z"),
        remove("m", "y", "u"),
        log({"m": {"x": 5}}),
    ),
    "dotted keys": program(log({"a.b": 1, "a": {"c": 2}}), log({"a": {"b": 3}}), log({"a": 4})),
    "summary kinds": program(
        define("a", summary="min"),
        define("b", summary="max,mean,first,last"),
        define("c", summary="none"),
        define("d", summary="copy"),
        log({"a": 3, "b": 3, "c": 3, "d": 3}),
        log({"a": 1, "b": 1, "c": 1, "d": 1}),
        log({"a": 2, "b": 2, "c": 2, "d": 2}),
    ),
    "kinds of what is no number": program(
        define("a", summary="min,max,mean,last,first"),
        log({"a": "x"}),
        log({"a": True}),
        log({"a": None}),
        log({"a": [1, 2]}),
        log({"a": 4}),
    ),
    "definition after logging": program(
        log({"a": 3}), log({"a": 1}), log({"a": 2}), define("a", summary="min,max,first"), log({"b": 1}), log({"a": 5})
    ),
    "none and back": program(
        log({"a": 1}),
        define("a", summary="none"),
        log({"a": 2}),
        define("a", summary="max"),
        define("a", hidden=True),
        log({"a": 0}),
        define("a", overwrite=True),
        log({"a": 0}),
    ),
    "empty arguments": program(define("a", step_metric="", summary=""), log({"a": 1})),
    "redefinition adds up": program(
        define("a", summary="min", step_metric="s"),
        define("a", summary="max", hidden=True),
        define("a", step_sync=False),
        log({"a": 1}),
        define("a", step_metric="t", step_sync=False, overwrite=True),
        log({"a": 2}),
        define("a", step_sync=True),
        log({"a": 3}),
    ),
    "step metrics fill in": program(
        log({"epoch": 9}),
        define("a", step_metric="epoch"),
        log({"a": 1}),
        log({"epoch": 3}),
        log({"a": 2}),
        log({"epoch": 4.5, "a": 1}),
        log({"a": 1}, 12),
        log({"epoch": "x"}),
        log({"a": 1}),
        log({"epoch": True, "a": 2}),
        log({"epoch": NAN}),
        log({"a": 1}),
    ),
    "a step metric waits for the row": program(
        define("a", step_metric="e"), log({"a": 1}, None, False), log({"e": 7}, None, False), log({"b": 1})
    ),
    "nested step metrics": program(
        define("a", step_metric="t.epoch"),
        define("n.x", step_metric="t.epoch"),
        log({"a": 1}),
        log({"t": {"epoch": 3}}),
        log({"a": 1}),
        log({"t.epoch": 9}),
        log({"n": {"x": 1}}),
        log({"n.x": 2}),
        log({"n.x": 2, "t": 5}),
        log({"n.x": 2, "t": {"other": 5}}),
    ),
    "a dict in the place of a step": program(define("a", step_metric="e"), log({"a": 1, "e": {"x": 1}}), log({"a": 1})),
    "steps of the client": program(
        define("a", step_metric="_step"),
        define("b", step_metric="_timestamp", summary="min"),
        define("_step", summary="max"),
        define("_runtime", summary="none"),
        define("_timestamp", summary="first"),
        log({"a": 1}),
        log({"b": 1}),
        log({"_step": 5}),
    ),
    "every row has a step metric": program(
        define("_step", step_metric="epoch"), log({"a": 1}), log({"epoch": 2}), log({})
    ),
    "a step under the client's key": program(define("a", step_metric="_step.x"), log({"a": 1}), log({"b": 1})),
    "globs": program(
        define("train/*", step_metric="epoch", summary="max"),
        log({"train/a": 1, "val/a": 2, "_train/a": 1}),
        log({"train/a": 0, "epoch": 4}),
        log({"train/a": 0}),
        define("train/*", summary="min"),
        log({"train/a": 2, "train/b": 2}),
        log({"train/b": 1}),
    ),
    "exact beats glob": program(
        define("t*", summary="max", step_metric="e"),
        define("ta", summary="min"),
        log({"ta": 2, "tb": 2}),
        log({"ta": 1, "tb": 1}),
        define("tb", summary="min"),
        log({"ta": 3, "tb": 3}),
        define("tb", summary="mean", overwrite=True),
        log({"tb": 3}),
    ),
    "a glob after the rows": program(
        log({"a": 3}), log({"a": 1}), define("*", summary="min"), log({"b": 1}), log({"a": 2})
    ),
    "globs and nested keys": program(
        define("n.*", summary="max"),
        log({"n": {"x": 2, "y": {"z": 1}}}),
        log({"n": {"x": 1}}),
        log({"n": 4}),
        log({"n.x": 9}),
    ),
    "globs and dotted keys": program(
        log({"c": 4}),
        define("*", summary="max"),
        log({"c.d": 2}),
        log({"c.d": 1}),
        log({"_u": {"x": 1}}),
        log({"k.": 1, ".": 2}),
    ),
    "hidden everything": program(define("*", hidden=True, summary="none"), log({"a": 1, "n": {"x": 2}}), log({"a": 2})),
    "dots nest": program(
        define("train.loss", summary="min"),
        define("val\\.loss", summary="min"),
        log({"train": {"loss": 2}, "train.loss": 2, "val": {"loss": 2}, "val.loss": 2}),
        log({"train": {"loss": 3}, "train.loss": 3, "val": {"loss": 3}, "val.loss": 3}),
    ),
    "odd names": program(
        define("a\\b", summary="min"),
        define("c.", summary="min"),
        define(".d", summary="min"),
        define("e\\", summary="min"),
        define("é.ü", summary="min"),
        log({"a\\b": 1, "c": 1, "c.": 1, "e\\": 1, "e": 1, "é": {"ü": 1}, "": {"d": 1}}),
        log({"a\\b": 2, "c": 2, "c.": 2, "e\\": 2, "e": 2, "é": {"ü": 2}}),
        log({"": 1}),
    ),
    "a definition takes the place of a subtree": program(
        log({"a": {"b": 1, "c": 2}}),
        define("a", summary="max"),
        log({"a": {"b": 3}}),
        log({"a": 2}),
        define("a.b", summary="max"),
    ),
    "assigned values": program(
        assign("a", 1.0),
        assign("b", {"x": 1.0, "y": [1.0, {}]}),
        log({"a": 2}),
        assign("c", NAN),
        assign("a", None),
        assign("d", {}),
        assign("e", 10**30),
        assign("f", [2**63, 1e6, 2**64]),
        log({"c": 3}),
        assign("", 3),
    ),
    "opaque and logged dicts": program(
        assign("n", {"x": 1, "y": 2}),
        remove("n", "x"),
        assign("n", "y", 5),
        assign("n", "z", {"p": 1}),
        log({"m": {"x": 1, "y": {"z": 1}}}),
        remove("m", "y", "z"),
        log({"m": {"y": {"z": 2}}}),
        remove("m", "y"),
        assign("m", "y", 3),
        log({"n": {"q": 1}}),
        remove("n"),
        remove("m"),
        remove("nothing"),
        remove("m", "x"),
        log({"m": {"x": 2}}),
    ),
    "assignment switches kinds off": program(
        define("a", summary="max"),
        log({"a": 5}),
        assign("a", 1),
        log({"a": 2}),
        define("a", summary="max"),
        log({"a": 3}),
    ),
    "assignment below none": program(
        define("a", summary="none"), assign("a", 1), log({"a": 2}), define("a", summary="min")
    ),
    "deletion keeps the statistics": program(
        define("a", summary="min,first,mean"), log({"a": 1}), remove("a"), log({"b": 1}), log({"a": 5}), log({"a": 6})
    ),
    "deletion inside keeps the statistics": program(
        define("n.x", summary="min,first,mean"), log({"n": {"x": 1}}), remove("n", "x"), log({"n": {"x": 5}})
    ),
    "deletion of a plain value": program(
        log({"a": 1, "b": 2}), remove("a"), log({"b": 3}), log({"a": 2}), remove("_step")
    ),
    "deep": program(log(deep_row(120)), define("*", summary="max"), log(deep_row(120)), assign("a", deep_row(120))),
    "resumed": program(log({"a": 1}), log({"a": 2}, 3), log({"a": 3}, 12), log({"a": 4}), starting_step=7),
    "resumed with a step": program(log({"a": 1}, 9), log({"a": 2}, 8), log({"a": 2}), starting_step=7),
    "shared": program(
        log({"a": 1}),
        log({"a": 2}, 5),
        log({"a": 3}, 3, False),
        log({"b": 1}),
        define("a", step_metric="e"),
        log({"a": 1}),
        shared=True,
    ),
    "shared with the step as a step metric": program(
        log({}), define("a", step_metric="_step"), log({"a": 0}), log({"b": 1}), log({"a": 2}), shared=True
    ),
}


@pytest.fixture(scope="module")
def by_hand(real_client: RealClient) -> dict[str, dict[str, Any]]:
    return dict(zip(PROGRAMS, real_client.play(list(PROGRAMS.values())), strict=True))


@pytest.mark.needs_wandb
@pytest.mark.parametrize("name", PROGRAMS)
def test_replay_says_what_the_real_client_writes(name: str, by_hand: dict[str, dict[str, Any]]) -> None:
    assert_same(PROGRAMS[name], by_hand[name])


numbers = st.one_of(
    st.integers(-3, 3),
    st.sampled_from([0.5, 1.0, -0.0, 1e6, 1e-5, NAN, INF, -INF, 2**62, 1 / 3]),
    st.floats(),
)
values: st.SearchStrategy[Any] = st.one_of(
    numbers, numbers, st.sampled_from([True, False, None, "x", [1.0, None], [{"a": {}}], {}])
)
inner_dicts = st.dictionaries(st.sampled_from(["x", "y", "z.w"]), values, max_size=3)
nested = st.one_of(
    inner_dicts, st.dictionaries(st.sampled_from(["x", "y"]), st.one_of(values, inner_dicts), max_size=2)
)
# No key is the beginning of a dotted one: which of two definitions is applied first would be random in the client.
rows = st.one_of(
    st.dictionaries(st.sampled_from(["a", "b", "epoch"]), numbers, max_size=3),
    st.dictionaries(
        st.sampled_from(["a", "b", "n", "m", "c.d", "train/x", "train/y", "_u", "epoch"]),
        st.one_of(values, values, nested),
        max_size=5,
    ),
    st.dictionaries(
        st.sampled_from(["", "_step", "_runtime", "_timestamp", "_wandb", "a"]), st.one_of(numbers, nested), max_size=3
    ),
)
names = st.sampled_from(
    ["a", "b", "n", "n.x", "m.y", "m.y.x", "c.d", "c\\.d", "train/x", "_u", "epoch", "_step", "_runtime"]
)
kinds = st.lists(st.sampled_from(["min", "max", "mean", "last", "first", "copy", "none"]), min_size=1, max_size=3).map(
    ",".join
)
paths = st.sampled_from(
    [["a"], ["n"], ["n", "x"], ["n", "x", "y"], ["m", "y"], ["c.d"], ["epoch"], ["_step"], ["_wandb", "runtime"], ["q"]]
)


@st.composite
def programs(draw: st.DrawFn) -> dict[str, Any]:
    """A program in which nothing depends on the random order of the client's maps.

    So there is one step metric at most, and globs do not overlap.
    """
    shared = draw(st.sampled_from([False, False, False, True]))
    step_metric = draw(st.sampled_from(["epoch", "n.x", "g.h", "_step"]))
    globs = draw(st.sampled_from([["*"], ["train/*", "n.*"], ["m*", "c*", "n*"]]))
    some_step = st.one_of(st.none(), st.none(), st.integers(-1, 6))
    booleans = st.sampled_from([None, None, True, False])
    options = st.fixed_dictionaries(
        {},
        optional={
            "step_metric": st.just(step_metric),
            "step_sync": booleans,
            "hidden": booleans,
            "summary": kinds,
            "overwrite": booleans,
        },
    )
    ops = st.one_of(
        st.tuples(st.just("log"), rows, some_step, booleans),
        st.tuples(st.just("log"), rows, st.none(), st.none()),
        st.tuples(st.just("define"), st.one_of(names, st.sampled_from(globs)), options),
        st.tuples(st.just("assign"), paths, st.one_of(values, nested)),
        st.tuples(st.just("remove"), paths),
        st.just(("read", shared)),
    )
    chosen = draw(st.lists(ops, max_size=10))
    return {
        "ops": [*map(list, chosen), ["read", shared]],
        "shared": shared,
        "starting_step": draw(st.sampled_from([0, 0, 3])),
    }


@pytest.mark.needs_wandb
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(batch=st.lists(programs(), min_size=1, max_size=8))
def test_replay_follows_the_real_client_through_random_programs(
    real_client: RealClient, batch: list[dict[str, Any]]
) -> None:
    batch = json.loads(json.dumps(batch))
    for each, answer in zip(batch, real_client.play(batch), strict=True):
        assert_same(each, answer)


def encode(op: list[Any]) -> list[Any]:
    """The operation with every value of a logged row encoded."""
    if op[0] != "log":
        return op
    return ["log", {key: Encoded(object(), value, True) for key, value in op[1].items()}, *op[2:]]


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(program=programs())
def test_encoded_values_count_as_what_is_sent_for_them(program: dict[str, Any]) -> None:
    ours = replayed({**program, "ops": [encode(op) for op in program["ops"]]})
    assert comparable(ours) == comparable(replayed(program))


def test_encoded_values_stay_themselves_in_rows() -> None:
    image = Encoded("image", {"_type": "image-file", "size": 3}, True)
    larger = Encoded("image", {"_type": "image-file", "size": 4, "width": 1}, True)
    replay = RunReplay()
    replay.log({"a": image, "n": {"b": image}}, None, None, 1.0)
    replay.log({"a": image}, None, False, 2.0)
    replay.log({"a": larger}, None, None, 3.0)
    replay.log({"a": larger}, None, False, 4.0)
    replay.log({"a": image}, None, None, 5.0)
    assert replay.rows[0]["a"] is image
    assert replay.rows[0]["n"]["b"] is image
    assert replay.rows[1]["a"] is larger
    assert replay.rows[2]["a"] == {"_type": "image-file", "size": 3, "width": 1}
    assert replay.summary()["n"] == {"b": {"_type": "image-file", "size": 3}}


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(logged=st.lists(st.dictionaries(st.sampled_from(["a", "b", "c"]), st.one_of(numbers, st.booleans(), st.text()))))
def test_flat_rows_leave_the_same_summary_with_and_without_a_tree(logged: list[dict[str, Any]]) -> None:
    flat, full = RunReplay(), RunReplay()
    full.update_summary([])
    for row in logged:
        flat.log(row, None, None, 1.0)
        full.log(row, None, None, 1.0)
        assert comparable(flat.live_summary()) == comparable(full.live_summary())
    assert comparable(flat.summary()) == comparable(full.summary())


def test_a_name_that_leads_nowhere_defines_nothing() -> None:
    # wandb-core ends at such a definition, and with it all that is not written yet.
    replay = RunReplay()
    replay.define(Definition("\\", summary=("max",)))
    replay.log({"\\": 1}, None, None, 1.0)
    assert (summary_path("\\"), replay.rows, replay.live_value("\\")) == ((), [{"_step": 0, "\\": 1}], 1)


def test_rows_are_without_what_the_client_sets_itself() -> None:
    replay = RunReplay()
    replay.log({"_timestamp": 5.0, "_runtime": 7, "a": 1}, None, False, 1.0)
    assert replay.pending == {"_step": 0, "a": 1}
    replay.log({"_runtime": 9}, None, None, 2.0)
    replay.log({"_runtime": 9}, None, None, 3.0)
    assert replay.rows == [{"_step": 0, "a": 1}, {"_step": 1}]


def test_a_step_metric_inside_what_is_encoded_opens_it() -> None:
    given = program(define("a", step_metric="t.epoch"), log({"a": 1, "t": {"x": 1}}), log({"a": 1, "t": {"epoch": 2}}))
    ours = replayed({**given, "ops": [encode(op) for op in given["ops"]]})
    assert comparable(ours) == comparable(replayed(given))
    assert ours["rows"][0]["t"] == {"x": 1, "epoch": 0}


def test_readers_cannot_change_the_summary() -> None:
    replay = RunReplay()
    replay.log({"a": [1], "n": {"x": 1}}, None, None, 1.0)
    replay.update_summary([(("o",), {"p": [2]})])
    for read in (replay.summary, replay.live_summary):
        seen = read()
        seen["a"].append(2)
        seen["n"]["x"] = 5
        seen["o"]["p"].append(3)
        assert {key: read()[key] for key in "ano"} == {"a": [1], "n": {"x": 1}, "o": {"p": [2]}}


def test_a_logged_row_can_be_logged_again() -> None:
    row = {"n": {"x": 1}}
    replay = RunReplay()
    replay.define(Definition("n.x", step_metric="n.epoch"))
    replay.log(row, None, False, 1.0)
    replay.log({"n": {"y": 2}}, None, None, 1.0)
    assert row == {"n": {"x": 1}}
    assert replay.rows == [{"_step": 0, "n": {"x": 1, "y": 2, "epoch": 0}}]


def test_rows_may_be_as_deep_as_the_client_takes_them() -> None:
    replay = RunReplay()
    replay.log(deep_row(450), None, False, 1.0)
    replay.define(Definition("*", step_metric="epoch"))
    replay.log(deep_row(450), None, None, 1.0)
    replay.update_summary([(("b",), deep_row(450))])
    assert as_read(replay.rows[0])["epoch"] == 0
    assert set(replay.summary()) == {"_step", "a", "b", "epoch"}
    assert set(replay.live_summary()) > {"_step", "a", "b", "epoch"}


def test_the_open_row_can_be_read() -> None:
    replay = RunReplay()
    replay.log({"a": 1}, 4, None, 1.0)
    assert replay.pending == {"_step": 4, "a": 1}
    assert (replay.step, replay.rows) == (4, [])
    replay.finish(3.0)
    assert replay.rows == [{"_step": 4, "a": 1}]
    assert (replay.times, replay.runtimes) == ([1.0], [3.0])


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("a", ("a",)),
        ("a.b", ("a", "b")),
        ("a\\.b", ("a.b",)),
        ("a\\b.c", ("a\\b", "c")),
        ("a.", ("a",)),
        ("a..b", ("a", "", "b")),
    ],
)
def test_dots_in_names_nest(name: str, path: tuple[str, ...]) -> None:
    assert summary_path(name) == path


def test_a_dropped_call_is_kept_with_its_reason() -> None:
    replay = RunReplay()
    replay.log({"a": 1}, 5, None, 1.0)
    replay.log({"a": 2}, 3, None, 2.0)
    (dropped,) = replay.dropped
    assert (dropped.row, dropped.step, dropped.current_step) == ({"a": 2}, 3, 5)
    assert "Tried to log to step 3 that is less than the current step 5" in dropped.reason


def test_what_is_no_event_of_a_run_is_refused() -> None:
    with patch_wandb(stub=True) as recorder:
        import wandb

        wandb.init().finish()
        with pytest.raises(TypeError, match="not an event of a run"):
            recorder.run._state.apply(object())


@pytest.mark.skipif(not hasattr(os, "fork"), reason="forks")
@pytest.mark.filterwarnings("ignore:.*multi-threaded, use of fork:DeprecationWarning")
def test_a_fork_does_not_wait_for_a_thread_that_only_its_parent_has() -> None:
    inside, over = threading.Event(), threading.Event()

    @at_once
    def read_for_long() -> None:
        inside.set()
        over.wait()

    reader = threading.Thread(target=read_for_long)
    reader.start()
    inside.wait()
    child = multiprocessing.get_context("fork").Process(target=RunReplay().summary)
    child.start()
    child.join(30)
    ended = child.exitcode
    child.kill()
    child.join()
    over.set()
    reader.join()
    assert ended == 0
