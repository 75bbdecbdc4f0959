"""The table of frameworks in the documentation, written by the tests that compare them."""

from __future__ import annotations

import csv
import importlib
import io
import platform
from collections.abc import Mapping
from pathlib import Path

from tests.clients import Client

_COLUMNS = ("Framework", "Versions", "What its jobs do", "wandb under the patch", "Stand-in")
_HEAD = """\
===========================================
Frameworks, compared with the real client
===========================================

Each framework runs small jobs, unmodified: once with the real client in offline mode, once under ``patch_wandb()`` and
once under ``patch_wandb(stub=True)``. What is compared of each run: history, config, summary, metric definitions,
artifacts with the digests of their files, files, alerts, warnings and the exit code; and that nothing connects to a
network, starts ``wandb-core`` or is left behind. The numbers are of jobs that are equal.

The tests write this table, ``CLIENTS_TABLE=docs/clients.rst python -m pytest tests/clients``, where there are the
frameworks; the rows of frameworks that are not installed stay. ``tox -e clients-all`` (or ``-light``, or the name of an
extra ``clients-...`` of ``setup.cfg``, where the versions are) installs one after the other and tests it; with
``-- --oldest`` the lower end of each range, which has a row of its own where it was run.

.. csv-table::
   :header-rows: 1
   :widths: auto

"""


def update(path: Path, outcomes: Mapping[str, Mapping[str, Mapping[str, str]]], *, oldest: bool = False) -> None:
    """Replace the rows of the frameworks that were tested.

    Args:
        path: The page; made when it is not there.
        outcomes: By module, world and job: "passed", "failed", "skipped" or "error".
        oldest: Whether they are of the oldest releases, which have rows of their own.
    """
    rows = {row[0]: row for row in _rows(path.read_text() if path.exists() else "")}
    for module, worlds in outcomes.items():
        client: Client = importlib.import_module(module).CLIENT
        if set(worlds) == {"installed", "stand-in"} and all(
            set(found) == set(client.jobs) for found in worlds.values()
        ):
            name = f"{client.name}, oldest" if oldest else client.name
            rows[name] = [name, *_row(client, worlds)]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerows([_COLUMNS, *(rows[name] for name in sorted(rows, key=str.lower))])
    path.write_text(_HEAD + "".join(f"   {line}\n" for line in text.getvalue().splitlines()))


def _rows(text: str) -> list[list[str]]:
    lines = [line[3:] for line in text.splitlines() if line.startswith("   ") and not line.startswith("   :")]
    return [row for row in csv.reader(lines) if row and tuple(row) != _COLUMNS]


def _row(client: Client, worlds: Mapping[str, Mapping[str, str]]) -> list[str]:
    versions = [*client.versions(), f"Python {platform.python_version()}"]
    jobs = ", ".join(name.replace("_", " ") for name in client.jobs)
    return [", ".join(versions), jobs, *(_counted(worlds[world]) for world in ("installed", "stand-in"))]


def _counted(found: Mapping[str, str]) -> str:
    equal = sum(outcome == "passed" for outcome in found.values())
    beyond = [job.replace("_", " ") for job, outcome in found.items() if outcome == "skipped"]
    text = f"{equal} of {len(found) - len(beyond)}"
    return text + (f" (not: {', '.join(beyond)})" if beyond else "")
