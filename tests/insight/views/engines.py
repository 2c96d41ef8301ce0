"""The rows of a view as tables carry them, whatever runs it."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pyarrow as pa

from hygie.fhir.codec import encode
from hygie.fhir.definitions import r4
from hygie.insight.views import View, schema
from hygie.insight.views.rows import compile_view
from hygie.insight.views.sql import Engine

Json = dict[str, Any]
Carried = list[tuple[Any, ...]]


def python(view: View, resources: Sequence[Json]) -> Carried:
    """The rows of Python: decimals with their digits and objects with their JSON, as texts."""
    run = compile_view(view, r4())
    kinds = [column.kind for column in schema(view, r4())]
    return [tuple(map(_carried, row, kinds)) for body in resources for row in run(body)]


def _carried(value: Any, kind: str) -> Any:
    if isinstance(value, list):
        return [_carried(item, kind) for item in value]
    if kind == "object" and value is not None:
        return encode(value).decode()
    return str(value) if kind == "decimal" and isinstance(value, int | Decimal) else value


def duckdb(view: View, resources: Sequence[Json]) -> Carried:
    """The rows of DuckDB, which asks Python for none."""
    engine = Engine(view, r4(), compile_view(view, r4()))
    texts = [encode(resource).decode() for resource in resources]
    batch = pa.RecordBatch.from_arrays([pa.array(texts, pa.string())], ["resource"])
    rows = [tuple(row.values()) for rows in engine.run([batch]) for row in rows.to_pylist()]
    assert engine.by_python == 0
    return rows
