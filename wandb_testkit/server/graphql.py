"""GraphQL documents answered from memory: what the client asks, resolved over plain Python objects.

A *node* is a mapping of field names to values, or to callables that take the field's
arguments by name.  A value may be a node again, a list of them, or anything JSON can say.
``__typename`` in a node is its type; ``__types`` are further types that its fragments may
name (interfaces and the like).  What a node has no field for is refused by name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from wandb_testkit.errors import NotModelled
from wandb_testkit.server.documents import Document, GraphQLError, Selection, Variable, parse

__all__ = ["Changes", "GraphQLError", "Node", "connection", "execute"]

Node = Mapping[str, Any]


class Changes(NamedTuple):
    """What the client's service changes in a document before it sends it to an older server."""

    variables: frozenset[str] = frozenset()
    fragments: frozenset[str] = frozenset()
    fields: frozenset[str] = frozenset()
    renamed: Mapping[str, str] = {}


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
