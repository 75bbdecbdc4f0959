"""Steps of a run, to fork or to resume from: ``fork_from="run?_step=3"``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from wandb_testkit.rules import validation as v


@dataclass
class RunMoment:
    """A step of a run, to fork or to resume from; stand-in for ``wandb.sdk.lib.run_moment.RunMoment``."""

    run: str
    value: int | float
    metric: str = "_step"

    def __post_init__(self) -> None:
        if self.metric != "_step":
            raise ValueError(f"Only the metric '_step' is supported, got '{self.metric}'.")
        if not isinstance(self.value, (int, float)):
            raise TypeError(f"Only int or float values are supported, got '{self.value}'.")
        if not isinstance(self.run, str):
            raise TypeError(f"Only string run names are supported, got '{self.run}'.")

    @classmethod
    def from_uri(cls, uri: str) -> RunMoment:
        """Read ``<run>?_step=<number>``.

        Args:
            uri: The text.

        Returns:
            The moment; its value is an int where the number is digits only, else a float.

        Raises:
            ValueError: It is not of that form.
        """
        from urllib.parse import parse_qs, urlparse  # slow to import, rarely needed

        problem = (
            f"Could not parse passed run moment string '{uri}', expected format '<run>?<metric>=<numeric_value>'."
            " Currently, only the metric '_step' is supported. Example: 'ans3bsax?_step=123'."
        )
        try:
            parts = urlparse("runmoment://" + uri)
        except ValueError as error:
            raise ValueError(problem) from error
        query = parse_qs(parts.query)
        if not parts.netloc or parts.path or parts.params or parts.fragment or list(query) != ["_step"]:
            raise ValueError(problem)
        number = query["_step"][0]
        try:
            return cls(parts.netloc, int(number) if number.isdigit() else float(number))
        except ValueError as error:
            raise ValueError(problem) from error


def is_moment(value: Any) -> bool:
    """Whether it is a moment, of these rules or of the real client."""
    return isinstance(value, RunMoment) or type(value).__module__ == "wandb.sdk.lib.run_moment"


def as_moment(value: Any) -> Any:
    """The moment that is given as such or as text; anything else is silently no moment at all."""
    if isinstance(value, str):
        return RunMoment.from_uri(value)
    return value if is_moment(value) else None


def checked_moment(moment: Any) -> RunMoment:
    """The check of a field that holds a moment, whose own fields pydantic checks again."""
    problems: list[v.Problem] = []
    number = v.union({"int": _strict_int, "float": v.floating})
    values: dict[str, Any] = {}
    for name, check in (("run", v.string), ("value", number), ("metric", v.string)):
        try:
            values[name] = check(getattr(moment, name))
        except v.Invalid as invalid:
            problems += [problem.under(name) for problem in invalid.problems]
    if problems:
        raise v.Invalid(problems)
    return RunMoment(**values)


def _strict_int(value: Any) -> Any:
    # Of "int or float" pydantic prefers the one that the value already is.
    return v.fail("int_from_float", value) if isinstance(value, float) else v.integer(value)
