"""The stand-in ``wandb``: a tree of module objects for ``sys.modules``.

``build`` makes them once. Names are found at their first use, so that a test which only logs numbers never pays for
tables, plots and the public API.
"""

from __future__ import annotations

import importlib
import sys
import types
from collections.abc import Callable
from functools import lru_cache, partial
from importlib.machinery import ModuleSpec
from typing import Any

from wandb_testkit import refusals
from wandb_testkit.standin import env, signatures, surface, tree

#: The package that the names of ``tree`` are in.
_HERE = __name__.rpartition(".")[0]

#: ``wandb.__all__``: what ``from wandb import *`` brings.
PUBLIC = """
    __version__ init finish setup save sweep controller agent config log summary join Api Graph Image Plotly Video
    Audio Table EvalTable Html box3d Object3D Molecule Histogram ArtifactTTL log_artifact use_artifact log_model
    use_model link_model define_metric watch unwatch plot_table Run
""".split()  # noqa: SIM905 (names read better as words)


class StandinLoader:
    """The loader that the stand-in's modules name: they are made already, so it has nothing to load."""

    # No subclass of importlib.abc.Loader: importing that costs more than all that build() does.

    def create_module(self, spec: ModuleSpec) -> types.ModuleType:
        """The module of a name."""
        return build()[spec.name]

    def exec_module(self, module: types.ModuleType) -> None:
        """Do nothing: the module is complete."""

    def is_package(self, fullname: str) -> bool:
        """Whether a module is a package."""
        return hasattr(build()[fullname], "__path__")

    def get_source(self, fullname: str) -> None:
        """No source."""
        return

    def get_code(self, fullname: str) -> None:
        """No code."""
        return


class StandinModule(types.ModuleType):
    """A module whose names are found at their first use.

    Args:
        name: its full name.
        package: whether it has modules in it.
    """

    def __init__(self, name: str, package: bool) -> None:
        super().__init__(name)
        loader = StandinLoader()
        self.__spec__ = ModuleSpec(name, loader, is_package=package)  # type: ignore[arg-type]
        self.__loader__ = loader  # type: ignore[assignment]
        self.__package__ = name if package else name.rpartition(".")[0]
        if package:
            # An empty path: a module that the stand-in lacks is not looked for in an installed wandb.
            self.__path__: list[str] = []
        vars(self)["__makers__"] = {}

    def offer(self, name: str, make: Callable[[], Any]) -> None:
        """Have a name that is made at its first use.

        Args:
            name: the name.
            make: makes what it stands for.
        """
        vars(self)["__makers__"][name] = make

    def __getattr__(self, name: str) -> Any:
        make = vars(self)["__makers__"].get(name)
        if make is None:
            raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")
        value = make()
        # Another thread may have been first: both then use the same object.
        return vars(self).setdefault(name, value)

    def __dir__(self) -> list[str]:
        own = (name for name in vars(self) if name != "__makers__")
        return sorted({*own, *vars(self)["__makers__"]})

    def __repr__(self) -> str:
        return f"<module {self.__name__!r} (stand-in of wandb_testkit)>"

    def __reduce__(self) -> tuple[Any, ...]:
        return importlib.import_module, (self.__name__,)


# What CPython's own messages call it.
StandinModule.__name__ = "module"


@lru_cache(maxsize=1)
def build() -> dict[str, types.ModuleType]:
    """The stand-in's modules, parents before children, children as attributes of their parents.

    Returns:
        Full name to module, for ``sys.modules``; the same dict at each call, which is not to be changed.
    """
    names = _module_names()
    packages = {name.rpartition(".")[0] for name in names} | {"wandb.agents", "wandb.automations", "wandb.proto"}
    made = {name: StandinModule(name, name in packages) for name in names}
    for name, module in made.items():
        parent, _, child = name.rpartition(".")
        # wandb.plot.bar is a module and a function: the function has the name, as in wandb.
        if parent:
            setattr(made[parent], child, module)
    _offer_names(made)
    _offer_top_level(made["wandb"])
    for module_name, alias, meant in tree.ALIASES:
        made[module_name].offer(alias, partial(made.__getitem__, meant))
    return dict(made)


def _module_names() -> list[str]:
    """The modules and the packages above them, in order."""
    wanted = {*tree.MODULES, *tree.EMPTY, *refusals.REFUSED, *tree.INTEGRATIONS, *surface.API_CLASSES.values()}
    wanted |= {module for module, *_ in tree.CLASSES + tree.FUNCTIONS}
    for name in list(wanted):
        parts = name.split(".")
        wanted |= {".".join(parts[:count]) for count in range(1, len(parts))}
    return sorted(wanted)


def _offer_names(made: dict[str, StandinModule]) -> None:
    """Give each module its names."""
    for module_name, text in tree.MODULES.items():
        for line in text.strip().split("\n"):
            source, _, names = line.strip().partition(":")
            for name in names.split():
                wandbs, _, ours = name.partition("=")
                made[module_name].offer(wandbs, partial(_find, source, ours or wandbs, module_name))
    for module_name, name, qualified in tree.CLASSES:
        made[module_name].offer(name, partial(surface.class_, qualified))
    for module_name, names in tree.FUNCTIONS:
        for name in names.split():
            made[module_name].offer(name, partial(surface.function, f"wandb.{name}"))
    for name, module_name in surface.API_CLASSES.items():
        if name != "Api":
            for holder in (module_name, "wandb.apis.public"):
                made[holder].offer(name, partial(surface.class_, f"wandb.apis.public.{name}"))
    for module_name, names in tree.INTEGRATIONS.items():
        for name in names.split():
            made[module_name].offer(name, partial(_integration, module_name, name))
    for module_name, names in refusals.REFUSED.items():
        for name in names.split():
            made[module_name].offer(name, partial(refusals.refused, module_name, name))
    made["wandb.sdk.wandb_summary"].offer("SummaryDict", surface.summary_dict)
    for name in env.names():
        made["wandb.env"].offer(name, partial(_environment, name))
    for holder in ("wandb", "wandb.sdk", "wandb.sdk.wandb_settings"):
        made[holder].offer("Settings", _settings)
    for name, export in (("_attach", "attach"), ("_teardown", "teardown")):
        made["wandb"].offer(name, partial(surface.function, f"wandb.{export}"))
    made["wandb.sdk.wandb_init"].offer("_attach", partial(surface.function, "wandb.attach"))


def _offer_top_level(wandb: StandinModule) -> None:
    """Give ``wandb`` its entry points and what stands for objects before init."""
    vars(wandb).update(
        __version__=signatures.WANDB_VERSION,
        __all__=tuple(PUBLIC),
        __doc__="wandb_testkit's stand-in for wandb.",
        run=None,
        patched={"tensorboard": [], "keras": [], "gym": []},
    )
    offered = vars(wandb)["__makers__"]
    for qualified in signatures.names():
        name = qualified.rpartition(".")[2]
        if qualified == f"wandb.{name}" and signatures.kind(qualified) == "function" and name not in offered:
            wandb.offer(name, partial(surface.function, qualified))
    for name, of in (("config", "wandb.Config"), ("summary", "wandb.Summary")):
        wandb.offer(name, partial(_before_init, name, of))
    wandb.offer("api", surface.DeprecatedApi)
    wandb.offer("wandb", lambda: wandb)


def _find(source: str, name: str, module: str) -> Any:
    """A name of the stand-in, which from then on says that it is from wandb."""
    value = getattr(importlib.import_module(f"{_HERE}.{source}"), name)
    if isinstance(value, (type, types.FunctionType)) and value.__module__.startswith(_HERE):
        value.__module__ = module
    return value


def _before_init(name: str, of: str) -> Any:
    """What ``wandb.config`` and ``wandb.summary`` are before init."""
    from wandb_testkit.standin.preinit import PreInitObject

    return PreInitObject(f"wandb.{name}", surface.class_(of))


def _settings() -> Any:
    """``wandb.Settings``: the rules know what settings are."""
    return importlib.import_module(f"{_HERE}.settings").Settings


def _environment(name: str) -> Any:
    """A name of ``wandb.env``."""
    return env.names()[name]


def _integration(module: str, name: str) -> Any:
    """A name of an integration: a class that refuses to be made, or a function that refuses to be called."""
    framework = module.split(".")[2] if module.startswith("wandb.integration.") else module.split(".")[1]

    def refuse(*args: Any, **kwargs: Any) -> Any:
        raise NotImplementedError(
            f"{module}.{name} is code of wandb itself that works inside {framework}: install wandb to test with it "
            "(patch_wandb then records what it logs), or replace it in the test"
        )

    if name[0].isupper():
        return type(name, (), {"__module__": module, "__init__": refuse, "__doc__": f"A name of {module} only."})
    refuse.__name__ = refuse.__qualname__ = name
    refuse.__module__ = module
    return refuse


def is_standin(module: types.ModuleType | None) -> bool:
    """Whether a module is one of the stand-in's.

    Args:
        module: such as ``sys.modules.get("wandb")``.

    Returns:
        True for those that ``build`` makes.
    """
    return isinstance(module, StandinModule)


def imported() -> bool:
    """Whether the ``wandb`` in ``sys.modules`` is the stand-in.

    Returns:
        False where it is the real package, or where there is none.
    """
    return is_standin(sys.modules.get("wandb"))
