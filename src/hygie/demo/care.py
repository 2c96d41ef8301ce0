"""The care record: conditions (CIM-10), prescriptions (ATC), allergies."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from hygie.demo.adt import doctor_of
from hygie.demo.catalogue import Allergy, Drug, condition_labels
from hygie.demo.clock import instant
from hygie.demo.fhir import (
    ACT_SYSTEM,
    ATC,
    CIM10,
    SNOMED,
    UCUM,
    Entry,
    Resource,
    by_identifier,
    concept,
    encounter,
    identified,
    practitioner,
    subject,
    term,
)
from hygie.demo.people import Person
from hygie.demo.plan import Visit

NO_KNOWN_ALLERGY = "716186003"
"""SNOMED CT, as the International Patient Summary says that no allergy is known."""
NONE_KNOWN = "Aucune allergie connue"


def condition_entry(
    code: str, person: Person, visit: Visit, moment: datetime, *, lasting: bool
) -> Entry:
    """A condition. A lasting one belongs to the problem list and is declared once a patient."""
    key = f"PB-{person.ipp}-{code}" if lasting else f"DG-{visit.iep}-{code}"
    category = "problem-list-item" if lasting else "encounter-diagnosis"
    resource = {
        "resourceType": "Condition",
        "identifier": identified(key),
        "clinicalStatus": term("condition-clinical", "active"),
        "verificationStatus": term("condition-ver-status", "confirmed"),
        "category": [term("condition-category", category)],
        "code": concept(CIM10, code, condition_labels()[code]),
        "subject": subject(person),
        "encounter": encounter(visit),
        "recordedDate": instant(moment),
    }
    return Entry(resource, query=by_identifier(ACT_SYSTEM, key))


def resolved(entry: Entry, moment: datetime) -> Entry:
    """The same condition, over."""
    ended = {
        "clinicalStatus": term("condition-clinical", "resolved"),
        "abatementDateTime": instant(moment),
    }
    return Entry(entry.resource | ended, "PUT", entry.query)


def prescription_entry(
    drug: Drug, person: Person, visit: Visit, moment: datetime, *, home: bool
) -> Entry:
    """What is given once in the hospital is over when it is known."""
    key = f"RX-{visit.iep}-{drug.key}"
    unit = visit.move_at(moment).unit
    resource = {
        "resourceType": "MedicationRequest",
        "identifier": identified(key),
        "status": "active" if home or drug.times else "completed",
        "intent": "order",
        "category": [term("medicationrequest-category", "community" if home else "inpatient")],
        "medicationCodeableConcept": concept(ATC, drug.atc, drug.label),
        "subject": subject(person),
        "encounter": encounter(visit),
        "authoredOn": instant(moment),
        "requester": practitioner(doctor_of(unit, person.number)),
        "dosageInstruction": [_dosage(drug)],
    }
    return Entry(resource, query=by_identifier(ACT_SYSTEM, key))


def ended(entry: Entry) -> Entry:
    """The same prescription, completed when the stay ends."""
    return Entry(entry.resource | {"status": "completed"}, "PUT", entry.query)


def _dosage(drug: Drug) -> Resource:
    dose = {
        "value": Decimal(drug.dose),
        "unit": drug.unit.strip("[]"),
        "system": UCUM,
        "code": drug.unit,
    }
    dosage: Resource = {
        "text": drug.directions,
        "route": {"text": f"Voie {drug.route}"},
        "doseAndRate": [{"doseQuantity": dose}],
    }
    if drug.times:
        repeat = {"frequency": drug.times, "period": 1, "periodUnit": "d"}
        dosage["timing"] = {"repeat": repeat}
    return dosage


def allergy_entries(
    answer: Sequence[Allergy] | None, person: Person, moment: datetime
) -> list[Entry]:
    """Each allergy, or that none is known, or nothing when nobody asked."""
    if answer is None:
        return []
    if not answer:
        code = {"coding": [{"system": SNOMED, "code": NO_KNOWN_ALLERGY}], "text": NONE_KNOWN}
        return [_allergy_entry(f"AL-{person.ipp}-AUCUNE", {"code": code}, person, moment)]
    return [
        _allergy_entry(f"AL-{person.ipp}-{rank}", _allergy(allergy), person, moment)
        for rank, allergy in enumerate(answer, start=1)
    ]


def _allergy(allergy: Allergy) -> Resource:
    coded = concept(ATC, allergy.atc, allergy.label) if allergy.atc else {"text": allergy.label}
    return {
        "type": "allergy",
        "category": [allergy.category],
        "criticality": allergy.criticality,
        "code": coded,
        "reaction": [{"manifestation": [{"text": allergy.reaction}]}],
    }


def _allergy_entry(key: str, said: Resource, person: Person, moment: datetime) -> Entry:
    resource = {
        "resourceType": "AllergyIntolerance",
        "identifier": identified(key),
        "clinicalStatus": term("allergyintolerance-clinical", "active"),
        "verificationStatus": term("allergyintolerance-verification", "confirmed"),
        "patient": subject(person),
        "recordedDate": instant(moment),
    }
    return Entry(resource | said, query=by_identifier(ACT_SYSTEM, key))
