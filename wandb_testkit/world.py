"""The two worlds: the installed wandb, and the stand-in for when there is none.

Everything else asks a `World` for what differs between them: modules, classes to derive
from, error types and signatures.  One set of rules serves both.
"""

from __future__ import annotations

import functools
import importlib
import importlib.util
import inspect
import sys
import threading
import typing
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import TYPE_CHECKING, Any

from wandb_testkit.lazy import lazy_class
from wandb_testkit.mocks import EntryMock, make_entry_class
from wandb_testkit.releases import NEWEST, Behaviour, behaviour_of

if TYPE_CHECKING:
    import enum

    from wandb_testkit.client.run import RunClient
    from wandb_testkit.rules.metrics import Definition

# Functions of the module that are not bound to a run.
MODULE_FUNCTIONS = (
    "init",
    "finish",
    "login",
    "setup",
    "teardown",
    "attach",
    "sweep",
    "agent",
    "controller",
    "restore",
    "require",
    "ensure_configured",
    "sagemaker_auth",
    "termlog",
    "termwarn",
    "termerror",
    "Api",
)

# Names whose signature is not looked up, because finding them imports half of wandb.
_LAZY = frozenset({"Api"})

# Names in the module that are the same function as another.
ALIASES = {"join": "finish", "_attach": "attach", "_teardown": "teardown"}

# Methods of the run that the module has too: placeholders before init and after finish.
PLACEHOLDERS = (
    "log",
    "watch",
    "unwatch",
    "save",
    "use_artifact",
    "log_artifact",
    "log_model",
    "use_model",
    "link_model",
    "define_metric",
    "mark_preempting",
    "alert",
    "pin_config_keys",
)

# The other public methods of a run.
RUN_METHODS = (
    "finish",
    "restore",
    "display",
    "to_html",
    "status",
    "link_artifact",
    "upsert_artifact",
    "finish_artifact",
    "log_code",
    "write_logs",
)


_ANYTHING = (
    inspect.Parameter("args", inspect.Parameter.VAR_POSITIONAL),
    inspect.Parameter("kwargs", inspect.Parameter.VAR_KEYWORD),
)


class _Unseen:
    """Stands for a class of the stand-in that nobody has used."""


class World:
    """What the rules and the live objects need of a wandb package.

    Attributes:
        wandb: The package's module object.
        modules: The stand-in's modules by name; empty for the installed package.
        real: Whether it is the installed package.
    """

    def __init__(self, wandb: Any, modules: dict[str, ModuleType]) -> None:
        self.wandb = wandb
        self.modules = modules
        self.real = not modules
        self._classes: dict[tuple[str, str | None, bool], type[EntryMock] | None] = {}
        self._functions: dict[tuple[str, str | None], Any] = {}
        self._bound_classes: dict[tuple[tuple[str, ...], bool], dict[str, type[EntryMock]]] = {}
        # Read before any patch puts mocks in their place.
        self._originals  # noqa: B018
        self._api = vars(wandb).get("Api") if self.real else None

    def module(self, name: str) -> Any:
        """Return a submodule, imported when needed."""
        if self.modules:
            return self.modules[name]
        # The stand-in may be in the real package's place at the moment.
        found = hidden.get(name)
        return found if isinstance(found, ModuleType) else importlib.import_module(name)

    @functools.cached_property
    def behaviour(self) -> Behaviour:
        """What its release does otherwise than the newest one."""
        return behaviour_of(self.wandb.__version__) if self.real else NEWEST

    def has_loaded(self, name: str) -> bool:
        """Say whether a submodule of this package is loaded, whichever package shows at the moment."""
        if self.modules:
            return name in self.modules
        return isinstance(hidden.get(name, sys.modules.get(name)), ModuleType)

    @functools.cached_property
    def Error(self) -> type[Exception]:
        return self._error("Error")

    @functools.cached_property
    def UsageError(self) -> type[Exception]:
        return self._error("UsageError")

    @functools.cached_property
    def CommError(self) -> type[Exception]:
        return self._error("CommError")

    def _error(self, name: str) -> type[Exception]:
        found: type[Exception] = getattr(self.module("wandb.errors"), name)
        return found

    @functools.cached_property
    def ConfigError(self) -> type[Exception]:
        found: type[Exception] = self.module("wandb.sdk.lib.config_util").ConfigError
        return found

    @functools.cached_property
    def ServerResponseError(self) -> type[Exception]:
        """What the service answers that is no error of the client's own."""
        found: type[Exception] = self.module("wandb.sdk.mailbox.mailbox_handle").ServerResponseError
        return found

    @functools.cached_property
    def Run(self) -> type[Any]:
        found: type[Any] = self.module("wandb.sdk.wandb_run").Run
        return found

    @functools.cached_property
    def Config(self) -> type[Any]:
        found: type[Any] = self.module("wandb.sdk.wandb_config").Config
        return found

    @functools.cached_property
    def ConfigStatic(self) -> type[Any]:
        found: type[Any] = self.module("wandb.sdk.wandb_config").ConfigStatic
        return found

    @functools.cached_property
    def Summary(self) -> type[Any]:
        found: type[Any] = self.module("wandb.sdk.wandb_summary").Summary
        return found

    @functools.cached_property
    def SummarySubDict(self) -> type[Any]:
        found: type[Any] = self.module("wandb.sdk.wandb_summary").SummarySubDict
        return found

    @functools.cached_property
    def Metric(self) -> type[Any]:
        found: type[Any] = self.module("wandb.sdk.wandb_metric").Metric
        return found

    @functools.cached_property
    def Api(self) -> type[Any]:
        found: type[Any] = self._api if isinstance(self._api, type) else self.module("wandb.apis.public").Api
        return found

    @functools.cached_property
    def AlertLevel(self) -> type[enum.Enum]:
        """Return the enum of how serious an alert is."""
        found: type[enum.Enum] = self.module("wandb.sdk.wandb_alerts").AlertLevel
        return found

    @functools.cached_property
    def live_classes(self) -> dict[str, type[Any]]:
        """The classes of the objects that the program holds under the patch."""
        from wandb_testkit import live

        return live.classes_for(self)

    @property
    def WBValue(self) -> type[Any]:
        """The base of media; while the stand-in's was not asked for, nothing can be an instance of it."""
        if not self.real and "wandb_testkit.standin.base" not in sys.modules:
            return _Unseen
        found: type[Any] = self.module("wandb.sdk.data_types.base_types.wb_value").WBValue
        return found

    @property
    def Artifact(self) -> type[Any]:
        """The class of artifacts, in the same way."""
        if not self.real and "wandb_testkit.standin.artifact" not in sys.modules:
            return _Unseen
        found: type[Any] = self.wandb.Artifact
        return found

    @functools.cached_property
    def workshop(self) -> Any:
        """How the rarer methods of a run and media are done: `bridge` or `stubbed`."""
        return importlib.import_module("wandb_testkit.bridge" if self.real else "wandb_testkit.stubbed")

    # ---- objects under the patch

    def live_run(self, client: RunClient) -> Any:
        """Return a new run, config and summary for `client`."""
        classes = self.live_classes
        run = object.__new__(classes["run"])
        client.config = object.__new__(classes["config"])
        summary = object.__new__(classes["summary"])
        for part in (client.config, summary):
            object.__setattr__(part, "_testkit", client)
        run.__dict__.update(_testkit=client, summary=summary)
        return run

    def disabled_run(self, client: RunClient) -> Any:
        """Return a new disabled run for `client`."""
        classes = self.live_classes
        run, client.config = object.__new__(classes["disabled run"]), object.__new__(classes["config"])
        for part in (run, client.config):
            object.__setattr__(part, "_testkit", client)
        object.__setattr__(run, "summary", self.module("wandb.sdk.lib.disabled").SummaryDisabled())
        return run

    def metric(self, definition: Definition) -> Any:
        """Return the `Metric` that `define_metric` gives back."""
        given = definition._asdict()
        if not self.behaviour.goals:
            del given["goal"]
        return self.Metric(**given)

    def settings(self, fields: dict[str, Any]) -> Any:
        """Return a ``wandb.Settings`` with `fields`."""
        from wandb_testkit.rules.settings import older

        kind = self.module("wandb.sdk.wandb_settings").Settings
        return older.settings_of(kind, fields) if older.is_older(kind) else kind(**fields)

    def validation_error(self, error: Any) -> Exception:
        """Return the error that the client raises for settings that are none."""
        if not self.real:
            return error  # type: ignore[no-any-return]
        core = importlib.import_module("pydantic_core")
        lines = error.line_errors()
        known = typing.get_args(importlib.import_module("pydantic_core.core_schema").ErrorType)
        for line, problem in zip(lines, error.problems, strict=True):
            # Some of pydantic's own errors are made in Python: the core knows their names no better than a user's.
            if line["type"] not in known:
                line["type"] = core.PydanticCustomError(problem.type, problem.message)
        made: Exception = core.ValidationError.from_exception_data(error.title, lines)
        return made

    @functools.cached_property
    def _preinit(self) -> dict[str, Any]:
        preinit = self.module("wandb.sdk.lib.preinit")
        return {
            "config": preinit.PreInitObject("wandb.config", self.Config),
            "summary": preinit.PreInitObject("wandb.summary", self.Summary),
        }

    def preinit(self, name: str) -> Any:
        """Return what ``wandb.config`` or ``wandb.summary`` is while there is no run."""
        return self._preinit[name]

    # ---- entry points

    def original(self, name: str) -> Any:
        """Return the function that the mock `name` stands for."""
        return self._originals[name]

    @functools.cached_property
    def _originals(self) -> dict[str, Any]:
        term = self.module("wandb.errors.term")
        found = {name: getattr(term, name) for name in ("termlog", "termwarn", "termerror")}
        found["require"] = self.module("wandb.sdk.wandb_require").require
        return found

    def entry_class(self, name: str, owner: str | None, *, loose: bool = False) -> type[EntryMock] | None:
        """Return the mock class of an entry point; None when this wandb lacks it.

        Args:
            name: The entry point.
            owner: "Run" for the run's methods.
            loose: For mocks that take any arguments, as placeholders and disabled runs do.
        """
        key = (name, owner, loose)
        if key not in self._classes:
            self._classes[key] = self._make_entry_class(name, owner, loose)
        return self._classes[key]

    def entry_classes(self) -> dict[str, type[EntryMock]]:
        """Return the names in the module that a patch replaces by mocks, with classes that make them at need."""
        return self._entry_classes

    @functools.cached_property
    def _entry_classes(self) -> dict[str, type[EntryMock]]:
        owners = {name: None if name in MODULE_FUNCTIONS else "Run" for name in self.names()}
        return {
            name: self._lazy_class(name, owner, name in PLACEHOLDERS)
            for name, owner in owners.items()
            if name in _LAZY or self._has(name, owner)
        }

    def _has(self, name: str, owner: str | None) -> bool:
        """Say whether this wandb has an entry point."""
        if self.real or owner is None:
            return self._function(name, owner) is not None
        from wandb_testkit.standin import signatures

        # The stand-in's Run is made when a run is: the first patch does without it.
        return f"wandb.{owner}.{name}" in signatures.names()

    def bound_classes(self, names: tuple[str, ...], *, loose: bool) -> dict[str, type[EntryMock]]:
        """Return classes that make a run's own mocks at need, for those of `names` that a patch replaces.

        Args:
            names: Methods of the run that the module has too.
            loose: As for `entry_class`.
        """
        key = (names, loose)
        if key not in self._bound_classes:
            known = [name for name in names if name in self.entry_classes() and self._function(name, "Run")]
            self._bound_classes[key] = {name: self._lazy_class(name, "Run", loose) for name in known}
        return self._bound_classes[key]

    def _lazy_class(self, name: str, owner: str | None, loose: bool) -> type[EntryMock]:
        def made() -> type[EntryMock]:
            found = self.entry_class(name, owner, loose=loose)
            assert found is not None
            return found

        return lazy_class(name, made)

    def _function(self, name: str, owner: str | None) -> Any:
        """Return what an entry point is without a patch; kept, since later there are mocks in its place."""
        key = (name, owner)
        if key not in self._functions:
            self._functions[key] = getattr(self.Run if owner else self.wandb, name, None)
        return self._functions[key]

    def _make_entry_class(self, name: str, owner: str | None, loose: bool) -> type[EntryMock] | None:
        if name in _LAZY:
            from wandb_testkit.api_calls import with_methods

            return with_methods(make_entry_class(name, inspect.Signature(_ANYTHING)))
        function = self._function(name, owner)
        if function is None:
            return None
        return make_entry_class(
            name,
            self.signature(name, owner),
            owner=owner,
            loose=loose,
            doc=getattr(function, "__doc__", None),
            module=getattr(function, "__module__", None) or "wandb",
            shown=getattr(function, "__name__", name) if name in ALIASES.values() else name,
        )

    def signature(self, name: str, owner: str | None) -> inspect.Signature:
        """Return an entry point's signature, bound (without ``self``)."""
        if not self.real:
            from wandb_testkit.standin import signatures

            return signatures.signature(f"wandb.{owner}.{name}" if owner else f"wandb.{name}")
        signature = inspect.signature(self._function(name, owner))
        if owner is None:
            return signature
        return signature.replace(parameters=list(signature.parameters.values())[1:])

    def names(self) -> tuple[str, ...]:
        """Return the names in the module that a patch replaces by mocks."""
        return self._names

    @functools.cached_property
    def _names(self) -> tuple[str, ...]:
        held = self._held()
        return tuple(name for name in (*MODULE_FUNCTIONS, *PLACEHOLDERS) if name in held)

    def _held(self) -> frozenset[str]:
        """Return the module's names; the stand-in's are there before they are made."""
        return _LAZY.union(vars(self.wandb) if self.real else dir(self.wandb))

    def aliases(self) -> dict[str, str]:
        """Return the second names in the module, each with the first."""
        return self._aliases

    @functools.cached_property
    def _aliases(self) -> dict[str, str]:
        held = self._held()
        return {alias: name for alias, name in ALIASES.items() if alias in held}


_lock = threading.RLock()
_worlds: dict[int, World] = {}
_standin: World | None = None

# What a patch keeps out of ``sys.modules`` at the moment, by name.
hidden: dict[str, Any] = {}


def built_standin() -> World | None:
    """Return the stand-in's world if it was needed before."""
    return _standin


def is_package(module: Any) -> bool:
    """Say whether `module` is the installed wandb: not the stand-in, nor a test's own fake."""
    if not issubclass(type(module), ModuleType) or (_standin is not None and module is _standin.wandb):
        return False
    return _is_regular(module.__spec__) and hasattr(module, "__path__")


def _is_regular(spec: Any) -> bool:
    """Say whether `spec` is of more than a folder: `wandb` is also where the client leaves its runs."""
    return isinstance(spec, ModuleSpec) and spec.origin is not None


def known(module: Any) -> World | None:
    """Return the world of the real wandb `module` if it was needed before."""
    return _worlds.get(id(module))


def is_installed() -> bool:
    """Say whether the real wandb can be imported."""
    loaded = sys.modules.get("wandb")
    if loaded is not None:
        return is_package(loaded)
    if "wandb" in sys.modules:
        return False
    return _is_regular(importlib.util.find_spec("wandb"))


def real() -> World:
    """Return the world of the installed wandb.

    Raises:
        ModuleNotFoundError: When wandb cannot be imported.
    """
    found = _worlds.get(id(sys.modules.get("wandb")))
    if found is not None:
        return found
    if not is_installed():
        raise ModuleNotFoundError("No module named 'wandb'", name="wandb")
    wandb = importlib.import_module("wandb")
    with _lock:
        if id(wandb) not in _worlds:
            _worlds[id(wandb)] = World(wandb, {})
        return _worlds[id(wandb)]


def standin() -> World:
    """Return the world of the stand-in, built once."""
    global _standin
    with _lock:
        if _standin is None:
            from wandb_testkit.standin import modules

            built = modules.build()
            _standin = World(built["wandb"], built)
        return _standin
