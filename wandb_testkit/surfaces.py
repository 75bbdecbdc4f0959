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
from collections.abc import Callable, Mapping, Sequence
from operator import is_, itemgetter, setitem
from types import ModuleType
from typing import Any, NoReturn

from wandb_testkit import folder
from wandb_testkit.client import Session, Setup
from wandb_testkit.holders import Namespace, Place
from wandb_testkit.mocks import EntryMock
from wandb_testkit.world import World

MISSING: Any = object()


class Absent:
    """Stands for an entry point of a wandb that is not there in this patch.

    Args:
        name: The entry point's name.
        reason: Why it is not there.
    """

    def __init__(self, name: str, reason: str) -> None:
        self.__name__ = name
        self._reason = reason

    def __call__(self, *args: Any, **kwargs: Any) -> NoReturn:
        text = f"wandb_testkit: wandb.{self.__name__}() was called, but {self._reason}"
        raise ModuleNotFoundError(text, name="wandb")


_ABSENT = (
    "wandb is absent in this patch (absent=True). The caller imported it before: import it inside the function,"
    " or set the caller's own name for it with unittest.mock.patch"
)
_LACKING = "the wandb of this patch has no such entry point"


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
        fresh: Makes a patch's own, of its session and of what is there without a patch.
    """

    # No tuple: it is a key, and its hash must cost nothing.
    __slots__ = ("attribute", "fresh", "module")

    def __init__(self, module: str, attribute: str, fresh: Callable[[Session, Any], Any]) -> None:
        self.module = module
        self.attribute = attribute
        self.fresh = fresh


# The library object, what it has warned of once, the folder for media that no run has
# taken yet, the folders of data and caches, the artifacts that it remembers.
_CACHES = "wandb.sdk.artifacts.artifact_instance_cache"
_REAL_STATES = (
    State("wandb.sdk.wandb_setup", "_singleton", lambda session, _: Setup(session)),
    State("wandb.errors.term", "_printed_messages", lambda *_: set()),
    State("wandb.sdk.data_types._private", "MEDIA_TMP", lambda session, _: MediaFolder(session)),
    State("wandb.env", "get_data_dir", lambda _, real: folder.in_place_of(real, "WANDB_DATA_DIR", "data")),
    State("wandb.env", "get_cache_dir", lambda _, real: folder.in_place_of(real, "WANDB_CACHE_DIR", "cache")),
    State(_CACHES, "artifact_instance_cache", lambda _, cache: type(cache)(100)),
    State(_CACHES, "artifact_instance_cache_by_client_id", lambda _, cache: type(cache)(100)),
)
_STANDIN_STATES = (
    State("wandb_testkit.standin.term", "_printed_messages", lambda *_: set()),
    State("wandb_testkit.standin.place", "session_folder", lambda session, _: session.make_folder),
)


class Shown:
    """One layer on one surface.

    Args:
        surface: The surface.
        session: The client behind the names; None where wandb is absent.
    """

    __slots__ = ("_common", "_others", "first", "names_below", "places_below", "session")

    def __init__(self, surface: Surface, session: Session | None) -> None:
        self.session = session
        self.names_below: dict[str, Any] = {}
        self.places_below: dict[Place, Any] = {}
        self._common: tuple[str, ...] | None = None
        if session is None or session.world is not surface.world:
            # Nothing may reach a real client that somebody still holds.
            self._common, self._others = surface.covered_by(session)
        #: What the places elsewhere show, whatever run there is.
        self.first: dict[Any, Any] = {**self.names}
        for state in surface.states:
            there = surface.first[state]
            self.first[state] = there if session is None else state.fresh(session, there)

    @property
    def names(self) -> Mapping[str, Any]:
        """The module's names as this layer has them now."""
        session = self.session
        if self._common is None:
            assert session is not None
            return session.globals
        if session is None:
            return self._others
        return {**self._others, **dict(zip(self._common, map(session.globals.get, self._common), strict=True))}


class Surface:
    """The names of one wandb package that a patch replaces, wherever they are held.

    Attributes:
        entries: The entry points' names in the module, second names included.
        names: These and ``run``, ``config`` and ``summary``.
        originals: What they are in the module without a patch; MISSING for those that it
            finds when it is asked.
    """

    def __init__(self, world: World) -> None:
        self.world = world
        self.namespace: Namespace = vars(world.wandb)
        self.entries = frozenset({*world.names(), *world.aliases()})
        self.names = (*world.names(), *world.aliases(), "run", "config", "summary")
        if not world.real:
            # The stand-in makes its names when they are asked for.
            for name in self.names:
                getattr(world.wandb, name)
        self.originals = {name: self.namespace.get(name, MISSING) for name in self.names}
        #: What the places elsewhere show without a patch.
        self.first: dict[Any, Any] = {name: value for name, value in self.originals.items() if value is not MISSING}
        self.shown: list[Shown] = []
        self.states: list[State] = []
        self._places = Places(_own_places(self))
        # What is in the module without a patch, and the names that it finds when it is asked.
        self._held = {name: value for name, value in self.originals.items() if value is not MISSING}
        self._values = itemgetter(*self._held)
        self._found_when_asked = [name for name, value in self.originals.items() if value is MISSING]
        self._covers: dict[World | None, tuple[tuple[str, ...], dict[str, Any]]] = {}

    # ---- layers

    def push(self, session: Session | None) -> Shown:
        """Show `session` at every place."""
        added = Shown(self, session)
        below = self.shown[-1] if self.shown else None
        expected = self.originals if below is None else below.names
        added.names_below = self._strangers(expected)
        added.places_below = self._places.strangers(self.first if below is None else below.first)
        self.shown.append(added)
        self._places.write(added.first)
        # One update: no other thread sees half a patch.
        self.namespace.update(added.names)
        return added

    def _strangers(self, expected: Mapping[str, Any]) -> dict[str, Any]:
        """Return what is in the module that is not what is expected there."""
        there, asked = self.namespace, self._found_when_asked
        try:
            same = all(map(is_, self._values(there), self._values(expected)))
        except KeyError:  # somebody took a name out, or this package lacks an entry point
            same = False
        if same and all(there.get(name, MISSING) is expected.get(name, MISSING) for name in asked):
            return {}
        found = ((name, there.get(name, MISSING)) for name in self.names)
        return {name: value for name, value in found if value is not expected.get(name, MISSING)}

    def remove(self, removed: Shown) -> None:
        """Take a layer away; what it covered shows again."""
        index = self.shown.index(removed)
        if index == len(self.shown) - 1:
            self._uncover(removed)
            return
        del self.shown[index]
        above = self.shown[index]
        gone = removed.session
        for name, value in above.names_below.items():
            if not _belongs(value, gone):
                removed.names_below[name] = value
        for place, value in above.places_below.items():
            if not _belongs(value, gone):
                removed.places_below[place] = value
        above.names_below, above.places_below = removed.names_below, removed.places_below

    def _uncover(self, removed: Shown) -> None:
        below = self.shown[-2] if len(self.shown) > 1 else None
        if removed.names_below:
            _write(self.namespace, {**(self.originals if below is None else below.names), **removed.names_below})
        elif below is not None:
            self.namespace.update(below.names)
        else:
            self.namespace.update(self._held)
            for name in self._found_when_asked:
                self.namespace.pop(name, None)
        self._places.write(self.first if below is None else below.first)
        for place, value in removed.places_below.items():
            _write(place.namespace, {place.attribute: value})
        # Last, so that a removal that was interrupted can be done again.
        self.shown.pop()

    def covered_by(self, session: Session | None) -> tuple[tuple[str, ...], dict[str, Any]]:
        """Return what shows here while another package is in use, or none.

        Args:
            session: The client of the other package; None where wandb is absent.

        Returns:
            The names that `session` has, and what stands for the others.
        """
        # The same for all sessions of one package.
        other = None if session is None else session.world
        if other not in self._covers:
            known = () if session is None else session.globals
            reason = _ABSENT if session is None else _LACKING
            rest = [name for name in self.names if name not in known]
            stands = {name: Absent(name, reason) if name in self.entries else self.originals[name] for name in rest}
            self._covers[other] = tuple(name for name in self.names if name in known), stands
        return self._covers[other]

    @property
    def top(self) -> Session | None:
        """The session that shows."""
        return self.shown[-1].session if self.shown else None

    def meanings(self) -> dict[int, Any]:
        """Return what others may hold, by the identity of what stands for it without a patch."""
        found = {id(value): name for name, value in self.first.items() if name in self.entries}
        # Other modules hold some of wandb's own objects too.
        found.update((id(self.first[state]), state) for state in self.states if self.first[state] is not None)
        return found

    def show(self, values: Mapping[str, Any]) -> None:
        """Change names of the module, as ``init`` and ``finish`` do."""
        self.namespace.update({name: value for name, value in values.items() if name in self.originals})

    # ---- places elsewhere

    def add(self, place: Place) -> None:
        """Take in a place that was found in a module."""
        if place.namespace is self.namespace or self._places.knows(place):
            return
        if place.means not in self.first:
            self.first[place.means] = self.namespace["__getattr__"](place.means)
        value = place.namespace.get(place.attribute)
        if isinstance(value, EntryMock) and (self.top is None or not _belongs(value, self.top)):
            # It was imported inside a patch that is over, or that is covered now.
            first = self.shown[-1].first if self.shown else self.first
            place.namespace[place.attribute] = first[place.means]
        self._places.set([*self._places.all, place])

    def forget_dead_places(self) -> None:
        """Let go of modules that are no longer there."""
        if not all(place.is_alive for place in self._places.all):
            self._places.set([place for place in self._places.all if place.is_alive])


class Places:
    """Places in other modules, in columns: the interpreter goes through them in C."""

    def __init__(self, places: list[Place]) -> None:
        self.set(places)

    def set(self, places: list[Place]) -> None:
        """Change which places there are."""
        self.all = places
        self._namespaces = [place.namespace for place in places]
        self._attributes = [place.attribute for place in places]
        means = [place.means for place in places]
        # For a single key `itemgetter` would give no tuple.
        self._values: Callable[[Mapping[Any, Any]], Sequence[Any]] = (
            itemgetter(*means) if len(means) > 1 else lambda values: [values[each] for each in means]
        )

    def knows(self, place: Place) -> bool:
        """Say whether the same attribute is among them already."""
        return any(known.namespace is place.namespace and known.attribute == place.attribute for known in self.all)

    def strangers(self, expected: Mapping[Any, Any]) -> dict[Place, Any]:
        """Return the places that show something else than expected, and what."""
        if all(map(is_, map(dict.get, self._namespaces, self._attributes), self._values(expected))):
            return {}
        found = ((place, place.namespace.get(place.attribute, MISSING)) for place in self.all)
        return {place: value for place, value in found if value is not expected.get(place.means, MISSING)}

    def write(self, values: Mapping[Any, Any]) -> None:
        """Show the values of what the places mean."""
        # `operator.setitem` takes its arguments as they are; `dict.__setitem__` packs them into a tuple.
        deque(map(setitem, self._namespaces, self._attributes, self._values(values)), 0)


def _belongs(value: Any, session: Session | None) -> bool:
    """Say whether `value` is a mock, run, config or summary of `session`."""
    fields = getattr(type(value), "__dict__", None) and getattr(value, "__dict__", None)
    if session is None or not isinstance(fields, dict):
        return False
    client = fields.get("_target") if issubclass(type(value), EntryMock) else fields.get("_testkit")
    return client is not None and getattr(client, "session", client) is session


def _write(namespace: Namespace, values: dict[str, Any]) -> None:
    missing = [name for name, value in values.items() if value is MISSING]
    for name in missing:
        del values[name]
    namespace.update(values)
    for name in missing:
        namespace.pop(name, None)


def _own_places(surface: Surface) -> list[Place]:
    """Return the places in the package's other modules."""
    world = surface.world
    places = []
    for state in _REAL_STATES if world.real else _STANDIN_STATES:
        module = _module(state.module)
        if module is not None and state.attribute in vars(module):
            surface.first[state] = vars(module)[state.attribute]
            surface.states.append(state)
            places.append(Place(module, state.attribute, state))
    for name, module in world.modules.items():
        if name != "wandb":
            places += [Place(module, entry, entry) for entry in _same_entries(surface, module)]
    return places


def _module(name: str) -> ModuleType | None:
    """Return a module by name; None when this release of wandb lacks it."""
    try:
        return sys.modules.get(name) or importlib.import_module(name)
    except ModuleNotFoundError:
        return None


def _same_entries(surface: Surface, module: ModuleType) -> list[str]:
    """Return the entry points that a module of the stand-in has too."""
    offered = {*vars(module), *vars(module).get("__makers__", ())}
    return [name for name in surface.entries & offered if getattr(module, name) is surface.first[name]]
