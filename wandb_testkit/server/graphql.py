"""GraphQL documents answered from memory: what the client asks, resolved over plain Python objects.

A *node* is a mapping of field names to values, or to callables that take the field's
arguments by name.  A value may be a node again, a list of them, or anything JSON can say.
``__typename`` in a node is its type; ``__types`` are further types that its fragments may
name (interfaces and the like).  What a node has no field for is refused by name.

The language is that of https://spec.graphql.org/October2021/, as far as a client's queries
and mutations go: no schema, no subscriptions, no introspection.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from wandb_testkit.errors import NotModelled

Node = Mapping[str, Any]


class GraphQLError(Exception):
    """What the server answers instead of data.

    Args:
        message: The server's words.
        status: The HTTP status that comes with it.
    """

    def __init__(self, message: str, status: int = 200) -> None:
        super().__init__(message)
        self.message = message
        self.status = status


class Variable(NamedTuple):
    """A variable where a value is asked for."""

    name: str


class Selection(NamedTuple):
    """A field, or a fragment where `fragment` or `condition` is set.

    Attributes:
        name: The field's name; that of the fragment for a spread.
        alias: What the field is called in the answer.
        arguments: The field's arguments; values may hold variables.
        directives: The arguments of each directive by its name.
        selections: What is asked of the field's value; None for a leaf or a spread.
        kind: "field", "spread" or "inline".
        condition: The type that an inline fragment is on.
    """

    name: str
    alias: str
    arguments: Mapping[str, Any]
    directives: Mapping[str, Mapping[str, Any]]
    selections: tuple[Selection, ...] | None
    kind: str
    condition: str | None


class Fragment(NamedTuple):
    """A named fragment."""

    condition: str
    selections: tuple[Selection, ...]


class Operation(NamedTuple):
    """A query or a mutation; `defaults` are those of its variables."""

    kind: str
    name: str
    variables: tuple[str, ...]
    defaults: Mapping[str, Any]
    selections: tuple[Selection, ...]


class Document(NamedTuple):
    """A parsed document."""

    operation: Operation
    fragments: Mapping[str, Fragment]


class Changes(NamedTuple):
    """What the client's service changes in a document before it sends it to an older server."""

    variables: frozenset[str] = frozenset()
    fragments: frozenset[str] = frozenset()
    fields: frozenset[str] = frozenset()
    renamed: Mapping[str, str] = {}


_TOKEN = re.compile(
    r"""[\s,\ufeff]*(?:\#[^\n]*[\s,]*)*
    (?:(?P<block>\"\"\"(?:[^"\\]|\\.|"(?!""))*\"\"\")
      |(?P<text>"(?:[^"\\\n]|\\.)*")
      |(?P<number>-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)
      |(?P<name>[A-Za-z_]\w*)
      |(?P<mark>\.\.\.|[{}()\[\]:=!$@|&])
      |(?P<end>$))""",
    re.VERBOSE,
)


class Parser:
    """A reader of one document.

    Args:
        text: The document.
    """

    def __init__(self, text: str) -> None:
        self._tokens = list(_tokens(text))
        self._place = 0

    @property
    def _next(self) -> tuple[str, str]:
        return self._tokens[self._place]

    def _take(self, expected: str | None = None) -> str:
        kind, text = self._next
        if expected is not None and text != expected:
            raise GraphQLError(f"Syntax Error: Expected {expected!r}, found {text or 'the end'!r}.", 400)
        if kind != "end":
            self._place += 1
        return text

    def _try(self, text: str) -> bool:
        if self._next[1] == text and self._next[0] in ("mark", "name"):
            self._place += 1
            return True
        return False

    def document(self) -> Document:
        """Read the whole document, which has one operation."""
        operation = None
        fragments = {}
        while self._next[0] != "end":
            if self._try("fragment"):
                name = self._take()
                self._take("on")
                condition = self._take()
                self._directives()
                fragments[name] = Fragment(condition, self._selections())
            elif operation is None:
                operation = self._operation()
            else:
                raise GraphQLError("Must provide operation name if query contains multiple operations.", 400)
        if operation is None:
            raise GraphQLError("Must provide an operation.", 400)
        return Document(operation, fragments)

    def _operation(self) -> Operation:
        if self._next[1] == "{":
            return Operation("query", "", (), {}, self._selections())
        kind = self._take()
        if kind not in ("query", "mutation"):
            raise GraphQLError(f"Syntax Error: Unexpected {kind!r}.", 400)
        name = self._take() if self._next[0] == "name" else ""
        variables, defaults = [], {}
        if self._try("("):
            while not self._try(")"):
                self._take("$")
                variables.append(self._take())
                self._take(":")
                self._type()
                if self._try("="):
                    defaults[variables[-1]] = self._value()
        self._directives()
        return Operation(kind, name, tuple(variables), defaults, self._selections())

    def _type(self) -> None:
        if self._try("["):
            self._type()
            self._take("]")
        else:
            self._take()
        self._try("!")

    def _selections(self) -> tuple[Selection, ...]:
        self._take("{")
        found = []
        while not self._try("}"):
            found.append(self._selection())
        return tuple(found)

    def _selection(self) -> Selection:
        if self._try("..."):
            if self._next[0] == "name" and self._next[1] != "on":
                name = self._take()
                return Selection(name, name, {}, self._directives(), None, "spread", None)
            condition = self._take() if self._try("on") else None
            directives = self._directives()
            return Selection("", "", {}, directives, self._selections(), "inline", condition)
        if self._next[0] != "name":
            raise GraphQLError(f"Syntax Error: Expected Name, found {self._next[1] or 'the end'!r}.", 400)
        name = alias = self._take()
        if self._try(":"):
            name = self._take()
        arguments = self._arguments()
        directives = self._directives()
        inner = self._selections() if self._next[1] == "{" else None
        return Selection(name, alias, arguments, directives, inner, "field", None)

    def _arguments(self) -> dict[str, Any]:
        found = {}
        if self._try("("):
            while not self._try(")"):
                name = self._take()
                self._take(":")
                found[name] = self._value()
        return found

    def _directives(self) -> dict[str, dict[str, Any]]:
        found = {}
        while self._try("@"):
            name = self._take()
            found[name] = self._arguments()
        return found

    def _value(self) -> Any:
        if self._try("$"):
            return Variable(self._take())
        if self._try("["):
            items = []
            while not self._try("]"):
                items.append(self._value())
            return items
        if self._try("{"):
            fields = {}
            while not self._try("}"):
                name = self._take()
                self._take(":")
                fields[name] = self._value()
            return fields
        kind, text = self._next
        self._place += 1
        return _literal(kind, text)


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    place = 0
    while True:
        found = _TOKEN.match(text, place)
        if found is None:
            raise GraphQLError(f"Syntax Error: Unexpected character {text[place:].strip()[:1]!r}.", 400)
        kind = str(found.lastgroup)
        yield kind, found.group(kind)
        if kind == "end":
            return
        place = found.end()


def _literal(kind: str, text: str) -> Any:
    import json

    if kind == "block":
        return text[3:-3].strip()
    if kind == "text":
        return json.loads(text)
    if kind == "number":
        return json.loads(text)
    if kind == "name":
        return {"true": True, "false": False, "null": None}.get(text, text)
    raise GraphQLError(f"Syntax Error: Unexpected {text!r}.", 400)


@functools.lru_cache(maxsize=256)
def parse(text: str) -> Document:
    """Return the parsed document.

    Raises:
        GraphQLError: It is none.
    """
    return Parser(text).document()


class Execution:
    """One document at work.

    Args:
        document: The document.
        variables: The values of its variables.
        changes: What is left out of it.
    """

    def __init__(self, document: Document, variables: Mapping[str, Any], changes: Changes) -> None:
        self._document = document
        self._changes = changes
        given = {**document.operation.defaults, **variables}
        self._variables = {name: value for name, value in given.items() if name not in changes.variables}

    def answer(self, root: Node) -> dict[str, Any]:
        """Return the answer's data."""
        return self._object(root, self._document.operation.selections)

    def _object(self, node: Node, selections: Iterable[Selection]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for selection, inner in self._collected(node, selections).items():
            field = inner[0]
            value = self._resolved(node, field)
            # The same field may be asked for in several fragments, each with fields of its own.
            parts = [part for each in inner for part in each.selections or ()]
            found[selection] = self._value(value, parts if field.selections is not None else None, field.name)
        return found

    def _collected(self, node: Node, selections: Iterable[Selection]) -> dict[str, list[Selection]]:
        """Return the fields that are asked of `node`, by what they are called in the answer."""
        found: dict[str, list[Selection]] = {}
        for selection in selections:
            if not self._is_included(selection):
                continue
            if selection.kind == "field":
                if selection.name not in self._changes.fields:
                    found.setdefault(selection.alias, []).append(selection)
                continue
            if selection.kind == "spread":
                if selection.name in self._changes.fragments:
                    continue
                fragment = self._document.fragments.get(selection.name)
                if fragment is None:
                    raise GraphQLError(f'Unknown fragment "{selection.name}".', 400)
                condition, inner = fragment
            else:
                condition, inner = selection.condition or "", selection.selections or ()
            if not condition or _is_of_type(node, condition):
                for alias, more in self._collected(node, inner).items():
                    found.setdefault(alias, []).extend(more)
        return found

    def _is_included(self, selection: Selection) -> bool:
        directives = selection.directives
        if "include" in directives and not self._input(directives["include"].get("if")):
            return False
        return not ("skip" in directives and self._input(directives["skip"].get("if")))

    def _resolved(self, node: Node, field: Selection) -> Any:
        name = self._changes.renamed.get(field.name, field.name)
        try:
            value = node[name]
        except KeyError:
            raise NotModelled(
                f"the server's answer to {self._document.operation.name or 'a query'}:"
                f" {node.get('__typename', 'Query')}.{name}"
            ) from None
        if not callable(value):
            return value
        given = {name: self._input(value) for name, value in field.arguments.items() if self._is_given(value)}
        return value(**given)

    def _is_given(self, value: Any) -> bool:
        """Say whether an argument is there: not one whose variable was given no value."""
        return not isinstance(value, Variable) or value.name in self._variables

    def _input(self, value: Any) -> Any:
        if isinstance(value, Variable):
            return self._variables.get(value.name)
        if isinstance(value, list):
            return [self._input(item) for item in value]
        if isinstance(value, dict):
            return {key: self._input(item) for key, item in value.items() if self._is_given(item)}
        return value

    def _value(self, value: Any, selections: list[Selection] | None, name: str) -> Any:
        if value is None:
            return None
        if isinstance(value, (list, tuple)):
            return [self._value(item, selections, name) for item in value]
        if selections is None:
            return value
        if not isinstance(value, Mapping):
            raise TypeError(f"the server's field {name!r} is {value!r}, which has no fields")
        return self._object(value, selections)


def _is_of_type(node: Node, condition: str) -> bool:
    kind = node.get("__typename")
    return kind is None or kind == condition or condition in node.get("__types", ())


def execute(
    text: str,
    variables: Mapping[str, Any] | None,
    root: Callable[[str], Node],
    changes: Changes | None = None,
) -> dict[str, Any]:
    """Answer a document.

    Args:
        text: The document.
        variables: The values of its variables.
        root: Returns the node that a "query" or a "mutation" begins at.
        changes: What is left out of the document.

    Returns:
        The answer's ``data``.

    Raises:
        GraphQLError: The document is none, or a resolver answers with an error.
        NotModelled: It asks for something that no node has.
    """
    document = parse(text)
    return Execution(document, variables or {}, changes or Changes()).answer(root(document.operation.kind))


def connection(
    items: Iterable[Any],
    node: Callable[[Any], Any],
    first: int | None = None,
    after: str | None = None,
    **more: Any,
) -> dict[str, Any]:
    """Return one page of a list as a connection: edges with cursors, and page info.

    Args:
        items: All of the list.
        node: Makes the node of an item.
        first: How many items a page has; None for all.
        after: The cursor of the item before the page.
        more: Further fields of the connection.

    Raises:
        GraphQLError: `after` is no cursor.
    """
    everything = list(items)
    start = 0 if after in (None, "") else _position(str(after)) + 1
    stop = len(everything) if first is None else start + max(first, 0)
    page = everything[start:stop]
    edges = [{"cursor": _cursor(start + index), "node": node(item)} for index, item in enumerate(page)]
    info = {
        "__typename": "PageInfo",
        "hasNextPage": stop < len(everything),
        "hasPreviousPage": start > 0,
        "startCursor": edges[0]["cursor"] if edges else None,
        "endCursor": edges[-1]["cursor"] if edges else None,
    }
    return {"edges": edges, "pageInfo": info, "totalCount": len(everything), **more}


def _cursor(position: int) -> str:
    return f"cursor:{position}"


def _position(cursor: str) -> int:
    kind, _, number = cursor.partition(":")
    if kind != "cursor" or not number.isdigit():
        raise GraphQLError(f"invalid cursor: {cursor}", 400)
    return int(number)
