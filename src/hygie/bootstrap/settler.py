"""A process that settles messages: `python -m hygie.bootstrap.settler NUMBER...`, the numbers being
those of its streams. For `bootstrap.settlers`."""

import asyncio
import logging
import signal
import socket
import sys
from collections.abc import Sequence
from typing import Any, Final

import msgspec
import uvloop

from hygie.bootstrap.background import collect_seldom
from hygie.bootstrap.house import furnished
from hygie.fhir.preparation import COMMON, prepare
from hygie.intake.remote import receive, send
from hygie.intake.settlers.remote import serve
from hygie.settings import Settings
from hygie.store.interactions.faults import trace_of
from hygie.store.keys.envelope import unlock

READY: Final = "ready"


def main() -> None:
    """Signals are for the one that leads, which then closes our streams."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    try:
        uvloop.run(_live([socket.socket(fileno=int(number)) for number in sys.argv[1:]]))
    except Exception as error:
        logging.getLogger(__name__).error("settler: %s", trace_of(error))  # noqa: TRY400 - places
        sys.exit(1)


async def _live(ends: Sequence[socket.socket]) -> None:
    streams = [await asyncio.open_unix_connection(sock=end) for end in ends]
    raw = await receive(streams[0][0])
    if raw is None:
        return
    given, address = msgspec.msgpack.decode(raw, type=tuple[dict[str, Any], str])
    settings = msgspec.convert(given, Settings, dec_hook=lambda kind, text: kind(text))
    async with furnished(settings, await unlock(address, settings.key_file), address) as house:
        for kind in COMMON:
            prepare(kind)
        collect_seldom()
        await send(streams[0][1], READY)
        async with asyncio.TaskGroup() as group:
            for stream in streams:
                group.create_task(serve(*stream, house.gateway.settle))
    for _, writer in streams:
        writer.close()


if __name__ == "__main__":
    main()
