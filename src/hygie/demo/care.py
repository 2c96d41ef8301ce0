"""The care record: conditions (CIM-10), prescriptions (ATC), allergies."""

from datetime import datetime
from decimal import Decimal

from hygie.demo.adt import doctor_of
from hygie.demo.catalogue import Allergy, Drug, allergies, condition_labels
from hygie.demo.clock import instant
from hygie.demo.fhir import (
    ACT_SYSTEM,
    ATC,
    CIM10,
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
    key = f"RX-{visit.iep}-{drug.key}"
    unit = visit.move_at(moment).unit
    resource = {
        "resourceType": "MedicationRequest",
        "identifier": identified(key),
        "status": "active",
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


def allergy_entry(allergy: Allergy, person: Person, moment: datetime) -> Entry:
    key = f"AL-{person.ipp}-{allergies().index(allergy)}"
    code: Resource = {"text": allergy.label}
    if allergy.atc:
        code = concept(ATC, allergy.atc, allergy.label)
    resource = {
        "resourceType": "AllergyIntolerance",
        "identifier": identified(key),
        "clinicalStatus": term("allergyintolerance-clinical", "active"),
        "verificationStatus": term("allergyintolerance-verification", "confirmed"),
        "type": "allergy",
        "category": [allergy.category],
        "criticality": allergy.criticality,
        "code": code,
        "patient": subject(person),
        "recordedDate": instant(moment),
        "reaction": [{"manifestation": [{"text": allergy.reaction}]}],
    }
    return Entry(resource, query=by_identifier(ACT_SYSTEM, key))
