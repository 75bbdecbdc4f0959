"""The public interface as mypy and pyright see it."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
TYPING = ROOT / "tests" / "typing"


def expected_lines() -> list[int]:
    source = (TYPING / "wrong.py").read_text(encoding="utf-8").splitlines()
    return [number for number, line in enumerate(source, start=1) if line.endswith("# wrong")]


def run(*command: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300, check=False)


def mypy(name: str) -> subprocess.CompletedProcess[str]:
    pytest.importorskip("mypy")
    return run(sys.executable, "-m", "mypy", "--strict", "--follow-imports=silent", str(TYPING / name))


def pyright(name: str) -> list[tuple[int, str]]:
    # It is no part of the tests' requirements: it brings a runtime of its own.
    found = shutil.which(
        "pyright", path=os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    )
    if found is None:
        pytest.skip("pyright is not installed")
    done = run(found, "--outputjson", "--pythonpath", sys.executable, str(TYPING / name))
    if not done.stdout.startswith("{"):
        pytest.skip(f"pyright cannot run here: {done.stderr[-200:]}")
    told = json.loads(done.stdout)["generalDiagnostics"]
    return [(one["range"]["start"]["line"] + 1, one["message"]) for one in told if one["severity"] == "error"]


def test_mypy_accepts_what_is_right() -> None:
    done = mypy("public.py")
    assert done.returncode == 0, done.stdout + done.stderr


def test_mypy_refuses_what_is_wrong() -> None:
    done = mypy("wrong.py")
    lines = [int(number) for number in re.findall(r"wrong\.py:(\d+): error", done.stdout)]
    assert sorted(set(lines)) == expected_lines(), done.stdout


def test_pyright_accepts_what_is_right() -> None:
    assert pyright("public.py") == []


def test_pyright_refuses_what_is_wrong() -> None:
    found = pyright("wrong.py")
    assert sorted({line for line, _ in found}) == expected_lines(), found
