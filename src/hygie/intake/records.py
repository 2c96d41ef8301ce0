"""Reading the inbox: entries, what waits, what flows."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

import msgspec

from hygie.intake import phrases
from hygie.intake.inbox import SOURCE, Inbox
from hygie.intake.values import Counts, Entry, Filters, FlowCount, Group
from hygie.limits.gateway import MAX_SETTLER_LOSSES
from hygie.refusal import Category, refuse
from hygie.store.database import Pool, Record
from hygie.store.keys.keyring import Keyring

_ENTRY: Final = """
    SELECT id, received_at, settled_at, kind, event, state, attempts, rule, content_key, source,
        notes, count, corrects, retry_at, forgotten_at, {raw} AS raw
    FROM hygie.inbox
"""
_PREVIOUS: Final = """
    WHERE (feed, patient) = (SELECT feed, patient FROM hygie.inbox WHERE id = $1)
        AND patient <> 0 AND id < $1 AND raw IS NOT NULL
    ORDER BY id DESC LIMIT 1
"""
_AGAIN: Final = "SELECT {what} FROM hygie.inbox WHERE raw IS NOT NULL"
_GROUPS: Final = """
    SELECT rule, feed, sum(count)::bigint AS count, min(received_at) AS oldest,
        max(received_at) AS latest, max(id) AS id
    FROM hygie.inbox WHERE state = 'quarantined' GROUP BY rule, feed
    ORDER BY count DESC, rule, feed
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

    async def browse(self, filters: Filters, limit: int, before: int = 0) -> list[Entry]:
        """Newest first, without content; `before` an id continues a list."""
        conditions, values = self._restricted(filters, before)
        query = _ENTRY.format(raw="NULL::bytea") + (
            f"WHERE {' AND '.join(conditions)} ORDER BY id DESC LIMIT ${len(values) + 1}"
        )
        return [self._opened(record) for record in await self._pool.fetch(query, *values, limit)]

    def _restricted(self, filters: Filters, before: int) -> tuple[list[str], list[Any]]:
        """Only what restricts is in the statement, so that its plan takes the index that does."""
        event = filters.event
        given: dict[str, Any] = {
            "state = ANY({})": list(filters.states),
            "feed = {}": filters.source and self._keyring.blind("inbox.feed", filters.source),
            "patient = {}": self._inbox.patient(filters.patient),
            "rule = {}": filters.rule,
            "event = {}": "" if event.endswith("*") else event,
            "event ^@ {}": event.removesuffix("*") if event.endswith("*") else "",
            "received_at >= {}": filters.since,
            "received_at < {}": filters.until,
            "id < {}": before,
        }
        asked = {condition: value for condition, value in given.items() if value}
        numbered = [text.format(f"${n}") for n, text in enumerate(asked, start=1)]
        return numbered or ["true"], list(asked.values())

    async def count(self, filters: Filters) -> int:
        """How many have a content that could be settled again."""
        conditions, values = self._restricted(filters, 0)
        query = f"{_AGAIN.format(what='count(*)')} AND {' AND '.join(conditions)}"
        return int(await self._pool.fetchval(query, *values))

    async def ascending(self, filters: Filters, after: int, limit: int) -> list[int]:
        """Their numbers, oldest first, beyond `after`; of those with a content."""
        conditions, values = self._restricted(filters, 0)
        query = f"{_AGAIN.format(what='id')} AND {' AND '.join(conditions)} AND id > {after:d} "
        records = await self._pool.fetch(f"{query} ORDER BY id LIMIT {limit:d}", *values)
        return [record["id"] for record in records]

    async def previous(self, entry: int) -> Entry | None:
        """With its content: the one before it of the same source about the same patient."""
        record = await self._pool.fetchrow(_ENTRY.format(raw="raw") + _PREVIOUS, entry)
        return None if record is None else self._opened(record)

    async def due(self, limit: int, but: Sequence[int]) -> list[int]:
        """Entries `received` that it is time to take up, oldest first, less those of `but`."""
        query = (
            "SELECT id FROM hygie.inbox WHERE state = 'received' AND retry_at <= clock_timestamp() "
            "AND id <> ALL($1::bigint[]) ORDER BY id LIMIT $2"
        )
        return [record["id"] for record in await self._pool.fetch(query, but, limit)]

    async def received(self, entries: Sequence[int]) -> list[Entry]:
        """Those that are still `received`, with their content, in order."""
        query = _ENTRY.format(raw="raw") + "WHERE id = ANY($1) AND state = 'received' ORDER BY id"
        return [self._opened(record) for record in await self._pool.fetch(query, list(entries))]

    async def correction_of(self, entry: int) -> int:
        """The entry that took its place, or is to take it; 0 when there is none."""
        query = "SELECT max(id) FROM hygie.inbox WHERE corrects = $1 AND corrects <> 0"
        return await self._pool.fetchval(query, entry) or 0

    async def groups(self) -> list[Group]:
        """What lies in quarantine by rule and source, the largest first."""
        rows = await self._pool.fetch(_GROUPS)
        sources = await self._sources({row["feed"]: row["id"] for row in rows})
        return [
            Group(
                row["rule"], sources[row["feed"]], row["count"], row["oldest"], row["latest"],
                row["id"],
            )
            for row in rows
        ]  # fmt: skip

    async def waiting(self, among: Sequence[int] | None = None) -> list[int]:
        """Entries received and not settled, oldest first: what a crash left behind, or what
        another has in hand. `among`: those of them, or all."""
        query = (
            "SELECT id FROM hygie.inbox WHERE state = 'received' "
            "AND ($1::bigint[] IS NULL OR id = ANY($1)) ORDER BY id"
        )
        return [record["id"] for record in await self._pool.fetch(query, among)]

    async def left_behind(self) -> list[int]:
        """As `waiting`, less what was tried in vain so often that it may be what ends whoever
        settles it: that has a time of its own to be taken up."""
        query = "SELECT id FROM hygie.inbox WHERE state = 'received' AND attempts < $1 ORDER BY id"
        return [record["id"] for record in await self._pool.fetch(query, MAX_SETTLER_LOSSES)]

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
