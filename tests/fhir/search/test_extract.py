"""Guards against records that cannot be found by what they say."""

from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.fhir.search.shared import EXTRACTOR, PARIS, entries

from hygie.fhir.definitions import r4
from hygie.fhir.search.entry import (
    DATE_MAX,
    CompositeEntry,
    DateEntry,
    Entry,
    NumberEntry,
    QuantityEntry,
    ReferenceEntry,
    StringEntry,
    TokenEntry,
    UriEntry,
)
from hygie.fhir.search.instants import interval
from hygie.fhir.search.numbers import NUMBER_MAX, NUMBER_MIN
from hygie.fhir.search.plans import is_indexed
from hygie.fhir.search.supported import is_supported

Json = dict[str, Any]


def texts(resource: Json, parameter: str) -> list[str]:
    return [e.text for e in entries(resource, parameter) if isinstance(e, StringEntry)]


def coded(resource: Json, parameter: str) -> list[tuple[str, str]]:
    return [(e.system, e.code) for e in entries(resource, parameter) if isinstance(e, TokenEntry)]


PATIENT: Json = {
    "resourceType": "Patient",
    "id": "p",
    "meta": {
        "profile": ["http://p"],
        "tag": [{"system": "http://t", "code": "demo"}],
        "security": [{"code": "R"}],
        "source": "urn:src",
    },
    "identifier": [
        {
            "system": "urn:oid:1",
            "value": "42",
            "type": {"coding": [{"system": "http://v2", "code": "INS"}], "text": "Matricule"},
        },
        {"value": "alone"},
        {"type": {"text": "nothing else"}},
    ],
    "active": True,
    "name": [{"family": "Martin", "given": ["Zoé", None], "prefix": ["Dr"], "text": "Zoé Martin"}],
    "telecom": [{"system": "phone", "value": "0102"}, {"system": "email", "value": "z@x.fr"}],
    "gender": "female",
    "birthDate": "1980-02",
    "deceasedBoolean": False,
    "address": [{"line": ["1 rue A"], "city": "Lyon", "postalCode": "69001", "country": "FR"}],
    "generalPractitioner": [
        {"reference": "Practitioner/1"},
        {"reference": "https://x.org/fhir/Organization/2"},
        {"reference": "urn:uuid:3"},
        {"type": "Organization", "identifier": {"system": "http://finess", "value": "690"}},
        {"display": "Dr Who"},
    ],
    "link": [{"other": {"reference": "Patient/old"}, "type": "replaces"}],
}


def test_a_patient_s_entries() -> None:
    """Danger: a name part, an identifier or a link is left out of the index."""
    assert texts(PATIENT, "name") == ["Martin", "Zoé Martin", "Zoé", "Dr"]
    assert texts(PATIENT, "address") == ["1 rue A", "Lyon", "69001", "FR"]
    assert texts(PATIENT, "identifier:text") == ["Matricule", "nothing else"]
    assert coded(PATIENT, "identifier") == [("urn:oid:1", "42"), ("", "alone")]
    assert coded(PATIENT, "identifier:of-type") == [("http://v2", "INS|42")]
    assert coded(PATIENT, "telecom") == [("phone", "0102"), ("email", "z@x.fr")]
    assert coded(PATIENT, "email") == [("email", "z@x.fr")]
    assert coded(PATIENT, "active") == [("", "true")]
    assert coded(PATIENT, "deceased") == [("", "false")]
    assert coded(PATIENT, "_tag") == [("http://t", "demo")]
    assert coded(PATIENT, "_security") == [("", "R")]
    assert entries(PATIENT, "_profile") == [UriEntry("_profile", "http://p")]
    assert entries(PATIENT, "_source") == [UriEntry("_source", "urn:src")]
    found = interval("1980-02", PARIS)
    assert found is not None
    assert entries(PATIENT, "birthdate") == [DateEntry("birthdate", *found)]


def test_a_code_is_also_filed_under_the_system_its_binding_implies() -> None:
    """Danger: gender=http://hl7.org/fhir/administrative-gender|female finds nobody."""
    system = "http://hl7.org/fhir/administrative-gender"
    assert coded(PATIENT, "gender") == [("", "female"), (system, "female")]


def test_references_keep_what_they_say() -> None:
    """Danger: a link elsewhere is taken for one of ours, or the other way round."""
    assert entries(PATIENT, "general-practitioner") == [
        ReferenceEntry("general-practitioner", "Practitioner", "1"),
        ReferenceEntry("general-practitioner", url="https://x.org/fhir/Organization/2"),
        ReferenceEntry("general-practitioner", url="urn:uuid:3"),
        ReferenceEntry("general-practitioner", "Organization", system="http://finess", value="690"),
    ]


def test_what_the_store_keeps_in_columns_yields_nothing() -> None:
    """Danger: ids and update times are filed twice, and disagree."""
    codes = {entry.parameter for entry in entries(PATIENT)}
    assert not codes & {"_id", "_lastUpdated", "_text", "_content", "_filter", "_query"}


def test_an_observation_s_entries() -> None:
    """Danger: a result is not found by its code, value, unit or both together."""
    quantity = {"value": Decimal("5.40"), "system": "http://u", "code": "mmol/L", "unit": "mmol"}
    resource = {
        "resourceType": "Observation",
        "status": "final",
        "code": {"coding": [{"system": "http://l", "code": "K"}], "text": "Potassium"},
        "valueQuantity": quantity,
        "effectivePeriod": {"start": "2020-01-01"},
        "component": [{"code": {"text": "c"}, "valueQuantity": {"value": 7, "comparator": "<"}}],
    }
    start = interval("2020-01-01", PARIS)
    assert start is not None
    value = QuantityEntry(
        "value-quantity", Decimal("5.40"), Decimal("5.40"), Decimal("5.40"),
        "http://u", "mmol/L", "mmol",
    )  # fmt: skip
    assert entries(resource, "value-quantity") == [value]
    assert entries(resource, "date") == [DateEntry("date", start[0], DATE_MAX)]
    code = (TokenEntry("", "http://l", "K"),)
    inner = msgspec.structs.replace(value, parameter="")
    assert entries(resource, "code-value-quantity") == [
        CompositeEntry("code-value-quantity", (code, (inner,)))
    ]
    below = entries(resource, "component-value-quantity")
    assert [(e.low, e.high, e.ranged) for e in below if isinstance(e, QuantityEntry)] == [
        (NUMBER_MIN, Decimal(7), True)
    ]


@pytest.mark.parametrize(
    ("resource", "expected"),
    [
        (
            {"resourceType": "Condition", "onsetRange": {"low": {"value": 10, "unit": "a"},
                                                         "high": {"value": 20}}},
            [QuantityEntry("onset-age", Decimal(15), Decimal(10), Decimal(20), unit="a",
                           ranged=True)],
        ),
        (
            {"resourceType": "Condition", "onsetRange": {"low": {"value": 10}}},
            [QuantityEntry("onset-age", Decimal(10), Decimal(10), NUMBER_MAX, ranged=True)],
        ),
        (
            {"resourceType": "Invoice", "totalGross": {"value": Decimal("9.5"), "currency": "EUR"}},
            [QuantityEntry("totalgross", Decimal("9.5"), Decimal("9.5"), Decimal("9.5"),
                           "urn:iso:std:iso:4217", "EUR")],
        ),
        (
            {"resourceType": "RiskAssessment", "prediction": [{"probabilityDecimal": 1}]},
            [NumberEntry("probability", Decimal(1), Decimal(1), Decimal(1))],
        ),
        (
            {"resourceType": "PlanDefinition", "library": ["http://x|1"]},
            [ReferenceEntry("depends-on", url="http://x|1"),
             ReferenceEntry("depends-on", url="http://x")],
        ),
        (
            {"resourceType": "Observation", "valueSampledData": {"origin": {"value": 1}}},
            [],
        ),
        (
            {"resourceType": "Bundle", "entry": [{"resource": {"resourceType": "Composition",
                                                               "id": "c"}}]},
            [ReferenceEntry("composition", "Composition", "c")],
        ),
        (
            {"resourceType": "Device", "extension": [{
                "url": "http://hl7.org/fhir/SearchParameter/device-extensions-Device-din",
                "valueIdentifier": {"value": "D"}}]},
            [TokenEntry("din", "", "D")],
        ),
    ],
)  # fmt: skip
def test_each_type_of_value_has_its_entry(resource: Json, expected: list[Entry]) -> None:
    """Danger: a data type of the standard is silently not searchable."""
    assert entries(resource) == expected


def test_a_schedule_is_searched_by_its_outer_limits() -> None:
    """Danger: a treatment planned over weeks is found on its first day only."""
    resource = {
        "resourceType": "ServiceRequest",
        "occurrenceTiming": {
            "event": ["2020-03-05", "2020-03-01"],
            "repeat": {"boundsPeriod": {"start": "2020-03-02", "end": "2020-03-09"}},
        },
    }
    first, last = interval("2020-03-01", PARIS), interval("2020-03-09", PARIS)
    assert first is not None
    assert last is not None
    assert entries(resource, "occurrence") == [DateEntry("occurrence", first[0], last[1])]


def test_patients_are_those_of_the_compartment() -> None:
    """Danger: a record is sealed under the wrong patient's key, or shown to another."""
    observation = {
        "resourceType": "Observation",
        "subject": {"reference": "Patient/a"},
        "performer": [{"reference": "Patient/b"}, {"reference": "Patient/a"}],
        "focus": [{"reference": "Patient/unrelated"}],
        "encounter": {"reference": "Encounter/a"},
    }
    assert EXTRACTOR.patients(observation) == ("a", "b")
    assert EXTRACTOR.patients(PATIENT) == ("p", "old")
    assert EXTRACTOR.patients({"resourceType": "Organization", "id": "o"}) == ()
    assert EXTRACTOR.patients({"resourceType": "Nope"}) == ()
    elsewhere = {"resourceType": "Flag", "subject": {"reference": "http://x.org/Patient/a"}}
    assert EXTRACTOR.patients(elsewhere) == ()


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.decimals()
    | st.sampled_from(["", "x", "Patient/1", "2020-01-01", "2020-02-31", "9999-12-31", "1e999"]),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from([
            "coding", "code", "system", "value", "text", "display", "type", "reference",
            "identifier", "start", "end", "event", "repeat", "boundsPeriod", "low", "high",
            "comparator", "currency", "given", "line", "url", "valueString", "resourceType", "id",
        ]),
        inner, max_size=5,
    ),
    max_leaves=12,
)  # fmt: skip


@given(st.data(), st.sampled_from(r4().resource_types))
@settings(deadline=None, max_examples=150)
def test_data_of_any_shape_yields_less_and_never_breaks(data: Any, type_name: str) -> None:
    """Danger: one odd record stops an import, or the index of what follows."""
    names = [name for element in r4().types[type_name].elements for name in element.json_names()]
    resource = data.draw(st.dictionaries(st.sampled_from(names), JSON, max_size=6))
    found = EXTRACTOR.extract({**resource, "resourceType": type_name})
    assert all(isinstance(entry, Entry) for entry in found)


def test_every_r4_parameter_yields_entries_but_two_whose_definitions_cannot() -> None:
    """Danger: a standard parameter is listed, accepted, and never finds anything."""
    empty = {
        (type_name, parameter.code)
        for type_name in r4().resource_types
        for parameter in r4().parameters(type_name).values()
        if is_indexed(parameter) and not is_supported(r4(), type_name, parameter)
    }
    assert empty == {("DocumentReference", "relationship"), ("Patient", "part-agree")}


@pytest.mark.parametrize("type_name", [None, 3, "", "Nope", "Resource", "HumanName", ["Patient"]])
def test_unknown_types_yield_nothing(type_name: Any) -> None:
    """Danger: a resource of a type that does not exist breaks the extractor."""
    assert EXTRACTOR.extract({"resourceType": type_name}) == ()


def test_a_value_of_a_wider_primitive_type_is_not_taken_for_the_narrower() -> None:
    """Guards: `(ConceptMap.source as canonical)` breaking on a `sourceUri`."""
    concept_map = {
        "resourceType": "ConceptMap",
        "status": "draft",
        "sourceUri": "http://example.org/source",
    }
    assert not entries(concept_map, "source")
    assert [e.url for e in entries(concept_map, "source-uri") if isinstance(e, ReferenceEntry)] == [
        "http://example.org/source"
    ]
