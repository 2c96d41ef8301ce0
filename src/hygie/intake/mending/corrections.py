"""Messages in quarantine, and what a person does about them.

A correction is an entry of its own, which takes the place of the first: the original stays as it
came, and says who corrected it and why. Whoever comes second is told that somebody was there.
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import Final

import msgspec

from hygie.intake.arrival import detect
from hygie.intake.describing import Describing
from hygie.intake.inbox import Admission, Inbox
from hygie.intake.mending import phrases
from hygie.intake.mending.acts import Act, Acts, require_motive
from hygie.intake.records import Records
from hygie.intake.values import Entry, Receipt, State
from hygie.refusal import Category, refuse
from hygie.store.database import Connection
from hygie.store.store import Store
from hygie.trace import AuditEntry, Context

Settle = Callable[[Sequence[Admission]], Awaitable[list[Receipt]]]
_MOVE: Final = """
    UPDATE hygie.inbox SET state = $3, settled_at = clock_timestamp()
    WHERE id = ANY($1) AND state = $2 RETURNING id
"""


class Corrections:
    """For the tasks of one event loop."""

    def __init__(
        self,
        store: Store,
        inbox: Inbox,
        records: Records,
        describe: Describing,
        settle: Settle,
    ) -> None:
        self._store = store
        self._inbox = inbox
        self._records = records
        self._describe = describe
        self._settle = settle
        self._acts = Acts(store.pool, store.keyring)

    async def correct(self, entry: int, content: bytes, motive: str, context: Context) -> Receipt:
        """What became of the corrected message, whose entry `corrects` the first. Refused when the
        first is no longer in quarantine, when nothing changed, or when it is no message any more.
        """
        motive = require_motive(motive)
        found = await self._records.entry(entry)
        _require_corrected(found, content)
        arrival = await self._describe(found.source, content, found.kind, found.name)
        arrival = msgspec.structs.replace(arrival, corrects=entry)
        async with self._store.pool.acquire() as connection, connection.transaction():
            await self._moved(connection, [entry], "quarantined", "corrected")
            admissions = await self._inbox.admit_within(connection, [arrival])
            await self._acts.note(connection, [entry], "corrected", context.actor, motive)
            await self._on_record(connection, context, "correct-message", [entry])
        return (await self._settle(admissions))[0]

    async def discard(self, entries: Sequence[int], motive: str, context: Context) -> int:
        """Puts messages aside: how many. Refused when one is no longer in quarantine."""
        motive = require_motive(motive)
        async with self._store.pool.acquire() as connection, connection.transaction():
            await self._moved(connection, entries, "quarantined", "discarded")
            await self._acts.note(connection, entries, "discarded", context.actor, motive)
            await self._on_record(connection, context, "discard-message", entries)
        return len(entries)

    async def take_back(self, entries: Sequence[int], context: Context) -> int:
        """Back into quarantine: how many. Refused when one is not put aside."""
        async with self._store.pool.acquire() as connection, connection.transaction():
            await self._moved(connection, entries, "discarded", "quarantined")
            await self._acts.note(connection, entries, "taken-back", context.actor, "")
            await self._on_record(connection, context, "take-back-message", entries)
        return len(entries)

    async def acts(self, entry: int) -> list[Act]:
        """What people did about a message, the oldest first."""
        return await self._acts.of(entry)

    async def _moved(
        self, connection: Connection, entries: Sequence[int], before: State, after: State
    ) -> None:
        """All of them, or a refusal: then nothing is done."""
        moved = await connection.fetch(_MOVE, list(entries), before, after)
        if len(moved) != len(set(entries)):
            phrase = phrases.NOT_WAITING if before == "quarantined" else phrases.NOT_DISCARDED
            raise refuse(Category.CONFLICT, "intake.moved-meanwhile", phrase, code="business-rule")

    async def _on_record(
        self, connection: Connection, context: Context, action: str, entries: Sequence[int]
    ) -> None:
        detail = ",".join(f"inbox/{entry}" for entry in entries)
        record = AuditEntry(
            context=context, action="update", count=len(entries), detail=f"{action} {detail}"
        )
        await self._store.trail.append(connection, [record])


def _require_corrected(found: Entry, content: bytes) -> None:
    if content == found.content:
        raise refuse(Category.INVALID, "intake.unchanged", phrases.UNCHANGED, code="value")
    if detect(content) != found.kind:
        raise refuse(
            Category.INVALID, "intake.other-kind", phrases.OTHER_KIND, code="value",
            kind=found.kind,
        )  # fmt: skip
