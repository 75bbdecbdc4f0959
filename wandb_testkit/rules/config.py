"""The run's config: what may be put in, under which key, and when a change is refused.

Source of the rules: ``wandb.Config`` of client 0.31 and the offline log.
"""

from __future__ import annotations

import inspect
import os
import types
from collections.abc import Callable, Container, Iterable, Mapping
from typing import Any

from wandb_testkit.rules import definitions, encoding
from wandb_testkit.rules.tree import as_read

ARTIFACT_PREFIX = "wandb-artifact://"


def parse(
    params: Any,
    *,
    include: Container[str] | None,
    exclude: Container[str] | None,
    usage_error: type[Exception],
    config_error: type[Exception],
    warn: Callable[[str], None],
) -> Any:
    """Return the dict that a ``config`` argument means.

    Args:
        params: A dict, a path to a YAML file, an argparse namespace, absl flags, or any
            object with a ``__dict__``.
        include: Keys to keep, or None for all.
        exclude: Keys to leave out.
        usage_error: Raised when both `include` and `exclude` are given.
        config_error: Raised for a file that is missing or malformed.
        warn: Called with the client's warning about an empty file.
    """
    if exclude and include:
        raise usage_error("Expected at most only one of exclude or include")
    if isinstance(params, str):
        params = read_file(params, must_exist=True, error=config_error, warn=warn)
    params = _as_dict(params)
    if include:
        params = {key: value for key, value in params.items() if key in include}
    if exclude:
        params = {key: value for key, value in params.items() if key not in exclude}
    return params


def _as_dict(params: Any) -> Any:
    if isinstance(params, dict):
        return params
    reader = getattr(type(params), "_testkit_items", None)
    if reader is not None:
        return reader(params)
    home = inspect.getmodule(params)
    if home is not None and (
        home.__name__ == "absl.flags"
        or (isinstance(params, types.ModuleType) and home.__name__ == "tensorflow.python.platform.flags")
    ):
        params = params.FLAGS
        home = inspect.getmodule(params)
    if home is not None and home.__name__ == "absl.flags._flagvalues":
        return {name: params[name].value for name in dir(params)}
    if not hasattr(params, "__dict__"):
        raise TypeError("config must be a dict or have a __dict__ attribute.")
    return vars(params).get("__flags", vars(params))


def read_file(
    path: str,
    *,
    must_exist: bool,
    error: type[Exception],
    warn: Callable[[str], None],
) -> dict[str, Any] | None:
    """Read a YAML config file: ``key: {desc: ..., value: ...}``.

    Raises:
        ImportError: PyYAML is not there (it comes with wandb).
        error: The file is missing though it `must_exist`, or is not such a file.
    """
    if not os.path.exists(path):
        if must_exist:
            raise error(f"config file {path} doesn't exist")
        return None
    try:
        import yaml  # type: ignore[import-untyped,unused-ignore]
    except ImportError:
        raise ImportError(
            f"reading the config file {path!r} needs PyYAML, which comes with wandb: "
            "install it (pip install pyyaml) or pass the config as a dict"
        ) from None
    try:
        with open(path) as file:
            loaded = yaml.safe_load(file)
    except OSError:
        raise error(f"Couldn't read config file: {path}") from None
    except yaml.parser.ParserError:
        raise error("Invalid YAML in config yaml") from None
    if loaded is None:
        warn("Found an empty default config file (config-defaults.yaml). Proceeding with no defaults.")
        return None
    version = loaded.pop("wandb_version", None)
    if version is not None and version != 1:
        raise error("Unknown config version")
    return {key: value["value"] for key, value in loaded.items()}


def is_artifact_string(value: Any) -> bool:
    """Say whether `value` is a string that names an artifact."""
    return isinstance(value, str) and value.startswith(ARTIFACT_PREFIX)


def is_artifact(value: Any, artifact_class: type[Any]) -> bool:
    """Say whether a config value stands for an artifact, in any of its three forms."""
    return (
        isinstance(value, artifact_class)
        or is_artifact_string(value)
        or (isinstance(value, dict) and value.get("_type") == "artifactVersion")
    )


def refuse_nested_artifact(value: Any, artifact_class: type[Any], *, nested: bool) -> None:
    """Raise the client's ValueError when an artifact is anywhere but at the top level."""
    if isinstance(value, dict) and _holds_artifact(value, artifact_class, nested):
        raise ValueError("Instances of wandb.Artifact can only be top level keys in a run's config")


def _holds_artifact(value: Mapping[Any, Any], artifact_class: type[Any], nested: bool) -> bool:
    for item in value.values():
        if isinstance(item, dict):
            if _holds_artifact(item, artifact_class, True):
                return True
        elif nested and (isinstance(item, artifact_class) or is_artifact_string(item)):
            return True
    return False


def sanitize(
    items: Mapping[str, Any],
    key: Any,
    value: Any,
    *,
    allow_val_change: bool | None,
    artifact_class: type[Any],
    media_class: type[Any],
    use_artifact: Callable[[str, Any], Any],
    error: type[Exception],
) -> tuple[str, Any]:
    """Return the key and value to store, or raise what the client raises.

    Args:
        items: The config as it is.
        key: The key as given; dashes around it are dropped.
        value: The value as given; it is made JSON-friendly.
        allow_val_change: Whether an existing key may get another value.
        artifact_class: ``wandb.Artifact``.
        media_class: The base class of media, which a config refuses.
        use_artifact: Called for a value that stands for an artifact.
        error: ``ConfigError``.

    Raises:
        TypeError: The value is a media object.
        AttributeError: The key is not a string.
        error: The key has another value already.
    """
    if isinstance(value, media_class):
        raise TypeError("WBValue objects cannot be added to the run config")
    key = key.strip("-")
    if is_artifact(value, artifact_class):
        value = use_artifact(key, value)
    if not isinstance(value, artifact_class):
        value = encoding.config_value(value)
    if not allow_val_change and key in items and value != items[key]:
        raise error(
            f'Attempted to change value of key "{key}" from {items[key]} to {value}\n'
            "If you really want to do this, pass allow_val_change=True to config.update()"
        )
    return key, value


def merged(old: Any, new: Any) -> Any:
    """Merge two values of a locked key: dicts deeply, anything else is replaced."""
    if not (isinstance(old, dict) and isinstance(new, dict)):
        return new
    for key, value in new.items():
        old[key] = merged(old[key], value) if key in old else value
    return old


def sent(items: Iterable[tuple[str, Any]], *, plain_json: bool = False) -> dict[str, Any]:
    """Return config values as the backend gets them; a key has to be text that UTF-8 can have.

    Args:
        items: The values by key.
        plain_json: As for `encoding.config_wire`.
    """
    return {definitions.text(key): encoding.config_wire(value, plain_json=plain_json) for key, value in items}


def merge_sent(sent: dict[str, Any], items: Mapping[str, Any]) -> None:
    """Add config values as wandb-core does before it uploads: dicts are subtrees, empty ones vanish.

    Args:
        sent: The config so far; changed.
        items: What `sent` returns for the new values.
    """
    for key, value in items.items():
        if not isinstance(value, dict):
            sent[key] = value
        elif value:
            subtree = sent.get(key)
            if not isinstance(subtree, dict):
                subtree = {}
            merge_sent(subtree, value)
            if subtree:
                sent[key] = subtree


def read_back_plain(items: Mapping[str, Any]) -> dict[str, Any]:
    """Return what `read_back` does, of a config of numbers that fit 64 bits and text.

    Args:
        items: The config as it was sent.
    """
    # Nothing but a float can be read as something else.
    return {key: as_read(value) if type(value) is float else value for key, value in items.items()}


def read_back(items: Mapping[str, Any]) -> dict[str, Any]:
    """Return what `run.config` reads right after ``init``: wandb-core answers with the config as it has it.

    Args:
        items: The config as it was sent.
    """
    known: dict[str, Any] = {}
    merge_sent(known, {key: value for key, value in items.items() if key != "_wandb"})
    return {key: as_read(value) for key, value in known.items()}
