"""The last guard: wandb's code connects to nothing inside a patch; others do as they please; nothing of it stays."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import pytest

from wandb_testkit import NotModelled, patch_wandb

# Code that belongs to a module of a given name.
_CONNECT = "import socket\ndef connect(address):\n    with socket.socket() as made:\n        made.connect(address)\n"
_CALL = "def call(function, *arguments):\n    return function(*arguments)\n"


def _module(name: str, source: str) -> Any:
    made = ModuleType(name)
    exec(compile(source, f"<{name}>", "exec"), vars(made))
    return made


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as made:
        yield made


def test_wandbs_code_opens_no_connection(options: dict[str, Any], listener: socket.socket) -> None:
    address = listener.getsockname()
    own = _module("wandb.sdk.deep", _CONNECT + _CALL)
    transport = _module("requests.adapters", _CONNECT)
    own.connect(address)
    with patch_wandb(**options):
        for attempt in (lambda: own.connect(address), lambda: own.call(transport.connect, address)):
            with pytest.raises(NotModelled, match=r"lets nothing of wandb leave .* wandb\.sdk\.deep\.\w+ would open"):
                attempt()
        with pytest.raises(NotModelled):
            own.call(socket.getaddrinfo, "localhost", 80)
        with socket.socket() as made, pytest.raises(NotModelled):
            own.call(made.connect_ex, address)
    own.connect(address)


def test_connections_of_others_are_their_own_affair(options: dict[str, Any], listener: socket.socket) -> None:
    address = listener.getsockname()
    with patch_wandb(**options):
        with socket.create_connection(address):
            pass
        # An integration of wandb's stands between the program and the library that it watches.
        integration = _module("wandb.integration.openai", _CALL)
        library = _module("openai.client", _CALL)
        transport = _module("httpx", _CONNECT)
        integration.call(library.call, transport.connect, address)


@pytest.mark.parametrize(
    "command", [["/x/wandb-core", "--port-filename", "f"], [sys.executable, "-m", "wandb", "service"]]
)
def test_wandbs_own_process_is_not_started(options: dict[str, Any], command: list[str]) -> None:
    with patch_wandb(**options):
        with pytest.raises(NotModelled, match="wandb-core"):
            subprocess.Popen(command)
        with pytest.raises(NotModelled, match="wandb-core"):
            subprocess.run(args=command, check=False)
        assert subprocess.run([sys.executable, "-c", ""], check=False).returncode == 0


def test_nothing_of_it_stays(options: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    def names() -> tuple[Any, ...]:
        return (dict(vars(socket.socket)), socket.getaddrinfo, subprocess.Popen.__init__)

    before = names()
    with patch_wandb(**options), patch_wandb(**options):
        assert names() != before
    assert names() == before

    def theirs(self: Any, address: Any) -> None:
        raise OSError("no network here")

    # As pytest-socket and its like do, before and in between.
    monkeypatch.setattr(socket.socket, "connect", theirs)
    with patch_wandb(**options), pytest.raises(OSError, match="no network here"):
        socket.socket.connect(socket.socket.__new__(socket.socket), ("127.0.0.1", 1))
    assert socket.socket.connect is theirs
    monkeypatch.undo()
    assert names() == before
