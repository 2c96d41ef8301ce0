"""One connection to a destination: a message out, its acknowledgement back (MLLP release 1)."""

import asyncio

from hygie.hl7v2.framing import END, START, frame
from hygie.outbound.outbound import Outbound
from hygie.outbound.place import Place


class Destination:
    """Keeps its connection between messages; one message at a time is under way."""

    def __init__(self, outbound: Outbound, place: Place) -> None:
        self._outbound = outbound
        self._place = place
        self._turn = asyncio.Lock()
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def reach(self, seconds: float) -> None:
        """Whether somebody accepts a connection there. Raises `Refused`."""
        async with self._turn:
            await self._connected(seconds)

    async def exchange(self, message: bytes, seconds: float) -> bytes:
        """The acknowledgement. Raises `Refused`, OSError, or EOFError; the connection is then
        ended, for what comes late would be taken for the answer to another message."""
        async with self._turn:
            reader, writer = await self._connected(seconds)
            try:
                writer.write(frame(message))
                await writer.drain()
                framed = await reader.readuntil(END)
            except asyncio.LimitOverrunError:
                self.close()
                raise EOFError from None
            except BaseException:
                self.close()
                raise
            return framed[framed.rfind(START) + 1 : -len(END)]

    def close(self) -> None:
        if self._streams is not None:
            self._streams[1].close()
            self._streams = None

    async def _connected(self, seconds: float) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if self._streams is not None and self._streams[0].at_eof():
            self.close()
        if self._streams is None:
            self._streams = await self._outbound.connect(self._place, seconds)
        return self._streams
