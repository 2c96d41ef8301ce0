"""The server as a whole: what only its wiring decides."""

import asyncio
import gc
import os
import weakref
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from hygie.bootstrap import front
from hygie.bootstrap.background import NEW_OBJECTS, beside, collect_seldom, lasting
from hygie.bootstrap.front import known_as, patiently
from hygie.bootstrap.house import open_house, placed_key
from hygie.refusal import Refused
from hygie.settings import Settings
from hygie.store.keys.envelope import unlock


async def echo(scope: Scope, receive: Receive, send: Send) -> None:
    """Answers with the address it believes it is called by."""
    await PlainTextResponse(str(Request(scope).base_url))(scope, receive, send)


async def test_a_caller_does_not_choose_our_links() -> None:
    """Guards: links to an attacker's host, made from the Host header."""
    server = known_as("https://clinique.example.org", echo)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(server)) as client:
        answer = await client.get("http://127.0.0.1/", headers={"Host": "evil.example.org"})
    assert answer.text == "https://clinique.example.org/"


async def test_a_first_start_makes_no_key_for_a_database_of_another_key(
    database_url: str, tmp_path: Path
) -> None:
    """Guards: a stray key in a new data directory, taken one day for the lost one."""
    await unlock(database_url, tmp_path / "key", generate=True)
    settings = Settings(data=tmp_path / "new", database_url=database_url)
    with pytest.raises(Refused, match=r"store\.key-missing"):
        async with open_house(settings):
            pass
    assert not settings.key_file.exists()


def test_a_key_of_the_environment_becomes_a_file_for_the_workers(monkeypatch: Any) -> None:
    """Guards: a master key inherited by every program that the server starts."""
    monkeypatch.setenv("HYGIE_MASTER_KEY", bytes(range(32)).hex())
    with placed_key(Settings()) as placed:
        assert "HYGIE_MASTER_KEY" not in os.environ
        assert placed.key_file.read_bytes() == bytes(range(32))


def test_a_key_of_a_command_becomes_a_file_for_the_workers() -> None:
    """Guards: a key service asked once for each worker, and again at each restart of one."""
    settings = Settings(master_key_command=f"echo {bytes(32).hex()}")
    with placed_key(settings) as placed:
        assert placed.key_file.read_bytes() == bytes(32)
        assert not placed.master_key_command


@pytest.mark.parametrize("other", [{"master_key_file": Path("/k")}, {"master_key_command": "echo"}])
def test_a_key_given_twice_is_refused(monkeypatch: Any, other: dict[str, Any]) -> None:
    """Guards: rotating the one that is not used."""
    monkeypatch.setenv("HYGIE_MASTER_KEY", bytes(32).hex())
    with pytest.raises(Refused, match=r"store\.key-twice"), placed_key(Settings(**other)):
        pass


RECOVERING = [
    asyncpg.CannotConnectNowError("the database system is in recovery mode"),
    asyncpg.ConnectionDoesNotExistError("connection was closed in the middle of operation"),
    FileNotFoundError("no socket"),
]


async def test_a_worker_waits_for_a_database_that_recovers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Guards: the whole server stopped, because a worker started while PostgreSQL recovered."""
    faults = list(RECOVERING)

    @asynccontextmanager
    async def opening(settings: Settings) -> AsyncIterator[str]:
        if faults:
            raise faults.pop()
        yield "house"

    monkeypatch.setattr(front, "open_house", opening)
    monkeypatch.setattr(front, "RECOVERY_PAUSE_SECONDS", 0)
    async with AsyncExitStack() as stack:
        assert await patiently(stack, Settings()) == "house"
    assert not faults


async def test_a_worker_does_not_wait_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    """Guards: a server that seems to start, for a database that is gone."""

    @asynccontextmanager
    async def opening(settings: Settings) -> AsyncIterator[None]:
        raise RECOVERING[0]
        yield

    monkeypatch.setattr(front, "open_house", opening)
    monkeypatch.setattr(front, "RECOVERY_SECONDS", -1)
    async with AsyncExitStack() as stack:
        with pytest.raises(asyncpg.CannotConnectNowError):
            await patiently(stack, Settings())


class Knot:
    """Holds itself."""

    def __init__(self) -> None:
        self.itself = self


def test_what_refers_to_itself_is_freed_all_the_same() -> None:
    """Guards: a process that grows with every exception that holds its own frame."""
    before = gc.get_threshold()
    collect_seldom()
    try:
        lost = weakref.ref(Knot())
        kept = [[] for _ in range(2 * NEW_OBJECTS[0])]  # type: ignore[var-annotated]
        assert lost() is None
        assert kept
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()


async def test_work_ends_though_a_database_that_is_gone_hides_that_it_should(monkeypatch) -> None:
    """Danger: a server that was told to stop, and waits for ever."""
    monkeypatch.setattr("hygie.bootstrap.background.ASK_AGAIN_SECONDS", 0.01)
    begun: list[int] = []

    async def work() -> None:
        while True:
            begun.append(1)
            try:
                await asyncio.sleep(60)
            except asyncio.CancelledError:
                if len(begun) > 1:
                    raise

    async with asyncio.timeout(5) as limit, beside(work()):
        await asyncio.sleep(0)
    assert not limit.expired()
    assert len(begun) == 2


async def test_work_beside_requests_begins_again_after_a_failure(monkeypatch, caplog) -> None:
    """Danger: one failure, or one restart of the database, and exports or alerts stop for good."""
    monkeypatch.setattr("hygie.bootstrap.background.AGAIN_SECONDS", 0)
    begun: list[int] = []
    done = asyncio.Event()

    async def work() -> None:
        begun.append(1)
        if len(begun) == 1:
            raise ConnectionError
        if len(begun) == 2:
            raise ValueError("MARTIN")
        done.set()
        await asyncio.sleep(60)

    task = asyncio.create_task(lasting(work))
    await asyncio.wait_for(done.wait(), 10)
    task.cancel()
    assert len(begun) == 3
    assert "ValueError" in caplog.text
    assert "MARTIN" not in caplog.text
