"""Applications that prove who they are, renew, ask about, and give back their tokens."""

from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest
from tests.api.smart.conftest import ADMIN, REDIRECT, Flow, metadata

from hygie.access import Access
from hygie.access.smart.consenting import Person
from hygie.api.smart.app import SmartApp
from hygie.refusal import Refused

Ask = Callable[[Flow, str], Awaitable[httpx.Response]]


@pytest.fixture
async def confidential(access: Access, web: httpx.AsyncClient, person: Person) -> Flow:
    made, secret = await access.smart.registry.create(
        metadata(token_endpoint_auth_method="client_secret_basic"), by=ADMIN
    )
    return Flow(access, web, person, made, secret)


async def test_a_refresh_token_is_good_for_once(flow: Flow, clock: Any) -> None:
    """Guards: a stolen refresh token that lives beside its owner's (RFC 9700 §4.14)."""
    first = await flow.granted()
    second = (await flow.refresh(first["refresh_token"])).json()
    assert second["patient"] == "p1"
    assert second["access_token"] != first["access_token"]
    assert (await flow.refresh(first["refresh_token"])).json()["error"] == "invalid_grant"
    assert (await flow.refresh(second["refresh_token"])).json()["error"] == "invalid_grant"
    clock.advance(seconds=2)
    assert await flow.access.client(second["access_token"]) is None


async def test_a_public_application_renews_without_its_name(flow: Flow, confidential: Flow) -> None:
    """Guards: common clients that cannot renew; and a confidential one's token without proof."""
    said = await flow.granted()
    form = {"grant_type": "refresh_token", "refresh_token": said["refresh_token"]}
    assert (await flow.web.post("/oauth/token", data=form)).status_code == 200
    form["refresh_token"] = (await confidential.granted())["refresh_token"]
    assert (await flow.web.post("/oauth/token", data=form)).status_code == 401
    assert (await confidential.refresh(form["refresh_token"])).status_code == 200


async def test_renewing_never_gives_more(flow: Flow) -> None:
    """Guards: escalation of scope on refresh."""
    said = await flow.granted(scope="offline_access launch/patient patient/Observation.rs")
    for more in ("patient/*.rs", "user/Observation.rs", "patient/Observation.cruds", "x/y"):
        response = await flow.refresh(said["refresh_token"], scope=more)
        assert response.json()["error"] == "invalid_scope", more
    fewer = (await flow.refresh(said["refresh_token"], scope="patient/Observation.r")).json()
    assert fewer["scope"].split()[0] == "patient/Observation.r"
    again = (await flow.refresh(fewer["refresh_token"])).json()
    assert again["scope"].split()[0] == "patient/Observation.rs"


async def test_online_access_ends_with_the_session(flow: Flow) -> None:
    """Guards: an application that goes on when the person has left."""
    online = await flow.granted(scope="online_access launch/patient patient/*.rs")
    offline = await flow.granted()
    await flow.access.sign_out(flow.person.session)
    assert (await flow.refresh(online["refresh_token"])).json()["error"] == "invalid_grant"
    assert (await flow.refresh(offline["refresh_token"])).status_code == 200


async def test_a_refresh_token_is_its_application_s(flow: Flow, confidential: Flow) -> None:
    """Guards: a refresh token used by another application."""
    said = await flow.granted()
    response = await confidential.refresh(said["refresh_token"])
    assert response.json()["error"] == "invalid_grant"


async def test_an_access_token_lives_an_hour_at_most(flow: Flow, clock: Any) -> None:
    """Guards: an access token that is good for ever."""
    said = await flow.granted()
    clock.advance(seconds=3601)
    assert await flow.access.client(said["access_token"]) is None
    assert (await flow.refresh(said["refresh_token"])).status_code == 200
    clock.advance(days=31)
    assert (await flow.refresh(said["refresh_token"])).json()["error"] == "invalid_grant"


async def test_offline_access_ends_after_a_year(flow: Flow, clock: Any) -> None:
    """Guards: what was permitted once, and goes on for ever because it is used."""
    said, began = await flow.granted(), clock.now
    for _ in range(14):
        clock.advance(days=27)
        said = (await flow.refresh(said["refresh_token"])).json()
        if "error" in said:
            break
    assert said["error"] == "invalid_grant"
    assert 364 <= (clock.now - began).days <= 379


@pytest.mark.parametrize("way", ["basic", "post"])
async def test_a_secret_proves(confidential: Flow, way: str) -> None:
    """Guards: one of the two ways that libraries send it refused."""
    code = await confidential.code()
    form = {
        "grant_type": "authorization_code", "code": code, "redirect_uri": REDIRECT,
        "code_verifier": confidential.verifier,
    }  # fmt: skip
    id_, secret = confidential.application.id, confidential.secret
    if way == "basic":
        response = await confidential.web.post(
            "/oauth/token", data=form, auth=httpx.BasicAuth(id_, secret)
        )
    else:
        both = {**form, "client_id": id_, "client_secret": secret}
        response = await confidential.web.post("/oauth/token", data=both)
    assert response.status_code == 200


@pytest.mark.parametrize(
    ("form", "header"),
    [
        ({}, ""),
        ({"client_secret": ""}, ""),
        ({"client_secret": "hygie_" + "a" * 43}, ""),
        ({"client_secret": "x"}, ""),
        ({}, "Basic !!!"),
        ({}, "Basic " + "QQ=="),
        ({}, "Bearer x"),
        ({"client_id": "nobody"}, ""),
    ],
)
async def test_without_its_proof_a_confidential_application_gets_nothing(
    confidential: Flow, form: dict[str, str], header: str
) -> None:
    """Guards: a public name taken for a proof, and a refusal that tells which names exist."""
    given = {
        "grant_type": "authorization_code", "code": await confidential.code(),
        "redirect_uri": REDIRECT, "code_verifier": confidential.verifier,
        "client_id": confidential.application.id, **form,
    }  # fmt: skip
    headers = {"authorization": header} if header else {}
    response = await confidential.web.post("/oauth/token", data=given, headers=headers)
    assert response.status_code == 401
    assert response.json() == {
        "error": "invalid_client", "error_description": "client authentication failed",
    }  # fmt: skip
    assert "www-authenticate" in response.headers


async def test_two_proofs_at_once_are_refused(confidential: Flow) -> None:
    """Guards: two readers of one request that believe different proofs (RFC 6749 §2.3)."""
    id_, secret = confidential.application.id, confidential.secret
    response = await confidential.web.post(
        "/oauth/token", data={"client_secret": secret}, auth=httpx.BasicAuth(id_, secret)
    )
    assert response.json()["error"] == "invalid_request"


async def test_a_token_is_told_to_its_own_application_alone(
    flow: Flow, confidential: Flow, clock: Any
) -> None:
    """Guards: introspection that tells strangers what they found (RFC 7662 §4)."""
    mine, others = await confidential.granted(), await flow.granted()
    auth = httpx.BasicAuth(confidential.application.id, confidential.secret)

    async def ask(token: str) -> Any:
        return (await flow.web.post("/oauth/introspect", data={"token": token}, auth=auth)).json()

    said = await ask(mine["access_token"])
    assert said["active"] is True
    assert (said["scope"], said["patient"]) == (mine["scope"], "p1")
    assert (await ask(mine["refresh_token"]))["active"] is True
    for token in (others["access_token"], "x", flow.person.session):
        assert await ask(token) == {"active": False}
    clock.advance(hours=2)
    assert await ask(mine["access_token"]) == {"active": False}
    public = {"token": others["access_token"], "client_id": flow.application.id}
    assert (await flow.web.post("/oauth/introspect", data=public)).status_code == 401
    assert (await flow.web.post("/oauth/introspect", data={"token": "x"})).status_code == 401


async def test_what_is_given_back_is_worth_nothing(flow: Flow, confidential: Flow) -> None:
    """Guards: a token that outlives its revocation, or is ended by a stranger (RFC 7009)."""
    said = await flow.granted()
    auth = httpx.BasicAuth(confidential.application.id, confidential.secret)
    form = {"token": said["access_token"]}
    response = await flow.web.post("/oauth/revoke", data=form, auth=auth)
    assert response.status_code == 200
    assert await flow.access.client(said["access_token"]) is not None
    own = {**form, "client_id": flow.application.id}
    assert (await flow.web.post("/oauth/revoke", data=own)).status_code == 200
    assert await flow.access.client(said["access_token"]) is None
    again = (await flow.refresh(said["refresh_token"])).json()
    own = {"token": again["refresh_token"], "client_id": flow.application.id}
    assert (await flow.web.post("/oauth/revoke", data=own)).status_code == 200
    assert (await flow.refresh(again["refresh_token"])).json()["error"] == "invalid_grant"
    assert (await flow.web.post("/oauth/revoke", data=own)).status_code == 200


async def test_a_launch_is_bound_and_used_once(flow: Flow, clock: Any) -> None:
    """Guards: a launch that is replayed, late, or of another application or session."""
    people = flow.access.smart.people
    other = (await flow.access.smart.registry.create(metadata(), by=ADMIN))[0]

    async def launch(application: str = flow.application.id) -> str:
        gone = await people.launch(flow.person, application, "p7", "e1", "http://h.test/fhir")
        assert gone.address.startswith("https://app.test/launch?iss=http%3A%2F%2Fh.test%2Ffhir")
        return gone.address.partition("launch=")[2]

    asked = {"scope": "launch launch/encounter patient/*.rs"}
    secret = await launch()
    said = await flow.granted(launch=secret, **asked)
    assert (said["patient"], said["encounter"]) == ("p7", "e1")
    assert not isinstance(await flow.ask(launch=secret, **asked), str)
    assert not isinstance(await flow.ask(launch=await launch(other.id), **asked), str)
    late = await launch()
    clock.advance(seconds=121)
    assert not isinstance(await flow.ask(launch=late, **asked), str)
    demand = await flow.ask(launch=await launch(), **asked)
    assert isinstance(demand, str)
    session = await flow.access.open_session("alice", source="there", amr=("mfa",))
    with pytest.raises(Refused):
        await people.permit(demand, flow.person._replace(session=session), "p1", "x")


async def test_a_role_that_may_not_use_it_does_not(flow: Flow) -> None:
    """Guards: an application approved for some, used by all."""
    registry = flow.access.smart.registry
    await registry.approve(flow.application.id, "patient/*.rs", ["nurse"], by=ADMIN)
    with pytest.raises(Refused):
        await flow.code()
    assert await flow.access.smart.people.launchable("physician") == []
    assert len(await flow.access.smart.people.launchable("nurse")) == 1


async def test_consent_is_remembered_for_what_was_seen(confidential: Flow) -> None:
    """Guards: more that is granted silently because less was permitted once."""
    people = confidential.access.smart.people

    async def known(**changed: Any) -> bool:
        demand = await confidential.ask(**changed)
        assert isinstance(demand, str)
        waiting = await people.waiting(demand, confidential.person)
        return await people.permitted_before(waiting, confidential.person)

    assert not await known()
    await confidential.granted()
    assert await known()
    assert await known(scope="openid launch/patient patient/Observation.rs")
    assert not await known(scope="launch/patient user/*.rs")
    (granted,) = await people.granted("alice")
    await people.end(granted.id, confidential.person)
    assert not await known()
    assert await people.granted("alice") == []


async def test_no_answer_is_a_page_or_kept(flow: Flow) -> None:
    """Guards: answers with tokens that caches keep, or that a browser takes for a page."""
    for path in ("/oauth/token", "/oauth/introspect", "/oauth/register", "/oauth/nothing"):
        response = await flow.web.post(path)
        assert response.headers["cache-control"] == "no-store"
        assert response.status_code in (400, 401, 404, 415)
    assert (await flow.web.get("/oauth/token")).status_code == 405
    assert isinstance(flow.web._transport.app, SmartApp)  # type: ignore[attr-defined]
