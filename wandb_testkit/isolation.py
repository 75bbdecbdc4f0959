"""The last guard: inside a patch, wandb's own code opens no connection and starts no ``wandb-core``.

What is modelled never comes here, and what is not is refused by name before.  This stands below all of it, where any
release has to pass: at the functions of the standard library that connect a socket, look up a host and start a process.
It refuses what wandb's code asks for, be it through an HTTP library or by itself; connections of others, be they called
by wandb as an integration calls the library that it watches, are the program's own affair.
"""

from __future__ import annotations

import socket
import sys
from types import FrameType
from typing import Any

from wandb_testkit.errors import NotModelled

#: Libraries that connect on behalf of whoever calls them, by the names of their packages.
_TRANSPORTS = frozenset(
    {
        "aiohttp",
        "anyio",
        "azure",
        "boto3",
        "botocore",
        "google",
        "grpc",
        "h11",
        "h2",
        "httpcore",
        "httpx",
        "opentelemetry",
        "requests",
        "requests_toolbelt",
        "s3transfer",
        "sentry_sdk",
        "tenacity",
        "urllib3",
        "websockets",
        "wandb_gql",
        "wandb_graphql",
    }
)
_PASSED = _TRANSPORTS | sys.stdlib_module_names

_MISSING: Any = object()
_SOCKET: Any = socket.socket
_OWN = vars(_SOCKET)

_is_on = False


def is_on() -> bool:
    """Say whether there is a patch."""
    return _is_on


def begin() -> None:
    """Stand in the way: the outermost patch is in place."""
    # Written out, as every test passes here.
    global _is_on, _connect, _connect_ex, _getaddrinfo, _own_connect, _own_connect_ex
    _is_on = True
    if _SOCKET.connect is not connect:
        _connect, _own_connect = _SOCKET.connect, _OWN.get("connect", _MISSING)
        _SOCKET.connect = connect
    if _SOCKET.connect_ex is not connect_ex:
        _connect_ex, _own_connect_ex = _SOCKET.connect_ex, _OWN.get("connect_ex", _MISSING)
        _SOCKET.connect_ex = connect_ex
    if socket.getaddrinfo is not getaddrinfo:
        _getaddrinfo = socket.getaddrinfo
        socket.getaddrinfo = getaddrinfo


def end() -> None:
    """Go away: no patch is left."""
    global _is_on
    _is_on = False
    # Whoever has replaced one since may hold ours: it lets everything through from now on.
    if _OWN.get("connect") is connect:
        _put_back("connect", _own_connect)
    if _OWN.get("connect_ex") is connect_ex:
        _put_back("connect_ex", _own_connect_ex)
    if socket.getaddrinfo is getaddrinfo:
        socket.getaddrinfo = _getaddrinfo


def _put_back(name: str, own: Any) -> None:
    if own is _MISSING:
        delattr(_SOCKET, name)
    else:
        setattr(_SOCKET, name, own)


# ---- what stands for the functions of the standard library

_connect: Any = None
_connect_ex: Any = None
_getaddrinfo: Any = None
_own_connect: Any = _MISSING
_own_connect_ex: Any = _MISSING


def connect(self: Any, address: Any, /) -> Any:
    """Stand for ``socket.socket.connect``."""
    __tracebackhide__ = True
    _check(address)
    return _connect(self, address)


def connect_ex(self: Any, address: Any, /) -> Any:
    """Stand for ``socket.socket.connect_ex``."""
    __tracebackhide__ = True
    _check(address)
    return _connect_ex(self, address)


def getaddrinfo(host: Any, *args: Any, **kwargs: Any) -> Any:
    """Stand for ``socket.getaddrinfo``."""
    __tracebackhide__ = True
    _check(host)
    return _getaddrinfo(host, *args, **kwargs)


def check_process(args: Any) -> None:
    """Refuse to start wandb's own process.

    Args:
        args: What ``subprocess.Popen`` was told to start.

    Raises:
        NotModelled: It is ``wandb-core``, or an older release's service.
    """
    from wandb_testkit.guarding import is_service  # only who starts a process needs it

    if not is_service(args):
        return
    call = _asker(sys._getframe(1)) or "wandb"
    raise _refusal(call, "start wandb's own process, wandb-core")


def _check(address: Any) -> None:
    __tracebackhide__ = True
    if not _is_on:
        return
    call = _asker(sys._getframe(2))
    if call is not None:
        shown = ":".join(map(str, address[:2])) if isinstance(address, tuple) else str(address)
        raise _refusal(call, f"open a connection to {shown}")


def _refusal(call: str, deed: str) -> NotModelled:
    error = NotModelled(call)
    text = (
        f"wandb_testkit lets nothing of wandb leave the process inside the patch: {call} would {deed}."
        " What it does is not modelled; replace it in the test, for instance with unittest.mock.patch."
    )
    error.args = (text,)
    return error


def _asker(frame: FrameType | None) -> str | None:
    """Return the function of wandb's that asks for a connection; None where it is somebody else's."""
    while frame is not None:
        name = str(frame.f_globals.get("__name__"))
        package = name.partition(".")[0]
        if package == "wandb":
            return f"{name}.{frame.f_code.co_name}"
        # What the patch lets through itself: references to pages on this machine.
        if package not in _PASSED or hasattr(frame.f_locals.get("self"), "_testkit_session"):
            return None
        frame = frame.f_back
    return None
