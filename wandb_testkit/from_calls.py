"""What a list of ``mock.call`` objects amounts to: the calls are made once more, on mocks that know wandb."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable, Mapping
from typing import Any
from unittest import mock

from wandb_testkit.fake_module import MockWandB
from wandb_testkit.recorder import Recorder
from wandb_testkit.wording import brief

# What stands for "the run" at the start of a call's name: `run.log`, `init().__enter__().log`.
_RUN = re.compile(r"(wandb\.)?((run|init\(\)|return_value)(\.|$)|(\(\)\.?))(__enter__\(\)(\.|$))?")

# Names that a run and the module both have, and which do without a run in the module.
_NEED_NO_RUN = frozenset({"finish", "restore"})

# What a program does by an operator; all others only read, and a `MagicMock` takes note of reading too.
_OPERATORS = frozenset({"__setitem__", "__delitem__", "__set__", "__exit__"})


def recorded(recorder: Recorder, calls: Iterable[Any]) -> Recorder:
    """Make the calls and return `recorder`, to which they are attached.

    A call without a name is one of `log`, as from ``fake.log.call_args_list``, or one of `init` where its arguments
    are those of `init`.  Where `init` is not among the calls before the first one that needs a run, a run is
    started.  A call that the client would refuse, or that wandb does not know, leaves an error among
    ``recorder.messages``.

    Args:
        recorder: A new recorder.
        calls: The calls, in order.

    Raises:
        TypeError: These are no calls.
    """
    # A mock can be iterated too, and is empty.
    if isinstance(calls, (str, mock.NonCallableMock)):
        raise TypeError(f"from_calls() takes a list of calls, such as fake.mock_calls, not {brief(calls, 80)}")
    repeated = [_parts(call) for call in calls]
    retold = _Retold()
    recorder._attach(retold.session)
    for name, args, kwargs in repeated:
        try:
            retold.make(name, args, kwargs)
        except Exception as error:
            retold.session.messages.append(("error", f"{name}: {type(error).__name__}: {error}"))
    return recorder


def _parts(call: Any) -> tuple[str, tuple[Any, ...], Mapping[str, Any]]:
    """Return a call's name and arguments; it may have no name, or be one of `call_args_list`."""
    if isinstance(call, tuple) and len(call) in (2, 3):
        name, args, kwargs = ("", *call) if len(call) == 2 else call
        if isinstance(name, str) and isinstance(args, tuple) and isinstance(kwargs, Mapping):
            return name or _nameless(args, kwargs), args, kwargs
    raise TypeError(f"from_calls() takes mock.call objects, such as those of fake.mock_calls, not {brief(call, 80)}")


def _nameless(args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> str:
    if args or not kwargs.keys() <= inspect.signature(MockWandB().init).parameters.keys():
        return "log"
    return "init"


class _Retold:
    """The wandb on which the calls are made."""

    def __init__(self) -> None:
        self.wandb = MockWandB()
        session = self.wandb.recorder._session
        assert session is not None
        self.session = session
        self._began = False

    def make(self, name: str, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> None:
        """Make one call."""
        of_run = _RUN.match(name)
        path = (name[of_run.end() :] if of_run else name.removeprefix("wandb.")).split(".")
        if path == [""] or (path[-1].startswith("__") and path[-1] not in _OPERATORS):
            return
        if any(part.endswith(")") for part in path):
            raise LookupError("a call on the result of another call, of which nothing is known")
        if path == ["init"]:
            self._began = True
        target = self._holder(path, is_of_run=of_run is not None)
        for part in path[:-1]:
            if path[-1] == "__set__" and part is path[-2]:
                setattr(target, part, *args)
                return
            target = getattr(target, part)
        getattr(target, path[-1])(*args, **kwargs)

    def _holder(self, path: list[str], *, is_of_run: bool) -> Any:
        """Return what the first name of a call is looked up on: the run, or the module."""
        first = path[0]
        is_of_run = is_of_run and (first not in _NEED_NO_RUN or self._began)
        needs_run = first in ("config", "summary") or hasattr(self.wandb.Run, first)
        if (is_of_run or needs_run) and first not in _NEED_NO_RUN and not self._began:
            # The run was begun elsewhere.
            self._began = True
            self.wandb.init()
        if is_of_run and self.session.clients:
            return list(self.session.clients.values())[-1].live
        return self.wandb
