"""Digests of files, as artifacts write them.

The rules are those of ``wandb.sdk.lib.hashutil`` of wandb 0.31.0.
"""

from __future__ import annotations

import base64
import enum
import hashlib
import importlib
from typing import Any

from wandb_testkit.standin.place import at

_CHUNK = 1 << 17


@at("wandb.sdk.artifacts._generated.enums")
class ArtifactDigestAlgorithm(str, enum.Enum):
    """How an artifact's files are hashed."""

    MANIFEST_MD5 = "MANIFEST_MD5"
    MANIFEST_XXH128 = "MANIFEST_XXH128"

    __str__ = enum.Enum.__str__


#: The algorithms by the name that a user gives.
ALGORITHMS = {"MD5": ArtifactDigestAlgorithm.MANIFEST_MD5, "XXH128": ArtifactDigestAlgorithm.MANIFEST_XXH128}


def hasher(algorithm: ArtifactDigestAlgorithm, data: bytes = b"") -> Any:
    """A new hash object.

    Args:
        algorithm: which.
        data: what it begins with.

    Returns:
        An object as hashlib makes them.

    Raises:
        ModuleNotFoundError: XXH128 needs the package ``xxhash``, which wandb brings along.
    """
    if algorithm is ArtifactDigestAlgorithm.MANIFEST_MD5:
        return hashlib.md5(data, usedforsecurity=False)
    return importlib.import_module("xxhash").xxh128(data)


def file_digest(path: Any, algorithm: ArtifactDigestAlgorithm = ArtifactDigestAlgorithm.MANIFEST_MD5) -> str:
    """The digest of a file's content, as base64.

    Args:
        path: the file.
        algorithm: which.
    """
    made = hasher(algorithm)
    with open(path, "rb") as stream:
        while chunk := stream.read(_CHUNK):
            made.update(chunk)
    return base64.b64encode(made.digest()).decode("ascii")


def text_digest(text: str) -> str:
    """The MD5 of a text, as base64."""
    made = hasher(ArtifactDigestAlgorithm.MANIFEST_MD5, text.encode())
    return base64.b64encode(made.digest()).decode("ascii")


def hex_id(digest: str) -> str:
    """A digest in base64 as hexadecimal digits."""
    return base64.standard_b64decode(digest).hex()
