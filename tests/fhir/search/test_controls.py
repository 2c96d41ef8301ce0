"""Guards against answers of another size, order or content than was asked."""

import pytest
from tests.fhir.search.shared import PARIS, query, refusal

from hygie.fhir.definitions import r4
from hygie.fhir.search import parse_query
from hygie.fhir.search.query import Include
from hygie.limits import DEFAULT_PAGE, MAX_PAGE


def test_a_query_without_controls_has_the_defaults() -> None:
    """Danger: a bare search returns everything at once."""
    plain = query("Patient")
    assert (plain.count, plain.sort, plain.total, plain.summary) == (DEFAULT_PAGE, (), "none", "")


def test_controls_are_read() -> None:
    """Danger: an option is accepted and ignored."""
    found = query(
        "Patient",
        ("_sort", "-birthdate,name"),
        ("_count", "7"),
        ("_total", "accurate"),
        ("_summary", "text"),
        ("_elements", "name,birthDate,deceasedBoolean,deceased"),
        ("_cursor", "abc"),
        ("_format", "json"),
        ("_pretty", "true"),
    )
    assert [(s.parameter.code, s.descending) for s in found.sort] == [
        ("birthdate", True),
        ("name", False),
    ]
    assert (found.count, found.total, found.summary, found.cursor) == (7, "accurate", "text", "abc")
    assert found.elements == ("name", "birthDate", "deceasedBoolean", "deceased")
    assert [name for name, _ in found.used] == [
        "_sort", "_count", "_total", "_summary", "_elements",
    ]  # fmt: skip


@pytest.mark.parametrize("order", [("_count", "_summary"), ("_summary", "_count")])
def test_a_count_of_zero_asks_for_the_total_alone(order: tuple[str, str]) -> None:
    """Danger: `_count=0` returns a page."""
    values = {"_count": "0", "_summary": "data"}
    found = query("Patient", *((name, values[name]) for name in order))
    assert (found.count, found.summary) == (0, "count")


def test_a_page_is_never_larger_than_the_limit() -> None:
    """Danger: one request empties the store."""
    assert query("Patient", ("_count", "999999999")).count == MAX_PAGE


def test_includes_are_read() -> None:
    """Danger: what a result refers to does not come with it."""
    found = query(
        "Observation",
        ("_include", "Observation:subject"),
        ("_include", "Observation:subject:Patient"),
        ("_include:iterate", "Patient:organization"),
        ("_include", "*"),
        ("_include", "Observation:*"),
        ("_revinclude", "Provenance:target"),
        ("_revinclude", "*"),
    )
    shown = [
        (i.source, i.parameter and i.parameter.code, i.target, i.iterate) for i in found.includes
    ]
    assert shown == [
        ("Observation", "subject", "", False),
        ("Observation", "subject", "Patient", False),
        ("Patient", "organization", "", True),
        ("Observation", None, "", False),
        ("Observation", None, "", False),
    ]
    assert found.revincludes[1] == Include("", None)
    assert found.revincludes[0].source == "Provenance"


@pytest.mark.parametrize(
    ("name", "value", "rule"),
    [
        ("_sort", "nope", "unknown-parameter"),
        ("_sort", "", "empty-value"),
        ("_sort", "code,-code,date,-date,status,-status,_id,-_id,subject", "too-many-values"),
        ("_sort", "-", "unknown-parameter"),
        ("_sort", "code-value-date", "not-sortable"),
        ("_count", "-1", "malformed-value"),
        ("_count", "many", "malformed-value"),
        ("_count", "٣", "malformed-value"),
        ("_count", "9" * 40, "malformed-value"),
        ("_total", "all", "malformed-value"),
        ("_summary", "yes", "malformed-value"),
        ("_elements", "nope", "malformed-value"),
        ("_include", "subject", "malformed-value"),
        ("_include", "Observation:nope", "unknown-parameter"),
        ("_include", "Observation:code", "not-a-reference"),
        ("_include", "Observation:subject:Practitioner", "wrong-target"),
        ("_include", "Patient:organization", "wrong-source"),
        ("_include:recurse", "Observation:subject", "unknown-modifier"),
        ("_revinclude", "Encounter:subject", "wrong-target"),
        ("_revinclude", "Nope:subject", "unknown-type"),
        ("_count:exact", "1", "unknown-modifier"),
    ],
)
def test_wrong_controls_are_refused(name: str, value: str, rule: str) -> None:
    """Danger: an option misread changes the answer without a word."""
    issue = refusal("Observation", (name, value))
    assert issue is not None
    assert issue.rule == f"search.{rule}"
    assert "{" not in issue.text("fr") + issue.text("en")


def test_a_control_is_given_once() -> None:
    """Danger: of two page sizes, the one nobody expects wins."""
    issue = refusal("Patient", ("_count", "1"), ("_count", "2"))
    assert issue is not None
    assert issue.rule == "search.given-twice"


def test_texts_alone_do_not_go_with_includes() -> None:
    """Danger: texts of resources of which nothing says how they belong together (R4 §3.1.1.5.8)."""
    issue = refusal("Patient", ("_summary", "text"), ("_revinclude", "Encounter:subject"))
    assert issue is not None
    assert issue.rule == "search.text-with-includes"


def test_an_unknown_type_is_refused_before_anything_is_read() -> None:
    """Danger: a search on no type searches all of them."""
    issue = refusal("", ("name", "x"))
    assert issue is not None
    assert issue.rule == "search.unknown-type"
    assert parse_query(r4(), "Patient", [], zone=PARIS).warnings == ()
