"""One part of an export, from the store to its file and its row: all of it, or nothing.

The row comes last, in one transaction with what says that the export is still wanted. What a crash
leaves is a file without a row, which the next attempt overwrites.
"""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any, Final

from hygie.exchange.bulk import phrases, rows
from hygie.exchange.bulk.asked import ERROR_TYPE, Stream
from hygie.exchange.bulk.exports import Exports
from hygie.exchange.bulk.files import FileWriter, Written
from hygie.exchange.bulk.making import Made, Making, faults
from hygie.exchange.bulk.rows import Export, File
from hygie.limits.bulk import MAX_EXPORT_BYTES
from hygie.refusal import Category, refuse
from hygie.sight import Sight
from hygie.store.reading.moment import Place
from hygie.store.store import Store

WATCH_SECONDS: Final = 1.0
"""How long a part goes on at most once its export was cancelled."""
_NEXT: Final = """
SELECT coalesce(max(number), 0) + 1, coalesce(sum(bytes), 0)
FROM hygie.export_file WHERE export = $1
"""
_FORGET: Final = "DELETE FROM hygie.export_file WHERE export = $1 AND number = $2"


class Gone(Exception):  # noqa: N818 - it is an outcome, not an error
    """The export was cancelled meanwhile."""


class Parts:
    """Makes the parts of one export, one after the other."""

    def __init__(self, store: Store, exports: Exports, export: Export, sight: Sight) -> None:
        self._store = store
        self._exports = exports
        self._export = export
        self._making = Making(store, export.asked, export.moment, sight)

    async def streams(self) -> list[Stream]:
        return await self._making.streams()

    async def make(self, stream: Stream, after: Place, former: File | None = None) -> Made:
        """The part behind `after`; or anew what `former` held, which it replaces.

        Raises `Gone`; `Refused` when it is too much, or the disk is full; `OSError`.
        """
        number = await self._next_number()
        place = self._exports.place(self._export, number)
        writer = await asyncio.to_thread(FileWriter, place)
        try:
            upto = former.upto if former else None
            made = await self._making.part(stream, after, writer, self._watch(), upto)
            if former:
                made.last = former.last
            written = await asyncio.to_thread(writer.finish) if made.count else NOTHING
            values = [rows.file_values(self._export.id, number, stream, after, made, written)]
            if made.unreadable:
                values.append(await self._errors(number + 1, stream.type, made))
            await self._note(values, former)
        finally:
            await asyncio.to_thread(writer.abandon)
        return made

    async def _errors(self, number: int, kind: str, made: Made) -> tuple[Any, ...]:
        """A file that names what does not open."""
        writer = await asyncio.to_thread(FileWriter, self._exports.place(self._export, number))
        lines = faults(kind, made.unreadable)
        await asyncio.to_thread(writer.write, b"\n".join(lines) + b"\n")
        written = await asyncio.to_thread(writer.finish)
        told = Made(made.upto, made.made, last=True, count=len(lines))
        stream = Stream("error", ERROR_TYPE)
        return rows.file_values(self._export.id, number, stream, made.upto, told, written)

    async def _note(self, values: Sequence[Sequence[Any]], former: File | None) -> None:
        async with self._store.pool.acquire() as connection, connection.transaction():
            if await connection.fetchval(rows.HOLD, self._export.id) is None:
                raise Gone
            if former is not None:
                await connection.execute(_FORGET, self._export.id, former.number)
            for one in values:
                await connection.execute(rows.INSERT_FILE, *one)

    async def _next_number(self) -> int:
        found = await self._store.pool.fetchrow(_NEXT, self._export.id)
        number, size = found or (1, 0)
        if size > MAX_EXPORT_BYTES:
            raise refuse(
                Category.TOO_LARGE, "export.size", phrases.TOO_LARGE, code="too-costly",
                limit=str(MAX_EXPORT_BYTES),
            )  # fmt: skip
        return int(number)

    def _watch(self) -> Callable[[int], None]:
        """To be called after each slice: raises `Gone` soon after the export was cancelled."""
        loop = asyncio.get_running_loop()
        asked: list[asyncio.Task[Any]] = []
        when = loop.time()

        def told(_lines: int) -> None:
            nonlocal when
            if asked and asked[0].done():
                if asked.pop().result() is None:
                    raise Gone
            elif not asked and loop.time() > when + WATCH_SECONDS:
                when = loop.time()
                wanted = self._store.pool.fetchval(rows.WANTED, self._export.id)
                asked.append(asyncio.ensure_future(wanted))

        return told


NOTHING: Final = Written(0, 0, b"")
"""Of a part without a line: there is no file."""
