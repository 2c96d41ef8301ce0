"""Rows on their way from an engine to a writer: Arrow, with every digit.

One type for each kind of value: bool, int64, and text for the rest. A decimal is the text of its
number, an object the text of its JSON, so that nothing is rounded before somebody decides to.
"""

from collections.abc import Sequence
from typing import Any, Final, TypeAlias

import pyarrow as pa

from hygie.fhir.codec import encode
from hygie.insight.views.kinds import Kind
from hygie.insight.views.schema import ColumnType

Batch: TypeAlias = pa.RecordBatch
RESOURCE: Final = "resource"
"""The one column of what an engine is given: the JSON of resources."""
ARROW: Final[dict[Kind, pa.DataType]] = {
    "boolean": pa.bool_(),
    "integer": pa.int64(),
    "decimal": pa.string(),
    "text": pa.string(),
    "object": pa.string(),
}


def arrow_schema(columns: Sequence[ColumnType]) -> pa.Schema:
    """Of the rows of a view."""
    return pa.schema([pa.field(column.name, arrow_type(column)) for column in columns])


def resources(bodies: Sequence[bytes]) -> Batch:
    """What an engine is given."""
    return pa.record_batch([pa.array(bodies, pa.string())], names=[RESOURCE])


def to_arrow(rows: Sequence[Sequence[Any]], columns: Sequence[ColumnType]) -> Batch:
    """Rows of Python's values: bool, int, Decimal, str, objects of JSON, lists of these, None."""
    values = zip(*rows, strict=True) if rows else ([] for _ in columns)
    arrays = [
        pa.array([_shown(value, column.kind) for value in one], arrow_type(column))
        for column, one in zip(columns, values, strict=True)
    ]
    return pa.record_batch(arrays, schema=arrow_schema(columns))


def arrow_type(column: ColumnType) -> pa.DataType:
    return pa.list_(ARROW[column.kind]) if column.collection else ARROW[column.kind]


def _shown(value: Any, kind: Kind) -> Any:
    if value is None or kind in ("boolean", "integer", "text"):
        return value
    if isinstance(value, list):
        return [_shown(item, kind) for item in value]
    return str(value) if kind == "decimal" else encode(value).decode()
