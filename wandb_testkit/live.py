"""The objects that the program under test holds: a run, its config, its summary.

Each has two parts: a mixin that says how it behaves, and the installed wandb's own class
(or the stand-in's), so that ``isinstance(run, wandb.Run)`` holds.  The mixins come first:
what they do not override is either the real code, which works on top of what they answer,
or raises as on a run that has no such attribute.
"""

from __future__ import annotations

import copy
import importlib
import os
from collections.abc import Iterator, Mapping
from types import MappingProxyType, SimpleNamespace
from typing import TYPE_CHECKING, Any

from wandb_testkit.client.libraries import forget_steps
from wandb_testkit.rules.tree import MISSING

if TYPE_CHECKING:
    from wandb_testkit.client.run import RunClient
    from wandb_testkit.world import World

_set = object.__setattr__


class RunMethod:
    """A method of the run: a mock, made when first asked for and then kept by the run.

    It is no data descriptor: a test may assign ``run.define_metric = spy``.
    """

    def __init__(self, name: str, original: Any) -> None:
        self._name = name
        self._original = original

    def __get__(self, run: Any, owner: type[Any] | None = None) -> Any:
        if run is None:
            return self._original
        client = run._testkit
        made = client.session.run_entry(self._name, client)
        # Two threads that ask at once get the same mock.
        return run.__dict__.setdefault(self._name, made)


class _Absent:
    """What this release of the client lacks, although a run of the newest has it."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __get__(self, run: Any, owner: type[Any] | None = None) -> Any:
        raise AttributeError(f"'Run' object has no attribute {self._name!r}")


class LiveRun:
    """How a run behaves; see `RunClient` for what its methods do."""

    _testkit: RunClient
    log: Any
    to_html: Any

    def __setattr__(self, name: str, value: Any) -> None:
        if not hasattr(self, name):
            raise Exception(f"Attribute {name} is not supported on Run object.")
        _set(self, name, value)

    def __deepcopy__(self, memo: dict[int, Any]) -> LiveRun:
        return self

    def __reduce_ex__(self, protocol: Any) -> Any:
        return _attach, (self.id, os.getpid())

    def __enter__(self) -> LiveRun:
        return self

    def __exit__(self, exc_type: Any, exc_value: Any, exc_traceback: Any) -> None:
        self._testkit.leave(exc_type, exc_value, exc_traceback)

    # ---- what a run is

    @property
    def id(self) -> str:
        return self._testkit.settings.run_id  # type: ignore[no-any-return]

    @property
    def name(self) -> str | None:
        given = self._testkit.state.settings.run_name
        return self._testkit.display_name if given is None else given

    @name.setter
    def name(self, name: str) -> None:
        self._testkit.assign("run_name", "name", name)

    @property
    def notes(self) -> str | None:
        return self._testkit.state.settings.run_notes

    @notes.setter
    def notes(self, notes: str) -> None:
        self._testkit.assign("run_notes", "notes", notes)

    @property
    def tags(self) -> tuple[str, ...]:
        return self._testkit.state.settings.run_tags or ()

    @tags.setter
    def tags(self, tags: Any) -> None:
        self._testkit.assign("run_tags", "tags", tags)

    @property
    def entity(self) -> str:
        return self._testkit.settings.entity or ""

    @property
    def project(self) -> str:
        return self._testkit.settings.project  # type: ignore[no-any-return]

    @property
    def group(self) -> str:
        return self._testkit.settings.run_group or ""

    @property
    def job_type(self) -> str:
        return self._testkit.settings.run_job_type or ""

    @property
    def sweep_id(self) -> str | None:
        return self._testkit.settings.sweep_id  # type: ignore[no-any-return]

    @property
    def path(self) -> str:
        settings = self._testkit.settings
        parts = (settings.entity, settings.project, settings.run_id)
        return "/".join(part for part in parts if part is not None)

    def _get_path(self) -> str:
        return self.path

    @property
    def url(self) -> str | None:
        return self._address("run_url")

    @property
    def project_url(self) -> str | None:
        return self._address("project_url")

    @property
    def sweep_url(self) -> str | None:
        return self._address("sweep_url")

    def _address(self, name: str) -> str | None:
        client = self._testkit
        if client.settings.mode == "offline":
            client.session.warn("URL not available in offline run")
            return None
        if client.settings.mode == "disabled":
            return None
        # Older releases have their web interface elsewhere, as their own settings know.
        older = client.world.behaviour.wandb_ai
        return getattr(client.world_settings() if older else client.settings.settings(), name)  # type: ignore[no-any-return]

    @property
    def offline(self) -> bool:
        return bool(self._testkit.settings.mode == "offline")

    @property
    def disabled(self) -> bool:
        return bool(self._testkit.settings.mode == "disabled")

    @property
    def resumed(self) -> bool:
        return self._testkit.settings.resumed  # type: ignore[no-any-return]

    @property
    def start_time(self) -> float:
        return self._testkit.state.start_time

    @property
    def starting_step(self) -> int:
        return self._testkit.state.starting_step

    @property
    def step(self) -> int:
        client = self._testkit
        mode = client.settings.mode
        if mode == "disabled":
            return 0
        if mode == "shared":
            raise client.world.ServerResponseError("Cannot read the W&B step in shared mode.")
        if client.torn_down is not None:
            raise client.torn_down
        if client.world.behaviour.client_counts_steps:
            return client.local_step
        step = client.history().step
        # The service counts in 64 bits.
        return step if step < 2**63 else step - 2**64

    @property
    def dir(self) -> str:
        return self._testkit.files_directory

    @property
    def sync_dir(self) -> str:
        return self._testkit.directory

    @property
    def settings(self) -> Any:
        return copy.deepcopy(self._testkit.world_settings())

    # ---- config and summary

    @property
    def config(self) -> Any:
        return self._testkit.config

    @property
    def config_static(self) -> Any:
        return self._testkit.world.ConfigStatic(self.config)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        # A notebook that shows the run is no program that calls it.
        with self._testkit.session.quiet():
            return {"text/html": self.to_html(hidden=True)}

    # ---- what the client's own classes and integrations look at

    @property
    def _settings(self) -> Any:
        return self._testkit.world_settings()

    @property
    def _config(self) -> Any:
        return self._testkit.config

    @property
    def _is_finished(self) -> bool:
        return self._testkit.finished

    @property
    def _exit_code(self) -> Any:
        return self._testkit.exit_code

    @property
    def _start_time(self) -> float:
        return self._testkit.state.start_time

    @property
    def _starting_step(self) -> int:
        return self._testkit.state.starting_step

    @property
    def _local_step(self) -> int:
        return self._testkit.local_step

    @property
    def _interface(self) -> Any:
        return self._testkit.interface

    @property
    def _backend(self) -> Any:
        # What releases before 0.27 reach the service through.
        return SimpleNamespace(interface=self._testkit.interface)

    @property
    def _is_attached(self) -> bool:
        return self._testkit.is_attached

    @property
    def _attach_id(self) -> str | None:
        # Programs hand it to their workers, which attach to the run by it.
        return None if self.disabled else self.id

    @property
    def _attach_pid(self) -> int:
        # Else the client's own decorators would ask its service to attach the run.
        return os.getpid()

    # Where releases before 0.19 look up the entity, the project and the id of the run.

    @property
    def _run_obj(self) -> Any:
        return self._testkit.settings

    @property
    def _run_id(self) -> str:
        return self._testkit.settings.run_id  # type: ignore[no-any-return]

    _torch_history = None
    # What a launched job would take for an artifact, as older releases have it.
    _launch_artifact_mapping: Mapping[str, Any] = MappingProxyType({})

    @property
    def _used_artifact_slots(self) -> dict[str, Any]:
        slots: dict[str, Any] = vars(self._testkit).setdefault("artifact_slots", {})
        return slots

    def _telemetry_callback(self, telemetry: Any) -> None:
        """Telemetry is nothing that a test can care for."""

    def _telemetry_flush(self) -> None:
        """Nothing was kept by `_telemetry_callback`."""

    def _label(self, *args: Any, **kwargs: Any) -> None:
        """Labels are telemetry."""

    def _publish_file(self, fname: str) -> None:
        self._testkit.publish_files([(fname, "now")])

    def _log(self, data: Any, step: Any = None, commit: Any = None) -> None:
        forget_steps(self._testkit.session)
        self.log(data, **{k: v for k, v in (("step", step), ("commit", commit)) if v is not None})

    def _finish(self, exit_code: Any = None) -> None:
        self._testkit.do_finish(exit_code)

    def _config_callback(self, key: Any = None, val: Any = None, data: Any = None) -> None:
        self._testkit.send_config_item(key, val, data)

    def _set_config_wandb(self, key: str, val: Any) -> None:
        self._testkit.send_config_item(("_wandb", key), val, None)

    def _add_singleton(self, data_type: str, key: str, value: Any) -> None:
        """What media say once a run and not in each row: the names of an image's classes."""
        self.config["_wandb"].setdefault(data_type, {})[key] = {"type": data_type, "key": key, "value": value}
        self.config.persist()

    def _public_api(self, overrides: Any = None) -> Any:
        return self._testkit.public_api()

    def _assert_can_log_artifact(self, artifact: Any) -> None:
        from wandb_testkit import uploads

        uploads.assert_can_log(self._testkit, artifact)

    def _tensorboard_callback(self, logdir: str, save: bool = True, root_logdir: str = "") -> None:
        self._testkit.watch_tensorboard(logdir, save, root_logdir)


def _attach(run_id: str, process: int) -> Any:
    """Unpickle a run: in another process it attaches to the running one."""
    if process == os.getpid():
        raise RuntimeError("attach in the same process is not supported currently")
    return importlib.import_module("wandb").attach(run_id)


class _Part:
    """What the client's config and summary are without their fields: it cannot even say so."""

    def __getattr__(self, name: str) -> Any:
        return self._items[name]


def _part() -> _Part:
    return _Part()


def _reduced(client: RunClient) -> Any:
    """Pickle a part of a run as the client does: with the run, and as an object that cannot be put together again."""
    return _part, (), {"run": client.live}


class LiveConfig:
    """How ``run.config`` behaves."""

    _testkit: RunClient

    @property
    def _items(self) -> dict[str, Any]:
        return self._testkit.config_items

    @property
    def __dict__(self) -> dict[str, Any]:  # type: ignore[override]
        # transformers reads `vars(wandb.config)["_items"]` in the trials of its sweeps.
        return {"_testkit": self._testkit, "_items": self._items}

    def __reduce_ex__(self, protocol: Any) -> Any:
        return _reduced(self._testkit)

    def _testkit_items(self) -> dict[str, Any]:
        return dict(self._items_without_internal())

    def _items_without_internal(self) -> list[tuple[str, Any]]:
        return [(key, value) for key, value in self._items.items() if not key.startswith("_")]

    def __repr__(self) -> str:
        return str(self._testkit_items())

    def keys(self) -> list[str]:
        return [key for key in self._items if not key.startswith("_")]

    def _as_dict(self) -> dict[str, Any]:
        return self._items

    def as_dict(self) -> dict[str, Any]:
        return self._testkit_items()

    def items(self) -> list[tuple[str, Any]]:
        return self._items_without_internal()

    def get(self, *args: Any) -> Any:
        return self._items.get(*args)

    def __getitem__(self, key: str) -> Any:
        return self._items[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._items)

    def __contains__(self, key: object) -> bool:
        return key in self._items

    def __getattr__(self, name: str) -> Any:
        try:
            return self.__getitem__(name)
        except KeyError as missing:
            raise AttributeError(f"{self.__class__!r} object has no attribute {name!r}") from missing

    def __setitem__(self, key: str, value: Any) -> None:
        self._testkit.note_call("config.__setitem__", key, value)
        self._testkit.config_assign(key, value)

    def __setattr__(self, key: str, value: Any) -> None:
        self[key] = value

    def update(self, d: Any, allow_val_change: bool | None = None) -> None:
        self._testkit.note_call("config.update", d, **_given(allow_val_change=allow_val_change))
        self._testkit.config_update(d, allow_val_change)

    def setdefaults(self, d: Any) -> None:
        self._testkit.note_call("config.setdefaults", d)
        self._testkit.config_setdefaults(d)

    def update_locked(self, d: Mapping[str, Any], user: Any = None, _allow_val_change: bool | None = None) -> None:
        self._testkit.note_call("config.update_locked", d, **_given(user=user))
        self._testkit.config_lock(d, user, _allow_val_change, merge=False)

    def merge_locked(self, d: Mapping[str, Any], user: Any = None, _allow_val_change: bool | None = None) -> None:
        self._testkit.note_call("config.merge_locked", d, **_given(user=user))
        self._testkit.config_lock(d, user, _allow_val_change, merge=True)

    def persist(self) -> None:
        self._testkit.note_call("config.persist")
        self._testkit.config_persist()


def _given(**options: Any) -> dict[str, Any]:
    return {name: value for name, value in options.items() if value is not None}


class LiveSummary:
    """How ``run.summary`` behaves."""

    _testkit: RunClient

    def __reduce_ex__(self, protocol: Any) -> Any:
        # Objects have no such method before Python 3.11, and a summary takes its name for a key.
        self.__getstate__  # noqa: B018
        return _reduced(self._testkit)

    def _as_dict(self) -> dict[str, Any]:
        return self._testkit.summary_items()

    def _path(self) -> tuple[str, ...]:
        return ()

    def keys(self) -> list[str]:
        return [key for key in self._as_dict() if key != "_wandb"]

    def _item(self, key: str) -> Any:
        """Return one value, or MISSING; made alone, because programs read it after every log."""
        return self._testkit.summary_item(key)

    def get(self, key: str, default: Any = None) -> Any:
        item = self._item(key)
        return default if item is MISSING else item

    def __getitem__(self, key: str) -> Any:
        item = self._item(key)
        if item is MISSING:
            raise KeyError(key)
        if not isinstance(item, dict):
            return item
        nested = object.__new__(self._testkit.world.live_classes["nested summary"])
        _set(nested, "_testkit", self._testkit)
        _set(nested, "_items", item)
        _set(nested, "_parents", (*self._path(), key))
        return nested

    def __getattr__(self, name: str) -> Any:
        return self[name]

    def __setitem__(self, key: str, value: Any) -> None:
        self._testkit.note_call(self._called("__setitem__"), key, value)
        self._change({key: value})

    def __setattr__(self, key: str, value: Any) -> None:
        self[key] = value

    def update(self, d: Mapping[str, Any]) -> None:
        self._testkit.note_call(self._called("update"), d)
        self._change(d)

    def _change(self, values: Mapping[str, Any]) -> None:
        path = self._path()
        self._testkit.summary_update([((*path, key), value) for key, value in values.items()])

    def __delitem__(self, key: str) -> None:
        self._testkit.note_call(self._called("__delitem__"), key)
        self._testkit.summary_remove((*self._path(), key))

    def __delattr__(self, key: str) -> None:
        del self[key]

    def _called(self, method: str) -> str:
        return f"summary.{method}"


class LiveSummarySubDict(LiveSummary):
    """A nested dict of the summary, which knows its way from the root."""

    _items: dict[str, Any]
    _parents: tuple[str, ...]

    def _as_dict(self) -> dict[str, Any]:
        return self._items

    def _item(self, key: str) -> Any:
        return self._items.get(key, MISSING)

    def _path(self) -> tuple[str, ...]:
        return self._parents


def _speak_for(behaviour: type[Any], name: str) -> None:
    """Make the interpreter's messages about wrong calls name the client's class."""
    for member in vars(behaviour).values():
        if callable(member) and hasattr(member, "__qualname__"):
            member.__qualname__ = f"{name}.{member.__name__}"


_speak_for(LiveRun, "Run")
_speak_for(LiveConfig, "Config")
_speak_for(LiveSummary, "SummaryDict")


class LiveNoopRun:
    """How a disabled run differs: anything may be assigned to it."""

    def __setattr__(self, name: str, value: Any) -> None:
        _set(self, name, value)

    def __delattr__(self, name: str) -> None:
        object.__delattr__(self, name)


def classes_for(world: World) -> dict[str, type[Any]]:
    """Return the classes of live objects of `world`, by what they are."""
    from wandb_testkit.world import PLACEHOLDERS, RUN_METHODS

    methods: dict[str, Any] = {}
    for name in (*PLACEHOLDERS, *RUN_METHODS):
        original = getattr(world.Run, name, None)
        if original is not None:
            methods[name] = RunMethod(name, original)
    lacking = (name for name in vars(LiveRun) if name[0] != "_" and not hasattr(world.Run, name))
    methods.update((name, _Absent(name)) for name in lacking)
    run = _join("Run", LiveRun, world.Run, methods)
    noop_run = _join("NoopRun", LiveNoopRun, run, {})
    if world.behaviour.plain_disabled_runs:
        noop_run.__name__ = "Run"
    else:
        noop_run.__module__, noop_run.__qualname__ = "wandb.sdk.lib.noop_run", "NoopRun"
    return {
        "run": run,
        "disabled run": noop_run,
        "config": _join("Config", LiveConfig, world.Config, {}),
        "summary": _join("Summary", LiveSummary, world.Summary, {}),
        "nested summary": _join("SummarySubDict", LiveSummarySubDict, world.SummarySubDict, {}),
    }


def _join(name: str, behaviour: type[Any], base: type[Any], members: dict[str, Any]) -> type[Any]:
    members = {**members, "__module__": base.__module__, "__qualname__": base.__qualname__, "__doc__": base.__doc__}
    metaclass: Any = type(base)
    made: type[Any] = metaclass(name, (behaviour, base), members)
    return made
