"""Malformed calls: what is passed, to what, and how an answer is written down."""

from __future__ import annotations

import datetime
import io
import re
import threading
from collections.abc import Callable, Iterator
from typing import Any


class _Raising:
    """An object whose special method raises."""


def _raising(name: str, base: type = object) -> Any:
    def method(self: Any, *args: Any, **kwargs: Any) -> Any:
        raise ZeroDivisionError(f"in {name}")

    return type("Raising", (base,), {name: method, "__hash__": object.__hash__})()


def _circular() -> Any:
    made: dict[str, Any] = {}
    made["itself"] = made
    return made


def _deep(depth: int) -> Any:
    made: Any = 1
    for _ in range(depth):
        made = {"a": made}
    return made


#: Makers of what is passed.
VALUES: dict[str, Callable[[], Any]] = {
    "none": lambda: None,
    "integer": lambda: 3,
    "negative": lambda: -1,
    "huge": lambda: 10**400,
    "beyond 64 bits": lambda: 2**63,
    "boolean": lambda: True,
    "float": lambda: 1.5,
    "nan": lambda: float("nan"),
    "infinity": lambda: float("inf"),
    "complex": lambda: 1j,
    "empty text": lambda: "",
    "text": lambda: "text",
    "slashes": lambda: "a/b\\c#?%:d",
    "long text": lambda: "x" * 300,
    "surrogate": lambda: "a\ud800b",
    "zero byte": lambda: "a\0b",
    "bytes": lambda: b"\xff\x00",
    "empty list": list,
    "list": lambda: [1, "a", None],
    "list of lists": lambda: [[1, 2], [3]],
    "tuple": lambda: (1, 2),
    "set": lambda: {1},
    "empty dict": dict,
    "dict": lambda: {"a": 1},
    "dict with an integer key": lambda: {1: 1},
    "dict with a nan key": lambda: {float("nan"): 1},
    "dict with a none key": lambda: {None: 1},
    "dict with an empty key": lambda: {"": 1},
    "dict with a tuple key": lambda: {("a", 1): 1},
    "nested integer key": lambda: {"a": {1: 2}},
    "function": lambda: len,
    "class": lambda: int,
    "object": lambda: _raising("nothing"),
    "exception": lambda: ValueError("x"),
    "generator": lambda: (number for number in (1, 2)),
    "lock": threading.Lock,
    "file": lambda: io.StringIO("x"),
    "date": lambda: datetime.datetime(2024, 1, 1),
    "range": lambda: range(3),
    "ellipsis": lambda: ...,
    "circular": _circular,
    "100 deep": lambda: _deep(100),
    "raising repr": lambda: _raising("__repr__"),
    "raising str": lambda: _raising("__str__"),
    "raising eq": lambda: _raising("__eq__"),
    "raising len": lambda: _raising("__len__", list),
    "raising iteration": lambda: _raising("__iter__", list),
    "raising items": lambda: _raising("items", dict),
    "raising copy": lambda: _raising("__deepcopy__"),
    "raising float": lambda: _raising("__float__"),
}


def calls(wandb: Any, run: Any) -> Iterator[tuple[str, Callable[[Any], Any]]]:
    """Yield what is called with each value: a run's methods, and the module's."""

    def assign(name: str) -> Callable[[Any], Any]:
        return lambda value: setattr(run, name, value)

    yield "run.log(value)", run.log
    yield "run.log({'a': value})", lambda value: run.log({"a": value})
    yield "run.log({}, step=value)", lambda value: run.log({}, step=value)
    yield "run.log({'a': 1}, commit=value)", lambda value: run.log({"a": 1}, commit=value)
    yield "run.log(unknown=value)", lambda value: run.log(unknown=value)
    yield "run.config.update(value)", lambda value: run.config.update(value, allow_val_change=True)
    yield "run.config.setdefaults(value)", lambda value: run.config.setdefaults(value)
    yield "run.config['k'] = value", lambda value: run.config.update({"k": value}, allow_val_change=True)
    yield "run.summary.update(value)", lambda value: run.summary.update(value)
    yield "run.define_metric(value)", lambda value: run.define_metric(value)
    for name in ("summary", "step_metric", "hidden", "step_sync", "overwrite"):
        yield f"run.define_metric('m', {name}=value)", lambda value, name=name: run.define_metric("m", **{name: value})
    yield "run.alert(value, 'x')", lambda value: run.alert(value, "x")
    yield "run.alert('x', value)", lambda value: run.alert("x", value)
    yield "run.alert(level=value)", lambda value: run.alert("x", "x", level=value)
    yield "run.alert(wait_duration=value)", lambda value: run.alert("x", "x", wait_duration=value)
    yield "run.name = value", assign("name")
    yield "run.notes = value", assign("notes")
    yield "run.tags = value", assign("tags")
    yield "run.log_artifact(value)", lambda value: run.log_artifact(value)
    yield "wandb.Table(columns=value)", lambda value: wandb.Table(columns=value, data=[])
    yield "wandb.Table(data=value)", lambda value: wandb.Table(columns=["a", "b"], data=value)
    yield "wandb.Html(value)", lambda value: wandb.Html(value)
    yield "wandb.Artifact(value, 't')", lambda value: wandb.Artifact(value, "t")
    yield "wandb.Artifact('n', value)", lambda value: wandb.Artifact("n", value)
    yield "wandb.Artifact(metadata=value)", lambda value: wandb.Artifact("n", "t", metadata=value)
    for name in ("project", "entity", "tags", "notes", "name", "id", "group", "job_type", "mode", "resume", "reinit"):
        yield (
            f"wandb.init({name}=value)",
            lambda value, name=name: wandb.init(**{"mode": "disabled", "project": "q", name: value}),
        )
    yield "wandb.init(value)", lambda value: wandb.init(value, mode="disabled")
    yield "wandb.init(unknown=value)", lambda value: wandb.init(unknown=value)
    yield "wandb.init(config=value)", lambda value: wandb.init(mode="disabled", config=value)


# What could start a run that goes on, or needs a server.
_LEFT_OUT = {("wandb.init(mode=value)", "none")}


def answers(wandb: Any, run: Any) -> dict[str, dict[str, str]]:
    """Return by call and value what is raised: type and message, or an empty text."""
    found: dict[str, dict[str, str]] = {}
    for call, function in calls(wandb, run):
        for value, make in VALUES.items():
            if (call, value) not in _LEFT_OUT:
                found.setdefault(call, {})[value] = _answer(function, make())
    return found


def _answer(function: Callable[[Any], Any], value: Any) -> str:
    try:
        function(value)
    except Exception as error:
        kind = type(error)
        text = re.sub(r"0x[0-9a-f]+", "0x...", f"{kind.__name__}: {error}")
        # What is random, of a set, or of the machine.
        text = re.sub(r"run-[a-z0-9]{8}-", "run-ID-", text)
        text = re.sub(r"(cannot contain characters .*), found .*", r"\1", text)
        return re.sub(r"/\S*/", "/.../", text)[:300]
    return ""
