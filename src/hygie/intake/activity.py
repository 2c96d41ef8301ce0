"""What flows now: by source, the last day hour by hour, the last minute, how long settling takes.

Counts of messages, not of persons. Asked again and again by pages: an answer serves all who ask
within `FRESH_SECONDS`.
"""

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from time import monotonic
from typing import Final
from zoneinfo import ZoneInfo

import msgspec

from hygie.intake.inbox import SOURCE
from hygie.intake.values import State
from hygie.store.database import Pool, Record
from hygie.store.keys.keyring import Keyring

FRESH_SECONDS: Final = 2.0
HOURS: Final = 24
_HOURS: Final = """
    SELECT feed, min(id) AS id, date_trunc('hour', received_at, $1) AS hour, state,
        sum(count) AS count
    FROM hygie.inbox WHERE received_at >= $2 GROUP BY feed, hour, state
"""
_MINUTE: Final = """
    SELECT feed, sum(count) AS count FROM hygie.inbox
    WHERE received_at > clock_timestamp() - interval '1 minute' GROUP BY feed
"""
_LATEST: Final = """
    SELECT asked.feed, latest.* FROM unnest($1::bigint[]) AS asked (feed), LATERAL (
        SELECT max(received_at) AS last, percentile_cont(ARRAY[0.5, 0.99]) WITHIN GROUP (
            ORDER BY extract(epoch FROM settled_at - received_at) * 1000
        ) FILTER (WHERE attempts <= 1 AND settled_at IS NOT NULL) AS settling
        FROM (
            SELECT received_at, settled_at, attempts FROM hygie.inbox
            WHERE inbox.feed = asked.feed ORDER BY id DESC LIMIT 500
        ) AS few
    ) AS latest
"""
"""Of the last 500 messages of each; those tried again say how long people took."""


class Hour(msgspec.Struct, frozen=True):
    at: datetime
    states: Mapping[State, int]


class Activity(msgspec.Struct, frozen=True, kw_only=True):
    """Of one source."""

    source: str
    hours: tuple[Hour, ...]
    """The last `HOURS`, oldest first, those without a message included."""
    today: Mapping[State, int]
    last_minute: int
    last: datetime | None
    p50_ms: float | None
    """From reception to settling; None when nothing was settled."""
    p99_ms: float | None


class Activities:
    """Reads only. For the tasks of one event loop."""

    def __init__(self, pool: Pool, keyring: Keyring, zone: ZoneInfo) -> None:
        self._pool = pool
        self._keyring = keyring
        self._zone = zone
        self._asked = -FRESH_SECONDS
        self._known: tuple[Activity, ...] = ()
        self._alone = asyncio.Lock()

    async def now(self) -> tuple[Activity, ...]:
        """Of the sources that sent something in the last day, the busiest first."""
        async with self._alone:
            if monotonic() - self._asked >= FRESH_SECONDS:
                self._known = await self._read()
                self._asked = monotonic()
            return self._known

    async def _read(self) -> tuple[Activity, ...]:
        now = datetime.now(self._zone)
        this_hour = now.replace(minute=0, second=0, microsecond=0)
        since = this_hour - timedelta(hours=HOURS - 1)
        rows = await self._pool.fetch(_HOURS, self._zone.key, since)
        feeds = sorted({row["feed"] for row in rows})
        minute = {row["feed"]: row["count"] for row in await self._pool.fetch(_MINUTE)}
        latest = {row["feed"]: row for row in await self._pool.fetch(_LATEST, feeds)}
        names = await self._names(rows)
        found = [
            self._activity(
                names[feed], [row for row in rows if row["feed"] == feed], since, latest[feed],
                int(minute.get(feed, 0)),
            )
            for feed in feeds
        ]  # fmt: skip
        return tuple(sorted(found, key=lambda one: (-sum(one.today.values()), one.source)))

    def _activity(
        self, name: str, rows: Sequence[Record], since: datetime, latest: Record, minute: int
    ) -> Activity:
        by_hour: dict[datetime, Counter[State]] = {}
        for row in rows:
            by_hour.setdefault(row["hour"], Counter())[row["state"]] += int(row["count"])
        starts = [since + timedelta(hours=n) for n in range(HOURS)]
        midnight = starts[-1].replace(hour=0)
        today: Counter[State] = Counter()
        for at, counted in by_hour.items():
            if at >= midnight:
                today.update(counted)
        p50, p99 = latest["settling"] or (None, None)
        return Activity(
            source=name, hours=tuple(Hour(at, by_hour.get(at, {})) for at in starts),
            today=today, last_minute=minute, last=latest["last"], p50_ms=p50, p99_ms=p99,
        )  # fmt: skip

    async def _names(self, rows: Sequence[Record]) -> dict[int, str]:
        """The name of each feed, opened from one of its entries."""
        ids = list({row["feed"]: row["id"] for row in rows}.values())
        found = await self._pool.fetch(
            "SELECT feed, source FROM hygie.inbox WHERE id = ANY($1)", ids
        )
        return {row["feed"]: self._keyring.open(row["source"], SOURCE).decode() for row in found}
