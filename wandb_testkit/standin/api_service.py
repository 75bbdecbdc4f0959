"""``ServiceApi``: how the objects of the public API reach the server, which is in memory here."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from wandb_testkit.errors import NotModelled
from wandb_testkit.standin import place
from wandb_testkit.standin.errors import WandbApiFailedError
from wandb_testkit.standin.place import at

if TYPE_CHECKING:
    from wandb_testkit.client.session import Session


def session_at_work() -> Session:
    """The client of the patch, or of the ``MockWandB``, that is at work.

    Returns:
        The session.

    Raises:
        RuntimeError: there is none.
    """
    from wandb_testkit.client.session import Session

    found = getattr(place.wandb("init"), "_target", None)
    if not isinstance(found, Session):
        raise RuntimeError(
            "wandb.Api() was called on wandb_testkit's stand-in outside of patch_wandb: enter patch_wandb first, or"
            " install wandb"
        )
    return found


def settings_of(session: Session, **fields: Any) -> Any:
    """The settings of a session.

    Args:
        session: the patch's client.
        **fields: what is set otherwise.

    Returns:
        A ``wandb.Settings``.
    """
    return session.world.settings({**session.session_fields(), **fields})


@at("wandb.apis.public.service_api")
class ServiceApi:
    """A handle to the server.

    Args:
        settings: a ``wandb.Settings``; it says where the web interface is.
        timeout: without effect: the answer is there at once.
        session: the client of the patch; the one at work by default.
    """

    def __init__(self, settings: Any, timeout: float | None = None, session: Session | None = None) -> None:
        self._settings = settings
        self._timeout = timeout
        self._session = session or session_at_work()

    @property
    def app_url(self) -> str:
        """The address of the web interface, with a slash at its end."""
        return str(self._settings.app_url).rstrip("/") + "/"

    @property
    def base_url(self) -> str:
        """The address of the server."""
        return str(self._settings.base_url)

    @property
    def api_key(self) -> str | None:
        """The key that was given."""
        return self._settings.api_key  # type: ignore[no-any-return]

    @property
    def server(self) -> Any:
        """The server in memory.

        Raises:
            wandb.errors.UsageError: the patch is over.
        """
        if not self._session.active:
            raise self._session.left("wandb.Api")
        return self._session.server

    def execute_graphql(
        self,
        query: str,
        variables: Mapping[str, Any] | None = None,
        timeout: float | None = None,
        *,
        parse: Callable[[str], Any] = json.loads,
        **rest: Any,
    ) -> Any:
        """Ask the server.

        Args:
            query: a GraphQL document.
            variables: its variables, fit for JSON.
            timeout: without effect.
            parse: makes the result of the answer's JSON.
            **rest: what to leave out for older servers: without effect.

        Returns:
            The answer's data.

        Raises:
            WandbApiFailedError: the server refuses.
            NotModelled: the server in memory does not know what is asked for.
        """
        sent = json.loads(json.dumps(variables or {}))
        with _refusals():
            answer = self.server.execute(query, sent)
        return parse(json.dumps(answer))

    def feature_enabled(self, feature: Any, *, timeout: float = 10) -> bool:
        """Whether the server has a feature, by its name: this one has all that are modelled."""
        from wandb_testkit.service import _LACKING

        return feature not in _LACKING

    def send_api_request(self, request: Any, timeout: float | None = None) -> Any:
        """Refuse: requests of wandb-core's own form need wandb."""
        raise NotModelled("ServiceApi.send_api_request")

    # ---- what wandb-core does besides asking

    @property
    def folder(self) -> str:
        """The patch's temporary folder."""
        return self._session.make_folder()

    def scan_history(self, run: Any, keys: list[str] | None) -> list[dict[str, Any]]:
        """All rows of a run's history.

        Args:
            run: the run of the public API.
            keys: only rows that have all of these.

        Raises:
            WandbApiFailedError: there is no such run.
        """
        found = self.server.run(run.entity, run.project, run.id)
        if found is None:
            raise WandbApiFailedError(f"no history found for run {run.id}")
        return json.loads(json.dumps(self.server.scan_history(found, keys)))  # type: ignore[no-any-return]

    def organization(self, entity: str | None, asked: str | None) -> str:
        """The organization that keeps the registries.

        Args:
            entity: the account's.
            asked: the organization that the program names.

        Raises:
            ValueError: there is no entity.
        """
        if not entity:
            raise ValueError("Entity name is required to resolve org entity name.")
        return self._session.artifacts.organization(entity, asked)

    def content(self, url: str) -> bytes:
        """What is behind an address of the server's."""
        with _refusals():
            return self.server.download(url)  # type: ignore[no-any-return]

    def upload(self, url: str, path: str) -> None:
        """Put a file behind an address of the server's."""
        with open(path, "rb") as stream, _refusals():
            self.server.upload(url, stream.read())

    def stop_run(self, storage_id: str) -> None:
        """Ask a run's program to stop."""
        with _refusals():
            self.server.stop_run(self.server.stored(storage_id))


class _Refused:
    """What the server says of a request that it refuses.

    Args:
        message: its words.
        http_status: the status that comes with them.
    """

    def __init__(self, message: str, http_status: int) -> None:
        self.message = message
        self.http_status = http_status


@contextlib.contextmanager
def _refusals() -> Iterator[None]:
    """Let the server's refusals come out as those of wandb's service do."""
    from wandb_testkit.server.graphql import GraphQLError

    try:
        yield
    except GraphQLError as error:
        raise WandbApiFailedError(error.message, _Refused(error.message, error.status)) from None
