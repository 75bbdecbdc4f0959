"""How values become what the client sends: the encoding rules of wandb 0.31.0.

Each way to the wire has a module of its own, and all of them share the two stages of `writer` and the conversion of
arrays, tensors, dates and callables in `friendly`:

========================= ==================================
``log``                   `snapshot` and `history`
``config``                `config`
``summary``               `summary`
media in any of these     `media`
the text of ``to_dict``   `rules.encoded.jsonable`
numpy, torch and the like `arrays`, `tensors`
what wandb-core reads     `core`
========================= ==================================

numpy, torch, jax, tensorflow and pandas are known by their type names only and never imported for the purpose.
"""

from wandb_testkit.rules.encoded import Encoded, jsonable, originals
from wandb_testkit.rules.encoding.config import config_value, config_wire
from wandb_testkit.rules.encoding.core import Unreadable, as_core_reads, big_int
from wandb_testkit.rules.encoding.history import history_row, history_value
from wandb_testkit.rules.encoding.media import MediaHook, MediaKey
from wandb_testkit.rules.encoding.snapshot import plain_row, snapshot_row
from wandb_testkit.rules.encoding.summary import summary_wire

__all__ = [
    "Encoded",
    "MediaHook",
    "MediaKey",
    "Unreadable",
    "as_core_reads",
    "big_int",
    "config_value",
    "config_wire",
    "history_row",
    "history_value",
    "jsonable",
    "originals",
    "plain_row",
    "snapshot_row",
    "summary_wire",
]
