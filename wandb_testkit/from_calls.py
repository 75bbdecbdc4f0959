"""What a list of ``mock.call`` objects amounts to: the calls are made once more, on mocks that know wandb."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from wandb_testkit.fake_module import MockWandB
from wandb_testkit.recorder import Recorder

# What stands for "the run" at the start of a call's name.
_RUN = frozenset({"run", "init()", "()", "__enter__()", "return_value"})

_NEED_NO_RUN = frozenset(
    {"init", "login", "setup", "teardown", "finish", "termlog", "termwarn", "termerror", "require"}
)


def recorded(recorder: Recorder, calls: Iterable[Any]) -> Recorder:
    """Make the calls and return `recorder`, to which they are attached.

    A call without a name (from ``fake.log.call_args_list``) is one of `log`.  Where no run
    was started before the first call that needs one, a run is started.  A call that the
    client would refuse leaves an error among ``recorder.messages``.

    Args:
        recorder: A new recorder.
        calls: The calls, in order.
    """
    wandb = MockWandB()
    session = wandb.recorder._session
    assert session is not None
    recorder._attach(session)
    for call in calls:
        name, args, kwargs = _parts(call)
        try:
            _make(wandb, name, args, kwargs)
        except Exception as error:
            session.messages.append(("error", f"{name}: {type(error).__name__}: {error}"))
    return recorder


def _parts(call: Any) -> tuple[str, tuple[Any, ...], dict[str, Any]]:
    if len(call) == 2:
        # A call of ``call_args_list`` has no name.
        return "log", *call
    name, args, kwargs = call
    return name or "log", args, kwargs


def _make(wandb: MockWandB, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    path = [part for part in name.removeprefix("wandb.").split(".") if part not in _RUN]
    if not path or path == ["__enter__"]:
        return
    if wandb.run is None and path[0] not in _NEED_NO_RUN:
        wandb.init()
    if path == ["__exit__"]:
        if wandb.run is not None:
            wandb.run.__exit__(*args)
        return
    target: Any = wandb
    if len(path) == 1 and not hasattr(wandb, path[0]):
        target = wandb.run
    for part in path[:-1]:
        target = getattr(target, part)
    getattr(target, path[-1])(*args, **kwargs)
