"""``Run.use_artifact`` and its like, as in wandb 0.31.0: artifacts that a run takes, and those that it links."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from wandb_testkit.standin import place
from wandb_testkit.standin.artifact import Artifact
from wandb_testkit.standin.artifact_paths import ArtifactPath
from wandb_testkit.standin.errors import CommError, Error

if TYPE_CHECKING:
    from wandb_testkit.client.run import RunClient

_NO_MODEL = (
    "You can only use this method for 'model' artifacts. For an artifact to be a 'model' artifact, its type property"
    " must contain the substring 'model'."
)


class _Place:
    """What artifacts are found through: the session of a run."""

    def __init__(self, client: RunClient) -> None:
        self._session = client.session


def named(client: RunClient, name: str | None, type_: str | None = None) -> Artifact:
    """The artifact that a name means in a run.

    Args:
        client: the run's client.
        name: with project and entity before it where they are others.
        type_: what its type has to be.

    Raises:
        CommError: there is none, or of another type.
    """
    try:
        if name is None:
            raise ValueError("You must specify name= to fetch an artifact.")
        settings = client.settings
        path = ArtifactPath.from_str(name).with_defaults(prefix=settings.entity, project=settings.project)
        if path.is_registry_path():
            given = path.prefix if name.count("/") == 2 else None
            path = path.with_prefix(client.session.artifacts.organization(settings.entity or "", given))
        found = Artifact._from_name(path=path, service_api=_Place(client))
        found._service_api, found._session = None, client.session
        if type_ is not None and found.type != type_:
            raise ValueError(f"type {type_!r} specified but this artifact is of type {found.type!r}")
    except Error:
        raise
    except Exception as error:
        # The public API wraps whatever goes wrong.
        raise CommError(str(error), error) from error
    return found


def use_artifact(
    client: RunClient, artifact_or_name: Any, type: Any = None, aliases: Any = None, use_as: Any = None
) -> Any:
    """Say that a run uses an artifact; a draft is logged first.

    Args:
        client: the run's client.
        artifact_or_name: the artifact, or its name.
        type: what its type has to be.
        aliases: of a draft.
        use_as: without effect.

    Raises:
        TypeError: the run is offline.
        CommError: there is none of the name, or of another type.
        ValueError: it is no artifact.
    """
    if client.settings.mode == "offline":
        raise TypeError("Cannot use artifact when in offline mode.")
    if use_as is not None:
        place.termwarn(
            "`use_as` argument is deprecated and does not affect the behaviour of `run.use_artifact`", repeat=False
        )
    if isinstance(artifact_or_name, str):
        artifact: Any = named(client, artifact_or_name, type)
        _record(client, artifact)
    else:
        artifact = artifact_or_name
        if not isinstance(artifact, Artifact):
            raise ValueError(
                'You must pass an artifact name (e.g. "pedestrian-dataset:v1"), an instance of `wandb.Artifact`, or'
                " `wandb.Api().artifact()` to `use_artifact`"
            )
        if artifact.is_draft():
            _use_draft(client, artifact, aliases, use_as)
        else:
            _record(client, artifact)
    client.interface.publish_use_artifact(artifact)
    return artifact


def _use_draft(client: RunClient, artifact: Artifact, aliases: Any, use_as: Any) -> None:
    from wandb_testkit import stubbed

    if use_as is not None:
        place.termwarn("Indicating use_as is not supported when using a draft artifact")
    aliases = [aliases] if isinstance(aliases, str) else aliases or []
    stubbed.log_artifact(client, artifact, aliases=aliases, is_user_created=True, use_after_commit=True)
    artifact.wait()


def _record(client: RunClient, artifact: Artifact) -> None:
    from wandb_testkit.rules.artifacts import RunRef

    store = client.session.artifacts.store
    version = store.version(artifact.id or "")
    if version is None:
        raise CommError(f"artifact not found: {artifact.id}")
    settings = client.settings
    store.use(version, RunRef(settings.entity or "", settings.project or "uncategorized", settings.run_id))


def use_model(client: RunClient, name: Any) -> Any:
    """The path of a model's files: of the file where it has one only, else of the folder.

    Args:
        client: the run's client.
        name: the artifact's name.

    Raises:
        RuntimeError: the run is offline.
        AssertionError: it is no model.
    """
    if client.settings.mode == "offline":
        raise RuntimeError("`use_model` not supported in offline mode.")
    artifact = use_artifact(client, name)
    if "model" not in str(artifact.type.lower()):
        raise AssertionError(_NO_MODEL)
    path = artifact.download()
    files = os.listdir(path)
    return os.path.join(path, files[0]) if len(files) == 1 else path


def link_artifact(client: RunClient, artifact: Any, target_path: Any, aliases: Any = None) -> Any:
    """Put an artifact into a collection, too; a draft is logged first.

    Args:
        client: the run's client.
        artifact: the artifact.
        target_path: the collection, with project and entity before it where they are others.
        aliases: of the link.

    Raises:
        NotImplementedError: the run is offline.
        CommError: the server refuses.
    """
    from wandb_testkit import stubbed

    if artifact.is_draft() and not artifact._is_draft_save_started():
        artifact = stubbed.log_artifact(client, artifact)
    if client.settings.mode == "offline":
        raise NotImplementedError
    target = ArtifactPath.from_str(target_path)
    if not target.is_registry_path():
        target = target.with_defaults(prefix=client.live.entity, project=client.live.project)
    return artifact.link(target.to_str(), aliases)


def link_model(client: RunClient, path: Any, registered_model_name: Any, name: Any = None, aliases: Any = None) -> Any:
    """Log a model and link it.

    Args:
        client: the run's client.
        path: its file or folder.
        registered_model_name: the collection.
        name: of the artifact.
        aliases: of the link.

    Raises:
        AssertionError: the collection's name has more parts, or there is an artifact of the name that is no model.
    """
    from wandb_testkit import stubbed

    if len(registered_model_name.split("/")) != 1:
        raise AssertionError(
            "Please provide only the name of the registered model. Do not append the entity or project name."
        )
    target = f"{client.live.entity}/model-registry/{registered_model_name}"
    client.public_api()
    try:
        there = named(client, f"{name}:latest")
        if "model" not in str(there.type.lower()):
            raise AssertionError(_NO_MODEL)
        artifact = stubbed.log_artifact(client, path, name=name, type=there.type)
    except (ValueError, CommError):
        artifact = stubbed.log_artifact(client, path, name=name, type="model")
    return link_artifact(client, artifact, target, aliases)
