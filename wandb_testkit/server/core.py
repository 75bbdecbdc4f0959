"""`Server`: what wandb's service would know in one patch."""

from __future__ import annotations

import functools
import weakref
from collections.abc import Iterator, Mapping
from time import time
from typing import TYPE_CHECKING, Any, cast

from wandb_testkit.rules import filters as filter_rules
from wandb_testkit.rules import naming
from wandb_testkit.server import graphql, history
from wandb_testkit.server.files import Files
from wandb_testkit.server.graphql import GraphQLError
from wandb_testkit.server.runs import SeededRun, ServerRun, SessionRun
from wandb_testkit.tape import CALL, safe_snapshot

if TYPE_CHECKING:
    from wandb_testkit.client.session import Session
    from wandb_testkit.rules.lifecycle import RunState

#: From which states a run may be set to which other: the client's own documentation of ``Run.update_state`` says so.
TRANSITIONS = {
    "pending": frozenset({"running", "failed", "crashed", "preempted"}),
    "failed": frozenset({"pending", "running"}),
}


class Server:
    """What wandb's service would know in one patch.

    Runs of online mode (and of shared mode) are there as soon as they begin; offline and disabled ones never
    are.  They are read off the session's record at the moment of asking.

    Args:
        session: The patch's session.

    Attributes:
        files: The files of runs, and what is behind the server's addresses.
        gone: The storage ids of runs that were deleted.
    """

    def __init__(self, session: Session) -> None:
        # The session holds the server.
        self._session = weakref.ref(session)
        self.files = Files()
        self.files.sources.append(lambda url: self.session.artifacts.content_at(url))
        self._began = time()
        self._made: list[SeededRun] = []
        for seed in session.seeds:
            # Runs that were there before began before the patch did, one after the other.
            now = self._began - 60.0 * (len(session.seeds) - len(self._made))
            self._make(seed, now)
        self._deleted: set[int] = set()
        self.gone: set[str] = set()
        self._projects: dict[tuple[str, str], dict[str, Any]] = {}
        self._known: tuple[tuple[int, ...], dict[tuple[str, str, str], ServerRun]] | None = None
        self._sources: dict[str, int] = {}
        self._edits = 0

    @property
    def session(self) -> Session:
        """The session."""
        # Nobody but the session has this.
        return cast("Session", self._session())

    # ---- the account

    @property
    def default_entity(self) -> str:
        """The account's default entity."""
        return self.session.entity

    @property
    def viewer(self) -> dict[str, Any]:
        """The account: username, name, email, entity and the names of teams."""
        # A user's own entity has the user's name.
        name = self.default_entity
        email = f"{name}@example.com"
        return {"username": name, "name": name, "email": email, "entity": name, "teams": [name], "admin": False}

    # ---- runs

    def _make(self, fields: Mapping[str, Any], now: float) -> SeededRun:
        made = SeededRun(fields, entity=self.session.entity, number=len(self._made) + 1, now=now)
        self._made.append(made)
        return made

    def _all(self) -> dict[tuple[str, str, str], ServerRun]:
        states = self.session.replay.states()
        version = len(states), len(self.session.clients), self._edits
        if self._known is None or self._known[0] != version:
            self._known = version, self._joined(states)
        return self._known[1]

    def _joined(self, states: Mapping[int, RunState]) -> dict[tuple[str, str, str], ServerRun]:
        found: dict[tuple[str, str, str], ServerRun] = {run.path: run for run in (*self._made, *self._elsewhere())}
        for key, state in states.items():
            client = self.session.clients.get(key)
            settings = state.settings
            if client is None or key in self._deleted or settings.mode not in ("online", "shared"):
                continue
            entity = settings.entity or self.session.entity
            path = entity, settings.project, settings.run_id
            base = found.get(path) if settings.resumed or settings.resume_from else None
            if settings.fork_from is not None:
                base = found.get((entity, settings.project, settings.fork_from[0]))

            send = functools.partial(self.session.tape.effect, key)
            found[path] = SessionRun(state, client, self.session.entity, base, send)
        return found

    def _elsewhere(self) -> Iterator[SeededRun]:
        for fields in self.session.elsewhere():
            self._edits += 1  # They go on, so that nothing is known for long.
            yield SeededRun(fields, entity=self.session.entity, number=len(self._made) + 1, now=self._began)

    def runs(
        self,
        entity: str | None = None,
        project: str | None = None,
        *,
        filters: Mapping[str, Any] | None = None,
        order: str | None = None,
    ) -> list[ServerRun]:
        """Return runs, oldest first or in another order.

        Args:
            entity: Only those of this user or team.
            project: Only those of this project.
            filters: Only those that pass; see `rules.filters`.
            order: See `rules.filters.ordered`.

        Raises:
            GraphQLError: The filter is none.
        """
        found = [run for run in self._all().values() if entity in (None, run.entity) and project in (None, run.project)]
        try:
            found = [run for run in found if filter_rules.matches(filters, run.read)]
        except filter_rules.FilterError as error:
            raise GraphQLError(str(error), 400) from None
        found.sort(key=lambda run: run.created_at)
        return filter_rules.ordered(found, order, lambda run, key: run.read(key))

    def run(self, entity: str, project: str, run_id: str) -> ServerRun | None:
        """Return one run; None where there is none.

        Args:
            entity: The user or team.
            project: The project.
            run_id: The run's id.
        """
        return self._all().get((entity, project, run_id))

    def stored(self, storage_id: str) -> ServerRun:
        """Return the run that the server stores under an id.

        Raises:
            GraphQLError: There is none.
        """
        for run in self._all().values():
            if run.storage_id == storage_id:
                return run
        raise GraphQLError(f"run not found: {storage_id}", 404)

    def create_run(
        self, run_id: str | None = None, project: str | None = None, entity: str | None = None, **fields: Any
    ) -> ServerRun:
        """Make a run, or return the one that is there.

        Args:
            run_id: Its id; a new one by default.
            project: Its project.
            entity: Its user or team.
            fields: What else is known of it; see `SeededRun`.
        """
        run_id = run_id or naming.generate_id()
        entity = entity or self.session.entity
        project = project or "uncategorized"
        there = self.run(entity, project, run_id)
        if there is not None:
            return there
        self.note("create_run", "/".join((entity, project, run_id)))
        fields.setdefault("state", "running")
        made = self._make({"id": run_id, "project": project, "entity": entity, **fields}, time())
        self._edits += 1
        return made

    def update_run(self, run: ServerRun, **changes: Any) -> None:
        """Change a run, as ``update()`` of the Api's run does.

        Args:
            run: The run.
            changes: New values by name; see `ServerRun.edit`.
        """
        if changes:
            self.note("update_run", "/".join(run.path), **changes)
            run.edit(changes)

    def update_state(self, run: ServerRun, state: str) -> None:
        """Set a run's state.

        Args:
            run: The run.
            state: One of `TRANSITIONS`.

        Raises:
            GraphQLError: The run cannot get into that state.
        """
        if run.sweep_name:
            raise GraphQLError("cannot update the state of a sweep run", 400)
        if run.state not in TRANSITIONS.get(state, ()):
            raise GraphQLError(f"invalid state transition from {run.state} to {state}", 400)
        self.update_run(run, state=state)

    def stop_run(self, run: ServerRun) -> None:
        """Ask a run to stop, as ``stop()`` of the Api's run does; no program here looks for it.

        Args:
            run: The run.
        """
        self.note("stop_run", "/".join(run.path))

    def delete_run(self, run: ServerRun, delete_artifacts: bool = False) -> None:
        """Delete a run; the recorder's record of it stays.

        Args:
            run: The run.
            delete_artifacts: Whether its artifacts go too.
        """
        self.gone.add(run.storage_id)
        # The project stays, be it empty.
        self._projects.setdefault(run.path[:2], {"created_at": run.created_at})
        self.note("delete_run", "/".join(run.path), **({"delete_artifacts": True} if delete_artifacts else {}))
        if delete_artifacts:
            self.session.artifacts.delete_of(run.path)
        self._made = [made for made in self._made if made.path != run.path]
        for key, state in self.session.replay.states().items():
            settings = state.settings
            if (settings.entity or self.session.entity, settings.project, settings.run_id) == run.path:
                self._deleted.add(key)
        self._edits += 1

    def earlier_runs(self) -> Iterator[Mapping[str, Any]]:
        """Yield the runs that a new one may go on with, as `RecordedRun.to_dict` writes them."""
        for made in self._made:
            yield made.to_dict()
        for key, state in self.session.replay.states().items():
            if key not in self._deleted:
                yield state.to_dict()

    # ---- history

    def scan_history(
        self, run: ServerRun, keys: list[str] | None, first: int | None = None, last: int | None = None
    ) -> list[dict[str, Any]]:
        """Return rows of a run: whole, or those with all of the keys; not to be changed.

        Args:
            run: The run.
            keys: The keys; None or none for whole rows.
            first: The first step.
            last: The step after the last one.
        """
        return history.scanned(run.rows(), list(keys or ()), first, last)

    # ---- projects

    def projects(self, entity: str) -> list[tuple[str, str]]:
        """Return the projects of a user or team, as (entity, project), oldest first.

        Args:
            entity: The user or team.
        """
        found = dict.fromkeys(path[:2] for path in self._all())
        found.update(dict.fromkeys(self._projects))
        for other in self._other_projects():
            found.setdefault(other)
        return [path for path in found if path[0] == entity]

    def _other_projects(self) -> Iterator[tuple[str, str]]:
        from wandb_testkit.server import parts

        yield from parts.projects(self)

    def has_project(self, entity: str, project: str) -> bool:
        """Say whether there is a project."""
        return (entity, project) in self.projects(entity) or self.session.artifacts.has_everywhere

    def create_project(self, name: str, entity: str | None = None, **fields: Any) -> bool:
        """Make a project; False where it is there already.

        Args:
            name: Its name.
            entity: Its user or team.
            fields: What else is known of it, such as ``description``.
        """
        entity = entity or self.session.entity
        inserted = not self.has_project(entity, name)
        self.note("create_project", name, entity)
        there = self._projects.setdefault((entity, name), {"created_at": time()})
        there.update(fields)
        return inserted

    def project_fields(self, entity: str, project: str) -> dict[str, Any]:
        """Return what is known of a project: ``created_at`` and what it was made with.

        Args:
            entity: The user or team.
            project: The project's name.
        """
        began = [run.created_at for run in self.runs(entity, project)]
        known = self._projects.get((entity, project), {})
        return {**known, "created_at": min([*began, known.get("created_at", time())])}

    # ---- asking

    def execute(
        self, query: str, variables: Mapping[str, Any] | None = None, changes: graphql.Changes | None = None
    ) -> dict[str, Any]:
        """Answer a GraphQL document.

        Args:
            query: The document.
            variables: Its variables.
            changes: What is left out of it.

        Returns:
            The answer's data.

        Raises:
            GraphQLError: The server refuses.
            NotModelled: It asks for something that is not imitated.
        """
        from wandb_testkit.server.schema import root

        return graphql.execute(query, variables, functools.partial(root, self), changes)

    def download(self, url: str) -> bytes:
        """Return what is behind one of the server's addresses.

        Raises:
            GraphQLError: There is nothing.
        """
        return self.files.read(url, self.run)

    def upload(self, url: str, content: bytes) -> None:
        """Put something behind one of the server's addresses.

        Raises:
            GraphQLError: There is no such address.
        """
        self.files.put(url, content, self.run)

    # ---- the record

    def note(self, name: str, *args: Any, **kwargs: Any) -> None:
        """Record a write, as a call ``server.<name>``: whichever of the Api's objects it was made through.

        Args:
            name: What is done, such as "update_run".
            args: What it is done to.
            kwargs: How.
        """
        tape = self.session.tape
        name = f"server.{name}"
        if name not in self._sources:
            self._sources[name] = tape.source(name, None, CALL)
        tape.append((self._sources[name], time(), safe_snapshot(args), safe_snapshot(kwargs), None))
