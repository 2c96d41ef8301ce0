"""What a PostgreSQL server notes of itself in its data directory: `postmaster.pid`.

A server that was killed leaves its notes behind, and its number may since be another process's.
"""

import os
import signal
import time
from pathlib import Path
from typing import Final

READY_LINE: Final = 7


class ServerNotes:
    """The notes in one data directory."""

    def __init__(self, data: Path) -> None:
        self._data = data
        self.path = data / "postmaster.pid"

    def pid(self) -> int | None:
        """The server's process, running or not; None when nothing is noted."""
        lines = self._lines()
        return int(lines[0]) if lines else None

    def ready(self, pid: int | None) -> bool:
        """True once the noted server takes connections; that very process, when one is given."""
        lines = self._lines()
        if len(lines) <= READY_LINE or lines[READY_LINE].strip() != "ready":
            return False
        return self._runs(int(lines[0])) if pid is None else int(lines[0]) == pid

    def stop_orphan(self, patience_seconds: float) -> None:
        """Stops a server that outlived its owner, gently first. Only the owner may call this."""
        pid = self.pid()
        deadline = time.monotonic() + patience_seconds
        while pid is not None and self._runs(pid):
            late = time.monotonic() > deadline
            os.kill(pid, signal.SIGQUIT if late else signal.SIGINT)
            time.sleep(0.05)

    def _runs(self, pid: int) -> bool:
        """True when that process is a server of this directory, by its command line."""
        try:
            words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        except OSError:
            return False
        return os.fsencode(self._data) in words

    def _lines(self) -> list[str]:
        try:
            return self.path.read_text().splitlines()
        except FileNotFoundError:
            return []
