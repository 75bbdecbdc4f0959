"""Malformed calls raise what the real client raises, as scripts/generate_bad_input.py has written it down."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests import bad_inputs
from wandb_testkit import patch_wandb

_TOLD = json.loads((Path(__file__).parent / "data" / "bad_input.json").read_text())
# Known differences, each with its reason: one that is mended has to go.
_KNOWN = {
    # The client goes through a list's items in Python; here its own memory is read, which no subclass can change.
    ("run.log({'a': value})", "raising iteration"),
    ("run.summary['k'] = value", "raising iteration"),
    # A disabled run has no folder here until somebody asks for it.
    ("wandb.init(id=value)", "long text"),
}
_OF_TORCH = ("run.watch(value)", "run.unwatch(value)")
_KNOWN_OF_STANDIN = {
    # The client reads JSON with a library that words its errors in its own way; the stand-in has Python's.
    *(
        (call, value)
        for call in ("wandb.Artifact(metadata=value)", "artifact.metadata = value")
        for value in ("surrogate", "text")
    ),
}


# Python words its own errors by version.
pytestmark = pytest.mark.skipif(list(sys.version_info[:2]) != _TOLD["python"], reason="told by another Python")


@pytest.fixture
def run(options: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Any, Any, Any]]:
    """The module, a run in the middle of its work, and the recorder; what comes before and after has to be there."""
    if not options:
        import wandb

        if wandb.__version__ != _TOLD["wandb"]:
            pytest.skip("another release of wandb")
    monkeypatch.chdir(tmp_path)
    with patch_wandb(**options) as recorder:
        import wandb

        run = wandb.init(mode="offline", project="p")
        run.log({"before": 1})
        yield wandb, run, recorder
        run.log({"after": 1})
        run.finish()
    assert recorder.runs[0].values("before") == [1] and recorder.runs[0].values("after") == [1]
    assert recorder.runs[0].state == "finished"


def _check(found: dict[str, dict[str, str]], told: dict[str, dict[str, str]], known: set[tuple[str, str]]) -> None:
    asked = [(call, value) for call, value in known if value in told.get(call, ())]
    mended = {(call, value) for call, value in asked if found[call][value] == told[call][value]}
    assert mended == set(), "no longer different"
    differences = [
        f"{call} of {value}: {expected!r}, here {found[call][value]!r}"
        for call, by_value in told.items()
        for value, expected in by_value.items()
        if found[call][value] != expected and (call, value) not in known
    ]
    assert not differences, f"{len(differences)} differ\n" + "\n".join(differences)


def test_bad_input_raises_what_the_client_raises(options: dict[str, Any], run: Any) -> None:
    found = bad_inputs.answers(run[0], run[1])
    told = {call: values for call, values in _TOLD["answers"].items() if call not in _OF_TORCH}
    _check(found, told, _KNOWN | _KNOWN_OF_STANDIN if options else _KNOWN)


@pytest.mark.extras
def test_what_is_no_model_raises_what_the_client_raises(run: Any) -> None:
    pytest.importorskip("torch", reason="the client looks for it first, and it was there when it told")
    found = bad_inputs.answers(run[0], run[1], of=_OF_TORCH)
    _check(found, {call: _TOLD["answers"][call] for call in _OF_TORCH}, set())


@pytest.mark.extras
def test_bad_tensors_raise_what_the_client_raises(run: Any) -> None:
    pytest.importorskip("torch")
    found = bad_inputs.answers(run[0], run[1], bad_inputs.TENSORS)
    _check(found, _TOLD["tensors"], set())


def test_unknown_keywords_and_too_many_arguments_raise_what_the_client_raises(run: Any) -> None:
    wandb, its, recorder = run
    before = recorder.run.to_dict()
    found = bad_inputs.misuse(wandb, its, _TOLD["names"])
    differences = [
        f"{name}: {told}, here {found[name]}" for name, told in _TOLD["misuse"].items() if told != found[name]
    ]
    assert not differences, f"{len(differences)} differ\n" + "\n".join(differences)
    assert recorder.run.to_dict() == before, "what is refused leaves no trace"
