"""The auditor's pages: who looked at what is found, and nothing of what they saw."""

import csv
import io
import json
from datetime import timedelta

import pytest
import pytest_asyncio
from tests.web.conftest import NOW, Entrance, Site, plain, token_of

from hygie.access import Access
from hygie.ledger import Ledger
from hygie.trace import AuditEntry, Context

ALICE = Context("alice.martin", "account", role="physician", address="10.9.8.7")
RECORD = "aubin"
PATIENTS = 45


@pytest_asyncio.fixture(loop_scope="session", autouse=True)
async def kept(site: Site) -> Ledger:
    """What Alice did lately: one patient's record, a refusal, a broken glass, and a whole ward."""
    keyring, now = site.store.keyring, NOW - timedelta(days=1)
    past = Ledger(site.store.pool, keyring, clock=lambda: now)
    key = keyring.reference("Patient", RECORD)
    about = {"type": "Observation", "patient": key, "detail": "Observation/secret-glucose"}
    await past.record(AuditEntry(context=ALICE, action="read", reason="circle.unit", **about))
    await past.record(
        AuditEntry(context=ALICE, action="read", reason="team.break-glass", type="Condition",
                   patient=key)
    )  # fmt: skip
    await past.record(
        AuditEntry(context=ALICE, action="refused", outcome="refused", reason="web.not-permitted")
    )
    for number in range(PATIENTS):
        await past.record(AuditEntry(context=ALICE, action="read", patient=1_000 + number))
    return past


async def test_an_actor_s_acts_are_found_with_role_place_and_reason(enter: Entrance) -> None:
    """Guards: an auditor who cannot tell by what right, and from where."""
    text = plain((await (await enter("auditor")).get("/traces?acteur=alice.martin")).text)
    for told in ("physician", "10.9.8.7", "circle.unit", "team.break-glass", "refusé", "résultats"):
        assert told in text, told
    assert "secret-glucose" not in text


@pytest.mark.parametrize(
    ("query", "there", "away"),
    [
        ("refus=1&acteur=alice.martin", "demande refusée", "consultation"),
        ("acte=connexion&acteur=alice.martin", "Aucune trace", "consultation"),
        ("du=2026-11-22&acteur=alice.martin", "Aucune trace", "10.9.8.7"),
        ("du=2026-11-21&au=2026-11-21&acteur=alice.martin", "10.9.8.7", "Aucune trace"),
        ("acteur=personne", "Aucune trace", "alice.martin"),
    ],
)
async def test_a_filter_narrows(enter: Entrance, query: str, there: str, away: str) -> None:
    """Guards: a filter that is shown and not applied."""
    page = (await (await enter("auditor")).get(f"/traces?{query}")).text
    table = plain(page[page.index("titre-lignes") : page.index("titre-export")])
    assert there in table
    assert away not in table


async def test_odd_filters_break_nothing(enter: Entrance) -> None:
    """Guards: a page that fails for what somebody typed."""
    browser = await enter("auditor")
    for query in ("du=x&au=9999-12-31", "du=0001-01-01", "avant=-1", "acte=x", "acteur=%00%27",
                  "avant=99999999999999999999"):  # fmt: skip
        assert (await browser.get(f"/traces?{query}")).status_code == 200, query
    assert (await browser.get("/traces?patient=a/b")).status_code == 404


async def test_what_stands_out_is_shown_with_why(enter: Entrance) -> None:
    """Guards: a ward copied out in an hour that nobody notices."""
    text = plain((await (await enter("auditor")).get("/traces/inhabituelles")).text)
    assert "Beaucoup de dossiers en une heure" in text
    assert "dossiers en une heure ; le seuil est de 40." in text
    assert "Bris de glace" in text


@pytest.mark.parametrize("role", ["physician", "technician", "administrator"])
async def test_only_auditors_come_in(enter: Entrance, role: str) -> None:
    """Guards: colleagues who read who read what."""
    browser = await enter(role)
    for path in ("/traces", "/traces/inhabituelles"):
        assert (await browser.get(path)).status_code == 403
    token = token_of((await browser.get("/terminologie")).text)
    for path in ("/traces/patient", "/traces/export"):
        assert (await browser.post(path, data={"jeton": token})).status_code == 403


async def test_a_patient_is_found_by_identity_and_no_record_is_opened(
    enter: Entrance, site: Site
) -> None:
    """Guards: an auditor who must open records to audit them; names in addresses."""
    browser = await enter("auditor")
    token = token_of((await browser.get("/traces")).text)
    form = {"jeton": token, "nom": "aub"}
    answer = await browser.post("/traces/patient", data=form)
    assert answer.status_code == 200
    assert "/traces?patient=" in answer.text
    assert 'href="/patients/' not in answer.text
    acts = [record.entry for record in await site.ledger.recent(2)]
    assert [(e.context.actor, e.action) for e in acts] == [
        ("auditor", "read-audit"), ("audit", "search"),
    ]  # fmt: skip
    assert acts[0].context.request == acts[1].context.request


async def test_reading_is_traced(enter: Entrance, site: Site) -> None:
    """Guards: auditors whom nobody audits."""
    await (await enter("auditor")).get("/traces?acteur=alice.martin&refus=1")
    (latest,) = await site.ledger.recent(1)
    assert (latest.entry.action, latest.entry.context.actor) == ("read-audit", "auditor")
    assert latest.entry.detail == "acteur=alice.martin&refus=1"


async def test_an_export_holds_what_was_asked_for_and_is_traced(
    enter: Entrance, site: Site
) -> None:
    """Guards: a file with less than the page, or one that nobody knows to have left."""
    browser = await enter("auditor")
    token = token_of((await browser.get("/traces")).text)
    asked = {"jeton": token, "acteur": "alice.martin", "au": "2026-11-21"}
    answer = await browser.post("/traces/export", data=asked | {"forme": "csv"})
    assert "attachment" in answer.headers["content-disposition"]
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))
    events = await browser.post("/traces/export", data=asked | {"forme": "ndjson"})
    lines = [json.loads(line) for line in events.text.splitlines()]
    assert len(rows) - 1 == len(lines)
    assert len(lines) >= PATIENTS + 3
    assert {line["resourceType"] for line in lines} == {"AuditEvent"}
    (latest,) = await site.ledger.recent(1)
    assert (latest.entry.action, latest.entry.count) == ("export-audit", len(lines))


async def test_an_export_asks_anew_who_is_there(
    enter: Entrance, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Guards: all traces taken away from a workstation that was left open."""
    browser = await enter("auditor")
    token = token_of((await browser.get("/traces")).text)
    monkeypatch.setattr(Access, "proven_lately", lambda *_: False)
    answer = await browser.post("/traces/export", data={"jeton": token})
    assert "content-disposition" not in answer.headers
    assert "alice.martin" not in answer.text
