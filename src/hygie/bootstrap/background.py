"""Work beside the requests of a process, for as long as it serves."""

import asyncio
import gc
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from typing import Any, Final

from hygie.fhir.preparation import COMMON, prepare
from hygie.store.outages import UNAVAILABLE

_logger = logging.getLogger(__name__)
NEW_OBJECTS: Final = 20_000, 50, 100
"""After so many is it looked for cycles among them; after so many looks, among older ones. With
Python's own 700, 10, 10, that took a sixth of an import."""
BETWEEN_TYPES_SECONDS: Final = 0.01
"""For requests, between two pieces of work of some 15 ms."""
AGAIN_SECONDS: Final = 5.0
"""Before work that failed begins again."""
ASK_AGAIN_SECONDS: Final = 1.0
"""Before work is asked to end once more: what it cleans up on the way out may fail as the database
goes away, which it then takes for a reason to begin again."""


@asynccontextmanager
async def beside(work: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Runs `work` in the background until the context ends."""
    task = asyncio.create_task(work)
    try:
        yield
    finally:
        while not task.done():
            task.cancel()
            await asyncio.wait([task], timeout=ASK_AGAIN_SECONDS)
        with suppress(asyncio.CancelledError):
            task.result()


async def lasting(work: Callable[[], Awaitable[None]]) -> None:
    """Does work that never ends; begins it again when the database went away, or when it failed:
    the type of the failure is logged, its text may hold health data."""
    while True:
        try:
            await work()
        except UNAVAILABLE:
            _logger.warning("work in the background waits for the database")
        except Exception as error:
            _logger.error("work in the background failed: %s", type(error).__name__)  # noqa: TRY400
        await asyncio.sleep(AGAIN_SECONDS)


def collect_seldom() -> None:
    """For a process that is ready. What it holds now, definitions above all, lives as long as it
    does; of what comes, nearly all is freed by counting references, since resources are trees."""
    gc.freeze()
    gc.set_threshold(*NEW_OBJECTS)


async def compiled_ahead() -> None:
    """Compiles what common resources are checked and filed by, between requests: the first write
    of a type would else wait for it, in each worker."""
    for kind in COMMON:
        prepare(kind)
        await asyncio.sleep(BETWEEN_TYPES_SECONDS)
