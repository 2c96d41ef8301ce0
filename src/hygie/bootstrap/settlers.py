"""Processes that settle messages beside one that serves: how many, and how each begins and ends.

Each is this program begun anew, not a copy of one with threads and connections. It is told where
the house is over the first of its streams, and ends when these close.
"""

import asyncio
import os
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager, suppress
from functools import partial
from typing import Final

import msgspec

from hygie.bootstrap.house import House
from hygie.intake.remote import receive, send
from hygie.intake.settlers.crew import Crew, Member, NotStartedError
from hygie.intake.settlers.remote import RemoteSettler
from hygie.intake.settlers.values import AT_ONCE
from hygie.limits.gateway import SETTLER_END_SECONDS, SETTLER_START_SECONDS, USUAL_SETTLERS
from hygie.settings import Settings

_PROGRAM: Final = (sys.executable, "-P", "-m", "hygie.bootstrap.settler")


def with_settlers(settings: Settings) -> Settings:
    """Settings in which it is said how many there are: one for each core that this process may use,
    unless the administrator said it. Who accepts messages needs little of a core."""
    if settings.settlers:
        return settings
    count = min(len(os.sched_getaffinity(0)), USUAL_SETTLERS)
    return msgspec.structs.replace(settings, settlers=str(count))


@asynccontextmanager
async def settled_aside(house: House) -> AsyncIterator[Crew | None]:
    """Until the context ends, messages that come in are settled by as many processes as the
    settings say; by this one, if none."""
    count = int(house.settings.settlers or 0)
    if not count:
        yield None
        return
    crew = Crew(count, partial(_begun, house.settings, house.address), house.gateway.settler)
    house.gateway.settle_by(crew)
    try:
        yield crew
    finally:
        await crew.stop()


@asynccontextmanager
async def _begun(settings: Settings, address: str) -> AsyncIterator[Member]:
    ours, theirs = zip(*(socket.socketpair() for _ in range(AT_ONCE)), strict=True)
    with ExitStack() as closing:
        for end in theirs:
            closing.enter_context(end)
        numbers = [end.fileno() for end in theirs]
        process = await asyncio.create_subprocess_exec(
            *_PROGRAM, *map(str, numbers), pass_fds=numbers,
            stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
    streams = [await asyncio.open_unix_connection(sock=end) for end in ours]
    try:
        await _ready(streams[0], settings, address)
        kill = partial(_killed, process)
        yield Member([RemoteSettler(*stream, kill) for stream in streams], process.wait)
    finally:
        for _, writer in streams:
            if not writer.is_closing():  # else it has ended
                writer.write_eof()
        await _ended(process)
        for _, writer in streams:
            writer.close()


async def _ready(
    stream: tuple[asyncio.StreamReader, asyncio.StreamWriter], settings: Settings, address: str
) -> None:
    reader, writer = stream
    try:
        async with asyncio.timeout(SETTLER_START_SECONDS):
            await send(writer, (msgspec.to_builtins(settings, enc_hook=str), address))
            if await receive(reader) is not None:
                return
    except (ConnectionError, TimeoutError):
        pass
    raise NotStartedError


def _killed(process: asyncio.subprocess.Process) -> None:
    with suppress(ProcessLookupError):  # it ended by itself
        process.kill()


async def _ended(process: asyncio.subprocess.Process) -> None:
    try:
        async with asyncio.timeout(SETTLER_END_SECONDS):
            await process.wait()
    except TimeoutError:
        _killed(process)
        await process.wait()
