"""Which fields the arguments of ``wandb.init`` set."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from wandb_testkit.rules.settings.field_rules import good_tags
from wandb_testkit.rules.settings.fields import GOOD, PLAIN
from wandb_testkit.rules.settings.model import Settings, assign
from wandb_testkit.rules.settings.older import fields_set, is_older
from wandb_testkit.rules.settings.warned import Warn

# The arguments of wandb.init that set a field, in the order in which they are assigned.
_ARGUMENTS = {
    "job_type": "run_job_type",
    "dir": "root_dir",
    "project": "project",
    "entity": "entity",
    "reinit": "reinit",
    "tags": "run_tags",
    "group": "run_group",
    "name": "run_name",
    "notes": "run_notes",
    "anonymous": "anonymous",
    "mode": "mode",
    "resume": "resume",
    "force": "force",
    "tensorboard": "sync_tensorboard",
    "sync_tensorboard": "sync_tensorboard",
    "save_code": "save_code",
    "id": "run_id",
    "fork_from": "fork_from",
    "resume_from": "resume_from",
}
_ORDER = {argument: position for position, argument in enumerate(_ARGUMENTS)}
_SETTINGS_MODULES = (Settings.__module__, "wandb.sdk.wandb_settings")


def _is_settings(value: Any) -> bool:
    return any(c.__name__ == "Settings" and c.__module__ in _SETTINGS_MODULES for c in type(value).__mro__)


def given_fields(arguments: Mapping[str, Any], warn: Warn) -> tuple[dict[str, Any], Any]:
    """What the call itself sets, and the settings object it was given, if any.

    A settings object takes the arguments as the client's does: they are assigned to the caller's own object.
    """
    passed = arguments.get("settings")
    target = passed if passed is not None and _is_settings(passed) else None
    fields: dict[str, Any] = {}
    if isinstance(passed, dict):
        constructed = Settings(**passed)
        fields = fields_set(constructed)
    if target is not None and is_older(type(target)):  # pragma: no cover - wandb before 0.19: tests/test_any_release.py
        # Such a one takes nothing by assignment: the arguments go on top of what it says.
        fields, target = fields_set(target), None
    rest = []
    for argument, value in arguments.items():
        name = _ARGUMENTS.get(argument)
        if name is None or (value is None and argument != "anonymous"):
            continue
        if target is None and type(value) is str and (name in PLAIN or (name in GOOD and GOOD[name](value))):
            fields[name] = value  # cannot fail, so its turn does not matter
        elif target is None and argument == "tags" and type(value) in (list, tuple) and good_tags(value):
            fields[name] = tuple(value)
        else:
            rest.append(argument)
    if len(rest) > 1:
        rest.sort(key=_ORDER.__getitem__)
    for argument in rest:
        name, value = _ARGUMENTS[argument], arguments[argument]
        if argument == "tags":
            value = tuple(value)
        if target is None:
            assign(fields, name, value, warn)
        else:
            setattr(target, name, value)
    if target is not None:
        fields = fields_set(target)
    return fields, target
