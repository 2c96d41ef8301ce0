"""Rows in Python: what the specification says of each part, and what stops a run."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.insight.views import model

from hygie.fhir.definitions import r4
from hygie.insight.views import read_view
from hygie.insight.views.rows import compile_view, source_of
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
EACH = {
    "Patient": {"name": "Name", "contact": "Contact", "telecom": "Telecom", "address": "Address"},
    "Contact": {"telecom": "Telecom", "name": "Name", "%resource.name": "Name"},
    "Name": {"given": "Text", "$this": "Name", "period": "Period"},
    "Address": {"line": "Text", "period": "Period"},
    "Telecom": {"$this": "Telecom"},
    "Period": {},
    "Text": {},
}
COLUMNS = {
    "Patient": ["id", "gender", "birthDate", "name.given.first()", "name.given.first() & '-'"],
    "Contact": ["name.family", "gender", "telecom.first().value", "%resource.id"],
    "Name": ["family", "use", "given[1]", "period.start", "given.where($this > 'b').first()"],
    "Address": ["city", "line.first()", "period.end", "text"],
    "Telecom": ["value", "system", "use", "'x' & value"],
    "Period": ["start", "end", "start.toString()", "'y'"],
    "Text": ["$this", "length().toString()", "upper()", "$this"],
}


@st.composite
def selects(draw: st.DrawFn, context: str, level: int, width: int) -> Json:
    """A select that yields `width` columns of text, so that it may be a branch of a union."""
    found: Json = {}
    ways = sorted(EACH[context])
    if ways and draw(st.booleans()):
        path = draw(st.sampled_from(ways))
        found[draw(st.sampled_from(["forEach", "forEachOrNull"]))] = path
        context = EACH[context][path]
    own = draw(st.integers(0, width)) if level else width
    left = width - own
    if own:
        paths = st.sampled_from([*COLUMNS[context], "%rowIndex.toString()"])
        found["column"] = [column("?", draw(paths)) for _ in range(own)]
    if left and draw(st.booleans()):
        branches = st.lists(selects(context, level - 1, left), min_size=1, max_size=3)
        found["unionAll"] = draw(branches)
    elif left:
        half = draw(st.integers(1, left))
        widths = [half, left - half] if left > half else [half]
        found["select"] = [draw(selects(context, level - 1, w)) for w in widths]
    return found


def named(select: Json, start: int = 0) -> int:
    """Gives columns their names: by their place, so that branches of a union agree."""
    place = start
    for each in select.get("column", []):
        each["name"] = f"c{place}"
        place += 1
    for inner in select.get("select", []):
        place = named(inner, place)
    ends = [named(branch, place) for branch in select.get("unionAll", [])]
    return ends[0] if ends else place


_TEXTS = st.sampled_from(["a", "b", "c", "é"])
_PERIOD = st.fixed_dictionaries({}, optional={"start": st.just("2020"), "end": st.just("2021-02")})
_NAME = st.fixed_dictionaries(
    {},
    optional={
        "family": _TEXTS,
        "use": st.just("usual"),
        "given": st.lists(_TEXTS, min_size=1, max_size=2),
        "period": _PERIOD,
    },
)
_TELECOM = st.fixed_dictionaries({}, optional={"value": _TEXTS, "system": st.just("phone")})
_ADDRESS = st.fixed_dictionaries(
    {}, optional={"city": _TEXTS, "line": st.lists(_TEXTS, max_size=2), "period": _PERIOD}
)
_CONTACT = st.fixed_dictionaries(
    {}, optional={"name": _NAME, "telecom": st.lists(_TELECOM, max_size=2)}
)
_PATIENT = st.fixed_dictionaries(
    {"resourceType": st.just("Patient"), "id": st.just("p")},
    optional={
        "gender": st.just("male"),
        "birthDate": st.just("1980-01-01"),
        "name": st.lists(_NAME, max_size=3),
        "telecom": st.lists(_TELECOM, max_size=2),
        "address": st.lists(_ADDRESS, max_size=2),
        "contact": st.lists(_CONTACT, max_size=2),
    },
)


@settings(max_examples=150, deadline=None)
@given(st.lists(selects("Patient", 3, 4), min_size=1, max_size=2), _PATIENT)
def test_rows_are_those_of_the_specification(parts: list[Json], patient: Json) -> None:
    """Guards: a product, union, null row or index that the compiler writes wrong."""
    start = 0
    for part in parts:
        start = named(part, start)
    view = read_view({"resource": "Patient", "select": parts})
    assert compile_view(view, r4())(patient) == model.rows(view, patient)
