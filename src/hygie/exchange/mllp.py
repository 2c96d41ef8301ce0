"""One connection to an MLLP destination: a message out, its acknowledgement back."""

import asyncio
from collections.abc import Callable
from typing import Final

from hygie.hl7v2.framing import START, STOP, frame
from hygie.outbound.outbound import Outbound
from hygie.outbound.place import Place

MAX_STRANGE: Final = 16
"""Answers in a row to other messages than ours, before the connection is given up."""
Ours = Callable[[bytes], bool]


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

    async def exchange(self, message: bytes, seconds: float, ours: Ours | None = None) -> bytes:
        """The acknowledgement: the first answer, or the first that is `ours` (in enhanced mode, an
        earlier message's may come late). Raises `Refused`, OSError, or EOFError; the connection is
        then ended, for what comes late would be taken for the answer to another message."""
        async with self._turn:
            reader, writer = await self._connected(seconds)
            try:
                writer.write(frame(message))
                await writer.drain()
                for _ in range(MAX_STRANGE):
                    answer = await _framed(reader)
                    if ours is None or ours(answer):
                        return answer
            except asyncio.LimitOverrunError:
                self.close()
                raise EOFError from None
            except BaseException:
                self.close()
                raise
            self.close()
            raise EOFError

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


async def _framed(reader: asyncio.StreamReader) -> bytes:
    """What stands between the bytes of a frame; its CR, which some leave out, may follow."""
    framed = await reader.readuntil(STOP)
    return framed[framed.rfind(START) + 1 : -len(STOP)]
