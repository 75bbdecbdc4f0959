"""What the client reads of its surroundings when a session begins."""

from __future__ import annotations

import os
from typing import Any

# The environment as it was when it was looked through last, and what was found.
_latest: tuple[dict[bytes, bytes], dict[str, str]] = ({}, {})


def wandb_variables() -> dict[str, str]:
    """Return the ``WANDB_*`` variables as they are now."""
    global _latest
    environ: Any = os.environ
    # Decoding every name of the environment takes longer than all the rest of an entry.
    raw = getattr(environ, "_data", None)
    if raw is None or os.name == "nt":
        return {name: environ[name] for name in [*environ] if name.startswith("WANDB_")}
    # Mostly nothing has changed since the last look, and to see so no name has to be touched.
    if raw == _latest[0]:
        return dict(_latest[1])
    raw = dict(raw)
    # One search through all names at once is several times as fast as a look at each.
    _, *parts = (b"\0" + b"\0".join(raw)).split(b"\0WANDB_")
    names = [b"WANDB_" + rest.partition(b"\0")[0] for rest in parts]
    found = {environ.decodekey(name): environ.decodevalue(raw[name]) for name in names}
    _latest = raw, found
    return dict(found)


def workspace_settings(folder: str, *, newer_than: float) -> dict[str, str]:
    """Return the settings of the file ``wandb/settings`` that the program itself has written.

    Args:
        folder: The working directory.
        newer_than: A file that was there before does not matter: it is the machine's.
    """
    path = f"{folder}{os.sep}wandb{os.sep}settings"
    # A question without an exception: most tests have no such file.
    if not os.access(path, os.F_OK) or os.stat(path).st_mtime < newer_than:
        return {}
    import configparser  # slow to import, and most tests have no such file

    parser = configparser.ConfigParser()
    parser.read(path)
    return dict(parser["default"]) if parser.has_section("default") else {}


def given_fields(settings: Any) -> dict[str, Any]:
    """Return the fields that were set in a Settings object; a dict is none, and fails as in the client."""
    from wandb_testkit.rules.settings.older import fields_set

    return fields_set(settings)
