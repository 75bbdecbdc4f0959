"""The classes and entry points that a patch brings to life: here they have names and signatures only.

``wandb.Run``, ``wandb.Config`` and the like are the bases that live objects derive from, so that ``isinstance`` holds;
a member that no live class overrides refuses with ``NotImplementedError``.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from functools import cache, lru_cache
from typing import Any, Literal

from wandb_testkit.client import deprecated_api
from wandb_testkit.errors import NotModelled
from wandb_testkit.standin import errors, place, signatures

#: Where wandb defines the classes whose members are listed in the signatures, by their name there.
_CLASS_MODULES = {
    "wandb.Run": "wandb.sdk.wandb_run",
    "wandb.Artifact": "wandb.sdk.artifacts.artifact",
    "wandb.Config": "wandb.sdk.wandb_config",
    "wandb.Summary": "wandb.sdk.wandb_summary",
    "wandb.SummarySubDict": "wandb.sdk.wandb_summary",
    "wandb.Api": "wandb.apis.public.api",
}

#: Where wandb defines the functions of its top level that wait for a run.
_WAITS_FOR_INIT = frozenset(
    """
        alert define_metric link_model log log_artifact log_model mark_preempting pin_config_keys save unwatch
        use_artifact use_model watch
    """.split()  # noqa: SIM905 (names read better as words)
)
_FUNCTION_MODULES = {
    "agent": "wandb.wandb_agent",
    "attach": "wandb.sdk.wandb_init",
    "controller": "wandb.sdk.wandb_sweep",
    "ensure_configured": "wandb.sdk.lib.deprecated_api",
    "finish": "wandb.sdk.wandb_run",
    "init": "wandb.sdk.wandb_init",
    "join": "wandb.sdk.wandb_run",
    "login": "wandb.sdk.wandb_login",
    "restore": "wandb.sdk.wandb_run",
    "sagemaker_auth": "wandb.integration.sagemaker.auth",
    "setup": "wandb.sdk.wandb_setup",
    "sweep": "wandb.sdk.wandb_sweep",
    "teardown": "wandb.sdk.wandb_setup",
}

#: The classes that are written out, and in which module of the stand-in.
_WRITTEN = {"wandb.Artifact": "artifact", "wandb.Config": "config"}
_WRITTEN_API = {
    "api": "Api",
    "api_artifact_types": "ArtifactType ArtifactTypes",
    "api_artifacts": "ArtifactFiles Artifacts RunArtifacts",
    "api_collections": "ArtifactCollection ArtifactCollections ProjectArtifactCollections",
    "api_console_logs": "ConsoleLogLine ConsoleLogs",
    "api_files": "File Files",
    "api_history": "HistoryScan",
    "api_projects": "Project Projects",
    "api_query_generator": "QueryGenerator",
    "api_reports": "BetaReport",
    "api_run": "Run",
    "api_runs": "AgentRuns Runs",
    "api_sweeps": "Sweep Sweeps",
    "api_users": "Member Team User",
}
_WRITTEN.update(
    (f"wandb.apis.public.{name}", module) for module, names in _WRITTEN_API.items() for name in names.split()
)

_API_MODULES = {
    "api": "Api",
    "artifacts": "ArtifactCollection ArtifactCollections ArtifactFiles Artifacts ArtifactType ArtifactTypes"
    " ProjectArtifactCollections RunArtifacts",
    "automations": "Automations",
    "console_logs": "ConsoleLogLine ConsoleLogs",
    "files": "File Files",
    "history": "HistoryScan",
    "integrations": "Integrations SlackIntegrations WebhookIntegrations",
    "jobs": "Job QueuedRun RunQueue",
    "organizations": "Organization",
    "projects": "Project Projects",
    "query_generator": "QueryGenerator",
    "registries.registries_search": "Registries",
    "registries.registry": "Registry",
    "reports": "BetaReport PanelMetricsHelper PythonMongoishQueryGenerator Reports",
    "runhistory.downloads": "DownloadHistoryResult IncompleteRunHistoryError",
    "runs": "AgentRuns Run Runs",
    "sweeps": "Sweep Sweeps",
    "teams": "Member Team",
    "users": "User",
}

#: The module of ``wandb.apis.public`` that each of its public names comes from.
API_CLASSES = {name: f"wandb.apis.public.{module}" for module, names in _API_MODULES.items() for name in names.split()}


RunQueueAccessType = Literal["project", "user"]
RunQueuePrioritizationMode = Literal["DISABLED", "V0"]
RunQueueResourceType = Literal["local-container", "local-process", "kubernetes", "sagemaker", "gcp-vertex"]


_OTHER_NAMES = {"Automations": "LegacyAutomations"}


def _not_live(qualified_name: str) -> BaseException:
    if qualified_name.startswith("wandb.apis.public."):
        # What the stand-in has of the public Api is written out; the rest is left out by name.
        return NotModelled(qualified_name)
    return NotImplementedError(
        f"{qualified_name} belongs to a class of the stand-in that nothing brought to life: use it inside patch_wandb, "
        "or install wandb where the test needs its own code"
    )


def _not_patched(qualified_name: str) -> BaseException:
    return RuntimeError(
        f"{qualified_name}() was called on wandb_testkit's stand-in outside of patch_wandb: enter patch_wandb first, "
        "or install wandb"
    )


@cache
def class_(qualified_name: str) -> type:
    """A class of wandb with its members, made at the first asking.

    Args:
        qualified_name: such as ``wandb.Run`` or ``wandb.apis.public.Runs``.

    Returns:
        The same class at each call.

    Raises:
        KeyError: wandb has no such public class.
    """
    name = qualified_name.rpartition(".")[2]
    written = _WRITTEN.get(qualified_name)
    if written is not None:
        made: type = getattr(importlib.import_module(f"wandb_testkit.standin.{written}"), name)
        return made
    if qualified_name == "wandb.apis.public.IncompleteRunHistoryError":
        return errors.IncompleteRunHistoryError
    if qualified_name in ("wandb.Summary", "wandb.SummarySubDict"):
        return signatures.make_class(qualified_name, _CLASS_MODULES[qualified_name], _not_live, (summary_dict(),))
    module = _CLASS_MODULES.get(qualified_name) or API_CLASSES[name]
    # wandb exports this one under another name than it is defined with.
    return signatures.make_class(qualified_name, module, _not_live, name=_OTHER_NAMES.get(name))


@lru_cache(maxsize=1)
def summary_dict() -> type:
    """The base of a run's summary and of the dicts in it.

    Returns:
        ``wandb.sdk.wandb_summary.SummaryDict``.
    """
    return signatures.make_class("wandb.Summary", "wandb.sdk.wandb_summary", _not_live, name="SummaryDict")


@cache
def function(qualified_name: str) -> Callable[..., Any]:
    """An entry point of wandb that refuses to be called, made at the first asking.

    Args:
        qualified_name: such as ``wandb.init``.

    Returns:
        A plain function with the client's signature; the same at each call, and one for both of a name's spellings
        (``wandb.join`` is ``wandb.finish``).

    Raises:
        KeyError: wandb has no such public function.
    """
    if qualified_name == "wandb.join":
        return function("wandb.finish")
    made = signatures.make_function(qualified_name, _not_patched)
    name = qualified_name.rpartition(".")[2]
    if name in _FUNCTION_MODULES:
        made.__module__ = _FUNCTION_MODULES[name]
    if name in _WAITS_FOR_INIT:
        made.__module__, made.__name__ = "wandb.sdk.lib.preinit", qualified_name
    if name == "attach":
        made.__name__ = made.__qualname__ = "_attach"
    return made


class DeprecatedApi:
    """What ``wandb.api`` is: an object of old."""

    __module__ = "wandb.sdk.lib.deprecated_api"

    @property
    def api_key(self) -> str | None:
        """The account's key, as the program has set it."""
        session = place.session()
        if session is None:
            raise _not_live("wandb.api.api_key")
        return deprecated_api.api_key(session)

    @property
    def default_entity(self) -> str | None:
        """The account's default entity."""
        place.termwarn("wandb.api.default_entity is deprecated, use wandb.Api().default_entity instead.", repeat=False)
        found: str | None = place.wandb("Api")().default_entity
        return found

    def viewer(self) -> dict[str, Any]:
        """The account."""
        place.termwarn("wandb.api.viewer() is deprecated, use wandb.Api().viewer.entity instead.", repeat=False)
        return dict(place.wandb("Api")().viewer._attrs)
