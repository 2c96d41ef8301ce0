"""Departures as people look at them: one, several, how many."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final

import msgspec

from hygie.exchange.routes import phrases
from hygie.exchange.routes.departures import (
    CONTENT,
    SENT_AS,
    Departures,
    Notes,
    State,
)
from hygie.refusal import Category, refuse
from hygie.store.database import Record
from hygie.store.store import Store
from hygie.trace import AuditEntry, Context

_COLUMNS: Final = (
    "id, route, state, made_at, sent_at, retry_at, attempts, event, entry, rule, notes"
)
_ONE: Final = f"SELECT {_COLUMNS}, patient, sealed, sent_as FROM hygie.departure WHERE id = $1"  # noqa: S608
_DAYS: Final = """
SELECT route, (made_at AT TIME ZONE $1)::date AS day, state, count(*) AS count
FROM hygie.departure WHERE made_at >= $2 GROUP BY 1, 2, 3 ORDER BY 2 DESC, 1, 3
"""
_STATES: Final = """
SELECT route, count(*) FILTER (WHERE state = 'waiting') AS waiting,
    count(*) FILTER (WHERE state = 'dead') AS dead,
    min(made_at) FILTER (WHERE state = 'waiting') AS oldest,
    min(retry_at) FILTER (WHERE state = 'waiting') AS retry_at
FROM hygie.departure WHERE state IN ('waiting', 'dead') GROUP BY route
"""
_LAST: Final = """
SELECT route, max(sent_at) AS sent_at FROM hygie.departure WHERE state = 'sent'
    AND sent_at IS NOT NULL GROUP BY route
"""


class Departure(msgspec.Struct, frozen=True, kw_only=True):
    """One message that leaves, or left."""

    id: int
    route: str
    state: State
    made_at: datetime
    sent_at: datetime | None
    retry_at: datetime | None
    attempts: int
    event: str
    """`ADT^A01`."""
    entry: int
    """The entry of the inbox that it forwards or answers; 0: it was made from a change."""
    rule: str
    """Why it was not taken, last; empty when it was."""
    notes: Notes
    content: bytes | None = None
    """As it left, or is to leave; None in lists, and once it was removed."""
    original: bytes | None = None
    """As it was made, when the route rewrote it."""


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """Where a route stands now."""

    route: str
    waiting: int = 0
    dead: int = 0
    oldest: datetime | None = None
    """Of what waits."""
    retry_at: datetime | None = None
    """When what is held by a fault is tried next."""
    sent_at: datetime | None = None
    """When something was last taken."""


class DayCount(msgspec.Struct, frozen=True):
    """Of what was made on one day, how much is in which state."""

    route: str
    day: date
    state: State
    count: int


class Filters(msgspec.Struct, frozen=True, kw_only=True):
    """What a list is restricted to; nothing by what is empty."""

    route: str = ""
    states: tuple[State, ...] = ()
    event: str = ""
    patient: str = ""
    """`Patient/id`."""
    entry: int = 0
    since: datetime | None = None
    until: datetime | None = None


class Browsing:
    """Every method reads only. What shows a message leaves an audit entry."""

    def __init__(self, store: Store, departures: Departures) -> None:
        self._store = store
        self._departures = departures

    async def departure(self, number: int, context: Context) -> Departure:
        """With its content. Refused NOT_FOUND."""
        row = await self._store.pool.fetchrow(_ONE, number)
        if row is None:
            raise refuse(
                Category.NOT_FOUND, "route.no-departure", phrases.NO_DEPARTURE, code="not-found"
            )
        entry = AuditEntry(
            context=context, action="view", patient=row["patient"], detail=f"departure/{number}"
        )
        await self._store.trail.record(entry)
        made = self._content(row, "sealed", CONTENT)
        left = self._content(row, "sent_as", SENT_AS)
        listed = self._listed(row)
        return msgspec.structs.replace(
            listed, content=left or made, original=made if left else None
        )

    async def browse(
        self, filters: Filters, limit: int, context: Context, before: int = 0
    ) -> Sequence[Departure]:
        """Newest first, without content; `before` an id continues a list."""
        conditions, values = self._restricted(filters, before)
        query = f"""
            SELECT {_COLUMNS} FROM hygie.departure WHERE {" AND ".join(conditions)}
            ORDER BY id DESC LIMIT ${len(values) + 1}
        """  # noqa: S608 - our own
        rows = await self._store.pool.fetch(query, *values, limit)
        await self._store.trail.record(
            AuditEntry(context=context, action="view", count=len(rows), detail="departures")
        )
        return [self._listed(row) for row in rows]

    async def standings(self) -> dict[str, Standing]:
        """By route; of routes that have, or had, anything to send."""
        rows = await self._store.pool.fetch(_STATES)
        found = {row["route"]: Standing(**row) for row in rows}
        for row in await self._store.pool.fetch(_LAST):
            known = found.get(row["route"], Standing(route=row["route"]))
            found[row["route"]] = msgspec.structs.replace(known, sent_at=row["sent_at"])
        return found

    async def counts(self, days: int = 14) -> list[DayCount]:
        """Newest day first. Of messages, not of persons: no health data, no audit entry."""
        now = datetime.now(self._store.zone)
        since = now.replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=days - 1)
        rows = await self._store.pool.fetch(_DAYS, self._store.zone.key, since)
        return [DayCount(**row) for row in rows]

    # --- how --------------------------------------------------------------------------------

    def _restricted(self, filters: Filters, before: int) -> tuple[list[str], list[Any]]:
        """Only what restricts is in the statement, so that its plan takes the index that does."""
        type_, _, id_ = filters.patient.partition("/")
        given: dict[str, Any] = {
            "route = {}": filters.route,
            "state = ANY({})": list(filters.states),
            "event = {}": filters.event,
            "patient = {}": id_ and self._store.keyring.reference(type_, id_),
            "entry = {}": filters.entry,
            "made_at >= {}": filters.since,
            "made_at < {}": filters.until,
            "id < {}": before,
        }
        asked = {condition: value for condition, value in given.items() if value}
        numbered = [text.format(f"${n}") for n, text in enumerate(asked, start=1)]
        return numbered or ["true"], list(asked.values())

    def _listed(self, row: Record) -> Departure:
        names = [name for name in Departure.__struct_fields__ if name in row]
        values = {name: row[name] for name in names} | {"notes": self._notes(row)}
        return Departure(**values)

    def _notes(self, row: Record) -> Notes:
        return self._departures.open_notes(row["notes"])

    def _content(self, row: Record, column: str, purpose: str) -> bytes | None:
        sealed = row[column]
        if sealed is None:
            return None
        return self._departures.opened(sealed, f"{purpose} {row['route']}")
