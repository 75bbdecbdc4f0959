"""Functions of other libraries that the client replaces: TensorBoard's writers and gym's recorders.

``wandb.patched`` lists them.  What was replaced inside a patch is put back when the patch goes.
"""

from __future__ import annotations

import importlib
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from wandb_testkit.client.session import Session

Entry = list[str]


class Patched(dict[str, list[Entry]]):
    """What ``wandb.patched`` is during a patch: what was there before it, and what comes in it.

    Args:
        session: The patch's session.
        below: The names that the patch covers.
    """

    def __init__(self, session: Session, below: dict[str, list[Entry]]) -> None:
        self._session = session
        self.below = below

    def __missing__(self, library: str) -> list[Entry]:
        found = self[library] = _Entries(self._session, _entries_of(self.below, library))
        return found


def has_replaced(patched: dict[str, list[Entry]] | None, library: str) -> bool:
    """Say whether functions of a library are replaced.

    Args:
        patched: What ``wandb.patched`` is; None where there is no such name.
        library: Such as ``tensorboard``.
    """
    return patched is not None and bool(_entries_of(patched, library))


def _entries_of(patched: dict[str, list[Entry]], library: str) -> list[Entry]:
    # A patch's own does not even have the library's name until somebody asks for it.
    found = patched.get(library)
    if found is None and isinstance(patched, Patched):
        return _entries_of(patched.below, library)
    return found or []


class _Entries(list[Entry]):
    """The replaced functions of one library; the session hears of new ones."""

    def __init__(self, session: Session, entries: Any) -> None:
        super().__init__(entries)
        self._session = session

    def append(self, entry: Entry) -> None:
        super().append(entry)
        replaced(self._session, entry)


def replaced(session: Session, entry: Entry) -> None:
    """Put the library's own function back when the session ends.

    Args:
        session: The session.
        entry: The dotted name of a module or class, and that of its function; the function of before is at
            ``orig_<function>``.
    """
    owner, name = _owner(entry[0]), entry[1]
    installed = vars(owner).get(name)
    original = vars(owner).get(f"orig_{name}")

    def put_back() -> None:
        # The program may have done so itself.
        if original is not None and vars(owner).get(name) is installed:
            setattr(owner, name, original)
            delattr(owner, f"orig_{name}")
        # The client gives gym's recorders a destructor, and keeps nothing of theirs, which only warns.
        if getattr(vars(owner).get("__del__"), "__module__", None) == "wandb.integration.gym":
            del owner.__del__

    session.at_end(put_back)
    for client in session.running:
        # Steps are no longer taken as they are.
        client.live_log_settle()


def forget_steps(session: Session) -> None:
    """Have the steps of summaries that were handed over forgotten when the session ends.

    Args:
        session: The session, in which the client's own code logs something.
    """
    name = "wandb.integration.tensorboard.log" if session.world.real else "wandb_testkit.standin.tensorboard"
    module: Any = sys.modules.get(name)
    if module is not None and module not in session.forgetting:
        session.forgetting = (*session.forgetting, module)
        steps = module.STEPS

        def forget() -> None:
            module.reset_state()
            steps.clear()
            steps.update(module.STEPS)
            module.STEPS = steps

        session.at_end(forget)


def _owner(dotted: str) -> Any:
    """Return a module, or a class in one."""
    parts = dotted.split(".")
    for size in range(len(parts), 0, -1):
        module = sys.modules.get(".".join(parts[:size]))
        if module is not None:
            found: Any = module
            for part in parts[size:]:
                found = getattr(found, part)
            return found
    return importlib.import_module(dotted)
