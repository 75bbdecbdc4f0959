"""Values on their way from one process to another.

They are pickled, because a call has tuples, dates and numpy's numbers that JSON has not.  What the other process might
not be able to make again, or must not make unasked, travels as text: only plain values, numpy's and this library's
own pass, at both ends.
"""

from __future__ import annotations

import importlib
import io
import pickle
from types import SimpleNamespace
from typing import Any

from wandb_testkit.rules.artifact_model import Collection, Version
from wandb_testkit.rules.encoding import Encoded

_MODULES = frozenset({"collections", "datetime", "decimal", "fractions", "pathlib", "pathlib._local", "uuid"})
_BUILTINS = frozenset(
    {"bytearray", "complex", "dict", "float", "frozenset", "int", "list", "range", "set", "slice", "str", "tuple"}
)
_NUMPY = frozenset({"_frombuffer", "_reconstruct", "dtype", "ndarray", "scalar"})
_OTHERS = frozenset({("argparse", "Namespace"), ("types", "SimpleNamespace")})
_PREFIXES = ("wandb_testkit.rules.", "numpy.")
_PACKAGES = frozenset({"argparse", "builtins", "numpy", "types", "wandb_testkit"})


class Told:
    """An object of another process, of which only the text is known.

    Args:
        text: Its ``repr``.
    """

    def __init__(self, text: str) -> None:
        self.text = text

    def __repr__(self) -> str:
        return self.text

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Told) and self.text == other.text

    def __hash__(self) -> int:
        return hash(self.text)


class ToldArtifact:
    """An artifact that another process logged or used: what it was, without its files.

    Args:
        fields: Its attributes.
    """

    def __init__(self, fields: dict[str, Any]) -> None:
        self.__dict__.update(fields)

    def __repr__(self) -> str:
        return f"<artifact {self.__dict__.get('name')!r} of another process>"


# How many levels of a value that cannot be pickled are looked into.
_DEPTH = 5

_ARTIFACT = ("name", "type", "version", "aliases", "description", "metadata", "digest", "id", "size", "tags")


def dumps(value: Any) -> bytes:
    """Return the value as bytes.

    Args:
        value: Any value; nothing in it makes this fail.
    """
    stream = io.BytesIO()
    try:
        _Pickler(stream, 5).dump(value)
    except Exception as error:
        # Nested too deep, or a type whose own pickling fails: the call as such still arrives.
        return pickle.dumps(_told(value, error, _DEPTH), 5)
    return stream.getvalue()


def loads(data: bytes) -> Any:
    """Return the value that `dumps` was given.

    Args:
        data: What `dumps` returned.

    Raises:
        pickle.UnpicklingError: There is something in it that does not pass.
    """
    return _Unpickler(io.BytesIO(data)).load()


def _told(value: Any, error: Exception, depth: int) -> Any:
    """Return the outer levels of a value: a frame, its record, the call's arguments."""
    if depth and type(value) in (tuple, list):
        return type(value)([_told(item, error, depth - 1) for item in value])
    if depth and type(value) is dict and all(type(key) is str for key in value):
        return {key: _told(item, error, depth - 1) for key, item in value.items()}
    if value is None or type(value) in (bool, int, float, str):
        return value
    return Told(f"<{type(value).__name__} that cannot be sent to another process: {type(error).__name__}>")


def _passes(kind: type[Any]) -> bool:
    module = kind.__module__
    if module == "builtins":
        return kind.__name__ in _BUILTINS
    if (module, kind.__name__) in _OTHERS or kind in (Told, ToldArtifact):
        return True
    return module == "numpy" or module in _MODULES or module.startswith(_PREFIXES)


class _Pickler(pickle.Pickler):
    def reducer_override(self, obj: Any) -> Any:
        kind = type(obj)
        if kind is Encoded:
            original = obj.original
            plain = kind is not type(original) and (_passes(type(original)) or type(original).__module__ == "builtins")
            return Encoded, (original if plain else obj.wire, obj.wire, obj.is_media)
        if kind is type:
            # What makes a value again is asked for in the same way.
            return NotImplemented if _passes(obj) else (Told, (repr(obj),))
        if getattr(obj, "__name__", None) in _NUMPY and (getattr(obj, "__module__", None) or "").startswith("numpy"):
            return NotImplemented
        if kind is Version:
            return Version, tuple(vars(_alone(obj)).values())
        if _passes(kind):
            return NotImplemented
        if hasattr(kind, "manifest") and hasattr(kind, "is_draft"):
            return ToldArtifact, (_artifact_fields(obj),)
        return _plain(obj)


def _plain(obj: Any) -> Any:
    """Return what makes the value of an object of the program's own class, or else its text."""
    if isinstance(obj, str):
        return str, (str.__str__(obj),)
    if isinstance(obj, int):
        return int, (int.__int__(obj),)
    if isinstance(obj, float):
        return float, (float.__float__(obj),)
    if isinstance(obj, dict):
        return dict, (list(dict.items(obj)),)
    if isinstance(obj, (list, tuple)):
        return (list if isinstance(obj, list) else tuple), (list(obj),)
    return Told, (_shown(obj),)


def _shown(obj: Any) -> str:
    try:
        return repr(obj)
    except Exception:
        return object.__repr__(obj)


def _alone(version: Version) -> Version:
    """Return a version with a collection in which there is nothing else: that may be all of a long training."""
    there = version.sequence
    if not there.members and not there.aliases:
        return version
    bare = Collection(there.entity, there.project, there.name, there.type, there.is_sequence, there.id)
    bare.description, bare.tags = there.description, list(there.tags)
    return version.within(bare)


def _artifact_fields(artifact: Any) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name in _ARTIFACT:
        try:
            found[name] = getattr(artifact, name)
        except Exception:
            # While an artifact is on its way, the client refuses what only the server knows.
            continue
    found["aliases"] = list(found.get("aliases") or ())
    entries = {str(path): _entry_fields(entry) for path, entry in artifact.manifest.entries.items()}
    found["manifest"] = SimpleNamespace(entries=entries)
    found["files"] = sorted(entries)
    version = getattr(artifact, "_testkit_version", None)
    if version is not None and version.index is not None:
        # The program's own object learns this only when it has waited.
        found.update(name=version.name, version=f"v{version.index}", id=version.id, _testkit_version=version)
    return found


def _entry_fields(entry: Any) -> SimpleNamespace:
    return SimpleNamespace(
        digest=entry.digest, size=entry.size, ref=entry.ref and str(entry.ref), local_path=entry.local_path
    )


class _Unpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        package = module.partition(".")[0]
        if "." not in name and (package in _PACKAGES or module in _MODULES):
            found = getattr(importlib.import_module(module), name, None)
            if (isinstance(found, type) and _passes(found)) or (package == "numpy" and name in _NUMPY):
                return found
        raise pickle.UnpicklingError(f"{module}.{name} does not pass from process to process")
