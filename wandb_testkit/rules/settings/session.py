"""What holds for all runs of a session: the environment, read once, and ``wandb.setup(settings=...)``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from wandb_testkit.rules.settings.environment import environment_fields
from wandb_testkit.rules.settings.model import assign
from wandb_testkit.rules.settings.warned import Warn

_TRUE = ("y", "yes", "t", "true", "on", "1")


def read_environment(environ: Mapping[str, str], fields: dict[str, Any], warn: Warn) -> None:
    """Read the settings of a session from its environment.

    An error leaves what was read before it in `fields`; that is what later calls of ``wandb.init`` go on with.

    Args:
        environ: The variables; others than ``WANDB_*`` are ignored.
        fields: Receives the fields.
        warn: Receives the text of warnings.

    Raises:
        ValidationError: A variable's value is none its field takes.
        Usage: A project, id or key that the client's own rules refuse.
    """
    for name, given in environment_fields(environ):
        assign(fields, name, given, warn)
    if fields.get("save_code") is not False and not environ.keys().isdisjoint(
        ("WANDB_SAVE_CODE", "WANDB_DISABLE_CODE")
    ):
        wanted = environ.get("WANDB_SAVE_CODE", "").lower() in _TRUE
        fields["save_code"] = wanted and environ.get("WANDB_DISABLE_CODE", "").lower() not in _TRUE
    if "WANDB_DISABLE_GIT" in environ:
        fields["disable_git"] = environ["WANDB_DISABLE_GIT"].lower() != "false"


def session_fields(environ: Mapping[str, str], base: Mapping[str, Any], warn: Warn) -> dict[str, Any]:
    """What the environment, and ``wandb.setup(settings=...)`` over it, set for all runs of a session."""
    fields = dict(_remembered(environ, warn)) if environ else {}
    for name, value in base.items():
        if value is not None:
            fields[name] = value
    return fields


_last_environment: tuple[dict[str, str], dict[str, Any]] = ({}, {})


def _remembered(environ: Mapping[str, str], warn: Warn) -> dict[str, Any]:
    """What `read_environment` reads; the last environment is remembered, for it seldom changes."""
    global _last_environment
    snapshot, fields = _last_environment
    if snapshot != environ:
        fields, warnings = {}, list[str]()
        try:
            read_environment(environ, fields, warnings.append)
        finally:
            for text in warnings:
                warn(text)
        if not warnings:
            _last_environment = (dict(environ), fields)
    return fields
