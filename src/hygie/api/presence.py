"""Work for one who asked, for as long as he is there."""

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

from hygie.api.body import DisconnectedError
from hygie.api.request import Request

T = TypeVar("T")


async def unless_gone(request: Request, work: Awaitable[T]) -> T:
    """What work gives, once the body has been read. Raises `DisconnectedError` when the one who
    asked goes before that: the work has then ended too."""
    doing = asyncio.ensure_future(work)
    gone = asyncio.ensure_future(_gone(request))
    try:
        await asyncio.wait((doing, gone), return_when=asyncio.FIRST_COMPLETED)
        if not doing.done():
            raise DisconnectedError
        return doing.result()
    finally:
        gone.cancel()
        doing.cancel()
        await asyncio.wait((doing,))


async def _gone(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
