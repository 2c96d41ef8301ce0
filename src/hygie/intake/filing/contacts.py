"""NK1: the next of kin, in the patient (`contact`) and each as a RelatedPerson.

A contact is known by NK1-33, else by relationship and name. `Patient.contact` is the list as it was
last sent (snapshot mode): it names the RelatedPerson of each by FR Core's contact identifier, so
that one no longer sent is found and made inactive.
"""

from collections.abc import Sequence
from typing import Final

from hygie.fhir.french import names as french
from hygie.hl7v2.message import Segment
from hygie.intake.filing.work import Work
from hygie.intake.mapping.engine import Context, scope_of
from hygie.intake.mapping.identifiers import identifier
from hygie.store.contract import Resource

CONTACT: Final = "urn:hygie:contact"
"""System of the identifiers of contacts to whom the sender gives none."""
_IDENTIFIER: Final = f"{french.FR_CORE}/StructureDefinition/fr-core-patient-contact-identifier"

_REACHED_BY: Final = frozenset(("name", "telecom", "address", "organization"))
"""What R4 asks one of (pat-1): a relationship alone names nobody."""


async def with_contacts(
    work: Work, patient: Resource, segments: Sequence[Segment], context: Context
) -> Resource:
    """The patient with these contacts and no other; the persons are put beside."""
    contacts: list[Resource] = []
    persons: dict[str, Resource] = {}
    for nk1 in segments:
        contact = next(iter(context.map("NK1-contact", scope_of(nk1)).get("contact", [])), None)
        if contact is None or not contact.keys() & _REACHED_BY:
            continue
        if nk1.field(2):
            person = _person(nk1, f"Patient/{patient['id']}", context)
            persons[person["id"]] = person
            named = {"url": _IDENTIFIER, "valueIdentifier": _by_id(person["id"])}
            contact["extension"] = [named]
        contacts.append(contact)
    if not contacts and not any(nk1.is_null(2) for nk1 in segments):
        return patient
    await _withdraw(work, patient, persons)
    work.put(*persons.values())
    kept = {name: value for name, value in patient.items() if name != "contact"}
    return {**kept, "contact": contacts} if contacts else kept


async def _withdraw(work: Work, patient: Resource, persons: dict[str, Resource]) -> None:
    """Those of the former list that this one leaves out."""
    for contact in patient.get("contact", []):
        for extension in contact.get("extension", []):
            named = extension.get("valueIdentifier", {}).get("value", "")
            if extension.get("url") == _IDENTIFIER and named not in persons:
                stored = await work.read("RelatedPerson", named)
                if stored is not None:
                    work.put({**stored, "active": False})


def _person(nk1: Segment, subject: str, context: Context) -> Resource:
    given = identifier(nk1.field(33), context) if nk1.text(33) else None
    key = nk1.raw(33) or f"{nk1.text(3).upper()}|{nk1.text(2, 1).upper()}|{nk1.text(2, 2).upper()}"
    identity = context.ids("RelatedPerson", f"{subject}|{key}")
    return {
        "resourceType": "RelatedPerson",
        "id": identity,
        "identifier": [given or _by_id(identity)],
        "active": True,
        "patient": {"reference": subject},
        **context.map("NK1", scope_of(nk1)),
    }


def _by_id(identity: str) -> Resource:
    return {"system": CONTACT, "value": identity}
