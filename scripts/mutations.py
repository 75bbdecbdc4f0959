"""Small changes to a module's source, each of which makes another program of it: the mutants of mutate_rules.py."""

from __future__ import annotations

import ast
import functools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

_COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
_OPERATORS: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult,
    ast.Pow: ast.Mult,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
    ast.LShift: ast.RShift,
    ast.RShift: ast.LShift,
}
_PAIRS = [
    *("min max", "any all", "startswith endswith", "removesuffix removeprefix"),
    *("lstrip rstrip", "partition rpartition", "lower upper", "append extend", "floor ceil"),
]
_NAMES = {one: other for pair in _PAIRS for one, other in (pair.split(), pair.split()[::-1])}
_NAMES["setdefault"] = "get"

_ANNOTATIONS = ("annotation", "returns")


@dataclass(frozen=True)
class Mutant:
    """One change.

    Attributes:
        key: Where it is and what it changes, in words that stay the same while other lines come and go.
        lines: The lines of the statement that it is in, or of its head.
        when_called: Whether it is in a function; what is not changes what an import does.
        apply: Changes the tree that the mutant was found in, for good.
    """

    key: str
    lines: range
    when_called: bool
    apply: Callable[[], None]


def mutants(tree: ast.Module) -> list[Mutant]:
    """Return every change to a module that is tried, in the order of its lines."""
    found = [mutant for found in _statements(tree, "", False) for mutant in _of_statement(*found)]
    return sorted(found, key=lambda mutant: mutant.lines.start)


def _statements(node: ast.AST, place: str, in_function: bool) -> Iterator[tuple[str, bool, ast.stmt]]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.stmt):
            yield place, in_function, child
        match child:
            case ast.FunctionDef(name) | ast.AsyncFunctionDef(name):
                yield from _statements(child, f"{place}.{name}".lstrip("."), True)
            case ast.ClassDef(name):
                yield from _statements(child, f"{place}.{name}".lstrip("."), in_function)
            case _:
                yield from _statements(child, place, in_function)


def _of_statement(place: str, in_function: bool, statement: ast.stmt) -> Iterator[Mutant]:
    """The changes of one statement, without those of the statements in it."""
    if _is_left_out(statement):
        return
    for owner, field, index in _slots(statement):
        value = getattr(owner, field)
        old = value if index is None else value[index]
        for new in _replacements(owner, field, old):

            def put(node: Any, owner: ast.AST = owner, field: str = field, index: int | None = index) -> None:
                if index is None:
                    setattr(owner, field, node)
                else:
                    getattr(owner, field)[index] = node

            before = _head(statement)
            put(new)
            after = _head(statement)
            put(old)
            if before != after:
                key = f"{place}: {_difference(before, after)}".removeprefix(": ")
                yield Mutant(key, _lines(statement), in_function, functools.partial(put, new))


def _slots(statement: ast.AST) -> Iterator[tuple[ast.AST, str, int | None]]:
    """The places below a statement where a node can be put; the statement's own body is not among them."""
    for field, value in ast.iter_fields(statement):
        if field in _ANNOTATIONS or (field == "slice" and isinstance(getattr(statement, "ctx", None), ast.Del)):
            continue
        for index, node in enumerate(value) if isinstance(value, list) else [(None, value)]:
            if isinstance(node, ast.AST) and not isinstance(node, (ast.stmt, ast.excepthandler, ast.match_case)):
                yield statement, field, index
                if not (field == "decorator_list" or isinstance(statement, ast.MatchClass)):
                    yield from _slots(node)
            elif isinstance(statement, (ast.Return, ast.Expr, ast.Raise, ast.AugAssign)) and field == "value":
                yield statement, field, index
    if isinstance(statement, ast.Match):
        for case in statement.cases:
            if case.guard is not None:
                yield case, "guard", None
                yield from _slots(case.guard)


def _replacements(owner: ast.AST, field: str, node: Any) -> Iterator[Any]:
    """What is put in a node's place."""
    if field in ("decorator_list", "bases", "type_params") or isinstance(owner, ast.ExceptHandler):
        return
    if field in ("test", "guard", "ifs") and not isinstance(node, (ast.Compare, ast.UnaryOp)):
        yield ast.UnaryOp(ast.Not(), node)
    # Where a type is declared, or the value is a bool, the checker of types notices.
    if (
        isinstance(owner, (ast.Return, ast.Assign))
        and field == "value"
        and not isinstance(node, (ast.Constant, type(None)))
    ):
        yield ast.Constant(None)
    if isinstance(owner, ast.Expr) and isinstance(node, (ast.Call, ast.Await)):
        yield ast.Constant(...)
    yield from _of_expression(node)


def _of_expression(node: Any) -> Iterator[Any]:
    match node:
        case ast.BoolOp(ast.And(), values):
            yield ast.BoolOp(ast.Or(), values)
        case ast.BoolOp(ast.Or(), values):
            yield ast.BoolOp(ast.And(), values)
        case ast.UnaryOp(ast.Not() | ast.USub(), operand):
            yield operand
        case ast.Constant(value):
            yield from map(ast.Constant, _other_values(value))
        case ast.cmpop() if type(node) in _COMPARISONS:
            yield _COMPARISONS[type(node)]()
        case ast.operator() if type(node) in _OPERATORS:
            yield _OPERATORS[type(node)]()
        case ast.Name(name, ctx) if name in _NAMES:
            yield ast.Name(_NAMES[name], ctx)
        case ast.Attribute(value, name, ctx) if name in _NAMES:
            yield ast.Attribute(value, _NAMES[name], ctx)


def _other_values(value: Any) -> list[Any]:
    if isinstance(value, bool):
        return [not value]
    if isinstance(value, (int, float)):
        return [value + 1]
    if isinstance(value, str):
        return ["XX" + value]
    return [b"XX" + value] if isinstance(value, bytes) else []


def _is_left_out(statement: ast.stmt) -> bool:
    """Whether there is no rule in a statement: imports, docstrings, slots."""
    match statement:
        case ast.Import() | ast.ImportFrom() | ast.Global() | ast.Nonlocal() | ast.Expr(ast.Constant()):
            return True
        case ast.Assign([ast.Name("__slots__")]):
            return True
    return False


def _lines(statement: ast.stmt) -> range:
    body = getattr(statement, "body", None) or getattr(statement, "cases", None)
    if not isinstance(body, list):
        return range(statement.lineno, (statement.end_lineno or statement.lineno) + 1)
    first = body[0].pattern if isinstance(body[0], ast.match_case) else body[0]
    return range(statement.lineno, max(first.lineno, statement.lineno + 1))


def _head(statement: ast.stmt) -> str:
    """The source of a statement, without the statements in it."""
    kept = {field: getattr(statement, field) for field in ("body", "orelse") if hasattr(statement, field)}
    for field, value in kept.items():
        setattr(statement, field, value[:1] if field == "body" else [])
    text = ast.unparse(ast.fix_missing_locations(statement))
    for field, value in kept.items():
        setattr(statement, field, value)
    return " ".join((text[: text.index("\n    ")] if kept and "\n    " in text else text).split())


def _difference(before: str, after: str) -> str:
    """The text before, with what becomes of a part of it in brackets."""
    start = _common(before, after)
    while start and not before[start - 1].isspace():
        start -= 1
    end = _common(before[start:][::-1], after[start:][::-1])
    while end and not before[-end].isspace():
        end -= 1
    old, new = before[start : len(before) - end], after[start : len(after) - end]
    return f"{before[:start]}[{old} → {new}]{before[len(before) - end :]}"


def _common(one: str, other: str) -> int:
    """How many characters two texts have in common at their beginning."""
    differing = (index for index, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1])
    return next(differing, min(len(one), len(other)))
