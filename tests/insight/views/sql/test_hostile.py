"""Names and texts of a view that try to leave their quotes."""

import json
from functools import cache

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.insight.views.sql.conftest import Json, Run, batch, refused_to_python

from hygie.fhir.definitions import r4
from hygie.insight.views import read_view
from hygie.insight.views.sql import Beyond, Engine, engine, quoting
from hygie.insight.views.sql.shape import Shape

HOSTILE = [
    "'",
    "''",
    "\\'",
    "'; DROP TABLE resources; --",
    "' OR 1=1 --",
    '"',
    '"; SELECT 1; --',
    "$$",
    "${x}",
    "{0}",
    "%s",
    "?",
    "/* */",
    "é’𝔘",
    "\\",
    "\\u0027",
    "a\nb",
    "\ud7ff",
]


def view_of(path: str, constant: str) -> Json:
    return {
        "resource": "Patient",
        "constant": [{"name": "sought", "valueString": constant}],
        "select": [{"column": [{"name": "found", "path": path, "type": "string"}]}],
    }


@pytest.mark.parametrize("text", HOSTILE)
def test_a_text_is_a_text(text: str, run: Run) -> None:
    """Guards: a constant of a view that becomes a part of its statement."""
    resources = [
        {"resourceType": "Patient", "name": [{"use": "usual", "family": text}]},
        {"resourceType": "Patient", "name": [{"use": text, "family": "x"}]},
    ]
    found = run(view_of("name.where(family = %sought).family", text), resources)
    assert found == [{"found": text}, {"found": None}]
    assert run(view_of("name.family.first() & %sought", text), resources)[0] == {"found": text * 2}


@cache
def connection() -> duckdb.DuckDBPyConnection:
    return engine.connect()


@settings(deadline=None, max_examples=50)
@given(st.text())
def test_any_text_comes_back(text: str) -> None:
    """Guards: a character that ends a literal, or is taken for another."""
    try:
        quoted = quoting.text(text)
    except Beyond:
        assert "\0" in text
        return
    assert connection().execute(f"SELECT {quoted}").fetchone() == (text,)
    assert connection().execute(f"SELECT 1 AS {quoting.name(text or 'x')}").description


@settings(deadline=None, max_examples=50)
@given(st.text(min_size=1).filter(lambda text: "\0" not in text))
def test_any_name_of_a_field_is_decoded(name: str) -> None:
    """Guards: a name that leaves the structure JSON is decoded into, or its field."""
    shape = Shape()
    shape.child(name, primitive=True, repeats=False)
    source = quoting.text(json.dumps({name: "x"}))
    decoded = f"(SELECT from_json({source}, {shape.structure()}) AS decoded)"
    found = connection().execute(f"SELECT decoded.{quoting.name(name)} FROM {decoded}").fetchone()
    assert found == ('"x"',)


@pytest.mark.parametrize("name", ["select", "order", "Group", "resource", "resources", "cell_1"])
def test_a_column_may_have_any_name(name: str) -> None:
    """Guards: a column that is taken for a word of SQL, or for a column of the statement."""
    view = {"resource": "Patient", "select": [{"column": [{"name": name, "path": "id"}]}]}
    asked = Engine(read_view(view), r4(), refused_to_python)
    (rows,) = asked.run([batch([{"resourceType": "Patient", "id": "1"}])])
    assert rows.to_pylist() == [{name: "1"}]
