"""What stands for the names of a run before ``wandb.init``: every use is an error, as in wandb 0.31.0.

Every patch shows it, so it is apart from what few programs ask for.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from wandb_testkit.standin.errors import Error
from wandb_testkit.standin.place import at


@at("wandb.sdk.lib.preinit")
class PreInitObject:
    """What ``wandb.config`` and ``wandb.summary`` are before ``wandb.init``: every use is an error.

    Args:
        name: such as ``wandb.config``.
        destination: the class whose docstring it shows.
    """

    def __init__(self, name: str, destination: Any | None = None) -> None:
        self._name = name
        if destination is not None:
            self.__doc__ = destination.__doc__

    def __getitem__(self, key: str) -> None:
        raise Error(f"You must call wandb.init() before {self._name}[{key!r}]")

    def __setitem__(self, key: str, value: Any) -> Any:
        raise Error(f"You must call wandb.init() before {self._name}[{key!r}]")

    def __setattr__(self, key: str, value: Any) -> Any:
        if key.startswith("_"):
            return object.__setattr__(self, key, value)
        raise Error(f"You must call wandb.init() before {self._name}.{key}")

    def __getattr__(self, key: str) -> Any:
        if key.startswith("_"):
            raise AttributeError
        raise Error(f"You must call wandb.init() before {self._name}.{key}")


@at("wandb.sdk.lib.preinit")
def PreInitCallable(name: str, destination: Any | None = None) -> Callable[..., Any]:
    """What ``wandb.log`` and its like are before ``wandb.init``: every call is an error.

    Args:
        name: such as ``wandb.log``.
        destination: the method of the run whose docstring and signature it shows.

    Returns:
        A function that raises ``wandb.Error``.
    """

    def preinit_wrapper(*args: Any, **kwargs: Any) -> Any:
        raise Error(f"You must call wandb.init() before {name}()")

    preinit_wrapper.__module__ = "wandb.sdk.lib.preinit"
    preinit_wrapper.__qualname__ = "PreInitCallable.<locals>.preinit_wrapper"
    preinit_wrapper.__name__ = str(name)
    if destination:
        vars(preinit_wrapper)["__wrapped__"] = destination
        preinit_wrapper.__doc__ = destination.__doc__
    return preinit_wrapper
