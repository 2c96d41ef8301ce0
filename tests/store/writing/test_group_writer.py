"""Guards against writes that share a commit: one lost, mixed up, or undone by its neighbour."""

import asyncio

import pytest

from hygie.fhir.codec import decode
from hygie.refusal import Category, Refused
from hygie.store.store import Store

PATIENT = {"resourceType": "Patient", "name": [{"family": "Martin"}]}
NOTE = {"resourceType": "Basic", "code": {"text": "note"}}


async def test_creations_that_come_together_are_all_there(store, context, trail):
    """Rows of one statement must not swap their bodies, patients or audit entries."""
    given = [PATIENT | {"multipleBirthInteger": n} for n in range(40)] + [NOTE] * 3
    made = await asyncio.gather(*(store.create(context, resource) for resource in given))
    assert sorted((entry.action, entry.detail) for entry in trail.entries) == sorted(
        ("create", f"{one.type}/{one.id}") for one in made
    )
    for resource, one in zip(given, made, strict=True):
        read = await store.read(context, one.type, one.id)
        assert (read.body, read.version, one.created) == (one.body, 1, True)
        assert decode(read.body).items() >= resource.items()


async def test_creations_that_come_together_share_commits(store, context):
    """One flush a write is what makes single writes slow."""
    await store.create(context, PATIENT)  # makes what a first write makes
    await asyncio.gather(*(store.create(context, PATIENT) for _ in range(50)))
    transactions = await store.pool.fetchval(
        "SELECT count(DISTINCT xmin::text) FROM hygie.resource"
    )
    assert transactions <= 5


async def test_what_cannot_be_written_harms_itself_only(store, context, trail):
    """A neighbour's fault must not refuse, nor lose, what shared its group."""
    first = await store.create(context, PATIENT)
    outcomes = await asyncio.gather(
        store.create(context, PATIENT),
        store.create(context, PATIENT, fresh=first.id),
        store.create(context, NOTE),
        return_exceptions=True,
    )
    assert isinstance(outcomes[1], Refused)
    assert outcomes[1].refusal.category is Category.CONFLICT
    for made in (outcomes[0], outcomes[2]):
        assert (await store.read(context, made.type, made.id)).body == made.body
    created = {entry.detail for entry in trail.entries if entry.action == "create"}
    assert created == {f"{one.type}/{one.id}" for one in (first, outcomes[0], outcomes[2])}


async def test_each_is_judged_by_itself(store, context, trail):
    """A version conflict, a repetition and an empty delete must not touch those beside them."""
    for name in ("a", "b", "c", "d"):
        await store.update(context, PATIENT | {"id": name})
    trail.entries.clear()
    outcomes = await asyncio.gather(
        store.update(context, PATIENT | {"id": "a", "gender": "male"}, if_match=1),
        store.update(context, PATIENT | {"id": "b", "gender": "male"}, if_match=7),
        store.update(context, PATIENT | {"id": "c"}),
        store.delete(context, "Patient", "d"),
        store.delete(context, "Patient", "nobody"),
        store.update(context, NOTE | {"id": "new"}),
        store.create(context, NOTE),
        return_exceptions=True,
    )
    assert isinstance(outcomes[1], Refused)
    assert outcomes[1].refusal.category is Category.PRECONDITION
    versions = [None if one is None else one.version for one in outcomes[:1] + outcomes[2:]]
    assert versions == [2, 1, 2, None, 1, 1]
    assert sorted(entry.action for entry in trail.entries) == [
        "create", "create", "delete", "update"
    ]  # fmt: skip
    assert decode((await store.read(context, "Patient", "a")).body)["gender"] == "male"
    assert (await store.read(context, "Patient", "b")).version == 1
    assert (await store.vread(context, "Patient", "a", 1)).version == 1


async def test_writes_of_one_resource_take_turns(store, context):
    """In one statement, one of two versions of a resource would be lost without a trace."""
    written = await asyncio.gather(
        *(
            store.update(context, PATIENT | {"id": "a", "multipleBirthInteger": n})
            for n in range(20)
        )
    )
    assert [one.version for one in written] == list(range(1, 21))
    page = await store.history(context, "Patient", "a", count=100)
    assert [one.version for one in page.matches] == list(range(20, 0, -1))
    assert decode(page.matches[0].body)["multipleBirthInteger"] == 19


async def test_only_one_of_those_who_saw_a_version_replaces_it(store, context):
    """If-Match is worth nothing when two who hold the same version both succeed."""
    await store.update(context, PATIENT | {"id": "a"})
    outcomes = await asyncio.gather(
        *(
            store.update(context, PATIENT | {"id": "a", "multipleBirthInteger": n}, if_match=1)
            for n in range(10)
        ),
        return_exceptions=True,
    )
    assert sum(isinstance(one, Refused) for one in outcomes) == 9


async def test_processes_that_write_one_id_take_turns(store, context, database_url, keyring):
    """Two workers that make one id at once, of two patients, must not make two rows of it."""
    other = await Store.open(database_url, keyring, lambda pool: store.trail, zone=store.zone)

    async def write(here: Store, n: int) -> int:
        subject = {"subject": {"reference": f"Patient/p{n}"}}
        made = await here.update(context, NOTE | subject | {"id": "a"})
        return made.version

    try:
        versions = await asyncio.gather(*(write((store, other)[n % 2], n) for n in range(20)))
    finally:
        await other.close()
    assert sorted(versions) == list(range(1, 21))
    assert await store.pool.fetchval("SELECT count(*) FROM hygie.resource") == 1
    assert await store.pool.fetchval("SELECT count(*) FROM hygie.resource_history") == 19


async def test_a_new_id_whose_hash_is_taken_gives_way(store, context, monkeypatch):
    """Two resources of one key could not be told apart; ours to make, ours to change."""
    await store.create(context, PATIENT, fresh="first")
    taken = store.keyring.reference("Patient", "first")
    reference = store.keyring.reference
    monkeypatch.setattr(
        store.keyring,
        "reference",
        lambda kind, name: taken if name in ("second", "third") else reference(kind, name),
    )
    made = await store.create(context, PATIENT, fresh="second")
    assert made.id not in ("first", "second")
    with pytest.raises(Refused, match=r"store\.id-taken"):
        await store.update(context, PATIENT | {"id": "third"})
    assert (await store.read(context, "Patient", "first")).version == 1
