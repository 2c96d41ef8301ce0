"""Expressions in SQL, where the language, JSON and SQL could part."""

from decimal import Decimal
from typing import Any

import pytest
from tests.insight.views.sql.conftest import Json, Run

PATIENT: Json = {
    "resourceType": "Patient",
    "id": "p",
    "active": True,
    "name": [
        {"use": "official", "family": 'Ré"my\\', "given": ["A", "B"], "period": {"start": "2020"}},
        {"use": "usual", "family": "R", "given": ["A"]},
    ],
    "birthDate": "1970-06-15",
    "_birthDate": {"extension": [{"url": "urn:t", "valueString": "at noon"}]},
    "_gender": {"extension": [{"url": "urn:absent", "valueCode": "unknown"}]},
    "multipleBirthInteger": 2,
    "extension": [{"url": "urn:d", "valueDecimal": Decimal("72.50")}],
}


@pytest.mark.parametrize(
    ("path", "kind", "expected"),
    [
        ("name.first().family", "string", 'Ré"my\\'),
        ("name.given.count()", "integer", 3),
        ("(name.given | name.given).count()", "integer", 2),
        ("name.given.where($this = 'A').count()", "integer", 2),
        ("name.where($index = 1).family", "string", "R"),
        ("name[1].given[0]", "string", "A"),
        ("name.all(family.exists())", "boolean", True),
        ("name.select(given.first()).join('/')", "string", "A/A"),
        ("name.exists(use = 'old')", "boolean", False),
        ("gender.exists()", "boolean", True),
        ("gender.hasValue()", "boolean", False),
        ("gender", "code", None),
        ("birthDate.extension('urn:t').value.ofType(string)", "string", "at noon"),
        ("birthDate > @1970", "boolean", None),
        ("birthDate > @1969", "boolean", True),
        ("birthDate = @1970-06-15", "boolean", True),
        ("birthDate < @1970-06-15T00:00:00+14:00", "boolean", None),
        ("birthDate < @1970-06-17T00:00:00Z", "boolean", True),
        ("birthDate.toString().substring(0, 4).toInteger() + 1", "integer", 1971),
        ("multipleBirth.ofType(integer) * 1.50", "decimal", "3.00"),
        ("multipleBirth.ofType(integer) / 8", "decimal", "0.25"),
        ("multipleBirth.ofType(integer) / 0", "decimal", None),
        ("-multipleBirth.ofType(integer)", "integer", -2),
        ("multipleBirth.exists()", "boolean", True),
        ("deceased.exists()", "boolean", False),
        ("deceased.ofType(boolean) and active", "boolean", None),
        ("(deceased.ofType(boolean) and active.not()).not()", "boolean", True),
        ("active implies deceased.ofType(boolean)", "boolean", None),
        ("active xor false", "boolean", True),
        ("'A' in name.given", "boolean", True),
        ("name.given contains 'Z'", "boolean", False),
        ("extension('urn:d').value.ofType(decimal)", "decimal", "72.50"),
        ("iif(active, 'yes', 'no')", "string", "yes"),
        ("name.given = name.given", "boolean", True),
        ("name.family & maritalStatus.text", "string", "!several"),
        ("'x' & maritalStatus.text", "string", "x"),
        ("nothing.at.all", "string", None),
        ("{}", "string", None),
        ("%ucum", "string", "http://unitsofmeasure.org"),
    ],
)
def test_an_expression(path: str, kind: str, expected: Any, run: Run) -> None:
    """Guards: three-valued logic, places, decimals or escapes that SQL reads in its own way."""
    column = {"name": "found", "path": path, "type": kind}
    view = {"resource": "Patient", "select": [{"column": [column]}]}
    if expected == "!several":
        with pytest.raises(AssertionError, match="alone"):
            run(view, [PATIENT])
        return
    assert run(view, [PATIENT]) == [{"found": expected}]


@pytest.mark.parametrize(
    ("malformed", "expected"),
    [
        ({"active": "true"}, (None, None, None)),
        ({"active": 1, "multipleBirthInteger": 1.0}, (None, None, None)),
        ({"multipleBirthInteger": "2", "gender": True}, (None, None, None)),
        ({"gender": {"a": 1}, "active": [True]}, (None, None, None)),
        ({"gender": ["male"], "active": {}}, (None, None, None)),
        ({"gender": "male", "Gender": 5, "active": None}, ("male", None, None)),
    ],
)
def test_a_value_of_another_kind_is_none(malformed: Json, expected: Any, run: Run) -> None:
    """Guards: a number taken for a text, and a resource that stops the whole view."""
    paths = [
        ("gender", "code"),
        ("active", "boolean"),
        ("multipleBirth.ofType(integer)", "integer"),
    ]
    columns = [
        {"name": f"c{n}", "path": path, "type": kind} for n, (path, kind) in enumerate(paths)
    ]
    view = {"resource": "Patient", "select": [{"column": columns}]}
    (row,) = run(view, [{"resourceType": "Patient", **malformed}])
    assert tuple(row.values()) == expected


def test_a_branch_without_elements_keeps_the_others(run: Run) -> None:
    """Guards: the row of nulls of a `forEachOrNull` that another part of the view takes away."""
    inner = {"forEach": "given", "column": [{"name": "given", "path": "$this"}]}
    view = {
        "resource": "Patient",
        "select": [
            {"column": [{"name": "id", "path": "id"}]},
            {
                "forEachOrNull": "name",
                "column": [
                    {"name": "place", "path": "%rowIndex", "type": "integer"},
                    {"name": "word", "path": "'x'"},
                ],
                "select": [inner],
            },
        ],
    }
    empty = {"resourceType": "Patient", "id": "q"}
    assert run(view, [empty, PATIENT]) == [
        {"id": "q", "place": 0, "word": None, "given": None},
        {"id": "p", "place": 0, "word": "x", "given": "A"},
        {"id": "p", "place": 0, "word": "x", "given": "B"},
        {"id": "p", "place": 1, "word": "x", "given": "A"},
    ]
