"""Artifacts leave nothing behind: no file outside of the patch's folder, no process, no network."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from wandb_testkit import NotModelled, patch_wandb

_PROGRAM = """
import json, os, sys

events = []

def watch(event, args):
    if event == "open" and isinstance(args[0], str) and args[1] and set(args[1]) & set("wax+"):
        events.append(["write", os.path.abspath(args[0])])
    elif event in ("os.mkdir", "os.rename"):
        events.append([event, os.path.abspath(os.fspath(args[0]))])
    elif event in ("socket.connect", "socket.getaddrinfo", "subprocess.Popen", "os.posix_spawn", "os.fork"):
        events.append([event, str(args[0])])

from wandb_testkit import patch_wandb

with patch_wandb(**{options!r}) as recorder:
    import wandb
    sys.addaudithook(watch)
    with wandb.init(project="p") as run:
        artifact = wandb.Artifact("data", "dataset")
        artifact.add_file("a.txt")
        with artifact.new_file("b.txt") as stream:
            stream.write("b")
        artifact.add(wandb.Table(columns=["n"], data=[[1]]), "t")
        run.log_artifact(artifact).wait()
        found = run.use_artifact("data:latest")
        found.download("down")
        found.get("t")
        found.verify("down")
        found.files()[0]
        run.link_artifact(found, "chosen")
        found.new_draft()
        wandb.Api().artifact("p/data:v0").manifest
print(json.dumps(events))
"""


@pytest.fixture
def events(options: dict[str, Any], tmp_path: Path) -> list[list[str]]:
    """What a program that uses artifacts does to the machine, in a process of its own."""
    (tmp_path / "home").mkdir()
    (tmp_path / "work").mkdir()
    (tmp_path / "work" / "a.txt").write_text("a")
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("WANDB", "XDG"))}
    environ.update(HOME=str(tmp_path / "home"), PYTHONPATH=str(Path(__file__).parents[1]), PYTHONDONTWRITEBYTECODE="1")
    program = _PROGRAM.format(options=options)
    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, env=environ, cwd=tmp_path / "work", check=False
    )
    assert ran.returncode == 0, ran.stderr
    found: list[list[str]] = json.loads(ran.stdout.splitlines()[-1])
    return found


def test_files_are_written_in_the_patchs_folder_and_where_the_program_says(
    events: list[list[str]], tmp_path: Path
) -> None:
    work = tmp_path / "work"
    written = {path for event, path in events if event in ("write", "os.mkdir", "os.rename")}
    assert any("wandb-testkit-" in path for path in written)
    elsewhere = {path for path in written if "wandb-testkit-" not in path and not path.startswith("/dev/")}
    # Downloads go below the working folder, as the client puts them; what has no name there is a temporary file.
    allowed = (str(work / "down"), str(work / "artifacts"))
    assert {path for path in elsewhere if not path.startswith((*allowed, "/tmp/tmp"))} == set()
    assert list((tmp_path / "home").iterdir()) == []
    assert sorted(path.name for path in work.iterdir()) == ["a.txt", "artifacts", "down"]


def test_nothing_is_started_and_nobody_is_called(events: list[list[str]]) -> None:
    # Python's own `platform` asks it for the name of the processor.
    calls = [event for event in events if event != ["subprocess.Popen", "uname"]]
    assert [event for event in calls if event[0].startswith(("socket.", "subprocess.", "os.posix", "os.fork"))] == []


def test_a_reference_to_the_web_is_not_fetched(options: dict[str, Any]) -> None:
    with patch_wandb(**options):
        import wandb

        artifact = wandb.Artifact("data", "dataset")
        with pytest.raises(NotModelled):
            artifact.add_reference("https://example.com/x.txt")
        artifact.add_reference("https://example.com/x.txt", checksum=False)
        with wandb.init() as run:
            found = run.log_artifact(artifact).wait()
            with pytest.raises(NotModelled):
                found.get_entry("x.txt").download()


@pytest.mark.needs_wandb
def test_a_reference_to_a_mocked_page_is_taken() -> None:
    responses = pytest.importorskip("responses")
    with patch_wandb(), responses.RequestsMock() as pages:
        import wandb

        pages.get("https://example.com/x.txt", headers={"ETag": '"abc"', "Content-Length": "3"}, body="xyz")
        artifact = wandb.Artifact("data", "dataset")
        [entry] = artifact.add_reference("https://example.com/x.txt")
        assert (entry.digest, entry.size) == ("abc", 3)
