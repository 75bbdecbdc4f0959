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


# By the first release that no longer differs and what the older ones do: the scenarios that show it.
_SHOWN_BY: dict[Known, str] = {
    Known((0, 31, 0), "a Config has fields that `vars` shows, the client's settings among them"): (
        "config_update_forms rest_helper"
    ),
    Known((0, 31, 0), "the agent leaves the sweep's id in the environment"): (
        "sweep_ignores_the_path_of_a_trial sweep_agent_of_bad_arguments"
    ),
    Known((0, 28, 1), "float32's NaN is sent as null"): "log_numpy_scalars",
    Known((0, 28, 2), "a dict that was deleted from the summary can still be read"): "summary_delete",
    Known((0, 27, 0), "`run.step` is the very object that was given as step"): (
        "log_bad_steps log_step_with_index log_numpy_steps"
    ),
    Known((0, 27, 0), "what the interpreter cannot print is refused"): "log_int_too_long_to_print",
    Known((0, 27, 0), "a run that was attached counts its steps anew"): "attach_in_the_same_process",
    Known((0, 27, 0), "a disabled run that is finished leaves `wandb.run` to the other one"): "disabled_twice",
    Known((0, 27, 0), "a sweep's file cannot change what `init` configures"): "environment_sweep_file",
    Known((0, 28, 0), "entries show the folder that they were copied to"): "artifact_wrong_contents",
    Known((0, 23, 0), "tags, ids and the like are checked less, or in other words"): "init_anonymous",
    Known((0, 23, 0), "`login` fails where the host is no text"): "rest_login",
    Known((0, 23, 0), "the server is asked to verify a key, where the patch says that there is none"): (
        "artifact_links_offline artifact_in_the_config artifact_used_offline restore_without_an_account"
    ),
    Known((0, 23, 0), "the files of a run have what it printed among them from the beginning"): "save_forms",
    Known((0, 22, 0), "the files of a run have what it printed among them from the beginning"): (
        "save_folders save_paths_of_every_kind save_again_after_changes save_without_links "
        "save_where_no_links_can_be_made folder_of_a_run"
    ),
    Known((0, 22, 0), "`resume` is not looked at beside a running run"): "second_init_still_checks_its_arguments",
    Known((0, 21, 0), "tags, ids and the like are checked less, or in other words"): (
        "attribute_assigning_bad_tags disabled_still_checks_init init_tags_of_other_types init_bad_ids "
        "init_bad_modes environment_empty_values environment_tags environment_bad_values"
    ),
    Known((0, 21, 0), "a chart cannot be a config value"): "plot_in_every_place",
    Known((0, 20, 0), "a wrong type is a ValueError"): (
        "media_in_the_config attribute_alerts config_refuses_media init_unusable_config_values "
        "table_logged_in_every_place log_keys_that_are_not_strings log_data_that_is_no_mapping "
        "histogram_of_everything program_misuse_is_reported"
    ),
    Known((0, 20, 0), "whole numbers that no float can hold are shown in full"): "config_ints_beyond_floats",
    Known((0, 20, 0), "`log` takes `sync`, and says that it is deprecated"): "log_unknown_keywords",
}
DIFFERENCES = {name: known for known, names in _SHOWN_BY.items() for name in names.split()}


def known_differences() -> dict[str, str]:
    """Return the reasons by scenario, for the release that is installed."""
    return {name: known.reason for name, known in DIFFERENCES.items() if installed() < known.until}


def follows_installed() -> bool:
    """Say whether the stand-in was made from the release that is installed."""
    return installed() == numbers(_signatures.WANDB_VERSION)
