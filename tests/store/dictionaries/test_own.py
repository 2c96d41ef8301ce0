"""Guards against a dictionary that one process has and another lacks."""

import asyncio

import pytest

from hygie.refusal import Refused
from hygie.store.bodies.sealer import dictionary_of
from hygie.store.dictionaries import keeper, own
from hygie.store.dictionaries.own import FIRST, train


def observation(number: int) -> dict:
    return {
        "resourceType": "Observation", "id": f"o{number}", "status": "final",
        "code": {"coding": [{"system": "urn:oid:1.2.250.1.999.4", "code": f"LOCAL-{number % 9}",
                             "display": f"Mesure locale numéro {number % 9}"}]},
        "subject": {"reference": f"Patient/p{number % 40}"},
        "effectiveDateTime": f"2026-01-{number % 28 + 1:02d}T10:00:00+01:00",
        "valueQuantity": {"value": number, "unit": "unité locale"},
    }  # fmt: skip


@pytest.fixture
async def many(store, context):
    async with store.transaction(context) as transaction:
        await transaction.write_many([observation(number) for number in range(600)])
    return store


async def body_of(store, name: str) -> bytes:
    key = store.keyring.reference("Observation", name)
    return await store.pool.fetchval("SELECT body FROM hygie.resource WHERE key = $1", key)


async def test_new_bodies_are_smaller_and_old_ones_still_open(many, context, trail):
    """A dictionary that saves nothing, or that shuts out what was written before it."""
    number = await train(many, context)
    assert number == FIRST
    assert [(e.action, e.version) for e in trail.entries[-1:]] == [("train-dictionary", number)]
    async with many.transaction(context) as transaction:
        await transaction.write_many([observation(number) for number in range(700, 760)])
    old = [await body_of(many, f"o{one}") for one in range(60)]
    new = [await body_of(many, f"o{one}") for one in range(700, 760)]
    assert {dictionary_of(body) for body in old} == {1}
    assert {dictionary_of(body) for body in new} == {number}
    assert sum(map(len, new)) < 0.9 * sum(map(len, old))
    assert (await many.read(context, "Observation", "o7")).id == "o7"
    assert (await many.read(context, "Observation", "o700")).id == "o700"


async def test_other_processes_use_it_without_a_restart(many, other, context):
    """Half of the workers writing larger bodies for ever."""
    number = await train(many, context)
    for _ in range(100):
        if other.vault.bodies.newest == number:
            break
        await asyncio.sleep(0.05)
    async with other.transaction(context) as transaction:
        await transaction.create(observation(701), id="o701")
    assert dictionary_of(await body_of(many, "o701")) == number


async def test_a_body_opens_where_its_dictionary_was_not_heard_of(many, other, context):
    """A worker that missed the news must not call a sound body damaged."""
    await other.vault.keys.news.stop()
    await train(many, context)
    async with many.transaction(context) as transaction:
        await transaction.create(observation(702), id="o702")
    assert (await other.read(context, "Observation", "o702")).id == "o702"


async def test_several_are_kept_side_by_side(many, reopen, context):
    """After a restart, bodies of each dictionary open."""
    first = await train(many, context)
    async with many.transaction(context) as transaction:
        await transaction.create(observation(703), id="o703")
    assert await train(many, context) == first + 1
    again = await reopen()
    assert again.vault.bodies.newest == first + 1
    assert (await again.read(context, "Observation", "o703")).id == "o703"
    await again.close()


async def test_it_is_sealed(many, context):
    """Even blanked, it tells what a house does: it is nobody's to read in a dump."""
    await train(many, context)
    sealed = await many.pool.fetchval("SELECT sealed FROM hygie.dictionary")
    assert b"Mesure locale" not in sealed
    assert b"resourceType" not in sealed


async def test_too_few_bodies_are_refused_by_name(store, context):
    """An administrator who tries too early needs a reason, not a traceback."""
    with pytest.raises(Refused, match=r"store\.dictionary-untrained"):
        await train(store, context)
    assert await store.pool.fetchval("SELECT count(*) FROM hygie.dictionary") == 0


async def test_a_sample_reaches_all_kinds(many, monkeypatch):
    """A sample of the first types alone would leave the others as they are."""
    monkeypatch.setattr(own, "SAMPLES", 20_000)
    assert len(await own.sample(many)) > 500


async def test_it_is_trained_when_due_and_by_one_process(many, other, monkeypatch):
    """Every worker training at once, again and again, on a server that has better to do."""
    await many.pool.execute("ANALYZE hygie.resource")
    assert await keeper.train_if_due(many) is None
    monkeypatch.setattr(keeper, "FIRST_AT", 600)
    both = await asyncio.gather(keeper.train_if_due(many), keeper.train_if_due(other))
    assert sorted(both, key=str) == [FIRST, None]
    assert await keeper.train_if_due(other) is None
    monkeypatch.setattr(keeper, "GROWTH", 1)
    assert await keeper.train_if_due(other) == FIRST + 1
    assert [one.resources for one in await own.known(many)] == [600, 600]


async def test_reads_do_not_wait_for_it(many, context):
    """Training takes seconds; a ward does not wait."""
    training = asyncio.create_task(train(many, context))
    reads = 0
    while not training.done():
        await many.read(context, "Observation", "o7")
        reads += 1
    assert await training
    assert reads > 20
