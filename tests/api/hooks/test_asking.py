"""Guards decision support: what is told is the patient's, and what the asker may see."""

import json
from typing import Any
from uuid import uuid4

import httpx
import pytest
from tests.api.hooks.conftest import (
    ADDRESS,
    ALLERGY,
    PATIENT,
    Ask,
    claims,
    observation,
    question,
    signed,
    software,
)
from tests.api.smart.conftest import ADMIN, ISSUER, Flow

from hygie.access import Access
from hygie.access.smart.model import Application
from hygie.limits.hooks import MAX_HOOK_BYTES, MAX_SUMMARY_CHARACTERS

ELSEWHERE = "https://autre.example/fhir"
pytestmark = pytest.mark.usefixtures("record")


def summaries(answer: httpx.Response) -> list[str]:
    assert answer.status_code == 200, answer.text
    return [card["summary"] for card in answer.json()["cards"]]


def rule(answer: httpx.Response) -> str:
    return str(answer.json()["issue"][0]["details"]["coding"][0]["code"])


async def test_discovery_tells_what_there_is(hooks: httpx.AsyncClient) -> None:
    """Guards: a client that cannot find the service, or prefetches something else."""
    answer = await hooks.get("/cds-services")
    assert answer.headers["content-type"] == "application/json"
    (service,) = answer.json()["services"]
    assert service["hook"] == "patient-view"
    assert service["id"] == "reperes-dossier"
    assert service["prefetch"]["patient"] == "Patient/{{context.patientId}}"
    assert service["description"]


async def test_a_record_is_told(ask: Ask) -> None:
    """Guards: a critical result or an allergy that nobody is told of; cards out of form."""
    answer = await ask(question())
    found = summaries(answer)
    assert found[0].startswith("1 résultat critique depuis 72 h : Essai 2823-3 6,8")
    assert "Allergies : Pénicilline (risque élevé)" in found
    assert any("INS ne peut pas être utilisée" in one for one in found)
    cards = answer.json()["cards"]
    assert [card["indicator"] for card in cards] == ["critical", "warning", "warning"]
    assert len({card["uuid"] for card in cards}) == 3
    for card in cards:
        assert card["source"]["label"]
        assert 0 < len(card["summary"]) <= MAX_SUMMARY_CHARACTERS
        assert card["links"] == [{
            "label": "Ouvrir le dossier dans Hygie", "url": f"{ISSUER}/patients/p1",
            "type": "absolute",
        }]  # fmt: skip


async def test_the_asking_is_on_record(
    ask: Ask, machine: Application, trail: Any, store: Any
) -> None:
    """Guards: a record that was told of without a trace of to whom."""
    answer = await ask(question())
    (entry,) = [one for one in trail.entries if one.action == "advise"]
    assert entry.context.actor == machine.id
    assert entry.patient == store.keyring.reference("Patient", "p1")
    assert "for Practitioner/dr" in entry.detail
    assert all(card["uuid"] in entry.detail for card in answer.json()["cards"])


async def test_a_patient_unseen_is_as_one_that_never_was(access: Access, ask: Ask) -> None:
    """Guards: ids of records that are found out by asking for support."""
    narrow = software(scope="system/Patient.rs?gender=female system/Observation.rs")
    found, _ = await access.smart.registry.create(narrow, by=ADMIN)
    given = [
        await ask(question(who), signed(claims(found.id))) for who in ("p1", "nobody")
    ]  # fmt: skip
    assert [one.status_code for one in given] == [412, 412]
    assert given[0].json() == given[1].json()
    assert rule(given[0]) == "hooks.patient"


async def test_no_right_to_patients_is_refused(access: Access, ask: Ask, trail: Any) -> None:
    """Guards: support given to an application that may read nothing; and no trace of it."""
    narrow = software(scope="system/Observation.rs")
    found, _ = await access.smart.registry.create(narrow, by=ADMIN)
    answer = await ask(question(), signed(claims(found.id)))
    assert (answer.status_code, rule(answer)) == (403, "access.scope")
    entry = trail.entries[-1]
    assert (entry.action, entry.outcome, entry.context.actor) == ("refused", "refused", found.id)


async def test_what_is_hidden_is_not_told_as_absent(access: Access, ask: Ask) -> None:
    """Guards: no card about allergies taken for « no allergy »."""
    narrow = software(scope="system/Patient.rs")
    found, _ = await access.smart.registry.create(narrow, by=ADMIN)
    told = summaries(await ask(question(), signed(claims(found.id))))
    assert not any("Pénicilline" in one or "critique depuis" in one for one in told)
    assert any("ne dit rien des allergies ni des résultats critiques" in one for one in told)


async def test_a_person_s_token_sees_what_the_person_does(flow: Flow, ask: Ask) -> None:
    """Guards: an application that learns of another patient than the one it was opened on."""
    token = (await flow.granted())["access_token"]
    told = summaries(await ask(question(fhirServer=None), token))
    assert any("Pénicilline" in one for one in told)
    other = await ask(question("p2"), token)
    assert (other.status_code, rule(other)) == (412, "hooks.patient")


async def test_ids_of_another_house_are_not_taken_for_ours(ask: Ask) -> None:
    """Guards: the allergies of a patient of ours told of another's who has the same id."""
    for server in (ELSEWHERE, None):
        answer = await ask(question(fhirServer=server))
        assert (answer.status_code, rule(answer)) == (412, "hooks.prefetch")
    sent = {"patient": PATIENT, "allergies": None, "results": bundle(observation("x", 5, "LL"))}
    answer = await ask(question(fhirServer=ELSEWHERE, prefetch=sent))
    told = summaries(answer)
    assert any("critique depuis" in one for one in told)
    assert not any("Pénicilline" in one for one in told)
    assert all("links" not in card for card in answer.json()["cards"])


async def test_what_was_sent_is_taken(ask: Ask) -> None:
    """Guards: prefetched data that is ignored, or that failed and is read as « nothing »."""
    failed = {"resourceType": "OperationOutcome"}
    told = summaries(await ask(question(prefetch={"allergies": failed, "results": None})))
    assert any("Pénicilline" in one for one in told)
    assert not any("critique depuis" in one for one in told)


@pytest.mark.parametrize(
    "sent",
    [
        {"patient": {"resourceType": "Patient", "id": "p2"}},
        {"allergies": {**ALLERGY, "patient": {"reference": "Patient/p2"}}},
        {"allergies": {**ALLERGY, "patient": {"reference": "https://x.example/fhir/Patient/p2"}}},
        {"results": {"resourceType": "Bundle", "entry": [{"fullUrl": "x"}]}},
        {"results": {"resourceType": "Bundle", "entry": 5}},
        {"results": []},
    ],
)
async def test_what_was_sent_is_about_the_patient(ask: Ask, sent: Any) -> None:
    """Guards: one patient's data shown on the record of another."""
    answer = await ask(question(prefetch=sent))
    assert (answer.status_code, rule(answer)) == (400, "hooks.request")


async def test_what_is_unreadable_in_what_was_sent_says_nothing(ask: Ask) -> None:
    """Guards: a fault of the house because of a resource that is none."""
    odd = {"resourceType": "Observation", "subject": 5, "code": [], "effectiveDateTime": {}}
    sent = {"results": bundle(odd, {"resourceType": "Observation"}), "allergies": None}
    assert (await ask(question(prefetch=sent))).status_code == 200


@pytest.mark.parametrize(
    "changed",
    [
        {"hook": "order-sign"},
        {"hook": None},
        {"hookInstance": "1"},
        {"context": {"patientId": "p1"}},
        {"context": {"userId": "Practitioner/dr", "patientId": "../p1"}},
        {"context": {"userId": "Practitioner/dr", "patientId": "p1\n"}},
        {"context": {"userId": "Device/x", "patientId": "p1"}},
        {"context": None},
        {"fhirServer": 5},
        {"fhirServer": None, "fhirAuthorization": {
            "access_token": "x", "token_type": "Bearer", "expires_in": 5, "scope": "x",
            "subject": "x"}},
        {"prefetch": []},
    ],
)  # fmt: skip
async def test_a_question_out_of_form_is_refused(ask: Ask, changed: dict[str, Any]) -> None:
    """Guards: support about nobody knows whom."""
    answer = await ask(question(**changed))
    assert answer.status_code == 400, answer.text
    assert rule(answer) in {"hooks.request", "hooks.hook"}


@pytest.mark.parametrize(
    ("raw", "status"),
    [(b"", 400), (b"{", 400), (b"[" * 5000, 400), (b"null", 400), (b'"\xff"', 400),
     (b" " * (MAX_HOOK_BYTES + 1), 413)],
)  # fmt: skip
async def test_what_is_no_question_is_refused(ask: Ask, raw: bytes, status: int) -> None:
    """Guards: a fault, or the memory of the house, for what anybody may send."""
    assert (await ask(raw)).status_code == status


async def test_paths_methods_and_types(hooks: httpx.AsyncClient, ask: Ask) -> None:
    """Guards: an answer that tells developers something else than what is wrong."""
    assert (await ask(question(), path="/cds-services/other")).status_code == 404
    assert (await ask(question(), path="/cds-services/other/feedback")).status_code == 404
    assert (await ask(question(), path="/cds-services/reperes-dossier/x")).status_code == 404
    assert (await hooks.get(ADDRESS)).status_code == 405
    assert (await hooks.post("/cds-services")).status_code == 405
    text = {"Authorization": f"Bearer {signed(claims('x'))}", "Content-Type": "text/plain"}
    assert (await hooks.post(ADDRESS, headers=text)).status_code == 401


async def test_feedback_is_kept_with_the_traces(ask: Ask, machine: Application, trail: Any) -> None:
    """Guards: what users say of a card that is lost, or that nobody can tell whose it is."""
    path = "/cds-services/reperes-dossier/feedback"
    card = str(uuid4())
    one = {
        "card": card, "outcome": "overridden", "outcomeTimestamp": "2026-11-20T00:00:00Z",
        "overrideReason": {"reason": {"code": "known", "system": "urn:x"}, "userComment": "Connu"},
    }  # fmt: skip
    answer = await ask({"feedback": [one]}, path=path)
    assert answer.status_code == 200, answer.text
    entry = trail.entries[-1]
    assert (entry.action, entry.context.actor) == ("advice-feedback", machine.id)
    assert all(word in entry.detail for word in (card, "overridden", "urn:x|known", "Connu"))


@pytest.mark.parametrize(
    "changed",
    [
        {"outcome": "liked"},
        {"outcome": "accepted"},
        {"card": "1"},
        {"outcomeTimestamp": "yesterday"},
        {"overrideReason": {"userComment": "x" * 1001}},
    ],
)
async def test_feedback_out_of_form_is_refused(ask: Ask, changed: dict[str, Any]) -> None:
    """Guards: traces filled with what means nothing."""
    good = {
        "card": str(uuid4()), "outcome": "overridden", "outcomeTimestamp": "2026-11-20T00:00:00Z"
    }  # fmt: skip
    path = "/cds-services/reperes-dossier/feedback"
    answer = await ask({"feedback": [good, {**good, **changed}]}, path=path)
    assert (answer.status_code, rule(answer)) == (400, "hooks.request")
    assert (await ask({"feedback": []}, path=path)).status_code == 400
    assert (await ask({"feedback": [good] * 51}, path=path)).status_code == 400


async def test_markup_of_a_record_stays_text(ask: Ask) -> None:
    """Guards: a name in a record that becomes a link or an image where cards are shown."""
    name = "![x](https://evil.example/x.png) <b>www.evil.example</b>"
    sent = {"allergies": {**ALLERGY, "code": {"text": name}}}
    answer = await ask(question(prefetch=sent))
    (detail,) = [c["detail"] for c in answer.json()["cards"] if "Allergies" in c["summary"]]
    assert "https://" not in detail
    assert "\\!\\[x\\]\\(" in detail
    assert "\\<b\\>www\\.evil" in detail


def bundle(*resources: Any) -> dict[str, Any]:
    entries = [{"resource": resource} for resource in resources]
    return {"resourceType": "Bundle", "type": "searchset", "entry": json.loads(json.dumps(entries))}
