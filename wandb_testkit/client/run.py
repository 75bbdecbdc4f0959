"""The client of one run: what its methods check at once, raise and send."""

from __future__ import annotations

import functools
import itertools
import traceback
from collections.abc import Mapping, Sequence
from time import time
from typing import TYPE_CHECKING, Any

from wandb_testkit import lazy
from wandb_testkit.client.local_step import LocalStep
from wandb_testkit.client.parts import recursing
from wandb_testkit.client.run_config import ConfigPart, is_plain
from wandb_testkit.client.run_summary import SummaryPart
from wandb_testkit.client.stage import over
from wandb_testkit.mocks import EntryMock
from wandb_testkit.rules import config as config_rules
from wandb_testkit.rules import definitions, encoding, naming, resuming
from wandb_testkit.rules import settings as settings_rules
from wandb_testkit.rules.lifecycle import (
    Assigned,
    ConfigLocked,
    Defined,
    Finished,
    Noted,
    Started,
    StepsIgnored,
)

if TYPE_CHECKING:
    from wandb_testkit.client.session import Session
    from wandb_testkit.client.tensorboard import Sync

# What the client says of a step that it does not take.
_STEP_IGNORED = (
    "Step cannot be set when using tensorboard syncing. Please use `run.define_metric(...)` to define a custom metric"
    " to log your step values."
)

_BEST_DEPRECATED = (
    "define_metric(summary='best', goal=...) is deprecated and will be removed. Use define_metric(summary='min') or"
    " define_metric(summary='max') instead."
)
_QUIET_DEPRECATED = (
    "The `quiet` argument to `wandb.run.finish()` is deprecated, use `wandb.Settings(quiet=...)` to set this instead."
)

# Methods that refuse a finished run before they look at their arguments.
_REFUSE_FINISHED = frozenset(
    {
        "log",
        "log_code",
        "pin_config_keys",
        "save",
        "status",
        "define_metric",
        "link_artifact",
        "use_artifact",
        "log_artifact",
        "upsert_artifact",
        "finish_artifact",
        "log_model",
        "use_model",
        "link_model",
        "alert",
        "mark_preempting",
    }
)

_serial = itertools.count(1)


class RunClient(ConfigPart, SummaryPart):
    """The client of one run; see its parts for config, summary and files."""

    checks_signatures = True
    records_rows = True
    is_attached = False
    #: The clients of further objects of the run.
    attached: tuple[RunClient, ...] = ()
    _ignores_steps = False
    tensorboard: Sync | None = None
    plain_row = staticmethod(encoding.plain_row)

    def __init__(self, session: Session, settings: Any) -> None:
        super().__init__(session, next(_serial))
        self.exit_code: Any = None
        self.settings = settings
        self.config: Any = None
        self.live: Any = self._make_live()
        self.drops_printed = 0

    def _make_live(self) -> Any:
        return self.world.live_run(self)

    def __deepcopy__(self, memo: dict[int, Any]) -> RunClient:
        # Whoever copies what leads to a run gets as far as the run, which is not copied.
        return self

    @functools.cached_property
    def interface(self) -> Any:
        """What the client's own code takes for the way to the service."""
        return self.world.workshop.Interface(self)

    @functools.cached_property
    def _step_reader(self) -> LocalStep:
        return LocalStep(self)

    def make_mock(self, made: type[EntryMock]) -> EntryMock:
        """Return a mock of one of the run's methods."""
        return made.make(self.tape, self, entry=self.session.entry(made._name), run=self.key)

    def start(self, base: Mapping[str, Any], moment: resuming.Moment = resuming.FRESH) -> None:
        """Begin the run: config of defaults, arguments, a sweep and an earlier run."""
        sweep = self.session.sweep_config or {}
        defaults = config_rules.read_file(
            "config-defaults.yaml", must_exist=False, error=self.world.ConfigError, warn=self.session.warn
        )
        later: dict[str, Any] = {}
        if not defaults and not sweep and not moment.config and is_plain(base):
            items = {"_wandb": {}, **config_rules.read_back_plain(base)}
            sent = {"_wandb": {}, **base}
        else:
            later = {key: value for key, value in base.items() if self._is_artifact(value)}
            items = self._first_items(defaults or {}, {k: v for k, v in base.items() if k not in later}, sweep)
            sent = config_rules.sent(items.items(), plain_json=self.world.behaviour.plain_json)
            # An earlier run's config fills in what this one does not set.
            sent.update((key, value) for key, value in moment.config.items() if key not in sent)
            items.update(config_rules.read_back(sent))
        joins = not self.world.behaviour.rows_are_flat
        self._effect(Started(self.settings, items, sent, time(), moment.step, moment.summary, joins))
        if sweep:
            self._effect(ConfigLocked(tuple(sweep), "sweep"))
        for key, value in later.items():
            self.config_update({key: value}, allow_val_change=True)

    def _first_items(
        self, defaults: Mapping[str, Any], given: Mapping[str, Any], sweep: Mapping[str, Any]
    ) -> dict[str, Any]:
        items: dict[str, Any] = {}
        self._sanitize_all(items, defaults, None)
        items.update(_wandb={})
        self._sanitize_all(items, given, True)
        for key, value in sweep.items():
            key, value = self._sanitize(items, key, value, True)
            items[key] = config_rules.merged(items.get(key), value)
        return items

    @property
    def may_log_fast(self) -> bool:
        session = self.session
        if self.finished or self.torn_down is not None:
            return False
        return not (not session.active or session.strict_steps or session.syncs_tensorboard)

    def refusal(self, name: str) -> BaseException | None:
        if not self.session.active:
            return self.session.left(f"run.{name}")
        if self.finished and name in _REFUSE_FINISHED:
            return self.is_finished(name)
        return None

    def act(self, name: str, arguments: dict[str, Any]) -> Any:
        method = getattr(self, f"do_{name}", None)
        if method is not None:
            return method(**arguments)
        return self.world.workshop.act(self, name, arguments)

    def act_unchecked(self, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        raise AssertionError("a run's client checks signatures")

    @recursing
    def accept_row(
        self, data: Any, step: Any = None, commit: Any = None, **rest: Any
    ) -> tuple[dict[str, Any], int | None, bool | None]:
        """Check and snapshot the arguments of `log`; raise what the client raises at once."""
        # Most rows need no more than a copy: numbers, text, numpy's numbers, and dicts and lists of those.
        row = encoding.plain_row(data) if type(data) is dict else None
        if row is None:
            row = self._odd_row(data)
        step = None if step is None else definitions.int64("HistoryStep.num", step)
        commit = None if commit is None else definitions.boolean(commit)
        if step is not None and self._takes_no_step():
            self.session.warn(_STEP_IGNORED, repeat=False)
        elif self.session.strict_steps and step is not None:
            self._refuse_old_step(step)
        return row, step, commit

    def _takes_no_step(self) -> bool:
        """Say whether TensorBoard's steps count now, and no others."""
        if self.session.syncs_tensorboard is not self._ignores_steps:
            self._ignores_steps = not self._ignores_steps
            self._effect(StepsIgnored(self._ignores_steps))
        return self._ignores_steps

    def _odd_row(self, data: Any) -> dict[str, Any]:
        if not isinstance(data, Mapping):
            raise TypeError("wandb.log must be passed a dictionary")
        if any(not isinstance(key, str) for key in data):
            raise TypeError("Key values passed to `wandb.log` must be strings.")
        data = data.copy()  # type: ignore[attr-defined]
        data = self.world.workshop.expand_charts(self, data)
        return encoding.snapshot_row(data, self._media, plain_json=self.world.behaviour.plain_json)

    def row_accepted(self, step: Any) -> None:
        """What the client still does with `step` when the row is on its way."""
        if step is not None and not isinstance(step, int):
            step > 0  # noqa: B015  (raises for a step that is an index but no number)

    def _refuse_old_step(self, step: int) -> None:
        state = self.state
        # A resumed run says that it is at step 0 until its first row.
        current = max(state.history.step, state.starting_step)
        if step < current:
            raise self.world.UsageError(
                f"Tried to log to step {step} that is less than the current step {current}: the client would drop"
                " this row (strict_steps=True). Log steps in increasing order, or give the metric an axis of its"
                " own with run.define_metric()."
            )

    def _media(self, key: encoding.MediaKey, value: Any) -> Any:
        return self.world.workshop.media_wire(self, key.leaf, value)

    @property
    def local_step(self) -> int:
        """The client's own count of steps, which names the files of media."""
        return self._step_reader.value()

    def do_define_metric(self, name: Any = None, step_metric: Any = None, **options: Any) -> Any:
        if isinstance(step_metric, self.world.Metric):
            step_metric = step_metric.name
        summary = options.get("summary")
        if summary and "copy" in summary:
            self.session.warn("define_metric(summary='copy') is deprecated and will be removed.", repeat=False)
        behaviour = self.world.behaviour
        if behaviour.goals and ((summary and "best" in summary) or options.get("goal") is not None):
            self.session.warn(_BEST_DEPRECATED, repeat=False)
        kinds = definitions.summary_kinds(best=behaviour.goals, first=not behaviour.no_first)
        definition = definitions.validate(name, step_metric, options, error=self.world.Error, kinds=kinds)
        self._effect(Defined(definition))
        return self.world.metric(definition)

    def assign(self, field: str, attribute: str, value: Any) -> None:
        """``run.name = value`` and its like."""
        if self.finished:
            raise self.is_finished(attribute)
        if attribute == "tags":
            value = tuple(value)
        checked: dict[str, Any] = {}
        try:
            settings_rules.assign(checked, field, value, self.session.warn)
        except settings_rules.ValidationError as error:
            if attribute != "tags":
                raise self.world.validation_error(error) from None
            reason = str(error).partition("Value error, ")[2].partition(" [type=")[0] or str(error)
            self.session.warn(f"Invalid tag detected: {reason} Tags not updated.")
            return
        value = checked[field]
        # The client sends the whole run anew, as UTF-8: text that is none is refused.
        for text in value if isinstance(value, (list, tuple)) else (value,):
            if isinstance(text, str):
                text.encode()
        # Likewise, a config value that cannot be sent spoils that.
        config_rules.sent(self.config_items.items(), plain_json=self.world.behaviour.plain_json)
        self.note_call(f"run.{attribute}.__set__", value)
        self._effect(Assigned(field, value))

    @property
    def display_name(self) -> str | None:
        """The name that the server would have given the run."""
        return naming.display_name(self.number) if self.settings.mode == "online" else None

    @property
    def number(self) -> int:
        """Which run of the session this is, from 1."""
        return list(self.session.clients).index(self.key) + 1

    def do_finish(self, exit_code: Any = None, **rest: Any) -> None:
        if rest.get("quiet") is not None:
            self.session.warn(_QUIET_DEPRECATED, repeat=False)
        if self.finished:
            return
        self.finished = True
        if self in self.session.running:
            self.session.running.remove(self)
        self.live_log_settle()
        try:
            self.send_exit(exit_code or 0)
        except Exception:
            # Nothing told the client's service that the run is over, so it keeps the id.
            self.session.kept_ids |= {self.settings.run_id}
            self.session.namespace["termerror"]("Problem finishing run")
            raise
        finally:
            if self.session.global_run is self.live:
                self.session.unbind()

    def live_log_settle(self) -> None:
        """Take the fast path of `log` away once the run is over."""
        for client in (self, *self.attached):
            log = vars(client.live).get("log")
            # An untouched mock settles when it is made.
            if lazy.is_awake(log) and isinstance(log, EntryMock):
                log._settle()

    def send_exit(self, exit_code: Any) -> None:
        """Send the exit record; protobuf checks the code."""
        self.exit_code = exit_code
        if self.tensorboard is not None:
            self.tensorboard.finish()
        if self.has_files:
            self.upload_at_end()
        if not exit_code:
            self.session.unfinished_id = None
        self._effect(Finished(definitions.int32("RunExitRecord.exit_code", exit_code)))
        for dropped in self.history().dropped[self.drops_printed :]:
            self.drops_printed += 1
            self.session.warn(dropped.reason)

    def leave(self, exc_type: Any, exc_value: Any, exc_traceback: Any) -> None:
        """The end of ``with wandb.init() as run``."""
        if exc_type is not None:
            traceback.print_exception(exc_type, exc_value, exc_traceback)
        if not self.session.active:
            if exc_type is None:
                raise RuntimeError(over("run.finish"))
            return
        code = 1 if exc_type is not None else 0
        finish = self.session._entries.get("finish")
        if finish is not None and finish._configured():
            # What a test says of `finish` is meant for the end of the block too.
            finish._replacement((), {"exit_code": code})
        self.do_finish(code)

    def do_alert(self, title: Any, text: Any, level: Any = None, wait_duration: Any = None) -> None:
        levels = self.world.AlertLevel
        self._effect(Noted("alerts", definitions.alert(title, text, level, wait_duration, levels=levels)))

    def watch_tensorboard(self, logdir: str, save: bool, root: str) -> None:
        """A writer of TensorBoard begins to fill a folder: what it writes is logged at the end."""
        if self.tensorboard is None:
            from wandb_testkit.client.tensorboard import Sync  # few need it

            self.tensorboard = Sync(self)
        self.tensorboard.watch(logdir, save, root)

    def do_mark_preempting(self) -> None:
        return None

    def do_pin_config_keys(self, keys: Sequence[str] = ()) -> None:
        pinned = list(keys)
        # The client writes them into its own log, whatever they are.
        repr(pinned)
        self.send_config_item(("_wandb", "pinned_keys"), pinned, None)

    def do_write_logs(self, text: str) -> None:
        if not self.finished:
            text.endswith("\n")

    def do_display(self, height: int = 420, hidden: bool = False) -> bool:
        return False
