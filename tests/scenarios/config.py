"""`run.config`: reading, changing and locking."""

from __future__ import annotations

import argparse
import copy
import decimal
import enum
import math
import pathlib
from dataclasses import dataclass
from typing import Any

from tests.scenarios import Observer, scenario


@scenario
def config_reading(wandb: Any, obs: Observer) -> None:
    with wandb.init(config={"lr": 0.1, "n": {"x": [1]}}) as run:
        obs.read("attribute", run.config.lr)
        obs.read("item", run.config["lr"])
        obs.read("get", run.config.get("lr"))
        obs.read("get default", run.config.get("missing", 7))
        obs.read("get none", run.config.get("missing"))
        obs.read("in", ["lr" in run.config, "missing" in run.config])
        obs.read("keys", list(run.config.keys()))
        obs.read("items", list(run.config.items()))
        obs.read("dict", dict(run.config))
        obs.read("as_dict", run.config.as_dict())
        obs.read("nested", run.config.n["x"][0])
        obs.read("unpacked", {**run.config})
        obs.read("repr", repr(run.config))
        obs.read("str", str(run.config))


@scenario
def config_missing_keys(wandb: Any, obs: Observer) -> None:
    with wandb.init() as run:
        obs.ask("attribute", lambda: run.config.missing)
        obs.ask("item", lambda: run.config["missing"])
        obs.ask("getattr", lambda: getattr(run.config, "missing", 5))
        obs.ask("hasattr", lambda: hasattr(run.config, "missing"))
        with obs.raises("delete item"):
            del run.config["missing"]
        with obs.raises("delete attribute"):
            del run.config.missing


@scenario
def config_is_not_quite_a_dict(wandb: Any, obs: Observer) -> None:
    with wandb.init(config={"a": 1, "b": 2}) as run:
        obs.ask("len", lambda: len(run.config))
        obs.ask("iter", lambda: [key for key in run.config])
        obs.ask("values", lambda: list(run.config.values()))
        obs.ask("pop", lambda: run.config.pop("a"))
        obs.ask("copy", lambda: run.config.copy())
        obs.ask("equal", lambda: run.config == {"a": 1, "b": 2})
        obs.ask("is a dict", lambda: isinstance(run.config, dict))
        with obs.raises("delete"):
            del run.config["a"]
        obs.read("bool", bool(run.config))


@scenario
def config_setting(wandb: Any, obs: Observer) -> None:
    with wandb.init() as run:
        run.config["a"] = 1
        run.config.b = 2
        wandb.config.c = 3
        wandb.config.update({"d": 4})
        run.config.setdefaults({"a": 10, "e": 5})
        obs.read("config", dict(run.config))


@scenario
def config_changing_a_value(wandb: Any, obs: Observer) -> None:
    with wandb.init(config={"a": 1, "f": 1.0}) as run:
        with obs.raises("item"):
            run.config["a"] = 2
        with obs.raises("attribute"):
            run.config.a = 2
        with obs.raises("update"):
            run.config.update({"a": 2})
        with obs.raises("same value"):
            run.config["a"] = 1
        with obs.raises("equal value of another type"):
            run.config["a"] = 1.0
        with obs.raises("true"):
            run.config["a"] = True
        obs.read("a", run.config.a)
        run.config.update({"a": 3}, allow_val_change=True)
        obs.read("changed", run.config.a)


@scenario
def config_error_can_be_caught_by_type(wandb: Any, obs: Observer) -> None:
    from wandb.sdk.lib.config_util import ConfigError

    with wandb.init(config={"a": 1}) as run:
        try:
            run.config.a = 2
        except ConfigError as error:
            obs.read("caught", [type(error).__name__, isinstance(error, wandb.Error)])


@scenario
def config_failed_update_changes_nothing(wandb: Any, obs: Observer) -> None:
    with wandb.init(config={"a": 1}) as run:
        with obs.raises("update"):
            run.config.update({"b": 2, "a": 5, "c": 3})
        obs.read("config", dict(run.config))


@scenario
def config_update_forms(wandb: Any, obs: Observer) -> None:
    with wandb.init() as run:
        run.config.update(argparse.Namespace(ns=1))
        for label, call in (
            ("keywords", lambda: run.config.update(a=1)),
            ("number", lambda: run.config.update(3)),
            ("pairs", lambda: run.config.update([("a", 1)])),
            ("none", lambda: run.config.update(None)),
            ("empty", lambda: run.config.update({})),
            ("nothing", lambda: run.config.update()),
            ("missing file", lambda: run.config.update("nowhere.yaml")),
            ("bad keyword", lambda: run.config.update({"z": 1}, allow=True)),
            ("positional", lambda: run.config.update({"ns": 2}, True)),
            ("config itself", lambda: run.config.update(run.config)),
        ):
            obs.ask(label, call)
        obs.read("config", dict(run.config))


@scenario
def config_update_from_yaml(wandb: Any, obs: Observer) -> None:
    with open("more.yaml", "w") as file:
        file.write("lr:\n  value: 0.1\n")
    with wandb.init() as run:
        with obs.raises("yaml"):
            run.config.update("more.yaml")
        obs.read("config", dict(run.config))


@scenario
def config_nested_update_replaces(wandb: Any, obs: Observer) -> None:
    with wandb.init(config={"n": {"x": 1, "y": 2}}) as run:
        run.config.update({"n": {"y": 3}}, allow_val_change=True)
        obs.read("n", run.config.n)


@scenario
def config_nested_mutation(wandb: Any, obs: Observer) -> None:
    with wandb.init(config={"n": {"x": 1}, "l": [1]}) as run:
        run.config.n["y"] = 2
        run.config["l"].append(2)
        obs.read("config", dict(run.config))


@scenario
def config_nested_mutation_and_persist(wandb: Any, obs: Observer) -> None:
    with wandb.init(config={"n": {"x": 1}, "l": [1]}) as run:
        run.config.n["y"] = 2
        run.config["l"].append(2)
        obs.read("persist", run.config.persist())


@scenario
def config_nested_mutation_and_another_key(wandb: Any, obs: Observer) -> None:
    with wandb.init(config={"n": {"x": 1}}) as run:
        run.config.n["y"] = 2
        run.config.other = 1


@scenario
def config_bad_keys(wandb: Any, obs: Observer) -> None:
    with wandb.init() as run:
        for key in (1, None, ("a",), b"x", 1.5):
            with obs.raises(f"item {key!r}"):
                run.config[key] = 1
            with obs.raises(f"update {key!r}"):
                run.config.update({key: 1})
        for name in ("", "-dash-", "a.b", "_private", "a/b", "with space", "keys", "update"):
            with obs.raises(f"item {name!r}"):
                run.config[name] = name
        obs.read("config", dict(run.config))
        obs.ask("method", lambda: callable(run.config.keys))


@scenario
def config_private_keys(wandb: Any, obs: Observer) -> None:
    with wandb.init(config={"_hidden": 1, "shown": 2}) as run:
        run.config["_later"] = 3
        obs.read("keys", list(run.config.keys()))
        obs.read("iter", [key for key in run.config])
        obs.read("item", run.config["_hidden"])
        obs.read("wandb", "_wandb" in run.config)


@scenario
def config_values_of_all_kinds(wandb: Any, obs: Observer) -> None:
    class Colour(enum.Enum):
        RED = "red"

    @dataclass
    class Options:
        depth: int = 3

    class Plain:
        def __repr__(self) -> str:
            return "Plain()"

    with wandb.init() as run:
        for label, value in (
            ("none", None),
            ("nan", math.nan),
            ("inf", math.inf),
            ("big", 2**70),
            ("tuple", (1, (2, 3))),
            ("set", {1}),
            ("bytes", b"x"),
            ("path", pathlib.PurePosixPath("a/b")),
            ("decimal", decimal.Decimal("1.5")),
            ("enum", Colour.RED),
            ("dataclass", Options()),
            ("dataclass type", Options),
            ("plain", Plain()),
            ("function", config_reading),
            ("namespace", argparse.Namespace(a=1)),
            ("complex", 1j),
            ("float", 1.0),
            ("empty dict", {}),
            ("empty list", []),
            ("nested nan", {"x": [math.nan, None]}),
            ("int keys", {1: "a"}),
            ("range", range(3)),
        ):
            with obs.raises(label):
                run.config[label] = value
            obs.ask(f"read {label}", lambda: run.config[label])


@scenario
def config_init_values_of_all_kinds(wandb: Any, obs: Observer) -> None:
    class Colour(enum.Enum):
        RED = "red"

    @dataclass
    class Options:
        depth: int = 3

    values = {
        "nan": math.nan,
        "inf": -math.inf,
        "tuple": (1, 2),
        "path": pathlib.PurePosixPath("a/b"),
        "enum": Colour.RED,
        "dataclass": Options(),
        "set": {1},
        "nested": {"t": (1,), "deep": {"p": pathlib.PurePosixPath("x")}},
    }
    with wandb.init(config=values) as run:
        obs.read("config", dict(run.config))


@scenario(needs=("numpy",))
def config_numpy_values(wandb: Any, obs: Observer) -> None:
    import numpy as np

    with wandb.init(config={"init": np.float32(0.1), "array": np.arange(3)}) as run:
        for label, value in (
            ("f64", np.float64(0.1)),
            ("i64", np.int64(3)),
            ("list", np.arange(3)),
            ("long", np.arange(40)),
            ("in a list", [np.float32(0.5)]),
            ("bool", np.bool_(True)),
        ):
            with obs.raises(label):
                run.config[label] = value
            obs.ask(f"read {label}", lambda: run.config[label])
        obs.read("init", run.config["init"])
        obs.read("array", run.config["array"])


@scenario
def config_refuses_media(wandb: Any, obs: Observer) -> None:
    histogram = wandb.Histogram(np_histogram=([1], [0, 1]))
    with wandb.init() as run:
        with obs.raises("item"):
            run.config["h"] = histogram
        with obs.raises("update"):
            run.config.update({"h": histogram})
        with obs.raises("nested"):
            run.config["n"] = {"h": histogram}
        obs.read("config", list(run.config.keys()))


@scenario
def config_assigning_the_config(wandb: Any, obs: Observer) -> None:
    with wandb.init() as run, obs.raises("assign"):
        run.config = {"a": 1}


@scenario
def config_static(wandb: Any, obs: Observer) -> None:
    with wandb.init(config={"a": 1}) as run:
        static = run.config_static
        obs.read("a", static.a)
        obs.read("dict", dict(static))
        with obs.raises("attribute"):
            static.a = 2
        with obs.raises("item"):
            static["a"] = 2
        run.config.b = 2
        obs.read("keys", list(static.keys()))


@scenario
def config_update_after_logging(wandb: Any, obs: Observer) -> None:
    with wandb.init(config={"a": 1}) as run:
        run.log({"x": 1})
        run.config.update({"late": True})
        run.log({"x": 2})


@scenario
def config_setdefaults_forms(wandb: Any, obs: Observer) -> None:
    with wandb.init(config={"a": 1}) as run:
        run.config.setdefaults(argparse.Namespace(a=5, b=6))
        with obs.raises("number"):
            run.config.setdefaults(3)
        with obs.raises("key"):
            run.config.setdefaults({3: 1})
        obs.read("config", dict(run.config))


@scenario
def config_values_are_copied(wandb: Any, obs: Observer) -> None:
    values = [1, 2]
    nested = {"x": 1}
    with wandb.init(config={"values": values}) as run:
        run.config["nested"] = nested
        values.append(3)
        nested["y"] = 2
        obs.read("values", run.config["values"])
        obs.read("nested", run.config["nested"])


@scenario
def config_update_locked(wandb: Any, obs: Observer) -> None:
    with wandb.init(config={"a": 1}) as run:
        run.config.update_locked({"a": 5, "b": 6}, user="sweep", _allow_val_change=True)
        run.config["a"] = 7
        run.config.update({"b": 8, "c": 9})
        obs.read("config", dict(run.config))


@scenario
def config_merge_locked(wandb: Any, obs: Observer) -> None:
    with wandb.init(config={"n": {"x": 1, "y": 2}}) as run:
        run.config.merge_locked({"n": {"y": 5}}, user="sweep", _allow_val_change=True)
        obs.read("config", dict(run.config))


@scenario
def config_pin_keys(wandb: Any, obs: Observer) -> None:
    with wandb.init(config={"a": 1}) as run:
        obs.read("returns", run.pin_config_keys(["a"]))
        obs.ask("module", lambda: wandb.pin_config_keys(["a"]))
        obs.ask("empty", lambda: run.pin_config_keys())
        obs.ask("number", lambda: run.pin_config_keys(3))


@scenario
def config_of_its_own(wandb: Any, obs: Observer) -> None:
    config = wandb.Config()
    config["a"] = 1
    config.update({"b": 2})
    with obs.raises("change"):
        config["a"] = 5
    obs.read("config", dict(config))


@scenario
def config_bad_value_spoils_later_assignments(wandb: Any, obs: Observer) -> None:
    with wandb.init() as run:
        with obs.raises("object"):
            run.config["o"] = object
        with obs.raises("tags"):
            run.tags = ["t"]
        with obs.raises("name"):
            run.name = "n"
        with obs.raises("still no notes"):
            run.notes = None
        with obs.raises("notes"):
            run.notes = "n"
        with obs.raises("another key"):
            run.config["fine"] = 1
        obs.read("seen", [run.tags, run.name, list(run.config.keys())])


@scenario
def config_read_back_after_init(wandb: Any, obs: Observer) -> None:
    values = {
        "one": 1.0,
        "minus zero": -0.0,
        "long": 2**70,
        "int64": 2**63 - 1,
        "over": 2**63,
        "big": 1e21,
        "small": 1e-7,
        "list": [1.0, 2.5],
        "nested": {"x": 2.0, "empty": {}},
        "complex": 1 + 2j,
        "bytes": b"x",
        "true": True,
    }
    with wandb.init(config=values) as run:
        obs.read("config", dict(run.config))
        with obs.raises("the same float"):
            run.config["one"] = 1.0
        run.config["later"] = 1.0
        obs.read("later", run.config["later"])
        run.config.persist()


@scenario
def config_keys_that_utf8_cannot_have(wandb: Any, obs: Observer) -> None:
    with obs.raises("init"):
        wandb.init(config={"a\ud800": 1}).finish()
    with obs.raises("inside"):
        wandb.init(config={"n": {"\ud800": 1}}).finish()
    with wandb.init() as run:
        with obs.raises("update"):
            run.config.update({"\ud800": 1})
        with obs.raises("a later update"):
            run.config.update({"fine": 1})
        with obs.raises("persist"):
            run.config.persist()


@scenario
def config_ints_beyond_floats(wandb: Any, obs: Observer) -> None:
    with wandb.init(config={"v": 10**400, "w": -(10**309), "n": {"x": [10**320]}}) as run:
        obs.read("config", [repr(run.config["v"]), repr(run.config["w"]), repr(run.config["n"])])
        run.summary["s"] = 10**400
        obs.ask("summary", lambda: repr(run.summary["s"]))


@scenario
def config_of_a_dict_with_items_of_its_own(wandb: Any, obs: Observer) -> None:
    class Own(dict[str, Any]):
        def items(self) -> Any:
            return [("own", 1)]

    for mode in ("offline", "disabled"):
        with wandb.init(config=Own(a=1), mode=mode) as run:
            obs.read(mode, dict(run.config))


@scenario
def config_cannot_be_copied(wandb: Any, obs: Observer) -> None:
    with wandb.init(config={"a": 1}) as run:
        obs.ask("copy", lambda: copy.copy(run.config))
        obs.ask("deepcopy", lambda: copy.deepcopy(run.config))
        obs.ask("deepcopy of the summary", lambda: copy.deepcopy(run.summary))


@scenario
def config_empty_dicts(wandb: Any, obs: Observer) -> None:
    with wandb.init(config={"a": {"b": {}}, "c": {}}) as run:
        obs.read("after init", dict(run.config))
        run.config.update({"d": {"e": {"f": {}}}, "g": {"h": 1, "i": {}}})
        obs.read("after update", dict(run.config))


@scenario
def config_artifacts_further_inside(wandb: Any, obs: Observer) -> None:
    with wandb.init() as run:
        artifact = wandb.Artifact("a", "dataset")
        for label, value in (
            ("deep", {"a": {"b": {"c": artifact}}}),
            ("beside", {"a": 1, "b": {"c": 2, "d": artifact}}),
            ("text", {"a": {"b": "wandb-artifact://a/b"}}),
        ):
            with obs.raises(label):
                run.config.update({label: value})
        obs.read("config", dict(run.config))
