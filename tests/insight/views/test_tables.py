"""Guards what engines hand to writers: the same types of Arrow, whichever it was."""

import pytest
from tests.insight.views.samples import SAMPLES

from hygie.fhir.codec import encode
from hygie.fhir.definitions import r4
from hygie.insight.views import View, library, read_view, schema
from hygie.insight.views.engines import EngineName, engine
from hygie.insight.views.tables import arrow_schema, resources, to_arrow

BODIES = [encode(resource) for found, _ in SAMPLES.values() for resource in found]
OBJECTS = {
    "resource": "Observation",
    "select": [
        {
            "column": [
                {"name": "code", "path": "code", "type": "CodeableConcept"},
                {"name": "codes", "path": "code.coding.code", "collection": True},
                {"name": "value", "path": "value.ofType(Quantity).value"},
            ]
        }
    ],
}


def rows(name: EngineName, view: View) -> list[dict[str, object]]:
    run = engine(name, view, r4())
    given = [resources(BODIES[:5]), resources(BODIES[5:])]
    found = list(run(given))
    expected = arrow_schema(schema(view, r4()))
    assert all(batch.schema.equals(expected) for batch in found)
    return [row for batch in found for row in batch.to_pylist()]


@pytest.mark.parametrize("name", [*library.names(), ""])
def test_duckdb_and_python_make_the_same_rows(name: str) -> None:
    """Danger: figures that change with an option of the command."""
    view = library.ready(name) if name else read_view(OBJECTS)
    by_python = rows("python", view)
    assert by_python
    assert rows("duckdb", view) == by_python


def test_no_resource_makes_no_row() -> None:
    """Danger: a view over an empty store that fails."""
    view = library.ready("patients")
    columns = schema(view, r4())
    for name in ("python", "duckdb"):
        assert not [row for batch in engine(name, view, r4())([]) for row in batch.to_pylist()]
    assert to_arrow([], columns).schema.equals(arrow_schema(columns))
