"""Processes that file beside this one: forked before anything is opened, they share nothing with
it but code, and a stream each for every lane they serve.

When this process goes, their streams close, and they end after what is under way.
"""

import asyncio
import gc
import multiprocessing
import signal
import socket
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from itertools import chain
from typing import Final, NamedTuple

import msgspec
import uvloop

from hygie.bootstrap import furnished
from hygie.fhir.definitions import r4
from hygie.intake import remote
from hygie.intake.gateway import LANES
from hygie.intake.lanes import Lane
from hygie.settings import Settings
from hygie.store.envelope import unlock

END_SECONDS: Final = 30
"""For a process to finish what is under way."""


class Ends(NamedTuple):
    """Both ends of the streams of one process."""

    ours: tuple[socket.socket, ...]
    theirs: tuple[socket.socket, ...]

    def close(self) -> None:
        for end in (*self.ours, *self.theirs):
            end.close()


@contextmanager
def processes(count: int, settings: Settings) -> Iterator[list[Ends]]:
    """`count` processes waiting to be told where the database is (`connected`).

    `settings` name the master key's file. They are forked: to be called before any event loop.
    """
    r4()
    gc.collect()
    gc.freeze()
    context = multiprocessing.get_context("fork")
    ends = [_pairs() for _ in range(count)]
    started = [
        context.Process(target=_live, args=(number, ends, settings), daemon=True)
        for number in range(count)
    ]
    for process in started:
        process.start()
    for one in ends:
        for theirs in one.theirs:
            theirs.close()
    try:
        yield ends
    finally:
        for one in ends:
            one.close()
        for process in started:
            process.join(END_SECONDS)


@asynccontextmanager
async def connected(ends: Sequence[Ends], address: str) -> AsyncIterator[list[Lane]]:
    """The lanes of these processes, once they know the database's address; on leaving, they have
    let go of it."""
    streams = [[await asyncio.open_unix_connection(sock=end) for end in one.ours] for one in ends]
    for (_, writer), *_ in streams:
        await remote.send(writer, address)
    every = list(chain.from_iterable(streams))
    try:
        yield [remote.RemoteLane(*stream) for stream in every]
    finally:
        for _, writer in every:
            writer.write_eof()
        async with asyncio.timeout(END_SECONDS):
            for reader, writer in every:
                await reader.read()
                writer.close()


def _pairs() -> Ends:
    ours, theirs = zip(*(socket.socketpair() for _ in range(LANES)), strict=True)
    return Ends(ours, theirs)


def _live(number: int, ends: Sequence[Ends], settings: Settings) -> None:
    """The life of one process. Ctrl-C is for the one that leads: it closes our streams."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for other, one in enumerate(ends):
        for end in (*one.ours, *(() if other == number else one.theirs)):
            end.close()
    uvloop.run(_serve(ends[number].theirs, settings))


async def _serve(streams: Sequence[socket.socket], settings: Settings) -> None:
    opened = [await asyncio.open_unix_connection(sock=stream) for stream in streams]
    told = await remote.receive(opened[0][0])
    if told is None:
        return
    address = msgspec.msgpack.decode(told, type=str)
    async with (
        furnished(settings, await unlock(address, settings.key_file), address) as house,
        asyncio.TaskGroup() as group,
    ):
        for reader, writer in opened:
            group.create_task(remote.serve(reader, writer, house.gateway.lane))
