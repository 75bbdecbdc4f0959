"""What older releases of the client do differently, in one place: the rules ask for a behaviour by its name.

Each behaviour was read off the offline mode of the releases on both sides of the change; the tests compare every
scenario with the release that is installed. What is newest is the rule, so that a release that nobody has seen yet is
taken for the newest. The stand-in, too, does as the newest release.
"""

from __future__ import annotations

import re
from typing import NamedTuple

Release = tuple[int, int, int]


class Behaviour(NamedTuple):
    """What a release does otherwise than the newest one.

    Attributes:
        wandb_ai: The server, unless another is named, is ``api.wandb.ai``.
        resume_is_ignored_aloud: A run with `resume` that is offline warns that there is nothing to go on with.
        ensure_configured_is_silent: ``wandb.ensure_configured()`` and ``wandb.api`` do not call themselves deprecated.
        nameless_disabled_runs: A disabled run has none of the names, tags and notes that it is given.
        fewer_synced_images: Of images in TensorBoard's files, PNG, JPEG and GIF are known only.
        no_first: ``define_metric`` does not know the summary kind "first".
        branches_begin_anew: Offline, a run that is forked or rewound begins with step 0.
        goals: ``define_metric`` takes `goal` and the summary kind "best", and says that they are deprecated.
        finish_takes_quiet: ``finish`` takes `quiet`, and says that it is deprecated.
        plain_json: Values are written by the standard library's `json` alone, and not by pydantic-core first.
        client_counts_steps: ``run.step`` is what the client counts itself, with the steps of rows that are dropped.
        plain_disabled_runs: A disabled run is a ``Run`` with other methods, and has no class of its own.
        setup_takes_dicts: ``wandb.setup`` takes a dict in place of settings.
        rows_are_flat: A dict that is logged to an open row replaces the one that is there, and an empty one is kept.
        plot_table_needs_run: ``wandb.plot_table`` is the run's, and nothing can be plotted without one.
    """

    wandb_ai: bool = False
    resume_is_ignored_aloud: bool = False
    ensure_configured_is_silent: bool = False
    nameless_disabled_runs: bool = False
    fewer_synced_images: bool = False
    no_first: bool = False
    branches_begin_anew: bool = False
    goals: bool = False
    finish_takes_quiet: bool = False
    plain_json: bool = False
    client_counts_steps: bool = False
    plain_disabled_runs: bool = False
    setup_takes_dicts: bool = False
    rows_are_flat: bool = False
    plot_table_needs_run: bool = False


NEWEST = Behaviour()

#: The first release that no longer does so.
_UNTIL: dict[str, Release] = {
    "wandb_ai": (0, 31, 0),
    "resume_is_ignored_aloud": (0, 31, 0),
    "ensure_configured_is_silent": (0, 30, 0),
    "nameless_disabled_runs": (0, 28, 2),
    "fewer_synced_images": (0, 28, 0),
    "no_first": (0, 21, 1),
    "branches_begin_anew": (0, 20, 0),
    "goals": (0, 29, 0),
    "finish_takes_quiet": (0, 29, 0),
    "plain_json": (0, 27, 0),
    "client_counts_steps": (0, 27, 0),
    "plain_disabled_runs": (0, 27, 0),
    "setup_takes_dicts": (0, 19, 0),
    "rows_are_flat": (0, 18, 0),
    "plot_table_needs_run": (0, 19, 0),
}


def numbers(version: str) -> Release:
    """Return a version's first three numbers: what follows them, as in ``0.31.1rc1``, changes no behaviour.

    Args:
        version: As ``wandb.__version__`` has it.
    """
    found = [int(number) for number in re.findall(r"\d+", version)[:3]]
    major, minor, patch, *_ = [*found, 0, 0, 0]
    return major, minor, patch


def behaviour_of(version: str) -> Behaviour:
    """Return how a release behaves.

    Args:
        version: As ``wandb.__version__`` has it.
    """
    release = numbers(version)
    return Behaviour(**{name: release < until for name, until in _UNTIL.items()})
