"""The comparison of frameworks with the real client notices what differs, what fails, and what is not there."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.clients import Client, table

ROOT = Path(__file__).resolve().parent.parent


def observation(**changes: Any) -> dict[str, Any]:
    return {"runs": [{"history": [{"loss": 1.0}]}], "read": [], "raised": [], "warned": [], "violations": [], **changes}


@pytest.mark.needs_wandb
def test_a_difference_is_found() -> None:
    from tests.clients.playing import differences

    assert differences(observation(), observation()) == ""
    assert '+     "loss": 2.0' in differences(observation(), observation(runs=[{"history": [{"loss": 2.0}]}]))
    assert "connected" in differences(observation(), observation(violations=["connected to example.com"]))


@pytest.mark.needs_wandb
def test_a_program_that_fails_or_does_nothing_says_nothing() -> None:
    from tests.clients.playing import differences

    failed = observation(raised=[["uncaught", "ImportError", "no module"]])
    with pytest.raises(AssertionError, match="fails on the real client"):
        differences(failed, failed)
    with pytest.raises(AssertionError, match="did nothing"):
        differences(observation(runs=[]), observation(runs=[]))


def test_what_a_program_must_not_do_is_noticed(tmp_path: Path) -> None:
    program = """
import json, os, subprocess, sys
from tests.clients.watching import Watch
for name in ("work", "home"):
    os.makedirs(os.path.join(sys.argv[1], name))
watch = Watch(sys.argv[1], standin=False)
# What a connection is announced by: the test itself makes none.
sys.audit("socket.connect", None, ("192.0.2.1", 9))
try:
    subprocess.run(["wandb-core-that-is-not-there"])
except OSError:
    pass
os.environ["WANDB_LEFT"] = "1"
os.mkdir(os.path.join(sys.argv[1], "work", "wandb"))
print(json.dumps(watch.violations()))
"""
    command = [sys.executable, "-c", program, str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    text = " ".join(json.loads(done.stdout))
    for expected in ("connected to", "wandb-core-that-is-not-there", "WANDB_LEFT", "file work/wandb"):
        assert expected in text


def test_a_framework_that_is_missing_is_named() -> None:
    assert "no_such_framework" in Client("x", imports=("no_such_framework.part", "json")).missing()


def test_a_missing_framework_is_left_out_unless_its_file_is_named(tmp_path: Path) -> None:
    listed = subprocess.run(
        [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider", "tests/clients"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    ).stdout
    missing = Client("lightning", imports=("lightning.pytorch",)).missing()
    assert ("test_lightning.py::" in listed) == (not missing)


def test_the_table_keeps_the_rows_of_frameworks_that_were_not_run(tmp_path: Path) -> None:
    page = tmp_path / "clients.rst"
    page.write_text(table._HEAD + '   Framework,Versions\n   other,other 1.0,"a, b",2 of 2,1 of 1 (not: b)\n')
    module = "tests.clients.test_torch_watch"
    jobs = {"watches_gradients_and_parameters": "passed"}
    table.update(page, {module: {"installed": jobs, "stand-in": jobs}})
    assert 'other,other 1.0,"a, b",2 of 2,1 of 1 (not: b)' in page.read_text()
    assert "\n   torch," not in page.read_text(), "not all of its jobs were run"
    assert page.read_text().startswith("=") and "csv-table" in page.read_text()
