"""Write ``wandb_testkit/standin/_signatures.py`` from the wandb that is installed.

Run it with the newest supported wandb after each of its releases::

    python scripts/generate_signatures.py

``tests/test_standin_signatures.py`` fails as long as the file does not agree with the installed wandb.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

TARGET = Path(__file__).resolve().parent.parent / "wandb_testkit" / "standin" / "_signatures.py"

#: Classes whose members are listed, by the name that the stand-in uses for them.
CLASSES = {
    "wandb.Run": "wandb.sdk.wandb_run:Run",
    "wandb.Artifact": "wandb.sdk.artifacts.artifact:Artifact",
    "wandb.Config": "wandb.sdk.wandb_config:Config",
    "wandb.Summary": "wandb.sdk.wandb_summary:Summary",
    "wandb.SummarySubDict": "wandb.sdk.wandb_summary:SummarySubDict",
    "wandb.Api": "wandb.apis.public:Api",
    **{
        f"wandb.{name}": f"wandb.data_types:{name}"
        for name in (
            "Table", "Image", "Video", "Audio", "Html", "Histogram", "Object3D", "Molecule", "Plotly", "Graph",
            "Classes", "JoinedTable", "EvalTable",
        )
    },
}  # fmt: skip

#: Special methods that say how an object is used; the others (attribute protocol, pickling) are no interface.
SPECIAL = frozenset(
    "__enter__ __exit__ __getitem__ __setitem__ __delitem__ __contains__ __iter__ __len__ __next__ __call__".split()  # noqa: SIM905 (names read better as words)
)

HEADER = '''"""The signatures of wandb {version}: written by scripts/generate_signatures.py, not by hand.

One line a name: its qualified name, its kind, its signature (methods without ``self``; of a property, whether
it can be set).
``wandb_testkit.standin.signatures`` reads them. A default that is no literal is ``_('its repr')``.
"""

# ruff: noqa: E501
from __future__ import annotations

WANDB_VERSION = "{version}"

SIGNATURES = r\'\'\'
{lines}
\'\'\'
'''


def default_text(value: Any) -> str:
    """Source text of a default: the literal itself, or ``_('<repr>')`` where it is none."""
    text = repr(value)
    try:
        same = ast.literal_eval(text)
    except (ValueError, SyntaxError):
        same = None
    if type(same) is type(value) and same == value:
        return text
    return f"_({re.sub(r' at 0x[0-9a-f]+', '', text)!r})"


def annotation_text(annotation: Any) -> str:
    """Source text of an annotation, whichever way the module spells its annotations."""
    return annotation if isinstance(annotation, str) else str(inspect.formatannotation(annotation))


def parameter_text(parameter: inspect.Parameter) -> str:
    """One parameter as it stands in a ``def`` line."""
    prefix = {"VAR_POSITIONAL": "*", "VAR_KEYWORD": "**"}.get(parameter.kind.name, "")
    text = prefix + parameter.name
    annotated = parameter.annotation is not parameter.empty
    if annotated:
        text += ": " + annotation_text(parameter.annotation)
    if parameter.default is not parameter.empty:
        text += (" = " if annotated else "=") + default_text(parameter.default)
    return text


def signature_text(signature: inspect.Signature) -> str:
    """A whole signature on one line, valid between ``def name`` and the colon."""
    parts: list[str] = []
    previous = None
    for parameter in signature.parameters.values():
        if previous is parameter.POSITIONAL_ONLY and parameter.kind is not parameter.POSITIONAL_ONLY:
            parts.append("/")
        if parameter.kind is parameter.KEYWORD_ONLY and previous not in (
            parameter.KEYWORD_ONLY,
            parameter.VAR_POSITIONAL,
        ):
            parts.append("*")
        parts.append(parameter_text(parameter))
        previous = parameter.kind
    if previous is inspect.Parameter.POSITIONAL_ONLY:
        parts.append("/")
    text = f"({', '.join(parts)})"
    if signature.return_annotation is not signature.empty:
        text += " -> " + annotation_text(signature.return_annotation)
    return text


def without_self(signature: inspect.Signature) -> inspect.Signature:
    """The signature as seen through an instance (or a class, for a class method)."""
    return signature.replace(parameters=list(signature.parameters.values())[1:])


def member(owner: type, name: str) -> tuple[str, inspect.Signature | None] | None:
    """Kind and signature of one member of a class; None for a plain attribute."""
    raw = inspect.getattr_static(owner, name)
    if isinstance(raw, property) or type(raw).__name__ in ("cached_property", "GenericProperty"):
        return "property", None
    if isinstance(raw, staticmethod):
        return "staticmethod", inspect.signature(raw.__func__)
    if isinstance(raw, classmethod):
        return "classmethod", without_self(inspect.signature(raw.__func__))
    if inspect.iscoroutinefunction(raw):
        return "coroutine", without_self(inspect.signature(raw))
    if inspect.isfunction(raw):
        return "method", without_self(inspect.signature(raw))
    return None


def own_names(owner: type) -> Iterator[str]:
    """Public names and usage-defining special methods that wandb's own classes define, in order of name."""
    found = {
        name
        for base in owner.__mro__
        if base.__module__.partition(".")[0] == "wandb"
        for name in vars(base)
        if name in SPECIAL or not name.startswith("_")
    }
    yield from sorted(found)


def constructor(owner: type) -> inspect.Signature:
    """The signature of a class; exceptions that inherit a built-in constructor take any arguments."""
    if issubclass(owner, BaseException) and "__init__" not in vars(owner):
        return inspect.signature(lambda *args: None)
    return inspect.signature(owner)


def class_lines(qualified: str, owner: type) -> Iterator[str]:
    """The lines of one class: its constructor, then its members."""
    yield f"{qualified} class {signature_text(constructor(owner))}"
    for name in own_names(owner):
        described = member(owner, name)
        if described is not None:
            kind, signature = described
            settable = getattr(inspect.getattr_static(owner, name), "fset", None) is not None
            text = ("settable" if settable else "") if signature is None else signature_text(signature)
            yield f"{qualified}.{name} {kind} {text}".rstrip()


def function_line(qualified: str, function: Any) -> str:
    """The line of one function; one that waits for init shows the run's method without ``self``."""
    wrapped = getattr(function, "__wrapped__", None)
    if wrapped is not None and function.__module__ == "wandb.sdk.lib.preinit":
        signature = without_self(inspect.signature(wrapped))
    else:
        signature = inspect.signature(function)
    kind = "coroutine" if inspect.iscoroutinefunction(function) else "function"
    return f"{qualified} {kind} {signature_text(signature)}"


def load(location: str) -> Any:
    """The object at ``module:name``."""
    module, _, name = location.partition(":")
    return getattr(importlib.import_module(module), name)


def lines() -> Iterator[str]:
    """All the lines of the file: functions of wandb, of wandb.plot, the classes, the objects of the public API."""
    wandb = importlib.import_module("wandb")
    plot = importlib.import_module("wandb.plot")
    public = importlib.import_module("wandb.apis.public")
    for name in sorted(vars(wandb)):
        if not name.startswith("_") and inspect.isfunction(vars(wandb)[name]):
            yield function_line(f"wandb.{name}", vars(wandb)[name])
    for name in sorted(vars(plot)):
        if not name.startswith("_") and inspect.isfunction(vars(plot)[name]):
            yield function_line(f"wandb.plot.{name}", vars(plot)[name])
    for qualified, location in CLASSES.items():
        yield from class_lines(qualified, load(location))
    for name in sorted(public.__all__):
        value = getattr(public, name)
        if inspect.isclass(value) and name != "Api":
            yield from class_lines(f"wandb.apis.public.{name}", value)


def main() -> int:
    """Write the file and say how many names it holds."""
    version = importlib.import_module("wandb").__version__
    found = list(lines())
    TARGET.write_text(HEADER.format(version=version, lines="\n".join(found)), encoding="utf-8")
    print(f"{TARGET}: {len(found)} names of wandb {version}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
