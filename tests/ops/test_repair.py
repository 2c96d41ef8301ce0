"""Repairs rebuild what can be proven, leave a trace, and leave the rest alone."""

import pytest
from tests.ops.conftest import Examine, rules
from tests.ops.test_doctor import BAD_KEY, FLIP, FORGOTTEN, NO_KEY, PAST, TOKEN, key_of

from hygie.ops.repair import Repairer
from hygie.store.store import Store

REPAIRABLE = [
    (TOKEN, 1),
    ("UPDATE hygie.resource SET tokens = '{7}', links = 1 WHERE key = $1", 1),
    ("UPDATE hygie.resource SET shape = 0, happened = 3, spans = '{1,2,3}' WHERE key = $1", 1),
    ("ALTER TABLE hygie.audit DISABLE TRIGGER audit_is_append_only -- $1", 1),
    ("DROP TRIGGER audit_is_append_only ON hygie.audit -- $1", 1),
    ("DROP INDEX hygie.resource_history_updated -- $1", 1),
    ("DROP INDEX hygie.resource_by_tokens -- $1", 1),
    ("ALTER TABLE hygie.resource DETACH PARTITION hygie.resource_patient -- $1", 1),
]


async def damage(store: Store, statement: str) -> None:
    if "-- $1" in statement:
        await store.pool.execute(statement)
    else:
        await store.pool.execute(statement, key_of(store))


async def traces(store: Store) -> int:
    query = "SELECT count(*) FROM hygie.audit WHERE action = 'repair' AND actor = 'doctor'"
    return int(await store.pool.fetchval(query))


@pytest.mark.parametrize(("statement", "count"), REPAIRABLE)
async def test_what_can_be_rebuilt_is(
    kept: Store, examine: Examine, statement: str, count: int
) -> None:
    """Guards: a repair that is not one, that nobody is told of, or that starts anew each time."""
    await damage(kept, statement)
    report = await examine(repair=True)
    assert report.healthy
    assert sum(finding.repaired for finding in report.findings) == count
    assert await traces(kept) == count
    again = await examine(repair=True)
    assert again.healthy
    assert rules(again) == {}
    assert await traces(kept) == count


@pytest.mark.parametrize("statement", [FLIP, PAST, FORGOTTEN, NO_KEY, BAD_KEY])
async def test_what_cannot_be_proven_is_left(kept: Store, examine: Examine, statement: str) -> None:
    """Guards: evidence destroyed by a repair, or data invented."""
    await damage(kept, statement)
    tables = "SELECT md5(string_agg(t::text, '' ORDER BY t::text)) FROM hygie.{} t"
    names = ("resource", "resource_history", "patient_key")
    before = [await kept.pool.fetchval(tables.format(name)) for name in names]
    first = await examine(repair=True)
    assert not first.healthy
    assert [await kept.pool.fetchval(tables.format(name)) for name in names] == before
    assert await traces(kept) == 0


async def test_a_repair_that_fails_leaves_nothing(
    kept: Store, examine: Examine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Guards: a row repaired without a trace, by a process that died between the two."""
    await kept.pool.execute(TOKEN, key_of(kept))
    monkeypatch.setattr("hygie.ledger.Ledger.append", _dies)
    with pytest.raises(ConnectionResetError):
        await examine(repair=True)
    monkeypatch.undo()
    assert rules(await examine()) == {"index.differs": 1}


async def _dies(*_: object) -> None:
    raise ConnectionResetError


async def test_a_row_that_changed_meanwhile_is_left_to_its_writer(
    kept: Store, examine: Examine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Guards: the index of the version before, written over that of a newer one."""
    await kept.pool.execute(TOKEN, key_of(kept))
    whole = Repairer.index

    async def late(self: Repairer, *given: object) -> bool:
        bump = "UPDATE hygie.resource SET version = version + 1 WHERE key = $1"
        await kept.pool.execute(bump, key_of(kept))
        return await whole(self, *given)  # type: ignore[arg-type]

    monkeypatch.setattr(Repairer, "index", late)
    report = await examine(repair=True)
    assert [f.repaired for f in report.findings if f.kind.rule == "index.differs"] == [0]
