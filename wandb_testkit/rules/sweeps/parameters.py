"""What a parameter of a sweep may be: a value, a list of values, a range with a distribution, more parameters.

The kinds, what each needs and the defaults are those of wandb's search engine (https://github.com/wandb/sweeps, 0.3)
and of https://docs.wandb.ai/models/sweeps/sweep-config-keys.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from wandb_testkit.rules.sweeps.json_schema import Schema, is_valid

# What the engine puts between the names of nested parameters; it shows in its messages.
NESTING = ".wbnest[599c28ca25da]."


class Invalid(ValueError):
    """A sweep that the service does not make; the text is the service's."""


class Parameter(NamedTuple):
    """A parameter with its defaults filled in.

    Attributes:
        path: Its name, and before it those of the parameters that it is nested in.
        kind: Its distribution, as the config names it.
        options: What it has: values, bounds and so on.
    """

    path: tuple[str, ...]
    kind: str
    options: dict[str, Any]

    @property
    def name(self) -> str:
        """The name as the service's messages say it."""
        return NESTING.join(self.path)


_NUMBER: Schema = {"type": "number"}
_POSITIVE = {"type": "number", "exclusiveMinimum": 0}
_NOT_NEGATIVE = {"type": "number", "minimum": 0}
_FLOAT = {"type": "number", "format": "float"}
_INTEGER = {"type": "integer", "format": "integer"}
_VALUES = {"type": "array", "minItems": 1}
_BOUNDS: Mapping[str, Schema] = {"min": _NUMBER, "max": _NUMBER}
_LIMITS: Mapping[str, Schema] = {"min": {"type": "number", "exclusiveMinimum": 0.0}, "max": _NUMBER}
_BETA: Mapping[str, Schema] = {"a": _NOT_NEGATIVE, "b": _NOT_NEGATIVE}
_NORMAL: Mapping[str, Schema] = {"mu": _NUMBER, "sigma": _NOT_NEGATIVE}
_STEP: Mapping[str, Schema] = {"q": _POSITIVE}
_PROBABILITIES = {"type": "array", "minItems": 1, "items": _NOT_NEGATIVE}


def _schema(kind: str, properties: Mapping[str, Schema], *required: str) -> Schema:
    return {
        "type": "object",
        "required": list(required),
        "properties": {**properties, "distribution": {"enum": [kind]}},
        "additionalProperties": False,
    }


def _named(kind: str, properties: Mapping[str, Schema]) -> tuple[str, Schema]:
    """A kind that the config has to name; where it has bounds, it needs both."""
    return kind, _schema(kind, properties, "distribution", *(name for name in ("max", "min") if name in properties))


def _uniform() -> Iterator[tuple[str, Schema]]:
    yield "uniform", _schema("uniform", _BOUNDS, "min", "max", "distribution")
    # Without its name, at least one bound has to be a float.
    for low, high in ((_FLOAT, _FLOAT), (_NUMBER, _FLOAT), (_FLOAT, _NUMBER)):
        yield "uniform", _schema("uniform", {"min": low, "max": high}, "min", "max")


#: The kinds in the order in which they are tried.
_KINDS: tuple[tuple[str, Schema], ...] = (
    _named("q_beta", {**_BETA, **_STEP}),
    _named("beta", _BETA),
    ("categorical", _schema("categorical", {"values": _VALUES}, "values")),
    (
        "categorical_w_probabilities",
        _schema(
            "categorical_w_probabilities",
            {"values": _VALUES, "probabilities": _PROBABILITIES},
            "values",
            "probabilities",
        ),
    ),
    ("int_uniform", _schema("int_uniform", {"max": _INTEGER, "min": _INTEGER}, "min", "max")),
    *_uniform(),
    _named("log_normal", _NORMAL),
    _named("log_uniform", _BOUNDS),
    _named("inv_log_uniform", _BOUNDS),
    _named("normal", _NORMAL),
    _named("q_log_normal", {**_NORMAL, **_STEP}),
    _named("q_log_uniform", {**_BOUNDS, **_STEP}),
    _named("q_normal", {**_NORMAL, **_STEP}),
    _named("q_uniform", {**_BOUNDS, **_STEP}),
    ("constant", _schema("constant", {"value": {}}, "value")),
    _named("inv_log_uniform_values", _LIMITS),
    _named("log_uniform_values", _LIMITS),
    _named("q_log_uniform_values", {**_LIMITS, **_STEP}),
)
_DEFAULTS: dict[str, dict[str, Any]] = {
    "beta": {"a": 1, "b": 1},
    "q_beta": {"a": 1, "b": 1, "q": 1.0},
    "normal": {"mu": 0.0, "sigma": 1.0},
    "log_normal": {"mu": 0.0, "sigma": 1.0},
    "q_normal": {"mu": 0, "sigma": 1, "q": 1.0},
    "q_log_normal": {"mu": 0, "sigma": 1, "q": 1.0},
    "q_uniform": {"q": 1.0},
    "q_log_uniform": {"q": 1.0},
    "q_log_uniform_values": {"q": 1.0},
}

#: Kinds whose bounds are exponents, each with the one whose bounds are the values themselves.
EXPONENTS = {
    "log_uniform": "log_uniform_values",
    "inv_log_uniform": "inv_log_uniform_values",
    "q_log_uniform": "q_log_uniform_values",
}

#: What the section ``parameters`` of a sweep or of a parameter has to be.
PARAMETERS: dict[str, Any] = {
    "type": "object",
    "propertyNames": {"pattern": "^^[A-Za-z_][A-Za-z0-9_.-]*$"},
    "additionalProperties": {"anyOf": [schema for _, schema in _KINDS]},
    "minProperties": 1,
}
_NESTED: Schema = {
    "type": "object",
    "required": ["parameters"],
    "properties": {"parameters": PARAMETERS},
    "additionalProperties": False,
}
PARAMETERS["additionalProperties"]["anyOf"].append(_NESTED)


def read(config: Mapping[str, Any]) -> list[Parameter]:
    """Return the parameters of a section ``parameters``, nested ones in their place, in the order of their names.

    Args:
        config: The section.

    Raises:
        Invalid: One of them is nothing that a parameter can be.
    """
    return list(_read(config, ()))


def _read(config: Mapping[str, Any], above: tuple[str, ...]) -> Iterator[Parameter]:
    for name, options in sorted(config.items()):
        path = (*above, name)
        found = parameter(path, options)
        if found is None:
            yield from _read(options["parameters"], path)
        else:
            yield found


def parameter(path: tuple[str, ...], options: Any) -> Parameter | None:
    """Return one parameter with its defaults filled in; None for one that has nothing but more parameters in it.

    Raises:
        Invalid: It is nothing that a parameter can be.
    """
    for kind, schema in _KINDS:
        if is_valid(options, schema):
            found = Parameter(path, kind, {**_DEFAULTS.get(kind, {}), **options})
            check_bounds(found.name, options)
            return found
    if is_valid(options, _NESTED):
        return None
    raise Invalid(f"invalid hyperparameter configuration: {NESTING.join(path)}")


def check_bounds(name: str, options: Mapping[str, Any]) -> None:
    """Refuse a range that has nothing in it.

    Raises:
        Invalid: The lower bound is not below the upper one.
    """
    low, high = options.get("min"), options.get("max")
    if isinstance(low, (int, float)) and isinstance(high, (int, float)) and low >= high:
        raise Invalid(f"{name}: min {low} is not less than max {high}")
