"""The client of one recorder: what stands behind the functions of the module."""

from __future__ import annotations

import contextlib
import functools
import os
import threading
import types
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import repeat
from time import time
from typing import TYPE_CHECKING, Any, NoReturn

from wandb_testkit import lazy
from wandb_testkit.client import deprecated_api
from wandb_testkit.client.environment import given_fields, wandb_variables, workspace_settings
from wandb_testkit.client.libraries import has_replaced
from wandb_testkit.client.setup import Setup
from wandb_testkit.client.stage import NOWHERE, OwnStage, Stage, over
from wandb_testkit.client.terminal import Terminal
from wandb_testkit.errors import NotModelled
from wandb_testkit.mocks import EntryMock
from wandb_testkit.rules import naming
from wandb_testkit.rules.encoded import originals
from wandb_testkit.tape import ABSENT, Tape
from wandb_testkit.world import MODULE_FUNCTIONS, PLACEHOLDERS, World

if TYPE_CHECKING:
    from wandb_testkit.client.run import RunClient
    from wandb_testkit.replay import Replay
    from wandb_testkit.server.artifacts import Artifacts
    from wandb_testkit.server.core import Server
    from wandb_testkit.server.sweep_store import Sweeps

# What the module's placeholders become again when the global run finishes; the others
# stay bound to the finished run.
_UNSET_AT_FINISH = ("log", "watch", "unwatch", "save", "use_artifact", "log_artifact", "define_metric")

_ALL_UNSET_AT_FINISH = frozenset(_UNSET_AT_FINISH)

_making = threading.Lock()


# Many tests begin no run, and need none of the rules. Kept, since an import costs microseconds each time.
@functools.cache
def _starting() -> Any:
    from wandb_testkit.client import starting

    return starting


@functools.cache
def _replay_class() -> type[Replay]:
    from wandb_testkit.replay import Replay

    return Replay


class Session(Terminal):
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
    namespace: dict[str, Any]
    stage: Stage = NOWHERE
    _at_end: tuple[Callable[[], None], ...] = ()
    _setup: Setup | None = None
    #: How many models were watched: those after the first have a number in their keys.
    watched = 0
    #: Modules of wandb's own that forget at the end of the session what they have counted.
    forgetting: tuple[Any, ...] = ()

    #: Whether no patch goes with it, so that the client's own functions are as they were.
    is_alone = False

    #: What ``patch_wandb(artifacts=...)`` says, and the artifacts once somebody asked for them.
    artifact_seeds: Iterable[Any] = ()
    _artifacts: Any = None
    _server: Any = None
    _replay: Replay | None = None
    #: The run ids that the client made up.
    generated_ids: tuple[str, ...] = ()
    #: Variables that the client sets, where the environment is not the session's; configs of trials by their file.
    own_variables: Mapping[str, str] = types.MappingProxyType({})
    sweep_files: Mapping[str, str] = types.MappingProxyType({})
    #: The values of the sweep's trial, where there is one.
    sweep_config: dict[str, Any] | None = None
    #: The id that ``resume="auto"`` finds, and those of runs that could not be ended.
    unfinished_id: str | None = None
    kept_ids: frozenset[str] = frozenset()
    # What was read of the surroundings when the first run began, and what ``setup`` was given.
    environ_read: dict[str, str] | None = None
    _ignored: Mapping[str, str] = types.MappingProxyType({})
    cwd: str | None = None
    _settings_file: Mapping[str, Any] = types.MappingProxyType({})
    given_to_setup: Mapping[str, Any] = types.MappingProxyType({})
    _folder: tuple[int, str] | None = None
    #: What the client's own code was refused, which it may have swallowed.
    refused: NotModelled | None = None

    def __init__(
        self,
        world: World,
        namespace: dict[str, Any],
        *,
        entity: str = "test-entity",
        strict_steps: bool = False,
        seeds: Iterable[Mapping[str, Any]] = (),
    ) -> None:
        super().__init__()
        self.world = world
        self.namespace = namespace
        self.entity = entity
        self.strict_steps = strict_steps
        self.seeds = list(seeds)
        self.tape = Tape(originals, naming.SPECIAL_KEYS)
        self.active = True
        self.clients: dict[int, RunClient] = {}
        self.running: list[RunClient] = []
        self._entries: dict[str, EntryMock] = {}
        self._globals: dict[str, Any] = {}
        self._began = time()
        # How deep each thread is in the client's own code.
        self._quiet: dict[int, int] = {}

    @property
    def replay(self) -> Replay:
        """What the tape's calls add up to; made when first asked for."""
        if self._replay is None:
            # Two threads that ask at once get the same one.
            with _making:
                if self._replay is None:
                    self._replay = _replay_class()(self.tape)
        return self._replay

    def seed_artifacts(self, seeds: Iterable[Any]) -> None:
        """Have artifacts before the program begins; see `wandb_testkit.server.seeds`."""
        from wandb_testkit.server.seeds import checked

        self.artifact_seeds = checked(seeds)

    @property
    def artifacts(self) -> Artifacts:
        """The artifacts that the server would have; made when first asked for."""
        if self._artifacts is None:
            from wandb_testkit.server.artifacts import Artifacts

            made = Artifacts(self, self.artifact_seeds)
            # Two threads that ask at once get the same ones.
            self._artifacts = self.__dict__.setdefault("_made_artifacts", made)
        return self._artifacts  # type: ignore[no-any-return]

    @property
    def server(self) -> Server:
        """What wandb's service would know; made when first asked for."""
        if self._server is None:
            from wandb_testkit.server.core import Server

            # Two threads that ask at once get the same one.
            self._server = self.__dict__.setdefault("_made_server", Server(self))
        return self._server  # type: ignore[no-any-return]

    @functools.cached_property
    def sweeps(self) -> Sweeps:
        """The sweeps that the server would have; made when first asked for."""
        from wandb_testkit.server.sweep_store import Sweeps

        return Sweeps(self)

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
                from wandb_testkit.wording import did_you_mean
                from wandb_testkit.world import RUN_METHODS

                meant = did_you_mean(name, sorted({*self.world.names(), *RUN_METHODS}))
                raise AttributeError(f"wandb {self.world.wandb.__version__} has no entry point {name!r}{meant}")
            found = self._entries[name] = made.make(self.tape, self)
        return found

    def run_entry(self, name: str, client: RunClient) -> EntryMock:
        """Return the mock of a run's own method."""
        made = self.world.entry_class(name, "Run", loose=not client.checks_signatures)
        assert made is not None
        return client.make_mock(made)

    def make_mock(self, made: type[EntryMock]) -> EntryMock:
        """Return a mock of an entry point, whichever run it is called on."""
        return made.make(self.tape, self)

    def refusal(self, name: str) -> BaseException | None:
        if not self.active:
            return self.left(name)
        if name in PLACEHOLDERS:
            return self.world.Error(f"You must call wandb.init() before wandb.{name}()")
        return None

    def left(self, name: str) -> BaseException:
        """Return the error for something kept from a patch that is over."""
        return self.world.UsageError(over(name))

    def act(self, name: str, arguments: dict[str, Any]) -> Any:
        method = getattr(self, f"do_{name}", None)
        if method is None:
            raise NotModelled(f"wandb.{name}", name)
        return method(**arguments)

    def act_unchecked(self, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> NoReturn:
        raise AssertionError("a session checks signatures")

    def begin(self, stage: Stage) -> None:
        """Begin, with the names of a patched module, before any run exists."""
        self.stage = stage
        self._globals = {"run": None, "config": self.world.preinit("config"), "summary": self.world.preinit("summary")}

    def begin_alone(self) -> None:
        """Begin, with mocks of its own in the namespace, before any run exists."""
        values = lazy.sleeping(self.world.entry_classes(), self)
        self._entries.update(values)
        for alias, name in self.world.aliases().items():
            values[alias] = values[name] if name in values else self.entry(name)
        self.begin(OwnStage(self.namespace, values))
        self.namespace.update({**values, **self._globals})

    @property
    def globals(self) -> dict[str, Any]:
        """The names that differ from those of a session's beginning, and ``run``, ``config`` and ``summary``."""
        return self._globals

    def _place(self, values: dict[str, Any], unbound: tuple[str, ...] = ()) -> None:
        self._globals.update(values)
        if self.active:
            self.stage.show(values, unbound)

    @property
    def global_run(self) -> Any:
        """The value of ``wandb.run``."""
        shown = self.active and self.stage.is_on_top()
        return self.namespace.get("run") if shown else self._globals.get("run")

    @contextlib.contextmanager
    def quiet(self) -> Iterator[None]:
        """While the client's own code runs in this thread, what it calls is no call of the program."""
        thread = threading.get_ident()
        depth = self._quiet.get(thread, 0)
        self._quiet[thread] = depth + 1
        try:
            yield
        finally:
            if depth:
                self._quiet[thread] = depth
            else:
                del self._quiet[thread]

    @property
    def is_quiet(self) -> bool:
        # Nor is what somebody calls that kept a mock from a patch that is over.
        return not self.active or (bool(self._quiet) and threading.get_ident() in self._quiet)

    @property
    def environ(self) -> dict[str, str]:
        """The WANDB_* variables as the client read them when the session began."""
        if self.environ_read is None:
            self.environ_read = self.variables()
            self.cwd = os.getcwd()
            self._settings_file = workspace_settings(self.cwd, newer_than=self._began)
        return self.environ_read

    def ignore_environment(self) -> None:
        """Let the variables as they are now not matter; those set later do."""
        self._ignored = wandb_variables()

    def environment_has_changed(self) -> bool:
        """Say whether a variable that the client has read is another one now."""
        if self.environ_read is None:
            return False
        from wandb_testkit.rules.settings.environment import environment_changed

        return environment_changed(self.environ_read, self.variables())

    @property
    def fields_given(self) -> Mapping[str, Any]:
        """The settings' fields that the program has given but for variables: in its file, to ``wandb.setup``."""
        return {**self._settings_file, **self.given_to_setup}

    def variables(self) -> dict[str, str]:
        """Return the variables that the client would read now."""
        found = {name: value for name, value in wandb_variables().items() if self._ignored.get(name) != value}
        return {**found, **self.own_variables} if self.own_variables else found

    @property
    def owns_environment(self) -> bool:
        """Whether the session may change the environment, which a patch puts back."""
        return not isinstance(self.stage, OwnStage)

    @property
    def folder(self) -> str:
        """The temporary folder, made when first asked for."""
        return self.make_folder()

    def make_folder(self) -> str:
        """Return the temporary folder, made when first asked for."""
        if self._folder is None:
            import tempfile  # slow to import, and most tests write no file

            path = os.path.join(tempfile.gettempdir(), f"wandb-testkit-{os.getpid()}-{naming.generate_id(12)}")
            self._folder = os.getpid(), path
        os.makedirs(self._folder[1], mode=0o700, exist_ok=True)
        return self._folder[1]

    def become_child(self) -> None:
        """Go on as another process, a fork, of which the recorder learns nothing."""
        from wandb_testkit.children.forked import warn_when_used

        warn_when_used(self)

    def close(self) -> None:
        """End the session: what was kept from it is inert from now on."""
        self.active = False
        self.stage = NOWHERE
        self._globals = {}
        log = self._entries.get("log")
        if log is not None:
            # Only `log` has a fast path, and it knows the runs' own mocks of it.
            log._settle()
        # A forked child leaves the folder to its parent.
        if self._folder is not None and self._folder[0] == os.getpid():
            import shutil

            clients = [client for client in self.clients.values() if client.has_files]
            if clients:
                from wandb_testkit import recorded_files

                recorded_files.keep(clients)
            shutil.rmtree(self._folder[1], ignore_errors=True)
        for put_back in self._at_end:
            put_back()

    def at_end(self, put_back: Callable[[], None]) -> None:
        """Have something done when the session ends, before what was asked for earlier."""
        self._at_end = (put_back, *self._at_end)

    @property
    def syncs_tensorboard(self) -> bool:
        """Whether the client has replaced TensorBoard's writers."""
        return has_replaced(self.namespace.get("patched"), "tensorboard")

    def do_init(self, **arguments: Any) -> Any:
        return _starting().init(self, arguments)

    def start_run(self, settings: Any, base: dict[str, Any]) -> Any:
        """Begin a run, and return what the program has of it."""
        return _starting().start(self, settings, base)

    def new_id(self) -> str:
        """Make up an id for a run."""
        found = naming.generate_id()
        self.generated_ids = (*self.generated_ids, found)
        return found

    def bind(self, client: RunClient, names: tuple[str, ...]) -> None:
        """Make `client`'s run the global one."""
        live = client.live
        held = live.__dict__
        values = lazy.sleeping(self.world.bound_classes(names, loose=not client.checks_signatures), client)
        if held.keys().isdisjoint(values):
            held.update(values)
        else:
            # The program has used or replaced some of them before it attached.
            values = {name: held.setdefault(name, mock) for name, mock in values.items()}
        values.update(run=live, config=live.config, summary=live.summary)
        self._place(values)

    def unbind(self) -> None:
        """Take the global run away, as `finish` does."""
        held = self._globals.copy()
        unbound: tuple[str, ...] = _UNSET_AT_FINISH
        if not held.keys() >= _ALL_UNSET_AT_FINISH:
            unbound = tuple(name for name in _UNSET_AT_FINISH if held.get(name) is not None)
        deque(map(held.pop, _UNSET_AT_FINISH, repeat(None)), 0)
        self._globals = held
        self._place(
            {"run": None, "config": self.world.preinit("config"), "summary": self.world.preinit("summary")}, unbound
        )

    def elsewhere(self) -> Iterable[Mapping[str, Any]]:
        """Return the runs that only other processes know, as seeds; see `wandb_testkit.children`."""
        return ()

    def earlier_runs(self) -> Iterator[Mapping[str, Any]]:
        """Yield the runs that a new one may go on with."""
        if self._server is not None:
            yield from self._server.earlier_runs()
            return
        yield from self.seeds
        for state in self.replay.states().values():
            yield state.to_dict()

    def do_Api(self, args: tuple[Any, ...] = (), kwargs: Mapping[str, Any] | None = None) -> Any:
        from wandb_testkit import api_calls

        return api_calls.make(self, args, dict(kwargs or {}))

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
        self._check_credentials(arguments.get("host"), arguments.get("key"))
        return True

    def _check_credentials(self, host: Any, key: Any) -> None:
        """Refuse an address or a key that can be none; neither is kept."""
        from wandb_testkit.rules import login
        from wandb_testkit.rules import settings as settings_rules

        if host:
            try:
                login.check_host(host)
            except settings_rules.ValidationError as error:
                raise self.world.validation_error(error) from None
        key = key or self.variables().get("WANDB_API_KEY")
        problem = login.problem_of_key(key) if key else None
        if problem is not None:
            raise self.world.module("wandb.errors").AuthenticationError(problem)

    def session_fields(self) -> dict[str, Any]:
        """Return the settings' fields that the session has from `setup` and the environment."""
        from wandb_testkit.rules.settings.session import read_environment

        fields: dict[str, Any] = {}
        read_environment(self.environ, fields, _silently)
        return {**self._settings_file, **fields, **self.given_to_setup}

    def base_url(self) -> str:
        """Return the address of the server that the session's settings name."""
        from wandb_testkit.rules.settings.servers import DEFAULT_BASE_URL, WANDB_AI  # few need it

        default = WANDB_AI if self.world.behaviour.wandb_ai else DEFAULT_BASE_URL
        return str(self.session_fields().get("base_url") or default).rstrip("/")

    def do_setup(self, settings: Any = None) -> Any:
        self.environ  # noqa: B018  (the session begins: the environment is read now)
        if isinstance(settings, dict) and self.world.behaviour.setup_takes_dicts:
            from wandb_testkit.rules.settings import Settings

            settings = Settings(**settings)
        if settings is not None:
            if self._setup is None and not self.clients:
                # What the client asks the first settings of a session for; a dict has none to tell.
                settings.settings_system  # noqa: B018
            self.given_to_setup = {**self.given_to_setup, **given_fields(settings)}
        if self._setup is None:
            self._setup = Setup(self)
        return self._setup

    def _served(self) -> Iterable[RunClient]:
        """The runs that end with the session."""
        return self.clients.values()

    def do_teardown(self, exit_code: int | None = None) -> None:
        from wandb_testkit.client.torn_down import tear_down

        for client in self._served():
            if client.settings.mode != "disabled" and client.state.exit_code is None:
                client.send_exit(exit_code or 0)
                tear_down(client)
        self.running.clear()
        self.kept_ids = frozenset()
        self.environ_read = None
        self._setup = None
        self.given_to_setup = {}
        self.sweep_config = None

    def leave_sweep(self) -> None:
        """What an agent does at its end: runs that begin later belong to no sweep."""
        self.environ.pop("WANDB_SWEEP_ID", None)

    def do_sweep(self, sweep: Any, *args: Any, **options: Any) -> str:
        from wandb_testkit.client import sweeps

        return sweeps.create(self, sweep, *args, **options)

    def do_agent(self, sweep_id: Any, function: Any = None, **options: Any) -> None:
        from wandb_testkit.client import agent

        limits = {name: options.get(name) for name in ("entity", "project", "count")}
        agent.run(self, sweep_id, function, **limits, most_failures=options.get("max_consecutive_failed_runs"))

    def do_controller(self, **arguments: Any) -> Any:
        from wandb_testkit.client import sweeps

        return sweeps.controller(self)

    def do_attach(self, attach_id: str | None = None, run_id: str | None = None, *, run: Any = None) -> Any:
        return _starting().attach(self, attach_id, run_id, run)

    def do_require(self, *args: Any, **kwargs: Any) -> Any:
        return self.world.original("require")(*args, **kwargs)

    def do_ensure_configured(self) -> None:
        deprecated_api.say(self)

    def do_restore(self, name: str, run_path: str | None = None, replace: Any = False, root: str | None = None) -> Any:
        from wandb_testkit import restoring

        return restoring.of_module(self, name, run_path, replace, root)

    @property
    def most_recent_run(self) -> Any:
        """The run that goes on and was begun last; None where there is none."""
        return self.running[-1].live if self.running else None

    def shown_fields(self) -> Mapping[str, Any]:
        """Return the settings that say what is printed."""
        return self.session_fields() if self.environ_read or self.given_to_setup else {}


def _silently(text: str) -> None:
    """Take a warning that is printed elsewhere."""
