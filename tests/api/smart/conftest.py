"""The authorization server asked as applications ask it, and answered by a person."""

import base64
import hashlib
import secrets
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from argon2 import PasswordHasher
from tests.access.conftest import HandClock
from tests.rights import open_rights

from hygie.access import Access
from hygie.access.hashing import Hasher
from hygie.access.smart.authorizing import Elsewhere
from hygie.access.smart.consenting import Person
from hygie.access.smart.model import Application
from hygie.api.smart.app import SmartApp
from hygie.outbound.outbound import Outbound
from hygie.outbound.permission import read_permission
from hygie.store.store import Store
from hygie.trace import Context

ISSUER = "http://hospital.test"
BASE = f"{ISSUER}/fhir"
REDIRECT = "https://app.test/callback"
PASSWORD = "Cheval-Agrafe-2026"
SCOPES = "patient/*.rs user/*.rs"
ASKED = "openid fhirUser launch/patient offline_access patient/*.rs"


@pytest.fixture
def clock() -> HandClock:
    return HandClock(datetime.now(UTC))


@pytest.fixture
def access(store: Store, trail: Any, clock: HandClock) -> Access:
    """Of a house where those who care see every patient."""
    cheap = Hasher(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    rights = open_rights()
    return Access(store.pool, store.keyring, trail, clock=clock, hasher=cheap, rights=rights)


@pytest.fixture
async def outbound() -> AsyncIterator[Outbound]:
    outbound = Outbound(read_permission("127.0.0.1"))
    yield outbound
    await outbound.close()


@pytest.fixture
async def person(access: Access) -> Person:
    account = await access.create_account("alice", "Dr Alice Martin", "physician", PASSWORD)
    session = await access.open_session("alice", source="here", amr=("mfa",))
    sight = await access.sight(account)
    return Person(account, session, Context("alice", "account", sight=sight))


def metadata(**changed: Any) -> dict[str, Any]:
    found = {
        "client_name": "Courbes", "redirect_uris": [REDIRECT], "scope": SCOPES,
        "token_endpoint_auth_method": "none", "launch_uri": "https://app.test/launch",
    }  # fmt: skip
    return {**found, **changed}


ADMIN = Context("console", "system")


@pytest.fixture
async def registered(access: Access) -> Application:
    """A public application that was approved."""
    return (await access.smart.registry.create(metadata(), by=ADMIN))[0]


@pytest.fixture
async def web(access: Access, outbound: Outbound) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(SmartApp(access, outbound))
    async with httpx.AsyncClient(transport=transport, base_url=ISSUER) as client:
        yield client


@dataclass
class Flow:
    """One application going through an authorization."""

    access: Access
    web: httpx.AsyncClient
    person: Person
    application: Application
    secret: str = ""
    redirect: str = REDIRECT
    verifier: str = field(default_factory=lambda: secrets.token_urlsafe(48))

    def asked(self, **changed: Any) -> list[tuple[str, str]]:
        given = {
            "response_type": "code", "client_id": self.application.id,
            "redirect_uri": self.redirect, "scope": ASKED, "state": "abc", "aud": BASE,
            "code_challenge": challenge(self.verifier), "code_challenge_method": "S256",
        }  # fmt: skip
        return [(k, str(v)) for k, v in {**given, **changed}.items() if v is not None]

    async def ask(self, **changed: Any) -> str | Elsewhere:
        return await self.access.smart.people.ask(self.asked(**changed), BASE, ISSUER)

    async def code(self, patient: str = "p1", **changed: Any) -> str:
        demand = await self.ask(**changed)
        assert isinstance(demand, str), demand
        gone = await self.access.smart.people.permit(demand, self.person, patient, ISSUER)
        return answer(gone)["code"]

    async def token(self, **form: str) -> httpx.Response:
        given = {"client_id": self.application.id, **form}
        if self.secret:
            auth = httpx.BasicAuth(given.pop("client_id"), self.secret)
            return await self.web.post("/oauth/token", data=given, auth=auth)
        return await self.web.post("/oauth/token", data=given)

    async def exchange(self, code: str, /, **changed: str) -> httpx.Response:
        form = {
            "grant_type": "authorization_code", "code": code, "redirect_uri": self.redirect,
            "code_verifier": self.verifier,
        }  # fmt: skip
        return await self.token(**{**form, **changed})

    async def granted(self, **changed: Any) -> dict[str, Any]:
        response = await self.exchange(await self.code(**changed))
        assert response.status_code == 200, response.text
        return response.json()  # type: ignore[no-any-return]

    async def refresh(self, token: str, **more: str) -> httpx.Response:
        return await self.token(grant_type="refresh_token", refresh_token=token, **more)


@pytest.fixture
def flow(access: Access, web: httpx.AsyncClient, person: Person, registered: Application) -> Flow:
    return Flow(access, web, person, registered)


def challenge(verifier: str) -> str:
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def answer(gone: Elsewhere) -> dict[str, str]:
    """What an application is told in the address it is answered at."""
    return {name: values[0] for name, values in parse_qs(urlsplit(gone.address).query).items()}
