"""Short programs over what most users need of wandb, each with what it read and what was raised at it.

They give their runs ids and read nothing that is random, so that two worlds that agree answer equally.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


class Notes:
    """What a program saw.

    Attributes:
        lines: One text for each value that was read and each error that was raised.
    """

    def __init__(self) -> None:
        self.lines: list[str] = []

    def read(self, label: str, value: Any) -> None:
        """Note a value; of numbers, texts, lists and dicts the `repr` is all there is to see."""
        self.lines.append(f"{label} is {value!r}")

    def attempt(self, label: str, call: Callable[[], Any]) -> None:
        """Note what a call raises, or that it raises nothing."""
        try:
            call()
        except Exception as error:
            self.lines.append(f"{label} raises {type(error).__name__}: {error}")
        else:
            self.lines.append(f"{label} raises nothing")


def steps(wandb: Any, notes: Notes) -> None:
    """Rows that are whole, open, joined and dropped."""
    with wandb.init(project="doctor", id="steps") as run:
        for loss in (0.9, 0.5, 0.2):
            run.log({"loss": loss})
        run.log({"a": 1}, commit=False)
        run.log({"b": 2})
        run.log({"c": 3}, step=10)
        run.log({"d": 4}, step=10)
        run.log({"too": "late"}, step=4)
        run.log({"nested": {"x": 1}}, commit=False)
        run.log({"nested": {"y": 2}})
        run.log({})
        notes.read("step", run.step)
        run.log({"open": True}, step=20)


def values(wandb: Any, notes: Notes) -> None:
    """What becomes of values that JSON has no words for, or other words."""
    with wandb.init(project="doctor", id="values") as run:
        run.log({"none": None, "nan": float("nan"), "inf": float("-inf"), "true": True, "big": 2**70, "text": "t"})
        run.log({"list": [1, [2.5, None]], "tuple": (1, 2), "empty": {}, "deep": {"a": {"b": 1}}, "a.b": 1})
        run.log({"histogram": wandb.Histogram([1, 2, 2, 3], num_bins=3), "table": wandb.Table(["x"], [[1], [2]])})
        run.log({"html": wandb.Html("<p>text</p>", inject=False)})
        notes.attempt("a lock", lambda: run.log({"lock": object()}))


def metrics(wandb: Any, notes: Notes) -> None:
    """Definitions of metrics, and what they do to rows and summary."""
    with wandb.init(project="doctor", id="metrics") as run:
        run.define_metric("epoch", hidden=True)
        run.define_metric("loss", summary="min")
        run.define_metric("val/*", step_metric="epoch", summary="max,mean")
        for epoch in range(3):
            run.log({"epoch": epoch, "loss": 1 / (epoch + 1)})
            run.log({"val/accuracy": epoch / 4})
        notes.read("least loss", run.summary["loss"]["min"])
        notes.attempt("an unknown kind", lambda: run.define_metric("x", summary="median"))


def summary(wandb: Any, notes: Notes) -> None:
    """The summary by hand."""
    with wandb.init(project="doctor", id="summary") as run:
        run.log({"loss": 1, "accuracy": 0.5})
        run.summary["best"] = {"loss": 1}
        run.summary.update({"epochs": 3, "gone": 1})
        del run.summary["gone"]
        run.log({"loss": 2})
        notes.read("keys", sorted(key for key in run.summary.keys() if key[0] != "_"))  # noqa: SIM118 (it is no dict)
        notes.attempt("a missing key", lambda: run.summary["missing"])


def config(wandb: Any, notes: Notes) -> None:
    """The config, and the lock on what it has."""
    with wandb.init(project="doctor", id="config", config={"lr": 0.1, "model": {"layers": 2}}) as run:
        run.config.update({"epochs": 3})
        run.config.batch = 32
        notes.attempt("another value", lambda: run.config.update({"lr": 0.2}))
        run.config.update({"lr": 0.3}, allow_val_change=True)
        notes.read("config", dict(run.config.items()))
        notes.attempt("a missing value", lambda: run.config.missing)


def lifecycle(wandb: Any, notes: Notes) -> None:
    """Runs one after the other, a run begun twice, a block that fails."""
    run = wandb.init(project="doctor", id="first", name="one", group="g", job_type="train", tags=["a"], notes="n")
    notes.read("run", (run.id, run.name, run.project, run.group, run.job_type, run.tags, run.notes, run.offline))
    notes.read("same", wandb.init(project="other") is run)
    run.name, run.tags = "renamed", (*run.tags, "b")
    wandb.finish(exit_code=3)
    notes.read("run afterwards", wandb.run)
    notes.attempt("a finished run", lambda: run.log({"a": 1}))
    try:
        with wandb.init(project="doctor", id="second"):
            raise ValueError("on purpose")
    except ValueError as error:
        notes.read("let through", str(error))


def mistakes(wandb: Any, notes: Notes) -> None:
    """What the client refuses."""
    notes.attempt("log before init", lambda: wandb.log({"a": 1}))
    notes.attempt("a project with a slash", lambda: wandb.init(project="a/b"))
    notes.attempt("an id with a slash", lambda: wandb.init(project="doctor", id="a/b"))
    notes.attempt("an unknown mode", lambda: wandb.init(mode="ofline"))
    notes.attempt("a misspelt argument", lambda: wandb.init(projekt="doctor"))
    with wandb.init(project="doctor", id="mistakes") as run:
        notes.attempt("a row that is no dict", lambda: run.log([1]))
        notes.attempt("a key that is no text", lambda: run.log({1: 1}))
        notes.attempt("a float as step", lambda: run.log({"a": 1}, step=1.5))
        notes.attempt("an attribute that is not there", lambda: run.nothing)
        run.log({"after": "all"})


def disabled(wandb: Any, notes: Notes) -> None:
    """A disabled run takes what it is given."""
    with wandb.init(mode="disabled", project="doctor", config={"lr": 0.1}) as run:
        run.log({"a": 1})
        notes.read("config", run.config["lr"])
        notes.read("summary", run.summary["a"])
        notes.read("disabled", run.disabled)


PROGRAMS: dict[str, Callable[[Any, Notes], None]] = {
    program.__name__: program
    for program in (steps, values, metrics, summary, config, lifecycle, mistakes, disabled)
}
