"""Guards against those who share a transaction and answer for each other, or take each other's
place: a lock of the database lets its own transaction pass."""

import asyncio
from functools import partial

import pytest

from hygie.fhir.codec import decode
from hygie.store.side_by_side import CrossedError, side_by_side


def basic(number, text="x"):
    return {"resourceType": "Basic", "id": f"b{number}", "code": {"text": text}}


@pytest.fixture
def together(store, context):
    """together(work, …): what each came to, in one transaction."""

    async def carry_out(*works):
        async with store.transaction(context) as tx:
            return await side_by_side(tx, works)

    return carry_out


async def test_each_gets_its_own_answers(together, store, context):
    """A resource of one read as another's."""
    for number in range(0, 40, 2):
        await store.create(context, basic(number, f"t{number}"), fresh=f"b{number}")

    async def look(number, tx):
        found = await tx.read("Basic", f"b{number}")
        return None if found is None else decode(found.body)["code"]["text"]

    found = await together(*(partial(look, number) for number in range(40)))
    assert found == [None if number % 2 else f"t{number}" for number in range(40)]


async def test_what_one_guards_is_kept_from_the_others_until_it_has_ended(together):
    """Two who look for the same thing, find nothing, and both make it."""

    async def make_once(tx):
        await tx.guard("test", "the same")
        await asyncio.sleep(0)
        if (found := await tx.read("Basic", "b1")) is not None:
            return found.version, False
        return (await tx.update(basic(1))).version, True

    made = await together(*[make_once] * 10)
    assert sorted(made) == [(1, False)] * 9 + [(1, True)]


async def test_two_who_write_one_resource_write_it_one_after_the_other(together):
    """A version lost, or the whole transaction refused because a resource comes twice."""

    async def write(text, tx):
        return (await tx.update(basic(1, text))).version

    assert sorted(await together(*(partial(write, t) for t in "aab"))) == [1, 1, 2]


async def test_those_who_wait_for_each_other_are_told(together, store, context):
    """A batch that waits for itself for ever, with its locks."""

    async def cross(first, second, tx):
        await tx.guard("test", first)
        await tx.read("Basic", "b1")
        await tx.guard("test", second)
        await tx.update(basic(1))

    with pytest.raises(CrossedError):
        await together(partial(cross, "a", "b"), partial(cross, "b", "a"))
    assert await together(partial(cross, "a", "b"), partial(cross, "a", "b")) == [None, None]


async def test_the_first_who_fails_ends_it_for_all(together, store, context):
    """Half of a batch committed; or tasks that go on, on a connection that is another's by then."""
    reached = []

    async def fail(tx):
        await tx.guard("test", "a")
        raise KeyError("x")

    async def write(tx):
        await tx.update(basic(1))
        await tx.read("Basic", "b1")
        reached.append(1)

    before = asyncio.all_tasks()
    with pytest.raises(KeyError):
        await together(write, fail, write)
    assert reached == []
    async with store.transaction(context) as tx:
        assert await tx.read("Basic", "b1") is None
    assert asyncio.all_tasks() <= before


async def test_who_asks_for_nothing_is_answered(together):
    """A batch that waits for ever because one of it locks or writes nothing."""

    async def nothing(tx):
        await tx.guard("test")
        return await tx.write_many([])

    assert await together(nothing, nothing) == [[], []]


async def test_each_has_audit_entries_of_its_own(store, context):
    """What one message did told as what another did."""

    async def write(number, tx):
        await tx.update(basic(number))
        return [entry.detail for entry in tx.entries()]

    async with store.transaction(context) as tx:
        told = await side_by_side(tx, [partial(write, n) for n in range(3)])
        assert tx.entries() == []
    assert told == [["Basic/b0"], ["Basic/b1"], ["Basic/b2"]]
