"""Arguments that are checked at the call: `define_metric`, `alert`, and protobuf's number fields.

Source of the rules: client 0.31; the messages of the number fields are protobuf's.
"""

from __future__ import annotations

import enum
import operator
import sys
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from wandb_testkit.rules.metrics import Definition

DUMMY = Definition("dummy", None, False, None, None, None)

#: What the summary of a metric may be, in the newest release.
SUMMARY_KINDS = frozenset({"min", "max", "mean", "last", "copy", "none", "first"})


def summary_kinds(*, best: bool, first: bool) -> frozenset[str]:
    """Return what the summary of a metric may be, in a release that knows these two or not."""
    kinds = SUMMARY_KINDS | {"best"} if best else SUMMARY_KINDS
    return kinds if first else kinds - {"first"}


def validate(
    name: Any,
    step_metric: Any,
    options: Mapping[str, Any],
    *,
    error: type[Exception],
    kinds: frozenset[str] = SUMMARY_KINDS,
) -> Definition:
    """Return the definition that the arguments of `define_metric` mean.

    Args:
        name: A metric's name; a ``*`` at its end makes it a glob.
        step_metric: The name of the x-axis metric.
        options: The other arguments, as far as they were given.
        error: ``wandb.Error``, raised for what the client refuses.
        kinds: The summary kinds that this release knows.
    """
    if not name:
        raise error("define_metric() requires non-empty name argument")
    given: dict[str, Any] = {"step_sync": None, "hidden": None, "summary": None, "overwrite": None, **options}
    for argument, value, kind in (
        ("name", name, str),
        ("step_metric", step_metric, str),
        ("step_sync", given["step_sync"], bool),
        ("hidden", given["hidden"], bool),
        ("summary", given["summary"], str),
        ("goal", given.get("goal"), str),
        ("overwrite", given["overwrite"], bool),
    ):
        if value is not None and not isinstance(value, kind):
            raise error(f"Unhandled define_metric() arg: {argument} type: {type(value).__name__}")
    if "*" in name.removesuffix("*"):
        raise error(f"Unhandled define_metric() arg: name (glob suffixes only): {name}")
    chosen: tuple[str, ...] | None = None
    if given["summary"]:
        chosen = tuple(operation.lower() for operation in given["summary"].split(","))
        for operation in chosen:
            if operation not in kinds:
                raise error(f"Unhandled define_metric() arg: summary op: {operation}")
    goal: str | None = given.get("goal")
    if goal is not None and goal[:3].lower() not in ("min", "max"):
        raise error(f"Unhandled define_metric() arg: goal: {goal}")
    text(name)
    if step_metric:
        text(step_metric)
    step_sync = given["step_sync"]
    if step_sync is None:
        step_sync = step_metric is not None
    goal = goal and goal[:3].lower()
    return Definition(name, step_metric, step_sync, given["hidden"], chosen, given["overwrite"], goal)


def _index(value: Any, field: str) -> int:
    if isinstance(value, bool) and not _takes_booleans():
        raise TypeError(f"Field wandb_internal.{field}: Expected an int, got a boolean.")
    return operator.index(value)


def _takes_booleans() -> bool:
    """Say whether booleans are numbers to the protobuf in use, as they were to those before 7."""
    protobuf = sys.modules.get("google.protobuf")
    return protobuf is not None and int(protobuf.__version__.partition(".")[0]) < 7


def text(value: Any) -> str:
    """Raise what protobuf raises for a string field, which is UTF-8; return what it stores."""
    if isinstance(value, bytes):
        return value.decode()
    if not isinstance(value, str):
        raise TypeError("bad argument type for built-in operation")
    value.encode()
    return value if type(value) is str else str.__str__(value)


def int64(field: str, value: Any) -> int:
    """Return what protobuf stores in an int64 field, or raise what it raises."""
    number = _index(value, field)
    if not -(2**63) <= number < 2**63:
        raise ValueError(f"Value out of range: {value}")
    return number


def int32(field: str, value: Any) -> int:
    """Return what protobuf stores in an int32 field, or raise what it raises."""
    number = _index(value, field)
    if not -(2**31) <= number < 2**31:
        raise ValueError(f"Value out of range: {value}")
    return number


def boolean(value: Any) -> bool:
    """Return what protobuf stores in a bool field, or raise what it raises."""
    if type(value).__module__ == "numpy" and type(value).__name__ in ("bool", "bool_"):
        return bool(value)
    if type(value).__name__ == "ndarray":
        raise TypeError(f"{value} has type ndarray, but expected one of: bool")
    number = operator.index(value)
    # A field of protobuf that is a bool is read as a C long.
    if not -(2**63) <= number < 2**63:
        raise OverflowError("Python int too large to convert to C long")
    return bool(number)


def alert(title: Any, message: Any, level: Any, wait_duration: Any, *, levels: type[enum.Enum]) -> dict[str, Any]:
    """Return an alert as the backend gets it.

    Args:
        title: Its title.
        message: Its text.
        level: One of `levels`, the name of one, or None for "INFO".
        wait_duration: Seconds, or a timedelta, before another alert of this title; None for a minute.
        levels: ``wandb.AlertLevel``.

    Returns:
        ``title``, ``text``, ``level`` ("INFO", "WARN" or "ERROR") and ``wait_duration`` in milliseconds.

    Raises:
        ValueError: The level is none of the three; the duration or a text cannot be sent.
        TypeError: The duration is no number and no timedelta, the level cannot be hashed, or a text is none.
    """
    level = level or "INFO"
    level_text = level.value if isinstance(level, levels) else level
    if level_text not in {known.value for known in levels}:
        raise ValueError("level must be one of 'INFO', 'WARN', or 'ERROR'")
    duration = wait_duration or timedelta(minutes=1)
    if isinstance(duration, (int, float)):
        duration = timedelta(seconds=duration)
    elif not callable(getattr(duration, "total_seconds", None)):
        raise TypeError("wait_duration must be an int, float, or datetime.timedelta")
    milliseconds = int(duration.total_seconds() * 1000)
    return {
        "title": text(title),
        "text": text(message),
        "level": text(level_text),
        "wait_duration": int64("AlertRecord.wait_duration", milliseconds),
    }
