"""Guards readings that last: what is read part by part is what was there at one moment."""

import asyncio
import random
from contextlib import aclosing
from datetime import UTC, datetime, timedelta

import pytest

from hygie.sight import EVERYTHING
from hygie.store.bodies.placing import to_milliseconds
from hygie.store.keys.erasure import destroy
from hygie.store.keys.news import settled
from hygie.store.reading import moment
from hygie.store.reading.moment import FIRST, Wanted


def observation(name, patient="ada", text="x"):
    return {
        "resourceType": "Observation", "id": name, "status": "final", "code": {"text": text},
        "subject": {"reference": f"Patient/{patient}"},
    }  # fmt: skip


def now():
    return to_milliseconds(datetime.now(UTC))


async def a_tick():
    await asyncio.sleep(0.003)


@pytest.fixture
def small(monkeypatch):
    """A few rows at a time, one to a slice, and few replaced ones to a reading."""
    monkeypatch.setattr(moment, "ROWS", 7)
    monkeypatch.setattr(moment, "SLICE_BYTES", 1)
    monkeypatch.setattr(moment, "MANY_REPLACED", 5)


async def read(store, wanted, *, slices=4, upto=None):
    """Bodies, in order, so many slices to a reading, each in a transaction of its own."""
    found, after, finished = [], FIRST, False
    while not finished:
        async with store.at_moment(EVERYTHING, wanted) as reading:
            left = slices
            async with aclosing(reading.slices(after, upto)) as pieces:
                async for piece in pieces:
                    assert not piece.unreadable
                    found += [item.body for item in piece.items]
                    assert piece.upto >= after
                    after = piece.upto
                    left -= 1
                    if not left:
                        break
            finished = after >= (upto or reading.end)
    return found


@pytest.mark.parametrize("seed", range(4))
async def test_what_is_written_meanwhile_changes_nothing(store, context, small, seed):
    """A resource missing, twice, or as it was never together with the others, because somebody
    wrote while an export went on."""
    chance = random.Random(seed)
    known = {}

    async def change():
        name = f"o{chance.randrange(60)}"
        if chance.random() < 0.2:
            stored = await store.delete(context, "Observation", name)
        else:
            text = str(chance.random())
            stored = await store.update(context, observation(name, text=text))
        if stored is not None:
            known.setdefault(name, {})[stored.version] = stored

    async def writer(count):
        for _ in range(count):
            await change()

    await asyncio.gather(*(writer(25) for _ in range(4)))
    writers = [asyncio.create_task(writer(60)) for _ in range(4)]
    await asyncio.sleep(0.05)
    at = now()
    await settled(store.pool, 0.05)
    found = await read(store, Wanted("Observation", at))
    gone = await read(store, Wanted("Observation", at, deleted=True))
    await asyncio.gather(*writers)
    assert await read(store, Wanted("Observation", at)) == found  # all over, once all is over

    then = [
        max((one for one in versions.values() if one.updated <= at), key=lambda o: o.version)
        for versions in known.values()
        if any(one.updated <= at for one in versions.values())
    ]
    assert sorted(found) == sorted(one.body for one in then if not one.deleted)
    assert len(gone) == sum(one.deleted for one in then)
    later = [one for versions in known.values() for one in versions.values() if one.updated > at]
    assert later


async def test_a_part_can_be_read_again(store, context, small):
    """A part made anew that holds more, or less, than the one it replaces."""
    for number in range(20):
        await store.update(context, observation(f"o{number}"))
    wanted = Wanted("Observation", now() + timedelta(milliseconds=1))
    async with store.at_moment(EVERYTHING, wanted) as reading:
        places = [piece.upto async for piece in reading.slices()]
    whole = await read(store, wanted)
    half = places[len(places) // 2]
    first = await read(store, wanted, upto=half)
    assert first == whole[: len(first)]
    assert 0 < len(first) < len(whole)


async def test_a_period_is_kept_to(store, context):
    """What was not asked for given out; what was, left out."""
    moments = []
    for number in range(4):
        moments.append((await store.update(context, observation(f"o{number}"))).updated)
        await a_tick()
    wanted = Wanted("Observation", now(), since=moments[0], until=moments[3])
    assert len(await read(store, wanted)) == 2
    assert len(await read(store, Wanted("Observation", moments[1]))) == 2


async def test_of_several_patients_only_those_asked_for(store, context, keyring):
    """Another's data in the records of some; what is of two left out, as it was too."""
    for name in ("ada", "bob", "eve"):
        await store.update(context, observation(f"of-{name}", name))
    both = {"resourceType": "Appointment", "id": "both", "status": "proposed", "participant": [
        {"actor": {"reference": f"Patient/{name}"}, "status": "accepted"} for name in ("ada", "bob")
    ]}  # fmt: skip
    await store.update(context, both)
    await a_tick()
    at = now()
    await a_tick()
    ada, eve = keyring.reference("Patient", "ada"), keyring.reference("Patient", "eve")

    async def count(kind, *patients, deleted=False, at=at, since=None):
        wanted = Wanted(kind, at, since, deleted=deleted, compartments=True,
                        patients=frozenset(patients))  # fmt: skip
        return len(await read(store, wanted))

    assert await count("Observation", ada) == 1
    assert await count("Appointment", ada) == 1
    assert await count("Appointment", eve) == 0
    assert await count("Appointment") == 1
    await store.delete(context, "Appointment", "both")
    assert await count("Appointment", ada) == 1  # it was there then
    assert await count("Appointment", eve) == 0
    await a_tick()
    assert await count("Appointment", ada, deleted=True, at=now(), since=at) == 1
    assert await count("Appointment", eve, deleted=True, at=now(), since=at) == 0


async def test_an_erased_patient_is_left_out(store, context):
    """Data of somebody who was erased between the moment and the reading."""
    for name in ("ada", "bob"):
        await store.update(context, {"resourceType": "Patient", "id": name})
        await store.update(context, observation(f"of-{name}", name))
    at = now()
    await destroy(store, context, "ada", "asked", settle_seconds=0)
    found = await read(store, Wanted("Observation", at))
    assert [b"of-bob" in body for body in found] == [True]
    assert await read(store, Wanted("Observation", now(), deleted=True)) == []


async def test_large_and_altered_bodies(store, context):
    """A large body left out; an altered one given out, or not told of."""
    large = observation("large", text=random.Random(1).randbytes(200_000).hex())
    await store.update(context, large)
    await store.update(context, observation("altered"))
    await a_tick()
    key = store.keyring.reference("Observation", "altered")
    await store.pool.execute(
        "UPDATE hygie.resource SET body = set_byte(body, 20, get_byte(body, 20) # 1) "
        "WHERE key = $1", key,
    )  # fmt: skip
    async with store.at_moment(EVERYTHING, Wanted("Observation", now())) as reading:
        pieces = [piece async for piece in reading.slices()]
    assert [len(item.body) > 400_000 for piece in pieces for item in piece.items] == [True]
    assert [unread for piece in pieces for unread in piece.unreadable] == [key]
