"""All current resources of a type, as they are at one moment: slices of bodies, in bounded memory.

For what goes through everything, views above all. One transaction reads what one snapshot holds,
through cursors: nothing that is written meanwhile is seen in half. Bodies are opened and forgotten:
what is read once does not push out of memory what is read often.

Cost: of one processor 1 µs a row to fetch and 5 to open, while the server takes 1.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime
from typing import Final, NamedTuple

from cryptography.exceptions import InvalidTag

from hygie.refusal import Refused
from hygie.store.bodies.placing import head
from hygie.store.bodies.sealer import Claim
from hygie.store.contract import StoredResource
from hygie.store.database import LONG_SECONDS, Connection, Reads, Record
from hygie.store.keys.sealing import Cipher
from hygie.store.search.sql import Arguments
from hygie.store.search.visible import Visible
from hygie.store.tables.rows import OPENED
from hygie.store.vault import Vault

SLICE_BYTES: Final = 4 * 1024 * 1024
"""Plain: a slice ends once it holds so many."""
LARGE_BYTES: Final = 32 * 1024
"""Sealed. Larger bodies are read apart, few at a time."""
PARTS: Final = (
    (f"octet_length(body) <= {LARGE_BYTES}", 500),
    (f"octet_length(body) > {LARGE_BYTES}", 4),
)
"""Which bodies, and how many are fetched at a time: 16 MB sealed, or four that are larger."""


class Selection(NamedTuple):
    """Which resources are read."""

    type: str
    patient: str = ""
    """An id: only what is this patient's and nobody else's. Empty for everybody's."""
    since: datetime | None = None
    """Only what was written later."""


class Slice(NamedTuple):
    bodies: Sequence[bytes]
    unreadable: int = 0
    """Rows among them that were altered on disk: they are not given out."""


class Whole:
    """One reading, within a transaction of `connection`: repeatable read, read only."""

    def __init__(
        self,
        connection: Connection,
        others: Reads,
        vault: Vault,
        selection: Selection,
        relation: str,
        visible: Visible,
    ) -> None:
        """`others`: where a row is looked up as it is now, rather than in the snapshot."""
        self._connection = connection
        self._others = others
        self._vault = vault
        self._type = selection.type
        self._arguments = Arguments()
        self._count: int | None = None
        self._bounds = visible.bound(selection.type)
        within = visible.of(selection.type, "whole", self._arguments)
        self._exact = within.exact
        self._rows = f"{relation} AS whole WHERE {self._condition(selection)} AND ({within.sql})"

    def _condition(self, selection: Selection) -> str:
        met = ["NOT deleted"]
        if selection.patient:
            key = self._vault.keyring.reference("Patient", selection.patient)
            met.append(f"patient = {self._arguments.number(key)}")
        if selection.since is not None:
            met.append(f"updated > {self._arguments.moment(selection.since)}")
        return " AND ".join(met)

    async def count(self) -> int:
        """How many resources `slices` goes through: gone through once, for the snapshot stays."""
        if self._count is None:
            await self._connection.execute("SET LOCAL statement_timeout = 0")
            query = f"SELECT count(*) FROM {self._rows}"  # noqa: S608 - ours
            arguments = self._arguments.values
            counted = await self._connection.fetchval(query, *arguments, timeout=LONG_SECONDS)
            self._count = int(counted) if self._exact else await self._counted()
        return self._count

    async def _counted(self) -> int:
        """By reading: the condition lets more through than what is within."""
        return sum([len(piece.bodies) + piece.unreadable async for piece in self.slices()])

    async def slices(self) -> AsyncIterator[Slice]:
        """Their bodies: in no order for who sees all of the type; else by their keys, for where a
        row lies depends on what lay there before it, seen or not."""
        order = "" if self._bounds.whole else " ORDER BY key"
        for part, rows in PARTS:
            query = f"SELECT {OPENED} FROM {self._rows} AND {part}{order}"  # noqa: S608 - ours
            cursor = await self._connection.cursor(query, *self._arguments.values)
            while records := await cursor.fetch(rows, timeout=LONG_SECONDS):
                async for piece in self._opened(records):
                    yield piece

    async def _opened(self, records: Sequence[Record]) -> AsyncIterator[Slice]:
        ciphers = await self._vault.keys.existing({record[0] for record in records})
        bodies: list[bytes] = []
        closed: list[int] = []
        size = 0
        for record in records:
            body = self._open(record, ciphers)
            if body is not None and not self._within(record, body):
                continue
            if body is None:
                closed.append(record["key"])
                continue
            bodies.append(body)
            size += len(body)
            if size > SLICE_BYTES:
                yield Slice(bodies)
                bodies, size = [], 0
        if bodies:
            yield Slice(bodies)
        if closed:
            yield await self._as_they_are_now(closed)

    def _open(self, record: Record, ciphers: Mapping[int, Cipher]) -> bytes | None:
        patient, key, version, _, deleted, sealed = record
        cipher = ciphers.get(patient)
        if cipher is None:
            return None
        try:
            return self._vault.bodies.open(cipher, sealed, Claim(self._type, key, version, deleted))
        except InvalidTag:
            return None

    def _within(self, record: Record, body: bytes) -> bool:
        if self._bounds.whole:
            return True
        id, updated = head(body, self._type)
        stored = StoredResource(
            type=self._type, id=id, version=record["version"], updated=updated, body=body
        )
        return self._bounds.holds(record[0], stored)

    async def _as_they_are_now(self, keys: Sequence[int]) -> Slice:
        """Rows that did not open, read again: the snapshot may be older than their present key, or
        than an erasure."""
        arguments = self._arguments.copy()
        wanted = arguments.numbers(keys)
        query = f"SELECT {OPENED} FROM {self._rows} AND key = ANY({wanted})"  # noqa: S608 - ours
        found = await self._vault.open_each(await self._others.fetch(query, *arguments.values))
        opened = [one for one in found if not isinstance(one, Refused)]
        bodies = [one.stored.body for one in opened if self._bounds.has(one)]
        return Slice(bodies, unreadable=len(found) - len(opened) if self._exact else 0)
