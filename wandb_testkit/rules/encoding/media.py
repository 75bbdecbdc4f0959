"""Where the client looks for media, plots and data frames, and what it calls them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

Path = tuple[Any, ...]


class MediaKey(str):
    """The dotted path of a value; ``leaf`` is its last key, which the client names media files by."""

    leaf: str

    def __new__(cls, path: Sequence[Any]) -> MediaKey:
        """Make the key of the value at a path of keys."""
        key = super().__new__(cls, ".".join(map(str, path)))
        key.leaf = path[-1]
        return key


MediaHook = Callable[[MediaKey, Any], Any]
"""Gives the wire form of a value of media; NotImplemented for any other value."""


def media_wire(path: Sequence[Any], value: Any, media: MediaHook | None) -> Any:
    """The wire form that the hook gives a value; NotImplemented where there is none, or the client does not look."""
    if media is None or value is None or isinstance(value, (int, float, str)):
        return NotImplemented
    if type(value) in (list, tuple) and (not value or isinstance(value[0], (int, float, str))):
        return NotImplemented
    if type(value).__module__ == "numpy":
        return NotImplemented
    return media(MediaKey(path), value)


def replace_media(payload: Any, path: Path, media: MediaHook | None, found: dict[Path, Any]) -> None:
    """Put the wire form of media where it stands; nested dicts are changed in place, as the client does."""
    for key in list(payload):
        value = payload[key]
        place = (*path, key)
        if isinstance(value, dict):
            replace_media(value, place, media, found)
            payload[key] = value
            continue
        wire = media_wire(place, value, media)
        if wire is not NotImplemented:
            found[place] = value
            payload[key] = wire
        elif isinstance(value, (list, tuple, range)) and not len(value):
            payload[key] = []  # an empty sequence counts as one of media
        else:
            payload[key] = value
