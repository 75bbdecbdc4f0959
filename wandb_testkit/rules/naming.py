"""Names that the client or the server makes up."""

from __future__ import annotations

import random
import string

_ALPHABET = string.ascii_lowercase + string.digits

# A generator of its own: the program's seed must not make run ids repeat, as it does not
# with the client (wandb.sdk.lib.runid), and drawing must not disturb the program's.
_random = random.SystemRandom()


def generate_id(length: int = 8) -> str:
    """Return a run id: lower-case letters and digits.

    Args:
        length: How many characters.
    """
    return "".join(_random.choices(_ALPHABET, k=length))


def display_name(number: int) -> str:
    """Return the name that the server gives the project's run `number` when the program gave none."""
    return f"test-run-{number}"
