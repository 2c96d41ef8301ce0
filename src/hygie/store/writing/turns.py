"""Transactions that met others: tried again, a little later each time."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

from hygie.refusal import Category, refuse
from hygie.store import phrases
from hygie.store.database import RETRIED

MAX_TRIES: Final = 6
FIRST_PAUSE_SECONDS: Final = 0.01
Result = TypeVar("Result")


async def taking_turns(attempt: Callable[[], Awaitable[Result]]) -> Result:
    """What `attempt` returns once nobody was in its way. Refused (BUSY) when somebody always is."""
    for number in range(MAX_TRIES):
        try:
            return await attempt()
        except RETRIED:
            longest = FIRST_PAUSE_SECONDS * 2**number
            await asyncio.sleep(random.uniform(0, longest))  # noqa: S311 - no secret
    raise refuse(
        Category.BUSY, "store.conflicting-writes", phrases.CONFLICTING_WRITES, code="lock-error"
    )
