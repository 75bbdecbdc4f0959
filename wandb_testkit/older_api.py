"""The public Api of releases that talk to the server themselves (before 0.27), answered from memory.

They send GraphQL documents through objects of one class, and download files with one
function; what stands here takes their places for the time of a patch.
"""

from __future__ import annotations

import functools
import importlib
import json
import os
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from wandb_testkit.credentials import KEY, at_work
from wandb_testkit.errors import NotModelled
from wandb_testkit.links import settle_named
from wandb_testkit.refusals import refuse_launch
from wandb_testkit.server.files import file_name

if TYPE_CHECKING:
    from wandb_testkit.client.session import Session
    from wandb_testkit.server.graphql import GraphQLError


class Transport:
    """What the client sends its documents through.

    Args:
        session: The patch's session.
        url: Where to.
        options: Headers, credentials and the like.
    """

    def __init__(self, session: Session, url: str, **options: Any) -> None:
        self._session = at_work(session)
        self.url = url
        self.headers = options.get("headers")
        self.cookies = options.get("cookies")
        self.default_timeout = options.get("timeout")
        self.use_json = options.get("use_json", False)
        self.session = SimpleNamespace(auth=options.get("auth"), proxies={}, get=self._get)

    def _get(self, url: str, **options: Any) -> Any:
        return SimpleNamespace(content=_content(self._session, url), raise_for_status=lambda: None)

    def execute(self, document: Any, variable_values: Any = None, timeout: Any = None) -> Any:
        """Answer a document.

        Args:
            document: The parsed document.
            variable_values: Its variables.
            timeout: Without effect: the answer is there at once.

        Raises:
            requests.HTTPError: The server refuses.
            NotModelled: It is not imitated.
        """
        from wandb_testkit.server.graphql import GraphQLError

        if not self._session.active:
            raise self._session.left("wandb.Api")
        text = self._session.world.module("wandb_graphql.language.printer").print_ast(document)
        variables = json.loads(json.dumps(variable_values or {}))
        try:
            data = self._session.server.execute(text, variables)
        except NotModelled as error:
            self._session.refused = error
            raise
        except GraphQLError as error:
            if error.status >= 400:
                raise _http_error(error) from None
            return SimpleNamespace(data=None, errors=[{"message": error.message}])
        return SimpleNamespace(data=json.loads(json.dumps(data)), errors=None)


def _http_error(error: GraphQLError) -> Exception:
    requests = importlib.import_module("requests")
    response = requests.Response()
    response.status_code = error.status
    response._content = json.dumps({"errors": [{"message": error.message}]}).encode()
    response.headers["content-type"] = "application/json"
    made: Exception = requests.HTTPError(error.message, response=response)
    return made


def transports(session: Session) -> Any:
    """Return what stands for the client's class of transports in a patch."""
    return functools.partial(Transport, session)


def _content(session: Session, source_url: str, api_key: Any = None) -> bytes:
    from wandb_testkit.server.graphql import GraphQLError

    if not session.active:
        raise session.left("wandb.Api")
    try:
        return session.server.download(source_url)
    except GraphQLError as error:
        raise _http_error(error) from None


def _download(session: Session, dest_path: str, source_url: str, api_key: Any = None) -> None:
    content = _content(session, source_url)
    folder = os.path.dirname(dest_path)
    if folder:
        os.makedirs(folder, exist_ok=True)
    with open(settle_named(dest_path, file_name(source_url)), "wb") as file:
        file.write(content)


def downloading(session: Session) -> Any:
    """Return what stands for the client's ``download_file_from_url`` in a patch."""
    return functools.partial(_download, session)


def plotting(session: Session) -> Any:
    """Return what makes what stands for ``wandb.plot_table``: the run's, while there is one."""

    def make(real: Any) -> Any:
        @functools.wraps(real)
        def plot_table(*args: Any, **kwargs: Any) -> Any:
            run = session.global_run
            return (real if run is None else run.plot_table)(*args, **kwargs)

        return plot_table

    return make


def reading(session: Session) -> Any:
    """Return what stands for the client's ``download_file_into_memory`` in a patch."""
    return functools.partial(_content, session)


@functools.cache
def uploading(real: type[Any]) -> type[Any]:
    """Return the client's internal Api with uploads to the server in memory.

    Args:
        real: The class.
    """

    def push(self: Any, files: Any, run: Any = None, entity: Any = None, project: Any = None, **options: Any) -> Any:
        session = importlib.import_module("wandb.sdk.wandb_setup").singleton()._session
        path = entity or self.settings("entity"), project or self.settings("project"), run or self.current_run_id
        found = session.server.run(*path)
        if found is None:
            raise session.world.CommError(f"Error uploading files to {'/'.join(map(str, path))}.")
        for name in files:
            with files[name] if isinstance(files, dict) else open(name, "rb") as file:
                session.server.files.upload(found, str(name), file.read())
        return []

    def __init__(self: Any, *args: Any, **kwargs: Any) -> None:
        refuse_launch()
        real.__init__(self, *args, **kwargs)

    members = {"push": push, "__init__": __init__, "__module__": real.__module__, "__doc__": real.__doc__}
    return type(real.__name__, (real,), members)


@functools.cache
def leaving_the_home_folder(real: type[Any]) -> type[Any]:
    """Return the settings that the internal Api reads, which are looked for but get no folder made for them.

    Args:
        real: The class.
    """

    def _global_path() -> str:
        folder = os.environ.get("WANDB_CONFIG_DIR") or os.path.join(os.path.expanduser("~"), ".config", "wandb")
        return os.path.join(folder, "settings")

    members = {"_global_path": staticmethod(_global_path), "__module__": real.__module__, "__doc__": real.__doc__}
    return type(real.__name__, (real,), members)


def arguments(session: Session, args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, Any]:
    """Return the keyword arguments of an Api that would look for a key and ask for one.

    Args:
        session: The patch's session.
        args: Its arguments.
        kwargs: Its keyword arguments.
    """
    try:
        session.world.module("wandb.sdk.lib.wbauth")
    except ModuleNotFoundError:
        return kwargs if len(args) > 2 else {"api_key": KEY, **kwargs}
    return kwargs
