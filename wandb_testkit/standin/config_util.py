"""``wandb.sdk.lib.config_util`` and ``wandb.sdk.wandb_helper``: configs from files, namespaces and flags.

The rules and the texts of errors are those of wandb 0.31.0.
"""

from __future__ import annotations

import importlib
import json
import logging
import os
from collections.abc import Collection, Iterable
from typing import Any

from wandb_testkit.rules import config as rules
from wandb_testkit.standin.errors import ConfigError, UsageError
from wandb_testkit.standin.paths import mkdir_exists_ok
from wandb_testkit.standin.place import termwarn
from wandb_testkit.standin.preinit import PreInitObject

logger = logging.getLogger("wandb")


def merge_dicts(dest: dict[Any, Any], src: dict[Any, Any]) -> dict[Any, Any]:
    """Merge a dict into another, dicts in dicts too.

    Args:
        dest: the one that is changed.
        src: what is put into it.

    Returns:
        ``dest``.
    """
    for key, value in src.items():
        if isinstance(value, dict) and isinstance(dest.get(key), dict):
            merge_dicts(dest[key], value)
        else:
            dest[key] = value
    return dest


def dict_strip_value_dict(config_dict: dict[str, Any]) -> dict[str, Any]:
    """``{key: {"value": v}}`` as ``{key: v}``."""
    return {key: item["value"] for key, item in config_dict.items()}


def dict_from_proto_list(obj_list: Iterable[Any]) -> dict[str, Any]:
    """Config items as ``{key: {"desc": None, "value": v}}``."""
    return {item.key: {"desc": None, "value": json.loads(item.value_json)} for item in obj_list}


def dict_no_value_from_proto_list(obj_list: Iterable[Any]) -> dict[str, Any]:
    """Config items that hold a ``value`` as ``{key: v}``."""
    decoded = ((item.key, json.loads(item.value_json)) for item in obj_list)
    return {key: found["value"] for key, found in decoded if isinstance(found, dict) and "value" in found}


def save_config_file_from_dict(config_filename: str, config_dict: dict[str, Any]) -> None:
    """Write a config as YAML.

    Args:
        config_filename: the file; its folder is made.
        config_dict: ``{key: {"value": v}}``.
    """
    text = "wandb_version: 1"
    if config_dict:
        yaml = importlib.import_module("yaml")
        options = {"default_flow_style": False, "allow_unicode": True, "encoding": "utf-8", "sort_keys": False}
        text += "\n\n" + yaml.dump(config_dict, Dumper=yaml.SafeDumper, **options).decode("utf-8")
    mkdir_exists_ok(os.path.dirname(config_filename))
    with open(config_filename, "w") as stream:
        stream.write(text)


def dict_from_config_file(filename: str, must_exist: bool = False) -> dict[str, Any] | None:
    """Read a config file of YAML.

    Args:
        filename: the file.
        must_exist: whether it is an error that there is none.

    Returns:
        ``{key: value}``, or None.

    Raises:
        ConfigError: it is missing, no YAML, or of another version.
    """
    return rules.read_file(filename, must_exist=must_exist, error=ConfigError, warn=termwarn)


def parse_config(
    params: Any, exclude: Collection[str] | None = None, include: Collection[str] | None = None
) -> dict[Any, Any]:
    """Whatever may be given as ``config=``, as a dict.

    Args:
        params: a dict, the name of a YAML file, a namespace, flags of absl or TensorFlow, or any object with
            attributes.
        exclude: keys to leave out.
        include: the only keys to keep.

    Returns:
        A dict; the very one that was given, where nothing is left out.

    Raises:
        UsageError: both ``exclude`` and ``include``.
        TypeError: an object without attributes.
    """
    # The rules know no placeholders: a config that does not exist yet is an empty one.
    found: dict[Any, Any] = rules.parse(
        {} if isinstance(params, PreInitObject) else params,
        include=include,
        exclude=exclude,
        usage_error=UsageError,
        config_error=ConfigError,
        warn=termwarn,
    )
    return found
