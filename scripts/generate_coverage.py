"""Write docs/coverage.rst: what becomes of every public name of the installed wandb inside ``patch_wandb``.

    python scripts/generate_coverage.py            write the table
    python scripts/generate_coverage.py --check    say what the table lacks or claims wrongly, and fail if anything

The claims are in coverage_data.py, beside this file.  `problems` compares them with the installed wandb, name by name,
and with what the patch does: a mock that is claimed to be real, or a refused call that does not raise, is a problem.
"""

from __future__ import annotations

import argparse
import importlib
import inspect
import io
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path
from types import ModuleType
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

from coverage_data import HEADINGS, NOTES, OWNERS, Owner  # noqa: E402

from wandb_testkit import patch_wandb  # noqa: E402
from wandb_testkit.client.session import Session  # noqa: E402
from wandb_testkit.errors import NotModelled  # noqa: E402
from wandb_testkit.mocks import EntryMock  # noqa: E402
from wandb_testkit.world import MODULE_FUNCTIONS  # noqa: E402

DOCUMENT = HERE.parent / "docs" / "coverage.rst"

_HEAD = """\
Coverage
========

What becomes of each public name of wandb {version} inside ``patch_wandb``. Written by ``scripts/generate_coverage.py``,
which checks the claims; a test fails when a wandb has a name that is not here.

============  =========================================================================================================
modelled      a mock, or an attribute of ours: it checks, raises and answers as the client does, and is recorded
real          wandb's own code; what it asks of the service is answered from memory
inert         accepted and checked as by the client, and recorded as a call; nothing more happens, for the reason given
refused       raises ``NotModelled``, which names the call and says how to replace it
============  =========================================================================================================

The modules in wandb (``wandb.util``, ``wandb.env``, ``wandb.errors``, ``wandb.plot``, ``wandb.integration.*``) are its
own, and work as they are. This is said of the installed wandb. The column *stand-in* says what there is of a name where
wandb is not installed: ``yes``, ``refused`` (it is there and raises when it is used) or ``no``.

.. contents::
   :depth: 1
   :local:
"""


def owner_of(path: str) -> Any:
    """Return the installed module or class that a path such as ``wandb.apis.public.Run`` means."""
    # Inside a patch `wandb.Api` is a mock.
    module, _, name = ("wandb.apis.public", "", "Api") if path == "wandb.Api" else path.rpartition(".")
    return importlib.import_module(path) if name.islower() else getattr(importlib.import_module(module), name)


def public_names(owner: Any) -> set[str]:
    """Return the public names of a module or class.

    What was imported into a module from elsewhere is none of its own; nor are the modules in it, which are there or
    not, depending on what else was imported.
    """
    names = {name for name in dir(owner) if not name.startswith("_")}
    if isinstance(owner, ModuleType) and owner.__name__ != "wandb":
        return set(owner.__all__)
    if isinstance(owner, ModuleType):
        # Some are found when they are asked for.
        return {name for name in names if _is_wandbs(owner, name)} | {n for n in owner.__all__ if n[0] != "_"}
    # What pydantic and collections.abc give a class is theirs.
    return {name for name in names if not _is_foreign(owner, name)}


def _is_wandbs(module: ModuleType, name: str) -> bool:
    value = vars(module).get(name)
    home = str(getattr(value, "__module__", "wandb"))
    return not isinstance(value, ModuleType) and home.partition(".")[0] in ("wandb", "builtins")


def _is_foreign(owner: type[Any], name: str) -> bool:
    definer = next((cls for cls in owner.__mro__ if name in vars(cls)), owner)
    return definer.__module__.partition(".")[0] != "wandb"


def problems() -> Iterator[str]:
    """Yield what the table lacks, has too much of, or claims wrongly."""
    for path, owner in OWNERS.items():
        there, known = public_names(owner_of(path)), owner.names()
        for name in sorted(there - known):
            yield f"{path}.{name} is not in the table: classify it in scripts/coverage_data.py"
        for name in sorted(known - there):
            yield f"{path}.{name} is in the table, but the installed wandb has no such name"
        for name in sorted(owner.named_twice()):
            yield f"{path}.{name} is in the table twice"
    inert = {f"{path}.{name}" for path, owner in OWNERS.items() for name in owner.inert.split()}
    for name in sorted(inert - NOTES.keys()):
        yield f"{name} is inert, and no note says why"
    yield from _wrong_claims()


# ---- the claims


@contextmanager
def _silent_folder() -> Iterator[None]:
    """An empty working folder, and nothing printed."""
    before = os.getcwd()
    with tempfile.TemporaryDirectory() as folder, redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
        os.chdir(folder)
        try:
            yield
        finally:
            os.chdir(before)


def _wrong_claims() -> Iterator[str]:
    outside = {name: getattr(importlib.import_module("wandb"), name) for name in OWNERS["wandb"].names()}
    with _silent_folder():
        found = [*_wrong_claims_inside(outside)]
    yield from found


def _wrong_claims_inside(outside: dict[str, Any]) -> Iterator[str]:
    with patch_wandb():
        wandb = importlib.import_module("wandb")
        with wandb.init(project="p", id="abc") as run:
            run.log({"a": 1})
            for name in sorted(OWNERS["wandb"].names()):
                status, same = OWNERS["wandb"].status(name), getattr(wandb, name) is outside[name]
                if same != (status == "real"):
                    yield f"wandb.{name} is called {status}, but is {'' if same else 'not '}what it is without a patch"
                elif status == "modelled" and name in MODULE_FUNCTIONS and not hasattr(Session, f"do_{name}"):
                    yield f"wandb.{name} is called modelled, but nothing stands behind its mock"
            yield from _wrong_about_run(wandb.Run, type(run))
        for path in ("wandb", "wandb.sdk.launch"):
            yield from _wrong_about_calls(path, importlib.import_module(path), OWNERS[path])
        api = wandb.Api()
        yield from _wrong_about_calls("wandb.Api", api, OWNERS["wandb.Api"])
        for path, instance in _instances(api):
            yield from _wrong_about_calls(path, instance, OWNERS[path])


def _wrong_about_run(real: type[Any], live: type[Any]) -> Iterator[str]:
    owner = OWNERS["wandb.Run"]
    for name in sorted(owner.names()):
        is_real = inspect.getattr_static(live, name, None) is inspect.getattr_static(real, name)
        if is_real != (owner.status(name) == "real"):
            yield f"wandb.Run.{name} is called {owner.status(name)}, but is {'' if is_real else 'not '}wandb's own"


def _instances(api: Any) -> Iterator[tuple[str, Any]]:
    """Yield objects of the Api that can be had without more, with the path of their class."""
    makers: dict[str, Callable[[], Any]] = {
        "Run": lambda: api.run("p/abc"),
        "Runs": lambda: api.runs("p"),
        "Project": lambda: api.project("p"),
        "Projects": lambda: api.projects(),
        "User": lambda: api.viewer,
        "Team": lambda: api.team("test-entity"),
        "File": lambda: api.run("p/abc").file("x"),
    }
    for name, make in makers.items():
        yield f"wandb.apis.public.{name}", make()


#: They need arguments of a kind, or another package, to get as far as the refusal.
_NOT_TRIED = frozenset(
    {
        "wandb.Api.create_run_queue",
        "wandb.Api.list_jobs",
        "wandb.Api.upsert_run_queue",
        "wandb.controller",
        "wandb.sdk.launch.LaunchAgent",
        "wandb.sdk.launch.create_and_run_agent",
        "wandb.sdk.launch.launch",
    }
)


def _wrong_about_calls(path: str, instance: Any, owner: Owner) -> Iterator[str]:
    """Call what is said to be refused, and what is said to be none of that where a wrong call does no harm."""
    tried = owner.refused.split() if isinstance(instance, ModuleType) else sorted(owner.names())
    for name in tried:
        full = f"{path}.{name}"
        if full in _NOT_TRIED or name.startswith(("delete", "wait", "stop")):
            continue
        refused = _is_refused(instance, name)
        if refused != (owner.status(name) == "refused"):
            yield f"{full} is called {owner.status(name)}, but {'raises' if refused else 'does not raise'} NotModelled"


def _is_refused(instance: Any, name: str) -> bool:
    try:
        value = getattr(instance, name)
        if callable(value):
            value(*_arguments(value), **_keywords(value))
    except NotModelled:
        return True
    except Exception:
        return False
    return False


def _parameters(function: Any) -> list[inspect.Parameter]:
    return [each for each in inspect.signature(function).parameters.values() if each.default is each.empty]


def _arguments(function: Any) -> list[str]:
    """Return a text for each positional argument that must be given."""
    kinds = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    return ["x" for each in _parameters(function) if each.kind in kinds]


def _keywords(function: Any) -> dict[str, str]:
    return {each.name: "x" for each in _parameters(function) if each.kind is inspect.Parameter.KEYWORD_ONLY}


# ---- the document


def document() -> str:
    """Return the table as reStructuredText."""
    version = importlib.import_module("wandb").__version__
    parts = [_HEAD.format(version=version)]
    with _silent_folder(), patch_wandb(stub=True):
        for path, owner in OWNERS.items():
            title = HEADINGS.get(path, path)
            rows = [_row(path, owner, name) for name in sorted(owner.names(), key=lambda name: (name.lower(), name))]
            parts.append("\n".join([title, "-" * len(title), "", *_counts(owner), "", *_table(rows), ""]))
    return "\n".join(parts)


def _counts(owner: Owner) -> list[str]:
    counts = {status: len(owner.of(status)) for status in ("modelled", "real", "inert", "refused")}
    return [", ".join(f"{count} {status}" for status, count in counts.items() if count) + "."]


def _row(path: str, owner: Owner, name: str) -> tuple[str, str, str, str]:
    return f"``{name}``", owner.status(name), _in_standin(path, name), NOTES.get(f"{path}.{name}", "")


def _in_standin(path: str, name: str) -> str:
    try:
        owner = owner_of(path)
        value = inspect.getattr_static(owner, name) if isinstance(owner, type) else getattr(owner, name)
    except (AttributeError, ImportError):
        return "no"
    if isinstance(value, EntryMock) or isinstance(owner, type):
        return "refused" if OWNERS[path].status(name) == "refused" else "yes"
    return "yes"


def _table(rows: list[tuple[str, str, str, str]]) -> list[str]:
    rows = [("name", "", "stand-in", "note"), *rows]
    widths = [max(2, *(len(row[column]) for row in rows)) for column in range(4)]
    line = "  ".join("=" * width for width in widths)
    texts = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    # An empty first cell would join a row to the one above; the second may be empty.
    return [line, texts[0], line, *texts[1:], line]


def main(arguments: list[str] | None = None) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--check", action="store_true", help="write nothing; fail if the table is not right")
    options = parser.parse_args(arguments)
    found = [*problems()]
    for problem in found:
        sys.stderr.write(f"{problem}\n")
    text = document()
    if options.check:
        if not found and DOCUMENT.read_text() != text:
            sys.stderr.write("docs/coverage.rst is not what this script writes: run it\n")
            return 1
        return 1 if found else 0
    DOCUMENT.write_text(text)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
