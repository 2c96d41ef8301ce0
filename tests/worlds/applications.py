"""A token that an application was given by somebody who signed in: the whole way there."""

import base64
import hashlib
import secrets
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

import httpx

from hygie.access import Access
from hygie.access.smart.consenting import Person
from hygie.api.smart.app import SmartApp
from hygie.outbound.outbound import Outbound
from hygie.outbound.permission import read_permission
from hygie.trace import Context

ISSUER: Final = "http://hospital.test"
REDIRECT: Final = "https://app.test/callback"
ADMIN: Final = Context("console", "system")


async def granted(access: Access, account: str, session: str, scopes: str, launch: str) -> str:
    """The access token. `launch`: the patient for whom it is."""
    described = {
        "client_name": "Courbes", "redirect_uris": [REDIRECT], "scope": scopes,
        "token_endpoint_auth_method": "none", "launch_uri": "https://app.test/launch",
    }  # fmt: skip
    application = (await access.smart.registry.create(described, by=ADMIN))[0]
    current = await access.current(session)
    assert current is not None
    seen = await access.sight(current.account)
    person = Person(current.account, session, Context(account, "account", sight=seen))
    verifier = secrets.token_urlsafe(48)
    digest = hashlib.sha256(verifier.encode()).digest()
    asked = {
        "response_type": "code", "client_id": application.id, "redirect_uri": REDIRECT,
        "scope": f"{'launch/patient ' if launch else ''}{scopes}", "state": "abc",
        "aud": f"{ISSUER}/fhir", "code_challenge_method": "S256",
        "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
    }  # fmt: skip
    demand = await access.smart.people.ask(list(asked.items()), f"{ISSUER}/fhir", ISSUER)
    assert isinstance(demand, str), demand
    gone = await access.smart.people.permit(demand, person, launch, ISSUER)
    code = parse_qs(urlsplit(gone.address).query)["code"][0]
    form = {
        "grant_type": "authorization_code", "code": code, "redirect_uri": REDIRECT,
        "code_verifier": verifier, "client_id": application.id,
    }  # fmt: skip
    outbound = Outbound(read_permission("127.0.0.1"))
    try:
        transport = httpx.ASGITransport(SmartApp(access, outbound))
        async with httpx.AsyncClient(transport=transport, base_url=ISSUER) as client:
            answer: dict[str, Any] = (await client.post("/oauth/token", data=form)).json()
    finally:
        await outbound.close()
    return str(answer["access_token"])
