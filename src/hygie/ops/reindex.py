"""`hygie reindex`: what rows are found by, worked out again from their bodies, while others write.

Types go one after the other, rows in the order of their keys, a slice to a transaction that also
notes how far it came. A row is refiled only in the version that was read: concurrent writers win,
and they file by the new rules already.
"""

from collections.abc import Iterable, Sequence
from typing import Final

import msgspec

from hygie.ledger import Ledger
from hygie.ops import phrases, rules
from hygie.ops.comparison import differences, refiled
from hygie.ops.examination import Examination
from hygie.ops.findings import Findings
from hygie.ops.pace import Pace
from hygie.ops.reading import open_sound
from hygie.ops.repair import REFILE, refile_values
from hygie.ops.slices import FIRST, Place, current_rows, place_of
from hygie.refusal import Category, refuse
from hygie.store.database import RETRIED, Connection, Record
from hygie.store.parameters.rules import RulesChangedError
from hygie.store.store import Store
from hygie.trace import AuditEntry, Context

_CONTEXT: Final = Context(actor="reindex", kind="system", purpose="HSYSADMIN")
_BEGIN: Final = """
    INSERT INTO hygie.reindex (type, rules, after_key, after_patient, done, changed)
    VALUES ($1, $2, $3, $3, 0, 0)
    ON CONFLICT (type) DO UPDATE SET rules = excluded.rules, after_key = excluded.after_key,
        after_patient = excluded.after_patient, done = 0, changed = 0, started = now(),
        finished = NULL
    WHERE reindex.rules <> excluded.rules OR reindex.finished IS NOT NULL
"""
_COME: Final = "SELECT after_key, after_patient, done, changed FROM hygie.reindex WHERE type = $1"
_ADVANCE: Final = """
    UPDATE hygie.reindex SET after_key = $2, after_patient = $3, done = $4, changed = $5
    WHERE type = $1
"""
_FINISH: Final = "UPDATE hygie.reindex SET finished = now() WHERE type = $1"
_UNFINISHED: Final = """
    SELECT name FROM hygie.reindex JOIN hygie.resource_type ON code = type WHERE finished IS NULL
"""


class Outcome(msgspec.Struct, frozen=True):
    """What became of one type, since it was begun."""

    type: str
    done: int
    changed: int


class Reindexed(msgspec.Struct, frozen=True):
    types: tuple[Outcome, ...]
    unreadable: int
    """Rows that do not open, left as they are."""


async def reindex_store(
    store: Store, ledger: Ledger, pace: Pace, types: Sequence[str] = (), *, everything: bool = False
) -> Reindexed:
    """These types, or all, or those that need it. Refused when one is no resource type."""
    for type in types:
        if not store.registry.is_resource(type):
            raise refuse(Category.INVALID, "ops.unknown-type", phrases.UNKNOWN_TYPE, type=type)
    exam = Examination(store.pool, store, Findings(), pace, None)
    reindexer = Reindexer(exam, ledger)
    needed = await reindexer.needed()  # asked in any case: types without rows are noted
    chosen = store.registry.resource_types if everything else types or needed
    outcomes = await reindexer.run(chosen)
    unreadable = sum(finding.count for finding in exam.findings.all())
    return Reindexed(tuple(outcomes), unreadable)


class Reindexer:
    """Refiles one store. `exam` says at which pace, and takes in what cannot be read."""

    def __init__(self, exam: Examination, ledger: Ledger) -> None:
        self._exam = exam
        self._ledger = ledger
        self._digests = rules.digests(exam.store)

    async def needed(self) -> list[str]:
        """Types filed by other rules than today's, and those left half way."""
        outdated = await rules.outdated(self._exam.store)
        unfinished = [row["name"] for row in await self._exam.pool.fetch(_UNFINISHED)]
        return sorted({*outdated, *unfinished})

    async def run(self, types: Iterable[str]) -> list[Outcome]:
        """Every row of these types. What was left half way is taken up there."""
        return [await self._type(type) for type in types]

    async def _type(self, type: str) -> Outcome:
        pool, code = self._exam.pool, self._exam.store.vault.types.code(type)
        await pool.execute(_BEGIN, code, self._digests[type], FIRST)
        (come,) = await pool.fetch(_COME, code)
        after: Place | None = (come["after_key"], come["after_patient"])
        outcome = Outcome(type, come["done"], come["changed"])
        while after is not None:
            outcome, after = await self._slice(outcome, code, after)
        return await self._finished(outcome, code)

    async def _slice(
        self, outcome: Outcome, code: int, after: Place
    ) -> tuple[Outcome, Place | None]:
        async with self._exam.snapshot() as connection:
            records = await current_rows(connection, code, after)
        version = self._exam.store.vault.rules.version
        values = await self._changes(records, version)
        if not records:
            return outcome, None
        come = place_of(records[-1])
        reached = Outcome(outcome.type, outcome.done + len(records), outcome.changed + len(values))
        try:
            await self._write(values, code, come, reached, version)
        except (*RETRIED, RulesChangedError):
            return outcome, after  # somebody was in the way: the same slice again
        await self._exam.pace.advance(len(records))
        return reached, come

    async def _changes(self, records: Sequence[Record], version: int) -> list[tuple[object, ...]]:
        """What `REFILE` must be given: for the rows that are not as they would be filed today."""
        changes = []
        for one in await open_sound(self._exam, records):
            patient, index = refiled(self._exam.store.vault, one)
            if patient == one.record["patient"] and differences(one.record, index):
                changes.append(refile_values(one, index, version))
        return changes

    async def _write(
        self,
        values: list[tuple[object, ...]],
        code: int,
        come: Place,
        reached: Outcome,
        version: int,
    ) -> None:
        rules = self._exam.store.vault.rules
        async with self._exam.pool.acquire() as connection, connection.transaction():
            await rules.require(connection)
            if rules.version != version:
                raise RulesChangedError
            if values:
                await connection.executemany(REFILE, values)
            await connection.execute(_ADVANCE, code, *come, reached.done, reached.changed)

    async def _finished(self, outcome: Outcome, code: int) -> Outcome:
        async with self._exam.pool.acquire() as connection, connection.transaction():
            await self._note(connection, outcome)
            await connection.execute(_FINISH, code)
            await rules.keep(connection, outcome.type, self._digests[outcome.type])
        return outcome

    async def _note(self, connection: Connection, outcome: Outcome) -> None:
        entry = AuditEntry(
            context=_CONTEXT, action="reindex", type=outcome.type, count=outcome.changed,
            detail=f"{outcome.done} read, {outcome.changed} changed",
        )  # fmt: skip
        await self._ledger.append(connection, [entry])
