"""Applications of the establishment, which prove a private key (SMART Backend Services)."""

import base64
import json
import warnings
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, RSAKey
from tests.api.smart.conftest import ADMIN, ISSUER, metadata

from hygie.access import Access
from hygie.access.smart.assertions import TYPE
from hygie.access.smart.model import Application

AUDIENCE = f"{ISSUER}/oauth/token"
EC = ECKey.generate_key("P-384", {"use": "sig", "kid": "ec"}, private=True)
RSA = RSAKey.generate_key(2048, {"use": "sig", "kid": "rsa"}, private=True)
OTHER = ECKey.generate_key("P-384", {"use": "sig", "kid": "ec"}, private=True)
with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    WEAK = RSAKey.generate_key(1024, {"use": "sig", "kid": "weak"}, private=True)
KEYS = {"keys": [key.as_dict(private=False) for key in (EC, RSA, WEAK)]}
Ask = Callable[..., Awaitable[httpx.Response]]


@pytest.fixture
async def machine(access: Access) -> Application:
    given = metadata(
        token_endpoint_auth_method="private_key_jwt", grant_types=["client_credentials"],
        redirect_uris=[], jwks=KEYS, scope="system/Observation.rs system/Patient.r",
    )  # fmt: skip
    return (await access.smart.registry.create(given, by=ADMIN))[0]


@pytest.fixture
def claims(machine: Application, clock: Any) -> dict[str, Any]:
    now = int(clock().timestamp())
    return {
        "iss": machine.id, "sub": machine.id, "aud": AUDIENCE, "iat": now, "exp": now + 240,
        "jti": str(uuid4()),
    }  # fmt: skip


@pytest.fixture
def ask(web: httpx.AsyncClient) -> Ask:
    async def ask(assertion: str, scope: str = "system/*.rs", **more: str) -> httpx.Response:
        form = {
            "grant_type": "client_credentials", "scope": scope, "client_assertion_type": TYPE,
            "client_assertion": assertion, **more,
        }  # fmt: skip
        return await web.post("/oauth/token", data=form)

    return ask


def signed(claims: dict[str, Any], key: Any = EC, **header: Any) -> str:
    given = {"alg": "ES384", "kid": "ec", **header}
    return jwt.encode(given, claims, key, algorithms=[given["alg"]])


@pytest.mark.parametrize(("key", "algorithm"), [(EC, "ES384"), (RSA, "RS384")])
async def test_a_key_gives_what_was_approved(
    ask: Ask, claims: dict[str, Any], access: Access, key: Any, algorithm: str
) -> None:
    """Guards: a backend that is let in with more than its review said."""
    response = await ask(signed(claims, key, alg=algorithm, kid=key.kid))
    assert response.status_code == 200, response.text
    said = response.json()
    assert said["scope"] == "system/Observation.rs system/Patient.r"
    assert said["expires_in"] <= 300
    assert "refresh_token" not in said
    client = await access.client(said["access_token"])
    assert client
    assert (client.name, client.account, client.purpose) == (claims["iss"], "", "HOPERAT")
    assert client.sight.whole("Observation", "s")
    assert not client.sight.reach("Patient", "s")


async def test_an_assertion_is_taken_once(ask: Ask, claims: dict[str, Any]) -> None:
    """Guards: replay of what a proxy or a log kept."""
    assertion = signed(claims)
    assert (await ask(assertion)).status_code == 200
    again = await ask(assertion)
    assert (again.status_code, again.json()["error"]) == (401, "invalid_client")
    assert (await ask(signed(claims))).status_code == 401


@pytest.mark.parametrize(
    "changed",
    [
        {"aud": "http://elsewhere.test/oauth/token"},
        {"aud": ["http://elsewhere.test/oauth/token"]},
        {"aud": None},
        {"sub": "somebody"},
        {"iss": "somebody"},
        {"exp": 1},
        {"exp": None},
        {"exp": "soon"},
        {"exp": True},
        {"exp": 1e300},
        {"jti": None},
        {"jti": ""},
        {"jti": "x" * 5000},
        {"jti": 5},
    ],
)
async def test_claims_must_be_about_us_and_now(
    ask: Ask, claims: dict[str, Any], changed: dict[str, Any]
) -> None:
    """Guards: proofs made for another server, for ever, or of another application."""
    given = {k: v for k, v in {**claims, **changed}.items() if v is not None}
    response = await ask(signed(given))
    assert (response.status_code, response.json()["error"]) == (401, "invalid_client")


@pytest.mark.parametrize("claim", ["exp", "iat", "nbf"])
async def test_clocks_that_run_ahead_are_borne_a_little(
    ask: Ask, claims: dict[str, Any], clock: Any, claim: str
) -> None:
    """Guards: proofs that live longer than five minutes; and a clock some seconds ahead refused."""
    most = 300 if claim == "exp" else 0
    at = int(clock().timestamp()) + most
    assert (await ask(signed({**claims, claim: at + 20}))).status_code == 200
    later = {**claims, claim: at + 60, "jti": "other"}
    assert (await ask(signed(later))).status_code == 401


def _part(said: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(said).encode()).rstrip(b"=").decode()


def _tampered(claims: dict[str, Any]) -> dict[str, str]:
    """Forgeries by name."""
    public = json.dumps(EC.as_dict(private=False), separators=(",", ":"))
    none = f"{_part({'alg': 'none', 'kid': 'ec'})}.{_part(claims)}."
    head, body, mark = signed(claims).split(".")
    return {
        "alg none": none,
        "alg none, signature kept": none + mark,
        "another key": signed(claims, OTHER),
        "the public key as a secret": jwt.encode(
            {"alg": "HS256", "kid": "ec"}, claims, OctKey.import_key(public), algorithms=["HS256"]
        ),
        "the key of the other kind": signed(claims, RSA, alg="RS384", kid="ec"),
        "an algorithm of another kind": signed(claims, RSA, alg="RS256", kid="rsa"),
        "a weak key": signed(claims, WEAK, alg="RS384", kid="weak"),
        "an unknown key": signed(claims, kid="nobody"),
        "a key it brings along": signed(claims, OTHER, jwk=OTHER.as_dict(private=False)),
        "no signature": f"{head}.{body}.",
        "another body": f"{head}.{body[:-4]}AAAA.{mark}",
        "no token": "a.b.c",
        "nothing": "",
        "not ASCII": "é.é.é",
        "long": "a" * 10_000,
    }


@pytest.mark.parametrize("name", list(_tampered({"iss": "x"})))
async def test_forgeries_prove_nothing(ask: Ask, claims: dict[str, Any], name: str) -> None:
    """Guards: alg=none, key confusion, keys that come with what they prove."""
    response = await ask(_tampered(claims)[name])
    assert (response.status_code, response.json()["error"]) == (401, "invalid_client")


async def test_a_name_beside_the_proof_must_be_the_same(ask: Ask, claims: dict[str, Any]) -> None:
    """Guards: one application's proof with another's name."""
    assert (await ask(signed(claims), client_id="other")).status_code == 401


async def test_only_a_key_gives_a_machine_s_rights(access: Access, web: httpx.AsyncClient) -> None:
    """Guards: `system/` scopes for an application that proves a secret, or nothing."""
    made, secret = await access.smart.registry.create(
        metadata(token_endpoint_auth_method="client_secret_basic", scope="system/*.rs"), by=ADMIN
    )
    form = {"grant_type": "client_credentials", "scope": "system/*.rs"}
    auth = httpx.BasicAuth(made.id, secret)
    response = await web.post("/oauth/token", data=form, auth=auth)
    assert response.json()["error"] == "unauthorized_client"


async def test_a_suspended_machine_is_out(
    ask: Ask, claims: dict[str, Any], access: Access, machine: Application, clock: Any
) -> None:
    """Guards: a backend that goes on after it was suspended."""
    token = (await ask(signed(claims))).json()["access_token"]
    await access.smart.registry.suspend(machine.id, by=ADMIN)
    clock.advance(seconds=2)
    assert await access.client(token) is None
    later = {**claims, "jti": "other"}
    assert (await ask(signed(later))).status_code == 401


async def test_keys_are_fetched_where_they_are_published(
    access: Access, web: httpx.AsyncClient, clock: Any, ask: Ask, claims: dict[str, Any]
) -> None:
    """Guards: a rotated key that is refused for long, a withdrawn one that is honoured for ever;
    and keys asked for as often as somebody invents one."""
    published = {"keys": [EC.as_dict(private=False)]}
    asked: list[str] = []

    async def fetch(url: str) -> bytes:
        asked.append(url)
        return json.dumps(published).encode()

    given = metadata(
        token_endpoint_auth_method="private_key_jwt", grant_types=["client_credentials"],
        redirect_uris=[], jwks_uri="https://app.test/jwks", scope="system/*.rs",
    )  # fmt: skip
    made, _ = await access.smart.registry.create(given, by=ADMIN)
    issuing = access.smart.issuing

    async def proves(key: Any, number: int, kid: str = "ec") -> bool:
        now = int(clock().timestamp())
        said = {**claims, "iss": made.id, "sub": made.id, "jti": str(number), "exp": now + 60}
        form = {
            "client_assertion_type": TYPE,
            "client_assertion": signed({**said, "iat": now}, key, kid=kid),
        }
        try:
            found = await issuing.prove(form, "", ISSUER, fetch)
        except Exception:
            return False
        return found.id == made.id

    assert await proves(EC, 1)
    assert not await proves(OTHER, 2, "new")
    assert not await proves(OTHER, 3, "new")
    assert len(asked) == 1
    published["keys"] = [{**OTHER.as_dict(private=False), "kid": "new"}]
    clock.now += timedelta(seconds=31)
    assert await proves(OTHER, 4, "new")
    assert not await proves(EC, 5)
    assert len(asked) == 2
