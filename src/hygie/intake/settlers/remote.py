"""Settling in another process: batches there, receipts back, over streams of our own.

Frames are those of `intake.remote`: messages hold health data, the streams have no name.
"""

import asyncio
import logging
from asyncio import StreamReader, StreamWriter
from collections.abc import Awaitable, Callable, Sequence
from typing import Final

import msgspec

from hygie.intake.inbox import Admission
from hygie.intake.remote import receive, send
from hygie.intake.settlers.values import Handed
from hygie.intake.values import Receipt
from hygie.limits.gateway import SETTLER_ANSWER_SECONDS

_logger: Final = logging.getLogger(__name__)
_Answer = list[Receipt] | None
"""None: it could not be said what became of them."""


class RemoteSettler:
    """One stream to another process, at whose end `serve` runs: a batch at a time. `kill` ends that
    process."""

    def __init__(
        self, reader: StreamReader, writer: StreamWriter, kill: Callable[[], object]
    ) -> None:
        self._reader = reader
        self._writer = writer
        self._kill = kill
        self._decoder = msgspec.msgpack.Decoder(_Answer)

    @property
    def lost(self) -> bool:
        """Whether the other end is gone."""
        return self._reader.at_eof() or self._writer.is_closing()

    async def settle(self, admissions: Sequence[Admission]) -> Sequence[Receipt] | None:
        """None when its process is lost, or failed: some may be settled, and some not. One that
        does not answer hangs, and is ended."""
        try:
            async with asyncio.timeout(SETTLER_ANSWER_SECONDS):
                await send(self._writer, [Handed.of(one) for one in admissions])
                raw = await receive(self._reader)
        except ConnectionError:
            return None
        except TimeoutError:
            self._kill()
            self._writer.close()
            return None
        return None if raw is None else self._decoder.decode(raw)


async def serve(
    reader: StreamReader,
    writer: StreamWriter,
    settle: Callable[[Sequence[Handed]], Awaitable[Sequence[Receipt]]],
) -> None:
    """Settles what comes, until the other end closes. What is under way then is finished."""
    decoder = msgspec.msgpack.Decoder(list[Handed])
    while (raw := await receive(reader)) is not None:
        receipts: Sequence[Receipt] | None = None
        try:
            receipts = await settle(decoder.decode(raw))
        except Exception as error:
            _logger.error("A batch could not be settled: %s", type(error).__name__)  # noqa: TRY400
        try:
            await send(writer, receipts)
        except ConnectionError:
            return
