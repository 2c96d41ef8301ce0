"""A served data directory whose processes can be killed one by one."""

import os
import signal
import time
from pathlib import Path

from tests.acceptance.house import House

RETURN_SECONDS = 60
BUSY = """
    SELECT count(*) FROM pg_stat_activity
    WHERE backend_type = 'client backend' AND state <> 'idle' AND pid <> pg_backend_pid()
"""


def children(pid: int) -> list[int]:
    """Processes whose parent is `pid`."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
        except (OSError, ValueError):
            continue
        if parent == pid:
            found.append(int(entry.name))
    return sorted(found)


def used(pid: int) -> float:
    """Seconds of processor of a process, and of its children that have ended."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")


def command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:
        return ""


class Victim(House):
    """`hygie serve`, and what to kill of it."""

    @property
    def postgres(self) -> int:
        return int((self.data / "postgres" / "postmaster.pid").read_text().split("\n")[0])

    def workers_running(self) -> list[int]:
        found = [pid for pid in children(self.process.pid) if "multiprocessing" in command(pid)]
        return [pid for pid in found if "resource_tracker" not in command(pid)]

    def backends(self) -> list[int]:
        """Sessions of the database."""
        return [pid for pid in children(self.postgres) if "hygie" in command(pid).split()[1:2]]

    def processor_seconds(self) -> float:
        """What our processes and the database's have used of processors, since they started."""
        ours = [self.process.pid, *_below(self.process.pid)]
        bases = [self.postgres, *_below(self.postgres)]
        return sum(map(used, {*ours, *bases}))

    # --- ways to die --------------------------------------------------------------------------

    def kill_server(self) -> None:
        """Every process of ours; the database is told to stop by its watcher."""
        self.kill()

    def kill_main(self) -> None:
        """The first process alone: its workers are left behind."""
        os.kill(self.process.pid, signal.SIGKILL)
        self.process.wait(30)

    def kill_everything(self) -> None:
        """A power cut, but for what the system had not yet written."""
        postmaster = self.postgres
        for pid in [postmaster, *children(postmaster)]:
            _kill(pid)
        self.kill()

    def kill_postgres(self) -> None:
        """The database's first process, then ours: the watcher finds nobody to stop."""
        _kill(self.postgres)
        time.sleep(0.05)
        self.kill()

    # --- ways to be hurt: the server must come back by itself ------------------------------

    def kill_worker(self) -> None:
        for pid in self.workers_running()[:1]:
            _kill(pid)

    def kill_backend(self) -> None:
        """One session of the database: PostgreSQL ends them all, and recovers."""
        for pid in self.backends()[:1]:
            _kill(pid)

    def returns(self) -> float:
        """Seconds until it answers again, without being started."""
        since = time.monotonic()
        while not self.is_up():
            assert self.process.poll() is None, self.last_words()
            assert time.monotonic() < since + RETURN_SECONDS, self.last_words()
            time.sleep(0.02)
        return time.monotonic() - since

    def settles(self) -> None:
        """Returns once no session works any more for a client that is gone."""
        deadline = time.monotonic() + RETURN_SECONDS
        while self.value(BUSY) and time.monotonic() < deadline:
            time.sleep(0.05)


def _below(pid: int) -> list[int]:
    """Its children, and theirs."""
    return [one for child in children(pid) for one in (child, *_below(child))]


def _kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return
