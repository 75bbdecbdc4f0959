"""The cells of a table as JSON in an artifact, and back.

The forms are those of wandb 0.31.0.
"""

from __future__ import annotations

import datetime
import json
import os
from decimal import Decimal
from typing import Any

from wandb_testkit.standin import dtypes, util, util_json
from wandb_testkit.standin.base import MEDIA_TMP, WBValue
from wandb_testkit.standin.errors import Error
from wandb_testkit.standin.lib import generate_id
from wandb_testkit.standin.place import termwarn


def cell_to_json(value: Any, artifact: Any) -> Any:
    """One cell.

    Args:
        value: the cell.
        artifact: what media are added to.

    Returns:
        JSON; moments as milliseconds since 1970.
    """
    if isinstance(value, WBValue):
        return value.to_json(artifact)
    if value.__class__ is dict:
        return {key: cell_to_json(item, artifact) for key, item in value.items()}
    if hasattr(value, "tolist"):
        plain = value.tolist()
        if value.__class__.__name__ == "datetime64" and isinstance(plain, int):
            plain = plain / int(1e6)
        return cell_to_json(plain, artifact)
    if hasattr(value, "item"):
        return cell_to_json(value.item(), artifact)
    if isinstance(value, datetime.datetime):
        return int((_utc(value) if value.tzinfo is None else value).timestamp() * 1000)
    if isinstance(value, datetime.date):
        midnight = datetime.datetime(value.year, value.month, value.day, tzinfo=datetime.timezone.utc)
        return int(midnight.timestamp() * 1000)
    if isinstance(value, (list, tuple)):
        return [cell_to_json(item, artifact) for item in value]
    return float(value) if isinstance(value, Decimal) else util_json.json_friendly(value)[0]


def _utc(moment: datetime.datetime) -> datetime.datetime:
    """The moment in UTC; made of its parts, which pandas' NaT has none of."""
    clock = moment.hour, moment.minute, moment.second, moment.microsecond
    return datetime.datetime(moment.year, moment.month, moment.day, *clock, tzinfo=datetime.timezone.utc)


def array_type(kind: dtypes.Type) -> dtypes.NDArrayType | None:
    """The type of arrays in a column's type.

    Args:
        kind: the column's type.

    Returns:
        That type, or None where the column holds no arrays.
    """
    kinds = kind.params["allowed_types"] if isinstance(kind, dtypes.UnionType) else [kind]
    return next((item for item in reversed(kinds) if isinstance(item, dtypes.NDArrayType)), None)


def columns_to_json(table: Any, artifact: Any) -> set[int]:
    """Put columns of large arrays into files of their own.

    Args:
        table: the table, whose types are changed.
        artifact: what the files are added to.

    Returns:
        The numbers of those columns.
    """
    elsewhere = set()
    kinds = table._column_types.params["type_map"]
    for index, name in enumerate(table.columns):
        arrays = array_type(kinds[name])
        if arrays is None:
            continue
        shape = arrays.params["shape"]
        if len(shape) == 1 and shape[0] <= table._MAX_EMBEDDING_DIMENSIONS:
            kinds[name] = dtypes.ListType(dtypes.NumberType, shape[0])
            continue
        np = util.get_module("numpy", required="Serializing NumPy requires NumPy to be installed.")
        file_name = f"{name}_{generate_id()}.npz"
        path = os.path.join(MEDIA_TMP.name, file_name)
        np.savez_compressed(path, **{str(name): table.get_column(name, convert_to="numpy")})
        entry = artifact.add_file(path, "media/serialized_data/" + file_name, is_tmp=True)
        arrays._set_serialization_path(entry.path, str(name))
        elsewhere.add(index)
    return elsewhere


def cells_from_json(found: dict[str, Any], artifact: Any, mode: str) -> tuple[list[Any], dtypes.Type | None]:
    """The rows and the types of a table in an artifact.

    Args:
        found: the table as JSON.
        artifact: what it lies in.
        mode: the table's ``log_mode``.

    Returns:
        The rows, and the columns' types where they are known.
    """
    kinds = found.get("column_types")
    column_types = None if kinds is None else dtypes.TypeRegistry.type_from_dict(kinds, artifact)
    moments: set[int] = set()
    arrays: dict[int, Any] = {}
    if column_types is not None:
        for name, kind in column_types.params["type_map"].items():
            allowed = kind.params["allowed_types"] if isinstance(kind, dtypes.UnionType) else [kind]
            if any(isinstance(item, dtypes.TimestampType) for item in allowed):
                moments.add(found["columns"].index(name))
            stored = array_type(kind)
            path = None if stored is None else stored._get_serialization_path()
            if stored is not None and path is not None:
                np = util.get_module(
                    "numpy", required="Deserializing NumPy columns requires NumPy to be installed."
                )
                loaded = np.load(artifact.get_entry(path["path"]).download())
                arrays[found["columns"].index(name)] = loaded[path["key"]]
                stored._clear_serialization_path()
    rows = _increments(found, artifact) if mode == "INCREMENTAL" else found["data"]
    return [
        [_cell(value, row, column, moments, arrays, artifact) for column, value in enumerate(values)]
        for row, values in enumerate(rows)
    ], column_types


def _cell(value: Any, row: int, column: int, moments: set[int], arrays: dict[int, Any], artifact: Any) -> Any:
    """One cell from JSON."""
    if column in moments and isinstance(value, (int, float)):
        return datetime.datetime.fromtimestamp(value / 1000, tz=datetime.timezone.utc)
    if column in arrays:
        return arrays[column][row]
    if isinstance(value, dict) and "_type" in value:
        return WBValue.init_from_json(value, artifact) or value
    return value


def _increments(found: dict[str, Any], artifact: Any) -> list[Any]:
    """The rows of a table that was logged row by row."""
    if "latest" not in artifact.aliases:
        termwarn(
            "It is recommended to use the latest version of the "
            "incremental table artifact for ordering guarantees.",
            repeat=False,
        )
    rows: list[Any] = []
    if found.get("increment_num") is None:
        return rows
    entries = artifact.manifest.entries
    for key in sorted((key for key in entries if key.endswith(".table.json")), key=_increment_order):
        try:
            with open(entries[key].download()) as stream:
                rows.extend(json.load(stream)["data"])
        except (json.JSONDecodeError, KeyError) as error:
            raise Error(f"Invalid table file {key}") from error
    return rows


def _increment_order(key: str) -> tuple[int, int]:
    """The number and the time in the name of an increment."""
    try:
        number, *rest = key.split(".")[0].split("-")
        return int(number), int(rest[0]) if rest else 0
    except ValueError:
        termwarn(
            f"Could not parse artifact entry for increment {key}."
            " The entry name does not follow the naming convention"
            " <increment_number>-<timestamp>.<key>.table.json"
            " The data in the table will be out of order.",
            repeat=False,
        )
        return 0, 0
