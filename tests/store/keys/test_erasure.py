"""Guards against erasure that leaves something readable, findable or writable, anywhere."""

import asyncio
from zoneinfo import ZoneInfo

import pytest

from hygie.fhir.definitions import r4
from hygie.fhir.search import parse_query
from hygie.refusal import Category, Refused
from hygie.store.keys.erasure import destroy
from hygie.store.keys.rekeying import rekey
from hygie.store.keys.rotation import rewrap, rotate_file
from hygie.store.store import Store

NAME = {"name": [{"family": "Quatremère"}]}


def observation(number: int, name: str) -> dict:
    return {
        "resourceType": "Observation", "id": f"{name}{number}", "status": "final",
        "code": {"text": "pouls"}, "subject": {"reference": f"Patient/{name}"},
        "effectiveDateTime": "2026-01-02", "valueQuantity": {"value": 71},
    }  # fmt: skip


@pytest.fixture
async def two(store, context):
    async with store.transaction(context) as transaction:
        await transaction.write_many(
            [{"resourceType": "Patient", "id": name, **NAME} for name in ("a", "b")]
        )
        await transaction.write_many(
            [observation(n, name) for name in ("a", "b") for n in range(5)]
        )
    async with store.transaction(context) as transaction:
        await transaction.update({"resourceType": "Patient", "id": "a", "active": True, **NAME})
    return store


async def found(store, context, kind: str, **criteria) -> set[str]:
    query = parse_query(r4(), kind, tuple(criteria.items()), zone=ZoneInfo("Europe/Paris")).query
    return {one.id for one in (await store.search(context, query)).matches}


async def test_nothing_of_the_record_is_given_out(two, other, context):
    """At once, in every process, even one that has key and bodies in memory and hears nothing."""
    for name in ("a1", "a2"):
        assert await other.read(context, "Observation", name)
    await other.vault.keys.news.stop()
    assert await destroy(two, context, "a", "demande du patient", settle_seconds=0) == 7
    for store in (two, other):
        for kind, name in (("Patient", "a"), ("Observation", "a1"), ("Observation", "a4")):
            with pytest.raises(Refused) as refused:
                await store.read(context, kind, name)
            assert refused.value.refusal.category is Category.GONE
        with pytest.raises(Refused, match=r"store\.key-destroyed"):
            await store.vread(context, "Patient", "a", 1)
        assert await found(store, context, "Patient", family="quatremere") == {"b"}
        assert await found(store, context, "Observation", subject="Patient/a") == set()
        past = await store.history(context, "Patient", "a", count=5)
        assert not past.matches
        assert [issue.rule for issue in past.issues] == ["store.key-destroyed"] * 2
        assert not (await store.everything(context, "a", count=50)).matches


async def test_the_other_records_are_as_before(two, context):
    """One erasure must not take the neighbour's record along."""
    await destroy(two, context, "a", "", settle_seconds=0)
    assert len((await two.everything(context, "b", count=50)).matches) == 6
    assert (await two.read(context, "Observation", "b1")).version == 1


async def test_no_byte_of_it_stays_in_the_tables(two, context):
    """Sealed bodies and a key that a backup of tomorrow would carry on."""
    await destroy(two, context, "a", "", settle_seconds=0)
    number = two.keyring.reference("Patient", "a")
    for table in ("resource", "resource_history"):
        query = f"SELECT count(*) FROM hygie.{table} WHERE patient = $1 AND body <> ''"
        assert await two.pool.fetchval(query, number) == 0
    row = await two.pool.fetchrow("SELECT * FROM hygie.patient_key WHERE patient = $1", number)
    assert (row["wrapped"], row["former"]) == (b"", None)
    assert row["destroyed"] is not None
    index = "SELECT tokens, spans, words, shape FROM hygie.resource WHERE patient = $1"
    assert {tuple(row) for row in await two.pool.fetch(index, number)} == {(None, None, None, 0)}


async def test_nothing_more_is_written_to_it(two, other, context):
    """New data under a destroyed key would be lost; under a new one, the record would revive."""
    await destroy(two, context, "a", "", settle_seconds=0)
    for store in (two, other):
        with pytest.raises(Refused, match=r"store\.patient-erased"):
            async with store.transaction(context) as transaction:
                await transaction.create(observation(99, "a"))
        with pytest.raises(Refused, match=r"store\.key-destroyed"):
            async with store.transaction(context) as transaction:
                await transaction.update({"resourceType": "Patient", "id": "a", **NAME})
    with pytest.raises(Refused, match=r"store\.patient-erased"):
        await rekey(two, context, "a", settle_seconds=0)


async def test_writes_that_meet_it_leave_nothing(two, other, context):
    """A result that arrives at the very moment must not stay behind, under a key nobody has."""
    stop = asyncio.Event()

    async def work(store: Store, lane: str) -> None:
        for number in range(10_000):
            if stop.is_set():
                return
            try:
                async with store.transaction(context) as transaction:
                    await transaction.create(observation(number, "a"), id=f"{lane}-{number}")
            except Refused as refused:
                assert refused.refusal.category is Category.GONE  # noqa: PT017 - many are made

    async def erased() -> None:
        await asyncio.sleep(0.3)
        await destroy(two, context, "a", "", settle_seconds=0.3)
        stop.set()

    await asyncio.gather(erased(), work(two, "here"), work(other, "there"))
    left = "SELECT count(*) FROM hygie.resource WHERE patient = $1 AND (body <> '' OR NOT deleted)"
    assert await two.pool.fetchval(left, two.keyring.reference("Patient", "a")) == 0


async def test_a_refused_write_does_not_refuse_others(two, context):
    """Writes that commit together have nothing else in common."""
    await destroy(two, context, "a", "", settle_seconds=0)
    outcomes = await asyncio.gather(
        two.create(context, observation(50, "a")),
        *(two.create(context, observation(n, "b")) for n in range(60, 70)),
        return_exceptions=True,
    )
    assert isinstance(outcomes[0], Refused)
    assert [type(one).__name__ for one in outcomes[1:]] == ["StoredResource"] * 10


async def test_it_is_on_record(two, context, trail):
    """When, by whom, and why: what an inspector asks of an erasure."""
    await destroy(two, context, "a", "demande du patient", settle_seconds=0)
    await destroy(two, context, "a", "encore", settle_seconds=0)
    entries = [entry for entry in trail.entries if entry.action == "destroy-key"]
    assert [(entry.detail, entry.context.actor) for entry in entries] == [
        ("Patient/a demande du patient", context.actor)
    ]
    assert entries[0].patient == two.keyring.reference("Patient", "a")


async def test_it_outlives_a_rotation_of_the_master_key(two, context, master_key):
    """A rotation wraps keys anew: not those that are no more."""
    await destroy(two, context, "a", "", settle_seconds=0)
    await rotate_file(two, context, master_key)
    assert await rewrap(two) == 1
    with pytest.raises(Refused, match=r"store\.key-destroyed"):
        await two.read(context, "Patient", "a")


async def test_an_unknown_record_is_refused(two, context):
    """A slip of the keyboard must not look like an erasure."""
    with pytest.raises(Refused, match=r"store\.not-found"):
        await destroy(two, context, "nobody", "", settle_seconds=0)
