"""The public suite of SQL on FHIR, on DuckDB alone: no case is left to the Python engine."""

import os
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import msgspec
import pytest
from tests.insight.views.sql.conftest import Json, Run

from hygie.insight.views.sql import Beyond
from hygie.refusal import Refused

SHARED = Path(os.environ.get("HYGIE_SHARED", Path(__file__).parents[4].parent / "shared"))
SUITE = SHARED / "suites" / "sql-on-fhir-v2"
READER = msgspec.json.Decoder(float_hook=Decimal)


def cases() -> list[Any]:
    return [
        pytest.param(case, suite["resources"], id=f"{path.stem}: {case['title']}")
        for path in sorted(SUITE.glob("*.json"))
        for suite in [READER.decode(path.read_bytes())]
        for case in suite["tests"]
    ]


@pytest.mark.parametrize(("case", "resources"), cases())
def test_a_case(case: Json, resources: list[Json], run: Run) -> None:
    """Guards: rows that differ from those of the specification, in a case it publishes."""
    if case.get("expectError"):
        with pytest.raises((Refused, Beyond, AssertionError, duckdb.Error)):
            run(case["view"], resources)
        return
    rows = run(case["view"], resources)
    assert sorted(map(comparable, rows)) == sorted(map(comparable, case["expect"]))
    if columns := case.get("expectColumns"):
        assert list(rows[0]) == columns


def comparable(row: Json) -> list[str]:
    """A row, with its columns by name: decimals come as their digits, no value as no list."""
    return [f"{name}={plain(value)}" for name, value in sorted(row.items())]


def plain(value: Any) -> str:
    if isinstance(value, list):
        return repr([plain(item) for item in value]) if value else repr(None)
    if isinstance(value, str):
        try:
            return repr(Decimal(value).normalize())
        except ArithmeticError:
            return repr(value)
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return repr(Decimal(value).normalize())
    return repr(value)
