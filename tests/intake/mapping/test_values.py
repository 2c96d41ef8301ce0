"""Guards against results other than the laboratory's."""

from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hygie.hl7v2.parse import parse
from hygie.intake.mapping import concepts, values
from hygie.intake.mapping.engine import Context
from hygie.intake.mapping.shipped import shipped
from hygie.refusal import Refused

HEADER = "MSH|^~\\&|SIL|LABO|HYGIE|CH|2026||ORU^R01|1|P|2.5"
PARIS = ZoneInfo("Europe/Paris")


def obx(kind, value, unit="", interval="", flag="", status="F"):
    fields = f"OBX|1|{kind}|718-7^Hb^LN||{value}|{unit}|{interval}|{flag}|||{status}"
    return parse(f"{HEADER}\r{fields}\r".encode()).require("OBX")


def mapped(segment):
    """The Observation that the table makes of an OBX alone."""
    message = parse(f"{HEADER}\r".encode())
    return Context(message, PARIS, "{}-{}".format, shipped()).map_segment("OBX", segment)


@given(st.decimals(-10_000, 10_000, places=3, allow_nan=False))
def test_numbers_keep_their_digits(number):
    """72.50 filed as 72.5: precision that the laboratory stated, lost."""
    found = values.value(obx("NM", str(number)), PARIS)["valueQuantity"]["value"]
    assert str(found) == str(number)


@pytest.mark.parametrize("text", ["12,5", "hémolysé", "1e3", "<5", "1 000", "--1", "０", "1" * 60])
def test_what_is_no_number_is_refused_at_its_place(text):
    """A text taken for a number, or a number for another."""
    with pytest.raises(Refused) as caught:
        values.value(obx("NM", text), PARIS)
    assert caught.value.refusal.issues[0].location == "OBX-5.1"


UNIT = {"unit": "mmol/L", "system": concepts.UCUM, "code": "mmol/L"}


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        ("SN", "<^5", {"valueQuantity": {"value": Decimal(5), **UNIT, "comparator": "<"}}),
        ("SN", "^5", {"valueQuantity": {"value": Decimal(5), **UNIT}}),
        ("SN", "^1^-^2", {"valueRange": {
            "low": {"value": Decimal(1), **UNIT}, "high": {"value": Decimal(2), **UNIT}}}),
        ("SN", "^1^:^128", {"valueRatio": {
            "numerator": {"value": Decimal(1), **UNIT},
            "denominator": {"value": Decimal(128), **UNIT}}}),
        ("SN", "^2^+", {"valueString": "2+"}),
        ("ST", "négatif", {"valueString": "négatif"}),
        ("FT", "a\\.br\\b", {"valueString": "a\nb"}),
        ("TX", "a~b", {"valueString": "a\nb"}),
        ("DT", "20260131", {"valueDateTime": "2026-01-31"}),
        ("TM", "0931", {"valueTime": "09:31:00"}),
        ("CE", "112283007^E. coli^SCT", {"valueCodeableConcept": {
            "coding": [{"system": "http://snomed.info/sct", "code": "112283007",
                        "display": "E. coli"}], "text": "E. coli"}}),
        ("NM", "", {}),
    ],
)  # fmt: skip
def test_every_type_has_its_value(kind, value, expected):
    """A titre read as a ratio, a bound read as a value."""
    assert values.value(obx(kind, value, "mmol/L"), PARIS) == expected


def test_an_unknown_type_is_refused():
    """A waveform filed as a text."""
    with pytest.raises(Refused) as caught:
        values.value(obx("NA", "1^2^3"), PARIS)
    assert caught.value.refusal.issues[0].location == "OBX-2"


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("g/L", "g/L"), ("G/L", "10*9/L"), ("g/l", "g/L"), ("µmol/L", "umol/L"),
        ("μmol/l", "umol/L"), ("UI/L", "[IU]/L"), ("mmHg", "mm[Hg]"), ("°C", "Cel"),
        ("10^12/L", "10*12/L"), ("ng/ml", "ng/mL"), ("x10*9/L^giga^UCUM", "x10*9/L"),
    ],
)  # fmt: skip
def test_units_of_french_laboratories_are_ucum(written, code):
    """Giga per litre (leucocytes) taken for grams per litre."""
    assert concepts.unit(obx("NM", "1", written).field(6))["code"] == code


@pytest.mark.parametrize("written", ["Mg", "unités", "M", "GL", "g/dose"])
def test_a_unit_that_is_not_certain_is_shown_and_not_coded(written):
    """A unit guessed, and a result wrong by a thousand."""
    assert concepts.unit(obx("NM", "1", written).field(6)) == {"unit": written}


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("3.5-5.0", "3.5", "5.0"), ("3,5 - 5,0", "3.5", "5.0"), ("-2-2", "-2", "2"),
        ("<5", None, "5"), (">= 90", "90", None), ("négatif", None, None),
    ],
)  # fmt: skip
def test_reference_ranges(text, low, high):
    """A normal result shown as abnormal because its range was misread."""
    [found] = mapped(obx("NM", "1", "g/L", text))["referenceRange"]
    assert found["text"] == text
    assert str(found.get("low", {}).get("value")) == str(low)
    assert str(found.get("high", {}).get("value")) == str(high)


@pytest.mark.parametrize(
    ("code", "status"),
    [("F", "final"), ("C", "corrected"), ("P", "preliminary"), ("X", "cancelled"),
     ("D", "entered-in-error"), ("", "final")],
)  # fmt: skip
def test_statuses(code, status):
    """A result that was withdrawn shown as valid."""
    assert mapped(obx("ST", "x", status=code))["status"] == status


def test_an_unknown_status_is_refused():
    """A result of unknown worth filed as final."""
    with pytest.raises(Refused):
        mapped(obx("ST", "x", status="Q"))


def test_flags_are_interpretations():
    """A critical flag lost."""
    assert mapped(obx("NM", "1", flag="HH~critique"))["interpretation"] == [
        {"coding": [{
            "system": "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation",
            "code": "HH"}]},
        {"text": "critique"},
    ]  # fmt: skip
