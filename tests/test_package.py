"""What is promised about the package as such."""

from __future__ import annotations

import configparser
import subprocess
import sys
from pathlib import Path

import wandb_testkit

ROOT = Path(__file__).resolve().parent.parent


def setup_cfg() -> configparser.ConfigParser:
    parser = configparser.ConfigParser(interpolation=None)
    parser.read(ROOT / "setup.cfg", encoding="utf-8")
    return parser


def test_every_public_name_is_there_and_documented() -> None:
    for name in wandb_testkit.__all__:
        assert getattr(wandb_testkit, name).__doc__, name


def test_importing_the_package_imports_neither_mock_nor_wandb() -> None:
    code = "import sys, wandb_testkit; print(*sorted({'unittest', 'unittest.mock', 'wandb'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


def test_nothing_is_needed_at_run_time() -> None:
    assert "install_requires" not in setup_cfg()["options"]


def test_the_package_says_that_it_is_typed() -> None:
    assert "py.typed" in setup_cfg()["options.package_data"]["wandb_testkit"]
    assert (ROOT / "wandb_testkit" / "py.typed").is_file()


def test_every_folder_of_code_is_a_package() -> None:
    # Otherwise it would be missing from what is installed.
    folders = {path.parent for path in (ROOT / "wandb_testkit").rglob("*.py")}
    assert [folder for folder in folders if not (folder / "__init__.py").is_file()] == []


def test_the_changelog_has_the_version() -> None:
    assert f"\n{wandb_testkit.__version__} (" in (ROOT / "CHANGELOG.rst").read_text(encoding="utf-8")
