"""Decorating functions and classes: what comes back is of the same kind, with the recorder passed in.

The convention is that of `unittest.mock`: a function's ``patchings`` are entered around
each call, the innermost decorator first, and each passes one positional argument.  So
``patch_wandb`` stacks with ``@patch``, and pytest does not take the argument for a fixture.
"""

from __future__ import annotations

import contextlib
import functools
import inspect
import threading
import unittest
from collections.abc import Callable, Iterable
from types import FunctionType
from typing import Any, Protocol, TypeVar, cast
from unittest import mock

Decorated = TypeVar("Decorated", bound=Callable[..., Any])
Function = Callable[..., Any]


class Entered(Protocol):
    """One entry of a patch."""

    def enter(self) -> Any:
        """Put it in place, and return the recorder."""

    def leave(self) -> None:
        """Take everything back."""


class Patch(Protocol):
    """What is asked of a patch here; `patching.WandbPatch` is one."""

    attribute_name: None
    new: Any
    of_class: bool

    def copy(self) -> Patch:
        """Return a patch with the same options."""

    def prepared(self) -> Entered:
        """Return an entry that is not made yet: whoever makes it leaves it too."""

    def enter_call(self, stack: contextlib.ExitStack, args: tuple[Any, ...]) -> Any:
        """Enter for one call of a function; `stack` leaves. Returns the recorder."""


def decorate(patch: Patch, target: Decorated) -> Decorated:
    """Decorate a function, a method or a class.

    Raises:
        TypeError: The target is none of these, or cannot take the recorder.
    """
    if isinstance(target, type):
        return cast("Decorated", _decorate_class(patch, target))
    if isinstance(target, (staticmethod, classmethod)):
        return cast("Decorated", type(target)(decorate(patch, target.__func__)))
    if not callable(target):
        raise TypeError(
            f"patch_wandb cannot decorate {target!r}: it takes a function, a method or a class."
            " Options are given by keyword: @patch_wandb(stub=True)."
        )
    return cast("Decorated", _decorate_function(patch, target))


# --------------------------------------------------------------------------- functions


def _decorate_function(patch: Any, function: Function) -> Function:
    stacked = getattr(function, "patchings", None)
    inner = function
    if stacked is not None and _runs_patchings(function):
        if not _generates(function.__wrapped__):  # type: ignore[attr-defined]
            _check_takes_recorder(function, [*stacked, patch])
            stacked.append(patch)
            return function
        # `mock` leaves its patches before the body of a generator runs: run them here.
        inner = function.__wrapped__  # type: ignore[attr-defined]
    elif stacked is not None:
        # A decorator in between: the list is shared with the function that runs it.
        _check_takes_recorder(function, [*stacked, patch])
        stacked.append(patch)
        return function
    patchings = [*(stacked or ()), patch]
    _check_takes_recorder(inner, patchings)
    return _wrap(inner, patchings)


def _runs_patchings(function: Function) -> bool:
    """Say whether `function` itself, not one that it wraps, enters its ``patchings``."""
    names = getattr(function, "__globals__", None)
    return (names is globals() or names is vars(mock)) and hasattr(function, "__wrapped__")


def _generates(function: Function) -> bool:
    return inspect.isgeneratorfunction(function) or inspect.isasyncgenfunction(function)


def _check_takes_recorder(function: Function, patchings: Iterable[Any]) -> None:
    """Tell at once that a test has no parameter for the recorder."""
    injected = sum(1 for patching in patchings if _injects(patching))
    try:
        parameters = list(inspect.signature(function).parameters.values())
    except (TypeError, ValueError):
        return
    if any(parameter.kind is parameter.VAR_POSITIONAL for parameter in parameters):
        return
    positional = [p for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    if positional and positional[0].name in ("self", "cls"):
        positional = positional[1:]
    if len(positional) < injected:
        name = getattr(function, "__qualname__", repr(function))
        raise TypeError(
            f"patch_wandb passes the recorder to {name}() as one more positional argument, but {name}() takes"
            f" {len(positional)} where {injected} would be passed. Add a parameter (def test(..., recorder)), or"
            " pass a recorder of your own, which is not injected: @patch_wandb(recorder=Recorder())."
        )


def _injects(patching: Any) -> bool:
    return not getattr(patching, "attribute_name", None) and patching.new is mock.DEFAULT


def _enter(
    stack: contextlib.ExitStack, patchings: Iterable[Any], args: tuple[Any, ...], kwargs: dict[str, Any]
) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """Enter the patchings as `mock` does and return the arguments of the decorated function."""
    extra: list[Any] = []
    for patching in patchings:
        enter_call = getattr(patching, "enter_call", None)
        value = stack.enter_context(patching) if enter_call is None else enter_call(stack, args)
        if patching.attribute_name is not None:
            kwargs = {**kwargs, **value}
        elif patching.new is mock.DEFAULT:
            extra.append(value)
    return (*args, *extra), kwargs


def _wrap(function: Function, patchings: list[Any]) -> Function:
    """Return a function of the same kind that runs `function` inside `patchings`."""
    if inspect.isasyncgenfunction(function):
        wrapper = _wrap_async_generator(function, patchings)
    elif inspect.isgeneratorfunction(function):
        wrapper = _wrap_generator(function, patchings)
    elif inspect.iscoroutinefunction(function):
        wrapper = _wrap_coroutine(function, patchings)
    else:
        wrapper = _wrap_plain(function, patchings)
    wrapper.patchings = patchings  # type: ignore[attr-defined]
    return wrapper


def _wrap_plain(function: Function, patchings: list[Any]) -> Function:
    @functools.wraps(function)
    def patched(*args: Any, **kwargs: Any) -> Any:
        __tracebackhide__ = True
        stack = contextlib.ExitStack()
        try:
            with stack:
                args, kwargs = _enter(stack, patchings, args, kwargs)
                return function(*args, **kwargs)
        except BaseException:
            # Interrupted between the block and its end.
            stack.close()
            raise

    return patched


def _wrap_coroutine(function: Function, patchings: list[Any]) -> Function:
    @functools.wraps(function)
    async def patched(*args: Any, **kwargs: Any) -> Any:
        __tracebackhide__ = True
        stack = contextlib.ExitStack()
        try:
            with stack:
                args, kwargs = _enter(stack, patchings, args, kwargs)
                return await function(*args, **kwargs)
        except BaseException:
            # Interrupted between the block and its end.
            stack.close()
            raise

    return patched


def _wrap_generator(function: Function, patchings: list[Any]) -> Function:
    @functools.wraps(function)
    def patched(*args: Any, **kwargs: Any) -> Any:
        __tracebackhide__ = True
        stack = contextlib.ExitStack()
        try:
            with stack:
                args, kwargs = _enter(stack, patchings, args, kwargs)
                return (yield from function(*args, **kwargs))
        except BaseException:
            # Interrupted between the block and its end.
            stack.close()
            raise

    return patched


def _wrap_async_generator(function: Function, patchings: list[Any]) -> Function:
    @functools.wraps(function)
    async def patched(*args: Any, **kwargs: Any) -> Any:
        __tracebackhide__ = True
        with contextlib.ExitStack() as stack:
            args, kwargs = _enter(stack, patchings, args, kwargs)
            generator = function(*args, **kwargs)
            try:
                value = await generator.__anext__()
                while True:
                    try:
                        sent = yield value
                    except GeneratorExit:
                        raise
                    except BaseException as error:
                        value = await generator.athrow(error)
                    else:
                        value = await generator.asend(sent)
            except StopAsyncIteration:
                return
            finally:
                await generator.aclose()

    return patched


# --------------------------------------------------------------------------- classes


def _decorate_class(patch: Patch, cls: type[Any]) -> type[Any]:
    if issubclass(cls, unittest.TestCase):
        return _decorate_test_case(patch, cls)
    for name in _test_names(cls):
        mine = patch.copy()
        mine.of_class = True
        setattr(cls, name, _decorate_member(mine, cls, name))
    return cls


def _test_names(cls: type[Any]) -> list[str]:
    """Return the names of the tests, inherited ones included, as `mock.patch` finds them."""
    return [name for name in dir(cls) if name.startswith(mock.patch.TEST_PREFIX) and _is_test(cls, name)]


def _is_test(cls: type[Any], name: str) -> bool:
    member = getattr(cls, name, None)
    return callable(member) and not isinstance(member, type)


def _decorate_member(patch: Any, cls: type[Any], name: str) -> Any:
    member = inspect.getattr_static(cls, name)
    if not isinstance(member, (FunctionType, staticmethod, classmethod)):
        member = getattr(cls, name)
    return _decorated(patch, member, inherited=name not in vars(cls))


def _decorated(patch: Any, member: Any, *, inherited: bool) -> Any:
    if isinstance(member, (staticmethod, classmethod)):
        return type(member)(_decorated(patch, member.__func__, inherited=inherited))
    if inherited and getattr(member, "patchings", None) is not None and _runs_patchings(member):
        # The base class keeps its list; what its own class decorator put there is replaced.
        kept = [patching for patching in member.patchings if not getattr(patching, "of_class", False)]
        member = _wrap(member.__wrapped__, kept)
    return _decorate_function(patch, member)


class RecorderOfTest:
    """Passes the recorder of the running test to its method; the patch is `TestCase.run`'s."""

    attribute_name = None
    new: Any = mock.DEFAULT
    of_class = True

    def copy(self) -> RecorderOfTest:
        """Return itself: it has no state."""
        return self

    def enter_call(self, stack: contextlib.ExitStack, args: tuple[Any, ...]) -> Any:
        """Return the recorder of the test that `args` begin with."""
        return vars(args[0])[_RECORDER] if args and _RECORDER in vars(args[0]) else self.__enter__()

    def __enter__(self) -> Any:
        return _running[threading.get_ident()][-1]

    def __exit__(self, *exc_info: Any) -> None:
        """The patch itself is left after the cleanups."""


_RECORDER = "_wandb_testkit_recorder"
_running: dict[int, list[Any]] = {}


def is_patched_by_decorator(test: unittest.TestCase) -> bool:
    """Say whether a test runs in the patch of a decorator of its class."""
    return _RECORDER in vars(test)


def _decorate_test_case(patch: Patch, cls: type[Any]) -> type[Any]:
    """Make the patch live from before ``setUp`` until after the cleanups of each test."""
    if patch.new is mock.DEFAULT:
        injection = RecorderOfTest()
        decorated = {name: _decorate_member(injection, cls, name) for name in _test_names(cls)}
        for name, member in decorated.items():
            setattr(cls, name, member)
    has_own_name = hasattr(cls, "recorder")
    for name in ("run", "debug"):
        method = getattr(cls, name)
        # A decorated base class: the options of this decorator replace those of its.
        method = getattr(method, "_testkit_method", method)
        setattr(cls, name, _around(patch, method, names_it=not has_own_name))
    return cls


def _around(patch: Patch, method: Function, *, names_it: bool) -> Function:
    @functools.wraps(method)
    def wrapper(self: Any, *args: Any, **kwargs: Any) -> Any:
        entry = patch.prepared()
        try:
            recorder = entry.enter()
            running = _running.setdefault(threading.get_ident(), [])
            running.append(recorder)
            try:
                setattr(self, _RECORDER, recorder)
                if names_it:
                    self.recorder = recorder
                return method(self, *args, **kwargs)
            finally:
                running.pop()
                if not running:
                    _running.pop(threading.get_ident(), None)
                vars(self).pop(_RECORDER, None)
                entry.leave()
        except BaseException:
            # Interrupted on the way in or out.
            entry.leave()
            raise

    wrapper._testkit_method = method  # type: ignore[attr-defined]
    return wrapper
