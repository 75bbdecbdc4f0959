"""Keys and indexes that join tables: strings and numbers that know which table they are of, and their column types.

The rules are those of wandb 0.31.0.

Its ``assert`` statements are the client's: they fail in the client's words (PYTEST_DONT_REWRITE).
"""

from __future__ import annotations

from typing import Any, ClassVar

from wandb_testkit.standin import dtypes
from wandb_testkit.standin.lib import generate_id
from wandb_testkit.standin.place import at

_MODULE = "wandb.sdk.data_types.table"


@at(_MODULE)
class _TableLinkMixin:
    """Knows a table."""

    _table: Any

    def set_table(self, table: Any) -> None:
        """Remember the table."""
        self._table = table


@at(_MODULE)
class _TableKey(str, _TableLinkMixin):
    """A value of a key's column."""

    _col_name: Any

    def set_table(self, table: Any, col_name: Any) -> None:  # type: ignore[override]
        """Remember the table and the column."""
        assert col_name in table.columns
        self._table = table
        self._col_name = col_name


@at(_MODULE)
class _TableIndex(int, _TableLinkMixin):
    """The number of a row."""

    def get_row(self) -> dict[Any, Any]:
        """The row, by column."""
        return dict(zip(self._table.columns, self._table.data[self], strict=False)) if self._table else {}


def _in_artifact(found: dict[str, Any], table: Any, artifact: Any, who: str) -> dict[str, Any]:
    """JSON with the other table added to the artifact."""
    if artifact is None:
        raise AssertionError(f"{who} does not support serialization without an artifact")
    found["params"]["table"] = artifact.add(table, f"media/tables/t_{generate_id()}").path
    return found


def _table_from(json_dict: dict[str, Any], artifact: Any, who: str) -> Any:
    """The other table, out of the artifact."""
    if artifact is None:
        raise AssertionError(f"{who} does not support deserialization without an artifact")
    table = artifact.get(json_dict["params"]["table"])
    if table is None:
        raise AssertionError("Unable to deserialize referenced table")
    return table


@at(_MODULE)
class _PrimaryKeyType(dtypes.Type):
    """The column that others point to."""

    name = "primaryKey"
    legacy_names: ClassVar[list[str]] = ["wandb.TablePrimaryKey"]

    def assign_type(self, wb_type: Any = None) -> dtypes.Type:
        """Takes strings."""
        return self if isinstance(wb_type, (dtypes.StringType, _PrimaryKeyType)) else dtypes.InvalidType()

    @classmethod
    def from_obj(cls, py_obj: Any) -> dtypes.Type:  # type: ignore[override]
        """The type of a key."""
        if not isinstance(py_obj, _TableKey):
            raise TypeError("py_obj must be a wandb.Table")
        return cls()


@at(_MODULE)
class _ForeignKeyType(dtypes.Type):
    """A column that points to another table's keys."""

    name = "foreignKey"
    legacy_names: ClassVar[list[str]] = ["wandb.TableForeignKey"]
    types: ClassVar[list[type]] = [_TableKey]

    def __init__(self, table: Any, col_name: Any) -> None:
        assert hasattr(table, "_column_types")
        assert isinstance(col_name, str)
        assert col_name in table.columns
        self.params.update(table=table, col_name=col_name)

    def assign_type(self, wb_type: Any = None) -> dtypes.Type:
        """Takes strings, and keys of the same column."""
        same = (
            isinstance(wb_type, _ForeignKeyType)
            and self.params["table"] is wb_type.params["table"]
            and self.params["col_name"] == wb_type.params["col_name"]
        )
        return self if same or isinstance(wb_type, dtypes.StringType) else dtypes.InvalidType()

    @classmethod
    def from_obj(cls, py_obj: Any) -> dtypes.Type:  # type: ignore[override]
        """The type of a key."""
        if not isinstance(py_obj, _TableKey):
            raise TypeError("py_obj must be a _TableKey")
        return cls(py_obj._table, py_obj._col_name)

    def to_json(self, artifact: Any = None) -> dict[str, Any]:
        """The type as JSON; the other table goes into the artifact."""
        return _in_artifact(super().to_json(artifact), self.params["table"], artifact, "_ForeignKeyType")

    @classmethod
    def from_json(cls, json_dict: dict[str, Any], artifact: Any) -> dtypes.Type:  # type: ignore[override]
        """The type from JSON."""
        return cls(_table_from(json_dict, artifact, "_ForeignKeyType"), json_dict["params"]["col_name"])


@at(_MODULE)
class _ForeignIndexType(dtypes.Type):
    """A column that points to another table's rows."""

    name = "foreignIndex"
    legacy_names: ClassVar[list[str]] = ["wandb.TableForeignIndex"]
    types: ClassVar[list[type]] = [_TableIndex]

    def __init__(self, table: Any) -> None:
        assert hasattr(table, "_column_types")
        self.params["table"] = table

    def assign_type(self, wb_type: Any = None) -> dtypes.Type:
        """Takes numbers, and rows of the same table."""
        same = isinstance(wb_type, _ForeignIndexType) and self.params["table"] is wb_type.params["table"]
        return self if same or isinstance(wb_type, dtypes.NumberType) else dtypes.InvalidType()

    @classmethod
    def from_obj(cls, py_obj: Any) -> dtypes.Type:  # type: ignore[override]
        """The type of a row's number."""
        if not isinstance(py_obj, _TableIndex):
            raise TypeError("py_obj must be a _TableIndex")
        return cls(py_obj._table)

    def to_json(self, artifact: Any = None) -> dict[str, Any]:
        """The type as JSON; the other table goes into the artifact."""
        return _in_artifact(super().to_json(artifact), self.params["table"], artifact, "_ForeignIndexType")

    @classmethod
    def from_json(cls, json_dict: dict[str, Any], artifact: Any) -> dtypes.Type:  # type: ignore[override]
        """The type from JSON."""
        return cls(_table_from(json_dict, artifact, "_ForeignIndexType"))


for _type in (_ForeignKeyType, _PrimaryKeyType, _ForeignIndexType):
    dtypes.TypeRegistry.add(_type)
