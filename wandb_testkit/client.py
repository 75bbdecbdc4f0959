"""What the client does at the moment of a call: checks, errors and what it would send.

`Session` is the client of one recorder: it stands behind the functions of the module.
`RunClient` stands behind the methods of one run.  Both look at the state that the tape's
replay gives, raise what the real client raises, and append what it would send.
"""

from __future__ import annotations

import configparser
import contextlib
import functools
import itertools
import os
import shutil
import sys
import tempfile
import threading
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from time import strftime, time
from typing import Any, NoReturn, ParamSpec, TypeVar

from wandb_testkit import lazy, mocks
from wandb_testkit.errors import NotModelled
from wandb_testkit.mocks import ABSENT, EntryMock, Tape
from wandb_testkit.replay import Replay
from wandb_testkit.rules import config as config_rules
from wandb_testkit.rules import definitions, encoding, naming, resuming
from wandb_testkit.rules import settings as settings_rules
from wandb_testkit.rules.lifecycle import (
    Assigned,
    ConfigLocked,
    ConfigSent,
    ConfigSet,
    Defined,
    Finished,
    Noted,
    RunState,
    Started,
    SummaryRemoved,
    SummarySet,
)
from wandb_testkit.world import MODULE_FUNCTIONS, PLACEHOLDERS, World

# What the module's placeholders become again when the global run finishes; the others
# stay bound to the finished run.
_UNSET_AT_FINISH = ("log", "watch", "unwatch", "save", "use_artifact", "log_artifact", "define_metric")

# What `init` binds to the run; `pin_config_keys` is not among them in any release.
_SET_AT_INIT = tuple(name for name in PLACEHOLDERS if name != "pin_config_keys")
_SET_AT_INIT_DISABLED = (
    "log",
    "save",
    "use_artifact",
    "log_artifact",
    "define_metric",
    "alert",
    "watch",
    "unwatch",
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

_P = ParamSpec("_P")
_R = TypeVar("_R")


class Session:
    """The client of one recorder.

    Args:
        world: The installed wandb or the stand-in.
        namespace: The module's (or `MockWandB`'s) names, changed by ``init`` and ``finish``.
        entity: The account's default entity.
        strict_steps: Whether a step that the client would drop raises.
        seeds: Runs that exist already, as `RecordedRun.to_dict` writes them.
    """

    checks_signatures = True
    may_log_fast = False
    records_rows = False

    def __init__(
        self,
        world: World,
        namespace: dict[str, Any],
        *,
        entity: str = "test-entity",
        strict_steps: bool = False,
        seeds: Iterable[Mapping[str, Any]] = (),
    ) -> None:
        self.world = world
        self.namespace = namespace
        self.entity = entity
        self.strict_steps = strict_steps
        self.seeds = list(seeds)
        self.tape = Tape(encoding.originals)
        self.replay = Replay(self.tape)
        self.active = True
        self.clients: dict[int, RunClient] = {}
        self.running: list[RunClient] = []
        self.messages: list[tuple[str, str]] = []
        self._printed: set[str] = set()
        self.sweep_config: dict[str, Any] | None = None
        self._entries: dict[str, EntryMock] = {}
        self._globals: dict[str, Any] = {}
        self._environ: dict[str, str] | None = None
        self._ignored: dict[str, str] = {}
        self._began = time()
        self._cwd: str | None = None
        self._settings_file: dict[str, Any] = {}
        self.unfinished_id: str | None = None
        self._base: dict[str, Any] = {}
        self._folder: tuple[int, str] | None = None
        self.is_shown: Callable[[Session], bool] = _always
        self.show: Callable[[Mapping[str, Any]], None] = namespace.update
        self._thread = threading.local()

    # ---- entry points

    def entry(self, name: str) -> EntryMock:
        """Return the recorder's mock of an entry point, whichever run it is called on.

        Raises:
            AttributeError: This wandb has no such entry point.
        """
        found = self._entries.get(name)
        if found is None:
            owner = None if name in MODULE_FUNCTIONS else "Run"
            made = self.world.entry_class(name, owner, loose=name in PLACEHOLDERS)
            if made is None:
                raise AttributeError(f"wandb {self.world.wandb.__version__} has no entry point {name!r}")
            found = self._entries[name] = made.make(self.tape, self)
        return found

    def run_entry(self, name: str, client: RunClient) -> EntryMock:
        """Return the mock of a run's own method."""
        made = self.world.entry_class(name, "Run", loose=not client.checks_signatures)
        assert made is not None
        return made.make(self.tape, client, entry=self.entry(name), run=client.key)

    def refusal(self, name: str) -> BaseException | None:
        if not self.active:
            return self.left(name)
        if name in PLACEHOLDERS:
            return self.world.Error(f"You must call wandb.init() before wandb.{name}()")
        return None

    def left(self, name: str) -> BaseException:
        """Return the error for something kept from a patch that is over."""
        return self.world.UsageError(
            f"wandb_testkit: `{name}` was called on an object that was kept from inside a patch_wandb() that is"
            " over. Nothing was recorded. Keep the call inside the patch, or get the object anew."
        )

    def act(self, name: str, arguments: dict[str, Any]) -> Any:
        method = getattr(self, f"do_{name}", None)
        if method is None:
            raise NotModelled(f"wandb.{name}", name)
        return method(**arguments)

    def act_unchecked(self, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> NoReturn:
        raise AssertionError("a session checks signatures")

    # ---- the module's names

    def module_values(self) -> dict[str, Any]:
        """Return what a patch puts into the module, before any run exists."""
        values = lazy.sleeping(self.world.entry_classes(), self)
        self._entries.update(values)
        for alias, name in self.world.aliases().items():
            values[alias] = values[name] if name in values else self.entry(name)
        values["run"] = None
        values["config"] = self.world.preinit("config")
        values["summary"] = self.world.preinit("summary")
        self._globals = values
        return values

    @property
    def globals(self) -> dict[str, Any]:
        """The module's names as this session has them now."""
        return self._globals

    def _place(self, values: dict[str, Any]) -> None:
        self._globals.update(values)
        if self.active:
            self.show(values)

    @property
    def global_run(self) -> Any:
        """The value of ``wandb.run``."""
        shown = self.active and self.is_shown(self)
        return self.namespace.get("run") if shown else self._globals.get("run")

    @contextlib.contextmanager
    def quiet(self) -> Iterator[None]:
        """While the client's own code runs in this thread, what it calls is no call of the program."""
        depth = getattr(self._thread, "quiet", 0)
        self._thread.quiet = depth + 1
        try:
            yield
        finally:
            self._thread.quiet = depth

    @property
    def is_quiet(self) -> bool:
        # Nor is what somebody calls that kept a mock from a patch that is over.
        return not self.active or bool(getattr(self._thread, "quiet", 0))

    # ---- environment, folder, terminal

    @property
    def environ(self) -> dict[str, str]:
        """The WANDB_* variables as the client read them when the session began."""
        if self._environ is None:
            self._environ = self._variables()
            self._cwd = os.getcwd()
            self._settings_file = workspace_settings(self._cwd, newer_than=self._began)
        return self._environ

    def ignore_environment(self) -> None:
        """Let the variables as they are now not matter; those set later do."""
        self._ignored = _wandb_variables()

    def _variables(self) -> dict[str, str]:
        return {name: value for name, value in _wandb_variables().items() if self._ignored.get(name) != value}

    @property
    def folder(self) -> str:
        """The temporary folder, made when first asked for."""
        return self.make_folder()

    def make_folder(self) -> str:
        """Return the temporary folder, made when first asked for."""
        if self._folder is None:
            path = os.path.join(tempfile.gettempdir(), f"wandb-testkit-{os.getpid()}-{naming.generate_id(12)}")
            self._folder = os.getpid(), path
        os.makedirs(self._folder[1], mode=0o700, exist_ok=True)
        return self._folder[1]

    def close(self) -> None:
        """End the session: what was kept from it is inert from now on."""
        self.active = False
        # Untouched mocks are let go of: nothing then has to wait for the garbage collector.
        self._entries = lazy.touched(self._entries)
        self._globals = {}
        self.show = _nowhere
        log = self._entries.get("log")
        if log is not None:
            # Only `log` has a fast path, and it knows the runs' own mocks of it.
            log._settle()
        # A forked child leaves the folder to its parent.
        if self._folder is not None and self._folder[0] == os.getpid():
            shutil.rmtree(self._folder[1], ignore_errors=True)

    def warn(self, text: str, **options: Any) -> None:
        """Print a warning as the client does: through ``wandb.termwarn`` as it is now."""
        self.namespace["termwarn"](text, **options)

    def _warn_of_settings(self, text: str) -> None:
        self.warn(text, **({"repeat": False} if settings_rules.warned_once(text) else {}))

    def do_termlog(self, string: str = "", newline: bool = True, repeat: bool = True, **options: Any) -> None:
        self._message("info", "termlog", string, newline=newline, repeat=repeat, **options)

    def do_termwarn(self, string: str, newline: bool = True, repeat: bool = True, **options: Any) -> None:
        self._message("warning", "termwarn", string, newline=newline, repeat=repeat, **options)

    def do_termerror(self, string: str, newline: bool = True, repeat: bool = True, **options: Any) -> None:
        self._message("error", "termerror", string, newline=newline, repeat=repeat, **options)

    def _message(self, level: str, function: str, text: str, *, repeat: bool, **options: Any) -> None:
        # What was printed once is remembered by the recorder's session, not by the process.
        if not repeat:
            if text in self._printed:
                return
            self._printed.add(text)
        self.messages.append((level, text))
        fields = self.session_fields() if self._environ or self._base else {}
        shown = fields.get({"info": "show_info", "warning": "show_warnings", "error": "show_errors"}[level], True)
        if shown and not fields.get("silent"):
            self.world.original(function)(text, **options)

    # ---- functions of the module

    def do_init(self, **arguments: Any) -> Any:
        config = arguments.pop("config", None)
        exclude = arguments.pop("config_exclude_keys", None)
        include = arguments.pop("config_include_keys", None)
        changed = self._environ is not None and settings_rules.environment_changed(self._environ, self._variables())
        settings = self._resolve({**arguments, "config_exclude_keys": exclude, "config_include_keys": include})
        if changed:
            self.warn(settings_rules.ENVIRONMENT_CHANGED)
        base = self.config_argument(config or {}, include, exclude)
        if not isinstance(base, dict):
            base = {}
        if settings.mode == "disabled":
            return self._start_disabled(settings, base)
        previous = self.running[-1] if self.running else None
        if previous is not None:
            if settings.reinit in (True, "finish_previous"):
                for client in list(self.running):
                    client.do_finish()
            elif settings.reinit == "create_new":
                pass
            elif settings.resume == "must":
                raise self.world.Error(
                    "Cannot resume a run while another run is active. You must either finish it using"
                    " run.finish(), or use reinit='create_new' when calling wandb.init()."
                )
            else:
                return previous.live
        return self._start(settings, base)

    def _resolve(self, arguments: dict[str, Any]) -> Any:
        """Resolve the settings of a new run; errors are of the world's own types."""
        try:
            return settings_rules.resolve(
                arguments,
                self.environ,
                {**self._settings_file, **self._base},
                self.entity,
                naming.generate_id,
                self._warn_of_settings,
                cwd=self._cwd,
                previous_id=self.unfinished_id,
            )
        except settings_rules.Usage as error:
            raise self.world.UsageError(str(error)) from None
        except settings_rules.ValidationError as error:
            raise self.world.validation_error(error) from None

    def config_argument(self, config: Any, include: Any = None, exclude: Any = None) -> Any:
        """Return the dict that a config argument means."""
        return config_rules.parse(
            config,
            include=include,
            exclude=exclude,
            usage_error=self.world.UsageError,
            config_error=self.world.ConfigError,
            warn=self.warn,
        )

    def _start(self, settings: Any, base: dict[str, Any]) -> Any:
        if any(client.settings.run_id == settings.run_id for client in self.running):
            raise self.world.ServerResponseError(f"run ID {settings.run_id} is in use")
        settings.check_sendable()
        client = RunClient(self, settings)
        moment = resuming.start(
            settings, self._earlier_runs(), usage_error=self.world.UsageError, comm_error=self.world.CommError
        )
        client.start(base, moment)
        for text in settings.deprecations:
            self.warn(text, **({} if text.startswith("The `shared`") else {"repeat": False}))
        self.clients[client.key] = client
        self.running.append(client)
        # What the client keeps in the file wandb-resume.json.
        if settings.resume is None:
            self.unfinished_id = None
        elif settings.resume == "auto":
            self.unfinished_id = settings.run_id
        if settings.reinit != "create_new":
            self.bind(client, _SET_AT_INIT)
        return client.live

    def _start_disabled(self, settings: Any, base: dict[str, Any]) -> Any:
        client = DisabledClient(self, settings)
        client.start(base)
        self.clients[client.key] = client
        self.bind(client, _SET_AT_INIT_DISABLED)
        return client.live

    def bind(self, client: RunClient, names: Sequence[str]) -> None:
        """Make `client`'s run the global one."""
        live = client.live
        values = {name: getattr(live, name) for name in names if name in self._globals}
        values.update(run=live, config=live.config, summary=live.summary)
        self._place(values)

    def unbind(self) -> None:
        """Take the global run away, as `finish` does."""
        values: dict[str, Any] = {name: self.entry(name) for name in _UNSET_AT_FINISH if name in self._globals}
        values.update(run=None, config=self.world.preinit("config"), summary=self.world.preinit("summary"))
        self._place(values)

    def _earlier_runs(self) -> Iterator[Mapping[str, Any]]:
        """Yield the runs that a new one may go on with."""
        yield from self.seeds
        for state in self.replay.states().values():
            yield state.to_dict()

    def do_finish(self, exit_code: int | None = None, **rest: Any) -> None:
        run = self.global_run
        if not run:
            return
        finish = run.finish
        if isinstance(finish, EntryMock):
            finish.__dict__["_target"].do_finish(exit_code)
        else:
            finish(exit_code=exit_code, **rest)

    def do_login(self, **arguments: Any) -> bool:
        if arguments.get("anonymous", ABSENT) is not ABSENT:
            self.warn(
                "The anonymous parameter to wandb.login() has no effect and will be removed in future versions.",
                repeat=False,
            )
        if self.global_run is not None:
            self.warn("Calling wandb.login() after wandb.init() has no effect.")
            return False
        mode = self.session_fields().get("mode", "online")
        if mode == "disabled":
            return False
        if mode in ("offline", "dryrun"):
            self.warn("Unable to verify login in offline mode.")
            return False
        return True

    def session_fields(self) -> dict[str, Any]:
        """Return the settings' fields that the session has from `setup` and the environment."""
        fields: dict[str, Any] = {}
        settings_rules.read_environment(self.environ, fields, _silently)
        return {**self._settings_file, **fields, **self._base}

    def do_setup(self, settings: Any = None) -> Any:
        self.environ  # noqa: B018  (the session begins: the environment is read now)
        if settings is not None:
            self._base.update(given_fields(settings))
        return Setup(self)

    def do_teardown(self, exit_code: int | None = None) -> None:
        for client in self.clients.values():
            if client.settings.mode != "disabled" and client.state.exit_code is None:
                client.send_exit(exit_code or 0)
        self.running.clear()
        self._environ = None
        self._base = {}

    def do_attach(self, attach_id: str | None = None, run_id: str | None = None, *, run: Any = None) -> Any:
        attach_id = attach_id or run_id
        if (attach_id is None) == (run is None):
            raise self.world.UsageError("Either (`attach_id` or `run_id`) or `run` must be specified")
        attach_id = attach_id or run.id
        for client in self.running:
            if client.settings.run_id == attach_id:
                self.bind(client, _SET_AT_INIT)
                return client.live
        raise self.world.UsageError(f"Unable to attach to run {attach_id}")

    def do_require(self, *args: Any, **kwargs: Any) -> Any:
        return self.world.original("require")(*args, **kwargs)

    def do_ensure_configured(self) -> None:
        return None

    def do_restore(self, name: str, run_path: str | None = None, **rest: Any) -> Any:
        run = self.global_run
        if run is None and run_path is None:
            raise ValueError("run_path required when calling wandb.restore before wandb.init")
        if run is not None:
            return run._testkit.act("restore", {"name": name})
        raise NotModelled("wandb.restore", "restore")

    @property
    def most_recent_run(self) -> Any:
        """The run that goes on and was begun last; None where there is none."""
        return self.running[-1].live if self.running else None


class Setup:
    """What ``wandb.setup()`` returns, and what the client's own code takes for its library object."""

    def __init__(self, session: Session) -> None:
        self._session = session

    @property
    def settings(self) -> Any:
        """The session's settings."""
        return self._session.world.settings(self._session.session_fields())

    @property
    def settings_if_loaded(self) -> Any:
        """The session's settings, once a run read them."""
        return self.settings if self._session.clients else None

    @property
    def most_recent_active_run(self) -> Any:
        """The latest run that is not finished."""
        running = self._session.running
        return running[-1].live if running else None

    @property
    def _pid(self) -> int:
        # The client makes a new library object in another process.
        return os.getpid()

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        raise NotModelled(f"wandb.setup().{name}")


def _always(session: Session) -> bool:
    return True


def _nowhere(values: Mapping[str, Any]) -> None:
    """What shows the names of a session that is over."""


def _wandb_variables() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name.startswith("WANDB_")}


def _silently(text: str) -> None:
    """Take a warning that is printed elsewhere."""


def workspace_settings(folder: str, *, newer_than: float) -> dict[str, str]:
    """Return the settings of the file ``wandb/settings`` that the program itself has written.

    Args:
        folder: The working directory.
        newer_than: A file that was there before does not matter: it is the machine's.
    """
    path = os.path.join(folder, "wandb", "settings")
    try:
        if os.stat(path).st_mtime < newer_than:
            return {}
    except OSError:
        return {}
    parser = configparser.ConfigParser()
    parser.read(path)
    return dict(parser["default"]) if parser.has_section("default") else {}


def given_fields(settings: Any) -> dict[str, Any]:
    """Return the fields that were set in a settings argument: a dict or a Settings object."""
    if isinstance(settings, dict):
        settings = settings_rules.Settings(**settings)
    return {name: getattr(settings, name) for name in settings.model_fields_set}


# Where the client's own functions recurse, the interpreter says this; where ours do, what it
# says depends on how deep the stack happened to be.
_TOO_DEEP = "maximum recursion depth exceeded"
if sys.version_info < (3, 12):
    _TOO_DEEP += " while calling a Python object"


def _recursing(method: Callable[_P, _R]) -> Callable[_P, _R]:
    """Let a structure that is too deep or circular fail with the client's message."""

    @functools.wraps(method)
    def wrapper(*args: _P.args, **kwargs: _P.kwargs) -> _R:
        try:
            return method(*args, **kwargs)
        except RecursionError:
            raise RecursionError(_TOO_DEEP) from None

    return wrapper


class RunClient:
    """The client of one run."""

    checks_signatures = True
    records_rows = True

    @property
    def is_quiet(self) -> bool:
        return self.session.is_quiet

    def __init__(self, session: Session, settings: Any) -> None:
        self.session = session
        self.world = session.world
        self.tape = session.tape
        self.key = next(_serial)
        self.finished = False
        self.exit_code: Any = None
        self.settings = settings
        self.config: Any = None
        self.live: Any = self._make_live()
        self.interface = self.world.workshop.Interface(self)
        self._folder: str | None = None
        self._settings_object: Any = None
        self._sources: dict[str, int] = {}
        self.drops_printed = 0
        self._step_reader = LocalStep(self)

    def _make_live(self) -> Any:
        return self.world.live_run(self)

    def start(self, base: Mapping[str, Any], moment: resuming.Moment = resuming.FRESH) -> None:
        """Begin the run: config of defaults, arguments, a sweep and an earlier run."""
        session = self.session
        items: dict[str, Any] = {}
        defaults = config_rules.read_file(
            "config-defaults.yaml", must_exist=False, error=self.world.ConfigError, warn=session.warn
        )
        if defaults:
            self._sanitize_all(items, defaults, None)
        items.update(_wandb={})
        later = {key: value for key, value in base.items() if self._is_artifact(value)}
        self._sanitize_all(items, {k: v for k, v in base.items() if k not in later}, True)
        locked: tuple[str, ...] = ()
        if session.sweep_config:
            for key, value in session.sweep_config.items():
                key, value = self._sanitize(items, key, value, True)
                items[key] = config_rules.merged(items.get(key), value)
            locked = tuple(session.sweep_config)
        sent = config_rules.sent(items.items())
        # An earlier run's config fills in what this one does not set.
        sent.update((key, value) for key, value in moment.config.items() if key not in sent)
        items.update(config_rules.read_back(sent))
        self._effect(Started(self.settings, items, sent, time(), moment.step, moment.summary))
        if locked:
            self._effect(ConfigLocked(locked, "sweep"))
        for key, value in later.items():
            self.config_update({key: value}, allow_val_change=True)

    # ---- what the mocks ask

    @property
    def may_log_fast(self) -> bool:
        return not self.finished and self.session.active and not self.session.strict_steps

    def refusal(self, name: str) -> BaseException | None:
        if not self.session.active:
            return self.session.left(f"run.{name}")
        if self.finished and name in _REFUSE_FINISHED:
            return self.is_finished(name)
        return None

    def is_finished(self, name: str) -> Exception:
        """Return the error for a call on a finished run."""
        return self.world.UsageError(
            f"Run ({self.settings.run_id}) is finished. The call to `{name}` will be ignored."
            " Please make sure that you are using an active run."
        )

    def act(self, name: str, arguments: dict[str, Any]) -> Any:
        method = getattr(self, f"do_{name}", None)
        if method is not None:
            return method(**arguments)
        return self.world.workshop.act(self, name, arguments)

    def act_unchecked(self, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        raise AssertionError("a run's client checks signatures")

    @property
    def state(self) -> RunState:
        """What the calls on this run add up to."""
        return self.session.replay[self.key]

    def _effect(self, event: object) -> None:
        self.tape.effect(self.key, event)

    def note_call(self, name: str, *args: Any, **kwargs: Any) -> None:
        """Record a call of something that is no mock, such as ``config.update``."""
        if not self.session.active:
            raise self.session.left(f"run.{name}")
        if self.is_quiet:
            return
        index = self._sources.get(name)
        if index is None:
            index = self._sources[name] = self.tape.source(name, self.key, mocks.CALL)
        self.tape.append((index, time(), mocks.safe_snapshot(args), mocks.safe_snapshot(kwargs), None))

    # ---- log

    @_recursing
    def accept_row(
        self, data: Any, step: Any = None, commit: Any = None, **rest: Any
    ) -> tuple[dict[str, Any], int | None, bool | None]:
        """Check and snapshot the arguments of `log`; raise what the client raises at once."""
        if not isinstance(data, Mapping):
            raise TypeError("wandb.log must be passed a dictionary")
        if any(not isinstance(key, str) for key in data):
            raise TypeError("Key values passed to `wandb.log` must be strings.")
        data = data.copy()  # type: ignore[attr-defined]
        data = self.world.workshop.expand_charts(self, data)
        row = encoding.snapshot_row(data, self._media)
        step = None if step is None else definitions.int64("HistoryStep.num", step)
        commit = None if commit is None else definitions.boolean(commit)
        if self.session.strict_steps and step is not None:
            self._refuse_old_step(step)
        return row, step, commit

    def row_accepted(self, step: Any) -> None:
        """What the client still does with `step` when the row is on its way."""
        if step is not None and not isinstance(step, int):
            step > 0  # noqa: B015  (raises for a step that is an index but no number)

    def _refuse_old_step(self, step: int) -> None:
        current = self.state.history.step
        if step < current:
            raise self.world.UsageError(
                f"Tried to log to step {step} that is less than the current step {current}: the client would drop"
                " this row (strict_steps=True). Log steps in increasing order, or give the metric an axis of its"
                " own with run.define_metric()."
            )

    def _media(self, key: encoding.MediaKey, value: Any) -> Any:
        return self.world.workshop.media_wire(self, key.leaf, value)

    def _summary_media(self, key: encoding.MediaKey, value: Any) -> Any:
        return self.world.workshop.media_wire(self, str(key), value, "summary")

    @property
    def local_step(self) -> int:
        """The client's own count of steps, which names the files of media."""
        return self._step_reader.value()

    # ---- define_metric

    def do_define_metric(self, name: Any = None, step_metric: Any = None, **options: Any) -> Any:
        if isinstance(step_metric, self.world.Metric):
            step_metric = step_metric.name
        summary = options.get("summary")
        if summary and "copy" in summary:
            self.session.warn("define_metric(summary='copy') is deprecated and will be removed.", repeat=False)
        definition = definitions.validate(name, step_metric, options, error=self.world.Error)
        self._effect(Defined(definition))
        return self.world.metric(definition)

    # ---- config

    @property
    def config_items(self) -> dict[str, Any]:
        return self.state.config

    def _is_artifact(self, value: Any) -> bool:
        return config_rules.is_artifact(value, self.world.Artifact)

    def _sanitize(self, items: Mapping[str, Any], key: Any, value: Any, allow: bool | None) -> tuple[str, Any]:
        return config_rules.sanitize(
            items,
            key,
            value,
            allow_val_change=allow,
            artifact_class=self.world.Artifact,
            media_class=self.world.WBValue,
            use_artifact=self._use_config_artifact,
            error=self.world.ConfigError,
        )

    def _sanitize_all(self, items: dict[str, Any], values: Mapping[str, Any], allow: bool | None) -> dict[str, Any]:
        config_rules.refuse_nested_artifact(values, self.world.Artifact, nested=False)
        sanitized = dict(self._sanitize(items, key, value, allow) for key, value in values.items())
        items.update(sanitized)
        return sanitized

    def _use_config_artifact(self, key: str, value: Any) -> Any:
        if not isinstance(value, self.world.Artifact):
            # Its name or id is looked up first.
            self.public_api()
        with self.session.quiet():
            return self.live.use_artifact(value)

    def _config_locked(self, key: str) -> bool:
        user = self.state.locked.get(key)
        if user is None:
            return False
        self.session.warn(f"Config item '{key}' was locked by '{user}' (ignored update).")
        return True

    @_recursing
    def config_assign(self, key: Any, value: Any) -> None:
        """``run.config[key] = value``."""
        if self._config_locked(key):
            return
        config_rules.refuse_nested_artifact(value, self.world.Artifact, nested=True)
        key, value = self._sanitize(self.config_items, key, value, None)
        self._effect(ConfigSet({key: value}))
        self._send_config({key: value} if key else {})

    @_recursing
    def config_update(self, values: Any, allow_val_change: bool | None = None) -> None:
        """``run.config.update(values)``."""
        parsed = self.session.config_argument(values)
        items = self.config_items
        locked = {key for key in list(parsed) if self._config_locked(key)}
        config_rules.refuse_nested_artifact(parsed, self.world.Artifact, nested=False)
        sanitized = dict(
            self._sanitize(items, key, value, allow_val_change) for key, value in parsed.items() if key not in locked
        )
        self._effect(ConfigSet(sanitized))
        self._send_config(sanitized)

    def config_setdefaults(self, values: Any) -> None:
        """``run.config.setdefaults(values)``."""
        parsed = self.session.config_argument(values)
        items = self.config_items
        missing = {key: value for key, value in parsed.items() if key not in items}
        config_rules.refuse_nested_artifact(missing, self.world.Artifact, nested=False)
        sanitized = dict(self._sanitize(items, key, value, None) for key, value in missing.items())
        self._effect(ConfigSet(sanitized))
        self._send_config(sanitized)

    def config_lock(self, values: Mapping[str, Any], user: str, allow: bool | None, *, merge: bool) -> None:
        """``update_locked`` and ``merge_locked`` of the config."""
        changed: dict[str, Any] = {}
        for key, value in values.items():
            key, value = self._sanitize(self.config_items, key, value, allow)
            if merge:
                value = config_rules.merged(self.config_items.get(key), value)
            changed[key] = value
            self._effect(ConfigSet({key: value}))
            self._effect(ConfigLocked((key,), user))
        self._send_config(changed if merge else dict(values))

    def config_persist(self) -> None:
        """``run.config.persist()``: send everything as it is now."""
        self._send_config(self.config_items)

    def _send_config(self, values: Mapping[str, Any]) -> None:
        if self.finished:
            raise self.is_finished("_config_callback")
        sent = config_rules.sent(values.items())
        if sent:
            self._effect(ConfigSent(sent))

    # ---- summary

    def summary_items(self) -> dict[str, Any]:
        if self.finished:
            self.session.warn("Summary data not available in finished run")
            return {}
        return self.state.history.live_summary()

    @_recursing
    def summary_update(self, items: Sequence[tuple[tuple[str, ...], Any]]) -> None:
        """Explicit summary values, by path."""
        if self.finished:
            raise self.is_finished("_summary_update_callback")
        for path, _ in items:
            definitions.text(path[-1])
        encoded = [
            (path, encoding.summary_wire(value, ".".join(path), self._summary_media)) for path, value in items
        ]
        self._effect(SummarySet(encoded))

    def summary_remove(self, path: tuple[str, ...]) -> None:
        if self.finished:
            raise self.is_finished("_summary_update_callback")
        self._effect(SummaryRemoved(path))

    # ---- attributes

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

    def world_settings(self) -> Any:
        """Return the run's ``wandb.Settings``; made when first asked for."""
        if self._settings_object is None:
            fields = dict(self.settings.fields)
            fields.update(
                x_start_time=self.state.start_time,
                x_files_dir=self.files_directory,
            )
            self._settings_object = self.world.settings(fields)
        return self._settings_object

    @property
    def files_directory(self) -> str:
        """The folder of the run's files, ``run.dir``."""
        return os.path.join(self.directory, "files")

    def publish_files(self, files: Iterable[tuple[str, str]]) -> None:
        """Files of the run's folder that the client would upload, each with its policy."""
        for path, policy in files:
            self.note(Noted("files", {"path": str(path), "policy": policy}))

    def note(self, event: Noted) -> None:
        """Keep something in a list of the run."""
        self._effect(event)

    def send_config_item(self, key: Any, value: Any, data: Mapping[str, Any] | None) -> None:
        """What `Run._config_callback` sends: one item, which may be nested, or several."""
        values = dict(data or {})
        if isinstance(key, tuple):
            nested: Any = value
            for part in reversed(key[1:]):
                nested = {part: nested}
            values[key[0]] = nested
        elif key is not None:
            values[key] = value
        self._send_config(values)

    def public_api(self) -> Any:
        """What the client's artifact code asks for the server's knowledge.

        Raises:
            UsageError: The run is offline, and there is no key to ask the server with.
        """
        if self.settings.mode == "offline" and not self.world_settings().api_key:
            raise self.world.UsageError("No API key configured. Use `wandb login` to log in.")
        return self.world.workshop.PublicApi()

    @property
    def directory(self) -> str:
        """The run's own folder, ``run.sync_dir``; made when first asked for."""
        if self._folder is None:
            kind = "run" if self.settings.mode in ("online", "shared") else "offline-run"
            stamp = strftime("%Y%m%d_%H%M%S")
            folder = os.path.join(self.session.folder, "wandb", f"{kind}-{stamp}-{self.settings.run_id}")
            while os.path.exists(folder):
                folder += "-1"
            os.makedirs(os.path.join(folder, "files"))
            self._folder = folder
        return self._folder

    # ---- finish

    def do_finish(self, exit_code: Any = None, **rest: Any) -> None:
        if self.finished:
            return
        self.finished = True
        if self in self.session.running:
            self.session.running.remove(self)
        self.live_log_settle()
        try:
            self.send_exit(exit_code or 0)
        except Exception:
            self.session.namespace["termerror"]("Problem finishing run")
            raise
        finally:
            if self.session.global_run is self.live:
                self.session.unbind()

    def live_log_settle(self) -> None:
        """Take the fast path of `log` away once the run is over."""
        log = vars(self.live).get("log")
        if isinstance(log, EntryMock):
            log._settle()

    def send_exit(self, exit_code: Any) -> None:
        """Send the exit record; protobuf checks the code."""
        self.exit_code = exit_code
        if not exit_code:
            self.session.unfinished_id = None
        self._effect(Finished(definitions.int32("RunExitRecord.exit_code", exit_code)))
        for dropped in self.state.history.dropped[self.drops_printed :]:
            self.drops_printed += 1
            self.session.warn(dropped.reason)

    def leave(self, exc_type: Any, exc_value: Any, exc_traceback: Any) -> None:
        """The end of ``with wandb.init() as run``."""
        if exc_type is not None:
            traceback.print_exception(exc_type, exc_value, exc_traceback)
        self.do_finish(1 if exc_type is not None else 0)

    # ---- alerts and the like

    def do_alert(self, title: Any, text: Any, level: Any = None, wait_duration: Any = None) -> None:
        self._effect(Noted("alerts", definitions.alert(title, text, level, wait_duration)))

    def do_mark_preempting(self) -> None:
        return None

    def do_pin_config_keys(self, keys: Sequence[str] = ()) -> None:
        self._effect(ConfigSent({"_wandb": {"pinned_keys": list(keys)}}))

    def do_write_logs(self, text: str) -> None:
        return None

    def do_display(self, height: int = 420, hidden: bool = False) -> bool:
        return False


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

    def _send_config(self, values: Mapping[str, Any]) -> None:
        return None

    def do_finish(self, exit_code: Any = None, **rest: Any) -> None:
        if self.session.global_run is self.live:
            self.session.unbind()

    def act_unchecked(self, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        if name == "log":
            return _disabled_log(self.live, *args, **kwargs)
        if name == "finish":
            return self.do_finish()
        if name == "define_metric":
            return self.world.metric(definitions.DUMMY)
        if name == "save":
            return False
        if name == "log_artifact":
            return _Noop()
        return None

    def leave(self, exc_type: Any, exc_value: Any, exc_traceback: Any) -> None:
        if exc_type is not None:
            traceback.print_exception(exc_type, exc_value, exc_traceback)

    @property
    def directory(self) -> str:
        stamp = strftime("%Y%m%d_%H%M%S")
        return os.path.join(tempfile.gettempdir(), "wandb", f"run-{stamp}-{self.settings.run_id}")


def _disabled_log(self: Any, data: Any, *args: Any, **kwargs: Any) -> None:
    self.summary.update(data)


_disabled_log.__name__, _disabled_log.__qualname__ = "log", "NoopRun.log"


class _Noop:
    """What a disabled run's ``log_artifact`` returns: every attribute and call is itself."""

    def __getattr__(self, _: str) -> _Noop:
        return self

    def __call__(self, *args: Any, **kwargs: Any) -> _Noop:
        return self


class LocalStep:
    """The step that the client itself counts, for the names of media files.

    It differs from wandb-core's: it ignores which rows were dropped.
    """

    def __init__(self, client: RunClient) -> None:
        self._client = client
        self._position = 0
        self._step: int | None = None

    def value(self) -> int:
        tape, key = self._client.tape, self._client.key
        if self._step is None:
            self._step = self._client.state.starting_step
        for position in range(self._position, len(tape.records)):
            index, _, _, step, commit = tape.records[position]
            source = tape.sources[index]
            self._position = position + 1
            if source.run != key or source.kind not in (mocks.ROW, mocks.ENCODED):
                continue
            step = None if step is ABSENT else step
            commit = None if commit is ABSENT else commit
            if step is not None and step > self._step:
                self._step = step
            if (step is None and commit is None) or commit:
                self._step += 1
        return self._step


