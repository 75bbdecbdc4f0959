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
_CHECKS = "tags, ids and the like are checked less, or in other words"
_LOG_FILE = "the files of a run have what it printed among them from the beginning"
_NO_FIRST = "there is no summary kind `first`"
_VALUE_ERROR = "a wrong type is a ValueError"
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
    "artifact_wrong_contents": Known((0, 28, 0), "entries show the folder that they were copied to"),
    "init_anonymous": Known((0, 23, 0), _CHECKS),
    "save_forms": Known((0, 23, 0), _LOG_FILE),
    "save_folders": Known((0, 22, 0), _LOG_FILE),
    "save_paths_of_every_kind": Known((0, 22, 0), _LOG_FILE),
    "save_again_after_changes": Known((0, 22, 0), _LOG_FILE),
    "save_without_links": Known((0, 22, 0), _LOG_FILE),
    "folder_of_a_run": Known((0, 22, 0), _LOG_FILE),
    "rest_login": Known((0, 22, 0), "`login` fails where the host is no text"),
    "second_init_still_checks_its_arguments": Known((0, 22, 0), "`resume` is not looked at beside a running run"),
    "attribute_assigning_bad_tags": Known((0, 21, 0), _CHECKS),
    "disabled_still_checks_init": Known((0, 21, 0), _CHECKS),
    "init_tags_of_other_types": Known((0, 21, 0), _CHECKS),
    "init_bad_ids": Known((0, 21, 0), _CHECKS),
    "init_bad_modes": Known((0, 21, 0), _CHECKS),
    "environment_empty_values": Known((0, 21, 0), _CHECKS),
    "environment_tags": Known((0, 21, 0), _CHECKS),
    "environment_bad_values": Known((0, 21, 0), _CHECKS),
    "metric_summary_several": Known((0, 21, 0), _NO_FIRST),
    "metric_summary_of_odd_values": Known((0, 21, 0), _NO_FIRST),
    "metric_summary_of_large_ints": Known((0, 21, 0), _NO_FIRST),
    "summary_delete_keeps_the_running_minimum": Known((0, 21, 0), _NO_FIRST),
    "plot_in_every_place": Known((0, 21, 0), "a chart cannot be a config value"),
    "media_in_the_config": Known((0, 20, 0), _VALUE_ERROR),
    "attribute_alerts": Known((0, 20, 0), _VALUE_ERROR),
    "config_refuses_media": Known((0, 20, 0), _VALUE_ERROR),
    "init_unusable_config_values": Known((0, 20, 0), _VALUE_ERROR),
    "table_logged_in_every_place": Known((0, 20, 0), _VALUE_ERROR),
    "log_keys_that_are_not_strings": Known((0, 20, 0), _VALUE_ERROR),
    "log_data_that_is_no_mapping": Known((0, 20, 0), _VALUE_ERROR),
    "histogram_of_everything": Known((0, 20, 0), _VALUE_ERROR),
    "program_misuse_is_reported": Known((0, 20, 0), _VALUE_ERROR),
    "config_ints_beyond_floats": Known((0, 20, 0), "whole numbers that no float can hold are shown in full"),
    "log_unknown_keywords": Known((0, 20, 0), "`log` takes `sync`, and says that it is deprecated"),
}


def known_differences() -> dict[str, str]:
    """Return the reasons by scenario, for the release that is installed."""
    return {name: known.reason for name, known in DIFFERENCES.items() if installed() < known.until}


def follows_installed() -> bool:
    """Say whether the stand-in was made from the release that is installed."""
    return installed() == numbers(_signatures.WANDB_VERSION)
