"""Guards against batches lost or altered between processes, and waits without end."""

import asyncio
import socket
from contextlib import asynccontextmanager

import pytest

from hygie.intake.batches import Batch, Piece
from hygie.intake.remote import RemoteImporter, serve
from hygie.intake.values import RefusedFile, Summary
from hygie.refusal import Category, Phrase, Refused, refuse

BATCH = Batch(True, (Piece("/é", "n", "fhir", b"\x00\xff{}", 7), Piece("", "", "cda", b"")))


class Book:
    def __init__(self, failure=None):
        self.failure = failure
        self.seen = []

    async def file(self, batch):
        self.seen.append(batch)
        if self.failure:
            raise self.failure
        return Summary(filed=1, reasons={"a.b": 2}, refusals=[RefusedFile("p", "r", "é")])


@asynccontextmanager
async def served(importer):
    """A remote importer, whose other end is served by `importer` until the context is left."""
    ours, theirs = socket.socketpair()
    reader, writer = await asyncio.open_unix_connection(sock=ours)
    there = await asyncio.open_unix_connection(sock=theirs)
    serving = asyncio.create_task(serve(*there, importer))
    yield RemoteImporter(reader, writer)
    writer.write_eof()
    await asyncio.wait_for(serving, 5)
    there[1].close()
    await reader.read()
    writer.close()


async def test_batches_and_summaries_pass_whole():
    """A byte, a name or a count changed on the way."""
    book = Book()
    large = Batch(False, (Piece("s", "n", "hl7v2", b"x" * 5_000_000),))
    async with served(book) as remote:
        assert await remote.file(BATCH) == await book.file(BATCH)
        assert (await remote.file(large)).filed == 1
    assert book.seen == [BATCH, BATCH, large]


@pytest.mark.parametrize(
    ("failure", "rule"),
    [
        (refuse(Category.BUSY, "store.busy", Phrase("occupé", "busy")), "store.busy"),
        (ConnectionResetError("DUPONT"), "intake.store-lost"),
    ],
)
async def test_failures_pass_without_their_text(failure, rule):
    """An importer that fails in silence; or health data in a failure's text."""
    async with served(Book(failure)) as remote:
        with pytest.raises(Refused) as caught:
            await remote.file(BATCH)
    assert caught.value.refusal.issues[0].rule == rule
    assert "DUPONT" not in caught.value.refusal.issues[0].text("fr")


async def test_a_process_that_ends_is_noticed():
    """An import that waits for ever for a process that was killed."""

    ours, theirs = socket.socketpair()
    reader, writer = await asyncio.open_unix_connection(sock=ours)
    waiting = asyncio.create_task(RemoteImporter(reader, writer).file(BATCH))
    await asyncio.sleep(0)
    theirs.close()
    with pytest.raises(Refused) as caught:
        await asyncio.wait_for(waiting, 5)
    assert caught.value.refusal.issues[0].rule == "intake.importer-lost"
    writer.close()
