"""An importer in another process: batches there, summaries back, over a stream of our own.

A frame is its length (4 bytes, big endian) and MessagePack. Batches hold health data: the stream
is a pair of connected sockets without a name, which only the two processes hold.
"""

from asyncio import IncompleteReadError, StreamReader, StreamWriter
from typing import Final

import msgspec

from hygie.intake.batches import Batch, Importer
from hygie.intake.failures import LOST, importer_lost, store_lost
from hygie.intake.values import Summary
from hygie.refusal import Refusal, Refused

_LENGTH_BYTES: Final = 4


class Answer(msgspec.Struct, frozen=True):
    """What a batch came to: `refusal` when it could not be filed at all."""

    summary: Summary
    refusal: Refusal | None = None


class RemoteImporter:
    """An `Importer` whose other end is served by `serve` in another process."""

    def __init__(self, reader: StreamReader, writer: StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    async def file(self, batch: Batch) -> Summary:
        try:
            await send(self._writer, batch)
            raw = await receive(self._reader)
        except ConnectionError:
            raw = None
        if raw is None:
            raise importer_lost()
        answer = msgspec.msgpack.decode(raw, type=Answer)
        if answer.refusal is not None:
            raise Refused(answer.refusal)
        return answer.summary


async def serve(reader: StreamReader, writer: StreamWriter, importer: Importer) -> None:
    """Files what comes, until the other end closes. What is under way then is finished."""
    decoder = msgspec.msgpack.Decoder(Batch)
    while (raw := await receive(reader)) is not None:
        await send(writer, await _answer(importer, decoder.decode(raw)))


async def _answer(importer: Importer, batch: Batch) -> Answer:
    try:
        return Answer(await importer.file(batch))
    except Refused as refused:
        return Answer(Summary(), refused.refusal)
    except LOST as error:
        return Answer(Summary(), store_lost(error).refusal)


async def send(writer: StreamWriter, value: object) -> None:
    """Raises `ConnectionError` when the other end is gone."""
    if writer.is_closing():  # uvloop has an error of its own for it
        raise ConnectionResetError
    raw = msgspec.msgpack.encode(value)
    writer.write(len(raw).to_bytes(_LENGTH_BYTES, "big"))
    writer.write(raw)
    await writer.drain()


async def receive(reader: StreamReader) -> bytes | None:
    """The next frame, or None when the other end has closed."""
    try:
        length = int.from_bytes(await reader.readexactly(_LENGTH_BYTES), "big")
        return await reader.readexactly(length)
    except (IncompleteReadError, ConnectionError):
        return None
