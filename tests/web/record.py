"""One patient's record, made to hold every case the pages must show."""

from base64 import b64encode
from decimal import Decimal
from typing import Any

Resource = dict[str, Any]
PATIENT = "aubin"
SUBJECT = {"reference": f"Patient/{PATIENT}"}
LOINC = "http://loinc.org"
FR_CORE = "https://hl7.fr/ig/fhir/core/StructureDefinition"
V2_TYPE = "http://terminology.hl7.org/CodeSystem/v2-0203"
CATEGORY = "http://terminology.hl7.org/CodeSystem/observation-category"
INTERPRETATION = "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation"
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
LETTER = (
    "Cher confrère,\n\nMadame Aubin a été hospitalisée pour une pneumopathie.\n<b>Bien</b> à vous."
)


def patient() -> Resource:
    return {
        "resourceType": "Patient",
        "id": PATIENT,
        "extension": [
            {
                "url": f"{FR_CORE}/fr-core-identity-reliability",
                "extension": [
                    {
                        "url": "identityStatus",
                        "valueCoding": {
                            "system": "https://hl7.fr/ig/fhir/core/CodeSystem/fr-core-cs-v2-0445",
                            "code": "VALI",
                        },
                    }
                ],
            },
            {
                "url": "http://hl7.org/fhir/StructureDefinition/patient-birthPlace",
                "valueAddress": {"city": "Bordeaux"},
            },
        ],
        "identifier": [
            {"type": {"coding": [{"system": V2_TYPE, "code": "PI"}]}, "system": "urn:oid:1.2.3",
             "value": "80412377"},
            {"use": "official", "system": "urn:oid:1.2.250.1.213.1.4.10",
             "value": "251023306300183"},
        ],
        "name": [
            {
                "use": "official",
                "family": "AUBIN-LÉVÊQUE",
                "given": ["Jeanne"],
                "extension": [
                    {
                        "url": f"{FR_CORE}/fr-core-patient-birth-list-given-name",
                        "valueString": "Jeanne Marie Louise",
                    }
                ],
            },
            {"use": "usual", "family": "d’Arcangues", "given": ["Jeanne"]},
        ],
        "gender": "female",
        "birthDate": "1951-02-03",
    }  # fmt: skip


def allergies() -> list[Resource]:
    return [
        {
            "resourceType": "AllergyIntolerance",
            "id": "allergie-1",
            "patient": SUBJECT,
            "criticality": "high",
            "clinicalStatus": {
                "coding": [
                    {
                        "system": "http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical",
                        "code": "active",
                    }
                ]
            },
            "code": {"text": "Amoxicilline"},
            "reaction": [{"manifestation": [{"text": "œdème de Quincke"}]}],
        },
        {
            "resourceType": "AllergyIntolerance",
            "id": "allergie-2",
            "patient": SUBJECT,
            "clinicalStatus": {
                "coding": [
                    {
                        "system": "http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical",
                        "code": "active",
                    }
                ]
            },
            "code": {"text": "Arachide"},
        },
    ]


def observation(
    name: str, code: str, label: str, value: str, unit: str, at: str, **more: Any
) -> Resource:
    category = more.pop("category", "laboratory")
    low, high = more.pop("low", None), more.pop("high", None)
    resource: Resource = {
        "resourceType": "Observation",
        "id": name,
        "status": more.pop("status", "final"),
        "category": [{"coding": [{"system": CATEGORY, "code": category}]}],
        "code": {"coding": [{"system": LOINC, "code": code}], "text": label},
        "subject": SUBJECT,
        "effectiveDateTime": at,
        "valueQuantity": {"value": Decimal(value), "unit": unit},
    }
    bounds = {"low": low, "high": high}
    found = {k: {"value": Decimal(v), "unit": unit} for k, v in bounds.items() if v is not None}
    if found:
        resource["referenceRange"] = [found]
    if flag := more.pop("flag", ""):
        resource["interpretation"] = [{"coding": [{"system": INTERPRETATION, "code": flag}]}]
    return resource | more


def blood_pressure(name: str, systolic: str, diastolic: str, at: str) -> Resource:
    parts = (("8480-6", "Systolique", systolic), ("8462-4", "Diastolique", diastolic))
    return {
        "resourceType": "Observation",
        "id": name,
        "status": "final",
        "category": [{"coding": [{"system": CATEGORY, "code": "vital-signs"}]}],
        "code": {"coding": [{"system": LOINC, "code": "85354-9"}], "text": "Pression artérielle"},
        "subject": SUBJECT,
        "effectiveDateTime": at,
        "component": [
            {
                "code": {"coding": [{"system": LOINC, "code": code}], "text": label},
                "valueQuantity": {"value": Decimal(value), "unit": "mmHg"},
            }
            for code, label, value in parts
        ],
    }


_SERIES: tuple[tuple[Any, ...], ...] = (
    ("2823-3", "Potassium", "mmol/L", "3.5", "5.1", ("4.1", "3.9", "4.4", "5.0", "5.6", "6.2")),
    ("2951-2", "Sodium", "mmol/L", "136", "145", ("139", "140", "138", "141", "137", "138")),
    ("14682-9", "Créatinine", "µmol/L", "45", "84", ("71", "74", "79", "88", "97", "112")),
    ("718-7", "Hémoglobine", "g/dL", "11.5", "16.0", ("12.80", "13", "12", "12", "11", "10.90")),
    ("1988-5", "Protéine C réactive", "mg/L", None, "5", ("3", "4", "3", "184", "96", "41")),
    ("26515-7", "Plaquettes", "10*9/L", "150", "400", ("241", "252", "230", "264", "301", "318")),
)  # fmt: skip
_DAYS = ("2024-03-12", "2024-11-04", "2025-06-20", "2026-11-18", "2026-11-19", "2026-11-21")
_VITALS: tuple[tuple[str, str, str, tuple[str, ...]], ...] = (
    ("8310-5", "Température", "Cel", ("38.9", "38.4", "37.2")),
    ("8867-4", "Fréquence cardiaque", "/min", ("104", "96", "82")),
    ("59408-5", "Saturation en oxygène", "%", ("91", "93", "96")),
    ("29463-7", "Poids", "kg", ("61.4", "61.0", "60.7")),
)


def results() -> list[Resource]:
    found = []
    for code, label, unit, low, high, values in _SERIES:
        for index, (value, day) in enumerate(zip(values, _DAYS, strict=True)):
            flag = "HH" if (code, index) == ("2823-3", 5) else ""
            found.append(
                observation(
                    f"r-{code}-{index}", code, label, value, unit, f"{day}T07:40:00+01:00",
                    low=low, high=high, flag=flag,
                )
            )  # fmt: skip
    for code, label, unit, series in _VITALS:
        for index, (value, day) in enumerate(zip(series, _DAYS[3:], strict=True)):
            found.append(
                observation(
                    f"v-{code}-{index}", code, label, value, unit, f"{day}T18:05:00+01:00",
                    category="vital-signs",
                )
            )  # fmt: skip
    found.append(blood_pressure("v-pa", "128", "76", "2026-11-21T18:05:00+01:00"))
    culture = observation("r-ecbu", "630-4", "Examen cytobactériologique des urines", "0", "",
                          "2026-11-20T10:00:00+01:00")  # fmt: skip
    del culture["valueQuantity"]
    found.append(culture | {"valueString": "Absence de germe après 48 h de culture"})
    return found


def conditions() -> list[Resource]:
    active = {
        "coding": [
            {
                "system": "http://terminology.hl7.org/CodeSystem/condition-clinical",
                "code": "active",
            }
        ]
    }
    rows = (
        ("J18.9", "Pneumopathie, sans précision", "2026-11-18"),
        ("I10", "Hypertension essentielle", "2009-05"),
        ("E11.9", "Diabète de type 2, sans complication", "2014"),
    )
    return [
        {
            "resourceType": "Condition",
            "id": f"c-{index}",
            "clinicalStatus": active,
            "code": {
                "coding": [{"system": "http://hl7.org/fhir/sid/icd-10", "code": code}],
                "text": label,
            },
            "subject": SUBJECT,
            "onsetDateTime": since,
        }
        for index, (code, label, since) in enumerate(rows)
    ]


def treatments() -> list[Resource]:
    rows = (
        ("C09AA05", "Ramipril 5 mg, comprimé", "1 comprimé le matin", "2009-06-02"),
        ("A10BA02", "Metformine 850 mg, comprimé", "1 comprimé matin et soir", "2014-03-10"),
        ("J01FA10", "Azithromycine 250 mg, comprimé", "2 le 1er jour, puis 1", "2026-11-18"),
    )  # fmt: skip
    return [
        {
            "resourceType": "MedicationStatement",
            "id": f"m-{index}",
            "status": "active",
            "medicationCodeableConcept": {
                "coding": [{"system": "http://www.whocc.no/atc", "code": code}],
                "text": label,
            },
            "subject": SUBJECT,
            "effectivePeriod": {"start": start},
            "dosage": [{"text": dosage}],
        }
        for index, (code, label, dosage, start) in enumerate(rows)
    ]


def encounters() -> list[Resource]:
    act = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
    stay = {
        "resourceType": "Encounter",
        "id": "sejour-1",
        "identifier": [{"system": "urn:oid:1.2.4", "value": "260118842"}],
        "status": "in-progress",
        "class": {"system": act, "code": "IMP"},
        "subject": SUBJECT,
        "period": {"start": "2026-11-18T09:12:00+01:00"},
        "reasonCode": [{"text": "Pneumopathie fébrile"}],
        "participant": [{"individual": {"display": "Dr Claire MOREL"}}],
        "location": [
            {"location": {"display": "Urgences"},
             "period": {"start": "2026-11-18T09:12:00+01:00", "end": "2026-11-18T16:40:00+01:00"}},
            {"location": {"display": "Soins intensifs, ch. 4"},
             "period": {"start": "2026-11-18T16:40:00+01:00", "end": "2026-11-20T10:05:00+01:00"}},
            {"location": {"display": "Médecine polyvalente, ch. 212"},
             "period": {"start": "2026-11-20T10:05:00+01:00"}},
        ],
    }  # fmt: skip
    visit = {
        "resourceType": "Encounter",
        "id": "sejour-0",
        "status": "finished",
        "class": {"system": act, "code": "AMB"},
        "subject": SUBJECT,
        "period": {"start": "2025-06-20T10:00:00+02:00", "end": "2025-06-20T10:30:00+02:00"},
        "reasonCode": [{"text": "Consultation de diabétologie"}],
    }
    return [stay, visit]


def cda() -> bytes:
    return b"""<?xml version="1.0" encoding="UTF-8"?>
<ClinicalDocument xmlns="urn:hl7-org:v3"><title>Compte rendu de biologie</title>
<component><structuredBody><component><section><title>Conclusion</title>
<text><paragraph>Bilan inflammatoire.</paragraph><script>alert(1)</script>
<table><tbody><tr><th>CRP</th><td>184 mg/L</td></tr></tbody></table></text>
</section></component></structuredBody></component></ClinicalDocument>"""


def documents() -> list[Resource]:
    rows: tuple[tuple[str, str, str, str, bytes], ...] = (
        ("d-lettre", "Lettre de liaison", "11490-0", "text/plain; charset=utf-8", LETTER.encode()),
        ("d-cda", "Compte rendu de biologie", "11502-2", "text/xml", cda()),
    )
    inline = [_document(*row[:4], data=b64encode(row[4]).decode()) for row in rows]
    pdf = _document("d-pdf", "Radiographie thoracique", "18748-4", "application/pdf",
                    url="Binary/b-pdf")  # fmt: skip
    return [*inline, pdf]


def _document(name: str, title: str, code: str, media_type: str, **holder: str) -> Resource:
    return {
        "resourceType": "DocumentReference",
        "id": name,
        "status": "current",
        "type": {"coding": [{"system": LOINC, "code": code}], "text": title},
        "subject": SUBJECT,
        "date": "2026-11-20T15:00:00+01:00",
        "author": [{"display": "Dr Claire MOREL"}],
        "content": [{"attachment": {"contentType": media_type, "title": title, **holder}}],
    }


def binary() -> Resource:
    return {
        "resourceType": "Binary",
        "id": "b-pdf",
        "contentType": "application/pdf",
        "data": b64encode(PDF).decode(),
    }


def everything() -> list[Resource]:
    return [
        patient(), *allergies(), *conditions(), *treatments(), *encounters(), *results(),
        binary(), *documents(),
    ]  # fmt: skip
