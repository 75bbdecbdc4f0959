"""Failures on purpose: what goes wrong, from which call on and for how long; and failures that are ready-made.

``recorder.fail("log", CommError("down"), after=10, times=3)`` names one entry point and an error. A ready-made failure
knows which entry points it concerns, and what the client raises there::

    recorder.fail(failures.no_network(), times=1)

Types and texts are those of the client 0.31.0, as it raises them where a server answers so, or none does. Runs that
are offline or disabled do not notice that there is no network.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NoReturn
from unittest import mock

from wandb_testkit.rules.lifecycle import Crashed
from wandb_testkit.wording import brief

if TYPE_CHECKING:
    from wandb_testkit.client.run import RunClient
    from wandb_testkit.client.session import Session
    from wandb_testkit.recorder import Recorder

# What the client adds where `init` took too long.
_HINT = "\nConsider increasing the init_timeout setting:\n  wandb.init(settings=wandb.Settings(init_timeout=...))"
_NO_KEY = "No API key configured. Use `wandb login` to log in."
_BUSY = "Failed to execute API request: the service process is busy and did not respond in time."

# What asks the server at once, whatever the mode of runs.
_ASKING = ("Api", "sweep", "agent", "restore")

#: Returns the error of a call, or None where the failure does not concern it.
Effect = Callable[["Session", tuple[Any, ...], dict[str, Any]], BaseException | None]


class ProcessDied(BaseException):
    """Raised where the program's process would have died, so that no ``except Exception`` goes on without it."""


class Failure:
    """Something that goes wrong: which entry points notice it, and how.

    Args:
        name: What it is called.
        effects: By entry point ("init", "Api.run"), what its calls raise.
    """

    def __init__(self, name: str, effects: Mapping[str, Effect]) -> None:
        self.name = name
        self.effects = dict(effects)

    def __repr__(self) -> str:
        return f"<Failure {self.name}: {', '.join(self.effects)}>"


class Failing:
    """A failure that is at work; `Recorder.fail` returns it. As a context manager it ends with the block."""

    def __init__(self, plans: Mapping[str, _Plan], step: _Step) -> None:
        self._plans = plans
        self._step = step

    def stop(self) -> None:
        """Recover: calls succeed again."""
        for plan in self._plans.values():
            plan.end(self._step)

    def __enter__(self) -> Failing:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.stop()


class _Step:
    """One `Recorder.fail`: which calls of each of its entry points fail."""

    def __init__(self, effects: Mapping[str, Effect], after: int, times: int | None) -> None:
        self._effects = effects
        self._after = after
        self._times = times
        self._counts = {name: itertools.count() for name in effects}

    def error(self, name: str, session: Session, args: tuple[Any, ...], kwargs: dict[str, Any]) -> BaseException | None:
        """Return the error of a call; None where it succeeds."""
        found = self._effects[name](session, args, kwargs)
        if found is None:
            return None
        number = next(self._counts[name])
        failing = number >= self._after and (self._times is None or number < self._after + self._times)
        return found if failing else None


class _Plan:
    """The ``side_effect`` of an entry point's mock: what `Recorder.fail` said of it, the latest first."""

    def __init__(self, name: str, session: Session, target: Any) -> None:
        self._name = name
        self._session = session
        self._target = target
        self._steps: list[_Step] = []

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        __tracebackhide__ = True
        # Each counts every call, whichever of them it is that makes it fail.
        errors = [step.error(self._name, self._session, args, kwargs) for step in self._steps[:]]
        for error in reversed(errors):
            if error is not None:
                if isinstance(error, ProcessDied):
                    crash_now(self._session)
                raise error
        return mock.DEFAULT

    def begin(self, step: _Step) -> None:
        """Have something fail, besides what does already."""
        self._steps.append(step)

    def end(self, step: _Step) -> None:
        """Have it fail no longer."""
        if step in self._steps:
            self._steps.remove(step)
        if not self._steps and self._target.side_effect is self:
            self._target.side_effect = None

    @classmethod
    def of(cls, recorder: Recorder, session: Session, name: str) -> _Plan:
        """Return the plan of an entry point; a ``side_effect`` of the test's own gives way to it."""
        __tracebackhide__ = True
        target = functools.reduce(getattr, name.split("."), recorder.mocks)
        plan = target.side_effect
        if not isinstance(plan, cls):
            plan = cls(name, session, target)
            target.side_effect = plan  # type: ignore[attr-defined]
        return plan


def begin(recorder: Recorder, what: str | Failure, error: Any, after: int, times: int | None) -> Failing:
    """Do what `Recorder.fail` says."""
    __tracebackhide__ = True
    if isinstance(what, Failure):
        if error is not None:
            raise TypeError(f"fail({what.name}()) knows its error: give none, or name an entry point")
        effects = what.effects
    else:
        effects = {what: _raising(error)}
    if not isinstance(after, int) or not isinstance(times, int | None):
        raise TypeError(f"fail(after=, times=) takes numbers of calls, not {brief((after, times), 80)}")
    if after < 0 or (times is not None and times < 1):
        raise ValueError(f"fail(after={after}, times={times}) would never fail: after >= 0 and times >= 1 do")
    session = recorder._session
    if session is None:
        raise AttributeError("fail(): the recorder is not in use by a patch that shows wandb")
    plans = {}
    for name in effects:
        plans[name] = _Plan.of(recorder, session, name)
    step = _Step(effects, after, times)
    for plan in plans.values():
        plan.begin(step)
    return Failing(plans, step)


def _raising(error: Any) -> Effect:
    __tracebackhide__ = True
    is_class = isinstance(error, type) and issubclass(error, BaseException)
    if not is_class and not isinstance(error, BaseException):
        raise TypeError(
            f"fail() takes an exception or a class of exceptions, not {brief(error, 80)}: for example"
            ' fail("log", wandb.errors.CommError("down"), times=3), or a ready-made failure of wandb_testkit.failures'
        )
    return lambda session, args, kwargs: error() if is_class else error


# --------------------------------------------------------------------------- ready-made


def no_network() -> Failure:
    """Return the failure that the server cannot be reached.

    ``init`` raises ``CommError`` once its time is over; ``Api``, ``sweep``, ``agent``, ``restore``, ``use_artifact``
    and ``login``, which verify the account first, raise ``AuthenticationError``. What a run logs is queued: neither
    ``log`` nor ``finish`` raises.
    """

    def init(session: Session, args: tuple[Any, ...], kwargs: dict[str, Any]) -> BaseException | None:
        base = _base_url(session)
        host = base.partition("://")[2].partition(":")[0].partition("/")[0]
        text = f'Timed out while retrying: Post "{base}/graphql": dial tcp: lookup {host}: no such host{_HINT}'
        return session.world.CommError(text) if _is_online(session, kwargs) else None

    def verify(session: Session, args: tuple[Any, ...], kwargs: dict[str, Any]) -> BaseException | None:
        return _authentication(session, f"Failed to verify credentials with {_base_url(session)}: {_BUSY}")

    def login(session: Session, args: tuple[Any, ...], kwargs: dict[str, Any]) -> BaseException | None:
        if not kwargs.get("verify", True) or not _logs_in(session):
            return None
        return _authentication(session, f"Failed to authenticate with {_base_url(session)}: {_BUSY}")

    def use_artifact(session: Session, args: tuple[Any, ...], kwargs: dict[str, Any]) -> BaseException | None:
        run = session.global_run
        return None if run is not None and run.offline else verify(session, args, kwargs)

    asking = {**dict.fromkeys(_ASKING, verify), "use_artifact": use_artifact}
    return Failure("no_network", {"init": init, "login": login, **asking})


def no_key() -> Failure:
    """Return the failure that nobody is logged in, and nobody can be asked for a key.

    ``init``, ``login`` without a key, ``Api``, ``sweep``, ``agent`` and ``restore`` raise ``UsageError``.
    """

    def refuse(session: Session, args: tuple[Any, ...], kwargs: dict[str, Any]) -> BaseException | None:
        return session.world.UsageError(_NO_KEY)

    def online(session: Session, args: tuple[Any, ...], kwargs: dict[str, Any]) -> BaseException | None:
        return refuse(session, args, kwargs) if _is_online(session, kwargs) else None

    def login(session: Session, args: tuple[Any, ...], kwargs: dict[str, Any]) -> BaseException | None:
        return refuse(session, args, kwargs) if not (args or kwargs.get("key")) and _logs_in(session) else None

    return Failure("no_key", {"init": online, "login": login, **dict.fromkeys(_ASKING, refuse)})


def wrong_entity() -> Failure:
    """Return the failure that the server does not know the entity of a run: ``init`` raises ``CommError``."""

    def text(session: Session, kwargs: dict[str, Any]) -> str:
        entity = kwargs.get("entity") or _given(session, kwargs, "entity") or session.entity
        return f"entity {entity} not found during upsertBucket"

    return _of_init("wrong_entity", text)


def no_permission() -> Failure:
    """Return the failure that the account may not write to the entity or project: ``init`` raises ``CommError``."""
    return _of_init("no_permission", lambda session, kwargs: "permission denied")


def init_timeout() -> Failure:
    """Return the failure that the server accepts the request and does not answer: ``init`` raises ``CommError``."""

    def text(session: Session, kwargs: dict[str, Any]) -> str:
        address = f"{_base_url(session)}/graphql"
        return (
            f"Timed out initializing run: POST {address} giving up after 1 attempt(s): context deadline exceeded{_HINT}"
        )

    return _of_init("init_timeout", text)


def over_quota() -> Failure:
    """Return the failure that the project's quota of requests is spent: ``init`` raises ``CommError``.

    The server answers with status 429 until the client gives up. Rows of a run that goes on are only sent later:
    ``log`` does not raise (https://docs.wandb.ai/support/models/articles/rate-limit-exceeded-on-metric-logging).
    """
    text = f"Timed out while retrying: HTTP 429: rate limit exceeded{_HINT}"
    return _of_init("over_quota", lambda session, kwargs: text)


def crash(at: str = "log") -> Failure:
    """Return the failure that the program's process dies in the middle of a run.

    The call raises `ProcessDied`, and nothing is sent any more: the state of the runs that go on becomes "crashed",
    rows that were not committed are lost, and what ``except`` and ``finally`` blocks still do to them is too late.
    Afterwards the test may begin a run again, as the next process would.

    Args:
        at: The entry point in which it dies.
    """
    return Failure("crash", {at: lambda session, args, kwargs: ProcessDied(f"the process died in {at}()")})


def _of_init(name: str, text: Callable[[Session, dict[str, Any]], str]) -> Failure:
    def init(session: Session, args: tuple[Any, ...], kwargs: dict[str, Any]) -> BaseException | None:
        given = {**dict(zip(("entity",), args, strict=False)), **kwargs}
        return session.world.CommError(text(session, given)) if _is_online(session, given) else None

    return Failure(name, {"init": init})


def _authentication(session: Session, text: str) -> BaseException:
    error: BaseException = session.world.module("wandb.errors").AuthenticationError(text)
    return error


def _given(session: Session, kwargs: Mapping[str, Any], field: str) -> Any:
    """Return a setting as a call of `init` finds it."""
    settings = kwargs.get("settings")
    own = settings.get(field) if isinstance(settings, Mapping) else getattr(settings, field, None)
    return own or session.session_fields().get(field)


def _is_online(session: Session, kwargs: Mapping[str, Any]) -> bool:
    mode = kwargs.get("mode") or _given(session, kwargs, "mode") or "online"
    return mode in ("online", "shared", "run")


def _logs_in(session: Session) -> bool:
    # Once there is a run, the client only says that it is too late.
    return session.global_run is None and _is_online(session, {})


def _base_url(session: Session) -> str:
    return session.base_url()


# --------------------------------------------------------------------------- the process dies


def crash_now(session: Session) -> None:
    """Let the runs that go on be those of a process that is gone.

    Args:
        session: The patch's session.
    """
    gone = list(session.running)
    session.running.clear()
    current = session.global_run
    for client in gone:
        client._effect(Crashed())
        for dead in (client, *client.attached):
            _silence(dead)
            if current is dead.live:
                session.unbind()


def _silence(client: RunClient) -> None:
    error = ProcessDied(f"the process of run {client.settings.run_id} died: nothing that it does is sent any more")

    def refuse(*args: Any, **kwargs: Any) -> NoReturn:
        raise error.with_traceback(None)

    def act(name: str, arguments: dict[str, Any]) -> None:
        if name != "finish":
            refuse()

    def nothing(*args: Any, **kwargs: Any) -> None:
        """The end of a block that the dead process would not have come to."""

    # In the object, where they hide the methods of the class: a run that goes on has nothing to look at.
    vars(client).update(dict.fromkeys(("_effect", "accept_row", "summary_items", "summary_item"), refuse), act=act)
    vars(client).update(dict.fromkeys(("do_finish", "leave", "send_exit"), nothing))
    client.torn_down = error  # type: ignore[assignment]
    client.live_log_settle()
