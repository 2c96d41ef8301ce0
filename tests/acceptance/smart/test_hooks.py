"""Decision support by a real server, asked as other software asks it."""

from typing import Any
from uuid import uuid4

import httpx
from tests.acceptance.house import House


def test_support_is_found_and_given(smart_house: House) -> None:
    """Guards: a service that is tested in its room, and has no door to the street."""
    with httpx.Client(base_url=smart_house.address, timeout=60) as client:
        (service,) = client.get("/cds-services").json()["services"]
        asked: dict[str, Any] = {
            "hook": service["hook"], "hookInstance": str(uuid4()),
            "fhirServer": f"{smart_house.address}/fhir",
            "context": {"userId": "Practitioner/x", "patientId": "jeanne"},
        }  # fmt: skip
        address = f"/cds-services/{service['id']}"
        assert client.post(address, json=asked).status_code == 401
        headers = {"Authorization": f"Bearer {smart_house.tokens['all']}"}
        answer = client.post(address, json=asked, headers=headers)
        assert answer.status_code == 200, answer.text
        cards = answer.json()["cards"]
        assert any("Allergies non renseignées" in card["summary"] for card in cards)
        assert client.post(f"{address}/feedback", json={}, headers=headers).status_code == 400
