"""Reading the inbox: entries, what waits, what flows."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

import msgspec

from hygie.intake import phrases
from hygie.intake.inbox import SOURCE, Inbox
from hygie.intake.values import Counts, Entry, FlowCount, State
from hygie.refusal import Category, refuse
from hygie.store.database import Pool, Record
from hygie.store.keys.keyring import Keyring

_ENTRY: Final = """
    SELECT id, received_at, settled_at, kind, event, state, attempts, rule, content_key, source,
        notes, count, {raw} AS raw
    FROM hygie.inbox
"""
_FLOWS: Final = """
    SELECT (received_at AT TIME ZONE $1)::date AS day, feed, min(id) AS id, kind, event, state,
        sum(count) AS count
    FROM hygie.inbox WHERE received_at >= $2 GROUP BY 1, 2, 4, 5, 6 ORDER BY 1 DESC, 2, 4, 5, 6
"""


class Records:
    """Every method reads only."""

    def __init__(self, pool: Pool, keyring: Keyring, inbox: Inbox, zone: ZoneInfo) -> None:
        self._pool = pool
        self._keyring = keyring
        self._inbox = inbox
        self._zone = zone

    async def entry(self, entry: int) -> Entry:
        """With its content. Refused NOT_FOUND."""
        query = _ENTRY.format(raw="raw") + "WHERE id = $1"
        record = await self._pool.fetchrow(query, entry)
        if record is None:
            raise refuse(
                Category.NOT_FOUND, "intake.unknown-entry", phrases.UNKNOWN_ENTRY, code="not-found"
            )
        return self._opened(record)

    async def entries(self, state: State, limit: int, before: int = 0) -> list[Entry]:
        """Newest first, without content; `before` an id continues a list."""
        query = _ENTRY.format(raw="NULL::bytea") + (
            "WHERE state = $1 AND ($2::bigint = 0 OR id < $2) ORDER BY id DESC LIMIT $3"
        )
        return [self._opened(r) for r in await self._pool.fetch(query, state, before, limit)]

    async def waiting(self, among: Sequence[int] | None = None) -> list[int]:
        """Entries received and not settled, oldest first: what a crash left behind, or what
        another has in hand. `among`: those of them, or all."""
        query = (
            "SELECT id FROM hygie.inbox WHERE state = 'received' "
            "AND ($1::bigint[] IS NULL OR id = ANY($1)) ORDER BY id"
        )
        return [record["id"] for record in await self._pool.fetch(query, among)]

    async def counts(self, days: int) -> Counts:
        now = datetime.now(self._zone)
        since = now.replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=days - 1)
        states = await self._pool.fetch(
            "SELECT state, sum(count) AS count FROM hygie.inbox GROUP BY state"
        )
        reasons = await self._pool.fetch(
            "SELECT rule, sum(count) AS count FROM hygie.inbox WHERE state = 'quarantined' "
            "GROUP BY rule ORDER BY count DESC, rule"
        )
        flows = await self._pool.fetch(_FLOWS, self._zone.key, since)
        sources = await self._sources({record["feed"]: record["id"] for record in flows})
        return Counts(
            {record["state"]: record["count"] for record in states},
            tuple(_flow(record, sources[record["feed"]]) for record in flows),
            {record["rule"]: record["count"] for record in reasons},
        )

    async def _sources(self, feeds: dict[int, int]) -> dict[int, str]:
        """The name of each feed, opened from one of its entries."""
        records = await self._pool.fetch(
            "SELECT feed, source FROM hygie.inbox WHERE id = ANY($1)", list(feeds.values())
        )
        return {record["feed"]: self._source(record["source"]) for record in records}

    def _source(self, sealed: bytes) -> str:
        return self._keyring.open(sealed, SOURCE).decode()

    def _opened(self, record: Record) -> Entry:
        plain: dict[str, Any] = dict(record)
        notes = self._inbox.open_notes(plain.pop("notes"))
        sealed, content_key = plain.pop("raw"), plain.pop("content_key")
        plain["source"] = self._source(plain["source"])
        return Entry(
            **plain,
            **msgspec.structs.asdict(notes),
            content=None if sealed is None else self._inbox.open_raw(sealed, content_key),
        )


def _flow(record: Record, source: str) -> FlowCount:
    return FlowCount(
        record["day"], source, record["kind"], record["event"], record["state"], record["count"]
    )
