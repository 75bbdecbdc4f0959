"""Sweeps: what the config may be, which configs are tried, when there are no more.

The modules: `sending` (what the client checks and sends), `checks` (what the service warns of and refuses),
`parameters` and `distributions` (what a parameter may be, and drawing its value), `search` (grid and random),
`json_schema` (the checker that `checks` uses).  Nothing here knows runs, agents or patches.
"""

from __future__ import annotations

from wandb_testkit.rules.sweeps.checks import warnings
from wandb_testkit.rules.sweeps.parameters import Invalid
from wandb_testkit.rules.sweeps.search import Values, configs, size
from wandb_testkit.rules.sweeps.sending import as_yaml, malformed, path_parts, prepared

__all__ = ["Invalid", "Values", "as_yaml", "configs", "malformed", "path_parts", "prepared", "size", "warnings"]
