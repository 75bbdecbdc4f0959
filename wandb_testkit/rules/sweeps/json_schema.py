"""A small checker of JSON schemas (draft 7), which words its findings as the ``jsonschema`` package does.

The service checks the config of a sweep with that package and hands its texts on; they have to be the same here,
where nothing may be installed.  Only the keywords that the schema of sweeps uses are known.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

Schema = Mapping[str, Any]


def problems(value: Any, schema: Schema) -> Iterator[str]:
    """Yield what is wrong with `value`, in the order of the schema's keywords.

    Args:
        value: What JSON can hold.
        schema: Keywords to what they ask for; the order counts.
    """
    for keyword, wanted in schema.items():
        check = _CHECKS.get(keyword)
        if check is not None:
            yield from check(wanted, value, schema)


def is_valid(value: Any, schema: Schema) -> bool:
    """Say whether nothing is wrong with `value`."""
    return next(problems(value, schema), None) is None


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


_TYPES: dict[str, Callable[[Any], bool]] = {
    "object": lambda value: isinstance(value, dict),
    "array": lambda value: isinstance(value, list),
    "string": lambda value: isinstance(value, str),
    "boolean": lambda value: isinstance(value, bool),
    "number": _is_number,
    "integer": lambda value: _is_number(value) and float(value).is_integer(),
}
_FORMATS = {"float": float, "integer": int}


def _type(wanted: str, value: Any, _: Schema) -> Iterator[str]:
    if not _TYPES[wanted](value):
        yield f"{value!r} is not of type {wanted!r}"


def _format(wanted: str, value: Any, _: Schema) -> Iterator[str]:
    if not isinstance(value, _FORMATS[wanted]):
        yield f"{value!r} is not a {wanted!r}"


def _required(wanted: list[str], value: Any, _: Schema) -> Iterator[str]:
    if isinstance(value, dict):
        yield from (f"{name!r} is a required property" for name in wanted if name not in value)


def _enum(wanted: list[Any], value: Any, _: Schema) -> Iterator[str]:
    # 0 and False, 1 and True are different values in JSON.
    if not any(value == each and isinstance(value, bool) == isinstance(each, bool) for each in wanted):
        yield f"{value!r} is not one of {wanted!r}"


def _properties(wanted: Mapping[str, Schema], value: Any, _: Schema) -> Iterator[str]:
    if isinstance(value, dict):
        for name, schema in wanted.items():
            if name in value:
                yield from problems(value[name], schema)


def _additional(wanted: Any, value: Any, schema: Schema) -> Iterator[str]:
    if not isinstance(value, dict):
        return
    extras = [name for name in value if name not in schema.get("properties", {})]
    if isinstance(wanted, dict):
        for name in extras:
            yield from problems(value[name], wanted)
    elif extras:
        names = ", ".join(repr(name) for name in sorted(extras, key=str))
        verb = "was" if len(extras) == 1 else "were"
        yield f"Additional properties are not allowed ({names} {verb} unexpected)"


def _property_names(wanted: Schema, value: Any, _: Schema) -> Iterator[str]:
    if isinstance(value, dict):
        for name in value:
            yield from problems(name, wanted)


def _pattern(wanted: str, value: Any, _: Schema) -> Iterator[str]:
    if isinstance(value, str) and not re.search(wanted, value):
        yield f"{value!r} does not match {wanted!r}"


def _at_least(count: int, value: Any, what: type, short: str) -> Iterator[str]:
    if isinstance(value, what) and len(value) < count:  # type: ignore[arg-type]
        yield f"{value!r} {'should be non-empty' if count == 1 else short}"


def _min_items(wanted: int, value: Any, _: Schema) -> Iterator[str]:
    return _at_least(wanted, value, list, "is too short")


def _min_properties(wanted: int, value: Any, _: Schema) -> Iterator[str]:
    return _at_least(wanted, value, dict, "does not have enough properties")


def _items(wanted: Schema, value: Any, _: Schema) -> Iterator[str]:
    if isinstance(value, list):
        for item in value:
            yield from problems(item, wanted)


def _minimum(wanted: float, value: Any, _: Schema) -> Iterator[str]:
    if _is_number(value) and value < wanted:
        yield f"{value!r} is less than the minimum of {wanted!r}"


def _exclusive_minimum(wanted: float, value: Any, _: Schema) -> Iterator[str]:
    if _is_number(value) and value <= wanted:
        yield f"{value!r} is less than or equal to the minimum of {wanted!r}"


def _any_of(wanted: list[Schema], value: Any, _: Schema) -> Iterator[str]:
    if not any(is_valid(value, schema) for schema in wanted):
        yield f"{value!r} is not valid under any of the given schemas"


def _dependencies(wanted: Mapping[str, list[str]], value: Any, _: Schema) -> Iterator[str]:
    if isinstance(value, dict):
        for name, needed in wanted.items():
            if name in value:
                yield from (f"{each!r} is a dependency of {name!r}" for each in needed if each not in value)


_CHECKS: dict[str, Callable[[Any, Any, Schema], Iterator[str]]] = {
    "type": _type,
    "format": _format,
    "required": _required,
    "enum": _enum,
    "properties": _properties,
    "additionalProperties": _additional,
    "propertyNames": _property_names,
    "pattern": _pattern,
    "minItems": _min_items,
    "minProperties": _min_properties,
    "items": _items,
    "minimum": _minimum,
    "exclusiveMinimum": _exclusive_minimum,
    "anyOf": _any_of,
    # Of one alternative, "one of" and "any of" ask and say the same.
    "oneOf": _any_of,
    "dependencies": _dependencies,
}
