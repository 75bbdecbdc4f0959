"""Running the same questions to ``wandb.Api`` in both worlds, and comparing the answers."""

from __future__ import annotations

import base64
import binascii
import contextlib
import io
import os
import re
from collections.abc import Callable, Iterator, Mapping
from types import SimpleNamespace
from typing import Any

from wandb_testkit import NotModelled, patch_wandb

#: Times that differ from one run of a program to the next.
_TIMES = frozenset({"_timestamp", "_runtime", "runtime", "heartbeatAt", "updatedAt", "startedAt", "created_at"})
_ISO = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ?")
_STAMPS = re.compile(r"('_(?:timestamp|runtime)': )[-+.e\d]+")
_RANDOM = re.compile(r"(uncategorized/|wandb-testkit-)[-0-9a-z]+")
_CODED = re.compile(r"\b[A-Za-z0-9+/]{12,}={0,2}")
_ADDRESS = re.compile(r" at 0x[0-9a-f]+")

#: What was there before the patch, with times of its own.
SEEDS: tuple[dict[str, Any], ...] = (
    {
        "id": "run-a",
        "project": "demo",
        "entity": "team",
        "name": "alpha",
        "group": "g1",
        "job_type": "train",
        "notes": "first of all",
        "tags": ["base", "good"],
        "config": {"lr": 0.1, "model": {"depth": 3, "name": "resnet"}, "seeds": [1, 2], "a.b": 1},
        "summary": {"loss": 0.5, "acc": 0.9, "nested": {"f1": 0.7}, "text": "ok"},
        "history": [{"_step": i, "loss": 1 / (i + 1), "acc": i / 10} for i in range(10)],
        "created_at": "2024-01-02T03:04:05Z",
        "heartbeat_at": "2024-01-02T03:14:05Z",
        "exit_code": 0,
        "user": "alice",
        "files": {"model.pt": b"\x00\x01", "logs/out.txt": "hello\n", "notes.json": '{"a": 1}'},
        "system_metrics": {"system.cpu": 12.5},
    },
    {
        "id": "run-b",
        "project": "demo",
        "entity": "team",
        "name": "beta",
        "group": "g1",
        "job_type": "eval",
        "tags": ["base"],
        "config": {"lr": 0.01, "model": {"depth": 5}},
        "summary": {"loss": 0.3, "acc": 0.95},
        "history": [{"_step": 2 * i, "loss": 0.9 - i / 10} for i in range(5)] + [{"_step": 100, "acc": 0.95}],
        "created_at": "2024-02-02T03:04:05Z",
        "exit_code": 1,
    },
    {
        "id": "run-c",
        "project": "demo",
        "entity": "team",
        "config": {"lr": 0.5},
        "summary": {},
        "history": [],
        "created_at": "2024-03-02T03:04:05Z",
        "state": "running",
    },
    {"id": "other", "project": "second", "entity": "team", "created_at": "2024-01-01T00:00:00Z"},
    {"id": "mine", "project": "private", "created_at": "2024-01-01T00:00:00Z"},
)


def comparable(value: Any, key: str = "") -> Any:
    """A value without what differs between worlds and moments."""
    if isinstance(value, BaseException):
        return (_name(type(value)), _text(str(value)))
    if key in _TIMES and value is not None:
        return f"<{key}>"
    if isinstance(value, Mapping):
        return {_text(str(name)): comparable(item, str(name)) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [comparable(item) for item in value]
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, (bool, int, float, bytes, type(None))):
        # In the same process 1 equals 1.0: the types tell them apart.
        return (type(value).__name__, repr(value))
    if isinstance(value, type):
        return _name(value)
    return (_name(type(value)), _text(repr(value)))


def _name(kind: type) -> str:
    return f"{kind.__module__}.{kind.__qualname__}"


def _text(text: str) -> str:
    text = _STAMPS.sub(r"\1<time>", text)
    text = _RANDOM.sub(r"\1<random>", text)
    text = _CODED.sub(_kind_of_id, text)
    return _ADDRESS.sub("", _ISO.sub("<time>", text))


def _kind_of_id(match: re.Match[str]) -> str:
    """What an id of the server's is of: the rest of it may be random."""
    try:
        text = base64.b64decode(match[0], validate=True).decode("ascii")
    except (binascii.Error, UnicodeDecodeError):
        return match[0]
    kind = re.match(r"([A-Z]\w+)[:\0]", text)
    return f"<id of {kind[1]}>" if kind else match[0]


@contextlib.contextmanager
def office(stub: bool, folder: str, **options: Any) -> Iterator[SimpleNamespace]:
    """A patch in which there are runs, an Api, and a folder to work in."""
    before = os.getcwd()
    os.makedirs(folder)
    os.chdir(folder)
    try:
        with (
            contextlib.redirect_stderr(io.StringIO()),
            contextlib.redirect_stdout(io.StringIO()),
            patch_wandb(stub=stub, runs=SEEDS, **options) as recorder,
        ):
            import wandb

            with wandb.init(project="demo", entity="team", id="live", name="delta", config={"lr": 0.2}) as run:
                for step in range(3):
                    run.log({"loss": 1.0 - step / 10, "deep": {"x": step}})
            api = wandb.Api()
            yield SimpleNamespace(wandb=wandb, api=api, recorder=recorder, folder=folder)
    finally:
        os.chdir(before)


def asked(question: Callable[[Any], Any], stub: bool, folder: str, **options: Any) -> tuple[Any, Any, Any]:
    """What a question is answered in one world, what was printed meanwhile, and which calls were recorded."""
    with office(stub, folder, **options) as here:
        printed = len(here.recorder.messages)
        calls = len(here.recorder.calls)
        try:
            answer = comparable(question(here))
        except NotModelled as error:
            answer = (_name(type(error)), _text(str(error)))
        except Exception as error:
            answer = comparable(error)
        messages = [(level, _text(text)) for level, text in here.recorder.messages[printed:]]
        recorded = [comparable(list(call)) for call in here.recorder.calls[calls:]]
        hidden = {folder: "<folder>"}
        hidden.update((run.id, f"<run {number}>") for number, run in enumerate(here.recorder.runs) if run.id != "live")
        hidden.update((sweep.id, f"<sweep {number}>") for number, sweep in enumerate(here.recorder.sweeps))
    return _without(answer, hidden), _without(messages, hidden), _without(recorded, hidden)


def _without(value: Any, hidden: Mapping[str, str]) -> Any:
    """A value without names that are random."""
    if isinstance(value, dict):
        return {_without(key, hidden): _without(item, hidden) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(_without(item, hidden) for item in value)
    if isinstance(value, str):
        for name, shown in hidden.items():
            value = value.replace(name, shown)
    return value
