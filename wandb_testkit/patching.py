"""`patch_wandb`: a decorator and context manager in the manner of `unittest.mock.patch`."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import os
import threading
from collections.abc import Callable, Iterable
from types import TracebackType
from typing import TYPE_CHECKING, Any, TypeVar, overload
from unittest import mock

from wandb_testkit import layers
from wandb_testkit.client.session import Session
from wandb_testkit.decorating import decorate
from wandb_testkit.errors import PatchNotStarted
from wandb_testkit.recorder import Recorder
from wandb_testkit.seeding import seed

if TYPE_CHECKING:
    from wandb_testkit.children.launching import Launching

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

    # Whether it was put on a method by the decorator of a class.
    of_class = False

    def __init__(self, options: dict[str, Any]) -> None:
        self._options = options
        if options["recorder"] is not None:
            # As with `patch(..., new=...)`: nothing is passed.
            self.new = options["recorder"]
        self._entered: list[_Entry] = []
        self._started: list[_Entry] = []
        self._stopped_by_all = 0

    def copy(self) -> WandbPatch:
        """Return a patch with the same options."""
        return WandbPatch(self._options)

    def prepared(self) -> _Entry:
        """Return an entry that is not made yet: whoever makes it leaves it too, be it interrupted half-way."""
        return _Entry(self._options)

    def enter_call(self, stack: contextlib.ExitStack, args: tuple[Any, ...]) -> Recorder:
        """Enter for one call of a decorated function; `stack` leaves."""
        entry = _Entry(self._options)
        # Where the one is interrupted, the other leaves.
        stack.callback(entry.leave)
        stack.callback(entry.leave)
        return entry.enter()

    # ---- with

    def __enter__(self) -> Recorder:
        entry = _Entry(self._options)
        try:
            entry.enter()
            entry.owner = _here()
            self._entered.append(entry)
            return entry.recorder
        except BaseException:
            self._left(entry)
            raise

    def __exit__(
        self,
        exc_type: type[BaseException] | None = None,
        exc_value: BaseException | None = None,
        exc_traceback: TracebackType | None = None,
    ) -> None:
        entry = None
        try:
            entry = self._latest()
            if entry is not None:
                self._left(entry)
                return
        except BaseException:
            # Interrupted, which does not keep the patch in place.
            entry = self._latest() if entry is None else entry
            if entry is not None:
                self._left(entry)
            raise
        raise PatchNotStarted("this patch_wandb() was left without having been entered")

    def _left(self, entry: _Entry) -> None:
        """Take an entry back; what was interrupted may be done again."""
        entry.leave()
        if entry in self._entered:
            self._entered.remove(entry)

    def _latest(self) -> _Entry | None:
        """Return the latest entry of this task; else of this thread, else of all.

        A fixture's second half may run in another task than its first.
        """
        thread, task = _here()
        entered = self._entered[:]
        for entry in reversed(entered):
            if entry.owner == (thread, task):
                return entry
        for entry in reversed(entered):
            if entry.owner[0] == thread:
                return entry
        return entered[-1] if entered else None

    async def __aenter__(self) -> Recorder:
        return self.__enter__()

    async def __aexit__(self, *exc_info: Any) -> None:
        self.__exit__(*exc_info)

    # ---- start and stop

    def start(self) -> Recorder:
        """Activate the patch until `stop`, and return the recorder.

        `unittest.mock.patch.stopall` stops it too.
        """
        entry = _Entry(self._options)
        try:
            entry.enter()
            entry.patch = self
            self._stopped_by_all = 0
            self._started.append(entry)
            _active_patches().append(entry)
            return entry.recorder
        except BaseException:
            self._end(entry)
            raise

    def stop(self) -> None:
        """Stop the patch; started twice, it stops the later start.

        After `unittest.mock.patch.stopall` it does nothing, as with `mock.patch`.

        Raises:
            PatchNotStarted: It is not started.
        """
        if self._started:
            self._stop(self._started[-1])
        elif self._stopped_by_all:
            self._stopped_by_all -= 1
        else:
            raise PatchNotStarted("stop() was called on a patch_wandb() that is not started: call start() first")

    def _stop(self, entry: _Entry) -> None:
        try:
            self._end(entry)
        except BaseException:
            # Interrupted, which does not keep the patch in place.
            self._end(entry)
            raise

    def _end(self, entry: _Entry) -> None:
        entry.leave()
        for those in (self._started, _active_patches()):
            if entry in those:
                those.remove(entry)

    def __call__(self, target: _Decorated) -> _Decorated:
        """Decorate a function, a method or a class."""
        return decorate(self, target)


def _active_patches() -> list[Any]:
    """Return what `unittest.mock.patch.stopall` goes through."""
    active: list[Any] = mock._patch._active_patches  # type: ignore[attr-defined]
    return active


def _here() -> tuple[int, Any]:
    """Return the running thread and task."""
    loop = asyncio._get_running_loop()
    return threading.get_ident(), None if loop is None else asyncio.current_task(loop)


class _Entry:
    """One entry of a patch: a recorder and its layer."""

    __slots__ = ("_absent", "_layer", "_options", "owner", "patch", "recorder")

    def __init__(self, options: dict[str, Any]) -> None:
        self._options = options
        self.owner: tuple[int, Any] = (0, None)
        self.patch: WandbPatch | None = None
        self._layer: layers.Layer | None = None
        self._absent: Launching | None = None

    def enter(self) -> Recorder:
        """Put it in place; whoever is interrupted here leaves."""
        options = self._options
        chosen = None if options["absent"] else layers.choose(options["stub"])
        session = None
        if chosen is not None:
            session = _session_class(options["subprocesses"])(
                chosen,
                vars(chosen.wandb),
                entity=options["entity"],
                strict_steps=options["strict_steps"],
                seeds=[seed(run) for run in options["runs"]],
            )
            if options["artifacts"]:
                session.seed_artifacts(options["artifacts"])
        self._layer = layers.Layer(chosen, session)
        layers.push(self._layer)
        if options["absent"] and options["subprocesses"]:
            self._absent = _children_without_wandb()
        recorder = options["recorder"]
        self.recorder: Recorder = Recorder() if recorder is None else recorder
        self.recorder._attach(session)
        return self.recorder

    def leave(self) -> None:
        """Take everything back."""
        self.owner = (0, None)
        if self._absent is not None:
            self._absent.end()
            self._absent = None
        if self._layer is not None:
            layers.remove(self._layer)

    def stop(self) -> None:
        """What `unittest.mock.patch.stopall` calls on a patch that was started."""
        assert self.patch is not None
        self.patch._stopped_by_all += 1
        self.patch._stop(self)


def _session_class(subprocesses: bool | str) -> Callable[..., Session]:
    """Return what makes the session; in a child, the option is the folder of the family that it takes part in."""
    if not subprocesses:
        return Session
    from wandb_testkit.children.session import FamilySession

    return functools.partial(FamilySession, family=None if subprocesses is True else str(subprocesses))


def _children_without_wandb() -> Launching:
    from wandb_testkit.children.launching import ABSENT, Launching

    return Launching(ABSENT)


# --------------------------------------------------------------------------- the door


def _listed(artifacts: Any) -> tuple[Any, ...]:
    # A path alone is iterable too, and so is a dict.
    if isinstance(artifacts, (str, bytes, os.PathLike, dict)):
        raise TypeError(f"patch_wandb(artifacts=...) takes a list, even of one; got {artifacts!r}")
    return tuple(artifacts)


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
    artifacts: Iterable[Any] = (),
    strict_steps: bool = False,
    subprocesses: bool = False,
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
    artifacts: Iterable[Any] = (),
    strict_steps: bool = False,
    subprocesses: bool = False,
) -> Any:
    """Put mocks in place of every wandb entry point; decorator and context manager.

    ``@patch_wandb``, ``@patch_wandb(...)``, ``with patch_wandb() as recorder:``,
    ``async with``, and ``start()`` / ``stop()``.  A decorated function gets the recorder as
    one more positional argument; a ``TestCase`` class has it at ``self.recorder`` too.

    Args:
        target: What is decorated, where it is ``@patch_wandb`` without options.
        recorder: A recorder of your own; nothing is passed to the decorated function then.
        stub: True: the stand-in although wandb is installed; False: insist on the real
            package; None: the real one if it can be imported.
        absent: True makes ``import wandb`` fail, for code with an optional wandb.
        entity: The account's default entity.
        runs: Runs that exist already, for ``resume`` and its like and for ``wandb.Api()``: `RecordedRun` objects of
            another patch, or dicts as `RecordedRun.to_dict` returns, with ``state``, ``created_at`` (seconds or ISO
            8601), ``files`` (contents by name) and more where wanted: see `wandb_testkit.seeding.KEYS`. Without a
            summary, it has the last value of each key of the history.
        artifacts: Artifacts that exist already, for ``use_artifact`` and ``wandb.Api()``: paths of files and folders,
            dicts (``{"name": "mnist", "type": "dataset", "path": "data/mnist"}``, with ``files``, ``aliases``,
            ``metadata``, ``description``, ``tags``, ``project`` and ``entity`` where wanted), and ``wandb.Artifact``
            objects, be they drafts or another patch's ``recorder.run.artifacts``. What names no project is in every
            project; a path gives its last part for a name, and the type "dataset".
        strict_steps: A step that the client would drop raises ``wandb.errors.UsageError``.
        subprocesses: What Python processes that are started inside the patch do with wandb is recorded too, by fork,
            `subprocess`, `multiprocessing` or `concurrent.futures`. Otherwise a new interpreter is only kept from the
            network: wandb raises there.

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
        "artifacts": _listed(artifacts),
        "strict_steps": strict_steps,
        "subprocesses": subprocesses,
    }
    patch = WandbPatch(options)
    return patch if target is None else patch(target)
