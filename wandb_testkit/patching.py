"""`patch_wandb`: a decorator and context manager in the manner of `unittest.mock.patch`."""

from __future__ import annotations

import contextlib
import functools
import inspect
import unittest
from collections.abc import Callable, Iterable, Iterator
from contextvars import ContextVar
from types import TracebackType
from typing import Any, TypeVar, cast, overload
from unittest import mock

from wandb_testkit import layers, world
from wandb_testkit.client import Session
from wandb_testkit.errors import PatchNotStarted
from wandb_testkit.recorder import Recorder

_Decorated = TypeVar("_Decorated", bound=Callable[..., Any])


class WandbPatch:
    """A patch of wandb with its options; made by `patch_wandb`.

    Every entry (``with``, a decorated call, ``start``) is fresh: its own recorder, its own
    layer.  The same object may be entered again while it is active, recurse, and be
    entered by several threads and tasks at once.
    """

    # What `unittest.mock` and pytest look at in a function's ``patchings``: this one adds
    # one positional argument.
    attribute_name = None
    new: Any = mock.DEFAULT

    def __init__(self, options: dict[str, Any]) -> None:
        self._options = options
        if options["recorder"] is not None:
            # As with `patch(..., new=...)`: nothing is passed.
            self.new = options["recorder"]
        self._entered: ContextVar[tuple[_Entry, ...]] = ContextVar("entered", default=())
        self._started: list[_Entry] = []

    def copy(self) -> WandbPatch:
        """Return a patch with the same options."""
        return WandbPatch(self._options)

    def enter(self) -> _Entry:
        """Put a new layer in place and return it."""
        return _Entry(self._options)

    def __enter__(self) -> Recorder:
        entry = self.enter()
        self._entered.set((*self._entered.get(), entry))
        return entry.recorder

    def __exit__(
        self,
        exc_type: type[BaseException] | None = None,
        exc_value: BaseException | None = None,
        exc_traceback: TracebackType | None = None,
    ) -> None:
        entered = self._entered.get()
        if not entered:
            raise PatchNotStarted("this patch_wandb() was left without having been entered")
        self._entered.set(entered[:-1])
        entered[-1].leave()

    async def __aenter__(self) -> Recorder:
        return self.__enter__()

    async def __aexit__(self, *exc_info: Any) -> None:
        self.__exit__(*exc_info)

    def start(self) -> Recorder:
        """Activate the patch until `stop`, and return the recorder.

        `unittest.mock.patch.stopall` stops it too.
        """
        entry = self.enter()
        self._started.append(entry)
        mock._patch._active_patches.append(self)  # type: ignore[attr-defined]
        return entry.recorder

    def stop(self) -> None:
        """Stop the patch; started twice, it stops the later start.

        Raises:
            PatchNotStarted: It is not started.
        """
        if not self._started:
            raise PatchNotStarted("stop() was called on a patch_wandb() that is not started: call start() first")
        with contextlib.suppress(ValueError):
            mock._patch._active_patches.remove(self)  # type: ignore[attr-defined]
        self._started.pop().leave()

    def __call__(self, target: _Decorated) -> _Decorated:
        return decorate(self, target)


class _Entry:
    """One entry of a patch: a recorder and its layer."""

    def __init__(self, options: dict[str, Any]) -> None:
        chosen = None if options["absent"] else _choose_world(options["stub"])
        recorder = options["recorder"]
        self.recorder: Recorder = Recorder() if recorder is None else recorder
        session = None
        if chosen is not None:
            session = Session(
                chosen,
                vars(chosen.wandb),
                entity=options["entity"],
                strict_steps=options["strict_steps"],
                seeds=_seeds(options["runs"]),
            )
            session.is_shown = layers.is_shown
        self.recorder._attach(session)
        self._layer = layers.Layer(chosen, session, hide=chosen is None or not chosen.real)
        layers.push(self._layer)

    def leave(self) -> None:
        layers.remove(self._layer)


def _choose_world(stub: bool | None) -> world.World:
    if stub or (stub is None and not world.is_installed()):
        return world.standin()
    return world.real()


def _seeds(runs: Iterable[Any]) -> list[dict[str, Any]]:
    return [run if isinstance(run, dict) else run.to_dict() for run in runs]


# --------------------------------------------------------------------------- decorating


def decorate(patch: WandbPatch, target: _Decorated) -> _Decorated:
    """Decorate a function, a method or a class; what comes back is of the same kind."""
    if isinstance(target, type):
        return cast("_Decorated", _decorate_class(patch, target))
    if isinstance(target, (staticmethod, classmethod)):
        return cast("_Decorated", type(target)(decorate(patch, target.__func__)))
    if not callable(target):
        raise TypeError(
            f"patch_wandb cannot decorate {target!r}: it takes a function, a method or a class."
            " Options are given by keyword: @patch_wandb(stub=True)."
        )
    return cast("_Decorated", _decorate_function(patch, target))


def _decorate_function(patch: Any, function: Callable[..., Any]) -> Callable[..., Any]:
    inner = inspect.unwrap(function)
    stacked = getattr(function, "patchings", None)
    generates = inspect.isgeneratorfunction(inner) or inspect.isasyncgenfunction(inner)
    if stacked is not None and not generates:
        stacked.append(patch)
        _check_takes_recorder(function, inner)
        return function
    wrapper = _wrap(function)
    wrapper.patchings = [patch]  # type: ignore[attr-defined]
    _check_takes_recorder(wrapper, inner)
    return wrapper


def _check_takes_recorder(wrapper: Any, function: Callable[..., Any]) -> None:
    """Tell at once that a test has no parameter for the recorder."""
    injected = sum(1 for patching in wrapper.patchings if _injects(patching))
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


@contextlib.contextmanager
def _active(
    patchings: Iterable[Any], args: tuple[Any, ...], kwargs: dict[str, Any]
) -> Iterator[tuple[tuple[Any, ...], dict[str, Any]]]:
    """Enter the patchings as `mock` does and yield the arguments of the decorated function."""
    with contextlib.ExitStack() as stack:
        extra: list[Any] = []
        for patching in patchings:
            if isinstance(patching, WandbPatch):
                entry = patching.enter()
                stack.callback(entry.leave)
                value: Any = entry.recorder
            else:
                value = stack.enter_context(patching)
            if patching.attribute_name is not None:
                kwargs = {**kwargs, **value}
            elif patching.new is mock.DEFAULT:
                extra.append(value)
        yield (*args, *extra), kwargs


def _wrap(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function of the same kind that runs `function` inside its patchings."""
    kind = inspect.unwrap(function)
    if inspect.isasyncgenfunction(kind):
        return _wrap_async_generator(function)
    if inspect.isgeneratorfunction(kind):

        @functools.wraps(function)
        def generator(*args: Any, **kwargs: Any) -> Any:
            with _active(generator.patchings, args, kwargs) as (args, kwargs):  # type: ignore[attr-defined]
                return (yield from function(*args, **kwargs))

        return generator
    if inspect.iscoroutinefunction(kind):

        @functools.wraps(function)
        async def coroutine(*args: Any, **kwargs: Any) -> Any:
            with _active(coroutine.patchings, args, kwargs) as (args, kwargs):  # type: ignore[attr-defined]
                return await function(*args, **kwargs)

        return coroutine

    @functools.wraps(function)
    def patched(*args: Any, **kwargs: Any) -> Any:
        with _active(patched.patchings, args, kwargs) as (args, kwargs):  # type: ignore[attr-defined]
            return function(*args, **kwargs)

    return patched


def _wrap_async_generator(function: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(function)
    async def async_generator(*args: Any, **kwargs: Any) -> Any:
        with _active(async_generator.patchings, args, kwargs) as (args, kwargs):  # type: ignore[attr-defined]
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

    return async_generator


# --------------------------------------------------------------------------- classes


def _decorate_class(patch: WandbPatch, cls: type[Any]) -> type[Any]:
    if issubclass(cls, unittest.TestCase):
        return _decorate_test_case(patch, cls)
    for name in _test_names(cls):
        setattr(cls, name, _decorate_member(patch, inspect.getattr_static(cls, name)))
    return cls


def _test_names(cls: type[Any]) -> list[str]:
    """Return the names of the tests, inherited ones included, as `mock.patch` finds them."""
    return [
        name for name in dir(cls) if name.startswith(mock.patch.TEST_PREFIX) and callable(getattr(cls, name, None))
    ]


def _decorate_member(patch: Any, member: Any) -> Any:
    if isinstance(member, (staticmethod, classmethod)):
        return type(member)(_decorate_member(patch, member.__func__))
    if getattr(member, "patchings", None) is not None:
        # An inherited test may be shared with a base class: its list must not grow there.
        member = _copy_function(member)
    return _decorate_function(patch.copy() if isinstance(patch, WandbPatch) else patch, member)


def _copy_function(function: Any) -> Any:
    inner = function.__wrapped__
    copied = _wrap(inner)
    copied.patchings = list(function.patchings)  # type: ignore[attr-defined]
    return copied


class _CurrentRecorder:
    """Passes the recorder of the running test to its method."""

    attribute_name = None
    new: Any = mock.DEFAULT

    def __init__(self, current: ContextVar[Recorder]) -> None:
        self._current = current

    def copy(self) -> _CurrentRecorder:
        return self

    def __enter__(self) -> Recorder:
        return self._current.get()

    def __exit__(self, *exc_info: Any) -> None:
        """The patch itself is left after the cleanups."""


def _decorate_test_case(patch: WandbPatch, cls: type[Any]) -> type[Any]:
    """Make the patch live from before ``setUp`` until after the cleanups of each test."""
    current: ContextVar[Recorder] = ContextVar(f"recorder of {cls.__qualname__}")
    if patch.new is mock.DEFAULT:
        injection = _CurrentRecorder(current)
        for name in _test_names(cls):
            setattr(cls, name, _decorate_member(injection, inspect.getattr_static(cls, name)))

    def around(method: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(method)
        def wrapper(self: Any, *args: Any, **kwargs: Any) -> Any:
            entry = patch.enter()
            token = current.set(entry.recorder)
            try:
                self.recorder = entry.recorder
                return method(self, *args, **kwargs)
            finally:
                current.reset(token)
                entry.leave()

        return wrapper

    for name in ("run", "debug"):
        setattr(cls, name, around(getattr(cls, name)))
    return cls


# --------------------------------------------------------------------------- the door


@overload
def patch_wandb(target: _Decorated, /) -> _Decorated: ...


@overload
def patch_wandb(
    *,
    recorder: Recorder | None = None,
    stub: bool | None = None,
    absent: bool = False,
    entity: str = "test-entity",
    runs: Iterable[Any] = (),
    strict_steps: bool = False,
) -> WandbPatch: ...


def patch_wandb(
    target: Any = None,
    /,
    *,
    recorder: Recorder | None = None,
    stub: bool | None = None,
    absent: bool = False,
    entity: str = "test-entity",
    runs: Iterable[Any] = (),
    strict_steps: bool = False,
) -> Any:
    """Put mocks in place of every wandb entry point; decorator and context manager.

    ``@patch_wandb``, ``@patch_wandb(...)``, ``with patch_wandb() as recorder:``,
    ``async with``, and ``start()`` / ``stop()``.  A decorated function gets the recorder as
    one more positional argument; a ``TestCase`` class has it at ``self.recorder`` too.

    Args:
        recorder: A recorder of your own; nothing is passed to the decorated function then.
        stub: True: the stand-in although wandb is installed; False: insist on the real
            package; None: the real one if it can be imported.
        absent: True makes ``import wandb`` fail, for code with an optional wandb.
        entity: The account's default entity.
        runs: Runs that exist already, for ``resume`` and its like: dicts as
            `RecordedRun.to_dict` returns, or `RecordedRun` objects.
        strict_steps: A step that the client would drop raises ``wandb.errors.UsageError``.

    Returns:
        The decorated object, or a `WandbPatch`.

    Raises:
        TypeError: The target cannot be decorated, or takes no recorder.
        ModuleNotFoundError: On entering with ``stub=False`` and no wandb.
    """
    options = {
        "recorder": recorder,
        "stub": stub,
        "absent": absent,
        "entity": entity,
        "runs": tuple(runs),
        "strict_steps": strict_steps,
    }
    patch = WandbPatch(options)
    return patch if target is None else patch(target)
