"""`$viewdefinition-run`: a view over what is stored, or over resources that come with it.

Whoever may search the type of the view may run it: what is refused to a search is refused here, in
the same words. Its trace is durable before the first byte of the answer.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from typing import Final

from hygie.api import body, messages
from hygie.api.presence import unless_gone
from hygie.api.request import Request
from hygie.api.response import Header, Streamed
from hygie.api.services import Services
from hygie.api.view_request import RunRequest, run_request
from hygie.fhir.codec import encode
from hygie.insight.views import View, read_view, schema
from hygie.insight.views.answering import encoded
from hygie.insight.views.engines import Engine, engine
from hygie.insight.views.identification import identification
from hygie.insight.views.running import Counted, stored_rows
from hygie.insight.views.tables import Batch
from hygie.insight.views.writers import Format
from hygie.limits import (
    MAX_BUNDLE_BYTES,
    MAX_VIEW_ANSWER_BYTES,
    MAX_VIEW_RESOURCES,
    MAX_VIEWS_AT_ONCE,
    VIEW_SECONDS,
)
from hygie.refusal import Category, Refused, refuse
from hygie.store.reading.whole import Selection, Slice, Whole

LOGGER: Final = logging.getLogger("hygie.api")
RETRY_SECONDS: Final = 5
MEDIA: Final[dict[Format, Header]] = {
    "ndjson": (b"content-type", b"application/x-ndjson"),
    "json": (b"content-type", b"application/json"),
    "csv": (b"content-type", b"text/csv;charset=utf-8"),
    "parquet": (b"content-type", b"application/vnd.apache.parquet"),
}


async def run(services: Services, request: Request) -> Streamed:
    given = await body.resource(request, limit=MAX_BUNDLE_BYTES)
    asked = run_request(request, given)
    view = await asyncio.to_thread(read_view, asked.definition)
    if asked.resources is None:
        request.require("search", type_=view.resource)
    if services.views.locked():
        raise _busy()
    chunks = _bounded(_answer(services, request, asked, view))
    first = await unless_gone(request, anext(chunks))
    return Streamed(200, first, chunks, media=MEDIA[asked.format])


async def _answer(
    services: Services, request: Request, asked: RunRequest, view: View
) -> AsyncGenerator[bytes]:
    async with services.views:
        prepared = await asyncio.to_thread(engine, "duckdb", view, services.registry)
        columns = schema(view, services.registry)
        batches = _rows(services, request, asked, view, prepared)
        async with aclosing(batches):
            pieces = encoded(batches, asked.format, columns, header=asked.header, limit=asked.limit)
            async for piece in pieces:
                yield piece


async def _rows(
    services: Services, request: Request, asked: RunRequest, view: View, prepared: Engine
) -> AsyncGenerator[Batch]:
    counted = Counted()
    if asked.resources is not None:
        async with aclosing(stored_rows(prepared, _given(asked), counted)) as rows:
            async for batch in rows:
                yield batch
        return
    selection = Selection(view.resource, asked.patient, asked.since)
    said = identification(asked.definition)
    async with services.store.whole(request.context, selection, said) as whole:
        await _require_few(whole)
        async with aclosing(stored_rows(prepared, whole.slices(), counted)) as rows:
            async for batch in rows:
                yield batch
    if counted.unreadable:
        LOGGER.warning("view, request %s: %d unreadable", request.id, counted.unreadable)


async def _given(asked: RunRequest) -> AsyncIterator[Slice]:
    """The resources of the request itself."""
    yield Slice([encode(resource) for resource in asked.resources or ()])


async def _require_few(whole: Whole) -> None:
    count = await whole.count()
    if count > MAX_VIEW_RESOURCES:
        raise refuse(
            Category.TOO_LARGE, "view.resources", messages.VIEW_TOO_LARGE, code="too-costly",
            count=str(count), limit=str(MAX_VIEW_RESOURCES),
        )  # fmt: skip


async def _bounded(pieces: AsyncGenerator[bytes]) -> AsyncGenerator[bytes]:
    """Refused, on its way too, beyond what an answer may take."""
    size, until = 0, asyncio.get_running_loop().time() + VIEW_SECONDS
    async with aclosing(pieces):
        while (piece := await _until(until, pieces)) is not None:
            size += len(piece)
            if size > MAX_VIEW_ANSWER_BYTES:
                raise _too_long()
            yield piece


async def _until(until: float, pieces: AsyncGenerator[bytes]) -> bytes | None:
    """The next piece: a view that finds nothing has none for as long as it reads."""
    try:
        async with asyncio.timeout_at(until):
            return await anext(pieces, None)
    except TimeoutError:
        raise _too_long() from None


def _too_long() -> Refused:
    return refuse(
        Category.TOO_LARGE, "view.answer", messages.VIEW_TOO_LONG, code="too-costly",
        seconds=str(VIEW_SECONDS), size=str(MAX_VIEW_ANSWER_BYTES),
    )  # fmt: skip


def _busy() -> Refused:
    return refuse(
        Category.TOO_MANY, "view.busy", messages.VIEWS_BUSY, code="throttled",
        limit=str(MAX_VIEWS_AT_ONCE), seconds=str(RETRY_SECONDS),
    )  # fmt: skip
