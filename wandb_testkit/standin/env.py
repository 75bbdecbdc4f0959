"""``wandb.env``: the names of wandb's environment variables and what reads them.

The names, defaults and conversions are those of wandb 0.31.0.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping, MutableMapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

_PREFIXED = """
    CONFIG_PATHS SWEEP_PARAM_PATH SHOW_RUN DEBUG SILENT QUIET INITED DIR DESCRIPTION NAME NOTEBOOK_NAME NOTES USERNAME
    USER_EMAIL PROJECT ENTITY ORGANIZATION BASE_URL APP_URL PROGRAM ARGS MODE RESUME RUN_ID RUN_STORAGE_ID RUN_GROUP
    RUN_DIR SWEEP_ID HTTP_TIMEOUT FILE_PUSHER_TIMEOUT API_KEY IDENTITY_TOKEN_FILE CREDENTIALS_FILE JOB_TYPE
    DISABLE_CODE DISABLE_GIT GIT_ROOT SAVE_CODE TAGS ERROR_REPORTING CORE_DEBUG DOCKER AGENT_REPORT_INTERVAL
    AGENT_KILL_DELAY AGENT_DISABLE_FLAPPING AGENT_MAX_INITIAL_FAILURES CRASH_NOSYNC_TIME MAGIC HOST ANONYMOUS JUPYTER
    CONFIG_DIR DATA_DIR ARTIFACT_DIR ARTIFACT_FETCH_FILE_URL_BATCH_SIZE CACHE_DIR SERVICE INIT_TIMEOUT GIT_COMMIT
    GIT_REMOTE_URL LAUNCH_QUEUE_NAME LAUNCH_QUEUE_ENTITY LAUNCH_TRACE_ID ENABLE_DCGM_PROFILING
""".split()  # noqa: SIM905 (names read better as words)

#: The name that wandb's code has for a variable, and the variable.
VARIABLES: dict[str, str] = {
    **{name: f"WANDB_{name}" for name in _PREFIXED},
    "IGNORE": "WANDB_IGNORE_GLOBS",
    "DISABLE_SSL": "WANDB_INSECURE_DISABLE_SSL",
    "USE_V1_ARTIFACTS": "_WANDB_USE_V1_ARTIFACTS",
    "_EXECUTABLE": "WANDB_X_EXECUTABLE",
}

_IMMUTABLE = """
    DIR ENTITY PROJECT API_KEY IGNORE DISABLE_CODE DISABLE_GIT DOCKER MODE BASE_URL ERROR_REPORTING CRASH_NOSYNC_TIME
    MAGIC USERNAME USER_EMAIL DIR SILENT CONFIG_PATHS ANONYMOUS RUN_GROUP JOB_TYPE TAGS RESUME AGENT_REPORT_INTERVAL
    HTTP_TIMEOUT HOST DATA_DIR ARTIFACT_DIR ARTIFACT_FETCH_FILE_URL_BATCH_SIZE CACHE_DIR USE_V1_ARTIFACTS DISABLE_SSL
    IDENTITY_TOKEN_FILE CREDENTIALS_FILE
""".split()  # noqa: SIM905 (names read better as words)

_Environ = MutableMapping[str, str]


def _environ(env: _Environ | None) -> MutableMapping[str, Any]:
    return os.environ if env is None else env


def strtobool(val: str) -> bool:
    """Read a truth value.

    Args:
        val: such as ``yes``, ``off`` or ``1``, in any case.

    Returns:
        The truth value.

    Raises:
        ValueError: it is none of those words.
    """
    word = val.lower()
    if word in ("y", "yes", "t", "true", "on", "1"):
        return True
    if word in ("n", "no", "f", "false", "off", "0"):
        return False
    raise ValueError(f"invalid truth value {word!r}")


def _env_as_bool(var: str, default: str | None = None, env: _Environ | None = None) -> bool:
    value = _environ(env).get(var, default)
    if not isinstance(value, str):
        return False
    try:
        return strtobool(value)
    except ValueError:
        return False


def immutable_keys() -> list[str]:
    """The variables that keep their value within a process.

    Returns:
        Their names.
    """
    return [VARIABLES[name] for name in _IMMUTABLE]


def is_debug(default: str | None = None, env: _Environ | None = None) -> bool:
    """Whether ``WANDB_DEBUG`` is on."""
    return _env_as_bool(VARIABLES["DEBUG"], default=default, env=env)


def is_offline(env: _Environ | None = None) -> bool:
    """Whether ``WANDB_MODE`` says offline."""
    return bool(_environ(env).get(VARIABLES["MODE"]) == "offline")


def is_quiet() -> bool:
    """Whether ``WANDB_QUIET`` is on."""
    return _env_as_bool(VARIABLES["QUIET"], default="false")


def is_silent() -> bool:
    """Whether ``WANDB_SILENT`` is on."""
    return _env_as_bool(VARIABLES["SILENT"], default="false")


def error_reporting_enabled() -> bool:
    """Whether ``WANDB_ERROR_REPORTING`` is on, as it is unless said otherwise."""
    return _env_as_bool(VARIABLES["ERROR_REPORTING"], default="True")


def core_debug(default: str | None = None) -> bool:
    """Whether ``WANDB_CORE_DEBUG`` or ``WANDB_DEBUG`` is on."""
    return _env_as_bool(VARIABLES["CORE_DEBUG"], default=default) or is_debug()


def ssl_disabled() -> bool:
    """Whether ``WANDB_INSECURE_DISABLE_SSL`` is on."""
    return _env_as_bool(VARIABLES["DISABLE_SSL"], default="False")


def dcgm_profiling_enabled() -> bool:
    """Whether ``WANDB_ENABLE_DCGM_PROFILING`` is on."""
    return _env_as_bool(VARIABLES["ENABLE_DCGM_PROFILING"], default="False")


def should_save_code() -> bool:
    """Whether ``WANDB_SAVE_CODE`` is on and ``WANDB_DISABLE_CODE`` is not."""
    disabled = _env_as_bool(VARIABLES["DISABLE_CODE"], default="False")
    return _env_as_bool(VARIABLES["SAVE_CODE"], default="False") and not disabled


def disable_git(env: _Environ | None = None) -> bool:
    """Whether ``WANDB_DISABLE_GIT`` is anything but false."""
    value = _environ(env).get(VARIABLES["DISABLE_GIT"], "False")
    return value.lower() != "false" if isinstance(value, str) else value


def get_args(default: list[str] | None = None, env: _Environ | None = None) -> list[str] | None:
    """The program's arguments: ``WANDB_ARGS`` as JSON, or those of this process."""
    text = _environ(env).get(VARIABLES["ARGS"])
    if not text:
        return default or sys.argv[1:]
    import json

    try:
        arguments: list[str] = json.loads(text)
    except ValueError:
        return None
    return arguments


def get_show_run(default: str | None = None, env: _Environ | None = None) -> bool:
    """Whether ``WANDB_SHOW_RUN`` is set to anything."""
    return bool(_environ(env).get(VARIABLES["SHOW_RUN"], default))


def get_http_timeout(default: int = 20, env: _Environ | None = None) -> int:
    """``WANDB_HTTP_TIMEOUT`` in seconds."""
    return int(_environ(env).get(VARIABLES["HTTP_TIMEOUT"], default))


def get_file_pusher_timeout(default: int | None = None, env: _Environ | None = None) -> int | None:
    """``WANDB_FILE_PUSHER_TIMEOUT`` in seconds."""
    value = _environ(env).get(VARIABLES["FILE_PUSHER_TIMEOUT"], default)
    return int(value) if value else None


def get_ignore(default: list[str] | None = None, env: _Environ | None = None) -> list[str] | None:
    """``WANDB_IGNORE_GLOBS`` as a list."""
    value = _environ(env).get(VARIABLES["IGNORE"])
    return default if value is None else value.split(",")


def get_tags(default: str = "", env: _Environ | None = None) -> list[str]:
    """``WANDB_TAGS`` as a list."""
    return [tag for tag in _environ(env).get(VARIABLES["TAGS"], default).split(",") if tag]


def get_error_reporting(default: bool | str = True, env: _Environ | None = None) -> bool | str:
    """``WANDB_ERROR_REPORTING`` as it stands."""
    value: bool | str = _environ(env).get(VARIABLES["ERROR_REPORTING"], default)
    return value


def get_data_dir(env: _Environ | None = None) -> str:
    """``WANDB_DATA_DIR``, or the user's folder for data."""
    value: str = _environ(env).get(VARIABLES["DATA_DIR"], _user_folder("XDG_DATA_HOME", ".local/share"))
    return value


def get_cache_dir(env: _Environ | None = None) -> Path:
    """``WANDB_CACHE_DIR``, or the user's folder for caches."""
    from pathlib import Path

    return Path((env or os.environ).get(VARIABLES["CACHE_DIR"], _user_folder("XDG_CACHE_HOME", ".cache")))


def get_artifact_dir(env: _Environ | None = None) -> str:
    """``WANDB_ARTIFACT_DIR``, or ``artifacts`` in the working folder."""
    return os.path.abspath(str(_environ(env).get(VARIABLES["ARTIFACT_DIR"], os.path.join(".", "artifacts"))))


def get_artifact_fetch_file_url_batch_size(env: _Environ | None = None) -> int:
    """``WANDB_ARTIFACT_FETCH_FILE_URL_BATCH_SIZE``."""
    return int(_environ(env).get(VARIABLES["ARTIFACT_FETCH_FILE_URL_BATCH_SIZE"], 5000))


def get_use_v1_artifacts(env: _Environ | None = None) -> bool:
    """Whether ``_WANDB_USE_V1_ARTIFACTS`` is set to anything."""
    return bool(_environ(env).get(VARIABLES["USE_V1_ARTIFACTS"], False))


def get_agent_max_initial_failures(default: int | None = None, env: _Environ | None = None) -> int | None:
    """``WANDB_AGENT_MAX_INITIAL_FAILURES``; the default where it is no number."""
    value = _environ(env).get(VARIABLES["AGENT_MAX_INITIAL_FAILURES"], default)
    try:
        return int(value)
    except ValueError:
        return default


def get_credentials_file(default: str, env: _Environ | None = None) -> Path:
    """``WANDB_CREDENTIALS_FILE``, or the default."""
    from pathlib import Path

    return Path(_environ(env).get(VARIABLES["CREDENTIALS_FILE"], default))


def set_entity(value: str, env: _Environ | None = None) -> None:
    """Set ``WANDB_ENTITY``."""
    _environ(env)[VARIABLES["ENTITY"]] = value


def set_project(value: str, env: _Environ | None = None) -> None:
    """Set ``WANDB_PROJECT``; nothing means ``uncategorized``."""
    _environ(env)[VARIABLES["PROJECT"]] = value or "uncategorized"


def _user_folder(variable: str, below_home: str) -> str:
    """The folder that the XDG convention gives an application named wandb on this system."""
    if sys.platform == "darwin":
        below_home = {".cache": "Library/Caches", ".local/share": "Library/Application Support"}[below_home]
    base = os.environ.get(variable, "")
    if not base.strip():
        base = os.path.join(os.path.expanduser("~"), below_home)
    return os.path.join(base, "wandb")


def _text_getter(function: str, variable: str) -> Callable[..., str | None]:
    """A getter that returns the variable's text or the default."""

    def get(default: str | None = None, env: _Environ | None = None) -> str | None:
        value: str | None = _environ(env).get(VARIABLES[variable], default)
        return value

    get.__name__ = get.__qualname__ = function
    get.__doc__ = f"``{VARIABLES[variable]}``, or the default."
    return get


def _launch_getter(function: str, variable: str) -> Callable[..., str | None]:
    """A getter that takes no default."""

    def get(env: _Environ | None = None) -> str | None:
        return _environ(env).get(VARIABLES[variable])

    get.__name__ = get.__qualname__ = function
    get.__doc__ = f"``{VARIABLES[variable]}``, or None."
    return get


def _number_getter(function: str, variable: str) -> Callable[..., int | None]:
    """A getter that returns a number, and None for what is none."""

    def get(default: str | None = None, env: _Environ | None = None) -> int | None:
        value: Any = _environ(env).get(VARIABLES[variable], default)
        try:
            return int(value)
        except ValueError:
            return None

    get.__name__ = get.__qualname__ = function
    get.__doc__ = f"``{VARIABLES[variable]}`` as a number."
    return get


_TEXT = {
    "get_run": "RUN_ID", "get_docker": "DOCKER", "get_project": "PROJECT", "get_username": "USERNAME",
    "get_user_email": "USER_EMAIL", "get_entity": "ENTITY", "get_organization": "ORGANIZATION",
    "get_base_url": "BASE_URL", "get_app_url": "APP_URL", "get_description": "DESCRIPTION", "get_dir": "DIR",
    "get_config_paths": "CONFIG_PATHS", "get_magic": "MAGIC",
}  # fmt: skip
_LAUNCH = {
    "get_launch_queue_name": "LAUNCH_QUEUE_NAME", "get_launch_queue_entity": "LAUNCH_QUEUE_ENTITY",
    "get_launch_trace_id": "LAUNCH_TRACE_ID",
}  # fmt: skip
_NUMBERS = {
    "get_agent_report_interval": "AGENT_REPORT_INTERVAL", "get_agent_kill_delay": "AGENT_KILL_DELAY",
    "get_crash_nosync_time": "CRASH_NOSYNC_TIME",
}  # fmt: skip


@lru_cache(maxsize=1)
def names() -> Mapping[str, Any]:
    """Everything that ``wandb.env`` holds.

    Returns:
        Name to constant or function; the functions say that they are from ``wandb.env``.
    """
    here = globals()
    found: dict[str, Any] = dict(VARIABLES)
    for name, value in here.items():
        own = callable(value) and getattr(value, "__module__", "") == __name__ and name != "names"
        if own and (not name.startswith("_") or name == "_env_as_bool"):
            found[name] = value
    found.update({name: _text_getter(name, variable) for name, variable in _TEXT.items()})
    found.update({name: _launch_getter(name, variable) for name, variable in _LAUNCH.items()})
    found.update({name: _number_getter(name, variable) for name, variable in _NUMBERS.items()})
    for value in found.values():
        if callable(value):
            value.__module__ = "wandb.env"
    return found
