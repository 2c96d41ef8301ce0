"""Guards against a comparison that says yes where the specification says no, or the reverse."""

from decimal import Decimal
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.fhir.search.shared import meets

from hygie.fhir.definitions import r4
from hygie.fhir.search.comparison import compare_dates, compare_numbers
from hygie.fhir.search.entry import NumberEntry
from hygie.fhir.search.numbers import NUMBER_MAX, implicit_range
from hygie.fhir.search.query import NumberValue, Prefix

SMALL = st.integers(0, 8)
PREFIXES = st.sampled_from(get_args(Prefix))


def model(prefix: Prefix, asked: tuple[int, int], found: tuple[int, int]) -> bool:
    """The table of R4 §3.1.1.4.6 as sets of whole moments, read word for word."""
    search = set(range(asked[0], asked[1] + 1))
    target = set(range(found[0], found[1] + 1))
    above, below = set(range(asked[1] + 1, 20)), set(range(-10, asked[0]))
    contains = target <= search
    table = {
        "eq": contains,
        "ne": not contains,
        "gt": bool(above & target),
        "lt": bool(below & target),
        "ge": bool(above & target) or contains,
        "le": bool(below & target) or contains,
        "sa": not search & target and target <= above,
        "eb": not search & target and target <= below,
        "ap": bool(search & target),
    }
    return table[prefix]


@given(PREFIXES, SMALL, SMALL, SMALL, SMALL)
@settings(deadline=None, max_examples=500)
def test_intervals_compare_as_sets_of_moments(
    prefix: Prefix, a: int, b: int, c: int, d: int
) -> None:
    """Danger: a prefix is off by one at the edge of a day."""
    asked, found = (min(a, b), max(a, b)), (min(c, d), max(c, d))
    assert compare_dates(prefix, asked, found) is model(prefix, asked, found)


@pytest.mark.parametrize(
    ("written", "found", "expected"),
    [
        (("eq", "100"), "100.4", True),
        (("eq", "100"), "100.5", False),
        (("eq", "100"), "99.5", True),
        (("eq", "100.0"), "100", True),
        (("eq", "1e2"), "104", True),
        (("eq", "5.4"), "5.40", True),
        (("ne", "100"), "100.4", False),
        (("ne", "100"), "101", True),
        (("gt", "100"), "100", False),
        (("gt", "100"), "100.01", True),
        (("ge", "100"), "100", True),
        (("ge", "100"), "99.99", False),
        (("lt", "100"), "99.99", True),
        (("le", "100"), "100", True),
        (("sa", "100"), "100.1", True),
        (("eb", "100"), "100", False),
    ],
)
def test_numbers_compare_by_their_digits_or_exactly(
    written: tuple[Prefix, str], found: str, expected: bool
) -> None:
    """Danger: `gt100` finds 100, or `100` misses 100.2."""
    value, exact = Decimal(written[1]), Decimal(found)
    asked = NumberValue(written[0], value, *implicit_range(value))
    assert compare_numbers(asked, NumberEntry("p", exact, exact, exact)) is expected


@pytest.mark.parametrize(
    ("prefix", "expected"),
    [("eq", False), ("ne", True), ("gt", True), ("lt", True), ("sa", False), ("eb", False)],
)
def test_a_measured_range_is_compared_by_its_bounds(prefix: Prefix, expected: bool) -> None:
    """Danger: "between 10 and 20" is taken for 15."""
    entry = NumberEntry("p", Decimal(15), Decimal(10), Decimal(20), ranged=True)
    asked = NumberValue(prefix, Decimal(15), Decimal("14.5"), Decimal("15.5"))
    assert compare_numbers(asked, entry) is expected
    open_ended = NumberEntry("p", Decimal(10), Decimal(10), NUMBER_MAX, ranged=True)
    above = NumberValue("gt", Decimal(10**9), Decimal(10**9), Decimal(10**9))
    assert compare_numbers(above, open_ended)


PATIENT: dict[str, Any] = {
    "resourceType": "Patient",
    "name": [{"family": "Lefèvre-Œuvrard", "given": ["Jean Baptiste"]}],
    "identifier": [{"system": "urn:x", "value": "Ab1"}, {"value": "bare"}],
    "gender": "male",
    "birthDate": "1980-05-10",
    "managingOrganization": {
        "reference": "Organization/1",
        "identifier": {"system": "http://finess", "value": "690"},
    },
    "telecom": [{"system": "phone", "value": "01"}],
}
OBSERVATION: dict[str, Any] = {
    "resourceType": "Observation",
    "code": {"coding": [{"system": "http://l", "code": "K", "display": "Potassium"}]},
    "component": [
        {"code": {"coding": [{"code": "sys"}]}, "valueQuantity": {"value": 120, "unit": "mmHg"}},
        {"code": {"coding": [{"code": "dia"}]}, "valueQuantity": {"value": 80, "unit": "mmHg"}},
    ],
    "valueQuantity": {"value": Decimal("5.4"), "system": "http://u", "code": "g", "unit": "gram"},
    "effectivePeriod": {"start": "2020-01-10", "end": "2020-01-20"},
}
VALUE_SET = {"resourceType": "ValueSet", "url": "http://x.org/fhir/a/b"}


@pytest.mark.parametrize(
    ("resource", "name", "value", "expected"),
    [
        (PATIENT, "family", "lefevre oeu", True),
        (PATIENT, "family", "oeuvrard", False),
        (PATIENT, "family:contains", "OEUV", True),
        (PATIENT, "family:exact", "Lefèvre-Œuvrard", True),
        (PATIENT, "family:exact", "lefèvre-œuvrard", False),
        (PATIENT, "name", "jean-baptiste", True),
        (PATIENT, "name", "x,jean", True),
        (PATIENT, "identifier", "ab1", True),
        (PATIENT, "identifier", "urn:x|Ab1", True),
        (PATIENT, "identifier", "urn:y|Ab1", False),
        (PATIENT, "identifier", "|Ab1", False),
        (PATIENT, "identifier", "|bare", True),
        (PATIENT, "identifier", "urn:x|", True),
        (PATIENT, "gender", "male", True),
        (PATIENT, "gender", "http://hl7.org/fhir/administrative-gender|male", True),
        (PATIENT, "gender:not", "male", False),
        (PATIENT, "gender:not", "female", True),
        (PATIENT, "gender:not", "female,male", False),
        (PATIENT, "language:not", "fr", True),
        (PATIENT, "language:missing", "true", True),
        (PATIENT, "gender:missing", "true", False),
        (PATIENT, "gender:missing", "false", True),
        (PATIENT, "birthdate", "1980", True),
        (PATIENT, "birthdate", "1980-05-10T10:00", False),
        (PATIENT, "birthdate", "gt1980-05-10T10:00", True),
        (PATIENT, "birthdate", "lt1980-05-10", False),
        (PATIENT, "birthdate", "le1980-05-10", True),
        (PATIENT, "birthdate", "ap1980-05-12", False),
        (PATIENT, "birthdate", "ap1980-05-11", True),
        (PATIENT, "organization", "1", True),
        (PATIENT, "organization", "Organization/1", True),
        (PATIENT, "organization", "2", False),
        (PATIENT, "organization", "http://x/Organization/1", False),
        (PATIENT, "organization:identifier", "http://finess|690", True),
        (PATIENT, "organization:identifier", "691", False),
        (OBSERVATION, "code", "http://l|k", True),
        (OBSERVATION, "code:text", "pota", True),
        (OBSERVATION, "code:text", "tassium", False),
        (OBSERVATION, "value-quantity", "5.4", True),
        (OBSERVATION, "value-quantity", "5.4|http://u|g", True),
        (OBSERVATION, "value-quantity", "5.4|http://u|gram", False),
        (OBSERVATION, "value-quantity", "5.4||gram", True),
        (OBSERVATION, "value-quantity", "5.4||mg", False),
        (OBSERVATION, "value-quantity", "ap5", True),
        (OBSERVATION, "component-code-value-quantity", "sys$120", True),
        (OBSERVATION, "component-code-value-quantity", "sys$80", False),
        (OBSERVATION, "component-code-value-quantity", "dia$lt100", True),
        (OBSERVATION, "date", "2020-01", True),
        (OBSERVATION, "date", "2020-01-15", False),
        (OBSERVATION, "date", "gt2020-01-15", True),
        (OBSERVATION, "date", "sa2020-01-15", False),
        (OBSERVATION, "date", "eb2020-01-21", True),
        (VALUE_SET, "url", "http://x.org/fhir/a/b", True),
        (VALUE_SET, "url", "http://X.org/fhir/a/b", False),
        (VALUE_SET, "url:below", "http://x.org/fhir", True),
        (VALUE_SET, "url:below", "http://x.org/fh", False),
        (VALUE_SET, "url:above", "http://x.org/fhir/a/b/c", True),
    ],
)
def test_criteria_are_met_as_the_specification_reads(
    resource: dict[str, Any], name: str, value: str, expected: bool
) -> None:
    """Danger: the oracle of every other search test is itself wrong."""
    assert meets(resource, name, value) is expected


def test_ids_and_update_times_are_not_its_to_answer() -> None:
    """Danger: a caller takes "no entry" for "does not match"."""
    assert "_id" in r4().parameters("Patient")
    assert not meets({**PATIENT, "id": "p"}, "_id", "p")
