"""Codes held against value sets: what is reported, how severely, and where (R4 §4.1.5)."""

from typing import Any

import pytest
from tests.fhir.terminology.making import BEASTS, codes, system, terms, value_set

from hygie.fhir.definitions import r4
from hygie.fhir.packages import base_library
from hygie.fhir.terminology import Terms
from hygie.fhir.validate import Validator, base_validator
from hygie.fhir.validate.bindings import Bound, bound_of, check_bound
from hygie.fhir.validate.context import Context
from hygie.fhir.validate.report import Report
from hygie.refusal import Issue

SET = "https://a.test/vs"
WIDE = "https://a.test/wide"
PART = "https://a.test/part"
PLACE = ((None, "Observation", -1), "code", -1)
TERMS = terms(
    system("cat", "dog", "cow", "bat"),
    system("x", url="https://a.test/part-of", content="fragment"),
    value_set(SET, codes("cat", "dog"), title="Pets"),
    value_set(WIDE, codes("cat", "dog", "cow")),
    value_set(PART, {"system": "https://a.test/part-of"}),
)


def found(value: Any, type_name: str, bound: Bound) -> list[Issue]:
    report = Report(Context(terms=TERMS))
    check_bound(value, type_name, bound, PLACE, report)
    return report.issues


def concept(*listed: str, **more: Any) -> Any:
    return {"coding": [{"system": BEASTS, "code": code} for code in listed], **more}


def written(code: str, type_name: str) -> Any:
    """A code as a value of the type."""
    if type_name in ("code", "string", "uri"):
        return code
    if type_name == "CodeableConcept":
        return concept(code, "other")
    return {"system": BEASTS, "code": code}


EXPECTED = {
    "required": ("error", "binding.required"),
    "extensible": ("warning", "binding.extensible"),
    "preferred": ("information", "binding.preferred"),
    "example": None,
}


@pytest.mark.parametrize(
    "type_name", ["code", "string", "uri", "Coding", "CodeableConcept", "Quantity"]
)
@pytest.mark.parametrize("strength", EXPECTED)
def test_strengths_and_types(strength: str, type_name: str) -> None:
    """Danger: an error where the specification advises; silence where it demands."""
    assert found(written("cat", type_name), type_name, Bound(strength, SET)) == []
    issues = found(written("cow", type_name), type_name, Bound(strength, SET))
    assert [(i.severity, i.rule) for i in issues] == [EXPECTED[strength]] * (strength != "example")
    for issue in issues:
        assert (issue.code, issue.location) == ("code-invalid", "Observation.code")
        assert all(word in issue.text("fr") for word in ("cow", "« Pets »", "cat, dog"))


@pytest.mark.parametrize(
    ("strength", "expected"),
    [
        ("required", "warning"),
        ("extensible", "information"),
        ("preferred", None),
        ("example", None),
    ],
)
@pytest.mark.parametrize("value_set", ["https://a.test/gone", PART])
def test_what_is_not_known_is_not_wrong(
    value_set: str, strength: str, expected: str | None
) -> None:
    """Danger: a sender blamed for a package that nobody added here."""
    value = {"system": "https://a.test/part-of", "code": "y"}
    issues = found(value, "Coding", Bound(strength, value_set))
    assert [(i.severity, i.rule) for i in issues] == [(expected, "binding.not-checked")] * bool(
        expected
    )


def test_what_is_not_known_is_said_once() -> None:
    """Danger: a report of a thousand lines that all say which package to add."""
    report = Report(Context(terms=TERMS))
    for _ in range(3):
        check_bound("cat", "code", Bound("required", "https://a.test/gone"), PLACE, report)
    assert [issue.rule for issue in report.issues] == ["binding.not-checked"]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("cat", []),
        ("cow", ["binding.extensible"]),
        ("bat", ["binding.maximum"]),
    ],
)
def test_the_widest_set(value: str, expected: list[str]) -> None:
    """Danger: any code taken by an extensible binding that has a limit (maxValueSet)."""
    bound = Bound("extensible", SET, maximum=WIDE)
    assert [issue.rule for issue in found(concept(value), "CodeableConcept", bound)] == expected
    assert found(concept(text="Bat"), "CodeableConcept", bound)[0].rule == "binding.maximum"


@pytest.mark.parametrize(
    ("strength", "value", "expected"),
    [
        ("required", {"text": "A cat"}, ["binding.required"]),
        ("required", {"coding": [{"display": "Cat"}]}, ["binding.required"]),
        ("extensible", {"text": "A cat"}, []),
        ("extensible", {"extension": [{"url": "https://a.test/x"}]}, ["binding.extensible"]),
        ("preferred", {"text": "A cat"}, []),
    ],
)
def test_words_alone(strength: str, value: Any, expected: list[str]) -> None:
    """Danger: text taken for a code where one is required, or refused where it is allowed."""
    assert [i.rule for i in found(value, "CodeableConcept", Bound(strength, SET))] == expected


def test_a_coding_without_a_system_is_in_no_set() -> None:
    """Danger: "cat" of no system taken for that of any."""
    assert [i.rule for i in found({"code": "cat"}, "Coding", Bound("required", SET))] == [
        "binding.required"
    ]


def test_one_coding_of_several_is_enough() -> None:
    """Danger: a translation in a local system refused (R4 §4.1.5.1)."""
    both = concept("bat", "cat")
    assert found(both, "CodeableConcept", Bound("required", SET)) == []


def test_a_set_that_is_a_system() -> None:
    """Danger: a profile that binds to a code system, and nobody who says so."""
    (issue,) = found(written("cat", "Coding"), "Coding", Bound("required", BEASTS))
    assert issue.severity == "warning"
    assert "système de codes" in issue.text("fr")


def test_contained_sets() -> None:
    """Danger: `#id` of the profile looked for elsewhere."""
    inner = {"resourceType": "ValueSet", "id": "v", "compose": {"include": [codes("cat")]}}
    bound = Bound("required", "#v", holder={"contained": [inner]})
    assert found("cat", "code", bound) == []
    assert [issue.rule for issue in found("dog", "code", bound)] == ["binding.required"]


BASE = {"strength": "extensible", "valueSet": SET}
EXTENSION = "http://hl7.org/fhir/tools/StructureDefinition/additional-binding"


def additional(purpose: str, **more: Any) -> Any:
    parts = [{"url": "purpose", "valueCode": purpose}, {"url": "valueSet", "valueCanonical": WIDE}]
    parts += [{"url": name, **value} for name, value in more.items()]
    return {**BASE, "extension": [{"url": EXTENSION, "extension": parts}]}


@pytest.mark.parametrize(
    ("binding", "expected"),
    [
        (BASE, Bound("extensible", SET)),
        (
            {**BASE, "extension": [{
                "url": "http://hl7.org/fhir/StructureDefinition/elementdefinition-maxValueSet",
                "valueCanonical": WIDE}]},
            Bound("extensible", SET, maximum=WIDE),
        ),
        (additional("required"), Bound("extensible", SET, additional=(("required", WIDE),))),
        (additional("ui"), Bound("extensible", SET)),
        (additional("required", usage={"valueUsageContext": {}}), Bound("extensible", SET)),
        (
            {**BASE, "additional": [{"purpose": "extensible", "valueSet": WIDE}]},
            Bound("extensible", SET, additional=(("extensible", WIDE),)),
        ),
        (None, None),
        ({"strength": "required"}, None),
        ({"strength": [], "valueSet": SET}, None),
        ({**BASE, "extension": [1, {"url": []}], "additional": 3}, Bound("extensible", SET)),
    ],
)  # fmt: skip
def test_bindings_are_read(binding: Any, expected: Bound | None) -> None:
    """Danger: a limit in an extension that nobody reads."""
    assert bound_of(binding) == expected


def test_additional_bindings_are_checked() -> None:
    """Danger: the second binding of an element forgotten."""
    bound = Bound("preferred", WIDE, additional=(("required", SET),))
    assert [issue.rule for issue in found("cow", "code", bound)] == ["binding.required"]


@pytest.mark.parametrize("type_name", ["code", "Coding", "CodeableConcept", "Quantity", "Period"])
@pytest.mark.parametrize(
    "value",
    [
        None,
        1,
        [],
        "",
        {},
        {"coding": 1},
        {"coding": [None, {"code": 1}]},
        {"code": []},
        {"code": "x", "system": 1},
    ],
)
def test_values_of_any_shape(type_name: str, value: Any) -> None:
    """Danger: a bad value that stops the validation; its structure was reported elsewhere."""
    for strength in EXPECTED:
        assert all(
            i.rule.startswith("binding.") for i in found(value, type_name, Bound(strength, SET))
        )


@pytest.mark.parametrize(
    ("attachment", "expected"),
    [({"contentType": "application/pdf"}, []), ({"contentType": "pdf"}, ["binding.required"])],
)
def test_bindings_of_r4_that_cannot_be_listed(attachment: Any, expected: list[str]) -> None:
    """Danger: "pdf" for a media type, which nobody can open, let through for want of a list."""
    document = {
        "resourceType": "DocumentReference",
        "status": "current",
        "content": [{"attachment": {"url": "https://a.test/1", **attachment}}],
    }
    issues = Validator(r4(), Context(terms=Terms(base_library()))).validate(document)
    found = [issue for issue in issues if issue.rule.startswith("binding.")]
    assert [issue.rule for issue in found] == expected
    assert base_validator().validate(document) == []
    for issue in found:
        assert issue.location == "DocumentReference.content[0].attachment.contentType"


def test_words_alone_under_a_limit() -> None:
    """Danger: a language in words refused where codes are only recommended."""
    bound = Bound("preferred", SET, maximum=WIDE)
    assert found({"text": "Bat"}, "CodeableConcept", bound) == []
    assert [i.rule for i in found(concept("bat"), "CodeableConcept", bound)] == ["binding.maximum"]
