"""What the objects of the public API have in common: attributes of the server's, pages, errors.

Names and behaviour are those of ``wandb.apis`` in wandb 0.31.0.
"""

from __future__ import annotations

import ast
import functools
import sys
from abc import abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sized
from typing import Any, Generic, TypeVar

from wandb_testkit.errors import NotModelled
from wandb_testkit.standin import env, signatures
from wandb_testkit.standin.errors import CommError, Error, WandbApiFailedError
from wandb_testkit.standin.lib import in_jupyter
from wandb_testkit.standin.place import at, take_over, termwarn, wandb

_Class = TypeVar("_Class", bound=type)
_Function = TypeVar("_Function", bound=Callable[..., Any])
_Item = TypeVar("_Item")


def public(qualified_name: str, module: str) -> Callable[[_Class], _Class]:
    """Make a class stand for one of the public API; members that nobody wrote refuse by their name.

    Args:
        qualified_name: as the signatures have it, such as ``wandb.apis.public.Run``.
        module: the module that wandb defines it in.

    Returns:
        A decorator.
    """

    def decorate(cls: _Class) -> _Class:
        missing = [name for name in signatures.members(qualified_name) if not hasattr(cls, name)]
        if missing:
            # wandb's own signature for each: a wrong call is a TypeError, as it would be.
            refusing = signatures.make_class(qualified_name, module, _not_modelled, name=cls.__name__)
            for name in missing:
                setattr(cls, name, vars(refusing)[name])
        for base in cls.__mro__[1:]:
            if base.__name__.endswith("Part"):
                take_over(base, cls.__name__, module)
        return at(module)(cls)

    return decorate


def _not_modelled(qualified_name: str) -> BaseException:
    return NotModelled(qualified_name)


# ---- errors


@at("wandb.apis.normalize")
def normalize_exceptions(func: _Function) -> _Function:
    """Decorate a function so that whatever it raises is an error of wandb's.

    Args:
        func: what asks the server.

    Returns:
        The function; what it raises that is no ``wandb.Error`` comes out as ``CommError``, but where WANDB_DEBUG is
        set. What this library does not model stays what it is.
    """

    @functools.wraps(func)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        try:
            return func(*args, **kwargs)
        except (Error, NotModelled):
            raise
        except WandbApiFailedError as error:
            if env.is_debug():
                raise
            told = getattr(error.response, "message", None)
            raise CommError(told or str(error) or "Whoa, you found a bug.", error) from error
        except Exception as error:
            if env.is_debug():
                raise
            raise CommError(_text_of(error), error).with_traceback(sys.exc_info()[2])  # noqa: B904

    return wrapper  # type: ignore[return-value]


def _text_of(error: Exception) -> str:
    payload = error.args[0] if error.args else error
    if str(payload).startswith("{"):
        return str(ast.literal_eval(str(payload))["message"])
    return str(error)


# ---- attributes


@at("wandb.apis.attrs")
class Attrs:
    """An object whose attributes are what the server said of it, in either spelling: ``createdAt``, ``created_at``.

    Args:
        attrs: what the server said.
    """

    def __init__(self, attrs: Mapping[str, Any]) -> None:
        self._attrs = dict(attrs)

    def snake_to_camel(self, string: str) -> str:
        """``created_at`` as ``createdAt``."""
        joined = "".join(part.title() for part in string.split("_"))
        return joined[0].lower() + joined[1:]

    def display(self, height: int = 420, hidden: bool = False) -> bool:
        """Show the object in a notebook; False where there is none."""
        run = wandb("run")
        if run and run._settings.silent:
            return False
        if not in_jupyter():
            return False
        html = self.to_html(height, hidden)
        if html is None:
            termwarn("This object does not support `.display()`")
            return False
        try:
            from IPython import display  # type: ignore[import-not-found, unused-ignore]
        except ImportError:
            termwarn(".display() only works in jupyter environments")
            return False
        display.display(display.HTML(html))
        return True

    def to_html(self, *args: Any, **kwargs: Any) -> Any:
        """HTML that shows the object; None where it has none."""
        return None

    def __getattr__(self, name: str) -> Any:
        key = self.snake_to_camel(name)
        if key == "user":
            raise AttributeError
        if key in self._attrs:
            return self._attrs[key]
        if name in self._attrs:
            return self._attrs[name]
        raise AttributeError(f"{repr(self)!r} object has no attribute {name!r}")


def frame(url: str, height: int, hidden: bool, what: str) -> str:
    """HTML that shows a page of the web interface.

    Args:
        url: the page.
        height: in pixels.
        hidden: behind a button.
        what: what the button says it shows.

    Returns:
        An ``iframe``.
    """
    style = f"border:none;width:100%;height:{height}px;"
    button = ""
    if hidden:
        style += "display:none;"
        action = "this.nextSibling.style.display='block';this.style.display='none';"
        button = f'<button onClick="{action}">Display W&B {what}</button>'
    address = url + "?jupyter=true"
    return f"{button}<iframe src={address!r} style={style!r}></iframe>"


# ---- pages


@at("wandb.apis.paginator")
class Paginator(Iterator[_Item]):
    """Objects that are asked for page by page, when they are needed.

    Args:
        service_api: where to ask.
        variables: of the query.
        per_page: how many objects a page has.
    """

    QUERY: str

    def __init__(self, service_api: Any, variables: Mapping[str, Any], per_page: int = 50, **rest: Any) -> None:
        self._service_api = service_api
        self.variables: dict[str, Any] = dict(variables)
        self.per_page = per_page
        self.objects: list[Any] = []
        self.index = -1
        self.last_response: Any = None

    def __iter__(self) -> Iterator[_Item]:
        self.index = -1
        return self

    @property
    @abstractmethod
    def more(self) -> bool:
        """Whether there are more pages."""

    @property
    @abstractmethod
    def cursor(self) -> str | None:
        """Where the next page begins."""

    @abstractmethod
    def convert_objects(self) -> Iterable[_Item]:
        """The objects of the page that was asked for last."""

    def update_variables(self) -> None:
        """Set the variables for the next page."""
        self.variables.update({"perPage": self.per_page, "cursor": self.cursor})

    def _update_response(self) -> None:
        """Ask for the next page."""
        self.last_response = self._service_api.execute_graphql(self.QUERY, self.variables)

    def _load_page(self) -> bool:
        """Ask for the next page if there is one; say whether there was."""
        if not self.more:
            return False
        self.update_variables()
        self._update_response()
        self.objects.extend(self.convert_objects())
        return True

    def __getitem__(self, index: int | slice) -> Any:
        stop: Any = index.stop if isinstance(index, slice) else index
        loaded = True
        while loaded and stop > len(self.objects) - 1:
            loaded = self._load_page()
        return self.objects[index]

    def __next__(self) -> _Item:
        self.index += 1
        if len(self.objects) <= self.index and (not self._load_page() or len(self.objects) <= self.index):
            raise StopIteration
        found: _Item = self.objects[self.index]
        return found

    next = __next__


@at("wandb.apis.paginator")
class SizedPaginator(Paginator[_Item], Sized):
    """Pages of which the server says how many objects they have together."""

    last_response: Any = None

    def __len__(self) -> int:
        if self._length is None:
            self._load_page()
        if self._length is None:
            raise ValueError("Object doesn't provide length")
        return self._length

    @property
    @abstractmethod
    def _length(self) -> int | None: ...


@at("wandb.apis.paginator")
class RelayPaginator(Paginator[_Item], Generic[_Item]):
    """Pages of a connection: ``edges``, ``pageInfo`` and at times ``totalCount``.

    Args:
        service_api: where to ask.
        variables: of the query.
        per_page: how many objects a page has.
        start: the cursor of an earlier paginator, to go on from there.
    """

    def __init__(
        self,
        service_api: Any,
        variables: Mapping[str, Any],
        per_page: int = 50,
        start: str | None = None,
        **rest: Any,
    ) -> None:
        super().__init__(service_api, variables, per_page)
        self._start = start

    @property
    def more(self) -> bool:
        """Whether there are more pages."""
        return self.last_response is None or bool(self.last_response["pageInfo"]["hasNextPage"])

    @property
    def cursor(self) -> str | None:
        """Where the next page begins; may be given to another paginator as ``start``."""
        if self.last_response is None:
            return self._start
        found: str | None = self.last_response["pageInfo"]["endCursor"]
        return found

    def _connection(self, data: Any) -> Any:
        """The connection in the server's answer; None where it is not there."""
        raise NotImplementedError

    def _update_response(self) -> None:
        found = self._connection(self._service_api.execute_graphql(self.QUERY, self.variables))
        if not found:
            raise ValueError(f"Unable to parse {type(self).__name__!r} response data")
        self.last_response = found

    @abstractmethod
    def _convert(self, node: Any) -> Any:
        """The object of a node; what is false is left out."""

    def convert_objects(self) -> Iterable[_Item]:
        """The objects of the page that was asked for last."""
        if self.last_response is not None:
            nodes = (edge["node"] for edge in self.last_response["edges"])
            yield from filter(None, (self._convert(node) for node in nodes if node))


@at("wandb.apis.paginator")
class SizedRelayPaginator(RelayPaginator[_Item], Sized):
    """Pages of a connection that says how many objects there are."""

    def __len__(self) -> int:
        if self.last_response is None:
            self._load_page()
        total = None if self.last_response is None else self.last_response.get("totalCount")
        if total is None:
            raise NotImplementedError(f"{type(self).__name__!r} doesn't provide length")
        return int(total)


def inside(data: Any, *path: str) -> Any:
    """What lies in an answer.

    Args:
        data: the answer.
        *path: the names on the way.

    Returns:
        The value; None where something on the way is missing.
    """
    for name in path:
        if not data:
            return None
        data = data.get(name)
    return data
