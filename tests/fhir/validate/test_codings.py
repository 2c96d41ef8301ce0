"""Codings held against their systems, and quantities against UCUM."""

import timeit
from typing import Any

import pytest
from tests.fhir.terminology.making import ANIMALS, BEASTS, codes, system, terms, value_set

from hygie.fhir.definitions import r4
from hygie.fhir.validate import Validator
from hygie.fhir.validate.context import Context
from hygie.refusal import Issue

SUPPLEMENT = system(url="https://a.test/more", content="supplement", supplements=BEASTS)
PART = system("x", url="https://a.test/part", content="fragment")
TERMS = terms(ANIMALS, SUPPLEMENT, PART, value_set("https://a.test/vs", codes("cat")))
VALIDATOR = Validator(r4(), Context(terms=TERMS, best_practice=None))
CODING = "Basic.code.coding[0]"
SNOMED, LOINC, UCUM = "http://snomed.info/sct", "http://loinc.org", "http://unitsofmeasure.org"


def found(*codings: Any) -> list[Issue]:
    return VALIDATOR.validate({"resourceType": "Basic", "code": {"coding": list(codings)}})


def coding(code: str, of: str = BEASTS, **more: str) -> dict[str, str]:
    return {"system": of, "code": code, **more}


@pytest.mark.parametrize(
    "fine",
    [
        coding("cat"),
        coding("cat", display="Cat"),
        coding("cat", display=" cHAT "),
        coding("bat", display="Anything: it has none"),
        coding("unicorn", of="https://a.test/part"),
        coding("8310-5", of=LOINC, display="Température"),
        coding("73211009", of=SNOMED),
        coding("unicorn", version="2026"),
        {"system": BEASTS, "display": "Cat"},
    ],
)
def test_nothing_is_said_of_what_is_well(fine: Any) -> None:
    """Danger: good data called wrong: French displays, local versions, what is not here whole."""
    assert found(fine) == []


@pytest.mark.parametrize(
    ("wrong", "expected"),
    [
        (coding("unicorn"), ("error", "coding.unknown-code", ".code", "unicorn")),
        (coding("73211008", of=SNOMED), ("error", "coding.unknown-code", ".code", "73211008")),
        (coding("kilo", of=UCUM), ("error", "quantity.unit", ".code", "kilo")),
        (coding("cat", of="https://a.test/vs"),
         ("error", "coding.system-value-set", ".system", "https://a.test/vs")),
        (coding("cat", of="https://a.test/more"),
         ("error", "coding.system-supplement", ".system", "https://a.test/more")),
        (coding("cat", of="beasts"), ("error", "coding.system-relative", ".system", "beasts")),
        (coding("8310-5", of="https://loinc.org"),
         ("error", "coding.system-misspelt", ".system", "« http://loinc.org »")),
        (coding("73211009", of=SNOMED + "/900000000000207008"),
         ("error", "coding.system-misspelt", ".system", f"« {SNOMED} »")),
        (coding("cat", of="http://www.a.test/beasts/"),
         ("error", "coding.system-misspelt", ".system", f"« {BEASTS} »")),
        (coding("cat", of="urn:x:y"),
         ("information", "coding.system-unknown", ".system", "urn:x:y")),
        ({"code": "cat"}, ("warning", "coding.no-system", "", "cat")),
        (coding("cat", display="Dog"), ("warning", "coding.display", ".display", "« Chat »")),
        (coding("dodo"), ("warning", "coding.retired", ".code", "dodo")),
        (coding("animal"), ("warning", "coding.abstract", ".code", "animal")),
    ],
)  # fmt: skip
def test_what_is_said(wrong: Any, expected: tuple[str, str, str, str]) -> None:
    """Danger: codes that mean nothing filed as if they did; or said at the wrong place."""
    severity, rule, step, word = expected
    (issue,) = found(wrong)
    assert (issue.severity, issue.rule, issue.location) == (severity, rule, CODING + step)
    assert word in issue.text("fr")
    assert "{" not in issue.text("fr") + issue.text("en")


def test_an_unknown_system_is_said_once() -> None:
    """Danger: a report that says for each of a thousand codings that a system is not known."""
    issues = found(*(coding(str(n), of="urn:x:y") for n in range(50)), coding("a", of="urn:x:z"))
    assert [issue.rule for issue in issues] == ["coding.system-unknown"] * 2


@pytest.mark.parametrize("name", ["system", "code", "display", "version"])
@pytest.mark.parametrize("wrong", [[], {}, 1, None, True, ""])
def test_members_of_any_type(name: str, wrong: Any) -> None:
    """Danger: a validation that stops at a list where a text is due."""
    rules = {issue.rule for issue in found({**coding("cat", display="Cat"), name: wrong})}
    assert not any(rule.startswith("coding.") for rule in rules - {"coding.no-system"})
    assert rules


def test_units() -> None:
    """Danger: a dose in "mcg", which one reader takes for micrograms and another for nothing."""
    for code, of, expected in (
        ("ug", UCUM, []),
        ("mcg", UCUM, ["quantity.unit"]),
        ("mcg", "urn:x:y", ["coding.system-unknown"]),
        ("unicorn", BEASTS, ["coding.unknown-code"]),
    ):
        quantity = {"value": 1, "unit": "µg", "system": of, "code": code}
        resource = {
            "resourceType": "Observation",
            "status": "final",
            "code": {"text": "Dose"},
            "valueQuantity": quantity,
        }
        issues = VALIDATOR.validate(resource)
        assert [issue.rule for issue in issues] == expected
        for issue in issues[:1]:
            assert issue.location.startswith("Observation.value.ofType(Quantity)")


def test_nothing_is_asked_without_terminologies() -> None:
    """Danger: what is stored refused for want of a package."""
    resource = {"resourceType": "Basic", "code": {"coding": [coding("unicorn")]}}
    assert Validator(r4(), Context(best_practice=None)).validate(resource) == []


def test_a_coding_that_is_well_costs_next_to_nothing() -> None:
    """Danger: a check of every coding of every resource that doubles the cost of validation."""
    members = (BEASTS, "cat", "Cat", "")
    TERMS.verdict(*members)
    loops = 20_000
    seconds = min(timeit.repeat(lambda: TERMS.verdict(*members), number=loops, repeat=5))
    assert seconds / loops < 5e-6, "measured at 0.2 µs"
