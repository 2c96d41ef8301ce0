"""Views run on DuckDB, as their tests ask for them."""

from collections.abc import Callable
from typing import Any

import pyarrow as pa
import pytest

from hygie.fhir.codec import encode
from hygie.fhir.definitions import r4
from hygie.insight.views import read_view
from hygie.insight.views.sql import Engine

Json = dict[str, Any]
Run = Callable[[Json, list[Json]], list[Json]]


def refused_to_python(resource: Json) -> list[tuple[Any, ...]]:
    raise AssertionError("SQL was to answer this alone")


def batch(resources: list[Json]) -> pa.RecordBatch:
    texts = [encode(resource).decode() for resource in resources]
    return pa.RecordBatch.from_arrays([pa.array(texts, pa.string())], ["resource"])


@pytest.fixture
def run() -> Run:
    """The rows of a view on DuckDB; it fails when the Python engine is asked for any."""

    def rows(view: Json, resources: list[Json]) -> list[Json]:
        engine = Engine(read_view(view), r4(), refused_to_python)
        return [row for found in engine.run([batch(resources)]) for row in found.to_pylist()]

    return rows
