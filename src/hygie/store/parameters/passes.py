"""Readings of all rows of a type, that add to each what new search parameters find in it.

A slice of rows at a time, in the order of their keys: its rows are written, and how far it came is
noted, in one transaction. So whoever goes on, after whatever stopped it, does no row twice and
leaves none out. While a slice is being written the next is being read.

A row is written only if it is as it was read. One that was written since was filed by the new rules
already (`rules`); and one without a value for any of the parameters is not written at all.
"""

import asyncio
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from cryptography.exceptions import InvalidTag

from hygie.fhir.codec import decode
from hygie.fhir.definitions import SearchParameter
from hygie.store.bodies.sealer import Claim
from hygie.store.database import LONG_SECONDS, Pool, Record
from hygie.store.keys.news import ANNOUNCE, PARAMETERS
from hygie.store.keys.sealing import Cipher
from hygie.store.parameters.places import FIRST, Place, place_of
from hygie.store.parameters.resting import Resting
from hygie.store.store import Store
from hygie.store.vault import Opened
from hygie.store.writing.turns import taking_turns

SLICE_ROWS: Final = 1_000
SLICE_BYTES: Final = 4 * 1024 * 1024
"""Sealed; open, a body is some eight times larger."""
TURN_ROWS: Final = 40
"""Rows worked out before other tasks get their turn: a millisecond or two."""
_BEGIN: Final = """
INSERT INTO hygie.index_pass (pass, type, after_key, after_patient, expected)
SELECT $1, t.code, $3, $4, greatest(0, coalesce((
    SELECT reltuples FROM pg_class WHERE oid = to_regclass('hygie.resource_' || lower(t.name))
), 0))
FROM hygie.resource_type t
WHERE t.name = ANY($2::text[]) AND to_regclass('hygie.resource_' || lower(t.name)) IS NOT NULL
ON CONFLICT DO NOTHING
"""
_LEFT: Final = """
SELECT name, after_key, after_patient FROM hygie.index_pass JOIN hygie.resource_type ON code = type
WHERE pass = $1 AND finished IS NULL ORDER BY name
"""
_ADVANCE: Final = """
UPDATE hygie.index_pass SET after_key = $3, after_patient = $4, done = done + $5,
    changed = changed + $6 WHERE pass = $1 AND type = $2
"""
_FINISH: Final = "UPDATE hygie.index_pass SET finished = now() WHERE pass = $1 AND type = $2"
_ROWS: Final = """
SELECT patient, key, version, type, deleted, body, tokens FROM (
    SELECT *, sum(octet_length(body)) OVER (ORDER BY key, patient) - octet_length(body) AS before
    FROM (
        SELECT * FROM {relation} WHERE (key, patient) > ($1, $2) AND NOT deleted
        ORDER BY key, patient LIMIT $3
    ) AS ahead
) AS weighed WHERE before < $4 ORDER BY key, patient
"""
_WRITE: Final = """
UPDATE {relation} AS r SET
    tokens = given.links::bigint[] || r.tokens || given.facts::bigint[],
    links = r.links + given.linked,
    spans = nullif(r.spans || given.spans::bigint[], '{{}}')
FROM unnest(
    $1::bigint[], $2::bigint[], $3::integer[], $4::integer[],
    $5::text[], $6::smallint[], $7::text[], $8::text[]
) AS given (patient, key, version, size, links, linked, facts, spans)
WHERE r.key = given.key AND r.patient = given.patient AND r.version = given.version
    AND coalesce(cardinality(r.tokens), 0) = given.size
"""


class Slice(NamedTuple):
    """Rows read, what is to be written of them, and how far they reach."""

    read: int
    values: list[tuple[Any, ...]]
    reached: Place


async def begin(pool: Pool, number: int, types: Sequence[str]) -> None:
    """A pass over these types, from their first rows. Nothing, for those that it has begun."""
    await pool.execute(_BEGIN, number, list(types), *FIRST)


async def left(pool: Pool, number: int) -> list[tuple[str, Place]]:
    """The types that a pass has not finished, and how far it has come with each."""
    rows = await pool.fetch(_LEFT, number)
    return [(row["name"], Place(row["after_key"], row["after_patient"])) for row in rows]


class Pass:
    """One reading of the rows of one type."""

    def __init__(
        self, store: Store, number: int, kind: str, parameters: Sequence[SearchParameter]
    ) -> None:
        """`parameters`: those that it is for, of this type."""
        self._store = store
        self._number = number
        self._kind = kind
        self._code = store.vault.types.code(kind)
        self._resting = Resting()
        self._entries = store.extractor.only(kind, parameters)

    async def run(self, after: Place) -> None:
        """From there to the end."""
        await self._store.vault.partitions.ensure({self._kind})
        relation = self._store.vault.partitions.relation(self._kind)
        writing: asyncio.Task[None] | None = None
        try:
            while (one := await self._read(relation, after)).read:
                after = one.reached
                if writing is not None:
                    await writing
                writing = asyncio.create_task(self._write(relation, one))
                if self._resting.busy:  # the database serves as well: it rests in its turn
                    self._resting.resume()
                    await writing
                    await self._resting.turn()
            if writing is not None:
                await writing
        finally:
            if writing is not None:
                writing.cancel()
        await self._store.pool.execute(_FINISH, self._number, self._code)
        await self._analyze(relation)

    async def _analyze(self, relation: str) -> None:
        """New tokens are on many rows at once: the planner is to know."""
        async with self._store.pool.acquire() as connection, connection.transaction():
            await connection.execute("SET LOCAL statement_timeout = 0")
            await connection.execute(f"ANALYZE {relation} (tokens)", timeout=LONG_SECONDS)

    async def _read(self, relation: str, after: Place) -> Slice:
        query = _ROWS.format(relation=relation)
        rows = await self._store.pool.fetch(query, *after, SLICE_ROWS, SLICE_BYTES)
        if not rows:
            return Slice(0, [], after)
        self._resting.resume()
        ciphers = await self._store.vault.keys.existing({row["patient"] for row in rows})
        values: list[tuple[Any, ...]] = []
        doubtful: list[Record] = []
        for start in range(0, len(rows), TURN_ROWS):
            for row in rows[start : start + TURN_ROWS]:
                body = self._body(row, ciphers.get(row["patient"]))
                if body is None:
                    doubtful.append(row)
                else:
                    values += self._values(row, body)
            await self._resting.turn()
        for one in await self._store.vault.open_each(doubtful) if doubtful else ():
            if isinstance(one, Opened):  # else damaged, or erased: `hygie doctor` names it
                values += self._values(one.record, one.stored.body)
        return Slice(len(rows), values, place_of(rows[-1]))

    def _body(self, row: Record, cipher: Cipher | None) -> bytes | None:
        """None for what does not open by the keys and dictionaries known: others may be newer."""
        if cipher is None:
            return None
        claim = Claim(self._kind, row["key"], row["version"], deleted=False)
        try:
            return self._store.vault.bodies.open(cipher, row["body"], claim)
        except InvalidTag:
            return None

    def _values(self, row: Record, body: bytes) -> list[tuple[Any, ...]]:
        """What `_WRITE` must be given; nothing of a row that has no value for the parameters, or
        was filed by the new rules already."""
        found = self._entries(decode(body))
        if not found:
            return []
        index = self._store.vault.blinder.added(self._kind, found)
        tokens, there = index.tokens or [], row["tokens"] or ()
        if set(tokens) <= set(there):
            return []
        spans = index.spans or []
        return [(
            row["patient"], row["key"], row["version"], len(there),
            _literal(tokens[: index.links]), index.links, _literal(tokens[index.links :]),
            _literal(spans),
        )]  # fmt: skip

    async def _write(self, relation: str, one: Slice) -> None:
        await taking_turns(lambda: self._write_once(relation, one))

    async def _write_once(self, relation: str, one: Slice) -> None:
        async with self._store.pool.acquire() as connection, connection.transaction():
            await connection.execute("SET LOCAL synchronous_commit = off")
            if one.values:
                columns = [list(column) for column in zip(*one.values, strict=True)]
                await connection.execute(_WRITE.format(relation=relation), *columns)
            await connection.execute(
                _ADVANCE, self._number, self._code, *one.reached, one.read, len(one.values)
            )
            await connection.execute(ANNOUNCE, PARAMETERS)


def _literal(numbers: Sequence[int]) -> str:
    """An array as PostgreSQL reads it (SQL array literal)."""
    return "{" + ",".join(map(str, numbers)) + "}"
