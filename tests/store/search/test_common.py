"""Guards against searches that read every row in the hope of a few matches."""

from hygie.store.search.common import Common

PARTITION = "hygie.resource_observation"


async def test_frequent_tokens_are_known_and_no_others(store, context):
    """A rare fact taken for a frequent one makes a search read a whole type."""
    common, token = Common(), store.vault.blinder.names.alone
    observations = [{"resourceType": "Observation", "status": "final"} for _ in range(50)]
    async with store.transaction(context) as transaction:
        await transaction.write_many(observations)
    async with store.pool.acquire() as connection:
        assert await common.of(connection, PARTITION) == frozenset()
    await store.analyze()
    async with store.pool.acquire() as connection:
        found = await Common().of(connection, PARTITION)
        assert await Common().of(connection, "(SELECT 1)") == frozenset()
        assert await common.of(connection, PARTITION) == frozenset(), "remembered for a minute"
    assert token("Observation.status", "final") in found
    assert token("Observation.status", "amended") not in found


async def test_the_rare_and_the_frequent_are_found_alike(store, context, make_query):
    """Two ways to read must not give two answers, nor two orders."""
    observations = [
        {"resourceType": "Observation", "id": f"o{n}", "status": "final" if n else "amended"}
        for n in range(30)
    ]
    async with store.transaction(context) as transaction:
        await transaction.write_many(observations)
    query = make_query("Observation", ("status", "final"), ("_count", "10"))
    before = await store.search(context, query)
    await store.analyze()
    store._searcher._common._known.clear()
    after = await store.search(context, query)
    assert [one.id for one in before.matches] == [one.id for one in after.matches]
    assert len(before.matches) == 10
    rare = await store.search(context, make_query("Observation", ("status", "amended")))
    assert [one.id for one in rare.matches] == ["o0"]
