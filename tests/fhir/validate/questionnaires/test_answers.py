"""What each type of question allows of its answers (R4 item-type, extensions of items)."""

from decimal import Decimal
from typing import Any

import pytest
from tests.fhir.validate.questionnaires.forms import (
    COUNTRIES,
    extension,
    form,
    found,
    given,
    question,
    response,
)

VALUES: dict[str, tuple[str, Any]] = {
    "boolean": ("valueBoolean", False),
    "decimal": ("valueDecimal", Decimal("1.5")),
    "integer": ("valueInteger", 3),
    "date": ("valueDate", "2026-01"),
    "dateTime": ("valueDateTime", "2026-01-02T10:00:00+01:00"),
    "time": ("valueTime", "10:00:00"),
    "string": ("valueString", "x"),
    "text": ("valueString", "x\ny"),
    "url": ("valueUri", "https://example.org"),
    "attachment": ("valueAttachment", {"url": "https://example.org/a.pdf"}),
    "reference": ("valueReference", {"reference": "Patient/1"}),
    "quantity": ("valueQuantity", {"value": 1, "unit": "kg"}),
}
UCUM = "http://unitsofmeasure.org"
SDC = "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-"


def ask(type_: str, answer: Any, *extensions: Any, **members: Any) -> list[tuple[str, str, str]]:
    """What is found in one answer, by its place within it."""
    asked = question("q", type_, extension=list(extensions), **members)
    prefix = ".item[0].answer[0]"
    return [(s, r, p.removeprefix(prefix)) for s, r, p in
            found(form(asked), response(given("q", answer)))]  # fmt: skip


@pytest.mark.parametrize("type_", VALUES)
def test_types_of_answers(type_: str) -> None:
    """Danger: an answer of another type than software expects; one of the right type, refused."""
    right = VALUES[type_]
    assert ask(type_, dict([right])) == []
    for name, value in VALUES.values():
        if name != right[0]:
            [(severity, rule, place)] = ask(type_, {name: value})
            assert (severity, rule) == ("error", "answer-type")
            assert place.startswith(".value.ofType(")


NUMBERS = (extension("minValue", valueInteger=2), extension("maxValue", valueDecimal=Decimal("4")))


@pytest.mark.parametrize(
    ("type_", "bounds", "fit", "low", "high"),
    [
        ("integer", NUMBERS, [2, 3, 4], [1, -9], [5]),
        ("decimal", NUMBERS, [2, Decimal("4.00")], [Decimal("1.99")], [Decimal("4.01")]),
        ("date", (extension("minValue", valueDate="2020"), extension("maxValue", valueDate="2022")),
         ["2020", "2021-12-31", "2022-01-01"], ["2019-12-31", "1998"], ["2022-01-02", "2023"]),
        ("dateTime", (extension("minValue", valueDateTime="2020-01-01T10:00:00Z"),
                      extension("maxValue", valueDate="2022-06")),
         ["2020-01-01T11:00:00+01:00", "2021", "2020-01-01T10:00:00", "2022-06-01"],
         ["2020-01-01T10:00:00+01:00", "2019"], ["2022-06-30", "2022-07-05T00:00:00Z"]),
        ("time", (extension("minValue", valueTime="08:00:00"),
                  extension("maxValue", valueTime="18:30:00")),
         ["08:00:00", "18:30:00"], ["07:59:59.9"], ["18:30:01"]),
    ],
)  # fmt: skip
def test_bounds(type_: str, bounds: Any, fit: Any, low: Any, high: Any) -> None:
    """Danger: an impossible age, weight or date let in; one at the bound refused."""
    name = VALUES[type_][0]
    place = f".value.ofType({type_})"
    for values, expected in (
        (fit, []),
        (low, [("error", "minimum", place)]),
        (high, [("error", "maximum", place)]),
    ):
        for value in values:
            assert ask(type_, {name: value}, *bounds) == expected, value


def test_decimal_places() -> None:
    """Danger: a precision that no instrument has."""
    two = extension("maxDecimalPlaces", valueInteger=2)
    too_many = [("error", "decimal-places", ".value.ofType(decimal)")]
    assert ask("decimal", {"valueDecimal": Decimal("1.25")}, two) == []
    assert ask("decimal", {"valueDecimal": Decimal("100")}, two) == []
    assert ask("decimal", {"valueDecimal": Decimal("1E+5")}, two) == []
    assert ask("decimal", {"valueDecimal": Decimal("1.250")}, two) == too_many
    quantity = {"valueQuantity": {"value": Decimal("0.123"), "unit": "g"}}
    assert ask("quantity", quantity, two) == [
        ("error", "decimal-places", ".value.ofType(Quantity)")
    ]


def kg(value: float, unit: str = "kg", **members: Any) -> dict[str, Any]:
    return {
        "valueQuantity": {"value": value, "unit": unit, "system": UCUM, "code": unit, **members}
    }


@pytest.mark.parametrize(
    ("answer", "rules"),
    [
        (kg(1), []),
        (kg(1000, "g"), []),
        (kg(5000, "g"), []),
        (kg(999, "g"), ["minimum"]),
        (kg(5001, "g"), ["maximum"]),
        (kg(3, "m"), ["unit-incomparable", "unit-incomparable"]),
        (kg(3, "zork"), ["unit-incomparable", "unit-incomparable"]),
        (kg(3, system="urn:other"), ["unit-incomparable", "unit-incomparable"]),
        ({"valueQuantity": {"value": 3, "unit": "kg"}}, ["unit-informal", "unit-informal"]),
    ],
)
def test_bounds_of_quantities(answer: Any, rules: list[str]) -> None:
    """Danger: 5000 g above a maximum of 5 kg; a weight compared with a length."""
    bounds = (extension(SDC + "minQuantity", **kg(1)), extension(SDC + "maxQuantity", **kg(5)))
    issues = ask("quantity", answer, *bounds)
    assert issues == [("error", rule, ".value.ofType(Quantity)") for rule in rules]


def test_units() -> None:
    """Danger: a dose in another unit than those the form offers."""
    options = (extension("questionnaire-unitOption",
                         valueCoding={"system": UCUM, "code": "kg", "display": "kilogramme"}),
               extension("questionnaire-unitOption", valueCoding={"display": "boîte"}))  # fmt: skip
    assert ask("quantity", kg(1), *options) == []
    assert ask("quantity", {"valueQuantity": {"value": 1, "unit": "boîte"}}, *options) == []
    refused = [("error", "unit", ".value.ofType(Quantity)")]
    assert ask("quantity", kg(1, "g"), *options) == refused
    listed = extension("questionnaire-unitValueSet", valueCanonical=COUNTRIES)
    assert ask("quantity", kg(1), listed) == refused
    unknown = extension("questionnaire-unitValueSet", valueCanonical="urn:none")
    warned = [("warning", "value-set-unknown", ".value.ofType(Quantity)")]
    assert ask("quantity", kg(1), unknown) == warned


@pytest.mark.parametrize("type_", ["string", "text"])
def test_lengths(type_: str) -> None:
    """Danger: a text cut short by what stores it, or one that says nothing."""
    short = extension("minLength", valueInteger=2)
    place = ".value.ofType(string)"
    for words, expected in (
        ("é", [("error", "minimum-length", place)]),
        ("éé", []),
        ("éééé", []),
        ("ééééé", [("error", "maximum-length", place)]),
    ):
        assert ask(type_, {"valueString": words}, short, maxLength=4) == expected


def test_formats() -> None:
    """Danger: a telephone number that is none; a pattern that takes for ever."""
    mail = extension("regex", valueString=r"^[^@\s]+@[^@\s]+$")
    refused = [("error", "format", ".value.ofType(string)")]
    assert ask("string", {"valueString": "a@b"}, mail) == []
    assert ask("string", {"valueString": "a@@b"}, mail) == refused
    assert ask("string", {"valueString": "abc"}, extension("regex", valueString="b")) == refused
    slow = extension("regex", valueString="(a+)+$")
    assert ask("string", {"valueString": "a" * 5000 + "b"}, slow) == refused
    unreadable = extension("regex", valueString="(?=a)")
    assert ask("string", {"valueString": "b"}, unreadable) == []


def test_lines() -> None:
    """Danger: a line of a form that takes up a page."""
    answer = {"valueString": "a\nb"}
    assert ask("string", answer) == [("warning", "lines", ".value.ofType(string)")]
    assert ask("text", answer) == []


@pytest.mark.parametrize(
    ("attachment", "expected"),
    [
        ({"contentType": "image/png"}, []),
        ({"contentType": "application/pdf; x=y"}, []),
        ({"contentType": "application/pdfx"}, ["content-type"]),
        ({"contentType": "text/html"}, ["content-type"]),
        ({}, ["content-type"]),
        ({"contentType": "image/png", "data": "AAAA AAAA\nAAA="}, []),
        ({"contentType": "image/png", "data": "AAAAAAAAAAAA"}, ["size"]),
        ({"contentType": "image/png", "size": 9}, ["size"]),
        ({"contentType": "image/png", "data": "AAAA", "size": 9}, []),
        ({"contentType": 7, "data": []}, ["content-type"]),
    ],
)
def test_attachments(attachment: Any, expected: list[str]) -> None:
    """Danger: a program where a photograph was asked for; a file that fills the disk."""
    limits = (extension("mimeType", valueCode="image/*"),
              extension("mimeType", valueCode="application/pdf"),
              extension("maxSize", valueDecimal=Decimal(8)))  # fmt: skip
    issues = ask("attachment", {"valueAttachment": attachment}, *limits)
    assert issues == [("error", rule, "") for rule in expected]


@pytest.mark.parametrize(
    ("reference", "expected"),
    [
        ({"reference": "Patient/1"}, []),
        ({"reference": "https://example.org/fhir/Patient/1/_history/2"}, []),
        ({"reference": "urn:uuid:7b0e7a4e-6b0a-4f0e-8e0e-000000000001", "type": "Patient"}, []),
        ({"identifier": {"value": "1"}}, []),
        ({"reference": "Organization/1"}, [("error", "reference-type")]),
        ({"type": "Organization"}, [("error", "reference-type")]),
        ({"reference": "https://example.org/x"}, [("warning", "reference-unknown")]),
        ({"reference": 7}, []),
    ],
)
def test_references(reference: Any, expected: Any) -> None:
    """Danger: an organisation where a patient was asked for."""
    allowed = extension("questionnaire-referenceResource", valueCode="Patient")
    issues = ask("reference", {"valueReference": reference}, allowed)
    assert issues == [(s, rule, ".value.ofType(Reference)") for s, rule in expected]


def test_references_to_what_is_no_resource() -> None:
    """Danger: a link to nothing that FHIR knows."""
    chicken = {"valueReference": {"reference": "https://example.org/Chicken/1"}}
    assert ask("reference", chicken) == [("error", "reference-type", ".value.ofType(Reference)")]
    patient = {"valueReference": {"reference": "https://example.org/Patient/1"}}
    assert ask("reference", patient) == []


def test_texts_of_a_value_set() -> None:
    """Danger: a word where a code of a list is due."""
    assert ask("string", {"valueString": "FR"}, answerValueSet=COUNTRIES) == []
    refused = [("error", "value-set", ".value.ofType(string)")]
    assert ask("string", {"valueString": "France"}, answerValueSet=COUNTRIES) == refused
