"""Entries of the inbox as messages again, to be settled."""

from collections.abc import Sequence

import msgspec

from hygie.intake.describing import Describing
from hygie.intake.inbox import Admission
from hygie.intake.records import Records
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
        content = entry.content or b""
        arrival = await self._describe(entry.source, content, entry.kind, entry.name)
        arrival = msgspec.structs.replace(arrival, corrects=entry.corrects)
        return Admission(entry.id, arrival, "received", ())
