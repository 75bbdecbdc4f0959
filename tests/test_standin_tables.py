"""Tables in the stand-in that are keys of others, in parts, or logged row by row, as in the client's own code."""

from __future__ import annotations

import importlib
import json
import re
import sys
import types
from pathlib import Path
from typing import Any

import pytest

from tests.both_worlds import all_asked, check
from tests.test_standin_functions import asked
from wandb_testkit import NotModelled, patch_wandb

np = pytest.importorskip("numpy")
pytest.importorskip("wandb")
pytestmark = [pytest.mark.needs_wandb, pytest.mark.filterwarnings("ignore")]


def cells(table: Any) -> Any:
    """A table's columns and cells, with the kinds of the cells."""
    rows = [[(type(cell).__name__, np.asarray(cell).tolist()) for cell in row] for row in table.data]
    return table.columns, rows, str(table._column_types), table._pk_col, sorted(table._fk_cols)


def test_keys_come_back_out_of_an_artifact_alike() -> None:
    def question(wandb: Any) -> Any:
        with wandb.init(project="p") as run:
            artifact = wandb.Artifact("all", "dataset")
            first = wandb.Table(columns=["id", "v"], data=[["x", 1], ["y", 2]])
            first.set_pk("id")
            second = wandb.Table(columns=["ref", "w"], data=[["x", 3]])
            second.set_fk("ref", first, "id")
            third = wandb.Table(columns=["row", "w"], data=[[index, 1] for index in first.get_index()])
            wide = wandb.Table(columns=["a"], data=[[np.arange(6.0).reshape(2, 3)], [np.ones((2, 3))]])
            found = [
                asked(lambda table=table, name=name: json.loads(Path(artifact.add(table, name).local_path).read_text()))
                for name, table in (("first", first), ("second", second), ("third", third), ("wide", wide))
            ]
            plain = Path("plain.table.json")
            plain.write_text('{"_type": "table", "columns": ["a"], "data": [[1]], "ncols": 1, "nrows": 1}')
            artifact.add_file(str(plain), "plain.table.json")
            run.log_artifact(artifact)
        with wandb.init(project="p") as run:
            used = run.use_artifact("all:latest")
            for name in ("first", "second", "third", "wide", "plain"):
                found.append(asked(lambda name=name: cells(used.get(name))))
            other = used.get("third")
            return [*found, asked(lambda: other.data[1][0].get_row())]

    check(question)


def test_keys_refuse_alike() -> None:
    def question(wandb: Any) -> Any:
        module = importlib.import_module("wandb.sdk.data_types.table")
        types_module = importlib.import_module("wandb.sdk.data_types._dtypes")
        registry, anything = types_module.TypeRegistry, types_module.AnyType
        table = wandb.Table(columns=["id", "v"], data=[["x", 1], ["y", 2]])
        other = wandb.Table(columns=["ref", "w"], data=[["x", 3]])
        table_type = type(registry.type_of(table))
        table.set_pk("id")
        other.set_fk("ref", table, "id")
        key, index = table.data[0][0], table.index_ref(1)
        kinds = module._PrimaryKeyType, module._ForeignKeyType, module._ForeignIndexType
        rows = wandb.Table(columns=["row"], data=[[index]])
        mine = wandb.Table(columns=["a", "b"], data=[["x", 1]])

        return [
            all_asked(
                of_itself=lambda: mine.set_fk("a", mine, "a"),
                of_itself_at_its_key=lambda: table.set_fk("id", other, "ref"),
                optional=lambda: mine.cast("a", module._PrimaryKeyType(), optional=True),
                index_of_itself=lambda: str(mine.cast("b", module._ForeignIndexType(mine))),
                index_at_all=lambda: cells(mine),
                out_of_reach=lambda: table.index_ref(7),
                get_row=lambda: index.get_row(),
                no_table=lambda: module._TableIndex(3).get_row(),
                unset_key=lambda: table.cast("id", str),
                key_of_any=lambda: table.cast("id", anything()),
                foreign_of_any=lambda: other.cast("ref", anything()),
                unset_foreign=lambda: other.cast("ref", str),
                unset_index=lambda: str(rows.cast("row", int)),
                no_key=lambda: kinds[0].from_obj("x"),
                key=lambda: str(kinds[0].from_obj(key)),
                no_foreign_key=lambda: kinds[1].from_obj("x"),
                foreign_key=lambda: str(registry.type_of(key)),
                no_index=lambda: kinds[2].from_obj(3),
                index=lambda: str(registry.type_of(index)),
                no_table_for_a_key=lambda: kinds[1](3, "a"),
                no_column_for_a_key=lambda: kinds[1](table, "z"),
                no_table_for_an_index=lambda: kinds[2](3),
                key_to_json=lambda: registry.type_of(key).to_json(),
                index_to_json=lambda: registry.type_of(index).to_json(),
            ),
            [
                asked(lambda kind=kind: kind.from_json({"params": {"table": "x", "col_name": "y"}}, None))
                for kind in kinds
            ],
            [
                asked(lambda mine=mine, other=other: str(mine.assign_type(other)))
                for mine in (kinds[0](), registry.type_of(key), registry.type_of(index))
                for other in (
                    kinds[0](),
                    registry.type_of(key),
                    registry.type_of(index),
                    registry.type_of("x"),
                    registry.type_of(1),
                )
            ],
            all_asked(
                type_of_nothing=lambda: str(table_type()),
                type_of_columns=lambda: str(table_type({"a": registry.type_of(1)})),
                type_of_a_number=lambda: table_type(3),
                type_of_no_table=lambda: table_type.from_obj(3),
                debug_other=lambda: table._eq_debug(3, True),
            ),
        ]

    check(question)


def test_a_table_that_another_artifact_lacks_is_refused_alike() -> None:
    def question(wandb: Any) -> Any:
        module = importlib.import_module("wandb.sdk.data_types.table")
        with wandb.init(project="p") as run:
            artifact = wandb.Artifact("all", "dataset")
            Path("x").write_text("x")
            artifact.add_file("x")
            run.log_artifact(artifact)
            used = run.use_artifact("all:latest")
            found = {"params": {"table": "missing", "col_name": "y"}}
            return [
                asked(lambda kind=kind: str(kind.from_json(found, used)))
                for kind in (module._ForeignKeyType, module._ForeignIndexType)
            ]

    check(question)


def test_tables_in_parts_come_back_out_of_an_artifact_alike() -> None:
    def question(wandb: Any) -> Any:
        with wandb.init(project="p") as run:
            artifact = wandb.Artifact("all", "dataset")
            for number in range(3):
                artifact.add(wandb.Table(columns=["a"], data=[[number], [-number]]), f"parts/{number}")
                artifact.add(wandb.Table(columns=["ab"[number == 2]], data=[[1]]), f"odd/{number}")
            for name in ("parts", "odd", "none"):
                artifact.add(wandb.data_types.PartitionedTable(name), f"all_{name}")
            run.log_artifact(artifact)
        with wandb.init(project="p") as run:
            used = run.use_artifact("all:latest")
            parts = {name: used.get(f"all_{name}") for name in ("parts", "odd", "none")}
            found = [asked(lambda table=table: [list(row) for row in table.iterrows()]) for table in parts.values()]
            again = wandb.Artifact("again", "dataset")
            joined = wandb.JoinedTable(parts["parts"], parts["odd"], "a")
            return [
                *found,
                all_asked(
                    bound=lambda: parts["parts"].bind_to_run(run, "k", 0),
                    json=lambda: parts["parts"].to_json(run),
                    json_of_another=lambda: wandb.data_types.PartitionedTable("x").to_json(run),
                    json_of_nothing=lambda: wandb.data_types.PartitionedTable("x").to_json(None),
                    added=lambda: [again.add(parts["parts"], "p").path, sorted(again.manifest.entries)],
                    joined=lambda: [again.add(joined, "j").path, len(again.manifest.entries)],
                    logged=lambda: run.log({"parts": parts["parts"]}),
                ),
            ]

    check(question)


def test_joined_tables_of_another_artifact_are_alike() -> None:
    def question(wandb: Any) -> Any:
        with wandb.init(project="p") as run:
            artifact = wandb.Artifact("all", "dataset")
            for name in ("one", "two"):
                artifact.add(wandb.Table(columns=["id", name], data=[[1, name]]), name)
            artifact.add(wandb.JoinedTable("one.table.json", "two.table.json", "id"), "joined")
            run.log_artifact(artifact)
        with wandb.init(project="p") as run:
            used = run.use_artifact("all:latest")
            entries = [used.get_entry(f"{name}.table.json") for name in ("one", "two")]
            tables = [used.get(name) for name in ("one", "two")]
            again = wandb.Artifact("again", "dataset")

            def content(name: str, joined: Any) -> Any:
                return json.loads(Path(again.add(joined, name).local_path).read_text())

            joined = used.get("joined")
            other = wandb.JoinedTable(*reversed(tables), "id")
            return all_asked(
                entries=lambda: content("by_entry", wandb.JoinedTable(*entries, "id")),
                tables=lambda: content("by_table", wandb.JoinedTable(*tables, "id")),
                both=lambda: content("both", wandb.JoinedTable(tables[0], entries[1], "id")),
                again=lambda: content("again", joined),
                paths=lambda: {path: (entry.size, bool(entry.ref)) for path, entry in again.manifest.entries.items()},
                json=lambda: joined.to_json(run),
                json_of_another=lambda: wandb.JoinedTable(*tables, "id").to_json(run),
                bound=lambda: joined.bind_to_run(run, "k", 0),
                logged=lambda: run.log({"joined": joined}),
                logged_in_a_list=lambda: run.log({"joined": [joined]}),
                equal=lambda: joined == used.get("joined"),
                unequal=lambda: joined == other,
                other=lambda: joined == 3,
                other_debug=lambda: joined._eq_debug(3, True),
                key_debug=lambda: joined._eq_debug(wandb.JoinedTable(*tables, "other"), True),
                row_debug=lambda: joined._eq_debug(other, True),
            )

    check(question)


def test_a_table_that_grew_comes_back_out_of_its_artifacts_alike() -> None:
    def question(wandb: Any) -> Any:
        with wandb.init(project="p", id="fixed") as run:
            table = wandb.Table(columns=["a", "b"], data=[[1, "x"]], log_mode="INCREMENTAL")
            for number in range(3):
                run.log({"t": table})
                table.add_data(number + 2, "y")
        with wandb.init(project="p") as run:
            api = wandb.Api()
            found = []
            for version in ("latest", "v0", "v1"):
                used = asked(
                    lambda version=version: sorted(run.use_artifact(f"run-fixed-incr-t:{version}").manifest.entries)
                )
                found.append(re.sub(r"-\d{9,}", "-TIME", str(used)))
                found.append(
                    asked(lambda version=version: cells(run.use_artifact(f"run-fixed-incr-t:{version}").get("t")))
                )
                found.append(
                    asked(lambda version=version: cells(api.artifact(f"p/run-fixed-incr-t:{version}").get("t")))
                )
            return found

    check(question)


def increments(numbers: dict[str, str], increment: Any = 1) -> dict[str, str]:
    """The files of a table that was logged row by row."""
    head = {
        "_type": "table",
        "columns": ["a"],
        "column_types": {"wb_type": "typedDict", "params": {"type_map": {"a": {"wb_type": "number"}}}},
    }
    files = {name: json.dumps({**head, "data": [[int(row)] for row in rows]}) for name, rows in numbers.items()}
    files["t.table.json"] = json.dumps({**head, "data": [[9]], "log_mode": "INCREMENTAL", "increment_num": increment})
    return files


@pytest.mark.parametrize("alias", ["latest", "v0"])
@pytest.mark.parametrize(
    "files",
    [
        increments({"1-200.table.json": "34", "0-100.table.json": "12", "1-100.table.json": "56", "2.table.json": "7"}),
        increments({"odd.table.json": "34", "0-100.table.json": "12"}),
        increments({"0-100.table.json": "12"}, increment=None),
        {**increments({}), "0-1.t.table.json": "{"},
        {**increments({}), "0-1.t.table.json": "{}"},
        {**increments({"0-1.t.table.json": "8"}), "0-2.other.json": "{"},
    ],
    ids=["in order", "a name that tells nothing", "no number", "no JSON", "no rows", "others"],
)
def test_increments_are_read_alike(files: dict[str, str], alias: str) -> None:
    def question(wandb: Any) -> Any:
        with wandb.init(project="p") as run:
            for count in range(2):
                artifact = wandb.Artifact("all", "dataset")
                for name, text in files.items():
                    Path(name).write_text(text)
                    artifact.add_file(name, name)
                Path("count").write_text(str(count))
                artifact.add_file("count")
                run.log_artifact(artifact)
            used = run.use_artifact(f"all:{alias}")
            return asked(lambda: cells(used.get("t.table.json")))

    check(question)


@pytest.mark.parametrize("again", [False, True])
@pytest.mark.parametrize("grown", [0, 2])
def test_a_table_goes_on_in_a_resumed_run_alike(again: bool, grown: int) -> None:
    def question(wandb: Any) -> Any:
        with wandb.init(project="p", id="fixed") as run:
            table = wandb.Table(columns=["a"], data=[[1]], log_mode="INCREMENTAL")
            for number in range(grown):
                run.log({"t": table})
                table.add_data(number)
            run.log({"other": 1})
        if not again:
            table = wandb.Table(columns=["a"], data=[[5]], log_mode="INCREMENTAL")
        with wandb.init(project="p", id="fixed", resume="must") as run:
            seen: list[Any] = [asked(lambda: run.log({"t": table}))]
            table.add_data(6)
            seen.append(asked(lambda: run.log({"t": table})))
            seen.append((table._increment_num, table._previous_increments_paths, table._last_logged_idx))
            seen.append(asked(lambda: table._load_incremental_table_state_from_resumed_run(run, "t")))
            other = wandb.Table(columns=["a"], data=[[5]], log_mode="INCREMENTAL")
            seen.append(asked(lambda: other._load_incremental_table_state_from_resumed_run(run, "other")))
            seen.append((other._increment_num, other._previous_increments_paths))
            run.summary["mine"] = {"_type": "incremental-table-file", "increment_num": 3}
            other = wandb.Table(columns=["a"], data=[[5]], log_mode="INCREMENTAL")
            seen.append(asked(lambda: other._load_incremental_table_state_from_resumed_run(run, "mine")))
            seen.append((other._increment_num, other._previous_increments_paths))
            found = run.summary.get("t")
            seen.append({key: found[key] for key in ("increment_num", "previous_increments_paths", "_type")})
        return seen

    check(question)


def test_a_table_that_was_not_logged_by_the_client_is_refused_alike() -> None:
    def question(wandb: Any) -> Any:
        found: list[Any] = []
        for increment, paths in ((None, None), (1, None), (None, []), (99, []), (100, [])):
            with wandb.init(project="p") as run:
                table = wandb.Table(columns=["a"], data=[[1]], log_mode="INCREMENTAL")
                run.log({"t": table})
                table._increment_num, table._previous_increments_paths = increment, paths
                found.append(asked(lambda table=table: table.add_data(1)))
                found.append((table._increment_num, table._previous_increments_paths))
        artifact = wandb.Artifact("a", "b")
        table = wandb.Table(columns=["a"], data=[[1]], log_mode="INCREMENTAL")
        artifact.add(table, "t")
        found.append((asked(lambda: table.add_data(1)), table._increment_num))
        return found

    check(question)


def test_tables_are_written_for_what_is_no_run_alike() -> None:
    def question(wandb: Any) -> Any:
        table = wandb.Table(columns=["a"], data=[[1]])
        run = wandb.init(project="p")
        found = all_asked(nothing=lambda: table.to_json(None), a_run=lambda: run.log({"t": table}))
        for version in ("0.52.40", "0.52.41", "1", "0.60.0.dev1", None):
            weave = types.ModuleType("weave")
            if version is not None:
                weave.__version__ = version  # type: ignore[attr-defined]
            with pytest.MonkeyPatch.context() as patch:
                patch.setitem(sys.modules, "weave", weave)
                found[f"weave {version}"] = asked(lambda: cells(wandb.EvalTable(columns=["a"], data=[[1]])))
        table = wandb.EvalTable(columns=["a"], data=[["x"]], backend="ces")
        found.update(
            all_asked(
                an_artifact=lambda: table.to_json(wandb.Artifact("a", "b")),
                no_run=lambda: table.to_json(3),
                unlogged=lambda: table.to_json(run),
                logged=lambda: table.has_been_logged(),
            )
        )
        run.finish()
        return found

    check(question)


def test_a_table_becomes_a_frame_alike() -> None:
    pytest.importorskip("pandas")

    def question(wandb: Any) -> Any:
        frame = wandb.Table(columns=["a", "b"], data=[[1, "x"], [2, None]]).get_dataframe()
        return frame.to_dict("list"), [str(kind) for kind in frame.dtypes]

    check(question)


def test_a_cell_of_a_kind_that_is_not_known_comes_back_alike() -> None:
    def question(wandb: Any) -> Any:
        with wandb.init(project="p") as run:
            artifact = wandb.Artifact("all", "dataset")
            rows = [[{"_type": "no such"}], [{"_type": 3}], [{"a": 1}]]
            Path("t").write_text(json.dumps({"_type": "table", "columns": ["a"], "data": rows}))
            artifact.add_file("t", "t.table.json")
            run.log_artifact(artifact)
            return asked(lambda: cells(run.use_artifact("all:latest").get("t")))

    check(question)


def test_a_cell_that_answers_with_a_number_is_written_alike() -> None:
    class Thing:
        def item(self) -> Any:
            return 3

    def question(wandb: Any) -> Any:
        table = wandb.Table(columns=["a"], data=[[Thing()], [[Thing(), {"b": Thing()}]]], allow_mixed_types=True)
        return json.loads(Path(wandb.Artifact("a", "b").add(table, "t").local_path).read_text())

    check(question)


@pytest.mark.parametrize("stub", [True, False])
def test_a_table_for_a_service_that_is_not_there_is_refused(stub: bool) -> None:
    with patch_wandb(stub=stub):
        wandb = importlib.import_module("wandb")
        with wandb.init(project="p", mode="online") as run, pytest.raises(NotModelled):
            run.log({"t": wandb.EvalTable(columns=["a"], data=[["x"]], backend="ces")})
