"""``wandb.Table``.

What it checks, what it refuses and what it writes is as in wandb 0.31.0.

Its ``assert`` statements are the client's: they fail in the client's words (PYTEST_DONT_REWRITE).
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any, ClassVar, TypeVar, cast

from wandb_testkit.standin import dtypes, util, util_json
from wandb_testkit.standin.base import Media, WBValue, plain_lists, temporary_path
from wandb_testkit.standin.errors import Error
from wandb_testkit.standin.place import at, termwarn, wandb
from wandb_testkit.standin.tablejson import cell_to_json, cells_from_json, columns_to_json
from wandb_testkit.standin.tablekeys import (
    _ForeignIndexType,
    _ForeignKeyType,
    _PrimaryKeyType,
    _TableIndex,
    _TableKey,
    _TableLinkMixin,
)

_LOG_MODES = ["IMMUTABLE", "MUTABLE", "INCREMENTAL"]
_Method = TypeVar("_Method", bound=Callable[..., Any])


def _changes(method: _Method) -> _Method:
    """Mark a method that changes the table: it may be logged again, or a warning says that it may not."""

    @wraps(method)
    def wrapper(self: Any, *args: Any, **kwargs: Any) -> Any:
        if self.log_mode == "MUTABLE":
            self._forget_logging()
        elif self.log_mode == "IMMUTABLE" and self.has_been_logged():
            termwarn(
                "You are mutating a Table with log_mode='IMMUTABLE' that has been "
                "logged already. Subsequent log() calls will have no effect. "
                "Set log_mode='MUTABLE' to enable re-logging after mutations",
                repeat=False,
            )
        return method(self, *args, **kwargs)

    return cast(_Method, wrapper)


def _not_incremental(method: _Method) -> _Method:
    """Mark a method that a table which is logged row by row does not have."""

    @wraps(method)
    def wrapper(self: Any, *args: Any, **kwargs: Any) -> Any:
        if self.log_mode == "INCREMENTAL":
            raise Error(
                f"Operation '{method.__name__}' is not supported for tables with "
                "log_mode='INCREMENTAL'. Use a different log mode like 'MUTABLE' or 'IMMUTABLE'."
            )
        return method(self, *args, **kwargs)

    return cast(_Method, wrapper)


@at("wandb.sdk.data_types.table")
class Table(Media):
    """Rows and columns of values and media.

    Args:
        columns: the columns' names.
        data: rows, an array of two dimensions, or a data frame.
        rows: rows, under the name of old.
        dataframe: a data frame; ``columns`` and ``data`` then do not matter.
        dtype: the type of the columns, or of each.
        optional: whether None is allowed in the columns, or in each.
        allow_mixed_types: check no types.
        log_mode: ``IMMUTABLE`` (logged once), ``MUTABLE`` (again after changes) or ``INCREMENTAL`` (row by row).

    Raises:
        ValueError: a row of another length.
        TypeError: a value that does not fit its column.
        AssertionError: columns or rows that are no lists, or another ``log_mode``.
    """

    MAX_ROWS = 10000
    MAX_ARTIFACT_ROWS = 200000
    _MAX_EMBEDDING_DIMENSIONS = 150
    _log_type = "table"

    def __init__(
        self,
        columns: list[Any] | None = None,
        data: Any = None,
        rows: list[Any] | None = None,
        dataframe: Any = None,
        dtype: Any = None,
        optional: bool | list[bool] = True,
        allow_mixed_types: bool = False,
        log_mode: Any = "IMMUTABLE",
    ) -> None:
        super().__init__()
        assert log_mode in _LOG_MODES, f"Invalid log_mode: {log_mode}. Must be one of {_LOG_MODES}"
        self.log_mode = log_mode
        self._increment_num: int | None = None
        self._last_logged_idx: int | None = None
        self._previous_increments_paths: list[str] | None = None
        self._run_target_for_increments: Any = None
        self._pk_col: Any = None
        self._fk_cols: set[Any] = set()
        self.data: list[list[Any]] = []
        self.columns: list[Any]
        if allow_mixed_types:
            dtype = dtypes.AnyType
        if columns is None:
            columns = ["Input", "Output", "Expected"]
        self._fill(columns, data if data is not None else rows, dataframe, optional, dtype)

    def _fill(self, columns: list[Any], data: Any, dataframe: Any, optional: Any, dtype: Any) -> None:
        if dataframe is None and util.is_pandas_data_frame(data):
            dataframe = data
        rows: Any
        if dataframe is not None:
            assert util.is_pandas_data_frame(dataframe), (
                "dataframe argument expects a `pandas.core.frame.DataFrame` object"
            )
            columns = list(dataframe.columns)
            values = [dataframe[column].values for column in columns]
            rows = ([column[index] for column in values] for index in range(len(dataframe)))
        else:
            rows = [] if data is None else data
            if not util.is_numpy_array(rows):
                assert isinstance(rows, list), "data argument expects a `list` object"
        self._assert_valid_columns(columns)
        self.columns = columns
        self._make_column_types(dtype, optional)
        for row in rows:
            self.add_data(*row)

    @staticmethod
    def _assert_valid_columns(columns: list[Any]) -> None:
        assert isinstance(columns, list), "columns argument expects a `list` object"
        assert all(type(column) in (str, int) for column in columns), "columns argument expects list of strings or ints"

    def _make_column_types(self, dtype: Any, optional: Any) -> None:
        if dtype is None:
            dtype = dtypes.UnknownType()
        width = len(self.columns)
        kinds = dtype if isinstance(dtype, list) else [dtype] * width
        nones = optional if isinstance(optional, list) else [optional] * width
        self._column_types: dtypes.Type = dtypes.TypedDictType({})
        for column, kind, none in zip(self.columns, kinds, nones, strict=False):
            self.cast(column, kind, none)

    def _forget_logging(self) -> None:
        """Be as if never logged."""
        self._run = None
        self._artifact_target = None
        self._path = None
        self._sha256 = None

    def has_been_logged(self) -> bool:
        """Whether a run or an artifact has it."""
        return self._run is not None or self._artifact_target is not None

    def _load_incremental_table_state_from_resumed_run(self, run: Any, key: str) -> None:
        if self._previous_increments_paths is not None or self._increment_num is not None:
            raise AssertionError("The table has been initialized for a resumed run already")
        self._set_incremental_table_run_target(run)
        logged = run.summary.get(key)
        if not isinstance(logged, dict) or logged.get("_type") != "incremental-table-file":
            return
        paths = logged.get("previous_increments_paths", [])
        if logged.get("artifact_path"):
            paths.append(logged.get("artifact_path"))
        self._increment_num = logged.get("increment_num", 0) + 1
        self._previous_increments_paths = paths

    def _set_incremental_table_run_target(self, run: Any) -> None:
        if self._run_target_for_increments is None:
            self._run_target_for_increments = run
        elif self._run_target_for_increments is not run:
            raise AssertionError("An incremental Table can only be logged to one Run.")

    @_changes
    def cast(self, col_name: Any, dtype: Any, optional: bool = False) -> dtypes.Type:
        """Give a column a type.

        Args:
            col_name: the column.
            dtype: the type.
            optional: whether None is allowed.

        Returns:
            The type.

        Raises:
            TypeError: a value does not fit.
            AssertionError: no such column, or a key that cannot be one.
        """
        assert col_name in self.columns
        kind = dtypes.TypeRegistry.type_from_dtype(dtype)
        if optional:
            kind = dtypes.OptionalType(kind)
        index = self.columns.index(col_name)
        for row in self.data:
            result = kind.assign(row[index])
            if isinstance(result, dtypes.InvalidType):
                raise TypeError(
                    f"Existing data {row[index]}, of type {dtypes.TypeRegistry.type_of(row[index])} "
                    f"cannot be cast to {kind}"
                )
            kind = result
        self._check_key(kind, optional)
        self._column_types.params["type_map"][col_name] = kind
        self._update_keys()
        return kind

    def _check_key(self, kind: dtypes.Type, optional: bool) -> None:
        """Check that a column may be the key that its type says."""
        if not isinstance(kind, (_PrimaryKeyType, _ForeignKeyType, _ForeignIndexType)):
            return
        assert not optional, "Primary keys, foreign keys, and foreign indexes cannot be optional."
        if isinstance(kind, _ForeignKeyType) and kind.params["table"] is self:
            raise AssertionError("Cannot set a foreign table reference to same table.")
        if isinstance(kind, _PrimaryKeyType):
            assert self._pk_col is None, (
                f"Cannot have multiple primary keys - {self._pk_col} is already set as the primary key."
            )

    def _eq_debug(self, other: Any, should_assert: bool = False) -> Any:
        """Whether two tables are the same; the first difference as an AssertionError, where it is asked for."""
        if not isinstance(other, Table):
            assert not should_assert, f"Found type {other.__class__}, expected {Table}"
            return False
        checks = (
            (len(self.data) == len(other.data), f"Found {len(other.data)} rows, expected {len(self.data)}"),
            (self.columns == other.columns, f"Found columns {other.columns}, expected {self.columns}"),
            (
                self._column_types == other._column_types,
                f"Found column type {other._column_types}, expected column type {self._column_types}",
            ),
        )
        for same, text in checks:
            assert not should_assert or same, text
            if not same:
                return False
        same_cells: Any = True
        for row, (mine, theirs) in enumerate(zip(self.data, other.data, strict=False)):
            for column, (own, found) in enumerate(zip(mine, theirs, strict=False)):
                equal = own == found
                # The answer is the last comparison's own: numpy's, where that cell is numpy's.
                same_cells = equal.all() if util.is_numpy_array(equal) else equal
                if not same_cells:
                    assert not should_assert, (
                        f"Unequal data at row_ndx {row} col_ndx {column}: found {found}, expected {own}"
                    )
                    return same_cells
        return same_cells

    def __eq__(self, other: object) -> Any:
        return self._eq_debug(other)

    __hash__ = None

    @_changes
    def add_row(self, *row: Any) -> None:
        """Add a row, under the name of old.

        Args:
            row: a value for each column.
        """
        logging.warning("add_row is deprecated, use add_data")
        self.add_data(*row)

    @_changes
    def add_data(self, *data: Any) -> None:
        """Add a row.

        Args:
            data: a value for each column.

        Raises:
            ValueError: more or fewer values than columns.
            TypeError: a value does not fit its column.
        """
        if len(data) != len(self.columns):
            raise ValueError(
                f"This table expects {len(self.columns)} columns: {self.columns}, found {len(data)}"
            )
        for column, value in zip(self.columns, data, strict=False):
            if isinstance(value, _TableLinkMixin):
                self.cast(column, dtypes.TypeRegistry.type_of(value), optional=False)
        self._column_types = self._get_updated_result_type(data)
        self.data.append(list(data))
        self._update_keys(force_last=True)
        if self.log_mode == "INCREMENTAL" and self._artifact_target is not None:
            self._next_increment()

    def _next_increment(self) -> None:
        """The rows that follow are another increment."""
        url = self._get_artifact_entry_ref_url()
        if url is not None:
            if self._previous_increments_paths is None:
                raise ValueError("_previous_increments_paths must be set if incremental table has been logged already")
            self._previous_increments_paths.append(url)
        self._forget_logging()
        if self._increment_num is None:
            raise ValueError("_increment_num must be set if incremental table has been logged already")
        self._increment_num += 1
        if self._increment_num > 99:
            termwarn(
                "You have exceeded 100 increments for this table. "
                "Only the latest 100 increments will be visualized in the run workspace.",
                repeat=False,
            )

    def _get_updated_result_type(self, row: Any) -> dtypes.Type:
        given = dict(zip(self.columns, row, strict=False))
        result = self._column_types.assign(given)
        if isinstance(result, dtypes.InvalidType):
            raise TypeError(f"Data row contained incompatible types:\n{self._column_types.explain(given)}")
        return result

    def _to_table_json(self, max_rows: int | None = None, warn: bool = True) -> dict[str, Any]:
        limit, count = Table.MAX_ROWS if max_rows is None else max_rows, len(self.data)
        if count > limit and warn:
            run = wandb("run")
            if run and (run.settings.table_raise_on_max_row_limit_exceeded or run.settings.strict):
                raise ValueError(
                    f"Table row limit exceeded: table has {count} rows, limit is {limit}. "
                    f"To increase the maximum number of allowed rows in a wandb.Table, override "
                    f"the limit with `wandb.Table.MAX_ARTIFACT_ROWS = X` and try again. Note: "
                    f"this may cause slower queries in the W&B UI."
                )
            logging.warning(f"Truncating wandb.Table object to {limit} rows.")
        incremental = self.log_mode == "INCREMENTAL" and self._last_logged_idx is not None
        first = self._last_logged_idx + 1 if incremental and self._last_logged_idx is not None else 0
        return {"columns": self.columns, "data": self.data[first : first + limit]}

    def bind_to_run(self, *args: Any, **kwargs: Any) -> None:
        """Put the table into a run's folder."""
        path = temporary_path(".table.json")
        with open(path, "w", encoding="utf-8") as stream:
            util_json.json_dump_safer(plain_lists(self._to_table_json(warn=False)), stream)
        self._set_file(path, is_tmp=True, extension=".table.json")
        super().bind_to_run(*args, **kwargs)

    @classmethod
    def get_media_subdir(cls) -> str:
        """The folder in a run for this type's files."""
        return os.path.join("media", "table")

    @classmethod
    def from_json(cls, json_obj: dict[str, Any], source_artifact: Any) -> Any:
        """The table from JSON."""
        mode = json_obj.get("log_mode", "IMMUTABLE")
        data, kinds = cells_from_json(json_obj, source_artifact, mode)
        columns = json_obj["columns"]
        dtype = None if kinds is None else [kinds.params["type_map"][str(column)] for column in columns]
        made = cls(columns=columns, data=data, dtype=dtype, log_mode=mode)
        if kinds is not None:
            made._column_types = kinds
        made._update_keys()
        return made

    def to_json(self, run_or_artifact: Any) -> dict[str, Any]:
        """The table as JSON: a file for a run, rows and types for an artifact."""
        found: dict[str, Any] = super().to_json(run_or_artifact)
        incremental = self.log_mode == "INCREMENTAL"
        if incremental:
            self._previous_increments_paths = self._previous_increments_paths or []
            self._increment_num = self._increment_num or 0
            found["increment_num"] = self._increment_num
            found["previous_increments_paths"] = self._previous_increments_paths
        if isinstance(run_or_artifact, wandb("Run")):
            found["_type"] = "incremental-table-file" if incremental else "table-file"
            found.update(ncols=len(self.columns), nrows=len(self.data), log_mode=self.log_mode)
        elif isinstance(run_or_artifact, wandb("Artifact")):
            rows = self._to_table_json(Table.MAX_ARTIFACT_ROWS)["data"]
            elsewhere = columns_to_json(self, run_or_artifact)
            cells = [
                [
                    None if index in elsewhere else cell_to_json(value, run_or_artifact)
                    for index, value in enumerate(row)
                ]
                for row in rows
            ]
            found.update(
                _type=Table._log_type,
                columns=self.columns,
                data=cells,
                ncols=len(self.columns),
                nrows=len(cells),
                column_types=self._column_types.to_json(run_or_artifact),
                log_mode=self.log_mode,
            )
        else:
            raise TypeError("to_json accepts wandb_run.Run or wandb_artifact.Artifact")
        return found

    def iterrows(self) -> Iterator[tuple[Any, list[Any]]]:
        """The rows.

        Yields:
            The row's number, which joins other tables, and the row.
        """
        for index, row in enumerate(self.data):
            yield self._index(index), row

    def _index(self, index: int) -> _TableIndex:
        made = _TableIndex(index)
        made.set_table(self)
        return made

    def get_index(self) -> list[Any]:
        """The numbers of the rows, which join other tables."""
        return [self._index(index) for index in range(len(self.data))]

    def index_ref(self, index: int) -> Any:
        """The number of one row.

        Args:
            index: which.
        """
        assert index < len(self.data)
        return self._index(index)

    @_changes
    def set_pk(self, col_name: Any) -> None:
        """Make a column the one that other tables point to.

        Args:
            col_name: the column.
        """
        assert col_name in self.columns
        self.cast(col_name, _PrimaryKeyType())

    @_changes
    def set_fk(self, col_name: Any, table: Table, table_col: str) -> None:
        """Make a column point to another table's.

        Args:
            col_name: the column.
            table: the other table.
            table_col: the column there.
        """
        assert col_name in self.columns
        assert col_name != self._pk_col
        self.cast(col_name, _ForeignKeyType(table, table_col))

    def _update_keys(self, force_last: bool = False) -> None:
        """Note which columns are keys, and let their values know."""
        kinds = self._column_types.params["type_map"]
        primary = next((name for name, kind in reversed(kinds.items()) if isinstance(kind, _PrimaryKeyType)), None)
        foreign = {name for name, kind in kinds.items() if isinstance(kind, (_ForeignKeyType, _ForeignIndexType))}
        changed = primary != self._pk_col or foreign != self._fk_cols
        if changed:
            if primary is None and self._pk_col is not None:
                raise AssertionError(f"Cannot unset primary key (column {self._pk_col})")
            lost = self._fk_cols - foreign
            if lost:
                raise AssertionError(f"Cannot unset foreign key. Attempted to unset ({lost})")
            self._pk_col, self._fk_cols = primary, foreign
        if changed:
            for row in self.data:
                self._wrap(row)
        elif force_last:
            self._wrap(self.data[-1])

    def _wrap(self, row: list[Any]) -> None:
        """Let the keys in a row know their tables."""
        for name in self._fk_cols:
            index, kind = self.columns.index(name), self._column_types.params["type_map"][name]
            if isinstance(kind, _ForeignKeyType) and not isinstance(row[index], _TableKey):
                row[index] = _TableKey(row[index])
                row[index].set_table(kind.params["table"], kind.params["col_name"])
            elif isinstance(kind, _ForeignIndexType) and not isinstance(row[index], _TableIndex):
                row[index] = _TableIndex(row[index])
                row[index].set_table(kind.params["table"])
        if self._pk_col is not None:
            index = self.columns.index(self._pk_col)
            row[index] = _TableKey(row[index])
            row[index].set_table(self, self._pk_col)

    @_not_incremental
    @_changes
    def add_column(self, name: str, data: Any, optional: bool = False) -> None:
        """Add a column.

        Args:
            name: its name.
            data: a value for each row.
            optional: whether None is allowed.

        Raises:
            AssertionError: a name that is none or taken, or more or fewer values than rows.
            TypeError: values that do not fit together; the table is then as before.
        """
        assert isinstance(name, str)
        assert name not in self.columns
        assert isinstance(data, list) or util.is_numpy_array(data)
        assert isinstance(optional, bool)
        first = not self.columns
        assert first or len(data) == len(self.data), f"Expected length {len(self.data)}, found {len(data)}"
        for index in range(max(len(data), len(self.data))):
            if first:
                self.data.append([])
            self.data[index].append(data[index])
        self.columns.append(name)
        try:
            self.cast(name, dtypes.UnknownType(), optional=optional)
        except TypeError:
            self.data = [] if first else [row[:-1] for row in self.data]
            self.columns = self.columns[:-1]
            raise

    def get_column(self, name: Any, convert_to: Any = None) -> Any:
        """A column.

        Args:
            name: which.
            convert_to: ``numpy`` for an array.

        Returns:
            A list, or an array.

        Raises:
            AssertionError: no such column, or another word.
            wandb.Error: numpy is missing.
        """
        assert name in self.columns
        assert convert_to is None or convert_to == "numpy"
        index = self.columns.index(name)
        values = [row[index] for row in self.data]
        if convert_to is None:
            return values
        np = util.get_module("numpy", required="Converting to NumPy requires installing NumPy")
        return np.array([value.to_data_array() if isinstance(value, WBValue) else value for value in values])

    def get_dataframe(self) -> Any:
        """The table as a data frame.

        Raises:
            wandb.Error: pandas is missing.
        """
        pd = util.get_module("pandas", required="Converting to pandas.DataFrame requires installing pandas")
        return pd.DataFrame.from_records(self.data, columns=self.columns)

    @_not_incremental
    @_changes
    def add_computed_columns(self, fn: Callable[[int, dict[Any, Any]], dict[str, Any]]) -> None:
        """Add columns that are computed from the others.

        Args:
            fn: gets a row's number and the row by column, and returns the new values by column.
        """
        computed: dict[str, list[Any]] = {}
        for index, row in self.iterrows():
            values = fn(index, dict(zip(self.columns, row, strict=False)))
            assert isinstance(values, dict)
            for name, value in values.items():
                computed.setdefault(name, []).append(value)
        for name, column in computed.items():
            self.add_column(name, column)


@at("wandb.sdk.data_types.table")
class _TableType(dtypes.Type):
    """Takes tables of the same columns."""

    name = "table"
    legacy_names: ClassVar[list[str]] = ["wandb.Table"]
    types: ClassVar[list[type]] = [Table]

    def __init__(self, column_types: Any = None) -> None:
        if column_types is None:
            column_types = dtypes.UnknownType()
        if isinstance(column_types, dict):
            column_types = dtypes.TypedDictType(column_types)
        elif not isinstance(column_types, (dtypes.TypedDictType, dtypes.UnknownType)):
            raise TypeError("column_types must be a dict or TypedDictType")
        self.params["column_types"] = column_types

    def assign_type(self, wb_type: Any = None) -> dtypes.Type:
        """The common type of the columns."""
        if not isinstance(wb_type, _TableType):
            return dtypes.InvalidType()
        columns = self.params["column_types"].assign_type(wb_type.params["column_types"])
        return columns if isinstance(columns, dtypes.InvalidType) else _TableType(columns)

    @classmethod
    def from_obj(cls, py_obj: Any = None) -> dtypes.Type:
        """The type of a table."""
        if not isinstance(py_obj, Table):
            raise TypeError("py_obj must be a wandb.Table")
        return cls(py_obj._column_types)


dtypes.TypeRegistry.add(_TableType)
