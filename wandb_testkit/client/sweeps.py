"""``wandb.sweep``, and what it shares with ``wandb.agent``.

Source of the checks, messages and variables: ``wandb/sdk/wandb_sweep.py`` and ``wandb/apis/public/sweeps.py`` of
client 0.31.
"""

from __future__ import annotations

import importlib.util
import os
import urllib.parse
from collections.abc import MutableMapping
from typing import TYPE_CHECKING, Any

from wandb_testkit.errors import NotModelled
from wandb_testkit.rules import sweeps as rules
from wandb_testkit.rules.settings.servers import app_url
from wandb_testkit.server.sweep_store import Refused

if TYPE_CHECKING:
    from wandb_testkit.client.session import Session


def variables(session: Session) -> MutableMapping[str, str]:
    """Return where the client keeps variables: the environment, which a `MockWandB` must not touch."""
    if session.owns_environment:
        return os.environ
    if not isinstance(session.own_variables, dict):
        session.own_variables = {}
    return session.own_variables


def account(session: Session) -> tuple[str | None, str | None]:
    """Return the entity and the project that a new ``wandb.Api()`` has: of the environment now, else the session's."""
    fields, environ = session.session_fields(), variables(session)
    return environ.get("WANDB_ENTITY", fields.get("entity")), environ.get("WANDB_PROJECT", fields.get("project"))


def create(session: Session, sweep: Any, entity: Any = None, project: Any = None, prior_runs: Any = None) -> str:
    """Do what ``wandb.sweep`` does.

    Args:
        session: The session.
        sweep: The config, or what returns it.
        entity: The user or team.
        project: The project; the config may name it too.
        prior_runs: Ids of runs to add to the sweep.

    Returns:
        The sweep's id.

    Raises:
        CommError: What the client cannot send or the service refuses.
    """
    if callable(sweep):
        sweep = sweep()
    if project is None and isinstance(sweep, dict):
        project = sweep.get("project", None)
    environ = variables(session)
    if entity:
        environ["WANDB_ENTITY"] = entity
    if project:
        environ["WANDB_PROJECT"] = project
    session.environ  # noqa: B018  (the session begins: the client logs in)
    made, warnings = _made(session, sweep, prior_runs)
    # Agents that are started after it shall find the sweep.
    environ["WANDB_PROJECT"] = made.project
    environ["WANDB_ENTITY"] = made.entity
    if warnings:
        session.warn(rules.malformed(warnings))
    if made.method == "bayes":
        session.warn(
            f"wandb_testkit: sweep {made.id} asks for Bayesian search, whose model is the service's own. Its configs"
            " are drawn at random here, and the same in every run of the test."
        )
    _tell(session, f"Create sweep with ID: {made.id}")
    _tell(session, f"Sweep URL: {address(session, made.entity, made.project, made.id)}")
    return str(made.id)


def _made(session: Session, sweep: Any, prior_runs: Any) -> Any:
    entity, project = account(session)
    try:
        config = rules.prepared(sweep)
        prior = list(prior_runs or ())
        return session.sweeps.create(config, entity or session.entity, project or "uncategorized", prior)
    except Refused as error:
        raise session.world.CommError(error.message, error) from error
    except NotModelled:
        raise
    except Exception as error:
        # The client makes one kind of error of whatever goes wrong on the way to the service.
        if os.environ.get("WANDB_DEBUG", "").lower() in ("true", "1", "t", "yes", "y", "on"):
            raise
        # The client names no cause either.
        raise session.world.CommError(str(error), error)  # noqa: B904


def address(session: Session, entity: str, project: str, sweep_id: str) -> str:
    """Return the address of a sweep's page."""
    path = [urllib.parse.quote(part) for part in (entity, project, "sweeps", sweep_id)]
    return "/".join([app_url(session.base_url(), forge=not session.world.behaviour.wandb_ai), *path])


def _tell(session: Session, text: str) -> None:
    """Print as the client does here: plainly, whatever the settings say of messages."""
    session.messages.append(("info", text))
    print(text)


_CONTROLLER_NEEDS = "wandb[sweeps] is required to use the local controller. Please run `pip install wandb[sweeps]`."


def controller(session: Session) -> Any:
    """Do what ``wandb.controller`` does without the package that it needs.

    Raises:
        Error: The package ``sweeps`` is not installed; the client says so.
        NotModelled: It is installed.
    """
    if importlib.util.find_spec("sweeps") is None:
        raise session.world.Error(_CONTROLLER_NEEDS)
    raise NotModelled("wandb.controller", "controller")
