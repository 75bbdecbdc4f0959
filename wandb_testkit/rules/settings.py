"""What ``wandb.init``'s arguments, a Settings object and the ``WANDB_*`` environment make of a run.

`resolve` answers it for one call of ``wandb.init``; `Settings` stands in for ``wandb.Settings`` where wandb is not
installed. All of it is pure: what a value may be is decided in `validation`, the fields, their defaults and the rules
of single fields are the tables below. Measured on wandb 0.31.0 (settings reference: https://docs.wandb.ai/ref/python).
"""

from __future__ import annotations

import copy
import json
import os
import pathlib
import platform
import re
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar, NoReturn
from urllib.parse import parse_qs, quote, unquote, urlparse, urlsplit

from wandb_testkit.rules import validation as v

ValidationError = v.ValidationError

UNSET: Any = object()
"""The value of the removed setting ``anonymous`` where nobody set it."""

DEFAULT_BASE_URL = "https://api.forge.coreweave.com"

Warn = Callable[[str], None]


class Usage(Exception):
    """What the client raises as ``wandb.errors.UsageError``; the caller raises that with the same message."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


@dataclass
class RunMoment:
    """A step of a run, to fork or to resume from; stand-in for ``wandb.sdk.lib.run_moment.RunMoment``."""

    run: str
    value: int | float
    metric: str = "_step"

    def __post_init__(self) -> None:
        if self.metric != "_step":
            raise ValueError(f"Only the metric '_step' is supported, got '{self.metric}'.")
        if not isinstance(self.value, (int, float)):
            raise TypeError(f"Only int or float values are supported, got '{self.value}'.")
        if not isinstance(self.run, str):
            raise TypeError(f"Only string run names are supported, got '{self.run}'.")

    @classmethod
    def from_uri(cls, uri: str) -> RunMoment:
        """Read ``<run>?_step=<number>``.

        Args:
            uri: The text.

        Returns:
            The moment; its value is an int where the number is digits only, else a float.

        Raises:
            ValueError: It is not of that form.
        """
        problem = (
            f"Could not parse passed run moment string '{uri}', expected format '<run>?<metric>=<numeric_value>'."
            " Currently, only the metric '_step' is supported. Example: 'ans3bsax?_step=123'."
        )
        try:
            parts = urlparse("runmoment://" + uri)
        except ValueError as error:
            raise ValueError(problem) from error
        query = parse_qs(parts.query)
        if not parts.netloc or parts.path or parts.params or parts.fragment or list(query) != ["_step"]:
            raise ValueError(problem)
        number = query["_step"][0]
        try:
            return cls(parts.netloc, int(number) if number.isdigit() else float(number))
        except ValueError as error:
            raise ValueError(problem) from error


# Rules of single fields. A "before" rule sees the value as given, an "after" rule the coerced one; `others` are the
# other fields as far as they are known. A ValueError becomes a line of the ValidationError; Usage and TypeError pass.

Rule = Callable[[Any, Mapping[str, Any]], Any]


def _path_text(value: Any, others: Mapping[str, Any]) -> Any:
    return str(value) if isinstance(value, pathlib.Path) else value


def _json_text(value: Any, others: Mapping[str, Any]) -> Any:
    return json.loads(value) if isinstance(value, str) else value


def _moment(value: Any) -> Any:
    # Anything else than a moment or its text is silently no moment at all.
    if isinstance(value, str):
        return RunMoment.from_uri(value)
    return value if _is_moment(value) else None


def _is_moment(value: Any) -> bool:
    return isinstance(value, RunMoment) or type(value).__module__ == "wandb.sdk.lib.run_moment"


def _fork_from(value: Any, others: Mapping[str, Any]) -> Any:
    moment = _moment(value)
    run_id = others.get("run_id")
    if moment and run_id is not None and run_id == moment.run:
        raise ValueError(
            "Provided `run_id` is the same as the run to `fork_from`. Please provide a different `run_id` or remove"
            " the `run_id` argument. If you want to rewind the current run, please use `resume_from` instead."
        )
    return moment


def _resume_from(value: Any, others: Mapping[str, Any]) -> Any:
    moment = _moment(value)
    run_id = others.get("run_id")
    if moment and run_id is not None and run_id != moment.run:
        raise ValueError("Both `run_id` and `resume_from` have been specified with different ids.")
    return moment


def _resume(value: Any, others: Mapping[str, Any]) -> Any:
    return None if value is False else "auto" if value is True else value


def _good_tags(tags: Any) -> bool:
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


def _project(value: Any, others: Mapping[str, Any]) -> Any:
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


def _identifier(label: str, reserved: str) -> Rule:
    def rule(value: Any, others: Mapping[str, Any]) -> Any:
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


def _api_key(value: Any, others: Mapping[str, Any]) -> Any:
    if value is not None and value != value.strip():
        raise Usage("API key cannot start or end with whitespace")
    return value


def _at_least(minimum: float, message: str, error: type[Exception], *, optional: bool = False) -> Rule:
    def rule(value: Any, others: Mapping[str, Any]) -> Any:
        if not (optional and value is None) and value < minimum:
            raise error(message)
        return value

    return rule


_FORGE_HOSTS = {"forge.coreweave.com": "api.wandb.ai", "qa.forge.coreweave.com": "api.qa.wandb.ai"}


def _forge_host(url: str) -> str | None:
    """The public host of wandb's own cloud that serves the address, if any does."""
    host = urlsplit(url).hostname
    return next((forge for forge, api in _FORGE_HOSTS.items() if host in (forge, f"api.{forge}", api)), None)


def _url(value: Any, others: Mapping[str, Any]) -> Any:
    if value is None:
        return None
    v.http_url(value)
    return value.rstrip("/")


def _base_url(value: Any, others: Mapping[str, Any]) -> Any:
    v.http_url(value)
    parts = urlsplit(value)
    if parts.hostname in _FORGE_HOSTS:
        if parts.scheme != "https" or parts.port is not None or parts.path.rstrip("/") != "/api/wandb":
            raise ValueError(f"Invalid Forge server address; use https://api.{parts.hostname}.")
        value = f"https://api.{parts.hostname}"
    if re.match(r".*wandb\.ai[^.]*$", value):
        if "api." not in value:
            raise ValueError(f"{value} is not a valid server address, did you mean {DEFAULT_BASE_URL}?")
        if not value.startswith("https"):
            raise ValueError(f"http is not secure, please use {DEFAULT_BASE_URL}")
    return value.rstrip("/")


def _expanded(value: Any, others: Mapping[str, Any]) -> Any:
    return None if value is None else os.path.expanduser(value)


# The warnings that the client prints once a process, not at each occurrence.
ANONYMOUS_WARNING = "The anonymous setting has no effect and will be removed in a future version."
_WARNED_ONCE = (ANONYMOUS_WARNING, "Ignoring unsupported x_history_value_encoding", "Unable to create root directory")


def _history_encoding(value: Any, others: Mapping[str, Any]) -> Any:
    forms = [form.strip().lower() for form in value.split(",")]
    if not {"json", "typed"}.issuperset(forms):
        return "json"
    if "json" not in forms:
        raise ValueError("Typed-only history encoding is unavailable. Use 'json,typed' or 'json'.")
    return ",".join(forms)


_WARNING = ("anonymous", "x_history_value_encoding")


def _field_warning(name: str, given: Any, value: Any) -> str | None:
    if name == "anonymous" and value is not UNSET:
        return ANONYMOUS_WARNING
    if name == "x_history_value_encoding" and value == "json":
        text = v.string(given)
        if any(form.strip().lower() not in ("json", "typed") for form in text.split(",")):
            return f"Ignoring unsupported x_history_value_encoding {text!r}. Writing 'json' history values."
    return None


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
_BEFORE: dict[str, Rule] = {
    **dict.fromkeys(_PATHS, _path_text),
    **dict.fromkeys(_JSON, _json_text),
    "fork_from": _fork_from,
    "resume": _resume,
    "resume_from": _resume_from,
    "run_tags": _tags,
}

_AFTER: dict[str, Rule] = {
    "api_key": _api_key,
    "base_url": _base_url,
    "console": lambda value, others: "wrap" if value == "auto" else value,
    "console_chunk_max_bytes": _at_least(0, "console_chunk_max_bytes must be non-negative", ValueError),
    "console_chunk_max_seconds": _at_least(0, "console_chunk_max_seconds must be non-negative", ValueError),
    "http_proxy": _url,
    "https_proxy": _url,
    "ignore_globs": lambda value, others: value if isinstance(value, tuple) else tuple(value),
    "project": _project,
    "run_id": _identifier("Run ID", ":;,#?/'"),
    "settings_system": _expanded,
    "sweep_id": _identifier("Sweep ID", ""),
    "x_file_stream_max_line_bytes": _at_least(
        1, "File stream max line bytes must be greater than 0", ValueError, optional=True
    ),
    "x_history_value_encoding": _history_encoding,
    "x_service_wait": _at_least(0, "Service wait time cannot be negative", Usage),
    "x_stats_coreweave_metadata_base_url": _url,
    "x_stats_sampling_interval": _at_least(0.1, "Stats sampling interval cannot be less than 0.1 seconds", Usage),
}

_SEQUENCE_LABEL = (
    "json-or-python[json=list[str],python=chain[is-instance[Sequence],function-wrap[sequence_validator()]]]"
)
_REINIT = ("default", "return_previous", "finish_previous", "create_new")


def _checked_moment(moment: Any) -> RunMoment:
    problems: list[v.Problem] = []
    number = v.union({"int": _strict_int, "float": _strict_float})
    values: dict[str, Any] = {}
    for name, check in (("run", v.string), ("value", number), ("metric", v.string)):
        try:
            values[name] = check(getattr(moment, name))
        except v.Invalid as invalid:
            problems += [problem.under(name) for problem in invalid.problems]
    if problems:
        raise v.Invalid(problems)
    return RunMoment(**values)


def _strict_int(value: Any) -> Any:
    # Of "int or float" pydantic prefers the one that the value already is.
    return v.fail("int_from_float", value) if isinstance(value, float) else v.integer(value)


def _strict_float(value: Any) -> float:
    return v.floating(value)


_CHECKS: dict[str, v.Check] = {
    "bool": v.boolean,
    "int": v.integer,
    "float": v.floating,
    "str": v.string,
    "any": v.anything,
    "bool?": v.optional(v.boolean),
    "int?": v.optional(v.integer),
    "float?": v.optional(v.floating),
    "str?": v.optional(v.string),
    "call?": v.optional(v.function),
    "dict?": v.optional(v.dict_of(v.string)),
    "strs": v.sequence_of(v.string),
    "strs?": v.optional(v.sequence_of(v.string)),
    "ints?": v.optional(v.sequence_of(v.integer)),
    "tags?": v.optional(v.strings),
    "moment?": v.optional(_checked_moment),
    "console": v.literal("auto", "off", "wrap", "redirect", "wrap_raw", "wrap_emu"),
    "mode": v.literal("online", "offline", "shared", "disabled", "dryrun", "run"),
    "source?": v.optional(v.literal("repo", "artifact", "image")),
    "resume?": v.optional(v.literal("allow", "must", "never", "auto")),
    "reinit": v.union(
        {f"literal[{','.join(map(repr, _REINIT))}]": v.literal(*_REINIT), "bool": v.boolean},
    ),
    "filters?": v.optional(
        v.union({"dict[str,dict[str,str]]": v.dict_of(v.dict_of(v.string)), _SEQUENCE_LABEL: v.sequence_of(v.string)})
    ),
}

# Every field in the order of wandb.Settings (errors, repr and dumps follow it): a type, then fields of that type with
# their defaults; optional fields default to None.
_TABLE = """
bool allow_media_symlink=False allow_offline_artifacts=True allow_val_change=False
any anonymous
str? api_key
dict? azure_account_url_to_access_key
str? app_url_override
str base_url=https://api.forge.coreweave.com
str? code_dir
strs? config_paths
console console=wrap
bool console_multipart=False
int console_chunk_max_bytes=0 console_chunk_max_seconds=0
dict? capture_loggers
str credentials_file
bool disable_code=False disable_git=False disable_git_fork_point=True disable_job_creation=True
str? docker email entity organization
bool force=False
moment? fork_from
str? git_commit
str git_remote=origin
str? git_remote_url git_root
int heartbeat_seconds=30
str? host http_proxy https_proxy identity_token_file
strs ignore_globs
float init_timeout=90.0 finish_timeout=0.0
bool finish_timeout_raises=False insecure_disable_ssl=False
str? job_name
source? job_source
bool label_disable=False launch=False
str? launch_config_path
float? login_timeout
mode mode=online
str? notebook_name program program_abspath program_relpath project
bool quiet=False
reinit reinit=default
bool relogin=False
resume? resume
moment? resume_from
bool resumed=False
str root_dir
str? run_group run_id run_job_type run_name run_notes
tags? run_tags
bool sagemaker_disable=False
bool? save_code
str? settings_system
call? stop_fn
int max_end_of_run_history_metrics=10 max_end_of_run_summary_metrics=10
bool? show_colors show_emoji
bool show_errors=True show_info=True show_warnings=True silent=False stop_on_fatal_error=False
bool? strict
int summary_timeout=60 summary_warnings=5
str? sweep_id sweep_param_path
bool symlink
bool? sync_tensorboard
bool table_raise_on_max_row_limit_exceeded=False
bool? use_dot_wandb
str? username
bool x_cli_only_mode=False x_disable_meta=False x_disable_stats=False x_disable_viewer=False
bool x_disable_machine_info=False
str? x_executable
dict? x_extra_http_headers
int? x_file_stream_max_bytes x_file_stream_max_line_bytes
float? x_file_stream_transmit_interval
bool x_file_stream_no_gzip=True
int? x_file_stream_retry_max
float? x_file_stream_retry_wait_min_seconds x_file_stream_retry_wait_max_seconds x_file_stream_timeout_seconds
int? x_file_transfer_retry_max
float? x_file_transfer_retry_wait_min_seconds x_file_transfer_retry_wait_max_seconds
float? x_file_transfer_timeout_seconds
str? x_files_dir
bool? x_flow_control_custom x_flow_control_disabled
int? x_graphql_retry_max
float? x_graphql_retry_wait_min_seconds x_graphql_retry_wait_max_seconds x_graphql_timeout_seconds
str x_history_value_encoding=json
float x_internal_check_process=8.0
str? x_jupyter_name x_jupyter_path x_jupyter_root x_label
int? x_live_policy_rate_limit x_live_policy_wait_time
int x_log_level=20
int? x_network_buffer
bool x_primary=True
dict? x_proxies
str? x_runqueue_item_id
bool x_save_requirements=True x_server_side_derived_summary=False
str? x_service_transport
float x_service_wait=30.0
bool x_skip_transaction_log=False
float? x_start_time
int x_stats_pid
float x_stats_sampling_interval=15.0
str? x_stats_neuron_monitor_config_path x_stats_dcgm_exporter
dict? x_stats_open_metrics_endpoints
filters? x_stats_open_metrics_filters
dict? x_stats_open_metrics_http_headers
strs? x_stats_disk_paths
int? x_stats_cpu_count x_stats_cpu_logical_count x_stats_gpu_count
str? x_stats_gpu_type
ints? x_stats_gpu_device_ids
int x_stats_buffer_size=0
str x_stats_coreweave_metadata_base_url=http://169.254.169.254
str x_stats_coreweave_metadata_endpoint=/api/v2/cloud-init/meta-data
bool x_stats_track_process_tree=False x_stats_no_cgroup=False x_stats_self_usage=False x_sync=False
str x_sync_dir_suffix=
float x_transaction_log_flush_interval=15.0
bool x_update_finish_state=True
"""
_READERS: dict[str, Callable[[str], Any]] = {"bool": "True".__eq__, "int": int, "float": float}


def _read_table() -> tuple[dict[str, v.Check], dict[str, Any]]:
    checks: dict[str, v.Check] = {}
    defaults: dict[str, Any] = {}
    for line in _TABLE.split("\n"):
        kind, *entries = line.split() or [""]
        for entry in entries:
            name, given, default = entry.partition("=")
            checks[name] = _CHECKS[kind]
            defaults[name] = _READERS.get(kind, str)(default) if given else None
    defaults.update(
        anonymous=UNSET,
        ignore_globs=(),
        symlink=platform.system() != "Windows",
        x_stats_disk_paths=("/",),
        x_stats_pid=os.getpid(),
    )
    return checks, defaults


FIELDS, DEFAULTS = _read_table()
"""The check and the default of every field of ``wandb.Settings`` (None for root_dir and credentials_file)."""


# Fields whose value needs no more than to be a str.
_PLAIN = frozenset(
    name for name, check in FIELDS.items() if check in (_CHECKS["str"], _CHECKS["str?"]) and name not in _AFTER
)


# What needs no closer look: the ordinary values of two fields with rules of their own.
_GOOD: dict[str, Callable[[str], object]] = {
    "project": re.compile(r"[^/\\#?%:]{0,128}").fullmatch,
    "run_id": re.compile(r"[A-Za-z0-9_.\-]+").fullmatch,
}


def _check_field(name: str, given: Any, others: Mapping[str, Any], warn: Warn | None, place: str = "") -> Any:
    """The coerced value of a field.

    Raises:
        v.Invalid: pydantic would list these problems.
        Usage, TypeError: What the client's own rules raise past pydantic.
    """
    if type(given) is str and name in _PLAIN:
        return given
    before = _BEFORE.get(name)
    after = _AFTER.get(name)
    try:
        value = FIELDS[name](given if before is None else before(given, others))
        if after is not None:
            value = after(value, others)
    except v.Invalid as invalid:
        raise v.Invalid([problem.under(place or name) for problem in invalid.problems]) from None
    except ValueError as error:
        str(error).encode()  # an error that is no valid text passes as the UnicodeEncodeError it causes
        raise v.Invalid([v.Problem("value_error", given, (place or name,), {"error": error})]) from None
    if name in _WARNING and warn is not None and (text := _field_warning(name, given, value)):
        warn(text)
    return value


_BRANCHING = ("fork_from", "resume", "resume_from")


def _model_problem(fields: Mapping[str, Any], given: Any) -> v.Problem | None:
    """What no single field can be blamed for."""
    if sum(fields.get(name) is not None for name in _BRANCHING) > 1:
        text = "`fork_from`, `resume`, or `resume_from` are mutually exclusive. Please specify only one of them."
    elif fields.get("x_skip_transaction_log") and fields.get("mode") in ("offline", "dryrun"):
        text = "Cannot skip transaction log in offline mode"
    else:
        return None
    return v.Problem("value_error", given, (), {"error": ValueError(text)})


# The settings object.


def _ipython_kind() -> str:
    """Where the program runs: "python", "ipython" or "jupyter"."""
    package = sys.modules.get("IPython")
    shell = package.get_ipython() if package is not None and hasattr(package, "get_ipython") else None
    if shell is None:
        return "python"
    files = [(shell.config.get(app, {}) or {}).get("connection_file", "") for app in ("IPKernelApp", "ColabKernelApp")]
    file = (files[0] or files[1]).lower()
    in_terminal = "terminal" in type(shell).__module__ or "jupyter" not in file or "spyder" in sys.modules
    return "ipython" if in_terminal else "jupyter"


def _joined(*parts: str) -> str:
    return os.path.expanduser(os.path.join(*parts))


class _Derived:
    """The read-only properties that ``wandb.Settings`` computes from its fields."""

    __slots__ = ()

    mode: str
    entity: str | None
    project: str | None
    run_id: str | None
    sweep_id: str | None
    base_url: str
    app_url_override: str | None
    root_dir: str
    program: str | None
    use_dot_wandb: bool | None
    x_files_dir: str | None
    x_jupyter_path: str | None
    x_start_time: float | None
    x_sync_dir_suffix: str

    @property
    def _args(self) -> list[str]:
        return [] if self._jupyter else sys.argv[1:]

    @property
    def _aws_lambda(self) -> bool:
        return "AWS_LAMBDA_FUNCTION_NAME" in os.environ

    @property
    def _code_path_local(self) -> str | None:
        return _relative_program(self.program) if self.program else None

    @property
    def _colab(self) -> bool:
        return "google.colab" in sys.modules

    @property
    def _ipython(self) -> bool:
        return _ipython_kind() == "ipython"

    @property
    def _jupyter(self) -> bool:
        return _ipython_kind() == "jupyter"

    @property
    def _kaggle(self) -> bool:
        return (
            "KAGGLE_KERNEL_RUN_TYPE" in os.environ
            or "kaggle_environments" in sys.modules
            or os.path.exists(_joined("~", ".kaggle", "kaggle.json"))
            or "kaggle" in sys.modules
        )

    @property
    def _noop(self) -> bool:
        return self.mode == "disabled"

    @property
    def _notebook(self) -> bool:
        return self._ipython or self._jupyter or self._colab or self._kaggle

    @property
    def _offline(self) -> bool:
        return self.mode in ("offline", "dryrun")

    @property
    def _os(self) -> str:
        return platform.platform(aliased=True)

    @property
    def _platform(self) -> str:
        return f"{platform.system()}-{platform.machine()}".lower()

    @property
    def _python(self) -> str:
        return f"{platform.python_implementation()} {platform.python_version()}"

    @property
    def _shared(self) -> bool:
        return self.mode == "shared"

    @property
    def _start_datetime(self) -> str:
        if self.x_start_time is None:
            return ""
        return datetime.fromtimestamp(self.x_start_time).strftime("%Y%m%d_%H%M%S")

    @property
    def _tmp_code_dir(self) -> str:
        return _joined(self.sync_dir, "tmp", "code")

    @property
    def _windows(self) -> bool:
        return platform.system() == "Windows"

    @property
    def app_url(self) -> str:
        """The address of the web interface that belongs to `base_url`."""
        return self.app_url_override or _app_url(self.base_url)

    @property
    def colab_url(self) -> str | None:
        """The address of the notebook on Colab, if it is one."""
        path = self.x_jupyter_path
        if not self._colab or not path or not path.startswith("fileId="):
            return None
        return "https://colab.research.google.com/notebook#" + unquote(path)

    @property
    def deployment(self) -> str:
        """Whose the server is: "local" for one's own, "cloud" for wandb's."""
        return "local" if self.is_local else "cloud"

    @property
    def files_dir(self) -> str:
        """Where the run's files lie; ``run.dir``."""
        return self.x_files_dir or _joined(self.sync_dir, "files")

    @property
    def is_local(self) -> bool:
        """Whether the server is one of one's own."""
        return _forge_host(self.base_url) is None

    @property
    def log_dir(self) -> str:
        """Where the client's own logs lie."""
        return _joined(self.sync_dir, "logs")

    @property
    def log_internal(self) -> str:
        """The log of the service process."""
        return _joined(self.log_dir, "debug-internal.log")

    @property
    def log_symlink_internal(self) -> str:
        """The link to the newest `log_internal`."""
        return _joined(self.wandb_dir, "debug-internal.log")

    @property
    def log_symlink_user(self) -> str:
        """The link to the newest `log_user`."""
        return _joined(self.wandb_dir, "debug.log")

    @property
    def log_user(self) -> str:
        """The log of the program's process."""
        return _joined(self.log_dir, "debug.log")

    @property
    def project_url(self) -> str:
        """The project's page; empty while entity or project is not known."""
        if not self.entity or not self.project:
            return ""
        return f"{self.app_url}/{quote(self.entity)}/{quote(self.project)}"

    @property
    def resume_fname(self) -> str:
        """The file that ``resume="auto"`` finds the last run's id in."""
        return _joined(self.wandb_dir, "wandb-resume.json")

    @property
    def run_mode(self) -> str:
        """How the run's folder is named: "run" or "offline-run"."""
        return "offline-run" if self._offline else "run"

    @property
    def run_url(self) -> str:
        """The run's page; empty while its path is not known."""
        project_url = self.project_url
        return f"{project_url}/runs/{quote(self.run_id, safe='=+&$@')}" if project_url and self.run_id else ""

    @property
    def settings_workspace(self) -> str:
        """The settings file of the working directory."""
        return _joined(self.wandb_dir, "settings")

    @property
    def sweep_url(self) -> str:
        """The sweep's page; empty outside a sweep."""
        project_url = self.project_url
        return f"{project_url}/sweeps/{quote(self.sweep_id)}" if project_url and self.sweep_id else ""

    @property
    def sync_dir(self) -> str:
        """The run's folder."""
        suffix = f"-{self.x_sync_dir_suffix}" if self.x_sync_dir_suffix else ""
        return _joined(self.wandb_dir, f"{self.run_mode}-{self.timespec}-{self.run_id}{suffix}")

    @property
    def sync_file(self) -> str:
        """The file that every record of the run is written to."""
        return _joined(self.sync_dir, f"run-{self.run_id}.wandb")

    @property
    def sync_symlink_latest(self) -> str:
        """The link to the newest run's folder."""
        return _joined(self.wandb_dir, "latest-run")

    @property
    def timespec(self) -> str:
        """When the run began, as the run's folder is named."""
        return self._start_datetime

    @property
    def wandb_dir(self) -> str:
        """The folder of all runs under `root_dir`."""
        hidden = self.use_dot_wandb
        if hidden is None:
            hidden = os.path.exists(os.path.join(self.root_dir, ".wandb"))
        return str(pathlib.Path(self.root_dir, ".wandb" if hidden else "wandb").expanduser())


COMPUTED = tuple(name for name, member in vars(_Derived).items() if isinstance(member, property))
"""The names of the computed properties, in the order in which repr and dumps give them."""


def _app_url(base_url: str) -> str:
    if host := _forge_host(base_url):
        return f"https://{host}/wandb"
    if "://api.wandb." in base_url and "://api.wandb.test" not in base_url:
        return base_url.replace("://api.", "://").strip("/")
    return base_url.replace("://api.", "://app.").strip("/") if "://api." in base_url else base_url


def _relative_program(program: str) -> str | None:
    root = os.getcwd()
    full = os.path.join(root, os.path.relpath(os.getcwd(), root), program)
    if not os.path.exists(full):
        return None
    relative = os.path.relpath(full, start=root)
    return None if "../" in relative else relative


class Settings(_Derived):
    """Stand-in for ``wandb.Settings``: the same fields, defaults, checks, errors and computed properties.

    Args:
        **data: Fields by name; a leading underscore is read as ``x_``.

    Raises:
        ValidationError: A field is unknown, its value is none it takes, or fields contradict each other.
        Usage: A project, id or key that the client's own rules refuse (see `_usage_error`).
        TypeError: A value that is not even iterable where tags are expected.
    """

    __slots__ = ("__dict__", "__weakref__", "_fields_set")
    _fields_set: set[str]

    _usage_error: ClassVar[Callable[[str], Exception]] = Usage
    """What is raised in place of `Usage`; a stand-in module puts its ``UsageError`` here."""
    _warn: ClassVar[Warn | None] = None
    """Where the text of warnings goes."""

    def __init__(self, /, **data: Any) -> None:
        fields = _with_paths(DEFAULTS)
        given = {"x" + name if name.startswith("_") else name: value for name, value in data.items()}
        places = {"x_primary": "x_primary_node"} if "x_primary_node" in given and "x_primary" not in given else {}
        if places:
            given["x_primary"] = given.pop("x_primary_node")
        problems: list[v.Problem] = []
        for name in sorted(given.keys() & FIELDS.keys(), key=_POSITION.__getitem__):
            try:
                # No field is checked against a later one; that is why run_id does not count here.
                fields[name] = self._checked(name, given[name], {}, places.get(name, ""))
            except v.Invalid as invalid:
                problems += invalid.problems
        problems += [v.Problem("extra_forbidden", given[name], (name,)) for name in given if name not in FIELDS]
        if not problems and (problem := _model_problem(fields, data)):
            problems = [problem]
        if problems:
            raise ValidationError(problems)
        self.__dict__.update(fields)
        self._fields_set = set(given)

    __init__.__qualname__ = "BaseModel.__init__"  # CPython names it so when positional arguments are refused

    def _checked(self, name: str, value: Any, others: Mapping[str, Any], place: str = "") -> Any:
        try:
            return _check_field(name, value, others, type(self)._warn, place)
        except Usage as usage:
            raise type(self)._usage_error(usage.message) from None

    def __setattr__(self, name: str, value: Any) -> None:
        if name in FIELDS:
            try:
                self.__dict__[name] = self._checked(name, value, self.__dict__)
            except v.Invalid as invalid:
                raise ValidationError(invalid.problems) from None
            self._fields_set.add(name)
            if len(self.__dict__) > len(FIELDS):
                self._rename_private()
            # As in pydantic, the value stays although the fields now contradict each other.
            if problem := _model_problem(self.__dict__, self):
                raise ValidationError([problem])
        elif name.startswith("_") or isinstance(getattr(type(self), name, None), property):
            object.__setattr__(self, name, value)
        else:
            raise ValidationError([v.Problem("no_such_attribute", value, (name,), {"attribute": name})])

    def _rename_private(self) -> None:
        """The client reads ``_name`` as ``x_name`` when a field is assigned, not when ``_name`` itself is."""
        for name in [name for name in self.__dict__ if name.startswith("_")]:
            self.__dict__["x" + name] = self.__dict__.pop(name)

    @property
    def model_fields_set(self) -> set[str]:
        """The names of the fields that somebody has set."""
        return self._fields_set

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Settings:
        """A copy.

        Args:
            update: Fields to change in it, not validated.
            deep: Whether the values are copied too.

        Returns:
            The copy.
        """
        other = copy.deepcopy(self) if deep else copy.copy(self)
        other._fields_set = set(self._fields_set)
        if update:
            other.__dict__.update(update)
            other._fields_set.update(update)
        return other

    def model_dump(
        self,
        *,
        include: Any = None,
        exclude: Any = None,
        exclude_unset: bool = False,
        exclude_defaults: bool = False,
        exclude_none: bool = False,
    ) -> dict[str, Any]:
        """The fields and the computed properties as a dictionary (``anonymous`` is never in it)."""
        dump: dict[str, Any] = {}
        for name, value in self.__dict__.items():
            unset = exclude_unset and name not in self._fields_set
            default = exclude_defaults and value == _with_paths(DEFAULTS).get(name)
            if name != "anonymous" and not unset and not default:
                dump[name] = dict(vars(value)) if _is_moment(value) else copy.deepcopy(value)
        dump.update((name, getattr(self, name)) for name in COMPUTED)
        return {
            name: value
            for name, value in dump.items()
            if (include is None or name in include)
            and (exclude is None or name not in exclude)
            and not (exclude_none and value is None)
        }

    def update_from_dict(self, settings: Mapping[str, Any]) -> None:
        """Assign every entry that is not None."""
        for name, value in dict(settings).items():
            if value is not None:
                setattr(self, name, value)

    def update_from_settings(self, settings: Any) -> None:
        """Assign what was set in another settings object and is not None."""
        self.update_from_dict({name: getattr(settings, name) for name in settings.model_fields_set})

    def update_from_env_vars(self, environ: Mapping[str, Any]) -> None:
        """Assign what the ``WANDB_*`` variables say."""
        for name, value in _environment_fields(environ):
            setattr(self, name, value)

    def _shown(self) -> list[str]:
        computed = [name for name in COMPUTED if not name.startswith("_")]
        return [f"{name}={getattr(self, name)!r}" for name in (*FIELDS, *computed)]

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(self._shown())})"

    def __str__(self) -> str:
        return " ".join(self._shown())

    def __eq__(self, other: object) -> bool:
        return self.__dict__ == other.__dict__ if isinstance(other, Settings) else NotImplemented

    __hash__ = None  # type: ignore[assignment]

    def __iter__(self) -> Iterator[tuple[str, Any]]:
        yield from self.__dict__.items()

    def __getattr__(self, name: str) -> NoReturn:
        raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")


_POSITION = {name: index for index, name in enumerate(FIELDS)}


def _with_paths(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The fields with the two defaults that depend on where the process is."""
    complete = dict(fields)
    if complete.get("credentials_file") is None:
        complete["credentials_file"] = _joined("~", ".config", "wandb", "credentials.json")
    if complete.get("root_dir") is None:
        complete["root_dir"] = os.path.abspath(os.getcwd())
    return complete


# The environment.

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
_TRUE = ("y", "yes", "t", "true", "on", "1")


def _environment_fields(environ: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
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
    for name, given in _environment_fields(environ):
        assign(fields, name, given, warn)
    if fields.get("save_code") is not False and not environ.keys().isdisjoint(
        ("WANDB_SAVE_CODE", "WANDB_DISABLE_CODE")
    ):
        wanted = environ.get("WANDB_SAVE_CODE", "").lower() in _TRUE
        fields["save_code"] = wanted and environ.get("WANDB_DISABLE_CODE", "").lower() not in _TRUE
    if "WANDB_DISABLE_GIT" in environ:
        fields["disable_git"] = environ["WANDB_DISABLE_GIT"].lower() != "false"


def assign(fields: dict[str, Any], name: str, given: Any, warn: Warn) -> None:
    """Set one field as an assignment to a settings object does.

    Args:
        fields: The fields set so far; changed.
        name: The field's name.
        given: The value as given.
        warn: Receives the text of warnings.

    Raises:
        ValidationError: It is none that the field takes, or contradicts another field (which leaves it set).
        Usage: A project, id or key that the client's own rules refuse.
        TypeError: Tags that cannot be iterated.
    """
    try:
        fields[name] = _check_field(name, given, fields, warn)
    except v.Invalid as invalid:
        raise ValidationError(invalid.problems) from None
    if name in _CONTRADICTORY and (problem := _model_problem(fields, None)):
        raise ValidationError([v.Problem(problem.type, settings_of(fields), (), problem.context)])


_CONTRADICTORY = frozenset((*_BRANCHING, "mode", "x_skip_transaction_log"))


def settings_of(fields: Mapping[str, Any]) -> Settings:
    """The settings object that has these (checked) fields and defaults for the rest."""
    settings = Settings.__new__(Settings)
    settings.__dict__.update(_with_paths({**DEFAULTS, **fields}))
    settings._fields_set = set(fields)
    return settings


_last_environment: tuple[dict[str, str], dict[str, Any]] = ({}, {})


def _session_fields(environ: Mapping[str, str], warn: Warn) -> dict[str, Any]:
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
    return dict(fields)


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


ENVIRONMENT_CHANGED = (
    "Changes to your `wandb` environment variables will be ignored because your `wandb` session has already started."
    " For more information on how to modify your settings with `wandb.init()` arguments, please refer to"
    " https://wandb.me/wandb-init."
)
"""What the client warns where `environment_changed`; only the caller knows both environments."""


def warned_once(text: str) -> bool:
    """Whether the client prints this warning only the first time in a process."""
    return text.startswith(_WARNED_ONCE) or text.endswith("wasn't read/writable") or "Falling back to temp" in text


# One call of wandb.init.


@dataclass(slots=True)
class RunSettings:
    """The settings of one run, resolved; the attributes are named as on ``wandb.Settings``.

    `mode` is one of "online", "offline", "disabled", "shared" (the old names "run" and "dryrun" are translated;
    `fields["mode"]` has the name as given). `fields` holds every field that somebody set or ``wandb.init`` decided.
    `deprecations` are the warnings that the client prints when it really starts a new run, not when it returns the
    active one or a disabled one.
    """

    run_id: str
    project: str
    entity: str | None
    mode: str
    root_dir: str
    run_name: str | None = None
    run_notes: str | None = None
    run_tags: tuple[str, ...] | None = None
    run_group: str | None = None
    run_job_type: str | None = None
    resume: str | None = None
    resume_from: tuple[str, str, int | float] | None = None
    fork_from: tuple[str, str, int | float] | None = None
    reinit: str | bool = "default"
    sweep_id: str | None = None
    save_code: bool | None = None
    silent: bool = False
    quiet: bool = False
    force: bool = False
    host: str | None = None
    sync_tensorboard: bool | None = None
    monitor_gym: bool = False
    allow_val_change: bool = False
    launch: bool = False
    resumed: bool = False
    fields: dict[str, Any] = field(default_factory=dict)
    deprecations: tuple[str, ...] = ()

    @property
    def offline(self) -> bool:
        """``run.offline``."""
        return self.mode == "offline"

    @property
    def disabled(self) -> bool:
        """``run.disabled``."""
        return self.mode == "disabled"

    @property
    def run_mode(self) -> str:
        """How the run's folder is named: "run" or "offline-run"."""
        return "offline-run" if self.mode == "offline" else "run"

    def check_sendable(self) -> None:
        """Refuse what the client cannot write; it notices when it really starts a new run, so call it then.

        Raises:
            UnicodeEncodeError: Text that is none in UTF-8.
            ValueError: An integer beyond 32 bits.
        """
        os.path.join(self.root_dir, "wandb", f"{self.run_mode}-00000000_000000-{self.run_id}").encode()
        for name in sorted(self.fields, key=_POSITION.__getitem__):
            value = self.fields[name]
            for text in value if isinstance(value, tuple) else (value,):
                if isinstance(text, str):
                    text.encode()
            if type(value) is int and name not in _NOT_SENT and not -(2**31) <= value < 2**31:
                raise ValueError(f"Value out of range: {value}")

    def settings(self) -> Settings:
        """``run.settings``: a new settings object with these values."""
        return settings_of(self.fields)


_NOT_SENT = ("max_end_of_run_history_metrics", "max_end_of_run_summary_metrics")

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


def _is_settings(value: Any) -> bool:
    return any(c.__name__ == "Settings" and c.__module__ in _SETTINGS_MODULES for c in type(value).__mro__)


_SETTINGS_MODULES = (__name__, "wandb.sdk.wandb_settings")


def _given(arguments: Mapping[str, Any], warn: Warn) -> tuple[dict[str, Any], Any]:
    """What the call itself sets, and the settings object it was given, if any.

    A settings object takes the arguments as the client's does: they are assigned to the caller's own object.
    """
    passed = arguments.get("settings")
    target = passed if passed is not None and _is_settings(passed) else None
    fields: dict[str, Any] = {}
    if isinstance(passed, dict):
        constructed = Settings(**passed)
        fields = {name: getattr(constructed, name) for name in constructed.model_fields_set}
    rest = []
    for argument, value in arguments.items():
        name = _ARGUMENTS.get(argument)
        if name is None or (value is None and argument != "anonymous"):
            continue
        if target is None and type(value) is str and (name in _PLAIN or (name in _GOOD and _GOOD[name](value))):
            fields[name] = value  # cannot fail, so its turn does not matter
        elif target is None and argument == "tags" and type(value) in (list, tuple) and _good_tags(value):
            fields[name] = tuple(value)
        else:
            rest.append(argument)
    if len(rest) > 1:
        rest.sort(key=_ORDER.__getitem__)
    for argument in rest:
        name, value = _ARGUMENTS[argument], arguments[argument]
        if argument == "tags":
            value = tuple(value)
        elif argument == "anonymous" and type(value) is object:
            continue  # the default, which says that nothing was given
        if target is None:
            assign(fields, name, value, warn)
        else:
            setattr(target, name, value)
    if target is not None:
        fields = {name: getattr(target, name) for name in target.model_fields_set}
    return fields, target


def _ignored_path(session: Mapping[str, Any], given: dict[str, Any], target: Any) -> list[str]:
    """In a sweep or a launched job the path comes from there: drop it from what the call gave, and say so."""
    if session.get("sweep_id"):
        reason = "when running a sweep"
    elif session.get("launch"):
        reason = "when running from a wandb launch context"
    else:
        return []
    ignored = []
    for name in ("project", "entity", "run_id"):
        value = given.pop(name, None)
        if value is not None:
            ignored.append(f"Ignoring {name} {value!r} {reason}.")
            if target is not None:
                setattr(target, name, None)
    return ignored


def _merged(session: dict[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """The session's settings with the call's on top, refused where they contradict each other."""
    fields = {**session, **given}
    if None in given.values():
        fields = session | {name: value for name, value in given.items() if value is not None}
    for name in ("fork_from", "resume_from"):
        if given.get(name) is not None:
            try:
                _BEFORE[name](given[name], fields)
            except ValueError as error:
                raise ValidationError([v.Problem("value_error", given[name], (name,), {"error": error})]) from None
    if not _CONTRADICTORY.isdisjoint(fields) and (problem := _model_problem(fields, None)):
        raise ValidationError([v.Problem(problem.type, settings_of(fields), (), problem.context)])
    return fields


def _main_program() -> str:
    """The program that runs, as the client names it."""
    main = sys.modules.get("__main__")
    try:
        spec = main.__spec__  # type: ignore[union-attr]
        return f"-m {spec.name}" if spec is not None else str(main.__file__)  # type: ignore[union-attr]
    except AttributeError:
        return "<python with no main file>"


def auto_project_name(program: str, cwd: str) -> str:
    """The project of a run that names none: the git repository's name and the program's folder in it.

    Args:
        program: The script; a relative one is sought in the working directory.
        cwd: The working directory.

    Returns:
        The name; "uncategorized" outside a repository.
    """
    folder = cwd
    while not os.path.exists(os.path.join(folder, ".git")):
        parent = os.path.dirname(folder)
        if parent == folder:
            return "uncategorized"
        folder = parent
    name = os.path.basename(folder)
    inside = os.path.dirname(os.path.abspath(os.path.join(cwd, program)))
    if not inside.startswith(folder):
        return name
    below = os.path.relpath(inside, folder)
    return (name if below == "." else f"{name}-{below}").replace(os.sep, "_")


def usable_root(root_dir: str | None, cwd: str, warn: Warn) -> str:
    """The folder that the client puts the run under: the one asked for, or the system's temporary folder.

    Nothing is created; it is looked whether the client could.

    Args:
        root_dir: The folder asked for, if any was.
        cwd: The working directory when the session began, which is used if none was.
        warn: Receives the text of warnings.

    Returns:
        The folder.

    Raises:
        ValueError: Neither is usable.
    """
    readable = os.W_OK | os.R_OK
    if root_dir is None:
        if os.access(cwd, readable):
            return cwd
        root_dir = cwd
    if "\0" in root_dir:
        raise ValueError("embedded null byte")
    if os.path.isdir(root_dir):
        if os.access(root_dir, readable):
            return root_dir
        warn(f"Path {root_dir} wasn't read/writable")
    else:
        parent = os.path.abspath(root_dir)
        while not os.path.lexists(parent):
            parent = os.path.dirname(parent)
        if root_dir and os.path.isdir(parent) and os.access(parent, os.W_OK | os.X_OK):
            return root_dir
        warn(f"Unable to create root directory {root_dir}")
    fallback = tempfile.gettempdir()
    if not os.access(fallback, readable):
        raise ValueError(
            f"System temp directory ({fallback}) is not writable/readable, please set the `dir` argument in"
            " `wandb.init()` to a writable/readable directory."
        )
    warn(f"Falling back to temporary directory {fallback}.")
    return fallback


_MODES = {"run": "online", "dryrun": "offline"}


def resolve(
    arguments: Mapping[str, Any],
    environ: Mapping[str, str],
    base: Mapping[str, Any],
    entity: str | None,
    new_id: Callable[[], str],
    warn: Warn,
    *,
    cwd: str | None = None,
    previous_id: str | None = None,
) -> RunSettings:
    """The settings of the run that this call of ``wandb.init`` starts.

    From weakest to strongest: defaults, the environment, ``wandb.setup(settings=...)``, ``wandb.init(settings=...)``,
    the arguments of ``wandb.init``. A None sets nothing.

    Args:
        arguments: The keyword arguments of ``wandb.init`` as given. A settings object among them takes the other
            arguments by assignment, as the client's does.
        environ: The environment of the session.
        base: The fields given to ``wandb.setup``.
        entity: The account's default entity.
        new_id: Makes the id of a run that is given none.
        warn: Receives the text of each warning that the client prints at once (see `RunSettings.deprecations`).
        cwd: The working directory when the session began; now, if not given.
        previous_id: The id that ``resume="auto"`` finds of a run that did not finish.

    Returns:
        The settings.

    Raises:
        ValidationError: What pydantic refuses in the client.
        Usage: What the client raises as UsageError.
        TypeError, ValueError: As the client, past pydantic.
    """
    given, target = _given(arguments, warn)
    session: dict[str, Any] = {}
    if environ:
        session = _session_fields(environ, warn)
    for name, value in base.items():
        if value is not None:
            session[name] = value
    ignored = _ignored_path(session, given, target) if session else []
    fields = _merged(session, given)
    if cwd is None:
        cwd = os.getcwd()
    if fields.get("project") is None:
        fields["project"] = auto_project_name(fields.get("program") or _main_program(), os.getcwd())
    _set_run_id(fields, new_id, warn, previous_id)
    _warn_of_git_root(fields, warn)
    fields["root_dir"] = usable_root(fields.get("root_dir"), cwd, warn)
    if not fields.get("silent"):
        for text in ignored:
            warn(text)
    deprecations: tuple[str, ...] = ()
    if not (_DEPRECATED_FIELDS.isdisjoint(fields) and _DEPRECATED_ARGUMENTS.isdisjoint(arguments)):
        deprecations = _deprecations(arguments, fields)
    _set_account(fields, entity)
    return _run_settings(fields, deprecations, bool(arguments.get("monitor_gym")))


def _set_run_id(fields: dict[str, Any], new_id: Callable[[], str], warn: Warn, previous_id: str | None) -> None:
    run_id = fields.get("run_id")
    if fields.get("resume") == "auto" and previous_id:
        if run_id is None:
            run_id = previous_id
        elif run_id != previous_id:
            warn(f"Ignoring ID {previous_id} loaded due to resume='auto' because the run ID is set to {run_id}.")
    if run_id is None:
        moment = fields.get("resume_from")
        run_id = moment.run if moment is not None else new_id()
    fields["run_id"] = run_id


def _warn_of_git_root(fields: Mapping[str, Any], warn: Warn) -> None:
    """The client looks for a git repository in the folder asked for before it makes the folder."""
    root = fields.get("root_dir")
    if not root or fields.get("git_root") is not None or fields.get("disable_git") or os.path.isdir(root):
        return
    if shutil.which("git"):
        warn(f"git root {root} does not exist")


_DEPRECATED_FIELDS = frozenset(("mode", "reinit"))
_DEPRECATED_ARGUMENTS = frozenset(("config_exclude_keys", "config_include_keys"))


def _deprecations(arguments: Mapping[str, Any], fields: Mapping[str, Any]) -> tuple[str, ...]:
    texts = []
    if fields.get("mode") == "shared":
        texts.append(
            "The `shared` mode feature is experimental and may change. Please contact support@wandb.com for guidance"
            " and to report any issues."
        )
    if isinstance(fields.get("reinit"), bool):
        texts.append(
            "Using a boolean value for 'reinit' is deprecated. Use 'return_previous' or 'finish_previous' instead."
        )
    for kind in ("exclude", "include"):
        if arguments.get(f"config_{kind}_keys"):
            texts.append(
                f"config_{kind}_keys is deprecated. Use `config=wandb.helper.parse_config(config_object,"
                f" {kind}=('key',))` instead."
            )
    if arguments.get("config_exclude_keys") and arguments.get("config_include_keys"):
        raise Usage("Expected at most only one of exclude or include")
    return tuple(texts)


def _set_account(fields: dict[str, Any], entity: str | None) -> None:
    """What the server answers, or what takes its place where there is none."""
    mode = fields.get("mode", "online")
    if mode == "disabled":
        fields["entity"] = fields.get("entity") or "dummy"
        fields["run_name"] = fields.get("run_name") or f"dummy-{fields['run_id']}"
        fields["root_dir"] = tempfile.gettempdir()
        if fields["project"] == "uncategorized":
            fields["project"] = "dummy"
    elif mode not in ("offline", "dryrun"):
        fields["entity"] = fields.get("entity") or entity


_SHOWN = frozenset(RunSettings.__slots__) - {"run_id", "project", "entity", "mode", "root_dir", "fields"}


def _run_settings(fields: dict[str, Any], deprecations: tuple[str, ...], monitor_gym: bool) -> RunSettings:
    mode = fields.get("mode", "online")
    run = RunSettings(
        fields["run_id"], fields["project"], fields.get("entity"), _MODES.get(mode, mode), fields["root_dir"]
    )
    run.fields = fields
    run.deprecations = deprecations
    run.monitor_gym = monitor_gym
    for name, value in fields.items():
        if name in _SHOWN:
            moment = value is not None and name in ("fork_from", "resume_from")
            setattr(run, name, (value.run, value.metric, value.value) if moment else value)
    return run
