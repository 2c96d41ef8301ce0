"""The client, with a real clamd and with servers that are none."""

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from zipfile import ZipFile

import pytest
from tests.scanning.conftest import EICAR, NAME

from hygie.refusal import Refused
from hygie.scanning import Clamd, read_clamd
from hygie.scanning import clamd as module

Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


async def test_malware_is_found_and_the_rest_is_not(clamd: Clamd, tmp_path: Path) -> None:
    """Guards: a scanner that is asked and says nothing, or takes all for malware."""
    with ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("letter.txt", EICAR)
    assert await clamd.scan(EICAR) == NAME
    assert await clamd.scan(b"%PDF-1.7 " + os.urandom(200_000) + EICAR) == NAME
    assert await clamd.scan((tmp_path / "a.zip").read_bytes()) == NAME
    assert await clamd.scan(b"") == ""
    assert await clamd.scan(b"%PDF-1.7\nCompte rendu") == ""
    assert await clamd.scan(os.urandom(500_000)) == ""


async def test_many_at_once_each_get_their_own_answer(clamd: Clamd) -> None:
    """Guards: one document's verdict given to another."""
    files = [EICAR if number % 3 == 0 else b"letter %d" % number for number in range(40)]
    found = await asyncio.gather(*map(clamd.scan, files))
    assert found == [NAME if file is EICAR else "" for file in files]


async def test_what_is_too_large_for_clamd_is_said_to_be(clamd: Clamd) -> None:
    """Guards: a document retried for ever because it can never be scanned."""
    with pytest.raises(Refused, match=r"document\.unscannable"):
        await clamd.scan(os.urandom(3_000_000))


@asynccontextmanager
async def speaking(folder: Path, talk: Talk) -> AsyncIterator[Clamd]:
    path = folder / "s"
    async with await asyncio.start_unix_server(talk, str(path)):
        yield Clamd(read_clamd(f"unix:{path}"))
        await asyncio.sleep(0.05)  # for the other end to close


def saying(answer: bytes) -> Talk:
    async def talk(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(answer)
        await writer.drain()
        writer.close()

    return talk


@pytest.mark.parametrize(
    "answer",
    [b"", b"\0", b"stream: OK", b"stream: OK\n\0", b"UNKNOWN COMMAND\0", b"stream: x ERROR\0",
     b"stream:  FOUND\0", b"x" * 100_000, b"stream: OK FOUND stream: OK\0"],
)  # fmt: skip
async def test_an_odd_answer_is_no_clean_bill(tmp_path: Path, answer: bytes) -> None:
    """Guards: a file kept because something else than clamd answered."""
    async with speaking(tmp_path, saying(answer)) as clamd:
        with pytest.raises(Refused, match=r"document\.unscanned"):
            await clamd.scan(b"letter")


async def test_nobody_there_is_no_clean_bill(tmp_path: Path) -> None:
    """Guards: a scanner that is down, and everything let in meanwhile."""
    for place in (f"unix:{tmp_path}/none", "tcp://127.0.0.1:1"):
        with pytest.raises(Refused, match=r"document\.unscanned"):
            await Clamd(read_clamd(place)).scan(b"letter")


async def test_a_clamd_that_hangs_does_not_hang_the_house(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Guards: the gateway that waits for ever for an answer that does not come."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    monkeypatch.setattr(module, "CLAMD_SECONDS", 0.1)
    async with speaking(tmp_path, talk) as clamd:
        with pytest.raises(Refused, match=r"document\.unscanned"):
            await clamd.scan(b"letter")


@pytest.mark.parametrize("text", ["", "unix:relative", "tcp://host", "http://x:1", "tcp://a b:3"])
def test_a_doubtful_place_is_refused(text: str) -> None:
    """Guards: a scanner that nobody can reach, found out with the first document."""
    with pytest.raises(Refused, match=r"scan\.place"):
        read_clamd(text)
