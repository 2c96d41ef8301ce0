"""The table of the establishment's own search parameters, and its changes.

One process changes it at a time (`keeper`). Each change of what is filed, or searched by, makes a
new version of the rules and tells every process (`rules`).
"""

from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Final, Literal

import msgspec

from hygie.fhir.definitions import SearchParameter
from hygie.refusal import Issue
from hygie.store.database import Connection, Pool
from hygie.store.keys.news import ANNOUNCE, PARAMETERS

State = Literal["filing", "indexing", "active", "retiring", "cleaning"]
USED: Final[tuple[State, ...]] = ("filing", "indexing", "active")
_ALL: Final = "SELECT edition, definition, state, pass FROM hygie.search_parameter ORDER BY edition"
_NEW_VERSION: Final = "UPDATE hygie.index_version SET version = version + 1"
_ADD: Final = """
INSERT INTO hygie.search_parameter (url, definition, state) VALUES ($1, $2, 'filing')
"""
_MOVE: Final = """
UPDATE hygie.search_parameter SET state = $2, pass = $3, since = now()
WHERE edition = ANY($1::integer[])
"""
_MOVE_FROM: Final = f"{_MOVE} AND state = $4"
_REMOVE: Final = "DELETE FROM hygie.search_parameter WHERE edition = ANY($1::integer[])"
_DUE: Final = """
SELECT edition FROM hygie.search_parameter
WHERE state = 'retiring' AND since < clock_timestamp() - make_interval(secs => $1)
"""
_FORGET_REFUSED: Final = "DELETE FROM hygie.search_parameter_refused"
_REFUSE: Final = "INSERT INTO hygie.search_parameter_refused (url, reason) VALUES ($1, $2)"
_REFUSED: Final = "SELECT url, reason FROM hygie.search_parameter_refused ORDER BY url"


_STATUS: Final = """
SELECT url, state, since, (SELECT sum(expected) FROM hygie.index_pass p WHERE p.pass = own.pass),
    (SELECT sum(done) FROM hygie.index_pass p WHERE p.pass = own.pass),
    (SELECT sum(changed) FROM hygie.index_pass p WHERE p.pass = own.pass)
FROM hygie.search_parameter own ORDER BY edition
"""


class Status(msgspec.Struct, frozen=True):
    """How far one of them is. `expected`: rows to be read, about; `done`: read; `changed`: written
    to, for it and for those that are indexed with it."""

    url: str
    state: State
    since: datetime
    expected: int
    done: int
    changed: int


class Own(msgspec.Struct, frozen=True):
    """One of them. `number`: of the reading of rows that it goes with, if any."""

    parameter: SearchParameter
    state: State
    number: int | None


async def own(pool: Pool) -> list[Own]:
    """All, those that are given up among them, in the order in which they were taken up."""
    return [
        Own(
            msgspec.structs.replace(
                msgspec.json.decode(row["definition"], type=SearchParameter), edition=row["edition"]
            ),
            row["state"],
            row["pass"],
        )
        for row in await pool.fetch(_ALL)
    ]


async def status(pool: Pool) -> list[Status]:
    rows = await pool.fetch(_STATUS)
    return [Status(*row[:3], *(int(number or 0) for number in row[3:])) for row in rows]


@asynccontextmanager
async def changing(pool: Pool) -> AsyncIterator[Connection]:
    """A transaction that makes a new version of the rules, told to all when it is committed."""
    async with pool.acquire() as connection, connection.transaction():
        yield connection
        await connection.execute(_NEW_VERSION)
        await connection.execute(ANNOUNCE, PARAMETERS)


async def add(connection: Connection, parameters: Sequence[SearchParameter]) -> None:
    for each in parameters:
        plain = msgspec.structs.replace(each, edition=0)
        await connection.execute(_ADD, each.url, msgspec.json.encode(plain))


async def move(
    connection: Connection, editions: Collection[int], state: State, number: int | None = None
) -> None:
    await connection.execute(_MOVE, list(editions), state, number)


async def move_from(
    connection: Connection, editions: Collection[int], former: State, state: State,
    number: int | None,
) -> None:  # fmt: skip
    """Those of them that are still in the former state: the others were given up meanwhile."""
    await connection.execute(_MOVE_FROM, list(editions), state, number, former)


async def remove(connection: Connection, editions: Collection[int]) -> None:
    await connection.execute(_REMOVE, list(editions))


async def retired_since(pool: Pool, seconds: float) -> list[int]:
    """Editions that are searched by no longer, for as long as that at least."""
    return [row["edition"] for row in await pool.fetch(_DUE, seconds)]


async def keep_refused(pool: Pool, reasons: Sequence[tuple[str, Sequence[Issue]]]) -> None:
    """What cannot be taken up now, by URL, and why."""
    rows = [(url, msgspec.json.encode(issues)) for url, issues in reasons]
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute(_FORGET_REFUSED)
        await connection.executemany(_REFUSE, rows)


async def refused(pool: Pool) -> dict[str, list[Issue]]:
    """By URL."""
    rows = await pool.fetch(_REFUSED)
    return {row["url"]: msgspec.json.decode(row["reason"], type=list[Issue]) for row in rows}
