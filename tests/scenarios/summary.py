"""`run.summary`: reading it during the run, and writing it by hand."""

from __future__ import annotations

import enum
import math
from typing import Any

from tests.scenarios import Observer, scenario


@scenario
def summary_follows_the_log(wandb: Any, obs: Observer) -> None:
    with wandb.init() as run:
        obs.read("empty", run.summary.keys())
        run.log({"a": 1, "b": "x"})
        run.log({"a": 2})
        obs.read("a", run.summary["a"])
        obs.read("attribute", run.summary.a)
        obs.read("get", run.summary.get("b"))
        obs.read("missing", run.summary.get("c"))
        obs.read("default", run.summary.get("c", 5))
        obs.read("module", wandb.summary["a"])
        obs.read("keys", sorted(run.summary.keys()))


@scenario
def summary_assignment(wandb: Any, obs: Observer) -> None:
    with wandb.init() as run:
        run.summary["best"] = 0.9
        run.summary.worst = 0.1
        run.summary.update({"x": 1, "y": [1, 2]})
        wandb.summary["module"] = True
        for key in ("best", "worst", "x", "y", "module"):
            obs.read(key, run.summary[key])


@scenario
def summary_missing_keys(wandb: Any, obs: Observer) -> None:
    with wandb.init() as run:
        obs.ask("item", lambda: run.summary["nothing"])
        obs.ask("attribute", lambda: run.summary.nothing)
        with obs.raises("delete item"):
            del run.summary["nothing"]
        with obs.raises("delete attribute"):
            del run.summary.nothing
        run.log({"a": {"b": 1}})
        obs.ask("nested item", lambda: run.summary["a"]["c"])
        obs.ask("nested attribute", lambda: run.summary.a.c)


@scenario
def summary_is_no_dict(wandb: Any, obs: Observer) -> None:
    with wandb.init() as run:
        run.log({"a": 1})
        obs.ask("in", lambda: "a" in run.summary)
        obs.ask("iter", lambda: list(run.summary))
        obs.ask("len", lambda: len(run.summary))
        obs.ask("items", lambda: run.summary.items())
        obs.ask("values", lambda: run.summary.values())
        obs.ask("pop", lambda: run.summary.pop("a"))
        obs.ask("hasattr", lambda: hasattr(run.summary, "a"))
        obs.read("type", type(run.summary).__name__)


@scenario
def summary_as_a_dict(wandb: Any, obs: Observer) -> None:
    with wandb.init() as run:
        run.summary["a"] = 1
        run.summary["b"] = 2
        as_dict = dict(run.summary)
        obs.read("dict", {key: as_dict[key] for key in sorted(as_dict)})


@scenario
def summary_hand_value_then_log(wandb: Any, obs: Observer) -> None:
    with wandb.init() as run:
        run.summary["a"] = 10
        run.log({"a": 1})
        obs.read("a", run.summary["a"])
        run.summary["a"] = 20
        obs.read("a again", run.summary["a"])


@scenario
def summary_hand_value_switches_kinds_off(wandb: Any, obs: Observer) -> None:
    with wandb.init() as run:
        run.define_metric("a", summary="min,max")
        run.log({"a": 3})
        run.summary["a"] = 100
        obs.read("by hand", run.summary["a"])
        run.log({"a": 2})
        obs.read("logged", run.summary["a"])
        run.define_metric("a", summary="min")
        obs.read("defined", run.summary.get("a"))


@scenario
def summary_hand_value_of_a_hidden_kind(wandb: Any, obs: Observer) -> None:
    with wandb.init() as run:
        run.define_metric("a", summary="none")
        run.summary["a"] = 100
        obs.read("a", run.summary.get("a"))
        run.log({"a": 1})
        obs.read("a", run.summary.get("a"))


@scenario
def summary_delete(wandb: Any, obs: Observer) -> None:
    with wandb.init() as run:
        run.log({"a": 1, "b": 2, "n": {"x": 1, "y": 2}})
        del run.summary["a"]
        obs.ask("a", lambda: run.summary["a"])
        del run.summary.b
        obs.read("keys", sorted(run.summary.keys()))
        run.log({"a": 5})
        obs.read("a back", run.summary["a"])
        del run.summary["n"]
        obs.read("n", run.summary.get("n"))


@scenario
def summary_delete_keeps_the_running_minimum(wandb: Any, obs: Observer) -> None:
    with wandb.init() as run:
        run.define_metric("a", summary="min,max,first")
        run.log({"a": 1})
        del run.summary["a"]
        obs.read("deleted", run.summary.get("a"))
        run.log({"a": 5})
        obs.read("after", run.summary["a"]["min"])
        obs.read("first", run.summary["a"]["first"])


@scenario
def summary_nested_assignment(wandb: Any, obs: Observer) -> None:
    with wandb.init() as run:
        run.summary["n"] = {"x": 1, "deep": {"p": 1}}
        obs.read("x", run.summary["n"]["x"])
        run.summary["n"]["y"] = 2
        obs.ask("x after y", lambda: run.summary["n"]["x"])
        obs.ask("y", lambda: run.summary["n"]["y"])


@scenario
def summary_nested_attribute_assignment(wandb: Any, obs: Observer) -> None:
    with wandb.init() as run:
        run.log({"n": {"x": 1, "deep": {"p": 1}}})
        run.summary.n.y = 2
        run.summary["n"]["deep"]["q"] = 3
        run.summary.n.update({"z": 4})
        obs.read("keys", sorted(run.summary["n"].keys()))
        obs.read("deep", sorted(run.summary["n"]["deep"].keys()))
        obs.read("get", run.summary["n"].get("x"))


@scenario
def summary_nested_delete(wandb: Any, obs: Observer) -> None:
    with wandb.init() as run:
        run.log({"logged": {"x": 1, "y": 2}})
        run.summary["opaque"] = {"x": 1, "y": 2}
        del run.summary["logged"]["x"]
        del run.summary["opaque"]["x"]
        obs.read("logged", sorted(run.summary["logged"].keys()))
        obs.read("opaque", sorted(run.summary["opaque"].keys()))
        del run.summary["logged"]["y"]
        obs.read("logged now", run.summary.get("logged"))


@scenario
def summary_logged_dict_then_opaque(wandb: Any, obs: Observer) -> None:
    with wandb.init() as run:
        run.log({"n": {"x": 1}})
        run.summary["n"] = {"y": 2}
        obs.read("keys", sorted(run.summary["n"].keys()))
        run.log({"n": {"z": 3}})
        obs.read("keys after", sorted(run.summary["n"].keys()))


@scenario
def summary_opaque_dict_then_logged(wandb: Any, obs: Observer) -> None:
    with wandb.init() as run:
        run.summary["n"] = {"y": 2}
        run.log({"n": {"z": 3}})
        obs.read("keys", sorted(run.summary["n"].keys()))
        run.log({"n": 7})
        obs.read("n", run.summary["n"])


@scenario
def summary_dotted_keys(wandb: Any, obs: Observer) -> None:
    with wandb.init() as run:
        run.summary["a.b"] = 1
        run.log({"a": {"b": 2}})
        obs.read("a.b", run.summary["a.b"])
        obs.read("a", run.summary["a"]["b"])
        del run.summary["a.b"]
        obs.read("keys", sorted(run.summary.keys()))


@scenario
def summary_values_of_all_kinds(wandb: Any, obs: Observer) -> None:
    with wandb.init() as run:
        for label, value in (
            ("none", None),
            ("nan", math.nan),
            ("inf", math.inf),
            ("-inf", -math.inf),
            ("big", 2**70),
            ("tuple", (1, 2)),
            ("empty dict", {}),
            ("empty list", []),
            ("nan in a list", [math.nan]),
            ("none in a dict", {"x": None}),
            ("float", 1.0),
            ("text", "☃"),
            ("set", {1}),
            ("bytes", b"x"),
            ("object", object),
        ):
            with obs.raises(label):
                run.summary[label] = value
            if label != "object":
                obs.ask(
                    f"read {label}",
                    lambda: sorted(run.summary[label].keys()) if isinstance(value, dict) else run.summary.get(label),
                )


@scenario(needs=("numpy",))
def summary_numpy_values(wandb: Any, obs: Observer) -> None:
    import numpy as np

    with wandb.init() as run:
        for label, value in (
            ("f32", np.float32(0.1)),
            ("i64", np.int64(3)),
            ("array", np.arange(3)),
            ("one", np.array([5])),
            ("long", np.arange(40.0)),
            ("nan", np.float32("nan")),
        ):
            with obs.raises(label):
                run.summary[label] = value
            obs.ask(f"read {label}", lambda: type(run.summary[label]).__name__)


@scenario
def summary_bad_keys(wandb: Any, obs: Observer) -> None:
    with wandb.init() as run:
        for key in (1, None, ("a",), "", b"x"):
            with obs.raises(f"key {key!r}"):
                run.summary[key] = 1
        with obs.raises("update with a number"):
            run.summary.update(3)
        with obs.raises("update with pairs"):
            run.summary.update([("a", 1)])
        with obs.raises("update with keywords"):
            run.summary.update(a=1)
        with obs.raises("assign the summary"):
            run.summary = {"a": 1}


@scenario
def summary_mutating_what_was_read(wandb: Any, obs: Observer) -> None:
    with wandb.init() as run:
        run.log({"list": [1, 2]})
        run.summary["list"].append(3)
        obs.read("list", run.summary["list"])


@scenario
def summary_mutating_what_was_written(wandb: Any, obs: Observer) -> None:
    values = [1]
    with wandb.init() as run:
        run.summary["values"] = values
        values.append(2)
        obs.read("values", run.summary["values"])


@scenario
def summary_special_keys(wandb: Any, obs: Observer) -> None:
    with wandb.init() as run:
        run.summary["_step"] = 50
        run.summary["_custom"] = 1
        obs.read("step", run.summary["_step"])
        run.log({"a": 1})
        obs.read("step after", run.summary["_step"])
        obs.read("run step", run.step)


@scenario
def summary_of_a_run_without_rows(wandb: Any, obs: Observer) -> None:
    run = wandb.init()
    run.summary["only"] = "this"
    run.finish()


@scenario
def summary_of_lone_surrogates(wandb: Any, obs: Observer) -> None:
    with wandb.init() as run:
        run.summary["text"] = "\ud800x"
        run.summary["in a dict"] = {"\udfff": ["\ud800", "é"]}
        obs.read("text", run.summary["text"])
        obs.read("in a dict", dict(run.summary["in a dict"]))


@scenario
def summary_keys_of_other_classes(wandb: Any, obs: Observer) -> None:
    class Name(str):
        def __str__(self) -> str:
            return "something else"

    class Metric(str, enum.Enum):
        LOSS = "loss"

    with wandb.init() as run:
        run.summary[Name("a")] = 1
        run.summary.update({Metric.LOSS: 2, Name("n"): {Name("x"): {Metric.LOSS: 3}}})
        run.summary["n"][Name("y")] = 4
        del run.summary[Name("a")]
        obs.read("keys", sorted(run.summary.keys()))
        obs.read("inner keys", sorted(run.summary["n"].keys()))
        obs.read("by another class", [run.summary[Name("loss")], run.summary["loss"]])
