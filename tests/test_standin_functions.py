"""The functions of wandb's modules that frameworks call answer in the stand-in as they do in the real client."""

from __future__ import annotations

import importlib
import inspect
import io
import json
import os
import random
import re
import sys
import types
from collections.abc import Callable
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any

import pytest

from wandb_testkit import patch_wandb

pytest.importorskip("wandb")
pytestmark = pytest.mark.needs_wandb

NAN, INF = float("nan"), float("inf")


def in_both(question: Callable[[Callable[[str], Any]], Any]) -> tuple[Any, Any]:
    """What a question about wandb's modules answers of the real ones, and of the stand-in's."""
    real = question(importlib.import_module)
    with patch_wandb(stub=True):
        return real, question(importlib.import_module)


def shown(value: Any) -> Any:
    """A value in words that are the same in both worlds."""
    if isinstance(value, (list, tuple)):
        return type(value).__name__, [shown(item) for item in value]
    if isinstance(value, dict):
        return {key: shown(item) for key, item in value.items()}
    if isinstance(value, PurePosixPath):
        return type(value).__name__, str(value)
    return re.sub(r"0x[0-9a-f]+", "0x", repr(value))


def asked(function: Callable[..., Any], *arguments: Any, **keywords: Any) -> Any:
    try:
        return shown(function(*arguments, **keywords))
    except Exception as error:
        return type(error).__name__, str(error)


# --------------------------------------------------------------------------- wandb.env

ENVIRONMENTS: list[dict[str, str]] = [
    {},
    *(
        dict.fromkeys(("all",), text)
        for text in ("", "true", "False", "1", "0", "12", "a,b", "off", "maybe", '["x", "y"]')
    ),
]


def getters() -> list[str]:
    """Return the functions of `wandb.env` that read variables, in both worlds."""
    real, ours = in_both(
        lambda module: {name for name, _ in inspect.getmembers(module("wandb.env"), inspect.isfunction)}
    )
    return sorted(
        name for name in real & ours if name.startswith(("get_", "is_", "should_", "disable_", "ssl_", "core_"))
    )


@pytest.mark.parametrize("name", [*getters(), "error_reporting_enabled", "dcgm_profiling_enabled"])
@pytest.mark.parametrize("environment", ENVIRONMENTS, ids=str)
def test_variables_are_read_alike(name: str, environment: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    import wandb

    variables = [value for key, value in vars(wandb.env).items() if key.isupper() and isinstance(value, str)]

    def question(module: Callable[[str], Any]) -> Any:
        function = getattr(module("wandb.env"), name)
        found = [asked(function)]
        given = dict.fromkeys(variables, environment["all"]) if environment else {}
        if "env" in inspect.signature(function).parameters:
            found += [asked(function, env=given), asked(function, "9", env=given)]
        with pytest.MonkeyPatch.context() as patch:
            for variable, value in given.items():
                patch.setenv(variable, value)
            found.append(asked(function))
        return found

    real, ours = in_both(question)
    assert ours == real


@pytest.mark.parametrize("text", ["y", "YES", "t", "on", "1", "n", "no", "f", "Off", "0", "maybe", ""])
def test_truth_in_words(text: str) -> None:
    real, ours = in_both(lambda module: asked(module("wandb.env").strtobool, text))
    assert ours == real


def test_variables_are_set_alike() -> None:
    def question(module: Callable[[str], Any]) -> Any:
        env: dict[str, str] = {}
        module("wandb.env").set_entity("e", env)
        module("wandb.env").set_project("p", env)
        module("wandb.env").set_project("", env)
        return env, module("wandb.env").immutable_keys()

    real, ours = in_both(question)
    assert ours == real


# --------------------------------------------------------------------------- wandb.util

CALLS: dict[str, list[tuple[Any, ...]]] = {
    "alias_is_version_index": [("v1",), ("v",), ("w1",), ("v1a",), ("latest",), ("",)],
    "check_dict_contains_nested_artifact": [
        ({"a": 1},),
        ({"a": {"b": "wandb-artifact://x"}},),
        ({"a": "wandb-artifact://x"},),
    ],
    "check_windows_valid_filename": [("a",), ("a:b",), ("a*",)],
    "downsample": [([1, 2, 3, 4, 5], 3), ([1], 2), ([1, 2], 1), (range(100), 7)],
    "find_runner": [("missing.py",), (__file__,), ("setup.cfg",)],
    "from_human_size": [("10",), ("10 KB",), ("1.5mb",), ("x",), ("1 GiB",)],
    "get_full_typename": [(1,), ("a",), (Path("a"),)],
    "get_h5_typename": [(1,), ([1],), ({},)],
    "get_local_path_or_none": [("a/b",), ("file:///a",), ("http://x/y",), ("",)],
    "get_module": [("json",), ("no_such_module",), ("no_such_module", "it is needed")],
    "get_optional_module": [("json",), ("no_such_module",), ("os.path",)],
    "guess_data_type": [((3,),), ((3, 4),), ((3, 4, 5),), ((3, 4, 5), True), ((1, 2, 3, 3),), ((1, 2, 3, 5),), ((),)],
    "has_num": [({"a": 1}, "a"), ({"a": "x"}, "a"), ({}, "a"), ({"a": True}, "a")],
    "host_from_path": [("s3://bucket/key",), ("a",)],
    "import_module_lazy": [("no_such_module",), ("json",)],
    "is_unicode_safe": [(io.StringIO(),), (sys.__stdout__,), (io.TextIOWrapper(io.BytesIO(), "ascii"),)],
    "is_uri": [("http://a",), ("a/b",), ("s3://x",), ("",)],
    "is_pytorch_tensor_typename": [("torch.Tensor",), ("torch.x",), ("a.Tensor",)],
    "is_tf_tensor_typename": [("tensorflow.x.Tensor",), ("tensorflow.ResourceVariable",), ("torch.Tensor",)],
    "isatty": [(io.StringIO(),), (3,)],
    "json_dumps_safer": [({"a": NAN, "b": [INF, b"x"]},), ({1: 2},), ([1, {"a": 1.5}],)],
    "json_dumps_safer_history": [({"a": NAN, "b": [1, 2]},)],
    "json_friendly": [(1.5,), (b"abc",), (NAN,), ({1},)],
    "json_friendly_val": [({"a": slice(1, 2)},), ([NAN, Path("a")],)],
    "load_json_yaml_dict": [
        ('{"a": 1}',),
        ("[1]",),
        ("nothing",),
        ("config.json",),
        ("config.yaml",),
        ("absent.json",),
    ],
    "local_file_uri_to_path": [("file:///a/b",), ("file:///a%20b",), ("a/b",)],
    "make_artifact_name_safe": [("a b/c",), ("é" * 5,), ("x" * 200,), ("a:b@c",)],
    "make_docker_image_name_safe": [("A b__c",), ("--x--",), ("é",), ("a..b",), ("Run-1.2_x",)],
    "make_file_path_upload_safe": [("a/b",), ("a:b/c",)],
    "make_json_if_not_number": [(1,), (1.5,), ("a",), ([1],), (True,), (None,)],
    "make_safe_for_json": [(NAN,), ([INF, -INF, 1.5],), ({"a": (NAN, "x")},), ("a",), (None,)],
    "maybe_compress_history": [(1,), ([1] * 5,)],
    "maybe_compress_summary": [(1, "int"), ([1], "list")],
    "parse_artifact_string": [
        ("wandb-artifact://a/b/c:v0",),
        ("a/b",),
        ("wandb-artifact://_id/x",),
        ("wandb-artifact://a",),
    ],
    "time_string_to_seconds": [("",), (None,), ("5s",), ("2m",), ("1h",), ("3d",), ("1M",), ("1y",), ("x",), ("5 m",)],
    "to_forward_slash_path": [("a/b",), ("a\\b",)],
    "to_human_size": [(0,), (999,), (1000,), (1536,), (10**12,), (2.5,)],
    "to_native_slash_path": [("a/b",)],
    "uri_from_path": [("s3://bucket/key/x",), ("http://a",), ("a/b",), ("",)],
    "api_to_app_url": [("https://api.wandb.ai",), ("http://localhost",), ("https://api.x.com",)],
    "app_url": [("https://api.wandb.ai",), ("http://localhost/",), ("https://api.wandb.example.com",)],
    "class_colors": [(1,), (2,), (5,)],
    "_resolve_aliases": [(None,), ("a",), (["a", "b"],), (["a", "a"],), (3,)],
    "_is_artifact_string": [("wandb-artifact://a",), ("a",), (3,)],
    "_is_artifact_representation": [("wandb-artifact://a",), ({"_type": "artifactVersion"},), (3,)],
    "_is_py_requirements_or_dockerfile": [("requirements.txt",), ("a.py",), ("Dockerfile.gpu",), ("a.txt",)],
    "parse_tfjob_config": [()],
}
JSON_TEXTS = ['{"a": 1}', "[NaN, 1e999]", '{"a": ', ""]


# The client leaves some files to the garbage collector.
LEFT_OPEN = pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")


@LEFT_OPEN
@pytest.mark.parametrize("name", CALLS)
def test_functions_of_util_answer_alike(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "setup.cfg").write_text("#! /usr/bin/env  python -u\n")
    (tmp_path / "config.json").write_text('{"a": 1}')
    (tmp_path / "config.yaml").write_text("a: [1, x]\n")

    def question(module: Callable[[str], Any]) -> Any:
        function = getattr(module("wandb.util"), name)
        return [asked(function, *arguments) for arguments in CALLS[name]]

    real, ours = in_both(question)
    assert ours == real


@pytest.mark.parametrize("text", JSON_TEXTS)
def test_json_is_read_and_written_alike(text: str) -> None:
    def question(module: Callable[[str], Any]) -> Any:
        util, file = module("wandb.util"), io.StringIO()
        found = [
            asked(util.json_dump_safer, {"a": [1.5, NAN]}, file),
            asked(util.json_dump_uncompressed, {"b": 1}, file),
        ]
        json_util = module("wandb.sdk.lib.json_util")
        found += [asked(json_util.loads, text), asked(json_util.load, io.StringIO(text))]
        found += [asked(json_util.dumps, {"b": [1, 1e-7], "a": 1e22}, **options) for options in ({}, {"indent": 2})]
        found += [asked(json_util.dump, {"a": NAN}, file), file.getvalue()]
        return found

    real, ours = in_both(question)
    assert ours == real


def test_archives_are_made_alike(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "a.txt").write_text("a")
    (folder / "b.txt").write_text("b")

    def without_b(entry: Any) -> Any:
        return None if entry.name.endswith("b.txt") else entry

    def question(module: Callable[[str], Any]) -> Any:
        import tarfile

        found = []
        for custom in (None, without_b):
            path = str(tmp_path / "made.tar.gz")
            module("wandb.util").make_tarfile(path, str(folder), "name", custom)
            with tarfile.open(path) as archive:
                found.append([(entry.name, entry.mtime, entry.size) for entry in archive])
        return found

    real, ours = in_both(question)
    assert ours == real


def test_samples_are_drawn_alike() -> None:
    numpy = pytest.importorskip("numpy")

    def question(module: Callable[[str], Any]) -> Any:
        numpy.random.seed(3)
        sample = module("wandb.util").sample_with_exponential_decay_weights
        return [asked(sample, range(20), range(20), keys, 5) for keys in (None, list("abcdefghijklmnopqrst"), ["a"])]

    real, ours = in_both(question)
    assert ours == real


def test_random_texts_have_the_same_form() -> None:
    def question(module: Callable[[str], Any]) -> Any:
        util, runid = module("wandb.util"), module("wandb.sdk.lib.runid")
        made = [
            util.random_string(),
            util.random_string(5),
            util.rand_alphanumeric(4),
            runid.generate_id(),
            runid.generate_id(3),
        ]
        return [(len(text), bool(re.fullmatch("[a-z0-9]+", text.lower()))) for text in made]

    real, ours = in_both(question)
    assert ours == real


# --------------------------------------------------------------------------- paths, config, terminal

PATHS: list[Any] = ["a/b", "a\\b", b"a/b", Path("a/b"), PureWindowsPath("a\\b"), "", ".", "../a", "/a//b/"]


@pytest.mark.parametrize("path", PATHS, ids=repr)
def test_logical_paths_behave_alike(path: Any) -> None:
    def question(module: Callable[[str], Any]) -> Any:
        logical = asked(module("wandb.sdk.lib.paths").LogicalPath, path)
        made = module("wandb.sdk.lib.paths").LogicalPath(path)
        return [
            logical,
            asked(lambda: made.parent),
            asked(lambda: made.name),
            asked(lambda: made.joinpath("c", "d")),
            asked(lambda: made / "c"),
            asked(lambda: made.relative_to("a")),
            asked(lambda: made.is_absolute()),
            asked(lambda: made.nothing),
            asked(lambda: made.to_path()),
            made == module("wandb.sdk.lib.paths").LogicalPath(path),
        ]

    real, ours = in_both(question)
    assert ours == real


@LEFT_OPEN
def test_configs_are_merged_and_written_alike(tmp_path: Path) -> None:
    def item(key: str, value: Any) -> Any:
        return types.SimpleNamespace(key=key, value_json=json.dumps(value))

    def question(module: Callable[[str], Any]) -> Any:
        util = module("wandb.sdk.lib.config_util")
        records = [item("a", {"value": 1}), item("b", 2), item("c", {"desc": None, "value": {"d": 1}})]
        found = [
            asked(util.merge_dicts, {"a": {"b": 1}, "c": 2}, {"a": {"d": 3}, "c": 4, "e": {}}),
            asked(util.dict_strip_value_dict, {"a": {"desc": None, "value": 1}}),
            asked(util.dict_no_value_from_proto_list, records),
            asked(util.dict_from_proto_list, records),
        ]
        for number, config in enumerate(({}, {"a": {"value": [1, "é"]}, "b": {"value": None}})):
            path = tmp_path / "below" / f"{number}.yaml"
            found.append(asked(util.save_config_file_from_dict, str(path), config))
            found += [path.read_text(), asked(util.dict_from_config_file, str(path))]
        return [
            *found,
            asked(util.dict_from_config_file, "nowhere.yaml"),
            asked(util.dict_from_config_file, "nowhere.yaml", True),
        ]

    real, ours = in_both(question)
    assert ours == real


@pytest.mark.parametrize(
    "values", [[], [1], [1, 2, 2, 5], [[1, 2], [3]], [NAN, 1], [INF], 3, "12", [0.1] * 7, range(50)]
)
@pytest.mark.parametrize("bins", [1, 3, 7, 0])
def test_histograms_are_counted_as_numpy_counts_them(values: Any, bins: int) -> None:
    numpy = pytest.importorskip("numpy")
    from wandb_testkit.standin.histogram import count_plain

    def counted(function: Callable[..., Any], *arguments: Any) -> Any:
        try:
            counts, edges = function(*arguments)
        except ValueError as error:
            return str(error)
        return list(map(int, counts)), list(map(float, edges))

    flat = values if not isinstance(values, list) or not values or not isinstance(values[0], list) else [1, 2, 3]
    expected = counted(lambda: numpy.histogram(numpy.asarray(flat, dtype=float), bins=bins))
    assert counted(count_plain, values, bins) == expected


def test_histograms_of_random_values_are_counted_as_numpy_counts_them() -> None:
    numpy = pytest.importorskip("numpy")
    from wandb_testkit.standin.histogram import count_plain

    chance = random.Random(5)
    for _ in range(200):
        values = [chance.choice([chance.random(), chance.randrange(5) / 3]) for _ in range(chance.randrange(1, 60))]
        bins = chance.randrange(1, 20)
        counts, edges = numpy.histogram(values, bins=bins)
        assert count_plain(values, bins) == (counts.tolist(), edges.tolist())


def test_what_is_said_before_init_is_alike() -> None:
    def question(module: Callable[[str], Any]) -> Any:
        preinit = module("wandb.sdk.lib.preinit")

        class Target:
            """What it is."""

        thing, call = (
            preinit.PreInitObject("wandb.thing", Target),
            preinit.PreInitCallable("wandb.call", Target.__init__),
        )
        return [
            asked(lambda: thing["a"]),
            asked(lambda: thing.a),
            asked(lambda: setattr(thing, "a", 1)),
            asked(lambda: thing.__setitem__("a", 1)),
            asked(lambda: hasattr(thing, "__len__")),
            asked(call, 1, a=2),
            (call.__name__, thing.__doc__, call.__doc__),
            asked(preinit.PreInitCallable("other")),
        ]

    real, ours = in_both(question)
    assert ours == real


def test_the_working_set_is_alike() -> None:
    def question(module: Callable[[str], Any]) -> Any:
        return sorted({(found.key, found.version) for found in module("wandb.util").working_set()})

    real, ours = in_both(question)
    assert ours == real


def test_folders_are_refused_alike(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    def question(module: Callable[[str], Any]) -> Any:
        made = asked(module("wandb.sdk.lib.filesystem").mkdir_exists_ok, tmp_path / "file")
        return (
            made,
            asked(module("wandb.sdk.lib.filesystem").mkdir_exists_ok, tmp_path / "new" / "er"),
            os.listdir(tmp_path),
        )

    real, ours = in_both(question)
    assert ours == real
