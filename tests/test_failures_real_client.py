"""The ready-made failures say what the real client says where a server fails so."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.failing_server import ENTITY
from wandb_testkit import failures, patch_wandb

pytestmark = pytest.mark.needs_wandb

_CASES = [
    ("no_key", "init"),
    ("no_key", "Api"),
    ("no_key", "login"),
    ("no_key", "sweep"),
    ("no_key", "agent"),
    ("no_key", "offline init"),
    ("wrong_entity", "init"),
    ("no_permission", "init"),
    ("init_timeout", "init"),
    ("over_quota", "init"),
    ("no_network", "init"),
    ("no_network", "Api"),
]

# What the real client says, which is the same for both worlds.
_known: dict[tuple[str, str], list[str]] = {}


def real(case: str, call: str, folder: Path) -> list[str]:
    """Return the error of the real client: its type, its text, and the address of the server."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith("WANDB_")}
    environ.update(HOME=str(folder), NETRC=str(folder / "netrc"), WANDB_SILENT="true", WANDB_ERROR_REPORTING="false")
    environ.update({f"WANDB_{name}": str(folder) for name in ("DIR", "CACHE_DIR", "CONFIG_DIR", "DATA_DIR")})
    environ["PYTHONPATH"] = str(Path(__file__).parent.parent)
    done = subprocess.run(
        [sys.executable, "-m", "tests.failing_server", case, call],
        cwd=folder,
        env=environ,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    answer: list[str] = json.loads(done.stdout.splitlines()[-1])
    return answer


def patched(case: str, call: str, base_url: str, options: dict[str, Any]) -> list[str]:
    """Return the error of the same call under the patch."""
    with pytest.MonkeyPatch.context() as patch, patch_wandb(**options) as recorder:
        import wandb

        if base_url:
            patch.setenv("WANDB_BASE_URL", base_url)
        recorder.fail(getattr(failures, case)())
        calls: dict[str, Any] = {
            "init": lambda: wandb.init(project="p", entity=ENTITY),
            "offline init": lambda: wandb.init(project="p", mode="offline").finish(),
            "Api": lambda: wandb.Api(),
            "login": lambda: wandb.login(),
            "sweep": lambda: wandb.sweep({"method": "grid", "parameters": {"a": {"values": [1]}}}, project="p"),
            "agent": lambda: wandb.agent("me/p/abc", lambda: None, count=1),
        }
        try:
            calls[call]()
        except Exception as error:
            return [f"{type(error).__module__}.{type(error).__qualname__}", str(error)]
    return ["", ""]


@pytest.mark.parametrize(("case", "call"), _CASES, ids=[f"{case}-{call}" for case, call in _CASES])
def test_it_fails_as_the_client_does(case: str, call: str, options: dict[str, Any], tmp_path: Path) -> None:
    if (case, call) not in _known:
        _known[case, call] = real(case, call, tmp_path)
    kind, text, base_url = _known[case, call]
    assert list(map(_without_reason, patched(case, call, base_url, options))) == [kind, _without_reason(text)]


def _without_reason(text: str) -> str:
    # Why there is no way to the host is the machine's affair: no such name, nobody listens.
    return re.sub(r"(dial tcp).*", r"\1", text)
