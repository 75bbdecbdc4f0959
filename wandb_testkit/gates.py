"""What stands in wandb's module while there is a patch: for each entry point, one gate.

Patches nest, and a suite enters thousands of them.  So the entry points' names are changed
once, by the first layer, and changed back by the last one.  What they hold is a gate: to
whoever looks it is the mock that the topmost layer's recorder has of the entry point.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn

from wandb_testkit.client.session import Session
from wandb_testkit.client.stage import over
from wandb_testkit.mocks import EntryMock

_ABSENT = (
    "wandb is absent in this patch (absent=True). The caller imported it before: import it inside the function,"
    " or set the caller's own name for it with unittest.mock.patch"
)
_LACKING = "the wandb of this patch has no such entry point"


class Absent:
    """Stands for an entry point of a wandb that is not there in this patch.

    Args:
        name: The entry point's name.
        reason: Why it is not there.
    """

    def __init__(self, name: str, reason: str) -> None:
        self.__name__ = name
        self._reason = reason

    def __call__(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Say so, as an import would."""
        text = f"wandb_testkit: wandb.{self.__name__}() was called, but {self._reason}"
        raise ModuleNotFoundError(text, name="wandb")


class Over:
    """Stands for an entry point that was kept from a patch of which nothing is left.

    Args:
        name: The entry point's name.
    """

    def __init__(self, name: str) -> None:
        self.__name__ = name

    def __call__(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Say so."""
        raise RuntimeError(over(self.__name__))


def behind(name: str, session: Session | None) -> Any:
    """Return what an entry point is in a layer of `session`; None where wandb is absent."""
    if session is None:
        return Absent(name, _ABSENT)
    if name in session.world.entry_classes():
        return session.entry(name)
    return Absent(name, _LACKING)


class Gates(dict[str, Any]):
    """The gates, each made when it is first asked for.

    Args:
        answer: Returns the mock of an entry point as of now, by name.
    """

    def __init__(self, answer: Callable[[str], Any]) -> None:
        super().__init__()
        self._answer = answer

    def __missing__(self, name: str) -> Any:
        # Two threads that ask at once get the same gate.
        return self.setdefault(name, _gate(name, self._answer))


# A copy of a gate is the gate, not what is behind it now.
_COPYING = frozenset({"__copy__", "__deepcopy__"})

# The entry points' names by the class of their gates.
_names: dict[type[Any], str] = {}


def _gate(name: str, answer: Callable[[str], Any]) -> Any:
    def __getattribute__(self: Any, attribute: str) -> Any:
        if attribute in _COPYING:
            return object.__getattribute__(self, attribute)
        return getattr(answer(name), attribute)

    def __setattr__(self: Any, attribute: str, value: Any) -> None:
        setattr(answer(name), attribute, value)

    def __delattr__(self: Any, attribute: str) -> None:
        delattr(answer(name), attribute)

    def __call__(self: Any, /, *args: Any, **kwargs: Any) -> Any:
        return answer(name)(*args, **kwargs)

    def __dir__(self: Any) -> Any:
        return dir(answer(name))

    def __instancecheck__(self: Any, instance: Any) -> bool:
        return isinstance(instance, answer(name))

    functions = (__getattribute__, __setattr__, __delattr__, __call__, __dir__, __instancecheck__)
    # A subclass of the mocks' class, because `isinstance` looks at the type first.
    cls = type(f"EntryMock[{name}]", (EntryMock,), {function.__name__: function for function in functions})
    _names[cls] = name
    return object.__new__(cls)


def is_gate(value: Any) -> bool:
    """Say whether `value` is a gate, without going through it."""
    return type(value) in _names


def name_of(gate: Any) -> str:
    """Return the name of the entry point that a gate stands for, without going through it."""
    return _names[type(gate)]
