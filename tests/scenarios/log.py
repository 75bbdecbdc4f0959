"""`log`: steps, commits, merging, and what a row may hold."""

from __future__ import annotations

import collections
import contextlib
import datetime
import decimal
import enum
import fractions
import math
import pathlib
import threading
import types
import uuid
from dataclasses import dataclass
from typing import Any

from tests.scenarios import Observer, scenario


@scenario
def log_steps_by_itself(wandb: Any, obs: Observer) -> None:
    run = wandb.init()
    for value in (0.9, 0.5, 0.2):
        obs.read("step before", run.step)
        run.log({"loss": value})
    obs.read("step", run.step)
    run.finish()


@scenario
def log_at_module_level(wandb: Any, obs: Observer) -> None:
    run = wandb.init()
    obs.read("log returns", wandb.log({"a": 1}))
    wandb.log({"a": 2})
    obs.read("same run", wandb.run is run)
    obs.read("step", wandb.run.step)
    obs.read("finish returns", wandb.finish())


@scenario
def log_explicit_steps(wandb: Any, obs: Observer) -> None:
    with wandb.init() as run:
        for step in (0, 1, 5, 100):
            run.log({"loss": 1 / (step + 1)}, step=step)
            obs.read("step", run.step)


@scenario
def log_step_leaves_the_row_open(wandb: Any, obs: Observer) -> None:
    with wandb.init() as run:
        run.log({"a": 1}, step=5)
        obs.read("step while open", run.step)
        run.log({"b": 2})
        obs.read("step after", run.step)
        run.log({"c": 3})


@scenario
def log_same_step_merges(wandb: Any, obs: Observer) -> None:
    with wandb.init() as run:
        run.log({"train": 1, "both": 1}, step=3)
        run.log({"val": 2, "both": 2}, step=3)
        run.log({"train": 3}, step=4)


@scenario
def log_same_step_by_position(wandb: Any, obs: Observer) -> None:
    with wandb.init() as run:
        run.log({"a": 1}, 2)
        run.log({"b": 1}, 2, True)
        run.log({"c": 1}, None, False)
        run.log({"d": 1})


@scenario
def log_older_step_is_dropped(wandb: Any, obs: Observer) -> None:
    with wandb.init() as run:
        run.log({"a": 1}, step=10)
        run.log({"a": 2}, step=4)
        obs.read("step", run.step)
        run.log({"a": 3}, step=11)
        run.log({"late": 1}, step=10)


@scenario
def log_negative_step_is_dropped(wandb: Any, obs: Observer) -> None:
    with wandb.init() as run:
        run.log({"a": 1}, step=-1)
        run.log({"a": 2})
        run.log({"a": 3}, step=0)


@scenario
def log_step_zero_first(wandb: Any, obs: Observer) -> None:
    with wandb.init() as run:
        run.log({"a": 1}, step=0)
        run.log({"a": 2}, step=0)
        obs.read("step", run.step)


@scenario
def log_dropped_row_with_commit(wandb: Any, obs: Observer) -> None:
    with wandb.init() as run:
        run.log({"a": 1}, step=5)
        run.log({"b": 1}, step=2, commit=True)
        obs.read("step", run.step)
        run.log({"c": 1}, commit=True)


@scenario
def log_commit_false_collects(wandb: Any, obs: Observer) -> None:
    with wandb.init() as run:
        run.log({"a": 1}, commit=False)
        obs.read("step", run.step)
        obs.read("summary before commit", run.summary.get("a"))
        run.log({"b": 2}, commit=False)
        run.log({"c": 3})
        obs.read("summary after commit", run.summary.get("a"))
        run.log({"d": 4})


@scenario
def log_commit_false_is_flushed_at_finish(wandb: Any, obs: Observer) -> None:
    run = wandb.init()
    run.log({"a": 1})
    run.log({"b": 2}, commit=False)
    run.finish()


@scenario
def log_open_step_is_flushed_at_finish(wandb: Any, obs: Observer) -> None:
    run = wandb.init()
    run.log({"a": 1}, step=7)
    run.finish()


@scenario
def log_pending_row_is_written_at_its_step(wandb: Any, obs: Observer) -> None:
    with wandb.init() as run:
        run.log({"a": 1})
        run.log({"b": 1}, commit=False)
        run.log({"c": 1}, step=9)
        run.log({"d": 1}, step=12, commit=True)
        obs.read("step", run.step)


@scenario
def log_commit_true_at_a_step(wandb: Any, obs: Observer) -> None:
    with wandb.init() as run:
        run.log({"a": 1}, step=3, commit=True)
        obs.read("step", run.step)
        run.log({"a": 2}, step=3, commit=True)
        run.log({"a": 3}, step=4, commit=True)


@scenario
def log_commit_none_and_truthy(wandb: Any, obs: Observer) -> None:
    with wandb.init() as run:
        run.log({"a": 1}, commit=None)
        for commit in (1, 0, "yes", (), 1.5):
            with obs.raises(f"commit={commit!r}"):
                run.log({"b": repr(commit)}, commit=commit)
        obs.read("step", run.step)


@scenario
def log_empty_row(wandb: Any, obs: Observer) -> None:
    with wandb.init() as run:
        run.log({})
        obs.read("step", run.step)
        run.log({"a": 1})
        run.log({}, commit=False)
        run.log({"b": 1}, commit=False)
        run.log({})


@scenario
def log_empty_row_at_a_step(wandb: Any, obs: Observer) -> None:
    with wandb.init() as run:
        run.log({}, step=5)
        obs.read("step", run.step)
        run.log({"a": 1})
        run.log({}, step=9)
        run.log({}, step=10)
        obs.read("step after", run.step)


@scenario
def log_only_empty_rows(wandb: Any, obs: Observer) -> None:
    with wandb.init() as run:
        run.log({}, commit=False)
        run.log({}, step=0)


@scenario
def log_users_own_step_key(wandb: Any, obs: Observer) -> None:
    with wandb.init() as run:
        run.log({"_step": 42, "a": 1})
        run.log({"_step": 43}, step=7)
        obs.read("step", run.step)


@scenario
def log_underscored_keys(wandb: Any, obs: Observer) -> None:
    with wandb.init() as run:
        run.log({"_hidden": 1, "__dunder": 2, "_wandb": {"x": 1}, "a": 1})
        obs.read("keys", sorted(run.summary.keys()))


@scenario
def log_nested_dicts(wandb: Any, obs: Observer) -> None:
    with wandb.init() as run:
        run.log({"train": {"loss": 1, "acc": {"top1": 0.5}}, "flat": 1})
        run.log({"train": {"loss": 0.5}})
        obs.read("summary", run.summary["train"]["acc"]["top1"])


@scenario
def log_pending_nested_dicts_merge(wandb: Any, obs: Observer) -> None:
    with wandb.init() as run:
        run.log({"a": {"x": 1, "deep": {"p": 1}}}, commit=False)
        run.log({"a": {"y": 2, "deep": {"q": 2}}})
        run.log({"a": {"x": 3}}, commit=False)
        run.log({"a": 4})
        run.log({"a": 5}, commit=False)
        run.log({"a": {"z": 6}})


@scenario
def log_dotted_keys(wandb: Any, obs: Observer) -> None:
    with wandb.init() as run:
        run.log({"train.loss": 1, "train": {"loss": 2}, "a/b": 3, "with space": 4, "ünï": 5})
        obs.read("keys", sorted(run.summary.keys()))


@scenario
def log_strange_keys(wandb: Any, obs: Observer) -> None:
    with wandb.init() as run:
        with obs.raises("an empty key"):
            run.log({"": 1})
        with obs.raises("line breaks and quotes"):
            run.log({"a\nb": 1, 'c"d': 2, "back\\slash": 3, "nul\0": 4, "☃": 5})
        run.log({"last": 1})


@scenario
def log_nested_strange_keys(wandb: Any, obs: Observer) -> None:
    class Colour(enum.Enum):
        RED = "red"

    with wandb.init() as run:
        for key in (1, 1.5, None, True, (1, 2), "", Colour.RED, b"bytes"):
            with obs.raises(f"nested key {key!r}"):
                run.log({"a": {key: 1}})


@scenario
def log_keys_that_are_not_strings(wandb: Any, obs: Observer) -> None:
    with wandb.init() as run:
        for key in (1, None, 1.5, ("a",), b"a", True):
            with obs.raises(f"key {key!r}"):
                run.log({"fine": 1, key: 2})
        run.log({"after": 1})


@scenario
def log_string_subclass_keys(wandb: Any, obs: Observer) -> None:
    class Name(str):
        pass

    class Level(str, enum.Enum):
        LOW = "low"

    with wandb.init() as run:
        run.log({Name("named"): 1, Level.LOW: 2})


@scenario
def log_data_that_is_no_mapping(wandb: Any, obs: Observer) -> None:
    with wandb.init() as run:
        for data in (None, 1, "text", [("a", 1)], {"a"}, [{"a": 1}], object):
            with obs.raises(f"log({data!r})"):
                run.log(data)
        with obs.raises("no data"):
            run.log()
        run.log({"after": 1})


@scenario
def log_other_mappings(wandb: Any, obs: Observer) -> None:
    class OnlyMapping(collections.abc.Mapping[str, int]):
        def __getitem__(self, key: str) -> int:
            return {"m": 1}[key]

        def __iter__(self) -> Any:
            return iter(["m"])

        def __len__(self) -> int:
            return 1

    with wandb.init() as run:
        run.log(collections.OrderedDict(a=1))
        run.log(collections.defaultdict(int, b=2))
        run.log(collections.Counter(c=3))
        run.log(collections.UserDict(d=4))
        for label, data in (
            ("ChainMap", collections.ChainMap({"e": 5})),
            ("a mapping without copy", OnlyMapping()),
            ("mapping proxy", types.MappingProxyType({"f": 6})),
        ):
            with obs.raises(label):
                run.log(data)


@scenario
def log_unknown_keywords(wandb: Any, obs: Observer) -> None:
    with wandb.init() as run:
        with obs.raises("sync"):
            run.log({"a": 1}, sync=True)
        with obs.raises("module level"):
            wandb.log({"a": 1}, stp=3)
        with obs.raises("too many"):
            run.log({"a": 1}, 1, True, 4)
        with obs.raises("twice"):
            run.log({"a": 1}, data={"b": 1})


@scenario
def log_bad_steps(wandb: Any, obs: Observer) -> None:
    with wandb.init() as run:
        for step in (1.5, 2.0, "3", True, False, [1], 2**63, 2**63 - 1, math.nan, None):
            with obs.raises(f"step={step!r}"):
                run.log({"a": repr(step)}, step=step)
            obs.ask("step", lambda: run.step)


@scenario
def log_bad_step_in_an_open_row(wandb: Any, obs: Observer) -> None:
    with wandb.init() as run:
        run.log({"a": 1}, step=4)
        with obs.raises("float step"):
            run.log({"b": 1}, step=5.0)
        obs.read("step", run.step)
        run.log({"c": 1}, step=4)


@scenario
def log_step_with_index(wandb: Any, obs: Observer) -> None:
    class Index:
        def __index__(self) -> int:
            return 3

    class Three(int):
        pass

    with wandb.init() as run:
        with obs.raises("__index__"):
            run.log({"a": 1}, step=Index())
        with obs.raises("subclass of int"):
            run.log({"b": 1}, step=Three(3))
        obs.read("step", run.step)


@scenario
def log_numbers(wandb: Any, obs: Observer) -> None:
    with wandb.init() as run:
        run.log({"i": 1, "f": 1.0, "half": 0.5, "neg": -3, "zero": 0.0, "negzero": -0.0, "bool": True, "no": False})
        run.log({"big": 1e300, "small": 1e-300, "third": 1 / 3, "million": 1e6, "e21": 1e21, "e20": 1e20, "e-7": 1e-7})
        run.log({"int64": 2**63 - 1, "over": 2**63, "min": -(2**63), "under": -(2**63) - 1, "huge": 10**30})
        for key in ("i", "f", "bool", "over", "huge", "million", "e21", "int64"):
            obs.ask(f"summary {key}", lambda: run.summary[key])


@scenario
def log_nan_and_infinity(wandb: Any, obs: Observer) -> None:
    with wandb.init() as run:
        run.log({"nan": math.nan, "inf": math.inf, "-inf": -math.inf})
        run.log({"list": [math.nan, math.inf, 1.5], "nested": {"nan": math.nan}})
        obs.read("nan", run.summary["nan"])
        obs.read("inf", run.summary["inf"])
        obs.read("list", run.summary["list"])


@scenario
def log_int_too_long_to_print(wandb: Any, obs: Observer) -> None:
    with wandb.init() as run:
        with obs.raises("10**5000"):
            run.log({"long": 10**5000})
        run.log({"after": 1})


@scenario
def log_none(wandb: Any, obs: Observer) -> None:
    with wandb.init() as run:
        run.log({"a": 1, "b": None})
        obs.ask("b", lambda: run.summary["b"])
        run.log({"a": None})
        obs.ask("a", lambda: run.summary["a"])
        obs.read("get a", run.summary.get("a", "default"))
        obs.read("keys", sorted(run.summary.keys()))
        run.log({"nested": {"c": None, "d": 1}})


@scenario
def log_strings(wandb: Any, obs: Observer) -> None:
    with wandb.init() as run:
        run.log({"s": "text", "empty": "", "uni": "héllo ☃ 😀", "json": '{"a": 1}', "nl": "a\nb", "nul": "a\0b"})
        obs.read("uni", run.summary["uni"])
        obs.read("json", run.summary["json"])
        run.log({"long": "x" * 5000})


@scenario
def log_surrogates(wandb: Any, obs: Observer) -> None:
    with wandb.init() as run:
        with obs.raises("as a value"):
            run.log({"a": "\ud800"})
        with obs.raises("as a key"):
            run.log({"\ud800": 1})
        with obs.raises("as a nested key"):
            run.log({"n": {"\ud800": 1}})
        run.log({"after": 1})


@scenario
def log_lists(wandb: Any, obs: Observer) -> None:
    with wandb.init() as run:
        run.log({"list": [1, 2.5, "x", None, True], "empty": [], "nested": [[1], [2, [3]]], "tuple": (1, 2)})
        run.log({"dicts": [{"a": 1}, {"b": {"c": 2}}], "long": list(range(100))})
        obs.read("tuple", run.summary["tuple"])
        obs.read("dicts", run.summary["dicts"])


@scenario
def log_empty_containers(wandb: Any, obs: Observer) -> None:
    with wandb.init() as run:
        run.log({"a": 1, "empty": {}})
        run.log({"nested": {"inner": {}}})
        run.log({"list": [{}], "l": []})
        run.log({"a": {}})
        obs.read("keys", sorted(run.summary.keys()))


@scenario
def log_sets_and_generators(wandb: Any, obs: Observer) -> None:
    with wandb.init() as run:
        for label, value in (
            ("set", {1}),
            ("frozenset", frozenset([2])),
            ("generator", (n for n in (1, 2))),
            ("bytes", b"abc"),
            ("bytearray", bytearray(b"abc")),
            ("range", range(3)),
            ("memoryview", memoryview(b"abc")),
            ("dict keys", {"a": 1}.keys()),
            ("deque", collections.deque([1, 2])),
            ("map", map(str, [1])),
        ):
            with obs.raises(label):
                run.log({label: value})


@scenario
def log_numbers_of_the_library(wandb: Any, obs: Observer) -> None:
    with wandb.init() as run:
        for label, value in (
            ("complex", 1 + 2j),
            ("Decimal", decimal.Decimal("1.50")),
            ("Fraction", fractions.Fraction(1, 3)),
        ):
            with obs.raises(label):
                run.log({label: value})


@scenario
def log_dates(wandb: Any, obs: Observer) -> None:
    with wandb.init() as run:
        for label, value in (
            ("naive", datetime.datetime(2026, 1, 2, 3, 4, 5)),
            ("micro", datetime.datetime(2026, 1, 2, 3, 4, 5, 678)),
            ("utc", datetime.datetime(2026, 1, 2, tzinfo=datetime.timezone.utc)),
            ("date", datetime.date(2026, 1, 2)),
            ("time", datetime.time(3, 4)),
            ("delta", datetime.timedelta(seconds=90)),
        ):
            with obs.raises(label):
                run.log({label: value})


@scenario
def log_objects(wandb: Any, obs: Observer) -> None:
    class Plain:
        pass

    with wandb.init() as run:
        for label, value in (
            ("object", object()),
            ("instance", Plain()),
            ("lock", threading.Lock()),
            ("class", Plain),
            ("function", log_objects),
            ("builtin", print),
            ("exception", ValueError("x")),
            ("module", math),
            ("ellipsis", ...),
            ("not implemented", NotImplemented),
        ):
            with obs.raises(label):
                run.log({"before": 1, label: value})
        obs.read("step", run.step)
        run.log({"after": 1})


@scenario
def log_lambda(wandb: Any, obs: Observer) -> None:
    with wandb.init() as run, obs.raises("lambda"):
        run.log({"f": lambda: 3})


@scenario
def log_open_file(wandb: Any, obs: Observer) -> None:
    with wandb.init() as run, open("file.txt", "w") as file:
        with obs.raises("file"):
            run.log({"file": file})
        with obs.raises("path"):
            run.log({"path": pathlib.PurePosixPath("a/b")})
        with obs.raises("uuid"):
            run.log({"uuid": uuid.UUID(int=5)})


@scenario
def log_enums_and_dataclasses(wandb: Any, obs: Observer) -> None:
    class Colour(enum.Enum):
        RED = "red"
        PAIR = (1, 2)

    class Level(enum.IntEnum):
        HIGH = 3

    @dataclass
    class Point:
        x: int
        y: float

    Pair = collections.namedtuple("Pair", "left right")

    with wandb.init() as run:
        for label, value in (
            ("enum", Colour.RED),
            ("enum tuple", Colour.PAIR),
            ("int enum", Level.HIGH),
            ("dataclass", Point(1, 2.0)),
            ("dataclass class", Point),
            ("named tuple", Pair(1, 2)),
            ("namespace", types.SimpleNamespace(a=1)),
        ):
            with obs.raises(label):
                run.log({label: value})


@scenario
def log_one_bad_value_drops_the_row(wandb: Any, obs: Observer) -> None:
    with wandb.init() as run:
        run.log({"a": 1})
        with obs.raises("bad"):
            run.log({"good": 1, "bad": object(), "more": 2}, step=8)
        obs.read("step", run.step)
        run.log({"b": 1})


@scenario
def log_bad_value_in_an_open_row(wandb: Any, obs: Observer) -> None:
    with wandb.init() as run:
        run.log({"a": 1}, commit=False)
        with contextlib.suppress(TypeError):
            run.log({"bad": object()})
        run.log({"b": 1})


@scenario
def log_circular_values(wandb: Any, obs: Observer) -> None:
    with wandb.init() as run:
        circle: dict[str, Any] = {}
        circle["self"] = circle
        with obs.raises("circular dict"):
            run.log({"a": circle})
        ring: list[Any] = []
        ring.append(ring)
        with obs.raises("circular list"):
            run.log({"a": ring})
        run.log({"after": 1})


@scenario
def log_very_deep_dict(wandb: Any, obs: Observer) -> None:
    deep: dict[str, Any] = {}
    for _ in range(10_000):
        deep = {"d": deep}
    with wandb.init() as run:
        with obs.raises("deep"):
            run.log({"a": deep})
        run.log({"after": 1})


@scenario
def log_values_are_copied(wandb: Any, obs: Observer) -> None:
    row: dict[str, Any] = {"loss": 1, "list": [1], "nested": {"x": 1}}
    with wandb.init() as run:
        run.log(row)
        row["loss"] = 2
        row["list"].append(2)
        row["nested"]["x"] = 2
        run.log(row, commit=False)
        row["loss"] = 3
        row["list"].clear()
        del row["nested"]
        run.log({})
    obs.read("row is the user's", row)


@scenario
def log_does_not_change_the_argument(wandb: Any, obs: Observer) -> None:
    row = {"a": 1, "table": {"x": [1, 2]}, "t": (1, 2)}
    with wandb.init() as run:
        run.log(row)
        run.log(row, step=4)
    obs.read("row", row)


@scenario
def log_many_rows(wandb: Any, obs: Observer) -> None:
    with wandb.init() as run:
        for n in range(300):
            run.log({"n": n, "square": n * n})
        obs.read("step", run.step)
        obs.read("square", run.summary["square"])


@scenario
def log_wide_row(wandb: Any, obs: Observer) -> None:
    with wandb.init() as run:
        run.log({f"key{n}": n for n in range(500)})


@scenario
def log_same_key_of_changing_type(wandb: Any, obs: Observer) -> None:
    with wandb.init() as run:
        for value in (1, "two", 3.0, None, [4], {"five": 5}, {"six": 6}, True):
            run.log({"a": value})
            obs.ask("a", lambda: run.summary["a"] if value != {"five": 5} else run.summary["a"]["five"])


@scenario
def log_users_timestamp_and_runtime(wandb: Any, obs: Observer) -> None:
    with wandb.init() as run:
        run.log({"_timestamp": 5, "_runtime": 6, "a": 1})
        obs.read("timestamp", run.summary["_timestamp"])
        obs.read("runtime is a number", isinstance(run.summary["_runtime"], int | float))
        obs.read("runtime is the user's", run.summary["_runtime"] == 6)


@scenario
def log_timestamp_in_summary(wandb: Any, obs: Observer) -> None:
    with wandb.init() as run:
        obs.read("keys before", sorted(run.summary.keys()))
        run.log({"a": 1})
        obs.read("keys after", sorted(run.summary.keys()))
        obs.read("timestamp", type(run.summary["_timestamp"]).__name__)
        obs.read("step", run.summary["_step"])
        obs.read("wandb", run.summary.get("_wandb"))


@scenario(needs=("numpy",))
def log_numpy_scalars(wandb: Any, obs: Observer) -> None:
    import numpy as np

    with wandb.init() as run:
        row = {
            "f64": np.float64(0.1),
            "f32": np.float32(0.1),
            "f16": np.float16(0.1),
            "i64": np.int64(3),
            "i8": np.int8(-3),
            "u64": np.uint64(2**64 - 1),
            "bool": np.bool_(True),
            "str": np.str_("text"),
            "nan": np.float64("nan"),
            "nan32": np.float32("nan"),
            "inf32": np.float32("inf"),
        }
        for key, value in row.items():
            with obs.raises(key):
                run.log({key: value})
        for label, value in (
            ("complex", np.complex128(1 + 2j)),
            ("date", np.datetime64("2026-01-02")),
            ("bytes", np.bytes_(b"a")),
        ):
            with obs.raises(label):
                run.log({label: value})


@scenario(needs=("numpy",))
def log_numpy_arrays(wandb: Any, obs: Observer) -> None:
    import numpy as np

    with wandb.init() as run:
        for label, value in (
            ("zero-dimensional", np.array(3.5)),
            ("one", np.array([7])),
            ("one by one", np.array([[7.5]])),
            ("list", np.arange(4)),
            ("matrix", np.arange(6.0).reshape(2, 3)),
            ("32", np.arange(32)),
            ("empty", np.array([])),
            ("bools", np.array([True, False])),
            ("float32", np.array([0.1, 0.2], dtype=np.float32)),
            ("nan", np.array([np.nan, 1.0])),
            ("strings", np.array(["a", "b"])),
            ("objects", np.array([None, "x"], dtype=object)),
        ):
            with obs.raises(label):
                run.log({label: value})


@scenario(needs=("numpy",))
def log_numpy_histograms(wandb: Any, obs: Observer) -> None:
    import numpy as np

    with wandb.init() as run:
        run.log({"33": np.arange(33)})
        run.log({"floats": np.linspace(0, 1, 100)})
        run.log({"matrix": np.arange(100.0).reshape(10, 10)})
        run.log({"nested": {"h": np.arange(50)}})
        with obs.raises("nan"):
            run.log({"nan": np.array([np.nan] * 40)})
        with obs.raises("strings"):
            run.log({"strings": np.array(["x"] * 40)})


@scenario(needs=("numpy",))
def log_numpy_inside_containers(wandb: Any, obs: Observer) -> None:
    import numpy as np

    with wandb.init() as run:
        run.log({"list": [np.float32(0.5), np.int64(2)], "dict": {"a": np.arange(3), "b": np.float64(1)}})
        with obs.raises("list of arrays"):
            run.log({"arrays": [np.arange(2), np.arange(3)]})
        with obs.raises("list of long arrays"):
            run.log({"long": [np.arange(40)]})


@scenario(needs=("numpy",))
def log_numpy_steps(wandb: Any, obs: Observer) -> None:
    import numpy as np

    with wandb.init() as run:
        run.log({"a": 1}, step=np.int64(3))
        run.log({"a": 2}, step=np.int32(4))
        for step in (np.float64(5), np.bool_(True), np.array(6), np.array([7])):
            with obs.raises(f"step {type(step).__name__} {step!r}"):
                run.log({"a": repr(step)}, step=step)
        obs.read("step", run.step)


@scenario(needs=("numpy",))
def log_numpy_is_copied(wandb: Any, obs: Observer) -> None:
    import numpy as np

    values = np.zeros(3)
    with wandb.init() as run:
        for n in range(3):
            values[n] = n + 1
            run.log({"values": values}, commit=n != 0)


@scenario(needs=("torch",))
def log_torch_tensors(wandb: Any, obs: Observer) -> None:
    import torch

    with wandb.init() as run:
        half = torch.tensor(0.1, dtype=torch.float16)
        run.log({"scalar": torch.tensor(0.5), "int": torch.tensor(3), "vector": torch.arange(3), "half": half})
        run.log({"grad": torch.tensor([1.0], requires_grad=True)})
        run.log({"long": torch.arange(40.0)})
        for label, value in (("meta", torch.empty(2, device="meta")), ("sparse", torch.eye(2).to_sparse())):
            with obs.raises(label):
                run.log({label: value})


@scenario
def log_from_threads(wandb: Any, obs: Observer) -> None:
    with wandb.init() as run:
        for n in range(3):
            thread = threading.Thread(target=run.log, args=({"n": n},))
            thread.start()
            thread.join()
        obs.read("step", run.step)


@scenario
def log_histogram(wandb: Any, obs: Observer) -> None:
    with wandb.init() as run:
        run.log({"h": wandb.Histogram(np_histogram=([1, 2, 3], [0.0, 1.0, 2.0, 3.0]))})
        with obs.raises("wrong lengths"):
            wandb.Histogram(np_histogram=([1, 2], [0, 1]))
        with obs.raises("nothing"):
            wandb.Histogram()


@scenario(needs=("numpy",))
def log_histogram_of_values(wandb: Any, obs: Observer) -> None:
    with wandb.init() as run:
        run.log({"h": wandb.Histogram([1, 2, 2, 3, 3, 3], num_bins=3)})
        run.log({"nested": {"h": wandb.Histogram([1.0, 5.0], num_bins=2)}})
        with obs.raises("too many bins"):
            wandb.Histogram([1], num_bins=513)


@scenario
def log_commit_of_a_large_int(wandb: Any, obs: Observer) -> None:
    with wandb.init() as run:
        for commit in (2**63, -(2**63), -(2**63) - 1, 2, -1, 0):
            with obs.raises(f"commit={commit}"):
                run.log({"a": 1}, commit=commit)


@scenario
def log_beyond_the_largest_step(wandb: Any, obs: Observer) -> None:
    with wandb.init() as run:
        for step in (2**63 - 2, None, None, None, 5, None, 2**63 - 1, None, -(2**63)):
            run.log({"a": step}, step=step)
            obs.read(f"after {step}", run.step)


@scenario(needs=("numpy",))
def log_commit_of_numpy_bools(wandb: Any, obs: Observer) -> None:
    import numpy as np

    with wandb.init() as run:
        for commit in (np.bool_(False), np.bool_(True), np.int64(0), np.float64(1.0), np.array(True)):
            with obs.raises(f"commit={commit!r}"):
                run.log({"a": 1}, commit=commit)
            obs.read(f"step after {commit!r}", run.step)
