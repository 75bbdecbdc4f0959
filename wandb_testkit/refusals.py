"""What is left out by name: parts of wandb that work on its servers and on clusters.

The installed client's own code of these parts stays in place, but for what stands between it and a server.  What it
would ask there raises `NotModelled` before anything catches it; in the stand-in the names themselves do.
"""

from __future__ import annotations

import sys
from types import FrameType
from typing import Any

from wandb_testkit.errors import NotModelled

#: The stand-in's names that refuse to be called, by module.
REFUSED: dict[str, str] = {
    "wandb.sdk.launch": (
        "LaunchAgent create_and_run_agent launch launch_add load_wandb_config manage_config_file manage_wandb_config"
    ),
    "wandb.sdk.launch.api": "LaunchApi",
    "wandb.automations": """
        ActionType ArtifactCollectionScope ArtifactEvent Automation DoNothing EntityScope EventType Integration
        MetricChangeFilter MetricThresholdFilter MetricZScoreFilter NewAutomation OnAddArtifactAlias OnAddArtifactTag
        OnAddCollectionTag OnCreateArtifact OnLinkArtifact OnRemoveArtifactTag OnRemoveCollectionTag OnRunMetric
        OnRunState OnUnlinkArtifact OrgScope ProjectScope RegistryScope RunEvent RunStateFilter ScopeType
        SendNotification SendPromptToAria SendWebhook SlackIntegration TeamScope WebhookIntegration
    """,
    "wandb.docker": "build default_image get_image_uid image_id image_id_from_registry login parse push run shell",
    "wandb.cli.cli": "cli",
}

_LAUNCH = "wandb.sdk.launch"


def refused(module: str, name: str) -> Any:
    """Return what stands for a name of the stand-in that is left out.

    Args:
        module: Its module, such as ``wandb.sdk.launch``.
        name: A function's or a class's name.
    """

    def refuse(*args: Any, **kwargs: Any) -> Any:
        raise NotModelled(f"{module}.{name}")

    refuse.__name__ = refuse.__qualname__ = name
    refuse.__module__ = module
    if not name[0].isupper():
        return refuse
    return type(name, (), {"__module__": module, "__init__": refuse, "__doc__": f"A name of {module} only."})


def refuse_launch() -> None:
    """Raise where it is the client's code for launching jobs that asks for a way to the server.

    It would take whatever the way raises for a server that cannot be reached.

    Raises:
        NotModelled: It is; the error names the function that the program called.
    """
    frame: FrameType | None = sys._getframe(2)
    call = None
    while frame is not None and _is_wandb(frame):
        asker = type(frame.f_locals.get("self"))
        if asker.__module__.startswith(_LAUNCH):
            call = f"{asker.__module__}.{asker.__name__}"
        if _is_wandb(frame, _LAUNCH):
            call = f"{_LAUNCH}.{frame.f_code.co_name}"
        frame = frame.f_back
    if call is not None:
        raise NotModelled(call)


def _is_wandb(frame: FrameType, module: str = "wandb.") -> bool:
    return str(frame.f_globals.get("__name__")).startswith(module)
