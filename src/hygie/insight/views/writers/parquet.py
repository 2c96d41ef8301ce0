"""Rows as Parquet: a group of rows once there are enough of them, the schema even without any."""

from collections.abc import Sequence
from typing import Final

import pyarrow as pa
import pyarrow.parquet as pq

from hygie.insight.views.schema import ColumnType
from hygie.insight.views.writers.sinks import Sink
from hygie.insight.views.writers.storage import stored, stored_schema

GROUP_ROWS: Final = 64 * 1024
GROUP_BYTES: Final = 64 * 1024 * 1024


class ParquetWriter:
    def __init__(self, sink: Sink, columns: Sequence[ColumnType]) -> None:
        self._schema = stored_schema(columns)
        self._writer = pq.ParquetWriter(sink, self._schema, compression="zstd")
        self._waiting: list[pa.RecordBatch] = []

    def write(self, rows: pa.RecordBatch) -> None:
        self._waiting.append(stored(rows, self._schema))
        many = sum(batch.num_rows for batch in self._waiting) >= GROUP_ROWS
        if many or sum(batch.nbytes for batch in self._waiting) >= GROUP_BYTES:
            self._send()

    def close(self) -> None:
        self._send()
        self._writer.close()

    def _send(self) -> None:
        if self._waiting:
            self._writer.write_table(pa.Table.from_batches(self._waiting, self._schema))
            self._waiting = []
