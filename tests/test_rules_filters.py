"""Filters and orders, apart from the server: what follows from their meaning for any values."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wandb_testkit.rules.filters import FilterError, matches, moment, ordered
from wandb_testkit.rules.tree import MISSING

_SCALARS = st.none() | st.booleans() | st.integers(-5, 5) | st.floats(allow_nan=False) | st.text(max_size=3)
_KEYS = st.sampled_from(["a", "b", "c"])
_THINGS = st.dictionaries(_KEYS, _SCALARS | st.lists(_SCALARS, max_size=3))
_CONDITIONS = st.one_of(
    _SCALARS,
    st.builds(
        lambda name, value: {name: value}, st.sampled_from(["$eq", "$ne", "$gt", "$gte", "$lt", "$lte"]), _SCALARS
    ),
    st.builds(lambda name, items: {name: items}, st.sampled_from(["$in", "$nin"]), st.lists(_SCALARS, max_size=3)),
    st.builds(lambda there: {"$exists": there}, st.booleans()),
)
_FILTERS = st.recursive(
    st.dictionaries(_KEYS, _CONDITIONS, max_size=2),
    lambda inner: st.builds(
        lambda name, parts: {name: parts}, st.sampled_from(["$and", "$or", "$nor"]), st.lists(inner, max_size=3)
    ),
    max_leaves=5,
)


def passes(filters: Any, thing: dict[str, Any]) -> bool:
    return matches(filters, lambda key: thing.get(key, MISSING))


@given(_FILTERS, _FILTERS, _THINGS)
def test_filters_join_as_logic_does(one: Any, other: Any, thing: dict[str, Any]) -> None:
    first, second = passes(one, thing), passes(other, thing)
    assert passes({"$and": [one, other]}, thing) == (first and second)
    assert passes({"$or": [one, other]}, thing) == (first or second)
    assert passes({"$nor": [one, other]}, thing) == (not first and not second)


@given(_KEYS, _SCALARS, _THINGS)
def test_each_operator_has_its_opposite(key: str, value: Any, thing: dict[str, Any]) -> None:
    def holds(condition: Any) -> bool:
        return passes({key: condition}, thing)

    assert holds(value) == holds({"$eq": value}) == holds({"$in": [value]}) != holds({"$ne": value})
    assert holds({"$in": [value]}) != holds({"$nin": [value]})
    assert holds({"$exists": True}) == (key in thing) != holds({"$exists": False})
    there = thing.get(key)
    if not isinstance(there, list):
        assert not (holds({"$gt": value}) and holds({"$lte": value}))
        if holds({"$gte": value}):
            assert holds({"$gt": value}) != holds(value)
        if isinstance(there, int) and isinstance(value, str):
            assert not any(holds({name: value}) for name in ("$gt", "$gte", "$lt", "$lte"))


@given(st.lists(st.dictionaries(_KEYS, st.integers(0, 3))), _KEYS)
def test_an_order_sorts_and_keeps_what_is_equal_in_place(things: list[dict[str, int]], key: str) -> None:
    numbered = list(enumerate(things))

    def read(item: tuple[int, dict[str, int]], name: str) -> Any:
        return item[1].get(name, MISSING)

    ascending, descending = ordered(numbered, f"+{key}", read), ordered(numbered, f"-{key}", read)
    assert ordered(numbered, key, read) == ascending
    for found, sign in ((ascending, 1), (descending, -1)):
        assert sorted(found) == numbered or sorted(index for index, _ in found) == list(range(len(things)))
        there = [(sign * thing[key], index) for index, thing in found if key in thing]
        assert [value for value, _ in there] == sorted(value for value, _ in there)
        assert [key in thing for _, thing in found] == sorted((key in thing for _, thing in found), reverse=True)
    assert [index for index, thing in ascending if key not in thing] == [
        index for index, thing in numbered if key not in thing
    ]
    assert ordered(numbered, None, read) == numbered


def test_several_keys_of_an_order() -> None:
    things = [{"a": 1, "b": 1}, {"a": 0, "b": 1}, {"a": 1, "b": 2}, {"a": 0}]
    assert ordered(things, "-b, +a", lambda thing, key: thing.get(key, MISSING)) == [
        {"a": 1, "b": 2},
        {"a": 0, "b": 1},
        {"a": 1, "b": 1},
        {"a": 0},
    ]


@pytest.mark.parametrize(
    "text", ["2024-05-06", "2024-05-06T00:00:00", "2024-05-06T00:00:00Z", "2024-05-06T02:00:00+02:00"]
)
def test_times_are_compared_as_times(text: str) -> None:
    time = datetime(2024, 5, 6, tzinfo=timezone.utc)
    assert moment(text) == time
    thing = {"at": time}
    assert passes({"at": text}, thing)
    assert passes({"at": {"$gte": text, "$lte": text}}, thing)
    assert not passes({"at": {"$gt": text}}, thing)
    assert passes({"at": {"$gt": text}}, {"at": time + timedelta(seconds=1)})


@pytest.mark.parametrize("text", ["yesterday", "", 5, None])
def test_what_is_no_time_equals_none(text: Any) -> None:
    thing = {"at": datetime(2024, 5, 6, tzinfo=timezone.utc)}
    assert moment(text) is None
    assert not passes({"at": {"$gte": text}}, thing)
    assert not passes({"at": text}, thing)


@pytest.mark.parametrize("filters", [5, "a", [1], {"a": {"$near": 1}}, {"$or": {}}, {"a": {"$in": 1}}])
def test_what_is_no_filter_is_refused(filters: Any) -> None:
    with pytest.raises(FilterError, match="invalid filter"):
        passes(filters, {"a": 1})


def test_texts_are_sorted_after_numbers() -> None:
    things = [{"a": "b"}, {"a": 2}, {"a": True}, {"a": "a"}, {}]
    found = ordered(things, "a", lambda thing, key: thing.get(key, MISSING))
    assert found == [{"a": 2}, {"a": "a"}, {"a": "b"}, {"a": True}, {}]


def test_tuples_equal_lists_and_times_without_a_zone_are_utc() -> None:
    assert passes({"a": ["x", 1]}, {"a": ("x", 1)})
    assert not passes({"a": ["x"]}, {"a": ("x", 1)})
    assert moment(datetime(2024, 5, 6)) == moment("2024-05-06") == moment(datetime(2024, 5, 6, tzinfo=timezone.utc))
