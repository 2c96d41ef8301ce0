"""Resources that meet every kind of index entry: what is filed for them tells index rules apart."""

from decimal import Decimal
from typing import Final

from hygie.store.contract import Resource

_CODE: Final = {
    "coding": [{"system": "http://loinc.org", "code": "8867-4", "display": "Fréquence cardiaque"}],
    "text": "Fréquence cardiaque au repos",
}
_QUANTITY: Final = {
    "value": Decimal("72.50"),
    "unit": "/min",
    "system": "http://unitsofmeasure.org",
    "code": "/min",
}
_NARRATIVE: Final = {
    "status": "generated",
    "div": '<div xmlns="http://www.w3.org/1999/xhtml">Patientes examinées, treated daily</div>',
}

SPECIMENS: Final[tuple[Resource, ...]] = (
    {
        "resourceType": "Patient",
        "text": _NARRATIVE,
        "identifier": [
            {
                "type": {"coding": [{"system": "urn:oid:1.2.3", "code": "INS"}]},
                "system": "urn:oid:1.2.250.1.213.1.4.8",
                "value": "specimen-é",
            }
        ],
        "active": True,
        "name": [{"family": "D’Œuvre-Ångström", "given": ["Zoë", "Jean-François"]}],
        "telecom": [{"system": "phone", "value": "+33 1 00 00 00 00"}],
        "gender": "female",
        "birthDate": "1950-02",
        "deceasedDateTime": "2020-02-29T23:59:60+01:00",
        "address": [{"line": ["1 rue de l’Été"], "city": "Saint-Étienne", "country": "FR"}],
        "generalPractitioner": [{"reference": "Practitioner/specimen"}],
    },
    {
        "resourceType": "Observation",
        "meta": {"profile": ["http://example.org/profile|1"], "tag": [{"code": "specimen"}]},
        "status": "final",
        "category": [{"coding": [{"code": "vital-signs"}]}],
        "code": _CODE,
        "subject": {"reference": "Patient/specimen", "identifier": {"value": "other"}},
        "focus": [{"reference": "Patient/another"}],
        "effectivePeriod": {"start": "2024-03-31T01:59:59+01:00", "end": "2024-04"},
        "valueQuantity": _QUANTITY,
        "component": [{"code": _CODE, "valueQuantity": _QUANTITY | {"comparator": "<"}}],
        "derivedFrom": [{"reference": "http://elsewhere.example.org/fhir/Observation/1"}],
    },
    {
        "resourceType": "RiskAssessment",
        "status": "final",
        "subject": {"reference": "Patient/specimen"},
        "occurrenceDateTime": "2024",
        "prediction": [{"probabilityDecimal": Decimal("0.02")}],
    },
    {
        "resourceType": "ValueSet",
        "url": "http://example.org/ValueSet/specimen",
        "version": "1.0",
        "status": "active",
        "date": "2024-02-29",
        "useContext": [{"code": {"code": "age"}, "valueQuantity": _QUANTITY}],
    },
    {
        "resourceType": "Encounter",
        "status": "finished",
        "class": {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "IMP"},
        "subject": {"reference": "Patient/specimen"},
        "period": {"start": "2023-12-31", "end": "2024-01-02"},
        "length": {"value": 2, "unit": "d"},
    },
)
