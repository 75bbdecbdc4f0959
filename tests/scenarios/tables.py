"""`wandb.Table` and its kin: how they are made, changed, read, written and logged."""

from __future__ import annotations

import datetime
import decimal
import fractions
import json
import os
from typing import Any

from tests.scenarios import Observer, scenario
from tests.scenarios.media import media_files


def written(wandb: Any, *tables: Any) -> Any:
    """Return what tables are in an artifact: the JSON of each."""
    artifact = wandb.Artifact("written", "dataset")
    entries = [artifact.add(table, f"t{number}") for number, table in enumerate(tables)]
    found = []
    for entry in entries:
        with open(entry.local_path) as file:
            found.append(json.load(file))
    return found


def ask_all(obs: Observer, **questions: Any) -> None:
    """Note what each question answers or raises."""
    for label, question in questions.items():
        obs.ask(label, question)


def shape(table: Any) -> list[Any]:
    """Return what a program sees of a table."""
    return [table.columns, table.data]


@scenario
def table_made_of_lists(wandb: Any, obs: Observer) -> None:
    rows = [[1, "x"], [2, "y"]]
    ask_all(
        obs,
        nothing=lambda: shape(wandb.Table()),
        columns=lambda: shape(wandb.Table(columns=["a", "b"])),
        positional=lambda: shape(wandb.Table(["a", "b"], rows)),
        rows=lambda: shape(wandb.Table(columns=["a", "b"], rows=rows)),
        both=lambda: shape(wandb.Table(columns=["a", "b"], rows=rows, data=[[3, "z"]])),
        tuples=lambda: shape(wandb.Table(columns=["a", "b"], data=[(1, 2), (3, 4)])),
        texts=lambda: shape(wandb.Table(columns=["a", "b"], data=["xy", "zw"])),
        numbers=lambda: shape(wandb.Table(columns=[1, 2], data=rows)),
        three=lambda: shape(wandb.Table(data=[["i", "o", "e"]])),
        same_twice=lambda: shape(wandb.Table(columns=["a", "a"], data=[[1, 2]])),
        same_mixed=lambda: shape(wandb.Table(columns=["a", "a"], data=[[1, "x"]])),
        no_columns=lambda: shape(wandb.Table(columns=[])),
        no_columns_rows=lambda: shape(wandb.Table(columns=[], data=[[], []])),
        none_columns=lambda: shape(wandb.Table(columns=None, data=[])),
        empty=lambda: shape(wandb.Table(columns=["a"], data=[])),
    )
    table = wandb.Table(columns=["a", "b"], data=rows)
    rows[0][0] = 100
    rows.append([3, "z"])
    obs.read("the program's rows", shape(table))


@scenario
def table_made_wrong(wandb: Any, obs: Observer) -> None:
    ask_all(
        obs,
        tuple_columns=lambda: wandb.Table(columns=("a", "b")),
        text_columns=lambda: wandb.Table(columns="ab"),
        float_columns=lambda: wandb.Table(columns=[1.5]),
        none_column=lambda: wandb.Table(columns=[None]),
        bool_column=lambda: wandb.Table(columns=[True]),
        tuple_data=lambda: wandb.Table(columns=["a"], data=((1,),)),
        dict_data=lambda: wandb.Table(columns=["a"], data={"a": [1]}),
        flat_data=lambda: wandb.Table(columns=["a"], data=[1, 2]),
        short=lambda: wandb.Table(columns=["a", "b"], data=[[1]]),
        long=lambda: wandb.Table(columns=["a"], data=[[1, 2]]),
        mixed=lambda: wandb.Table(columns=["a"], data=[[1], ["x"]]),
        mixed_list=lambda: wandb.Table(columns=["a"], data=[[[1]], [["x"]]]),
        frame=lambda: wandb.Table(dataframe=[[1]]),
        frame_dict=lambda: wandb.Table(dataframe={"a": [1]}),
        mode=lambda: wandb.Table(log_mode="immutable"),
        mode_none=lambda: wandb.Table(log_mode=None),
        keyword=lambda: wandb.Table(column=["a"]),
        dtype=lambda: wandb.Table(columns=["a"], data=[["x"]], dtype=int),
        dtypes=lambda: wandb.Table(columns=["a", "b"], data=[["x", 1]], dtype=[str, str]),
        not_optional=lambda: wandb.Table(columns=["a"], data=[[None]], optional=False),
        one_optional=lambda: wandb.Table(columns=["a", "b"], data=[[None, None]], optional=[True, False]),
        too_few=lambda: wandb.Table(columns=["a", "b"], data=[[1, 2]], dtype=[int]),
        dtype_value=lambda: shape(wandb.Table(columns=["a"], data=[[1]], dtype=1)),
        dtype_other_value=lambda: shape(wandb.Table(columns=["a"], data=[[1]], dtype=2)),
        dtype_object=lambda: shape(wandb.Table(columns=["a"], data=[[1]], dtype=object)),
    )


@scenario
def table_types(wandb: Any, obs: Observer) -> None:
    when = datetime.datetime(2020, 1, 2, 3, 4, 5, tzinfo=datetime.timezone.utc)
    values = {
        "int": 1,
        "float": 1.5,
        "text": "x",
        "bool": True,
        "none": None,
        "list": [1, 2],
        "nested": [[1], [2]],
        "tuple": (1, "x"),
        "dict": {"a": 1, "b": {"c": "x"}},
        "set": {1},
        "when": when,
        "naive": datetime.datetime(2020, 1, 2),
        "date": datetime.date(2020, 1, 2),
        "decimal": decimal.Decimal("1.5"),
        "bytes": b"x",
        "complex": 1j,
        "nan": float("nan"),
        "inf": float("inf"),
        "big": 2**70,
        "class": int,
        "empty list": [],
        "empty dict": {},
        "list of none": [None, 1],
    }
    for label, value in values.items():
        obs.ask(label, lambda: written(wandb, wandb.Table(columns=["a"], data=[[value]])))
        obs.ask(f"{label} twice", lambda: written(wandb, wandb.Table(columns=["a"], data=[[value], [value]])))
        obs.ask(f"{label} or none", lambda: written(wandb, wandb.Table(columns=["a"], data=[[value], [None]])))


@scenario
def table_types_of_ones_own(wandb: Any, obs: Observer) -> None:
    class Thing:
        def __repr__(self) -> str:
            return "<thing>"

        def __str__(self) -> str:
            return "a thing"

    class Text(str):
        pass

    ask_all(
        obs,
        thing=lambda: written(wandb, wandb.Table(columns=["a"], data=[[Thing()]])),
        text=lambda: written(wandb, wandb.Table(columns=["a"], data=[[Text("x")]])),
        mixed=lambda: written(
            wandb, wandb.Table(columns=["a"], data=[[1], ["x"], [Thing()], [None], [{1: 2}]], allow_mixed_types=True)
        ),
        mixed_wins=lambda: written(
            wandb, wandb.Table(columns=["a"], data=[[1], ["x"]], dtype=int, allow_mixed_types=True)
        ),
        given=lambda: written(wandb, wandb.Table(columns=["a", "b"], data=[[1, "x"]], dtype=[int, str])),
        given_strict=lambda: written(
            wandb, wandb.Table(columns=["a", "b"], data=[[1, "x"]], dtype=[int, str], optional=False)
        ),
        bools=lambda: written(wandb, wandb.Table(columns=["a"], data=[[True], [False]], dtype=bool)),
        floats=lambda: written(wandb, wandb.Table(columns=["a"], data=[[1], [2.5], [True]])),
        lists=lambda: written(wandb, wandb.Table(columns=["a"], data=[[[1, 2]], [[3]], [[]]])),
        dicts=lambda: written(wandb, wandb.Table(columns=["a"], data=[[{"a": 1}], [{"b": "x"}]])),
        dict_type=lambda: written(wandb, wandb.Table(columns=["a"], data=[[{"a": 1}]], dtype={"a": int})),
        list_type=lambda: written(wandb, wandb.Table(columns=["a"], data=[[[1]]], dtype=[[int]])),
        when=lambda: written(
            wandb, wandb.Table(columns=["a"], data=[[datetime.datetime(2020, 1, 1)]], dtype=datetime.datetime)
        ),
        html=lambda: written(wandb, wandb.Table(columns=["a"], data=[[None]], dtype=wandb.Html)),
    )


@scenario
def table_rows(wandb: Any, obs: Observer) -> None:
    table = wandb.Table(columns=["a", "b"])
    obs.read("added", table.add_data(1, "x"))
    table.add_row(2, "y")
    ask_all(
        obs,
        short=lambda: table.add_data(1),
        long=lambda: table.add_data(1, "x", 2),
        none=lambda: table.add_data(),
        as_list=lambda: table.add_data([1, "x"]),
        wrong=lambda: table.add_data("x", 1),
        keyword=lambda: table.add_data(a=1, b=2),
        nothing=lambda: table.add_data(None, None),
    )
    obs.read("data", table.data)
    obs.read("rows", [[int(index), row] for index, row in table.iterrows()])
    obs.read("index", table.get_index())
    obs.read("rows of the index", [index.get_row() for index in table.get_index()])
    obs.read("dir", hasattr(table, "ndarray"))


@scenario
def table_columns(wandb: Any, obs: Observer) -> None:
    table = wandb.Table(columns=["a", "b"], data=[[1, "x"], [2, "y"]])
    ask_all(
        obs,
        a=lambda: table.get_column("a"),
        missing=lambda: table.get_column("c"),
        other=lambda: table.get_column("a", convert_to="pandas"),
        add=lambda: table.add_column("c", [True, False]),
        added=lambda: table.get_column("c"),
        again=lambda: table.add_column("c", [1, 2]),
        short=lambda: table.add_column("d", [1]),
        number=lambda: table.add_column(4, [1, 2]),
        tuple=lambda: table.add_column("e", (1, 2)),
        mixed=lambda: table.add_column("f", [1, "x"]),
        none=lambda: table.add_column("g", [1, None]),
        optional=lambda: table.add_column("h", [1, None], optional=True),
        optional_number=lambda: table.add_column("i", [1, None], optional=1),
    )
    obs.read("after", shape(table))
    table.add_computed_columns(lambda index, row: {"sum": row["a"] + int(index), "twice": row["b"] * 2})
    obs.read("computed", shape(table))
    ask_all(
        obs,
        no_dict=lambda: table.add_computed_columns(lambda index, row: 3),
        uneven=lambda: table.add_computed_columns(lambda index, row: {"u": 1} if index else {}),
        clash=lambda: table.add_computed_columns(lambda index, row: {"a": 1}),
        arguments=lambda: table.add_computed_columns(lambda row: {}),
        written=lambda: written(wandb, table),
    )
    empty = wandb.Table(columns=[])
    empty.add_column("a", [1, 2])
    obs.read("first", shape(empty))
    other = wandb.Table(columns=[])
    obs.ask("first mixed", lambda: other.add_column("a", [1, "x"]))
    obs.read("left", shape(other))


@scenario
def table_cast(wandb: Any, obs: Observer) -> None:
    table = wandb.Table(columns=["a", "b"], data=[[1, "x"], [2, "y"]])
    ask_all(
        obs,
        float=lambda: str(table.cast("a", float)),
        text=lambda: table.cast("a", str),
        missing=lambda: table.cast("z", int),
        optional=lambda: str(table.cast("b", str, optional=True)),
        none=lambda: table.add_data(None, None),
        after=lambda: table.add_data(3, None),
        const=lambda: table.cast("a", 1),
        written=lambda: written(wandb, table),
    )


@scenario
def table_keys(wandb: Any, obs: Observer) -> None:
    first = wandb.Table(columns=["id", "v"], data=[["x", 1], ["y", 2]])
    second = wandb.Table(columns=["ref", "w"], data=[["x", 3]])
    ask_all(
        obs,
        pk=lambda: first.set_pk("id"),
        other_pk=lambda: first.set_pk("v"),
        missing_pk=lambda: first.set_pk("z"),
        fk=lambda: second.set_fk("ref", first, "id"),
        missing_fk=lambda: second.set_fk("z", first, "id"),
        wrong_fk=lambda: second.set_fk("w", first, "z"),
        self_fk=lambda: second.set_fk("ref", second, "w"),
        number_fk=lambda: second.set_fk("w", first, "id"),
    )
    obs.read("kinds", [type(first.data[0][0]).__name__, type(second.data[0][0]).__name__])
    second.add_data("y", 4)
    obs.read("kind of a new one", type(second.data[-1][0]).__name__)
    third = wandb.Table(columns=["row", "n"], data=[[index, 1] for index in first.get_index()])
    obs.read("kind of an index", type(third.data[0][0]).__name__)
    obs.read("its row", third.data[1][0].get_row())
    ask_all(
        obs,
        unset=lambda: first.cast("id", str),
        add=lambda: first.add_data("z", 3),
        add_wrong=lambda: first.add_data(3, 3),
        written=lambda: written(wandb, first),
    )


@scenario
def table_equality(wandb: Any, obs: Observer) -> None:
    def make(*rows: Any, columns: Any = ("a", "b")) -> Any:
        return wandb.Table(columns=list(columns), data=list(rows))

    one = make([1, "x"], [2, "y"])
    ask_all(
        obs,
        same=lambda: one == make([1, "x"], [2, "y"]),
        not_same=lambda: one != make([1, "x"], [2, "y"]),
        value=lambda: one == make([1, "x"], [3, "y"]),
        rows=lambda: one == make([1, "x"]),
        columns=lambda: one == make([1, "x"], [2, "y"], columns=("a", "c")),
        types=lambda: one == make([1, None], [2, None]),
        other=lambda: one == 3,
        listed=lambda: one in [make([1, "x"], [2, "y"])],
        hash=lambda: hash(one),
    )


@scenario(needs=("numpy",))
def table_of_numpy(wandb: Any, obs: Observer) -> None:
    import numpy

    arrays = {
        "ints": numpy.arange(6).reshape(3, 2),
        "floats": numpy.linspace(0, 1, 4).reshape(2, 2),
        "texts": numpy.array([["a", "b"], ["c", "d"]]),
        "objects": numpy.array([[1, "b"], [None, "d"]], dtype=object),
        "bools": numpy.array([[True, False]]),
        "float32": numpy.ones((2, 2), dtype="float32"),
        "uint8": numpy.ones((2, 2), dtype="uint8"),
        "complex": numpy.ones((1, 2), dtype=complex),
        "dates": numpy.array([["2020-01-01", "2020-01-02"]], dtype="datetime64[D]"),
        "nan": numpy.array([[numpy.nan, numpy.inf]]),
        "empty": numpy.zeros((0, 2)),
        "one": numpy.arange(3),
        "wide": numpy.zeros((2, 3)),
        "cube": numpy.zeros((2, 2, 2)),
    }
    for label, array in arrays.items():
        obs.ask(label, lambda: written(wandb, wandb.Table(columns=["a", "b"], data=array)))
    table = wandb.Table(columns=["a", "b"], data=arrays["ints"])
    obs.read("type", type(table.data[0][0]).__name__)
    column = table.get_column("a", convert_to="numpy")
    obs.read("column", [type(column).__name__, str(column.dtype), column.tolist()])
    obs.ask("add", lambda: table.add_column("c", numpy.array([7, 8, 9])))
    obs.ask("add flat", lambda: table.add_column("d", numpy.float64(3)))
    obs.ask("all", lambda: written(wandb, table))
    obs.ask("first", lambda: wandb.Table(columns=["x"], data=[["t"]]).get_column("x", convert_to="numpy").tolist())


@scenario(needs=("numpy",))
def table_cells_of_numpy(wandb: Any, obs: Observer) -> None:
    import numpy

    values = {
        "int64": numpy.int64(1),
        "float32": numpy.float32(1.5),
        "bool": numpy.bool_(True),
        "text": numpy.str_("x"),
        "vector": numpy.arange(3),
        "list of vectors": [numpy.arange(2), numpy.arange(2)],
        "date": numpy.datetime64("2020-01-01"),
        "moment": numpy.datetime64("2020-01-01T00:00:00.000000001"),
        "zero": numpy.array(3),
        "nan": numpy.float64("nan"),
        "half": numpy.float16(0.5),
        "dict": {"a": numpy.arange(2)},
    }
    for label, value in values.items():
        obs.ask(label, lambda: written(wandb, wandb.Table(columns=["a"], data=[[value]])))
    ask_all(
        obs,
        shapes=lambda: written(wandb, wandb.Table(columns=["a"], data=[[numpy.arange(2)], [numpy.arange(3)]])),
        long=lambda: len(written(wandb, wandb.Table(columns=["a"], data=[[numpy.arange(150)]]))[0]["data"][0][0]),
        mixed=lambda: written(wandb, wandb.Table(columns=["a"], data=[[numpy.int64(1)], [2.5], [True]])),
        number_and_array=lambda: written(wandb, wandb.Table(columns=["a"], data=[[numpy.arange(2)], [1]])),
        array_or_none=lambda: written(wandb, wandb.Table(columns=["a"], data=[[numpy.arange(2)], [None]])),
        equal=lambda: (
            wandb.Table(columns=["a"], data=[[numpy.arange(2)]]) == wandb.Table(columns=["a"], data=[[numpy.arange(2)]])
        ),
        unequal=lambda: (
            wandb.Table(columns=["a"], data=[[numpy.arange(2)]])
            == wandb.Table(columns=["a"], data=[[numpy.ones(2, dtype=int)]])
        ),
    )


@scenario(needs=("numpy",))
def table_of_matrices(wandb: Any, obs: Observer) -> None:
    import numpy

    table = wandb.Table(columns=["n", "m"], data=[[1, numpy.eye(2)], [2, numpy.ones((2, 2))]])
    artifact = wandb.Artifact("data", "dataset")
    entry = artifact.add(table, "t")
    with open(entry.local_path) as file:
        found = json.load(file)
    kind = found["column_types"]["params"]["type_map"]["m"]
    names = [path for path in artifact.manifest.entries if path.startswith("media/serialized_data/")]
    obs.read("files", len(names))
    obs.read("data", found["data"])
    obs.read("kind", str(kind).replace(os.path.basename(names[0]), "<file>"))
    with numpy.load(artifact.manifest.entries[names[0]].local_path) as content:
        obs.read("content", {key: content[key].tolist() for key in content.files})
    with wandb.init(id="fixed") as run:
        run.log({"m": [1], "note": "the media file has the numbers themselves"})
        table.bind_to_run(run, "t", 0)
        with open(os.path.join(run.dir, media_files(run)[0])) as file:
            obs.read("media file", json.load(file))


@scenario(needs=("pandas",))
def table_of_pandas(wandb: Any, obs: Observer) -> None:
    import pandas

    frame = pandas.DataFrame({"i": [1, 2], "f": [0.5, None], "t": ["x", "y"], "b": [True, False]})
    when = pandas.DataFrame({"when": pandas.to_datetime(["2020-01-01", "2020-01-02"])})
    ask_all(
        obs,
        frame=lambda: written(wandb, wandb.Table(dataframe=frame)),
        data=lambda: written(wandb, wandb.Table(data=frame)),
        positional=lambda: written(wandb, wandb.Table(["a"], frame)),
        columns=lambda: shape(wandb.Table(columns=["x"], dataframe=frame[["t"]]))[0],
        index=lambda: written(wandb, wandb.Table(dataframe=frame.set_index("t"))),
        when=lambda: written(wandb, wandb.Table(dataframe=when)),
        category=lambda: written(wandb, wandb.Table(dataframe=frame[["t"]].astype("category"))),
        nullable=lambda: written(wandb, wandb.Table(dataframe=frame[["i"]].astype("Int64"))),
        empty=lambda: written(wandb, wandb.Table(dataframe=frame[:0])),
        mixed=lambda: written(wandb, wandb.Table(dataframe=pandas.DataFrame({"m": [1, "x"]}))),
        allowed=lambda: written(
            wandb, wandb.Table(dataframe=pandas.DataFrame({"m": [1, "x"]}), allow_mixed_types=True)
        ),
        numbers=lambda: written(wandb, wandb.Table(dataframe=pandas.DataFrame([[1, 2], [3, 4]]))),
        series=lambda: wandb.Table(data=frame["i"]),
        dtype=lambda: wandb.Table(dataframe=frame, dtype=[str, float, str, bool]),
    )
    with wandb.init(id="fixed") as run:
        run.log({"frame": frame})
        run.log({"n": {"frame": frame[["i"]]}})
        run.summary["frame"] = frame[["t"]]
        with obs.raises("config"):
            run.config["frame"] = frame
        obs.read("files", media_files(run))


@scenario
def table_of_media(wandb: Any, obs: Observer) -> None:
    page = wandb.Html("<p>")
    histogram = wandb.Histogram(np_histogram=([1], [0, 1]))
    ask_all(
        obs,
        page=lambda: written(wandb, wandb.Table(columns=["a"], data=[[page], [wandb.Html("b")]])),
        histogram=lambda: written(wandb, wandb.Table(columns=["a"], data=[[histogram]])),
        listed=lambda: written(wandb, wandb.Table(columns=["a"], data=[[[page, page]]])),
        nested=lambda: written(wandb, wandb.Table(columns=["a"], data=[[{"page": page}]])),
        or_none=lambda: written(wandb, wandb.Table(columns=["a"], data=[[page], [None]])),
        mixed=lambda: wandb.Table(columns=["a"], data=[[page], [1]]),
        other=lambda: wandb.Table(columns=["a"], data=[[page], [histogram]]),
        table=lambda: written(wandb, wandb.Table(columns=["a"], data=[[wandb.Table(columns=["b"], data=[[1]])]])),
        classes=lambda: written(wandb, wandb.Table(columns=["a"], data=[[wandb.Classes([{"id": 1, "name": "x"}])]])),
        typed=lambda: written(wandb, wandb.Table(columns=["a"], data=[[page]], dtype=wandb.Html)),
        typed_wrong=lambda: wandb.Table(columns=["a"], data=[[1]], dtype=wandb.Html),
    )
    with wandb.init(id="fixed") as run:
        run.log({"t": wandb.Table(columns=["n", "page"], data=[[1, page], [2, wandb.Html("b")]])})
        obs.read("files", media_files(run))


@scenario
def table_logged_in_every_place(wandb: Any, obs: Observer) -> None:
    def make(value: Any = 1) -> Any:
        return wandb.Table(columns=["a"], data=[[value]])

    with wandb.init(id="fixed") as run:
        run.log({"t": make(), "u": make(2), "n": 1})
        run.log({"n": {"t": make(), "deep": {"t": make(3)}}})
        run.log({"many": [make(), make(2)], "pair": (make(3), make(4))})
        with obs.raises("mixed with a number"):
            run.log({"mixed": [make(), 1]})
        run.log({"with html": [make(), wandb.Html("a")]})
        run.log({"with/slash": make(), "with.dot": make(2), "with space": make(3), "ümlaut": make(4)})
        run.log({"t": make(5)}, commit=False)
        run.log({"t": make(6)})
        run.log({"t": make(7)}, step=20)
        run.summary["s"] = make(8)
        run.summary.update({"u": make(9), "deep": {"t": make(10)}})
        with obs.raises("no name"):
            run.log({"": make(11)})
        with obs.raises("long"):
            run.log({"k" * 300: make(12)})
        with obs.raises("config"):
            run.config["t"] = make()
        obs.read("files", media_files(run))


@scenario
def table_logged_under_names_that_files_cannot_have(wandb: Any, obs: Observer) -> None:
    with wandb.init(id="fixed") as run:
        for key in ("a\\b", "../up", "/root", "a\nb", "a\0b", "a:b*c?", "a" * 130, "...", "a/../b"):
            with obs.raises(repr(key)[:20]):
                run.log({key: wandb.Table(columns=["a"], data=[[1]])})
        obs.read("files", media_files(run))


@scenario
def table_changed_between_logs(wandb: Any, obs: Observer) -> None:
    for mode in ("IMMUTABLE", "MUTABLE"):
        with wandb.init(id=f"fixed-{mode}") as run:
            table = wandb.Table(columns=["a"], data=[[1]], log_mode=mode)
            obs.read("before", table.has_been_logged())
            run.log({"t": table})
            obs.read("after", table.has_been_logged())
            run.log({"t": table})
            table.add_data(2)
            obs.read("changed", table.has_been_logged())
            run.log({"t": table})
            table.add_column("b", ["x", "y"])
            run.log({"t": table})
            table.add_computed_columns(lambda index, row: {"c": int(index)})
            run.log({"u": table})
            table.cast("a", float)
            run.log({"t": table})
            table.data[0][0] = 100
            run.log({"t": table})
            table.set_pk("b")
            run.log({"t": table})
            obs.read("files", media_files(run))


@scenario
def table_that_grows_in_every_way(wandb: Any, obs: Observer) -> None:
    with wandb.init(id="fixed") as run:
        table = wandb.Table(columns=["a", "b"], data=[[1, "x"], [2, "y"]], log_mode="INCREMENTAL")
        run.log({"t": table})
        obs.read("logged", table.has_been_logged())
        run.log({"t": table})
        table.add_data(3, "z")
        table.add_row(4, "w")
        obs.read("grown", table.has_been_logged())
        run.log({"t": table})
        ask_all(
            obs,
            column=lambda: table.add_column("c", [1, 2, 3, 4]),
            computed=lambda: table.add_computed_columns(lambda index, row: {"d": 1}),
            cast=lambda: str(table.cast("a", float)),
            pk=lambda: table.set_pk("b"),
        )
        run.log({"t": table})
        table.add_data(5, "v")
        run.log({"t": table}, commit=False)
        table.add_data(6, "u")
        run.log({"t": table})
        obs.read("files", media_files(run))
        obs.read("summary", sorted(run.summary["t"].keys()))
    with wandb.init() as run:
        table.add_data(7, "t")
        with obs.raises("other run"):
            run.log({"t": table})


@scenario
def table_that_grows_in_the_summary(wandb: Any, obs: Observer) -> None:
    with wandb.init(id="fixed") as run:
        table = wandb.Table(columns=["a"], log_mode="INCREMENTAL")
        run.log({"empty": table})
        table.add_data(1)
        run.summary["t"] = table
        table.add_data(2)
        run.log({"n": {"t": table}})
        obs.read("files", media_files(run))


@scenario
def table_that_is_too_long(wandb: Any, obs: Observer) -> None:
    limit, artifact_limit = wandb.Table.MAX_ROWS, wandb.Table.MAX_ARTIFACT_ROWS
    obs.read("limits", [limit, artifact_limit])
    wandb.Table.MAX_ROWS, wandb.Table.MAX_ARTIFACT_ROWS = 2, 3
    try:
        table = wandb.Table(columns=["a"], data=[[number] for number in range(5)])
        obs.ask("artifact", lambda: written(wandb, table))
        with wandb.init(id="fixed") as run:
            run.log({"t": table})
            obs.read("files", media_files(run))
        settings = wandb.Settings(table_raise_on_max_row_limit_exceeded=True)
        with wandb.init(id="strict", settings=settings) as run:
            with obs.raises("strict"):
                run.log({"t": wandb.Table(columns=["a"], data=[[number] for number in range(5)])})
            run.log({"a": 1})
    finally:
        wandb.Table.MAX_ROWS, wandb.Table.MAX_ARTIFACT_ROWS = limit, artifact_limit


@scenario
def tables_joined(wandb: Any, obs: Observer) -> None:
    def make(name: str) -> Any:
        return wandb.Table(columns=["id", name], data=[[1, "x"], [2, "y"]])

    one, two = make("a"), make("b")
    artifact = wandb.Artifact("data", "dataset")
    joined = wandb.JoinedTable(one, two, "id")
    ask_all(
        obs,
        key=lambda: wandb.JoinedTable(one, two, 3),
        keys=lambda: wandb.JoinedTable(one, two, ["id"]),
        two_keys=lambda: type(wandb.JoinedTable(one, two, ["id", "id"])).__name__,
        first=lambda: wandb.JoinedTable(3, two, "id"),
        second=lambda: wandb.JoinedTable(one, "x.json", "id"),
        path=lambda: type(wandb.JoinedTable(one, "x.table.json", "id")).__name__,
        equal=lambda: joined == wandb.JoinedTable(make("a"), make("b"), "id"),
        unequal=lambda: joined == wandb.JoinedTable(make("a"), make("b"), ["id", "id"]),
        missing=lambda: artifact.add(wandb.JoinedTable("x.table.json", "y.table.json", "id"), "j"),
        draft=lambda: wandb.JoinedTable(artifact.add(one, "one"), artifact.add(two, "two"), "id"),
        logged=lambda: joined.bind_to_run(None, "k", 0),
    )
    artifact.add(wandb.JoinedTable("one.table.json", "two.table.json", ["id", "id"]), "by_path")
    for name in ("one", "two"):
        artifact.add(make(name), name)
    entry = artifact.add(wandb.JoinedTable("one.table.json", "two.table.json", ["id", "id"]), "by_path")
    with open(entry.local_path) as file:
        obs.read("entry", json.load(file))
    # The tables in a joined table are named by an address in memory.
    own = wandb.Artifact("own", "dataset")
    entry = own.add(joined, "joined")
    with open(entry.local_path) as file:
        found = json.load(file)
    obs.read("own", [found["_type"], found["join_key"], len(own.manifest.entries)])
    obs.read("paths", sorted(artifact.manifest.entries))
    with wandb.init(id="fixed") as run:
        run.log_artifact(artifact)
        obs.ask("json", lambda: joined.to_json(run))
        run.log({"a": 1})


@scenario
def tables_joined_of_a_run(wandb: Any, obs: Observer) -> None:
    tables = [wandb.Table(columns=["id", name], data=[[1, name]]) for name in ("a", "b")]
    with wandb.init(id="fixed") as run:
        with obs.raises("nowhere yet"):
            run.log({"never": wandb.JoinedTable("x.table.json", "y.table.json", "id")})
        run.log(dict(zip("ab", tables, strict=True)))
        obs.ask("json", lambda: wandb.JoinedTable(*tables, "id").to_json(run))
        obs.ask("json of nothing", lambda: wandb.JoinedTable(*tables, "id").to_json(None))


@scenario
def tables_in_parts(wandb: Any, obs: Observer) -> None:
    artifact = wandb.Artifact("data", "dataset")
    for number in range(2):
        artifact.add(wandb.Table(columns=["a"], data=[[number]]), f"parts/{number}")
    parts = wandb.data_types.PartitionedTable(parts_path="parts")
    ask_all(
        obs,
        equal=lambda: parts == wandb.data_types.PartitionedTable("parts"),
        unequal=lambda: parts == wandb.data_types.PartitionedTable("other"),
        rows=lambda: list(parts.iterrows()),
        path=lambda: parts.parts_path,
        nothing=lambda: wandb.data_types.PartitionedTable(),
    )
    with wandb.init(id="fixed") as run:
        with obs.raises("not in an artifact"):
            run.log({"parts": parts})
        run.log({"a": 1})
        artifact.add(parts, "all")
        run.log_artifact(artifact)
        with obs.raises("logged"):
            run.log({"parts": parts})
    obs.read("paths", sorted(artifact.manifest.entries))


@scenario
def table_of_evaluations(wandb: Any, obs: Observer) -> None:
    eval_table = wandb.data_types.EvalTable if hasattr(wandb.data_types, "EvalTable") else wandb.EvalTable
    ask_all(
        obs,
        mode=lambda: eval_table(log_mode="MUTABLE"),
        media=lambda: eval_table(unsupported_media_mode="keep"),
        backend=lambda: eval_table(backend="mine"),
        weave=lambda: eval_table(columns=["a"]),
        mixed=lambda: eval_table(backend="ces", allow_mixed_types=True),
        roles=lambda: shape(
            eval_table(
                backend="ces",
                input_columns=["q"],
                output_columns=["a"],
                score_columns=["s"],
                data=[["x", "y", 1.0]],
            )
        ),
    )
    with wandb.init(id="fixed") as run:
        table = eval_table(columns=["q", "s"], data=[["x", 1.0]], backend="ces", input_columns=["q"])
        with obs.raises("offline"):
            run.log({"t": table})
        obs.ask("in an artifact", lambda: wandb.Artifact("a", "b").add(table, "t"))
        run.log({"a": 1})


@scenario
def table_in_an_artifact_and_a_run(wandb: Any, obs: Observer) -> None:
    table = wandb.Table(columns=["a"], data=[[1]])
    artifact = wandb.Artifact("data", "dataset")
    artifact.add(table, "t")
    obs.read("logged", table.has_been_logged())
    table.add_data(2)
    with wandb.init(id="fixed") as run:
        run.log_artifact(artifact)
        run.log({"t": table})
        run.log({"u": [table]})
        obs.read("files", media_files(run))


@scenario
def table_logged_to_two_runs(wandb: Any, obs: Observer) -> None:
    table = wandb.Table(columns=["a"], data=[[1]])
    mutable = wandb.Table(columns=["a"], data=[[1]], log_mode="MUTABLE")
    for name in ("one", "two"):
        with wandb.init(id=name) as run:
            with obs.raises(name):
                run.log({"t": table})
            with obs.raises(f"{name} mutable"):
                run.log({"m": mutable})
            run.log({"a": 1})
            mutable.add_data(2)


@scenario
def table_and_the_programs_hands(wandb: Any, obs: Observer) -> None:
    table = wandb.Table(columns=["a", "b"], data=[[1, "x"]])
    table.data.append([2, "y"])
    table.columns[1] = "c"
    with wandb.init(id="fixed") as run:
        with obs.raises("renamed"):
            run.log({"t": table})
        run.log({"a": 1})
    other = wandb.Table(columns=["a"], data=[[1]])
    other.data = [["now a text"]]
    obs.ask("other type", lambda: written(wandb, other))


@scenario
def table_cells_in_the_file(wandb: Any, obs: Observer) -> None:
    texts = ["1e-05", 'a "quoted" 1e-07 \\', "a\tb"]
    numbers = [1.5e-5, -1e-5, 1e-6, -2.5e-9, 1e-10, 5e-324, 1e16, 1e300]
    fraction, days = fractions.Fraction(1, 3), datetime.timedelta(days=400)
    others = [decimal.Decimal("1.5"), decimal.Decimal("NaN"), fraction, days, {1: 2}, {None: {(1, 2): 3}}]
    with wandb.init(id="fixed") as run:
        cells = [*texts, *numbers, *others, "\ud800", b"\xff"]
        for number, cell in enumerate(cells):
            table = wandb.Table(columns=["a"], data=[[cell]], allow_mixed_types=True)
            obs.ask(f"written {cell!r}", lambda table=table: written(wandb, table))  # type: ignore[misc]
            obs.ask(f"logged {cell!r}", lambda table=table, key=f"t{number}": run.log({key: table}))  # type: ignore[misc]


@scenario(needs=("pandas",))
def table_of_moments_that_are_none(wandb: Any, obs: Observer) -> None:
    import pandas as pd

    with wandb.init(id="fixed") as run:
        for cell in (pd.NaT, pd.Timestamp("2020-01-02 03:04:05.678"), pd.Timestamp("2020-01-02", tz="Europe/Berlin")):
            table = wandb.Table(columns=["a"], data=[[cell]])
            obs.ask(repr(cell), lambda table=table: run.log({"t": table}))  # type: ignore[misc]
