"""Guards against writes that share a commit: one lost, mixed up, or undone by its neighbour."""

import asyncio

import asyncpg

from hygie.fhir.codec import decode

PATIENT = {"resourceType": "Patient", "name": [{"family": "Martin"}]}
NOTE = {"resourceType": "Basic", "code": {"text": "note"}}


async def test_creations_that_come_together_are_all_there(store, context, trail):
    """Rows of one statement must not swap their bodies, patients or audit entries."""
    given = [PATIENT | {"multipleBirthInteger": n} for n in range(40)] + [NOTE] * 3
    made = await asyncio.gather(*(store.create(context, resource) for resource in given))
    assert [(entry.action, entry.detail) for entry in trail.entries] == [
        ("create", f"{one.type}/{one.id}") for one in made
    ]
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
    twin = store.vault.draft(PATIENT, first.id, 1, first.updated)
    outcomes = await asyncio.gather(
        store.create(context, PATIENT),
        store._writer.create(context, twin),
        store.create(context, NOTE),
        return_exceptions=True,
    )
    assert isinstance(outcomes[1], asyncpg.UniqueViolationError)
    for made in (outcomes[0], outcomes[2]):
        assert (await store.read(context, made.type, made.id)).body == made.body
    assert [entry.action for entry in trail.entries].count("create") == 3
