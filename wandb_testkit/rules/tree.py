"""Trees of nested string keys, the shape in which wandb keeps history rows and the summary.

A tree is a dict whose inner nodes have the very type of the root and whose leaves are anything else. So a tree of
`Node` may hold plain dicts as leaves, which is how the summary tells an assigned dict (one opaque value) from a
logged one (a subtree). The rules are those of the client's own path tree, release 0.31.0.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from wandb_testkit.rules.encoding import Encoded, big_int
from wandb_testkit.rules.encoding.core import INT64_MAX, INT64_MIN, valid_text

Path = tuple[str, ...]

MISSING: Final[Any] = object()

# The client prints floats in the shortest form, which has neither point nor exponent for these,
# so whoever reads them back gets an int.
_PRINTED_AS_INT_BELOW: Final = 1e6


class Node(dict[str, Any]):
    """An inner node of a tree whose leaves may be dicts themselves."""

    __slots__ = ()


def branch(tree: dict[str, Any], path: Path) -> dict[str, Any] | None:
    """The inner node at `path`, or None where there is no node or a leaf.

    Args:
        tree: The root, of the type that all inner nodes have.
        path: Labels from the root; empty for the root itself.
    """
    kind = type(tree)
    for label in path:
        inner = tree.get(label)
        if type(inner) is not kind:
            return None
        tree = inner
    return tree


def grow(tree: dict[str, Any], path: Path) -> dict[str, Any]:
    """The inner node at `path`, made where it is missing; leaves on the way are replaced.

    Args:
        tree: The root, changed in place.
        path: Labels from the root; empty for the root itself.
    """
    kind = type(tree)
    for label in path:
        inner = tree.get(label)
        if type(inner) is not kind:
            inner = tree[label] = kind()
        tree = inner
    return tree


def leaf(tree: dict[str, Any], path: Path) -> Any:
    """The leaf at `path`, or `MISSING` where there is no node or an inner one.

    Args:
        tree: The root.
        path: Labels from the root, at least one.
    """
    parent = branch(tree, path[:-1])
    if parent is None:
        return MISSING
    value = parent.get(path[-1], MISSING)
    return MISSING if type(value) is type(tree) else value


def put(tree: dict[str, Any], path: Path, value: Any) -> None:
    """Make `value` the leaf at `path`; a leaf on the way and a subtree in its place are lost.

    Args:
        tree: The root, changed in place.
        path: Labels from the root, at least one.
        value: The leaf.
    """
    grow(tree, path[:-1])[path[-1]] = value


def remove(tree: dict[str, Any], path: Path) -> None:
    """Take away the node at `path`; an inner node that this leaves empty tells nobody anything.

    Args:
        tree: The root, changed in place.
        path: Labels from the root, at least one; nothing happens where they lead nowhere.
    """
    parent = branch(tree, path[:-1])
    if parent is not None:
        parent.pop(path[-1], None)


def leaves(tree: dict[str, Any], prefix: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Every leaf with its path, in the order of insertion (the client's own order is random).

    Args:
        tree: The root.
        prefix: Labels put before every path.
    """
    kind = type(tree)
    for label, value in tree.items():
        if type(value) is kind:
            yield from leaves(value, (*prefix, label))
        else:
            yield (*prefix, label), value


def opened(value: Any) -> Any:
    """A value of a row, or what the client sends for it where it is `Encoded`.

    Args:
        value: A value of a row; what is in a list or dict stays as it is.
    """
    return value.wire if type(value) is Encoded else value


def row_leaf(row: dict[str, Any], path: Path) -> Any:
    """The leaf of a row at `path` in its form on the wire, or `MISSING` where there is no node or an inner one.

    Args:
        row: The row; the dicts of encoded values are inner nodes.
        path: Labels from the root.
    """
    value: Any = row
    for label in path:
        if type(value) is not dict:
            return MISSING
        value = opened(value.get(label, MISSING))
    return MISSING if type(value) is dict else value


def row_leaves(row: dict[str, Any], prefix: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Every leaf of a row in its form on the wire; the dicts of encoded values are inner nodes.

    Args:
        row: A row, or a nested dict of one.
        prefix: Labels put before every path.
    """
    for label, value in row.items():
        value = opened(value)
        if type(value) is dict:
            yield from row_leaves(value, (*prefix, label))
        else:
            yield (*prefix, label), value


def row_tree(row: dict[str, Any]) -> dict[str, Any]:
    """A row with encoded dicts opened into subtrees and empty dicts dropped, as the client merges and writes it.

    Args:
        row: A row, or a nested dict of one; not changed.
    """
    tree: dict[str, Any] = {}
    for path, value in row_leaves(row):
        put(tree, path, value)
    return tree


def fresh(value: Any) -> Any:
    """A copy of a JSON-able value that shares no container with it.

    Args:
        value: The value, of the depth that the client takes.
    """
    # Here and below loops, as a comprehension would use up the stack twice as fast: there may be 500 levels.
    if type(value) is dict:
        items = {}
        for key, item in value.items():
            items[key] = fresh(item)
        return items
    if type(value) is list:
        copied = []
        for item in value:
            copied.append(fresh(item))
        return copied
    return value


def as_read(value: Any) -> Any:
    """What a reader gets back of a value that wandb-core printed as JSON: fresh containers, `1.0` as `1`.

    Integral floats below a million lose their point, and integers beyond 64 bits become floats. `nan` and the
    infinities stay what they are; a lone surrogate becomes U+FFFD.

    Args:
        value: A JSON-able value, which may hold `Encoded` ones.
    """
    kind = type(value)
    if kind is float:
        return int(value) if -_PRINTED_AS_INT_BELOW < value < _PRINTED_AS_INT_BELOW and value.is_integer() else value
    if kind is int:
        return value if INT64_MIN <= value <= INT64_MAX else big_int(value)
    if kind is str:
        return value if value.isascii() else valid_text(value)
    if kind is dict:
        items = {}
        for key, item in value.items():
            items[key if key.isascii() else valid_text(key)] = as_read(item)
        return items
    if kind is list:
        read = []
        for item in value:
            read.append(as_read(opened(item)))
        return read
    if kind is Encoded:
        # A dict here is a subtree, in a list it is a value: only the one loses what is empty in it.
        return as_read(row_tree(value.wire) if type(value.wire) is dict else value.wire)
    return value
