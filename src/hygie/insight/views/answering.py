"""Rows as the bytes of an answer: a format, written piece by piece."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Sequence

from hygie.insight.views.schema import ColumnType
from hygie.insight.views.tables import Batch
from hygie.insight.views.writers import Format, open_writer
from hygie.insight.views.writers.sinks import Outgoing


async def encoded(
    rows: AsyncIterator[Batch],
    form: Format,
    columns: Sequence[ColumnType],
    *,
    header: bool = True,
    limit: int | None = None,
) -> AsyncGenerator[bytes]:
    """The answer, in pieces, one for each batch at most; the first as soon as there are rows, or
    none. `limit`: of rows."""
    sink = Outgoing()
    writer = open_writer(form, sink, columns, header=header)
    async for batch in limited(rows, limit):
        await asyncio.to_thread(writer.write, batch)
        if piece := sink.take():
            yield piece
    writer.close()
    yield sink.take()


async def limited(rows: AsyncIterator[Batch], limit: int | None) -> AsyncGenerator[Batch]:
    left = limit
    if left == 0:
        return
    async for batch in rows:
        if left is not None and batch.num_rows >= left:
            yield batch.slice(0, left)
            return
        yield batch
        left = None if left is None else left - batch.num_rows
