"""FHIR messages as a sender writes them."""

import json
from collections.abc import Callable, Sequence
from typing import Any

import pytest

EVENTS = "http://terminology.hl7.org/CodeSystem/message-events"
AT = "http://lab.example.org/fhir"
Json = dict[str, Any]


def patient(number: str = "8001", **elements: Any) -> Json:
    return {
        "resourceType": "Patient",
        "id": "p",
        "identifier": [{"system": "urn:oid:1.2.3", "value": number}],
        "name": [{"use": "official", "family": "MARTIN", "given": ["ANNE"]}],
        "gender": "female",
        "birthDate": "1976-03-02",
    } | elements


def observation(number: str = "O1", **elements: Any) -> Json:
    return {
        "resourceType": "Observation",
        "id": "o",
        "identifier": [{"system": "urn:oid:1.2.9", "value": number}],
        "status": "final",
        "code": {"coding": [{"system": "http://loinc.org", "code": "718-7"}]},
        "subject": {"reference": "Patient/p"},
        "valueQuantity": {"value": 13.2, "unit": "g/dL"},
    } | elements


def made(
    *resources: Json,
    focus: Sequence[str] = ("Observation/o",),
    number: str = "M1",
    event: str = "observation-provide",
    **more: Any,
) -> Json:
    header = {
        "resourceType": "MessageHeader",
        "id": number,
        "eventCoding": {"system": EVENTS, "code": event},
        "source": {"name": "lab", "endpoint": f"{AT}/$process-message"},
        "focus": [{"reference": one} for one in focus],
    }
    entries = [
        {"fullUrl": f"{AT}/{one['resourceType']}/{one['id']}", "resource": one}
        for one in (header, *resources)
    ]
    return {
        "resourceType": "Bundle", "id": f"B-{number}", "type": "message",
        "timestamp": "2026-01-10T12:00:00+01:00", "entry": entries,
    } | more  # fmt: skip


@pytest.fixture
def bundle() -> Callable[..., Json]:
    """bundle(patient(), observation(), focus=["Observation/o"], number="M1") -> a message. Each
    resource has the address of its id at the sender."""
    return made


@pytest.fixture
def send(gateway):
    """await send(bundle) -> receipt of the message, from the source "lab"."""

    async def sent(bundle, source="lab"):
        return await gateway.receive(source, json.dumps(bundle).encode())

    return sent
