"""Questions to ``wandb.Api`` that have the same answer in both worlds, by group and name."""

from __future__ import annotations

from tests.api_questions.account import API, PATHS
from tests.api_questions.artifacts import ARTIFACTS
from tests.api_questions.asking import Question
from tests.api_questions.files import FILES, PROJECTS
from tests.api_questions.lists import RUNS
from tests.api_questions.odd import MOCKS, ODD, REST
from tests.api_questions.run import HISTORY, RUN, SUMMARY
from tests.api_questions.sweeps import SWEEPS

#: Where the installed client prints by itself, not through ``wandb.termlog``.
PRINTED_OTHERWISE = frozenset({"downloaded"})


GROUPS: dict[str, dict[str, Question]] = {
    "api": API,
    "path": PATHS,
    "runs": RUNS,
    "run": RUN,
    "history": HISTORY,
    "summary": SUMMARY,
    "files": FILES,
    "projects": PROJECTS,
    "sweeps": SWEEPS,
    "artifacts": ARTIFACTS,
    "mocks": MOCKS,
    "rest": REST,
    "odd": ODD,
}
