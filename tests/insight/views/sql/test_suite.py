"""Guards against rows of DuckDB that differ from those the tests of SQL on FHIR expect."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

import pytest
from tests.insight.views.sql.conftest import batch
from tests.insight.views.suite import Json, cases, passes

from hygie.fhir.definitions import r4
from hygie.insight.views import View
from hygie.insight.views.rows import compile_view
from hygie.insight.views.schema import ColumnType, schema
from hygie.insight.views.sql import Engine

CASES = cases()


@pytest.mark.skipif(not CASES, reason="no sql-on-fhir-v2 suite beside the repository")
def test_the_suite_on_duckdb(record_property: Callable[[str, Any], None]) -> None:
    """Danger: a view gives other rows on DuckDB; or is left to the Python engine, unseen."""
    left: list[int] = []

    def duckdb(view: View, resources: Sequence[Json]) -> list[list[Any]]:
        engine = Engine(view, r4(), compile_view(view, r4()))
        rows = [row.values() for part in engine.run([batch(resources)]) for row in part.to_pylist()]
        left.append(engine.by_python)
        columns = schema(view, r4())
        return [list(map(as_python, row, columns)) for row in rows]

    wrong = [str(case) for case in CASES if not passes(case, duckdb)]
    assert not wrong
    assert sum(left) == 0
    record_property("suite", f"sql-on-fhir-v2, duckdb: {len(CASES)} of {len(CASES)} (100.0%)")


def as_python(value: Any, column: ColumnType) -> Any:
    if isinstance(value, list):
        return [as_python(item, column) for item in value]
    return Decimal(value) if column.kind == "decimal" and value is not None else value
