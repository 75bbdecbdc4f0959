"""``run.config``: what may be put in, what is locked, what is sent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from wandb_testkit.client.parts import recursing
from wandb_testkit.client.run_files import FilesPart
from wandb_testkit.rules import config as config_rules
from wandb_testkit.rules.lifecycle import ConfigLocked, ConfigSent, ConfigSet

if TYPE_CHECKING:
    from wandb_testkit.client.session import Session

_NUMBERS = frozenset({bool, int, float, type(None)})
_INT64 = 2**63


def config_argument(session: Session, config: Any, include: Any = None, exclude: Any = None) -> Any:
    """Return the dict that a config argument means.

    Args:
        session: The recorder's client.
        config: What was given: a dict, the name of a file, an object with attributes.
        include: Keys to take; None for all.
        exclude: Keys to leave out.
    """
    return config_rules.parse(
        config,
        include=include,
        exclude=exclude,
        usage_error=session.world.UsageError,
        config_error=session.world.ConfigError,
        warn=session.warn,
    )


def is_plain(values: Mapping[str, Any]) -> bool:
    """Say whether a config is kept and sent as it is given, as most are: numbers and short texts.

    Nothing else may be answered with True; False only sends it the general way, through every rule.
    """
    if type(values) is not dict:
        return False
    for key, value in values.items():
        if type(key) is not str or not key.isidentifier() or key[0] == "_":
            return False
        kind = type(value)
        if kind is str:
            if len(value) > 1000 or not value.isascii() or config_rules.is_artifact_string(value):
                return False
        # `<` is False for NaN too.
        elif kind not in _NUMBERS or not (value is None or -_INT64 < value < _INT64):
            return False
    return True


class ConfigPart(FilesPart):
    """The part that stands behind ``run.config``."""

    @property
    def config_items(self) -> dict[str, Any]:
        return self.state.config

    def _is_artifact(self, value: Any) -> bool:
        return config_rules.is_artifact(value, self.world.Artifact)

    def _sanitize(self, items: Mapping[str, Any], key: Any, value: Any, allow: bool | None) -> tuple[str, Any]:
        return config_rules.sanitize(
            items,
            key,
            value,
            allow_val_change=allow,
            artifact_class=self.world.Artifact,
            media_class=self.world.WBValue,
            use_artifact=self._use_config_artifact,
            error=self.world.ConfigError,
        )

    def _sanitize_all(self, items: dict[str, Any], values: Mapping[str, Any], allow: bool | None) -> dict[str, Any]:
        config_rules.refuse_nested_artifact(values, self.world.Artifact, nested=False)
        sanitized = dict(self._sanitize(items, key, value, allow) for key, value in values.items())
        items.update(sanitized)
        return sanitized

    def _use_config_artifact(self, key: str, value: Any) -> Any:
        if not isinstance(value, self.world.Artifact):
            from wandb_testkit import uploads

            value = uploads.found_for_config(self, value)
        with self.session.quiet():
            return self.live.use_artifact(value)

    def _config_locked(self, key: str) -> bool:
        user = self.state.locked.get(key)
        if user is None:
            return False
        self.session.warn(f"Config item '{key}' was locked by '{user}' (ignored update).")
        return True

    @recursing
    def config_assign(self, key: Any, value: Any) -> None:
        """``run.config[key] = value``."""
        if self._config_locked(key):
            return
        config_rules.refuse_nested_artifact(value, self.world.Artifact, nested=True)
        key, value = self._sanitize(self.config_items, key, value, None)
        self._effect(ConfigSet({key: value}))
        self._send_config({key: value} if key else {})

    @recursing
    def config_update(self, values: Any, allow_val_change: bool | None = None) -> None:
        """``run.config.update(values)``."""
        parsed = config_argument(self.session, values)
        items = self.config_items
        locked = {key for key in list(parsed) if self._config_locked(key)}
        config_rules.refuse_nested_artifact(parsed, self.world.Artifact, nested=False)
        sanitized = dict(
            self._sanitize(items, key, value, allow_val_change) for key, value in parsed.items() if key not in locked
        )
        self._effect(ConfigSet(sanitized))
        self._send_config(sanitized)

    def config_setdefaults(self, values: Any) -> None:
        """``run.config.setdefaults(values)``."""
        parsed = config_argument(self.session, values)
        items = self.config_items
        missing = {key: value for key, value in parsed.items() if key not in items}
        config_rules.refuse_nested_artifact(missing, self.world.Artifact, nested=False)
        sanitized = dict(self._sanitize(items, key, value, None) for key, value in missing.items())
        self._effect(ConfigSet(sanitized))
        self._send_config(sanitized)

    def config_lock(self, values: Mapping[str, Any], user: str, allow: bool | None, *, merge: bool) -> None:
        """``update_locked`` and ``merge_locked`` of the config."""
        changed: dict[str, Any] = {}
        for key, value in values.items():
            key, value = self._sanitize(self.config_items, key, value, allow)
            if merge:
                value = config_rules.merged(self.config_items.get(key), value)
            changed[key] = value
            self._effect(ConfigSet({key: value}))
            self._effect(ConfigLocked((key,), user))
        self._send_config(changed if merge else dict(values))

    def config_persist(self) -> None:
        """``run.config.persist()``: send everything as it is now."""
        self._send_config(self.config_items)

    def _send_config(self, values: Mapping[str, Any]) -> None:
        if self.finished:
            raise self.is_finished("_config_callback")
        sent = config_rules.sent(values.items(), plain_json=self.world.behaviour.plain_json)
        if sent:
            self._effect(ConfigSent(sent))

    def send_config_item(self, key: Any, value: Any, data: Mapping[str, Any] | None) -> None:
        """What `Run._config_callback` sends: one item, which may be nested, or several."""
        values = dict(data or {})
        if isinstance(key, tuple):
            nested: Any = value
            for part in reversed(key[1:]):
                nested = {part: nested}
            values[key[0]] = nested
        elif key is not None:
            values[key] = value
        self._send_config(values)
