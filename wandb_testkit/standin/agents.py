"""``wandb.agents.pyagent`` and what ``wandb.wandb_agent`` says of agents at work."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from wandb_testkit.standin.place import at

#: How many agents are at work; ``wandb.agent`` counts.
_INSTANCES = 0


@at("wandb.agents.pyagent")
def pyagent(  # type: ignore[no-untyped-def]
    sweep_id,
    function,
    entity=None,
    project=None,
    count=None,
    max_consecutive_failed_runs=None,
) -> None:
    """Run trials of a sweep in this process; see ``wandb.agent``.

    Args:
        sweep_id: the sweep's id.
        function: the trial.
        entity: the sweep's user or team.
        project: the sweep's project.
        count: how many trials.
        max_consecutive_failed_runs: after how many failures in a row to give up.

    Raises:
        TypeError: the trial cannot be called.
    """
    from wandb_testkit.client.agent import AgentLoop
    from wandb_testkit.standin.api_service import session_at_work

    if not callable(function):
        raise TypeError("function parameter must be callable!")
    trial: Callable[[], Any] = function
    AgentLoop(session_at_work(), sweep_id, trial, entity, project, count, max_consecutive_failed_runs).run()


@at("wandb.agents.pyagent")
def is_running() -> bool:
    """Whether an agent runs trials in this process."""
    return bool(_INSTANCES)


@at("wandb.wandb_agent")
def _is_running() -> bool:
    """Whether an agent is at work."""
    return bool(_INSTANCES)
