"""Every field of ``wandb.Settings``: its type and its default."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from typing import Any

from wandb_testkit.rules import validation as v
from wandb_testkit.rules.settings.moments import checked_moment
from wandb_testkit.rules.settings.servers import DEFAULT_BASE_URL

UNSET: Any = object()
"""The value of the removed setting ``anonymous`` where nobody set it."""

_SEQUENCE_LABEL = (
    "json-or-python[json=list[str],python=chain[is-instance[Sequence],function-wrap[sequence_validator()]]]"
)
_REINIT = ("default", "return_previous", "finish_previous", "create_new")
CHECKS: dict[str, v.Check] = {
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
    "moment?": v.optional(checked_moment),
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
str base_url
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
            checks[name] = CHECKS[kind]
            defaults[name] = _READERS.get(kind, str)(default) if given else None
    defaults.update(
        anonymous=UNSET,
        base_url=DEFAULT_BASE_URL,
        ignore_globs=(),
        symlink=sys.platform != "win32",
        x_stats_disk_paths=("/",),
        x_stats_pid=os.getpid(),
    )
    return checks, defaults


FIELDS, DEFAULTS = _read_table()
"""The check and the default of every field of ``wandb.Settings`` (None for root_dir and credentials_file)."""

POSITION = {name: index for index, name in enumerate(FIELDS)}


def with_paths(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The fields with the two defaults that depend on where the process is."""
    complete = dict(fields)
    if complete.get("credentials_file") is None:
        complete["credentials_file"] = os.path.expanduser("~/.config/wandb/credentials.json")
    if complete.get("root_dir") is None:
        complete["root_dir"] = os.path.abspath(os.getcwd())
    return complete
