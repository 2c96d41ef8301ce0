"""Small resources of several types, each with a name and a state that nobody else has."""

from typing import Any

SYSTEM = "urn:oid:1.2.250.1.999.1"
STATE = "urn:oid:1.2.250.1.999.2"
TEXT = {"text": "essai"}
BODIES: dict[str, dict[str, Any]] = {
    "Patient": {"name": [{"family": "Essai", "given": ["Ana"]}], "birthDate": "1980-02-03"},
    "Observation": {"status": "final", "code": TEXT, "effectiveDateTime": "2024-05-06"},
    "Organization": {"name": "Essai"},
    "Practitioner": {"name": [{"family": "Essai"}]},
    "Location": {"name": "Essai"},
    "Device": {"status": "active"},
    "Encounter": {
        "status": "finished",
        "class": {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "AMB"},
        "period": {"start": "2024-05-06", "end": "2024-05-09"},
    },
    "Basic": {"code": TEXT},
    "Communication": {"status": "completed"},
    "Medication": {"code": TEXT},
    "Substance": {"code": TEXT},
    "HealthcareService": {"name": "Essai"},
}
TYPES = tuple(BODIES)


def make(type_name: str, name: str, state: int, **more: Any) -> dict[str, Any]:
    """`name` says which resource, `state` which of its contents."""
    identifier = [{"system": SYSTEM, "value": name}, {"system": STATE, "value": str(state)}]
    return {"resourceType": type_name, "identifier": identifier, **BODIES[type_name], **more}


def content(resource: dict[str, Any]) -> dict[str, Any]:
    """What a client sent of it: without what the server says of a version."""
    return {key: value for key, value in resource.items() if key not in ("id", "meta")}
