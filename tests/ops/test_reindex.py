"""Reindexing: complete, resumable, and never in the way of writers."""

from collections.abc import AsyncIterator
from zoneinfo import ZoneInfo

import pytest
from tests.ops.conftest import Examine, observation, rules

from hygie.ledger import Ledger
from hygie.ops import Reindexed, reindex_store
from hygie.ops import reindex as reindexing
from hygie.ops import rules as index_rules
from hygie.ops.pace import Pace
from hygie.refusal import Refused
from hygie.store.keys.keyring import Keyring
from hygie.store.store import Store
from hygie.trace import Context

SPOILED = "UPDATE hygie.resource SET tokens[2] = tokens[2] # 1 WHERE NOT deleted"


async def again(store: Store, *types: str, everything: bool = False) -> Reindexed:
    ledger = Ledger(store.pool, store.keyring)
    return await reindex_store(store, ledger, Pace(0), types, everything=everything)


async def test_a_spoiled_index_is_made_anew(kept: Store, examine: Examine) -> None:
    """Guards: a reindexing after which searches still miss resources."""
    await kept.pool.execute(SPOILED)
    report = await again(kept, everything=True)
    assert {one.type: one.changed for one in report.types if one.done} == {
        "Patient": 2,
        "Observation": 1,
    }
    assert rules(await examine()) == {}
    told = await kept.pool.fetchval("SELECT count(*) FROM hygie.audit WHERE action = 'reindex'")
    assert told == len(report.types)


async def test_nothing_is_done_without_need(kept: Store) -> None:
    """Guards: hours of work at each start."""
    assert (await again(kept)).types == ()


async def test_a_second_run_changes_nothing(kept: Store) -> None:
    """Guards: rows rewritten for nothing."""
    await kept.pool.execute(SPOILED)
    await again(kept, "Patient")
    report = await again(kept, "Patient")
    assert [(one.done, one.changed) for one in report.types] == [(2, 0)]


async def test_an_unknown_type_is_refused(kept: Store) -> None:
    """Guards: "done" for a type that does not exist."""
    with pytest.raises(Refused, match=r"ops\.unknown-type"):
        await again(kept, "Pateint")


@pytest.fixture
async def elsewhere(kept: Store, database_url: str, keyring: Keyring) -> AsyncIterator[Store]:
    """The same database, under another time zone."""
    await index_rules.outdated(kept)
    store = await Store.open(
        database_url, keyring, lambda pool: Ledger(pool, keyring), zone=ZoneInfo("Indian/Reunion")
    )
    yield store
    await store.close()


async def test_a_change_of_zone_is_noticed(elsewhere: Store) -> None:
    """Guards: birth dates filed by Paris and sought by Saint-Denis."""
    assert await index_rules.outdated(elsewhere) == ["Observation", "Patient"]
    report = await again(elsewhere)
    assert [one.type for one in report.types] == ["Observation", "Patient"]
    assert await index_rules.outdated(elsewhere) == []


async def test_nothing_is_worked_out_again_for_the_same_program(
    kept: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Guards: a quarter of a second of each start; and a new program that is taken for the old."""
    assert await index_rules.outdated(kept) == []
    asked = []

    def digests(store: Store) -> dict[str, bytes]:
        asked.append(store)
        return {"Patient": b"other"}

    monkeypatch.setattr(index_rules, "digests", digests)
    assert await index_rules.outdated(kept) == []
    assert not asked
    monkeypatch.setattr(index_rules, "program", lambda: b"another program")
    assert await index_rules.outdated(kept) == ["Patient"]
    monkeypatch.undo()
    assert await index_rules.outdated(kept) == []
    monkeypatch.setattr(index_rules, "digests", digests)
    assert await index_rules.outdated(kept) == []
    assert len(asked) == 1


async def test_it_goes_on_where_it_was_stopped(
    kept: Store, context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Guards: a night of work lost to a restart."""
    async with kept.transaction(context) as transaction:
        await transaction.write_many([observation(f"n{n}", "a") for n in range(20)])
    await kept.pool.execute(SPOILED)
    monkeypatch.setattr("hygie.ops.slices.SLICE_ROWS", 5)
    whole, calls = reindexing.Reindexer._write, 0

    async def cut(self: reindexing.Reindexer, *given: object) -> None:
        nonlocal calls
        calls += 1
        if calls == 3:
            raise KeyboardInterrupt
        await whole(self, *given)  # type: ignore[arg-type]

    monkeypatch.setattr(reindexing.Reindexer, "_write", cut)
    with pytest.raises(KeyboardInterrupt):
        await again(kept, "Observation")
    assert await kept.pool.fetchval("SELECT done FROM hygie.reindex") == 10
    report = await again(kept)
    assert [(one.done, one.changed) for one in report.types] == [(22, 21)]
    assert calls == 3 + 3


async def test_a_concurrent_writer_wins(
    kept: Store, context: Context, monkeypatch: pytest.MonkeyPatch, examine: Examine
) -> None:
    """Guards: the index of an old version written over that of a new one."""
    await kept.pool.execute(SPOILED)
    whole = reindexing.Reindexer._write

    async def late(self: reindexing.Reindexer, *given: object) -> None:
        async with kept.transaction(context) as transaction:
            changed = observation("o", "a") | {"status": "amended"}
            await transaction.update(changed)
        await whole(self, *given)  # type: ignore[arg-type]

    monkeypatch.setattr(reindexing.Reindexer, "_write", late)
    await again(kept, "Observation")
    assert rules(await examine()) == {"index.differs": 2}
