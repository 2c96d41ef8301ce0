"""Fixtures that every room's tests share: a database server, a fresh store, someone who asks.

One server for each test process, one database for each test, copied from a migrated template.
"""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Iterator, Sequence
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import asyncpg
import pytest
from hypothesis import HealthCheck, settings

from hygie.sight import EVERYTHING
from hygie.trace import Attached, AuditEntry, Context, Proof

if TYPE_CHECKING:
    from hygie.store.keys.keyring import Keyring
    from hygie.store.server.cluster import Cluster
    from hygie.store.store import Store

TEMPLATE = "hygie_template"
# What times a single example fails on a busy machine, not on a defect.
settings.register_profile(
    "busy-machine", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("busy-machine")
_numbers = count(1)


class MemoryTrail:
    """An audit trail that remembers, for tests that do not test the ledger."""

    def __init__(self) -> None:
        self.entries: list[AuditEntry] = []

    async def append(self, connection: Any, entries: Sequence[AuditEntry]) -> None:
        self.entries += entries

    def attached(self, entries: Sequence[AuditEntry], first: int) -> Attached:
        """What stands in the caller's statement writes nothing."""
        self.entries += entries
        return Attached(f"SELECT ${first}::integer", (len(entries),))

    async def record(self, entry: AuditEntry) -> None:
        self.entries.append(entry)

    async def record_if(self, entry: AuditEntry, proof: Proof) -> bool:
        """It has no database to look into: nothing is proven."""
        return False


def pytest_configure() -> None:
    """`HYGIE_TEST_POSTGRES=15`: a server of the distribution instead of the embedded one."""
    if version := os.environ.get("HYGIE_TEST_POSTGRES"):
        use_distribution(Path(f"/usr/lib/postgresql/{version}/bin"))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What public suites came to: tests say it with `record_property("suite", "name: …")`.

    Read from the reports, which come here from every process that ran tests.
    """
    reports = [report for group in terminalreporter.stats.values() for report in group]
    properties = [pair for r in reports for pair in getattr(r, "user_properties", ())]
    rates = sorted({str(value) for key, value in properties if key == "suite"})
    if rates:
        terminalreporter.section("public suites")
    for rate in rates:
        terminalreporter.write_line(rate)


def use_distribution(programs: Path) -> None:
    """For the servers that this process starts; what it starts as commands stays embedded."""
    from hygie.store.server import postgres  # noqa: PLC0415

    if not (programs / "postgres").exists():
        pytest.exit(f"There is no PostgreSQL in {programs}.", returncode=4)
    whole = postgres.initdb_command

    def initdb(data: Path) -> list[str]:
        """Without the locale provider that came with PostgreSQL 17."""
        kept = [word for word in whole(data) if not word.startswith("--locale")]
        return [*kept, "--locale=C"]

    postgres.binary = lambda name: str(programs / name)
    postgres.initdb_command = initdb


def database(dsn: str, name: str) -> str:
    """The address of another database of the same server."""
    return dsn.replace("@/postgres?", f"@/{name}?")


async def administer(dsn: str, *statements: str) -> None:
    connection = await asyncpg.connect(dsn)
    try:
        for statement in statements:
            await connection.execute(statement)
    finally:
        await connection.close()


async def prepare(dsn: str) -> None:
    """The schema, what opening a store adds to it, and the partitions that most tests need."""
    from hygie.fhir.definitions import r4  # noqa: PLC0415
    from hygie.fhir.preparation import COMMON  # noqa: PLC0415
    from hygie.store.migrations import migrate  # noqa: PLC0415
    from hygie.store.tables.partitions import Partitions  # noqa: PLC0415
    from hygie.store.tables.type_codes import TypeCodes  # noqa: PLC0415

    await migrate(dsn)
    connection = await asyncpg.connect(dsn)
    try:
        types = await TypeCodes.load(connection, r4().resource_types)
    finally:
        await connection.close()
    await Partitions(dsn, types).ensure(COMMON)


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> "Iterator[Cluster]":
    """A running server with a migrated template. Not durable: tests only."""
    from hygie.store.server.cluster import Cluster  # noqa: PLC0415

    directory = tmp_path_factory.mktemp("cluster")
    server = Cluster(directory, durable=False)
    dsn = server.start("tests")
    try:
        asyncio.run(administer(dsn, f"CREATE DATABASE {TEMPLATE}"))
        asyncio.run(prepare(database(dsn, TEMPLATE)))
        yield server
    finally:
        server.stop()
        shutil.rmtree(directory, ignore_errors=True)


@pytest.fixture
async def database_url(cluster: "Cluster") -> AsyncIterator[str]:
    """The address of a migrated, empty database of this test's own."""
    name = f"hygie_{next(_numbers)}"
    await administer(cluster.dsn(), f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}")
    yield database(cluster.dsn(), name)
    await administer(cluster.dsn(), f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def master_key(tmp_path: Path) -> Path:
    """The file that `keyring` makes."""
    return tmp_path / "keys" / "master.key"


@pytest.fixture
async def keyring(database_url: str, master_key: Path) -> "Keyring":
    """The keys of this test's database."""
    from hygie.store.keys.envelope import unlock  # noqa: PLC0415

    return await unlock(database_url, master_key, generate=True)


@pytest.fixture
def trail() -> MemoryTrail:
    return MemoryTrail()


@pytest.fixture
async def store(
    database_url: str, keyring: "Keyring", trail: MemoryTrail
) -> "AsyncIterator[Store]":
    """An open, empty store whose audit entries are in `trail`."""
    from hygie.store.store import Store  # noqa: PLC0415

    opened = await Store.open(
        database_url, keyring, lambda pool: trail, zone=ZoneInfo("Europe/Paris")
    )
    yield opened
    await opened.close()


@pytest.fixture
def context() -> Context:
    return Context(actor="dr.martin", kind="account", request="test", sight=EVERYTHING)
