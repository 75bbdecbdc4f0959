"""Functions compiled with the parameters of an entry point: CPython itself checks the calls.

A wrong call fails with the very message of the real function, and a right one pays nothing.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from time import time
from typing import Any, cast

from wandb_testkit.tape import ABSENT


def _parameters(signature: inspect.Signature) -> str:
    """Return the parameter list as source; every default is ABSENT."""
    parts: list[str] = []
    starred = False
    parameters = list(signature.parameters.values())
    for index, parameter in enumerate(parameters):
        text = parameter.name
        if parameter.kind is parameter.VAR_POSITIONAL:
            starred = True
            text = "*" + text
        elif parameter.kind is parameter.VAR_KEYWORD:
            text = "**" + text
        else:
            if parameter.kind is parameter.KEYWORD_ONLY and not starred:
                parts.append("*")
                starred = True
            if parameter.default is not parameter.empty:
                text += "=ABSENT"
        parts.append(text)
        following = parameters[index + 1] if index + 1 < len(parameters) else None
        if parameter.kind is parameter.POSITIONAL_ONLY and (
            following is None or following.kind is not parameter.POSITIONAL_ONLY
        ):
            parts.append("/")
    return ", ".join(parts)


def _define(source: str, name: str, qualname: str) -> Callable[..., Any]:
    """Compile one function whose errors name it as `qualname`."""
    namespace: dict[str, Any] = {"ABSENT": ABSENT, "time": time}
    namespace["__name__"] = __name__
    exec(source, namespace)
    function = cast("Callable[..., Any]", namespace[name])
    # The interpreter takes the name in its messages from here.
    function.__qualname__ = qualname
    function.__name__ = qualname.rpartition(".")[2]
    return function


def signature_checker(name: str, signature: inspect.Signature, owner: str | None) -> Callable[..., dict[str, Any]]:
    """Return a function that takes a call and returns the arguments by parameter name.

    Args:
        name: The entry point's own name, as its errors say it.
        signature: The bound signature (without ``self``).
        owner: The class whose method it is; its first argument is then ``self``.

    Raises:
        TypeError: From the returned function, with CPython's message for `name`.
    """
    parameters = _parameters(signature)
    if owner is not None:
        parameters = f"self, {parameters}" if parameters else "self"
    source = f"def checker({parameters}):\n    return locals()\n"
    return _define(source, "checker", f"{owner}.{name}" if owner else name)


def free_keywords(signature: inspect.Signature) -> frozenset[str] | None:
    """Return the parameters, where all of them may be given by keyword and none has to be given; else None."""
    named = {
        parameter.name: parameter.default is not parameter.empty
        for parameter in signature.parameters.values()
        if parameter.kind in (parameter.POSITIONAL_OR_KEYWORD, parameter.KEYWORD_ONLY)
    }
    free = all(named.values()) and all(
        parameter.kind is not parameter.POSITIONAL_ONLY for parameter in signature.parameters.values()
    )
    return frozenset(named) if free else None


# Fast path of `log`: a dict of plain values under known keys is copied and appended.
# Anything else, and any run that is not simply running (`_fast` is None), takes the
# general way through `_invoke`.  The copy is made before it is looked at, so that
# another thread cannot slip a value in between.  `_fast` holds all that the path needs,
# because reading an attribute of a mock is what costs most here.  What is plain (and not
# too large, and ASCII) is sent as it is, so the replay has nothing left to look at.
_LOG_SOURCE = """
def __call__(self, {parameters}):
    fast = self._fast
    if (
        fast is not None
        and data.__class__ is dict
        and (step is ABSENT or (step.__class__ is int and -1 <= step < 9223372036854775807))
        and (commit is ABSENT or commit.__class__ is bool){rest}
    ):
        append, source, known, encoded, plain = fast
        row = data.copy()
        try:
            for key, value in row.items():
                # The very object that was let in before is a `str`; an equal one may be of a class of the program's.
                if known[key] is not key and key.__class__ is not str:
                    break
                kind = value.__class__
                if not (
                    kind is float
                    or (kind is int and -9223372036854775808 <= value <= 9223372036854775807)
                    or kind is bool
                    or (kind is str and value.isascii())
                ):
                    break
            else:
                append((source, time(), row, step, commit))
                return None
        except KeyError:
            pass
        if known.keys() >= row.keys():
            # There is nothing to bind or to refuse here either: only the values may be more than plain.
            row = plain(row)
            if row is not None:
                append((encoded, time(), row, step, commit))
                return None
    given = {{{keywords}}}
    return self._invoke((data,), {{name: value for name, value in given.items() if value is not ABSENT}})
"""


def log_call(signature: inspect.Signature, owner: str | None) -> Callable[..., Any]:
    """Return the ``__call__`` of a mock of ``log``, with its fast path.

    Args:
        signature: The bound signature.
        owner: As for `signature_checker`.
    """
    names = list(signature.parameters)
    source = _LOG_SOURCE.format(
        parameters=_parameters(signature),
        rest="".join(f"\n        and {name} is ABSENT" for name in names[3:]),
        keywords=", ".join(f"'{name}': {name}" for name in names[1:]),
    )
    return _define(source, "__call__", f"{owner}.log" if owner else "log")
