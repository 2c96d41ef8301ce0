"""Views on Spark: the Python function of a view, run by the workers on lines of JSON.

Spark does not come with Hygie: this module is imported only when asked for, and says what is
missing. The workers need Hygie installed, or its sources on their PYTHONPATH.
"""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from hygie.fhir.codec import decode, encode
from hygie.fhir.definitions import r4
from hygie.insight.views.definition import View
from hygie.insight.views.rows import Rows, compile_view
from hygie.insight.views.schema import ColumnType, schema
from hygie.limits import MAX_LINE_BYTES
from hygie.refusal import Category, Phrase, refuse

try:
    from pyspark.sql import types
except ImportError:
    raise refuse(
        Category.UNSUPPORTED,
        "view.no-spark",
        Phrase(
            "Spark n’est pas installé : « pip install pyspark », et Java 17 ou plus récent.",
            "Spark is not installed: “pip install pyspark”, and Java 17 or later.",
        ),
        code="not-supported",
    ) from None

if TYPE_CHECKING:
    from pyspark import RDD
    from pyspark.sql import DataFrame, SparkSession

KINDS: Final[dict[str, types.DataType]] = {
    "boolean": types.BooleanType(),
    "integer": types.LongType(),
}
"""Of the others, texts: a decimal with its digits, a date as it was recorded, JSON of an object
(SQL on FHIR, Default Type Mappings)."""


def view_frame(session: "SparkSession", view: View, lines: "RDD[str] | DataFrame") -> "DataFrame":
    """The rows of a view of lines of JSON, one resource a line: `spark.read.text(…)` or an RDD.

    Raises Refused when the view cannot be compiled. Rows are made when Spark asks for them; a
    value that does not fit its column ends the job, and its message holds no value.
    """
    columns = schema(view, r4())
    rows = texts(lines).mapPartitions(_Partition(view, columns))
    return session.createDataFrame(rows, frame_schema(columns))


def frame_schema(columns: Iterable[ColumnType]) -> types.StructType:
    """The columns of a view as Spark has them. Any of them may be null."""
    return types.StructType([types.StructField(c.name, _type(c)) for c in columns])


def _type(column: ColumnType) -> types.DataType:
    one = KINDS.get(column.kind, types.StringType())
    return types.ArrayType(one) if column.collection else one


def texts(lines: "RDD[str] | DataFrame") -> "RDD[str]":
    """The lines themselves: of a frame, what its first column holds."""
    return lines.rdd.map(_first) if hasattr(lines, "rdd") else lines


def _first(row: Sequence[Any]) -> Any:
    return row[0]


class _Partition:
    """What a worker does with the lines of a partition. Sent to it: the view, not its code."""

    def __init__(self, view: View, columns: tuple[ColumnType, ...]) -> None:
        self._view = view
        self._columns = columns

    def __call__(self, lines: Iterable[str]) -> Iterator[tuple[Any, ...]]:
        rows = compiled(self._view)
        kinds = [column.kind for column in self._columns]
        for line in lines:
            if line and not line.isspace():
                for row in rows(decode(line.encode(), limit=MAX_LINE_BYTES)):
                    yield tuple(map(_shown, row, kinds))


@lru_cache(maxsize=16)
def compiled(view: View) -> Rows:
    """Once a process: a partition may be short."""
    return compile_view(view, r4())


def _shown(value: Any, kind: str) -> Any:
    if isinstance(value, list):
        return [_shown(item, kind) for item in value]
    if isinstance(value, dict):
        return encode(value).decode()
    return str(value) if kind == "decimal" and isinstance(value, int | Decimal) else value
