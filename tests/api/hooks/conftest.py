"""Decision support asked as record systems ask it: by an assertion, or a person's token."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import ECKey
from tests.api.smart import conftest as smart
from tests.api.smart.conftest import ADMIN, BASE, ISSUER, metadata

from hygie.access import Access
from hygie.access.smart.model import Application
from hygie.api.hooks.app import Advising, HooksApp
from hygie.outbound.outbound import Outbound
from hygie.store.store import Store
from hygie.web.present.landmarks import LANDMARKS

KEY = ECKey.generate_key("P-384", {"use": "sig", "kid": "ec"}, private=True)
ADDRESS = f"{ISSUER}/cds-services/reperes-dossier"
HOME = "https://logiciel.example/"
access, clock, flow, outbound, person, registered, web = (
    smart.access, smart.clock, smart.flow, smart.outbound, smart.person, smart.registered,
    smart.web,
)  # fmt: skip
"""Fixtures of the authorization server: whoever asks comes in by it."""
Ask = Callable[..., Awaitable[httpx.Response]]


@pytest.fixture
async def hooks(
    store: Store, access: Access, outbound: Outbound
) -> AsyncIterator[httpx.AsyncClient]:
    advising = Advising(store=store, access=access, outbound=outbound, services=(LANDMARKS,))
    transport = httpx.ASGITransport(HooksApp(advising))
    async with httpx.AsyncClient(transport=transport, base_url=ISSUER) as client:
        yield client


def software(**changed: Any) -> dict[str, Any]:
    given = {
        "token_endpoint_auth_method": "private_key_jwt", "grant_types": ["client_credentials"],
        "redirect_uris": [], "jwks": {"keys": [KEY.as_dict(private=False)]}, "client_uri": HOME,
        "scope": "system/*.rs",
    }  # fmt: skip
    return metadata(**{**given, **changed})


@pytest.fixture
async def machine(access: Access) -> Application:
    """A record system whose key an administrator approved."""
    return (await access.smart.registry.create(software(), by=ADMIN))[0]


def claims(issuer: str, **changed: Any) -> dict[str, Any]:
    now = int(datetime.now(UTC).timestamp())
    given = {
        "iss": issuer, "aud": ADDRESS, "iat": now, "exp": now + 240, "jti": str(uuid4()),
        **changed,
    }  # fmt: skip
    return {name: value for name, value in given.items() if value is not None}


def signed(given: dict[str, Any], key: Any = KEY, **header: Any) -> str:
    said = {"alg": "ES384", "kid": "ec", "typ": "JWT", **header}
    said = {name: value for name, value in said.items() if value is not None}
    return jwt.encode(said, given, key, algorithms=[said["alg"]])


def question(patient: str = "p1", **changed: Any) -> dict[str, Any]:
    given = {
        "hook": "patient-view", "hookInstance": str(uuid4()), "fhirServer": BASE,
        "context": {"userId": "Practitioner/dr", "patientId": patient}, **changed,
    }  # fmt: skip
    return {name: value for name, value in given.items() if value is not None}


@pytest.fixture
def ask(hooks: httpx.AsyncClient, machine: Application) -> Ask:
    """What is answered to a bearer; without one, to a new assertion of the machine's."""

    async def ask(
        asked: Any, bearer: str | None = None, path: str = "/cds-services/reperes-dossier"
    ) -> httpx.Response:
        bearer = signed(claims(machine.id, aud=ISSUER + path)) if bearer is None else bearer
        headers = {"Authorization": f"Bearer {bearer}"} if bearer else {}
        content = asked if isinstance(asked, bytes) else json.dumps(asked).encode()
        headers |= {"Content-Type": "application/json", "Accept-Language": "en"}
        return await hooks.post(path, content=content, headers=headers)

    return ask


def observation(id_: str, hours: float, flag: str, code: str = "2823-3") -> dict[str, Any]:
    at = datetime.now(UTC) - timedelta(hours=hours)
    interpretation = "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation"
    return {
        "resourceType": "Observation", "id": id_, "status": "final",
        "category": [{"coding": [{
            "system": "http://terminology.hl7.org/CodeSystem/observation-category",
            "code": "laboratory",
        }]}],
        "code": {"coding": [{"system": "http://loinc.org", "code": code}], "text": f"Essai {code}"},
        "subject": {"reference": "Patient/p1"}, "effectiveDateTime": at.isoformat(),
        "valueQuantity": {"value": 6.8, "unit": "mmol/L"},
        "interpretation": [{"coding": [{"system": interpretation, "code": flag}]}],
    }  # fmt: skip


PATIENT = {"resourceType": "Patient", "id": "p1", "name": [{"family": "TEST"}]}
ALLERGY = {
    "resourceType": "AllergyIntolerance", "id": "a1", "patient": {"reference": "Patient/p1"},
    "code": {"text": "Pénicilline"}, "criticality": "high",
    "clinicalStatus": {"coding": [{
        "system": "http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical",
        "code": "active",
    }]},
}  # fmt: skip


@pytest.fixture
async def record(client: httpx.AsyncClient) -> None:
    """One patient's: an allergy, a critical result of yesterday; and another's."""
    given = [
        PATIENT, ALLERGY, observation("o1", 20, "HH"),
        {"resourceType": "Patient", "id": "p2", "name": [{"family": "AUTRE"}]},
    ]  # fmt: skip
    for resource in given:
        path = f"/{resource['resourceType']}/{resource['id']}"
        answer = await client.put(path, json=resource)
        assert answer.status_code == 201, answer.text
