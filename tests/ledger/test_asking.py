"""What is asked of the entries, compared with going through all of them."""

from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hygie.ledger import Asked, AuditRecord, Ledger
from hygie.ledger.asking import page_of
from hygie.store.keys.keyring import Keyring
from hygie.trace import AuditEntry, Context, Touch

ACTOR = Context("alice", "account")
START = datetime(2026, 11, 1, tzinfo=UTC)
ACTORS = ("alice", "bob", "lab")
KINDS = ("account", "client", "system")


class Clock:
    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        self.now += timedelta(hours=1)
        return self.now


def entries() -> list[AuditEntry]:
    """One of every combination that matters, in an order that mixes them."""
    made = []
    for number in range(120):
        action = ("read", "search", "update", "refused")[number % 4]
        refused = action == "refused" or number % 10 == 0
        made.append(
            AuditEntry(
                context=Context(ACTORS[number % 3], KINDS[number % 3]),  # type: ignore[arg-type]
                action=action,  # type: ignore[arg-type]
                key=number % 7,
                patient=number % 5,
                touched=(Touch(number % 6, 1), Touch(9, 1)) if number % 11 == 0 else (),
                outcome="refused" if refused else "permitted",
                reason="access.scope" if refused else "circle.unit",
            )
        )
    return made


@pytest.fixture
async def filled(pool: asyncpg.Pool, keyring: Keyring) -> Ledger:
    ledger = Ledger(pool, keyring, clock=Clock())
    for entry in entries():
        await ledger.record(entry)
    return ledger


MOMENTS = st.integers(0, 125).map(lambda hours: START + timedelta(hours=hours, minutes=30))
ASKED = st.builds(
    Asked,
    patients=st.none() | st.lists(st.integers(0, 5), max_size=3).map(tuple),
    actors=st.none() | st.lists(st.sampled_from([*ACTORS, "nobody"]), max_size=2).map(tuple),
    kind=st.none() | st.sampled_from(KINDS),
    since=st.none() | MOMENTS,
    until=st.none() | MOMENTS,
    actions=st.none() | st.lists(st.sampled_from(["read", "update", "refused"])).map(tuple),
    about=st.none() | st.lists(st.integers(1, 10), max_size=2).map(tuple),
    reasons=st.none() | st.lists(st.sampled_from(["access.scope", "circle.unit"])).map(tuple),
    seqs=st.none() | st.lists(st.integers(0, 130)).map(tuple),
    refused=st.none() | st.booleans(),
)


def holds(asked: Asked, record: AuditRecord) -> bool:
    entry = record.entry
    keys = {touch.key for touch in entry.touched} | {entry.key, entry.patient}
    met: dict[str, Any] = {
        "patients": lambda of: entry.patient != 0 and entry.patient in of,
        "actors": lambda of: entry.context.actor in of,
        "seqs": lambda of: record.seq in of,
        "kind": lambda of: entry.context.kind == of,
        "since": lambda of: record.at >= of,
        "until": lambda of: record.at < of,
        "actions": lambda of: entry.action in of,
        "about": lambda of: not keys.isdisjoint(of),
        "reasons": lambda of: entry.reason in of,
        "refused": lambda of: (entry.outcome == "refused") == of,
    }
    return all(
        test(getattr(asked, name)) for name, test in met.items() if getattr(asked, name) is not None
    )


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
async def test_what_is_asked_for_is_found_page_by_page(filled: Ledger, data: st.DataObject) -> None:
    """Guards: an access that the auditor who looks for it is not shown."""
    asked, size = data.draw(ASKED), data.draw(st.integers(1, 40))
    everything = await filled.recent(200)
    found: list[AuditRecord] = []
    while page := await filled.find(asked, size, found[-1].seq if found else None):
        found += page
    assert found == [record for record in everything if holds(asked, record)]
    assert await filled.count_up_to(asked, 1_000) == len(found)
    assert await filled.count_up_to(asked, 3) == min(3, len(found))


@pytest.mark.parametrize("asked", [Asked(actors=("alice",)), Asked(patients=(3,))])
async def test_the_latest_of_one_are_read_off_an_index(
    filled: Ledger, pool: asyncpg.Pool, asked: Asked
) -> None:
    """Guards: a page of the busiest component that first sorts all it ever did."""
    statement = page_of(asked, 2**62, 10)
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute("SET LOCAL enable_seqscan = off")
        await connection.execute("SET LOCAL enable_bitmapscan = off")
        rows = await connection.fetch(f"EXPLAIN {statement.sql}", *statement.values)
    plan = "\n".join(row[0] for row in rows)
    assert "Incremental Sort" in plan, plan
    assert "Index Scan Backward using audit_" in plan, plan


async def test_nothing_that_was_asked_nor_where_from_lies_in_the_clear(
    ledger: Ledger, pool: asyncpg.Pool
) -> None:
    """Guards: names, diagnoses and addresses in a stolen dump of the traces."""
    for address in ("10.11.12.13", "2001:db8::77", "poste-urgences"):
        context = Context("alice", "account", address=address, role="physician")
        await ledger.record(AuditEntry(
            context=context, action="search", type="Condition", patient=5,
            detail="Condition?code=F32.9&patient.family=DUPOND", reason="circle.unit",
        ))  # fmt: skip
    await ledger.record(AuditEntry(context=ACTOR, action="sign-in", detail="Cheval-Agrafe-2026"))
    dump = await pool.fetchval("SELECT string_agg(audit::text, '') FROM hygie.audit AS audit")
    packed = bytes([10, 11, 12, 13]), bytes.fromhex("20010db8000000000000000000000077")
    for secret in (b"DUPOND", b"F32.9", b"Cheval", b"poste-urgences", *packed):
        assert secret.hex() not in dump
        assert secret.decode("latin-1") not in dump
    assert "10.11.12.13" not in dump
    assert "2001:db8" not in dump
