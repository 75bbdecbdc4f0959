"""The stand-in's types, settings, configs and media behave as the real client's own code does on the same calls."""

from __future__ import annotations

import contextlib
import datetime
import importlib
import itertools
import json
import re
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.test_standin_functions import asked, in_both
from wandb_testkit import patch_wandb

np = pytest.importorskip("numpy")
pytest.importorskip("wandb")
pytestmark = [pytest.mark.needs_wandb, pytest.mark.filterwarnings("ignore::DeprecationWarning")]

# --------------------------------------------------------------------------- types

OBJECTS: dict[str, Callable[[Any], Any]] = {
    "none": lambda wandb: None,
    "text": lambda wandb: "a",
    "number": lambda wandb: 1,
    "float": lambda wandb: 1.5,
    "truth": lambda wandb: True,
    "list": lambda wandb: [1, 2],
    "empty list": lambda wandb: [],
    "mixed list": lambda wandb: [1, "a", None],
    "long list": lambda wandb: list(range(5)),
    "lists": lambda wandb: [[1], [2, 3]],
    "tuple": lambda wandb: (1, 2),
    "set": lambda wandb: {1, 2},
    "dict": lambda wandb: {"a": 1, "b": "x"},
    "other dict": lambda wandb: {"a": 1},
    "nested dict": lambda wandb: {"a": {"b": [1]}},
    "odd dict": lambda wandb: {1: 2},
    "array": lambda wandb: np.zeros((2, 3)),
    "other array": lambda wandb: np.zeros((3, 2)),
    "vector": lambda wandb: np.array([1, 2]),
    "scalar of numpy": lambda wandb: np.float32(1.5),
    "date": lambda wandb: datetime.date(2020, 1, 2),
    "time": lambda wandb: datetime.datetime(2020, 1, 2, tzinfo=datetime.timezone.utc),
    "object": lambda wandb: len,
    "path": lambda wandb: Path("a"),
    "table": lambda wandb: wandb.Table(columns=["a", "b"], data=[[1, "x"], [2, None]]),
    "other table": lambda wandb: wandb.Table(columns=["a"], data=[["x"]]),
    "image": lambda wandb: wandb.Image(np.zeros((4, 4), dtype="uint8")),
    "classes": lambda wandb: wandb.Classes([{"id": 1, "name": "one"}]),
    "html": lambda wandb: wandb.Html("<p>"),
    "histogram": lambda wandb: wandb.Histogram([1, 2, 3]),
}


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def types_of(module: Callable[[str], Any]) -> tuple[Any, dict[str, Any], dict[str, Any]]:
    """The module of types, objects of each kind, and the types that are given to them."""
    wandb, dtypes = module("wandb"), module("wandb.sdk.data_types._dtypes")
    objects = {name: make(wandb) for name, make in OBJECTS.items()}
    found = {name: dtypes.TypeRegistry.type_of(value) for name, value in objects.items()}
    found["any"], found["unknown"], found["never"] = dtypes.AnyType(), dtypes.UnknownType(), dtypes.InvalidType()
    found["optional"] = dtypes.OptionalType(dtypes.NumberType())
    found["either"] = dtypes.UnionType([dtypes.NumberType(), dtypes.StringType()])
    found["constant"] = dtypes.ConstType(3)
    found["constant set"] = dtypes.ConstType({1, 2})
    found["of length"] = dtypes.ListType(dtypes.NumberType(), 2)
    found["by key"] = dtypes.TypedDictType({"a": dtypes.NumberType(), "c": dtypes.OptionalType(dtypes.StringType())})
    return dtypes, objects, found


def plain(value: Any) -> Any:
    """A type in its JSON; files have names of their own."""
    if hasattr(value, "to_json"):
        return json.loads(json.dumps(value.to_json(), default=str, sort_keys=True))
    return value


@pytest.mark.parametrize(
    "name", [*OBJECTS, "any", "optional", "either", "constant", "constant set", "of length", "by key"]
)
def test_types_take_types_and_objects_alike(name: str) -> None:
    def question(module: Callable[[str], Any]) -> Any:
        with quiet():
            dtypes, objects, found = types_of(module)
            this = found[name]
            answers: dict[str, Any] = {"json": asked(lambda: plain(this)), "repr": asked(repr, this)}
            for label, value in objects.items():
                if label == "empty list" and name in ("array", "other array", "vector"):
                    continue  # the client goes round in it for ever
                answers[f"object {label}"] = asked(lambda value=value: plain(this.assign(value)))
                answers[f"words {label}"] = re.sub(r"0x\w+|/\S+", "", str(asked(this.explain, value)))
            for label, other in found.items():
                answers[f"type {label}"] = asked(lambda other=other: plain(this.assign_type(other)))
                answers[f"equals {label}"] = this == other
            answers["back"] = asked(lambda: plain(dtypes.TypeRegistry.type_from_dict(this.to_json())))
            return answers

    real, ours = in_both(question)
    assert ours == real


def test_types_refuse_alike() -> None:
    def question(module: Callable[[str], Any]) -> Any:
        dtypes = module("wandb.sdk.data_types._dtypes")
        registry, classes_id = dtypes.TypeRegistry, type(module("wandb").Classes([]).get_type())
        attempts: list[Callable[[], Any]] = [
            lambda: registry.type_from_dict({}),
            lambda: registry.type_from_dict({"wb_type": "nonsense"}),
            lambda: plain(dtypes.ListType.from_obj(3)),
            lambda: plain(dtypes.NDArrayType.from_obj(3)),
            lambda: plain(dtypes.NDArrayType.from_obj([[1, 2], [3, 4]])),
            lambda: plain(dtypes.TypedDictType.from_obj(3)),
            lambda: plain(dtypes.UnionType.from_obj(3)),
            lambda: plain(dtypes.ConstType.from_obj(3)),
            lambda: plain(dtypes.PythonObjectType.from_obj(3)),
            lambda: dtypes.UnionType(3),
            lambda: dtypes.UnionType([3]),
            lambda: dtypes.TypedDictType(3),
            lambda: dtypes.ListType(3, "x"),
            lambda: plain(registry.type_from_dtype(dtypes.NumberType)),
            lambda: plain(registry.type_from_dtype([dtypes.NumberType])),
            lambda: plain(registry.type_from_dtype({"a": dtypes.StringType()})),
            lambda: plain(registry.type_from_dtype(str)),
            lambda: plain(registry.type_from_dtype(float)),
            lambda: plain(registry.type_from_dtype([])),
            lambda: plain(classes_id(None, [1, 2])),
            lambda: classes_id(None, 3),
            lambda: classes_id(3),
            lambda: registry.type_from_dict(
                {"wb_type": "classesId", "params": {"classes_obj": {"type": "classes-file"}}}
            ),
        ]
        return [asked(attempt) for attempt in attempts]

    real, ours = in_both(question)
    assert ours == real


# --------------------------------------------------------------------------- settings and configs


def test_the_old_ways_with_settings_are_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    def question(module: Callable[[str], Any]) -> Any:
        model = module("wandb").Settings
        with quiet():
            this = model(project="p", run_tags=("b", "a"))
            attempts: list[Callable[[], Any]] = [
                lambda: model.model_validate({"project": "q"}).project,
                lambda: model.model_validate(this) is this,
                *(
                    lambda value=value: model.model_validate(value).project
                    for value in (3, None, "ab", [1], [], ["ab"])
                ),
                lambda: model.model_validate_json('{"project": "q"}').project,
                lambda: model.parse_obj({"project": "q"}).project,
                lambda: model.construct(project=3).project,
                lambda: sorted(model.model_construct(project=3).model_fields_set),
                lambda: json.loads(this.model_dump_json(include={"project", "run_tags"})),
                lambda: json.loads(this.json(include={"project"})),
                lambda: this.copy().project,
                lambda: this.dict(include={"project"}),
            ]
            found = [asked(attempt) for attempt in attempts]
            for code, git in (("true", "true"), ("false", "0"), (None, None)):
                with pytest.MonkeyPatch.context() as patch:
                    for name, value in (("WANDB_SAVE_CODE", code), ("WANDB_DISABLE_GIT", git)):
                        patch.delenv(name, raising=False)
                        if value is not None:
                            patch.setenv(name, value)
                    other = model()
                    found.append(asked(other.update_from_system_environment))
                    found.append((other.save_code, other.disable_git))
            return found

    real, ours = in_both(question)
    assert ours == real


def test_a_config_without_a_run_is_alike() -> None:
    def question(module: Callable[[str], Any]) -> Any:
        told: list[Any] = []
        with quiet():
            config = module("wandb").Config()
            config._set_callback(lambda **change: told.append(sorted(change)))
            attempts: list[Callable[[], Any]] = [
                lambda: config.update({"a": 1, "b": {"c": 2}, "_hidden": 3}),
                lambda: setattr(config, "d", [1]),
                lambda: config["a"],
                lambda: config.a,
                lambda: config.missing,
                lambda: config["missing"],
                lambda: config.get("missing", 5),
                lambda: (config.keys(), list(config), config.items(), config.as_dict()),
                lambda: ("a" in config, "x" in config, str(config), repr(config)),
                lambda: config.setdefaults({"a": 9, "e": 5}),
                lambda: config.update({"a": 2}),
                lambda: config.update({"a": 2}, allow_val_change=True),
                lambda: config.update_locked({"f": {"g": 1}}, "sweep"),
                lambda: setattr(config, "f", 3),
                lambda: config.merge_locked({"f": {"h": 2}}, "other"),
                lambda: config.merge_locked({"z": 2}, "other"),
                lambda: config.persist(),
                lambda: dict(config),
            ]
            return [*(asked(attempt) for attempt in attempts), told]

    real, ours = in_both(question)
    assert ours == real


# --------------------------------------------------------------------------- media that come back out of an artifact


def media(wandb: Any, folder: Path) -> dict[str, Any]:
    """Objects of every kind that an artifact can hold."""
    classes = wandb.Classes([{"id": 0, "name": "sky"}, {"id": 1, "name": "sea"}])
    pixels = np.arange(48, dtype="uint8").reshape(4, 4, 3)
    box = {"position": {"minX": 0.1, "maxX": 0.2, "minY": 0.3, "maxY": 0.4}, "class_id": 1, "scores": {"s": 0.5}}
    layers = {
        "masks": {"m": {"mask_data": np.eye(4, dtype="uint8"), "class_labels": {0: "sky", 1: "sea"}}},
        "boxes": {"b": {"box_data": [box], "class_labels": {0: "sky", 1: "sea"}}},
    }
    sound, page, cloud = folder / "a.wav", folder / "a.html", np.arange(12.0).reshape(4, 3)
    sound.write_bytes(b"RIFF")
    page.write_text("<p>")
    rows = [[1, wandb.Image(pixels), np.array([1, 2]), datetime.datetime(2020, 1, 2), {"a": [1]}]]
    left = wandb.Table(columns=["id", "x"], data=[[1, "a"], [2, "b"]])
    right = wandb.Table(columns=["id", "y"], data=[[1, 3.5], [2, None]])
    return {
        "image": wandb.Image(pixels, caption="c", classes=classes, **layers),
        "sound": wandb.Audio(str(sound), caption="s"),
        "page": wandb.Html(str(page)),
        "cloud": wandb.Object3D(cloud),
        "table": wandb.Table(columns=["n", "i", "v", "t", "d"], data=rows),
        "left": left,
        "right": right,
        "joined": wandb.JoinedTable(left, right, "id"),
        "classes": classes,
    }


def described(value: Any) -> Any:
    """What a program can see of an object that came out of an artifact."""
    name = type(value).__name__
    if name == "Table":
        return name, value.columns, [[described(cell) for cell in row] for row in value.data]
    if name == "JoinedTable":
        return name, value._join_key, [(index, row) for index, row in itertools.islice(value.iterrows(), 5)]
    if name == "Image":
        layers = sorted(value._masks or ()), sorted(value._boxes or ())
        return name, value._caption, value.format, value._width, value._height, layers
    if name in ("Audio", "Html", "Object3D"):
        return name, getattr(value, "_caption", None), Path(value._path).suffix
    if name == "ndarray":
        return name, value.tolist()
    return name, value._class_set if name == "Classes" else value


def test_media_come_back_out_of_an_artifact_alike(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # What is read is downloaded to the current folder.
    monkeypatch.chdir(tmp_path)

    def question(options: dict[str, Any]) -> Any:
        with quiet(), patch_wandb(**options):
            wandb = importlib.import_module("wandb")
            with wandb.init(project="p") as run:
                artifact = wandb.Artifact("all", "dataset")
                names = {name: artifact.add(value, name).path for name, value in media(wandb, tmp_path).items()}
                run.log_artifact(artifact)
            with wandb.init(project="p") as run:
                used = run.use_artifact("all:latest")
                found = {name: asked(lambda name=name: described(used.get(name))) for name in names}
                again = wandb.Artifact("again", "dataset")
                passed = [asked(lambda name=name: again.add(used.get(name), name).path) for name in names]
                entries = sorted((path, entry.size) for path, entry in used.manifest.entries.items())
                return names, found, passed, entries

    assert question({"stub": True}) == question({})
