"""Rows as JSON: an object a line (NDJSON), or one array of objects."""

from collections.abc import Sequence
from typing import Final

import msgspec
import pyarrow as pa

from hygie.insight.views.schema import ColumnType
from hygie.insight.views.writers.sinks import Sink
from hygie.insight.views.writers.values import objects

ENCODER: Final = msgspec.json.Encoder()


class NdjsonWriter:
    def __init__(self, sink: Sink, columns: Sequence[ColumnType]) -> None:
        self._sink = sink
        self._columns = columns

    def write(self, rows: pa.RecordBatch) -> None:
        self._sink.write(ENCODER.encode_lines(objects(rows, self._columns)))

    def close(self) -> None:
        """Nothing comes after the last line."""


class JsonWriter:
    def __init__(self, sink: Sink, columns: Sequence[ColumnType]) -> None:
        self._sink = sink
        self._columns = columns
        self._before = b"["

    def write(self, rows: pa.RecordBatch) -> None:
        for row in objects(rows, self._columns):
            self._sink.write(self._before + ENCODER.encode(row))
            self._before = b",\n"

    def close(self) -> None:
        self._sink.write(b"[]\n" if self._before == b"[" else b"]\n")
