"""Guards against an index that files one parameter for another, and forgets what only one reads."""

from typing import Any

import msgspec
import pytest
from tests.fhir.search.shared import EXTRACTOR
from tests.fhir.search.test_consistency import EXAMPLES, SYNTHEA, resources
from tests.fhir.search.test_every_shape import VARIANTS, filled

from hygie.fhir.definitions import r4
from hygie.fhir.search import has_bare_codes, kept_target, matches, shape_bit, sources
from hygie.fhir.search.derivation import derivations
from hygie.fhir.search.entry import Entry, ReferenceEntry, TokenEntry
from hygie.fhir.search.query import Criterion

Json = dict[str, Any]
EVERY_DERIVED = {
    kind: {c: d for c, d in derivations(r4(), kind).items() if d.sources != (c,)}
    for kind in r4().resource_types
}


def renamed(entry: Entry, code: str) -> Entry:
    """The same entry under another parameter."""
    _, colon, aside = entry.parameter.partition(":")
    return msgspec.structs.replace(entry, parameter=code + colon + aside)


def of(entries: tuple[Entry, ...], codes: tuple[str, ...], named: str) -> set[Entry]:
    return {renamed(e, named) for e in entries if e.parameter.partition(":")[0] in codes}


def leads_to(entry: Entry, target: str) -> bool:
    return isinstance(entry, ReferenceEntry) and entry.type == target


def plain(entry: Entry) -> bool:
    """Whether the entry is filed: not under a system that only a binding implies."""
    return not (isinstance(entry, TokenEntry) and entry.bare and entry.system)


def check(resource: Json) -> int:
    """Compares what is filed with all entries, for one resource; how many were derived."""
    kind = resource["resourceType"]
    every, filed = EXTRACTOR.extract(resource), EXTRACTOR.filed(resource)
    compared = 0
    for code in derivations(r4(), kind):
        found = of(filed.entries, sources(r4(), kind, code), code)
        if target := kept_target(r4(), kind, code):
            found = {e for e in found if leads_to(e, target)}
        own = {e for e in of(every, (code,), code) if plain(e)}
        urls = {e for e in own if target and not leads_to(e, target)}
        assert found == own - urls, (kind, code)
        compared += bool(found) and code in EVERY_DERIVED[kind]
        present = Criterion(r4().parameters(kind)[code], modifier="missing", missing=False)
        place = shape_bit(r4(), kind, code)
        assert place is not None
        assert filed.shape >> place & 1 == matches(present, every), (kind, code)
    assert EXTRACTOR.patients_among(resource, filed.entries) == EXTRACTOR.patients(resource)
    return compared


@pytest.mark.parametrize("variant", range(VARIANTS))
def test_a_derived_parameter_is_its_sources(variant: int) -> None:
    """Danger: `patient=` or `combo-code=` no longer finds what `subject` and `code` file."""
    compared = 0
    for kind in r4().resource_types:
        resource = {**filled(kind, variant, 4), "resourceType": kind, "id": "1"}
        compared += check(resource)
    assert compared > 50


def test_examples_are_filed_whole() -> None:
    """Danger: a shape of the standard's own examples is lost between sources and derived."""
    for resource in resources(EXAMPLES, 10_000):
        check(resource)


def test_synthetic_records_are_filed_whole() -> None:
    """Danger: as above, for whole records."""
    for resource in resources(SYNTHEA, 2):
        check(resource)


@pytest.mark.parametrize(
    ("kind", "code", "expected", "target"),
    [
        ("Observation", "patient", ("subject",), "Patient"),
        ("Observation", "combo-code", ("code", "component-code"), ""),
        ("Observation", "code", ("code",), ""),
        ("AuditEvent", "patient", ("agent", "entity"), "Patient"),
        ("AllergyIntolerance", "patient", ("patient",), ""),
        ("Patient", "phonetic", ("name",), ""),
        ("Patient", "_id", ("_id",), ""),
        ("Patient", "unheard-of", ("unheard-of",), ""),
    ],
)
def test_known_derivations(kind: str, code: str, expected: tuple[str, ...], target: str) -> None:
    """Danger: the comparison of expressions sees no likeness any more, and all is filed twice."""
    assert sources(r4(), kind, code) == expected
    assert kept_target(r4(), kind, code) == target


def test_sources_are_filed_themselves() -> None:
    """Danger: a chain of derivations, whose end nobody files."""
    for kind, derived in EVERY_DERIVED.items():
        for one in derived.values():
            assert not set(one.sources) & set(derived), kind


def test_every_parameter_with_entries_has_a_bit_of_its_own() -> None:
    """Danger: two parameters share a bit, or one has none: `:missing` answers for another."""
    for kind in r4().resource_types:
        codes = list(derivations(r4(), kind))
        assert codes == sorted(codes)
        assert [shape_bit(r4(), kind, code) for code in codes] == list(range(len(codes)))
    assert shape_bit(r4(), "Patient", "_id") is None


def test_a_url_says_where_it_leads_by_its_reference() -> None:
    """Danger: `patient:missing` is wrong for a patient kept elsewhere."""
    here = {"reference": "https://x.org/fhir/Patient/1"}
    typed = {"reference": "urn:uuid:1", "type": "Patient"}
    group = {"reference": "https://x.org/fhir/Group/1"}
    for subject, led in ((here, 1), (typed, 1), (group, 0)):
        observation = {"resourceType": "Observation", "subject": subject}
        place = shape_bit(r4(), "Observation", "patient")
        assert place is not None
        assert EXTRACTOR.filed(observation).shape >> place & 1 == led
        check(observation)


def test_codes_without_a_system_of_their_own_are_told_apart() -> None:
    """Danger: a code is filed under a system its record does not give, or looked for under it."""
    patient = {"resourceType": "Patient", "gender": "male", "active": True}
    filed = [entry for entry in EXTRACTOR.filed(patient).entries if entry.parameter != "deceased"]
    assert sorted(filed, key=lambda entry: entry.parameter) == [
        TokenEntry("active", "", "true", bare=True),
        TokenEntry("gender", "", "male", bare=True),
    ]
    assert has_bare_codes(r4(), "Patient", r4().parameters("Patient")["gender"])
    assert has_bare_codes(r4(), "Patient", r4().parameters("Patient")["active"])
    assert not has_bare_codes(r4(), "Patient", r4().parameters("Patient")["identifier"])
    assert not has_bare_codes(r4(), "Observation", r4().parameters("Observation")["code"])
    assert not has_bare_codes(r4(), "Patient", r4().parameters("Patient")["_id"])
