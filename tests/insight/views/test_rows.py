"""Rows in Python: what the specification says of each part, and what stops a run."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from tests.insight.views import model
from tests.insight.views.drawn import patients, views

from hygie.fhir.definitions import r4
from hygie.insight.views import View, read_view
from hygie.insight.views.rows import compile_view, source_of
from hygie.insight.views.runtime import text_value
from hygie.limits import MAX_VIEW_ROWS
from hygie.refusal import Refused

Json = dict[str, Any]
SECRET = "Dupont-Secret"
PATIENT: Json = {
    "resourceType": "Patient",
    "id": "p",
    "active": True,
    "birthDate": "1980-02-03",
    "name": [{"family": SECRET, "given": ["A", "B"]}, {"family": "Durand"}],
    "contact": [{"name": {"family": "C"}, "telecom": [{"value": "1"}, {"value": "2"}]}],
    "multipleBirthInteger": 2,
}


def column(name: str, path: str, **more: Any) -> Json:
    return {"name": name, "path": path, **more}


def a_view(*selects: Json, resource: str = "Patient", **more: Any) -> Json:
    return {"resource": resource, "select": list(selects), **more}


def rows(view: Json, resource: Json = PATIENT) -> list[tuple[Any, ...]]:
    return compile_view(read_view(view), r4())(resource)


def refused(view: Json, resource: Json = PATIENT) -> tuple[str, str]:
    """The rule and the place of what stops a view; its messages never tell a value."""
    with pytest.raises(Refused) as caught:
        rows(view, resource)
    (issue,) = caught.value.refusal.issues
    for language in ("fr", "en"):
        assert SECRET not in issue.text(language) + str(caught.value)  # type: ignore[arg-type]
    return issue.rule, issue.location


def test_values_come_as_json_has_them() -> None:
    """Guards: dates, numbers or objects changed on their way into a table."""
    view = a_view(
        {
            "column": [
                column("a", "birthDate"),
                column("b", "birthDate.lowBoundary()", type="date"),
                column("c", "multipleBirth.ofType(integer)"),
                column("d", "1.10 + 1"),
                column("e", "name.first()", type="HumanName"),
                column("f", "name.given", collection=True),
                column("g", "telecom", type="ContactPoint", collection=True),
                column("h", "active.not()"),
                column("i", "3 'mg'", type="Quantity"),
            ]
        }
    )
    (row,) = rows(view)
    assert [str(value) for value in row] == [
        "1980-02-03",
        "1980-02-03",
        "2",
        "2.10",
        str(PATIENT["name"][0]),
        "['A', 'B']",
        "[]",
        "False",
        "{'value': Decimal('3'), 'unit': 'mg'}",
    ]


def test_a_resource_of_another_type_has_no_rows() -> None:
    """Guards: rows of nulls for everything that is not in the view."""
    assert rows(a_view({"column": [column("a", "id")]}), {"resourceType": "Observation"}) == []


def test_a_row_of_nulls_keeps_its_place() -> None:
    """Guards: a literal, or an index, in place of null for what is not there (`Process`, 3)."""
    inner = {"forEach": "period", "column": [column("d", "start")]}
    view = a_view(
        {
            "forEachOrNull": "telecom",
            "column": [column("a", "%rowIndex"), column("b", "'x'"), column("c", "value")],
            "select": [inner],
        }
    )
    assert rows(view) == [(0, None, None, None)]


def test_what_is_beside_a_primitive_is_seen() -> None:
    """Guards: a value that is only said to be unknown, taken for nothing, or for a value."""
    unknown = {"extension": [{"url": "http://u", "valueCode": "unknown"}]}
    names = [{"given": ["A", None], "_given": [None, unknown]}]
    view = a_view(
        {
            "forEach": "name.given",
            "column": [
                column("a", "$this"),
                column("b", "extension.value.ofType(code)"),
                column("c", "%resource.name.given", collection=True),
            ],
        }
    )
    patient = {**PATIENT, "name": names}
    assert rows(view, patient) == [("A", None, ["A"]), (None, "unknown", ["A"])]


def test_several_values_are_refused_where_one_is_expected() -> None:
    """Guards: a value chosen at random among several."""
    view = a_view({"column": [column("a", "id"), column("b", "name.family")]})
    assert refused(view) == ("view.several-values", "select[0].column[1]")


def test_a_value_of_another_type_is_refused() -> None:
    """Guards: a text in a column of numbers, found out by whoever loads the table."""
    view = a_view({"column": [column("a", "iif(active, name.first().family, 1)", type="integer")]})
    assert refused(view) == ("view.misfit", "select[0].column[0]")


@pytest.mark.parametrize(
    ("path", "type_name", "rule"),
    [
        ("name", "string", "view.column-type"),
        ("birthDate", "boolean", "view.column-type"),
        ("name", "", "view.column-type"),
        ("name.family.toto()", "string", "fhirpath.unknown-function"),
    ],
)
def test_what_can_never_fit_is_refused_before_it_runs(path: str, type_name: str, rule: str) -> None:
    """Guards: a mistake that only the first unlucky resource shows."""
    declared = {"type": type_name} if type_name else {}
    with pytest.raises(Refused) as caught:
        compile_view(read_view(a_view({"column": [column("a", path, **declared)]})), r4())
    (issue,) = caught.value.refusal.issues
    assert issue.rule == rule
    assert issue.location.startswith("select[0].column[0]")


@pytest.mark.parametrize(
    ("path", "rule"),
    [
        ("name.exists() | true | false", "view.not-boolean"),
        ("iif(active, 1, true)", "view.not-boolean"),
        ("name.family", "view.not-boolean"),
        ("name.single().exists()", "fhirpath"),
    ],
)
def test_a_condition_is_true_or_false(path: str, rule: str) -> None:
    """Guards: resources let through by what is no condition."""
    view = a_view({"column": [column("a", "id")]}, where=[{"path": path}])
    found, place = refused(view)
    assert found.startswith(rule)
    assert place == "where[0].path"


def test_only_what_is_true_lets_a_resource_through() -> None:
    """Guards: an empty answer taken for a yes."""
    for path, kept in (("active", 1), ("active.not()", 0), ("deceased.ofType(boolean)", 0)):
        view = a_view({"column": [column("a", "id")]}, where=[{"path": path}])
        assert len(rows(view)) == kept


def test_an_endless_repeat_is_refused() -> None:
    """Guards: a process that never answers."""
    view = a_view({"repeat": ["$this"], "column": [column("a", "id")]})
    assert refused(view) == ("view.endless", "select[0].repeat[0]")


def test_an_exponential_repeat_is_refused() -> None:
    """Guards: memory taken by paths that lead to the same elements again and again."""
    items: Json = {"linkId": "0"}
    for level in range(1, 40):
        items = {"linkId": str(level), "item": [items]}
    resource = {"resourceType": "QuestionnaireResponse", "item": [items]}
    view = a_view(
        {"repeat": ["item", "item"], "column": [column("a", "linkId")]},
        resource="QuestionnaireResponse",
    )
    assert refused(view, resource)[0] == "view.rows"


def test_a_product_is_bounded() -> None:
    """Guards: a resource of a few kilobytes making a million million rows."""
    many = {**PATIENT, "name": [{"family": "x"}] * 400}
    selects = [{"forEach": "name", "column": [column(f"c{n}", "family")]} for n in range(4)]
    assert MAX_VIEW_ROWS < 400**2
    assert refused(a_view(*selects), many)[0] == "view.rows"


def test_too_many_levels_are_refused() -> None:
    """Guards: code that Python cannot compile."""
    select: Json = {"forEach": "%resource.contact.telecom", "column": [column("a", "value")]}
    for _ in range(11):
        select = {"forEach": "%resource.contact.telecom", "select": [select]}
    with pytest.raises(Refused) as caught:
        compile_view(read_view(a_view(select)), r4())
    assert caught.value.refusal.issues[0].rule == "view.too-nested"


@pytest.mark.parametrize("junk", [None, 3, "x", [], {}, [[]], [None], ["x"], {"family": 3}])
def test_malformed_resources_are_passed_over(junk: Any) -> None:
    """Guards: a run of a million resources stopped by one."""
    patient = {"resourceType": "Patient", "name": junk, "contact": junk, "birthDate": junk}
    view = a_view(
        {
            "forEachOrNull": "name",
            "column": [column("a", "family"), column("b", "given", collection=True)],
        },
        {"repeat": ["contact"], "column": [column("c", "gender")]},
        {"column": [column("d", "birthDate")]},
    )
    assert isinstance(rows(view, patient), list)


def test_texts_of_a_view_never_become_code() -> None:
    """Guards: a view that runs what it likes."""
    nasty = 'a\'); import os #\\n{}"""  #@3'
    path = "name.where(family = %c).family | '" + nasty.replace("\\", "\\\\").replace("'", "\\'")
    view = a_view(
        {"column": [column("a", path + "'", collection=True)]},
        constant=[{"name": "c", "valueString": nasty}],
    )
    assert rows(view) == [([nasty],)]
    compile(source_of(read_view(view), r4()), "<test>", "exec")


# --- agreement with the specification's algorithm -----------------------------------------
@settings(max_examples=150, deadline=None)
@given(views(), patients())
def test_rows_are_those_of_the_specification(view: View, patient: Json) -> None:
    """Guards: a product, union, null row or index that the compiler writes wrong."""
    assert compile_view(view, r4())(patient) == model.rows(view, patient)


QUESTIONS: Json = {
    "resourceType": "QuestionnaireResponse",
    "id": "q",
    "item": [
        {"linkId": "1", "item": [{"linkId": "1.1", "answer": [{"valueString": "a"}]}]},
        {
            "linkId": "2",
            "answer": [
                {"valueInteger": 3, "item": [{"linkId": "2.1"}, {"linkId": "2.2"}]},
                {"valueCoding": {"code": "c"}, "item": [{"linkId": "2.3"}]},
            ],
        },
    ],
}
LINK = {"column": [column("a", "linkId"), column("b", "%rowIndex")]}
ROOT = {"column": [column("c", "%resource.id"), column("d", "%rowIndex")]}
FOUND = {"column": [column("e", "value.exists()"), column("f", "value.ofType(Coding).code")]}
SELF = {"column": [column("g", "$this.ofType(integer)"), column("h", "code")]}


@pytest.mark.parametrize(
    "select",
    [
        {"repeat": ["item", "answer.item"], **LINK},
        {"repeat": ["item.where(linkId != '1')", "answer", "item"], **ROOT},
        {"repeat": ["item"], "select": [{"repeat": ["answer.item"], **LINK}, ROOT]},
        {"repeat": ["item"], "select": [{"forEachOrNull": "answer", **FOUND}], **LINK},
        {"forEach": "item", "select": [{"repeat": ["answer", "item"], **ROOT}]},
        {"forEach": "descendants()", **FOUND, "select": [LINK]},
        {"forEach": "item | item.answer.item", **LINK},
        {"forEach": "item.answer.value", **SELF, "select": [ROOT]},
        {"forEachOrNull": "item.answer.value.ofType(Coding) | %resource", **SELF},
        {"unionAll": [{"repeat": ["item"], **LINK}, {"forEachOrNull": "nothing", **LINK}]},
    ],
)
def test_whatever_is_gone_through(select: Json) -> None:
    """Guards: elements of several types, or of one known only at run time, gone through wrong."""
    view = read_view(a_view(select, resource="QuestionnaireResponse"))
    found = compile_view(view, r4())(QUESTIONS)
    assert found == model.rows(view, QUESTIONS)
    assert found


def test_an_integer_has_no_point_in_a_text() -> None:
    """Guards: 5 written 5.000000 in a column of texts."""
    assert text_value(5, {}, "c", "string", "") == "5"
    assert text_value(Decimal("5.0"), {}, "c", "string", "") == "5.0"
