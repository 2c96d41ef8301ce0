"""The resources of a type as they were at one moment, in the order in which they were written.

For readings that last, stop and go on: what was current at the moment is the same whenever it is
read, since every version that replaced it is in `hygie.resource` and it is then in
`hygie.resource_history`. A place in that order (`Place`) is kept by whoever reads; from there the
next reading goes on, in a transaction of its own, so that no snapshot is held for hours.

The order is that of `updated`, then of keys. It follows the rows on disk, as they came, and it
never changes: neither re-indexing nor new keys touch `updated`. It holds for a moment at which no
write was under way any more (`keys.news.settled`).

Cost: of one processor 1 µs a row to fetch and 5 to open, while the server takes 2.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

from cryptography.exceptions import InvalidTag

from hygie.fhir.codec import decode
from hygie.refusal import Refused
from hygie.store.bodies.placing import head, tombstone
from hygie.store.bodies.sealer import Claim
from hygie.store.contract import StoredResource
from hygie.store.database import LONG_SECONDS, Connection, Reads, Record
from hygie.store.keys.patients import NO_PATIENT
from hygie.store.keys.sealing import Cipher
from hygie.store.search.sql import Arguments
from hygie.store.search.visible import Visible
from hygie.store.tables.rows import OPENED, version
from hygie.store.vault import Vault

ROWS: Final = 500
"""Fetched at a time."""
LARGE_BYTES: Final = 32 * 1024
"""Sealed. Larger bodies are fetched one by one: so many rows of them would not fit in memory."""
SLICE_BYTES: Final = 2 * 1024 * 1024
"""Plain: a slice ends once it holds so many."""
MANY_REPLACED: Final = 50_000
"""Versions replaced since the moment that one reading looks at; the next one goes on."""
_LOWEST: Final = -(2**63)


class Place(NamedTuple):
    """Where a version stands in the order: all up to and including it were read."""

    updated: datetime
    key: int


FIRST: Final = Place(datetime(1900, 1, 1, tzinfo=UTC), _LOWEST)
"""Before everything."""


class Wanted(NamedTuple):
    """Which versions are read."""

    type: str
    moment: datetime
    """As they were then; what was written at that very instant is among them."""
    since: datetime | None = None
    """Only what was written later."""
    until: datetime | None = None
    """Only what was written before."""
    deleted: bool = False
    """What was deleted then, rather than what was there."""
    compartments: bool = False
    """Only what belongs to patients: to these, or to any when there are none."""
    patients: frozenset[int] = frozenset()
    """Keyed hashes of patients."""
    keys: frozenset[int] = frozenset()
    """Keyed hashes of resources; empty for all."""
    token: int = 0
    """A fact that the present row states; 0 for none. One that has changed since may state it no
    more, or only now: whoever asks reads again."""


class Item(NamedTuple):
    """One version. `body` of a deleted one is its tombstone."""

    patient: int
    key: int
    body: bytes


class Slice(NamedTuple):
    items: Sequence[Item]
    upto: Place
    """Where to go on after it."""
    unreadable: Sequence[int] = ()
    """Keys of rows among them that were altered on disk: they are not given out."""


class _Head(NamedTuple):
    """What is known of a version before its body is fetched, when that is fetched apart."""

    place: Place
    version: int


class AtMoment:
    """One reading, within a transaction of `connection`: repeatable read, read only.

    `others`: where a row is looked up as it is now, when it does not open in the snapshot.
    """

    def __init__(
        self,
        connection: Connection,
        others: Reads,
        vault: Vault,
        wanted: Wanted,
        relation: str,
        visible: Visible,
    ) -> None:
        self._connection = connection
        self._others = others
        self._vault = vault
        self._wanted = wanted
        self._relation = relation
        self._visible = visible
        self._bounds = visible.bound(wanted.type)

    async def slices(self, after: Place = FIRST, upto: Place | None = None) -> AsyncIterator[Slice]:
        """In order, each to be gone on after. The last one ends at `upto`, or at `end`, with or
        without items, unless so much was replaced since that another reading is needed."""
        await self._connection.execute("SET LOCAL statement_timeout = 0")
        await self._connection.execute("SET LOCAL enable_seqscan = off")
        replaced = await self._replaced(after)
        end = upto or self.end
        if len(replaced) == MANY_REPLACED:
            end = min(end, replaced[-1].place)
        arguments = Arguments()
        query = self._current(arguments, after)
        cursor = await self._connection.cursor(query, *arguments.values, timeout=LONG_SECONDS)
        reached, following = after, _ahead(cursor)
        try:
            while reached < end:
                records = await following
                reached = min(end, _place(records[-1])) if len(records) == ROWS else end
                among = [head for head in replaced if head.place <= reached]
                del replaced[: len(among)]
                kept = await self._merged(_upto(records, reached), among)
                if reached < end:  # the server reads while these are opened
                    following = _ahead(cursor)
                async for piece in self._opened(kept, reached):
                    yield piece
        finally:
            await asyncio.wait((following,))

    @property
    def end(self) -> Place:
        """Behind everything."""
        return Place(self._wanted.moment, 2**63 - 1)

    # --- which rows -------------------------------------------------------------------------

    def _current(self, arguments: Arguments, after: Place) -> str:
        body = f"CASE WHEN octet_length(body) <= {LARGE_BYTES} THEN body END AS body"
        columns = OPENED.replace("body", body)
        where = self._condition(arguments, after, "current", tokens=True)
        moment = arguments.moment(self._wanted.moment)
        return (
            f"SELECT {columns}, updated FROM {self._relation} AS current "  # noqa: S608 - ours
            f"WHERE updated <= {moment} AND {where} ORDER BY updated, key"
        )

    async def _replaced(self, after: Place) -> list[_Head]:
        """Versions that were current at the moment and are not now."""
        arguments = Arguments()
        moment = arguments.moment(self._wanted.moment)
        where = self._condition(arguments, after, "past", tokens=False)
        if (patients := self._bounds.whose) is not None:  # it may have become another's since
            where += f" AND now.patient = ANY ({arguments.numbers(list(patients))})"
        query = (
            "SELECT past.updated, past.key, past.version "  # noqa: S608 - ours
            f"FROM {self._relation} AS now CROSS JOIN LATERAL ("
            "SELECT * FROM hygie.resource_history AS one "
            f"WHERE one.key = now.key AND one.type = now.type AND one.updated <= {moment} "
            "ORDER BY one.version DESC LIMIT 1) AS past "
            f"WHERE now.updated > {moment} AND {where} ORDER BY 1, 2 LIMIT {MANY_REPLACED}"
        )
        found = await self._connection.fetch(query, *arguments.values, timeout=LONG_SECONDS)
        return [_Head(Place(row[0], row[1]), row[2]) for row in found]

    def _condition(self, arguments: Arguments, after: Place, row: str, *, tokens: bool) -> str:
        wanted = self._wanted
        place = f"({arguments.moment(after.updated)}, {arguments.number(after.key)})"
        met = [
            f"({row}.updated, {row}.key) > {place}",
            f"{'' if wanted.deleted else 'NOT '}{row}.deleted",
            f"octet_length({row}.body) > 0",  # else it was erased
        ]
        if (patients := self._bounds.whose) is not None:
            met.append(f"{row}.patient = ANY ({arguments.numbers(list(patients))})")
        if wanted.since is not None:
            met.append(f"{row}.updated > {arguments.moment(wanted.since)}")
        if wanted.until is not None:
            met.append(f"{row}.updated < {arguments.moment(wanted.until)}")
        if wanted.patients:
            several = f"{row}.patient = {NO_PATIENT}"
            if tokens and not wanted.deleted:
                members = map(self._vault.blinder.names.member, wanted.patients)
                several += f" AND {row}.tokens && {arguments.numbers(list(members))}"
            own = arguments.numbers(list(wanted.patients))
            met.append(f"({row}.patient = ANY ({own}) OR ({several}))")
        if wanted.keys:
            met.append(f"{row}.key = ANY ({arguments.numbers(list(wanted.keys))})")
        if wanted.token and tokens:
            met.append(f"{row}.tokens @> {arguments.numbers([wanted.token])}")
        return " AND ".join(met)

    # --- their bodies -----------------------------------------------------------------------

    async def _merged(
        self, records: Sequence[Record], replaced: Sequence[_Head]
    ) -> Sequence[Record]:
        if not replaced:
            return records
        query = (
            f"SELECT {OPENED}, updated FROM hygie.resource_history JOIN "  # noqa: S608 - ours
            "unnest($1::bigint[], $2::integer[]) AS asked (k, v) ON key = k AND version = v "
            "WHERE type = $3"
        )
        found: list[Record] = list(records)
        keys, versions = [head.place.key for head in replaced], [one.version for one in replaced]
        code = self._vault.types.code(self._wanted.type)
        for start in range(0, len(keys), ROWS):
            part = slice(start, start + ROWS)
            found += await self._connection.fetch(
                query, keys[part], versions[part], code, timeout=LONG_SECONDS
            )
        return sorted(found, key=_place)

    async def _opened(self, records: Sequence[Record], reached: Place) -> AsyncIterator[Slice]:
        ciphers = await self._vault.keys.existing({record[0] for record in records})
        items: list[Item] = []
        closed: list[int] = []
        size = 0
        for record in records:
            if record[0] not in ciphers:  # the patient was erased
                continue
            item = self._open(record, ciphers) or await self._apart(record)
            if item is None:
                closed += [record["key"]] if self._bounds.whole else []
            elif self._within(record, item) and (
                record[0] != NO_PATIENT or await self._belongs(record, item)
            ):
                items.append(item)
                size += len(item.body)
            if size > SLICE_BYTES:
                yield Slice(items, _place(record), closed)
                items, closed, size = [], [], 0
        yield Slice(items, reached, closed)

    def _open(self, record: Record, ciphers: Mapping[int, Cipher]) -> Item | None:
        patient, key, number, _, deleted, sealed, _ = record
        cipher = ciphers.get(patient)
        if cipher is None or sealed is None:
            return None
        try:
            claim = Claim(self._wanted.type, key, number, deleted)
            return Item(patient, key, self._vault.bodies.open(cipher, sealed, claim))
        except InvalidTag:
            return None

    async def _apart(self, record: Record) -> Item | None:
        """A large body; or one that did not open: the snapshot may be older than its present key.
        Looked up as it is now, wherever it is now."""
        patient, key, number = record[0], record["key"], record["version"]
        found = await self._others.fetch(version(self._relation), key, number)
        code = self._vault.types.code(self._wanted.type)
        same = [row for row in found if (row["patient"], row["type"]) == (patient, code)]
        for row in await self._vault.open_each(same):
            if not isinstance(row, Refused):
                stored = row.stored
                plain = stored.body or tombstone(stored.type, stored.id, number, stored.updated)
                return Item(patient, key, plain)
        return None

    def _within(self, record: Record, item: Item) -> bool:
        if self._bounds.whole:
            return True
        kind, deleted = self._wanted.type, record["deleted"]
        id, updated = head(item.body, kind)
        stored = StoredResource(
            type=kind, id=id, version=record["version"], updated=updated,
            body=b"" if deleted else item.body, deleted=deleted,
        )  # fmt: skip
        return self._bounds.holds(record[0], stored)

    async def _belongs(self, record: Record, item: Item) -> bool:
        """Whether what is of no single patient is of several, and of the right ones."""
        if not self._wanted.compartments:
            return True
        body = item.body
        if self._wanted.deleted:
            body = await self._before(record)
        if not body:
            return False
        patients = self._vault.extractor.patients(decode(body, limit=len(body)))
        keys = {self._vault.keyring.reference("Patient", patient) for patient in patients}
        return bool(keys & self._wanted.patients if self._wanted.patients else keys)

    async def _before(self, record: Record) -> bytes:
        """What a deleted resource was: only that says whose it was."""
        query = version(self._relation)
        found = await self._others.fetch(query, record["key"], record["version"] - 1)
        opened = await self._vault.open_each(found)
        whole = [one.stored for one in opened if not isinstance(one, Refused)]
        return next((one.body for one in whole if one.type == self._wanted.type), b"")


def _ahead(cursor: Any) -> "asyncio.Future[Sequence[Record]]":
    """The next rows, being fetched."""
    fetched: asyncio.Future[Sequence[Record]]
    fetched = asyncio.ensure_future(cursor.fetch(ROWS, timeout=LONG_SECONDS))
    return fetched


def _upto(records: Sequence[Record], reached: Place) -> Sequence[Record]:
    if not records or _place(records[-1]) <= reached:
        return records
    return [record for record in records if _place(record) <= reached]


def _place(record: Any) -> Place:
    return Place(record["updated"], record["key"])
