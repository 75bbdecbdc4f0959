"""Small things of ``wandb.sdk``: telemetry, ids, moments, metrics, levels.

All of it behaves as in wandb 0.31.0, except that telemetry goes nowhere.
"""

from __future__ import annotations

import enum
import random
import string
from collections.abc import Callable, Sequence
from typing import Any

from wandb_testkit.rules import settings
from wandb_testkit.standin.place import at, termwarn

_ID_CHARACTERS = string.ascii_lowercase + string.digits

#: Apart from the program's own randomness, so that ``random.seed`` does not repeat ids.
_random = random.Random()


@at("wandb.sdk.lib.runid")
def generate_id(length: int = 8) -> str:
    """A random id.

    Args:
        length: how many characters.

    Returns:
        Lower-case letters and digits.
    """
    import secrets  # slow to import, and few programs make ids

    return "".join(secrets.choice(_ID_CHARACTERS) for _ in range(length))


@at("wandb.sdk.lib.runid")
def generate_fast_id(length: int = 8) -> str:
    """A random id, where guessing it does no harm.

    Args:
        length: how many characters.

    Returns:
        Lower-case letters and digits.
    """
    return "".join(_random.choices(_ID_CHARACTERS, k=length))


class Anything:
    """An object that takes any attribute and any call: a telemetry record that nobody reads."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        made = Anything()
        object.__setattr__(self, name, made)
        return made

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return None

    def __getitem__(self, key: Any) -> Any:
        return getattr(self, str(key))


class _Telemetry:
    """A context manager that yields a record and sends nothing."""

    def __init__(self, record: Any) -> None:
        self._record = record

    def __enter__(self) -> Any:
        return self._record

    def __exit__(self, *exc: object) -> None:
        return None


@at("wandb.sdk.lib.telemetry")
def context(run: Any | None = None, obj: Any | None = None) -> _Telemetry:
    """Note which feature is used; here nobody hears it.

    Args:
        run: the run that uses it.
        obj: a record to fill.

    Returns:
        A context manager that yields a record which takes any attribute.
    """
    return _Telemetry(Anything() if obj is None else obj)


@at("wandb.sdk.lib.disabled")
class SummaryDisabled(dict[Any, Any]):
    """A dict whose keys are attributes, too."""

    __setattr__ = dict.__setitem__
    __delattr__ = dict.__delitem__

    def __getattr__(self, key: str) -> Any:
        return self[key]

    def __getitem__(self, key: Any) -> Any:
        value = dict.__getitem__(self, key)
        if isinstance(value, dict) and not isinstance(value, SummaryDisabled):
            value = SummaryDisabled(value)
            self[key] = value
        return value


@at("wandb.sdk.lib.disabled")
class RunDisabled:
    """The class that a disabled run once had; frameworks still ask ``isinstance`` of it."""

    def __getattr__(self, name: str) -> Any:
        termwarn(
            "RunDisabled is deprecated and is a no-op. "
            '`wandb.init(mode="disabled")` now returns an instance of `wandb.Run`.',
            repeat=False,
        )


@at("wandb.sdk.lib.run_moment")
class RunMoment(settings.RunMoment):
    """A step of a finished run, to fork or to rewind at.

    Args:
        run: the run's id.
        value: the step.
        metric: always ``_step``.

    Raises:
        ValueError: another metric.
        TypeError: a step that is no number, or a run that is no string.
    """


@at("wandb.sdk.wandb_alerts")
class AlertLevel(enum.Enum):
    """How serious an alert is."""

    INFO = "INFO"
    WARN = "WARN"
    ERROR = "ERROR"


@at("wandb.sdk.artifacts.artifact_ttl")
class ArtifactTTL(enum.Enum):
    """How long an artifact lives where no duration says so."""

    INHERIT = 0


@at("wandb.sdk.wandb_metric")
class Metric:
    """What ``define_metric`` returns.

    Args:
        name: the metric's name, or a glob.
        step_metric: the metric that is its x axis.
        step_sync: fill the x axis in; on wherever there is one, unless said otherwise.
        hidden: keep it out of automatic panels.
        summary: the kinds of its summary.
        overwrite: replace earlier definitions rather than add to them.
    """

    def __init__(
        self,
        name: str,
        step_metric: str | None = None,
        step_sync: bool | None = None,
        hidden: bool | None = None,
        summary: Sequence[str] | None = None,
        overwrite: bool | None = None,
    ) -> None:
        self._callback: Callable[..., Any] | None = None
        self._name = name
        self._step_metric = step_metric
        self._step_sync = step_metric is not None if step_sync is None else step_sync
        self._hidden = hidden
        self._summary = summary
        self._overwrite = overwrite

    @property
    def name(self) -> str:
        """The metric's name, or a glob."""
        return self._name

    @property
    def step_metric(self) -> str | None:
        """The metric that is its x axis."""
        return self._step_metric

    @property
    def step_sync(self) -> bool | None:
        """Whether the x axis is filled in."""
        return self._step_sync

    @property
    def summary(self) -> tuple[str, ...] | None:
        """The kinds of its summary."""
        return None if self._summary is None else tuple(self._summary)

    @property
    def hidden(self) -> bool | None:
        """Whether it is kept out of automatic panels."""
        return self._hidden

    def _set_callback(self, cb: Callable[..., Any]) -> None:
        self._callback = cb


@at("wandb.sdk.wandb_config")
class ConfigStatic:
    """A copy of the config that cannot be changed.

    Args:
        config: what to copy.
    """

    def __init__(self, config: Any) -> None:
        object.__setattr__(self, "__dict__", dict(config))

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError("Error: run.config_static is a readonly object")

    def __setitem__(self, key: Any, val: Any) -> None:
        raise AttributeError("Error: run.config_static is a readonly object")

    def keys(self) -> Any:
        """The names of the config's values."""
        return self.__dict__.keys()

    def __getitem__(self, key: Any) -> Any:
        return self.__dict__[key]

    def __str__(self) -> str:
        return str(self.__dict__)


def in_jupyter() -> bool:
    """Whether a notebook runs the program; a test is none."""
    return False
