"""Synthetic resources and bundles, drawn from the demonstration clinic: seeded, never real."""

import re
from collections.abc import Iterator
from datetime import date
from functools import cache
from typing import Any

from hygie.demo import generate
from hygie.demo.people import Person
from hygie.demo.plan import Course
from hygie.demo.population import courses
from hygie.fhir.codec import decode, encode
from hygie.fhir.references import rewrite_references
from hygie.refusal import Refused

SEED, TODAY = 2026, date(2026, 6, 1)
PATIENTS = 120
_CONDITIONAL = re.compile(r"(Patient|Encounter)\?identifier=urn:oid:([\d.]+)\|(\w+)\Z")
_LEFT_OUT = ("Binary", "DocumentReference")
"""Documents are mostly their PDF: they would hide what the other resources cost."""

Resource = dict[str, Any]


@cache
def bundles(patients: int = PATIENTS) -> tuple[bytes, ...]:
    """Transaction bundles as the demonstration's wards send them, the wrong ones left out."""
    raw = (m.raw for m in generate(SEED, patients, TODAY) if m.kind == "fhir")
    return tuple(bundle for bundle in raw if _readable(bundle))


def _readable(raw: bytes) -> bool:
    try:
        decode(raw)
    except Refused:
        return False
    return b'"valeur"' not in raw and b"|89999998" not in raw


@cache
def resources(patients: int = PATIENTS) -> tuple[Resource, ...]:
    """Patients, encounters, then what the bundles hold: with ids, and literal references."""
    clinic = courses(SEED, patients, TODAY)
    people = {p.ipp: p for course in clinic for p in _records(course)}
    found = [_patient(person) for person in people.values()]
    for course in clinic:
        found += _encounters(course)
    number = 0
    for raw in bundles(patients):
        for resource in _content(decode(raw)):
            number += 1
            found.append({**resource, "id": f"b{number}"})
    return tuple(found)


def ndjson(given: tuple[Resource, ...]) -> bytes:
    return b"\n".join(map(encode, given)) + b"\n"


def _content(bundle: Resource) -> Iterator[Resource]:
    for entry in bundle["entry"]:
        resource = entry["resource"]
        if entry["request"]["method"] == "POST" and resource["resourceType"] not in _LEFT_OUT:
            yield rewrite_references(resource, _literal)


def _literal(reference: str) -> str | None:
    found = _CONDITIONAL.match(reference)
    return f"{found[1]}/{found[1][0].lower()}{found[3]}" if found else None


def setup_bundle(patients: int = PATIENTS) -> bytes:
    """A transaction that makes the patients and encounters the bundles refer to."""
    known = [r for r in resources(patients) if r["resourceType"] in ("Patient", "Encounter")]
    entries = [
        {
            "resource": resource,
            "request": {"method": "PUT", "url": f"{resource['resourceType']}/{resource['id']}"},
        }
        for resource in known
    ]
    return encode({"resourceType": "Bundle", "type": "transaction", "entry": entries})


def _records(course: Course) -> Iterator[Person]:
    """Everyone the course is known as: a second record, opened by mistake, is a Patient too."""
    yield course.person
    yield from (person for _, person in course.records)


def _patient(person: Person) -> Resource:
    return {
        "resourceType": "Patient",
        "id": f"p{person.ipp}",
        "identifier": [{"system": "urn:oid:1.3.6.1.4.1.32473.1.1", "value": person.ipp}],
        "name": [{"use": "official", "family": person.birth_name, "given": list(person.given)}],
        "gender": "female" if person.sex == "F" else "male",
        "birthDate": person.birth.isoformat(),
        "address": [{"line": [person.street], "city": person.town.name}],
    }


def _encounters(course: Course) -> list[Resource]:
    return [
        {
            "resourceType": "Encounter",
            "id": f"e{visit.iep}",
            "identifier": [{"system": "urn:oid:1.3.6.1.4.1.32473.1.2", "value": visit.iep}],
            "status": "finished",
            "class": {
                "system": "http://terminology.hl7.org/CodeSystem/v3-ActCode",
                "code": "IMP",
            },
            "subject": {"reference": f"Patient/p{course.person.ipp}"},
            "period": {"start": visit.start.date().isoformat()},
        }
        for visit in course.visits
    ]
