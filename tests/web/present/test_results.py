"""Guards against a result misread: its figure, its unit, its range, its flag, its order."""

from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hygie.web.present.flags import NONE, read_flag, read_range
from hygie.web.present.quantities import as_number, say_number, say_quantity
from hygie.web.present.results import (
    abnormal_first,
    group_analytes,
    in_vital_order,
    read_result,
    read_results,
)

PARIS = ZoneInfo("Europe/Paris")
Resource = dict[str, Any]


def quantity(value: str, unit: str = "mmol/L", **more: str) -> Resource:
    return {"value": Decimal(value), "unit": unit, **more}


def observation(**elements: Any) -> Resource:
    code = {"coding": [{"system": "http://loinc.org", "code": "2823-3"}], "text": "Potassium"}
    return {"resourceType": "Observation", "id": "r1", "status": "final", "code": code, **elements}


def flagged(code: str) -> list[Resource]:
    return [{"coding": [{"code": code}]}]


@pytest.mark.parametrize(
    ("value", "said"),
    [("37.368784499905814", "≈ 37,369"), ("1.00000000", "≈ 1,000"), ("-167.71215713", "≈ −167,712"),
     ("0.000000123456", "≈ 0,0000001235"), ("0.123456", "0,123456"), ("0.0000000", "0,0000000")],
)  # fmt: skip
def test_digits_no_instrument_measures_are_rounded_and_say_so(value: str, said: str) -> None:
    """Sixteen decimals hide the figure; rounding in silence would change it."""
    assert say_number(Decimal(value)).replace("\u00a0", " ") == said


@given(st.decimals(-(10**12), 10**12, places=6) | st.decimals(-(10**6), 10**6, places=2))
def test_no_digit_of_a_number_is_lost(value: Decimal) -> None:
    """72.50 must not become 72,5: the digits say how precise the measurement is."""
    said = say_number(value)
    back = said.replace("\u202f", "").replace(",", ".").replace("\u2212", "-")
    assert Decimal(back) == value
    assert len(back.partition(".")[2]) == len(f"{value:f}".partition(".")[2])


@pytest.mark.parametrize(
    ("given_", "said"),
    [(quantity("72.50", "kg"), "72,50 kg"), (quantity("1234.5"), "1234,5 mmol/L"),
     (quantity("12345", "10*9/L"), "12 345 10⁹/L"), (quantity("-0.5", "1"), "−0,5"),
     (quantity("0.5", comparator="<"), "< 0,5 mmol/L"), ({"unit": "kg"}, ""),
     ({"value": Decimal(3), "code": "mm[Hg]"}, "3 mmHg")],
)  # fmt: skip
def test_quantities_in_french(given_: Resource, said: str) -> None:
    """A comma, not a point: « 1.234 » is read as one thousand here."""
    assert say_quantity(given_).replace("\u00a0", " ").replace("\u202f", " ") == said


def test_a_boolean_is_no_number() -> None:
    """Python's True is 1: it must not be drawn as a measurement."""
    assert as_number(True) is None
    assert as_number(7) == Decimal(7)


def test_the_laboratory_s_flag_wins_over_the_range() -> None:
    """Hygie must not contradict the biologist who signed."""
    inside = observation(
        valueQuantity=quantity("4.0"), interpretation=flagged("HH"),
        referenceRange=[{"low": quantity("3.5"), "high": quantity("5.1")}],
    )  # fmt: skip
    normal = inside | {"valueQuantity": quantity("9.0"), "interpretation": flagged("N")}
    assert read_result(inside, PARIS).flag.letter == "HH"
    assert not read_result(normal, PARIS).flag


@given(st.decimals(0, 20, places=2), st.decimals(0, 20, places=2), st.decimals(0, 20, places=2))
def test_without_a_flag_the_range_decides(value: Decimal, a: Decimal, b: Decimal) -> None:
    """An abnormal value shown as normal is a missed alarm; bounds themselves are normal."""
    low, high = min(a, b), max(a, b)
    resource = observation(
        valueQuantity={"value": value, "unit": "g/L"},
        referenceRange=[{"low": {"value": low}, "high": {"value": high}}],
    )
    flag = read_flag(resource, value, read_range(resource))
    assert flag.kind == ("high" if value > high else "low" if value < low else "")


def test_a_value_below_detection_is_not_compared() -> None:
    """« < 0,5 » is no number: neither drawn nor flagged against a bound of 0,5."""
    resource = observation(
        valueQuantity=quantity("0.5", comparator="<"),
        referenceRange=[{"low": quantity("0.6")}],
    )
    result = read_result(resource, PARIS)
    assert result.number is None
    assert result.flag == NONE
    assert result.value.replace("\u00a0", " ") == "< 0,5"


@pytest.mark.parametrize(
    ("ranges", "label"),
    [([{"low": {"value": Decimal("3.5")}, "high": {"value": Decimal("5.10")}}], "3,5 – 5,10"),
     ([{"high": {"value": Decimal(5)}}], "≤ 5"), ([{"low": {"value": Decimal(2)}}], "≥ 2"),
     ([{"text": "négatif"}], "négatif"), ([], ""),
     ([{"type": {"coding": [{"code": "critical"}]}, "high": {"value": Decimal(9)}},
       {"type": {"coding": [{"code": "normal"}]}, "high": {"value": Decimal(5)}}], "≤ 5"),
     ([{"type": {"coding": [{"code": "critical"}]}, "high": {"value": Decimal(9)}}], "")],
)  # fmt: skip
def test_the_normal_range_is_the_one_shown(ranges: list[Resource], label: str) -> None:
    """A critical range taken for the normal one hides what is merely abnormal."""
    found = read_range(observation(referenceRange=ranges))
    assert found.label.replace("\u00a0", " ") == label


@pytest.mark.parametrize(
    ("elements", "said"),
    [({"valueString": "Absence de germe"}, "Absence de germe"),
     ({"valueCodeableConcept": {"coding": [{"code": "A", "display": "Groupe A"}]}}, "Groupe A"),
     ({"valueBoolean": False}, "non"), ({"valueInteger": 0}, "0"),
     ({"valueDateTime": "2026-11-22"}, "22/11/2026"), ({"valueTime": "07:30:00"}, "07:30:00"),
     ({"valueRatio": {"numerator": {"value": 1}, "denominator": {"value": 128}}}, "1 / 128"),
     ({"valueRange": {"low": {"value": 1}, "high": {"value": 2}}}, "1 – 2"),
     ({"dataAbsentReason": {"coding": [{"code": "error"}]}}, "ininterprétable"),
     ({"dataAbsentReason": {"coding": [{"code": "weird"}]}}, "non rendu"), ({}, "")],
)  # fmt: skip
def test_every_kind_of_value_can_be_read(elements: Resource, said: str) -> None:
    """A kind of value left out would be a result nobody sees."""
    assert read_result(observation(**elements), PARIS).value.replace("\u00a0", " ") == said


def test_blood_pressure_reads_as_one() -> None:
    """Systolic and diastolic swapped, or apart, would mislead."""
    parts = [
        {"code": {"coding": [{"code": code}]}, "valueQuantity": quantity(value, "mmHg")}
        for code, value in (("8462-4", "76"), ("8480-6", "128"))
    ]
    result = read_result(observation(component=parts), PARIS)
    assert (result.value, result.unit) == ("128/76", "mmHg")


def test_other_components_are_listed_by_name() -> None:
    """A panel must not be reduced to its first part."""
    parts = [{"code": {"text": "Yeux"}, "valueQuantity": {"value": 4}},
             {"code": {"text": "Verbal"}, "valueInteger": 5}]  # fmt: skip
    assert read_result(observation(component=parts), PARIS).value == "Yeux 4 · Verbal 5"


def test_different_units_are_different_analytes() -> None:
    """5 g/L and 5 mmol/L on one curve would be a false trend."""
    rows = [observation(valueQuantity=quantity("5", unit)) for unit in ("g/L", "mmol/L")]
    assert len(group_analytes(read_results(rows, PARIS))) == 2


def test_results_entered_in_error_are_not_shown() -> None:
    """A withdrawn result must not be acted upon."""
    assert read_results([observation(status="entered-in-error", valueInteger=1)], PARIS) == []


@given(st.permutations(["2026-11-01", "2026-11-02", "2026-11-03", ""]))
def test_the_latest_result_is_the_latest_whatever_the_order(days: list[str]) -> None:
    """The store's order must not decide which potassium is the current one."""
    rows = [observation(effectiveDateTime=day, valueString=day or "?") for day in days]
    (analyte,) = group_analytes(read_results(rows, PARIS))
    assert [r.value for r in analyte.results] == ["2026-11-03", "2026-11-02", "2026-11-01", "?"]
    assert analyte.latest.value == "2026-11-03"
    assert analyte.previous is not None
    assert analyte.previous.value == "2026-11-02"


def test_critical_then_abnormal_then_normal() -> None:
    """What may kill comes first."""
    rows = [
        observation(code={"text": name}, valueInteger=1, interpretation=flagged(code))
        for name, code in (("normal", "N"), ("haut", "H"), ("critique", "LL"))
    ]
    ordered = abnormal_first(group_analytes(read_results(rows, PARIS)))
    assert [a.latest.label for a in ordered] == ["critique", "haut", "normal"]


def test_vital_signs_in_the_usual_order() -> None:
    """Nurses look for the pressure first, where it always is."""
    codes = ("29463-7", "8867-4", "85354-9", "other")
    rows = [observation(code={"coding": [{"code": c}]}, valueInteger=1) for c in codes]
    ordered = in_vital_order(group_analytes(read_results(rows, PARIS)))
    assert [a.latest.code for a in ordered] == ["85354-9", "8867-4", "29463-7", "other"]
