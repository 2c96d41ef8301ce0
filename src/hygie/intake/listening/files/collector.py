"""Takes files as they become whole: committed first, then put away. Folders and SFTP alike.

A crash between both finds the files again: their messages are duplicates then, and are filed once.
A file that cannot be put away is remembered, and not taken a second time.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from typing import NamedTuple, Protocol

from hygie.intake.accepted import Together
from hygie.intake.batches import Piece
from hygie.intake.listening.files import troubles
from hygie.intake.listening.files.completeness import Completeness, Found
from hygie.intake.listening.files.cutting import Cut, Fault, cut, readable, whole
from hygie.intake.listening.files.depot import ChangedError, Depot, OutOfReachError
from hygie.intake.listening.files.purging import Purging
from hygie.limits.gateway import (
    MAX_FILE_BYTES_TOGETHER,
    MAX_FILES_TOGETHER,
    MAX_MESSAGES_TOGETHER,
)
from hygie.refusal import Issue, Refused
from hygie.store.outages import UNAVAILABLE

Receive = Callable[[Sequence[Piece]], Awaitable[Together]]
"""`Gateway.accept_all` of the source."""


class Told(Protocol):
    """Who is told how it goes."""

    def received(self, messages: int, octets: int) -> None: ...

    def problem(self, issue: Issue | None) -> None:
        """None: all is well again."""
        ...


class _Part(NamedTuple):
    """A message of a file on its way."""

    found: Found
    piece: Piece
    number: int
    """In its file, from 1."""
    is_last: bool


class Collector:
    """For one source, and one task."""

    def __init__(
        self, source: str, depot: Depot, completeness: Completeness, receive: Receive, told: Told
    ) -> None:
        self._source = source
        self._depot = depot
        self._completeness = completeness
        self._receive = receive
        self._told = told
        self._taken: dict[Found, list[Fault]] = {}
        """What is not put away yet, with its faults."""

    async def run(self, every_seconds: float, purging: Purging) -> None:
        """Until cancelled. What is out of reach is told, and looked for again."""
        while True:
            self._told.problem(await self.once())
            await purging.step()
            await asyncio.sleep(every_seconds)

    async def once(self) -> Issue | None:
        """Takes whatever is whole now. What hinders, if anything does: of several, the last."""
        try:
            return await self._once()
        except OutOfReachError as error:
            return error.issue
        except UNAVAILABLE:  # of the database: what is wrong with files is met where it happens
            return troubles.database_away()

    async def _once(self) -> Issue | None:
        complete = self._completeness.whole(await self._depot.look())
        self._taken = {one: self._taken[one] for one in complete if one in self._taken}
        problem = None
        for group in _groups(complete):
            problem = await self._take(group) or problem
        return problem

    async def _take(self, group: Sequence[Found]) -> Issue | None:
        problem = None
        reads: list[tuple[Found, Cut]] = []
        for found in group:
            if found in self._taken:
                continue
            try:
                reads.append((found, await self._read(found)))
            except ChangedError:
                continue
            except OSError as error:
                problem = troubles.unreadable(readable(found.name), error)
        await self._commit(reads)
        return await self._put_away(group) or problem

    async def _read(self, found: Found) -> Cut:
        try:
            raw = await self._depot.read(found)
        except Refused as refused:
            return whole(refused)
        return await asyncio.to_thread(cut, self._source, found.name, raw)

    async def _commit(self, reads: Sequence[tuple[Found, Cut]]) -> None:
        """Every message, in order; a file is taken once its last one is committed."""
        faults = {found: list(read.faults) for found, read in reads}
        self._taken |= {found: faults[found] for found, read in reads if not read.pieces}
        parts = [part for found, read in reads for part in _parts(found, read.pieces)]
        for start in range(0, len(parts), MAX_MESSAGES_TOGETHER):
            together = parts[start : start + MAX_MESSAGES_TOGETHER]
            committed = await self._receive([part.piece for part in together])
            for part, receipt in zip(together, committed.receipts, strict=True):
                if not receipt.id:
                    place = f"message {part.number}" if part.number > 1 or not part.is_last else ""
                    faults[part.found] += [(place, issue) for issue in receipt.issues]
                if part.is_last:
                    self._taken[part.found] = faults[part.found]
            self._told.received(len(together), sum(len(part.piece.raw) for part in together))
            await committed.settled()  # nothing more is read while there is much to do

    async def _put_away(self, group: Sequence[Found]) -> Issue | None:
        problem = None
        for found in group:
            if found not in self._taken:
                continue
            try:
                await self._depot.put_away(found, troubles.told(self._taken[found]))
            except OSError as error:
                problem = troubles.stuck(readable(found.name), error)
                continue
            except ChangedError:
                pass  # somebody else has put it away, or another has its name
            del self._taken[found]
        return problem


def _parts(found: Found, pieces: Sequence[Piece]) -> Iterator[_Part]:
    for number, piece in enumerate(pieces, start=1):
        yield _Part(found, piece, number, number == len(pieces))


def _groups(files: Sequence[Found]) -> Iterator[list[Found]]:
    """In order; as many as may be held in memory together."""
    group: list[Found] = []
    size = 0
    for found in files:
        group.append(found)
        size += found.size
        if len(group) == MAX_FILES_TOGETHER or size >= MAX_FILE_BYTES_TOGETHER:
            yield group
            group, size = [], 0
    if group:
        yield group
