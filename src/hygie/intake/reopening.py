"""Entries of the inbox as messages again, to be settled."""

from collections.abc import Sequence

import msgspec

from hygie.intake.describing import Describing
from hygie.intake.inbox import Admission
from hygie.intake.records import Records
from hygie.intake.settlers.values import Handed
from hygie.intake.values import Entry


class Reopening:
    def __init__(self, records: Records, describe: Describing) -> None:
        self._records = records
        self._describe = describe

    async def received(self, entries: Sequence[int]) -> list[Admission]:
        """Those that are still `received`, in order."""
        return [await self.of(entry) for entry in await self._records.received(entries)]

    async def of(self, entry: Entry) -> Admission:
        """An entry with its content."""
        admission = await self.handed(Handed(
            entry.id, entry.source, entry.name, entry.content or b"", entry.kind, entry.corrects
        ))  # fmt: skip
        return msgspec.structs.replace(admission, attempts=entry.attempts)

    async def handed(self, one: Handed) -> Admission:
        """What another process has admitted."""
        arrival = await self._describe(one.source, one.raw, one.kind, one.name)
        arrival = msgspec.structs.replace(arrival, corrects=one.corrects)
        return Admission(one.id, arrival, "received", ())
