"""The formats there are, by name and by the end of a file's name."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final, Literal, Protocol, get_args

import pyarrow as pa

from hygie.insight.views.schema import ColumnType
from hygie.insight.views.writers import phrases
from hygie.insight.views.writers.csv import CsvWriter
from hygie.insight.views.writers.json import JsonWriter, NdjsonWriter
from hygie.insight.views.writers.parquet import ParquetWriter
from hygie.insight.views.writers.sinks import Sink
from hygie.refusal import Category, refuse

Format = Literal["ndjson", "json", "csv", "parquet", "duckdb"]
FORMATS: Final[tuple[Format, ...]] = get_args(Format)
_ENDS: Final[dict[str, Format]] = {
    ".ndjson": "ndjson", ".jsonl": "ndjson", ".json": "json", ".csv": "csv",
    ".parquet": "parquet", ".duckdb": "duckdb", ".db": "duckdb",
}  # fmt: skip


class Writer(Protocol):
    """Takes rows as they come. What is written is whole once it is closed, even without rows."""

    def write(self, rows: pa.RecordBatch) -> None: ...

    def close(self) -> None: ...


def format_of(path: Path) -> Format:
    """By the end of its name. Raises Refused."""
    found = _ENDS.get(path.suffix.lower())
    if found is None:
        raise refuse(
            Category.INVALID, "view.format", phrases.FORMAT, code="not-supported",
            found=path.suffix or path.name, allowed=", ".join(FORMATS),
        )  # fmt: skip
    return found


def open_writer(
    format: Format, sink: Sink, columns: Sequence[ColumnType], *, header: bool = True
) -> Writer:
    """Of a format that goes to a stream. `header`: of CSV."""
    match format:
        case "ndjson":
            return NdjsonWriter(sink, columns)
        case "json":
            return JsonWriter(sink, columns)
        case "csv":
            return CsvWriter(sink, columns, header=header)
        case "parquet":
            return ParquetWriter(sink, columns)
        case "duckdb":
            raise AssertionError("a database is a file, not a stream")
