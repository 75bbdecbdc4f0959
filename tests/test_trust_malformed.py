"""Malformed values in any position of any call, found by Hypothesis, are answered as the real client answers them.

Compared are type and message of what is raised, and what is recorded before and after.

The number of examples, each of a few runs with several calls, is in the environment variable WANDB_TESTKIT_EXAMPLES.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from importlib.metadata import version
from typing import Any

import pytest

pytest.importorskip("hypothesis")
pytest.importorskip("wandb")

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests import malformed
from tests.bad_inputs import VALUES

pytestmark = [
    pytest.mark.needs_wandb,
    pytest.mark.skipif(not version("wandb").startswith("0.31."), reason="the calls are those of 0.31"),
]

EXAMPLES = int(os.environ.get("WANDB_TESTKIT_EXAMPLES", "2"))
_PROGRAMS = 6

# The client goes through a list's items in Python; here its own memory is read, which no subclass can change.
_LEAVES = sorted(VALUES.keys() - {"raising iteration"})
_PATHS = ("artifact_or_path", "data", "data_or_path", "local_path", "path")
_NUMBERS = [{"v": name} for name in ("boolean", "integer", "negative")]

LEAF = st.sampled_from(_LEAVES).map(lambda name: {"v": name})
KEY = st.sampled_from(["a", "b", "", "_step", "a.b", 1, None])
VALUE = st.recursive(
    LEAF,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.lists(inner, max_size=3).map(lambda items: {"tuple": items}),
        st.lists(st.tuples(KEY, inner).map(list), max_size=2).map(lambda items: {"items": items}),
    ),
    max_leaves=3,
)


@st.composite
def calls(draw: st.DrawFn) -> list[Any]:
    """Return one call with a malformed value at one place or two."""
    name = draw(st.sampled_from(sorted(malformed.CALLABLES)))
    # Another mode would begin a run that goes on.
    places = sorted(set(malformed.CALLABLES[name]) - ({"mode"} if name == "wandb.init" else set()))
    chosen = draw(st.lists(st.sampled_from(places), min_size=1, max_size=2, unique=True))
    given = {place: draw(VALUE) for place in chosen}
    # As a path, a number is a descriptor, which is another one in another process.
    return [name, {place: value for place, value in given.items() if place not in _PATHS or value not in _NUMBERS}]


PROGRAMS = st.lists(st.lists(calls(), min_size=1, max_size=6), min_size=_PROGRAMS, max_size=_PROGRAMS)


@pytest.fixture(scope="module")
def players() -> Iterator[dict[str, malformed.Player]]:
    made = {how: malformed.Player(how) for how in ("real", "installed", "stand-in")}
    yield made
    for player in made.values():
        player.close()


def _told(answer: Any) -> Any:
    """Return an answer without what is the machine's."""
    return json.loads(re.sub(r"0x[0-9a-f]+", "0x...", json.dumps(answer, sort_keys=True)))


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(programs=PROGRAMS)
def test_malformed_calls_are_answered_as_by_the_client(
    players: dict[str, malformed.Player], programs: list[Any]
) -> None:
    for player in players.values():
        player.ask(programs)
    found = {how: player.told() for how, player in players.items()}
    for how in ("installed", "stand-in"):
        for program, told, here in zip(programs, found["real"], found[how], strict=True):
            pairs = zip(program, told["answers"], here["answers"], strict=True)
            assert [(call, real, own) for call, real, own in pairs if real != own] == [], f"the {how} one"
            assert _told(here) == _told(told), (how, program)


def test_the_calls_are_well_formed_without_a_malformed_value(players: dict[str, malformed.Player]) -> None:
    """Else what is compared would be the answer to another mistake."""
    players["real"].ask([[[name, {}] for name in malformed.CALLABLES]])
    (told,) = players["real"].told()
    raised = {name: answer for name, answer in zip(malformed.CALLABLES, told["answers"], strict=True) if answer}
    assert raised == {}
