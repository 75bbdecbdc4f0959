"""Programs as data: lists of operations, and the interpreter that carries them out in any world.

An operation is a list: its name and its arguments, all of them JSON.  What JSON lacks is written `{"!": name}`.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from tests.scenarios import Observer

READABLE = ("name", "notes", "tags", "project", "group", "job_type", "resumed", "offline", "disabled", "entity")


def odd_values() -> dict[str, Callable[[], Any]]:
    """Return what programs log that JSON cannot say, by name."""
    values: dict[str, Callable[[], Any]] = {
        "nan": lambda: math.nan,
        "inf": lambda: math.inf,
        "-inf": lambda: -math.inf,
        "tuple": lambda: (1, "two", None),
        "set": lambda: {1},
        "bytes": lambda: b"x",
        "complex": lambda: 1 + 2j,
        "object": object,
        "range": lambda: range(3),
        "huge": lambda: 2**70,
        "int64": lambda: 2**63 - 1,
    }
    try:
        import numpy as np
    except ImportError:
        return values
    return values | {
        "f32": lambda: np.float32(0.1),
        "f64": lambda: np.float64(2.0),
        "i64": lambda: np.int64(7),
        "array": lambda: np.arange(3),
        "floats": lambda: np.array([0.5, np.nan]),
        "long array": lambda: np.arange(40.0),
        "np bool": lambda: np.bool_(True),
    }


class Interpreter:
    """Carries out the operations of one program."""

    def __init__(self, wandb: Any, obs: Observer) -> None:
        self.wandb = wandb
        self.obs = obs
        self.run: Any = None
        self.runs: list[Any] = []
        self.finished = True
        self.row: dict[str, Any] = {}
        self.odd = odd_values()

    def value(self, described: Any) -> Any:
        """Return the Python value that is meant."""
        if isinstance(described, list):
            return [self.value(inner) for inner in described]
        if not isinstance(described, dict):
            return described
        if set(described) == {"!"}:
            return self.odd[described["!"]]()
        return {key: self.value(inner) for key, inner in described.items()}

    def do(self, number: int, operation: list[Any]) -> None:
        """Carry out one operation and note what it answers or raises."""
        name, *arguments = operation
        method = getattr(self, f"op_{name}")
        if self.run is None and name not in ("init", "module_log"):
            return
        self.obs.ask(f"{number} {name}", lambda: method(*[self.value(argument) for argument in arguments]))

    def op_init(self, arguments: dict[str, Any]) -> bool:
        before, self.run = self.run, self.wandb.init(**arguments)
        self.runs.append(self.run)
        self.finished = False
        return self.run is before

    def op_log(self, row: Any, step: Any, commit: Any) -> None:
        self.row = row
        self.run.log(row, step=step, commit=commit)

    def op_module_log(self, row: Any, step: Any, commit: Any) -> None:
        self.wandb.log(row, step, commit)

    def op_log_again(self) -> None:
        """Change the dict that was logged last, as a training loop does, and log it again."""
        self.row["again"] = self.row.get("again", 0) + 1
        for value in self.row.values():
            if isinstance(value, list):
                value.append(1)
        self.run.log(self.row)

    def op_define(self, name: str, arguments: dict[str, Any]) -> None:
        self.run.define_metric(name, **arguments)

    def op_summary_set(self, key: str, value: Any) -> None:
        self.run.summary[key] = value

    def op_summary_update(self, values: dict[str, Any]) -> None:
        self.run.summary.update(values)

    def op_summary_set_inside(self, key: str, inner: str, value: Any) -> None:
        self.run.summary[key][inner] = value

    def op_summary_delete(self, key: str) -> None:
        del self.run.summary[key]

    def op_summary_delete_inside(self, key: str, inner: str) -> None:
        del self.run.summary[key][inner]

    def op_summary_get(self, key: str) -> Any:
        return self.run.summary.get(key, "nothing")

    def op_summary_keys(self) -> list[str]:
        return sorted(self.run.summary.keys())

    def op_config_set(self, key: str, value: Any) -> None:
        self.run.config[key] = value

    def op_config_update(self, values: dict[str, Any], allow: Any) -> None:
        self.run.config.update(values, allow_val_change=allow)

    def op_config_setdefaults(self, values: dict[str, Any]) -> None:
        self.run.config.setdefaults(values)

    def op_config_read(self) -> dict[str, Any]:
        return dict(self.run.config)

    def op_read(self, attribute: str) -> Any:
        return getattr(self.run, attribute)

    def op_step(self) -> Any:
        # The step of a finished run makes the client wait for half a minute.
        return None if self.finished else self.run.step

    def op_assign(self, attribute: str, value: Any) -> None:
        setattr(self.run, attribute, value)

    def op_finish(self, code: Any) -> None:
        try:
            self.run.finish(code)
        finally:
            self.finished = True


def interpret(wandb: Any, obs: Observer, *operations: list[Any]) -> None:
    """Carry out a program."""
    interpreter = Interpreter(wandb, obs)
    for number, operation in enumerate(operations):
        interpreter.do(number, operation)
    obs.read("a run is left", wandb.run is not None)
    # The client loses warnings that wandb-core sent just before the end of a program that finishes nothing.
    for run in interpreter.runs:
        obs.ask("finish at the end", run.finish)
