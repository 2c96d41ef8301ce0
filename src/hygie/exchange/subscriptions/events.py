"""The rows of `hygie.subscription` and `hygie.subscription_event`.

Events are numbered for each subscription, from 1, without gaps; they are written with the
acknowledgement of what they come from, in one statement, before anything is sent. That statement
does not wait for the disk: whatever is sent is in the ledger first, whose commit comes after it in
PostgreSQL's one log of changes, and waits. A power cut before that undoes event and
acknowledgement alike, and nobody was told.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Final, NamedTuple

from hygie.exchange.subscriptions.changes import INTERACTIONS, Interaction
from hygie.limits import EVENT_DAYS, MAX_EVENTS_KEPT
from hygie.store.database import Connection, Pool
from hygie.store.outbox import Place, moving
from hygie.store.reading.versions import Named
from hygie.store.tables.type_codes import TypeCodes

CHANNEL: Final = "hygie_subscription"
"""Notified of what processes other than the dispatcher's are to look at: the keys of subscriptions
that have new events, with commas between; nothing, for whoever it may concern."""
EVERYBODY: Final = "*"
"""Instead of keys that are too many."""
RELOAD: Final = "!"
"""Before keys of subscriptions that were written themselves."""
MAX_TOLD_KEYS: Final = 380
"""Keys that fit in what PostgreSQL notifies (8,000 bytes)."""


def announced(keys: Collection[int], before: str = "") -> str:
    """What is notified about these keys; nothing about none."""
    if len(keys) > MAX_TOLD_KEYS:
        return before + EVERYBODY
    return before + ",".join(map(str, keys)) if keys else ""


_WRITE: Final = f"""
WITH moved AS ({moving(1)}), written AS (
    INSERT INTO hygie.subscription_event
        (subscription, number, patient, key, at, version, type, interaction)
    SELECT * FROM unnest(
        $6::bigint[], $7::bigint[], $8::bigint[], $9::bigint[], $10::timestamptz[], $11::integer[],
        $12::smallint[], $13::smallint[]
    ) WHERE EXISTS (SELECT FROM moved)
), counted AS (
    UPDATE hygie.subscription s SET number = last.number
    FROM unnest($14::bigint[], $15::bigint[]) AS last (key, number)
    WHERE s.key = last.key AND EXISTS (SELECT FROM moved)
)
SELECT count(*) > 0 AS moved, set_config('synchronous_commit', 'off', true),
    CASE WHEN $16 <> '' THEN pg_notify('{CHANNEL}', $16) END FROM moved
"""  # noqa: S608 - our own
_AFTER: Final = """
SELECT subscription, number, patient, key, at, version, type, interaction
FROM hygie.subscription_event WHERE subscription = $1 AND number > $2 ORDER BY number LIMIT $3
"""
_STATES: Final = "SELECT key, number, delivered, failures, sealed FROM hygie.subscription"
_DELIVERED: Final = """
UPDATE hygie.subscription s SET delivered = greatest(s.delivered, done.number), failures = done.bad
FROM unnest($1::bigint[], $2::bigint[], $3::integer[]) AS done (key, number, bad)
WHERE s.key = done.key
"""
_KEPT_BEFORE: Final = """greatest(subscription.delivered, coalesce(
    (SELECT min(number) - 1 FROM hygie.subscription_event WHERE subscription = $1),
    subscription.number
))"""
"""Who asks anew was told what is missing: it goes on with what is there."""
_KEEP: Final = f"""
INSERT INTO hygie.subscription (key, client, sealed) VALUES ($1, $2, $3)
ON CONFLICT (key) DO UPDATE SET
    client = excluded.client, sealed = excluded.sealed, failures = 0,
    delivered = {_KEPT_BEFORE}
"""  # noqa: S608 - our own
_RESUME: Final = f"""
UPDATE hygie.subscription SET failures = 0, delivered = {_KEPT_BEFORE} WHERE key = $1
"""  # noqa: S608 - our own
_FORGET: Final = """
WITH gone AS (DELETE FROM hygie.subscription WHERE key = ANY($1::bigint[]))
DELETE FROM hygie.subscription_event WHERE subscription = ANY($1::bigint[])
"""
_TRIM: Final = f"""
DELETE FROM hygie.subscription_event e USING hygie.subscription s
WHERE e.subscription = s.key
    AND (e.number <= s.number - {MAX_EVENTS_KEPT} OR e.at < now() - interval '{EVENT_DAYS} days')
"""  # noqa: S608 - numbers
_MISSED: Final = """
SELECT key FROM hygie.subscription s WHERE delivered < number AND NOT EXISTS (
    SELECT FROM hygie.subscription_event e
    WHERE e.subscription = s.key AND e.number = s.delivered + 1
)
"""


class Event(NamedTuple):
    """One thing that a subscription is told of."""

    subscription: int
    number: int
    patient: int
    focus: Named
    type: str
    at: datetime
    interaction: Interaction


class State(NamedTuple):
    """How far a subscription has come, and whose it is."""

    key: int
    number: int
    delivered: int
    failures: int
    sealed: bytes


class Progress(NamedTuple):
    """What came of sending: the last event that was taken, and attempts in vain since."""

    key: int
    delivered: int
    failures: int


class Events:
    """For the tasks of one event loop."""

    def __init__(self, pool: Pool, types: TypeCodes) -> None:
        self._pool = pool
        self._types = types

    async def write(
        self, name: str, before: Place, after: Place, events: Sequence[Event], told: str
    ) -> bool:
        """Writes events and moves the consumer `name`, or neither: False, when it stood elsewhere.

        `told`: what is notified on `CHANNEL` with the commit; nothing, when empty.
        """
        last = {event.subscription: event.number for event in events}
        row = await self._pool.fetchrow(
            _WRITE, name, *after, *before,
            [e.subscription for e in events], [e.number for e in events],
            [e.patient for e in events], [e.focus.key for e in events],
            [e.at for e in events], [e.focus.version for e in events],
            [self._types.code(e.type) for e in events],
            [INTERACTIONS.index(e.interaction) for e in events],
            list(last), list(last.values()), told,
        )  # fmt: skip
        return bool(row and row["moved"])

    async def after(self, subscription: int, number: int, count: int) -> list[Event]:
        """The next events of a subscription, at most so many."""
        found = await self._pool.fetch(_AFTER, subscription, number, count)
        return [
            Event(
                row["subscription"], row["number"], row["patient"],
                Named(row["key"], row["version"]), self._types.name(row["type"]), row["at"],
                INTERACTIONS[row["interaction"]],
            )
            for row in found
        ]  # fmt: skip

    async def states(self, keys: Sequence[int] | None = None) -> Mapping[int, State]:
        """Of these subscriptions, or of all."""
        if keys is None:
            found = await self._pool.fetch(_STATES)
        else:
            found = await self._pool.fetch(f"{_STATES} WHERE key = ANY($1::bigint[])", keys)
        return {row["key"]: State(*row) for row in found}

    async def progress(self, made: Sequence[Progress]) -> Sequence[None]:
        """Keeps what came of sending, of several subscriptions in one statement."""
        latest = {one.key: one for one in made}.values()
        await self._pool.execute(
            _DELIVERED, [p.key for p in latest], [p.delivered for p in latest],
            [p.failures for p in latest],
        )  # fmt: skip
        return [None] * len(made)

    async def keep(self, connection: Connection, key: int, client: int, sealed: bytes) -> None:
        """Whose a subscription is, within the transaction that writes it."""
        await connection.execute(_KEEP, key, client, sealed)
        await connection.execute(f"SELECT pg_notify('{CHANNEL}', '')")

    async def disown(self, connection: Connection, key: int) -> None:
        """No client answers any more for a subscription, which something else has written."""
        await connection.execute("DELETE FROM hygie.subscription WHERE key = $1", key)

    async def count(self, connection: Connection, client: int, but: int) -> int:
        """Subscriptions of a client, without the one of key `but`."""
        query = "SELECT count(*) FROM hygie.subscription WHERE client = $1 AND key <> $2"
        return int(await connection.fetchval(query, client, but))

    async def announce(self, keys: Collection[int]) -> None:
        """Tells other processes that these subscriptions were written."""
        await self._pool.execute(f"SELECT pg_notify('{CHANNEL}', $1)", announced(keys, RELOAD))

    async def resume(self, key: int) -> None:
        """Goes on with what is still kept, for a subscription that is asked for anew."""
        await self._pool.execute(_RESUME, key)

    async def forget(self, keys: Sequence[int]) -> None:
        """What is kept of subscriptions that were deleted."""
        await self._pool.execute(_FORGET, keys)

    async def any(self) -> bool:
        """Whether anybody has subscribed."""
        return bool(await self._pool.fetchval("SELECT EXISTS (SELECT FROM hygie.subscription)"))

    async def trim(self) -> list[int]:
        """Drops what is too old, or too much for one subscription. Those whose next event went,
        before it was taken."""
        await self._pool.execute(_TRIM)
        return [row["key"] for row in await self._pool.fetch(_MISSED)]
