"""Checking one field, and what fields may not say together."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from wandb_testkit.rules import validation as v
from wandb_testkit.rules.settings.field_rules import AFTER, BEFORE, WARNING, field_warning
from wandb_testkit.rules.settings.table import CHECKS, FIELDS
from wandb_testkit.rules.settings.warned import Warn

# Fields whose value needs no more than to be a str.
PLAIN = frozenset(
    name for name, check in FIELDS.items() if check in (CHECKS["str"], CHECKS["str?"]) and name not in AFTER
)

# What needs no closer look: the ordinary values of two fields with rules of their own.
GOOD: dict[str, Callable[[str], object]] = {
    "project": re.compile(r"[^/\\#?%:]{0,128}").fullmatch,
    "run_id": re.compile(r"[A-Za-z0-9_.\-]+").fullmatch,
}


def check_field(name: str, given: Any, others: Mapping[str, Any], warn: Warn | None, place: str = "") -> Any:
    """The coerced value of a field.

    Raises:
        v.Invalid: pydantic would list these problems.
        Usage, TypeError: What the client's own rules raise past pydantic.
    """
    if type(given) is str and name in PLAIN:
        return given
    before = BEFORE.get(name)
    after = AFTER.get(name)
    try:
        value = FIELDS[name](given if before is None else before(given, others))
        if after is not None:
            value = after(value)
    except v.Invalid as invalid:
        raise v.Invalid([problem.under(place or name) for problem in invalid.problems]) from None
    except ValueError as error:
        str(error).encode()  # an error that is no valid text passes as the UnicodeEncodeError it causes
        raise v.Invalid([v.Problem("value_error", given, (place or name,), {"error": error})]) from None
    if name in WARNING and warn is not None and (text := field_warning(name, given, value)):
        warn(text)
    return value


_BRANCHING = ("fork_from", "resume", "resume_from")
CONTRADICTORY = frozenset((*_BRANCHING, "mode", "x_skip_transaction_log"))


def contradiction(fields: Mapping[str, Any]) -> str | None:
    """What is wrong though no single field can be blamed for it."""
    if CONTRADICTORY.isdisjoint(fields):
        return None
    if sum(fields.get(name) is not None for name in _BRANCHING) > 1:
        return "`fork_from`, `resume`, or `resume_from` are mutually exclusive. Please specify only one of them."
    if fields.get("x_skip_transaction_log") and fields.get("mode") in ("offline", "dryrun"):
        return "Cannot skip transaction log in offline mode"
    return None
