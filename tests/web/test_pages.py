"""Guards what every page must be: readable, safe, and for the right person only."""

import re

import pytest
from tests.web.conftest import Entrance, Page, Site, plain, token_of

from hygie.web.app import PAGES

RECORD = "/patients/aubin"
CLINICIAN = (
    "/", "/patients", "/presents", "/presents?le=2026-11-20T12:00&unite=", RECORD,
    f"{RECORD}/chronologie", f"{RECORD}/chronologie?genre=documents",
    f"{RECORD}/resultats", f"{RECORD}/resultats/r-2823-3-5", f"{RECORD}/sejours",
    f"{RECORD}/documents", f"{RECORD}/documents/d-lettre", f"{RECORD}/documents/d-cda",
    f"{RECORD}/documents/d-pdf", f"{RECORD}/acces", "/nulle-part", "/patients/inconnu",
)  # fmt: skip
TECHNICIAN = (
    "/flux", "/messages", "/messages/1", "/messages/1?vue=texte", "/messages/2", "/quarantaine",
    "/quarantaine/1", "/quarantaine/2", "/sources", "/sources/gam", "/declaration/source",
    "/declaration/source/gam", "/routes", "/declaration/route", "/outils/fhirpath",
    "/outils/fhirpath?message=2", "/regles",
)  # fmt: skip
EVERY = [("physician", path) for path in CLINICIAN] + [("technician", p) for p in TECHNICIAN]


@pytest.mark.parametrize(("role", "path"), EVERY)
async def test_every_page_is_well_made(enter: Entrance, role: str, path: str) -> None:
    """A page without language, title or labels is closed to those who do not see it."""
    answer = await (await enter(role)).get(path, follow_redirects=True)
    page = Page(answer.text)
    assert page.all("html") == [{"lang": "fr"}]
    assert len(page.all("title")) >= 1
    assert len(page.all("h1")) == 1
    assert [link["href"] for link in page.all("a") if link.get("class") == "skip"] == ["#contenu"]
    labelled = {label["for"] for label in page.all("label")}
    visible = [i for i in page.all("input") if i.get("type") != "hidden"] + page.all("textarea")
    assert {i["id"] for i in visible} <= labelled
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    assert all(svg.get("role") == "img" or "aria-hidden" in svg for svg in page.all("svg"))


@pytest.mark.parametrize(("role", "path"), EVERY)
async def test_no_page_carries_script_or_style(enter: Entrance, role: str, path: str) -> None:
    """What the policy forbids must not be there at all: it would be a hole, or a broken page."""
    answer = await (await enter(role)).get(path, follow_redirects=True)
    page = Page(answer.text)
    assert page.all("style") == []
    assert all(script.get("src", "").startswith("/static/") for script in page.all("script"))
    for _, attributes in page.elements:
        assert not [name for name in attributes if name == "style" or name.startswith("on")]
        assert not attributes.get("href", "").startswith(("javascript:", "data:", "http"))


@pytest.mark.parametrize(("role", "path"), [*EVERY, ("", "/connexion")])
async def test_every_answer_is_guarded(site: Site, enter: Entrance, role: str, path: str) -> None:
    """A record kept in a cache, framed, or leaking its address is a record given away."""
    browser = await enter(role) if role else site.visitor()
    headers = (await browser.get(path)).headers
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["cache-control"] == "no-store"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"


@pytest.mark.parametrize("path", [*CLINICIAN[1:-2], *TECHNICIAN])
async def test_strangers_see_no_page(site: Site, path: str) -> None:
    """Nobody reads anything without having signed in."""
    async with site.visitor() as browser:
        answer = await browser.get(path)
    assert (answer.status_code, answer.headers["location"]) == (303, "/connexion")


@pytest.mark.parametrize("path", CLINICIAN[1:-2])
async def test_a_technician_opens_no_record(enter: Entrance, path: str) -> None:
    """Keeping flows alive gives no right to read patients' records."""
    answer = await (await enter("technician")).get(path)
    assert answer.status_code == 403
    assert "ARCANGUES" not in answer.text


@pytest.mark.parametrize("role", ["physician", "administrator"])
@pytest.mark.parametrize("path", TECHNICIAN)
async def test_only_technicians_see_flows(enter: Entrance, role: str, path: str) -> None:
    """A message in quarantine is about somebody: it is shown to who repairs it, no one else."""
    assert (await (await enter(role)).get(path)).status_code == 403


@pytest.mark.parametrize("path", CLINICIAN[1:-2])
async def test_an_administrator_opens_no_record(enter: Entrance, path: str) -> None:
    """Whoever gives access must not take it."""
    assert (await (await enter("administrator")).get(path)).status_code == 403


async def test_refused_attempts_are_traced(site: Site, enter: Entrance) -> None:
    """Someone who tries doors must be seen trying."""
    await (await enter("technician")).get(RECORD)
    (latest, *_) = await site.ledger.for_actor("technician", 5)
    assert (latest.entry.action, latest.entry.outcome) == ("refused", "refused")
    assert latest.entry.reason == "web.not-permitted"
    assert latest.entry.context.role == "technician"
    assert latest.entry.context.address


async def test_each_role_starts_where_its_work_is(enter: Entrance) -> None:
    """A home page without a way to one's work is a dead end."""
    assert "Trouver un patient" in (await (await enter("physician")).get("/")).text
    assert (await (await enter("technician")).get("/")).headers["location"] == "/flux"
    assert (await (await enter("administrator")).get("/")).headers["location"] == "/comptes"
    assert (await (await enter("auditor")).get("/")).headers["location"] == "/traces"


@pytest.mark.parametrize("path", [path for method, path, *_ in PAGES if method == "POST"])
async def test_a_form_from_elsewhere_is_refused(enter: Entrance, path: str) -> None:
    """Another site must not act in the name of someone who is signed in."""
    role = "technician" if path.startswith(("/quarantaine", "/outils")) else "physician"
    browser = await enter(role)
    target = path.replace("{entry:int}", "1")
    for fields in ({"autre": ""}, {"jeton": "x"}, {"jeton": "AAAA" * 16}):
        assert (await browser.post(target, data=fields)).status_code == 403
    home = await browser.get("/quarantaine" if role == "technician" else "/")
    good = {"jeton": token_of(home.text)}
    answer = await browser.post(target, data=good, headers={"sec-fetch-site": "cross-site"})
    assert answer.status_code == 403


async def test_oversized_and_odd_forms_are_refused(enter: Entrance) -> None:
    """A form must not be a way to fill the memory."""
    browser = await enter("physician")
    assert (await browser.post("/patients", data={"nom": "a" * 70_000})).status_code == 413
    assert (await browser.post("/patients", json={"nom": "a"})).status_code == 415
    many = "&".join(f"f{i}=1" for i in range(100))
    headers = {"content-type": "application/x-www-form-urlencoded"}
    assert (await browser.post("/patients", content=many, headers=headers)).status_code == 400


async def test_an_expired_session_leads_to_the_door(site: Site) -> None:
    """htmx would show the sign-in form inside the record: it is told to leave the page."""
    async with site.visitor() as browser:
        answer = await browser.get("/patients", headers={"hx-request": "true"})
    assert (answer.status_code, answer.headers["hx-redirect"]) == (401, "/connexion")


NOWHERE = (
    "/nulle-part", "/patients/inconnu", "/patients/a b", "/patients/" + "a" * 65,
    f"{RECORD}/resultats/x", f"{RECORD}/documents/x",
)  # fmt: skip


@pytest.mark.parametrize("path", NOWHERE)
async def test_what_is_not_there_says_what_to_do(enter: Entrance, path: str) -> None:
    """« 404 » alone tells nobody what to do next."""
    answer = await (await enter("physician")).get(path)
    assert answer.status_code == 404
    assert "Retour à l’accueil" in plain(answer.text)


async def test_a_name_that_no_database_takes_is_nowhere(enter: Entrance) -> None:
    """Danger: a breakdown, and a page of the log, for whoever types %00 into an address."""
    browser = await enter("administrator")
    for method, path, *_ in PAGES:
        if "{" in path and ":int" not in path:
            answer = await browser.request(method, re.sub(r"{\w+}", "a%00b", path))
            assert answer.status_code == 404, path


async def test_a_breakdown_shows_nothing_of_the_record(
    enter: Entrance, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An error page must not print what it was working on."""
    browser = await enter("physician")

    async def broken(*_: object) -> None:
        raise ValueError("Jeanne Aubin")

    monkeypatch.setattr(site.store, "search", broken)
    answer = await browser.get(RECORD)
    assert answer.status_code == 500
    assert "Jeanne" not in answer.text
    assert "Rien n’a été modifié" in answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert answer.headers["cache-control"] == "no-store"


async def test_a_known_address_used_wrongly_says_so(enter: Entrance) -> None:
    """« Introuvable » for a page that exists sends people looking for a typing error."""
    answer = await (await enter("physician")).put("/patients")
    assert answer.status_code == 405
    assert "Action impossible ici" in plain(answer.text)


async def test_static_files_change_their_address_with_their_content(site: Site) -> None:
    """A stale stylesheet after an update breaks the page for a day."""
    async with site.visitor() as browser:
        page = Page((await browser.get("/connexion")).text)
        sheets = [link["href"] for link in page.all("link")] + [
            s["src"] for s in page.all("script")
        ]
        assert len(sheets) > 5
        for address in sheets:
            answer = await browser.get(address)
            assert answer.status_code == 200
            assert "immutable" in answer.headers["cache-control"]
        assert (await browser.get("/static/../app.py")).status_code == 404
        bare = await browser.get("/static/app.js")
        assert bare.headers["cache-control"] == "no-cache"
