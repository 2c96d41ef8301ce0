"""Rows as programs keep them, in Parquet and in DuckDB: decimals are numbers where a view asks so.

By default a decimal is its text (SQL on FHIR, Default Type Mappings), since no type of SQL holds
every decimal of FHIR. `ansi/type` makes it a number: DECIMAL(p, s), exact or refused, or DOUBLE
PRECISION, rounded. Dates are the text that FHIR gives them, of whatever precision.
"""

import re
from collections.abc import Sequence
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from hygie.insight.views.schema import ColumnType
from hygie.insight.views.tables import arrow_type
from hygie.insight.views.writers import phrases
from hygie.refusal import Category, refuse

_DECIMAL: Final = re.compile(r"(?:DECIMAL|NUMERIC)\s*\(\s*(\d{1,2})\s*,\s*(\d{1,2})\s*\)")
_DOUBLE: Final = re.compile(r"DOUBLE(?:\s+PRECISION)?|FLOAT|REAL")
MAX_DIGITS: Final = 38


def stored_schema(columns: Sequence[ColumnType]) -> pa.Schema:
    return pa.schema([pa.field(column.name, _type(column)) for column in columns])


def stored(rows: pa.RecordBatch, schema: pa.Schema) -> pa.RecordBatch:
    """Refused (UNPROCESSABLE) when a number does not fit its column, rather than cut."""
    arrays = [_cast(array, field) for array, field in zip(rows.columns, schema, strict=True)]
    return pa.record_batch(arrays, schema=schema)


def _type(column: ColumnType) -> pa.DataType:
    number = _number(column.hint.strip().upper()) if column.kind == "decimal" else None
    if number is None:
        return arrow_type(column)
    return pa.list_(number) if column.collection else number


def _number(hint: str) -> pa.DataType | None:
    if _DOUBLE.fullmatch(hint):
        return pa.float64()
    if digits := _DECIMAL.fullmatch(hint):
        precision, scale = int(digits[1]), int(digits[2])
        if scale <= precision and 1 <= precision <= MAX_DIGITS:
            return pa.decimal128(precision, scale)
    return None


def _cast(array: pa.Array, field: pa.Field) -> pa.Array:
    if array.type == field.type:
        return array
    try:
        return pc.cast(array, field.type)
    except pa.ArrowInvalid:  # its text would show the value
        raise refuse(
            Category.UNPROCESSABLE, "view.digits", phrases.DIGITS,
            name=field.name, type=str(field.type),
        ) from None  # fmt: skip
