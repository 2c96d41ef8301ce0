"""The rows of `hygie.departure`: what leaves, in order, and what became of it.

A departure is written with what it comes from, in one transaction, and never twice: `cause` tells
two of them apart. Only its sender moves it from `waiting` to `sent` or `dead`; people replay and
discard.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, Literal, NamedTuple

import msgspec
import zstandard

from hygie.limits.gateway import MAX_DEPARTURES_WAITING
from hygie.store.database import Connection, Pool
from hygie.store.keys.keyring import Keyring

State = Literal["waiting", "sent", "dead", "discarded"]
CHANNEL: Final = "hygie_departure"
"""Notified of the names of routes that have something new to send."""
CONTENT: Final = "departure"
SENT_AS: Final = "departure.sent-as"
NOTES: Final = "departure.notes"
OVERFLOW: Final = "route.overflow"

_MAKE: Final = f"""
WITH made AS (
    INSERT INTO hygie.departure
        (route, event, lane, patient, entry, cause, control, sealed, notes)
    SELECT * FROM unnest(
        $1::text[], $2::text[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[],
        $7::bigint[], $8::bytea[], $9::bytea[]
    )
    ON CONFLICT (route, cause) WHERE cause <> 0 DO NOTHING
    RETURNING route
)
SELECT count(pg_notify('{CHANNEL}', route)) FROM (SELECT DISTINCT route FROM made) AS routes
"""  # noqa: S608 - our own
_WAITING: Final = """
SELECT id, lane, retry_at, attempts FROM hygie.departure
WHERE route = $1 AND state = 'waiting' AND id <> ALL($2::bigint[]) ORDER BY id LIMIT $3
"""
_OPEN: Final = """
SELECT id, event, patient, entry, notes, route, sealed FROM hygie.departure
WHERE id = $1 AND state = 'waiting'
"""
_SETTLE: Final = """
UPDATE hygie.departure d SET state = new.state, rule = new.rule, notes = new.notes,
    attempts = d.attempts + 1, retry_at = new.retry_at,
    sent_at = CASE WHEN new.state = 'sent' THEN clock_timestamp() ELSE d.sent_at END,
    sent_as = coalesce(new.sent_as, d.sent_as)
FROM unnest($1::bigint[], $2::text[], $3::text[], $4::bytea[], $5::timestamptz[], $6::bytea[])
    AS new (id, state, rule, notes, retry_at, sent_as)
WHERE d.id = new.id AND d.state = 'waiting'
"""
_OVERFLOW: Final = f"""
UPDATE hygie.departure SET state = 'dead', rule = '{OVERFLOW}' WHERE id IN (
    SELECT id FROM hygie.departure WHERE route = $1 AND state = 'waiting'
    ORDER BY id DESC OFFSET {MAX_DEPARTURES_WAITING}
)
"""  # noqa: S608 - a number
_REMOVE: Final = """
UPDATE hygie.departure SET sealed = NULL, sent_as = NULL
WHERE route = $1 AND state = 'sent' AND sealed IS NOT NULL
    AND sent_at < clock_timestamp() - make_interval(days => $2)
"""
_CONFIRM: Final = """
SELECT id, notes FROM hygie.departure WHERE control = $1 AND state = 'sent' ORDER BY id FOR UPDATE
"""


class Confirmation(msgspec.Struct, frozen=True):
    """What the other side said later, of what it had taken: a business acknowledgement (ZAM)."""

    event: str
    taken: bool
    at: datetime
    about: str = ""
    """`ACK_RECEPTION_DMP`…"""
    why: str = ""


class Notes(msgspec.Struct, omit_defaults=True):
    """What is sealed beside a message."""

    control_id: str = ""
    answer: str = ""
    """The last one, as it came; its beginning."""
    confirmations: tuple[Confirmation, ...] = ()


class Made(NamedTuple):
    """A departure to be written. `cause` says what it comes from, in any words that are the same
    each time."""

    route: str
    event: str
    content: bytes
    control_id: str
    cause: str
    lane: int
    patient: int = 0
    entry: int = 0


class Ahead(NamedTuple):
    """What waits, as its sender looks at it."""

    id: int
    lane: int
    retry_at: datetime | None
    attempts: int


class Opened(NamedTuple):
    """What is about to be sent."""

    id: int
    event: str
    patient: int
    entry: int
    notes: "Notes"
    content: bytes


class Settled(NamedTuple):
    """What came of an attempt. `waiting` with `retry_at`: it is tried again."""

    id: int
    state: State
    rule: str
    notes: Notes
    retry_at: datetime | None = None
    sent_as: bytes | None = None


class Departures:
    """Safe for concurrent use by tasks and processes; one sender a route at a time."""

    def __init__(self, pool: Pool, keyring: Keyring) -> None:
        self._pool = pool
        self._keyring = keyring
        self._compressor = zstandard.ZstdCompressor(level=3)

    # --- made -------------------------------------------------------------------------------

    async def make(self, connection: Connection, made: Sequence[Made]) -> None:
        """Within the transaction of what they come from. One made before is left as it is."""
        if made:
            rows = [self._row(one) for one in made]
            await connection.execute(_MAKE, *map(list, zip(*rows, strict=True)))

    def lane(self, words: str) -> int:
        """Of what is to keep its order; never the one of what everything waits for (0)."""
        return self._keyring.blind("departure.lane", words) or 1

    def _row(self, one: Made) -> tuple[Any, ...]:
        return (
            one.route, one.event, one.lane, one.patient, one.entry,
            self._keyring.blind(f"departure.cause.{one.route}", one.cause) if one.cause else 0,
            self._control(one.control_id), self.seal(one.content, f"{CONTENT} {one.route}"),
            self.seal_notes(Notes(one.control_id)),
        )  # fmt: skip

    # --- sent -------------------------------------------------------------------------------

    async def waiting(self, route: str, known: Sequence[int], limit: int) -> list[Ahead]:
        """The first that wait and are not among `known`, in order."""
        return [Ahead(*row) for row in await self._pool.fetch(_WAITING, route, known, limit)]

    async def open(self, number: int) -> Opened | None:
        """None when it does not wait any more."""
        row = await self._pool.fetchrow(_OPEN, number)
        if row is None:
            return None
        content = self.opened(row["sealed"], f"{CONTENT} {row['route']}")
        known = row["id"], row["event"], row["patient"], row["entry"]
        return Opened(*known, self.open_notes(row["notes"]), content)

    async def settle(self, route: str, settled: Sequence[Settled]) -> None:
        """Of departures that somebody discarded meanwhile, nothing changes."""
        rows = [
            (
                one.id, one.state, one.rule, self.seal_notes(one.notes), one.retry_at,
                None if one.sent_as is None else self.seal(one.sent_as, f"{SENT_AS} {route}"),
            )
            for one in settled
        ]  # fmt: skip
        await self._pool.execute(_SETTLE, *map(list, zip(*rows, strict=True)))

    # --- kept in bounds ---------------------------------------------------------------------

    async def overflow(self, route: str) -> int:
        """Puts what is oldest of too many among the dead; how many."""
        return _count(await self._pool.execute(_OVERFLOW, route))

    async def forget(self, route: str, days: int) -> int:
        """Removes the content of what was sent so long ago; of how many."""
        return _count(await self._pool.execute(_REMOVE, route, days)) if days else 0

    # --- answered later ---------------------------------------------------------------------

    async def confirm(
        self, connection: Connection, control_id: str, said: Sequence[Confirmation]
    ) -> bool:
        """Notes what was said of what was sent under this MSH-10; False when nothing was."""
        found = await connection.fetch(_CONFIRM, self._control(control_id))
        for row in found:
            notes = self.open_notes(row["notes"])
            notes.confirmations = (*notes.confirmations, *said)
            await connection.execute(
                "UPDATE hygie.departure SET notes = $2 WHERE id = $1",
                row["id"], self.seal_notes(notes),
            )  # fmt: skip
        return bool(found)

    # --- sealed -----------------------------------------------------------------------------

    def seal(self, plain: bytes, purpose: str) -> bytes:
        return self._keyring.seal(self._compressor.compress(plain), purpose)

    def opened(self, sealed: bytes, purpose: str) -> bytes:
        return zstandard.decompress(self._keyring.open(sealed, purpose))

    def seal_notes(self, notes: Notes) -> bytes:
        return self._keyring.seal(msgspec.json.encode(notes), NOTES)

    def open_notes(self, sealed: bytes) -> Notes:
        return msgspec.json.decode(self._keyring.open(sealed, NOTES), type=Notes)

    def _control(self, control_id: str) -> int:
        return self._keyring.blind("departure.control", control_id) if control_id else 0


def _count(status: str) -> int:
    """Of "UPDATE 3"."""
    return int(status.rpartition(" ")[2])
