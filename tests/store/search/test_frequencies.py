"""Guards against searches that read every row in the hope of a few matches."""

import pytest

from hygie.store.search import conditions, scan
from hygie.store.search.frequencies import Counts, Frequencies

PARTITION = "hygie.resource_observation"


async def test_frequent_tokens_are_counted_and_no_others(store, context):
    """A rare fact taken for a frequent one makes a search read a whole type."""
    known, token = Frequencies(), store.vault.blinder.names.alone
    observations = [{"resourceType": "Observation", "status": "final"} for _ in range(50)]
    async with store.transaction(context) as transaction:
        await transaction.write_many(observations)
    async with store.pool.acquire() as connection:
        assert await known.of(connection, PARTITION) == (0, {})
    await store.analyze()
    async with store.pool.acquire() as connection:
        found = await Frequencies().of(connection, PARTITION)
        assert await Frequencies().of(connection, "(SELECT 1)") == (0, {})
        assert await known.of(connection, PARTITION) == (0, {}), "remembered for a minute"
    final, amended = (token("Observation.status", code) for code in ("final", "amended"))
    assert found.rows == found.most([final]) == 50
    assert found.most([final, amended]) == 0


def test_few_rows_have_all_of_several_tokens():
    """A frequent fact beside a rare one, and the rare one not used to find the rows."""
    counts = Counts(1_000_000, {1: 500_000, 2: 90})
    assert counts.few([1, 2])
    assert counts.few([3])
    assert not counts.few([1])
    assert not counts.few([]), "no token narrows nothing"


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
    store._searcher._frequencies._known.clear()
    after = await store.search(context, query)
    assert [one.id for one in before.matches] == [one.id for one in after.matches]
    assert len(before.matches) == 10
    rare = await store.search(context, make_query("Observation", ("status", "amended")))
    assert [one.id for one in rare.matches] == ["o0"]


@pytest.mark.parametrize("looked", [1, 4, 100])
@pytest.mark.parametrize("size", ["1", "7", "60"])
async def test_a_walk_finds_what_is_gathered(looked, size, store, context, make_query, monkeypatch):
    """Patients left out, or twice, where a page of those referred to is walked to."""
    monkeypatch.setattr(conditions, "WALKED", 10)
    monkeypatch.setattr(scan, "WALK", looked)
    asked = ("_has:Observation:patient:status", "final"), ("_count", size)

    async def found() -> list[str]:
        ids, page = [], await store.search(context, make_query("Patient", *asked))
        while True:
            ids += [one.id for one in page.matches]
            if not page.next:
                return ids
            following = make_query("Patient", *asked, ("_cursor", page.next))
            page = await store.search(context, following)

    patients = [{"resourceType": "Patient", "id": f"p{n}"} for n in range(40)]
    observations = [
        {"resourceType": "Observation", "status": "final" if n % 3 else "amended",
         "subject": {"reference": f"Patient/p{n % 50}"}}
        for n in range(90)
    ]  # fmt: skip
    async with store.transaction(context) as transaction:
        await transaction.write_many(patients + observations)
        await transaction.delete("Patient", "p4")
    expected = {f"p{n % 50}" for n in range(90) if n % 3 and n % 50 < 40} - {"p4"}
    gathered = await found()
    await store.analyze()
    store._searcher._frequencies._known.clear()
    walked: list[int] = []
    walk = scan.Scan._walk

    async def counted(*given):
        rows = await walk(*given)
        walked.append(len(rows))
        return rows

    monkeypatch.setattr(scan.Scan, "_walk", counted)
    assert await found() == gathered
    assert set(gathered) == expected
    assert any(walked)
