"""What a single field asks of its value beyond a type.

A "before" rule sees the value as given and the other fields as far as they are known, an "after" rule the coerced
value. A ValueError becomes a line of the ValidationError; Usage and TypeError pass.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Mapping
from typing import Any

from wandb_testkit.rules import validation as v
from wandb_testkit.rules.settings.errors import Usage
from wandb_testkit.rules.settings.moments import as_moment
from wandb_testkit.rules.settings.servers import base_url, server_url
from wandb_testkit.rules.settings.table import UNSET
from wandb_testkit.rules.settings.warned import ANONYMOUS_WARNING

Before = Callable[[Any, Mapping[str, Any]], Any]
After = Callable[[Any], Any]


def _path_text(value: Any, others: Mapping[str, Any]) -> Any:
    # Who has a path has imported its module.
    pathlib = sys.modules.get("pathlib")
    return str(value) if pathlib is not None and isinstance(value, pathlib.Path) else value


def _json_text(value: Any, others: Mapping[str, Any]) -> Any:
    import json  # hardly anybody sets one of these

    return json.loads(value) if isinstance(value, str) else value


def _fork_from(value: Any, others: Mapping[str, Any]) -> Any:
    moment = as_moment(value)
    run_id = others.get("run_id")
    if moment and run_id is not None and run_id == moment.run:
        raise ValueError(
            "Provided `run_id` is the same as the run to `fork_from`. Please provide a different `run_id` or remove"
            " the `run_id` argument. If you want to rewind the current run, please use `resume_from` instead."
        )
    return moment


def _resume_from(value: Any, others: Mapping[str, Any]) -> Any:
    moment = as_moment(value)
    run_id = others.get("run_id")
    if moment and run_id is not None and run_id != moment.run:
        raise ValueError("Both `run_id` and `resume_from` have been specified with different ids.")
    return moment


def _resume(value: Any, others: Mapping[str, Any]) -> Any:
    return None if value is False else "auto" if value is True else value


def good_tags(tags: Any) -> bool:
    """Whether the tags need no closer look."""
    return all(type(tag) is str and 0 < len(tag) <= 64 for tag in tags)


def _tags(value: Any, others: Mapping[str, Any]) -> Any:
    if value is None:
        return None
    tags = (value,) if isinstance(value, str) else tuple(value)
    errors = []
    for index, tag in enumerate(tags):
        text = str(tag)
        if not text:
            errors.append(f"Tag at index {index} is empty. Tags must be between 1 and 64 characters")
        elif len(text) > 64:
            shown = f"{text[:20]}...{text[-20:]}"
            errors.append(f"Tag '{shown}' is {len(text)} characters. Tags must be between 1 and 64 characters")
    if errors:
        raise ValueError("; ".join(errors))
    return tags


_PROJECT_FORBIDDEN = re.compile(r"[/\\#?%:]")


def _project(value: Any) -> Any:
    if value is None:
        return None
    if len(value) > 128:
        raise Usage(f"Invalid project name {value!r}: exceeded 128 characters")
    if _PROJECT_FORBIDDEN.search(value):
        # A set, as in the client: which of several characters comes first is a matter of hashing there, too.
        found = {character for character in "/\\#?%:" if character in value}
        raise Usage(
            f"Invalid project name {value!r}: cannot contain characters {'/,' + chr(92) + ',#,?,%,:'!r},"
            f" found {','.join(found)!r}"
        )
    return value


def _identifier(label: str, reserved: str) -> After:
    def rule(value: Any) -> Any:
        if value is None:
            return None
        if not value:
            raise Usage(f"{label} cannot be empty")
        if value != value.strip():
            raise Usage(f"{label} cannot start or end with whitespace")
        if any(character in reserved for character in value):
            raise Usage(f"{label} cannot contain the characters: {reserved}")
        return value

    return rule


def _api_key(value: Any) -> Any:
    if value is not None and value != value.strip():
        raise Usage("API key cannot start or end with whitespace")
    return value


def _at_least(minimum: float, message: str, error: type[Exception], *, optional: bool = False) -> After:
    def rule(value: Any) -> Any:
        if not (optional and value is None) and value < minimum:
            raise error(message)
        return value

    return rule


def _expanded(value: Any) -> Any:
    return None if value is None else os.path.expanduser(value)


def _history_encoding(value: Any) -> Any:
    forms = [form.strip().lower() for form in value.split(",")]
    if not {"json", "typed"}.issuperset(forms):
        return "json"
    if "json" not in forms:
        raise ValueError("Typed-only history encoding is unavailable. Use 'json,typed' or 'json'.")
    return ",".join(forms)


_PATHS = (
    "code_dir",
    "program",
    "program_abspath",
    "program_relpath",
    "root_dir",
    "sweep_param_path",
    "x_executable",
    "x_files_dir",
    "x_stats_neuron_monitor_config_path",
)
_JSON = (
    "x_extra_http_headers",
    "x_stats_gpu_device_ids",
    "x_stats_open_metrics_endpoints",
    "x_stats_open_metrics_filters",
    "x_stats_open_metrics_http_headers",
)
BEFORE: dict[str, Before] = {
    **dict.fromkeys(_PATHS, _path_text),
    **dict.fromkeys(_JSON, _json_text),
    "fork_from": _fork_from,
    "resume": _resume,
    "resume_from": _resume_from,
    "run_tags": _tags,
}
AFTER: dict[str, After] = {
    "api_key": _api_key,
    "base_url": base_url,
    "console": lambda value: "wrap" if value == "auto" else value,
    "console_chunk_max_bytes": _at_least(0, "console_chunk_max_bytes must be non-negative", ValueError),
    "console_chunk_max_seconds": _at_least(0, "console_chunk_max_seconds must be non-negative", ValueError),
    "http_proxy": server_url,
    "https_proxy": server_url,
    "ignore_globs": lambda value: value if isinstance(value, tuple) else tuple(value),
    "project": _project,
    "run_id": _identifier("Run ID", ":;,#?/'"),
    "settings_system": _expanded,
    "sweep_id": _identifier("Sweep ID", ""),
    "x_file_stream_max_line_bytes": _at_least(
        1, "File stream max line bytes must be greater than 0", ValueError, optional=True
    ),
    "x_history_value_encoding": _history_encoding,
    "x_service_wait": _at_least(0, "Service wait time cannot be negative", Usage),
    "x_stats_coreweave_metadata_base_url": server_url,
    "x_stats_sampling_interval": _at_least(0.1, "Stats sampling interval cannot be less than 0.1 seconds", Usage),
}
WARNING = ("anonymous", "x_history_value_encoding")


def field_warning(name: str, given: Any, value: Any) -> str | None:
    """What the client prints when a field of `WARNING` is set."""
    if name == "anonymous" and value is not UNSET:
        return ANONYMOUS_WARNING
    if name == "x_history_value_encoding" and value == "json":
        text = v.string(given)
        if any(form.strip().lower() not in ("json", "typed") for form in text.split(",")):
            return f"Ignoring unsupported x_history_value_encoding {text!r}. Writing 'json' history values."
    return None
