"""The body of an answer, read within bounds."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from time import monotonic

from aiohttp import ClientResponse

from hygie.limits import (
    BODY_SECONDS,
    DRAIN_SECONDS,
    MAX_DRAINED_BYTES,
    MIN_BODY_BYTES_PER_SECOND,
)
from hygie.outbound.failures import failed, said_of
from hygie.outbound.phrases import STALLED, TOO_LONG


async def drain(answer: ClientResponse) -> None:
    """Reads what is left of a short answer, so that its connection serves again; else ends it."""
    size = 0
    # Whatever goes wrong with the body, what counts was in the head, and has been read.
    with suppress(Exception):
        async with asyncio.timeout(DRAIN_SECONDS):
            async for piece in answer.content.iter_any():
                size += len(piece)
                if size > MAX_DRAINED_BYTES:
                    break
    answer.release()


async def pieces(answer: ClientResponse, host: str, limit: int) -> AsyncIterator[bytes]:
    """The body as it comes, `limit` bytes at most (0: any number)."""
    size, waited = 0, 0.0
    while True:
        before = monotonic()
        allowed = BODY_SECONDS + size / MIN_BODY_BYTES_PER_SECOND
        piece = await _next(answer, host, allowed - waited)
        waited += monotonic() - before
        if not piece:
            return
        size += len(piece)
        if limit and size > limit:
            raise failed("outbound.too-long", TOO_LONG, host, limit=str(limit))
        yield piece


async def _next(answer: ClientResponse, host: str, seconds: float) -> bytes:
    with said_of(host, seconds):
        try:
            async with asyncio.timeout(seconds):
                return await answer.content.readany()
        except TimeoutError:
            raise failed("outbound.stalled", STALLED, host) from None
