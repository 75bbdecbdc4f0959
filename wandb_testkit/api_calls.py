"""``wandb.Api()`` under the patch: an Api of the world's own class whose calls are recorded and may be mocked.

The class is the real one (or the stand-in's), working on the server in memory; here its
public methods are recorded, as ``call.Api.run("entity/project/id")``, and do what
``recorder.mocks.Api.run.side_effect`` or ``.return_value`` say.  What is not imitated is
refused by name.
"""

from __future__ import annotations

import functools
import inspect
from typing import TYPE_CHECKING, Any, NoReturn

from wandb_testkit import kept
from wandb_testkit.client.setup import Setup
from wandb_testkit.credentials import at_work
from wandb_testkit.errors import NotModelled
from wandb_testkit.mocks import EntryMock, make_entry_class

if TYPE_CHECKING:
    from wandb_testkit.client.session import Session

#: Methods of the Api that need a part of the service that is not imitated, and would find out too late or not at all.
REFUSED = frozenset(
    {
        "artifact_registry",
        "automation",
        "automations",
        "create_automation",
        "create_registry",
        "delete_automation",
        "integrations",
        "job",
        "queued_run",
        "registries",
        "registry",
        "reports",
        "run_queue",
        "slack_integrations",
        "sync_tensorboard",
        "update_automation",
        "webhook_integrations",
    }
)


class ApiCalls:
    """What stands behind the recorded methods of one Api.

    Args:
        session: The patch's session.
        api: The Api; None behind the recorder's own mocks.
    """

    checks_signatures = True
    may_log_fast = False
    records_rows = False

    def __init__(self, session: Session, api: Any = None) -> None:
        self._session = session
        self._api = api

    @property
    def is_quiet(self) -> bool:
        """Whether what happens now in this thread is the client's own doing."""
        return self._session.is_quiet

    def refusal(self, name: str) -> BaseException | None:
        """Return the error for a call that is refused before its arguments are looked at."""
        return None if self._session.active else self._session.left(f"wandb.Api().{name.rpartition('.')[2]}")

    def act(self, name: str, arguments: dict[str, Any]) -> NoReturn:
        """Nothing comes here: see `MethodMock`."""
        raise AssertionError("a method of the Api takes its arguments as they were given")

    def act_unchecked(self, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Call the Api's own method.

        Raises:
            NotModelled: The method, or what it asks the server for, is not imitated.
        """
        method = name.rpartition(".")[2]
        if method in REFUSED:
            raise NotModelled(f"wandb.Api().{method}", name)
        try:
            answer = quietly(self._session, getattr(type(self._api).__mro__[1], method), self._api, *args, **kwargs)
        except NotModelled as error:
            raise NotModelled(f"wandb.Api().{method}", name) from error
        for one in answer if isinstance(answer, list) else [answer]:
            _note_user(self._session, one)
        return answer


def _note_user(session: Session, answer: Any) -> Any:
    """Take in a user, who would make an Api of their own even when the patch is over."""
    if session.world.real and hasattr(type(answer), "user_api"):
        kept.note(answer, session.world)
    return answer


def quietly(session: Session, function: Any, *args: Any, **kwargs: Any) -> Any:
    """Call the client's own code, and raise what it may have swallowed of what is not imitated."""
    session.refused = None
    try:
        with session.quiet():
            answer = function(*args, **kwargs)
    except Exception:
        if session.refused is not None:
            raise session.refused from None
        raise
    if session.refused is not None:
        raise session.refused
    return answer


class MethodMock(EntryMock):
    """The mock of one of the Api's methods."""

    def _invoke(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        target = self.__dict__["_target"]
        refusal = target.refusal(self._name)
        if refusal is not None:
            raise refusal
        # The signature is checked first, with the interpreter's own message for a wrong call.
        self._bind(args, kwargs)
        self._record(args, kwargs)
        replaced = self._replacement(args, kwargs)
        from unittest import mock

        return target.act_unchecked(self._name, args, kwargs) if replaced is mock.DEFAULT else replaced


class ApiMock(EntryMock):
    """The mock of ``wandb.Api``, which has mocks of the Api's methods."""

    def __getattr__(self, name: str) -> Any:
        session = self.__dict__.get("_target")
        if session is not None and not name.startswith("_") and name in methods(session.world):
            return entry(session, name)
        return super().__getattr__(name)

    def __instancecheck__(self, instance: Any) -> bool:
        # Where there is no patch it is a class, and programs ask for it.
        return isinstance(instance, self.__dict__["_target"].world.Api)


def with_methods(made: type[EntryMock]) -> type[EntryMock]:
    """Return the mock class of ``wandb.Api`` with mocks of its methods."""
    return type(made.__name__, (ApiMock, made), {})


@functools.cache
def methods(world: Any) -> dict[str, Any]:
    """Return the public methods of the Api of `world`, by name."""
    cls = world.Api
    found = inspect.getmembers_static(cls) if hasattr(inspect, "getmembers_static") else inspect.getmembers(cls)
    return {name: value for name, value in found if inspect.isfunction(value) and not name.startswith("_")}


@functools.cache
def _mock_class(world: Any, name: str) -> type[EntryMock]:
    function = methods(world)[name]
    signature = inspect.signature(function)
    bound = signature.replace(parameters=list(signature.parameters.values())[1:])
    made = make_entry_class(
        name, bound, owner="Api", doc=function.__doc__, module=getattr(function, "__module__", "wandb.apis.public.api")
    )
    # On the record it is told from a method of the run that has the same name.
    return type(made.__name__, (MethodMock, made), {"_name": f"Api.{name}"})


def entry(session: Session, name: str) -> EntryMock:
    """Return the recorder's mock of one of the Api's methods, whichever Api it is called on."""
    found = session._entries.get(f"Api.{name}")
    if found is None:
        made = _mock_class(session.world, name).make(session.tape, ApiCalls(session))
        found = session._entries.setdefault(f"Api.{name}", made)
    return found


class _Method:
    """A method of the Api: its mock, made when first asked for and then kept by the Api."""

    def __init__(self, name: str, original: Any) -> None:
        self._name = name
        self._original = original

    def __get__(self, api: Any, owner: type[Any] | None = None) -> Any:
        if api is None:
            return self._original
        session = vars(api)["_testkit_session"]
        if session.is_quiet and session.active:
            return self._original.__get__(api, owner)
        made = _mock_class(session.world, self._name)
        mock = made.make(session.tape, ApiCalls(session, api), entry=entry(session, self._name))
        return vars(api).setdefault(f"_testkit_{self._name}", mock)


@functools.cache
def _recorded_class(world: Any) -> type[Any]:
    """Return the Api's class with methods that are recorded."""
    cls = world.Api
    members: dict[str, Any] = {name: _Method(name, function) for name, function in methods(world).items()}
    if isinstance(viewer := vars(cls).get("viewer"), property):
        members["viewer"] = property(lambda api: _note_user(vars(api)["_testkit_session"], viewer.__get__(api)))
    members.update(__module__=cls.__module__, __qualname__=cls.__qualname__, __doc__=cls.__doc__)
    return type(cls.__name__, (cls,), members)


def make(session: Session, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Return a new Api, as ``wandb.Api(*args, **kwargs)`` does.

    Args:
        session: The patch's session.
        args: The arguments.
        kwargs: The keyword arguments.

    Raises:
        TypeError: The Api takes no such arguments.
        NotModelled: The session is a `MockWandB`'s of the real package, whose classes only a patch can keep from
            the network.
    """
    if session.world.real and not _is_patched(session):
        raise NotModelled("MockWandB(stub=False).Api", "Api")
    api = object.__new__(_recorded_class(session.world))
    vars(api)["_testkit_session"] = session
    if session.world.real:
        from wandb_testkit import older_api

        kwargs = older_api.arguments(session, args, kwargs)
    with session.quiet():
        api.__init__(*args, **kwargs)
    return api


def _is_patched(session: Session) -> bool:
    """Say whether what the real package's own code reaches is the session's."""
    names = vars(session.world.module("wandb.sdk.wandb_setup"))
    if "_singleton" not in names:
        # Releases before 0.19 keep it elsewhere, and their Api does not ask it.
        return not session.is_alone and session.stage.is_on_top()
    library = names["_singleton"]
    return isinstance(library, Setup) and at_work(library._session) is session
