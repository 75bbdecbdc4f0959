"""``wandb.Config`` on its own, as a program may make one without a run.

The rules are those of a run's config.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from wandb_testkit.standin.errors import ConfigError, UsageError
from wandb_testkit.standin.place import at, termwarn, wandb

_set = object.__setattr__


def _rules() -> Any:
    """The rules of configs; every patch shows this class, and many tests begin no run."""
    from wandb_testkit.rules import config

    return config


@at("wandb.sdk.wandb_config")
class Config:
    """Values by key, as items and as attributes; what is there is not changed by mistake.

    Raises:
        ConfigError: ``config-defaults.yaml`` in the working folder is malformed.
    """

    _items: dict[str, Any]
    _locked: dict[str, Any]

    def __init__(self) -> None:
        for name, value in (("_items", {}), ("_locked", {}), ("_callback", None), ("_artifact_callback", None)):
            _set(self, name, value)
        defaults = _rules().read_file("config-defaults.yaml", must_exist=False, error=ConfigError, warn=termwarn)
        if defaults is not None:
            self.update(defaults)

    def _set_callback(self, cb: Any) -> None:
        _set(self, "_callback", cb)

    def _set_artifact_callback(self, cb: Any) -> None:
        _set(self, "_artifact_callback", cb)

    def __repr__(self) -> str:
        return str(dict(self))

    def keys(self) -> list[str]:
        """The keys, without the client's own."""
        return [key for key in self._items if not key.startswith("_")]

    def _as_dict(self) -> dict[str, Any]:
        return self._items

    def as_dict(self) -> dict[str, Any]:
        """A dict of it."""
        return dict(self)

    def items(self) -> list[tuple[str, Any]]:
        """Keys and values, without the client's own."""
        return [(key, value) for key, value in self._items.items() if not key.startswith("_")]

    def _testkit_items(self) -> dict[str, Any]:
        return dict(self.items())

    def get(self, *args: Any) -> Any:
        """The value of a key, or a default."""
        return self._items.get(*args)

    def __getitem__(self, key: Any) -> Any:
        return self._items[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._items)

    def __contains__(self, key: Any) -> bool:
        return key in self._items

    def __getattr__(self, key: str) -> Any:
        try:
            return self.__getitem__(key)
        except KeyError as missing:
            raise AttributeError(f"{self.__class__!r} object has no attribute {key!r}") from missing

    def __setitem__(self, key: Any, val: Any) -> None:
        if self._is_locked(key):
            return
        _rules().refuse_nested_artifact(val, wandb("Artifact"), nested=True)
        key, val = self._sanitized(key, val, None)
        self._items[key] = val
        self._call_back(key=key, val=val)

    __setattr__ = __setitem__

    def update(self, d: Any, allow_val_change: bool | None = None) -> None:
        """Set several values.

        Args:
            d: a dict, or what ``wandb.init(config=)`` takes.
            allow_val_change: change those that are there.

        Raises:
            ConfigError: one that is there would change.
        """
        values = self._parsed(d)
        locked = {key for key in list(values) if self._is_locked(key)}
        self._put({key: value for key, value in values.items() if key not in locked}, values, allow_val_change)

    def setdefaults(self, d: Any) -> None:
        """Set the values whose keys are not there.

        Args:
            d: a dict, or what ``wandb.init(config=)`` takes.
        """
        values = {key: value for key, value in self._parsed(d).items() if key not in self._items}
        self._put(values, values, None)

    def update_locked(self, d: Any, user: Any = None, _allow_val_change: bool | None = None) -> None:
        """Set values that nobody changes afterwards.

        Args:
            d: the values.
            user: who locks them.
        """
        for key, value in d.items():
            key, value = self._sanitized(key, value, _allow_val_change)
            self._locked[key] = user
            self._items[key] = value
        self._call_back(data=d)

    def merge_locked(self, d: Any, user: Any = None, _allow_val_change: bool | None = None) -> None:
        """The same, where dicts are merged with what is there.

        Args:
            d: the values.
            user: who locks them.
        """
        changed: dict[str, Any] = {}
        for key, value in d.items():
            key, value = self._sanitized(key, value, _allow_val_change)
            self._locked[key] = user
            changed[key] = self._items[key] = _rules().merged(self._items.get(key), value)
        self._call_back(data=changed)

    def persist(self) -> None:
        """Send all values again."""
        self._call_back(data=self._as_dict())

    def _call_back(self, **change: Any) -> None:
        if self._callback:
            self._callback(**change)

    def _is_locked(self, key: Any) -> bool:
        if key not in self._locked:
            return False
        termwarn(f"Config item '{key}' was locked by '{self._locked[key]}' (ignored update).")
        return True

    def _parsed(self, values: Any) -> dict[str, Any]:
        parsed: dict[str, Any] = _rules().parse(
            values, include=None, exclude=None, usage_error=UsageError, config_error=ConfigError, warn=termwarn
        )
        return parsed

    def _put(self, values: Mapping[str, Any], checked: Mapping[str, Any], allow: bool | None) -> None:
        _rules().refuse_nested_artifact(checked, wandb("Artifact"), nested=False)
        sanitized = dict(self._sanitized(key, value, allow) for key, value in values.items())
        self._items.update(sanitized)
        self._call_back(data=sanitized)

    def _sanitized(self, key: Any, value: Any, allow: bool | None) -> tuple[str, Any]:
        # The run's config derives from this class: a test without media is not to pay for theirs.
        from wandb_testkit.standin.base import WBValue

        sanitized: tuple[str, Any] = _rules().sanitize(
            self._items,
            key,
            value,
            allow_val_change=allow,
            artifact_class=wandb("Artifact"),
            media_class=WBValue,
            use_artifact=self._artifact_callback,
            error=ConfigError,
        )
        return sanitized
