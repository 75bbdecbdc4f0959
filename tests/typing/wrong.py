"""What a type checker must refuse: each line that says so, and no other."""

from __future__ import annotations

from wandb_testkit import Recorder, patch_wandb


@patch_wandb
def decorated(recorder: Recorder, number: int) -> str:
    return str(number)


def calls(recorder: Recorder) -> None:
    decorated(recorder, "text")  # wrong
    decorated(recorder, 1).no_such_method()  # wrong
    patch_wandb(entitiy="team")  # wrong
    patch_wandb(strict_steps="yes")  # wrong
    patch_wandb(3)  # wrong
    recorder.histroy()  # wrong
    recorder.history(timestamps="yes")  # wrong
    recorder.run.exit_code = 1  # wrong
    recorder.assert_logged(["loss"])  # wrong
