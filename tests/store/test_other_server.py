"""Guards against a store that only works on the server it ships with."""

import shutil
import subprocess
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from hygie.refusal import Refused
from hygie.store import migrations
from hygie.store.keys.envelope import unlock
from hygie.store.migrations import migrate
from hygie.store.server import postgres
from hygie.store.store import Store

OLDEST = Path("/usr/lib/postgresql/15/bin")


@pytest.fixture
def oldest(tmp_path_factory):
    """A PostgreSQL 15 of the distribution, reached by its address alone."""
    if not (OLDEST / "postgres").exists():
        pytest.skip("PostgreSQL 15 of the distribution is not installed")
    directory = tmp_path_factory.mktemp("pg15")
    shutil.chown(directory, *postgres.servant_id())
    data = directory / "data"

    def run(*command: str) -> None:
        line = postgres.as_servant([str(OLDEST / command[0]), *command[1:]], reaching=data)
        subprocess.run(line, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    run("initdb", "-D", str(data), "-U", "hygie", "-A", "trust", "-E", "UTF8", "--locale=C")
    settings = f"-c listen_addresses='' -c unix_socket_directories={directory} -c fsync=off"
    run("pg_ctl", "-D", str(data), "-w", "-o", settings, "-l", str(data / "log"), "start")
    yield f"postgresql://hygie@/postgres?host={directory}"
    run("pg_ctl", "-D", str(data), "-m", "immediate", "stop")


async def test_the_oldest_server_serves(oldest, tmp_path, trail, context, make_patient_query):
    """An establishment's own server may be as old as 15."""
    await migrate(oldest)
    keyring = await unlock(oldest, tmp_path / "key", generate=True)
    store = await Store.open(oldest, keyring, lambda pool: trail, zone=ZoneInfo("Europe/Paris"))
    async with store.transaction(context) as transaction:
        await transaction.create({"resourceType": "Patient", "name": [{"family": "Martin"}]})
    assert len((await store.search(context, make_patient_query("name", "mar"))).matches) == 1
    assert len((await store.history(context, None, None, count=5)).matches) == 1
    await store.close()


async def test_an_older_server_is_refused(database_url, monkeypatch):
    """A server that lacks what we rely on must be refused at once, with its version."""
    monkeypatch.setattr(migrations, "OLDEST_SERVER", 99)
    with pytest.raises(Refused, match=r"store\.server-too-old"):
        await migrate(database_url)
