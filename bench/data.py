"""Synthetic resources and bundles, drawn from the demonstration clinic: seeded, never real."""

import re
from collections.abc import Iterable, Iterator
from datetime import date
from functools import cache
from itertools import cycle, islice
from typing import Any
from uuid import NAMESPACE_OID, uuid5

from hygie.demo import generate
from hygie.demo.people import Person
from hygie.demo.plan import Course
from hygie.demo.population import courses
from hygie.fhir.codec import decode, encode
from hygie.fhir.references import rewrite_references, walk_references
from hygie.refusal import Refused

SEED, TODAY = 2026, date(2026, 6, 1)
PATIENTS = 270
"""Some ten thousand resources."""
_CONDITIONAL = re.compile(r"(Patient|Encounter)\?identifier=urn:oid:([\d.]+)\|(\w+)\Z")
_LITERAL = re.compile(r"(Patient|Encounter)/([a-z0-9]+)\Z")
_OWN_ID = re.compile(rb'(Patient/|Encounter/|"id":")([peb])(?=\d)')
HEAVY = "heavy"
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
        content = decode(raw)
    except Refused:
        return False
    whole = content["resourceType"] == "Bundle"
    return whole and b'"valeur"' not in raw and b"|89999998" not in raw


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


def ndjson(given: Iterable[Resource]) -> bytes:
    return b"\n".join(map(encode, given)) + b"\n"


def copied(raw: bytes, number: int) -> bytes:
    """NDJSON of the same resources under other ids, referring to each other."""
    return _OWN_ID.sub(rb"\g<1>\g<2>%d-" % number, raw)


def heavy(size: int) -> list[Resource]:
    """One patient with so many resources, itself included."""
    patient = next(r for r in resources() if r["resourceType"] == "Patient")
    observations = [r for r in resources() if r["resourceType"] == "Observation"]
    known = {"system": "urn:oid:1.3.6.1.4.1.32473.1.1", "value": HEAVY}
    found: list[Resource] = [{**patient, "id": HEAVY, "identifier": [known]}]
    found += [
        {
            **{name: value for name, value in one.items() if name != "encounter"},
            "id": f"h{number}",
            "subject": {"reference": f"Patient/{HEAVY}"},
        }
        for number, one in enumerate(islice(cycle(observations), size - 1))
    ]
    return found


def transactions() -> list[bytes]:
    """One for each patient, with all that is known of it alone; entries refer to each other by
    UUID."""
    about: dict[str, dict[str, Resource]] = {}
    for resource in resources():
        name = f"{resource['resourceType']}/{resource['id']}"
        subject = resource.get("subject") or resource.get("patient") or {"reference": name}
        group = about.setdefault(subject["reference"], {})
        group[name] = resource
        if any(link["reference"] not in group for link in walk_references(resource)):
            del group[name]
    return [_transaction(list(found.values())) for found in about.values() if found]


def _transaction(found: list[Resource]) -> bytes:
    entries = [
        {
            "fullUrl": _uuid(resource["resourceType"], resource["id"]),
            "resource": {
                name: value
                for name, value in rewrite_references(resource, _linked).items()
                if name != "id"
            },
            "request": {"method": "POST", "url": resource["resourceType"]},
        }
        for resource in found
    ]
    return encode({"resourceType": "Bundle", "type": "transaction", "entry": entries})


def _linked(reference: str) -> str | None:
    found = _LITERAL.match(reference)
    return _uuid(found[1], found[2]) if found else None


def _uuid(type_: str, id_: str) -> str:
    return f"urn:uuid:{uuid5(NAMESPACE_OID, f'{type_}/{id_}')}"


def _content(bundle: Resource) -> Iterator[Resource]:
    for entry in bundle["entry"]:
        resource = entry["resource"]
        if entry["request"]["method"] == "POST" and resource["resourceType"] not in _LEFT_OUT:
            yield rewrite_references(resource, _literal)


def _literal(reference: str) -> str | None:
    found = _CONDITIONAL.match(reference)
    return f"{found[1]}/{found[1][0].lower()}{found[3]}" if found else None


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
