"""A program run under the patch twice, with the client's own code and with the stand-in: it sees the same in both."""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import re
import tempfile
from collections.abc import Callable, Iterator
from typing import Any

from tests.test_standin_functions import asked
from tests.worlds import terminal, warnings_in
from wandb_testkit import patch_wandb

Question = Callable[[Any], Any]

# Names and addresses that are random, and times.
GENERATED = re.compile(
    r"(?<=artifact://)[0-9a-z]{20,}|\b1\d{12}\b|t_[0-9a-z]{8}|t\d_\d+|(?<=_)[0-9a-z]{8}(?=\.npz)|0x[0-9a-f]+|run-[0-9a-z]{8}(?=-)"
)


def answers(question: Question, *, stub: bool) -> Any:
    """What a program sees in one world, and the warnings there; ids and times are left out.

    It runs in a folder of its own: what is read from artifacts is downloaded to the current one.
    """
    with tempfile.TemporaryDirectory() as folder, in_folder(folder), patch_wandb(stub=stub), terminal() as shown:
        found = question(importlib.import_module("wandb"))
    return json.loads(GENERATED.sub("ID", json.dumps([found, warnings_in(shown.getvalue())], default=repr)))


@contextlib.contextmanager
def in_folder(folder: str) -> Iterator[None]:
    """Make a folder the current one."""
    before = os.getcwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


def check(question: Question) -> None:
    """Check that a program sees the same in both worlds."""
    ours, real = answers(question, stub=True), answers(question, stub=False)
    assert ours == real, "\n".join(_differences(ours, real))


def _differences(ours: Any, real: Any, where: str = "") -> Iterator[str]:
    """Where two answers differ, a line for each place."""
    if isinstance(ours, dict) and isinstance(real, dict) and ours.keys() == real.keys():
        for key in ours:
            yield from _differences(ours[key], real[key], f"{where}/{key}")
    elif isinstance(ours, list) and isinstance(real, list) and len(ours) == len(real):
        for number, (mine, other) in enumerate(zip(ours, real, strict=True)):
            yield from _differences(mine, other, f"{where}/{number}")
    elif ours != real:
        yield f"{where}: stand-in {ours!r}, client {real!r}"


def all_asked(**questions: Callable[[], Any]) -> dict[str, Any]:
    """What each question answers, or the error that it raises instead."""
    return {label: asked(question) for label, question in questions.items()}
