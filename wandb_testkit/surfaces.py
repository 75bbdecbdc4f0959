"""What a patch replaces in one wandb package, and how it is taken back.

Every place shows the value of the topmost layer, or what was there before the first one.
A layer keeps what it found that the layer below did not put there, such as the mock of an
outer ``patch("wandb.init")``: that comes back when the layer goes.  Layers are removed by
identity, from wherever they are, so that contexts may overlap in threads or stop out of
order.

No `unittest.mock.patch` does the writing: it takes back in the reverse order only, and one
name after the other, where one update of the module shows other threads all or nothing.
"""

from __future__ import annotations

import importlib
import os
import sys
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import repeat
from operator import getitem, is_, itemgetter, setitem
from threading import Event
from types import ModuleType
from typing import Any

from wandb_testkit import folder
from wandb_testkit.client import deprecated_api
from wandb_testkit.client.libraries import Patched
from wandb_testkit.client.session import Session
from wandb_testkit.client.setup import Setup
from wandb_testkit.credentials import authenticating, never, older
from wandb_testkit.gates import is_gate
from wandb_testkit.holders import Namespace, Place
from wandb_testkit.kept import remembering
from wandb_testkit.links import settling
from wandb_testkit.mocks import EntryMock
from wandb_testkit.world import World

MISSING: Any = object()

# What a session's names always have.
_ALWAYS = ("run", "config", "summary")


class MediaFolder:
    """Stands for the client's temporary folder: one that goes with the patch."""

    def __init__(self, session: Session) -> None:
        self._session = session

    @property
    def name(self) -> str:
        """The folder's path; made when first asked for."""
        path = os.path.join(self._session.folder, "media")
        os.makedirs(path, exist_ok=True)
        return path

    def cleanup(self) -> None:
        """The patch cleans up."""


class State:
    """A name of wandb's own, outlasting a run, that each patch has afresh.

    Args:
        module: The module it is in.
        attribute: Its name there.
        fresh: Makes a patch's own, of its session and of what it covers.
        grows: Whether a patch's own is a container, to be made anew only if something is in it.
        where: What a release must do otherwise than the newest to have it; see `releases.Behaviour`.
    """

    # No tuple: it is a key, and its hash must cost nothing.
    __slots__ = ("attribute", "fresh", "grows", "module", "where")

    def __init__(
        self,
        module: str,
        attribute: str,
        fresh: Callable[[Session, Any], Any],
        *,
        grows: bool = False,
        where: str | None = None,
    ) -> None:
        self.module = module
        self.attribute = attribute
        self.fresh = fresh
        self.grows = grows
        self.where = where


class _Top:
    """The session of a surface's topmost layer that has one, for what outlasts a layer.

    Args:
        surface: The surface.
    """

    def __init__(self, surface: Surface) -> None:
        self._surface = surface

    def __getattr__(self, name: str) -> Any:
        sessions = [shown.session for shown in self._surface.shown if shown.session is not None]
        return getattr(sessions[-1], name)


def _storage(name: str, session: Any, original: Any) -> Any:
    """Return what stands for one of the client's functions about files of artifacts."""
    from wandb_testkit import storage  # only the installed package needs it

    return getattr(storage, name)(session, original)


# The library object, what it has warned of once, the folder for media that no run has
# taken yet, the folders of data and caches, the artifacts that it remembers.
_CACHES = "wandb.sdk.artifacts.artifact_instance_cache"
# The client counts how often its functions are used, from threads that would outlive the patch.
_TELEMETRY = "wandb.analytics.opentelemetry.opentelemetry_proxy"
_DISABLED = Event()
_DISABLED.set()
_FILES = "wandb.sdk.artifacts.artifact_file_cache"
_FACTORIES = "wandb.sdk.artifacts.storage_policies._factories"
_QUERIES = "wandb.sdk.artifacts._gqlutils"
_ENTRIES = "wandb.sdk.artifacts.artifact_manifest_entry"
_REAL_STATES = (
    State("wandb", "api", lambda _, real: deprecated_api.in_place_of(real)),
    State("wandb", "patched", lambda session, covered: Patched(session, covered), grows=True),
    State("wandb.sdk.wandb_setup", "_singleton", lambda session, _: Setup(session)),
    State("wandb.sdk.lib.wbauth", "authenticate_session", lambda session, _: authenticating(session)),
    State("wandb.errors.term", "_printed_messages", lambda *_: set(), grows=True),
    State("wandb.sdk.data_types._private", "MEDIA_TMP", lambda session, _: MediaFolder(session)),
    # Of older releases: what they reach the server through.
    State("wandb", "plot_table", lambda session, real: older("plotting", session)(real), where="plot_table_needs_run"),
    State("wandb.sdk.lib.gql_request", "GraphQLSession", lambda session, _: older("transports", session)),
    State("wandb.sdk.internal.internal_api", "Api", lambda _, real: older("uploading", real)),
    State("wandb.old.settings", "Settings", lambda _, real: older("leaving_the_home_folder", real)),
    State("wandb.util", "download_file_from_url", lambda session, _: older("downloading", session)),
    State("wandb.util", "download_file_into_memory", lambda session, _: older("reading", session)),
    State(_TELEMETRY, "_disabled", lambda *_: _DISABLED),
    State("wandb.env", "error_reporting_enabled", lambda *_: never),
    State("wandb.env", "get_dir", lambda _, real: folder.in_place_of_temporary(real)),
    State("wandb.env", "get_data_dir", lambda _, real: folder.in_place_of(real, "WANDB_DATA_DIR", "data")),
    State("wandb.env", "get_cache_dir", lambda _, real: folder.in_place_of(real, "WANDB_CACHE_DIR", "cache")),
    State(_FACTORIES, "make_http_session", lambda session, real: _storage("sessions", session, real)),
    State(_FILES, "_get_sys_umask_threadsafe", lambda session, real: _storage("umask", session, real)),
    State(_FILES, "_build_artifact_file_cache", lambda session, real: _storage("caches", session, real)),
    State(_FILES, "_artifact_file_cache", lambda *_: None),
    State(_ENTRIES, "validate_fspath", lambda _, real: settling(real)),
    State(_QUERIES, "resolve_org_entity_name", lambda session, real: _storage("organizations", session, real)),
    State(_CACHES, "artifact_instance_cache", remembering, grows=True),
    State(_CACHES, "artifact_instance_cache_by_client_id", remembering, grows=True),
)
_STANDIN_STATES = (
    State("wandb_testkit.standin.term", "_printed_messages", lambda *_: set(), grows=True),
    State("wandb_testkit.standin.place", "session_folder", lambda session, _: lambda: session.make_folder()),
)


class Shown:
    """One layer on one surface.

    Args:
        surface: The surface.
        session: The client behind the names; None where wandb is absent.
        states: What stands for wandb's own states; None while nothing does.
    """

    __slots__ = ("_surface", "first", "names_below", "places_below", "session", "states")

    def __init__(self, surface: Surface, session: Session | None, states: dict[State, Any] | None) -> None:
        self.session = session
        self._surface = surface
        #: The module's names before there is a run.
        self.first = surface.first_of(session)
        self.states = states
        self.names_below: dict[str, Any] = {}
        self.places_below: dict[Place, Any] = {}

    @property
    def names(self) -> Mapping[str, Any]:
        """The module's names as this layer has them now."""
        session, first = self.session, self.first
        if session is None or not self._is_changed:
            return first
        if session.world is self._surface.world:
            return {**first, **session.globals}
        return {**first, **{name: value for name, value in session.globals.items() if name in first}}

    @property
    def _is_changed(self) -> bool:
        """Whether there was a run: it has left names of its own."""
        return self.session is not None and len(self.session.globals) > len(_ALWAYS)


class Surface:
    """The names of one wandb package that a patch replaces, wherever they are held.

    Args:
        world: The package.
        gates: What stands for the entry points, by name; see `gates`.

    Attributes:
        entries: The entry points' names in the module, second names included.
        names: These and ``run``, ``config`` and ``summary``.
        originals: What they are in the module without a patch; MISSING for those that it
            finds when it is asked.
        gates: What they are while there is a patch.
        first: What they are without a patch, for the places elsewhere.
    """

    def __init__(self, world: World, gates: Mapping[str, Any]) -> None:
        self.world = world
        self.namespace: Namespace = vars(world.wandb)
        self.entries = frozenset({*world.names(), *world.aliases()})
        self.names = (*world.names(), *world.aliases(), *_ALWAYS)
        if not world.real:
            # The stand-in makes its names when they are asked for.
            for name in self.names:
                getattr(world.wandb, name)
        self.originals = {name: self.namespace.get(name, MISSING) for name in self.names}
        # Read now: later there are gates in the place of what their signatures are taken from.
        world.entry_classes()
        aliases = world.aliases()
        self.gates: dict[Any, Any] = {name: gates[aliases.get(name, name)] for name in self.entries}
        # What is in the module without a patch, and the names that it finds when it is asked.
        self._held = {name: value for name, value in self.originals.items() if value is not MISSING}
        self._values = itemgetter(*self._held)
        # The gates of some names.
        self._unbound: dict[tuple[str, ...], dict[str, Any]] = {}
        self._found_when_asked = [name for name, value in self.originals.items() if value is MISSING]
        self.first: dict[Any, Any] = dict(self._held)
        self.shown: list[Shown] = []
        self._firsts: dict[World | None, dict[Any, Any]] = {}
        # What was expected in the module last, with its values in the order of `_values`.
        self._expected: tuple[Mapping[str, Any], Sequence[Any]] = ({}, ())
        # Names that others have taken: modules of the package itself, and those of the program.
        self._own_places = Places(_own_places(self))
        self._places = Places([])
        states = _states(world)
        self._state_places = Places([Place(module, state.attribute, state) for module, state in states])
        self._without = {state: vars(module)[state.attribute] for module, state in states}
        self._growing = [state for _, state in states if state.grows]
        # What the outermost layer shows in place of the states: most patches leave nothing in it.
        self._states: dict[State, Any] | None = None

    # ---- what a layer shows

    def first_of(self, session: Session | None) -> dict[Any, Any]:
        """Return the module's names in a layer of `session` before there is a run."""
        found = self._firsts.get(None if session is None else session.world)
        if found is None:
            globals_ = self.originals if session is None else session.globals
            found = {**self.gates, **{name: globals_[name] for name in _ALWAYS}}
            self._firsts[None if session is None else session.world] = found
        return found

    def _fresh(self, states: Iterable[State], below: dict[State, Any]) -> dict[State, Any]:
        """Return what stands for some of wandb's own states, whichever layer is on top."""
        return {state: state.fresh(_Top(self), below[state]) for state in states}  # type: ignore[arg-type]

    def _is_used(self, states: dict[State, Any]) -> bool:
        """Say whether there is anything in what grows."""
        return any(map(states.__getitem__, self._growing))

    def _states_of_next(self, session: Session | None) -> dict[State, Any] | None:
        """Return what a layer that is pushed now shows in place of the states."""
        below = self.shown[-1].states if self.shown else None
        if session is None:
            return below
        if below is None:
            if self._states is None:
                self._states = self._fresh(self._without, self._without)
            return self._states
        return {**below, **self._fresh(self._growing, below)} if self._is_used(below) else below

    # ---- layers

    def push(self, session: Session | None, noting: list[tuple[Surface, Shown]]) -> None:
        """Show `session` at every place.

        Args:
            session: The layer's session.
            noting: Where to note what is to be removed later, before anything is shown.
        """
        below = self.shown[-1] if self.shown else None
        added = Shown(self, session, self._states_of_next(session))
        added.names_below = self._strangers(self.originals if below is None else below.names)
        if below is not None:
            added.places_below = self._places.strangers(self.gates)
        noting.append((self, added))
        self.shown.append(added)
        if below is None or added.places_below:
            self._places.cover(self.gates)
        if below is None:
            self._own_places.cover(self.gates)
        if added.states is not None and (below is None or added.states is not below.states):
            self._state_places.cover(added.states)
        # One update: no other thread sees half a patch.
        self.namespace.update(added.first)

    def _strangers(self, expected: Mapping[str, Any]) -> dict[str, Any]:
        """Return what is in the module that is not what is expected there."""
        there, asked = self.namespace, self._found_when_asked
        try:
            if self._expected[0] is expected:
                values = self._expected[1]
            else:
                values = self._values(expected)
                if expected is self.originals or any(map(is_, self._firsts.values(), repeat(expected))):
                    # No run is among them, which would be kept alive.
                    self._expected = expected, values
            if all(map(is_, self._values(there), values)) and (
                there.keys().isdisjoint(asked)
                if expected is self.originals
                else all(there.get(name, MISSING) is expected.get(name, MISSING) for name in asked)
            ):
                return {}
        except KeyError:  # somebody took a name out, or this package lacks an entry point
            pass
        found = ((name, there.get(name, MISSING)) for name in self.names)
        return {name: value for name, value in found if value is not expected.get(name, MISSING)}

    def remove(self, removed: Shown) -> None:
        """Take a layer away; what it covered shows again."""
        index = self.shown.index(removed)
        if index == len(self.shown) - 1:
            self._uncover(removed)
            return
        above = self.shown[index + 1]
        gone = removed.session
        _inherit(above.names_below, removed.names_below, gone)
        _inherit(above.places_below, removed.places_below, gone)
        # Last, as below.
        del self.shown[index]

    def _uncover(self, removed: Shown) -> None:
        below = self.shown[-2] if len(self.shown) > 1 else None
        self._uncover_names(removed, below)
        if below is None:
            self._places.uncover()
            self._own_places.uncover()
        else:
            self._places.cover(self.gates)
        for place, value in removed.places_below.items():
            _write(place.namespace, {place.attribute: value})
        self._uncover_states(removed, below)
        # Last, so that a removal that was interrupted can be done again.
        self.shown.pop()

    def _uncover_names(self, removed: Shown, below: Shown | None) -> None:
        if removed.names_below:
            _write(self.namespace, {**(self.originals if below is None else below.names), **removed.names_below})
        elif below is not None:
            self.namespace.update(below.names)
        else:
            self.namespace.update(self._held)
            for name in self._found_when_asked:
                self.namespace.pop(name, None)

    def _uncover_states(self, removed: Shown, below: Shown | None) -> None:
        states = removed.states
        wanted = None if below is None else below.states
        if states is None:
            return
        if wanted is None:
            self._state_places.uncover()
            if states is not self._states or self._is_used(states):
                self._states = None
                self._state_places.let_go()
        elif wanted is not states:
            self._state_places.cover(wanted)
        else:
            # There was nothing in it when this layer began.
            for state in self._growing if self._is_used(states) else ():
                states[state].clear()

    @property
    def top(self) -> Session | None:
        """The session that shows."""
        return self.shown[-1].session if self.shown else None

    def meanings(self) -> dict[int, Any]:
        """Return what others may hold, by the identity of what stands for it."""
        found = {id(value): name for name, value in self.first.items() if name in self.entries}
        # Other modules hold some of wandb's own objects too.
        for states in (self._without, self._states or {}):
            found.update((id(value), state) for state, value in states.items() if value is not None)
        if self.world.real and self.world.has_loaded("wandb.apis.public"):
            # The module finds it when it is asked.
            found[id(self.world.Api)] = "Api"
        return found

    def show(self, values: Mapping[str, Any], unbound: tuple[str, ...]) -> None:
        """Change names of the module, as ``init`` and ``finish`` do."""
        session = self.top
        if session is None or session.world is not self.world:
            values = {name: value for name, value in values.items() if name in self.originals}
        if unbound:
            gates = self._unbound.get(unbound)
            if gates is None:
                gates = self._unbound[unbound] = {name: self.gates[name] for name in unbound if name in self.gates}
            values = {**values, **gates}
        # One update: no other thread sees half of it.
        self.namespace.update(values)

    # ---- places elsewhere

    def add(self, place: Place) -> None:
        """Take in a place that was found in a module."""
        if isinstance(place.means, State):
            shown = self.shown[-1].states if self.shown else self._states
            self._state_places.add(place, self._without, shown or self._without)
            return
        if place.namespace is self.namespace:
            return
        if place.means == "Api" and str(place.namespace.get("__name__")).startswith("wandb."):
            # There it is a class to derive from and to ask for with `isinstance`.
            return
        if place.means not in self.first:
            self.first[place.means] = self.namespace["__getattr__"](place.means)
        places = self._own_places if str(place.namespace.get("__name__")).startswith("wandb.") else self._places
        value = place.namespace[place.attribute]
        if isinstance(value, EntryMock) and not is_gate(value) and not _belongs(value, self.top):
            # Of a run of another patch, which is over or covered now.
            place.namespace[place.attribute] = self.gates[place.means]
        places.add(place, self.first, self.gates)

    def forget_dead_places(self) -> None:
        """Let go of modules that are no longer there."""
        for places in (self._own_places, self._places, self._state_places):
            places.forget_dead()


class Places:
    """Places in modules, in columns: the interpreter goes through them in C.

    Args:
        places: The places.
    """

    def __init__(self, places: list[Place]) -> None:
        # What was there before the outermost layer; None while there is no layer.
        self._covered: list[Any] | None = None
        self._set(places)

    def _set(self, places: list[Place]) -> None:
        self.all = places
        self._namespaces = [place.namespace for place in places]
        self._attributes = [place.attribute for place in places]
        # What was shown last, and its values in the order of the places.
        self._column: tuple[Mapping[Any, Any], list[Any]] | None = None

    def knows(self, place: Place) -> bool:
        """Say whether the same attribute is among them already."""
        return any(known.namespace is place.namespace and known.attribute == place.attribute for known in self.all)

    def add(self, place: Place, without: Mapping[Any, Any], shown: Mapping[Any, Any]) -> None:
        """Take in a place, unless it is there already.

        Args:
            place: The place.
            without: What is there without a patch, by meaning.
            shown: What is there under a patch, by meaning.
        """
        if self.knows(place):
            return
        own = without[place.means]
        if self._covered is None:
            # Its module was imported inside a patch that is over.
            place.namespace[place.attribute] = own
        else:
            self._covered.append(own)
            # What it has taken of the run that goes on now, it keeps.
            if place.namespace[place.attribute] is own:
                place.namespace[place.attribute] = shown[place.means]
        self._set([*self.all, place])

    def forget_dead(self) -> None:
        """Let go of modules that are no longer there."""
        if all(place.is_alive for place in self.all):
            return
        if self._covered is not None:
            self._covered = [value for place, value in zip(self.all, self._covered, strict=True) if place.is_alive]
        self._set([place for place in self.all if place.is_alive])

    def _values(self, values: Mapping[Any, Any]) -> list[Any]:
        if self._column is None or self._column[0] is not values:
            self._column = values, [values[place.means] for place in self.all]
        return self._column[1]

    def let_go(self) -> None:
        """Do not keep what was shown last."""
        self._column = None

    def strangers(self, expected: Mapping[Any, Any]) -> dict[Place, Any]:
        """Return the places that show something else than expected, and what."""
        if all(map(is_, map(dict.get, self._namespaces, self._attributes), self._values(expected))):
            return {}
        found = ((place, place.namespace.get(place.attribute, MISSING)) for place in self.all)
        return {place: value for place, value in found if value is not expected.get(place.means, MISSING)}

    def cover(self, values: Mapping[Any, Any]) -> None:
        """Show the values of what the places mean.

        Args:
            values: The values by meaning; nobody changes them any more.
        """
        if self._covered is None:
            try:
                self._covered = list(map(getitem, self._namespaces, self._attributes))
            except KeyError:  # somebody took one away
                self._covered = [place.namespace.get(place.attribute, MISSING) for place in self.all]
        # `operator.setitem` takes its arguments as they are; `dict.__setitem__` packs them into a tuple.
        deque(map(setitem, self._namespaces, self._attributes, self._values(values)), 0)

    def uncover(self) -> None:
        """Show again what was there before the outermost layer."""
        covered = self._covered
        if covered is None:
            return
        deque(map(setitem, self._namespaces, self._attributes, covered), 0)
        for place, value in zip(self.all, covered, strict=True) if _is_among(MISSING, covered) else ():
            _write(place.namespace, {place.attribute: value})
        self._covered = None


def _is_among(wanted: object, values: Iterable[Any]) -> bool:
    """Say whether an object is among others, which are not compared: they may be anything."""
    return any(map(is_, values, repeat(wanted)))


def _belongs(value: Any, session: Session | None) -> bool:
    """Say whether `value` is a mock, run, config or summary of `session`."""
    if is_gate(value):
        return False
    fields = getattr(type(value), "__dict__", None) and getattr(value, "__dict__", None)
    if session is None or not isinstance(fields, dict):
        return False
    client = fields.get("_target") if issubclass(type(value), EntryMock) else fields.get("_testkit")
    return client is not None and getattr(client, "session", client) is session


def _inherit(covered: dict[Any, Any], kept: dict[Any, Any], gone: Session | None) -> None:
    """Give a layer what the one below it had covered, when that one goes."""
    kept.update((key, value) for key, value in covered.items() if not _belongs(value, gone))
    covered.clear()
    covered.update(kept)


def _write(namespace: Namespace, values: dict[str, Any]) -> None:
    missing = [name for name, value in values.items() if value is MISSING]
    for name in missing:
        del values[name]
    namespace.update(values)
    for name in missing:
        namespace.pop(name, None)


def _own_places(surface: Surface) -> list[Place]:
    """Return the places in the package's other modules."""
    places: list[Place] = []
    for name, module in surface.world.modules.items():
        if name != "wandb":
            places += [Place(module, entry, entry) for entry in _same_entries(surface, module)]
    return places


def _states(world: World) -> list[tuple[ModuleType, State]]:
    """Return the states that there are in this release, each with its module."""
    found = ((_module(state.module), state) for state in (_REAL_STATES if world.real else _STANDIN_STATES))
    return [
        (module, state)
        for module, state in found
        if module is not None
        and state.attribute in vars(module)
        and (state.where is None or getattr(world.behaviour, state.where))
    ]


def _module(name: str) -> ModuleType | None:
    """Return a module by name; None when this release of wandb lacks it."""
    try:
        return sys.modules.get(name) or importlib.import_module(name)
    except ModuleNotFoundError:
        return None


def _same_entries(surface: Surface, module: ModuleType) -> list[str]:
    """Return the entry points that a module of the stand-in has too."""
    # The class of the public API stays one elsewhere, and is slow to make.
    offered = {*vars(module), *vars(module).get("__makers__", ())} - {"Api"}
    return [name for name in surface.entries & offered if getattr(module, name) is surface.first[name]]
