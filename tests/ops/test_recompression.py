"""Bodies compressed anew: all of them, readable at any moment, and nothing else changed."""

import asyncio
from collections import Counter

import pytest
from tests.ops.conftest import PARIS, Examine, observation, patient, rules

from hygie.ledger import Ledger
from hygie.ops import recompression
from hygie.ops.pace import Pace
from hygie.ops.recompression import Recompressed, recompress
from hygie.refusal import Refused
from hygie.store.bodies.sealer import dictionary_of
from hygie.store.dictionaries import own
from hygie.store.dictionaries.serving import bodies_served, drop_unused
from hygie.store.dictionaries.training import trained
from hygie.store.keys.keyring import Keyring
from hygie.store.keys.rekeying import rekey
from hygie.store.store import Store
from hygie.trace import Context

BODIES = """
    SELECT key, version, body FROM hygie.resource
    UNION ALL SELECT key, version, body FROM hygie.resource_history
"""
REST = """
    SELECT patient, key, version, type, updated, deleted, tokens, spans, words, links, shape,
        happened, ended FROM hygie.resource ORDER BY key
"""


@pytest.fixture
async def trained_anew(kept: Store, context: Context, monkeypatch: pytest.MonkeyPatch) -> Store:
    """Bodies of 30 resources, past versions and a deletion, older than the dictionary in use."""
    monkeypatch.setattr("hygie.ops.slices.SLICE_ROWS", 5)

    async def quickly(samples: list[tuple[int, bytes]]) -> bytes:
        return trained([body for _, body in samples for _ in range(20)], 4096)

    monkeypatch.setattr(own, "_trained", quickly)
    async with kept.transaction(context) as transaction:
        await transaction.write_many([observation(f"n{n}", "a") for n in range(26)])
    await own.train(kept, context)
    return kept


async def dictionaries(store: Store) -> Counter[int]:
    rows = await store.pool.fetch(BODIES)
    return Counter(dictionary_of(row["body"]) for row in rows)


async def again(store: Store, context: Context) -> Recompressed:
    return await recompress(store, context, Pace(0))


async def test_every_version_is_compressed_anew(
    trained_anew: Store, context: Context, examine: Examine
) -> None:
    """Guards: old versions that keep an old dictionary for ever; anything else that changes."""
    before = await trained_anew.pool.fetch(REST)
    keys = await trained_anew.pool.fetch("SELECT * FROM hygie.patient_key ORDER BY patient")
    total = sum((await dictionaries(trained_anew)).values())
    assert await again(trained_anew, context) == Recompressed(own.FIRST, total, 0)
    assert await dictionaries(trained_anew) == {own.FIRST: total}
    assert await bodies_served(trained_anew) == {own.FIRST: total}
    assert await trained_anew.pool.fetch(REST) == before
    after = await trained_anew.pool.fetch("SELECT * FROM hygie.patient_key ORDER BY patient")
    assert after == keys
    assert rules(await examine()) == {}
    told = "SELECT count FROM hygie.audit WHERE action = 'recompress'"
    assert await trained_anew.pool.fetchval(told) == total


async def test_a_second_run_changes_nothing(trained_anew: Store, context: Context) -> None:
    """Guards: bodies rewritten for nothing."""
    await again(trained_anew, context)
    before = await trained_anew.pool.fetch(BODIES)
    assert (await again(trained_anew, context)).bodies == 0
    assert await trained_anew.pool.fetch(BODIES) == before


async def test_it_goes_on_where_it_was_stopped(
    trained_anew: Store, context: Context, examine: Examine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Guards: bodies that nothing opens when it stops half way; a night of work lost."""
    whole, calls = recompression.reseal, 0

    async def cut(*given: object) -> object:
        nonlocal calls
        calls += 1
        done = await whole(*given)  # type: ignore[arg-type]
        if calls == 3:
            raise KeyboardInterrupt
        return done

    monkeypatch.setattr(recompression, "reseal", cut)
    total = sum((await dictionaries(trained_anew)).values())
    with pytest.raises(KeyboardInterrupt):
        await again(trained_anew, context)
    done = (await dictionaries(trained_anew))[own.FIRST]
    assert 0 < done < total
    assert rules(await examine()) == {}
    assert (await again(trained_anew, context)).bodies == total - done
    assert await dictionaries(trained_anew) == {own.FIRST: total}


async def test_concurrent_writers_win(
    trained_anew: Store, context: Context, examine: Examine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Guards: a new version overwritten by an old body; a past version that is passed over."""
    whole = recompression.reseal

    async def late(*given: object) -> object:
        for name in ("n3", "n7"):
            changed = observation(name, "a") | {"status": "amended"}
            await trained_anew.update(context, changed)
        return await whole(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(recompression, "reseal", late)
    await again(trained_anew, context)
    assert b'"amended"' in (await trained_anew.read(context, "Observation", "n3")).body
    assert set(await dictionaries(trained_anew)) == {own.FIRST}
    assert rules(await examine()) == {}


async def test_a_patient_is_rekeyed_meanwhile(
    trained_anew: Store, context: Context, examine: Examine
) -> None:
    """Guards: a body sealed by a key that is just being destroyed."""
    await asyncio.gather(
        again(trained_anew, context), rekey(trained_anew, context, "a", settle_seconds=0)
    )
    await again(trained_anew, context)
    assert set(await dictionaries(trained_anew)) == {own.FIRST}
    assert rules(await examine()) == {}


async def test_a_damaged_body_is_left_and_told(trained_anew: Store, context: Context) -> None:
    """Guards: a run that never ends, or that makes damage look sound."""
    key = trained_anew.keyring.reference("Observation", "n4")
    spoil = (
        "UPDATE hygie.resource SET body = set_byte(body, 30, get_byte(body, 30) # 1) WHERE key = $1"
    )
    await trained_anew.pool.execute(spoil, key)
    report = await again(trained_anew, context)
    assert report.damaged == 1
    assert (await dictionaries(trained_anew))[1] == 1


async def test_only_what_serves_no_body_is_dropped(
    trained_anew: Store, context: Context, database_url: str, keyring: Keyring, examine: Examine
) -> None:
    """Guards: a dictionary gone that a body needs, or that another process still writes with."""
    await trained_anew.update(context, patient("c"))
    await own.train(trained_anew, context)
    assert await drop_unused(trained_anew, context) == []
    await again(trained_anew, context)
    other = await Store.open(database_url, keyring, lambda pool: Ledger(pool, keyring), zone=PARIS)
    with pytest.raises(Refused, match=r"store\.dictionary-shared"):
        await drop_unused(trained_anew, context)
    await other.close()
    assert await drop_unused(trained_anew, context) == [own.FIRST]
    assert [one.number for one in await own.known(trained_anew)] == [own.FIRST + 1]
    assert await drop_unused(trained_anew, context) == []
    assert rules(await examine()) == {}
