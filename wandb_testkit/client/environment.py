"""What the client reads of its surroundings when a session begins."""

from __future__ import annotations

import os
from typing import Any

from wandb_testkit.rules import settings as settings_rules


def wandb_variables() -> dict[str, str]:
    """Return the ``WANDB_*`` variables as they are now."""
    environ = os.environ
    # Not `items()`: it would decode the values of all the others.
    return {name: environ[name] for name in environ if name.startswith("WANDB_")}


def workspace_settings(folder: str, *, newer_than: float) -> dict[str, str]:
    """Return the settings of the file ``wandb/settings`` that the program itself has written.

    Args:
        folder: The working directory.
        newer_than: A file that was there before does not matter: it is the machine's.
    """
    path = os.path.join(folder, "wandb", "settings")
    try:
        if os.stat(path).st_mtime < newer_than:
            return {}
    except OSError:
        return {}
    import configparser  # slow to import, and most tests have no such file

    parser = configparser.ConfigParser()
    parser.read(path)
    return dict(parser["default"]) if parser.has_section("default") else {}


def given_fields(settings: Any) -> dict[str, Any]:
    """Return the fields that were set in a settings argument: a dict or a Settings object."""
    if isinstance(settings, dict):
        settings = settings_rules.Settings(**settings)
    return {name: getattr(settings, name) for name in settings.model_fields_set}
