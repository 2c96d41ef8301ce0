"""Nomenclatures browsed, local codes mapped: the pages, as a technician uses them."""

import re

from tests.web.conftest import Page, token_of

GENDER = "http://hl7.org/fhir/administrative-gender"
LOCAL = "urn:oid:1.2.250.1.999"


async def test_nomenclatures_are_found_by_name(enter):
    """Danger: what is there cannot be found by those who need it."""
    browser = await enter("physician")
    page = await browser.get("/terminologie", params={"q": "administrative gender"})
    assert page.status_code == 200
    assert "AdministrativeGender" in page.text
    nothing = await browser.get("/terminologie", params={"q": "zzzz"})
    assert "Rien de ce nom" in nothing.text
    sets = await browser.get("/terminologie", params={"genre": "jeux", "q": "gender"})
    assert "/terminologie/jeu?" in sets.text


async def test_a_code_shows_its_place_and_its_names(enter):
    """Danger: a code is read without what it is a kind of."""
    browser = await enter("technician")
    page = await browser.get("/terminologie/nomenclature", params={"url": GENDER, "code": "male"})
    assert page.status_code == 200
    assert "Male" in Page(page.text).text
    unknown = await browser.get("/terminologie/nomenclature", params={"url": "urn:none"})
    assert unknown.status_code == 404


async def test_a_value_set_lists_its_codes_and_says_why_it_cannot(enter):
    """Danger: a set whose nomenclature is not here looks empty."""
    browser = await enter("technician")
    url = "http://hl7.org/fhir/ValueSet/administrative-gender"
    page = await browser.get("/terminologie/jeu", params={"url": url})
    assert "female" in page.text
    filtered = await browser.get("/terminologie/jeu", params={"url": url, "q": "fem"})
    assert "female" in filtered.text
    assert "unknown" not in Page(filtered.text).text


async def test_mapping_is_for_technicians(enter):
    """Danger: a record's reader changes what codes mean for everybody."""
    assert (await (await enter("physician")).get("/correspondances")).status_code == 403
    page = await (await enter("technician")).get("/correspondances")
    assert "Compter les codes" in page.text or "Recompter" in page.text


async def test_a_local_code_is_counted_decided_applied_and_undone(enter, site):
    """Danger: a step of the way has no button, or does not do what it says."""
    browser = await enter("technician")
    mappings = site.mappings

    async def act(path, back="/correspondances", **fields):
        token = token_of((await browser.get(back)).text)
        answer = await browser.post(path, data={"jeton": token, **fields})
        assert answer.status_code == 303, answer.text
        return answer

    observation = {
        "resourceType": "Observation", "status": "final",
        "code": {"coding": [{"system": LOCAL, "code": "SEXE", "display": "male"}]},
    }  # fmt: skip
    await site.repository.create(site.context, observation)
    await act("/correspondances")
    await mappings.history.do(await mappings.runs.take())
    listed = await browser.get("/correspondances")
    [link] = re.findall(r'href="(/correspondances/code\?[^"]*SEXE[^"]*)"', listed.text)
    link = link.replace("&amp;", "&")
    named = {"systeme": LOCAL, "code": "SEXE", "cible": GENDER}
    page = await browser.get("/correspondances/code", params={**named, "q": "male"})
    assert page.status_code == 200
    await act("/correspondances/code", **named, choix="male", action="choisir")
    decided = await browser.get(link)
    assert "veut dire la même chose" in decided.text
    for action, changed in (("ajouter", 1), ("retirer", 1)):
        await act("/correspondances/historique", **named, action=action)
        await mappings.history.do(await mappings.runs.take())
        assert (await mappings.latest())[0].changed == changed
    await act("/correspondances/code", **named, action="retirer")
    assert "Décidé" not in Page((await browser.get(link)).text).text


async def test_a_decision_without_a_code_is_refused_in_words(enter):
    """Danger: a form that was sent half empty decides something."""
    browser = await enter("technician")
    token = token_of((await browser.get("/correspondances")).text)
    fields = {"jeton": token, "systeme": "urn:none", "code": "X", "cible": GENDER}
    answer = await browser.post("/correspondances/code", data=fields)
    assert answer.status_code == 404
