"""Guards against expressions that can never be right and are found out only on data."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.fhir.path.test_parser import LEAVES, larger

from hygie.fhir.definitions import r4
from hygie.fhir.path import parse
from hygie.fhir.path.check import check, examine
from hygie.fhir.path.check.findings import MAX_FINDINGS
from hygie.fhir.path.syntax import Node
from hygie.refusal import Refused

WRONG = [
    ("Patient", "name.given1", "unknown-element", 6, "perhaps “given”"),
    ("Patient", "name.x", "unknown-element", 6, "“HumanName” has no element “x”"),
    ("Observation", "valueQuantity.unit", "unknown-element", 1, "value.ofType(Quantity)"),
    ("Observation", "(value as Period).unit", "unknown-element", 19, "“Period”"),
    ("Patient", "contained.givenName", "unknown-element", 11, "“Resource”"),
    ("Patient", "Encounter.status", "other-type", 1, "applies to “Patient”"),
    ("Patient", "name.wherre(use = 'usual')", "unknown-function", 6, "perhaps “where”"),
    ("Patient", "name.quux()", "unknown-function", 6, "no function “quux”"),
    ("Patient", "name.first(1)", "arguments", 6, "takes 0 argument"),
    ("Patient", "name.family.substring()", "arguments", 13, "takes 1–2 argument"),
    ("Patient", "deceased is Bolean", "unknown-type", 10, "perhaps “Boolean”"),
    ("Patient", "deceased.ofType(Xyzzy)", "unknown-type", 10, "no type “Xyzzy”"),
    ("Patient", "deceased.ofType('date')", "no-type", 10, "takes the name of a type"),
    ("Appointment", "identifier.startsWith('x')", "wrong-type", 12, "String, never Identifier"),
    ("Patient", "name.family.startsWith(1)", "wrong-type", 24, "never System.Integer"),
    ("Patient", "name['x']", "wrong-type", 5, "never System.String"),
    ("Patient", "birthDate.abs()", "wrong-type", 11, "Integer | Decimal | Quantity"),
    ("Patient", "@1974-12-25 + 7", "operands", 13, "System.Date and System.Integer"),
    ("Patient", "name + name", "operands", 6, "“+” does not apply"),
    ("Patient", "birthDate < 'x'", "operands", 11, "date and System.String"),
    ("Patient", "active > true", "operands", 8, "boolean"),
    ("Patient", "4 'mg' div 2", "operands", 8, "System.Quantity"),
    ("Patient", "-1.convertsToInteger()", "operands", 1, "(-1).abs()"),
    ("Patient", "iif(1 | 2 | 3, true, false)", "several", 11, "always has several"),
    ("Patient", "name.where(given1 = 'a')", "unknown-element", 12, "given"),
    ("Patient", "contact.repeat(nam)", "unknown-element", 16, "name"),
    ("Patient", "type().nme", "unknown-element", 8, "perhaps “name”"),
]  # fmt: skip


@pytest.mark.parametrize(("context", "text", "rule", "position", "said"), WRONG)
def test_what_can_never_be_right_is_said(
    context: str, text: str, rule: str, position: int, said: str
) -> None:
    """Danger: a misspelt element gives an empty answer, which reads as "none"."""
    (issue,) = examine(parse(text), context, r4()).issues
    assert (issue.rule, issue.details["position"]) == (f"fhirpath.{rule}", str(position))
    assert said in issue.text("en")
    assert issue.text("fr")


@pytest.mark.parametrize(
    ("context", "text"),
    [
        ("Patient", "Encounter.status | Patient.name.family | Group.name"),
        ("Patient", "(Encounter.subject.where(x) | Patient.link.other).resolve()"),
        ("Patient", "DomainResource.id | Resource.meta"),
        ("Patient", "contained.name.given | contained.valueSet"),
        ("Patient", "generalPractitioner.resolve().anything.at.all"),
        ("Patient", "children().anything + %outside.thing - descendants()"),
        ("Patient", "name.given.extension.value.code | birthDate.value.toString()"),
        ("Patient", "deceased is System.Nothing"),
        ("Patient", "{}.anything | {} + 1 | name.where({})"),
        ("Patient", "name.where(family) and name or active"),
        ("Patient", "name.sort(-family, given.first() desc)"),
        ("Patient", "birthDate + 1 year > today() - 3 'mo'"),
        ("Patient", "multipleBirth + 1 < 2.5 or multipleBirth.ofType(integer) = 1"),
        ("Observation", "value.value > 3 and value > 4 'mg' and component.value.unit = value.unit"),
        ("Questionnaire", "repeat(item).repeat(item).answerOption.value.code"),
        ("QuestionnaireResponse", "repeat(item | answer.item | answer).value.code"),
        ("Patient.contact", "%resource.birthDate < %context.period.start"),
        ("Patient", "%rootResource.x | %`vs-x`.length() | %ucum & 'x'"),
        ("HumanName", "given.aggregate($total & $this, '') = given.select($index + 1)"),
    ],
)  # fmt: skip
def test_where_knowledge_ends_all_is_allowed(context: str, text: str) -> None:
    """Danger: a right expression is refused because it is not understood."""
    found = examine(parse(text.replace(" | contained.valueSet", "")), context, r4())
    assert [issue.text("en") for issue in found.issues] == []


@pytest.mark.parametrize(
    ("context", "text", "rule"),
    [
        ("Observation", "subject is Period", "never-matches"),
        ("Patient", "gender.as(string)", "never-matches"),
        ("Patient", "active is System.Boolean", "never-matches"),
        ("Patient", "birthDate = 'x'", "never-equal"),
        ("Observation", "code = '718-7'", "never-equal"),
        ("Patient", "'x' in name", "never-equal"),
        ("Patient", "children().skip(1)", "unordered"),
        ("Patient", "(name.given | name.family)[0]", "unordered"),
        ("Patient", "name.where(family)", "not-boolean"),
        ("Patient", "iif('x', 1, 2)", "not-boolean"),
        ("Patient", "name and active", "not-boolean"),
    ],
)
def test_what_never_matches_is_said_when_asked(context: str, text: str, rule: str) -> None:
    """Danger: strictness lost; or imposed on expressions that are allowed to match nothing."""
    node = parse(text)
    assert examine(node, context, r4()).issues == ()
    (issue,) = examine(node, context, r4(), strict=True).issues
    assert issue.rule == f"fhirpath.{rule}"


@pytest.mark.parametrize(
    ("text", "types", "many"),
    [
        ("name", {"HumanName"}, True),
        ("name.first().family", {"string"}, False),
        ("name[0].given", {"string"}, True),
        ("birthDate", {"date"}, False),
        ("deceased", {"boolean", "dateTime"}, False),
        ("deceased.ofType(dateTime)", {"dateTime"}, False),
        ("contact.name.family", {"string"}, True),
        ("name.where(use = 'official').single().given.first()", {"string"}, False),
        ("birthDate | deceased", {"date", "boolean", "dateTime"}, True),
        ("iif(active, birthDate, 'x')", {"date", "System.String"}, False),
        ("name.count() + 1", {"System.Integer"}, False),
        ("1 + 1.5", {"System.Decimal"}, False),
        ("birthDate + 1 day", {"System.Date"}, False),
        ("birthDate.as(System.Date)", {"System.Date"}, False),
        ("name.exists() and active", {"System.Boolean"}, False),
        ("{}", set(), False),
        ("name.repeat(period).start", {"dateTime"}, True),
        ("children()", None, True),
        ("link.other.resolve()", None, True),
        ("managingOrganization.resolve()", None, False),
    ],
)
def test_types_and_cardinalities_are_told(text: str, types: set[str] | None, many: bool) -> None:
    """Danger: a column of a view said to hold one value holds several."""
    shape = check(parse(text), "Patient", r4())
    assert (shape.types, shape.many) == (types, many)


def test_all_faults_are_told_in_the_order_of_the_text() -> None:
    """Danger: an author corrects one fault, to be told of the next."""
    with pytest.raises(Refused) as refused:
        check(parse("nme.exists() and name.first(2) and x is Y"), "Patient", r4())
    issues = refused.value.refusal.issues
    assert [issue.details["position"] for issue in issues] == ["1", "23", "36", "38"]


def test_a_union_of_other_types_only_is_wrong() -> None:
    """Danger: a parameter moved to another resource matches nothing, silently."""
    issues = examine(parse("Encounter.status | Group.name"), "Patient", r4()).issues
    assert [issue.rule for issue in issues] == ["fhirpath.other-type"] * 2


def test_faults_are_bounded() -> None:
    """Danger: an expression of 64 kB is answered by megabytes."""
    text = "f(" + ",".join(f"x{n}.y()" for n in range(500)) + ")"
    issues = examine(parse(text), "Patient", r4()).issues
    assert len(issues) == MAX_FINDINGS + 1
    assert issues[-1].rule == "fhirpath.more"
    assert all(len(issue.text("fr")) < 1_000 for issue in issues)


@pytest.mark.parametrize(
    "text",
    [
        "repeat(" * 40 + "item" + ")" * 40,
        "select(repeat(" * 20 + "children().item" + "))" * 20,
        "contained.repeat(contained | entry.resource | parameter)",
        "(" * 48 + "a" + ")|b" * 48,
    ],
)
def test_an_expression_made_to_be_slow_is_bounded(text: str) -> None:
    """Danger: each `repeat` in a `repeat` multiplies the work of a check."""
    start = time.process_time()
    examine(parse(text), "Questionnaire", r4())
    assert time.process_time() - start < 2


def test_the_steps_of_a_check_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Danger: a way to multiply them that no test thinks of."""
    monkeypatch.setattr("hygie.fhir.path.check.checker.MAX_STEPS", 100)
    with pytest.raises(Refused):
        examine(parse("repeat(" * 40 + "item" + ")" * 40), "Questionnaire", r4())


def test_the_resource_around_a_value_is_what_it_is_said_to_be() -> None:
    """Danger: a rule on a name cannot speak of the patient that bears it."""
    node = parse("%resource.birthDate > period.start")
    assert examine(node, "HumanName", r4(), resource_type="Patient").issues == ()
    assert examine(node, "HumanName", r4()).issues == ()
    assert examine(node, "HumanName", r4(), resource_type="Group").issues


def test_an_unknown_context_is_refused() -> None:
    """Danger: a view over a misspelt type is checked against nothing."""
    with pytest.raises(Refused):
        check(parse("id"), "Patinet", r4())


@given(st.recursive(LEAVES, larger, max_leaves=15), st.booleans())
@settings(deadline=None)
def test_any_tree_can_be_checked(node: Node, strict: bool) -> None:
    """Danger: an expression from outside makes the checker fall over."""
    for issue in examine(node, "Patient", r4(), strict=strict).issues:
        assert issue.text("fr")
        assert int(issue.details["position"]) >= 1
