"""Guards what goes through everything: nothing left out, nothing twice, nothing of another moment,
nothing unrecorded."""

import random
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from hygie.fhir.codec import decode
from hygie.sight import Reach, Sight
from hygie.store.bodies import memo
from hygie.store.keys.erasure import destroy
from hygie.store.keys.rekeying import rekey
from hygie.store.reading import whole as reading
from hygie.store.reading.whole import Selection, Whole
from hygie.store.store import Store
from hygie.trace import Context

BRIEF = 0.0
OBSERVATIONS = Selection("Observation")
FLIP = "UPDATE hygie.resource SET body = set_byte(body, 20, get_byte(body, 20) # 1) WHERE key = $1"


def patient(name: str) -> dict[str, Any]:
    return {"resourceType": "Patient", "id": name}


def observation(name: str, of: str = "a", text: str = "pouls") -> dict[str, Any]:
    return {
        "resourceType": "Observation", "id": name, "status": "final", "code": {"text": text},
        "subject": {"reference": f"Patient/{of}"},
    }  # fmt: skip


async def write(store: Store, context: Context, resources: Iterable[dict[str, Any]]) -> None:
    async with store.transaction(context) as transaction:
        await transaction.write_many(list(resources))


@pytest.fixture
async def filled(store: Store, context: Context) -> Store:
    """Two patients; of the first, more observations than are fetched at a time."""
    await write(store, context, [patient("a"), patient("b"), observation("b1", "b")])
    await write(store, context, (observation(f"a{n}") for n in range(1_100)))
    return store


async def ids(whole: Whole) -> list[str]:
    """In order."""
    bodies = [body async for one in whole.slices() for body in one.bodies]
    return sorted(decode(body)["id"] for body in bodies)


async def test_who_sees_a_part_has_it_in_an_order_of_its_own(
    filled: Store, context: Context
) -> None:
    """Guards: rows as they lie, which tells of those out of sight between them."""
    for number in (3, 900, 40):
        await filled.update(context, observation(f"a{number}", text="tension"))
    key = filled.keyring.reference
    reach = Reach(frozenset({key("Patient", "a")}), house=False)
    narrow = msgspec.structs.replace(context, sight=Sight({("Observation", "s"): (reach,)}))
    async with filled.whole(narrow, OBSERVATIONS, "") as whole:
        bodies = [body async for one in whole.slices() for body in one.bodies]
    found = [key("Observation", decode(body)["id"]) for body in bodies]
    assert len(found) == 1_100
    assert found == sorted(found)


async def test_all_are_read_once(filled: Store, context: Context, trail: Any) -> None:
    """Guards: a resource missed, or counted twice; one that was deleted, or of another type."""
    await filled.delete(context, "Observation", "a7")
    await filled.update(context, observation("a8", text="tension"))
    async with filled.whole(context, OBSERVATIONS, "the view") as whole:
        assert await whole.count() == 1_100
        assert await ids(whole) == sorted({f"a{n}" for n in range(1_100) if n != 7} | {"b1"})
    entry = trail.entries[-1]
    assert (entry.action, entry.type, entry.count, entry.patient) == (
        "view", "Observation", 1_100, 0,
    )  # fmt: skip
    assert entry.detail == "the view"


async def test_a_type_that_was_never_written_is_empty(store: Store, context: Context) -> None:
    """Guards: a crash where there is nothing."""
    async with store.whole(context, Selection("Slot"), "") as whole:
        assert await whole.count() == 0
        assert await ids(whole) == []


async def test_one_patient_only(filled: Store, context: Context, trail: Any) -> None:
    """Guards: somebody else's data in an extract about one patient, and an access that the
    patient's own list does not show."""
    async with filled.whole(context, Selection("Observation", patient="b"), "") as whole:
        assert await ids(whole) == ["b1"]
    assert trail.entries[-1].patient == filled.keyring.reference("Patient", "b")
    async with filled.whole(context, Selection("Observation", patient="nobody"), "") as whole:
        assert await ids(whole) == []


async def test_only_what_was_written_later(filled: Store, context: Context) -> None:
    """Guards: an increment that leaves out what was written after the last one."""
    last = await filled.read(context, "Observation", "a3")
    await filled.update(context, observation("a4", text="tension"))
    since = Selection("Observation", since=last.updated)
    async with filled.whole(context, since, "") as whole:
        found = await ids(whole)
    assert "a4" in found
    assert "a3" not in found
    async with filled.whole(context, since._replace(since=datetime.now(UTC)), "") as whole:
        assert await ids(whole) == []


async def test_what_is_written_meanwhile_is_not_seen(filled: Store, context: Context) -> None:
    """Guards: a table whose rows are of two moments, half of a transaction in it."""
    async with filled.whole(context, OBSERVATIONS, "") as whole:
        slices = whole.slices()
        first = await anext(slices)
        await write(filled, context, [observation("late"), observation("a9", text="tension")])
        await filled.delete(context, "Observation", "a1099")
        rest = [body async for one in slices for body in one.bodies]
    found = [decode(body) for body in (*first.bodies, *rest)]
    assert len(found) == 1_101
    assert {one["code"]["text"] for one in found} == {"pouls"}


async def test_a_damaged_row_is_counted_and_the_others_are_read(
    filled: Store, context: Context
) -> None:
    """Guards: one damaged row in the way of all others, or one silently left out."""
    await filled.pool.execute(FLIP, filled.keyring.reference("Observation", "b1"))
    async with filled.whole(context, OBSERVATIONS, "") as whole:
        slices = [one async for one in whole.slices()]
    assert sum(one.unreadable for one in slices) == 1
    assert sum(len(one.bodies) for one in slices) == 1_100


async def test_a_record_erased_meanwhile_is_not_given_out(
    filled: Store, context: Context, other: Store
) -> None:
    """Guards: an erased record that a long reading still gives out, and one that stops it."""
    async with filled.whole(context, OBSERVATIONS, "") as whole:
        await destroy(other, context, "b", "asked for", settle_seconds=BRIEF)
        filled.vault.keys.forget([filled.keyring.reference("Patient", "b")])
        slices = [one async for one in whole.slices()]
    assert sum(len(one.bodies) for one in slices) == 1_100
    assert sum(one.unreadable for one in slices) == 0


async def test_a_key_replaced_meanwhile_is_no_damage(
    filled: Store, context: Context, other: Store
) -> None:
    """Guards: bodies taken for damaged because the snapshot is older than their key."""
    async with filled.whole(context, OBSERVATIONS, "") as whole:
        await rekey(other, context, "b", settle_seconds=BRIEF)
        filled.vault.keys.forget([filled.keyring.reference("Patient", "b")])
        slices = [one async for one in whole.slices()]
    assert sum(len(one.bodies) for one in slices) == 1_101
    assert sum(one.unreadable for one in slices) == 0


async def test_slices_are_bounded_by_what_they_hold(
    store: Store, context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Guards: memory filled by resources that are small at rest and large once open."""
    monkeypatch.setattr(reading, "SLICE_BYTES", 50_000)
    texts = [observation(f"o{n}", text="a" * 40_000) for n in range(9)]
    await write(store, context, [patient("a"), *texts])
    async with store.whole(context, OBSERVATIONS, "") as whole:
        sizes = [len(one.bodies) async for one in whole.slices()]
    assert sum(sizes) == 9
    assert max(sizes) <= 2


async def test_large_bodies_are_read_too(store: Store, context: Context) -> None:
    """Guards: bodies of more than one size, of which one size is forgotten."""
    noise = [observation(f"o{n}", text=f"{n:x}" + _noise(n, 60_000)) for n in range(6)]
    await write(store, context, [patient("a"), observation("small"), *noise])
    query = "SELECT count(*) FROM hygie.resource WHERE octet_length(body) > $1"
    assert await store.pool.fetchval(query, reading.LARGE_BYTES) == 6
    async with store.whole(context, OBSERVATIONS, "") as whole:
        assert len(await ids(whole)) == 7


def _noise(seed: int, size: int) -> str:
    return random.Random(seed).randbytes(size).hex()


async def test_nothing_of_it_is_remembered(
    filled: Store, context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Guards: one reading of everything pushing out of memory what is read every minute."""
    kept = []
    monkeypatch.setattr(memo.Memo, "keep", lambda *given: kept.append(given))
    async with filled.whole(context, OBSERVATIONS, "") as whole:
        assert len(await ids(whole)) == 1_101
    assert not kept
