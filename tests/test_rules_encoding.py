"""Values on their way to the wire: the encoding rules say what the real client sends, and fail as it fails.

The rules are compared with the functions of the real client in process, and with what it writes in offline mode.
"""

from __future__ import annotations

import collections
import copy
import dataclasses
import datetime
import decimal
import enum
import fractions
import inspect
import io
import ipaddress
import itertools
import json
import logging
import math
import os
import pathlib
import pickle
import re
import subprocess
import sys
import threading
import types
import uuid
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from wandb_testkit.rules import encoding
from wandb_testkit.rules.encoding import Encoded
from wandb_testkit.rules.encoding.snapshot import plain_row

try:
    import numpy as np
except ImportError:
    np = None  # type: ignore[assignment]

ROOT = pathlib.Path(__file__).resolve().parent.parent
EXAMPLES = int(os.environ.get("WANDB_TESTKIT_EXAMPLES", "30"))
ADDRESS = re.compile("0x[0-9a-f]+|id='[0-9]+'")
NAN, INF = math.nan, math.inf
UTC = datetime.timezone.utc


# Odd values, each made anew whenever it is needed ----------------------------------------------------------------


class Colour(enum.Enum):
    RED = 1
    BLUE = "b"
    NONE = NAN
    MANY = (1, 2)
    ODD = object()


class Level(enum.IntEnum):
    HIGH = 3


class Word(str, enum.Enum):
    YES = "y"


class Bits(enum.Flag):
    A = 1
    B = 2


class Text(str):
    def __str__(self) -> str:
        return "other"


class Number(int):
    def __repr__(self) -> str:
        return "number"

    __str__ = __repr__


class Real(float):
    def __repr__(self) -> str:
        return "real"


class Rows(list):  # type: ignore[type-arg]
    def __iter__(self) -> Iterator[Any]:
        return iter([9])


class Bag(set):  # type: ignore[type-arg]
    def __iter__(self) -> Iterator[Any]:
        return iter([9])


class Attributes(dict):  # type: ignore[type-arg]
    __getattr__ = dict.get


class Frozen(dict):  # type: ignore[type-arg]
    def __setitem__(self, key: Any, value: Any) -> None:
        raise TypeError("frozen")


class Delta(datetime.timedelta):
    pass


@dataclasses.dataclass
class Point:
    x: Any = 1
    _y: Any = dataclasses.field(default_factory=lambda: {"k": (1, {2})})


@dataclasses.dataclass(frozen=True)
class Key:
    x: int = 1


class Counting:
    def __init__(self) -> None:
        self.left = 2

    def __iter__(self) -> Counting:
        return self

    def __next__(self) -> int:
        if not self.left:
            raise StopIteration
        self.left -= 1
        return self.left


class Callable_:
    def __call__(self) -> None: ...

    def __repr__(self) -> str:
        return "CALLABLE"


class Unprintable:
    def __repr__(self) -> str:
        raise ValueError("no repr")


@dataclasses.dataclass
class Shared:
    """What is the class's own is no field; pydantic leaves it out."""

    x: int = 1
    kind: ClassVar[str] = "shared"


class Encodes:
    def json_encode(self) -> Any:
        return {"encoded": [NAN]}


Pair = collections.namedtuple("Pair", "a b")


def nested(levels: int, leaf: Any, wrap: Callable[[Any], Any]) -> Any:
    for _ in range(levels):
        leaf = wrap(leaf)
    return leaf


def in_list(value: Any) -> Any:
    return [value]


def in_dict(value: Any) -> Any:
    return {"k": value}


def itself_in_list() -> Any:
    value: list[Any] = [1]
    value.append(value)
    return value


def itself_in_dict() -> Any:
    value: dict[str, Any] = {}
    value["d"] = value
    return value


def zone(**offset: int) -> datetime.tzinfo:
    return datetime.timezone(datetime.timedelta(**offset))


def moment(tzinfo: datetime.tzinfo | None = None, **parts: int) -> datetime.datetime:
    return datetime.datetime(2020, 1, 2, 3, 4, 5, tzinfo=tzinfo).replace(**parts)  # type: ignore[arg-type]


def tensor(module: str, name: str, **members: Any) -> Any:
    """An object that the client, going by its type's name, takes for a framework's tensor."""
    return type(name, (), {"__module__": module, **members})()


def torch_like(size: tuple[int, ...], array: Any = None, item: Any = None, refusal: Exception | None = None) -> Any:
    def cpu(self: Any) -> Any:
        if refusal is not None:
            raise refusal
        return self

    def myself(self: Any) -> Any:
        return self

    members = {"cpu": cpu, "detach": myself, "data": property(myself), "requires_grad": True}
    return tensor(
        "torch", "Tensor", size=lambda s: size, numpy=lambda s: array, item=lambda s: item, dtype="f", **members
    )


def url(kind: str, text: str) -> Any:
    """An address of pydantic's, which is there wherever the client is."""
    return getattr(pytest.importorskip("pydantic_core"), kind)(text)


def array(dtype: str, count: int = 2) -> Any:
    return np.arange(count).astype("int64").astype(dtype)


def array_scalar(dtype: str) -> Any:
    return array(dtype)[1]


def array_in_containers(dtype: str) -> Any:
    return {"a": [array(dtype), {"b": array(dtype)[1]}]}


def array_beside_a_surrogate(dtype: str) -> Any:
    return [array(dtype), "\ud800"]


def same(value: Any) -> Any:
    return value


def raising(error: Exception) -> Callable[[Any], Any]:
    def member(self: Any) -> Any:
        raise error

    return member


ODD: dict[str, Callable[[], Any]] = {
    **{
        repr(value): partial(same, value)
        for value in (None, True, 1, 1.0, -0.0, NAN, INF, -INF, "a", "é\x00\u2028", b"ab", b"\xff")
    },
    **{
        f"int {name}": partial(same, value)
        for name, value in (
            ("max", 2**63 - 1),
            ("max+1", 2**63),
            ("min", -(2**63)),
            ("min-1", -(2**63) - 1),
            ("huge", 10**400),
            ("-huge", -(10**400)),
        )
    },
    "ints": lambda: [2**70, {"a": -(2**70)}],
    "huge in list": lambda: [10**5000],
    "surrogates": lambda: "\ud800a\udc00\ud83d\ude00",
    "surrogates inside": lambda: {"\ud800": ["\ud83d\ude00", "\ude00\ud83d"]},
    "bytes": lambda: [b"ab", bytearray(b"cd")],
    "bad bytes": lambda: [b"\xff"],
    "memoryview": lambda: memoryview(b"ab"),
    "empty": lambda: [{}, [], (), set(), {"a": {}}],
    "sets": lambda: [{1}, frozenset({2}), Bag({1})],
    "subclasses": lambda: [Text("a"), Number(4), Real(2.5), Rows([1]), {Text("a"): 1, Number(4): 2, Real(2.5): 3}],
    "named tuple": lambda: Pair(1, {"x": Colour.RED}),
    "decimals": lambda: [decimal.Decimal("1.50"), decimal.Decimal("NaN"), decimal.Decimal("1E+5")],
    "fraction": lambda: fractions.Fraction(1, 3),
    "complex": lambda: [
        1 + 2j,
        -1j,
        complex(NAN, INF),
        complex(1, NAN),
        complex(1e20, -0.0),
        1e-7 + 0.1j,
        complex(-INF, 1),
        0j,
        -2 + 0j,
    ],
    "date": lambda: datetime.date(1, 2, 3),
    "moments": lambda: [
        moment(),
        moment(microsecond=6),
        moment(UTC),
        moment(zone(hours=5, minutes=30)),
        moment(zone(hours=-5, seconds=30)),
        moment(zone(seconds=-1)),
    ],
    "moment": lambda: moment(UTC, microsecond=120000),
    "times": lambda: [
        datetime.time(1, 2),
        datetime.time(1, 2, 3, 4, tzinfo=UTC),
        datetime.time(1, tzinfo=zone(hours=-3, minutes=-30)),
    ],
    "time": lambda: datetime.time(1, 2),
    "durations": lambda: [
        datetime.timedelta(0),
        datetime.timedelta(1, 3, 4),
        datetime.timedelta(-1, 7200),
        datetime.timedelta(400),
        datetime.timedelta(minutes=90),
        datetime.timedelta(microseconds=-1),
        datetime.timedelta.max,
        datetime.timedelta.min,
        Delta(seconds=2.3),
        Delta(-400, 5),
    ],
    "ids": lambda: [
        uuid.UUID(int=1),
        ipaddress.ip_address("1.2.3.4"),
        ipaddress.ip_network("1.2.3.0/24"),
        ipaddress.ip_interface("::1/8"),
    ],
    "paths": lambda: [pathlib.Path("/a/b"), re.compile("a+"), re.compile(b"a")],
    "pure path": lambda: pathlib.PurePosixPath("a"),
    "enums": lambda: [*list(Colour)[:4], Level.HIGH, Word.YES, Bits.A | Bits.B],
    "enums in the second stage": lambda: [*list(Colour)[:4], Level.HIGH, Word.YES, "\ud800"],
    "decimal in the second stage": lambda: [decimal.Decimal(1), "\ud800"],
    "enum of an object": lambda: Colour.ODD,
    "data class": lambda: Point(x=Point(x=Level.HIGH)),
    "data class with a class variable": Shared,
    "data class of a lock": lambda: Point(threading.Lock()),
    "data class type": lambda: Point,
    "deque": lambda: collections.deque([1, {"a": (2,)}]),
    "dicts": lambda: [collections.OrderedDict(a=1), collections.defaultdict(list, a=[1]), collections.Counter("aab")],
    "ordered dict": lambda: collections.OrderedDict(a=1, b={"c": 1}),
    "dict subclass": lambda: Attributes(a=1, b=(2,)),
    "frozen dict": lambda: Frozen(a=1),
    "user dict": lambda: collections.UserDict(a=1),
    "mapping proxy": lambda: types.MappingProxyType({"a": 1}),
    "generator": lambda: (x for x in (1, {2}, Colour.RED)),
    "generator that fails": lambda: (1 / x for x in (1, 0)),
    "generator in the second stage": lambda: [iter([1]), "\ud800"],
    "iterators": lambda: [
        map(str, [1]),
        zip([1], [2], strict=True),
        enumerate("a"),
        Counting(),
        itertools.islice(itertools.count(), 2),
    ],
    "lines": lambda: io.StringIO("a\nb"),
    "range": lambda: range(3),
    "slice": lambda: slice(1, 2.5),
    "views": lambda: {1: 2}.keys(),
    "lock": threading.Lock,
    "object": object,
    "ellipsis": lambda: ...,
    "callables": lambda: [len, int, Colour, Callable_(), "".join, math.sqrt],
    "callable": Callable_,
    "module": lambda: math,
    "error": lambda: ValueError("a"),
    "unprintable": Unprintable,
    "json_encode": Encodes,
    "json_encode in a list": lambda: [Encodes()],
    "keys": lambda: {None: 1, True: 2, False: 3, 4: 4, 1.5: 5, 1e22: 6, NAN: 7, 2**70: 8},
    "twice the same key": lambda: {1: "a", "1": "b", int: "c"},
    "odd keys": lambda: [
        {k: 1}
        for k in (
            b"a",
            1j,
            (1, ("a", None)),
            decimal.Decimal(1),
            moment(),
            Colour.RED,
            Colour.MANY,
            Key(),
            uuid.UUID(int=1),
            len,
        )
    ],
    "set as key": lambda: [{frozenset(): 1}],
    "object as key": lambda: [{object: 1}],
    "bad bytes as key": lambda: [{b"\xff": 1}],
    "address": lambda: [url("Url", "http://é.com/a b"), url("MultiHostUrl", "http://a,b/")],
    "circular list": itself_in_list,
    "circular dict": itself_in_dict,
    **{
        f"{n} {wrap.__name__} {leaf!r}": partial(nested, n, leaf, wrap)
        for n in (99, 101, 102, 250, 253, 254, 255, 300)
        for wrap in (in_list, in_dict)
        for leaf in (1, Colour.RED, decimal.Decimal(1))
    },
    "torch scalar": lambda: torch_like((), item=1.5),
    "torch nan": lambda: torch_like((), item=NAN),
    "torch on meta": lambda: torch_like((3,), refusal=NotImplementedError("Cannot copy out of meta tensor; no data!")),
    "torch sparse": lambda: torch_like((3,), refusal=TypeError("can't convert Sparse layout tensor to numpy.")),
    "fastai tensor": lambda: tensor("fastai.torch_core", "TensorBase", numpy=lambda self: 2.5, size=lambda self: ()),
    "tensor of nobody's": lambda: tensor("tensorflow.x", "Placeholder"),
    "tensorflow in a graph": lambda: tensor("tensorflow.x", "ResourceVariable", eval=raising(ValueError("no session"))),
    "tensorflow variable": lambda: tensor(
        "tensorflow.x", "ResourceVariable", eval=raising(RuntimeError()), numpy=lambda s: 2.5
    ),
}

if np is not None:
    DTYPES = (
        "bool int8 uint8 int32 int64 uint64 float16 float32 float64 "
        "longdouble complex64 datetime64[s] datetime64[ns] datetime64[D] timedelta64[s] timedelta64[ns] U3 S3 object"
    )
    ODD |= {
        **{f"{dtype}[{n}]": partial(array, dtype, n) for dtype in DTYPES.split() for n in (0, 1, 2, 32, 33)},
        **{f"{dtype} scalar": partial(array_scalar, dtype) for dtype in DTYPES.split()},
        **{f"{dtype} nested": partial(array_in_containers, dtype) for dtype in DTYPES.split()},
        **{f"{dtype} second stage": partial(array_beside_a_surrogate, dtype) for dtype in DTYPES.split()},
        "numpy keys": lambda: {
            np.int64(1): {np.float32(0.1): 1},
            np.float64(2.5): 2,
            np.str_("s"): 3,
            np.bool_(True): 4,
            np.float32("nan"): 5,
        },
        "numpy nan": lambda: [
            np.float32("nan"),
            np.float64("nan"),
            np.array([NAN]),
            np.array([NAN, 1]),
            np.array([NAN, 1], dtype="f4"),
        ],
        "float32 nan": lambda: np.float32("nan"),
        "0-d": lambda: np.array(1.5, dtype="f4"),
        "2-d": lambda: np.arange(6).reshape(2, 3),
        "large of nan": lambda: np.array([NAN] * 40),
        "large with inf": lambda: np.array([1.0] * 39 + [INF]),
        "large and constant": lambda: np.ones(40),
        "large and far apart": lambda: np.array([1e308, -1e308] * 20),
        "large and close": lambda: np.array([1.0, 1.0 + 2**-52] * 20),
        "large ints": lambda: np.array([-(2**63), 2**63 - 1] * 20),
        "large in a list": lambda: [np.arange(40.0)],
        "large in a dict": lambda: {"a": {"b": np.linspace(0, 1, 100)}},
        "uint64": lambda: [np.uint64(2**64 - 1), np.array([2**64 - 1, 1], dtype="u8")],
        "objects": lambda: np.array([object(), None]),
        "structured": lambda: np.zeros(3, dtype=[("a", "i4"), ("b", "f8")]),
        "matrix": lambda: np.matrix([[1, 2]]),
        "masked": lambda: np.ma.array([1, 2, 3], mask=[False, True, False]),
        "strided": lambda: np.arange(60)[::2],
        "big endian": lambda: np.arange(3).astype(">f4"),
        "not a time": lambda: [np.datetime64("NaT"), np.timedelta64(5)],
        "dtype": lambda: np.dtype("f4"),
        "ufunc": lambda: np.add,
        "flat": lambda: np.arange(3).flat,
        "torch vector": lambda: torch_like((3,), np.arange(3.0)),
        "torch large": lambda: {"a": torch_like((40,), np.arange(40.0)), "b": [torch_like((2,), np.arange(2))]},
        "tensorflow eager": lambda: tensor(
            "tensorflow.python.framework.ops", "EagerTensor", numpy=lambda s: np.arange(40.0)
        ),
        "tensorflow tensor": lambda: tensor("tensorflow.x", "Tensor", eval=lambda s: np.float32(0.5)),
    }


# The real client ------------------------------------------------------------------------------------------------


def typed(value: Any) -> Any:
    """A form in which 1, 1.0 and True differ, NaN equals NaN, and addresses do not matter."""
    if isinstance(value, dict):
        return {key: typed(item) for key, item in value.items()}
    if isinstance(value, list):
        return [typed(item) for item in value]
    return type(value).__name__, ADDRESS.sub("", repr(value))


def core_decodes(text: str) -> Any:
    """JSON as wandb-core decodes it: no integers beyond int64, no lone surrogates."""

    def integer(digits: str) -> int | float:
        # Never parsed as an integer, so that it may have more digits than Python converts.
        return float(digits) if len(digits) > 20 or not -(2**63) <= int(digits) < 2**63 else int(digits)

    def valid(value: Any) -> Any:
        if isinstance(value, dict):
            return {valid(key): valid(item) for key, item in value.items()}
        if isinstance(value, list):
            return [valid(item) for item in value]
        return re.sub("[\ud800-\udfff]", "\ufffd", value) if isinstance(value, str) else value

    return valid(json.loads(text, parse_int=integer))


class Nobody:
    """Stands for a run where the client only insists that there is one."""


def client_history(value: Any) -> Any:
    from wandb import util
    from wandb.sdk.data_types.utils import history_dict_to_json

    row = history_dict_to_json(Nobody(), {"_step": 0, "k": value})  # type: ignore[arg-type]
    return core_decodes(util.json_dumps_safer_history(row["k"]))


def client_config(value: Any) -> Any:
    from wandb import util
    from wandb.sdk.interface.interface import InterfaceBase

    local = util.json_friendly_val(value)
    shown = ADDRESS.sub("", repr(local))
    record = InterfaceBase._make_config(None, data={"k": local})  # type: ignore[arg-type]
    return shown, json.loads(record.update[0].value_json)


def client_summary(value: Any) -> Any:
    from wandb.sdk.interface.interface_queue import InterfaceQueue
    from wandb.sdk.interface.summary_record import SummaryItem, SummaryRecord

    item = SummaryItem()  # type: ignore[no-untyped-call]
    item.key, item.value = ("k",), value
    record = SummaryRecord()  # type: ignore[no-untyped-call]
    record.update.append(item)
    sent = InterfaceQueue()._make_summary(record, Nobody())  # type: ignore[arg-type]
    return json.loads(sent.update[0].value_json)


def wire_of(snapshot: dict[str, Any]) -> dict[str, Any]:
    """What the replay gets, media in their wire form too."""
    return {key: encoding.history_value(value) for key, value in encoding.history_row(snapshot).items()}


def our_history(value: Any) -> Any:
    return wire_of(encoding.snapshot_row({"k": value}))["k"]


def our_config(value: Any) -> Any:
    local = encoding.config_value(value)
    shown = ADDRESS.sub("", repr(local))
    return shown, encoding.config_wire(local)


def our_summary(value: Any) -> Any:
    return encoding.summary_wire(value, "k")


WAYS: dict[str, tuple[Callable[[Any], Any], Callable[[Any], Any]]] = {
    "history": (client_history, our_history),
    "config": (client_config, our_config),
    "summary": (client_summary, our_summary),
}


def outcome(function: Callable[[Any], Any], value: Any) -> Any:
    try:
        return typed(function(value))
    except RecursionError:
        # Its message depends on which call happened to be the one too many.
        return "RecursionError"
    except Exception as error:
        return type(error).__name__, ADDRESS.sub("", str(error))


@pytest.fixture(scope="module", autouse=True)
def quiet_client() -> Iterator[None]:
    """The client logs a traceback whenever its first encoder gives up, which costs more than the tests."""
    logger = logging.getLogger("wandb.sdk.lib.json_util")
    level = logger.level
    logger.setLevel(logging.CRITICAL + 1)
    yield
    logger.setLevel(level)


@pytest.mark.needs_wandb
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    ("way", "name"),
    # In config and summary the client sends more digits than Python's own JSON reader takes.
    [(way, name) for way in WAYS for name in ODD if way == "history" or name != "huge in list"],
)
def test_odd_values_become_what_the_client_sends(way: str, name: str) -> None:
    client, ours = WAYS[way]
    assert outcome(ours, ODD[name]()) == outcome(client, ODD[name]())


scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.integers(-(2**70), 2**70),
    st.floats(),
    st.text(st.characters(exclude_categories=())),
    st.decimals(),
    st.fractions(),
    st.complex_numbers(),
    st.datetimes(timezones=st.none() | st.timezones() | st.just(UTC)),
    st.dates(),
    st.times(timezones=st.none() | st.just(UTC)),
    st.timedeltas(),
    st.uuids(),
    st.binary(max_size=5),
    st.sampled_from([*Colour, *Level, *Word, Bits.A]),
    st.sampled_from([len, int, object(), ..., Point(), Key()]),
)
if np is not None:
    dtypes = st.sampled_from(
        ["bool", "i1", "u1", "i8", "u8", "f2", "f4", "f8", "g", "c8", "M8[s]", "M8[ns]", "m8[D]", "U2", "S2", "O"]
    )
    arrays = st.builds(
        lambda items, dtype: np.array(items).astype(dtype), st.lists(st.integers(0, 120), max_size=36), dtypes
    )
    scalars |= arrays | arrays.filter(len).map(lambda array: array[0])
    scalars |= st.lists(st.floats(width=32), min_size=1, max_size=40).map(lambda items: np.array(items, dtype="f4"))
keys = st.one_of(
    st.text(max_size=3),
    st.integers(),
    st.floats(),
    st.none(),
    st.booleans(),
    st.sampled_from([*Colour, Key(), b"k", moment()]),
    st.tuples(st.integers(), st.text(max_size=2)),
    st.decimals(allow_nan=False),
)
anything = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.lists(inner, max_size=3).map(tuple),
        st.dictionaries(st.text(max_size=3), inner, max_size=3),
        st.dictionaries(keys, inner, max_size=3),
        st.lists(inner, max_size=3).map(collections.deque),
        inner.map(Point),
        st.sets(st.integers() | st.text(max_size=2), max_size=3),
        st.frozensets(st.integers(), max_size=3),
    ),
    max_leaves=8,
)


@pytest.mark.needs_wandb
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("way", WAYS)
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(value=anything)
def test_random_values_become_what_the_client_sends(way: str, value: Any) -> None:
    client, ours = WAYS[way]
    # The client goes second, as it changes nested dicts in place.
    assert outcome(ours, value) == outcome(client, value)


@pytest.mark.needs_wandb
@pytest.mark.skipif(np is None, reason="needs numpy")
@pytest.mark.parametrize("way", WAYS)
def test_arrays_of_jax_become_what_the_client_sends(way: str, monkeypatch: pytest.MonkeyPatch) -> None:
    client, ours = WAYS[way]
    monkeypatch.setitem(sys.modules, "jax", types.SimpleNamespace(device_get=lambda array: np.arange(3.0)))
    made = tensor("jaxlib.xla_extension", "ArrayImpl")
    assert outcome(ours, made) == outcome(client, made)


@pytest.mark.needs_wandb
@pytest.mark.skipif(np is None, reason="needs numpy")
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    "make", [lambda: "x" * 200_000, lambda: [0.5] * 20_000, lambda: np.zeros(20_000), lambda: {"a": b"x" * 200_000}]
)
def test_large_values_are_warned_of_as_often_as_by_the_client(
    make: Callable[[], Any], way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    import wandb

    said: list[list[str]] = []
    for function in WAYS[way]:
        said.append([])
        monkeypatch.setattr(wandb, "termwarn", said[-1].append)
        function(make())
    assert said[1] == said[0]


@pytest.mark.parametrize("way", WAYS)
def test_large_values_are_taken_without_a_client_that_could_warn(way: str, monkeypatch: pytest.MonkeyPatch) -> None:
    _, ours = WAYS[way]
    with_client = ours([0.5] * 20_000)
    monkeypatch.setitem(sys.modules, "wandb", None)
    assert ours([0.5] * 20_000) == with_client


# What the client writes in offline mode -------------------------------------------------------------------------


def serve(folder: str) -> None:
    """Log every odd value in offline mode and print, name by name, what was raised."""
    os.environ.update({f"WANDB_{name}DIR": folder for name in ("", "CACHE_", "CONFIG_", "DATA_", "ARTIFACT_")})
    os.environ.update(WANDB_MODE="offline", WANDB_SILENT="true", WANDB_ERROR_REPORTING="false", HOME=folder)
    os.chdir(folder)
    import wandb

    run = wandb.init(project="p", settings=wandb.Settings(console="off", x_disable_stats=True))
    raised: dict[str, str] = {}
    for number, name in enumerate(ODD):
        try:
            run.log({"number": number, "value": ODD[name]()})
        except Exception as error:
            raised[name] = complaint(error)
    run.finish()
    wandb.teardown()
    pathlib.Path(folder, "raised.json").write_text(json.dumps(raised))


def complaint(error: Exception) -> str:
    if isinstance(error, RecursionError):
        return "RecursionError"
    return ADDRESS.sub("", f"{type(error).__name__}: {error}")


@pytest.fixture(scope="module")
def offline(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[int, Any], dict[str, str]]:
    """The rows of the offline log by number, and what was raised by name."""
    from wandb_testkit.checking.offline_log import read_records

    folder = tmp_path_factory.mktemp("offline")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("WANDB_")}
    environment["PYTHONPATH"] = str(ROOT)
    program = "import sys; from tests.test_rules_encoding import serve; serve(sys.argv[1])"
    command = [sys.executable, "-W", "ignore", "-c", program, str(folder)]
    subprocess.run(command, env=environment, check=True, timeout=120, capture_output=True)
    (log,) = folder.glob("wandb/offline-run-*/run-*.wandb")
    rows = {}
    for record in read_records(log):
        if record.HasField("history"):
            row: dict[str, Any] = {}
            for item in record.history.item:
                place = row
                *path, last = list(item.nested_key) or [item.key]
                for key in path:
                    place = place.setdefault(key, {})
                place[last] = json.loads(item.value_json)
            rows[row["number"]] = row
    return rows, json.loads((folder / "raised.json").read_text())


def as_written(value: Any, top: bool = True) -> Any:
    """As typed(), but a whole float may be written as an integer, and empty dicts outside lists vanish."""
    if isinstance(value, dict):
        items = {key: as_written(item, top) for key, item in value.items()}
        return {key: item for key, item in items.items() if not top or item != {}}
    if isinstance(value, list):
        return [as_written(item, False) for item in value]
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        value = int(value)
    return typed(value)


@pytest.mark.needs_wandb
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", ODD)
def test_odd_values_are_written_to_the_offline_log_like_this(
    name: str, offline: tuple[dict[int, Any], dict[str, str]]
) -> None:
    rows, raised = offline
    number = list(ODD).index(name)
    wire, complained = None, None
    try:
        wire = wire_of(encoding.snapshot_row({"number": number, "value": ODD[name]()}))
    except Exception as error:
        complained = complaint(error)
    assert complained == raised.get(name)
    if wire is None:
        return
    written = {key: rows[number][key] for key in ("number", "value") if key in rows[number]}
    assert as_written(wire) == as_written(written)


# Snapshots ------------------------------------------------------------------------------------------------------


class Picture:
    """Media, as far as these tests' hook is concerned."""


def hook(key: str, value: Any) -> Any:
    if isinstance(value, Picture):
        return {"_type": "picture", "key": str(key), "leaf": key.leaf}  # type: ignore[attr-defined]
    if isinstance(value, list) and value and all(isinstance(item, Picture) for item in value):
        return {"_type": "pictures", "count": len(value)}
    return NotImplemented


def test_a_snapshot_is_not_reached_by_later_changes() -> None:
    row: dict[str, Any] = {"d": {"l": [1, [2]]}, "t": ({"a": 1},), "s": {1}, "dq": collections.deque([1])}
    snapshot = encoding.snapshot_row(row)
    row["d"]["l"][1].append(3)
    row["t"][0]["a"] = 2
    row["s"].add(9)
    row["dq"].append(9)
    assert wire_of(snapshot) == {"d": {"l": [1, [2]]}, "t": [{"a": 1}], "s": [1], "dq": [1]}


@pytest.mark.skipif(np is None, reason="needs numpy")
def test_arrays_in_a_snapshot_are_copies() -> None:
    array = np.arange(3)
    snapshot = encoding.snapshot_row({"a": array, "d": {"a": array}, "l": [array]})
    array[0] = 7
    assert wire_of(snapshot) == {"a": [0, 1, 2], "d": {"a": [0, 1, 2]}, "l": [[0, 1, 2]]}


def test_reading_a_snapshot_gives_fresh_containers() -> None:
    snapshot = encoding.snapshot_row({"a": {1}, "d": {"l": [1]}})
    for read in (encoding.history_row, wire_of):
        read(snapshot)["a"].append(5)
        read(snapshot)["d"]["l"].append(5)
        assert read(snapshot) == {"a": [1], "d": {"l": [1]}}


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (3, "TypeError: wandb.log must be passed a dictionary"),
        ([("a", 1)], "TypeError: wandb.log must be passed a dictionary"),
        ({"a": object(), 1: 2}, "TypeError: Key values passed to `wandb.log` must be strings."),
        ({"a": threading.Lock()}, "TypeError: Object of type lock is not JSON serializable"),
        (
            {"\ud800": 1},
            "UnicodeEncodeError: 'utf-8' codec can't encode character '\\ud800' in position 0: surrogates not allowed",
        ),
    ],
)
def test_a_bad_row_raises_at_once(data: Any, message: str) -> None:
    with pytest.raises((TypeError, ValueError)) as caught:
        encoding.snapshot_row(data)
    assert f"{type(caught.value).__name__}: {caught.value}" == message


def test_mappings_other_than_dicts_are_copied_by_their_own_method() -> None:
    class Mapped(collections.abc.Mapping):  # type: ignore[type-arg]
        def __getitem__(self, key: str) -> int:
            return 1

        def __len__(self) -> int:
            return 1

        def __iter__(self) -> Iterator[str]:
            return iter("a")

    class Copied(Mapped):
        def copy(self) -> Copied:
            return self

    assert encoding.snapshot_row(types.MappingProxyType({"a": {1}}))["a"] == Encoded({1}, [1])
    assert encoding.snapshot_row(collections.UserDict(a=1)) == {"a": 1}
    with pytest.raises(AttributeError, match="'Mapped' object has no attribute 'copy'"):
        encoding.snapshot_row(Mapped())
    with pytest.raises(TypeError, match="'Copied' object does not support item assignment"):
        encoding.snapshot_row(Copied())


def test_the_clients_own_step_key_is_never_encoded() -> None:
    assert wire_of(encoding.snapshot_row({"a": {1}, "_step": object()})) == {"a": [1]}
    assert wire_of(encoding.snapshot_row({"a": 1, "_step": 5, "": 2})) == {"a": 1}


def test_media_are_found_in_dicts_and_as_whole_lists() -> None:
    picture, pictures = Picture(), [Picture(), Picture()]
    snapshot = encoding.snapshot_row(
        {"p": picture, "l": pictures, "d": {"e.f": {"p": picture}, "n": 1, "o": {1}}}, hook
    )
    nested_wire = {"_type": "picture", "key": "d.e.f.p", "leaf": "p"}
    assert snapshot == {
        "p": Encoded(picture, {"_type": "picture", "key": "p", "leaf": "p"}, True),
        "l": Encoded(pictures, {"_type": "pictures", "count": 2}, True),
        "d": {"e.f": {"p": Encoded(picture, nested_wire, True)}, "n": 1, "o": Encoded({1}, [1])},
    }
    assert wire_of(snapshot)["d"] == {"e.f": {"p": nested_wire}, "n": 1, "o": [1]}
    read = encoding.history_row(snapshot)
    assert read["d"] == {"e.f": {"p": snapshot["d"]["e.f"]["p"]}, "n": 1, "o": [1]}
    assert read["d"]["e.f"]["p"].original is picture
    assert read["l"].original is pictures


def test_media_in_a_nested_dict_are_replaced_in_the_callers_dict() -> None:
    row = {"d": {"p": Picture()}, "p": Picture()}
    encoding.snapshot_row(row, hook)
    assert row["d"] == {"p": {"_type": "picture", "key": "d.p", "leaf": "p"}}
    assert isinstance(row["p"], Picture)


@pytest.mark.parametrize("value", [[Picture(), 1], [{"a": Picture()}], [[Picture()]]])
def test_media_further_inside_lists_are_refused(value: Any) -> None:
    with pytest.raises(TypeError, match="Object of type Picture is not JSON serializable"):
        encoding.snapshot_row({"v": value}, hook)


@pytest.mark.needs_wandb
@pytest.mark.skipif(np is None, reason="needs numpy")
def test_the_client_looks_for_media_in_the_same_places() -> None:
    import wandb
    from wandb.sdk.data_types.utils import history_dict_to_json

    def histogram() -> Any:
        return wandb.Histogram(np_histogram=(np.array([1]), np.array([0, 1])))

    def real_hook(key: str, value: Any) -> Any:
        if isinstance(value, list):
            return (
                [item.to_json() for item in value]
                if all(isinstance(i, wandb.Histogram) for i in value)
                else NotImplemented
            )
        return value.to_json() if isinstance(value, wandb.Histogram) else NotImplemented

    def row() -> dict[str, Any]:
        return {"d": {"e": histogram(), "t": (), 1: histogram()}, "h": histogram(), "l": [histogram()], "_step": 0}

    theirs, ours = row(), row()
    sent = history_dict_to_json(Nobody(), dict(theirs))  # type: ignore[arg-type]
    snapshot = encoding.snapshot_row(ours, real_hook)
    assert wire_of(snapshot) == json.loads(json.dumps({k: v for k, v in sent.items() if k != "_step"}))
    assert ours["d"] == theirs["d"]


# Encoded, config, summary and the final form ----------------------------------------------------------------------


def test_encoded_values_can_be_compared_copied_and_pickled() -> None:
    nan = Encoded({1}, [NAN], False)
    assert nan == Encoded({2}, [NAN], False) != Encoded({1}, [NAN], True)
    assert copy.copy(nan) == nan == copy.deepcopy(nan)
    assert copy.deepcopy(nan).wire is not nan.wire
    again = pickle.loads(pickle.dumps(nan))
    assert again == nan
    assert again.original == {1}
    unpicklable = Encoded(lambda: 1, "f")
    assert pickle.loads(pickle.dumps(unpicklable)).original == "f"
    assert nan != [NAN]


def test_config_values_are_fresh_and_friendly() -> None:
    given_ = {"l": [1, (2, {3})], "n": NAN, "e": Colour.RED, "s": slice(1), "p": Point(2)}
    kept = encoding.config_value(given_)
    assert kept == {
        "l": [1, [2, [3]]],
        "n": None,
        "e": "RED",
        "s": {"slice_start": None, "slice_step": None, "slice_stop": 1},
        "p": {"x": 2, "_y": {"k": [1, [2]]}},
    }
    given_["l"].append(4)  # type: ignore[attr-defined]
    assert kept["l"] == [1, [2, [3]]]
    assert encoding.config_wire({"big": 2**70, "s": frozenset({1})}) == {"big": 2**70, "s": [1]}


def test_summary_values_keep_integers_and_ask_for_media() -> None:
    assert encoding.summary_wire({"a": 2**70, "b": NAN, "c": [NAN] * 0}, "k") == {"a": 2**70, "b": None, "c": []}
    assert encoding.summary_wire({"a": {"p": Picture()}}, "k", hook)["a"]["p"]["key"] == "k.a.p"
    with pytest.raises(TypeError, match="can only concatenate str"):
        encoding.summary_wire({1: 2}, "k")


@pytest.mark.skipif(np is None, reason="needs numpy")
def test_a_large_array_in_the_summary_becomes_statistics() -> None:
    assert encoding.summary_wire(np.arange(101.0), "k") == {
        "_type": "numpy.ndarray",
        "var": 850.0,
        "mean": 50.0,
        "min": 0.0,
        "max": 100.0,
        "10%": 10.0,
        "25%": 25.0,
        "75%": 75.0,
        "90%": 90.0,
        "size": 101,
    }


def test_the_final_form_has_no_floats_that_json_has_not() -> None:
    wire = {"a": [NAN, INF, -INF, 1.5, (1, None)], "b": {"c": NAN}, "m": Encoded(object(), {"x": INF}, True)}
    final = encoding.jsonable(wire)
    assert final == {"a": ["NaN", "Infinity", "-Infinity", 1.5, [1, None]], "b": {"c": "NaN"}, "m": {"x": "Infinity"}}
    assert json.loads(json.dumps(final, allow_nan=False)) == final
    assert final["b"] is not wire["b"]


def test_the_quick_look_at_a_row_leaves_it_to_the_closer_one_where_the_stack_ends() -> None:
    def at(depth: int) -> Any:
        return at(depth - 1) if depth else plain_row({"a": {"b": {"c": {"d": [{"e": [1]}]}}}})

    seen = []
    for room in range(30):
        try:
            seen.append(at(sys.getrecursionlimit() - len(inspect.stack()) - room))
        except RecursionError:  # not even the call of it had room
            continue
    assert None in seen


def test_keys_that_core_cannot_read_are_left_out() -> None:
    row = {
        "a": 1,
        "fits": nested(500, 1, in_list),
        "too deep": nested(501, 1, in_list),
        "deep dict": nested(501, {1}, in_dict),
    }
    snapshot = encoding.snapshot_row(row)
    assert list(snapshot) == ["a", "fits"]
    with pytest.raises(encoding.Unreadable):
        encoding.as_core_reads(nested(501, 1, in_dict))


def test_neither_wandb_nor_numpy_is_imported() -> None:
    program = (
        "import sys; from wandb_testkit.rules import encoding as e;"
        "e.history_row(e.snapshot_row({'a': {1}, 'b': [1.5], 'c': {'d': sys}.keys().__iter__()}));"
        "e.config_wire(e.config_value({'a': {1}})); e.summary_wire({'a': {1}}, 'k');"
        "e.snapshot_row({'a': {'x' * 200_000}});"
        "assert not {'wandb', 'numpy', 'pydantic_core', 'torch', 'jax'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=True, timeout=60)
