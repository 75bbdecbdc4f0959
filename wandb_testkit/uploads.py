"""Artifacts on their way from a run to the server: what the client's code hands to its service.

Used in both worlds, by the real client's code and by the stand-in's.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from wandb_testkit.rules.lifecycle import Noted

if TYPE_CHECKING:
    from wandb_testkit.client.run import RunClient

# The types of artifacts that hold the tables of a run's rows.
_TABLES = ("run_table", "wandb-run-incremental-table")

#: A wait shorter than this, in seconds, finds a fresh upload unfinished.
_NO_TIME = 0.001


class Upload:
    """The client's handle of an upload, which the server has answered already.

    Args:
        artifact_id: The id that the server gave; empty where it refused.
        error: Why it refused.
    """

    def __init__(self, artifact_id: str, error: str = "") -> None:
        answer = SimpleNamespace(artifact_id=artifact_id, error_message=error)
        self.result = _result(log_artifact_response=answer)
        self._looked_at = False

    def wait_or(self, *, timeout: float | None) -> Any:
        """Return the answer.

        Raises:
            TimeoutError: The first look came at once: no upload is that fast.
        """
        first, self._looked_at = not self._looked_at, True
        if first and timeout is not None and timeout < _NO_TIME:
            raise TimeoutError("Timed out waiting for response.")
        return self.result

    def wait(self, *, timeout: float | None = None, **rest: Any) -> Any:
        """Return the answer, as the handles of clients before 0.20 do."""
        try:
            return self.wait_or(timeout=timeout)
        except TimeoutError:
            return None

    def get(self, timeout: float | None = None) -> Any:
        """Return the answer, as the futures of clients before 0.19 do."""
        return self.wait(timeout=timeout)

    async def wait_async(self, *, timeout: float | None) -> Any:
        """Return the answer."""
        return self.wait_or(timeout=timeout)


def _result(**response: Any) -> SimpleNamespace:
    return SimpleNamespace(response=SimpleNamespace(**response))


class Answered(Upload):
    """The client's handle of another request that the server has answered already.

    Args:
        response: The answer by the name of its kind.
    """

    def __init__(self, **response: Any) -> None:
        self.result = _result(**response)
        self._looked_at = True


def link(
    client: RunClient,
    artifact: Any,
    portfolio_name: str,
    aliases: Any = (),
    entity: str | None = None,
    project: str | None = None,
    organization: str | None = None,
) -> Answered:
    """Link an artifact, as the service of clients before 0.20 does.

    Args:
        client: The run.
        artifact: A logged artifact.
        portfolio_name: The collection.
        aliases: Aliases of the link.
        entity: Whose collection it is.
        project: Its project.
        organization: Of a registry.
    """
    from wandb_testkit.rules.artifacts import StoreError

    artifacts = client.session.artifacts
    entity, project = entity or client.settings.entity or "", project or client.settings.project or ""
    if project.startswith("wandb-registry-"):
        entity = artifacts.organization(entity, organization or None)
    try:
        version = artifacts.store.version(artifact.id or "")
        if version is None:
            raise StoreError(f"artifact not found: {artifact.id}")
        member = artifacts.store.link(version, entity, project, portfolio_name, aliases)
    except StoreError as error:
        answer = SimpleNamespace(error_message=f"LinkArtifact: {error}", version_index=None)
    else:
        answer = SimpleNamespace(error_message="", version_index=member.index)
    return Answered(link_artifact_response=answer)


def note(client: RunClient, artifact: Any, aliases: Any, tags: Any, **options: Any) -> None:
    """Record that a run logs an artifact.

    What is in a logged artifact stays; what is said of it may be said otherwise at the next time.

    Args:
        client: The run.
        artifact: The artifact.
        aliases: The aliases.
        tags: The tags.
        options: ``finalize``, ``is_user_created``, ``use_after_commit`` and ``version``, what the server has of it.
    """
    logged = {
        "artifact": artifact,
        "aliases": list(aliases or ()),
        "tags": list(tags or ()),
        "description": artifact.description,
        "metadata": dict(artifact.metadata),
        "distributed_id": artifact.distributed_id,
    }
    client.note(Noted("artifacts", {**logged, **options}))


def deliver(client: RunClient, artifact: Any, aliases: Any, tags: Any, step: Any, **options: Any) -> Upload:
    """Log an artifact to the server.

    Args:
        client: The run.
        artifact: The artifact.
        aliases: The aliases.
        tags: The tags.
        step: The run's step.
        options: ``finalize``, ``is_user_created`` and ``use_after_commit``.

    Returns:
        What the program waits for.
    """
    from wandb_testkit.rules.artifacts import StoreError

    known = {"finalize", "is_user_created", "use_after_commit"}
    try:
        version = client.session.artifacts.log(
            client, artifact, aliases, tags, step, **{k: v for k, v in options.items() if k in known}
        )
    except StoreError as error:
        note(client, artifact, aliases, tags, **options)
        return Upload("", f"ArtifactSaver.createArtifact: {error}")
    # Another patch may be given the artifact, even when this one is over.
    artifact._testkit_version = version
    note(client, artifact, aliases, tags, version=version, **options)
    if client.world.real:
        _put_into_cache(client, artifact)
    else:
        _unstage(artifact)
    if options.get("use_after_commit"):
        client.note(Noted("used_artifacts", {"artifact": artifact, "version": version}))
    return Upload(version.id)


def use(client: RunClient, artifact: Any) -> None:
    """Record that a run uses an artifact."""
    used = client.state.used_artifacts
    if not any(each["artifact"] is artifact for each in used):
        client.note(Noted("used_artifacts", {"artifact": artifact}))


def assert_can_log(client: RunClient, artifact: Any) -> None:
    """Check what the client checks before it logs an artifact.

    Args:
        client: The run.
        artifact: The artifact.

    Raises:
        ValueError: Its name is another type's, or it is from elsewhere.
    """
    if client.settings.mode not in ("online", "shared"):
        return
    entity, project = client.settings.entity or "", client.settings.project or ""
    name = artifact.name if ":" in artifact.name else f"{artifact.name}:latest"
    there = client.session.artifacts.member(entity, project, name)
    if there is not None and artifact.type != there.version.type:
        raise ValueError(
            f"Artifact {artifact.name} already exists with type '{there.version.type}'; cannot create another with"
            f" type '{artifact.type}'"
        )
    if entity and artifact._source_entity and entity != artifact._source_entity:
        raise ValueError(
            f"Artifact {artifact.name} is owned by entity '{artifact._source_entity}'; it can't be moved to '{entity}'"
        )
    if project and artifact._source_project and project != artifact._source_project:
        raise ValueError(
            f"Artifact {artifact.name} exists in project '{artifact._source_project}'; it can't be moved to '{project}'"
        )


def found_for_config(client: Any, value: Any) -> Any:
    """Return the artifact that a config means by a dict or a text.

    Args:
        client: The run.
        value: What stands for an artifact in a config: ``{"_type": "artifactVersion", "id": ...}`` as it is kept, or
            ``wandb-artifact://entity/project/name:alias``.

    Raises:
        UsageError: The run is offline.
        CommError: There is no such artifact.
    """
    api = client.public_api()
    with client.session.quiet():
        if isinstance(value, dict):
            name, is_id = value["id"], True
        else:
            name, _, is_id = client.world.module("wandb.util").parse_artifact_string(value)
        from_id = getattr(api, "_artifact_from_id", None) or _by_id(client, api)
        found = from_id(name) if is_id else api._artifact(name=name)
    assert found
    return found


def _unstage(artifact: Any) -> None:
    """Remove the copies that the stand-in made when files were added."""
    import os

    staging = os.path.join(artifact._staging.path, "")
    for entry in artifact.manifest.entries.values():
        if entry.local_path and entry.local_path.startswith(staging) and os.path.exists(entry.local_path):
            os.remove(entry.local_path)


def _by_id(client: Any, api: Any) -> Any:
    # Older releases have another name for what they ask.
    asked = getattr(api, "_service_api", None) or api.client
    return lambda artifact_id: client.world.wandb.Artifact._from_id(artifact_id, asked)


def _put_into_cache(client: RunClient, artifact: Any) -> None:
    """Move the copies that the client made to where it looks before it downloads; that is what its service does."""
    import os
    import shutil

    from wandb_testkit.server.blobs import hex_digest

    env, staging = client.world.module("wandb.env"), client.world.module("wandb.sdk.artifacts.staging")
    staged = os.path.join(staging.get_staging_dir(), "")
    cache = os.path.join(env.get_cache_dir(), "artifacts", "obj")
    # Nobody looks for the tables of most rows, and folders take long to make.
    is_cached = artifact.type not in _TABLES and not client.session.is_alone
    moved: set[str] = set()
    for entry in artifact.manifest.entries.values():
        source = entry.local_path
        if not source or entry.ref is not None or source in moved:
            continue
        moved.add(source)
        is_staged = os.path.abspath(source).startswith(staged)
        if is_cached and not entry.skip_cache and os.path.exists(source):
            digits = hex_digest(entry.digest)
            kind = "xxh128" if entry.extra.get("alg") == "XXH128" else "md5"
            target = os.path.join(cache, kind, digits[:2], digits[2:])
            os.makedirs(os.path.dirname(target), exist_ok=True)
            if is_staged:
                os.chmod(source, 0o644)
                shutil.move(source, target)
            else:
                shutil.copyfile(source, target)
        elif is_staged and os.path.exists(source):
            os.chmod(source, 0o600)
            os.remove(source)
