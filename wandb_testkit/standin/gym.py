"""``wandb.gym``: videos of gym's and gymnasium's recorders are logged when they close.  As wandb 0.31.0 does it."""

from __future__ import annotations

import re
from typing import Any

from wandb_testkit.client.libraries import replaced
from wandb_testkit.standin import place, util
from wandb_testkit.standin.errors import Error

_MISSING = "Couldn't import the gymnasium python package, install with `pip install gymnasium`"


def monitor() -> None:
    """Have the recorder of gymnasium, or else of gym, log its videos.

    Raises:
        wandb.Error: neither is installed, or it has no recorder where the client looks for it.
    """
    library = next((name for name in ("gymnasium", "gym") if util.get_module(name) is not None), None)
    if library is None:
        raise Error(_MISSING)
    version = _numbers(util.get_module(library).__version__)
    if library == "gymnasium" and version >= (1, 0):
        home, name, path = "gymnasium.wrappers", "RecordVideo", "path"
    elif version < (0, 26):
        home, name, path = f"{library}.wrappers.monitoring.video_recorder", "ImageEncoder", "output_path"
    else:
        home, name, path = f"{library}.wrappers.monitoring.video_recorder", "VideoRecorder", "path"
    recorder = getattr(util.get_module(home, required=_MISSING), name)
    _replace_close(recorder, path, has_destructor=version >= (0, 26))
    entry = [f"{home}.{name}", "close"]
    place.wandb("patched")["gym"].append(entry)
    session = place.session()
    if session is not None:
        replaced(session, entry)
        session.at_end(lambda: place.forget_patched("gym", entry))


def _replace_close(recorder: Any, path: str, *, has_destructor: bool) -> None:
    recorder.orig_close = recorder.close

    def close(self: Any) -> None:
        recorder.orig_close(self)
        if not self.enabled:
            return
        if place.wandb("run"):
            found = re.match(r".+(video\.\d+).+", getattr(self, path))
            key = found.group(1) if found else "videos"
            place.wandb("log")({key: place.wandb("Video")(getattr(self, path))})

    def del_(self: Any) -> None:
        self.orig_close()

    del_.__module__ = "wandb.integration.gym"
    if has_destructor:
        recorder.__del__ = del_
    recorder.close = close


def _numbers(version: str) -> tuple[int, ...]:
    """Return a version's numbers; those of a release before 1.0 are smaller."""
    return tuple(int(number) for number in re.findall(r"\d+", version)[:2])
