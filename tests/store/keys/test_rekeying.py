"""Guards against a new key that loses a body, or leaves one under the former."""

import asyncio

import pytest
from cryptography.exceptions import InvalidTag
from tests.store.killing import killed_at

from hygie.refusal import Refused
from hygie.store.bodies.sealer import Claim
from hygie.store.keys.rekeying import SLICE, rekey
from hygie.store.store import Store

BRIEF = 0.3
"""Seconds to settle: enough for processes that hear."""


def patient(name: str, **more) -> dict:
    return {"resourceType": "Patient", "id": name, "name": [{"family": "Martin"}], **more}


def observation(number: int, name: str = "a") -> dict:
    return {
        "resourceType": "Observation", "id": f"{name}{number}", "status": "final",
        "code": {"text": "pouls"}, "subject": {"reference": f"Patient/{name}"},
    }  # fmt: skip


@pytest.fixture
async def two(store, context):
    """Two records; of the first, two versions, and more rows than a slice."""
    async with store.transaction(context) as transaction:
        await transaction.write_many([patient("a"), patient("b"), observation(1, "b")])
        await transaction.write_many([observation(number) for number in range(SLICE + 20)])
    async with store.transaction(context) as transaction:
        await transaction.update(patient("a", active=True))
        await transaction.delete("Observation", "a7")
    return store


async def sealed_by(store, cipher, name: str) -> tuple[int, int]:
    """How many bodies of a record this cipher opens, and how many there are."""
    number = store.keyring.reference("Patient", name)
    rows = await store.pool.fetch(
        "SELECT key, version, type, deleted, body FROM hygie.resource WHERE patient = $1 "
        "UNION ALL "
        "SELECT key, version, type, deleted, body FROM hygie.resource_history WHERE patient = $1",
        number,
    )
    count = 0
    for row in rows:
        kind = store.vault.types.name(row["type"])
        claim = Claim(kind, row["key"], row["version"], row["deleted"])
        try:
            store.vault.bodies.open(cipher, row["body"], claim)
            count += 1
        except InvalidTag:
            continue
    return count, len(rows)


async def cipher_of(store, name: str):
    number = store.keyring.reference("Patient", name)
    return (await store.vault.keys.existing({number}))[number]


async def test_every_body_goes_over_to_the_new_key(two, context, trail):
    """One left under a destroyed key is lost; one that the old still opens is not protected."""
    former, untouched = await cipher_of(two, "a"), await cipher_of(two, "b")
    done = await rekey(two, context, "a", settle_seconds=0)
    count, total = await sealed_by(two, await cipher_of(two, "a"), "a")
    assert (done.bodies, done.damaged) == (total, 0)
    assert count == total == SLICE + 20 + 1 + 2
    assert (await sealed_by(two, former, "a"))[0] == 0
    assert (await sealed_by(two, untouched, "b"))[0] == 2
    assert (await two.read(context, "Patient", "a")).version == 2
    assert (await two.vread(context, "Patient", "a", 1)).version == 1
    assert [entry.detail for entry in trail.entries if entry.action == "rekey"] == ["Patient/a"]


async def test_others_read_and_write_meanwhile(two, other, context):
    """A ward does not stop for its security officer; nothing it writes may be lost."""
    written = 0
    stop = asyncio.Event()

    async def work(store: Store, lane: str) -> None:
        nonlocal written
        number = 0
        while not stop.is_set():
            async with store.transaction(context) as transaction:
                await transaction.update(observation(number % 50))
                await transaction.update({**observation(number, "a"), "id": f"{lane}{number}"})
            assert (await store.read(context, "Patient", "a")).id == "a"
            number, written = number + 1, written + 1

    async def rekeyed() -> None:
        for _ in range(3):
            await rekey(two, context, "a", settle_seconds=BRIEF)
        stop.set()

    await asyncio.gather(rekeyed(), work(two, "here"), work(other, "there"))
    assert written > 20
    two.vault.keys.forget((two.keyring.reference("Patient", "a"),))
    count, total = await sealed_by(two, await cipher_of(two, "a"), "a")
    assert count == total


async def test_a_process_that_hears_nothing_still_opens_everything(two, other, context):
    """What it keeps in memory is out of date: it must read the key again, not call it damage."""
    assert await other.read(context, "Patient", "a")
    await other.vault.keys.news.stop()
    await rekey(two, context, "a", settle_seconds=0)
    assert (await other.read(context, "Observation", "a3")).id == "a3"
    async with other.transaction(context) as transaction:
        await transaction.update(patient("a", active=False))
    assert (await two.read(context, "Patient", "a")).version == 3


async def test_what_was_damaged_is_counted_and_left(two, context):
    """Sealing damage anew would give it a valid seal."""
    number = two.keyring.reference("Observation", "a3")
    damage = (
        "UPDATE hygie.resource SET body = set_byte(body, 20, get_byte(body, 20) # 1) WHERE key = $1"
    )
    await two.pool.execute(damage, number)
    assert (await rekey(two, context, "a", settle_seconds=0)).damaged == 1
    with pytest.raises(Refused, match=r"store\.body-unreadable"):
        await two.read(context, "Observation", "a3")


async def test_an_unknown_record_is_refused(two, context):
    """A slip of the keyboard must not look like success."""
    with pytest.raises(Refused, match=r"store\.not-found"):
        await rekey(two, context, "nobody", settle_seconds=0)


def test_killed_at_any_point_it_loses_nothing(two, reopen, context):
    """Between any two statements: the next run finishes, and all opens before and after."""

    async def rekeyed(store: Store) -> None:
        await rekey(store, context, "a", settle_seconds=0)

    async def check() -> None:
        store = await reopen()
        for name in ("a3", "a100"):
            assert (await store.read(context, "Observation", name)).id == name
        assert (await store.vread(context, "Patient", "a", 1)).version == 1
        await store.close()

    step = 0
    while killed_at(step, reopen, rekeyed):
        asyncio.run(check())
        step += 1 + step // 6
    assert step > 10
    asyncio.run(check())
