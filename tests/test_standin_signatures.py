"""The stand-in ``wandb`` has the real client's names, signatures, errors and behaviour."""

from __future__ import annotations

import datetime
import functools
import importlib
import importlib.util
import inspect
import io
import pickle
import random
import subprocess
import sys
import types
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from wandb_testkit import refusals
from wandb_testkit.standin import signatures, surface, tree
from wandb_testkit.standin.histogram import count_plain
from wandb_testkit.standin.modules import build

needs_wandb = pytest.mark.needs_wandb

#: Public names of the real top level that the stand-in leaves out: what the module happened to import.
NOT_TAKEN_OVER = {"annotations"}

#: Where the real client has the classes whose members the signatures list.
REAL_CLASSES = {
    "wandb.Summary": ("wandb.sdk.wandb_summary", "Summary"),
    "wandb.SummarySubDict": ("wandb.sdk.wandb_summary", "SummarySubDict"),
}


@pytest.fixture
def standin() -> Iterator[Any]:
    """``wandb`` as the stand-in, for one test."""
    saved = dict(sys.modules)
    for name in filter(_is_wandb, saved):
        del sys.modules[name]
    sys.modules.update(build())
    yield sys.modules["wandb"]
    for name in list(filter(_is_wandb, sys.modules)):
        del sys.modules[name]
    # Each in its old place: what was imported meanwhile comes after them.
    imported = [name for name in sys.modules if name not in saved]
    for name in (*saved, *imported):
        sys.modules[name] = sys.modules.pop(name, None) or saved[name]


def _is_wandb(name: str) -> bool:
    return name == "wandb" or name.startswith("wandb.")


@pytest.fixture
def real() -> Any:
    """The installed ``wandb``."""
    return pytest.importorskip("wandb")


def real_object(qualified: str) -> Any:
    """The real client's object of a qualified name of the signatures; a class's raw attribute for a member."""
    owner, _, name = qualified.rpartition(".")
    if qualified in REAL_CLASSES:
        module, name = REAL_CLASSES[qualified]
        return getattr(importlib.import_module(module), name)
    if owner in ("wandb", "wandb.plot", "wandb.apis.public"):
        return getattr(importlib.import_module(owner), name)
    return inspect.getattr_static(real_object(owner), name)


def real_signature(qualified: str) -> inspect.Signature:
    """The real client's signature without ``self``."""
    thing = real_object(qualified)
    kind = signatures.kind(qualified)
    if kind == "class" and issubclass(thing, BaseException):
        return inspect.signature(lambda *args: None)
    if kind in ("staticmethod", "classmethod"):
        thing = thing.__func__
    wrapped = getattr(thing, "__wrapped__", None)
    waits = wrapped is not None and thing.__module__ == "wandb.sdk.lib.preinit"
    signature = inspect.signature(wrapped if waits else thing)
    if waits or kind in ("method", "classmethod") or (kind == "coroutine" and qualified.count(".") > 1):
        signature = signature.replace(parameters=list(signature.parameters.values())[1:])
    return signature


def described(signature: inspect.Signature) -> list[tuple[str, str, str]]:
    """Names, kinds and defaults; a default without a literal by its text, less its address."""

    def text(default: Any) -> str:
        return "" if default is inspect.Parameter.empty else repr(default).split(" at 0x")[0].rstrip(">")

    return [(p.name, p.kind.name, text(p.default)) for p in signature.parameters.values()]


def outcome(call: Callable[[], Any]) -> Any:
    """What a call gives, or the type and the text of what it raises."""
    try:
        return call()
    except Exception as error:
        return f"{type(error).__name__}: {error}"


class TestSignatures:
    """The generated signatures."""

    @needs_wandb
    def test_are_those_of_the_installed_client(self, real: Any) -> None:
        assert real.__version__ == signatures.WANDB_VERSION
        for qualified in signatures.names():
            if signatures.kind(qualified) == "property":
                assert not inspect.isroutine(real_object(qualified)), qualified
                continue
            assert described(signatures.signature(qualified)) == described(real_signature(qualified)), qualified

    @needs_wandb
    def test_file_is_what_the_generator_writes(self, real: Any) -> None:
        path = importlib.util.find_spec("wandb_testkit").submodule_search_locations[0]  # type: ignore[union-attr,index]
        script = f"{path}/../scripts/generate_signatures.py"
        spec = importlib.util.spec_from_file_location("generate_signatures", script)
        assert spec is not None
        assert spec.loader is not None
        generator = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(generator)
        expected = [line.split(" ", 1)[0] for line in generator.lines()]
        assert list(signatures.names()) == expected

    def test_default_without_a_literal_shows_itself_as_in_wandb(self) -> None:
        parameter = signatures.signature("wandb.login").parameters["anonymous"]
        assert repr(parameter.default) == "<object object>"

    def test_annotations_are_text(self) -> None:
        parameters = signatures.signature("wandb.Run.log").parameters
        assert parameters["step"].annotation == "int | None"

    def test_property_has_none(self) -> None:
        with pytest.raises(TypeError, match=r"wandb\.Run\.step is a property"):
            signatures.signature("wandb.Run.step")

    def test_unknown_name_has_none(self) -> None:
        with pytest.raises(KeyError):
            signatures.signature("wandb.Run.lgo")


class TestModules:
    """The tree of modules."""

    def test_parents_have_children_as_attributes(self) -> None:
        modules = build()
        for name in modules:
            parent, _, child = name.rpartition(".")
            if parent:
                assert getattr(modules[parent], child) is modules[name]

    def test_every_name_can_be_had(self) -> None:
        lacking = []
        for module in build().values():
            for name in dir(module):
                try:
                    getattr(module, name)
                except ModuleNotFoundError as error:
                    lacking.append((module.__name__, str(error.name).partition(".")[0]))
        for module_name, framework in lacking:
            # It works with a framework, or derives from a class of it, as the client's own does.
            assert module_name.startswith(("wandb.integration.", "wandb.sklearn"))
            assert importlib.util.find_spec(framework) is None

    def test_specs_are_found(self, standin: Any) -> None:
        spec = importlib.util.find_spec("wandb")
        assert spec is standin.__spec__
        assert importlib.import_module("wandb.sdk.lib.telemetry").__spec__.name == "wandb.sdk.lib.telemetry"

    @pytest.mark.parametrize(
        ("name", "text"),
        [
            ("wandb.nope", "No module named 'wandb.nope'"),
            ("wandb.sdk.nope", "No module named 'wandb.sdk.nope'"),
            ("wandb.util.nope", "No module named 'wandb.util.nope'; 'wandb.util' is not a package"),
        ],
    )
    def test_unknown_module_is_not_looked_for_on_the_disk(self, standin: Any, name: str, text: str) -> None:
        with pytest.raises(ModuleNotFoundError) as caught:
            importlib.import_module(name)
        assert str(caught.value) == text

    def test_unknown_attribute(self, standin: Any) -> None:
        with pytest.raises(AttributeError, match=r"^module 'wandb' has no attribute 'lgo'$"):
            standin.lgo  # noqa: B018

    def test_star_import(self, standin: Any) -> None:
        namespace: dict[str, Any] = {}
        exec("from wandb import *", namespace)
        assert set(standin.__all__) <= namespace.keys()

    def test_run_is_one_class(self, standin: Any) -> None:
        names = ("wandb", "wandb.wandb_run", "wandb.sdk.wandb_run")
        assert len({importlib.import_module(name).Run for name in names}) == 1

    def test_entry_points_refuse_outside_of_a_patch(self, standin: Any) -> None:
        with pytest.raises(RuntimeError, match=r"wandb.init\(\) was called on wandb_testkit's stand-in"):
            standin.init(project="p")
        with pytest.raises(TypeError, match=r"init\(\) got an unexpected keyword argument 'porject'"):
            standin.init(porject="p")

    def test_config_and_summary_refuse_before_init(self, standin: Any) -> None:
        with pytest.raises(standin.Error, match=r"You must call wandb.init\(\) before wandb.config.lr"):
            standin.config.lr  # noqa: B018
        with pytest.raises(standin.Error, match=r"You must call wandb.init\(\) before wandb.summary\['a'\]"):
            standin.summary["a"] = 1

    def test_members_of_run_refuse(self, standin: Any) -> None:
        run = object.__new__(standin.Run)
        with pytest.raises(NotImplementedError, match=r"wandb\.Run\.log belongs to a class"):
            run.log({})
        with pytest.raises(TypeError, match=r"Run.log\(\) missing 1 required positional argument: 'data'"):
            run.log()

    def test_integration_says_what_it_needs(self, standin: Any) -> None:
        metaflow = importlib.import_module("wandb.integration.metaflow")
        with pytest.raises(NotImplementedError, match="works inside metaflow: install wandb"):
            metaflow.wandb_log()

    def test_telemetry_takes_anything(self, standin: Any) -> None:
        with importlib.import_module("wandb.sdk.lib.telemetry").context() as record:
            record.feature.keras_metrics_logger = True
            record.deprecated.MergeFrom(record)

    def test_warnings_are_printed_once_where_asked(self, standin: Any, capsys: pytest.CaptureFixture[str]) -> None:
        text = f"one of a kind {random.random()}"
        standin.termwarn(text, repeat=False)
        standin.termwarn(text, repeat=False)
        standin.termlog("a\nb")
        standin.termerror("c", newline=False, prefix=False)
        assert capsys.readouterr().err == f"wandb: WARNING {text}\nwandb: a\nwandb: b\nERROR c"

    @pytest.mark.parametrize("name", ["Error", "CommError", "UsageError"])
    def test_errors_are_pickled(self, standin: Any, name: str) -> None:
        error = pickle.loads(pickle.dumps(getattr(standin, name)("text")))
        assert type(error) is getattr(standin, name)
        assert (error.message, error.context) == ("text", {})


@needs_wandb
class TestAgainstTheRealModules:
    """What the stand-in has, the real client has; what the real client has at its top, the stand-in has."""

    def test_top_level_is_complete(self, real: Any) -> None:
        # In a process of its own: other imports add modules to the names of the package.
        program = "import wandb; print(*dir(wandb))"
        names = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
        public = {name for name in names.split() if not name.startswith("_")}
        assert public - set(dir(build()["wandb"])) == NOT_TAKEN_OVER

    def test_all(self, real: Any) -> None:
        assert list(build()["wandb"].__all__) == list(real.__all__)

    @pytest.mark.parametrize("name", sorted(refusals.REFUSED))
    def test_refused_names_are_real(self, real: Any, name: str) -> None:
        theirs = importlib.import_module(name)
        for attribute in refusals.REFUSED[name].split():
            assert callable(getattr(theirs, attribute)), f"{name}.{attribute}"

    @pytest.mark.parametrize("name", sorted(set(build()) - set(tree.INTEGRATIONS) - set(refusals.REFUSED)))
    def test_module_has_only_real_names(self, real: Any, name: str) -> None:
        try:
            if importlib.util.find_spec(name) is None:
                pytest.fail(f"wandb has no module {name}")
            theirs = importlib.import_module(name)
        except (ModuleNotFoundError, real.Error) as error:
            pytest.skip(f"{name} needs a package that is not installed: {error}")
        mine = build()[name]
        for attribute in dir(mine):
            if attribute.startswith("__") or attribute == "WandbHook":
                continue  # the latter is of a class of TensorFlow
            if isinstance(getattr(mine, attribute), types.ModuleType):
                continue
            self.compare(f"{name}.{attribute}", getattr(mine, attribute), getattr(theirs, attribute))

    def compare(self, name: str, mine: Any, theirs: Any) -> None:
        """Compare one name: what kind it is and how it is called."""
        if inspect.isclass(theirs):
            assert inspect.isclass(mine), name
            self.compare_classes(name, mine, theirs)
        elif inspect.isfunction(theirs):
            assert inspect.isfunction(mine), name
            self.compare_calls(name, mine, theirs)
        elif isinstance(theirs, (str, int)) and not name.endswith("_STRING"):
            assert mine == theirs, name

    def compare_calls(self, name: str, mine: Any, theirs: Any) -> None:
        """Compare two signatures."""
        found = described(inspect.signature(mine))
        expected = described(inspect.signature(theirs))
        if getattr(theirs, "__module__", "") == "wandb.sdk.lib.preinit" and hasattr(theirs, "__wrapped__"):
            expected = expected[1:]
        assert [item[:2] for item in found] == [item[:2] for item in expected], name
        assert [item[2] for item in found] == [item[2] for item in expected], name

    def compare_classes(self, name: str, mine: type, theirs: type) -> None:
        """Compare the public members of two classes."""
        if theirs.__name__ == "Settings" or name == "wandb.sdk.lib.telemetry.TelemetryRecord":
            return
        assert (mine.__module__, mine.__qualname__) == (theirs.__module__, theirs.__qualname__), name
        ours = {member for member in dir(mine) if not member.startswith("_")}
        from_api = theirs.__module__.startswith("wandb.apis.public") and not issubclass(theirs, BaseException)
        left_out = self.left_out(theirs) if from_api else set()
        # What a model has of pydantic's is not wandb's.
        models = [base for base in theirs.__mro__ if base.__module__.startswith("pydantic")]
        left_out |= {member for base in models for member in vars(base)}
        ours -= left_out
        # A model's field without a default is no attribute of its class, and the same with one is.
        ours -= set(getattr(theirs, "model_fields", ()))
        left_out |= set(getattr(theirs, "model_fields", ()))
        assert ours == {member for member in dir(theirs) if not member.startswith("_")} - left_out, name
        for member in ours:
            own, static = (inspect.getattr_static(each, member) for each in (mine, theirs))
            assert isinstance(own, CALLED) == isinstance(static, CALLED), f"{name}.{member}"
            if isinstance(static, CALLED) and theirs.__module__.startswith("wandb") and not hasattr(str, member):
                self.compare_calls(f"{name}.{member}", getattr(mine, member), getattr(theirs, member))

    @staticmethod
    def left_out(theirs: type) -> set[str]:
        """Public names of a class of the public API that are data, such as the texts of its queries."""
        static = {member: inspect.getattr_static(theirs, member) for member in dir(theirs)}
        return {name for name, value in static.items() if not isinstance(value, (*CALLED, *COMPUTED))}

    @pytest.mark.parametrize("name", sorted(name for name in signatures.names() if signatures.kind(name) == "class"))
    def test_class_made_from_signatures_is_complete(self, real: Any, name: str) -> None:
        listed = {member for member in signatures.members(name) if not member.startswith("_")}
        theirs = real_object(name)
        public = {member for member in dir(theirs) if not member.startswith("_")} - self.left_out(theirs)
        assert public - set(dir(BaseException)) == listed


#: What is called, and what is computed, among the members of a class.
CALLED = (types.FunctionType, classmethod, staticmethod)
COMPUTED = (property, functools.cached_property)

MOMENT = datetime.datetime(2024, 5, 6, 7, 8, 9)


TABLES: list[dict[str, Any]] = [
    {},
    {"columns": ["a", "b"], "data": [[1, "x"], [2.5, "y"], [None, None]]},
    {"columns": ["a"], "data": [[1], ["x"]]},
    {"columns": ["a"], "data": [[1], [True]]},
    {"columns": ["a"], "data": [[1], ["x"]], "allow_mixed_types": True},
    {"columns": ["a"], "data": [[1], [None]], "optional": False},
    {"columns": ["a", "b"], "data": [[1, 2], [3]]},
    {"columns": ["a", "a"], "data": [[1, 2]]},
    {"columns": "ab", "data": []},
    {"columns": [1.5], "data": []},
    {"columns": [1, 2], "data": [[1, 2]]},
    {"columns": ["a"], "data": ((1,), (2,))},
    {"columns": ["a"], "data": {"a": [1]}},
    {"columns": ["a"], "data": [5]},
    {"columns": ["a"], "data": [[[1, 2]], [[3, 4, 5]]]},
    {"columns": ["a"], "data": [[[1, 2]], [["x"]]]},
    {"columns": ["a"], "data": [[{"p": 1}], [{"p": "x"}]]},
    {"columns": ["a"], "data": [[{"p": 1}], [{"q": 2}]]},
    {"columns": ["a"], "data": [[{"p": 1, "r": [1]}], [{"p": 2}]]},
    {"columns": ["a"], "data": [[MOMENT], [MOMENT.date()], [3]]},
    {"columns": ["a"], "data": [[float("nan")], [1], ["x"]]},
    {"columns": ["a"], "data": [[{1, 2}], [[3]]]},
    {"columns": ["a", "b"], "data": [[1, "x"]], "dtype": [int, str]},
    {"columns": ["a"], "data": [["x"]], "dtype": int},
    {"columns": ["a"], "data": [["x"], ["z"]], "dtype": [["x", "y"]]},
    {"columns": ["a"], "data": [[object]], "dtype": None},
    {"columns": ["a"], "data": [[complex(1, 2)], [3]]},
    {"columns": ["a"], "rows": [[1]]},
    {"columns": ["a"], "log_mode": "bogus"},
]


def table_of(make: Any, arguments: dict[str, Any]) -> Any:
    """All that can be seen of a table."""
    import copy

    table = make(**copy.deepcopy(arguments))
    return repr((table.columns, table.data, table._column_types, table._column_types.to_json()))


def run_in(real: Any, folder: Path) -> Any:
    """A run that has no more than data types ask for."""
    folder.mkdir()

    class FolderRun(real.Run):  # type: ignore[misc]
        dir = str(folder)
        offline = True
        _settings = types.SimpleNamespace(allow_media_symlink=False, allow_offline_artifacts=False)

        def __init__(self) -> None:
            self.published: list[str] = []

        def _publish_file(self, path: str) -> None:
            self.published.append(path)

        def _telemetry_callback(self, record: Any) -> None:
            pass

    return FolderRun()


@needs_wandb
class TestDataTypesAgainstTheRealOnes:
    """Tables, histograms and other data types give and refuse what the real ones do."""

    @pytest.mark.parametrize("arguments", TABLES, ids=repr)
    def test_table(self, real: Any, arguments: dict[str, Any]) -> None:
        mine = build()["wandb"].Table
        assert outcome(lambda: table_of(mine, arguments)) == outcome(lambda: table_of(real.Table, arguments))

    @pytest.mark.parametrize("dtype", ["float32", "float64", "int8", "uint64", "bool", "datetime64[ns]", "U3", "m8[s]"])
    def test_table_of_an_array(self, real: Any, dtype: str) -> None:
        numpy = pytest.importorskip("numpy")
        data = numpy.zeros((2, 1), dtype=dtype)
        arguments = {"columns": ["a"], "data": data}
        mine = build()["wandb"].Table
        assert outcome(lambda: table_of(mine, arguments)) == outcome(lambda: table_of(real.Table, arguments))

    @pytest.mark.parametrize(
        "change",
        [
            lambda t: t.add_column("c", [1, 2]),
            lambda t: t.add_column("c", [1, "x"]),
            lambda t: t.add_column("c", [1]),
            lambda t: t.add_column("a", [1, 2]),
            lambda t: t.add_data(1),
            lambda t: t.add_data(1, 2),
            lambda t: t.add_data("x", None),
            lambda t: t.cast("a", str),
            lambda t: t.cast("a", [1, 2]),
            lambda t: t.set_pk("b"),
            lambda t: t.get_column("nope"),
            lambda t: t.get_column("a"),
            lambda t: t.add_computed_columns(lambda index, row: {"d": row["a"] * 2, "i": int(index)}),
            lambda t: [(int(index), row) for index, row in t.iterrows()],
            lambda t: t.get_index(),
            lambda t: t.index_ref(5),
            lambda t: t.get_column("a", convert_to="numpy").tolist(),
        ],
    )
    @pytest.mark.parametrize("mode", ["IMMUTABLE", "MUTABLE", "INCREMENTAL"])
    def test_changing_a_table(self, real: Any, change: Callable[[Any], Any], mode: str) -> None:
        found = []
        for make in (build()["wandb"].Table, real.Table):
            table = make(columns=["a", "b"], data=[[1, "x"], [2, "y"]], log_mode=mode)
            found.append((repr(outcome(lambda: change(table))), repr((table.columns, table.data, table._column_types))))  # noqa: B023
        assert found[0] == found[1]

    @pytest.mark.parametrize(
        "arguments",
        [
            {"sequence": [1, 2, 3]},
            {"sequence": [1, 2, 3], "num_bins": 3},
            {"sequence": []},
            {"sequence": [5, 5]},
            {"sequence": [0.1 * i for i in range(100)], "num_bins": 10},
            {"sequence": [1], "num_bins": 0},
            {"sequence": [1], "num_bins": 513},
            {"sequence": [float("nan"), 1]},
            {"sequence": [float("inf"), 1]},
            {"np_histogram": ([1, 2], [0, 1, 2])},
            {"np_histogram": ([1, 2], [0, 1])},
            {"np_histogram": ([1, 2],)},
        ],
    )
    def test_histogram(self, real: Any, arguments: dict[str, Any]) -> None:
        mine = build()["wandb"].Histogram
        assert outcome(lambda: mine(**arguments).to_json()) == outcome(lambda: real.Histogram(**arguments).to_json())

    def test_histogram_without_numpy_counts_as_numpy_does(self) -> None:
        numpy = pytest.importorskip("numpy")
        generator = random.Random(0)
        for _ in range(500):
            size, bins = generator.randrange(0, 60), generator.randrange(1, 70)
            scale = 10.0 ** generator.randrange(-5, 6)
            whole = generator.random() < 0.3
            values = [generator.randrange(-50, 50) if whole else generator.uniform(-1, 1) * scale for _ in range(size)]
            counts, edges = numpy.histogram(values, bins=bins)
            assert count_plain(values, bins) == (counts.tolist(), edges.tolist())

    @pytest.mark.parametrize("values", [[float("nan"), 1.0], [float("inf"), 1.0], [float("-inf"), float("inf")]])
    def test_histogram_without_numpy_refuses_as_numpy_does(self, values: list[float]) -> None:
        numpy = pytest.importorskip("numpy")
        assert outcome(lambda: count_plain(values, 3)) == outcome(lambda: numpy.histogram(values, bins=3))

    @pytest.mark.parametrize(
        "make",
        [
            lambda w: w.Html("<html><body>x</body></html>").html,
            lambda w: w.Html("<head></head>x").html,
            lambda w: w.Html("x", inject=False)._sha256,
            lambda w: w.Html(3),
            lambda w: w.Video("x.avi"),
            lambda w: w.Video("missing.mp4"),
            lambda w: w.Video(3, format="gif"),
            lambda w: w.Video(3),
            lambda w: w.Audio([1, 2]),
            lambda w: w.Audio("missing.wav"),
            lambda w: w.Audio("s3://b/x.wav", caption="c")._sha256,
            lambda w: w.Molecule(3),
            lambda w: w.Object3D(3),
            lambda w: w.Object3D({"type": "bogus"}),
            lambda w: w.Object3D.from_numpy([1]),
            lambda w: w.Plotly(3),
            lambda w: w.Image("missing.png"),
            lambda w: w.Image("s3://b/x.png").format,
            lambda w: w.Classes([{"id": 1}]),
            lambda w: w.Classes([{"id": 1, "name": "a"}]).to_json(None),
            lambda w: w.JoinedTable(1, 2, 3),
            lambda w: w.JoinedTable(1, 2, "k"),
            lambda w: w.JoinedTable(w.Table(), 2, "k"),
            lambda w: w.EvalTable(log_mode="MUTABLE"),
            lambda w: w.EvalTable(backend="x"),
            lambda w: w.EvalTable(unsupported_media_mode="x"),
            lambda w: w.EvalTable(input_columns=["a"], score_columns=["s"]).columns,
            lambda w: w.box3d(center=(0, 0, 0), size=(1, 2, 3), orientation=(1, 0, -1, 0), color=(1, 1, 1)),
            lambda w: w.box3d(center=(0, 0, 0), size=(1, 2, 3), orientation=(0, 0, 0, 0), color=(1, 1, 1)),
            lambda w: w.Graph().add_node(id=1, name="n", size=[1, 2]),
            lambda w: w.visualize("v", 3),
            lambda w: w.plot_table("v", 3, {}),
            lambda w: w.plot.line_series([1, 2], [[1, 2], [3, 4]]).table.data,
            lambda w: w.plot.line_series([[1]], [[1], [2]]),
            lambda w: w.plot.line_series([1], [[1], [2]], keys=["a"]),
            lambda w: w.plot.bar(w.Table(columns=["a", "b"], data=[["x", 1]]), "a", "b", "t").spec.fields,
            lambda w: [[a, p, float(n)] for a, p, n in w.plot.confusion_matrix([], [0, 1, 1], [1, 1, 0]).table.data],
            lambda w: [[a, p, float(n)] for a, p, n in w.plot.confusion_matrix(None, "abb", "aab").table.data],
            lambda w: w.plot.confusion_matrix(y_true=[0, 1], probs=[[0.2, 0.8], [0.6, 0.4]]).table.columns,
            lambda w: w.plot.confusion_matrix(y_true=[0], preds=[1, 1]),
            lambda w: w.plot.confusion_matrix(y_true=[0, 1], preds=[0, 1], class_names=["a"]),
            lambda w: w.plot.confusion_matrix(y_true=[0], preds=[0], probs=[[1]]),
            lambda w: w.require("core"),
            lambda w: w.require("bogus"),
        ],
    )
    def test_other_types(self, real: Any, make: Callable[[Any], Any]) -> None:
        mine = build()["wandb"]
        assert repr(outcome(lambda: make(mine))) == repr(outcome(lambda: make(real)))

    @pytest.mark.parametrize(
        "make",
        [
            lambda w: w.Html("<p>x</p>"),
            lambda w: w.Table(columns=["a", "b"], data=[[1, "x"], [2.5, None]]),
            lambda w: w.Table(columns=["a"], data=[[1]], log_mode="INCREMENTAL"),
            lambda w: w.Graph(),
            lambda w: w.Object3D({"type": "lidar/beta"}, caption="c"),
            lambda w: w.Molecule(io.StringIO("m"), caption="c", file_type="pdb"),
            lambda w: w.Video(io.BytesIO(b"v"), format="gif"),
            lambda w: w.Audio("s3://b/x.wav"),
            lambda w: w.JoinedTable("a.table.json", "b.table.json", "k"),
        ],
    )
    def test_file_in_a_run(self, real: Any, make: Callable[[Any], Any], tmp_path: Path) -> None:
        found = []
        for number, client in enumerate((build()["wandb"], real)):
            run = run_in(real, tmp_path / str(number))

            def log(client: Any = client, run: Any = run) -> Any:
                media = make(client)
                media.bind_to_run(run, "a/k", 3)
                return media.to_json(run)

            shown = outcome(log)
            folder = Path(run.dir)
            files = {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
            found.append((shown, files, run.published))
        assert found[0] == found[1]

    def test_chart_says_the_same_in_the_config(self, real: Any) -> None:
        found = []
        for wandb in (build()["wandb"], real):
            chart = wandb.plot.line(wandb.Table(columns=["x", "y"], data=[[1, 2]]), "x", "y", split_table=True)
            before = outcome(lambda: chart.spec.table_key)  # noqa: B023
            chart.set_key("k")
            found.append((before, chart.spec.table_key, chart.spec.config_key, chart.spec.config_value))
        assert found[0] == found[1]


@needs_wandb
class TestUtilAgainstTheRealOne:
    """``wandb.util`` gives and refuses what the real one does."""

    @pytest.mark.parametrize(
        "call",
        [
            lambda u: u.get_module("no_such_module", required="say this"),
            lambda u: u.get_module("no_such_module"),
            lambda u: u.make_artifact_name_safe("a b/c" * 50),
            lambda u: u.make_docker_image_name_safe("__A b..c-"),
            lambda u: u.make_file_path_upload_safe("/a/../b/./c"),
            lambda u: u.to_human_size(123456789),
            lambda u: u.to_human_size(2**40, u.POW_2_BYTES),
            lambda u: [u.from_human_size(text) for text in ("10", "10MB", "1.5 GB", "3kb")],
            lambda u: u.from_human_size("x"),
            lambda u: u.downsample(range(100), 7),
            lambda u: u.downsample([1], 1),
            lambda u: [u.time_string_to_seconds(text) for text in ("", "5m", "2M", "1y")],
            lambda u: u.time_string_to_seconds("5x"),
            lambda u: u.parse_artifact_string("wandb-artifact://e/p/n:v0/path"),
            lambda u: u.parse_artifact_string("wandb-artifact://_id/abc"),
            lambda u: u.parse_artifact_string("wandb-artifact://http://h:1/e/p/n:v0"),
            lambda u: u.parse_artifact_string("x"),
            lambda u: u.make_safe_for_json({"a": [float("nan"), float("inf"), -float("inf"), "x", (1,)]}),
            lambda u: u.json_dumps_safer({"a": float("nan"), "b": [1, "é"], "c": {"d": None}}),
            lambda u: u.json_friendly_val({"a": (1, {2}), "b": slice(1, 2), "c": len, "d": b"x", "e": 1 + 2j}),
            lambda u: u.json_friendly(datetime.date(2020, 1, 2)),
            lambda u: u.guess_data_type((1, 2, 3, 3)),
            lambda u: u.alias_is_version_index("v12"),
            lambda u: sorted(u._resolve_aliases(["a", "b"])),
            lambda u: u._resolve_aliases(3),
            lambda u: u.get_full_typename(datetime),
            lambda u: u.uri_from_path("https://h/a/b"),
            lambda u: u.get_local_path_or_none("s3://x"),
            lambda u: u.get_local_path_or_none("file:///a/b"),
            lambda u: len(u.random_string(5)),
        ],
    )
    def test_functions(self, real: Any, call: Callable[[Any], Any]) -> None:
        mine, theirs = build()["wandb.util"], importlib.import_module("wandb.util")
        assert repr(outcome(lambda: call(mine))) == repr(outcome(lambda: call(theirs)))

    @pytest.mark.parametrize(
        "array", ["numpy.arange(5)", "numpy.float32('nan')", "numpy.int64(3)", "numpy.zeros(40)", "numpy.ones((1, 1))"]
    )
    def test_json_of_arrays(self, real: Any, array: str) -> None:
        numpy = pytest.importorskip("numpy")
        value = eval(array, {"numpy": numpy})
        mine, theirs = build()["wandb.util"], importlib.import_module("wandb.util")
        assert repr(mine.json_friendly(value)) == repr(theirs.json_friendly(value))
        assert mine.json_dumps_safer_history({"a": value}) == theirs.json_dumps_safer_history({"a": value})

    def test_environment(self, real: Any) -> None:
        mine, theirs = build()["wandb.env"], importlib.import_module("wandb.env")
        for name in dir(theirs):
            if name.isupper():
                assert getattr(mine, name) == getattr(theirs, name), name
        assert mine.immutable_keys() == theirs.immutable_keys()
        settings = {"WANDB_TAGS": "a,,b", "WANDB_SILENT": "TRUE", "WANDB_HTTP_TIMEOUT": "7", "WANDB_DISABLE_GIT": "1"}
        for name in dir(theirs):
            takes_env = callable(getattr(theirs, name)) and "env" in inspect.signature(getattr(theirs, name)).parameters
            if name.startswith(("get_", "is_", "disable_")) and takes_env:
                for env in ({}, settings):
                    default = ("d",) if name == "get_credentials_file" else ()
                    answers = [outcome(lambda: getattr(w, name)(*default, env=env)) for w in (mine, theirs)]  # noqa: B023
                    assert answers[0] == answers[1], name


@pytest.mark.parametrize("qualified", ["wandb.Run", "wandb.Config", "wandb.Summary", "wandb.Api", "wandb.Artifact"])
def test_class_is_made_once(qualified: str) -> None:
    assert surface.class_(qualified) is surface.class_(qualified)
