"""What the tests of the store share."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import asyncpg
import pytest

from hygie.fhir.definitions import r4
from hygie.fhir.search import parse_query
from hygie.fhir.search.query import Query
from hygie.store.keys.envelope import unlock
from hygie.store.keys.keyring import Keyring
from hygie.store.store import Store

PARIS = ZoneInfo("Europe/Paris")


@pytest.fixture
def make_patient_query() -> Callable[[str, str], Query]:
    def make(name: str, value: str) -> Query:
        return parse_query(r4(), "Patient", ((name, value),), zone=PARIS).query

    return make


@pytest.fixture
def make_query() -> Callable[..., Query]:
    def make(kind: str, *parameters: tuple[str, str]) -> Query:
        return parse_query(r4(), kind, parameters, zone=PARIS).query

    return make


@pytest.fixture
def reopen(
    database_url: str, keyring: Keyring, master_key: Path, trail
) -> Callable[..., Awaitable[Store]]:
    """reopen() -> the same store as another process opens it, to be closed; reopen(path) -> with
    the master key of that file."""

    async def opened(key: Path = master_key) -> Store:
        keys = await unlock(database_url, key)
        return await Store.open(
            database_url, keys, lambda pool: trail, zone=ZoneInfo("Europe/Paris")
        )

    return opened


@pytest.fixture
async def other(store: Store, reopen) -> AsyncIterator[Store]:
    """The same store in another process: what it remembers is its own."""
    opened = await reopen()
    yield opened
    await opened.close()


@pytest.fixture
def statements(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every statement that gives rows."""
    sent = []
    fetch = asyncpg.Connection.fetch

    async def noted(self: Any, query: str, *values: Any, **more: Any) -> Any:
        sent.append(query)
        return await fetch(self, query, *values, **more)

    monkeypatch.setattr(asyncpg.Connection, "fetch", noted)
    return sent
