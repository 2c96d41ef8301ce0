"""FHIR transaction bundles of the care record, tied to the rest by business identifiers.

Patients and encounters are named by conditional references (`Patient?identifier=…`): the sender
knows the IPP and the IEP, never the ids of the receiving server. Source: FHIR R4 §3.1.0.11.
"""

import uuid
from datetime import datetime
from typing import Any, Final, NamedTuple

from hygie.demo.catalogue import Doctor
from hygie.demo.clock import instant
from hygie.demo.hl7 import IEP_OID, IPP_OID, ROOT
from hygie.demo.people import Person
from hygie.demo.plan import Visit
from hygie.fhir.codec import encode

Resource = dict[str, Any]
ACT_SYSTEM: Final = f"urn:oid:{ROOT}.7"
"""Identifiers that the care record gives to conditions, prescriptions and letters."""
PROFESSIONALS: Final = "urn:oid:1.2.250.1.71.4.2.1"
"""National identifiers of professionals: 8, then the RPPS number."""
LOINC: Final = "http://loinc.org"
UCUM: Final = "http://unitsofmeasure.org"
CIM10: Final = "http://hl7.org/fhir/sid/icd-10"
ATC: Final = "http://www.whocc.no/atc"
SNOMED: Final = "http://snomed.info/sct"
_TERMS: Final = "http://terminology.hl7.org/CodeSystem"
_SPACE: Final = uuid.UUID("5a3c1b6e-0d7f-5e49-9c1f-7d0f4b1b6a52")


class Entry(NamedTuple):
    resource: Resource
    method: str = "POST"
    query: str = ""
    """With POST: create only if nothing matches. With PUT: what to update."""
    name: str = ""
    """What other entries of the bundle may call it by (see `urn`)."""


def urn(name: str) -> str:
    return f"urn:uuid:{uuid.uuid5(_SPACE, name)}"


def transaction(name: str, moment: datetime, entries: list[Entry]) -> bytes:
    """A transaction; `name` makes its identifier and the fullUrls of its entries."""
    bundle = {
        "resourceType": "Bundle",
        "identifier": {"system": f"urn:oid:{ROOT}.8", "value": name},
        "type": "transaction",
        "timestamp": instant(moment),
        "entry": [_entry(name, rank, entry) for rank, entry in enumerate(entries, start=1)],
    }
    return encode(bundle)


def _entry(bundle: str, rank: int, entry: Entry) -> Resource:
    kind = entry.resource["resourceType"]
    request = {"method": entry.method, "url": kind}
    if entry.query and entry.method == "POST":
        request["ifNoneExist"] = entry.query
    elif entry.query:
        request["url"] = f"{kind}?{entry.query}"
    name = entry.name or f"{bundle}#{rank}"
    return {"fullUrl": urn(name), "resource": entry.resource, "request": request}


def by_identifier(system: str, value: str) -> str:
    """A search that finds one thing by its identifier."""
    return f"identifier={system}|{value}"


def subject(person: Person) -> Resource:
    search = by_identifier(f"urn:oid:{IPP_OID}", person.ipp)
    return {"reference": f"Patient?{search}"}


def encounter(visit: Visit) -> Resource:
    return {"reference": f"Encounter?{by_identifier(f'urn:oid:{IEP_OID}', visit.iep)}"}


def practitioner(doctor: Doctor) -> Resource:
    """A logical reference: the national directory knows the practitioner."""
    return {
        "type": "Practitioner",
        "identifier": {"system": PROFESSIONALS, "value": f"8{doctor.rpps}"},
        "display": f"Dr {doctor.given} {doctor.family}",
    }


def concept(system: str, code: str, label: str) -> Resource:
    return {"coding": [{"system": system, "code": code, "display": label}], "text": label}


def term(system: str, code: str) -> Resource:
    """A code of one of HL7's own code systems."""
    return {"coding": [{"system": f"{_TERMS}/{system}", "code": code}]}


def identified(value: str) -> list[Resource]:
    return [{"system": ACT_SYSTEM, "value": value}]
