"""Resources as Hygie files them, one or two for each ready view. Nobody real."""

from decimal import Decimal
from typing import Any

Json = dict[str, Any]
V2 = "http://terminology.hl7.org/CodeSystem/v2-0203"
CORE = "https://hl7.fr/ig/fhir/core/StructureDefinition"
UCUM = "http://unitsofmeasure.org"
SUBJECT: Json = {
    "subject": {"reference": "Patient/p1"},
    "encounter": {"reference": "Encounter/e1"},
}


def coded(code: str, system: str = "", text: str = "") -> Json:
    """A CodeableConcept."""
    coding = {"code": code, **({"system": system} if system else {})}
    return {"coding": [coding], **({"text": text} if text else {})}


def quantity(value: str, unit: str) -> Json:
    return {"value": Decimal(value), "unit": unit, "system": UCUM, "code": unit}


def insee(code: str) -> Json:
    return {"url": f"{CORE}/fr-core-address-insee-code", "valueCoding": {"code": code}}


def part(name: str, **value: Any) -> Json:
    return {"url": name, **value}


PATIENT: Json = {
    "resourceType": "Patient",
    "id": "p1",
    "active": True,
    "identifier": [
        {"use": "official", "system": "urn:oid:1.2.250.1.213.1.4.8", "value": "278061234567890"},
        {"use": "usual", "type": coded("PI", V2), "system": "urn:oid:1.2.3", "value": "800001"},
    ],
    "extension": [
        {"url": "urn:hygie:identity-status", "valueCode": "QUAL"},
        {
            "url": "http://hl7.org/fhir/StructureDefinition/patient-birthPlace",
            "valueAddress": {"extension": [insee("49007")]},
        },
    ],
    "name": [
        {
            "use": "official",
            "family": "MARTIN",
            "given": ["ZOÉ"],
            "extension": [
                {
                    "url": f"{CORE}/fr-core-patient-birth-list-given-name",
                    "valueString": "ZOÉ LOUISE",
                }
            ],
        },
        {"use": "usual", "family": "PETIT", "given": ["Zoé"]},
    ],
    "gender": "female",
    "birthDate": "1978-06-12",
    "deceasedDateTime": "2026-01-02",
    "address": [
        {"use": "home", "city": "ANGERS", "postalCode": "49000", "extension": [insee("49007")]}
    ],
}
ENCOUNTER: Json = {
    "resourceType": "Encounter",
    "id": "e1",
    "identifier": [{"type": coded("VN", V2), "system": "urn:oid:1.2.4", "value": "260001"}],
    "status": "finished",
    "class": {"code": "IMP"},
    "subject": {"reference": "Patient/p1"},
    "period": {"start": "2026-03-12T15:41:00+01:00", "end": "2026-03-14T10:00:00+01:00"},
    "serviceProvider": {"reference": "Organization/u1"},
    "reasonCode": [{"text": "Fièvre"}],
    "hospitalization": {"admitSource": coded("8"), "dischargeDisposition": coded("7")},
    "participant": [
        {"type": [coded("CON")], "individual": {"identifier": {"value": "1"}}},
        {"type": [coded("ATND")], "individual": {"identifier": {"value": "810997000178"}}},
    ],
    "location": [
        {
            "location": {"reference": "Location/l1"},
            "status": "completed",
            "period": {"start": "2026-03-12T15:41:00+01:00", "end": "2026-03-14T10:00:00+01:00"},
        }
    ],
    "extension": [
        {
            "url": "urn:hygie:movement",
            "extension": [
                part("event", valueCode="A01"),
                part("start", valueDateTime="2026-03-12T15:41:00+01:00"),
                part("id", valueString="1.2.5|100053"),
                part("patient-class", valueCode="I"),
                part("location", valueReference={"reference": "Location/l1"}),
                part("medical-unit", valueReference={"reference": "Organization/u1"}),
                part("nursing-unit", valueReference={"reference": "Organization/u2"}),
                part("nature", valueCode="HMS"),
            ],
        },
        {
            "url": "urn:hygie:movement",
            "extension": [
                part("event", valueCode="A03"),
                part("start", valueDateTime="2026-03-14T10:00:00+01:00"),
            ],
        },
    ],
}
LABORATORY: Json = {
    "resourceType": "Observation",
    "id": "o1",
    **SUBJECT,
    "status": "final",
    "category": [coded("laboratory")],
    "code": coded("1742-6", "http://loinc.org", "Alanine aminotransférase"),
    "effectiveDateTime": "2025-11-17T11:12:00+01:00",
    "issued": "2025-11-17T13:07:00+01:00",
    "valueQuantity": {**quantity("22.50", "U/L"), "comparator": "<"},
    "interpretation": [coded("N")],
    "referenceRange": [{"low": quantity("10", "U/L"), "high": quantity("35", "U/L")}],
}
CODED_RESULT: Json = {
    "resourceType": "Observation",
    "id": "o2",
    "status": "final",
    "category": [coded("laboratory")],
    "code": {"text": "Groupe"},
    "effectivePeriod": {"start": "2025-11-17"},
    "valueCodeableConcept": coded("A", text="A positif"),
}
PRESSURE: Json = {
    "resourceType": "Observation",
    "id": "o3",
    **SUBJECT,
    "status": "final",
    "category": [coded("vital-signs")],
    "code": coded("85354-9", "http://loinc.org", "Pression artérielle"),
    "effectiveDateTime": "2026-03-13T08:00:00+01:00",
    "component": [
        {
            "code": coded("8480-6", "http://loinc.org", "Systolique"),
            "valueQuantity": quantity("148", "mm[Hg]"),
        },
        {
            "code": coded("8462-4", "http://loinc.org", "Diastolique"),
            "valueQuantity": quantity("71", "mm[Hg]"),
        },
    ],
}
PULSE: Json = {
    "resourceType": "Observation",
    "id": "o4",
    "status": "final",
    "category": [coded("vital-signs")],
    "code": coded("8867-4", "http://loinc.org", "Fréquence cardiaque"),
    "effectiveDateTime": "2026-03-13T08:00:00+01:00",
    "valueQuantity": {**quantity("200", "/min"), "comparator": ">"},
}
CONDITION: Json = {
    "resourceType": "Condition",
    "id": "c1",
    **SUBJECT,
    "code": {
        "coding": [
            {"system": "http://hl7.org/fhir/sid/icd-10", "code": "J44.1"},
            {"system": "http://snomed.info/sct", "code": "195951007"},
        ],
        "text": "Exacerbation",
    },
    "category": [coded("encounter-diagnosis")],
    "clinicalStatus": coded("resolved"),
    "verificationStatus": coded("confirmed"),
    "onsetDateTime": "2026-01",
    "abatementPeriod": {"end": "2026-02-12"},
    "recordedDate": "2026-02-04T03:24:41+01:00",
}
PRESCRIPTION: Json = {
    "resourceType": "MedicationRequest",
    "id": "m1",
    **SUBJECT,
    "status": "completed",
    "intent": "order",
    "authoredOn": "2026-02-28T03:10:53+01:00",
    "medicationCodeableConcept": {
        "coding": [
            {"system": "http://www.whocc.no/atc", "code": "B05BB01"},
            {"system": "http://data.esante.gouv.fr/ansm/medicament/UCD", "code": "3400"},
        ],
        "text": "Chlorure de sodium",
    },
    "requester": {"identifier": {"value": "810997000061"}},
    "dosageInstruction": [
        {
            "text": "1,5 L sur 24 heures",
            "route": {"text": "Voie intraveineuse"},
            "asNeededBoolean": False,
            "doseAndRate": [{"doseQuantity": quantity("1.5", "L")}],
            "timing": {"repeat": {"frequency": 1, "period": 1, "periodUnit": "d"}},
        },
        {"text": "puis 1 L"},
    ],
}
DESCRIBED: Json = {
    "resourceType": "MedicationRequest",
    "id": "m2",
    "status": "active",
    "intent": "order",
    "medicationReference": {"reference": "Medication/x"},
}
PROCEDURE: Json = {
    "resourceType": "Procedure",
    "id": "a1",
    **SUBJECT,
    "status": "completed",
    "code": {
        "coding": [
            {"system": "https://smt.esante.gouv.fr/terminologie-ccam", "code": "HFFC018"},
            {"system": "http://snomed.info/sct", "code": "80146002"},
        ],
        "text": "Appendicectomie",
    },
    "performedPeriod": {"start": "2026-03-13T09:00:00+01:00", "end": "2026-03-13T10:00:00+01:00"},
    "performer": [{"actor": {"identifier": {"value": "810997000061"}}}],
    "reasonCode": [{"text": "Appendicite aiguë"}],
}
UNIT: Json = {
    "resourceType": "Organization",
    "id": "u1",
    "active": True,
    "identifier": [{"system": "urn:x", "value": "2100"}],
    "type": [coded("UF")],
    "name": "Médecine",
    "partOf": {"reference": "Organization/u0"},
}
BED: Json = {
    "resourceType": "Location",
    "id": "l1",
    "identifier": [{"system": "urn:x", "value": "2100/12/1"}],
    "name": "UF 2100, chambre 12, lit 1",
    "physicalType": coded("bd"),
    "managingOrganization": {"reference": "Organization/u1"},
    "partOf": {"reference": "Location/l0"},
}
