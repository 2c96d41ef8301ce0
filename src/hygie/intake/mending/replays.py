"""Replays of many: asked for with a filter, followed, stopped. Rows of hygie.replay.

Oldest first, as they came. What was filed can be replayed too, after a mapping changed: the same
resources get the next version; what newer messages said of persons, results and documents stands.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, Literal

import msgspec

from hygie.intake.mending import phrases
from hygie.intake.mending.acts import require_motive
from hygie.intake.records import Records
from hygie.intake.values import Filters, State
from hygie.refusal import Category, refuse
from hygie.store.database import Record
from hygie.store.store import Store
from hygie.trace import AuditEntry, Context

AGAIN: Final[tuple[State, ...]] = ("quarantined", "kept", "filed")
"""States in which a message can be replayed."""
_PURPOSE: Final = "inbox.replay"
_ALONE: Final = "SELECT pg_advisory_xact_lock(hashtextextended('hygie.replay', 0))"
_UNDER_WAY: Final = "SELECT count(*) FROM hygie.replay WHERE state = 'asked'"
_ASK: Final = """
    INSERT INTO hygie.replay (total, upto, sealed)
    VALUES ($1, (SELECT coalesce(max(id), 0) FROM hygie.inbox), $2) RETURNING id
"""
_RUNS: Final = "SELECT * FROM hygie.replay ORDER BY id DESC LIMIT $1"
_STOP: Final = """
    UPDATE hygie.replay SET state = 'stopped', finished_at = clock_timestamp()
    WHERE id = $1 AND state = 'asked'
"""


class Asked(msgspec.Struct, frozen=True):
    """What is replayed, on whose behalf, and why."""

    filters: Filters
    by: str
    motive: str


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """One replay, and how far it has come."""

    id: int
    asked_at: datetime
    finished_at: datetime | None
    state: Literal["asked", "done", "stopped"]
    total: int
    """Messages that met the filter when it was asked for."""
    done: int
    filed: int
    """Filed or kept now."""
    stopped: int
    """In quarantine, or refused."""
    last: int
    upto: int
    asked: Asked


class Replays:
    def __init__(self, store: Store, records: Records) -> None:
        self._store = store
        self._records = records

    async def ask(self, filters: Filters, motive: str, context: Context) -> int:
        """The number of a new replay. Refused when one is under way, or there is nothing to do."""
        motive = require_motive(motive)
        asked = [state for state in filters.states or AGAIN if state in AGAIN]
        filters = msgspec.structs.replace(filters, states=tuple(asked))
        total = await self._records.count(filters) if asked else 0
        if not total:
            raise refuse(
                Category.INVALID, "intake.nothing-to-replay", phrases.NOTHING_TO_REPLAY,
                code="not-found",
            )  # fmt: skip
        sealed = self._sealed(Asked(filters, context.actor, motive))
        async with self._store.pool.acquire() as connection, connection.transaction():
            await connection.execute(_ALONE)
            if await connection.fetchval(_UNDER_WAY):
                raise refuse(
                    Category.CONFLICT, "intake.replay-under-way", phrases.REPLAY_UNDER_WAY,
                    code="business-rule",
                )  # fmt: skip
            number = int(await connection.fetchval(_ASK, total, sealed))
            record = AuditEntry(
                context=context, action="update", count=total,
                detail=f"replay-messages {number}",
            )  # fmt: skip
            await self._store.trail.append(connection, [record])
        return number

    async def runs(self, limit: int = 20) -> Sequence[Run]:
        """Newest first."""
        return [self.opened(row) for row in await self._store.pool.fetch(_RUNS, limit)]

    async def stop(self, number: int) -> None:
        """What is done stays done."""
        await self._store.pool.execute(_STOP, number)

    def opened(self, row: Record) -> Run:
        plain: dict[str, Any] = dict(row)
        sealed = self._store.keyring.open(plain.pop("sealed"), _PURPOSE)
        return Run(**plain, asked=msgspec.json.decode(sealed, type=Asked))

    def _sealed(self, asked: Asked) -> bytes:
        return self._store.keyring.seal(msgspec.json.encode(asked), _PURPOSE)
