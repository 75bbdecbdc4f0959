"""Names that the client or the server makes up."""

from __future__ import annotations

import os
from typing import Final

# Keys of a row that have a rule of their own; `""` cannot be sent.
SPECIAL_KEYS: Final = frozenset(("", "_step", "_timestamp", "_runtime", "_wandb"))

_ALPHABET = b"abcdefghijklmnopqrstuvwxyz0123456789"

# Each byte stands for a character, each character for as many bytes; those left over stand for none.
_EVEN = 256 - 256 % len(_ALPHABET)
_CHARACTERS = bytes(_ALPHABET[byte % len(_ALPHABET)] for byte in range(256))
_LEFT_OVER = bytes(range(_EVEN, 256))


def generate_id(length: int = 8) -> str:
    """Return a run id: lower-case letters and digits.

    Args:
        length: How many characters.
    """
    # The system's own chance: the program's seed must not make run ids repeat, as it does not with the
    # client (wandb.sdk.lib.runid), drawing must not disturb the program's, and a forked child must draw others.
    found = b""
    while len(found) < length:
        found += os.urandom(2 * length).translate(_CHARACTERS, _LEFT_OVER)
    return found[:length].decode()


def display_name(number: int) -> str:
    """Return the name that the server gives the project's run `number` when the program gave none."""
    return f"test-run-{number}"
