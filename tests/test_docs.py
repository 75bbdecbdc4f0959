"""What the documentation says is so: every code block runs, and Sphinx has nothing to complain about."""

from __future__ import annotations

import re
from importlib.metadata import entry_points
from pathlib import Path

import pytest

from tests.test_readme import ROOT, WITHOUT_WANDB, file_name, run

DOCS = ROOT / "docs"
PAGES = sorted(path for path in DOCS.rglob("*.rst") if "_build" not in path.parts)
BLOCK = re.compile(r"^\.\. code-block:: python\n\n((?:(?: {4}.*)?\n)+)", re.MULTILINE)

# Where the package is not installed, nobody has registered its plugin.
PLUGINS = entry_points(group="pytest11")
LOADING = [] if any(each.name == "wandb_testkit" for each in PLUGINS) else ["-p", "wandb_testkit.pytest_plugin"]

# Where wandb is not installed, a page's own module may import it at its top.
STAND_IN = WITHOUT_WANDB.replace(
    "import training", "try:\n        import training\n    except ImportError:\n        pass"
)


def code_blocks(page: Path) -> list[str]:
    text = page.read_text(encoding="utf-8")
    blocks = [re.sub(r"^ {4}", "", block, flags=re.MULTILINE).strip() + "\n" for block in BLOCK.findall(text)]
    assert len(blocks) == text.count(".. code-block:: python"), page
    return blocks


WITH_CODE = [page for page in PAGES if code_blocks(page)]


def test_there_is_a_page_for_each_way_to_use_wandb() -> None:
    assert len(list((DOCS / "howto").glob("*.rst"))) > 10
    assert len(WITH_CODE) > 10


@pytest.mark.parametrize(
    "conftest",
    [pytest.param("", id="installed", marks=pytest.mark.needs_wandb), pytest.param(STAND_IN, id="stand-in")],
)
def test_every_code_block_runs(tmp_path: Path, conftest: str) -> None:
    """All pages in one go: one process of pytest, a folder for each page."""
    tests = 0
    for page in WITH_CODE:
        folder = tmp_path / str(page.relative_to(DOCS).with_suffix("")).replace("/", "_")
        folder.mkdir()
        for number, block in enumerate(code_blocks(page)):
            name = file_name(number, block).replace("test_block", f"test_{folder.name}")
            (folder / name).write_text(block, encoding="utf-8")
            tests += len(re.findall(r"^ *(?:async )?def test_", block, re.MULTILINE))
    (tmp_path / "conftest.py").write_text(f"import sys\nsys.path.insert(0, {str(tmp_path / 'tutorial')!r})\n{conftest}")
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    done = run(["-m", "pytest", "-q", "-rfE", "-p", "no:cacheprovider", *LOADING], tmp_path)
    assert done.returncode == 0, done.stdout
    passed = re.search(r"(\d+) passed", done.stdout)
    assert passed and int(passed[1]) == tests > 20, done.stdout
    assert "warning" not in done.stdout, done.stdout


def test_sphinx_has_nothing_to_complain_about(tmp_path: Path) -> None:
    pytest.importorskip("sphinx")
    done = run(
        [
            "-m",
            "sphinx",
            "-W",
            "-n",
            "--keep-going",
            "-q",
            "-d",
            str(tmp_path / "trees"),
            str(DOCS),
            str(tmp_path / "html"),
        ],
        ROOT,
    )
    assert (done.returncode, done.stdout) == (0, "")
    reference = (tmp_path / "html" / "reference.html").read_text(encoding="utf-8")
    for name in ("patch_wandb", "strict_steps", "assert_logged", "no_network", "WandbTestCase"):
        assert name in reference


def test_every_page_is_in_the_tree() -> None:
    listed = {"index"}
    for index in (DOCS / "index.rst", DOCS / "howto" / "index.rst"):
        folder = index.parent.relative_to(DOCS)
        for entry in re.findall(r"^   ([a-z_/]+)$", index.read_text(encoding="utf-8"), re.MULTILINE):
            listed.add(str(folder / entry))
    assert {str(page.relative_to(DOCS).with_suffix("")) for page in PAGES} == listed
