"""A session of which other processes are a part."""

from __future__ import annotations

import functools
import glob
import os
import threading
import weakref
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, cast

from wandb_testkit.children import artifacts, launching, portable
from wandb_testkit.children.artifacts import FamilyStore, SharedBlobs
from wandb_testkit.children.forked import settle, when_used
from wandb_testkit.children.merging import Merger, Origin, RestartingReplay, to_send
from wandb_testkit.children.spool import MESSAGE, ORIGIN, RECORD, SOURCE, Spool
from wandb_testkit.client.run import RunClient
from wandb_testkit.client.session import Session
from wandb_testkit.client.stage import Stage
from wandb_testkit.exit_code import ExitWatch
from wandb_testkit.rules import naming
from wandb_testkit.rules.lifecycle import RunState, Started
from wandb_testkit.server.artifacts import Artifacts
from wandb_testkit.tape import Record, Source, Tape
from wandb_testkit.world import World

_OPTIONS = "options"

# A test may patch `os.getpid`.
_getpid = os.getpid


class FamilyTape(Tape):
    """A tape that also writes what it takes to a file.

    Args:
        plain: The tape whose place it takes: nothing is on it yet.
    """

    __slots__ = ("collect", "lock", "spool")

    def __init__(self, plain: Tape) -> None:
        super().__init__(plain.restore, plain.special_keys)
        self.lock = threading.RLock()
        self.spool: Spool | None = None
        self.collect: Callable[[], object] = bool
        self.append = self._take

    def _take(self, record: Record) -> None:
        with self.lock:
            self.parts.extend(record)
            if self.spool is not None:
                self.spool.write((RECORD, to_send(record, self.sources[record[0]].kind)))

    def calls(self) -> Iterator[tuple[Source, int, tuple[Any, ...], dict[str, Any]]]:
        """As for `Tape`, those of other processes among them."""
        self.collect()
        return super().calls()

    def source(self, name: str, run: int | None, kind: str) -> int:
        """As for `Tape`, and the other processes learn of it."""
        with self.lock:
            index = super().source(name, run, kind)
            if self.spool is not None:
                self.spool.write((SOURCE, name, run, kind))
            return index


class FamilyReplay(RestartingReplay):
    """A replay that looks for what other processes have recorded.

    Args:
        tape: The tape.
        session: Whose it is.
    """

    def __init__(self, tape: Tape, session: FamilySession) -> None:
        super().__init__(tape)
        self._session = weakref.ref(session)

    def states(self) -> dict[int, RunState]:
        """As for `Replay`, those of other processes' runs among them."""
        session = self._session()
        if session is not None:
            session.collect()
        return super().states()


class RemoteClient(RunClient):
    """The client of a run that another process began.

    Args:
        session: The recorder's session.
        settings: The run's settings.
        head: What that process says of itself.
        origin: The run as the family knows it.
    """

    def __init__(self, session: Session, settings: Any, head: dict[str, Any], origin: Origin) -> None:
        super().__init__(session, settings)
        self.process: int = head["process"]
        self.service: str = head["service"]
        self.origin = origin
        self._files_root: str = head["place"]

    @property
    def directory(self) -> str:
        """The run's folder, which its own process has made."""
        if self._folder is None:
            made = glob.glob(os.path.join(glob.escape(self._files_root), "wandb", f"*run-*-{self.settings.run_id}"))
            if not made:
                return super().directory
            self._folder = max(made)
        return self._folder

    @property
    def drops_printed(self) -> int:
        """Of how many dropped rows the run's own process has warned: of all, at the run's end."""
        return 0 if self.state.exit_code is None else len(self.state.history.dropped)

    @drops_printed.setter
    def drops_printed(self, value: int) -> None:
        """Nothing is printed here."""

    @property
    def has_files(self) -> bool:  # type: ignore[override]
        """Whether there was anything to upload."""
        return bool(self.state.files)


class FamilySession(Session):
    """A session of ``patch_wandb(subprocesses=True)``, in the parent or in a child.

    Attributes:
        replay: Starts anew where another process has recorded something earlier.

    Args:
        world: As for `Session`.
        namespace: As for `Session`.
        entity: As for `Session`.
        strict_steps: As for `Session`.
        seeds: As for `Session`.
        family: The family's folder, in a child; None in the parent, which makes it.
    """

    tape: FamilyTape

    def __init__(
        self,
        world: World,
        namespace: dict[str, Any],
        *,
        entity: str = "test-entity",
        strict_steps: bool = False,
        seeds: Iterable[Mapping[str, Any]] = (),
        family: str | None = None,
    ) -> None:
        self._process = _getpid()
        self._is_parent = family is None
        # A forked process ends in its own way, of which the client learns nothing.
        self._is_spawned = family is not None
        self._collecting = threading.RLock()
        self._is_collecting = False
        self._clients: dict[int, RunClient] = {}
        self._messages: list[tuple[str, str]] = []
        self._merger: Merger | None = None
        self._token = self._service = naming.generate_id(12)
        self._origins: dict[int, Origin] = {}
        self._exit_watch: ExitWatch | None = None
        self._inherited: Any = None
        self._unused: list[RunClient] = []
        super().__init__(world, namespace, entity=entity, strict_steps=strict_steps, seeds=seeds)
        self.tape = FamilyTape(self.tape)
        self._replay = self._family_replay = FamilyReplay(self.tape, self)
        self.tape.collect = self.collect
        self.family = family or os.path.join(self.make_folder(), "children")
        self._launching: launching.Launching | None = None

    # ---- what is recorded

    @property
    def clients(self) -> dict[int, RunClient]:
        """The runs' clients by key, those of other processes too."""
        self.collect()
        return self._clients

    @clients.setter
    def clients(self, value: dict[int, RunClient]) -> None:
        self._clients = value

    @property
    def messages(self) -> list[tuple[str, str]]:
        """What the client printed, in other processes too."""
        self.collect()
        return self._messages

    @messages.setter
    def messages(self, value: list[tuple[str, str]]) -> None:
        self._messages = value

    def _message(self, level: str, function: str, text: str, options: dict[str, Any]) -> None:
        before = len(self._messages)
        super()._message(level, function, text, options)
        if len(self._messages) > before and self.tape.spool is not None:
            with self.tape.lock:
                self.tape.spool.write((MESSAGE, level, text))

    def collect(self) -> None:
        """Take in what other processes have recorded since the last look."""
        if not (self._is_parent and self.active and self._merger is not None) or self._process != _getpid():
            return
        with self._collecting:
            if self._is_collecting:
                return
            self._is_collecting = True
            try:
                with self.tape.lock:
                    if self._merger.merge(self._family_replay):
                        self._sort_clients()
                        self._collect_artifacts()
            finally:
                self._is_collecting = False

    def _collect_artifacts(self) -> None:
        if os.path.exists(os.path.join(self.family, artifacts.LOG)):
            self._store_of(self.artifacts).catch_up()

    def _begin_remote(self, head: dict[str, Any], origin: Origin, started: Started) -> int:
        client = RemoteClient(self, started.settings, head, origin)
        client.finished = True
        self._clients[client.key] = client
        return client.key

    def _sort_clients(self) -> None:
        states = self.replay.states()
        self._clients = dict(sorted(self._clients.items(), key=lambda item: states[item[0]].start_time))

    @property
    def artifacts(self) -> Artifacts:
        """The artifacts that the server would have: those of all processes."""
        if self._artifacts is None:
            store = FamilyStore(self.family)
            shared = functools.partial(SharedBlobs, shared=self.family)
            made = Artifacts(self, self.artifact_seeds, store=store, blobs=shared)
            store.remember = made.remember
            self._artifacts = self.__dict__.setdefault("_made_artifacts", made)
        return self._artifacts  # type: ignore[no-any-return]

    @staticmethod
    def _store_of(artifacts: Artifacts) -> FamilyStore:
        return cast("FamilyStore", artifacts.store)

    # ---- from beginning to end

    def begin(self, stage: Stage) -> None:
        """Begin, and let the processes that are started from now on take part."""
        super().begin(stage)
        if self._is_parent:
            os.makedirs(self.family, mode=0o700)
            self._write_options()
            if self.artifact_seeds:
                # Children find them where they find what others have logged.
                self._store_of(self.artifacts).catch_up()
            self._merger = Merger(self.family, self._token, self.tape, self._begin_remote, self._tell)
        self._spool()
        self._launching = launching.Launching(self.family)

    def _tell(self, level: str, text: str) -> None:
        self._messages.append((level, text))

    def _write_options(self) -> None:
        options = {
            "entity": self.entity,
            "strict_steps": self.strict_steps,
            "stub": None if self.world.real else True,
            "runs": self.seeds,
        }
        with open(os.path.join(self.family, _OPTIONS), "wb") as file:
            file.write(portable.dumps(options))

    def _spool(self) -> None:
        # Of the process that started the service which this one's environment tells it to use, or its own.
        self._service = os.environ.get(launching.SERVICE) or self._token
        head = {
            "token": self._token,
            "process": _getpid(),
            "place": self._files_place(),
            "service": self._service,
            "sources": [tuple(self.tape.sources[index]) for index in range(len(self.tape.sources))],
            "origins": dict(self._origins),
        }
        self.tape.spool = Spool(self.family, self._token, head)

    def _files_place(self) -> str:
        if self._folder is None:
            # Nobody's to remove: it goes with the parent's.
            self._folder = 0, os.path.join(self.family, self._token)
        return self._folder[1]

    def make_folder(self) -> str:
        """Return the temporary folder; a child's is within the parent's as long as the parent's patch lasts."""
        if self._folder is not None and self._folder[0] != _getpid() and not os.path.isdir(self.family):
            self._folder = None
        return super().make_folder()

    def close(self) -> None:
        """End the session, with all that other processes have recorded so far."""
        self.collect()
        if self._is_parent and self._artifacts is not None:
            # What is small outlives the patch, as in any other.
            artifacts.bring_home(self.artifacts)
        if self._launching is not None:
            self._launching.end()
        self._end_service()
        if self.tape.spool is not None:
            self.tape.spool.close()
        super().close()

    def become_child(self) -> None:
        """Go on as another process: this one was forked."""
        for run in self._clients:
            self._origins.setdefault(run, (self._token, run))
        # Other threads of the parent may have held them.
        self._collecting = threading.RLock()
        self._is_collecting = False
        self.tape.lock = threading.RLock()
        self._process = _getpid()
        if self._artifacts is not None:
            self._store_of(self._artifacts).become_child()
        self._is_parent = self._is_spawned = False
        self._token = naming.generate_id(12)
        self._spool()
        self._inherited = self.global_run
        self._unused, self.running[:] = self.running[:], []
        for client in self._unused:
            when_used(client, functools.partial(self._attach_to, client))

    def _served(self) -> Iterator[RunClient]:
        """Yield the runs of this process's service, those of other processes too; of another's service, none is."""
        if self._service != self._token:
            return
        for client in list(self.clients.values()):
            if not isinstance(client, RemoteClient):
                if client.key not in self._origins:
                    yield client
            elif client.service == self._token and client.state.exit_code is None:
                assert self.tape.spool is not None and self._merger is not None
                self.tape.spool.write((ORIGIN, client.key, client.origin))
                self._merger.end(client.key)
                yield client

    def do_teardown(self, exit_code: int | None = None) -> None:
        """End the session, and the service with all its runs where it is this process's own.

        Rule: processes share the service of the one that started it first and passed its address on in the
        environment; only its owner ends it (wandb.sdk.lib.service of 0.31).
        """
        super().do_teardown(exit_code)
        self._end_service()

    def _end_service(self) -> None:
        if os.environ.get(launching.SERVICE) == self._token:
            del os.environ[launching.SERVICE]

    def _attach_to(self, client: RunClient) -> None:
        """Go on in a run that a fork inherits, as soon as it is used; until then ``init`` begins another one.

        Rule: the client attaches to such a run at its first use (wandb.sdk.wandb_run of 0.31).
        """
        if not client.finished and client not in self.running:
            self.running.append(client)

    def do_setup(self, settings: Any = None) -> Any:
        """As for `Session`; the processes that are started from now on use this one's service."""
        os.environ.setdefault(launching.SERVICE, self._service)
        return super().do_setup(settings)

    def bind(self, client: RunClient, names: tuple[str, ...]) -> None:
        """Make `client`'s run the global one, but for a fork, where an inherited one stays (client 0.31)."""
        if self._inherited is None or self.global_run is not self._inherited:
            super().bind(client, names)

    # ---- what a child has of the others

    def start_run(self, settings: Any, base: dict[str, Any]) -> Any:
        """As for `Session`; the processes that are started from now on use this one's service."""
        if self._is_spawned and self._exit_watch is None:
            self._exit_watch = ExitWatch()
        os.environ.setdefault(launching.SERVICE, self._service)
        return super().start_run(settings, base)

    @property
    def exit_code(self) -> int:
        """What this process is about to exit with, as the client sees it."""
        return 0 if self._exit_watch is None else self._exit_watch.code

    def _others(self) -> Iterator[tuple[Origin, RunState]]:
        """Yield the runs of the other processes, for a child that looks for one."""
        tape = Tape(self.tape.restore, self.tape.special_keys)
        replay = RestartingReplay(tape)
        numbers = iter(range(1, 1 << 62))
        merger = Merger(self.family, self._token, tape, lambda *_: next(numbers), lambda *_: None)
        merger.merge(replay)
        states = replay.states()
        for origin, key in merger.keys.items():
            if origin not in self._origins.values():
                yield origin, states[key]

    def elsewhere(self) -> Iterator[Mapping[str, Any]]:
        """As for `Session`: in a child, the runs of the other processes; the parent has taken those in."""
        if not self._is_parent:
            for _, state in self._others():
                if state.settings.mode in ("online", "shared"):
                    yield {**state.to_dict(), "state": state.state, "created_at": state.start_time}

    def earlier_runs(self) -> Iterator[Mapping[str, Any]]:
        """As for `Session`; in a child, those of the other processes too."""
        yield from super().earlier_runs()
        if not self._is_parent:
            for _, state in self._others():
                yield state.to_dict()

    def do_attach(self, attach_id: str | None = None, run_id: str | None = None, *, run: Any = None) -> Any:
        """As for `Session`; in a child, a run that goes on in another process can be attached to as well."""
        wanted = attach_id or run_id or (run.id if run is not None else None)
        adopted = None
        if not self._is_parent and not any(client.settings.run_id == wanted for client in self.running):
            for client in self._unused:
                if client.settings.run_id == wanted and not client.finished:
                    self._attach_to(client)
                    settle(client)
                    adopted, self._inherited = client, None
            for origin, state in () if adopted is not None else self._others():
                if state.settings.run_id == wanted and state.exit_code is None:
                    adopted = self._adopt(origin, state)
        attached = super().do_attach(attach_id, run_id, run=run)
        if adopted is not None:
            # It is the only object of the run in this process: what a further `init` returns.
            adopted.live = attached
        return attached

    def _adopt(self, origin: Origin, state: RunState) -> RunClient:
        """Take in a run that goes on in another process, so that it can be attached to."""
        client = RunClient(self, state.settings)
        self._origins[client.key] = origin
        started = Started(
            state.settings, dict(state.config), dict(state.sent), state.start_time, state.history.step, {}
        )
        with self.tape.lock:
            # The others know that it was begun.
            spool, self.tape.spool = self.tape.spool, None
            client._effect(started)
            self.tape.spool = spool
            if spool is not None:
                spool.write((ORIGIN, client.key, origin))
        self._clients[client.key] = client
        self.running.append(client)
        return client
