"""What is wrong with a value, in pydantic's words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NoReturn

PYDANTIC_VERSION = "2.14"
"""The pydantic release whose documentation the error texts point at."""
Location = tuple["str | int", ...]
_MESSAGES = {
    "bool_parsing": "Input should be a valid boolean, unable to interpret input",
    "bool_type": "Input should be a valid boolean",
    "callable_type": "Input should be callable",
    "model_type": "Input should be a valid dictionary or instance of {class_name}",
    "dict_type": "Input should be a valid dictionary",
    "extra_forbidden": "Extra inputs are not permitted",
    "finite_number": "Input should be a finite number",
    "float_parsing": "Input should be a valid number, unable to parse string as a number",
    "float_type": "Input should be a valid number",
    "int_from_float": "Input should be a valid integer, got a number with a fractional part",
    "int_parsing": "Input should be a valid integer, unable to parse string as an integer",
    "int_parsing_size": "Unable to parse input string as an integer, exceeded maximum size",
    "int_type": "Input should be a valid integer",
    "is_instance_of": "Input should be an instance of {class}",
    "list_type": "Input should be a valid list",
    "literal_error": "Input should be {expected}",
    "no_such_attribute": "Object has no attribute '{attribute}'",
    "sequence_str": "'{type_name}' instances are not allowed as a Sequence value",
    "string_too_short": "String should have at least {min_length} character",
    "string_type": "Input should be a valid string",
    "string_unicode": "Input should be a valid string, unable to parse raw data as a unicode string",
    "url_parsing": "Input should be a valid URL, {error}",
    "url_scheme": "URL scheme should be {expected_schemes}",
    "url_syntax_violation": "Input violated strict URL syntax rules, {error}",
    "value_error": "Value error, {error}",
}


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with the input, as pydantic lists it."""

    type: str
    value: Any
    location: Location = ()
    context: Mapping[str, Any] | None = None

    @property
    def message(self) -> str:
        """The sentence that says what was expected."""
        return _MESSAGES[self.type].format_map(self.context or {})

    def under(self, *prefix: str | int) -> Problem:
        """The same problem, found deeper: inside the item `prefix`."""
        return replace(self, location=prefix + self.location)


class Invalid(Exception):
    """A value that a check refuses; it becomes a `ValidationError` where the field is known."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(problems)
        self.problems = problems


def fail(kind: str, value: Any, **context: Any) -> NoReturn:
    """Refuse a value.

    Args:
        kind: pydantic's name of the error type.
        value: What was given.
        **context: What the message names.

    Raises:
        Invalid: Always.
    """
    raise Invalid([Problem(kind, value, (), context or None)])


class ValidationError(ValueError):
    """The stand-in for pydantic's error of the same name, with the same text.

    Args:
        problems: What is wrong, in pydantic's order.
        title: The name of the model.
        version: The pydantic release named in the links.
    """

    def __init__(self, problems: Sequence[Problem], title: str = "Settings", version: str = PYDANTIC_VERSION) -> None:
        super().__init__(problems, title, version)
        self.problems = list(problems)
        self.title = title
        self.version = version

    def error_count(self) -> int:
        """How many problems there are."""
        return len(self.problems)

    def _url(self, problem: Problem) -> str | None:
        # pydantic documents its own error types only; "sequence_str" is a custom one.
        if problem.type == "sequence_str":
            return None
        return f"https://errors.pydantic.dev/{self.version}/v/{problem.type}"

    def errors(self) -> list[dict[str, Any]]:
        """The problems as dictionaries with pydantic's keys: type, loc, msg, input, and where it has them ctx, url."""
        listed = []
        for problem in self.problems:
            entry = {"type": problem.type, "loc": problem.location, "msg": problem.message, "input": problem.value}
            if problem.context:
                entry["ctx"] = dict(problem.context)
            if url := self._url(problem):
                entry["url"] = url
            listed.append(entry)
        return listed

    def line_errors(self) -> list[dict[str, Any]]:
        """The problems in the form that ``pydantic_core.ValidationError.from_exception_data`` takes.

        A caller that has pydantic at hand can so raise the very class that the client raises.
        """
        return [
            {"type": p.type, "loc": p.location, "input": p.value, **({"ctx": dict(p.context)} if p.context else {})}
            for p in self.problems
        ]

    def __str__(self) -> str:
        plural = "" if len(self.problems) == 1 else "s"
        lines = [f"{len(self.problems)} validation error{plural} for {self.title}"]
        for problem in self.problems:
            if problem.location:
                lines.append(".".join(_location_text(item) for item in problem.location))
            lines.append(
                f"  {problem.message} [type={problem.type}, input_value={_shortened_repr(problem.value)},"
                f" input_type={type(problem.value).__qualname__}]"
            )
            if url := self._url(problem):
                lines.append(f"    For further information visit {url}")
        return "\n".join(lines)

    __repr__ = __str__


def _location_text(item: str | int) -> str:
    return f"`{item}`" if isinstance(item, str) and "." in item else str(item)


def safe_repr(value: Any) -> str:
    """The repr, whatever a foreign ``__repr__`` does."""
    try:
        return repr(value)
    except Exception:  # any failure of it: pydantic, too, prints this instead
        return f"<unprintable {type(value).__name__} object>"


def _shortened_repr(value: Any) -> str:
    """The repr, cut in the middle so that 25 bytes stay in front and 24 behind, never through a character."""
    text = safe_repr(value)
    raw = text.encode("utf-8", "surrogatepass")
    if len(raw) <= 50:
        return text
    return raw[:25].decode("utf-8", "ignore") + "..." + raw[-24:].decode("utf-8", "ignore")
