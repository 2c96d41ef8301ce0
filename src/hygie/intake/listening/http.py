"""A source that posts: the routes of HTTP take its messages, in every process."""

import asyncio

from hygie.intake.listening.gauge import Gauge
from hygie.intake.listening.listener import Receive
from hygie.intake.sources.addresses import posted_to
from hygie.intake.sources.declaration import Source


class HttpListener:
    """A `Listener` that has nothing to open: its state tells that the source may post.
    What it posts is counted by each process: `posts`."""

    async def run(self, source: Source, receive: Receive, gauge: Gauge) -> None:  # noqa: ARG002
        gauge.listening(posted_to(source.name))
        await asyncio.Event().wait()
