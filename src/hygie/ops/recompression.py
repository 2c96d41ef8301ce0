"""`hygie dictionary recompress`: every body by the newest dictionary, while others read and write.

Current rows go first, then replaced versions, in slices of a transaction each. What is done shows
in the bodies themselves: stopped at any moment, the same command passes over it the next time.
Keys, versions and index stay as they are; whoever writes a row meanwhile wins, and writes by the
newest dictionary already.
"""

from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Final

import msgspec
from cryptography.exceptions import InvalidTag

from hygie.ops.examination import Examination
from hygie.ops.findings import Findings
from hygie.ops.pace import Pace
from hygie.ops.slices import FIRST, Place, current_rows, past_rows
from hygie.store.bodies.resealing import TABLES, Resealed, reseal
from hygie.store.bodies.sealer import Claim, dictionary_of
from hygie.store.database import RETRIED, Connection, Record
from hygie.store.dictionaries.own import resources
from hygie.store.dictionaries.serving import bodies_served
from hygie.store.keys.sealing import Cipher
from hygie.store.store import Store
from hygie.trace import AuditEntry, Context

_CURRENT, _PAST = TABLES
_NOTHING: Final = Resealed(0, 0)


class Recompressed(msgspec.Struct, frozen=True):
    dictionary: int
    """The newest: all bodies name it now, but for the damaged."""
    bodies: int
    """Compressed anew."""
    damaged: int
    """Bodies that do not open, left as they are."""


async def recompress(store: Store, context: Context, pace: Pace) -> Recompressed:
    """Goes through all bodies until none is left that opens and names an older dictionary.

    On record, with what it came to.
    """
    exam = Examination(store.pool, store, Findings(), pace, None)
    exam.pace.expect(await resources(store.pool))
    run = _Run(exam)
    bodies = 0
    while True:
        done = await run.through()
        bodies += done.bodies
        if done.bodies == 0 or await run.older() <= done.damaged:
            break
    report = Recompressed(store.vault.bodies.newest, bodies, done.damaged)
    await store.trail.record(_entry(context, report))
    return report


def _entry(context: Context, report: Recompressed) -> AuditEntry:
    detail = f"{report.bodies} recompressed, {report.damaged} damaged"
    return AuditEntry(
        context=context, action="recompress", version=report.dictionary, count=report.bodies,
        detail=detail,
    )  # fmt: skip


class _Run:
    def __init__(self, exam: Examination) -> None:
        self._exam = exam
        self._vault = exam.store.vault

    async def through(self) -> Resealed:
        """Every row, once."""
        done = _NOTHING
        for type in self._exam.store.registry.resource_types:
            rows = partial(current_rows, type=self._vault.types.code(type))
            done = done.plus(await self._table(_CURRENT, rows, (FIRST, FIRST), "patient"))
        return done.plus(await self._table(_PAST, past_rows, (FIRST, 0), "version"))

    async def older(self) -> int:
        """Bodies that name another dictionary than the newest."""
        served = await bodies_served(self._exam.store)
        return sum(served.values()) - served.get(self._vault.bodies.newest, 0)

    async def _table(
        self, table: str, rows: Callable[..., Awaitable[list[Record]]], first: Place, second: str
    ) -> Resealed:
        """Rows in slices: a place is a key, and the column `second`."""
        done, after = _NOTHING, first
        while True:
            async with self._exam.snapshot() as connection:
                records = await rows(connection, after=after)
            if not records:
                return done
            done = done.plus(await self._slice(table, records))
            after = records[-1]["key"], records[-1][second]

    async def _slice(self, table: str, records: Sequence[Record]) -> Resealed:
        newest = self._vault.bodies.newest
        older = [one for one in records if one["body"] and dictionary_of(one["body"]) != newest]
        done = await self._replaced(table, older) if older else _NOTHING
        await self._exam.pace.advance(len(records))
        return done

    async def _replaced(self, table: str, older: Sequence[Record]) -> Resealed:
        """What does not open is tried once more with what other processes changed meanwhile."""
        done, unopened = await self._in_transaction(table, older)
        if unopened:
            await self._vault.catch_up({record["patient"] for record in unopened})
            again, _ = await self._in_transaction(table, unopened)
            done = Resealed(done.bodies, 0).plus(again)
        return done

    async def _in_transaction(
        self, table: str, older: Sequence[Record]
    ) -> tuple[Resealed, list[Record]]:
        """What it came to, and what did not open."""
        while True:
            try:
                async with self._exam.pool.acquire() as connection, connection.transaction():
                    return await self._reseal(connection, table, older)
            except RETRIED:  # somebody was in the way
                continue

    async def _reseal(
        self, connection: Connection, table: str, older: Sequence[Record]
    ) -> tuple[Resealed, list[Record]]:
        """Keys are asked for within the transaction: who replaces one waits until it is over."""
        ciphers = await self._vault.keys.existing({record["patient"] for record in older})
        unopened = []

        def anew(record: Record, claim: Claim) -> bytes | None:
            try:
                return self._recompressed(record, claim, ciphers.get(record["patient"]))
            except InvalidTag:
                unopened.append(record)
                raise

        return await reseal(connection, self._vault.types, table, older, anew), unopened

    def _recompressed(self, record: Record, claim: Claim, cipher: Cipher | None) -> bytes | None:
        if cipher is None:
            raise InvalidTag
        return self._vault.bodies.recompressed(record["body"], cipher, claim)
