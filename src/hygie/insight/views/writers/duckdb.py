"""Rows as a table of a DuckDB database: a file of its own."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import duckdb
import pyarrow as pa

from hygie.insight.views.schema import ColumnType
from hygie.insight.views.writers.storage import stored, stored_schema

_ROWS: Final = "rows_to_write"


class DuckdbWriter:
    def __init__(self, path: Path, columns: Sequence[ColumnType], table: str) -> None:
        """`table`: its name, an identifier."""
        self._schema = stored_schema(columns)
        self._table = f'"{table}"'
        self._connection = duckdb.connect(str(path))
        self._run(f"CREATE TABLE {self._table} AS FROM {_ROWS}", self._schema.empty_table())

    def write(self, rows: pa.RecordBatch) -> None:
        table = pa.Table.from_batches([stored(rows, self._schema)])
        self._run(f"INSERT INTO {self._table} FROM {_ROWS}", table)

    def close(self) -> None:
        self._connection.close()

    def _run(self, statement: str, table: pa.Table) -> None:
        self._connection.register(_ROWS, table)
        self._connection.execute(statement).fetchall()
        self._connection.unregister(_ROWS)
