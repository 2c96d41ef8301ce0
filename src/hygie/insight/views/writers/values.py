"""Rows as JSON values, every digit as it was."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

import msgspec
import pyarrow as pa

from hygie.insight.views.kinds import Kind
from hygie.insight.views.schema import ColumnType

JSON_TEXTS: Final[tuple[Kind, ...]] = ("decimal", "object")
"""Kinds whose Arrow text is JSON already."""


def objects(rows: pa.RecordBatch, columns: Sequence[ColumnType]) -> Iterator[dict[str, Any]]:
    """Rows as what `msgspec.json` encodes: column name -> value."""
    names = [column.name for column in columns]
    values = (_values(array, column) for array, column in zip(rows.columns, columns, strict=True))
    return (dict(zip(names, row, strict=True)) for row in zip(*values, strict=True))


def _values(array: pa.Array, column: ColumnType) -> list[Any]:
    found: list[Any] = array.to_pylist()
    return [_raw(value) for value in found] if column.kind in JSON_TEXTS else found


def _raw(value: Any) -> Any:
    if isinstance(value, list):
        return [_raw(item) for item in value]
    return None if value is None else msgspec.Raw(value.encode())
