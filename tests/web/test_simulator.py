"""The simulator: what may this person do, who may read this, and why; and what it tells to whom."""

import re
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import httpx
import msgspec
import pytest
from tests.web import record
from tests.web.conftest import NOW, PASSWORD, Entrance, Site, plain, token_of

from hygie.access.circle.reader import Circles
from hygie.access.lifecycle.facts import facts_of
from hygie.access.simulating import Simulating

PAGE = "/droits/simulateur"
IDENTITY = ("ARCANGUES", "Aubin", "1951")
MOTIVE = "Garde des urgences, patient inconscient"


@pytest.fixture
def caring(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """The accounts of this site have circles."""
    circles = Circles(site.store, site.access.rights, lambda: NOW)
    made = Simulating(site.keyring.reference, circles, site.access.glass)
    monkeypatch.setattr(site.access, "simulating", made)


async def dim(site: Site, enter: Entrance) -> httpx.AsyncClient:
    """Who reads all records, and may ask."""
    if not [one for one in await site.access.list_accounts() if one.name == "dim"]:
        await site.access.create_account("dim", "Dr Dim", "medical-information", PASSWORD)
    return await enter("dim")


async def quimper(site: Site) -> None:
    """A patient whose name no other test gives."""
    await site.repository.update(
        site.context, "Patient", "simule",
        {
            "resourceType": "Patient", "id": "simule", "birthDate": "1960-03-04",
            "identifier": [{"system": "urn:oid:1.2.3", "value": "80777001"}],
            "name": [{"use": "official", "family": "QUIMPER", "given": ["Anne"]}],
        },
    )  # fmt: skip


async def ask(browser: httpx.AsyncClient, **typed: str) -> httpx.Response:
    token = token_of((await browser.get(PAGE)).text)
    return await browser.post(PAGE, data={"jeton": token, **typed})


async def test_people_and_patients_are_named_and_the_address_says_neither(
    enter: Entrance, site: Site
) -> None:
    """Guards: a tool that only whoever knows technical ids can use; a name or a birth date in an
    address, which is kept in logs and histories."""
    await quimper(site)
    auditor = await enter("auditor")
    for typed in (
        {"nom": "quimper", "naissance": "040360"},
        {"identifiant": "80777001"}, {"naissance": "04/03/1960", "nom": "qui"},
        {"adresse": "https://hygie.example/patients/simule/resultats?x=1"},
    ):  # fmt: skip
        answer = await ask(auditor, question="dossier", personne="COMPTE physician", **typed)
        assert answer.status_code == 303, answer.text
        query = parse_qs(urlsplit(answer.headers["location"]).query)
        assert query == {"question": ["dossier"], "compte": ["physician"], "patient": ["simule"]}
        assert (await auditor.get(answer.headers["location"])).status_code == 200


async def test_what_somebody_may_do_is_told_with_rule_and_care(
    enter: Entrance, site: Site, caring: None
) -> None:
    """Guards: a refusal or a right without its reason; a question about a patient that leaves no
    trace on their record."""
    await site.repository.update(
        site.context, "Organization", "uf-med",
        {"resourceType": "Organization", "id": "uf-med", "name": "Médecine polyvalente"},
    )  # fmt: skip
    stay = record.encounters()[0] | {
        "id": "sejour-sim", "serviceProvider": {"reference": "Organization/uf-med"}
    }  # fmt: skip
    await site.repository.update(site.context, "Encounter", "sejour-sim", stay)
    nurse = await site.access.create_account("ines", "Inès Leroy", "nurse", PASSWORD)
    shown = facts_of(nurse)
    wanted = msgspec.structs.replace(shown, units=("Organization/uf-med",))
    await site.access.lifecycle.change("ines", wanted, shown=shown, by=site.context)
    auditor = await enter("auditor")
    address = f"{PAGE}?question=dossier&compte=ines&patient=aubin"
    answer = plain((await auditor.get(address)).text)
    assert "Infirmier, infirmière : patient de son unité depuis le 18/11/2026." in answer
    assert "Lien de soins : Médecine polyvalente, accès depuis le 18 nov. 2026." in answer
    assert "Dossier clinique — lire, créer, modifier : ses patients" in answer
    assert "roles.nurse.rights.clinical team.unit" in answer
    assert "aucun droit de faire cela sur ce type de donnée" in answer
    kept = (await site.ledger.recent(1))[0].entry
    assert (kept.action, kept.context.actor, kept.detail) == (
        "simulate", "auditor", "question=dossier&compte=ines&patient=aubin"
    )  # fmt: skip
    assert kept.patient == site.keyring.reference("Patient", "aubin")
    before = plain((await auditor.get(f"{address}&moment=2026-11-24T10:00")).text)
    assert "patient de son unité depuis le 18/11/2026" in before
    later = plain((await auditor.get(f"{PAGE}?question=lecteurs&patient=aubin")).text)
    assert "Inès Leroy" in later


async def test_who_may_read_is_counted_with_reasons_those_who_may_first(
    enter: Entrance, site: Site
) -> None:
    """Guards: a list that leaves out somebody who reads; refusals that hide them."""
    browser = await dim(site, enter)
    address = f"{PAGE}?question=lecteurs&patient=aubin&type=Observation&action=r"
    answer = (await browser.get(address)).text
    assert re.search(r"\d+ comptes? sur \d+ peu", answer)
    assert "Compte physician" in answer
    assert "Compte nurse" not in answer
    everybody = plain((await browser.get(f"{address}&refus=1")).text)
    assert everybody.index("Compte physician") < everybody.index("Compte nurse")
    assert "n’est pas dans son équipe de soins" in everybody
    supposed = plain((await browser.get(f"{address}&glace=supposed")).text)
    assert "Compte nurse" in supposed
    assert "dossier ouvert par bris de glace" in supposed


async def test_another_purpose_is_answered_for(enter: Entrance) -> None:
    """Guards: a record that is said to be readable for research because it is for care."""
    auditor = await enter("auditor")
    address = f"{PAGE}?question=lecteurs&patient=aubin&type=DocumentReference&refus=1"
    care = plain((await auditor.get(address)).text)
    other = plain((await auditor.get(f"{address}&finalite=HPAYMT")).text)
    assert "finalité (HPAYMT)" in other
    assert "finalité (" not in care
    assert "0 compte sur" in other


async def test_a_record_that_is_open_by_bris_de_glace_is_told(enter: Entrance, site: Site) -> None:
    """Guards: « personne ne peut lire » while somebody reads by a glass that is broken."""
    await site.repository.update(
        site.context, "Patient", "verre", {"resourceType": "Patient", "id": "verre"}
    )
    nurse = next(one for one in await site.access.list_accounts() if one.name == "nurse")
    context = msgspec.structs.replace(site.context, actor="nurse", kind="account")
    made = await site.access.glass.break_(
        context, nurse, "verre", "vital", MOTIVE, opposed=frozenset()
    )
    auditor = await enter("auditor")
    during = (made.opened + timedelta(hours=2)).astimezone(site.store.zone)
    after = during + timedelta(hours=3)
    address = f"{PAGE}?question=dossier&compte=nurse&patient=verre&moment="
    for at, glass, rule in (
        (during, "", True), (during, "&glace=none", False), (after, "", False),
    ):  # fmt: skip
        answer = (await auditor.get(f"{address}{at:%Y-%m-%dT%H:%M}{glass}")).text
        assert ("team.break-glass" in answer) == rule, (at, glass)
    await site.access.glass.close(context, nurse, "verre")


async def test_a_pasted_resource_is_the_one_that_is_answered_about(
    enter: Entrance, site: Site
) -> None:
    """Guards: « en partie » for a biologist, of one result that is or is not of the laboratory."""
    await site.access.create_account("bio", "Dr Bio", "biologist", PASSWORD)
    browser = await dim(site, enter)
    found = {}
    for id_, category in (("labo", "laboratory"), ("pouls", "vital-signs")):
        made = record.results()[0] | {
            "id": id_, "category": [{"coding": [{"code": category}]}]
        }  # fmt: skip
        await site.repository.update(site.context, "Observation", id_, made)
        sent = await ask(
            browser, question="lecteurs", adresse=f"https://x/fhir/Observation/{id_}", action="r"
        )
        assert sent.status_code == 303, sent.text
        assert f"ressource={id_}" in sent.headers["location"]
        found[id_] = "Dr Bio" in (await browser.get(sent.headers["location"])).text
    assert found == {"labo": True, "pouls": False}


async def test_an_administrator_learns_of_no_patient(enter: Entrance, site: Site) -> None:
    """Guards: an administrator who finds out by the simulator who is a patient here, or who cares
    for them: for one who is there and one who is not, he is answered the same."""
    administrator = await enter("administrator")
    page = (await administrator.get(PAGE)).text
    assert 'name="identifiant"' not in page
    assert 'name="situation"' in page
    answers = set()
    for patient in ("aubin", "personne"):
        for question in ("dossier&compte=nurse", "lecteurs"):
            answer = await administrator.get(f"{PAGE}?question={question}&patient={patient}")
            assert answer.status_code == 422
            assert "posez la question pour une situation" in plain(answer.text)
            assert not [word for word in IDENTITY if word in answer.text]
            answers.add((question, plain(answer.text)))
    assert len(answers) == 2
    sent = await ask(
        administrator, question="dossier", personne="nurse", patient="aubin", nom="aub",
        adresse="/patients/aubin", situation="team",
    )  # fmt: skip
    assert "patient=" not in sent.headers["location"]
    told = plain((await administrator.get(sent.headers["location"])).text)
    assert "Supposé : un patient de son unité" in told
    assert "patient de son unité depuis le" in told
    kept = (await site.ledger.recent(1))[0].entry
    assert (kept.action, kept.patient) == ("simulate", 0)


async def test_who_sees_some_records_asks_about_those_alone(
    enter: Entrance, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Guards: a role of the house that simulates, reads its unit's records, and would learn here
    who is cared for elsewhere."""
    nurse = msgspec.structs.replace(
        site.access.rights.roles["nurse"],
        capabilities=site.access.rights.roles["nurse"].capabilities | {"simulate_rights"},
    )
    monkeypatch.setitem(site.access.rights.roles, "nurse", nurse)  # type: ignore[arg-type]
    browser = await enter("nurse")
    answer = await browser.get(f"{PAGE}?question=lecteurs&patient=aubin")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/patients/aubin/bris-de-glace"
    unknown = await browser.get(f"{PAGE}?question=lecteurs&patient=personne")
    assert unknown.status_code == 422
    pasted = await ask(browser, question="lecteurs", adresse="Observation/r-2823-3-5")
    absent = await ask(browser, question="lecteurs", adresse="Observation/rien")
    assert (pasted.status_code, absent.status_code) == (422, 422)
    assert plain(pasted.text).replace("r-2823-3-5", "rien") == plain(absent.text)


async def test_who_is_meant_is_asked_when_several_are(enter: Entrance, site: Site) -> None:
    """Guards: an answer about somebody else of the same name."""
    await quimper(site)
    twin = {"resourceType": "Patient", "id": "jumelle", "name": [{"family": "QUIMPERLÉ"}]}
    await site.repository.update(site.context, "Patient", "jumelle", twin)
    auditor = await enter("auditor")
    several = await ask(auditor, question="dossier", personne="compte", nom="quimp")
    assert several.status_code == 200
    assert "comptes portent ce nom" in several.text
    assert 'name="patient" value="simule"' in several.text
    assert 'name="patient" value="jumelle"' in several.text
    assert " checked" not in several.text
    chosen = await ask(auditor, question="dossier", compte="nurse", patient="aubin")
    assert chosen.status_code == 303
    assert "compte=nurse" in chosen.headers["location"]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({}, "Dites de qui"),
        ({"personne": "zzz", "nom": "aub"}, "Aucun compte ne porte ce nom"),
        ({"personne": "nurse"}, "Dites de quel patient"),
        ({"personne": "nurse", "nom": "zzzz"}, "Aucun patient que vous puissiez chercher"),
        ({"personne": "nurse", "nom": "z"}, "au moins deux lettres"),
        ({"personne": "nurse", "naissance": "31/02/1951"}, "Cette date n’existe pas"),
        ({"personne": "nurse", "adresse": "<script>"}, "n’est ni celle d’un dossier"),
        ({"personne": "nurse", "adresse": "Practitioner/x"}, "Rien que vous puissiez voir"),
        ({"personne": "nurse", "patient": "<script>"}, "n’est pas comprise : le patient"),
        ({"moment": "demain"}, "n’est pas comprise : le moment"),
        ({"glace": "toujours"}, "n’est pas comprise : le bris de glace"),
    ],
)
async def test_what_is_missing_or_wrong_is_said(
    enter: Entrance, typed: dict[str, str], said: str
) -> None:
    """Guards: an answer to another question than was asked; a refusal that helps nobody."""
    auditor = await enter("auditor")
    refused = await ask(auditor, question="dossier", **typed)
    assert refused.status_code == 422
    assert said in plain(refused.text)
    assert "<script>" not in refused.text.replace("&lt;script&gt;", "")


async def test_an_address_that_was_spoilt_is_not_answered_as_another(enter: Entrance) -> None:
    """Guards: a kept address, cut in a mail, that is answered for now instead of for then."""
    auditor = await enter("auditor")
    base = f"{PAGE}?question=lecteurs&patient=aubin"
    for spoilt in ("&moment=2026-02-31T10:00", "&type=Resultat", "&action=x", "&glace=oui"):
        assert (await auditor.get(base + spoilt)).status_code == 422, spoilt
    for page in ("0", "-1", "999999999999999999999", "x"):
        assert (await auditor.get(f"{base}&page={page}")).status_code == 200


async def test_who_cannot_come_in_is_left_out(enter: Entrance, site: Site) -> None:
    """Guards: a person who left, and is still said to have a right to read."""
    left = await site.access.create_account("ancien", "Compte ancien", "physician", PASSWORD)
    shown = facts_of(left)
    wanted = msgspec.structs.replace(shown, until=NOW - timedelta(days=1))
    await site.access.lifecycle.change("ancien", wanted, shown=shown, by=site.context)
    auditor = await enter("auditor")
    answer = plain((await auditor.get(f"{PAGE}?question=lecteurs&patient=aubin&refus=1")).text)
    assert "Compte physician" in answer
    assert "Compte ancien" not in answer
    closed = await auditor.get(f"{PAGE}?question=dossier&compte=ancien&patient=aubin")
    assert "Ce compte n’ouvre rien à ce moment" in plain(closed.text)
