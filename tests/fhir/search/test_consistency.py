"""Guards against a value that is filed in one form and asked in another."""

import json
import os
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.fhir.search.shared import EXTRACTOR, criterion, meets

from hygie.fhir.definitions import r4
from hygie.fhir.search import matches
from hygie.fhir.search.entry import (
    DATE_MAX,
    DATE_MIN,
    Entry,
    NumberEntry,
    QuantityEntry,
    ReferenceEntry,
    StringEntry,
    TokenEntry,
    UriEntry,
)
from hygie.fhir.search.splitting import escape

SHARED = Path(os.environ.get("HYGIE_SHARED", Path(__file__).parents[3].parent / "shared"))
EXAMPLES = SHARED / "suites" / "r4-examples"
SYNTHEA = SHARED / "suites" / "synthea-sample"


def asked_back(entry: Entry) -> tuple[str, str] | None:  # noqa: PLR0911
    """Modifier and value of a query that an entry must answer, where one can be written."""
    match entry:
        case TokenEntry(_, system, code) if code and ":" not in entry.parameter:
            return "", f"{escape(system)}|{escape(code)}"
        case StringEntry(parameter, text) if ":" not in parameter:
            return ":exact", escape(text)
        case ReferenceEntry(_, type_, id_) if id_:
            return "", f"{type_}/{id_}"
        case UriEntry(_, uri):
            return "", escape(uri)
        case NumberEntry(_, value) if not entry.ranged:
            return "", str(value)
        case QuantityEntry(_, value, _, _, system, code) if not entry.ranged:
            return "", f"{value}|{escape(system)}|{escape(code)}"
        case _:
            return None


def check(resource: dict[str, Any]) -> int:
    """Asks a resource for each of its own entries; how many were asked."""
    found = EXTRACTOR.extract(resource)
    asked = 0
    for entry in found:
        question = asked_back(entry)
        if question is not None and question[1]:
            modifier, value = question
            condition = criterion(resource["resourceType"], entry.parameter + modifier, value)
            assert matches(condition, [entry]), entry
            asked += 1
    return asked


TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["C"]), min_size=1, max_size=12)
URI = st.from_regex(r"(http://[a-z]{1,6}|urn:oid:[0-9.]{1,6})", fullmatch=True)
NUMBER = st.decimals(-(10**6), 10**6, places=3) | st.integers(-(10**6), 10**6)
DATE = st.dates().map(str) | st.dates().map(lambda day: day.isoformat()[:7])
CONCEPT = st.fixed_dictionaries(
    {"coding": st.lists(st.fixed_dictionaries({"system": URI, "code": TEXT}), max_size=2)},
    optional={"text": TEXT},
)
PATIENTS = st.fixed_dictionaries(
    {"resourceType": st.just("Patient")},
    optional={
        "name": st.lists(
            st.fixed_dictionaries({"family": TEXT, "given": st.lists(TEXT, max_size=2)}),
            max_size=2,
        ),
        "identifier": st.lists(st.fixed_dictionaries({"value": TEXT}, optional={"system": URI})),
        "birthDate": DATE,
        "gender": st.sampled_from(["male", "female", "other"]),
        "managingOrganization": st.just({"reference": "Organization/a.b-1"}),
    },
)
OBSERVATIONS = st.fixed_dictionaries(
    {"resourceType": st.just("Observation"), "code": CONCEPT},
    optional={
        "valueQuantity": st.fixed_dictionaries(
            {"value": NUMBER}, optional={"system": URI, "code": TEXT}
        ),
        "effectiveDateTime": DATE,
        "subject": st.just({"reference": "Patient/1"}),
    },
)


@given(PATIENTS | OBSERVATIONS)
@settings(deadline=None)
def test_whatever_is_filed_is_found_by_asking_for_it(resource: dict[str, Any]) -> None:
    """Danger: an escape, a unit or a precision makes a record impossible to find."""
    check(resource)


@given(DATE)
@settings(deadline=None)
def test_a_date_is_found_by_itself(day: str) -> None:
    """Danger: a birth date is not found by typing it."""
    patient = {"resourceType": "Patient", "birthDate": day}
    assert meets(patient, "birthdate", day)
    assert meets(patient, "birthdate", f"ap{day}")
    assert not meets(patient, "birthdate", f"ne{day}")
    assert not meets(patient, "birthdate", f"gt{day}")
    assert not meets(patient, "birthdate", f"eb{day}")


def resources(folder: Path, limit: int) -> Iterator[dict[str, Any]]:
    if not folder.is_dir():
        pytest.skip(f"no {folder.name} beside the repository (HYGIE_SHARED)")
    for path in sorted(folder.glob("*.json"))[:limit]:
        resource = json.loads(path.read_bytes(), parse_float=Decimal)
        if resource.get("resourceType") == "Bundle" and folder == SYNTHEA:
            yield from (entry["resource"] for entry in resource["entry"])
        else:
            yield resource


def test_every_official_example_yields_entries_that_find_it() -> None:
    """Danger: a shape the standard itself shows is not indexed, or breaks the index."""
    examples = list(resources(EXAMPLES, 10_000))
    asked = sum(check(resource) for resource in examples)
    assert len(examples) >= 700
    assert asked > 5 * len(examples)


def test_synthetic_records_are_filed_under_their_patient() -> None:
    """Danger: a whole kind of record falls out of its patient's compartment."""
    for resource in resources(SYNTHEA, 2):
        identified = json.loads(json.dumps(resource, default=str).replace("urn:uuid:", "Patient/"))
        compartment = r4().patient_compartment.get(resource["resourceType"])
        if compartment and resource["resourceType"] not in ("Patient", "Provenance"):
            assert EXTRACTOR.patients(identified), resource["resourceType"]


def test_open_sides_are_the_ends_of_time() -> None:
    """Danger: a stay that has not ended is searched as if it had."""
    stay = {"resourceType": "Encounter", "period": {"start": "2020-01-01"}}
    assert meets(stay, "date", "gt2500")
    assert not meets(stay, "date", "lt2020")
    assert (DATE_MIN, DATE_MAX) == (-62_135_596_800_000_000, 253_402_300_799_999_999)
