"""What sources post to this process: at their pace, and counted for all to read.

Both doors of HTTP (HL7 v2 and FHIR messages) take what a source posts by way of this one object:
one pace, one gauge. Each process writes its own counts; `state.read` sums them.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from secrets import token_hex
from typing import Final

from hygie.intake.gateway import Gateway
from hygie.intake.listening.gauge import Gauge
from hygie.intake.listening.receiving import Receiving
from hygie.intake.sources import state
from hygie.intake.sources.addresses import posted_to
from hygie.intake.sources.declaration import Source
from hygie.refusal import Category, Refused
from hygie.store.declarations import Declared
from hygie.store.store import Store

WRITE_SECONDS: Final = 1.0


class Post:
    """Of one source, as it is declared."""

    def __init__(self, source: Source, gateway: Gateway, gauge: Gauge) -> None:
        self.source = source
        self.receive = Receiving(source, gateway)
        self.gauge = gauge

    @contextmanager
    def request(self) -> Iterator[None]:
        """While one is under way; what ends it without an answer of its own is counted."""
        self.gauge.connections += 1
        try:
            yield
        except Refused as refused:
            if refused.refusal.category is Category.BUSY:
                self.gauge.unanswered += 1
            else:
                self.gauge.refused(refused.refusal.issues[0].rule)
            raise
        except BaseException:
            self.gauge.unanswered += 1
            raise
        finally:
            self.gauge.connections -= 1


class Posts:
    """For the tasks of one event loop."""

    def __init__(
        self,
        store: Store,
        gateway: Gateway,
        declared: Callable[[], Awaitable[tuple[Declared[Source], ...]]],
    ) -> None:
        self._store = store
        self._gateway = gateway
        self._declared = declared
        self._writer = token_hex(8)
        self._posts: dict[str, Post] = {}

    def of(self, source: Source) -> Post:
        """The one of a source that is declared and runs. Counts outlive a change of it."""
        found = self._posts.get(source.name)
        if found is None or found.source != source:
            gauge = found.gauge if found else Gauge(source.name)
            gauge.listening(posted_to(source.name))
            found = self._posts[source.name] = Post(source, self._gateway, gauge)
        return found

    async def run(self) -> None:
        """Until cancelled: writes what was counted, once there is something."""
        while True:
            if self._posts:
                await self.write()
            await asyncio.sleep(WRITE_SECONDS)

    async def write(self) -> None:
        """Of the sources that run; the others are forgotten."""
        running = {one.value.name for one in await self._declared() if one.value.running}
        self._posts = {name: one for name, one in self._posts.items() if name in running}
        states = [one.gauge.state() for one in self._posts.values()]
        await state.write(self._store.pool, self._store.keyring, self._writer, states)
