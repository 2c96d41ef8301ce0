"""Guards against resources that change, vanish or come back otherwise than FHIR says."""

from datetime import UTC, datetime, timedelta

import pytest

from hygie.fhir.codec import decode
from hygie.refusal import Category, Refused

PATIENT = {"resourceType": "Patient", "name": [{"family": "Martin"}]}


async def create(store, context, resource=PATIENT, **more):
    async with store.transaction(context) as transaction:
        return await transaction.create(resource, **more)


async def update(store, context, resource, **more):
    async with store.transaction(context) as transaction:
        return await transaction.update(resource, **more)


async def delete(store, context, kind, name, **more):
    async with store.transaction(context) as transaction:
        return await transaction.delete(kind, name, **more)


async def test_what_was_created_is_read(store, context):
    """The body must come back as it went in, decimals and order included."""
    raw = b'{"resourceType":"Observation","valueQuantity":{"value":72.50},"status":"final"}'
    made = await create(store, context, decode(raw))
    read = await store.read(context, "Observation", made.id)
    assert read.body == made.body
    assert read.body.endswith(b'"valueQuantity":{"value":72.50},"status":"final"}')
    meta = decode(read.body)["meta"]
    assert meta["versionId"] == "1"
    assert datetime.fromisoformat(meta["lastUpdated"]) == read.updated
    assert (made.created, read.created, read.version) == (True, False, 1)


async def test_the_given_id_is_not_used_by_create(store, context):
    """A client that chooses ids through create could overwrite another's resource."""
    made = await create(store, context, PATIENT | {"id": "chosen"})
    assert made.id != "chosen"


async def test_update_makes_then_replaces(store, context):
    """Each version stays readable: a correction must never erase what was believed."""
    first = await update(store, context, PATIENT | {"id": "a"})
    second = await update(store, context, PATIENT | {"id": "a", "gender": "male"})
    assert (first.version, first.created) == (1, True)
    assert (second.version, second.created) == (2, False)
    assert (await store.vread(context, "Patient", "a", 1)).body == first.body
    assert (await store.vread(context, "Patient", "a", 2)).body == second.body
    with pytest.raises(Refused, match=r"NOT_FOUND"):
        await store.vread(context, "Patient", "a", 3)


async def test_identical_content_makes_no_version(store, context, trail):
    """Feeds repeat themselves: a version for nothing hides the ones that mean something."""
    first = await update(store, context, PATIENT | {"id": "a"})
    entries = len(trail.entries)
    given = PATIENT | {"id": "a", "meta": {"versionId": "9", "lastUpdated": "2001-01-01T00:00:00Z"}}
    again = await update(store, context, given)
    assert again.version == first.version
    assert len(trail.entries) == entries


async def test_if_match_protects_from_a_lost_update(store, context):
    """Two people correct one record: the second must not silently undo the first."""
    await update(store, context, PATIENT | {"id": "a"})
    await update(store, context, PATIENT | {"id": "a", "gender": "male"}, if_match=1)
    for late in (update(store, context, PATIENT | {"id": "a"}, if_match=1),
                 delete(store, context, "Patient", "a", if_match=1),
                 update(store, context, PATIENT | {"id": "none"}, if_match=1)):  # fmt: skip
        with pytest.raises(Refused) as refused:
            await late
        assert refused.value.refusal.category is Category.PRECONDITION


async def test_the_deleted_is_gone_but_remembered(store, context, make_patient_query):
    """A deletion must hide the resource everywhere, and keep its history."""
    await update(store, context, PATIENT | {"id": "a"})
    gone = await delete(store, context, "Patient", "a")
    assert (gone.version, gone.deleted, gone.body) == (2, True, b"")
    with pytest.raises(Refused) as refused:
        await store.read(context, "Patient", "a")
    assert refused.value.refusal.category is Category.GONE
    assert (await store.search(context, make_patient_query("name", "martin"))).matches == ()
    history = await store.history(context, "Patient", "a", count=10)
    assert [(one.version, one.deleted, one.id) for one in history.matches] == [
        (2, True, "a"), (1, False, "a"),
    ]  # fmt: skip


async def test_deleting_nothing_changes_nothing(store, context):
    """A repeated deletion is not an event."""
    assert await delete(store, context, "Patient", "none") is None
    await update(store, context, PATIENT | {"id": "a"})
    await delete(store, context, "Patient", "a")
    assert await delete(store, context, "Patient", "a") is None


async def test_the_deleted_may_come_back(store, context):
    """Versions go on after a deletion: numbers are never used twice."""
    await update(store, context, PATIENT | {"id": "a"})
    await delete(store, context, "Patient", "a")
    back = await update(store, context, PATIENT | {"id": "a"})
    assert back.version == 3
    assert (await store.read(context, "Patient", "a")).body == back.body


async def test_an_existing_id_is_not_created_again(store, context):
    """Two resources under one id would be one person's data under another's name."""
    await create(store, context, id="a")
    with pytest.raises(Refused, match=r"store\.already-exists"):
        await create(store, context, id="a")


@pytest.mark.parametrize("wrong", ["", "é", "a/b", "a" * 65, "a b", 7, None])
async def test_ids_that_are_none_are_refused(store, context, wrong):
    """An id ends up in URLs: anything else than R4's alphabet is refused."""
    with pytest.raises(Refused, match=r"store\.id-"):
        await update(store, context, PATIENT | {"id": wrong})


async def test_a_resource_follows_its_patient(store, context):
    """A result filed under the wrong person, once corrected, must leave that person's record."""
    for name in ("a", "b"):
        await update(store, context, PATIENT | {"id": name})
    result = {"resourceType": "Observation", "id": "x", "status": "final"}
    await update(store, context, result | {"subject": {"reference": "Patient/a"}})
    await update(store, context, result | {"subject": {"reference": "Patient/b"}})
    assert await compartment(store, context, "a") == ["Patient/a"]
    assert await compartment(store, context, "b") == ["Patient/b", "Observation/x"]
    assert (await store.vread(context, "Observation", "x", 1)).version == 1


async def compartment(store, context, patient) -> list[str]:
    page = await store.everything(context, patient, count=50)
    return [f"{one.type}/{one.id}" for one in page.matches]


async def test_everything_is_the_compartment_and_its_support(store, context):
    """`$everything` must be whole, and hold nothing of anybody else."""
    refers = {"subject": {"reference": "Patient/a"}, "focus": [{"reference": "Patient/b"}]}
    resources = [
        PATIENT | {"id": "a"},
        PATIENT | {"id": "b", "link": [{"other": {"reference": "Patient/a"}, "type": "seealso"}]},
        {"resourceType": "Practitioner", "id": "dr"},
        *({"resourceType": "Observation", "id": f"x{n}", "status": "final",
           "performer": [{"reference": "Practitioner/dr"}]} | refers for n in range(5)),
    ]  # fmt: skip
    async with store.transaction(context) as transaction:
        await transaction.write_many(resources)
    seen, cursor = [], ""
    while True:
        page = await store.everything(context, "a", count=2, cursor=cursor)
        seen += [f"{one.type}/{one.id}" for one in page.matches]
        assert {one.type for one in page.included} <= {"Practitioner"}
        cursor = page.next
        if not cursor:
            break
    assert seen[0] == "Patient/a"
    assert {f"Observation/x{n}" for n in range(5)} <= set(seen)
    assert len(seen) == len(set(seen))
    only = await store.everything(context, "a", types=("Observation",), count=50)
    assert {one.type for one in (*only.matches, *only.included)} == {"Observation"}


async def test_history_is_paged_newest_first(store, context):
    """A page of history that repeats or skips a version hides who changed what."""
    for n in range(7):
        await update(store, context, PATIENT | {"id": f"p{n % 3}", "gender": "x" * n})
    for kind, name, total in ((None, None, 7), ("Patient", None, 7), ("Patient", "p0", 3)):
        seen, cursor = [], ""
        while True:
            page = await store.history(context, kind, name, count=2, cursor=cursor)
            seen += page.matches
            cursor = page.next
            if not cursor:
                break
        assert len({(one.id, one.version) for one in seen}) == len(seen) == total
        assert [one.updated for one in seen] == sorted((o.updated for o in seen), reverse=True)


async def test_history_since(store, context):
    """`_since` that lets older versions through makes a synchronisation endless."""
    made = await update(store, context, PATIENT | {"id": "a"})
    later = made.updated + timedelta(milliseconds=1)
    assert (await store.history(context, "Patient", None, count=9, since=later)).matches == ()
    with pytest.raises(Refused, match=r"NOT_FOUND"):
        await store.history(context, "Patient", "never", count=9)


async def test_every_access_is_audited(store, context, trail, make_patient_query):
    """An access without an entry is one that nobody will ever know of."""
    made = await create(store, context)
    key = store.keyring.reference("Patient", made.id)
    await store.read(context, "Patient", made.id)
    await store.vread(context, "Patient", made.id, 1)
    await store.search(context, make_patient_query("name", "mart"))
    await store.history(context, "Patient", made.id, count=5)
    await store.everything(context, made.id, count=5)
    await delete(store, context, "Patient", made.id)
    with pytest.raises(Refused):
        await store.read(context, "Patient", "unknown")
    assert [(entry.action, entry.patient, entry.count) for entry in trail.entries] == [
        ("create", key, 1), ("read", key, 1), ("vread", key, 1), ("search", key, 1),
        ("history", key, 1), ("everything", key, 1), ("delete", key, 1), ("read", 0, 0),
    ]  # fmt: skip
    assert all(entry.context == context for entry in trail.entries)
    assert trail.entries[3].detail == "Patient?name=mart"


async def test_the_clock_may_go_backwards(store, context):
    """Versions must stay in order even when a server's clock is set back."""
    now = [datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=UTC)]
    store._clock = lambda: now.pop(0) if len(now) > 1 else now[0]
    first = await update(store, context, PATIENT | {"id": "a"})
    second = await update(store, context, PATIENT | {"id": "a", "gender": "male"})
    assert second.updated > first.updated


async def test_lost_connections_come_back(store, context):
    """A database that restarts must not leave a server that can only be killed."""
    made = await create(store, context)
    store.vault.keys._cache.clear()
    await store.pool.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    assert (await store.read(context, "Patient", made.id)).body == made.body
