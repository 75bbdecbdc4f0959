"""Which fields the ``WANDB_*`` environment variables set."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from wandb_testkit.rules.settings.table import FIELDS

_VARIABLES = {
    "WANDB_APP_URL": "app_url_override",
    "WANDB_SERVICE_TRANSPORT": "x_service_transport",
    "WANDB_DIR": "root_dir",
    "WANDB_NAME": "run_name",
    "WANDB_NOTES": "run_notes",
    "WANDB_TAGS": "run_tags",
    "WANDB_JOB_TYPE": "run_job_type",
    "WANDB_HTTP_TIMEOUT": "x_graphql_timeout_seconds",
    "WANDB_FILE_PUSHER_TIMEOUT": "x_file_transfer_timeout_seconds",
    "WANDB_USER_EMAIL": "email",
}


def environment_fields(environ: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """The fields that the variables name, in their order: WANDB_X, WANDB__X (for x_x) and the special names."""
    for variable, value in environ.items():
        if not variable.startswith("WANDB_") or value is None:
            continue
        name = _VARIABLES.get(variable)
        if name is None:
            name = "x_" + variable[7:] if variable.startswith("WANDB__") else variable[6:]
            name = name.lower()
        if name in FIELDS:
            yield name, value.split(",") if name in ("ignore_globs", "run_tags") else value


def environment_changed(session: Mapping[str, str], now: Mapping[str, str]) -> bool:
    """Whether the client would warn that ``WANDB_*`` variables were changed after the session began.

    Args:
        session: The environment when the session's settings were read.
        now: The environment at the call of ``wandb.init``.

    Returns:
        Whether the sets of names or the sets of values differ.
    """
    ignored = ("WANDB_SERVICE", "WANDB_KUBEFLOW_URL")
    old, new = (
        {name: value for name, value in environ.items() if name.startswith("WANDB_") and name not in ignored}
        for environ in (session, now)
    )
    return bool(session) and (old.keys() != new.keys() or set(old.values()) != set(new.values()))
