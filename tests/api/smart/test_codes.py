"""Authorization codes, what they give, and all that is wrong with them."""

import re
from typing import Any

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import KeySet
from tests.api.smart.conftest import ADMIN, BASE, ISSUER, REDIRECT, Flow, answer, metadata

from hygie.access.smart.authorizing import Elsewhere
from hygie.refusal import Refused


async def test_what_was_granted_is_told_and_works(flow: Flow, clock: Any) -> None:
    """Guards: an application that gets in, but is not told for whom, or with what."""
    said = await flow.granted()
    assert said["token_type"] == "Bearer"
    assert said["expires_in"] <= 3600
    assert said["scope"] == "patient/*.rs openid fhirUser launch/patient offline_access"
    assert said["patient"] == "p1"
    assert said["need_patient_banner"] is True
    assert "encounter" not in said
    client = await flow.access.client(said["access_token"])
    assert client
    assert (client.account, client.name) == ("alice", flow.application.id)
    assert client.purpose == "TREAT"
    key = flow.access.smart.issuing._parts.bearing._vault.reference("Patient", "p1")
    assert client.sight.holds("Observation", "r", key)
    assert not client.sight.holds("Observation", "r", key + 1)
    assert not client.sight.holds("Observation", "u", key)


async def test_who_signed_in_is_proven_by_a_published_key(flow: Flow) -> None:
    """Guards: an id_token that no client can verify, or that names another audience."""
    said = await flow.granted(nonce="n-1")
    keys = KeySet.import_key_set((await flow.web.get("/oauth/jwks")).json())
    claims = jwt.decode(said["id_token"], keys, algorithms=["RS256"]).claims
    assert claims["iss"] == ISSUER
    assert claims["aud"] == flow.application.id
    assert claims["nonce"] == "n-1"
    assert "alice" not in str(claims)
    private = {"d", "p", "q"}
    assert not any(private & set(key) for key in keys.as_dict()["keys"])


async def test_the_answer_says_who_answers(flow: Flow) -> None:
    """Guards: mix-up, an answer taken for that of another server (RFC 9207)."""
    demand = await flow.ask()
    assert isinstance(demand, str)
    gone = await flow.access.smart.people.permit(demand, flow.person, "p1", ISSUER)
    assert answer(gone)["iss"] == ISSUER
    assert answer(gone)["state"] == "abc"


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_type": None}, "unsupported_response_type"),
        ({"state": None}, "invalid_request"),
        ({"state": "x" * 3000}, "invalid_request"),
        ({"code_challenge": None, "code_challenge_method": None}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge_method": None}, "invalid_request"),
        ({"code_challenge": "short"}, "invalid_request"),
        ({"aud": None}, "invalid_request"),
        ({"aud": "http://elsewhere.test/fhir"}, "invalid_request"),
        ({"aud": BASE + "x"}, "invalid_request"),
        ({"scope": None}, "invalid_scope"),
        ({"scope": "nothing patient/Nothing.rs"}, "invalid_scope"),
        ({"scope": "system/*.rs"}, "invalid_scope"),
        ({"request": "e30.e30."}, "request_not_supported"),
        ({"request_uri": "https://a.test"}, "request_uri_not_supported"),
        ({"response_mode": "fragment"}, "invalid_request"),
        ({"prompt": "none"}, "interaction_required"),
        ({"launch": "hygie_" + "a" * 43, "scope": "launch patient/*.rs"}, "invalid_request"),
        ({"scope": "launch patient/*.rs"}, "invalid_request"),
    ],
)
async def test_a_demand_that_is_wrong_is_answered_to_its_application(
    flow: Flow, changed: dict[str, Any], error: str
) -> None:
    """Guards: downgrade of PKCE, tokens for another server, demands without a state."""
    gone = await flow.ask(**changed)
    assert isinstance(gone, Elsewhere)
    assert gone.address.startswith(REDIRECT + "?")
    assert answer(gone)["error"] == error
    assert answer(gone)["iss"] == ISSUER


@pytest.mark.parametrize(
    "changed",
    [
        {"client_id": "nobody"},
        {"client_id": None},
        {"redirect_uri": None},
        {"redirect_uri": "https://evil.test/callback"},
        {"redirect_uri": REDIRECT + "/"},
        {"redirect_uri": REDIRECT + "?a=b"},
        {"redirect_uri": REDIRECT.upper()},
        {"state": "x" * 20_000},
    ],
)
async def test_nothing_is_sent_where_it_is_not_known_to_belong(
    flow: Flow, changed: dict[str, Any]
) -> None:
    """Guards: an open redirect, by an error that is sent to whoever asks."""
    with pytest.raises(Refused):
        await flow.ask(**changed)


async def test_a_parameter_given_twice_is_shown_as_wrong(flow: Flow) -> None:
    """Guards: two readers of one request that read different values."""
    asked = [*flow.asked(), ("redirect_uri", "https://evil.test/")]
    with pytest.raises(Refused):
        await flow.access.smart.people.ask(asked, BASE, ISSUER)


@pytest.mark.parametrize(
    "changed",
    [
        {"code_verifier": "a" * 43},
        {"code_verifier": ""},
        {"code_verifier": "a" * 5000},
        {"redirect_uri": REDIRECT + "/"},
        {"redirect_uri": ""},
        {"code": "hygie_" + "a" * 43},
        {"code": ""},
    ],
)
async def test_a_code_alone_is_worth_nothing(flow: Flow, changed: dict[str, str]) -> None:
    """Guards: a code that was intercepted, and is good for whoever shows it."""
    code = await flow.code()
    response = await flow.exchange(code, **changed)
    assert (response.status_code, response.json()["error"]) == (400, "invalid_grant")
    assert response.headers["cache-control"] == "no-store"


async def test_a_code_lives_a_minute(flow: Flow, clock: Any) -> None:
    """Guards: a code found in a history, or a log."""
    code = await flow.code()
    clock.advance(seconds=61)
    assert (await flow.exchange(code)).json()["error"] == "invalid_grant"


async def test_a_code_shown_twice_takes_back_what_it_gave(flow: Flow, clock: Any) -> None:
    """Guards: two holders of one code, of whom one stole it (RFC 6749 §4.1.2)."""
    code = await flow.code()
    said = (await flow.exchange(code)).json()
    assert (await flow.exchange(code)).json()["error"] == "invalid_grant"
    clock.advance(seconds=2)
    assert await flow.access.client(said["access_token"]) is None
    assert (await flow.refresh(said["refresh_token"])).json()["error"] == "invalid_grant"


async def test_a_code_of_another_application_is_worth_nothing(flow: Flow) -> None:
    """Guards: a code injected into another application."""
    other = (await flow.access.smart.registry.create(metadata(), by=ADMIN))[0]
    code = await flow.code()
    response = await flow.exchange(code, client_id=other.id)
    assert response.json()["error"] == "invalid_grant"


async def test_one_kind_of_secret_does_not_pass_for_another(flow: Flow) -> None:
    """Guards: confused tokens, a session, a code or a demand borne as an access token."""
    demand = await flow.ask()
    assert isinstance(demand, str)
    code = await flow.code()
    refresh = (await flow.granted())["refresh_token"]
    for secret in (demand, code, refresh, flow.person.session):
        assert await flow.access.client(secret) is None
    said = await flow.granted()
    assert (await flow.exchange(said["access_token"])).json()["error"] == "invalid_grant"
    assert (await flow.refresh(said["access_token"])).json()["error"] == "invalid_grant"
    assert await flow.access.session(said["access_token"]) is None


async def test_more_than_was_approved_is_not_granted(flow: Flow) -> None:
    """Guards: an application that is approved to read, and writes."""
    said = await flow.granted(scope="patient/*.cruds patient/Observation.u launch/patient")
    assert said["scope"] == "patient/*.rs launch/patient"
    assert "refresh_token" not in said
    assert "id_token" not in said


@pytest.mark.parametrize("state", ["suspended", "withdrawn", "disabled"])
async def test_what_is_taken_back_ends_within_seconds(flow: Flow, clock: Any, state: str) -> None:
    """Guards: an application or a person that is shut out and goes on reading."""
    said = await flow.granted()
    if state == "suspended":
        await flow.access.smart.registry.suspend(flow.application.id, by=ADMIN)
    elif state == "withdrawn":
        await flow.access.smart.registry.withdraw(flow.application.id, by=ADMIN)
    else:
        await flow.access.disable_account("alice")
    clock.advance(seconds=2)
    assert await flow.access.client(said["access_token"]) is None
    assert (await flow.refresh(said["refresh_token"])).status_code in (400, 401)


async def test_what_is_kept_opens_nothing(flow: Flow, store: Any) -> None:
    """Guards: a stolen dump of the database by which tokens are borne."""
    said = await flow.granted()
    rows = await store.pool.fetch("SELECT p::text AS row FROM hygie.pass p")
    dump = "".join(row["row"] for row in rows)
    assert said["access_token"] not in dump
    assert not re.search("patient/", dump)


async def test_a_demand_is_answered_once(flow: Flow) -> None:
    """Guards: two codes of one consent, by a form that is sent again."""
    demand = await flow.ask()
    assert isinstance(demand, str)
    await flow.access.smart.people.permit(demand, flow.person, "p1", ISSUER)
    with pytest.raises(Refused):
        await flow.access.smart.people.permit(demand, flow.person, "p1", ISSUER)


async def test_no_patient_no_code(flow: Flow) -> None:
    """Guards: scopes of a patient without one, which might hold for anybody."""
    with pytest.raises(Refused):
        await flow.code(patient="")


async def test_huge_forms_are_refused(web: httpx.AsyncClient) -> None:
    """Guards: memory filled by whoever is not known."""
    response = await web.post("/oauth/token", data={"code": "a" * 100_000})
    assert response.status_code == 413
    response = await web.post("/oauth/token", content=b"{}")
    assert response.status_code in (400, 415)
