"""What was read before is read again in one statement: it looks, and keeps the audit entry."""

import asyncio
from base64 import b64encode
from collections.abc import AsyncIterator, Awaitable, Callable
from random import Random
from zoneinfo import ZoneInfo

import asyncpg
import pytest

from hygie.ledger import Ledger
from hygie.limits import MAX_PROOF_BYTES
from hygie.refusal import Refused
from hygie.store.contract import StoredResource
from hygie.store.keys.erasure import destroy
from hygie.store.keys.keyring import Keyring
from hygie.store.keys.rekeying import rekey
from hygie.store.store import Store
from hygie.trace import Context

Reopen = Callable[[], Awaitable[Store]]


class Kept:
    """A store whose audit entries are kept beside it, in its database."""

    def __init__(self, store: Store, ledger: Ledger, context: Context) -> None:
        self.store, self.ledger, self.context = store, ledger, context

    async def read(self, name: str) -> StoredResource:
        return await self.store.read(self.context, "Patient", name)

    async def update(self, name: str, /, **more: object) -> StoredResource:
        return await self.store.update(
            self.context, {"resourceType": "Patient", "id": name, **more}
        )

    async def readings(self) -> int:
        recent = await self.ledger.recent(1_000)
        return sum(record.entry.action == "read" for record in recent)


@pytest.fixture
async def kept(database_url: str, keyring: Keyring, context: Context) -> AsyncIterator[Kept]:
    ledgers: list[Ledger] = []

    def new(pool: asyncpg.Pool) -> Ledger:
        ledgers.append(Ledger(pool, keyring))
        return ledgers[-1]

    store = await Store.open(database_url, keyring, new, zone=ZoneInfo("Europe/Paris"))
    yield Kept(store, ledgers[0], context)
    await ledgers[0].stop()
    await store.close()


async def test_each_reading_is_on_record_once(kept: Kept, statements: list[str]) -> None:
    """Guards: a reading from memory that leaves no trace, or two."""
    await kept.update("a", gender="female")
    first = await kept.read("a")
    statements.clear()
    again = await asyncio.gather(*(kept.read("a") for _ in range(9)))
    assert all(one == first for one in again)
    assert all("INSERT INTO hygie.audit" in statement for statement in statements)
    assert await kept.readings() == 10


async def test_what_was_replaced_is_not_given_out(kept: Kept, reopen: Reopen) -> None:
    """Guards: an old version out of memory, while another process wrote the next."""
    other = await reopen()
    await kept.update("a", gender="female")
    for gender in ("male", "other", "unknown"):
        await kept.read("a")
        written = await other.update(
            kept.context, {"resourceType": "Patient", "id": "a", "gender": gender}
        )
        assert await kept.read("a") == written
    await kept.read("a")
    await other.delete(kept.context, "Patient", "a")
    with pytest.raises(Refused, match=r"store\.gone"):
        await kept.read("a")
    await other.close()
    assert await kept.readings() == 8


async def test_many_readers_while_it_is_written(kept: Kept) -> None:
    """Guards: a version older than one that was acknowledged before the reading began."""
    acknowledged = 0

    async def write() -> None:
        nonlocal acknowledged
        for n in range(30):
            written = await kept.update("a", multipleBirthInteger=n)
            acknowledged = written.version

    async def read() -> None:
        while acknowledged < 30:
            least = acknowledged
            if least:
                assert (await kept.read("a")).version >= least
            await asyncio.sleep(0)

    await asyncio.gather(write(), *(read() for _ in range(8)))


async def test_a_key_that_was_replaced_or_destroyed_counts_at_once(kept: Kept) -> None:
    """Guards: an erased record given out of the memory of a process that did not hear of it."""
    made = await kept.update("a", gender="female")
    await kept.read("a")
    await rekey(kept.store, kept.context, "a", settle_seconds=0)
    assert (await kept.read("a")).body == made.body
    kept.store.vault.hear = lambda _: None  # type: ignore[method-assign]
    await kept.read("a")  # again: the news of the new key may have come after the first
    known = kept.store.vault.remembered(
        "Patient", kept.store.keyring.reference("Patient", "a"), "a"
    )
    assert known
    await destroy(kept.store, kept.context, "a", "test", settle_seconds=0)
    assert not await kept.store._is_current(kept.context, known)
    with pytest.raises(Refused, match=r"store\.(key-destroyed|gone)"):
        await kept.read("a")


async def test_what_was_altered_on_disk_is_noticed(kept: Kept) -> None:
    """Guards: damage hidden by memory until the next start."""
    await kept.update("a", gender="female")
    await kept.read("a")
    await kept.store.pool.execute(
        "UPDATE hygie.resource SET body = set_byte(body, 20, get_byte(body, 20) # 1)"
    )
    with pytest.raises(Refused, match=r"store\.body-unreadable"):
        await kept.read("a")


async def test_a_large_body_is_fetched_rather_than_sent(kept: Kept, statements: list[str]) -> None:
    """Guards: megabytes sent to the database to be compared."""
    data = b64encode(Random(1).randbytes(2 * MAX_PROOF_BYTES)).decode()
    made = await kept.update("a", photo=[{"contentType": "image/png", "data": data}])
    await kept.read("a")
    statements.clear()
    assert (await kept.read("a")).body == made.body
    assert any("hygie.resource_patient" in one and "audit" not in one for one in statements)
