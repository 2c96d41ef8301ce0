"""Guards who is let into the house, and who lets them in."""

import re

import httpx
import pytest
from tests.web.conftest import Entrance, Site, token_of

from hygie.access.lifecycle.facts import Facts
from hygie.trace import Context
from hygie.web.messages import PASSWORDS_DIFFER

ROOT = Context("console", "system")
OWN = "Girafe-Lucarne-2026"


def said(page: httpx.Response, **fields: str) -> dict[str, str]:
    """A form of this page, filled in."""
    seen = re.search(r'name="vu" value="([0-9a-f]+)"', page.text)
    return {"jeton": token_of(page.text), **({"vu": seen[1]} if seen else {}), **fields}


def code_of(page: httpx.Response) -> str:
    found = re.search(r'<code class="key">([0-9A-Z-]{29})</code>', page.text)
    assert found, page.text
    return found[1]


async def made(site: Site, name: str, **facts: str) -> str:
    wanted = Facts(**{"display": f"Compte {name}", "role": "nurse", **facts})
    await site.access.lifecycle.arrive(name, wanted, by=ROOT)
    return name


async def test_who_arrives_is_invited_and_comes_in(site: Site, enter: Entrance) -> None:
    """A first password that is written in a mail, and stays."""
    browser = await enter("administrator")
    form = await browser.get("/comptes/nouveau")
    fields = {"compte": "zoe.blin", "nom": "Zoé Blin", "role": "nurse", "unite-0": "Location/2120"}
    page = await browser.post("/comptes/nouveau", data=said(form, **fields))
    assert page.status_code == 200
    code = code_of(page)
    assert f"http://localhost/invitation#{code}" in page.text
    assert "invité" in (await browser.get("/comptes?nom=zoe")).text
    assert (await site.access.lifecycle.account("zoe.blin")).units == ("Location/2120",)

    async with site.visitor() as other:
        door = await other.get("/invitation")
        asked = await other.post("/invitation", data=said(door, code=code.lower()))
        assert "zoe.blin" in asked.text
        for new, again, why in (
            (OWN, "autre", PASSWORDS_DIFFER.fr),
            ("court", "court", "trop facile"),
        ):
            wrong = said(asked, code=code, nouveau=new, encore=again)
            asked = await other.post("/invitation", data=wrong)
            assert asked.status_code == 400
            assert why in asked.text
        inside = await other.post(
            "/invitation", data=said(asked, code=code, nouveau=OWN, encore=OWN)
        )
        assert (inside.status_code, inside.headers["location"]) == (303, "/")
        assert (await other.get("/moi/securite")).status_code == 200
    async with site.visitor() as third:
        door = await third.get("/invitation")
        again = await third.post("/invitation", data=said(door, code=code))
        assert again.status_code == 401
        assert "zoe" not in again.text


async def test_a_form_from_elsewhere_opens_no_account(site: Site) -> None:
    """Somebody who is made to sign in as another, and writes into another's session."""
    name = await made(site, "forge")
    code = (await site.access.invite(name, by=ROOT)).code
    async with site.visitor() as browser:
        await browser.get("/invitation")
        answer = await browser.post("/invitation", data={"jeton": "x", "code": code})
        assert answer.status_code == 403
        assert name not in answer.text


async def test_an_account_is_changed_as_it_was_shown(site: Site, enter: Entrance) -> None:
    """Two administrators at once, and what the first wrote is lost."""
    name = await made(site, "yann")
    browser = await enter("administrator")
    path = f"/comptes/compte/{name}"
    shown = await browser.get(path)
    fields = {"nom": "Yann Le Goff", "role": "physician", "fin": "2027-03-31"}
    done = await browser.post(f"{path}/changement", data=said(shown, **fields, motif="arrivée"))
    assert (done.status_code, done.headers["location"]) == (303, path)
    account = await site.access.lifecycle.account(name)
    assert (account.display, account.role) == ("Yann Le Goff", "physician")
    after = await browser.get(path)
    assert 'value="2027-03-31"' in after.text
    assert 'value="physician" selected' in after.text
    late = await browser.post(f"{path}/changement", data=said(shown, nom="Yann", role="nurse"))
    assert late.status_code == 409
    assert "Yann Le Goff" in late.text
    wrong = await browser.post(f"{path}/changement", data=said(after, nom=" ", role="physician"))
    assert wrong.status_code == 400
    assert 'id="refus"' in wrong.text
    assert (await browser.get("/comptes/compte/personne")).status_code == 404


async def test_an_account_is_closed_and_opened_again(site: Site, enter: Entrance) -> None:
    """Somebody who left in the morning, and reads records in the afternoon."""
    name = await made(site, "ludo")
    token = await site.access.accept_invitation((await site.access.invite(name, by=ROOT)).code, OWN)
    browser = await enter("administrator")
    path = f"/comptes/compte/{name}"

    async def act(what: str) -> httpx.Response:
        form = said(await browser.get(path), acte=what, motif="départ")
        return await browser.post(f"{path}/acte", data=form)

    assert (await act("fermer")).status_code == 303
    assert await site.access.session(token) is None
    assert "fermé" in (await browser.get(path)).text
    assert (await act("inviter")).status_code == 409
    assert (await act("rouvrir")).status_code == 303
    assert code_of(await act("inviter"))
    assert "Retirer l’invitation" in (await browser.get(path)).text
    for what in ("retirer", "facteurs", "sessions"):
        assert (await act(what)).status_code == 303, what
    assert (await act("autre")).status_code == 400


async def test_nobody_changes_his_own_account(site: Site, enter: Entrance) -> None:
    """An administrator who gives himself the records."""
    browser = await enter("administrator")
    path = "/comptes/compte/administrator"
    page = await browser.get(path)
    assert "/acte" not in page.text
    for what in ("inviter", "fermer", "facteurs", "sessions"):
        refused = await browser.post(f"{path}/acte", data=said(page, acte=what))
        assert refused.status_code == 403, what
    mark = said(await browser.get("/comptes/compte/nurse"))["vu"]
    fields = {"vu": mark, "nom": "Moi", "role": "physician"}
    refused = await browser.post(f"{path}/changement", data={**said(page), **fields})
    assert refused.status_code == 409
    assert (await site.access.lifecycle.account("administrator")).role == "administrator"


async def test_a_list_is_shown_before_it_is_done(site: Site, enter: Entrance) -> None:
    """A spreadsheet that closes or changes what nobody looked at."""
    name = await made(site, "ines")
    browser = await enter("administrator")
    listed = f"compte;nom;role\n{name};Inès Faure;physician\nmarc;Marc Ober;nurse\n"
    page = await browser.get("/comptes/import")
    wrong = await browser.post("/comptes/import", data=said(page, liste=listed + "x y;X;nurse\n"))
    assert "1 à corriger" in wrong.text
    assert 'value="importer"' not in wrong.text
    seen = await browser.post("/comptes/import", data=said(page, liste=listed, acte="examiner"))
    assert "nom : Compte ines → Inès Faure ; rôle : Infirmier, infirmière → Médecin" in seen.text
    assert (await site.access.lifecycle.account(name)).role == "nurse"
    fields = said(seen, liste=listed, acte="importer")
    stale = await browser.post("/comptes/import", data={**fields, "vu": "0" * 32})
    assert stale.status_code == 409
    done = await browser.post("/comptes/import", data=fields)
    assert code_of(done)
    assert (await site.access.lifecycle.account(name)).role == "physician"
    again = await browser.post("/comptes/import", data=said(seen, liste=listed))
    assert "2 sans changement" in again.text


async def test_the_list_goes_out_on_record(site: Site, enter: Entrance) -> None:
    """A list of all who work here that left, and nobody can say when."""
    browser = await enter("administrator")
    answer = await browser.post("/comptes/export", data=said(await browser.get("/comptes")))
    assert answer.headers["content-disposition"].startswith('attachment; filename="comptes-')
    assert answer.content.startswith(b"\xef\xbb\xbfcompte;nom;role;")
    entry = (await site.ledger.recent())[0].entry
    assert (entry.action, entry.context.actor) == ("export-accounts", "administrator")


async def test_the_review_confirms_what_was_shown(site: Site, enter: Entrance) -> None:
    """A yearly review that is ticked without a look."""
    name = await made(site, "ancienne")
    await site.access.lifecycle.set_disabled(name, at=None, by=ROOT)
    pool = site.access.invitations.pool
    await pool.execute("UPDATE hygie.account SET created = '2020-01-01' WHERE name = $1", name)
    auditor = await enter("auditor")
    page = await auditor.get("/comptes/revue")
    assert "/comptes/compte/" not in page.text
    mark = re.search(f'name="compte:{name}" value="([0-9a-f]+)"', page.text)
    assert mark
    stale = said(page, **{f"compte:{name}": "0" * 32})
    assert (await auditor.post("/comptes/revue/confirmation", data=stale)).status_code == 409
    ticked = said(page, **{f"compte:{name}": mark[1]})
    assert (await auditor.post("/comptes/revue/confirmation", data=ticked)).status_code == 303
    assert (await site.access.lifecycle.account(name)).reviewed
    report = await auditor.post("/comptes/revue/export", data=said(page))
    assert f"{name};Compte {name};" in report.text
    assert "jamais venu depuis" in report.text


@pytest.mark.parametrize("path", ["/comptes", "/comptes?role=nurse&etat=ouvert&nom=COMPTE"])
async def test_accounts_are_found(enter: Entrance, path: str) -> None:
    """A page of a thousand names, of which one is looked for."""
    page = await (await enter("administrator")).get(path)
    assert 'href="/comptes/compte/nurse"' in page.text
    assert ('href="/comptes/compte/auditor"' in page.text) == (path == "/comptes")
    none = await (await enter("administrator")).get("/comptes?nom=%3Cb%3Epersonne")
    assert "Aucun compte" in none.text
    assert "<b>" not in none.text
