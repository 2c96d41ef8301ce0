"""The rows that a view's Python function makes of many resources, in bounded memory."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import pyarrow as pa

from hygie.fhir.codec import decode
from hygie.insight.views.rows import Row, Rows
from hygie.insight.views.schema import ColumnType
from hygie.insight.views.tables import Batch, to_arrow
from hygie.limits import MAX_BUNDLE_BYTES

BATCH_CELLS: Final = 1_000_000
"""Values of a batch, about: one resource may make MAX_VIEW_ROWS rows."""


def python_rows(
    rows: Rows, texts: Iterable[pa.Scalar], columns: Sequence[ColumnType]
) -> Iterator[Batch]:
    """Their rows, in order. `texts`: the JSON of resources, sound."""
    found: list[Row] = []
    most = max(1, BATCH_CELLS // len(columns))
    for text in texts:
        found += rows(decode(text.as_py().encode(), limit=MAX_BUNDLE_BYTES))
        if len(found) >= most:
            yield to_arrow(found, columns)
            found = []
    if found:
        yield to_arrow(found, columns)
