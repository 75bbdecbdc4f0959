"""What a setting's value may be: pydantic's coercions and its error text, without pydantic.

``wandb.Settings`` is a pydantic model in wandb 0.19 and later, so a wrong argument of ``wandb.init`` is answered in
pydantic's words. The rules here were measured on wandb 0.31.0 with pydantic 2.14, field by field and value by value.
A check is a function that returns the coerced value or raises `Invalid`; checks are combined like types.
"""

from wandb_testkit.rules.validation.combinations import dict_of, literal, optional, sequence_of, strings, union
from wandb_testkit.rules.validation.errors import Invalid, Problem, ValidationError, fail
from wandb_testkit.rules.validation.scalars import Check, anything, boolean, floating, function, integer, string
from wandb_testkit.rules.validation.urls import http_url

__all__ = [
    "Check",
    "Invalid",
    "Problem",
    "ValidationError",
    "anything",
    "boolean",
    "dict_of",
    "fail",
    "floating",
    "function",
    "http_url",
    "integer",
    "literal",
    "optional",
    "sequence_of",
    "string",
    "strings",
    "union",
]
