"""The embedded PostgreSQL of a data directory: created, started, shared, stopped, recovered.

DIR/postgres        its files, 0700
DIR/postgres.log    what it said; never a statement or a value
DIR/run             its socket, 0700; or DIR/run-elsewhere names where, when the path is long
DIR/hygie.lock      who serves the directory
DIR/keys            the master key (`hygie.store.keys.keyring`)
"""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final
from urllib.parse import quote

from hygie.refusal import Category, Refused, refuse
from hygie.store import phrases
from hygie.store.capacity import needed
from hygie.store.server import postgres
from hygie.store.server.notes import ServerNotes
from hygie.store.server.ownership import OwnerLock

START_SECONDS: Final = 120
"""Recovery after a crash replays up to `max_wal_size` of log: seconds, at worst a minute."""
STOP_SECONDS: Final = 30
LINGER_SECONDS: Final = 10
"""For the children of a server killed by force to notice and leave."""
MAX_LOG_BYTES: Final = 1_000_000
WATCH: Final = 'read -r _; [ "$(head -n1 "$1" 2>/dev/null)" = "$2" ] && kill -INT "$2"'
"""Waits until our end of its input closes, then stops the server if it is still that one."""


class Cluster:
    """The server of one directory. Not for concurrent use by threads.

    It takes the connections of `processes` that serve, of `settlers` that file what these accept,
    and of a command beside them.
    `durable=False` trades safety for speed: for tests only.
    """

    def __init__(
        self, directory: Path, *, durable: bool = True, processes: int = 1, settlers: int = 0
    ) -> None:
        self.directory = directory.resolve()
        self.data = self.directory / "postgres"
        self.log = self.directory / "postgres.log"
        self._notes = ServerNotes(self.data)
        self._elsewhere = self.directory / "run-elsewhere"
        self._durable = durable
        self._connections = needed(processes, settlers)
        self._lock = OwnerLock(self.directory / "hygie.lock")
        self._server: subprocess.Popen[bytes] | None = None
        self._watch: subprocess.Popen[bytes] | None = None

    def start(self, what: str = "hygie") -> str:
        """Starts the server, creating it the first time; returns its address (a dsn).

        Refused (BUSY) when a living process serves the directory already.
        """
        self._prepare_directory()
        if not self._lock.acquire(what):
            raise self._served()
        try:
            self._notes.stop_orphan(STOP_SECONDS)
            self._create()
            self._launch(self._make_socket_directory())
        except BaseException:
            self.stop()
            raise
        return self.dsn()

    def attach(self) -> str | None:
        """The address of the server that another process runs here, or None when nobody does.

        Waits while that process is still starting it.
        """
        deadline = time.monotonic() + START_SECONDS
        while self._lock.owner() is not None:
            if self._ready():
                return self.dsn()
            if time.monotonic() > deadline:
                raise self._slow()
            time.sleep(0.02)
        return None

    def stop(self) -> None:
        """Stops the server cleanly and gives the directory up. Harmless when not started."""
        if self._server is not None:
            self._end(self._server)
            self._server = None
            self._drop_short_directory()
        self._stop_watch()
        self._lock.release()

    def _stop_watch(self) -> None:
        if self._watch is not None:
            self._watch.kill()
            self._watch.communicate()
            self._watch = None

    def alive(self) -> bool:
        """True while the server that we started runs."""
        return self._server is not None and self._server.poll() is None

    def revive(self) -> None:
        """Starts the server again when it died. Refused (BUSY) while it cannot: on a full disk."""
        if self._server is None or self.alive():
            return
        self._stop_watch()
        self._launch(self._socket())

    def dsn(self) -> str:
        return f"postgresql://{postgres.SUPERUSER}@/postgres?host={quote(str(self._socket()))}"

    # --- starting -------------------------------------------------------------------------

    def _prepare_directory(self) -> None:
        self.directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.directory.chmod(0o711 if os.geteuid() == 0 else 0o700)

    def _create(self) -> None:
        """Runs initdb aside, then renames: a half-made database is never taken for a whole one."""
        if self.data.exists():
            return
        unfinished = self.directory / "postgres.new"
        shutil.rmtree(unfinished, ignore_errors=True)
        self._private_directory(unfinished)
        command = postgres.as_servant(postgres.initdb_command(unfinished), reaching=unfinished)
        done = subprocess.run(  # noqa: S603 - our own command
            command, stdin=subprocess.DEVNULL, capture_output=True, check=False, cwd="/"
        )
        if done.returncode != 0:
            self.log.write_bytes(done.stdout + done.stderr)
            raise self._failed()
        self._admit_us(unfinished)
        unfinished.rename(self.data)

    @staticmethod
    def _admit_us(data: Path) -> None:
        """Only our account may connect: not even the one that runs the server."""
        (data / "pg_hba.conf").write_text("local all all peer map=hygie\n")
        (data / "pg_ident.conf").write_text(
            "".join(f"hygie {name} {postgres.SUPERUSER}\n" for name in postgres.admitted())
        )

    def _launch(self, socket: Path) -> None:
        command = postgres.server_command(
            self.data, socket, durable=self._durable, connections=self._connections
        )
        if self.log.exists() and self.log.stat().st_size > MAX_LOG_BYTES:
            self.log.unlink()
        command = postgres.as_servant(command, reaching=self.data)
        patience = time.monotonic() + (LINGER_SECONDS if self._notes.pid() else 0)
        while not self._try_launch(command):
            if time.monotonic() > patience:
                raise self._failed()
            time.sleep(0.2)

    def _try_launch(self, command: list[str]) -> bool:
        """False when the server gave up, as it does while a killed one's children linger."""
        deadline = time.monotonic() + START_SECONDS
        with self.log.open("ab") as log:
            self._server = subprocess.Popen(  # noqa: S603 - our own command
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd="/",
                start_new_session=True,
            )  # fmt: skip
        while not self._ready():
            if self._server.poll() is not None:
                return False
            if time.monotonic() > deadline:
                raise self._slow()
            time.sleep(0.01)
        self._watch_over(self._server.pid)
        return True

    def _watch_over(self, pid: int) -> None:
        """Should we die, even by SIGKILL, the server is stopped by this small shell."""
        command = ["/bin/sh", "-c", WATCH, "hygie-watch", str(self._notes.path), str(pid)]
        self._watch = subprocess.Popen(  # noqa: S603 - our own command
            command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, start_new_session=True, cwd="/",
        )  # fmt: skip

    def _ready(self) -> bool:
        """True once the server answers: ours, when we started one."""
        return self._notes.ready(None if self._server is None else self._server.pid)

    @staticmethod
    def _end(server: "subprocess.Popen[bytes]") -> None:
        for request in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
            if server.poll() is None:
                server.send_signal(request)
            try:
                server.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                continue
            return

    # --- directories ------------------------------------------------------------------------

    @staticmethod
    def _private_directory(path: Path) -> None:
        path.mkdir(mode=0o700, exist_ok=True)
        path.chmod(0o700)
        os.chown(path, *postgres.servant_id())

    def _socket(self) -> Path:
        if self._elsewhere.exists():
            return Path(self._elsewhere.read_text())
        return self.directory / "run"

    def _make_socket_directory(self) -> Path:
        path = self.directory / "run"
        if len(os.fsencode(path)) + postgres.SOCKET_NAME_BYTES > postgres.MAX_SOCKET_PATH:
            path = self._short_directory()
        self._private_directory(path)
        return path

    def _short_directory(self) -> Path:
        """A private directory of our own, newly made: a name in /tmp is never trusted again."""
        self._drop_short_directory()
        path = Path(tempfile.mkdtemp(prefix="hygie-", dir="/tmp"))
        self._elsewhere.write_text(str(path))
        return path

    def _drop_short_directory(self) -> None:
        if self._elsewhere.exists():
            shutil.rmtree(Path(self._elsewhere.read_text()), ignore_errors=True)
            self._elsewhere.unlink()

    # --- refusals ---------------------------------------------------------------------------

    def _served(self) -> Refused:
        owner = self._lock.owner()
        pid, what = (str(owner.pid), owner.what) if owner else ("?", "?")
        return refuse(
            Category.BUSY, "store.directory-served", phrases.DIRECTORY_SERVED, pid=pid, what=what
        )

    def _failed(self) -> Refused:
        return refuse(
            Category.BUSY, "store.server-failed", phrases.SERVER_FAILED, log=str(self.log)
        )

    def _slow(self) -> Refused:
        return refuse(
            Category.BUSY, "store.server-slow", phrases.SERVER_SLOW,
            log=str(self.log), seconds=str(START_SECONDS),
        )  # fmt: skip


@contextmanager
def connect_or_start(directory: Path, what: str = "hygie") -> Iterator[str]:
    """The address of the directory's server: the running one, else one started for the while."""
    cluster = Cluster(directory)
    address = cluster.attach()
    if address is not None:
        yield address
        return
    address = cluster.start(what)
    try:
        yield address
    finally:
        cluster.stop()
