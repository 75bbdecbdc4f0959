"""What to compare with a snapshot: `to_dict` without what differs from run to run and from machine to machine."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

# Of media: which file it is, which the libraries that write it decide.
_OF_FILES = frozenset({"sha256", "size", "path", "filenames", "artifact_path", "_latest_artifact_path"})


def stable(wire: Any, generated: Collection[str]) -> Any:
    """Return a copy in which made-up run ids are numbered and media are without names and digests of their files.

    Args:
        wire: What `Recorder.to_dict` returns, or a part of it.
        generated: The run ids that the client made up, in order; the first becomes "run-1", wherever it occurs.
    """
    return _stable(wire, {found: f"run-{number}" for number, found in enumerate(generated, 1)})


def _stable(value: Any, names: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        for found, name in names.items():
            value = value.replace(found, name)
        return value
    if isinstance(value, dict):
        is_media = isinstance(value.get("_type"), str)
        return {
            _stable(key, names): _stable(item, names)
            for key, item in value.items()
            if not (is_media and key in _OF_FILES)
        }
    return [_stable(item, names) for item in value] if isinstance(value, list) else value
