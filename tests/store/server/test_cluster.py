"""Guards against a data directory that is served twice, or not at all after a crash."""

import asyncio
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import asyncpg
import pytest

from hygie.refusal import Refused
from hygie.store.server import postgres
from hygie.store.server.cluster import Cluster, connect_or_start

pytestmark = pytest.mark.embedded

SERVE = """
import sys, time
from pathlib import Path
from hygie.store.server.cluster import Cluster
cluster = Cluster(Path(sys.argv[1]), durable=False)
cluster.start("another process")
print("ready", flush=True)
time.sleep(60)
"""


async def query(dsn: str, statement: str) -> object:
    connection = await asyncpg.connect(dsn)
    try:
        return await connection.fetchval(statement)
    finally:
        await connection.close()


def postmaster(cluster: Cluster) -> int:
    return int((cluster.data / "postmaster.pid").read_text().split()[0])


def gone(pid: int, seconds: float = 10) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            if Path(f"/proc/{pid}/stat").read_text().split()[2] == "Z":
                return True
        except FileNotFoundError:
            return True
        time.sleep(0.02)
    return False


def children(pid: int) -> set[int]:
    return {int(n) for n in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()}


@pytest.fixture
def directory(tmp_path):
    return tmp_path / "data"


@pytest.fixture
def own(directory):
    cluster = Cluster(directory, durable=False)
    cluster.start("tests")
    yield cluster
    cluster.stop()


@pytest.fixture
def other(directory):
    """Another process that serves the directory."""
    process = subprocess.Popen(
        [sys.executable, "-c", SERVE, str(directory)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout.readline() == "ready\n"
    yield process
    process.kill()
    process.communicate()


async def test_data_outlive_a_stop(own):
    """A clean stop must keep everything."""
    await query(own.dsn(), "CREATE TABLE kept AS SELECT 7 AS x")
    own.stop()
    assert not own.alive()
    assert await query(own.start(), "SELECT x FROM kept") == 7


async def test_data_outlive_a_killed_server(directory):
    """A killed postmaster leaves its notes and its children: the next start must cope."""
    cluster = Cluster(directory)
    await query(cluster.start(), "CREATE TABLE kept AS SELECT 7 AS x")
    os.kill(postmaster(cluster), signal.SIGKILL)
    cluster.stop()
    assert await query(cluster.start(), "SELECT x FROM kept") == 7
    cluster.stop()


async def test_a_served_directory_is_refused(other, directory):
    """Two servers on the same files would destroy them."""
    with pytest.raises(Refused, match=r"store\.directory-served") as refused:
        Cluster(directory).start()
    text = refused.value.refusal.issues[0].text("fr")
    assert str(other.pid) in text
    assert "another process" in text


async def test_two_in_one_process_are_refused(own, directory):
    """The lock must hold within a process as well."""
    with pytest.raises(Refused, match=r"store\.directory-served"):
        Cluster(directory).start()


async def test_commands_work_beside_a_server(other, directory):
    """`hygie token create` must work while `hygie serve` runs."""
    with connect_or_start(directory) as dsn:
        assert await query(dsn, "SELECT 1") == 1
    assert await query(Cluster(directory).attach(), "SELECT 2") == 2


async def test_commands_work_without_a_server(directory):
    """…and when nothing runs, starting and stopping what they need."""
    with connect_or_start(directory) as dsn:
        assert await query(dsn, "SELECT 1") == 1
    assert Cluster(directory).attach() is None


async def test_the_server_does_not_outlive_its_owner(other, directory):
    """A server left behind by a killed process would hold files and memory for ever."""
    server = postmaster(Cluster(directory))
    other.kill()
    other.wait()
    assert gone(server)
    cluster = Cluster(directory, durable=False)
    assert await query(cluster.start(), "SELECT 1") == 1
    cluster.stop()


async def test_an_orphan_is_stopped_before_a_new_start(other, directory):
    """Should even the watch be killed, a new start takes the place of the orphan."""
    server = postmaster(Cluster(directory))
    for child in children(other.pid) - {server}:
        os.kill(child, signal.SIGKILL)
    other.kill()
    other.wait()
    await asyncio.sleep(0.2)
    assert not gone(server, 0.1)
    cluster = Cluster(directory, durable=False)
    cluster.start()
    assert gone(server)
    assert await query(cluster.dsn(), "SELECT 1") == 1
    cluster.stop()


def test_a_long_path_still_has_a_socket(tmp_path):
    """Socket paths end at 107 bytes; data directories do not."""
    cluster = Cluster(tmp_path / ("long" * 25), durable=False)
    dsn = cluster.start()
    try:
        assert asyncio.run(query(dsn, "SELECT 1")) == 1
        elsewhere = cluster._socket()
        assert elsewhere.parent == Path("/tmp")
        assert elsewhere.stat().st_mode & 0o077 == 0
    finally:
        cluster.stop()
    assert not elsewhere.exists()


async def test_an_unfinished_initdb_is_redone(directory):
    """A crash while the database is being made must not leave a half-made one in its place."""
    (directory / "postgres.new" / "base").mkdir(parents=True)
    with connect_or_start(directory) as dsn:
        assert await query(dsn, "SELECT 1") == 1


async def test_settings_are_durable_and_silent(directory):
    """What was acknowledged must be on disk; what the server logs must not quote anybody."""
    wanted = {
        "fsync": "on", "synchronous_commit": "on", "full_page_writes": "on",
        "data_checksums": "on", "listen_addresses": "", "log_statement": "none",
        "log_min_messages": "log", "log_parameter_max_length_on_error": "0",
        "server_encoding": "UTF8",
    }  # fmt: skip
    with connect_or_start(directory) as dsn:
        found = {name: await query(dsn, f"SHOW {name}") for name in wanted}
    assert found == wanted


async def test_figures_follow_loads(directory):
    """Without figures, searches read whole types: the server must look for changes often."""
    with connect_or_start(directory) as dsn:
        assert await query(dsn, "SHOW autovacuum_naptime") == "5s"
        assert await query(dsn, "SHOW autovacuum") == "on"


async def test_directories_are_private(own):
    """Files and socket of the database are nobody else's business."""
    for path in (own.data, own.directory / "run"):
        assert path.stat().st_mode & 0o077 == 0
    assert own.directory.stat().st_mode & 0o066 == 0


def test_the_account_that_runs_the_server_cannot_connect(own):
    """As root the server runs as `nobody`, whom other programs may be as well."""
    if os.geteuid() != 0:
        pytest.skip("only root starts the server as another account")
    from hygie.store.server import postgres  # noqa: PLC0415

    program = f"import asyncio, asyncpg; asyncio.run(asyncpg.connect({own.dsn()!r}))"
    command = postgres.as_servant([sys.executable, "-c", program], reaching=Path("/root/x"))
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd="/")
    assert "Peer authentication failed" in done.stderr


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs the server as somebody else")
async def test_root_serves_from_a_home_that_is_closed_to_others(tmp_path, monkeypatch):
    """The first command of a newcomer who is root, in /root: programs and data behind 0700."""
    closed = tmp_path / "root"
    closed.mkdir(mode=0o700)
    installed = Path(postgres.binary("postgres")).parents[2]
    shutil.copytree(installed, closed / installed.name)
    shutil.copytree(f"{installed}.libs", closed / f"{installed.name}.libs")
    programs = closed / installed.name / "pginstall" / "bin"
    monkeypatch.setattr(postgres, "binary", lambda name: str(programs / name))
    cluster = Cluster(closed / "data", durable=False)
    try:
        assert await query(cluster.start("test"), "SELECT 1") == 1
    finally:
        cluster.stop()
