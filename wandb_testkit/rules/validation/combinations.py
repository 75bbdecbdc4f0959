"""Checks made of checks, as types are made of types."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from wandb_testkit.rules.validation.errors import Invalid, Problem, fail, safe_repr
from wandb_testkit.rules.validation.scalars import INT64, Check, encodable, string


def optional(check: Check) -> Check:
    """The same, or None."""
    return lambda value: None if value is None else check(value)


def literal(*words: str) -> Check:
    """One of the words."""
    known = {word: word for word in words}
    quoted = [repr(word) for word in words]
    expected = ", ".join(quoted[:-1]) + " or " + quoted[-1]

    def check(value: Any) -> str:
        found = known.get(encodable(value)) if isinstance(value, str) else None
        return fail("literal_error", value, expected=expected) if found is None else found

    return check


def union(choices: Mapping[str, Check]) -> Check:
    """The first of the checks that accepts, each with the label that pydantic gives it in an error's location."""

    def check(value: Any) -> Any:
        problems: list[Problem] = []
        for label, choice in choices.items():
            try:
                return choice(value)
            except Invalid as invalid:
                problems += [problem.under(label) for problem in invalid.problems]
        raise Invalid(problems)

    return check


def items(values: Sequence[Any], check: Check) -> list[Any]:
    """Every item checked, all refusals collected."""
    checked: list[Any] = []
    problems: list[Problem] = []
    for index, value in enumerate(values):
        try:
            checked.append(check(value))
        except Invalid as invalid:
            problems += [problem.under(index) for problem in invalid.problems]
    if problems:
        raise Invalid(problems)
    return checked


def strings(value: tuple[Any, ...]) -> tuple[Any, ...]:
    """A tuple of text; the field's own rule has made it a tuple."""
    for item in value:
        if type(item) is not str:
            return tuple(items(value, string))
    return value


def sequence_of(check: Check) -> Check:
    """A ``collections.abc.Sequence`` other than text; its own type is kept."""

    def sequence(value: Any) -> Any:
        if not isinstance(value, Sequence):
            fail("is_instance_of", value, **{"class": "Sequence"})
        if isinstance(value, (str, bytes)):
            fail("sequence_str", value, type_name=type(value).__name__)
        if isinstance(value, bytearray):
            fail("list_type", value)
        checked = items(value, check)
        # A range cannot be built from its items; any other type is trusted to be, and its own error passes.
        keep = type(value) in (list, range)
        return checked if keep else type(value)(checked)  # type: ignore[call-arg]

    return sequence


def _key_place(key: Any) -> str | int:
    if isinstance(key, int):
        return int(key) if key in INT64 else str(int(key))
    if isinstance(key, str):
        return key.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
    return safe_repr(key)


def dict_of(check: Check) -> Check:
    """A mapping from text, as a dict."""

    def mapping(value: Any) -> dict[str, Any]:
        if not isinstance(value, Mapping):
            fail("dict_type", value)
        checked: dict[str, Any] = {}
        problems: list[Problem] = []
        for key, item in value.items():
            place = _key_place(key)
            name = ""
            try:
                name = string(key)
            except Invalid as invalid:
                problems += [problem.under(place, "[key]") for problem in invalid.problems]
            try:
                checked[name] = check(item)
            except Invalid as invalid:
                problems += [problem.under(place) for problem in invalid.problems]
        if problems:
            raise Invalid(problems)
        return checked

    return mapping
