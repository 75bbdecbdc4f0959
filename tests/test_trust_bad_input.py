"""Malformed calls raise what the real client raises, as scripts/generate_bad_input.py has written it down."""

from __future__ import annotations

import json
import sys
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
    # A disabled run has no folder here until somebody asks for it.
    ("wandb.init(id=value)", "long text"),
}
_KNOWN_OF_STANDIN = {
    # The client reads JSON with a library that words its errors in its own way; the stand-in has Python's.
    *(
        ("wandb.Artifact(metadata=value)", value)
        for value in ("long text", "slashes", "surrogate", "text", "zero byte")
    ),
}


@pytest.mark.skipif(list(sys.version_info[:2]) != _TOLD["python"], reason="Python words its own errors by version")
def test_bad_input_raises_what_the_client_raises(
    options: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not options:
        import wandb

        if wandb.__version__ != _TOLD["wandb"]:
            pytest.skip("another release of wandb")
    monkeypatch.chdir(tmp_path)
    with patch_wandb(**options) as recorder:
        import wandb

        run = wandb.init(mode="offline", project="p")
        run.log({"before": 1})
        found = bad_inputs.answers(wandb, run)
        run.log({"after": 1})
        run.finish()
    monkeypatch.undo()
    assert recorder.runs[0].values("before") == [1] and recorder.runs[0].values("after") == [1]
    known = _KNOWN | _KNOWN_OF_STANDIN if options else _KNOWN
    mended = {(call, value) for call, value in known if found[call][value] == _TOLD["answers"][call][value]}
    assert mended == set(), "no longer different"
    differences = [
        f"{call} of {value}: {expected!r}, here {found[call][value]!r}"
        for call, by_value in _TOLD["answers"].items()
        for value, expected in by_value.items()
        if found[call][value] != expected and (call, value) not in known
    ]
    assert not differences, f"{len(differences)} differ\n" + "\n".join(differences)
