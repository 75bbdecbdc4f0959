"""What the names, types, metadata, aliases and tags of artifacts may be.

The rules are those of ``wandb.sdk.artifacts._validators`` of wandb 0.31.0.
"""

from __future__ import annotations

import base64
import functools
import json
import re
import zlib
from collections.abc import Callable, Iterable
from typing import Any, TypeVar, cast

from wandb_testkit.rules.validation.errors import Problem, ValidationError
from wandb_testkit.standin.errors import ArtifactFinalizedError, ArtifactNotLoggedError
from wandb_testkit.standin.util_json import json_friendly_val

_NAME = re.compile(r"^[a-zA-Z0-9_\-.]+$")
_TAG = re.compile(r"^[-\w]+( +[-\w]+)*$")
_LONGEST_NAME = 128
_MOST_METADATA = 100

#: Types that are the client's own for artifacts whose names begin so; "" stands for every name.
_RESERVED = {"job": "", "run_table": "run-", "code": "source-"}

#: What the client's reader of JSON says where Python's says this.
_JSON_PROBLEMS = {
    "Expecting value": "expected value",
    "Extra data": "trailing characters",
    "Expecting property name enclosed in double quotes": "key must be a string",
    "Expecting ':' delimiter": "expected `:`",
}

_Method = TypeVar("_Method", bound=Callable[..., Any])


def check_characters(name: str) -> None:
    """Check the characters of a name.

    Raises:
        ValueError: there are others than letters, digits, dashes, underscores and dots.
        TypeError: it is no text.
    """
    if not _NAME.match(name):
        raise ValueError(
            "Artifact name may only contain alphanumeric characters, dashes, underscores, and dots. "
            f"Invalid name: {name!r}"
        )


def check_length(name: str) -> str:
    """A name that is not too long.

    Raises:
        ValueError: it is.
    """
    if len(name) > _LONGEST_NAME:
        shown = f"{name[:_LONGEST_NAME]} ..."
        raise ValueError(f"Artifact name is longer than {_LONGEST_NAME!r} characters: {shown!r}")
    return name


def check_type(type_: str, name: str) -> str:
    """A type that users may give.

    Args:
        type_: the type.
        name: the name of its artifact.

    Raises:
        ValueError: the client keeps it for itself.
    """
    prefix = _RESERVED.get(type_)
    if (prefix is not None and name.startswith(prefix)) or type_.startswith("wandb-"):
        raise ValueError(f"Artifact type {type_!r} is reserved for internal use. Please use a different type.")
    return type_


def check_metadata(metadata: Any) -> dict[str, Any]:
    """Metadata as JSON has it.

    Args:
        metadata: a dict, JSON of one, or None.

    Returns:
        A new dict.

    Raises:
        TypeError: it is something else.
        ValueError: it has more than 100 keys, or numbers that JSON lacks.
    """
    if metadata is None or isinstance(metadata, str):
        return check_metadata(_parsed(metadata)) if metadata else {}
    if not isinstance(metadata, dict):
        raise TypeError(f"Cannot parse {type(metadata)} as artifact metadata")
    plain: dict[str, Any] = json.loads(json.dumps(json_friendly_val(metadata), allow_nan=False))
    if len(plain) > _MOST_METADATA:
        raise ValueError(f"Artifact must not have more than {_MOST_METADATA!r} metadata keys.")
    return plain


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        # The client's own reader raises the plain class, and has words of its own.
        reason = _JSON_PROBLEMS.get(error.msg)
        raise ValueError(f"{reason} at line {error.lineno} column {error.colno}" if reason else str(error)) from None


def check_region(region: Any) -> str | None:
    """Where the server is to keep an artifact.

    Raises:
        ValidationError: it is no text, or has nothing but spaces in it.
    """
    if region is None:
        return None
    text = region.strip() if isinstance(region, str) else None
    if not text:
        kind, context = ("string_type", None) if text is None else ("string_too_short", {"min_length": 1})
        raise ValidationError([Problem(kind, region, ("storage_region",), context)], "StoragePolicyConfig")
    return text


def _as_list(texts: Iterable[str] | str) -> list[str]:
    return [texts] if isinstance(texts, (str, bytes)) else list(texts)


def check_aliases(aliases: Iterable[str] | str) -> list[str]:
    """Aliases as a list.

    Raises:
        ValueError: one has a slash or a colon in it.
    """
    listed = _as_list(aliases)
    if any({"/", ":"}.intersection(alias) for alias in listed):
        raise ValueError("Aliases must not contain any of the following characters: '/', ':'")
    return listed


def check_tags(tags: Iterable[str] | str) -> list[str]:
    """Tags as a list, each once.

    Raises:
        ValueError: one has other characters than letters, digits, dashes, underscores and spaces.
    """
    listed = list(dict.fromkeys(_as_list(tags)))
    if any(not _TAG.match(tag) for tag in listed):
        raise ValueError(
            "Invalid tag(s).  Tags must only contain alphanumeric characters separated by hyphens, underscores, "
            "and/or spaces."
        )
    return listed


def internal_name(name: str) -> str:
    """The name of an artifact of the client's own: without forbidden characters, and yet one of a kind.

    Args:
        name: any text.
    """
    cleaned = re.sub(r"[^a-zA-Z0-9_\-.]+", "", name)
    if cleaned == name:
        return name
    checksum = zlib.crc32(name.encode()).to_bytes(4, "big")
    return f"{cleaned}-{base64.urlsafe_b64encode(checksum).rstrip(b'=').decode('ascii')}"


def logged_only(method: _Method) -> _Method:
    """Make a method refuse an artifact that no server has."""

    @functools.wraps(method)
    def checked(self: Any, *args: Any, **kwargs: Any) -> Any:
        if self.is_draft():
            raise ArtifactNotLoggedError(_shown_name(method), self)
        return method(self, *args, **kwargs)

    return cast(_Method, checked)


def unfinished_only(method: _Method) -> _Method:
    """Make a method refuse an artifact that was logged."""

    @functools.wraps(method)
    def checked(self: Any, *args: Any, **kwargs: Any) -> Any:
        if self._final:
            raise ArtifactFinalizedError(_shown_name(method), self)
        return method(self, *args, **kwargs)

    return cast(_Method, checked)


def _shown_name(method: Callable[..., Any]) -> str:
    # The methods stand in several classes here and in one there.
    return f"Artifact.{method.__name__}"
