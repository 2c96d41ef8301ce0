"""Traces asked for as AuditEvents, by those who have the right and those who have not."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from tests.api.conftest import Asking

from hygie.api import Rooms
from hygie.fhir.validate import base_validator
from hygie.ledger import Ledger
from hygie.refusal import has_errors
from hygie.trace import AuditEntry, Context

START = datetime(2026, 11, 1, tzinfo=UTC)
ALICE = Context("alice", "account", role="physician", address="10.0.0.1")
BOB = Context("bob", "account", role="nurse")
PATIENTS = ("p1", "p2")


class Clock:
    """A day later at each entry."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        self.now += timedelta(days=1)
        return self.now


@pytest.fixture
async def client(asking: Asking) -> AsyncIterator[httpx.AsyncClient]:
    async with asking("system/AuditEvent.rs") as client:
        yield client


@pytest.fixture(autouse=True)
async def kept(rooms: Rooms) -> Ledger:
    """Two readings of each of two patients, a refused sign-in and a change of rights."""
    store = rooms.store
    past = Ledger(store.pool, store.keyring, clock=Clock())
    for id_ in PATIENTS:
        key = store.keyring.reference("Patient", id_)
        for context in (ALICE, BOB):
            await past.record(
                AuditEntry(
                    context=context, action="read", type="Observation", patient=key,
                    key=store.keyring.reference("Observation", f"o-{id_}"),
                    detail=f"Observation/o-{id_}", reason="circle.unit",
                )
            )  # fmt: skip
    await past.record(
        AuditEntry(context=BOB, action="sign-in", outcome="refused", reason="access.wrong")
    )
    await past.record(AuditEntry(context=ALICE, action="change-rights", detail="rights"))
    return past


async def found(client: httpx.AsyncClient, query: str) -> list[str]:
    """Who did what, newest first, of what the fixture kept."""
    response = await client.get(f"/AuditEvent?{query}")
    assert response.status_code == 200, response.text
    events = [entry["resource"] for entry in response.json().get("entry", [])]
    return [f"{actor_of(event)} {act_of(event)}" for event in events if actor_of(event) != "tester"]


def actor_of(event: dict[str, Any]) -> str:
    return event["agent"][0]["who"]["identifier"]["value"]


def act_of(event: dict[str, Any]) -> str:
    return event["subtype"][-1]["code"]


EVERY = ["alice change-rights", "bob sign-in", "bob read", "alice read", "bob read", "alice read"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", EVERY),
        ("patient=Patient/p1", ["bob read", "alice read"]),
        ("patient=p1,p2", EVERY[2:]),
        ("patient=p3", []),
        ("altid=%00&policy=%00&subtype=%00", []),
        ("altid=bob", ["bob sign-in", "bob read", "bob read"]),
        ("altid=bob&patient=p2", ["bob read"]),
        ("outcome=4", ["bob sign-in"]),
        ("outcome=0&date=lt2026-11-10", [EVERY[0], *EVERY[2:]]),
        ("outcome=8", []),
        ("subtype=read", EVERY[2:]),
        ("subtype=110122", ["bob sign-in"]),
        ("subtype=urn:hygie:CodeSystem:act|change-rights", EVERY[:1]),
        ("action=U&date=lt2026-11-10", EVERY[:1]),
        ("action=R&subtype=sign-in", []),
        ("entity=Observation/o-p1", ["bob read", "alice read"]),
        ("entity=Patient/p1", ["bob read", "alice read"]),
        ("entity=o-p2", ["bob read", "alice read"]),
        ("date=2026-11-02", ["alice read"]),
        ("date=ge2026-11-03&date=lt2026-11-05", ["alice read", "bob read"]),
        ("date=gt2026-11-06&date=le2026-11-07", EVERY[:1]),
        ("policy=urn:hygie:rule:access.wrong", ["bob sign-in"]),
        ("_sort=-date&patient=p1", ["bob read", "alice read"]),
    ],
)
async def test_a_search_finds_what_it_says(
    client: httpx.AsyncClient, query: str, expected: list[str]
) -> None:
    """Guards: an access that the auditor who looks for it is not shown, or another one."""
    assert await found(client, query) == expected


async def test_every_event_is_valid_and_can_be_read_again(client: httpx.AsyncClient) -> None:
    """Guards: an audit repository that takes none of what it is given."""
    bundle = (await client.get("/AuditEvent")).json()
    assert not has_errors(base_validator().validate(bundle))
    for entry in bundle["entry"]:
        event = entry["resource"]
        read = await client.get(f"/AuditEvent/{event['id']}")
        assert read.json() == event
        assert entry["fullUrl"].endswith(f"/AuditEvent/{event['id']}")


async def test_pages_follow_each_other(client: httpx.AsyncClient) -> None:
    """Guards: accesses lost between two pages."""
    url, seen = "/AuditEvent?_count=2&date=lt2026-11-10&_total=accurate", []
    while url:
        page = (await client.get(url)).json()
        assert page["total"] == 6
        seen += [
            f"{actor_of(e['resource'])} {act_of(e['resource'])}" for e in page.get("entry", [])
        ]
        url = next((link["url"] for link in page["link"] if link["relation"] == "next"), "")
    assert seen == EVERY


async def test_by_post_what_is_asked_stays_out_of_addresses(client: httpx.AsyncClient) -> None:
    """Guards: whose record was looked into, in the logs of every proxy."""
    response = await client.post("/AuditEvent/_search", data={"patient": "p1"})
    assert len(response.json()["entry"]) == 2


async def test_reading_traces_is_traced(client: httpx.AsyncClient, rooms: Rooms) -> None:
    """Guards: auditors whom nobody audits."""
    await client.get("/AuditEvent?patient=p1")
    (latest,) = await rooms.ledger.recent(1)
    assert (latest.entry.action, latest.entry.context.actor) == ("read-audit", "tester")
    assert latest.entry.patient == rooms.store.keyring.reference("Patient", "p1")
    await client.get("/AuditEvent/trace-999999")
    (latest,) = await rooms.ledger.recent(1)
    assert latest.entry.detail == "AuditEvent/trace-999999"


@pytest.mark.parametrize("scopes", ["system/*.cruds", "system/Patient.rs", "system/AuditEvent.cud"])
async def test_who_may_not_read_traces_learns_nothing(asking: Asking, scopes: str) -> None:
    """Guards: every interface of the house reading who looked at whose record."""
    async with asking(scopes) as client:
        answers = [
            await client.get("/AuditEvent"),
            await client.get("/AuditEvent/trace-1"),
            await client.get("/AuditEvent/trace-999999"),
            await client.post("/AuditEvent/_search", data={}),
        ]
    assert {answer.status_code for answer in answers} == {403}
    assert len({answer.json()["issue"][0]["details"]["text"] for answer in answers}) == 1


@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", ""), ("PUT", "/trace-1"), ("DELETE", "/trace-1"), ("PATCH", "/trace-1"),
     ("PUT", "?date=2026"), ("DELETE", "?date=2026"), ("GET", "/trace-1/_history")],
)  # fmt: skip
async def test_nobody_writes_traces(asking: Asking, method: str, path: str) -> None:
    """Guards: an access invented, or taken back, by a client."""
    async with asking("system/*.cruds system/AuditEvent.cruds") as client:
        body = {"resourceType": "AuditEvent", "id": "trace-1"}
        answer = await client.request(method, f"/AuditEvent{path}", json=body)
        assert answer.status_code == 405
        assert (await client.get("/AuditEvent/trace-1")).status_code == 200


async def test_nobody_writes_or_reads_them_through_a_bundle(asking: Asking) -> None:
    """Guards: a side door past the one that refuses."""
    async with asking("system/*.cruds system/AuditEvent.cruds") as client:
        for request in (
            {"method": "POST", "url": "AuditEvent"},
            {"method": "GET", "url": "AuditEvent"},
        ):
            entry: dict[str, Any] = {"request": request}
            if request["method"] == "POST":
                entry["resource"] = {"resourceType": "AuditEvent"}
            bundle = {"resourceType": "Bundle", "type": "transaction", "entry": [entry]}
            assert (await client.post("", json=bundle)).status_code == 403


@pytest.mark.parametrize(
    "query",
    ["patient:exact=p1", "agent=x", "_sort=date", "_sort=patient", "date=yesterday", "date=ne2026",
     "date=gt9999-12-31", "_count=x", "_cursor=x", "patient=p1&patient=p2", "patient=",
     "_total=all", "altid=" + ",".join("a" * 60)],
)  # fmt: skip
async def test_what_is_not_understood_is_refused(client: httpx.AsyncClient, query: str) -> None:
    """Guards: a filter that is left out, so that an auditor concludes from other entries."""
    assert (await client.get(f"/AuditEvent?{query}")).status_code == 400
