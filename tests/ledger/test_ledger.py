"""The ledger on a real PostgreSQL."""

import asyncio
from itertools import product

import asyncpg
import pytest

from hygie.ledger import Ledger
from hygie.refusal import Refused
from hygie.store.keys.keyring import Keyring
from hygie.trace import AuditEntry, Context, Proof, Touch

ALICE = Context("alice", "account", "TREAT", "request-1")


def entry(number: int = 0, *, actor: Context = ALICE, patient: int = 0) -> AuditEntry:
    return AuditEntry(
        context=actor,
        action="read",
        type="Observation",
        key=number,
        patient=patient,
        version=1,
        detail=f"Observation/{number}",
    )


async def test_n_records_are_n_rows(ledger: Ledger) -> None:
    """Guards: concurrent entries lost or doubled in a shared commit."""
    await asyncio.gather(*(ledger.record(entry(number)) for number in range(500)))
    assert await ledger.count() == 500
    kept = await ledger.recent(500)
    assert {record.entry.key for record in kept} == set(range(500))


async def test_entries_whose_proof_holds_are_kept(ledger: Ledger) -> None:
    """Guards: a trace of what was not given out, or none of what was, within one commit."""
    condition = "entry.key % 3 = 0 AND entry.proof = '\\x01' AND entry.version = 1"
    asked = [(number, bytes([number % 2])) for number in range(60)]
    answers = await asyncio.gather(
        *(ledger.record_if(entry(number), Proof(condition, proof)) for number, proof in asked)
    )
    holds = [number % 3 == 0 and proof == b"\1" for number, proof in asked]
    assert answers == holds
    kept = await ledger.recent(100)
    assert [one.entry for one in reversed(kept)] == [
        entry(number) for (number, _), held in zip(asked, holds, strict=True) if held
    ]


async def test_a_recorded_entry_is_there_for_others(ledger: Ledger, database_url: str) -> None:
    """Guards: an acknowledgement before the commit."""
    await ledger.record(entry(5))
    connection = await asyncpg.connect(database_url)
    assert await connection.fetchval("SELECT key FROM hygie.audit") == 5
    await connection.close()


async def test_append_shares_the_fate_of_the_change(ledger: Ledger, pool: asyncpg.Pool) -> None:
    """Guards: a trace of a change that did not happen, or a change without one."""
    async with pool.acquire() as connection:
        transaction = connection.transaction()
        await transaction.start()
        await ledger.append(connection, [entry(1), entry(2)])
        await transaction.rollback()
        assert await ledger.count() == 0
        async with connection.transaction():
            await ledger.append(connection, [entry(1), entry(2)])
            await ledger.append(connection, [])
    assert [record.entry.key for record in await ledger.recent()] == [2, 1]


CHANGES = (
    "UPDATE hygie.audit SET actor = 'nobody'",
    "UPDATE hygie.audit SET seq = DEFAULT",
    "DELETE FROM hygie.audit",
    "DELETE FROM hygie.audit WHERE false",
    "TRUNCATE hygie.audit",
)


async def test_the_database_refuses_to_change_entries(ledger: Ledger, pool: asyncpg.Pool) -> None:
    """Guards: traces rewritten, even by whoever passes over rights and ordinary triggers."""
    await ledger.record(entry(1))
    async with pool.acquire() as connection:
        for role, change in product(("origin", "replica"), CHANGES):
            await connection.execute(f"SET session_replication_role = {role}")
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await connection.execute(change)
    assert (await ledger.recent())[0].entry == entry(1)


async def test_a_forged_or_altered_entry_is_noticed(ledger: Ledger, pool: asyncpg.Pool) -> None:
    """Guards: an access blamed on someone else by a superuser of the database, without the key."""
    await ledger.record(entry(1))
    await pool.execute(
        "INSERT INTO hygie.audit (at, actor, kind, purpose, request, action, type, key, patient, "
        "version, count, detail) SELECT at, 'bob', kind, purpose, request, action, type, key, "
        "patient, version, count, detail FROM hygie.audit"
    )
    with pytest.raises(Refused, match=r"ledger\.altered"):
        await ledger.for_actor("bob")
    assert len(await ledger.for_actor("alice")) == 1


async def test_a_failed_commit_fails_its_callers_and_only_them(
    ledger: Ledger, pool: asyncpg.Pool, database_url: str
) -> None:
    """Guards: an answer given although the server went away under its trace."""
    blocker = await asyncpg.connect(database_url)
    lock = blocker.transaction()
    await lock.start()
    await blocker.execute("LOCK TABLE hygie.audit IN SHARE MODE")
    recording = [asyncio.create_task(ledger.record(entry(number))) for number in range(20)]
    await _terminate_waiting(blocker)
    outcomes = await asyncio.gather(*recording, return_exceptions=True)
    await lock.rollback()
    await blocker.close()
    assert all(isinstance(outcome, asyncpg.PostgresError) for outcome in outcomes)
    assert await ledger.count() == 0
    await ledger.record(entry(1))
    assert await ledger.count() == 1


async def _terminate_waiting(connection: asyncpg.Connection) -> None:
    """Ends the server's process that waits for a lock, as soon as there is one."""
    ended = 0
    while not ended:
        await asyncio.sleep(0.01)
        ended = await connection.fetchval(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
            "WHERE wait_event_type = 'Lock' AND datname = current_database()"
        )


async def test_what_was_asked_is_not_readable_at_rest(ledger: Ledger, pool: asyncpg.Pool) -> None:
    """Guards: names that users searched for, in a stolen dump."""
    asked = AuditEntry(context=ALICE, action="search", type="Patient", detail="family=DUPOND")
    await ledger.record(asked)
    row = await pool.fetchval("SELECT audit::text || detail::text FROM hygie.audit")
    assert "DUPOND" not in row
    assert b"DUPOND".hex() not in row
    assert (await ledger.recent())[0].entry.detail == "family=DUPOND"


async def test_pages_follow_each_other(ledger: Ledger) -> None:
    """Guards: entries shown twice or skipped between two pages."""
    for number in range(5):
        await ledger.record(entry(number, patient=number % 2 + 1))
    first = await ledger.recent(3)
    second = await ledger.recent(3, before=first[-1].seq)
    assert [r.entry.key for r in (*first, *second)] == [4, 3, 2, 1, 0]
    assert [r.entry.key for r in await ledger.for_patient(1)] == [4, 2, 0]
    assert [r.entry.key for r in await ledger.for_patient(1, 1, before=first[0].seq)] == [2]
    assert [record.at for record in first] == sorted((r.at for r in first), reverse=True)


async def test_pages_follow_each_other_from_window_to_window(
    ledger: Ledger, pool: asyncpg.Pool
) -> None:
    """Guards: entries hidden behind the windows by which the index is ordered."""
    for number in range(4):
        await ledger.record(entry(number, patient=1))
        await pool.execute("SELECT setval(pg_get_serial_sequence('hygie.audit', 'seq'), $1)",
                           5_000 * (number + 1))  # fmt: skip
    first = await ledger.for_patient(1, 2)
    second = await ledger.for_actor("alice", 5, before=first[-1].seq)
    assert [r.entry.key for r in (*first, *second)] == [3, 2, 1, 0]


async def test_what_was_written_can_be_counted(ledger: Ledger) -> None:
    """Guards: a missing trace that no inspection finds, and reads taken for writes."""
    written = AuditEntry(context=ALICE, action="create", key=1, version=1)
    several = AuditEntry(
        context=ALICE, action="update", count=2, touched=(Touch(1, 2), Touch(2, 5))
    )
    for each in (written, several, entry(3)):
        await ledger.record(each)
    assert await ledger.written([1, 2, 3, 4]) == {Touch(1, 1), Touch(1, 2), Touch(2, 5)}
    assert (await ledger.recent(2))[1].entry == several


async def test_entries_of_no_single_patient_are_nobodys(ledger: Ledger) -> None:
    """Guards: everybody's searches shown as one patient's accesses."""
    await ledger.record(entry(1, patient=0))
    assert await ledger.for_patient(0) == ()


async def test_entries_of_one_actor(ledger: Ledger) -> None:
    """Guards: an account's traces mixed with another's."""
    await ledger.record(entry(1))
    await ledger.record(entry(2, actor=Context("bob", "account")))
    assert [record.entry.key for record in await ledger.for_actor("alice")] == [1]


async def test_a_ledger_without_its_guard_is_not_started(
    ledger: Ledger, pool: asyncpg.Pool, keyring: Keyring
) -> None:
    """Guards: months of traces kept in a table that somebody opened to changes."""
    await pool.execute("ALTER TABLE hygie.audit DISABLE TRIGGER audit_is_append_only")
    with pytest.raises(Refused, match=r"ledger\.unguarded"):
        await ledger.start()
    await pool.execute("DROP TRIGGER audit_is_append_only ON hygie.audit")
    with pytest.raises(Refused, match=r"ledger\.unguarded"):
        await ledger.start()


async def test_a_ledger_of_another_key_is_not_started(ledger: Ledger, pool: asyncpg.Pool) -> None:
    """Guards: a backup restored with the wrong key, found out at the first inspection."""
    await ledger.record(entry(1))
    with pytest.raises(Refused, match=r"ledger\.altered"):
        await Ledger(pool, Keyring(bytes(31) + b"x")).start()


async def test_more_recorders_than_connections(ledger: Ledger, pool: asyncpg.Pool) -> None:
    """Guards: recorders that exhaust the pool and wait for each other."""
    async with pool.acquire(), pool.acquire(), pool.acquire():
        async with asyncio.timeout(20):
            await asyncio.gather(*(ledger.record(entry(number)) for number in range(100)))
    assert await ledger.count() == 100
