"""What ``wandb.init``'s arguments, a Settings object and the ``WANDB_*`` environment make of a run.

`resolve` answers it for one call of ``wandb.init``; `Settings` stands in for ``wandb.Settings`` where wandb is not
installed. Measured on wandb 0.31.0 (settings reference: https://docs.wandb.ai/ref/python). Where to look:

====================================== ==========================================================
which fields there are, their defaults `table`
what a field's value may be            `field_rules`, `fields`, `moments`, `servers`
``wandb.Settings``                     `model`, `computed`
``WANDB_*`` and ``wandb.setup``        `environment`, `session`
arguments of ``wandb.init``            `arguments`
all of it together                     `init`, which makes a `run_settings.RunSettings`
a run that names no project or folder  `project_name`, `root_dir`
====================================== ==========================================================
"""

from wandb_testkit.rules.settings.environment import environment_changed
from wandb_testkit.rules.settings.errors import Usage, ValidationError
from wandb_testkit.rules.settings.init import resolve
from wandb_testkit.rules.settings.model import Settings, assign
from wandb_testkit.rules.settings.moments import RunMoment
from wandb_testkit.rules.settings.run_settings import RunSettings, nameless
from wandb_testkit.rules.settings.session import read_environment
from wandb_testkit.rules.settings.table import FIELDS
from wandb_testkit.rules.settings.warned import ANONYMOUS_WARNING, ENVIRONMENT_CHANGED, Warn, warned_once

__all__ = [
    "ANONYMOUS_WARNING",
    "ENVIRONMENT_CHANGED",
    "FIELDS",
    "RunMoment",
    "RunSettings",
    "Settings",
    "Usage",
    "ValidationError",
    "Warn",
    "assign",
    "environment_changed",
    "nameless",
    "read_environment",
    "resolve",
    "warned_once",
]
