"""Nothing gets out of a patch, with the real client online as the positive control.

A server on this machine stands where the client is told its server is, and counts. The same programs run online, where
it has to count some requests, and patched, where it has to count none, in a process of their own each: what happens at
the end of the interpreter counts too.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import WITH_WANDB
from tests.egress import PROGRAMS

ROOT = Path(__file__).resolve().parents[1]
# What Python's own `platform` does, and settings that the client's internals make: they ask where the repository
# begins.
_HARMLESS = (["subprocess.Popen", "uname"], ["subprocess.Popen", "git"])


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    connections = 0

    def get_request(self) -> Any:
        self.connections += 1
        return super().get_request()


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        body = b'{"errors": [{"message": "no"}]}'
        self.send_response(404)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_PUT = do_HEAD = do_DELETE = do_PATCH = do_GET

    def log_message(self, *args: Any) -> None:
        """Be quiet."""


@pytest.fixture
def server() -> Iterator[_Server]:
    made = _Server(("127.0.0.1", 0), _Handler)
    thread = threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield made
    made.shutdown()
    thread.join()
    made.server_close()


def play(name: str, how: str, server: _Server, folder: Path) -> dict[str, Any]:
    """Run a program in a process of its own, and return what it told."""
    if name == "tensorboard" and how != "stub":
        pytest.importorskip("tensorboard")
    if name == "command_line" and not WITH_WANDB:
        # What wandb's own command line is made with comes with wandb.
        pytest.importorskip("click")
    work, environ = environment(server, folder)
    code, printed, errors = _run([sys.executable, "-m", "tests.egress", name, how], work, environ)
    assert code == 0, errors
    told: dict[str, Any] = json.loads(printed.splitlines()[-1])
    home = sorted(str(path) for path in (folder / "home").rglob("*"))
    return {**told, "error": errors, "home": home, "printed": printed}


def environment(server: _Server, folder: Path) -> tuple[Path, dict[str, str]]:
    """Return a folder to work in, and the environment of a process that takes the server for wandb's."""
    home, work, temporary = folder / "home", folder / "work", folder / "temporary"
    for made in (home, work, temporary):
        made.mkdir()
    url = f"http://127.0.0.1:{server.server_address[1]}"
    environ = {key: value for key, value in os.environ.items() if not key.startswith(("WANDB", "XDG"))}
    environ.update(
        HOME=str(home),
        TMPDIR=str(temporary),
        PYTHONPATH=str(ROOT),
        PYTHONDONTWRITEBYTECODE="1",
        TRUST_URL=url,
        WANDB_BASE_URL=url,
        WANDB_API_KEY="5ec2e7" + "0" * 34,
        WANDB_ERROR_REPORTING="false",
        WANDB_SILENT="true",
        WANDB_DIR=str(home),
    )
    return work, environ


def _run(command: list[str], folder: Path, environ: dict[str, str]) -> tuple[int, str, str]:
    """Run a process that may take its time and leave processes behind: the client's service dies with it."""
    process = subprocess.Popen(
        command,
        cwd=folder,
        env=environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        printed, errors = process.communicate(timeout=240)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    return process.returncode, printed, errors


@pytest.mark.needs_wandb
@pytest.mark.parametrize("name", [*PROGRAMS, "thread"])
def test_the_real_client_reaches_the_server(name: str, server: _Server, tmp_path: Path) -> None:
    """The positive control: without a patch, each program is seen, so none of those below passes for nothing."""
    told = play(name, "online", server, tmp_path)
    assert server.connections > 0, told
    assert any(event[0].startswith(("socket.connect", "subprocess.Popen")) for event in told["events"]), told


@pytest.mark.parametrize("how", ["patched", "stub"])
@pytest.mark.parametrize("name", [*PROGRAMS, "thread"])
def test_a_patched_program_reaches_nothing(name: str, how: str, server: _Server, tmp_path: Path) -> None:
    if how == "patched" and not WITH_WANDB:
        pytest.skip("wandb is not installed")
    told = play(name, how, server, tmp_path)
    assert server.connections == 0, told
    events = [event for event in told["events"] if event not in _HARMLESS]
    assert [event for event in events if event[0] != "write"] == []
    allowed = (str(tmp_path / "temporary"), str(tmp_path / "work"), "/dev/")
    assert [path for kind, path in events if kind == "write" and not path.startswith(allowed)] == []
    assert told["home"] == []
    left = [path.name for path in (tmp_path / "temporary").iterdir()]
    # The client's command line begins a log of its own when it is imported.
    assert [name for name in left if not name.startswith("debug-cli.")] == [], "nothing is left when the process ends"
