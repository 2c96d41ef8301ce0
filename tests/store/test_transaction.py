"""Guards against half-written changes, and against two writers who undo each other."""

import asyncio
from functools import partial

import pytest

from hygie.refusal import Category, Refused, refuse
from hygie.store import phrases

PATIENT = {"resourceType": "Patient", "name": [{"family": "Martin"}]}


async def versions(store, context, name) -> list[int]:
    page = await store.history(context, "Patient", name, count=100)
    return [one.version for one in page.matches]


async def test_a_refusal_undoes_everything(store, context, trail):
    """A bundle whose last entry is wrong must leave nothing behind, audit included."""
    with pytest.raises(Refused):  # noqa: PT012 - the whole transaction
        async with store.transaction(context) as transaction:
            await transaction.create(PATIENT, id="a")
            await transaction.write_many([PATIENT | {"id": "b"}])
            raise refuse(Category.INVALID, "test", phrases.ID_INVALID)
    assert trail.entries == []
    assert await store.pool.fetchval("SELECT count(*) FROM hygie.resource") == 0


async def test_a_transaction_sees_its_own_changes(store, context, make_patient_query):
    """A conditional create must find what the same bundle has just made."""
    async with store.transaction(context) as transaction:
        made = await transaction.create(PATIENT, id="a")
        assert (await transaction.read("Patient", "a")).body == made.body
        assert await transaction.read("Patient", "b") is None
        found = await transaction.search(make_patient_query("name", "martin"))
        assert [one.id for one in found.matches] == ["a"]
        assert (await transaction.delete("Patient", "a")).version == 2
        assert (await transaction.read("Patient", "a")).deleted


async def test_several_are_read_as_each_alone(store, context, trail):
    """Guards: a result filed for who is not known, since it was asked for beside another; and a
    reading that leaves no trace."""
    group = {"resourceType": "Group", "type": "person", "actual": False}
    for resource in (PATIENT | {"id": "a"}, group | {"id": "a"}, PATIENT | {"id": "gone"}):
        await store.update(context, resource)
    await store.delete(context, "Patient", "gone")
    trail.entries.clear()
    names = {("Patient", "a"), ("Group", "a"), ("Patient", "gone"), ("Patient", "never"),
             ("Basic", "of-a-type-without-rows")}  # fmt: skip
    async with store.transaction(context) as transaction:
        found = await transaction.read_all(names)
        assert await transaction.read_all(()) == {}
        alone = {name: await transaction.read(*name) for name in names}
    assert found == {name: stored for name, stored in alone.items() if stored is not None}
    assert found["Patient", "gone"].deleted
    assert sum(len(entry.touched) or entry.count for entry in trail.entries) == 2 * len(found)


async def test_a_transaction_tells_what_it_made_from_what_it_found(store, context):
    """An import that counts as its own what another has just written."""
    two = [PATIENT | {"id": "a"}, PATIENT | {"id": "b"}]
    await store.update(context, two[0])
    async with store.transaction(context) as transaction:
        stored = await transaction.write_many(two)
        assert [transaction.made(one) for one in stored] == [False, True]


async def test_writers_of_one_id_take_turns(store, context):
    """Two creations of one id at once would make two rows of one resource."""

    async def write(number: int) -> int:
        async def work(transaction):
            return await transaction.update(PATIENT | {"id": "a", "multipleBirthInteger": number})

        return (await store.run(context, work)).version

    written = await asyncio.gather(*(write(n) for n in range(12)))
    assert sorted(written) == list(range(1, 13))
    assert await versions(store, context, "a") == list(range(12, 0, -1))
    assert await store.pool.fetchval("SELECT count(*) FROM hygie.resource") == 1


async def test_writers_that_cross_all_end(store, context):
    """Transactions that lock in opposite orders must be retried, not lost."""

    async def write(first: str, second: str, number: int) -> None:
        async def work(transaction):
            for name in (first, second):
                resource = PATIENT | {"id": name, "multipleBirthInteger": number}
                await transaction.update(resource)
                await asyncio.sleep(0.005)

        await store.run(context, work)

    await asyncio.gather(*(write(*pair, n) for n, pair in enumerate([("a", "b"), ("b", "a")] * 3)))
    assert await versions(store, context, "a") == list(range(6, 0, -1))


async def test_a_guard_makes_conditional_creates_take_turns(store, context, make_patient_query):
    """Two feeds that announce one person at once must not make two records."""
    query = make_patient_query("identifier", "urn:a|1")

    async def work(transaction):
        await transaction.guard("criteria", "Patient?identifier=urn:a|1")
        found = await transaction.search(query)
        if not found.matches:
            await transaction.create(PATIENT | {"identifier": [{"system": "urn:a", "value": "1"}]})

    await asyncio.gather(*(store.run(context, work) for _ in range(8)))
    assert len((await store.search(context, query)).matches) == 1


async def test_those_who_guard_the_same_in_another_order_do_not_wait_for_each_other(store, context):
    """Two messages that name the same patient and stay must take turns, never cross."""
    names = [("identity", f"urn:a|{number}") for number in range(4)] + [("stay", "s")]
    counted = []

    async def work(transaction, order):
        await transaction.guard_all(order)
        seen = len(counted)
        await transaction.guard(*names[0])  # guarded already
        await transaction.read("Patient", "a")
        counted.append(seen)

    orders = [names, names[::-1]] * 4
    await asyncio.gather(*(store.run(context, partial(work, order=order)) for order in orders))
    assert counted == list(range(8))


async def test_bulk_writing_decides_for_each(store, context):
    """Bulk is only faster: what is new, changed or the same is told apart as one by one."""
    same, changed = PATIENT | {"id": "same"}, PATIENT | {"id": "changed"}
    async with store.transaction(context) as transaction:
        await transaction.write_many([same, changed])
        await transaction.delete("Patient", "changed")
    async with store.transaction(context) as transaction:
        written = await transaction.write_many([same, changed, PATIENT, PATIENT | {"id": "new"}])
    assert [one.version for one in written] == [1, 3, 1, 1]
    assert [one.created for one in written[2:]] == [True, True]
    for one in written:
        assert (await store.read(context, "Patient", one.id)).body == one.body
    assert await versions(store, context, "changed") == [3, 2, 1]


async def test_bulk_refuses_one_id_twice(store, context):
    """Two bodies for one id in one go: no order says which is meant."""
    with pytest.raises(Refused, match=r"store\.id-twice"):
        async with store.transaction(context) as transaction:
            await transaction.write_many([PATIENT | {"id": "a"}, PATIENT | {"id": "a"}])


async def test_keys_of_rolled_back_patients_stay_valid(store, context):
    """A key remembered but not committed would seal data that nobody can ever open."""
    with pytest.raises(Refused):  # noqa: PT012 - the whole transaction
        async with store.transaction(context) as transaction:
            await transaction.create(PATIENT, id="a")
            raise refuse(Category.INVALID, "test", phrases.ID_INVALID)
    async with store.transaction(context) as transaction:
        made = await transaction.create(PATIENT, id="a")
    store.vault.keys._cache.clear()
    assert (await store.read(context, "Patient", "a")).body == made.body
