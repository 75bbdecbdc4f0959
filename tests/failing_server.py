"""A server that fails in a given way, and what the real client raises then; a program of its own.

``python -m tests.failing_server CASE CALL`` prints the error's type and text as JSON. The server is this process's own,
on the loopback interface.
"""

from __future__ import annotations

import http.server
import json
import os
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

ENTITY = "nobody"

_VIEWER = {"id": "u", "entity": "me", "username": "me", "email": "a@b", "flags": "{}", "teams": {"edges": []}}


def _errors(text: str) -> dict[str, Any]:
    return {"errors": [{"message": text, "path": ["upsertBucket"]}], "data": {"upsertBucket": None}}


ANSWERS: dict[str, tuple[int, Any]] = {
    "wrong_entity": (404, _errors(f"entity {ENTITY} not found during upsertBucket")),
    "no_permission": (403, _errors("permission denied")),
    "over_quota": (429, "rate limit exceeded"),
    "init_timeout": (200, None),
}


def serve(case: str) -> str:
    """Serve in a thread; return the address."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0)).decode(errors="replace")
            status: int = 200
            answer: Any = {"data": {"viewer": _VIEWER, "serverInfo": {"cliVersionInfo": {}}}}
            if "upsertbucket" in body.lower():
                status, answer = ANSWERS[case]
                if answer is None:
                    time.sleep(60)
            text = (answer if isinstance(answer, str) else json.dumps(answer)).encode()
            self.send_response(status)
            self.send_header("content-length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        do_GET = do_POST

        def log_message(self, format: str, *args: Any) -> None:
            """Keep still."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_port}"


def main(case: str, call: str) -> None:
    """Print what the real client raises."""
    if case == "no_network":
        # Nobody listens there.
        os.environ["WANDB_BASE_URL"] = "http://127.0.0.1:9"
    elif case in ANSWERS:
        os.environ["WANDB_BASE_URL"] = serve(case)
    if case != "no_key":
        os.environ["WANDB_API_KEY"] = "a" * 40
    import wandb

    settings = wandb.Settings(init_timeout=3)
    calls: dict[str, Callable[[], Any]] = {
        "init": lambda: wandb.init(project="p", entity=ENTITY, settings=settings),
        "offline init": lambda: wandb.init(project="p", mode="offline").finish(),
        "Api": lambda: wandb.Api(timeout=2),
        "login": lambda: wandb.login(),
        "sweep": lambda: wandb.sweep({"method": "grid", "parameters": {"a": {"values": [1]}}}, project="p"),
        "agent": lambda: wandb.agent("me/p/abc", lambda: None, count=1),
    }
    try:
        calls[call]()
    except Exception as error:
        found = [f"{type(error).__module__}.{type(error).__qualname__}", str(error)]
    else:
        found = ["", ""]
    print("\n" + json.dumps([*found, os.environ.get("WANDB_BASE_URL", "")]), flush=True)
    # The client's process would wait for a server that does not answer.
    os._exit(0)


if __name__ == "__main__":
    main(*sys.argv[1:])
