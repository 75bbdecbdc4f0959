"""Programs that no one thought of: the patch and the stand-in agree with the real client on them.

The number of examples is in the environment variable WANDB_TESTKIT_EXAMPLES.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest

pytest.importorskip("hypothesis")
pytest.importorskip("wandb")

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.comparison import differences, observe_patched
from tests.oracle import RealClient
from tests.random_programs import READABLE, odd_values
from tests.worlds import Task

pytestmark = pytest.mark.needs_wandb

EXAMPLES = int(os.environ.get("WANDB_TESTKIT_EXAMPLES", "25"))

# What can stand at the end of a nested name is never a plain name too: where one row holds both, the client's
# answer depends on the order in which Go walks over a map.
FLAT = st.sampled_from(["a", "b", "loss", "x/loss", "x/acc", "epoch", "_own", "dot.ted", "", "ünï"])
NESTED = st.sampled_from(["n", "m"])
INNER = st.sampled_from(["x", "y", "z.z"])

PLAIN = st.one_of(
    st.integers(-5, 5),
    st.sampled_from([0.0, 0.5, -0.0, 1.0, 2.5, 1e21, 1e-7, 10**16, 2**53 + 1]),
    st.floats(allow_nan=False, allow_infinity=False, width=32),
    st.booleans(),
    st.none(),
    st.text(max_size=5),
)
ODD = st.sampled_from(sorted(odd_values())).map(lambda name: {"!": name})
VALUE = st.one_of(PLAIN, PLAIN, PLAIN, ODD, st.lists(PLAIN, max_size=3))
TREE = st.dictionaries(INNER, st.one_of(VALUE, st.dictionaries(st.just("deep"), PLAIN, max_size=1)), max_size=3)


@st.composite
def rows(draw: st.DrawFn) -> dict[str, Any]:
    row: dict[str, Any] = draw(st.dictionaries(FLAT, VALUE, max_size=4))
    if draw(st.integers(0, 3)) == 0:
        row[draw(NESTED)] = draw(TREE)
    if draw(st.integers(0, 7)) == 0:
        row["t"] = {"step": draw(st.integers(0, 9))}
    return row


STEP = st.one_of(st.none(), st.none(), st.integers(0, 9), st.sampled_from([-1, 1.5, {"!": "i64"}, True, "3"]))
COMMIT = st.one_of(st.none(), st.none(), st.booleans())


@st.composite
def definitions(draw: st.DrawFn, step_metric: str, glob: str) -> list[Any]:
    """One step metric and one glob a program: chains and overlaps of them depend on the order of Go's maps."""
    name = draw(st.sampled_from(["a", "b", "loss", "x/loss", "n.x", "dot\\.ted", glob, "", "bad*name"]))
    options: dict[str, st.SearchStrategy[Any]] = {
        "step_metric": st.just(step_metric),
        "step_sync": st.booleans(),
        "hidden": st.booleans(),
        "overwrite": st.booleans(),
        "summary": st.sampled_from(
            ["min", "max", "mean", "last", "first", "none", "min,max", "mean,last", "copy", "bad"]
        ),
    }
    chosen = draw(st.sets(st.sampled_from(sorted(options)), max_size=3))
    return ["define", name, {option: draw(options[option]) for option in sorted(chosen)}]


@st.composite
def inits(draw: st.DrawFn) -> list[Any]:
    options: dict[str, st.SearchStrategy[Any]] = {
        "project": st.sampled_from(["p", "", "a/b"]),
        "name": st.sampled_from(["first", ""]),
        "tags": st.sampled_from([["t"], "ab", []]),
        # With one nested key at most: their order is lost on the way through Go, and errors show it.
        "config": st.tuples(
            st.dictionaries(FLAT, VALUE, max_size=4),
            st.dictionaries(NESTED, st.dictionaries(INNER, PLAIN, min_size=1, max_size=1), max_size=1),
        ).map(lambda parts: parts[0] | parts[1]),
        "reinit": st.sampled_from([True, "create_new", "finish_previous", "return_previous"]),
        "group": st.just("g"),
        "mode": st.sampled_from(["offline", "offline", "disabled"]),
        "allow_val_change": st.booleans(),
    }
    chosen = draw(st.sets(st.sampled_from(sorted(options)), max_size=3))
    return ["init", {option: draw(options[option]) for option in sorted(chosen)}]


def operation(name: str, *arguments: st.SearchStrategy[Any]) -> st.SearchStrategy[list[Any]]:
    """Return the strategy for calls of one operation."""
    return st.tuples(st.just(name), *arguments).map(list)


ANY_KEY = st.one_of(FLAT, NESTED)
LOGGING = st.one_of(
    operation("log", rows(), STEP, COMMIT),
    operation("log", rows(), STEP, COMMIT),
    operation("log", rows(), st.none(), st.none()),
    operation("module_log", rows(), STEP, COMMIT),
    st.just(["log_again"]),
    st.just(["step"]),
)
SUMMARY = st.one_of(
    operation("summary_set", ANY_KEY, VALUE),
    operation("summary_set", NESTED, TREE),
    operation("summary_update", rows()),
    operation("summary_set_inside", NESTED, INNER, VALUE),
    operation("summary_delete", ANY_KEY),
    operation("summary_delete_inside", NESTED, INNER),
    operation("summary_get", ANY_KEY),
    operation("summary_get", ANY_KEY),
    st.just(["summary_keys"]),
)
CONFIG = st.one_of(
    operation("config_set", ANY_KEY, VALUE),
    operation("config_update", rows(), st.sampled_from([None, True, False])),
    operation("config_setdefaults", rows()),
    st.just(["config_read"]),
)
ATTRIBUTES = st.one_of(
    operation("read", st.sampled_from(READABLE)),
    operation("assign", st.sampled_from(["name", "notes"]), st.sampled_from(["new", "", None, 3])),
    operation("assign", st.just("tags"), st.sampled_from([["t"], ["t", "t", "u"], [], "ab", [""]])),
)


@st.composite
def programs(draw: st.DrawFn) -> list[list[Any]]:
    """A program about metrics, about config and attributes, or about the lives of several runs."""
    define = definitions(draw(st.sampled_from(["epoch", "t.step"])), draw(st.sampled_from(["x/*", "*"])))
    finish = operation("finish", st.sampled_from([None, 0, 1, 255, -1, True]))
    operations = draw(
        st.sampled_from(
            [
                st.one_of(LOGGING, LOGGING, define),
                st.one_of(LOGGING, LOGGING, define, SUMMARY, SUMMARY),
                st.one_of(CONFIG, CONFIG, ATTRIBUTES, LOGGING),
                st.one_of(LOGGING, define, SUMMARY, CONFIG, ATTRIBUTES, inits(), finish),
            ]
        )
    )
    return [draw(inits()), *draw(st.lists(operations, min_size=6, max_size=16))]


@pytest.fixture(scope="module")
def client() -> Iterator[RealClient]:
    with RealClient() as real:
        yield real


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
)
@given(program=programs())
def test_random_programs_agree_with_the_real_client(client: RealClient, program: list[list[Any]]) -> None:
    task = Task("tests.random_programs:interpret", program)
    real = client.observe(task)
    for stub in (None, True):
        text = differences(real, observe_patched(task, stub=stub))
        assert not text, f"{'the stand-in' if stub else 'the patch'} differs from the real client:\n{text}"
