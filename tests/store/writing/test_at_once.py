"""Guards against what one statement could do to a row that changed after it was looked at."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from hygie.fhir.codec import decode
from hygie.ledger import Ledger
from hygie.store.store import Store
from hygie.store.writing import at_once
from hygie.trace import Attached

PATIENT = {"resourceType": "Patient", "id": "p", "name": [{"family": "Martin"}]}
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
VERSIONS = "SELECT version FROM hygie.resource_history ORDER BY version"


@pytest.fixture
def meanwhile(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], Awaitable[Any]]], None]:
    """Has something happen, once, between the look and the statement."""

    def happens(what: Callable[[], Awaitable[Any]]) -> None:
        look, left = at_once.look, [what]

        async def looked(*given: Any) -> Any:
            held = await look(*given)
            while left:
                await left.pop()()
            return held

        monkeypatch.setattr(at_once, "look", looked)

    return happens


async def test_a_version_that_came_meanwhile_is_kept(store, other, context, meanwhile):
    """The lost update: both wrote version 2, and one of them is nowhere."""
    await store.update(context, PATIENT)
    meanwhile(lambda: other.update(context, PATIENT | {"gender": "male"}))
    last = await store.update(context, PATIENT | {"gender": "female"})
    assert last.version == 3
    assert decode((await store.vread(context, "Patient", "p", 2)).body)["gender"] == "male"
    assert [row["version"] for row in await store.pool.fetch(VERSIONS)] == [1, 2]


async def test_a_row_written_again_meanwhile_is_looked_at_again(store, context, meanwhile):
    """Keys are replaced, and records erased, without a new version."""
    await store.update(context, PATIENT)
    meanwhile(lambda: store.pool.execute("UPDATE hygie.resource_patient SET deleted = deleted"))
    assert (await store.update(context, PATIENT | {"gender": "male"})).version == 2
    assert [row["version"] for row in await store.pool.fetch(VERSIONS)] == [1]


async def test_a_resource_made_meanwhile_is_not_made_twice(store, other, context, meanwhile):
    """Two rows of one key, in two patients' compartments: no index forbids it."""
    meanwhile(lambda: other.update(context, PATIENT))
    assert (await store.update(context, PATIENT | {"gender": "male"})).version == 2
    assert await store.pool.fetchval("SELECT count(*) FROM hygie.resource") == 1


@pytest.mark.parametrize("which", ["p", "new"])
async def test_a_key_that_may_be_replaced_is_not_used_later(store, context, monkeypatch, which):
    """Whoever erases a record waits for what began in time: a process that was suspended between
    taking the key and sending what it sealed would bring the record back."""
    await store.update(context, PATIENT)
    spared = []
    commit = store._writer._commit

    async def committed(group: Any) -> Any:
        spared.append(len(group))
        return await commit(group)

    monkeypatch.setattr(store._writer, "_commit", committed)
    monkeypatch.setattr(store.vault.keys.news, "usable_until", lambda: LONG_AGO)
    if which == "new":
        await store.create(context, PATIENT)
    else:
        assert (await store.update(context, PATIENT | {"gender": "male"})).version == 2
    assert spared == [1]


async def test_processes_that_meet_write_one_history(store, other, context):
    """Whatever the order, each version was acknowledged once, and all are there."""
    given = [PATIENT | {"multipleBirthInteger": number} for number in range(24)]
    written = await asyncio.gather(
        *([store, other][number % 2].update(context, one) for number, one in enumerate(given))
    )
    assert sorted(one.version for one in written) == list(range(1, 25))
    for number, one in enumerate(written):
        read = await store.vread(context, "Patient", "p", one.version)
        assert decode(read.body)["multipleBirthInteger"] == number


async def test_it_writes_with_its_entries_or_not_at_all(
    store: Store, context, monkeypatch: pytest.MonkeyPatch
):
    """A change without a trace, or a trace of what never was."""
    ledger = Ledger(store.pool, store.keyring)
    writer = store._writer._at_once
    monkeypatch.setattr(writer, "_trail", ledger)
    monkeypatch.setattr(store._writer, "_trail", ledger)
    await asyncio.gather(*(store.update(context, PATIENT | {"id": f"p{n}"}) for n in range(3)))
    made = await asyncio.gather(*(store.create(context, PATIENT) for _ in range(3)))
    changed = await store.update(context, PATIENT | {"id": made[0].id, "gender": "male"})
    await store.delete(context, "Patient", made[1].id)
    entries = await ledger.recent()
    assert [e.entry.action for e in entries] == ["delete", "update"] + ["create"] * 6
    assert entries[1].entry.detail == f"Patient/{changed.id}"
    assert entries[1].entry.version == 2

    def broken(*_: Any) -> Attached:
        return Attached("INSERT INTO hygie.audit DEFAULT VALUES", ())

    monkeypatch.setattr(writer, "_trail", type("Broken", (), {"attached": broken})())
    rows = await store.pool.fetchval("SELECT count(*) FROM hygie.resource")
    await store.create(context, PATIENT)  # the other way, with its entry
    assert await store.pool.fetchval("SELECT count(*) FROM hygie.resource") == rows + 1
    assert await ledger.count() == len(entries) + 1


async def test_consumers_are_told(store, context):
    """An outbox that forgets what one statement wrote."""
    await store.outbox.register("reader")
    made = await asyncio.gather(*(store.create(context, PATIENT) for _ in range(5)))
    await store.update(context, PATIENT | {"id": made[0].id, "gender": "male"})
    changes = [change for one in await store.outbox.read("reader", 99) for change in one.changes]
    keys = [store.keyring.reference("Patient", one.id) for one in made]
    told = [(change.key, change.version) for change in changes]
    assert sorted(told[:-1]) == sorted((key, 1) for key in keys)
    assert told[-1] == (keys[0], 2)
