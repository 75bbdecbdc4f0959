"""The script that takes up another release rewrites what follows the release, and says which scenarios changed."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.older_releases import follows_installed
from wandb_testkit.standin._signatures import WANDB_VERSION

pytestmark = pytest.mark.needs_wandb
ROOT = Path(__file__).resolve().parent.parent
SIGNATURES, COVERAGE = "wandb_testkit/standin/_signatures.py", "docs/coverage.rst"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the project that follows a release that never was: without `wandb.alert`, and stricter about steps."""
    for name in ("wandb_testkit", "tests", "scripts", "docs"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "setup.cfg", tmp_path)
    signatures = (tmp_path / SIGNATURES).read_text().replace(WANDB_VERSION, "0.0.1")
    lines = [line for line in signatures.splitlines(keepends=True) if not line.startswith("wandb.alert ")]
    assert len(lines) == len(signatures.splitlines()) - 1
    (tmp_path / SIGNATURES).write_text("".join(lines))
    coverage = tmp_path / COVERAGE
    coverage.write_text(coverage.read_text().replace(WANDB_VERSION, "0.0.1"))
    history = tmp_path / "wandb_testkit/rules/history.py"
    history.write_text(history.read_text() + "\n\nRunReplay._go_to = lambda *arguments: False  # type: ignore\n")
    return tmp_path


@pytest.mark.extras
@pytest.mark.skipif(not follows_installed(), reason="the stand-in follows another release than the one installed")
def test_what_follows_the_release_is_rewritten_and_what_changed_is_named(copy: Path) -> None:
    pytest.importorskip("torch", reason="the malformed calls are asked with tensors too")
    command = [sys.executable, "scripts/support_release.py", "-p", "no:cacheprovider", "-k"]
    done = subprocess.run(
        [*command, "log_explicit_steps or log_at_module_level"], cwd=copy, capture_output=True, text=True, check=False
    )
    assert f"wandb installed: {WANDB_VERSION}; checked against: 0.0.1" in done.stdout
    for name in (SIGNATURES, COVERAGE):
        assert (copy / name).read_text() == (ROOT / name).read_text()
    assert "[log_explicit_steps]" in done.stdout and "[log_at_module_level]" not in done.stdout, done.stdout
    assert done.stdout.endswith("to be looked at: scenarios against offline mode\n"), done.stdout
    assert done.returncode == 1
