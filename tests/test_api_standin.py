"""The stand-in's public API: names and signatures as wandb's, made only when used, at home in its patch."""

from __future__ import annotations

import importlib
import inspect
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from wandb_testkit import MockWandB, NotModelled, patch_wandb
from wandb_testkit.standin import signatures, surface, util
from wandb_testkit.standin.modules import build

needs_wandb = pytest.mark.needs_wandb

#: Classes of the public API that were written for the stand-in, by module and name.
WRITTEN = {
    (surface.API_CLASSES[qualified.rpartition(".")[2]], qualified.rpartition(".")[2])
    for qualified in surface._WRITTEN
    if qualified.startswith("wandb.apis.public.")
} | {
    ("wandb.apis.public.sweeps", "Agent"),
    ("wandb.apis.public.summary", "HTTPSummary"),
    ("wandb.apis.public.summary", "Summary"),
    ("wandb.apis.public.summary", "SummarySubDict"),
    ("wandb.apis.attrs", "Attrs"),
}


def described(thing: Any) -> Any:
    """Kind and parameters of a member of a class."""
    if isinstance(thing, property) or type(thing).__name__ == "cached_property":
        return "property", getattr(thing, "fset", None) is not None
    bound = "class " if isinstance(thing, classmethod) else "static " if isinstance(thing, staticmethod) else ""
    function = inspect.unwrap(thing.__func__ if bound else thing)
    parameters = inspect.signature(function).parameters.values()
    return bound, [(each.name, each.kind.name, repr(each.default).split(" at 0x")[0]) for each in parameters]


def members(owner: type) -> Iterator[str]:
    """Public members that are no plain values, and what says how an object is used."""
    special = {
        "__getitem__",
        "__iter__",
        "__len__",
        "__next__",
        "__contains__",
        "__setitem__",
        "__delitem__",
        "__repr__",
    }
    for base in owner.__mro__:
        if base.__module__.startswith(("wandb.", "wandb_testkit.")):
            for name, value in vars(base).items():
                if (not name.startswith("_") or name in special) and (callable(value) or isinstance(value, property)):
                    yield name


@needs_wandb
@pytest.mark.parametrize(("module", "name"), sorted(WRITTEN))
def test_members_are_those_of_wandb(module: str, name: str) -> None:
    real = getattr(importlib.import_module(module), name)
    ours = getattr(build()[module], name)
    assert (ours.__module__, ours.__qualname__) == (real.__module__, real.__qualname__)
    assert described(ours.__init__) == described(real.__init__)
    for member in set(members(real)):
        there = inspect.getattr_static(ours, member, None)
        assert there is not None, f"{name}.{member}"
        assert described(there) == described(inspect.getattr_static(real, member)), f"{name}.{member}"
    extra = set(members(ours)) - set(members(real))
    assert not extra


@needs_wandb
def test_hierarchy_is_that_of_wandb() -> None:
    for module, name in sorted(WRITTEN):
        real = getattr(importlib.import_module(module), name)
        ours = getattr(build()[module], name)
        public = [base.__name__ for base in real.__mro__ if base.__module__.startswith("wandb.apis")]
        kept = [base.__name__ for base in ours.__mro__ if base.__module__.startswith("wandb.apis")]
        assert [base for base in kept if not base.startswith("_") and not base.endswith("Part")] == public


@needs_wandb
def test_query_generator_agrees_with_wandbs() -> None:
    from wandb.apis.public import QueryGenerator as Real

    ours = surface.class_("wandb.apis.public.QueryGenerator")
    key = {"section": "config", "name": "lr"}
    filters: list[Any] = [
        {"key": key, "op": "=", "value": 3},
        {"key": key, "op": ">=", "value": 3},
        {"key": key, "op": ">", "value": None},
        {"key": key, "op": "=", "value": 3, "disabled": True},
        {"key": {"section": "tags", "name": "x"}, "op": "=", "value": False},
        {"key": {"section": "tags", "name": "x"}, "op": "=", "value": True},
        {"key": {"section": "tags", "name": "-"}, "op": "IN", "value": ["a"]},
        {"key": {"section": "nope", "name": "x"}, "op": "=", "value": 1},
        {"op": "OR", "filters": [{"op": "AND", "filters": [{"key": key, "op": "IN", "value": [1]}]}]},
        {"key": {"section": "run", "name": ""}, "op": "=", "value": 1},
        {},
    ]
    mongo: list[Any] = [
        None, {}, {"config.lr": 3}, {"summary_metrics.a.b": {"$lt": 2}}, {"$or": [{"$and": [{"tags.x": 1}]}]},
        {"keys_info.keys.z": {"$ne": 1}}, {"state": {"$near": 1}},
    ]  # fmt: skip
    orders = ["loss", "+loss", "-a.b", "config.lr", "+summary_metrics.x", "createdAt", "tags.x", "+name", ""]
    questions: list[tuple[str, Any]] = [
        *(("filter_to_mongo", each) for each in filters),
        *(("mongo_to_filter", each) for each in mongo),
        *(("format_order_key", each) for each in orders),
        ("order_to_keys", ["+a", "-b"]), ("order_to_keys", ["a"]),
        ("keys_to_order", {"keys": [{"key": key, "ascending": True}, {"key": key}]}),
    ]  # fmt: skip

    def answer(cls: Any, name: str, argument: Any) -> Any:
        try:
            return getattr(cls(), name)(argument)
        except Exception as error:
            return type(error), str(error)

    for name, argument in questions:
        assert answer(ours, name, argument) == answer(Real, name, argument), (name, argument)


def test_what_is_left_out_refuses_by_name() -> None:
    cls: Any = surface.class_("wandb.apis.public.Api")
    with pytest.raises(NotModelled, match=r"wandb\.apis\.public\.Api\.registries|wandb\.Api\.registries"):
        cls.registries(object.__new__(cls))
    with pytest.raises(TypeError, match="missing 1 required positional argument"):
        cls.registry(object.__new__(cls))


def test_every_public_class_is_there() -> None:
    public = build()["wandb.apis.public"]
    for qualified in signatures.names():
        owner, _, name = qualified.rpartition(".")
        if owner == "wandb.apis.public":
            assert isinstance(getattr(public, name), type), name


def test_nothing_of_it_is_imported_before_it_is_used() -> None:
    program = """
import sys
from wandb_testkit import patch_wandb
with patch_wandb(stub=True):
    import wandb
    with wandb.init(project="p") as run:
        run.log({"a": 1})
    wandb.Api
loaded = [name for name in sys.modules if name.startswith(("wandb_testkit.standin.api", "wandb_testkit.server"))]
assert not loaded, loaded
with patch_wandb(stub=True):
    import wandb
    wandb.Api()
assert "wandb_testkit.standin.api" in sys.modules
assert "wandb_testkit.standin.api_run" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", program], check=True)


def test_it_belongs_to_its_patch() -> None:
    with patch_wandb(stub=True, runs=[{"id": "a", "project": "p"}]) as outer:
        import wandb

        api = wandb.Api()
        with patch_wandb(stub=True, runs=[{"id": "b", "project": "p"}]) as inner:
            other = wandb.Api()
            assert [run.id for run in other.runs("p")] == ["b"]
            assert [run.id for run in api.runs("p")] == ["a"]
        assert [call[0] for call in inner.calls] == ["Api", "Api.runs"]
        assert [call[0] for call in outer.calls] == ["Api", "Api.runs"]
        run = api.run("p/a")
    with pytest.raises(wandb.errors.UsageError, match="is over"):
        api.run("p/a")
    with pytest.raises(Exception, match="is over"):
        run.history(pandas=False)


def test_mock_wandb_has_one() -> None:
    wandb = MockWandB(runs=[{"id": "a", "project": "p", "entity": "me", "summary": {"loss": 1.0}}], entity="me")
    api = wandb.Api()
    assert api.run("p/a").summary["loss"] == 1.0
    with wandb.init(project="p", id="b") as run:
        run.log({"loss": 2.0})
    assert [run.id for run in api.runs("p", order="-summary_metrics.loss")] == ["b", "a"]
    changed = api.run("p/b")
    changed.summary["best"] = 1
    changed.update()
    assert wandb.recorder.summary["best"] == 1
    with pytest.raises(wandb.errors.CommError, match="Could not find run <Run me/p/nope"):
        api.run("p/nope")


def test_outside_of_a_patch_there_is_nothing_to_ask() -> None:
    cls = surface.class_("wandb.apis.public.Api")
    if "wandb" in sys.modules:
        pytest.importorskip("wandb")
    with pytest.raises(RuntimeError, match="outside of patch_wandb"):
        cls()


def test_a_sweeps_config_is_read_without_yaml(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "yaml", None)
    with patch_wandb(stub=True):
        import wandb

        config = {"method": "grid", "parameters": {"lr": {"values": [1e-5, 0.5]}}}
        sweep = wandb.Api().sweep(f"team/p/{wandb.sweep(config, project='p', entity='team')}")
        assert sweep.config == config


def test_it_answers_without_pandas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(util, "_not_importable", {"pandas"})
    with patch_wandb(stub=True, runs=[{"id": "a", "project": "p", "history": [{"x": 1}]}]) as recorder:
        import wandb

        api = wandb.Api()
        assert api.run("p/a").history()[0]["x"] == 1
        assert recorder.warnings == ["Unable to load pandas, call history with pandas=False"]
        with pytest.raises(wandb.errors.Error, match="Exporting pandas DataFrame requires pandas"):
            api.runs("p").histories(format="pandas")
