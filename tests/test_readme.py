"""What the README says is so: every code block runs, and its commands are those of CI."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Sequence
from importlib.metadata import entry_points
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.rst").read_text(encoding="utf-8")

# Where wandb is not installed, what imports it at its top is imported inside a patch.
WITHOUT_WANDB = """
import sys
from wandb_testkit import patch_wandb

sys.modules["wandb"] = None
with patch_wandb():
    import training
"""


def code_blocks() -> list[str]:
    found = re.findall(r"^\.\. code-block:: python\n\n((?:(?: {4}.*)?\n)+)", README, re.MULTILINE)
    return [re.sub(r"^ {4}", "", block, flags=re.MULTILINE).strip() + "\n" for block in found]


def commands() -> list[str]:
    return re.findall(r"^    (python3 -m .*)$", README, re.MULTILINE)


def file_name(number: int, block: str) -> str:
    named = re.match(r"# (\w+\.py)\n", block)
    return named[1] if named else f"test_block_{number:02}.py"


def run(arguments: Sequence[str], cwd: Path) -> subprocess.CompletedProcess[str]:
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("WANDB_", "PYTEST_"))}
    environment["PYTHONPATH"] = str(ROOT)
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=cwd,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=300,
        check=False,
    )


def plugin() -> list[str]:
    """Return what loads the plugin where the package is not installed."""
    installed = any(entry.name == "wandb_testkit" for entry in entry_points(group="pytest11"))
    return [] if installed else ["-p", "wandb_testkit.pytest_plugin"]


@pytest.mark.parametrize(
    "conftest",
    [pytest.param("", id="installed", marks=pytest.mark.needs_wandb), pytest.param(WITHOUT_WANDB, id="stand-in")],
)
def test_every_code_block_runs(tmp_path: Path, conftest: str) -> None:
    blocks = code_blocks()
    assert len(blocks) == README.count(".. code-block::") > 8
    (tmp_path / "conftest.py").write_text(conftest)
    (tmp_path / "pytest.ini").write_text("[pytest]\npython_classes = *Test\n")
    for number, block in enumerate(blocks):
        (tmp_path / file_name(number, block)).write_text(block)
    done = run(["-m", "pytest", "-q", "-rfE", "-p", "no:cacheprovider", *plugin()], tmp_path)
    assert done.returncode == 0, done.stdout
    tests = sum(len(re.findall(r"^ *(?:async )?def test_", block, re.MULTILINE)) for block in blocks)
    passed = re.search(r"(\d+) passed", done.stdout)
    assert passed, done.stdout
    # One is parametrized.
    assert int(passed[1]) == tests + 1, done.stdout
    assert "warning" not in done.stdout, done.stdout


def test_a_wrong_code_block_is_noticed(tmp_path: Path) -> None:
    block = next(block for block in code_blocks() if "recorder.mocks.log.call_count == 8" in block)
    (tmp_path / "test_block.py").write_text(block.replace("call_count == 8", "call_count == 9"))
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    assert run(["-m", "pytest", "-q", "-p", "no:cacheprovider"], tmp_path).returncode != 0


def test_the_first_command_works_with_nothing_installed() -> None:
    command = commands()[0].split()
    assert command[0] == "python3"
    # No site-packages: only the standard library can be imported.
    done = run(["-s", "-S", *command[1:]], ROOT)
    assert done.returncode == 0, done.stdout
    for part in ("history of penguins/", "train/loss", "config", "learning_rate", "summary", "penguin-model"):
        assert part in done.stdout


def test_ci_runs_both_commands() -> None:
    script = (ROOT / ".ci" / "run").read_text()
    called = re.findall(r"readme_command (\S+) \d+$", script, re.MULTILINE)
    assert [command.split()[2] for command in commands()] == called


def test_the_readme_is_valid() -> None:
    core = pytest.importorskip("docutils.core")
    for name in ("README.rst", "CHANGELOG.rst", "examples/data/README.rst"):
        text = (ROOT / name).read_text(encoding="utf-8")
        # Anything worth a warning stops it.
        core.publish_string(text, settings_overrides={"report_level": 2, "halt_level": 2, "syntax_highlight": "none"})
