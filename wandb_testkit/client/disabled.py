"""The client of a disabled run: nearly everything is accepted, nothing is sent."""

from __future__ import annotations

import os
import traceback
from collections.abc import Mapping
from time import strftime, time
from typing import Any

from wandb_testkit.client.run import RunClient
from wandb_testkit.rules import definitions, resuming
from wandb_testkit.rules.lifecycle import Started
from wandb_testkit.tape import ABSENT


class DisabledClient(RunClient):
    """The client of a disabled run: nearly everything is accepted, nothing is sent."""

    checks_signatures = False
    records_rows = False
    may_log_fast = False

    def _make_live(self) -> Any:
        return self.world.disabled_run(self)

    def start(self, base: Mapping[str, Any], moment: resuming.Moment = resuming.FRESH) -> None:
        items: dict[str, Any] = {}
        self._sanitize_all(items, {**base, "_wandb": {}, **(self.session.sweep_config or {})}, None)
        self._effect(Started(self.settings, items, {}, time(), 0, {}))

    def watch_tensorboard(self, logdir: str, save: bool, root: str) -> None:
        return None

    def _send_config(self, values: Mapping[str, Any]) -> None:
        return None

    def do_finish(self, exit_code: Any = None, **rest: Any) -> None:
        if self.session.global_run is self.live:
            self.session.unbind()

    def act_unchecked(self, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        if name == "log":
            log = _older_log if self.world.behaviour.plain_disabled_runs else _disabled_log
            return log(self.live, *args, **kwargs)
        if name == "finish":
            return self.do_finish()
        if name == "define_metric":
            return self.world.metric(definitions.DUMMY)
        if name == "save":
            return False
        if name in ("display", "to_html"):
            # The client leaves these two as they are.
            mocked = self.world.entry_class(name, "Run")
            assert mocked is not None
            given = mocked._checker(self.live, *args, **kwargs)
            del given["self"]
            return self.act(name, {key: value for key, value in given.items() if value is not ABSENT})
        if name == "log_artifact":
            return _ChainableNoOp() if self.world.behaviour.plain_disabled_runs else _Noop()
        return None

    def leave(self, exc_type: Any, exc_value: Any, exc_traceback: Any) -> None:
        if exc_type is not None:
            traceback.print_exception(exc_type, exc_value, exc_traceback)

    @property
    def directory(self) -> str:
        stamp = strftime("%Y%m%d_%H%M%S")
        import tempfile  # slow to import

        return os.path.join(tempfile.gettempdir(), "wandb", f"run-{stamp}-{self.settings.run_id}")


def _disabled_log(self: Any, data: Any, *args: Any, **kwargs: Any) -> None:
    self.summary.update(data)


def _older_log(self: Any, data: Any, *_: Any, **__: Any) -> None:
    self.summary.update(data)


_disabled_log.__name__, _disabled_log.__qualname__ = "log", "NoopRun.log"
_older_log.__name__ = "<lambda>"
_older_log.__qualname__ = "_WandbInit.make_disabled_run.<locals>.<lambda>"


class _Noop:
    """What a disabled run's ``log_artifact`` returns: every attribute and call is itself."""

    # As its repr says where it is.
    __module__ = "wandb.sdk.lib.noop_run"

    def __getattr__(self, _: str) -> _Noop:
        return self

    def __call__(self, *args: Any, **kwargs: Any) -> _Noop:
        return self


class _ChainableNoOp(_Noop):
    """The same, as releases before 0.27 call it."""
