"""The content of artifacts: what would be uploaded, by its digest."""

from __future__ import annotations

import base64
import os
import shutil
from collections.abc import Callable

#: Files of up to so many bytes are kept in memory, and so outlive the patch; larger ones in its folder.
KEPT_IN_MEMORY = 1 << 20


def hex_digest(digest: str) -> str:
    """Return a digest as hexadecimal digits, as paths and addresses have it."""
    return base64.standard_b64decode(digest).hex()


class Blobs:
    """Contents by digest.

    Args:
        folder: Makes the folder for the larger ones and returns it.
    """

    def __init__(self, folder: Callable[[], str]) -> None:
        self._folder = folder
        self._small: dict[str, bytes] = {}
        self._large: dict[str, str] = {}

    def put(self, digest: str, path: str) -> None:
        """Keep the content of a file, which may change or go away afterwards.

        Args:
            digest: The digest of the content, base64.
            path: The file.

        Raises:
            OSError: It cannot be read.
        """
        if digest in self._small or digest in self._large:
            return
        if os.path.getsize(path) <= KEPT_IN_MEMORY:
            with open(path, "rb") as stream:
                self._small[digest] = stream.read()
            return
        folder = os.path.join(self._folder(), "contents")
        os.makedirs(folder, exist_ok=True)
        kept = os.path.join(folder, hex_digest(digest))
        shutil.copyfile(path, kept)
        self._large[digest] = kept

    def keep(self, digest: str, content: bytes) -> None:
        """Keep a content that is in memory already."""
        self._small[digest] = content

    def take_from(self, other: Blobs, digest: str) -> bool:
        """Take a content over from another patch; False where that has not got it, or not any more."""
        if digest in self._small or digest in self._large:
            return True
        if digest in other._small:
            self._small[digest] = other._small[digest]
            return True
        path = other._large.get(digest)
        if path is None or not os.path.exists(path):
            return False
        self.put(digest, path)
        return True

    def has(self, digest: str) -> bool:
        """Say whether a content is here."""
        return digest in self._small or os.path.exists(self._large.get(digest, ""))

    def content(self, digest: str) -> bytes:
        """Return a content.

        Raises:
            KeyError: It is not here.
        """
        if digest in self._small:
            return self._small[digest]
        with open(self._large[digest], "rb") as stream:
            return stream.read()

    def digest_of(self, hexadecimal: str) -> str | None:
        """Return the digest that an address means by its hexadecimal digits."""
        try:
            digest = base64.standard_b64encode(bytes.fromhex(hexadecimal)).decode("ascii")
        except ValueError:
            return None
        return digest if self.has(digest) else None

    def path(self, digest: str) -> str:
        """Return a file in the patch's folder that has a content.

        Raises:
            KeyError: It is not here.
        """
        folder = os.path.join(self._folder(), "contents")
        found = os.path.join(folder, hex_digest(digest))
        if not os.path.exists(found):
            os.makedirs(folder, exist_ok=True)
            self.copy(digest, found)
        return found

    def copy(self, digest: str, target: str) -> None:
        """Write a content to a file.

        Raises:
            KeyError: It is not here.
        """
        if digest in self._small:
            with open(target, "wb") as stream:
                stream.write(self._small[digest])
        else:
            shutil.copyfile(self._large[digest], target)
