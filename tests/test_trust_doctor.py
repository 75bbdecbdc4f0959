"""``python -m wandb_testkit doctor`` says whether the installed wandb is one that this release knows."""

from __future__ import annotations

import io
from typing import Any

import pytest

from tests.conftest import WITH_WANDB
from wandb_testkit import __main__, doctor


def test_the_wandb_that_was_checked_against_is_good(capsys: pytest.CaptureFixture[str]) -> None:
    code = __main__.main(["doctor"])
    told = capsys.readouterr().out
    assert len(told.splitlines()) <= 45, "one screen"
    from wandb_testkit.standin import _signatures

    if not WITH_WANDB:
        assert code == 0 and "stand-in takes its place" in told
    elif doctor.examine().version == _signatures.WANDB_VERSION:
        assert code == 0 and "checked against" in told.splitlines()[-1]


@pytest.mark.needs_wandb
def test_what_changed_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    import wandb

    def log_code(self: Any, another: str) -> None:
        """Changed."""

    monkeypatch.setattr(wandb.Run, "log_code", log_code)
    monkeypatch.setattr(wandb.Run, "brand_new", log_code, raising=False)
    monkeypatch.delattr(wandb.Run, "write_logs")
    monkeypatch.setattr(wandb, "__version__", "99.0.0")
    found = doctor.examine()
    assert "wandb.Run.write_logs" in found.removed
    assert "wandb.Run.brand_new" in found.added
    assert any(line.startswith("wandb.Run.log_code:") and "another" in line for line in found.changed)
    assert doctor.verdict(found)[1] == 1
    told = io.StringIO()
    assert doctor.tell(told) == 1 and "99.0.0" in told.getvalue()


def test_a_program_that_fails_is_a_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(wandb: Any) -> None:
        raise ValueError("broken")

    monkeypatch.setattr(doctor, "_program", broken)
    found = doctor.examine()
    assert found.problems and "ValueError: broken" in found.problems[0]
    assert doctor.verdict(found)[1] == 2
