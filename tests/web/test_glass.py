"""A patient who is not in one's care: what is said, what opens the record, and who reviews it."""

import re

from tests.web import record
from tests.web.conftest import PASSWORD, Entrance, Site, token_of

HEALTH = ("Pneumopathie", "pénicilline", "Amoxicilline", "Soins intensifs")
MOTIVE = "Garde des urgences, patient inconscient"


async def test_a_record_out_of_care_says_so_and_shows_nothing(enter: Entrance) -> None:
    """Guards: a nurse of another ward who reads; or who believes that nothing is known of the
    patient."""
    nurse = await enter("nurse")
    for section in ("", "/chronologie", "/resultats", "/sejours", "/documents", "/acces"):
        answer = await nurse.get(f"/patients/aubin{section}")
        assert answer.status_code == 303, section
        assert answer.headers["location"] == "/patients/aubin/bris-de-glace"
    shown = await nurse.get("/patients/aubin/bris-de-glace")
    assert "pas dans votre équipe de soins" in shown.text
    assert not [word for word in HEALTH if word in shown.text]
    document = await nurse.get("/patients/aubin/documents/d-lettre/contenu")
    assert document.status_code in (303, 404)


async def test_who_is_out_of_care_is_found_and_said_to_be(enter: Entrance) -> None:
    """Guards: a record that is refused after the click; a patient who is entered twice, being
    found by nobody of another ward."""
    typed = {"identifiant": "", "naissance": "", "nom": "aub"}
    for role, outside in (("nurse", True), ("physician", False)):
        browser = await enter(role)
        token = token_of((await browser.get("/patients")).text)
        found = await browser.post("/patients", data={**typed, "jeton": token})
        assert "/patients/aubin" in found.text
        assert ("hors de votre équipe" in found.text) == outside
        counted = "que ceux de votre équipe" in (await browser.get("/presents")).text
        assert counted == outside


async def test_breaking_the_glass_opens_it_until_it_is_closed_and_reviewed(
    enter: Entrance, site: Site
) -> None:
    """Guards: the whole way of a night: refused without a motive, open with one, seen by the
    reviewer and on the patient's list of accesses, closed again."""
    nurse, auditor = await enter("nurse"), await enter("auditor")
    page = "/patients/aubin/bris-de-glace"
    token = token_of((await nurse.get(page)).text)
    refused = await nurse.post(page, data={"jeton": token, "raison": "vital", "motif": "urgent"})
    assert refused.status_code == 422
    assert "10 à 500 caractères" in refused.text
    sent = {"jeton": token, "raison": "vital", "motif": MOTIVE}
    assert (await nurse.post(page, data=sent)).headers["location"] == "/patients/aubin"
    record = await nurse.get("/patients/aubin")
    assert record.status_code == 200
    assert "Bris de glace" in record.text
    kept = [one.entry for one in await site.ledger.recent(20)]
    since = [one.action for one in kept].index("break-glass")
    assert since > 0
    told = [(one.action, one.purpose) for one in kept[: since + 1] if one.patient]
    assert {purpose for _, purpose in told} == {"ETREAT"}, told
    assert "Refermer le dossier" in record.text
    accesses = await nurse.get("/patients/aubin/acces")
    assert "bris de glace" in accesses.text.lower()

    waiting = await auditor.get("/bris-de-glace")
    assert MOTIVE in waiting.text
    assert "ARCANGUES" not in waiting.text
    number = (await site.access.glass.waiting())[0].id
    review = {"jeton": token_of(waiting.text), "conclusion": "justified", "remarque": "Appelée"}
    assert (await auditor.post(f"/bris-de-glace/{number}", data=review)).status_code == 303
    again = await auditor.post(f"/bris-de-glace/{number}", data=review)
    assert again.status_code == 409
    assert "relu entre-temps" in again.text

    closing = {"jeton": token_of(record.text)}
    await nurse.post(f"{page}/fin", data=closing)
    assert (await nurse.get("/patients/aubin")).status_code == 303


async def test_a_glass_that_was_altered_is_told_to_who_reviews(enter: Entrance, site: Site) -> None:
    """Somebody who opens a record, and takes the line from the list by spoiling it."""
    pool = site.access.invitations.pool
    number = await pool.fetchval(
        "INSERT INTO hygie.broken_glass (account, patient, sealed, opened, ends) "
        "VALUES ('nurse', 1, 'x', now(), now()) RETURNING id"
    )
    auditor = await enter("auditor")
    assert f"illisibles : n° {number}" in (await auditor.get("/bris-de-glace")).text
    await pool.execute("DELETE FROM hygie.broken_glass WHERE id = $1", number)
    assert "illisibles" not in (await auditor.get("/bris-de-glace")).text


async def test_the_matrix_says_who_may_what(enter: Entrance) -> None:
    """Guards: rights that nobody can read."""
    auditor = await enter("auditor")
    matrix = (await auditor.get("/droits")).text
    assert "Infirmier, infirmière" in matrix
    assert "lire, créer, modifier : ses patients" in matrix
    assert (await auditor.get("/droits", params={"role": "personne"})).status_code == 200


async def test_what_a_role_does_not_show_is_not_said_to_be_absent(enter: Entrance) -> None:
    """Guards: a secretary who reads « aucun traitement », and says so on the telephone."""
    clerk = await enter("clerk")
    page = (await clerk.get("/patients/aubin")).text
    assert "Médecine polyvalente" in page
    assert "Vos droits ne montrent pas de ce dossier" in page
    assert "Allergies&nbsp;: vos droits ne les montrent pas" in page
    assert page.count("Vos droits ne montrent pas ces données.") == 4
    assert "Aucun traitement" not in page


async def test_who_sees_stays_alone_is_not_told_that_there_are_no_allergies(
    enter: Entrance, site: Site
) -> None:
    """Guards: « allergies non renseignées » to a pharmacist of whom the patient is not in care: the
    role shows them, of other patients."""
    await site.access.create_account("officine", "Officine", "pharmacist", PASSWORD)
    page = (await (await enter("officine")).get("/patients/aubin")).text
    assert "Allergies&nbsp;: vos droits ne les montrent pas" in page
    assert "à demander au patient" not in page
    notice = page[page.index("Vos droits ne montrent pas de ce dossier") :].partition("</p>")[0]
    assert "dossier clinique, résultats et demandes, documents" in notice
    assert "médicaments" not in notice


async def test_a_patient_who_opposed_is_asked_of_for_less(enter: Entrance, site: Site) -> None:
    """Guards: an opposition that the sending software told, and that the page forgets; also of who
    makes up a form with the reasons that it does not offer."""
    said = [{"url": "opposed-break-glass", "valueBoolean": True}]
    dmp = {"url": "urn:hygie:dmp", "extension": said}
    patient = record.patient() | {"id": "oppose", "extension": [dmp]}
    await site.repository.update(site.context, "Patient", "oppose", patient)
    nurse, page = await enter("nurse"), "/patients/oppose/bris-de-glace"
    shown = (await nurse.get(page)).text
    assert "s’est opposé au bris de glace" in shown
    assert re.findall(r'<option value="(\w+)"', shown) == ["vital", "request", "regulation"]
    sent = {"jeton": token_of(shown), "raison": "continuity", "motif": MOTIVE}
    refused = await nurse.post(page, data=sent)
    assert refused.status_code == 403
    assert "Le patient s’oppose au bris de glace pour ce motif" in refused.text
    assert (await nurse.get("/patients/oppose")).headers["location"] == page
    assert (await nurse.post(page, data=sent | {"raison": "vital"})).status_code == 303
    assert (await nurse.get("/patients/oppose")).status_code == 200


async def test_what_one_comes_for_narrows_what_is_seen_until_one_says_otherwise(
    enter: Entrance, site: Site
) -> None:
    """Guards: a purpose that is written in traces and changes nothing else; one that is not the
    role's."""
    clerk = await enter("clerk")
    page = await clerk.get("/moi/securite")
    assert "Finalité" in page.text
    token = token_of(page.text)
    documents = "/patients/aubin/documents/d-lettre"
    assert (await clerk.get(documents)).status_code == 200
    for purpose, status in (("ETREAT", 422), ("HPAYMT", 422), ("HRESCH", 303)):
        sent = {"jeton": token, "finalite": purpose}
        answer = await clerk.post("/moi/securite/finalite", data=sent)
        assert answer.status_code == status, purpose
    assert (await clerk.get(documents)).status_code in (303, 403, 404)
    shown = await clerk.get("/patients/aubin")
    assert '<span class="tag">recherche</span>' in shown.text
    notice = shown.text[shown.text.index("Vos droits ne montrent pas de ce dossier") :]
    assert "documents" in notice.partition("</p>")[0]
    kept = [one.entry for one in await site.ledger.recent(5) if one.entry.context.actor == "clerk"]
    assert {one.purpose for one in kept[:1]} == {"HRESCH"}
    await clerk.post("/moi/securite/finalite", data={"jeton": token, "finalite": "TREAT"})
    assert (await clerk.get(documents)).status_code == 200
    physician = await enter("physician")
    assert "Vous consultez pour" not in (await physician.get("/moi/securite")).text
