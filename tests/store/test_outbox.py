"""Guards against a change that a reader of the outbox misses, or sees before what it builds on."""

import asyncio
import random
from collections import defaultdict

import pytest

from hygie.refusal import Category, Refused, refuse
from hygie.store import phrases

PATIENT = {"resourceType": "Patient", "name": [{"family": "Martin"}]}
ALL = 1_000


def seen(committed) -> list[tuple[str, int, bool]]:
    return [(c.type, c.version, c.deleted) for one in committed for c in one.changes]


async def begun(store, context) -> tuple[asyncio.Task[None], asyncio.Event]:
    """A transaction that has written, and commits when told to."""
    entered, leave = asyncio.Event(), asyncio.Event()

    async def slow() -> None:
        async with store.transaction(context) as transaction:
            await transaction.create(PATIENT)
            entered.set()
            await leave.wait()

    writing = asyncio.create_task(slow())
    await entered.wait()
    return writing, leave


async def rows(store) -> int:
    return await store.pool.fetchval("SELECT count(*) FROM hygie.outbox")


async def test_nothing_is_kept_while_nobody_reads(store, context):
    """A table that grows for nobody fills the disk."""
    await store.create(context, PATIENT)
    async with store.transaction(context) as transaction:
        await transaction.create(PATIENT, id="a")
    assert await rows(store) == 0


async def test_a_transaction_is_one_row(store, context):
    """What changed together must be seen together, deletions too, in either way of writing."""
    await store.outbox.register("reader")
    async with store.transaction(context) as transaction:
        await transaction.create(PATIENT, id="a")
        await transaction.write_many([PATIENT | {"id": "b"}])
        await transaction.delete("Patient", "a")
    await store.create(context, {"resourceType": "Basic", "code": {"text": "x"}})
    committed = await store.outbox.read("reader", ALL)
    assert [len(one.changes) for one in committed] == [3, 1]
    assert seen(committed) == [
        ("Patient", 1, False), ("Patient", 1, False), ("Patient", 2, True), ("Basic", 1, False)
    ]  # fmt: skip
    assert committed[0].changes[1].key == store.keyring.reference("Patient", "b")


async def test_what_was_undone_is_not_told(store, context):
    """An alert about something that never was."""
    await store.outbox.register("reader")
    with pytest.raises(Refused):  # noqa: PT012 - the whole transaction
        async with store.transaction(context) as transaction:
            await transaction.create(PATIENT)
            raise refuse(Category.INVALID, "test", phrases.ID_INVALID)
    assert await store.outbox.read("reader", ALL) == []


async def test_rows_stay_until_everyone_has_acknowledged(store, context):
    """A reader that stopped half-way must find again what it had not dealt with."""
    for name in ("slow", "quick"):
        await store.outbox.register(name)
    for _ in range(3):
        await store.create(context, PATIENT)
    quick = await store.outbox.read("quick", 2)
    assert len(quick) == 2
    await store.outbox.acknowledge("quick", quick[-1].place)
    assert [len(await store.outbox.read(name, ALL)) for name in ("slow", "quick")] == [3, 1]
    slow = await store.outbox.read("slow", ALL)
    await store.outbox.acknowledge("slow", slow[0].place)
    assert await rows(store) == 2
    await store.outbox.acknowledge("slow", slow[-1].place)
    await store.outbox.acknowledge("slow", slow[0].place)  # late and out of order: no step back
    assert await store.outbox.read("slow", ALL) == []
    await store.outbox.unregister("quick")
    assert await rows(store) == 0


async def test_registering_waits_for_writers_who_saw_nobody(store, context):
    """A change that commits after registration, decided before, would be in neither view."""
    writing, leave = await begun(store, context)
    registering = asyncio.create_task(store.outbox.register("reader"))
    await asyncio.sleep(0.1)
    assert not registering.done()
    leave.set()
    await registering
    await writing


async def test_a_change_waits_for_those_that_may_still_come_before_it(store, context):
    """The gap: a row read, remembered as the last, and an earlier one that commits afterwards."""
    await store.outbox.register("reader")
    writing, leave = await begun(store, context)
    await store.create(context, PATIENT)
    assert await store.outbox.read("reader", ALL) == []
    leave.set()
    await writing
    assert len(await store.outbox.read("reader", ALL)) == 2


async def test_a_reader_is_woken(store, context):
    """An alert that waits for the next round of a clock."""
    await store.outbox.register("reader")
    async with store.outbox.listening() as woken:
        assert not woken.is_set()
        await store.create(context, PATIENT)
        await asyncio.wait_for(woken.wait(), 5)


async def write_two_of_five(store, context, number: int) -> None:
    """Updates that cross: each transaction waits for others, in any order."""
    chance = random.Random(number)
    for turn in range(12):
        names = chance.sample("abcde", 2)

        async def work(transaction, names=names, turn=turn):
            for name in names:
                resource = PATIENT | {"id": name, "multipleBirthInteger": number * 100 + turn}
                await transaction.update(resource)
                await asyncio.sleep(chance.uniform(0, 0.004))

        await store.run(context, work)


async def read_all(store, done: asyncio.Event) -> dict[int, list[int]]:
    """The versions seen, by key, until writers are done and everything is acknowledged."""
    kept: dict[int, list[int]] = defaultdict(list)
    while True:
        last = done.is_set()
        for one in await store.outbox.read("reader", 7):
            for change in one.changes:
                kept[change.key].append(change.version)
            await store.outbox.acknowledge("reader", one.place)
        if last and await rows(store) == 0:
            return kept
        await asyncio.sleep(0)


async def test_readers_see_every_change_once_and_in_order(store, context):
    """Under writers that cross, wait for each other and fail, while rows are read and dropped."""
    await store.outbox.register("reader")
    done = asyncio.Event()
    reading = asyncio.create_task(read_all(store, done))
    await asyncio.gather(*(write_two_of_five(store, context, number) for number in range(6)))
    done.set()
    kept = await asyncio.wait_for(reading, 30)
    for name in "abcde":
        newest = await store.read(context, "Patient", name)
        key = store.keyring.reference("Patient", name)
        assert kept[key] == list(range(1, newest.version + 1))
