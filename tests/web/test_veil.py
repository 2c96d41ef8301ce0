"""Guards what messages hold: technicians keep the flows, and read contents with a motive only."""

import pytest
from tests.web.conftest import Entrance, Page, Site, plain, token_of

from hygie.access import Access
from hygie.web.veil import CARRIED

HELD = ("ESCALIER", "80419999", "19810230", "&lt;script&gt;", "&#34;gender&#34;")
"""What the two messages in quarantine say."""
WHERE = (
    "/quarantaine", "/messages", "/flux", "/sources/gam", "/quarantaine/1", "/messages/1",
    "/quarantaine/1?vue=texte", "/quarantaine/1?vue=differences", "/quarantaine/2",
    "/quarantaine/1/rapport?extraits=1", "/quarantaine/2/rapport?tous=1&extraits=1",
    "/outils/fhirpath?message=2",
)  # fmt: skip
SAID = {"raison": "mending", "motif": "Corriger l’identité de la GAM"}


@pytest.mark.parametrize("path", WHERE)
async def test_no_page_tells_what_a_message_holds(enter: Entrance, path: str) -> None:
    """An identity read by somebody who only keeps the pipes."""
    browser = await enter("technician")
    browser.cookies.delete(CARRIED)
    answer = await browser.get(path)
    assert answer.status_code == 200, path
    assert not [one for one in HELD if one in answer.text], path


async def test_what_stopped_it_and_where_is_told(enter: Entrance) -> None:
    """A veil under which nothing can be repaired."""
    browser = await enter("technician")
    browser.cookies.delete(CARRIED)
    text = plain((await browser.get("/quarantaine/1")).text)
    assert "PID-7" in text
    assert "Contenu voilé" in text
    assert "Montrer les contenus" in text
    assert "Rejouer" in text
    assert "xxxxxxxx" in text.lower()


async def test_nothing_is_corrected_blindly(enter: Entrance, site: Site) -> None:
    """A form that was kept from before the veil fell."""
    browser = await enter("technician")
    token = token_of((await browser.get("/quarantaine/1")).text)
    browser.cookies.delete(CARRIED)
    form = {"jeton": token, "maniere": "champ", "champ": "PID-7", "valeur": "19810203",
            "motif": "Date relue"}  # fmt: skip
    answer = await browser.post("/messages/1/correction", data=form)
    assert answer.status_code == 422
    assert "Le contenu est voilé" in plain(answer.text)
    assert (await site.gateway.entry(1, site.context)).state == "quarantined"


async def test_a_motive_lifts_it_and_is_traced(enter: Entrance, site: Site) -> None:
    """Contents that are read, of which nobody can say why."""
    browser = await enter("technician")
    browser.cookies.delete(CARRIED)
    token = token_of((await browser.get("/quarantaine/1")).text)
    answer = await browser.post("/contenus", data={"jeton": token, "suite": "/messages/1", **SAID})
    assert answer.headers["location"] == "/messages/1"
    assert "ESCALIER" in (await browser.get("/messages/1")).text
    traced = await site.ledger.for_actor("technician", 5)
    (shown,) = [one.entry for one in traced if one.entry.action == "show-contents"][:1]
    assert shown.detail == "mending: Corriger l’identité de la GAM"
    ended = await browser.post("/contenus/fin", data={"jeton": token, "suite": "/messages/1"})
    assert ended.headers["location"] == "/messages/1"
    assert "ESCALIER" not in (await browser.get("/messages/1")).text


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ({"raison": "", "motif": "Corriger l’identité"}, "Choisissez un motif"),
        ({"raison": "curiosity", "motif": "Corriger l’identité"}, "Choisissez un motif"),
        ({"raison": "mending", "motif": "voir"}, "Dites pourquoi"),
        ({"raison": "mending", "motif": ". " * 40}, "Dites pourquoi"),
        ({"raison": "mending", "motif": "abc " * 200}, "Dites pourquoi"),
    ],
)
async def test_a_motive_that_says_nothing_lifts_nothing(
    enter: Entrance, said: dict[str, str], wrong: str
) -> None:
    """« x » in every field, out of habit."""
    browser = await enter("technician")
    browser.cookies.delete(CARRIED)
    token = token_of((await browser.get("/contenus")).text)
    answer = await browser.post("/contenus", data={"jeton": token, **said})
    assert answer.status_code == 422
    assert wrong in plain(answer.text)
    assert CARRIED not in browser.cookies
    assert "ESCALIER" not in (await browser.get("/messages/1")).text


async def test_the_way_back_is_in_this_house(enter: Entrance) -> None:
    """A page elsewhere that awaits whoever has just said why."""
    browser = await enter("technician")
    token = token_of((await browser.get("/contenus")).text)
    for way in ("https://ailleurs.example/", "//ailleurs.example", "/\\ailleurs.example"):
        answer = await browser.post("/contenus", data={"jeton": token, "suite": way, **SAID})
        assert answer.headers["location"] == "/"


async def test_a_lifted_veil_stays_with_its_session(enter: Entrance) -> None:
    """A cookie handed on to a colleague, or kept for tomorrow's session, or made up."""
    first, second = await enter("technician"), await enter("technician")
    for carried in (first.cookies[CARRIED], "A" * 120, "A" * 5000, "é", ""):
        second.cookies.delete(CARRIED)
        answer = await second.get(
            "/messages/1",
            headers={"cookie": f"hygie={second.cookies['hygie']}; {CARRIED}={carried}".encode()},
        )
        assert answer.status_code == 200
        assert "ESCALIER" not in answer.text
    assert "ESCALIER" in (await first.get("/messages/1")).text


async def test_a_filed_message_stays_part_of_its_record(enter: Entrance, site: Site) -> None:
    """A motive meant for repairing that opens records."""
    raw = (
        b"MSH|^~\\&|GAM|CH|HYGIE|CH|20261122080000||ADT^A28^ADT_A05|VEIL1|P|2.5^FRA^2.11\r"
        b"EVN||20261122080000\r"
        b"PID|1||80418888^^^CH&1.2.3&ISO^PI||PARAVENT^Luce^^^^^L||19810203|F\rPV1|1|N\r"
    )
    receipt = await site.gateway.receive("gam", raw)
    assert receipt.state == "filed", receipt
    browser = await enter("technician")
    for view in ("", "?vue=texte", "?vue=differences"):
        page = await browser.get(f"/messages/{receipt.id}{view}")
        assert "PARAVENT" not in page.text
        assert not [one for one in Page(page.text).all("form") if one["action"] == "/contenus"]


async def test_who_is_there_is_asked_first(
    enter: Entrance, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A workstation left open by a technician, and whoever passes by."""
    browser = await enter("technician")
    browser.cookies.delete(CARRIED)
    token = token_of((await browser.get("/quarantaine/1")).text)
    monkeypatch.setattr(Access, "proven_lately", lambda *_: False)
    answer = await browser.post("/contenus", data={"jeton": token, **SAID})
    assert CARRIED not in browser.cookies
    assert "Est-ce bien vous" in plain(answer.text)
