"""The demonstration goes through the real gateway: what is right is filed, what is wrong waits."""

from collections import Counter
from datetime import date, timedelta
from itertools import islice

import pytest

from hygie.access import Access
from hygie.demo import accounts, load, timeline
from hygie.demo.accounts import ACCOUNTS, new_password
from hygie.demo.portal import POLICY
from hygie.fhir.codec import decode
from hygie.fhir.packages import base_library
from hygie.fhir.policy.standards import Standards, base_telling, base_writing
from hygie.fhir.search import parse_query
from hygie.identity import Identity
from hygie.intake import Gateway
from hygie.refusal import Refused
from hygie.store.interactions import Repository
from hygie.store.store import Store
from hygie.trace import AuditTrail, Context

SEED, PATIENTS, TODAY = 7, 14, date(2026, 3, 14)


@pytest.fixture
def gateway(store: Store) -> Gateway:
    standards = Standards(
        base_writing(), base_telling(), base_library(), lambda: POLICY, lambda: TODAY
    )
    return Gateway(store, Repository(store, standards.under(""), standards.under), Identity(store))


@pytest.fixture
def access(store: Store, trail: AuditTrail) -> Access:
    return Access(store.pool, store.keyring, trail)


async def count(store: Store, context: Context, kind: str, *parameters: tuple[str, str]) -> int:
    given = [*parameters, ("_summary", "count"), ("_total", "accurate")]
    query = parse_query(store.registry, kind, given, zone=store.zone).query
    return (await store.search(context, query)).total or 0


async def test_a_load_files_all_but_the_mistakes(
    store: Store, gateway: Gateway, access: Access, context: Context
) -> None:
    """Guards against a demonstration that shows our own gaps as mistakes of others."""
    seen: list[tuple[int, int]] = []
    report = await load(
        gateway, access, seed=SEED, patients=PATIENTS, today=TODAY,
        progress=lambda done, total: seen.append((done, total)),
    )  # fmt: skip
    assert report.messages == report.filed + report.quarantined == seen[-1][0]
    reasons = Counter(entry.rule for entry in await gateway.quarantine(1_000))
    assert sum(reasons.values()) == report.quarantined
    assert "intake.unexpected" not in reasons
    assert len(reasons) >= 8
    assert max(reasons.values()) <= 2
    assert await count(store, context, "Patient") >= PATIENTS
    assert await count(store, context, "Observation") > 10 * PATIENTS


async def test_a_load_is_not_repeated(gateway: Gateway, access: Access) -> None:
    """Guards against a second clinic, a day older, on top of the first at the next start."""
    first = await load(gateway, access, seed=SEED, patients=3, today=TODAY)
    assert [c.name for c in first.credentials] == [one.name for one in ACCOUNTS]
    again = await load(gateway, access, seed=SEED, patients=3, today=TODAY + timedelta(days=1))
    assert again.already_loaded
    assert (again.messages, again.credentials) == (0, ())


async def test_an_interrupted_load_is_taken_up(
    store: Store, gateway: Gateway, access: Access, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Guards against half a clinic twice, when the program is stopped while it loads."""
    begun = (await store.pool.fetchval("SELECT now()")).astimezone(store.zone).date()
    half = [item.message for item in islice(timeline(SEED, 3, begun), 40)]
    for message in half:
        await gateway.receive(message.source, message.raw, message.kind)
    later = await load(gateway, access, seed=SEED, patients=3, today=begun + timedelta(days=2))
    assert later.duplicates == len(half)
    assert later.messages == later.filed + later.quarantined + later.duplicates


async def test_credentials_open_sessions(gateway: Gateway, access: Access) -> None:
    """Guards against passwords that are shown and do not work, or that are the same every time."""
    made = await accounts.open_accounts(access)
    assert await accounts.open_accounts(access) == ()
    for credential in made:
        token = await access.sign_in(credential.name, credential.password)
        account = await access.session(token)
        assert account is not None
        assert account.role == credential.role
    renewed = await accounts.renew_passwords(access)
    assert {c.password for c in renewed}.isdisjoint(c.password for c in made)
    with pytest.raises(Refused):
        await access.sign_in(made[0].name, made[0].password)
    assert len({new_password() for _ in range(50)}) == 50


async def test_stays_end_as_they_were_told(
    store: Store, gateway: Gateway, access: Access, context: Context
) -> None:
    """Guards against patients who leave and stay in bed, or lie in bed without having come."""
    await load(gateway, access, seed=SEED, patients=PATIENTS, today=TODAY)
    told: dict[str, str] = {}
    for item in timeline(SEED, PATIENTS, TODAY):
        if item.message.kind == "hl7v2" and b"|ADT^A03^" in item.message.raw:
            fields = item.message.raw.split(b"\rPV1|")[1].split(b"|")
            told[fields[18].split(b"^")[0].decode()] = "finished"
    query = parse_query(store.registry, "Encounter", [("_count", "500")], zone=store.zone).query
    page = await store.search(context, query)
    for stored in page.matches:
        encounter = decode(stored.body)
        number = encounter["identifier"][0]["value"]
        assert (encounter["status"] == "finished") == (number in told)
