"""Where a patch of an older release still differs from that release's own offline mode, and why.

The rules follow the release that is installed (see `wandb_testkit.releases`). What is listed here is what they do not
follow. Each is asserted to differ still, on every release that it is said of.
"""

from __future__ import annotations

from typing import NamedTuple

from tests.scenarios import installed
from wandb_testkit.releases import Release, numbers
from wandb_testkit.standin import _signatures


class Known(NamedTuple):
    """A difference that is left.

    Attributes:
        until: The first release that no longer differs.
        reason: What the older ones do.
    """

    until: Release
    reason: str


_OWN_FIELDS = "a Config has fields that `vars` shows, the client's settings among them"
_SWEEP_ID = "the agent leaves the sweep's id in the environment"
_NUMBERS = "float32's NaN is sent as null"
_INDEX = "`run.step` is the very object that was given as step"

DIFFERENCES: dict[str, Known] = {
    "config_update_forms": Known((0, 31, 0), _OWN_FIELDS),
    "rest_helper": Known((0, 31, 0), _OWN_FIELDS),
    "sweep_ignores_the_path_of_a_trial": Known((0, 31, 0), _SWEEP_ID),
    "sweep_agent_of_bad_arguments": Known((0, 31, 0), _SWEEP_ID),
    "log_numpy_scalars": Known((0, 28, 1), _NUMBERS),
    "summary_delete": Known((0, 28, 2), "a dict that was deleted from the summary can still be read"),
    "log_bad_steps": Known((0, 27, 0), _INDEX),
    "log_step_with_index": Known((0, 27, 0), _INDEX),
    "log_numpy_steps": Known((0, 27, 0), _INDEX),
    "log_int_too_long_to_print": Known((0, 27, 0), "what the interpreter cannot print is refused"),
    "attach_in_the_same_process": Known((0, 27, 0), "a run that was attached counts its steps anew"),
    "disabled_twice": Known((0, 27, 0), "a disabled run that is finished leaves `wandb.run` to the other one"),
    "environment_sweep_file": Known((0, 27, 0), "a sweep's file cannot change what `init` configures"),
}


def known_differences() -> dict[str, str]:
    """Return the reasons by scenario, for the release that is installed."""
    return {name: known.reason for name, known in DIFFERENCES.items() if installed() < known.until}


def follows_installed() -> bool:
    """Say whether the stand-in was made from the release that is installed."""
    return installed() == numbers(_signatures.WANDB_VERSION)
