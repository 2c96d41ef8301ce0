"""Files fetched from a real OpenSSH server: the same rules as for a folder, and who it is."""

import asyncio
import getpass
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import asyncssh
import msgspec
import pytest
from tests.intake.listening.files.depots import Receiver, Told

from hygie.intake.listening.files.collector import Collector
from hygie.intake.listening.files.completeness import Completeness
from hygie.intake.listening.files.session import Session
from hygie.intake.listening.sftp import SftpDepot, SftpListener
from hygie.intake.sources.declaration import Sftp, Source
from hygie.intake.sources.ground import Ground
from hygie.outbound.outbound import Outbound
from hygie.outbound.permission import read_permission

SSHD = shutil.which("sshd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
pytestmark = pytest.mark.skipif(SSHD is None, reason="no OpenSSH server (openssh-server)")
DAY = date(2026, 6, 1)


def message(number: int) -> bytes:
    return f"MSH|^~\\&|A|B|C|D|2026||ADT^A28|{number}|P|2.5\rPID|{number}\r".encode()


class Server:
    """An OpenSSH server of this test's own, and what it has to offer."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.out = home / "out"
        self.secrets = home / "secrets"
        for folder in (self.out, self.secrets):
            folder.mkdir()
        self.key = _key(home / "host_key")
        client = _key(self.secrets / "client_key")
        (home / "authorized").write_text(client)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        (home / "config").write_text(
            f"ListenAddress 127.0.0.1\nPort {self.port}\nHostKey {home}/host_key\n"
            f"AuthorizedKeysFile {home}/authorized\nSubsystem sftp internal-sftp\n"
            "StrictModes no\nPidFile none\nUsePAM no\nPermitRootLogin yes\n"
            "PasswordAuthentication no\n"
        )
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        if os.geteuid() == 0:
            Path("/run/sshd").mkdir(exist_ok=True)  # where it gives up its rights
        command = [str(SSHD), "-D", "-f", str(self.home / "config")]
        self.process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        for _ in range(100):
            with socket.socket() as trying:
                if trying.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.05)
        raise AssertionError("sshd did not start")

    def stop(self) -> None:
        """And every connection with it."""
        if self.process is not None:
            children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
            for child in children.read_text().split():
                with suppress(ProcessLookupError):  # it ended meanwhile
                    os.kill(int(child), 9)
            self.process.terminate()
            self.process.wait(10)
            self.process = None

    def way(self, **changes) -> Sftp:
        way = Sftp(
            host="127.0.0.1", port=self.port, user=getpass.getuser(), directory=str(self.out),
            host_key=self.key, key_file=str(self.secrets / "client_key"), every_seconds=0.1,
        )  # fmt: skip
        return msgspec.structs.replace(way, **changes)

    def put(self, name: str, content: bytes, at: float = 1_000) -> None:
        (self.out / name).write_bytes(content)
        os.utime(self.out / name, (at, at))

    def inside(self) -> list[str]:
        every = (one for one in self.out.rglob("*") if one.is_file() and not one.is_symlink())
        return sorted(str(one.relative_to(self.out)) for one in every)


def _key(file: Path) -> str:
    key = asyncssh.generate_private_key("ssh-ed25519")
    file.write_bytes(key.export_private_key())
    file.chmod(0o600)
    return key.export_public_key().decode().strip()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    made = Server(tmp_path)
    made.start()
    yield made
    made.stop()


class Fetching:
    """A collector of what the server has, looked at by hand."""

    def __init__(self, server: Server, allow: str = "127.0.0.1", **way) -> None:
        declared = server.way(**way)
        outbound = Outbound(read_permission(allow))
        self.receiver, self.told = Receiver(), Told()
        self.session = Session(declared, outbound, [server.secrets])
        completeness = Completeness(declared.pattern)
        depot = SftpDepot(declared, self.session, completeness.companion, lambda: DAY)
        self.collector = Collector("labo", depot, completeness, self.receiver, self.told)

    async def look(self, times: int = 2):
        try:
            for _ in range(times):
                said = await self.collector.once()
        finally:
            await self.session.close()
        return said

    @property
    def numbers(self) -> list[int]:
        return [int(raw.split(b"|")[9]) for raw in self.receiver.kept]


async def test_files_are_fetched_in_order_and_put_away_there(server):
    """Guards: results of a laboratory fetched twice, in another order, or lost on its server."""
    server.put("b.hl7", message(1), at=1_000)
    server.put("a.hl7", message(2) + message(3), at=2_000)
    server.put("c.pdf", b"%PDF", at=3_000)
    (server.out / "link").symlink_to(server.home / "config")
    fetching = Fetching(server)
    assert await fetching.look() is None
    assert fetching.numbers == [1, 2, 3]
    assert server.inside() == [
        "refuses/2026-06-01/c.pdf", "refuses/2026-06-01/c.pdf.txt",
        "traites/2026-06-01/a.hl7", "traites/2026-06-01/b.hl7",
    ]  # fmt: skip
    assert "HL7 v2" in (server.out / "refuses/2026-06-01/c.pdf.txt").read_text()
    server.put("a.hl7", message(4))
    await fetching.look()
    assert (server.out / "traites/2026-06-01/a.hl7").read_bytes() == message(2) + message(3)
    assert (server.out / "traites/2026-06-01/a~2.hl7").read_bytes() == message(4)


async def test_a_large_file_is_deleted_once_it_is_here_whole(server):
    """Guards: the end of a file that takes several packets."""
    lines = b"".join(message(number) for number in range(20_000))
    server.put("lot.hl7", lines)
    fetching = Fetching(server, after="delete")
    assert await fetching.look() is None
    assert fetching.numbers == list(range(20_000))
    assert server.inside() == []


async def test_names_of_older_systems_are_fetched_too(server):
    """Guards: a feed that stops at the first accent."""
    name = os.fsdecode(b"r\xe9sultat.hl7")
    server.put(name, message(1))
    fetching = Fetching(server)
    assert await fetching.look() is None
    assert fetching.receiver.names == ["r\\xe9sultat.hl7"]
    assert server.inside() == [f"traites/2026-06-01/{name}"]


async def test_a_file_that_grows_is_left_alone(server):
    """Guards: half a result."""
    server.put("a.hl7", message(1)[:20])
    fetching = Fetching(server)
    await fetching.look(1)
    server.put("a.hl7", message(1))
    await fetching.look(1)
    assert fetching.receiver.kept == []
    await fetching.look(1)
    assert fetching.numbers == [1]


async def test_another_server_gets_nothing(server):
    """Guards: a key or password given to whoever answers at that address."""
    other = asyncssh.generate_private_key("ssh-ed25519").export_public_key().decode()
    fetching = Fetching(server, host_key=other.strip())
    server.put("a.hl7", message(1))
    assert (await fetching.look()).rule == "source.stranger"
    assert fetching.receiver.kept == []


async def test_a_key_that_is_refused_is_told(server):
    """Guards: a feed that stands still since somebody renewed a key."""
    (server.home / "authorized").write_text("")
    assert (await Fetching(server).look()).rule == "source.denied"


async def test_nothing_of_this_machine_s_own_ssh_is_used(server, monkeypatch, tmp_path):
    """Guards: an agent or a key of whoever runs Hygie that opens a server to a declaration."""
    home = tmp_path / "user"
    (home / ".ssh").mkdir(parents=True)
    shutil.copy(server.secrets / "client_key", home / ".ssh" / "id_ed25519")
    monkeypatch.setenv("HOME", str(home))
    password = server.secrets / "password"
    password.write_text("wrong")
    said = await Fetching(server, key_file="", password_file=str(password)).look()
    assert said.rule == "source.denied"


async def test_it_goes_only_where_the_house_may_send_to(server):
    """Guards: a declaration that reaches servers inside which nobody opened."""
    assert (await Fetching(server, allow="").look()).rule == "outbound.forbidden"


async def test_a_secret_elsewhere_is_not_read(server, tmp_path):
    """Guards: any file of the machine sent as a password, once the declaration was checked."""
    (server.secrets / "p").symlink_to(tmp_path / "config")
    said = await Fetching(server, key_file="", password_file=str(server.secrets / "p")).look()
    assert said.rule == "source.credential"


async def test_a_directory_that_is_not_there_is_told(server):
    """Guards: a source that looks well and fetches nothing."""
    said = await Fetching(server, directory="/nulle/part").look()
    assert "/nulle/part" in said.text("fr")


async def test_what_cannot_be_put_away_is_fetched_once(server):
    """Guards: the same results received at every look, where we may read and not write."""
    server.put("a.hl7", message(1))
    (server.out / "traites").symlink_to("/dev/null")
    fetching = Fetching(server, pattern="*.hl7")
    assert (await fetching.look(4)).rule == "source.stuck"
    assert fetching.numbers == [1]


async def test_a_listener_goes_on_after_the_server_was_away(server):
    """Guards: a feed that never comes back from a restart of its server."""
    receiver, told = Receiver(), Told()
    listener = SftpListener(Outbound(read_permission("127.0.0.1")), Ground((), (server.secrets,)))
    running = asyncio.create_task(
        listener.run(Source(name="labo", way=server.way()), receiver, told)
    )
    try:
        server.put("a.hl7", message(1))
        await _until(lambda: len(receiver.kept) == 1)
        await asyncio.to_thread(server.stop)
        await _until(lambda: told.issue is not None)
        assert told.issue.rule in ("source.server", "outbound.unreachable")
        server.put("b.hl7", message(2))
        await asyncio.to_thread(server.start)
        await _until(lambda: len(receiver.kept) == 2 and told.issue is None)
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def _until(done) -> None:
    async with asyncio.timeout(20):
        while not done():  # noqa: ASYNC110 - nobody tells
            await asyncio.sleep(0.05)


async def test_what_was_put_away_goes_when_its_days_are_over(server):
    """Files that fill a server of others; files of theirs that are gone with ours."""
    fetching = Fetching(server)
    server.put("a.hl7", message(1))
    await fetching.look()
    ours = f"traites/{DAY}/a.hl7"
    later = server.out / f"traites/{DAY}/later.hl7"
    later.write_bytes(b"theirs")
    written = datetime(DAY.year, DAY.month, DAY.day, tzinfo=UTC) + timedelta(days=3)
    os.utime(later, (0, written.timestamp()))
    (server.out / "traites" / "2020-01-01").symlink_to(server.secrets)
    depot = SftpDepot(server.way(), fetching.session, lambda _: "", lambda: DAY)
    secrets = sorted(server.secrets.iterdir())
    try:
        assert await depot.purge("refuses", DAY + timedelta(days=9), 9) == 0
        assert await depot.purge("traites", DAY, 9) == 0
        assert ours in server.inside()
        assert await depot.purge("traites", DAY + timedelta(days=1), 9) == 1
        assert ours not in server.inside()
        assert later.exists()
        later.unlink()
        assert await depot.purge("traites", DAY + timedelta(days=1), 9) == 0
    finally:
        await fetching.session.close()
    assert not (server.out / "traites" / str(DAY)).exists()
    assert sorted(server.secrets.iterdir()) == secrets
