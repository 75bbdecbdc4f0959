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


def test_a_folder_of_runs_is_not_taken_for_wandb(tmp_path: Path) -> None:
    # The client leaves its runs in ./wandb, which Python would import as a package without code.
    (tmp_path / "wandb" / "latest-run").mkdir(parents=True)
    code = (
        f"import sys; sys.path[:0] = ['', {str(ROOT)!r}]\n"
        "from wandb_testkit import patch_wandb\n"
        "with patch_wandb() as recorder:\n"
        "    import wandb\n"
        "    wandb.init().log({'loss': 1.0})\n"
        "    wandb.finish()\n"
        "print(recorder.values('loss'))\n"
        "try:\n"
        "    patch_wandb(stub=False).start()\n"
        "except ModuleNotFoundError as error:\n"
        "    print(error)\n"
    )
    command = [sys.executable, "-E", "-s", "-S", "-c", code]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.stdout.splitlines(), done.stderr) == (["[1.0]", "No module named 'wandb'"], "")
