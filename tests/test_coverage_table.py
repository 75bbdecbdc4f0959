"""docs/coverage.rst names everything public of the installed wandb, and says what is so."""

from __future__ import annotations

import importlib
import importlib.util
import sys
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

pytest.importorskip("wandb")
pytestmark = pytest.mark.needs_wandb

SCRIPTS = Path(__file__).resolve().parent.parent / "scripts"


@pytest.fixture
def table(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The script, anew each time, so that a test can change its claims."""
    monkeypatch.syspath_prepend(str(SCRIPTS))
    for name in ("coverage_data", "generate_coverage"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    module: ModuleType = importlib.import_module("generate_coverage")
    yield module
    for name in ("coverage_data", "generate_coverage"):
        sys.modules.pop(name, None)


def _change(table: Any, monkeypatch: pytest.MonkeyPatch, path: str, **names: str) -> None:
    monkeypatch.setitem(table.OWNERS, path, replace(table.OWNERS[path], **names))


def test_the_table_is_complete_and_right(table: Any) -> None:
    assert [*table.problems()] == []


def test_the_document_is_what_the_script_writes(table: Any) -> None:
    assert table.DOCUMENT.read_text() == table.document()


def test_a_new_name_of_wandb_is_noticed(table: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    import wandb

    monkeypatch.setattr(wandb.Run, "teleport", lambda self: None, raising=False)
    monkeypatch.setattr(wandb, "teleport", wandb.setup, raising=False)
    found = [*table.problems()]
    assert [problem.partition(" ")[0] for problem in found if "not in the table" in problem] == [
        "wandb.teleport",
        "wandb.Run.teleport",
    ]


def test_a_name_that_is_gone_is_noticed(table: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    _change(table, monkeypatch, "wandb.Artifact", real=table.OWNERS["wandb.Artifact"].real + " teleport")
    assert [*table.problems()] == ["wandb.Artifact.teleport is in the table, but the installed wandb has no such name"]


@pytest.mark.parametrize(
    ("path", "name", "before", "after"),
    [
        ("wandb", "log", "modelled", "real"),
        ("wandb", "Table", "real", "modelled"),
        ("wandb", "sagemaker_auth", "refused", "modelled"),
        ("wandb", "restore", "modelled", "refused"),
        ("wandb.Run", "log", "modelled", "real"),
        ("wandb.Api", "registries", "refused", "real"),
        ("wandb.Api", "run", "real", "refused"),
        ("wandb.apis.public.Team", "invite", "refused", "real"),
    ],
)
def test_a_wrong_claim_is_noticed(
    table: Any, monkeypatch: pytest.MonkeyPatch, path: str, name: str, before: str, after: str
) -> None:
    owner = table.OWNERS[path]
    without = " ".join(each for each in getattr(owner, before).split() if each != name)
    _change(table, monkeypatch, path, **{before: without, after: f"{getattr(owner, after)} {name}"})
    assert any(problem.startswith(f"{path}.{name} is called {after}") for problem in table.problems())


def test_an_inert_name_needs_a_reason(table: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(table.NOTES, "wandb.Run.display")
    assert [*table.problems()] == ["wandb.Run.display is inert, and no note says why"]
