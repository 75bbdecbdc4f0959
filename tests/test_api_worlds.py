"""``wandb.Api`` answers the same in both worlds: wandb's own classes, and the stand-in's, on the same server.

The classes of the installed client are the measure: they get the server's answers as documents of their own asking.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.api_questions import GROUPS, PRINTED_OTHERWISE
from tests.api_questions.asking import outcomes
from tests.api_worlds import asked, comparable, office

pytestmark = pytest.mark.needs_wandb


@pytest.mark.parametrize(
    ("group", "name"), [(group, name) for group, questions in GROUPS.items() for name in questions], ids=str
)
def test_both_worlds_answer_the_same(group: str, name: str, tmp_path: Path) -> None:
    question = GROUPS[group][name]
    real = asked(question, stub=False, folder=str(tmp_path / "real"))
    standin = asked(question, stub=True, folder=str(tmp_path / "standin"))
    assert standin[0] == real[0]
    if name not in PRINTED_OTHERWISE:
        assert standin[1] == real[1]
    assert standin[2] == real[2]


def test_a_difference_would_be_seen(tmp_path: Path) -> None:
    first = asked(lambda w: w.api.run("team/demo/run-a").name, stub=False, folder=str(tmp_path / "a"))
    second = asked(lambda w: w.api.run("team/demo/run-b").name, stub=True, folder=str(tmp_path / "b"))
    assert (first[0], second[0]) == ("alpha", "beta")
    assert first[2] != second[2]


def test_what_is_kept_from_a_patch_is_inert_in_both_worlds(tmp_path: Path) -> None:
    found = {}
    for stub in (False, True):
        with office(stub, str(tmp_path / str(stub))) as here:
            api, run, runs = here.api, here.api.run("team/demo/run-a"), here.api.runs("team/demo")
            file, project = run.file("model.pt"), here.api.project("demo", "team")
        calls = (
            lambda api=api: api.run("team/demo/run-b"),
            lambda api=api: api.viewer,
            lambda run=run: run.config,
            lambda run=run: run.history(pandas=False),
            lambda run=run: list(run.scan_history()),
            lambda run=run: run.update(),
            lambda runs=runs: len(runs),
            lambda file=file: file.download(),
            lambda project=project: project.id,
            lambda run=run: run.url,
        )
        found[stub] = comparable(outcomes(*calls))
    assert found[True] == found[False]
    assert sum("is over" in str(answer) for answer in found[True]) == 8
