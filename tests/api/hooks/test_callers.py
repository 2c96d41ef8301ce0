"""Guards who may ask for decision support: proofs forged, borrowed, replayed."""

import base64
import json
from typing import Any

import httpx
import pytest
from joserfc.jwk import ECKey, OctKey
from tests.api.hooks.conftest import ADDRESS, HOME, KEY, Ask, claims, question, signed, software
from tests.api.smart.conftest import ADMIN, ISSUER

from hygie.access import Access
from hygie.access.smart.model import Application

pytestmark = pytest.mark.usefixtures("record")
OTHER = ECKey.generate_key("P-384", {"use": "sig", "kid": "ec"}, private=True)


@pytest.mark.parametrize("issuer", ["id", HOME])
async def test_an_approved_application_is_known(
    ask: Ask, machine: Application, issuer: str
) -> None:
    """Guards: a client whose issuer is its own address, as the specification has it."""
    issuer = machine.id if issuer == "id" else issuer
    given = claims(issuer, aud=[ADDRESS, "https://other.example"])
    assert (await ask(question(), signed(given))).status_code == 200


async def test_an_assertion_is_taken_once(ask: Ask, machine: Application) -> None:
    """Guards: replay of what a proxy or a log kept."""
    bearer = signed(claims(machine.id))
    assert (await ask(question(), bearer)).status_code == 200
    again = await ask(question(), bearer)
    assert again.status_code == 401
    assert again.headers["www-authenticate"].startswith("Bearer")


@pytest.mark.parametrize(
    "changed",
    [
        {"aud": f"{ISSUER}/cds-services"},
        {"aud": f"{ISSUER}/oauth/token"},
        {"aud": "https://other.example/cds-services/reperes-dossier"},
        {"aud": None},
        {"iss": "https://other.example/"},
        {"iss": None},
        {"iss": 5},
        {"exp": 1},
        {"exp": None},
        {"exp": 1e12},
        {"iat": None},
        {"jti": None},
        {"jti": ""},
    ],
)
async def test_claims_must_be_about_this_service_and_now(
    ask: Ask, machine: Application, changed: dict[str, Any]
) -> None:
    """Guards: proofs made for another service or for ever."""
    assert (await ask(question(), signed(claims(machine.id, **changed)))).status_code == 401


@pytest.mark.parametrize(
    "header",
    [{"typ": ""}, {"typ": "at+jwt"}, {"kid": "other"}, {"jku": "https://evil.example/jwks"}],
)
async def test_keys_are_those_that_were_registered(
    ask: Ask, machine: Application, header: dict[str, Any]
) -> None:
    """Guards: a caller that brings its own key along, or says where it is."""
    assert (await ask(question(), signed(claims(machine.id), **header))).status_code == 401


async def test_signatures_are_verified(ask: Ask, machine: Application) -> None:
    """Guards: another's key, none at all, and our public key taken for a shared secret."""
    given = claims(machine.id)
    assert (await ask(question(), signed(given, OTHER))).status_code == 401
    parts = [{"alg": "none", "kid": "ec", "typ": "JWT"}, given]
    unsigned = ".".join(map(_part, parts)) + "."
    assert (await ask(question(), unsigned)).status_code == 401
    shared = OctKey.import_key(json.dumps(KEY.as_dict(private=False)).encode())
    assert (await ask(question(), signed(given, shared, alg="HS256"))).status_code == 401
    for bearer in ("a.b.c", "..", ""):
        answer = await ask(question(), bearer or "x")
        assert answer.status_code == 401


async def test_who_is_not_approved_asks_nothing(ask: Ask, access: Access) -> None:
    """Guards: an application that registered itself, or was suspended."""
    pending, _ = await access.smart.registry.register(software(client_uri="https://new.example/"))
    for issuer in (pending.id, "https://new.example/"):
        assert (await ask(question(), signed(claims(issuer)))).status_code == 401


async def test_an_address_of_two_is_nobody_s(
    ask: Ask, access: Access, machine: Application
) -> None:
    """Guards: an application that is taken for another because it gives the same address."""
    await access.smart.registry.create(software(), by=ADMIN)
    assert (await ask(question(), signed(claims(HOME)))).status_code == 401
    assert (await ask(question(), signed(claims(machine.id)))).status_code == 200


async def test_nobody_is_told_nothing(hooks: httpx.AsyncClient) -> None:
    """Guards: support given to strangers."""
    for headers in ({}, {"Authorization": "Basic x"}, {"Authorization": "Bearer hygie_x"}):
        answer = await hooks.post(ADDRESS, json=question(), headers=headers)
        assert answer.status_code == 401
        assert "cards" not in answer.text


def _part(value: dict[str, Any]) -> str:
    raw = json.dumps(value).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
