"""What the expressions are evaluated on: one full resource of each type, in the manner of R4's
examples, and parts of them. Nobody real."""

from copy import deepcopy
from typing import Any, Final

Json = dict[str, Any]
_HL7 = "http://terminology.hl7.org/CodeSystem/"
_UCUM = "http://unitsofmeasure.org"


def _concept(system: str, code: str, text: str) -> Json:
    return {"coding": [{"system": system, "code": code, "display": text}], "text": text}


def _narrative(text: str) -> Json:
    return {"status": "generated", "div": f'<div xmlns="http://www.w3.org/1999/xhtml">{text}</div>'}


def _pressure(code: str, text: str, value: int) -> Json:
    quantity = {"value": value, "unit": "mmHg", "system": _UCUM, "code": "mm[Hg]"}
    return {"code": _concept("http://loinc.org", code, text), "valueQuantity": quantity}


PATIENT: Final[Json] = {
    "resourceType": "Patient",
    "id": "p1",
    "text": _narrative("Camille Arnoux"),
    "identifier": [
        {"use": "usual", "system": "urn:oid:1.3.6.1.4.1.32473.1.1", "value": "80000001"},
        {"use": "official", "system": "urn:oid:1.2.250.1.213.1.4.8", "value": "270039912345678"},
    ],
    "extension": [{"url": "http://hl7.org/fhir/StructureDefinition/x", "valueString": "a"}],
    "active": True,
    "name": [
        {"use": "official", "family": "Arnoux", "given": ["Camille", "Rose", "Inès"]},
        {"use": "usual", "family": "Delmas", "given": ["Camille"]},
    ],
    "telecom": [
        {"system": "phone", "value": "+33 1 99 00 00 01", "use": "home"},
        {"system": "phone", "value": "+33 6 39 98 00 01", "use": "mobile", "rank": 1},
        {"system": "email", "value": "camille@exemple.test"},
    ],
    "gender": "female",
    "birthDate": "1970-03-04",
    "deceasedBoolean": False,
    "address": [{"use": "home", "line": ["1 rue des Lilas"], "city": "Angers"}],
    "contact": [{"name": {"family": "Delmas"}, "telecom": [{"system": "phone", "value": "1"}]}],
}
OBSERVATION: Final[Json] = {
    "resourceType": "Observation",
    "id": "o1",
    "text": _narrative("120/80 mmHg"),
    "status": "final",
    "category": [_concept(f"{_HL7}observation-category", "vital-signs", "Constantes")],
    "code": _concept("http://loinc.org", "85354-9", "Pression artérielle"),
    "subject": {"reference": "Patient/p1"},
    "encounter": {"reference": "Encounter/e1"},
    "effectiveDateTime": "2026-05-31T20:49:00+02:00",
    "performer": [{"reference": "Practitioner/d1"}],
    "valueQuantity": {"value": 93, "unit": "mmHg", "system": _UCUM, "code": "mm[Hg]"},
    "referenceRange": [{"low": {"value": 70}, "high": {"value": 105}}],
    "component": [
        _pressure("8480-6", "Systolique", 120),
        _pressure("8462-4", "Diastolique", 80),
    ],
}
CONDITION: Final[Json] = {
    "resourceType": "Condition",
    "id": "c1",
    "contained": [{"resourceType": "Practitioner", "id": "d1", "name": [{"family": "Roux"}]}],
    "clinicalStatus": _concept(f"{_HL7}condition-clinical", "resolved", "Résolu"),
    "verificationStatus": _concept(f"{_HL7}condition-ver-status", "confirmed", "Confirmé"),
    "category": [_concept(f"{_HL7}condition-category", "problem-list-item", "Problème")],
    "code": _concept("http://hl7.org/fhir/sid/icd-10", "J21.0", "Bronchiolite aiguë"),
    "subject": {"reference": "Patient/p1"},
    "onsetDateTime": "2026-05-01",
    "abatementDateTime": "2026-05-12",
    "asserter": {"reference": "#d1"},
}
ENCOUNTER: Final[Json] = {
    "resourceType": "Encounter",
    "id": "e1",
    "status": "finished",
    "class": {"system": f"{_HL7}v3-ActCode", "code": "IMP"},
    "subject": {"reference": "Patient/p1"},
    "participant": [
        {"individual": {"reference": "Practitioner/d1"}},
        {"individual": {"reference": "RelatedPerson/r1"}},
    ],
    "period": {"start": "2026-05-04T08:00:00+02:00", "end": "2026-05-06T11:30:00+02:00"},
    "location": [
        {"location": {"reference": "Location/urg"}, "status": "completed"},
        {"location": {"reference": "Location/med"}, "status": "completed"},
    ],
}
MEDICATION_REQUEST: Final[Json] = {
    "resourceType": "MedicationRequest",
    "id": "m1",
    "status": "active",
    "intent": "order",
    "medicationReference": {"reference": "Medication/tiotropium"},
    "subject": {"reference": "Patient/p1"},
    "authoredOn": "2026-05-31T23:14:06+02:00",
}
ALLERGY: Final[Json] = {
    "resourceType": "AllergyIntolerance",
    "id": "a1",
    "clinicalStatus": _concept(f"{_HL7}allergyintolerance-clinical", "active", "Active"),
    "verificationStatus": _concept(
        f"{_HL7}allergyintolerance-verification", "confirmed", "Confirmée"
    ),
    "code": _concept("http://snomed.info/sct", "91936005", "Allergie à la pénicilline"),
    "patient": {"reference": "Patient/p1"},
    "reaction": [
        {"manifestation": [_concept("http://snomed.info/sct", "247472004", "Urticaire")]},
        {"manifestation": [_concept("http://snomed.info/sct", "39579001", "Anaphylaxie")]},
    ],
}

SUBJECTS: Final[dict[str, Json]] = {
    "Patient": PATIENT,
    "Observation": OBSERVATION,
    "Condition": CONDITION,
    "Encounter": ENCOUNTER,
    "MedicationRequest": MEDICATION_REQUEST,
    "AllergyIntolerance": ALLERGY,
    "CodeableConcept": OBSERVATION["code"],
    "Extension": PATIENT["extension"][0],
    "Period": ENCOUNTER["period"],
    "Quantity": OBSERVATION["valueQuantity"],
    "Observation.referenceRange": OBSERVATION["referenceRange"][0],
}


def subjects(type_name: str, count: int) -> list[Json]:
    """`count` of them, none sharing a value with another."""
    return [deepcopy(SUBJECTS[type_name]) for _ in range(count)]
