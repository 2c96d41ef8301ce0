"""The connections of a store, which all end when the database hangs."""

import asyncio
from contextlib import suppress
from typing import Final, NamedTuple

from hygie.store.capacity import KEYED_LANES, LANES, READINGS, WRITING_LANES
from hygie.store.database import READING, Pool, open_pool
from hygie.store.pulse import Pulse
from hygie.store.reading.lanes import BY_KEY, Lanes

CLOSING_SECONDS: Final = 10
"""For a database to take its leave; it is left all the same."""


class Connections(NamedTuple):
    """For the tasks of one event loop."""

    pool: Pool
    """For changes, and for every other room."""
    lanes: Lanes
    """For searches."""
    keyed: Lanes
    """For what is read by its key."""
    writing: Lanes
    """For changes of one statement."""
    readings: Pool
    """For what goes through everything, in a transaction that lasts."""
    pulse: Pulse

    @classmethod
    async def open(cls, dsn: str, pulse: Pulse) -> "Connections":
        pool = await open_pool(dsn, pulse=pulse)
        keyed = Lanes(dsn, KEYED_LANES, BY_KEY, pulse=pulse)
        writing = Lanes(dsn, WRITING_LANES, BY_KEY, pulse=pulse)
        readings = await open_pool(dsn, size=READINGS, pulse=pulse, application_name=READING)
        return cls(pool, Lanes(dsn, LANES, pulse=pulse), keyed, writing, readings, pulse)

    async def close(self) -> None:
        """Once nobody asks for anything any more."""
        with suppress(TimeoutError):
            async with asyncio.timeout(CLOSING_SECONDS):
                await self.lanes.close()
                await self.keyed.close()
                await self.writing.close()
                await self.readings.close()
                await self.pool.close()
        self.pulse.end_all()
