"""The artifacts of a family of processes: what one of them logs, the others find.

The server's store is a list of what was done to it, in one file for all.  Who wants to do something holds the file,
does first what the others did meanwhile, and writes down its own.  As the rules are the same everywhere, and ids and
times are written down too, each process comes to the same store.  Contents are in a folder, by their digests.
"""

from __future__ import annotations

import contextlib
import hashlib
import itertools
import os
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from wandb_testkit.children import portable
from wandb_testkit.children.frames import framed, whole_frames
from wandb_testkit.rules.artifact_model import Collection, Draft, RunRef, Version, dated, now
from wandb_testkit.rules.artifacts import Store
from wandb_testkit.server.blobs import KEPT_IN_MEMORY, Blobs, hex_digest

if TYPE_CHECKING:
    from wandb_testkit.server.artifacts import Artifacts

#: The file's name.
LOG = "artifacts.log"

# How an argument is written down: these two by their ids.
_VERSION, _COLLECTION, _VALUE = "version", "collection", "value"

# Ids of other patches of the process, and of patches within a child, are far from these.
_FIRST = 1_000_000_000


class FamilyStore(Store):
    """The store of all processes of a family.

    Args:
        folder: The family's folder.

    Attributes:
        remember: Is given each version that another process has made.
    """

    def __init__(self, folder: str) -> None:
        self._path = os.path.join(folder, LOG)
        self.remember: Callable[[Version], object] = bool
        self._offset = 0
        self._busy = False
        self._next_number = _FIRST + int(hashlib.md5(folder.encode(), usedforsecurity=False).hexdigest()[:12], 16)
        super().__init__()

    def become_child(self) -> None:
        """Go on as another process: this one was forked, perhaps while another thread was here."""
        self._lock = threading.RLock()
        self._busy = False

    # ---- what others did is there for whoever looks

    @property
    def _collections(self) -> dict[tuple[str, str, str], Collection]:
        self.catch_up()
        return self._own_collections

    @_collections.setter
    def _collections(self, value: dict[tuple[str, str, str], Collection]) -> None:
        self._own_collections = value

    @property
    def _versions(self) -> dict[str, Version]:
        self.catch_up()
        return self._own_versions

    @_versions.setter
    def _versions(self, value: dict[str, Version]) -> None:
        self._own_versions = value

    @property
    def has_everywhere(self) -> bool:
        """Whether there are artifacts in every project."""
        self.catch_up()
        return super().has_everywhere

    def catch_up(self) -> None:
        """Do what other processes have done meanwhile."""
        if self._busy and self._lock_is_ours():
            return
        with self._lock, contextlib.suppress(FileNotFoundError):
            if os.path.getsize(self._path) > self._offset:
                with open(self._path, "rb") as file:
                    self._read(file)

    def _lock_is_ours(self) -> bool:
        # Whoever changes something looks at it too.
        return self._holder == threading.get_ident()

    _holder: int | None = None

    def _read(self, file: Any) -> None:
        """Do what others have written down; a piece of a frame at the end is left."""
        file.seek(self._offset)
        already = self._offset
        for frame, end in whole_frames(file.read()):
            name, args, kwargs, moment = portable.loads(frame)
            there = len(self._own_versions)
            self._do(name, [self._found(arg) for arg in args], {k: self._found(v) for k, v in kwargs.items()}, moment)
            for version in list(self._own_versions.values())[there:]:
                self.remember(version)
            self._offset = already + end

    # ---- what is done is written down

    def _shared(self, name: str, *args: Any, **kwargs: Any) -> Any:
        with self._lock:
            if self._busy:
                # Part of something that is written down as a whole.
                return getattr(Store, name)(self, *args, **kwargs)
            args = tuple(map(_listed, args))
            kwargs = {key: _listed(value) for key, value in kwargs.items()}
            with self._held() as file:
                if file is not None:
                    self._read(file)
                moment = now()
                # As it is now: what is done to it may change it.
                sent = [_sent(arg) for arg in args], {k: _sent(v) for k, v in kwargs.items() if not callable(v)}
                frame = portable.dumps((name, *sent, moment))
                result = self._do(name, args, kwargs, moment)
                if file is not None:
                    self._write(file, frame)
            return result

    def _do(self, name: str, args: Iterable[Any], kwargs: Mapping[str, Any], moment: str) -> Any:
        numbers = itertools.count(self._next_number)
        self._busy, self._holder = True, threading.get_ident()
        try:
            with dated(numbers, moment):
                plain = [arg.version if isinstance(arg, _Foreign) else arg for arg in args]
                result = getattr(Store, name)(self, *plain, **kwargs)
            # What the server refuses is not written down, and takes no ids.
            self._next_number = next(numbers)
            return result
        finally:
            self._busy, self._holder = False, None

    @contextlib.contextmanager
    def _held(self) -> Iterator[Any]:
        """Hold the file against other processes; None once the family's patch is over."""
        try:
            descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        except FileNotFoundError:
            yield None
            return
        with os.fdopen(descriptor, "r+b") as file:
            with contextlib.suppress(ImportError, OSError):
                import fcntl  # POSIX only

                # Closing the file lets it go, and so does the process's end.
                fcntl.lockf(descriptor, fcntl.LOCK_EX)
            yield file

    def _write(self, file: Any, frame: bytes) -> None:
        # What a process left that was killed while it wrote goes away.
        file.truncate(self._offset)
        file.seek(self._offset)
        data = framed(frame)
        file.write(data)
        file.flush()
        self._offset += len(data)

    def _found(self, sent: tuple[str, Any]) -> Any:
        kind, value = sent
        if kind == _VERSION:
            return self._own_versions[value]
        if kind == _COLLECTION:
            return next(found for found in self._own_collections.values() if found.id == value)
        return value

    # ---- all that changes the store

    def save(self, draft: Draft, warn: Callable[[str], None] = lambda text: None) -> Version:
        """As for `Store`."""
        return self._shared("save", draft, warn=warn)  # type: ignore[no-any-return]

    def add(self, version: Version, aliases: Iterable[str]) -> Version:
        """As for `Store`."""
        return self._shared("add", _Foreign(version), aliases)  # type: ignore[no-any-return]

    def settle(self, entity: str, project: str) -> list[Version]:
        """As for `Store`."""
        if not self.has_everywhere or (entity, project) in self._settled:
            return []
        return self._shared("settle", entity, project)  # type: ignore[no-any-return]


def bring_home(artifacts: Artifacts) -> None:
    """Keep what may outlive the family's folder.

    Args:
        artifacts: Those of the parent.
    """
    blobs = artifacts.blobs
    assert isinstance(blobs, SharedBlobs)
    for version in list(artifacts.store.versions()):
        blobs.bring_home(entry["digest"] for entry in version.entries.values() if "ref" not in entry)


class _Foreign:
    """A version of another store, which is sent as it is.

    Args:
        version: The version.
    """

    def __init__(self, version: Version) -> None:
        self.version = version


def _listed(value: Any) -> Any:
    """Return what can be gone through twice."""
    plain = value is None or isinstance(value, (str, int, Mapping, Draft, RunRef, Version, Collection, _Foreign))
    return value if plain or callable(value) else list(value)


def _sent(value: Any) -> tuple[str, Any]:
    if isinstance(value, Version):
        return _VERSION, value.id
    if isinstance(value, Collection):
        return _COLLECTION, value.id
    return _VALUE, value.version if isinstance(value, _Foreign) else value


def _sharing(name: str) -> Callable[..., Any]:
    def shared(self: FamilyStore, *args: Any, **kwargs: Any) -> Any:
        return self._shared(name, *args, **kwargs)

    shared.__doc__ = getattr(Store, name).__doc__
    return shared


# These need no more than to be written down.
_OTHERS = (
    *("float", "update", "add_aliases", "remove_aliases", "delete", "link", "unlink", "use"),
    *("delete_collection", "rename_collection", "move_collection", "describe_collection"),
)
for _name in _OTHERS:
    setattr(FamilyStore, _name, _sharing(_name))


class SharedBlobs(Blobs):
    """Contents that all processes of a family find.

    Args:
        folder: As for `Blobs`.
        shared: The family's folder.
    """

    def __init__(self, folder: Callable[[], str], shared: str) -> None:
        super().__init__(folder)
        self._shared = os.path.join(shared, "contents")

    def put(self, digest: str, path: str) -> None:
        """As for `Blobs`, for all processes."""
        if self.has(digest):
            return
        super().put(digest, path)
        self._share(digest)

    def keep(self, digest: str, content: bytes) -> None:
        """As for `Blobs`, for all processes."""
        super().keep(digest, content)
        self._share(digest)

    def take_from(self, other: Blobs, digest: str) -> bool:
        """As for `Blobs`, for all processes."""
        taken = super().take_from(other, digest)
        if taken:
            self._share(digest)
        return taken

    def has(self, digest: str) -> bool:
        """As for `Blobs`, with what other processes have put there."""
        return self._look(digest) or super().has(digest)

    def content(self, digest: str) -> bytes:
        """As for `Blobs`."""
        self._look(digest)
        return super().content(digest)

    def copy(self, digest: str, target: str) -> None:
        """As for `Blobs`."""
        self._look(digest)
        super().copy(digest, target)

    def bring_home(self, digests: Iterable[str]) -> None:
        """Keep in memory what may outlive the patch."""
        for digest in digests:
            if digest in self._small or not self.has(digest):
                continue
            if os.path.getsize(self._large[digest]) <= KEPT_IN_MEMORY:
                self._small[digest] = super().content(digest)

    def _place(self, digest: str) -> str:
        return os.path.join(self._shared, hex_digest(digest))

    def _look(self, digest: str) -> bool:
        if digest in self._small:
            return True
        place = self._place(digest)
        if not os.path.exists(place):
            return False
        self._large[digest] = place
        return True

    def _share(self, digest: str) -> None:
        place = self._place(digest)
        if os.path.exists(place):
            return
        # Under its own name others would take it for whole.
        hidden = f"{place}.{os.getpid()}.{threading.get_ident()}"
        with contextlib.suppress(FileNotFoundError):
            # The family's folder is gone when its patch is over.
            with contextlib.suppress(FileExistsError):
                os.mkdir(self._shared, 0o700)
            super().copy(digest, hidden)
            os.replace(hidden, place)
