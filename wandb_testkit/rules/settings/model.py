"""``wandb.Settings`` itself, and single fields set as an assignment to it sets them."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping
from typing import Any, ClassVar, NoReturn

from wandb_testkit.rules import validation as v
from wandb_testkit.rules.settings.computed import COMPUTED, Computed
from wandb_testkit.rules.settings.environment import environment_fields
from wandb_testkit.rules.settings.errors import Usage, ValidationError
from wandb_testkit.rules.settings.fields import CONTRADICTORY, check_field, contradiction
from wandb_testkit.rules.settings.moments import is_moment
from wandb_testkit.rules.settings.table import DEFAULTS, FIELDS, POSITION, with_paths
from wandb_testkit.rules.settings.warned import Warn


class Settings(Computed):
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
        fields = with_paths(DEFAULTS)
        given = {"x" + name if name.startswith("_") else name: value for name, value in data.items()}
        places = {"x_primary": "x_primary_node"} if "x_primary_node" in given and "x_primary" not in given else {}
        if places:
            given["x_primary"] = given.pop("x_primary_node")
        problems: list[v.Problem] = []
        for name in sorted(given.keys() & FIELDS.keys(), key=POSITION.__getitem__):
            try:
                # No field is checked against a later one; that is why run_id does not count here.
                fields[name] = self._checked(name, given[name], {}, places.get(name, ""))
            except v.Invalid as invalid:
                problems += invalid.problems
        problems += [v.Problem("extra_forbidden", given[name], (name,)) for name in given if name not in FIELDS]
        if problems:
            raise ValidationError(problems)
        refuse_contradiction(fields, data)
        self.__dict__.update(fields)
        self._fields_set = set(given)

    __init__.__qualname__ = "BaseModel.__init__"  # CPython names it so when positional arguments are refused

    def _checked(self, name: str, value: Any, others: Mapping[str, Any], place: str = "") -> Any:
        try:
            return check_field(name, value, others, type(self)._warn, place)
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
            refuse_contradiction(self.__dict__, self)
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
            default = exclude_defaults and value == with_paths(DEFAULTS).get(name)
            if name != "anonymous" and not unset and not default:
                dump[name] = dict(vars(value)) if is_moment(value) else copy.deepcopy(value)
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
        for name, value in environment_fields(environ):
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


def settings_of(fields: Mapping[str, Any]) -> Settings:
    """The settings object that has these (checked) fields and defaults for the rest."""
    settings = Settings.__new__(Settings)
    settings.__dict__.update(with_paths({**DEFAULTS, **fields}))
    settings._fields_set = set(fields)
    return settings


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
        fields[name] = check_field(name, given, fields, warn)
    except v.Invalid as invalid:
        raise ValidationError(invalid.problems) from None
    if name in CONTRADICTORY:
        refuse_contradiction(fields)


def refuse_contradiction(fields: Mapping[str, Any], given: Any = None) -> None:
    """Refuse fields that contradict each other.

    Args:
        fields: The fields.
        given: What the error shows as the input; a settings object with these fields, if not given.

    Raises:
        ValidationError: They do.
    """
    if text := contradiction(fields):
        shown = settings_of(fields) if given is None else given
        raise ValidationError([v.Problem("value_error", shown, (), {"error": ValueError(text)})])
