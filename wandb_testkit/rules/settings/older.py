"""Settings objects of releases before 0.19: no models of pydantic's, but bags of checked properties.

Names that begin with ``x_`` today began with an underscore then.
"""

from __future__ import annotations

from collections.abc import Mapping
from time import localtime, strftime
from typing import Any

from wandb_testkit.rules.settings.table import POSITION

# What such an object reckons from others, and here is said.
_SAID = {"x_files_dir": "files_dir"}


def is_older(kind: type[Any]) -> bool:
    """Say whether a class of settings is of such a release."""
    return kind.__name__ == "Settings" and not hasattr(kind, "model_fields_set")


def fields_set(settings: Any) -> dict[str, Any]:
    """Return the fields that were set in a settings object of any release, by their names of today.

    Args:
        settings: The object. An older one does not tell which were set, so that those count that are not as by default.
    """
    kind = type(settings)
    if not is_older(kind):
        return {name: getattr(settings, name) for name in settings.model_fields_set}
    return _not_as_by_default(settings)  # pragma: no cover - wandb before 0.19


# What follows is reached with those releases alone: tests/test_any_release.py.


def _not_as_by_default(settings: Any) -> dict[str, Any]:  # pragma: no cover - wandb before 0.19
    held, default = vars(settings), vars(type(settings)())
    found = {}
    for field in POSITION:
        name = _name(field)
        if name in held and held[name]._value != default[name]._value:
            found[field] = held[name]._value
    return found


def _name(field: str) -> str:  # pragma: no cover - wandb before 0.19
    return _SAID.get(field) or ("_" + field[2:] if field.startswith("x_") else field)


def settings_of(kind: type[Any], fields: Mapping[str, Any]) -> Any:  # pragma: no cover - wandb before 0.19
    """Return a settings object of an older release.

    Args:
        kind: Its class.
        fields: Values by their names of today; those that the release does not know are left out.
    """
    made = kind()
    known = vars(made)
    values = {_name(field): value for field, value in fields.items() if value is not None}
    started = values.get("_start_time")
    if started is not None:
        values["_start_datetime"] = strftime("%Y%m%d_%H%M%S", localtime(started))
        # It answers from these, which a run's start sets.
        for name in ("_start_time", "_start_datetime"):
            object.__setattr__(made, f"_Settings{name}", values[name])
    made.update({name: value for name, value in values.items() if name in known})
    return made
