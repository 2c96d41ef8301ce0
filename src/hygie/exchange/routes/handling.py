"""What people may do about departures: send again, put aside, take back. On record."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from hygie.exchange.routes import phrases
from hygie.exchange.routes.departures import CHANNEL, State
from hygie.refusal import Category, refuse
from hygie.store.database import Connection
from hygie.store.store import Store
from hygie.trace import Action, AuditEntry, Context

_HELD: Final = """
SELECT id, route, state, sealed IS NULL AS removed FROM hygie.departure
WHERE id = ANY($1) ORDER BY id FOR UPDATE
"""
_MOVE: Final = """
UPDATE hygie.departure SET state = $2, retry_at = NULL, attempts = 0, rule = '' WHERE id = ANY($1)
"""
_AGAIN: Final = f"""
WITH again AS (
    UPDATE hygie.departure SET state = 'waiting', retry_at = NULL, attempts = 0, rule = ''
    WHERE route = $1 AND state = ANY($2) AND made_at >= coalesce($3::timestamptz, '-infinity')
        AND sealed IS NOT NULL
    RETURNING 1
)
SELECT count(*), pg_notify('{CHANNEL}', $1) FROM again
"""  # noqa: S608 - our own
_WAKE: Final = f"SELECT pg_notify('{CHANNEL}', route) FROM unnest($1::text[]) AS route"  # noqa: S608
_REPLAYED: Final[tuple[State, ...]] = ("dead", "sent", "waiting")


class Handling:
    """For the tasks of one event loop."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def replay(self, numbers: Sequence[int], context: Context) -> None:
        """Sends these again, in their order, by what the route declares now: the dead, those that
        were sent, those that wait for their next attempt. Refused when one is none of them, or
        when its content was removed: then none is."""
        await self._move(numbers, _REPLAYED, "waiting", "resend", context)

    async def replay_all(
        self, route: str, context: Context, since: datetime | None = None, *, sent: bool = False
    ) -> int:
        """Sends again all the dead of a route, made since then, and with `sent` also what was
        taken; how many."""
        states = ["dead", "sent"] if sent else ["dead"]
        async with self._store.pool.acquire() as connection, connection.transaction():
            count = int(await connection.fetchval(_AGAIN, route, states, since))
            await self._note(connection, context, "resend", f"route/{route}", count)
        return count

    async def discard(self, numbers: Sequence[int], context: Context) -> None:
        """Puts these aside: they are not sent. Refused when one was sent already."""
        await self._move(numbers, ("dead", "waiting"), "discarded", "discard", context)

    async def take_back(self, numbers: Sequence[int], context: Context) -> None:
        """What was put aside is sent after all."""
        await self._move(numbers, ("discarded",), "waiting", "resend", context)

    async def _move(
        self, numbers: Sequence[int], expected: tuple[State, ...], state: State, action: Action,
        context: Context,
    ) -> None:  # fmt: skip
        async with self._store.pool.acquire() as connection, connection.transaction():
            held = await connection.fetch(_HELD, list(numbers))
            if len(held) < len(set(numbers)):
                raise refuse(
                    Category.NOT_FOUND, "route.no-departure", phrases.NO_DEPARTURE, code="not-found"
                )
            for row in held:
                _require(row["state"], expected, removed=row["removed"])
            await connection.execute(_MOVE, list(numbers), state)
            detail = "departure/" + ",".join(map(str, numbers))
            await self._note(connection, context, action, detail[:200], len(held))
            if state == "waiting":
                await connection.execute(_WAKE, sorted({row["route"] for row in held}))

    async def _note(
        self, connection: Connection, context: Context, action: Action, detail: str, count: int
    ) -> None:
        entry = AuditEntry(context=context, action=action, count=count, detail=detail)
        await self._store.trail.append(connection, [entry])


def _require(state: str, expected: tuple[State, ...], *, removed: bool) -> None:
    if state not in expected:
        raise refuse(
            Category.CONFLICT, "route.state", phrases.NOT_SO, code="business-rule",
            state=state, expected=", ".join(expected),
        )  # fmt: skip
    if removed:
        raise refuse(Category.GONE, "route.no-content", phrases.NO_CONTENT, code="not-found")
