"""Single writes that come together commit together: one look, one statement, one flush.

What one of them meets (another version than it expected, nothing to delete) concerns it alone. A
group that fails in the database is tried again one by one, so that what cannot be written harms
nobody else.

A group whose connection is lost is tried again as well, though it may have been committed: a change
that is tried again takes for its own work a current version with exactly its content.
"""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime

import asyncpg

from hygie.grouping import Grouping
from hygie.limits import MAX_WRITES_TOGETHER, MAX_WRITES_WAITING
from hygie.refusal import Refused
from hygie.store.bodies import placing
from hygie.store.capacity import WRITING_LANES
from hygie.store.contract import StoredResource
from hygie.store.database import Pool
from hygie.store.outages import AWAY, PAUSES, OutcomeUnknownError, committing
from hygie.store.outbox import Outbox
from hygie.store.reading.lanes import Lanes
from hygie.store.vault import Vault
from hygie.store.writing.at_once import Asked, AtOnce, told
from hygie.store.writing.changes import Change, Written
from hygie.store.writing.engine import write
from hygie.store.writing.turns import taking_turns
from hygie.trace import AuditTrail, Context

_Outcome = StoredResource | Exception | None


class GroupWriter:
    """Writes what needs no other write beside it. For the tasks of one event loop."""

    def __init__(
        self,
        pool: Pool,
        lanes: Lanes,
        vault: Vault,
        trail: AuditTrail,
        outbox: Outbox,
        clock: Callable[[], datetime],
    ) -> None:
        self._pool = pool
        self._lanes = lanes
        self._vault = vault
        self._trail = trail
        self._outbox = outbox
        self._clock = clock
        self._at_once = AtOnce(vault, trail, outbox)
        self._ways = [self._new_way() for _ in range(WRITING_LANES)]

    async def write(self, context: Context, change: Change) -> StoredResource | None:
        """What the change came to, once it is durable. Raises `Refused`."""
        way = self._ways[change.key % len(self._ways)]  # a resource's changes keep their order
        return await way.add(Asked(context, change))

    async def drain(self) -> None:
        """Returns once nothing is being written."""
        for way in self._ways:
            await way.drain()

    def _new_way(self) -> Grouping[Asked, StoredResource | None]:
        return Grouping(
            self._write,
            waiting=MAX_WRITES_WAITING,
            largest=MAX_WRITES_TOGETHER,
            apart=lambda asked: (asked.change.type, asked.change.key),
        )

    async def _write(self, group: list[Asked]) -> Sequence[_Outcome]:
        try:
            return await self._in_one(group) or await self._commit(group)
        except AWAY as error:
            if not isinstance(error, ValueError):  # asyncpg's word for a bad parameter
                return await self._once_back(group, error)
        except asyncpg.InsufficientResourcesError:
            raise  # nobody's fault, and nobody can be written
        except asyncpg.PostgresError:
            pass
        return [await self._alone(asked) for asked in group]

    async def _once_back(self, group: Sequence[Asked], error: Exception) -> Sequence[_Outcome]:
        """Tries again while it may be worth it. Raises what the database's absence is known by."""
        again = [Asked(context, change.again()) for context, change in group]
        for pause in PAUSES:
            await asyncio.sleep(pause)
            try:
                return await self._commit(again)
            except AWAY as other:
                error = error if isinstance(error, OutcomeUnknownError) else other
                if isinstance(other, TimeoutError):  # it hangs
                    break
            except asyncpg.PostgresError:  # the attempt before may just be committing
                return [await self._alone(asked) for asked in again]
        raise error

    async def _alone(self, asked: Asked) -> _Outcome:
        one = Asked(asked.context, asked.change.looked_up())
        try:
            return (await taking_turns(lambda: self._commit([one])))[0]
        except Exception as error:
            return error

    async def _in_one(self, group: Sequence[Asked]) -> Sequence[_Outcome] | None:
        """In one statement; None, and nothing done, when it takes a transaction."""
        kinds = {asked.change.type for asked in group}
        if len(kinds) > 1:
            return None
        await self._vault.partitions.ensure(kinds)
        outcomes = await self._lanes.once(
            lambda lane: self._at_once.write(lane, group, self._now())
        )
        return None if outcomes is None else [_given(one) for one in outcomes]

    async def _commit(self, group: Sequence[Asked]) -> Sequence[_Outcome]:
        changes = [asked.change for asked in group]
        await self._vault.partitions.ensure({change.type for change in changes})
        async with self._pool.acquire() as connection, committing(connection):
            outcomes = await write(connection, self._vault, changes, self._now())
            entries, stored = told(self._vault, group, outcomes)
            if entries:
                await self._trail.append(connection, entries)
            await self._outbox.keep(connection, stored)
        return [_given(one) for one in outcomes]

    def _now(self) -> datetime:
        """Taken once there is a connection: who waits for all that is under way to be written
        (`keys.news.settled`) need not wait for what waits itself."""
        return placing.to_milliseconds(self._clock())


def _given(outcome: Written | Refused) -> _Outcome:
    return outcome if isinstance(outcome, Refused) else outcome.stored
