"""``wandb.Settings`` of the stand-in: the rules' settings with the stand-in's errors and warnings."""

from __future__ import annotations

import copy
import json
import os
import warnings
from typing import Any, ClassVar

from wandb_testkit.errors import NotModelled
from wandb_testkit.rules import settings as rules
from wandb_testkit.rules.settings.table import DEFAULTS, FIELDS
from wandb_testkit.standin.errors import UsageError
from wandb_testkit.standin.place import at, termwarn

_Dump = dict[str, Any]


class _Factory:
    """A default that is made anew for each object."""

    def __repr__(self) -> str:
        return "<factory>"


class _Signature:
    """The signature of `Settings`, which names all fields; made when somebody asks for it."""

    # What is found at the call, and what is not yet checked.
    _DEFAULTS: ClassVar[_Dump] = {
        **dict.fromkeys(("credentials_file", "root_dir", "symlink"), _Factory()),
        "console": "auto",
    }

    def __get__(self, instance: Any, owner: Any) -> Any:
        import inspect  # slow to import

        defaults = {**DEFAULTS, **self._DEFAULTS}
        return inspect.Signature(
            [inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=defaults[name]) for name in FIELDS]
        )


def _warn(text: str, *args: Any, **options: Any) -> None:
    termwarn(text, repeat=not rules.warned_once(text))


@at("wandb.sdk.wandb_settings")
class Settings(rules.Settings):
    """The settings of a run, or of a session.

    Args:
        **data: fields by name.

    Raises:
        ValidationError: a field is unknown, or its value is none it takes.
        UsageError: a project, id or key that the client's own rules refuse.
    """

    __slots__ = ()
    __signature__ = _Signature()

    _usage_error = UsageError  # type: ignore[assignment]
    _warn = _warn

    # ---- what a pydantic model has

    model_config = {"extra": "forbid", "validate_assignment": True, "revalidate_instances": "always"}  # noqa: RUF012

    @classmethod
    def model_validate(cls, obj: Any, **options: Any) -> Settings:
        """Return settings of a mapping, or a copy of other settings.

        Args:
            obj: the mapping or the settings.
            **options: pydantic's own, without effect.
        """
        if isinstance(obj, cls):
            return obj.model_copy()  # type: ignore[return-value]
        # The client looks for the old names among the keys before pydantic sees what it was given.
        given = {}
        for key in obj:
            key.startswith("_")
            given[key] = obj[key]
        return cls(**given)

    @classmethod
    def model_validate_json(cls, json_data: Any, **options: Any) -> Settings:
        """Return settings of JSON."""
        return cls.model_validate(json.loads(json_data))

    @classmethod
    def model_construct(cls, _fields_set: set[str] | None = None, **values: Any) -> Settings:
        """Return settings without any check.

        Args:
            _fields_set: which fields count as set.
            **values: fields by name.
        """
        made = cls()
        made.__dict__.update((name, value) for name, value in values.items() if name in made.__dict__)
        made._fields_set = set(values) if _fields_set is None else set(_fields_set)
        return made

    def model_dump_json(self, *, indent: int | None = None, **options: Any) -> str:
        """Return `model_dump` as JSON.

        Args:
            indent: as for `json.dumps`.
            **options: those of `model_dump`.
        """
        separators = (",", ":") if indent is None else (",", ": ")
        dump = self.model_dump(**options)
        return json.dumps(dump, indent=indent, separators=separators, ensure_ascii=False, default=_as_list)

    def copy(self, *, include: Any = None, exclude: Any = None, update: Any = None, deep: bool = False) -> Settings:
        """Return a copy; pydantic says that `model_copy` is the name of today."""
        _is_old("copy", "model_copy")
        made: Any = copy.deepcopy(self) if deep else self.model_copy()
        made.__dict__.update(update or {})
        return made  # type: ignore[no-any-return]

    def dict(self, **options: Any) -> _Dump:
        """Return `model_dump`, which is the name of today."""
        _is_old("dict", "model_dump")
        return self.model_dump(**options)

    def json(self, **options: Any) -> str:
        """Return `model_dump_json`, which is the name of today."""
        _is_old("json", "model_dump_json")
        return self.model_dump_json(**options)

    @classmethod
    def parse_obj(cls, obj: Any) -> Settings:
        """Return `model_validate`, which is the name of today."""
        _is_old("parse_obj", "model_validate")
        return cls.model_validate(obj)

    @classmethod
    def construct(cls, _fields_set: set[str] | None = None, **values: Any) -> Settings:
        """Return `model_construct`, which is the name of today."""
        _is_old("construct", "model_construct")
        return cls.model_construct(_fields_set, **values)

    # ---- what the client asks the machine

    def update_from_system_environment(self) -> None:
        """Take what the environment says of saving code and of git."""
        from wandb_testkit.standin import env

        if vars(self)["save_code"] is not False and {"WANDB_SAVE_CODE", "WANDB_DISABLE_CODE"} & os.environ.keys():
            self.save_code = env.should_save_code()
        if "WANDB_DISABLE_GIT" in os.environ:
            self.disable_git = env.disable_git()

    def infer_git_root(self) -> None:
        """Do nothing: the stand-in asks no git."""

    def to_proto(self) -> Any:
        """Refuse: without wandb there are no messages for its service."""
        raise NotModelled("wandb.Settings.to_proto")


class _Fields:
    """``Settings.model_fields``: pydantic's table of fields, as far as their names and defaults go."""

    def __get__(self, settings: Any, owner: Any = None) -> dict[str, Any]:
        from types import SimpleNamespace

        return {name: SimpleNamespace(default=default, alias=None) for name, default in DEFAULTS.items()}


Settings.model_fields = _Fields()  # type: ignore[attr-defined]


def _is_old(name: str, new: str) -> None:
    text = f"The `{name}` method is deprecated; use `{new}` instead."
    warnings.warn(text, DeprecationWarning, stacklevel=3)


def _as_list(value: Any) -> Any:
    return sorted(value) if isinstance(value, (set, frozenset)) else str(value)
