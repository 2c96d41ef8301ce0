"""Guards what a clinician reads in a record: the right words, in place, and no one else's."""

from typing import Any

import pytest
from tests.web import record
from tests.web.conftest import Entrance, Page, Site, plain

from hygie.trace import Context

RECORD = "/patients/aubin"
SECTIONS = ("", "/chronologie", "/resultats", "/sejours", "/documents", "/acces")
HOSTILE = "<script>alert(1)</script>"


@pytest.mark.parametrize("section", SECTIONS)
async def test_the_banner_is_on_every_page(enter: Entrance, section: str) -> None:
    """A page of a record that does not say whose it is kills."""
    text = plain((await (await enter("physician")).get(RECORD + section)).text)
    for said in ("D’ARCANGUES Jeanne", "née AUBIN-LÉVÊQUE", "Femme", "Née le 3 févr. 1951",
                 "(75 ans)", "Identité qualifiée", "80412377", "2 51 02 33 063 001 83",
                 "Amoxicilline (œdème de Quincke), risque élevé", "Arachide"):  # fmt: skip
        assert said in text


@pytest.mark.parametrize("section", SECTIONS)
async def test_titles_and_addresses_hold_no_health_data(enter: Entrance, section: str) -> None:
    """Titles and addresses go to histories and logs."""
    page = Page((await (await enter("physician")).get(RECORD + section)).text)
    links = " ".join(link.get("href", "") for link in page.all("a"))
    for secret in ("ARCANGUES", "AUBIN-L", "Jeanne", "1951", "80412377", "2823-3&", "Potassium"):
        assert secret not in links


async def test_the_synthesis_says_what_matters_first(enter: Entrance) -> None:
    """The critical potassium must be the first result one sees."""
    text = plain((await (await enter("physician")).get(RECORD)).text)
    results = text[text.index("Derniers résultats") :]
    assert results.index("Potassium") < results.index("Créatinine") < results.index("Sodium")
    assert "très au-dessus de la norme" in results
    for said in ("128/76 mmHg", "Pneumopathie, sans précision", "Ramipril 5 mg", "Séjour en cours",
                 "Médecine polyvalente, ch. 212", "10,90 g/dL"):  # fmt: skip
        assert said in text


async def test_results_have_their_range_and_flag(enter: Entrance) -> None:
    """A figure without its norm says nothing."""
    text = plain((await (await enter("physician")).get(f"{RECORD}/resultats")).text)
    assert "6,2 mmol/L ▲ HH" in text
    assert "3,5 – 5,1" in text
    assert "Absence de germe après 48 h de culture" in text


async def test_an_analyte_is_drawn_and_told(enter: Entrance) -> None:
    """The drawing and the table must say the same; only comparable results are on it."""
    answer = await (await enter("physician")).get(f"{RECORD}/resultats/r-2823-3-0")
    page = Page(answer.text)
    rows = len(page.all("tr")) - 1
    assert rows == 6
    drawn = [svg for svg in page.all("svg") if svg.get("class") == "trend"]
    assert len(drawn) == 2
    assert "6 valeurs, la dernière : 6,2\u00a0mmol/L" in drawn[0]["aria-label"]


async def test_stays_have_their_movements(enter: Entrance) -> None:
    """Where the patient was, and when, is how an infection is traced."""
    text = plain((await (await enter("physician")).get(f"{RECORD}/sejours")).text)
    for said in ("Urgences", "Soins intensifs, ch. 4", "18 nov. 2026, 16 h 40", "41 h"):
        assert said in text


@pytest.mark.parametrize(
    ("kind", "kept", "left"),
    [("documents", "Lettre de liaison", "37,2"), ("sejours", "Mutation", "Potassium"),
     ("resultats", "4 hors norme", "Mutation"), ("constantes", "37,2", "Mutation")],
)  # fmt: skip
async def test_the_timeline_is_filtered(enter: Entrance, kind: str, kept: str, left: str) -> None:
    """A filter that hides what it should show hides a result."""
    path = f"{RECORD}/chronologie?genre={kind}"
    text = plain((await (await enter("physician")).get(path)).text)
    assert kept in text
    assert left not in text


async def test_letters_are_text_and_never_markup(enter: Entrance) -> None:
    """A letter that holds markup must be read, not run."""
    answer = await (await enter("physician")).get(f"{RECORD}/documents/d-lettre")
    assert "&lt;b&gt;Bien&lt;/b&gt; à vous" in answer.text
    answer = await (await enter("physician")).get(f"{RECORD}/documents/d-cda")
    assert "Bilan inflammatoire." in plain(answer.text)
    assert "184 mg/L" in plain(answer.text)
    assert "<script>alert" not in answer.text


async def test_a_pdf_is_served_in_a_sandbox(enter: Entrance) -> None:
    """A document runs nothing, wherever it came from."""
    answer = await (await enter("physician")).get(f"{RECORD}/documents/d-pdf/contenu")
    assert answer.content == record.PDF
    assert answer.headers["content-type"] == "application/pdf"
    assert "sandbox" in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-disposition"] == "inline; filename=document"


@pytest.mark.parametrize("document", ["d-cda", "d-lettre"])
async def test_anything_else_is_only_saved(enter: Entrance, document: str) -> None:
    """XML served as XML may carry a stylesheet that runs."""
    answer = await (await enter("physician")).get(f"{RECORD}/documents/{document}/contenu")
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"].startswith("attachment")


async def test_another_patient_s_document_is_not_found(site: Site, enter: Entrance) -> None:
    """An address put together by hand must not mix two records."""
    other = record.patient() | {"id": "autre"}
    await site.repository.update(Context("tests", "system"), "Patient", "autre", other)
    browser = await enter("physician")
    for path in ("documents/d-lettre", "documents/d-pdf/contenu", "resultats/r-2823-3-0"):
        assert (await browser.get(f"/patients/autre/{path}")).status_code == 404


async def test_every_look_is_traced_and_shown(site: Site, enter: Entrance) -> None:
    """A patient has the right to know who read the record."""
    browser = await enter("physician")
    await browser.get(RECORD)
    key = site.store.keyring.reference("Patient", "aubin")
    entries = await site.ledger.for_patient(key, 10)
    assert {e.entry.context.actor for e in entries[:5]} == {"physician"}
    assert len({e.entry.context.request for e in entries[:5]}) == 1
    text = plain((await browser.get(f"{RECORD}/acces")).text)
    assert "Compte physician consultation allergies" in text


async def test_hostile_names_stay_names(site: Site, enter: Entrance) -> None:
    """A name is typed by strangers at kiosks, and comes from other systems."""
    resources: list[dict[str, Any]] = [
        record.patient() | {"id": "hostile", "name": [{"family": HOSTILE, "given": [HOSTILE]}]},
        {"resourceType": "AllergyIntolerance", "id": "h-a", "code": {"text": HOSTILE},
         "patient": {"reference": "Patient/hostile"}},
        record.observation("h-o", HOSTILE, HOSTILE, "1", HOSTILE, "2026-11-01")
        | {"subject": {"reference": "Patient/hostile"}},
        record.observation("h-p", HOSTILE, HOSTILE, "2", HOSTILE, "2026-11-02")
        | {"subject": {"reference": "Patient/hostile"}},
        record.encounters()[0] | {"id": "h-e", "subject": {"reference": "Patient/hostile"},
         "location": [{"location": {"display": HOSTILE},
                       "period": {"start": "2026-11-01T10:00:00Z"}}]},
        record.documents()[0] | {"id": "h-d", "subject": {"reference": "Patient/hostile"},
                                 "description": HOSTILE, "author": [{"display": HOSTILE}]},
    ]  # fmt: skip
    async with site.store.transaction(Context("tests", "system")) as transaction:
        for resource in resources:
            await transaction.update(resource)
    browser = await enter("physician")
    for section in (*SECTIONS, "/resultats/h-o", "/documents/h-d"):
        answer = await browser.get(f"/patients/hostile{section}")
        assert answer.status_code == 200
        assert HOSTILE not in answer.text
        assert "&lt;script&gt;" in answer.text.lower()
    await _delete(site, resources)


async def _delete(site: Site, resources: list[dict[str, Any]]) -> None:
    async with site.store.transaction(Context("tests", "system")) as transaction:
        for resource in reversed(resources):
            await transaction.delete(resource["resourceType"], resource["id"])


async def test_a_deleted_record_is_gone(site: Site, enter: Entrance) -> None:
    """A record taken away must not look empty: someone would start another."""
    context = Context("tests", "system")
    await site.repository.update(context, "Patient", "parti", record.patient() | {"id": "parti"})
    await site.repository.delete(context, "Patient", "parti")
    answer = await (await enter("physician")).get("/patients/parti")
    assert answer.status_code == 410
    assert "Supprimé" in answer.text


async def test_an_empty_record_says_so(site: Site, enter: Entrance) -> None:
    """Nothing known is not the same as nothing wrong."""
    bare = {"resourceType": "Patient", "id": "nu"}
    await site.repository.update(Context("tests", "system"), "Patient", "nu", bare)
    browser = await enter("physician")
    for section in SECTIONS:
        assert (await browser.get(f"/patients/nu{section}")).status_code == 200
    text = plain((await browser.get("/patients/nu")).text)
    assert "Identité non renseignée" in text
    assert "Allergies non renseignées" in text
    assert "Statut d’identité inconnu" in text
