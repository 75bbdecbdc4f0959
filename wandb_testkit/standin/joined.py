"""``wandb.JoinedTable``, ``PartitionedTable`` and ``EvalTable``: tables that are made of tables, or written elsewhere.

What they check and refuse is as in wandb 0.31.0.

Its ``assert`` statements are the client's: they fail in the client's words (PYTEST_DONT_REWRITE).
"""

from __future__ import annotations

import base64
import binascii
import importlib
import os
import re
from typing import Any, ClassVar

from wandb_testkit.errors import NotModelled
from wandb_testkit.standin import dtypes
from wandb_testkit.standin.base import Media
from wandb_testkit.standin.errors import UsageError
from wandb_testkit.standin.place import at, wandb
from wandb_testkit.standin.table import Table

_MEDIA_MODES = ("stub", "raise")
_BACKENDS = ("weave", "ces")

#: The oldest weave that wandb writes these tables with.
_WEAVE = (0, 52, 41)


@at("wandb.sdk.data_types.table")
class PartitionedTable(Media):
    """A folder of tables in an artifact, as one.

    Args:
        parts_path: the folder.
    """

    _log_type = "partitioned-table"

    def __init__(self, parts_path: Any) -> None:
        super().__init__()
        self.parts_path = parts_path
        self._loaded_part_entries: dict[str, tuple[Any, Any]] = {}

    def to_json(self, artifact_or_run: Any) -> dict[str, Any]:
        """The table as JSON."""
        found = {"_type": PartitionedTable._log_type}
        if isinstance(artifact_or_run, wandb("Run")):
            url = self._get_artifact_entry_ref_url()
            if url is None:
                raise ValueError("PartitionedTables must first be added to an Artifact before logging to a Run")
            return {**found, "artifact_path": url}
        return {**found, "parts_path": self.parts_path}

    @classmethod
    def from_json(cls, json_obj: dict[str, Any], source_artifact: Any) -> Any:
        """The table from JSON."""
        made = cls(json_obj["parts_path"])
        for entry in source_artifact.manifest.get_entries_in_directory(json_obj["parts_path"]):
            made._add_part_entry(entry, source_artifact)
        return made

    def _add_part_entry(self, entry: Any, source_artifact: Any) -> None:
        self._loaded_part_entries[entry.path] = (entry, source_artifact)

    def iterrows(self) -> Any:
        """The rows of all the tables.

        Yields:
            The row's number and the row.

        Raises:
            ValueError: the tables have different columns.
        """
        columns, index = None, 0
        for entry, artifact in self._loaded_part_entries.values():
            part = artifact.get(entry.path)
            if columns is not None and columns != part.columns:
                raise ValueError(f"Table parts have non-matching columns. {columns} != {part.columns}")
            columns = part.columns
            for _, row in part.iterrows():
                yield index, row
                index += 1

    def __eq__(self, other: object) -> bool:
        return isinstance(other, self.__class__) and self.parts_path == other.parts_path

    __hash__ = None

    def bind_to_run(self, *args: Any, **kwargs: Any) -> None:
        """Refuse: it lies in an artifact."""
        raise ValueError("PartitionedTables cannot be bound to runs")


@at("wandb.sdk.data_types.table")
class JoinedTable(Media):
    """Two tables, joined where it is shown.

    Args:
        table1: a table, its path in an artifact, or its entry there.
        table2: another.
        join_key: the column that joins them, or one for each.

    Raises:
        ValueError: none of these was given.
    """

    _log_type = "joined-table"

    def __init__(self, table1: Any, table2: Any, join_key: Any) -> None:
        super().__init__()
        if not isinstance(join_key, str) and not (isinstance(join_key, list) and len(join_key) == 2):
            raise ValueError("JoinedTable join_key should be a string or a list of two strings")
        for name, table in (("table1", table1), ("table2", table2)):
            if not self._validate_table_input(table):
                raise ValueError(
                    f"JoinedTable {name} should be an artifact path to a table or wandb.Table object"
                )
        self._table1 = table1
        self._table2 = table2
        self._join_key = join_key

    @staticmethod
    def _validate_table_input(table: Any) -> bool:
        if isinstance(table, str) and table.endswith(".table.json"):
            return True
        if isinstance(table, (Table, PartitionedTable)):
            return True
        return hasattr(table, "ref_url") and bool(table.ref_url().endswith(".table.json"))

    @classmethod
    def from_json(cls, json_obj: dict[str, Any], source_artifact: Any) -> Any:
        """The table from JSON."""
        paths = [json_obj["table1"], json_obj["table2"]]
        first, second = (
            path if found is None else found for path, found in ((path, source_artifact.get(path)) for path in paths)
        )
        return cls(first, second, json_obj["join_key"])

    def _ensure_table_in_artifact(self, table: Any, artifact: Any, number: int) -> Any:
        """The path of a table in the artifact, to which it is added where it is not there."""
        if isinstance(table, (Table, PartitionedTable)):
            name = f"t{number}_{id(self)}"
            source = table._artifact_source
            if source is not None and source.name is not None:
                name = os.path.basename(source.name)
            table = artifact.add(table, name).path
        elif hasattr(table, "ref_url"):
            digest = binascii.hexlify(base64.standard_b64decode(table.digest)).decode("ascii")[:20]
            name = f"{digest}.{table.name.split('.')[-2]}.json"
            table = artifact.add_reference(table.ref_url(), name)[0].path
        if table not in artifact._manifest.entries:
            raise ValueError(
                f"JoinedTable table:{table} not found in artifact. Add a table to the artifact using "
                f"Artifact#add(<table>, {table}) before adding this JoinedTable"
            )
        return table

    def to_json(self, artifact_or_run: Any) -> dict[str, Any]:
        """The table as JSON."""
        found: dict[str, Any] = {"_type": JoinedTable._log_type}
        if isinstance(artifact_or_run, wandb("Run")):
            url = self._get_artifact_entry_ref_url()
            if url is None:
                raise ValueError("JoinedTables must first be added to an Artifact before logging to a Run")
            return {**found, "artifact_path": url}
        return {
            **found,
            "table1": self._ensure_table_in_artifact(self._table1, artifact_or_run, 1),
            "table2": self._ensure_table_in_artifact(self._table2, artifact_or_run, 2),
            "join_key": self._join_key,
        }

    def _eq_debug(self, other: Any, should_assert: bool = False) -> bool:
        if not isinstance(other, JoinedTable):
            assert not should_assert, f"Found type {other.__class__}, expected {JoinedTable}"
            return False
        if self._join_key != other._join_key:
            assert not should_assert, f"Found {other._join_key} join key, expected {self._join_key}"
            return False
        first: bool = self._table1._eq_debug(other._table1, should_assert)
        return first and bool(self._table2._eq_debug(other._table2, should_assert))

    def __eq__(self, other: object) -> bool:
        return self._eq_debug(other)

    __hash__ = None

    def bind_to_run(self, *args: Any, **kwargs: Any) -> None:
        """Refuse: it lies in an artifact."""
        raise ValueError("JoinedTables cannot be bound to runs")


def _require_weave() -> None:
    """Check that weave is there, and new enough."""
    text = 'EvalTable dependency error. Fix with: `pip install wandb["eval-table"]`.'
    try:
        version = importlib.import_module("weave").__version__
    except (ModuleNotFoundError, AttributeError) as error:
        raise ImportError(text) from error
    if tuple(int(part) for part in re.findall(r"\d+", version)[:3]) < _WEAVE:
        raise ImportError(f"{text}; found weave=={version}")


@at("wandb.sdk.data_types.eval_table.eval_table")
class EvalTable(Table):
    """A table of inputs, outputs and scores, which an online run writes to an evaluation service.

    Args:
        columns: the columns' names; those of the roles, where none are given.
        data: rows, an array of two dimensions, or a data frame.
        rows: rows, under the name of old.
        dataframe: a data frame.
        dtype: the type of the columns, or of each.
        optional: whether None is allowed in the columns, or in each.
        allow_mixed_types: check no types.
        log_mode: ``IMMUTABLE``.
        input_columns: the inputs.
        output_columns: the outputs.
        score_columns: the scores.
        backend: ``weave`` or ``ces``.
        unsupported_media_mode: ``stub`` or ``raise``.

    Raises:
        UsageError: another ``log_mode`` or ``backend``, or ``ces`` without types.
        ValueError: another ``unsupported_media_mode``.
        ImportError: weave is needed and missing.
    """

    _log_type = "eval-table"

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
        *,
        input_columns: list[str] | None = None,
        output_columns: list[str] | None = None,
        score_columns: list[str] | None = None,
        backend: Any = None,
        unsupported_media_mode: Any = "stub",
    ) -> None:
        if log_mode != "IMMUTABLE":
            raise UsageError("EvalTable currently only supports log_mode='IMMUTABLE'.")
        if unsupported_media_mode not in _MEDIA_MODES:
            raise ValueError(
                f"unsupported_media_mode must be one of {_MEDIA_MODES}, got {unsupported_media_mode!r}."
            )
        self._backend = "weave" if backend is None else backend
        if self._backend not in _BACKENDS:
            raise UsageError(f"Unsupported EvalTable backend {self._backend!r}; expected 'weave' or 'ces'.")
        if self._backend == "weave":
            _require_weave()
        elif allow_mixed_types:
            raise UsageError("CES EvalTable logging requires allow_mixed_types=False.")
        self._input_columns = list(input_columns or [])
        self._output_columns = list(output_columns or [])
        self._score_columns = list(score_columns or [])
        roles = [*self._input_columns, *self._output_columns, *self._score_columns]
        if columns is None and dataframe is None and roles:
            columns = list(roles)
        super().__init__(columns, data, rows, dataframe, dtype, optional, allow_mixed_types, log_mode)

    def has_been_logged(self) -> bool:
        """Whether the service has it: never, in a test."""
        return False

    def bind_to_run(
        self,
        run: Any,
        key: int | str,
        step: int | str,
        id_: int | str | None = None,
        ignore_copy_err: bool | None = None,
    ) -> None:
        """Refuse: no evaluation service is there.

        Raises:
            UsageError: the run is offline, as wandb says.
            NotModelled: it is online, where wandb would write to Weave or CES.
        """
        if run.offline:
            raise UsageError(
                "EvalTable does not support offline mode yet. Use wandb.init(mode='online') or unset WANDB_MODE."
            )
        raise NotModelled("run.log of a wandb.EvalTable", "log")

    def to_json(self, run_or_artifact: Any) -> dict[str, Any]:
        """Refuse: it is not written anywhere.

        Raises:
            TypeError: it was to go into an artifact, or into what is no run.
            UsageError: it was not logged.
        """
        if isinstance(run_or_artifact, wandb("Artifact")):
            raise TypeError("EvalTable cannot be logged to a wandb.Artifact.")
        if not isinstance(run_or_artifact, wandb("Run")):
            raise TypeError("EvalTable can only be serialized for a wandb.Run.")
        raise UsageError("EvalTable must be logged with run.log().")


@at("wandb.sdk.data_types.table")
class _JoinedTableType(dtypes.Type):
    """Takes joined tables."""

    name = "joined-table"
    types: ClassVar[list[type]] = [JoinedTable]


@at("wandb.sdk.data_types.table")
class _PartitionedTableType(dtypes.Type):
    """Takes tables in parts."""

    name = "partitioned-table"
    types: ClassVar[list[type]] = [PartitionedTable]


dtypes.TypeRegistry.add(_JoinedTableType)
dtypes.TypeRegistry.add(_PartitionedTableType)

