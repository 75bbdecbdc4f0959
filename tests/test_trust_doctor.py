"""``python -m wandb_testkit doctor`` says whether the installed wandb is one that this release knows."""

from __future__ import annotations

import importlib.metadata
import io
import json
import os
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import WITH_WANDB
from wandb_testkit import __main__, doctor
from wandb_testkit.checking import playing
from wandb_testkit.checking.programs import PROGRAMS


def test_the_wandb_that_was_checked_against_is_good(capsys: pytest.CaptureFixture[str]) -> None:
    code = __main__.main(["doctor"])
    told = capsys.readouterr().out
    assert len(told.splitlines()) <= 45, "one screen"
    from wandb_testkit.standin import _signatures

    if not WITH_WANDB:
        assert code == 0 and "stand-in takes its place" in told
    elif importlib.metadata.version("wandb") == _signatures.WANDB_VERSION:
        assert code == 0 and "checked against" in told.splitlines()[-1]


@pytest.mark.needs_wandb
def test_what_changed_is_named(monkeypatch: pytest.MonkeyPatch, quick: dict[str, Any]) -> None:
    import wandb
    from wandb.sdk.wandb_run import Run

    quick.update(dict.fromkeys(("offline", "patched", "stand-in"), _answer(2)))

    def log_code(self: Any, another: str) -> None:
        """Changed."""

    monkeypatch.setattr(Run, "log_code", log_code)
    monkeypatch.setattr(Run, "brand_new", log_code, raising=False)
    monkeypatch.delattr(Run, "mark_preempting")
    monkeypatch.setattr(wandb, "__version__", "99.0.0")
    found = doctor.examine()
    assert "wandb.Run.mark_preempting" in found.removed
    assert "wandb.Run.brand_new" in found.added
    assert any(line.startswith("wandb.Run.log_code:") and "another" in line for line in found.changed)
    assert doctor.verdict(found)[1] == 1
    told = io.StringIO()
    assert doctor.tell(told) == 1 and "99.0.0" in told.getvalue()


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What the worlds answer, in the place of processes that play the programs."""
    answers: dict[str, Any] = {}

    def played(world: str) -> Any:
        if isinstance(answers[world], Exception):
            raise answers[world]
        return answers[world]

    monkeypatch.setattr(doctor.playing, "played", played)
    return answers


def _answer(loss: Any, *saw: str) -> dict[str, Any]:
    return {"steps": {"runs": [{"history": [{"loss": 1}, {"loss": loss}]}], "saw": list(saw)}}


@pytest.mark.needs_wandb
def test_a_patch_that_differs_from_offline_mode_is_broken(quick: dict[str, Any]) -> None:
    quick.update({"offline": _answer(2), "patched": _answer(3), "stand-in": _answer(2)})
    found = doctor.examine()
    assert found.problems == ["steps: patched: runs[0].history[1].loss: 3, not 2"]
    assert doctor.verdict(found)[1] == 2


@pytest.mark.needs_wandb
def test_a_stand_in_that_differs_is_broken_only_beside_its_own_release(quick: dict[str, Any]) -> None:
    quick.update({"offline": _answer(2, "a"), "patched": _answer(2, "a"), "stand-in": _answer(2)})
    found = doctor.examine()
    assert not found.problems
    assert found.standin == ["steps: stand-in: saw[0]: nothing, not 'a'"]
    same = found._replace(version=doctor._signatures.WANDB_VERSION)
    assert doctor.verdict(same)[1] == 2
    assert doctor.verdict(found._replace(version="99.0.0"))[1] == 1


@pytest.mark.needs_wandb
def test_a_world_that_does_not_answer_is_a_problem(quick: dict[str, Any]) -> None:
    failed = doctor.playing.CannotPlay("offline: exit code 1: ValueError: broken")
    quick.update({"offline": failed, "patched": _answer(2), "stand-in": _answer(2)})
    found = doctor.examine()
    assert found.problems == ["offline: exit code 1: ValueError: broken"]
    assert doctor.verdict(found)[1] == 2


def test_an_old_wandb_is_named_so(quick: dict[str, Any]) -> None:
    found = doctor.Findings("0.9.0", [], [], [], [], [])
    text, code = doctor.verdict(found)
    assert "older than any that is supported" in text and code == 1


@pytest.mark.parametrize("world", [pytest.param("patched", marks=pytest.mark.needs_wandb), "stand-in"])
def test_programs_are_played_in_this_process_as_in_one_of_their_own(
    world: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("WANDB_")]:
        monkeypatch.delenv(name)
    here = json.loads(playing._RANDOM.sub("<random>", json.dumps(playing.play_here(world))))
    assert here == playing.played(world)
    assert set(here) == set(PROGRAMS)
    # The programs did what they are for.
    assert here["steps"]["runs"][0]["history"][3] == {"_step": 3, "a": 1, "b": 2}
    assert any("raises UsageError" in line for line in here["mistakes"]["saw"])


def test_a_process_that_fails_says_why() -> None:
    with pytest.raises(playing.CannotPlay, match=r"nowhere: exit code 1: .*nowhere"):
        playing.played("nowhere")


def test_a_process_that_hangs_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(playing, "SECONDS", 0.01)
    with pytest.raises(playing.CannotPlay, match="stand-in: no end after"):
        playing.played("stand-in")


def test_nothing_of_the_users_reaches_the_programs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("WANDB_PROJECT", "theirs")
    monkeypatch.setenv("NETRC", "theirs")
    monkeypatch.setenv("XDG_CONFIG_HOME", "theirs")
    made = playing._environment(str(tmp_path))
    assert "theirs" not in made.values()
    assert made["HOME"] == str(tmp_path)
