"""Guards against compiled expressions that answer wrong, or break on the data they meet."""

from contextlib import suppress
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hygie.fhir.definitions import r4
from hygie.fhir.path import compile_path
from hygie.fhir.path.environment import Environment
from hygie.fhir.path.items import to_json
from hygie.fhir.path.runtime import reference_type
from hygie.refusal import Refused

PATIENT: dict[str, Any] = {
    "resourceType": "Patient",
    "active": True,
    "name": [
        {"family": "Martin", "given": ["Zoé", "Lou"], "use": "official"},
        {"family": "Petit", "use": "maiden"},
        {"family": "Martin"},
    ],
    "telecom": [{"system": "email", "value": "z@example.org"}, {"system": "phone", "value": "1"}],
    "deceasedDateTime": "2020-01-01",
    "extension": [{"url": "http://a", "valueString": "x"}, {"url": "http://b", "valueCode": "y"}],
    "link": [{"other": {"reference": "Patient/2"}}, {"other": {"reference": "RelatedPerson/3"}}],
    "contained": [{"resourceType": "Organization", "id": "o"}],
    "generalPractitioner": [{"reference": "#o"}, {"reference": "https://x.org/Practitioner/1"}],
}
ELSEWHERE = {
    "Patient/2": {"resourceType": "Patient", "id": "2"},
    "RelatedPerson/3": {"resourceType": "RelatedPerson", "id": "3"},
    "https://x.org/Practitioner/1": {"resourceType": "Practitioner", "id": "1"},
}
CASES: list[tuple[str, list[Any]]] = [
    ("Patient.name.family", ["Martin", "Petit", "Martin"]),
    ("name.given", ["Zoé", "Lou"]),
    ("Resource.active", [True]),
    ("Practitioner.name.family", []),
    ("Patient.name.family | Practitioner.name.family", ["Martin", "Petit"]),
    ("name.family | name.given", ["Martin", "Petit", "Zoé", "Lou"]),
    ("name[1].family", ["Petit"]),
    ("name[7].family", []),
    ("name.first().given.first()", ["Zoé"]),
    ("name.where(use = 'maiden').family", ["Petit"]),
    ("name.where(given.exists()).family", ["Martin"]),
    ("name.exists(use = 'maiden')", [True]),
    ("name.where(use = 'nickname').empty()", [True]),
    ("name.where(use != 'maiden').family", ["Martin"]),
    ("name.where((use = 'maiden').not()).family", ["Martin"]),
    ("name.count()", [3]),
    ("name.select(given).count() = 2", [True]),
    ("name.given = 'Zoé'", [False]),
    ("name.given = ('Zoé' | 'Lou')", [True]),
    ("telecom.where(system='email').value", ["z@example.org"]),
    ("deceased", ["2020-01-01"]),
    ("(deceased as dateTime)", ["2020-01-01"]),
    ("extension.value.ofType(string)", ["x"]),
    ("(extension.value[1]).is(string)", [True]),
    ("'a' = name.family", [False]),
    ("'a' = 'a' and 1 = 1 and true", [True]),
    ("'a'.exists() and 'a' is String", [True]),
    ("deceased.as(DateTime)", ["2020-01-01"]),
    ("deceased.ofType(boolean)", []),
    ("deceased is dateTime", [True]),
    ("deceased.is(FHIR.boolean)", [False]),
    ("deceased.exists() and deceased != false", [True]),
    ("active = true", [True]),
    ("active = 1", [False]),
    ("extension('http://a').value", ["x"]),
    ("extension.where(url = 'http://b').value as code", ["y"]),
    ("hasExtension('http://c')", [False]),
    ("link.other.where(resolve() is Patient).reference", ["Patient/2"]),
    ("generalPractitioner.where(resolve() is Organization).reference", ["#o"]),
    ("generalPractitioner.where(resolve() is Practitioner).count()", [1]),
    ("name.where(%resource.active and $this.use = 'maiden').family", ["Petit"]),
    ("birthDate", []),
    ("birthDate = '2000'", []),
    ("birthDate.exists() or active", [True]),
    ("birthDate.exists() xor active", [True]),
    ("active implies birthDate.exists()", [False]),
    ("(birthDate = 'x') implies active", [True]),
    ("(birthDate = 'x') and active", []),
    ("{}", []),
    ("extension.value.unit", []),
    ("extension.value[0].as(code)", []),
    ("extension.value[1].as(code)", ["y"]),
    ("extension.value.first().as(code)", []),
    ("extension.value.ofType(code).first()", ["y"]),
    ("extension.select(value).where($this = 'y')", ["y"]),
    ("contained[0] is Organization", [True]),
    ("contained.exists($this is Device)", [False]),
    ("1.50", [Decimal("1.50")]),
    ("contained.where($this is Organization).id", ["o"]),
    ("contained.as(Organization).id", ["o"]),
    ("contained.ofType(Device).id", []),
    ("name.family.where($this = 'Petit')", ["Petit"]),
    ("(name.family | name.family).count()", [2]),
]


def found(text: str, resource: Any = PATIENT) -> list[Any]:
    """What an expression yields in a Patient, as JSON."""
    nowhere = Environment(resolve=ELSEWHERE.get)
    return to_json(compile_path(text, "Patient", r4())(resource, nowhere))


@pytest.mark.parametrize(("text", "expected"), CASES)
def test_answers_are_those_of_the_language(text: str, expected: list[Any]) -> None:
    """Danger: an index or a rule is built on a wrong reading of a path."""
    assert found(text) == expected


def test_every_r4_search_expression_compiles_for_every_type_it_is_about() -> None:
    """Danger: a standard search parameter is silently impossible."""
    compiled = 0
    for parameter in r4().search_parameters:
        for base in parameter.base if parameter.expression else ():
            assert compile_path(parameter.expression, base, r4()).source
            compiled += 1
    assert compiled > 2_700


def test_only_the_branches_of_the_type_are_kept() -> None:
    """Danger: a path shared by thirty types costs thirty times its price."""
    shared = r4().parameters("Patient")["email"].expression
    both, alone = (
        compile_path(text, "Patient", r4()).source.count("\n")
        for text in (shared, "Patient.telecom.where(system='email')")
    )
    assert both <= alone + 3


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("deceased as Nope", "fhirpath.unknown-type"),
        ("active.as(Boole)", "fhirpath.unknown-type"),
        ("name.nope()", "fhirpath.unknown-function"),
        ("name.where()", "fhirpath.arguments"),
        ("name.first(1)", "fhirpath.arguments"),
        ("name.skip()", "fhirpath.arguments"),
        ("coalesce()", "fhirpath.arguments"),
        ("name.where($total = 1)", "fhirpath.unknown-variable"),
        ("defineVariable('a').defineVariable('a')", "fhirpath.defined-twice"),
        ("extension" + ".extension" * 25, "fhirpath.too-deep"),
    ],
)
def test_what_cannot_be_compiled_is_refused_by_name_and_place(text: str, rule: str) -> None:
    """Danger: an expression half understood gives a wrong answer instead of none."""
    with pytest.raises(Refused) as refused:
        compile_path(text, "Patient", r4())
    issue = refused.value.refusal.issues[0]
    assert issue.rule == rule
    assert issue.details["position"].isdigit()
    assert issue.text("fr") != issue.text("en")


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("1 + name", 5),
        ("name.given.single()", 12),
        ("active and name.given.toInteger() = 1", 23),
        ("name.where(given > 'A')", 12),
        ("extension.value as string", 17),
    ],
)
def test_a_refusal_at_run_time_names_its_place(text: str, at: int) -> None:
    """Danger: somebody looks for the fault in the wrong part of a long expression."""
    with pytest.raises(Refused) as refused:
        found(text)
    details = refused.value.refusal.issues[0].details
    assert (details["position"], details["line"], details["column"]) == (str(at), "1", str(at))


@pytest.mark.parametrize(
    "text",
    [
        "extension" + ".select(extension.value.as(Period).extension|extension)" * 14,
        "name" + ".where(use = ('a' | 'b'))" * 40,
        "extension.where(" * 30 + "url = 'a'" + ")" * 30,
        "name.where(%resource." * 30 + "name.use = 'a'" + ")" * 30,
        "(" * 25 + "name.family" + " | name.family)" * 25,
    ],
)
def test_expressions_that_unfold_are_compiled_or_refused_soon(text: str) -> None:
    """Danger: a short expression unfolds into code that fills the memory."""
    rule = "none"
    try:
        compile_path(text, "Patient", r4())
    except Refused as problem:
        rule = problem.refusal.issues[0].rule
    assert rule in ("none", "fhirpath.too-large", "fhirpath.too-deep")


def test_texts_enter_the_code_only_as_constants() -> None:
    """Danger: an expression smuggles Python into the compiled function."""
    hostile = "'\"); raise SystemExit(\"'"
    assert found(f"name.where(family = {hostile})") == []
    assert found(hostile, {}) == ['"); raise SystemExit("']


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.decimals(allow_nan=False),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(["name", "family", "use", "extension", "url", "other", "reference", "x"]),
        inner, max_size=4,
    ),
    max_leaves=15,
)  # fmt: skip


@given(
    st.sampled_from([text for text, _ in CASES]),
    st.dictionaries(st.sampled_from([*PATIENT, "birthDate", "deceasedBoolean"]), JSON),
)
@settings(deadline=None)
def test_data_of_any_shape_never_breaks_a_compiled_expression(
    text: str, resource: dict[str, Any]
) -> None:
    """Danger: one malformed record stops the indexing of all that follow."""
    with suppress(Refused):
        assert isinstance(found(text, resource), list)


@pytest.mark.parametrize(
    ("reference", "expected"),
    [
        ({"reference": "Patient/1"}, "Patient"),
        ({"reference": "Patient/1/_history/2"}, "Patient"),
        ({"reference": "https://x.org/fhir/Patient/1"}, "Patient"),
        ({"reference": "urn:uuid:0"}, ""),
        ({"reference": "urn:uuid:0", "type": "Patient"}, "Patient"),
        ({"type": "Device", "identifier": {"value": "1"}}, "Device"),
        ({"reference": "#c"}, "Medication"),
        ({"reference": "#absent"}, ""),
        ({"reference": 3}, ""),
        ({}, ""),
        ("http://x.org/Group/1", "Group"),
    ],
)
def test_a_reference_says_its_type_without_being_followed(reference: Any, expected: str) -> None:
    """Danger: a record is filed under the wrong patient, or under none."""
    resource = {"contained": [{"resourceType": "Medication", "id": "c"}]}
    assert reference_type(reference, resource) == expected


def test_walks_of_the_whole_resource_in_one_another_come_to_an_end() -> None:
    """Danger: a short expression over a large resource keeps a processor busy for a day."""
    resource = {"resourceType": "Patient", "name": [{"family": "A"}] * 2_000}
    with pytest.raises(Refused) as refused:
        found("name.where(%resource.name.where(%context.name.family = 'B').exists())", resource)
    assert refused.value.refusal.issues[0].rule == "fhirpath.too-many-items"


def test_an_external_variable_stands_for_its_items() -> None:
    """Danger: a rule is given a value from outside, and answers as if there were none."""
    path = compile_path("name.where(family = %wanted).use", "Patient", r4())
    environment = Environment(variables={"wanted": ["Petit"]})
    assert to_json(path(PATIENT, environment)) == ["maiden"]
    with pytest.raises(Refused):
        path(PATIENT)


@pytest.mark.parametrize(
    "text",
    [
        "(name.sort(family) | name).count()",
        "(name.trace('a') | name).count()",
        "(iif(active, name, contact.name) | name).count()",
        "(coalesce(link, name) | name).count()",
    ],
)
def test_what_is_gathered_first_may_stand_in_a_union(text: str) -> None:
    """Danger: code is written for a type that is known only when it runs."""
    assert found(text, {**PATIENT, "link": []}) == [3]


@pytest.mark.parametrize(
    "text", ["name.given.count() + @2012", "@2012-01-01 + 1 'a'", "@9999 + 1 year"]
)
def test_what_does_not_go_together_is_said_with_its_place(text: str) -> None:
    """Danger: of a long expression, it is said that something is wrong, and not where."""
    with pytest.raises(Refused) as refused:
        compile_path(text, "Patient", r4())({"resourceType": "Patient", "name": [{"given": ["a"]}]})
    said = refused.value.refusal.issues[0].text("en")
    assert f"position {text.index('+') + 1}:" in said


def test_texts_that_grow_for_ever_come_to_an_end() -> None:
    """Danger: a million texts, each a character longer than the last, fill the memory."""
    with pytest.raises(Refused) as refused:
        found("('a').repeat($this & 'a')")
    assert refused.value.refusal.issues[0].rule == "fhirpath.too-many-items"
