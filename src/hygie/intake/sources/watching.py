"""Which declared sources are silent, and for which of them that is unusual."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final, NamedTuple

from hygie.intake.sources import silence
from hygie.intake.sources.declaration import Source
from hygie.intake.sources.registry import Sources
from hygie.intake.sources.silence import LEARNT_FROM, Reached, Silent
from hygie.store.declarations import Declared
from hygie.store.store import Store

_LAST: Final = """
SELECT received_at FROM hygie.inbox WHERE feed = $1 ORDER BY id DESC LIMIT 1
"""
_MINUTES: Final = """
SELECT DISTINCT date_trunc('minute', received_at) AS minute FROM hygie.inbox
WHERE feed = $1 AND received_at BETWEEN $2 AND $3 ORDER BY minute
"""
"""As exact as it needs to be, and as many rows as there are minutes at most."""


class _Learnt(NamedTuple):
    day: date
    """Of the last message then: learnt anew once that is another."""
    reached: Reached


class Silences:
    """For the tasks of one event loop. What is usual is learnt once a day and source."""

    def __init__(self, store: Store, sources: Sources) -> None:
        self._store = store
        self._sources = sources
        self._learnt: dict[str, _Learnt] = {}

    async def alerts(self, now: datetime) -> list[Silent]:
        """Running sources whose silence is unusual, the longest first."""
        unusual = [one for one in await self.all(now) if one.unusual]
        return sorted(unusual, key=lambda one: one.since)

    async def all(self, now: datetime) -> list[Silent]:
        """Every running source that others send by, or that was declared a silence, by name."""
        declared = await self._sources.declared()
        return [await self._of(one, now) for one in declared if _is_watched(one)]

    async def _of(self, one: Declared[Source], now: datetime) -> Silent:
        name, minutes = one.value.name, one.value.silent_minutes
        feed = self._store.keyring.blind("inbox.feed", name)
        last = await self._store.pool.fetchval(_LAST, feed)
        usual = None
        if last is not None and not minutes:
            usual = silence.usual(await self._reached(name, feed, last), now, self._store.zone)
        since = last or one.at
        allowed = silence.allowed(usual, minutes)
        unusual = allowed is not None and now - since > allowed
        return Silent(source=name, since=since, usual=usual, allowed=allowed, unusual=unusual)

    async def _reached(self, name: str, feed: int, last: datetime) -> Reached:
        learnt = self._learnt.get(name)
        if learnt is None or learnt.day != last.date():
            rows = await self._store.pool.fetch(_MINUTES, feed, last - LEARNT_FROM, last)
            minutes: Sequence[datetime] = [row["minute"] for row in rows]
            learnt = self._learnt[name] = _Learnt(last.date(), silence.reached(minutes))
        return learnt.reached


def _is_watched(one: Declared[Source]) -> bool:
    source = one.value
    return source.running and (source.way is not None or source.silent_minutes > 0)
