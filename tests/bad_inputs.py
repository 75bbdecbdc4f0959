"""Malformed calls: what is passed, to what, and how an answer is written down."""

from __future__ import annotations

import datetime
import inspect
import io
import re
import threading
from collections.abc import Callable, Collection, Iterator
from types import ModuleType
from typing import Any


class _Raising:
    """An object whose special method raises."""


def _raising(name: str, base: type = object) -> Any:
    def method(self: Any, *args: Any, **kwargs: Any) -> Any:
        raise ZeroDivisionError(f"in {name}")

    return type("Raising", (base,), {"__hash__": object.__hash__, name: method})()


def _circular() -> Any:
    made: dict[str, Any] = {}
    made["itself"] = made
    return made


def _circular_list() -> Any:
    made: list[Any] = []
    made.append(made)
    return made


def _deep(depth: int, wrap: Callable[[Any], Any] = lambda inner: {"a": inner}) -> Any:
    made: Any = 1
    for _ in range(depth):
        made = wrap(made)
    return made


class _Growing(dict):  # type: ignore[type-arg]
    """A dict that another one changes whenever somebody goes through it."""

    def items(self) -> Any:
        for number, item in enumerate(super().items()):
            self[f"new {number}"] = 1
            yield item

    def __iter__(self) -> Any:
        for number, key in enumerate(super().__iter__()):
            self[f"new {number}"] = 1
            yield key


def _array(*args: Any, **options: Any) -> Any:
    import numpy

    return numpy.array(*args, **options)


def _tensor(make: str) -> Any:
    import torch

    if make == "meta":
        return torch.ones(2, device="meta")
    if make == "sparse":
        return torch.eye(2).to_sparse()
    return {"a": torch.ones(2, requires_grad=True)}["a"] * (1 if make == "needs grad" else 1j)


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
    "circular list": _circular_list,
    "100 deep": lambda: _deep(100),
    "10,000 deep": lambda: _deep(10_000),
    "list 10,000 deep": lambda: _deep(10_000, lambda inner: [inner]),
    "growing": lambda: _Growing(a=1, b=2),
    "object array": lambda: _array([object, {"a": 1}], dtype=object),
    "array of text": lambda: _array(["a", "b"]),
    "array of no dimension": lambda: _array(1.5),
    "array of nan keys": lambda: {"a": _array([float("nan"), 1.0])},
    "dates": lambda: _array(["2024-01-01", "NaT"], dtype="datetime64[D]"),
    "raising repr": lambda: _raising("__repr__"),
    "raising str": lambda: _raising("__str__"),
    "raising eq": lambda: _raising("__eq__"),
    "raising len": lambda: _raising("__len__", list),
    "raising iteration": lambda: _raising("__iter__", list),
    "raising items": lambda: _raising("items", dict),
    "raising copy": lambda: _raising("__deepcopy__"),
    "raising float": lambda: _raising("__float__"),
    "raising hash": lambda: _raising("__hash__", str),
    "raising bool": lambda: _raising("__bool__"),
}

#: What needs torch.
TENSORS: dict[str, Callable[[], Any]] = {
    f"tensor, {name}": lambda name=name: _tensor(name)  # type: ignore[misc]
    for name in ("needs grad", "complex", "meta", "sparse")
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
    # The client sends the whole run along with an artifact: what config refuses further below would spoil this.
    artifact = lambda: wandb.Artifact("n", "t")  # noqa: E731
    yield "run.log_artifact(value)", lambda value: run.log_artifact(value)
    yield "run.log_artifact(aliases=value)", lambda value: run.log_artifact(artifact(), aliases=value)
    yield "run.log_artifact(tags=value)", lambda value: run.log_artifact(artifact(), tags=value)
    yield "run.log_artifact(name=value)", lambda value: run.log_artifact(__file__, name=value)
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
    yield "run.config[value] = 1", lambda value: run.config.__setitem__(value, 1)
    yield "run.config.get(value)", lambda value: run.config.get(value)
    yield "run.config.update(allow_val_change=value)", lambda value: run.config.update({"z": 1}, allow_val_change=value)
    yield "run.summary['k'] = value", lambda value: run.summary.__setitem__("k", value)
    yield "run.summary[value] = 1", lambda value: run.summary.__setitem__(value, 1)
    yield "run.summary.get(value)", lambda value: run.summary.get(value)
    yield "run.save(value)", lambda value: run.save(value)
    yield "run.save(policy=value)", lambda value: run.save("nothing", policy=value)
    yield "run.save(base_path=value)", lambda value: run.save("nothing", base_path=value)
    yield "run.log_code(value)", lambda value: run.log_code(value)
    yield "run.watch(value)", lambda value: run.watch(value)
    yield "run.unwatch(value)", lambda value: run.unwatch(value)
    yield "run.use_artifact(value)", lambda value: run.use_artifact(value)
    yield "run.log_model(value)", lambda value: run.log_model(value)
    yield "run.link_artifact(value)", lambda value: run.link_artifact(value, "p")
    yield "run.log_artifact(aliases=value), config spoiled", lambda value: run.log_artifact(artifact(), aliases=value)
    yield "wandb.Table(columns=value)", lambda value: wandb.Table(columns=value, data=[])
    yield "wandb.Table(data=value)", lambda value: wandb.Table(columns=["a", "b"], data=value)
    yield "wandb.Html(value)", lambda value: wandb.Html(value)
    yield "wandb.Artifact(value, 't')", lambda value: wandb.Artifact(value, "t")
    yield "wandb.Artifact('n', value)", lambda value: wandb.Artifact("n", value)
    yield "wandb.Artifact(metadata=value)", lambda value: wandb.Artifact("n", "t", metadata=value)
    yield "artifact.description = value", lambda value: setattr(wandb.Artifact("n", "t"), "description", value)
    yield "artifact.metadata = value", lambda value: setattr(wandb.Artifact("n", "t"), "metadata", value)
    yield "artifact.add_file(value)", lambda value: wandb.Artifact("n", "t").add_file(value)
    yield "artifact.add_file(name=value)", lambda value: wandb.Artifact("n", "t").add_file(__file__, name=value)
    yield "artifact.add_dir(value)", lambda value: wandb.Artifact("n", "t").add_dir(value)
    yield "artifact.add_reference(value)", lambda value: wandb.Artifact("n", "t").add_reference(value)
    yield "artifact.add(value, 'n')", lambda value: wandb.Artifact("n", "t").add(value, "n")
    yield "artifact.add(table, value)", lambda value: wandb.Artifact("n", "t").add(_table(wandb), value)
    yield "artifact.get_entry(value)", lambda value: wandb.Artifact("n", "t").get_entry(value)
    yield "artifact.remove(value)", lambda value: wandb.Artifact("n", "t").remove(value)
    yield "table.add_data(value)", lambda value: _table(wandb).add_data(value)
    yield "table.add_row(value)", lambda value: _table(wandb).add_row(value)
    yield "table.add_column('b', value)", lambda value: _table(wandb).add_column("b", value)
    yield "table.add_column(value, [1])", lambda value: _table(wandb).add_column(value, [1])
    yield "table.get_column(value)", lambda value: _table(wandb).get_column(value)
    yield "wandb.Image(value)", lambda value: wandb.Image(value)
    yield "wandb.Histogram(value)", lambda value: wandb.Histogram(value)
    yield "wandb.Histogram(np_histogram=value)", lambda value: wandb.Histogram(np_histogram=value)
    yield "wandb.Object3D(value)", lambda value: wandb.Object3D(value)
    yield "wandb.Molecule(value)", lambda value: wandb.Molecule(value)
    yield "wandb.Video(value)", lambda value: wandb.Video(value)
    yield "wandb.plot.line(value)", lambda value: wandb.plot.line(value, "a", "b")
    yield "wandb.plot.line(x=value)", lambda value: wandb.plot.line(_table(wandb), value, "b")
    yield "wandb.Settings(run_id=value)", lambda value: wandb.Settings(run_id=value)
    yield "wandb.Settings(console=value)", lambda value: wandb.Settings(console=value)
    yield "wandb.Settings(value=value)", lambda value: wandb.Settings(value=value)
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


def _table(wandb: Any) -> Any:
    return wandb.Table(columns=["a"], data=[[1]])


def public_names(wandb: Any, run: Any) -> dict[str, list[str]]:
    """Return the public callables of the module, of a run and of what it is used with."""
    found = {}
    for owner, holder in _owners(wandb, run).items():
        names = wandb.__all__ if holder is wandb else [name for name in dir(holder) if not name.startswith("_")]
        kind = holder if isinstance(holder, ModuleType) else type(holder)
        found[owner] = [name for name in sorted(set(names)) if inspect.isroutine(getattr(kind, name, None))]
    return found


def _owners(wandb: Any, run: Any) -> dict[str, Any]:
    return {
        "wandb": wandb,
        "wandb.plot": wandb.plot,
        "run": run,
        "run.config": run.config,
        "run.summary": run.summary,
        "artifact": wandb.Artifact("n", "t"),
        "table": _table(wandb),
    }


def misuse(wandb: Any, run: Any, names: dict[str, list[str]]) -> dict[str, list[str]]:
    """Return what public callables raise for an unknown keyword and for thirty arguments.

    Args:
        wandb: The module.
        run: A run of it.
        names: What `public_names` returned.
    """
    found: dict[str, list[str]] = {}
    for owner, holder in _owners(wandb, run).items():
        for name in names[owner]:
            found[f"{owner}.{name}"] = [
                _answer(lambda _, name=name: getattr(holder, name)(no_such_keyword=1), None),  # noqa: B023
                _answer(lambda _, name=name: getattr(holder, name)(*range(30)), None),  # noqa: B023
            ]
    return found


def answers(
    wandb: Any, run: Any, values: dict[str, Callable[[], Any]] = VALUES, of: Collection[str] = ()
) -> dict[str, dict[str, str]]:
    """Return by call and value what is raised: type and message, or an empty text.

    Args:
        wandb: The module.
        run: A run of its.
        values: What to give to each call, by name.
        of: The calls, if not all of them.
    """
    found: dict[str, dict[str, str]] = {}
    for call, function in calls(wandb, run):
        if of and call not in of:
            continue
        for value, make in values.items():
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
        text = re.sub(r"(RecursionError: maximum recursion depth exceeded).*", r"\1", text)
        text = re.sub(r"(files of the type|supported types are): .*", r"\1: ...", text)
        text = re.sub(r"\.\.\.[0-9a-f]+>", "...>", text)
        text = re.sub(r"(Found extra keys|Missing keys): .*", r"\1: ...", text)
        text = re.sub(r"\d{8}_\d{6}|in position \d+", "...", text)
        return re.sub(r"/\S*/", "/.../", text)[:300]
    return ""
