"""The signatures of the real client, and functions and classes that carry them.

The data is in ``_signatures.py`` (generated); nothing of it is parsed before somebody asks for it.
"""

from __future__ import annotations
import __future__

import inspect
from collections.abc import Callable, Iterable, Sequence
from functools import cache, lru_cache
from types import CodeType
from typing import Any

from wandb_testkit.standin._signatures import SIGNATURES, WANDB_VERSION

__all__ = [
    "WANDB_VERSION",
    "Default",
    "entry",
    "kind",
    "make_class",
    "make_function",
    "members",
    "names",
    "settable",
    "signature",
]

#: Special methods that a class made here does not get: a subclass would inherit a refusal where ``object`` works.
_OWN_BUSINESS = frozenset({"__init__"})


class Default:
    """A default value that is no literal in wandb's signature; it shows itself as wandb's does."""

    def __init__(self, text: str) -> None:
        self._text = text

    def __repr__(self) -> str:
        return self._text


#: One object a text, so that two readings of one signature compare equal.
default = cache(Default)


@lru_cache(maxsize=1)
def _table() -> dict[str, tuple[str, str]]:
    """Qualified name to (kind, text)."""
    table: dict[str, tuple[str, str]] = {}
    for line in SIGNATURES.strip().split("\n"):
        name, kind_, *text = line.split(" ", 2)
        table[name] = (kind_, text[0] if text else "")
    return table


def names() -> Iterable[str]:
    """Every qualified name that has a line, in the order of the file.

    Returns:
        ``"wandb.init"``, ``"wandb.Run.log"``, ``"wandb.apis.public.Runs.next"`` and so on.
    """
    return _table().keys()


def entry(qualified_name: str) -> str:
    """The signature of a name as source text, such as ``(exit_code: int | None = None) -> None``.

    Args:
        qualified_name: one of ``names()``.

    Returns:
        The text; empty (or ``settable``) for a property.

    Raises:
        KeyError: wandb has no such public name.
    """
    return _table()[qualified_name][1]


def kind(qualified_name: str) -> str:
    """What a name is.

    Args:
        qualified_name: one of ``names()``.

    Returns:
        ``function``, ``class``, ``method``, ``classmethod``, ``staticmethod``, ``coroutine`` or ``property``.

    Raises:
        KeyError: wandb has no such public name.
    """
    return _table()[qualified_name][0]


def settable(qualified_name: str) -> bool:
    """Whether a name is a property that can be assigned.

    Args:
        qualified_name: one of ``names()``.

    Returns:
        True for ``wandb.Run.tags``, False for ``wandb.Run.id`` and for everything that is no property.

    Raises:
        KeyError: wandb has no such public name.
    """
    return _table()[qualified_name] == ("property", "settable")


def members(qualified_class: str) -> list[str]:
    """The names of the members of a class.

    Args:
        qualified_class: such as ``wandb.Run``.

    Returns:
        Public names and the special methods that say how the object is used, without the class's name.
    """
    prefix = qualified_class + "."
    return [name[len(prefix) :] for name in names() if name.startswith(prefix) and "." not in name[len(prefix) :]]


@cache
def signature(qualified_name: str) -> inspect.Signature:
    """The signature of a public callable of the real client.

    Args:
        qualified_name: such as ``wandb.init``, ``wandb.Run.log`` (without ``self``), ``wandb.Table``.

    Returns:
        Annotations are strings; a default that is no literal is an object with wandb's own ``repr``.

    Raises:
        KeyError: wandb has no such public name.
        TypeError: the name is a property.
    """
    if kind(qualified_name) == "property":
        raise TypeError(f"{qualified_name} is a property of wandb {WANDB_VERSION}: it has no signature")
    namespace: dict[str, Any] = {"_": default}
    exec(_compiled(f"def f{entry(qualified_name)}: ..."), namespace)
    return inspect.signature(namespace["f"])


def make_function(qualified_name: str, refuse: Callable[[str], BaseException]) -> Callable[..., Any]:
    """A plain function with a public callable's name and signature that does nothing but refuse.

    Args:
        qualified_name: such as ``wandb.log``.
        refuse: makes the exception to raise, given the qualified name.

    Returns:
        The function; its ``__module__`` is the part before the last dot.

    Raises:
        KeyError: wandb has no such public name.
    """
    module, _, name = qualified_name.rpartition(".")
    namespace: dict[str, Any] = {"_": default, "__name__": module, "refuse": refuse}
    line = f"def {name}{entry(qualified_name)}: raise refuse({qualified_name!r})"
    exec(_compiled(line), namespace)
    function: Callable[..., Any] = namespace[name]
    return function


def make_class(
    qualified_name: str,
    module: str,
    refuse: Callable[[str], BaseException],
    bases: Sequence[type] = (),
    name: str | None = None,
) -> type:
    """A plain class with a public class's members, all of which refuse.

    Args:
        qualified_name: such as ``wandb.Run``.
        module: the module that the class says it is from.
        refuse: makes the exception to raise, given the qualified name of the member.
        bases: its base classes; their members are not made again.
        name: its name, where it differs from the last part of the qualified one.

    Returns:
        The class. Its methods and properties have the client's names and signatures, so that a subclass that
        overrides them passes ``isinstance`` and a member that nobody wrote cannot be called by mistake.

    Raises:
        KeyError: wandb has no such public class.
    """
    name = name or qualified_name.rpartition(".")[2]
    inherited = {member for base in bases for member in dir(base)} - set(dir(object))
    namespace: dict[str, Any] = {"_": default, "__name__": module, "refuse": refuse, "bases": tuple(bases)}
    lines = [f"class {name}(*bases):", f"    def __init__{_with_self(entry(qualified_name))}: {_raise(qualified_name)}"]
    for member in members(qualified_name):
        if member not in inherited and member not in _OWN_BUSINESS:
            lines += _member_lines(f"{qualified_name}.{member}", member)
    exec(_compiled("\n".join(lines)), namespace)
    made: type = namespace[name]
    return made


def _member_lines(qualified: str, member: str) -> list[str]:
    """The source of one member of a class."""
    kind_, body = kind(qualified), _raise(qualified)
    if kind_ == "property":
        lines = ["    @property", f"    def {member}(self): {body}"]
        if settable(qualified):
            lines += [f"    @{member}.setter", f"    def {member}(self, value): {body}"]
        return lines
    if kind_ == "staticmethod":
        return ["    @staticmethod", f"    def {member}{entry(qualified)}: {body}"]
    if kind_ == "classmethod":
        return ["    @classmethod", f"    def {member}{_with_self(entry(qualified), 'cls')}: {body}"]
    prefix = "async def" if kind_ == "coroutine" else "def"
    return [f"    {prefix} {member}{_with_self(entry(qualified))}: {body}"]


def _with_self(text: str, first: str = "self") -> str:
    """A signature's text with the instance (or the class) put in front."""
    return f"({first})" + text[2:] if text.startswith("()") else f"({first}, " + text[1:]


def _raise(qualified: str) -> str:
    """The body of everything made here."""
    return f"raise refuse({qualified!r})"


def _compiled(source: str) -> CodeType:
    """Code whose annotations stay text: the types that wandb names need not exist here."""
    code: CodeType = compile(source, "<wandb_testkit stand-in>", "exec", flags=__future__.annotations.compiler_flag)
    return code
