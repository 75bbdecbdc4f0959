"""The real client's way to files of artifacts: ``requests`` sessions whose answers come from memory.

What the server's addresses stand for is answered by the session's server.  Other addresses,
such as those of references to the web, are the program's own affair: they are asked for
where a test has mocked ``requests``, or on this machine; else the call is refused, as
nothing may reach a network from inside the patch.
"""

from __future__ import annotations

import functools
import importlib
import inspect
import io
import os
import weakref
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from wandb_testkit.credentials import at_work
from wandb_testkit.errors import NotModelled

if TYPE_CHECKING:
    from wandb_testkit.client.session import Session

_HERE = frozenset({"localhost", "127.0.0.1", "::1", ""})


def sessions(session: Session, original: Callable[[], Any]) -> Callable[[], Any]:
    """Return what stands for the client's ``make_http_session`` in a patch.

    Args:
        session: The patch's client.
        original: The client's function.
    """

    @functools.wraps(original)
    def make_http_session() -> Any:
        made = original()
        made.__class__ = _session_class()
        made._testkit_session = session
        return made

    return make_http_session


@functools.cache
def _session_class() -> type[Any]:
    """Return the class of sessions that ask the server in memory first."""
    requests: Any = importlib.import_module("requests")
    adapters: Any = importlib.import_module("requests.adapters")
    # What a library that mocks `requests` replaces.
    plain, plain_send = adapters.HTTPAdapter, adapters.HTTPAdapter.send
    from_memory = _from_memory()
    refusing: Any = type("Refusing", (adapters.BaseAdapter,), {"send": _refuse, "close": _close})

    def get_adapter(self: Any, url: str) -> Any:
        session = self._testkit_session
        if _is_servers(session, url):
            found = from_memory()
            found.session = session
            return found
        found = requests.Session.get_adapter(self, url)
        is_mocked = type(found) is not plain or plain.send is not plain_send
        return found if is_mocked or (urlsplit(url).hostname or "") in _HERE else refusing()

    return type("Session", (requests.Session,), {"get_adapter": get_adapter, "__module__": "requests.sessions"})


@functools.cache
def _from_memory() -> Any:
    """Return the class of adapters that answer what the server has; they need a `session`."""
    adapters: Any = importlib.import_module("requests.adapters")
    return type("FromMemory", (adapters.BaseAdapter,), {"send": _answer, "close": _close})


def _answer(self: Any, request: Any, *args: Any, **kwargs: Any) -> Any:
    """Answer a request with what the server has."""
    adapters: Any = importlib.import_module("requests.adapters")
    response: Any = importlib.import_module("urllib3.response")
    content = self.session.artifacts.content_at(request.url)
    status, reason = (404, "Not Found") if content is None else (200, "OK")
    body = io.BytesIO(content or b"")
    raw = response.HTTPResponse(body=body, status=status, reason=reason, preload_content=False, headers={})
    # The standard adapter knows how to make a response of one.
    return adapters.HTTPAdapter().build_response(request, raw)


def _refuse(self: Any, request: Any, *args: Any, **kwargs: Any) -> Any:
    """Refuse a request that would leave this machine."""
    error = NotModelled("Artifact.add_reference")
    text = f"wandb_testkit lets nothing reach the network from inside the patch: {request.method} {request.url}."
    text += " Pass checksum=False to add_reference(), or mock `requests`, for instance with `responses`."
    error.args = (text,)
    raise error


def _close(self: Any) -> None:
    """Nothing is open."""


def _is_servers(session: Session, url: str) -> bool:
    from wandb_testkit.server.artifacts import STORAGE

    if url.startswith(STORAGE):
        return True
    parts = urlsplit(url)
    # The client makes these of the server's address and a digest.
    is_artifact = parts.path.split("/")[1:2] in (["artifactsV2"], ["artifacts"])
    return is_artifact and session.artifacts.content_at(url) is not None


def umask(_: Session, original: Callable[[], int]) -> Callable[[], int]:
    """Return what stands for the client's way to the umask, which starts a process."""

    @functools.wraps(original)
    def read() -> int:
        try:
            with open("/proc/self/status", encoding="ascii", errors="replace") as status:
                found = [line.split()[1] for line in status if line.startswith("Umask:")]
        except OSError:
            found = []
        return int(found[0], 8) if found else original()

    return read


def caches(session: Session, original: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Return what stands for the client's way to its cache of files, one for each patch.

    The client remembers it for the process, and in it where a download without the cache went last, which the next
    download takes for the cached file.
    """
    make = inspect.unwrap(original)
    made: weakref.WeakKeyDictionary[Any, tuple[Any, Any]] = weakref.WeakKeyDictionary()

    @functools.wraps(make)
    def build(cache_dir: Any) -> Any:
        owner = at_work(session)
        known, cache = made.get(owner, (None, None))
        if cache is None or known != cache_dir:
            cache = make(cache_dir)
            made[owner] = cache_dir, cache
        os.makedirs(cache._temp_dir, exist_ok=True)
        return cache

    return build


def organizations(session: Session, original: Callable[..., str]) -> Callable[..., str]:
    """Return what stands for the client's way to find the organization that keeps a registry."""

    @functools.wraps(original)
    def resolve(service_api: Any, non_org_entity: str | None, org_or_entity: str | None = None) -> str:
        if not non_org_entity:
            return original(service_api, non_org_entity, org_or_entity)
        return session.artifacts.organization(non_org_entity, org_or_entity)

    return resolve


# ---- older releases make sessions of their own


class _Everywhere:
    """What stands for ``requests.Session.get_adapter`` while patches of older releases have artifacts."""

    def __init__(self) -> None:
        self._sessions: list[Session] = []
        self._original: Any = None

    def add(self, session: Session) -> None:
        """Let a patch's contents be found."""
        requests: Any = importlib.import_module("requests")
        if not self._sessions:
            self._original = requests.Session.get_adapter
            requests.Session.get_adapter = self._replacement(self._original)
        self._sessions.append(session)

    def remove(self, session: Session) -> None:
        """Forget a patch."""
        if session not in self._sessions:
            return
        self._sessions.remove(session)
        if not self._sessions:
            requests: Any = importlib.import_module("requests")
            requests.Session.get_adapter = self._original

    def _replacement(self, original: Any) -> Any:
        @functools.wraps(original)
        def get_adapter(session: Any, url: str) -> Any:
            for patched in reversed(self._sessions):
                if _is_servers(patched, url) and patched.artifacts.content_at(url) is not None:
                    found = _from_memory()()
                    found.session = patched
                    return found
            return original(session, url)

        return get_adapter


_everywhere = _Everywhere()


def begin(session: Session) -> None:
    """Let the client of an older release find the contents of a patch's artifacts.

    Args:
        session: The patch's client.
    """
    try:
        factories = session.world.module("wandb.sdk.artifacts.storage_policies._factories")
    except ModuleNotFoundError:
        factories = None
    if not hasattr(factories, "make_http_session"):
        _everywhere.add(session)


def end(session: Session) -> None:
    """Undo `begin`."""
    _everywhere.remove(session)
