"""Subscriptions, for as long as a server runs: one of its processes leads, the others wait."""

import asyncio
import logging
from typing import Final

from hygie.exchange.subscriptions.leader import Leader
from hygie.exchange.subscriptions.parts import Parts
from hygie.store.leases import lease
from hygie.store.outages import AWAY

LEASE: Final = "subscriptions"
PAUSE_SECONDS: Final = 1.0
LOGGER: Final = logging.getLogger("hygie.subscriptions")


async def serve(parts: Parts) -> None:
    """Never returns. A database that went away is waited for; what was under way is taken up again
    by whoever leads next."""
    while True:
        try:
            await _lead(parts)
        except AWAY:
            pass  # the requests say so; whoever leads next goes on
        except Exception:
            LOGGER.exception("notifications were interrupted, and begin again")
        await asyncio.sleep(PAUSE_SECONDS)


async def _lead(parts: Parts) -> None:
    if not await parts.events.any():
        return
    async with lease(parts.store.pool, LEASE) as held:
        if held:
            await Leader(parts).lead()
