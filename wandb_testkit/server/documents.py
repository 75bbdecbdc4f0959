"""GraphQL documents, read: what `graphql` executes.

The language is that of https://spec.graphql.org/October2021/, as far as a client's queries
and mutations go: no schema, no subscriptions, no introspection.
"""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple


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
