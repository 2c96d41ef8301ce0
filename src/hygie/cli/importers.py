"""Processes that file beside this one: forked before anything is opened, they share nothing with
it but code, and a stream for every importer that they are.

When this process goes, their streams close, and they end after what is under way.
"""

import asyncio
import gc
import multiprocessing
import os
import signal
import socket
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from itertools import chain
from multiprocessing.context import ForkProcess
from typing import Any, Final, NamedTuple

import msgspec
import uvloop

from hygie.bootstrap import House, collect_seldom, furnished
from hygie.fhir.preparation import COMMON, prepare
from hygie.intake import remote
from hygie.intake.batches import Importer
from hygie.intake.failures import importer_lost
from hygie.settings import Settings
from hygie.store.capacity import IMPORTERS, IMPORTING_PROCESSES
from hygie.store.keys.envelope import unlock

END_SECONDS: Final = 30
"""For a process to finish what is under way."""
READY: Final = "ready"
"""What a process says once its house is open."""


class Ends(NamedTuple):
    """Both ends of the streams of one process."""

    ours: tuple[socket.socket, ...]
    theirs: tuple[socket.socket, ...]


class Processes:
    """Told where the house is (`importers`), they file; they end when nobody needs them (`end`)."""

    def __init__(self, ends: Sequence[Ends], started: Sequence[ForkProcess]) -> None:
        self._ends = ends
        self._started = started

    @asynccontextmanager
    async def importers(self, house: House) -> AsyncIterator[list[Importer]]:
        """What they file into `house` by; on leaving, they have let go of it. Once."""
        streams = [
            [await asyncio.open_unix_connection(sock=end) for end in one.ours] for one in self._ends
        ]
        for (_, writer), *_ in streams:
            settings = msgspec.to_builtins(house.settings, enc_hook=str)
            await remote.send(writer, (settings, house.address))
        for (reader, _), *_ in streams:
            if await remote.receive(reader) is None:
                raise importer_lost()
        every = list(chain.from_iterable(streams))
        try:
            yield [remote.RemoteImporter(*stream) for stream in every]
        finally:
            for _, writer in every:
                if not writer.is_closing():  # else its process has ended
                    writer.write_eof()
            async with asyncio.timeout(END_SECONDS):
                for reader, writer in every:
                    await reader.read()
                    writer.close()

    def end(self) -> None:
        for end in chain.from_iterable(one.ours for one in self._ends):
            end.close()
        for process in self._started:
            process.join(END_SECONDS)


def cores() -> int:
    """Those that this process may use: as many processes keep them busy."""
    return min(len(os.sched_getaffinity(0)), IMPORTING_PROCESSES)


@contextmanager
def processes(count: int) -> Iterator[Processes]:
    """Forked, with all that they would each compile: to be called before any event loop runs."""
    if count:
        for kind in COMMON:
            prepare(kind)
    gc.collect()
    collect_seldom()
    context = multiprocessing.get_context("fork")
    ends = [_pairs() for _ in range(count)]
    started = [
        context.Process(target=_live, args=(number, ends), daemon=True) for number in range(count)
    ]
    for process in started:
        process.start()
    for theirs in chain.from_iterable(one.theirs for one in ends):
        theirs.close()
    running = Processes(ends, started)
    try:
        yield running
    finally:
        running.end()


def _pairs() -> Ends:
    ours, theirs = zip(*(socket.socketpair() for _ in range(IMPORTERS)), strict=True)
    return Ends(ours, theirs)


def _live(number: int, ends: Sequence[Ends]) -> None:
    """The life of one process. Ctrl-C is for the one that leads: it closes our streams."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for other, one in enumerate(ends):
        for end in (*one.ours, *(() if other == number else one.theirs)):
            end.close()
    uvloop.run(_serve(ends[number].theirs))


async def _serve(streams: Sequence[socket.socket]) -> None:
    opened = [await asyncio.open_unix_connection(sock=stream) for stream in streams]
    raw = await remote.receive(opened[0][0])
    if raw is None:
        return
    given, address = msgspec.msgpack.decode(raw, type=tuple[dict[str, Any], str])
    settings = msgspec.convert(given, Settings, dec_hook=lambda kind, text: kind(text))
    keys = await unlock(address, settings.key_file)
    async with (
        furnished(settings, keys, address) as house,
        asyncio.TaskGroup() as group,
    ):
        await remote.send(opened[0][1], READY)
        for reader, writer in opened:
            group.create_task(remote.serve(reader, writer, house.gateway.importer))
