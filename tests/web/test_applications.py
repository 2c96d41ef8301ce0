"""Guards what people permit to applications, and what administrators make of them."""

import base64
import hashlib
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from tests.web.conftest import Entrance, Site, plain, token_of

from hygie.trace import Context

VERIFIER = "v" * 50
REDIRECT = "https://app.test/callback"
ADMIN = Context("console", "system")


async def registered(site: Site, name: str, **changed: Any) -> str:
    metadata = {
        "client_name": name, "redirect_uris": [REDIRECT], "scope": "patient/*.rs user/*.rs",
        "token_endpoint_auth_method": "none", "launch_uri": "https://app.test/launch", **changed,
    }  # fmt: skip
    return (await site.access.smart.registry.create(metadata, by=ADMIN))[0].id


def asked(client: str, **changed: str) -> dict[str, str]:
    digest = hashlib.sha256(VERIFIER.encode()).digest()
    return {
        "response_type": "code", "client_id": client, "redirect_uri": REDIRECT, "state": "s",
        "scope": "launch/patient patient/*.rs", "aud": "http://localhost/fhir",
        "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
        "code_challenge_method": "S256", **changed,
    }  # fmt: skip


def mark_of(page: httpx.Response) -> dict[str, str]:
    text = page.text
    return {
        "jeton": token_of(text),
        "demande": text.partition('name="demande" value="')[2].partition('"')[0],
    }


async def at_the_question(site: Site, browser: httpx.AsyncClient, **changed: str) -> httpx.Response:
    client = await registered(site, "Courbes")
    asking = await browser.get("/oauth/authorize", params=asked(client, **changed))
    assert asking.status_code == 200
    assert asking.headers["refresh"] == "0; url=/autorisation"
    return await browser.get("/autorisation")


def answer(response: httpx.Response) -> dict[str, str]:
    assert response.status_code == 303
    assert response.headers["location"].startswith(REDIRECT)
    found = parse_qs(urlsplit(response.headers["location"]).query)
    return {name: values[0] for name, values in found.items()}


async def test_what_is_wrong_is_shown_and_sent_nowhere(site: Site) -> None:
    """An open redirect: whoever makes a link chooses where our errors lead."""
    client = await registered(site, "Courbes")
    async with site.visitor() as browser:
        for changed in (
            {"client_id": "nobody"}, {"redirect_uri": "https://evil.test/"}, {"redirect_uri": ""},
        ):  # fmt: skip
            page = await browser.get("/oauth/authorize", params={**asked(client), **changed})
            assert page.status_code == 400
            assert "location" not in page.headers
            assert "refresh" not in page.headers
            assert "evil.test" not in page.text
        told = await browser.get("/oauth/authorize", params={**asked(client), "state": ""})
        assert answer(told)["error"] == "invalid_request"


async def test_a_question_is_read_answered_and_taken_back(site: Site, enter: Entrance) -> None:
    """A permission that is given unread, or to somebody else, or cannot be taken back."""
    browser = await enter("physician")
    page = await at_the_question(site, browser)
    policy = page.headers["content-security-policy"]
    assert "form-action 'self' https://app.test;" in policy
    assert "frame-ancestors 'none'" in policy
    assert "Autoriser « Courbes »" in plain(page.text)
    form = mark_of(page)
    none = await browser.post("/autorisation", data={**form, "acte": "autoriser"})
    assert none.status_code == 400
    search = {"acte": "chercher", "identifiant": "inconnu"}
    assert "Aucun dossier" in (await browser.post("/autorisation", data={**form, **search})).text
    unseen = await browser.post(
        "/autorisation", data={**form, "acte": "autoriser", "patient": "personne"}
    )
    assert unseen.status_code == 404
    chosen = await browser.post("/autorisation", data={**form, "acte": "x", "patient": "aubin"})
    assert "Lire tout le dossier du patient choisi" in plain(chosen.text)
    given = await browser.post(
        "/autorisation", data={**form, "acte": "autoriser", "patient": "aubin"}
    )
    assert answer(given)["iss"] == "http://localhost"
    client = (await site.access.smart.registry.list())[0]
    issuing = site.access.smart.issuing
    said = await issuing.token(
        client,
        {
            "grant_type": "authorization_code", "code": answer(given)["code"],
            "redirect_uri": REDIRECT, "code_verifier": VERIFIER,
        },
        "http://localhost",
    )  # fmt: skip
    assert said["patient"] == "aubin"
    own = await browser.get("/moi/applications")
    assert "Courbes" in plain(own.text)
    number = own.text.partition('name="autorisation" value="')[2].partition('"')[0]
    fields = {"jeton": token_of(own.text), "autorisation": number}
    other = await enter("technician")
    theirs = {**fields, "jeton": token_of((await other.get("/moi/applications")).text)}
    assert (await other.post("/moi/applications", data=theirs)).status_code == 404
    assert (await browser.post("/moi/applications", data=fields)).status_code == 303
    assert await site.access.client(said["access_token"]) is None


async def test_a_form_answers_the_question_it_was_read_with(site: Site, enter: Entrance) -> None:
    """A second application that asks meanwhile, and gets what was meant for the first; and a form
    of another site."""
    browser = await enter("physician")
    first = mark_of(await at_the_question(site, browser))
    second = mark_of(await at_the_question(site, browser))
    assert first["demande"] != second["demande"]
    fields = {"acte": "autoriser", "patient": "aubin"}
    stale = await browser.post("/autorisation", data={**second, **fields, **first})
    assert stale.status_code == 409
    forged = await browser.post("/autorisation", data={**fields, "demande": second["demande"]})
    assert forged.status_code == 403
    no = await browser.post("/autorisation", data={**second, "acte": "refuser"})
    assert answer(no) == {
        "error": "access_denied", "error_description": "the person said no", "state": "s",
        "iss": "http://localhost",
    }  # fmt: skip
    assert (await browser.post("/autorisation", data={**second, **fields})).status_code == 409


async def test_who_has_to_sign_in_finds_the_question_again(site: Site) -> None:
    """An application that is forgotten by the way, or a home page that leads nowhere else."""
    client = await registered(site, "Courbes")
    async with site.visitor() as browser:
        await browser.get("/oauth/authorize", params=asked(client))
        page = await browser.get("/autorisation")
        assert page.headers["location"] == "/connexion"
        door = await browser.get("/connexion")
        from tests.web.conftest import PASSWORD  # noqa: PLC0415

        fields = {"jeton": token_of(door.text), "compte": "physician", "secret": PASSWORD}
        await browser.post("/connexion", data=fields)
        assert (await browser.get("/")).headers["location"] == "/autorisation"
        form = mark_of(await browser.get("/autorisation"))
        await browser.post("/autorisation", data={**form, "acte": "refuser"})
        assert (await browser.get("/")).status_code == 200


@pytest.mark.parametrize("state", ["pending", "approved", "suspended"])
async def test_administrators_judge(site: Site, enter: Entrance, state: str) -> None:
    """An application that lets itself in, or that nobody can shut out."""
    made, _ = await site.access.smart.registry.register(
        {"client_name": "<b>Nouvelle", "redirect_uris": [REDIRECT], "scope": "patient/*.rs",
         "token_endpoint_auth_method": "none"}
    )  # fmt: skip
    browser = await enter("administrator")
    page = await browser.get("/applications")
    assert "&lt;b&gt;Nouvelle" in page.text
    form = {"jeton": token_of(page.text)}
    path = f"/applications/{made.id}"
    if state == "approved":
        fields = {"acte": "approuver", "portees": "patient/Observation.rs", "role:physician": "on"}
        assert (await browser.post(path, data={**form, **fields})).status_code == 303
        found = await site.access.smart.registry.named(made.id)
        assert (found.scopes, found.roles) == ("patient/Observation.rs", ("physician",))
        wrong = {"acte": "approuver", "portees": "patient/Nothing.rs"}
        assert (await browser.post(path, data={**form, **wrong})).status_code == 400
    if state == "suspended":
        assert (await browser.post(path, data={**form, "acte": "suspendre"})).status_code == 303
    assert (await browser.post(path, data={**form, "acte": "x"})).status_code == 400
    assert (await site.access.smart.registry.named(made.id)).state == state
    unknown = await browser.post("/applications/nobody", data={**form, "acte": "suspendre"})
    assert unknown.status_code == 404


async def test_a_record_opens_an_application_for_its_patient(site: Site, enter: Entrance) -> None:
    """An application that is opened for somebody else, or on a record that is not there."""
    client = await registered(site, "Suivi")
    browser = await enter("physician")
    page = await browser.get("/patients/aubin/applications")
    assert "Suivi" in plain(page.text)
    assert "https://app.test" in page.headers["content-security-policy"]
    form = {"jeton": token_of(page.text), "application": client}
    gone = await browser.post("/patients/aubin/applications", data=form)
    place = urlsplit(gone.headers["location"])
    given = {name: values[0] for name, values in parse_qs(place.query).items()}
    assert (place.netloc, given["iss"]) == ("app.test", "http://localhost/fhir")
    assert "aubin" not in gone.headers["location"]
    missing = await browser.post("/patients/personne/applications", data=form)
    assert missing.status_code == 404
    params = asked(client, launch=given["launch"], scope="launch patient/*.rs")
    await browser.get("/oauth/authorize", params=params)
    question = await browser.get("/autorisation")
    assert "AUBIN" in plain(question.text).upper() or "aubin" in question.text
    fields = {**mark_of(question), "acte": "autoriser", "patient": "somebody-else"}
    assert "code" in answer(await browser.post("/autorisation", data=fields))
    (granted, *_) = await site.access.smart.people.granted("physician") or [None]
    assert granted is None or granted.patient == "aubin"
