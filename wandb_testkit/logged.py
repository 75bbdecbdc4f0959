"""Artifacts that runs logged, for `assert_artifact_logged`: what is known of them, and what is not as expected."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from wandb_testkit.comparing import contains, key_paths, same
from wandb_testkit.wording import difference, join

# What may be among others.
_SUBSETS = ("aliases", "tags")


def expectation(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is expected, without what was not given.

    Raises:
        ValueError: Nothing is expected, so that the check could not fail.
    """
    wanted = {key: item for key, item in given.items() if item is not None}
    for key in _SUBSETS:
        if key in wanted:
            wanted[key] = _listed(wanted[key])
    if "files" in wanted and not isinstance(wanted["files"], Mapping):
        wanted["files"] = dict.fromkeys(_listed(wanted["files"]))
    if all(isinstance(item, (list, Mapping)) and not item for item in wanted.values()):
        raise ValueError("assert_artifact_logged() could not fail: name the artifact, its type, a file or the like")
    return wanted


def _listed(items: Any) -> list[Any]:
    return [items] if isinstance(items, str) else list(items)


def facts(entry: Mapping[str, Any], wanted: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is known of an artifact, as far as it is asked for; its name, type and aliases always.

    Args:
        entry: What was recorded when it was logged.
        wanted: What is expected of it.
    """
    artifact = entry["artifact"]
    found = {
        "name": artifact.name.partition(":")[0],
        "type": artifact.type,
        "aliases": list(entry["aliases"]),
        "tags": list(entry["tags"]),
        "metadata": entry["metadata"],
    }
    found = {key: item for key, item in found.items() if key in wanted or key in ("name", "type", "aliases")}
    if "files" in wanted:
        found["files"] = {path: _content(entry, path, wanted["files"].get(path)) for path in _paths(entry)}
    return found


def _paths(entry: Mapping[str, Any]) -> list[str]:
    version = _version(entry)
    return sorted(entry["artifact"].manifest.entries if version is None else version.entries)


def _version(entry: Mapping[str, Any]) -> Any:
    """Return what the server has of an artifact; None where it has nothing."""
    version = entry.get("version")
    if version is None:
        return None
    from wandb_testkit.server.artifacts import known

    return known(version)


def _content(entry: Mapping[str, Any], path: str, like: Any) -> Any:
    """Return the content of a file in the form in which it is expected; None where nobody cares."""
    if like is None:
        return None
    version = _version(entry)
    if version is not None:
        from wandb_testkit.server.artifacts import content_of

        content = content_of(version, path)
    else:
        content = _local(entry["artifact"].manifest.entries[path])
    if content is None or isinstance(like, (bytes, bytearray)):
        return content
    return content.decode(errors="replace")


def _local(entry: Any) -> bytes | None:
    try:
        with open(entry.local_path or "", "rb") as stream:
            return stream.read()
    except OSError:
        return None


def unmet(found: Mapping[str, Any], wanted: Mapping[str, Any]) -> dict[str, Any]:
    """Return what of the expectation an artifact does not meet."""
    return {key: item for key, item in wanted.items() if not _meets(key, found[key], item)}


def _meets(key: str, found: Any, item: Any) -> bool:
    if key in _SUBSETS:
        return set(item) <= set(found)
    if key == "files":
        return all(path in found and (content is None or same(found[path], content)) for path, content in item.items())
    return contains(found, item) if key == "metadata" else same(found, item)


def difference_of(missed: Mapping[str, Any], found: Mapping[str, Any]) -> str:
    """Return the difference between what is expected and what was logged, item by item within dicts."""
    plain = {key: item for key, item in missed.items() if not isinstance(item, Mapping)}
    parts = [difference(plain, found)] if plain else []
    for key in ("files", "metadata"):
        if isinstance(missed.get(key), Mapping):
            parts.append(difference(missed[key], found[key], key_paths([found[key]]), of=f"{key}."))
    return join(*parts)
